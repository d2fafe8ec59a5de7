"""Keep the Spanish edition in step with the English one.

The edition in ``es/`` has the same pages under the same names. Its text is written by hand; code,
tags and order are derived from the English, cell by cell, and strings and comments in the code are
translated through ``es/code.po``. Each text remembers which English it translates, so that a change
of the English names exactly the cells to look at again.

status            say what is missing or stale, and what the English said before; exit 1 if anything
sync              bring code, tags, order and new cells over; collect what is to be translated
done PAGE [ID ..] say that these texts (or all of a page) translate the English as it is now; sync
config            write the configuration of the edition's site, derived from _config.yml

A page is named by its path below the book's folder, such as ``chapters/01_predict.ipynb``; what
`es/_toc.yml` lists is translated, and whole.
"""

import argparse
import ast
import difflib
import hashlib
import io
import json
import posixpath
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from nbformat import NotebookNode
from notebooks import files, normalise, written
from sphinx.util.nodes import _make_id

from softmax_course._notebooks import anchor

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "es"
EDITION = ROOT / LANGUAGE
CODE = EDITION / "code.po"
PAGES = EDITION / "pages.json"
TRANSLATES = "translates"
"""In a cell's metadata: the digest of the English that its text translates."""

OPENING = f'from softmax_course import set_language\n\nset_language("{LANGUAGE}")'
"""The first code cell of a notebook; in a page of text it stands at the top of each cell."""

OPENING_ID = "language"
OWN = "es-own-"
"""The ids of cells that only the edition has begin like this, and no English one does."""

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LINK = re.compile(r"(?<=\]\()([^()\s]+)(?=\))|(?<=href=\")([^\"]+)(?=\")")
FENCE = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^(#{1,4}) (.+?)\s*$", re.MULTILINE)
CATALOGUES = {
    ROOT / "softmax_course/locale/es/LC_MESSAGES/softmax_course.po": [
        ROOT / "softmax_course",
        ROOT / "tools",
    ],
    ROOT / "_ext/locale/es/LC_MESSAGES/site.po": [ROOT / "_ext", ROOT / "_templates"],
}


@dataclass(frozen=True)
class Unit:
    """A text of a page that is translated as one."""

    page: str
    id: str
    text: str

    @property
    def digest(self) -> str:
        """Name the text by its content."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


@cache
def translated_pages() -> list[str]:
    """List the pages of the edition by their English paths."""
    return [page_of(name, ROOT) for name in files(EDITION / "_toc.yml")]


def page_of(name: str, folder: Path) -> str:
    """Return the file of a page in a table of contents."""
    return next(f"{name}{end}" for end in (".ipynb", ".md") if (folder / f"{name}{end}").exists())


# Texts


@cache
def settings() -> dict[str, Any]:
    """Read what the edition says of itself."""
    return dict(yaml.safe_load((EDITION / "own.yml").read_text("utf-8")))


def left_out() -> dict[str, list[str]]:
    """Return the cells that wait for the translation of their chapter, by page."""
    return dict(settings()["left_out"])


def units(path: Path, page: str) -> list[Unit]:
    """Read the texts of a page: Markdown cells, captions with their pictures' texts, and blocks."""
    if path.suffix == ".md":
        return [Unit(page, key, text) for key, text in blocks(path.read_text("utf-8"))]
    cells = nbformat.read(path, 4).cells
    waiting = left_out().get(page, [])
    return [
        Unit(page, cell.id, text)
        for cell in cells
        if (text := text_of(cell)) and cell.id not in waiting and not cell.id.startswith(OWN)
    ]


def text_of(cell: NotebookNode) -> str:
    """Return what a person writes in a cell: its Markdown, or caption and alternative text."""
    if cell.cell_type == "markdown":
        return str(cell.source)
    return "\n\n".join(filter(None, described(cell)))


def described(cell: NotebookNode) -> tuple[str, str]:
    """Return the caption and the alternative text of a cell's figure."""
    about = cell.metadata.get("mystnb", {})
    return about.get("figure", {}).get("caption", ""), about.get("image", {}).get("alt", "")


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Split a page of text at its headings, and a glossary at its entries; keys are headings."""
    _, body = front_matter(text)
    head, fence, rest = body.partition("```{glossary}\n")
    for part in filter(str.strip, re.split(r"(?m)^(?=#{1,3} )", head)):
        yield HEADING.findall(part)[0][1], part.strip("\n")
    if fence:
        entries, _, after = rest.partition("\n```\n")
        for entry in re.split(r"\n\n", entries.strip("\n")):
            if not entry.startswith(":"):
                yield entry.partition("\n")[0], entry
        for part in filter(str.strip, re.split(r"(?m)^(?=#{1,3} )", after)):
            yield HEADING.findall(part)[0][1], part.strip("\n")


def front_matter(text: str) -> tuple[str, str]:
    """Split a page from its settings."""
    if not text.startswith("---\n"):
        return "", text
    end = text.index("\n---\n", 3) + 5
    return text[:end], text[end:]


def digests(page: str) -> dict[str, str]:
    """Return what each text of a translated page says that it translates."""
    if page.endswith(".md"):
        return dict(json.loads(PAGES.read_text("utf-8")).get(page, {}))
    cells = nbformat.read(EDITION / page, 4).cells
    return {cell.id: cell.metadata.get(TRANSLATES, "") for cell in cells}


# Code


def literals(source: str) -> list[tuple[int, int]]:
    """Find the strings and comments of a code, outermost ones, as spans of the source."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = source.split("\n")

    def at(line: int, byte: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:byte].decode())

    def strings_in(node: ast.AST) -> Iterator[ast.expr]:
        text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if isinstance(node, ast.expr) and (text or isinstance(node, ast.JoinedStr)):
            yield node  # what is in it goes with it
        else:
            for child in ast.iter_child_nodes(node):
                yield from strings_in(child)

    found = [
        (at(node.lineno, node.col_offset), at(node.end_lineno or 0, node.end_col_offset or 0))
        for node in strings_in(ast.parse(source))
    ]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            start = starts[token.start[0] - 1] + token.start[1]
            found.append((start, start + len(token.string)))
    return sorted(found)


