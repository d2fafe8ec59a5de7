"""Run a learner's cells and try the answers, inside the sandbox; nothing here knows what is right.

Before each cell the process forks. The child runs the cell and goes on with the rest; the parent
waits as it was before the cell, in case the child does not come back: then it reports this and goes
on without the cell. So an endless loop, a crash or ``os._exit`` costs one exercise. An answer is
tried in a further child, so that nothing it does reaches the next one. Where a library has started
threads, as JAX does, a fork would lose them and might wait for them for ever: from there on, all
runs in one process, and an alarm ends what takes too long.

The first process of all runs no code of the learner: it watches over the memory, and waits.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import contextlib
import inspect
import json
import linecache
import os
import re
import resource
import select
import signal
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from softmax_course import checks
from softmax_course._notebooks import checked_in
from softmax_course.checks import capstone, engine, running
from softmax_course.checks.feedback import Feedback

from .records import MOST_TEXT, Job, Limits, pack_attempt

TIMED = re.compile(r"^(\s*)%time ", re.MULTILINE)
MAGIC = re.compile(r"^(\s*)(?:[%!].*|\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$", re.MULTILINE)


class Worker:
    """The state of a submission while it runs."""

    def __init__(self, job: Job, records: int, watch: int | None) -> None:
        self.job = job
        self.records = records
        self.watch = watch
        self.handed_in: dict[str, object] = {}
        self.seen: set[str] = set()
        self.progress: int | None = None
        self.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self.module = types.ModuleType("__main__")
        self.module.__dict__.update(display=_ignore, get_ipython=lambda: _Shell())

    def send(self, **record: Any) -> None:
        """Write a record in one piece."""
        data = json.dumps(record).encode() + b"\n"
        while data:
            data = data[os.write(self.records, data) :]

    def check(self, exercise: object = "", answer: object = ...) -> Feedback:
        """Keep an answer, in place of `check`; the verdict is spoken elsewhere."""
        if isinstance(exercise, str) and exercise in self.job.trials:
            self.handed_in[exercise] = answer
        elif exercise == capstone.NAME:  # each of its parts is an exercise
            self.handed_in |= capstone.parts(answer, list(self.job.trials))
        return Feedback(True, str(exercise), "Handed in.")

    def run(self) -> None:
        """Run all cells, then try the answers that were not handed in."""
        sys.modules["__main__"] = self.module
        sys.path.insert(0, "")  # a cell may write a module and import it
        for name, source in self.job.cells:
            self.guarded(partial(self.run_cell, name, source), set(checked_in(source)))
        for exercise, variable in self.job.variables.items():
            if exercise not in self.seen and variable in self.module.__dict__:
                self.try_out(exercise, self.module.__dict__[variable])
        self.send(end=True)

    def run_cell(self, name: str, source: str) -> None:
        """Run a cell, and try what it hands in."""
        source = re.sub(r"\A\s*%%(?:time|timeit|capture)\b.*", "", source)
        if source.lstrip().startswith("%%"):
            return
        self.handed_in = {}
        try:
            try:
                code = self.compiled(source, name)
            except SyntaxError:  # perhaps for the lines that only IPython reads
                source = MAGIC.sub(r"\1pass", TIMED.sub(r"\1", source))
                code = self.compiled(source, name)
            with _alarm(self.job.limits.cell if _has_threads() else 0):
                done = eval(code, self.module.__dict__)
                if inspect.iscoroutine(done):
                    asyncio.run(done)
        except BaseException as error:
            line = _own_line(error, name)
            missed = set(checked_in(source)) & set(self.job.trials) - set(self.handed_in)
            said = traceback.format_exception_only(error)[-1].strip()
            how = "time" if isinstance(error, _TimeIsOver) else "raised"
            for exercise in missed:
                self.stopped(exercise, how, "" if how == "time" else said, line)
        for exercise, answer in self.handed_in.items():
            self.try_out(exercise, answer)
            if self.progress is not None:
                os.write(self.progress, f"{exercise}\n".encode())

    def compiled(self, source: str, name: str) -> types.CodeType:
        """Compile a cell as a notebook does: `await` may stand in it, and a future holds on."""
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        code: types.CodeType = compile(source, name, "exec", self.flags, dont_inherit=True)
        self.flags |= code.co_flags & __future__.annotations.compiler_flag
        return code

    def try_out(self, exercise: str, answer: object) -> None:
        """Try an answer in a process of its own."""
        self.seen.add(exercise)

        def work() -> None:
            attempt = running.attempt(answer, self.job.trials[exercise])
            self.send(exercise=exercise, attempt=pack_attempt(attempt))

        if _has_threads():
            return work()
        child = _fork()
        if child == 0:
            limit = self.job.limits.processor
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))  # SIGXCPU, then SIGKILL
            work()
            os._exit(0)
        end = _end_of(child, self.job.limits.trial)
        if end is not None:
            self.end_others()
            self.stopped(exercise, *end)

    def guarded(self, work: Callable[[], None], exercises: set[str]) -> None:
        """Do `work` in a child that goes on from there; stay behind in case it does not return.

        The child tells which answers have been tried: of these there is nothing more to report.
        """
        if _has_threads():
            return work()
        read, write = os.pipe()
        child = _fork()
        if child == 0:
            os.close(read)
            self.progress = write
            work()
            os.write(write, b".\n")
            os.close(write)
            self.progress = None
            return
        os.close(write)
        said = piece = b""
        while select.select([read], [], [], self.job.limits.cell)[0]:
            piece = os.read(read, 1 << 12)
            said += piece
            if said.endswith(b".\n"):
                os._exit(0)
            if not piece:
                break
        os.close(read)
        ended = not piece
        end = _end_of(child, 1.0 if ended else 0.0) or ("died", "the cell ends the program")
        self.end_others()
        for exercise in exercises & set(self.job.trials) - {*said.decode(errors="replace").split()}:
            self.stopped(exercise, *end)

    def end_others(self) -> None:
        """End what a cell has left running: all but this process, who waits for it, and the watch.

        First they are stopped, so that they cannot fork while they are ended one by one.
        """
        spared = {1, os.getpid(), os.getppid(), self.watch}
        found: set[int] = set()
        while self.watch and (new := {*_processes()} - spared - found):
            for pid in new:
                _signal(pid, signal.SIGSTOP)
            found |= new
        for pid in found:
            _signal(pid, signal.SIGKILL)

    def stopped(self, exercise: str, how: str, detail: str = "", line: str = "") -> None:
        """Report that an exercise came to no answer."""
        self.seen.add(exercise)
        texts = {"detail": detail[:MOST_TEXT], "line": line[:MOST_TEXT]}
        self.send(exercise=exercise, stopped=how, **texts)


class _Shell:
    """What a script that was exported from a notebook asks IPython for."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return _ignore


