"""Attention is a weighted mean, its gradients are derivatives, and nothing hidden counts."""

import inspect
import math
import warnings

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from softmax_course.attention import (
    attention_vjp,
    attention_weights,
    scaled_dot_product_attention,
    softmax_one,
)

QUERY = [[2, 0, 2, 0]]
KEYS = [[1, 5, 0, 3], [1, 0, 2, 1], [0, 1, 2, 0]]
PLACES = [[0, 0], [10, 0], [0, 10]]
PROBABILITIES = [0.09003057317038046, 0.6652409557748218, 0.24472847105479764]

moderate = st.floats(-10, 10, width=64)
seeds = st.integers(0, 2**32 - 1)


def normals(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def in_a_loop(q, k, v, where=None, causal=False, scale=None):
    """Attention of two-dimensional lists with Python's own floats, one query after the other."""
    answers = []
    for i, query in enumerate(q):
        factor = 1 / math.sqrt(len(query)) if scale is None else scale
        open_to_it = [
            j for j in range(len(k)) if (where is None or where[i][j]) and (not causal or j <= i)
        ]
        scores = [factor * math.fsum(map(math.prod, zip(query, k[j]))) for j in open_to_it]  # noqa: B905
        weights = [math.exp(s - max(scores)) for s in scores]
        answers.append(
            [
                math.fsum(w * v[j][c] for w, j in zip(weights, open_to_it, strict=True))
                / (math.fsum(weights) or 1)
                for c in range(len(v[0]))
            ]
        )
    return np.array(answers)


def complex_attention(q, k, v, seen=None):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    exps = np.exp(scores - scores.real.max(axis=-1, keepdims=True))
    exps = exps if seen is None else exps * seen
    total = exps.sum(axis=-1, keepdims=True)
    return exps / np.where(total == 0, 1, total) @ v


def complex_step(function, x, step=1e-30):
    """Derivatives of a number by each entry of x, without any subtraction."""
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1j * step
        gradient[index] = function(moved).imag / step
    return gradient


def test_by_hand_the_scores_are_the_running_example():
    np.testing.assert_allclose(attention_weights(QUERY, KEYS), [PROBABILITIES], rtol=1e-15)
    answer = scaled_dot_product_attention(QUERY, KEYS, PLACES)
    np.testing.assert_allclose(answer, [[10 * PROBABILITIES[1], 10 * PROBABILITIES[2]]], rtol=1e-15)


@given(seeds, st.integers(1, 5), st.integers(1, 6), st.integers(1, 4), st.integers(1, 3))
def test_it_agrees_with_a_plain_loop(seed, n, m, d, e):
    q, k, v = normals(seed, (n, d), (m, d), (m, e))
    seen = np.random.default_rng(seed).random((n, m)) < 0.6
    for settings_ in (
        {},
        {"where": seen},
        {"scale": -1.5},
        {"scale": 0},
        *([{"causal": True}, {"causal": True, "where": seen}] if n == m else []),
    ):
        np.testing.assert_allclose(
            scaled_dot_product_attention(q, k, v, **settings_),
            in_a_loop(q.tolist(), k.tolist(), v.tolist(), **settings_),
            rtol=1e-12,
            atol=1e-13,
        )


@pytest.fixture(scope="module")
def jax():
    return pytest.importorskip("jax", reason="JAX comes with the extra for Keras")


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("scale", [None, 0.3])
@pytest.mark.parametrize("masked", [False, True])
def test_batches_and_heads_agree_with_jax_and_so_do_the_gradients(jax, causal, scale, masked):
    shape = (2, 3, 5, 4)  # batch, heads, positions, features; JAX has positions before heads
    q, k, v, vector = (x.astype(np.float32) for x in normals(0, *[shape] * 4))
    seen = np.random.default_rng(1).random((2, 1, 5, 5)) < 0.5
    seen[..., np.arange(5), np.arange(5)] = True  # JAX has another answer for nothing seen
    seen = seen if masked else None

    def theirs(q, k, v):
        q, k, v = (x.swapaxes(1, 2) for x in (q, k, v))
        found = jax.nn.dot_product_attention(q, k, v, mask=seen, scale=scale, is_causal=causal)
        return found.swapaxes(1, 2)

    answers, pull_back = jax.vjp(theirs, q, k, v)
    settings_ = {"where": seen, "scale": scale, "causal": causal}
    ours = scaled_dot_product_attention(q, k, v, **settings_)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, answers, atol=2e-6)
    gradients = attention_vjp(q, k, v, vector, **settings_)
    for one, other in zip(gradients, pull_back(vector), strict=True):
        np.testing.assert_allclose(one, other, atol=5e-6)


