"""The command, as a teacher runs it: thirty submissions with planted mistakes, zip to pages."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from handed_in import BRING, PAGES, RIGHT, ROOT, handing_in, known_mistakes, notebook, write

from softmax_course.grading import __main__ as command
from softmax_course.grading import sandbox
from softmax_course.grading.records import Limits
from softmax_course.grading.results import assignment, job

PAGE = next(page for page in PAGES if page.number == "2")
PLANTED = {
    "softmax_list": {"no maximum subtracted": 7, "scores divided by their sum": 3},
    "softmax_batch": {"one maximum for the whole batch": 9, "wrong axis": 4},
    "odds": {"ratio of the scores": 12},
}
LEARNERS = 30

pytestmark = pytest.mark.xdist_group("class")  # which is graded once for all


def the_class():
    """Plant the mistakes, each with the first learners who have none in that exercise yet."""
    cells = {f"Lernende Ä{number:02}": [BRING] for number in range(LEARNERS)}
    for task in PAGE.tasks:
        mistakes = [m for m, n in PLANTED.get(task.name, {}).items() for _ in range(n)]
        for number, learner in enumerate(cells):
            if number < len(mistakes):
                answer = known_mistakes(task.name)[mistakes[number]]
            else:
                answer = RIGHT[task.name][number % len(RIGHT[task.name])]
            cells[learner].append(handing_in(task.name, answer))
    return {learner: notebook(*its) for learner, its in cells.items()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Pack the class as Moodle does and grade it: the folder with the results, what was said."""
    folder = tmp_path_factory.mktemp("class")
    with zipfile.ZipFile(folder / "class.zip", "w") as archive:
        for number, (learner, content) in enumerate(the_class().items()):
            name = f"{learner}_{1000 + number}_assignsubmission_file_/chapter02.ipynb"
            archive.writestr(name, json.dumps(content))
    run = [sys.executable, "-m", "softmax_course.grading", "class.zip", "--chapter", "2"]
    run += ["--out", "results", "--course", str(ROOT), "-j", "2"]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "results", done.stdout


def rows(folder):
    with (folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_class_page_names_what_was_planted_with_the_counts(graded):
    text = (graded[0] / "class.html").read_text("utf-8")
    for mistakes in PLANTED.values():
        for mistake, count in mistakes.items():
            assert f"{mistake[0].upper()}{mistake[1:]}: {count} of {LEARNERS}" in text
    assert text.count(f" of {LEARNERS}</h3>") == sum(map(len, PLANTED.values()))


def test_the_table_says_who_made_which_mistake(graded):
    found = rows(graded[0])
    counts = Counter((row["exercise"], row["misconception"]) for row in found)
    for task in PAGE.tasks:
        planted = PLANTED.get(task.name, {})
        assert counts[task.name, ""] == LEARNERS - sum(planted.values())
        assert {m: counts[task.name, m] for m in planted} == planted
    assert sum(float(row["points"]) for row in found) == LEARNERS * len(PAGE.tasks) - sum(
        n for its in PLANTED.values() for n in its.values()
    )


def test_each_learner_has_a_page_and_the_command_says_where_all_is(graded):
    folder, said = graded
    assert len(list((folder / "feedback").glob("Lernende_Ä*.html"))) == LEARNERS
    assert "30 submissions" in said
    assert "Open results/class.html" in said


def test_what_was_graded_is_not_run_again(graded, monkeypatch, capsys):
    folder, _ = graded
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: pytest.fail("it ran again"))
    archive = str(folder.parent / "class.zip")
    assert (
        command.main([archive, "--chapter", "2", "--out", str(folder), "--course", str(ROOT)]) == 0
    )
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_a_submission_that_could_not_be_run_is_run_again(tmp_path, monkeypatch):
    given = assignment(ROOT, "2", {})
    class_ = write(tmp_path / "in", {"anna": notebook("odds = 2.71828")})
    whole = sandbox.run
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: (command.Received({}), "no power"))
    (first, *_) = command.grade(class_, given, tmp_path, 1)
    assert (first.status, first.points) == ("ungraded", None)
    monkeypatch.setattr(sandbox, "run", whole)
    again = command.grade(class_, given, tmp_path, 1)
    assert [r.status for r in again if r.exercise == "odds"] == ["right"]


