"""*Teach with it* names exercises, mistakes and sections that there are."""

import re
from pathlib import Path

import pytest

from softmax_course._notebooks import page_named, pages
from softmax_course.checks import catalogue

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "teach.md").read_text("utf-8")
ROW = re.compile(r"^\| \[(\w+)\]\(chapters/(\S+?)\) \| (.+?) \| \*(.+?)\* \|", re.MULTILINE)


def test_every_page_has_a_question_to_ask_and_a_mistake_to_expect():
    rows = {number: path for number, path, _, _ in ROW.findall(TEXT)}
    assert rows == {page.number: page.path.name for page in pages(ROOT)}
    assert all(question.endswith("?") for _, _, question, _ in ROW.findall(TEXT))


@pytest.mark.parametrize(("number", "mistake"), [(row[0], row[3]) for row in ROW.findall(TEXT)])
def test_the_mistake_to_expect_is_one_of_its_exercises(number, mistake):
    known = {
        known.name
        for task in page_named(ROOT, number).tasks
        for known in catalogue()[task.name].mistakes
    }
    assert mistake in known


def plans():
    for title in ("**Eight weeks**", "**Four weeks**"):
        part = TEXT.partition(title)[2].partition("\n**")[0]
        for row in re.findall(r"^\| (\d) \| (.+?) \| (.+?) \|$", part, re.MULTILINE):
            yield title, *row


def test_the_plans_have_as_many_weeks_as_they_say():
    weeks = [(title, int(week)) for title, week, _, _ in plans()]
    assert weeks == [("**Eight weeks**", i) for i in range(1, 9)] + [
        ("**Four weeks**", i) for i in range(1, 5)
    ]


def test_what_is_to_be_handed_in_was_in_class_before():
    read: set[str] = set()
    for title, week, in_class, to_hand_in in plans():
        read = set() if week == "1" else read
        read |= set(re.findall(r"\b\d[bc]?\b", in_class + to_hand_in))
        names = re.findall(r"`(\w+)`", to_hand_in)
        homes = [
            {page.number for page in pages(ROOT) if name in {task.name for task in page.tasks}}
            for name in names
        ]
        assert names
        assert all(home & read for home in homes), (title, week, homes)


def test_every_code_span_that_could_be_an_exercise_is_one():
    words = set(re.findall(r"`([a-z]+_[a-z_]+\d?[a-z_]*)`", TEXT))
    assert words - {"softmax_course"} <= catalogue().keys()
    assert len(words) > 20


def test_every_section_named_in_italics_is_one_or_a_menu():
    headings = {text for page in pages(ROOT) for text, _ in page.outline.values()}
    named = set(re.findall(r"chapter \d (?:up to|from) \*(.+?)\*", TEXT))
    assert named
    assert named <= headings
