"""Exercises of chapter 12, the parts of the capstone, and the mistakes that people make in them."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course._language import say
from softmax_course.activations import log_softmax, naive_softmax, softmax
from softmax_course.encoding import one_hot
from softmax_course.gradients import cross_entropy_gradient

from .claims import is_nan
from .exercises import Chapter

Array = NDArray[Any]
Sizes = tuple[int, int, int]

RULES = "Set the rules before you look"
PARTS = "Three parts, and one digit in none of them"
LAYER = "Give the network a hidden layer"
BACK = "The error goes back"
CHECKED = "A gradient that is not taken on trust"
STOP = "Train, and stop in time"
KNOB = "Turn one knob"
ANSWER = "Answer, or ask"
CHEAPEST = "The cheapest decision"
BILL = "The bill"
COMES = "Survive what comes"
REFUSED = "Refuse what is no picture"
CHOSEN_ON_TEST = "The test part has a say"
HALF = "A threshold of one half"
WRAPS = "Minus one for asking"
LEARNED_BY_HEART = "A temperature from the wrong part"

chapter = Chapter(12, "12_build_a_classifier_you_can_trust.ipynb")

# Which part decides ------------------------------------------------------------------------------


@chapter.exercise(
    items=(
        "the mean and the spread with which all pixels are scaled",
        "the weights of the network",
        "after how many epochs the training ends",
        "the temperature",
        "what a wrong digit costs",
        "below which confidence a person is asked, if the probabilities are calibrated",
        "the accuracy that the report states",
        "the bound that this accuracy must reach",
    ),
    options=("training", "validation", "test", "none"),
)
def which_part() -> list[str]:
    """Say of each number which part of the digits decides it, or whether none of them may."""
    return [
        "training",
        "training",
        "validation",
        "validation",
        "none",
        "none",
        "test",
        "none",
    ]


@which_part.mistake(CHOSEN_ON_TEST, changed=((2,), (3,), (2, 3), (2, 3, 5), (3, 5)))
def chosen_on_the_test_part(changed: tuple[int, ...]) -> list[str]:
    """What is chosen on a part looks better on that part than elsewhere, and this part is the one
    that will say how good you are.

    Which other digits has the network not learned from?
    """
    return _with("test", changed)


@which_part.mistake(LEARNED_BY_HEART, changed=((2,), (3,), (2, 3)))
def chosen_on_the_training_part(changed: tuple[int, ...]) -> list[str]:
    """On digits that it has learned by heart, a network is always right and gets better with every
    epoch: they would have it go on for ever, and be as sure as it likes.

    Which digits can contradict it, and are not needed for the last word?
    """
    return _with("training", changed)


@which_part.mistake(PARTS, part=("validation", "test", "none"), changed=((0,), (0, 1), (1,)))
def learned_from_digits_held_back(part: str, changed: tuple[int, ...]) -> list[str]:
    """What the network is made of, its scale included, must come from the digits that it learns
    from: new ones will be measured with the same ruler.

    Which digits are there on the day of the training?
    """
    return _with(part, changed)


@which_part.mistake(
    RULES, part=("training", "validation", "test"), changed=((4,), (5,), (7,), (5, 7), (4, 5, 7))
)
def price_or_promise_read_off_the_data(part: str, changed: tuple[int, ...]) -> list[str]:
    """Nothing in the pictures says what a mistake costs, or what was promised. The costs come from
    those who pay; threshold and bounds follow from them, before anybody has looked.

    Who would believe a bound that was drawn where the arrow had hit?
    """
    return _with(part, changed)


@which_part.mistake(RULES, part=("training", "validation", "none"))
def reported_on_digits_that_were_used(part: str) -> list[str]:
    """A report is about digits that had no say in anything: neither in the weights nor in a choice.

    Of which part is that true?
    """
    return _with(part, (6,))


@which_part.mistake(STOP, changed=((2,), (3,), (2, 3)))
def chosen_without_a_look_at_any_digit(changed: tuple[int, ...]) -> list[str]:
    """Nobody can know beforehand how long this network has to learn, nor how sure it will be: that
    is measured.

    On which digits can it be measured without asking those that it knows by heart?
    """
    return _with("none", changed)


@which_part.mistake(PARTS)
def test_part_for_everything_that_is_measured() -> list[str]:
    """All that is measured here is measured on one part, so it both chooses and judges.

    How could the judge be somebody who had no part in the choice?
    """
    return _with("test", (0, 2, 3, 5, 7))


def _with(part: str, changed: tuple[int, ...]) -> list[str]:
    """Put another part into some of the right answers."""
    right: list[str] = which_part.reference()
    return [part if i in changed else kept for i, kept in enumerate(right)]


# The gradient ------------------------------------------------------------------------------------


def unpack(theta: Array, sizes: Sizes) -> list[Array]:
    """Cut a vector of parameters into weights and biases of the two layers."""
    d, h, k = sizes
    W, b, V, a = np.split(theta, np.cumsum([d * h, h, h * k]))
    return [W.reshape(d, h), b, V.reshape(h, k), a]


def _network(
    d: int, h: int, k: int, n: int, seed: int, scale: float = 1.0, decimals: int = 2
) -> tuple[Any, ...]:
    """Draw a small network with examples for it."""
    rng = np.random.default_rng(seed)
    theta = scale * rng.normal(size=d * h + h + h * k + k).round(decimals)
    X, codes = rng.normal(size=(n, d)).round(decimals), rng.integers(0, k, n)
    return theta, (d, h, k), X, codes


@chapter.exercise(
    probes=[
        (np.array([1.0, 0.5, 2.0, -1.0, 0.0, 0.0]), (1, 1, 2), np.array([[0.5]]), np.array([0])),
        _network(2, 1, 2, 1, seed=1),
        _network(2, 3, 2, 2, seed=2),
        _network(3, 2, 4, 3, seed=3),
        _network(3, 3, 3, 3, seed=4),
    ],
    further=[
        _network(4, 5, 3, 6, seed=5, decimals=12),
        _network(3, 2, 3, 4, seed=6, scale=300.0),
        (
            np.array([-1.0, 0.0, -3000.0, -3001.0, -3002.0, 0.0, 0.0, 0.5]),
            (1, 1, 3),
            np.array([[5.0], [-5.0], [0.25]]),
            np.array([0, 2, 1]),
        ),
        (
            np.array([-1.0, 0.0, -3000.0, 0.0, 3000.0, 0.0, 0.0, 0.5]),
            (1, 1, 3),
            np.array([[5.0], [-5.0]]),
            np.array([0, 1]),
        ),
    ],
)
def network_gradient(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """Compute the gradient of the mean cross-entropy with respect to all parameters, as one vector
    in the order of `theta`.
    """
    return _gradient(theta, sizes, X, codes)


def _gradient(
    theta: Array,
    sizes: Sizes,
    X: Array,
    codes: Array,
    *,
    slope: str = "tanh",
    transposed: bool = True,
    total: bool = False,
    axis: int = -1,
    overflow: bool = False,
    before: bool = False,
    hidden: bool = True,
    biases: bool = True,
    sign: int = 1,
) -> Array:
    """Compute the gradient; each setting is a way to get it wrong."""
    W, b, V, a = unpack(theta, sizes)
    scores = X @ W + b
    H = np.tanh(scores)
    z = H @ V + a
    p = naive_softmax(z) if overflow else softmax(z, axis=axis)
    error = sign * (p - one_hot(codes, sizes[2])) / (1 if total else len(X))
    back = error @ (V.T if transposed else V)
    back = back * {"tanh": 1 - H**2, "none": 1, "linear": 1 - H, "sigmoid": H * (1 - H)}[slope]
    back = back if hidden else 0 * back
    into = scores if before else H
    parts = [X.T @ back, back.sum(axis=0), into.T @ error, error.sum(axis=0)]
    if not biases:
        parts[1::2] = [0 * part for part in parts[1::2]]
    return np.concatenate([part.ravel() for part in parts])


@network_gradient.mistake(BACK)
def slope_of_tanh_missing(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """The gradient of the first layer passes the hidden nodes as if they were straight lines.

    A node near 1 hardly moves, whatever its score does. By which factor does its score act?
    """
    return _gradient(theta, sizes, X, codes, slope="none")


@network_gradient.mistake(BACK, slope=("linear", "sigmoid"))
def slope_of_another_function(
    theta: Array, sizes: Sizes, X: Array, codes: Array, slope: str
) -> Any:
    """The slope of the hidden nodes is another function's: at 0, where tanh is steepest, or for
    nodes below 0 it comes out wrong.

    What is the derivative of tanh, written with the value of tanh itself?
    """
    return _gradient(theta, sizes, X, codes, slope=slope)


@network_gradient.mistake(BACK)
def slope_taken_at_the_output_of_the_node(
    theta: Array, sizes: Sizes, X: Array, codes: Array
) -> Any:
    """Tanh is applied once more before the slope is taken: the nodes' values stand where their
    scores belong.

    The slope is 1 minus a square. The square of which of the two?
    """
    W, b, V, a = unpack(theta, sizes)
    H = np.tanh(X @ W + b)
    error = cross_entropy_gradient(H @ V + a, codes)
    back = error @ V.T * (1 - np.tanh(H) ** 2)
    parts = [X.T @ back, back.sum(axis=0), H.T @ error, error.sum(axis=0)]
    return np.concatenate([part.ravel() for part in parts])


@network_gradient.mistake(LAYER)
def summed_over_the_examples(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """The gradients of all examples are added up, so twice the data make the step twice as long.

    The loss is a mean over the examples. What does that do to its gradient?
    """
    return _gradient(theta, sizes, X, codes, total=True)


@network_gradient.mistake(LAYER)
def sign_turned_round(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """All signs are turned round: this is the direction in which the loss falls.

    The step subtracts the gradient. Which of prediction and target comes first?
    """
    return _gradient(theta, sizes, X, codes, sign=-1)


@network_gradient.mistake(LAYER)
def hidden_layer_left_as_it_was(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """The first layer gets no gradient, so it stays as chance has made it, and only the second one
    learns.

    The error of a score is due to every node that feeds it. How does it get back to them?
    """
    return _gradient(theta, sizes, X, codes, hidden=False)


@network_gradient.mistake(LAYER)
def biases_left_out(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """The biases get no gradient.

    A bias is the weight of a feature that is always 1. What does "feature times error" make of
    that?
    """
    return _gradient(theta, sizes, X, codes, biases=False)


@network_gradient.mistake(LAYER)
def scores_of_the_hidden_nodes_for_their_values(
    theta: Array, sizes: Sizes, X: Array, codes: Array
) -> Any:
    """The second layer's gradient is made of the hidden nodes' scores, from before tanh.

    Feature times error: what are the features that the second layer sees?
    """
    return _gradient(theta, sizes, X, codes, before=True)


@network_gradient.mistake(LAYER)
def softmax_over_the_examples(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """Softmax runs down the columns here, so the examples compete with each other.

    Along which axis do the classes of one example lie?
    """
    return _gradient(theta, sizes, X, codes, axis=0)


@network_gradient.mistake(COMES, claim=is_nan)
def no_maximum_subtracted(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """There is nan in it: an exponential of a large score is more than a float can hold.

    What may you subtract from all scores of a row without changing its softmax?
    """
    return _gradient(theta, sizes, X, codes, overflow=True)


@network_gradient.mistake(BACK)
def weights_not_transposed_on_the_way_back(
    theta: Array, sizes: Sizes, X: Array, codes: Array
) -> Any:
    """The shapes fit only where there are as many hidden nodes as classes, and then the numbers are
    wrong.

    On the way forward, a row of the second layer's weights belongs to a hidden node. To what must
    it belong on the way back?
    """
    return _gradient(theta, sizes, X, codes, transposed=False)


@network_gradient.mistake(BACK)
def layers_in_another_order(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """The numbers are right, and the second layer's come first.

    In which order does `theta` hold the parameters?
    """
    d, h, _ = sizes
    right = _gradient(theta, sizes, X, codes)
    return np.concatenate([right[d * h + h :], right[: d * h + h]])


@network_gradient.mistake(BACK)
def weights_before_all_biases(theta: Array, sizes: Sizes, X: Array, codes: Array) -> Any:
    """The numbers are right, but both layers' weights come before both layers' biases.

    In which order does `theta` hold the parameters?
    """
    d, h, k = sizes
    W, b, V, a = np.split(_gradient(theta, sizes, X, codes), np.cumsum([d * h, h, h * k]))
    return np.concatenate([W, V, b, a])


# Pictures that are none --------------------------------------------------------------------------


def _reader(seed: int, d: int = 4, h: int = 2, k: int = 3, decimals: int = 2) -> tuple[Any, ...]:
    """Draw a trained reader: parameters, sizes, scale of the pixels, temperature."""
    theta, sizes, _, _ = _network(d, h, k, 1, seed, decimals=decimals)
    rng = np.random.default_rng(seed + 100)
    return theta, sizes, rng.uniform(2, 9, d).round(1), rng.uniform(1, 5, d).round(1), 1.25


READER = _reader(0)
LOUD = (1000 * READER[0], *READER[1:])
"""Its scores are thousands: no exponential survives them."""

GOOD = np.array([[0.0, 16.0, 3.0, 8.0], [5.0, 4.0, 12.0, 0.0], [16.0, 16.0, 0.0, 1.0]])
BAD = np.array(
    [
        [0.0, 16.0, 3.0, 8.0],
        [5.0, np.nan, 12.0, 0.0],
        [5.0, 4.0, np.inf, 0.0],
        [255.0, 0.0, 12.0, 0.0],
        [-1.0, 4.0, 12.0, 0.0],
        [16.0, 16.0, 0.0, 1.0],
    ]
)


@chapter.exercise(
    probes=[
        (
            np.array([1.0, 0.0, 2.0, 0.0, 1.0, 0.0]),
            (1, 1, 2),
            np.array([8.0]),
            np.array([4.0]),
            2.0,
            np.array([[8.0], [12.0]]),
        ),
        (*READER, GOOD),
        (*READER, GOOD[:1]),
        (*READER, BAD[:2]),
        (*READER, BAD),
        (*READER, BAD[3:4]),
        (*READER, GOOD[0]),
        (*LOUD, GOOD),
        (*READER, GOOD[:0]),
        (*_reader(1, 3, 3, 2), np.array([[1, 2, 3], [16, 0, 17]])),
    ],
    further=[
        (*_reader(2, 4, 3, 3, decimals=12), BAD[::-1].copy()),
        (*READER, np.array([16.0, 0.0, 16.5, 3.0])),
        (*READER, -BAD[2:3]),
        (*READER, np.array([[16.0, 0.0, 16.001, 3.0], [0.0, 0.0, -0.001, 3.0]])),
    ],
)
def predict_safely(
    theta: Array,
    sizes: Sizes,
    mean: Array,
    spread: Array,
    temperature: float,
    pictures: Array,
) -> Any:
    """Return a row of probabilities for each picture: an even guess where a pixel is no number from
    0 to 16.
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures)


