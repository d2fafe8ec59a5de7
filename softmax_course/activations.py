"""From scores to activations: the functions that the output of a network goes through.

Every function takes anything array-like, leaves it untouched, and returns a new array (a NumPy
scalar where the shape is ``()``). float32, float64 and longdouble keep their type, float16 is
computed in float32 and returned as float16, integers and booleans are computed in float64.
"""

from collections.abc import Sequence
from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._validation import (
    Array,
    ArrayOrScalar,
    Axis,
    FloatT,
    Numbers,
    Where,
    as_axes,
    as_floats,
    as_result,
    as_temperature,
    from_rows,
    to_rows,
)

__all__ = [
    "hardmax",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "naive_softmax",
    "sigmoid",
    "softmax",
]


@overload
def linear(z: float) -> np.float64: ...
@overload
def linear(z: NDArray[FloatT]) -> NDArray[FloatT]: ...
@overload
def linear(z: Numbers) -> NDArray[np.float64]: ...
@overload
def linear(z: ArrayLike) -> ArrayOrScalar: ...
def linear(z: ArrayLike) -> ArrayOrScalar:
    """Return the scores as they are: the activation of an output layer without one.

    Parameters
    ----------
    z : array_like of real numbers
        Weighted sums, any shape.

    Returns
    -------
    numpy.ndarray or scalar
        The same numbers in floating point, unbounded and therefore not probabilities; shape of `z`.

    Raises
    ------
    TypeError
        If `z` is complex, not numeric, or a masked array.

    Examples
    --------
    >>> linear([1, 3, 2])
    array([1., 3., 2.])
    """
    values, dtype = as_floats(z, name="z")
    return as_result(values.copy(), dtype)


@overload
def sigmoid(z: float) -> np.float64: ...
@overload
def sigmoid(z: NDArray[FloatT]) -> NDArray[FloatT]: ...
@overload
def sigmoid(z: Numbers) -> NDArray[np.float64]: ...
@overload
def sigmoid(z: ArrayLike) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def sigmoid(z: ArrayLike) -> ArrayOrScalar:
    """Logistic function ``1 / (1 + exp(-z))``, element by element.

    Parameters
    ----------
    z : array_like of real numbers
        Log-odds in nats, any shape.

    Returns
    -------
    numpy.ndarray or scalar
        Probabilities, each for itself (they need not sum to one); shape of `z`. nan stays nan.

    Raises
    ------
    TypeError
        If `z` is complex, not numeric, or a masked array.

    Notes
    -----
    In exact arithmetic the result lies strictly between 0 and 1. In float64 it is 1 from about
    36.737 upwards, and 0 below about -745.13.

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, equation 4.59.

    Examples
    --------
    >>> sigmoid([-1000, 0, 2]).round(4)
    array([0.    , 0.5   , 0.8808])
    """
    values, dtype = as_floats(z, name="z")
    # exp of a number that is never positive cannot overflow, and keeps the tiny values on the left.
    e = np.exp(-np.abs(values))
    return as_result(np.where(values < 0, e, 1) / (1 + e), dtype)


@overload
def log_sigmoid(z: float) -> np.float64: ...
@overload
def log_sigmoid(z: NDArray[FloatT]) -> NDArray[FloatT]: ...
@overload
def log_sigmoid(z: Numbers) -> NDArray[np.float64]: ...
@overload
def log_sigmoid(z: ArrayLike) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def log_sigmoid(z: ArrayLike) -> ArrayOrScalar:
    """Logarithm of the sigmoid, ``-log(1 + exp(-z))``, without ever forming the sigmoid.

    Parameters
    ----------
    z : array_like of real numbers
        Log-odds in nats, any shape.

    Returns
    -------
    numpy.ndarray or scalar
        Log-probabilities in nats, at most 0; shape of `z`. nan stays nan.

    Raises
    ------
    TypeError
        If `z` is complex, not numeric, or a masked array.

    Examples
    --------
    >>> log_sigmoid([-1000, 0]).round(4)
    array([-1.000e+03, -6.931e-01])
    """
    values, dtype = as_floats(z, name="z")
    return as_result(np.minimum(values, 0) - np.log1p(np.exp(-np.abs(values))), dtype)


