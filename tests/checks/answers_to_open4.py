"""Answers to the exercises of chapter 4b: right ones, and a learner's own mistakes by name."""

import math
import statistics
from collections import Counter

import numpy as np
import scipy.stats
import sklearn.metrics
from sklearn.utils.class_weight import compute_class_weight


def counted_in_a_loop(codes, predicted, num_classes):
    counts = [[0] * num_classes for _ in range(num_classes)]
    for true, said in zip(codes, predicted, strict=True):
        counts[true][said] += 1
    return counts


def counted_as_one_number(codes, predicted, num_classes):
    pairs = np.bincount(num_classes * codes + predicted, minlength=num_classes**2)
    return pairs.reshape(num_classes, num_classes)


def weights_by_counter(codes):
    counts = Counter(codes.tolist())
    return [len(codes) / len(counts) / counts[k] for k in sorted(counts)]


def chosen_in_a_loop(C, losses):
    means = [statistics.fmean(row) for row in losses.tolist()]
    best = means.index(min(means))
    folds = losses[best].tolist()
    limit = means[best] + statistics.stdev(folds) / math.sqrt(len(folds))
    return min(c for c, mean in zip(C, means, strict=True) if mean <= limit)


def chosen_from_the_smallest_up(C, losses):
    order = np.argsort(C)
    C, losses = C[order], losses[order]
    means, errors = losses.mean(1), scipy.stats.sem(losses, axis=1)
    return C[np.argmax(means <= means.min() + errors[means.argmin()])]


RIGHT = {
    "confusion_matrix": [
        counted_in_a_loop,
        counted_as_one_number,
        lambda c, p, K: np.eye(K)[c].T @ np.eye(K)[p],
        lambda c, p, K: sklearn.metrics.confusion_matrix(c, p, labels=range(K)),
        lambda c, p, K: np.histogram2d(c, p, bins=K, range=[[-0.5, K - 0.5]] * 2)[0],
        lambda c, p, K: [[np.sum((c == i) & (p == j)) for j in range(K)] for i in range(K)],
    ],
    "balanced_weights": [
        weights_by_counter,
        lambda codes: compute_class_weight("balanced", classes=np.unique(codes), y=codes),
        lambda codes: len(codes) / (codes.max() + 1) / np.bincount(codes),
        lambda codes: 1 / (len(set(codes)) * np.mean(codes == np.unique(codes)[:, None], axis=1)),
        lambda codes: list(len(codes) / len(np.bincount(codes)) / np.bincount(codes)),
        lambda codes: (len(codes) / (codes.max() + 1) / np.bincount(codes)).astype(np.float32),
    ],
    "choose_penalty": [
        chosen_in_a_loop,
        chosen_from_the_smallest_up,
        lambda C, losses: min(
            C[
                losses.mean(1)
                <= losses.mean(1).min() + scipy.stats.sem(losses, axis=1)[losses.mean(1).argmin()]
            ]
        ),
        lambda C, losses: np.float32(chosen_in_a_loop(C, losses)),
        lambda C, losses: np.array(chosen_in_a_loop(C, losses)),
        lambda C, losses: float(chosen_from_the_smallest_up(C, losses)),
    ],
}


def counted_once(codes, predicted, num_classes):
    counts = np.zeros((num_classes, num_classes))
    counts[codes, predicted] = counts[codes, predicted] + 1
    return counts


OWN = [
    ("confusion_matrix", counted_once, "each pair counted once"),
    (
        "confusion_matrix",
        lambda c, p, K: sklearn.metrics.confusion_matrix(p, c, labels=range(K)),
        "rows for the predictions",
    ),
    (
        "confusion_matrix",
        lambda c, p, K: sklearn.metrics.confusion_matrix(c, p),
        "classes that never come left out",
    ),
    (
        "balanced_weights",
        lambda codes: len(codes) / np.bincount(codes),
        "number of classes left out",
    ),
    ("balanced_weights", lambda codes: 1 / np.bincount(codes), "each class weighs one"),
    ("choose_penalty", lambda C, losses: C[np.argmin(np.mean(losses, 1))], "lowest mean loss"),
    (
        "choose_penalty",
        lambda C, losses: min(
            c
            for c, row in zip(C, losses, strict=True)
            if row.mean()
            <= losses.mean(1).min() + losses[losses.mean(1).argmin()].std() / len(row) ** 0.5
        ),
        "standard error without correction",
    ),
]
