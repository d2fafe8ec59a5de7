"""What every public function does to its arguments first, and to its result last.

Nothing here is about softmax: it turns array-likes into floating-point arrays to compute in, and
says in words which argument is wrong, where, and what would be right.
"""

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array: TypeAlias = NDArray[Any]
Axis: TypeAlias = int | tuple[int, ...] | None
Where: TypeAlias = ArrayLike | None
Reduced: TypeAlias = Literal["mean", "sum"]  #: how losses become one number
Reduction: TypeAlias = Literal["none", "mean", "sum"]

# What a type checker is told. It cannot see how many dimensions an array has: one of none counts as
# an array for it, and comes back as a scalar.
FloatT = TypeVar("FloatT", bound=np.floating[Any])
Floats: TypeAlias = NDArray[np.floating[Any]]
ArrayOrScalar: TypeAlias = Floats | np.floating[Any]  #: a scalar where the shape is ()
#: What is computed in float64: Python's own numbers, and arrays of integers.
Numbers: TypeAlias = (
    Sequence[float | Sequence[float | Sequence[float]]] | NDArray[np.integer[Any] | np.bool_]
)


def as_array(values: ArrayLike, name: str) -> Array:
    """Return `values` as an array; a masked array is refused, because its mask would be lost."""
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array, whose mask would be ignored silently: pass its plain data, "
            "and leave entries out with where=~mask (softmax, log_softmax and logsumexp take it)"
        )
    return np.asarray(values)


def as_floats(
    values: ArrayLike, where: ArrayLike | None = None, name: str = "logits"
) -> tuple[Array, np.dtype[Any]]:
    """Return `values` in the type to compute in, and the type in which to return the result.

    Integers of any width become float64 before anything is subtracted, since ``x - max(x)`` wraps
    around in a narrow integer type. Half precision is computed in single. Entries that `where`
    leaves out become -inf, the logit of probability 0.
    """
    array = as_array(values, name)
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name} must be real numbers (bool, integer or floating point), not {array.dtype}"
        )
    result_type = array.dtype.newbyteorder("=")
    working_type = np.dtype(np.float32) if result_type == np.float16 else result_type
    array = array.astype(working_type, copy=False)
    if where is not None:
        array = np.where(as_mask(where, array.shape), array, -np.inf)
    return array, result_type


def as_result(
    values: Array, dtype: DTypeLike, where: ArrayLike | None = None, fill: float = 0.0
) -> ArrayOrScalar:
    """Return `values` as `dtype`, `fill` where `where` is false, and shape () as a NumPy scalar."""
    if where is not None:
        np.copyto(values, fill, where=~as_mask(where, values.shape))
    values = values.astype(dtype, copy=False)
    result: ArrayOrScalar = values if values.ndim else values[()]
    return result


def as_mask(where: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return `where` broadcast to `shape`, which it must not enlarge."""
    mask = as_array(where, "where")
    if mask.dtype != np.bool_:
        raise TypeError(f"where must be boolean (True keeps an entry), not {mask.dtype}")
    try:
        return np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(
            f"where has shape {mask.shape}, which does not broadcast to the logits' shape {shape}"
        ) from None


def as_scalar(value: float, name: str) -> np.floating[Any]:
    """Return one real number as a NumPy scalar of at least double precision."""
    if not isinstance(value, Real):
        if np.ndim(value) or isinstance(value, np.ndarray):
            raise ValueError(f"{name} must be a single number, not an array")
        raise TypeError(f"{name} must be a real number, not {value!r}")
    return value if isinstance(value, np.longdouble) else np.float64(value)


def as_scale(scale: float | None, features: int, dtype: np.dtype[Any]) -> Any:
    """Return what attention multiplies its scores by, in `dtype`: a float64 would widen them."""
    if scale is None:
        return 1 / np.sqrt(dtype.type(features))
    if not math.isfinite(number := as_scalar(scale, "scale")):
        raise ValueError(f"scale must be finite, not {scale}")
    return dtype.type(number)


def as_temperature(temperature: float) -> np.floating[Any]:
    """Return `temperature` as a NumPy scalar, checked to be finite and positive."""
    scalar = as_scalar(temperature, "temperature")
    if not 0 < temperature < math.inf:
        raise ValueError(f"temperature must be finite and above 0, not {temperature}")
    return scalar


def as_integer(value: int, name: str) -> int:
    """Return `value` as an int; bool and numbers with a fraction are refused."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    return int(value)


def as_codes(values: ArrayLike, num_classes: int | None, name: str) -> NDArray[np.intp]:
    """Return class codes 0, 1, ..., num_classes - 1 as integers; anything else is an error."""
    array = as_array(values, name)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be class codes (integers), not {array.dtype}")
    limit = np.inf if num_classes is None else num_classes
    # A negative code is refused, since as an index it would count from the end.
    valid = (array >= 0) & (array < limit) & (np.floor(array) == array)
    expected = "0 or more" if num_classes is None else f"0 to {num_classes - 1}"
    refuse_where(~valid, array, name, f"is not a class code: expected an integer, {expected}")
    return array.astype(np.intp)


def as_distribution(values: ArrayLike, axis: Axis, name: str) -> tuple[Array, np.dtype[Any]]:
    """Return `values` as `as_floats` does, having checked that each slice is a distribution."""
    array, dtype = as_floats(values, name=name)
    refuse_where(~(array >= 0), array, name, "is not a probability: expected 0 or more")
    tolerance = 1e-3 if dtype == np.float16 else 1e-6
    total = array.sum(axis=axis, keepdims=True, dtype=np.result_type(array, np.float64))
    refuse_where(
        ~(np.abs(total - 1) <= tolerance),
        total,
        name,
        f"is the sum of a slice: probabilities must sum to 1 within {tolerance:g}",
        axes=as_axes(axis, array.ndim),
    )
    return array, dtype


def as_targets(
    targets: ArrayLike, scores: Array, axis: int, label_smoothing: float, name: str = "logits"
) -> Array:
    """Return distributions over the classes, of the shape and type of `scores`.

    Targets of that shape are distributions already, targets without `axis` are class codes: the
    shape decides, never the type. `name` is what an error calls the scores.
    """
    given = as_array(targets, "targets")
    if scores.shape[axis] == 0:
        raise ValueError(f"{name} of shape {scores.shape} have no class on axis {axis}")
    if given.shape == scores.shape:
        checked, _ = as_distribution(given, axis, "targets")
        weights = checked.astype(scores.dtype, copy=False)
    elif given.shape == scores.shape[:axis] + scores.shape[axis + 1 :]:
        codes = as_codes(given, scores.shape[axis], "targets")
        weights = np.zeros_like(scores)
        np.put_along_axis(weights, np.expand_dims(codes, axis), 1, axis)
    else:
        raise ValueError(
            f"targets of shape {given.shape} fit {name} of shape {scores.shape} neither as "
            f"distributions (the same shape) nor as class codes (the shape without axis {axis})"
        )
    smoothing = float(as_scalar(label_smoothing, "label_smoothing"))
    if not 0 <= smoothing <= 1:
        raise ValueError(f"label_smoothing must lie between 0 and 1, not {label_smoothing}")
    if smoothing:
        weights = (1 - smoothing) * weights + smoothing / scores.shape[axis]
    return weights


def as_reduction(reduction: str) -> str:
    """Return `reduction` if it is one of the three words that say how losses are combined."""
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"reduction must be 'none', 'mean' or 'sum', not {reduction!r}")
    return reduction


