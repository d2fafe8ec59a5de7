"""Softmax regression: a linear classifier trained by gradient descent.

This module needs scikit-learn, for the estimator; the algorithm itself is `fit_softmax_regression`.
"""

import warnings
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._extras import extra
from softmax_course._validation import Array, as_integer
from softmax_course.activations import softmax
from softmax_course.encoding import label_encode
from softmax_course.gradients import cross_entropy_gradient
from softmax_course.losses import cross_entropy

with extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["SoftmaxRegression", "fit_softmax_regression", "safe_step"]


class Fit(NamedTuple):
    """What `fit_softmax_regression` found."""

    weights: NDArray[np.float64]  #: shape (number of features, K)
    bias: NDArray[np.float64]  #: shape (K,)
    losses: NDArray[np.float64]  #: the loss before each step, and after the last
    converged: bool  #: whether no entry of the gradient was above the tolerance at the end


def fit_softmax_regression(
    X: Array,
    codes: NDArray[np.integer[Any]],
    num_classes: int,
    *,
    l2: float = 0.0,
    step: float | None = None,
    max_iter: int = 500,
    tol: float = 0.0,
) -> Fit:
    """Minimise the mean cross-entropy of ``softmax(X @ weights + bias)`` by gradient descent.

    Parameters
    ----------
    X : numpy.ndarray of shape (n, number of features)
        One example per row.
    codes : numpy.ndarray of shape (n,)
        The class of each, from 0 to ``num_classes - 1``.
    num_classes : int
        Number of classes K.
    l2 : float, default 0.0
        Adds ``l2 / 2 * sum(weights ** 2)`` to the loss; the bias stays free.
    step : float, optional
        Learning rate; by default the step that is safe for these data, `safe_step`.
    max_iter : int, default 500
        Number of steps at most.
    tol : float, default 0.0
        Stop as soon as no entry of the gradient is larger.

    Returns
    -------
    Fit
        The named tuple ``(weights, bias, losses, converged)``. Weights and bias start at zero.

    Examples
    --------
    >>> fit = fit_softmax_regression(np.array([[-1.0], [1.0]]), np.array([0, 1]), 2, max_iter=100)
    >>> fit.losses[[0, 1, 100]].round(4)
    array([0.6931, 0.1269, 0.0025])
    """
    step = safe_step(X, l2) if step is None else step
    weights = np.zeros((X.shape[1], num_classes))
    bias = np.zeros(num_classes)
    losses = []
    for iteration in range(max_iter + 1):
        logits = X @ weights + bias
        losses.append(cross_entropy(logits, codes) + l2 / 2 * np.sum(weights**2))
        gradient = cross_entropy_gradient(logits, codes)
        weights_gradient = X.T @ gradient + l2 * weights
        bias_gradient = gradient.sum(axis=0)
        largest = max(np.abs(weights_gradient).max(), np.abs(bias_gradient).max())
        if largest <= tol or iteration == max_iter:
            break
        weights -= step * weights_gradient
        bias -= step * bias_gradient
    return Fit(weights, bias, np.array(losses), bool(largest <= tol))


def safe_step(X: Array, l2: float = 0.0) -> float:
    """Learning rate ``1 / L`` with which gradient descent never raises the loss.

    L bounds the curvature of the loss. The Jacobian of softmax has spectral norm at most 1/2, so
    the Hessian of the mean cross-entropy has at most half the squared spectral norm of the data,
    with a column of ones for the bias, divided by n.

    Parameters
    ----------
    X : numpy.ndarray of shape (n, number of features)
        The data to train on.
    l2 : float, default 0.0
        The penalty, whose curvature is added.

    Returns
    -------
    float
        The step.

    References
    ----------
    Böhning (1992), "Multinomial logistic regression algorithm", doi:10.1007/BF00048682.

    Examples
    --------
    >>> round(safe_step(np.array([[-1.0], [1.0]])), 4)
    2.0
    """
    with_ones = np.column_stack([X, np.ones(len(X))])
    return float(1 / (np.linalg.norm(with_ones, 2) ** 2 / len(X) / 2 + l2))


class SoftmaxRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # untyped bases
    """Softmax regression as a scikit-learn classifier.

    Parameters
    ----------
    l2 : float, default 0.01
        Weight of the penalty in ``mean cross-entropy + l2 / 2 * sum(coef_ ** 2)``. scikit-learn's
        ``LogisticRegression(C=C)`` has the same minimum for ``l2 = 1 / (C * n)``.
    step : float, optional
        Learning rate; by default one that cannot diverge, derived from the data by `safe_step`.
    max_iter : int, default 1000
        Number of steps at most.
    tol : float, default 1e-3
        Converged as soon as no entry of the gradient is larger.

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
    ) -> None:
        self.l2 = l2
        self.step = step
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on examples X with labels y.

        Parameters
        ----------
        X : array_like of shape (n, n_features)
            Finite real numbers.
        y : array_like of shape (n,)
            Labels of at least two classes, of any type that sorts.

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
            If `max_iter` steps were not enough to bring the gradient down to `tol`.
        """
        features, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self._check_parameters()
        codes, self.classes_ = label_encode(labels)
        if len(self.classes_) < 2:
            raise ValueError(
                "SoftmaxRegression needs examples of at least 2 classes, but the data contain "
                f"only one class: {self.classes_[0]!r}"
            )
        fit = fit_softmax_regression(
            features,
            codes,
            len(self.classes_),
            l2=self.l2,
            step=self.step,
            max_iter=self.max_iter,
            tol=self.tol,
        )
        self.coef_ = fit.weights.T
        self.intercept_ = fit.bias
        self.loss_curve_ = fit.losses
        self.n_iter_ = len(fit.losses) - 1
        if not fit.converged:
            warnings.warn(
                f"gradient descent did not converge in max_iter={self.max_iter} steps: standardise "
                "the features (StandardScaler), or increase max_iter, tol or l2",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores: one column per class, or for two classes their difference.

        Parameters
        ----------
        X : array_like of shape (n, n_features)
            Examples.

        Returns
        -------
        numpy.ndarray of shape (n, K), or (n,) for two classes
            Logits, whose softmax is `predict_proba`; for two classes the log-odds of the second,
            as scikit-learn's convention has it, whose sigmoid is its probability.
        """
        logits = self._logits(X)
        return logits[:, 1] - logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probability of each class.

        Parameters
        ----------
        X : array_like of shape (n, n_features)
            Examples.

        Returns
        -------
        numpy.ndarray of shape (n, K)
            Rows sum to one; columns are in the order of `classes_`.
        """
        probabilities: Array = softmax(self._logits(X))
        return probabilities

    def predict(self, X: ArrayLike) -> Array:
        """Return the most probable class of each example.

        Parameters
        ----------
        X : array_like of shape (n, n_features)
            Examples.

        Returns
        -------
        numpy.ndarray of shape (n,)
            Labels.
        """
        codes = np.argmax(self._logits(X), axis=1)
        labels: Array = self.classes_[codes]
        return labels

    def _logits(self, X: ArrayLike) -> Array:
        check_is_fitted(self)
        features: Array = validate_data(self, X, dtype=np.float64, reset=False)
        return features @ self.coef_.T + self.intercept_

    def _check_parameters(self) -> None:
        if not self.l2 >= 0:
            raise ValueError(f"l2 must be 0 or more, not {self.l2!r}")
        if self.step is not None and not self.step > 0:
            raise ValueError(f"step must be above 0, or None, not {self.step!r}")
        if as_integer(self.max_iter, "max_iter") < 1:
            raise ValueError(f"max_iter must be 1 or more, not {self.max_iter!r}")
        if not self.tol >= 0:
            raise ValueError(f"tol must be 0 or more, not {self.tol!r}")
