"""Turn what came back from the sandbox into points, with what `check` would have said."""

from __future__ import annotations

import ast
import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from softmax_course._language import say
from softmax_course._notebooks import Cell, Page, Task, page_named, pages
from softmax_course.checks import catalogue
from softmax_course.checks.engine import judge, trial
from softmax_course.checks.feedback import fenced

from .records import Job, Limits, Received, Stopped
from .submissions import Submission


@dataclass(frozen=True)
class Assignment:
    """What was to be done.

    Attributes
    ----------
    title : str
        Of the chapter, or of the chapters.
    tasks : dict
        The exercises by name, in the order of the course.
    points : dict
        What each is worth.
    solutions, scenery : frozenset of str
        Cells that the course itself has put into its chapters: its solutions; the tests of its
        text, and its explorables. Each as `_shape` gives it.
    """

    title: str
    tasks: dict[str, Task]
    points: dict[str, float]
    solutions: frozenset[str]
    scenery: frozenset[str]


@dataclass(frozen=True)
class Result:
    """What became of one exercise of one learner.

    Attributes
    ----------
    points : float or None
        None where the exercise is not graded.
    status : str
        "right"; "known mistake", which `misconception` names; "wrong"; "not attempted"; "does not
        run"; "no answer in time"; "not handed in"; or "ungraded".
    misconception : str
        Name of the known mistake.
    message : str
        What the learner is told, as Markdown.
    """

    student: str
    exercise: str
    points: float | None
    status: str
    misconception: str = ""
    message: str = ""


def assignment(course: Path, chapter: str, points: dict[str, float]) -> Assignment:
    """Return all exercises of a chapter, or of ``"all"``, with a point for each.

    Raises
    ------
    ValueError
        If there is no such chapter, if it has no exercises, or if `points` names another exercise.
    """
    read = pages(course) if chapter == "all" else [page_named(course, chapter)]
    return _assignment(read, {t.name: 1.0 for page in read for t in page.tasks}, points)