def _predict(
    theta: Array,
    sizes: Sizes,
    mean: Array,
    spread: Array,
    temperature: float,
    pictures: Array,
    *,
    refuse: str = "each",
    wrong: str = "range",
    heat: str = "divide",
    scale: str = "given",
    overflow: bool = False,
) -> Array:
    """Predict; each setting is a way to get it wrong."""
    X = np.asarray(pictures, dtype=float)
    with np.errstate(all="ignore"):
        fine = {"range": (X >= 0) & (X <= 16), "nan": ~np.isnan(X), "finite": np.isfinite(X)}
        good = fine.get(wrong, np.ones_like(X, dtype=bool)).all(axis=-1, keepdims=True)
        if refuse == "all" and not good.all():
            good = np.zeros_like(good)
        if refuse == "clip":
            X = np.clip(np.nan_to_num(X), 0, 16)
            good = np.ones_like(good)
        X = np.where(good, X, mean)
        if scale == "own" and X.size:
            X = (X - X.mean(axis=0)) / X.std(axis=0)
        else:
            X = X if scale == "none" else (X - mean) / spread
        W, b, V, a = unpack(theta, sizes)
        z = np.tanh(X @ W + b) @ V + a
        z = {"divide": z / temperature, "multiply": z * temperature, "none": z}[heat]
        p = naive_softmax(z) if overflow else softmax(z)
    return np.where(good, p, 1 / sizes[2])


