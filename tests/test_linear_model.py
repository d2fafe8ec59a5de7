"""Softmax regression keeps scikit-learn's contract and finds what its LogisticRegression finds."""

import os
import subprocess
import sys
import tracemalloc
import warnings

import numpy as np
import pytest
import scipy.sparse
import scipy.special
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_class_weight
from threadpoolctl import threadpool_limits

from softmax_course.linear_model import SoftmaxRegression, fit_softmax_regression, safe_step


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Threads that share busy cores make small matrix products ten times slower."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def test_estimator_passes_every_check_of_scikit_learn_and_none_is_skipped():
    # SciPy reads this variable when it is imported, so the checks run in a process of their own.
    checks = """
from sklearn.utils.estimator_checks import check_estimator
from softmax_course.linear_model import SoftmaxRegression

results = check_estimator(SoftmaxRegression(), on_fail=None, on_skip=None)
assert len(results) > 50, len(results)
for result in results:
    if result["status"] != "passed":
        print(result["check_name"], result["status"], result["exception"])
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", checks],
        env={**os.environ, "SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    ("load", "accuracy", "loss"),
    [(load_iris, 0.9778, 0.0855), (load_wine, 1.0, 0.0173), (load_digits, 0.9704, 0.1069)],
)
def test_five_hundred_steps_reach_the_figures_of_the_course(load, accuracy, loss):
    X, y = load(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
    scaler = StandardScaler().fit(X)
    num_classes = y.max() + 1
    fit = fit_softmax_regression(scaler.transform(X), y, num_classes, step=0.5, max_iter=500)
    logits = scaler.transform(X_test) @ fit.weights + fit.bias
    assert accuracy_score(y_test, logits.argmax(axis=1)) == pytest.approx(accuracy, abs=5e-5)
    p = scipy.special.softmax(logits, axis=1)
    assert log_loss(y_test, p) == pytest.approx(loss, abs=5e-5)
    assert fit.losses[0] == pytest.approx(np.log(num_classes), rel=1e-12)
    assert len(fit.losses) == 501
    np.testing.assert_allclose(fit.weights.sum(axis=1), 0, atol=1e-13)


def test_minimum_is_that_of_scikit_learns_logistic_regression(iris):
    X, y = iris
    theirs = LogisticRegression(C=0.5, tol=1e-10, max_iter=10_000).fit(X, y)
    ours = SoftmaxRegression(l2=1 / (0.5 * len(X)), tol=1e-7, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)


@pytest.fixture(scope="module")
def tumours():
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    return X, y, LogisticRegression(C=0.01, tol=1e-10, max_iter=10_000).fit(X, y)


def test_two_classes_have_scikit_learns_minimum_with_twice_the_penalty(tumours):
    X, y, theirs = tumours
    # Two opposite rows of weights cost half the penalty of their difference, which sigmoid uses.
    ours = SoftmaxRegression(l2=2 / (0.01 * len(X)), tol=1e-7, max_iter=5000).fit(X, y)
    assert ours.coef_.shape == (2, X.shape[1])
    np.testing.assert_allclose(ours.coef_[1] - ours.coef_[0], theirs.coef_[0], atol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    with_half = SoftmaxRegression(l2=1 / (0.01 * len(X)), tol=1e-4, max_iter=5000).fit(X, y)
    assert np.abs(with_half.predict_proba(X) - theirs.predict_proba(X)).max() > 0.05


def test_for_two_classes_the_decision_function_has_scikit_learns_shape_and_meaning(tumours):
    X, y, theirs = tumours
    ours = SoftmaxRegression(l2=2 / (0.01 * len(X)), tol=1e-6, max_iter=5000).fit(X, y)
    log_odds = ours.decision_function(X)
    assert log_odds.shape == (len(X),)
    np.testing.assert_allclose(log_odds, theirs.decision_function(X), atol=1e-3)
    p = ours.predict_proba(X)[:, 1]
    np.testing.assert_allclose(p, scipy.special.expit(log_odds), atol=1e-15)
    np.testing.assert_array_equal(ours.predict(X), (log_odds > 0).astype(int))


@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 3.0, 2: 0.5}])
@pytest.mark.parametrize("weighted", [False, True])
def test_weights_move_the_minimum_as_in_scikit_learns_logistic_regression(class_weight, weighted):
    X, y = load_iris(return_X_y=True)
    X, y = StandardScaler().fit_transform(X)[20:], y[20:]  # 30, 50 and 50 examples
    rng = np.random.default_rng(0)
    sample_weight = rng.uniform(0, 2, len(X)) if weighted else np.ones(len(X))
    theirs = LogisticRegression(C=0.02, tol=1e-10, max_iter=10_000, class_weight=class_weight)
    theirs.fit(X, y, sample_weight=sample_weight)
    of_class = compute_class_weight(
        class_weight, classes=np.arange(3), y=y, sample_weight=sample_weight
    )
    total = np.sum(sample_weight * of_class[y])
    ours = SoftmaxRegression(
        l2=1 / (0.02 * total), tol=1e-7, max_iter=10_000, class_weight=class_weight
    )
    ours.fit(X, y, sample_weight=sample_weight if weighted else None)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize("form", [scipy.sparse.csr_array, scipy.sparse.coo_matrix])
def test_sparse_data_find_what_the_same_numbers_find_as_an_array(form):
    X, y = load_digits(return_X_y=True)
    X, y = X[:200, 20:50] / 16, y[:200]
    theirs = LogisticRegression(C=0.01, tol=1e-10, max_iter=10_000).fit(form(X), y)
    settings = {"l2": 1 / (0.01 * len(X)), "tol": 1e-7}
    assert SoftmaxRegression().__sklearn_tags__().input_tags.sparse
    sparse, dense = (SoftmaxRegression(**settings).fit(data, y) for data in (form(X), X))
    np.testing.assert_allclose(sparse.coef_, theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(sparse.coef_, dense.coef_, atol=1e-12)
    np.testing.assert_allclose(sparse.predict_proba(form(X)), dense.predict_proba(X), atol=1e-12)
    assert safe_step(form(X)) == pytest.approx(safe_step(X), rel=1e-12)


def test_log_probabilities_are_right_where_the_probabilities_round_to_zero(iris):
    X, y = iris
    model = SoftmaxRegression().fit(X, y)
    scores = X @ model.coef_.T + model.intercept_
    expected = scipy.special.log_softmax(scores, axis=1)
    np.testing.assert_allclose(model.predict_log_proba(X), expected, atol=1e-14)
    far = 1e4 * X[:1]
    assert model.predict_proba(far).min() == 0
    assert -np.inf < model.predict_log_proba(far).min() < -800


def test_a_weight_of_two_counts_as_two_examples_and_of_zero_as_none(iris):
    X, y = iris
    times = np.arange(len(X)) % 3
    settings = {"step": 0.5, "l2": 0.1, "max_iter": 50}
    weighted = fit_softmax_regression(X, y, 3, sample_weight=times, **settings)
    repeated = fit_softmax_regression(np.repeat(X, times, 0), np.repeat(y, times), 3, **settings)
    np.testing.assert_allclose(weighted.weights, repeated.weights, atol=1e-12)
    np.testing.assert_allclose(weighted.losses, repeated.losses, atol=1e-12)
    step = safe_step(X, sample_weight=times)
    assert step == pytest.approx(safe_step(np.repeat(X, times, 0)), rel=1e-12)


def test_probabilities_are_the_softmax_of_the_decision_function(iris):
    X, y = iris
    model = SoftmaxRegression().fit(X, y)
    scores = X @ model.coef_.T + model.intercept_
    np.testing.assert_allclose(model.decision_function(X), scores, rtol=1e-12)
    np.testing.assert_allclose(model.predict_proba(X), scipy.special.softmax(scores, axis=1))


def test_safe_step_is_one_over_the_largest_curvature_of_two_classes(iris):
    X, l2, h = iris[0], 0.3, 1e-4
    codes = (iris[1] == 2).astype(int)
    with_ones = np.column_stack([X, np.ones(len(X))])
    # At zero, where the bound 1/2 is reached, along the direction of largest curvature.
    direction = np.outer(np.linalg.svd(with_ones)[2][0], [1, -1]) / np.sqrt(2)

    def loss(t):
        return log_loss(codes, scipy.special.softmax(with_ones @ (t * direction), axis=1))

    curvature = (loss(h) - 2 * loss(0) + loss(-h)) / h**2
    assert safe_step(X, l2) == pytest.approx(1 / (curvature + l2), rel=1e-4)


@pytest.mark.parametrize("shape", [(40, 7), (7, 40), (8, 7), (1, 1)])
def test_safe_step_is_from_the_largest_singular_value_whichever_side_is_longer(shape):
    X = np.random.default_rng(0).normal(size=shape, loc=1)
    with_ones = np.column_stack([X, np.ones(len(X))])
    curvature = np.linalg.svd(with_ones, compute_uv=False)[0] ** 2 / len(X) / 2
    assert safe_step(X) == pytest.approx(1 / curvature, rel=1e-12)
    assert safe_step(X, 0.7) == pytest.approx(1 / (curvature + 0.7), rel=1e-12)


@pytest.mark.parametrize("shape", [(2, 2000), (2000, 2)])
def test_safe_step_builds_no_matrix_of_the_longer_side_with_itself(shape):
    X = np.ones(shape)
    tracemalloc.start()
    safe_step(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2000 * 2000 * 8 / 10


def test_safe_step_is_the_same_for_a_list_and_for_integers():
    expected = safe_step(np.array([[1.0, 2.0], [3.0, 5.0]]))
    assert safe_step([[1, 2], [3, 5]]) == expected
    assert safe_step(np.array([[1, 2], [3, 5]], dtype=np.int8)) == expected


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_default_step_never_raises_the_loss_on_data_that_are_not_standardised(scale):
    X, y = load_wine(return_X_y=True)
    losses = fit_softmax_regression(X * scale, y, 3, max_iter=200).losses
    assert np.all(np.diff(losses) < 0)


def test_each_loss_is_the_mean_cross_entropy_and_half_the_penalty_at_that_step(iris):
    X, y = iris
    settings = {"l2": 0.3, "step": 0.2}
    losses = fit_softmax_regression(X, y, 3, max_iter=7, **settings).losses
    for steps in range(8):
        fit = fit_softmax_regression(X, y, 3, max_iter=steps, **settings)
        p = scipy.special.softmax(X @ fit.weights + fit.bias, axis=1)
        expected = log_loss(y, p) + 0.3 / 2 * np.sum(fit.weights**2)
        assert losses[steps] == pytest.approx(expected, rel=1e-12)


def test_each_step_goes_down_the_gradient_of_the_loss_by_the_learning_rate(iris):
    X, y = iris
    weights, bias = np.zeros((4, 3)), np.zeros(3)
    for _ in range(5):
        error = (scipy.special.softmax(X @ weights + bias, axis=1) - np.eye(3)[y]) / len(X)
        weights, bias = (
            weights - 0.2 * (X.T @ error + 0.3 * weights),
            bias - 0.2 * error.sum(axis=0),
        )
    fit = fit_softmax_regression(X, y, 3, l2=0.3, step=0.2, max_iter=5)
    np.testing.assert_allclose(fit.weights, weights, atol=1e-14)
    np.testing.assert_allclose(fit.bias, bias, atol=1e-14)


def test_training_stops_when_the_gradient_is_within_the_tolerance(iris):
    X, y = iris
    model = SoftmaxRegression(l2=0.1, tol=1e-3).fit(X, y)
    longer = SoftmaxRegression(l2=0.1, tol=1e-4).fit(X, y)
    assert 1 < model.n_iter_ < longer.n_iter_ < 1000
    assert len(model.loss_curve_) == model.n_iter_ + 1
    residual = model.predict_proba(X) - np.eye(3)[y]
    gradient = residual.T @ X / len(X) + 0.1 * model.coef_
    assert 1e-4 < np.abs(gradient).max() <= 1e-3


def test_a_run_that_has_not_converged_warns_and_says_what_helps(iris):
    with pytest.warns(ConvergenceWarning, match=r"max_iter=5 steps.*StandardScaler"):
        model = SoftmaxRegression(max_iter=5).fit(*iris)
    assert model.n_iter_ == 5


@pytest.mark.parametrize(("step", "l2"), [(30.0, 0.1), (30.0, 1.0), (1e200, 0.1), (1.2, 1.0)])
def test_a_step_that_is_too_long_is_blamed_and_a_safe_one_is_named(iris, step, l2):
    X, y = iris
    model = SoftmaxRegression(step=step, l2=l2, max_iter=50)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y)
    (warning,) = caught
    assert warning.category is ConvergenceWarning
    with_ones = np.column_stack([X, np.ones(len(X))])
    safe = 1 / (np.linalg.norm(with_ones, 2) ** 2 / len(X) / 2 + l2)
    told = f"step={step} is too long for these data, {safe:.2g} is safe (step=None)"
    assert str(warning.message).endswith(f"max_iter=50 steps: {told}")
    assert warning.filename == __file__


def test_a_step_that_is_short_enough_is_not_blamed(iris):
    X, y = iris
    for step in (
        0.01,
        safe_step(X),
        1.5 * safe_step(X),
    ):  # the last one is long, and still descends
        with pytest.warns(ConvergenceWarning, match="standardise the features") as caught:
            SoftmaxRegression(step=step, l2=0, max_iter=5).fit(X, y)
        assert "too long" not in str(caught[0].message)


@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_standardised_data_converge_with_the_defaults(load):
    X, y = load(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_pipeline(StandardScaler(), SoftmaxRegression()).fit(X, y)


def test_a_pipeline_is_cross_validated_with_names_as_labels():
    data = load_iris()
    names = data.target_names[data.target]
    model = make_pipeline(StandardScaler(), SoftmaxRegression())
    assert cross_val_score(model, data.data, names, cv=5).mean() > 0.9
    model.fit(data.data, names)
    assert model.score(data.data, names) > 0.9
    np.testing.assert_array_equal(model.classes_, ["setosa", "versicolor", "virginica"])
    assert model.predict(data.data[:1]) == ["setosa"]


PARAMETERS = [
    ({"l2": -1}, ValueError, "l2 must be finite and 0 or more, not -1"),
    ({"l2": np.nan}, ValueError, "l2 must be finite and 0 or more, not nan"),
    ({"l2": np.inf}, ValueError, "l2 must be finite and 0 or more, not inf"),
    ({"l2": "small"}, TypeError, "l2 must be a real number, not 'small'"),
    ({"step": 0}, ValueError, "step must be finite and above 0, or None, not 0"),
    ({"step": -1}, ValueError, "step must be finite and above 0, or None, not -1"),
    ({"step": np.inf}, ValueError, "step must be finite and above 0, or None, not inf"),
    ({"step": np.nan}, ValueError, "step must be finite and above 0, or None, not nan"),
    ({"step": "auto"}, TypeError, "step must be a real number, not 'auto'"),
    ({"tol": -1e-3}, ValueError, "tol must be finite and 0 or more, not -0.001"),
    ({"tol": np.nan}, ValueError, "tol must be finite and 0 or more, not nan"),
    ({"tol": np.inf}, ValueError, "tol must be finite and 0 or more, not inf"),
    ({"max_iter": -1}, ValueError, "max_iter must be [01] or more, not -1"),
    ({"max_iter": 10.5}, TypeError, "max_iter must be an integer, not 10.5"),
]


@pytest.mark.parametrize(("parameters", "error", "message"), PARAMETERS)
def test_bad_parameters_are_named(iris, parameters, error, message):
    with pytest.raises(error, match=message):
        SoftmaxRegression(**parameters).fit(*iris)
    with pytest.raises(error, match=message):
        fit_softmax_regression(*iris, 3, **parameters)
    if "l2" in parameters:
        with pytest.raises(error, match=message):
            safe_step(iris[0], parameters["l2"])


@pytest.mark.parametrize(
    ("class_weight", "error", "message"),
    [
        ("equal", ValueError, "class_weight must be a dict .* 'balanced' or None, not 'equal'"),
        ({0: -1.0}, ValueError, r"class_weight\[0\] = -1.0 is not a weight"),
        (
            {3: 1.0},
            ValueError,
            r"class_weight names 3, which is not one of the classes \[0, 1, 2\]",
        ),
    ],
)
def test_bad_class_weights_are_named(iris, class_weight, error, message):
    with pytest.raises(error, match=message):
        SoftmaxRegression(class_weight=class_weight).fit(*iris)


def test_an_estimator_makes_at_least_one_step_and_the_function_may_make_none(iris):
    with pytest.raises(ValueError, match="max_iter must be 1 or more, not 0"):
        SoftmaxRegression(max_iter=0).fit(*iris)
    with pytest.warns(ConvergenceWarning):
        assert SoftmaxRegression(max_iter=1).fit(*iris).n_iter_ == 1
    fit = fit_softmax_regression(*iris, 3, max_iter=0)
    assert fit.losses == pytest.approx([np.log(3)])
    assert not fit.weights.any()
    assert not fit.converged


def test_zero_is_allowed_as_penalty_and_as_tolerance():
    # Opposite labels for the same example: at zero, the gradient is zero and the loss the least.
    fit = fit_softmax_regression([[1.0], [1.0]], [0, 1], 2, l2=0, tol=0)
    assert fit.converged
    assert len(fit.losses) == 1
    assert SoftmaxRegression(l2=0, tol=0).fit([[1.0], [1.0]], [0, 1]).n_iter_ == 0


def test_lists_and_integers_are_taken_and_left_alone():
    X, codes = [[-1, 2], [1, 0], [3, 1]], [0, 1, 1]
    fit = fit_softmax_regression(X, codes, 2, max_iter=5)
    same = fit_softmax_regression(np.array(X, dtype=float), np.array(codes), 2, max_iter=5)
    np.testing.assert_array_equal(fit.weights, same.weights)
    assert X == [[-1, 2], [1, 0], [3, 1]]
    small = fit_softmax_regression(np.array(X, dtype=np.float32), codes, 2, max_iter=5)
    assert small.weights.dtype == small.losses.dtype == np.float64


ONE = [[1.0], [2.0]]
SPARSE_NAN = scipy.sparse.csr_array([[1.0, 0.0], [0.0, np.nan]])
DATA = [
    # X, codes, num_classes, options, error, message
    ([1.0, 2.0], [0, 1], 2, {}, ValueError, r"X must have shape .* not \(2,\)"),
    (np.empty((0, 3)), [], 2, {}, ValueError, r"X must have shape .* not \(0, 3\)"),
    (np.empty((2, 0)), [0, 1], 2, {}, ValueError, r"X must have shape .* not \(2, 0\)"),
    ([["a"], ["b"]], [0, 1], 2, {}, TypeError, "X must be real numbers"),
    ([[1j], [0]], [0, 1], 2, {}, TypeError, "X must be real numbers"),
    ([[1.0], [np.nan]], [0, 1], 2, {}, ValueError, r"X\[1, 0\] = nan cannot be learned from"),
    ([[np.inf], [1.0]], [0, 1], 2, {}, ValueError, r"X\[0, 0\] = inf .* finite"),
    ([[-1e200], [1.0]], [0, 1], 2, {}, ValueError, r"X\[0, 0\] = -1e\+200 .* to be squared"),
    ([[1.0], [1e150]], [0, 1], 2, {}, ValueError, r"X\[1, 0\] = 1e\+150 .* to be squared"),
    (SPARSE_NAN, [0, 1], 2, {}, ValueError, r"X.data\[1\] = nan cannot be learned from"),
    (np.ma.array(ONE), [0, 1], 2, {}, TypeError, "X is a masked array"),
    (ONE, [0, 2], 2, {}, ValueError, r"codes\[1\] = 2 is not a class code: .* 0 to 1"),
    (ONE, [-1, 0], 2, {}, ValueError, r"codes\[0\] = -1 is not a class code"),
    (ONE, [0.5, 0], 2, {}, ValueError, r"codes\[0\] = 0.5 is not a class code"),
    (ONE, ["a", "b"], 2, {}, TypeError, "codes must be class codes"),
    (ONE, [0, 1, 1], 2, {}, ValueError, r"codes must have shape \(2,\), .* not \(3,\)"),
    (ONE, [[0], [1]], 2, {}, ValueError, r"codes must have shape \(2,\), .* not \(2, 1\)"),
    (ONE, [0, 0], 1, {}, ValueError, "num_classes must be 2 or more, not 1"),
    (ONE, [0, 1], 2.0, {}, TypeError, "num_classes must be an integer, not 2.0"),
    (ONE, [0, 1], 2, {"sample_weight": [1]}, ValueError, r"shape \(2,\), one weight .* \(1,\)"),
    (ONE, [0, 1], 2, {"sample_weight": [1, -1]}, ValueError, r"sample_weight\[1\] = -1.0 is not"),
    (ONE, [0, 1], 2, {"sample_weight": [1, np.inf]}, ValueError, r"sample_weight\[1\] = inf is"),
    (ONE, [0, 1], 2, {"sample_weight": [np.nan, 1]}, ValueError, r"sample_weight\[0\] = nan is"),
    (ONE, [0, 1], 2, {"sample_weight": [0, 0]}, ValueError, "sample_weight sums to 0.0: .* zero"),
    (ONE, [0, 1], 2, {"sample_weight": ["a", "b"]}, TypeError, "sample_weight must be real numb"),
]


@pytest.mark.parametrize(("X", "codes", "num_classes", "options", "error", "message"), DATA)
def test_bad_data_are_named_with_what_would_be_right(
    X, codes, num_classes, options, error, message
):
    with pytest.raises(error, match=message):
        fit_softmax_regression(X, codes, num_classes, **options)
    if "X" in message or options:
        with pytest.raises(error, match=message):
            safe_step(X, **options)


def test_weights_whose_sum_overflows_are_refused():
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="sums to inf"):
        safe_step(ONE, sample_weight=[1.7e308, 1.7e308])


def test_a_class_whose_examples_all_weigh_nothing_does_not_disturb_the_balance(iris):
    X, y = iris
    weight = (y != 2).astype(float)
    model = SoftmaxRegression(class_weight="balanced", max_iter=5)
    with pytest.warns(ConvergenceWarning):
        model.fit(X, y, sample_weight=weight)
    assert np.isfinite(model.coef_).all()


def test_the_balance_does_not_depend_on_the_unit_of_the_weights(iris):
    X, y = iris
    models = [
        SoftmaxRegression(class_weight="balanced", l2=0.1).fit(X, y, sample_weight=weight)
        for weight in (y + 1.0, (y + 1) / 1000)
    ]
    np.testing.assert_allclose(models[1].coef_, models[0].coef_, rtol=1e-9)


def test_bad_data_get_the_errors_of_scikit_learn(iris):
    X, y = iris
    with pytest.raises(ValueError, match=r"at least 2 classes, .* only one class"):
        SoftmaxRegression().fit(X, np.zeros(len(X)))
    with pytest.raises(ValueError, match="Unknown label type"):
        SoftmaxRegression().fit(X, X[:, 0])
    with pytest.raises(ValueError, match="contains NaN"):
        SoftmaxRegression().fit(np.where(X > 1, np.nan, X), y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        SoftmaxRegression().fit(X, y[:-1])
    with pytest.raises(NotFittedError):
        SoftmaxRegression().predict(X)
    with pytest.raises(ValueError, match="3 features, but SoftmaxRegression is expecting 4"):
        SoftmaxRegression().fit(X, y).predict(X[:, :3])
