"""Exercises of chapter 9, and the mistakes that people make in them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import hardmax, naive_softmax, sigmoid, softmax
from softmax_course.attention import (
    attention_vjp,
    attention_weights,
    scaled_dot_product_attention,
    softmax_one,
)
from softmax_course.encoding import one_hot
from softmax_course.sampling import top_k

from .claims import broke_down
from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, TWO_LARGE, UNROUNDED

Array = NDArray[Any]

EXPERTS = "Send it to two experts"
ASK = "Ask with a query"
SOFT = "Keep the switch soft"
HIDE = "Hide what must not be seen"
BACK = "Backwards through attention"
NOBODY = "Let nobody answer"
SILENT = "Softmax that may stay silent"
NO_SCALE = "The scale forgotten"
QUERIES = "Softmax over the queries"
LATE = "The mask after softmax"
MOVED = "The mask moved by one"
HEAD = "Train a head"

chapter = Chapter(9, "09_attend_with_softmax.ipynb")

QUERY = np.array([2.0, 0.0, 2.0, 0.0])
KEYS = np.array([[1.0, 5.0, 0.0, 3.0], [1.0, 0.0, 2.0, 1.0], [0.0, 1.0, 2.0, 0.0]])
PLACES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
OFF = np.array(
    [[0.7, -1.2, 0.4], [1.5, 0.3, -0.8], [-0.6, 0.9, 1.1], [0.2, -0.4, -1.3], [1.0, 0.8, 0.5]]
)


@chapter.exercise(
    probes=[
        (QUERY, KEYS, PLACES),
        (np.array([1.0, -1.0]), np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), np.eye(3)),
        (OFF[0], OFF[1:], OFF[1:, :1] + 2),
        (np.array([0.0, 3.0, 0.0]), OFF, np.arange(10.0).reshape(5, 2)),
        (np.array([1000.0, 0.0]), np.array([[2.0, 1.0], [1.0, 5.0]]), np.array([[1.0], [2.0]])),
    ],
    further=[
        (UNROUNDED[0], UNROUNDED, UNROUNDED[:, :3]),
        (UNROUNDED[2], UNROUNDED[1:], UNROUNDED[1:, 1:]),
        (np.array([2.0]), np.array([[1500.0], [1500.25], [-9.0]]), np.array([[1.0], [3.0], [7.0]])),
        (np.ones(2), np.array([[-2000.0, -1.0], [-2000.0, 0.0]]), np.array([[1.5], [4.0]])),
        (np.ones(4), np.outer([0, 0, 1500.0], np.ones(4)), np.array([[1.0], [2.0], [3.5]])),
        (np.array([3.0]), np.array([[1.0], [2.0]]), np.array([[5.0, -1.0], [0.5, 1.0]])),
        (np.array([-1.0]), np.array([[-1500.0], [-1499.0]]), np.array([[1.0], [3.0]])),
    ],
)  # fmt: skip
def attend(query: Array, keys: Array, values: Array) -> Any:
    """Answer one query by scaled dot-product attention over the keys and their values."""
    return scaled_dot_product_attention(query[np.newaxis], keys, values)[0]


def _root(features: Array) -> Any:
    return np.sqrt(features.shape[-1])


@attend.mistake(NO_SCALE)
def scale_forgotten(query: Array, keys: Array, values: Array) -> Any:
    """The scores are the plain products, so the more features there are, the harder is the choice.

    By how much does a sum of d random products scatter?
    """
    return softmax(keys @ query) @ values


@attend.mistake(NO_SCALE)
def divided_by_the_number_of_features(query: Array, keys: Array, values: Array) -> Any:
    """The scores are divided by d itself, and the choice is softer than it should be.

    The variance of the products grows like d. How does their spread grow?
    """
    return softmax(keys @ query / len(query)) @ values


@attend.mistake(NO_SCALE)
def multiplied_by_the_root(query: Array, keys: Array, values: Array) -> Any:
    """The scores are multiplied by the root where they should be divided, so they spread even more.

    Should many features make the scores larger or keep them as they are?
    """
    return softmax(keys @ query * _root(query)) @ values


@attend.mistake(SOFT)
def root_of_the_number_of_keys(query: Array, keys: Array, values: Array) -> Any:
    """The scores are divided by the root of the number of keys.

    Over what does the product of a query and a key add up: over the keys, or over something else?
    """
    return softmax(keys @ query / np.sqrt(len(keys))) @ values


@attend.mistake(ASK)
def best_key_takes_all(query: Array, keys: Array, values: Array) -> Any:
    """The value of the best key is the whole answer: a hard switch.

    What do the other keys contribute to a soft one, and how could a network learn otherwise?
    """
    return hardmax(keys @ query) @ values


@attend.mistake(ASK)
def scores_taken_for_weights(query: Array, keys: Array, values: Array) -> Any:
    """The values are multiplied by the scores, which may be negative and sum to anything.

    Which function turns the scores into weights of a mean?
    """
    return (keys @ query / _root(query)) @ values


@attend.mistake(ASK)
def scores_divided_by_their_sum(query: Array, keys: Array, values: Array) -> Any:
    """The scores are divided by their sum, without an exponential: the weights may be negative.

    Why did chapter 2 take the exponential first?
    """
    scores = keys @ query / _root(query)
    return scores / scores.sum() @ values


@attend.mistake(ASK)
def weights_instead_of_the_answer(query: Array, keys: Array, values: Array) -> Any:
    """These are the weights, one for each key: one step is left.

    What are they weights of?
    """
    return attention_weights(query[np.newaxis], keys)[0]


@attend.mistake(ASK)
def mean_of_the_keys(query: Array, keys: Array, values: Array) -> Any:
    """The weights are right, and it is the keys that are averaged with them.

    A key says what a place is about. What says what it has to give?
    """
    return attention_weights(query[np.newaxis], keys)[0] @ keys


@attend.mistake(ASK)
def all_values_alike(query: Array, keys: Array, values: Array) -> Any:
    """This is the plain mean of the values, whatever the query asks.

    Where do query and keys come in?
    """
    return values.mean(axis=0)


@attend.mistake(ASK)
def exponentials_not_divided(query: Array, keys: Array, values: Array) -> Any:
    """The exponentials of the scores are weights that do not sum to one.

    By what are they divided in softmax?
    """
    return np.exp(keys @ query / _root(query)) @ values


@attend.mistake(ASK, claim=broke_down)
def no_maximum_subtracted(query: Array, keys: Array, values: Array) -> Any:
    """The exponential of a large score overflows, and infinity divided by infinity is nan.

    What did chapter 2 subtract first?
    """
    return naive_softmax(keys @ query / _root(query)) @ values


@chapter.exercise(
    probes=[
        (np.array([[1.0], [2.0]]), np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]])),
        (OFF[:3], OFF[1:4], np.eye(3)),
        (OFF, OFF[::-1].copy(), OFF[:, :2] + 2),
        (
            np.array([[1.0, 2.0], [3.0, 0.5]]),
            np.array([[-800.0, 0.0], [900.0, 900.0]]),
            np.array([[1.0], [2.0]]),
        ),
    ],
    further=[
        (UNROUNDED, UNROUNDED[::-1].copy(), UNROUNDED[:, :3]),
        (np.ones((3, 2)), np.array([[1500.0, 0], [1499.0, 0], [-1500.0, 0]]), OFF[:3]),
        (-np.ones((3, 1)), np.array([[3000.0], [3001.0], [0.0]]), np.arange(3.0)[:, np.newaxis]),
        (np.array([[2.0, 1.0, 0.0, 1.0]]), np.ones((1, 4)), np.array([[2.5, -1.5]])),
        (-np.ones((2, 1)), np.array([[-1500.0], [-1499.0]]), np.array([[1.0], [3.0]])),
    ],
)
def causal_attention(q: Array, k: Array, v: Array) -> Any:
    """Answer each position of a text from itself and the positions before it."""
    return scaled_dot_product_attention(q, k, v, causal=True)


def _masked(q: Array, k: Array, v: Array, seen: Array) -> Any:
    scores = q @ k.T / _root(q)
    return softmax(np.where(seen, scores, -np.inf)) @ v


def _past(q: Array, k: int = 0) -> Array:
    return np.tri(len(q), k=k, dtype=bool)


@causal_attention.mistake(HIDE)
def nothing_hidden(q: Array, k: Array, v: Array) -> Any:
    """Every position sees the whole text, and the first one its future.

    What may the first position look at, if it is to predict the second?
    """
    return scaled_dot_product_attention(q, k, v)


@causal_attention.mistake(HIDE)
def mask_turned_round(q: Array, k: Array, v: Array) -> Any:
    """Each position sees itself and what comes after it; the past is hidden.

    Rows are queries and columns are keys. Which side of the diagonal is the past?
    """
    return _masked(q, k, v, _past(q).T)


@causal_attention.mistake(MOVED)
def sees_the_next_position(q: Array, k: Array, v: Array) -> Any:
    """The mask is moved by one, and each position sees the one that it is to predict.

    Which entries of the first row should be left?
    """
    return _masked(q, k, v, _past(q, 1))


@causal_attention.mistake(MOVED)
def does_not_see_itself(q: Array, k: Array, v: Array) -> Any:
    """The diagonal is hidden, so the first position has nobody to look at.

    Is a position's own character known when the next one is predicted?
    """
    return _masked(q, k, v, _past(q, -1))


@causal_attention.mistake(MOVED)
def does_not_see_itself_and_says_nothing_first(q: Array, k: Array, v: Array) -> Any:
    """The diagonal is hidden: the first answer is 0, and the others leave their own position out.

    Is a position's own character known when the next one is predicted?
    """
    return scaled_dot_product_attention(q, k, v, where=_past(q, -1))


@causal_attention.mistake(LATE)
def hidden_after_softmax(q: Array, k: Array, v: Array) -> Any:
    """The weights of the future are set to 0 after softmax, and the rest no longer sums to one.

    What has the future done to the denominator by then?
    """
    return np.where(_past(q), attention_weights(q, k), 0) @ v


@causal_attention.mistake(HIDE)
def hidden_by_a_score_of_0(q: Array, k: Array, v: Array) -> Any:
    """The future gets the score 0, and the exponential of 0 is 1: it is looked at all the same.

    Which score has an exponential of exactly 0?
    """
    return softmax(np.where(_past(q), q @ k.T / _root(q), 0)) @ v


@causal_attention.mistake(QUERIES)
def softmax_over_the_queries(q: Array, k: Array, v: Array) -> Any:
    """The columns of the weights sum to one, so the keys are shared out among the queries.

    Whose weights should sum to one: those of a row or those of a column?
    """
    scores = np.where(_past(q), q @ k.T / _root(q), -np.inf)
    return softmax(scores, axis=0) @ v


@causal_attention.mistake(NO_SCALE)
def scale_left_out(q: Array, k: Array, v: Array) -> Any:
    """The mask is right, and the scores are the plain products.

    By what are the products of two vectors with d features divided?
    """
    return scaled_dot_product_attention(q, k, v, causal=True, scale=1)


@causal_attention.mistake(NO_SCALE)
def scale_without_the_root(q: Array, k: Array, v: Array) -> Any:
    """The mask is right, and the scores are divided by the number of features, not by its root.

    The variance of the products grows like d. How does their spread grow?
    """
    return scaled_dot_product_attention(q, k, v, causal=True, scale=1 / q.shape[1])


@causal_attention.mistake(HIDE)
def values_of_the_past_averaged(q: Array, k: Array, v: Array) -> Any:
    """Each position gets the plain mean of what came before, whatever it asks.

    Where do queries and keys come in?
    """
    return np.cumsum(v, axis=0) / np.arange(1, len(v) + 1)[:, np.newaxis]


@causal_attention.mistake(HIDE)
def weights_of_the_past(q: Array, k: Array, v: Array) -> Any:
    """These are the weights, a row for each query: one product is left.

    What are they weights of?
    """
    return attention_weights(q, k, causal=True)


@causal_attention.mistake(HIDE, claim=broke_down)
def exponentials_overflow(q: Array, k: Array, v: Array) -> Any:
    """The exponential of a large score overflows, and infinity divided by infinity is nan.

    What did chapter 2 subtract from a row first, and who takes part in that?
    """
    scores = np.where(_past(q), q @ k.T / _root(q), -np.inf)
    return naive_softmax(scores) @ v


@causal_attention.mistake(HIDE, claim=broke_down)
def maximum_of_the_hidden_too(q: Array, k: Array, v: Array) -> Any:
    """The maximum is taken before the mask, so a large score of the future makes the past vanish.

    If all that may be seen is far below the number that you subtract, what is left to divide by?
    """
    scores = q @ k.T / _root(q)
    e = np.exp(scores - scores.max(axis=1, keepdims=True)) * _past(q)
    return e / e.sum(axis=1, keepdims=True) @ v


LOGITS = np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]])


@chapter.exercise(
    probes=[
        (LOGITS[:1],),
        (LOGITS,),
        (np.array([[0.5, -1.0, 0.5, 0.5]]),),
        (np.array([[-1.0, -3.0, -2.0, -5.0], [2.0, 2.5, -2.0, 1.0], [0.0, 0.0, 0.0, 0.0]]),),
        (np.array([[1000.0, 0.0, 999.0]]),),
    ],
    further=[
        (UNROUNDED,),
        (LARGEST_LAST,),
        (TWO_LARGE,),
        (np.hstack([BOTH_FAR, BOTH_FAR[:, :1] - 2]),),
        (np.array([[-2000.0, -2001.0, -2002.0], [1.0, 1.0, 1.0]]),),
        (UNROUNDED.T.copy(),),
        (np.random.default_rng(0).integers(0, 3, size=(1, 40)) / 2,),
    ],
)
def route_to_two(scores: Array) -> Any:
    """Give each row's two best experts weights that sum to one, and all others 0."""
    return softmax(top_k(scores, 2))


