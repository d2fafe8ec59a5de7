"""From what came back to points, pages and a table: judged here, without a sandbox."""

import csv
import json
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from softmax_course._notebooks import Cell, page_named
from softmax_course.checks import catalogue, check
from softmax_course.checks.engine import trial
from softmax_course.checks.running import Attempt, Outcome, attempt
from softmax_course.grading import report, results
from softmax_course.grading.records import Limits, Received, Stopped
from softmax_course.grading.results import assignment, assignment_from, job, write_csv
from softmax_course.grading.submissions import Submission

ROOT = Path(__file__).parents[2]
GIVEN = assignment(ROOT, "2", {"odds": 0.5})
HOSTILE = '<script>alert("x")</script> **`</code>'


def submission(student, *cells, **rest):
    return Submission(student, "a.ipynb", cells, **rest)


def received(**answers):
    found = {
        name: answer
        if isinstance(answer, Attempt | Stopped)
        else attempt(answer, trial(catalogue()[name]))
        for name, answer in answers.items()
    }
    return Received(found, ready=True, ended=True)


def judged(student, problem="", **answers):
    return list(results.results(submission(student), GIVEN, received(**answers), problem))


def mistake(name, number=0):
    exercise = catalogue()[name]
    form = exercise.mistakes[number].forms[0]
    return form if exercise.parameters else form()


def of(name, judged_results):
    return next(r for r in judged_results if r.exercise == name)


@pytest.mark.parametrize("answer", [mistake("odds"), 2.71828, ..., "e", 3], ids=str)
def test_a_learner_is_told_what_check_says(answer):
    result = of("odds", judged("anna", odds=answer))
    feedback = check("odds", answer)
    assert result.message == feedback._repr_markdown_()
    assert result.misconception == (feedback.misconception or "")
    assert result.points == (0.5 if feedback.passed else 0)


def test_the_status_says_what_became_of_an_answer():
    found = judged(
        "anna",
        softmax_list=mistake("softmax_list"),
        softmax_batch=lambda z: 1 / 0,
        odds=2.71828,
        scores_from_probabilities=...,
        temperature_for=Stopped("time"),
    )
    assert {r.exercise: r.status for r in found} == {
        "softmax_list": "known mistake",
        "softmax_batch": "wrong",
        "odds": "right",
        "scores_from_probabilities": "not attempted",
        "temperature_for": "no answer in time",
        "name_the_tokens": "not handed in",
    }


def test_a_cell_that_stops_is_quoted():
    stopped = Stopped("raised", "NameError: name 'exp' is not defined", "return exp(z)")
    result = of("softmax_list", judged("anna", softmax_list=stopped))
    assert (result.status, result.points) == ("does not run", 0)
    assert "NameError: name 'exp' is not defined" in result.message
    assert "return exp(z)" in result.message


def test_what_fails_on_our_side_is_ungraded_and_never_zero(monkeypatch):
    found = list(results.results(submission("anna"), GIVEN, Received({}), "the power failed"))
    assert {(r.status, r.points) for r in found} == {("ungraded", None)}
    assert "Not graded: the power failed." in found[0].message
    found = judged("anna", "it took too long", odds=2.71828)
    assert of("odds", found).status == "right"
    assert of("softmax_list", found).status == "ungraded"
    monkeypatch.setattr(results, "judge", lambda *_: 1 / 0)
    assert of("odds", judged("anna", odds=2.71828)).points is None


def test_every_shape_and_kind_of_value_can_be_judged():
    """No record that is well formed makes the judge fail."""
    kinds = ("raised", "missing", "unreadable", "unfinished", "uncallable")
    for name, exercise in catalogue().items():
        given = assignment(ROOT, "all", {})
        outcomes = [Outcome(kind, detail="ValueError") for kind in kinds]
        for outcome in outcomes:
            for size in (1, 2 * len(exercise.tried)):
                came = Received({name: Attempt("answer", (outcome,) * size)}, True, True)
                (own,) = [
                    r
                    for r in results.results(submission("anna"), given, came, "")
                    if r.exercise == name
                ]
                assert own.points == 0, (name, outcome)


def test_the_courses_own_cells_are_left_out_and_the_learners_stay():
    page = page_named(ROOT, "2")
    task = page.tasks[1]
    changed = Cell("code", task.solution.source + "\nmine = 1", ("solution",))
    cells = [c for c in page.cells if c.kind == "code"]
    run = [source for _, source in job(submission("a", *cells), GIVEN, Limits()).cells]
    assert task.solution.source not in run
    assert task.work.source in run
    assert not any("claims" in c.tags and c.source in run for c in cells)
    run = [source for _, source in job(submission("a", *cells, changed), GIVEN, Limits()).cells]
    assert changed.source in run


