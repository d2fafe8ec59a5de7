"""Exercises of chapter 3b, and the mistakes that people make in them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import log_softmax, softmax

from .exercises import Chapter
from .probes import UNROUNDED

Array = NDArray[Any]

FIT = "Build, compile, fit"
TWICE = "Softmax twice"
EXPECTED = "Scores where probabilities are expected"

chapter = Chapter(3, "03b_softmax_in_keras.ipynb")


@chapter.exercise(
    items=(
        "The last layer is `Dense(3, activation='softmax')`, the targets are one-hot rows.",
        "The last layer is `Dense(3)`, the targets are one-hot rows.",
        "The last layer is `Dense(3, activation='softmax')`, the targets are integer codes.",
        "The last layer is `Dense(3)`, the targets are integer codes.",
        "Behind `Dense(3)` comes a layer `Softmax()`, the targets are integer codes.",
    ),
    options=("categorical", "categorical from logits", "sparse", "sparse from logits"),
)
def choose_pairing() -> list[str]:
    """Choose the loss that belongs to each of five last layers: a list of five strings."""
    return ["categorical", "categorical from logits", "sparse", "sparse from logits", "sparse"]


def _pairings(*changed: tuple[int, str]) -> list[str]:
    """Return the right pairings, with these in other places, counted from 1."""
    pairings: list[str] = choose_pairing.reference()
    for number, loss in changed:
        pairings[number - 1] = loss
    return pairings


@choose_pairing.mistake(TWICE)
def softmax_in_the_layer_and_in_the_loss() -> list[str]:
    """The layer returns probabilities here, and "from logits" makes the loss apply softmax again.

    Who should apply it, the network or the loss?
    """
    return _pairings((1, "categorical from logits"), (3, "sparse from logits"))


@choose_pairing.mistake(TWICE)
def softmax_layer_overlooked() -> list[str]:
    """A layer of its own applies softmax here, and "from logits" would be the second time.

    What does the last layer of all return?
    """
    return _pairings((5, "sparse from logits"))


@choose_pairing.mistake(EXPECTED)
def scores_passed_as_probabilities() -> list[str]:
    """The layer returns scores here, and the loss has not been told: it takes them for
    probabilities.

    What would it do with a negative one?
    """
    return _pairings((2, "categorical"), (4, "sparse"))


@choose_pairing.mistake(TWICE)
def from_logits_everywhere() -> list[str]:
    """Every loss expects scores here, whatever the layer returns.

    Three of these networks apply softmax themselves. Which?
    """
    return _pairings(
        (1, "categorical from logits"), (3, "sparse from logits"), (5, "sparse from logits")
    )


@choose_pairing.mistake(FIT)
def sparse_and_categorical_exchanged() -> list[str]:
    """The losses for rows and for codes are exchanged.

    Which form of a target leaves the zeros out, and so is called sparse?
    """
    exchanged = {"categorical": "sparse", "sparse": "categorical"}
    swapped = [pairing.split(" ", 1) for pairing in choose_pairing.reference()]
    return [" ".join([exchanged[first], *rest]) for first, *rest in swapped]


@choose_pairing.mistake(FIT)
def rows_for_every_target() -> list[str]:
    """These losses take a row for each example, and some of the targets are integers.

    Which loss looks a probability up with a code?
    """
    return _pairings((3, "categorical"), (4, "categorical from logits"), (5, "categorical"))


@choose_pairing.mistake(FIT)
def codes_for_every_target() -> list[str]:
    """These losses take an integer for each example, and some of the targets are rows.

    Which loss takes a whole distribution?
    """
    return _pairings((1, "sparse"), (2, "sparse from logits"))


@choose_pairing.mistake(TWICE)
def probabilities_and_scores_exchanged() -> list[str]:
    """The pairs are the wrong way round: the losses for scores get probabilities, and the others
    get scores.

    Which part of each pair applies softmax?
    """
    return _pairings(
        (1, "categorical from logits"),
        (2, "categorical"),
        (3, "sparse from logits"),
        (4, "sparse"),
        (5, "sparse from logits"),
    )


@chapter.exercise(probes=[(2,), (3,), (10,), (1000,), (1,)])
def doubled_floor(num_classes: int) -> Any:
    """Say below which loss, in nats, no model with softmax twice can fall, for `num_classes`."""
    return np.log(np.e + num_classes - 1) - 1


@doubled_floor.mistake(TWICE)
def ceiling_instead_of_the_floor(num_classes: int) -> Any:
    """This is the largest probability that two softmaxes leave, and the task asks for a loss.

    Which function makes a loss of the true class's probability?
    """
    return np.e / (np.e + num_classes - 1)


@doubled_floor.mistake(TWICE)
def logarithm_without_its_minus(num_classes: int) -> Any:
    """This is the logarithm of the largest probability: negative, or zero for a single class.

    What should the loss of a probability below 1 be, positive or negative?
    """
    return 1 - np.log(np.e + num_classes - 1)


@doubled_floor.mistake(TWICE)
def loss_of_an_even_guess(num_classes: int) -> Any:
    """This is the loss of a model that knows nothing, where training begins.

    The floor belongs to a model that is certain. What does its first softmax hand over?
    """
    return np.log(num_classes)


@doubled_floor.mistake(TWICE)
def winner_counted_among_the_others(num_classes: int) -> Any:
    """The sum has one term too many: the winner stands among the losers, too.

    If one of the classes has e, how many have 1?
    """
    return np.log(np.e + num_classes) - 1


@doubled_floor.mistake(TWICE)
def losers_given_nothing(num_classes: int) -> Any:
    """A loss of zero would need a probability of 1, and the second softmax gives the losers
    something.

    What is exp(0)?
    """
    return 0.0 * num_classes


@doubled_floor.mistake(TWICE)
def floor_of_three_classes(num_classes: int) -> Any:
    """This is the floor of three classes, whatever the number of classes is.

    With more classes, does the winner keep more or less?
    """
    return np.log(np.e + 2) - 1


@doubled_floor.mistake(TWICE)
def numerator_left_out(num_classes: int) -> Any:
    """This is the logarithm of the sum alone, and the winner's own e is left out.

    What stands above the line of the fraction?
    """
    return np.log(np.e + num_classes - 1)


@doubled_floor.mistake(TWICE, base=(2, 10))
def floor_to_another_base(num_classes: int, base: float) -> Any:
    """The logarithm has another base, and the task asks for nats.

    Which logarithm belongs to `exp`?
    """
    return (np.log(np.e + num_classes - 1) - 1) / np.log(base)


@doubled_floor.mistake(TWICE, decimals=(3, 4))
def floor_rounded(num_classes: int, decimals: int) -> Any:
    """The floor is rounded. Round what you print, never what you pass on.

    Which step makes the number shorter than it is?
    """
    return np.round(np.log(np.e + num_classes - 1) - 1, decimals)


@chapter.exercise(
    probes=[
        (np.array([[1.0, 3.0, 2.0]]), np.array([1])),
        (np.array([[1.0, 3.0, 2.0], [4.0, 1.0, 5.0]]), np.array([0, 2])),
        (np.array([[-1.0, -3.0, 2.0]]), np.array([1])),
        (np.array([[-1.0, -3.0, 2.0], [7.0, 0.5, -10.5], [-5.0, 3.5, 3.0]]), np.array([2, 2, 1])),
        (np.array([[2.0, 0.0], [-2.0, 3.0], [0.5, 1.5], [-1.0, 1.5]]), np.array([1, 1, 0, 0])),
    ],
    further=[
        (UNROUNDED, np.array([0, 1, 2, 0])),
        (np.array([[1500.0, 2500.0, -1000.0], [-1000.0, -4000.0, 1000.0]]), np.array([0, 1])),
    ],
)
def loss_of_scores(outputs: Array, codes: Array) -> Any:
    """Compute each row's loss as Keras does when it takes `outputs` for probabilities."""
    shares = outputs / outputs.sum(axis=-1, keepdims=True)
    return -np.log(np.clip(shares, 1e-7, 1 - 1e-7))[np.arange(len(codes)), codes]


