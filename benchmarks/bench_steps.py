"""What each step buys: softmax of one large matrix, from the formula to the fused loss.

Each step is measured beside `numpy.exp` and a copy, which are its floor: all in turns, as medians
of the ratios within a round.
"""

import argparse
import os
from collections.abc import Callable
from statistics import median
from typing import Any

from bench_fast import found, limit_threads, ratio, rounds

Call = Callable[[], Any]


def steps(logits: Any, codes: Any) -> dict[str, Call]:
    """Prepare one call for each step."""
    import numpy as np
    import scipy.special

    import softmax_course
    from softmax_course import fast
    from softmax_course.fast import _losses, _softmax

    out = np.empty_like(logits)
    rows = max(1, 2**15 // logits.shape[1])
    loss = np.empty(len(logits), logits.dtype)

    def in_blocks() -> Any:
        for start in range(0, len(logits), rows):
            block = np.subtract(
                logits[start : start + rows],
                logits[start : start + rows].max(axis=1, keepdims=True),
                out=out[start : start + rows],
            )
            np.exp(block, out=block)
            block /= block.sum(axis=1, keepdims=True)
        return out

    calls: dict[str, Call] = {
        "fast": lambda: fast.softmax(logits, out=out),
        "again": lambda: fast.softmax(logits, out=out),
        "exp": lambda: np.exp(logits, out=out),
        "copy": lambda: np.copyto(out, logits),
        "SciPy": lambda: scipy.special.softmax(logits, axis=-1),
        "formula, unshifted": lambda: softmax_course.naive_softmax(logits),
        "shifted": lambda: softmax_course.softmax(logits),
        "in blocks": in_blocks,
        "compiled, one thread": lambda: _softmax(logits, out),
        "compiled, all threads": lambda: fast.softmax(logits, out=out),
        "logsumexp alone": lambda: fast.logsumexp(logits),
        "fused loss, one thread": lambda: _losses(logits, codes, loss),
        "fused loss": lambda: fast.cross_entropy(logits, codes),
    }
    return calls


def main() -> None:
    """Print one line for each step, shape and type."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    limit_threads(options.threads)
    import numpy as np

    told = [f"{name} {found(name).__version__}" for name in ("numpy", "scipy", "numba")]
    print(
        f"{', '.join(told)}; {options.threads} threads; milliseconds, and times np.exp alone",
        flush=True,
    )
    for shape in [(4096, 4096), (100_000, 10)]:
        for dtype in (np.float32, np.float64):
            rng = np.random.default_rng(0)
            logits = rng.normal(scale=3, size=shape).astype(dtype)
            times = rounds(steps(logits, rng.integers(0, shape[1], shape[0])), options.seconds)
            noise = abs(ratio(times, "again", "fast") - 1)
            print(f"\n{shape[0]} x {shape[1]}, {dtype.__name__}; noise {noise:.3f}")
            for name, taken in times.items():
                if name not in ("fast", "again"):
                    share = ratio(times, name, "exp")
                    print(f"  {name:23} {1e3 * median(taken):8.2f} {share:7.2f}", flush=True)


if __name__ == "__main__":
    main()
