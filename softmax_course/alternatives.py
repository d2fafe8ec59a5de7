"""What can stand in softmax's place: other maps, draws with a gradient, large vocabularies, losses.

NumPy alone. A chapter that needs one of them imports it from here.
"""

import math
from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._validation import (
    Array,
    ArrayOrScalar,
    Floats,
    FloatT,
    Numbers,
    Reduced,
    Reduction,
    as_array,
    as_axis,
    as_codes,
    as_floats,
    as_integer,
    as_scalar,
    as_targets,
    as_temperature,
    as_vjp_arguments,
    per_position,
    reduced,
)
from softmax_course.activations import log_softmax, softmax
from softmax_course.losses import _expectation
from softmax_course.sampling import RNGLike, as_generator

__all__ = [
    "entmax",
    "entmax15",
    "entmax_loss",
    "entmax_loss_gradient",
    "entmax_vjp",
    "focal_loss",
    "focal_loss_gradient",
    "gumbel_softmax",
    "gumbel_softmax_vjp",
    "hierarchical_log_softmax",
    "log_uniform",
    "sampled_logits",
    "sparsemax",
]


# Maps with exact zeros ------------------------------------------------------------------------


@overload
def sparsemax(logits: NDArray[FloatT], *, axis: int = ...) -> NDArray[FloatT]: ...
@overload
def sparsemax(logits: Numbers, *, axis: int = ...) -> NDArray[np.float64]: ...
@overload
def sparsemax(logits: ArrayLike, *, axis: int = ...) -> Floats: ...
def sparsemax(logits: ArrayLike, *, axis: int = -1) -> Floats:
    """Nearest point of the simplex: ``max(logits - tau, 0)``, with tau such that the sum is 1.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores, at least one-dimensional, the classes on `axis`.
    axis : int, default -1
        Axis along which the probabilities sum to one.

    Returns
    -------
    numpy.ndarray of the logits' shape
        Probabilities, of which some may be exactly 0. A slice that holds nan or ``inf``, or nothing
        but ``-inf``, is nan, as in `softmax`.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array.
    ValueError
        If `logits` is a single number, or the axis is out of range.

    References
    ----------
    Martins & Astudillo (2016), "From Softmax to Sparsemax", arXiv:1602.02068, algorithm 1.

    Examples
    --------
    >>> sparsemax([1, 3, 2])
    array([0., 1., 0.])
    >>> sparsemax([1, 1.2, 1.1]).round(4)
    array([0.2333, 0.4333, 0.3333])
    """
    return _mapped(logits, axis, 1, _projected)


def _projected(x: Array) -> Array:
    descending = -np.sort(-x, axis=-1)
    count = np.arange(1, x.shape[-1] + 1)
    # If the k largest scores stayed, tau would be the k-th entry. It grows with k while the next
    # score lies above it, and falls from then on.
    tau = (np.cumsum(descending, axis=-1) - 1) / count
    p: Array = np.maximum(x - tau.max(axis=-1, keepdims=True), 0)
    return p


@overload
def entmax15(logits: NDArray[FloatT], *, axis: int = ...) -> NDArray[FloatT]: ...
@overload
def entmax15(logits: Numbers, *, axis: int = ...) -> NDArray[np.float64]: ...
@overload
def entmax15(logits: ArrayLike, *, axis: int = ...) -> Floats: ...
def entmax15(logits: ArrayLike, *, axis: int = -1) -> Floats:
    """Half-way from softmax to sparsemax: ``max(logits / 2 - tau, 0) ** 2``, by sorting.

    Parameters
    ----------
    logits, axis
        As for `sparsemax`.

    Returns
    -------
    numpy.ndarray of the logits' shape
        Probabilities, of which some may be exactly 0; nan as in `sparsemax`.

    Raises
    ------
    TypeError, ValueError
        As `sparsemax`.

    See Also
    --------
    entmax : The same by bisection, and every other map of the family.

    References
    ----------
    Peters, Niculae & Martins (2019), "Sparse Sequence-to-Sequence Models", arXiv:1905.05702,
    algorithm 2.

    Examples
    --------
    >>> entmax15([1, 3, 2]).round(4)
    array([0.    , 0.8307, 0.1693])
    """
    return _mapped(logits, axis, 0.5, _projected_square)


