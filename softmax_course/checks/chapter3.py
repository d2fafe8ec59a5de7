"""Exercises of chapter 3, and the mistakes that people make in them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import log_sigmoid, log_softmax, naive_softmax, sigmoid, softmax

from .claims import broke_down, in_range, overflow_at_1000
from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, UNROUNDED

Array = NDArray[Any]

TARGET = "Prepare the target"
ERROR = "Measure the error"
FROM_SCORES = "Compute it from the scores"
NEVER_ZERO = "It never reaches zero"
LABEL = "Come back to a label"
NO_SOFTMAX = "Prediction needs no softmax"
TWICE = "Softmax twice"
LOG_OF_SOFTMAX = "The logarithm of softmax"
ROUNDING = "Rounding before the loss"
QUANTITIES = "Codes as quantities"
WRAP = "Codes that wrap around"
SQUARED = "Squared error on probabilities"

chapter = Chapter(3, "03_softmax_activation.ipynb")

LOGITS = np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]])
SAME_AGAIN = np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0], [-1.0, -3.0, 2.0]])
LOSS_PROBES = [
    (np.array([[1.0, 3.0, 2.0]]), np.array([1])),
    (LOGITS, np.array([1, 0])),
    (SAME_AGAIN, np.array([0, 2, 1])),
    (np.array([[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 2.0, -2.0]]), np.array([3, 0])),
    (np.array([[0.0, 40.0]]), np.array([0])),
    (np.array([[1000.0, 0.0], [0.0, 1.0]]), np.array([1, 1])),
]
FURTHER = [
    (UNROUNDED, np.array([1, 4, 0, 3])),
    (LARGEST_LAST, np.array([0])),
    (LARGEST_LAST, np.array([2])),
    (BOTH_FAR, np.array([0, 0])),
]


@chapter.exercise(
    probes=[
        (np.array([0, 1, 2]), 3),
        (np.array([1]), 3),
        (np.array([2, 0, 2, 1]), 3),
        (np.array([0, 1]), 4),
        (np.array([3, 1]), 4),
    ],
    further=[
        (np.array([4, 1, 2, 0, 6]), 8),
    ],
)
def one_hot_codes(codes: Array, num_classes: int) -> Any:
    """Turn integer codes into a float array of one-hot rows with `num_classes` columns."""
    return np.eye(num_classes)[codes]


@one_hot_codes.mistake(WRAP)
def classes_counted_from_one(codes: Array, num_classes: int) -> Any:
    """The ones stand one column too far to the left, and class 0 has no column to its left.

    Its position would be -1, which Python takes for the last one, without an error. Where does the
    counting of classes begin?
    """
    return np.eye(num_classes)[codes - 1]


@one_hot_codes.mistake(TARGET)
def one_column_too_many(codes: Array, num_classes: int) -> Any:
    """There is one column more than there are classes, and it is never used.

    If the highest code is 2, how many classes are there, and does `num_classes` count from 0 or 1?
    """
    return np.eye(num_classes + 1)[codes]


@one_hot_codes.mistake(TARGET)
def as_many_columns_as_the_largest_code_needs(codes: Array, num_classes: int) -> Any:
    """The number of columns comes from the codes, so a batch without the last class has a column
    too few.

    Two batches of the same data could then differ in shape. Who knows how many classes there are?
    """
    return np.eye(codes.max() + 1)[codes]


@one_hot_codes.mistake(TARGET)
def as_many_columns_as_rows(codes: Array, num_classes: int) -> Any:
    """The number of columns is the number of examples, and that fits only by chance.

    Which of the two arguments says how many classes there are?
    """
    rows = np.zeros((len(codes), len(codes)))
    rows[np.arange(len(codes)), codes] = 1
    return rows


@one_hot_codes.mistake(TARGET, fit=(False, True))
def classes_renumbered(codes: Array, num_classes: int, fit: bool) -> Any:
    """The codes that occur are numbered anew, so the same class has another column in another
    batch.

    Should the column of class 3 depend on which other classes occur?
    """
    found, renumbered = np.unique(codes, return_inverse=True)
    return np.eye(len(found) if fit else num_classes)[renumbered]


@one_hot_codes.mistake(TARGET)
def rows_and_columns_exchanged(codes: Array, num_classes: int) -> Any:
    """Each example has become a column, and a one-hot row should be a row.

    Which of the two axes belongs to the examples? Compare the shape with (examples, classes).
    """
    return np.eye(num_classes)[codes].T


@one_hot_codes.mistake(TARGET)
def ones_in_every_row(codes: Array, num_classes: int) -> Any:
    """Every row has a one in the column of every code: `rows[:, codes]` means all rows, each time.

    Each row should meet its own code only. Which row numbers belong to the codes?
    """
    rows = np.zeros((len(codes), num_classes))
    rows[:, codes] = 1
    return rows


@one_hot_codes.mistake(TARGET)
def true_and_false(codes: Array, num_classes: int) -> Any:
    """The places are right, and True and False stand there instead of 1 and 0.

    A loss computes with the target. Which type should the array have?
    """
    return codes[:, np.newaxis] == np.arange(num_classes)


@one_hot_codes.mistake(QUANTITIES)
def the_code_instead_of_a_one(codes: Array, num_classes: int) -> Any:
    """The right place holds the code itself: class 2 counts twice as much as class 1, and class 0
    nothing.

    A code is a name. What should each row add up to?
    """
    return np.eye(num_classes)[codes] * codes[:, np.newaxis]


@one_hot_codes.mistake(QUANTITIES, column=(False, True))
def codes_unchanged(codes: Array, num_classes: int, column: bool) -> Any:
    """The codes come back as they were: integers, which look as if class 2 were twice class 1.

    How many numbers should stand for one example?
    """
    return codes[:, np.newaxis] if column else codes


@one_hot_codes.mistake(TARGET)
def zeros_and_ones_exchanged(codes: Array, num_classes: int) -> Any:
    """There is a single zero in each row, and it stands where the one should be.

    The target is a distribution. What does a row of it add up to?
    """
    return 1 - np.eye(num_classes)[codes]


@one_hot_codes.mistake(TARGET)
def first_class_without_a_column(codes: Array, num_classes: int) -> Any:
    """The first class has no column, as statisticians like it for regression; softmax has one score
    each.

    How long is a target that is to be compared with `num_classes` probabilities?
    """
    return np.eye(num_classes)[codes][:, 1:]


@chapter.exercise(probes=LOSS_PROBES, further=FURTHER)
def cross_entropy_from_logits(logits: Array, codes: Array) -> Any:
    """Compute each row's cross-entropy, in nats, from its logits and the code of its true class."""
    return -log_softmax(logits)[np.arange(len(codes)), codes]


