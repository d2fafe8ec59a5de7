"""Answers to the exercises of chapter 1: right ones, and a learner's own mistakes by name."""

import math

import numpy as np
import scipy.special


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


HEADS = ["sigmoid", "softmax", "sigmoid", "linear", "softmax", "softmax", "sigmoid", "linear"]

RIGHT = {
    "choose_head": [
        HEADS,
        tuple(HEADS),
        np.array(HEADS),
        [head.upper() + " " for head in HEADS],
    ],
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
    "saturation_point": [36.737, 36.7368, 53 * math.log(2), np.float64(36.737), np.array(36.737)],
    "two_scores_to_one": [
        lambda z0, z1: scipy.special.expit(z1 - z0),
        lambda z0, z1: scipy.special.softmax([z0, z1])[1],
        lambda a, b: 1 - scipy.special.expit(a - b),
        lambda z0, z1: 1 / (1 + math.exp(min(z0 - z1, 700))),
        lambda z0, z1: np.float32(scipy.special.expit(z1 - z0)),
        lambda *z: np.array(math.exp(z[1] - max(z)) / sum(math.exp(s - max(z)) for s in z)),
    ],
}

OWN = [
    ("stable_sigmoid", lambda z: 1 / (1 + np.exp(-z)), "textbook formula"),
    ("stable_sigmoid", lambda z: 1 / (1 + math.exp(-z)), "one number at a time"),
    ("saturation_point", 16.636, "float32 instead of float64"),
    ("saturation_point", 709.783, "where exp overflows"),
]