def _projected_square(x: Array) -> Array:
    descending = -np.sort(-x, axis=-1)
    count = np.arange(1, x.shape[-1] + 1)
    # If the k largest stayed, sum((x - tau)**2) = 1 would be a quadratic equation: in terms of
    # their mean and of their squared distances from it, tau = mean - sqrt((1 - distances) / k).
    mean = np.cumsum(descending, axis=-1) / count
    distances = np.cumsum(descending**2, axis=-1) - count * mean**2
    tau = mean - np.sqrt(np.maximum(1 - distances, 0) / count)
    stays = np.sum(tau <= descending, axis=-1, keepdims=True)
    tau = np.take_along_axis(tau, stays - 1, axis=-1)
    return np.maximum(x - tau, 0) ** 2


@overload
def entmax(logits: NDArray[FloatT], alpha: float = ..., *, axis: int = ...) -> NDArray[FloatT]: ...
@overload
def entmax(logits: Numbers, alpha: float = ..., *, axis: int = ...) -> NDArray[np.float64]: ...
@overload
def entmax(logits: ArrayLike, alpha: float = ..., *, axis: int = ...) -> Floats: ...
def entmax(logits: ArrayLike, alpha: float = 1.5, *, axis: int = -1) -> Floats:
    """Family from softmax (alpha 1) to sparsemax (alpha 2) and beyond, by bisection.

    The distribution p with the largest ``p @ logits + H(p)``, where H is the Tsallis entropy
    ``sum(p - p ** alpha) / (alpha * (alpha - 1))``; for alpha 1 that is Shannon's. It has the form
    ``max((alpha - 1) * logits - tau, 0) ** (1 / (alpha - 1))``.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores, at least one-dimensional, the classes on `axis`.
    alpha : float, default 1.5
        Finite, 1 or more. From 1 on, the larger, the more zeros.
    axis : int, default -1
        Axis along which the probabilities sum to one.

    Returns
    -------
    numpy.ndarray of the logits' shape
        Probabilities; nan as in `sparsemax`.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array, or `alpha` is no real number.
    ValueError
        If `alpha` is not finite or below 1, `logits` is a single number, or the axis is out of
        range.

    Notes
    -----
    Close to 1 the exponent ``1 / (alpha - 1)`` is large and multiplies the rounding errors: at
    alpha 1.001 some three digits fewer are right.

    References
    ----------
    Peters, Niculae & Martins (2019), "Sparse Sequence-to-Sequence Models", arXiv:1905.05702.

    Examples
    --------
    >>> entmax([1, 3, 2], 1.5).round(4)
    array([0.    , 0.8307, 0.1693])
    >>> entmax([1, 3, 2], 2)
    array([0., 1., 0.])
    """
    power = _as_alpha(alpha) - 1
    if power == 0:
        as_axis(axis, np.ndim(as_array(logits, "logits")), "logits")
        return np.asarray(softmax(logits, axis))
    return _mapped(logits, axis, power, lambda x: _bisected(x, power))


def _bisected(x: Array, power: float) -> Array:
    low = np.full_like(x[..., :1], -1)  # with this tau the largest alone would have probability 1,
    high = np.full_like(low, -(float(x.shape[-1]) ** -power))  # and with this one 1/K
    for _ in range(60):  # after which the interval holds no number between its ends
        tau = (low + high) / 2
        too_much = np.sum(np.maximum(x - tau, 0) ** (1 / power), axis=-1, keepdims=True) >= 1
        low, high = np.where(too_much, tau, low), np.where(too_much, high, tau)
    p = np.maximum(x - low, 0) ** (1 / power)
    # What bisection leaves over is a rounding error; the sum takes it away.
    normalised: Array = p / p.sum(axis=-1, keepdims=True)
    return normalised