def _kept(scores: Array, k: int = 2) -> Array:
    """Say which experts the router keeps."""
    kept: Array = np.isfinite(top_k(scores, k))
    return kept


@route_to_two.mistake(EXPERTS)
def all_experts_asked(scores: Array) -> Any:
    """Every expert has a weight, so every expert has to compute.

    How many were to be asked?
    """
    return softmax(scores)


@route_to_two.mistake(EXPERTS)
def only_the_best_asked(scores: Array) -> Any:
    """The best expert has the whole weight, and a weight that is always 1 learns nothing.

    Who else was to be asked?
    """
    return softmax(top_k(scores, 1))


@route_to_two.mistake(EXPERTS)
def not_divided_again(scores: Array) -> Any:
    """The two best keep the weights that they had among all, and these sum to less than one.

    What becomes of the weight of those who are not asked?
    """
    return np.where(_kept(scores), softmax(scores), 0)


@route_to_two.mistake(EXPERTS)
def dropped_with_a_score_of_0(scores: Array) -> Any:
    """The dropped experts get the score 0, which is a score like any other, and so they come back.

    Which score has an exponential of exactly 0?
    """
    return softmax(np.where(_kept(scores), scores, 0))


@route_to_two.mistake(EXPERTS)
def halves(scores: Array) -> Any:
    """The two get one half each, however far apart their scores are.

    What should the odds of the two depend on?
    """
    return np.where(_kept(scores), 0.5, 0)


