"""Answers to the exercise of chapter 2b: right ones, and a learner's own mistakes by name."""

import math
from fractions import Fraction

import numpy as np


def with_isclose(p):
    return np.count_nonzero(np.isclose(p.sum(axis=-1), 1, rtol=0, atol=1e-9))


def row_by_row(p):
    count = 0
    for row in p.tolist():
        if abs(math.fsum(row) - 1) < 1e-8:
            count += 1
    return count


def by_matrix_product(p):
    sums = p @ np.ones(p.shape[1])
    return len(sums[(sums > 1 - 1e-10) & (sums < 1 + 1e-10)])


def with_math_isclose(p):
    return sum(math.isclose(sum(row), 1, rel_tol=1e-9) for row in p)


def with_exact_fractions(p):
    rows = [row for row in p.tolist() if not any(map(math.isnan, row))]
    misses = [abs(sum(map(Fraction, row)) - 1) for row in rows]
    return sum(1 for miss in misses if miss < Fraction(1, 10**9))


def by_rounding_the_sums(p):
    return int((np.round(p.sum(axis=1), 7) == 1).sum())


def by_logarithms(p):
    with np.errstate(divide="ignore"):
        return float(np.sum(np.abs(np.log(np.sum(p, axis=1))) < 1e-9))


RIGHT = {
    "sums_to_one": [
        with_isclose,
        row_by_row,
        by_matrix_product,
        with_math_isclose,
        with_exact_fractions,
        by_rounding_the_sums,
        by_logarithms,
    ],
}


def compared_in_a_loop(p):
    return len([row for row in p if np.sum(row) == 1.0])


def accepted_by_allclose(p):
    return sum(np.allclose(row.sum(), 1) for row in p)


def rounded_to_four_digits(p):
    return int(np.sum(p.sum(axis=1).round(4) == 1))


def refused_if_too_far(p):
    count = 0
    for row in p:
        if abs(row.sum() - 1) > 1e-9:
            continue
        count += 1
    return count


def nan_replaced(p):
    return int(np.sum(np.abs(np.nan_to_num(p).sum(axis=1) - 1) < 1e-9))


def not_more_than_one(p):
    return int(np.sum(p.sum(axis=1) < 1 + 1e-9))


def all_or_nothing(p):
    return int(np.all(np.abs(p.sum(axis=-1) - 1) < 1e-9))


def softmax_first(p):
    e = np.exp(p)
    return int(np.sum(np.abs((e / e.sum(axis=1, keepdims=True)).sum(axis=1) - 1) < 1e-9))


def truth_values(p):
    return np.abs(p.sum(axis=1) - 1) < 1e-9


OWN = [
    ("sums_to_one", compared_in_a_loop, "compared exactly"),
    ("sums_to_one", accepted_by_allclose, "room for a few millionths"),
    ("sums_to_one", rounded_to_four_digits, "far too much room"),
    ("sums_to_one", refused_if_too_far, "nan that slips through"),
    ("sums_to_one", nan_replaced, "nan left out of the sum"),
    ("sums_to_one", not_more_than_one, "wrong on one side only"),
    ("sums_to_one", all_or_nothing, "one verdict for all rows"),
    ("sums_to_one", softmax_first, "divided by the sum before the test"),
    ("sums_to_one", truth_values, None),
    ("sums_to_one", len, None),
]