def test_records_that_were_half_written_are_none(tmp_path, monkeypatch):
    given = assignment(ROOT, "2", {})
    class_ = write(tmp_path / "in", {"anna": notebook("odds = 2.71828")})

    def interrupted(path, text, *_):
        path.write_bytes(text.encode()[:-20])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        command.grade(class_, given, tmp_path, 1)
    monkeypatch.undo()
    again = command.grade(class_, given, tmp_path, 1)
    assert [r.status for r in again if r.exercise == "odds"] == ["right"]


def without_bubblewrap(folder, *more):
    """Run the command where there is no bubblewrap on the path."""
    write(folder / "in", {"anna": notebook("odds = 2.71828")})
    run = [sys.executable, "-m", "softmax_course.grading", "in", "--chapter", "2", "--out", "out"]
    run += ["--course", str(ROOT), *more]
    env = {**os.environ, "PATH": str(folder)}
    return subprocess.run(run, cwd=folder, env=env, capture_output=True, text=True)


def test_without_a_sandbox_it_refuses_and_says_what_to_do(tmp_path):
    done = without_bubblewrap(tmp_path)
    assert done.returncode == 2
    assert "apt install bubblewrap" in done.stderr.replace("\n", " ")
    assert "--trust" in done.stderr
    assert not (tmp_path / "out").exists()


def test_with_trust_it_grades_without_one(tmp_path):
    done = without_bubblewrap(tmp_path, "--trust")
    assert done.returncode == 0, done.stderr
    assert [r["status"] for r in rows(tmp_path / "out") if r["exercise"] == "odds"] == ["right"]


def test_with_trust_an_endless_loop_costs_one_exercise_too(tmp_path):
    loops = "while True: pass\nfrom softmax_course import check\ncheck('softmax_batch', 1)"
    (anna,) = write(tmp_path, {"anna": notebook(loops, "odds = 2.71828")})
    todo = job(anna, assignment(ROOT, "2", {}), Limits(cell=2))
    received, problem = sandbox.run(todo, trust=True)
    assert problem == ""
    assert received.found["softmax_batch"].how == "time"
    assert received.found["odds"].given == "answer"


def test_a_sandbox_that_does_not_start_leaves_ungraded_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "PACKAGE", tmp_path / "nowhere")
    (anna,) = write(tmp_path / "in", {"anna": notebook("odds = 2.71828")})
    received, problem = sandbox.run(job(anna, assignment(ROOT, "2", {}), Limits()))
    assert received.found == {}
    assert problem.startswith("the sandbox did not start: bwrap: ")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["nothing", "--chapter", "2"], "there is no nothing: name a folder, a zip, or a notebook"),
        (["in", "--chapter", "12z"], "there is no chapter '12z'; the chapters are 1, 2"),
        (["in", "--chapter", "2", "--points", "odds=many"], "takes NAME=NUMBER, not 'odds=many'"),
        (["in", "--chapter", "2", "--points", "od=1"], "there is no exercise 'od' here"),
        (["in", "--chapter", "2", "--course", "in"], "name the folder of the course"),
        (["in", "--chapter", "2", "--out", "in/out"], "in/out is in in: put the results elsewhere"),
        (["in", "--assignment", "in/anna.ipynb"], "does not say its exercises"),
    ],
)
def test_a_mistake_in_the_command_is_named(options, says, tmp_path, monkeypatch, capsys):
    write(tmp_path / "in", {"anna": notebook("odds = 2.71828")})
    monkeypatch.chdir(tmp_path)
    course = [] if "--course" in options else ["--course", str(ROOT)]
    out = [] if "--out" in options else ["--out", "out"]
    assert command.main([*options, *out, *course]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("%matplotlib inline\n!ls\n?np\nodds = 2.71828", "right"),
        ("%%time\nodds = 2.71828", "right"),
        ("%%bash\nls", "not handed in"),
        ("get_ipython().run_line_magic('matplotlib', 'inline')\nodds = 2.71828", "right"),
        ("display(1)\nodds = 2.71828", "right"),
        ("odds = 2.71828\nodds", "right"),
        ("if __name__ == '__main__':\n    odds = 2.71828", "right"),
        ("odds = ", "not handed in"),
        ("from softmax_course import check\ncheck('odds', od)", "does not run"),
        ("from softmax_course import check\ncheck('odds', 2.7183\n", "does not run"),
        ("import softmax_course as sc\nsc.check('odds', 2.71828)", "right"),
        ("from softmax_course.checks import check\nassert check('odds', 2.71828)", "right"),
        ("from softmax_course import check\ncheck('odds', 1.5)\ncheck('odds', 2.71828)", "right"),
        ("from softmax_course import check\nodds = 2.71828\ncheck('odds', 1.5)", "known mistake"),
        ("job = todo = worker = records = 1\nodds = 2.71828", "right"),
        ("share = ('%d'\n    % 3)\nodds = 2.71828", "right"),
        ("%matplotlib inline\n%time odds = 2.71828", "right"),
        ("import asyncio\nawait asyncio.sleep(0)\nodds = 2.71828", "right"),
        ("def f(x: float): ...\nodds = f.__annotations__['x'](2.71828)", "right"),
        ("open('own.py', 'w').write('e = 2.71828')\nfrom own import e as odds", "right"),
        (
            "import multiprocessing as m\nwith m.Pool(2) as p: odds, = p.map(abs, [2.71828])",
            "right",
        ),
    ],
)
def test_a_cell_is_run_as_a_notebook_runs_it(cell, status, tmp_path):
    given = assignment(ROOT, "2", {})
    results = command.grade(write(tmp_path / "in", {"a": notebook(cell)}), given, tmp_path, 1)
    assert [r.status for r in results if r.exercise == "odds"] == [status]


