"""Exercises of chapter 7, and the mistakes that people make in them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import naive_softmax, softmax
from softmax_course.losses import entropy
from softmax_course.sampling import top_k, top_p

from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, TWO_LARGE, UNROUNDED
from .running import Outcome

Array = NDArray[Any]

DOUBT = "Measure the doubt"
LIMITS = "The two limits"
LOOK_UP = "Look a uniform number up"
GUMBEL = "Add noise and let the best win"
TOP_K = "Top-k: a fixed number"
TOP_P = "Top-p: a fixed probability"
MIN_P = "Min-p: a share of the best"
AFTER = "The temperature after softmax"
ARGMAX = "The argmax taken for a draw"
RUNNING_SUM = "A running sum read one place off"
NOISE = "Noise of the wrong kind"
ZERO = "Dropped with a zero"
TIES = "Ties that slip through"
NUCLEUS = "The nucleus without its last class"
DIVIDE_AGAIN = "Not divided again"
PERPLEXITY = "Test it on unseen text"

chapter = Chapter(7, "07_temperature_and_sampling.ipynb")

SCORES = np.array([1.0, 3.0, 2.0])
TIED = np.array([2.0, 2.0, 1.0, 2.0])


@chapter.exercise(
    probes=[
        (SCORES, 1.0),
        (SCORES, 2.0),
        (SCORES, 0.5),
        (np.array([0.0, 0.0, 0.0, 0.0]), 3.0),
        (np.array([3.0, 1.0, 3.0]), 0.25),
        (np.array([1000.0, 0.0]), 1.0),
    ],
    further=[
        (UNROUNDED[0], 1.234567),
        (LARGEST_LAST[0], 0.5),
        (BOTH_FAR[0], 1.5),
        (BOTH_FAR[1], 0.75),
        (TWO_LARGE[0], 1.0),
        (TWO_LARGE[1], 1.0),
    ],
)
def entropy_at_temperature(logits: Array, temperature: float) -> Any:
    """Compute the entropy, in nats, of the softmax of one list of scores at a temperature."""
    return entropy(softmax(logits, temperature=temperature))


def _sum_of_p_log_p(p: Array) -> Any:
    """Sum p log p with 0 for a probability of 0, also where the p do not sum to one."""
    return np.sum(p * np.log(np.where(p > 0, p, 1)))


@entropy_at_temperature.mistake(AFTER)
def probabilities_divided_by_the_temperature(logits: Array, temperature: float) -> Any:
    """The probabilities are divided by the temperature, and then they no longer sum to one.

    What does the temperature divide: the numbers that go into softmax, or those that come out?
    """
    return -_sum_of_p_log_p(softmax(logits) / temperature)


@entropy_at_temperature.mistake(AFTER)
def probabilities_divided_by_the_temperature_and_softmaxed_again(
    logits: Array, temperature: float
) -> Any:
    """Softmax runs first, then the temperature divides, then softmax runs again, on probabilities.

    Probabilities are never more than 1 apart. How sure can the second softmax ever be?
    """
    return entropy(softmax(softmax(logits), temperature=temperature))


@entropy_at_temperature.mistake(DOUBT)
def temperature_has_no_effect(logits: Array, temperature: float) -> Any:
    """The answer is the same at every temperature, also where it was divided out again.

    Dividing all probabilities and then normalising them undoes itself. Where does the temperature
    have to come in?
    """
    return entropy(softmax(logits))


@entropy_at_temperature.mistake(DOUBT)
def scores_multiplied_by_the_temperature(logits: Array, temperature: float) -> Any:
    """Hot and cold are exchanged: the scores are multiplied by the temperature.

    Should a temperature of 2 bring the scores closer together or move them apart?
    """
    return entropy(softmax(logits, temperature=1 / temperature))


@entropy_at_temperature.mistake(DOUBT)
def entropy_divided_by_the_temperature(logits: Array, temperature: float) -> Any:
    """The entropy at temperature 1 is divided by the temperature, so it falls as that rises.

    Which numbers does the temperature divide?
    """
    return entropy(softmax(logits)) / temperature


@entropy_at_temperature.mistake(DOUBT)
def entropy_multiplied_by_the_temperature(logits: Array, temperature: float) -> Any:
    """The entropy is multiplied by the temperature, so it can exceed the logarithm of K.

    How undecided can a choice among four classes be at most?
    """
    return entropy(softmax(logits)) * temperature


@entropy_at_temperature.mistake(DOUBT)
def minus_missing(logits: Array, temperature: float) -> Any:
    """The entropy is negative here, and doubt should not be less than none.

    Logarithms of probabilities are never above 0. Which sign turns their mean into a surprise?
    """
    return -entropy(softmax(logits, temperature=temperature))


@entropy_at_temperature.mistake(DOUBT, base=(2, 10))
def another_logarithm(logits: Array, temperature: float, base: float) -> Any:
    """The logarithm is not the natural one, so the unit is not the nat.

    Four equal classes have the entropy ln 4 in nats. How many bits would that be?
    """
    return entropy(softmax(logits, temperature=temperature)) / np.log(base)


@entropy_at_temperature.mistake(DOUBT)
def perplexity_instead_of_entropy(logits: Array, temperature: float) -> Any:
    """This is the perplexity, the number of equally likely classes that leave as much doubt.

    For a class that is certain it is 1. What should the entropy be there?
    """
    return np.exp(entropy(softmax(logits, temperature=temperature)))


@entropy_at_temperature.mistake(DOUBT)
def share_of_the_largest_entropy(logits: Array, temperature: float) -> Any:
    """The entropy is divided by the largest one that is possible, so it lies between 0 and 1.

    That compares lists of different lengths. What is asked for here, a share or a number of nats?
    """
    return entropy(softmax(logits, temperature=temperature)) / np.log(len(logits))


@entropy_at_temperature.mistake(DOUBT)
def mean_instead_of_sum(logits: Array, temperature: float) -> Any:
    """The terms are averaged with equal weights, although each has its probability as its weight.

    The weights in p log p sum to one already. What is left to divide by?
    """
    return entropy(softmax(logits, temperature=temperature)) / len(logits)


@entropy_at_temperature.mistake(DOUBT)
def weights_missing(logits: Array, temperature: float) -> Any:
    """The logarithms are added up without their weights, so rare classes count most.

    The entropy is a mean surprise. How often does each surprise occur?
    """
    return -np.sum(np.log(softmax(logits, temperature=temperature)))


@entropy_at_temperature.mistake(DOUBT)
def zero_times_the_logarithm_of_zero(logits: Array, temperature: float) -> Any:
    """A probability is exactly 0 here: its logarithm is minus infinity, and 0 times that is nan.

    What should a class that never occurs add to the mean surprise?
    """
    p = softmax(logits, temperature=temperature)
    return -np.sum(p * np.log(p))


@entropy_at_temperature.mistake(DOUBT, epsilon=(1e-6, 1e-7, 1e-8))
def small_number_added_to_the_probability(logits: Array, temperature: float, epsilon: float) -> Any:
    """A small number inside the logarithm keeps nan away, and shows in the digits of every answer.

    Can you leave a class of probability 0 out of the sum instead?
    """
    p = softmax(logits, temperature=temperature)
    return -np.sum(p * np.log(p + epsilon))


@chapter.exercise(
    probes=[
        (SCORES, np.array([0.05, 0.5, 0.9])),
        (np.array([2.0, 1.0, 0.0]), np.array([0.7, 0.2, 0.95, 0.6])),
        (np.array([0.0, 0.0]), np.array([0.25, 0.5, 0.75])),
        (np.array([-np.inf, 0.0, -np.inf, 0.0]), np.array([0.0, 0.5])),
        (np.array([1000.0, 1000.0]), np.array([0.25, 0.75])),
        (np.zeros(10), np.array([np.nextafter(1, 0)])),
    ],
    further=[
        (UNROUNDED[0], np.array([0.1234, 0.24, 0.9871, 0.6125, 0.2])),
        (LARGEST_LAST[0], np.array([0.25, 0.75])),
        (BOTH_FAR[0], np.array([0.2688, 0.269, 0.5])),
        (BOTH_FAR[1], np.array([0.2688, 0.269, 0.5])),
        (TWO_LARGE[0], np.array([0.2688, 0.269])),
        (TWO_LARGE[1], np.array([0.731, 0.7311])),
    ],
)
def draw_from_uniform(logits: Array, uniform: Array) -> Any:
    """Turn each number from [0, 1) into the code of the class in whose share it falls."""
    return _looked_up(_running_sum(logits), uniform)


def _running_sum(logits: Array) -> Array:
    cumulative = np.cumsum(softmax(logits))
    ending_at_one: Array = cumulative / cumulative[-1]
    return ending_at_one


def _looked_up(cumulative: Array, uniform: Array) -> Array:
    codes: Array = np.sum(cumulative <= uniform[:, np.newaxis], axis=1)
    return codes


@draw_from_uniform.mistake(ARGMAX)
def argmax_instead_of_a_draw(logits: Array, uniform: Array) -> Any:
    """The best class is drawn each time, whatever the uniform number says: this is no draw at all.

    How often should class 0 of the scores 1, 3 and 2 come?
    """
    return np.full(uniform.shape, np.argmax(logits))


@draw_from_uniform.mistake(LOOK_UP)
def all_classes_equally_likely(logits: Array, uniform: Array) -> Any:
    """The interval is cut into equal parts, so the scores play no part.

    How long should the part of each class be?
    """
    return np.floor(uniform * len(logits)).astype(int)


@draw_from_uniform.mistake(RUNNING_SUM)
def one_class_too_far(logits: Array, uniform: Array) -> Any:
    """Every code is one too high: the running sum is read one place too far to the right.

    Does your running sum begin with 0 or with the probability of class 0? How many of its entries
    lie below a small uniform number?
    """
    return _looked_up(_running_sum(logits), uniform) + 1


@draw_from_uniform.mistake(RUNNING_SUM)
def one_class_too_low(logits: Array, uniform: Array) -> Any:
    """Every code is one too low, and class 0 becomes -1, which Python takes for the last class.

    How many entries of the running sum lie below a small uniform number, and which class is that?
    """
    return _looked_up(_running_sum(logits), uniform) - 1


@draw_from_uniform.mistake(RUNNING_SUM)
def counted_from_the_other_end(logits: Array, uniform: Array) -> Any:
    """These are the numbers of entries above the uniform number instead of below it.

    For a number close to 0, how many entries of the running sum has it passed?
    """
    return len(logits) - _looked_up(_running_sum(logits), uniform)


@draw_from_uniform.mistake(RUNNING_SUM)
def wrong_side_of_a_border(logits: Array, uniform: Array) -> Any:
    """A number that hits a border exactly goes to the class on its left, be it impossible.

    NumPy's numbers include 0 and exclude 1. To which class should 0 go, if class 0 has no share?
    """
    return np.sum(_running_sum(logits) < uniform[:, np.newaxis], axis=1)


@draw_from_uniform.mistake(RUNNING_SUM)
def running_sum_that_stops_short_of_one(logits: Array, uniform: Array) -> Any:
    """Ten times 0.1 add up to a little less than 1 in floats, and a number beyond that has no
    class.

    It is rare and it will happen. What would make the last entry of the sum exactly 1?
    """
    return _looked_up(np.cumsum(softmax(logits)), uniform)


@draw_from_uniform.mistake(RUNNING_SUM)
def probabilities_not_summed_up(logits: Array, uniform: Array) -> Any:
    """The uniform number is compared with the probabilities themselves: there is no running sum.

    Lay the shares side by side on the interval from 0 to 1. Where does each of them begin?
    """
    return _looked_up(softmax(logits), uniform)


@draw_from_uniform.mistake(RUNNING_SUM)
def first_probability_above_the_number(logits: Array, uniform: Array) -> Any:
    """The first class is taken whose own probability exceeds the number, without a running sum.

    For a number of 0.9 no probability may be large enough. What grows from class to class up to 1?
    """
    return np.argmax(softmax(logits) > uniform[:, np.newaxis], axis=1)


@draw_from_uniform.mistake(RUNNING_SUM)
def nearest_border(logits: Array, uniform: Array) -> Any:
    """The border that is closest is taken, and that can be the one on the left.

    Does the class whose share a number falls into depend on which of its ends is closer?
    """
    return np.argmin(np.abs(_running_sum(logits) - uniform[:, np.newaxis]), axis=1)


@draw_from_uniform.mistake(LOOK_UP)
def scores_not_turned_into_probabilities(logits: Array, uniform: Array) -> Any:
    """The running sum is taken of the scores, and it does not end at 1.

    Which function gives each class its share of the interval?
    """
    return _looked_up(np.cumsum(logits), uniform)


@draw_from_uniform.mistake(LOOK_UP)
def place_in_the_order_instead_of_the_class(logits: Array, uniform: Array) -> Any:
    """The probabilities are sorted first, so a 0 stands for the likeliest class and not for class
    0.

    Does the look-up need any order? If you sort, which step leads back to the codes?
    """
    ordered = np.cumsum(np.sort(softmax(logits))[::-1])
    return _looked_up(ordered / ordered[-1], uniform)


@draw_from_uniform.mistake(LOOK_UP)
def no_maximum_subtracted(logits: Array, uniform: Array) -> Any:
    """The exponential of a large score overflows, and a running sum of nan compares with nothing.

    What did chapter 2 subtract first?
    """
    return _looked_up(np.cumsum(naive_softmax(logits)), uniform)


@chapter.exercise(
    probes=[
        (np.array([0.0, 0.0]), np.array([[0.2, 0.9], [0.7, 0.3]])),
        (SCORES, np.array([[0.9, 0.5, 0.3], [0.96, 0.5, 0.1], [0.2, 0.1, 0.8]])),
        (SCORES, np.round(np.random.default_rng(0).uniform(0.01, 0.99, (12, 3)), 2)),
        (np.array([-2.0, 0.0, -1.0, 1.0]), np.full((1, 4), 0.5)),
        (np.array([1000.0, 1002.0]), np.array([[0.5, 0.5], [0.95, 0.3]])),
    ],
    further=[
        (UNROUNDED[0], np.array([[0.5, 0.001, 0.4, 0.6, 0.9], [0.2, 0.9999, 0.1, 0.3, 0.4]])),
        (LARGEST_LAST[0], np.array([[0.9, 0.5, 0.1]])),
        (BOTH_FAR[0], np.array([[0.7, 0.3], [0.6, 0.3]])),
        (BOTH_FAR[1], np.array([[0.5, 0.5], [0.9, 0.3]])),
        (np.array([0.0, 1e-5]), np.array([[0.5, 0.5], [0.30002, 0.3]])),
        (np.array([0.0, 0.0]), np.array([[0.30002, 0.30003]])),
        (TWO_LARGE[0], np.array([[0.9, 0.9, 0.9, 0.5, 0.5], [0.5, 0.5, 0.5, 0.9, 0.1]])),
        (TWO_LARGE[1], np.array([[0.1, 0.9, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5, 0.5]])),
    ],
)
def gumbel_max_draws(logits: Array, uniform: Array) -> Any:
    """Turn each row of uniform numbers into Gumbel noise, and draw one class per row with it."""
    return np.argmax(logits + _gumbel(uniform), axis=1)


def _gumbel(uniform: Array) -> Array:
    noise: Array = -np.log(-np.log(uniform))
    return noise


@gumbel_max_draws.mistake(ARGMAX)
def argmax_without_noise(logits: Array, uniform: Array) -> Any:
    """Every row draws the same class: the noise plays no part, or all classes share the same noise.

    Noise that is added to every score moves no winner. How many numbers does a row need?
    """
    return np.full(len(uniform), np.argmax(logits))


@gumbel_max_draws.mistake(GUMBEL)
def noise_without_scores(logits: Array, uniform: Array) -> Any:
    """The noise alone decides, so all classes are equally likely.

    What does the noise have to be added to?
    """
    return np.argmax(_gumbel(uniform), axis=1)


@gumbel_max_draws.mistake(NOISE)
def noise_turned_round(logits: Array, uniform: Array) -> Any:
    """The noise has the wrong sign, and a Gumbel distribution is not symmetric: one minus is
    missing, or one too many.

    Its long tail should reach upwards. For a uniform number close to 1, is your noise large and
    positive?
    """
    return np.argmax(logits - _gumbel(uniform), axis=1)


@gumbel_max_draws.mistake(NOISE)
def uniform_noise(logits: Array, uniform: Array) -> Any:
    """The uniform numbers are added as they are, and noise between 0 and 1 can bridge no larger
    gap.

    Class 0 trails class 1 by 2. Can it ever win?
    """
    return np.argmax(logits + uniform, axis=1)


@gumbel_max_draws.mistake(NOISE)
def only_one_logarithm(logits: Array, uniform: Array) -> Any:
    """One logarithm makes exponential noise; the Gumbel noise needs two of them.

    It looks alike, and the frequencies are wrong. What do you get from the minus logarithm of a
    number between 0 and 1, and what is the next step?
    """
    return np.argmax(logits - np.log(uniform), axis=1)


@gumbel_max_draws.mistake(NOISE)
def one_logarithm_without_its_minus(logits: Array, uniform: Array) -> Any:
    """This noise is never positive: it is the logarithm of a uniform number.

    How many logarithms does Gumbel noise need, and how many minus signs?
    """
    return np.argmax(logits + np.log(uniform), axis=1)


@gumbel_max_draws.mistake(NOISE)
def logistic_noise(logits: Array, uniform: Array) -> Any:
    """This is logistic noise, the difference of two Gumbel variables, which suits two classes only.

    What should each class get: noise of its own, or the difference of two?
    """
    return np.argmax(logits + np.log(uniform / (1 - uniform)), axis=1)


@gumbel_max_draws.mistake(GUMBEL)
def noise_added_to_probabilities(logits: Array, uniform: Array) -> Any:
    """The noise is added to the probabilities, which are less than 1 apart: it drowns them.

    On which scale do differences mean odds?
    """
    return np.argmax(softmax(logits) + _gumbel(uniform), axis=1)


@gumbel_max_draws.mistake(GUMBEL)
def least_instead_of_best(logits: Array, uniform: Array) -> Any:
    """The smallest noisy score wins here.

    Which end of the order is it that the likeliest class should reach most often?
    """
    return np.argmin(logits + _gumbel(uniform), axis=1)


@gumbel_max_draws.mistake(GUMBEL)
def best_of_each_column(logits: Array, uniform: Array) -> Any:
    """This finds the best row for each class instead of the best class for each row.

    Along which axis do the classes lie, and how many draws should come out?
    """
    return np.argmax(logits + _gumbel(uniform), axis=0)


@gumbel_max_draws.mistake(GUMBEL)
def one_winner_for_the_whole_batch(logits: Array, uniform: Array) -> Any:
    """One number comes back for all rows: without an axis there is only one winner.

    How many draws should three rows of noise give?
    """
    return np.argmax(logits + _gumbel(uniform))


@gumbel_max_draws.mistake(GUMBEL)
def noisy_score_instead_of_the_class(logits: Array, uniform: Array) -> Any:
    """These are the largest noisy scores, and the task asks who reached them.

    Which function gives the position of the largest entry instead of the entry?
    """
    return np.max(logits + _gumbel(uniform), axis=1)


@chapter.exercise(
    probes=[
        (SCORES, 2),
        (SCORES, 1),
        (np.array([-1.0, -3.0, -2.0, -5.0]), 2),
        (np.array([0.5, 4.0, 2.5, 1.0, 3.0]), 3),
        (TIED, 2),
        (np.array([0.0, 0.0, 0.0]), 1),
        (SCORES, 3),
    ],
    further=[
        (UNROUNDED[3], 2),
        (np.sqrt(np.array([2.0, 3.0, 5.0, 7.0])), 2),
        (np.array([-3000.0, 3000.0, -3001.0, 3001.0]), 3),
        (np.array([-1.0, -1.0, -2.0, -1.0]), 2),
        (np.tile([1.0, 2.0], 10), 5),
    ],
)
def top_k_filter(logits: Array, k: int) -> Any:
    """Keep exactly the k largest scores, the first of equals, and set all others to -inf."""
    return top_k(logits, k)


def _kept(logits: Array, keep: Array, dropped: float = -np.inf) -> Array:
    return np.where(keep, logits, dropped)


def _sorted_down(logits: Array) -> Array:
    return np.sort(logits)[::-1]


@top_k_filter.mistake(ZERO)
def dropped_with_a_zero(logits: Array, k: int) -> Any:
    """The dropped scores become 0, and 0 is a score like any other: above all negative ones.

    Which score has an exponential of exactly 0?
    """
    return _kept(logits, np.isfinite(top_k(logits, k)), 0.0)


@top_k_filter.mistake(ZERO, value=(-1e9, -1e10, -1e8, -1e6, -1e5, -1e4, -1e3, -1e30, -1e38))
def dropped_with_a_large_negative_number(logits: Array, k: int, value: float) -> Any:
    """A large negative score is only very unlikely, and a high temperature divides it, too.

    Which score stays what it is when it is divided by a temperature?
    """
    return _kept(logits, np.isfinite(top_k(logits, k)), value)


@top_k_filter.mistake(ZERO)
def dropped_with_nan(logits: Array, k: int) -> Any:
    """The dropped scores become nan, and then softmax is nan for all classes.

    Which score has an exponential of exactly 0?
    """
    return _kept(logits, np.isfinite(top_k(logits, k)), np.nan)


@top_k_filter.mistake(TIES)
def ties_all_kept(logits: Array, k: int) -> Any:
    """All scores equal to the k-th stay, so there can be more than k of them.

    If two of three equal scores have to go, which comparison can tell them apart?
    """
    return _kept(logits, logits >= _sorted_down(logits)[k - 1])


@top_k_filter.mistake(TIES)
def dropped_with_a_zero_and_ties_all_kept(logits: Array, k: int) -> Any:
    """Two things: dropped scores become 0, which is a score like any other, and ties all stay.

    Begin with the first: which score has an exponential of exactly 0?
    """
    return _kept(logits, logits >= _sorted_down(logits)[k - 1], 0.0)


@top_k_filter.mistake(TIES)
def ties_all_dropped(logits: Array, k: int) -> Any:
    """Only scores above the next one stay, so when they tie there are fewer than k, or none.

    How many should stay if all scores are equal?
    """
    following = np.append(_sorted_down(logits), -np.inf)[k]
    return _kept(logits, logits > following)


@top_k_filter.mistake(TIES)
def last_of_equals_kept(logits: Array, k: int) -> Any:
    """Among equal scores the last ones stay here, and the task asks for the first.

    If you sort from the smallest to the largest and take the end, in which order do equals stand?
    """
    return top_k(logits[::-1], k)[::-1]


@top_k_filter.mistake(TOP_K)
def kth_score_dropped_too(logits: Array, k: int) -> Any:
    """One class too few stays: the k-th largest is dropped as well.

    Counting starts at 0: at which place of the sorted scores does the k-th stand?
    """
    return _kept(logits, np.argsort(np.argsort(-logits, kind="stable")) < k - 1)


@top_k_filter.mistake(TOP_K)
def one_class_too_many(logits: Array, k: int) -> Any:
    """One class too many stays.

    Counting starts at 0: at which place of the sorted scores does the k-th stand?
    """
    return top_k(logits, min(k + 1, len(logits)))


@top_k_filter.mistake(TOP_K)
def smallest_kept(logits: Array, k: int) -> Any:
    """The k smallest scores stay, and the best are gone.

    In which direction does your sort run?
    """
    return _kept(logits, np.isfinite(top_k(-logits, k)))


@top_k_filter.mistake(TOP_K)
def first_positions_kept(logits: Array, k: int) -> Any:
    """The first k entries stay, whatever their scores are.

    Were the scores sorted? The classes keep their places here, so what has to be sorted instead?
    """
    return _kept(logits, np.arange(len(logits)) < k)


@top_k_filter.mistake(TOP_K)
def only_the_kept_scores_returned(logits: Array, k: int) -> Any:
    """The k best scores come back sorted, and nobody knows any more to which classes they belong.

    Which shape should the answer have, so that every class keeps its place?
    """
    return _sorted_down(logits)[:k]


@top_k_filter.mistake(TOP_K)
def codes_instead_of_scores(logits: Array, k: int) -> Any:
    """These are the codes of the k best classes, and the task asks for scores in their places.

    What happens to the scores of all other classes?
    """
    return np.argsort(-logits, kind="stable")[:k]


@top_k_filter.mistake(TOP_K)
def probabilities_instead_of_scores(logits: Array, k: int) -> Any:
    """These are probabilities already. A filter of scores returns scores, so that another can
    follow.

    Which step can be left to whoever calls the filter?
    """
    return softmax(top_k(logits, k))


@top_k_filter.mistake(ZERO)
def input_modified(logits: Array, k: int) -> Any:
    """The answer is right, and the caller's scores are gone: the filter writes into them.

    Which line would make an array of your own first?
    """
    logits[...] = top_k(logits, k)
    return logits


@chapter.exercise(
    probes=[
        (SCORES, 0.9),
        (SCORES, 0.6),
        (SCORES, 0.7),
        (np.array([2.0, 1.0, 3.0, 0.0]), 0.8),
        (np.array([0.0, 0.0, 0.0, 0.0]), 0.4),
        (np.array([1000.0, 0.0]), 0.9),
        (np.array([0.0, 2.0, 1.0, -1.0]), 0.95),
    ],
    further=[
        (UNROUNDED[0], 0.8),
        (UNROUNDED[3], 0.7),
        (LARGEST_LAST[0], 0.5),
        (BOTH_FAR[0], 0.7),
        (BOTH_FAR[0], 0.8),
        (BOTH_FAR[1], 0.7),
        (np.zeros(4), 0.5),
        (np.tile([0.0, 1.0], 10), 0.5),
    ],
)
def top_p_filter(logits: Array, p: float) -> Any:
    """Keep the likeliest classes until they reach p; return probabilities that sum to one again."""
    return softmax(top_p(logits, p))


def _nucleus(logits: Array, p: float) -> Array:
    """Say which classes top-p keeps."""
    keep: Array = np.isfinite(top_p(logits, p))
    return keep


def _renormalised(probabilities: Array, keep: Array) -> Array:
    kept = np.where(keep, probabilities, 0)
    shares: Array = kept / kept.sum()
    return shares


def _sums_downwards(probabilities: Array) -> Array:
    """Give every class the sum of the probabilities from the likeliest one down to its own."""
    order = np.argsort(-probabilities, kind="stable")
    sums = np.empty(len(probabilities))
    sums[order] = np.cumsum(probabilities[order])
    return sums


@top_p_filter.mistake(DIVIDE_AGAIN)
def not_renormalised(logits: Array, p: float) -> Any:
    """The right classes stay, and their probabilities sum to less than one.

    What should happen to the probability of the classes that are gone?
    """
    return np.where(_nucleus(logits, p), softmax(logits), 0)


@top_p_filter.mistake(NUCLEUS)
def class_that_crosses_the_border_dropped(logits: Array, p: float) -> Any:
    """The class that takes the sum across p is dropped, so the sum stays below p, or nothing
    stays.

    If the best class alone has more than p, what should be left?
    """
    probabilities = softmax(logits)
    return _renormalised(probabilities, _sums_downwards(probabilities) <= p)


@top_p_filter.mistake(NUCLEUS)
def class_that_crosses_the_border_dropped_and_not_renormalised(logits: Array, p: float) -> Any:
    """Two things: the class that takes the sum across p is dropped, and the rest sums to less than
    one.

    Begin with the first: do the classes that stay reach p?
    """
    probabilities = softmax(logits)
    return np.where(_sums_downwards(probabilities) <= p, probabilities, 0)


@top_p_filter.mistake(NUCLEUS)
def class_that_crosses_the_border_dropped_except_the_best(logits: Array, p: float) -> Any:
    """The best class is safe, but otherwise the class that takes the sum across p is dropped.

    Do the classes that stay reach p?
    """
    probabilities = softmax(logits)
    best = np.arange(len(logits)) == np.argmax(logits)
    return _renormalised(probabilities, best | (_sums_downwards(probabilities) <= p))


@top_p_filter.mistake(NUCLEUS)
def one_class_beyond_the_nucleus(logits: Array, p: float) -> Any:
    """One class more stays than is needed to reach p.

    Look at the sum before each class: which classes come after p has been reached?
    """
    probabilities = softmax(logits)
    rank = np.argsort(np.argsort(-probabilities, kind="stable"))
    return _renormalised(probabilities, rank <= _nucleus(logits, p).sum())


@top_p_filter.mistake(TOP_P)
def classes_taken_in_order_of_position(logits: Array, p: float) -> Any:
    """The sum runs from class 0 upwards, so a likely class can be dropped for standing at the end.

    In which order should the classes be added up?
    """
    probabilities = softmax(logits)
    return _renormalised(probabilities, np.cumsum(probabilities) - probabilities < p)


@top_p_filter.mistake(TOP_P)
def least_likely_first(logits: Array, p: float) -> Any:
    """The sum begins with the least likely classes, so the tail stays.

    In which direction does your sort run?
    """
    probabilities = softmax(logits)
    sums = _sums_downwards(-probabilities)
    return _renormalised(probabilities, -sums - probabilities < p)


@top_p_filter.mistake(TOP_P)
def sorted_order_kept(logits: Array, p: float) -> Any:
    """The probabilities come back sorted, so the first number no longer belongs to class 0.

    You sorted to add up. Which step puts every class back in its place?
    """
    return np.sort(softmax(top_p(logits, p)))[::-1]


@top_p_filter.mistake(MIN_P)
def each_probability_compared_with_p(logits: Array, p: float) -> Any:
    """Each probability on its own is compared with p, and hardly any can be that large.

    What is it that should reach p: a single class, or the classes that stay together?
    """
    probabilities = softmax(logits)
    return _renormalised(probabilities, probabilities >= p)


@top_p_filter.mistake(MIN_P)
def each_probability_compared_with_the_rest(logits: Array, p: float) -> Any:
    """Every class below 1 - p is dropped on its own, although several small ones can matter
    together.

    Four equal classes: how many of them does it take to reach p?
    """
    probabilities = softmax(logits)
    return _renormalised(probabilities, probabilities >= 1 - p)


@top_p_filter.mistake(MIN_P)
def share_of_the_best_class(logits: Array, p: float) -> Any:
    """This keeps the classes with at least p times the best probability, which is min-p.

    What is added up in top-p?
    """
    probabilities = softmax(logits)
    return _renormalised(probabilities, probabilities >= p * probabilities.max())


@top_p_filter.mistake(DIVIDE_AGAIN)
def softmax_of_probabilities(logits: Array, p: float) -> Any:
    """The kept probabilities are put through softmax again, which takes them for scores.

    The odds between two kept classes should stay. What would make their sum one and keep the odds?
    """
    return softmax(np.where(_nucleus(logits, p), softmax(logits), -np.inf))


@top_p_filter.mistake(ZERO)
def softmax_of_probabilities_with_zeros(logits: Array, p: float) -> Any:
    """Softmax is applied to probabilities in which the dropped classes are 0, and so they come
    back.

    What is the exponential of 0?
    """
    return softmax(np.where(_nucleus(logits, p), softmax(logits), 0))


@top_p_filter.mistake(ZERO)
def softmax_of_scores_with_zeros(logits: Array, p: float) -> Any:
    """The dropped classes get the score 0, and softmax gives a score of 0 its share like any other.

    Which score has an exponential of exactly 0?
    """
    return softmax(np.where(_nucleus(logits, p), logits, 0))


@top_p_filter.mistake(TOP_P)
def scores_instead_of_probabilities(logits: Array, p: float) -> Any:
    """These are scores with -inf for the dropped classes: one step is left.

    Which function turns scores into probabilities that sum to one?
    """
    return top_p(logits, p)


@top_p_filter.mistake(TOP_P)
def nothing_dropped(logits: Array, p: float) -> Any:
    """All classes stay, as if p were 1.

    How many of the likeliest classes does it take to reach p?
    """
    return softmax(logits)


@top_p_filter.mistake(TOP_P)
def winner_takes_all(logits: Array, p: float) -> Any:
    """Only the likeliest class stays, also where it does not reach p alone.

    What comes after the best class, if p is not reached yet?
    """
    return (np.arange(len(logits)) == np.argmax(logits)) * 1.0


@top_p_filter.mistake(TOP_P)
def exponentials_overflow(logits: Array, p: float) -> Any:
    """The exponential of a large score overflows, and nan is never below p.

    What did chapter 2 subtract first?
    """
    probabilities = naive_softmax(logits)
    sums = _sums_downwards(probabilities)
    return _renormalised(probabilities, sums - probabilities < p)


LOGGED = np.array(
    [[1.0, 3.0, 2.0], [0.0, 0.5, 4.0], [2.0, 2.0, -1.0], [5.0, 1.0, 3.0], [0.0, 1.0, 2.5]]
)


@chapter.exercise(
    probes=[
        (np.array([[1.0, 3.0, 2.0]] * 4), np.array([1, 1, 2, 0])),
        (LOGGED, np.array([1, 2, 0, 2, 2])),
        (LOGGED, np.array([1, 2, 1, 0, 1])),
        (np.array([[0.0, 6.0], [8.0, 0.0], [1.0, 4.0], [0.0, 9.0]]), np.array([1, 0, 0, 1])),
        (np.array([[1000.0, 1001.0], [1002.0, 1000.0], [998.0, 1000.0]]), np.array([1, 1, 1])),
    ],
    further=[
        (UNROUNDED, np.array([2, 0, 4, 1])),
        (
            np.array([[0.0, 3000.0, 0.0], [3000.0, 0.0, 0.0], *[[-3002.0, -3001.0, -3000.0]] * 3]),
            np.array([1, 0, 2, 1, 2]),
        ),
        (0.0531 * LOGGED, np.array([1, 2, 0, 2, 2])),
        (18.5 * LOGGED, np.array([1, 2, 1, 0, 1])),
    ],
    tolerance=2e-3,
)
def temperature_of_a_log(logits: Array, codes: Array) -> Any:
    """Find the temperature, from 0.05 to 20, under which the logged draws are most likely."""
    return _coldest_to_hottest(_nll, logits, codes)


def _tempered(logits: Array, temperatures: Array, axis: int = -1) -> Array:
    """Compute the probabilities of all draws for each temperature."""
    probabilities: Array = softmax(logits / np.reshape(temperatures, (-1, 1, 1)), axis=axis)
    return probabilities


def _mean_surprise(probabilities: Array, codes: Array) -> Array:
    chosen = probabilities[:, np.arange(len(codes)), codes]
    return np.asarray(-np.log(np.maximum(chosen, 1e-300)).mean(axis=-1))


def _nll(logits: Array, codes: Array, temperatures: Array) -> Array:
    return _mean_surprise(_tempered(logits, temperatures), codes)


def _coldest_to_hottest(loss: Any, logits: Array, codes: Array) -> float:
    """Minimise a loss over the temperature: a grid on a logarithmic scale, and finer ones in it.

    The loss is given all temperatures of a grid at once.
    """
    low, high = 0.05, 20.0
    for _ in range(4):
        grid = np.geomspace(low, high, 21)
        best = int(np.argmin(loss(logits, codes, grid)))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 20)]
    return float(grid[best])


@temperature_of_a_log.mistake(DOUBT)
def multiplied_where_it_should_divide(logits: Array, codes: Array) -> Any:
    """This is one divided by the temperature: it is the factor that the scores are multiplied by.

    Draws that follow the best score more often than softmax does come from a cold sampler. Is your
    answer below 1 for them?
    """
    return 1 / _coldest_to_hottest(_nll, logits, codes)


@temperature_of_a_log.mistake(PERPLEXITY)
def logarithm_of_the_temperature(logits: Array, codes: Array) -> Any:
    """This is the logarithm of the temperature: a search on that scale is sensible, and one step is
    left.

    Can a temperature be negative?
    """
    return np.log(_coldest_to_hottest(_nll, logits, codes))


@temperature_of_a_log.mistake(PERPLEXITY, decimals=(0, 1))
def grid_too_coarse(logits: Array, codes: Array, decimals: int) -> Any:
    """The answer is right up to the step of its grid, and three digits were asked for.

    You know now where the valley is. What would a second grid have to cover?
    """
    return max(round(_coldest_to_hottest(_nll, logits, codes), decimals), 0.05)


@temperature_of_a_log.mistake(PERPLEXITY)
def smallest_loss_instead_of_its_place(logits: Array, codes: Array) -> Any:
    """This is the smallest NLL itself, and not the temperature at which it is reached.

    Of all the temperatures that you tried, which one gave this number?
    """
    best = _coldest_to_hottest(_nll, logits, codes)
    return _nll(logits, codes, np.array([best]))[0]


@temperature_of_a_log.mistake(PERPLEXITY)
def temperature_taken_for_one(logits: Array, codes: Array) -> Any:
    """The answer is 1 for every log, so the draws play no part.

    Whose probability changes with the temperature, and is to be as large as possible?
    """
    return 1.0


@temperature_of_a_log.mistake(AFTER)
def probabilities_tempered_instead_of_scores(logits: Array, codes: Array) -> Any:
    """The temperature divides the probabilities, and softmax is applied to them again.

    The server divided its scores. On which numbers do your candidates for the temperature act?
    """
    return _coldest_to_hottest(lambda z, c, T: _nll(softmax(z), c, T), logits, codes)


@temperature_of_a_log.mistake(PERPLEXITY)
def probabilities_added_instead_of_multiplied(logits: Array, codes: Array) -> Any:
    """This makes the mean probability of the draws as large as possible, not that of all of them
    together.

    Draws are independent, so their probabilities are multiplied. Which function turns a
    product into a sum?
    """

    def loss(logits: Array, codes: Array, temperatures: Array) -> Any:
        chosen = _tempered(logits, temperatures)[:, np.arange(len(codes)), codes]
        return -chosen.mean(axis=-1)

    return _coldest_to_hottest(loss, logits, codes)


@temperature_of_a_log.mistake(PERPLEXITY)
def squared_error_minimised(logits: Array, codes: Array) -> Any:
    """This minimises the squared error against the one-hot draws, a fair aim, and not the one asked
    for.

    "Most likely" names another loss. Which one is the negative logarithm of a probability?
    """

    def loss(logits: Array, codes: Array, temperatures: Array) -> Any:
        one_hot = np.eye(logits.shape[1])[codes]
        return ((_tempered(logits, temperatures) - one_hot) ** 2).mean(axis=(1, 2))

    return _coldest_to_hottest(loss, logits, codes)


@temperature_of_a_log.mistake(PERPLEXITY)
def softmax_over_the_draws(logits: Array, codes: Array) -> Any:
    """Softmax runs down the columns, over the draws, and not over the candidates of each draw.

    Which axis holds the numbers that have to sum to one?
    """

    def loss(logits: Array, codes: Array, temperatures: Array) -> Any:
        return _mean_surprise(_tempered(logits, temperatures, axis=1), codes)

    return _coldest_to_hottest(loss, logits, codes)


@temperature_of_a_log.mistake(ARGMAX)
def draws_that_followed_the_best(logits: Array, codes: Array) -> Any:
    """This matches one number only: how often the best candidate was drawn.

    Of the other draws, some came second and some last. Does your answer know the difference?
    """
    share = np.mean(np.argmax(logits, axis=1) == codes)

    def loss(logits: Array, codes: Array, temperatures: Array) -> Any:
        return abs(_tempered(logits, temperatures).max(axis=-1).mean(axis=-1) - share)

    return _coldest_to_hottest(loss, logits, codes)


@temperature_of_a_log.mistake(PERPLEXITY)
def one_row_of_mean_scores(logits: Array, codes: Array) -> Any:
    """All draws are judged by one row, the mean of the logged scores.

    Each draw had candidates of its own. Whose softmax does its probability come from?
    """
    mean = np.broadcast_to(logits.mean(axis=0), logits.shape)
    return _coldest_to_hottest(_nll, mean, codes)


STUDENT = np.array([[1.0, 3.0, 2.0], [0.0, 0.5, 4.0]])
TEACHER = np.array([[0.0, 4.0, 1.0], [1.0, 1.0, 6.0]])


@chapter.exercise(
    probes=[
        (STUDENT, TEACHER, 1.0),
        (STUDENT, TEACHER, 5.0),
        (np.array([[0.0, 2.0, -1.0, 1.0]]), np.array([[1.0, 0.0, 3.0, -2.0]]), 2.0),
        (np.array([[3000.0, 3002.0]] * 3), np.array([[0.0, 3.0]] * 3), 2.0),
    ],
    further=[
        (UNROUNDED, UNROUNDED[::-1], 2.5),
        (
            np.array([[0.0, 3000.0, 0.0], [3000.0, 0.0, 0.0], [1.0, 3.0, 2.0]]),
            np.array([[0.0, 2500.0, 0.0], [2500.0, 0.0, 0.0], [0.0, 4.0, 1.0]]),
            1.0,
        ),
        (np.array([[-3001.0, -3000.0]]), np.array([[-3000.0, -3002.0]]), 2.0),
    ],
)
def distillation_gradient(student: Array, teacher: Array, temperature: float) -> Any:
    """Compute the gradient of the mean of T² H(softened teacher, softened student) in the student's
    scores.
    """
    return temperature * _softened_errors(student, teacher, temperature) / len(student)


def _softened_errors(student: Array, teacher: Array, temperature: float) -> Array:
    errors: Array = softmax(student / temperature) - softmax(teacher / temperature)
    return errors


@distillation_gradient.mistake(LIMITS)
def square_of_the_temperature_not_reduced(
    student: Array, teacher: Array, temperature: float
) -> Any:
    """The errors are multiplied by the square of the temperature, and one factor too many is left.

    The scores enter as quotients. What does the inner derivative of z / T contribute?
    """
    return temperature**2 * _softened_errors(student, teacher, temperature) / len(student)


@distillation_gradient.mistake(LIMITS)
def factor_of_the_temperature_missing(student: Array, teacher: Array, temperature: float) -> Any:
    """The errors of the softened probabilities come without a factor, so the gradient shrinks with
    the heat.

    The loss has a factor of T², and the chain rule takes one T away. What remains?
    """
    return _softened_errors(student, teacher, temperature) / len(student)


@distillation_gradient.mistake(LIMITS)
def square_of_the_temperature_missing(student: Array, teacher: Array, temperature: float) -> Any:
    """This is the gradient of the loss without its factor of T²: hot errors are divided by T once
    more.

    What does the factor in front of the loss do to its gradient?
    """
    return _softened_errors(student, teacher, temperature) / temperature / len(student)


@distillation_gradient.mistake(AFTER)
def only_the_teacher_softened(student: Array, teacher: Array, temperature: float) -> Any:
    """The student answers at temperature 1, and is compared with a softened teacher.

    A student with the teacher's scores should have a gradient of zero. Has yours?
    """
    errors = softmax(student) - softmax(teacher / temperature)
    return temperature * errors / len(student)


@distillation_gradient.mistake(AFTER)
def only_the_student_softened(student: Array, teacher: Array, temperature: float) -> Any:
    """The teacher answers at temperature 1, and the softened student is compared with it.

    A student with the teacher's scores should have a gradient of zero. Has yours?
    """
    errors = softmax(student / temperature) - softmax(teacher)
    return temperature * errors / len(student)


@distillation_gradient.mistake(DOUBT)
def pointing_uphill_for_the_teacher(student: Array, teacher: Array, temperature: float) -> Any:
    """The sign is turned round: this is teacher minus student, the direction of descent.

    Where the student gives a class too much, should its gradient be positive or negative?
    """
    return -temperature * _softened_errors(student, teacher, temperature) / len(student)


@distillation_gradient.mistake(DOUBT)
def sum_instead_of_mean(student: Array, teacher: Array, temperature: float) -> Any:
    """This is the gradient of the sum over the examples, not of their mean.

    Twice as many examples: should the gradient of the mean double?
    """
    return temperature * _softened_errors(student, teacher, temperature)


@distillation_gradient.mistake(DOUBT)
def mean_over_all_entries(student: Array, teacher: Array, temperature: float) -> Any:
    """It is divided by the number of all scores, examples times classes.

    The loss is one number per example. How many of them are averaged?
    """
    return temperature * _softened_errors(student, teacher, temperature) / student.size


@distillation_gradient.mistake(LIMITS)
def scores_compared_instead_of_probabilities(
    student: Array, teacher: Array, temperature: float
) -> Any:
    """The centred scores are compared, divided by the number of classes: that is the hot limit.

    It is close only where T is large against the scores. What does it stand for at T = 1?
    """
    centred = student - student.mean(axis=1, keepdims=True)
    aim = teacher - teacher.mean(axis=1, keepdims=True)
    return (centred - aim) / student.shape[1] / len(student)


@distillation_gradient.mistake(DOUBT)
def exponentials_too_large(student: Array, teacher: Array, temperature: float) -> Any:
    """The exponential of a large score overflows, and what is left is nan.

    What did chapter 2 subtract first?
    """
    errors = naive_softmax(student / temperature) - naive_softmax(teacher / temperature)
    return temperature * errors / len(student)


distilling = Chapter(7, "07b_distil_a_teacher.ipynb", chapter.exercises)

SQUARE = "Why the square of the temperature"
SOFTEN = "Soften the answers"
TWENTY = "Teach with twenty images"
ONE_SOFTENED = "Only the teacher softened"

LESSON = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
TAUGHT = np.array([[3.0, 0.0, 1.0], [0.0, 1.0, 4.0]])


@distilling.exercise(
    probes=[
        (np.array([[1.0, 1.0]]), np.array([[0.0, 2.0]]), 1.0, 1.0, 1),
        (LESSON, TAUGHT, 2.0, 0.5, 1),
        (LESSON, TAUGHT, 2.0, 0.5, 2),
        (LESSON[::-1, :2], np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 0.5]]), 5.0, 0.25, 4),
        (LESSON, np.array([[1000.0, 0.0], [0.0, 1.0]]), 0.5, 1.0, 3),
    ],
    further=[
        (UNROUNDED[:, :3], UNROUNDED[::-1], 2.5, 0.3, 3),
        (UNROUNDED[:, 1:], 30 * UNROUNDED, 4.0, 0.7, 2),
        (np.array([[1500.0, 0.0, 1.0], [1.0, 1499.0, 1.0]]), LARGEST_LAST[[0, 0]], 1.0, 2.0, 3),
        (LESSON, np.array([BOTH_FAR[0], BOTH_FAR[1]]), 1.5, 0.5, 3),
    ],
)
def distil(features: Array, answers: Array, temperature: float, rate: float, steps: int) -> Any:
    """Train a student by gradient descent from zero on the mean of T² H, and return its weights."""
    return _descended(features, answers, temperature, rate, steps)


def _descended(
    features: Array,
    answers: Array,
    temperature: float,
    rate: float,
    steps: int,
    errors: Any = _softened_errors,
    factor: float = 1.0,
) -> Array:
    """Descend with the softened errors, or with others, times T and another factor."""
    weights = np.zeros((features.shape[1], answers.shape[1]))
    pull = rate * temperature * factor / len(features)
    for _ in range(steps):
        wrong = errors(features @ weights, answers, temperature)
        weights = weights - pull * features.T @ wrong
    return weights


@distil.mistake(SQUARE)
def one_factor_of_the_temperature_too_many(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Each step is the temperature times too long: the square of it stands in the gradient.

    The loss has a factor of T², and the scores enter it as quotients. What does the chain rule
    leave of the square?
    """
    return _descended(features, answers, temperature, rate, steps, factor=temperature)


