"""What an exercise is: a function that is right, and functions that are wrong.

A chapter's file declares its exercises like this::

    chapter = Chapter(2, "02_max_argmax_softmax.ipynb")

    @chapter.exercise(probes=[([1.0, 3.0, 2.0],), ([1000.0, 0.0],)])
    def softmax_list(vector):
        \"\"\"Turn a list of scores into a list of probabilities.\"\"\"
        return softmax(vector)

    @softmax_list.mistake("A first warning")
    def no_maximum_subtracted(vector):
        \"\"\"`exp` of a large score is more than a float can hold. ...\"\"\"
        return np.exp(vector) / np.exp(vector).sum()

The name of a function is the name of the exercise or, in words, of the mistake; its docstring is
the task or the hint; what it does is the answer that it stands for.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
Arguments = tuple[Any, ...]
Claim = Callable[..., bool]
"""Called with what an answer did, an `Outcome`, and the arguments of the probe."""


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: the hint that helps, and every form that the mistake takes.

    `claim` says whether the hint is true of what an answer did on one probe; without one, it is
    true of every answer that does the same as the mistake.
    """

    name: str
    hint: str
    section: str
    forms: tuple[Callable[..., Any], ...]
    claim: Claim | None = None


@dataclass(frozen=True, eq=False)
class Exercise:
    """A task with its right answer, the inputs it is tried on, and its known mistakes.

    Attributes
    ----------
    name, task : str
        Name and docstring of the reference function.
    chapter : Chapter
        Where the exercise belongs.
    reference : callable
        The right answer. Without parameters it stands for a value rather than a function.
    probes : tuple of tuple
        Argument tuples, from the simplest to the nastiest: a known mistake is recognised on them.
    further : tuple of tuple
        More of them, for answers that are right on the probes: hostile ones, as in `probes.py`.
    tolerance : float
        Largest accepted error, relative to the larger of 1 and the expected number. 0 leaves it to
        the precision of the answer's type.
    modulo : callable or None
        Reduces an answer to what matters, where several answers are right.
    strict : bool
        Whether overflow and invalid operations on the way count, though the answer be right.
    items : tuple of str
        The questions, where the answer is a list of one option for each.
    options : tuple of str
        The options of such a list.
    measure : callable or None
        Writes down what an answer comes to, where every answer within bounds is right: then
        `modulo` reduces it to levels, and a mistake is a pattern of levels.
    aims : str
        The bounds, in the same words.
    mistakes : list of Mistake
        The known mistakes, the common ones first.
    """

    name: str
    task: str
    chapter: Chapter
    reference: Callable[..., Any]
    probes: tuple[Arguments, ...]
    further: tuple[Arguments, ...] = ()
    tolerance: float = 0.0
    modulo: Callable[[Any], Any] | None = None
    strict: bool = False
    items: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    measure: Callable[[Any], str] | None = None
    aims: str = ""
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the reference's parameters; none for an exercise that asks for a value."""
        return tuple(inspect.signature(self.reference).parameters)

    @property
    def tried(self) -> tuple[Arguments, ...]:
        """All argument tuples that an answer is tried on."""
        return self.probes + self.further

    @property
    def call(self) -> str:
        """How the answer is called: ``softmax_list(vector)``."""
        return f"{self.name}({', '.join(self.parameters)})"

    def mistake(
        self, section: str, /, *, claim: Claim | None = None, **variants: Iterable[Any]
    ) -> Callable[[AnyFunction], AnyFunction]:
        """Return a decorator that adds a wrong answer to the known mistakes.

        What it decorates answers as somebody who makes the mistake would; its docstring is the
        hint.

        Parameters
        ----------
        section : str
            Heading of the section in the chapter that teaches it.
        claim : callable, optional
            Whether what the hint says about numbers is true on a probe, given the answer's
            `Outcome` there and the probe's arguments: see `claims.py`. The hint is shown with a
            probe where it holds, and not at all where it holds on none.
        **variants : iterables
            Values for further parameters of the wrong answer, each combination a form of the same
            mistake: ``@softmax_list.mistake("Axis", decimals=(1, 2, 3))``.
        """

        def add(wrong: AnyFunction) -> AnyFunction:
            combinations = itertools.product(*variants.values())
            forms = tuple(
                _with_settings(wrong, dict(zip(variants, c, strict=True))) for c in combinations
            )
            name = wrong.__name__.strip("_").replace("_", " ")
            self.mistakes.append(Mistake(name, _text(wrong), section, forms, claim))
            return wrong

        return add


@dataclass(frozen=True, eq=False)
class Chapter:
    """A chapter of the book and the exercises that its file declares."""

    number: int
    page: str
    exercises: list[Exercise] = field(default_factory=list)

    def exercise(
        self,
        *,
        probes: Sequence[Arguments] = ((),),
        further: Sequence[Arguments] = (),
        **rest: Any,
    ) -> Callable[[Callable[..., Any]], Exercise]:
        """Return a decorator that makes a right answer an exercise of this chapter.

        What it decorates is the reference; its docstring is the task, in one line.

        Parameters
        ----------
        probes : sequence of tuple
            Arguments to try an answer on; left out where the answer is a value.
        further : sequence of tuple
            More of them, for answers that are right on the probes.
        **rest
            Any of `tolerance`, `modulo`, `strict`, `items`, `options`, `measure` and `aims` of
            `Exercise`.
        """

        def add(reference: Callable[..., Any]) -> Exercise:
            name = reference.__name__
            made = Exercise(
                name, _text(reference), self, reference, tuple(probes), tuple(further), **rest
            )
            self.exercises.append(made)
            return made

        return add


def _text(function: Callable[..., Any]) -> str:
    if not function.__doc__:
        raise ValueError(f"{function.__name__} needs a docstring: it is the task or the hint")
    return inspect.cleandoc(function.__doc__)


def _with_settings(function: Callable[..., Any], settings: dict[str, Any]) -> Callable[..., Any]:
    def form(*arguments: Any) -> Any:
        return function(*arguments, **settings)

    return form
