"""What a check says, word for word, and how exercises and mistakes are declared and found."""

import dataclasses
import doctest
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
import scipy.special
from scipy.special import expit, softmax

import softmax_course.checks
from softmax_course import check
from softmax_course.checks import Chapter, catalogue, chapters, claims, engine, mistakes, running
from softmax_course.checks.feedback import Counterexample, Feedback, fenced, write, write_apart
from softmax_course.checks.running import Outcome

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "chapters" / "mistakes.ipynb"


def test_a_right_answer_is_told_so_in_one_line():
    feedback = check("softmax_list", scipy.special.softmax)
    assert str(feedback) == "softmax_list: Right."
    assert feedback._repr_markdown_() == "`softmax_list`: **Right.**"


def test_an_answer_that_is_missing_shows_the_task():
    assert str(check("softmax_list", None)) == (
        "softmax_list: Not attempted yet.\n\n"
        "Turn a list of scores into a list of probabilities.\n\n"
        "To begin, work out by hand what `softmax_list([1.0, 3.0, 2.0])` should return. Then\n"
        "write the steps into your function, the last one after `return`."
    )


def test_a_known_mistake_is_shown_with_name_counterexample_and_hint():
    feedback = check("softmax_batch", lambda z: scipy.special.softmax(z, axis=0))
    assert str(feedback) == (
        "softmax_batch: Not quite: wrong axis.\n"
        "\n"
        "    input     softmax_batch([[1.0, 3.0, 2.0]])\n"
        "    expected  [[0.09003, 0.6652, 0.2447]]\n"
        "    got       [[1.0, 1.0, 1.0]]\n"
        "\n"
        "The columns add up to 1 here, so the examples of the batch compete with each other.\n"
        "\n"
        "The classes of one example should compete. Along which axis do they lie?"
    )
    assert feedback._repr_markdown_() == (
        "`softmax_batch`: **Not quite: wrong axis.**\n"
        "\n"
        "```text\n"
        "input     softmax_batch([[1.0, 3.0, 2.0]])\n"
        "expected  [[0.09003, 0.6652, 0.2447]]\n"
        "got       [[1.0, 1.0, 1.0]]\n"
        "```\n"
        "\n"
        "The columns add up to 1 here, so the examples of the batch compete with each other.\n"
        "\n"
        "The classes of one example should compete. Along which axis do they lie?"
    )


def test_feedback_is_true_only_if_the_answer_is_right():
    assert bool(check("odds", np.e)) is True
    assert bool(check("odds", 1.5)) is False
    assert bool(check("no such exercise", 1.5)) is False


def test_the_same_answer_gets_the_same_words_again():
    answer = scipy.special.softmax
    assert str(check("softmax_batch", answer)) == str(check("softmax_batch", answer))


def test_no_backtick_of_a_learner_ends_the_code_block():
    text = fenced(str(Counterexample("f('```')", "1", "2")))
    fence = text.split("text\n")[0]
    assert fence == "````"
    assert text.endswith(f"\n{fence}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([1.0, 0.5, 1000.0]), "[1.0, 0.5, 1000.0]"),
        (np.array([[1, 2]]), "[[1, 2]]"),
        (np.array([np.nan, -np.inf]), "[nan, -inf]"),
        (np.array(["cat", "dog"]), "['cat', 'dog']"),
        (np.zeros(40), "[" + ", ".join(["0.0"] * 40) + "]"),
        (np.zeros(41), "an array of shape (41,)"),
        (1e-12, "1e-12"),
        ("x" * 78, "'" + "x" * 78 + "'"),
        ("x" * 79, "'" + "x" * 76 + "..."),
    ],
)
def test_arguments_and_answers_are_written_as_python_writes_them(value, text):
    assert write(value) == text


@pytest.mark.parametrize(
    ("got", "expected", "texts"),
    [
        ([1 / 3], [0.5], ("[0.3333]", "[0.5]")),
        ([0.12345], [0.12346], ("[0.12345]", "[0.12346]")),
        ([0.1 + 0.2], [0.3], ("[0.30000000000000004]", "[0.29999999999999999]")),
    ],
)
def test_different_numbers_are_written_with_the_digits_that_tell_them_apart(got, expected, texts):
    assert write_apart(np.array(got), np.array(expected)) == texts


