"""The book's rules: each takes a notebook and names the places that break it.

A rule is a function from a notebook to problems, one sentence each; none means that the notebook
keeps the rule. `test_chapters.py` holds every notebook to every rule, `test_rules.py` breaks
every rule once.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import links
import nbformat
from nbformat import NotebookNode
from prose_numbers import sections, unsupported

from softmax_course._notebooks import CLOSING, OPTION, Page, read_cells
from softmax_course._objectives import objectives

Rule = Callable[[NotebookNode], Iterator[str]]

MAX_LINES = 15
MAX_WORDS = 5500
MIN_WORDS_OF_ALT = 8

COLOUR = re.compile(
    r"\b(?:black|white|pale|bright|dark|light|red|blue|green|coloured|shad(?:e|ed|es|ing))\b", re.I
)
MACHINE_SPECIFIC = {
    "a path": r"(?:/home/|/tmp/|/usr/|/root/|/Users/|site-packages|[A-Z]:\\)",
    "a memory address": r"\b0x[0-9a-fA-F]{6,}",
    "a time": r"\b\d+(?:\.\d+)?\s?(?:ns|µs|us|ms|s|sec|seconds)\b|\b\d\d:\d\d:\d\d\b",
    "a date": r"\b20\d\d-\d\d-\d\d\b",
    "a warning": r"\b\w*Warning\b",
}
POINTING = re.compile(
    r"\b(?:[Aa]bove,|(?:mistakes?|route|row|out|stays) (?:above|below)"
    r"|this (?:section|page|chapter|figure|table|cell|output|proof)"
    r"|the (?:figures?|tables?|cells?|proof|source)\b"
    r"|(?:first|last) row\b|you have seen|happened here)"
)


def tags(cell: NotebookNode) -> list[str]:
    """Return a cell's tags."""
    return list(cell.metadata.get("tags", []))


def code_cells(nb: NotebookNode) -> Iterator[NotebookNode]:
    """Yield the code cells."""
    return (cell for cell in nb.cells if cell.cell_type == "code")


def output_texts(cell: NotebookNode) -> Iterator[str]:
    """Yield what a cell's outputs say in words and numbers."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield output.text
        for kind, data in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield data


def first_line(cell: NotebookNode) -> str:
    """Name a cell by its first line."""
    return repr(cell.source.strip().split("\n")[0])


def has_the_skeleton(nb: NotebookNode) -> Iterator[str]:
    """Title, question, payoffs, needs, time; then the closing parts in their order."""
    opening = "\n".join(cell.source for cell in nb.cells[:3])
    for part in ["# ", "**The question.**", "*You will be able to*", "*You need*", "*Time*"]:
        if part not in opening:
            yield f"the first cells lack {part!r}"
    headings = [h for h in headings_of(nb) if h in CLOSING]
    if headings != [*CLOSING]:
        yield f"the closing parts are {headings}, not {[*CLOSING]}"


def headings_of(nb: NotebookNode) -> list[str]:
    """Return the texts of the second-level headings, in order."""
    prose = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
    return re.findall(r"^## (.+?)\s*$", prose, re.MULTILINE)


def cells_are_short(nb: NotebookNode) -> Iterator[str]:
    """A code cell holds one idea."""
    for cell in code_cells(nb):
        if (lines := len(cell.source.strip().split("\n"))) > MAX_LINES:
            yield f"{first_line(cell)} has {lines} lines, more than {MAX_LINES}"


def ran_in_order(nb: NotebookNode) -> Iterator[str]:
    """The stored outputs come from one run from top to bottom."""
    counts = [cell.execution_count for cell in code_cells(nb) if cell.source.strip()]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}"


def figures_are_described(nb: NotebookNode) -> Iterator[str]:
    """A figure has caption, name and alternative text, and its data stand in a text."""
    for cell in code_cells(nb):
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" not in data or "explorable" in tags(cell):
                continue
            meta = cell.metadata.get("mystnb", {})
            for part in ["caption", "name"]:
                if not meta.get("figure", {}).get(part):
                    yield f"the figure of {first_line(cell)} has no {part}"
            if len(meta.get("image", {}).get("alt", "").split()) < MIN_WORDS_OF_ALT:
                yield f"the alternative text of {first_line(cell)} is too short"
            if not data.get("text/plain", "").startswith("Figure\n"):
                yield f"the figure of {first_line(cell)} does not say its data: use_course_style()"


def figures_keep_the_colours_that_the_text_names(nb: NotebookNode) -> Iterator[str]:
    """A dark theme turns white to dark, and so belies what caption or text say of colours."""
    for cell in code_cells(nb):
        meta = cell.metadata.get("mystnb", {})
        said = f"{meta.get('figure', {}).get('caption')} {meta.get('image', {}).get('alt')}"
        if COLOUR.search(said) and "own-colours" not in tags(cell):
            yield f"the figure of {first_line(cell)} is not tagged 'own-colours'"


def figure_code_is_folded(nb: NotebookNode) -> Iterator[str]:
    """The code of a figure is folded, on the site and in JupyterLab; the figure is not."""
    for cell in code_cells(nb):
        if "figure" in cell.metadata.get("mystnb", {}):
            if "hide-input" not in tags(cell) or not source_hidden(cell):
                yield f"the code of the figure {first_line(cell)} is not folded"
            if outputs_hidden(cell) or "hide-output" in tags(cell):
                yield f"the figure {first_line(cell)} is folded"


def predicted_outputs_are_folded(nb: NotebookNode) -> Iterator[str]:
    """An output that the reader is to predict is folded, on the site and in JupyterLab."""
    for cell in code_cells(nb):
        folded = ["predict" in tags(cell), "hide-output" in tags(cell), outputs_hidden(cell)]
        if any(folded) and not all(folded):
            yield f"the output of {first_line(cell)} is folded in part, or for nothing"


def sections_ask_for_a_prediction(nb: NotebookNode) -> Iterator[str]:
    """Each section of the story asks what will happen before it shows it."""
    for heading, cells in story(nb):
        if not any("predict" in tags(cell) for cell in cells):
            yield f"section {heading!r} asks for no prediction"


def source_hidden(cell: NotebookNode) -> bool:
    """Whether JupyterLab folds the code."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def outputs_hidden(cell: NotebookNode) -> bool:
    """Whether JupyterLab folds the output."""
    return bool(cell.metadata.get("jupyter", {}).get("outputs_hidden"))