@overload
def entmax_vjp(
    logits: NDArray[FloatT], vector: NDArray[FloatT], alpha: float = ..., *, axis: int = ...
) -> NDArray[FloatT]: ...
@overload
def entmax_vjp(
    logits: Numbers, vector: Numbers, alpha: float = ..., *, axis: int = ...
) -> NDArray[np.float64]: ...
@overload
def entmax_vjp(
    logits: ArrayLike, vector: ArrayLike, alpha: float = ..., *, axis: int = ...
) -> Floats: ...
@np.errstate(all="ignore")
def entmax_vjp(
    logits: ArrayLike, vector: ArrayLike, alpha: float = 1.5, *, axis: int = -1
) -> Floats:
    """Vector-Jacobian product ``s * (g - <g, s> / sum(s))`` with ``s = p ** (2 - alpha)``.

    The Jacobian is ``diag(s) - s sᵀ / sum(s)``, where s is 0 for the classes without a share: no
    gradient reaches them. For alpha 1 this is `softmax_vjp`.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores, at least one-dimensional, the classes on `axis`.
    vector : array_like of real numbers
        Derivative g of some number by the probabilities; broadcasts with the logits.
    alpha : float, default 1.5
        As for `entmax`; 2 is `sparsemax`.
    axis : int, default -1
        Axis of the classes.

    Returns
    -------
    numpy.ndarray
        Derivative of that number by the logits, which sums to zero along `axis`, up to rounding.
        Where a class is about to get a share, at a kink, this is the derivative on its zero side.

    Raises
    ------
    TypeError, ValueError
        As `entmax`, and if the shapes do not broadcast or `vector` has other classes on `axis`.

    References
    ----------
    Peters, Niculae & Martins (2019), arXiv:1905.05702, proposition 2.

    Examples
    --------
    >>> entmax_vjp([1, 1.2, 0], [1, 0, 5], alpha=2)
    array([ 0.5, -0.5,  0. ])
    """
    z, g, axis, dtype = as_vjp_arguments(logits, vector, axis)
    p = _entmax(z, alpha, axis)
    s = np.where(p == 0, 0, p ** (2 - _as_alpha(alpha)))
    mean = np.sum(s * g, axis=axis, keepdims=True) / np.sum(s, axis=axis, keepdims=True)
    gradient: Array = s * (g - mean)
    return gradient.astype(dtype, copy=False)


@overload
def entmax_loss(
    logits: NDArray[FloatT],
    targets: ArrayLike,
    alpha: float = ...,
    *,
    axis: int = ...,
    reduction: Reduced = ...,
) -> FloatT: ...
@overload
def entmax_loss(
    logits: Numbers,
    targets: ArrayLike,
    alpha: float = ...,
    *,
    axis: int = ...,
    reduction: Reduced = ...,
) -> np.float64: ...
@overload
def entmax_loss(
    logits: ArrayLike,
    targets: ArrayLike,
    alpha: float = ...,
    *,
    axis: int = ...,
    reduction: Reduced = ...,
) -> np.floating[Any]: ...
@overload
def entmax_loss(
    logits: ArrayLike,
    targets: ArrayLike,
    alpha: float = ...,
    *,
    axis: int = ...,
    reduction: Reduction = ...,
) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def entmax_loss(
    logits: ArrayLike,
    targets: ArrayLike,
    alpha: float = 1.5,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
) -> ArrayOrScalar:
    """Loss that belongs to `entmax`: ``<p - y, logits> + H(p) - H(y)``, with its entropy H.

    Its gradient by the logits is p - y, as that of the cross-entropy is for softmax, and it stays
    finite where p has zeros. For alpha 1 it is the divergence of p from y: the cross-entropy, less
    the entropy of the target, which is 0 for a one-hot target.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores, the K classes on `axis`.
    targets : array_like of real numbers
        Distributions of the shape of `logits`, or class codes of that shape without `axis`.
    alpha : float, default 1.5
        As for `entmax`; 2 is the loss of `sparsemax`.
    axis : int, default -1
        Axis of the classes.
    reduction : {"none", "mean", "sum"}, default "mean"
        What to return: the losses themselves, their mean, or their sum.

    Returns
    -------
    numpy.ndarray or scalar
        Losses, 0 or more. For alpha above 1 a loss is exactly 0 as soon as the true class leads by
        ``1 / (alpha - 1)``. A true class of logit ``-inf`` costs inf.

    Raises
    ------
    TypeError, ValueError
        As `entmax`, and as `cross_entropy` for `targets` and `reduction`.

    References
    ----------
    Blondel, Martins & Niculae (2020), "Learning with Fenchel-Young Losses", Journal of Machine
    Learning Research 21(35).

    Examples
    --------
    >>> [round(float(entmax_loss([1, 3, 2], 1, alpha)), 4) for alpha in (1, 1.5, 2)]
    [0.4076, 0.0617, 0.0]
    """
    z, dtype = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    y = as_targets(targets, z, axis, 0.0)
    exact = z.astype(np.promote_types(z.dtype, np.float64), copy=False)
    shifted = exact - exact.max(axis=axis, keepdims=True, initial=-np.inf)
    p = _entmax(shifted, alpha, axis)
    gap = p - y
    lead = _expectation(gap, shifted, axis)  # 0 times -inf is 0 here
    losses = lead + _tsallis(p, alpha, axis) - _tsallis(y, alpha, axis)
    return reduced(np.maximum(losses, 0), reduction, dtype)


