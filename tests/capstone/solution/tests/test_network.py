"""The gradient is held against something else than itself."""

import numpy as np
from digit_reader import network_gradient
from digit_reader.network import network_scores

from softmax_course import cross_entropy

SIZES = (2, 3, 4)
THETA = np.random.default_rng(0).normal(size=25)
X, CODES = np.array([[0.5, -1.0], [2.0, 0.3], [-0.7, 1.0]]), np.array([2, 0, 3])


def loss(theta, X=X, codes=CODES, sizes=SIZES):
    return cross_entropy(network_scores(theta, sizes, X), codes)


def test_the_gradient_has_a_number_for_each_parameter():
    sizes, theta = (2, 3, 4), np.linspace(-1, 1, 25)
    gradient = network_gradient(theta, sizes, np.array([[0.5, -1.0]]), np.array([2]))
    assert gradient.shape == theta.shape


def test_the_gradient_agrees_with_central_differences():
    nudges = 1e-6 * np.eye(len(THETA))
    slopes = [(loss(THETA + nudge) - loss(THETA - nudge)) / 2e-6 for nudge in nudges]
    assert np.allclose(network_gradient(THETA, SIZES, X, CODES), slopes, atol=1e-8)


def test_twice_the_same_examples_have_the_same_gradient():
    once = network_gradient(THETA, SIZES, X, CODES)
    twice = network_gradient(THETA, SIZES, np.tile(X, (2, 1)), np.tile(CODES, 2))
    assert np.allclose(once, twice)


def test_scores_of_thousands_leave_it_finite():
    assert np.isfinite(network_gradient(2000 * THETA, SIZES, X, CODES)).all()