def test_claims_are_about_numbers_and_false_of_what_is_none():
    texts = Outcome("value", value=np.array(["nan"]))
    numbers = Outcome("value", value=np.array([[0.25, 0.75], [np.nan, 1.0]]))
    raised = Outcome("raised", detail="TypeError")
    assert [claims.is_nan(got) for got in (texts, numbers, raised)] == [False, True, False]
    assert [claims.sums_to_one(1)(got) for got in (numbers, raised)] == [False, False]
    assert claims.sums_to_one(0)(Outcome("value", value=np.array([[0.25, 1.0], [0.75, 0.0]])))
    assert not claims.leaves(0, 1)(raised)


def test_a_claim_about_a_number_looks_at_all_of_them_and_a_range_has_its_ends():
    assert claims.given(1000)(None, [1.0, -1000.0])
    assert claims.given(1000)(None, 3, [1000])
    assert not claims.given(1000)(None, [1.0, 999.0], 3)
    ends = Outcome("value", value=np.array([0.0, 1.0]))
    assert claims.in_range(0, 1)(ends)
    assert not claims.leaves(0, 1)(ends)
    assert [claims.leaves(*beyond)(ends) for beyond in [(0.1, 1), (0, 0.9)]] == [True, True]


def test_a_hint_is_filled_to_88_columns():
    fitting = "x" * 43 + " " + "y" * 44
    longer = fitting + "y"
    assert str(Feedback(False, "e", "v", hint=f"{fitting}\n\n{longer}")) == (
        f"e: v\n\n{fitting}\n\n" + longer.replace(" ", "\n")
    )


def test_the_feedback_has_the_promised_parts():
    feedback = check("odds", 1.5)
    assert isinstance(feedback, Feedback)
    assert (feedback.passed, feedback.exercise) == (False, "odds")
    assert feedback.misconception == "ratio of the scores"
    assert feedback.counterexample == Counterexample("", "", "1.5")
    assert "what stays the same" in feedback.hint.lower()
    for part in (feedback, feedback.counterexample):
        with pytest.raises(dataclasses.FrozenInstanceError):
            part.got = "1.0"


def double(z):
    """Double every number."""
    return 2 * z


def half(z, how):
    """Is it half, or twice? Say which."""
    return z / 2 if how == "divide" else 0.5 * z + 1e-6


def test_an_exercise_and_a_mistake_are_declared_by_adding_a_function(monkeypatch):
    chapter = Chapter(99, "99_example.ipynb")
    exercise = chapter.exercise(probes=[(np.array([1.0, 2.0]),), (np.array([3.0]),)])(double)
    exercise.mistake("Some section", how=("divide", "multiply"))(half)
    monkeypatch.setattr(engine, "catalogue", lambda: {"double": exercise})
    assert check("double", lambda z: z + z)
    feedback = check("double", lambda z: z * 0.5)
    assert feedback.misconception == "half"
    assert feedback.counterexample.input == "double([1.0, 2.0])"
    assert check("double", lambda z: z * 0.5 + 1e-6).misconception == "half"
    assert check("double", lambda z: z * 0.25).misconception is None
    assert check("double").hint.startswith("Double every number.\n\nTo begin")


def test_the_catalogue_cannot_be_changed_by_what_is_done_with_it():
    exercise = catalogue()["odds"]
    parts = {exercise, exercise.mistakes[0], exercise.chapter, mistakes(2)}
    for part in [*parts, running.call(exercise.reference, (), strict=False)]:
        with pytest.raises(dataclasses.FrozenInstanceError):
            part.name = "even"


def test_a_mistake_without_a_hint_is_refused():
    chapter = Chapter(99, "99_example.ipynb")
    exercise = chapter.exercise(probes=[(1.0,)])(double)
    with pytest.raises(ValueError, match="silent needs a docstring"):

        @exercise.mistake("Some section")
        def silent(z):
            return z


def test_every_chapter_file_is_found_without_being_registered():
    files = Path(softmax_course.checks.__file__).parent.glob("chapter*.py")
    names = [file.stem.removeprefix("chapter") for file in files]
    names.sort(key=lambda name: (int(re.sub(r"\D", "", name)), name))
    assert [chapter.page.partition("_")[0].removeprefix("0") for chapter in chapters()] == names
    assert len({e.name for c in chapters() for e in c.exercises}) == len(catalogue())


NUMBERS = sorted({chapter.number for chapter in chapters()})


