r"""Write assignments, notebooks to hand in, from the exercises of the chapters.

Without options there is one for each chapter, and `all.ipynb`, in `_build/assignments`, and those
in other languages in folders there. With options there is a single one, with the exercises of some
chapters or with some exercises:

    python tools/assignments.py --chapter 2 --exercises softmax_list,softmax_batch \
        --points softmax_list=3,softmax_batch=2 --due 2027-02-01 --output homework.ipynb

Beside each stands an instructor's copy, with solutions, the mistakes to expect, and what to ask.
Nothing in them is written twice: what an exercise needs of its chapter is found by `data_flow`. An
assignment needs no library but those that every learner has, so what needs another one is left out.
"""

import argparse
import datetime
import difflib
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

import nbformat
from data_flow import Flow, Statement, imports
from nbformat import NotebookNode
from notebooks import KERNEL, LANGUAGE, ROOT

from softmax_course._language import language, languages, say, set_language
from softmax_course._notebooks import Cell, Page, Question, Task, page_named, pages, unlinked
from softmax_course.checks import catalogue
from softmax_course.checks.page import MistakesOfChapter

FOLDER = ROOT / "_build" / "assignments"

OPENING = 'from softmax_course import set_language\n\nset_language("{language}")'
"""The first code cell of a notebook that is not in English."""


def start() -> str:
    """Say to a learner what to do."""
    return say(
        """\
`check` and the other functions come from the package `softmax_course`. So you need the course on
your computer: unpack its zip, and follow the `README.txt` in it. Then put this file into the same
folder, and open it with `.venv/bin/jupyter lab` (on Windows `.venv\\Scripts\\jupyter lab`).

1. Run the cells from the top.
2. Write each answer where the dots are, `...`, and keep the names. When you run the cell, `check`
   says whether your answer is right, or what went wrong.
3. At the end choose *Restart Kernel and Run All Cells*, save, and hand in this file.

Where a text says *above* or *this notebook*, it means the chapter in the course."""
    )


def for_teachers() -> str:
    """Say to a teacher what this copy is."""
    return say(
        """\
**The instructor's copy.** With each exercise stand its solution, the mistakes to expect, and
questions to ask, from the sections that the mistakes point to. Each question stands here once."""
    )


@dataclass(frozen=True)
class Part:
    """A chapter and those of its exercises that are assigned."""

    page: Page
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Terms:
    """What a teacher lays down: points by exercise, one where none are named, and the last day."""

    points: dict[str, int] = field(default_factory=dict)
    due: str = ""
    hints: bool = True


def course() -> Path:
    """Return the folder of the edition in the language that the course speaks."""
    return ROOT if language() == "en" else ROOT / language()


def book() -> list[Page]:
    """Return the chapters of the edition."""
    return _pages(course())


@cache
def _pages(folder: Path) -> list[Page]:
    return pages(folder)


@cache
def flow_of(page: Page) -> Flow:
    """Follow what rests on what in a chapter; the cells that test its text do not count."""
    return Flow(cell for cell in page.cells if "claims" not in cell.tags)


def select(chapters: Sequence[str] = (), exercises: Sequence[str] = ()) -> list[Part]:
    """Choose exercises, in the order of the book; one that comes twice is taken where it is first.

    Parameters
    ----------
    chapters : sequence of str
        Numbers such as ``2`` or ``2b``; none for all.
    exercises : sequence of str
        Names of exercises; none for all that these chapters have.

    Raises
    ------
    ValueError
        If there is no such chapter or exercise; the message says what there is.
    """
    numbers = {page_named(course(), number).number for number in chapters}
    chosen = [page for page in book() if page.number in numbers or not numbers]
    known = {task.name for page in chosen for task in page.tasks}
    for name in exercises:
        if name not in known:
            raise ValueError(_unknown(name, chosen))
    left = set(exercises) or known
    parts = []
    for page in chosen:
        tasks = tuple(task for task in page.tasks if task.name in left)
        left -= {task.name for task in tasks}
        parts += [Part(page, tasks)] if tasks else []
    return parts


