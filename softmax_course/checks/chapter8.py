"""Exercises of chapter 8, and the mistakes that people make in them."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import hardmax, softmax
from softmax_course.calibration import (
    brier_score,
    conformal_threshold,
    expected_calibration_error,
)
from softmax_course.encoding import one_hot

from .exercises import Chapter

Array = NDArray[Any]

MANY = "Count how often it comes true"
DIAGRAM = "Draw what was promised and what came"
ECE = "One number"
SLOPE = "The slope has one zero"
NONE = "When no temperature is best"
SCORE = "Score a forecaster"
HONEST = "Why honesty wins"
SET = "Promise a set"
RANK = "Why it holds"
CANCEL = "Gaps that cancel"
ALIKE = "Every bin counted alike"

chapter = Chapter(8, "08_ask_whether_true.ipynb")

P = np.array(
    [
        [0.1, 0.6, 0.3],
        [0.25, 0.25, 0.5],
        [0.7, 0.05, 0.25],
        [0.0, 0.9, 0.1],
        [0.45, 0.35, 0.2],
    ]
)


@chapter.exercise(
    probes=[
        (np.array([[0.7, 0.3]]), np.array([0])),
        (P[:1], np.array([1])),
        (P[:1], np.array([2])),
        (P[:2], np.array([1, 0])),
        (P[[3]], np.array([1])),
        (P, np.array([2, 0, 0, 1, 1])),
        (np.array([[0.0, 1.0]]), np.array([0])),
    ],
    further=[
        (softmax(np.random.default_rng(0).normal(size=(7, 4))), np.array([3, 3, 0, 1, 2, 3, 0])),
        (softmax(np.random.default_rng(1).normal(size=(2, 12))), np.array([11, 10])),
    ],
)
def brier_by_hand(p: Array, codes: Array) -> Any:
    """Compute the mean Brier score of a batch: squared distances, summed over the classes."""
    return brier_score(p, codes)


@brier_by_hand.mistake(HONEST)
def mean_over_the_classes_too(p: Array, codes: Array) -> Any:
    """The squares are averaged over the classes as well, so it matters how many there are.

    Certain and wrong costs 2 by the definition. What does it cost here?
    """
    return brier_score(p, codes) / p.shape[1]


@brier_by_hand.mistake(HONEST)
def half_of_it(p: Array, codes: Array) -> Any:
    """This is one half of the score: some divide by 2, so that it lies between 0 and 1.

    What does the chapter's formula give for a forecast that is certain and wrong?
    """
    return brier_score(p, codes) / 2


@brier_by_hand.mistake(HONEST)
def sum_over_the_examples(p: Array, codes: Array) -> Any:
    """All squares are added up, over the examples too, so more examples look worse.

    Which mean is asked for?
    """
    return brier_score(p, codes, reduction="sum")


@brier_by_hand.mistake(HONEST)
def one_score_for_each_example(p: Array, codes: Array) -> Any:
    """There is a score for each example, and one number for all of them is asked for.

    What do you do with them to compare two models?
    """
    return brier_score(p, codes, reduction="none")


@brier_by_hand.mistake(HONEST)
def true_class_alone(p: Array, codes: Array) -> Any:
    """Only the probability of the true class is compared, so it is all one how the others share
    the rest.

    What should the probability of a class be that did not come?
    """
    return np.mean((1 - _of_the_truth(p, codes)) ** 2)


def _of_the_truth(p: Array, codes: Array) -> Array:
    chosen: Array = p[np.arange(len(codes)), codes]
    return chosen


@brier_by_hand.mistake(HONEST)
def predicted_class_alone(p: Array, codes: Array) -> Any:
    """Only the confidence is compared, with 1 or 0 for right or wrong.

    That judges one number of each row. What do the other probabilities of the row say?
    """
    return np.mean((p.max(axis=1) - (p.argmax(axis=1) == codes)) ** 2)


@brier_by_hand.mistake(SCORE)
def absolute_instead_of_squared(p: Array, codes: Array) -> Any:
    """The distances are not squared, and then it pays to exaggerate.

    What does the square do to a report that is a little off?
    """
    return np.mean(np.sum(np.abs(p - one_hot(codes, p.shape[1])), axis=1))


@brier_by_hand.mistake(HONEST)
def root_of_each_distance(p: Array, codes: Array) -> Any:
    """A root is taken, as for the length of an arrow, and the mean of the roots is not the root of
    the mean.

    Which is asked for, the distance or its square?
    """
    return np.mean(np.sqrt(brier_score(p, codes, reduction="none")))


@brier_by_hand.mistake(HONEST)
def root_of_the_mean(p: Array, codes: Array) -> Any:
    """A root is taken at the end, as for a typical error.

    Is a root in the definition?
    """
    return np.sqrt(brier_score(p, codes))


@brier_by_hand.mistake(HONEST)
def codes_taken_for_targets(p: Array, codes: Array) -> Any:
    """The codes themselves are subtracted, as if class 2 were a probability of 2.

    Which row of zeros and one says the same as the code?
    """
    return np.mean(np.sum((p - codes[:, np.newaxis]) ** 2, axis=1))


@brier_by_hand.mistake(HONEST)
def classes_that_came_left_out(p: Array, codes: Array) -> Any:
    """Only the classes that did not come are summed up.

    What is missing where the true class has less than 1?
    """
    return brier_score(p, codes) - np.mean((1 - _of_the_truth(p, codes)) ** 2)


@brier_by_hand.mistake(SCORE)
def share_of_wrong_answers(p: Array, codes: Array) -> Any:
    """This counts wrong answers, twice, and not by how much they were believed.

    Did a softmax with 0.51 for the winner cost as much as one with 0.99?
    """
    return brier_score(hardmax(p), codes)


@brier_by_hand.mistake(HONEST)
def logarithm_instead_of_square(p: Array, codes: Array) -> Any:
    """This is the log loss, proper as well, and another score.

    What is certain and wrong to cost, 2 or infinity?
    """
    with np.errstate(divide="ignore"):
        return -np.mean(np.log(_of_the_truth(p, codes)))


MIXED = (
    np.array([0.55, 0.65, 0.95, 0.85, 0.35, 0.6125, 0.97]),
    np.array([1, 0, 1, 1, 0, 1, 0]),
)
NEITHER = np.array([0.62, 0.66, 0.64, 0.88, 0.86, 0.84, 0.83])


@chapter.exercise(
    probes=[
        (np.array([0.9, 0.9, 0.9, 0.6]), np.array([1, 1, 0, 1]), 2),
        (np.array([0.9, 0.8, 0.6, 0.7]), np.array([0, 1, 1, 1]), 5),
        (*MIXED, 10),
        (np.array([0.25, 0.5, 0.625, 0.75, 0.875]), np.array([0, 1, 0, 1, 1]), 4),
        (np.array([0.0, 0.125, 1.0, 1.0]), np.array([1, 0, 1, 0]), 4),
        (np.array([0.0, 0.0, 0.26]), np.array([1, 0, 1]), 4),
        (NEITHER, np.array([1, 1, 1, 1, 0, 0, 1]), 3),
        (*MIXED, 1),
        (np.array([0.99, 0.98]), np.array([1, 1]), 15),
    ],
    further=[
        (
            np.random.default_rng(0).uniform(0.1, 1, 60),
            np.random.default_rng(1).integers(0, 2, 60),
            15,
        ),
        (np.linspace(0.51, 0.99, 40), np.arange(40) % 3 // 2, 100),
        (np.array([0.5, 0.5, 0.75, 0.75, 0.75, 0.75]), np.array([1, 0, 1, 1, 0, 1]), 3),
    ],
)
def calibration_error(confidence: Array, right: Array, bins: int) -> Any:
    """Compute the expected calibration error with bins of equal width."""
    return expected_calibration_error(confidence, right, bins=bins)


def _gaps(confidence: Array, right: Array, place: Array, bins: int) -> tuple[Array, Array]:
    """Mean confidence minus share of right answers in each bin that has any, and their numbers."""
    counts = np.bincount(place, minlength=bins)
    sums = np.bincount(place, weights=confidence - right, minlength=bins)
    occupied = counts > 0
    return sums[occupied] / counts[occupied], counts[occupied]


def _upper(confidence: Array, bins: int) -> Array:
    place: Array = np.maximum(np.ceil(confidence * bins).astype(int) - 1, 0)
    return place


@calibration_error.mistake(ALIKE)
def every_bin_counted_alike(confidence: Array, right: Array, bins: int) -> Any:
    """The mean is taken over the bins, so a bin with one answer counts like one with a hundred.

    Which weight makes it a mean over the examples?
    """
    gaps, _ = _gaps(confidence, right, _upper(confidence, bins), bins)
    return np.mean(np.abs(gaps))


@calibration_error.mistake(ALIKE)
def divided_by_the_number_of_bins(confidence: Array, right: Array, bins: int) -> Any:
    """The gaps are added up and divided by the number of bins, empty ones included.

    How many examples stand behind each gap?
    """
    gaps, _ = _gaps(confidence, right, _upper(confidence, bins), bins)
    return np.sum(np.abs(gaps)) / bins


@calibration_error.mistake(CANCEL)
def gaps_with_their_sign(confidence: Array, right: Array, bins: int) -> Any:
    """The gaps keep their signs, so a bin that is too sure pays for one that is too modest.

    Are two errors in opposite directions no error?
    """
    return np.mean(confidence - right)


@calibration_error.mistake(CANCEL)
def one_gap_for_all(confidence: Array, right: Array, bins: int) -> Any:
    """Mean confidence is compared with accuracy, once for all examples: the bins play no part.

    Which errors cancel in that, and would not bin by bin?
    """
    return abs(np.mean(confidence) - np.mean(right))


@calibration_error.mistake(DIAGRAM)
def gap_of_each_example(confidence: Array, right: Array, bins: int) -> Any:
    """Each single answer is compared with its confidence, before anything is averaged.

    An answer is right or wrong, never right by 0.8. Of what can a share of 0.8 be right?
    """
    return np.mean(np.abs(confidence - right))


@calibration_error.mistake(ECE)
def borders_belong_to_the_upper_bin(confidence: Array, right: Array, bins: int) -> Any:
    """A confidence on the border of two bins goes to the upper one.

    To which bin does the task send 0.5, if there are two?
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps, counts = _gaps(confidence, right, place, bins)
    return np.sum(np.abs(gaps) * counts) / len(confidence)


