"""Sparse maps solve their optimisation problems, gradients are slopes, samples have no pull."""

import inspect
import itertools

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from softmax_course import alternatives
from softmax_course.alternatives import (
    entmax,
    entmax15,
    entmax_loss,
    entmax_loss_gradient,
    entmax_vjp,
    focal_loss,
    focal_loss_gradient,
    gumbel_softmax,
    gumbel_softmax_vjp,
    hierarchical_log_softmax,
    log_uniform,
    sampled_logits,
    sparsemax,
)

SCORES = [1, 3, 2]
MAPS = {
    "sparsemax": sparsemax,
    "entmax15": entmax15,
    "entmax 1": lambda z, **axis: entmax(z, 1, **axis),
    "entmax 1.25": lambda z, **axis: entmax(z, 1.25, **axis),
    "entmax 3": lambda z, **axis: entmax(z, 3, **axis),
}
ALPHA = {"sparsemax": 2, "entmax15": 1.5, "entmax 1": 1, "entmax 1.25": 1.25, "entmax 3": 3}
maps = pytest.mark.parametrize("name", MAPS)

moderate = st.floats(-20, 20, width=64)
vectors = st.integers(1, 6).flatmap(lambda n: arrays(float, n, elements=moderate))
alphas = st.floats(1.05, 4)


def central_difference(function, z, step=1e-6):
    z = np.asarray(z, dtype=float)
    slopes = []
    for index in np.ndindex(z.shape):
        shift = np.zeros(z.shape)
        shift[index] = step
        slopes.append((function(z + shift) - function(z - shift)) / (2 * step))
    return np.reshape(slopes, z.shape)


def tsallis(p, alpha):
    """Entropy of Tsallis, as the papers write it."""
    if alpha == 1:
        return scipy.special.entr(p).sum()
    return np.sum(p - p**alpha) / (alpha * (alpha - 1))


def by_a_solver(z, alpha):
    """Maximise ``p @ z + H(p)`` on the simplex with SciPy."""
    n = len(z)
    found = scipy.optimize.minimize(
        lambda p: -(p @ z) - tsallis(np.maximum(p, 0), alpha),
        np.full(n, 1 / n),
        method="SLSQP",
        bounds=[(0, 1)] * n,
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
        options={"ftol": 1e-15, "maxiter": 500},
    )
    return found.x


# The maps -------------------------------------------------------------------------------------


def test_the_published_examples():
    np.testing.assert_array_equal(sparsemax(SCORES), [0, 1, 0])
    np.testing.assert_allclose(sparsemax([1, 1.2, 1.1]), [0.2333, 0.4333, 0.3333], atol=5e-5)
    # The README of github.com/deep-spin/entmax
    np.testing.assert_allclose(sparsemax([-2, 0, 0.5]), [0, 0.25, 0.75], rtol=1e-15)
    np.testing.assert_allclose(entmax15([-2, 0, 0.5]), [0, 0.3260, 0.6740], atol=5e-5)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("alpha", [1, 1.25, 1.5, 2, 3])
def test_a_convex_solver_finds_the_same_point(alpha, seed):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rng.integers(2, 7))
    np.testing.assert_allclose(entmax(z, alpha), by_a_solver(z, alpha), atol=2e-4)


@pytest.mark.parametrize("seed", range(8))
def test_sparsemax_is_the_nearest_point_of_the_simplex(seed):
    z = np.random.default_rng(seed).normal(size=5)
    found = scipy.optimize.minimize(
        lambda p: np.sum((p - z) ** 2),
        np.full(5, 0.2),
        method="SLSQP",
        bounds=[(0, 1)] * 5,
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
        options={"ftol": 1e-15},
    )
    np.testing.assert_allclose(sparsemax(z), found.x, atol=1e-6)


@given(vectors)
def test_no_point_of_the_simplex_lies_beyond_the_tangent_plane_of_sparsemax(z):
    """The variational inequality of a projection; it is enough to try the corners."""
    p = sparsemax(z)
    away = z - p
    assert np.max(away) - p @ away <= 1e-12


