"""Right answers pass, however they are written."""

import functools
import math
from fractions import Fraction

import answers_to_chapter4
import answers_to_chapter5
import answers_to_chapter7
import numpy as np
import pytest
import scipy.special

from softmax_course import check
from softmax_course.checks import catalogue


def list_with_two_loops(vector):
    largest = vector[0]
    for score in vector:
        if score > largest:
            largest = score
    total, exps = 0.0, []
    for score in vector:
        exps.append(math.exp(score - largest))
        total += exps[-1]
    return [e / total for e in exps]


def by_differences(vector):
    def share(z):
        return 1 / sum(math.exp(min(other - z, 700)) for other in vector)

    return tuple(share(z) for z in vector)


def rows_one_by_one(logits):
    probabilities = []
    for row in logits:
        exps = [math.exp(z - max(row)) for z in row]
        probabilities.append([e / sum(exps) for e in exps])
    return probabilities


def filled_array(logits):
    out = np.empty(logits.shape)
    for i, row in enumerate(logits):
        e = np.exp(row - np.max(row))
        out[i] = e / np.sum(e)
    return out


def turned_round(logits):
    e = np.exp(logits.T - logits.max(axis=1))
    return (e / e.sum(axis=0)).T


def shifted_by_more_than_the_maximum(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True) - 1)
    return e / e.sum(axis=1, keepdims=True)


def prints_on_the_way(logits):
    print("softmax of", logits)
    return scipy.special.softmax(logits, axis=1)


def sigmoid_with_masks(z):
    out = np.empty_like(z)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    out[~positive] = e / (1 + e)
    return out


def sigmoid_in_a_loop(z):
    def one(x):
        return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))

    return np.array([one(x) for x in z.flat]).reshape(z.shape)


def one_hot_in_a_loop(codes, num_classes):
    return [[1.0 if column == code else 0.0 for column in range(num_classes)] for code in codes]


def one_hot_by_assignment(codes, num_classes):
    rows = np.zeros((len(codes), num_classes), dtype=np.float32)
    rows[np.arange(len(codes)), codes] = 1
    return rows


def losses_in_a_loop(logits, codes):
    losses = []
    for row, code in zip(logits, codes, strict=True):
        top = max(row)
        losses.append(top + math.log(sum(math.exp(z - top) for z in row)) - row[code])
    return losses


def losses_from_targets(logits, codes):
    targets = np.eye(logits.shape[1])[codes]
    return -np.sum(targets * scipy.special.log_softmax(logits, axis=1), axis=1)


def names_in_a_loop(probabilities, classes):
    names = []
    for row in probabilities:
        best = 0
        for code, p in enumerate(row):
            if p > row[best]:
                best = code
        names.append(classes[best])
    return names


def log_softmax_32(logits):
    z = np.float32(logits)
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def derivatives_by_one_score(z, j):
    p = scipy.special.softmax(z)
    return p * ((np.arange(len(z)) == j) - p[j])


def jacobian_in_loops(z):
    p = list_with_two_loops(z)
    n = range(len(z))
    return [[p[i] * (1 - p[i]) if i == j else -p[i] * p[j] for j in n] for i in n]


def gradient_in_loops(logits, codes):
    rows = rows_one_by_one(logits)
    for row, code in zip(rows, codes, strict=True):
        row[code] -= 1
    return [[entry / len(codes) for entry in row] for row in rows]


def targets_over_n(logits, codes):
    return np.eye(logits.shape[1])[codes] / len(codes)


HEADS = ["sigmoid", "softmax", "sigmoid", "linear", "softmax", "softmax", "sigmoid", "linear"]