def _tsallis(p: Array, alpha: float, axis: int) -> Array:
    """Entropy whose regularised argmax is entmax: Shannon's for alpha 1, Gini's for 2."""
    if alpha == 1:
        return np.asarray(_expectation(p, -np.log(p), axis))
    entropy: Array = ((p - p**alpha) / (alpha * (alpha - 1))).sum(axis=axis)
    return entropy


@overload
def entmax_loss_gradient(
    logits: NDArray[FloatT],
    targets: ArrayLike,
    alpha: float = ...,
    *,
    axis: int = ...,
    reduction: Reduction = ...,
) -> NDArray[FloatT]: ...
@overload
def entmax_loss_gradient(
    logits: Numbers,
    targets: ArrayLike,
    alpha: float = ...,
    *,
    axis: int = ...,
    reduction: Reduction = ...,
) -> NDArray[np.float64]: ...
@overload
def entmax_loss_gradient(
    logits: ArrayLike,
    targets: ArrayLike,
    alpha: float = ...,
    *,
    axis: int = ...,
    reduction: Reduction = ...,
) -> Floats: ...
@np.errstate(all="ignore")
def entmax_loss_gradient(
    logits: ArrayLike,
    targets: ArrayLike,
    alpha: float = 1.5,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
) -> Floats:
    """Gradient of `entmax_loss` by the logits: ``entmax(logits, alpha) - y``.

    Parameters
    ----------
    logits, targets, axis
        As for `entmax_loss`.
    alpha : float, default 1.5
        As for `entmax`; 2 is the gradient of the loss of `sparsemax`.
    reduction : {"mean", "none", "sum"}, default "mean"
        Which `entmax_loss` is differentiated. "sum" and "none" give each position the gradient of
        its own loss; "mean" divides it by the number of positions.

    Returns
    -------
    numpy.ndarray of the logits' shape
        Sums to zero along `axis`, up to rounding.

    Raises
    ------
    TypeError, ValueError
        As `entmax_loss`.

    References
    ----------
    Blondel, Martins & Niculae (2020), "Learning with Fenchel-Young Losses", Journal of Machine
    Learning Research 21(35), proposition 2.

    Examples
    --------
    >>> entmax_loss_gradient([1, 3, 2], 0, alpha=2)
    array([-1.,  1.,  0.])
    """
    z, dtype = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    y = as_targets(targets, z, axis, 0.0)
    gradient: Array = _entmax(z, alpha, axis) - y
    return per_position(gradient, reduction, axis, dtype)


# Draws that a gradient passes -----------------------------------------------------------------


