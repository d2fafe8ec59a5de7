"""Exercises of chapter 2, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import softmax

from .exercises import Chapter

Array = NDArray[Any]

chapter = Chapter(2, "From max to argmax to softmax", "02_max_argmax_softmax.ipynb")


@chapter.exercise(
    probes=[
        ([1.0, 3.0, 2.0],),
        ([0.0, 0.0],),
        ([5.0],),
        ([-1.0, 1.0],),
        ([1, 3, 2],),
        ([1000.0, 0.0],),
        ([-1000.0, -1001.0],),
    ]
)
def softmax_list(vector: list[float]) -> Any:
    """Turn a list of scores into a list of probabilities."""
    return softmax(vector)


@chapter.exercise(
    probes=[
        (np.array([[1.0, 3.0, 2.0]]),),
        (np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]]),),
        (np.array([[1.0, 3.0], [4.0, 0.0]]),),
        (np.array([[5.0], [7.0]]),),
        (np.array([[-1.0, 1.0], [0.5, -0.5]]),),
        (np.array([[1, 3, 2], [4, 0, 1]]),),
        (np.array([[1000.0, 0.0]]),),
        (np.array([[-1000.0, -1001.0]]),),
        (np.array([[1000.0, 1001.0], [0.0, 1.0]]),),
    ]
)
def softmax_batch(logits: Array) -> Any:
    """Turn each row of a 2-D array of scores into probabilities."""
    return softmax(logits)


@chapter.exercise(tolerance=1e-3)
def odds() -> float:
    """Say how many times as likely as class 2 class 1 is, for the scores [1, 3, 2]."""
    return float(np.e)


@chapter.exercise(
    modulo=lambda scores: scores - scores[:1],
    probes=[
        (np.array([0.5, 0.5]),),
        (np.array([0.2, 0.8]),),
        (np.array([0.7, 0.2, 0.1]),),
        (np.array([0.09, 0.67, 0.24]),),
        (np.array([1.0 - 1e-12, 1e-12]),),
    ],
)
def scores_from_probabilities(probabilities: Array) -> Any:
    """Find scores whose softmax is a given array of probabilities; any constant may be added."""
    return np.log(probabilities)


@chapter.exercise(tolerance=1e-3)
def temperature_for() -> float:
    """Find the temperature T at which `softmax([1, 3, 2] / T)` gives class 1 exactly 90 %."""
    return float(-1 / np.log((np.sqrt(13) / 3 - 1) / 2))