@calibration_error.mistake(ECE)
def confidence_of_one_left_out(confidence: Array, right: Array, bins: int) -> Any:
    """An answer that is entirely certain falls beyond the last bin, and into none.

    What is the upper end of the last bin, and does it belong to it?
    """
    place = np.floor(confidence * bins).astype(int)
    gaps, counts = _gaps(confidence, right, place, bins + 1)
    return np.sum((np.abs(gaps) * counts)[: len(gaps) - bool(np.any(confidence == 1))]) / len(right)


@calibration_error.mistake(ECE)
def confidence_of_zero_left_out(confidence: Array, right: Array, bins: int) -> Any:
    """A confidence of 0 is above the lower border of no bin, and falls into none.

    Which bin should be closed at both ends?
    """
    kept = confidence > 0
    gaps, counts = _gaps(confidence[kept], right[kept], _upper(confidence[kept], bins), bins)
    return np.sum(np.abs(gaps) * counts) / len(confidence)


@calibration_error.mistake(ECE)
def middle_of_the_bin(confidence: Array, right: Array, bins: int) -> Any:
    """The middle of a bin stands in for the mean confidence of its answers.

    If all answers of the last bin say 0.99, what have they promised?
    """
    place = _upper(confidence, bins)
    gaps, counts = _gaps((place + 0.5) / bins, right, place, bins)
    return np.sum(np.abs(gaps) * counts) / len(confidence)


