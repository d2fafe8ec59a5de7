"""How wrong a prediction is, in nats: cross-entropy, and the two quantities that it is made of."""

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._validation import (
    Array,
    ArrayOrScalar,
    Axis,
    FloatT,
    Numbers,
    Reduced,
    Reduction,
    as_axis,
    as_distribution,
    as_floats,
    as_result,
    as_targets,
    reduced,
)
from softmax_course.activations import log_softmax

__all__ = ["cross_entropy", "entropy", "kl_divergence"]


@overload
def cross_entropy(
    logits: NDArray[FloatT],
    targets: ArrayLike,
    *,
    axis: int = ...,
    temperature: float = ...,
    label_smoothing: float = ...,
    reduction: Reduced = ...,
) -> FloatT: ...
@overload
def cross_entropy(
    logits: Numbers,
    targets: ArrayLike,
    *,
    axis: int = ...,
    temperature: float = ...,
    label_smoothing: float = ...,
    reduction: Reduced = ...,
) -> np.float64: ...
@overload
def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = ...,
    temperature: float = ...,
    label_smoothing: float = ...,
    reduction: Reduced = ...,
) -> np.floating[Any]: ...
@overload
def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = ...,
    temperature: float = ...,
    label_smoothing: float = ...,
    reduction: Reduction = ...,
) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> ArrayOrScalar:
    """Cross-entropy of the targets and the softmax of the logits, in nats.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores, any shape with the K classes on `axis`; not probabilities.
    targets : array_like of real numbers
        Either distributions, of the shape of `logits` ("categorical" targets, one-hot among them),
        or integer class codes, of that shape without `axis` ("sparse" targets). The shape decides.
    axis : int, default -1
        Axis of the classes.
    temperature : float, default 1.0
        Finite and positive; the logits are divided by it, as in `softmax`.
    label_smoothing : float, default 0.0
        Share of each target, between 0 and 1, that is spread evenly over all classes.
    reduction : {"none", "mean", "sum"}, default "mean"
        What to return: the losses themselves, their mean, or their sum.

    Returns
    -------
    numpy.ndarray or scalar
        Losses, 0 or more, in the floating-point type of `logits`; with "none" of the shape of
        `logits` without `axis`, otherwise a scalar. The mean of an empty batch is nan. A class with
        target 0 adds 0 even if its logit is -inf.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array.
    ValueError
        If the shapes do not fit, a code is not a class, a target is not a distribution (its sum
        must be 1 within 1e-6, or 1e-3 in float16), or an option is out of range.

    References
    ----------
    Goodfellow, Bengio & Courville (2016), *Deep Learning*, section 6.2.2.3; Szegedy et al. (2016),
    arXiv:1512.00567, section 7, for label smoothing.

    Examples
    --------
    >>> cross_entropy([1, 3, 2], 1).round(4)
    np.float64(0.4076)
    >>> cross_entropy([1, 3, 2], [0, 1, 0], label_smoothing=0.1).round(4)
    np.float64(0.5076)
    """
    scores, dtype = as_floats(logits)
    axis = as_axis(axis, scores.ndim, "logits")
    weights = as_targets(targets, scores, axis, label_smoothing)
    surprise = -log_softmax(scores, axis, temperature=temperature)
    losses = _expectation(weights, surprise, axis)
    return reduced(np.asarray(losses), reduction, dtype)


