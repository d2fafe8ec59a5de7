"""Softmax of arrays larger than memory, on Dask (extra ``scale``).

Dask cuts an array into chunks, along any axes, and runs what is asked for on the threads of one
machine or on the workers of a cluster. Each chunk is reduced to a maximum m and a sum d, and Dask
merges these pairs in a tree: the ``merge`` of `softmax_course.streaming`, and no scheduler of ours.
"""

from typing import Any

import numpy as np

from softmax_course._extras import extra
from softmax_course._validation import Array, Reduction, as_axis, as_floats, as_reduction
from softmax_course.streaming import _shift, _total, max_and_sum

with extra("scale"):
    import dask.array as da
    from dask.graph_manipulation import bind

__all__ = ["cross_entropy", "logsumexp", "softmax"]


def logsumexp(logits: Any, axis: int = -1, *, keepdims: bool = False) -> Any:
    """Logarithm of the sum of exponentials of a chunked array, in nats.

    Parameters
    ----------
    logits : dask.array.Array of real numbers
        Scores in nats, at least one-dimensional, chunked along any axes.
    axis : int, default -1
        Axis to reduce.
    keepdims : bool, default False
        Keep the reduced axis with length one.

    Returns
    -------
    dask.array.Array
        Not yet computed; float16 becomes float32. A worker holds a few chunks at a time.

    Raises
    ------
    TypeError
        If `logits` is no dask array, or not of real numbers.

    Examples
    --------
    >>> import dask.array as da
    >>> logsumexp(da.from_array([1.0, 3.0, 2.0], chunks=2)).compute().round(4)
    np.float64(3.4076)
    """
    dtype, axis = _checked(logits, axis)
    pairs = _reduced(logits, _pairs, _fields(dtype, "m", "d"), axis, keepdims)
    return pairs.map_blocks(_logs, dtype=dtype, meta=np.empty((0,) * pairs.ndim, dtype))


def softmax(logits: Any, axis: int = -1) -> Any:
    """Probabilities of a chunked array, chunk by chunk.

    A softmax looks at its scores twice. Dask would keep the chunks of the first look in memory for
    the second: all of the array. Here the second look reads or computes them again, once the
    first is over, so what the array comes from must give the same numbers twice.

    Parameters
    ----------
    logits : dask.array.Array of real numbers
        Scores in nats, at least one-dimensional, chunked along any axes.
    axis : int, default -1
        Axis along which the probabilities sum to one.

    Returns
    -------
    dask.array.Array
        Not yet computed, shape and chunks of `logits`. Reduce it or store it: to ``compute()`` it
        is to ask for all of it in memory.

    Raises
    ------
    TypeError
        If `logits` is no dask array, or not of real numbers.

    Examples
    --------
    >>> import dask.array as da
    >>> softmax(da.from_array([1.0, 3.0, 2.0], chunks=2)).compute().round(4)
    array([0.09  , 0.6652, 0.2447])
    """
    dtype, axis = _checked(logits, axis)
    pairs = _reduced(logits, _pairs, _fields(dtype, "m", "d"), axis, True)
    again = bind(logits, pairs)  # the same array under another name, and only after `pairs`
    empty = np.empty((0,) * logits.ndim, dtype)
    return da.map_blocks(_shares, again, pairs, dtype=dtype, meta=empty)


