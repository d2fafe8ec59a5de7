"""Exercises of chapter 1, and the mistakes that people make in them."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import log_sigmoid, sigmoid

from .claims import all_of, given, in_range, is_nan, leaves, overflow_at_1000, sums_to_one
from .exercises import Chapter
from .probes import UNROUNDED

Array = NDArray[Any]

LINEAR = "The linear output"
FROM_SCORE = "From a score to a probability"
HEADS = "Three heads on the same scores"
TWO_CLASSES = "The sigmoid is softmax with two classes"
DECIDE = "A table to decide by"
EXCLUSIVE = "Sigmoids for exclusive classes"
LARGE_SCORES = "The textbook sigmoid on large scores"
COSTS = "Let the cost set the threshold"
DATA = "Try it on data"

chapter = Chapter(1, "01_predict_probabilities.ipynb")


@chapter.exercise(
    items=(
        "Will this customer cancel, yes or no?",
        "Which of the ten digits is in the picture?",
        "Which topics does the article touch, any number of twenty?",
        "What is the price of the house?",
        "Which of 50,000 words comes next?",
        "Which of five exclusive species is the plant?",
        "Which of fourteen findings does the X-ray show: none, one or several?",
        "What is tomorrow's temperature in degrees Celsius?",
    ),
    options=("linear", "sigmoid", "softmax"),
)
def choose_head() -> list[str]:
    """Choose the output layer for eight tasks: a list of eight strings."""
    return ["sigmoid", "softmax", "sigmoid", "linear", "softmax", "softmax", "sigmoid", "linear"]


def _heads(head: str, *numbers: int) -> list[str]:
    """Fill in the right heads, with `head` for the tasks of these numbers."""
    right = choose_head.reference()
    return [head if i in numbers else right[i - 1] for i in range(1, len(right) + 1)]


@choose_head.mistake(EXCLUSIVE)
def sigmoids_for_exclusive_classes() -> list[str]:
    """Sigmoids judge every class on its own, so two digits could get 90 % each.

    Only one answer can be true here. What should the numbers of all classes add up to?
    """
    return _heads("sigmoid", 2, 5, 6)


@choose_head.mistake(HEADS)
def softmax_for_labels_that_can_be_true_together() -> list[str]:
    """Softmax makes the classes compete: a second finding can only gain what the first one loses.

    If two of the labels are true at once, or none is, which numbers would you like to see?
    """
    return _heads("softmax", 3, 7)


@choose_head.mistake(HEADS)
def softmax_for_every_classification() -> list[str]:
    """Softmax hands out exactly 100 %, among classes that exclude each other.

    Does each of these tasks have exactly one right answer among several? Count, for each one, how
    many of its classes can be true at the same time.
    """
    return _heads("softmax", 1, 3, 7)


@choose_head.mistake(HEADS)
def softmax_and_sigmoid_exchanged() -> list[str]:
    """Here softmax stands where labels may be true together, and sigmoids where only one can be.

    Which of the two makes the classes share 100 %, and which judges each one on its own?
    """
    return [{"softmax": "sigmoid", "sigmoid": "softmax"}.get(h, h) for h in choose_head.reference()]


@choose_head.mistake(TWO_CLASSES)
def softmax_for_yes_or_no() -> list[str]:
    """Softmax over a single node always answers 1, whatever its score is.

    Two nodes and softmax would do, but one of the two scores is then to spare. Which head needs a
    single node for a yes-or-no question?
    """
    return _heads("softmax", 1)


@choose_head.mistake(LINEAR)
def a_linear_head_for_probabilities() -> list[str]:
    """A linear output may be −0.4 or 1.2, and then it is no probability.

    This task asks how likely something is. Which heads keep their numbers between 0 and 1?
    """
    return _heads("linear", 1, 2, 3, 5, 6, 7)


@choose_head.mistake(DECIDE)
def a_sigmoid_for_a_quantity() -> list[str]:
    """A sigmoid never leaves the range from 0 to 1: no house would cost more than 1.

    Is this task about how likely something is, or about how much?
    """
    return _heads("sigmoid", 4, 8)


@choose_head.mistake(DECIDE)
def softmax_for_a_quantity() -> list[str]:
    """Softmax turns scores into shares of 100 %, and a single score into the number 1.

    Is this task about how likely something is, or about how much?
    """
    return _heads("softmax", 4, 8)


@choose_head.mistake(DECIDE, head=("sigmoid", "softmax"))
def the_same_head_everywhere(head: str) -> list[str]:
    """One head cannot serve all eight tasks.

    Sort them first: which ask for a quantity, which have exactly one right class, and in which may
    several labels be true at once?
    """
    return [head] * 8


@chapter.exercise(
    strict=True,
    probes=[
        (np.array([0.0, 1.0]),),
        (np.array([-2.0, 0.0, 2.0]),),
        (np.array([-12.0, 12.0]),),
        (np.array([1000.0, 0.0]),),
        (np.array([0.0, -1000.0]),),
        (np.array([-1000.0, 1000.0]),),
    ],
    further=[
        *[(row,) for row in UNROUNDED[:2]],
    ],
)
def stable_sigmoid(z: Array) -> Any:
    """Write a sigmoid for an array of scores that neither warns nor fails from −1000 to 1000."""
    return sigmoid(z)


@stable_sigmoid.mistake(LARGE_SCORES, claim=overflow_at_1000)
def textbook_formula(z: Array) -> Any:
    """`exp(1000)` is more than a float64 can hold, and the score −1000 makes this formula compute
    it.

    The answer may still come out as 0, but with a warning and by luck. For which scores is this
    formula safe, and can you write one that is safe for the others?
    """
    return 1 / (1 + np.exp(-z))


@stable_sigmoid.mistake(LARGE_SCORES, claim=all_of(is_nan, given(1000)))
def formula_for_negative_scores_everywhere(z: Array) -> Any:
    """`exp(1000)` overflows above and below the fraction line, and inf / inf is nan.

    This formula is safe for negative scores. What else could you do for the positive ones?
    """
    return np.exp(z) / (1 + np.exp(z))


@stable_sigmoid.mistake(LARGE_SCORES, claim=overflow_at_1000)
def textbook_formula_turned_round(z: Array) -> Any:
    """`exp(1000)` is more than a float64 can hold, and for the score 1000 this formula computes it.

    The answer comes out as 1 all the same, but with a warning and by luck. For which scores is this
    formula safe, and can you write one that is safe for the others?
    """
    return 1 - 1 / (1 + np.exp(z))


@stable_sigmoid.mistake(LARGE_SCORES, claim=overflow_at_1000)
def where_with_its_branches_exchanged(z: Array) -> Any:
    """Each of the two formulas stands where the other one is safe.

    Which of them takes the exponential of a large number when the score is 1000?
    """
    return np.where(z >= 0, np.exp(z) / (1 + np.exp(z)), 1 / (1 + np.exp(-z)))


@stable_sigmoid.mistake(LARGE_SCORES, claim=overflow_at_1000)
def where_computes_both_formulas(z: Array) -> Any:
    """`np.where` chooses between two results, but both are computed first, for every score.

    So the formula that is not chosen overflows all the same. Could both of them use one exponential
    that never overflows?
    """
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@stable_sigmoid.mistake(FROM_SCORE)
def sign_turned_round(z: Array) -> Any:
    """This curve falls where the sigmoid rises: a higher score makes the class less likely.

    What should the sigmoid of a large positive score be? Follow the sign in the exponent.
    """
    return sigmoid(-z)


@stable_sigmoid.mistake(FROM_SCORE)
def textbook_formula_with_the_sign_turned_round(z: Array) -> Any:
    """Two things: the curve falls where it should rise, and `exp(1000)` overflows.

    Begin with the sign: what should the sigmoid of 2 be, more or less than one half?
    """
    return 1 / (1 + np.exp(z))


@stable_sigmoid.mistake(FROM_SCORE, claim=leaves(0, 1))
def hyperbolic_tangent(z: Array) -> Any:
    """This is S-shaped too, but it runs from −1 to 1, and a probability is never negative.

    How must it be squeezed and moved to run from 0 to 1?
    """
    return np.tanh(z)


@stable_sigmoid.mistake(FROM_SCORE)
def hyperbolic_tangent_twice_as_steep(z: Array) -> Any:
    """The range is right, from 0 to 1, and so is the centre, but the curve is too steep.

    Compare the slopes at 0: a sigmoid's is one quarter. What is the slope of yours?
    """
    return 0.5 * (1 + np.tanh(z))


@stable_sigmoid.mistake(FROM_SCORE, slope=(1 / 4, 1 / 5, 1 / 6))
def straight_line_cut_off(z: Array, slope: float) -> Any:
    """A line that is cut off at 0 and 1 resembles the curve, but it reaches 0 and 1 far too early.

    A score of 12 is still not certain. Which function approaches 1 without ever reaching it?
    """
    return np.clip(0.5 + slope * z, 0, 1)


@stable_sigmoid.mistake(FROM_SCORE)
def decision_instead_of_a_probability(z: Array) -> Any:
    """This answers yes or no. The sigmoid says how likely yes is.

    Scores of 0.1 and 10 decide alike. Should they give the same probability?
    """
    return (z > 0).astype(float)


@stable_sigmoid.mistake(LARGE_SCORES, limit=(1, 2, 3, 4, 5, 6, 8, 10))
def scores_clipped_too_early(z: Array, limit: float) -> Any:
    """Clipping the scores prevents the overflow, and makes all scores beyond the limit equal.

    Here the limit is so close that the answer changes. From where on would nobody notice?
    """
    return sigmoid(np.clip(z, -limit, limit))


@stable_sigmoid.mistake(FROM_SCORE, claim=sums_to_one(None))
def softmax_over_the_array(z: Array) -> Any:
    """The numbers of the whole array add up to 1: every entry depends on all the others.

    The sigmoid looks at one score at a time. What should it answer for the score 0 alone?
    """
    e = np.exp(z - z.max())
    return e / e.sum()


@stable_sigmoid.mistake(FROM_SCORE, claim=in_range(-math.inf, 0))
def logarithm_returned(z: Array) -> Any:
    """These are logarithms of probabilities: never positive, and far below 0 for unlikely classes.

    Which step takes the logarithm, and does the task ask for it?
    """
    return log_sigmoid(z)


@stable_sigmoid.mistake(FROM_SCORE, decimals=range(1, 8))
def rounded(z: Array, decimals: int) -> Any:
    """The answer is rounded, and what was cut off is lost to every later step.

    Rounding is for the reader's eyes. Where does it belong, in the function or where you show it?
    """
    return np.round(sigmoid(z), decimals)


@stable_sigmoid.mistake(LARGE_SCORES)
def one_number_at_a_time(z: Array) -> Any:
    """`math.exp` takes a single number, and here a whole array arrives.

    Which library's `exp` takes an array and works on each entry?
    """
    return 1 / (1 + math.exp(-z))


@stable_sigmoid.mistake(LARGE_SCORES)
def an_if_for_a_whole_array(z: Array) -> Any:
    """An `if` needs one answer, and `z >= 0` gives as many as there are scores.

    How do you choose for each entry separately?
    """
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


@stable_sigmoid.mistake(LARGE_SCORES)
def input_modified(z: Array) -> Any:
    """The numbers are right, but afterwards the caller's own scores are gone.

    Which line writes into the array that was handed in, and what could it write into instead?
    """
    answer = sigmoid(z)
    z[:] = 0
    return answer


@chapter.exercise(
    probes=[
        (0.0, 0.0),
        (0.0, 2.0),
        (1.0, 3.0),
        (3.0, 1.0),
        (-1.0, -2.0),
        (0.0, 1000.0),
        (1000.0, 1001.0),
        (-1000.0, -1001.0),
    ],
    further=[
        (0.123456, -1.987654),
        (3001.0, 3000.0),
    ],
)
def two_scores_to_one(z0: float, z1: float) -> Any:
    """Turn the scores of classes 0 and 1 into one number: the probability of class 1."""
    return sigmoid(z1 - z0)


def _two_class_softmax(first: float, second: float) -> float:
    """Divide exponentials without subtracting the maximum."""
    e = np.exp(np.array([first, second]))
    return float(e[1] / e.sum())


@two_scores_to_one.mistake(TWO_CLASSES)
def probability_of_class_0(z0: float, z1: float) -> Any:
    """This is the probability of the other class: it falls where the score of class 1 rises.

    Which score must grow for class 1 to become likelier? Follow its sign.
    """
    return sigmoid(z0 - z1)


@two_scores_to_one.mistake(LARGE_SCORES, claim=overflow_at_1000)
def exponentials_that_overflow(z0: float, z1: float) -> Any:
    """Between moderate scores this is right, but the exponential of 1000 is too large for a float.

    Both scores matter only through one number that you can make from them first. Which one?
    """
    return _two_class_softmax(z0, z1)


@two_scores_to_one.mistake(LARGE_SCORES)
def exponentials_that_overflow_for_class_0(z0: float, z1: float) -> Any:
    """Two things: this is the probability of the other class, and `exp` overflows for large scores.

    Begin with the class: which score must grow for class 1 to become likelier?
    """
    return _two_class_softmax(z1, z0)


@two_scores_to_one.mistake(TWO_CLASSES, which=(0, 1))
def only_one_score_used(z0: float, z1: float, which: int) -> Any:
    """One of the two scores plays no part in this, yet the classes compete.

    If the other score rises by 10, should the probability stay as it is?
    """
    return sigmoid((z0, z1)[which])


@two_scores_to_one.mistake(TWO_CLASSES)
def difference_of_the_scores(z0: float, z1: float) -> Any:
    """The difference is the right quantity, but it can be any number: it is a score itself.

    What turns a single score into a probability?
    """
    return z1 - z0


@two_scores_to_one.mistake(TWO_CLASSES)
def difference_of_two_sigmoids(z0: float, z1: float) -> Any:
    """Two sigmoids are subtracted here, and the result can be negative.

    Do the two steps in the other order: what is compared first, and what is squashed then?
    """
    return sigmoid(z1) - sigmoid(z0)


@two_scores_to_one.mistake(TWO_CLASSES)
def share_of_two_sigmoids(z0: float, z1: float) -> Any:
    """Each score is squashed on its own first, and what large scores differ in is lost.

    The scores 1000 and 1001 should not give the same as 1000 and 1000. What tells them apart?
    """
    first, second = sigmoid(z0), sigmoid(z1)
    return second / (first + second)


@two_scores_to_one.mistake(TWO_CLASSES)
def share_of_the_scores(z0: float, z1: float) -> Any:
    """Scores are not amounts: they can be negative or add up to 0, and then a share has no meaning.

    Which function makes every score positive and keeps their order?
    """
    with np.errstate(all="ignore"):
        return np.float64(z1) / np.float64(z0 + z1)


@two_scores_to_one.mistake(TWO_CLASSES)
def sigmoid_of_the_sum(z0: float, z1: float) -> Any:
    """In a sum both scores pull in the same direction, but a higher z0 speaks against class 1.

    What should the answer be when the two scores are equal?
    """
    return sigmoid(z0 + z1)


@two_scores_to_one.mistake(TWO_CLASSES)
def sigmoid_of_the_distance(z0: float, z1: float) -> Any:
    """This is the probability of whichever class leads, since the distance has no sign.

    What should happen when the two scores change places?
    """
    return sigmoid(abs(z1 - z0))


@two_scores_to_one.mistake(TWO_CLASSES)
def odds_instead_of_a_probability(z0: float, z1: float) -> Any:
    """These are odds: how many times as likely class 1 is as class 0. They can exceed 1.

    If the odds are 3 to 1, what is the probability?
    """
    with np.errstate(over="ignore"):
        return np.exp(np.float64(z1 - z0))


@two_scores_to_one.mistake(FROM_SCORE)
def winner_instead_of_a_probability(z0: float, z1: float) -> Any:
    """This says which class wins, and not how likely it is.

    Scores of 0 and 2 win as clearly here as 0 and 1000. Should they?
    """
    return float(z1 > z0)


@two_scores_to_one.mistake(TWO_CLASSES)
def both_probabilities(z0: float, z1: float) -> Any:
    """Two numbers come back, and the task asks for one.

    Which of the two belongs to class 1? And does the other one say anything new?
    """
    return sigmoid(np.array([z0 - z1, z1 - z0]))


@chapter.exercise(
    probes=[
        (np.array([0.1, 0.4, 0.8]), np.array([0, 1, 1]), 1.0, 1.0),
        (np.array([0.9, 0.2, 0.6, 0.3]), np.array([1, 0, 0, 1]), 1.0, 5.0),
        (np.array([0.9, 0.2, 0.6, 0.3]), np.array([1, 0, 0, 1]), 5.0, 1.0),
        (np.array([0.5, 0.7, 0.2, 0.7, 0.9, 0.3]), np.array([0, 1, 1, 0, 1, 0]), 2.0, 3.0),
        (np.array([0.7, 0.3, 0.9, 0.5]), np.array([0, 0, 1, 1]), 1.0, 1.0),
        (
            np.array([0.4, 0.4, 0.4, 0.1, 0.8, 0.2, 0.1]),
            np.array([0, 1, 0, 1, 0, 0, 0]),
            2.0,
            4.0,
        ),
        (
            np.array([0.4, 0.7, 0.4, 0.3, 0.8, 0.1, 0.5, 0.2]),
            np.array([0, 1, 1, 0, 1, 1, 0, 0]),
            1.0,
            2.0,
        ),
        (
            np.array([0.05, 0.3, 0.1, 0.6, 0.2, 0.8, 0.4, 0.9, 0.15, 0.95]),
            np.array([0, 0, 1, 0, 0, 1, 0, 1, 0, 1]),
            1.0,
            4.0,
        ),
    ],
    further=[
        (np.array([0.0, 0.3, 0.9]), np.array([1, 0, 1]), 1.0, 4.0),
        (np.array([0.2, 1.0, 0.4]), np.array([0, 1, 0]), 1.0, 1.0),
        (
            np.array([0.71234567345, 0.12345678543, 0.4321098765, 0.5, 0.91827364551]),
            np.array([1, 1, 0, 0, 1]),
            1500.0,
            12000.0,
        ),
        (
            np.array([0.71234567345, 0.12345678543, 0.4321098765, 0.5, 0.91827364551]),
            np.array([1, 1, 0, 0, 1]),
            12000.0,
            1500.0,
        ),
        (np.array([0.2, 0.3, 0.6, 0.8]), np.array([1, 0, 0, 1]), 0.25, 0.375),
    ],
)
def cheapest_threshold(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """Find the probability that is the cheapest threshold; of equally cheap ones the lowest."""
    thresholds = np.unique(probabilities)
    costs = _costs(thresholds, probabilities, labels, cost_false_alarm, cost_miss)
    return thresholds[costs.argmin()]


def _costs(
    thresholds: Array, probabilities: Array, labels: Array, false_alarm: float, miss: float
) -> Array:
    """Total cost of each threshold, if it acts from the threshold on."""
    act = probabilities >= thresholds[:, np.newaxis]
    alarms, misses = act & (labels == 0), ~act & (labels == 1)
    return np.asarray(false_alarm * alarms.sum(axis=1) + miss * misses.sum(axis=1))


@cheapest_threshold.mistake(COSTS)
def one_half_whatever_it_costs(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """One half answers whatever the costs and the labels are.

    Which of the two mistakes does it make on the labels given here, and what do they cost?
    """
    return 0.5


@cheapest_threshold.mistake(COSTS)
def rule_without_the_data(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """This is the rule's threshold, which knows the costs and not the labels.

    It is the best guess before anything has happened. What would each of the given probabilities
    have cost as a threshold?
    """
    return cost_false_alarm / (cost_false_alarm + cost_miss)


@cheapest_threshold.mistake(COSTS)
def rule_with_the_costs_exchanged(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """This is the rule with the two costs exchanged, and it knows nothing of the labels.

    Should a dear miss make you act earlier or later? And what did each threshold cost on these
    labels?
    """
    return cost_miss / (cost_false_alarm + cost_miss)


@cheapest_threshold.mistake(COSTS)
def costs_exchanged(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """The two costs have changed places: each false alarm is charged as a miss, each miss as a
    false alarm.

    Which mistake is it to act on a case with label 0?
    """
    thresholds = np.unique(probabilities)
    costs = _costs(thresholds, probabilities, labels, cost_miss, cost_false_alarm)
    return thresholds[costs.argmin()]


@cheapest_threshold.mistake(DATA)
def mistakes_counted_alike(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """This threshold makes the fewest mistakes, so it has the best accuracy.

    Does the fewest mistakes mean the lowest cost, if one kind is dearer than the other?
    """
    thresholds = np.unique(probabilities)
    return thresholds[_costs(thresholds, probabilities, labels, 1, 1).argmin()]


@cheapest_threshold.mistake(DATA)
def misses_alone(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """The false alarms cost nothing here, so it is always best to act on every case.

    What does acting on a case with label 0 cost?
    """
    return probabilities.min()


@cheapest_threshold.mistake(DATA)
def false_alarms_alone(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """The misses cost nothing here, so a threshold without a false alarm always wins.

    What does waiting cost in a case with label 1?
    """
    thresholds = np.unique(probabilities)
    return thresholds[_costs(thresholds, probabilities, labels, 1, 0).argmin()]


@cheapest_threshold.mistake(DATA)
def shares_instead_of_counts(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """The mistakes are counted as shares of their class, so a class with few cases weighs as much
    as one with many.

    Each false alarm and each miss has its price. Is a share what you pay for?
    """
    thresholds = np.unique(probabilities)
    per_alarm = cost_false_alarm / max(np.sum(labels == 0), 1)
    per_miss = cost_miss / max(np.sum(labels == 1), 1)
    costs = _costs(thresholds, probabilities, labels, per_alarm, per_miss)
    return thresholds[np.round(costs, 12).argmin()]


@cheapest_threshold.mistake(COSTS)
def acts_above_the_threshold_only(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """The costs are those of acting *above* the threshold, and the case that lies on it is left
    out.

    Which comparison says "at least"?
    """
    thresholds = np.unique(probabilities)
    just_above = np.append(thresholds[1:], np.inf)
    costs = _costs(just_above, probabilities, labels, cost_false_alarm, cost_miss)
    return thresholds[costs.argmin()]


@cheapest_threshold.mistake(DATA)
def highest_of_the_cheapest(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """This threshold costs as little as any, and a lower one costs no more.

    Which of several smallest costs does your search keep, the first or the last?
    """
    thresholds = np.unique(probabilities)
    costs = _costs(thresholds, probabilities, labels, cost_false_alarm, cost_miss)
    return thresholds[costs == costs.min()].max()


@cheapest_threshold.mistake(DATA)
def first_of_the_cheapest_as_they_were_given(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """The probabilities are tried in the order in which they were given, and the first of the
    cheapest is kept.

    The task asks for the lowest of them. In which order would the first be the lowest?
    """
    costs = _costs(probabilities, probabilities, labels, cost_false_alarm, cost_miss)
    return probabilities[costs.argmin()]


@cheapest_threshold.mistake(DATA)
def dearest_threshold(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """No threshold costs more than this one.

    Which cost does your search keep? And on which side of the threshold does it act?
    """
    thresholds = np.unique(probabilities)
    costs = _costs(thresholds, probabilities, labels, cost_false_alarm, cost_miss)
    return thresholds[costs.argmax()]


@cheapest_threshold.mistake(DATA)
def equal_probabilities_cut_apart(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """The cases are sorted and cut between any two neighbours, even if both have one probability.

    Can a threshold act on one of them and not on the other?
    """
    order = np.argsort(probabilities, kind="stable")
    truth = labels[order]
    misses = np.append(0, np.cumsum(truth))[:-1]
    alarms = np.cumsum((1 - truth)[::-1])[::-1]
    costs = cost_false_alarm * alarms + cost_miss * misses
    return probabilities[order][costs.argmin()]


@cheapest_threshold.mistake(DATA)
def cost_instead_of_the_threshold(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """This is what the cheapest threshold costs, and the task asks for the threshold.

    Which of the probabilities had this cost?
    """
    thresholds = np.unique(probabilities)
    return _costs(thresholds, probabilities, labels, cost_false_alarm, cost_miss).min()


@cheapest_threshold.mistake(DATA, ordered=(True, False))
def position_instead_of_the_threshold(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float, ordered: bool
) -> Any:
    """This is the place of the cheapest threshold in a list, counted from 0.

    Which probability stands there?
    """
    thresholds = np.unique(probabilities) if ordered else probabilities
    return _costs(thresholds, probabilities, labels, cost_false_alarm, cost_miss).argmin()


@cheapest_threshold.mistake(COSTS)
def decisions_instead_of_the_threshold(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """These are decisions, one for each case, and the task asks for the threshold behind them.

    From which probability on do you act?
    """
    thresholds = np.unique(probabilities)
    costs = _costs(thresholds, probabilities, labels, cost_false_alarm, cost_miss)
    return (probabilities >= thresholds[costs.argmin()]).astype(float)


@cheapest_threshold.mistake(DATA)
def threshold_between_two_probabilities(
    probabilities: Array, labels: Array, cost_false_alarm: float, cost_miss: float
) -> Any:
    """This threshold decides as the cheapest one does, and lies between two of the given
    probabilities.

    The task asks for one of them. Which is the lowest that you act on?
    """
    thresholds = np.unique(probabilities)
    costs = _costs(thresholds, probabilities, labels, cost_false_alarm, cost_miss)
    lower = np.append(0.0, thresholds)[costs.argmin()]
    return (lower + thresholds[costs.argmin()]) / 2