def reduced(losses: Array, reduction: str, dtype: DTypeLike) -> ArrayOrScalar:
    """Combine losses as `reduction` says, and return them as `dtype`; the mean of none is nan."""
    if as_reduction(reduction) == "sum":
        losses = np.asarray(losses.sum())
    elif reduction == "mean":
        losses = np.asarray(losses.sum() / losses.size)
    return as_result(losses, dtype)


def per_position(gradient: Array, reduction: str, axis: int, dtype: DTypeLike) -> Array:
    """Turn the gradients of all losses into that of the reduced loss: a mean divides them."""
    if as_reduction(reduction) == "mean":
        gradient /= math.prod(gradient.shape[:axis] + gradient.shape[axis + 1 :])
    return gradient.astype(dtype, copy=False)


def as_vjp_arguments(
    logits: ArrayLike, vector: ArrayLike, axis: int
) -> tuple[Array, Array, int, np.dtype[Any]]:
    """Return the logits, the vector, the axis counted from the end, and the type of the product."""
    z, z_type = as_floats(logits)
    g, g_type = as_floats(vector, name="vector")
    # Counted from the end, where broadcasting aligns the shapes.
    axis = as_axis(axis, z.ndim, "logits") - z.ndim
    if g.ndim >= -axis and g.shape[axis] not in (1, z.shape[axis]):
        raise ValueError(
            f"vector has {g.shape[axis]} classes on axis {axis}, but the logits have"
            f" {z.shape[axis]}; the shapes {g.shape} and {z.shape} must broadcast"
        )
    return z, g, axis, np.result_type(z_type, g_type)


def refuse_where(
    wrong: Array, values: Array, name: str, why: str, axes: Sequence[int] = ()
) -> None:
    """Raise a ValueError that names the first wrong position (a colon on `axes`) and its value."""
    wrong = np.asarray(wrong)
    if wrong.any():
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        index = ", ".join(":" if i in axes else str(k) for i, k in enumerate(first))
        raise ValueError(f"{name}{f'[{index}]' if index else ''} = {values[first]} {why}")


def as_axis(axis: int, ndim: int, name: str) -> int:
    """Return the axis of the classes as a non-negative integer."""
    if ndim == 0:
        raise ValueError(f"{name} must have an axis of classes, but it is a single number")
    return normalize_axis_index(as_integer(axis, "axis"), ndim)


def as_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """Return `axis` as a tuple of non-negative integers; None means all axes."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    # Like NumPy's reductions, take a single number for a vector of length one.
    axes = tuple(normalize_axis_index(i, max(1, ndim)) for i in given)
    if len(set(axes)) < len(axes):
        raise ValueError(f"axis must not name an axis twice, as {axis} does")
    return axes if ndim else ()


def to_rows(values: Array, axes: tuple[int, ...]) -> Array:
    """Return `values` as a matrix whose rows are the slices along `axes`; a view if possible.

    Slices without an entry have no largest one and make no rows.
    """
    length = max(1, math.prod([values.shape[i] for i in axes]))
    order = _last(axes, values.ndim)
    return values.transpose(order).reshape(values.size // length, length)


def from_rows(rows: Array, shape: Sequence[int], axes: tuple[int, ...]) -> Array:
    """Undo `to_rows`: give the rows' entries their places in an array of `shape` again."""
    order = _last(axes, len(shape))
    if order == [*range(len(shape))]:
        return rows.reshape(shape)
    return rows.reshape([shape[i] for i in order]).transpose(np.argsort(order))


def _last(axes: tuple[int, ...], ndim: int) -> list[int]:
    """All axes, with `axes` at the end."""
    return [i for i in range(ndim) if i not in axes] + list(axes)