def _ignore(*arguments: object, **settings: object) -> None:
    pass


class _TimeIsOver(BaseException):
    """Ends a cell; no Exception, so that most of what a learner catches lets it pass."""


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """End what stands in this block after some seconds, where they are more than none."""

    def ring(*_: object) -> None:
        raise _TimeIsOver

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _has_threads() -> bool:
    with contextlib.suppress(OSError):
        return len(os.listdir("/proc/self/task")) > 1
    return False


def _fork() -> int:
    """Fork; where there are too many processes, wait until those that were ended are gone."""
    for _ in range(100):
        with contextlib.suppress(BlockingIOError):
            return os.fork()
        time.sleep(0.05)
    return os.fork()


def _processes() -> Iterator[int]:
    return map(int, filter(str.isdigit, os.listdir("/proc")))


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def _end_of(child: int, seconds: float) -> tuple[str, str] | None:
    """Wait for a child, and kill it when the time is over: how it ended, None if well."""
    deadline = time.monotonic() + seconds
    done, status = os.waitpid(child, os.WNOHANG)
    while not done and time.monotonic() < deadline:
        time.sleep(0.005)
        done, status = os.waitpid(child, os.WNOHANG)
    if not done:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return "time", ""
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGXCPU:
        return "time", ""
    if code < 0:
        return "died", f"ended by {signal.Signals(-code).name}"
    return ("died", "it ends the whole program") if code else None


def _own_line(error: BaseException, name: str) -> str:
    """Find the last line of this cell that led to the exception."""
    if isinstance(error, SyntaxError):
        return (error.text or "").strip()
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == name]
    return linecache.getline(name, lines[-1]).strip() if lines else ""


def _restrict(limits: Limits) -> None:
    """Set the limits that hold for each process, and for all that it starts."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.files),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, round(limits.total)),
    ):
        resource.setrlimit(what, (most, most))


def _watch(lifeline: int, memory: int) -> None:
    """Wait until nobody holds the lifeline; where memory runs out, end the largest process."""
    while not select.select([lifeline], [], [], 0.2)[0]:
        pids = [pid for pid in _processes() if pid != os.getpid()]
        if sum(map(_resident, pids)) > memory:  # which is quick, and counts twice what is shared
            sizes = {pid: _own_part(pid) for pid in pids}
            if sum(sizes.values()) > memory:
                _signal(max(sizes, key=sizes.__getitem__), signal.SIGKILL)


def _resident(pid: int) -> int:
    """Return the bytes of a process, with all that it shares with others."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
    return 0


def _own_part(pid: int) -> int:
    """Return the bytes of a process, with its part of what it shares with others."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def main(uid: int | None, *, alone: bool) -> None:
    """Do the job that stands on standard input.

    Parameters
    ----------
    uid : int, optional
        Become this user first, for whom the limits hold; root has none.
    alone : bool
        Whether all processes that can be seen are of this job, as in a sandbox.
    """
    job = Job.load(sys.stdin.read())
    records = os.dup(1)
    worker = Worker(job, records, os.getpid() if alone else None)
    for module in (checks, engine):
        module.check = worker.check  # type: ignore[attr-defined]
    worker.send(ready=True)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(null, descriptor)
    read, write = os.pipe()
    if os.fork() == 0:
        os.close(read)
        if uid is not None:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
        if alone:
            _restrict(job.limits)
        worker.run()
        os._exit(0)
    os.close(write)
    if alone:
        _watch(read, job.limits.memory)
    else:
        os.read(read, 1)
