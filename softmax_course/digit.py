"""The handwritten digit that runs through the book, with the model that judges it.

Chapter 4 trains this model. Its numbers are kept here so that the chapters before it, and whoever
has NumPy alone, can use them.
"""

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["AmbiguousDigit", "ambiguous_digit"]


class AmbiguousDigit(NamedTuple):
    """A picture that could be two digits, and the classifier that has to decide."""

    image: NDArray[np.float64]  #: shape (8, 8), ink from 0 to 16
    label: int  #: the digit that the writer meant
    features: NDArray[np.float64]  #: shape (64,), the pixels as the model was trained on them
    weights: NDArray[np.float64]  #: shape (64, 10), one column per class
    bias: NDArray[np.float64]  #: shape (10,)


def ambiguous_digit() -> AmbiguousDigit:
    """Load one handwritten digit and the weights of the model that chapter 4 trains.

    Returns
    -------
    AmbiguousDigit
        The named tuple ``(image, label, features, weights, bias)``. The scores of the ten classes,
        0 to 9, are ``features @ weights + bias``.

    Notes
    -----
    It is number 1728 of scikit-learn's digits, from the part that the model was not trained on:
    70 % were for training (stratified, ``random_state=0``). The features are the pixels minus their
    mean in the training part, divided by their standard deviation there; a pixel that never varies
    is divided by 1. The model is `softmax_course.linear_model.fit_softmax_regression` with a step
    of 0.5 and 500 steps, rounded to six decimals.

    References
    ----------
    Alpaydin & Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository.

    Examples
    --------
    >>> digit = ambiguous_digit()
    >>> (digit.features @ digit.weights + digit.bias).round(2)[[4, 7]]
    array([6.13, 6.35])
    """
    path = files("softmax_course") / "data" / "ambiguous_digit.csv"
    rows = np.loadtxt(path.read_text(encoding="ascii").splitlines(), delimiter=",")
    pixels, bias = rows[:64], rows[64, 2:]
    return AmbiguousDigit(
        image=pixels[:, 0].reshape(8, 8),
        label=int(rows[64, 0]),
        features=pixels[:, 1],
        weights=pixels[:, 2:],
        bias=bias,
    )