@overload
def softmax(
    logits: NDArray[FloatT], axis: Axis = ..., *, temperature: float = ..., where: Where = ...
) -> NDArray[FloatT]: ...
@overload
def softmax(
    logits: Numbers, axis: Axis = ..., *, temperature: float = ..., where: Where = ...
) -> NDArray[np.float64]: ...
@overload
def softmax(
    logits: ArrayLike, axis: Axis = ..., *, temperature: float = ..., where: Where = ...
) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def softmax(
    logits: ArrayLike,
    axis: Axis = -1,
    *,
    temperature: float = 1.0,
    where: ArrayLike | None = None,
) -> ArrayOrScalar:
    """Probabilities proportional to ``exp(logits / temperature)``.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores in nats, any shape.
    axis : int, tuple of int or None, default -1
        Axis or axes along which the probabilities sum to one; None takes all of them together.
    temperature : float, default 1.0
        Finite and positive. Below 1 sharpens the distribution, above 1 flattens it.
    where : array_like of bool, optional
        True for the entries that take part; broadcasts to the shape of `logits`. The others get
        probability 0, whatever stands there.

    Returns
    -------
    numpy.ndarray or scalar
        Probabilities, shape of `logits`. A slice that holds nan or +inf, or nothing but -inf, has
        no softmax and is nan; a slice that `where` leaves out entirely is 0.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array, or `where` is not boolean.
    ValueError
        If `temperature` is not finite and positive, or `where` does not broadcast to `logits`.

    References
    ----------
    Bridle (1990), doi:10.1007/978-3-642-76153-9_28, for the function and its name; Blanchard,
    Higham & Higham (2021), doi:10.1093/imanum/draa038, for the shifted algorithm and its error.

    Examples
    --------
    >>> softmax([1, 3, 2]).round(4)
    array([0.09  , 0.6652, 0.2447])
    >>> softmax([1, 3, 2], where=[True, False, True]).round(4)
    array([0.2689, 0.    , 0.7311])
    """
    z, dtype = as_floats(logits, where)
    # Subtracting the maximum cancels in the quotient below. No exponent is
    # then above 0, so that exp cannot overflow, and one of them is 0, so that
    # the sum is at least 1.
    largest = z.max(axis=axis, keepdims=True, initial=-np.inf)
    p = _subtract_then_divide(z, largest, temperature)
    np.exp(p, out=p)
    p /= p.sum(axis=axis, keepdims=True)
    return as_result(p, dtype, where, fill=0.0)


@overload
def log_softmax(
    logits: NDArray[FloatT], axis: Axis = ..., *, temperature: float = ..., where: Where = ...
) -> NDArray[FloatT]: ...
@overload
def log_softmax(
    logits: Numbers, axis: Axis = ..., *, temperature: float = ..., where: Where = ...
) -> NDArray[np.float64]: ...
@overload
def log_softmax(
    logits: ArrayLike, axis: Axis = ..., *, temperature: float = ..., where: Where = ...
) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def log_softmax(
    logits: ArrayLike,
    axis: Axis = -1,
    *,
    temperature: float = 1.0,
    where: ArrayLike | None = None,
) -> ArrayOrScalar:
    """Logarithm of `softmax`, accurate where the probability rounds to 0 or to 1.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores in nats, any shape.
    axis : int, tuple of int or None, default -1
        Axis or axes along which the probabilities sum to one; None takes all of them together.
    temperature : float, default 1.0
        Finite and positive. Below 1 sharpens the distribution, above 1 flattens it.
    where : array_like of bool, optional
        True for the entries that take part; broadcasts to the shape of `logits`. The others get
        log-probability -inf, whatever stands there.

    Returns
    -------
    numpy.ndarray or scalar
        Log-probabilities in nats, at most 0, shape of `logits`. A slice that holds nan or +inf, or
        nothing but -inf, is nan; a slice that `where` leaves out entirely is -inf.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array, or `where` is not boolean.
    ValueError
        If `temperature` is not finite and positive, or `where` does not broadcast to `logits`.

    References
    ----------
    Blanchard, Higham & Higham (2021), doi:10.1093/imanum/draa038, the shifted algorithm with log1p.

    Examples
    --------
    >>> log_softmax([1, 3, 2]).round(4)
    array([-2.4076, -0.4076, -1.4076])
    >>> log_softmax([0, -1000])
    array([    0., -1000.])
    """
    z, dtype = as_floats(logits, where)
    axes = as_axes(axis, z.ndim)
    rows = to_rows(z, axes)
    winner = _first_largest(rows)
    largest = rows.take(winner)
    log_p = _subtract_then_divide(rows, largest[:, np.newaxis], temperature)
    exps = np.exp(log_p, order="C")
    # Added to the 1 of the maximum, exp(-40) would be rounded away. So leave one maximum out of
    # the sum (as 0, or nan if it is infinite), and let log1p add it back.
    exps.put(winner, largest - largest)
    log_p -= np.log1p(exps.sum(axis=1, keepdims=True))
    return as_result(from_rows(log_p, z.shape, axes), dtype, where, fill=-np.inf)