@route_to_two.mistake(EXPERTS)
def shares_of_the_scores(scores: Array) -> Any:
    """The two share by their scores, without an exponential, and a negative score breaks that.

    Which function turns any two scores into weights?
    """
    kept = np.where(_kept(scores), scores, 0)
    return kept / kept.sum(axis=1, keepdims=True)


@route_to_two.mistake(EXPERTS)
def softmax_of_weights(scores: Array) -> Any:
    """The weights go through softmax a second time, which takes them for scores.

    Weights are never more than 1 apart. What would make them sum to one and keep their odds?
    """
    return softmax(np.where(_kept(scores), softmax(scores), -np.inf))


@route_to_two.mistake(EXPERTS)
def worst_two_asked(scores: Array) -> Any:
    """The two with the smallest scores are asked.

    In which direction does your sort run?
    """
    rank = np.argsort(np.argsort(scores, axis=1, kind="stable"), axis=1)
    return softmax(np.where(rank < 2, scores, -np.inf))


@route_to_two.mistake(EXPERTS)
def all_equals_asked(scores: Array) -> Any:
    """All are asked whose score is not below the second best, and of equals there can be many.

    How many entries of [0.5, 0.5, 0.5] are at least as large as the second largest?
    """
    second = np.sort(scores, axis=1)[:, -2:-1]
    return softmax(np.where(scores >= second, scores, -np.inf))


