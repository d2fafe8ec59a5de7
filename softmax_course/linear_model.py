"""Softmax regression: a linear classifier trained by gradient descent.

This module needs scikit-learn, for the estimator; the algorithm itself is `fit_softmax_regression`.
"""

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._extras import extra
from softmax_course._validation import (
    Array,
    as_codes,
    as_floats,
    as_integer,
    as_scalar,
    refuse_where,
)
from softmax_course.activations import log_softmax, softmax
from softmax_course.encoding import label_encode
from softmax_course.gradients import cross_entropy_gradient
from softmax_course.losses import cross_entropy

with extra("learn"):
    from scipy.sparse import diags_array, hstack, issparse
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["SoftmaxRegression", "fit_softmax_regression", "safe_step"]


Examples: TypeAlias = Any  #: array_like, or one of SciPy's sparse matrices, which have no type


class Fit(NamedTuple):
    """What `fit_softmax_regression` found."""

    weights: NDArray[np.float64]  #: shape (number of features, K)
    bias: NDArray[np.float64]  #: shape (K,)
    losses: NDArray[np.float64]  #: the loss before each step, and after the last
    converged: bool  #: whether no entry of the gradient was above the tolerance at the end


def fit_softmax_regression(
    X: Examples,
    codes: ArrayLike,
    num_classes: int,
    *,
    l2: float = 0.0,
    step: float | None = None,
    max_iter: int = 500,
    tol: float = 0.0,
    sample_weight: ArrayLike | None = None,
) -> Fit:
    """Minimise the mean cross-entropy of ``softmax(X @ weights + bias)`` by gradient descent.

    Parameters
    ----------
    X : array_like or sparse matrix of shape (n, number of features)
        One example per row, finite real numbers.
    codes : array_like of int, shape (n,)
        The class of each, from 0 to ``num_classes - 1``.
    num_classes : int
        Number of classes K, 2 or more.
    l2 : float, default 0.0
        Adds ``l2 / 2 * sum(weights ** 2)`` to the loss; the bias stays free.
    step : float, optional
        Learning rate; by default the step that is safe for these data, `safe_step`.
    max_iter : int, default 500
        Number of steps at most, 0 or more.
    tol : float, default 0.0
        Stop as soon as no entry of the gradient is larger.
    sample_weight : array_like of shape (n,), optional
        How much each example counts in the mean, 0 or more: 2 counts as two examples.

    Returns
    -------
    Fit
        The named tuple ``(weights, bias, losses, converged)``. Weights and bias start at zero.
        Losses are in nats.

    Raises
    ------
    TypeError
        If an argument is not of the kind described.
    ValueError
        If an argument is out of range or not finite, or the shapes do not fit.

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, equation 4.109, for the gradient.

    Examples
    --------
    >>> fit = fit_softmax_regression([[-1], [1]], [0, 1], 2, max_iter=100)
    >>> fit.losses[[0, 1, 100]].round(4)
    array([0.6931, 0.1269, 0.0025])
    """
    X, shares = _as_examples(X, sample_weight)
    codes = _as_labels(codes, num_classes, len(shares))
    step = safe_step(X, l2, sample_weight=sample_weight) if step is None else step
    _check_settings(l2, step, max_iter, tol)
    weights = np.zeros((X.shape[1], num_classes))
    bias = np.zeros(num_classes)
    losses = []
    for iteration in range(max_iter + 1):
        logits = X @ weights + bias
        loss = shares @ cross_entropy(logits, codes, reduction="none")
        losses.append(loss + l2 / 2 * np.sum(weights**2))
        error = cross_entropy_gradient(logits, codes, reduction="none")
        error *= shares[:, np.newaxis]
        weights_gradient = X.T @ error + l2 * weights
        bias_gradient = error.sum(axis=0)
        largest = max(np.abs(weights_gradient).max(), np.abs(bias_gradient).max())
        if largest <= tol or iteration == max_iter:
            break
        weights -= step * weights_gradient
        bias -= step * bias_gradient
    return Fit(weights, bias, np.array(losses), bool(largest <= tol))