RIGHT_AND_SLOW = """
import math, time

def softmax_list(vector):
    begin = time.process_time()
    while time.process_time() < begin + 0.8:
        pass
    e = [math.exp(v - max(vector)) for v in vector]
    return [x / sum(e) for x in e]
"""
HANDS_IN = "from softmax_course import check\ncheck('odds', 2.71828)"


@pytest.mark.parametrize("later", ["# check('odds', odds)\n1 / 0", "x = (1  # check('odds', odds)"])
def test_a_cell_that_only_mentions_a_check_takes_no_answer_back(later, tmp_path):
    given = assignment(ROOT, "2", {})
    class_ = write(tmp_path / "in", {"a": notebook(HANDS_IN, later)})
    results = command.grade(class_, given, tmp_path, 1)
    assert [r.status for r in results if r.exercise == "odds"] == ["right"]


def test_a_future_statement_holds_for_the_cells_below(tmp_path):
    cells = "from __future__ import annotations", "def f(x: unknown): ...\nodds = 2.71828"
    class_ = write(tmp_path / "in", {"a": notebook(*cells)})
    results = command.grade(class_, assignment(ROOT, "2", {}), tmp_path, 1)
    assert [r.status for r in results if r.exercise == "odds"] == ["right"]


def test_an_answer_has_as_long_as_check_gives_it(tmp_path):
    """No call takes five seconds, and all together less than a minute."""
    class_ = write(tmp_path / "in", {"a": notebook(RIGHT_AND_SLOW)})
    results = command.grade(class_, assignment(ROOT, "2", {}), tmp_path, 1)
    assert [r.status for r in results if r.exercise == "softmax_list"] == ["right"]


def test_a_script_is_graded_like_a_notebook(tmp_path):
    text = (
        "import math\nfrom softmax_course import check\n\n"
        "def softmax_list(vector):\n    return 1 / 0\n\nbroken = undefined\n\n"
        "odds = math.e\n\ncheck('odds', odds)\ncheck('softmax_list', softmax_list)\n"
    )
    results = command.grade(
        write(tmp_path / "in", {"anna.py": text}), assignment(ROOT, "2", {}), tmp_path, 1
    )
    got = {r.exercise: r for r in results}
    assert got["odds"].status == "right"
    assert got["softmax_list"].status == "wrong"
    assert "return 1 / 0" in got["softmax_list"].message