def _of_the_truth(rows: Array, codes: Array) -> Array:
    """Pick from each row the entry of its true class."""
    return np.asarray(rows[np.arange(len(codes)), codes])


@loss_of_scores.mistake(EXPECTED)
def honest_loss_of_the_scores(outputs: Array, codes: Array) -> Any:
    """This is what the loss should be, and not what Keras reports when it expects probabilities.

    Which two steps does it take instead of softmax?
    """
    return -_of_the_truth(log_softmax(outputs), codes)


@loss_of_scores.mistake(EXPECTED)
def shares_not_clipped(outputs: Array, codes: Array) -> Any:
    """The division is there, and where a share is zero or below it, its logarithm is no finite
    number.

    Between which two values does Keras keep a share?
    """
    return -np.log(_of_the_truth(outputs / outputs.sum(axis=-1, keepdims=True), codes))


@loss_of_scores.mistake(EXPECTED)
def clipped_and_not_divided(outputs: Array, codes: Array) -> Any:
    """The scores are clipped as they are, and a score of 3 becomes nearly 1.

    What does Keras do first, so that a row adds up to one?
    """
    return -np.log(_of_the_truth(np.clip(outputs, 1e-7, 1 - 1e-7), codes))


@loss_of_scores.mistake(EXPECTED)
def clipped_before_the_division(outputs: Array, codes: Array) -> Any:
    """The two steps are exchanged: after clipping, the sum is another one.

    Which one sees the scores as they are?
    """
    clipped = np.clip(outputs, 1e-7, 1 - 1e-7)
    return -np.log(_of_the_truth(clipped / clipped.sum(axis=-1, keepdims=True), codes))


