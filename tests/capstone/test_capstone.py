# ruff: noqa: D105
"""`check("capstone", ...)`: the worked solution has full marks, and ways to fail are recognised."""

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent))
from ways_to_fail import UNREADABLE, WAYS

from softmax_course import check
from softmax_course.checks import Feedback, Report, capstone, catalogue, running

ROOT = Path(__file__).parents[2]
SOLUTION = Path(__file__).parent / "solution"
SKELETON = ROOT / "capstone"
NAMES = [exercise.name for exercise in catalogue().values() if exercise.chapter.number == 12]


@pytest.fixture(scope="module")
def full():
    """Grade the worked solution, once."""
    return check("capstone", SOLUTION)


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(SOLUTION, tmp_path / "mine", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "mine"


def changed(folder, file, old, new):
    path = folder / "digit_reader" / file
    text = path.read_text("utf-8")
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new), "utf-8")
    return folder


def solved():
    """The functions of the worked solution, without its tests and files."""
    with capstone._importable(SOLUTION, "digit_reader"):
        module = importlib.import_module("digit_reader")
        return {name: getattr(module, name) for name in NAMES}


def test_the_worked_solution_reaches_every_milestone(full):
    assert isinstance(full, Report)
    assert full, str(full)
    assert (full.reached, len(full.milestones)) == (8, 8)
    assert full.status == "right"
    assert [m.name for m in full.milestones] == [*NAMES, "tests", "own_work"]
    assert "accuracy 0." in str(full)
    assert full._repr_markdown_().count("| Right.") == 8


def test_the_worked_solution_passes_its_own_tests_and_runs_as_a_program(copy):
    shutil.copy(SKELETON / "pyproject.toml", copy)
    for command in (["pytest", "-q", "-p", "no:cacheprovider"], ["digit_reader"]):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=copy, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    numbers = dict(line.split() for line in done.stdout.replace("mean cost", "cost").splitlines())
    assert float(numbers["accuracy"]) > 0.97
    assert float(numbers["cost"]) < 0.3
    assert (copy / "report.png").exists()


@pytest.mark.parametrize("way", WAYS)
def test_a_way_to_fail_is_recognised(way, copy):
    *change, milestone, said = WAYS[way]
    report = check("capstone", changed(copy, *change))
    assert not report
    (found,) = [m for m in report.milestones if m.name == milestone]
    assert not found.passed
    feedback = found.feedback
    assert feedback.misconception == said or said in str(feedback), str(report)
    assert feedback.hint
    assert "What to look at" in str(report) or not found.section


@pytest.mark.parametrize("way", UNREADABLE)
def test_a_package_that_cannot_be_imported_is_told_why(way, copy, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 1.0)
    *change, said = UNREADABLE[way]
    report = check("capstone", changed(copy, *change))
    assert report.verdict == "Not quite. The package cannot be imported."
    assert said in str(report) or "ModuleNotFoundError" in str(report)
    assert not report
    assert report.milestones == ()


def test_the_skeleton_is_not_attempted_yet_and_every_gap_says_so():
    report = check("capstone", SKELETON)
    assert not report
    verdicts = {m.name: m.feedback.status for m in report.milestones}
    assert set(verdicts) == {*NAMES, "tests", "own_work"}
    assert set(verdicts.values()) == {"not attempted"}
    assert "0 of 8 milestones" in str(report)


def test_skeleton_and_solution_have_the_same_files_and_functions():
    def files(folder):
        found = [*folder.glob("digit_reader/*.py"), *folder.glob("tests/*.py")]
        return {f.relative_to(folder).as_posix(): f.read_text("utf-8") for f in found}

    gaps, filled = files(SKELETON), files(SOLUTION)
    assert set(gaps) == set(filled)
    for name, text in gaps.items():
        heads = [line for line in text.splitlines() if line.startswith(("def test_", "class "))]
        kept = [line for line in heads if line in filled[name]]
        assert len(kept) >= len(heads) / 2
    assert "NotImplementedError" not in "".join(filled.values())
    assert sum(text.count("NotImplementedError") for text in gaps.values()) >= 10


# What may be handed in ---------------------------------------------------------------------------


def test_functions_of_a_notebook_are_graded_from_its_globals():
    names = {**solved(), "test_nothing": lambda: None, "rest": object()}
    report = check("capstone", names)
    assert [m.name for m in report.milestones] == [*NAMES, "tests"]
    assert all(m.passed for m in report.milestones[:-1])
    assert not report.milestones[-1].passed


@pytest.mark.parametrize("wrap", [lambda names: SimpleNamespace(**names), dict])
def test_what_has_the_names_will_do(wrap, full):
    report = check("capstone", wrap(solved()))
    assert report.reached == len(NAMES)
    assert report.milestones[-1].feedback.status == "not attempted"