@route_to_two.mistake(EXPERTS)
def last_of_equals_asked(scores: Array) -> Any:
    """Among equal experts the last ones are asked, and the task wants the first.

    Your sort runs upwards: where do the first of equals stand at its end?
    """
    order = np.argsort(scores, axis=1, kind="stable")
    kept = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(kept, order[:, -2:], True, axis=1)
    return softmax(np.where(kept, scores, -np.inf))


@route_to_two.mistake(EXPERTS)
def two_inputs_for_each_expert(scores: Array) -> Any:
    """Each column keeps its two best rows: the experts choose inputs, and not the inputs experts.

    Along which axis do the experts stand?
    """
    return softmax(top_k(scores, min(2, len(scores)), axis=0), axis=0)


@route_to_two.mistake(EXPERTS)
def two_in_the_whole_batch(scores: Array) -> Any:
    """The two largest scores of all rows together are kept, so some inputs get nobody.

    Whose two best experts are wanted?
    """
    kept = top_k(scores.ravel(), 2).reshape(scores.shape)
    return softmax(kept, where=np.isfinite(kept))


@route_to_two.mistake(EXPERTS)
def experts_instead_of_weights(scores: Array) -> Any:
    """These are the numbers of the two experts, not their weights.

    How wide is an answer that has a column for each expert?
    """
    return np.argsort(-scores, axis=1, kind="stable")[:, :2]


