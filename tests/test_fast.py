"""The compiled functions are held to what the readable ones are held to.

SciPy's answers, mpmath's at 50 digits with the bounds of `test_accuracy`, the edge cases, and the
pitfalls that were met on the way: each has a test of its own.
"""

import math
from concurrent.futures import ThreadPoolExecutor

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from numpy import inf, nan
from test_accuracy import exactly, solved

import softmax_course

fast = pytest.importorskip("softmax_course.fast")
vectors = pytest.importorskip("softmax_course._vector_math")

NAMES = ["softmax", "log_softmax", "logsumexp"]
TYPES = [np.float32, np.float64]
# Below and above each limit at which another loop begins: narrow rows, one tile, several.
SIZES = [1, 2, 3, 10, 63, 64, 65, 300, 2047, 2048, 2049, 5000]
RTOL = {np.float32: 3e-6, np.float64: 3e-15}


@fast.exact
def all_exps(x, out):
    for i in range(x.size):
        out[i] = vectors.exp(x[i])


@fast.exact
def all_logs(x, out):
    for i in range(x.size):
        out[i] = vectors.log1p(x[i])


def units_off(got, x, function):
    """The error in units in the last place, against mpmath."""
    kind = got.dtype.type
    with mpmath.workdps(40):
        exact = [function(mpmath.mpf(float(value))) for value in x]
        spacing = np.spacing(np.array([float(e) for e in exact]).astype(kind))
        errors = [
            abs(exactly(g) - e) / float(s) for g, e, s in zip(got, exact, spacing, strict=True)
        ]
    return float(max(errors))


@pytest.mark.parametrize(
    ("dtype", "low", "high"), [(np.float32, -104, 40), (np.float64, -746, 300)]
)
def test_exp_is_off_by_little_more_than_one_unit_in_the_last_place(dtype, low, high):
    rng = np.random.default_rng(0)
    ranges = [rng.uniform(low, high, 2000), rng.uniform(-1, 0, 1000), np.arange(low, high)]
    x = np.concatenate(ranges).astype(dtype)
    out = np.empty_like(x)
    all_exps(x, out)
    assert 0.5 < units_off(out, x, mpmath.exp) <= 1.1


def test_exp_of_many_float32_is_that_of_float64():
    """The worst of 4 million was off by 1.05 units; a few thousand do not meet it."""
    x = np.linspace(-87, 40, 700_001).astype(np.float32)
    out, right = np.empty_like(x), np.exp(x.astype(np.float64))
    all_exps(x, out)
    assert (np.abs(out - right) / np.spacing(right.astype(np.float32)) <= 1.1).all()