@overload
def gumbel_softmax(
    logits: NDArray[FloatT], *, axis: int = ..., temperature: float = ..., rng: RNGLike = ...
) -> NDArray[FloatT]: ...
@overload
def gumbel_softmax(
    logits: Numbers, *, axis: int = ..., temperature: float = ..., rng: RNGLike = ...
) -> NDArray[np.float64]: ...
@overload
def gumbel_softmax(
    logits: ArrayLike, *, axis: int = ..., temperature: float = ..., rng: RNGLike = ...
) -> Floats: ...
def gumbel_softmax(
    logits: ArrayLike, *, axis: int = -1, temperature: float = 1.0, rng: RNGLike = None
) -> Floats:
    """Soften a draw: ``softmax((logits + G) / temperature)`` with Gumbel noise G.

    Its `hardmax` is a draw from ``softmax(logits)`` in one-hot form, at every temperature.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores, at least one-dimensional, the classes on `axis`; each slice gets one draw.
    axis : int, default -1
        Axis of the classes.
    temperature : float, default 1.0
        Finite and positive. It divides the noisy scores: it softens the draw and leaves the
        probabilities of the winners alone.
    rng : None, int, numpy.random.SeedSequence, BitGenerator or Generator, optional
        As for `sample`.

    Returns
    -------
    numpy.ndarray of the logits' shape
        Positive numbers that sum to one along `axis`; close to one-hot at low temperatures. nan as
        in `softmax`.

    Raises
    ------
    TypeError
        If `logits` is complex, not numeric, or a masked array, or `rng` is none of the above.
    ValueError
        If the temperature is not finite and positive, or `logits` is a single number.

    See Also
    --------
    softmax_course.sampling.gumbel_max : The codes of such draws, for as many as you like.

    References
    ----------
    Jang, Gu & Poole (2017), arXiv:1611.01144; Maddison, Mnih & Teh (2017), arXiv:1611.00712.

    Examples
    --------
    >>> gumbel_softmax([1, 3, 2], temperature=0.5, rng=0).round(2)
    array([0.  , 0.12, 0.88])
    """
    z, dtype = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    noise = as_generator(rng).gumbel(size=z.shape)
    with np.errstate(all="ignore"):  # inf - inf is nan, and softmax says so
        shifted = z - z.max(axis=axis, keepdims=True, initial=-np.inf)
    draws: Array = softmax(shifted + noise, axis, temperature=temperature)
    return draws.astype(dtype, copy=False)


@overload
def gumbel_softmax_vjp(
    draws: NDArray[FloatT], vector: NDArray[FloatT], *, axis: int = ..., temperature: float = ...
) -> NDArray[FloatT]: ...
@overload
def gumbel_softmax_vjp(
    draws: Numbers, vector: Numbers, *, axis: int = ..., temperature: float = ...
) -> NDArray[np.float64]: ...
@overload
def gumbel_softmax_vjp(
    draws: ArrayLike, vector: ArrayLike, *, axis: int = ..., temperature: float = ...
) -> Floats: ...
@np.errstate(all="ignore")
def gumbel_softmax_vjp(
    draws: ArrayLike, vector: ArrayLike, *, axis: int = -1, temperature: float = 1.0
) -> Floats:
    """Carry a derivative by a soft draw back to the logits, from the draw itself.

    Given the derivative of a loss at the soft draws, this is the derivative through
    `gumbel_softmax`. Given its derivative at their `hardmax`, it is the straight-through trick: the
    loss sees a one-hot draw, and the gradient passes as if the draw had been the soft one.

    Parameters
    ----------
    draws : array_like of real numbers
        What `gumbel_softmax` returned: distributions along `axis`.
    vector : array_like of real numbers
        Derivative of some number by the draws, or by their hardmax; same shape.
    axis : int, default -1
        Axis of the classes.
    temperature : float, default 1.0
        The one of the draws.

    Returns
    -------
    numpy.ndarray of the draws' shape
        ``draws * (vector - <vector, draws>) / temperature``.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array.
    ValueError
        If the shapes differ, the temperature is not finite and positive, or `draws` is a single
        number.

    References
    ----------
    Jang, Gu & Poole (2017), arXiv:1611.01144, section 2.2, for the straight-through form; Bengio,
    Léonard & Courville (2013), arXiv:1308.3432, for the trick.

    Examples
    --------
    >>> gumbel_softmax_vjp([0.2, 0.8], [1, 0], temperature=2).round(4)
    array([ 0.08, -0.08])
    """
    y, y_type = as_floats(draws, name="draws")
    g, g_type = as_floats(vector, name="vector")
    if y.shape != g.shape:
        raise ValueError(
            f"draws of shape {y.shape} and vector of shape {g.shape} must have the same shape"
        )
    axis = as_axis(axis, y.ndim, "draws")
    gradient: Array = y * (g - np.sum(y * g, axis=axis, keepdims=True))
    gradient /= as_temperature(temperature)
    return gradient.astype(np.result_type(y_type, g_type), copy=False)


# Large vocabularies ---------------------------------------------------------------------------


