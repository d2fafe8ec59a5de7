"""What `make questions` writes says what the chapters say, read again by other parsers."""

import json
import re
import socket
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from io import BytesIO
from zipfile import ZipFile

import links
import nbformat
import pytest
import questions
import yaml
from notebooks import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("[0-9]*.ipynb"))
QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}


@pytest.fixture(scope="module")
def files():
    return dict(questions.files())


class Words(HTMLParser):
    """The words of a piece of HTML, its formulas as TeX in dollars, and the tags in it."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.open = "", [], []
        self.feed(html)
        self.close()
        assert not self.open, f"{self.open} stays open in {html}"

    def handle_starttag(self, tag, attributes):
        """Take a formula out of the image that Canvas makes of it."""
        given = dict(attributes)
        self.tags.append(tag)
        if tag == "img":
            assert given["src"].startswith("/equation_images/"), "only Canvas draws formulas itself"
            self.text += f"${given['data-equation-content']}$"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Tags close in the order in which they were opened."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Outside code, a dollar would be a formula that was missed."""
        assert "$" not in data or "code" in self.open, f"a dollar outside code: {data}"
        self.text += re.sub(r"\\\((.*?)\\\)", r"$\1$", data)


def words(html):
    found = Words(html)
    assert set(found.tags) <= {"p", "code", "em", "strong", "i", "img"}, found.tags
    return " ".join(found.text.split())


def said(markdown):
    """Reduce Markdown to words, by patterns rather than by the parser that the tool uses."""
    pieces = re.split(r"(`[^`]+`|\$[^$]+\$)", markdown)
    for at in range(0, len(pieces), 2):
        plain = re.sub(r"</?\w+>", "", pieces[at]).replace("**", "")
        plain = re.sub(r"(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", "", plain)
        pieces[at] = plain
    plain = "".join(pieces).replace("`", "")
    return " ".join(re.sub(r"\[([^\[\]]+)\]\([^()\s]+\)", r"\1", plain).split())


def asked_in(path):
    """The questions of a notebook, from its JSON: identity, words, and the options' words."""
    for cell in nbformat.read(path, as_version=4).cells:
        if "question" in cell.metadata.get("tags", []):
            text, *rest = cell.source.split("<details>\n<summary>")
            options = []
            for piece in rest:
                option, _, answer = piece.partition("</summary>")
                verdict, _, feedback = answer.partition("</details>")[0].partition(".**")
                options.append((said(option), verdict.strip() == "**Right", said(feedback)))
            yield f"softmax-{cell.id}", said(text.removeprefix("**Question.**")), options


BOOK = {path.stem: list(asked_in(path)) for path in CHAPTERS}
BOOK["all"] = [question for path in CHAPTERS for question in BOOK[path.stem]]


def test_the_book_has_questions_with_names_of_their_own():
    names = [name for name, _, _ in BOOK["all"]]
    assert len(names) == len(set(names)) >= 119
    assert all([right for _, right, _ in o].count(True) == 1 for _, _, o in BOOK["all"])


def content(element, path):
    found = element.findtext(f"{path}/text")
    assert found, f"{element.tag} has no {path}"
    return found


@pytest.mark.parametrize("name", BOOK)
def test_moodle_gets_every_question(files, name):
    quiz = ET.fromstring(files[f"moodle/{name}.xml"])
    category, read = None, []
    for question in quiz.findall("question"):
        if question.get("type") == "category":
            category = content(question, "category")
            continue
        assert question.get("type") == "multichoice"
        place = words(content(question, "generalfeedback"))
        chapter, section = re.fullmatch("From “(.+)” in chapter (.+)", place).group(2, 1)
        number, title = re.fullmatch(r"(\w+), (.+)\.", chapter).groups()
        path = f"$course$/top/Softmax/{number}. {title.split(':')[0]}/{section.replace('/', '//')}"
        assert category == path
        assert content(question, "name").endswith(section)
        tags = [tag.findtext("text") for tag in question.findall("tags/tag")]
        assert tags == ["softmax", f"chapter {number}"]
        settings = ["single", "shuffleanswers", "penalty", "defaultgrade", "hidden"]
        values = [question.findtext(setting) for setting in settings]
        assert values == ["true", "true", "0", "1", "0"]
        assert question.find("questiontext").get("format") == "html"
        answers = question.findall("answer")
        assert sorted(answer.get("fraction") for answer in answers)[-2:] == ["0", "100"]
        options = [
            (
                words(answer.findtext("text")),
                answer.get("fraction") == "100",
                words(content(answer, "feedback")),
            )
            for answer in answers
        ]
        identity = question.findtext("idnumber")
        read.append((identity, words(content(question, "questiontext")), options))
    assert read == BOOK[name]


