"""Right answers pass, however they are written."""

import pytest
from answers import RIGHT

from softmax_course import check
from softmax_course.checks import catalogue


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [(name, answer) for name, answers in RIGHT.items() for answer in answers],
)
def test_a_right_answer_passes_however_it_is_written(exercise, answer):
    feedback = check(exercise, answer)
    assert feedback.passed, str(feedback)
    assert (feedback.misconception, feedback.counterexample, feedback.hint) == (None, None, "")


def test_every_exercise_has_right_answers_and_one_for_a_function_at_least_five():
    assert set(RIGHT) == set(catalogue())
    assert all(len(RIGHT[e.name]) >= 5 for e in catalogue().values() if e.parameters)