@given(vectors, alphas)
def test_the_classes_that_stay_have_one_slope_and_the_others_no_larger_one(z, alpha):
    """The conditions of Karush, Kuhn and Tucker for the largest ``p @ z + H(p)``."""
    p = entmax(z, alpha)
    slope = z - p ** (alpha - 1) / (alpha - 1)
    stays = p > 1e-6
    np.testing.assert_allclose(slope[stays], slope[stays].max(), atol=1e-9)
    assert np.all(slope <= slope[stays].max() + 1e-9)


@pytest.mark.parametrize("z", [SCORES, [1, 1.2, 1.1], [0.3, -0.2, 0.1, 0.25, -3]])
@pytest.mark.parametrize("alpha", [1.001, 1.25, 1.5, 1.75, 2, 3])
def test_fifty_digits_agree(z, alpha):
    with mpmath.workdps(50):
        power = mpmath.mpf(alpha) - 1
        x = [power * mpmath.mpf(float(score)) for score in z]

        def share(score, tau):
            return max(score - tau, mpmath.mpf(0)) ** (1 / power)

        bracket = (max(x) - 1, max(x) - mpmath.mpf(len(x)) ** -power)
        tau = mpmath.findroot(
            lambda tau: sum(share(score, tau) for score in x) - 1,
            bracket,
            solver="anderson",
            tol=1e-60,
            verify=False,
        )
        exact = [float(share(score, tau)) for score in x]
    np.testing.assert_allclose(entmax(z, alpha), exact, rtol=1e-12 if alpha < 1.1 else 1e-13)


@given(vectors)
def test_sorting_and_bisection_agree(z):
    np.testing.assert_allclose(sparsemax(z), entmax(z, 2), atol=1e-14)
    np.testing.assert_allclose(entmax15(z), entmax(z, 1.5), atol=1e-13)


@pytest.mark.parametrize("scale", [0.01, 1, 100])
@pytest.mark.parametrize("size", [2, 1000, 100_000])
def test_sorting_and_bisection_agree_for_many_classes(size, scale):
    z = scale * np.random.default_rng(0).normal(size=size)
    np.testing.assert_allclose(sparsemax(z), entmax(z, 2), atol=1e-13)
    np.testing.assert_allclose(entmax15(z), entmax(z, 1.5), atol=1e-13)
    assert entmax15(z).sum() == pytest.approx(1, abs=1e-10)


@given(st.floats(-5, 5))
def test_two_classes_have_a_closed_form(gap):
    assert sparsemax([0, gap])[1] == pytest.approx(np.clip((1 + gap) / 2, 0, 1), abs=1e-15)
    inside = np.clip(gap, -2, 2)
    half = 1 / 2 + inside / 8 * np.sqrt(8 - inside**2)
    assert entmax15([0, gap])[1] == pytest.approx(half, abs=1e-14)


@given(vectors)
def test_alpha_1_is_softmax_and_alpha_close_to_1_is_close_to_it(z):
    expected = scipy.special.softmax(z)
    np.testing.assert_allclose(entmax(z, 1), expected, rtol=1e-13)
    np.testing.assert_allclose(entmax(z, 1.0001), expected, atol=2e-3)


@maps
@given(z=vectors)
def test_a_map_gives_a_distribution_in_the_order_of_the_scores(name, z):
    p = MAPS[name](z)
    assert np.all(p >= 0)
    assert p.sum() == pytest.approx(1, abs=1e-13)
    assert np.all(np.diff(p[np.argsort(z)]) >= -1e-15)


@maps
@given(z=vectors, shift=st.integers(-100, 100), seed=st.integers(0, 9))
def test_a_map_ignores_a_shift_and_follows_a_permutation(name, z, shift, seed):
    z = np.round(z * 64) / 64  # the shift is then exact
    order = np.random.default_rng(seed).permutation(len(z))
    np.testing.assert_array_equal(MAPS[name](z + shift), MAPS[name](z))
    np.testing.assert_allclose(MAPS[name](z[order]), MAPS[name](z)[order], atol=1e-14)


@pytest.mark.parametrize("alpha", [1.25, 1.5, 2, 3])
def test_a_lead_of_one_over_alpha_minus_1_is_certainty(alpha):
    lead = 1 / (alpha - 1)
    np.testing.assert_array_equal(entmax([0, lead, -1], alpha), [0, 1, 0])
    assert entmax([0, lead * 0.99], alpha)[0] > 0


