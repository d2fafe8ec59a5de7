"""However the scores are cut and in whatever order they come, the answer is that of all at once."""

import tracemalloc
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from softmax_course.streaming import (
    MaxAndSum,
    OnlineLogSumExp,
    fused_cross_entropy,
    max_and_sum,
    merge,
    tiled_attention,
)

U = 2.0**-53
NOTHING = MaxAndSum(-np.inf, 0.0)
# Rounding a gap changes exp(-gap) by less than a few u, so a merge adds no more than a few u to d.
finite = st.floats(-1000, 1000)
with_holes = st.one_of(finite, st.just(-np.inf))
scores = st.integers(0, 12).flatmap(lambda n: arrays(np.float64, n, elements=with_holes))
some_scores = st.integers(1, 40).flatmap(lambda n: arrays(np.float64, n, elements=with_holes))


def exact_pair(z):
    """The pair at 50 digits."""
    m = max(z, default=-np.inf)
    with mpmath.workdps(50):
        return m, float(
            mpmath.fsum(mpmath.exp(mpmath.mpf(x) - mpmath.mpf(m)) for x in z if x > -np.inf)
        )


def cut(z, places):
    edges = [0, *sorted(places), len(z)]
    return [z[a:b] for a, b in pairwise(edges)]


def assert_same(got, expected, rounding):
    np.testing.assert_array_equal(got.m, expected[0])
    np.testing.assert_allclose(got.d, expected[1], rtol=rounding * U)


def test_the_pair_of_the_example():
    m, d = max_and_sum([1, 3, 2])
    assert m == 3
    assert f"{d:.10f}" == "1.5032147244"


@given(some_scores)
def test_a_pair_is_the_maximum_and_the_sum_at_50_digits(z):
    assert_same(max_and_sum(z), exact_pair(z), 2 * len(z) + 4)


@given(some_scores, st.data())
def test_any_cutting_gives_the_pair_of_all_scores(z, data):
    places = data.draw(st.lists(st.integers(0, len(z)), max_size=10))
    online = OnlineLogSumExp()
    for piece in cut(z, places):
        online.update(piece)
    assert_same(online.pair, exact_pair(z), 2 * len(z) + 8 * (len(places) + 1))


@given(some_scores, st.randoms(use_true_random=False))
def test_pieces_merge_in_any_order_and_in_any_tree(z, random):
    pairs = [max_and_sum([x]) for x in z]
    while len(pairs) > 1:
        first, second = (pairs.pop(random.randrange(len(pairs))) for _ in range(2))
        pairs.append(merge(first, second))
    assert_same(pairs[0], exact_pair(z), 10 * len(z))


@given(scores, scores)
def test_merge_commutes_bit_by_bit(a, b):
    first, second = max_and_sum(a), max_and_sum(b)
    assert merge(first, second) == merge(second, first)


@given(scores, scores, scores)
def test_merge_is_associative_up_to_rounding(a, b, c):
    a, b, c = max_and_sum(a), max_and_sum(b), max_and_sum(c)
    left, right = merge(merge(a, b), c), merge(a, merge(b, c))
    assert left.m == right.m
    np.testing.assert_allclose(left.d, right.d, rtol=16 * U)


def test_merge_is_not_associative_to_the_last_bit():
    a, b, c = (MaxAndSum(0.0, d) for d in (0.1, 0.2, 0.3))
    assert merge(merge(a, b), c) != merge(a, merge(b, c))


@given(scores)
def test_nothing_changes_nothing(z):
    pair = max_and_sum(z)
    assert merge(pair, NOTHING) == merge(NOTHING, pair) == pair


