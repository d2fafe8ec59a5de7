"""The page *Mistakes people make*, made from the catalogue: its counterexamples are computed."""

from __future__ import annotations

from dataclasses import dataclass

from .._language import say
from .._notebooks import anchor
from .engine import agree, chapters, counterexample, outcomes, where_it_shows
from .exercises import Exercise, Mistake
from .feedback import Counterexample


@dataclass(frozen=True)
class MistakesOfChapter:
    """The known mistakes of a chapter and its pages, which a notebook displays as Markdown."""

    number: int
    exercises: tuple[Exercise, ...]

    def __repr__(self) -> str:
        """Count the mistakes."""
        count = sum(len(exercise.mistakes) for exercise in self.exercises)
        return say(
            "Chapter {number}: {count} mistakes in {exercises} exercises",
            number=self.number,
            count=count,
            exercises=len(self.exercises),
        )

    def _repr_markdown_(self) -> str:
        return "\n\n".join(_exercise(exercise) for exercise in self.exercises)


def mistakes(chapter: int) -> MistakesOfChapter:
    """List the known mistakes of a chapter and of the pages beside it.

    Each has its hint and its smallest counterexample.

    Parameters
    ----------
    chapter : int
        Number of the chapter.

    Returns
    -------
    MistakesOfChapter
        Displays itself in a notebook.

    Raises
    ------
    ValueError
        If the chapter has no exercises.

    Examples
    --------
    >>> [exercise.name for exercise in mistakes(7).exercises][-2:]
    ['present_greedy', 'smallest_width']
    """
    exercises = tuple(e for known in chapters() if known.number == chapter for e in known.exercises)
    if not exercises:
        numbers = ", ".join(map(str, sorted({known.number for known in chapters()})))
        raise ValueError(f"chapter {chapter!r} has no exercises; these have: {numbers}")
    return MistakesOfChapter(chapter, exercises)


def _exercise(exercise: Exercise) -> str:
    parts = [f"**`{exercise.name}`.** {say(exercise.task)}"]
    return "\n\n".join(parts + [_mistake(exercise, mistake) for mistake in exercise.mistakes])


def _mistake(exercise: Exercise, mistake: Mistake) -> str:
    """Write one mistake, folded under its name."""
    expected = outcomes(exercise, exercise.reference)
    got = outcomes(exercise, mistake.forms[0])
    pairs = enumerate(zip(got, expected, strict=True))
    wrong = [i for i, (g, e) in pairs if not agree(exercise, g, e)]
    shown = where_it_shows(exercise, mistake, got, wrong)
    assert shown is not None, f"the hint of {mistake.name} is not true of its own first form"
    example = counterexample(exercise, shown, got[shown], expected[shown])
    name, section = say(mistake.name), say(mistake.section)
    name = name[0].upper() + name[1:]
    link = f"[{section}]({exercise.chapter.page}#{anchor(section)})"
    return "\n\n".join(
        [
            f"<details>\n<summary>{name}</summary>",
            _listed(example),
            say(mistake.hint),
            say("Taught in chapter {number}: {link}", number=exercise.chapter.number, link=link),
            "</details>",
        ]
    )


def _listed(example: Counterexample) -> str:
    """List the entries in lines that a narrow screen wraps: hundreds of blocks would scroll."""
    return "\n".join(f"- {name}: `{text}`" for name, text in example.entries.items())
