"""Every picture gets a distribution, and a bad one an even guess."""

import numpy as np
from digit_reader import predict_safely

SIZES = (3, 2, 4)
THETA = np.random.default_rng(1).normal(size=20)
MEAN, SPREAD = np.array([8.0, 2.0, 5.0]), np.array([4.0, 1.0, 2.0])
GOOD = np.array([[0.0, 16.0, 3.0], [8.0, 2.0, 7.0]])


def predicted(pictures, temperature=1.0, theta=THETA):
    return predict_safely(theta, SIZES, MEAN, SPREAD, temperature, pictures)


def test_each_row_adds_up_to_one():
    assert np.allclose(predicted(GOOD).sum(axis=1), 1)
    assert np.allclose(predicted(GOOD, theta=3000 * THETA).sum(axis=1), 1)


def test_a_picture_at_the_mean_is_judged_by_the_biases_alone():
    hidden = np.tanh(THETA[6:8])
    scores = hidden @ THETA[8:16].reshape(2, 4) + THETA[16:]
    expected = np.exp(scores) / np.exp(scores).sum()
    assert np.allclose(predicted(MEAN[np.newaxis]), expected)


def test_a_picture_with_a_pixel_that_is_none_gets_an_even_guess():
    for pixel in (np.nan, np.inf, -1.0, 17.0, 255.0):
        bad = GOOD.copy()
        bad[0, 1] = pixel
        assert np.allclose(predicted(bad)[0], 0.25)
        assert np.allclose(predicted(bad)[1], predicted(GOOD)[1])


def test_one_picture_gets_one_row():
    assert np.allclose(predicted(GOOD[0]), predicted(GOOD)[0])
    assert predicted(GOOD[:0]).shape == (0, 4)


def test_heat_makes_it_less_sure():
    assert np.all(predicted(GOOD, 3.0).max(axis=1) < predicted(GOOD).max(axis=1))
