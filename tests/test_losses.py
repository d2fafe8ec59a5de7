"""Cross-entropy, entropy and divergence: known values, border cases, and what is refused."""

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy import inf, nan

from softmax_course import cross_entropy, entropy, kl_divergence, softmax

EXAMPLE = [1, 3, 2]
ONE_HOT = [0, 1, 0]
BATCH = [[1, 3, 2], [4, 0, 1]]
# mpmath at 50 digits, rounded to float64: -log of softmax([1, 3, 2])[1], and its entropy
LOSS = 0.40760596444438030
ENTROPY = 0.83239558183993887
# -log of softmax([4, 0, 1])[0]
LOSS_0 = 0.065883903757429168


def row_losses(logits, targets, smoothing=0.0):
    """Textbook cross-entropy from SciPy's log-softmax, for targets that are distributions."""
    smooth = (1 - smoothing) * targets + smoothing / targets.shape[-1]
    return scipy.special.xlogy(smooth, np.exp(-scipy.special.log_softmax(logits, axis=-1))).sum(-1)


# --- values ------------------------------------------------------------------------------------

VALUES = {
    "codes": (lambda: cross_entropy(EXAMPLE, 1), LOSS),
    "one-hot": (lambda: cross_entropy(EXAMPLE, ONE_HOT), LOSS),
    "one-hot of bool": (lambda: cross_entropy(EXAMPLE, [False, True, False]), LOSS),
    "a code of floating-point type": (lambda: cross_entropy([EXAMPLE], [1.0]), LOSS),
    "a code of uint8": (lambda: cross_entropy([EXAMPLE], np.array([1], np.uint8)), LOSS),
    "smoothed": (lambda: cross_entropy(EXAMPLE, 1, label_smoothing=0.1), 0.50760596444438030),
    "smoothed, one-hot": (
        lambda: cross_entropy(EXAMPLE, ONE_HOT, label_smoothing=0.1),
        0.50760596444438030,
    ),
    "smoothed entirely": (
        lambda: cross_entropy(EXAMPLE, 1, label_smoothing=1),
        1.4076059644443803,
    ),
    "initial loss of three classes": (lambda: cross_entropy([0, 0, 0], 2), math.log(3)),
    "soft targets": (lambda: cross_entropy([0, 0], [0.25, 0.75]), math.log(2)),
    "none": (
        lambda: cross_entropy(BATCH, [1, 0], reduction="none"),
        [LOSS, LOSS_0],
    ),
    "sum": (lambda: cross_entropy(BATCH, [1, 0], reduction="sum"), LOSS + LOSS_0),
    "mean": (lambda: cross_entropy(BATCH, [1, 0]), (LOSS + LOSS_0) / 2),
    "classes on axis 0": (
        lambda: cross_entropy(np.transpose(BATCH), [1, 0], axis=0),
        (LOSS + LOSS_0) / 2,
    ),
    "int8 logits": (lambda: cross_entropy(np.array([127, -128], np.int8), 1), 255),
    # one class with probability 1: no other answer is possible
    "one class": (lambda: cross_entropy([[5.0]], [0]), 0),
    # the border: 0.0 in float64, although never 0 in exact arithmetic
    "certain": (lambda: cross_entropy([0, 800], 1), 0),
    "certain and wrong": (lambda: cross_entropy([0, 800], 0), 800),
    "excluded class, not the target": (lambda: cross_entropy([-inf, 0], [0, 1]), 0),
    "excluded class, not the code": (lambda: cross_entropy([-inf, 0], 1), 0),
    "excluded class is the target": (lambda: cross_entropy([-inf, 0], 0), inf),
    "excluded class, smoothed": (lambda: cross_entropy([-inf, 0], 1, label_smoothing=0.1), inf),
    "excluded class, smoothed entirely": (
        lambda: cross_entropy([-inf, 0], 0, label_smoothing=1),
        inf,
    ),
    "nan in one row": (
        lambda: cross_entropy([[nan, 1], [0, 0]], [0, 0], reduction="none"),
        [nan, math.log(2)],
    ),
    "nan in one row, one-hot": (
        lambda: cross_entropy([[nan, 1], [0, 0]], [[0, 1], [0, 1]], reduction="none"),
        [nan, math.log(2)],
    ),
    "empty batch, mean": (lambda: cross_entropy(np.ones((0, 3)), np.ones(0)), nan),
    "empty batch, sum": (lambda: cross_entropy(np.ones((0, 3)), [], reduction="sum"), 0),
    "empty batch, none": (lambda: cross_entropy(np.ones((0, 3)), [], reduction="none"), []),
    "empty batch, one-hot": (lambda: cross_entropy(np.ones((0, 3)), np.ones((0, 3))), nan),
    "entropy, example": (
        lambda: entropy([0.090030573170380462, 0.66524095577482187, 0.24472847105479765]),
        ENTROPY,
    ),
    "entropy, one-hot": (lambda: entropy(ONE_HOT), 0),
    "entropy, even": (lambda: entropy(np.full(8, 0.125)), math.log(8)),
    "entropy, per column": (lambda: entropy([[1, 0.5], [0, 0.5]], axis=0), [0, math.log(2)]),
    "entropy, all axes": (lambda: entropy(np.full((2, 4), 0.125), axis=None), math.log(8)),
    "entropy, two axes": (
        lambda: entropy(np.full((3, 2, 4), 0.125), axis=(1, 2)),
        [math.log(8)] * 3,
    ),
    "entropy, subnormal": (lambda: entropy([1, 5e-324]), 744 * 5e-324),
    "kl, equal": (lambda: kl_divergence([0.3, 0.7], [0.3, 0.7]), 0),
    "kl, known": (lambda: kl_divergence([0.5, 0.5], [0.25, 0.75]), 0.5 * math.log(4 / 3)),
    "kl, one-hot is the cross-entropy": (
        lambda: kl_divergence(
            ONE_HOT, [0.090030573170380462, 0.66524095577482187, 0.24472847105479765]
        ),
        LOSS,
    ),
    "kl, p is 0": (lambda: kl_divergence([0, 1], [0.5, 0.5]), math.log(2)),
    "kl, q is 0": (lambda: kl_divergence([0.5, 0.5], [0, 1]), inf),
    "kl, both are 0": (lambda: kl_divergence([0, 1], [0, 1]), 0),
    "kl, quotient beyond the range": (
        lambda: kl_divergence([1, 0], [1e-310, 1]),
        310 * math.log(10),
    ),
    "kl, all axes": (
        lambda: kl_divergence([[0.5], [0.5]], [[0.25], [0.75]], axis=None),
        0.5 * math.log(4 / 3),
    ),
}