@pytest.mark.parametrize("dtype", TYPES)
def test_exp_at_the_borders(dtype):
    info = np.finfo(dtype)
    last = {np.float32: -103.972, np.float64: -745.133}[dtype]
    x = np.array([0, -inf, nan, last, last - 1, -1e30, math.log(float(info.tiny))], dtype)
    out = np.empty_like(x)
    all_exps(x, out)
    np.testing.assert_array_equal(out[:6], [1, 0, nan, info.smallest_subnormal, 0, 0])
    np.testing.assert_allclose(out[6], info.tiny, rtol=1e-5 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("dtype", TYPES)
def test_log1p_is_off_by_one_unit_in_the_last_place_at_most(dtype):
    rng = np.random.default_rng(0)
    ranges = [
        10 ** rng.uniform(-30, 6, 1500),
        rng.uniform(0, 3, 1500),
        [0.0, 1.0, math.sqrt(2) - 1],
    ]
    x = np.concatenate(ranges).astype(dtype)
    out = np.empty_like(x)
    all_logs(x, out)
    assert units_off(out[x > 0], x[x > 0], mpmath.log1p) <= 1
    assert (out[x == 0] == 0).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", TYPES)
def test_results_respect_the_bounds_of_the_readable_functions(name, dtype):
    """(n + 2 + 2r) u to first order, and 6 u for exp: see `test_accuracy`."""
    u, tiny = float(np.finfo(dtype).eps) / 2, float(np.finfo(dtype).tiny)
    for logits, temperature, answers in solved(dtype):
        if name == "logsumexp":
            if temperature != 1:
                continue
            got, scale = np.array([fast.logsumexp(logits)]), abs(float(logits.max()))
        else:
            got, scale = getattr(fast, name)(logits, temperature=temperature), 0.0
        bound = (
            len(logits) + 8 + (2 if temperature == 1 else 4) * float(np.ptp(logits)) / temperature
        )
        exact = np.array([float(answer) for answer in answers[name]])
        error = np.abs(got.astype(np.float64) - exact)
        # A float64 cannot tell less than its own rounding of the exact answer.
        allowed = (bound * u + 2**-53) * (np.abs(exact) + 2 * scale) + tiny * u * (1 + len(logits))
        assert (error <= allowed).all(), (len(logits), temperature, error / allowed)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("spread", [1, 30])
def test_every_loop_gives_scipys_answers(size, dtype, spread):
    rng = np.random.default_rng(size)
    z = rng.normal(scale=spread, size=(7, size)).astype(dtype)
    wide, codes = z.astype(np.longdouble), rng.integers(0, size, 7)
    log_p = scipy.special.log_softmax(wide, axis=1)
    rtol = RTOL[dtype] * max(1, spread / 3)
    tiny = float(np.finfo(dtype).tiny)
    # SciPy adds the maximum's 1 to the sum: of a small loss it has the digits of a long double's 1.
    added = 2 * float(np.finfo(np.longdouble).eps)
    for got, expected, atol in (
        (fast.softmax(z), scipy.special.softmax(wide, axis=1), tiny),
        (fast.log_softmax(z), log_p, added),
        (fast.logsumexp(z), scipy.special.logsumexp(wide, axis=1), tiny),
        (fast.cross_entropy(z, codes, reduction="none"), -log_p[np.arange(7), codes], added),
    ):
        assert got.dtype == dtype
        np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol)


NASTY = [0.0, 1.0, -inf, inf, nan, 1000.0, -1000.0, 39.9, -41.0, 1e30, -1e30]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", TYPES)
@given(
    st.sampled_from([1, 2, 5, 64, 65, 2050]),
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(NASTY)), max_size=6),
    st.sampled_from([0.0, -inf, 1.0]),
)
def test_infinities_and_nan_wherever_they_stand(name, dtype, size, places, background):
    z = np.full((2, size), background, dtype)
    for place, value in places:
        z.flat[place % z.size] = value
    expected = getattr(softmax_course, name)(z)
    np.testing.assert_allclose(getattr(fast, name)(z), expected, rtol=3e-6, atol=1e-30)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("size", [2, 64, 65, 5000])
def test_a_small_share_is_not_lost_beside_the_largest(size, dtype):
    """The sum without its maximum goes through log1p: 1 + exp(-40) is 1."""
    z = np.full(size, -inf, dtype)
    z[0], z[-1] = -40, 0
    expected = math.exp(-40)
    rtol = RTOL[dtype] * 10
    np.testing.assert_allclose(fast.logsumexp(z), expected, rtol=rtol)
    np.testing.assert_allclose(fast.logsumexp(z[::-1]), expected, rtol=rtol)
    np.testing.assert_allclose(fast.cross_entropy(z, size - 1), expected, rtol=rtol)
    np.testing.assert_allclose(fast.log_softmax(z)[-1], -expected, rtol=rtol)


def test_a_maximum_by_branches_would_lose_nan():
    for size in (3, 65, 5000):
        for place in (0, 1, size - 1):
            z = np.zeros(size)
            z[place] = nan
            assert np.isnan(fast.logsumexp(z))
            assert np.isnan(fast.softmax(z)).all()


