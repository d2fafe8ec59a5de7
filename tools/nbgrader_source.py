"""Write the assignments as nbgrader's source notebooks, into `_build/nbgrader`.

An answer's cell holds the solution between nbgrader's marks, and nbgrader takes it out for the
learners; after it stands a test with the points of the exercise, which fails with the name of the
mistake and what `check` says of it. It was tried with nbgrader 0.9.6.
"""

import ast
from itertools import chain
from pathlib import Path
from typing import Any

import nbformat
from assignments import Part, assignment, book, solution
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from notebooks import ROOT

FOLDER = ROOT / "_build" / "nbgrader"

CONFIGURATION = """\
c = get_config()
c.CourseDirectory.course_id = "softmax"
c.ClearSolutions.code_stub = {"python": "# Your answer goes where the dots are."}
c.ExecutePreprocessor.timeout = 120  # `check` stops an endless loop itself, after five seconds
"""

TEST = """\
from softmax_course import check

feedback = {call}
assert feedback, feedback"""


def source(part: Part) -> NotebookNode:
    """Make nbgrader's source notebook of an assignment."""
    notebook = assignment([part])
    tasks = {task.work.id: task for task in part.tasks}
    points = notebook.metadata["softmax_course"]["exercises"]
    for cell in notebook.cells:
        if cell.cell_type == "code":  # what comes back changed is put right before it is graded
            _mark(cell, cell.id, locked=True)
    for k in reversed(range(len(notebook.cells))):
        cell = notebook.cells[k]
        if cell.id in tasks:
            task = tasks[cell.id]
            statements = ast.parse(cell.source).body
            opened = [s for s in statements if isinstance(s, ast.FunctionDef | ast.Assign)]
            lines, end = cell.source.splitlines(), opened[-1].end_lineno
            answer = (each.source.splitlines() for each in solution(part.page, task, part.tasks))
            marked = ["### BEGIN SOLUTION", *chain.from_iterable(answer), "### END SOLUTION"]
            cell.source = "\n".join([*lines[:end], *marked, *lines[end:]])
            _mark(cell, task.name, solution=True)
            call = ast.unparse(statements[-1])
            test = new_code_cell(TEST.format(call=call), id=f"{cell.id}-test")
            _mark(test, f"{task.name}-test", grade=True, locked=True, points=points[task.name])
            notebook.cells.insert(k + 1, test)
    return notebook


def _mark(cell: NotebookNode, name: str, **said: Any) -> None:
    kinds = {"grade": False, "solution": False, "locked": False, "task": False}
    known = {"schema_version": 3, "grade_id": name, "cell_type": cell.cell_type}
    cell.metadata["nbgrader"] = kinds | known | said


def write(folder: Path) -> None:
    """Write a course of nbgrader into a folder, an assignment for each chapter."""
    for page in book():
        name = f"chapter{page.label}"
        target = folder / "source" / name / f"{name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        text = nbformat.writes(source(Part(page, page.tasks)), indent=1, sort_keys=True) + "\n"
        target.write_text(text, encoding="utf8", newline="\n")
    (folder / "nbgrader_config.py").write_text(CONFIGURATION, encoding="utf8", newline="\n")


if __name__ == "__main__":
    write(FOLDER)
    print(f"nbgrader's course is in {FOLDER.relative_to(ROOT)}.")
