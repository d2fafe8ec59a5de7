"""The Spanish edition says what the English one says, all of it, and as it says it now."""

import json
import re
from collections import Counter

import editions
import nbformat
import pytest
from editions import CATALOGUES, CODE, EDITION, OPENING_ID, OWN, ROOT, Unit
from notebooks import files
from translation import (
    NUMBER,
    differences,
    english_left,
    forbidden,
    other_links,
    other_terms,
    settings,
)

from softmax_course import set_language
from softmax_course._language import say
from softmax_course._notebooks import SPANISH

PAGES = editions.translated_pages()
NOTEBOOKS = [page for page in PAGES if page.endswith(".ipynb")]
MESSAGES = [(path, message) for path in CATALOGUES for message in editions.read_catalogue(path)]


def pairs(page):
    """Pair each English text of a page with its translation."""
    english = editions.units(ROOT / page, page)
    spanish = editions.units(EDITION / page, page)
    return list(zip(english, spanish, strict=False))


def test_every_text_is_translated_as_it_is_now():
    assert [f"{unit.page} {unit.id}" for unit, _ in editions.stale()] == []
    assert list(editions.untranslated()) == []
    assert editions.status() == 0


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_the_english_one_but_for_its_texts(page):
    """Code, tags, order, links, and cells that the English no longer has: all are derived."""
    assert editions.synced(page) == (EDITION / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_the_same_numbers_and_leads_to_the_same_places(page):
    problems = [
        f"{english.id}: {problem}"
        for english, spanish in pairs(page)
        for problem in differences(english.text, spanish.text, page)
    ]
    assert problems == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_spanish_and_keeps_to_the_words_of_the_edition(page):
    problems = [
        f"{unit.id}: {problem}"
        for _, unit in pairs(page)
        for problem in [*english_left(unit.text), *forbidden(unit.text), *other_links(unit.text)]
    ]
    assert problems == []


@pytest.mark.parametrize("page", [page for page in PAGES if page != "teach.md"])
def test_a_page_has_one_word_for_each_term(page):
    problems = [
        f"{english.id}: {problem}"
        for english, spanish in pairs(page)
        for problem in other_terms(english.text, spanish.text)
        if english.id not in settings()["without_the_word"]
    ]
    assert problems == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_outputs_are_the_english_ones_but_for_words(page):
    english, spanish = (nbformat.read(f / page, 4) for f in (ROOT, EDITION))
    outputs = {cell.id: cell.get("outputs", []) for cell in english.cells}
    for cell in spanish.cells:
        if cell.cell_type == "code" and cell.id != OPENING_ID:
            assert [told(o) for o in cell.outputs] == [told(o) for o in outputs[cell.id]], cell.id


def told(output):
    """Reduce an output to its kind and its numbers; one without words stays as it is."""
    data = output.get("data", {"text/plain": output.get("text", "")})
    text = "".join(data.get("text/markdown", data.get("text/plain", "")))
    plain = re.sub(r"\s+", " ", re.sub(r"(?<=\d)[,\u00a0](?=\d{3}(?!\d))", "", text))
    numbers = Counter(NUMBER.findall(plain))
    return output.output_type, sorted(data), numbers if re.search("[a-z]{3}", plain) else plain


def test_catalogues_are_compiled_and_say_nothing_else():
    for path in [*CATALOGUES, *(ROOT / "_ext/locale").rglob("sphinx.po")]:
        assert path.with_suffix(".mo").read_bytes() == editions.compiled(path), path.name
    for path in (CODE, *CATALOGUES):
        said = set(editions.collected(path))
        kept = {m.id for m in editions.read_catalogue(path) if m.id}
        assert kept - said == set(), f"{path.name} keeps what nobody says"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_messages_keep_their_values_code_and_numbers(path):
    problems = []
    for message in editions.read_catalogue(path):
        if message.id:
            names = [Counter(re.findall(r"\{\w+\}", text)) for text in (message.id, message.string)]
            problems += [f"{message.id}: {names}"] if names[0] != names[1] else []
            problems += [f"{message.id}: {p}" for p in differences(message.id, message.string)]
            problems += [f"{message.id}: {p}" for p in english_left(message.string)]
            problems += [f"{message.id}: {p}" for p in forbidden(message.string)]
    assert problems == []


def test_the_sections_that_mistakes_name_are_headings():
    set_language("es")
    try:
        for mistake, page in mistakes():
            spanish = editions.units(EDITION / page, page)
            found = {text for unit in spanish for _, text in editions.HEADING.findall(unit.text)}
            assert say(mistake.section) in found, f"{page}: {mistake.section}"
    finally:
        set_language("en")


def mistakes():
    """Yield the known mistakes of translated pages, with their pages."""
    from softmax_course.checks import chapters

    for chapter in chapters():
        for exercise in chapter.exercises:
            if f"chapters/{chapter.page}" in PAGES:
                for mistake in exercise.mistakes:
                    yield mistake, f"chapters/{chapter.page}"


def test_no_two_mistakes_of_an_exercise_have_one_name():
    from softmax_course.checks import catalogue

    known = editions.words(next(iter(CATALOGUES)))
    for exercise in catalogue().values():
        names = [known.get(m.name, m.name) for m in exercise.mistakes]
        assert len(set(names)) == len(names), exercise.name


def test_the_parts_of_chapters_have_their_words_in_every_chapter():
    """`_notebooks` finds the parts of a chapter by these."""
    for page in NOTEBOOKS:
        cells = nbformat.read(EDITION / page, 4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for english, spanish in SPANISH.items():
            assert not re.search(rf"^(## |\*\*){re.escape(english)}\b", text, re.MULTILINE)
            if page[9].isdigit():
                assert re.search(rf"^(## |\*\*){re.escape(spanish)}", text, re.MULTILINE), spanish


def test_no_english_cell_has_an_id_of_the_edition():
    for path in (ROOT / "chapters").glob("*.ipynb"):
        ids = [cell.id for cell in nbformat.read(path, 4).cells]
        assert [name for name in ids if name.startswith(OWN) or name == OPENING_ID] == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_lines_of_code_are_as_short_as_the_page_is_wide(page):
    for cell in nbformat.read(EDITION / page, 4).cells:
        if cell.cell_type == "code":
            assert [line for line in cell.source.split("\n") if len(line) > 80] == [], cell.id


def test_what_is_left_out_waits_for_a_chapter_that_is_not_translated():
    for page, cells in editions.left_out().items():
        english = {cell.id: cell for cell in nbformat.read(ROOT / page, 4).cells}
        assert set(cells) <= set(english)
        linked = re.findall(r"\((\w+)\.ipynb\)", "".join(english[name].source for name in cells))
        assert linked
        assert {f"chapters/{name}.ipynb" for name in linked}.isdisjoint(PAGES)


def test_no_file_of_the_edition_is_unlisted():
    there = [p for p in EDITION.rglob("*") if p.suffix in {".md", ".ipynb"}]
    listed = [EDITION / page for page in [*PAGES, "CONTRIBUTING.md"]]
    assert sorted(there) == sorted(listed)
    assert set(files(EDITION / "_toc.yml")) <= set(files(ROOT / "_toc.yml"))


# Each of these has been seen red


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Copy both editions of two pages, to change them."""
    pages = ["chapters/02b_look_closer.ipynb", "chapters/glossary.md"]
    for folder in (ROOT, EDITION):
        for page in pages:
            target = tmp_path / folder.relative_to(ROOT) / page
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((folder / page).read_bytes())
    for name in ("code.po", "own.yml", "pages.json"):
        (tmp_path / "es" / name).write_bytes((EDITION / name).read_bytes())
    monkeypatch.setattr(editions, "ROOT", tmp_path)
    monkeypatch.setattr(editions, "EDITION", tmp_path / "es")
    monkeypatch.setattr(editions, "CODE", tmp_path / "es/code.po")
    monkeypatch.setattr(editions, "PAGES", tmp_path / "es/pages.json")
    monkeypatch.setattr(editions, "CATALOGUES", {})
    monkeypatch.setattr(editions, "translated_pages", lambda: pages)
    return tmp_path


def change(path, old, new):
    """Replace one piece of a file."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), "utf-8")


def test_a_changed_english_sentence_names_its_spanish_cell_alone(copy, capsys):
    assert list(editions.stale()) == []
    notebook = copy / "chapters/02b_look_closer.ipynb"
    cells = nbformat.read(notebook, 4).cells
    cell = next(c for c in cells if c.cell_type == "markdown" and c.source.startswith("## "))
    sentence = json.dumps(cell.source.split("\n")[0])[1:-1]
    change(notebook, f'"{sentence}\\n"', f'"{sentence}, today\\n"')
    change(copy / "chapters/glossary.md", "  The direction of an", "  A direction of an")
    assert [(unit.page, unit.id) for unit, _ in editions.stale()] == [
        ("chapters/02b_look_closer.ipynb", cell.id),
        ("chapters/glossary.md", "axis"),
    ]
    assert editions.status() == 1
    assert "today" in capsys.readouterr().out
    editions.done("chapters/02b_look_closer.ipynb", [cell.id])
    assert [unit.id for unit, _ in editions.stale()] == ["axis"]
    editions.done("chapters/glossary.md", [])
    assert list(editions.stale()) == []


def test_new_and_lost_cells_and_changed_code_come_over(copy):
    page = "chapters/02b_look_closer.ipynb"
    english = nbformat.read(copy / page, 4)
    lost = english.cells.pop(5)
    english.cells.insert(5, nbformat.v4.new_markdown_cell("A new thought.", id="new-thought"))
    english.cells.insert(6, nbformat.v4.new_code_cell('"exponentials, then divide"', id="new-code"))
    nbformat.write(english, copy / page)
    assert [unit.id for unit, _ in editions.stale()] == ["new-thought"]
    editions.sync(page)
    spanish = {cell.id: cell for cell in nbformat.read(copy / "es" / page, 4).cells}
    assert lost.id not in spanish
    assert spanish["new-thought"].source == "A new thought."
    assert spanish["new-code"].source == '"exponenciales y luego dividir"'
    assert [unit.id for unit, _ in editions.stale()] == ["new-thought"]


def test_a_page_that_is_listed_comes_over_in_english_and_waits(copy, monkeypatch):
    """However often it is synced, and links that led to the English page follow once it is done."""
    page, to_it = "chapters/05c_new.ipynb", "chapters/02b_look_closer.ipynb"
    new = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Bound it\n\n## How far", id="top"),
            nbformat.v4.new_code_cell("1 + 1", id="sum"),
        ]
    )
    nbformat.write(new, copy / page)
    link = "[there](05c_new.ipynb#how-far)"
    english = nbformat.read(copy / to_it, 4)
    english.cells.insert(3, nbformat.v4.new_markdown_cell(f"Go {link}.", id="go"))
    nbformat.write(english, copy / to_it)

    def led() -> str:
        cells = {cell.id: cell for cell in nbformat.read(copy / "es" / to_it, 4).cells}
        return cells["go"].source

    assert editions.main(["sync"]) == 0
    assert led() == "Go [there](../../chapters/05c_new.ipynb#how-far)."
    pages = [*editions.translated_pages(), page]
    monkeypatch.setattr(editions, "translated_pages", lambda: pages)
    editions.anchors.cache_clear()
    assert editions.main(["sync"]) == editions.main(["sync"]) == 0
    assert editions.headings(page) == {}
    assert (page, "top") in [(unit.page, unit.id) for unit, _ in editions.stale()]
    assert led() == "Go [there](05c_new.ipynb#how-far)."
    change(copy / "es" / page, "## How far", "## Hasta dónde")
    editions.anchors.cache_clear()
    assert editions.main(["done", page]) == 0
    assert led() == "Go [there](05c_new.ipynb#hasta-d\u00f3nde)."
    change(copy / "es" / page, "## Hasta dónde", "## Cuánto")
    editions.anchors.cache_clear()
    assert editions.status() == 1
    assert editions.main(["sync"]) == 0
    assert led() == "Go [there](05c_new.ipynb#cu\u00e1nto)."


