"""Exercises of chapter 10b, and the mistakes that people make in them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import logsumexp

from .claims import broke_down
from .exercises import Chapter
from .probes import BOTH_FAR, UNROUNDED

Array = NDArray[Any]

VECTORS = "An exponential of our own"
KERNEL = "Let a compiler write the loop"
DASK = "Leave memory behind"
TWICE = "Read it twice, or keep it"
ALL = "Asking for all of it"

chapter = Chapter(10, "10b_use_the_whole_machine.ipynb")


@chapter.exercise(
    items=(
        "logsumexp(x).mean()",
        "softmax(x).max(axis=1).mean(), where the second look reads again",
        "exp(x - logsumexp(x)).max(axis=1).mean(), in one graph",
        "cross_entropy(x, targets)",
        "softmax(x), stored chunk by chunk in a file",
        "softmax(x).compute()",
    ),
    options=("chunks", "everything"),
)
def what_is_held() -> list[str]:
    """Say what the workers must hold at once, for six computations: a list of six strings."""
    return ["chunks", "chunks", "everything", "chunks", "chunks", "everything"]


def _held(option: str, *numbers: int) -> list[str]:
    """Fill in the right answers, with `option` for the computations of these numbers."""
    right = what_is_held.reference()
    return [option if i in numbers else right[i - 1] for i in range(1, len(right) + 1)]


@what_is_held.mistake(ALL)
def result_as_large_as_the_array() -> list[str]:
    """The result of compute() is a NumPy array in the memory of whoever asked.

    How large is a softmax, compared with its scores?
    """
    return _held("chunks", 6)


@what_is_held.mistake(TWICE)
def kept_for_the_second_look() -> list[str]:
    """One graph names each chunk once, and two of its steps need it.

    When is the last of the logsumexps known, and where are the first chunks until then?
    """
    return _held("chunks", 3)


@what_is_held.mistake(TWICE)
def both_forgotten() -> list[str]:
    """Neither the second look nor the result seems to need memory here.

    Which of the computations needs its chunks twice, and which returns as much as it was given?
    """
    return _held("chunks", 3, 6)


@what_is_held.mistake(DASK)
def nothing_fits() -> list[str]:
    """What needs one look is said to need everything at once.

    Which two numbers per row are left of a chunk when it has been seen?
    """
    return _held("everything", 1, 4)


@what_is_held.mistake(TWICE)
def two_looks_held() -> list[str]:
    """A second look that reads the chunks again has no need to keep them.

    What is traded for the memory?
    """
    return _held("everything", 2)


@what_is_held.mistake(ALL)
def storing_taken_for_holding() -> list[str]:
    """What is written to a file chunk by chunk can be forgotten chunk by chunk.

    Who has to hold a result that has a place of its own on the disk?
    """
    return _held("everything", 5)


@chapter.exercise(
    probes=[
        ([[np.array([[1.0, 3.0]]), np.array([[2.0]])]],),
        ([[np.array([[1.0, 3.0, 2.0]])], [np.array([[4.0, 0.0, 1.0]])]],),
        (
            [
                [np.array([[1.0, 3.0], [0.0, 0.0]]), np.array([[2.0], [5.0]])],
                [np.array([[4.0, 0.0]]), np.array([[1.0]])],
            ],
        ),
        ([[np.array([[1.0]]), np.array([[1000.0, 1000.0]])]],),
        ([[np.array([[-1000.0]]), np.array([[-1001.0]])], [np.array([[0.0]]), np.array([[9.0]])]],),
    ],
    further=[
        ([[UNROUNDED[:, :2], UNROUNDED[:, 2:]], [UNROUNDED[:2, :2] * 3, UNROUNDED[:2, 2:] * 3]],),
        ([[BOTH_FAR[:, :1], BOTH_FAR[:, 1:]]],),
        ([[np.array([[0.0, 2000.0, 1.0]]), np.array([[2.0]])]],),
        ([[np.array([[3000.5, -3000.0]]), np.array([[2999.75]]), np.array([[0.0, -7.5]])]],),
    ],
)
def logsumexp_of_a_grid(grid: Sequence[Sequence[Array]]) -> Any:
    """Compute the logsumexp of each row of a matrix that comes as a list of rows of chunks."""
    return logsumexp(_whole(grid))


def _whole(grid: Sequence[Sequence[Array]]) -> Array:
    return np.concatenate([np.concatenate(list(chunks), axis=1) for chunks in grid])


@logsumexp_of_a_grid.mistake(DASK)
def first_chunks_alone(grid: Sequence[Sequence[Array]]) -> Any:
    """Only the first chunk of each row of chunks is counted.

    A row of the matrix goes through how many chunks?
    """
    return np.concatenate([logsumexp(chunks[0]) for chunks in grid])


@logsumexp_of_a_grid.mistake(DASK)
def last_chunks_alone(grid: Sequence[Sequence[Array]]) -> Any:
    """Only the last chunk of each row of chunks is counted: each overwrites the one before.

    What has to be kept of a chunk before the next one is read?
    """
    return np.concatenate([logsumexp(chunks[-1]) for chunks in grid])


@logsumexp_of_a_grid.mistake(DASK)
def logsumexps_added(grid: Sequence[Sequence[Array]]) -> Any:
    """The chunks' logsumexps are added.

    Which function turns logarithms of sums into the logarithm of the sum of these sums?
    """
    return np.concatenate(
        [np.sum([logsumexp(chunk) for chunk in chunks], axis=0) for chunks in grid]
    )


@logsumexp_of_a_grid.mistake(DASK)
def logsumexps_averaged(grid: Sequence[Sequence[Array]]) -> Any:
    """The chunks' logsumexps are averaged.

    Does a mean know how many scores a chunk has?
    """
    return np.concatenate(
        [np.mean([logsumexp(chunk) for chunk in chunks], axis=0) for chunks in grid]
    )


@logsumexp_of_a_grid.mistake(DASK)
def one_number_for_all_rows(grid: Sequence[Sequence[Array]]) -> Any:
    """One logsumexp is given for the whole matrix.

    Along which axis do the scores of one example lie?
    """
    return logsumexp(_whole(grid), None)


@logsumexp_of_a_grid.mistake(KERNEL, claim=broke_down)
def no_maximum_of_a_chunk(grid: Sequence[Sequence[Array]]) -> Any:
    """The exponentials are added as they are, and a score is too large or too small for that.

    Which number has to travel with each sum?
    """
    return np.log(np.exp(_whole(grid)).sum(axis=1))


@chapter.exercise(
    probes=[
        (np.array([0.0, 1.0, -1.0]),),
        (np.array([0.3, -0.3, 0.7, -0.7]),),
        (np.array([10.0, -10.0, 2.5]),),
        (np.array([-50.0, 50.0, -0.001]),),
        (np.array([-300.0, 300.0, 123.456]),),
    ],
    further=[(UNROUNDED.ravel(),), (np.array([-700.0, 700.0, 0.34657, -0.34658, 345.678]),)],
    modulo=lambda answer: np.log(np.maximum(answer, 5e-324)),
    tolerance=1e-9,
)
def exp_by_powers(x: Array) -> Any:
    """Compute exp of an array with powers of two and a polynomial: its logarithm is compared."""
    return np.exp(x)


def _powers(x: Array, terms: int, k: Array, base: float = math.log(2)) -> Array:
    r = x - k * base
    p: Array = sum((r**i / math.factorial(i) for i in range(terms)), np.zeros(x.shape))
    powers: Array = np.ldexp(p, k.astype(int))
    return powers


@exp_by_powers.mistake(VECTORS)
def power_of_two_forgotten(x: Array) -> Any:
    """The polynomial of the remainder is returned, without the power of two that was taken out.

    How large can the exponential of a remainder of at most 0.35 be?
    """
    k = np.round(x / math.log(2))
    return _powers(x, 20, k) * 2.0**-k


@exp_by_powers.mistake(VECTORS)
def remainder_forgotten(x: Array) -> Any:
    """Only powers of two come out: the remainder has been left aside.

    By which factor can the nearest power of two be off?
    """
    return np.ldexp(np.ones(x.shape), np.round(x / math.log(2)).astype(int))


@exp_by_powers.mistake(VECTORS)
def too_few_terms(x: Array) -> Any:
    """The polynomial stops early, and the seventh digit is wrong.

    How large is the first term that you left out, for a remainder of 0.35?
    """
    return _powers(x, 7, np.round(x / math.log(2)))


@exp_by_powers.mistake(VECTORS)
def factorials_forgotten(x: Array) -> Any:
    """The powers of the remainder are added without their factorials.

    What stands under the third power in the series of exp?
    """
    k = np.round(x / math.log(2))
    r = x - k * math.log(2)
    return np.ldexp(sum((r**i for i in range(40)), np.zeros(x.shape)), k.astype(int))


@exp_by_powers.mistake(VECTORS)
def powers_of_two_of_x_itself(x: Array) -> Any:
    """This is 2 to the power of x.

    Two to which power is e?
    """
    return 2.0**x