def says_something(literal: str) -> bool:
    """Whether a string or comment has a word, so that somebody must decide on it."""
    return bool(re.search(r"[A-Za-z]{2}", re.sub(r"^[rfb]*['\"]", "", literal)))


def strings(page: str) -> Iterator[str]:
    """Yield the strings and comments in the code of an English page."""
    for source in codes(ROOT / page):
        yield from filter(says_something, (source[a:b] for a, b in literals(source)))


def codes(path: Path) -> list[str]:
    """Read the code cells of a page."""
    if path.suffix == ".ipynb":
        return [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    return [code_in(fence) for fence in FENCE.findall(path.read_text("utf-8"))]


def code_in(fence: str) -> str:
    """Take the code out of a fenced cell: what follows its options."""
    lines = fence.split("\n")[1:-1]
    while lines and (lines[0].startswith(":") or not lines[0]):
        lines.pop(0)
    return "\n".join(lines)


def derived(source: str, words: dict[str, str]) -> str:
    """Translate the strings and comments of a code, and nothing else."""
    for start, end in reversed(literals(source)):
        source = source[:start] + words.get(source[start:end], source[start:end]) + source[end:]
    return source


# Catalogues


def read_catalogue(path: Path) -> Catalog:
    """Read a catalogue, an empty one if there is none."""
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def words(path: Path) -> dict[str, str]:
    """Return what a catalogue translates."""
    messages = (m for m in read_catalogue(path) if m.id and m.string and not m.context)
    return {str(m.id): str(m.string) for m in messages}


def code_words(page: str) -> dict[str, str]:
    """Return what the strings and comments in the code of a page become."""
    catalogue = read_catalogue(CODE)
    own = {str(m.id): str(m.string) for m in catalogue if m.context == page and m.string}
    return words(CODE) | own


def collected(path: Path) -> dict[str, list[str]]:
    """Collect what a catalogue must translate, each with where it stands."""
    found: dict[str, list[str]] = {}
    if path == CODE:
        for page in translated_pages():
            for string in strings(page):
                found.setdefault(string, []).append(page)
        return found
    for folder in CATALOGUES[path]:
        methods = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
        for name, _, message, _, _ in extract_from_dir(folder, methods, keywords={"say": None}):
            found.setdefault(str(message), []).append(f"{folder.name}/{name}")
        for script in sorted(folder.rglob("*.js")):
            for message in re.findall(r'\b(?:say|failed)\(\s*"([^"]+)"', script.read_text("utf-8")):
                found.setdefault(message, []).append(script.relative_to(ROOT).as_posix())
        for notes in folder.rglob("cells.json"):
            for message in said_in(json.loads(notes.read_text("utf-8"))):
                found.setdefault(message, []).append(notes.relative_to(ROOT).as_posix())
    if "softmax_course" in path.name:
        for place, message in exercise_texts():
            found.setdefault(message, []).append(place)
    return found


def said_in(notes: Any) -> Iterator[str]:
    """Yield the sentences of `live_page/cells.json`, in its order."""
    if isinstance(notes, str):
        yield notes
    elif isinstance(notes, dict):
        for key, value in notes.items():
            if key != "shows":
                yield from said_in(value)


def exercise_texts() -> Iterator[tuple[str, str]]:
    """Yield the texts of exercises: tasks, items, aims, names and hints of mistakes, headings."""
    from softmax_course.checks import chapters

    known = {Path(page).name for page in translated_pages()}
    for chapter in chapters():
        if chapter.page not in known:
            continue
        for exercise in chapter.exercises:
            yield exercise.name, exercise.task
            yield from ((exercise.name, item) for item in exercise.items)
            if exercise.aims:
                yield exercise.name, exercise.aims
            for mistake in exercise.mistakes:
                for text in (mistake.name, mistake.hint, mistake.section):
                    yield exercise.name, text


def translations(page: str) -> list[tuple[str, str]]:
    """Pair the English texts of a page with the Spanish ones that there are."""
    if not (EDITION / page).exists():
        return []
    there, known = units(EDITION / page, page), digests(page)
    keys = list(known) if page.endswith(".md") else [unit.id for unit in there]
    spanish = {key: unit.text for key, unit in zip(keys, there, strict=False) if known.get(key)}
    return [(u.text, spanish[u.id]) for u in units(ROOT / page, page) if u.id in spanish]


def headings(page: str) -> dict[str, str]:
    """Return the Spanish heading of each English one of a page."""
    found: dict[str, str] = {}
    for both in translations(page):
        english, spanish = ([text for _, text in HEADING.findall(one)] for one in both)
        found |= dict(zip(english, spanish, strict=False))
    return found


def write_catalogue(path: Path) -> None:
    """Collect again; keep what was translated and is still said, and compile what readers load."""
    before = words(path)
    if "softmax_course" in path.name:
        titles = {m.section for m in mistakes_of_translated()}
        for page in translated_pages():
            before |= {k: v for k, v in headings(page).items() if k in titles}
    catalogue = Catalog(locale=LANGUAGE, project="softmax-course", fuzzy=False)
    catalogue.header_comment = f"# {path.stem}: what is said in English, and in Spanish."
    catalogue.creation_date = catalogue.revision_date = EPOCH  # no date, no diff
    for text, places in collected(path).items():
        where: list[Any] = [(place, None) for place in sorted(set(places))]  # without lines
        catalogue.add(text, before.get(text, ""), where)
    for message in read_catalogue(path):  # in one page it says something else
        where_else = message.context
        if where_else in translated_pages() and str(message.id) in strings(where_else):
            catalogue.add(message.id, message.string, context=where_else)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=path != CODE)
    path.write_bytes(buffer.getvalue())
    if path != CODE:
        path.with_suffix(".mo").write_bytes(compiled(path))


