"""A network with one hidden layer of tanh nodes; its parameters lie in one vector."""

import numpy as np


def unpack(theta, sizes):
    """Cut the vector of parameters into W, b of the hidden layer and V, a of the output layer.

    `sizes` is the number of features, of hidden nodes, and of classes.
    """
    d, h, k = sizes
    pieces = np.split(theta, np.cumsum([d * h, h, h * k]))
    shapes = [(d, h), (h,), (h, k), (k,)]
    return [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]


def network_scores(theta, sizes, X):
    """Return the scores of all classes, one row per example."""
    raise NotImplementedError


def network_gradient(theta, sizes, X, codes):
    """Return the gradient of the mean cross-entropy, in the order of `theta`."""
    raise NotImplementedError