@chapter.exercise(
    probes=[
        (np.array([[0.1, 0.7, 0.2]]), ["cat", "dog", "bird"]),
        (np.array([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1]]), ["cat", "dog", "bird"]),
        (np.array([[0.3, 0.3, 0.4], [0.4, 0.35, 0.25]]), ["cat", "dog", "bird"]),
        (np.array([[0.2, 0.1, 0.3, 0.4]]), ["z", "y", "x", "w"]),
        (np.array([[0.2, 0.4, 0.4]]), ["cat", "dog", "bird"]),
    ],
    further=[
        (
            np.array(
                [
                    [0.1, 0.2, 0.30004, 0.09991, 0.30005],
                    [0.2, 0.2001, 0.19995, 0.19995, 0.2],
                    [0.3, 0.1, 0.1, 0.3, 0.2],
                    [0.05, 0.05, 0.05, 0.8, 0.05],
                ]
            ),
            ["e", "d", "c", "b", "a"],
        ),
    ],
)
def decode_batch(probabilities: Array, classes: list[str]) -> Any:
    """Name the likeliest class of each row; in a tie, the one that comes first."""
    return [classes[code] for code in np.argmax(probabilities, axis=-1)]


@decode_batch.mistake(LABEL)
def codes_instead_of_names(probabilities: Array, classes: list[str]) -> Any:
    """These are the positions of the winners: one step is left.

    Where does the list of classes come in?
    """
    return np.argmax(probabilities, axis=-1)


@decode_batch.mistake(LABEL)
def largest_probabilities_instead_of_names(probabilities: Array, classes: list[str]) -> Any:
    """These are the largest probabilities: they say how likely the winner is, not which class it
    is.

    Which function gives the position of the largest entry instead of the entry?
    """
    return np.max(probabilities, axis=-1)


@decode_batch.mistake(LABEL)
def columns_instead_of_rows(probabilities: Array, classes: list[str]) -> Any:
    """The winner of each column is taken, that is, one example for each class.

    Along which axis do the probabilities of one example lie?
    """
    return [classes[i % len(classes)] for i in np.argmax(probabilities, axis=0)]


@decode_batch.mistake(LABEL)
def one_name_for_the_whole_batch(probabilities: Array, classes: list[str]) -> Any:
    """One name comes back for the whole batch: `argmax` without an axis knows only one winner.

    How many names should two rows have?
    """
    return classes[int(np.argmax(probabilities)) % len(classes)]


@decode_batch.mistake(LABEL)
def least_likely_class(probabilities: Array, classes: list[str]) -> Any:
    """This names the class with the smallest probability.

    Which end of the order wins? If you sort, look at which end you take.
    """
    return [classes[i] for i in np.argmin(probabilities, axis=-1)]


@decode_batch.mistake(TARGET)
def classes_sorted_first(probabilities: Array, classes: list[str]) -> Any:
    """The classes are put into alphabetical order first, and then the columns no longer belong to
    them.

    Who decides which column is which class?
    """
    return [sorted(classes)[i] for i in np.argmax(probabilities, axis=-1)]


@decode_batch.mistake(LABEL)
def last_of_equals(probabilities: Array, classes: list[str]) -> Any:
    """In a tie this names the class that comes last, and the task asks for the first.

    Does your comparison let an equal probability win, with `>=` for instance?
    """
    return [classes[len(row) - 1 - int(np.argmax(row[::-1]))] for row in probabilities]


@decode_batch.mistake(LABEL, decimals=(0,))
def rounded_before_the_comparison(probabilities: Array, classes: list[str], decimals: int) -> Any:
    """Probabilities are rounded before they are compared, and then 0.3 and 0.4 are equal.

    Does the winner need any rounding?
    """
    return [classes[i] for i in np.argmax(np.round(probabilities, decimals), axis=-1)]


@decode_batch.mistake(LABEL, otherwise=("", "unknown", "none"))
def only_above_one_half(probabilities: Array, classes: list[str], otherwise: str) -> Any:
    """A class is named only if it has more than one half, and with three classes the winner may
    have less.

    Does the likeliest class need a majority?
    """
    return [
        classes[int(np.argmax(row > 0.5))] if (row > 0.5).any() else otherwise
        for row in probabilities
    ]