@pytest.mark.parametrize(
    "pieces",
    [
        [[]],
        [[-np.inf], []],
        [[-np.inf], [-np.inf, -np.inf]],
        [[-np.inf], [2.0]],
        [[1.0, np.inf], [3.0]],
        [[1.0], [np.inf], [-np.inf]],
        [[np.inf], [np.inf]],
        [[1.0, np.nan], [3.0]],
        [[np.nan], [np.inf]],
        [[1e308], [-1e308]],
        [[-1e308], [1e308, 1e308]],
        [[1000.0], [1000.0], [1000.0]],
        [[-746.0], [0.0]],
        [[5e-324], [0.0]],
    ],
)
def test_edge_cases_are_those_of_scipy(pieces):
    online = OnlineLogSumExp()
    for piece in pieces:
        online.update(piece)
    whole = np.concatenate(pieces)
    with np.errstate(all="ignore"):
        expected = scipy.special.logsumexp(whole) if whole.size else -np.inf
        shares = scipy.special.softmax(whole) if whole.size else whole
    np.testing.assert_allclose(online.result(), expected, rtol=1e-15)
    np.testing.assert_allclose(online.probabilities(whole), shares, rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize(("shape", "axis"), [((5, 12), -1), ((12, 5), 0), ((2, 12, 3), 1)])
def test_a_batch_is_read_along_any_axis(shape, axis, dtype):
    z = np.random.default_rng(0).normal(scale=5, size=shape).astype(dtype)
    online = OnlineLogSumExp()
    for piece in np.array_split(z, 4, axis=axis):
        online.update(piece, axis=axis)
    rounding = 40 * float(np.finfo(dtype).eps)
    assert online.result().dtype == dtype
    np.testing.assert_allclose(
        online.result(), scipy.special.logsumexp(z, axis=axis), rtol=rounding
    )
    p = online.probabilities(z, axis=axis)
    assert p.dtype == dtype
    np.testing.assert_allclose(p, scipy.special.softmax(z, axis=axis), rtol=rounding)


def test_float16_and_integers_are_promoted_before_anything_is_subtracted():
    online = OnlineLogSumExp()
    online.update(np.array([127, -128, 0], np.int8))
    assert online.result() == 127
    pair = max_and_sum(np.float16([10, 9]))
    assert pair.d.dtype == np.float32


def test_another_ones_scores_are_taken_in_and_it_stays_as_it_is():
    a, b, empty = OnlineLogSumExp(), OnlineLogSumExp(), OnlineLogSumExp()
    a.update([1, 3])
    b.update([2])
    a.merge(b)
    a.merge(empty)
    empty.merge(a)
    np.testing.assert_allclose([a.result(), empty.result()], 3.40760596444438, rtol=1e-15)
    assert b.result() == 2
    assert OnlineLogSumExp().result() == -np.inf
    assert repr(b) == "OnlineLogSumExp(m=2.0, d=1.0)"


def test_pieces_of_another_shape_are_refused():
    online = OnlineLogSumExp()
    online.update([1.0, 2.0])
    with pytest.raises(ValueError, match=r"pieces so far have the shape \(\) .* not \(3,\)"):
        online.update(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="must have an axis of classes"):
        online.update(1.0)
    with pytest.raises(TypeError, match="must be real numbers"):
        online.update([1j])
    with pytest.raises(TypeError, match="masked array"):
        online.probabilities(np.ma.array([1.0], mask=[True]))


def test_no_piece_is_changed():
    z = np.array([[1.0, 3.0, -np.inf], [2.0, 0.0, 1.0]])
    before = z.copy()
    online = OnlineLogSumExp()
    online.update(z)
    online.probabilities(z)
    np.testing.assert_array_equal(z, before)


# ---- fused cross-entropy


def reference_loss(x, w, b, t):
    return -np.take_along_axis(scipy.special.log_softmax(x @ w + b, axis=1), t[:, None], 1)[:, 0]


@pytest.mark.parametrize("block", [1, 3, 50, 4096])
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 3e-5)])
def test_the_fused_loss_is_that_of_the_whole_matrix(block, dtype, rtol):
    rng = np.random.default_rng(0)
    x, w, b = (rng.normal(size=s).astype(dtype) for s in ((7, 4), (4, 50), (50,)))
    t = rng.integers(0, 50, 7)
    exact = reference_loss(*(a.astype(np.float64) for a in (x, w, b)), t)
    got = fused_cross_entropy(x, w, t, bias=b, block=block, reduction="none")
    assert got.dtype == dtype
    np.testing.assert_allclose(got, exact, rtol=rtol)
    mean = fused_cross_entropy(x, w, t, bias=b, block=block)
    total = fused_cross_entropy(x, w, t, bias=b, block=block, reduction="sum")
    np.testing.assert_allclose([mean, total / 7], exact.mean(), rtol=rtol)


def test_a_huge_score_does_not_swallow_the_loss():
    got = fused_cross_entropy([[1.0]], [[1e17, 1e17]], [1], block=1)
    np.testing.assert_allclose(got, np.log(2), rtol=1e-15)


