"""Wrong answers that nobody chose by hand: each is refused, and each hint true of what it shows."""

import re
import warnings
from functools import cache

import numpy as np
import pytest
from derived import derived, judged
from equivalents import EQUIVALENTS, reason

from softmax_course.checks import catalogue
from softmax_course.checks.claims import broke_down, is_nan

EXERCISES = list(catalogue().values())


@cache
def accepted(exercise):
    return [answer for answer, verdict in judged(exercise) if verdict is None]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_a_derived_wrong_answer_is_refused(exercise):
    wrong = [a for a in accepted(exercise) if reason(a.exercise, a.change, a.line) is None]
    assert not wrong, (
        f"{len(wrong)} derived answers to {exercise.name} pass. Is one of them wrong? Then add an "
        "input on which it differs to `further=` of the exercise. Is it right in another form? "
        "Then say why in tests/checks/equivalents.py.\n\n" + "\n\n".join(map(str, wrong[:20]))
    )


@pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES if e.parameters and not e.measure], ids=lambda e: e.name
)
def test_there_is_enough_to_derive_wrong_answers_from(exercise):
    changed = [answer for answer in derived(exercise) if answer.line]
    assert len(changed) >= 20, (
        f"only {len(changed)} answers are derived for {exercise.name}: write a right answer out "
        "with NumPy alone in one of tests/checks/answers_to_*.py"
    )


def test_every_reason_is_needed():
    passed = [answer for exercise in EXERCISES for answer in accepted(exercise)]
    idle = [
        entry
        for entry in EQUIVALENTS
        if not any(
            re.fullmatch(entry[0], a.exercise)
            and re.fullmatch(entry[1], a.change)
            and re.search(entry[2], a.line)
            for a in passed
        )
    ]
    assert idle == []


def has(number):
    return lambda got, *given: any(
        np.any(np.abs(np.asarray(g, dtype=float)) == number)
        for g in given
        if not isinstance(g, str)
    )


def sums(axis):
    return lambda got, *given: got.value is not None and np.allclose(got.value.sum(axis=axis), 1)


SAID = {
    r"(?<!prevents the )overflow|more than a float|is still infinite": broke_down,
    r"inf / inf|0 / 0 is nan": is_nan,
    r"exp\(1000\)": has(1000),
    r"columns add up to 1": sums(0),
    r"whole batch together add up to 1|numbers of the whole array add up to 1": sums(None),
    r"none is positive|These .*never positive": lambda got, *given: (got.value <= 0).all(),
    r"numbers are right, but afterwards": lambda got, *given: got.changed,
}
"""What hints say about numbers, and what must then hold of what is shown."""


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e.parameters], ids=lambda e: e.name)
def test_a_hint_is_true_of_the_answer_that_it_is_given_to(exercise):
    false = []
    told = {m.name: [c for w, c in SAID.items() if re.search(w, m.hint)] for m in exercise.mistakes}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for answer, verdict in judged(exercise):
            if verdict is None or verdict.mistake is None:
                continue
            mistake, shown, got = verdict.mistake, verdict.shown, verdict.got
            # The second of two things may show elsewhere: the hint begins with the first.
            where = range(len(got)) if mistake.hint.startswith("Two things") else [shown]
            for claim in told[mistake.name]:
                if not any(claim(got[i], *exercise.tried[i]) for i in where):
                    false.append(f"{mistake.name}, told of probe {shown}: {answer}")
    assert not false, "give the mistake a `claim=` (see claims.py):\n" + "\n\n".join(false[:10])
