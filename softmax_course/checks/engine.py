"""Diagnose an answer by finding the known mistake that does the same."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from . import running
from .exercises import Chapter, Exercise, Mistake
from .feedback import Counterexample, Feedback, write, write_apart
from .running import Outcome


@cache
def chapters() -> tuple[Chapter, ...]:
    """List the chapters that have exercises, one for each file ``chapterN.py`` beside this one."""
    package = __package__ or ""
    here = importlib.import_module(package).__path__
    names = [found.name for found in pkgutil.iter_modules(here)]
    modules = [
        importlib.import_module(f"{package}.{name}") for name in names if name.startswith("chapter")
    ]
    return tuple(sorted((module.chapter for module in modules), key=lambda c: c.number))


@cache
def catalogue() -> dict[str, Exercise]:
    """List all exercises by name, in the order of the course."""
    return {exercise.name: exercise for chapter in chapters() for exercise in chapter.exercises}


def check(exercise: str, answer: object = ...) -> Feedback:
    """Say whether an answer to an exercise is right and, if it is not, what went wrong.

    Parameters
    ----------
    exercise : str
        Name of the exercise.
    answer : callable or value
        Your function, not called; or your value, where the exercise asks for one.

    Returns
    -------
    Feedback
        True if the answer is right. As the last line of a notebook's cell it displays itself. With
        an unknown exercise, an exception in the answer or an endless loop in it, it says so and
        raises nothing.

    Notes
    -----
    A function is tried on copies of a few inputs, twice, and must give the same answers again and
    leave its input alone. Lists and NumPy arrays are both fine. Numbers may be off by 1e-9 in
    float64 and by 1e-6 in float32, relative to the larger of 1 and the expected number.

    After five seconds the answer is interrupted. One call of compiled code cannot be:
    where it holds on to the interpreter, as ``10 ** 10 ** 9`` does, restart the kernel.

    Examples
    --------
    >>> check("odds", 1.5).misconception
    'ratio of the scores'
    """
    if not issubclass(type(exercise), str):
        hint = (
            "The name of the exercise comes first, in quotes, and then your answer: "
            '`check("odds", 1.5)`.'
        )
        return Feedback(False, "check", "Which exercise?", hint=hint)
    name = str.__str__(exercise)
    known = catalogue().get(name)
    if known is None:
        return _unknown(name)
    problem = _wrong_kind_of_answer(known, answer)
    if problem is not None:
        return problem
    function: Callable[..., Any] = answer if known.parameters else lambda: answer  # type: ignore[assignment]
    return _judge(known, *_try_twice(known, function))


def outcomes(exercise: Exercise, function: Callable[..., Any]) -> list[Outcome]:
    """Try a trusted function, the reference or a mistake, on the probes of `exercise`."""
    plain = [running.call(function, probe, strict=exercise.strict) for probe in exercise.probes]
    return _reduced(exercise, plain)


@cache
def known_mistakes(exercise: Exercise) -> list[tuple[Mistake, list[Outcome]]]:
    """Try every form of every known mistake, once."""
    return [(m, outcomes(exercise, form)) for m in exercise.mistakes for form in m.forms]


def agree(exercise: Exercise, got: Outcome, other: Outcome, *, loosely: bool = False) -> bool:
    """Whether two outcomes are the same within the precision of the type of `got`.

    Loosely, what happened to the input does not count, and a number that is not finite is the same
    as an exception of arithmetic: `numpy.exp` overflows to inf, `math.exp` raises.
    """
    if loosely and _broke_down(got) and _broke_down(other):
        return True
    if got.changed != other.changed and not loosely:
        return False
    if got.kind != other.kind or got.detail != other.detail:
        return False
    if got.value is None or other.value is None:
        return True
    if got.value.shape != other.value.shape:
        return False
    if "U" in got.value.dtype.kind + other.value.dtype.kind:
        return bool(got.value.tolist() == other.value.tolist())
    tolerance = max(_precision(got.value.dtype), exercise.tolerance)
    close = np.isclose(
        got.value.astype(float), other.value.astype(float), tolerance, tolerance, equal_nan=True
    )
    return bool(close.all())


def _precision(dtype: np.dtype[Any]) -> float:
    return {"float16": 2e-3, "float32": 1e-6}.get(dtype.name, 1e-9)


def _broke_down(outcome: Outcome) -> bool:
    arithmetic = {"ArithmeticError", "FloatingPointError", "OverflowError", "ZeroDivisionError"}
    if outcome.value is not None and outcome.value.dtype.kind == "f":
        return not bool(np.isfinite(outcome.value).all())
    return outcome.kind == "raised" and outcome.detail in arithmetic


def _try_twice(
    exercise: Exercise, function: Callable[..., Any]
) -> tuple[list[Outcome], list[Outcome]]:
    both = running.run(function, exercise.probes * 2, strict=exercise.strict)
    size = len(exercise.probes)
    return _reduced(exercise, both[:size]), _reduced(exercise, both[size:])


def _reduced(exercise: Exercise, plain: list[Outcome]) -> list[Outcome]:
    """Outcomes with one entry for each item of a list, and without what does not matter."""
    if exercise.items:
        return [piece for outcome in plain for piece in _pieces(exercise, outcome)]
    if exercise.modulo is None:
        return plain
    with np.errstate(all="ignore"):
        return [
            replace(outcome, value=exercise.modulo(outcome.value))
            if outcome.value is not None and outcome.value.dtype.kind in "fiu"
            else outcome
            for outcome in plain
        ]


def _pieces(exercise: Exercise, outcome: Outcome) -> list[Outcome]:
    value = outcome.value
    if value is None:
        return [outcome]
    if value.dtype.kind != "U" or value.shape != (len(exercise.items),):
        words = "strings" if value.dtype.kind == "U" else "numbers"
        return [Outcome("unreadable", detail=f"{words} in the shape {value.shape}")]
    return [Outcome("value", value=np.asarray(text.strip().lower())) for text in value.tolist()]


def _judge(exercise: Exercise, got: list[Outcome], again: list[Outcome]) -> Feedback:
    """Compare the outcomes with the reference's and, where they differ, find the reason."""
    expected = outcomes(exercise, exercise.reference)
    if all(outcome.kind == "missing" for outcome in got):
        return _not_attempted(exercise, got)
    pairs = enumerate(zip(got, expected, strict=False))
    wrong = [i for i, (g, e) in pairs if not agree(exercise, g, e)]
    for i, (once, twice) in enumerate(zip(got, again, strict=False)):
        if twice.kind != "unfinished" and not agree(exercise, once, twice):
            return _unstable(exercise, i, got, again)
    if not wrong and len(again) == len(expected) and again[-1].kind != "unfinished":
        return Feedback(True, exercise.name, "Right.")
    if not wrong:  # right at first, and without end the second time
        got, wrong = again, [len(again) - 1]
    first = wrong[0]
    mistake = _explanation(exercise, got, expected)
    if mistake is not None:
        verdict, hint = f"Not quite: {mistake.name}.", mistake.hint
    else:
        verdict, hint = _describe(exercise, got[first], expected[first])
    name = mistake.name if mistake else None
    example = counterexample(exercise, first, got[first], expected[first])
    return Feedback(False, exercise.name, verdict, name, hint, example)


