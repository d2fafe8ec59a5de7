"""Derivatives agree with finite differences, the complex step, and automatic differentiation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from softmax_course import (
    cross_entropy,
    cross_entropy_gradient,
    softmax,
    softmax_jacobian,
    softmax_vjp,
)

SCORES = [1, 3, 2]
PROBABILITIES = np.array([0.09003057317038046, 0.6652409557748218, 0.24472847105479764])

moderate = st.floats(-20, 20, width=64)
vectors = st.integers(1, 6).flatmap(lambda n: arrays(float, n, elements=moderate))
pairs = st.integers(1, 6).flatmap(
    lambda n: st.tuples(arrays(float, n, elements=moderate), arrays(float, n, elements=moderate))
)


def complex_softmax(z):
    e = np.exp(z - z.real.max())
    return e / e.sum()


def complex_step(function, z, step=1e-30):
    """Columns are the derivatives of `function` by each entry of z, without any subtraction."""
    return np.stack([function(z + 1j * step * e).imag / step for e in np.eye(len(z))], axis=-1)


def central_difference(function, z, step=1e-5):
    z = np.asarray(z, dtype=float)
    columns = []
    for index in np.ndindex(z.shape):
        shift = np.zeros(z.shape)
        shift[index] = step
        columns.append((function(z + shift) - function(z - shift)) / (2 * step))
    return np.stack(columns, axis=-1)


def test_jacobian_of_the_running_example_is_diag_p_minus_outer_p():
    expected = np.diag(PROBABILITIES) - np.outer(PROBABILITIES, PROBABILITIES)
    np.testing.assert_allclose(softmax_jacobian(SCORES), expected, rtol=1e-14)


def test_eigenvalues_of_the_running_example():
    eigenvalues = np.linalg.eigvalsh(softmax_jacobian(SCORES))
    np.testing.assert_allclose(eigenvalues, [0, 0.1185533, 0.3709036], atol=5e-8)


@given(vectors)
def test_cross_entropy_gradient_agrees_with_the_complex_step(z):
    for code in range(len(z)):
        loss = lambda z, code=code: -np.log(complex_softmax(z)[code])  # noqa: E731
        expected = complex_step(loss, z)
        np.testing.assert_allclose(cross_entropy_gradient(z, code), expected, atol=1e-13)


@given(vectors)
def test_jacobian_agrees_with_the_complex_step(z):
    np.testing.assert_allclose(
        softmax_jacobian(z), complex_step(complex_softmax, z), rtol=1e-10, atol=1e-15
    )


@given(vectors)
def test_jacobian_agrees_with_finite_differences(z):
    np.testing.assert_allclose(
        softmax_jacobian(z), central_difference(softmax, z), rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("temperature", [0.25, 4.0])
def test_temperature_divides_the_derivative_too(temperature):
    z = np.array([1.0, 3.0, 2.0])
    expected = complex_step(lambda z: complex_softmax(z / temperature), z)
    vector = np.array([2.0, -1.0, 0.5])
    np.testing.assert_allclose(softmax_jacobian(z, temperature=temperature), expected, rtol=1e-13)
    np.testing.assert_allclose(
        softmax_vjp(z, vector, temperature=temperature), vector @ expected, rtol=1e-13
    )


@given(vectors)
def test_jacobian_is_symmetric_positive_semidefinite_with_norm_at_most_half(z):
    jacobian = softmax_jacobian(z)
    eigenvalues = np.linalg.eigvalsh(jacobian)
    np.testing.assert_array_equal(jacobian, jacobian.T)
    np.testing.assert_allclose(jacobian.sum(axis=1), 0, atol=1e-16)
    assert eigenvalues.min() >= -1e-15
    assert eigenvalues.max() <= 0.5 + 1e-15


def test_norm_one_half_is_reached_by_two_equal_scores():
    assert np.linalg.norm(softmax_jacobian([7, 7]), 2) == pytest.approx(0.5, rel=1e-15)


def test_diagonal_of_a_confident_row_is_not_rounded_to_zero():
    # 1 - p[0] is 0 in float64 here, but the derivative p[0] (1 - p[0]) is p[1] to 17 digits.
    assert softmax_jacobian([40.0, 0.0])[0, 0] == pytest.approx(np.exp(-40.0), rel=1e-14)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_jacobian_stands_last_whichever_axis_holds_the_classes(axis):
    z = np.random.default_rng(0).normal(size=(2, 3, 4))
    rows = np.moveaxis(z, axis, -1)
    expected = np.array(
        [complex_step(complex_softmax, row) for row in rows.reshape(-1, rows.shape[-1])]
    )
    expected = expected.reshape(*rows.shape, rows.shape[-1])
    np.testing.assert_allclose(softmax_jacobian(z, axis=axis), expected, rtol=1e-12)


@given(pairs)
def test_vjp_is_the_vector_times_the_jacobian(pair):
    z, vector = pair
    np.testing.assert_allclose(
        softmax_vjp(z, vector), vector @ complex_step(complex_softmax, z), atol=1e-13
    )


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_vjp_works_along_any_axis(axis):
    rng = np.random.default_rng(0)
    z, vector = rng.normal(size=(2, 3, 4))
    expected = central_difference(lambda z: np.sum(vector * softmax(z, axis)), z).reshape(z.shape)
    np.testing.assert_allclose(softmax_vjp(z, vector, axis=axis), expected, atol=1e-9)


@pytest.mark.parametrize("axis", [0, -1])
def test_vjp_broadcasts_several_vectors_over_one_row(axis):
    vectors = np.random.default_rng(0).normal(size=(5, 3))
    expected = [v @ complex_step(complex_softmax, np.array([1.0, 3.0, 2.0])) for v in vectors]
    np.testing.assert_allclose(softmax_vjp(SCORES, vectors, axis=axis), expected, rtol=1e-13)


@pytest.mark.parametrize("shape", [(), (3,), (1, 3)])
def test_vjp_takes_a_vector_with_fewer_axes_than_the_logits(shape):
    rng = np.random.default_rng(0)
    z, vector = rng.normal(size=(2, 3)), rng.normal(size=shape)
    expected = central_difference(lambda z: np.sum(vector * softmax(z, 0)), z).reshape(z.shape)
    np.testing.assert_allclose(softmax_vjp(z, vector, axis=0), expected, atol=1e-9)


def test_gradient_of_the_running_example_is_p_minus_y():
    gradient = cross_entropy_gradient(SCORES, 1)
    np.testing.assert_allclose(gradient, [0.0900306, -0.3347590, 0.2447285], atol=5e-8)
    np.testing.assert_array_equal(gradient, cross_entropy_gradient(SCORES, [0, 1, 0]))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("targets_are", ["codes", "distributions"])
def test_gradient_agrees_with_finite_differences_of_the_loss(
    reduction, label_smoothing, axis, targets_are
):
    rng = np.random.default_rng(0)
    z = rng.normal(size=(2, 3, 4), scale=3)
    if targets_are == "codes":
        targets = rng.integers(z.shape[axis], size=np.delete(z.shape, axis))
    else:
        targets = rng.dirichlet(np.ones(z.shape[axis]), size=np.delete(z.shape, axis))
        targets = np.moveaxis(targets, -1, axis)
    options = {"axis": axis, "label_smoothing": label_smoothing, "reduction": reduction}
    expected = central_difference(lambda z: cross_entropy(z, targets, **options), z)
    np.testing.assert_allclose(
        cross_entropy_gradient(z, targets, **options), expected.reshape(z.shape), atol=1e-9
    )


@given(vectors, st.floats(0.5, 20))
def test_gradient_at_a_temperature_has_its_factor_of_the_chain_rule(z, temperature):
    for code in range(len(z)):
        loss = lambda z, code=code: -np.log(complex_softmax(z / temperature)[code])  # noqa: E731
        expected = complex_step(loss, z)
        gradient = cross_entropy_gradient(z, code, temperature=temperature)
        np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_gradient_at_a_temperature_is_that_of_the_loss_at_this_temperature(reduction):
    z, codes = np.random.default_rng(0).normal(size=(5, 3)), [0, 1, 2, 0, 1]
    options = {"temperature": 0.5, "label_smoothing": 0.1, "reduction": reduction}
    expected = central_difference(lambda z: cross_entropy(z, codes, **options), z)
    gradient = cross_entropy_gradient(z, codes, **options)
    np.testing.assert_allclose(gradient, expected.reshape(z.shape), atol=1e-9)


def test_gradients_without_reduction_are_those_of_the_sum():
    z, codes = np.random.default_rng(0).normal(size=(5, 3)), [0, 1, 2, 0, 1]
    separate = cross_entropy_gradient(z, codes, reduction="none")
    expected = central_difference(lambda z: cross_entropy(z, codes, reduction="sum"), z)
    np.testing.assert_allclose(separate, expected.reshape(z.shape), atol=1e-9)


def test_derivatives_agree_with_jax():
    jax = pytest.importorskip("jax", reason="JAX comes with the extra for Keras")
    rng = np.random.default_rng(0)
    z = rng.normal(size=(4, 5), scale=5).astype(np.float32)
    vector = rng.normal(size=(4, 5)).astype(np.float32)
    codes = np.array([0, 4, 2, 1])

    def loss(z):
        return -jax.nn.log_softmax(z)[np.arange(4), codes].mean()

    @jax.jit  # compiles once, where each operation would be compiled by itself
    def derivatives(z):
        return (
            jax.vmap(jax.jacobian(jax.nn.softmax))(z),
            jax.vjp(jax.nn.softmax, z)[1](vector)[0],
            jax.grad(loss)(z),
        )

    jacobian, pulled_back, gradient = derivatives(z)
    np.testing.assert_allclose(softmax_jacobian(z), jacobian, atol=1e-6)
    np.testing.assert_allclose(softmax_vjp(z, vector), pulled_back, atol=1e-6)
    np.testing.assert_allclose(cross_entropy_gradient(z, codes), gradient, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_results_have_the_type_of_the_logits(dtype):
    z = np.array(SCORES, dtype=dtype)
    assert softmax_jacobian(z).dtype == dtype
    assert softmax_vjp(z, z).dtype == dtype
    assert cross_entropy_gradient(z, 1).dtype == dtype


def test_half_precision_is_the_single_precision_answer_rounded():
    # p[0] = 1.5e-8 is 0 in float16; divided by the temperature the derivatives are not.
    z = np.array([0, 0.009, 0.018], dtype=np.float16)
    half = softmax_jacobian(z, temperature=1e-3)
    single = softmax_jacobian(z.astype(np.float32), temperature=1e-3)
    np.testing.assert_array_equal(half, single.astype(np.float16))
    assert half[0, 2] == pytest.approx(-1.5e-5, rel=0.1)


def test_narrow_integers_are_promoted():
    z = np.array([127, -128, 0], dtype=np.int8)
    np.testing.assert_array_equal(cross_entropy_gradient(z, 0), [0, *softmax([127.0, -128, 0])[1:]])


def test_a_class_at_minus_infinity_has_no_derivative_and_no_gradient():
    z = [1.0, -np.inf, 2.0]
    np.testing.assert_array_equal(softmax_jacobian(z)[1], [0, 0, 0])
    assert cross_entropy_gradient(z, [0.5, 0, 0.5])[1] == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_undefined_row_is_nan_and_leaves_the_others_alone(bad):
    z = np.array([[bad, 0, 1], [1, 3, 2]])
    for result in (softmax_jacobian(z), softmax_vjp(z, z[1]), cross_entropy_gradient(z, [0, 1])):
        assert np.isnan(result[0]).all()
        assert np.isfinite(result[1]).all()


def test_empty_batches_give_empty_gradients():
    empty = np.empty((0, 3))
    assert softmax_jacobian(empty).shape == (0, 3, 3)
    assert softmax_vjp(empty, empty).shape == (0, 3)
    assert cross_entropy_gradient(empty, np.empty(0, dtype=int)).shape == (0, 3)
    assert softmax_jacobian(np.empty((2, 0))).shape == (2, 0, 0)


def test_input_is_not_modified():
    z, vector, y = np.array([1.0, 3, 2]), np.array([1.0, 0, 0]), np.array([0.0, 1, 0])
    softmax_jacobian(z)
    softmax_vjp(z, vector, temperature=2)
    cross_entropy_gradient(z, y, label_smoothing=0.1)
    np.testing.assert_array_equal([z, vector, y], [[1, 3, 2], [1, 0, 0], [0, 1, 0]])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: softmax_jacobian(3.0), ValueError, "single number"),
        (lambda: softmax_jacobian([1j]), TypeError, "complex"),
        (lambda: softmax_jacobian([1.0], temperature=0), ValueError, "above 0, not 0"),
        (lambda: softmax_jacobian([1.0], axis=1), ValueError, "out of bounds"),
        (lambda: softmax_vjp([1.0, 2.0], ["a", "b"]), TypeError, "vector"),
        (lambda: softmax_vjp([1.0, 2.0], [1.0, 2.0, 3.0]), ValueError, "broadcast"),
        (lambda: softmax_vjp([[0.0]], [1, 2, 3]), ValueError, "vector has 3 classes on axis -1"),
        (lambda: cross_entropy_gradient(SCORES, 3), ValueError, "targets = 3"),
        (lambda: cross_entropy_gradient(SCORES, -1), ValueError, "targets = -1"),
        (lambda: cross_entropy_gradient(SCORES, [0, 2, 0]), ValueError, "sum"),
        (lambda: cross_entropy_gradient(SCORES, [0, 1]), ValueError, "neither"),
        (lambda: cross_entropy_gradient(SCORES, 1, temperature=0), ValueError, "above 0, not 0"),
        (lambda: cross_entropy_gradient(SCORES, 1, label_smoothing=2), ValueError, "not 2"),
        (lambda: cross_entropy_gradient(SCORES, 1, reduction="max"), ValueError, "not 'max'"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
