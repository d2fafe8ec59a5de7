"""Submissions for the tests: notebooks with planted answers, as learners would hand them in."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from softmax_course._notebooks import Page, pages
from softmax_course.checks import catalogue
from softmax_course.grading.__main__ import grade
from softmax_course.grading.results import Result, assignment
from softmax_course.grading.submissions import Submission, collect

ROOT = Path(__file__).parents[2]
PAGES = pages(ROOT)
CHECKS = ROOT / "softmax_course" / "checks"

FILES = {path.name: path.read_text("utf-8") for path in (ROOT / "tests/checks").glob("answers*.py")}
FILES |= {
    path.name: path.read_text("utf-8").replace("from .", "from softmax_course.checks.")
    for path in CHECKS.glob("chapter*.py")
}
DATA = {path.name: path.read_bytes() for path in CHECKS.glob("*.npz")}
BRING = f"""
import sys
from pathlib import Path

for name, text in {FILES!r}.items():
    Path(name).write_text(text, "utf-8")
for name, data in {DATA!r}.items():
    Path(name).write_bytes(data)
sys.path.append(".")
"""
"""A cell that brings the answers on file, right and wrong: the sandbox itself has none."""


def notebook(*cells: str) -> dict[str, Any]:
    """Make a notebook of code cells."""
    made = [
        {
            "cell_type": "code",
            "source": cell,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for cell in cells
    ]
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


sys.path.append(str(ROOT / "tests" / "checks"))
RIGHT: dict[str, list[str]] = {}
"""Right answers on file, as expressions, by the name of their exercise."""
for path in sorted((ROOT / "tests" / "checks").glob("answers_to_*.py")):
    for exercise, answers in importlib.import_module(path.stem).RIGHT.items():
        written = [f"{path.stem}.RIGHT[{exercise!r}][{i}]" for i in range(len(answers))]
        RIGHT.setdefault(exercise, []).extend(written)


def handing_in(name: str, answer: str) -> str:
    """Write a cell that hands in an answer, which begins with the module that it comes from."""
    module = answer.partition(".")[0]
    return f"import {module}\nfrom softmax_course import check\ncheck({name!r}, {answer})"


def known_mistakes(name: str) -> dict[str, str]:
    """Write the first form of each known mistake as an expression, by the mistake's name."""
    exercise = catalogue()[name]
    module = exercise.reference.__module__.rpartition(".")[2]
    call = "" if exercise.parameters else "()"
    return {
        mistake.name: f"{module}.{name}.mistakes[{number}].forms[0]{call}"
        for number, mistake in enumerate(exercise.mistakes)
    }


def filled_in(text: str, page: Page, answers: dict[str, str]) -> dict[str, Any]:
    """Put cells in place of the cells to work in, in the text of an assignment or of a chapter."""
    made: dict[str, Any] = json.loads(text)
    for task in page.tasks:
        own = [cell for cell in made["cells"] if "".join(cell["source"]) == task.work.source]
        assert len(own) == 1, f"{len(own)} cells to work in for {task.name}"
        own[0]["source"] = answers.get(task.name, task.work.source)
    return made


def graded(folder: Path, chapter: str, handed_in: dict[str, dict[str, Any] | str]) -> list[Result]:
    """Write submissions into a folder, one file each, and grade them."""
    given = assignment(ROOT, chapter, {})
    return grade(write(folder / "in", handed_in), given, folder, jobs=1)


def write(folder: Path, handed_in: dict[str, dict[str, Any] | str]) -> list[Submission]:
    """Write notebooks, or texts under the name of a file, and collect them."""
    folder.mkdir(exist_ok=True)
    for name, content in handed_in.items():
        if isinstance(content, dict):
            (folder / f"{name}.ipynb").write_text(json.dumps(content), "utf-8")
        else:
            (folder / name).write_text(content, "utf-8")
    return collect(folder)