def test_softmax_never_is_certain_and_more_alpha_leaves_fewer_classes():
    z = np.random.default_rng(0).normal(size=50)
    kept = [np.count_nonzero(entmax(z, alpha)) for alpha in (1, 1.2, 1.5, 2, 4)]
    assert kept[0] == 50
    assert kept == sorted(kept, reverse=True)
    assert len(set(kept)) == 5


EDGES = [
    ("nan", [np.nan, 1, 2], "nan"),
    ("inf", [np.inf, 1, 2], "nan"),
    ("all minus infinity", [-np.inf, -np.inf], "nan"),
    ("one minus infinity", [-np.inf, 3.0], [0, 1]),
    ("minus infinity in a tie", [-np.inf, 3, 3], [0, 0.5, 0.5]),
    ("a tie", [2, 2, 2, 2], [0.25, 0.25, 0.25, 0.25]),
    ("one class", [7], [1]),
    ("far apart", [1e308, -1e308], [1, 0]),
    ("far from 0", [1e9, 1e9], [0.5, 0.5]),
    ("int8", np.array([127, -128, 0], dtype=np.int8), [1, 0, 0]),
    ("uint8", np.array([0, 200, 200], dtype=np.uint8), [0, 0.5, 0.5]),
    ("bool", [True, True], [0.5, 0.5]),
]


@maps
@pytest.mark.parametrize(("what", "z", "expected"), EDGES, ids=[edge[0] for edge in EDGES])
def test_edges(name, what, z, expected):
    p = MAPS[name](z)
    if isinstance(expected, str):
        assert np.isnan(p).all()
    else:
        np.testing.assert_allclose(p, expected, atol=1e-15)


@maps
def test_a_slice_without_a_distribution_leaves_the_others_alone(name):
    p = MAPS[name]([[np.nan, 1], [1, 1], [-np.inf, -np.inf]])
    np.testing.assert_allclose(p[1], [0.5, 0.5], rtol=1e-15)
    assert np.isnan(p[[0, 2]]).all()


@maps
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_the_axis_of_the_classes_can_be_any(name, axis):
    z = np.random.default_rng(0).normal(size=(2, 3, 4))
    p = MAPS[name](z, axis=axis)
    rows = np.apply_along_axis(MAPS[name], axis, z)
    np.testing.assert_allclose(p, rows, atol=1e-15)
    np.testing.assert_allclose(p.sum(axis=axis), 1, atol=1e-14)


@maps
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_results_have_the_type_of_the_logits(name, dtype):
    z = np.array([1, 1.2, 1.1], dtype=dtype)
    p = MAPS[name](z)
    assert p.dtype == dtype
    exact = entmax(z.astype(float), ALPHA[name])
    np.testing.assert_allclose(p.astype(float), exact, atol=2 * float(np.finfo(dtype).eps) + 1e-15)


@maps
def test_empty_batches_stay_empty_and_the_input_stays_as_it_is(name):
    assert MAPS[name](np.empty((0, 3))).shape == (0, 3)
    assert MAPS[name](np.empty((2, 0))).shape == (2, 0)
    z = np.array([1.0, 3.0, 2.0])
    MAPS[name](z)[:] = 9
    np.testing.assert_array_equal(z, SCORES)


# Gradients through the maps -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alpha", [1, 1.25, 1.5, 2, 2.5])
def test_the_product_with_the_jacobian_agrees_with_finite_differences(alpha, seed):
    rng = np.random.default_rng(seed)
    z, vector = rng.normal(size=(2, 6))
    expected = central_difference(lambda z: vector @ entmax(z, alpha), z)
    np.testing.assert_allclose(entmax_vjp(z, vector, alpha), expected, atol=1e-7)


def test_no_gradient_reaches_a_class_without_a_share():
    gradient = entmax_vjp([1, 1.2, 0], [1, 0, 5], alpha=2)
    np.testing.assert_allclose(gradient, [0.5, -0.5, 0], atol=1e-15)
    np.testing.assert_array_equal(entmax_vjp(SCORES, [4, 5, 6], alpha=2), [0, 0, 0])


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_the_product_works_along_any_axis(axis):
    z, vector = np.random.default_rng(0).normal(size=(2, 3, 4))
    expected = central_difference(lambda z: np.sum(vector * entmax(z, 1.5, axis=axis)), z)
    np.testing.assert_allclose(entmax_vjp(z, vector, axis=axis), expected, atol=1e-7)