def compiled(path: Path) -> bytes:
    """Compile a catalogue to what `gettext` reads."""
    buffer = io.BytesIO()
    write_mo(buffer, read_catalogue(path))
    return buffer.getvalue()


def mistakes_of_translated() -> Iterator[Any]:
    """Yield the known mistakes of the translated pages."""
    from softmax_course.checks import chapters

    known = {Path(page).name for page in translated_pages()}
    for chapter in chapters():
        for exercise in chapter.exercises if chapter.page in known else ():
            yield from exercise.mistakes


# Links


@cache
def anchors(page: str) -> dict[str, str]:
    """Return the Spanish anchor of each English one of a translated page."""
    found = {anchor(english): anchor(spanish) for english, spanish in headings(page).items()}
    for both in translations(page) if page.endswith("glossary.md") else ():
        english, spanish = map(names, both)
        for i, term in enumerate(english):
            same = spanish[i] if len(english) == len(spanish) else spanish[0]
            found[term_anchor(term)] = term_anchor(same)
    return found


def terms(path: Path) -> list[list[str]]:
    """Return the terms of each entry of a glossary."""
    return list(filter(None, (names(text) for _, text in blocks(path.read_text("utf-8")))))


def names(entry: str) -> list[str]:
    """Return the terms of an entry of a glossary; none of a text with a heading."""
    lines = [] if entry.startswith("#") else entry.split("\n")
    return [line for line in lines if not line.startswith(" ")]


