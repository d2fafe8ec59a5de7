"""Exercises of chapter 1, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import sigmoid

from .exercises import Chapter

Array = NDArray[Any]

chapter = Chapter(
    1, "Predict probabilities with a neural network", "01_predict_probabilities.ipynb"
)


@chapter.exercise(
    items=(
        "Will this customer cancel, yes or no?",
        "Which of the ten digits is in the picture?",
        "Which topics does the article touch, any number of twenty?",
        "What is the price of the house?",
        "Which of 50,000 words comes next?",
        "Which of five exclusive species is the plant?",
        "Which of fourteen findings does the X-ray show: none, one or several?",
        "What is tomorrow's temperature in degrees Celsius?",
    ),
    options=("linear", "sigmoid", "softmax"),
)
def choose_head() -> list[str]:
    """Choose the output layer for eight tasks: a list of eight strings."""
    return ["sigmoid", "softmax", "sigmoid", "linear", "softmax", "softmax", "sigmoid", "linear"]


@chapter.exercise(
    strict=True,
    probes=[
        (np.array([0.0, 1.0]),),
        (np.array([-2.0, 0.0, 2.0]),),
        (np.array([[1.0, 3.0, 2.0], [-4.0, 0.5, -0.25]]),),
        (np.array([-12.0, 12.0]),),
        (np.array([1000.0, 0.0]),),
        (np.array([0.0, -1000.0]),),
        (np.array([-1000.0, 1000.0]),),
    ],
)
def stable_sigmoid(z: Array) -> Any:
    """Write a sigmoid for an array of scores that neither warns nor fails from −1000 to 1000."""
    return sigmoid(z)


@chapter.exercise(tolerance=1.4e-5)
def saturation_point() -> float:
    """Find the smallest float64 x, to three decimals, for which `1 / (1 + exp(-x))` is exactly 1."""
    return float(53 * np.log(2))


@chapter.exercise(
    probes=[
        (0.0, 0.0),
        (0.0, 2.0),
        (1.0, 3.0),
        (3.0, 1.0),
        (-1.0, -2.0),
        (0.0, 1000.0),
        (1000.0, 1001.0),
        (-1000.0, -1001.0),
    ]
)
def two_scores_to_one(z0: float, z1: float) -> Any:
    """Turn the scores of classes 0 and 1 into one number: the probability of class 1."""
    return sigmoid(z1 - z0)
