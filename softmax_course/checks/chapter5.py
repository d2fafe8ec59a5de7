"""Exercises of chapter 5, and the mistakes that people make in them."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import log_sigmoid, log_softmax, naive_softmax, softmax

from .claims import broke_down, is_nan, overflow_at_1000
from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, UNROUNDED

Array = NDArray[Any]

FORMATS = "Read what a format can hold"
THRESHOLDS = "Search for the two ends"
FLOATS_END = "Where floating point ends the curve"
TRICK = "The proof"
LOGARITHM = "Never take the logarithm of a probability"
LOG1P = "Keep what is added to one"
INTEGERS = "A bug hunt: the int8 answer"
MASKS = "Masks that are numbers"
WHERE = "Say it with where"
ANOTHER_SHIFT = "Another shift than the row's own maximum"
SMALL_NUMBER = "A small number inside the logarithm"
TOO_LATE = "Converted to floats too late"
MULTIPLIED = "The mask multiplied in"

SMALL_NUMBERS = (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-15, 1e-16, 1e-300)

chapter = Chapter(5, "05_survive_floating_point.ipynb")


@chapter.exercise(probes=[("float64",), ("float32",), ("float16",)], tolerance=5e-4)
def overflow_threshold(dtype: str) -> Any:
    """Give the x beyond which exp(x) is infinite in the floating-point type of that name."""
    return np.log(float(np.finfo(dtype).max))


@overflow_threshold.mistake(THRESHOLDS)
def one_threshold_for_all_types(dtype: str) -> Any:
    """This is the threshold of float64, whatever type was asked for.

    In which type does your function take the exponential?
    """
    return np.log(np.finfo(np.float64).max)


@overflow_threshold.mistake(THRESHOLDS, sign=(-1, 1), half=(0.5, 1.0))
def where_exp_underflows(dtype: str, sign: int, half: float) -> Any:
    """This is the other end: below it exp(x) is 0.

    Both ends are far apart. Which one is reached by large scores?
    """
    return sign * (np.log(half) + np.log(float(np.finfo(dtype).smallest_subnormal)))


@overflow_threshold.mistake(FORMATS, sign=(-1, 1))
def smallest_normal_number(dtype: str, sign: int) -> Any:
    """This is where exp(x) leaves the numbers with all their digits on the way down, towards 0.

    The exponential overflows on the way up. Which number of the format is it compared with there?
    """
    return sign * np.log(float(np.finfo(dtype).smallest_normal))


@overflow_threshold.mistake(THRESHOLDS)
def largest_number_itself(dtype: str) -> Any:
    """That is the largest number of the type, and the exponential reaches it long before x does.

    For which x is exp(x) this number?
    """
    return np.finfo(dtype).max


@overflow_threshold.mistake(THRESHOLDS, base=(2, 10))
def another_base_than_e(dtype: str, base: int) -> Any:
    """This is the exponent of the largest number, but to another base than e.

    Which logarithm belongs to `exp`?
    """
    return np.log(float(np.finfo(dtype).max)) / np.log(base)


@overflow_threshold.mistake(FORMATS, eps=(1.0, 0.5))
def digits_instead_of_range(dtype: str, eps: float) -> Any:
    """This comes from the number of digits, and overflow is about how large a number may be.

    Which line of the table of formats is about size?
    """
    return -np.log(eps * float(np.finfo(dtype).eps))


@chapter.exercise(
    probes=[
        (np.array([[1.0, 3.0, 2.0]]),),
        (np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]]),),
        (np.array([[1.0, -1.0], [0.5, 2.0]]),),
        (np.array([[0.0, -800.0]]),),
        (np.array([[1000.0, 0.0]]),),
        (np.array([[-1000.0, -1001.0]]),),
        (np.array([[1000.0, 1001.0], [0.0, 1.0]]),),
    ],
    further=[
        (UNROUNDED,),
        (LARGEST_LAST,),
        (BOTH_FAR,),
    ],
)
def stable_log_softmax(logits: Array) -> Any:
    """Turn each row of a 2-D array of scores into log-probabilities, in nats."""
    return log_softmax(logits)


def _less_maximum(logits: Array) -> Array:
    return np.asarray(logits - logits.max(axis=-1, keepdims=True))


@stable_log_softmax.mistake(LOGARITHM, claim=broke_down, naive=(False, True))
def logarithm_of_softmax(logits: Array, naive: bool) -> Any:
    """A probability has been rounded to 0, or is nan, before its logarithm is taken.

    The score 800 below the winner has the log-probability -800, an ordinary number. What does the
    logarithm of a fraction become if you simplify it on paper first?
    """
    return np.log(naive_softmax(logits) if naive else softmax(logits))


@stable_log_softmax.mistake(TRICK, claim=overflow_at_1000)
def no_maximum_subtracted(logits: Array) -> Any:
    """The formula is the right one, and exp(1000) is still inside it.

    Logsumexp moves along with a shift of the scores. How can that keep the exponentials small?
    """
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


@stable_log_softmax.mistake(ANOTHER_SHIFT, claim=broke_down)
def one_maximum_for_the_whole_batch(logits: Array) -> Any:
    """One maximum is subtracted from all rows, and a row far below it has nothing but zeros left.

    The logarithm of a sum of zeros is not finite. Whose maximum does a row need?
    """
    shifted = logits - logits.max()
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@stable_log_softmax.mistake(TRICK)
def maximum_not_given_back(logits: Array) -> Any:
    """The maximum is subtracted inside the logarithm only, and nobody gives it back.

    By how much does each row miss a total probability of 1? Both terms of the difference must be
    shifted alike, or neither.
    """
    return logits - np.log(np.exp(_less_maximum(logits)).sum(axis=-1, keepdims=True))


@stable_log_softmax.mistake(LOGARITHM)
def sum_left_out(logits: Array) -> Any:
    """The winner has the log-probability 0, and so the probability 1, whatever the others score.

    Which term is common to all classes of a row and is missing here?
    """
    return _less_maximum(logits)


@stable_log_softmax.mistake(LOGARITHM)
def probabilities_returned(logits: Array) -> Any:
    """These are the probabilities.

    The task asks for their logarithms, without the way through the probabilities. Where does the
    exponential of each single score drop out?
    """
    return softmax(logits)


@stable_log_softmax.mistake(LOGARITHM)
def sign_turned_round(logits: Array) -> Any:
    """These numbers are positive: they are the losses, should each class be the true one.

    Can the logarithm of a probability be above 0?
    """
    return -log_softmax(logits)


@stable_log_softmax.mistake(SMALL_NUMBER, eps=SMALL_NUMBERS, clipped=(False, True))
def small_number_against_minus_infinity(logits: Array, eps: float, clipped: bool) -> Any:
    """A small number keeps the probabilities away from 0, and below it all log-probabilities are
    alike.

    The true one is -800. Why should the answer stop at the logarithm of your small number?
    """
    p = softmax(logits)
    return np.log(np.clip(p, eps, 1) if clipped else p + eps)


@stable_log_softmax.mistake(TRICK)
def wrong_axis(logits: Array) -> Any:
    """The probabilities add up to 1 down each column: the examples compete, not the classes.

    Along which axis do the classes of one example lie?
    """
    return log_softmax(logits, axis=0)


@stable_log_softmax.mistake(TRICK)
def all_axes_at_once(logits: Array) -> Any:
    """All numbers of the batch share one unit of probability.

    How many distributions are there in a batch of two rows?
    """
    return log_softmax(logits, axis=None)


@stable_log_softmax.mistake(TRICK)
def missing_keepdims(logits: Array) -> Any:
    """The sums of the rows have lost an axis, and NumPy lays them along the columns.

    Which shape must they have so that each one meets its own row?
    """
    shifted = _less_maximum(logits)
    return shifted - np.log(np.exp(shifted).sum(axis=-1))


@stable_log_softmax.mistake(LOGARITHM, base=(2, 10))
def bits_instead_of_nats(logits: Array, base: int) -> Any:
    """The logarithm has another base than e.

    Which logarithm undoes `exp`?
    """
    return log_softmax(logits) / np.log(base)


@chapter.exercise(
    probes=[
        (np.array([2.0, 5.0, 10.0]),),
        (np.array([0.0, 1.0]),),
        (np.array([40.0]),),
        (np.array([100.0, 700.0]),),
    ],
    further=[
        (np.array([2.345678, 0.123456, 41.4142, 7.25, 0.5]),),
    ],
)
def log10_loss(leads: Array) -> Any:
    """Compute the decimal logarithm of the winner's loss from its lead over the only rival."""
    return np.log10(-log_sigmoid(leads))