@pytest.mark.parametrize("row", VALUES)
def test_value(row):
    call, expected = VALUES[row]
    with np.errstate(all="raise"):
        result = call()
    np.testing.assert_allclose(result, expected, rtol=1e-15, atol=0)
    assert not np.any(np.signbit(result) & (result == 0)), "a loss of zero is 0.0, not -0.0"


@given(
    arrays(np.float64, (4, 5), elements=st.floats(-50, 50)),
    arrays(np.int64, 4, elements=st.integers(0, 4)),
    st.floats(0, 1),
)
def test_codes_and_one_hot_targets_give_the_same_loss(logits, codes, smoothing):
    targets = np.eye(5)[codes]
    expected = row_losses(logits, targets, smoothing)
    for given_targets in (codes, targets):
        losses = cross_entropy(logits, given_targets, label_smoothing=smoothing, reduction="none")
        np.testing.assert_allclose(losses, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("temperature", [0.1, 2.0, 1e3])
def test_a_temperature_divides_the_logits(temperature):
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(6, 4), scale=3), rng.dirichlet(np.ones(4), size=6)
    losses = cross_entropy(logits, targets, temperature=temperature, reduction="none")
    np.testing.assert_allclose(losses, row_losses(logits / temperature, targets), rtol=1e-13)


def test_mean_agrees_with_log_loss_of_scikit_learn():
    rng = np.random.default_rng(0)
    logits, codes = rng.normal(size=(50, 4)), rng.integers(4, size=50)
    expected = sklearn.metrics.log_loss(codes, scipy.special.softmax(logits, axis=1))
    np.testing.assert_allclose(cross_entropy(logits, codes), expected, rtol=1e-13)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_classes_may_lie_on_any_axis(axis):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(3, 4, 5))
    targets = rng.dirichlet(np.ones(logits.shape[axis]), size=np.delete(logits.shape, axis))
    expected = row_losses(np.moveaxis(logits, axis, -1), targets)
    losses = cross_entropy(logits, np.moveaxis(targets, -1, axis), axis=axis, reduction="none")
    np.testing.assert_allclose(losses, expected, rtol=1e-13)
    codes = targets.argmax(-1)
    hard = cross_entropy(logits, codes, axis=axis, reduction="none")
    np.testing.assert_allclose(
        hard,
        row_losses(np.moveaxis(logits, axis, -1), np.eye(targets.shape[-1])[codes]),
        rtol=1e-13,
    )


