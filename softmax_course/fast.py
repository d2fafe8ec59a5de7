"""Softmax as fast as the processor: compiled with Numba (extra ``fast``), on several threads.

The functions answer as those of the same names in `softmax_course`; ``where`` is not offered.
float32 and float64 are computed here, other types by the readable functions. From 200,000 scores
on, threads share the slices, as many as ``NUMBA_NUM_THREADS`` says. A first call compiles, and
what it has compiled is kept for the next process.
"""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from softmax_course import activations, losses
from softmax_course._extras import extra
from softmax_course._validation import (
    Array,
    ArrayOrScalar,
    Axis,
    Reduction,
    as_axes,
    as_axis,
    as_codes,
    as_floats,
    as_reduction,
    as_result,
    as_temperature,
    from_rows,
    to_rows,
)

with extra("fast"):
    from numba import config, njit

    from softmax_course._vector_math import exp, larger, log1p

__all__ = ["cross_entropy", "log_softmax", "logsumexp", "softmax"]

TILE = 2048  # scores: they and their exponentials stay in the fastest cache
NARROW = 64  # scores: a loop over a shorter row has hardly begun when it ends
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
THREADED = 200_000  # scores: below, waking another thread costs more than it saves

# "contract" fuses a product and a sum into one rounding. Vectors need sums in another order, which
# "reassoc" allows: for plain sums alone, since it would take the care out of exp and log1p.
exact: Callable[[Any], Any] = njit(
    nogil=True, error_model="numpy", fastmath={"contract"}, cache=True
)
reordered: Callable[[Any], Any] = njit(
    nogil=True, error_model="numpy", fastmath={"contract", "reassoc"}, cache=True
)


# ---- one row, or one tile of a row


@reordered
def _max(x: Array, m: Any) -> Any:
    for j in range(x.size):
        m = larger(m, x[j])
    return m


@reordered
def _sum(x: Array) -> Any:
    total = x[0]
    for j in range(1, x.size):
        total += x[j]
    return total


@reordered
def _exps(x: Array, shift: Any, out: Array) -> Any:
    total = x.dtype.type(0)  # a plain 0 is an int64, and would turn float32 into float64
    for j in range(x.size):
        e = exp(x[j] - shift)
        out[j] = e
        total += e
    return total


@reordered
def _others(x: Array, m: Any) -> Any:
    """Return how often the maximum m occurs, and the sum of exp(x - m) of all others."""
    count, total, one = x.dtype.type(0), x.dtype.type(0), x.dtype.type(1)
    for j in range(x.size):
        hit = x.dtype.type(x[j] == m)  # arithmetic instead of an if, which would stop the vectors
        count += hit
        total += exp(x[j] - m) * (one - hit)
    return count, total


@reordered
def _exp_unshifted(x: Array, out: Array) -> bool:
    """Write exp(x), unless a score is so large or so small that it or a sum could overflow."""
    size = abs(x[0])
    for j in range(x.size):
        size = larger(size, abs(x[j]))
    if not size <= (40 if x.itemsize == 4 else 300):
        return False
    for j in range(x.size):
        out[j] = exp(x[j])
    return True


# ---- many rows: `x` and `out` are matrices in C order


