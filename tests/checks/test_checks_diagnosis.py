"""A wrong answer is told which mistake it is, and no other."""

import itertools
import random
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.special
from answers import OWN
from answers_to_chapter4 import VERDICTS

from softmax_course import check
from softmax_course.checks import catalogue
from softmax_course.checks.engine import agree, known_mistakes, outcomes

EXERCISES = list(catalogue().values())
FORMS = [(e, m, form) for e in EXERCISES for m in e.mistakes for form in m.forms]
ROOT = Path(__file__).parents[2]


def same(exercise, some, others):
    return len(some) == len(others) and all(
        agree(exercise, one, other) for one, other in zip(some, others, strict=True)
    )


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_mistakes_differ_from_the_right_answer_and_from_each_other_on_the_probes(exercise):
    known = [("the right answer", outcomes(exercise, exercise.reference))]
    known += [(mistake.name, its) for mistake, its in known_mistakes(exercise)]
    alike = [
        (name, other)
        for (name, its), (other, others) in itertools.combinations(known, 2)
        if name != other and same(exercise, its, others)
    ]
    assert alike == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_every_mistake_gets_its_own_hint(exercise):
    for mistake in exercise.mistakes:
        for form in mistake.forms:
            feedback = check(exercise.name, form if exercise.parameters else form())
            assert not feedback.passed
            assert (feedback.misconception, feedback.hint) == (mistake.name, mistake.hint)
            assert feedback.counterexample is not None


def test_the_hints_of_an_exercise_are_all_different_and_ask_or_point_somewhere():
    for exercise in EXERCISES:
        hints = [mistake.hint for mistake in exercise.mistakes]
        assert len(set(hints)) == len(hints)
        assert all("?" in hint or "Begin with" in hint for hint in hints)


def test_no_hint_gives_the_code_away():
    assignment_or_call_chain = re.compile(r"`[^`]*(?: = |np\.\w+\([^`]*\()[^`]*`|keepdims=True")
    for exercise, mistake, _ in FORMS:
        assert not assignment_or_call_chain.search(mistake.hint), (exercise.name, mistake.name)


def test_every_mistake_names_a_section_that_its_chapter_has():
    for exercise in EXERCISES:
        page = ROOT / "chapters" / exercise.chapter.page
        headings = set(re.findall(r'"#+ (.+?)(?:\\n)?"', page.read_text(encoding="utf-8")))
        for mistake in exercise.mistakes:
            assert mistake.section in headings, (exercise.name, mistake.name, mistake.section)


def test_the_core_exercises_are_there_in_the_order_of_the_course():
    names = [exercise.name for exercise in EXERCISES if exercise.chapter.number <= 3]
    assert names == [
        "choose_head",
        "stable_sigmoid",
        "two_scores_to_one",
        "cheapest_threshold",
        "softmax_list",
        "softmax_batch",
        "odds",
        "scores_from_probabilities",
        "temperature_for",
        "name_the_tokens",
        "sums_to_one",
        "one_hot_codes",
        "cross_entropy_from_logits",
        "decode_batch",
        "find_the_bug",
        "loss_for_targets",
        "name_the_fault",
        "repair_served_model",
        "choose_pairing",
        "doubled_floor",
        "loss_of_scores",
    ]


@pytest.mark.parametrize(("exercise", "answer", "name"), OWN)
def test_a_learners_own_way_of_making_the_mistake_is_recognised(exercise, answer, name):
    assert check(exercise, answer).misconception == name


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({2: "sigmoid"}, "sigmoids for exclusive classes"),
        ({5: "sigmoid", 6: "sigmoid"}, "sigmoids for exclusive classes"),
        ({7: "softmax"}, "softmax for labels that can be true together"),
        ({1: "softmax", 3: "softmax"}, "softmax for every classification"),
        ({3: "linear"}, "a linear head for probabilities"),
        ({8: "sigmoid"}, "a sigmoid for a quantity"),
    ],
)
def test_a_list_with_a_few_wrong_entries_gets_the_mistake_that_explains_most_of_them(wrong, name):
    heads = ["sigmoid", "softmax", "sigmoid", "linear", "softmax", "softmax", "sigmoid", "linear"]
    for number, head in wrong.items():
        heads[number - 1] = head
    feedback = check("choose_head", heads)
    assert feedback.misconception == name
    assert feedback.counterexample.input.startswith(f"{min(wrong)}. ")


def test_an_unknown_mistake_is_shown_the_first_input_on_which_it_differs():
    feedback = check("softmax_batch", lambda z: scipy.special.softmax(np.abs(z), axis=1))
    assert (feedback.passed, feedback.misconception) == (False, None)
    assert feedback.counterexample.input == "softmax_batch([[-1.0, 1.0], [0.5, -0.5]])"
    assert feedback.counterexample.expected == "[[0.1192, 0.8808], [0.7311, 0.2689]]"
    assert feedback.counterexample.got == "[[0.5, 0.5], [0.5, 0.5]]"


def test_a_difference_in_late_digits_is_shown_with_as_many_digits_as_it_takes():
    feedback = check("softmax_batch", lambda z: scipy.special.softmax(z, axis=1) * (1 + 1e-7))
    assert feedback.counterexample.got != feedback.counterexample.expected


def test_rounding_is_noticed_in_float64_and_a_narrower_type_is_not_punished_for_its_own():
    def nearly(error, dtype):
        return lambda z: (scipy.special.softmax(z, axis=1) * (1 + error)).astype(dtype)

    assert not check("softmax_batch", nearly(1e-8, np.float64))
    assert check("softmax_batch", nearly(1e-8, np.float32))
    assert not check("softmax_batch", nearly(1e-5, np.float32))
    assert check("softmax_batch", nearly(1e-3, np.float16))
    assert not check("softmax_batch", nearly(1e-2, np.float16))


@pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES if not e.parameters], ids=lambda e: e.name
)
def test_feedback_on_a_value_never_shows_the_right_one(exercise):
    right = exercise.reference()
    for mistake in exercise.mistakes:
        for form in mistake.forms:
            feedback = check(exercise.name, form())
            assert feedback.counterexample.expected == ""
            if isinstance(right, float):
                assert f"{right:.3f}" not in str(feedback)


def test_each_verdict_that_is_wrong_is_explained():
    right = [*VERDICTS, "healthy"]
    for number in range(7):
        for verdict in {*right} - {right[number]}:
            answer = [verdict if i == number else v for i, v in enumerate(right)]
            feedback = check("read_the_log", answer)
            assert not feedback.passed
            assert feedback.counterexample.input.startswith(f"{number + 1}. ")


def test_scipy_itself_makes_the_mistake_with_narrow_integers():
    """If this fails, SciPy has been repaired, and the chapter should say so."""
    with np.errstate(over="ignore", invalid="ignore"):
        int8 = scipy.special.softmax(np.array([127, -128, 0], dtype=np.int8))
        uint8 = scipy.special.softmax(np.array([1, 3, 2], dtype=np.uint8))
    assert int8.argmax() == 1
    assert np.isnan(uint8).tolist() == [True, False, True]


def test_drawing_afresh_instead_of_using_the_given_numbers_is_not_right():
    generator = random.Random(0)

    def fresh(logits, uniform):
        weights = np.exp(logits - logits.max())
        return generator.choices(range(len(logits)), weights, k=len(uniform))

    assert not check("draw_from_uniform", fresh)