def assignment_from(course: Path, file: Path, points: dict[str, float]) -> Assignment:
    """Return the exercises and points that an assignment made by ``make assignments`` says.

    Raises
    ------
    ValueError
        If the file is no such notebook.
    """
    try:
        said = json.loads(file.read_text("utf-8"))["metadata"]["softmax_course"]["exercises"]
        worth = {str(name): float(number) for name, number in said.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(
            f"{file} does not say its exercises: name the assignment as it was made, or --chapter"
        ) from None
    return _assignment(pages(course), worth, points)


def _assignment(
    read: Sequence[Page], worth: dict[str, float], points: dict[str, float]
) -> Assignment:
    known = {task.name: task for page in read for task in page.tasks}
    for name in [*worth, *points]:
        if name not in known or name not in worth:
            listed = ", ".join(name for name in known if name in worth) or ", ".join(known)
            raise ValueError(f"there is no exercise {name!r} here; the exercises are {listed}")
    tasks = {name: task for name, task in known.items() if name in worth}
    if not tasks:
        raise ValueError("there are no exercises to grade")
    titles = [page.title for page in read if {t.name for t in page.tasks} & {*tasks}]
    cells = [cell for page in read for cell in page.cells if cell.kind == "code"]
    return Assignment(
        titles[0] if len(read) == 1 else say("Exercises"),
        tasks,
        {**worth, **points},
        frozenset(_shape(task.solution.source) for task in tasks.values()),
        frozenset(_shape(c.source) for c in cells if {"claims", "explorable"} & {*c.tags}),
    )


def _shape(source: str) -> str:
    """Return what stays of a cell when it is laid out anew: its syntax tree, without comments."""
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source.strip()


def job(submission: Submission, given: Assignment, limits: Limits) -> Job:
    """Say what to run of a submission, and what to try its answers on.

    Left out is what the course put there itself: its solutions, unless the learner has changed
    them; the tests of its text, and its explorables.
    """
    cells = [cell for cell in submission.cells if not _is_the_courses_own(cell, given)]
    times = Counter(name for cell in cells for name in cell.checked)
    for cell in [cell for cell in cells if cell.checked]:
        again = all(times[name] > 1 for name in cell.checked)
        if again and _shape(cell.source) in given.solutions:  # its tag was lost
            cells.remove(cell)
            times.subtract(cell.checked)
    return Job(
        tuple((f"<cell {i}>", cell.source) for i, cell in enumerate(cells, 1)),
        {name: trial(catalogue()[name]) for name in given.tasks},
        {name: _variable(task.work) or name for name, task in given.tasks.items()},
        limits,
    )


def _is_the_courses_own(cell: Cell, given: Assignment) -> bool:
    if "solution" in cell.tags:
        return _shape(cell.source) in given.solutions
    return bool({"claims", "explorable"} & {*cell.tags}) and _shape(cell.source) in given.scenery


def _variable(work: Cell) -> str | None:
    """Find the variable that the cell to work in hands to `check`."""
    for node in ast.walk(ast.parse(work.source)):
        match node:
            case ast.Call(func=ast.Name(id="check"), args=[_, ast.Name(id=variable)]):
                return variable
    return None


def results(
    submission: Submission, given: Assignment, received: Received, problem: str
) -> Iterator[Result]:
    """Judge a submission, exercise by exercise."""
    for name, worth in given.points.items():
        found = received.found.get(name)
        if found is None and (problem or not received.ended):
            reason = problem or say("the sandbox ended early")
            message = say("Not graded: {reason}.", reason=reason)
            yield Result(submission.student, name, None, "ungraded", message=message)
        elif found is None:
            message = say("`{name}`: nothing was handed in.", name=name)
            yield Result(submission.student, name, 0, "not handed in", message=message)
        elif isinstance(found, Stopped):
            yield Result(submission.student, name, 0, *_stopped(name, found))
        else:
            try:
                feedback = judge(catalogue()[name], found)
            except Exception as error:  # ours, whatever it is: never the learner's zero
                reason = say("the judge failed ({error})", error=type(error).__name__)
                message = say("Not graded: {reason}.", reason=reason)
                yield Result(submission.student, name, None, "ungraded", message=message)
                continue
            message = feedback._repr_markdown_()
            points = worth if feedback.passed else 0
            mistake = feedback.misconception or ""
            yield Result(submission.student, name, points, feedback.status, mistake, message)


def _stopped(name: str, stopped: Stopped) -> tuple[str, str, str]:
    """Return the status, no misconception, and what to tell the learner."""
    if stopped.how == "time":
        hint = say("Is there a loop whose condition never changes, or a number without end?")
        return "no answer in time", "", _told(name, say("No answer in time"), stopped, hint)
    hint = say("Restart the kernel, run all cells from the top, and see where it stops.")
    return "does not run", "", _told(name, say("The cell does not run"), stopped, hint)


def _told(name: str, verdict: str, stopped: Stopped, hint: str) -> str:
    details = {say("it says"): stopped.detail, say("in line"): stopped.line}
    width = 2 + max(len("expected"), *map(len, details))
    listed = "\n".join(f"{what:{width}}{text}" for what, text in details.items() if text)
    return "\n\n".join([f"`{name}`: **{verdict}.**", *([fenced(listed)] if listed else []), hint])


COLUMNS = ("student", "exercise", "points", "of", "status", "misconception", "note")


def write_csv(
    path: Path,
    all_results: Iterable[Result],
    given: Assignment,
    submissions: Iterable[Submission],
) -> None:
    """Write the grades for a spreadsheet, which will take no name for a formula."""
    notes = {s.student: "; ".join(filter(None, [*s.notes, s.problem])) for s in submissions}
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for r in all_results:
            points = "" if r.points is None else f"{r.points:g}"
            of = f"{given.points[r.exercise]:g}"
            row = [r.student, r.exercise, points, of, r.status, r.misconception, notes[r.student]]
            writer.writerow(map(_no_formula, row))


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
