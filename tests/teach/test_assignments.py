"""An assignment runs as it is handed out, passes when it is answered, and gives nothing away."""

import ast
import inspect
import json
import subprocess
import sys
import textwrap
import warnings
from functools import cache
from pathlib import Path

import assignments
import nbformat
import pytest
from assignments import Part, Terms, assignment, book, select
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from softmax_course.checks import catalogue

ROOT = Path(__file__).parents[2]
LABELS = [page.label for page in book()]
EVERY_PAGE = pytest.mark.parametrize("label", LABELS)
EVERY_FILE = pytest.mark.parametrize("label", [*LABELS, "all"])

# No learner needs these, and a kernel in which they cannot be imported proves it.
BEFORE = """
import sys
class Refuse:
    def find_spec(name, *rest):
        if name in ("keras", "jax", "altair", "pandas"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refuse)
kept = {*globals(), "kept"}
"""
# `%reset` would take names from the guard of the network as well.
AFTER = "for name in {*globals()} - kept: del globals()[name]"
ANSWERS = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests" / "checks")!r})
from answers import RIGHT
"""


@cache
def made(label, instructor=False):
    parts = [Part(page, page.tasks) for page in book() if page.label == label]
    return assignment(parts or select(), instructor=instructor)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def stubs(notebook):
    return [cell for cell in code(notebook) if "exercise" in cell.metadata.get("tags", [])]


def answered(cell):
    """Bind the name that a cell to work in leaves open to a right answer on file."""
    name = cell.source.rpartition("check(")[2].split('"')[1]
    opened = [n for n in ast.parse(cell.source).body if isinstance(n, ast.FunctionDef | ast.Assign)]
    lines, end = cell.source.splitlines(), opened[-1].end_lineno
    if isinstance(opened[-1], ast.FunctionDef):  # `promoted` takes more than an answer does
        given = len(catalogue()[name].parameters)
        bound = f"{opened[-1].name} = lambda *given: RIGHT[{name!r}][0](*given[-{given}:])"
    else:
        bound = f"{opened[-1].targets[0].id} = RIGHT[{name!r}][0]"
    return "\n".join([*lines[:end], bound, *lines[end:]])


@cache
def executed():
    """Run each assignment, then with answers, then the instructor's copy, each from nothing.

    One kernel runs them all, and loses all names after each: what takes time is its start, and
    the imports.
    """
    cells = [new_code_cell(BEFORE, metadata={"run": ""})]
    for label in [*LABELS, "all"]:
        handed_out, copy = made(label), made(label, instructor=True)
        work = stubs(handed_out)
        runs = {
            "handed out": code(handed_out),
            "answered": [
                new_code_cell(answered(cell)) if cell in work else cell for cell in code(handed_out)
            ],
            "instructor's": code(copy),
        }
        for name, run in runs.items():
            setting = [ANSWERS] if name == "answered" else []
            for source in [*setting, *(cell.source for cell in run), AFTER]:
                cells.append(new_code_cell(source, metadata={"run": f"{label} {name}"}))
    notebook = new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=120, allow_errors=True).execute()
    return notebook


def verdicts(label, name):
    """What `check` said of each exercise, by its name, in one run of an assignment."""
    found = {}
    for cell in executed().cells:
        if cell.metadata["run"] == f"{label} {name}":
            assert all(output.output_type != "error" for output in cell.outputs), cell
            for output in cell.outputs:
                if output.output_type == "execute_result" and "check(" in cell.source:
                    exercise, _, verdict = output.data["text/plain"].partition(": ")
                    found.setdefault(exercise, verdict)
    assert set(made(label).metadata["softmax_course"]["exercises"]) <= set(found)
    return found


@EVERY_FILE
def test_what_is_handed_out_runs_and_nothing_in_it_is_answered_yet(label):
    for exercise, verdict in verdicts(label, "handed out").items():
        assert verdict.startswith(("Not attempted yet", "Not finished")), (exercise, verdict)


@EVERY_FILE
def test_every_check_passes_with_right_answers(label):
    for exercise, verdict in verdicts(label, "answered").items():
        assert verdict.startswith("Right"), (exercise, verdict)


@EVERY_FILE
def test_every_check_of_the_instructors_copy_passes(label):
    for exercise, verdict in verdicts(label, "instructor's").items():
        assert verdict.startswith("Right"), (exercise, verdict)


def functions_and_values(cells):
    """Every function's body, without its docstring, and every other statement at the top."""
    found = set()
    for cell in cells:
        for node in ast.parse(cell.source).body:
            for inner in ast.walk(node):
                if isinstance(inner, ast.FunctionDef):
                    found.add(body(inner))
            if isinstance(node, ast.Assign | ast.AugAssign | ast.For | ast.While | ast.Assert):
                found.add(ast.dump(node))
    return found


