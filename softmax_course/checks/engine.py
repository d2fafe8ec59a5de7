"""Diagnose an answer by finding the known mistake that does the same."""

from __future__ import annotations

import difflib
import importlib
import itertools
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, Literal

import numpy as np

from .._language import say
from . import capstone, running
from .claims import broke_down
from .exercises import Chapter, Exercise, Mistake
from .feedback import Counterexample, Feedback, write, write_apart
from .running import Attempt, Outcome, Reduced, Trial


@cache
def chapters() -> tuple[Chapter, ...]:
    """List the chapters that have exercises, one for each file ``chapter*.py`` beside this one."""
    package = __package__ or ""
    here = importlib.import_module(package).__path__
    names = [found.name for found in pkgutil.iter_modules(here)]
    modules = [
        importlib.import_module(f"{package}.{name}") for name in names if name.startswith("chapter")
    ]
    return tuple(sorted((module.chapter for module in modules), key=lambda c: c.page))


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
        Your function, not called; or your value, where the exercise asks for one. For the
        ``"capstone"`` of the course, the folder of your package, or the module, or ``globals()``.

    Returns
    -------
    Feedback
        True if the answer is right. As the last line of a notebook's cell it displays itself. With
        an unknown exercise, an exception in the answer or an endless loop in it, it says so and
        raises nothing. Of the capstone it is a `Report`, with a feedback for each milestone.

    Notes
    -----
    A function is tried on copies of a few inputs, twice, and must give the same answers again and
    leave its input alone. Lists and NumPy arrays are both fine, and so is an array of one number
    where a number is asked for. Numbers may be off by 1e-9 in float64 and by 1e-6 in float32,
    relative to the larger of 1 and the expected number.

    A call that takes more than five seconds is interrupted; a library that imports or compiles for
    the first time gets a minute. One call of compiled code cannot be interrupted: where it holds on
    to the interpreter, as ``10 ** 10 ** 9`` does, restart the kernel.

    Examples
    --------
    >>> check("odds", 1.5).misconception
    'ratio of the scores'
    """
    if not issubclass(type(exercise), str):
        hint = say(
            "The name of the exercise comes first, in quotes, and then your answer: "
            '`check("odds", 1.5)`.'
        )
        return _not_right("check", say("Which exercise?"), hint=hint)
    name = str.__str__(exercise)
    if name == capstone.NAME:
        return capstone.report(answer)
    known = catalogue().get(name)
    if known is None:
        return _unknown(name)
    return judge(known, running.attempt(answer, trial(known)))


def trial(exercise: Exercise) -> Trial:
    """Return what an answer to `exercise` is tried on: plain data, without what is right."""
    return Trial(
        probes=exercise.tried,
        takes_arguments=bool(exercise.parameters),
        listed=bool(exercise.items),
        strict=exercise.strict,
    )


def judge(exercise: Exercise, attempt: Attempt) -> Feedback:
    """Say what `check` says of an answer, from what came of trying it.

    Nothing of the learner runs here: the attempt may have been made in another process.
    """
    if attempt.given != "answer":
        return _wrong_kind_of_answer(exercise, attempt.given)
    size = len(exercise.tried)
    got, again = attempt.outcomes[:size], attempt.outcomes[size:]
    return _compare(exercise, _reduced(exercise, got), _reduced(exercise, again))


def outcomes(exercise: Exercise, function: Callable[..., Any]) -> list[Outcome]:
    """Try a trusted function, the reference or a mistake, on the probes of `exercise`."""
    plain = [running.call(function, probe, strict=exercise.strict) for probe in exercise.tried]
    return _reduced(exercise, plain)


@cache
def known_mistakes(exercise: Exercise) -> list[tuple[Mistake, list[Outcome]]]:
    """Try every form of every known mistake, once."""
    return [(m, outcomes(exercise, form)) for m in exercise.mistakes for form in m.forms]


def agree(exercise: Exercise, got: Outcome, other: Outcome, *, loosely: bool = False) -> bool:
    """Whether two outcomes are the same within the precision of the type of `got`.

    Loosely, what happened to the input does not count, and an exception of arithmetic is the same
    as a number that is not finite: `numpy.exp` overflows to inf, `math.exp` raises.
    """
    if loosely and broke_down(got) and broke_down(other) and "raised" in (got.kind, other.kind):
        return True
    if got.changed != other.changed and not loosely:
        return False
    if (got.kind, got.detail, got.noisy) != (other.kind, other.detail, other.noisy):
        return False
    if got.value is None or other.value is None:
        return True
    value = got.value
    if other.value.ndim == 0 and value.size == 1:  # where a number is asked for, [number] will do
        value = value.reshape(())
    if value.shape != other.value.shape:
        return False
    if "U" in value.dtype.kind + other.value.dtype.kind:
        return bool(value.tolist() == other.value.tolist())
    tolerance = max(_precision(value.dtype), exercise.tolerance)
    numbers, others = value.astype(float), other.value.astype(float)
    if loosely:  # inf or nan, as the case may be
        numbers, others = (np.where(np.isfinite(n), n, np.nan) for n in (numbers, others))
    with np.errstate(all="ignore"):
        near = np.abs(numbers - others) <= tolerance * (1 + np.abs(others))
    both_nan = np.isnan(numbers) & np.isnan(others)
    return bool((near & np.isfinite(others) | (numbers == others) | both_nan).all())


def _precision(dtype: np.dtype[Any]) -> float:
    return {"float16": 2e-3, "float32": 1e-6}.get(dtype.name, 1e-9)


def _reduced(exercise: Exercise, plain: Sequence[Outcome]) -> list[Outcome]:
    """Outcomes with one entry for each item of a list, and without what does not matter."""
    if exercise.items:
        return [piece for outcome in plain for piece in _pieces(exercise, outcome)]
    if exercise.modulo is None:
        return list(plain)
    with np.errstate(all="ignore"):
        return [
            Reduced(
                **{**vars(outcome), "value": exercise.modulo(outcome.value)}, whole=outcome.value
            )
            if outcome.value is not None and outcome.value.dtype.kind in "fiu"
            else outcome
            for outcome in plain
        ]


def _pieces(exercise: Exercise, outcome: Outcome) -> list[Outcome]:
    value = outcome.value
    if value is None:
        return [outcome]
    if value.dtype.kind != "U" or value.shape != (len(exercise.items),):
        detail = say("numbers in the shape {shape}", shape=value.shape)
        if value.dtype.kind == "U":
            detail = say("strings in the shape {shape}", shape=value.shape)
        return [Outcome("unreadable", detail=detail)]
    texts = [text.strip().lower() for text in value.tolist()]
    return [Outcome("value", value=np.asarray(t)) if t else Outcome("missing") for t in texts]


def _compare(exercise: Exercise, got: list[Outcome], again: list[Outcome]) -> Feedback:
    """Compare the outcomes with the reference's and, where they differ, find the reason."""
    expected = outcomes(exercise, exercise.reference)
    if all(outcome.kind == "missing" for outcome in got):
        return _not_attempted(exercise, got)
    empty = [i for i, outcome in enumerate(got) if exercise.items and outcome.kind == "missing"]
    if empty:
        return _not_finished(exercise, empty)
    wrong = _differences(exercise, got, expected)
    for i, (once, twice) in enumerate(zip(got, again, strict=False)):
        if twice.kind != "unfinished" and not agree(exercise, once, twice):
            return _unstable(exercise, i, got, again)
    if not wrong and len(again) == len(expected) and again[-1].kind != "unfinished":
        return Feedback(True, exercise.name, say("Right."), status="right")
    if not wrong:  # right at first, and without end the second time
        got, wrong = again, [len(again) - 1]
    mistake, shown = _explanation(exercise, got, expected) or (None, wrong[0])
    if mistake is not None:
        verdict = say("Not quite: {mistake}.", mistake=say(mistake.name))
        hint = say(mistake.hint)
    else:
        verdict, hint = _describe(exercise, got[shown], expected[shown])
    name = mistake.name if mistake else None
    example = counterexample(exercise, shown, got[shown], expected[shown])
    late = (got[shown].kind, got[shown].detail) == ("unfinished", "call")
    status = "known mistake" if mistake else "no answer in time" if late else "wrong"
    return _not_right(exercise.name, verdict, name, hint, example, status)