@decode_batch.mistake(WRAP)
def name_before_the_right_one(probabilities: Array, classes: list[str]) -> Any:
    """The name before the right one is taken, and for the first class that is the last: -1 counts
    from the end, without an error.

    Where does the counting of classes begin?
    """
    return [classes[i - 1] for i in np.argmax(probabilities, axis=-1)]


@decode_batch.mistake(TARGET)
def one_hot_instead_of_names(probabilities: Array, classes: list[str]) -> Any:
    """These are one-hot rows: the winner is marked, and not named yet.

    Which name belongs to the column with the one?
    """
    return np.eye(len(classes))[np.argmax(probabilities, axis=-1)]


@chapter.exercise(probes=LOSS_PROBES, further=FURTHER)
def find_the_bug(logits: Array, codes: Array) -> Any:
    """Repair the function: the mean cross-entropy of the batch, in nats, as one number."""
    return np.mean(-log_softmax(logits)[np.arange(len(codes)), codes])


Reduce = Callable[[Array], Any]
"""What is done with the losses of the rows: `np.asarray` keeps them, `np.mean` makes them one."""


def _of_the_truth(rows: Array, codes: Array) -> Array:
    """Pick from each row the entry of its true class."""
    return np.asarray(rows[np.arange(len(codes)), codes])