def _explanation(
    exercise: Exercise, got: Sequence[Outcome], expected: Sequence[Outcome]
) -> Mistake | None:
    """Find the first known mistake that does the same; in a list, the one that explains most."""
    if len(got) != len(expected):
        return None
    forms = known_mistakes(exercise)
    for loosely in (False, True):
        for mistake, theirs in forms:
            if all(
                agree(exercise, g, t, loosely=loosely) for g, t in zip(got, theirs, strict=True)
            ):
                return mistake
    if not exercise.items:
        return None
    wrong = [
        i for i, (g, e) in enumerate(zip(got, expected, strict=True)) if not agree(exercise, g, e)
    ]

    def explained(theirs: list[Outcome]) -> int:
        return sum(agree(exercise, got[i], theirs[i]) for i in wrong)

    best = max(forms, key=lambda form: explained(form[1]), default=None)
    return best[0] if best and explained(best[1]) else None


def counterexample(
    exercise: Exercise, index: int, got: Outcome, expected: Outcome
) -> Counterexample:
    """Write down what happened on one probe; an exercise for a value keeps its answer to itself."""
    if exercise.items:
        question = f"{index + 1}. {exercise.items[index]}" if got.value is not None else ""
        return Counterexample(question, "", _write_outcome(got))
    if not exercise.parameters:
        return Counterexample("", "", _write_outcome(got, digits=6))
    arguments = ", ".join(write(argument) for argument in exercise.probes[index])
    if got.value is not None and expected.value is not None:
        got_text, expected_text = write_apart(got.value, expected.value)
    else:
        got_text, expected_text = _write_outcome(got), _write_outcome(expected)
    if exercise.modulo is not None:
        expected_text += ", up to a constant"
    if got.changed:
        got_text += ", and the input was changed"
    return Counterexample(f"{exercise.name}({arguments})", expected_text, got_text, got.line)


def _write_outcome(outcome: Outcome, digits: int = 4) -> str:
    match outcome.kind:
        case "value":
            return write(outcome.value, digits)
        case "raised":
            return f"raises {outcome.detail}"
        case "missing":
            return "None"
        case "unfinished":
            return "no answer in time"
        case "uncallable":
            return "cannot be called like this"
        case "unreadable":
            return outcome.detail


