"""Answers to the open exercises of chapters 3 and 3b: right ones, and a learner's own mistakes."""

import math

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats

FAULTS = ["sigmoids", "healthy", "softmax twice", "healthy", "no softmax", "wrong axis"]
PAIRINGS = ["categorical", "categorical from logits", "sparse", "sparse from logits", "sparse"]


def repaired_by_odds(logged):
    """Each class's lead over the first one, and what is left of 1 for that."""
    rows = []
    for q in logged:
        leads = [math.log(x / q[0]) for x in q]
        first = (1 - sum(leads)) / len(q)
        rows.append([first + lead for lead in leads])
    return rows


def repaired_by_search(logged):
    """The one shift with which a row sums to one, found by bisection."""
    rows = []
    for q in np.log(logged):
        shift = scipy.optimize.brentq(lambda c, q=q: np.sum(q + c) - 1, -100, 100, xtol=1e-14)
        rows.append(q + shift)
    return np.array(rows)


def repaired_by_projection(logged):
    """Centre with a matrix."""
    K = np.shape(logged)[1]
    return np.log(logged) @ (np.eye(K) - np.full((K, K), 1 / K)) + 1 / K


def repaired_with_the_lost_sum(logged):
    """The logarithm of the lost sum, from the sum of the logarithms."""
    q = np.asarray(logged)
    lost = (1 - np.log(q).sum(axis=1)) / q.shape[1]
    return (np.log(q).T + lost).T


def repaired_and_tidied(logged):
    """Rounding noise below 0 is cut off, and the rows are divided by their sum."""
    p = np.maximum(repaired_with_the_lost_sum(logged), 0)
    return p / p.sum(axis=1, keepdims=True)


def keras_by_loops(outputs, codes):
    losses = []
    for row, code in zip(outputs.tolist(), codes.tolist(), strict=True):
        share = row[code] / sum(row)
        losses.append(-math.log(min(max(share, 1e-7), 1 - 1e-7)))
    return losses


def keras_in_float32(outputs, codes):
    z = outputs.astype(np.float32)
    shares = z / z.sum(axis=-1, keepdims=True)
    low, high = np.float32(1e-7), np.float32(1) - np.float32(1e-7)
    clipped = np.clip(shares, low, high)
    return -np.log(clipped[np.arange(len(codes)), codes])


def keras_with_one_hot_rows(outputs, codes):
    y = np.eye(outputs.shape[1])[codes]
    p = (outputs.T / outputs.sum(axis=1)).T.clip(1e-7, 1 - 1e-7)
    return -(y * np.log(p)).sum(axis=1)


def in_place(outputs, codes):
    outputs /= outputs.sum(axis=-1, keepdims=True)
    return keras_by_loops(outputs, codes)


RIGHT = {
    "name_the_fault": [
        FAULTS,
        tuple(FAULTS),
        np.array(FAULTS),
        [fault.upper() for fault in FAULTS],
        [f" {fault} " for fault in FAULTS],
    ],
    "repair_served_model": [
        repaired_by_odds,
        repaired_by_search,
        repaired_by_projection,
        repaired_with_the_lost_sum,
        repaired_and_tidied,
        lambda logged: repaired_with_the_lost_sum(logged).tolist(),
        lambda logged: np.log(logged) - np.log(logged).mean(1)[:, None] + 1 / len(logged[0]),
        lambda logged: np.log(
            logged / scipy.stats.gmean(logged, axis=1)[:, None] * math.e ** (1 / logged.shape[1])
        ),
    ],
    "choose_pairing": [
        PAIRINGS,
        tuple(PAIRINGS),
        np.array(PAIRINGS),
        [pairing.title() for pairing in PAIRINGS],
        [pairing + " " for pairing in PAIRINGS],
    ],
    "doubled_floor": [
        lambda num_classes: math.log(math.e + num_classes - 1) - 1,
        lambda K: -math.log(math.e / (math.e + K - 1)),
        lambda K: np.log1p((K - 1) / np.e),
        lambda K: scipy.special.logsumexp([1] + [0] * (K - 1)) - 1,
        lambda K: -scipy.special.log_softmax(np.eye(K)[0])[0],
        lambda K: float(-np.log(scipy.special.softmax(np.eye(K)[0]).max())),
        lambda K: np.float32(math.log1p((K - 1) / math.e)),
    ],
    "loss_of_scores": [
        keras_by_loops,
        keras_in_float32,
        keras_with_one_hot_rows,
        lambda outputs, codes: keras_with_one_hot_rows(outputs, codes).tolist(),
        lambda z, c: (
            -np.log(
                np.minimum(
                    np.maximum(z[np.arange(len(c)), c] / z.sum(1), 1e-7),
                    1 - 1e-7,
                )
            )
        ),
    ],
}

OWN = [
    ("name_the_fault", ["healthy"] * 6, "numbers between zero and one taken for healthy"),
    (
        "name_the_fault",
        ["sigmoids", "healthy", "healthy", "healthy", "no softmax", "wrong axis"],
        "second softmax overlooked",
    ),
    (
        "name_the_fault",
        ["wrong axis", "healthy", "softmax twice", "healthy", "no softmax", "sigmoids"],
        "sigmoids and wrong axis exchanged",
    ),
    (
        "repair_served_model",
        lambda logged: scipy.special.softmax(logged, axis=1),
        "one more softmax",
    ),
    (
        "repair_served_model",
        lambda logged: scipy.special.softmax(np.log(logged), axis=1),
        "nothing undone",
    ),
    ("repair_served_model", np.log, "logarithm without a shift"),
    (
        "repair_served_model",
        lambda logged: (np.log(logged).T - np.log(logged).mean(1)).T,
        "rows that sum to zero",
    ),
    ("repair_served_model", lambda logged: np.log(logged) - np.log(logged).max(), None),
    (
        "choose_pairing",
        ["categorical", "categorical", "sparse", "sparse", "sparse"],
        "scores passed as probabilities",
    ),
    ("doubled_floor", math.log, "loss of an even guess"),
    ("doubled_floor", lambda K: 0.5514, None),
    ("doubled_floor", lambda K: math.e / (math.e + K - 1), "ceiling instead of the floor"),
    (
        "loss_of_scores",
        lambda z, c: -scipy.special.log_softmax(z, axis=1)[np.arange(len(c)), c],
        "honest loss of the scores",
    ),
    ("loss_of_scores", in_place, None),
]
