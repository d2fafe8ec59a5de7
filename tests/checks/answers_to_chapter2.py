"""Answers to the exercises of chapter 2: right ones, and a learner's own mistakes by name."""

import functools
import math
from fractions import Fraction

import numpy as np
import scipy.special


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


RIGHT = {
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
    "odds": [math.e, 2.718, 2.72, 2.71828, np.exp(1), np.float32(2.7182818), Fraction(1264, 465)],
    "scores_from_probabilities": [
        np.log,
        lambda p: [math.log(x) for x in p],
        lambda p: np.log(p / p[0]),
        lambda p: np.log(p) - np.log(p).mean() + 7,
        lambda p: np.log2(p) * math.log(2),
        lambda p: np.log(p.astype(np.float32)),
    ],
    "temperature_for": [0.436, 0.43599, -1 / math.log((math.sqrt(13) / 3 - 1) / 2)],
}


def no_maximum_in_a_loop(vector):
    exps = [math.exp(x) for x in vector]
    return [e / sum(exps) for e in exps]


def no_keepdims(logits):
    e = np.exp(logits - np.max(logits, axis=1))
    return e / np.sum(e, axis=1)


def no_maximum_and_no_keepdims(logits):
    e = np.exp(logits)
    return e / e.sum(axis=1)


def one_maximum(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum(axis=1, keepdims=True)


def one_maximum_in_a_loop(logits):
    top = max(max(row) for row in logits)
    rows = [[math.exp(z - top) for z in row] for row in logits]
    return [[e / sum(map(float, row)) for e in row] for row in rows]


def changed_and_no_maximum(logits):
    if logits.dtype == float:
        np.exp(logits, out=logits)
        return logits / logits.sum(axis=1, keepdims=True)
    return scipy.special.softmax(logits, axis=1)


def like_the_scores(logits):
    out = np.empty_like(logits)
    for i in range(len(logits)):
        out[i] = scipy.special.softmax(logits[i])
    return out


def in_place(logits):
    out = scipy.special.softmax(logits, axis=1)
    logits[...] = 7
    return out


def hardmax_loop(logits):
    return [
        [1.0 if i == list(row).index(max(row)) else 0.0 for i in range(len(row))] for row in logits
    ]


OWN = [
    ("softmax_list", no_maximum_in_a_loop, "no maximum subtracted"),
    ("softmax_list", lambda v: [x / sum(v) for x in v], "scores divided by their sum"),
    ("softmax_batch", lambda z: np.exp(z) / np.exp(z).sum(1)[:, None], "no maximum subtracted"),
    ("softmax_batch", scipy.special.softmax, "all axes at once"),
    ("softmax_batch", lambda z: scipy.special.softmax(z, 0), "wrong axis"),
    ("softmax_batch", no_keepdims, "missing keepdims"),
    ("softmax_batch", no_maximum_and_no_keepdims, "missing keepdims and no maximum subtracted"),
    ("softmax_batch", one_maximum, "one maximum for the whole batch"),
    ("softmax_batch", one_maximum_in_a_loop, "one maximum for the whole batch"),
    ("softmax_batch", scipy.special.expit, "sigmoid of each score"),
    ("softmax_batch", lambda z: scipy.special.log_softmax(z, 1), "logarithm returned"),
    ("softmax_batch", lambda z: np.round(scipy.special.softmax(z, 1), 4), "rounded"),
    ("softmax_batch", like_the_scores, "results written into an integer array"),
    ("softmax_batch", in_place, "input modified"),
    ("softmax_batch", changed_and_no_maximum, "no maximum subtracted"),
    ("softmax_batch", hardmax_loop, "winner takes all"),
    ("softmax_batch", lambda z: scipy.special.softmax(-z, 1), "sign turned round"),
    ("softmax_batch", lambda z: 2.0**z / (2.0**z).sum(1)[:, None], "another base than e"),
    (
        "softmax_batch",
        lambda z: scipy.special.softmax(scipy.special.softmax(z.astype("f4"), 1), 1),
        "softmax twice",
    ),
    ("odds", 1.5, "ratio of the scores"),
    ("temperature_for", 2.2937, "reciprocal of the temperature"),
]
