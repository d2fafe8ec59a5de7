"""Softmax of scores that come in pieces: one pass, and memory for one piece at a time.

All that a piece tells about the sum of exponentials fits into two numbers: its largest score m, and
d, the sum of ``exp(score - m)``. Two such pairs merge into the pair of both pieces together, so the
pieces may be of any size and come in any order.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from softmax_course._validation import (
    Array,
    ArrayOrScalar,
    Floats,
    Reduction,
    as_axis,
    as_codes,
    as_floats,
    as_integer,
    as_result,
    as_scale,
    reduced,
)

__all__ = [
    "MaxAndSum",
    "OnlineLogSumExp",
    "fused_cross_entropy",
    "max_and_sum",
    "merge",
    "tiled_attention",
]


class MaxAndSum(NamedTuple):
    """What has to be known of some scores to go on with others.

    Parameters
    ----------
    m : numpy.ndarray or scalar
        The largest score, -inf if there is none.
    d : numpy.ndarray or scalar
        The sum of ``exp(score - m)``, at least 1, or 0 if there is no score above -inf. Without
        meaning where m is infinite or nan.
    """

    m: Any
    d: Any


def max_and_sum(logits: ArrayLike, *, axis: int = -1) -> MaxAndSum:
    """Reduce scores to their maximum m and the sum d of ``exp(score - m)``.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores in nats, at least one-dimensional.
    axis : int, default -1
        Axis of the scores that belong together.

    Returns
    -------
    MaxAndSum
        Of the shape of `logits` without `axis`; in the floating-point type of `logits`, float16 in
        float32. No scores, and nothing but -inf, give (-inf, 0).

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array.

    References
    ----------
    Milakov & Gimelshein (2018), arXiv:1805.02867, algorithm 3.

    Examples
    --------
    >>> m, d = max_and_sum([1, 3, 2])
    >>> m, d.round(4)
    (np.float64(3.0), np.float64(1.5032))
    """
    z, _ = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    m = z.max(axis=axis, keepdims=True, initial=-np.inf)
    with np.errstate(all="ignore"):
        d = np.exp(z - _shift(m)).sum(axis=axis)
    return MaxAndSum(as_result(m.squeeze(axis), z.dtype), as_result(np.asarray(d), z.dtype))


def merge(first: MaxAndSum, second: MaxAndSum) -> MaxAndSum:
    """Merge what is known of two sets of scores into what is known of both together.

    Parameters
    ----------
    first, second : MaxAndSum
        Two pairs whose shapes broadcast.

    Returns
    -------
    MaxAndSum
        The larger maximum, and the sum of both sums, the one with the smaller maximum scaled down.
        ``MaxAndSum(-inf, 0)`` changes nothing. The order of many merges changes the last digits of
        `d`, and nothing else.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    References
    ----------
    Milakov & Gimelshein (2018), arXiv:1805.02867, section 3.1.

    Examples
    --------
    >>> m, d = merge(max_and_sum([1, 3]), max_and_sum([2]))
    >>> m, d.round(4)
    (np.float64(3.0), np.float64(1.5032))
    """
    m = np.maximum(first.m, second.m)
    with np.errstate(all="ignore"):
        d = first.d * np.exp(first.m - _shift(m)) + second.d * np.exp(second.m - _shift(m))
    return MaxAndSum(m, d)


def _shift(m: Any) -> Any:
    """Return what to subtract: the maximum, or 0 for -inf, whose difference to itself is nan."""
    return np.where(m == -np.inf, 0, m)


@np.errstate(all="ignore")
def _total(m: Any, d: Any) -> Array:
    """Return the logsumexp that a pair stands for: m alone where it is infinite or nan."""
    return np.asarray(np.where(np.isfinite(m), m + np.log(d), m))


_NOTHING = MaxAndSum(np.float32(-np.inf), np.float32(0))


class OnlineLogSumExp:
    """The logarithm of a sum of exponentials, of scores that come in pieces.

    It keeps a maximum and a sum for each slice, whatever the number of scores.

    Attributes
    ----------
    pair : MaxAndSum
        What is known so far.

    References
    ----------
    Milakov & Gimelshein (2018), "Online normalizer calculation for softmax", arXiv:1805.02867.

    Examples
    --------
    >>> online = OnlineLogSumExp()
    >>> for piece in ([1, 3], [2]):
    ...     online.update(piece)
    >>> online.result().round(4)
    np.float64(3.4076)
    >>> online.probabilities([1, 3, 2]).round(4)
    array([0.09  , 0.6652, 0.2447])
    """

    def __init__(self) -> None:
        self.pair = _NOTHING

    def __repr__(self) -> str:
        """Show the pair."""
        return f"OnlineLogSumExp(m={self.pair.m}, d={self.pair.d})"

    def update(self, logits: ArrayLike, *, axis: int = -1) -> None:
        """Take in a piece.

        Parameters
        ----------
        logits : array_like of real numbers
            Any number of scores along `axis`, or none; the other axes are those of all pieces.
        axis : int, default -1
            Axis of the scores that belong together.

        Raises
        ------
        TypeError
            If `logits` is complex, not numeric, or a masked array.
        ValueError
            If its other axes do not fit those of earlier pieces.
        """
        self._add(max_and_sum(logits, axis=axis))

    def merge(self, other: "OnlineLogSumExp") -> None:
        """Take in all that another one has seen.

        Parameters
        ----------
        other : OnlineLogSumExp
            Of the same shape. It stays as it is.

        Raises
        ------
        ValueError
            If its shape is another.
        """
        self._add(other.pair)

    def _add(self, pair: MaxAndSum) -> None:
        if pair is _NOTHING:
            return
        if self.pair is _NOTHING:
            self.pair = pair
            return
        seen, new = np.shape(self.pair.m), np.shape(pair.m)
        if seen != new:
            raise ValueError(
                f"the pieces so far have the shape {seen} without their axis, not {new}"
            )
        self.pair = merge(self.pair, pair)

    def result(self) -> ArrayOrScalar:
        """Return the logsumexp of all scores so far, in nats.

        Returns
        -------
        numpy.ndarray or scalar
            ``m + log(d)``; -inf before the first score, inf where there was +inf, nan where there
            was nan. Its error is that of a rounding of d, and of m: where the result is next to
            0, `softmax_course.logsumexp` has more digits.
        """
        return as_result(_total(*self.pair), self.pair.m.dtype)

    def probabilities(self, logits: ArrayLike, *, axis: int = -1) -> Floats:
        """Return the softmax, over all scores so far, of those in one piece.

        Parameters
        ----------
        logits : array_like of real numbers
            A piece again: softmax needs a second look at the scores.
        axis : int, default -1
            Axis of the scores that belong together.

        Returns
        -------
        numpy.ndarray of the piece's shape
            ``exp(logits - m)`` divided by d, in the floating-point type of `logits`. All nan where
            the scores so far held nan or +inf, or nothing but -inf.

        Raises
        ------
        TypeError
            If `logits` is complex, not numeric, or a masked array.
        """
        z, dtype = as_floats(logits)
        axis = as_axis(axis, z.ndim, "logits")
        m, d = (np.expand_dims(x, axis) if np.ndim(x) else x for x in self.pair)
        with np.errstate(all="ignore"):
            p: Floats = (np.exp(z - m) / d).astype(dtype, copy=False)
        return p


def fused_cross_entropy(
    features: ArrayLike,
    weights: ArrayLike,
    targets: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    block: int = 4096,
    reduction: Reduction = "mean",
) -> ArrayOrScalar:
    """Cross-entropy of ``softmax(features @ weights + bias)``, without the matrix of all scores.

    The scores of one block of classes at a time are computed, reduced to a pair (m, d) for each
    example, and dropped.

    Parameters
    ----------
    features : array_like of real numbers, shape (n, f)
        What the last layer is given.
    weights : array_like of real numbers, shape (f, K)
        A column for each class.
    targets : array_like of int, shape (n,)
        Class codes, from 0 to K - 1.
    bias : array_like of real numbers, shape (K,), optional
        What is added to the scores; nothing by default.
    block : int, default 4096
        How many classes to take at a time. Peak memory is about ``2 * n * block`` numbers.
    reduction : {"none", "mean", "sum"}, default "mean"
        What to return: the losses themselves, their mean, or their sum.

    Returns
    -------
    numpy.ndarray or scalar
        Losses in nats, in the floating-point type of features and weights together; of shape (n,)
        with "none", otherwise a scalar. The mean of no examples is nan. A loss below the rounding
        of 1 comes out as 0, where `cross_entropy`, which knows all scores at once, is exact.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array, or `block` is not an integer.
    ValueError
        If the shapes do not fit, a code is not a class, or an option is out of range.

    References
    ----------
    Wijmans et al. (2025), "Cut Your Losses in Large-Vocabulary Language Models", arXiv:2411.09009.

    Examples
    --------
    >>> fused_cross_entropy([[1.0]], [[1, 3, 2]], [1], block=2).round(4)
    np.float64(0.4076)
    """
    x, x_type = as_floats(features, name="features")
    w, w_type = as_floats(weights, name="weights")
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[0] or w.shape[1] == 0:
        raise ValueError(
            f"features of shape {x.shape} and weights of shape {w.shape} must be (n, f) and (f, K)"
        )
    num_classes = w.shape[1]
    b = as_floats(np.zeros(num_classes, w.dtype) if bias is None else bias, name="bias")[0]
    codes = as_codes(targets, num_classes, "targets")
    if b.shape != (num_classes,) or codes.shape != x.shape[:1]:
        raise ValueError(
            f"for {x.shape[0]} examples and {num_classes} classes, targets have the shape "
            f"{codes.shape} and bias the shape {b.shape}"
        )
    online = OnlineLogSumExp()
    of_target = np.empty(len(x), np.result_type(x, w, b))
    for classes in _tiles(num_classes, block, "block"):
        z = x @ w[:, classes] + b[classes]
        online.update(z)
        here = (codes >= classes.start) & (codes < classes.start + z.shape[1])
        of_target[here] = z[here, codes[here] - classes.start]
    m, d = online.pair
    with np.errstate(all="ignore"):
        # Not result() - of_target: m may be huge, and what it would swallow of log(d) is the loss.
        losses = (m - of_target) + np.log(d)
        return reduced(np.asarray(losses), reduction, np.result_type(x_type, w_type))


def tiled_attention(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    *,
    scale: float | None = None,
    tile: int = 256,
) -> Floats:
    """Attention, ``softmax(scale * q @ k.T) @ v``, without the matrix of all weights.

    A running pair (m, d) for each query is merged with that of the next tile of keys, and the
    weighted sum of the values so far is scaled down with d: the idea under FlashAttention.

    Parameters
    ----------
    q : array_like of real numbers, shape (..., n, d)
        Queries.
    k : array_like of real numbers, shape (..., s, d)
        Keys.
    v : array_like of real numbers, shape (..., s, e)
        Values; the axes before the last two broadcast.
    scale : float, optional
        What the scores are multiplied by, by default ``1 / sqrt(d)``.
    tile : int, default 256
        How many queries, and how many keys, to take at a time. Beside its result it needs memory
        for about ``2 * tile**2`` numbers, whatever n and s.

    Returns
    -------
    numpy.ndarray of shape (..., n, e)
        The mean of the values under each query's weights, in the common floating-point type.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array, or `tile` is not an integer.
    ValueError
        If the shapes do not fit, there are no keys or no features, `scale` is not finite, or
        `tile` is below 1.

    References
    ----------
    Dao et al. (2022), "FlashAttention", arXiv:2205.14135, algorithm 1 without its hardware.

    Examples
    --------
    >>> tiled_attention([[1.0]], [[1], [3], [2]], [[0], [1], [0]], tile=2).round(4)
    array([[0.6652]])
    """
    (queries, q_type), (keys, k_type), (values, v_type) = (
        as_floats(array, name=name) for array, name in ((q, "q"), (k, "k"), (v, "v"))
    )
    if min(queries.ndim, keys.ndim, values.ndim) < 2 or not (
        queries.shape[-1] == keys.shape[-1] > 0 and keys.shape[-2] == values.shape[-2] > 0
    ):
        raise ValueError(
            f"q, k and v of shapes {queries.shape}, {keys.shape} and {values.shape} must be "
            "(..., n, d), (..., s, d) and (..., s, e), with at least one key and one feature"
        )
    batch = np.broadcast_shapes(queries.shape[:-2], keys.shape[:-2], values.shape[:-2])
    shape = (*batch, queries.shape[-2], values.shape[-1])
    out = np.empty(shape, np.result_type(queries, keys, values))
    factor = as_scale(scale, keys.shape[-1], np.result_type(queries, keys))
    for rows in _tiles(queries.shape[-2], tile, "tile"):
        out[..., rows, :] = _attend(queries[..., rows, :] * factor, keys, values, tile)
    return out.astype(np.result_type(q_type, k_type, v_type), copy=False)


@np.errstate(all="ignore")
def _attend(queries: Array, keys: Array, values: Array, tile: int) -> Any:
    """Take one tile of keys after the other; the weights of earlier ones shrink as m grows."""
    m: Any = -np.inf
    d: Any = 0.0
    weighted: Any = 0.0
    for columns in _tiles(keys.shape[-2], tile, "tile"):
        scores = queries @ np.swapaxes(keys[..., columns, :], -1, -2)
        larger = np.maximum(m, scores.max(axis=-1, keepdims=True))
        shift = _shift(larger)
        scores -= shift
        weights = np.exp(scores, out=scores)
        shrink = np.exp(m - shift)
        d = d * shrink + weights.sum(axis=-1, keepdims=True)
        weighted = weighted * shrink + weights @ values[..., columns, :]
        m = larger
    return weighted / d


def _tiles(length: int, size: int, name: str) -> Iterator[slice]:
    """Cut a length into slices of one size; the last one may reach over the end."""
    step = as_integer(size, name)
    if step < 1:
        raise ValueError(f"{name} must be at least 1, not {step}")
    return (slice(start, start + step) for start in range(0, length, step))
