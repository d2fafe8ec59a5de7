"""Exercises of chapter 2, and the mistakes that people make in them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import log_softmax, sigmoid, softmax

from .claims import broke_down, in_range, is_nan, overflow_at_1000, sums_to_one
from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, TWO_LARGE, UNROUNDED

Array = NDArray[Any]

FRACTIONS = "Step 1: three fractions, one by one"
ODDS = "Odds depend on differences"
PICK = "Pick the winner: max, argmax, hardmax"
ORDER_KEPT = "The order is kept"
SHIFT = "A shift changes nothing"
OVERFLOW = "Take a first warning: exp overflows"
TEMPERATURE = "Turn the temperature"
AXIS = "Mind the axis"
OVER_SUM = "Ask why: exp, and not x / sum(x)"
WRONG_AXIS = "The wrong axis, or all of them"
NO_KEEPDIMS = "No `keepdims`"
ONE_MAXIMUM = "No maximum, or one for the whole batch"
NO_MAXIMUM = "No maximum, or one for the whole batch"
SIGMOIDS = "Sigmoids for exclusive classes, or softmax twice"
TWICE = "Sigmoids for exclusive classes, or softmax twice"
OVERWRITTEN = "The result in the wrong array, or rounded"
ROUNDED = "The result in the wrong array, or rounded"

chapter = Chapter(2, "02_max_argmax_softmax.ipynb")


@chapter.exercise(
    probes=[
        ([1.0, 3.0, 2.0],),
        ([0.0, 0.0],),
        ([5.0],),
        ([-1.0, 1.0],),
        ([1, 3, 2],),
        ([1000.0, 0.0],),
        ([-1000.0, -1001.0],),
    ],
    further=[
        *[(row.tolist(),) for row in (*UNROUNDED[:2], *LARGEST_LAST, *BOTH_FAR, *TWO_LARGE)],
    ],
)
def softmax_list(vector: list[float]) -> Any:
    """Turn a list of scores into a list of probabilities."""
    return softmax(vector)


@chapter.exercise(
    probes=[
        (np.array([[1.0, 3.0, 2.0]]),),
        (np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]]),),
        (np.array([[1.0, 3.0], [4.0, 0.0]]),),
        (np.array([[5.0], [7.0]]),),
        (np.array([[0.0, 0.0]]),),
        (np.array([[-1.0, 1.0], [0.5, -0.5]]),),
        (np.array([[1, 3, 2], [4, 0, 1]]),),
        (np.array([[1000.0, 0.0]]),),
        (np.array([[-1000.0, -1001.0]]),),
        (np.array([[1000.0, 1001.0], [0.0, 1.0]]),),
    ],
    further=[
        (UNROUNDED,),
        (LARGEST_LAST,),
        (BOTH_FAR,),
        (TWO_LARGE,),
    ],
)
def softmax_batch(logits: Array) -> Any:
    """Turn each row of a 2-D array of scores into probabilities."""
    return softmax(logits)


def _divided(scores: Any, *, axis: int | None = -1, keepdims: bool = True) -> Any:
    """Softmax by the textbook formula, which subtracts no maximum."""
    e = np.exp(np.asarray(scores, dtype=float))
    return e / e.sum(axis=axis, keepdims=keepdims)


def _less_maximum(scores: Any) -> Any:
    """Subtract from each row its largest score."""
    z = np.asarray(scores, dtype=float)
    return z - z.max(axis=-1, keepdims=True)


@softmax_list.mistake(NO_MAXIMUM, claim=overflow_at_1000)
@softmax_batch.mistake(NO_MAXIMUM, claim=overflow_at_1000)
def no_maximum_subtracted(scores: Any) -> Any:
    """The formula is right, but `exp(1000)` is more than a float can hold, and `exp(-1000)` is 0.

    Softmax does not change when the same number is added to all scores. Which number could you add
    or subtract so that no exponential is ever too large?
    """
    return _divided(scores)


@softmax_list.mistake(NO_MAXIMUM, claim=broke_down, how=("first", "last", "mean", "median"))
@softmax_batch.mistake(NO_MAXIMUM, claim=broke_down, how=("first", "last", "mean", "median"))
def another_number_than_the_maximum_subtracted(scores: Any, how: str) -> Any:
    """Something is subtracted, and not the largest score: this one is far above it, so that its
    exponential is more than a float can hold.

    Look at what you subtract from this row. Whichever place the largest score has, which number
    leaves nothing above 0?
    """
    z = np.asarray(scores, dtype=float)
    subtracted = {
        "first": z[..., :1],
        "last": z[..., -1:],
        "mean": z.mean(axis=-1, keepdims=True),
        "median": np.median(z, axis=-1, keepdims=True),
    }
    return _divided(z - subtracted[how])


@softmax_list.mistake(OVER_SUM)
@softmax_batch.mistake(OVER_SUM)
def scores_divided_by_their_sum(scores: Any) -> Any:
    """Each score is divided by the sum of the scores: that works for amounts, and scores are not
    amounts.

    They can be negative, or add up to 0. Which function makes every score positive and keeps their
    order?
    """
    z = np.asarray(scores, dtype=float)
    return z / z.sum(axis=-1, keepdims=True)


@softmax_list.mistake(FRACTIONS)
@softmax_batch.mistake(FRACTIONS)
def exponentials_over_the_sum_of_the_scores(scores: Any) -> Any:
    """Above the fraction line stand exponentials, below it the sum of the plain scores.

    If the fractions are to add up to 1, what must be summed below the line?
    """
    z = np.asarray(scores, dtype=float)
    return np.exp(z) / z.sum(axis=-1, keepdims=True)


@softmax_list.mistake(FRACTIONS, shift=(False, True))
@softmax_batch.mistake(FRACTIONS, shift=(False, True))
def exponentials_not_divided_by_their_sum(scores: Any, shift: bool) -> Any:
    """The exponentials are there, but they do not add up to 1 yet.

    What is missing between positive numbers and shares of a whole?
    """
    return np.exp(_less_maximum(scores) if shift else np.asarray(scores, dtype=float))


@softmax_list.mistake(SHIFT, above=(True, False))
@softmax_batch.mistake(SHIFT, above=(True, False))
def maximum_subtracted_on_one_side_of_the_fraction_only(scores: Any, above: bool) -> Any:
    """The maximum is subtracted on one side of the fraction line and not on the other.

    A shift cancels only if both sides have it. Could you shift once, before anything else?
    """
    shifted, plain = np.exp(_less_maximum(scores)), np.exp(np.asarray(scores, dtype=float))
    top, bottom = (shifted, plain) if above else (plain, shifted)
    return top / bottom.sum(axis=-1, keepdims=True)


@softmax_list.mistake(ORDER_KEPT)
@softmax_batch.mistake(ORDER_KEPT)
def scaled_between_the_smallest_and_the_largest(scores: Any) -> Any:
    """The smallest score becomes 0 and the largest 1: a common scaling, but no distribution.

    Do the numbers add up to 1? And should the least likely class be impossible?
    """
    z = np.asarray(scores, dtype=float)
    low, high = z.min(axis=-1, keepdims=True), z.max(axis=-1, keepdims=True)
    return (z - low) / (high - low)


@softmax_list.mistake(SIGMOIDS)
@softmax_batch.mistake(SIGMOIDS)
def sigmoid_of_each_score(scores: Any) -> Any:
    """Each score is squashed on its own, so the numbers add up to anything.

    In softmax the classes compete: what must happen to the others when one score rises?
    """
    return sigmoid(scores)


@softmax_list.mistake(TWICE)
@softmax_batch.mistake(TWICE)
def softmax_twice(scores: Any) -> Any:
    """Softmax is applied to probabilities here, and those lie between 0 and 1: too close together.

    So even the clearest winner stays near an equal share. How often does your code normalise?
    """
    return softmax(softmax(scores))


@softmax_list.mistake(TWICE)
@softmax_batch.mistake(TWICE)
def softmax_twice_and_no_maximum_subtracted(scores: Any) -> Any:
    """Two things: softmax is applied to its own result, and large scores overflow.

    Begin with the first: how often does your code normalise? Then try the scores 1000 and 0.
    """
    return _divided(_divided(scores))


@softmax_list.mistake(FRACTIONS, claim=in_range(-np.inf, 0), exact=(False, True))
@softmax_batch.mistake(FRACTIONS, claim=in_range(-np.inf, 0), exact=(False, True))
def logarithm_returned(scores: Any, exact: bool) -> Any:
    """These are logarithms of probabilities: none is positive, and their exponentials add up to 1.

    Losses are computed from them, but this task asks for the probabilities. Which is the last step
    to leave out?
    """
    return log_softmax(scores) if exact else np.log(softmax(scores))


@softmax_list.mistake(FRACTIONS)
@softmax_batch.mistake(FRACTIONS)
def logarithm_returned_and_no_maximum_subtracted(scores: Any) -> Any:
    """Two things: these are logarithms of probabilities, and large scores overflow.

    Begin with the first: what must the numbers add up to? Then try the scores 1000 and 0.
    """
    return np.log(_divided(scores))


@softmax_list.mistake(ROUNDED, decimals=range(8))
@softmax_batch.mistake(ROUNDED, decimals=range(8))
def rounded(scores: Any, decimals: int) -> Any:
    """The probabilities are rounded, and what was cut off is lost to every later step.

    Rounding is for the reader's eyes. Where does it belong, in the function or where you show it?
    """
    return np.round(softmax(scores), decimals)


@softmax_list.mistake(ROUNDED, decimals=range(8))
@softmax_batch.mistake(ROUNDED, decimals=range(8))
def rounded_and_no_maximum_subtracted(scores: Any, decimals: int) -> Any:
    """Two things: the probabilities are rounded, and large scores overflow.

    Begin with the first: leave rounding to those who show the numbers. Then try the scores 1000 and
    0.
    """
    return np.round(_divided(scores), decimals)


@softmax_list.mistake(PICK, ties=(False, True))
@softmax_batch.mistake(PICK, ties=(False, True))
def winner_takes_all(scores: Any, ties: bool) -> Any:
    """The largest score gets everything: this is the hardmax, which softmax is meant to soften.

    It says who wins and hides by how much. What share should a close second get?
    """
    z = np.asarray(scores, dtype=float)
    if ties:
        return (z == z.max(axis=-1, keepdims=True)).astype(float)
    return np.eye(z.shape[-1])[z.argmax(axis=-1)]


@softmax_list.mistake(PICK)
@softmax_batch.mistake(PICK)
def index_of_the_winner(scores: Any) -> Any:
    """This is the argmax: the position of the largest score, and not a distribution.

    Softmax answers with one number for each class. How likely is each of them?
    """
    return np.asarray(scores).argmax(axis=-1)


@softmax_list.mistake(ORDER_KEPT)
@softmax_batch.mistake(ORDER_KEPT)
def sign_turned_round(scores: Any) -> Any:
    """The lowest score gets the largest probability: the sign in the exponent is turned round.

    Which class should win? Physicists write a minus there because low energies are likely ones.
    """
    return softmax(-np.asarray(scores, dtype=float))


@softmax_list.mistake(ORDER_KEPT)
@softmax_batch.mistake(ORDER_KEPT)
def sign_turned_round_and_no_maximum_subtracted(scores: Any) -> Any:
    """Two things: the lowest score gets the largest probability, and large scores overflow.

    Begin with the sign: which class should win? Then try the scores 1000 and 0.
    """
    return _divided(-np.asarray(scores, dtype=float))


@softmax_list.mistake(TEMPERATURE, base=(2, 10))
@softmax_batch.mistake(TEMPERATURE, base=(2, 10))
def another_base_than_e(scores: Any, base: float) -> Any:
    """The powers have another base than e. That gives a distribution too, one of another
    temperature.

    With the base 2, one point more means twice the odds. How much should it mean here?
    """
    return softmax(np.asarray(scores, dtype=float) * np.log(base))


@softmax_list.mistake(TEMPERATURE, base=(10,))
@softmax_batch.mistake(TEMPERATURE, base=(10,))
def another_base_than_e_and_no_maximum_subtracted(scores: Any, base: float) -> Any:
    """Two things: the powers have another base than e, and large scores overflow.

    Begin with the base: by which factor should the odds grow for one point more? Then try the
    scores 1000 and 0.
    """
    return _divided(np.asarray(scores, dtype=float) * np.log(base))


@softmax_list.mistake(OVERWRITTEN)
@softmax_batch.mistake(OVERWRITTEN)
def input_modified(scores: Any) -> Any:
    """The numbers are right, but afterwards the caller's own scores are no longer what they were.

    Which line writes into what was handed in? An operator such as `-=` does, and so does a loop
    that stores its results there.
    """
    answer = softmax(scores)
    scores[:] = answer
    return answer


@softmax_list.mistake(FRACTIONS, shift=(False, True))
def sum_still_growing_while_dividing(scores: Any, shift: bool) -> Any:
    """The first entry is divided by its own exponential alone: the sum is not complete at that
    moment.

    When is the sum known, and when may the division begin?
    """
    e = np.exp(_less_maximum(scores) if shift else np.asarray(scores, dtype=float))
    return e / np.cumsum(e)


@softmax_batch.mistake(WRONG_AXIS, claim=sums_to_one(0))
def wrong_axis(logits: Array) -> Any:
    """The columns add up to 1 here, so the examples of the batch compete with each other.

    The classes of one example should compete. Along which axis do they lie?
    """
    return softmax(logits, axis=0)


@softmax_batch.mistake(WRONG_AXIS)
def wrong_axis_and_no_maximum_subtracted(logits: Array) -> Any:
    """Two things: the columns add up to 1 instead of the rows, and large scores overflow.

    Begin with the axis: along which one do the classes of one example lie? Then try the scores 1000
    and 0.
    """
    return _divided(logits, axis=0)


@softmax_batch.mistake(AXIS, claim=sums_to_one(None))
def all_axes_at_once(logits: Array) -> Any:
    """All numbers of the batch together add up to 1, as if it were one long row.

    Without an axis, NumPy's `sum` and SciPy's `softmax` reduce everything. How many sums do you
    need for two rows?
    """
    return softmax(logits, axis=None)


@softmax_batch.mistake(AXIS)
def all_axes_at_once_and_no_maximum_subtracted(logits: Array) -> Any:
    """Two things: all numbers of the batch together add up to 1, and large scores overflow.

    Begin with the sum: how many sums do you need for two rows? Then try the scores 1000 and 0.
    """
    return _divided(logits, axis=None)


@softmax_batch.mistake(AXIS)
def one_sum_for_the_whole_batch(logits: Array) -> Any:
    """Each row has its own maximum, but all rows are divided by one common sum.

    What should each row add up to on its own?
    """
    e = np.exp(_less_maximum(logits))
    return e / e.sum()


@softmax_batch.mistake(ONE_MAXIMUM, claim=is_nan)
def one_maximum_for_the_whole_batch(logits: Array) -> Any:
    """One maximum is subtracted from the whole batch. A row far below it becomes all zeros, and 0 /
    0 is nan.

    It works as long as the rows are alike. Whose maximum does each row need?
    """
    return _divided(logits - logits.max())


@softmax_batch.mistake(AXIS, axis=(0, 1))
def maximum_along_one_axis_and_sum_along_the_other(logits: Array, axis: int) -> Any:
    """The maximum is taken along one axis and the sum along the other, so the shift no longer
    cancels.

    Which axis do the classes of one example lie on? Both steps need that one.
    """
    return _divided(logits - logits.max(axis=axis, keepdims=True), axis=1 - axis)


@softmax_batch.mistake(NO_KEEPDIMS, missing=("both", "maximum", "sum"))
def missing_keepdims(logits: Array, missing: str) -> Any:
    """One number for each row should meet that row, but without its second axis NumPy lines the
    numbers up with the columns.

    With as many rows as columns there is not even an error, only wrong numbers. What shape should
    the maximum and the sum have, so that each row meets its own?
    """
    e = np.exp(logits - logits.max(axis=1, keepdims=missing == "sum"))
    return e / e.sum(axis=1, keepdims=missing == "maximum")


@softmax_batch.mistake(NO_KEEPDIMS)
def missing_keepdims_and_no_maximum_subtracted(logits: Array) -> Any:
    """Two things: the sums line up with the columns instead of the rows, and large scores overflow.

    Begin with the shape: what should the sums' shape be, so that each row meets its own? Then try
    the scores 1000 and 0.
    """
    return _divided(logits, axis=1, keepdims=False)


@softmax_batch.mistake(ROUNDED, always=(False, True))
def results_written_into_an_integer_array(logits: Array, always: bool) -> Any:
    """The probabilities are written into an array of integers, which keeps only what stands before
    the decimal point: 0.

    An array made like the scores has their type. Which type do probabilities need?
    """
    out = np.zeros(logits.shape, dtype=int) if always else np.zeros_like(logits)
    out[:] = softmax(logits)
    return out


@softmax_batch.mistake(ROUNDED)
def results_written_into_an_integer_array_and_no_maximum_subtracted(logits: Array) -> Any:
    """Two things: integers cannot hold the probabilities when the scores are integers, and large
    scores overflow.

    Begin with the type: which type has an array that is made like the scores? Then try 1000 and 0.
    """
    out = np.zeros_like(logits)
    out[:] = _divided(logits)
    return out


@softmax_batch.mistake(OVERWRITTEN)
def divided_in_place(logits: Array) -> Any:
    """Integers are refused here: the operator writes the probabilities back into the scores' own
    array.

    With floats it works, and the caller's scores are gone. What would make a new array instead?
    """
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits


@softmax_batch.mistake(AXIS)
def only_the_first_row(logits: Array) -> Any:
    """Only the first row comes back: the loop is left before it has seen the others.

    How far to the right does your `return` stand?
    """
    return softmax(logits)[0]


@softmax_batch.mistake(AXIS)
def rows_and_columns_exchanged(logits: Array) -> Any:
    """The probabilities are right, but they lie on their side: each example has become a column.

    Which step turns the array, and what would turn it back?
    """
    return softmax(logits).T


@chapter.exercise(tolerance=5e-4)
def odds() -> float:
    """Say how many times as likely class 1 is as class 2, for the scores [1, 3, 2]."""
    return float(np.e)


@odds.mistake(ODDS)
def ratio_of_the_scores() -> float:
    """This divides the scores, 3 by 2. But scores are compared by their difference.

    Add 10 to all of them: the probabilities stay, and your answer changes. What stays the same?
    """
    return 3 / 2


@odds.mistake(ODDS)
def ratio_of_the_scores_turned_round() -> float:
    """Too low: this divides the scores, 2 by 3, so class 2 stands above class 1.

    And scores are compared by their difference. Add 10 to both: what stays the same?
    """
    return 2 / 3


@odds.mistake(ODDS)
def difference_of_the_scores() -> float:
    """The difference of the scores is the logarithm of the odds: very close.

    What undoes a logarithm?
    """
    return 3 - 2


@odds.mistake(ODDS)
def difference_of_the_probabilities() -> float:
    """This says by how much class 1 is ahead, as a difference of the probabilities.

    The task asks how many times as likely it is. Which operation compares in times?
    """
    p = softmax([1, 3, 2])
    return float(p[1] - p[2])


@odds.mistake(ODDS)
def odds_turned_round() -> float:
    """This is how many times as likely class 2 is as class 1, and so it is below 1.

    Which of the two is likelier? The answer should be above 1.
    """
    return float(np.exp(2 - 3))


@odds.mistake(ODDS)
def odds_against_all_other_classes() -> float:
    """These are the odds of class 1 against the two others together.

    The task compares it with class 2 alone. Does class 0 matter for that?
    """
    p = softmax([1, 3, 2])
    return float(p[1] / (1 - p[1]))


@odds.mistake(ODDS)
def odds_against_class_0() -> float:
    """These are the odds of class 1 against class 0, whose score is two points lower.

    Counting starts at 0: which scores do the classes 1 and 2 have?
    """
    return float(np.exp(3 - 1))


@odds.mistake(ODDS, value=(softmax([1, 3, 2])[1], 0.665))
def probability_instead_of_odds(value: float) -> float:
    """Too low: this is the probability of class 1 itself, its share of the whole.

    The task asks how it compares with class 2. Which two numbers do you divide?
    """
    return float(value)


@odds.mistake(TEMPERATURE, base=(2.0, 10.0))
def base_of_the_power_is_not_e(base: float) -> float:
    """One point more multiplies the odds by the base of the power, and softmax has another base.

    Which number does `exp(1)` stand for?
    """
    return base


@odds.mistake(SIGMOIDS)
def ratio_of_the_sigmoids() -> float:
    """Here each score is squashed on its own first, which hides how far apart the two are.

    With softmax, what remains of p1 / p2 when the common sum cancels?
    """
    return float(sigmoid(3) / sigmoid(2))


@odds.mistake(ODDS)
def score_of_class_1() -> float:
    """Too high, and close by chance: 3 is the score of class 1, or the odds as a whole number.

    How far apart are the scores of classes 1 and 2, and which odds belong to that gap?
    """
    return 3.0


@odds.mistake(ROUNDED, value=(67 / 24, 0.67 / 0.25, 0.7 / 0.2, 0.665 / 0.245, 2.7))
def rounded_too_early(value: float) -> float:
    """This comes from rounded numbers: the right idea, and too few digits.

    Divide first and round at the end. Or can you do without the probabilities altogether?
    """
    return value


@chapter.exercise(
    modulo=lambda scores: scores - np.max(scores) if scores.size else scores,
    probes=[
        (np.array([0.5, 0.5]),),
        (np.array([0.2, 0.8]),),
        (np.array([0.7, 0.2, 0.1]),),
        (np.array([0.09, 0.67, 0.24]),),
        (np.array([1.0 - 1e-12, 1e-12]),),
    ],
    further=[
        (np.array([0.123456, 0.34567, 0.254321, 0.2, 0.076553]),),
    ],
)
def scores_from_probabilities(probabilities: Array) -> Any:
    """Find scores whose softmax is a given array of probabilities; any constant may be added."""
    return np.log(probabilities)


@scores_from_probabilities.mistake(ODDS)
def probabilities_returned_as_they_are(probabilities: Array) -> Any:
    """Softmax of these numbers is not what went in: the probabilities themselves are no scores.

    Probabilities of 0.2 and 0.8 stand for odds of 4. Which difference of scores gives odds of 4?
    """
    return probabilities.copy()


@scores_from_probabilities.mistake(ODDS)
def exponential_instead_of_its_inverse(probabilities: Array) -> Any:
    """Softmax has taken the exponential already; this takes it once more.

    Which function leads back from `exp(z)` to z?
    """
    return np.exp(probabilities)


@scores_from_probabilities.mistake(ODDS)
def softmax_once_more(probabilities: Array) -> Any:
    """Softmax is applied again, and it is not its own inverse.

    Which step of softmax has to be undone, the exponential or the division? One of them only moves
    all scores by a constant.
    """
    return softmax(probabilities)


@scores_from_probabilities.mistake(SIGMOIDS)
def inverse_of_the_sigmoid(probabilities: Array) -> Any:
    """log(p / (1 - p)) undoes the sigmoid, where each class stands alone.

    With two classes it gives twice the difference. Which odds does softmax keep: against all the
    rest, or of one class against another?
    """
    return np.log(probabilities / (1 - probabilities))


@scores_from_probabilities.mistake(ODDS)
def minus_logarithm(probabilities: Array) -> Any:
    """The most probable class gets the lowest score here.

    Logarithms of probabilities are negative, and that is fine. What does the minus sign do?
    """
    return -np.log(probabilities)


@scores_from_probabilities.mistake(TEMPERATURE, base=(2, 10))
def logarithm_with_another_base(probabilities: Array, base: float) -> Any:
    """The logarithm has another base than the exponential that it should undo.

    These scores are right at another temperature. Which logarithm belongs to `exp`?
    """
    return np.log(probabilities) / np.log(base)


@scores_from_probabilities.mistake(ODDS)
def odds_instead_of_their_logarithm(probabilities: Array) -> Any:
    """These are odds against one of the classes: ratios, which softmax would take for differences.

    What turns ratios into differences?
    """
    return probabilities / probabilities[0]


@scores_from_probabilities.mistake(ODDS)
def one_divided_by_the_probability(probabilities: Array) -> Any:
    """This turns the order round and gives ratios, where softmax compares differences.

    What turns a ratio into a difference?
    """
    return 1 / probabilities


@scores_from_probabilities.mistake(ODDS)
def logarithm_of_one_plus_the_probability(probabilities: Array) -> Any:
    """`log1p` adds 1 before it takes the logarithm, which changes small probabilities beyond
    recognition.

    What should the score of a class be whose probability is close to 0?
    """
    return np.log1p(probabilities)


@scores_from_probabilities.mistake(
    ODDS, epsilon=(1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
)
def small_number_added_before_the_logarithm(probabilities: Array, epsilon: float) -> Any:
    """A small number added for safety is not small next to a probability of 1e-12.

    All probabilities are positive here. What would you be guarding against?
    """
    return np.log(probabilities + epsilon)


@scores_from_probabilities.mistake(PICK)
def ranks_instead_of_scores(probabilities: Array) -> Any:
    """Ranks tell the order of the classes, and not how far apart they are.

    Probabilities of 0.2 and 0.8 rank like 0.49 and 0.51. Should their scores be the same?
    """
    return probabilities.argsort().argsort()


@scores_from_probabilities.mistake(ROUNDED, decimals=range(8))
def scores_rounded(probabilities: Array, decimals: int) -> Any:
    """The scores are rounded, and so softmax gives back slightly different probabilities.

    Rounding is for the reader's eyes. Where does it belong?
    """
    return np.round(np.log(probabilities), decimals)


@chapter.exercise(tolerance=1e-3)
def temperature_for() -> float:
    """Find the temperature T at which `softmax([1, 3, 2] / T)` gives class 1 exactly 90 %."""
    return float(-1 / np.log((np.sqrt(13) / 3 - 1) / 2))


@temperature_for.mistake(TEMPERATURE)
def reciprocal_of_the_temperature() -> float:
    """This is the factor that multiplies the scores: the temperature divides them.

    To make the winner surer, should the temperature be above or below 1?
    """
    return 1 / float(temperature_for.reference())


@temperature_for.mistake(TEMPERATURE)
def class_0_left_out() -> float:
    """With this temperature class 1 has 90 % against class 2 alone. Class 0 takes a little, too.

    How many exponentials stand in the sum?
    """
    return float(1 / np.log(9))


@temperature_for.mistake(TEMPERATURE)
def class_2_left_out() -> float:
    """With this temperature class 1 has 90 % against class 0 alone. But class 2 is the closer
    rival.

    How many exponentials stand in the sum?
    """
    return float(2 / np.log(9))


@temperature_for.mistake(TEMPERATURE)
def class_0_left_out_and_reciprocal() -> float:
    """Two things: class 0 is left out of the sum, and the temperature divides the scores rather
    than multiplies them.

    To make the winner surer, should the temperature be above or below 1?
    """
    return float(np.log(9))


@temperature_for.mistake(TEMPERATURE)
def other_two_classes_taken_for_equal() -> float:
    """Here the remaining 10 % are shared equally between the two other classes.

    Their scores differ, so their shares differ. How are their exponentials related?
    """
    return float(1 / np.log(18))


@temperature_for.mistake(TEMPERATURE, value=(0.5, 0.4, 0.45))
def a_guess_nearby(value: float) -> float:
    """A good guess: class 1 is already close to 90 % there.

    Should the temperature go up or down from there? Halve the interval until you are close enough.
    """
    return value


@temperature_for.mistake(TEMPERATURE, value=(0.43, 0.434, 0.4345))
def a_little_too_low(value: float) -> float:
    """You have found the place, and this is a little too low: class 1 has more than 90 %.

    Put your answer into the softmax. How far from 0.9 is the probability of class 1?
    """
    return value


@temperature_for.mistake(TEMPERATURE, value=(0.44, 0.438, 0.4375))
def a_little_too_high(value: float) -> float:
    """You have found the place, and this is a little too high: class 1 has less than 90 %.

    Put your answer into the softmax. How far from 0.9 is the probability of class 1?
    """
    return value


AFTER_MR = ["Bennet", "Bingley", "Darcy", "Hurst", "Jones", "Morris", "Phillips", "Robinson"]
COUNTED = np.array([3.04, 3.87, 3.74, 1.79, 1.39, 0.0, 0.69, 1.1])
DRINKS = ["tea", "coffee", "water"]


@chapter.exercise(
    probes=[
        (np.array([0.7, 1.6, 1.1]), DRINKS, 1.0, 0.25),
        (np.array([0.7, 1.6, 1.1]), DRINKS, 0.5, 0.15),
        (np.array([0.7, 1.6, 1.1]), DRINKS, 2.0, 0.25),
        (np.array([0.0, 1.0, -1.0]), ["the", "a", "an"], 1.0, 0.24472),
        (np.array([5.0]), ["yes"], 2.0, 1.0),
        (COUNTED, AFTER_MR, 1.0, 0.1),
        (COUNTED, AFTER_MR, 0.5, 0.09),
        (COUNTED, AFTER_MR, 2.0, 0.07),
        (np.array([1000.0, 1001.0, 990.0]), ["then", "when", "hen"], 1.0, 0.2),
        (np.array([1, 3, 2]), ["b", "a", "c"], 0.001, 0.5),
        (np.array([0.3, 0.1, 0.2, 0.0]), ["one", "two", "three", "four"], 1.0, 0.5),
    ],
    further=[(np.array([-2003.0, -2001.0, -2002.0]), DRINKS, 1.0, 0.2)],
)
def name_the_tokens(logits: Array, vocabulary: list[str], temperature: float, least: float) -> Any:
    """List the names of all tokens with a probability of at least `least`, the likeliest first."""
    return _names(softmax(logits, temperature=temperature), vocabulary, least)


def _names(p: Array, vocabulary: list[str], least: float) -> list[str]:
    """Name the tokens whose number reaches `least`, the largest number first."""
    return [vocabulary[i] for i in np.argsort(-p, kind="stable") if p[i] >= least]


@name_the_tokens.mistake(TEMPERATURE)
def temperature_left_out(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """The temperature plays no part in this answer: these are the names for a temperature of 1.

    A cold server is surer of its winner than a hot one. Where do the scores meet the temperature?
    """
    return _names(softmax(logits), vocabulary, least)


@name_the_tokens.mistake(TEMPERATURE)
def multiplied_by_the_temperature(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """The scores are multiplied by the temperature, so that heat makes the winner surer.

    Should a hot server be more decided or less? What does that say about the operation?
    """
    return _names(softmax(logits * temperature), vocabulary, least)


@name_the_tokens.mistake(TEMPERATURE)
def temperature_after_softmax(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """The probabilities are divided by the temperature, and then they do not add up to 1 any more.

    What does the temperature divide, the result of softmax or what goes into it?
    """
    return _names(softmax(logits) / temperature, vocabulary, least)


@name_the_tokens.mistake(SHIFT)
def scores_compared_with_a_probability(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """The scores themselves are compared with `least`. But scores have no zero point: add 100 to
    all of them, and every token passes.

    Which numbers stay the same under such a shift?
    """
    return _names(logits / temperature, vocabulary, least)


@name_the_tokens.mistake(NO_MAXIMUM, exp=(np.exp, math.exp))
def scores_too_large_for_exp(
    logits: Array,
    vocabulary: list[str],
    temperature: float,
    least: float,
    exp: Callable[[float], float],
) -> Any:
    """Scores near 1000 overflow, and so does a score of 3 at a temperature of 0.001: no float can
    hold the exponentials of such numbers.

    Which number could be subtracted from all scores first?
    """
    e = np.array([exp(z) for z in logits / temperature])
    return _names(e / e.sum(), vocabulary, least)


@name_the_tokens.mistake(ORDER_KEPT)
def in_the_order_of_the_vocabulary(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """The right names, in the order of the vocabulary.

    The task asks for the likeliest first. What has to be sorted, and by what?
    """
    p = softmax(logits, temperature=temperature)
    return [name for name, share in zip(vocabulary, p, strict=True) if share >= least]


@name_the_tokens.mistake(ORDER_KEPT)
def likeliest_last(logits: Array, vocabulary: list[str], temperature: float, least: float) -> Any:
    """The right names, from the least likely to the likeliest.

    NumPy sorts from small to large. How do you turn that round?
    """
    return _names(softmax(logits, temperature=temperature), vocabulary, least)[::-1]


@name_the_tokens.mistake(ORDER_KEPT)
def sorted_by_name(logits: Array, vocabulary: list[str], temperature: float, least: float) -> Any:
    """The right names, in the order of the alphabet.

    The task asks for the likeliest first. Which numbers should decide the order?
    """
    return sorted(_names(softmax(logits, temperature=temperature), vocabulary, least))


@name_the_tokens.mistake(ORDER_KEPT)
def names_sorted_apart_from_their_probabilities(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """The probabilities were sorted and the names were not, so each name stands beside the
    probability of another token.

    How can both be put into the same order?
    """
    p = np.sort(softmax(logits, temperature=temperature))[::-1]
    return [name for name, share in zip(vocabulary, p, strict=True) if share >= least]


@name_the_tokens.mistake(PICK)
def positions_instead_of_names(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """These are positions in the vocabulary, which say where a name stands.

    The task asks for the names. How do you get from the one to the other?
    """
    p = softmax(logits, temperature=temperature)
    return [int(i) for i in np.argsort(-p) if p[i] >= least]


@name_the_tokens.mistake(PICK)
def probabilities_instead_of_names(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """These are the probabilities of the tokens, and the task asks for their names.

    Which positions do the probabilities have that are large enough?
    """
    p = softmax(logits, temperature=temperature)
    return [float(p[i]) for i in np.argsort(-p) if p[i] >= least]


@name_the_tokens.mistake(PICK)
def only_the_likeliest(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """This names one token, the likeliest, whatever the least probability is.

    How many tokens can reach it? And what if none does?
    """
    return [vocabulary[int(np.argmax(logits))]]


@name_the_tokens.mistake(ORDER_KEPT)
def more_than_the_least(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """A token whose probability is exactly `least` is left out. With a single token, whose
    probability is 1, that shows.

    Does "at least" include the limit itself?
    """
    p = softmax(logits, temperature=temperature)
    return _names(np.where(p > least, p, -1), vocabulary, least)


@name_the_tokens.mistake(TEMPERATURE)
def compared_with_a_share_of_the_winner(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """Each probability is compared with that of the winner. That is another rule, which depends on
    how sure the winner is.

    The task sets one limit for all. Which number is it?
    """
    p = softmax(logits, temperature=temperature)
    return _names(p, vocabulary, least * p.max())


@name_the_tokens.mistake(TEMPERATURE)
def names_until_the_sum_reaches_the_limit(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """Names are added until their probabilities sum to `least`: that is another rule, with a limit
    for all of them together.

    The task sets a limit for each token. What is compared with it?
    """
    p = softmax(logits, temperature=temperature)
    order = np.argsort(-p, kind="stable")
    before = np.cumsum(p[order]) - p[order]
    return [
        vocabulary[i] for i, sum_so_far in zip(order, before, strict=True) if sum_so_far < least
    ]


@name_the_tokens.mistake(OVER_SUM)
def scores_divided_by_their_sum_for_shares(
    logits: Array, vocabulary: list[str], temperature: float, least: float
) -> Any:
    """The scores are divided by their sum, and no exponential is taken.

    Scores can be negative or add up to 0. What makes positive weights of them?
    """
    z = logits / temperature
    return _names(z / z.sum(), vocabulary, least)
