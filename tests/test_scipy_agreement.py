"""The same answers as SciPy, wherever SciPy's are right, over types, axes and shapes."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import softmax_course
from softmax_course import log_sigmoid, logsumexp, sigmoid

NAMES = ["softmax", "log_softmax", "logsumexp"]
# SciPy's log_softmax takes log(1 + small), not log1p(small), and so is off by a rounding of 1.
LOG1P = 3e-16
TOLERANCES = {np.float32: 3e-6, np.float64: 3e-15, np.longdouble: 3e-18}
SHAPES_AND_AXES = [
    ((), (-1, 0, None)),
    ((5,), (-1, 0, None, (0,))),
    ((2, 3), (0, 1, -1, -2, None, (0, 1), (1,))),
    ((2, 3, 4), (0, 1, 2, -2, None, (0, 2), (2, 0), (1, -1), (0, 1, 2))),
    ((4, 1, 3), (1, (0, 1))),
]
CASES = [(shape, axis) for shape, axes in SHAPES_AND_AXES for axis in axes]


def assert_agree(name, logits, axis, **tolerances):
    ours = getattr(softmax_course, name)(logits, axis)
    with np.errstate(all="ignore"):
        theirs = getattr(scipy.special, name)(logits, axis=axis)
    assert np.shape(ours) == np.shape(theirs)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, **tolerances)


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize(("shape", "axis"), CASES)
@pytest.mark.parametrize("name", NAMES)
def test_shapes_axes_and_types(name, shape, axis, dtype):
    logits = np.array(np.random.default_rng(0).normal(scale=3, size=shape), dtype)
    assert_agree(name, logits, axis, rtol=TOLERANCES[dtype], atol=TOLERANCES[dtype])


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("name", NAMES)
def test_wide_integers(name, dtype):
    assert_agree(name, np.array([[1, 3, 2], [40, 0, 10]], dtype), -1, rtol=3e-15, atol=LOG1P)


def any_logits(dtype, elements):
    shapes = array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=5)
    return shapes.flatmap(
        lambda shape: st.tuples(
            arrays(dtype, shape, elements=elements),
            st.sampled_from([None, *range(-len(shape), len(shape))]),
        )
    )


@pytest.mark.parametrize("name", NAMES)
@given(any_logits(np.float64, st.floats(-1000, 1000)))
def test_generated_float64(name, case):
    assert_agree(name, *case, rtol=3e-13, atol=LOG1P)


@pytest.mark.parametrize("name", NAMES)
@given(any_logits(np.float32, st.floats(-100, 100, width=32)))
def test_generated_float32(name, case):
    assert_agree(name, *case, rtol=5e-5, atol=1e-6)


@given(any_logits(np.float64, st.sampled_from([0.0, 1.0, -1e308, 1e308, np.inf, -np.inf, np.nan])))
def test_generated_border_cases_of_logsumexp(case):
    assert_agree("logsumexp", *case, rtol=1e-15)


@given(any_logits(np.float64, st.floats(-50, 50)), st.data())
def test_where_is_a_weight_of_zero(case, data):
    logits, axis = case
    where = data.draw(arrays(bool, logits.shape))
    with np.errstate(all="ignore"):
        expected = scipy.special.logsumexp(logits, axis=axis, b=where)
    ours = logsumexp(logits, axis, where=where)
    np.testing.assert_allclose(ours, expected, rtol=1e-14, atol=1e-14)


@given(any_logits(np.float64, st.floats(-800, 800)))
def test_sigmoids(case):
    logits, _ = case
    np.testing.assert_allclose(log_sigmoid(logits), scipy.special.log_expit(logits), rtol=1e-15)
    # SciPy's expit is 0 from -709.78 downwards, although the true value can be represented.
    inside = np.maximum(logits, -708)
    np.testing.assert_allclose(sigmoid(inside), scipy.special.expit(inside), rtol=1e-15)