def test_without_examples_the_mean_is_nan():
    assert np.isnan(fused_cross_entropy(np.zeros((0, 2)), np.zeros((2, 3)), []))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0]], [[1.0, 2.0]], [2]), "is not a class code"),
        (([[1.0]], [[1.0, 2.0]], [-1]), "is not a class code"),
        (([[1.0]], [[1.0, 2.0]], [0, 1]), "for 1 examples and 2 classes"),
        (([[1.0, 2.0]], [[1.0, 2.0]], [0]), r"must be \(n, f\) and \(f, K\)"),
        (([1.0], [[1.0, 2.0]], [0]), r"must be \(n, f\) and \(f, K\)"),
        (([[1.0]], np.zeros((1, 0)), [0]), r"must be \(n, f\) and \(f, K\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        fused_cross_entropy(*arguments)


def test_bad_options_are_refused():
    with pytest.raises(ValueError, match="block must be at least 1"):
        fused_cross_entropy([[1.0]], [[1.0, 2.0]], [0], block=0)
    with pytest.raises(ValueError, match="reduction must be"):
        fused_cross_entropy([[1.0]], [[1.0, 2.0]], [0], reduction="max")
    with pytest.raises(ValueError, match=r"bias the shape \(3,\)"):
        fused_cross_entropy([[1.0]], [[1.0, 2.0]], [0], bias=[1, 2, 3])


# ---- tiled attention


def reference_attention(q, k, v, scale):
    return scipy.special.softmax(scale * (q @ np.swapaxes(k, -1, -2)), axis=-1) @ v


@pytest.mark.parametrize("tile", [1, 7, 64, 1000])
@pytest.mark.parametrize("scale", [None, 1.0, 30.0])
@pytest.mark.parametrize(("dtype", "atol"), [(np.float64, 1e-14), (np.float32, 2e-5)])
def test_tiled_attention_is_attention(tile, scale, dtype, atol):
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=s).astype(dtype) for s in ((20, 8), (33, 8), (33, 5)))
    got = tiled_attention(q, k, v, scale=scale, tile=tile)
    assert got.dtype == dtype
    wide = (a.astype(np.float64) for a in (q, k, v))
    expected = reference_attention(*wide, 8**-0.5 if scale is None else scale)
    np.testing.assert_allclose(got, expected, atol=atol * (scale or 1))


def test_batches_and_heads_broadcast():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(2, 3, 9, 4)), rng.normal(size=(3, 10, 4)), rng.normal(size=(10, 6))
    got = tiled_attention(q, k, v, tile=4)
    assert got.shape == (2, 3, 9, 6)
    np.testing.assert_allclose(got, reference_attention(q, k, v, 0.5), atol=1e-14)


def test_a_tile_of_keys_without_any_weight_does_no_harm():
    q, k = np.array([[1.0]]), np.array([[-np.inf], [-np.inf], [1.0], [3.0]])
    v = np.array([[9.0], [9.0], [0.0], [1.0]])
    expected = scipy.special.softmax([1.0, 3.0])[1]
    np.testing.assert_allclose(tiled_attention(q, k, v, tile=2), [[expected]], rtol=1e-15)
    backwards = tiled_attention(q, k[::-1], v[::-1], tile=2)
    np.testing.assert_allclose(backwards, [[expected]], rtol=1e-15)


@pytest.mark.parametrize(
    ("shapes", "tile"),
    [
        (((2, 3), (4, 2), (4, 2)), 8),
        (((2, 3), (4, 3), (5, 2)), 8),
        (((2, 3), (0, 3), (0, 2)), 8),
        (((3,), (4, 3), (4, 2)), 8),
        (((2, 0), (4, 0), (4, 2)), 8),
        (((2, 3), (4, 3), (4, 2)), 0),
    ],
)
def test_attention_refuses_what_does_not_fit(shapes, tile):
    with pytest.raises(ValueError, match=r"must be"):
        tiled_attention(*(np.zeros(shape) for shape in shapes), tile=tile)


@pytest.mark.parametrize("scale", [np.nan, np.inf])
def test_attention_refuses_a_scale_that_is_no_number(scale):
    with pytest.raises(ValueError, match="scale must be finite"):
        tiled_attention(*np.ones((3, 2, 2)), scale=scale)


def peak(function, *arguments, **options):
    tracemalloc.start()
    try:
        function(*arguments, **options)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_square_of_the_length():
    rng = np.random.default_rng(0)
    short, long = (rng.normal(size=(n, 8)) for n in (512, 1024))
    grown = peak(tiled_attention, long, long, long, tile=64)
    assert grown < 1024 * 1024 * 8 / 8
    assert grown < 1.6 * peak(tiled_attention, short, short, short, tile=64)


def test_the_fused_loss_keeps_one_block_of_scores():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(64, 4)), rng.normal(size=(4, 8000))
    t = rng.integers(0, 8000, 64)
    assert peak(fused_cross_entropy, x, w, t, block=500) < 64 * 8000 * 8 / 4
