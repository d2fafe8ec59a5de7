"""Which part of the digits decides what: "training", "validation", "test", or "none" of them."""

import numpy as np

which_part = [
    "training",  # the mean and the spread with which all pixels are scaled
    "training",  # the weights of the network
    "validation",  # after how many epochs the training ends
    "validation",  # the temperature
    "none",  # what a wrong digit costs
    "none",  # below which confidence a person is asked, if the probabilities are calibrated
    "test",  # the accuracy that the report states
    "none",  # the bound that this accuracy must reach
]


def split(codes, seed):
    """Deal the digits into parts that hold each class in the same share; given.

    0 is for training (half of the digits), 1 for validation (a fifth), 2 for the test.
    """
    rng = np.random.default_rng(seed)
    parts = np.empty(len(codes), dtype=int)
    for digit in np.unique(codes):
        places = rng.permutation(np.flatnonzero(codes == digit))
        shares = np.arange(len(places)) / len(places)
        parts[places] = np.digitize(shares, [0.5, 0.7])
    return parts