def log_uniform(num_classes: int) -> NDArray[np.float64]:
    """Proposal for classes sorted by frequency: the logarithm of the rank is uniform.

    Parameters
    ----------
    num_classes : int
        Number of classes K, 1 or more; class 0 is the most frequent one.

    Returns
    -------
    numpy.ndarray of shape (num_classes,)
        ``log(1 + 1 / (k + 1)) / log(K + 1)``, about proportional to ``1 / (k + 1)``, as Zipf's law
        has it for words.

    Raises
    ------
    TypeError
        If `num_classes` is not an integer.
    ValueError
        If `num_classes` is below 1.

    References
    ----------
    TensorFlow's ``log_uniform_candidate_sampler``.

    Examples
    --------
    >>> log_uniform(3).round(4)
    array([0.5   , 0.2925, 0.2075])
    """
    size = as_integer(num_classes, "num_classes")
    if size < 1:
        raise ValueError(f"num_classes must be 1 or more, not {size}")
    weights: NDArray[np.float64] = np.log1p(1 / np.arange(1, size + 1)) / math.log(size + 1)
    return weights


@np.errstate(all="ignore")
def sampled_logits(
    true_logits: ArrayLike,
    drawn_logits: ArrayLike,
    true_proposal: ArrayLike,
    drawn_proposal: ArrayLike,
) -> Floats:
    """Scores for sampled softmax: the true class first, then the drawn ones, each less ``log(q)``.

    Their cross-entropy with class 0 is the loss: tell the true class among m others that were
    drawn, with replacement, from a proposal q. Without the correction a class that is drawn often
    is pushed down often, and training ends at probabilities that are divided by q.

    Parameters
    ----------
    true_logits : array_like of real numbers
        Score of the true class of each example, shape (...).
    drawn_logits : array_like of real numbers
        Scores of the m drawn classes, shape (..., m); a drawn class that is the true one stays.
    true_proposal : array_like of real numbers
        Probability q with which the true class would be drawn, broadcasts to (...).
    drawn_proposal : array_like of real numbers
        Probability q of each drawn class, broadcasts to (..., m).

    Returns
    -------
    numpy.ndarray of shape (..., m + 1)
        For `cross_entropy` and `cross_entropy_gradient`, with the target 0.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array.
    ValueError
        If the shapes do not fit, or a probability is not above 0 and at most 1.

    References
    ----------
    Jean, Cho, Memisevic & Bengio (2015), arXiv:1412.2007; Ma & Collins (2018), arXiv:1809.01812,
    for what it converges to.

    Examples
    --------
    >>> sampled_logits(3, [1, 2], 0.5, [0.25, 0.25]).round(4)
    array([3.6931, 2.3863, 3.3863])
    """
    true, true_type = as_floats(true_logits, name="true_logits")
    drawn, drawn_type = as_floats(drawn_logits, name="drawn_logits")
    if drawn.ndim != true.ndim + 1 or drawn.shape[:-1] != true.shape:
        raise ValueError(
            f"drawn_logits of shape {drawn.shape} must have the shape {true.shape} of true_logits "
            "and one more axis, that of the draws"
        )
    q_true = _as_proposal(true_proposal, true.shape, "true_proposal")
    q_drawn = _as_proposal(drawn_proposal, drawn.shape, "drawn_proposal")
    corrected = np.concatenate(
        [(true - np.log(q_true))[..., np.newaxis], drawn - np.log(q_drawn)], axis=-1
    )
    return corrected.astype(np.result_type(true_type, drawn_type), copy=False)


def _as_proposal(values: ArrayLike, shape: tuple[int, ...], name: str) -> Array:
    q, _ = as_floats(values, name=name)
    wrong = ~((q > 0) & (q <= 1))
    if wrong.any():
        raise ValueError(
            f"{name} holds {q[wrong][0]}: a class that is drawn has q above 0, up to 1"
        )
    try:
        return np.broadcast_to(q, shape)
    except ValueError:
        raise ValueError(f"{name} of shape {q.shape} does not broadcast to {shape}") from None


