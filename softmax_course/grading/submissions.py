"""Find who handed in what, in the folders and zips that Moodle and Canvas offer for download.

Moodle names a learner's folder, or without folders the beginning of each file,
``Noether Emmy_1234567_assignsubmission_file_``; Canvas begins each file with
``noetheremmy_98765_43210_``, or ``noetheremmy_LATE_98765_43210_``. In any other folder a learner is
a folder, or a file.
"""

from __future__ import annotations

import ast
import contextlib
import re
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from softmax_course._language import say
from softmax_course._notebooks import Cell, read_cells

MOST_FILES = 20_000
MOST_BYTES = 10 * 2**20
"""The largest notebook that is read: without large pictures, one has a tenth of this."""

MOST_IN_ALL = 2 * 2**30

MOODLE = re.compile(r"(?P<student>[^/]+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?")
CANVAS = re.compile(r"(?P<student>[^/_]+)_(?P<late>LATE_)?(?P<number>\d{3,})_\d{3,}_.+")
CELL_MARK = re.compile(r"^# (?:%%.*|In\s?\[[\d ]*\]:?)\s*$", re.MULTILINE)
CODE = (".ipynb", ".py")
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MOST_LETTERS = 2**20
"""The longest script that is taken apart: its tree takes a thousand times as much memory."""


@dataclass(frozen=True)
class File:
    """A file that was handed in; where it could not be read, `problem` says why."""

    path: PurePosixPath
    data: bytes = b""
    problem: str = ""
    time: tuple[int, ...] = ()


@dataclass(frozen=True)
class Submission:
    """What one learner handed in.

    Attributes
    ----------
    student : str
        The name, as the platform writes it.
    file : str
        Name of the notebook or script that counts.
    cells : tuple of Cell
        Its cells; none if it cannot be read.
    notes : tuple of str
        What a teacher should know of it: that it was late, that there were several.
    problem : str
        Why it cannot be graded; empty if it can.
    """

    student: str
    file: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    problem: str = ""


def collect(source: Path) -> list[Submission]:
    """Find all submissions in a folder or a zip, or the one in a file.

    Raises
    ------
    FileNotFoundError
        If there is nothing at `source`, or no submission in it.
    ValueError
        If it is a zip that cannot be read, or that is no download of a class.
    """
    if not source.exists():
        raise FileNotFoundError(f"there is no {source}: name a folder, a zip, or a notebook")
    if source.is_dir():
        files = list(_from_folder(source))
    elif source.suffix.lower() == ".zip":
        files = _without_a_wrapper(list(_from_zip(source)))
    else:
        files = [_read(source, PurePosixPath(_legible(source.name)))]
    found: dict[tuple[str, str], list[tuple[File, bool]]] = {}
    canvas = _is_from_canvas(files)
    for file in files:
        name, number, late = _whose(file.path, canvas=canvas)
        found.setdefault((name, number), []).append((file, late))
    if not found:
        raise FileNotFoundError(f"there are no submissions in {source}")
    names = Counter(name for name, _ in found)
    return [
        _choose(f"{name} ({number})" if names[name] > 1 else name, found[name, number])
        for name, number in sorted(found, key=lambda key: (key[0].casefold(), key[1]))
    ]


def _without_a_wrapper(files: list[File]) -> list[File]:
    """Take away the one folder into which somebody packed a whole class."""
    tops = {file.path.parts[:1] for file in files}
    inner = {file.path.parts[1:2] for file in files}
    if len(tops) > 1 or len(inner) < 2 or any(_whose(file.path, canvas=False)[1] for file in files):
        return files
    return [replace(file, path=PurePosixPath(*file.path.parts[1:])) for file in files]


def _from_folder(folder: Path) -> Iterator[File]:
    for path in sorted(folder.rglob("*")):
        relative = PurePosixPath(_legible(path.relative_to(folder).as_posix()))
        if path.is_symlink():
            yield File(relative, problem=say("it is a link to another file"))
        elif path.is_file() and not _is_clutter(relative):
            yield _read(path, relative)


def _read(path: Path, name: PurePosixPath) -> File:
    size, time = path.stat().st_size, datetime.fromtimestamp(path.stat().st_mtime)
    if size > MOST_BYTES:
        return File(name, problem=_too_large(size))
    return File(name, path.read_bytes(), time=tuple(time.timetuple()[:6]))