def term_anchor(term: str) -> str:
    """Return the place that Sphinx gives to a term of the glossary."""
    return f"term-{_make_id(term)}"


def localised(address: str, page: str) -> str:
    """Return where a link of an English page leads from the Spanish page of the same name.

    A link to an English page becomes one to its translation once there is one.
    """
    if re.match(r"[a-z]+:", address) or address == "softmax-course.zip":
        return address
    target, mark, place = address.partition("#")
    up, folder = "../" * (1 + page.count("/")), posixpath.dirname(page)
    there = posixpath.normpath(posixpath.join(folder, target)) if target else page
    if target.startswith(up):
        there = target.removeprefix(up)
    if there in translated_pages():
        way = posixpath.relpath(there, folder or ".") if target else ""
        return f"{way}{mark}{anchors(there).get(place, place)}"
    if (ROOT / there).exists():
        return f"{up}{there}{mark}{place}"
    return address


def with_links(text: str, page: str, english: str) -> str:
    """Lead the links of a text, which may be English still, to the edition's pages.

    Where a heading has another name now, the one link that led to it follows.
    """
    text = LINK.sub(lambda link: localised(link[0], page), text)
    right = Counter(localised(link[0], page) for link in LINK.finditer(english))
    mine = Counter(link[0] for link in LINK.finditer(text))
    lost, found = (
        {address.partition("#")[0]: address for address in one - other}
        for one, other in ((mine, right), (right, mine))
    )
    if len(lost) == len(mine - right) and len(found) == len(right - mine):
        follow = {lost[target]: found[target] for target in lost.keys() & found.keys()}
        text = LINK.sub(lambda link: follow.get(link[0], link[0]), text)
    return text


# Commands


def synced(page: str) -> str:
    """Write a page anew, with what is derived from the English; a new text comes in English."""
    if page.endswith(".md"):
        return synced_text(page)
    target, known = EDITION / page, code_words(page)
    english = nbformat.read(ROOT / page, 4)
    spanish = nbformat.read(target, 4) if target.exists() else nbformat.v4.new_notebook()
    mine = {cell.id: cell for cell in spanish.cells}
    waiting = left_out().get(page, [])
    cells = [
        brought_over(cell, mine.get(cell.id), page, known)
        for cell in english.cells
        if cell.id not in waiting
    ]
    for before, cell in pairwise(spanish.cells):
        if cell.id.startswith(OWN):
            place = next(i for i, one in enumerate(cells) if one.id == before.id)
            cells.insert(place + 1, cell)
    opening = mine.get(OPENING_ID) or nbformat.v4.new_code_cell(id=OPENING_ID)
    opening.source = OPENING
    first = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    spanish.cells = [*cells[:first], opening, *cells[first:]]
    normalise(spanish)
    return written(spanish)


