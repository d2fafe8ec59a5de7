"""Exercises of chapter 4, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import hardmax, naive_softmax, sigmoid, softmax
from softmax_course.encoding import one_hot
from softmax_course.gradients import cross_entropy_gradient, softmax_vjp

from .claims import all_of, given, is_nan
from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, UNROUNDED

Array = NDArray[Any]

SCALE = "Bring the features to one scale"
FIRST_LOSS = "The first loss is ln K"
DOWNHILL = "Find the way down"
RANGE = "A step that is too long"
SAFE = "A step from the data"
ORDINAL = "The ordinal trap"
HIDDEN = "Accuracy hides bugs"
OWN = "Statistics of the wrong set"
WRONG_AXIS = "Softmax over the examples"
UPHILL = "A step uphill"
SUM = "The sum where the mean belongs"

chapter = Chapter(4, "04_train_a_classifier.ipynb")


@chapter.exercise(probes=[(3,), (2,), (10,), (1,), (50_000,)])
def initial_loss(num_classes: int) -> Any:
    """Say which mean loss, in nats, a classifier has that gives every class the same score."""
    return np.log(num_classes)


@initial_loss.mistake(FIRST_LOSS, base=(2, 10))
def logarithm_with_another_base(num_classes: int, base: float) -> Any:
    """The logarithm has another base: with 2 the loss comes in bits.

    The task asks for nats. Which logarithm undoes `exp`?
    """
    return np.log(num_classes) / np.log(base)


@initial_loss.mistake(FIRST_LOSS)
def minus_missing(num_classes: int) -> Any:
    """This is the logarithm of the probability, and it is negative.

    A loss should be above zero for a model that knows nothing. What turns the one into the other?
    """
    return np.log(1 / num_classes)


@initial_loss.mistake(FIRST_LOSS)
def probability_instead_of_loss(num_classes: int) -> Any:
    """This is the probability that each class gets, the true one among them.

    Should the loss be larger or smaller when there are more classes to choose from?
    """
    return 1 / num_classes


@initial_loss.mistake(FIRST_LOSS)
def number_of_classes_instead_of_its_logarithm(num_classes: int) -> Any:
    """This is how many classes are equally likely: the perplexity.

    Perplexity is the exponential of the loss. What undoes it?
    """
    return float(num_classes)


@initial_loss.mistake(FIRST_LOSS)
def error_rate_of_guessing(num_classes: int) -> Any:
    """This is how often a guess is wrong, or the squared error of an even guess.

    Cross-entropy asks something else. How surprised is the model by the class that is true?
    """
    return 1 - 1 / num_classes


@initial_loss.mistake(FIRST_LOSS)
def one_class_too_few_or_too_many(num_classes: int) -> Any:
    """The logarithm is taken of the other classes only.

    The true class is one of the classes too. Which probability does it have?
    """
    return np.log(np.float64(num_classes - 1))


@initial_loss.mistake(FIRST_LOSS)
def divided_by_the_number_of_classes(num_classes: int) -> Any:
    """The loss has been averaged over the classes, where all terms but one are zero.

    The mean is over the examples. How many terms of the sum does a one-hot target leave?
    """
    return np.log(num_classes) / num_classes


@initial_loss.mistake(FIRST_LOSS)
def summed_over_the_classes(num_classes: int) -> Any:
    """The losses of all classes are added up, as if each of them were true.

    How many terms of the sum does a one-hot target leave?
    """
    return num_classes * np.log(num_classes)


@initial_loss.mistake(FIRST_LOSS, value=(np.log(3), 1.0986, 1.099, 1.1))
def three_classes_whatever_is_asked(num_classes: int, value: float) -> Any:
    """The answer is the same for any number of classes: it fits three.

    What would a coin, with two sides, give?
    """
    return value


@initial_loss.mistake(FIRST_LOSS, decimals=range(8))
def rounded(num_classes: int, decimals: int) -> Any:
    """The logarithm is right, and then it is rounded.

    Rounding is for the reader's eyes. Where does it belong?
    """
    return np.round(np.log(num_classes), decimals)


@chapter.exercise(
    probes=[
        (np.array([[1.0]]), np.array([[1.0, 3.0, 2.0]]), np.array([1])),
        (np.array([[1.0, -2.0]]), np.array([[0.0, 0.0, 0.0]]), np.array([0])),
        (
            np.array([[1.0, 2.0], [0.5, -1.0]]),
            np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]]),
            np.array([1, 2]),
        ),
        (
            np.array([[1.0, 0.5, 0.0], [0.0, 2.0, -1.0], [1.0, 1.0, 3.0]]),
            np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0], [-1.0, -3.0, 2.0]]),
            np.array([0, 2, 1]),
        ),
        (
            np.array([[1.0, 2.0, 0.5, -1.0], [3.0, 0.0, 1.0, 1.0]]),
            np.array([[2.0, 1.0], [0.0, 1.0]]),
            np.array([1, 1]),
        ),
        (np.array([[1.0], [2.0]]), np.array([[1000.0, 0.0], [0.0, 1.0]]), np.array([1, 0])),
    ],
    further=[
        (UNROUNDED[:, :4] + 0.125, UNROUNDED, np.array([1, 4, 0, 3])),
        (np.array([[1.5, -2.0]]), LARGEST_LAST, np.array([0])),
        (np.array([[1.5], [-2.0]]), BOTH_FAR, np.array([0, 0])),
    ],
)
def weights_gradient(X: Array, logits: Array, codes: Array) -> Any:
    """Compute the gradient of the mean cross-entropy with respect to the weights, shape (d, K)."""
    return X.T @ cross_entropy_gradient(logits, codes)


def _error(probabilities: Array, codes: Array) -> Array:
    return np.asarray(probabilities - one_hot(codes, probabilities.shape[1]))


@weights_gradient.mistake(SUM)
def summed_over_the_examples(X: Array, logits: Array, codes: Array) -> Any:
    """The gradients of all examples are added up, so twice the data make the step twice as long.

    The loss is a mean over the examples. What does that do to its gradient?
    """
    return X.T @ _error(softmax(logits), codes)


@weights_gradient.mistake(UPHILL)
def sign_turned_round(X: Array, logits: Array, codes: Array) -> Any:
    """All signs are turned round: this is the direction in which the loss falls.

    The step already subtracts the gradient. Which of prediction and target comes first?
    """
    return -X.T @ cross_entropy_gradient(logits, codes)


@weights_gradient.mistake(UPHILL)
def sign_turned_round_and_summed_over_the_examples(X: Array, logits: Array, codes: Array) -> Any:
    """Two things: all signs are turned round, and the examples are added up rather than averaged.

    Begin with the sign: which of prediction and target comes first? Then think of the mean.
    """
    return -X.T @ _error(softmax(logits), codes)


@weights_gradient.mistake(SUM)
def divided_by_examples_times_classes(X: Array, logits: Array, codes: Array) -> Any:
    """The mean is taken over all entries, so with more classes the gradient is smaller.

    Each example has one loss. How many numbers is the mean over?
    """
    return X.T @ cross_entropy_gradient(logits, codes) / logits.shape[1]


@weights_gradient.mistake(SUM)
def divided_by_the_number_of_features(X: Array, logits: Array, codes: Array) -> Any:
    """The sum is divided by the number of features.

    Which axis of X counts the examples?
    """
    return X.T @ _error(softmax(logits), codes) / X.shape[1]


@weights_gradient.mistake(DOWNHILL, mean=(True, False))
def features_left_out(X: Array, logits: Array, codes: Array, mean: bool) -> Any:
    """This is the gradient with respect to the scores: one step of the chain is left.

    A weight acts on a score through its feature. Where does X come in?
    """
    return cross_entropy_gradient(logits, codes, reduction="mean" if mean else "none")


@weights_gradient.mistake(DOWNHILL)
def features_not_transposed(X: Array, logits: Array, codes: Array) -> Any:
    """The shapes fit only where there are as many examples as features, and then the numbers are
    wrong.

    The sum is over the examples, and the answer has a row for each feature. Which shape should the
    first factor have?
    """
    return X @ cross_entropy_gradient(logits, codes)


@weights_gradient.mistake(DOWNHILL)
def rows_and_columns_exchanged(X: Array, logits: Array, codes: Array) -> Any:
    """The numbers are right, but there is a row for each class and a column for each feature.

    Weights have the shape (features, classes) here. Which factor comes first?
    """
    return cross_entropy_gradient(logits, codes).T @ X


@weights_gradient.mistake(WRONG_AXIS)
def softmax_over_the_examples(X: Array, logits: Array, codes: Array) -> Any:
    """Softmax runs down the columns here, so the examples compete with each other.

    Along which axis do the classes of one example lie?
    """
    return X.T @ _error(softmax(logits, axis=0), codes) / len(X)


@weights_gradient.mistake(WRONG_AXIS)
def softmax_over_everything(X: Array, logits: Array, codes: Array) -> Any:
    """All probabilities of the batch together add up to 1, as if it were one long row.

    How many sums do you need for two examples?
    """
    return X.T @ _error(softmax(logits, axis=None), codes) / len(X)


@weights_gradient.mistake(DOWNHILL, claim=all_of(is_nan, given(1000)))
def no_maximum_subtracted(X: Array, logits: Array, codes: Array) -> Any:
    """`exp` of a score of 1000 is more than a float can hold, and inf / inf is nan.

    What may you subtract from all scores of a row without changing its softmax?
    """
    return X.T @ _error(naive_softmax(logits), codes) / len(X)


@weights_gradient.mistake(ORDINAL)
def codes_subtracted_as_numbers(X: Array, logits: Array, codes: Array) -> Any:
    """The code itself is subtracted from every probability, as if class 2 were twice class 1.

    A code is a name. Which row of zeros and a one says the same?
    """
    return X.T @ (softmax(logits) - codes[:, np.newaxis]) / len(X)


@weights_gradient.mistake(DOWNHILL)
def winner_instead_of_probabilities(X: Array, logits: Array, codes: Array) -> Any:
    """The prediction is reduced to its winner, so an example that is right teaches nothing, however
    narrow its lead. That is the perceptron's rule.

    Cross-entropy compares the target with the whole distribution. What does argmax throw away?
    """
    return X.T @ _error(hardmax(logits), codes) / len(X)


@weights_gradient.mistake(DOWNHILL)
def scores_instead_of_probabilities(X: Array, logits: Array, codes: Array) -> Any:
    """The scores are compared with the target directly: that is least squares.

    A target of 1 is a probability. What makes probabilities of the scores?
    """
    return X.T @ _error(logits, codes) / len(X)


@weights_gradient.mistake(DOWNHILL)
def sigmoids_instead_of_softmax(X: Array, logits: Array, codes: Array) -> Any:
    """Each score is squashed on its own, as if several classes could be true at once.

    The classes exclude each other. Which activation makes them share?
    """
    return X.T @ _error(sigmoid(logits), codes) / len(X)


@weights_gradient.mistake(DOWNHILL)
def target_left_out(X: Array, logits: Array, codes: Array) -> Any:
    """The target does not appear, so every class is pushed down, the true one as well.

    With a perfect prediction the gradient should vanish. What is missing?
    """
    return X.T @ softmax(logits) / len(X)


@weights_gradient.mistake(DOWNHILL)
def only_the_true_class(X: Array, logits: Array, codes: Array) -> Any:
    """Only the true class gets a gradient, and the others are left alone.

    Raising their scores lowers the true class's share. In which direction should they go?
    """
    y = one_hot(codes, logits.shape[1])
    return X.T @ (y * _error(softmax(logits), codes)) / len(X)


@weights_gradient.mistake(HIDDEN)
def softmax_twice(X: Array, logits: Array, codes: Array) -> Any:
    """Softmax is applied to probabilities, so the prediction can never come near its target.

    What does the first softmax give, and what would the second one need?
    """
    return X.T @ _error(softmax(softmax(logits)), codes) / len(X)


@weights_gradient.mistake(HIDDEN)
def gradient_of_the_squared_error(X: Array, logits: Array, codes: Array) -> Any:
    """This is the gradient of the squared error of the probabilities.

    It vanishes where the prediction is sure and wrong. Which loss does the task name?
    """
    return X.T @ softmax_vjp(logits, 2 * _error(softmax(logits), codes)) / len(X)


@chapter.exercise(
    probes=[
        (np.array([[0.0], [2.0]]), np.array([[4.0]])),
        (
            np.array([[0.0, 10.0], [2.0, 30.0], [4.0, 20.0]]),
            np.array([[1.0, 20.0], [3.0, 5.0]]),
        ),
        (np.array([[1.0, 0.0], [3.0, 4.0]]), np.array([[2.0, 3.0], [4.0, 0.0]])),
        (np.array([[1, 5], [3, 6], [8, 1]]), np.array([[2, 2], [7, 3]])),
        (np.array([[5.0, 1.0], [5.0, 3.0]]), np.array([[5.0, 2.0], [7.0, 4.0]])),
    ],
    further=[
        (UNROUNDED, -3.3 * UNROUNDED[::-1] - 1000),
        (UNROUNDED, UNROUNDED[:1]),
        (0.01 * UNROUNDED, UNROUNDED),
    ],
)
def standardise(train: Array, test: Array) -> Any:
    """Bring the features of `test` to the scale of the training part, mean 0 and standard deviation
    1 there; a feature that does not vary there is only centred.
    """
    return (test - train.mean(axis=0)) / _spread(train.std(axis=0))


def _spread(values: Any, kept: bool = True) -> Any:
    """Divide by 1 where nothing varies, if `kept`."""
    return np.where(values == 0, 1, values) if kept else values


GUARDED = (True, False)
"""Each mistake is made by those who think of features that do not vary, and by those who do not."""


@standardise.mistake(SCALE)
def constant_feature_divided_by_zero(train: Array, test: Array) -> Any:
    """A feature that never varies in the training part has the standard deviation 0, and you divide
    by it.

    By what could you divide instead, so that the feature is only centred?
    """
    return (test - train.mean(axis=0)) / train.std(axis=0)


@standardise.mistake(SCALE)
def constant_feature_set_to_zero(train: Array, test: Array) -> Any:
    """A feature that never varies in the training part becomes 0 in the test part, whatever it is
    there.

    The task says that it is only centred. Which of the two steps should be left out?
    """
    spread = train.std(axis=0)
    return np.where(spread == 0, 0, (test - train.mean(axis=0)) / _spread(spread))


@standardise.mistake(SCALE, epsilon=(1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12))
def small_number_added_to_the_spread(train: Array, test: Array, epsilon: float) -> Any:
    """A small number is added before the division, and a feature that does not vary becomes huge.

    What happens to a difference of 2 that is divided by such a number?
    """
    return (test - train.mean(axis=0)) / (train.std(axis=0) + epsilon)


@standardise.mistake(OWN, guarded=GUARDED)
def statistics_of_the_test_part(train: Array, test: Array, guarded: bool) -> Any:
    """The test part is measured by its own mean and standard deviation, so the same flower gets
    other numbers in other company.

    Which scale were the weights trained on? What would become of a test part of a single flower?
    """
    return (test - test.mean(axis=0)) / _spread(test.std(axis=0), guarded)


@standardise.mistake(OWN, guarded=GUARDED)
def statistics_of_both_parts_together(train: Array, test: Array, guarded: bool) -> Any:
    """The mean and standard deviation come from both parts together, so the training has seen
    something of the test.

    Would you have those rows on the day you train?
    """
    both = np.concatenate([train, test])
    return (test - both.mean(axis=0)) / _spread(both.std(axis=0), guarded)


@standardise.mistake(OWN, guarded=GUARDED)
def mean_of_one_part_and_spread_of_the_other(train: Array, test: Array, guarded: bool) -> Any:
    """The mean comes from the training part and the standard deviation from the test part.

    Which part should both of them come from?
    """
    return (test - train.mean(axis=0)) / _spread(test.std(axis=0), guarded)


@standardise.mistake(SCALE, guarded=GUARDED)
def training_part_returned(train: Array, test: Array, guarded: bool) -> Any:
    """The statistics are right, and the training part has been standardised with them.

    Which of the two parts does the task ask for?
    """
    return (train - train.mean(axis=0)) / _spread(train.std(axis=0), guarded)


@standardise.mistake(SCALE)
def not_divided(train: Array, test: Array) -> Any:
    """The features are centred and keep their units, so large ones still outweigh small ones.

    What is the standard deviation of your training part, feature by feature?
    """
    return test - train.mean(axis=0)


@standardise.mistake(SCALE, guarded=GUARDED)
def not_centred(train: Array, test: Array, guarded: bool) -> Any:
    """The features are divided and not centred.

    What is the mean of your training part, feature by feature?
    """
    return test / _spread(train.std(axis=0), guarded)


@standardise.mistake(SCALE, guarded=GUARDED)
def centred_after_the_division(train: Array, test: Array, guarded: bool) -> Any:
    """The mean is subtracted after the division, when the numbers have another unit.

    Which of the two steps comes first?
    """
    return test / _spread(train.std(axis=0), guarded) - train.mean(axis=0)


@standardise.mistake(SCALE, guarded=GUARDED)
def variance_instead_of_standard_deviation(train: Array, test: Array, guarded: bool) -> Any:
    """You divide by the variance, which has the unit of the feature squared.

    Which root of it has the unit of the feature?
    """
    return (test - train.mean(axis=0)) / _spread(train.var(axis=0), guarded)


@standardise.mistake(SCALE, guarded=GUARDED)
def divided_by_one_example_less(train: Array, test: Array, guarded: bool) -> Any:
    """The squares are averaged over one example less (`ddof=1`), as pandas does: a good estimate,
    and not the standard deviation of these rows.

    What is the standard deviation of your training part as NumPy computes it?
    """
    return (test - train.mean(axis=0)) / _spread(train.std(axis=0, ddof=1), guarded)


@standardise.mistake(SCALE)
def one_mean_for_all_features(train: Array, test: Array) -> Any:
    """One mean and one standard deviation serve all features, so their scales stay as different as
    they were.

    Without an axis, NumPy reduces everything. How many means do two features need?
    """
    return (test - train.mean()) / train.std()


@standardise.mistake(SCALE, guarded=GUARDED, of=("train", "test"))
def rows_instead_of_features(train: Array, test: Array, guarded: bool, of: str) -> Any:
    """The mean is taken along each row: it mixes the features of one example.

    Along which axis do the values of one feature lie?
    """
    rows = train if of == "train" else test
    spread = _spread(rows.std(axis=1, keepdims=True), guarded)
    return (test - rows.mean(axis=1, keepdims=True)) / spread


@standardise.mistake(SCALE, guarded=GUARDED)
def smallest_to_zero_and_largest_to_one(train: Array, test: Array, guarded: bool) -> Any:
    """The smallest value becomes 0 and the largest 1: another scaling, which one outlier decides.

    What should the mean and the standard deviation of the training part be?
    """
    low, high = train.min(axis=0), train.max(axis=0)
    return (test - low) / _spread(high - low, guarded)


@standardise.mistake(SCALE, guarded=GUARDED)
def written_back_into_the_input(train: Array, test: Array, guarded: bool) -> Any:
    """The result is written into the test part itself: integers refuse it, and with floats the
    caller's rows are gone.

    What would make a new array instead?
    """
    test -= train.mean(axis=0)
    test /= _spread(train.std(axis=0), guarded)
    return test


@chapter.exercise(
    probes=[
        (np.array([[2.0]]),),
        (np.array([[-1.0], [1.0]]),),
        (np.array([[1.0, 2.0], [3.0, 0.0], [-1.0, 1.0]]),),
        (np.array([[1.0, 2.0, 0.0, -1.0], [0.5, 1.0, 1.0, 4.0]]),),
        (np.array([[1000.0, 1.0], [1200.0, 2.0], [900.0, 3.0]]),),
    ],
    further=[
        (UNROUNDED,),
        (-3000 * UNROUNDED,),
    ],
)
def largest_safe_step(X: Array) -> Any:
    """Compute 1 / L, with L half the squared spectral norm of X and a column of ones, divided by
    n.
    """
    return 1 / _curvature(X)


def _with_ones(X: Array) -> Array:
    return np.column_stack([X, np.ones(len(X))])


def _curvature(X: Array) -> float:
    return float(np.linalg.norm(_with_ones(X), 2) ** 2 / len(X) / 2)


@largest_safe_step.mistake(SAFE)
def curvature_instead_of_step(X: Array) -> Any:
    """This is L itself, the bound on the curvature.

    Where the loss bends more sharply, should the step be longer or shorter?
    """
    return _curvature(X)


@largest_safe_step.mistake(SAFE)
def no_column_for_the_bias(X: Array) -> Any:
    """The bias is missing: it is a weight too, with a feature that is always 1.

    How does X become a matrix that knows about it?
    """
    return 1 / (np.linalg.norm(X, 2) ** 2 / len(X) / 2)


@largest_safe_step.mistake(SAFE)
def norm_not_squared(X: Array) -> Any:
    """The norm is not squared.

    Curvature is a second derivative, and each of the two brings a factor X. How does L change when
    all features are doubled?
    """
    return 1 / (np.linalg.norm(_with_ones(X), 2) / len(X) / 2)


@largest_safe_step.mistake(SAFE)
def not_divided_by_the_examples(X: Array) -> Any:
    """This is the step for the sum of the losses, and it shrinks as the data grow.

    The loss is a mean. What happens to its curvature when every example comes twice?
    """
    return 1 / (np.linalg.norm(_with_ones(X), 2) ** 2 / 2)


@largest_safe_step.mistake(SAFE)
def half_forgotten(X: Array) -> Any:
    """Safe, and half as long as it could be.

    The Jacobian of softmax has a norm of at most one half. Where does that enter L?
    """
    return 1 / (2 * _curvature(X))


@largest_safe_step.mistake(SAFE)
def quarter_instead_of_half(X: Array) -> Any:
    """This step is twice as long: it takes a quarter for the half.

    One sigmoid with one weight per feature has a quarter. Which number bounds the Jacobian of
    softmax, where two scores can move against each other?
    """
    return 2 / _curvature(X)


@largest_safe_step.mistake(SAFE)
def frobenius_norm_instead_of_spectral(X: Array) -> Any:
    """The squares of all entries are added up: that is the Frobenius norm, which `np.linalg.norm`
    computes unless it is told otherwise.

    The spectral norm is the largest singular value. How does one ask for it?
    """
    return 1 / (np.linalg.norm(_with_ones(X)) ** 2 / len(X) / 2)


@largest_safe_step.mistake(SAFE, order=(1, np.inf))
def largest_sum_of_a_row_or_column(X: Array, order: float) -> Any:
    """This norm is the largest sum of absolute values in a column or in a row.

    The spectral norm is the largest singular value. Which `ord` stands for it?
    """
    return 1 / (np.linalg.norm(_with_ones(X), order) ** 2 / len(X) / 2)


@largest_safe_step.mistake(SAFE)
def longest_example(X: Array) -> Any:
    """This takes the longest row for all of them: safe, and shorter than need be.

    The examples point in different directions, and not all are so long. Which norm of the whole
    matrix takes that into account?
    """
    return 2 / np.max(np.sum(_with_ones(X) ** 2, axis=1))


@chapter.exercise(
    items=(
        "105 examples, 3 classes: 1.099, 0.727, 0.599, ..., 0.090",
        "105 examples, 3 classes: 4.654, 4.283, 4.101, 4.034, ...",
        "105 examples, 3 classes: 1.099, 1.682, 2.767, ...; rises with any step",
        "1257 examples, 10 classes: 2.303, 1.491, 1.078, ..., 0.046",
        "124 examples, 3 classes: 1.099, 35592.339, 88026.738, ...; falls with a tiny step",
        "150 examples, 3 classes: 1.099, 1.045, 0.993, ..., 0.616; accuracy 0.973",
        "569 examples, 2 classes: 0.693, 0.406, 0.326, ..., 0.061",
    ),
    options=("healthy", "wrong axis", "uphill", "step too long", "softmax twice"),
)
def read_the_log() -> list[str]:
    """Say what is going on in each of seven training runs, from their losses."""
    return [
        "healthy",
        "wrong axis",
        "uphill",
        "healthy",
        "step too long",
        "softmax twice",
        "healthy",
    ]


def _verdicts(verdict: str, *numbers: int) -> list[str]:
    """Return the right verdicts, with this one at the given numbers, counted from 1."""
    right: list[str] = read_the_log.reference()
    return [verdict if i in numbers else r for i, r in enumerate(right, start=1)]


@read_the_log.mistake(FIRST_LOSS, verdict=("wrong axis", "step too long", "softmax twice"))
def first_loss_of_another_number_of_classes(verdict: str) -> list[str]:
    """A first loss that is not 1.099 is suspected here, although there are not three classes.

    With K classes, which loss does a model start with that knows nothing?
    """
    return _verdicts(verdict, 4, 7)


@read_the_log.mistake(WRONG_AXIS)
def first_loss_not_compared() -> list[str]:
    """The losses fall, but the first one is not the loss of a model that knows nothing about three
    classes.

    What is exp(4.654)? Which number in the line is that?
    """
    return _verdicts("healthy", 2)


@read_the_log.mistake(WRONG_AXIS, verdict=("step too long", "softmax twice", "uphill"))
def another_reason_for_a_high_first_loss(verdict: str) -> list[str]:
    """The first loss is computed before any step is made, so no step can be to blame, and a second
    softmax leaves an even guess even.

    What is exp(4.654)? Which number in the line is that?
    """
    return _verdicts(verdict, 2)


@read_the_log.mistake(UPHILL)
def every_rise_taken_for_a_long_step() -> list[str]:
    """A step that is too long can be shortened until the loss falls, and here that does not help.

    If even the tiniest step makes it worse, what is wrong with its direction?
    """
    return _verdicts("step too long", 3)


@read_the_log.mistake(RANGE)
def every_rise_taken_for_a_wrong_sign() -> list[str]:
    """With the wrong sign the loss would rise with any step, and here a tiny step makes it fall.

    The direction is right, then. What is not?
    """
    return _verdicts("uphill", 5)


@read_the_log.mistake(RANGE)
def both_kinds_of_rise_exchanged() -> list[str]:
    """The two runs whose loss rises are exchanged.

    Which of the two faults does a shorter step cure?
    """
    swapped = _verdicts("step too long", 3)
    swapped[4] = "uphill"
    return swapped


@read_the_log.mistake(HIDDEN)
def floor_taken_for_the_end_of_training() -> list[str]:
    """The model is nearly always right, and as its loss says, it hardly ever dares to be
    sure.

    Which mistake gives the loss a floor and leaves the labels right?
    """
    return _verdicts("healthy", 6)


@read_the_log.mistake(HIDDEN, verdict=("wrong axis", "uphill", "step too long"))
def another_reason_for_the_floor(verdict: str) -> list[str]:
    """The first loss is right and the losses fall, so neither the axis nor the steps are to blame.

    Which mistake gives the loss a floor and leaves the labels right?
    """
    return _verdicts(verdict, 6)


@read_the_log.mistake(FIRST_LOSS)
def falling_taken_for_healthy() -> list[str]:
    """Every loss that falls is called healthy here. Two of these fall and are wrong all the same.

    Look at where each run begins, and at where it ends. What should the first loss be?
    """
    return _verdicts("healthy", 2, 6)


SEEN = "Ask the flowers that it has not seen"
PRICE = "Weights that never settle"
PRACTICE = "In practice"


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


@confusion_matrix.mistake(SEEN)
def rows_for_the_predictions(codes: Array, predicted: Array, num_classes: int) -> Any:
    """Rows and columns are exchanged: here a row belongs to what the model said.

    Many draw it so. Which of the two does the task want in the rows?
    """
    return confusion_matrix.reference(predicted, codes, num_classes)


@confusion_matrix.mistake(SEEN)
def each_pair_counted_once(codes: Array, predicted: Array, num_classes: int) -> Any:
    """A pair that comes twice is counted once: with arrays as an index, each place gets its new
    value a single time.

    What should the sum of all entries be?
    """
    counts = np.zeros((num_classes, num_classes), int)
    counts[codes, predicted] += 1
    return counts


@confusion_matrix.mistake(SEEN)
def mistakes_only(codes: Array, predicted: Array, num_classes: int) -> Any:
    """The diagonal is empty: what was named correctly is not counted.

    The accuracy is the sum of the diagonal, divided by the number of examples. What is yours?
    """
    counts = np.array(confusion_matrix.reference(codes, predicted, num_classes))
    np.fill_diagonal(counts, 0)
    return counts


@confusion_matrix.mistake(SEEN)
def right_answers_only(codes: Array, predicted: Array, num_classes: int) -> Any:
    """Only the diagonal is filled.

    Where does an example go that was taken for another class?
    """
    return np.diag(np.bincount(codes[codes == predicted], minlength=num_classes))


@confusion_matrix.mistake(SEEN)
def shares_of_all_examples(codes: Array, predicted: Array, num_classes: int) -> Any:
    """These are shares of all examples.

    The task asks for counts. What should the entries add up to?
    """
    return confusion_matrix.reference(codes, predicted, num_classes) / len(codes)


@confusion_matrix.mistake(SEEN, axis=(0, 1))
def shares_of_a_row_or_column(codes: Array, predicted: Array, num_classes: int, axis: int) -> Any:
    """Each row, or each column, is divided by its sum: these are shares.

    They are good to look at. What does the task ask for, and what of a class that never comes?
    """
    counts = confusion_matrix.reference(codes, predicted, num_classes)
    return counts / np.maximum(counts.sum(axis=axis, keepdims=True), 1)


@confusion_matrix.mistake(SEEN)
def classes_that_never_come_left_out(codes: Array, predicted: Array, num_classes: int) -> Any:
    """There are rows only for the classes that come up here.

    A class without an example is a class. How many rows should there be for every batch?
    """
    present = np.unique(np.concatenate([codes, predicted]))
    counts = confusion_matrix.reference(codes, predicted, num_classes)
    return counts[np.ix_(present, present)]


@confusion_matrix.mistake(SEEN)
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


@balanced_weights.mistake(PRACTICE)
def number_of_classes_left_out(codes: Array) -> Any:
    """All classes weigh the same, and all examples together weigh as much as K times as many.

    A weight of n / n_k makes the examples of one class weigh n. What should all classes weigh?
    """
    return len(codes) / np.bincount(codes)


@balanced_weights.mistake(PRACTICE)
def each_class_weighs_one(codes: Array) -> Any:
    """All classes weigh the same, but the examples of each together weigh 1.

    With such weights the loss becomes a small fraction of what it was, and a penalty beside it
    counts more. What should the weights of all n examples add up to?
    """
    return 1 / np.bincount(codes)


@balanced_weights.mistake(PRACTICE)
def weights_that_sum_to_one(codes: Array) -> Any:
    """The weights of the classes add up to 1, as probabilities do.

    What adds up to n is the weight of each example, over all examples. How much do yours make?
    """
    inverse = 1 / np.bincount(codes)
    return inverse / inverse.sum()


@balanced_weights.mistake(PRACTICE)
def weights_with_a_mean_of_one_over_the_classes(codes: Array) -> Any:
    """The mean over the classes is 1, but the rare class has few examples to carry its weight.

    What is the mean over the examples?
    """
    inverse = 1 / np.bincount(codes)
    return inverse / inverse.mean()


@balanced_weights.mistake(PRACTICE)
def frequent_classes_weigh_more(codes: Array) -> Any:
    """This is the share of each class, so a frequent class weighs even more.

    Which class needs the larger weight?
    """
    return np.bincount(codes) / len(codes)


@balanced_weights.mistake(PRACTICE)
def counts_instead_of_weights(codes: Array) -> Any:
    """These are the counts themselves.

    A class with twice as many examples needs half the weight. Which operation does that?
    """
    return np.bincount(codes)


@balanced_weights.mistake(PRACTICE)
def a_weight_for_each_example(codes: Array) -> Any:
    """The weights are right, and there is one for each example.

    The task asks for one per class. Which entries of yours are the same?
    """
    return balanced_weights.reference(codes)[codes]


@balanced_weights.mistake(PRACTICE)
def largest_class_weighs_one_each(codes: Array) -> Any:
    """The most frequent class keeps the weight 1, and the others are raised to its total.

    Then all examples together weigh more than before. How much, and how much should it be?
    """
    counts = np.bincount(codes)
    return counts.max() / counts


@balanced_weights.mistake(PRACTICE)
def square_root_of_the_balance(codes: Array) -> Any:
    """The square root goes halfway: the rare class gains and stays behind.

    How much do the examples of each class weigh together?
    """
    return np.sqrt(balanced_weights.reference(codes))


@balanced_weights.mistake(PRACTICE)
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


@choose_penalty.mistake(PRICE)
def lowest_mean_loss(C: Array, losses: Array) -> Any:
    """This is the C with the lowest mean, as if the means were known exactly.

    Five folds differ among themselves. How far from the lowest may another mean be before the
    difference says something?
    """
    return C[losses.mean(axis=1).argmin()]


@choose_penalty.mistake(PRICE)
def weakest_penalty_within_the_margin(C: Array, losses: Array) -> Any:
    """Of those within the margin, this is the largest C: the model that pays least for its weights.

    A small C is a high price. Which of two models that do equally well is the more modest?
    """
    means, errors = losses.mean(axis=1), _standard_error(losses)
    return C[means <= means.min() + errors[means.argmin()]].max()


@choose_penalty.mistake(PRICE)
def standard_deviation_instead_of_error(C: Array, losses: Array) -> Any:
    """The margin is the standard deviation: how far single folds lie apart.

    A mean of several folds is surer than one of them. By what does its error shrink?
    """
    return _chosen(C, losses, losses.std(axis=1, ddof=1))


@choose_penalty.mistake(PRICE)
def divided_by_the_folds_without_the_root(C: Array, losses: Array) -> Any:
    """The standard deviation is divided by the number of folds, so the margin is too narrow.

    The variance of a mean shrinks with the number. What does its root do?
    """
    return _chosen(C, losses, losses.std(axis=1, ddof=1) / losses.shape[1])


@choose_penalty.mistake(PRICE)
def standard_error_without_correction(C: Array, losses: Array) -> Any:
    """The squares are averaged over all folds, as NumPy does unless it is told otherwise, so the
    margin is a little too narrow.

    The mean was taken from the same folds. How many of their deviations are free?
    """
    return _chosen(C, losses, losses.std(axis=1) / np.sqrt(losses.shape[1]))


@choose_penalty.mistake(PRICE)
def margin_of_each_candidate(C: Array, losses: Array) -> Any:
    """Each candidate is granted its own margin, so one that varies wildly is let in.

    Whose mean is the yardstick, and whose standard error belongs to it?
    """
    means = losses.mean(axis=1)
    return C[means - _standard_error(losses) <= means.min()].min()


@choose_penalty.mistake(PRICE)
def first_in_the_list(C: Array, losses: Array) -> Any:
    """This is the first candidate within the margin, in the order of the list.

    Nobody promised that the list begins with the smallest. What if it is turned round?
    """
    means, errors = losses.mean(axis=1), _standard_error(losses)
    return C[np.argmax(means <= means.min() + errors[means.argmin()])]


@choose_penalty.mistake(PRICE)
def position_instead_of_value(C: Array, losses: Array) -> Any:
    """This is a place in the list.

    The task asks for the C that stands there. How do you get from one to the other?
    """
    return np.flatnonzero(choose_penalty.reference(C, losses) == C)[0]


@choose_penalty.mistake(PRICE)
def best_single_fold(C: Array, losses: Array) -> Any:
    """This C has the lowest loss in a single fold, which may have been an easy one.

    What do all folds together say?
    """
    return C[losses.min(axis=1).argmin()]


@choose_penalty.mistake(PRICE)
def highest_loss_chosen(C: Array, losses: Array) -> Any:
    """This is the C with the highest mean loss, as if the numbers were scores.

    scikit-learn's scores are negative losses, so that more is better. What are these?
    """
    return C[losses.mean(axis=1).argmax()]


@choose_penalty.mistake(PRICE)
def medians_instead_of_means(C: Array, losses: Array) -> Any:
    """The middle fold decides, so a fold that went badly does not count.

    Which average does a standard error belong to?
    """
    return _chosen(C, losses, _standard_error(losses), np.median(losses, axis=1))


@choose_penalty.mistake(PRICE)
def smallest_of_all(C: Array, losses: Array) -> Any:
    """This is the smallest C in the list, whatever its loss.

    Which of them are as good as the best, within the margin?
    """
    return C.min()
