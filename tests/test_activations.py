"""What the activations do with every kind of input: each row of a table is one fact.

All of it happens without a warning: the configuration of pytest turns warnings into errors, and the
tests of border cases ask NumPy to raise at each floating-point exception.
"""

import inspect
import math

import numpy as np
import pytest
from numpy import inf, nan

from softmax_course import (
    hardmax,
    linear,
    log_sigmoid,
    log_softmax,
    logsumexp,
    naive_softmax,
    sigmoid,
    softmax,
)

NORMALISING = [softmax, log_softmax, logsumexp]
SLICEWISE = [*NORMALISING, hardmax, naive_softmax]
ELEMENTWISE = [linear, sigmoid, log_sigmoid]
ALL = [*SLICEWISE, *ELEMENTWISE]

EXAMPLE = [1, 3, 2]
# mpmath at 50 digits, rounded to float64
P = [0.09003057317038046, 0.66524095577482187, 0.24472847105479765]
LOG_P = [-2.4076059644443804, -0.40760596444438030, -1.4076059644443803]
LSE = 3.4076059644443803


def test_running_example():
    np.testing.assert_allclose(softmax(EXAMPLE), P, rtol=4e-16)
    np.testing.assert_allclose(naive_softmax(EXAMPLE), P, rtol=4e-16)
    np.testing.assert_allclose(log_softmax(EXAMPLE), LOG_P, rtol=4e-16)
    np.testing.assert_allclose(logsumexp(EXAMPLE), LSE, rtol=4e-16)
    np.testing.assert_array_equal(hardmax(EXAMPLE), [0, 1, 0])
    np.testing.assert_array_equal(linear(EXAMPLE), EXAMPLE)
    expected = [0.73105857863000490, 0.95257412682243336, 0.88079707797788231]
    np.testing.assert_allclose(sigmoid(EXAMPLE), expected, rtol=4e-16)
    np.testing.assert_allclose(log_sigmoid(EXAMPLE), np.log(expected), rtol=4e-15)


# --- border cases, element by element ---------------------------------------------------------