def test_several_vectors_broadcast_over_one_row():
    vectors = np.random.default_rng(0).normal(size=(5, 3))
    expected = [entmax_vjp([1, 1.5, 2], v) for v in vectors]
    np.testing.assert_allclose(entmax_vjp([1, 1.5, 2], vectors), expected, rtol=1e-14)


# The losses of the maps -----------------------------------------------------------------------


def test_the_loss_of_softmax_is_the_cross_entropy():
    z = np.random.default_rng(0).normal(size=(4, 5), scale=3)
    codes = [0, 4, 2, 1]
    expected = -scipy.special.log_softmax(z, axis=1)[range(4), codes]
    np.testing.assert_allclose(entmax_loss(z, codes, 1, reduction="none"), expected, rtol=1e-12)
    y = np.random.default_rng(1).dirichlet(np.ones(5), size=4)
    divergence = scipy.special.rel_entr(y, scipy.special.softmax(z, axis=1)).sum(axis=1)
    np.testing.assert_allclose(entmax_loss(z, y, 1, reduction="none"), divergence, rtol=1e-11)


@pytest.mark.parametrize("seed", range(5))
def test_the_loss_of_sparsemax_is_the_published_one(seed):
    """Martins & Astudillo (2016), equation 15, with the threshold from a root finder."""
    z = np.random.default_rng(seed).normal(size=5)
    bounds = z.min() - 1, z.max()
    tau = scipy.optimize.brentq(lambda t: np.maximum(z - t, 0).sum() - 1, *bounds, xtol=1e-15)
    support = z > tau
    for code in range(5):
        expected = -z[code] + np.sum(z[support] ** 2 - tau**2) / 2 + 1 / 2
        assert entmax_loss(z, code, 2) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("alpha", [1, 1.25, 1.5, 2, 3])
def test_the_loss_is_what_the_largest_value_exceeds_the_target_s(alpha):
    """The inequality of Fenchel and Young, with the largest value from SciPy's solver."""
    z = np.array([0.4, -0.3, 0.9, 0.1])
    p = by_a_solver(z, alpha)
    largest = p @ z + tsallis(p, alpha)
    for y in (np.eye(4)[1], np.array([0.1, 0.2, 0.3, 0.4])):
        expected = largest - y @ z - tsallis(y, alpha)
        assert entmax_loss(z, y, alpha) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("targets_are", ["codes", "distributions"])
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("alpha", [1, 1.5, 2])
def test_the_gradient_of_a_map_s_loss_agrees_with_finite_differences(
    alpha, axis, targets_are, reduction
):
    rng = np.random.default_rng(0)
    z = rng.normal(size=(2, 3, 4))
    shape = np.delete(z.shape, axis)
    if targets_are == "codes":
        targets = rng.integers(z.shape[axis], size=shape)
    else:
        targets = np.moveaxis(rng.dirichlet(np.ones(z.shape[axis]), size=shape), -1, axis)
    options = {"axis": axis, "reduction": reduction}
    expected = central_difference(lambda z: entmax_loss(z, targets, alpha, **options), z)
    gradient = entmax_loss_gradient(z, targets, alpha, **options)
    np.testing.assert_allclose(gradient, expected, atol=1e-8)


@given(vectors, st.sampled_from([1, 1.5, 2]))
def test_the_loss_is_0_where_the_prediction_is_the_target(z, alpha):
    assert entmax_loss(z, entmax(z, alpha), alpha) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("alpha", [1.5, 2, 3])
def test_a_lead_of_the_margin_costs_nothing_and_a_smaller_one_something(alpha):
    margin = 1 / (alpha - 1)
    assert entmax_loss([0, margin, 0], 1, alpha) == 0
    assert entmax_loss([0, margin - 0.01, 0], 1, alpha) > 0
    np.testing.assert_array_equal(entmax_loss_gradient([0, margin, 0], 1, alpha), [0, 0, 0])


