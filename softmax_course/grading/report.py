"""Write the pages: one for each learner, and one for the lesson after.

The page of the class has no names, so it can be shown to the class.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from softmax_course._extras import extra
from softmax_course._language import language, say
from softmax_course._notebooks import Page, Question, anchor, pages, unlinked
from softmax_course.checks import catalogue

from .results import Assignment, Result
from .submissions import Submission

with extra("teach"):
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markdown_it import MarkdownIt
    from markupsafe import Markup
    from math_core import LatexToMathML
    from mdit_py_plugins.dollarmath import dollarmath_plugin

QUESTIONS = 2
FORMULAS = LatexToMathML()


@dataclass(frozen=True)
class Seen:
    """A known mistake, and how many made it.

    Attributes
    ----------
    page, section : str
        Title of the page and heading of the section that teach it.
    """

    name: str
    count: int
    hint: str
    page: str
    section: str


@dataclass(frozen=True)
class Summary:
    """What became of one exercise in the class.

    Attributes
    ----------
    counts : Counter of str
        How many results have each status.
    mistakes : tuple of Seen
        The known mistakes that were made, the most frequent first.
    questions : tuple of Question
        To open the next lesson with, from the sections of these mistakes.
    """

    name: str
    title: str
    counts: Counter[str]
    mistakes: tuple[Seen, ...]
    questions: tuple[Question, ...]

    @property
    def graded(self) -> int:
        """How many were graded."""
        return self.counts.total() - self.counts["ungraded"]


def summaries(course: Path, given: Assignment, results: Sequence[Result]) -> Iterator[Summary]:
    """Count, exercise by exercise; no question is proposed twice."""
    by_name = {page.path.name: page for page in pages(course)}
    asked: set[str] = set()
    for name, task in given.tasks.items():
        exercise = catalogue()[name]
        page = by_name[exercise.chapter.page]
        own = [result for result in results if result.exercise == name]
        counts = Counter(result.status for result in own)
        made = Counter(result.misconception for result in own if result.misconception)
        known = {mistake.name: mistake for mistake in exercise.mistakes}
        seen = [
            Seen(say(name), count, say(known[name].hint), page.title, say(known[name].section))
            for name, count in made.most_common()
        ]
        questions: list[Question] = []
        if counts["right"] + counts["ungraded"] < counts.total():
            sections = [s.section for s in seen] + [say(m.section) for m in exercise.mistakes]
            questions += _questions(page, sections, asked)
            asked.update(question.id for question in questions)
        yield Summary(name, task.title, counts, tuple(seen), tuple(questions))


def _questions(page: Page, headings: Iterable[str], asked: set[str]) -> list[Question]:
    """Choose questions of the sections of these headings, in this order; then of the page."""
    sections = dict.fromkeys(page.outline[anchor(heading)][1] for heading in headings)
    near = [q for section in sections for q in page.questions if q.section == section]
    pool = dict.fromkeys([*near, *page.questions])
    return [question for question in pool if question.id not in asked][:QUESTIONS]


def write_pages(
    out: Path,
    course: Path,
    given: Assignment,
    submissions: Sequence[Submission],
    results: Sequence[Result],
) -> None:
    """Write ``class.html``, and ``feedback/`` with a page for each learner."""
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(said=said, course=from_the_course, line=from_the_course_inline)
    environment.globals.update(say=say, language=language(), kind=kind)
    everything = list(summaries(course, given, results))
    page = environment.get_template("class.html").render(
        given=given, summaries=everything, learners=len(submissions), late=_late(submissions)
    )
    (out / "class.html").write_text(page, "utf-8", errors="replace")
    folder = out / "feedback"
    folder.mkdir(exist_ok=True)
    template = environment.get_template("feedback.html")
    sections = {
        (name, mistake.name): say(mistake.section)
        for name in given.tasks
        for mistake in catalogue()[name].mistakes
    }
    for submission, name in zip(submissions, file_names(submissions), strict=True):
        own = [result for result in results if result.student == submission.student]
        text = template.render(
            given=given,
            submission=submission,
            results=own,
            points=sum(result.points or 0 for result in own),
            sections=sections,
        )
        (folder / name).write_text(text, "utf-8", errors="replace")


def kind(status: str) -> str:
    """Say what became of an answer."""
    return {
        "right": say("right"),
        "known mistake": say("known mistake"),
        "wrong": say("wrong"),
        "not attempted": say("not attempted"),
        "does not run": say("does not run"),
        "no answer in time": say("no answer in time"),
        "not handed in": say("not handed in"),
        "ungraded": say("ungraded"),
    }[status]


def _late(submissions: Iterable[Submission]) -> int:
    return sum(say("handed in late") in submission.notes for submission in submissions)


def file_names(submissions: Iterable[Submission]) -> Iterator[str]:
    """Name a page for each learner: letters of any language, and no two the same."""
    taken: set[str] = set()
    for submission in submissions:
        plain = re.sub(r"[^\w-]+", "_", submission.student).strip("_")[:80] or "learner"
        name, number = plain, 2
        while name.casefold() in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name.casefold())
        yield f"{name}.html"


def said(text: str) -> Markup:
    """Show what was said to a learner: Markdown, in which a learner's own HTML stays text."""
    return Markup(OF_LEARNERS.render(text))


def from_the_course(text: str) -> Markup:
    """Show a text of the course, which may have HTML; its links lead nowhere from here."""
    return Markup(OF_THE_COURSE.render(unlinked(text)))


def from_the_course_inline(text: str) -> Markup:
    """Show a line of the course."""
    return Markup(OF_THE_COURSE.renderInline(unlinked(text)))


def _formula(tex: str, options: dict[str, bool]) -> str:
    return FORMULAS.convert_with_local_state(tex, displaystyle=options["display_mode"])


OF_LEARNERS, OF_THE_COURSE = (
    MarkdownIt("commonmark", {"html": html}).use(dollarmath_plugin, renderer=_formula)
    for html in (False, True)
)
