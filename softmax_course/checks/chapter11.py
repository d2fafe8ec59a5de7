"""Exercises of chapter 11, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import hardmax, log_softmax, logsumexp, naive_softmax, softmax
from softmax_course.alternatives import (
    entmax15,
    focal_loss,
    gumbel_softmax_vjp,
    sampled_logits,
    sparsemax,
)
from softmax_course.losses import cross_entropy

from .claims import broke_down
from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, TWO_LARGE, UNROUNDED

Array = NDArray[Any]

NEAREST = "The nearest point"
THRESHOLD = "Find the threshold"
FAMILY = "A family in between"
WAYS = "Three ways to estimate"
RIVALS = "Draw a few rivals"
PROPOSAL = "Correct for the proposal"
SMOOTH = "Smooth the labels"
EASY = "Count the easy ones less"
KNOW = "Say what you know"
MIX = "Mix instead"
CUT = "Cut without a threshold"
SOFT = "The soft draw in the loss"
FORGOTTEN = "The proposal forgotten"
AVERAGED = "Scores mixed instead of probabilities"

chapter = Chapter(11, "11_choose_an_alternative.ipynb")

SCORES = np.array([1.0, 3.0, 2.0])
CLOSE = np.array([1.0, 1.2, 1.1])


@chapter.exercise(
    probes=[
        (SCORES,),
        (CLOSE,),
        (np.array([0.5, 0.2, -0.1, 0.4]),),
        (np.array([2.0, 2.0, 2.0, 2.0]),),
        (np.array([0.0, -0.6, 0.3, -3.0, 0.1]),),
        (np.array([1000.0, 1000.5, 999.0]),),
    ],
    further=[
        (UNROUNDED[0],),
        (UNROUNDED[1],),
        (UNROUNDED[3],),
        (LARGEST_LAST[0],),
        (BOTH_FAR[0],),
        (BOTH_FAR[1] + np.array([0.25, 0.0]),),
        (TWO_LARGE[0] * 1.0001,),
        (np.array([-2.0, -1.4, -1.45, -1.7, -1.5, -1.62]),),
    ],
)
def sparsemax_vector(logits: Array) -> Any:
    """Turn one list of scores into the nearest probabilities: subtract a threshold, cut at 0."""
    return sparsemax(logits)


def _cut(logits: Array, tau: Any) -> Array:
    kept: Array = np.maximum(logits - tau, 0)
    return kept


def _candidates(descending: Array) -> Array:
    found: Array = (np.cumsum(descending) - 1) / np.arange(1, len(descending) + 1)
    return found


@sparsemax_vector.mistake(NEAREST)
def softmax_instead(logits: Array) -> Any:
    """This is softmax: every class has a share, however far it trails.

    Which point of the simplex is the nearest to these scores?
    """
    return softmax(logits)


@sparsemax_vector.mistake(NEAREST)
def winner_takes_all(logits: Array) -> Any:
    """The best class has everything, also where others follow closely.

    From which lead on does a class have everything?
    """
    return hardmax(logits)


@sparsemax_vector.mistake(CUT)
def cut_at_zero_and_divided(logits: Array) -> Any:
    """The scores are cut at 0 and divided by their sum, so a shift of all changes the answer.

    What has to be subtracted before the cut, so that nothing has to be divided?
    """
    kept = np.maximum(logits, 0)
    return kept / kept.sum()


@sparsemax_vector.mistake(CUT)
def cut_one_below_the_best_and_divided(logits: Array) -> Any:
    """What lies more than 1 below the best is cut, and the rest is divided by its sum.

    The nearest point keeps the differences of the scores that stay. Does a division?
    """
    kept = np.maximum(logits - logits.max() + 1, 0)
    return kept / kept.sum()


@sparsemax_vector.mistake(CUT)
def cut_one_below_the_best(logits: Array) -> Any:
    """The threshold is 1 below the best, whatever follows, so the sum is more than 1.

    With two classes that stay, how much do their scores lie above the threshold together?
    """
    return _cut(logits, logits.max() - 1)


@sparsemax_vector.mistake(THRESHOLD)
def threshold_of_all_classes(logits: Array) -> Any:
    """The threshold is computed as if all classes stayed, and then some of them are cut after all.

    What happens to the sum when a negative entry becomes 0?
    """
    return _cut(logits, (logits.sum() - 1) / len(logits))


@sparsemax_vector.mistake(THRESHOLD)
def threshold_of_all_classes_and_divided(logits: Array) -> Any:
    """The threshold is computed as if all classes stayed, and a division repairs the sum.

    The scores that stay should keep their differences. Do they?
    """
    kept = _cut(logits, (logits.sum() - 1) / len(logits))
    return kept / kept.sum()


@sparsemax_vector.mistake(THRESHOLD)
def not_cut(logits: Array) -> Any:
    """The sum is 1, and there are negative entries, or there is no cut at all.

    Which entries of the simplex are allowed to be below 0?
    """
    return logits - (logits.sum() - 1) / len(logits)


@sparsemax_vector.mistake(THRESHOLD)
def one_not_subtracted(logits: Array) -> Any:
    """The candidates are the means of the best scores: nothing is left for the shares to sum to 1.

    If the best class stays alone, how far above the threshold must its score lie?
    """
    descending = np.sort(logits)[::-1]
    return _cut(logits, (np.cumsum(descending) / np.arange(1, len(logits) + 1)).max())


@sparsemax_vector.mistake(THRESHOLD)
def smallest_candidate(logits: Array) -> Any:
    """Of the candidates for the threshold the smallest is taken, and the sum is more than 1.

    While the next score still lies above the candidate, does the candidate rise or fall?
    """
    return _cut(logits, _candidates(np.sort(logits)[::-1]).min())


@sparsemax_vector.mistake(THRESHOLD)
def not_sorted(logits: Array) -> Any:
    """The candidates take the classes in the order of their codes, not in that of their scores.

    Which classes stay if k of them do: the first, or the best?
    """
    return _cut(logits, _candidates(logits).max())


@sparsemax_vector.mistake(THRESHOLD)
def sorted_order_kept(logits: Array) -> Any:
    """The shares are right and come back sorted, so the first no longer belongs to class 0.

    The sort was for the threshold. From which scores should it be subtracted?
    """
    return np.sort(sparsemax(logits))[::-1]


@sparsemax_vector.mistake(FAMILY)
def squares_taken(logits: Array) -> Any:
    """This is entmax with alpha 1.5, which takes squares and drops fewer classes.

    Which member of the family is linear where it is not 0?
    """
    return entmax15(logits)


@sparsemax_vector.mistake(CUT)
def clipped_to_the_unit_interval(logits: Array) -> Any:
    """Each score is clipped to between 0 and 1 by itself, and their sum may be anything.

    The simplex is smaller than the cube. Which condition ties the classes together?
    """
    return np.clip(logits, 0, 1)


COINS, WISH = np.array([5.0, 0.0, 2.0]), 4.0


@chapter.exercise(
    probes=[
        (SCORES, np.array([0.2, 0.1, 0.3]), 1.0, COINS, WISH),
        (SCORES, np.array([0.5, -0.4, 1.2]), 0.5, COINS, WISH),
        (SCORES, np.array([2.5, 0.1, -0.3]), 2.0, COINS, WISH),
        (np.array([0.5, 0.0, -0.5, 0.2]), np.array([0.1, 0.8, 0.9, 0.3]), 0.8,
         np.array([1.0, 3.0, -2.0, 0.5]), 1.5),
        (np.array([1000.0, 1001.0]), np.array([1.4, 0.1]), 1.5, np.array([2.0, -1.0]), 0.5),
    ],
    further=[
        (UNROUNDED[0], np.array([0.31, 2.75, -0.42, 0.87, 1.13]), 1.2345,
         np.array([1.25, -0.75, 3.125, 0.5, 2.0]), 1.0625),
        (LARGEST_LAST[0], np.array([0.5, 0.1, 0.2]), 700.0, COINS, WISH),
        (LARGEST_LAST[0], np.array([0.5, 0.1, 0.2]), 1.5, COINS, WISH),
        (LARGEST_LAST[0, ::-1], np.array([0.5, 0.1, 0.2]), 1.5, COINS, WISH),
        (BOTH_FAR[0], np.array([0.9, 0.1]), 0.7, np.array([2.0, -1.0]), 0.5),
        (BOTH_FAR[1], np.array([0.9, 0.1]), 0.7, np.array([2.0, -1.0]), 0.5),
        (np.array([1.0, 1.3, 0.2]), np.array([0.4, 0.3, 0.2]), 0.9,
         np.array([0.001, 1.0012, -0.5]), 0.25),
    ],
)  # fmt: skip
def straight_through_gradient(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """Give the straight-through gradient, by the scores, of the squared miss of one hard draw."""
    soft = softmax(logits + noise, temperature=temperature)
    return _back(soft, _slope(hardmax(logits + noise), coins, wish), temperature)


def _slope(draw: Array, coins: Array, wish: float) -> Array:
    slope: Array = 2 * (draw @ coins - wish) * coins
    return slope


def _back(soft: Any, slope: Array, temperature: float) -> Array:
    return np.asarray(gumbel_softmax_vjp(soft, slope, temperature=temperature))


def _soft(logits: Array, noise: Array, temperature: float) -> Array:
    return np.asarray(softmax(logits + noise, temperature=temperature))


@straight_through_gradient.mistake(SOFT)
def soft_draw_in_the_loss(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """The slope of the loss is taken at the soft draw: this is Gumbel-softmax without the trick.

    What does the loss see in the straight-through trick, a mixture or one class?
    """
    soft = _soft(logits, noise, temperature)
    return _back(soft, _slope(soft, coins, wish), temperature)


@straight_through_gradient.mistake(WAYS)
def slope_not_carried_back(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """This is the slope by the draw, and the gradient by the scores was asked for.

    Which function stands between the scores and the soft draw?
    """
    return _slope(hardmax(logits + noise), coins, wish)


@straight_through_gradient.mistake(WAYS)
def gradient_through_the_hard_draw(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """The gradient is 0: it went back through the hard draw, which no small nudge changes.

    As what does the trick treat the draw on the way back?
    """
    return np.zeros(len(logits))


@straight_through_gradient.mistake(WAYS)
def temperature_missing_in_the_derivative(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """The derivative of dividing by the temperature is missing.

    How fast does a score, divided by 2, move when the score moves by 1?
    """
    soft = _soft(logits, noise, temperature)
    return _back(soft, _slope(hardmax(logits + noise), coins, wish), 1.0)


@straight_through_gradient.mistake(WAYS)
def temperature_multiplied_in_the_derivative(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """The derivative is multiplied by the temperature, which divides the noisy scores.

    How fast does a score, divided by 2, move when the score moves by 1?
    """
    soft = _soft(logits, noise, temperature)
    return _back(soft, _slope(hardmax(logits + noise), coins, wish), 1 / temperature)


@straight_through_gradient.mistake(WAYS)
def temperature_nowhere(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """The answer is the same at every temperature.

    What does the temperature divide, before the softmax of the soft draw?
    """
    return _back(_soft(logits, noise, 1.0), _slope(hardmax(logits + noise), coins, wish), 1.0)


@straight_through_gradient.mistake(WAYS)
def no_noise_on_the_way_back(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """The softmax on the way back has no noise in it, so it belongs to no draw.

    Both draws, hard and soft, come from the same numbers. Which?
    """
    soft = _soft(logits, 0 * noise, temperature)
    return _back(soft, _slope(hardmax(logits + noise), coins, wish), temperature)


@straight_through_gradient.mistake(WAYS)
def best_class_instead_of_the_drawn_one(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """The loss sees the best class each time, and not the one that the noise has drawn.

    Of which numbers is the drawn class the argmax?
    """
    soft = _soft(logits, noise, temperature)
    return _back(soft, _slope(hardmax(logits), coins, wish), temperature)


@straight_through_gradient.mistake(WAYS)
def noise_not_divided(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """The scores are divided by the temperature before the noise comes, so it is as loud as ever.

    In a soft draw, what is divided: the scores, or the noisy scores?
    """
    soft = softmax(logits / temperature + noise)
    return _back(soft, _slope(hardmax(logits + noise), coins, wish), temperature)


@straight_through_gradient.mistake(WAYS)
def factor_of_the_square_missing(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """This is half of it: the derivative of a square has a factor of 2.

    How steep is the square of x at x = 3?
    """
    soft = _soft(logits, noise, temperature)
    return _back(soft, _slope(hardmax(logits + noise), coins, wish) / 2, temperature)


@straight_through_gradient.mistake(WAYS)
def uphill(logits: Array, noise: Array, temperature: float, coins: Array, wish: float) -> Any:
    """All signs are turned round: this is the way downhill, or the miss has the wrong sign.

    A gradient points to where the loss grows. Does yours?
    """
    soft = _soft(logits, noise, temperature)
    return _back(soft, -_slope(hardmax(logits + noise), coins, wish), temperature)


@straight_through_gradient.mistake(WAYS)
def diagonal_alone(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """Only the diagonal of the Jacobian is there, as if each share had its own sigmoid.

    When one share grows, what do the others do?
    """
    soft = _soft(logits, noise, temperature)
    return soft * (1 - soft) * _slope(hardmax(logits + noise), coins, wish) / temperature


@straight_through_gradient.mistake(WAYS)
def score_function_instead(
    logits: Array, noise: Array, temperature: float, coins: Array, wish: float
) -> Any:
    """This is the score-function estimate, the cost times draw minus probabilities: another way.

    Which derivative does the straight-through trick need that this one does without?
    """
    hard = hardmax(logits + noise)
    return (hard @ coins - wish) ** 2 * (hard - softmax(logits))


PROPOSAL_OF_3 = np.array([0.5, 0.3, 0.2])
PROPOSAL_OF_5 = np.array([0.4, 0.25, 0.15, 0.12, 0.08])


@chapter.exercise(
    probes=[
        (SCORES, 1, np.array([0, 2]), PROPOSAL_OF_3),
        (SCORES, 2, np.array([0, 0, 1]), PROPOSAL_OF_3),
        (SCORES, 0, np.array([2, 0]), PROPOSAL_OF_3),
        (np.array([0.5, -1.0, 2.0, 0.0, 1.0]), 3, np.array([0, 4, 1, 0]), PROPOSAL_OF_5),
        (np.array([1000.0, 1001.0, 0.0]), 0, np.array([1, 2]), PROPOSAL_OF_3),
    ],
    further=[
        (UNROUNDED[0], 4, np.array([3, 0, 4, 2]), PROPOSAL_OF_5),
        (UNROUNDED[1], 0, np.array([3, 3, 2]), np.array([0.1, 0.2, 0.3, 0.25, 0.15])),
        (LARGEST_LAST[0], 0, np.array([1, 2]), PROPOSAL_OF_3),
        (BOTH_FAR[0], 0, np.array([1, 1, 0]), np.array([0.75, 0.25])),
        (BOTH_FAR[1], 1, np.array([0]), np.array([0.75, 0.25])),
        (TWO_LARGE[0], 3, np.array([4, 0, 4]), PROPOSAL_OF_5),
    ],
)
def sampled_loss(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """Compute the loss of telling the true class from drawn ones, corrected for the proposal."""
    return cross_entropy(_corrected(logits, code, drawn, proposal), 0)


def _corrected(logits: Array, code: int, drawn: Array, proposal: Array) -> Array:
    given = logits[code], logits[drawn], proposal[code], proposal[drawn]
    return np.asarray(sampled_logits(*given))


def _among(code: int, drawn: Array) -> Array:
    candidates: Array = np.append(code, drawn)
    return candidates


@sampled_loss.mistake(FORGOTTEN)
def no_correction(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """The scores go in as they are, so a class that is drawn often is pushed down often.

    What has to be taken off each score, and whose logarithm is it?
    """
    return cross_entropy(logits[_among(code, drawn)], 0)


@sampled_loss.mistake(PROPOSAL)
def correction_added(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """The logarithm of the proposal is added, and the frequent classes count twice.

    A class that is drawn ten times as often: should each draw of it weigh more or less?
    """
    candidates = _among(code, drawn)
    return cross_entropy(logits[candidates] + np.log(proposal[candidates]), 0)


@sampled_loss.mistake(PROPOSAL)
def logarithm_of_the_proposal_missing(
    logits: Array, code: int, drawn: Array, proposal: Array
) -> Any:
    """The proposal itself is subtracted, and scores are logarithms.

    Which function takes a probability to where the scores live?
    """
    candidates = _among(code, drawn)
    return cross_entropy(logits[candidates] - proposal[candidates], 0)


@sampled_loss.mistake(PROPOSAL)
def scores_divided_by_the_proposal(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """The scores are divided by the proposal. It is their exponentials that it divides.

    What does dividing an exponential do to its exponent?
    """
    candidates = _among(code, drawn)
    return cross_entropy(logits[candidates] / proposal[candidates], 0)


@sampled_loss.mistake(PROPOSAL)
def rivals_corrected_alone(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """The drawn classes are corrected, and the true one is not.

    Could the true class have been drawn, too? With which probability?
    """
    corrected = _corrected(logits, code, drawn, proposal)
    corrected[0] = logits[code]
    return cross_entropy(corrected, 0)


@sampled_loss.mistake(RIVALS)
def all_classes_summed(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """This is the full cross-entropy, which needs the score of every class.

    Which classes are in the race here?
    """
    return cross_entropy(logits, code)


@sampled_loss.mistake(RIVALS)
def true_class_not_in_the_sum(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """The sum has the drawn classes alone, and so the share of the true one can exceed 1.

    Who runs in the race?
    """
    corrected = _corrected(logits, code, drawn, proposal)
    return logsumexp(corrected[1:]) - corrected[0]


@sampled_loss.mistake(RIVALS)
def each_class_counted_once(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """A class that was drawn twice runs once, or the true class is taken out of the draws.

    The correction is for draws with replacement. Is a second draw of a class another rival?
    """
    candidates = np.append(code, np.unique(drawn[drawn != code]))
    return cross_entropy(logits[candidates] - np.log(proposal[candidates]), 0)


@sampled_loss.mistake(RIVALS)
def true_class_taken_out_of_the_draws(
    logits: Array, code: int, drawn: Array, proposal: Array
) -> Any:
    """Where the true class was drawn, that draw is left out.

    Libraries offer this. The race that is fair at the true probabilities keeps it. Did yours?
    """
    candidates = _among(code, drawn[drawn != code])
    return cross_entropy(logits[candidates] - np.log(proposal[candidates]), 0)


@sampled_loss.mistake(RIVALS)
def probability_instead_of_a_loss(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """This is the share of the true class in the race.

    Which function turns a share into a loss?
    """
    return softmax(_corrected(logits, code, drawn, proposal))[0]


@sampled_loss.mistake(RIVALS)
def sign_missing(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """The loss is negative: it is the logarithm of a share.

    Should a loss fall or rise when the share of the true class rises?
    """
    return -cross_entropy(_corrected(logits, code, drawn, proposal), 0)


@sampled_loss.mistake(PROPOSAL)
def weights_by_the_proposal(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """The shares are computed without a correction, and the loss is weighed with the proposal.

    Which classes of the race did the proposal choose: only the true one?
    """
    return cross_entropy(logits[_among(code, drawn)], 0) / proposal[code]


@sampled_loss.mistake(RIVALS, claim=broke_down)
def exponential_overflows(logits: Array, code: int, drawn: Array, proposal: Array) -> Any:
    """The exponential of a large score overflows, although only differences count.

    What did chapter 2 subtract first?
    """
    e = np.exp(_corrected(logits, code, drawn, proposal))
    return -np.log(e[0] / e.sum())


@chapter.exercise(
    probes=[
        (SCORES, 1, 2.0),
        (SCORES, 0, 1.0),
        (SCORES, 2, 0.5),
        (np.array([0.0, 0.0, 0.0, 0.0]), 3, 3.0),
        (np.array([-1.0, 0.5]), 0, 0.0),
        (np.array([1000.0, 0.0]), 1, 2.0),
    ],
    further=[
        (UNROUNDED[0], 2, 1.234567),
        (UNROUNDED[1], 4, 0.75),
        (UNROUNDED[3], 3, 2.5),
        (LARGEST_LAST[0], 0, 2.0),
        (BOTH_FAR[0], 0, 1.5),
        (BOTH_FAR[1], 1, 1.5),
        (TWO_LARGE[0], 3, 2.0),
        (TWO_LARGE[1], 1, 0.25),
    ],
)
def focal_from_logits(logits: Array, code: int, gamma: float) -> Any:
    """Compute the focal loss, in nats, of one example from its scores."""
    return focal_loss(logits, code, gamma=gamma)


def _log_p(logits: Array, code: int) -> Any:
    return log_softmax(logits)[code]


@focal_from_logits.mistake(EASY)
def not_weighed(logits: Array, code: int, gamma: float) -> Any:
    """This is the cross-entropy: every example counts alike, whatever gamma is.

    Which factor is close to 0 for an example that is predicted well?
    """
    return -_log_p(logits, code)


@focal_from_logits.mistake(EASY)
def hard_ones_counted_less(logits: Array, code: int, gamma: float) -> Any:
    """The probability itself is the weight, so the easy examples count most.

    For an easy example the weight should be close to 0. What is 1 minus its probability?
    """
    return -(np.exp(_log_p(logits, code)) ** gamma) * _log_p(logits, code)


@focal_from_logits.mistake(EASY)
def power_of_the_whole(logits: Array, code: int, gamma: float) -> Any:
    """The weighted surprise is raised to gamma as a whole.

    Which of the two factors has the exponent?
    """
    surprise = -_log_p(logits, code)
    return (-np.expm1(-surprise) * surprise) ** gamma


@focal_from_logits.mistake(EASY)
def gamma_as_a_factor(logits: Array, code: int, gamma: float) -> Any:
    """Gamma multiplies the weight, and it should be its exponent.

    With gamma 0 the loss is the cross-entropy. Is yours?
    """
    log_p = _log_p(logits, code)
    return gamma * np.expm1(log_p) * log_p


@focal_from_logits.mistake(EASY)
def power_before_the_difference(logits: Array, code: int, gamma: float) -> Any:
    """The weight is 1 minus a power, and it should be a power of 1 minus the probability.

    With gamma 0, what is left of yours?
    """
    log_p = _log_p(logits, code)
    return np.expm1(gamma * log_p) * log_p


@focal_from_logits.mistake(EASY)
def summed_over_all_classes(logits: Array, code: int, gamma: float) -> Any:
    """The surprises at all classes are added up, and only one class has come.

    At which class is the loss surprised?
    """
    log_p = log_softmax(logits)
    return -np.sum((-np.expm1(log_p)) ** gamma * log_p)


@focal_from_logits.mistake(EASY)
def weight_alone(logits: Array, code: int, gamma: float) -> Any:
    """This is the weight without the surprise that it weighs.

    What is multiplied by it?
    """
    return (-np.expm1(_log_p(logits, code))) ** gamma


@focal_from_logits.mistake(EASY)
def minus_missing(logits: Array, code: int, gamma: float) -> Any:
    """The loss is negative, and the logarithm of a probability is never above 0.

    Which sign makes a surprise of it?
    """
    return -focal_loss(logits, code, gamma=gamma)


@focal_from_logits.mistake(EASY, base=(2, 10))
def another_logarithm(logits: Array, code: int, gamma: float, base: float) -> Any:
    """The logarithm is not the natural one, so the unit is not the nat.

    Which base belongs to the exponential of softmax?
    """
    return focal_loss(logits, code, gamma=gamma) / np.log(base)


@focal_from_logits.mistake(EASY)
def sigmoid_of_the_score(logits: Array, code: int, gamma: float) -> Any:
    """The probability is the sigmoid of one score, and the other classes play no part.

    The paper has two classes. How do several classes share one?
    """
    surprise = np.logaddexp(0, -logits[code])
    return (-np.expm1(-surprise)) ** gamma * surprise


@focal_from_logits.mistake(EASY)
def scores_taken_for_probabilities(logits: Array, code: int, gamma: float) -> Any:
    """The score itself is taken for a probability.

    Which function comes before the logarithm?
    """
    with np.errstate(all="ignore"):
        return -((1 - logits[code]) ** gamma) * np.log(logits[code])


@focal_from_logits.mistake(EASY, claim=broke_down)
def exponentials_overflow(logits: Array, code: int, gamma: float) -> Any:
    """The exponential of a large score overflows, and the loss is nan.

    What did chapter 2 subtract first?
    """
    p = naive_softmax(logits)[code]
    return -((1 - p) ** gamma) * np.log(p)


@focal_from_logits.mistake(EASY, claim=broke_down)
def logarithm_of_a_rounded_probability(logits: Array, code: int, gamma: float) -> Any:
    """The probability is rounded to 0 before its logarithm is taken, and the loss is infinite.

    Which function gives the logarithm without the probability?
    """
    with np.errstate(all="ignore"):
        p = softmax(logits)[code]
        return -((1 - p) ** gamma) * np.log(p)


@focal_from_logits.mistake(EASY, epsilon=(1e-7, 1e-8, 1e-12))
def small_number_in_the_logarithm(logits: Array, code: int, gamma: float, epsilon: float) -> Any:
    """A small number inside the logarithm keeps infinity away, and caps the worst losses.

    Which function gives the logarithm without the probability?
    """
    p = softmax(logits)[code]
    return -((1 - p) ** gamma) * np.log(p + epsilon)


TWO_EXPERTS = np.array([[1.0, 3.0, 2.0], [2.0, 0.0, 1.0]])


@chapter.exercise(
    probes=[
        (np.array([0.0, 1.0]), TWO_EXPERTS),
        (np.array([0.5, -0.5]), np.array([[0.0, 0.0, 0.0], [4.0, 0.0, -4.0]])),
        (np.array([1.0, 0.0, -1.0]), np.array([[2.0, 1.0], [0.0, 3.0], [-1.0, 0.5]])),
        (np.array([2.0]), np.array([[0.0, 1.0, -1.0, 2.0]])),
        (np.array([1000.0, 999.0]), np.array([[0.0, 1000.0], [0.0, 1000.0]])),
    ],
    further=[
        (UNROUNDED[0, :4], UNROUNDED),
        (np.array([0.3, 0.1, -0.4, 0.2, 0.05]), UNROUNDED.T),
        (LARGEST_LAST[0], np.array([[0.0, 0.5], [1.0, 0.0], [0.25, 2.0]])),
        (np.array([0.25, 0.5]), BOTH_FAR),
        (BOTH_FAR[0], BOTH_FAR.T),
        (BOTH_FAR[1, ::-1], np.array([[0.5, 0.0, 1.0], [2.0, -1.0, 0.25]])),
        (np.array([3000.0, 0.0]), np.array([[0.5, 0.0, 1.0], [2.0, -1.0, 0.25]])),
        (np.array([0.75, 0.0]), TWO_LARGE),
    ],
)
def mixture_log_probabilities(gate_logits: Array, logits: Array) -> Any:
    """Mix several softmaxes, one per row, by the softmax of the gate; return log-probabilities."""
    return logsumexp(log_softmax(gate_logits)[:, np.newaxis] + log_softmax(logits), axis=0)


def _mixture(weights: Any, shares: Any) -> Array:
    mixed: Array = weights @ shares
    return mixed


@mixture_log_probabilities.mistake(AVERAGED)
def scores_mixed(gate_logits: Array, logits: Array) -> Any:
    """The scores are mixed, and one softmax is applied to the mixture: the rank stays as it was.

    What has to be mixed, so that the result is no softmax of a linear layer any more?
    """
    return log_softmax(softmax(gate_logits) @ logits)


@mixture_log_probabilities.mistake(AVERAGED)
def log_probabilities_mixed(gate_logits: Array, logits: Array) -> Any:
    """The logarithms of the probabilities are averaged, so their exponentials sum to less than 1.

    In which order come the mixing and the logarithm?
    """
    return softmax(gate_logits) @ log_softmax(logits)


@mixture_log_probabilities.mistake(MIX)
def gate_not_normalised(gate_logits: Array, logits: Array) -> Any:
    """The scores of the gate are used as weights as they are, and they need not sum to 1.

    Which function makes shares of the gate's scores?
    """
    with np.errstate(all="ignore"):
        return np.log(_mixture(gate_logits, softmax(logits)))


@mixture_log_probabilities.mistake(MIX)
def gate_added_without_its_sum(gate_logits: Array, logits: Array) -> Any:
    """The exponentials of the gate's scores are the weights, not divided by their sum.

    What do the weights of a mixture sum to?
    """
    return logsumexp(gate_logits[:, np.newaxis] + log_softmax(logits), axis=0)


@mixture_log_probabilities.mistake(MIX)
def all_rows_alike(gate_logits: Array, logits: Array) -> Any:
    """Every row has the same weight, whatever the gate says.

    What is the gate for?
    """
    return logsumexp(log_softmax(logits), axis=0) - np.log(len(gate_logits))


@mixture_log_probabilities.mistake(MIX)
def best_row_alone(gate_logits: Array, logits: Array) -> Any:
    """Only the row with the largest gate speaks: this is a choice, not a mixture.

    How much do the other rows have to say?
    """
    return log_softmax(logits[np.argmax(gate_logits)])


@mixture_log_probabilities.mistake(MIX)
def largest_instead_of_the_sum(gate_logits: Array, logits: Array) -> Any:
    """For each class the largest contribution is taken, and the others are dropped.

    By which operation do the contributions of the rows to one class come together?
    """
    return np.max(log_softmax(gate_logits)[:, np.newaxis] + log_softmax(logits), axis=0)


@mixture_log_probabilities.mistake(MIX)
def softmax_down_the_columns(gate_logits: Array, logits: Array) -> Any:
    """The softmax of the scores runs over the rows of the mixture, not over the classes.

    Along which axis do the probabilities of one softmax sum to 1?
    """
    both = log_softmax(gate_logits)[:, np.newaxis] + log_softmax(logits, axis=0)
    return logsumexp(both, axis=0)


@mixture_log_probabilities.mistake(MIX)
def rows_not_normalised(gate_logits: Array, logits: Array) -> Any:
    """The rows go into the mixture as scores: those with larger numbers drown the others.

    What makes a distribution of each row, before they are mixed?
    """
    return log_softmax(logsumexp(log_softmax(gate_logits)[:, np.newaxis] + logits, axis=0))


@mixture_log_probabilities.mistake(MIX)
def probabilities_instead_of_their_logarithms(gate_logits: Array, logits: Array) -> Any:
    """The mixture is right, and its logarithm was asked for.

    Which step is left?
    """
    return _mixture(softmax(gate_logits), softmax(logits))


@mixture_log_probabilities.mistake(MIX)
def sign_turned(gate_logits: Array, logits: Array) -> Any:
    """These are surprises: the logarithm of a probability is never above 0.

    Which sign has the logarithm of one half?
    """
    return -np.log(np.maximum(_mixture(softmax(gate_logits), softmax(logits)), 1e-300))


@mixture_log_probabilities.mistake(MIX, claim=broke_down)
def mixture_rounded_to_zero(gate_logits: Array, logits: Array) -> Any:
    """The mixture is rounded to 0 before its logarithm is taken, and that is minus infinity.

    Can you add in logarithms? Which function of chapter 2 does?
    """
    with np.errstate(all="ignore"):
        return np.log(_mixture(softmax(gate_logits), softmax(logits)))


@mixture_log_probabilities.mistake(MIX, claim=broke_down)
def gate_overflows(gate_logits: Array, logits: Array) -> Any:
    """The exponentials of the gate's scores overflow.

    What did chapter 2 subtract first?
    """
    with np.errstate(all="ignore"):
        log_gate = np.log(naive_softmax(gate_logits))[:, np.newaxis]
        return logsumexp(log_gate + log_softmax(logits), axis=0)


@mixture_log_probabilities.mistake(MIX, epsilon=(1e-7, 1e-8, 1e-12))
def small_number_in_the_mixture(gate_logits: Array, logits: Array, epsilon: float) -> Any:
    """A small number inside the logarithm keeps infinity away, and shows in the rare classes.

    Can you add in logarithms? Which function of chapter 2 does?
    """
    return np.log(_mixture(softmax(gate_logits), softmax(logits)) + epsilon)


MARKED = np.array(
    [
        [4.0, 0.0, 1.0],
        [0.0, 3.0, 1.0],
        [1.0, 0.0, 4.0],
        [3.0, 1.0, 0.0],
        [0.0, 1.0, 3.5],
        [0.5, 4.0, 0.0],
        [5.0, 1.0, 0.0],
        [0.0, 5.0, 2.0],
    ]
)


@chapter.exercise(
    probes=[
        (np.array([[0.0, 6.0], [6.0, 0.0], [0.0, 6.0], [6.0, 0.0]]), np.array([1, 0, 0, 0])),
        (MARKED, np.array([0, 1, 2, 2, 2, 1, 1, 1])),
        (MARKED, np.array([0, 1, 2, 0, 2, 1, 2, 1])),
        (MARKED, np.array([0, 1, 2, 0, 2, 1, 0, 1])),
        (MARKED, np.array([1, 2, 0, 1, 0, 2, 1, 0])),
        (np.array([[20.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), np.array([1, 0, 1])),
        (1000 + 2 * MARKED[:, :2], np.array([0, 1, 1, 0, 1, 1, 0, 0])),
    ],
    further=[
        (UNROUNDED, np.array([2, 0, 2, 4])),
        (
            np.array([[0.0, 3000.0, 0.0], [3000.0, 0.0, 0.0], *[[-3002.0, -3001.0, -3000.0]] * 3]),
            np.array([1, 2, 2, 2, 1]),
        ),
        (3 * MARKED, np.array([0, 1, 2, 0, 1, 1, 2, 1])),
        (0.6374 * MARKED, np.array([0, 1, 2, 2, 2, 1, 1, 1])),
        (
            9.0 * np.eye(4)[[0, 1, 2, 3, 0]],
            np.array([0, 1, 2, 3, 3]),
        ),
    ],
    tolerance=2e-3,
)  # fmt: skip
def share_of_wrong_labels(logits: Array, codes: Array) -> Any:
    """Find the share of labels drawn at random, from 0 to 1, that makes the labels likeliest."""
    return _likeliest(_log_likelihood, logits, codes)


def _chosen(logits: Array, codes: Array) -> Array:
    chosen: Array = softmax(logits)[np.arange(len(codes)), codes]
    return chosen


def _log_likelihood(p: Array, share: Array) -> Array:
    """Mean log-probability of the labels, one row for each share; p has that of each label."""
    k = p[-1]
    found: Array = np.log(np.maximum((1 - share) * p[:-1] + share / k, 1e-300)).mean(axis=1)
    return found


def _likeliest(gain: Any, logits: Array, codes: Array, *, chosen: Any = _chosen) -> float:
    """Maximise over the share: a grid, and finer ones in it."""
    p = np.append(chosen(logits, codes), logits.shape[1])
    low, high = 0.0, 1.0
    for _ in range(5):
        grid = np.linspace(low, high, 21)
        best = int(np.argmax(gain(p, grid[:, np.newaxis])))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 20)]
    return float(grid[best])


@share_of_wrong_labels.mistake(KNOW)
def share_that_the_model_misses(logits: Array, codes: Array) -> Any:
    """This is how often the model's best class is not the label, one minus the accuracy.

    The model errs, too, and a random label can be right by chance. Which probability did the
    model give to the labels that it missed?
    """
    return float(np.mean(np.argmax(logits, axis=1) != codes))


@share_of_wrong_labels.mistake(KNOW)
def missed_share_scaled_up(logits: Array, codes: Array) -> Any:
    """This counts what the model misses, and allows for labels that are right by chance.

    It takes the model for infallible. Which of its misses had it half expected?
    """
    k = logits.shape[1]
    return float(np.mean(np.argmax(logits, axis=1) != codes)) * k / (k - 1)


@share_of_wrong_labels.mistake(KNOW)
def mean_probability_missing(logits: Array, codes: Array) -> Any:
    """This is one minus the mean probability of the labels.

    A model that says one half is right to be in doubt. Are half of its labels wrong, then?
    """
    return float(1 - _chosen(logits, codes).mean())


@share_of_wrong_labels.mistake(SMOOTH)
def smoothed_loss_minimised(logits: Array, codes: Array) -> Any:
    """The label-smoothed cross-entropy is a straight line in the share: its least is at an end.

    A share mixes two things. Does label smoothing mix probabilities or their logarithms?
    """
    surprise = -log_softmax(logits)
    straight, spread = surprise[np.arange(len(codes)), codes].mean(), surprise.mean()
    return 0.0 if straight <= spread else 1.0


@share_of_wrong_labels.mistake(KNOW)
def random_labels_never_right(logits: Array, codes: Array) -> Any:
    """Here a random label is always another class than the true one.

    It was drawn from all K classes. How often does it hit the true class by chance?
    """

    def gain(p: Array, share: Array) -> Any:
        k = p[-1]
        mixed = (1 - share) * p[:-1] + share * (1 - p[:-1]) / (k - 1)
        return np.log(np.maximum(mixed, 1e-300)).mean(axis=1)

    return _likeliest(gain, logits, codes)


@share_of_wrong_labels.mistake(KNOW)
def probabilities_added_instead_of_multiplied(logits: Array, codes: Array) -> Any:
    """This makes the mean probability of the labels as large as possible, and it ends at 0 or 1.

    The labels are independent, so their probabilities are multiplied. Which function turns a
    product into a sum?
    """
    return 0.0 if _chosen(logits, codes).mean() >= 1 / logits.shape[1] else 1.0


@share_of_wrong_labels.mistake(KNOW)
def share_of_right_labels(logits: Array, codes: Array) -> Any:
    """This is the share of the labels that were not drawn at random.

    For a model that is never surprised, should the answer be 0 or 1?
    """
    return 1 - _likeliest(_log_likelihood, logits, codes)


@share_of_wrong_labels.mistake(KNOW)
def one_over_k_missing(logits: Array, codes: Array) -> Any:
    """A random label is given the probability 1, and there are K classes that it may be.

    With which probability does a label drawn at random hit the one that stands there?
    """

    def gain(p: Array, share: Array) -> Any:
        return np.log(np.maximum((1 - share) * p[:-1] + share, 1e-300)).mean(axis=1)

    return _likeliest(gain, logits, codes)


@share_of_wrong_labels.mistake(KNOW)
def largest_value_instead_of_its_place(logits: Array, codes: Array) -> Any:
    """This is the mean loss at the best share, and not the share.

    Of all the shares that you tried, which one gave this number?
    """
    best = _likeliest(_log_likelihood, logits, codes)
    p = np.append(_chosen(logits, codes), logits.shape[1])
    return -_log_likelihood(p, np.array([[best]]))[0]


@share_of_wrong_labels.mistake(KNOW, decimals=(1, 2))
def grid_too_coarse(logits: Array, codes: Array, decimals: int) -> Any:
    """The answer is right up to the step of its grid, and three digits were asked for.

    You know now where the top is. What would a second grid have to cover?
    """
    return round(_likeliest(_log_likelihood, logits, codes), decimals)


@share_of_wrong_labels.mistake(KNOW)
def softmax_over_the_examples(logits: Array, codes: Array) -> Any:
    """Softmax runs down the columns, over the examples, and not over the classes of each.

    Which axis holds the numbers that have to sum to one?
    """

    def down(logits: Array, codes: Array) -> Any:
        return softmax(logits, axis=0)[np.arange(len(codes)), codes]

    return _likeliest(_log_likelihood, logits, codes, chosen=down)


@share_of_wrong_labels.mistake(KNOW)
def nothing_but_right_labels(logits: Array, codes: Array) -> Any:
    """The answer is 0 for every list of labels, so the labels play no part.

    Whose probability changes with the share, and is to be as large as possible?
    """
    return 0.0


@share_of_wrong_labels.mistake(KNOW)
def squared_error_minimised(logits: Array, codes: Array) -> Any:
    """This minimises the squared error against the labels, a fair aim, and not the one asked for.

    "Likeliest" names another loss. Which one is the negative logarithm of a probability?
    """
    target = np.eye(logits.shape[1])[codes]
    p, even = softmax(logits), 1 / logits.shape[1]
    step = even - p  # the mixture is p plus the share times this
    best = np.sum(step * (target - p)) / max(float(np.sum(step**2)), 1e-300)
    return float(np.clip(best, 0, 1))