def _from_zip(path: Path) -> Iterator[File]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{path} cannot be read as a zip: {error}") from None
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_IN_ALL:
            raise ValueError(
                f"{path} holds {len(entries)} files of {sum(e.file_size for e in entries):,} bytes "
                f"in all, and a class is at most {MOST_FILES} of {MOST_IN_ALL:,}: unpack what is "
                "needed yourself, and name the folder"
            )
        for entry in entries:
            name = PurePosixPath(_name(entry))
            if not _is_clutter(name):
                yield _unpacked(archive, entry, name)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: PurePosixPath) -> File:
    """Read an entry into memory; nothing is written anywhere."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        return File(_within(name), problem=say("it is a link to another file"))
    if name.is_absolute() or ".." in name.parts:
        return File(_within(name), problem=say("its path leads out of the zip"))
    try:
        with archive.open(entry) as stream:
            data = stream.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        return File(name, problem=say("it cannot be unpacked: {error}", error=error))
    if len(data) > MOST_BYTES:
        return File(name, problem=_too_large(entry.file_size))
    return File(name, data, time=entry.date_time)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; where the zip does not say so, it may still be UTF-8."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return _legible(name)


def _legible(name: str) -> str:
    """Spell out what cannot be written, drives a terminal, or turns the direction of a line."""
    return "".join(
        letter.encode("unicode_escape").decode()
        if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in TURNS
        else letter
        for letter in unicodedata.normalize("NFC", name)
    )


def _within(name: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(*(part for part in name.parts if part not in ("..", "/")))


def _is_clutter(name: PurePosixPath) -> bool:
    """Whether an operating system has left it there."""
    clutter = ("__MACOSX", "__pycache__", ".")
    return any(part.startswith(clutter) and part != ".." for part in name.parts)


def _too_large(size: int) -> str:
    return (
        f"it has {size / 2**20:.0f} MB, and at most {MOST_BYTES // 2**20} are read: "
        "clear the outputs"
    )


def _is_from_canvas(files: list[File]) -> bool:
    """Whether all notebooks and scripts lie in one folder and are named as Canvas names them."""
    code = [file.path for file in files if file.path.suffix.lower() in CODE]
    return len({path.parent for path in code}) == 1 and all(CANVAS.fullmatch(p.name) for p in code)


def _whose(path: PurePosixPath, *, canvas: bool) -> tuple[str, str, bool]:
    """Return the learner's name and number, if there is one, and whether the file came late."""
    for part in path.parts:
        if found := MOODLE.match(part):
            return found["student"].strip(), found["number"], False
    if canvas and (found := CANVAS.fullmatch(path.name)):
        return found["student"], found["number"], bool(found["late"])
    return (path.parts[0] if len(path.parts) > 1 else path.stem), "", False


def _choose(student: str, files: list[tuple[File, bool]]) -> Submission:
    """Take the last notebook, else the last script; say what else there was."""
    notes = [say("handed in late")] if any(late for _, late in files) else []
    code = [file for file, _ in files if file.path.suffix.lower() in CODE]
    if not code:
        names = ", ".join(sorted(file.path.name for file, _ in files))
        problem = next((file.problem for file, _ in files if file.problem), "")
        problem = problem or say("there is no notebook and no Python file")
        return Submission(student, names, (), tuple(notes), problem)
    last = max(code, key=lambda f: (f.path.suffix.lower() == ".ipynb", f.time, _natural(f.path)))
    if len(code) > 1:
        others = ", ".join(str(file.path.name) for file in code if file is not last)
        notes.append(
            say(
                "{count} files; the last counts, {last}, not {others}",
                count=len(code),
                last=last.path.name,
                others=others,
            )
        )
    cells: tuple[Cell, ...] = ()
    problem = last.problem
    if not problem:
        try:
            cells = _cells_of(last)
        except ValueError as error:
            problem = say("it cannot be read: {error}", error=error)
    return Submission(student, last.path.name, cells, tuple(notes), problem)


def _natural(path: PurePosixPath) -> list[tuple[int, str]]:
    """Sort by numbers where there are numbers: ``a-2`` before ``a-10``, ``a`` before both."""
    return [
        (int(n[:9] or 0), text) for text, n in re.findall(r"(\D*)(\d*)", str(path.with_suffix("")))
    ]


def _cells_of(file: File) -> tuple[Cell, ...]:
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is no text in UTF-8") from None
    if file.path.suffix.lower() == ".ipynb":
        return tuple(cell for cell in read_cells(text) if cell.kind == "code")
    if len(text) > MOST_LETTERS:
        raise ValueError(f"it has {len(text):,} letters, and no script has so much")
    return tuple(_cells_of_script(text.replace("\r\n", "\n").replace("\r", "\n")))


def _cells_of_script(text: str) -> Iterator[Cell]:
    """Take a script apart: at its marks of cells, else line by line of whole statements."""
    marks = [(m.start(), m.end(), m.group()) for m in CELL_MARK.finditer(text)]
    if marks:
        yield Cell("code", text[: marks[0][0]])
        ends = [start for start, _, _ in marks[1:]] + [len(text)]
        for (_, start, mark), end in zip(marks, ends, strict=True):
            tags = re.search(r"tags=\[(.*?)\]", mark)
            if "[markdown]" not in mark:
                named = tuple(re.findall(r'"([\w-]+)"', tags[1])) if tags else ()
                yield Cell("code", text[start:end], named)
        return
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield Cell("code", text)
        return
    lines = text.split("\n")
    spans: list[tuple[int, int]] = []
    for statement in statements:
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(d.lineno for d in decorators)])
        if spans and first <= spans[-1][1]:  # on a line with the one before
            first, _ = spans.pop()
        spans.append((first, statement.end_lineno or first))
    for first, last in spans:
        yield Cell("code", "\n".join(lines[first - 1 : last]))
