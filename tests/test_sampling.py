"""Draws follow the distribution, and truncation keeps what it promises to keep."""

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from softmax_course import gumbel_max, min_p, sample, sampling, softmax, top_k, top_p

SCORES = [1, 3, 2]

samplers = pytest.mark.parametrize("draw", [sample, gumbel_max])
truncations = pytest.mark.parametrize(
    "truncate", [lambda z: top_k(z, 2), lambda z: top_p(z, 0.9), lambda z: min_p(z, 0.2)]
)
rows = st.integers(1, 8).flatmap(lambda n: arrays(float, n, elements=st.floats(-30, 30)))
shares = st.floats(1e-6, 1)


def chi_square_p_value(draws, probabilities):
    counts = np.bincount(draws, minlength=len(probabilities))
    return scipy.stats.chisquare(counts, len(draws) * np.asarray(probabilities)).pvalue


# Seeds are fixed, so a correct sampler passes on every run; the test after this one shows what
# 100,000 draws at this level are able to notice.
@samplers
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("scores", [SCORES, [0.0] * 10, [-2.0, 1e-3, 0.5, -1.0, 3.0]])
def test_draws_pass_a_chi_square_test_at_level_one_in_a_thousand(draw, seed, scores):
    draws = draw(scores, size=100_000, rng=seed)
    assert chi_square_p_value(draws, scipy.special.softmax(scores)) > 1e-3


def test_the_chi_square_test_notices_probabilities_off_by_a_hundredth():
    draws = sample(SCORES, size=100_000, rng=0)
    off = np.add(scipy.special.softmax(SCORES), [0.01, -0.01, 0])
    assert chi_square_p_value(draws, off) < 1e-3


def test_gumbel_max_draws_are_the_argmax_of_numpys_gumbel_noise():
    noise = np.random.default_rng(0).gumbel(size=(200_000, 3))
    draws = gumbel_max(SCORES, size=200_000, rng=0)
    np.testing.assert_array_equal(draws, np.argmax(np.array(SCORES) + noise, axis=1))
    np.testing.assert_array_equal(np.bincount(draws) / 200_000, [0.090685, 0.667110, 0.242205])


@samplers
def test_every_row_is_drawn_from_its_own_distribution(draw):
    z = np.array([SCORES, [4, 0, 1]])
    draws = draw(z, size=(50_000, 2), rng=0)
    for row, codes in zip(z, draws.T, strict=True):
        assert chi_square_p_value(codes, scipy.special.softmax(row)) > 1e-3


@samplers
@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("seed", range(3))
def test_draws_at_a_temperature_have_the_probabilities_of_the_divided_logits(
    draw, temperature, seed
):
    draws = draw(SCORES, size=100_000, temperature=temperature, rng=seed)
    expected = scipy.special.softmax(np.array(SCORES) / temperature)
    assert chi_square_p_value(draws, expected) > 1e-3


@samplers
@pytest.mark.parametrize("temperature", [1e-300, 1e-3])
def test_close_to_zero_a_temperature_leaves_the_likeliest_class_alone(draw, temperature):
    draws = draw([-1.7e308, 3, 1.7e308], size=100, temperature=temperature, rng=0)
    np.testing.assert_array_equal(draws, np.full(100, 2))


@samplers
@pytest.mark.parametrize("temperature", [0, -1, np.inf, np.nan])
def test_a_temperature_that_is_not_finite_and_positive_is_refused(draw, temperature):
    with pytest.raises(ValueError, match="temperature must be finite and above 0, not"):
        draw(SCORES, temperature=temperature)


@samplers
@pytest.mark.parametrize("scores", [[-np.inf, 0, 0], [0, -np.inf, 0], [0, 0, -np.inf]])
def test_a_class_at_minus_infinity_is_never_drawn(draw, scores):
    draws = draw(scores, size=10_000, rng=0)
    assert set(draws) == set(np.flatnonzero(np.isfinite(scores)))


