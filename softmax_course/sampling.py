"""Draw classes from logits, and truncate logits before drawing."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from softmax_course._validation import (
    Array,
    Floats,
    FloatT,
    Numbers,
    as_axis,
    as_floats,
    as_integer,
    as_scalar,
    refuse_where,
)
from softmax_course.activations import _subtract_then_divide, logsumexp, softmax

__all__ = ["gumbel_max", "min_p", "sample", "top_k", "top_p"]

#: What SPEC 7 of Scientific Python allows as the argument `rng`.
RNGLike: TypeAlias = (
    int
    | Sequence[int]
    | np.random.SeedSequence
    | np.random.BitGenerator
    | np.random.Generator
    | None
)
#: A size of at least one axis, so that the result is an array.
Size: TypeAlias = int | tuple[int, *tuple[int, ...]]
#: What a call draws at most at once, draws times classes (8 MiB in float64).
BLOCK = 2**20


@overload
def sample(
    logits: ArrayLike, size: Size, *, axis: int = ..., temperature: float = ..., rng: RNGLike = ...
) -> NDArray[np.intp]: ...
@overload
def sample(
    logits: Sequence[float],
    size: None = ...,
    *,
    axis: int = ...,
    temperature: float = ...,
    rng: RNGLike = ...,
) -> np.intp: ...
@overload
def sample(
    logits: ArrayLike,
    size: int | tuple[int, ...] | None = ...,
    *,
    axis: int = ...,
    temperature: float = ...,
    rng: RNGLike = ...,
) -> NDArray[np.intp] | np.intp: ...
def sample(
    logits: ArrayLike,
    size: int | tuple[int, ...] | None = None,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    rng: RNGLike = None,
) -> NDArray[np.intp] | np.intp:
    """Draw class codes from the distribution ``softmax(logits / temperature)``.

    A uniform number is looked up in the running sum of the probabilities (inversion).

    Parameters
    ----------
    logits : array_like of real numbers
        At least one-dimensional, the classes on `axis`; ``-inf`` is a class that is never drawn.
    size : int or tuple of int, optional
        Shape of the result, to which the shape of the logits without `axis` must broadcast, as
        for the methods of `numpy.random.Generator`. By default that shape itself: one draw from
        each distribution.
    axis : int, default -1
        Axis of the classes.
    temperature : float, default 1.0
        Finite and positive; the logits are divided by it, as in `softmax`.
    rng : None, int, numpy.random.SeedSequence, BitGenerator or Generator, optional
        Where the randomness comes from, as for `numpy.random.default_rng`: None is a fresh seed,
        and a Generator is used, and advanced, as it is (SPEC 7).

    Returns
    -------
    numpy.ndarray of intp, or a scalar for a single draw
        Codes from 0 to K - 1.

    Raises
    ------
    ValueError
        If there are no classes, a distribution is undefined (a logit that is nan or ``inf``, or
        all of them ``-inf``), the shape does not broadcast to `size`, the temperature is not finite
        and positive, or a seed is negative.
    TypeError
        If the logits are not real numbers or rng is none of the above.

    See Also
    --------
    gumbel_max : The same distribution without computing a probability.

    Examples
    --------
    >>> sample([1, 3, 2], size=10, rng=0)
    array([1, 1, 0, 0, 2, 2, 1, 1, 1, 2])
    """
    scores = _distributions(logits, axis)
    cumulative = np.cumsum(softmax(scores, temperature=temperature), axis=-1)
    # Dividing makes the last entry exactly 1, above every uniform number: rounding in the sum
    # can neither run past the last class nor select one of probability 0.
    cumulative /= cumulative[..., -1:]
    uniform = as_generator(rng).random(_result_shape(size, scores.shape[:-1]))
    if scores.ndim == 1:
        return _codes(np.searchsorted(cumulative, uniform, side="right"))
    return _codes(_search_rows(cumulative, np.asarray(uniform)))


@overload
def gumbel_max(
    logits: ArrayLike, size: Size, *, axis: int = ..., temperature: float = ..., rng: RNGLike = ...
) -> NDArray[np.intp]: ...
@overload
def gumbel_max(
    logits: Sequence[float],
    size: None = ...,
    *,
    axis: int = ...,
    temperature: float = ...,
    rng: RNGLike = ...,
) -> np.intp: ...
@overload
def gumbel_max(
    logits: ArrayLike,
    size: int | tuple[int, ...] | None = ...,
    *,
    axis: int = ...,
    temperature: float = ...,
    rng: RNGLike = ...,
) -> NDArray[np.intp] | np.intp: ...
def gumbel_max(
    logits: ArrayLike,
    size: int | tuple[int, ...] | None = None,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    rng: RNGLike = None,
) -> NDArray[np.intp] | np.intp:
    """Draw class codes from ``softmax(logits / temperature)`` as the argmax of noisy logits.

    The class with the largest ``logit / temperature + g``, where each ``g`` is drawn from the
    standard Gumbel distribution, is class i with probability ``softmax(logits / temperature)[i]``.

    Parameters
    ----------
    logits, size, axis, temperature, rng
        As for `sample`.

    Returns
    -------
    numpy.ndarray of intp, or a scalar for a single draw
        Codes from 0 to K - 1.

    Raises
    ------
    ValueError, TypeError
        As `sample`.

    References
    ----------
    Maddison, Mnih & Teh (2017), "The Concrete Distribution", arXiv:1611.00712, section 2.

    Examples
    --------
    >>> draws = gumbel_max([1, 3, 2], size=200_000, rng=0)
    >>> np.bincount(draws) / 200_000
    array([0.090685, 0.66711 , 0.242205])
    """
    scores = _distributions(logits, axis)
    shape = _result_shape(size, scores.shape[:-1])
    # Only differences count, and noise added to 1e17 itself would be lost in rounding. A gap too
    # large for a float becomes -inf, a class that noise could not have saved.
    with np.errstate(over="ignore"):
        shifted = _subtract_then_divide(scores, scores.max(axis=-1, keepdims=True), temperature)
    rows = shifted.reshape(-1, scores.shape[-1])
    generator = as_generator(rng)
    codes = np.empty(shape, dtype=np.intp)
    for draws, which in _blocks(shape, scores.shape):
        noise = generator.gumbel(size=(len(which), rows.shape[1]))
        codes.flat[draws] = np.argmax(rows[which] + noise, axis=-1)
    return _codes(codes)


@overload
def top_k(logits: NDArray[FloatT], k: int, *, axis: int = ...) -> NDArray[FloatT]: ...
@overload
def top_k(logits: Numbers, k: int, *, axis: int = ...) -> NDArray[np.float64]: ...
@overload
def top_k(logits: ArrayLike, k: int, *, axis: int = ...) -> Floats: ...
def top_k(logits: ArrayLike, k: int, *, axis: int = -1) -> Floats:
    """Keep the k largest logits and drop the others to ``-inf``.

    Parameters
    ----------
    logits : array_like of real numbers
        At least one-dimensional, the classes on `axis`.
    k : int
        From 1 to the number of classes. Among equal logits the first are kept, so that exactly k
        stay, or all that are not ``-inf`` if these are fewer.
    axis : int, default -1
        Axis of the classes.

    Returns
    -------
    numpy.ndarray of the logits' shape
        Logits again, for a softmax, a sample or the next truncation. Where the distribution is
        undefined (a logit that is nan or ``inf``, or all of them ``-inf``) that slice is nan, as
        in `softmax`.

    Raises
    ------
    ValueError
        If k is out of range or there are no classes.
    TypeError
        If k is not an integer or the logits are not real numbers.

    Examples
    --------
    >>> top_k([1, 3, 2], 2)
    array([-inf,   3.,   2.])
    """
    scores, dtype, axis = _scores(logits, axis)
    num_classes = scores.shape[axis]
    k = as_integer(k, "k")
    if num_classes == 0:
        raise ValueError(f"logits have no classes to keep: axis {axis} has length 0")
    if not 1 <= k <= num_classes:
        raise ValueError(
            f"k must be from 1 to {num_classes}, the number of classes on axis {axis}, not {k}"
        )
    return _keep(_rank(scores, axis) < k, scores, dtype, axis)


@overload
def top_p(logits: NDArray[FloatT], p: float, *, axis: int = ...) -> NDArray[FloatT]: ...
@overload
def top_p(logits: Numbers, p: float, *, axis: int = ...) -> NDArray[np.float64]: ...
@overload
def top_p(logits: ArrayLike, p: float, *, axis: int = ...) -> Floats: ...
def top_p(logits: ArrayLike, p: float, *, axis: int = -1) -> Floats:
    """Keep the most probable classes whose probabilities first sum to p (nucleus sampling).

    Parameters
    ----------
    logits : array_like of real numbers
        At least one-dimensional, the classes on `axis`.
    p : float
        In (0, 1]; 1 keeps every class, and the most probable class always stays. Equal logits are
        taken in order of position. A sum that equals p can fall on either side by rounding.
    axis : int, default -1
        Axis of the classes.

    Returns
    -------
    numpy.ndarray of the logits' shape
        As `top_k`.

    Raises
    ------
    ValueError
        If p is outside (0, 1].
    TypeError
        If the logits are not real numbers.

    References
    ----------
    Holtzman et al. (2020), "The Curious Case of Neural Text Degeneration", arXiv:1904.09751.

    Examples
    --------
    >>> from softmax_course.activations import softmax
    >>> np.round(softmax(top_p([1, 3, 2], 0.9)), 7)
    array([0.       , 0.7310586, 0.2689414])
    """
    scores, dtype, axis = _scores(logits, axis)
    share = _as_share(p)
    rank = _rank(scores, axis)
    probabilities = softmax(scores, axis)
    descending = np.take_along_axis(probabilities, np.argsort(rank, axis=axis), axis=axis)
    mass_before = np.cumsum(descending, axis=axis) - descending
    kept = np.take_along_axis((mass_before < share) | (share == 1), rank, axis=axis)
    return _keep(kept, scores, dtype, axis)


@overload
def min_p(logits: NDArray[FloatT], p: float, *, axis: int = ...) -> NDArray[FloatT]: ...
@overload
def min_p(logits: Numbers, p: float, *, axis: int = ...) -> NDArray[np.float64]: ...
@overload
def min_p(logits: ArrayLike, p: float, *, axis: int = ...) -> Floats: ...
def min_p(logits: ArrayLike, p: float, *, axis: int = -1) -> Floats:
    """Keep the classes at least p times as probable as the most probable one.

    Confident distributions lose more classes than flat ones.

    Parameters
    ----------
    logits : array_like of real numbers
        At least one-dimensional, the classes on `axis`.
    p : float
        In (0, 1]; 1 keeps the most probable class and those equal to it. A probability that equals
        the threshold can fall on either side by rounding.
    axis : int, default -1
        Axis of the classes.

    Returns
    -------
    numpy.ndarray of the logits' shape
        As `top_k`.

    Raises
    ------
    ValueError
        If p is outside (0, 1].
    TypeError
        If the logits are not real numbers.

    References
    ----------
    Nguyen et al. (2025), "Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM
    Outputs", arXiv:2407.01082.

    Examples
    --------
    The threshold is 0.2 × 0.6652 = 0.1330, which class 0 with 0.0900 misses:

    >>> min_p([1, 3, 2], 0.2)
    array([-inf,   3.,   2.])
    """
    scores, dtype, axis = _scores(logits, axis)
    share = _as_share(p)
    probabilities = softmax(scores, axis)
    threshold = share * probabilities.max(axis=axis, keepdims=True, initial=0)
    return _keep(probabilities >= threshold, scores, dtype, axis)


def as_generator(rng: RNGLike) -> np.random.Generator:
    """Return a Generator for any `rng` that SPEC 7 allows, and a Generator as it is.

    Raises
    ------
    ValueError
        If a seed is negative.
    TypeError
        If `rng` is anything else, the legacy ``numpy.random.RandomState`` included.

    Examples
    --------
    >>> as_generator(0).integers(10)
    np.int64(8)
    """
    try:
        if not isinstance(rng, np.random.RandomState):
            return np.random.default_rng(rng)
    except TypeError:
        pass
    except ValueError as error:
        raise ValueError(f"rng must be a seed that NumPy takes, not {rng!r}: {error}") from None
    raise TypeError(
        "rng must be None, an integer seed, or a numpy.random SeedSequence, BitGenerator or "
        f"Generator such as numpy.random.default_rng(0), not {type(rng).__name__}"
    )


def _scores(logits: ArrayLike, axis: int) -> tuple[Array, np.dtype[np.generic], int]:
    """Logits in float64 at least, the type that they came in, and the axis counted from 0."""
    scores, dtype = as_floats(logits)
    # Running sums of probabilities and thresholds in float16 or float32 would be too coarse.
    scores = scores.astype(np.promote_types(scores.dtype, np.float64), copy=False)
    return scores, dtype, as_axis(axis, scores.ndim, "logits")


def _distributions(logits: ArrayLike, axis: int) -> Array:
    """Logits with the classes last, having checked that each row has a softmax to draw from."""
    scores, _, axis = _scores(logits, axis)
    if scores.shape[axis] == 0:
        raise ValueError(f"logits have no classes to draw from: axis {axis} has length 0")
    refuse_where(
        np.isnan(scores) | (scores == np.inf),
        scores,
        "logits",
        "has no probability: expected a finite number, or -inf for a class that is never drawn",
    )
    refuse_where(
        np.all(scores == -np.inf, axis=axis, keepdims=True),
        scores,
        "logits",
        "leaves nothing to draw: every class is -inf",
        axes=(axis,),
    )
    return np.moveaxis(scores, axis, -1)


def _result_shape(
    size: int | tuple[int, ...] | None, batch_shape: tuple[int, ...]
) -> tuple[int, ...]:
    if size is None:
        return batch_shape
    lengths = size if isinstance(size, Iterable) else (size,)
    shape = tuple(as_integer(length, "size") for length in lengths)
    with suppress(ValueError):
        if np.broadcast_shapes(shape, batch_shape) == shape:
            return shape
    raise ValueError(
        f"size must be a shape to which {batch_shape}, that of the logits without their class "
        f"axis, broadcasts, not {size}"
    )


def _codes(codes: Any) -> NDArray[np.intp] | np.intp:
    """Return codes in the type of places, as `numpy.bincount` wants them; one as a scalar."""
    array: Array = np.asarray(codes, dtype=np.intp)
    result: NDArray[np.intp] | np.intp = array if array.ndim else array[()]
    return result


def _search_rows(cumulative: Array, uniform: Array) -> NDArray[np.intp]:
    """`numpy.searchsorted` from the right of each number in its own row of running sums.

    A binary search for all at once: nothing here is as large as the draws times the classes.
    """
    batch, num_classes = cumulative.shape[:-1], cumulative.shape[-1]
    first = (np.arange(math.prod(batch)) * num_classes).reshape(batch)
    low = np.zeros(uniform.shape, dtype=np.intp)
    high = np.full(uniform.shape, num_classes - 1)
    for _ in range((num_classes - 1).bit_length()):
        middle = (low + high) // 2
        above = cumulative.take(first + middle) > uniform
        low, high = np.where(above, low, middle + 1), np.where(above, middle, high)
    return low


def _blocks(
    shape: tuple[int, ...], scores_shape: tuple[int, ...]
) -> Iterator[tuple[slice, NDArray[np.intp]]]:
    """Cut the draws into blocks of bounded size, each with the distribution of each of its draws.

    The blocks are in order, so that a generator gives the same noise as it would in one call.
    """
    *batch, num_classes = scores_shape
    which = np.broadcast_to(np.arange(math.prod(batch)).reshape(batch), shape).ravel()
    length = max(1, BLOCK // num_classes)
    for start in range(0, which.size, length):
        draws = slice(start, start + length)
        yield draws, which[draws]


def _as_share(p: float) -> np.floating[Any]:
    share = as_scalar(p, "p")
    if not 0 < share <= 1:
        raise ValueError(f"p must be above 0 and at most 1, not {p}")
    return share


def _rank(scores: Array, axis: int) -> NDArray[np.intp]:
    """Place of each class in the order from the largest to the smallest, equals as they stand."""
    return np.argsort(np.argsort(-scores, axis=axis, kind="stable"), axis=axis)


def _keep(kept: NDArray[np.bool_], scores: Array, dtype: DTypeLike, axis: int) -> Array:
    """Return the logits, -inf where not kept, and nan where there is no distribution."""
    defined = np.isfinite(logsumexp(scores, axis, keepdims=True))
    truncated = np.where(defined, np.where(kept, scores, -np.inf), np.nan)
    return truncated.astype(dtype)