@log10_loss.mistake(LOG1P, how=("sum", "quotient"))
def one_plus_a_small_number(leads: Array, how: str) -> Any:
    """A small number is added to 1, where it is rounded away: the loss is 0 and its logarithm -inf.

    The true loss for a lead of 40 is about 4e-18, an ordinary number. Which function takes the
    logarithm of 1 + x without forming 1 + x?
    """
    e = np.exp(-leads)
    return np.log10(np.log(1 + e) if how == "sum" else -np.log(1 / (1 + e)))


@log10_loss.mistake(LOG1P)
def natural_logarithm_of_the_loss(leads: Array) -> Any:
    """This is the natural logarithm of the loss.

    A lead of 40 gives about -17 in decades. Which base has a decade?
    """
    return np.log(-log_sigmoid(leads))


@log10_loss.mistake(LOG1P)
def loss_itself(leads: Array) -> Any:
    """This is the loss, and the task asks for its decimal logarithm.

    What is missing between 0.001 and -3?
    """
    return -log_sigmoid(leads)


@log10_loss.mistake(LOG1P)
def minus_the_lead_in_decades(leads: Array) -> Any:
    """For a large lead the loss is close to exp(-lead), and for a small one it is not.

    What is the loss of two equal scores?
    """
    return -leads / np.log(10)


