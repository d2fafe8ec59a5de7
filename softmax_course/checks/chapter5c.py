"""Exercises of chapter 5c, and the mistakes that people make in them."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import softmax

from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, UNROUNDED

Array = NDArray[Any]

BOUND = "Bound the error, then measure it"
ON_PAPER = "Bounds on paper"
LOST_BEFORE = "Ask what the scores had lost before"
CONDITION = "The condition of softmax"
FORECAST = "A bound taken for a forecast"
AFTER_THE_FACT = "A higher precision after the fact"

chapter = Chapter(5, "05c_bound_the_error.ipynb")


@chapter.exercise(
    probes=[
        (np.array([1.0, 3.0, 2.0]), "float16"),
        (np.array([1.0, 3.0, 2.0]), "float32"),
        (np.array([1.0, 3.0, 2.0]), "float64"),
        (np.array([-20.0, 1.0, 5.5]), "float32"),
        (np.array([-3.0, -1.0]), "float16"),
        (np.array([10000.0, 10001.0, 10002.0]), "float32"),
        (np.array([0.1, -0.7, 0.3, 0.2]), "float16"),
    ],
    further=[
        (UNROUNDED[0], "float16"),
        (UNROUNDED[1], "float32"),
        (UNROUNDED[3], "float64"),
        (LARGEST_LAST[0], "float32"),
        (BOTH_FAR[0], "float32"),
        (BOTH_FAR[1], "float64"),
        (np.array([16777217.0, 16777216.0]), "float64"),
    ],
)
def digits_left(scores: Array, dtype: str) -> Any:
    """Bound the decimal digits of the probabilities that survive the rounding of `scores` to a
    type.
    """
    return -np.log10(2 * np.abs(scores).max() * _roundoff(dtype))


def _roundoff(dtype: str) -> float:
    return float(np.finfo(dtype).eps) / 2


@digits_left.mistake(ON_PAPER)
def digits_of_the_type(scores: Array, dtype: str) -> Any:
    """These are the digits that one rounding leaves, whatever the scores are.

    What happens to the probabilities of two scores near 10000, if both are rounded?
    """
    return -np.log10(_roundoff(dtype))


@digits_left.mistake(CONDITION)
def digits_of_the_scores(scores: Array, dtype: str) -> Any:
    """The largest score is there, and one factor is missing: half the error of a probability comes
    from its own score.

    Which other term of its logarithm has changed as well?
    """
    return -np.log10(np.abs(scores).max() * _roundoff(dtype))


@digits_left.mistake(BOUND)
def spacing_taken_for_the_roundoff(scores: Array, dtype: str) -> Any:
    """The error is twice as large as it need be: `eps` is the distance from 1 to the next number.

    How far from the nearest number of the type can a score be, at most?
    """
    return -np.log10(2 * np.abs(scores).max() * 2 * _roundoff(dtype))


@digits_left.mistake(CONDITION)
def largest_score_without_its_size(scores: Array, dtype: str) -> Any:
    """The largest score is taken with its sign, and a negative score can be farther from 0.

    Which score loses most when it is rounded: -20 or 5.5?
    """
    return -np.log10(2 * scores.max() * _roundoff(dtype))


@digits_left.mistake(CONDITION)
def range_instead_of_size(scores: Array, dtype: str) -> Any:
    """The range of the scores stands where their size should, as if they had been shifted before
    they were rounded.

    How far apart are the numbers of a type near 10000, and does it help that the scores are close
    to each other?
    """
    return -np.log10(2 * np.ptp(scores) * _roundoff(dtype))


@digits_left.mistake(CONDITION, reduce=(np.sum, np.mean, np.linalg.norm))
def all_scores_instead_of_the_largest(scores: Array, dtype: str, reduce: Any) -> Any:
    """A sum, a mean or a length of all the scores stands where one of them should.

    Every score is rounded by itself. Whose error bounds them all?
    """
    return -np.log10(2 * reduce(np.abs(scores)) * _roundoff(dtype))


@digits_left.mistake(ON_PAPER)
def bound_of_the_formula(scores: Array, dtype: str) -> Any:
    """This is the bound of the formula with the shift, which takes the scores as they arrive.

    The task asks what they had lost before that. Which error remains, though softmax were exact?
    """
    units = len(scores) + 2 + 2 * np.ptp(scores)
    return -np.log10(units * _roundoff(dtype))


@digits_left.mistake(AFTER_THE_FACT)
def always_double_precision(scores: Array, dtype: str) -> Any:
    """The answer is the same for every type: it takes the roundoff of double precision.

    To which type are the scores rounded?
    """
    return -np.log10(2 * np.abs(scores).max() * _roundoff("float64"))


@digits_left.mistake(CONDITION)
def smallest_number_of_the_type(scores: Array, dtype: str) -> Any:
    """The smallest normal number of the type has taken the place of the unit roundoff.

    Does a number near 20 lose digits because a format ends near 0?
    """
    return -np.log10(2 * np.abs(scores).max() * float(np.finfo(dtype).tiny))


@digits_left.mistake(FORECAST)
def measured_instead_of_bounded(scores: Array, dtype: str) -> Any:
    """This is what happens to these scores, and scores that the type can hold lose nothing at all.

    What is the worst that may happen to scores of this size?
    """
    p = softmax(scores.astype(dtype).astype(float))
    with np.errstate(divide="ignore"):
        return -np.log10(np.abs(p / softmax(scores) - 1).max())


@digits_left.mistake(LOST_BEFORE)
def error_instead_of_digits(scores: Array, dtype: str) -> Any:
    """This is the relative error, and the task asks for a number of digits.

    How many digits are right, if the error is a thousandth?
    """
    return 2 * np.abs(scores).max() * _roundoff(dtype)


@digits_left.mistake(LOST_BEFORE)
def minus_sign_missing(scores: Array, dtype: str) -> Any:
    """The number of digits is negative here, for an error that is far below 1.

    Which sign has the logarithm of a small number?
    """
    return np.log10(2 * np.abs(scores).max() * _roundoff(dtype))


@digits_left.mistake(LOST_BEFORE, base=(2, math.e))
def digits_that_are_not_decimal(scores: Array, dtype: str, base: float) -> Any:
    """The logarithm is not the decimal one: one with base 2 counts binary digits.

    Of an error of a thousandth, three decimal digits are right. What does your logarithm say?
    """
    return -np.log(2 * np.abs(scores).max() * _roundoff(dtype)) / np.log(base)


@digits_left.mistake(LOST_BEFORE, step=(np.floor, np.round, np.ceil))
def whole_digits(scores: Array, dtype: str, step: Any) -> Any:
    """The number of digits is made a whole one, and an error halfway between has no such number.

    Which step can be left to the reader?
    """
    return step(-np.log10(2 * np.abs(scores).max() * _roundoff(dtype)))