def test_all_minus_infinity_divides_zero_by_zero_without_an_exception():
    for size in (2, 64, 65, 5000):
        z = np.full((2, size), -inf)
        z[1, 0] = 0
        assert np.isnan(fast.softmax(z)[0]).all()
        np.testing.assert_array_equal(fast.softmax(z)[1], np.eye(size)[0])
        np.testing.assert_array_equal(fast.logsumexp(z), [-inf, 0])


def test_a_narrow_row_beside_a_huge_one_is_as_exact_as_alone():
    """One row of a block that could overflow sends the block another way."""
    z = np.random.default_rng(0).normal(size=(50, 10))
    alone = fast.softmax(z)
    z[7] += 1000
    np.testing.assert_allclose(fast.softmax(z), alone, rtol=1e-12)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("shape", [(3,), (4, 10), (40, 7000), (2, 3, 4)])
@pytest.mark.parametrize("dtype", TYPES)
def test_out_takes_the_result_and_may_be_the_input(name, shape, dtype):
    function, z = getattr(fast, name), np.random.default_rng(0).normal(size=shape).astype(dtype)
    expected, before = function(z), z.copy()
    out = np.empty_like(z)
    assert function(z, out=out) is out
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(z, before)
    assert function(z, out=z) is z
    np.testing.assert_array_equal(z, expected)


def test_out_may_overlap_and_may_be_strided():
    memory = np.random.default_rng(0).normal(size=5001)
    expected = fast.softmax(memory[:-1].copy())
    np.testing.assert_array_equal(fast.softmax(memory[:-1], out=memory[1:]), expected)
    z, every_other = np.random.default_rng(1).normal(size=(6, 10)), np.zeros((6, 20))[:, ::2]
    assert fast.softmax(z, out=every_other) is every_other
    np.testing.assert_array_equal(every_other, fast.softmax(z))
    out = np.empty((6, 10))
    np.testing.assert_array_equal(fast.softmax(z, axis=0, out=out), fast.softmax(z, axis=0))
    np.testing.assert_allclose(out.sum(axis=0), 1)


@pytest.mark.parametrize(("shape", "dtype"), [((4,), float), ((3,), np.float32), ((1, 3), float)])
def test_out_that_does_not_fit_is_refused(shape, dtype):
    with pytest.raises(ValueError, match=r"out must be of shape \(3,\) and type float64"):
        fast.softmax(np.zeros(3), out=np.empty(shape, dtype))