@pytest.mark.parametrize(("uniform", "code"), [(0.0, 1), (1 - 2.0**-53, 4)])
def test_extreme_uniform_numbers_select_classes_of_positive_probability(uniform, code):
    class Extreme(np.random.Generator):
        def random(self, size=None):
            return np.full(size, uniform)

    z = [-np.inf, *np.log([0.1, 0.2, 0.3, 0.4]), -np.inf]
    assert sample(z, rng=Extreme(np.random.PCG64(0))) == code
    # Ten times 0.1 is 0.9999999999999999, which a uniform number can reach.
    assert 0 <= sample(np.zeros(10), rng=Extreme(np.random.PCG64(0))) <= 9


@samplers
def test_equal_huge_scores_are_equally_likely(draw):
    draws = draw([1e17, 1e17], size=10_000, rng=0)
    assert chi_square_p_value(draws, [0.5, 0.5]) > 1e-3


@samplers
@pytest.mark.parametrize(
    ("shape", "axis", "size", "expected"),
    [
        ((3,), -1, None, ()),
        ((3,), -1, 5, (5,)),
        ((3,), -1, (2, 5), (2, 5)),
        ((3,), -1, (), ()),
        ((3,), -1, 0, (0,)),
        ((4, 3), -1, None, (4,)),
        ((4, 3), 0, None, (3,)),
        ((4, 3), -1, 4, (4,)),
        ((4, 3), -1, (6, 4), (6, 4)),
        ((1, 3), -1, 4, (4,)),
        ((2, 3, 4), 1, (7, 2, 4), (7, 2, 4)),
        ((0, 3), -1, None, (0,)),
        ((0, 3), -1, (2, 0), (2, 0)),
    ],
)
def test_shape_of_the_result_follows_numpys_generator_methods(draw, shape, axis, size, expected):
    result = draw(np.zeros(shape), size, axis=axis, rng=0)
    means = np.zeros(np.delete(shape, axis))
    assert np.shape(np.random.default_rng(0).normal(means, size=size)) == expected
    assert np.shape(result) == expected
    assert result.dtype == np.intp


@samplers
def test_a_single_draw_is_a_scalar_and_several_are_an_array(draw):
    assert type(draw(SCORES)) is type(draw(SCORES, ())) is np.intp
    assert type(draw(SCORES, 1)) is type(draw([SCORES])) is np.ndarray


@samplers
@pytest.mark.parametrize("size", [3, (2,), (4, 1), (), -1, (-4,)])
def test_a_size_that_the_shape_does_not_broadcast_to_is_refused(draw, size):
    with pytest.raises(ValueError, match=r"size must be a shape to which \(4,\)"):
        draw(np.zeros((4, 3)), size)


@samplers
@pytest.mark.parametrize("size", [2.5, "3", True, (2, 1.0)])
def test_a_size_that_is_no_integer_is_refused(draw, size):
    with pytest.raises(TypeError, match="size must be an integer"):
        draw(SCORES, size)


@samplers
@pytest.mark.parametrize("scores", [[-1.7e308, 1.7e308], [-np.inf, 1.7e308], [-np.inf, -1e308]])
def test_scores_of_any_size_are_drawn_from_without_a_warning(draw, scores):
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(draw(scores, size=100, rng=0), np.ones(100))


@pytest.mark.parametrize("scores", [SCORES, np.zeros(10), [-np.inf, 0, 0, -np.inf], [0.0]])
@pytest.mark.parametrize("size", [None, (), 1000, (20, 50)])
def test_one_distribution_and_a_batch_of_it_give_the_same_draws(scores, size):
    draws = sample(scores, size, rng=0)
    batch = np.broadcast_to(scores, (*np.shape(draws), len(scores)))
    assert type(draws) is type(sample(batch, rng=0))
    np.testing.assert_array_equal(draws, sample(batch, rng=0))


def test_many_draws_from_many_classes_need_no_array_of_draws_times_classes():
    draws = sample(np.zeros(1_000_000), size=1_000_000, rng=0)  # that array would be 1 TB
    assert draws.mean() == pytest.approx(499_999.5, abs=5 * 1_000_000 / np.sqrt(12e6))