def body(function):
    statements = function.body[ast.get_docstring(function) is not None :]
    return tuple(ast.dump(statement) for statement in statements)


def reference(name):
    tree = ast.parse(textwrap.dedent(inspect.getsource(catalogue()[name].reference)))
    return body(tree.body[0])


@EVERY_PAGE
def test_no_solution_stands_in_what_is_handed_out(label):
    handed_out, copy = made(label), made(label, instructor=True)
    shown = {cell.id for cell in handed_out.cells}
    secret = functions_and_values(cell for cell in code(copy) if cell.id not in shown)
    secret |= {reference(name) for name in handed_out.metadata["softmax_course"]["exercises"]}
    assert any("solution" in cell.metadata.get("tags", []) for cell in code(copy))
    assert not secret & functions_and_values(code(handed_out))
    assert all(cell.metadata.get("tags", []) != ["solution"] for cell in handed_out.cells)
    assert "What to expect" not in nbformat.writes(handed_out)


@EVERY_PAGE
def test_an_assignment_is_a_small_valid_notebook_that_leads_nowhere_in_the_book(label):
    notebook = made(label)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of ids that come twice nbformat only warns
        nbformat.validate(notebook)
    text = nbformat.writes(notebook, indent=1)
    assert len(text.encode()) < 25_000
    assert "{cite" not in text
    assert not any("](" in cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert ".ipynb" not in nbformat.writes(made(label, instructor=True))
    assert all(not cell.outputs and cell.execution_count is None for cell in code(notebook))
    assert notebook.metadata["language_info"]["file_extension"] == ".py"
    assert notebook.metadata["kernelspec"]["name"] == "python3"


@EVERY_PAGE
def test_cells_keep_their_names_and_only_the_page_libraries_are_imported(label):
    (page,) = (page for page in book() if page.label == label)
    ids = {cell.id for cell in page.cells}
    new = {"assignment", f"chapter-{label}", f"imports-{label}"}
    notebook = made(label)
    assert {cell.id for cell in notebook.cells} - ids == new
    assert [cell.id for cell in stubs(notebook)] == [task.work.id for task in page.tasks]
    libraries = set()
    for cell in code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                libraries |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                libraries.add(node.module.partition(".")[0])
    given = {"matplotlib", "numpy", "scipy", "sklearn", "softmax_course"}
    assert libraries - sys.stdlib_module_names <= given


def undefined(notebooks, folder, rules="F821"):
    """Ask ruff which notebooks read a name that nothing in them binds."""
    for name, notebook in notebooks.items():
        (folder / f"{name}.ipynb").write_text(nbformat.writes(notebook), encoding="utf8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    command += ["--select", rules, "--output-format", "json", str(folder)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    return {Path(each["filename"]).stem: each["message"] for each in found}


def test_every_exercise_stands_alone_with_what_it_needs_and_no_import_more(tmp_path):
    alone = {}
    for page in book():
        for task in page.tasks:
            parts = [Part(page, (task,))]
            alone[f"{page.label}-{task.name}"] = assignment(parts)
            alone[f"{page.label}-{task.name}-copy"] = assignment(parts, instructor=True)
    (tmp_path / "all").mkdir()
    assert undefined(alone, tmp_path / "all") == {}
    copies = {name: notebook for name, notebook in alone.items() if name.endswith("-copy")}
    (tmp_path / "copies").mkdir()
    assert undefined(copies, tmp_path / "copies", "F401") == {}


def test_without_one_of_its_cells_the_set_up_is_incomplete(tmp_path):
    lacking = {}
    for page in book():
        copy = made(page.label, instructor=True)
        first = next(k for k, cell in enumerate(copy.cells) if cell.source.startswith("###"))
        for k in range(2, first):
            cells = copy.cells[:k] + copy.cells[k + 1 :]
            lacking[f"{page.label}-{copy.cells[k].id}"] = new_notebook(
                cells=cells, metadata=copy.metadata
            )
    assert len(lacking) > 30
    assert set(undefined(lacking, tmp_path)) == set(lacking)


def test_the_assignment_of_the_whole_course_has_every_exercise_once(tmp_path):
    notebook = made("all")
    names = list(notebook.metadata["softmax_course"]["exercises"])
    assert sorted(names) == sorted(catalogue())
    assert len(stubs(notebook)) == len(names)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbformat.validate(notebook)
    assert undefined({"all": notebook}, tmp_path) == {}


def test_an_answer_of_an_earlier_exercise_is_given_to_teachers_only():
    parts = select(["7b"], ["distil"])
    assert "def distillation_gradient" not in nbformat.writes(assignment(parts))
    assert "def distillation_gradient" in nbformat.writes(assignment(parts, instructor=True))


def test_what_needs_keras_is_left_out():
    sources = [cell.source for cell in made("03b").cells]
    assert not any("keras." in source or "probability_loss" in source for source in sources)
    assert any("def loss_of_scores" in source for source in sources)


def test_a_copy_for_teachers_names_each_mistake_and_asks_a_section_once():
    text = "\n".join(cell.source for cell in made("02", instructor=True).cells)
    for name in made("02").metadata["softmax_course"]["exercises"]:
        for mistake in catalogue()[name].mistakes:
            assert f"<summary>{mistake.name[0].upper()}{mistake.name[1:]}</summary>" in text
    (page,) = (page for page in book() if page.label == "02")
    asked = [question for question in page.questions if question.text in text]
    assert len(asked) > 5
    assert all(text.count(question.text) == 1 for question in asked)
    rights = [option.text for question in asked for option in question.options if option.right]
    assert all(f"- **Right:** {right}\n" in text for right in rights)


def run(*words):
    return assignments.main([str(word) for word in words])


def test_points_and_day_stand_in_the_header_at_the_exercise_and_in_the_metadata(tmp_path):
    target = tmp_path / "homework.ipynb"
    points = "softmax_list=3,loss_gradient=2"
    chosen = ("--exercises", "loss_gradient,odds,softmax_list", "--output", target)
    run(*chosen, "--points", points, "--due", "2027-02-01")
    notebook = nbformat.read(target, as_version=4)
    assert notebook.metadata["softmax_course"] == {
        "exercises": {"softmax_list": 3, "odds": 1, "loss_gradient": 2},
        "due": "2027-02-01",
    }
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "Due on **2027-02-01**." in text
    assert "| `softmax_list` | 3 |\n| `odds` | 1 |\n| `loss_gradient` | 2 |\n| all | 6 |" in text
    assert "### 1. Softmax for a list, without the trap (3 points)" in text
    assert "### 2. Odds without probabilities (1 point)" in text
    assert (tmp_path / "homework-instructor.ipynb").exists()


def test_hints_can_be_left_out(tmp_path):
    run("--chapter", "2", "--no-hints", "--output", tmp_path / "hard.ipynb")
    assert "<details>" not in (tmp_path / "hard.ipynb").read_text("utf8")
    assert "<details>" in nbformat.writes(made("02"))
    assert "<details>" not in nbformat.writes(assignment(select(["2"]), Terms(hints=False)))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--exercises", "softmx_list"], "there is no exercise 'softmx_list': did you mean"),
        (
            ["--chapter", "2b", "--exercises", "?"],
            "there is no exercise '?': there are sums_to_one",
        ),
        (["--chapter", "2", "--exercises", "loss_gradient"], "not in these chapters but in 6"),
        (["--chapter", "2,99"], "there is no chapter '99'; the chapters are 1, 2, 2b"),
        (["--chapter", "2b", "--points", "odds=2"], "not assigned; assigned are sums_to_one"),
        (["--chapter", "2", "--points", "odds=two"], "a whole number above 0, as in odds=3"),
        (["--chapter", "2", "--points", "odds=0"], "the points of odds are '0'"),
        (["--chapter", "2", "--due", "2027-02-30"], "'2027-02-30' is none that the calendar has"),
        (["--chapter", "2", "--due", "1.2.2027"], "write year-month-day, as in 2027-02-01"),
    ],
)
def test_what_is_wrong_with_a_wish_is_said(words, message, tmp_path, capsys):
    target = tmp_path / "homework.ipynb"
    with pytest.raises(SystemExit):
        run(*words, "--output", target)
    assert message in " ".join(capsys.readouterr().err.split())
    assert not target.exists()


def test_a_single_assignment_needs_a_name(capsys):
    with pytest.raises(SystemExit):
        run("--chapter", "2")
    assert "name its --output" in capsys.readouterr().err


def test_the_same_exercises_give_the_same_bytes_in_every_process(tmp_path):
    for seed in ("1", "2"):
        command = [sys.executable, ROOT / "tools" / "assignments.py", "--chapter", "5b"]
        command += ["--output", tmp_path / seed / "homework.ipynb"]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed})
    for name in ("homework.ipynb", "homework-instructor.ipynb"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
