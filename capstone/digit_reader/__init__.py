"""A reader of handwritten digits that says how sure it is, and asks where that is cheaper."""

from .decisions import decide
from .network import network_gradient
from .predict import predict_safely
from .reader import read_digits
from .report import report_card
from .rules import which_part

__all__ = [
    "decide",
    "network_gradient",
    "predict_safely",
    "read_digits",
    "report_card",
    "which_part",
]