@samplers
@pytest.mark.parametrize(("batch", "num_classes", "draws"), [((), 500, 20_000), ((4,), 500, 5000)])
def test_the_draws_of_a_batch_need_a_tenth_of_an_array_of_draws_times_classes_at_most(
    draw, batch, num_classes, draws, monkeypatch
):
    monkeypatch.setattr(sampling, "BLOCK", 2**16)
    z = np.zeros((*batch, num_classes))
    draw(z, size=(10, *batch), rng=0)
    tracemalloc.start()
    draw(z, size=(draws, *batch), rng=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000 * num_classes * 8 / 10


@samplers
def test_twenty_million_noises_need_no_more_than_forty_megabytes(draw):
    tracemalloc.start()
    draw(np.zeros(1000), size=20_000, rng=0)  # an array of draws times classes would need 160
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40e6


@samplers
@pytest.mark.parametrize("block", [1, 7, 2**20])
@pytest.mark.parametrize(("shape", "size"), [((3,), 50), ((2, 3), (9, 2)), ((4, 1, 3), (4, 5))])
def test_the_size_of_the_blocks_does_not_change_the_draws(draw, shape, size, block, monkeypatch):
    z = np.random.default_rng(1).normal(size=shape)
    monkeypatch.setattr(sampling, "BLOCK", block)
    draws = draw(z, size, rng=0)
    rng = np.random.default_rng(0)
    if draw is gumbel_max:
        expected = np.argmax(z + rng.gumbel(size=(*np.shape(draws), 3)), axis=-1)
    else:
        cumulative = np.cumsum(scipy.special.softmax(z, axis=-1), axis=-1)
        uniform = rng.random(np.shape(draws))
        expected = np.sum(cumulative[..., :-1] <= uniform[..., np.newaxis], axis=-1)
    np.testing.assert_array_equal(draws, expected)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9).filter(any))
def test_a_number_on_the_border_of_two_classes_selects_the_upper_one(weights):
    with np.errstate(divide="ignore"):
        z = np.log(np.array(weights, dtype=float))
    borders = np.cumsum(softmax(z))
    borders /= borders[-1]
    uniform = np.resize([0.0, *borders[borders < 1]], (12, 2))

    class Borders(np.random.Generator):
        def random(self, size=None):
            return uniform

    draws = sample([z, z], (12, 2), rng=Borders(np.random.PCG64(0)))
    np.testing.assert_array_equal(draws, np.searchsorted(borders, uniform, side="right"))
    assert all(weights[code] > 0 for code in np.ravel(draws))


@samplers
@pytest.mark.parametrize("rng", [-1, [1, -1]])
def test_a_negative_seed_is_refused_by_the_name_of_the_argument(draw, rng):
    with pytest.raises(ValueError, match=r"rng must be a seed .* not \[?(1, )?-1"):
        draw(SCORES, rng=rng)


@samplers
@pytest.mark.parametrize(
    "make_rng",
    [
        lambda: 7,
        lambda: np.int32(7),
        lambda: np.random.SeedSequence(7),
        lambda: np.random.PCG64(7),
        lambda: np.random.default_rng(7),
    ],
)
def test_every_kind_of_rng_with_the_same_seed_gives_the_same_draws(draw, make_rng):
    np.testing.assert_array_equal(
        draw(SCORES, 20, rng=make_rng()), draw(SCORES, 20, rng=np.random.default_rng(7))
    )


@samplers
def test_a_generator_is_advanced_and_no_rng_is_a_fresh_seed(draw):
    rng = np.random.default_rng(0)
    assert not np.array_equal(draw(SCORES, 50, rng=rng), draw(SCORES, 50, rng=rng))
    assert not np.array_equal(draw(SCORES, 50), draw(SCORES, 50))


@samplers
@pytest.mark.parametrize("rng", ["seed", 1.5, np.random, np.random.RandomState(0), object()])
def test_what_is_not_a_generator_is_refused(draw, rng):
    with pytest.raises(
        TypeError, match=r"rng must be .* not (str|float|module|RandomState|object)"
    ):
        draw(SCORES, rng=rng)