@loss_of_scores.mistake(EXPECTED)
def softmax_and_clipping(outputs: Array, codes: Array) -> Any:
    """Softmax is applied here, and that is just what a loss for probabilities leaves out.

    How does Keras make a row add up to one?
    """
    return -np.log(_of_the_truth(np.clip(softmax(outputs), 1e-7, 1 - 1e-7), codes))


@loss_of_scores.mistake(EXPECTED)
def losses_with_the_minus_missing(outputs: Array, codes: Array) -> Any:
    """These numbers are negative: they are the logarithms of the clipped shares.

    A loss should grow as the share falls. What is missing?
    """
    return -loss_of_scores.reference(outputs, codes)


@loss_of_scores.mistake(EXPECTED)
def one_sum_for_all_rows(outputs: Array, codes: Array) -> Any:
    """All rows are divided by one common sum.

    Whose sum should make a row add up to one?
    """
    shares = np.clip(outputs / outputs.sum(), 1e-7, 1 - 1e-7)
    return -np.log(_of_the_truth(shares, codes))


@loss_of_scores.mistake(EXPECTED, reduce=(np.mean, np.sum))
def one_loss_for_all_rows(outputs: Array, codes: Array, reduce: Callable[[Array], Any]) -> Any:
    """The losses are made into one number, and the task asks for each row's own.

    Which step can be left to the caller?
    """
    return reduce(loss_of_scores.reference(outputs, codes))


@loss_of_scores.mistake(EXPECTED)
def sizes_taken_for_shares(outputs: Array, codes: Array) -> Any:
    """The signs are dropped before the division. Keras keeps them, and so a share can be
    negative, or larger than 1.

    What does it do with such a share?
    """
    sizes = np.abs(outputs) / np.abs(outputs).sum(axis=-1, keepdims=True)
    return -np.log(_of_the_truth(np.clip(sizes, 1e-7, 1 - 1e-7), codes))