@pytest.mark.parametrize(
    ("english", "spanish", "problem"),
    [
        ("It is 0.7311.", "Es 0.7312.", "numbers: '0.7311' is missing"),
        ("50,000 words", "50 000 palabras", "numbers: '50000' is missing"),  # a plain space
        ("`softmax` shares", "`sofmax` reparte", "code: '`softmax`' is missing"),
        ("$e^z$ grows", "$e^x$ crece", "formulas: '$e^z$' is missing"),
        (
            "[here](https://a.example)",
            "[aquí](https://b.example)",
            "links: 'https://a.example' is m",
        ),
        ("{cite:t}`bridle1990`", "Bridle", "citations: '{cite:t}`bridle1990`' is missing"),
        ("## A", "### A", "headings: '##' is missing"),
        ("<details>\n</details>", "<details>", "folds: '</details>' is missing"),
        ("| a |\n| b |", "| a |", "rows: '|' is missing"),
    ],
)
def test_what_is_lost_in_translation_is_named(english, spanish, problem):
    assert list(differences(english, english)) == []
    assert any(found.startswith(problem) for found in differences(english, spanish))


def test_english_and_other_words_are_named():
    assert list(english_left("Las puntuaciones son números. The sum of the rows is one."))
    assert not list(english_left("Una puntuación (*the score of a class*) no es una probabilidad."))
    assert list(other_terms("The loss is small.", "El coste es pequeño."))
    assert not list(other_terms("The loss is small.", "La pérdida es pequeña."))
    assert list(other_links("[Cada nota](glossary.md#term-puntuacion) cuenta."))
    assert not list(other_links("[Cada puntuación](glossary.md#term-puntuacion) cuenta."))
    assert list(forbidden("Tu ordenador lo calcula."))
    assert not list(forbidden("Tu equipo lo calcula."))


def test_a_unit_is_named_by_its_content():
    one, same, other = (Unit("a.md", "a", text) for text in ("a", "a", "b"))
    assert one.digest == same.digest != other.digest
