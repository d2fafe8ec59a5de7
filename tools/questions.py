"""Write the chapters' questions for learning platforms, and the glossary as flash cards.

Below ``_build/questions``: ``moodle`` (Moodle XML) and ``gift`` (the text format that Moodle and
others read) have a file for each page and ``all``; ``canvas`` has a QTI package for each page; and
``softmax.apkg`` is a deck for Anki. Folders there have the same in other languages.

A right answer gives all of the grade, a wrong one nothing, and nothing is taken off for a wrong
answer or for another try: these questions teach. Options are shuffled, and each has its feedback.
Links are reduced to their text, because they lead into the book, which is somewhere else.
"""

import re
import sqlite3
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from io import BytesIO
from itertools import count, groupby
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import genanki  # type: ignore[import-untyped]
import links
import yaml
from assignments import course
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from notebooks import ROOT
from text2qti.config import Config  # type: ignore[import-untyped]
from text2qti.qti import QTI  # type: ignore[import-untyped]
from text2qti.quiz import Quiz  # type: ignore[import-untyped]

from softmax_course._language import language, languages, say, set_language
from softmax_course._notebooks import Option, Page, pages

LICENCE = "CC BY 4.0 - https://creativecommons.org/licenses/by/4.0/"
RIGHTS = "Private (Copyrighted) - http://en.wikipedia.org/wiki/Copyright"  # what text2qti 0.8 says
DECK, QUESTIONS, TERMS = 1782050001, 1782050002, 1782050003  # Anki knows deck and forms by these

Formula = Callable[[str], str]


def in_brackets(tex: str) -> str:
    r"""Write a formula as MathJax finds it in Moodle and in Anki: ``\(x\)``."""
    return rf"\({escape(tex, quote=False)}\)"


def in_dollars(tex: str) -> str:
    """Write a formula as text2qti reads it."""
    return f"${tex}$"


@dataclass(frozen=True)
class Item:
    """A question for a platform. What a learner reads is HTML, but for the name and the place."""

    id: str
    name: str
    category: tuple[str, ...]
    tags: tuple[str, ...]
    text: str
    options: tuple[Option, ...]
    place: str


@cache
def reader_with(formula: Formula) -> MarkdownIt:
    """Make a reader of Markdown that writes formulas in a way, and no links."""
    reader = MarkdownIt("commonmark").use(dollarmath_plugin)
    reader.add_render_rule(
        "math_inline", lambda _self, tokens, at, _options, _env: formula(tokens[at].content)
    )
    for token in ("link_open", "link_close"):
        reader.add_render_rule(token, lambda *_: "")
    return reader


def to_html(markdown: str, formula: Formula) -> str:
    """Render Markdown of a question on one line, without links."""
    return " ".join(reader_with(formula).render(markdown).split())


def items(page: Page, formula: Formula = in_brackets) -> Iterator[Item]:
    """Yield the questions of a page, in order."""
    chapter = f"{page.number}. {page.title.partition(':')[0]}"
    own = "" if language() == "en" else f"-{language()}"  # one course may hold both
    for number, question in enumerate(page.questions, start=1):
        yield Item(
            id=f"softmax-{question.id}{own}",
            name=f"{page.number}.{number:02} {question.section}",
            category=("Softmax", chapter, question.section),
            tags=("softmax", say("chapter {number}", number=page.number)),
            text=to_html(question.text, formula),
            options=tuple(
                Option(to_html(o.text, formula), o.right, to_html(o.feedback, formula))
                for o in question.options
            ),
            place=say(
                "From “{section}” in chapter {number}, {title}.",
                section=question.section,
                number=page.number,
                title=page.title,
            ),
        )


def path_of(category: Iterable[str]) -> str:
    """Write a category as Moodle reads it: a slash within a name is doubled."""
    return "/".join(["$course$", "top", *(name.replace("/", "//") for name in category)])


def by_category(asked: Iterable[Item]) -> Iterator[tuple[str, Iterable[Item]]]:
    """Group questions under the paths of their categories, in order."""
    return ((path_of(category), group) for category, group in groupby(asked, lambda i: i.category))


