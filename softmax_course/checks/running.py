"""Run a learner's code: on copies, silently, for a few seconds, whatever it does.

The code runs in a thread of its own. One call may take five seconds; while a single call of a
library is at work in it (imports, compiles, solves) the clock stands still, for a minute in all.
When the time is over, an exception is raised inside that thread, again and again until it ends:
this stops every loop in Python code, on every system. What runs inside one call of compiled code
cannot be stopped. If that call lets other threads run (`time.sleep`, a large matrix product,
waiting for a file), the check answers all the same and leaves the thread behind; if it does not
(``10 ** 10 ** 9``, ``sum(range(10 ** 12))``), the check waits for it, and only a restart of the
kernel helps. Where there are no threads (Python in a browser), the code runs without a time limit.

Where an exercise is strict, overflow and invalid operations are noticed. NumPy reports them, except
in a browser, whose WebAssembly knows no floating-point exceptions: there the answer is tried once
more, on arrays that watch what becomes of their numbers.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import inspect
import io
import linecache
import os
import sys
import sysconfig
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Real
from types import EllipsisType, FrameType, NotImplementedType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._language import say
from .exercises import Arguments

SECONDS = 5.0
"""How long one call of an answer may take, without the time in a long call of a library."""

MOST_SECONDS = 60.0
"""How long all calls of one check may take together, the work of libraries included."""

TICK = 0.02
"""How often the clock is looked at. It counts these looks: a busy machine only makes it patient."""


@dataclass(frozen=True)
class Outcome:
    """What one call did.

    Attributes
    ----------
    kind : str
        "value"; "raised" an exception; "missing": gave ``...``, None or NotImplementedError;
        "unreadable": gave something that is neither numbers nor words; "unfinished": ran out of
        time; "uncallable" with the arguments of the exercise.
    value : numpy.ndarray or None
        The answer, if it could be read.
    detail : str
        The exception's nearest built-in type, or what was given instead of a value.
    line : str
        The learner's own line that led to the exception.
    changed, printed : bool
        Whether the call changed its arguments, and whether it printed.
    noisy : bool
        Whether a number overflowed on the way, or an operation was invalid: strict exercises only.
    """

    kind: Literal["value", "raised", "missing", "unreadable", "unfinished", "uncallable"]
    value: NDArray[Any] | None = None
    detail: str = ""
    line: str = ""
    changed: bool = False
    printed: bool = False
    noisy: bool = False


@dataclass(frozen=True)
class Reduced(Outcome):
    """An outcome whose value is reduced to what matters, with the value as it was."""

    whole: NDArray[Any] | None = None


@dataclass(frozen=True)
class Trial:
    """What an answer is tried on, as plain data.

    Attributes
    ----------
    probes : tuple of tuple
        The arguments of each call; one empty tuple where the answer is a value.
    takes_arguments : bool
        Whether the answer is a function.
    listed : bool
        Whether it is a list of strings, of which some may still be missing.
    strict : bool
        Whether overflow and invalid operations on the way count.
    """

    probes: tuple[Arguments, ...]
    takes_arguments: bool
    listed: bool
    strict: bool


@dataclass(frozen=True)
class Attempt:
    """What came of trying an answer, before anybody judges it.

    Attributes
    ----------
    given : str
        "answer", which was tried; or why it was not: there is "nothing", or a "string" or another
        "value" where a function is asked for.
    outcomes : tuple of Outcome
        Of all probes, and of all of them once more; fewer if the time ran out.
    """

    given: Literal["answer", "nothing", "string", "value"]
    outcomes: tuple[Outcome, ...] = ()


def attempt(answer: object, trial: Trial) -> Attempt:
    """Try an answer twice on the probes."""
    if _is_nothing(answer):
        return Attempt("nothing")
    function: Callable[..., Any] = lambda: _spelled_out(answer) if trial.listed else answer  # noqa: E731
    if trial.takes_arguments:
        if not callable(answer):
            return Attempt("string" if issubclass(type(answer), str) else "value")
        function = answer
    return Attempt("answer", tuple(run(function, trial.probes * 2, strict=trial.strict)))


def _is_nothing(answer: object) -> bool:
    return answer is None or answer is ... or answer is NotImplemented


def _spelled_out(answer: object) -> object:
    """Write an empty string for each item of a list that is not filled in yet."""
    if isinstance(answer, list | tuple) and any(isinstance(item, str) for item in answer):
        return [
            item if isinstance(item, str) else "" if _is_nothing(item) else item for item in answer
        ]
    return answer


def run(
    function: Callable[..., Any], probes: Sequence[Arguments], *, strict: bool
) -> list[Outcome]:
    """Call `function` on a copy of each probe, in a thread and within the time.

    Returns
    -------
    list of Outcome
        One for each probe, fewer if the time ran out: then the last one is "unfinished", and its
        detail says whether it was the time for a "call" or for "all".
    """
    outcomes: list[Outcome] = []
    printed = _Sink()

    def work() -> None:
        for probe in probes:
            written = printed.written
            outcome = call(function, probe, strict=strict)
            outcomes.append(replace(outcome, printed=printed.written > written))
            if outcome.kind == "unfinished":
                return

    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        limit = _within_time(work, lambda: len(outcomes))
    outcomes = outcomes[: len(probes)]
    if outcomes and outcomes[-1].kind == "unfinished":
        outcomes.pop()
    if len(outcomes) < len(probes):
        outcomes.append(Outcome("unfinished", detail=limit))
    return outcomes


def call(function: Callable[..., Any], probe: Arguments, *, strict: bool) -> Outcome:
    """Call `function` once, on a copy of `probe`; whatever it raises becomes an outcome."""
    given = copy.deepcopy(probe)
    noises: list[str] = []
    loud: Literal["call", "ignore"] = "call" if strict else "ignore"
    try:
        if not _accepts(function, given):
            return Outcome("uncallable")
        with np.errstate(
            over=loud,
            invalid=loud,
            divide=loud,
            under="ignore",
            call=lambda kind, flag: noises.append(kind),
        ):
            outcome = read(function(*given))
    except _TimeIsOver:
        return Outcome("unfinished")
    except NotImplementedError:
        return Outcome("missing")
    except BaseException as error:
        outcome = Outcome("raised", detail=_builtin_name(error), line=_own_line(error))
    noisy = bool(noises) or (strict and not _numpy_notices() and _watched(function, probe))
    return replace(outcome, changed=not _identical(given, probe), noisy=noisy)


def _numpy_notices() -> bool:
    """Whether NumPy notices an overflow here; in WebAssembly it cannot."""
    noises: list[str] = []
    with np.errstate(over="call", call=lambda kind, flag: noises.append(kind)):
        np.exp(np.array([1000.0]))
    return bool(noises)


def _watched(function: Callable[..., Any], probe: Arguments) -> bool:
    """Call `function` on arrays that notice when finite numbers become infinite or nan."""
    noticed = False

    class Watchful(np.ndarray[Any, Any]):
        def __array_ufunc__(
            self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = (), **rest: Any
        ) -> Any:
            nonlocal noticed
            plain = [np.asarray(i) if isinstance(i, Watchful) else i for i in inputs]
            if out:
                rest["out"] = tuple(o.view(np.ndarray) for o in out)
            loud = np.geterr()["over"] != "ignore"  # unless the answer itself wants silence
            with np.errstate(all="ignore"):
                result = getattr(ufunc, method)(*plain, **rest)
            if loud and all(np.all(np.isfinite(p)) for p in plain):
                noticed |= not np.all(np.isfinite(result))
            return out[0] if out else np.asarray(result).view(Watchful)

        def __getitem__(self, index: Any) -> Any:
            return np.asarray(super().__getitem__(index)).view(Watchful)

    with np.errstate(over="warn"), contextlib.suppress(Exception):
        function(*(np.array(p).view(Watchful) if isinstance(p, np.ndarray) else p for p in probe))
    return noticed


def read(answer: object) -> Outcome:
    """Turn an answer into an array of numbers or of words, in memory of its own."""
    if isinstance(answer, EllipsisType | NotImplementedType | None):
        return Outcome("missing")
    if isinstance(answer, Iterator):
        return Outcome("unreadable", detail=say("a generator, which has not computed anything yet"))
    if callable(answer) and not hasattr(answer, "__array__"):
        return Outcome("unreadable", detail=say("a function"))
    if isinstance(answer, np.ma.MaskedArray):
        return Outcome("unreadable", detail=say("a masked array"))
    try:
        array = np.asarray(answer)
    except ValueError:
        return Outcome("unreadable", detail=say("rows of different lengths"))
    if array.dtype.kind == "O":
        entries = list(array.flat)
        if any(isinstance(entry, EllipsisType | None) for entry in entries):
            return Outcome("missing")
        if entries and all(issubclass(type(entry), str) for entry in entries):
            array = array.astype(str)
        elif entries and all(issubclass(type(entry), Real | Decimal) for entry in entries):
            array = array.astype(float)
    match array.dtype.kind:
        case "f" | "i" | "u" | "U":
            wide = array.dtype.kind == "f" and array.dtype.itemsize > 8
            return Outcome("value", value=array.astype(float) if wide else array.copy())
        case "T":
            return Outcome("value", value=array.astype(str))
        case "b":
            return Outcome("unreadable", detail=say("True and False instead of numbers"))
        case "c":
            return Outcome("unreadable", detail=say("complex numbers"))
        case _:
            return Outcome("unreadable", detail=_kind(answer))


def _kind(answer: object) -> str:
    kind = type(answer).__name__
    if isinstance(answer, dict) and type(answer) is not dict:  # what SciPy's searches return
        for found in ("root", "x"):
            if found in answer:
                return say(
                    "the report of a search, {kind}: the number is in its `.{found}`",
                    kind=kind,
                    found=found,
                )
    return say("an object of type {kind}", kind=kind)


class _TimeIsOver(SystemExit):
    """Ends the learner's thread.

    It is no Exception, so that `except Exception` lets it pass, and it is a SystemExit, so that a
    thread ends of it without a traceback.
    """


def _within_time(work: Callable[[], None], finished: Callable[[], int]) -> str:
    """Do `work` in a thread and wait; interrupt it when the time is over, leave it a second later.

    `finished` counts the calls that have come to an end. Returns which time ran out, if one did.
    """
    done = threading.Event()

    def work_and_tell() -> None:
        try:
            work()
        finally:
            done.set()

    worker = threading.Thread(target=work_and_tell, name="answer", daemon=True)
    own = together = 0.0
    calls, at_work = 0, None
    try:
        worker.start()
        while own < SECONDS and together < MOST_SECONDS and not done.wait(TICK):
            if finished() > calls:
                own, calls = 0.0, finished()
            before, at_work = at_work, _library_at_work(worker.ident or 0)
            together += TICK
            own += TICK if at_work is None or at_work is not before else 0
    except RuntimeError:  # no threads on this platform
        work()
    finally:  # also when the reader interrupts the kernel
        patience = 1.0
        while worker.is_alive() and not done.is_set() and patience > 0:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(worker.ident or 0), ctypes.py_object(_TimeIsOver)
            )
            done.wait(0.01)
            patience -= 0.01
    return "call" if own >= SECONDS else "all"


def _library_at_work(thread: int) -> FrameType | None:
    """Find the call of a library, or the import, that a thread is in: the outermost such frame."""
    found, frame = None, sys._current_frames().get(thread)
    while frame is not None and _of_a_library(frame.f_code.co_filename):
        found, frame = frame, frame.f_back
    return found


class _Sink(io.TextIOBase):
    """Swallows what is written, however much, and knows that something was."""

    written = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written += len(text)
        return len(text)


def _accepts(function: Callable[..., Any], arguments: Arguments) -> bool:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some compiled functions do not tell
        return True
    try:
        signature.bind(*arguments)
    except TypeError:
        return False
    return True


def _builtin_name(error: BaseException) -> str:
    """Name the nearest built-in type: libraries rename their own exceptions between versions."""
    return next(t.__name__ for t in type(error).__mro__ if t.__module__ == "builtins")


_LIBRARIES = tuple(
    os.path.normcase(path) + os.sep
    for path in {
        os.path.dirname(os.path.dirname(__file__)),
        # Where they say that they are: in a page, sysconfig writes its paths in another way.
        os.path.dirname(os.__file__),
        os.path.dirname(os.path.dirname(np.__file__)),
        *(sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")),
    }
)


def _of_a_library(path: str) -> bool:
    return path.startswith("<frozen importlib") or os.path.normcase(path).startswith(_LIBRARIES)


def _own_line(error: BaseException) -> str:
    """Find the last line of the traceback that is not a library's, without its path."""
    own = ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        path = frame.f_code.co_filename
        if not _of_a_library(path):
            own = linecache.getline(path, number).strip() or own
    return own


def _identical(given: Any, original: Any) -> bool:
    """Whether an argument is what it was; asks nothing of what the learner may have put there."""
    if type(given) is not type(original):
        return False
    if isinstance(original, np.ndarray):
        same_type: bool = given.dtype == original.dtype and given.shape == original.shape
        return same_type and bool(given.tobytes() == original.tobytes())
    if isinstance(original, list | tuple):
        return len(given) == len(original) and all(map(_identical, given, original))
    return bool(given == original)