def test_the_loss_stays_finite_where_the_probability_of_the_truth_is_0():
    assert sparsemax([5, 0])[1] == 0
    assert entmax_loss([5, 0], 1, 2) == pytest.approx(5)
    assert entmax_loss([1, -np.inf], 1, 2) == np.inf
    assert entmax_loss([1, -np.inf], 0, 2) == 0
    assert np.isnan(entmax_loss([np.nan, 1], 0, 2))


@pytest.mark.parametrize("loss", [entmax_loss, focal_loss])
def test_losses_come_one_by_one_as_a_mean_or_as_a_sum(loss):
    z = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    each = loss(z, [0, 1, 2, 0], reduction="none")
    assert each.shape == (4,)
    assert loss(z, [0, 1, 2, 0]) == pytest.approx(each.mean(), rel=1e-6)
    assert loss(z, [0, 1, 2, 0], reduction="sum") == pytest.approx(each.sum(), rel=1e-6)
    assert loss(z, [0, 1, 2, 0]).dtype == np.float32
    assert np.isnan(loss(np.empty((0, 3)), np.empty(0, dtype=int)))


@pytest.mark.parametrize("gradient", [entmax_loss_gradient, focal_loss_gradient])
def test_gradients_one_by_one_are_those_of_the_sum_and_the_mean_divides_them(gradient):
    z = np.random.default_rng(0).normal(size=(4, 3))
    each = gradient(z, [0, 1, 2, 0], reduction="none")
    np.testing.assert_array_equal(each, gradient(z, [0, 1, 2, 0], reduction="sum"))
    np.testing.assert_allclose(each / 4, gradient(z, [0, 1, 2, 0]), rtol=1e-15)


# Draws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0.1, 1, 10])
def test_the_winners_of_soft_draws_come_with_the_probabilities_of_softmax(temperature):
    n = 50_000
    draws = gumbel_softmax(np.tile(SCORES, (n, 1)), temperature=temperature, rng=0)
    shares = np.bincount(draws.argmax(axis=1)) / n
    p = scipy.special.softmax(SCORES)
    assert np.all(np.abs(shares - p) < 4 * np.sqrt(p * (1 - p) / n))
    np.testing.assert_allclose(draws.sum(axis=1), 1, rtol=1e-14)


@pytest.mark.parametrize("temperature", [0.5, 2])
def test_the_gap_of_two_soft_draws_is_logistic(temperature):
    """The difference of two Gumbel numbers is logistic: Maddison et al. (2017), section 2."""
    draws = gumbel_softmax(np.tile([0.0, 1.5], (20_000, 1)), temperature=temperature, rng=0)
    gaps = np.log(draws[:, 1] / draws[:, 0])
    law = scipy.stats.logistic(loc=1.5 / temperature, scale=1 / temperature)
    assert scipy.stats.kstest(gaps, law.cdf).pvalue > 0.01


def test_a_soft_draw_is_softmax_of_the_noisy_scores():
    noise = np.random.default_rng(5).gumbel(size=(2, 3))
    expected = scipy.special.softmax((SCORES + noise) / 0.7, axis=1)
    drawn = gumbel_softmax(np.tile(SCORES, (2, 1)), temperature=0.7, rng=5)
    np.testing.assert_allclose(drawn, expected, rtol=1e-13)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_derivative_through_a_soft_draw_agrees_with_finite_differences(axis):
    z, vector = np.random.default_rng(0).normal(size=(2, 3, 4))
    settings = {"axis": axis, "temperature": 0.6}
    draws = gumbel_softmax(z, **settings, rng=3)
    expected = central_difference(
        lambda z: np.sum(vector * gumbel_softmax(z, **settings, rng=3)), z, step=1e-5
    )
    np.testing.assert_allclose(gumbel_softmax_vjp(draws, vector, **settings), expected, atol=1e-8)


def test_noise_is_not_lost_in_huge_scores_and_edges_are_those_of_softmax():
    winners = [gumbel_softmax([1e17, 1e17], rng=seed).argmax() for seed in range(20)]
    assert set(winners) == {0, 1}
    assert np.isnan(gumbel_softmax([np.nan, 1], rng=0)).all()
    assert np.isnan(gumbel_softmax([-np.inf, -np.inf], rng=0)).all()
    np.testing.assert_array_equal(gumbel_softmax([-np.inf, 0], rng=0), [0, 1])
    assert gumbel_softmax(np.zeros((0, 3)), rng=0).shape == (0, 3)
    assert gumbel_softmax(np.zeros(2, np.float16), rng=0).dtype == np.float16


