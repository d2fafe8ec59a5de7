"""Hostile inputs that several exercises share: each finds a class of wrong answers."""

import numpy as np

UNROUNDED = np.array(
    [
        [0.123456, -2.345678, 1.0987, 0.5, -0.25],
        [1.75, 0.31415, -0.67891, 2.22222, 1.5],
        [-0.001234, 0.71828, 3.141592, -1.414213, 3.14],
        [2.5, 2.50049, 2.4999, -7.125, 2.5004],
    ]
)
"""More rows and columns than three, no two of them alike: nothing may be rounded, cut or mixed."""

LARGEST_LAST = np.array([[0.0, 0.0, 3000.0]])
"""First, mean, median and least are all too far from the largest to stand in for it."""

BOTH_FAR = np.array([[3000.0, 3001.0], [-3001.0, -3000.0]])
"""Too far from 0 to be clipped, and too close to each other to be rounded to float16."""

TWO_LARGE = np.array([[0.0, 0.0, 0.0, 2999.0, 3000.0], [3000.0, 2999.0, 0.0, 0.0, 0.0]])
"""The same with two large ones: nan in their places is no share, whatever it is replaced by."""