@exact
def _softmax(x: Array, out: Array) -> None:
    rows, n = x.shape
    if n > NARROW:
        at_the_time = np.empty((n + TILE - 1) // TILE, x.dtype)
        for i in range(rows):
            _softmax_of_a_wide_row(x[i], out[i], at_the_time)
        return
    # Narrow rows: one loop for the exponentials of many. The textbook formula has the smallest
    # error where it does not overflow, and needs no maximum; else each row is shifted by its own.
    step = max(1, TILE // n)
    for a in range(0, rows, step):
        b = min(a + step, rows)
        e = out[a:b].reshape((b - a) * n)
        if not _exp_unshifted(x[a:b].reshape(e.size), e):
            for i in range(a, b):
                m = x[i, 0]
                for j in range(1, n):
                    m = x[i, j] if x[i, j] > m else m
                for j in range(n):
                    out[i, j] = x[i, j] - m
            for j in range(e.size):
                e[j] = exp(e[j])
        for i in range(a, b):
            share = x.dtype.type(1) / _sum(out[i])
            for j in range(n):
                out[i, j] *= share


@exact
def _softmax_of_a_wide_row(x: Array, out: Array, at_the_time: Array) -> None:
    """Merge one tile after the other; then scale each by what the maximum has grown to since."""
    zero = x.dtype.type(0)
    m, d = x.dtype.type(-np.inf), zero
    for t in range(at_the_time.size):
        tile = slice(t * TILE, (t + 1) * TILE)
        before, m = m, _max(x[tile], m)
        shift = zero if m == -np.inf else m
        d = d * exp(before - shift) + _exps(x[tile], shift, out[tile])
        at_the_time[t] = m
    for t in range(at_the_time.size):
        part, scale = out[t * TILE : (t + 1) * TILE], exp(at_the_time[t] - m) / d
        for j in range(part.size):
            part[j] *= scale


@exact
def _max_and_log(x: Array, m: Array, log: Array, e: Array) -> None:
    """Write each row's maximum m, and log1p of the sum of exp(x - m) without that maximum.

    Added to the 1 of the maximum, exp(-40) would be lost. It is nan where m is not finite.
    """
    rows, n = x.shape
    narrow = n <= NARROW and _exp_unshifted(x.reshape(x.size), e)
    for i in range(rows):
        top, rest, one = x.dtype.type(-np.inf), x.dtype.type(0), x.dtype.type(1)
        if narrow:
            largest = e[i * n]
            top = x[i, 0]
            for j in range(1, n):
                v = e[i * n + j]
                rest += v if v < largest else largest
                largest = v if v > largest else largest
                top = x[i, j] if x[i, j] > top else top
            rest /= largest
        else:
            for a in range(0, n, TILE):
                before, top = top, _max(x[i, a : a + TILE], top)
                if top != -np.inf:
                    count, others = _others(x[i, a : a + TILE], top)
                    if top > before:
                        rest = (count - one) + ((one + rest) * exp(before - top) + others)
                    else:
                        rest = count + (rest + others)
        m[i] = top
        log[i] = rest if abs(top) < np.inf else np.nan
    for i in range(rows):
        log[i] = log1p(log[i])


@exact
def _logsumexp(x: Array, out: Array) -> None:
    step = max(1, TILE // x.shape[1])
    m, e = np.empty(step, x.dtype), np.empty(TILE, x.dtype)
    for a in range(0, len(x), step):
        total = out[a : a + step]
        _max_and_log(x[a : a + step], m, total, e)
        for i in range(total.size):
            total[i] = m[i] + total[i] if abs(m[i]) < np.inf else m[i]


@exact
def _log_softmax(x: Array, out: Array) -> None:
    step = max(1, TILE // x.shape[1])
    m, log, e = np.empty(step, x.dtype), np.empty(step, x.dtype), np.empty(TILE, x.dtype)
    for a in range(0, len(x), step):
        _max_and_log(x[a : a + step], m, log, e)
        for i in range(a, min(a + step, len(x))):
            top, rest, row, target = m[i - a], log[i - a], x[i], out[i]
            for j in range(row.size):
                target[j] = (row[j] - top) - rest


@exact
def _losses(x: Array, codes: Array, out: Array) -> None:
    step = max(1, TILE // x.shape[1])
    m, e = np.empty(step, x.dtype), np.empty(TILE, x.dtype)
    for a in range(0, len(x), step):
        _max_and_log(x[a : a + step], m, out[a : a + step], e)
        for i in range(a, min(a + step, len(x))):
            if 0 <= codes[i] < x.shape[1]:
                out[i] += m[i - a] - x[i, codes[i]]
            else:
                out[i] = -np.inf


# ---- threads


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=config.NUMBA_NUM_THREADS - 1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not survive a fork


def _for(scores: int, kernel: Callable[..., None]) -> Callable[..., None]:
    """Return the kernel, or where it pays one that shares the rows among threads."""
    return kernel if scores < THREADED else partial(_shared, kernel)


def _shared(kernel: Callable[..., None], *arrays: Array) -> None:
    """Run a kernel on all rows; threads take blocks of rows until none is left."""
    rows = len(arrays[0])
    helpers = min(rows, config.NUMBA_NUM_THREADS) - 1
    step = -(-rows // max(1, 8 * helpers))
    blocks = deque(slice(a, a + step) for a in range(0, rows, step))

    def work() -> None:
        while True:
            try:
                block = blocks.popleft()
            except IndexError:
                return
            kernel(*(array[block] for array in arrays))

    # The caller works, too: it has begun before another thread has woken up.
    waiting = [_pool().submit(work) for _ in range(helpers)]
    work()
    for future in waiting:
        if not future.cancel():
            future.result()


# ---- what the caller meets


def softmax(
    logits: ArrayLike, axis: Axis = -1, *, temperature: float = 1.0, out: Array | None = None
) -> ArrayOrScalar:
    """Answer as `softmax_course.softmax`, sooner.

    Parameters
    ----------
    logits, axis, temperature
        As there.
    out : numpy.ndarray, optional
        Where to write the result, of its shape and type; it may be `logits` itself.

    Returns
    -------
    numpy.ndarray or scalar
        Probabilities, shape of `logits`; `out` if that is given.

    Raises
    ------
    TypeError, ValueError
        As there, or if `out` does not fit.

    Examples
    --------
    >>> softmax([1, 3, 2]).round(4)
    array([0.09  , 0.6652, 0.2447])
    """
    p: ArrayOrScalar = _row_by_row(_softmax, activations.softmax, logits, axis, temperature, out)
    return p


def log_softmax(
    logits: ArrayLike, axis: Axis = -1, *, temperature: float = 1.0, out: Array | None = None
) -> ArrayOrScalar:
    """Answer as `softmax_course.log_softmax`, sooner; the arguments are those of `softmax`."""
    log_p: ArrayOrScalar = _row_by_row(
        _log_softmax, activations.log_softmax, logits, axis, temperature, out
    )
    return log_p


def logsumexp(logits: ArrayLike, axis: Axis = -1, *, keepdims: bool = False) -> ArrayOrScalar:
    """Answer as `softmax_course.logsumexp`, with the same arguments, sooner."""
    z, dtype = _floats(logits)
    if z.dtype not in FLOATS or z.size == 0:
        return activations.logsumexp(logits, axis, keepdims=keepdims)
    if plain := axis == -1 and z.ndim and not keepdims:
        rows, shape = z.reshape(-1, z.shape[-1]), z.shape[:-1]
    else:
        axes = as_axes(axis, z.ndim)
        rows, shape = to_rows(z, axes), [1 if i in axes else k for i, k in enumerate(z.shape)]
    total = np.empty(len(rows), z.dtype)
    _for(rows.size, _logsumexp)(np.ascontiguousarray(rows), total)
    total = total.reshape(shape)
    return as_result(total if plain or keepdims else total.squeeze(axes), dtype)


def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> ArrayOrScalar:
    """Answer as `softmax_course.cross_entropy`, with the same arguments, sooner.

    Targets that are distributions, and smoothed ones, are left to the readable function.
    """
    z, dtype = _floats(logits)
    axis = z.ndim - 1 if axis == -1 and z.ndim else as_axis(axis, z.ndim, "logits")
    codes = np.asarray(targets)
    others = z.shape[:axis] + z.shape[axis + 1 :]
    if z.dtype not in FLOATS or z.size == 0 or label_smoothing or codes.shape != others:
        options: Any = {"label_smoothing": label_smoothing, "reduction": reduction}
        slower: ArrayOrScalar = losses.cross_entropy(
            logits, targets, axis=axis, temperature=temperature, **options
        )
        return slower
    as_reduction(reduction)
    if codes.dtype.kind != "i":
        codes = as_codes(targets, z.shape[axis], "targets")
    rows = _matrix(z, (axis,), temperature)
    loss = np.empty(len(rows), z.dtype)
    _for(rows.size, _losses)(rows, codes.astype(np.intp, copy=False).reshape(-1), loss)
    # A code that is no class gives -inf.
    total = loss[0] if loss.size == 1 else loss.min() if reduction == "none" else loss.sum()
    if not total >= 0:
        as_codes(targets, z.shape[axis], "targets")  # says which
    if reduction == "none":
        return as_result(loss.reshape(others), dtype)
    combined: ArrayOrScalar = dtype.type(total / loss.size if reduction == "mean" else total)
    return combined


def _is_plain(logits: Any) -> bool:
    """Whether an array can be taken as it is: the short way, for small ones all that counts."""
    known = type(logits) is np.ndarray and logits.dtype in FLOATS
    return known and logits.size > 0 and logits.flags.c_contiguous


def _floats(logits: Any) -> tuple[Any, Any]:
    return (logits, logits.dtype) if _is_plain(logits) else as_floats(logits)


def _matrix(z: Array, axes: tuple[int, ...], temperature: float) -> Array:
    """Return the slices along `axes` as rows in C order, divided by the temperature."""
    if axes == (z.ndim - 1,) and temperature == 1 and z.flags.c_contiguous:
        return z.reshape(-1, z.shape[-1])
    rows = to_rows(z, axes)
    if as_temperature(temperature) != 1:
        with np.errstate(all="ignore"):
            largest = rows.max(axis=1, keepdims=True)
            rows = activations._subtract_then_divide(rows, largest, temperature)
    return np.ascontiguousarray(rows)


def _row_by_row(
    kernel: Any, readable: Any, logits: Any, axis: Axis, temperature: float, out: Array | None
) -> Any:
    if out is None and axis == -1 and temperature == 1 and _is_plain(logits) and logits.ndim:
        result: Any = np.empty(logits.shape, logits.dtype)
        shape = (-1, logits.shape[-1])
        _for(logits.size, kernel)(logits.reshape(shape), result.reshape(shape))
        return result
    z, dtype = as_floats(logits)
    if out is not None and (out.shape, out.dtype) != (z.shape, dtype):
        raise ValueError(f"out must be of shape {z.shape} and type {dtype}, as the logits are")
    if z.dtype not in FLOATS or z.size == 0:
        result = readable(z, axis, temperature=temperature).astype(dtype, copy=False)
    else:
        axes = as_axes(axis, z.ndim)
        rows = _matrix(z, axes, temperature)
        if out is not None and _is_plain(out) and axes == (z.ndim - 1,):
            target = out.reshape(rows.shape)
        else:
            target = np.empty_like(rows)
        # A loop that reads and writes one memory takes its numbers one by one.
        rows = rows.copy() if np.may_share_memory(rows, target) else rows
        _for(rows.size, kernel)(rows, target)
        result = as_result(from_rows(target, z.shape, axes), dtype)
    if out is None:
        return result
    if not np.may_share_memory(out, result):
        np.copyto(out, result)
    return out