@overload
def logsumexp(
    logits: Sequence[float],
    axis: int | None = ...,
    *,
    keepdims: Literal[False] = ...,
    where: Where = ...,
) -> np.float64: ...
@overload
def logsumexp(
    logits: NDArray[FloatT], axis: None, *, keepdims: Literal[False] = ..., where: Where = ...
) -> FloatT: ...
@overload
def logsumexp(
    logits: NDArray[FloatT], axis: Axis = ..., *, keepdims: Literal[True], where: Where = ...
) -> NDArray[FloatT]: ...
@overload
def logsumexp(
    logits: NDArray[FloatT], axis: Axis = ..., *, keepdims: bool = ..., where: Where = ...
) -> NDArray[FloatT] | FloatT: ...
@overload
def logsumexp(
    logits: ArrayLike, axis: Axis = ..., *, keepdims: bool = ..., where: Where = ...
) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def logsumexp(
    logits: ArrayLike,
    axis: Axis = -1,
    *,
    keepdims: bool = False,
    where: ArrayLike | None = None,
) -> ArrayOrScalar:
    """Smooth maximum: the logarithm of the sum of exponentials, in nats.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores in nats, any shape.
    axis : int, tuple of int or None, default -1
        Axis or axes to reduce; None reduces all of them.
    keepdims : bool, default False
        Keep the reduced axes with length one.
    where : array_like of bool, optional
        True for the entries that take part; broadcasts to the shape of `logits`.

    Returns
    -------
    numpy.ndarray or scalar
        ``max(logits) <= result <= max(logits) + log(n)``; -inf for no entries and for nothing but
        -inf, inf where there is +inf, nan where there is nan.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array, or `where` is not boolean.
    ValueError
        If `where` does not broadcast to `logits`.

    References
    ----------
    Blanchard, Higham & Higham (2021), doi:10.1093/imanum/draa038, the shifted algorithm with log1p.

    Examples
    --------
    >>> logsumexp([1, 3, 2]).round(4)
    np.float64(3.4076)
    >>> logsumexp([[1, 3, 2], [1000, 1000, -1000]], axis=1).round(4)
    array([   3.4076, 1000.6931])
    """
    z, dtype = as_floats(logits, where)
    axes = as_axes(axis, z.ndim)
    shape = [1 if i in axes else length for i, length in enumerate(z.shape)]
    if z.size == 0:
        total = np.full(shape, -np.inf, z.dtype)
        return as_result(total if keepdims else total.squeeze(axes), dtype)
    rows = to_rows(z, axes)
    winner = _first_largest(rows)
    largest = rows.take(winner)
    exps = np.subtract(rows, largest[:, np.newaxis], order="C")
    np.exp(exps, out=exps)
    exps.put(winner, 0)  # log1p adds the maximum back, as in log_softmax
    total = largest + np.log1p(exps.sum(axis=1))
    # A maximum of inf, -inf or nan is the answer itself; its difference to itself is nan.
    total = from_rows(np.where(np.isfinite(largest), total, largest), shape, axes)
    return as_result(total if keepdims else total.squeeze(axes), dtype)