CASES = [
    ((), -1), ((5,), 0), ((2, 3), 0), ((2, 3), None), ((2, 3, 4), (0, 2)), ((2, 3, 4), 1),
    ((0, 3), -1), ((3, 0), -1), ((70, 3), 0), ((4, 1, 3), (1, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "axis"), CASES)
@pytest.mark.parametrize("dtype", [*TYPES, np.longdouble, np.float16, np.int8, bool, ">f8"])
def test_shapes_axes_and_types_are_those_of_the_readable_functions(shape, axis, dtype):
    z = (np.random.default_rng(0).normal(scale=3, size=shape)).astype(dtype)
    rtol = 2e-3 if dtype == np.float16 else 3e-6
    for name in NAMES:
        for options in [{}] if name != "logsumexp" else [{}, {"keepdims": True}]:
            got = getattr(fast, name)(z, axis, **options)
            expected = getattr(softmax_course, name)(z, axis, **options)
            assert type(got) is type(expected)
            assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
            np.testing.assert_allclose(got, expected, rtol=rtol)


@pytest.mark.parametrize("temperature", [1e-50, 0.3, 7.0, 1e50])
@pytest.mark.parametrize("dtype", TYPES)
def test_a_temperature_divides_the_scores(temperature, dtype):
    z = np.array([[1, 3, 2], [-2, 5, 5]], dtype)
    for name in ("softmax", "log_softmax"):
        got = getattr(fast, name)(z, temperature=temperature)
        expected = getattr(softmax_course, name)(z, temperature=temperature)
        assert got.dtype == dtype
        np.testing.assert_allclose(got, expected, rtol=1e-5 if dtype == np.float32 else 1e-13)
    got = fast.cross_entropy(z, [0, 2], temperature=temperature)
    expected = softmax_course.cross_entropy(z, [0, 2], temperature=temperature)
    np.testing.assert_allclose(got, expected, rtol=1e-5 if dtype == np.float32 else 1e-13)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("kind", ["codes", "lists", "floats", "distributions", "smoothed"])
def test_cross_entropy_is_that_of_the_readable_function(kind, axis, reduction):
    rng = np.random.default_rng(0)
    z = rng.normal(scale=3, size=(5, 6))
    codes = rng.integers(0, z.shape[axis], z.shape[1 - axis % 2])
    targets = {"lists": codes.tolist(), "floats": codes.astype(float)}.get(kind, codes)
    if kind == "distributions":
        targets = softmax_course.softmax(rng.normal(size=z.shape), axis)
    options = {"axis": axis, "reduction": reduction}
    if kind == "smoothed":
        options["label_smoothing"] = 0.1
    got = fast.cross_entropy(z, targets, **options)
    expected = softmax_course.cross_entropy(z, targets, **options)
    assert (np.shape(got), got.dtype) == (np.shape(expected), expected.dtype)
    np.testing.assert_allclose(got, expected, rtol=1e-13)


@pytest.mark.parametrize("codes", [[0, 3], [-1, 0], [0.5, 1], [0], [[0, 1]], [nan, 0]])
def test_codes_that_are_no_classes_are_refused_in_the_same_words(codes):
    z = np.zeros((2, 3))
    with pytest.raises(ValueError, match=r"\w") as ours:
        softmax_course.cross_entropy(z, codes)
    with pytest.raises(ValueError, match=r"\w") as theirs:
        fast.cross_entropy(z, codes)
    assert str(theirs.value) == str(ours.value)


@pytest.mark.parametrize("bad", [[1j], ["a"], np.ma.array([1.0]), None])
def test_what_is_no_number_is_refused(bad):
    for function in (fast.softmax, fast.log_softmax, fast.logsumexp):
        with pytest.raises(TypeError, match="logits"):
            function(bad)
    with pytest.raises(ValueError, match="temperature must be finite"):
        fast.softmax([1.0, 2.0], temperature=0)


@pytest.fixture
def two_threads(monkeypatch):
    monkeypatch.setattr(fast.config, "NUMBA_NUM_THREADS", 2)
    fast._pool.cache_clear()
    yield
    fast._pool.cache_clear()


@pytest.mark.parametrize("shape", [(30_000, 10), (2, 150_000), (1, 300_000), (600, 500)])
@pytest.mark.parametrize("name", NAMES)
def test_threads_share_the_rows_and_change_no_digit(name, shape, two_threads, monkeypatch):
    z = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    threaded = getattr(fast, name)(z)
    monkeypatch.setattr(fast, "THREADED", math.inf)
    np.testing.assert_array_equal(getattr(fast, name)(z), threaded)


def test_every_row_is_done_once_although_threads_compete(two_threads):
    def kernel(rows):
        rows += 1

    matrix = np.zeros((1000, 300))
    fast._shared(kernel, matrix)
    np.testing.assert_array_equal(matrix, 1)


def test_an_error_in_a_thread_reaches_the_caller(two_threads):
    def kernel(rows):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fast._shared(kernel, np.zeros((1000, 300)))


def test_several_callers_at_once_get_their_own_answers(two_threads):
    z = np.random.default_rng(0).normal(size=(8, 300, 1000)).astype(np.float32)
    expected = [fast.softmax(one) for one in z]
    with ThreadPoolExecutor(4) as callers:
        for got, wanted in zip(callers.map(fast.softmax, z), expected, strict=True):
            np.testing.assert_array_equal(got, wanted)


def test_the_input_stays_as_it_is():
    for size in (3, 65, 5000):
        z = np.random.default_rng(0).normal(scale=100, size=(4, size))
        before = z.copy()
        for name in NAMES:
            getattr(fast, name)(z)
        fast.cross_entropy(z, [0, 1, 2, 0])
        np.testing.assert_array_equal(z, before)
