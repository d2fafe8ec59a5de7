"""Peak memory and time of softmax on Dask: 4.3 GB of scores, two workers on one machine.

The scores are drawn chunk by chunk: 32,768 rows of 16,384, in float64. Memory is that of the
workers' processes together, sampled by Dask's own `MemorySampler`; what two workers take that have
nothing to do is given for comparison.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import dask
import dask.array as da
import distributed
from distributed.diagnostics import MemorySampler

from softmax_course import scale

ROOMY = {
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 65536,
}


def naive(x: Any) -> Any:
    """Write softmax as one would in NumPy."""
    e = da.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def in_one_graph(x: Any) -> Any:
    """Subtract our logsumexp, and let Dask keep what it likes for the second look."""
    return da.exp(x - scale.logsumexp(x, keepdims=True))


def main() -> None:
    """Print one line for each way to compute."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=32_768)
    options = parser.parse_args()
    classes = 16_384
    tasks: dict[str, Callable[[Any, Any], Any]] = {
        "nothing": lambda x, t: da.zeros(1),
        "logsumexp": lambda x, t: scale.logsumexp(x).mean(),
        "cross_entropy": lambda x, t: scale.cross_entropy(x, t),
        "softmax": lambda x, t: scale.softmax(x).max(axis=1).mean(),
        "in one graph": lambda x, t: in_one_graph(x).max(axis=1).mean(),
        "naive": lambda x, t: naive(x).max(axis=1).mean(),
    }
    size = options.rows * classes * 8 / 1e9
    print(f"Dask {dask.__version__}; {size:.1f} GB of scores, 2 workers of 1 thread\n")
    print(f"{'':14} {'peak, GB':>9} {'seconds':>9}   result")
    with dask.config.set(ROOMY):
        for name, task in tasks.items():
            # A cluster for each: memory that one has freed may still be the worker's.
            with (
                distributed.LocalCluster(
                    n_workers=2,
                    threads_per_worker=1,
                    memory_limit="9GB",
                    dashboard_address=":0",
                    silence_logs=50,
                ) as cluster,
                distributed.Client(cluster),
            ):
                rng = da.random.default_rng(0)
                x = rng.normal(scale=3, size=(options.rows, classes), chunks=(2048, 2048))
                targets = rng.integers(0, classes, size=options.rows, chunks=2048)
                sampler = MemorySampler()
                start = time.perf_counter()
                with sampler.sample(name, measure="process", interval=0.1):
                    result = float(task(x, targets).compute().mean())
                took = time.perf_counter() - start
                peak = max(value for _, value in sampler.samples[name]) / 1e9
                print(f"{name:14} {peak:9.2f} {took:9.1f}   {result:.6f}", flush=True)


if __name__ == "__main__":
    main()
