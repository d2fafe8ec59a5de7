"""Calibration is measured, and mended, as scikit-learn, SciPy and the definitions say."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from softmax_course import (
    brier_score,
    conformal_threshold,
    expected_calibration_error,
    fit_temperature,
    reliability_curve,
)
from softmax_course.digit import ambiguous_digit

inf, nan = math.inf, math.nan
strategies = pytest.mark.parametrize("strategy", ["uniform", "quantile"])


def events(n=400, seed=0):
    """Probabilities of an event, and whether it came, more seldom than they say."""
    rng = np.random.default_rng(seed)
    p = rng.random(n)
    return p, (rng.random(n) < p**2).astype(int)


def answers(n=300, classes=5, seed=0, scale=3.0):
    """Scores and codes of a model that is often right and too sure."""
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=scale, size=(n, classes))
    return z, np.where(rng.random(n) < 0.6, z.argmax(axis=1), rng.integers(classes, size=n))


def mean_loss(z, codes, inverse):
    log_p = scipy.special.log_softmax(z * inverse, axis=1)
    return -log_p[np.arange(len(z)), codes].mean()


@strategies
@pytest.mark.parametrize("bins", [1, 2, 10, 15, 37])
def test_points_of_the_diagram_are_those_of_scikit_learn(bins, strategy):
    p, came = events()
    curve = reliability_curve(p, came, bins=bins, strategy=strategy)
    frequency, confidence = calibration_curve(came, p, n_bins=bins, strategy=strategy)
    np.testing.assert_allclose(curve.confidence, confidence, rtol=1e-14)
    np.testing.assert_allclose(curve.frequency, frequency, rtol=1e-14)
    assert curve.counts.sum() == len(p)


@given(
    arrays(float, 30, elements=st.integers(0, 20).map(lambda k: k / 20)),
    arrays(int, 30, elements=st.integers(0, 1)),
    st.integers(1, 25),
    st.sampled_from(["uniform", "quantile"]),
)
def test_values_on_the_borders_of_bins_fall_where_scikit_learn_has_them(p, came, bins, strategy):
    curve = reliability_curve(p, came, bins=bins, strategy=strategy)
    frequency, confidence = calibration_curve(came, p, n_bins=bins, strategy=strategy)
    np.testing.assert_allclose(curve.confidence, confidence, atol=1e-15)
    np.testing.assert_allclose(curve.frequency, frequency, atol=1e-15)


def test_with_several_classes_the_predicted_one_is_compared():
    z, codes = answers()
    p = scipy.special.softmax(z, axis=1)
    several = reliability_curve(p, codes)
    event = reliability_curve(p.max(axis=1), p.argmax(axis=1) == codes)
    for one, other in zip(several, event, strict=True):
        np.testing.assert_array_equal(one, other)


def calibration_error_in_a_loop(confidence, right, bins):
    """Equation 3 of Guo et al., with their bins: above the lower border, up to the upper one."""
    total = 0.0
    for m in range(bins):
        inside = [i for i, c in enumerate(confidence) if m / bins < c <= (m + 1) / bins]
        if inside:
            accuracy = sum(right[i] for i in inside) / len(inside)
            promised = sum(confidence[i] for i in inside) / len(inside)
            total += len(inside) / len(confidence) * abs(accuracy - promised)
    return total


@pytest.mark.parametrize("bins", [1, 10, 15])
def test_calibration_error_is_the_published_formula(bins):
    z, codes = answers()
    p = scipy.special.softmax(z, axis=1)
    expected = calibration_error_in_a_loop(p.max(axis=1), p.argmax(axis=1) == codes, bins)
    assert expected_calibration_error(p, codes, bins=bins) == pytest.approx(expected, rel=1e-12)


@given(
    arrays(float, 40, elements=st.floats(0, 1)),
    arrays(int, 40, elements=st.integers(0, 1)),
    st.integers(1, 20),
    st.sampled_from(["uniform", "quantile"]),
)
def test_calibration_error_is_at_least_the_gap_of_the_means_and_at_most_one(
    p, came, bins, strategy
):
    error = expected_calibration_error(p, came, bins=bins, strategy=strategy)
    assert abs(p.mean() - came.mean()) - 1e-12 <= error <= 1 + 1e-12


@pytest.mark.parametrize("bins", [1, 5, 15])
def test_frequencies_that_are_exactly_as_promised_have_no_error(bins):
    p = np.repeat([0.25, 0.5, 0.75], 4)
    came = [1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0]
    assert expected_calibration_error(p, came, bins=bins) == 0


def test_more_bins_see_more_error_in_true_probabilities():
    rng = np.random.default_rng(0)
    p = rng.random(500)
    came = rng.random(500) < p
    errors = [expected_calibration_error(p, came, bins=bins) for bins in (1, 10, 100)]
    assert errors == sorted(errors)
    assert errors[0] < 0.02
    assert errors[2] > 0.1


def test_brier_score_agrees_with_scikit_learn():
    z, codes = answers()
    p = scipy.special.softmax(z, axis=1)
    expected = brier_score_loss(codes, p, labels=range(5), scale_by_half=False)
    assert brier_score(p, codes) == pytest.approx(expected, rel=1e-14)


def test_brier_score_of_two_classes_is_twice_that_of_scikit_learn():
    q, came = events()
    both = np.column_stack([1 - q, q])
    assert brier_score(both, came) == pytest.approx(2 * brier_score_loss(came, q), rel=1e-14)


def test_brier_score_of_the_course_example():
    assert brier_score(scipy.special.softmax([1, 3, 2]), 1) == pytest.approx(0.1800611, abs=5e-8)
    assert brier_score(scipy.special.softmax([1, 3, 2]), [0, 1, 0]).round(7) == 0.1800611


@given(
    arrays(float, (4, 3), elements=st.floats(-30, 30)), arrays(int, 4, elements=st.integers(0, 2))
)
def test_brier_score_is_the_squared_distance_from_a_corner(z, codes):
    p = scipy.special.softmax(z, axis=1)
    expected = np.linalg.norm(p - np.eye(3)[codes], axis=1) ** 2
    scores = brier_score(p, codes, reduction="none")
    np.testing.assert_allclose(scores, expected, rtol=1e-12, atol=1e-30)
    assert brier_score(p, codes) == pytest.approx(expected.mean(), rel=1e-12, abs=1e-30)
    assert brier_score(p, codes, reduction="sum") == pytest.approx(
        expected.sum(), rel=1e-12, abs=1e-30
    )


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_brier_score_along_any_axis(axis):
    rng = np.random.default_rng(0)
    p, y = (scipy.special.softmax(rng.normal(size=(3, 4, 5)), axis=axis) for _ in range(2))
    expected = ((p - y) ** 2).sum(axis=axis)
    np.testing.assert_allclose(brier_score(p, y, axis=axis, reduction="none"), expected, rtol=1e-14)
    codes = y.argmax(axis=axis)
    hard = np.moveaxis(np.eye(p.shape[axis])[codes], -1, axis)
    np.testing.assert_allclose(
        brier_score(p, codes, axis=axis, reduction="none"),
        ((p - hard) ** 2).sum(axis=axis),
        rtol=1e-14,
    )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_brier_score_has_the_type_of_the_probabilities(dtype):
    scores = brier_score(np.array([[0.25, 0.75], [0.5, 0.5]], dtype), [0, 1], reduction="none")
    assert scores.dtype == dtype
    np.testing.assert_array_equal(scores, np.array([1.125, 0.5], dtype))


@pytest.mark.parametrize(
    ("p", "codes", "expected"),
    [
        ([[0.0, 1.0]], [1], 0),
        ([[0.0, 1.0]], [0], 2),
        ([[0.5, 0.5]], [0], 0.5),
        ([[1.0]], [0], 0),
        (np.full((1, 10), 0.1), [3], 0.9),
    ],
)
def test_brier_scores_at_the_ends(p, codes, expected):
    assert brier_score(p, codes) == pytest.approx(expected, abs=1e-15)


def test_brier_score_of_no_examples_is_nan_as_a_mean_and_zero_as_a_sum():
    assert np.isnan(brier_score(np.ones((0, 3)), []))
    assert brier_score(np.ones((0, 3)), [], reduction="sum") == 0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("n", "classes", "scale"), [(300, 5, 3), (40, 2, 500), (200, 30, 0.01)])
def test_temperature_is_where_scipy_finds_the_least_loss(seed, n, classes, scale):
    z, codes = answers(n, classes, seed, scale)
    start = math.log(2 / scale)
    found = scipy.optimize.minimize_scalar(
        lambda u: mean_loss(z, codes, math.exp(u)), bracket=(start - 1, start), tol=1e-10
    )
    assert fit_temperature(z, codes) == pytest.approx(math.exp(-found.x), rel=1e-6)


def test_temperature_is_the_zero_of_the_slope_at_fifty_digits():
    z = [[1, 3, 2], [4, 0, 1], [0, 1, 5], [2, 2, 1], [3, 1, 2]]
    codes = [1, 0, 0, 1, 2]

    def slope(inverse):
        total = mpmath.mpf(0)
        for row, code in zip(z, codes, strict=True):
            e = [mpmath.exp(inverse * x) for x in row]
            total += mpmath.fdot(e, row) / mpmath.fsum(e) - row[code]
        return total

    with mpmath.workdps(50):
        expected = float(1 / mpmath.findroot(slope, (0.01, 3), solver="anderson"))
    assert fit_temperature(z, codes) == pytest.approx(expected, rel=1e-13)


@given(st.floats(0.01, 300), st.integers(1, 30), st.integers(1, 30))
def test_with_one_gap_the_temperature_gives_the_winner_its_frequency(gap, wins, losses):
    assume(wins > losses)
    z = np.tile([0, gap], (wins + losses, 1))
    temperature = fit_temperature(z, [1] * wins + [0] * losses)
    assert temperature == pytest.approx(gap / math.log(wins / losses), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_temperature_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(400, 6))
    codes = (X @ rng.normal(size=(6, 4)) + 2 * rng.gumbel(size=(400, 4))).argmax(axis=1)
    model = LogisticRegression(C=100).fit(X[:100], codes[:100])
    calibrated = CalibratedClassifierCV(FrozenEstimator(model), method="temperature")
    calibrated.fit(X[100:], codes[100:])
    inverse = calibrated.calibrated_classifiers_[0].calibrators[0].beta_
    ours = fit_temperature(model.decision_function(X[100:]), codes[100:])
    assert ours == pytest.approx(1 / inverse, rel=1e-5)


def test_temperature_of_distributions_as_targets():
    rng = np.random.default_rng(0)
    z = rng.normal(scale=4, size=(50, 3))
    targets = scipy.special.softmax(z / 2.5, axis=1)
    assert fit_temperature(z, targets) == pytest.approx(2.5, rel=1e-13)


@pytest.mark.parametrize("temperature", [1e-3, 0.7, 40.0, 1e6])
def test_scores_at_a_temperature_give_it_back(temperature):
    rng = np.random.default_rng(1)
    z = rng.normal(size=(100, 4))
    targets = scipy.special.softmax(z, axis=1)
    assert fit_temperature(z * temperature, targets) == pytest.approx(temperature, rel=1e-12)


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_a_shift_of_a_row_changes_nothing_and_a_factor_is_the_temperature(shift, factor):
    z, codes = answers(60, 3)
    expected = fit_temperature(z, codes)
    z[0] += shift
    assert fit_temperature(z, codes) == pytest.approx(expected, rel=1e-9)
    assert fit_temperature(factor * z, codes) == pytest.approx(factor * expected, rel=1e-9)


@given(
    arrays(float, (4, 3), elements=st.integers(-4, 4).map(float)),
    arrays(int, 4, elements=st.integers(0, 2)),
)
def test_there_is_a_temperature_exactly_if_the_truth_scores_between_mean_and_best(z, codes):
    exact = [[Fraction(x) for x in row] for row in z.tolist()]
    truth = sum(row[code] for row, code in zip(exact, codes, strict=True))
    between = sum(sum(row) / 3 for row in exact) < truth < sum(max(row) for row in exact)
    if between:
        temperature = fit_temperature(z, codes)
        least = mean_loss(z, codes, 1 / temperature)
        for other in (0.9, 1.1):
            assert mean_loss(z, codes, other / temperature) >= least - 1e-15
    else:
        with pytest.raises(ValueError, match="no temperature is best"):
            fit_temperature(z, codes)


@pytest.mark.parametrize(
    ("z", "codes", "why"),
    [
        ([[1, 3, 2], [4, 0, 1]], [1, 0], "falls without end as the temperature goes to 0"),
        ([[2, 2, 0]], [1], "falls without end as the temperature goes to 0"),
        ([[1, 3, 2]], [2], "falls without end as the temperature grows"),
        ([[1, 3, 2], [1, 3, 2]], [0, 2], "falls without end as the temperature grows"),
        ([[0, 5], [5, 0]], [0, 1], "falls without end as the temperature grows"),
        ([[1, 1, 1], [7, 7, 7]], [0, 2], "all scores of each example are equal"),
        ([[3.0], [1.0]], [0, 0], "all scores of each example are equal"),
        ([[-inf, 3.0], [2.0, -inf]], [1, 0], "all scores of each example are equal"),
        ([[1, 3, 2]], [[1 / 3, 1 / 3, 1 / 3]], "falls without end as the temperature grows"),
    ],
)
def test_it_says_so_when_no_temperature_is_best(z, codes, why):
    with pytest.raises(ValueError, match=f"no temperature is best: .*{why}"):
        fit_temperature(z, codes)


def test_a_class_of_probability_zero_plays_no_part():
    z, codes = answers(80, 3)
    expected = fit_temperature(z, codes)
    wider = np.column_stack([z, np.full(80, -inf)])
    assert fit_temperature(wider, codes) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("scale", [1e-300, 1e-20, 1e20, 4e307])
def test_scores_of_any_size_have_a_temperature_and_raise_no_warning(scale):
    with np.errstate(all="raise", under="ignore"):
        found = fit_temperature(np.array([[-2, 2]] * 4) * scale, [1, 1, 1, 0])
    assert found / scale == pytest.approx(4 / math.log(3), rel=1e-13)


def test_a_narrow_type_is_fitted_in_double_precision():
    z, codes = answers(5000, 3)
    exact = z.astype(np.float16)
    expected = fit_temperature(exact.astype(float), codes)
    assert fit_temperature(exact, codes) == expected
    assert fit_temperature(np.round(z).astype(np.int8), codes) == fit_temperature(
        np.round(z), codes
    )


def test_classes_may_lie_on_any_axis():
    z, codes = answers(60, 4)
    expected = fit_temperature(z, codes)
    assert fit_temperature(z.T, codes, axis=0) == pytest.approx(expected, rel=1e-13)
    stacked = z.reshape(6, 10, 4)
    assert fit_temperature(stacked, codes.reshape(6, 10)) == pytest.approx(expected, rel=1e-13)


def rank_by_counting(p, codes, alpha):
    """The largest threshold that misses so few of the examples and the new one that it may."""
    truth = sorted(row[code] for row, code in zip(p.tolist(), codes, strict=True))
    n = len(truth)
    needed = math.ceil((n + 1) * (1 - alpha))  # of the n + 1, as Angelopoulos and Bates write it
    return 0.0 if needed > n else truth[n - needed]


@pytest.mark.parametrize("n", [1, 2, 9, 10, 19, 99, 100, 539])
@pytest.mark.parametrize("alpha", ["0.01", "0.05", "0.1", "0.29", "0.5", "0.9"])
def test_conformal_threshold_is_the_published_quantile(n, alpha):
    rng = np.random.default_rng(n)
    p = scipy.special.softmax(rng.normal(size=(n, 3)), axis=1)
    codes = rng.integers(3, size=n)
    expected = rank_by_counting(p, codes, Fraction(alpha))
    assert conformal_threshold(p, codes, float(alpha)) == expected


def test_conformal_threshold_agrees_with_numpys_quantile_of_the_scores():
    rng = np.random.default_rng(0)
    p = scipy.special.softmax(rng.normal(size=(200, 4)), axis=1)
    codes = rng.integers(4, size=200)
    scores = 1 - p[np.arange(200), codes]
    # Not method="higher", which interpolates between n - 1 steps and so takes one place more.
    level = np.ceil(201 * 0.9) / 200
    expected = 1 - np.quantile(scores, level, method="inverted_cdf")
    assert conformal_threshold(p, codes, 0.1) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("alpha", [0.1, 0.25])
@pytest.mark.parametrize("n", [9, 20])
def test_the_promise_holds_for_a_model_that_knows_nothing(n, alpha):
    """Over many draws of examples and a new one, the set holds the truth often enough."""
    rng = np.random.default_rng(0)
    kept = 0
    for _ in range(4000):
        p = scipy.special.softmax(rng.normal(size=(n + 1, 3)), axis=1)
        codes = rng.integers(3, size=n + 1)
        kept += p[n, codes[n]] >= conformal_threshold(p[:n], codes[:n], alpha)
    error = math.sqrt(alpha * (1 - alpha) / 4000)
    expected = 1 - math.floor(alpha * (n + 1) + 1e-9) / (n + 1)
    assert abs(kept / 4000 - expected) < 4 * error
    assert kept / 4000 > 1 - alpha - 4 * error


def test_too_few_examples_keep_every_class():
    assert conformal_threshold([[0.9, 0.1]] * 8, [0] * 8, 0.1) == 0
    assert conformal_threshold([[0.9, 0.1]] * 9, [0] * 9, 0.1) == 0.9


def test_arguments_are_left_as_they_are():
    z, codes = answers(50, 3)
    p = scipy.special.softmax(z, axis=1)
    before = z.copy(), p.copy(), codes.copy()
    fit_temperature(z, codes)
    for function in (reliability_curve, expected_calibration_error, brier_score):
        function(p, codes)
    conformal_threshold(p, codes)
    for now, then in zip((z, p, codes), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_float32_probabilities_are_taken_as_they_are():
    z, codes = answers(200, 5)
    narrow = scipy.special.softmax(z.astype(np.float32), axis=1)
    wide = scipy.special.softmax(z, axis=1)
    curve = reliability_curve(narrow, codes)
    assert {array.dtype for array in curve[:2]} == {np.dtype(float)}
    assert expected_calibration_error(narrow, codes) == pytest.approx(
        expected_calibration_error(wide, codes), abs=1e-6
    )


def test_the_digit_s_model_on_one_picture():
    digit = ambiguous_digit()
    scores = digit.features @ digit.weights + digit.bias
    p = scipy.special.softmax(scores)
    assert brier_score(p, 7) == pytest.approx(np.sum((p - np.eye(10)[7]) ** 2), rel=1e-14)
    with pytest.raises(ValueError, match="goes to 0"):
        fit_temperature(scores, 7)


P, CODES = [[0.5, 0.5], [0.2, 0.8]], [0, 1]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: reliability_curve(P, [0]), ValueError, r"codes must have shape \(2,\)"),
        (lambda: reliability_curve(P, [0, 2]), ValueError, r"codes\[1\] = 2 is not a class code"),
        (lambda: reliability_curve(P, [0, -1]), ValueError, r"codes\[1\] = -1"),
        (lambda: reliability_curve([0.5], [2]), ValueError, r"codes\[0\] = 2 .* 0 to 1"),
        (lambda: reliability_curve([0.5, 1.5], CODES), ValueError, r"probabilities\[1\] = 1.5 is"),
        (lambda: reliability_curve([-0.1, 1], CODES), ValueError, r"probabilities\[0\] = -0.1 is"),
        (lambda: reliability_curve([nan, 1], CODES), ValueError, r"probabilities\[0\] = nan is"),
        (lambda: reliability_curve([[1, 3], [2, 0]], CODES), ValueError, "must sum to 1"),
        (lambda: reliability_curve([], []), ValueError, "no examples"),
        (lambda: reliability_curve(0.5, 1), ValueError, r"not the shape \(\)"),
        (lambda: reliability_curve(np.ones((0, 2)), []), ValueError, r"not the shape \(0, 2\)"),
        (lambda: reliability_curve([P], [CODES]), ValueError, r"not the shape \(1, 2, 2\)"),
        (lambda: reliability_curve(P, CODES, bins=0), ValueError, "bins must be 1 or more, not 0"),
        (lambda: reliability_curve(P, CODES, bins=2.5), TypeError, "bins must be an integer"),
        (
            lambda: reliability_curve(P, CODES, strategy="equal"),
            ValueError,
            "strategy must be 'uniform' or 'quantile', not 'equal'",
        ),
        (lambda: reliability_curve(["a"], [0]), TypeError, "real numbers"),
        (lambda: expected_calibration_error(P, [0]), ValueError, "codes must have shape"),
        (lambda: expected_calibration_error(P, CODES, bins=0), ValueError, "bins must be"),
        (lambda: brier_score([1, 3, 2], 1), ValueError, "must sum to 1"),
        (lambda: brier_score([-0.5, 1.5], 1), ValueError, "is not a probability"),
        (lambda: brier_score(P, [0, 2]), ValueError, r"targets\[1\] = 2 is not a class code"),
        (
            lambda: brier_score(P, [0, 1, 1]),
            ValueError,
            r"targets of shape \(3,\) fit probabilities of shape \(2, 2\) neither",
        ),
        (lambda: brier_score(P, [[1, 1], [0, 1]]), ValueError, "must sum to 1"),
        (lambda: brier_score(0.5, 0), ValueError, "probabilities must have an axis of classes"),
        (lambda: brier_score(P, CODES, reduction="max"), ValueError, "reduction must be"),
        (lambda: brier_score(np.ma.masked_array(P), CODES), TypeError, "masked"),
        (lambda: fit_temperature(np.ones((0, 3)), []), ValueError, "hold no examples"),
        (lambda: fit_temperature([[1, nan]], [0]), ValueError, r"logits\[0, 1\] = nan"),
        (lambda: fit_temperature([[1, inf]], [0]), ValueError, r"logits\[0, 1\] = inf"),
        (
            lambda: fit_temperature([[0, 1], [-inf, 2]], [1, 0]),
            ValueError,
            r"logits\[1, 0\] = -inf is the score of a class that came true",
        ),
        (lambda: fit_temperature([[0, 1]], [2]), ValueError, r"targets\[0\] = 2"),
        (lambda: fit_temperature([[0, 1]], [0, 1, 1]), ValueError, "fit logits of shape"),
        (lambda: fit_temperature(3.0, 0), ValueError, "single number"),
        (lambda: fit_temperature([["a"]], [0]), TypeError, "real numbers"),
        (lambda: fit_temperature([[1j, 0]], [0]), TypeError, "real numbers"),
        (lambda: conformal_threshold(P, CODES, 0), ValueError, "alpha must be above 0 and below 1"),
        (lambda: conformal_threshold(P, CODES, 1), ValueError, "alpha must be above 0 and below 1"),
        (lambda: conformal_threshold(P, CODES, nan), ValueError, "not nan"),
        (lambda: conformal_threshold([0.5, 0.5], CODES), ValueError, "a row for each example"),
        (lambda: conformal_threshold(P, [0, 5]), ValueError, r"codes\[1\] = 5"),
    ],
)
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