@log10_loss.mistake(LOGARITHM)
def probability_of_the_rival(leads: Array) -> Any:
    """This is the logarithm of the rival's probability: close to the loss where that is tiny.

    For two equal scores the probability is 1/2. What is the loss?
    """
    return log_sigmoid(-leads) / np.log(10)


@log10_loss.mistake(LOGARITHM)
def loss_of_the_rival(leads: Array) -> Any:
    """This grows with the lead: it is the loss if the rival is the true class.

    Should a winner with a larger lead lose more?
    """
    return np.log10(-log_sigmoid(-leads))


@log10_loss.mistake(LOGARITHM)
def both_logarithms_to_the_base_ten(leads: Array) -> Any:
    """Both logarithms have the base 10 here, and the loss is measured in nats.

    Which of the two is only for the axis of a plot?
    """
    return np.log10(-log_sigmoid(leads) / np.log(10))


@log10_loss.mistake(LOGARITHM)
def logarithm_taken_once(leads: Array) -> Any:
    """One logarithm makes the loss of a probability, and another one the decades of the loss.

    How many do you take?
    """
    return -log_sigmoid(leads) / np.log(10)


@log10_loss.mistake(SMALL_NUMBER, eps=SMALL_NUMBERS)
def small_number_added_to_the_loss(leads: Array, eps: float) -> Any:
    """A small number is added so that the logarithm stays finite, and it drowns the true loss.

    Where does the loss become 0 in the first place?
    """
    return np.log10(np.log(1 + np.exp(-leads)) + eps)


@chapter.exercise(
    probes=[
        (np.array([[1, 3, 2]], dtype=np.int64),),
        (np.array([[127, -128, 0]], dtype=np.int8),),
        (np.array([[1, 3, 2]], dtype=np.uint8),),
        (np.array([[5, 20, -7], [127, -128, 126]], dtype=np.int8),),
        (np.array([[32767, 32766, -32768]], dtype=np.int16),),
    ],
    further=[
        (np.array([[-1, 0, 2, 1, 3], [1, 1, -2, 4, 0]], dtype=np.int64),),
        (np.array([[0, 0, 30000], [-30001, -30000, -30001]], dtype=np.int16),),
        (np.array([[2**24 + 1, 2**24]], dtype=np.int64),),
        (np.array([[2**62, -(2**62) - 5]], dtype=np.int64),),
    ],
)
def safe_for_integers(logits: Array) -> Any:
    """Turn each row of integer scores (int8, uint8, int16 or int64) into probabilities."""
    return softmax(logits)


def _divided(shifted: Array) -> Any:
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)


@safe_for_integers.mistake(INTEGERS)
def maximum_subtracted_in_a_narrow_type(logits: Array) -> Any:
    """The difference of two int8 scores need not fit into int8, and what does not fit wraps round.

    So the smallest score of all can come out above the largest. What must happen to the scores
    before anything is subtracted?
    """
    return _divided(_less_maximum(logits))


@safe_for_integers.mistake(TOO_LATE, dtype=(np.float64, np.float32))
def converted_after_the_subtraction(logits: Array, dtype: type) -> Any:
    """The scores become floats after the maximum has been subtracted, and by then they are wrong.

    In which line does the damage happen?
    """
    return _divided(_less_maximum(logits).astype(dtype))


