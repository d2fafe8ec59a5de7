"""Exercises of chapter 7, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import naive_softmax, softmax
from softmax_course.losses import entropy
from softmax_course.sampling import top_k, top_p

from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, TWO_LARGE, UNROUNDED

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
