"""Time and memory of softmax, log_softmax and logsumexp, next to SciPy's in the same run.

The two are called alternately, so that a busy machine disturbs both alike, and the figure is the
median of the ratios of neighbouring calls. Temporaries are what a call allocates beside its result,
in units of the input's size.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import scipy.special

import softmax_course

FUNCTIONS = ["softmax", "log_softmax", "logsumexp"]
SHAPES = [(3,), (1000, 10), (100_000, 10), (1000, 1000), (64, 50_257)]
TYPES = [np.float32, np.float64]

Function = Callable[[np.ndarray], Any]


def seconds(function: Function, logits: np.ndarray, calls: int) -> float:
    """Return the time of one call, measured over several."""
    start = time.perf_counter()
    for _ in range(calls):
        function(logits)
    return (time.perf_counter() - start) / calls


def temporaries(function: Function, logits: np.ndarray) -> float:
    """Return the peak of what one call allocates beside its result, in units of its input."""
    tracemalloc.start()
    try:
        result = function(logits)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return float(peak - result.nbytes) / logits.nbytes


def compare(ours: Function, scipys: Function, logits: np.ndarray, budget: float) -> list[float]:
    """Return our time, SciPy's time and the ratio (medians), and both peaks of temporaries."""
    once = min(seconds(f, logits, 1) for f in (ours, scipys) for _ in range(3))
    calls = max(1, round(2e-4 / once))
    pairs: list[tuple[float, float]] = []
    stop = time.perf_counter() + budget
    while len(pairs) < 7 or time.perf_counter() < stop:
        order = [ours, scipys] if len(pairs) % 2 else [scipys, ours]
        times = {f: seconds(f, logits, calls) for f in order}
        pairs.append((times[ours], times[scipys]))
    return [
        median(a for a, _ in pairs),
        median(b for _, b in pairs),
        median(a / b for a, b in pairs),
        temporaries(ours, logits),
        temporaries(scipys, logits),
    ]


def main() -> None:
    """Print one line for each function, shape and type."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="time for each comparison")
    budget = parser.parse_args().seconds
    rng = np.random.default_rng(0)
    ratios = []
    print(f"NumPy {np.__version__}, SciPy {scipy.__version__}; times in microseconds\n")
    print(f"{'function':12} {'shape':>12} {'type':8} {'ours':>9} {'SciPy':>9} {'ratio':>6}", end="")
    print("   temporaries: ours, SciPy")
    for name in FUNCTIONS:
        mine = getattr(softmax_course, name)
        theirs = partial(getattr(scipy.special, name), axis=-1)
        for shape in SHAPES:
            for dtype in TYPES:
                logits = rng.normal(scale=3, size=shape).astype(dtype)
                ours, scipys, ratio, peak, their_peak = compare(mine, theirs, logits, budget)
                ratios.append(ratio)
                memory = f"{peak:8.2f} {their_peak:8.2f}" if logits.size > 1000 else " " * 17
                print(
                    f"{name:12} {'x'.join(map(str, shape)):>12} {dtype.__name__:8} "
                    f"{1e6 * ours:9.1f} {1e6 * scipys:9.1f} {ratio:6.2f}   {memory}"
                )
    print(
        f"\nlargest ratio {max(ratios):.2f}, median {median(ratios):.2f} (below 1: we are faster)"
    )


if __name__ == "__main__":
    main()