def safe_step(X: Examples, l2: float = 0.0, *, sample_weight: ArrayLike | None = None) -> float:
    """Learning rate ``1 / L`` with which gradient descent never raises the loss.

    L bounds the curvature of the loss. The Jacobian of softmax has spectral norm at most 1/2, so
    the Hessian of the mean cross-entropy has at most half the largest eigenvalue of
    ``A.T @ A / n``, where A is the data with a column of ones for the bias.

    Parameters
    ----------
    X : array_like or sparse matrix of shape (n, number of features)
        The data to train on, finite real numbers.
    l2 : float, default 0.0
        The penalty, whose curvature is added.
    sample_weight : array_like of shape (n,), optional
        How much each example counts in the mean.

    Returns
    -------
    float
        The step.

    Raises
    ------
    TypeError
        If an argument is not of the kind described.
    ValueError
        If an argument is out of range or not finite, or the shapes do not fit.

    References
    ----------
    Böhning (1992), "Multinomial logistic regression algorithm", doi:10.1007/BF00048682.

    Examples
    --------
    >>> round(safe_step([[-1], [1]]), 4)
    2.0
    """
    X, shares = _as_examples(X, sample_weight)
    _check_penalty(l2)
    A = _with_ones(X, np.sqrt(shares))
    # A.T @ A and A @ A.T have the same largest eigenvalue: take the smaller one.
    gram = A.T @ A if A.shape[0] > A.shape[1] else A @ A.T
    largest = np.linalg.eigvalsh(_as_dense(gram))[-1]
    return float(1 / (largest / 2 + l2))


class SoftmaxRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # untyped bases
    """Softmax regression as a scikit-learn classifier.

    Parameters
    ----------
    l2 : float, default 0.01
        Weight of the penalty in ``mean cross-entropy + l2 / 2 * sum(coef_ ** 2)``, 0 or more. The
        mean counts each example by its weight; n is the sum of the weights, without them the number
        of examples. scikit-learn's ``LogisticRegression(C=C)`` has the same minimum for
        ``l2 = 1 / (C * n)`` with three classes or more, and for ``l2 = 2 / (C * n)`` with two: it
        then penalises the one difference of the two rows of weights, which costs twice as much.
    step : float, optional
        Learning rate; by default one that cannot diverge, derived from the data by `safe_step`.
    max_iter : int, default 1000
        Number of steps at most, 1 or more.
    tol : float, default 1e-3
        Converged as soon as no entry of the gradient is larger.
    class_weight : dict, "balanced" or None, default None
        How much an example of each class counts, by label (1 where a label is missing); "balanced"
        gives all classes the same total. Multiplied by `sample_weight`.

    Attributes
    ----------
    classes_ : numpy.ndarray of shape (K,)
        The labels, sorted.
    coef_ : numpy.ndarray of shape (K, n_features)
        Weights, one row per class (also for two classes); each column sums to zero.
    intercept_ : numpy.ndarray of shape (K,)
        Biases.
    loss_curve_ : numpy.ndarray of shape (`n_iter_` + 1,)
        The loss before the first step, which is log(K), and after each step.
    n_iter_ : int
        Number of steps made.
    n_features_in_ : int
        Number of features seen in `fit`.
    feature_names_in_ : numpy.ndarray of shape (`n_features_in_`,)
        Their names, where X had names that are all strings.

    See Also
    --------
    fit_softmax_regression : The algorithm.

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, section 4.3.4.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> X, y = load_iris(return_X_y=True)
    >>> model = make_pipeline(StandardScaler(), SoftmaxRegression()).fit(X, y)
    >>> round(model.score(X, y), 4)
    0.9533
    """

    def __init__(
        self,
        *,
        l2: float = 0.01,
        step: float | None = None,
        max_iter: int = 1000,
        tol: float = 1e-3,
        class_weight: Mapping[Any, float] | str | None = None,
    ) -> None:
        self.l2 = l2
        self.step = step
        self.max_iter = max_iter
        self.tol = tol
        self.class_weight = class_weight

    def fit(self, X: Examples, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train on examples X with labels y.

        Parameters
        ----------
        X : array_like or sparse matrix of shape (n, n_features)
            Finite real numbers.
        y : array_like of shape (n,)
            Labels of at least two classes, of any type that sorts.
        sample_weight : array_like of shape (n,), optional
            How much each example counts, 0 or more.

        Returns
        -------
        SoftmaxRegression
            The estimator itself.

        Raises
        ------
        ValueError
            If the data or a parameter are not as described.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` steps were not enough to bring the gradient down to `tol`; if that is so
            because a given `step` is too long, the warning says which would be safe.
        """
        features, labels = validate_data(self, X, y, dtype=np.float64, accept_sparse="csr")
        check_classification_targets(labels)
        self._check_parameters()
        codes, self.classes_ = label_encode(labels)
        if len(self.classes_) < 2:
            raise ValueError(
                "SoftmaxRegression needs examples of at least 2 classes, but the data contain "
                f"only one class: {self.classes_[0]!r}"
            )
        weight = self._example_weights(codes, sample_weight)
        # Too long a step can take the scores beyond every float: the warning below says it better.
        with np.errstate(over="ignore", invalid="ignore"):
            fit = fit_softmax_regression(
                features,
                codes,
                len(self.classes_),
                l2=self.l2,
                step=self.step,
                max_iter=self.max_iter,
                tol=self.tol,
                sample_weight=weight,
            )
        self.coef_ = fit.weights.T
        self.intercept_ = fit.bias
        self.loss_curve_ = fit.losses
        self.n_iter_ = len(fit.losses) - 1
        if not fit.converged:
            advice = self._advice(features, weight)
            warnings.warn(
                f"gradient descent did not converge in max_iter={self.max_iter} steps: {advice}",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def decision_function(self, X: Examples) -> NDArray[np.float64]:
        """Return the scores: one column per class, or for two classes their difference.

        Parameters
        ----------
        X : array_like or sparse matrix of shape (n, n_features)
            Examples.

        Returns
        -------
        numpy.ndarray of shape (n, K), or (n,) for two classes
            Logits, whose softmax is `predict_proba`; for two classes the log-odds of the second,
            as scikit-learn's convention has it, whose sigmoid is its probability.
        """
        logits = self._logits(X)
        return logits[:, 1] - logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: Examples) -> NDArray[np.float64]:
        """Return the probability of each class.

        Parameters
        ----------
        X : array_like or sparse matrix of shape (n, n_features)
            Examples.

        Returns
        -------
        numpy.ndarray of shape (n, K)
            Rows sum to one; columns are in the order of `classes_`.
        """
        return softmax(self._logits(X))

    def predict_log_proba(self, X: Examples) -> NDArray[np.float64]:
        """Return the logarithm of the probability of each class, in nats.

        It is accurate where a probability rounds to 0, and is then not -inf.

        Parameters
        ----------
        X : array_like or sparse matrix of shape (n, n_features)
            Examples.

        Returns
        -------
        numpy.ndarray of shape (n, K)
            Logarithms of what `predict_proba` returns; columns are in the order of `classes_`.
        """
        return log_softmax(self._logits(X))

    def predict(self, X: Examples) -> Array:
        """Return the most probable class of each example.

        Parameters
        ----------
        X : array_like or sparse matrix of shape (n, n_features)
            Examples.

        Returns
        -------
        numpy.ndarray of shape (n,)
            Labels.
        """
        codes = np.argmax(self._logits(X), axis=1)
        labels: Array = self.classes_[codes]
        return labels

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that X may be sparse."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _logits(self, X: Examples) -> NDArray[np.float64]:
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, accept_sparse="csr", reset=False)
        logits: NDArray[np.float64] = features @ self.coef_.T + self.intercept_
        return logits

    def _check_parameters(self) -> None:
        _check_settings(self.l2, 1.0 if self.step is None else self.step, self.max_iter, self.tol)
        if self.max_iter < 1:
            raise ValueError(f"max_iter must be 1 or more, not {self.max_iter!r}")

    def _example_weights(
        self, codes: NDArray[np.intp], sample_weight: ArrayLike | None
    ) -> NDArray[np.float64]:
        """Return the weight of each example, those of its class included."""
        weight = _as_weights(sample_weight, len(codes))
        if self.class_weight is None:
            return weight
        if isinstance(self.class_weight, Mapping):
            labels = self.classes_.tolist()
            for label in self.class_weight:
                if label not in labels:
                    raise ValueError(
                        f"class_weight names {label!r}, which is not one of the classes {labels}"
                    )
            of_class = [self.class_weight.get(label, 1) for label in labels]
            return weight * _as_weights(of_class, len(labels), "class_weight")[codes]
        if self.class_weight != "balanced":
            raise ValueError(
                "class_weight must be a dict of weights by label, 'balanced' or None, not "
                f"{self.class_weight!r}"
            )
        totals = np.bincount(codes, weight)[codes]
        return np.divide(weight, totals, out=np.zeros(len(weight)), where=totals > 0)

    def _advice(self, features: Any, weight: NDArray[np.float64]) -> str:
        """Say what would help a descent that has not converged."""
        rises = not np.all(np.diff(self.loss_curve_) <= 0)  # nan is a rise too
        if self.step is not None and rises:
            safe = safe_step(features, self.l2, sample_weight=weight)
            if self.step > safe:
                return (
                    f"step={self.step} is too long for these data, {safe:.2g} is safe (step=None)"
                )
        return "standardise the features (StandardScaler), or increase max_iter, tol or l2"


def _as_examples(X: Examples, sample_weight: ArrayLike | None) -> tuple[Any, NDArray[np.float64]]:
    """Return the data in float64 and the share of each example in the mean, all checked."""
    if issparse(X):
        data: Any = X.tocsr().astype(np.float64)
        entries, name = data.data, "X.data"
    else:
        data = entries = as_floats(X, name="X")[0].astype(np.float64, copy=False)
        name = "X"
    if data.ndim != 2 or 0 in data.shape:
        raise ValueError(
            "X must have shape (n, number of features), one example per row and at least one of "
            f"each, not {data.shape}"
        )
    expected = "expected a finite number, small enough to be squared"
    refuse_where(~(np.abs(entries) < 1e150), entries, name, f"cannot be learned from: {expected}")
    weight = _as_weights(sample_weight, data.shape[0])
    total = weight.sum()
    if not 0 < total < np.inf:
        raise ValueError(
            f"sample_weight sums to {total}: the weights must not all be zero, nor too large to sum"
        )
    return data, weight / total


def _as_weights(
    weights: ArrayLike | None, n: int, name: str = "sample_weight"
) -> NDArray[np.float64]:
    if weights is None:
        return np.ones(n)
    checked = as_floats(weights, name=name)[0].astype(np.float64)
    if checked.shape != (n,):
        raise ValueError(
            f"{name} must have shape {(n,)}, one weight per example, not {checked.shape}"
        )
    wrong = ~((checked >= 0) & (checked < np.inf))
    refuse_where(wrong, checked, name, "is not a weight: expected a finite number, 0 or more")
    return checked


def _as_labels(codes: ArrayLike, num_classes: int, n: int) -> NDArray[np.intp]:
    if as_integer(num_classes, "num_classes") < 2:
        raise ValueError(f"num_classes must be 2 or more, not {num_classes}")
    checked = as_codes(codes, num_classes, "codes")
    if checked.shape != (n,):
        raise ValueError(
            f"codes must have shape {(n,)}, one class per row of X, not {checked.shape}"
        )
    return checked


def _check_settings(l2: float, step: float, max_iter: int, tol: float) -> None:
    _check_penalty(l2)
    if not 0 < as_scalar(step, "step") < np.inf:
        raise ValueError(f"step must be finite and above 0, or None, not {step}")
    if as_integer(max_iter, "max_iter") < 0:
        raise ValueError(f"max_iter must be 0 or more, not {max_iter}")
    if not 0 <= as_scalar(tol, "tol") < np.inf:
        raise ValueError(f"tol must be finite and 0 or more, not {tol}")


def _check_penalty(l2: float) -> None:
    if not 0 <= as_scalar(l2, "l2") < np.inf:
        raise ValueError(f"l2 must be finite and 0 or more, not {l2}")


def _with_ones(X: Any, factors: NDArray[np.float64]) -> Any:
    """Append a column of ones to the data, and multiply each row by its factor."""
    ones = np.ones((X.shape[0], 1))
    if issparse(X):
        return diags_array(factors) @ hstack([X, ones], format="csr")
    return factors[:, np.newaxis] * np.hstack([X, ones])


def _as_dense(matrix: Any) -> Array:
    dense: Array = matrix.toarray() if issparse(matrix) else matrix
    return dense