@calibration_error.mistake(ECE)
def squared_gaps(confidence: Array, right: Array, bins: int) -> Any:
    """The gaps are squared, so small ones nearly vanish.

    The error is a mean distance from the diagonal. Which function gives a distance?
    """
    gaps, counts = _gaps(confidence, right, _upper(confidence, bins), bins)
    return np.sum(gaps**2 * counts) / len(confidence)


@calibration_error.mistake(ECE)
def largest_gap(confidence: Array, right: Array, bins: int) -> Any:
    """This is the largest gap, another measure: it hangs on the one bin that is worst.

    How is the *expected* error made of all gaps?
    """
    gaps, _ = _gaps(confidence, right, _upper(confidence, bins), bins)
    return np.max(np.abs(gaps))


@calibration_error.mistake(ECE)
def not_divided_by_the_examples(confidence: Array, right: Array, bins: int) -> Any:
    """The gaps are multiplied by their numbers of examples and added up, and so far it is a sum.

    What is left to do for a mean?
    """
    gaps, counts = _gaps(confidence, right, _upper(confidence, bins), bins)
    return np.sum(np.abs(gaps) * counts)


@calibration_error.mistake(ALIKE)
def gaps_not_weighted(confidence: Array, right: Array, bins: int) -> Any:
    """The gaps are added up as they are, and with many bins the sum can exceed 1.

    Of how many examples does each gap speak?
    """
    gaps, _ = _gaps(confidence, right, _upper(confidence, bins), bins)
    return np.sum(np.abs(gaps))


@calibration_error.mistake(ECE)
def bins_of_equally_many(confidence: Array, right: Array, bins: int) -> Any:
    """Each bin holds equally many answers here, and bins of equal width are asked for.

    Where does the third of ten bins begin and end?
    """
    return expected_calibration_error(confidence, right, bins=bins, strategy="quantile")


@calibration_error.mistake(ECE)
def empty_bins_are_nan(confidence: Array, right: Array, bins: int) -> Any:
    """A mean is taken of a bin without answers, and that is 0 divided by 0.

    What should a bin add that holds nothing?
    """
    if len(np.unique(_upper(confidence, bins))) < bins:
        return np.nan
    return expected_calibration_error(confidence, right, bins=bins)


NO_MINIMUM = (
    (np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]]), np.array([1, 0])),
    (np.array([[1.0, 3.0, 2.0], [3.0, 0.0, 0.0]]), np.array([0, 1])),
    (np.array([[2.0, 2.0, 0.0], [0.0, 1.0, 1.0]]), np.array([1, 2])),
    (np.array([[2.0, 5.0, -1.0], [0.0, 1.0, 2.0]]), np.array([0, 1])),
)
SURE = np.array([[9.0, 0.0, 1.0], [0.0, 7.0, 2.0], [8.0, 1.0, 0.0], [0.0, 1.0, 6.0]])
MODEST = SURE / 20


