"""Whether probabilities come true: measure it, and turn one knob until they do."""

import math
from typing import Any, Literal, NamedTuple, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._validation import (
    Array,
    ArrayOrScalar,
    FloatT,
    Numbers,
    Reduced,
    Reduction,
    as_axis,
    as_codes,
    as_distribution,
    as_floats,
    as_integer,
    as_scalar,
    as_targets,
    reduced,
    refuse_where,
)
from softmax_course.activations import softmax

__all__ = [
    "ReliabilityCurve",
    "brier_score",
    "conformal_threshold",
    "expected_calibration_error",
    "fit_temperature",
    "reliability_curve",
]

Strategy: TypeAlias = Literal["uniform", "quantile"]


class ReliabilityCurve(NamedTuple):
    """What was promised in each bin, and what came; bins without an example are left out."""

    confidence: NDArray[np.float64]  #: mean probability of the bin's examples
    frequency: NDArray[np.float64]  #: how often what they predicted came true
    counts: NDArray[np.intp]  #: number of its examples


def reliability_curve(
    probabilities: ArrayLike,
    codes: ArrayLike,
    *,
    bins: int = 15,
    strategy: Strategy = "uniform",
) -> ReliabilityCurve:
    """Compare promised with observed frequencies: the points of a reliability diagram.

    Parameters
    ----------
    probabilities : array_like of real numbers, shape (n, K) or (n,)
        Either a distribution over K classes for each of n examples: then its largest entry, the
        confidence, is compared with how often that class is the true one. Or the probability of
        one event for each.
    codes : array_like of int, shape (n,)
        The true class of each, from 0 to K - 1; or 1 where the event came, and 0 where not.
    bins : int, default 15
        Number of bins, 1 or more.
    strategy : {"uniform", "quantile"}, default "uniform"
        Bins of equal width on [0, 1], or bins of equally many examples. A value on the border
        of two bins belongs to the lower one, as in Guo et al.

    Returns
    -------
    ReliabilityCurve
        The named tuple ``(confidence, frequency, counts)``, one entry for each bin that has an
        example, in ascending order of confidence.

    Raises
    ------
    TypeError
        If an argument is not of the kind described.
    ValueError
        If there are no examples, the shapes do not fit, a code is not a class, a probability lies
        outside [0, 1], a distribution does not sum to 1 within 1e-6 (1e-3 in float16), or an
        option is out of range.

    References
    ----------
    Guo et al. (2017), "On Calibration of Modern Neural Networks", arXiv:1706.04599, section 2.

    Examples
    --------
    >>> curve = reliability_curve([0.9, 0.9, 0.9, 0.6], [1, 1, 0, 1], bins=2)
    >>> curve.confidence, curve.frequency, curve.counts
    (array([0.825]), array([0.75]), array([4]))
    """
    confidence, came_true = _promises(probabilities, codes)
    number = as_integer(bins, "bins")
    if number < 1:
        raise ValueError(f"bins must be 1 or more, not {bins}")
    edges = np.linspace(0, 1, number + 1)
    if strategy == "quantile":
        edges = np.percentile(confidence, edges * 100)  # rounded as scikit-learn's are
    elif strategy != "uniform":
        raise ValueError(f"strategy must be 'uniform' or 'quantile', not {strategy!r}")
    # From the left: a value equal to an inner edge stays below it, and 0 is in the first bin.
    place = np.searchsorted(edges[1:-1], confidence)
    counts = np.bincount(place, minlength=number)
    occupied = counts > 0
    promised, observed = (
        np.bincount(place, weights=values, minlength=number)[occupied] / counts[occupied]
        for values in (confidence, came_true)
    )
    return ReliabilityCurve(promised, observed, counts[occupied])


