"""From labels to codes to one-hot targets, and from probabilities back to labels."""

from collections.abc import Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from softmax_course._validation import (
    Array,
    as_array,
    as_axis,
    as_codes,
    as_floats,
    as_integer,
    refuse_where,
)

__all__ = ["label_decode", "label_encode", "one_hot"]

ScalarT = TypeVar("ScalarT", bound=np.generic)


def label_encode(
    labels: ArrayLike, classes: ArrayLike | None = None
) -> tuple[NDArray[np.intp], Array]:
    """Replace each label by the integer code of its class: a name, not an order.

    Parameters
    ----------
    labels : array_like
        Class labels (strings, numbers, ...), any shape.
    classes : array_like, optional
        The classes in the order of their codes, shape (K,). Without it they are the sorted labels
        that occur. Pass the classes of the training set to encode a test set.

    Returns
    -------
    codes : numpy.ndarray of int
        Codes 0 to K-1, shape of `labels`.
    classes : numpy.ndarray
        ``classes[codes]`` are the labels; shape (K,).

    Raises
    ------
    TypeError
        If `labels` is a masked array.
    ValueError
        If a label is nan or is not among the given `classes`, or a class is given twice.

    Examples
    --------
    >>> codes, classes = label_encode(["setosa", "virginica", "setosa"])
    >>> codes
    array([0, 1, 0])
    >>> label_encode(["b"], classes=["c", "b", "a"])[0]
    array([1])
    """
    names = as_array(labels, "labels")
    refuse_where(names != names, names, "labels", "is not a label")
    if classes is None:
        known = np.unique(names)
    else:
        known = as_array(classes, "classes")
        check_classes(known)
    code_of = {name: code for code, name in enumerate(known.tolist())}
    codes = [code_of.get(name, -1) for name in names.ravel().tolist()]
    encoded = np.array(codes, dtype=np.intp).reshape(names.shape)
    refuse_where(encoded < 0, names, "labels", f"is not one of the classes {known.tolist()}")
    return encoded, known


@overload
def one_hot(codes: ArrayLike, num_classes: int | None = ...) -> NDArray[np.float64]: ...
@overload
def one_hot(
    codes: ArrayLike, num_classes: int | None = ..., *, dtype: type[ScalarT] | np.dtype[ScalarT]
) -> NDArray[ScalarT]: ...
@overload
def one_hot(
    codes: ArrayLike, num_classes: int | None = ..., dtype: DTypeLike = ...
) -> NDArray[Any]: ...
def one_hot(
    codes: ArrayLike, num_classes: int | None = None, dtype: DTypeLike = float
) -> NDArray[Any]:
    """Turn each class code into a vector with 1 at the code and 0 elsewhere.

    Parameters
    ----------
    codes : array_like of int
        Class codes 0 to K-1, any shape.
    num_classes : int, optional
        K; without it, the largest code plus one.
    dtype : data type, default float
        Type of the result.

    Returns
    -------
    numpy.ndarray
        One-hot vectors along a new last axis: shape ``codes.shape + (K,)``.

    Raises
    ------
    TypeError
        If `codes` is not numeric or a masked array, or `num_classes` is not an integer.
    ValueError
        If a code is negative, not an integer or not below `num_classes`, or if there is no code and
        no `num_classes`.

    Examples
    --------
    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    if num_classes is not None:
        num_classes = as_integer(num_classes, "num_classes")
        if num_classes < 0:
            raise ValueError(f"num_classes must not be negative, as {num_classes} is")
    checked = as_codes(codes, num_classes, "codes")
    if num_classes is None:
        if checked.size == 0:
            raise ValueError("num_classes is needed, since there is no code to infer it from")
        num_classes = int(checked.max()) + 1
    vectors: Array = checked[..., np.newaxis] == np.arange(num_classes)
    return vectors.astype(dtype)


@overload
def label_decode(
    probabilities: Sequence[float], classes: None = ..., *, axis: int = ...
) -> np.intp: ...
@overload
def label_decode(
    probabilities: ArrayLike, classes: None = ..., *, axis: int = ...
) -> NDArray[np.intp] | np.intp: ...
@overload
def label_decode(
    probabilities: ArrayLike, classes: NDArray[ScalarT], *, axis: int = ...
) -> NDArray[ScalarT] | ScalarT: ...
@overload
def label_decode(probabilities: ArrayLike, classes: ArrayLike, *, axis: int = ...) -> Any: ...
def label_decode(
    probabilities: ArrayLike, classes: ArrayLike | None = None, *, axis: int = -1
) -> Any:
    """Return the most probable class of each slice, the first one in a tie.

    Parameters
    ----------
    probabilities : array_like of real numbers
        Probabilities, shape (..., K); logits have the same largest entry and do as well.
    classes : array_like, optional
        Names of the classes, shape (K,).
    axis : int, default -1
        Axis of the classes.

    Returns
    -------
    numpy.ndarray or scalar
        Codes 0 to K-1, or the classes' names; shape of `probabilities` without `axis`.

    Raises
    ------
    TypeError
        If `probabilities` is complex, not numeric, or a masked array.
    ValueError
        If a probability is nan, there are no classes, or `classes` does not have one name for each.

    Examples
    --------
    >>> label_decode([[0.09, 0.67, 0.24], [0.94, 0.02, 0.04]])
    array([1, 0])
    >>> label_decode([0.09, 0.67, 0.24], classes=["cat", "dog", "fox"])
    np.str_('dog')
    """
    values, _ = as_floats(probabilities, name="probabilities")
    axis = as_axis(axis, values.ndim, "probabilities")
    refuse_where(np.isnan(values), values, "probabilities", "cannot be ranked")
    if values.shape[axis] == 0:
        raise ValueError(f"probabilities of shape {values.shape} have no class on axis {axis}")
    codes = values.argmax(axis=axis)
    if classes is None:
        return codes
    names = as_array(classes, "classes")
    check_classes(names)
    if len(names) != values.shape[axis]:
        raise ValueError(
            f"classes has {len(names)} names for {values.shape[axis]} probabilities on axis {axis}"
        )
    return names[codes]


def check_classes(classes: Array) -> None:
    """Raise a ValueError unless `classes` is one-dimensional and names each class once."""
    if classes.ndim != 1:
        raise ValueError(f"classes must have one dimension, not shape {classes.shape}")
    seen: set[Any] = set()
    for code, name in enumerate(classes.tolist()):
        if name in seen:
            raise ValueError(f"classes[{code}] = {name!r} is a class already")
        seen.add(name)
