"""Softmax from scores to probabilities: the companion package of the course.

The functions that the chapters explain, in NumPy alone. ``check``, which marks the exercises, is
loaded when it is first used.
"""

from typing import TYPE_CHECKING, Any

from softmax_course._language import set_language
from softmax_course.activations import (
    hardmax,
    linear,
    log_sigmoid,
    log_softmax,
    logsumexp,
    naive_softmax,
    sigmoid,
    softmax,
)
from softmax_course.calibration import (
    brier_score,
    conformal_threshold,
    expected_calibration_error,
    fit_temperature,
    reliability_curve,
)
from softmax_course.encoding import label_decode, label_encode, one_hot
from softmax_course.gradients import cross_entropy_gradient, softmax_jacobian, softmax_vjp
from softmax_course.losses import cross_entropy, entropy, kl_divergence
from softmax_course.sampling import gumbel_max, min_p, sample, top_k, top_p

if TYPE_CHECKING:
    from softmax_course.checks import check

__all__ = [
    "brier_score",
    "check",
    "conformal_threshold",
    "cross_entropy",
    "cross_entropy_gradient",
    "entropy",
    "expected_calibration_error",
    "fit_temperature",
    "gumbel_max",
    "hardmax",
    "kl_divergence",
    "label_decode",
    "label_encode",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "min_p",
    "naive_softmax",
    "one_hot",
    "reliability_curve",
    "sample",
    "set_language",
    "sigmoid",
    "softmax",
    "softmax_jacobian",
    "softmax_vjp",
    "top_k",
    "top_p",
]


def __getattr__(name: str) -> Any:
    """Load `check` and the version on first use, so that importing the package stays quick."""
    if name == "check":
        from softmax_course.checks import check

        return check
    if name == "__version__":
        from importlib.metadata import version

        return version("softmax-course")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
