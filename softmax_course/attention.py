"""Attention: softmax as a switch that mixes values by the likeness of their keys to a query.

Queries, keys and values stand in the last two axes, (positions, features). All axes before them,
such as a batch and its heads, broadcast against each other.
"""

from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._validation import (
    Array,
    ArrayOrScalar,
    Axis,
    Floats,
    FloatT,
    Numbers,
    Where,
    as_floats,
    as_mask,
    as_result,
    as_scale,
)
from softmax_course.activations import softmax

__all__ = ["attention_vjp", "attention_weights", "scaled_dot_product_attention", "softmax_one"]


class _Scores(NamedTuple):
    """What the queries think of the keys, who may be seen, and the types that came in."""

    q: Array
    k: Array
    scores: Array
    seen: NDArray[np.bool_] | None
    scale: Any
    dtypes: tuple[np.dtype[Any], np.dtype[Any]]


@overload
def attention_weights(
    q: NDArray[FloatT],
    k: NDArray[FloatT],
    *,
    where: Where = ...,
    causal: bool = ...,
    scale: float | None = ...,
) -> NDArray[FloatT]: ...
@overload
def attention_weights(
    q: Numbers,
    k: Numbers,
    *,
    where: Where = ...,
    causal: bool = ...,
    scale: float | None = ...,
) -> NDArray[np.float64]: ...
@overload
def attention_weights(
    q: ArrayLike,
    k: ArrayLike,
    *,
    where: Where = ...,
    causal: bool = ...,
    scale: float | None = ...,
) -> Floats: ...
@np.errstate(all="ignore")
def attention_weights(
    q: ArrayLike,
    k: ArrayLike,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> Floats:
    """How much each query takes of each key's value: ``softmax(scale * q @ k.T)``.

    Parameters
    ----------
    q : array_like of real numbers, shape (..., n, d)
        Queries.
    k : array_like of real numbers, shape (..., m, d)
        Keys.
    where : array_like of bool, optional
        True where a query may see a key; broadcasts to the shape of the result. What stands in a
        key that a query may not see has no influence on that query, be it nan.
    causal : bool, default False
        Let each position see itself and those before it only. Needs as many queries as keys: with
        fewer queries, libraries differ in which position the first one has, so say it with `where`.
    scale : float, optional
        Finite factor of the scores, ``1 / sqrt(d)`` if not given. It is the inverse of a
        temperature.

    Returns
    -------
    numpy.ndarray of shape (..., n, m)
        Each row sums to one; a row whose query may see no key is 0.

    Raises
    ------
    TypeError
        If q or k is complex, not numeric, or a masked array, `where` is not boolean, `causal` is
        neither True nor False, or `scale` is not a real number.
    ValueError
        If a shape does not fit, there are no features, or `scale` is not finite.

    References
    ----------
    Vaswani et al. (2017), "Attention Is All You Need", arXiv:1706.03762, equation 1.

    Examples
    --------
    >>> q = [[2, 0, 2, 0]]
    >>> k = [[1, 5, 0, 3], [1, 0, 2, 1], [0, 1, 2, 0]]
    >>> attention_weights(q, k).round(4)  # the scores are (2, 6, 4) / sqrt(4)
    array([[0.09  , 0.6652, 0.2447]])
    """
    got = _scores(q, k, where, causal, scale)
    p: Array = softmax(got.scores, where=got.seen)
    return p.astype(np.result_type(*got.dtypes), copy=False)


@overload
def scaled_dot_product_attention(
    q: NDArray[FloatT],
    k: NDArray[FloatT],
    v: NDArray[FloatT],
    *,
    where: Where = ...,
    causal: bool = ...,
    scale: float | None = ...,
) -> NDArray[FloatT]: ...
@overload
def scaled_dot_product_attention(
    q: Numbers,
    k: Numbers,
    v: Numbers,
    *,
    where: Where = ...,
    causal: bool = ...,
    scale: float | None = ...,
) -> NDArray[np.float64]: ...
@overload
def scaled_dot_product_attention(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    *,
    where: Where = ...,
    causal: bool = ...,
    scale: float | None = ...,
) -> Floats: ...
@np.errstate(all="ignore")
def scaled_dot_product_attention(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> Floats:
    """Mean of the values, weighted by the likeness of their keys to each query.

    Parameters
    ----------
    q, k, where, causal, scale
        As for `attention_weights`.
    v : array_like of real numbers, shape (..., m, e)
        Values, one for each key. A value that a query may not see has no influence on its answer,
        be it nan.

    Returns
    -------
    numpy.ndarray of shape (..., n, e)
        One answer for each query; 0 for a query that may see no key, where other programs give
        nan, or the plain mean of all values.

    Raises
    ------
    TypeError, ValueError
        As `attention_weights`.

    See Also
    --------
    attention_vjp : The gradients.

    References
    ----------
    Vaswani et al. (2017), "Attention Is All You Need", arXiv:1706.03762, equation 1.

    Examples
    --------
    >>> q = [[2, 0, 2, 0]]
    >>> k = [[1, 5, 0, 3], [1, 0, 2, 1], [0, 1, 2, 0]]
    >>> scaled_dot_product_attention(q, k, [[0, 0], [10, 0], [0, 10]]).round(3)
    array([[6.652, 2.447]])
    """
    got = _scores(q, k, where, causal, scale)
    values, v_type = _as_values(v, got.scores)
    p: Array = softmax(got.scores, where=got.seen)
    dtype = np.result_type(*got.dtypes, v_type)
    return _mix(p, values, got.seen).astype(dtype, copy=False)


@np.errstate(all="ignore")
def attention_vjp(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    vector: ArrayLike,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Gradients by queries, keys and values: backpropagation through attention.

    With weights p and ``g = vector``, the gradient by the values is ``p.T @ g``, that by the
    weights ``g @ v.T``, and softmax's vector-Jacobian product leads on to the scores.

    Parameters
    ----------
    q, k, v, where, causal, scale
        As for `scaled_dot_product_attention`.
    vector : array_like of real numbers, shape (..., n, e)
        Derivative of some number by the answers, in their shape.

    Returns
    -------
    tuple of three numpy.ndarray
        Derivatives of that number by `q`, `k` and `v`, each in the shape of its argument. A query
        that may see no key, and a key or a value that no query may see, get 0.

    Raises
    ------
    TypeError, ValueError
        As `scaled_dot_product_attention`, and if `vector` has not the shape of the answers.

    Examples
    --------
    The answer is more like the second value, the more the query is like the second key:

    >>> q = [[2, 0, 2, 0]]
    >>> k = [[1, 5, 0, 3], [1, 0, 2, 1], [0, 1, 2, 0]]
    >>> by_q, by_k, by_v = attention_vjp(q, k, [[0], [1], [0]], [[1]])
    >>> by_q.round(4), by_v.round(4).ravel()
    (array([[ 0.0814, -0.2311,  0.0599,  0.0215]]), array([0.09  , 0.6652, 0.2447]))
    """
    got = _scores(q, k, where, causal, scale)
    values, v_type = _as_values(v, got.scores)
    g, _ = as_floats(vector, name="vector")
    shape = (*_broadcast(got.scores, values), got.scores.shape[-2], values.shape[-1])
    if g.shape != shape:
        raise ValueError(f"vector has shape {g.shape}, but the answers have shape {shape}")
    p: Array = softmax(got.scores, where=got.seen)
    by_p = _hidden_to_0(g @ values.swapaxes(-1, -2), got.seen)
    by_scores = p * (by_p - np.sum(p * by_p, axis=-1, keepdims=True)) * got.scale
    by_scores = _hidden_to_0(by_scores, got.seen)
    back = None if got.seen is None else got.seen.swapaxes(-1, -2)
    gradients = (
        _mix(by_scores, got.k, got.seen),
        _mix(by_scores.swapaxes(-1, -2), got.q, back),
        _mix(p.swapaxes(-1, -2), g, back),
    )
    arguments = zip(gradients, (got.q, got.k, values), (*got.dtypes, v_type), strict=True)
    by_q, by_k, by_v = (_summed_to(x.shape, gradient, dtype) for gradient, x, dtype in arguments)
    return by_q, by_k, by_v


@overload
def softmax_one(
    logits: NDArray[FloatT], *, axis: Axis = ..., where: Where = ...
) -> NDArray[FloatT]: ...
@overload
def softmax_one(
    logits: Numbers, *, axis: Axis = ..., where: Where = ...
) -> NDArray[np.float64]: ...
@overload
def softmax_one(logits: ArrayLike, *, axis: Axis = ..., where: Where = ...) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def softmax_one(
    logits: ArrayLike, *, axis: Axis = -1, where: ArrayLike | None = None
) -> ArrayOrScalar:
    """Softmax that may choose nobody: ``exp(z) / (1 + sum(exp(z)))``.

    It is softmax with one class more, whose score is 0, and which is left out of the result.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores in nats, any shape. Unlike softmax, it does not ignore a constant added to them.
    axis : int, tuple of int or None, default -1
        Axis or axes over which the sum runs; None takes all of them together.
    where : array_like of bool, optional
        True for the entries that take part; broadcasts to the shape of `logits`. The others get 0,
        whatever stands there.

    Returns
    -------
    numpy.ndarray or scalar
        Weights of 0 or more that sum to less than one (to one, where the rest is rounded away);
        shape of `logits`. A slice of nothing but -inf, or that `where` leaves out, is 0; one that
        holds nan or +inf is nan.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array, or `where` is not boolean.
    ValueError
        If `where` does not broadcast to `logits`.

    References
    ----------
    Miller (2023), "Attention Is Off By One",
    https://www.evanmiller.org/attention-is-off-by-one.html.

    Examples
    --------
    >>> softmax_one([1, 3, 2]).round(7)
    array([0.0871443, 0.6439143, 0.2368828])
    >>> softmax_one([-8, -9]).round(4)
    array([0.0003, 0.0001])
    """
    z, dtype = as_floats(logits, where)
    # The 1 in the denominator is the exponential of a 0, which takes part in the maximum and is
    # shifted with the scores.
    largest = z.max(axis=axis, keepdims=True, initial=0)
    p = np.exp(z - largest)
    p /= np.exp(-largest) + p.sum(axis=axis, keepdims=True)
    return as_result(p, dtype, where, fill=0.0)


def _scores(
    q: ArrayLike, k: ArrayLike, where: ArrayLike | None, causal: bool, scale: float | None
) -> _Scores:
    queries, q_type = as_floats(q, name="q")
    keys, k_type = as_floats(k, name="k")
    for name, x in (("q", queries), ("k", keys)):
        _refuse_without_positions(x, name)
    d, other = queries.shape[-1], keys.shape[-1]
    if d != other or d == 0:
        raise ValueError(f"q and k must have the same features, at least one; got {d} and {other}")
    _broadcast(queries, keys)
    factor = as_scale(scale, d, np.result_type(queries, keys))
    scores = (queries * factor) @ keys.swapaxes(-1, -2)
    seen = None if where is None else as_mask(where, scores.shape)
    if not isinstance(causal, bool | np.bool_):
        raise TypeError(f"causal must be True or False, not {causal!r}; a mask is given as where")
    if causal:
        n, m = scores.shape[-2:]
        if n != m:
            raise ValueError(
                f"causal needs as many queries as keys, not {n} and {m}: say with where which keys "
                "each query may see"
            )
        past = np.tri(n, dtype=bool)
        seen = past if seen is None else past & seen
    return _Scores(queries, keys, scores, seen, factor, (q_type, k_type))


def _as_values(v: ArrayLike, scores: Array) -> tuple[Array, np.dtype[Any]]:
    values, dtype = as_floats(v, name="v")
    _refuse_without_positions(values, "v")
    keys, count = scores.shape[-1], values.shape[-2]
    if keys != count:
        raise ValueError(f"each key needs a value: there are {keys} keys and {count} values")
    _broadcast(scores, values)
    return values, dtype


def _refuse_without_positions(x: Array, name: str) -> None:
    if x.ndim < 2:
        raise ValueError(
            f"{name} must have two axes at least, (positions, features), not the shape {x.shape}: "
            f"a single one is {name}[np.newaxis]"
        )


def _broadcast(a: Array, b: Array) -> tuple[int, ...]:
    """Return what the axes before the last two broadcast to."""
    try:
        return np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise ValueError(
            f"the axes before the last two do not broadcast: {a.shape[:-2]} and {b.shape[:-2]}"
        ) from None


def _hidden_to_0(x: Array, seen: NDArray[np.bool_] | None) -> Array:
    """Put 0 where something may be nan because of what is hidden: a weight of 0 does not help."""
    return x if seen is None else np.asarray(np.where(seen, x, 0))


def _mix(weights: Array, values: Array, seen: NDArray[np.bool_] | None) -> Array:
    """Return ``weights @ values`` in which nothing hidden counts, though 0 times nan were nan."""
    if seen is None or np.isfinite(values).all():
        mixed: Array = weights @ values
        return mixed
    terms = weights[..., np.newaxis] * values[..., np.newaxis, :, :]
    return np.asarray(np.where(seen[..., np.newaxis], terms, 0).sum(axis=-2))


def _summed_to(shape: tuple[int, ...], gradient: Array, dtype: np.dtype[Any]) -> Array:
    """Add up a gradient along the axes that broadcasting has made or lengthened."""
    extra = gradient.ndim - len(shape)
    stretched = [i + extra for i, n in enumerate(shape) if n == 1 and gradient.shape[i + extra] > 1]
    summed = gradient.sum(axis=(*range(extra), *stretched)).reshape(shape)
    return np.asarray(summed.astype(dtype, copy=False))
