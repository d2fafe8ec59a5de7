"""What a check says: the same words on every machine, as plain text and as Markdown."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._language import say

MOST_ENTRIES = 40
"""An array with more entries than this is described instead of written out."""


@dataclass(frozen=True)
class Counterexample:
    """The first input for which an answer is not right, written as Python writes it.

    `expected` is empty where it would give the answer to the exercise away, `line` where no line of
    the learner raised an exception.
    """

    input: str
    expected: str
    got: str
    line: str = ""

    @property
    def entries(self) -> dict[str, str]:
        """The entries that say something, by the name that readers see."""
        return {name: text for name, text in self._named().items() if text}

    def _named(self) -> dict[str, str]:
        return {
            say("input"): self.input,
            say("expected"): self.expected,
            say("got"): self.got,
            say("in line"): self.line,
        }

    def __str__(self) -> str:
        """Write one line for each entry."""
        width = 2 + max(map(len, self._named()))
        return "\n".join(f"{name:{width}}{text}" for name, text in self.entries.items())


@dataclass(frozen=True)
class Feedback:
    """The result of a check. It is true if the answer is right, and displays itself.

    Attributes
    ----------
    passed : bool
        Whether the answer is right.
    exercise : str
        Name of the exercise.
    verdict : str
        The result in one line.
    misconception : str or None
        Name of the known mistake that explains the answer, if one does.
    hint : str
        What to think about next, as Markdown; empty if the answer is right.
    counterexample : Counterexample or None
        The first input for which the answer is not right.
    status : str
        The kind of the result, in English in every language: "right", "known mistake", "wrong",
        "not attempted" or "no answer in time".
    """

    passed: bool
    exercise: str
    verdict: str
    misconception: str | None = None
    hint: str = ""
    counterexample: Counterexample | None = None
    status: str = "wrong"

    def __bool__(self) -> bool:
        """Tell whether the answer is right."""
        return self.passed

    def __str__(self) -> str:
        """Write the feedback as plain text."""
        parts = [f"{self.exercise}: {self.verdict}"]
        if self.counterexample:
            parts.append(textwrap.indent(str(self.counterexample), "    "))
        parts += [textwrap.fill(p, 88) for p in self.hint.split("\n\n") if p]
        return "\n\n".join(parts)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        head, _, rest = self.verdict.partition(". ")
        parts = [f"`{self.exercise}`: **{head.removesuffix('.')}.** {rest}".rstrip()]
        if self.counterexample:
            parts.append(fenced(str(self.counterexample)))
        return "\n\n".join([*parts, self.hint]).rstrip()


def fenced(text: str) -> str:
    """Make a Markdown code block that no backtick in `text` can close."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def write(value: Any, digits: int = 0) -> str:
    """Write an argument or an answer as Python would, floats with `digits` digits (0: with all)."""
    if isinstance(value, np.ndarray):
        if value.size > MOST_ENTRIES:
            return say("an array of shape {shape}", shape=value.shape)
        value = value.tolist()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(write(entry, digits) for entry in value) + "]"
    if isinstance(value, float):
        text = f"{value:.{digits}g}" if digits else repr(value)
        return text if re.search("[.en]", text) else text + ".0"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def write_apart(got: NDArray[Any], expected: NDArray[Any]) -> tuple[str, str]:
    """Write two different arrays with as many digits, four or more, as it takes to see it."""
    texts = ("", "")
    for digits in range(4, 18):
        texts = write(got, digits), write(expected, digits)
        if texts[0] != texts[1]:
            break
    return texts
