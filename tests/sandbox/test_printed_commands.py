"""The commands of *Teach with it*, run as they are printed, one after the other."""

import json
import re
import shutil
import subprocess

import pytest
from handed_in import PAGES, ROOT, filled_in
from printed import commands

HERE = (
    ".venv",
    "Makefile",
    "_build",
    "chapters",
    "es",
    "softmax_course",
    "tools",
    "_config.yml",
    "CITATION.cff",
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """Make a folder that has what a clone has, and the submissions of a class of two."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("requirements.txt", "pyproject.toml"):  # older than .venv, or make installs anew
        shutil.copy2(ROOT / name, folder / name)
    (ROOT / "_build").mkdir(exist_ok=True)
    for name in HERE:
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.parametrize(
    ("edition", "finding"),
    [("", "Ratio of the scores: 1 of 2"), ("es", "Cociente de las puntuaciones: 1 de 2")],
)
def test_the_commands_of_the_page_make_what_it_says(clone, edition, finding):
    page = next(page for page in PAGES if page.number == "2")
    teach = f"{edition}/teach.md".lstrip("/")
    printed = commands(teach)
    assert printed[0] == "make assignments"
    for command in [*printed, "make nbgrader"]:
        if "grading" in command:
            made = (clone / "_build/assignments" / edition / "chapter02.ipynb").read_text("utf-8")
            answers = {"odds": "odds = 1.5\ncheck('odds', odds)"}
            (clone / "class").mkdir(exist_ok=True)
            text = json.dumps(filled_in(made, page, answers))
            (clone / "class" / "anna.ipynb").write_text(text, "utf-8")
            (clone / "class" / "berta.ipynb").write_text(made, "utf-8")
            shutil.make_archive(str(clone / "submissions"), "zip", clone / "class")
        done = subprocess.run(command, shell=True, cwd=clone, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    text = (ROOT / teach).read_text("utf-8")
    for path in {*re.findall(r"`((?:_build|results)/[\w/.]+)`", text)} - {"_build/html"}:
        assert (clone / path).exists(), path
    assert finding in (clone / "results/class.html").read_text("utf-8")
    options = "--assignment _build/homework.ipynb --out again"
    assert options.split(" --out")[0] in text
    grade = f".venv/bin/python -m softmax_course.grading submissions.zip {options}"
    subprocess.run(grade.split(), cwd=clone, check=True)
    assert "anna,odds,0,1," in (clone / "again/grades.csv").read_text("utf-8-sig")