def claims_are_asserted(nb: NotebookNode) -> Iterator[str]:
    """A hidden cell that backs a question asserts, and does nothing else."""
    for cell in code_cells(nb):
        if "claims" not in tags(cell):
            continue
        if "remove-cell" not in tags(cell) or not source_hidden(cell):
            yield f"the claims {first_line(cell)} are not hidden"
        statements = list(ast.walk(ast.parse(cell.source)))
        if not any(isinstance(statement, ast.Assert) for statement in statements):
            yield f"the claims {first_line(cell)} assert nothing"
        if cell.outputs:
            yield f"the claims {first_line(cell)} print something"


def hints_stand_before_solutions(nb: NotebookNode) -> Iterator[str]:
    """Between the cell to work in and its solution stand hints, in steps."""
    hints: int | None = None
    for cell in nb.cells:
        if "exercise" in tags(cell):
            hints = 0
        elif "hints" in tags(cell) and hints is not None:
            hints += cell.source.count("<summary>")
        elif "solution" in tags(cell) and hints is not None:
            if hints < 2:
                yield f"the solution {first_line(cell)} comes after {hints} hints, not two or more"
            hints = None


def is_short_enough(nb: NotebookNode) -> Iterator[str]:
    """A chapter can be read in an evening."""
    texts = [cell.source for cell in nb.cells if cell.cell_type == "markdown"]
    if (words := sum(len(text.split()) for text in texts)) > MAX_WORDS:
        yield f"it has {words} words, more than {MAX_WORDS}"


def solutions_are_asserted(nb: NotebookNode) -> Iterator[str]:
    """A solution is folded, runs, and is checked; a work cell comes before it."""
    waiting = None
    for cell in code_cells(nb):
        if "exercise" in tags(cell):
            waiting = cell
            if "check(" in cell.source and not any("yet" in t for t in output_texts(cell)):
                yield f"the work cell {first_line(cell)} does not say 'not attempted yet'"
        if "solution" not in tags(cell):
            continue
        if waiting is None:
            yield f"the solution {first_line(cell)} has no work cell before it"
        waiting = None
        if "hide-cell" not in tags(cell):
            yield f"the solution {first_line(cell)} is not folded"
        if not source_hidden(cell):
            yield f"the solution {first_line(cell)} is not collapsed in JupyterLab"
        if "check(" in cell.source:
            if not any("right" in text.lower() for text in output_texts(cell)):
                yield f"the solution {first_line(cell)} does not pass its check"
        elif "assert " not in cell.source:
            yield f"the solution {first_line(cell)} is not asserted"
    if waiting is not None:
        yield f"the work cell {first_line(waiting)} has no solution"


def outputs_are_portable(nb: NotebookNode) -> Iterator[str]:
    """No output differs between machines, and none is an error or left uncompared."""
    for cell in code_cells(nb):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{first_line(cell)} stores an error"
            if output.get("name") == "stderr":
                yield f"{first_line(cell)} writes to stderr"
            if "text/latex" in output.get("data", {}):
                yield f"{first_line(cell)} has a LaTeX output, which is not compared"
        for text in output_texts(cell):
            for what, pattern in MACHINE_SPECIFIC.items():
                if found := re.search(pattern, text):
                    yield f"the output of {first_line(cell)} holds {what}: {found.group()!r}"