@overload
def entropy(probabilities: Sequence[float], *, axis: int | None = ...) -> np.float64: ...
@overload
def entropy(probabilities: NDArray[FloatT], *, axis: None) -> FloatT: ...
@overload
def entropy(probabilities: NDArray[FloatT], *, axis: Axis = ...) -> NDArray[FloatT] | FloatT: ...
@overload
def entropy(probabilities: ArrayLike, *, axis: None) -> np.floating[Any]: ...
@overload
def entropy(probabilities: ArrayLike, *, axis: Axis = ...) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def entropy(probabilities: ArrayLike, *, axis: Axis = -1) -> ArrayOrScalar:
    """Entropy of a distribution in nats: the expected surprise of one draw.

    Parameters
    ----------
    probabilities : array_like of real numbers
        Distributions along `axis`, any shape.
    axis : int, tuple of int or None, default -1
        Axis or axes along which the probabilities sum to one; None takes all of them together.

    Returns
    -------
    numpy.ndarray or scalar
        ``-sum(p * log(p))``, from 0 (one class is certain) to ``log(K)`` (all K are alike); shape
        of `probabilities` without `axis`. An entry 0 adds 0.

    Raises
    ------
    TypeError
        If `probabilities` is complex, not numeric, or a masked array.
    ValueError
        If an entry is negative or nan, or a slice does not sum to 1 within 1e-6 (1e-3 in float16).

    References
    ----------
    Goodfellow, Bengio & Courville (2016), *Deep Learning*, equation 3.49.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25]).round(4)
    np.float64(1.0397)
    """
    p, dtype = as_distribution(probabilities, axis, "probabilities")
    return as_result(np.asarray(_expectation(p, -np.log(p), axis)), dtype)


@overload
def kl_divergence(
    p: Sequence[float], q: Sequence[float], *, axis: int | None = ...
) -> np.float64: ...
@overload
def kl_divergence(p: NDArray[FloatT], q: NDArray[FloatT], *, axis: None) -> FloatT: ...
@overload
def kl_divergence(
    p: NDArray[FloatT], q: NDArray[FloatT], *, axis: Axis = ...
) -> NDArray[FloatT] | FloatT: ...
@overload
def kl_divergence(p: ArrayLike, q: ArrayLike, *, axis: None) -> np.floating[Any]: ...
@overload
def kl_divergence(p: ArrayLike, q: ArrayLike, *, axis: Axis = ...) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def kl_divergence(p: ArrayLike, q: ArrayLike, *, axis: Axis = -1) -> ArrayOrScalar:
    """Kullback-Leibler divergence of `q` from `p` in nats: what it costs to believe `q`.

    Parameters
    ----------
    p : array_like of real numbers
        The true distributions along `axis`, any shape.
    q : array_like of real numbers
        The distributions that are believed instead; same shape.
    axis : int, tuple of int or None, default -1
        Axis or axes along which the probabilities sum to one; None takes all of them together.

    Returns
    -------
    numpy.ndarray or scalar
        ``sum(p * log(p / q))``, 0 only for equal distributions; shape of `p` without `axis`. An
        entry with ``p = 0`` adds 0; one with ``q = 0`` and ``p > 0`` makes the result inf.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array.
    ValueError
        If the shapes differ, an entry is negative or nan, or a slice does not sum to 1 within 1e-6
        (1e-3 in float16).

    References
    ----------
    Goodfellow, Bengio & Courville (2016), *Deep Learning*, equation 3.50.

    Examples
    --------
    >>> kl_divergence([0.5, 0.5], [0.25, 0.75]).round(4)
    np.float64(0.1438)
    >>> kl_divergence([0.5, 0.5], [1, 0])
    np.float64(inf)
    """
    p_values, p_type = as_distribution(p, axis, "p")
    q_values, q_type = as_distribution(q, axis, "q")
    if p_values.shape != q_values.shape:
        raise ValueError(
            f"p of shape {p_values.shape} and q of shape {q_values.shape} must have the same shape"
        )
    # Not log(p / q): the quotient overflows where q is tiny, although its logarithm is moderate.
    divergence = _expectation(p_values, np.log(p_values) - np.log(q_values), axis)
    return as_result(np.asarray(divergence), np.result_type(p_type, q_type))


def _expectation(p: Array, values: Array, axis: Axis) -> Any:
    """Sum of ``p * values``, to which an entry with probability 0 adds 0, even if it is inf."""
    return np.where(p == 0, 0, p * values).sum(axis=axis)