@route_to_two.mistake(EXPERTS, claim=broke_down)
def no_maximum_subtracted_in_routing(scores: Array) -> Any:
    """The exponential of a large score overflows, and infinity divided by infinity is nan.

    What did chapter 2 subtract first?
    """
    e = np.where(_kept(scores), np.exp(scores), 0)
    return e / e.sum(axis=1, keepdims=True)


@chapter.exercise(
    probes=[
        (LOGITS[:1],),
        (np.array([[-8.0, -9.0], [0.0, 0.0]]),),
        (LOGITS - 3,),
        (np.array([[1000.0, 999.0, 0.0]]),),
        (np.array([[-1000.0, -1001.0], [3.0, -2.0]]),),
    ],
    further=[
        (UNROUNDED,),
        (LARGEST_LAST,),
        (BOTH_FAR,),
        (TWO_LARGE,),
        (UNROUNDED.T.copy() - 4,),
        (np.array([[-20.0, -30.0], [-0.5, -700.0]]),),
    ],
)
def softmax_one_rows(scores: Array) -> Any:
    """Compute exp(z) / (1 + sum of exp(z)) for each row, also for scores of ±1000."""
    return softmax_one(scores)


@softmax_one_rows.mistake(SILENT)
def plain_softmax(scores: Array) -> Any:
    """The weights sum to one, perhaps divided again, so somebody is chosen however low all scores
    are.

    What should the sum of the weights be for the scores -8 and -9?
    """
    return softmax(scores)


@softmax_one_rows.mistake(SILENT)
def one_added_after_the_shift(scores: Array) -> Any:
    """The 1 is added to exponentials from which the maximum has been taken, and it has not shrunk.

    If each score loses m, by what are the exponentials divided, and what becomes of the 1?
    """
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / (1 + e.sum(axis=1, keepdims=True))


@softmax_one_rows.mistake(SILENT, claim=broke_down)
def no_shift_at_all(scores: Array) -> Any:
    """The formula as it stands: the exponential of 1000 overflows.

    What can you subtract from all scores and from the 0 behind the 1?
    """
    e = np.exp(scores)
    return e / (1 + e.sum(axis=1, keepdims=True))


@softmax_one_rows.mistake(SILENT)
def each_score_for_itself(scores: Array) -> Any:
    """Each score competes with the 1 alone: this is the sigmoid, entry by entry.

    Which exponentials stand in the denominator of the formula?
    """
    return sigmoid(scores)


@softmax_one_rows.mistake(SILENT)
def rival_kept(scores: Array) -> Any:
    """The weight of the silent rival is still there, in one column too many.

    For whom is it kept?
    """
    return softmax(np.hstack([scores, np.zeros((len(scores), 1))]))


@softmax_one_rows.mistake(SILENT)
def one_added_to_the_exponentials(scores: Array) -> Any:
    """The 1 is added to every exponential, so a row of K scores has K of them in its denominator.

    How many silent rivals are there?
    """
    n, m = scores.shape[1], np.maximum(scores.max(axis=1, keepdims=True), 0)
    e = np.exp(scores - m)
    return e / (n * np.exp(-m) + e.sum(axis=1, keepdims=True))


@softmax_one_rows.mistake(SILENT)
def one_rival_for_the_whole_batch(scores: Array) -> Any:
    """All rows share one sum, so what stands in one row changes the weights of another.

    Over which axis does the sum in the denominator run?
    """
    return softmax_one(scores, axis=None)


@softmax_one_rows.mistake(SILENT)
def columns_instead_of_rows(scores: Array) -> Any:
    """The sum runs down the columns.

    What should one row of weights add up to, at most?
    """
    return softmax_one(scores, axis=0)


@softmax_one_rows.mistake(SILENT)
def one_subtracted_from_the_weights(scores: Array) -> Any:
    """This is what is left for nobody in each row, and not the weights.

    How many numbers does a row of the answer have?
    """
    return 1 - softmax_one(scores).sum(axis=1)


@softmax_one_rows.mistake(SILENT)
def rival_with_the_score_1(scores: Array) -> Any:
    """The silent rival has the score 1, whose exponential is e, and not 1.

    Which score has the exponential 1?
    """
    return softmax(np.hstack([scores, np.ones((len(scores), 1))]))[:, :-1]