@predict_safely.mistake(REFUSED)
def pixels_not_looked_at(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """Nothing is refused: a pixel that is nan makes nan of all probabilities, and one of 255 is
    answered with full confidence.

    Which pixels can a picture of this kind have? Which answer says that you do not know?
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures, wrong="nothing")


@predict_safely.mistake(REFUSED, wrong=("nan", "finite"))
def only_what_is_no_number_refused(
    theta: Array,
    sizes: Sizes,
    mean: Array,
    spread: Array,
    temperature: float,
    pictures: Array,
    wrong: str,
) -> Any:
    """A pixel that is nan is noticed, and one of 255 or −1 is answered with confidence. Such a
    picture comes from a camera with another scale.

    Between which two numbers does every pixel lie that the network has seen?
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures, wrong=wrong)


@predict_safely.mistake(REFUSED)
def good_pictures_refused_with_the_bad_one(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """One bad picture, and the whole batch is answered with an even guess.

    Along which axis do the pixels of one picture lie?
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures, refuse="all")


@predict_safely.mistake(REFUSED)
def one_bad_picture_stops_the_batch(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """A bad picture raises an exception, and the others of its batch go without an answer.

    At night nobody is there to start the machine again. What could a row of probabilities say in
    place of the exception?
    """
    X = np.asarray(pictures, dtype=float)
    if not ((X >= 0) & (X <= 16)).all():
        raise ValueError("pixels must lie between 0 and 16")
    return _predict(theta, sizes, mean, spread, temperature, pictures)


@predict_safely.mistake(REFUSED)
def bad_pixels_mended_and_answered(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """Bad pixels are replaced by good ones, and the picture is answered as if it had been whole.

    Whoever reads the probabilities cannot see that. How would they look if you knew nothing?
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures, refuse="clip")