BORDER = {
    # probability exactly 0 at one -inf among finite logits
    "softmax, one -inf": (lambda: softmax([0, -inf, 0]), [0.5, 0, 0.5]),
    "log_softmax, one -inf": (lambda: log_softmax([0, -inf]), [0, -inf]),
    "logsumexp, one -inf": (lambda: logsumexp([7, -inf]), 7),
    "naive_softmax, one -inf": (lambda: naive_softmax([0, -inf, 0]), [0.5, 0, 0.5]),
    # slices without a softmax, and only they
    "softmax, all -inf": (lambda: softmax([[-inf, -inf], [0, 0]]), [[nan, nan], [0.5, 0.5]]),
    "softmax, +inf": (lambda: softmax([[1, inf], [0, 0]]), [[nan, nan], [0.5, 0.5]]),
    "softmax, two +inf": (lambda: softmax([inf, inf, 0]), [nan, nan, nan]),
    "softmax, +inf and -inf": (lambda: softmax([inf, -inf]), [nan, nan]),
    "softmax, nan": (lambda: softmax([[1, nan], [0, 0]]), [[nan, nan], [0.5, 0.5]]),
    "softmax, nan and +inf": (lambda: softmax([nan, inf]), [nan, nan]),
    "log_softmax, all -inf": (
        lambda: log_softmax([[-inf, -inf], [0, -inf]]),
        [[nan] * 2, [0, -inf]],
    ),
    "log_softmax, +inf": (lambda: log_softmax([[1, inf], [0, -inf]]), [[nan] * 2, [0, -inf]]),
    "log_softmax, two +inf": (lambda: log_softmax([inf, inf, 0]), [nan, nan, nan]),
    "log_softmax, +inf and -inf": (lambda: log_softmax([inf, -inf]), [nan, nan]),
    "log_softmax, nan": (lambda: log_softmax([[1, nan], [0, -inf]]), [[nan] * 2, [0, -inf]]),
    "log_softmax, nan and +inf": (lambda: log_softmax([inf, nan]), [nan, nan]),
    "logsumexp, all -inf": (lambda: logsumexp([[-inf, -inf], [7, -inf]]), [-inf, 7]),
    "logsumexp, +inf": (lambda: logsumexp([[1, inf], [7, -inf]]), [inf, 7]),
    "logsumexp, +inf and -inf": (lambda: logsumexp([inf, -inf]), inf),
    "logsumexp, nan": (lambda: logsumexp([[1, nan], [7, -inf]]), [nan, 7]),
    "logsumexp, nan and +inf": (lambda: logsumexp([inf, nan]), nan),
    "hardmax, nan": (lambda: hardmax([[1, nan], [2, 1]]), [[nan, nan], [1, 0]]),
    "hardmax, +inf": (lambda: hardmax([1, inf]), [0, 1]),
    "hardmax, all -inf": (lambda: hardmax([-inf, -inf]), [1, 0]),
    "hardmax, the first of a tie": (lambda: hardmax([2, 5, 5]), [0, 1, 0]),
    # empty slices
    "softmax, empty": (lambda: softmax([]), []),
    "log_softmax, empty": (lambda: log_softmax([]), []),
    "hardmax, empty": (lambda: hardmax([]), []),
    "logsumexp, empty": (lambda: logsumexp([]), -inf),
    "logsumexp, empty rows": (lambda: logsumexp(np.ones((2, 0))), [-inf, -inf]),
    "logsumexp, no rows": (lambda: logsumexp(np.ones((0, 2))), []),
    "logsumexp, empty, all axes": (lambda: logsumexp(np.ones((2, 0)), axis=None), -inf),
    # a single class, a single number
    "softmax, one class": (lambda: softmax([[-5.0], [7.0]]), [[1], [1]]),
    "log_softmax, one class": (lambda: log_softmax([[-5.0], [7.0]]), [[0], [0]]),
    "softmax, a number": (lambda: softmax(5), 1),
    "log_softmax, a number": (lambda: log_softmax(5), 0),
    "logsumexp, a number": (lambda: logsumexp(5), 5),
    "hardmax, a number": (lambda: hardmax(5), 1),
    # `where`: what is left out is 0 and -inf, whatever stands there
    "softmax, where": (lambda: softmax([1, 9, 1], where=[True, False, True]), [0.5, 0, 0.5]),
    "softmax, where nan": (lambda: softmax([1, nan, 1], where=[True, False, True]), [0.5, 0, 0.5]),
    "softmax, where inf": (lambda: softmax([1, inf, 1], where=[True, False, True]), [0.5, 0, 0.5]),
    "softmax, where nothing": (lambda: softmax([nan, inf], where=False), [0, 0]),
    "softmax, where beside nan": (
        lambda: softmax([nan, 1, 7], where=[1 > 0, 1 > 0, 1 < 0]),
        [nan, nan, 0],
    ),
    "softmax, where a row": (
        lambda: softmax([[1, 1], [1, 1]], where=[[True], [False]]),
        [[0.5, 0.5], [0, 0]],
    ),
    "softmax, where a column": (
        lambda: softmax([[1, 2], [3, 9]], where=[True, False]),
        [[1, 0], [1, 0]],
    ),
    "softmax, where, other axis": (
        lambda: softmax([[1, 1], [1, 9]], axis=0, where=[[True, True], [True, False]]),
        [[0.5, 1], [0.5, 0]],
    ),
    "log_softmax, where": (lambda: log_softmax([7, nan], where=[True, False]), [0, -inf]),
    "log_softmax, where nothing": (lambda: log_softmax([nan, 3], where=False), [-inf, -inf]),
    "log_softmax, where, other axis": (
        lambda: log_softmax([[7, 1], [nan, 9]], axis=0, where=[[True, False], [False, True]]),
        [[0, -inf], [-inf, 0]],
    ),
    "logsumexp, where": (lambda: logsumexp([7, nan], where=[True, False]), 7),
    "logsumexp, where nothing": (lambda: logsumexp([nan, 3], where=False), -inf),
    # integers that would wrap around in their own type (SciPy's answer today is wrong on both)
    "softmax, int8": (
        lambda: softmax(np.array([127, -128, 0], np.int8)),
        [1, math.exp(-255), math.exp(-127)],
    ),
    "softmax, uint8": (lambda: softmax(np.array([1, 3, 2], np.uint8)), P),
    "softmax, bool": (lambda: softmax([True, True]), [0.5, 0.5]),
    "logsumexp, int8": (lambda: logsumexp(np.array([127, -128], np.int8)), 127),
    "log_softmax, uint8": (lambda: log_softmax(np.array([1, 3, 2], np.uint8)), LOG_P),
    "sigmoid, int8": (lambda: sigmoid(np.array([-128], np.int8)), [math.exp(-128)]),
    # float16 is computed in float32: the sum of 100000 ones is beyond its range
    "softmax, float16": (
        lambda: softmax(np.zeros(100_000, np.float16))[:2],
        [np.float16(1e-5), np.float16(1e-5)],
    ),
    # any finite logits, any temperature
    "softmax, huge gap": (lambda: softmax([1e308, -1e308]), [1, 0]),
    "softmax, huge, T tiny": (lambda: softmax([1e308, -1e308], temperature=5e-324), [1, 0]),
    "softmax, tiny, T tiny": (lambda: softmax([5e-324, 0], temperature=5e-324), softmax([1, 0])),
    "softmax, huge, T huge": (
        lambda: softmax([1e308, -1e308], temperature=1e308),
        [0.88079707797788244, 0.11920292202211756],
    ),
    "softmax, -inf, T huge": (lambda: softmax([0, -inf], temperature=1.7e308), [1, 0]),
    "softmax, float32 and T beyond it": (
        lambda: softmax(np.float32([3e38, -3e38]), temperature=1e300),
        [0.5, 0.5],
    ),
    "softmax, float32 and T below it": (
        lambda: softmax(np.float32([1e-45, 0]), temperature=1e-300),
        [1, 0],
    ),
    "log_softmax, gap 1000": (lambda: log_softmax([1000, 0, 500]), [-math.exp(-500), -1000, -500]),
    "log_softmax, gap 1e308": (lambda: log_softmax([0, -1e308]), [0, -1e308]),
    "log_softmax, beyond the range": (lambda: log_softmax([1e308, -1e308]), [0, -inf]),
    "log_softmax, back in the range": (
        lambda: log_softmax([1e308, -1e308], temperature=2),
        [0, -1e308],
    ),
    "log_softmax, float16": (
        lambda: log_softmax(np.float16([60000, 0, -60000])),
        [0, np.float16(-60000), -inf],
    ),
    "logsumexp, huge": (lambda: logsumexp([1e308, 1e308]), 1e308),
    "logsumexp, huge gap": (lambda: logsumexp([1e308, -1e308]), 1e308),
    # log1p keeps what adding to 1 would round away; mpmath at 50 digits
    "log_softmax, [0, -40]": (lambda: log_softmax([0, -40]), [-4.248354255291589e-18, -40]),
    "logsumexp, [0, -40]": (lambda: logsumexp([0, -40]), 4.248354255291589e-18),
    "logsumexp, [0, -40, -41]": (lambda: logsumexp([0, -40, -41]), 5.8112364446265777e-18),
    "logsumexp, [-40, 0], axis 0": (
        lambda: logsumexp([[-40], [0]], axis=0),
        [4.248354255291589e-18],
    ),
    "logsumexp, tie": (lambda: logsumexp([0, 0, -40]), 0.69314718055994531),
    # the sigmoid's two ends
    "sigmoid, ends": (lambda: sigmoid([-inf, -1000, 0, 1000, inf, nan]), [0, 0, 0.5, 1, 1, nan]),
    "sigmoid, tiny": (lambda: sigmoid([-745.0]), [math.exp(-745)]),
    "log_sigmoid, ends": (
        lambda: log_sigmoid([-inf, -1000, 1000, inf, nan]),
        [-inf, -1000, 0, 0, nan],
    ),
    "log_sigmoid, tiny": (lambda: log_sigmoid(40), -4.248354255291589e-18),
    "linear, all": (lambda: linear([-inf, -1, 1e308, nan]), [-inf, -1, 1e308, nan]),
}


