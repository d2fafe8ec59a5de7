"""Exercises of chapter 10, and the mistakes that people make in them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import logsumexp, softmax
from softmax_course.losses import cross_entropy
from softmax_course.streaming import MaxAndSum, max_and_sum, merge

from .claims import broke_down, is_nan
from .exercises import Chapter
from .probes import BOTH_FAR, TWO_LARGE, UNROUNDED

Array = NDArray[Any]

ONCE = "Read the scores once"
MERGE = "Merge in any order"
NEUTRAL = "The piece that knows nothing"
MATRIX = "Never build the matrix"
FUSED = "A loss over a large vocabulary"
BOUNDS = "What bounds it"
UNSCALED = "A sum that is not scaled down"
FIRST = "The maximum of the first piece"
MEAN = "The mean of the pieces"
MINUS = "Minus infinity less itself"

chapter = Chapter(10, "10_scale_softmax.ipynb")

NOTHING = np.array([-np.inf, 0.0])
EXAMPLE = np.array([3.0, 1.0 + np.exp(-2.0)])


def _pair(pair: Array) -> MaxAndSum:
    return MaxAndSum(np.float64(pair[0]), np.float64(pair[1]))


# ---- one more score


@chapter.exercise(
    probes=[
        (np.array([1.0, 1.0]), 3.0),
        (EXAMPLE, 2.0),
        (NOTHING, 1.0),
        (np.array([2.0, 3.0]), 2.0),
        (np.array([0.0, 1.0]), 1000.0),
        (np.array([1000.0, 2.0]), -1000.0),
        (NOTHING, -np.inf),
        (EXAMPLE, -np.inf),
    ],
    further=[
        (np.array([-3001.25, 1.875]), -3000.5),
        (np.array([3000.5, 1.123456789]), 3000.25),
        (np.array([-0.123456, 2.345678]), 0.718281),
        (np.array([-5.5, 1.5]), -7.25),
    ],
)
def update_pair(pair: Array, score: float) -> Any:
    """Turn the pair [m, d] of some scores into that of these and one more."""
    return np.array(merge(_pair(pair), max_and_sum([score])))


@update_pair.mistake(UNSCALED, careful=(True, False))
def sum_not_scaled_down(pair: Array, score: float, careful: bool) -> Any:
    """A larger score has come, and the sum still counts the old ones as if it had not.

    The old exponentials were taken with a smaller maximum. By which factor are they too large now?
    """
    m = np.maximum(pair[0], score)
    if careful and m == -np.inf:
        return np.array([m, 0.0])
    return np.array([m, pair[1] + np.exp(score - m)])


@update_pair.mistake(ONCE)
def sum_scaled_the_wrong_way(pair: Array, score: float) -> Any:
    """The sum grows when the maximum does.

    Measured from a higher maximum, do the old scores lie further below it or less far?
    """
    m = np.maximum(pair[0], score)
    if pair[1] == 0:
        return np.array([m, 0.0 if m == -np.inf else 1.0])
    return np.array([m, pair[1] * np.exp(m - pair[0]) + np.exp(score - m)])


@update_pair.mistake(ONCE)
def maximum_never_updated(pair: Array, score: float) -> Any:
    """The maximum stays what it was, however large the new score is.

    Which score should the exponentials be taken from, so that none of them is above 1?
    """
    if pair[1] == 0:
        return np.array([score, 0.0 if score == -np.inf else 1.0])
    return np.array([pair[0], pair[1] + np.exp(score - pair[0])])


@update_pair.mistake(ONCE)
def one_added_for_every_score(pair: Array, score: float) -> Any:
    """Every new score adds 1, as only a largest one does.

    What does a score add that lies below the maximum?
    """
    m = np.maximum(pair[0], score)
    if m == -np.inf:
        return np.array([m, 1.0])
    return np.array([m, pair[1] * np.exp(pair[0] - m) + 1])


@update_pair.mistake(ONCE)
def new_score_not_added(pair: Array, score: float) -> Any:
    """The old sum is scaled, and the new score is missing in it.

    How much should a single score add that is the largest of all?
    """
    m = np.maximum(pair[0], score)
    return np.array([m, 0.0 if m == -np.inf else pair[1] * np.exp(pair[0] - m)])


@update_pair.mistake(ONCE)
def exponential_without_the_maximum(pair: Array, score: float) -> Any:
    """The exponential of the score itself is added, without the maximum.

    A score of 1000 shows what the subtraction is for. From what should the new score be measured?
    """
    m = np.maximum(pair[0], score)
    return np.array([m, (0 if m == -np.inf else pair[1] * np.exp(pair[0] - m)) + np.exp(score)])


@update_pair.mistake(MINUS, claim=is_nan)
def minus_infinity_subtracted_from_itself(pair: Array, score: float) -> Any:
    """Nothing but minus infinity has come so far, and minus infinity less itself is nan.

    What should a score of probability 0 change in a sum that is 0?
    """
    m = np.maximum(pair[0], score)
    return np.array([m, pair[1] * np.exp(pair[0] - m) + np.exp(score - m)])


# ---- merge


@chapter.exercise(
    probes=[
        (EXAMPLE, np.array([2.0, 1.0])),
        (np.array([2.0, 1.0]), EXAMPLE),
        (np.array([1.0, 2.0]), np.array([1.0, 3.0])),
        (np.array([0.0, 5.0]), np.array([1000.0, 2.0])),
        (np.array([-1000.0, 5.0]), np.array([-2000.0, 2.0])),
        (EXAMPLE, NOTHING),
        (NOTHING, EXAMPLE),
        (NOTHING, NOTHING),
    ],
    further=[
        (np.array([-3001.25, 1.875]), np.array([-3000.5, 4.25])),
        (np.array([3000.5, 1.123456789]), np.array([3000.25, 7.654321])),
        (np.array([-0.123456, 2.345678]), np.array([0.718281, 1.414213])),
        (np.array([1.25, 2.0]), np.array([0.5, 2.0])),
    ],
)
def merge_pairs(first: Array, second: Array) -> Any:
    """Merge the pairs [m, d] of two pieces into the pair of both."""
    return np.array(merge(_pair(first), _pair(second)))


def _merged(first: Array, second: Array, join: Callable[[Any, Any, Any, Any, Any], Any]) -> Array:
    """Join two sums, handed the maxima, the larger of them and the sums; with care for nothing."""
    m = np.maximum(first[0], second[0])
    shift = 0.0 if m == -np.inf else m
    return np.array([m, join(first[0] - shift, second[0] - shift, first[1], second[1], shift)])


@merge_pairs.mistake(UNSCALED)
def sums_added_as_they_are(first: Array, second: Array) -> Any:
    """The two sums are added, although each was taken with a maximum of its own.

    Which of the two is too large, now that there is one maximum for both?
    """
    return _merged(first, second, lambda a, b, d, e, m: d + e)


@merge_pairs.mistake(MERGE)
def only_the_second_scaled(first: Array, second: Array) -> Any:
    """The second sum is scaled as if the first piece always had the larger maximum.

    What if the second piece has it?
    """
    if second[1] == 0:
        return first
    if first[1] == 0:
        return second
    m = np.maximum(first[0], second[0])
    return np.array([m, first[1] + second[1] * np.exp(second[0] - first[0])])


@merge_pairs.mistake(MERGE)
def the_larger_sum_scaled(first: Array, second: Array) -> Any:
    """The sum of the piece with the larger maximum is scaled down, and the other is not.

    Which of the two pieces has exponentials that were taken with too small a maximum?
    """
    return _merged(first, second, lambda a, b, d, e, m: d * np.exp(b) + e * np.exp(a))


@merge_pairs.mistake(MERGE)
def sums_scaled_up(first: Array, second: Array) -> Any:
    """A sum grows where it should shrink: the sign in the exponential is turned round.

    Is a piece's own maximum above the common one or below it?
    """
    if second[1] == 0:
        return first
    if first[1] == 0:
        return second
    return _merged(first, second, lambda a, b, d, e, m: d * np.exp(-a) + e * np.exp(-b))


@merge_pairs.mistake(MERGE)
def maxima_added(first: Array, second: Array) -> Any:
    """The maxima are added.

    What is the largest score of two pieces together?
    """
    return np.array([first[0] + second[0], first[1] + second[1]])


@merge_pairs.mistake(MERGE)
def larger_pair_kept(first: Array, second: Array) -> Any:
    """Of the two pairs one is kept and the other forgotten.

    Scores below the maximum count less than 1. Do they count nothing?
    """
    return first if first[0] >= second[0] else second


@merge_pairs.mistake(MERGE)
def sums_multiplied(first: Array, second: Array) -> Any:
    """The sums are multiplied.

    They are sums over two sets of scores. How do you get the sum over both sets?
    """
    return _merged(first, second, lambda a, b, d, e, m: d * np.exp(a) * e * np.exp(b))


@merge_pairs.mistake(NEUTRAL, claim=is_nan)
def minus_infinity_less_itself(first: Array, second: Array) -> Any:
    """Both pieces hold nothing, and the difference of their maxima is nan.

    What should come out when nothing is merged with nothing?
    """
    m = np.maximum(first[0], second[0])
    return np.array([m, first[1] * np.exp(first[0] - m) + second[1] * np.exp(second[0] - m)])


# ---- a logsumexp of pieces


@chapter.exercise(
    probes=[
        ([np.array([1.0, 3.0]), np.array([2.0])],),
        ([np.array([1.0]), np.array([3.0]), np.array([2.0])],),
        ([np.array([1.0, 3.0, 2.0])],),
        ([np.array([0.0, 0.0, 0.0]), np.array([0.0])],),
        ([np.array([1.0]), np.array([1000.0, 1000.0])],),
        ([np.array([-1000.0]), np.array([-1001.0])],),
        ([np.array([1.0, 3.0]), np.array([]), np.array([2.0])],),
        ([np.array([-np.inf, -np.inf]), np.array([1.0, 2.0])],),
    ],
    further=[
        (list(UNROUNDED),),
        (list(BOTH_FAR),),
        (list(TWO_LARGE),),
        ([np.array([]), np.array([-3000.5, -3001.25, -3000.125])],),
        ([np.array([3000.0]), np.array([-3000.0]), np.array([2999.5, 3000.25])],),
        ([np.array([0.0, 2000.0, 1.0]), np.array([2.0])],),
        ([np.array([-np.inf]), np.array([-np.inf, -np.inf])],),
        ([np.array([]), np.array([])],),
    ],
)
def logsumexp_of_pieces(pieces: Sequence[Array]) -> Any:
    """Compute the logsumexp of all scores in a list of pieces."""
    return logsumexp(np.concatenate(list(pieces)))


@logsumexp_of_pieces.mistake(MEAN)
def mean_of_logsumexps(pieces: Sequence[Array]) -> Any:
    """The pieces' logsumexps are averaged.

    Four scores of 0, cut as three and one: does it matter that one piece is larger?
    """
    return np.mean([logsumexp(piece) for piece in pieces])


@logsumexp_of_pieces.mistake(MERGE)
def sum_of_logsumexps(pieces: Sequence[Array]) -> Any:
    """The pieces' logsumexps are added, as if logarithms of sums were sums of logarithms.

    Which sums should be added, those of the logarithms or those of the exponentials?
    """
    return np.sum([logsumexp(piece) for piece in pieces])


@logsumexp_of_pieces.mistake(MERGE)
def largest_logsumexp(pieces: Sequence[Array]) -> Any:
    """The largest of the pieces' logsumexps is taken, and the other pieces are left out.

    Is the sum over all scores ever smaller than that over some of them?
    """
    return np.max([logsumexp(piece) for piece in pieces])


@logsumexp_of_pieces.mistake(ONCE)
def largest_score(pieces: Sequence[Array]) -> Any:
    """This is the maximum of all scores, without the logarithm of the sum.

    Four equal scores have a logsumexp that is the logarithm of 4 above them. What is missing?
    """
    return np.max(np.concatenate(list(pieces)), initial=-np.inf)


@logsumexp_of_pieces.mistake(ONCE)
def last_piece_alone(pieces: Sequence[Array]) -> Any:
    """The answer is that of the last piece alone: each piece overwrites what was known before.

    What has to be kept from one piece to the next?
    """
    return logsumexp(pieces[-1])


@logsumexp_of_pieces.mistake(ONCE)
def first_piece_alone(pieces: Sequence[Array]) -> Any:
    """The answer is that of the first piece alone.

    Is the return inside of the loop?
    """
    return logsumexp(pieces[0])


@logsumexp_of_pieces.mistake(FIRST, claim=broke_down)
def maximum_of_the_first_piece(pieces: Sequence[Array]) -> Any:
    """The first piece's maximum is subtracted everywhere, and a later piece lies far away from it.

    Which maximum keeps every exponent at 0 or below, and when is it known?
    """
    m = np.max(pieces[0])
    return m + np.log(sum(np.exp(piece - m).sum() for piece in pieces))


@logsumexp_of_pieces.mistake(FIRST, claim=broke_down)
def no_maximum_at_all(pieces: Sequence[Array]) -> Any:
    """The exponentials are taken of the scores as they are, and 1000 or -1000 is too much for them.

    What is subtracted from the scores of a single piece, and what of all of them?
    """
    return np.log(sum(np.exp(piece).sum() for piece in pieces))


@logsumexp_of_pieces.mistake(UNSCALED)
def sums_of_pieces_not_scaled(pieces: Sequence[Array]) -> Any:
    """Each piece's sum is taken with its own maximum, and the sums are added as they are.

    Can sums be added that are measured from different maxima?
    """
    pairs = [max_and_sum(piece) for piece in pieces]
    total = sum(d for _, d in pairs)
    return max(m for m, _ in pairs) + (np.log(total) if total > 0 else 0)


@logsumexp_of_pieces.mistake(NEUTRAL)
def empty_pieces_not_expected(pieces: Sequence[Array]) -> Any:
    """A piece is empty here, and the maximum of nothing is an error.

    What does an empty piece add to a sum?
    """
    m = max(piece.max() for piece in pieces)
    return m + np.log(sum(np.exp(piece - m).sum() for piece in pieces))


# ---- what bounds it


@chapter.exercise(
    items=(
        "Softmax of 3 scores, called a million times from Python",
        "A copy of 16 million scores from one array into another",
        "Softmax of 16 million float64 scores, each exponential taken by itself, on one core",
        "Softmax of 16 million scores on an accelerator with a hundred operations for each byte",
        "Reading a stream of 100,000 single scores with update(), one call for each",
        "np.exp called for each of 100 keys in a loop, one number at a time",
    ),
    options=("calls", "arithmetic", "memory"),
)
def what_bounds() -> list[str]:
    """Say what most of the time goes into, for six programs: a list of six strings."""
    return ["calls", "memory", "arithmetic", "memory", "calls", "calls"]


def _bounds(option: str, *numbers: int) -> list[str]:
    """Fill in the right bounds, with `option` for the programs of these numbers."""
    right = what_bounds.reference()
    return [option if i in numbers else right[i - 1] for i in range(1, len(right) + 1)]


@what_bounds.mistake(BOUNDS)
def arithmetic_where_python_calls() -> list[str]:
    """A call from Python takes longer than the exponentials of a few scores.

    How many exponentials fit into a millionth of a second?
    """
    return _bounds("arithmetic", 1, 5, 6)


@what_bounds.mistake(BOUNDS)
def memory_where_python_calls() -> list[str]:
    """A few scores stay in the fastest cache, and moving them takes next to nothing.

    What happens in the interpreter before a function has even looked at its scores?
    """
    return _bounds("memory", 1, 5, 6)


@what_bounds.mistake(BOUNDS)
def arithmetic_where_bytes_are_moved() -> list[str]:
    """Where there are many operations to spare for each byte, arithmetic waits for memory.

    How many operations does one score need, and how many could be done while it arrives?
    """
    return _bounds("arithmetic", 2, 4)


@what_bounds.mistake(BOUNDS)
def memory_where_exponentials_are_taken() -> list[str]:
    """An exponential that is taken by itself costs more than the arrival of its score.

    Which takes longer on such a core: np.exp of an array, or a copy of it?
    """
    return _bounds("memory", 3)


@what_bounds.mistake(BOUNDS)
def calls_where_arrays_are_large() -> list[str]:
    """One call serves 16 million scores here.

    How long does one call take, and how long does the rest?
    """
    return _bounds("calls", 2, 3, 4)


# ---- a loss in blocks

FEATURES = np.array([[1.0, -1.0], [0.5, 2.0], [-1.5, 0.25]])
COLUMNS = np.array([[1.0, 3.0, 2.0, -1.0, 0.5], [0.25, -0.75, 1.5, 2.0, -2.0]])


@chapter.exercise(
    probes=[
        (np.array([[1.0]]), np.array([[1.0, 3.0, 2.0]]), np.array([1]), 2),
        (np.array([[1.0]]), np.array([[1.0, 3.0, 2.0]]), np.array([2]), 2),
        (FEATURES, COLUMNS, np.array([0, 3, 4]), 2),
        (FEATURES, COLUMNS, np.array([4, 4, 2]), 5),
        (FEATURES, COLUMNS, np.array([1, 0, 3]), 1),
        (np.array([[1.0]]), np.array([[0.0, 0.0, 1000.0]]), np.array([0]), 1),
    ],
    further=[
        (np.array([[1.0], [-1.0]]), np.array([[3000.5, 3000.0, -3000.0]]), np.array([1, 2]), 2),
        (UNROUNDED[:3], UNROUNDED.T, np.array([0, 2, 3]), 3),
        (UNROUNDED, UNROUNDED[:3].repeat(2, axis=0)[:5], np.array([4, 0, 2, 1]), 100),
        (np.array([[1.0], [-1.0]]), np.array([[0.0, 2000.0, -1000.0, 3.0]]), np.array([2, 1]), 4),
        (np.array([[1.0]]), np.array([[-2000.0, -2001.0, -2003.0]]), np.array([1]), 2),
    ],
)
def loss_in_blocks(features: Array, weights: Array, targets: Array, block: int) -> Any:
    """Compute the mean cross-entropy of softmax(features @ weights) from blocks of classes."""
    return cross_entropy(features @ weights, targets)


def _blocks(features: Array, weights: Array, block: int) -> list[Array]:
    starts = range(0, weights.shape[1], block)
    return [features @ weights[:, start : start + block] for start in starts]


@loss_in_blocks.mistake(FUSED)
def sum_instead_of_mean(features: Array, weights: Array, targets: Array, block: int) -> Any:
    """The losses are added up.

    Should the loss of a batch grow with the number of its examples?
    """
    return cross_entropy(features @ weights, targets, reduction="sum")


@loss_in_blocks.mistake(FUSED)
def minus_forgotten(features: Array, weights: Array, targets: Array, block: int) -> Any:
    """The loss is negative: this is the mean log-probability.

    Which of the two is subtracted from the other, the logsumexp or the target's score?
    """
    return -cross_entropy(features @ weights, targets)


@loss_in_blocks.mistake(FUSED)
def target_counted_within_its_block(
    features: Array, weights: Array, targets: Array, block: int
) -> Any:
    """The class code is used as a column of the first block.

    If the second block begins with class 2, which column of it is class 3?
    """
    z = features @ weights
    places = targets % min(block, z.shape[1])
    return np.mean(logsumexp(z) - z[np.arange(len(z)), places])


@loss_in_blocks.mistake(FUSED)
def logsumexp_of_the_last_block(features: Array, weights: Array, targets: Array, block: int) -> Any:
    """The logsumexp is that of the last block: earlier blocks have been overwritten.

    What has to be kept of a block before its scores are dropped?
    """
    z = features @ weights
    total = logsumexp(_blocks(features, weights, block)[-1])
    return np.mean(total - z[np.arange(len(z)), targets])


@loss_in_blocks.mistake(FUSED)
def logsumexp_of_the_targets_block(
    features: Array, weights: Array, targets: Array, block: int
) -> Any:
    """Each target is compared with the classes of its own block alone.

    Do the probabilities of one block sum to one?
    """
    losses = []
    for row, target in zip(features @ weights, targets, strict=True):
        start = int(target) // block * block
        losses.append(logsumexp(row[start : start + block]) - row[target])
    return np.mean(losses)


@loss_in_blocks.mistake(MEAN)
def mean_of_the_blocks_logsumexps(
    features: Array, weights: Array, targets: Array, block: int
) -> Any:
    """The blocks' logsumexps are averaged.

    What is the logsumexp of all classes, given that of each block?
    """
    z = features @ weights
    total = np.mean([logsumexp(b) for b in _blocks(features, weights, block)], axis=0)
    return np.mean(total - z[np.arange(len(z)), targets])


@loss_in_blocks.mistake(FIRST, claim=broke_down)
def exponentials_of_bare_scores(features: Array, weights: Array, targets: Array, block: int) -> Any:
    """The exponentials are taken without a maximum, and a score is too large for them.

    Which pair of numbers goes from block to block, so that nothing overflows?
    """
    z = features @ weights
    total = sum(np.exp(b).sum(axis=1) for b in _blocks(features, weights, block))
    return np.mean(np.log(total) - z[np.arange(len(z)), targets])


@loss_in_blocks.mistake(FUSED)
def short_last_block_left_out(features: Array, weights: Array, targets: Array, block: int) -> Any:
    """The classes of a last block that is not full are left out of the sum.

    How many blocks of 2 does it take to hold 3 classes?
    """
    z = features @ weights
    whole = z.shape[1] // block * block
    return np.mean(logsumexp(z[:, :whole]) - z[np.arange(len(z)), targets])


# ---- the open task

KEYS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [3.0, 1.0], [0.5, 0.5]])
LABELS = np.array([0, 1, 1, 7, 9])


@chapter.exercise(
    probes=[
        (np.array([[0.0, 0.0]]), KEYS, LABELS, 1.0),
        (np.array([[0.0, 0.0], [1.0, 1.0]]), KEYS, LABELS, 2.0),
        (np.array([[3.0, 1.0], [0.25, 1.75]]), KEYS, LABELS, 0.5),
        (np.array([[100.0, 100.0]]), KEYS, LABELS, 0.1),
    ],
    further=[
        (UNROUNDED[:3], UNROUNDED, np.array([3, 3, 2, 8]), 1.234567),
        (UNROUNDED, UNROUNDED[::-1] * 3 + 0.1, np.array([5, 4, 9, 0]), 7.5),
        (np.array([[0.5, 0.25]]), np.array([[-40.0, 1.0], [40.0, 60.0]]), np.array([6, 2]), 0.25),
        (np.array([[0.0, 0.0], [100.0, 100.0]]), KEYS, LABELS, 0.1),
        (
            np.array([[25.0, 24.0], [800.0, -900.0]]),
            np.array([[30.0, 21.0], [22.0, 26.0], [805.0, -895.0], [794.0, -904.0]]),
            np.array([3, 1, 4, 8]),
            50.0,
        ),
    ],
    tolerance=1e-9,
)
def attend_to_digits(queries: Array, keys: Array, labels: Array, temperature: float) -> Any:
    """Give each query the keys' labels, weighted by a softmax of their squared distances."""
    return softmax(-_squared(queries, keys) / temperature) @ np.eye(10)[labels]


