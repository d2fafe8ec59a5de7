"""Answers to the open task of chapter 11: right ones, and mistakes by name."""

import math

import numpy as np
import scipy.optimize
import scipy.special


def by_bounded_search(logits, codes):
    p = scipy.special.softmax(logits, axis=1)[np.arange(len(codes)), codes]

    def nll(share):
        return -np.log((1 - share) * p + share / logits.shape[1] + 1e-300).mean()

    options = {"xatol": 1e-9}
    found = scipy.optimize.minimize_scalar(nll, bounds=(0, 1), method="bounded", options=options).x
    return min((0.0, found, 1.0), key=nll)


def by_expectation(logits, codes):
    """How believable is it that each label was random? The mean is the next share."""
    k = logits.shape[1]
    p = np.take_along_axis(scipy.special.softmax(logits, axis=1), codes[:, None], 1)[:, 0]
    share = 0.5
    for _ in range(2_000):
        at_random = share / k
        share = np.mean(at_random / (at_random + (1 - share) * p))
    return share


def by_the_slope(logits, codes):
    k = logits.shape[1]
    p = scipy.special.softmax(logits, axis=1)[np.arange(len(codes)), codes]

    def slope(share):
        return np.mean((1 / k - p) / ((1 - share) * p + share / k + 1e-300))

    if slope(0) <= 0:
        return 0.0
    if slope(1) >= 0:
        return 1.0
    return scipy.optimize.brentq(slope, 0, 1)


def by_a_fine_grid(logits, codes):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = (e / e.sum(axis=1, keepdims=True))[np.arange(len(codes)), codes]
    shares = np.linspace(0, 1, 4001)
    mixed = (1 - shares) * p[:, np.newaxis] + shares / logits.shape[1]
    return shares[np.argmax(np.log(mixed + 1e-300).sum(axis=0))]


def in_plain_python(logits, codes):
    p = []
    for row, code in zip(logits.tolist(), codes.tolist(), strict=True):
        top = max(row)
        weights = [math.exp(z - top) for z in row]
        p.append(weights[code] / sum(weights))
    even = 1 / logits.shape[1]

    def slope(share):
        return sum((even - q) / ((1 - share) * q + share * even + 1e-300) for q in p)

    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return (low + high) / 2


def in_float32(logits, codes):
    return np.float32(by_the_slope(logits, codes))


RIGHT = {
    "share_of_wrong_labels": [
        by_bounded_search,
        by_expectation,
        by_the_slope,
        by_a_fine_grid,
        in_plain_python,
        in_float32,
    ],
}


def disagreement(logits, codes):
    return (logits.argmax(axis=1) != codes).mean()


def disagreement_without_luck(logits, codes):
    k = logits.shape[1]
    return (logits.argmax(axis=1) != codes).mean() / (1 - 1 / k)


def label_smoothing_chosen(logits, codes):
    log_p = scipy.special.log_softmax(logits, axis=1)
    target = np.eye(logits.shape[1])[codes]

    def loss(share):
        return -((1 - share) * target + share / target.shape[1]).ravel() @ log_p.ravel()

    shares = np.linspace(0, 1, 1001)
    return shares[np.argmin([loss(share) for share in shares])]


def right_share(logits, codes):
    return 1 - by_the_slope(logits, codes)


def tenths(logits, codes):
    return round(by_the_slope(logits, codes), 1)


OWN = [
    ("share_of_wrong_labels", disagreement, "share that the model misses"),
    ("share_of_wrong_labels", disagreement_without_luck, "missed share scaled up"),
    ("share_of_wrong_labels", label_smoothing_chosen, "smoothed loss minimised"),
    ("share_of_wrong_labels", right_share, "share of right labels"),
    ("share_of_wrong_labels", tenths, "grid too coarse"),
]