@np.errstate(all="ignore")
def hierarchical_log_softmax(
    group_logits: ArrayLike, logits: ArrayLike, groups: ArrayLike
) -> Floats:
    """Log-probabilities in two steps: first a group of classes, then a class in it.

    Parameters
    ----------
    group_logits : array_like of real numbers
        Scores of the G groups, shape (..., G).
    logits : array_like of real numbers
        Scores of the K classes, shape (..., K); only those of one group compete with each other.
    groups : array_like of int, shape (K,)
        The group of each class, from 0 to G - 1; every group has a class.

    Returns
    -------
    numpy.ndarray of shape (..., K)
        ``log p(group) + log p(class | group)``, in nats. Their exponentials sum to one. For one
        class, as in training, its group alone is needed: G scores and those of one group.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array.
    ValueError
        If the shapes do not fit, `groups` does not name groups, or a group has no class.

    References
    ----------
    Goodman (2001), "Classes for Fast Maximum Entropy Training", arXiv:cs/0108006.

    Examples
    --------
    >>> log_p = hierarchical_log_softmax([0, 0], [1, 3, 2], [0, 0, 1])
    >>> np.exp(log_p).round(4)
    array([0.0596, 0.4404, 0.5   ])
    """
    between, between_type = as_floats(group_logits, name="group_logits")
    z, dtype = as_floats(logits)
    if 0 in (between.ndim, z.ndim) or between.shape[:-1] != z.shape[:-1]:
        raise ValueError(
            f"group_logits of shape {between.shape} and logits of shape {z.shape} must agree but "
            "for their last axis"
        )
    codes = as_codes(groups, between.shape[-1], "groups")
    if codes.shape != z.shape[-1:]:
        raise ValueError(
            f"groups of shape {codes.shape} must name one group for each of {z.shape[-1]} classes"
        )
    missing = sorted({*range(between.shape[-1])} - {*codes.tolist()})
    if missing:
        raise ValueError(f"group {missing[0]} has no class, but would get a probability")
    log_p = np.take(log_softmax(between), codes, axis=-1).astype(np.result_type(between, z))
    for group in range(between.shape[-1]):
        members = codes == group
        log_p[..., members] += log_softmax(z[..., members])
    return log_p.astype(np.result_type(between_type, dtype), copy=False)


# Losses that ask for something else -----------------------------------------------------------


@overload
def focal_loss(
    logits: NDArray[FloatT],
    targets: ArrayLike,
    *,
    axis: int = ...,
    gamma: float = ...,
    reduction: Reduced = ...,
) -> FloatT: ...
@overload
def focal_loss(
    logits: Numbers,
    targets: ArrayLike,
    *,
    axis: int = ...,
    gamma: float = ...,
    reduction: Reduced = ...,
) -> np.float64: ...
@overload
def focal_loss(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = ...,
    gamma: float = ...,
    reduction: Reduced = ...,
) -> np.floating[Any]: ...
@overload
def focal_loss(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = ...,
    gamma: float = ...,
    reduction: Reduction = ...,
) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def focal_loss(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    reduction: Reduction = "mean",
) -> ArrayOrScalar:
    """Cross-entropy in which an example counts less, the better it is predicted already.

    The surprise ``-log(p)`` at the true class is multiplied by ``(1 - p) ** gamma``.

    Parameters
    ----------
    logits : array_like of real numbers
        Scores, the K classes on `axis`; not probabilities.
    targets : array_like of real numbers
        Distributions of the shape of `logits`, or class codes of that shape without `axis`.
    gamma : float, default 2.0
        Finite, 0 or more; 0 is `cross_entropy`.
    axis : int, default -1
        Axis of the classes.
    reduction : {"none", "mean", "sum"}, default "mean"
        What to return: the losses themselves, their mean, or their sum.

    Returns
    -------
    numpy.ndarray or scalar
        Losses in nats, 0 or more. For gamma above 0 their mean is not smallest where p is the true
        probability.

    Raises
    ------
    TypeError, ValueError
        As `cross_entropy`, and if `gamma` is not finite or negative.

    References
    ----------
    Lin, Goyal, Girshick, He & Dollár (2017), "Focal Loss for Dense Object Detection",
    arXiv:1708.02002, equation 4.

    Examples
    --------
    >>> focal_loss([1, 3, 2], 1, gamma=2).round(4)
    np.float64(0.0457)
    """
    z, dtype = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    y = as_targets(targets, z, axis, 0.0)
    power = _as_gamma(gamma)
    log_p: Array = log_softmax(z, axis)
    terms = -y * (-np.expm1(log_p)) ** power * log_p  # 1 - p keeps its digits where p is near 1
    losses = np.where(y == 0, 0, terms).sum(axis=axis)
    return reduced(np.asarray(losses), reduction, dtype)