@safe_for_integers.mistake(TRICK)
def no_maximum_subtracted_from_the_integers(logits: Array) -> Any:
    """The maximum is not subtracted, and the exponential of 127 is infinite in the type that NumPy
    chooses for int8.

    In which type does `np.exp` answer for an int8 array, and which would you choose?
    """
    return _divided(logits)


@safe_for_integers.mistake(TRICK)
def no_maximum_subtracted_from_the_floats(logits: Array) -> Any:
    """The conversion is right, but the maximum is not subtracted, and no float holds exp(32767).

    Which two steps does an integer score need before its exponential is taken?
    """
    return _divided(logits.astype(np.float64))


@safe_for_integers.mistake(INTEGERS)
def converted_to_int16(logits: Array) -> Any:
    """A wider integer type helps int8, and the same trap waits for int16.

    Which type has no trap for any of these scores?
    """
    return _divided(_less_maximum(logits.astype(np.int16)))


@safe_for_integers.mistake(FORMATS)
def converted_to_float32(logits: Array) -> Any:
    """A float32 has 24 binary digits, so above 16,777,216 it does not know every integer: two
    scores that differ by 1 become equal.

    Which format holds such a score exactly?
    """
    return softmax(logits.astype(np.float32))


@safe_for_integers.mistake(INTEGERS)
def converted_to_int64(logits: Array) -> Any:
    """The widest integer type helps all the narrow ones, and scores of its own wrap round in it:
    the difference of two int64 scores need not fit into int64.

    Which kind of number has no such end?
    """
    return _divided(_less_maximum(logits.astype(np.int64)))


@safe_for_integers.mistake(FORMATS)
def converted_to_float16(logits: Array) -> Any:
    """Between 16384 and 32768, float16 knows only every sixteenth integer: two scores that differ
    by 1 become equal.

    Which formats hold every int16 number exactly?
    """
    return _divided(_less_maximum(logits.astype(np.float16)))


@safe_for_integers.mistake(INTEGERS)
def probabilities_put_into_integers(logits: Array) -> Any:
    """The probabilities are written into an array of integers, which cuts them off to 0.

    What is the type of an array that is made like the scores?
    """
    return softmax(logits).astype(logits.dtype)


@safe_for_integers.mistake(ANOTHER_SHIFT)
def one_maximum_for_all_rows(logits: Array) -> Any:
    """One maximum is subtracted from all rows, and a row far below it loses its digits.

    Whose maximum does a row need?
    """
    return _divided((logits - float(logits.max())).astype(np.float16))


@chapter.exercise(
    probes=[
        (np.array([[1.0, 3.0, 2.0]]), np.array([[True, False, True]])),
        (
            np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]]),
            np.array([[True, True, False], [False, True, True]]),
        ),
        (
            np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]]),
            np.array([[True, False, True], [False, False, False]]),
        ),
        (np.array([[1000.0, 0.0, 1.0]]), np.array([[False, True, True]])),
        (np.array([[1000.0, 999.0, 0.0]]), np.array([[True, True, False]])),
        (np.array([[1.0, np.nan, 2.0]]), np.array([[True, False, True]])),
    ],
    further=[
        (UNROUNDED, UNROUNDED > 0),
        (LARGEST_LAST, np.array([[True, True, True]])),
        (BOTH_FAR, np.array([[True, True], [True, True]])),
    ],
)
def masked_softmax_rows(logits: Array, kept: Array) -> Any:
    """Take softmax of each row over the kept entries; the others are 0, and so is an empty row."""
    return softmax(logits, where=kept)


@masked_softmax_rows.mistake(MASKS, claim=is_nan)
def empty_row_is_nan(logits: Array, kept: Array) -> Any:
    """A row in which nothing is kept is nan: minus infinity less minus infinity has no answer.

    What should such a row be, and how do you recognise it before the division?
    """
    return softmax(np.where(kept, logits, -np.inf))


@masked_softmax_rows.mistake(MASKS)
def empty_row_shared_out(logits: Array, kept: Array) -> Any:
    """A row in which nothing is kept is shared out among its hidden entries, as if all of them were
    equally welcome.

    A very negative score hides an entry only behind a larger one. What if there is none?
    """
    return softmax(np.where(kept, logits, -1e9))


@masked_softmax_rows.mistake(MASKS)
def empty_row_not_hidden_at_all(logits: Array, kept: Array) -> Any:
    """A row in which nothing is kept looks as if nothing were hidden: all its scores have been
    lowered alike.

    What does softmax make of a shift?
    """
    return softmax(logits + np.where(kept, 0.0, -1e9))