def every_output_is_compared(nb: NotebookNode) -> Iterator[str]:
    """Nothing tells nbval to look away."""
    for cell in nb.cells:
        ignoring = [tag for tag in tags(cell) if tag.startswith(("nbval", "raises-exception"))]
        if ignoring or "NBVAL_" in cell.source:
            yield f"{first_line(cell)} is not compared: {ignoring}"


def prose_numbers_are_printed(nb: NotebookNode) -> Iterator[str]:
    """A number in the prose stands in an output of its section, or is quoted with a citation."""
    for section in sections(nb):
        for number in unsupported(section):
            yield f"{number} under {section.heading!r} is in no output there"
    for cell in nb.cells:
        if "quoted" in tags(cell) and "{cite" not in cell.source and "](http" not in cell.source:
            yield f"the quoted cell {first_line(cell)} has no citation"


def first_uses_are_linked(nb: NotebookNode) -> Iterator[str]:
    """The first use of a term or a function is a link to its entry: `tools/links.py` writes it."""
    for cell, use in links.uses(nb):
        yield f"in {first_line(cell)}, {use.said!r} {use.problem}: write {use.wanted}"


def questions_answer_back(nb: NotebookNode) -> Iterator[str]:
    """A question has three or four options, one right, feedback for each."""
    for cell in nb.cells:
        if "**Question.**" not in cell.source:
            continue
        name = first_line(cell)
        if "question" not in tags(cell):
            yield f"{name} lacks the tag 'question'"
        options = list(OPTION.finditer(cell.source))
        if len(options) != cell.source.count("<details>") or not 3 <= len(options) <= 4:
            yield f"{name} does not have three or four options of the agreed shape"
        if [option["verdict"] for option in options].count("Right") != 1:
            yield f"{name} does not have exactly one right option"
        if any(len(option["feedback"].split()) < 4 for option in options):
            yield f"an option of {name} has no feedback"


def questions_stand_alone(nb: NotebookNode) -> Iterator[str]:
    """A question is asked in a learning platform, too, where nothing stands above it."""
    for cell in nb.cells:
        if "question" in tags(cell) and (found := POINTING.search(cell.source)):
            yield f"{first_line(cell)} says {found.group()!r}: name what it needs instead"


def sections_end_with_questions(nb: NotebookNode) -> Iterator[str]:
    """Each section of the story ends with two or three questions."""
    for heading, cells in story(nb):
        asked = ["question" in tags(cell) for cell in cells if "claims" not in tags(cell)]
        if not 2 <= sum(asked) <= 3 or not all(asked[-sum(asked) :]):
            yield f"section {heading!r} has {sum(asked)} questions at its end, not two or three"


def objectives_are_asked_for(nb: NotebookNode) -> Iterator[str]:
    """Each objective links to what teaches it, where a question and an exercise ask for it."""
    for found in objectives(Page(Path("chapter"), read_cells(nbformat.writes(nb)))):
        for address in found.unknown:
            yield f"the objective {found.text!r} links to {address}, which no heading has"
        if not found.headings:
            yield f"the objective {found.text!r} links to no heading that teaches it"
        elif not found.questions:
            yield f"no question stands at the end of {list(found.headings)}: {found.text!r}"
        elif not found.exercises:
            yield (
                f"no exercise practises {found.text!r}: no known mistake, task or hint names "
                f"one of {list(found.headings)}"
            )


def story(nb: NotebookNode) -> list[tuple[str, list[NotebookNode]]]:
    """Return the sections between the opening and the closing parts, with their cells."""
    parts: list[tuple[str, list[NotebookNode]]] = []
    for cell in nb.cells:
        heading = re.search(r"^## (.+?)\s*$", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and heading:
            parts.append((heading[1], []))
        if parts:
            parts[-1][1].append(cell)
    return [(heading, cells) for heading, cells in parts if heading not in CLOSING]


FOR_EVERY_NOTEBOOK: list[Rule] = [
    cells_are_short,
    ran_in_order,
    figures_are_described,
    figures_keep_the_colours_that_the_text_names,
    figure_code_is_folded,
    predicted_outputs_are_folded,
    claims_are_asserted,
    hints_stand_before_solutions,
    solutions_are_asserted,
    outputs_are_portable,
    every_output_is_compared,
    prose_numbers_are_printed,
    questions_answer_back,
    questions_stand_alone,
]
FOR_EVERY_CHAPTER: list[Rule] = [
    has_the_skeleton,
    is_short_enough,
    first_uses_are_linked,
    sections_ask_for_a_prediction,
    sections_end_with_questions,
    objectives_are_asked_for,
]