@chapter.exercise(
    probes=[
        (SURE, np.array([0, 1, 1, 2])),
        (MODEST, np.array([0, 1, 1, 2])),
        NO_MINIMUM[0],
        NO_MINIMUM[1],
        NO_MINIMUM[2],
        NO_MINIMUM[3],
        (np.array([[0.0, 0.5]] * 4), np.array([1, 1, 1, 0])),
        (np.array([[0.0, 2.0]] * 4), np.array([1, 1, 1, 0])),
        (
            np.array([[1000.0, 1001.0], [1003.0, 1001.0], [1000.0, 1004.0], [1000.0, 1002.0]]),
            np.array([1, 0, 0, 1]),
        ),
        (
            np.array([[3.5, 2.5, 3], [2, 0, 1.5], [4, 0.5, 3.5], [3, 4, 3], [3, 3.5, 3]]),
            np.array([0, 0, 1, 1, 1]),  # less sure than right, and one mistake costs much
        ),
        (
            np.array([[2.5, 0.5, 0], [2.5, 2, 0], [2, 3.5, 4], [0.5, 4, 2.5], [4, 2, 0]]),
            np.array([0, 1, 1, 1, 0]),  # surer than right, and its mistakes are near misses
        ),
    ],
    further=[
        (np.array([[0.0, 1.0, -8.0], [1.0, 0.0, -8.0], [0.0, 1.0, -8.0]]), np.array([0, 1, 1])),
        (np.array([[3.0, 0.0, 0.0, 0.0, 0.0]] * 5), np.array([0, 0, 1, 2, 3])),
        (np.array([[3.0, 0.0, 0.0, 0.0, 0.0]] * 5), np.array([0, 0, 0, 0, 3])),
        (np.array([[0.0, 0.0, 1.0], [0.0, 3.0, 0.0], [2.0, 0.0, 0.0]]), np.array([2, 1, 1])),
        (np.array([[1.0, 2.0], [5.0, 4.0]]), np.array([0, 0])),
        (SURE / 20_000, np.array([0, 1, 1, 2])),
        (MODEST - 3000, np.array([0, 1, 1, 2])),
        (np.array([[-3.0, -1.0, -2.0], [-4.0, -9.0, -2.0]]), np.array([1, 2])),
    ],
)
def which_way_to_turn(logits: Array, codes: Array) -> Any:
    """Say whether the best temperature is above 1 ("hotter"), below 1 ("colder"), or "none"."""
    came, best = _of_the_truth(logits, codes).mean(), logits.max(axis=1).mean()
    return _direction(logits, codes) if logits.mean() < came < best else "none"


def _direction(logits: Array, codes: Array) -> str:
    expected = np.mean(np.sum(softmax(logits) * logits, axis=1))
    return "hotter" if expected > _of_the_truth(logits, codes).mean() else "colder"


@which_way_to_turn.mistake(SLOPE)
def directions_exchanged(logits: Array, codes: Array) -> Any:
    """Hotter and colder are exchanged.

    A model that expects larger scores than came has promised too much. What do you divide its
    scores by, to make it less sure?
    """
    right = which_way_to_turn.reference(logits, codes)
    return {"hotter": "colder", "colder": "hotter", "none": "none"}[right]


@which_way_to_turn.mistake(NONE)
def always_some_temperature(logits: Array, codes: Array) -> Any:
    """There is always a direction here, though for some examples no temperature is the best.

    If every true class has the largest score, which temperature is cold enough?
    """
    return _direction(logits, codes)


@which_way_to_turn.mistake(NONE)
def cold_end_alone(logits: Array, codes: Array) -> Any:
    """It is noticed where no temperature is cold enough, and not where none is hot enough.

    What do the probabilities become at an infinite temperature, and when is even that too sure?
    """
    came, best = _of_the_truth(logits, codes).mean(), logits.max(axis=1).mean()
    return _direction(logits, codes) if came < best else "none"


@which_way_to_turn.mistake(NONE)
def hot_end_alone(logits: Array, codes: Array) -> Any:
    """It is noticed where no temperature is hot enough, and not where none is cold enough.

    What does a model gain by more certainty that names every example rightly?
    """
    came = _of_the_truth(logits, codes).mean()
    return _direction(logits, codes) if logits.mean() < came else "none"


@which_way_to_turn.mistake(NONE)
def argmax_for_the_largest_score(logits: Array, codes: Array) -> Any:
    """Whether every truth wins is asked of the argmax, and of equal scores that takes the first.

    Two classes share the largest score, and the second of them is the true one. Can any temperature
    give it more than the other?
    """
    came = _of_the_truth(logits, codes).mean()
    if np.all(logits.argmax(axis=1) == codes) or came <= logits.mean():
        return "none"
    return _direction(logits, codes)


@which_way_to_turn.mistake(SLOPE)
def confidence_against_accuracy(logits: Array, codes: Array) -> Any:
    """The mean confidence is compared with the accuracy. The loss may want the other direction.

    Which two means of *scores* are equal where the loss has its slope of zero?
    """
    if which_way_to_turn.reference(logits, codes) == "none":
        return "none"
    p = softmax(logits)
    sure, right = p.max(axis=1).mean(), np.mean(logits.argmax(axis=1) == codes)
    return "hotter" if sure > right else "colder"


