"""Decisions are the cheapest ones, by exact fractions, Chow's rule and Elkan's threshold."""

import inspect
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from softmax_course import decisions
from softmax_course.decisions import decide, expected_costs, mean_cost

WRONG = 10 * (1 - np.eye(3))
whole = st.integers(-20, 20)


@st.composite
def problems(draw):
    """Weights that make exact probabilities, and whole prices, not always a square of them."""
    classes, acts = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    rows = draw(st.integers(1, 4))
    weights = draw(arrays(int, (rows, classes), elements=st.integers(1, 9)))
    return weights, draw(arrays(int, (classes, acts), elements=whole)), draw(whole)


def exactly(weights, costs):
    """Expected costs in fractions, one entry at a time."""
    return [
        [
            sum(Fraction(int(w), int(row.sum())) * int(c) for w, c in zip(row, column, strict=True))
            for column in costs.T
        ]
        for row in weights
    ]


@given(problems())
def test_expected_costs_are_means_over_what_may_be_true(problem):
    weights, costs, _ = problem
    p = weights / weights.sum(axis=1, keepdims=True)
    exact = np.array(exactly(weights, costs), dtype=float)
    np.testing.assert_allclose(expected_costs(p, costs), exact, rtol=1e-13, atol=1e-13)


@given(problems())
def test_no_other_decision_is_cheaper_in_exact_arithmetic(problem):
    weights, costs, ask = problem
    p = weights / weights.sum(axis=1, keepdims=True)
    for row, made, alone in zip(
        exactly(weights, costs), decide(p, costs, ask=ask), decide(p, costs), strict=True
    ):
        prices = [*row, Fraction(ask)]
        assert prices[made] - min(prices) < Fraction(1, 10**12)
        assert row[alone] - min(row) < Fraction(1, 10**12)


@given(
    arrays(int, 4, elements=st.integers(1, 99)),
    st.integers(1, 99).map(lambda percent: percent / 100),
)
def test_with_one_price_for_all_mistakes_it_is_chows_rule(weights, ask):
    p = weights / weights.sum()
    limit = Fraction(1) - Fraction(ask).limit_denominator(100)
    largest = Fraction(int(weights.max()), int(weights.sum()))
    if largest != limit:  # where both cost the same, rounding decides
        made = decide(p, 1 - np.eye(4), ask=ask)
        assert made == (p.argmax() if largest > limit else 4)


@given(st.integers(0, 100), st.integers(1, 20), st.integers(1, 20))
def test_of_two_classes_it_is_elkans_threshold(percent, false_alarm, miss):
    limit = Fraction(false_alarm, false_alarm + miss)
    if Fraction(percent, 100) != limit:
        p = [1 - percent / 100, percent / 100]
        assert decide(p, [[0, false_alarm], [miss, 0]]) == (Fraction(percent, 100) > limit)


TABLE = [
    # probabilities, costs, price of asking, decision
    ([0.1, 0.7, 0.2], WRONG, 1, 3),  # the likeliest would cost 3
    ([0.1, 0.7, 0.2], WRONG, 3.5, 1),
    ([0.0, 1.0, 0.0], WRONG, 0, 1),  # free, and so is asking: no need to ask
    ([0.5, 0.5], [[0, 10], [10, 0]], 5, 0),  # two ties
    ([0.5, 0.5], [[0, 10], [10, 0]], 4.5, 2),
    ([0.9, 0.1], [[0, 1], [100, 0]], None, 1),  # the unlikely class, because missing it is dear
    ([0.9, 0.1], [[0, 1], [100, 0]], 0.5, 2),
    ([1.0], [[0]], 1, 0),
    ([0.5, 0.5], [[1, 2, 0.5], [3, 2, 0.5]], None, 2),  # more decisions than classes
    ([0.2, 0.8], [[-5, 0], [0, -5]], -4.5, 2),  # gains are negative prices
]


@pytest.mark.parametrize(("p", "costs", "ask", "decision"), TABLE)
def test_the_decision_is_the_cheapest(p, costs, ask, decision):
    assert decide(p, costs, ask=ask) == decision
    assert decide([p, p], costs, ask=ask).tolist() == [decision, decision]


