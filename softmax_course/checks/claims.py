"""What hints claim about numbers, as functions of an answer's outcome and the probe's arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from .exercises import Claim
from .running import Outcome

ARITHMETIC = {"ArithmeticError", "FloatingPointError", "OverflowError", "ZeroDivisionError"}


def broke_down(got: Outcome, *_: Any) -> bool:
    """Claim that a number left the range of floats: inf, nan, or an exception of arithmetic."""
    if got.noisy:
        return True
    if got.value is not None and got.value.dtype.kind == "f":
        return not bool(np.isfinite(got.value).all())
    return got.kind == "raised" and got.detail in ARITHMETIC


def is_nan(got: Outcome, *_: Any) -> bool:
    """Claim that there is nan in the answer (an exception of arithmetic stands for it)."""
    if got.value is not None and got.value.dtype.kind == "f":
        return bool(np.isnan(got.value).any())
    return broke_down(got)


def all_of(*claims: Claim) -> Claim:
    """Claim several things."""
    return lambda got, *given: all(claim(got, *given) for claim in claims)


def given(number: float) -> Claim:
    """Claim that this number, with either sign, is among the arguments."""
    return lambda got, *arguments: any(
        bool(np.any(np.abs(np.asarray(argument, dtype=float)) == number)) for argument in arguments
    )


def sums_to_one(axis: int | None) -> Claim:
    """Claim that the answer sums to one along an axis."""

    def claim(got: Outcome, *_: Any) -> bool:
        return got.value is not None and bool(np.allclose(got.value.sum(axis=axis), 1))

    return claim


def in_range(low: float, high: float) -> Claim:
    """Claim that all numbers lie between two."""

    def claim(got: Outcome, *_: Any) -> bool:
        return got.value is not None and bool(((got.value >= low) & (got.value <= high)).all())

    return claim


def leaves(low: float, high: float) -> Claim:
    """Claim that a number lies outside of the range."""
    within = in_range(low, high)
    return lambda got, *given: got.value is not None and not within(got, *given)


overflow_at_1000 = all_of(broke_down, given(1000))
"""Claim that an exponential of ±1000 was too much."""