@chapter.exercise(
    probes=[
        (
            np.array([[1.0, 0.0, 0.0, 1.0]]),
            np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 1.0]]),
            np.array([[1.0], [2.0]]),
            np.array([[1.0]]),
        ),
        (OFF[:2], OFF[2:], OFF[2:, :2], np.array([[1.0, -0.5], [0.3, 2.0]])),
        (OFF[:3], OFF[2:], OFF[:3], OFF[1:4]),
        (
            np.array([[1000.0, 0.0]]),
            np.array([[1.0, 2.0], [1.0, 1.0]]),
            np.array([[1.0], [3.0]]),
            np.array([[2.0]]),
        ),
    ],
    further=[
        (UNROUNDED[:2], UNROUNDED, UNROUNDED[:, 1:4], UNROUNDED[2:, :3]),
        (np.ones((2, 2)), np.array([[2000.0, 0.0], [2001.0, 1.0]]), OFF[:2], OFF[2:4]),
        (-np.ones((1, 2)), np.array([[2000.0, 0.0], [2001.0, 1.0]]), OFF[:2], OFF[2:3]),
        (np.ones((1, 1)), OFF[:3, :1], OFF[:3, 1:], OFF[:1, :2]),
        (np.array([[3000.0, 1.0]]), np.array([[1.0, 2.0], [1.0005, -1.0]]), OFF[:2], OFF[3:4]),
        (np.array([[-3000.0, 1.0]]), np.array([[1.0, 2.0], [1.0005, -1.0]]), OFF[:2], OFF[3:4]),
    ],
)  # fmt: skip
def query_gradient(q: Array, k: Array, v: Array, G: Array) -> Any:
    """Lead the gradient by the answers of attention, G, back to the queries."""
    return attention_vjp(q, k, v, G)[0]


def _led_back(
    q: Array, k: Array, v: Array, gradient: Array, through: Callable[[Array, Array], Array]
) -> Any:
    """Lead a gradient back, with a way of your own from the weights to the scores."""
    return through(attention_weights(q, k), gradient @ v.T) @ k / _root(q)


def _vjp(p: Array, g: Array) -> Array:
    by_scores: Array = p * (g - np.sum(p * g, axis=1, keepdims=True))
    return by_scores


@query_gradient.mistake(BACK)
def scale_not_in_the_gradient(q: Array, k: Array, v: Array, g: Array) -> Any:
    """All steps are there but one: the scores are the products divided by a root.

    What does the chain rule make of a constant factor?
    """
    return _vjp(attention_weights(q, k), g @ v.T) @ k


@query_gradient.mistake(BACK)
def scale_twice(q: Array, k: Array, v: Array, g: Array) -> Any:
    """The gradient is divided by the number of features, as if the root counted twice.

    How often is a query multiplied by the scale on its way to the scores?
    """
    return _led_back(q, k, v, g, _vjp) / _root(q)


@query_gradient.mistake(BACK)
def scale_missing_on_the_way_there(q: Array, k: Array, v: Array, g: Array) -> Any:
    """The weights are those of undivided products, so the gradient belongs to another function.

    Which weights did the answers come from?
    """
    return _vjp(attention_weights(q, k, scale=1), g @ v.T) @ k / _root(q)


@query_gradient.mistake(BACK)
def scale_nowhere(q: Array, k: Array, v: Array, g: Array) -> Any:
    """The scale is missing twice: in the weights, and in the gradient.

    By what were the products divided?
    """
    return _vjp(attention_weights(q, k, scale=1), g @ v.T) @ k


@query_gradient.mistake(BACK)
def mean_not_subtracted(q: Array, k: Array, v: Array, g: Array) -> Any:
    """Each gradient is multiplied by its weight, and what all of a row have in common stays in.

    If all weights of a row feel the same push, does any score matter?
    """
    return _led_back(q, k, v, g, lambda p, by_p: p * by_p)


@query_gradient.mistake(BACK)
def plain_mean_subtracted(q: Array, k: Array, v: Array, g: Array) -> Any:
    """From each row its plain mean is subtracted, where every entry should count with its weight.

    With which weights does the inner product in the formula add up?
    """
    return _led_back(q, k, v, g, lambda p, by_p: p * (by_p - by_p.mean(axis=1, keepdims=True)))


@query_gradient.mistake(BACK)
def diagonal_of_the_jacobian(q: Array, k: Array, v: Array, g: Array) -> Any:
    """Each score is led back through its own weight alone: the diagonal, p (1 - p).

    If one score rises, what happens to the other weights of the row?
    """
    return _led_back(q, k, v, g, lambda p, by_p: p * (1 - p) * by_p)


@query_gradient.mistake(BACK)
def softmax_skipped(q: Array, k: Array, v: Array, g: Array) -> Any:
    """The gradient goes from the weights straight to the products, as if there were no softmax.

    Which step lies between the scores and the weights?
    """
    return _led_back(q, k, v, g, lambda p, by_p: by_p)