def _unknown(name: str, chosen: Iterable[Page]) -> str:
    elsewhere = [page.number for page in book() if name in {task.name for task in page.tasks}]
    if elsewhere:
        return f"the exercise {name!r} is not in these chapters but in {' and '.join(elsewhere)}"
    names = [task.name for page in chosen for task in page.tasks]
    near = difflib.get_close_matches(name, names, 1)
    advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
    return f"there is no exercise {name!r}: {advice}"


def read_points(text: str, assigned: Iterable[str]) -> dict[str, int]:
    """Read points such as ``softmax_list=3,odds=1``.

    Raises
    ------
    ValueError
        If an exercise is not assigned, or its points are no whole number above 0.
    """
    points, names = {}, list(assigned)
    for entry in filter(None, text.split(",")):
        name, _, number = (word.strip() for word in entry.partition("="))
        if name not in names:
            raise ValueError(
                f"there are points for {name!r}, which is not assigned; assigned are "
                + ", ".join(names)
            )
        if not re.fullmatch("[1-9][0-9]*", number):
            raise ValueError(
                f"the points of {name} are {number!r}: write a whole number above 0, as in {name}=3"
            )
        points[name] = int(number)
    return points


def read_date(text: str) -> str:
    """Read the day on which an assignment is due, as ``2027-02-01``.

    Raises
    ------
    ValueError
        If there is no such day, or if it is written otherwise.
    """
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise ValueError(
            f"the day {text!r} is none that the calendar has: write year-month-day, as in "
            "2027-02-01"
        ) from None


def assignment(
    parts: Sequence[Part], terms: Terms | None = None, *, instructor: bool = False
) -> NotebookNode:
    """Make an assignment, or the instructor's copy of it.

    Parameters
    ----------
    parts : sequence of Part
        What `select` has chosen.
    terms : Terms, optional
        Points, the last day, and whether hints are in it.
    instructor : bool, default False
        With solutions, mistakes and questions instead of cells to work in.
    """
    terms = terms or Terms()
    cells, number, asked = [_opening(parts, terms, instructor)], 1, set[str]()
    if language() != "en":
        cells.append(_code(OPENING.format(language=language()), "language"))
    for page, tasks in ((part.page, part.tasks) for part in parts):
        flow = flow_of(page)
        heading = say("Chapter {number}: {title}", number=page.number, title=page.title)
        made = [_text(f"## {heading}", f"chapter-{page.label}")]
        made += _set_up(page, tasks, flow)
        for task in tasks:
            made += _exercise(task, number, terms, flow)
            number += 1
            if instructor:
                made += _for_teachers(page, task, tasks, asked)
            else:
                made.append(_code(task.work.source, task.work.id, "exercise"))
            if terms.hints:
                made += [_text(unlinked(hint.source), hint.id, "hints") for hint in task.hints]
        taken = {cell.id for cell in cells}
        for cell in made:
            cell.id += f"-{page.label}" if cell.id in taken else ""
        cells += made
    names = [task.name for part in parts for task in part.tasks]
    ours = {"exercises": {name: terms.points.get(name, 1) for name in names}}
    metadata = {
        "kernelspec": KERNEL,
        "language_info": LANGUAGE,
        "softmax_course": ours | ({"due": terms.due} if terms.due else {}),
    }
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return notebook


def _opening(parts: Sequence[Part], terms: Terms, instructor: bool) -> NotebookNode:
    numbers = [part.page.number for part in parts]
    what = say("exercises")
    if len(numbers) == 1:
        what = say("exercises of chapter {number}", number=numbers[0])
    title = say("Softmax: from scores to probabilities")
    text = [f"# {title}: {what}"]
    text += [say("Due on **{day}**.", day=terms.due)] if terms.due else []
    if terms.points:
        rows = [say("| Exercise | Points |"), "|---|---|"]
        names = [task.name for part in parts for task in part.tasks]
        rows += [f"| `{name}` | {terms.points.get(name, 1)} |" for name in names]
        rows += [say("| all | {sum} |", sum=sum(terms.points.get(name, 1) for name in names))]
        text.append("\n".join(rows))
    return _text("\n\n".join([*text, for_teachers() if instructor else start()]), "assignment")


