"""What passes between the grader and a learner's code: JSON, read as if it were a lie.

The grader sends a `Job` into the sandbox. Records come back, one per line: ``{"ready": true}``
before any of the learner's code has run, then for an exercise the outcomes of its probes or why
there are none, and ``{"end": true}``. Nothing of it is unpickled or executed, and whatever has
another shape than agreed is refused.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from softmax_course.checks.running import Attempt, Outcome, Trial

MOST_BYTES = 1_000_000
"""The largest answer that is handed on: fifty times the largest right one."""

MOST_TEXT = 500
"""Letters of a message that are handed on."""

PLAIN = ("<f2", "<f4", "<f8", *(f"{sign}{size}" for sign in ("<i", "<u") for size in (2, 4, 8)))
TYPES = {*PLAIN, "|i1", "|u1", "|b1"}


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes
    ----------
    cell, trial, total : float
        Seconds for one cell, for trying one answer, and for everything.
    processor : int
        Seconds of processor time for trying one answer.
    memory : int
        Bytes, of one process and of all together.
    processes : int
        How many at once.
    files : int
        Bytes that it may write.
    """

    cell: float = 120
    trial: float = 75
    total: float = 900
    processor: int = 65
    memory: int = 4 * 2**30
    processes: int = 128
    files: int = 64 * 2**20


@dataclass(frozen=True)
class Job:
    """What the worker is to do: run the cells, and try the answers that they hand in.

    Attributes
    ----------
    cells : tuple of tuple
        Name and source of each.
    trials : dict
        What each answer is tried on, by the name of its exercise.
    variables : dict
        Where an answer is looked for that was never handed to `check`.
    limits : Limits
        What it may use.
    """

    cells: tuple[tuple[str, str], ...]
    trials: dict[str, Trial]
    variables: dict[str, str]
    limits: Limits

    def dump(self) -> str:
        """Write the job as JSON."""
        trials = {
            name: {**vars(trial), "probes": [list(map(_pack, probe)) for probe in trial.probes]}
            for name, trial in self.trials.items()
        }
        rest = {"variables": self.variables, "limits": vars(self.limits)}
        return json.dumps({"cells": self.cells, "trials": trials, **rest})

    @staticmethod
    def load(text: str) -> Job:
        """Read a job that `dump` has written."""
        data = json.loads(text)
        trials = {
            name: Trial(tuple(tuple(map(_unpack, probe)) for probe in trial.pop("probes")), **trial)
            for name, trial in data["trials"].items()
        }
        cells = tuple((name, source) for name, source in data["cells"])
        return Job(cells, trials, data["variables"], Limits(**data["limits"]))


def _pack(argument: Any) -> Any:
    match argument:
        case np.ndarray():
            return {"array": pack_array(argument)}
        case list() | tuple():
            return {type(argument).__name__: [_pack(entry) for entry in argument]}
        case float() if not math.isfinite(argument):
            return {"float": repr(argument)}
        case bool() | int() | float() | str() | None:
            return argument
    raise TypeError(f"a probe holds a {type(argument).__name__}, which cannot go into the sandbox")


def _unpack(packed: Any) -> Any:
    match packed:
        case {"array": array}:
            return unpack_array(array)
        case {"list": entries}:
            return [_unpack(entry) for entry in entries]
        case {"tuple": entries}:
            return tuple(_unpack(entry) for entry in entries)
        case {"float": text}:
            return float(text)
    return packed


def pack_array(array: NDArray[Any]) -> dict[str, Any]:
    """Write an array of numbers or words as JSON can."""
    shape = list(array.shape)
    if array.dtype.kind == "U":
        return {"type": "U", "shape": shape, "data": array.ravel().tolist()}
    little = array.astype(array.dtype.newbyteorder("<"))
    data = base64.b64encode(little.tobytes()).decode("ascii")
    return {"type": little.dtype.str, "shape": shape, "data": data}


def unpack_array(packed: object) -> NDArray[Any]:
    """Read an array.

    Raises
    ------
    ValueError
        If it is none, or one that `pack_array` would not have written.
    """
    match packed:
        case {"type": str(kind), "shape": list(shape), "data": data} if all(
            type(length) is int and 0 <= length <= MOST_BYTES for length in shape
        ):
            size = math.prod(shape)
        case _:
            raise ValueError("no array")
    if len(shape) > 16 or size > MOST_BYTES:
        raise ValueError("an array that is too large")
    if kind == "U" and isinstance(data, list) and all(isinstance(word, str) for word in data):
        if len(data) != size or size * max(map(len, data), default=0) > MOST_BYTES:
            raise ValueError("an array of too many words")
        return np.array(data, dtype=str).reshape(shape)
    if kind in TYPES and isinstance(data, str):
        return np.frombuffer(base64.b64decode(data, validate=True), kind).reshape(shape).copy()
    raise ValueError("an array of another type")


