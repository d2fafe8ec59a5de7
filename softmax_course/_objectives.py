"""What teaches each objective of the chapters, and what asks for it, made from the chapters.

An objective, a line of *You will be able to*, links to the headings that teach it. Its questions
stand at the end of their sections; its exercises are those whose known mistakes, task or hints name
one of the headings. Nothing of this is written down a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ._language import say
from ._notebooks import LINK, Page, Question, Task, anchor
from .checks import Exercise, Mistake, catalogue

__all__ = ["Objective", "objectives", "table"]


@dataclass(frozen=True)
class Objective:
    """What a learner will be able to do, where it is taught, and where it is asked for.

    Attributes
    ----------
    text : str
        The sentence, in Markdown without links.
    headings : dict of str to str
        What the headings that teach it say, by their addresses, seen from the chapter.
    questions : tuple of Question
        Those at the end of the sections.
    exercises : tuple of str
        Names of the exercises that practise it.
    mistakes : tuple of Mistake
        The known mistakes of these exercises that name one of the headings.
    unknown : tuple of str
        Addresses in the chapter that no heading has.
    """

    text: str
    headings: dict[str, str]
    questions: tuple[Question, ...]
    exercises: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    unknown: tuple[str, ...]


def objectives(page: Page) -> tuple[Objective, ...]:
    """Map the objectives of a page, in order.

    Parameters
    ----------
    page : Page
        A chapter, or a page beside one.

    Returns
    -------
    tuple of Objective
        A link to a section (``##``) takes the headings in it along; its questions are found from
        each of its headings. A link to another page of the book leads to the exercises whose
        mistakes name just that heading.
    """
    return tuple(
        _objective(page, text, [address for _, address in LINK.findall(promise)])
        for text, promise in zip(page.objectives, page.promises, strict=True)
    )


def table(book: Iterable[Page], chapters: str = "chapters/") -> str:
    """Write the objectives of pages as Markdown, a table for each page.

    Parameters
    ----------
    book : iterable of Page
        The pages, as `softmax_course._notebooks.pages` reads them.
    chapters : str
        The way to the chapters' folder, from where the tables will stand.
    """
    blocks = []
    for page in book:
        address = f"{chapters}{page.path.name}"
        lines = [
            f"**[{page.number}. {page.title}]({address})**\n",
            say("| After this page you can | taught in | questions | exercises | known mistakes |"),
            "|---|---|---|---|---|",
        ]
        for objective in objectives(page):
            taught = ", ".join(
                f"[{heading}]({address if target.startswith('#') else chapters}{target})"
                for target, heading in objective.headings.items()
            )
            exercises = ", ".join(f"`{name}`" for name in objective.exercises)
            counts = len(objective.questions), len(objective.mistakes)
            row = [objective.text, taught, str(counts[0]), exercises, str(counts[1])]
            lines.append(f"| {' | '.join(row)} |")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _objective(page: Page, text: str, addresses: list[str]) -> Objective:
    here = [address.removeprefix("#") for address in addresses if address.startswith("#")]
    known = [at for at in here if at in page.outline]
    sections = {page.outline[at][1] for at in known}
    taught = {
        at
        for at, (_, section) in page.outline.items()
        if at in known or anchor(section) in known  # a section takes its headings along
    }
    headings = {f"#{at}": page.outline[at][0] for at in known}
    practised: dict[str, tuple[Mistake, ...]] = {}
    for task in page.tasks:
        mistakes = _naming(catalogue()[task.name], taught)
        if mistakes or taught & set(_links(task)):
            practised[task.name] = mistakes
    for address in addresses:
        elsewhere, _, at = address.partition("#")
        for exercise in catalogue().values() if elsewhere else ():
            if exercise.chapter.page == elsewhere and (found := _naming(exercise, {at})):
                practised[exercise.name] = found
                headings[address] = say(found[0].section)
    return Objective(
        text,
        headings,
        tuple(question for question in page.questions if question.section in sections),
        tuple(practised),
        tuple(mistake for mistakes in practised.values() for mistake in mistakes),
        tuple(f"#{at}" for at in here if at not in known),
    )


def _naming(exercise: Exercise, anchors: set[str]) -> tuple[Mistake, ...]:
    return tuple(m for m in exercise.mistakes if anchor(say(m.section)) in anchors)


def _links(task: Task) -> Iterator[str]:
    """Yield the anchors of its own page that a task or its hints link to."""
    heading, *rest = task.before
    for source in [heading.source.rpartition("### ")[2], *(c.source for c in (*rest, *task.hints))]:
        for _, address in LINK.findall(source):
            if address.startswith("#"):
                yield address.removeprefix("#")
