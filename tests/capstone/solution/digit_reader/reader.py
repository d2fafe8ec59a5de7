"""All of it: train, stop in time, find the temperature, answer."""

import numpy as np

from softmax_course import cross_entropy
from softmax_course.calibration import fit_temperature

from .network import network_gradient, network_scores
from .predict import predict_safely

HIDDEN, STEP, BATCH, PATIENCE, EPOCHS = 20, 0.3, 20, 5, 20


def train(X, codes, X_valid, valid_codes, rng):
    """Return the parameters of the epoch with the lowest loss on the digits for validation."""
    sizes = (X.shape[1], HIDDEN, 10)
    d, h, k = sizes
    theta = np.zeros(d * h + h + h * k + k)
    theta[: d * h] = rng.normal(size=d * h) / np.sqrt(d)
    best, lowest, waited = theta, np.inf, 0
    for _ in range(EPOCHS):
        for batch in np.array_split(rng.permutation(len(X)), len(X) // BATCH):
            theta = theta - STEP * network_gradient(theta, sizes, X[batch], codes[batch])
        loss = cross_entropy(network_scores(theta, sizes, X_valid), valid_codes)
        waited += 1
        if loss < lowest:
            best, lowest, waited = theta, loss, 0
        if waited == PATIENCE:
            break
    return best, sizes


def read_digits(train_pixels, codes, valid, valid_codes, new):
    """Return probabilities of the ten digits, one row for each new picture."""
    mean, spread = train_pixels.mean(axis=0), train_pixels.std(axis=0)
    spread = np.where(spread == 0, 1, spread)
    X, X_valid = (train_pixels - mean) / spread, (valid - mean) / spread
    theta, sizes = train(X, codes, X_valid, valid_codes, np.random.default_rng(0))
    temperature = fit_temperature(network_scores(theta, sizes, X_valid), valid_codes)
    return predict_safely(theta, sizes, mean, spread, temperature, new)