def pack_attempt(attempt: Attempt) -> dict[str, Any]:
    """Write what came of trying an answer."""
    return {
        "given": attempt.given,
        "outcomes": [_pack_outcome(outcome) for outcome in attempt.outcomes],
    }


def _pack_outcome(outcome: Outcome) -> dict[str, Any]:
    value = outcome.value
    if value is not None and value.nbytes > MOST_BYTES:
        outcome = Outcome("unreadable", detail=f"far too large, of the shape {value.shape}")
    packed = {**vars(outcome), "value": None}
    packed.update(detail=outcome.detail[:MOST_TEXT], line=outcome.line[:MOST_TEXT])
    if outcome.value is not None:
        packed["value"] = pack_array(outcome.value)
    return packed


KINDS = get_args(get_type_hints(Outcome)["kind"])
GIVEN = get_args(get_type_hints(Attempt)["given"])


@dataclass(frozen=True)
class Stopped:
    """Why a cell handed in no answer, or why the answer could not be tried to the end.

    Attributes
    ----------
    how : str
        The cell "raised" an exception, was out of "time", or its process "died".
    detail : str
        The exception, or what is known of its end.
    line : str
        The learner's own line, if it is known.
    """

    how: str
    detail: str = ""
    line: str = ""


@dataclass(frozen=True)
class Received:
    """What came back from a submission: for each exercise the last answer that was tried."""

    found: dict[str, Attempt | Stopped]
    ready: bool = False
    ended: bool = False

    def records(self) -> Iterator[dict[str, Any]]:
        """Write it as the records that say the same."""
        for name, found in self.found.items():
            if isinstance(found, Stopped):
                rest = {"detail": found.detail, "line": found.line}
                yield {"exercise": name, "stopped": found.how, **rest}
            else:
                yield {"exercise": name, "attempt": pack_attempt(found)}
        yield from [{"ready": True}] * self.ready + [{"end": True}] * self.ended

    def with_line(self, line: bytes, trials: dict[str, Trial]) -> Received:
        """Add a record.

        Raises
        ------
        ValueError
            If it is not of the agreed shape.
        """
        try:
            record = json.loads(line)
        except (UnicodeDecodeError, RecursionError) as error:
            raise ValueError("no JSON") from error
        match record:
            case {"ready": True, **rest} if not rest:
                return replace(self, ready=True)
            case {"end": True, **rest} if not rest:
                return replace(self, ended=True)
            case {"exercise": str(name), "attempt": packed, **rest} if name in trials and not rest:
                found = _read_attempt(packed, 2 * len(trials[name].probes))
                return replace(self, found={**self.found, name: found})
            case {
                "exercise": str(name),
                "stopped": "raised" | "time" | "died" as how,
                "detail": str(detail),
                "line": str(text),
                **rest,
            } if name in trials and not rest:
                if isinstance(self.found.get(name), Attempt):  # what was handed in stays so
                    return self
                stopped = Stopped(how, detail[:MOST_TEXT], text[:MOST_TEXT])
                return replace(self, found={**self.found, name: stopped})
        raise ValueError("no record")


def _read_attempt(packed: object, most: int) -> Attempt:
    match packed:
        case {"given": str(given), "outcomes": list(outcomes), **rest} if not rest:
            if given in GIVEN and len(outcomes) <= most and (given == "answer") == bool(outcomes):
                return Attempt(given, tuple(map(_read_outcome, outcomes)))  # type: ignore[arg-type]
    raise ValueError("no attempt")


def _read_outcome(packed: object) -> Outcome:
    match packed:
        case {
            "kind": str(kind),
            "value": value,
            "detail": str(detail),
            "line": str(line),
            "changed": bool(changed),
            "printed": bool(printed),
            "noisy": bool(noisy),
            **rest,
        } if kind in KINDS and not rest and (kind == "value") == (value is not None):
            array = None if value is None else unpack_array(value)
            detail, line = detail[:MOST_TEXT], line[:MOST_TEXT]
            return Outcome(kind, array, detail, line, changed, printed, noisy)  # type: ignore[arg-type]
    raise ValueError("no outcome")
