"""nbgrader takes the assignments, gives the right points, and its feedback names the mistake.

It has an environment of its own: installing it needs a package index.
"""

import html
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import nbgrader_source
import pytest
from assignments import book

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CHAPTER = "chapter02"
PLANTED = {
    "softmax_list": (
        "from math import exp\n"
        "def softmax_list(vector):\n"
        "    e = [exp(x) for x in vector]\n"
        "    return [x / sum(e) for x in e]"
    ),
    "softmax_batch": ("def softmax_batch(logits):\n    while True:\n        pass"),
    "odds": "odds = 1.5",
}
MISTAKES = ["no maximum subtracted", "ratio of the scores"]


def run(*command, cwd, **environment):
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    """Install nbgrader and the course where nothing else is, and return nbgrader's command."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    run(BIN / "uv", "venv", "--python", sys.executable, folder, cwd=ROOT)
    install = (BIN / "uv", "pip", "install", "nbgrader==0.9.6", "scipy", "scikit-learn")
    run(*install, "--editable", ROOT, cwd=ROOT, VIRTUAL_ENV=str(folder))
    return folder / "bin" / "nbgrader"


@pytest.fixture(scope="module")
def graded(nbgrader, tmp_path_factory):
    """Hand out a chapter, take a right and a wrong submission, grade both, and give feedback."""
    course = tmp_path_factory.mktemp("course")
    nbgrader_source.write(course)
    # nbgrader finds `alembic` by its name. No guard of notebooks is on, as with every teacher.
    own = {
        "PATH": f"{nbgrader.parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(course / ".ipython"),
    }
    run(nbgrader, "generate_assignment", CHAPTER, cwd=course, **own)
    released = nbformat.read(course / "release" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
    for learner in ("ada", "ben", "nobody"):
        notebook = nbformat.from_dict(released)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = answered(cell, learner)
        target = course / "submitted" / learner / CHAPTER / f"{CHAPTER}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)
    run(nbgrader, "autograde", CHAPTER, cwd=course, **own)
    run(nbgrader, "generate_feedback", CHAPTER, cwd=course, **own)
    return course


def answered(cell, learner):
    """What a learner writes: Ada what is right, Ben some mistakes, and nobody nothing."""
    name = cell.metadata["nbgrader"]["grade_id"]
    if learner == "nobody":
        return cell.source
    if learner == "ben" and name in PLANTED:
        return f"{PLANTED[name]}\n\ncheck({name!r}, {name})"
    (page,) = (page for page in book() if page.label == "02")
    (task,) = (task for task in page.tasks if task.name == name)
    return task.solution.source


def points(course):
    """Points by learner, from nbgrader's database."""
    query = """
        select submitted_assignment.student_id, sum(grade.auto_score) from grade
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        group by submitted_assignment.student_id
    """
    with sqlite3.connect(course / "gradebook.db") as database:
        return dict(database.execute(query).fetchall())


def test_learners_get_no_solution(graded):
    text = (graded / "release" / CHAPTER / f"{CHAPTER}.ipynb").read_text("utf8")
    assert "SOLUTION" not in text
    assert "largest = max(vector)" not in text
    assert "largest = max(vector)" in (graded / "source" / CHAPTER / f"{CHAPTER}.ipynb").read_text(
        "utf8"
    )


def test_points_are_given_for_what_is_right(graded):
    assert points(graded) == {"ada": 6, "ben": 3, "nobody": 0}


def test_feedback_names_the_mistake(graded):
    page = (graded / "feedback" / "ben" / CHAPTER / f"{CHAPTER}.html").read_text("utf8")
    text = " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())
    for mistake in MISTAKES:
        assert f"Not quite: {mistake}." in text
    right = (graded / "feedback" / "ada" / CHAPTER / f"{CHAPTER}.html").read_text("utf8")
    assert "Not quite" not in right
