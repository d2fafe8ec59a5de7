"""Answers to the exercises of chapter 4: right ones, and a learner's own mistakes by name."""

import math
import statistics

import numpy as np
import scipy.linalg
import scipy.special
from sklearn.preprocessing import MinMaxScaler, StandardScaler


def gradient_in_loops(X, logits, codes):
    n, d = X.shape
    gradient = np.zeros((d, logits.shape[1]))
    for i in range(n):
        e = [math.exp(z - max(logits[i])) for z in logits[i]]
        for k in range(len(e)):
            gradient[:, k] += X[i] * (e[k] / sum(e) - (codes[i] == k)) / n
    return gradient


def gradient_by_subtraction(X, logits, codes):
    p = scipy.special.softmax(logits, axis=1)
    p[np.arange(len(codes)), codes] -= 1
    return X.T @ p / len(codes)


def gradient_example_by_example(X, logits, codes):
    p = scipy.special.softmax(logits, axis=1)
    error = p - np.eye(p.shape[1])[codes]
    return np.mean([np.outer(x, e) for x, e in zip(X, error, strict=True)], axis=0)


def standardised_column_by_column(train, test):
    columns = []
    for known, new in zip(train.T.tolist(), test.T.tolist(), strict=True):
        mean, deviation = statistics.fmean(known), statistics.pstdev(known) or 1.0
        columns.append([(x - mean) / deviation for x in new])
    return list(zip(*columns, strict=True))


def standardised_with_where(train, test):
    deviation = np.std(train, axis=0)
    return (test - np.mean(train, axis=0)) / np.where(deviation > 0, deviation, 1)


def standardised_by_division_where_possible(train, test):
    centred, deviation = test - train.mean(0), train.std(0)
    return np.divide(centred, deviation, out=centred.astype(float), where=deviation > 0)


def with_ones(X):
    return np.c_[X, np.ones(len(X))]


def step_by_power_iteration(X):
    A = with_ones(X)
    v = np.ones(A.shape[1])
    for _ in range(2000):
        v = A.T @ (A @ v)
        v /= np.sqrt(v @ v)
    return 2 * len(A) / (v @ (A.T @ (A @ v)))


VERDICTS = ["healthy", "wrong axis", "uphill", "healthy", "step too long", "softmax twice"]

RIGHT = {
    "initial_loss": [
        np.log,
        math.log,
        lambda num_classes: -math.log(1 / num_classes),
        lambda K: scipy.special.logsumexp(np.zeros(K)),
        lambda K: float(scipy.special.entr(np.full(K, 1 / K)).sum()),
        lambda K: np.float32(math.log(K)),
        lambda K: np.log2(K) * math.log(2),
    ],
    "weights_gradient": [
        gradient_in_loops,
        gradient_by_subtraction,
        gradient_example_by_example,
        lambda X, z, c: gradient_by_subtraction(X, z, c).tolist(),
        lambda X, z, c: gradient_by_subtraction(X, z, c).astype(np.float32),
        lambda X, z, c: (
            np.einsum("id,ik->dk", X, scipy.special.softmax(z, axis=1) - np.eye(z.shape[1])[c])
            / len(X)
        ),
    ],
    "standardise": [
        lambda train, test: StandardScaler().fit(train).transform(test),
        standardised_column_by_column,
        standardised_with_where,
        standardised_by_division_where_possible,
        lambda train, test: standardised_with_where(train, test).tolist(),
        lambda train, test: standardised_with_where(train, test).astype(np.float32),
    ],
    "largest_safe_step": [
        step_by_power_iteration,
        lambda X: 2 * len(X) / scipy.linalg.svdvals(with_ones(X)).max() ** 2,
        lambda X: 2 / np.linalg.eigvalsh(with_ones(X).T @ with_ones(X) / len(X)).max(),
        lambda X: 1 / (np.linalg.norm(with_ones(X), ord=2) ** 2 / (2 * len(X))),
        lambda X: np.array(2 * len(X) / np.linalg.norm(with_ones(X), 2) ** 2),
        lambda X: float(2 * len(X) / np.linalg.eigvalsh(with_ones(X) @ with_ones(X).T)[-1]),
    ],
    "read_the_log": [
        [*VERDICTS, "healthy"],
        (*VERDICTS, " Healthy"),
        np.array([*VERDICTS, "healthy"]),
    ],
}


def in_place(train, test):
    test -= train.mean(axis=0)
    test /= np.where(train.std(axis=0) == 0, 1, train.std(axis=0))
    return test


def minus_one_for_all(X, logits, codes):
    error = scipy.special.softmax(logits, axis=1)
    error[:, codes] -= 1
    return X.T @ error / len(X)


OWN = [
    ("initial_loss", lambda K: math.log2(K), "logarithm with another base"),
    ("initial_loss", lambda K: 1.0986, "three classes whatever is asked"),
    ("initial_loss", lambda K: math.log(1 / K), "minus missing"),
    ("initial_loss", lambda K: round(math.log(K), 4), "rounded"),
    (
        "weights_gradient",
        lambda X, z, c: X.T @ (scipy.special.softmax(z, axis=1) - np.eye(z.shape[1])[c]),
        "summed over the examples",
    ),
    (
        "weights_gradient",
        lambda X, z, c: X.T @ (np.eye(z.shape[1])[c] - scipy.special.softmax(z, 1)) / len(X),
        "sign turned round",
    ),
    (
        "weights_gradient",
        lambda X, z, c: X.T @ (scipy.special.softmax(z, 0) - np.eye(z.shape[1])[c]) / len(X),
        "softmax over the examples",
    ),
    (
        "weights_gradient",
        lambda X, z, c: (
            X.T @ (np.exp(z) / np.exp(z).sum(1, keepdims=True) - np.eye(z.shape[1])[c]) / len(X)
        ),
        "no maximum subtracted",
    ),
    ("weights_gradient", minus_one_for_all, None),
    (
        "standardise",
        lambda train, test: StandardScaler().fit_transform(test),
        "statistics of the test part",
    ),
    (
        "standardise",
        lambda train, test: StandardScaler().fit(np.vstack([test, train])).transform(test),
        "statistics of both parts together",
    ),
    (
        "standardise",
        lambda train, test: MinMaxScaler().fit(train).transform(test),
        "smallest to zero and largest to one",
    ),
    (
        "standardise",
        lambda train, test: StandardScaler().fit_transform(train),
        "training part returned",
    ),
    ("standardise", in_place, "written back into the input"),
    (
        "largest_safe_step",
        lambda X: 2 * len(X) / np.sum(with_ones(X) ** 2),
        "frobenius norm instead of spectral",
    ),
    (
        "largest_safe_step",
        lambda X: len(X) / np.linalg.norm(with_ones(X), 2) ** 2,
        "half forgotten",
    ),
]
