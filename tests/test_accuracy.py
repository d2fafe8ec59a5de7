"""Errors of softmax, log_softmax and logsumexp, measured against mpmath at 50 digits.

The unit is u, half the distance from 1 to the next number: 2**-24 in float32, 2**-53 in float64.
For n entries whose range max - min is r, the first-order bound on the relative error is
(n + 2 + 2r) u (Blanchard, Higham & Higham 2021, section 4). It takes `exp` to be rounded correctly,
which NumPy's is not: `EXP` is what that may add. A temperature rounds each exponent once more: 4r
instead of 2r.

Below the normal range no relative bound can hold, since numbers there are a fixed step apart. The
result may be off by one step, beside what the bound allows for the exponent: just below that range
2r u is still 2r half-steps.

``python tests/test_accuracy.py`` prints the worst cases.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest

from softmax_course import log_softmax, logsumexp, softmax

EXP = (
    6  # in u: NumPy promises 2.52 units in the last place in float32, for each of two exponentials
)
SIZES = [1, 2, 3, 10, 100, 1000]
RANGES = [0.3, 10, 90, 100]
TEMPERATURES = [1.0, 0.3, 7.0]
TYPES = [np.float32, np.float64, np.longdouble]
FUNCTIONS = ["softmax", "log_softmax", "logsumexp"]


class Worst(NamedTuple):
    """The worst of many results: its error, the bound that it must respect, and their ratio."""

    ratio: float
    error: float
    bound: float
    n: int
    r: float
    temperature: float


def exactly(x: Any) -> mpmath.mpf:
    """A floating-point number of any width, without rounding."""
    high = float(x)
    return mpmath.mpf(high) + mpmath.mpf(float(x - type(x)(high)))


def exact_answers(logits: np.ndarray, temperature: float) -> dict[str, list[mpmath.mpf]]:
    z = [exactly(x) / mpmath.mpf(temperature) for x in logits]
    winner = int(logits.argmax())
    gaps = [x - z[winner] for x in z]
    exps = [mpmath.exp(gap) for gap in gaps]
    # log1p here too: at 50 digits, 1 + exp(-100) has lost six of them, and 1 + exp(-300) all.
    others = mpmath.fsum(exps[:winner] + exps[winner + 1 :])
    above = mpmath.log1p(others)
    return {
        "softmax": [e / (1 + others) for e in exps],
        "log_softmax": [gap - above for gap in gaps],
        "logsumexp": [z[winner] + above],
    }


@cache
def solved(dtype: type) -> list[tuple[np.ndarray, float, dict[str, list[mpmath.mpf]]]]:
    with mpmath.workdps(50):
        return [(z, t, exact_answers(z, t)) for z, t in samples(dtype)]


def samples(dtype: type) -> Iterator[tuple[np.ndarray, float]]:
    """Scores spread evenly over a range, or one winner far above the rest, and a temperature."""
    rng = np.random.default_rng(0)
    for n in SIZES if dtype != np.longdouble else SIZES[:-1]:
        for r in RANGES:
            spread = rng.uniform(-r, r) + rng.uniform(0, r, n)
            yield spread.astype(dtype), 1.0
            winner = rng.uniform(0, 1, n) + r * (np.arange(n) == n // 2)
            yield winner.astype(dtype), 1.0
            if n <= 100:
                for temperature in TEMPERATURES[1:]:
                    yield spread.astype(dtype), temperature


@cache
def worst(name: str, dtype: type) -> tuple[Worst, Worst]:
    """The worst normal result (errors in u), and the worst below the normal range (in steps)."""
    info = np.finfo(dtype)
    u = exactly(info.eps) / 2
    step = exactly(info.smallest_subnormal)
    normal = below = Worst(0, 0, 0, 0, 0, 0)
    with mpmath.workdps(50):
        for logits, temperature, answers in solved(dtype):
            if name == "logsumexp" and temperature != 1:
                continue
            if name == "logsumexp":
                computed = [logsumexp(logits)]
            else:
                function = softmax if name == "softmax" else log_softmax
                computed = function(logits, temperature=temperature)
            n, r = len(logits), float(np.ptp(logits)) / temperature
            bound = n + 2 + (2 if temperature == 1 else 4) * r + EXP
            for got, answer in zip(computed, answers[name], strict=True):
                error = abs(exactly(got) - answer)
                if name == "logsumexp":
                    # A sum, max + log1p(...): if these cancel, no bound relative to it can hold.
                    largest = exactly(logits.max())
                    answer = abs(largest) + (answer - largest)
                if answer == 0:
                    assert error == 0
                elif abs(answer) >= exactly(info.tiny):
                    relative = float(error / abs(answer) / u)
                    normal = max(
                        normal, Worst(relative / bound, relative, bound, n, r, temperature)
                    )
                else:
                    steps = float(error / step)
                    limit = 1 + float(bound * u * abs(answer) / step)
                    if name != "softmax":
                        limit += (n - 1) / 2  # each exponential in the sum is off by half a step
                    below = max(below, Worst(steps / limit, steps, limit, n, r, temperature))
    return normal, below


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_normal_results_respect_the_first_order_bound(name, dtype):
    normal, _ = worst(name, dtype)
    assert 0 < normal.ratio <= 1, normal


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_below_the_normal_range_one_subnormal_step_is_added(name):
    _, below = worst(name, np.float32)
    assert 0 < below.ratio <= 1, below


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_float16_is_the_rounded_answer_to_within_one_unit(name, temperature):
    function = {"softmax": softmax, "log_softmax": log_softmax, "logsumexp": logsumexp}[name]
    options = {} if name == "logsumexp" else {"temperature": temperature}
    rng = np.random.default_rng(1)
    for n in (1, 2, 10, 300):
        logits = rng.uniform(-10, 10, n).astype(np.float16)
        with mpmath.workdps(50):
            answers = exact_answers(logits, options.get("temperature", 1.0))[name]
        rounded = np.array(answers, dtype=np.float64).astype(np.float16)
        error = np.abs(function(logits, **options).astype(np.float64) - rounded)
        assert (error <= np.spacing(np.abs(rounded))).all()


def report() -> None:
    print("worst errors; normal results in u, results below the normal range in subnormal steps\n")
    for name in FUNCTIONS:
        for dtype in TYPES:
            for kind, case in zip(("normal", "below"), worst(name, dtype), strict=True):
                if case.bound:
                    print(f"{name:12} {dtype.__name__:10} {kind:7}", end="")
                    print(f"{case.error:8.2f} of {case.bound:8.2f} allowed", end="")
                    print(f"   n={case.n}, r={case.r:.3g}, T={case.temperature:g}")


if __name__ == "__main__":
    report()