def _set_up(page: Page, tasks: Sequence[Task], flow: Flow) -> list[NotebookNode]:
    """Make the cells with all that the exercises need of their chapter and do not show."""
    own = {cell for task in page.tasks for cell in (task.work, *_answer(page, task))}
    own |= {cell for task in tasks for cell in task.before}
    used = _behind(
        {cell for task in tasks for cell in (*task.before, task.work, *_answer(page, task))}, flow
    )
    imported = [s for s in used if s.library]
    needed = [s for s in used if not s.library and s.cell not in own]
    cells = [_code(imports(imported), f"imports-{page.label}")]
    for cell, statements in groupby(needed, key=lambda s: s.cell):
        cells.append(_code(_joined(statements), cell.id))
    return cells


def _behind(cells: set[Cell], flow: Flow) -> list[Statement]:
    """All that cells rest on and learners can run, in the order of the chapter."""
    found = {s for statement in flow.of(cells) for s in flow.behind(statement) or ()}
    return sorted(found, key=lambda s: s.place)


def _answer(page: Page, task: Task) -> list[Cell]:
    """List the cells of an answer: what follows the cell to work in, up to the next heading."""
    cells = []
    for cell in page.cells[page.cells.index(task.work) + 1 :]:
        if cell.kind == "markdown" and re.search("^##", cell.source, re.MULTILINE):
            break
        if cell.kind == "code" and "claims" not in cell.tags:
            cells.append(cell)
    return cells


def _exercise(task: Task, number: int, terms: Terms, flow: Flow) -> list[NotebookNode]:
    """Make the cells from the heading to the cell to work in."""
    points = terms.points.get(task.name, 1)
    said = say("1 point") if points == 1 else say("{count} points", count=points)
    said = f" ({said})" if terms.points else ""
    opening, *rest = task.before
    text = re.split("^### .+$", opening.source, maxsplit=1, flags=re.MULTILINE)[1]
    title = f"### {number}. {task.title}{said}"
    cells = [_text(unlinked(title + text), opening.id)]
    for cell in rest:
        if cell.kind == "markdown":
            cells.append(_text(unlinked(cell.source), cell.id))
        else:
            cells += _runnable(cell, flow)
    return cells


def solution(page: Page, task: Task, tasks: Sequence[Task]) -> list[NotebookNode]:
    """Make the cells of a solution, after what it needs of exercises that are not assigned."""
    flow, answer = flow_of(page), _answer(page, task)
    others = {cell for other in page.tasks if other not in tasks for cell in _answer(page, other)}
    helpers = [s for s in _behind({*answer}, flow) if s.cell in others and not s.library]
    cells = [_code(_joined(helpers), f"{task.work.id}-helpers")] if helpers else []
    for cell in answer:
        cells += _runnable(cell, flow)
    return cells


def _for_teachers(
    page: Page, task: Task, tasks: Sequence[Task], asked: set[str]
) -> list[NotebookNode]:
    """Make the cells with a solution, the mistakes to expect, and questions not asked before."""
    cells = solution(page, task, tasks)
    expected = "#### " + say("What to expect") + f"\n\n{_mistakes(task.name, language())}"
    cells.append(_text(unlinked(expected), f"{task.work.id}-mistakes"))
    exercise = catalogue()[task.name]
    sections = {say(mistake.section) for mistake in exercise.mistakes}
    (home,) = (p for p in book() if p.path.name == exercise.chapter.page)
    questions = [q for q in home.questions if q.section in sections and q.id not in asked]
    if questions:
        asked.update(question.id for question in questions)
        said = "\n\n".join(["#### " + say("What to ask"), *map(_question, questions)])
        cells.append(_text(unlinked(said), f"{task.work.id}-questions"))
    return cells


