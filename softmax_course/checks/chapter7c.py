"""Exercises of chapter 7c, and the mistakes that people make in them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import softmax

from .exercises import Chapter
from .probes import UNROUNDED
from .running import Outcome

Array = NDArray[Any]

chapter = Chapter(7, "07c_search_for_the_likeliest.ipynb")

GREEDY = "Take the best each time"
BEAM = "Keep several candidates"
PENALISE = "Penalise repetition"
MULTIPLIED = "Probabilities multiplied"

FOLLOWERS = np.array([[1.0, 0.3, 0.0], [2.0, 0.0, 0.9], [0.4, 1.3, 0.0]])
COUNTED = np.log(np.array([[1.0, 20.0, 9.0], [30.0, 2.0, 13.0], [8.0, 25.0, 3.0]]))


@chapter.exercise(
    probes=[
        (np.array([[1.0, 0.4], [2.0, 0.0]]), 0, 4, 1.0),
        (FOLLOWERS, 0, 6, 0.95),
        (np.array([[0.0, 0.3, 1.0], [1.0, 0.4, 0.2], [0.6, 1.0, 0.0]]), 1, 5, 0.5),
        (FOLLOWERS - np.array([[5.0], [3.0], [4.0]]), 0, 6, 0.95),
        (COUNTED, 1, 8, 0.6),
        (COUNTED, 2, 7, 2.5),
        (COUNTED, 1, 4, 0.0),
    ],
    further=[
        (UNROUNDED[:, :4] * np.array([[1], [2], [1], [3]]), 3, 12, 0.35),
        (UNROUNDED.T[:4, :4] + 3000, 1, 12, 0.7),
        (np.array([[1e-9, 0.0], [2e-9, 0.0]]), 1, 5, 1.5e-9),
        (np.array([[-3001.0, -3000.0], [3000.0, 3001.5]]), 0, 9, 1.25),
    ],
)
def present_greedy(scores: Array, start: int, length: int, amount: float) -> Any:
    """Write the best code after the last, `length` times, with an amount off all written codes."""
    return _written(scores, start, length, lambda row, codes: _less(row, codes[1:], amount))


def _written(scores: Array, start: int, length: int, penalise: Any) -> list[int]:
    """Write greedily after a start; the scores of each step are `penalise(row, codes)`."""
    codes = [start]
    for _ in range(length):
        codes.append(int(np.argmax(penalise(scores[codes[-1]], codes))))
    return codes


def _less(row: Array, used: list[int], amount: float) -> Array:
    return np.where(np.isin(np.arange(len(row)), used), row - amount, row)


def _tally(row: Array, used: list[int]) -> Array:
    return np.bincount(np.array(used, dtype=int), minlength=len(row))


@present_greedy.mistake(PENALISE)
def amount_for_each_time(scores: Array, start: int, length: int, amount: float) -> Any:
    """The amount is subtracted once for each time that a code was written: a frequency penalty.

    A code that was written three times: how often should its score be lowered?
    """
    return _written(scores, start, length, lambda row, codes: row - amount * _tally(row, codes[1:]))


@present_greedy.mistake(PENALISE)
def start_counted_as_written(scores: Array, start: int, length: int, amount: float) -> Any:
    """The start is punished from the first step on, as if it had been written.

    Which of the codes in your list did the search choose itself?
    """
    return _written(scores, start, length, lambda row, codes: _less(row, codes, amount))


@present_greedy.mistake(PENALISE)
def amount_added(scores: Array, start: int, length: int, amount: float) -> Any:
    """The written codes are rewarded: their scores rise.

    Should a code that was written be chosen more readily or less?
    """
    return _written(scores, start, length, lambda row, codes: _less(row, codes[1:], -amount))


@present_greedy.mistake(GREEDY)
def no_penalty(scores: Array, start: int, length: int, amount: float) -> Any:
    """This is plain greedy search: the amount plays no part.

    From which scores is the best code chosen, from those before the penalty or after it?
    """
    return _written(scores, start, length, lambda row, codes: row)


@present_greedy.mistake(PENALISE)
def last_code_only(scores: Array, start: int, length: int, amount: float) -> Any:
    """Only the code that was written last is punished.

    A circle may be longer than one code. Which codes has the text used so far?
    """
    return _written(scores, start, length, lambda row, codes: _less(row, codes[1:][-1:], amount))


@present_greedy.mistake(PENALISE, ban=(1e9, np.inf))
def written_codes_forbidden(
    scores: Array, start: int, length: int, amount: float, ban: float
) -> Any:
    """A code that was written never comes back while another one is left: it is ruled out.

    A penalty only makes it less likely. What happens to its score, and by how much?
    """
    return _written(scores, start, length, lambda row, codes: _less(row, codes[1:], ban))


@present_greedy.mistake(PENALISE)
def taken_off_the_probabilities(scores: Array, start: int, length: int, amount: float) -> Any:
    """The amount is subtracted from probabilities, which are never more than 1 apart.

    The task speaks of scores. On which scale does a fixed difference mean fixed odds?
    """
    return _written(
        scores, start, length, lambda row, codes: _less(softmax(row), codes[1:], amount)
    )


@present_greedy.mistake(PENALISE)
def divided_or_multiplied(scores: Array, start: int, length: int, amount: float) -> Any:
    """Positive scores are divided and negative ones multiplied, as by the repetition penalty.

    Add a constant to a row: should that change what is written?
    """

    def penalise(row: Array, codes: list[int]) -> Array:
        used = np.isin(np.arange(len(row)), codes[1:])
        factor = 1 + amount
        return np.where(used, np.where(row > 0, row / factor, row * factor), row)

    return _written(scores, start, length, penalise)


@present_greedy.mistake(PENALISE)
def divided_or_multiplied_by_the_amount(
    scores: Array, start: int, length: int, amount: float
) -> Any:
    """Scores are divided or multiplied by the amount, and nothing is subtracted.

    Add a constant to a row: should that change what is written?
    """

    def penalise(row: Array, codes: list[int]) -> Array:
        used = np.isin(np.arange(len(row)), codes[1:])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(used, np.where(row > 0, row / amount, row * amount), row)

    return _written(scores, start, length, penalise)


@present_greedy.mistake(GREEDY)
def column_instead_of_row(scores: Array, start: int, length: int, amount: float) -> Any:
    """The scores are read down a column: they say what comes before the last code, not after it.

    Which index of the table stands for the code that is there already?
    """
    return present_greedy.reference(scores.T, start, length, amount)


@present_greedy.mistake(PENALISE)
def table_changed(scores: Array, start: int, length: int, amount: float) -> Any:
    """The penalties are written into the table, where they stay and pile up.

    Each step begins with the scores as they were. Which line would make a row of your own first?
    """
    codes = [start]
    for _ in range(length):
        row = scores[codes[-1]]
        row[sorted(set(codes[1:]))] -= amount
        codes.append(int(np.argmax(row)))
    return codes


@present_greedy.mistake(GREEDY)
def start_left_out(scores: Array, start: int, length: int, amount: float) -> Any:
    """The codes are right, and the start is missing in front of them.

    How many codes should the answer have, if `length` of them are written after the start?
    """
    return present_greedy.reference(scores, start, length, amount)[1:]


@present_greedy.mistake(GREEDY)
def one_code_too_few(scores: Array, start: int, length: int, amount: float) -> Any:
    """One code too few is written: the start is counted as one of them.

    How many codes should the answer have, if `length` of them are written after the start?
    """
    return present_greedy.reference(scores, start, length - 1, amount)


def _log(probabilities: list[list[float]]) -> Array:
    """Take logarithms, short ones, so that a person can work with them."""
    return np.round(np.log(probabilities), 3)


FORK = _log([[0.55, 0.45], [0.55, 0.45], [0.9, 0.1]])
DETOUR = _log([[0.61, 0.39], [0.51, 0.49], [0.9, 0.1]])
SLIP = _log([[0.48, 0.46, 0.06], [0.32, 0.3, 0.38], [0.52, 0.45, 0.03], [0.02, 0.04, 0.94]])
STEEP = _log([[0.4, 0.6], [0.05, 0.95], [0.45, 0.55]])
LATE = _log([[0.47, 0.09, 0.44], [0.31, 0.4, 0.29], [0.3, 0.36, 0.34], [0.55, 0.04, 0.41]])
SLIPPERY = _log(
    [
        [0.33, 0.32, 0.04, 0.31],
        [0.235, 0.25, 0.27, 0.245],
        [0.49, 0.45, 0.04, 0.02],
        [0.005, 0.015, 0.97, 0.01],
        [0.47, 0.05, 0.02, 0.46],
    ]
)
LAST = _log(
    [
        [0.3, 0.28, 0.26, 0.16],
        [0.27, 0.26, 0.25, 0.22],
        [0.28, 0.29, 0.22, 0.21],
        [0.31, 0.23, 0.24, 0.22],
        [0.01, 0.01, 0.97, 0.01],
    ]
)
RARE = np.array([[-800.0, -801.0], [-800.0, -800.5], [-798.0, -900.0]])


@chapter.exercise(
    probes=[
        (FORK[0], FORK[1:], 2),
        (STEEP[0], STEEP[1:], 4),
        (SLIP[0], SLIP[1:], 3),
        (DETOUR[0], DETOUR[1:], 4),
        (LATE[0], LATE[1:], 4),
        (SLIPPERY[0], SLIPPERY[1:], 3),
        (LAST[0], LAST[1:], 2),
        (RARE[0], RARE[1:], 2),
    ],
    further=[
        (np.log([0.5, 0.5]) - np.array([1e-5, 0.0]), FORK[1:], 2),
    ],
)
def smallest_width(log_start: Array, log_p: Array, length: int) -> Any:
    """Find the smallest width with which beam search finds the likeliest list of `length` codes."""
    return _first(log_start, log_p, length)


def _grown(log_p: Array, totals: Array, lists: Array, join: Any) -> tuple[Array, ...]:
    """Extend each list by every code; return all totals, last steps, and lists."""
    steps = log_p[lists[:, -1]]
    longer = np.repeat(lists, len(log_p), axis=0)
    ends = np.tile(np.arange(len(log_p)), len(lists))
    totals = join(totals[:, np.newaxis], steps).ravel()
    return totals, steps.ravel(), np.column_stack([longer, ends])


def _beam(
    log_start: Array, log_p: Array, length: int, width: int, join: Any = np.add, keep: Any = None
) -> tuple[Array, Array]:
    """Search with a beam: the totals and the codes of the lists kept last, the best first.

    `join` makes a total longer by a step. `keep` turns totals, last steps and lists into what
    decides: the totals, unless told otherwise.
    """
    totals, steps = log_start, log_start
    lists = np.arange(len(log_start))[:, np.newaxis]
    for place in range(length):
        if place:
            totals, steps, lists = _grown(log_p, totals, lists, join)
        order = totals if keep is None else keep(totals, steps, lists)
        best = np.argsort(-order, kind="stable")[:width]
        totals, lists = totals[best], lists[best]
    return totals, lists


def _likeliest(
    log_start: Array, log_p: Array, length: int, join: Any = np.add
) -> tuple[float, Array]:
    """Find the likeliest list: a beam is wide enough if it keeps every beginning."""
    totals, lists = _beam(log_start, log_p, length, len(log_start) ** length, join)
    return float(totals[0]), lists[0]


def _finder(log_start: Array, log_p: Array, length: int, keep: Any = None) -> Callable[[int], bool]:
    """Return a function that says whether a beam of a width finds the likeliest list."""
    goal, _ = _likeliest(log_start, log_p, length)

    def finds(width: int) -> bool:
        totals, _ = _beam(log_start, log_p, length, width, keep=keep)
        return bool(totals.max() > goal - 1e-7)

    return finds


def _first(log_start: Array, log_p: Array, length: int, keep: Any = None) -> int:
    widths = range(1, len(log_start) ** length + 1)
    return next(filter(_finder(log_start, log_p, length, keep), widths))


def _finds_and_is_not_the_smallest(
    got: Outcome, log_start: Array, log_p: Array, length: int
) -> bool:
    """Claim that the width finds the likeliest list, and is larger than it need be."""
    if got.value is None or got.value.size != 1:
        return False
    width = int(got.value.item())
    larger = width > _first(log_start, log_p, length)
    return larger and _finder(log_start, log_p, length)(width)


def _last_failure(log_start: Array, log_p: Array, length: int) -> int:
    finds = _finder(log_start, log_p, length)
    return next((w for w in range(len(log_start) ** length, 0, -1) if not finds(w)), 0) + 1


def _halving(log_start: Array, log_p: Array, length: int) -> int:
    finds = _finder(log_start, log_p, length)
    low, high = 1, len(log_start) ** length
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if finds(middle) else (middle + 1, high)
    return low


def _halving_from_zero(log_start: Array, log_p: Array, length: int) -> int:
    finds = _finder(log_start, log_p, length)
    low, high = 0, int(len(log_start) ** length)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if finds(middle) else (middle, high)
    return high


@smallest_width.mistake(
    BEAM, claim=_finds_and_is_not_the_smallest, search=(_last_failure, _halving, _halving_from_zero)
)
def wider_taken_for_never_worse(
    log_start: Array, log_p: Array, length: int, search: Callable[..., int]
) -> Any:
    """This width finds the likeliest list, and a smaller one does so, too.

    Between the two there may be a width that fails. May the search trust that a wider beam never
    does worse?
    """
    return search(log_start, log_p, length)


@smallest_width.mistake(BEAM)
def widths_that_fail(log_start: Array, log_p: Array, length: int) -> Any:
    """This is one less: the number of widths that fail before the first that does not.

    Does your counting begin at a width of 0 or of 1?
    """
    return _first(log_start, log_p, length) - 1


@smallest_width.mistake(BEAM)
def place_of_its_first_code(log_start: Array, log_p: Array, length: int) -> Any:
    """This is the place of the likeliest list's first code among all first codes.

    A beam that keeps this code at the start can still drop the list later. Where does it stand
    among the longer beginnings?
    """
    _, best = _likeliest(log_start, log_p, length)
    return np.sum(log_start >= log_start[best[0]])


@smallest_width.mistake(BEAM)
def places_among_all_beginnings(log_start: Array, log_p: Array, length: int) -> Any:
    """This is the worst place of the list's beginnings among *all* beginnings of their length.

    A beam compares fewer of them. Which ones can it not hold any more, because it has dropped
    what they begin with?
    """
    _, best = _likeliest(log_start, log_p, length)
    worst = 1
    for place in range(1, length):
        _, lists = _beam(log_start, log_p, place, len(log_start) ** place)
        same = (lists == best[:place]).all(axis=1)
        worst = max(worst, int(np.flatnonzero(same)[0]) + 1)
    return worst


@smallest_width.mistake(GREEDY)
def greedy_list_taken_for_the_likeliest(log_start: Array, log_p: Array, length: int) -> Any:
    """The answer is always 1: a beam of that width finds the greedy list, whatever it is worth.

    With which total do you compare it: with its own, or with the largest that there is?
    """
    return 1


@smallest_width.mistake(BEAM)
def last_step_decides(log_start: Array, log_p: Array, length: int) -> Any:
    """The beam keeps the beginnings whose last step was the likeliest, whatever came before.

    By which number does a beam judge a beginning?
    """
    return _first(log_start, log_p, length, lambda totals, steps, lists: steps)


@smallest_width.mistake(BEAM)
def beginnings_that_end_alike_merged(log_start: Array, log_p: Array, length: int) -> Any:
    """Of the beginnings that end in the same code, this beam keeps only one, the likeliest.

    That is what the exact method does. Does a beam know how its beginnings end?
    """

    def best_of_each_end(totals: Array, steps: Array, lists: Array) -> Array:
        ends = lists[:, -1]
        largest = np.array([totals[ends == code].max() for code in range(len(log_start))])
        return np.where(totals == largest[ends], totals, totals - 1e6)

    return _first(log_start, log_p, length, best_of_each_end)


@smallest_width.mistake(BEAM)
def one_code_too_many(log_start: Array, log_p: Array, length: int) -> Any:
    """The lists have one code too many: the first one is not counted.

    `log_start` belongs to the first code. How often must a list then grow?
    """
    return _first(log_start, log_p, length + 1)


@smallest_width.mistake(BEAM)
def last_code_left_out(log_start: Array, log_p: Array, length: int) -> Any:
    """The lists have one code too few.

    `log_start` belongs to the first code. How often must a list then grow?
    """
    return _first(log_start, log_p, length - 1)


@smallest_width.mistake(BEAM)
def start_left_out_of_the_totals(log_start: Array, log_p: Array, length: int) -> Any:
    """All first codes are taken for equally likely: `log_start` plays no part.

    What is the first term of a list's total?
    """
    return _first(np.zeros(len(log_start)), log_p, length)


@smallest_width.mistake(GREEDY)
def columns_instead_of_rows(log_start: Array, log_p: Array, length: int) -> Any:
    """The table is read down its columns: they say what comes before a code, not after it.

    Which index of the table stands for the code that is there already?
    """
    return _first(log_start, log_p.T, length)


def _products_vanish(got: Outcome, log_start: Array, log_p: Array, length: int) -> bool:
    """Claim that the probability of the likeliest list itself is 0 in floats."""
    return bool(np.exp(_likeliest(log_start, log_p, length)[0]) == 0)


@smallest_width.mistake(MULTIPLIED, claim=_products_vanish)
def probabilities_multiplied(log_start: Array, log_p: Array, length: int) -> Any:
    """The probabilities are multiplied, and so small ones make 0: then all lists are equally good.

    Of what is the logarithm of a product the sum?
    """
    goal, _ = _likeliest(np.exp(log_start), np.exp(log_p), length, np.multiply)
    widths = range(1, len(log_start) ** length + 1)
    found = (_beam(np.exp(log_start), np.exp(log_p), length, w, np.multiply)[0] for w in widths)
    return next(w for w, p in enumerate(found, 1) if np.isclose(p.max(), goal, atol=0))


@smallest_width.mistake(MULTIPLIED)
def probabilities_of_the_steps_added(log_start: Array, log_p: Array, length: int) -> Any:
    """The probabilities of the steps are added, and so one unlikely step does no harm.

    The probability of a list is a product. Of what is its logarithm the sum?
    """
    return _first(np.exp(log_start), np.exp(log_p), length)
