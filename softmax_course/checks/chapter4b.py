"""Exercises of chapter 4b, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .exercises import Chapter

Array = NDArray[Any]

CONFUSED = "See what it confuses"
LOWEST = "How sure is the lowest point?"
WEIGH = "Weigh a rare class"

chapter = Chapter(4, "04b_choose_and_judge.ipynb")


@chapter.exercise(
    probes=[
        (np.array([0, 1, 1]), np.array([0, 0, 1]), 2),
        (np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 2, 2]), 3),
        (np.array([2, 2, 0, 2, 0, 1]), np.array([2, 1, 2, 2, 0, 1]), 4),
        (np.array([0, 1, 2]), np.array([1, 2, 0]), 3),
        (np.array([8, 8, 8, 4, 7, 5]), np.array([1, 8, 1, 8, 7, 5]), 10),
    ],
    further=[(np.array([11, 10, 11, 0]), np.array([11, 11, 10, 0]), 12)],
)
def confusion_matrix(codes: Array, predicted: Array, num_classes: int) -> Any:
    """Count what each class is taken for: a row for each true class, a column for each predicted
    one.
    """
    counts = np.zeros((num_classes, num_classes), int)
    np.add.at(counts, (codes, predicted), 1)
    return counts


@confusion_matrix.mistake(CONFUSED)
def rows_for_the_predictions(codes: Array, predicted: Array, num_classes: int) -> Any:
    """Rows and columns are exchanged: here a row belongs to what the model said.

    Many draw it so. Which of the two does the task want in the rows?
    """
    return confusion_matrix.reference(predicted, codes, num_classes)


@confusion_matrix.mistake(CONFUSED)
def each_pair_counted_once(codes: Array, predicted: Array, num_classes: int) -> Any:
    """A pair that comes twice is counted once: with arrays as an index, each place gets its new
    value a single time.

    What should the sum of all entries be?
    """
    counts = np.zeros((num_classes, num_classes), int)
    counts[codes, predicted] += 1
    return counts


@confusion_matrix.mistake(CONFUSED)
def mistakes_only(codes: Array, predicted: Array, num_classes: int) -> Any:
    """The diagonal is empty: what was named correctly is not counted.

    The accuracy is the sum of the diagonal, divided by the number of examples. What is yours?
    """
    counts = np.array(confusion_matrix.reference(codes, predicted, num_classes))
    np.fill_diagonal(counts, 0)
    return counts


@confusion_matrix.mistake(CONFUSED)
def right_answers_only(codes: Array, predicted: Array, num_classes: int) -> Any:
    """Only the diagonal is filled.

    Where does an example go that was taken for another class?
    """
    return np.diag(np.bincount(codes[codes == predicted], minlength=num_classes))


@confusion_matrix.mistake(CONFUSED)
def shares_of_all_examples(codes: Array, predicted: Array, num_classes: int) -> Any:
    """These are shares of all examples.

    The task asks for counts. What should the entries add up to?
    """
    return confusion_matrix.reference(codes, predicted, num_classes) / len(codes)


@confusion_matrix.mistake(CONFUSED, axis=(0, 1))
def shares_of_a_row_or_column(codes: Array, predicted: Array, num_classes: int, axis: int) -> Any:
    """Each row, or each column, is divided by its sum: these are shares.

    They are good to look at. What does the task ask for, and what of a class that never comes?
    """
    counts = confusion_matrix.reference(codes, predicted, num_classes)
    return counts / np.maximum(counts.sum(axis=axis, keepdims=True), 1)


@confusion_matrix.mistake(CONFUSED)
def classes_that_never_come_left_out(codes: Array, predicted: Array, num_classes: int) -> Any:
    """There are rows only for the classes that come up here.

    A class without an example is a class. How many rows should there be for every batch?
    """
    present = np.unique(np.concatenate([codes, predicted]))
    counts = confusion_matrix.reference(codes, predicted, num_classes)
    return counts[np.ix_(present, present)]


@confusion_matrix.mistake(CONFUSED)
def true_and_predicted_counted_apart(codes: Array, predicted: Array, num_classes: int) -> Any:
    """Each class is counted among the true ones and among the predicted ones, and the two counts
    are multiplied: what belongs together is lost.

    Which predictions were made for the examples of one class?
    """
    true, said = (np.bincount(c, minlength=num_classes) for c in (codes, predicted))
    return np.outer(true, said)


@chapter.exercise(
    probes=[
        (np.array([0, 0, 0, 1]),),
        (np.array([0, 1, 2]),),
        (np.array([2, 0, 2, 1, 2, 2, 0, 2]),),
        (np.array([1] * 9 + [0]),),
        (np.repeat([0, 1], [35, 5]),),
    ],
    further=[(np.arange(1500) % 1000,)],
)
def balanced_weights(codes: Array) -> Any:
    """Give each class 0, ..., K - 1 a weight, so that the examples of each class together weigh the
    same, and all n examples together n.
    """
    counts = np.bincount(codes)
    return len(codes) / (len(counts) * counts)


@balanced_weights.mistake(WEIGH)
def number_of_classes_left_out(codes: Array) -> Any:
    """All classes weigh the same, and all examples together weigh as much as K times as many.

    A weight of n / n_k makes the examples of one class weigh n. What should all classes weigh?
    """
    return len(codes) / np.bincount(codes)


@balanced_weights.mistake(WEIGH)
def each_class_weighs_one(codes: Array) -> Any:
    """All classes weigh the same, but the examples of each together weigh 1.

    With such weights the loss becomes a small fraction of what it was, and a penalty beside it
    counts more. What should the weights of all n examples add up to?
    """
    return 1 / np.bincount(codes)


@balanced_weights.mistake(WEIGH)
def weights_that_sum_to_one(codes: Array) -> Any:
    """The weights of the classes add up to 1, as probabilities do.

    What adds up to n is the weight of each example, over all examples. How much do yours make?
    """
    inverse = 1 / np.bincount(codes)
    return inverse / inverse.sum()


@balanced_weights.mistake(WEIGH)
def weights_with_a_mean_of_one_over_the_classes(codes: Array) -> Any:
    """The mean over the classes is 1, but the rare class has few examples to carry its weight.

    What is the mean over the examples?
    """
    inverse = 1 / np.bincount(codes)
    return inverse / inverse.mean()


@balanced_weights.mistake(WEIGH)
def frequent_classes_weigh_more(codes: Array) -> Any:
    """This is the share of each class, so a frequent class weighs even more.

    Which class needs the larger weight?
    """
    return np.bincount(codes) / len(codes)


@balanced_weights.mistake(WEIGH)
def counts_instead_of_weights(codes: Array) -> Any:
    """These are the counts themselves.

    A class with twice as many examples needs half the weight. Which operation does that?
    """
    return np.bincount(codes)


@balanced_weights.mistake(WEIGH)
def a_weight_for_each_example(codes: Array) -> Any:
    """The weights are right, and there is one for each example.

    The task asks for one per class. Which entries of yours are the same?
    """
    return balanced_weights.reference(codes)[codes]


@balanced_weights.mistake(WEIGH)
def largest_class_weighs_one_each(codes: Array) -> Any:
    """The most frequent class keeps the weight 1, and the others are raised to its total.

    Then all examples together weigh more than before. How much, and how much should it be?
    """
    counts = np.bincount(codes)
    return counts.max() / counts


@balanced_weights.mistake(WEIGH)
def square_root_of_the_balance(codes: Array) -> Any:
    """The square root goes halfway: the rare class gains and stays behind.

    How much do the examples of each class weigh together?
    """
    return np.sqrt(balanced_weights.reference(codes))


@balanced_weights.mistake(WEIGH)
def same_weight_for_all(codes: Array) -> Any:
    """All weights are 1, so the frequent class outweighs the rare one as before.

    How much do the examples of each class weigh together?
    """
    return np.ones(len(np.bincount(codes)))


TUMOURS = np.array(
    [
        [0.407, 0.409, 0.435, 0.393, 0.353],
        [0.201, 0.207, 0.238, 0.182, 0.137],
        [0.118, 0.108, 0.138, 0.083, 0.047],
        [0.123, 0.083, 0.14, 0.058, 0.024],
        [0.245, 0.146, 0.216, 0.161, 0.024],
        [0.577, 0.279, 0.368, 0.519, 0.066],
        [1.029, 0.564, 0.542, 1.217, 0.186],
    ]
)
"""Losses of five folds, breast cancer, for C from 0.001 to 1000; chapter 4b computes them."""

FALLING = np.array([[0.0, 0.002, 0.004]] * 10) + np.array(
    [[0.69], [0.61], [0.47], [0.33], [0.22], [0.13], [0.11], [0.08], [0.05], [0.07]]
)
"""Losses that fall nearly to the end of the list: with ten values of C, not round ones."""


@chapter.exercise(
    probes=[
        (np.array([0.1, 1.0]), np.array([[0.2, 0.36], [0.1, 0.3]])),
        (np.array([0.1, 1.0, 10.0]), np.array([[0.5, 0.6], [0.25, 0.35], [0.3, 0.34]])),
        (np.array([0.1, 1.0, 10.0]), np.array([[0.5, 0.6], [0.25, 0.55], [0.2, 0.5]])),
        (10.0 ** np.arange(-3, 4), TUMOURS),
        (10.0 ** np.arange(3, -4, -1), TUMOURS[::-1]),
        (
            np.array([0.1, 1.0, 10.0, 100.0]),
            np.array(
                [
                    [0.34, 0.44, 0.36, 0.42],
                    [0.32, 0.42, 0.34, 0.4],
                    [0.3, 0.4, 0.32, 0.38],
                    [0.1, 0.9, 0.2, 0.6],
                ]
            ),
        ),
        (
            np.array([0.1, 1.0, 10.0]),
            np.array([[0.47, 0.47, 0.47, 0.47], [0.3, 0.3, 0.3, 0.9], [0.32, 0.48, 0.4, 0.5]]),
        ),
        (
            np.array([1.0, 10.0, 100.0]),
            np.array([[0.0, 0.9, 0.9], [0.35, 0.37, 0.36], [0.36, 0.34, 0.35]]),
        ),
    ],
    further=[
        (np.array([0.1, 1.0, 10.0]), np.array([[0.5, 0.75], [0.25, 0.25], [0.25, 0.25]])),
        (np.geomspace(1e-4, 1e4, 10), FALLING),
        (np.geomspace(1e-4, 1e4, 10), FALLING[::-1]),
    ],
)
def choose_penalty(C: Array, losses: Array) -> Any:
    """Choose the smallest C whose mean loss is at most one standard error above the lowest mean."""
    return _chosen(C, losses, _standard_error(losses))


def _standard_error(losses: Array) -> Array:
    return np.asarray(losses.std(axis=1, ddof=1) / np.sqrt(losses.shape[1]))


def _chosen(C: Array, losses: Array, slack: Array, means: Array | None = None) -> Any:
    means = losses.mean(axis=1) if means is None else means
    best = np.argmin(means)
    return C[means <= means[best] + slack[best]].min()


@choose_penalty.mistake(LOWEST)
def lowest_mean_loss(C: Array, losses: Array) -> Any:
    """This is the C with the lowest mean, as if the means were known exactly.

    Five folds differ among themselves. How far from the lowest may another mean be before the
    difference says something?
    """
    return C[losses.mean(axis=1).argmin()]


@choose_penalty.mistake(LOWEST)
def weakest_penalty_within_the_margin(C: Array, losses: Array) -> Any:
    """Of those within the margin, this is the largest C: the model that pays least for its weights.

    A small C is a high price. Which of two models that do equally well is the more modest?
    """
    means, errors = losses.mean(axis=1), _standard_error(losses)
    return C[means <= means.min() + errors[means.argmin()]].max()


@choose_penalty.mistake(LOWEST)
def standard_deviation_instead_of_error(C: Array, losses: Array) -> Any:
    """The margin is the standard deviation: how far single folds lie apart.

    A mean of several folds is surer than one of them. By what does its error shrink?
    """
    return _chosen(C, losses, losses.std(axis=1, ddof=1))


@choose_penalty.mistake(LOWEST)
def divided_by_the_folds_without_the_root(C: Array, losses: Array) -> Any:
    """The standard deviation is divided by the number of folds, so the margin is too narrow.

    The variance of a mean shrinks with the number. What does its root do?
    """
    return _chosen(C, losses, losses.std(axis=1, ddof=1) / losses.shape[1])


@choose_penalty.mistake(LOWEST)
def standard_error_without_correction(C: Array, losses: Array) -> Any:
    """The squares are averaged over all folds, as NumPy does unless it is told otherwise, so the
    margin is a little too narrow.

    The mean was taken from the same folds. How many of their deviations are free?
    """
    return _chosen(C, losses, losses.std(axis=1) / np.sqrt(losses.shape[1]))


@choose_penalty.mistake(LOWEST)
def margin_of_each_candidate(C: Array, losses: Array) -> Any:
    """Each candidate is granted its own margin, so one that varies wildly is let in.

    Whose mean is the yardstick, and whose standard error belongs to it?
    """
    means = losses.mean(axis=1)
    return C[means - _standard_error(losses) <= means.min()].min()


@choose_penalty.mistake(LOWEST)
def first_in_the_list(C: Array, losses: Array) -> Any:
    """This is the first candidate within the margin, in the order of the list.

    Nobody promised that the list begins with the smallest. What if it is turned round?
    """
    means, errors = losses.mean(axis=1), _standard_error(losses)
    return C[np.argmax(means <= means.min() + errors[means.argmin()])]


@choose_penalty.mistake(LOWEST)
def position_instead_of_value(C: Array, losses: Array) -> Any:
    """This is a place in the list.

    The task asks for the C that stands there. How do you get from one to the other?
    """
    return np.flatnonzero(choose_penalty.reference(C, losses) == C)[0]


@choose_penalty.mistake(LOWEST)
def best_single_fold(C: Array, losses: Array) -> Any:
    """This C has the lowest loss in a single fold, which may have been an easy one.

    What do all folds together say?
    """
    return C[losses.min(axis=1).argmin()]


@choose_penalty.mistake(LOWEST)
def highest_loss_chosen(C: Array, losses: Array) -> Any:
    """This is the C with the highest mean loss, as if the numbers were scores.

    scikit-learn's scores are negative losses, so that more is better. What are these?
    """
    return C[losses.mean(axis=1).argmax()]


@choose_penalty.mistake(LOWEST)
def medians_instead_of_means(C: Array, losses: Array) -> Any:
    """The middle fold decides, so a fold that went badly does not count.

    Which average does a standard error belong to?
    """
    return _chosen(C, losses, _standard_error(losses), np.median(losses, axis=1))


@choose_penalty.mistake(LOWEST)
def smallest_of_all(C: Array, losses: Array) -> Any:
    """This is the smallest C in the list, whatever its loss.

    Which of them are as good as the best, within the margin?
    """
    return C.min()