@cache
def _mistakes(name: str, spoken: str) -> str:
    exercise = catalogue()[name]
    return MistakesOfChapter(exercise.chapter.number, (exercise,))._repr_markdown_()


def _question(question: Question) -> str:
    parts = [f"**{question.section}.** {question.text}"]
    for option in question.options:
        verdict = say("**Right:** ") if option.right else ""
        parts += [f"- {verdict}{option.text}", f"  {' '.join(option.feedback.split())}"]
    return "\n\n".join(parts)


def _runnable(cell: Cell, flow: Flow) -> list[NotebookNode]:
    """Make a cell of the statements that run with what every learner has, if there are any."""
    statements = [s for s in flow.of([cell]) if flow.runs(s)]
    if not statements:
        return []
    whole = len(statements) == len(flow.of([cell]))
    tags = ["solution"] if "solution" in cell.tags else []
    return [_code(cell.source if whole else _joined(statements), cell.id, *tags)]


def _joined(statements: Iterable[Statement]) -> str:
    return "\n".join(s.source for s in statements).strip("\n")


def _text(source: str, name: str, *tags: str) -> NotebookNode:
    metadata = {"tags": list(tags)} if tags else {}
    cell: NotebookNode = nbformat.v4.new_markdown_cell(source, id=name, metadata=metadata)
    return cell


def _code(source: str, name: str, *tags: str) -> NotebookNode:
    metadata = {"tags": list(tags)} if tags else {}
    cell: NotebookNode = nbformat.v4.new_code_cell(source, id=name, metadata=metadata)
    return cell


def write(path: Path, parts: Sequence[Part], terms: Terms | None = None) -> None:
    """Write an assignment, and the instructor's copy beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    copy = path.with_name(f"{path.stem}-instructor.ipynb")
    for target, instructor in ((path, False), (copy, True)):
        notebook = assignment(parts, terms, instructor=instructor)
        text = nbformat.writes(notebook, indent=1, sort_keys=True) + "\n"
        target.write_text(text, encoding="utf8", newline="\n")


def main(words: Sequence[str] | None = None) -> int:
    """Write assignments; see the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chapter", default="", help="2, or several: 2,2b")
    parser.add_argument("--exercises", default="", help="names, with commas between")
    parser.add_argument("--points", default="", help="name=points, with commas between; else 1")
    parser.add_argument("--due", default="", help="the last day: 2027-02-01")
    parser.add_argument("--no-hints", action="store_true", help="leave out the folded hints")
    parser.add_argument("--output", type=Path, help="the notebook to write")
    parser.add_argument("--language", choices=languages(), default="en", help="of the text")
    given = parser.parse_args(words)
    set_language(given.language)
    try:
        if given.output is None:
            if given.chapter or given.exercises or given.points or given.due:
                raise ValueError("these options make a single assignment: name its --output")
            terms = Terms(hints=not given.no_hints)
            for spoken in languages():
                set_language(spoken)
                folder = FOLDER if spoken == "en" else FOLDER / spoken
                for page in book():
                    write(folder / f"chapter{page.label}.ipynb", [Part(page, page.tasks)], terms)
                write(folder / "all.ipynb", select(), terms)
            print(f"The assignments are in {os.path.relpath(FOLDER, ROOT)}.")
            return 0
        parts = select(_listed(given.chapter), _listed(given.exercises))
        names = [task.name for part in parts for task in part.tasks]
        points = read_points(given.points, names)
        due = read_date(given.due) if given.due else ""
        write(given.output, parts, Terms(points, due, not given.no_hints))
    except ValueError as problem:
        parser.error(str(problem))
    return 0


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


if __name__ == "__main__":
    sys.exit(main())
