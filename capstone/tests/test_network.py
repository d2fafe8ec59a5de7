"""The gradient is held against something else than itself."""

import numpy as np
from digit_reader import network_gradient


def test_the_gradient_has_a_number_for_each_parameter():
    sizes, theta = (2, 3, 4), np.linspace(-1, 1, 25)
    gradient = network_gradient(theta, sizes, np.array([[0.5, -1.0]]), np.array([2]))
    assert gradient.shape == theta.shape


def test_the_gradient_agrees_with_central_differences():
    raise NotImplementedError  # for each parameter: how fast does the loss change?


def test_twice_the_same_examples_have_the_same_gradient():
    raise NotImplementedError  # the loss is a mean