def _squared(queries: Array, keys: Array) -> Array:
    squared: Array = ((queries[:, np.newaxis] - keys) ** 2).sum(axis=-1)
    return squared


@attend_to_digits.mistake(MATRIX)
def distances_not_squared(queries: Array, keys: Array, labels: Array, temperature: float) -> Any:
    """The distances themselves are used, without a square.

    Which of the two, the distance or its square, does the task ask for?
    """
    return softmax(-np.sqrt(_squared(queries, keys)) / temperature) @ np.eye(10)[labels]


@attend_to_digits.mistake(MATRIX, claim=None)
def far_keys_first(queries: Array, keys: Array, labels: Array, temperature: float) -> Any:
    """The farthest keys have the largest weights.

    Should a small distance make a large score or a small one?
    """
    return softmax(_squared(queries, keys) / temperature) @ np.eye(10)[labels]


@attend_to_digits.mistake(MATRIX)
def temperature_multiplied(queries: Array, keys: Array, labels: Array, temperature: float) -> Any:
    """The scores are multiplied by the temperature.

    Should a high temperature make the weights more alike or less?
    """
    return softmax(-_squared(queries, keys) * temperature) @ np.eye(10)[labels]


@attend_to_digits.mistake(MATRIX)
def temperature_left_out(queries: Array, keys: Array, labels: Array, temperature: float) -> Any:
    """The answer is the same at every temperature.

    Where should the temperature come in: before the softmax or after it?
    """
    return softmax(-_squared(queries, keys)) @ np.eye(10)[labels]


