"""Answers to the exercises of chapter 3: right ones, and a learner's own mistakes by name."""

import math

import numpy as np
import scipy.special


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


RIGHT = {
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
    "loss_for_targets": [
        [
            "categorical_crossentropy",
            "sparse_categorical_crossentropy",
            "binary_crossentropy",
            "mean_squared_error",
        ]
    ],
}


def no_arange(codes, num_classes):
    rows = np.zeros((len(codes), num_classes))
    rows[:, codes] = 1
    return rows


def keras_clip(logits, codes):
    p = np.clip(scipy.special.softmax(logits, axis=1), 1e-7, 1 - 1e-7)
    return -np.log(p[np.arange(len(codes)), codes])


OWN = [
    ("one_hot_codes", lambda c, k: np.eye(k)[c - 1], "classes counted from one"),
    ("one_hot_codes", no_arange, "ones in every row"),
    (
        "one_hot_codes",
        lambda c, k: np.eye(max(c) + 1)[c],
        "as many columns as the largest code needs",
    ),
    ("cross_entropy_from_logits", keras_clip, "probabilities kept away from zero"),
]