@query_gradient.mistake(BACK)
def one_mean_for_all_queries(q: Array, k: Array, v: Array, g: Array) -> Any:
    """The inner product is summed over all rows together, so the queries are mixed.

    How many softmaxes are there, and how many inner products?
    """
    return _led_back(q, k, v, g, lambda p, by_p: p * (by_p - np.sum(p * by_p)))


@query_gradient.mistake(BACK)
def inner_product_over_the_queries(q: Array, k: Array, v: Array, g: Array) -> Any:
    """The inner product runs down the columns, over the queries.

    Along which axis do the weights sum to one?
    """
    return _led_back(q, k, v, g, lambda p, by_p: p * (by_p - np.sum(p * by_p, axis=0)))


@query_gradient.mistake(BACK)
def gradient_of_the_keys(q: Array, k: Array, v: Array, g: Array) -> Any:
    """This is the gradient by the keys, with a row for each of them.

    From the scores, which product leads to the queries?
    """
    return attention_vjp(q, k, v, g)[1]


@query_gradient.mistake(BACK)
def gradient_of_the_values(q: Array, k: Array, v: Array, g: Array) -> Any:
    """This is the gradient by the values, with a row for each of them.

    The values come last in the formula. How much further back do the queries stand?
    """
    return attention_vjp(q, k, v, g)[2]


@query_gradient.mistake(BACK)
def turned_downhill(q: Array, k: Array, v: Array, g: Array) -> Any:
    """The sign is turned round: this is a step downhill, and not the gradient.

    Who subtracts it, the gradient or the training?
    """
    return -attention_vjp(q, k, v, g)[0]


@query_gradient.mistake(BACK, claim=broke_down)
def overflow_on_the_way_there(q: Array, k: Array, v: Array, g: Array) -> Any:
    """The exponential of a large score overflows, and the gradient is nan.

    What did chapter 2 subtract first?
    """
    return _vjp(naive_softmax(q @ k.T / _root(q)), g @ v.T) @ k / _root(q)


def _around(seed: int, sizes: list[int], d: int, spread: float) -> tuple[Array, Array]:
    """Draw examples of length 1 about a centre for each class, in a mixed order."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    features = rng.normal(size=(len(sizes), d))[codes] + spread * rng.normal(size=(len(codes), d))
    return np.round(features / np.linalg.norm(features, axis=1, keepdims=True), 4), codes


def _all_alike(much: float, lookup: tuple[Array, Array]) -> tuple[Array, Array]:
    """Add a feature that all share: it adds a large number to each product, and says nothing."""
    return np.column_stack([np.full(len(lookup[1]), much), lookup[0]]), lookup[1]


def _times(factor: float, lookup: tuple[Array, Array]) -> tuple[Array, Array]:
    return factor * lookup[0], lookup[1]


@chapter.exercise(
    probes=[
        (np.array([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8], [0.0, 1.0]]), np.array([0, 0, 1, 1])),
        _around(13, [3, 4, 2], 3, 0.6),
        _around(10, [5, 4], 2, 0.5),
        _around(1, [4, 3, 5, 3], 5, 0.8),
        _around(2, [7, 8, 6], 4, 0.8),
    ],
    further=[
        _times(5, _around(6, [4, 3, 5, 3], 5, 0.8)),
        _times(0.5, _around(3, [7, 8, 6], 4, 0.8)),
        _all_alike(30, _around(13, [3, 4, 2], 3, 0.6)),
        _around(0, [6, 3], 3, 1.0),  # the hardest choice is the best
        _around(2, [6, 3], 3, 1.0),  # the softest
    ],
    tolerance=2e-3,
)
def best_lookup_scale(features: Array, codes: Array) -> Any:
    """Find the scale, 0.1 to 100, with the smallest mean NLL if each example asks the others."""
    return _best_scale(features, codes, _others)


def _others(products: Array, scales: Array) -> Array:
    seen = ~np.eye(len(products), dtype=bool)
    weights: Array = softmax(
        scales * products, where=np.broadcast_to(seen, (len(scales), *seen.shape))
    )
    return weights


def _surprise(p: Array) -> Array:
    return np.asarray(-np.log(np.maximum(p, 1e-300)).mean(axis=-1))


def _best_scale(
    features: Array,
    codes: Array,
    weigh: Callable[[Array, Array], Array],
    loss: Callable[[Array], Array] = _surprise,
    steps: int = 4,
) -> float:
    """Minimise a loss of the true names' weights: a grid on a logarithmic scale, and finer ones."""
    products, same = features @ features.T, one_hot(codes) @ one_hot(codes).T
    low, high = 0.1, 100.0
    for _ in range(steps):
        grid = np.geomspace(low, high, 25)
        true = np.sum(weigh(products, grid[:, np.newaxis, np.newaxis]) * same, axis=-1)
        best = int(np.argmin(loss(true)))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 24)]
    return float(grid[best])


