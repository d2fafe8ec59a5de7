"""Answers to the exercises of chapter 6: right ones, and a learner's own mistakes by name."""

from fractions import Fraction

import numpy as np
import scipy.special
from answers_to_chapter2 import list_with_two_loops, rows_one_by_one


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


RIGHT = {
    "steepest_slope": [0.25, 1 / 4, np.float32(0.25), Fraction(1, 4)],
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