@distil.mistake(SQUARE)
def step_without_the_temperature(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The errors of the softened probabilities come without a factor, and hot steps are too short.

    The loss has a factor of T², and the chain rule takes one T away. What remains?
    """
    return _descended(features, answers, temperature, rate, steps, factor=1 / temperature)


@distil.mistake(SQUARE)
def loss_without_the_square(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """This descends on the loss without its factor of T²: hot errors are divided by T once more.

    What does the factor in front of the loss do to its gradient?
    """
    return _descended(features, answers, temperature, rate, steps, factor=1 / temperature**2)


@distil.mistake(ONE_SOFTENED)
def student_not_softened(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The student learns at temperature 1 what the teacher says at another one.

    Its scores will be too small by the temperature. At which temperature should it answer while it
    learns?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return softmax(student) - softmax(teacher / temperature)

    return _descended(features, answers, temperature, rate, steps, errors)


@distil.mistake(ONE_SOFTENED)
def student_not_softened_and_step_without_the_temperature(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Two things: the student learns at temperature 1, and no step is multiplied by a temperature.

    Begin with the first: at which temperature should it answer while it learns?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return (softmax(student) - softmax(teacher / temperature)) / temperature

    return _descended(features, answers, temperature, rate, steps, errors)


@distil.mistake(ONE_SOFTENED)
def teacher_not_softened(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The softened student is compared with a teacher at temperature 1.

    The small probabilities of the teacher stay small then. What was to bring them out?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return softmax(student / temperature) - softmax(teacher)

    return _descended(features, answers, temperature, rate, steps, errors)


@distil.mistake(SOFTEN)
def scores_of_the_teacher_taken_for_probabilities(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The student's probabilities are compared with the teacher's scores, which are none.

    Which function turns the answers into a distribution, and what is divided before?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return softmax(student / temperature) - teacher

    return _descended(features, answers, temperature, rate, steps, errors)


@distil.mistake(TWENTY)
def teacher_reduced_to_a_label(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Only the teacher's favourite class is taught, as if its answers were labels.

    What did the other scores say about the image?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return softmax(student / temperature) - np.eye(teacher.shape[1])[teacher.argmax(axis=1)]

    return _descended(features, answers, temperature, rate, steps, errors)


@distil.mistake(SOFTEN)
def climbing_instead_of_descending(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Each step goes uphill: the student moves away from its teacher.

    The gradient has the sign of student minus teacher. Is it added or subtracted?
    """
    return _descended(features, answers, temperature, rate, steps, factor=-1)


@distil.mistake(SOFTEN)
def steps_of_the_sum(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Each step follows the gradient of the sum over the images, not of their mean.

    Twice as many images: should a step become twice as long?
    """
    return _descended(features, answers, temperature, rate, steps, factor=len(features))


@distil.mistake(SOFTEN)
def divided_by_the_number_of_all_scores(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Each step is divided by the number of all scores, images times classes.

    The loss is one number per image. How many of them are averaged?
    """
    return _descended(features, answers, temperature, rate, steps, factor=1 / answers.shape[1])


@distil.mistake(SOFTEN)
def same_gradient_in_every_step(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The errors of the untrained student are used in every step, so all steps are alike.

    After the first step the student answers something else. What has to be computed anew?
    """
    return steps * _descended(features, answers, temperature, rate, 1)


@distil.mistake(TWENTY)
def only_one_step(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """One step is made, however many are asked for.

    Is your `return` inside of the loop, or do the weights begin at zero again in each round?
    """
    return _descended(features, answers, temperature, rate, 1)


@distil.mistake(TWENTY)
def one_step_too_many(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """One step more is made than was asked for.

    How often does your loop run if the number of steps is 1?
    """
    return _descended(features, answers, temperature, rate, steps + 1)


@distil.mistake(SOFTEN)
def scores_of_the_student_returned(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """These are the trained student's scores for the images, and its weights were asked for.

    What does somebody need who wants to classify another image?
    """
    return features @ _descended(features, answers, temperature, rate, steps)


@distil.mistake(SOFTEN)
def exponentials_that_overflow(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The exponential of a large score overflows, and what is left is nan.

    What did chapter 2 subtract first?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return naive_softmax(student / temperature) - naive_softmax(teacher / temperature)

    return _descended(features, answers, temperature, rate, steps, errors)


searching = Chapter(7, "07c_search_for_the_likeliest.ipynb", chapter.exercises)

GREEDY = "Take the best each time"
BEAM = "Keep several candidates"
PENALISE = "Penalise repetition"
MULTIPLIED = "Probabilities multiplied"

FOLLOWERS = np.array([[1.0, 0.3, 0.0], [2.0, 0.0, 0.9], [0.4, 1.3, 0.0]])
COUNTED = np.log(np.array([[1.0, 20.0, 9.0], [30.0, 2.0, 13.0], [8.0, 25.0, 3.0]]))


@searching.exercise(
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


@searching.exercise(
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


def _finds(log_start: Array, log_p: Array, length: int, width: int, keep: Any = None) -> bool:
    goal, _ = _likeliest(log_start, log_p, length)
    totals, _ = _beam(log_start, log_p, length, width, keep=keep)
    return bool(totals.max() > goal - 1e-7)


def _first(log_start: Array, log_p: Array, length: int, keep: Any = None) -> int:
    widths = range(1, len(log_start) ** length + 1)
    return next(w for w in widths if _finds(log_start, log_p, length, w, keep))


def _finds_and_is_not_the_smallest(
    got: Outcome, log_start: Array, log_p: Array, length: int
) -> bool:
    """Claim that the width finds the likeliest list, and is larger than it need be."""
    if got.value is None or got.value.size != 1:
        return False
    width = int(got.value.item())
    larger = width > _first(log_start, log_p, length)
    return larger and _finds(log_start, log_p, length, width)


def _last_failure(log_start: Array, log_p: Array, length: int) -> int:
    widths = range(len(log_start) ** length, 0, -1)
    return next((w for w in widths if not _finds(log_start, log_p, length, w)), 0) + 1


def _halving(log_start: Array, log_p: Array, length: int) -> int:
    low, high = 1, len(log_start) ** length
    while low < high:
        middle = (low + high) // 2
        found = _finds(log_start, log_p, length, middle)
        low, high = (low, middle) if found else (middle + 1, high)
    return low


def _halving_from_zero(log_start: Array, log_p: Array, length: int) -> int:
    fails, finds = 0, len(log_start) ** length
    while finds - fails > 1:
        middle = (fails + finds) // 2
        found = _finds(log_start, log_p, length, middle)
        fails, finds = (fails, middle) if found else (middle, finds)
    return finds


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