def expected_calibration_error(
    probabilities: ArrayLike,
    codes: ArrayLike,
    *,
    bins: int = 15,
    strategy: Strategy = "uniform",
) -> float:
    """Mean distance between promised and observed frequency, bin by bin (ECE).

    It depends on the bins, and it is above 0 for probabilities that are true, by what chance alone
    adds: the more so the fewer examples there are in a bin.

    Parameters
    ----------
    probabilities, codes
        As for `reliability_curve`. For the calibration of one class k, rather than of whatever
        class is predicted, give it as an event: ``probabilities[:, k]`` and ``codes == k``.
    bins : int, default 15
        As for `reliability_curve`.
    strategy : {"uniform", "quantile"}, default "uniform"
        As for `reliability_curve`.

    Returns
    -------
    float
        ``sum(counts / n * abs(confidence - frequency))``, from 0 to 1.

    Raises
    ------
    TypeError, ValueError
        As `reliability_curve`.

    References
    ----------
    Naeini, Cooper & Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning"; Guo et al. (2017), arXiv:1706.04599, equation 3.

    Examples
    --------
    >>> round(expected_calibration_error([0.9, 0.9, 0.9, 0.6], [1, 1, 0, 1], bins=2), 3)
    0.075
    """
    curve = reliability_curve(probabilities, codes, bins=bins, strategy=strategy)
    gaps = np.abs(curve.confidence - curve.frequency)
    return float(curve.counts @ gaps / curve.counts.sum())


@overload
def brier_score(
    probabilities: NDArray[FloatT],
    targets: ArrayLike,
    *,
    axis: int = ...,
    reduction: Reduced = ...,
) -> FloatT: ...
@overload
def brier_score(
    probabilities: Numbers,
    targets: ArrayLike,
    *,
    axis: int = ...,
    reduction: Reduced = ...,
) -> np.float64: ...
@overload
def brier_score(
    probabilities: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = ...,
    reduction: Reduced = ...,
) -> np.floating[Any]: ...
@overload
def brier_score(
    probabilities: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = ...,
    reduction: Reduction = ...,
) -> ArrayOrScalar: ...
@np.errstate(all="ignore")
def brier_score(
    probabilities: ArrayLike,
    targets: ArrayLike,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
) -> ArrayOrScalar:
    """Squared distance of the probabilities from what came, summed over the classes.

    For two classes it is twice the squared error of one probability, which some call by the same
    name.

    Parameters
    ----------
    probabilities : array_like of real numbers
        Distributions, any shape with the K classes on `axis`; not logits.
    targets : array_like of real numbers
        Either distributions, of the shape of `probabilities`, or integer class codes, of that
        shape without `axis`. The shape decides.
    axis : int, default -1
        Axis of the classes.
    reduction : {"none", "mean", "sum"}, default "mean"
        What to return: the scores themselves, their mean, or their sum.

    Returns
    -------
    numpy.ndarray or scalar
        From 0, certain and right, to 2, certain and wrong, in the floating-point type of
        `probabilities`. The mean of an empty batch is nan.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array.
    ValueError
        If the shapes do not fit, a code is not a class, or probabilities or targets are not
        distributions (the sum must be 1 within 1e-6, or 1e-3 in float16).

    References
    ----------
    Brier (1950), "Verification of Forecasts Expressed in Terms of Probability", Monthly Weather
    Review 78.

    Examples
    --------
    >>> brier_score(softmax([1, 3, 2]), 1).round(7)
    np.float64(0.1800611)
    """
    p, dtype = as_floats(probabilities, name="probabilities")
    axis = as_axis(axis, p.ndim, "probabilities")
    as_distribution(probabilities, axis, "probabilities")
    distances = np.square(p - as_targets(targets, p, axis, 0.0, "probabilities")).sum(axis=axis)
    return reduced(np.asarray(distances), reduction, dtype)


