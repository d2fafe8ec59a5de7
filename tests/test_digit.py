"""The digit that the first chapters bring along is scikit-learn's, and its model is chapter 4's."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from softmax_course.digit import ambiguous_digit
from softmax_course.linear_model import fit_softmax_regression

NUMBER = 1728


def test_the_digit_and_its_model_are_those_that_chapter_4_arrives_at():
    pixels, labels = load_digits(return_X_y=True)
    train, test = train_test_split(
        np.arange(len(labels)), test_size=0.3, stratify=labels, random_state=0
    )
    assert NUMBER in test
    features = StandardScaler().fit(pixels[train]).transform(pixels)
    fit = fit_softmax_regression(features[train], labels[train], 10, step=0.5, max_iter=500)
    digit = ambiguous_digit()
    np.testing.assert_array_equal(digit.image.ravel(), pixels[NUMBER])
    assert digit.label == labels[NUMBER]
    np.testing.assert_allclose(digit.features, features[NUMBER], rtol=0, atol=6e-7)
    np.testing.assert_allclose(digit.weights, fit.weights, rtol=0, atol=6e-7)
    np.testing.assert_allclose(digit.bias, fit.bias, rtol=0, atol=6e-7)


def test_the_digit_is_ambiguous_and_the_model_is_right_by_a_little():
    digit = ambiguous_digit()
    scores = digit.features @ digit.weights + digit.bias
    second, first = np.sort(scores)[-2:]
    assert scores.argmax() == digit.label
    assert 0.1 < first - second < 0.3
