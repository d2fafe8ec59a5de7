"""The properties of chapter 2, each on the domain where it holds, and where floating point ends it.

Two domains: `scores` are any floats from -50 to 50; `grid_scores` are multiples of 1/8, which are
added and subtracted without rounding, so that results can be compared bit by bit.
"""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from softmax_course import hardmax, log_softmax, logsumexp, naive_softmax, sigmoid, softmax

U = 2.0**-53
LENGTHS = st.integers(1, 12)
scores = LENGTHS.flatmap(lambda n: arrays(np.float64, n, elements=st.floats(-50, 50)))
grid = st.integers(-400, 400).map(lambda k: k / 8)
grid_scores = LENGTHS.flatmap(lambda n: arrays(np.float64, n, elements=grid))
temperatures = st.floats(0.1, 10)


@given(scores)
def test_probabilities_sum_to_one(z):
    assert abs(math.fsum(softmax(z)) - 1) <= (len(z) + 2) * U


@given(scores)
def test_probabilities_are_positive(z):
    assert (softmax(z) > 0).all()
    assert (softmax(z) <= 1).all()


def test_positivity_ends_where_exp_underflows():
    assert softmax([0, -745])[1] > 0
    assert softmax([0, -746])[1] == 0
    assert softmax(np.float32([0, -103]))[1] > 0
    assert softmax(np.float32([0, -104]))[1] == 0
    assert log_softmax([0, -746])[1] == -746


@given(scores)
def test_order_is_never_reversed(z):
    for result in (softmax(z), log_softmax(z)):
        assert (np.diff(result[np.argsort(z)]) >= 0).all()


@given(grid_scores)
def test_order_is_preserved(z):
    p = softmax(z)
    assert np.array_equal(p[:, None] < p, z[:, None] < z)


def test_strict_order_ends_where_a_gap_is_below_the_rounding():
    assert np.ptp(softmax([0, 1e-17])) == 0


@given(grid_scores)
def test_the_largest_probability_belongs_to_the_largest_score(z):
    assert softmax(z).argmax() == z.argmax() == hardmax(z).argmax()


@given(grid_scores, st.integers(-(2**20), 2**20))
def test_a_shift_that_is_exact_changes_nothing(z, shift):
    assert np.array_equal(softmax(z + shift), softmax(z))
    assert np.array_equal(log_softmax(z + shift), log_softmax(z))


@given(scores, st.floats(-100, 100))
def test_any_shift_changes_no_more_than_the_rounding_of_the_shifted_scores(z, shift):
    moved = softmax(z + shift)
    np.testing.assert_allclose(moved, softmax(z), rtol=2 * 150 * U + 400 * U)


def test_shift_invariance_ends_where_adding_rounds_the_scores():
    assert softmax(np.array([0, 1]) + 1e16).tolist() == [0.5, 0.5]
    assert softmax([0, 1])[1] > 0.73


@given(scores, st.floats(-50, 50))
def test_logsumexp_moves_with_a_shift(z, shift):
    moved = logsumexp(z + shift)
    np.testing.assert_allclose(moved, logsumexp(z) + shift, rtol=0, atol=500 * U)


@given(grid_scores, st.integers(-400, 400).filter(bool))
def test_logsumexp_is_not_shift_invariant(z, shift):
    assert logsumexp(z + shift) != logsumexp(z)


def test_softmax_is_not_scale_invariant():
    np.testing.assert_allclose(softmax([1, 3, 2]), [0.0900306, 0.6652410, 0.2447285], atol=1e-7)
    np.testing.assert_allclose(softmax([10, 30, 20]), [2.06e-9, 0.9999546, 4.54e-5], atol=1e-7)


@given(grid_scores, st.randoms(use_true_random=False))
def test_permuting_the_scores_permutes_the_probabilities(z, random):
    order = random.sample(range(len(z)), len(z))
    np.testing.assert_allclose(softmax(z[order]), softmax(z)[order], rtol=len(z) * 2 * U)
    np.testing.assert_allclose(logsumexp(z[order]), logsumexp(z), rtol=1e-15, atol=20 * U)