def test_a_solution_that_lost_its_tag_is_left_out_too_unless_it_is_the_answer():
    task = GIVEN.tasks["softmax_batch"]
    work, solution = Cell("code", task.work.source), Cell("code", task.solution.source)
    run = job(submission("a", work, solution), GIVEN, Limits()).cells
    assert [source for _, source in run] == [work.source]
    run = job(submission("a", solution), GIVEN, Limits()).cells
    assert [source for _, source in run] == [solution.source]


def test_of_an_answer_that_is_the_solution_word_for_word_one_copy_is_run():
    solution = Cell("code", GIVEN.tasks["odds"].solution.source)
    assert len(job(submission("a", solution, solution), GIVEN, Limits()).cells) == 1


def test_a_hundred_thousand_checks_are_counted_at_once():
    begin = time.monotonic()
    job(submission("a", Cell("code", 'check("odds"\n' * 100_000)), GIVEN, Limits())
    assert time.monotonic() - begin < 5


def test_half_a_letter_in_a_message_spoils_nobodys_page(tmp_path):
    stopped = Stopped("raised", "ValueError: \ud800", "\udcff")
    found = judged("anna", odds=stopped)
    write_csv(tmp_path / "grades.csv", found, GIVEN, [submission("anna", notes=("\ud800",))])
    report.write_pages(tmp_path, ROOT, GIVEN, [submission("anna")], found)
    assert "ValueError: ?" in (tmp_path / "feedback" / "anna.html").read_text("utf-8")


def test_a_solution_that_was_only_laid_out_anew_is_still_the_courses():
    task = GIVEN.tasks["softmax_batch"]
    source = task.solution.source.replace("\n", "  # as it was\r\n").replace(", ", " ,  ")
    anew = Cell("code", source, ("solution",))
    assert (
        job(submission("a", Cell("code", task.work.source), anew), GIVEN, Limits()).cells[1:] == ()
    )


@pytest.mark.parametrize("tag", ["claims", "explorable"])
def test_an_answer_under_a_tag_of_the_course_is_the_learners(tag):
    own = Cell("code", "check('odds', 2.71828)", (tag,))
    assert [source for _, source in job(submission("a", own), GIVEN, Limits()).cells] == [
        own.source
    ]


def test_an_answer_is_looked_for_under_the_name_that_the_chapter_gives_it():
    variables = job(submission("a"), assignment(ROOT, "3", {}), Limits()).variables
    assert variables["find_the_bug"] == "repaired_loss"
    assert variables["one_hot_codes"] == "one_hot_codes"


def test_points_and_exercises_come_from_the_assignment_that_was_handed_out(tmp_path):
    said = {"metadata": {"softmax_course": {"exercises": {"odds": 2, "top_k_filter": 3}}}}
    (tmp_path / "given.ipynb").write_text(json.dumps(said), "utf-8")
    given = assignment_from(ROOT, tmp_path / "given.ipynb", {"odds": 1})
    assert given.points == {"odds": 1, "top_k_filter": 3}
    assert list(given.tasks) == ["odds", "top_k_filter"]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"metadata": {}}', '{"metadata": {"softmax_course": 1}}']
)
def test_a_file_that_is_no_assignment_is_refused(text, tmp_path):
    (tmp_path / "given.ipynb").write_text(text, "utf-8")
    with pytest.raises(ValueError, match="does not say its exercises"):
        assignment_from(ROOT, tmp_path / "given.ipynb", {})


def test_what_is_not_there_is_named_with_what_is():
    with pytest.raises(ValueError, match="there is no chapter '99'; the chapters are 1, 2, 2b"):
        assignment(ROOT, "99", {})
    with pytest.raises(ValueError, match="no exercise 'odd' here; the exercises are softmax_list"):
        assignment(ROOT, "2", {"odd": 1})
    with pytest.raises(FileNotFoundError, match="name the folder of the course"):
        assignment(ROOT / "tests", "2", {})


def test_all_chapters_can_be_graded_at_once():
    assert assignment(ROOT, "all", {}).tasks.keys() == catalogue().keys()


def table(path):
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))


def test_the_table_is_safe_in_a_spreadsheet(tmp_path):
    names = ['=HYPERLINK("http://example.org")', "+1", "-1", "@x", "\tx", "Müller, Jürgen"]
    class_ = [submission(name, notes=("handed in late",)) for name in names]
    found = [r for s in class_ for r in results.results(s, GIVEN, Received({}), "x")]
    write_csv(tmp_path / "grades.csv", found, GIVEN, class_)
    rows = table(tmp_path / "grades.csv")
    assert len(rows) == len(names) * len(GIVEN.tasks)
    assert not any(
        value.startswith(("=", "+", "-", "@", "\t")) for row in rows for value in row.values()
    )
    assert {row["student"] for row in rows} == {*(f"'{name}" for name in names[:5]), names[5]}
    assert {row["points"] for row in rows} == {""}
    assert rows[0]["note"] == "handed in late"


