"""Run a submission where it can do no harm: bubblewrap, without network, with nothing to write to.

What can be read in there is the system, this interpreter and the course's package without the right
answers. A submission that the sandbox could not run is *ungraded*, which is not the same as wrong.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import softmax_course
from softmax_course._language import say

from .records import Job, Received

MOST_RECORDED = 32 * 2**20
"""Bytes of records after which a submission is cut off."""

LEAST_MEMORY = 1 / 20
"""Part of the machine's memory that has to be left: some is taken by what is no process."""

PACKAGE = Path(softmax_course.__file__).parent
USERS = range(61184, 65520)
"""What root's sandboxes run as: the range of users that systemd leaves to such purposes."""

NO_SANDBOX = """\
there is no sandbox to run the submissions in. On Linux, install bubblewrap: apt install \
bubblewrap, or dnf install bubblewrap. Elsewhere, use a virtual machine with Linux, or WSL. With \
--trust the submissions run as programs of yours: they can read your files, change them and send \
them away"""


class NoSandboxError(RuntimeError):
    """Nothing here can keep a submission apart from the rest of the machine."""


def run(job: Job, *, trust: bool = False) -> tuple[Received, str]:
    """Run a job and read its records.

    Parameters
    ----------
    job : Job
        The cells, and what the answers are tried on.
    trust : bool
        Run without a sandbox.

    Returns
    -------
    Received
        What came back.
    str
        Why it may not be everything; empty if it is.
    """
    # A user of its own, as the number of processes is limited for each user: one run at a time has
    # a thread's number, whoever started it.
    user = USERS[threading.get_native_id() % len(USERS)]
    uid = user if os.getuid() == 0 and not trust else None
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); "
        f"from softmax_course.grading.worker import main; main({uid}, alone={not trust})"
    )
    python = [sys.executable, "-I", "-B", "-c", code]
    with (
        tempfile.TemporaryDirectory(prefix="softmax-grading-") as folder,
        subprocess.Popen(
            python if trust else [*_scope(), *_bubblewrap(), *python],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(folder) if trust else None,
            start_new_session=True,
        ) as process,
    ):
        try:
            return _talk(process, job)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # in a sandbox, that ends all that is in it


def _talk(process: subprocess.Popen[bytes], job: Job) -> tuple[Received, str]:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    sender = threading.Thread(target=_write, args=(process.stdin, job.dump().encode()))
    sender.start()
    received, rest, size = Received({}), b"", 0
    deadline = time.monotonic() + job.limits.total
    problem = ""
    while not received.ended and not problem:
        if time.monotonic() > deadline:
            problem = say("it took more than {seconds} seconds", seconds=f"{job.limits.total:g}")
            break
        if _memory_left() < LEAST_MEMORY:
            problem = say("the machine ran out of memory")
            break
        if not select.select([process.stdout], [], [], 0.2)[0]:
            continue
        piece = os.read(process.stdout.fileno(), 1 << 16)
        size += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        try:
            for line in lines:
                received = received.with_line(line, job.trials)
        except ValueError:
            received = replace(received, found={})  # whatever else it wrote may be forged, too
            problem = say("it wrote among the records of the grader")
        if size > MOST_RECORDED or len(rest) > MOST_RECORDED // 4:
            problem = say("it wrote among the records of the grader, without end")
        if not piece:
            problem = say("it ended the grader's own process")
    if not received.ready:
        os.killpg(process.pid, signal.SIGKILL)
        last = process.stderr.read().decode(errors="replace").strip().splitlines()
        problem = say("the sandbox did not start: {reason}", reason=last[-1] if last else problem)
    return received, problem