@pytest.mark.parametrize("row", BORDER)
def test_border(row):
    call, expected = BORDER[row]
    with np.errstate(all="raise", under="ignore"):
        result = call()
    np.testing.assert_allclose(result, expected, rtol=1e-15, atol=0)


@pytest.mark.parametrize("function", NORMALISING)
def test_no_exception_reaches_a_caller_who_asks_numpy_to_raise(function):
    with np.errstate(all="raise"):
        function([0, -1000, -740.0])


@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 0.1, 1, 3, 1e300, 1.7e308])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_extreme_finite_logits_never_give_nan(function, dtype, temperature):
    top = np.finfo(dtype).max
    tiny = np.finfo(dtype).smallest_subnormal
    logits = np.array([top, -top, 0, tiny, -tiny, top / 2], dtype)
    with np.errstate(all="raise"):
        for part in (logits, logits[1:], logits[1:5], logits[3:5]):
            assert not np.isnan(function(part, temperature=temperature)).any()


def test_naive_softmax_fails_where_softmax_does_not():
    with np.errstate(over="ignore", invalid="ignore"):
        np.testing.assert_array_equal(naive_softmax([1000, 0]), [nan, 0])
        np.testing.assert_array_equal(naive_softmax([-1000, -1000]), [nan, nan])
    with np.errstate(invalid="ignore"), pytest.warns(RuntimeWarning, match="overflow"):
        naive_softmax([1000, 0])
    np.testing.assert_array_equal(softmax([1000, 0]), [1, 0])
    np.testing.assert_array_equal(softmax([-1000, -1000]), [0.5, 0.5])


