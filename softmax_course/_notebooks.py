"""The chapters' notebooks as data: their sections, questions and exercises.

What a teacher gets (assignments, questions for a learning platform, the lesson after) is made from
the chapters themselves, so that nothing is written twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

__all__ = [
    "Cell",
    "Option",
    "Page",
    "Question",
    "Task",
    "anchor",
    "checked_in",
    "page_named",
    "pages",
    "read_cells",
    "unlinked",
]

SPANISH = {
    "Mistakes people make": "Errores frecuentes",
    "In practice": "En la práctica",
    "Exercises": "Ejercicios",
    "Summary": "Resumen",
    "Further reading": "Para seguir leyendo",
    "You will be able to": "Al terminar podrás",
    "You need": "Necesitas",
    "Question.": "Pregunta.",
    "Right": "Correcto",
    "Not quite": "No del todo",
}
"""The words that are the same in all chapters and tell their parts, in either edition."""

CLOSING = tuple(SPANISH)[:5]
"""The headings that end every chapter, after the sections of its story."""

RIGHT = ("Right", SPANISH["Right"])

CHECKED = re.compile(r"""\bcheck\(\s*["'](\w+)["']""")
"""A call of `check`, and the name of its exercise."""

LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
"""A link in Markdown: its text and its address."""

OPTION = re.compile(
    r"<details>\n<summary>(?P<option>.+?)</summary>\n\n"
    r"\*\*(?P<verdict>Right|Not quite|Correcto|No del todo)\.\*\*(?P<feedback>.*?)\n\n</details>",
    re.DOTALL,
)


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook, without its outputs."""

    kind: str
    source: str
    tags: tuple[str, ...] = ()
    id: str = ""

    @property
    def checked(self) -> list[str]:
        """Names of the exercises that the cell hands to `check`."""
        return checked_in(self.source) if self.kind == "code" else []


@dataclass(frozen=True)
class Option:
    """An option of a question, in Markdown, and what is said to who chooses it."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    """A question with three or four options, of which one is right."""

    id: str
    section: str
    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Task:
    """An exercise as it stands in a chapter.

    Attributes
    ----------
    name : str
        What `check` calls it.
    title : str
        Its heading, without the number.
    before : tuple of Cell
        From the heading to the cell to work in: the task, and data if there are any.
    work, solution : Cell
        The cell to work in, and the one with the answer.
    hints : tuple of Cell
        What stands between the two.
    """

    name: str
    title: str
    before: tuple[Cell, ...]
    work: Cell
    hints: tuple[Cell, ...]
    solution: Cell


@dataclass(frozen=True)
class Page:
    """A chapter, or a page beside one, such as 2b."""

    path: Path
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """Its number as in its file's name: ``"02"``, ``"02b"``."""
        return self.path.name.partition("_")[0]

    @property
    def number(self) -> str:
        """Its number as readers say it: ``"2"``, ``"2b"``."""
        return self.label.removeprefix("0")

    @property
    def title(self) -> str:
        """Its first heading."""
        return next(text for level, text in self._headings(self.cells) if level == 1)

    @cached_property
    def sections(self) -> dict[str, tuple[Cell, ...]]:
        """All sections by their heading, in order, with their cells."""
        found: dict[str, list[Cell]] = {}
        cells: list[Cell] = []
        for cell in self.cells:
            for level, text in self._headings([cell]):
                if level == 2:
                    cells = found.setdefault(text, [])
            cells.append(cell)
        return {heading: tuple(cells) for heading, cells in found.items()}

    @cached_property
    def story(self) -> dict[str, tuple[Cell, ...]]:
        """The sections between the opening and the closing parts."""
        closing = [self._said(heading) for heading in CLOSING]
        return {h: cells for h, cells in self.sections.items() if h not in closing}

    @cached_property
    def objectives(self) -> tuple[str, ...]:
        """What a learner will be able to, one sentence each, without its links."""
        return tuple(LINK.sub(r"\1", promise) for promise in self.promises)

    @cached_property
    def promises(self) -> tuple[str, ...]:
        """The objectives with their links, which lead to the sections that teach them."""
        opening = "\n".join(cell.source for cell in self.cells[:3])
        _, _, rest = opening.partition(f"**{self._said('You will be able to')}**")
        listed = rest.partition(f"**{self._said('You need')}**")[0]
        items = re.split(r"^- ", listed, flags=re.MULTILINE)[1:]
        return tuple(" ".join(item.split()).rstrip(";.") for item in items)

    @cached_property
    def outline(self) -> dict[str, tuple[str, str]]:
        """All headings below the title by their anchor: as they stand, and their section's."""
        found: dict[str, tuple[str, str]] = {}
        section = ""
        for level, text in self._headings(self.cells):
            section = text if level == 2 else section
            if level > 1:
                found.setdefault(anchor(text), (text, section))
        return found

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in order."""
        return tuple(
            _question(cell, heading)
            for heading, cells in self.sections.items()
            for cell in cells
            if "question" in cell.tags
        )

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """All exercises, in order."""
        return tuple(_tasks(self.sections.get(self._said("Exercises"), ())))

    @cached_property
    def language(self) -> str:
        """The language in which it is written: ``"en"`` or ``"es"``."""
        spanish = f"**{SPANISH['You will be able to']}**"
        return "es" if any(spanish in cell.source for cell in self.cells[:3]) else "en"

    def _said(self, phrase: str) -> str:
        return phrase if self.language == "en" else SPANISH[phrase]

    @staticmethod
    def _headings(cells: Iterable[Cell]) -> Iterator[tuple[int, str]]:
        for cell in cells:
            if cell.kind == "markdown":
                for marks, text in re.findall(r"^(#+) (.+?)\s*$", cell.source, re.MULTILINE):
                    yield len(marks), text


def pages(course: Path) -> list[Page]:
    """Read all chapters and the pages beside them, in the order of the book.

    Parameters
    ----------
    course : Path
        The folder of the course, which has ``chapters/``.

    Raises
    ------
    FileNotFoundError
        If there are no chapters.
    """
    found = sorted((course / "chapters").glob("[0-9]*_*.ipynb"))
    if not found:
        raise FileNotFoundError(
            f"there are no chapters in {course / 'chapters'}: name the folder of the course, "
            "a clone of its repository or the unpacked zip"
        )
    return [Page(path, read_cells(path.read_text("utf-8"))) for path in found]


def page_named(course: Path, number: str) -> Page:
    """Read the page with a number such as ``2``, ``02`` or ``2b``.

    Raises
    ------
    ValueError
        If there is none; the message names those that there are.
    """
    known = pages(course)
    for page in known:
        if number.lower().lstrip("0") == page.number:
            return page
    numbers = ", ".join(page.number for page in known)
    raise ValueError(f"there is no chapter {number!r}; the chapters are {numbers}")


def read_cells(text: str) -> tuple[Cell, ...]:
    """Read the cells of a notebook of nbformat 4 from its JSON text.

    Raises
    ------
    ValueError
        If the text is no such notebook; the message says what is missing.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON, which every notebook is") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("it has no list of cells: save it as a notebook of nbformat 4")
    return tuple(_cell(cell) for cell in notebook["cells"])


def checked_in(source: str) -> list[str]:
    """Name the exercises that a code hands to `check`, not those of which a comment speaks."""
    return CHECKED.findall(re.sub(r"#.*", "", source))


def unlinked(text: str) -> str:
    """Turn the links of a text in Markdown that lead somewhere in the book into their words."""
    return LINK.sub(lambda link: link[0] if link[2].startswith("http") else link[1], text)


def anchor(heading: str) -> str:
    """Make the anchor that the book gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _cell(cell: object) -> Cell:
    if not isinstance(cell, dict):
        raise ValueError("one of its cells is no object")
    kind, source, metadata = cell.get("cell_type"), cell.get("source"), cell.get("metadata")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(kind, str) or not isinstance(source, str):
        raise ValueError("one of its cells has no type or no source")
    tags = metadata.get("tags", []) if isinstance(metadata, dict) else []
    named = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return Cell(kind, source, named, str(cell.get("id", "")))


def _question(cell: Cell, section: str) -> Question:
    asked = cell.source.partition("<details>")[0]
    text = re.sub(r"\*\*(Question|Pregunta)\.\*\*", "", asked, count=1).strip()
    options = tuple(
        Option(found["option"].strip(), found["verdict"] in RIGHT, found["feedback"].strip())
        for found in OPTION.finditer(cell.source)
    )
    return Question(cell.id, section, text, options)


def _tasks(cells: Iterable[Cell]) -> Iterator[Task]:
    title, before, work, hints = "", [], None, []  # type: str, list[Cell], Cell | None, list[Cell]
    for cell in cells:
        heading = re.search(r"^### (?:\d+\. )?(.+?)\s*$", cell.source, re.MULTILINE)
        if cell.kind == "markdown" and heading:
            title, before, work, hints = heading[1], [cell], None, []
        elif "exercise" in cell.tags:
            work = cell
        elif "solution" in cell.tags and work is not None:
            yield Task(work.checked[0], title, tuple(before), work, tuple(hints), cell)
        elif work is None:
            before.append(cell)
        elif "hints" in cell.tags:
            hints.append(cell)