@given(scores)
def test_odds_depend_on_the_difference_of_the_scores(z):
    p = softmax(z)
    np.testing.assert_allclose(p[:, None] / p, np.exp(z[:, None] - z), rtol=2 * 100 * U + 10 * U)


@given(scores)
def test_logsumexp_lies_between_the_maximum_and_log_n_above_it(z):
    above = logsumexp(z) - z.max()
    assert 0 <= above <= math.log(len(z)) + 60 * U


@given(scores)
def test_log_softmax_is_the_logarithm_of_softmax(z):
    np.testing.assert_allclose(log_softmax(z), np.log(softmax(z)), rtol=1e-13, atol=1e-14)


@given(scores)
def test_log_softmax_is_the_distance_to_logsumexp(z):
    np.testing.assert_allclose(log_softmax(z), z - logsumexp(z), rtol=0, atol=150 * U)


@given(scores)
def test_softmax_is_the_gradient_of_logsumexp(z):
    """Central differences, whose own error is about h**2 by the formula and U / h by rounding."""
    h = 1e-5
    steps = h * np.eye(len(z))
    slopes = (logsumexp(z + steps) - logsumexp(z - steps)) / (2 * h)
    np.testing.assert_allclose(slopes, softmax(z), rtol=0, atol=1e-9)


@given(st.floats(-700, 700), st.floats(-30, 30))
def test_sigmoid_is_the_softmax_of_two_classes(gap, first):
    np.testing.assert_allclose(softmax([0, gap])[1], sigmoid(gap), rtol=4 * U)
    gap = min(gap, 30.0)
    z = np.array([first, first + gap])
    np.testing.assert_allclose(softmax(z)[1], sigmoid(z[1] - z[0]), rtol=10 * U)


@given(st.floats(-700, 700))
def test_sigmoid_of_the_opposite_is_the_rest_to_one(z):
    np.testing.assert_allclose(sigmoid(z) + sigmoid(-z), 1, rtol=4 * U)


@given(scores, temperatures)
def test_temperature_divides_the_scores(z, temperature):
    expected = softmax(z / temperature)
    np.testing.assert_allclose(softmax(z, temperature=temperature), expected, rtol=1e-12)
    in_logs = log_softmax(z / temperature)
    np.testing.assert_allclose(log_softmax(z, temperature=temperature), in_logs, rtol=1e-12)


@given(scores, temperatures, temperatures)
def test_the_winner_gains_as_the_temperature_falls(z, first, second):
    cold, warm = sorted([first, second])
    largest = softmax(z, temperature=cold).max()
    assert largest >= softmax(z, temperature=warm).max() * (1 - 50 * U)


@given(grid_scores)
def test_low_temperature_gives_the_hardmax_of_distinct_scores(z):
    assume(len(set(z)) == len(z))
    np.testing.assert_array_equal(softmax(z, temperature=1e-4), hardmax(z))


@given(scores)
def test_high_temperature_gives_equal_shares(z):
    np.testing.assert_allclose(softmax(z, temperature=1e20), 1 / len(z), rtol=1e-15)


@given(scores)
def test_hardmax_has_one_winner_and_it_is_the_largest(z):
    winner = hardmax(z)
    assert sorted(winner) == [0] * (len(z) - 1) + [1]
    assert z[winner == 1] == z.max()


@given(scores)
def test_textbook_formula_agrees_where_it_does_not_overflow(z):
    np.testing.assert_allclose(naive_softmax(z), softmax(z), rtol=2 * 100 * U + 30 * U)


@pytest.mark.parametrize("z", [[1, 3, 2], [0, 0], [-1, 3]])
def test_dividing_scores_by_their_sum_is_something_else(z):
    with np.errstate(invalid="ignore"):
        shares = np.array(z) / np.sum(z)
    assert not np.allclose(shares, softmax(z))