@attend_to_digits.mistake(MATRIX)
def softmax_over_the_queries(queries: Array, keys: Array, labels: Array, temperature: float) -> Any:
    """The weights of each key sum to one over the queries, not those of each query over the keys.

    Who is asking here, and whose answers share the weight of 1?
    """
    return softmax(-_squared(queries, keys) / temperature, axis=0) @ np.eye(10)[labels]


@attend_to_digits.mistake(MATRIX)
def mean_squared_distance(queries: Array, keys: Array, labels: Array, temperature: float) -> Any:
    """The squares are averaged over the features instead of being added.

    By which number does a mean differ from a sum, and what does that do to the temperature?
    """
    squared = _squared(queries, keys) / keys.shape[1]
    return softmax(-squared / temperature) @ np.eye(10)[labels]


@attend_to_digits.mistake(MATRIX)
def weights_instead_of_labels(
    queries: Array, keys: Array, labels: Array, temperature: float
) -> Any:
    """These are the weights of the keys; the labels have not been used.

    Which numbers should the weights average?
    """
    return softmax(-_squared(queries, keys) / temperature)


@attend_to_digits.mistake(MATRIX, claim=broke_down)
def exponentials_without_a_maximum(
    queries: Array, keys: Array, labels: Array, temperature: float
) -> Any:
    """All exponentials of a query that is far from every key are 0, and 0 is divided by 0.

    What is subtracted from the scores before the exponentials are taken?
    """
    e = np.exp(-_squared(queries, keys) / temperature)
    return e / e.sum(axis=1, keepdims=True) @ np.eye(10)[labels]


@attend_to_digits.mistake(UNSCALED)
def pieces_of_two_averaged(queries: Array, keys: Array, labels: Array, temperature: float) -> Any:
    """Each piece of keys has a softmax of its own, and the pieces' answers are averaged.

    A piece of keys that are all far away should count little. What do the pieces have to tell each
    other?
    """
    parts = []
    for start in range(0, len(keys), 2):
        z = -_squared(queries, keys[start : start + 2]) / temperature
        parts.append(softmax(z) @ np.eye(10)[labels[start : start + 2]])
    return np.mean(parts, axis=0)