RIGHT_FUNCTIONS = {
    "stable_sigmoid": [
        scipy.special.expit,
        sigmoid_with_masks,
        sigmoid_in_a_loop,
        lambda z: 0.5 * (1 + np.tanh(z / 2)),
        lambda z: np.exp(-np.logaddexp(0, -z)),
        lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z))),
        lambda z: scipy.special.expit(z.astype(np.float32)),
        lambda z: scipy.special.expit(z).tolist(),
    ],
    "two_scores_to_one": [
        lambda z0, z1: scipy.special.expit(z1 - z0),
        lambda z0, z1: scipy.special.softmax([z0, z1])[1],
        lambda a, b: 1 - scipy.special.expit(a - b),
        lambda z0, z1: 1 / (1 + math.exp(min(z0 - z1, 700))),
        lambda z0, z1: np.float32(scipy.special.expit(z1 - z0)),
        lambda *z: np.array(math.exp(z[1] - max(z)) / sum(math.exp(s - max(z)) for s in z)),
    ],
    "softmax_list": [
        scipy.special.softmax,
        list_with_two_loops,
        by_differences,
        lambda v: [float(p) for p in scipy.special.softmax(np.array(v))],
        lambda v: scipy.special.softmax(np.array(v, dtype=np.float32)),
        lambda v: (e := np.exp(np.subtract(v, max(v)))) / e.sum(),
        lambda v: [Fraction(p) for p in list_with_two_loops(v)],
    ],
    "softmax_batch": [
        functools.partial(scipy.special.softmax, axis=1),
        lambda z: scipy.special.softmax(z, axis=-1).tolist(),
        rows_one_by_one,
        filled_array,
        turned_round,
        shifted_by_more_than_the_maximum,
        prints_on_the_way,
        np.vectorize(scipy.special.softmax, signature="(n)->(n)"),
        lambda z: np.exp(z - scipy.special.logsumexp(z, axis=1, keepdims=True)),
        lambda z: (e := np.exp(z - z.max(1)[:, None])) / e.sum(1)[:, None],
        lambda z: scipy.special.softmax(z.astype(np.float32), axis=1),
        lambda z: np.apply_along_axis(scipy.special.softmax, 1, z),
        lambda z: np.asmatrix(scipy.special.softmax(z, axis=1)),
    ],
    "scores_from_probabilities": [
        np.log,
        lambda p: [math.log(x) for x in p],
        lambda p: np.log(p / p[0]),
        lambda p: np.log(p) - np.log(p).mean() + 7,
        lambda p: np.log2(p) * math.log(2),
        lambda p: np.log(p.astype(np.float32)),
    ],
    "one_hot_codes": [
        lambda codes, num_classes: np.eye(num_classes)[codes],
        one_hot_in_a_loop,
        one_hot_by_assignment,
        lambda codes, k: (codes[:, None] == np.arange(k)).astype(float),
        lambda codes, k: np.identity(k, dtype=int)[codes],
        lambda codes, k: np.eye(k).take(codes, axis=0).tolist(),
        lambda codes, k: np.equal.outer(codes, np.arange(k)) * 1.0,
    ],
    "cross_entropy_from_logits": [
        losses_in_a_loop,
        losses_from_targets,
        lambda z, y: scipy.special.logsumexp(z, axis=1) - z[np.arange(len(y)), y],
        lambda z, y: -scipy.special.log_softmax(z, axis=-1)[range(len(y)), y],
        lambda z, y: -np.take_along_axis(log_softmax_32(z), y[:, None], axis=1)[:, 0],
        lambda z, y: np.logaddexp.reduce(z, axis=1) - np.choose(y, z.T),
    ],
    "decode_batch": [
        lambda p, classes: [classes[i] for i in p.argmax(axis=1)],
        names_in_a_loop,
        lambda p, classes: np.array(classes)[np.argmax(p, axis=-1)],
        lambda p, classes: tuple(classes[list(row).index(max(row))] for row in p),
        lambda p, classes: np.take(np.array(classes, dtype=object), p.argmax(1)),
        lambda p, c: [max(zip(row, range(0, -9, -1), c, strict=False))[2] for row in p],
    ],
    "find_the_bug": [
        lambda z, y: np.mean(losses_from_targets(z, y)),
        lambda z, y: sum(losses_in_a_loop(z, y)) / len(y),
        lambda z, y: float(-scipy.special.log_softmax(z, axis=1)[range(len(y)), y].mean()),
        lambda z, y: (np.logaddexp.reduce(z, axis=1) - z[np.arange(len(y)), y]).mean(),
        lambda z, y: -np.mean(log_softmax_32(z)[np.arange(len(y)), y]),
    ],
    "jacobian_matrix": [
        jacobian_in_loops,
        lambda z: (p := scipy.special.softmax(z))[:, None] * (np.eye(len(z)) - p),
        lambda z: np.diag(p := scipy.special.softmax(z)) - np.outer(p, p),
        lambda z: np.diag(p := scipy.special.softmax(np.float32(z))) - p[:, None] @ p[None],
        lambda z: [derivatives_by_one_score(z, j).tolist() for j in range(len(z))],
    ],
    "softmax_backward": [
        lambda p, g: p * (g - (p * g).sum(1, keepdims=True)),
        lambda p, g: p * g - p * np.einsum("nk,nk->n", p, g)[:, None],
        lambda p, g: [np.dot(np.diag(q) - np.outer(q, q), v) for q, v in zip(p, g, strict=True)],
        lambda p, g: list(map(lambda q, v: q * v - q * (q @ v), p, g)),
        lambda p, g: np.float32(p) * np.float32(g - np.sum(p * g, axis=-1)[:, np.newaxis]),
    ],
    "loss_gradient": [
        gradient_in_loops,
        lambda z, y: (scipy.special.softmax(z, axis=1) - np.eye(z.shape[1])[y]) / len(y),
        lambda z, y: np.exp(scipy.special.log_softmax(z, axis=1)) / len(z) - targets_over_n(z, y),
        lambda z, y: np.float32(gradient_in_loops(z, y)),
        lambda z, y: scipy.special.softmax(z, axis=1) / len(y) - targets_over_n(z, y),
    ],
    "temperature_slope": [
        lambda z, c, t: -((scipy.special.softmax(z / t) - np.eye(len(z))[c]) @ z) / t**2,
        lambda z, c, t: (z[c] - scipy.special.softmax(z / t) @ z) / t**2,
        lambda z, c, t: float(np.sum(scipy.special.softmax(z / t) * (z[c] - z)) / t / t),
        lambda z, c, t: sum(map(lambda p, s: p * (z[c] - s), list_with_two_loops(z / t), z)) / t**2,
        lambda z, c, t: np.float32((z[c] - np.average(z, weights=np.exp((z - max(z)) / t))) / t**2),
    ],
}