@samplers
@pytest.mark.parametrize(
    ("logits", "error", "message"),
    [
        ([-np.inf, -np.inf], ValueError, r"logits\[:\] = -inf leaves nothing to draw"),
        ([[0, 0], [-np.inf, -np.inf]], ValueError, r"logits\[1, :\] = -inf leaves nothing to draw"),
        ([0, np.nan], ValueError, r"logits\[1\] = nan"),
        ([[0, 1], [np.inf, 1]], ValueError, r"logits\[1, 0\] = inf"),
        ([], ValueError, "no classes"),
        (3.0, ValueError, "single number"),
        (["a"], TypeError, "real numbers"),
        ([1j], TypeError, "real numbers"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), TypeError, "masked"),
    ],
)
def test_logits_without_a_distribution_are_refused(draw, logits, error, message):
    with pytest.raises(error, match=message):
        draw(logits)


def test_examples_of_the_course():
    np.testing.assert_array_equal(top_k(SCORES, 1), [-np.inf, 3, -np.inf])
    np.testing.assert_array_equal(top_p(SCORES, 0.9), [-np.inf, 3, 2])
    np.testing.assert_array_equal(top_p(SCORES, 0.6), [-np.inf, 3, -np.inf])
    np.testing.assert_array_equal(min_p(SCORES, 0.2), [-np.inf, 3, 2])
    np.testing.assert_array_equal(min_p(SCORES, 0.1), SCORES)
    np.testing.assert_allclose(softmax(top_p(SCORES, 0.9)), [0, 0.7310586, 0.2689414], atol=5e-8)


@given(rows, st.data())
def test_top_k_keeps_exactly_the_first_k_in_order_of_size_then_position(z, data):
    k = data.draw(st.integers(1, len(z)))
    kept = sorted(range(len(z)), key=lambda i: (-z[i], i))[:k]
    expected = [z[i] if i in kept else -np.inf for i in range(len(z))]
    np.testing.assert_array_equal(top_k(z, k), expected)


@given(rows, shares)
def test_top_p_keeps_the_fewest_classes_whose_exact_sum_reaches_p(z, p):
    weights = [Fraction(float(q)) for q in scipy.special.softmax(z)]
    order = sorted(range(len(z)), key=lambda i: (-z[i], i))
    kept = np.isfinite(top_p(z, p))
    count = int(kept.sum())
    assert set(np.flatnonzero(kept)) == set(order[:count])
    slack = Fraction(1, 10**14)
    assert sum(weights[i] for i in order[:count]) >= min(Fraction(p), sum(weights)) - slack
    assert sum(weights[i] for i in order[: count - 1]) < Fraction(p) + slack


@given(rows, shares)
def test_min_p_keeps_a_class_if_its_odds_against_the_likeliest_reach_p(z, p):
    odds = np.exp(z - z.max())
    kept = np.isfinite(min_p(z, p))
    assert kept[odds >= p * (1 + 1e-12)].all()
    assert not kept[odds < p * (1 - 1e-12)].any()


@given(rows, shares)
def test_whatever_is_kept_is_unchanged_and_the_likeliest_always_stays(z, p):
    for truncated in (top_k(z, 1), top_p(z, p), min_p(z, p)):
        kept = np.isfinite(truncated)
        np.testing.assert_array_equal(truncated[kept], z[kept])
        assert kept[np.argmax(z)]


def test_ties_are_kept_in_order_of_position():
    np.testing.assert_array_equal(np.isfinite(top_k([5, 7, 7, 7], 2)), [False, True, True, False])
    np.testing.assert_array_equal(np.isfinite(top_p([0, 0, 0, 0], 0.5)), [True, True, False, False])
    np.testing.assert_array_equal(np.isfinite(min_p([0, 7, 7], 1)), [False, True, True])


@pytest.mark.parametrize("truncate", [lambda z: top_k(z, 3), lambda z: top_p(z, 1)])
def test_keeping_everything_changes_nothing_even_what_has_probability_zero(truncate):
    np.testing.assert_array_equal(truncate([0.0, -2000, -1]), [0, -2000, -1])


@pytest.mark.parametrize("p", [1e-300, np.nextafter(0, 1)])
def test_the_smallest_p_keeps_the_likeliest_alone(p):
    np.testing.assert_array_equal(top_p([1, 3, 2], p), [-np.inf, 3, -np.inf])