def test_for_a_query_that_sees_nothing_jax_has_the_mean_of_all_values_and_we_have_0(jax):
    q, k, v = (x.astype(np.float32) for x in normals(0, *[(1, 3, 1, 2)] * 3))
    seen = np.array([[True, True, True], [False] * 3, [True, False, True]])
    theirs = jax.nn.dot_product_attention(q, k, v, mask=seen)
    ours = scaled_dot_product_attention(*(x.swapaxes(1, 2) for x in (q, k, v)), where=seen)
    np.testing.assert_allclose(theirs[0, 1, 0], v[0, :, 0].mean(axis=0), atol=1e-6)
    np.testing.assert_array_equal(ours[0, 0, 1], [0, 0])
    np.testing.assert_allclose(ours[0, 0, [0, 2]], theirs[0, [0, 2], 0], atol=1e-6)


@given(seeds, st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_gradients_agree_with_the_complex_step(seed, n, m, d, masked):
    q, k, v, vector = normals(seed, (n, d), (m, d), (m, 2), (n, 2))
    seen = np.random.default_rng(seed).random((n, m)) < 0.6 if masked else None

    def number(q, k, v):
        return np.sum(vector * complex_attention(q, k, v, seen))

    by_q, by_k, by_v = attention_vjp(q, k, v, vector, where=seen)
    expected = (
        complex_step(lambda x: number(x, k, v), q),
        complex_step(lambda x: number(q, x, v), k),
        complex_step(lambda x: number(q, k, x), v),
    )
    for one, other in zip((by_q, by_k, by_v), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def test_a_gradient_is_summed_over_the_axes_along_which_its_argument_was_shared():
    q, k, v = normals(0, (2, 3, 5, 4), (1, 5, 4), (3, 5, 2))
    vector = normals(1, (2, 3, 5, 2))[0]
    gradients = attention_vjp(q, k, v, vector, causal=True)
    wide = [np.broadcast_to(x, (2, 3, *x.shape[-2:])) for x in (q, k, v)]
    by_q, by_k, by_v = attention_vjp(*wide, vector, causal=True)
    np.testing.assert_allclose(gradients[0], by_q, rtol=1e-12)
    np.testing.assert_allclose(gradients[1], by_k.sum(axis=(0, 1))[np.newaxis], rtol=1e-12)
    np.testing.assert_allclose(gradients[2], by_v.sum(axis=0), rtol=1e-12)


@given(seeds, st.integers(1, 5), st.integers(1, 5))
def test_weights_are_scipys_softmax_of_the_scaled_products(seed, n, m):
    q, k = normals(seed, (n, 3), (m, 3))
    expected = scipy.special.softmax(q @ k.T / np.sqrt(3), axis=1)
    np.testing.assert_allclose(attention_weights(q, k), expected, rtol=1e-13)


@given(seeds, st.integers(1, 6), st.integers(1, 6))
def test_what_a_query_may_not_see_has_no_influence_be_it_nan(seed, n, m):
    q, k, v, vector = normals(seed, (n, 3), (m, 3), (m, 2), (n, 2))
    rng = np.random.default_rng(seed)
    seen = (rng.random((n, m)) < 0.5) & (rng.random(m) < 0.7)
    hidden = ~seen.any(axis=0)
    garbage_k, garbage_v = k.copy(), v.copy()
    garbage_k[hidden], garbage_v[hidden] = np.nan, np.inf
    np.testing.assert_allclose(
        scaled_dot_product_attention(q, garbage_k, garbage_v, where=seen),
        scaled_dot_product_attention(q, np.where(hidden[:, None], 0, k), v, where=seen),
        rtol=1e-12,
        atol=1e-14,
    )
    ours = attention_vjp(q, garbage_k, garbage_v, vector, where=seen)
    clean = attention_vjp(q, np.where(hidden[:, None], 0, k), v, vector, where=seen)
    for one, other in zip(ours, clean, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)
    assert not ours[1][hidden].any()
    assert not ours[2][hidden].any()


def test_a_nan_that_some_queries_see_spoils_these_alone():
    q, k, v, vector = normals(0, (3, 2), (3, 2), (3, 2), (3, 2))
    clean = scaled_dot_product_attention(q, k, v, causal=True)
    k[1] = np.nan
    spoiled = scaled_dot_product_attention(q, k, v, causal=True)
    np.testing.assert_array_equal(np.isnan(spoiled).all(axis=1), [False, True, True])
    np.testing.assert_array_equal(spoiled[0], clean[0])
    k[1], v[2] = 1, np.nan
    spoiled = scaled_dot_product_attention(q, k, v, causal=True)
    np.testing.assert_array_equal(np.isnan(spoiled).any(axis=1), [False, False, True])
    by_q, by_k, _ = attention_vjp(q, k, v, vector, causal=True)
    np.testing.assert_array_equal(np.isnan(by_q).any(axis=1), [False, False, True])
    seen = np.array([[True, False], [True, False]])
    by_q, by_k, by_v = attention_vjp(
        [[np.nan], [1]], [[1], [2]], [[1], [2]], [[1], [1]], where=seen
    )
    assert np.isnan(by_q[0]).all()
    assert not by_k[1].any()
    assert not by_v[1].any()


@given(seeds, st.integers(2, 6))
def test_the_future_has_no_influence_under_a_causal_mask(seed, n):
    q, k, v = normals(seed, (n, 3), (n, 3), (n, 2))
    before = scaled_dot_product_attention(q, k, v, causal=True)
    for x in (q, k, v):
        x[n // 2 :] = normals(seed + 1, x[n // 2 :].shape)[0]
    after = scaled_dot_product_attention(q, k, v, causal=True)
    np.testing.assert_allclose(after[: n // 2], before[: n // 2], rtol=1e-13)
    np.testing.assert_allclose(before[0], scaled_dot_product_attention(q, k, v, causal=True)[0])


@given(seeds, st.integers(1, 6))
def test_keys_have_no_order_as_long_as_each_keeps_its_value(seed, m):
    q, k, v = normals(seed, (2, 3), (m, 3), (m, 2))
    order = np.random.default_rng(seed).permutation(m)
    shuffled = scaled_dot_product_attention(q, k[order], v[order])
    np.testing.assert_allclose(
        shuffled, scaled_dot_product_attention(q, k, v), rtol=1e-12, atol=1e-14
    )


@given(seeds, st.integers(1, 6))
def test_an_answer_lies_between_the_smallest_and_the_largest_value(seed, m):
    q, k, v = normals(seed, (2, 3), (m, 3), (m, 2))
    answer = scaled_dot_product_attention(q, k, v)
    assert (answer >= v.min(axis=0) - 1e-12).all()
    assert (answer <= v.max(axis=0) + 1e-12).all()


@pytest.mark.parametrize("d", [4, 64, 512])
def test_the_default_scale_gives_normal_scores_the_variance_one(d):
    q, k = normals(0, (300, d), (300, d))
    weights = attention_weights(q, k)
    scores = np.log(weights) - np.log(weights).mean(axis=1, keepdims=True)
    assert scores.var() == pytest.approx(1, abs=0.1)


LARGEST = np.finfo(float).max
EDGES = {
    "one key has the whole weight": ([[1.0]], [[5.0]], None, [[1.0]]),
    "no key at all": (np.zeros((2, 3)), np.zeros((0, 3)), None, np.zeros((2, 0))),
    "no query": (np.zeros((0, 3)), np.zeros((2, 3)), None, np.zeros((0, 2))),
    "equal keys": ([[1.0, 2.0]], [[3.0, 4.0]] * 4, None, [[0.25] * 4]),
    "a query of zeros likes all alike": ([[0.0]], [[7.0], [-9.0]], None, [[0.5, 0.5]]),
    "huge scores": ([[1000.0]], [[1000.0], [-1000.0]], None, [[1.0, 0.0]]),
    "an overflowing score": ([[LARGEST]], [[LARGEST], [1.0]], None, [[np.nan, np.nan]]),
    "the same, hidden": ([[LARGEST]], [[LARGEST], [1.0]], [False, True], [[0.0, 1.0]]),
    "nan among the keys": ([[1.0]], [[np.nan], [1.0]], None, [[np.nan, np.nan]]),
    "nan in the query": ([[np.nan]], [[1.0], [1.0]], [True, False], [[np.nan, 0.0]]),
    "nothing to see": ([[1.0], [1.0]], [[1.0], [2.0]], [[False], [True]], None),
    "whole numbers": ([[2]], [[0], [0]], None, [[0.5, 0.5]]),
    "yes and no": ([[True]], [[False], [False]], None, [[0.5, 0.5]]),
}


@pytest.mark.parametrize("name", EDGES)
def test_edges(name):
    q, k, seen, expected = EDGES[name]
    if expected is None:
        expected = [[0, 0], scipy.special.softmax([1.0, 2.0])]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        weights = attention_weights(q, k, where=seen)
    np.testing.assert_allclose(weights, expected, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_types_stay_and_half_precision_is_computed_in_single(dtype):
    q, k, v = (x.astype(dtype) for x in normals(0, (4, 8), (4, 8), (4, 2)))
    exact = in_a_loop(q.astype(float).tolist(), k.astype(float).tolist(), v.astype(float).tolist())
    answer = scaled_dot_product_attention(q, k, v)
    assert answer.dtype == attention_weights(q, k).dtype == dtype
    assert all(x.dtype == dtype for x in attention_vjp(q, k, v, v))
    np.testing.assert_allclose(answer.astype(float), exact, rtol=8 * np.finfo(dtype).eps + 1e-14)
    mixed = scaled_dot_product_attention(q, k, v.astype(np.float32))
    assert mixed.dtype == np.result_type(dtype, np.float32)
    assert scaled_dot_product_attention(q, k, v, scale=np.float64(0.5)).dtype == dtype


def test_half_precision_survives_scores_beyond_its_range():
    q = np.full((1, 4), 200, dtype=np.float16)
    k = np.array([[200] * 4, [199] * 4], dtype=np.float16)  # 160,000 and 159,200
    np.testing.assert_array_equal(attention_weights(q, k), [[1, 0]])


def test_arguments_stay_as_they_are():
    given_ = [*normals(0, (3, 2), (3, 2), (3, 2), (3, 2))]
    kept = [x.copy() for x in given_]
    attention_vjp(*given_, causal=True, where=np.eye(3, dtype=bool))
    for x, y in zip(given_, kept, strict=True):
        np.testing.assert_array_equal(x, y)


A, B = np.ones((3, 2)), np.ones((4, 2))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: attention_weights([1, 2], B), ValueError, r"q must have two axes .* \(2,\)"),
        (lambda: attention_weights(A, 3.0), ValueError, r"k must have two axes .* \(\)"),
        (lambda: attention_weights(A, B[:, :1]), ValueError, "same features.* got 2 and 1"),
        (lambda: attention_weights(A[:, :0], B[:, :0]), ValueError, "same features.* got 0 and 0"),
        (lambda: attention_weights(A[None].repeat(2, 0), B[None].repeat(3, 0)), ValueError,
         r"do not broadcast: \(2,\) and \(3,\)"),
        (lambda: attention_weights(A, B, causal=True), ValueError, "as many queries .* 3 and 4"),
        (lambda: attention_weights(A, A, causal=np.eye(3)), TypeError, "causal must be True"),
        (lambda: attention_weights(A, A, causal=1), TypeError, "causal must be True or False"),
        (lambda: attention_weights(A, B, scale=np.inf), ValueError, "scale must be finite"),
        (lambda: attention_weights(A, B, scale="1"), TypeError, "scale must be a real number"),
        (lambda: attention_weights(A, B, where=np.ones((3, 4))), TypeError, "where must be bool"),
        (lambda: attention_weights(A, B, where=np.ones((5, 4), bool)), ValueError, "where has"),
        (lambda: attention_weights(A * 1j, B), TypeError, "q must be real"),
        (lambda: attention_weights(A, B.astype(str)), TypeError, "k must be real"),
        (lambda: attention_weights(np.ma.masked_array(A), B), TypeError, "q is a masked array"),
        (lambda: scaled_dot_product_attention(A, B, A), ValueError, "4 keys and 3 values"),
        (lambda: scaled_dot_product_attention(A, B, [1.0]), ValueError, "v must have two axes"),
        (lambda: scaled_dot_product_attention(A, B, [["x"]]), TypeError, "v must be real"),
        (lambda: scaled_dot_product_attention(A[None].repeat(2, 0), B, B[None].repeat(3, 0)),
         ValueError, "do not broadcast"),
        (lambda: attention_vjp(A, B, B, B), ValueError, r"vector has shape \(4, 2\), .* \(3, 2\)"),
        (lambda: attention_vjp(A, B, B, A * 1j), TypeError, "vector must be real"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_softmax_one_of_the_running_example():
    np.testing.assert_allclose(softmax_one([1, 3, 2]), [0.0871443, 0.6439143, 0.2368828], atol=5e-8)


@given(arrays(float, st.integers(0, 8), elements=st.floats(-700, 700)))
def test_softmax_one_is_scipys_softmax_with_one_score_of_0_more(z):
    expected = scipy.special.softmax(np.append(z, 0))[:-1]
    np.testing.assert_allclose(softmax_one(z), expected, rtol=1e-13, atol=1e-300)


@given(st.lists(moderate, min_size=1, max_size=6))
def test_softmax_one_agrees_with_fifty_digits(z):
    with mpmath.workdps(50):
        total = 1 + mpmath.fsum(mpmath.exp(x) for x in z)
        exact = [float(mpmath.exp(x) / total) for x in z]
    np.testing.assert_allclose(softmax_one(z), exact, rtol=1e-14)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], []),
        ([-np.inf, -np.inf], [0, 0]),
        ([-1000, -2000], [0, 0]),
        ([1000, 1000], [0.5, 0.5]),
        ([1e308, -1e308], [1, 0]),
        ([np.inf, 0], [np.nan, np.nan]),
        ([np.nan, 0], [np.nan, np.nan]),
        ([0], [0.5]),
        (0, 0.5),
    ],
)
def test_softmax_one_at_the_edges(scores, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(softmax_one(scores), expected)


def test_softmax_one_with_a_mask_an_axis_and_types():
    z = np.array([[1, 3, 2], [1, np.nan, 2], [1, 3, 2]])
    seen = np.array([[True] * 3, [True, False, True], [False] * 3])
    by_rows = softmax_one(z, where=seen)
    np.testing.assert_allclose(by_rows[0], scipy.special.softmax([1, 3, 2, 0])[:3], rtol=1e-15)
    np.testing.assert_allclose(by_rows[1, ::2], scipy.special.softmax([1, 2, 0])[:2], rtol=1e-15)
    np.testing.assert_array_equal(by_rows[1:, 1], [0, 0])
    np.testing.assert_array_equal(by_rows[2], [0, 0, 0])
    np.testing.assert_array_equal(softmax_one(z.T, axis=0, where=seen.T), by_rows.T)
    whole = scipy.special.softmax([1, 3, 2, 4, 0])[:4].reshape(2, 2)
    np.testing.assert_allclose(softmax_one([[1, 3], [2, 4]], axis=None), whole, rtol=1e-15)
    for dtype in (np.float16, np.float32, np.longdouble):
        assert softmax_one(np.ones(3, dtype)).dtype == dtype
    assert isinstance(softmax_one(2.0), np.float64)
    with pytest.raises(TypeError, match="logits must be real"):
        softmax_one([1j])
    with pytest.raises(TypeError, match="where must be boolean"):
        softmax_one([1.0], where=[1.0])


@given(arrays(float, st.integers(1, 6), elements=moderate))
def test_a_key_and_a_value_of_zeros_make_softmax_one_of_softmax(z):
    q, k, v = np.ones((1, 1)), z[:, np.newaxis], np.arange(1.0, 1 + len(z))[:, np.newaxis]
    padded = scaled_dot_product_attention(q, np.append(k, [[0]], 0), np.append(v, [[0]], 0))
    np.testing.assert_allclose(padded.item(), softmax_one(z) @ v[:, 0], rtol=1e-12)


def test_a_gap_of_5_disperses_with_the_length_as_published():
    shares = [scipy.special.softmax([5.0, *[0.0] * (n - 1)])[0] for n in (10, 100, 1000, 10_000)]
    np.testing.assert_allclose(shares, [0.9428, 0.5999, 0.1293, 0.0146], atol=5e-5)
    keys = np.zeros((10_000, 1))
    keys[0] = 5
    weights = attention_weights(np.ones((1, 1)), keys)
    np.testing.assert_allclose(weights[0, 0], shares[-1], rtol=1e-13)


@pytest.mark.parametrize(
    "function", [attention_vjp, attention_weights, scaled_dot_product_attention, softmax_one]
)
def test_a_docstring_names_every_parameter_and_says_what_is_returned_and_raised(function):
    text = inspect.getdoc(function)
    for argument, parameter in inspect.signature(function).parameters.items():
        assert f"{argument} :" in text or f"{argument}," in text or f", {argument}\n" in text
        optional = parameter.default is not parameter.empty
        assert optional == (parameter.kind is parameter.KEYWORD_ONLY)
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"{section}\n{'-' * len(section)}" in text