# Large vocabularies ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 1000, 10**6])
def test_the_log_uniform_proposal_is_the_published_one(size):
    """TensorFlow: (log(class + 2) - log(class + 1)) / log(range_max + 1)."""
    q = log_uniform(size)
    assert q.sum() == pytest.approx(1, rel=1e-12)
    for k in (0, size // 2, size - 1):
        with mpmath.workdps(30):
            exact = (mpmath.log(k + 2) - mpmath.log(k + 1)) / mpmath.log(size + 1)
        assert q[k] == pytest.approx(float(exact), rel=1e-13)


def expected_sampled_gradient(z, truth, q, num_drawn):
    """Mean gradient over all examples and all draws, each with its probability."""
    total = np.zeros(len(z))
    for true in range(len(z)):
        for drawn in itertools.product(range(len(z)), repeat=num_drawn):
            drawn = np.array(drawn)
            candidates = np.array([true, *drawn])
            chance = truth[true] * np.prod(q[drawn])
            p = scipy.special.softmax(sampled_logits(z[true], z[drawn], q[true], q[drawn]))
            np.add.at(total, candidates, chance * (p - np.eye(len(p))[0]))
    return total


@pytest.mark.parametrize("num_drawn", [1, 2, 4])
def test_at_the_true_distribution_a_sample_has_no_pull(num_drawn):
    truth, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])
    pull = expected_sampled_gradient(np.log(truth) + 7, truth, q, num_drawn)
    np.testing.assert_allclose(pull, 0, atol=1e-15)


def test_elsewhere_the_pull_is_biased_and_more_draws_make_it_less_so():
    truth, q, z = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6]), np.array([1.0, 3, 2])
    full = scipy.special.softmax(z) - truth
    off = [np.linalg.norm(expected_sampled_gradient(z, truth, q, n) - full) for n in (1, 2, 4, 8)]
    assert off == sorted(off, reverse=True)
    assert off[3] < off[0] / 3


def test_sampled_logits_put_the_true_class_first_and_take_the_proposal_off():
    z = np.array([[1.0, 3.0, 2.0]] * 2)
    q = np.array([0.5, 0.25, 0.25])
    drawn = np.array([[0, 2], [1, 1]])
    found = sampled_logits(z[[0, 1], [1, 0]], np.take_along_axis(z, drawn, 1), q[[1, 0]], q[drawn])
    expected = [
        [3 - np.log(0.25), 1 - np.log(0.5), 2 - np.log(0.25)],
        [1 - np.log(0.5), 3 - np.log(0.25), 3 - np.log(0.25)],
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-15)
    assert sampled_logits(np.float32(1), np.ones(2, np.float32), 0.5, 0.5).dtype == np.float32


@pytest.mark.parametrize("batch", [(), (4,), (2, 3)])
def test_two_steps_make_one_distribution(batch):
    rng = np.random.default_rng(0)
    groups = np.array([0, 2, 1, 1, 2, 2, 0])
    between, z = rng.normal(size=(*batch, 3)), rng.normal(size=(*batch, 7))
    log_p = hierarchical_log_softmax(between, z, groups)
    np.testing.assert_allclose(np.exp(log_p).sum(axis=-1), 1, rtol=1e-14)
    for k in range(7):
        inside = np.flatnonzero(groups == groups[k])
        share = scipy.special.softmax(z[..., inside], axis=-1)[..., inside.tolist().index(k)]
        whole = scipy.special.softmax(between, axis=-1)[..., groups[k]] * share
        np.testing.assert_allclose(np.exp(log_p[..., k]), whole, rtol=1e-13)


def test_one_group_for_each_class_and_one_for_all_are_plain_softmax():
    expected = scipy.special.log_softmax([1.0, 3, 2])
    np.testing.assert_allclose(hierarchical_log_softmax(SCORES, [5, 6, 7], [0, 1, 2]), expected)
    np.testing.assert_allclose(hierarchical_log_softmax([4], SCORES, [0, 0, 0]), expected)


# Focal loss -----------------------------------------------------------------------------------


