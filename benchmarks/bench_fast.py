"""How long softmax and its relatives take: ours, SciPy's, JAX's, and PyTorch's if it is installed.

All are called in turns, on the same numbers and with the same number of threads, and a figure is
the median over the rounds of a ratio within one round, so that a busy machine disturbs all alike.
Each call allocates its result, as people call these functions; numpy.exp and the copy write into an
array that is there. NumPy's array becomes JAX's and PyTorch's before the clock starts. The noise
floor is the same comparison of `softmax_course.fast` with itself.

With one thread it is the time of the processor that is measured, in which a process that waits for
others has no part; with several it is the time on the wall, and the machine should do nothing else.
"""

import argparse
import importlib
import math
import os
import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

SHAPES = [(3,), (1000, 10), (100_000, 10), (1000, 1000), (64, 50_257), (4096, 4096)]
NAMES = ["softmax", "log_softmax", "logsumexp", "cross_entropy"]

Call = Callable[[], Any]


def limit_threads(threads: int) -> None:
    """Tell the libraries how many threads to use; before they are imported."""
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    if threads == 1:
        flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        os.environ["XLA_FLAGS"] = flags


def found(name: str) -> Any:
    """Import a library, or return None."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def contestants(name: str, logits: Any, codes: Any, threads: int) -> dict[str, Call]:
    """Prepare one call for each library."""
    import numpy as np
    import scipy.special

    import softmax_course
    from softmax_course import fast

    out = np.empty_like(logits)
    arguments = (logits, codes) if name == "cross_entropy" else (logits,)
    compiled_here, readable = getattr(fast, name), getattr(softmax_course, name)
    calls: dict[str, Call] = {
        "fast": lambda: compiled_here(*arguments),
        "again": lambda: compiled_here(*arguments),
        "exp": lambda: np.exp(logits, out=out),
        "copy": lambda: np.copyto(out, logits),
        "NumPy": lambda: readable(*arguments),
    }
    if name != "cross_entropy":
        calls["SciPy"] = lambda: getattr(scipy.special, name)(logits, axis=-1)
    else:
        calls["SciPy"] = lambda: (
            -np.take_along_axis(
                scipy.special.log_softmax(logits, axis=-1), np.expand_dims(codes, -1), -1
            ).mean()
        )
    if jax := found("jax"):
        jax.config.update("jax_enable_x64", True)
        jnp, x, t = jax.numpy, jax.numpy.asarray(logits), jax.numpy.asarray(codes)

        def losses(x: Any, t: Any) -> Any:
            log_p = jax.nn.log_softmax(x)
            return -jnp.take_along_axis(log_p, jnp.expand_dims(t, -1), -1).mean()

        if name == "cross_entropy":
            compiled = jax.jit(losses)
            calls["JAX"] = lambda: compiled(x, t).block_until_ready()
        else:
            compiled = jax.jit(getattr(jax.nn, name))
            if name == "logsumexp":
                compiled = jax.jit(lambda x: jax.nn.logsumexp(x, axis=-1))
            calls["JAX"] = lambda: compiled(x).block_until_ready()
    if torch := found("torch"):
        torch.set_num_threads(threads)
        tensor, classes = torch.from_numpy(logits), torch.from_numpy(np.asarray(codes))
        torchs = {
            "softmax": lambda: torch.softmax(tensor, -1),
            "log_softmax": lambda: torch.log_softmax(tensor, -1),
            "logsumexp": lambda: torch.logsumexp(tensor, -1),
            "cross_entropy": lambda: torch.nn.functional.cross_entropy(tensor, classes),
        }
        calls["PyTorch"] = torchs[name]
    return calls


def once(call: Call, repeats: int) -> float:
    """Return the seconds of one call, measured over several."""
    clock = time.process_time if os.environ["NUMBA_NUM_THREADS"] == "1" else time.perf_counter
    start = clock()
    for _ in range(repeats):
        call()
    return (clock() - start) / repeats


def rounds(calls: dict[str, Call], budget: float) -> dict[str, list[float]]:
    """Call all in turns, in another order each round; the first call of each is not timed."""
    for call in calls.values():
        for _ in range(3):
            call()
    repeats = {name: max(1, round(1e-4 / once(call, 1))) for name, call in calls.items()}
    order, names, times = random.Random(0), list(calls), {name: list[float]() for name in calls}
    stop = time.perf_counter() + budget
    while len(times["fast"]) < 7 or time.perf_counter() < stop:
        order.shuffle(names)
        for name in names:
            calls[name]()  # whatever came before has emptied the caches
            times[name].append(once(calls[name], repeats[name]))
    return times


def ratio(times: dict[str, list[float]], a: str, b: str) -> float:
    """Return the median over the rounds of the time of a divided by that of b."""
    return median(x / y for x, y in zip(times[a], times[b], strict=True))


def main() -> None:
    """Print one line for each function, shape and type."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5, help="time for each comparison")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--names", nargs="*", default=NAMES, help="functions to measure")
    parser.add_argument("--most", type=int, default=10**9, help="leave out arrays larger than this")
    options = parser.parse_args()
    limit_threads(options.threads)
    import numpy as np

    versions = ["numpy", "scipy", "numba", "jax", "torch"]
    told = [f"{name} {library.__version__}" for name in versions if (library := found(name))]
    print(f"{', '.join(told)}; Python {sys.version.split()[0]}; {options.threads} threads\n")
    others = ["exp", "copy", "NumPy", "SciPy", "JAX", "PyTorch"]
    print(
        f"{'':13} {'shape':>11} {'type':7} {'fast, µs':>10}   noise   times as long as fast took:"
    )
    print(" " * 54, *(f"{name:>8}" for name in others))
    floors = []
    for name in options.names:
        for shape in [shape for shape in SHAPES if math.prod(shape) <= options.most]:
            for dtype in (np.float32, np.float64):
                rng = np.random.default_rng(0)
                logits = rng.normal(scale=3, size=shape).astype(dtype)
                codes = np.asarray(rng.integers(0, shape[-1], shape[:-1]))
                times = rounds(contestants(name, logits, codes, options.threads), options.seconds)
                floors.append(abs(ratio(times, "again", "fast") - 1))
                where = f"{name:13} {'x'.join(map(str, shape)):>11} {dtype.__name__:7}"
                print(where, f"{1e6 * median(times['fast']):10.1f}   {floors[-1]:5.3f}  ", end="")
                print(
                    *(f"{ratio(times, o, 'fast'):8.2f}" if o in times else "" for o in others),
                    flush=True,
                )
    print(f"\nnoise floor: largest {max(floors):.3f}, median {median(floors):.3f}")


if __name__ == "__main__":
    main()