def _describe(exercise: Exercise, got: Outcome, expected: Outcome) -> tuple[str, str]:
    """Verdict and hint for an answer that no known mistake explains."""
    match got.kind:
        case "raised":
            return "Not quite. It raises an exception.", _AFTER_EXCEPTION.get(
                got.detail,
                "Call your function on this input yourself and look at the whole message.",
            )
        case "missing":
            hint = "Follow your function with this input line by line: where should it `return`?"
            return "Not quite. It returns nothing for this input.", hint
        case "unfinished":
            hint = (
                "Your code was interrupted because it did not come to an end within a few seconds. "
                "Is there a loop whose condition never changes?"
            )
            return "Not quite. It runs on without end.", hint
        case "uncallable":
            hint = f"The exercise calls it as `{exercise.call}`. Which arguments does yours take?"
            return "Not quite. It takes other arguments.", hint
        case "unreadable":
            hint = f"Hand in {_wanted(exercise, expected)}; this is {got.detail}."
            return "Not quite. It is not the kind of answer that was asked for.", hint
    assert got.value is not None
    if exercise.items:
        options = ", ".join(f'`"{option}"`' for option in exercise.options)
        if got.value.item() not in exercise.options:
            return "Not quite. That is not one of the options.", f"The options are {options}."
        return "Not quite.", "Read this one again: what would the numbers mean?"
    assert expected.value is not None
    if (got.value.dtype.kind == "U") != (expected.value.dtype.kind == "U"):
        hint = f"Hand in {_wanted(exercise, expected)}."
        return "Not quite. It is not the kind of answer that was asked for.", hint
    if got.value.shape != expected.value.shape:
        hint = (
            f"The answer should have the shape {expected.value.shape}, and this one has the shape "
            f"{got.value.shape}. In which step does the shape change?"
        )
        return "Not quite. The shape is another one.", hint
    if got.changed and agree(exercise, replace(got, changed=False), expected):
        hint = (
            "The numbers are right, but afterwards the caller's own data are no longer what they "
            "were. Which line writes into the input?"
        )
        return "Not quite. It changes its input.", hint
    if not exercise.parameters:
        return "Not quite.", f"The task again: {exercise.task}"
    hint = "This is the simplest input on which they differ: work it out by hand, step by step."
    return "Not quite. The numbers differ.", hint


_AFTER_EXCEPTION = {
    "NameError": "A name in this line is not known. Has the cell that defines it been run?",
    "ModuleNotFoundError": "This module is not installed here. Can you do without it?",
    "RecursionError": "The function calls itself without end. When should it stop?",
    "SystemExit": "This ends the whole program. What should the function return instead?",
    "KeyboardInterrupt": "This ends the whole program. What should the function return instead?",
}


def _wanted(exercise: Exercise, expected: Outcome) -> str:
    if exercise.items:
        options = ", ".join(f'`"{option}"`' for option in exercise.options)
        return f"a list of {len(exercise.items)} strings, each one of {options}"
    if not exercise.parameters:
        return "one number"
    assert expected.value is not None
    words = "names" if expected.value.dtype.kind == "U" else "numbers"
    return f"one {words[:-1]}" if expected.value.ndim == 0 else f"an array or a list of {words}"


def _not_attempted(exercise: Exercise, got: Sequence[Outcome] = ()) -> Feedback:
    if any(outcome.printed for outcome in got):
        hint = (
            "Your function prints something and returns nothing. What is printed, no other line of "
            "a program can use: hand it back with `return`."
        )
        return Feedback(
            False, exercise.name, "Not quite. It prints instead of returning.", hint=hint
        )
    hint = exercise.task
    if got and exercise.parameters:
        hint += "\n\nIf you have already written it: does every path end in a `return`?"
    return Feedback(False, exercise.name, "Not attempted yet.", hint=hint)


def _unstable(
    exercise: Exercise, index: int, got: Sequence[Outcome], again: Sequence[Outcome]
) -> Feedback:
    hint = (
        "The same input gave two different answers. Does your function draw random numbers, or "
        "remember something from one call to the next?"
    )
    example = replace(
        counterexample(exercise, index, got[index], again[index]),
        expected="the same answer each time",
        got="two different answers",
        line="",
    )
    return Feedback(False, exercise.name, "Not quite. It changes its mind.", None, hint, example)


def _wrong_kind_of_answer(exercise: Exercise, answer: object) -> Feedback | None:
    """Feedback on an answer that need not be tried, because it is missing or no function."""
    if answer is None or answer is ... or answer is NotImplemented:
        return _not_attempted(exercise)
    verdict = "Not quite. It is not the kind of answer that was asked for."
    if exercise.parameters and not callable(answer):
        if issubclass(type(answer), str):
            hint = "This is a string. Hand in the function itself: its name without quotes."
        else:
            hint = (
                f"The exercise asks for a function, `{exercise.call}`, and this is what one might "
                "return. Hand in the function itself: its name without parentheses."
            )
        return Feedback(False, exercise.name, verdict, hint=hint)
    return None


def _unknown(name: str) -> Feedback:
    names = list(catalogue())
    near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.4)
    listed = ", ".join(f"`{found}`" for found in near or names)
    hint = f"Did you mean {listed}?" if near else f"The exercises are {listed}."
    return Feedback(False, name[:40], "There is no exercise of this name.", hint=hint)