def cross_entropy(logits: Any, targets: Any, *, reduction: Reduction = "mean") -> Any:
    """Cross-entropy of class codes and the softmax of a chunked array, in nats.

    Parameters
    ----------
    logits : dask.array.Array of real numbers, shape (n, K)
        Scores, chunked along both axes.
    targets : array_like or dask.array.Array of int, shape (n,)
        Class codes from 0 to K - 1. A code that is no class gives nan.
    reduction : {"none", "mean", "sum"}, default "mean"
        What to return: the losses themselves, their mean, or their sum.

    Returns
    -------
    dask.array.Array
        Not yet computed. Neither probabilities nor one-hot targets are formed.

    Raises
    ------
    TypeError
        If `logits` is no dask array, or not of real numbers.
    ValueError
        If the shapes do not fit, or the reduction is unknown.

    Examples
    --------
    >>> import dask.array as da
    >>> z = da.from_array([[1.0, 3.0, 2.0]], chunks=(1, 2))
    >>> cross_entropy(z, [1]).compute().round(4)
    np.float64(0.4076)
    """
    dtype, _ = _checked(logits, -1)
    codes = da.asarray(targets)
    if logits.ndim != 2 or codes.shape != logits.shape[:1]:
        raise ValueError(
            f"targets of shape {codes.shape} do not fit logits of shape {logits.shape}: "
            "expected (n,) and (n, K)"
        )
    as_reduction(reduction)
    classes = da.arange(logits.shape[1], chunks=(logits.chunks[1],))
    fields = _fields(dtype, "m", "d", "target")
    pairs = da.map_blocks(
        _pairs_and_target,
        logits,
        codes.rechunk((logits.chunks[0],))[:, np.newaxis],
        classes[np.newaxis, :],
        chunks=(logits.chunks[0], (1,) * logits.numblocks[1]),
        dtype=fields,
        meta=np.empty((0, 0), fields),
    )
    merged = _reduced(pairs, _merged, fields, 1, False)
    losses = merged.map_blocks(_loss, dtype=dtype, meta=np.empty(0, dtype))
    return losses if reduction == "none" else getattr(losses, reduction)()


def _reduced(array: Any, chunk: Any, fields: np.dtype[Any], axis: int, keepdims: bool) -> Any:
    """Let Dask reduce each chunk along an axis, and merge the results in a tree."""
    return da.reduction(
        array,
        chunk=chunk,
        combine=_merged,
        aggregate=_merged,
        axis=axis,
        keepdims=keepdims,
        dtype=fields,
        meta=np.empty((0,) * (array.ndim if keepdims else array.ndim - 1), fields),
    )


def _checked(logits: Any, axis: int) -> tuple[np.dtype[Any], int]:
    """Return the type to compute in, and the axis counted from 0."""
    if not isinstance(logits, da.Array):
        raise TypeError(f"logits must be a dask array, not {type(logits).__name__}")
    return as_floats(np.empty(0, logits.dtype))[0].dtype, as_axis(axis, logits.ndim, "logits")


def _fields(dtype: Any, *names: str) -> np.dtype[Any]:
    return np.dtype([(name, dtype) for name in names])


def _pairs(logits: Array, axis: Any, keepdims: bool) -> Array:
    """Reduce a chunk to an array of pairs, whose reduced axis has length one."""
    (along,) = np.atleast_1d(axis)
    pair = max_and_sum(logits, axis=int(along))
    pairs = np.empty(np.shape(pair.m), _fields(np.asarray(pair.m).dtype, "m", "d"))
    pairs["m"], pairs["d"] = pair
    return np.expand_dims(pairs, int(along))


def _merged(pairs: Array, axis: Any, keepdims: bool) -> Array:
    """Merge the pairs along an axis: all of them at once, by the largest of all maxima."""
    m = pairs["m"].max(axis=axis, keepdims=True, initial=-np.inf)
    with np.errstate(all="ignore"):
        scaled = pairs["d"] * np.exp(pairs["m"] - _shift(m))
    merged = np.empty(m.shape, pairs.dtype)
    merged["m"], merged["d"] = m, scaled.sum(axis=axis, keepdims=True)
    if "target" in (pairs.dtype.names or ()):
        merged["target"] = np.fmax.reduce(pairs["target"], axis, initial=np.nan, keepdims=True)
    return merged if keepdims else merged.squeeze(axis)


def _logs(pairs: Array) -> Array:
    return _total(pairs["m"], pairs["d"])


def _shares(logits: Array, pairs: Array) -> Array:
    z, _ = as_floats(logits)
    with np.errstate(all="ignore"):
        return np.asarray(np.exp(z - pairs["m"]) / pairs["d"])


def _pairs_and_target(logits: Array, codes: Array, classes: Array) -> Array:
    """Reduce a chunk to pairs, and note the target's score where its class is in this chunk."""
    m, d = max_and_sum(logits)
    pairs = np.full(len(logits), np.nan, _fields(m.dtype, "m", "d", "target"))
    pairs["m"], pairs["d"] = m, d
    place = codes[:, 0] - classes[0, 0]
    here = np.flatnonzero((place >= 0) & (place < logits.shape[1]))
    pairs["target"][here] = logits[here, place[here]]
    return pairs[:, np.newaxis]


def _loss(pairs: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray((pairs["m"] - pairs["target"]) + np.log(pairs["d"]))