def brought_over(
    english: NotebookNode, mine: NotebookNode | None, page: str, known: dict[str, str]
) -> NotebookNode:
    """Make a cell of the edition from the English one and what was there."""
    cell: NotebookNode = nbformat.from_dict(english)
    if cell.cell_type == "markdown":
        cell.source = with_links(mine.source if mine else english.source, page, english.source)
    else:
        cell.source = derived(english.source, known)
        cell.outputs = mine.outputs if mine and mine.source == cell.source else []
        if mine:
            caption, alt = described(mine)
            for kind, key, text in (("figure", "caption", caption), ("image", "alt", alt)):
                if text and kind in cell.metadata.get("mystnb", {}):
                    cell.metadata["mystnb"][kind][key] = text
    if text_of(english):
        cell.metadata[TRANSLATES] = mine.metadata.get(TRANSLATES, "") if mine else ""
    return cell


def synced_text(page: str) -> str:
    """Write a page of text anew."""
    source, target = (ROOT / page).read_text("utf-8"), EDITION / page
    order = list(digests(page))
    there = [text for _, text in blocks(target.read_text("utf-8"))] if target.exists() else []
    mine, own = dict(zip(order, there, strict=False)), there[len(order) :]
    made = []
    for unit in units(ROOT / page, page):
        fences = iter(FENCE.findall(unit.text))
        text = FENCE.sub(
            lambda _, f=fences: derived_fence(next(f), page),  # type: ignore[misc]
            mine.get(unit.id, unit.text),
        )
        made.append(with_links(text, page, unit.text))
    parts = [text for text in made if text.startswith("#")]
    if entries := [text for text in made if not text.startswith("#")]:
        parts.append("```{glossary}\n:sorted:\n\n" + "\n\n".join(entries) + "\n```")
    front, _ = front_matter(source)
    return front + "\n" * bool(front) + "\n\n".join([*parts, *own]) + "\n"


def sync(page: str) -> None:
    """Bring over what is derived from an English page."""
    text, target = synced(page), EDITION / page
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8", newline="\n")
    if page.endswith(".md"):
        known = digests(page)
        remember(page, {unit.id: known.get(unit.id, "") for unit in units(ROOT / page, page)})


def derived_fence(fence: str, page: str) -> str:
    """Translate a fenced code cell, which sets the language itself: it may be run alone."""
    code = code_in(fence)
    return fence.replace(code, f"{OPENING}\n\n{derived(code, code_words(page))}")


def remember(page: str, found: dict[str, str]) -> None:
    """Write down what the texts of a page translate."""
    known = json.loads(PAGES.read_text("utf-8")) if PAGES.exists() else {}
    known[page] = found
    text = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
    PAGES.write_text(text + "\n", "utf-8", newline="\n")


def done(page: str, ids: Iterable[str]) -> None:
    """Say that texts translate the English as it is now."""
    english = {unit.id: unit for unit in units(ROOT / page, page)}
    chosen = set(ids) or set(english)
    if unknown := chosen - set(english):
        raise SystemExit(f"{page} has no text {', '.join(sorted(unknown))}")
    if page.endswith(".md"):
        remember(
            page, digests(page) | {key: english[key].digest for key in english if key in chosen}
        )
        return
    target = EDITION / page
    spanish = nbformat.read(target, 4)
    for cell in spanish.cells:
        if cell.id in chosen:
            cell.metadata[TRANSLATES] = english[cell.id].digest
    target.write_text(written(spanish), "utf-8", newline="\n")