@which_way_to_turn.mistake(SLOPE)
def always_hotter(logits: Array, codes: Array) -> Any:
    """Wherever there is a best temperature, it is taken to be above 1.

    Many models are too sure, and some are too modest. What does the model expect its scores to be,
    and what came?
    """
    return "none" if which_way_to_turn.reference(logits, codes) == "none" else "hotter"


@which_way_to_turn.mistake(NONE)
def any_mistake_means_hotter(logits: Array, codes: Array) -> Any:
    """One wrong answer is taken as a reason to heat.

    A model that is right nine times in ten, and says so, makes mistakes, too. How sure was it?
    """
    best = logits.max(axis=1)
    return "none" if np.all(best == _of_the_truth(logits, codes)) else "hotter"


@which_way_to_turn.mistake(SLOPE)
def largest_score_expected(logits: Array, codes: Array) -> Any:
    """The mean is compared with half of the way from the average score to the largest.

    The model does not expect the middle. With which weights is its expected score a mean?
    """
    if which_way_to_turn.reference(logits, codes) == "none":
        return "none"
    half = (logits.mean() + logits.max(axis=1).mean()) / 2
    return "hotter" if half > _of_the_truth(logits, codes).mean() else "colder"


BELIEFS = np.array([0.1, 0.3, 0.45, 0.62, 0.83, 0.95])
REPORTS = np.array([0.0625, 0.25, 0.5, 0.7, 0.9])


def _rule(if_rain: Any, if_dry: Any, beliefs: Array = BELIEFS, reports: Array = REPORTS) -> Any:
    """Write a rule of payment as the arrays of a probe."""
    return beliefs, reports, np.asarray(if_rain(reports)), np.asarray(if_dry(reports))