_not_right = partial(Feedback, False)  # only `_compare` says that an answer is right


def _differences(
    exercise: Exercise, got: Sequence[Outcome], expected: Sequence[Outcome]
) -> list[int]:
    """Say on which probes, or for which items, an answer is not right."""
    pairs = enumerate(zip(got, expected, strict=False))
    return [i for i, (g, e) in pairs if not agree(exercise, g, e)]


def _explanation(
    exercise: Exercise, got: Sequence[Outcome], expected: Sequence[Outcome]
) -> tuple[Mistake, int] | None:
    """Find the first known mistake that does the same, and where it shows.

    The same on all that was tried, or at least on the probes, if the answer is wrong there already.
    In a list, it is the mistake that explains most.
    """
    if len(got) != len(expected):
        return None
    wrong = _differences(exercise, got, expected)
    if exercise.items:
        return _explanation_of_most(exercise, got, wrong)
    first = wrong[0]
    forms = [
        (mistake, theirs)
        for mistake, theirs in known_mistakes(exercise)
        if agree(exercise, got[first], theirs[first], loosely=True)
    ]
    ranges = [len(got)] + [len(exercise.probes)] * (first < len(exercise.probes))
    for loosely, size in itertools.product((False, True), ranges):
        for mistake, theirs in forms:
            pairs = zip(got[:size], theirs[:size], strict=True)
            if all(agree(exercise, g, t, loosely=loosely) for g, t in pairs):
                shown = where_it_shows(exercise, mistake, got, wrong)
                if shown is not None:
                    return mistake, shown
    return None


