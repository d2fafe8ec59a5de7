"""Exercises of chapter 2b, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .claims import given
from .exercises import Chapter

Array = NDArray[Any]

COMPARE = "Compare three routes and their roundings"
EQUALS = "A sum compared with =="
TIES = "Settle ties and missing numbers"
REPLACED = "A nan that is replaced by a number"

chapter = Chapter(2, "02b_look_closer.ipynb")

FROM_SCIPY = [0.09003057317038046, 0.6652409557748218, 0.24472847105479764]


@chapter.exercise(
    probes=[
        (np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.2]]),),
        (np.array([FROM_SCIPY, [1 / 3, 1 / 3, 1 / 3]]),),
        (np.array([[0.25, 0.7500000000009]]),),
        (np.array([[0.25, 0.75], [0.250002, 0.75], [0.25, 0.749998], [0.25, 0.749997]]),),
        (np.array([[0.5, 0.50003], [0.3, 0.7]]),),
        (np.array([[0.5, 0.5, np.nan], [0.25, 0.25, np.nan]]),),
        (np.array([[0.125, 0.125, 0.25, 0.25, 0.25], [0, 0, 1, 0, 0], [0, 0.25, 0, 0, 0.25]]),),
    ],
    further=[
        (np.array([[0.1, 0.2, 0.3, 0.15, 0.25]]) * (1 - 9e-13),),
        (np.array([[0.1, 0.2, 0.3, 0.15, 0.25]]) * (1 + 9e-13),),
        (np.array([[0.1, 0.2, 0.3, 0.15, 0.25]]) * (1 + 1.01e-6),),
        (np.array([[0.1, 0.2, 0.3, 0.15, 0.25]]) * (1 - 1.01e-6),),
        (np.full((3, 1000), 1 / 1000),),
        (np.array([[np.nan, 0.5, 0.5], [0.5, np.nan, 0.5], [0.5, 0.25, 0.25]]),),
        (np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 2.0]]),),
    ],
)
def sums_to_one(p: Array) -> Any:
    """Count the rows of `p` that sum to one. A correct row may miss it by a trillionth; one that
    misses it by a millionth, or has a nan, is wrong.
    """
    return _counted(p.sum(axis=1))


def _counted(sums: Array, tolerance: float = 1e-9) -> int:
    return int(np.sum(np.abs(sums - 1) < tolerance))


@sums_to_one.mistake(EQUALS)
def compared_exactly(p: Array) -> Any:
    """A row counts only if its sum is one to the last digit, and correct rows miss that by a
    rounding.

    By how much may a row miss one that is as good as floats can be?
    """
    return int(np.sum(p.sum(axis=1) == 1))


@sums_to_one.mistake(COMPARE)
def room_for_one_rounding_only(p: Array) -> Any:
    """Some rows are refused that miss one by less than a trillionth.

    Every probability has its own rounding, and so has every addition. What may many of them add up
    to?
    """
    return _counted(p.sum(axis=1), np.finfo(float).eps)


@sums_to_one.mistake(COMPARE)
def room_for_a_few_millionths(p: Array) -> Any:
    """Rows that miss one by a few millionths are counted. `np.isclose` and `np.allclose` do so,
    unless they are told another tolerance.

    Between which two sizes may the limit lie?
    """
    return _counted(p.sum(axis=1), 1e-5)


@sums_to_one.mistake(COMPARE, claim=given(0.50003), tolerance=(1e-4, 0.1))
def far_too_much_room(p: Array, tolerance: float) -> Any:
    """Rows are counted that differ from one in the fifth decimal: too wide a tolerance does that,
    and so does rounding the sums first.

    How many digits of a correct sum can you rely on?
    """
    return _counted(p.sum(axis=1), tolerance)


@sums_to_one.mistake(COMPARE, decimals=(2, 3, 4))
def entries_rounded_before_they_are_added(p: Array, decimals: int) -> Any:
    """The probabilities are rounded first, and rounded probabilities sum to something else.

    What do three thirds sum to, if each is rounded to four digits?
    """
    return _counted(np.round(p, decimals).sum(axis=1))


@sums_to_one.mistake(COMPARE, sign=(1, -1))
def wrong_on_one_side_only(p: Array, sign: int) -> Any:
    """Rows that miss one on one side are refused, and those on the other side are counted, however
    far off they are.

    What should become of the sign of a difference?
    """
    return int(np.sum(sign * (p.sum(axis=1) - 1) < 1e-9))


@sums_to_one.mistake(TIES)
def nan_that_slips_through(p: Array) -> Any:
    """A row with a nan is counted, because its sum is not found to be too far from one.

    What does any comparison with nan say, and which answer should let a row pass?
    """
    return len(p) - int(np.sum(np.abs(p.sum(axis=1) - 1) > 1e-9))


@sums_to_one.mistake(REPLACED)
def nan_left_out_of_the_sum(p: Array) -> Any:
    """The nan is left out of the sum, or replaced by 0, and the rest of the row sums to one.

    Who will ever learn then that a number is missing?
    """
    return _counted(np.nansum(p, axis=1))


@sums_to_one.mistake(COMPARE)
def columns_instead_of_rows(p: Array) -> Any:
    """The columns are added up, and each row is a distribution.

    In which direction do the classes of one row lie?
    """
    return _counted(p.sum(axis=0))


@sums_to_one.mistake(COMPARE)
def one_sum_for_all_rows(p: Array) -> Any:
    """All rows are added up to one number. With several rows it is near their number, not near one.

    Over what should each sum go?
    """
    return _counted(p.sum())


@sums_to_one.mistake(COMPARE)
def one_verdict_for_all_rows(p: Array) -> Any:
    """This is 1 if every row sums to one, and 0 otherwise, and the task asks how many rows do.

    How many rows does the first input have that are right?
    """
    return int(_counted(p.sum(axis=1)) == len(p))


@sums_to_one.mistake(COMPARE)
def one_verdict_for_each_row(p: Array) -> Any:
    """This has a 1 or a 0 for each row, and the task asks how many rows sum to one.

    How do you get from the one to the other?
    """
    return (np.abs(p.sum(axis=1) - 1) < 1e-9).astype(int)


@sums_to_one.mistake(COMPARE)
def wrong_rows_counted(p: Array) -> Any:
    """These are the rows that do *not* sum to one.

    Which rows does the task ask for?
    """
    return len(p) - _counted(p.sum(axis=1))


@sums_to_one.mistake(COMPARE)
def share_of_the_rows(p: Array) -> Any:
    """This is the share of the rows that sum to one, and the task asks for their number.

    How many rows are there?
    """
    return _counted(p.sum(axis=1)) / len(p)


@sums_to_one.mistake(COMPARE)
def divided_by_the_sum_before_the_test(p: Array) -> Any:
    """Each row is divided by its sum, or goes through softmax, and then every row passes that has
    no nan.

    Which rows do you test: those that you were given, or repaired ones?
    """
    return _counted((p / p.sum(axis=1, keepdims=True)).sum(axis=1))


@sums_to_one.mistake(COMPARE)
def entries_compared_with_one(p: Array) -> Any:
    """No row is added up: its entries are compared with one, each by itself.

    What has to happen to a row before there is a single number to compare?
    """
    return _counted(p)
