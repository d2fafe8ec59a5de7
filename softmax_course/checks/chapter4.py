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
