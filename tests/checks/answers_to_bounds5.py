"""Answers to the exercise of chapter 5c: right ones, and a learner's own mistakes by name."""

import decimal
import math

import numpy as np

from softmax_course import softmax

DECIMALS = {"float16": 11, "float32": 24, "float64": 53}


def with_eps(scores, dtype):
    return -np.log10(np.max(np.abs(scores)) * np.finfo(dtype).eps.astype(float))


def by_binary_digits(scores, dtype):
    size = max(max(scores), -min(scores))
    return DECIMALS[dtype] * math.log10(2) - math.log10(2 * size)


def as_a_difference_of_digits(scores, dtype):
    roundoff = (np.nextafter(np.ones(1, dtype), np.ones(1, dtype) * 2) - 1).astype(float)[0] / 2
    condition = 2 * np.linalg.norm(scores, np.inf)
    return np.log10(1 / roundoff) - np.log10(condition)


def with_natural_logarithms(scores, dtype):
    largest = np.sqrt(np.max(scores**2))
    return -(np.log(2 * largest) + np.log(np.finfo(dtype).epsneg.astype(float))) / np.log(10)


def with_decimal(scores, dtype):
    error = max(abs(decimal.Decimal(z)) for z in scores.tolist()) * 2
    return -(error * decimal.Decimal(2) ** -DECIMALS[dtype]).log10()


def in_float32(scores, dtype):
    size = np.float32(np.abs(scores).max())
    return np.array([-np.log10(size * np.float32(np.finfo(dtype).eps))])


def by_halving_until_nothing_is_added(scores, dtype):
    step = np.ones(1, dtype)
    while np.ones(1, dtype) + step > 1:
        step = step / np.array(2, dtype)
    return -np.log10(2 * np.sort(np.abs(scores))[-1] * float(step[0]))


RIGHT = {
    "digits_left": [
        with_eps,
        by_binary_digits,
        as_a_difference_of_digits,
        with_natural_logarithms,
        with_decimal,
        in_float32,
        by_halving_until_nothing_is_added,
    ],
}


def condition_times_eps(scores, dtype):
    return -math.log10(2 * max(abs(scores)) * np.finfo(dtype).eps)


def factor_forgotten(scores, dtype):
    return -math.log10(np.abs(scores).max() * np.finfo(dtype).eps / 2)


def signs_kept(scores, dtype):
    return -np.log10(max(scores) * float(np.finfo(dtype).eps))


def difference_of_the_scores(scores, dtype):
    return -np.log10((max(scores) - min(scores)) * float(np.finfo(dtype).eps))


def type_of_the_scores(scores, dtype):
    return -np.log10(np.abs(scores).max() * np.finfo(scores.dtype).eps)


def measured(scores, dtype):
    p, q = softmax(scores), softmax(scores.astype(dtype).astype(np.float64))
    with np.errstate(divide="ignore"):
        return -np.log10(np.max(np.abs(q - p) / p))


def natural(scores, dtype):
    return -math.log(np.abs(scores).max() * np.finfo(dtype).eps)


def whole(scores, dtype):
    return int(-math.log10(np.abs(scores).max() * np.finfo(dtype).eps))


def precision_of_the_type(scores, dtype):
    return np.finfo(dtype).precision


OWN = [
    ("digits_left", condition_times_eps, "spacing taken for the roundoff"),
    ("digits_left", factor_forgotten, "digits of the scores"),
    ("digits_left", signs_kept, "largest score without its size"),
    ("digits_left", difference_of_the_scores, "range instead of size"),
    ("digits_left", type_of_the_scores, "always double precision"),
    ("digits_left", measured, "measured instead of bounded"),
    ("digits_left", natural, "digits that are not decimal"),
    ("digits_left", whole, "whole digits"),
    ("digits_left", precision_of_the_type, None),
]