def test_a_module_is_graded_with_the_tests_beside_it(full):
    with capstone._importable(SOLUTION, "digit_reader"):
        report = check("capstone", importlib.import_module("digit_reader"))
    assert report, str(report)
    assert len(report.milestones) == 8


@pytest.mark.parametrize("path", ["digit_reader", ".", "digit_reader/"])
def test_a_path_may_be_that_of_the_package_or_of_its_project(path, monkeypatch, full):
    monkeypatch.chdir(SOLUTION)
    assert check("capstone", path).reached == 8


def test_grading_leaves_nothing_behind(full):
    before = dict(sys.modules), list(sys.path), sys.dont_write_bytecode
    check("capstone", SOLUTION)
    assert not [name for name in sys.modules if name.startswith("digit_reader")]
    assert (list(sys.path), sys.dont_write_bytecode) == before[1:]
    assert not list(SOLUTION.glob("**/__pycache__/*capstone*"))


def test_what_was_changed_a_moment_ago_counts(copy):
    assert check("capstone", copy).reached == 8
    changed(copy, "decisions.py", "len(costs), cheapest", "-1, cheapest")
    assert check("capstone", copy).reached < 8


@pytest.mark.parametrize("nothing", [..., None, NotImplemented, 7, object(), {}, np.zeros(3), len])
def test_nothing_to_grade_is_not_attempted_yet(nothing):
    report = check("capstone", nothing)
    assert (report.passed, report.verdict) == (False, "Not attempted yet.")
    assert "`read_digits`" in report.hint


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no/such/folder", "There is no folder `no/such/folder` here"),
        ("", "folders with an `__init__.py`"),
        ("x" * 5000, "There is no folder"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_so(path, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = check("capstone", path)
    assert report.verdict == "Not quite. There is no package."
    assert words in report.hint


class Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError("no")


def test_hostile_things_are_answered_kindly():
    assert check("capstone", Hostile()).verdict == "Not attempted yet."
    names = {name: Hostile() for name in NAMES}
    assert check("capstone", names).reached == 0


def test_a_near_name_is_told_the_right_one():
    assert "`capstone`" in check("capston", 1).hint


# The report --------------------------------------------------------------------------------------


def test_the_report_is_written_milestone_by_milestone():
    right = Feedback(True, "decide", "Right.", status="right")
    wrong = Feedback(False, "predict_safely", "Not quite: pixels not looked at.", hint="Which?")
    milestones = (
        capstone.Milestone("decide", "the decision", right, "Well."),
        capstone.Milestone("predict_safely", "bad input", wrong, "", "Survive what comes"),
    )
    report = Report(False, "capstone", "1 of 2 milestones.", milestones=milestones)
    assert str(report) == (
        "capstone: 1 of 2 milestones.\n\n"
        "    the decision  Right. Well.\n"
        "    bad input     Not quite: pixels not looked at.\n\n"
        "predict_safely: Not quite: pixels not looked at.\n\n"
        "Which?\n\n"
        "What to look at: Survive what comes"
    )
    assert report._repr_markdown_() == (
        "`capstone`: **1 of 2 milestones.**\n\n"
        "| Milestone | Function | Result |\n|---|---|---|\n"
        "| the decision | `decide` | Right. Well. |\n"
        "| bad input | `predict_safely` | Not quite: pixels not looked at. |\n\n"
        "`predict_safely`: **Not quite: pixels not looked at.**\n\nWhich?\n\n"
        "What to look at: [Survive what comes]"
        "(12_build_a_classifier_you_can_trust.ipynb#survive-what-comes)"
    )
    assert report.reached == 1
    assert repr(report) == str(report)


def test_broken_functions_are_called_by_position_and_by_name():
    exercise = catalogue()["decide"]
    wrong = capstone._called_alike(exercise, exercise.mistakes[0])
    p, costs = np.array([[0.5, 0.5]]), 10 * (1 - np.eye(2))
    assert (
        wrong(p, costs, 1).tolist() == wrong(ask=1, costs=costs, probabilities=p).tolist() == [-1]
    )


# In the sandbox ----------------------------------------------------------------------------------


def test_a_capstone_that_is_handed_in_is_tried_part_by_part():
    offered = capstone.parts(SimpleNamespace(decide=len, other=1), ["decide", "read_digits"])
    assert offered == {"decide": len}
    assert capstone.parts(Hostile(), ["decide"]) == {}


def test_the_labels_of_the_unseen_digits_do_not_go_into_the_sandbox():
    from softmax_course.checks.engine import trial
    from softmax_course.grading import sandbox
    from softmax_course.grading.records import Job, Limits

    job = Job((), {"read_digits": trial(catalogue()["read_digits"])}, {}, Limits())
    (probe,) = Job.load(job.dump()).trials["read_digits"].probes
    assert [len(argument) for argument in probe] == [400, 400, 250, 250, 700]
    assert "unseen_digits" not in json.dumps(list(sandbox._without_the_answers()))