def test_the_focal_loss_is_the_published_one():
    """Lin et al. (2017), equation 4, for two classes, where the score is the gap."""
    gaps = np.linspace(-8, 8, 33)
    p = scipy.special.expit(gaps)
    z = np.stack([np.zeros(33), gaps], axis=1)
    for gamma in (0, 0.5, 1, 2, 5):
        expected = -((1 - p) ** gamma) * np.log(p)
        found = focal_loss(z, np.ones(33, dtype=int), gamma=gamma, reduction="none")
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_gamma_0_is_the_cross_entropy():
    z = np.random.default_rng(0).normal(size=(5, 4), scale=5)
    y = np.random.default_rng(1).dirichlet(np.ones(4), size=5)
    expected = -np.sum(y * scipy.special.log_softmax(z, axis=1), axis=1)
    np.testing.assert_allclose(focal_loss(z, y, gamma=0, reduction="none"), expected, rtol=1e-13)


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5])
@pytest.mark.parametrize("targets_are", ["codes", "distributions"])
def test_the_gradient_of_the_focal_loss_agrees_with_finite_differences(targets_are, gamma):
    rng = np.random.default_rng(0)
    z = rng.normal(size=(4, 3), scale=2)
    targets = [0, 1, 2, 2] if targets_are == "codes" else rng.dirichlet(np.ones(3), size=4)
    expected = central_difference(lambda z: focal_loss(z, targets, gamma=gamma), z)
    np.testing.assert_allclose(focal_loss_gradient(z, targets, gamma=gamma), expected, atol=1e-9)


@pytest.mark.parametrize("gap", [20, 40, 300])
@pytest.mark.parametrize("gamma", [0, 0.5, 2])
def test_an_easy_example_keeps_its_digits(gap, gamma):
    """1 - p would be rounding error, or 0."""
    with mpmath.workdps(400):
        p = 1 / (1 + mpmath.exp(-gap))
        loss = -((1 - p) ** gamma) * mpmath.log(p)
        slope = -((1 - p) ** gamma) * (1 - p - gamma * p * mpmath.log(p))
    assert focal_loss([0, gap], 1, gamma=gamma) == pytest.approx(float(loss), rel=1e-11, abs=0)
    found = focal_loss_gradient([0, gap], 1, gamma=gamma)[1]
    assert found == pytest.approx(float(slope), rel=1e-11, abs=0)


def test_what_is_hopeless_or_certain_is_not_nan():
    assert focal_loss([0, 1e6], 0, gamma=2) == pytest.approx(1e6)
    np.testing.assert_allclose(focal_loss_gradient([0, 1e6], 0, gamma=2), [-1, 1])
    assert focal_loss([0, 1e6], 1, gamma=0.5) == 0
    np.testing.assert_array_equal(focal_loss_gradient([0, 1e6], 1, gamma=0.5), [0, 0])
    assert focal_loss([0, -np.inf], [1, 0], gamma=2) == 0
    assert np.isnan(focal_loss([np.nan, 0], 0, gamma=2))


@pytest.mark.parametrize(("truth", "smallest"), [(0.7, 0.5785), (0.9, 0.6942)])
def test_the_focal_loss_is_smallest_closer_to_one_half_than_the_truth(truth, smallest):
    """SciPy minimises the expected loss, written out."""

    def expected_loss(p):
        return -truth * (1 - p) ** 2 * np.log(p) - (1 - truth) * p**2 * np.log(1 - p)

    best = scipy.optimize.minimize_scalar(expected_loss, bounds=(0.01, 0.99), method="bounded").x
    assert best == pytest.approx(smallest, abs=1e-4)
    logits = np.log([1 - best, best])
    slope = focal_loss_gradient(np.tile(logits, (2, 1)), [0, 1], gamma=2, reduction="none")
    np.testing.assert_allclose([1 - truth, truth] @ slope, 0, atol=1e-5)


# All of them ----------------------------------------------------------------------------------