@masked_softmax_rows.mistake(MULTIPLIED, product=(False, True))
def hidden_scores_set_to_zero(logits: Array, kept: Array, product: bool) -> Any:
    """A hidden entry has the score 0 here, and 0 is a score like any other.

    Which score has the probability 0?
    """
    return softmax(logits * kept if product else np.where(kept, logits, 0.0))


@masked_softmax_rows.mistake(MULTIPLIED)
def hidden_probabilities_set_to_zero(logits: Array, kept: Array) -> Any:
    """The hidden entries are 0, and the others still share a unit with them: the row is too small.

    What must the kept entries of a row add up to?
    """
    return softmax(logits) * kept


@masked_softmax_rows.mistake(MULTIPLIED, guarded=(True, False), chosen=(True, False))
def hidden_entries_take_part_in_the_maximum(
    logits: Array, kept: Array, guarded: bool, chosen: bool
) -> Any:
    """A hidden entry still sets the scale: it is far above the kept ones, and they underflow to 0.

    A hidden nan spoils its row in the same way. When should the mask be applied, before or after
    the exponentials?
    """
    p = np.where(kept, softmax(logits), 0.0) if chosen else softmax(logits) * kept
    total = p.sum(axis=-1, keepdims=True)
    return np.where(total > 0, p / total, 0.0) if guarded else p / total


@masked_softmax_rows.mistake(WHERE)
def mask_turned_round(logits: Array, kept: Array) -> Any:
    """The entries that should be kept are hidden, and the hidden ones are kept.

    Does True mean "takes part" or "is hidden"? Libraries differ; what does this task say?
    """
    return softmax(logits, where=~kept)


@masked_softmax_rows.mistake(WHERE)
def mask_ignored(logits: Array, kept: Array) -> Any:
    """The mask has no effect.

    Which of the entries may be above 0?
    """
    return softmax(logits)


@masked_softmax_rows.mistake(TRICK, claim=overflow_at_1000, guarded=(True, False))
def no_maximum_subtracted_from_the_kept_entries(logits: Array, kept: Array, guarded: bool) -> Any:
    """The mask is right, and exp(1000) is still infinite.

    Over which entries should the maximum be taken?
    """
    e = np.exp(np.where(kept, logits, -np.inf))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1.0) if guarded else e / total


@chapter.exercise(tolerance=1.4e-5)
def saturation_point() -> float:
    """Find the smallest float64 x, to three decimals, where `1 / (1 + exp(-x))` is exactly 1."""
    return float(53 * np.log(2))


@saturation_point.mistake(FLOATS_END, value=(24 * math.log(2), 16.636))
def float32_instead_of_float64(value: float) -> float:
    """This is where float32 ends, which keeps 24 binary digits.

    How many digits does float64 keep, and what is the type of the numbers in your search?
    """
    return value


@saturation_point.mistake(FLOATS_END)
def one_binary_digit_too_early() -> float:
    """At this point `1 + exp(-x)` still differs from 1, by the last binary digit.

    It takes half of that digit to be rounded away. How much larger must x be?
    """
    return 52 * math.log(2)


@saturation_point.mistake(FLOATS_END)
def where_exp_overflows() -> float:
    """Here `exp(x)` leaves the range of float64. The sigmoid was exactly 1 long before.

    What has to happen to `exp(-x)` so that adding it to 1 changes nothing?
    """
    return math.log(1.7976931348623157e308)


@saturation_point.mistake(FLOATS_END)
def where_exp_becomes_zero() -> float:
    """Here `exp(-x)` itself becomes 0. The sigmoid was exactly 1 long before.

    A number need not be 0 to be lost when it is added to 1. How small must it be?
    """
    return 1075 * math.log(2)


@saturation_point.mistake(FLOATS_END)
def the_other_end() -> float:
    """This is the side where the sigmoid goes to 0, and there it has a long way to go still.

    Floats lie closely together near 0, and much less so near 1. Which end does the task ask for?
    """
    return -53 * math.log(2)


@saturation_point.mistake(FLOATS_END, value=(36.736, 36.735))
def still_below_one(value: float) -> float:
    """Too low, and very close: at this x the formula still gives a number below 1.

    Which of your x next to each other give 0.9999... and 1? The task asks for the first of the
    latter.
    """
    return value