def read_gift(text):
    """Read GIFT as Moodle does: what is escaped is hidden first, and comes back last."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        comments = [line for line in lines if line.startswith("//")]
        text = "\n".join(line for line in lines if not line.startswith("//")).strip()
        if text.startswith("$CATEGORY: "):
            yield "category", text.removeprefix("$CATEGORY: ")
        elif text:
            hidden = re.sub(r"\\([\\~=#{}:])", lambda m: chr(0xE000 + ord(m[1])), text)
            found = re.fullmatch(r"::([^:]+)::\[html\]([^{}]+)\{([^{}]+)\}", hidden, re.DOTALL)
            assert found, f"no question: {text}"
            name, question, answers = found.groups()
            answers, _, general = answers.rpartition("####")
            options = [
                (shown(option), sign == "=", shown(feedback))
                for sign, option, feedback in re.findall(r"([=~])([^=~#]+)#([^=~#]+)", answers)
            ]
            assert len(options) == answers.count("#") == answers.count("=") + answers.count("~")
            [identity] = re.findall(r"\[id:([^\]]+)\]", "".join(comments))
            yield "question", (identity, shown(name), shown(question), options, shown(general))


def shown(hidden):
    return re.sub("[\ue000-\ue0ff]", lambda m: chr(ord(m[0]) - 0xE000), hidden).strip()


@pytest.mark.parametrize("name", BOOK)
def test_gift_says_the_same(files, name):
    category, read = None, []
    for kind, found in read_gift(files[f"gift/{name}.txt"].decode()):
        if kind == "category":
            category = found
            continue
        identity, title, question, options, general = found
        section = title.split(" ", 1)[1]
        assert category.endswith("/" + section.replace("/", "//"))
        assert f"“{section}”" in words(general)
        options = [(words(option), right, words(feedback)) for option, right, feedback in options]
        read.append((identity, words(question), options))
    assert read == BOOK[name]


def test_moodle_and_gift_have_the_same_categories(files):
    quiz = ET.fromstring(files["moodle/all.xml"])
    in_moodle = [found.text for found in quiz.findall("question/category/text")]
    read = read_gift(files["gift/all.txt"].decode())
    assert in_moodle == [found for kind, found in read if kind == "category"]
    assert len(in_moodle) == len(set(in_moodle))
    assert r"$course$/top/Softmax/2. Soften a choice/Turn the temperature" in in_moodle


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_package_for_canvas_holds_the_page(files, path):
    archive = ZipFile(BytesIO(files[f"canvas/{path.stem}.zip"]))
    manifest = ET.fromstring(archive.read("imsmanifest.xml"))
    named = {file.get("href") for file in manifest.iter() if file.tag.endswith("}file")}
    assert named == {n for n in archive.namelist() if n.endswith(".xml")} - {"imsmanifest.xml"}
    assert b"CC BY 4.0" in archive.read("imsmanifest.xml")
    released = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["date-released"]
    assert f">{released}<".encode() in archive.read("imsmanifest.xml")
    [assessment] = [n for n in named if not n.endswith("assessment_meta.xml")]
    [meta] = named - {assessment}
    settings = {e.tag.split("}")[1]: e.text for e in ET.fromstring(archive.read(meta))}
    assert settings["shuffle_answers"] == "true"
    read = [question_of(item) for item in ET.fromstring(archive.read(assessment)).iter(tag("item"))]
    assert read == [(text, options) for _, text, options in BOOK[path.stem]]


def tag(name):
    return f"{{{QTI['q']}}}{name}"


def question_of(item):
    """Read an item of QTI 1.2 by what it makes a platform do, not by the order it is written in."""
    kinds = [entry.text for entry in item.iter(tag("fieldentry"))]
    assert "multiple_choice_question" in kinds
    feedback = {
        f.get("ident"): words(f.findtext(".//q:mattext", "", QTI))
        for f in item.iter(tag("itemfeedback"))
    }
    shown, points = {}, {}
    for condition in item.iter(tag("respcondition")):
        chosen = condition.findtext(".//q:varequal", None, QTI)
        for display in condition.findall("q:displayfeedback", QTI):
            shown[chosen] = feedback[display.get("linkrefid")]
        for score in condition.findall("q:setvar", QTI):
            points[chosen] = score.text
    assert list(points.values()) == ["100"]
    assert shown[None].startswith("From “")
    options = [
        (
            words(label.findtext(".//q:mattext", "", QTI)),
            label.get("ident") in points,
            shown[label.get("ident")],
        )
        for label in item.iter(tag("response_label"))
    ]
    return words(item.findtext("q:presentation/q:material/q:mattext", "", QTI)), options


@pytest.fixture(scope="module")
def deck(files):
    archive = ZipFile(BytesIO(files["softmax.apkg"]))
    assert json.loads(archive.read("media")) == {}
    database = sqlite3.connect(":memory:")
    database.deserialize(archive.read("collection.anki2"))
    return database


def test_anki_gets_every_question_and_every_term(deck):
    notes = deck.execute("select guid, flds, tags from notes order by id").fetchall()
    assert deck.execute("select count(*), count(distinct nid) from cards").fetchone() == (
        len(notes),
        len(notes),
    )
    read, terms = [], {}
    for guid, fields, tags in notes:
        if tags.split() == ["term"]:
            name, meaning = fields.split("\x1f")
            terms[name] = words(meaning)
        else:
            question, options, answers, place = fields.split("\x1f")
            assert place.startswith("From “")
            verdicts = [
                re.fullmatch(r"<p><b>(.+?)\.</b> (.+)", a).groups() for a in listed(answers)
            ]
            read.append(
                (
                    guid,
                    words(question),
                    [
                        (words(option), verdict == "Right", words(f"<p>{feedback}"))
                        for option, (verdict, feedback) in zip(
                            listed(options), verdicts, strict=True
                        )
                    ],
                )
            )
    assert read == BOOK["all"]
    assert [name.split(", ") for name in terms] == list(links.names_of_terms())
    assert "{" not in "".join(terms.values()).replace("{-", "")
    assert terms["axis"].endswith("Chapter 2. Spanish: eje.")


def listed(html):
    [inside] = re.findall(r"<ol type=a>(.+)</ol>", html)
    return re.findall(r"<li>(.+?)</li>", inside)


def test_nothing_leads_away_and_no_picture_is_missed(files):
    texts = [files["moodle/all.xml"], files["gift/all.txt"]]
    for name, content in files.items():
        if name.endswith((".zip", ".apkg")):
            archive = ZipFile(BytesIO(content))
            texts += [archive.read(n) for n in archive.namelist() if not n.startswith("imsmanif")]
    for text in texts:
        assert not re.search(rb"href\\?=|\.ipynb|glossary\.md|api\.md|src\\?=.?.?https?:", text)


def test_the_same_source_makes_the_same_bytes_and_asks_no_network(files, monkeypatch):
    for module, way_out in [(socket, "socket"), (subprocess, "Popen")]:
        monkeypatch.setattr(module, way_out, refused)
    assert dict(questions.files()) == files


def refused(*_, **__):
    raise AssertionError("the questions are made on this machine, by this process alone")


def test_what_a_format_reads_as_its_own_is_escaped():
    item = questions.Item(
        id="i",
        name="a: b",
        category=("x / y",),
        tags=(),
        text=questions.to_html(r"Is $\{x = 1\} \# \\ <i$ `{~a}` < b?", questions.in_brackets),
        options=(questions.Option("<p>=~#</p>", True, "<p>\\nabla {:}</p>"),),
        place="p",
    )
    _, (_, found) = read_gift(questions.gift([item]).decode())
    assert found[1:4] == ("a: b", item.text, [("<p>=~#</p>", True, "<p>\\nabla {:}</p>")])
    assert words(item.text) == r"Is $\{x = 1\} \# \\ <i$ {~a} < b?"
    assert ET.fromstring(questions.moodle([item])).findtext("question/category/text") == (
        "$course$/top/x // y"
    )
