"""Whoever has only the zip gets to the end of what the pages tell them to run."""

import re
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


def test_the_commands_for_teachers_run_there(course: Path) -> None:
    (convert,) = split_commands("teach.md")
    run(*convert, cwd=course)
    made = nbformat.read(course / "chapters" / "assignment.ipynb", as_version=4)
    tags = {tag for cell in made.cells for tag in cell.metadata.get("tags", [])}
    assert "exercise" in tags
    assert tags.isdisjoint({"solution", "claims"})


def test_check_marks_a_file_of_a_learner_as_the_page_for_teachers_says(course: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "teach.md").read_text("utf-8"), re.S)
    course.joinpath("learner.py").write_text("def softmax_batch(z): return z / z.sum()\n", "utf-8")
    *lines, last = block.replace("their_module", "learner").strip().splitlines()
    code = "\n".join(["import learner", *lines, f"print({last})"])
    assert run(".venv/bin/python", "-c", code, cwd=course).startswith("False ")


def test_the_folder_has_what_the_pages_say_is_in_it(course: Path) -> None:
    names = {path.name for path in course.iterdir()}
    assert {"README.txt", "CITATION.cff", "LICENSE", "LICENSE-CC-BY-4.0.md", "chapters"} <= names