def where_it_shows(
    exercise: Exercise, mistake: Mistake, got: Sequence[Outcome], wrong: Sequence[int]
) -> int | None:
    """Find the first wrong outcome of which the mistake's hint is true."""
    if mistake.claim is None:
        return wrong[0]
    with np.errstate(all="ignore"):
        return next((i for i in wrong if mistake.claim(got[i], *exercise.tried[i])), None)


def _explanation_of_most(
    exercise: Exercise, got: Sequence[Outcome], wrong: Sequence[int]
) -> tuple[Mistake, int] | None:
    """Find the mistake that explains most of the wrong items, and the first of these."""
    best: tuple[Mistake, list[int], bool] | None = None
    for mistake, theirs in known_mistakes(exercise):
        same = [i for i, outcome in enumerate(got) if agree(exercise, outcome, theirs[i])]
        explained = [i for i in wrong if i in same]
        found = mistake, explained, len(same) == len(got)
        if explained and (best is None or (len(explained), found[2]) > (len(best[1]), best[2])):
            best = found
    return (best[0], best[1][0]) if best else None


def counterexample(
    exercise: Exercise, index: int, got: Outcome, expected: Outcome
) -> Counterexample:
    """Write down what happened on one probe; an exercise for a value keeps its answer to itself."""
    if exercise.items:
        question = f"{index + 1}. {say(exercise.items[index])}" if got.value is not None else ""
        return Counterexample(question, "", _write_outcome(got))
    if not exercise.parameters:
        return Counterexample("", "", _write_outcome(got, digits=6))
    arguments = ", ".join(write(argument) for argument in exercise.tried[index])
    if got.value is not None and agree(
        exercise, replace(got, changed=False, noisy=False), expected
    ):
        got_text, expected_text = say("the same numbers"), write(expected.value, 4)
    elif got.value is not None and expected.value is not None:
        got_text, expected_text = write_apart(got.value, expected.value)
    else:
        got_text, expected_text = _write_outcome(got), _write_outcome(expected)
    if exercise.measure is not None:
        expected_text = say(exercise.aims)
        if isinstance(got, Reduced):
            got_text = exercise.measure(got.whole)
    elif exercise.modulo is not None:
        expected_text += say(", up to a constant")
    if got.noisy:
        got_text += say(", with a number on the way that no float can hold")
    if got.changed:
        got_text += say(", and the input was changed")
    return Counterexample(f"{exercise.name}({arguments})", expected_text, got_text, got.line)


def _write_outcome(outcome: Outcome, digits: int = 4) -> str:
    match outcome.kind:
        case "value":
            return write(outcome.value, digits)
        case "raised":
            return say("raises {exception}", exception=outcome.detail)
        case "missing":
            return "None"
        case "unfinished":
            return say("no answer in time")
        case "uncallable":
            return say("cannot be called like this")
        case "unreadable":
            return outcome.detail