@saturation_point.mistake(FLOATS_END, value=(36.738, 36.739))
def not_the_smallest(value: float) -> float:
    """Too high, and very close: the sigmoid is 1 here, and it was 1 a little earlier already.

    Go back by a thousandth at a time. From where on is it exactly 1?
    """
    return value


@saturation_point.mistake(FLOATS_END, decimals=(0, 1, 2), step=(math.floor, round, math.ceil))
def too_few_decimals(decimals: int, step: Any) -> float:
    """You are at the right place: now look more closely.

    Try your answer and its neighbours a thousandth away. On which of them is the sigmoid exactly 1?
    """
    return float(step(53 * math.log(2) * 10**decimals) / 10**decimals)


@saturation_point.mistake(FLOATS_END)
def never_as_in_mathematics() -> float:
    """In mathematics the sigmoid never reaches 1: true. A float64 does, since it has to round.

    From where on is the difference to 1 too small to be kept?
    """
    return math.inf


INCIDENTS = (
    "float16 [12, 11, 10] served nan, 0, 0",
    "float32 [-120, -121, -110] served nan, nan, nan",
    "int8 [127, -127, 5] served 0.1192, 0.8809, 0",
    "float32 [4, 2, 0], masked entirely, served 0.3333 each",
    "float64 [709.5, 709.5, 0] served 0, 0, 0",
    "float32 [30, 0, -80] served 1, 0, 0",
    "uint8 [3, 1, 2] served 0, nan, nan",
    "float64 [2, 1, 0], masked entirely, served 0.6652, 0.2447, 0.09",
)


@chapter.exercise(items=INCIDENTS, options=("overflow", "underflow", "wraparound", "mask", "fine"))
def read_the_incidents() -> list[str]:
    """Say for eight served rows what happened: a list of eight strings."""
    return [
        "overflow",
        "underflow",
        "wraparound",
        "mask",
        "overflow",
        "fine",
        "wraparound",
        "mask",
    ]


def _incidents(verdict: str, *numbers: int) -> list[str]:
    """Fill in the right verdicts, with `verdict` for the rows of these numbers."""
    right = read_the_incidents.reference()
    return [verdict if i in numbers else right[i - 1] for i in range(1, len(right) + 1)]


@read_the_incidents.mistake(MASKS)
def a_large_negative_number_taken_for_a_mask() -> list[str]:
    """These rows look like distributions, but every class in them was hidden.

    Nothing takes part, so nothing should have a share. What did the added number do to the
    differences of the scores?
    """
    return _incidents("fine", 4, 8)


@read_the_incidents.mistake(INTEGERS)
def a_sum_of_one_taken_for_proof() -> list[str]:
    """This row sums to one, and the class with the smallest score has most of it.

    Compute the differences to the maximum by hand. Does each of them fit into the type?
    """
    return _incidents("fine", 3)


@read_the_incidents.mistake("Three ways to lose a softmax")
def every_nan_taken_for_overflow() -> list[str]:
    """Infinity divided by infinity is nan, and so is 0 divided by 0.

    Look at the signs of the scores: can any of these exponentials be large?
    """
    return _incidents("overflow", 2)


@read_the_incidents.mistake(INTEGERS)
def integers_that_do_not_overflow_in_exp() -> list[str]:
    """These scores are small, so no exponential of them overflows: the damage was done before.

    What is 1 less 3 in a type that has no negative numbers?
    """
    return _incidents("overflow", 3, 7)


@read_the_incidents.mistake("Three ways to lose a softmax")
def zeros_taken_for_underflow() -> list[str]:
    """All three are 0, but these exponentials are large: each fits into the type.

    What about their sum, and a number that is divided by it?
    """
    return _incidents("underflow", 5)


@read_the_incidents.mistake("What the trick does not mend")
def zeros_of_a_winner_taken_for_a_fault() -> list[str]:
    """A lead of 30 leaves the others less than four digits can show, and a lead of 110 less still.

    Which numbers would you have expected here, to four digits?
    """
    return _incidents("underflow", 6)


@read_the_incidents.mistake(MASKS)
def a_mask_taken_for_underflow() -> list[str]:
    """No exponential vanished here: if all had, the answer would be nan.

    The added number is the same for every class of the row. What does a shift change?
    """
    return _incidents("underflow", 4, 8)


@read_the_incidents.mistake(INTEGERS)
def integers_taken_for_underflow() -> list[str]:
    """Underflow makes exponentials 0, and here the smallest score won, or nan stands beside a 0.

    Which types in this list are not floating point at all?
    """
    return _incidents("underflow", 3, 7)