def test_decisions_have_the_shape_of_the_batch():
    p = np.full((2, 3, 4), 0.25)
    assert expected_costs(p, 1 - np.eye(4)).shape == (2, 3, 4)
    assert decide(p, 1 - np.eye(4), ask=0.5).tolist() == [[4] * 3] * 2
    assert decide(np.empty((0, 4)), 1 - np.eye(4)).shape == (0,)


@pytest.mark.parametrize(
    ("dtype", "result"), [("f2", "f4"), ("f4", "f4"), ("f8", "f8"), ("i8", "f8"), ("g", "g")]
)
def test_prices_are_not_computed_in_half_precision(dtype, result):
    assert expected_costs(np.array([0, 1, 0], dtype=dtype), WRONG).dtype == np.dtype(result)


@given(problems(), st.data())
def test_the_mean_cost_is_what_was_paid(problem, data):
    _, costs, ask = problem
    classes, acts = costs.shape
    truth = data.draw(st.lists(st.integers(0, classes - 1), min_size=1, max_size=6))
    made = [data.draw(st.integers(0, acts)) for _ in truth]
    paid = [
        Fraction(ask if a == acts else int(costs[j, a])) for j, a in zip(truth, made, strict=True)
    ]
    expected = float(sum(paid) / len(paid))
    assert mean_cost(made, truth, costs, ask=ask) == pytest.approx(expected, rel=1e-14, abs=1e-13)


def test_inputs_are_left_as_they_were():
    p, costs, truth = np.array([[0.1, 0.7, 0.2]]), WRONG.copy(), np.array([1])
    made = decide(p, costs, ask=1)
    mean_cost(made, truth, costs, ask=1)
    assert p.tolist() == [[0.1, 0.7, 0.2]]
    assert (costs == WRONG).all()
    assert (made.tolist(), truth.tolist()) == ([3], [1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: decide(0.5, WRONG), ValueError, "axis of classes"),
        (lambda: decide([0.5, 0.6], [[0, 1], [1, 0]]), ValueError, "must sum to 1"),
        (lambda: decide([1.5, -0.5], [[0, 1], [1, 0]]), ValueError, "is not a probability"),
        (lambda: decide([0.5, np.nan], [[0, 1], [1, 0]]), ValueError, "is not a probability"),
        (lambda: decide([0.5, 0.5], WRONG), ValueError, "3 rows, and there are 2 classes"),
        (lambda: decide([0.5, 0.5], [1, 0]), ValueError, "not the shape \\(2,\\)"),
        (lambda: decide([0.5, 0.5], np.empty((2, 0))), ValueError, "nothing to decide"),
        (lambda: decide([0.5, 0.5], [[0, np.inf], [1, 0]]), ValueError, "is not a price"),
        (lambda: decide([0.5, 0.5], [[0, 1], [1, 0]], ask=np.nan), ValueError, "ask must be"),
        (lambda: decide([0.5, 0.5], [[0, 1], [1, 0]], ask="1"), TypeError, "ask must be"),
        (lambda: decide([0.5, 0.5j], [[0, 1], [1, 0]]), TypeError, "real numbers"),
        (lambda: decide(np.ma.masked_array([1.0], [True]), [[0]]), TypeError, "masked array"),
        (lambda: mean_cost([3], [0], WRONG), ValueError, "not a class code"),
        (lambda: mean_cost([-1], [0], WRONG, ask=1), ValueError, "not a class code"),
        (lambda: mean_cost([0], [3], WRONG, ask=1), ValueError, "not a class code"),
        (lambda: mean_cost([0, 1], [0], WRONG), ValueError, "the same length"),
        (lambda: mean_cost([[0]], [[0]], WRONG), ValueError, "two lists"),
        (lambda: mean_cost([], [], WRONG), ValueError, "no mean cost"),
    ],
)
def test_what_makes_no_sense_is_an_error_in_words(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("name", decisions.__all__)
def test_every_argument_can_be_given_by_its_name_and_is_documented(name):
    function = getattr(decisions, name)
    text = inspect.getdoc(function)
    for argument, parameter in inspect.signature(function).parameters.items():
        assert parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        assert f"{argument} :" in text
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"{section}\n{'-' * len(section)}" in text