BAD = [
    (lambda: sparsemax(3.0), ValueError, "logits must have an axis of classes"),
    (lambda: entmax(3.0, 1), ValueError, "logits must have an axis of classes"),
    (lambda: sparsemax([1j, 0]), TypeError, "logits must be real numbers"),
    (lambda: entmax15(np.ma.array([1, 2])), TypeError, "masked array"),
    (lambda: sparsemax([[1, 2]], axis=2), ValueError, "out of bounds"),
    (lambda: entmax(SCORES, 0.9), ValueError, "alpha must be finite and 1 or more, not 0.9"),
    (lambda: entmax(SCORES, np.inf), ValueError, "not inf"),
    (lambda: entmax(SCORES, np.nan), ValueError, "not nan"),
    (lambda: entmax(SCORES, "2"), TypeError, "alpha must be a real number"),
    (lambda: entmax(SCORES, [1, 2]), ValueError, "alpha must be a single number"),
    (lambda: entmax_vjp(SCORES, [1, 2]), ValueError, "vector has 2 classes on axis -1"),
    (lambda: entmax_vjp(3.0, [1, 2]), ValueError, "single number"),
    (lambda: entmax_loss(SCORES, 3), ValueError, "not a class code"),
    (lambda: entmax_loss(SCORES, [0, 1]), ValueError, "fit logits of shape"),
    (lambda: entmax_loss(SCORES, 1, reduction="max"), ValueError, "reduction must be"),
    (lambda: entmax_loss_gradient(SCORES, 1, 0), ValueError, "alpha must be"),
    (lambda: gumbel_softmax(SCORES, temperature=0), ValueError, "temperature must be"),
    (lambda: gumbel_softmax(3.0), ValueError, "single number"),
    (lambda: gumbel_softmax(SCORES, rng="0"), TypeError, "rng must be"),
    (lambda: gumbel_softmax_vjp([0.5, 0.5], [1, 2, 3]), ValueError, "the same shape"),
    (lambda: gumbel_softmax_vjp(0.5, 1), ValueError, "draws must have an axis"),
    (lambda: gumbel_softmax_vjp([1, 0], [1, 0], temperature=-1), ValueError, "temperature"),
    (lambda: log_uniform(0), ValueError, "num_classes must be 1 or more, not 0"),
    (lambda: log_uniform(2.0), TypeError, "num_classes must be an integer"),
    (lambda: sampled_logits([1], [1, 2], 0.5, 0.5), ValueError, "and one more axis"),
    (lambda: sampled_logits(1, [1, 2], 0, 0.5), ValueError, "true_proposal holds 0"),
    (lambda: sampled_logits(1, [1, 2], 0.5, [0.5, 1.5]), ValueError, "drawn_proposal holds 1.5"),
    (lambda: sampled_logits(1, [1, 2], 0.5, [0.5] * 3), ValueError, "does not broadcast"),
    (lambda: hierarchical_log_softmax(1, SCORES, [0, 0, 0]), ValueError, "last axis"),
    (lambda: hierarchical_log_softmax([1], [SCORES], [0, 0, 0]), ValueError, "last axis"),
    (lambda: hierarchical_log_softmax([1], SCORES, [0, 0]), ValueError, "one group for each of 3"),
    (lambda: hierarchical_log_softmax([1], SCORES, [0, 0, 1]), ValueError, "not a class code"),
    (lambda: hierarchical_log_softmax([1, 1], SCORES, [0, 0, 0]), ValueError, "group 1 has no"),
    (lambda: focal_loss(SCORES, 1, gamma=-1), ValueError, "gamma must be finite and 0 or more"),
    (lambda: focal_loss(SCORES, 1, gamma=np.inf), ValueError, "not inf"),
    (lambda: focal_loss(SCORES, 5), ValueError, "not a class code"),
    (lambda: focal_loss_gradient(SCORES, 1, gamma=None), TypeError, "gamma must be a real"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("name", alternatives.__all__)
def test_a_docstring_names_every_parameter_and_says_what_is_returned_and_raised(name):
    function = getattr(alternatives, name)
    text = inspect.getdoc(function)
    for argument, parameter in inspect.signature(function).parameters.items():
        assert f"{argument} :" in text or f"{argument}, " in text or f", {argument}\n" in text
        keyword_only = parameter.kind is parameter.KEYWORD_ONLY
        assert keyword_only == (argument in {"axis", "gamma", "reduction", "temperature", "rng"})
    for section in ("Parameters", "Returns", "Raises", "References", "Examples"):
        assert f"{section}\n{'-' * len(section)}" in text