@overload
def focal_loss_gradient(
    logits: NDArray[FloatT],
    targets: ArrayLike,
    *,
    axis: int = ...,
    gamma: float = ...,
    reduction: Reduction = ...,
) -> NDArray[FloatT]: ...
@overload
def focal_loss_gradient(
    logits: Numbers,
    targets: ArrayLike,
    *,
    axis: int = ...,
    gamma: float = ...,
    reduction: Reduction = ...,
) -> NDArray[np.float64]: ...
@overload
def focal_loss_gradient(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = ...,
    gamma: float = ...,
    reduction: Reduction = ...,
) -> Floats: ...
@np.errstate(all="ignore")
def focal_loss_gradient(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    reduction: Reduction = "mean",
) -> Floats:
    """Gradient of `focal_loss` by the logits.

    For a true class c it is ``w * (p - y)``, with
    ``w = (1 - p_c) ** gamma * (1 - gamma * p_c * log(p_c) / (1 - p_c))``.

    Parameters
    ----------
    logits, targets, axis
        As for `focal_loss`.
    gamma : float, default 2.0
        Finite, 0 or more; 0 gives the gradient of `cross_entropy`.
    reduction : {"mean", "none", "sum"}, default "mean"
        Which `focal_loss` is differentiated. "sum" and "none" give each position the gradient of
        its own loss; "mean" divides it by the number of positions.

    Returns
    -------
    numpy.ndarray of the logits' shape
        Sums to zero along `axis`, up to rounding.

    Raises
    ------
    TypeError, ValueError
        As `focal_loss`.

    References
    ----------
    Lin, Goyal, Girshick, He & Dollár (2017), arXiv:1708.02002, appendix B.

    Examples
    --------
    >>> focal_loss_gradient([1, 3, 2], 1, gamma=2).round(4)
    array([ 0.0264, -0.0983,  0.0719])
    """
    z, dtype = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    y = as_targets(targets, z, axis, 0.0)
    power = _as_gamma(gamma)
    log_p: Array = log_softmax(z, axis)
    p, rest = np.exp(log_p), -np.expm1(log_p)
    # As p goes to 1, log(p) / (1 - p) goes to -1, although both are 0 there.
    ratio = np.where(rest == 0, -1, log_p / rest)
    surprise = np.where(p == 0, 0, p * ratio)
    weights = np.where(y == 0, 0, y * rest**power * (1 - power * surprise))
    # Of p * sum(weights) - weights, this keeps the digits where p is near 1.
    others = weights.sum(axis=axis, keepdims=True) - weights
    gradient: Array = p * others - weights * rest
    return per_position(gradient, reduction, axis, dtype)


# What they share ------------------------------------------------------------------------------


@np.errstate(all="ignore")
def _mapped(
    logits: ArrayLike, axis: int, factor: float, rows_to_rows: Callable[[Array], Array]
) -> Array:
    """Apply a map to the last axis of the scores times `factor`, shifted so that the largest is 0.

    Sums in float32 would be too coarse for many classes, so everything is float64 at least.
    """
    z, dtype = as_floats(logits)
    axis = as_axis(axis, z.ndim, "logits")
    if z.size == 0:  # then there is no largest score
        return np.zeros(z.shape, dtype)
    rows = np.moveaxis(z.astype(np.promote_types(z.dtype, np.float64), copy=False), axis, -1)
    largest = rows.max(axis=-1, keepdims=True)
    # The threshold lies less than 1 below the largest, so what trails by more may as well trail by
    # 1: then neither -inf nor a huge number spoils a sum.
    x = np.maximum(factor * (rows - largest), -1)
    p = np.where(np.isfinite(largest), rows_to_rows(x), np.nan)
    return np.moveaxis(p, -1, axis).astype(dtype, copy=False)


def _entmax(z: Array, alpha: float, axis: int) -> Array:
    """Return `entmax`, by sorting where there is such a way: it takes a tenth of the time."""
    by_sorting = {1.5: entmax15, 2.0: sparsemax}.get(float(_as_alpha(alpha)))
    return by_sorting(z, axis=axis) if by_sorting else entmax(z, alpha, axis=axis)


def _as_alpha(alpha: float) -> Any:
    scalar = as_scalar(alpha, "alpha")
    if not 1 <= scalar < math.inf:
        raise ValueError(f"alpha must be finite and 1 or more, not {alpha}")
    return scalar


def _as_gamma(gamma: float) -> Any:
    scalar = as_scalar(gamma, "gamma")
    if not 0 <= scalar < math.inf:
        raise ValueError(f"gamma must be finite and 0 or more, not {gamma}")
    return scalar