def moodle(asked: Iterable[Item]) -> bytes:
    """Write questions as Moodle XML."""
    quiz = ET.Element("quiz")
    quiz.append(ET.Comment(f" {LICENCE} "))
    for path, group in by_category(asked):
        text(ET.SubElement(quiz, "question", type="category"), "category", path)
        for item in group:
            question = ET.SubElement(quiz, "question", type="multichoice")
            text(question, "name", item.name)
            text(question, "questiontext", item.text, format="html")
            text(question, "generalfeedback", f"<p>{escape(item.place)}</p>", format="html")
            for setting, value in {
                "defaultgrade": "1",
                "penalty": "0",  # for another try
                "hidden": "0",
                "idnumber": item.id,
                "single": "true",
                "shuffleanswers": "true",
                "answernumbering": "abc",
            }.items():
                ET.SubElement(question, setting).text = value
            for option in item.options:
                fraction = "100" if option.right else "0"
                answer = ET.SubElement(question, "answer", fraction=fraction, format="html")
                ET.SubElement(answer, "text").text = option.text
                text(answer, "feedback", option.feedback, format="html")
            tags = ET.SubElement(question, "tags")
            for tag in item.tags:
                text(tags, "tag", tag)
    ET.indent(quiz)
    written: bytes = ET.tostring(quiz, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def text(parent: ET.Element, name: str, content: str, **attributes: str) -> None:
    """Add an element whose content stands in a <text>, as Moodle has it nearly everywhere."""
    ET.SubElement(ET.SubElement(parent, name, attributes), "text").text = content


def gift(asked: Iterable[Item]) -> bytes:
    """Write questions in the GIFT format. A blank line ends a question; the rest is on lines."""
    blocks = [f"// {LICENCE}"]
    for path, group in by_category(asked):
        blocks.append(f"$CATEGORY: {path}")  # its characters are not escaped
        for item in group:
            tags = "".join(f" [tag:{tag}]" for tag in item.tags)
            options = [
                f"\t{'=' if o.right else '~'}{escaped(o.text)}#{escaped(o.feedback)}"
                for o in item.options
            ]
            blocks.append(
                "\n".join(
                    [
                        f"// [id:{item.id}]{tags}",
                        f"::{escaped(item.name)}::[html]{escaped(item.text)}{{",
                        *options,
                        f"\t####{escaped(f'<p>{escape(item.place)}</p>')}",
                        "}",
                    ]
                )
            )
    return ("\n\n".join(blocks) + "\n").encode()


def escaped(content: str) -> str:
    """Escape what GIFT reads as its own."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", content)


def qti(page: Page) -> bytes:
    """Pack a page's questions as QTI for Canvas, through text2qti.

    A formula becomes an equation image of Canvas, which the Canvas that imports it draws itself:
    its address names no host. Nothing is asked of a network here.
    """
    lines = [f"Quiz title: Softmax {page.number}. {page.title}", "Shuffle answers: true"]
    for number, item in enumerate(items(page, in_dollars), start=1):
        lines += ["", f"Title: {item.name}", f"{number}. {item.text}"]
        lines += [f"... <p>{escape(item.place)}</p>"]
        for letter, option in zip("abcd", item.options, strict=False):
            lines += [f"{'*' * option.right}{letter}) {option.text}", f"... {option.feedback}"]
    package = QTI(Quiz("\n".join(lines), config=Config(), source_name=page.path.name))
    manifest = package.imsmanifest_xml
    manifest = re.sub(r"(?<=<imsmd:dateTime>)[^<]+", released().isoformat(), manifest)
    if RIGHTS not in manifest:
        raise ValueError(f"text2qti no longer writes {RIGHTS!r}: replace what it writes instead")
    name = package.assessment_identifier
    return zipped(
        {
            "imsmanifest.xml": manifest.replace(RIGHTS, LICENCE).encode(),
            "non_cc_assessments/": b"",
            f"{name}/assessment_meta.xml": package.assessment_meta.encode(),
            f"{name}/{name}.xml": package.assessment.encode(),
        }
    )


def released() -> date:
    """Return the date of the release, which stands for the moment: the same source, same bytes."""
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["date-released"]
    assert isinstance(found, date)
    return found


def zipped(files: dict[str, bytes]) -> bytes:
    """Zip files without the moment: each has the first date that a zip can hold."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return stream.getvalue()


def form(number: int, name: str, fields: list[str], front: str, back: str) -> genanki.Model:
    """Make a form of cards."""
    card = {"name": "Card 1", "qfmt": front, "afmt": f"{{{{FrontSide}}}}<hr id=answer>{back}"}
    return genanki.Model(
        number,
        name,
        fields=[{"name": field} for field in fields],
        templates=[card],
        css=".card { font-family: sans-serif; font-size: 20px; } .place { font-size: 14px; }",
    )


def anki(book: Iterable[Page]) -> bytes:
    """Make a deck of the questions and the glossary. A note keeps its progress when it changes."""
    place = '<p class="place">{{Place}}</p>'
    step = sorted(languages()).index(language())  # 0 in English
    asking = form(
        QUESTIONS + 10 * step,
        say("Softmax question"),
        ["Question", "Options", "Answer", "Place"],
        "{{Question}}{{Options}}",
        f"{{{{Answer}}}}{place}",
    )
    term = form(
        TERMS + 10 * step,
        say("Softmax term"),
        ["Term", "Meaning"],
        "<p>{{Term}}</p>",
        "{{Meaning}}",
    )
    notes = []
    for item in (item for page in book for item in items(page)):
        options = "".join(f"<li>{option.text}</li>" for option in item.options)
        answers = "".join(
            f"<li>{option.feedback.replace('<p>', f'<p><b>{verdict}</b> ', 1)}</li>"
            for option in item.options
            for verdict in [say("Right.") if option.right else say("Not quite.")]
        )
        fields = [item.text, f"<ol type=a>{options}</ol>", f"<ol type=a>{answers}</ol>", item.place]
        notes.append(genanki.Note(asking, fields, guid=item.id, tags=["question"]))
    for names, meaning in links.glossary(course()):
        said = re.sub(r"\{term\}`([^`<]+?)(?: <[^`]*>)?`", r"\1", meaning)
        fields = [escape(", ".join(names)), to_html(said, in_brackets)]
        notes.append(genanki.Note(term, fields, guid=f"softmax-term-{names[0]}", tags=["term"]))
    title = say("Softmax: from scores to probabilities")
    deck = genanki.Deck(DECK + 10 * step, title, LICENCE)
    for due, note in enumerate(notes):
        note.due = due  # the order in which Anki shows new cards
        deck.add_note(note)
    database = sqlite3.connect(":memory:")
    # The date of the release: Anki updates a note that it has if the one that comes is younger.
    moment = (released() - date(1970, 1, 1)).total_seconds()
    genanki.Package(deck).write_to_db(database.cursor(), moment, count(int(moment) * 1000))
    database.commit()
    return zipped({"collection.anki2": database.serialize(), "media": b"{}"})


def files() -> Iterator[tuple[str, bytes]]:
    """Yield each file's name and content."""
    book = pages(course())
    written = {page.path.stem: list(items(page)) for page in book if page.questions}
    written["all"] = [item for page in written.values() for item in page]
    for name, asked in written.items():
        yield f"moodle/{name}.xml", moodle(asked)
        yield f"gift/{name}.txt", gift(asked)
    for page in book:
        if page.questions:
            yield f"canvas/{page.path.stem}.zip", qti(page)
    yield "softmax.apkg", anki(book)


def main() -> int:
    """Write all files; see the module's docstring."""
    folder: Path = ROOT / "_build" / "questions"
    for spoken in languages():
        set_language(spoken)
        for name, content in files():
            path = folder / ("" if spoken == "en" else spoken) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    print(f"The questions are in {folder.relative_to(ROOT)}: moodle, gift, canvas, softmax.apkg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
