"""Exercises of chapter 3, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import log_softmax

from .exercises import Chapter

Array = NDArray[Any]

chapter = Chapter(3, "Use softmax as an activation", "03_softmax_activation.ipynb")

LOGITS = np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]])
SAME_AGAIN = np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0], [-1.0, -3.0, 2.0]])
LOSS_PROBES = [
    (np.array([[1.0, 3.0, 2.0]]), np.array([1])),
    (LOGITS, np.array([1, 0])),
    (SAME_AGAIN, np.array([0, 2, 1])),
    (np.array([[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 2.0, -2.0]]), np.array([3, 0])),
    (np.array([[0.0, 40.0]]), np.array([0])),
    (np.array([[1000.0, 0.0], [0.0, 1.0]]), np.array([1, 1])),
]


@chapter.exercise(
    probes=[
        (np.array([0, 1, 2]), 3),
        (np.array([1]), 3),
        (np.array([2, 0, 2, 1]), 3),
        (np.array([0, 1]), 4),
        (np.array([3, 1]), 4),
    ]
)
def one_hot_codes(codes: Array, num_classes: int) -> Any:
    """Turn integer codes into a float array of one-hot rows with `num_classes` columns."""
    return np.eye(num_classes)[codes]


@chapter.exercise(probes=LOSS_PROBES)
def cross_entropy_from_logits(logits: Array, codes: Array) -> Any:
    """Compute each row's cross-entropy, in nats, from its logits and the code of its true class."""
    return -log_softmax(logits)[np.arange(len(codes)), codes]


@chapter.exercise(
    probes=[
        (np.array([[0.1, 0.7, 0.2]]), ["cat", "dog", "bird"]),
        (np.array([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1]]), ["cat", "dog", "bird"]),
        (np.array([[0.3, 0.3, 0.4], [0.4, 0.35, 0.25]]), ["cat", "dog", "bird"]),
        (np.array([[0.2, 0.1, 0.3, 0.4]]), ["z", "y", "x", "w"]),
        (np.array([[0.2, 0.4, 0.4]]), ["cat", "dog", "bird"]),
    ]
)
def decode_batch(probabilities: Array, classes: list[str]) -> Any:
    """Name the likeliest class of each row; in a tie, the one that comes first."""
    return [classes[code] for code in np.argmax(probabilities, axis=-1)]


@chapter.exercise(probes=LOSS_PROBES)
def find_the_bug(logits: Array, codes: Array) -> Any:
    """Repair the function: the mean cross-entropy of the batch, in nats, as one number."""
    return np.mean(-log_softmax(logits)[np.arange(len(codes)), codes])


@chapter.exercise(
    items=(
        "The target is a one-hot row such as [0, 1, 0], for three exclusive classes.",
        "The target is an integer such as 1, for three exclusive classes.",
        "The target is a row such as [1, 0, 1], for three labels of which any number can be true.",
        "The target is a temperature such as 23.5.",
    ),
    options=(
        "binary_crossentropy",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "mean_squared_error",
    ),
)
def loss_for_targets() -> list[str]:
    """Choose the loss for four kinds of target: a list of four strings."""
    return [
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "binary_crossentropy",
        "mean_squared_error",
    ]