def test_sigmoid_becomes_one_at_36_737_and_float32_at_16_636():
    assert sigmoid(36.736) < 1 == sigmoid(36.737)
    assert sigmoid(np.float32(16.63)) < 1 == sigmoid(np.float32(16.64))


# --- types and shapes --------------------------------------------------------------------------

TYPES = [
    # input, result
    (np.bool_, np.float64),
    (np.int8, np.float64),
    (np.int16, np.float64),
    (np.int32, np.float64),
    (np.int64, np.float64),
    (np.uint8, np.float64),
    (np.uint16, np.float64),
    (np.uint32, np.float64),
    (np.uint64, np.float64),
    (np.float16, np.float16),
    (np.float32, np.float32),
    (np.float64, np.float64),
    (np.longdouble, np.longdouble),
    (">f4", np.float32),
    (">f2", np.float16),
]


@pytest.mark.parametrize(("given", "returned"), TYPES)
@pytest.mark.parametrize("function", ALL)
def test_type_of_the_result(function, given, returned):
    result = function(np.array([[0, 1, 1], [1, 0, 1]], given))
    assert result.dtype == returned
    assert result.dtype.isnative
    scalar = function(np.array(1, given))
    assert isinstance(scalar, np.dtype(returned).type)


@pytest.mark.parametrize("given", [t for t, result in TYPES if np.dtype(t).kind in "biu"])
@pytest.mark.parametrize("function", ALL)
def test_integers_of_any_width_give_the_answer_for_floats(function, given):
    limits = [False, True] if given is np.bool_ else [0, np.iinfo(given).max, np.iinfo(given).min]
    logits = np.array([*limits, 1], given)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(function(logits), function(logits.astype(np.float64)))


@pytest.mark.parametrize("temperature", [2, np.float16(2), np.float32(2), np.longdouble(2), True])
def test_temperature_does_not_change_the_type(temperature):
    logits = np.float32([1, 3, 2])
    assert softmax(logits, temperature=temperature).dtype == np.float32
    expected = softmax(logits / np.float32(temperature))
    np.testing.assert_array_equal(softmax(logits, temperature=temperature), expected)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("kind", [list, tuple, np.array, memoryview])
def test_any_array_like_will_do(function, kind):
    logits = kind(np.array([1.0, 3.0, 2.0]))
    np.testing.assert_array_equal(function(logits), function(np.array([1.0, 3.0, 2.0])))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3, (0,), (0, 2), (2, 0), (1, -1), None, ()])
@pytest.mark.parametrize("function", SLICEWISE)
def test_axis_means_the_slices_that_it_names(function, axis):
    """Computed slice by slice: each is flattened, in the order of its axes in the array."""
    logits = np.random.default_rng(0).normal(size=(2, 3, 4))
    axes = range(3) if axis is None else [a % 3 for a in np.atleast_1d(axis).astype(int)]
    kept = [range(n) if i not in axes else [slice(None)] for i, n in enumerate(logits.shape)]
    result = function(logits, axis=axis)
    for index in np.ndindex(*(len(k) for k in kept)):
        part = tuple(k[i] for k, i in zip(kept, index, strict=True))
        expected = function(logits[part].ravel())
        if function is logsumexp:
            place = tuple(p for p in part if not isinstance(p, slice))
            np.testing.assert_allclose(result[place], expected, rtol=1e-15)
        else:
            np.testing.assert_allclose(result[part].ravel(), expected, rtol=1e-15)


@pytest.mark.parametrize("axis", [0, 1, -1, (0, 2), None, ()])
def test_keepdims_keeps_the_reduced_axes(axis):
    logits = np.random.default_rng(0).normal(size=(2, 3, 4))
    kept = logsumexp(logits, axis, keepdims=True)
    assert kept.shape == logits.max(axis, keepdims=True).shape
    np.testing.assert_array_equal(np.squeeze(kept), np.squeeze(logsumexp(logits, axis)))
    assert logsumexp(np.ones((2, 0)), keepdims=True).shape == (2, 1)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3), (0, 0), (2, 0, 3)])
