"""What a teacher gets in Spanish: the same exercises, questions and pages, without English."""

import html
import re
import xml.etree.ElementTree as ET

import assignments
import editions
import pytest
import questions
from assignments import OPENING, Part, assignment, book
from notebooks import ROOT
from test_results import mistake, received, submission
from translation import english_left

from softmax_course import check, set_language
from softmax_course._language import languages
from softmax_course._notebooks import pages
from softmax_course.checks import catalogue
from softmax_course.grading import report, results

ENGLISH, SPANISH = pages(ROOT), pages(ROOT / "es")


@pytest.fixture(autouse=True)
def spanish():
    """Speak Spanish, and English again."""
    set_language("es")
    yield
    set_language("en")


def of(page, number):
    """Find the page of this number."""
    return next(one for one in page if one.number == number)


@pytest.mark.parametrize("number", [page.number for page in SPANISH])
def test_a_page_has_the_parts_of_the_english_one(number):
    english, spanish = of(ENGLISH, number), of(SPANISH, number)
    assert (english.language, spanish.language) == ("en", "es")
    assert len(english.objectives) == len(spanish.objectives)
    assert len(english.story) == len(spanish.story)
    assert [task.name for task in english.tasks] == [task.name for task in spanish.tasks]
    for asked, pregunta in zip(english.questions, spanish.questions, strict=True):
        assert asked.id == pregunta.id
        assert [o.right for o in asked.options] == [o.right for o in pregunta.options]
        assert all(o.feedback for o in pregunta.options)


@pytest.mark.parametrize("instructor", [False, True])
@pytest.mark.parametrize("number", [page.number for page in SPANISH])
def test_an_assignment_is_the_english_one_in_spanish(number, instructor):
    page = of(book(), number)
    made = assignment([Part(page, page.tasks)], instructor=instructor)
    set_language("en")
    other = of(book(), number)
    expected = assignment([Part(other, other.tasks)], instructor=instructor)
    words = editions.code_words(f"chapters/{page.path.name}")
    code = [c.source for c in made.cells if c.cell_type == "code"]
    assert code[0] == OPENING.format(language="es")
    assert code[1:] == [
        editions.derived(c.source, words) for c in expected.cells if c.cell_type == "code"
    ]
    assert made.metadata == expected.metadata
    problems = [p for c in made.cells if c.cell_type == "markdown" for p in english_left(c.source)]
    assert problems == []


def test_without_a_language_all_of_them_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr(assignments, "FOLDER", tmp_path)
    assert assignments.main([]) == 0
    written = {path.stem for path in (tmp_path / "es").glob("*.ipynb")}
    labels = [f"chapter{page.label}" for page in SPANISH] + ["all"]
    assert written == {f"{label}{end}" for label in labels for end in ("", "-instructor")}


def test_the_questions_are_those_of_the_pages():
    files = dict(questions.files())
    quiz = ET.fromstring(files["moodle/all.xml"])
    asked = [q for q in quiz.iter("question") if q.get("type") == "multichoice"]
    assert len(asked) == sum(len(page.questions) for page in SPANISH)
    assert all(q.findtext("idnumber").endswith("-es") for q in asked)
    for question in asked:
        told = [a.get("fraction") for a in question.iter("answer")]
        assert sorted(told) == ["0"] * (len(told) - 1) + ["100"]
        for element in question.iter("text"):
            text = html.unescape(re.sub("<code>.*?</code>|<[^>]+>", " ", element.text))
            assert not list(english_left(text)), text
    assert {f"canvas/{page.path.stem}.zip" for page in SPANISH} <= set(files)


def test_check_and_the_pages_of_a_class_speak_spanish(tmp_path):
    given = results.assignment(ROOT / "es", "2", {})
    anna, berta = submission("anna"), submission("berta")
    answers = {name: mistake(name) for name in given.tasks}
    graded = [
        *results.results(anna, given, received(**answers), ""),
        *results.results(berta, given, received(), "se perdió"),
    ]
    report.write_pages(tmp_path, ROOT / "es", given, [anna, berta], graded)
    for name in ("class.html", "feedback/anna.html", "feedback/berta.html"):
        page = (tmp_path / name).read_text("utf-8")
        assert '<html lang="es">' in page
        text = re.sub(r"<style>.*?</style>|<pre>.*?</pre>|<code>.*?</code>", " ", page, flags=re.S)
        assert not list(english_left(html.unescape(re.sub("<[^>]+>", " ", text))))
    assert "error conocido" in (tmp_path / "class.html").read_text("utf-8")
    assert "Sin calificar: se perdió." in (tmp_path / "feedback/berta.html").read_text("utf-8")


def test_the_name_of_a_mistake_is_the_same_key_in_every_language():
    spanish = check("odds", mistake("odds"))
    set_language("en")
    english = check("odds", mistake("odds"))
    assert english.misconception == spanish.misconception == "ratio of the scores"
    assert english.status == spanish.status == "known mistake"
    assert english.verdict != spanish.verdict


def test_an_unknown_language_is_named_with_those_that_there_are():
    assert languages() == ["en", "es"]
    with pytest.raises(ValueError, match=r"does not speak 'eo'; it speaks: en, es"):
        set_language("eo")


def test_every_known_mistake_of_the_translated_pages_is_told_in_spanish():
    files = {page.path.name for page in SPANISH}
    for exercise in catalogue().values():
        if exercise.chapter.page not in files:
            continue
        for known in exercise.mistakes:
            form = known.forms[0]
            said = check(exercise.name, form if exercise.parameters else form())
            assert not list(english_left(said._repr_markdown_())), (exercise.name, known.name)