@best_lookup_scale.mistake(HIDE)
def itself_not_hidden(features: Array, codes: Array) -> Any:
    """Each example finds itself among the keys, with its own name, and the harder the choice, the
    better that looks.

    What would the NLL be, if each looked at itself alone? Which entries of the scores must go?
    """
    return _best_scale(features, codes, lambda z, s: softmax(s * z))


@best_lookup_scale.mistake(HIDE)
def itself_hidden_by_a_score_of_0(features: Array, codes: Array) -> Any:
    """Each example's score with itself is set to 0, which is a score like any other.

    Which score has an exponential of exactly 0?
    """
    return _best_scale(
        features, codes, lambda z, s: softmax(s * np.where(np.eye(len(z), dtype=bool), 0, z))
    )


@best_lookup_scale.mistake(LATE)
def itself_hidden_after_softmax(features: Array, codes: Array) -> Any:
    """The weight of each example on itself is set to 0 after softmax, and the rest sums to too
    little.

    What has the hidden score done to the denominator by then?
    """
    return _best_scale(
        features, codes, lambda z, s: np.where(np.eye(len(z), dtype=bool), 0, softmax(s * z))
    )


@best_lookup_scale.mistake(SOFT)
def temperature_instead_of_scale(features: Array, codes: Array) -> Any:
    """This is one divided by the scale: a temperature.

    Are the scores multiplied by your number, or divided by it?
    """
    return 1 / _best_scale(features, codes, _others)


@best_lookup_scale.mistake(SOFT)
def logarithm_of_the_scale(features: Array, codes: Array) -> Any:
    """This is the logarithm of the scale: a search on that axis is sensible, and one step is left.

    Which function undoes the logarithm?
    """
    return np.log(_best_scale(features, codes, _others))


@best_lookup_scale.mistake(SOFT)
def scale_of_random_vectors(features: Array, codes: Array) -> Any:
    """This is one over the root of the number of features, whatever the examples are.

    That keeps the spread of random scores at one. What is to be as small as possible here?
    """
    return 1 / _root(features)


@best_lookup_scale.mistake(ASK)
def smallest_loss_instead_of_its_place(features: Array, codes: Array) -> Any:
    """This is the smallest NLL itself, and not the scale at which it is reached.

    Of all the scales that you tried, which one gave this number?
    """
    scale = np.reshape(_best_scale(features, codes, _others), (1, 1, 1))
    same = one_hot(codes) @ one_hot(codes).T
    return _surprise(np.sum(_others(features @ features.T, scale) * same, axis=-1))[0]


@best_lookup_scale.mistake(ASK)
def weights_of_the_true_name_averaged(features: Array, codes: Array) -> Any:
    """This makes the mean weight of the true names as large as possible: fair, and not the task.

    Which loss is large if a single true name gets nearly nothing?
    """
    return _best_scale(features, codes, _others, lambda p: -p.mean(axis=-1))


@best_lookup_scale.mistake(ASK)
def one_key_s_surprise_instead_of_the_name_s(features: Array, codes: Array) -> Any:
    """The logarithm is taken of each weight, and then the keys of the true name are averaged.

    The probability of a name is the sum over its keys. In which order come sum and logarithm?
    """
    products, names = features @ features.T, one_hot(codes)
    same = names @ names.T * ~np.eye(len(codes), dtype=bool)
    low, high = 0.1, 100.0
    for _ in range(4):
        grid = np.geomspace(low, high, 25)
        log_p = np.log(np.maximum(_others(products, grid[:, np.newaxis, np.newaxis]), 1e-300))
        best = int(np.argmin(-np.sum(log_p * same, axis=(1, 2))))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 24)]
    return float(grid[best])


@best_lookup_scale.mistake(SOFT)
def grid_too_coarse(features: Array, codes: Array) -> Any:
    """The answer is right up to the step of its grid, and three digits were asked for.

    You know now where the valley is. What would a second grid have to cover?
    """
    return round(_best_scale(features, codes, _others))


@best_lookup_scale.mistake(QUERIES)
def softmax_down_the_columns(features: Array, codes: Array) -> Any:
    """The softmax runs down the columns: the askers share out each key among themselves.

    Whose weights should sum to one?
    """

    def weigh(z: Array, s: Array) -> Array:
        hidden: Array = np.where(np.eye(len(z), dtype=bool), -np.inf, s * z)
        weights: Array = softmax(hidden, axis=1)
        return weights

    return _best_scale(features, codes, weigh)