@pytest.mark.parametrize("axis", [-1, 0, None, ()])
@pytest.mark.parametrize("function", [softmax, log_softmax, hardmax, naive_softmax])
def test_empty_input_keeps_its_shape(function, axis, shape):
    assert function(np.zeros(shape), axis=axis).shape == shape


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("function", ALL)
def test_memory_layout_does_not_matter(function, order):
    logits = np.random.default_rng(0).normal(size=(4, 6))
    expected = function(logits[::-1, ::2].copy())
    np.testing.assert_allclose(
        function(np.array(logits, order=order)[::-1, ::2]), expected, rtol=1e-15
    )
    view = np.broadcast_to(logits[0], (5, 6))
    np.testing.assert_array_equal(function(view), function(view.copy()))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.int8])
@pytest.mark.parametrize("function", ALL)
def test_the_input_is_never_modified_nor_returned(function, dtype):
    logits = np.array([[1, 3, 2], [4, 0, 1]], dtype)
    before = logits.copy()
    arguments = {}
    if "where" in inspect.signature(function).parameters:
        arguments["where"] = np.array([True, False, True])
    if "temperature" in inspect.signature(function).parameters:
        arguments["temperature"] = 3.0
    for keywords in ({}, arguments):
        result = function(logits, **keywords)
        result[...] = 7
        np.testing.assert_array_equal(logits, before)
    if arguments:
        assert arguments["where"].tolist() == [True, False, True]


# --- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize(
    ("logits", "message"),
    [
        (np.ma.array([1.0, 2.0], mask=[False, True]), "masked array.*where=~mask"),
        (np.array([1 + 2j]), "real numbers.*not complex128"),
        (["a", "b"], "real numbers.*not <U1"),
        (np.array([1, None]), "real numbers.*not object"),
        (np.array(["2020-01-01"], "M8[D]"), "real numbers.*not datetime64"),
    ],
)
def test_what_is_not_a_real_number_is_a_type_error(function, logits, message):
    with pytest.raises(TypeError, match=message):
        function(logits)


@pytest.mark.parametrize("function", [softmax, log_softmax])
@pytest.mark.parametrize(
    ("temperature", "error", "message"),
    [
        (0, ValueError, "finite and above 0, not 0"),
        (-0.0, ValueError, "finite and above 0"),
        (-1, ValueError, "finite and above 0, not -1"),
        (nan, ValueError, "finite and above 0, not nan"),
        (inf, ValueError, "finite and above 0, not inf"),
        (np.float32(inf), ValueError, "finite and above 0, not inf"),
        ([1.0, 2.0], ValueError, "temperature must be a single number, not an array"),
        (np.array([1.0]), ValueError, "not an array"),
        (np.array(1.0), ValueError, "not an array"),
        ("1", TypeError, "temperature must be a real number, not '1'"),
        (1j, TypeError, "temperature must be a real number"),
        (None, TypeError, "temperature must be a real number"),
    ],
)
def test_temperature_must_be_one_finite_positive_number(function, temperature, error, message):
    with pytest.raises(error, match=message):
        function([1, 2], temperature=temperature)


@pytest.mark.parametrize("function", NORMALISING)
@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ([1, 0, 1], TypeError, "where must be boolean .* not int"),
        ([True, False], ValueError, r"shape \(2,\), which does not broadcast .* \(3,\)"),
        (np.ones((2, 3), bool), ValueError, r"shape \(2, 3\), which does not broadcast"),
        (np.ma.array([True, False, True], mask=[1, 0, 0]), TypeError, "where is a masked array"),
    ],
)
def test_where_must_be_boolean_and_never_enlarges(function, where, error, message):
    with pytest.raises(error, match=message):
        function([1, 3, 2], where=where)


@pytest.mark.parametrize("function", SLICEWISE)
@pytest.mark.parametrize(
    ("logits", "axis", "error"),
    [
        ([1, 2], 1, np.exceptions.AxisError),
        ([1, 2], -2, np.exceptions.AxisError),
        (3.0, 1, np.exceptions.AxisError),
        ([[1, 2]], (0, 2), np.exceptions.AxisError),
        ([[1, 2]], (0, 0), ValueError),
        ([[1, 2]], (1, -1), ValueError),
        ([1, 2], 0.5, TypeError),
        ([1, 2], "0", TypeError),
    ],
)
def test_an_axis_that_is_not_there_is_an_error(function, logits, axis, error):
    with pytest.raises(error):
        function(logits, axis=axis)


# --- readability: chapters show these functions' source ---------------------------------------


@pytest.mark.parametrize("function", ALL)
def test_a_function_is_short_enough_to_read_in_a_chapter(function):
    source = inspect.getsource(function).replace(inspect.getdoc(function) or "", "")
    body = source.split('"""')[-1]
    assert len(body.strip().splitlines()) <= 24
