"""The cheapest decision, worked out by hand."""

import numpy as np
from digit_reader import decide, report_card

EVEN = 10 * (1 - np.eye(3))
UNEVEN = np.array([[0, 1, 2], [10, 0, 3], [50, 20, 0]])


def test_a_doubtful_digit_is_asked_about():
    assert decide(np.array([[0.1, 0.7, 0.2]]), EVEN, 1).tolist() == [3]


def test_a_sure_digit_is_answered():
    assert decide(np.array([[0.02, 0.95, 0.03]]), EVEN, 1).tolist() == [1]
    assert decide(np.array([[0.5, 0.5]]), 10 * (1 - np.eye(2)), 5).tolist() == [0]


def test_a_high_price_of_asking_leaves_the_doubtful_digit_to_the_machine():
    assert decide(np.array([[0.1, 0.7, 0.2]]), EVEN, 9).tolist() == [1]
    assert decide(np.array([[0.4, 0.3, 0.3]]), EVEN, 9).tolist() == [0]


def test_the_unlikely_answer_is_given_where_missing_it_is_dear():
    p = np.array([[0.8, 0.0, 0.2], [0.1, 0.8, 0.1]])
    assert decide(p, UNEVEN, 100).tolist() == [2, 1]
    assert decide(p, UNEVEN, 1.5).tolist() == [3, 3]


def test_the_report_of_three_digits_is_what_one_gets_by_hand():
    p = np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5]])
    card = report_card(p, np.array([0, 0, 2]), np.array([0, 1, 3]), UNEVEN, 4)
    nll = (np.log(2) + np.log(4) + np.log(2)) / 3
    assert np.allclose(card, [2 / 3, 1 / 2, nll, (0 + 1 + 4) / 3])