def test_no_two_learners_get_the_same_page():
    names = ["a/b", "a b", "A_B", "..", "../x", "", "Müller", "x" * 200, "x" * 201]
    files = list(report.file_names(map(submission, names)))
    assert len({file.casefold() for file in files}) == len(names)
    assert all(re.fullmatch(r"[\w-]{1,90}\.html", file) for file in files)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A class of four: right, the same mistake twice, and one that means harm with its words."""
    folder = tmp_path_factory.mktemp("class")
    class_ = [submission(name, notes=("handed in late",)) for name in ("anna", "berta", "clara")]
    class_.append(Submission(HOSTILE, HOSTILE, (), (HOSTILE,), HOSTILE))
    found = judged("anna", odds=2.71828, softmax_batch=mistake("softmax_batch", 1))
    found += judged("berta", odds=mistake("odds"), softmax_batch=mistake("softmax_batch", 1))
    found += judged(
        "clara", odds=mistake("odds"), softmax_batch=Stopped("raised", HOSTILE, HOSTILE)
    )
    words = Attempt("answer", (Outcome("raised", detail=HOSTILE, line=HOSTILE),) * 2)
    found += judged(HOSTILE, odds=words)
    report.write_pages(folder, ROOT, GIVEN, class_, found)
    return folder


def test_a_learners_words_stay_words(pages):
    for path in pages.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "<script" not in text
        assert not re.search(r"""\b(?:src|href)=["'](?!#)""", text), path.name


def test_the_page_of_the_class_counts_and_names_nobody(pages):
    text = (pages / "class.html").read_text("utf-8")
    name = catalogue()["odds"].mistakes[0].name
    assert f"{name[0].upper()}{name[1:]}: 2 of 4" in text
    batch = catalogue()["softmax_batch"].mistakes[1].name
    assert f"{batch[0].upper()}{batch[1:]}: 2 of 4" in text
    assert catalogue()["odds"].mistakes[0].section in text
    assert "4 submissions, 3 of them late" in text
    assert not re.search(r"anna|berta|clara", text)


def test_each_exercise_opens_the_next_lesson_with_two_questions(pages):
    class_ = [submission("anna")]
    found = judged("anna", odds=mistake("odds"), softmax_batch=mistake("softmax_batch", 1))
    for summary in report.summaries(ROOT, GIVEN, found):
        assert len(summary.questions) == 2, summary.name
    asked = [q.id for s in report.summaries(ROOT, GIVEN, found) for q in s.questions]
    assert len(asked) == len(set(asked))
    assert class_


def test_the_questions_come_from_the_section_of_the_most_frequent_mistake():
    page = page_named(ROOT, "2")
    for number, known in enumerate(catalogue()["softmax_batch"].mistakes):
        found = judged("anna", softmax_batch=mistake("softmax_batch", number))
        given = assignment(ROOT, "2", {})
        (summary,) = [s for s in report.summaries(ROOT, given, found) if s.name == "softmax_batch"]
        assert [(m.name, m.count) for m in summary.mistakes] == [(known.name, 1)]
        assert summary.mistakes[0].section == known.section
        assert summary.mistakes[0].page == page.title


@pytest.mark.parametrize(
    "chapter", ["1", "2", "2b", "3", "3b", "4", "4b", "5", "5b", "5c", "6", "7"]
)
def test_every_chapter_can_be_reported_with_all_its_mistakes(chapter, tmp_path):
    given = assignment(ROOT, chapter, {})
    found = [
        results.Result("anna", name, 0, "known mistake", known.name, "")
        for name in given.tasks
        for known in catalogue()[name].mistakes
    ]
    report.write_pages(tmp_path, ROOT, given, [submission("anna")], found)
    text = (tmp_path / "class.html").read_text("utf-8")
    assert "{cite" not in text
    assert not re.search(r"\]\(|\$[^$]+\$", re.sub(r"<code>.*?</code>", "", text, flags=re.DOTALL))


def test_where_all_is_right_no_question_is_proposed():
    found = judged("anna", odds=2.71828)
    (summary,) = [s for s in report.summaries(ROOT, GIVEN, found) if s.name == "odds"]
    assert summary.questions == ()
    assert summary.counts == Counter({"right": 1})
    assert summary.graded == 1


def test_a_learners_page_says_points_verdict_and_section(pages):
    text = (pages / "feedback" / "berta.html").read_text("utf-8")
    assert "0 of 5.5 points" in text
    assert catalogue()["odds"].mistakes[0].section in text
    assert "handed in late" in text
    assert "0.5 of 5.5 points" in (pages / "feedback" / "anna.html").read_text("utf-8")