@predict_safely.mistake(REFUSED)
def bad_pictures_left_out(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """Bad pictures have no row, so every answer after the first of them belongs to another picture.

    How many rows does the caller expect?
    """
    X = np.asarray(pictures, dtype=float)
    with np.errstate(invalid="ignore"):
        good = ((X >= 0) & (X <= 16)).all(axis=-1)
    return _predict(theta, sizes, mean, spread, temperature, X[good])


@predict_safely.mistake(REFUSED)
def rows_of_zeros_for_bad_pictures(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """A bad picture gets a row of zeros, which is no distribution: every expected cost would be 0,
    and so nobody would be asked.

    Which probabilities say that all classes are equally likely?
    """
    p = _predict(theta, sizes, mean, spread, temperature, pictures)
    X = np.asarray(pictures, dtype=float)
    with np.errstate(invalid="ignore"):
        return np.where(((X >= 0) & (X <= 16)).all(axis=-1, keepdims=True), p, 0)


@predict_safely.mistake(KNOB, heat=("multiply", "none"))
def temperature_not_divided_by(
    theta: Array,
    sizes: Sizes,
    mean: Array,
    spread: Array,
    temperature: float,
    pictures: Array,
    heat: str,
) -> Any:
    """The scores are multiplied by the temperature, or it is left out.

    A hot model should be less sure. What must happen to its scores?
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures, heat=heat)


@predict_safely.mistake(PARTS)
def scaled_by_their_own_statistics(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """The pictures are scaled by their own mean and spread, so the answer to one depends on the
    others that come with it.

    With which ruler were the digits measured that the network has learned from?
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures, scale="own")


@predict_safely.mistake(PARTS)
def pixels_not_scaled(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """The network gets the pixels as they are, and has learned from scaled ones.

    What are `mean` and `spread` for?
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures, scale="none")


@predict_safely.mistake(COMES, claim=is_nan)
def no_maximum_subtracted_here(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """There is nan in it: an exponential of a large score is more than a float can hold.

    What may you subtract from all scores of a row without changing its softmax?
    """
    return _predict(theta, sizes, mean, spread, temperature, pictures, overflow=True)


@predict_safely.mistake(COMES, error=(IndexError, ValueError, TypeError))
def single_picture_not_taken(
    theta: Array,
    sizes: Sizes,
    mean: Array,
    spread: Array,
    temperature: float,
    pictures: Array,
    error: type[Exception],
) -> Any:
    """A batch is answered, and a single picture, without an axis for the batch, is not.

    Which axis is there in both cases?
    """
    if np.ndim(pictures) == 1:
        raise error
    return _predict(theta, sizes, mean, spread, temperature, pictures)


@predict_safely.mistake(COMES)
def single_picture_returned_as_a_batch(
    theta: Array, sizes: Sizes, mean: Array, spread: Array, temperature: float, pictures: Array
) -> Any:
    """A single picture comes back as a batch of one.

    Who asks for one picture wants one row. What could you count the classes' axis from, so that
    both fit?
    """
    return _predict(theta, sizes, mean, spread, temperature, np.atleast_2d(pictures))


# Decisions ---------------------------------------------------------------------------------------

EVEN_COSTS = 10 * (1 - np.eye(3))
UNEVEN_COSTS = np.array([[0.0, 1.0, 2.0], [10.0, 0.0, 3.0], [50.0, 20.0, 0.0]])
PAID_ANYWAY = np.array([[1.0, 4.0], [8.0, 2.0]])
OF_THREE = np.array([[0.125, 0.75, 0.125], [0.0, 1.0, 0.0], [0.5, 0.25, 0.25]])


@chapter.exercise(
    probes=[
        (np.array([[0.125, 0.75, 0.125]]), EVEN_COSTS, 1.0),
        (np.array([[0.125, 0.75, 0.125]]), EVEN_COSTS, 4.0),
        (OF_THREE, EVEN_COSTS, 3.0),
        (OF_THREE, UNEVEN_COSTS, 5.0),
        (np.array([[0.75, 0.1875, 0.0625]]), UNEVEN_COSTS, 100.0),
        (np.array([[0.5, 0.5]]), 10 * (1 - np.eye(2)), 5.0),
        (np.array([[0.75, 0.25], [0.25, 0.75]]), PAID_ANYWAY, 2.5),
        (np.array([[0.0, 1.0, 0.0]]), EVEN_COSTS, 0.0),
        (np.array([[0.875, 0.0625, 0.0625]]), UNEVEN_COSTS, 3.5),
    ],
    further=[
        (np.full((2, 5), 0.2), 100 * (1 - np.eye(5)), 79.0),
        (np.array([[0.25, 0.25, 0.25, 0.25]]), np.arange(16.0).reshape(4, 4), 5.0),
        (np.array([[0.125, 0.875]]), np.array([[0.0, -4.0], [-16.0, 0.0]]), -7.0),
        (np.array([[0.125, 0.875]]), np.array([[0.0, -4.0], [-16.0, 0.0]]), -15.0),
        (np.array([[1.0], [1.0]]), np.array([[3.0]]), 2.0),
        (np.array([[0.5004, 0.4996]]), 10 * (1 - np.eye(2)), 4.997),
        (np.array([[0.504, 0.496]]), 10 * (1 - np.eye(2)), 4.99),
        (np.array([[0.5, 0.5]]), np.array([[0.0, 1500.0], [2000.0, 0.0]]), 1e4),
        (np.array([[0.5, 0.5]]), np.array([[0.0, -2000.0], [-1500.0, 0.0]]), 1e4),
    ],
)
def decide(probabilities: Array, costs: Array, ask: float) -> Any:
    """Return for each row the answer that is cheapest on average, or K, the number of classes,
    where asking is cheaper than every answer.
    """
    return _decide(probabilities, costs, ask)


def _decide(probabilities: Array, costs: Array, ask: float, asked: int | None = None) -> Array:
    expected = probabilities @ costs
    code = costs.shape[1] if asked is None else asked
    return np.where(ask < expected.min(axis=1), code, expected.argmin(axis=1))


@decide.mistake(WRAPS)
def minus_one_for_asking(probabilities: Array, costs: Array, ask: float) -> Any:
    """Asking has the code −1. Used as an index, that is the last class, and nobody is asked.

    Which code would raise an exception in a list of K names, rather than name the wrong one?
    """
    return _decide(probabilities, costs, ask, asked=-1)


@decide.mistake(CHEAPEST)
def always_the_likeliest_class(probabilities: Array, costs: Array, ask: float) -> Any:
    """The likeliest class is the answer, whatever it costs if that is wrong.

    Which two numbers would you compare if you had to pay for each mistake?
    """
    return probabilities.argmax(axis=1)


@decide.mistake(CHEAPEST)
def never_asks(probabilities: Array, costs: Array, ask: float) -> Any:
    """The cheapest answer is found, and it is given even where asking would be cheaper still.

    What is the K + 1st thing that can be done, and what does it cost?
    """
    return (probabilities @ costs).argmin(axis=1)


@decide.mistake(HALF)
def asks_below_one_half(probabilities: Array, costs: Array, ask: float) -> Any:
    """Somebody is asked where the largest probability is below one half, whatever it costs.

    If asking cost nothing, from which probability on would you answer? And if it cost a fortune?
    """
    unsure = probabilities.max(axis=1) < 0.5
    return np.where(unsure, costs.shape[1], probabilities.argmax(axis=1))


@decide.mistake(CHEAPEST)
def asks_where_asking_is_dearer(probabilities: Array, costs: Array, ask: float) -> Any:
    """Somebody is asked where an answer would have been cheaper, and the doubtful cases are
    answered.

    Two prices are compared. Which of them should be the smaller one?
    """
    expected = probabilities @ costs
    return np.where(ask > expected.min(axis=1), costs.shape[1], expected.argmin(axis=1))


@decide.mistake(CHEAPEST)
def costs_transposed(probabilities: Array, costs: Array, ask: float) -> Any:
    """Rows and columns of the costs are exchanged: what it costs to take a 7 for a 1 is charged for
    taking a 1 for a 7.

    A row of `costs` belongs to what is true. Over which of the two axes is the average?
    """
    return _decide(probabilities, costs.T, ask)


@decide.mistake(CHEAPEST)
def dearest_answer(probabilities: Array, costs: Array, ask: float) -> Any:
    """The answer is the one with the largest expected cost.

    Of probabilities you want the largest. And of costs?
    """
    expected = probabilities @ costs
    return np.where(ask < expected.max(axis=1), costs.shape[1], expected.argmax(axis=1))


@decide.mistake(CHEAPEST)
def price_compared_with_a_probability(probabilities: Array, costs: Array, ask: float) -> Any:
    """The price of asking is compared with a probability, which is no price.

    What must a probability be multiplied by before it can be compared with money?
    """
    best = probabilities.max(axis=1)
    return np.where(1 - best > ask, costs.shape[1], probabilities.argmax(axis=1))


@decide.mistake(CHEAPEST)
def one_price_for_all_mistakes(probabilities: Array, costs: Array, ask: float) -> Any:
    """The confidence decides, against a limit that comes from the largest of the costs: it is right
    where all mistakes cost the same.

    Two mistakes of different price: which number of the table belongs to which answer?
    """
    limit = 1 - ask / costs.max()
    return np.where(probabilities.max(axis=1) < limit, costs.shape[1], probabilities.argmax(axis=1))


@decide.mistake(CHEAPEST)
def likeliest_class_taken_for_certain(probabilities: Array, costs: Array, ask: float) -> Any:
    """The cheapest answer is looked up in the row of the likeliest class, as if that were true for
    certain.

    What would the other classes cost, each with its probability?
    """
    rows = costs[probabilities.argmax(axis=1)]
    return np.where(ask < rows.min(axis=1), costs.shape[1], rows.argmin(axis=1))


@decide.mistake(CHEAPEST)
def asks_on_a_tie(probabilities: Array, costs: Array, ask: float) -> Any:
    """Where asking costs just as much as the best answer, somebody is asked.

    The task says when to ask. Is "as cheap as" in it?
    """
    expected = probabilities @ costs
    return np.where(ask <= expected.min(axis=1), costs.shape[1], expected.argmin(axis=1))


@decide.mistake(CHEAPEST)
def prices_of_the_decisions(probabilities: Array, costs: Array, ask: float) -> Any:
    """These are the prices of the decisions, and not the decisions.

    Which class has the smallest of them, and where is asking smaller still?
    """
    return np.minimum((probabilities @ costs).min(axis=1), ask)


# The report --------------------------------------------------------------------------------------

_JUDGED = np.array(
    [[0.75, 0.125, 0.125], [0.25, 0.5, 0.25], [0.0625, 0.0625, 0.875], [0.25, 0.25, 0.5]]
)


@chapter.exercise(
    probes=[
        (_JUDGED[:2], np.array([0, 1]), np.array([0, 1]), EVEN_COSTS, 1.0),
        (_JUDGED[:2], np.array([0, 0]), np.array([0, 3]), EVEN_COSTS, 1.0),
        (_JUDGED, np.array([0, 2, 1, 2]), np.array([0, 3, 2, 3]), EVEN_COSTS, 1.0),
        (_JUDGED, np.array([0, 2, 1, 2]), np.array([0, 1, 2, 3]), UNEVEN_COSTS, 2.0),
        (_JUDGED[::-1].copy(), np.array([0, 1, 2, 0]), np.array([2, 3, 1, 0]), UNEVEN_COSTS, 4.0),
        (_JUDGED[:2], np.array([0, 1]), np.array([3, 3]), EVEN_COSTS, 1.5),
        (
            np.array([[0.25, 0.75], [1.0, 0.0]]),
            np.array([1, 1]),
            np.array([1, 0]),
            PAID_ANYWAY,
            1.0,
        ),
    ],
    further=[
        (_JUDGED, np.array([1, 0, 2, 2]), np.array([1, 3, 2, 3]), UNEVEN_COSTS[::-1].copy(), -1.0),
        (
            np.array([[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25]]),
            np.array([3, 1, 2]),
            np.array([3, 0, 4]),
            np.arange(16.0).reshape(4, 4) ** 2,
            7.25,
        ),
        (_JUDGED[:2], np.array([0, 1]), np.array([1, 0]), -3000 * EVEN_COSTS, 1.0),
        (_JUDGED[:2], np.array([0, 1]), np.array([1, 3]), 3000 * EVEN_COSTS, 2000.0),
    ],
)
def report_card(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """Return four numbers: the share of the digits that are answered, the accuracy among these (nan
    if there are none), the mean negative log-likelihood of all in nats, and the mean cost of all; a
    decision K is to ask.
    """
    return _report(probabilities, codes, decisions, costs, ask)


def _report(
    probabilities: Array,
    codes: Array,
    decisions: Array,
    costs: Array,
    ask: float,
    *,
    share: str = "answered",
    accuracy: str = "answered",
    nll: str = "nats",
    price: str = "right",
) -> Array:
    """Fill in the report; each setting is a way to get a number wrong."""
    k = costs.shape[1]
    answered = decisions < k
    right = decisions == codes
    of_the_truth = probabilities[np.arange(len(codes)), codes]
    with np.errstate(all="ignore"):
        mean_right = right.sum() / answered.sum()
        losses = -np.log(of_the_truth)
        of_the_winner = -np.log(probabilities.max(axis=1))
        accuracies = {
            "answered": mean_right,
            "all": right.mean(),
            "winner": (probabilities.argmax(axis=1) == codes).mean(),
        }
        nlls = {
            "nats": losses.mean(),
            "bits": losses.mean() / np.log(2),
            "sum": losses.sum(),
            "answered": losses[answered].sum() / answered.sum(),
            "winner": of_the_winner.mean(),
            "log of the mean": -np.log(of_the_truth.mean()),
        }
        table = costs.T if price == "transposed" else costs
        asking = {"free": 0.0, "last": None}.get(price, ask)
        column = table[:, -1:] if asking is None else np.full((k, 1), asking)
        paid = np.hstack([table, column])[codes, decisions]
        prices = {"sum": paid.sum(), "answered": paid[answered].sum() / answered.sum()}
    first = answered.mean() if share == "answered" else 1 - answered.mean()
    return np.array([first, accuracies[accuracy], nlls[nll], prices.get(price, paid.mean())])


@report_card.mistake(BILL, accuracy=("all", "winner"))
def accuracy_of_all_digits(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float, accuracy: str
) -> Any:
    """The second number counts all digits, those as well about which somebody was asked.

    Who answers a question that the machine did not answer?
    """
    return _report(probabilities, codes, decisions, costs, ask, accuracy=accuracy)


@report_card.mistake(BILL)
def share_of_those_asked(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """The first number is the share about which somebody was asked.

    Should it rise or fall when the machine answers more?
    """
    return _report(probabilities, codes, decisions, costs, ask, share="asked")


@report_card.mistake(BILL)
def asking_is_free(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """The bill has no item for asking: by it, a machine that always asks would be the best.

    What is paid for a digit whose decision is K?
    """
    return _report(probabilities, codes, decisions, costs, ask, price="free")


@report_card.mistake(WRAPS)
def last_class_for_asking(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """Asking is charged as if the last class had been answered.

    Where does the price of asking stand, if it does not stand in the table?
    """
    return _report(probabilities, codes, decisions, costs, ask, price="last")


@report_card.mistake(CHEAPEST)
def costs_read_the_wrong_way(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """Rows and columns of the costs are exchanged in the bill.

    A row of `costs` belongs to what is true. Which of the two indices comes first?
    """
    return _report(probabilities, codes, decisions, costs, ask, price="transposed")


@report_card.mistake(BILL)
def total_cost_instead_of_the_mean(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """The costs are added up, so a larger pile of letters makes the machine look worse.

    What makes two piles of different size comparable?
    """
    return _report(probabilities, codes, decisions, costs, ask, price="sum")


@report_card.mistake(BILL)
def cost_of_the_answered_only(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """The mean cost is that of the digits that were answered.

    The others were paid for, too. By what must the sum be divided?
    """
    return _report(probabilities, codes, decisions, costs, ask, price="answered")


@report_card.mistake(KNOB)
def loss_in_bits(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """The loss comes in bits: the logarithm has the base 2.

    The task asks for nats. Which logarithm undoes `exp`?
    """
    return _report(probabilities, codes, decisions, costs, ask, nll="bits")


@report_card.mistake(KNOB)
def loss_of_the_winner(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """The loss is that of the likeliest class, so a model that is sure is never punished.

    Which class's probability does the likelihood ask for?
    """
    return _report(probabilities, codes, decisions, costs, ask, nll="winner")


@report_card.mistake(KNOB)
def loss_of_the_answered_only(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """The loss is taken over the digits that were answered.

    It judges probabilities, and every digit has some. Does it know about decisions?
    """
    return _report(probabilities, codes, decisions, costs, ask, nll="answered")


@report_card.mistake(KNOB)
def logarithm_of_the_mean(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """This is the logarithm of the mean probability, and a certain mistake hardly weighs in it.

    Each digit has a loss of its own. Which comes first, the logarithm or the mean?
    """
    return _report(probabilities, codes, decisions, costs, ask, nll="log of the mean")


@report_card.mistake(KNOB)
def sum_of_the_losses(
    probabilities: Array, codes: Array, decisions: Array, costs: Array, ask: float
) -> Any:
    """The losses are added up, so a larger pile of letters makes the model look worse.

    What makes two piles of different size comparable?
    """
    return _report(probabilities, codes, decisions, costs, ask, nll="sum")


# The whole, on digits that nobody has seen --------------------------------------------------------

ACCURACY, NLL, ECE = 0.88, 0.4, 0.05
"""What right ways reach with room to spare: tests/checks/answers_to_chapter12.py has them."""


def _digits() -> tuple[Array, Array]:
    # Beside this file, which in a learner's sandbox is another place: there are no answers there.
    with np.load(Path(__file__).with_name("unseen_digits.npz")) as kept:
        return kept["pixels"].astype(float), kept["codes"].astype(int)


_PIXELS, _CODES = _digits()
_TRAIN, _VALID, _UNSEEN = slice(400), slice(400, 650), slice(650, None)
_TRUTH = _CODES[_UNSEEN]


def _signs(answer: Array) -> Array:
    """Reduce probabilities to levels: of what kind they are, how accurate, how costly, how sure."""
    kind = _kind(np.asarray(answer, dtype=float))
    if kind:
        return np.array([kind, 0, 0, 0])
    accuracy, nll, ece, surplus = _measures(answer)
    learned = 2 * (accuracy >= ACCURACY) or 1 * (accuracy > 0.3)
    dear = 0 if nll <= NLL else 1 if nll < np.log(10) else 2
    # With little learned, the rest follows from that; with too high a price, how sure says why.
    if learned < 2:
        return np.array([0, learned, 0, 0])
    side = 0 if ece <= ECE and not dear else 1 if surplus >= 0 else -1
    return np.array([0, 2, dear == 2, side])


def _kind(p: Array) -> int:
    """Say of what kind numbers are: 0 for distributions, one for each picture."""
    if p.shape != (len(_TRUTH), 10):
        return 1
    if not np.isfinite(p).all():
        return 2
    with np.errstate(all="ignore"):
        if np.allclose(np.exp(p).sum(axis=1), 1, atol=2e-3):
            return 3
    if (p < 0).any():
        return 4
    if not np.allclose(p.sum(axis=1), 1, atol=2e-3):
        return 5
    return 6 if np.isin(p, (0, 1)).all() else 0


def _measures(p: Array) -> tuple[float, float, float, float]:
    """Accuracy, NLL, ECE with 15 bins, and by how much the confidence exceeds the accuracy."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == _TRUTH
    with np.errstate(divide="ignore"):
        nll = -np.log(p[np.arange(len(p)), _TRUTH]).mean()
    bins = np.minimum(np.ceil(confidence * 15).astype(int) - 1, 14)
    gaps = np.bincount(bins, weights=confidence - right, minlength=15)
    surplus = confidence.mean() - right.mean()
    return float(right.mean()), float(nll), float(np.abs(gaps).sum() / len(p)), float(surplus)


def _measured(answer: Array) -> str:
    """Write down what an answer comes to."""
    p = np.asarray(answer, dtype=float)
    if _kind(p) == 1:
        return say("an array of shape {shape}", shape=p.shape)
    if _kind(p) in (2, 3, 4, 5):
        row = ", ".join(f"{value:.3g}" for value in p[0])
        return say("no distributions; the first row is [{row}]", row=row)
    accuracy, nll, ece, surplus = (f"{value:.3f}" for value in _measures(p))
    return say(
        "accuracy {accuracy}, NLL {nll}, ECE {ece}; confidence minus accuracy {surplus}",
        accuracy=accuracy,
        nll=nll,
        ece=ece,
        surplus=surplus,
    )


@chapter.exercise(
    probes=[(_PIXELS[_TRAIN], _CODES[_TRAIN], _PIXELS[_VALID], _CODES[_VALID], _PIXELS[_UNSEEN])],
    modulo=_signs,
    measure=_measured,
    aims="accuracy at least 0.88, NLL at most 0.4, ECE at most 0.05",
)
def read_digits(train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array) -> Any:
    """Train on the first digits, choose on the next, and return a row of probabilities for each of
    the new ones, which nobody has seen.
    """
    logits, of_valid = _fit(train, codes, 150, [new, valid])
    return softmax(logits, temperature=_temperature(of_valid, valid_codes))


@cache
def _known_scores(steps: int) -> list[Array]:
    """Train softmax regression on the digits of the probe; return scores of all its parts."""
    return _fit(_PIXELS[_TRAIN], _CODES[_TRAIN], steps, [_PIXELS[_UNSEEN], _PIXELS[_VALID]])


def _fit(train: Array, codes: Array, steps: int, others: list[Array]) -> list[Array]:
    mean, spread = train.mean(axis=0), train.std(axis=0)
    spread = np.where(spread == 0, 1, spread)
    X = (train - mean) / spread
    W, b = np.zeros((X.shape[1], 10)), np.zeros(10)
    for _ in range(steps):
        error = cross_entropy_gradient(X @ W + b, codes)
        W -= 0.5 * X.T @ error
        b -= 0.5 * error.sum(axis=0)
    return [(other - mean) / spread @ W + b for other in others]


def _temperature(logits: Array, codes: Array) -> float:
    """Find where the mean score of the truth is what the probabilities expect (chapter 8)."""
    low, high = 0.02, 50.0
    truth = logits[np.arange(len(codes)), codes].mean()
    while high / low > 1 + 1e-9:
        middle = np.sqrt(low * high)
        expected = (softmax(logits, temperature=middle) * logits).sum(axis=1).mean()
        low, high = (low, middle) if expected < truth else (middle, high)
    return float(low)


@read_digits.mistake(LEARNED_BY_HEART)
def certain_of_its_mistakes(
    train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array
) -> Any:
    """Most answers are right, and the wrong ones are given with so much confidence that the loss is
    higher than that of an even guess.

    Sure of everything: which digits would allow that? Was the temperature found on those that the
    network knows by heart?
    """
    return softmax(_known_scores(150)[0], temperature=0.02)


@read_digits.mistake(KNOB)
def too_sure(train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array) -> Any:
    """Most answers are right, and the confidence promises more than the accuracy keeps.

    What do the digits for validation say: with which temperature are they most likely? Does it
    divide your scores?
    """
    return softmax(_known_scores(150)[0], temperature=0.2)


@read_digits.mistake(KNOB)
def too_modest(train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array) -> Any:
    """Most answers are right, and the confidence promises less than the accuracy keeps: letters go
    to a person that the machine could have read.

    A network that has stopped early is modest. Which knob makes it surer, and which part says how
    far to turn it?
    """
    return softmax(_known_scores(150)[0], temperature=3)


@read_digits.mistake(STOP)
def learned_too_little(
    train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array
) -> Any:
    """It has learned something, and not enough.

    Watch the loss on the digits for validation: is it still falling when you stop? And are the new
    pictures scaled as the old ones were?
    """
    return softmax(_known_scores(1)[0] @ np.diag([1.0] * 5 + [0.0] * 5))


@read_digits.mistake(PARTS)
def no_better_than_chance(
    train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array
) -> Any:
    """It answers as if it had never seen a digit, or had seen them under wrong names.

    When you shuffle the pictures, do their names go along? And does the loss begin at ln 10, and
    fall?
    """
    return softmax(_known_scores(150)[0][::-1])


@read_digits.mistake(PARTS)
def another_number_of_rows_or_columns(
    train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array
) -> Any:
    """The answer has another shape than one row for each new picture, and a column for each digit.

    Which of the three parts is to be answered, and with how many numbers for each picture?
    """
    return _known_scores(150)[1]


@read_digits.mistake(COMES)
def numbers_without_an_end(
    train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array
) -> Any:
    """There are nan or infinite numbers among the probabilities.

    Some pixels never vary among the digits for training. What does your scale divide them by? And
    does the training diverge?
    """
    return np.full((len(new), 10), np.nan)


@read_digits.mistake(KNOB)
def logarithms_handed_in(
    train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array
) -> Any:
    """These are logarithms of probabilities: their exponentials add up to 1.

    Which of the two was asked for?
    """
    return log_softmax(_known_scores(150)[0])


@read_digits.mistake(LAYER)
def scores_handed_in(
    train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array
) -> Any:
    """There are negative numbers: these are scores.

    What makes probabilities of them?
    """
    return _known_scores(150)[0]


@read_digits.mistake(LAYER)
def rows_that_do_not_add_up_to_one(
    train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array
) -> Any:
    """The rows do not add up to 1, so the classes of one picture do not share one certainty.

    Along which axis do they lie, and which activation makes them share?
    """
    return softmax(_known_scores(150)[0], axis=0)


@read_digits.mistake(ANSWER)
def winners_only(train: Array, codes: Array, valid: Array, valid_codes: Array, new: Array) -> Any:
    """Each row holds a 1 and zeros: these are decisions, and no probabilities.

    Whoever has to weigh costs needs to know how sure the network is. What has been thrown away?
    """
    return one_hot(_known_scores(150)[0].argmax(axis=1), 10)