@cross_entropy_from_logits.mistake(TWICE, reduce=(np.asarray,))
@find_the_bug.mistake(TWICE, reduce=(np.mean,))
def softmax_twice(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """Softmax is applied to probabilities here: the loss expects scores and applies its own.

    So even a perfect prediction keeps a loss far above 0. Which of the two steps is one too many?
    """
    return reduce(-_of_the_truth(log_softmax(softmax(logits)), codes))


@cross_entropy_from_logits.mistake(
    LOG_OF_SOFTMAX,
    claim=overflow_at_1000,
    how=("softmax", "naive", "sum"),
    reduce=(np.asarray,),
)
@find_the_bug.mistake(
    LOG_OF_SOFTMAX,
    claim=overflow_at_1000,
    how=("softmax", "naive", "sum"),
    reduce=(np.mean,),
)
def logarithm_of_softmax(logits: Array, codes: Array, reduce: Reduce, how: str) -> Any:
    """The probability of the true class comes out as 0, or the exponential as inf, and the
    logarithm can make nothing of it.

    The true loss is 1000, an ordinary number. Can you simplify log(exp(z) / sum) before you
    compute?
    """
    with_maximum: dict[str, Callable[..., Any]] = {"softmax": softmax, "naive": naive_softmax}
    if how in with_maximum:
        return reduce(-np.log(_of_the_truth(with_maximum[how](logits), codes)))
    return reduce(np.log(np.exp(logits).sum(axis=-1)) - _of_the_truth(logits, codes))


@cross_entropy_from_logits.mistake(LOG_OF_SOFTMAX, claim=broke_down, reduce=(np.asarray,))
@find_the_bug.mistake(LOG_OF_SOFTMAX, claim=broke_down, reduce=(np.mean,))
def one_maximum_for_the_whole_batch(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """One maximum is subtracted from the whole batch. In a row far below it all exponentials become
    0, and the logarithm of 0 is not finite.

    Which of the rows here is it that goes wrong, and whose maximum does it need?
    """
    z = logits - logits.max()
    return reduce(np.log(np.exp(z).sum(axis=-1)) - _of_the_truth(z, codes))


@cross_entropy_from_logits.mistake(
    LOG_OF_SOFTMAX, claim=broke_down, how=("first", "last", "mean", "median"), reduce=(np.asarray,)
)
@find_the_bug.mistake(
    LOG_OF_SOFTMAX, claim=broke_down, how=("first", "last", "mean", "median"), reduce=(np.mean,)
)
def another_number_than_the_maximum_subtracted(
    logits: Array, codes: Array, reduce: Reduce, how: str
) -> Any:
    """Something is subtracted, and not the largest score of the row, so that an exponential is more
    than a float can hold, or all of them become 0.

    Look at what you subtract here. Whichever place the largest score has, which number leaves
    nothing above 0, and a 0 somewhere?
    """
    subtracted = {
        "first": logits[:, :1],
        "last": logits[:, -1:],
        "mean": logits.mean(axis=1, keepdims=True),
        "median": np.median(logits, axis=1, keepdims=True),
    }
    z = logits - subtracted[how]
    return reduce(np.log(np.exp(z).sum(axis=-1)) - _of_the_truth(z, codes))


@cross_entropy_from_logits.mistake(NEVER_ZERO, limit=(1000.0, 709.78, 1e308), reduce=(np.asarray,))
@find_the_bug.mistake(NEVER_ZERO, limit=(1000.0, 709.78, 1e308), reduce=(np.mean,))
def infinity_replaced_by_a_number(logits: Array, codes: Array, reduce: Reduce, limit: float) -> Any:
    """An infinite loss is replaced by a number, which is right by chance at best.

    Where does it become infinite in the first place? Simplify log(exp(z) / sum) on paper.
    """
    rows = -np.log(_of_the_truth(softmax(logits), codes))
    return reduce(np.nan_to_num(rows, posinf=limit))


@cross_entropy_from_logits.mistake(ERROR, claim=in_range(-np.inf, 0), reduce=(np.asarray,))
@find_the_bug.mistake(ERROR, claim=in_range(-np.inf, 0), reduce=(np.mean,))
def minus_missing(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """These numbers are never positive: they are the logarithms of the probabilities.

    A loss should grow as the prediction gets worse. What turns the one into the other?
    """
    return reduce(_of_the_truth(log_softmax(logits), codes))


@cross_entropy_from_logits.mistake(ERROR, base=(2, 10), reduce=(np.asarray,))
@find_the_bug.mistake(ERROR, base=(2, 10), reduce=(np.mean,))
def bits_instead_of_nats(logits: Array, codes: Array, reduce: Reduce, base: float) -> Any:
    """The logarithm has another base, and so the loss comes in another unit: in bits, if it is 2.

    The task asks for nats. Which logarithm belongs to `exp`?
    """
    return reduce(-_of_the_truth(log_softmax(logits), codes) / np.log(base))


@cross_entropy_from_logits.mistake(FROM_SCORES, reduce=(np.asarray,))
@find_the_bug.mistake(FROM_SCORES, reduce=(np.mean,))
def scores_taken_for_probabilities(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The logarithm is taken of the scores themselves, as if they were probabilities already.

    A score of 3 gives a negative loss, and one of -1 gives nan. Which step comes before the
    logarithm?
    """
    return reduce(-np.log(_of_the_truth(logits, codes)))


@cross_entropy_from_logits.mistake(FROM_SCORES, reduce=(np.asarray,))
@find_the_bug.mistake(FROM_SCORES, reduce=(np.mean,))
def scores_divided_by_their_sum(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The scores are divided by their sum as if they were probabilities that are slightly off.

    Scores can be negative, and then so can the shares be. Which function makes a distribution of
    scores?
    """
    return reduce(-np.log(_of_the_truth(logits / logits.sum(axis=-1, keepdims=True), codes)))


@cross_entropy_from_logits.mistake(FROM_SCORES, reduce=(np.asarray,))
@find_the_bug.mistake(FROM_SCORES, reduce=(np.mean,))
def negative_score_returned(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """This is the score of the true class with a minus: the other classes play no part.

    If another score rises, should the loss stay as it is? Which term is missing?
    """
    return reduce(-_of_the_truth(logits, codes))


@cross_entropy_from_logits.mistake(ERROR, reduce=(np.asarray,))
@find_the_bug.mistake(ERROR, reduce=(np.mean,))
def probability_instead_of_a_loss(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """These are probabilities of the true class: they grow as the prediction gets better.

    What turns a probability of 1 into a loss of 0, and a tiny one into a large loss?
    """
    return reduce(_of_the_truth(softmax(logits), codes))


@cross_entropy_from_logits.mistake(ERROR, reduce=(np.asarray,))
@find_the_bug.mistake(ERROR, reduce=(np.mean,))
def one_minus_the_probability(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """This loss is 0 for a perfect prediction, but never above 1, however wrong and sure it is.

    How much worse is a probability of 0.0001 than one of 0.01? What does cross-entropy say?
    """
    return reduce(1 - _of_the_truth(softmax(logits), codes))


@cross_entropy_from_logits.mistake(SQUARED, mean=(False, True), reduce=(np.asarray,))
@find_the_bug.mistake(SQUARED, mean=(False, True), reduce=(np.mean,))
def squared_error_of_the_probabilities(
    logits: Array, codes: Array, reduce: Reduce, mean: bool
) -> Any:
    """These are squared differences between probabilities and target, which never exceed 2.

    What does cross-entropy look at in a row, and at which class only?
    """
    errors = (softmax(logits) - np.eye(logits.shape[-1])[codes]) ** 2
    return reduce(errors.mean(axis=-1) if mean else errors.sum(axis=-1))


@cross_entropy_from_logits.mistake(ERROR, reduce=(np.asarray,))
@find_the_bug.mistake(ERROR, reduce=(np.mean,))
def divided_by_the_number_of_classes(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The losses are divided by the number of classes: a mean was taken where a sum belongs.

    With a one-hot target only one term is not 0. What is the sum of all of them?
    """
    return reduce(-_of_the_truth(log_softmax(logits), codes) / logits.shape[-1])


@cross_entropy_from_logits.mistake(ERROR, reduce=(np.asarray,))
@find_the_bug.mistake(ERROR, reduce=(np.mean,))
def all_classes_count(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The logarithms of all classes are added up, so the code of the true class plays no part.

    By what does the target multiply the logarithms of the wrong classes?
    """
    return reduce(-log_softmax(logits).sum(axis=-1))


@cross_entropy_from_logits.mistake(ERROR, reduce=(np.asarray,))
@find_the_bug.mistake(ERROR, reduce=(np.mean,))
def entropy_of_the_prediction(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """This says how undecided the prediction is, whatever the truth: its entropy.

    Which class does the target choose, and where do your lines use it?
    """
    log_p = log_softmax(logits)
    return reduce(-(np.exp(log_p) * log_p).sum(axis=-1))


@cross_entropy_from_logits.mistake(NO_SOFTMAX, reduce=(np.asarray,))
@find_the_bug.mistake(NO_SOFTMAX, reduce=(np.mean,))
def loss_of_the_predicted_class(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """This is the loss of the class that was predicted, so a wrong prediction that is sure costs
    nothing.

    Whose probability matters, the winner's or the true class's?
    """
    return reduce(-log_softmax(logits).max(axis=-1))


@cross_entropy_from_logits.mistake(WRAP, reduce=(np.asarray,))
@find_the_bug.mistake(WRAP, reduce=(np.mean,))
def codes_taken_as_counted_from_one(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The entry one place to the left is taken, and for class 0 that is the last one: -1 counts
    from the end, without an error.

    Where does the counting of classes begin?
    """
    return reduce(-_of_the_truth(log_softmax(logits), codes - 1))


@cross_entropy_from_logits.mistake(TARGET, reduce=(np.asarray,))
@find_the_bug.mistake(TARGET, reduce=(np.mean,))
def every_row_with_every_code(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """`rows[:, codes]` means all rows, each with all codes: the losses of the others are in it,
    too.

    Each row should meet its own code only. Which row numbers belong to the codes?
    """
    return reduce(-log_softmax(logits)[:, codes])


@cross_entropy_from_logits.mistake(FROM_SCORES, reduce=(np.asarray,))
@find_the_bug.mistake(FROM_SCORES, reduce=(np.mean,))
def wrong_axis(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The columns are normalised instead of the rows, so the examples of the batch compete.

    Along which axis do the classes of one example lie?
    """
    return reduce(-_of_the_truth(log_softmax(logits, axis=0), codes))


@cross_entropy_from_logits.mistake(FROM_SCORES, reduce=(np.asarray,))
@find_the_bug.mistake(FROM_SCORES, reduce=(np.mean,))
def all_axes_at_once(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The whole batch is normalised at once, as if it were one long row.

    How many distributions are there in two rows?
    """
    return reduce(-_of_the_truth(log_softmax(logits, axis=None), codes))


@cross_entropy_from_logits.mistake(FROM_SCORES, reduce=(np.asarray,))
@find_the_bug.mistake(FROM_SCORES, reduce=(np.mean,))
def sigmoid_instead_of_softmax(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The true class is judged by its own score alone, through a sigmoid: the others play no part.

    If another score rises, should the loss stay as it is?
    """
    return reduce(-np.log(_of_the_truth(sigmoid(logits), codes)))


@cross_entropy_from_logits.mistake(FROM_SCORES, mean=(False, True), reduce=(np.asarray,))
@find_the_bug.mistake(FROM_SCORES, mean=(False, True), reduce=(np.mean,))
def binary_cross_entropy(logits: Array, codes: Array, reduce: Reduce, mean: bool) -> Any:
    """Each class is judged by itself, as if several could be true: this is the loss of sigmoids.

    The classes exclude each other here. Which loss fits softmax?
    """
    signs = 2 * np.eye(logits.shape[-1])[codes] - 1
    terms = -log_sigmoid(signs * logits)
    return reduce(terms.mean(axis=-1) if mean else terms.sum(axis=-1))


@cross_entropy_from_logits.mistake(
    NEVER_ZERO, limit=(1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16), reduce=(np.asarray,)
)
@find_the_bug.mistake(
    NEVER_ZERO, limit=(1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16), reduce=(np.mean,)
)
def probabilities_kept_away_from_zero(
    logits: Array, codes: Array, reduce: Reduce, limit: float
) -> Any:
    """The probabilities are kept away from 0, and so no loss can exceed a limit.

    The score of the true class is 1000 too low: the loss should say so. Can the logarithm be had
    without the probability?
    """
    return reduce(-np.log(np.clip(_of_the_truth(softmax(logits), codes), limit, 1 - limit)))


@cross_entropy_from_logits.mistake(
    NEVER_ZERO,
    epsilon=(1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16),
    reduce=(np.asarray,),
)
@find_the_bug.mistake(
    NEVER_ZERO,
    epsilon=(1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16),
    reduce=(np.mean,),
)
def small_number_added_to_the_probability(
    logits: Array, codes: Array, reduce: Reduce, epsilon: float
) -> Any:
    """A small number is added to the probability, and so no loss can exceed a limit.

    The score of the true class is 1000 too low: the loss should say so. Can the logarithm be had
    without the probability?
    """
    return reduce(-np.log(_of_the_truth(softmax(logits), codes) + epsilon))


@cross_entropy_from_logits.mistake(ROUNDING, decimals=range(1, 8), reduce=(np.asarray,))
@find_the_bug.mistake(ROUNDING, decimals=range(1, 8), reduce=(np.mean,))
def probabilities_rounded_first(logits: Array, codes: Array, reduce: Reduce, decimals: int) -> Any:
    """The probabilities are rounded before the logarithm, and a small one becomes 0: an infinite
    loss.

    Rounding is for the reader's eyes. Which step should come last?
    """
    return reduce(-np.log(np.round(_of_the_truth(softmax(logits), codes), decimals)))


@cross_entropy_from_logits.mistake(ERROR, reduce=(np.mean, np.sum))
def one_number_for_the_batch(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """The losses of the rows are made into one number, and the task asks for each row's own.

    Which step reduces the batch? Averaging can be left to the caller.
    """
    return reduce(-_of_the_truth(log_softmax(logits), codes))


@cross_entropy_from_logits.mistake(TWICE, reduce=(np.mean, np.sum))
def softmax_twice_and_one_number_for_the_batch(logits: Array, codes: Array, reduce: Reduce) -> Any:
    """Two things: softmax is applied to probabilities, and the batch is made into one number.

    Begin with the first: what does the loss expect, scores or probabilities?
    """
    return reduce(-_of_the_truth(log_softmax(softmax(logits)), codes))


@cross_entropy_from_logits.mistake(
    LOG_OF_SOFTMAX, how=(softmax, naive_softmax), reduce=(np.mean, np.sum)
)
def logarithm_of_softmax_and_one_number_for_the_batch(
    logits: Array, codes: Array, how: Reduce, reduce: Reduce
) -> Any:
    """Two things: the batch is made into one number, and for a gap of 1000 the loss is not finite.

    Begin with the first: the task asks for each row's own loss.
    """
    return reduce(-np.log(_of_the_truth(how(logits), codes)))


@cross_entropy_from_logits.mistake(LOG_OF_SOFTMAX, how=(softmax, naive_softmax))
def logarithm_of_softmax_and_minus_missing(logits: Array, codes: Array, how: Reduce) -> Any:
    """Two things: a loss should not be negative, and for a gap of 1000 it is not finite.

    Begin with the sign: what should happen to the loss as the prediction gets worse?
    """
    return np.log(_of_the_truth(how(logits), codes))


@find_the_bug.mistake(ERROR)
def sum_instead_of_the_mean(logits: Array, codes: Array) -> Any:
    """The losses of the batch are added up, so a larger batch has a larger loss.

    The task asks for the mean. What should a batch with every row twice give?
    """
    return -_of_the_truth(log_softmax(logits), codes).sum()


@find_the_bug.mistake(TWICE)
def softmax_twice_and_sum_instead_of_the_mean(logits: Array, codes: Array) -> Any:
    """Two things: softmax is still applied twice, and the losses are added up instead of averaged.

    Begin with the first: what does the second softmax get, scores or probabilities?
    """
    return -_of_the_truth(log_softmax(softmax(logits)), codes).sum()


@find_the_bug.mistake(TWICE)
def softmax_three_times(logits: Array, codes: Array) -> Any:
    """There is one softmax more now, and there was one too many before.

    Follow the numbers: after which step are they probabilities for the first time?
    """
    return -_of_the_truth(log_softmax(softmax(softmax(logits))), codes).mean()


@find_the_bug.mistake(ERROR)
def losses_not_averaged(logits: Array, codes: Array) -> Any:
    """The loss of each row comes back, and the task asks for one number for the batch.

    Which step is missing at the end?
    """
    return -_of_the_truth(log_softmax(logits), codes)


@find_the_bug.mistake(NO_SOFTMAX, hits=(True, False))
def accuracy_instead_of_the_loss(logits: Array, codes: Array, hits: bool) -> Any:
    """This counts how often the winner is right or wrong, which says nothing about how sure it was.

    Which probability does the loss look at?
    """
    right = np.argmax(logits, axis=-1) == codes
    return right.mean() if hits else 1 - right.mean()


@chapter.exercise(
    items=(
        "The target is a one-hot row such as [0, 1, 0], for three exclusive classes.",
        "The target is an integer such as 1, for three exclusive classes.",
        "The target is a row such as [1, 0, 1], for three labels of which any number can be true.",
        "The target is a temperature such as 23.5.",
    ),
    options=(
        "binary_crossentropy",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "mean_squared_error",
    ),
)
def loss_for_targets() -> list[str]:
    """Choose the loss for four kinds of target: a list of four strings."""
    return [
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "binary_crossentropy",
        "mean_squared_error",
    ]


def _losses(loss: str, *numbers: int) -> list[str]:
    """Fill in the right losses, with `loss` for the targets of these numbers."""
    right = loss_for_targets.reference()
    return [loss if i in numbers else right[i - 1] for i in range(1, len(right) + 1)]


@loss_for_targets.mistake(TARGET)
def sparse_and_dense_exchanged() -> list[str]:
    """Both give the same number, but from different targets: here each gets the other's.

    One of them takes whole rows and one takes codes. Which form of a target leaves the zeros out,
    and so is called sparse?
    """
    first, second, *others = loss_for_targets.reference()
    return [second, first, *others]


@loss_for_targets.mistake(TARGET)
def one_hot_rows_where_codes_are() -> list[str]:
    """This loss takes a row for each example, and the target is a single integer.

    Which loss takes the code itself, without the zeros?
    """
    return _losses("categorical_crossentropy", 2)


@loss_for_targets.mistake(TARGET)
def codes_where_one_hot_rows_are() -> list[str]:
    """This loss takes one integer for each example, and the target is a whole row.

    Which loss takes a distribution for each example?
    """
    return _losses("sparse_categorical_crossentropy", 1)


@loss_for_targets.mistake(
    ERROR, loss=("categorical_crossentropy", "sparse_categorical_crossentropy")
)
def one_winner_where_several_labels_can_be_true(loss: str) -> list[str]:
    """These losses expect a distribution over exclusive classes, and [1, 0, 1] adds up to 2.

    Which loss judges each label on its own?
    """
    return _losses(loss, 3)


@loss_for_targets.mistake(ERROR)
def independent_labels_where_one_class_is_true() -> list[str]:
    """This loss judges each class on its own, as if none or several could be true.

    The classes exclude each other here. Which loss goes with softmax?
    """
    return _losses("binary_crossentropy", 1, 2)


@loss_for_targets.mistake(SQUARED)
def squared_error_on_probabilities() -> list[str]:
    """Squared error can be computed here, but a prediction that is sure and wrong then hardly
    learns.

    Which loss grows without limit as the true class's probability goes to 0?
    """
    return _losses("mean_squared_error", 1, 3)


@loss_for_targets.mistake(QUANTITIES)
def squared_error_on_codes() -> list[str]:
    """Squared error takes the code for a quantity: class 2 would be twice class 1, and 0 far from
    2.

    A code is a name. Which loss uses it only to look up a probability?
    """
    return _losses("mean_squared_error", 2)


@loss_for_targets.mistake(ERROR)
def squared_error_everywhere() -> list[str]:
    """Squared error fits quantities, and only one of these targets is one.

    For the others, what does the network say: how much, or how likely?
    """
    return _losses("mean_squared_error", 1, 2, 3)


@loss_for_targets.mistake(
    ERROR,
    loss=("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
)
def cross_entropy_for_a_quantity(loss: str) -> list[str]:
    """Cross-entropy compares probabilities, and 23.5 is a quantity.

    What would a sensible error between 23.5 and a prediction of 22 be?
    """
    return _losses(loss, 4)


SERVICES = {
    "A": [[0.731, 0.953, 0.881], [0.110, 0.782, 0.108], [0.500, 0.269, 0.993]],
    "B": [[0.354, 0.477, 0.169], [0.454, 0.304, 0.242], [0.165, 0.343, 0.492]],
    "C": [[0.212, 0.576, 0.212], [0.213, 0.212, 0.575], [0.253, 0.451, 0.296]],
    "D": [[0.002, 0.997, 0.001], [0.000, 0.000, 1.000], [0.999, 0.001, 0.000]],
    "E": [[-1.200, 2.900, -0.700], [3.100, -0.200, -1.900], [0.400, -2.100, 2.700]],
    "F": [[0.245, 0.844, 0.114], [0.090, 0.114, 0.844], [0.665, 0.042, 0.042]],
}
"""Three answers of each of six services, for three exclusive classes, to three decimals."""


@chapter.exercise(
    items=tuple(f"Service {name} logged the rows {rows}." for name, rows in SERVICES.items()),
    options=("healthy", "no softmax", "sigmoids", "softmax twice", "wrong axis"),
)
def name_the_fault() -> list[str]:
    """Name the fault of each of six services from what they logged: a list of six strings."""
    return ["sigmoids", "healthy", "softmax twice", "healthy", "no softmax", "wrong axis"]


def _faults(fault: str, *services: str) -> list[str]:
    """Return the right names, with this one for the given services."""
    right: list[str] = name_the_fault.reference()
    return [fault if s in services else r for s, r in zip(SERVICES, right, strict=True)]


@name_the_fault.mistake(TWICE)
def unsure_taken_for_softmax_twice() -> list[str]:
    """No answer of this service is sure, and that alone is no fault.

    A second softmax keeps every probability above a floor as well as below a ceiling. What is the
    smallest number of this log, and what does softmax make of [1, 0, 0]?
    """
    return _faults("softmax twice", "B")


@name_the_fault.mistake(TWICE)
def second_softmax_overlooked() -> list[str]:
    """The rows add up to one, and a second softmax leaves that so.

    Two of the rows come to the same limits from both sides. What does softmax make of [0, 1, 0]?
    """
    return _faults("healthy", "C")


@name_the_fault.mistake(NO_SOFTMAX)
def sure_taken_for_a_fault() -> list[str]:
    """These rows are very sure of themselves, and each of them is a distribution all the same.

    A score that leads by six to eight gives such a row. Which rule would it break?
    """
    return _faults("no softmax", "D")


@name_the_fault.mistake(FROM_SCORES, fault=("healthy", "softmax twice"))
def sum_of_one_taken_for_a_distribution(fault: str) -> list[str]:
    """The rows add up to one, and that is luck: some of the numbers are below zero.

    Which two things does a distribution promise?
    """
    return _faults(fault, "E")


@name_the_fault.mistake(ERROR)
def sigmoids_taken_for_another_axis() -> list[str]:
    """Neither the rows nor the columns add up to one here, so softmax ran along neither of them.

    Which function puts each number between 0 and 1 without looking at the others?
    """
    return _faults("wrong axis", "A")


@name_the_fault.mistake(ERROR)
def wrong_axis_taken_for_sigmoids() -> list[str]:
    """The rows do not add up to one, and something else does.

    Independent sigmoids would owe nothing to any sum. What do the columns add up to?
    """
    return _faults("sigmoids", "F")


@name_the_fault.mistake(ERROR)
def sigmoids_and_wrong_axis_exchanged() -> list[str]:
    """The two services whose rows do not add up to one are exchanged.

    Of which of the two do the columns add up to one?
    """
    swapped = _faults("wrong axis", "A")
    swapped[-1] = "sigmoids"
    return swapped


@name_the_fault.mistake(ERROR)
def numbers_between_zero_and_one_taken_for_healthy() -> list[str]:
    """Every number lies between 0 and 1, and the rows do not add up to one.

    What should the probabilities of three exclusive classes add up to?
    """
    return _faults("healthy", "A", "F")


@name_the_fault.mistake(FROM_SCORES, fault=("sigmoids", "wrong axis"))
def negative_numbers_from_a_function_without_any(fault: str) -> list[str]:
    """This fault would leave every number between 0 and 1, and some of these are below zero.

    Which numbers of a network may be negative?
    """
    return _faults(fault, "E")


def _served(*logits: list[float]) -> tuple[Array]:
    """Log what a service reports that applies softmax twice."""
    return (softmax(softmax(np.array(logits), axis=-1), axis=-1),)


@chapter.exercise(
    probes=[
        _served([1.0, 3.0, 2.0]),
        _served([1.0, 3.0, 2.0], [4.0, 0.0, 1.0]),
        _served([0.0, 0.0, 0.0], [40.0, 0.0, 0.0], [0.0, 1.0, -1.0]),
        _served([2.0, -1.0]),
        _served([-2.0, 0.0, 3.0, 5.0, 6.0, -9.0, -3.0, 6.5, 0.0, -6.5], [0.0] * 10),
    ],
    further=[(softmax(softmax(UNROUNDED)),)],
)
def repair_served_model(logged: Array) -> Any:
    """Recover the probabilities from rows on which the service applied softmax a second time."""
    scores = np.log(logged)
    return scores - scores.mean(axis=-1, keepdims=True) + 1 / logged.shape[-1]


@repair_served_model.mistake(TWICE)
def one_more_softmax(logged: Array) -> Any:
    """A third softmax brings the numbers still nearer to each other.

    The second one has to be undone. What undoes an exponential?
    """
    return softmax(logged, axis=-1)


@repair_served_model.mistake(TWICE)
def nothing_undone(logged: Array) -> Any:
    """These are the logged rows: softmax of their logarithm gives them back.

    Were the numbers before the second softmax any scores at all, or do you know their sum?
    """
    return logged


@repair_served_model.mistake(TWICE)
def logarithm_without_a_shift(logged: Array) -> Any:
    """The logarithm has the right differences, and all of its numbers are negative.

    Softmax forgets a constant that is added to a row. Which constant makes the row a distribution?
    """
    return np.log(logged)


@repair_served_model.mistake(TWICE)
def rows_that_sum_to_zero(logged: Array) -> Any:
    """The differences are right, and each row adds up to zero.

    How much is missing to one, and among how many classes is it shared?
    """
    return np.log(logged) - np.log(logged).mean(axis=-1, keepdims=True)


@repair_served_model.mistake(TWICE)
def one_added_to_every_class(logged: Array) -> Any:
    """Each class has been given a whole 1, so a row adds up to the number of classes.

    How large is the share of one class, if all of them together should gain 1?
    """
    return np.log(logged) - np.log(logged).mean(axis=-1, keepdims=True) + 1


@repair_served_model.mistake(TWICE)
def three_classes_whatever_is_logged(logged: Array) -> Any:
    """The shift is that of three classes, and a log may have another number of them.

    Where does the number of classes stand?
    """
    return np.log(logged) - np.log(logged).mean(axis=-1, keepdims=True) + 1 / 3


@repair_served_model.mistake(TWICE)
def least_likely_class_taken_for_impossible(logged: Array) -> Any:
    """The smallest probability of each row becomes 0 here, and the model may have given it some.

    What would you make of a row of equal numbers? Softmax forgot one constant, and the sum tells
    which.
    """
    above = np.log(logged) - np.log(logged).min(axis=-1, keepdims=True)
    return above / np.where(above.sum(axis=-1, keepdims=True) > 0, above.sum(-1, keepdims=True), 1)


@repair_served_model.mistake(TWICE)
def stretched_from_the_floor_to_the_ceiling(logged: Array) -> Any:
    """The logged numbers are stretched along a straight line, and the exponential is curved.

    Both ends fit, and nothing between them. Which function turns ratios back into differences?
    """
    classes = logged.shape[-1]
    floor, ceiling = 1 / (np.e + classes - 1), np.e / (np.e + classes - 1)
    return (logged - floor) / (ceiling - floor)


@repair_served_model.mistake(TWICE)
def logarithm_divided_by_its_sum(logged: Array) -> Any:
    """The logarithms are divided by their sum: the rows add up to one, and the winner has become
    the smallest.

    A second softmax forgets what was added, not what was multiplied. What do you have to add?
    """
    return np.log(logged) / np.log(logged).sum(axis=-1, keepdims=True)


@repair_served_model.mistake(LABEL)
def winner_takes_all(logged: Array) -> Any:
    """The winner is right, and it has been given everything.

    The differences of the others are still in the log. What does the logarithm of a row show?
    """
    return np.eye(logged.shape[-1])[logged.argmax(axis=-1)]


@repair_served_model.mistake(TWICE)
def one_shift_for_the_whole_log(logged: Array) -> Any:
    """All rows are shifted by the same amount, and the second softmax ran on each row alone.

    What should each row add up to?
    """
    return np.log(logged) - np.log(logged).mean() + 1 / logged.shape[-1]


@repair_served_model.mistake(TWICE)
def shifted_column_by_column(logged: Array) -> Any:
    """Each column is shifted by its own amount, so the differences within a row are lost.

    Along which axis do the probabilities of one example lie?
    """
    return np.log(logged) - np.log(logged).mean(axis=0) + 1 / logged.shape[-1]


@repair_served_model.mistake(ERROR, base=(2, 10))
def logarithm_to_another_base(logged: Array, base: float) -> Any:
    """The logarithm has another base than the exponential of softmax, so the differences are
    off by a factor.

    Which logarithm undoes `exp`?
    """
    scores = np.log(logged) / np.log(base)
    return scores - scores.mean(axis=-1, keepdims=True) + 1 / logged.shape[-1]