def _describe(exercise: Exercise, got: Outcome, expected: Outcome) -> tuple[str, str]:
    """Verdict and hint for an answer that no known mistake explains."""
    match got.kind:
        case "raised" if not exercise.parameters:
            hint = say(
                "Hand in {wanted}; this {outcome} when read.",
                wanted=_wanted(exercise, expected),
                outcome=_write_outcome(got),
            )
            return _wrong_kind(), hint
        case "raised":
            return say("Not quite. It raises an exception."), _after_exception(got.detail)
        case "missing":
            return say("Not quite. It returns nothing for this input."), say(
                "Follow your function with this input line by line: where should it `return`?"
            )
        case "unfinished" if got.detail == "all":
            return say("Not quite. It is too slow."), say(
                "Your code was interrupted after {seconds} seconds, while a library or one input "
                "after the other took its time. Which step is it?",
                seconds=f"{running.MOST_SECONDS:g}",
            )
        case "unfinished":
            return say("Not quite. It does not come to an end in time."), say(
                "Your code was interrupted after {seconds} seconds: it may be slow, or without "
                "end. Is there a loop whose condition never changes? If it only needs longer, "
                "what could be done in fewer steps?",
                seconds=f"{running.SECONDS:g}",
            )
        case "uncallable":
            return say("Not quite. It takes other arguments."), say(
                "The exercise calls it as `{call}`. Which arguments does yours take?",
                call=exercise.call,
            )
        case "unreadable":
            return _wrong_kind(), say(
                "Hand in {wanted}; this is {what}.",
                wanted=_wanted(exercise, expected),
                what=got.detail,
            )
    assert got.value is not None
    if exercise.items:
        if got.value.item() not in exercise.options:
            return say("Not quite. That is not one of the options."), say(
                "The options are {options}.", options=_options(exercise)
            )
        return say("Not quite."), say("Read this one again: what would the numbers mean?")
    assert expected.value is not None
    if (got.value.dtype.kind == "U") != (expected.value.dtype.kind == "U"):
        return _wrong_kind(), say("Hand in {wanted}.", wanted=_wanted(exercise, expected))
    if got.value.shape != expected.value.shape and (got.value.size, expected.value.ndim) != (1, 0):
        return say("Not quite. The shape is another one."), say(
            "The answer should have the shape {expected}, and this one has the shape {got}. In "
            "which step does the shape change?",
            expected=expected.value.shape,
            got=got.value.shape,
        )
    if got.changed and agree(exercise, replace(got, changed=False), expected):
        return say("Not quite. It changes its input."), say(
            "The numbers are right, but afterwards the caller's own data are no longer what they "
            "were. Which line writes into the input?"
        )
    if got.noisy and agree(exercise, replace(got, noisy=False), expected):
        return say("Not quite. It leaves the range of floats on the way."), say(
            "The numbers are right by luck: on the way one of them became infinite or nan, of "
            "which NumPy warns where it can. Which step of yours does that?"
        )
    if exercise.measure is not None:
        return say("Not quite. It misses the bounds."), say(
            "Every answer within the bounds is right. Which of these numbers is out of bounds, and "
            "which step of yours decides about it?"
        )
    if not exercise.parameters:
        return _describe_value(exercise, float(got.value.item()), float(expected.value))
    verdict = say("Not quite. The numbers differ.")
    if expected.value.dtype.kind == "U":
        verdict = say("Not quite. The names differ.")
    return verdict, say(
        "This is the simplest input on which they differ: work it out by hand, step by step."
    )


def _describe_value(exercise: Exercise, got: float, expected: float) -> tuple[str, str]:
    """Say of a near miss on which side it is; of others nothing, lest the answer be searched."""
    task = say("The task again: {task}", task=say(exercise.task))
    if not 0 < abs(got - expected) <= 0.2 * abs(expected):
        return say("Not quite."), task
    if got < expected:
        verdict = say("Not quite. Close, and too low.")
        return verdict, say("The answer is a little higher. {task}", task=task)
    verdict = say("Not quite. Close, and too high.")
    return verdict, say("The answer is a little lower. {task}", task=task)


def _wrong_kind() -> str:
    return say("Not quite. It is not the kind of answer that was asked for.")


def _after_exception(name: str) -> str:
    match name:
        case "NameError":
            return say("A name in this line is not known. Has the cell that defines it been run?")
        case "ModuleNotFoundError":
            return say("This module is not installed here. Can you do without it?")
        case "RecursionError":
            return say("The function calls itself without end. When should it stop?")
        case "SystemExit" | "KeyboardInterrupt":
            return say("This ends the whole program. What should the function return instead?")
    return say("Call your function on this input yourself and look at the whole message.")


