"""Softmax regression keeps scikit-learn's contract and finds what its LogisticRegression finds."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
import scipy.special
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
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


def test_two_classes_have_the_minimum_of_a_binary_logistic_regression(iris):
    X, y = iris[0][50:], iris[1][50:]
    # Two opposite rows of weights cost half the penalty of their difference, which sigmoid uses.
    theirs = LogisticRegression(C=1 / (0.05 * len(X)), tol=1e-10).fit(X, y)
    ours = SoftmaxRegression(l2=0.1, tol=1e-8, max_iter=10_000).fit(X, y)
    assert ours.coef_.shape == (2, X.shape[1])
    np.testing.assert_allclose(ours.coef_[1] - ours.coef_[0], theirs.coef_[0], atol=1e-5)
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-5)
    np.testing.assert_allclose(
        ours.predict_proba(X)[:, 1], scipy.special.expit(ours.decision_function(X)), atol=1e-15
    )


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


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_default_step_never_raises_the_loss_on_data_that_are_not_standardised(scale):
    X, y = load_wine(return_X_y=True)
    losses = fit_softmax_regression(X * scale, y, 3, max_iter=200).losses
    assert np.all(np.diff(losses) < 0)


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


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"l2": -1}, ValueError, "l2 must be 0 or more, not -1"),
        ({"l2": np.nan}, ValueError, "l2 must be 0 or more, not nan"),
        ({"step": 0}, ValueError, "step must be above 0, or None, not 0"),
        ({"tol": -1e-3}, ValueError, "tol must be 0 or more, not -0.001"),
        ({"max_iter": 0}, ValueError, "max_iter must be 1 or more, not 0"),
        ({"max_iter": 10.5}, TypeError, "max_iter must be an integer, not 10.5"),
    ],
)
def test_bad_parameters_are_named_when_fitting(iris, parameters, error, message):
    with pytest.raises(error, match=message):
        SoftmaxRegression(**parameters).fit(*iris)


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
