"""Whoever has only the zip gets to the end of what the pages tell them to run."""

import json
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import nbformat
import pytest
from notebooks import normalise
from printed import commands
from test_distribution import ROOT, run

ZIP = ROOT / "_build" / "html" / "softmax-course.zip"
SKELETON = ZIP.with_name("capstone.zip")


def split_commands(page: str) -> list[list[str]]:
    """Read the commands that a page prints, word by word."""
    return [shlex.split(line) for line in commands(page)]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the zip of the built site where nothing else is, and install it as the page says."""
    if not ZIP.exists():
        pytest.fail(f"There is no {ZIP}: run `make book` first.")
    folder = tmp_path_factory.mktemp("downloads")
    with zipfile.ZipFile(ZIP) as archive:
        archive.extractall(folder)
    (course,) = folder.iterdir()
    make, install, start = split_commands("index.md")
    assert make[0] == "python"
    assert start[0] == ".venv/bin/jupyter"
    run(sys.executable, *make[1:], cwd=course)
    run(*install, cwd=course)
    return course


def test_the_last_command_opens_the_chapters(course: Path) -> None:
    *_, start = split_commands("index.md")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quietly = [
        "--no-browser",  # the one change: no window opens
        "--allow-root",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=zip",
    ]
    address = f"http://127.0.0.1:{port}/api/contents?token=zip"
    with subprocess.Popen([*start, *quietly], cwd=course) as server:
        listed = ""
        while server.poll() is None and not listed:
            try:
                listed = urllib.request.urlopen(address).read().decode()
            except OSError:
                time.sleep(0.5)
        server.terminate()
    assert "01_predict_probabilities.ipynb" in listed


def test_a_notebook_runs_there_and_prints_what_the_page_shows(course: Path) -> None:
    notebook = "chapters/02_max_argmax_softmax.ipynb"
    executed = ["nbconvert", "--to", "notebook", "--execute", notebook, "--output", "executed"]
    run(course / ".venv/bin/jupyter", *executed, cwd=course)
    theirs = nbformat.read(course / "chapters" / "executed.ipynb", as_version=4)
    normalise(theirs)

    def texts(nb: nbformat.NotebookNode) -> list[list[str]]:
        code = (cell for cell in nb.cells if cell.cell_type == "code")
        return [[o.get("text") or o.data.get("text/plain") for o in cell.outputs] for cell in code]

    shown = texts(nbformat.read(ROOT / notebook, as_version=4))
    assert len(shown) > 10
    assert texts(theirs) == shown


def test_a_class_can_be_graded_there(course: Path) -> None:
    (wheel,) = course.glob("*.whl")
    run(".venv/bin/python", "-m", "pip", "install", "--quiet", f"{wheel}[teach]", cwd=course)
    cell = {"cell_type": "code", "source": "odds = 1.5", "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (course / "submissions").mkdir()
    (course / "submissions" / "anna.ipynb").write_text(json.dumps(notebook), "utf-8")
    command = "-m softmax_course.grading submissions --chapter 2 --out results --trust"
    run(".venv/bin/python", *command.split(), cwd=course)
    graded = (course / "results" / "grades.csv").read_text("utf-8-sig")
    assert "anna,odds,0,1,known mistake,ratio of the scores," in graded
    assert "Ratio of the scores: 1 of 1" in (course / "results" / "class.html").read_text("utf-8")


def test_the_capstone_begins_there_as_chapter_12_says(course: Path) -> None:
    grade = "from softmax_course import check; print(check('capstone', '../capstone'))"
    said = run(course / ".venv/bin/python", "-c", grade, cwd=course / "chapters")
    assert "capstone: 0 of 8 milestones." in said
    assert said.count("Not attempted yet.") >= 8
    with zipfile.ZipFile(SKELETON) as archive:
        alone = {name: archive.read(name) for name in archive.namelist()}
    files = [
        path for path in (course / "capstone").rglob("*") if path.suffix in {".py", ".md", ".toml"}
    ]
    assert alone == {path.relative_to(course).as_posix(): path.read_bytes() for path in files}
    assert {"capstone/README.md", "capstone/digit_reader/network.py"} <= alone.keys()


def test_the_folder_has_what_the_pages_say_is_in_it(course: Path) -> None:
    names = {path.name for path in course.iterdir()}
    papers = {"README.txt", "CITATION.cff", "LICENSE", "LICENSE-CC-BY-4.0.md"}
    assert papers | {"capstone", "chapters"} <= names