def _wanted(exercise: Exercise, expected: Outcome) -> str:
    if exercise.items:
        return say(
            "a list of {count} strings, each one of {options}",
            count=len(exercise.items),
            options=_options(exercise),
        )
    if not exercise.parameters:
        return say("one number")
    assert expected.value is not None
    one = expected.value.ndim == 0
    if expected.value.dtype.kind == "U":
        return say("one name") if one else say("an array or a list of names")
    return say("one number") if one else say("an array or a list of numbers")


def _not_attempted(exercise: Exercise, got: Sequence[Outcome] = ()) -> Feedback:
    """Say what to do, and how to begin."""
    if any(outcome.printed for outcome in got):
        hint = say(
            "Your function prints something and returns nothing. What is printed, no other line of "
            "a program can use: hand it back with `return`."
        )
        return _not_right(
            exercise.name, say("Not quite. It prints instead of returning."), hint=hint
        )
    hint = f"{say(exercise.task)}\n\n{_how_to_begin(exercise)}"
    verdict = say("Not attempted yet.")
    return _not_right(exercise.name, verdict, hint=hint, status="not attempted")


def _how_to_begin(exercise: Exercise) -> str:
    if exercise.items:
        return say(
            "To begin, with the first of them:\n\n{item}\n\nChoose among {options}.",
            item=say(exercise.items[0]),
            options=_options(exercise),
        )
    if not exercise.parameters:
        return say("To begin, compute it in the cell, and hand in the number.")
    if exercise.measure is not None:
        return say(
            "To begin, answer everything with an even guess. That runs, and can be judged. Then "
            "make it better, one step at a time."
        )
    arguments = ", ".join(write(argument, 4) for argument in exercise.probes[0])
    return say(
        "To begin, work out by hand what `{call}` should return. Then write the steps into your "
        "function, the last one after `return`.",
        call=f"{exercise.name}({arguments})",
    )


def _not_finished(exercise: Exercise, empty: Sequence[int]) -> Feedback:
    first = [str(i + 1) for i in empty]
    if len(empty) == 1:
        verdict = say("Not finished yet. Item {number} is still empty.", number=first[0])
    else:
        *others, last = first
        listed = say("{others} and {last}", others=", ".join(others), last=last)
        verdict = say("Not finished yet. Items {numbers} are still empty.", numbers=listed)
    question = f"{empty[0] + 1}. {say(exercise.items[empty[0]])}"
    example = Counterexample(question, "", say("nothing"))
    hint = say("Choose among {options}.", options=_options(exercise))
    return _not_right(exercise.name, verdict, None, hint, example, "not attempted")


def _options(exercise: Exercise) -> str:
    return ", ".join(f'`"{option}"`' for option in exercise.options)


def _unstable(
    exercise: Exercise, index: int, got: Sequence[Outcome], again: Sequence[Outcome]
) -> Feedback:
    hint = say(
        "The same input gave two different answers. Does your function draw random numbers, or "
        "remember something from one call to the next?"
    )
    example = replace(
        counterexample(exercise, index, got[index], again[index]),
        expected=say("the same answer each time"),
        got=say("two different answers"),
        line="",
    )
    return _not_right(exercise.name, say("Not quite. It changes its mind."), None, hint, example)


def _wrong_kind_of_answer(
    exercise: Exercise, given: Literal["nothing", "string", "value"]
) -> Feedback:
    """Feedback on an answer that was not tried, because it is missing or no function."""
    match given:
        case "nothing":
            return _not_attempted(exercise)
        case "string":
            hint = say("This is a string. Hand in the function itself: its name without quotes.")
        case "value":
            hint = say(
                "The exercise asks for a function, `{call}`, and this is what one might return. "
                "Hand in the function itself: its name without parentheses.",
                call=exercise.call,
            )
    return _not_right(exercise.name, _wrong_kind(), hint=hint)


def _unknown(name: str) -> Feedback:
    names = [*catalogue(), capstone.NAME]
    near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.4)
    listed = ", ".join(f"`{found}`" for found in near or names)
    hint = say("The exercises are {names}.", names=listed)
    if near:
        hint = say("Did you mean {names}?", names=listed)
    return _not_right(name[:40], say("There is no exercise of this name."), hint=hint)