RIGHT_VALUES = {
    "choose_head": [
        HEADS,
        tuple(HEADS),
        np.array(HEADS),
        [head.upper() + " " for head in HEADS],
    ],
    "saturation_point": [36.737, 36.7368, 53 * math.log(2), np.float64(36.737), np.array(36.737)],
    "odds": [math.e, 2.718, 2.72, 2.71828, np.exp(1), np.float32(2.7182818), Fraction(1264, 465)],
    "temperature_for": [0.436, 0.43599, -1 / math.log((math.sqrt(13) / 3 - 1) / 2)],
    "steepest_slope": [0.25, 1 / 4, np.float32(0.25), Fraction(1, 4)],
    "loss_for_targets": [
        [
            "categorical_crossentropy",
            "sparse_categorical_crossentropy",
            "binary_crossentropy",
            "mean_squared_error",
        ]
    ],
}


RIGHT = RIGHT_FUNCTIONS | RIGHT_VALUES
for chapter in (answers_to_chapter4, answers_to_chapter5, answers_to_chapter7):
    RIGHT |= chapter.RIGHT


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [(name, answer) for name, answers in RIGHT.items() for answer in answers],
)
def test_a_right_answer_passes_however_it_is_written(exercise, answer):
    feedback = check(exercise, answer)
    assert feedback.passed, str(feedback)
    assert (feedback.misconception, feedback.counterexample, feedback.hint) == (None, None, "")


def test_every_exercise_has_right_answers_and_one_for_a_function_at_least_five():
    assert set(RIGHT) == set(catalogue())
    assert all(len(RIGHT[e.name]) >= 5 for e in catalogue().values() if e.parameters)