def test_the_shape_decides_what_targets_are():
    square = [[1, 0], [0, 1]]
    np.testing.assert_allclose(cross_entropy([[0, 0], [0, 0]], square), math.log(2))
    np.testing.assert_allclose(cross_entropy([[0, 0], [0, 0]], [1, 0]), math.log(2))
    with pytest.raises(ValueError, match=r"targets\[0, :\] = 2.0 is the sum of a slice"):
        cross_entropy([[0, 0], [0, 0]], [[1, 1], [0, 1]])


@given(arrays(np.float64, 6, elements=st.floats(0, 1, width=16)).filter(lambda p: p.sum() > 0))
def test_entropy_agrees_with_scipy(weights):
    p = weights / weights.sum()
    np.testing.assert_allclose(entropy(p), scipy.stats.entropy(p), rtol=1e-13, atol=1e-15)


@given(
    arrays(np.float64, 6, elements=st.floats(-20, 20)),
    arrays(np.float64, 6, elements=st.floats(-20, 20)),
)
def test_divergence_agrees_with_scipy_and_is_not_negative(first, second):
    p, q = (scipy.special.softmax(z, axis=-1) for z in (first, second))
    np.testing.assert_allclose(
        kl_divergence(p, q), scipy.special.rel_entr(p, q).sum(), rtol=1e-12, atol=1e-14
    )
    assert kl_divergence(p, q) > -1e-14


@given(arrays(np.float64, 6, elements=st.floats(-20, 20)), st.integers(0, 5))
def test_cross_entropy_is_entropy_plus_divergence(logits, code):
    target = np.full(6, 0.1)
    target[code] = 0.5
    loss = cross_entropy(logits, target)
    parts = entropy(target) + kl_divergence(target, softmax(logits))
    np.testing.assert_allclose(loss, parts, rtol=1e-13)


# --- types -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "result"),
    [
        (np.int8, np.float64),
        (np.float16, np.float16),
        (np.float32, np.float32),
        (np.longdouble,) * 2,
    ],
)
@pytest.mark.parametrize("targets", [[1, 0], [[0, 1, 0], [1, 0, 0]], np.eye(3)[[1, 0]]])
def test_the_loss_has_the_type_of_the_logits(dtype, result, targets):
    logits = np.array(BATCH, dtype)
    for reduction in ("none", "mean", "sum"):
        loss = cross_entropy(logits, targets, reduction=reduction)
        assert loss.dtype == result
        assert isinstance(loss, np.generic) == (reduction != "none")


def test_half_precision_is_summed_in_single():
    """The sum of 200000 losses of log 2 is beyond float16; their mean is not."""
    loss = cross_entropy(np.zeros((200_000, 2), np.float16), np.zeros(200_000, int))
    assert loss == np.float16(math.log(2))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_entropy_and_divergence_keep_the_type(dtype):
    p, q = np.array([0.5, 0.5], dtype), np.array([0.25, 0.75], dtype)
    assert entropy(p).dtype == dtype
    assert kl_divergence(p, q).dtype == dtype
    assert kl_divergence(p, q.astype(np.float64)).dtype == np.result_type(dtype, np.float64)
    assert entropy([0, 1]).dtype == np.float64


@pytest.mark.parametrize(("dtype", "step"), [(np.float16, 9e-4), (np.float64, 9e-7)])
def test_sums_are_accepted_within_the_stated_tolerance(dtype, step):
    entropy(np.array([0.5, 0.5 + step], dtype))
    with pytest.raises(ValueError, match="must sum to 1 within"):
        entropy(np.array([0.5, 0.5 + 3 * step], dtype))


# --- errors ------------------------------------------------------------------------------------

