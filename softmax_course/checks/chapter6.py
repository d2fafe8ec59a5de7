"""Exercises of chapter 6, and the mistakes that people make in them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import naive_softmax, sigmoid, softmax
from softmax_course.gradients import cross_entropy_gradient, softmax_jacobian, softmax_vjp

from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, TWO_LARGE, UNROUNDED

Array = NDArray[Any]

NUDGE = "Nudge one score"
READ = "Read the matrix"
MULTIPLY = "Multiply without the matrix"
LOSS = "Meet the loss"
DIAGONAL = "The diagonal alone"
TWICE = "The Jacobian twice"
BATCH = "A batch in one outer product"
MEAN = "Sum or mean"
PIXELS = "One step further back"

chapter = Chapter(6, "06_differentiate_softmax.ipynb")


@chapter.exercise(tolerance=1e-4)
def steepest_slope() -> float:
    """Give the largest value that the derivative of a probability by its own score can have."""
    return 0.25


@steepest_slope.mistake(READ)
def norm_of_the_whole_matrix() -> float:
    """That is how far all probabilities together can move, when all scores may move.

    Here one score moves and one probability is watched. Which p makes p (1 - p) largest?
    """
    return 0.5


@steepest_slope.mistake(NUDGE)
def slope_of_the_exponential() -> float:
    """The exponential alone would be as steep, or steeper, but the sum below it grows as well.

    Where does the curve of one probability against its own score rise most?
    """
    return 1.0


@steepest_slope.mistake(READ)
def slope_at_the_running_example() -> float:
    """That is the slope of class 1 at the scores [1, 3, 2], and other scores have a larger one.

    For which probability is p (1 - p) largest?
    """
    return 0.2226954


@steepest_slope.mistake(READ)
def probability_of_the_steepest_place() -> float:
    """That is the slope for three equal scores: p is a third there, and p (1 - p) two ninths.

    Is a third the best that you can do?
    """
    return 2 / 9


@chapter.exercise(
    probes=[
        (np.array([1.0, 3.0, 2.0]),),
        (np.array([0.0, 0.0]),),
        (np.array([-1.0, 0.5, 2.0, -3.0]),),
        (np.array([1000.0, 0.0, 999.0]),),
    ],
    further=[
        *[(row,) for row in (*UNROUNDED[:2], *LARGEST_LAST, *BOTH_FAR, *TWO_LARGE)],
    ],
)
def jacobian_matrix(logits: Array) -> Any:
    """Compute the matrix of the derivatives of softmax, row i for probability i."""
    return softmax_jacobian(logits)


@jacobian_matrix.mistake(DIAGONAL)
def diagonal_matrix_of_slopes(logits: Array) -> Any:
    """Each probability answers to its own score only, and when one grows the others must shrink.

    What does each column have to add up to?
    """
    p = softmax(logits)
    return np.diag(p * (1 - p))


@jacobian_matrix.mistake(DIAGONAL)
def slopes_as_a_vector(logits: Array) -> Any:
    """These are the derivatives by each class's own score; those by the other scores are missing.

    How many pairs of a probability and a score are there?
    """
    p = softmax(logits)
    return p * (1 - p)


@jacobian_matrix.mistake(DIAGONAL)
def slopes_of_the_sigmoid(logits: Array) -> Any:
    """This is the derivative of the sigmoid, where every score answers for itself.

    Which part of softmax ties the classes together?
    """
    s = sigmoid(logits)
    return np.diag(s * (1 - s))


@jacobian_matrix.mistake(NUDGE)
def outer_product_alone(logits: Array) -> Any:
    """The outer product stands alone, so no probability rises with its own score.

    Which entries of the matrix must be positive?
    """
    p = softmax(logits)
    return -np.outer(p, p)


@jacobian_matrix.mistake(NUDGE)
def outer_product_added(logits: Array) -> Any:
    """The outer product is added, so raising one score would raise every probability.

    What does each row have to add up to?
    """
    p = softmax(logits)
    return np.diag(p) + np.outer(p, p)


@jacobian_matrix.mistake(NUDGE)
def sign_turned_round(logits: Array) -> Any:
    """All signs are turned round: a probability falls here when its own score rises.

    Which of the two terms is subtracted from the other?
    """
    return -softmax_jacobian(logits)


@jacobian_matrix.mistake(NUDGE)
def ones_on_the_diagonal(logits: Array) -> Any:
    """The factor p is missing: these are the derivatives of the logarithms of the probabilities.

    How does the derivative of a logarithm lead back to that of its argument?
    """
    return np.eye(len(logits)) - softmax(logits)


@jacobian_matrix.mistake(NUDGE)
def inner_product_for_the_outer(logits: Array) -> Any:
    """`p @ p.T` of a vector is a single number, because transposing a vector changes nothing.

    Which product of two vectors makes a matrix?
    """
    p = softmax(logits)
    return np.diag(p) - p @ p


@jacobian_matrix.mistake(NUDGE)
def no_maximum_subtracted(logits: Array) -> Any:
    """The formula is right, and for a score of 1000 the exponential overflows before it is reached.

    How did chapter 2 keep the exponential in range?
    """
    p = naive_softmax(logits)
    return np.diag(p) - np.outer(p, p)


@chapter.exercise(
    probes=[
        (np.array([[0.2, 0.5, 0.3]]), np.array([[0.0, -2.0, 0.0]])),
        (
            np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]]),
            np.array([[1.0, 0.0, -1.0], [2.0, 3.0, 5.0]]),
        ),
        (
            np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2], [0.25, 0.25, 0.5]]),
            np.array([[1.0, 1.0, 1.0], [0.0, 4.0, -2.0], [-1.0, 2.0, 0.5]]),
        ),
    ],
    further=[
        (softmax(UNROUNDED), -300 * UNROUNDED[::-1]),
    ],
)
def softmax_backward(probabilities: Array, vector: Array) -> Any:
    """Turn the gradient by the probabilities into the gradient by the scores, row by row."""
    return softmax_vjp(np.log(probabilities), vector)


def _centred(p: Array, g: Array) -> Array:
    return np.asarray(g - (p * g).sum(axis=-1, keepdims=True))


@softmax_backward.mistake(MULTIPLY)
def average_not_subtracted(probabilities: Array, vector: Array) -> Any:
    """The gradient is weighted by the probabilities, and raising all scores alike would change the
    loss.

    What does softmax ignore, and what does each row of the answer have to add up to?
    """
    return probabilities * vector


@softmax_backward.mistake(DIAGONAL)
def diagonal_only(probabilities: Array, vector: Array) -> Any:
    """Only the diagonal of the Jacobian is used: each score answers for its own probability.

    A score moves all the probabilities. Where do the others' gradients enter?
    """
    return probabilities * (1 - probabilities) * vector


@softmax_backward.mistake(MULTIPLY)
def probabilities_forgotten_at_the_end(probabilities: Array, vector: Array) -> Any:
    """The average is subtracted, and an unlikely class still gets as much as a likely one.

    By how much does a class move whose probability is nearly 0?
    """
    return _centred(probabilities, vector)


@softmax_backward.mistake(MULTIPLY)
def plain_average_subtracted(probabilities: Array, vector: Array) -> Any:
    """The average that is subtracted counts all classes alike.

    With which weights do the classes enter the inner product?
    """
    return probabilities * (vector - vector.mean(axis=-1, keepdims=True))


@softmax_backward.mistake(BATCH)
def average_over_the_whole_batch(probabilities: Array, vector: Array) -> Any:
    """One average is subtracted from all rows, so the examples of the batch mix.

    One outer product of the whole batch does the same. How many Jacobians do two rows have?
    """
    return probabilities * (vector - (probabilities * vector).sum())


@softmax_backward.mistake(MULTIPLY)
def average_along_the_wrong_axis(probabilities: Array, vector: Array) -> Any:
    """The average is taken over the examples instead of the classes.

    Along which axis do the probabilities of one example lie?
    """
    return probabilities * (vector - (probabilities * vector).sum(axis=0))


@softmax_backward.mistake(MULTIPLY)
def averages_without_their_axis(probabilities: Array, vector: Array) -> Any:
    """The averages are one per row, and without their second axis they are laid along the columns.

    Which shape must they have to be subtracted from their own rows?
    """
    return probabilities * (vector - (probabilities * vector).sum(axis=-1))


@softmax_backward.mistake(MULTIPLY)
def sign_of_the_gradient_turned_round(probabilities: Array, vector: Array) -> Any:
    """All signs are turned round: this is the way down, and the task asks for the gradient.

    Who subtracts the gradient in the end?
    """
    return -probabilities * _centred(probabilities, vector)


@softmax_backward.mistake(MULTIPLY)
def softmax_of_the_probabilities(probabilities: Array, vector: Array) -> Any:
    """Softmax is applied to numbers that are probabilities already.

    What does the first argument hold, scores or probabilities?
    """
    return softmax_vjp(probabilities, vector)


@chapter.exercise(
    probes=[
        (np.array([[1.0, 3.0, 2.0]]), np.array([1])),
        (np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]]), np.array([1, 0])),
        (np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0], [-1.0, -3.0, 2.0]]), np.array([0, 2, 1])),
        (np.array([[1000.0, 0.0, 0.0], [0.0, 1.0, 2.0]]), np.array([1, 2])),
    ],
    further=[
        (UNROUNDED, np.array([1, 4, 0, 3])),
        (LARGEST_LAST, np.array([0])),
        (BOTH_FAR, np.array([0, 0])),
    ],
)
def loss_gradient(logits: Array, codes: Array) -> Any:
    """Compute the gradient of the mean cross-entropy of a batch by its scores."""
    return cross_entropy_gradient(logits, codes)


def _error(logits: Array, codes: Array) -> Array:
    """Prediction minus target, row by row."""
    return np.asarray(softmax(logits) - np.eye(logits.shape[-1])[codes])


@loss_gradient.mistake(MEAN)
def gradient_of_the_sum(logits: Array, codes: Array) -> Any:
    """This is the gradient of the sum of the losses, so a larger batch takes larger steps.

    The task asks for the mean. By what is the loss of one example divided?
    """
    return _error(logits, codes)


@loss_gradient.mistake(MEAN)
def divided_by_the_number_of_entries(logits: Array, codes: Array) -> Any:
    """The mean is taken over the classes as well, and a loss belongs to a row.

    How many losses does the batch have?
    """
    return _error(logits, codes) / logits.size


@loss_gradient.mistake(MEAN)
def divided_by_the_number_of_classes(logits: Array, codes: Array) -> Any:
    """The number of classes is taken for the number of examples.

    Which entry of the shape says how many losses there are?
    """
    return _error(logits, codes) / logits.shape[1]


@loss_gradient.mistake(MEAN)
def rows_averaged_away(logits: Array, codes: Array) -> Any:
    """The gradients of the examples are averaged, and every score of the batch has one of its own.

    Which shape does the gradient by an array have?
    """
    return _error(logits, codes).mean(axis=0)


@loss_gradient.mistake(LOSS, divided=(True, False))
def target_minus_prediction(logits: Array, codes: Array, divided: bool) -> Any:
    """This is target minus prediction: the way down, and the task asks for the gradient.

    Should the gradient of the true class be positive or negative?
    """
    return -_error(logits, codes) / (len(codes) if divided else 1)


@loss_gradient.mistake(LOSS, divided=(True, False))
def true_class_only(logits: Array, codes: Array, divided: bool) -> Any:
    """Only the true class's score gets a gradient, and the others are part of the sum below it.

    Does the loss change when the score of a wrong class rises?
    """
    gradient = _error(logits, codes) * np.eye(logits.shape[-1])[codes]
    return gradient / (len(codes) if divided else 1)


@loss_gradient.mistake(TWICE, divided=(True, False))
def jacobian_applied_again(logits: Array, codes: Array, divided: bool) -> Any:
    """Prediction minus target is multiplied by the Jacobian of softmax once more.

    By what is p - y the gradient already, by the probabilities or by the scores?
    """
    gradient = softmax_vjp(logits, _error(logits, codes))
    return gradient / (len(codes) if divided else 1)


@loss_gradient.mistake(DIAGONAL, divided=(True, False))
def slope_of_each_class_in_between(logits: Array, codes: Array, divided: bool) -> Any:
    """Prediction minus target is multiplied by p (1 - p), as if a squared error met a sigmoid.

    What becomes of the factor p when the logarithm is differentiated?
    """
    p = softmax(logits)
    return _error(logits, codes) * p * (1 - p) / (len(codes) if divided else 1)


@loss_gradient.mistake(TWICE, divided=(True, False))
def gradient_by_the_probabilities(logits: Array, codes: Array, divided: bool) -> Any:
    """This is the gradient by the probabilities: the way back through softmax is missing.

    Which derivative leads from the probabilities to the scores?
    """
    gradient = -np.eye(logits.shape[-1])[codes] / softmax(logits)
    return gradient / (len(codes) if divided else 1)


@loss_gradient.mistake(LOSS, divided=(True, False))
def scores_minus_target(logits: Array, codes: Array, divided: bool) -> Any:
    """The target is subtracted from the scores, and the gradient has no limit then.

    What does the target look like: scores, or probabilities?
    """
    return (logits - np.eye(logits.shape[-1])[codes]) / (len(codes) if divided else 1)


@loss_gradient.mistake(LOSS, divided=(True, False))
def target_forgotten(logits: Array, codes: Array, divided: bool) -> Any:
    """These are the probabilities: the target is not in it, so every score would be pushed down.

    What does each row of the gradient have to add up to?
    """
    return softmax(logits) / (len(codes) if divided else 1)


@loss_gradient.mistake(LOSS, axis=(0, None), divided=(True, False))
def softmax_over_the_wrong_axis(logits: Array, codes: Array, axis: int, divided: bool) -> Any:
    """The softmax runs over more or other scores than those of one example.

    Along which axis do the classes of one example lie?
    """
    error = softmax(logits, axis) - np.eye(logits.shape[-1])[codes]
    return error / (len(codes) if divided else 1)


@loss_gradient.mistake(LOSS, divided=(True, False))
def every_row_with_every_code(logits: Array, codes: Array, divided: bool) -> Any:
    """`rows[:, codes]` means all rows, each with all codes: one is subtracted in too many places.

    Each row should meet its own code only. Which row numbers belong to the codes?
    """
    gradient = softmax(logits)
    gradient[:, codes] -= 1
    return gradient / (len(codes) if divided else 1)


@loss_gradient.mistake(LOSS, divided=(True, False))
def exponential_without_a_maximum(logits: Array, codes: Array, divided: bool) -> Any:
    """The formula is right, and for a score of 1000 the exponential overflows before it is reached.

    How did chapter 2 keep the exponential in range?
    """
    error = naive_softmax(logits) - np.eye(logits.shape[-1])[codes]
    return error / (len(codes) if divided else 1)


@chapter.exercise(
    probes=[
        (np.array([1.0, 3.0, 2.0]), 1, 1.0),
        (np.array([1.0, 3.0, 2.0]), 1, 2.0),
        (np.array([4.0, 0.0, 1.0, -2.0]), 2, 0.5),
        (np.array([1000.0, 998.0, 0.0]), 1, 2.0),
    ],
    further=[
        (UNROUNDED[0], 4, 1.234567),
        (LARGEST_LAST[0], 0, 1.0),
        (BOTH_FAR[0], 0, 1.5),
        (BOTH_FAR[1], 0, 0.75),
        (TWO_LARGE[0], 4, 2.0),
        (TWO_LARGE[1], 1, 2.0),
    ],
)
def temperature_slope(logits: Array, code: int, temperature: float) -> Any:
    """Compute the derivative of the loss of `softmax(logits / temperature)` by the temperature."""
    return _by_scaled_scores(logits, code, temperature) @ logits / -(temperature**2)


def _by_scaled_scores(logits: Array, code: int, temperature: float) -> Array:
    return np.asarray(cross_entropy_gradient(logits / temperature, code))


@temperature_slope.mistake(LOSS)
def minus_of_the_quotient_missing(logits: Array, code: int, temperature: float) -> Any:
    """The number is right and its sign is not: the scaled scores shrink as the temperature grows.

    What is the derivative of 1 / T?
    """
    return _by_scaled_scores(logits, code, temperature) @ logits / temperature**2


@temperature_slope.mistake(LOSS, sign=(-1, 1))
def divided_by_the_temperature_once(logits: Array, code: int, temperature: float, sign: int) -> Any:
    """The temperature divides once only: at 1 nobody notices, at 2 the answer is twice too large.

    What is the derivative of 1 / T?
    """
    return sign * (_by_scaled_scores(logits, code, temperature) @ logits) / temperature


@temperature_slope.mistake(LOSS, sign=(1, -1))
def slope_by_the_inverse_temperature(
    logits: Array, code: int, temperature: float, sign: int
) -> Any:
    """This is the derivative by 1 / T: one step of the chain is missing.

    How does 1 / T change with T?
    """
    return sign * (_by_scaled_scores(logits, code, temperature) @ logits)


@temperature_slope.mistake(LOSS, sign=(-1, 1))
def probabilities_at_temperature_one(
    logits: Array, code: int, temperature: float, sign: int
) -> Any:
    """The probabilities are those of the unscaled scores, so it is right at the temperature 1 only.

    Which scores does softmax get?
    """
    return sign * (_by_scaled_scores(logits, code, 1) @ logits) / temperature**2


@temperature_slope.mistake(LOSS)
def one_number_for_each_class(logits: Array, code: int, temperature: float) -> Any:
    """There is one number for each class, and there is only one temperature.

    The temperature moves all the scaled scores. What becomes of their contributions?
    """
    return -_by_scaled_scores(logits, code, temperature) * logits / temperature**2


@temperature_slope.mistake(LOSS)
def gradient_by_the_scores(logits: Array, code: int, temperature: float) -> Any:
    """This is the gradient by the scores, and the task asks for the derivative by the temperature.

    How do the scaled scores change with the temperature?
    """
    return _by_scaled_scores(logits, code, temperature) / temperature


@temperature_slope.mistake(LOSS)
def target_left_out(logits: Array, code: int, temperature: float) -> Any:
    """The mean of the scores is in it, and the score of the true class is not.

    Which two parts does the loss have?
    """
    return -(softmax(logits / temperature) @ logits) / temperature**2


@chapter.exercise(
    tolerance=1e-6,
    probes=[
        (np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0.0, 0.0])),
        (
            np.array([1.0, 0.0]),
            np.array([[2.0, 1.5, 0.0], [0.0, 0.25, 4.0]]),
            np.array([0.0, 0.0, 0.0]),
        ),
        (
            np.array([1.0, -1.0, 2.0]),
            np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0], [1.0, 2.0, 0.5]]),
            np.array([0.0, 1.5, -3.0]),
        ),
        (
            np.array([0.5, 1.0, -2.0, 1.0]),
            np.array(
                [
                    [3.0, 0.0, 1.0, -1.0],
                    [0.0, 2.0, -1.0, 1.0],
                    [1.0, -1.0, 0.0, -2.0],
                    [2.0, 0.5, 1.0, 0.0],
                ]
            ),
            np.array([0.5, 0.0, 2.0, -1.0]),
        ),
    ],
    further=[
        (UNROUNDED[:, 3], UNROUNDED, np.array([0.1234, -0.5678, 1.2345, 0.0, 0.4321])),
        (np.array([0.3, 0.4]), np.array([[-1.0, -1.5, -1.0], [-1.0, -1.0, -1.25]]), -np.ones(3)),
        (
            np.array([-1200.0, 900.0]),
            np.array([[1.0, 0.5, 0.0], [0.0, 0.5, -1.0]]),
            np.array([0.0, 0.0, 500.0]),
        ),
        (
            np.array([1.0, 1.0, 1.0]),
            np.array([[1.0, 0.5, 1.75], [1.0, 0.5, 1.0], [1.0, 0.5, 1.0]]),
            np.array([1.0, 1.5, -0.5]),
        ),
    ],
)
def smallest_flip(features: Array, weights: Array, bias: Array) -> Any:
    """Find the smallest change of the features after which another class ties with the leader."""
    return _flip(features, weights, bias, _nearest(features, weights, bias))


def _leader(features: Array, weights: Array, bias: Array) -> int:
    return int(np.argmax(features @ weights + bias))


def _gaps(features: Array, weights: Array, bias: Array) -> Array:
    """How far each class is behind the leader, in scores; the leader itself at infinity."""
    z = features @ weights + bias
    gaps = np.asarray(z.max() - z)
    gaps[z.argmax()] = np.inf
    return gaps


def _distances(features: Array, weights: Array, bias: Array) -> Array:
    """How far the features are from a tie of each class with the leader."""
    ways = weights - weights[:, [_leader(features, weights, bias)]]
    lengths = np.linalg.norm(ways, axis=0)
    return _gaps(features, weights, bias) / np.where(lengths > 0, lengths, 1)


def _nearest(features: Array, weights: Array, bias: Array) -> int:
    return int(_distances(features, weights, bias).argmin())


def _second(features: Array, weights: Array, bias: Array) -> int:
    return int(_gaps(features, weights, bias).argmin())


def _way(features: Array, weights: Array, bias: Array, rival: int) -> Array:
    return np.asarray(weights[:, rival] - weights[:, _leader(features, weights, bias)])


def _flip(features: Array, weights: Array, bias: Array, rival: int) -> Array:
    way = _way(features, weights, bias, rival)
    return np.asarray(_gaps(features, weights, bias)[rival] * way / (way @ way))


@smallest_flip.mistake(PIXELS)
def second_in_score_taken_for_the_nearest(features: Array, weights: Array, bias: Array) -> Any:
    """This makes the class tie that is second in score, and another class is nearer.

    A large gap closes fast if the two columns of weights differ much. For which rival is the change
    shortest?
    """
    return _flip(features, weights, bias, _second(features, weights, bias))


@smallest_flip.mistake(PIXELS)
def farthest_rival(features: Array, weights: Array, bias: Array) -> Any:
    """This makes the class tie that needs the largest change.

    Are you looking for the largest or the smallest?
    """
    distances = _distances(features, weights, bias)
    return _flip(features, weights, bias, int(np.where(distances < np.inf, distances, -1).argmax()))


@smallest_flip.mistake(PIXELS, rival=(_nearest, _second))
def gap_times_the_difference(
    features: Array, weights: Array, bias: Array, rival: Callable[..., int]
) -> Any:
    """The direction is one that leads to a tie, and the length is not: nothing is divided.

    By how much does the gap change if you add the difference of the two columns once?
    """
    k = rival(features, weights, bias)
    return _gaps(features, weights, bias)[k] * _way(features, weights, bias, k)


@smallest_flip.mistake(PIXELS, rival=(_nearest, _second))
def divided_by_the_length_once(
    features: Array, weights: Array, bias: Array, rival: Callable[..., int]
) -> Any:
    """The direction is one that leads to a tie, and it is divided by its length once.

    That makes it a direction of length 1. How much of the gap does a step of this length close?
    """
    k = rival(features, weights, bias)
    way = _way(features, weights, bias, k)
    return _gaps(features, weights, bias)[k] * way / np.linalg.norm(way)


@smallest_flip.mistake(PIXELS, rival=(_nearest, _second))
def direction_without_a_length(
    features: Array, weights: Array, bias: Array, rival: Callable[..., int]
) -> Any:
    """This is a direction of length 1, whatever the gap is.

    How far do you have to go in it until the two scores are equal?
    """
    way = _way(features, weights, bias, rival(features, weights, bias))
    return way / np.linalg.norm(way)


@smallest_flip.mistake(PIXELS, rival=(_nearest, _second))
def towards_the_leader(
    features: Array, weights: Array, bias: Array, rival: Callable[..., int]
) -> Any:
    """The change points the other way: it makes the leader lead by more.

    Which column of the weights is subtracted from which?
    """
    return -_flip(features, weights, bias, rival(features, weights, bias))


@smallest_flip.mistake(PIXELS, rival=(_nearest, _second))
def only_the_rival_raised(
    features: Array, weights: Array, bias: Array, rival: Callable[..., int]
) -> Any:
    """The change follows the rival's weights alone, as if the leader's score would stay.

    The gap is a difference of two scores. What is its gradient by the features?
    """
    k = rival(features, weights, bias)
    way = weights[:, k]
    return _gaps(features, weights, bias)[k] * way / (way @ way)


@smallest_flip.mistake(PIXELS, rival=(_nearest, _second))
def only_the_leader_lowered(
    features: Array, weights: Array, bias: Array, rival: Callable[..., int]
) -> Any:
    """The change goes against the leader's weights alone, as if the rival's score would stay.

    The gap is a difference of two scores. What is its gradient by the features?
    """
    way = -weights[:, _leader(features, weights, bias)]
    gap = _gaps(features, weights, bias)[rival(features, weights, bias)]
    return gap * way / (way @ way)


@smallest_flip.mistake(LOSS)
def along_the_gradient_of_the_loss(features: Array, weights: Array, bias: Array) -> Any:
    """This goes up the gradient of the leader's loss until some class ties. It arrives, and not by
    the shortest way.

    That gradient mixes all the rivals. Which two classes does a tie concern?
    """
    leader = _leader(features, weights, bias)
    way = weights @ cross_entropy_gradient(features @ weights + bias, leader)
    gains = way @ (weights - weights[:, [leader]])
    gaps = _gaps(features, weights, bias)
    return np.min(np.where(gains > 0, gaps, np.inf) / np.where(gains > 0, gains, 1)) * way


@smallest_flip.mistake(PIXELS)
def same_step_in_every_feature(features: Array, weights: Array, bias: Array) -> Any:
    """Every feature moves by the same amount, up or down.

    That is the smallest change if the largest entry counts, and longer in the sense of Euclid.

    Should a feature that hardly matters move as far as one that matters much?
    """
    leader = _leader(features, weights, bias)
    ways = weights - weights[:, [leader]]
    sizes = np.abs(ways).sum(axis=0)
    steps = _gaps(features, weights, bias) / np.where(sizes > 0, sizes, 1)
    return steps.min() * np.sign(ways[:, steps.argmin()])


@smallest_flip.mistake(PIXELS)
def one_feature_only(features: Array, weights: Array, bias: Array) -> Any:
    """Only one feature moves, the one that matters most. Several that move a little get there with
    a shorter change.

    How should the change be shared out among the features?
    """
    leader = _leader(features, weights, bias)
    ways = weights - weights[:, [leader]]
    sizes = np.abs(ways).max(axis=0)
    steps = _gaps(features, weights, bias) / np.where(sizes > 0, sizes, 1)
    way = ways[:, steps.argmin()]
    chosen = np.arange(len(way)) == np.abs(way).argmax()
    return steps.min() * np.sign(way) * chosen


@smallest_flip.mistake(PIXELS)
def bias_forgotten(features: Array, weights: Array, bias: Array) -> Any:
    """The scores are taken without the bias, so the gaps, and perhaps the leader, are others.

    What else goes into a score besides features and weights?
    """
    none = np.zeros_like(bias)
    return _flip(features, weights, none, _nearest(features, weights, none))


@smallest_flip.mistake(PIXELS, rival=(_nearest, _second))
def changed_features_returned(
    features: Array, weights: Array, bias: Array, rival: Callable[..., int]
) -> Any:
    """These are the features after the change, and the task asks for the change.

    What has to be added to the features to get there?
    """
    return features + _flip(features, weights, bias, rival(features, weights, bias))


@smallest_flip.mistake(PIXELS)
def length_of_the_change(features: Array, weights: Array, bias: Array) -> Any:
    """This is how long the change is, and the task asks for the change itself.

    In which direction does it go?
    """
    return _distances(features, weights, bias).min()


@smallest_flip.mistake(PIXELS, rival=(_nearest, _second))
def twice_as_far_as_needed(
    features: Array, weights: Array, bias: Array, rival: Callable[..., int]
) -> Any:
    """The change goes to the tie and as far again, so that leader and rival change places.

    Where are the two scores equal?
    """
    return 2 * _flip(features, weights, bias, rival(features, weights, bias))
