"""Memory and time of attention in tiles beside the plain formula: 8,192 queries and keys of 64."""

import time
import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from softmax_course import softmax
from softmax_course.streaming import tiled_attention


def plain(q: Any, k: Any, v: Any) -> Any:
    """Compute the whole matrix of weights."""
    return softmax(q @ k.T / np.sqrt(q.shape[1]).astype(q.dtype)) @ v


def peak(function: Callable[..., Any], *arguments: Any) -> float:
    """Return what a call allocates at most, in MB."""
    tracemalloc.start()
    function(*arguments)
    megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return megabytes


def main() -> None:
    """Print one line for each type."""
    for dtype in (np.float64, np.float32):
        q, k, v = np.random.default_rng(0).normal(size=(3, 8192, 64)).astype(dtype)
        ratios = []
        for _ in range(5):
            times = []
            for function in (plain, tiled_attention):
                start = time.perf_counter()
                function(q, k, v)
                times.append(time.perf_counter() - start)
            ratios.append(times[1] / times[0])
        print(
            f"{dtype.__name__}: {peak(plain, q, k, v):.1f} and {peak(tiled_attention, q, k, v):.1f}"
            f" MB, time {median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f}),"
            f" difference {np.abs(plain(q, k, v) - tiled_attention(q, k, v)).max():.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