def _memory_left() -> float:
    """Return the part of the machine's memory that is left: 1 where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        sizes = {name: int(rest.split()[0]) for name, _, rest in (x.partition(":") for x in lines)}
        return sizes["MemAvailable"] / sizes["MemTotal"]
    except (OSError, KeyError):
        return 1


def _write(stream: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:  # the reader will find out why
        stream.write(data)


def require() -> None:
    """See that there is a sandbox.

    Raises
    ------
    NoSandboxError
        If there is none; the message says what to install.
    """
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        raise NoSandboxError(NO_SANDBOX)
    tried = subprocess.run(
        [*_bubblewrap(), sys.executable, "-c", ""], capture_output=True, text=True
    )
    if tried.returncode:
        raise NoSandboxError(
            f"bubblewrap does not work here ({tried.stderr.strip()}): {NO_SANDBOX}"
        )


def _bubblewrap() -> list[str]:
    """Return the command that makes the sandbox, up to the program to run in it."""
    apart = [
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    if os.getuid() != 0:  # root becomes another user inside, for whom there are limits
        apart += ["--unshare-user", "--cap-drop", "ALL", *_without_users_of_its_own()]
    command = ["bwrap", *apart, "--die-with-parent", "--new-session", "--clearenv"]
    command += [*_system(), "--proc", "/proc", "--dev", "/dev"]
    for folder in ("/tmp", "/dev/shm"):
        command += ["--size", str(256 * 2**20), "--perms", "1777", "--tmpfs", folder]
    for folder in dict.fromkeys([sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix]):
        if not folder.startswith("/usr/"):
            command += _shown(folder)
    for hidden in map(str, with_answers()):
        command += ["--tmpfs", hidden, "--remount-ro", hidden]
    command += [*_shown(str(PACKAGE)), *_without_the_answers()]
    for name, value in _environment("/tmp").items():
        command += ["--setenv", name, value]
    for folder in ("/", "/dev", str(PACKAGE / "checks")):  # else they would hold half the memory
        command += ["--remount-ro", folder]
    return [*command, "--chdir", "/tmp", "--"]


@functools.cache
def _without_users_of_its_own() -> tuple[str, ...]:
    """Forbid further sandboxes inside, where bubblewrap can: in them, there are other limits."""
    known = subprocess.run(["bwrap", "--help"], capture_output=True, text=True).stdout
    return ("--disable-userns",) if "--disable-userns" in known else ()


def _system() -> Iterator[str]:
    """Bind the system's programs and libraries, and nothing that is anybody's own."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", os.readlink(path), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    for file in ("/etc/ld.so.cache", "/etc/alternatives"):
        yield from ("--ro-bind-try", file, file)


def _shown(folder: str) -> Iterator[str]:
    """Bind a folder, under folders that are empty otherwise and open to root's other user."""
    for parent in reversed(Path(folder).parents[:-1]):
        if str(parent) != "/tmp":  # which is there, and writable
            yield from ("--perms", "0755", "--dir", str(parent))
    yield from ("--ro-bind", folder, folder)


def with_answers() -> list[Path]:
    """Find what else tells right answers in the folders shown: other copies, and the course."""
    shown = [Path("/usr"), Path(sys.base_prefix), Path(sys.prefix)]
    pattern = "lib*/python3*/*-packages/softmax_course/checks"
    copies = {copy for top in [*shown, Path("/usr/local")] for copy in top.glob(pattern)}
    course = [PACKAGE.parent / name for name in ("chapters", "tests")]
    found = {c for c in course if c.is_dir() and any(c.is_relative_to(top) for top in shown)}
    return sorted(found | copies - {PACKAGE / "checks"})


def _without_the_answers() -> Iterator[str]:
    """Hide the files that hold the right answers, and show the others again."""
    folder = PACKAGE / "checks"
    yield from ("--tmpfs", str(folder))
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("chapter"):
            yield from ("--ro-bind", str(path), str(path))


def _environment(home: str) -> dict[str, str]:
    return {
        "HOME": home,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PATH": "/usr/bin:/bin",
        "TMPDIR": home,
    }


@functools.cache
def _scope() -> tuple[str, ...]:
    """Return the command that limits all processes together, where there is one."""
    if os.getuid() == 0 or shutil.which("systemd-run") is None:
        return ()
    limits = ("TasksMax=256", "MemoryMax=4G", "MemorySwapMax=0")
    settings = tuple(f"--property={limit}" for limit in limits)
    command = ("systemd-run", "--user", "--scope", "--quiet", "--collect", *settings, "--")
    tried = subprocess.run([*command, "true"], capture_output=True)
    return command if tried.returncode == 0 else ()


@functools.cache
def fingerprint() -> str:
    """Return a digest of what decides about records beside the job: the package's own files."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
