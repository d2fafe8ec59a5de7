"""Derivatives of softmax and of cross-entropy with respect to the logits."""

from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._validation import (
    Array,
    Floats,
    FloatT,
    Numbers,
    Reduction,
    as_axis,
    as_floats,
    as_targets,
    as_temperature,
    as_vjp_arguments,
    per_position,
)
from softmax_course.activations import softmax

__all__ = ["cross_entropy_gradient", "softmax_jacobian", "softmax_vjp"]


@overload
def softmax_jacobian(
    logits: NDArray[FloatT], *, axis: int = ..., temperature: float = ...
) -> NDArray[FloatT]: ...
@overload
def softmax_jacobian(
    logits: Numbers, *, axis: int = ..., temperature: float = ...
) -> NDArray[np.float64]: ...
@overload
def softmax_jacobian(logits: ArrayLike, *, axis: int = ..., temperature: float = ...) -> Floats: ...
@np.errstate(all="ignore")
def softmax_jacobian(logits: ArrayLike, *, axis: int = -1, temperature: float = 1.0) -> Floats:
    """Matrix of partial derivatives of softmax, ``(diag(p) - p pᵀ) / temperature``.

    Parameters
    ----------
    logits : array_like of real numbers
        At least one-dimensional, the K classes on `axis`.
    axis : int, default -1
        Axis of the classes.
    temperature : float, default 1.0
        As for `softmax`.

    Returns
    -------
    numpy.ndarray of shape (..., K, K)
        Entry ``[..., i, j]`` is the derivative of probability i by logit j; ``...`` is the shape
        of the logits without `axis`. Symmetric, each row sums to zero.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    See Also
    --------
    softmax_vjp : The product with a vector, without a K by K matrix.

    Examples
    --------
    >>> np.round(softmax_jacobian([1, 3, 2]), 4)
    array([[ 0.0819, -0.0599, -0.022 ],
           [-0.0599,  0.2227, -0.1628],
           [-0.022 , -0.1628,  0.1848]])
    """
    z, dtype = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    p: Array = np.moveaxis(softmax(z, axis, temperature=temperature), axis, -1)
    jacobian = -p[..., :, np.newaxis] * p[..., np.newaxis, :]
    # The diagonal p_i (1 - p_i) is minus the rest of its row: 1 - p_i itself would round
    # to 0 where p_i is close to 1, although the derivative is not 0.
    i = np.arange(p.shape[-1])
    jacobian[..., i, i] = 0
    jacobian[..., i, i] = -jacobian.sum(axis=-1)
    jacobian /= as_temperature(temperature)
    return jacobian.astype(dtype, copy=False)


@overload
def softmax_vjp(
    logits: NDArray[FloatT], vector: NDArray[FloatT], *, axis: int = ..., temperature: float = ...
) -> NDArray[FloatT]: ...
@overload
def softmax_vjp(
    logits: Numbers, vector: Numbers, *, axis: int = ..., temperature: float = ...
) -> NDArray[np.float64]: ...
@overload
def softmax_vjp(
    logits: ArrayLike, vector: ArrayLike, *, axis: int = ..., temperature: float = ...
) -> Floats: ...
@np.errstate(all="ignore")
def softmax_vjp(
    logits: ArrayLike, vector: ArrayLike, *, axis: int = -1, temperature: float = 1.0
) -> Floats:
    """Vector-Jacobian product ``p * (g - <g, p>) / temperature``: backpropagation through softmax.

    Parameters
    ----------
    logits : array_like of real numbers
        At least one-dimensional, the classes on `axis`.
    vector : array_like of real numbers
        Derivative g of some number by the probabilities; broadcasts with the logits.
    axis : int, default -1
        Axis of the classes.
    temperature : float, default 1.0
        As for `softmax`.

    Returns
    -------
    numpy.ndarray
        Derivative of that number by the logits, which sums to zero along `axis`, up to rounding.
        The Jacobian is symmetric, so this is the Jacobian-vector product too.

    Raises
    ------
    TypeError, ValueError
        As `softmax`, and if the shapes do not broadcast or `vector` has other classes on `axis`.

    Examples
    --------
    The gradient of ``-log(p[1])`` by p is ``-1 / p[1]`` at class 1; by the logits it is p - y:

    >>> p = softmax([1, 3, 2])
    >>> np.round(softmax_vjp([1, 3, 2], [0, -1 / p[1], 0]), 4)
    array([ 0.09  , -0.3348,  0.2447])
    """
    z, g, axis, dtype = as_vjp_arguments(logits, vector, axis)
    p: Array = softmax(z, axis, temperature=temperature)
    gradient: Array = p * (g - np.sum(p * g, axis=axis, keepdims=True))
    gradient /= as_temperature(temperature)
    return gradient.astype(dtype, copy=False)


@overload
def cross_entropy_gradient(
    logits: NDArray[FloatT],
    targets: ArrayLike,
    *,
    axis: int = ...,
    temperature: float = ...,
    label_smoothing: float = ...,
    reduction: Reduction = ...,
) -> NDArray[FloatT]: ...
@overload
def cross_entropy_gradient(
    logits: Numbers,
    targets: ArrayLike,
    *,
    axis: int = ...,
    temperature: float = ...,
    label_smoothing: float = ...,
    reduction: Reduction = ...,
) -> NDArray[np.float64]: ...
@overload
def cross_entropy_gradient(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = ...,
    temperature: float = ...,
    label_smoothing: float = ...,
    reduction: Reduction = ...,
) -> Floats: ...
@np.errstate(all="ignore")
def cross_entropy_gradient(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> Floats:
    """Gradient of `cross_entropy` by the logits: ``(p - y) / temperature``.

    Parameters
    ----------
    logits, targets, axis, temperature, label_smoothing
        As for `cross_entropy`. The temperature T counts twice: p is ``softmax(logits / T)``, and
        the derivative of ``logits / T`` by the logits, 1/T, is a factor of the gradient.
    reduction : {"mean", "none", "sum"}, default "mean"
        Which `cross_entropy` is differentiated. "sum" and "none" give each position the gradient
        of its own loss; "mean" divides it by the number of positions.

    Returns
    -------
    numpy.ndarray of the logits' shape
        Sums to zero along `axis`, up to rounding.

    Raises
    ------
    TypeError, ValueError
        As `cross_entropy`.

    References
    ----------
    Bridle (1990), doi:10.1007/978-3-642-76153-9_28.

    Examples
    --------
    >>> np.round(cross_entropy_gradient([1, 3, 2], 1), 4)
    array([ 0.09  , -0.3348,  0.2447])
    """
    z, dtype = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    y = as_targets(targets, z, axis, label_smoothing)
    gradient: Array = softmax(z, axis, temperature=temperature) - y
    gradient /= as_temperature(temperature)
    return per_position(gradient, reduction, axis, dtype)