def test_truncations_compose():
    z = np.array([1.0, 3, 2, 2.5, -4])
    composed = min_p(top_p(top_k(z / 0.5, 4), 0.9), 0.2)
    np.testing.assert_array_equal(composed, [-np.inf, 6, -np.inf, 5, -np.inf])
    codes = sample(composed, size=50_000, rng=0)
    assert set(codes) == {1, 3}
    assert chi_square_p_value(codes // 2, scipy.special.softmax([6, 5])) > 1e-3


@pytest.mark.parametrize(("truncate", "value"), [(top_k, 2), (top_p, 0.9), (min_p, 0.2)])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_truncation_works_along_any_axis(truncate, value, axis):
    z = np.random.default_rng(0).normal(size=(3, 4, 5), scale=2)
    expected = np.apply_along_axis(lambda row: truncate(row, value), axis, z)
    np.testing.assert_array_equal(truncate(z, value, axis=axis), expected)


@truncations
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_truncated_logits_keep_their_type_and_values(truncate, dtype):
    result = truncate(np.array(SCORES, dtype=dtype))
    assert result.dtype == dtype
    np.testing.assert_array_equal(result, [-np.inf, 3, 2])


@truncations
def test_narrow_integers_are_promoted_before_they_wrap_around(truncate):
    result = truncate(np.array([1, 3, 2], dtype=np.uint8))
    np.testing.assert_array_equal(result, np.array([-np.inf, 3, 2]))


@truncations
@pytest.mark.parametrize("bad", [[np.nan, 1, 2], [np.inf, 1, 2], [-np.inf, -np.inf, -np.inf]])
def test_a_slice_without_a_distribution_is_nan_and_leaves_the_others_alone(truncate, bad):
    result = truncate([bad, SCORES])
    assert np.isnan(result[0]).all()
    np.testing.assert_array_equal(result[1], [-np.inf, 3, 2])


@truncations
@pytest.mark.parametrize("extremes", [[-1e308, 1e308, 1e308], [-1.7e308, 1.7e308, 1.7e308]])
def test_finite_logits_of_any_size_raise_no_warning(truncate, extremes):
    np.testing.assert_array_equal(truncate(extremes), [-np.inf, *extremes[1:]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_many_classes_in_a_narrow_type_are_summed_in_double_precision(dtype):
    kept = np.isfinite(top_p(np.zeros(100_000, dtype), 0.5))
    assert np.count_nonzero(kept) == pytest.approx(50_000, abs=1)


def test_empty_batches_stay_empty():
    empty = np.empty((0, 3))
    assert top_k(empty, 2).shape == top_p(empty, 0.5).shape == min_p(empty, 0.5).shape == (0, 3)
    assert top_p([], 0.5).shape == min_p([], 0.5).shape == (0,)


@truncations
def test_input_is_not_modified(truncate):
    z = np.array([1.0, 3.0, 2.0])
    truncate(z)[:] = 0
    np.testing.assert_array_equal(z, SCORES)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: top_k(SCORES, 0), ValueError, "k must be from 1 to 3, .* not 0"),
        (lambda: top_k(SCORES, 4), ValueError, "k must be from 1 to 3, .* not 4"),
        (lambda: top_k(SCORES, -1), ValueError, "not -1"),
        (lambda: top_k([], 1), ValueError, "no classes to keep: axis 0 has length 0"),
        (lambda: top_k(np.empty((2, 0)), 1), ValueError, "no classes to keep: axis 1 has length 0"),
        (lambda: top_k(SCORES, 1.0), TypeError, "k must be an integer"),
        (lambda: top_k(3.0, 1), ValueError, "single number"),
        (lambda: top_k(["a"], 1), TypeError, "real numbers"),
        (lambda: top_p(SCORES, 0), ValueError, "p must be above 0 and at most 1, not 0"),
        (lambda: top_p(SCORES, 1.1), ValueError, "not 1.1"),
        (lambda: top_p(SCORES, np.nan), ValueError, "not nan"),
        (lambda: min_p(SCORES, -0.1), ValueError, "not -0.1"),
        (lambda: min_p(SCORES, 2), ValueError, "not 2"),
        (lambda: min_p(SCORES, [0.1, 0.2]), ValueError, "p must be a single number"),
        (lambda: min_p(SCORES, 0.1, axis=1), ValueError, "out of bounds"),
    ],
)
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