@pytest.mark.parametrize("number", NUMBERS)
def test_the_page_has_every_mistake_of_the_chapter_with_its_hint_and_where_it_is_taught(number):
    text = mistakes(number)._repr_markdown_()
    blocks = text.split("<details>")[1:]
    pages = [chapter for chapter in chapters() if chapter.number == number]
    known = [(p.page, mistake) for p in pages for e in p.exercises for mistake in e.mistakes]
    assert len(blocks) == len(known)
    for block, (page, mistake) in zip(blocks, known, strict=True):
        assert f"<summary>{mistake.name.capitalize()}</summary>".lower() in block.lower()
        assert mistake.hint in block
        assert f"[{mistake.section}]({page}#" in block
        assert re.search(r"^- got: `[^`]+`$", block, re.MULTILINE)


def test_the_page_shows_a_mistake_in_its_first_form():
    (rounded,) = [m for m in catalogue()["softmax_batch"].mistakes if m.name == "rounded"]
    assert len(rounded.forms) > 1
    first = check("softmax_batch", rounded.forms[0]).counterexample
    block = mistakes(2)._repr_markdown_().split("**`softmax_batch`.**")[1]
    assert f"- got: `{first.got}`" in block.split("<summary>Rounded</summary>")[1].split("<")[0]


def test_the_notebook_shows_the_mistakes_of_every_chapter_that_has_exercises():
    notebook = nbformat.read(PAGE, as_version=4)
    shown = [
        int(n) for cell in notebook.cells for n in re.findall(r"^mistakes\((\d+)\)", cell.source)
    ]
    assert shown == NUMBERS


def test_an_unknown_chapter_is_an_error_that_lists_the_chapters():
    with pytest.raises(ValueError, match="chapter 77 has no exercises; these have: 1, 2, 3"):
        mistakes(77)


def test_the_examples_in_the_documentation_are_true():
    for module in [engine, softmax_course.checks.page]:
        results = doctest.testmod(module)
        assert results.attempted > 0
        assert results.failed == 0


SOFTMAX_BATCH_AT_LEAST = [
    "no maximum subtracted",
    "one maximum for the whole batch",
    "wrong axis",
    "all axes at once",
    "missing keepdims",
    "scores divided by their sum",
    "sigmoid of each score",
    "softmax twice",
    "logarithm returned",
    "rounded",
    "input modified",
    "results written into an integer array",
    "winner takes all",
    "sign turned round",
    "another base than e",
]


def test_softmax_batch_knows_the_mistakes_that_everybody_makes():
    names = [mistake.name for mistake in catalogue()["softmax_batch"].mistakes]
    assert [name for name in SOFTMAX_BATCH_AT_LEAST if name not in names] == []


# Verdicts on answers that no known mistake explains -----------------------------------------------


def loud(answer):
    """Make an answer that lets a number overflow on the way."""
    return lambda z: (np.exp(np.float64(1000)), answer(z))[1]


def emptying(answer):
    """Make an answer that changes its input."""

    def changes(z):
        p = answer(z)
        z[...] = 0
        return p

    return changes


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict"),
    [
        ("odds", [2.5], "Close, and too low."),
        ("odds", 3.9, ""),
        ("stable_sigmoid", loud(expit), "It leaves the range of floats on the way."),
        ("stable_sigmoid", loud(lambda z: 0.9 * expit(z)), "The numbers differ."),
        ("softmax_batch", emptying(lambda z: 0.9 * softmax(z, 1)), "The numbers differ."),
    ],
)
def test_a_verdict_says_what_is_wrong_and_no_more(exercise, answer, verdict):
    feedback = check(exercise, answer)
    assert (feedback.verdict, feedback.misconception) == (f"Not quite. {verdict}".strip(), None)


def test_a_counterexample_is_written_with_a_few_digits():
    raised = check("softmax_batch", lambda z: z.no_such_attribute).counterexample
    assert raised.expected == "[[0.09003, 0.6652, 0.2447]]"
    assert check("stable_sigmoid", loud(expit)).counterexample.expected == "[0.5, 0.7311]"
    assert check("odds", 1.2345678).counterexample.got == "1.23457"
    assert "`repair_served_model([[0.2535, 0.4506, 0.2959]])`" in check("repair_served_model").hint


def test_a_list_is_begun_with_its_first_item():
    begin = "To begin, with the first of them:\n\nWill this customer cancel, yes or no?\n\n"
    assert begin in check("choose_head").hint


def test_an_unknown_name_is_answered_with_three_that_are_near():
    assert check("softmax", 1).hint == (
        "Did you mean `softmax_list`, `softmax_batch`, `softmax_one_rows`?"
    )
