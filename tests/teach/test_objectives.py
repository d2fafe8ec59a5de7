"""The map of objectives leads from each promise of a chapter to what teaches it and asks for it."""

import re
from pathlib import Path

import pytest
from notebooks import ROOT

from softmax_course._notebooks import Cell, Page, anchor, pages
from softmax_course._objectives import objectives, table

BOOK = pages(ROOT)
QUESTION = (
    "**Question.** Which?\n\n<details>\n<summary>This</summary>\n\n**Right.** Yes.\n\n</details>"
)


def page(promises, hint="Compare."):
    """A page with two sections, the first with a heading in it, and an exercise of chapter 2."""
    return Page(
        Path("02_small.ipynb"),
        (
            Cell("markdown", "# Compare"),
            Cell("markdown", f"**You will be able to**\n\n- {promises}.\n\n**You need** time."),
            Cell("markdown", "## Ask why\n\n### Odds depend on differences"),
            Cell("markdown", QUESTION, ("question",), "why"),
            Cell("markdown", "## Wait"),
            Cell("markdown", QUESTION, ("question",), "wait"),
            Cell("markdown", "## Exercises\n\nSee [Wait](#wait).\n\n### 1. Odds"),
            Cell("code", "check('odds', ...)", ("exercise",)),
            Cell("markdown", hint, ("hints",)),
            Cell("code", "check('odds', 2.7)", ("solution",)),
        ),
    )


def test_a_heading_brings_the_questions_of_its_section_and_the_mistakes_that_name_it():
    [found] = objectives(page("read [the odds](#odds-depend-on-differences) off the scores"))
    assert found.text == "read the odds off the scores"
    assert found.headings == {"#odds-depend-on-differences": "Odds depend on differences"}
    assert [question.id for question in found.questions] == ["why"]
    assert found.exercises == ("odds",)
    assert "ratio of the scores" in [mistake.name for mistake in found.mistakes]
    assert {mistake.section for mistake in found.mistakes} == {"Odds depend on differences"}


def test_a_section_takes_its_headings_along():
    [narrow] = objectives(page("read [the odds](#odds-depend-on-differences)"))
    [wide] = objectives(page("read [the odds](#ask-why)"))
    assert wide.mistakes == narrow.mistakes
    assert wide.questions == narrow.questions


def test_a_task_or_a_hint_may_name_the_heading_instead():
    assert objectives(page("[wait](#wait)"))[0].exercises == ()
    [found] = objectives(page("[wait](#wait)", hint="As [you waited](#wait)."))
    assert (found.exercises, found.mistakes) == (("odds",), ())


def test_a_link_to_another_page_leads_to_the_exercises_that_it_teaches():
    address = "04_train_a_classifier.ipynb#a-step-from-the-data"
    [found] = objectives(page(f"choose [a step]({address})"))
    assert found.exercises == ("largest_safe_step",)
    assert found.headings == {address: "A step from the data"}
    assert found.questions == ()


def test_a_heading_that_is_not_there_is_named():
    [first, second] = objectives(page("go [on](#nowhere);\n- go back"))
    assert first.unknown == ("#nowhere",)
    assert (second.headings, second.unknown) == ({}, ())


@pytest.mark.parametrize(
    ("number", "row", "exercise"),
    [
        ("1", 4, "cheapest_threshold"),
        ("2", 1, "odds"),
        ("4", 2, "largest_safe_step"),
        ("5", 0, "overflow_threshold"),
        ("7", 2, "top_k_filter"),
    ],
)
def test_an_objective_of_the_book_finds_its_exercise(number, row, exercise):
    [found] = [page for page in BOOK if page.number == number]
    assert exercise in objectives(found)[row].exercises


def test_every_exercise_of_a_page_serves_an_objective_of_it():
    for found in BOOK:
        practised = {name for objective in objectives(found) for name in objective.exercises}
        assert {task.name for task in found.tasks} <= practised, found.number


def test_the_table_has_a_row_for_each_objective_and_its_links_lead_to_headings():
    written = table(BOOK)
    rows = [line for line in written.split("\n") if re.match(r"\| (?!After)[^-]", line)]
    assert len(rows) == sum(len(page.objectives) for page in BOOK)
    assert all(row.count(" | ") == 4 for row in rows)
    links = re.findall(r"\]\(chapters/([\w.]+)(?:#([^)]+))?\)", written)
    assert len(links) == written.count("](")
    headings = {page.path.name: {anchor(text) for text in headings_of(page)} for page in BOOK}
    for name, at in links:
        assert not at or at in headings[name], (name, at)


def headings_of(page):
    text = "\n".join(cell.source for cell in page.cells if cell.kind == "markdown")
    return re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)