@overload
def hardmax(logits: NDArray[FloatT], *, axis: Axis = ...) -> NDArray[FloatT]: ...
@overload
def hardmax(logits: Numbers, *, axis: Axis = ...) -> NDArray[np.float64]: ...
@overload
def hardmax(logits: ArrayLike, *, axis: Axis = ...) -> ArrayOrScalar: ...
def hardmax(logits: ArrayLike, *, axis: Axis = -1) -> ArrayOrScalar:
    """One-hot vector of the first largest entry: the limit that softmax softens.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores, any shape.
    axis : int, tuple of int or None, default -1
        Axis or axes along which there is one winner; None takes all of them together.

    Returns
    -------
    numpy.ndarray or scalar
        1 at the first largest entry of each slice and 0 elsewhere, shape of `logits`; nan in all
        of a slice that holds nan.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array.

    Examples
    --------
    >>> hardmax([1, 3, 2])
    array([0., 1., 0.])
    >>> hardmax([[2, 2], [0, 5]])
    array([[1., 0.],
           [0., 1.]])
    """
    z, dtype = as_floats(logits)
    axes = as_axes(axis, z.ndim)
    rows = to_rows(z, axes)
    winner = _first_largest(rows)
    one_hot = np.zeros_like(rows, order="C")
    one_hot.put(winner, 1)
    one_hot[np.isnan(rows.take(winner))] = np.nan
    return as_result(from_rows(one_hot, z.shape, axes), dtype)


@overload
def naive_softmax(logits: NDArray[FloatT], *, axis: Axis = ...) -> NDArray[FloatT]: ...
@overload
def naive_softmax(logits: Numbers, *, axis: Axis = ...) -> NDArray[np.float64]: ...
@overload
def naive_softmax(logits: ArrayLike, *, axis: Axis = ...) -> ArrayOrScalar: ...
def naive_softmax(logits: ArrayLike, *, axis: Axis = -1) -> ArrayOrScalar:
    """Softmax by the textbook formula, kept to show why it fails: use `softmax` instead.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores in nats, any shape.
    axis : int, tuple of int or None, default -1
        Axis or axes along which the probabilities sum to one; None takes all of them together.

    Returns
    -------
    numpy.ndarray or scalar
        Probabilities, shape of `logits`; nan, with NumPy's warnings, where ``exp`` overflows (from
        710 upwards in float64) or where all of a slice underflows.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array.

    Examples
    --------
    >>> naive_softmax([1, 3, 2]).round(4)
    array([0.09  , 0.6652, 0.2447])
    >>> with np.errstate(over="ignore", invalid="ignore"):
    ...     naive_softmax([1000, 0])
    array([nan,  0.])
    """
    z, dtype = as_floats(logits)
    exps = np.exp(z)
    return as_result(exps / exps.sum(axis=axis, keepdims=True), dtype)


def _subtract_then_divide(z: Array, largest: Array, temperature: float) -> Array:
    """Return ``(z - largest) / temperature`` in a new array, for finite numbers of any size."""
    divisor = as_temperature(temperature)
    if divisor <= 1:
        shifted = np.asarray(z - largest)
    else:
        # -1e308 - 1e308 overflows although the quotient need not. Halves do not, and are exact.
        shifted = np.asarray(z / 2)
        shifted -= largest / 2
        divisor = divisor / 2
    if divisor != 1:
        # In float64 even if z is float32, which has no room for a temperature of 1e-50.
        np.divide(shifted, divisor, out=shifted, casting="same_kind")
    return shifted


def _first_largest(rows: Array) -> NDArray[np.intp]:
    """Place of the first largest entry (or of the first nan) of each row, for `take` and `put`."""
    places: NDArray[np.intp] = rows.argmax(axis=1)
    places += np.arange(0, rows.size, rows.shape[1])
    return places