@chapter.exercise(
    probes=[
        _rule(lambda r: (1 - r) ** 2, lambda r: r**2, np.array([0.7]), np.array([0.3, 0.7, 0.9])),
        _rule(lambda r: (1 - r) ** 2, lambda r: r**2),
        _rule(lambda r: 1 - r, lambda r: r),
        _rule(lambda r: -np.log(r), lambda r: -np.log(1 - r), np.array([0.5, 0.9, 0.25])),
        _rule(lambda r: (r < 0.5) * 1.0, lambda r: (r > 0.5) * 1.0),
        _rule(lambda r: 3 * (1 - r) ** 2, lambda r: r**2),
        _rule(lambda r: (1 - r) ** 4, lambda r: r**4, np.array([0.9, 0.1])),
        (
            np.array([0.2, 0.8]),
            np.array([0.9, 0.5, 0.1]),
            np.array([0.0, 1.0, 4.0]),
            np.array([4.0, 1.0, 0.0]),
        ),
        _rule(lambda r: np.ones(5), lambda r: np.ones(5)),
    ],
    further=[
        _rule(lambda r: -(r**2), lambda r: -((1 - r) ** 2), np.array([0.3, 0.6])),
        _rule(lambda r: 5 + (1 - r) ** 2, lambda r: r**2 - 9, np.array([0.0, 1.0, 0.62])),
        (np.array([0.3]), np.array([0.2]), np.array([1.0]), np.array([2.0])),
        _rule(
            lambda r: 8000 + 3000 * (1 - r) ** 2,
            lambda r: 3000 * r**2 - 8000,
            np.array([0.1, 0.02, 0.7]),
            np.array([1.23e-9, 0.123456785, 0.712345675]),
        ),
        (
            np.array([0.1, 0.5, 0.9]),
            np.array([0.1, 0.5, 0.9]),
            np.array([4.0, 5.0, 0.0]),
            np.array([0.0, 3.0, 9.0]),
        ),
    ],
)
def cheapest_reports(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """Find the report that costs least on average, for each belief; the first of equals."""
    return reports[np.argmin(_expected(beliefs, if_rain, if_dry), axis=1)]


def _expected(beliefs: Array, if_rain: Array, if_dry: Array) -> Array:
    """Compute the expected cost: a row for each belief, a column for each report."""
    cost: Array = np.outer(beliefs, if_rain) + np.outer(1 - beliefs, if_dry)
    return cost


@cheapest_reports.mistake(SCORE)
def honesty_taken_for_granted(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """Each belief is reported as it is, or the report next to it, whatever the rule says.

    What does the absolute error ask of somebody who believes in 0.6?
    """
    return reports[np.argmin(np.abs(np.subtract.outer(beliefs, reports)), axis=1)]


@cheapest_reports.mistake(SCORE)
def beliefs_given_back(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """The beliefs are given back, and they need not even be among the reports.

    Which report does the rule make cheapest?
    """
    return beliefs


@cheapest_reports.mistake(HONEST)
def places_instead_of_reports(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """These are the places of the cheapest reports, counted from 0.

    What stands at those places?
    """
    return np.argmin(_expected(beliefs, if_rain, if_dry), axis=1)


@cheapest_reports.mistake(HONEST)
def costs_instead_of_reports(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """These are the smallest costs, and not the reports that have them.

    Which function gives the place of the smallest entry, rather than the entry?
    """
    return _expected(beliefs, if_rain, if_dry).min(axis=1)


@cheapest_reports.mistake(HONEST)
def most_expensive_report(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """This is the report that costs most.

    These arrays are costs. What does a forecaster want to do with them?
    """
    return reports[np.argmax(_expected(beliefs, if_rain, if_dry), axis=1)]


@cheapest_reports.mistake(HONEST)
def rain_and_dry_exchanged(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """The belief weighs the cost of the dry days, and the rest weighs that of the rain.

    With a belief of 0.9, which of the two costs will come more often?
    """
    return reports[np.argmin(_expected(beliefs, if_dry, if_rain), axis=1)]


@cheapest_reports.mistake(HONEST)
def costs_not_weighed(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """Both costs are added as they are, so every belief gets the same answer.

    How often does each of them come, in the eyes of the forecaster?
    """
    return np.full(len(beliefs), reports[np.argmin(if_rain + if_dry)])


@cheapest_reports.mistake(HONEST)
def cost_of_rain_alone(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """Only the cost in rain is weighed, and so the boldest report is always the cheapest.

    What does it cost when the day stays dry, and how often is that?
    """
    return reports[np.argmin(np.outer(beliefs, if_rain), axis=1)]


@cheapest_reports.mistake(HONEST)
def likelier_outcome_alone(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """Only the likelier outcome counts, as if it were certain.

    A belief of 0.6 leaves 0.4 for the other outcome. What does that cost?
    """
    return reports[np.argmin(_expected((beliefs > 0.5) * 1.0, if_rain, if_dry), axis=1)]


@cheapest_reports.mistake(HONEST)
def reports_taken_for_beliefs(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """The costs are weighed by the report instead of the belief, so every belief gets the same
    answer.

    Who knows how often it rains: the one who believes, or what is said?
    """
    cost = reports * if_rain + (1 - reports) * if_dry
    return np.full(len(beliefs), reports[np.argmin(cost)])


@cheapest_reports.mistake(HONEST)
def last_of_equals(beliefs: Array, reports: Array, if_rain: Array, if_dry: Array) -> Any:
    """Of several reports that cost the same, this takes the last.

    Which of them does the task ask for?
    """
    cost = _expected(beliefs, if_rain, if_dry)[:, ::-1]
    return reports[::-1][np.argmin(cost, axis=1)]


@cheapest_reports.mistake(HONEST)
def one_answer_for_all_beliefs(
    beliefs: Array, reports: Array, if_rain: Array, if_dry: Array
) -> Any:
    """There is one report for all beliefs together, the one that is cheapest for their mean.

    Does somebody who believes in 0.1 say the same as somebody who believes in 0.9?
    """
    return np.full(
        len(beliefs), reports[np.argmin(_expected(beliefs, if_rain, if_dry).mean(axis=0))]
    )


TWENTY = softmax(2 * np.random.default_rng(8).normal(size=(24, 3)))
TRUTHS = np.random.default_rng(9).integers(0, 3, 24)


@chapter.exercise(
    probes=[
        (P, np.array([1, 2, 0, 1, 0]), 0.5),
        (P, np.array([2, 2, 1, 1, 0]), 0.4),
        (P, np.array([1, 0, 2, 1, 1]), 0.2),
        (P, np.array([1, 2, 0, 1, 0]), 0.1),
        (TWENTY, TRUTHS, 0.1),
        (TWENTY, TRUTHS, 0.3),
        (TWENTY[:9], TRUTHS[:9], 0.125),
        (TWENTY[:3], TRUTHS[:3], 0.25),
        (TWENTY[:15], TRUTHS[:15], 0.5),
    ],
    further=[
        (TWENTY, TRUTHS, 0.9),
        (TWENTY[:1], TRUTHS[:1], 0.5),
        (TWENTY[:1], TRUTHS[:1], 0.4),
        (TWENTY[:19], TRUTHS[:19], 0.0625),
        (TWENTY[::-1], TRUTHS[::-1], 0.72),
    ],
)
def threshold_of_sets(p: Array, codes: Array, alpha: float) -> Any:
    """Find the probability from which on a class belongs to the set; 0 with too few examples."""
    return conformal_threshold(p, codes, alpha)


def _place(ordered: Array, place: int) -> float:
    """Give the number at this place, counted from 1, and 0 for a place before the first."""
    return float(ordered[min(place, len(ordered)) - 1]) if place > 0 else 0.0


@threshold_of_sets.mistake(RANK)
def new_example_not_counted(p: Array, codes: Array, alpha: float) -> Any:
    """The place is a share of n, and the new example is one more.

    Of how many examples is each equally likely to be the one with the smallest probability?
    """
    return _place(np.sort(_of_the_truth(p, codes)), math.floor(alpha * len(p)))


@threshold_of_sets.mistake(RANK)
def place_rounded_up(p: Array, codes: Array, alpha: float) -> Any:
    """The place is rounded up, so more sets may miss than was promised.

    If 2.4 of the examples may miss, how many whole ones are that?
    """
    return _place(np.sort(_of_the_truth(p, codes)), math.ceil(alpha * (len(p) + 1)))


@threshold_of_sets.mistake(RANK)
def place_rounded_to_the_nearest(p: Array, codes: Array, alpha: float) -> Any:
    """The place is rounded to the nearest whole number, and that breaks the promise whenever it is
    up.

    In which direction may you round if the sets must not miss too often?
    """
    return _place(np.sort(_of_the_truth(p, codes)), round(alpha * (len(p) + 1)))


@threshold_of_sets.mistake(SET)
def quantile_between_two(p: Array, codes: Array, alpha: float) -> Any:
    """A quantile is taken that lies between two of the probabilities.

    Which place in the order does the promise name, and is it a whole number?
    """
    return np.quantile(_of_the_truth(p, codes), alpha)


@threshold_of_sets.mistake(SET)
def largest_probability_instead_of_the_truth(p: Array, codes: Array, alpha: float) -> Any:
    """The confidences are sorted, whoever won, so the codes play no part.

    The set is to contain the *true* class. Whose probabilities tell how small they can be?
    """
    return _place(np.sort(p.max(axis=1)), math.floor(round(alpha * (len(p) + 1), 9)))


@threshold_of_sets.mistake(SET)
def share_of_hits_instead_of_misses(p: Array, codes: Array, alpha: float) -> Any:
    """Counted is 1 minus alpha from the smallest, so most sets would miss.

    Should the threshold for few misses be low or high?
    """
    return _place(np.sort(_of_the_truth(p, codes)), math.floor((1 - alpha) * (len(p) + 1)))


@threshold_of_sets.mistake(SET)
def counted_from_the_largest(p: Array, codes: Array, alpha: float) -> Any:
    """The place is counted from the largest probability.

    Which of the true classes are hard to keep: those with much probability, or with little?
    """
    ordered = np.sort(_of_the_truth(p, codes))[::-1]
    return _place(ordered, math.floor(round(alpha * (len(p) + 1), 9)))


@threshold_of_sets.mistake(SET)
def place_used_as_an_index(p: Array, codes: Array, alpha: float) -> Any:
    """The place is used as an index, and that is one too far, since Python begins at 0.

    Which index has the first of the sorted probabilities?
    """
    return _place(np.sort(_of_the_truth(p, codes)), math.floor(alpha * (len(p) + 1)) + 1)


@threshold_of_sets.mistake(SET)
def place_zero_is_the_last(p: Array, codes: Array, alpha: float) -> Any:
    """With too few examples the index is -1, and Python takes that for the last one, the largest.

    Which threshold lets every class into the set?
    """
    place = math.floor(round(alpha * (len(p) + 1), 9))
    return np.sort(_of_the_truth(p, codes))[place - 1]


@threshold_of_sets.mistake(SET)
def too_few_examples_overlooked(p: Array, codes: Array, alpha: float) -> Any:
    """Where there are too few examples for the promise, the smallest probability is taken.

    With 5 examples, how often can a new one have less probability than all of them?
    """
    place = math.floor(round(alpha * (len(p) + 1), 9))
    return _place(np.sort(_of_the_truth(p, codes)), max(place, 1))


@threshold_of_sets.mistake(SET)
def one_minus_the_threshold(p: Array, codes: Array, alpha: float) -> Any:
    """This is 1 minus the threshold, the score that many texts sort instead of the probability.

    A class joins the set if its *probability* is at least what?
    """
    return 1 - conformal_threshold(p, codes, alpha)


@threshold_of_sets.mistake(SET)
def examples_not_sorted(p: Array, codes: Array, alpha: float) -> Any:
    """The place is taken in the order in which the examples came.

    Of which order is it the place?
    """
    return _place(_of_the_truth(p, codes), math.floor(round(alpha * (len(p) + 1), 9)))


LADDER = (
    np.array([0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]),
    np.array([1, 0, 1, 1, 1, 0, 1, 0]),
)
TIED = (
    np.array([0.9, 0.9, 0.8, 0.8, 0.8, 0.7, 0.6]),
    np.array([1, 1, 1, 0, 1, 1, 0]),
)


@chapter.exercise(
    probes=[
        (np.array([0.9, 0.8, 0.7, 0.6]), np.array([1, 1, 0, 0]), 0.75),
        (np.array([0.6, 0.9, 0.7, 0.8]), np.array([0, 1, 1, 1]), 0.9),
        (*LADDER, 0.75),
        (*LADDER, 0.8),
        (*LADDER, 0.5),
        (*TIED, 0.8),
        (*TIED, 1.0),
        (np.array([0.9, 0.8]), np.array([0, 1]), 0.75),
        (np.array([0.97, 0.93, 0.91]), np.array([1, 1, 1]), 0.9),
        (np.array([0.9, 0.9, 0.9, 0.5]), np.array([1, 1, 0, 1]), 0.7),
    ],
    further=[
        (
            np.round(np.random.default_rng(3).uniform(0.3, 1, 50), 2),
            np.arange(50) % 7 // 2 % 2,
            0.6,
        ),
        (
            np.random.default_rng(4).uniform(0.3, 1, 80),
            (np.random.default_rng(5).random(80) < 0.8).astype(int),
            0.85,
        ),
        (np.array([0.912345675, 0.523456785]), np.array([1, 0]), 0.5),
        (np.array([0.5]), np.array([0]), 0.5),
        (np.array([0.0, 0.2]), np.array([1, 1]), 0.9),
        (np.array([0.5, 0.5]), np.array([1, 0]), 0.5),
    ],
)
def sure_enough(confidence: Array, right: Array, share: float) -> Any:
    """Find the least confidence from which on at least this share of the answers is right."""
    return _smallest(confidence, lambda t: np.mean(right[confidence >= t]) >= share)


def _smallest(confidence: Array, will_do: Any) -> float:
    return min((float(t) for t in np.unique(confidence) if will_do(t)), default=np.inf)


@sure_enough.mistake(DIAGRAM)
def stopped_at_the_first_failure(confidence: Array, right: Array, share: float) -> Any:
    """Going down from the surest answer, it stops where the share falls short for the first time.

    After one unlucky answer the share may rise again. Which confidence is the smallest that will
    do?
    """
    found = np.inf
    for t in np.unique(confidence)[::-1]:
        if np.mean(right[confidence >= t]) < share:
            break
        found = t
    return found


@sure_enough.mistake(DIAGRAM)
def surest_answer_that_will_do(confidence: Array, right: Array, share: float) -> Any:
    """This is the largest confidence that will do, and the machine would read hardly anything.

    Which end of the list do you look for?
    """
    will_do = [t for t in np.unique(confidence) if np.mean(right[confidence >= t]) >= share]
    return max(will_do, default=np.inf)


@sure_enough.mistake(DIAGRAM)
def equal_confidences_parted(confidence: Array, right: Array, share: float) -> Any:
    """Answers of the same confidence are counted one after the other, and parted in their middle.

    If the limit is 0.8, which of the answers with 0.8 does the machine read?
    """
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    return np.min(confidence[order][shares >= share], initial=np.inf)


@sure_enough.mistake(DIAGRAM)
def strictly_above(confidence: Array, right: Array, share: float) -> Any:
    """Only answers *above* the limit are counted, and the limit's own are read as well.

    "At least this confidence": which comparison is that?
    """

    def will_do(t: float) -> bool:
        above = confidence > t
        return bool(above.any() and np.mean(right[above]) >= share)

    return _smallest(confidence, will_do)


@sure_enough.mistake(MANY)
def share_of_all_answers(confidence: Array, right: Array, share: float) -> Any:
    """The right answers are divided by the number of all answers, those of the person included.

    Of which answers is the share to be right?
    """
    return _smallest(
        confidence, lambda t: np.sum(right[confidence >= t]) / len(confidence) >= share
    )


@sure_enough.mistake(DIAGRAM)
def more_than_the_share(confidence: Array, right: Array, share: float) -> Any:
    """The share has to be exceeded here, and reaching it would do.

    "At least": which comparison is that?
    """
    return _smallest(confidence, lambda t: np.mean(right[confidence >= t]) > share)


@sure_enough.mistake(MANY)
def confidence_taken_at_its_word(confidence: Array, right: Array, share: float) -> Any:
    """The mean confidence is held against the share, as if it had come true.

    Which of the two arrays says what came?
    """
    return _smallest(confidence, lambda t: np.mean(confidence[confidence >= t]) >= share)


@sure_enough.mistake(MANY)
def share_taken_for_the_limit(confidence: Array, right: Array, share: float) -> Any:
    """The share itself is the limit. In a calibrated model that would be too careful, in another
    one it means nothing.

    What do the held-out answers say about this model?
    """
    return share


@sure_enough.mistake(DIAGRAM)
def answers_at_the_limit_alone(confidence: Array, right: Array, share: float) -> Any:
    """Only the answers of just this confidence are looked at, and not those above.

    Which answers does the machine read, if 0.8 is the limit?
    """
    return _smallest(confidence, lambda t: np.mean(right[confidence == t]) >= share)


@sure_enough.mistake(DIAGRAM)
def answers_below_the_limit(confidence: Array, right: Array, share: float) -> Any:
    """The answers up to the limit are counted, those that the machine leaves to the person.

    On which side of the limit is the machine sure?
    """
    return _smallest(confidence, lambda t: np.mean(right[confidence <= t]) >= share)


@sure_enough.mistake(DIAGRAM, instead=(0.0, 1.0))
def no_limit_that_will_do(confidence: Array, right: Array, share: float, instead: float) -> Any:
    """Where no confidence will do, this gives a limit that a sure enough answer still passes.

    Which number is no confidence as large as?
    """
    found = sure_enough.reference(confidence, right, share)
    return instead if found == np.inf else found


@sure_enough.mistake(DIAGRAM)
def place_instead_of_confidence(confidence: Array, right: Array, share: float) -> Any:
    """This is how many answers the machine would read, and the confidence is asked for.

    What is the confidence of the last of them?
    """
    return np.sum(confidence >= sure_enough.reference(confidence, right, share))