REFUSED = [
    # call, error, message
    (lambda: cross_entropy(BATCH, [1, 3]), ValueError, r"targets\[1\] = 3 is not .* 0 to 2"),
    (lambda: cross_entropy(BATCH, [-1, 0]), ValueError, r"targets\[0\] = -1 is not a class code"),
    (lambda: cross_entropy(BATCH, [0, 0.5]), ValueError, r"targets\[1\] = 0.5 is not a class code"),
    (lambda: cross_entropy(BATCH, [0, nan]), ValueError, r"targets\[1\] = nan is not a class code"),
    (lambda: cross_entropy(BATCH, [-7, nan]), ValueError, r"targets\[0\] = -7"),
    (lambda: cross_entropy(EXAMPLE, 3), ValueError, "targets = 3 is not a class code"),
    (
        lambda: cross_entropy([EXAMPLE], [[0, 1.5, -0.5]]),
        ValueError,
        r"targets\[0, 2\] = -0.5 is not a prob",
    ),
    (
        lambda: cross_entropy(BATCH, [ONE_HOT, [0, 0.5, 0.4]]),
        ValueError,
        r"targets\[1, :\] = 0.9 is the sum",
    ),
    (
        lambda: cross_entropy([[0, 0], [0, 0]], [[1, 0.5], [0, 0]], axis=0),
        ValueError,
        r"targets\[:, 1\] = 0.5",
    ),
    (lambda: cross_entropy(EXAMPLE, [0, nan, 1]), ValueError, r"targets\[1\] = nan is not a prob"),
    (
        lambda: cross_entropy(BATCH, [0, 1, 2]),
        ValueError,
        r"targets of shape \(3,\) fit logits of shape \(2, 3\) neither",
    ),
    (lambda: cross_entropy(BATCH, [[0], [1]]), ValueError, r"targets of shape \(2, 1\)"),
    (lambda: cross_entropy(BATCH, 1), ValueError, r"targets of shape \(\)"),
    (lambda: cross_entropy(5.0, 0), ValueError, "logits must have an axis of classes"),
    (lambda: cross_entropy(np.ones((0, 0)), []), ValueError, "have no class on axis 1"),
    (lambda: cross_entropy(BATCH, [0, 1], axis=2), np.exceptions.AxisError, "out of bounds"),
    (lambda: cross_entropy(BATCH, [0, 1], axis=(0, 1)), TypeError, "axis must be an integer"),
    (
        lambda: cross_entropy(EXAMPLE, 1, label_smoothing=1.1),
        ValueError,
        "between 0 and 1, not 1.1",
    ),
    (
        lambda: cross_entropy(EXAMPLE, 1, label_smoothing=-0.1),
        ValueError,
        "between 0 and 1, not -0.1",
    ),
    (
        lambda: cross_entropy(EXAMPLE, 1, label_smoothing=nan),
        ValueError,
        "between 0 and 1, not nan",
    ),
    (
        lambda: cross_entropy(EXAMPLE, 1, label_smoothing=[0.1]),
        ValueError,
        "label_smoothing must be a single",
    ),
    (
        lambda: cross_entropy(EXAMPLE, 1, reduction="average"),
        ValueError,
        "'mean' or 'sum', not 'average'",
    ),
    (lambda: cross_entropy(EXAMPLE, 1, temperature=0), ValueError, "temperature must .* not 0"),
    (lambda: cross_entropy(["a"], 0), TypeError, "logits must be real numbers"),
    (lambda: cross_entropy(EXAMPLE, "b"), TypeError, "targets must be class codes"),
    (lambda: cross_entropy(EXAMPLE, [1j, 0, 0]), TypeError, "targets must be real numbers"),
    (lambda: cross_entropy(np.ma.array(EXAMPLE), 1), TypeError, "logits is a masked array"),
    (lambda: cross_entropy([EXAMPLE], np.ma.array([1])), TypeError, "targets is a masked array"),
    (lambda: entropy([0.5, 0.6]), ValueError, r"probabilities\[:\] = 1.1 is the sum of a slice"),
    (lambda: entropy([[1, 0], [-0.5, 1.5]]), ValueError, r"probabilities\[1, 0\] = -0.5 is not"),
    (lambda: entropy([nan, 1]), ValueError, r"probabilities\[0\] = nan is not a probability"),
    (lambda: entropy([inf, 1]), ValueError, r"probabilities\[:\] = inf is the sum"),
    (lambda: entropy([]), ValueError, r"probabilities\[:\] = 0.0 is the sum"),
    (lambda: entropy(softmax([1, 2], where=False)), ValueError, r"= 0.0 is the sum"),
    (lambda: entropy([0.5, 0.5], axis=1), np.exceptions.AxisError, "out of bounds"),
    (lambda: entropy([1j, 1]), TypeError, "probabilities must be real numbers"),
    (
        lambda: kl_divergence([1, 0], [[0.5, 0.5]]),
        ValueError,
        r"p of shape \(2,\) and q of shape \(1, 2\)",
    ),
    (lambda: kl_divergence([0.5, 0.6], [0.5, 0.5]), ValueError, r"p\[:\] = 1.1 is the sum"),
    (lambda: kl_divergence([0.5, 0.5], [0.5, 0.6]), ValueError, r"q\[:\] = 1.1 is the sum"),
    (lambda: kl_divergence([0.5, 0.5], np.ma.array([0.5, 0.5])), TypeError, "q is a masked array"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_is_refused_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_the_input_is_never_modified():
    logits, codes, p = np.array([[1.0, 3.0]]), np.array([1]), np.array([[0.0, 1.0]])
    before = [a.copy() for a in (logits, codes, p)]
    cross_entropy(logits, codes, label_smoothing=0.1)
    cross_entropy(logits, p, label_smoothing=0.1)
    entropy(p)
    kl_divergence(p, p)
    for now, then in zip((logits, codes, p), before, strict=True):
        np.testing.assert_array_equal(now, then)