@np.errstate(all="ignore")
def fit_temperature(logits: ArrayLike, targets: ArrayLike, *, axis: int = -1) -> float:
    """Find the temperature at which the targets are most likely (temperature scaling).

    The mean cross-entropy of ``logits / T`` is convex in ``1 / T``: its slope there is the mean
    score that the probabilities expect, minus the mean score of what came, and it never falls. It
    has a zero, and so the loss a minimum, exactly if the true classes' scores lie, on average,
    strictly between the mean of all scores and the largest score.

    Parameters
    ----------
    logits : array_like of real numbers
        At least one-dimensional, the classes on `axis`; ``-inf`` is a class of probability zero.
        Take examples that the model was not trained on.
    targets : array_like of real numbers
        Either distributions, of the shape of `logits`, or integer class codes, of that shape
        without `axis`. The shape decides.
    axis : int, default -1
        Axis of the classes.

    Returns
    -------
    float
        The temperature, above 0.

    Raises
    ------
    ValueError
        If no temperature is best: every true class has the largest score, and the colder the
        better; or the true classes' scores are no higher than the mean of all, and the hotter the
        better; or all scores of each example are equal. Also if there are no examples, the shapes
        do not fit, a target is neither a class nor a distribution, a logit is nan or ``inf``, or
        ``-inf`` where the class came true.
    TypeError
        If an argument is complex, not numeric, or a masked array.

    References
    ----------
    Guo et al. (2017), "On Calibration of Modern Neural Networks", arXiv:1706.04599, section 4.2.

    Examples
    --------
    Class 1 leads by 2 each time, and comes three times in four: ``2 / T = ln 3``.

    >>> round(fit_temperature([[0, 2], [0, 2], [0, 2], [0, 2]], [1, 1, 1, 0]), 6)
    1.820478
    """
    lead, weights = _lead(logits, targets, axis)
    possible = np.where(np.isfinite(lead), lead, 0)
    scale = -possible.min(initial=0)
    if scale == 0:
        raise ValueError("no temperature is best: all scores of each example are equal")
    possible, lead = possible / scale, lead / scale
    truth = float(np.mean(np.sum(weights * possible, axis=-1)))
    if truth == 0:
        raise ValueError(
            "no temperature is best: every true class has the largest score, so the loss falls "
            "without end as the temperature goes to 0"
        )
    # The mean over the classes that are possible is what is expected at 1 / T = 0. A difference
    # in its last digits is rounding, and no temperature of 1e15.
    if np.mean(possible.sum(axis=-1) / np.isfinite(lead).sum(axis=-1)) >= truth - 1e-14:
        raise ValueError(
            "no temperature is best: the true classes' scores are no higher than the mean of all "
            "scores, so the loss falls without end as the temperature grows"
        )
    # Newton's steps towards the zero of the slope, in the interval where the zero must be; where
    # a step leaves it, double, or halve the interval on a logarithmic scale.
    low, high, inverse = 0.0, math.inf, 1.0
    for _ in range(300):
        p = softmax(inverse * lead)
        expected = np.sum(p * possible, axis=-1, keepdims=True)
        slope = float(np.mean(expected)) - truth
        low, high = (inverse, high) if slope < 0 else (low, inverse)
        curvature = np.mean(np.sum(p * (possible - expected) ** 2, axis=-1))
        step = inverse - float(slope / curvature)
        if not low < step < high:
            inside = math.sqrt(low) * math.sqrt(high) if low > 0 else high / 2
            step = 2 * inverse if high == math.inf else inside
        if abs(step - inverse) <= 4e-16 * inverse:
            break
        inverse = step
    return float(2 * scale / inverse)


