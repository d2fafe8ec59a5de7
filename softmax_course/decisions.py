"""From probabilities to decisions, where mistakes have a price and asking somebody has one, too."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._validation import (
    Array,
    ArrayOrScalar,
    as_codes,
    as_distribution,
    as_floats,
    as_result,
    as_scalar,
    refuse_where,
)

__all__ = ["decide", "expected_costs", "mean_cost"]


def expected_costs(probabilities: ArrayLike, costs: ArrayLike) -> ArrayOrScalar:
    """Say what each decision will cost on average, if the probabilities are true.

    Parameters
    ----------
    probabilities : array_like of real numbers, shape (..., K)
        Distributions over K classes, along the last axis.
    costs : array_like of real numbers, shape (K, A)
        ``costs[j, a]`` is the price of decision a where class j is true, in any currency. Often
        the A decisions are the K classes, and the diagonal is 0.

    Returns
    -------
    numpy.ndarray of shape (..., A)
        ``probabilities @ costs``.

    Raises
    ------
    TypeError
        If an argument is complex, not numeric, or a masked array.
    ValueError
        If a distribution does not sum to 1 within 1e-6 (1e-3 in float16), a cost is not finite, or
        the shapes do not fit.

    References
    ----------
    Elkan (2001), "The Foundations of Cost-Sensitive Learning", section 1.

    Examples
    --------
    >>> expected_costs([0.1, 0.7, 0.2], [[0, 10, 10], [10, 0, 10], [10, 10, 0]]).round(2)
    array([9., 3., 8.])
    """
    p, dtype = as_floats(probabilities, name="probabilities")
    if p.ndim == 0:
        raise ValueError("probabilities must have an axis of classes, but it is a single number")
    as_distribution(probabilities, -1, "probabilities")
    prices = _as_costs(costs)
    if len(prices) != p.shape[-1]:
        raise ValueError(
            f"costs of shape {prices.shape} have {len(prices)} rows, and there are "
            f"{p.shape[-1]} classes: one row for each"
        )
    return as_result(p @ prices, np.result_type(dtype, np.float32))


def decide(
    probabilities: ArrayLike, costs: ArrayLike, *, ask: float | None = None
) -> NDArray[np.intp]:
    """Make the decision that is cheapest on average, or ask, where that is cheaper still.

    Parameters
    ----------
    probabilities : array_like of real numbers, shape (..., K)
        Distributions over K classes, along the last axis.
    costs : array_like of real numbers, shape (K, A)
        As for `expected_costs`.
    ask : float, optional
        Price of asking somebody who knows. Without one, nobody is there to be asked.

    Returns
    -------
    numpy.ndarray of int, shape (...)
        The decision, from 0 to A - 1, the first one where several are equally cheap; A stands for
        asking, which must be cheaper than every decision.

    Raises
    ------
    TypeError, ValueError
        As `expected_costs`; also if `ask` is not a finite number.

    References
    ----------
    Chow (1970), "On Optimum Recognition Error and Reject Tradeoff",
    doi:10.1109/TIT.1970.1054406: with a price of 1 for each mistake, ask where the largest
    probability is below ``1 - ask``.

    Examples
    --------
    >>> wrong = [[0, 10, 10], [10, 0, 10], [10, 10, 0]]
    >>> decide([[0.1, 0.7, 0.2], [0.0, 0.95, 0.05]], wrong, ask=1)
    array([3, 1])
    """
    expected = np.asarray(expected_costs(probabilities, costs))
    if expected.shape[-1] == 0:
        raise ValueError("costs have no column: there is nothing to decide")
    cheapest: NDArray[np.intp] = expected.argmin(axis=-1)
    if ask is None:
        return cheapest
    asking = expected.min(axis=-1) > _as_price(ask)
    return np.where(asking, expected.shape[-1], cheapest)


def mean_cost(
    decisions: ArrayLike, codes: ArrayLike, costs: ArrayLike, *, ask: float | None = None
) -> float:
    """Say what decisions have cost on average, now that it is known what was true.

    Parameters
    ----------
    decisions : array_like of int, shape (n,)
        From 0 to A - 1, and A for asking, as `decide` returns them.
    codes : array_like of int, shape (n,)
        The true class of each, from 0 to K - 1.
    costs : array_like of real numbers, shape (K, A)
        As for `expected_costs`.
    ask : float, optional
        Price of asking; without one, no decision may be A.

    Returns
    -------
    float
        The mean price.

    Raises
    ------
    TypeError
        If an argument is not of the kind described.
    ValueError
        If there are no decisions, the shapes do not fit, or an argument is out of range.

    Examples
    --------
    >>> wrong = [[0, 10, 10], [10, 0, 10], [10, 10, 0]]
    >>> mean_cost([3, 1, 1, 0], [1, 1, 2, 0], wrong, ask=1)
    2.75
    """
    prices = _as_costs(costs)
    if ask is not None:
        column = np.full((len(prices), 1), _as_price(ask))
        prices = np.hstack([prices, column])
    made = as_codes(decisions, prices.shape[1], "decisions")
    true = as_codes(codes, len(prices), "codes")
    if made.ndim != 1 or made.shape != true.shape:
        raise ValueError(
            f"decisions of shape {made.shape} and codes of shape {true.shape} must be two lists of "
            "the same length"
        )
    if made.size == 0:
        raise ValueError("no decisions have no mean cost")
    return float(prices[true, made].mean())


def _as_costs(costs: ArrayLike) -> Array:
    prices, _ = as_floats(costs, name="costs")
    if prices.ndim != 2:
        raise ValueError(
            "costs must have a row for each class and a column for each decision, not the shape "
            f"{prices.shape}"
        )
    refuse_where(~np.isfinite(prices), prices, "costs", "is not a price: expected a finite number")
    return prices


def _as_price(ask: float) -> float:
    price = float(as_scalar(ask, "ask"))
    if not np.isfinite(price):
        raise ValueError(f"ask must be a finite number, not {ask}")
    return price