def stale() -> Iterator[tuple[Unit, str]]:
    """Yield the English texts that have changed since, or were never, translated, and from what."""
    for page in translated_pages():
        translated = digests(page) if (EDITION / page).exists() else {}
        for unit in units(ROOT / page, page):
            if translated.get(unit.id) != unit.digest:
                yield unit, translated.get(unit.id, "")


def untranslated() -> Iterator[tuple[Path, str, list[str]]]:
    """Yield what no catalogue translates, where it belongs, and where it is said."""
    for path in (CODE, *CATALOGUES):
        known = words(path)
        for message, places in collected(path).items():
            if message not in known:
                yield path, message, sorted(set(places))


def as_it_was(unit: Unit, digest: str) -> str:
    """Find in the history the English text that was translated."""
    log = ["git", "log", "--format=%H", "--", unit.page]
    for commit in git(log).split():
        was = Path(unit.page).name
        content = git(["git", "show", f"{commit}:{unit.page}"])
        path = ROOT / "_build" / f"before-{was}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")
        for before in units(path, unit.page):
            if before.digest == digest:
                return before.text
    return ""


def git(command: list[str]) -> str:
    """Run a command of git in the repository."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def status() -> int:
    """Print what is to be done."""
    count = 0
    for unit, digest in stale():
        count += 1
        before = as_it_was(unit, digest) if digest else ""
        print(f"\n{unit.page} {unit.id}: {'the English has changed' if digest else 'to translate'}")
        lines = difflib.unified_diff(before.split("\n"), unit.text.split("\n"), lineterm="", n=1)
        print("\n".join(f"    {line}" for line in list(lines)[2:]))
    for path, message, places in untranslated():
        count += 1
        print(f"\n{path.relative_to(ROOT)}: to translate, from {', '.join(places)}\n    {message}")
    for page in translated_pages():
        target = EDITION / page
        if not target.exists() or synced(page) != target.read_text("utf-8"):
            count += 1
            print(f"\n{page}: code, links or order are behind; run sync")
    print(f"\n{count} things to do." if count else "The Spanish edition is up to date.")
    return int(count > 0)


# The site


def configuration() -> str:
    """Derive the configuration of the edition's site from the English one."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    own, sphinx = settings(), config["sphinx"]
    config |= {"title": own["title"], "author": own["author"], "copyright": own["copyright"]}
    config["logo"] = str(ROOT / config["logo"])
    config["html"]["favicon"] = str(ROOT / config["html"]["favicon"])
    config["bibtex_bibfiles"] = [str(ROOT / name) for name in config["bibtex_bibfiles"]]
    # Stored outputs, which nbval compares; pages of text have none.
    config["execute"]["exclude_patterns"] = ["chapters/*.ipynb"]
    sphinx["local_extensions"] = {n: str(ROOT / "_ext") for n in sphinx["local_extensions"]}
    sphinx["config"] |= {
        "language": LANGUAGE,
        "templates_path": [str(ROOT / name) for name in sphinx["config"]["templates_path"]],
        "html_static_path": [str(ROOT / "_static")],
        "html_css_files": ["course.css"],
        "smartquotes": False,  # Spanish has «these» in the text; what is straight is code
    }
    sphinx["config"]["html_theme_options"]["search_bar_text"] = own["search_bar_text"]
    return str(yaml.safe_dump(config, allow_unicode=True, sort_keys=False))


def main(arguments: list[str] | None = None) -> int:
    """Run one command; see the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status")
    commands.add_parser("sync")
    finished = commands.add_parser("done")
    finished.add_argument("page")
    finished.add_argument("ids", nargs="*")
    commands.add_parser("config")
    options = parser.parse_args(arguments)
    if options.command == "done":
        done(options.page, options.ids)
    if options.command in {"done", "sync"}:
        for path in (CODE, *CATALOGUES):
            write_catalogue(path)
        for page in translated_pages():
            sync(page)
    elif options.command == "config":
        target = ROOT / "_build" / LANGUAGE / "_config.yml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(configuration(), "utf-8")
    else:
        return status()
    return 0


if __name__ == "__main__":
    sys.exit(main())