def conformal_threshold(probabilities: ArrayLike, codes: ArrayLike, alpha: float = 0.1) -> float:
    """Probability from which a class belongs to the set that is to contain the true one.

    Split conformal prediction: if a further example comes from where these examples come from, the
    set of its classes with at least this probability contains its true class with a probability of
    ``1 - alpha`` or more, over the choice of all of them, whatever the model is worth.

    Parameters
    ----------
    probabilities : array_like of real numbers, shape (n, K)
        Distributions for n examples that the model was not trained on.
    codes : array_like of int, shape (n,)
        The true class of each, from 0 to K - 1.
    alpha : float, default 0.1
        How often the set may miss, above 0 and below 1.

    Returns
    -------
    float
        The probability of a true class to which, counted from the smallest,
        ``floor(alpha * (n + 1))`` is the place; 0, so that every set holds all classes, where
        that is place 0 and there are too few examples for the promise.

    Raises
    ------
    TypeError
        If an argument is not of the kind described.
    ValueError
        If there are no examples, the shapes do not fit, a code is not a class, a row is not a
        distribution, or alpha is out of range.

    References
    ----------
    Sadinle, Lei & Wasserman (2019), arXiv:1609.00451; Angelopoulos & Bates (2021), "A Gentle
    Introduction to Conformal Prediction", arXiv:2107.07511, section 1.

    Examples
    --------
    >>> p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]]
    >>> conformal_threshold(p, [0, 0, 1, 1], alpha=0.4)
    0.7
    """
    p, classes = _distributions(probabilities, codes)
    share = float(as_scalar(alpha, "alpha"))
    if not 0 < share < 1:
        raise ValueError(f"alpha must be above 0 and below 1, not {alpha}")
    # Rounded, since 0.29 * 100 is 28.999999999999996 in floating point.
    place = math.floor(round(share * (len(p) + 1), 9))
    of_the_truth = np.sort(p[np.arange(len(p)), classes])
    return float(of_the_truth[place - 1]) if place else 0.0


def _distributions(probabilities: ArrayLike, codes: ArrayLike) -> tuple[Array, NDArray[np.intp]]:
    """Distributions of examples, one a row, and their codes, both checked."""
    p, _ = as_floats(probabilities, name="probabilities")
    if p.ndim != 2 or p.size == 0:
        raise ValueError(
            f"probabilities must have a row for each example and a column for each class, one of "
            f"each at least, not the shape {p.shape}"
        )
    as_distribution(probabilities, -1, "probabilities")
    return p, _fitting(as_codes(codes, p.shape[1], "codes"), len(p))


def _promises(probabilities: ArrayLike, codes: ArrayLike) -> tuple[Array, Array]:
    """How likely what is predicted was said to be, and whether it came true (1.0 or 0.0)."""
    p, _ = as_floats(probabilities, name="probabilities")
    if p.ndim != 1:
        p, classes = _distributions(probabilities, codes)
        return p.max(axis=1).astype(np.float64), (p.argmax(axis=1) == classes).astype(np.float64)
    if p.size == 0:
        raise ValueError("probabilities of no examples say nothing about frequencies")
    refuse_where(~((p >= 0) & (p <= 1)), p, "probabilities", "is no probability: expected 0 to 1")
    came = _fitting(as_codes(codes, 2, "codes"), len(p))
    return p.astype(np.float64), came.astype(np.float64)


def _fitting(codes: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    if codes.shape != (n,):
        raise ValueError(f"codes must have shape ({n},), one for each example, not {codes.shape}")
    return codes


def _lead(logits: ArrayLike, targets: ArrayLike, axis: int) -> tuple[Array, Array]:
    """Half the distance of each score from its row's largest, and the targets, classes last.

    Half, because the distance of two floats may be larger than any float.
    """
    scores, _ = as_floats(logits)
    # Means over many examples in float16 or float32 would be too coarse.
    scores = scores.astype(np.promote_types(scores.dtype, np.float64), copy=False)
    axis = as_axis(axis, scores.ndim, "logits")
    if scores.size == 0:
        raise ValueError(f"logits of shape {scores.shape} hold no examples to fit a temperature to")
    weights = as_targets(targets, scores, axis, 0.0)
    refuse_where(
        np.isnan(scores) | (scores == np.inf),
        scores,
        "logits",
        "has no probability: expected a finite number, or -inf for a class of probability zero",
    )
    refuse_where(
        (scores == -np.inf) & (weights > 0),
        scores,
        "logits",
        "is the score of a class that came true, whose loss is infinite at every temperature",
    )
    lead = scores / 2 - scores.max(axis=axis, keepdims=True) / 2
    return np.moveaxis(lead, axis, -1), np.moveaxis(weights, axis, -1)
