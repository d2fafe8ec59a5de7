"""Grade a whole package by milestones: ``check("capstone", ...)``.

The milestones are the exercises of chapter 12, which a package offers under their names, and two
that concern a package as a whole: its tests must notice functions that are broken on purpose, by
the mistakes that the catalogue knows, and its source must do without a library for machine
learning. Nothing here knows what is right.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import inspect
import os
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from .._language import say
from .._notebooks import anchor
from . import running
from .exercises import Exercise, Mistake
from .feedback import Counterexample, Feedback

NAME = "capstone"
NUMBER = 12

TESTED = ("network_gradient", "predict_safely", "decide", "report_card")
"""The functions that are broken to see whether a test goes red: quick ones."""

NOTICED = 0.75
"""The share of the broken functions that the tests must notice."""

LIBRARIES = {
    "catboost",
    "fastai",
    "flax",
    "jax",
    "keras",
    "lightgbm",
    "mxnet",
    "paddle",
    "sklearn",
    "tensorflow",
    "torch",
    "xgboost",
}
DATA_ONLY = "sklearn.datasets"


@dataclass(frozen=True)
class Milestone:
    """One part of the report.

    Attributes
    ----------
    name : str
        The exercise, or "tests" or "own_work".
    title : str
        What it is about, in the reader's words.
    feedback : Feedback
        What `check` says of it.
    note : str
        What was measured, also where it is right.
    section : str
        The heading of the chapter to look at, where it is not right.
    """

    name: str
    title: str
    feedback: Feedback
    note: str = ""
    section: str = ""

    @property
    def passed(self) -> bool:
        """Whether it is reached."""
        return self.feedback.passed

    @property
    def said(self) -> str:
        """The verdict, and what was measured."""
        return f"{self.feedback.verdict} {self.note}".strip()


@dataclass(frozen=True)
class Report(Feedback):
    """The result of ``check("capstone", ...)``, milestone by milestone.

    Attributes
    ----------
    milestones : tuple of Milestone
        In the order of the chapter; none if the package could not be read.
    """

    milestones: tuple[Milestone, ...] = ()

    @property
    def reached(self) -> int:
        """The number of milestones that are reached."""
        return sum(milestone.passed for milestone in self.milestones)

    def __str__(self) -> str:
        """Write the report as plain text."""
        if not self.milestones:
            return super().__str__()
        width = max(len(m.title) for m in self.milestones)
        rows = "\n".join(f"    {m.title:{width}}  {m.said}" for m in self.milestones)
        blocks = [f"{self.exercise}: {self.verdict}", rows]
        for m in self.milestones:
            if not m.passed:
                blocks += [str(m.feedback), *([textwrap.fill(_look(m), 88)] if m.section else [])]
        return "\n\n".join(blocks)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        if not self.milestones:
            return super()._repr_markdown_()
        rows = [say("| Milestone | Function | Result |"), "|---|---|---|"]
        rows += [f"| {m.title} | `{m.name}` | {m.said} |" for m in self.milestones]
        blocks = [f"`{self.exercise}`: **{self.verdict.removesuffix('.')}.**", "\n".join(rows)]
        for m in self.milestones:
            if not m.passed:
                blocks += [
                    m.feedback._repr_markdown_(),
                    *([_look(m, link=True)] if m.section else []),
                ]
        return "\n\n".join(blocks)


def _look(milestone: Milestone, *, link: bool = False) -> str:
    section = say(milestone.section)
    if link:
        section = f"[{section}]({_exercises()[0].chapter.page}#{anchor(section)})"
    return say("What to look at: {section}", section=section)


@dataclass(frozen=True)
class Offer:
    """What somebody hands in.

    Attributes
    ----------
    names : mapping
        Where the functions are looked up.
    spaces : list of dict
        All places that may hold one of them: the modules of the package, and those of its tests.
    tests : dict
        The test functions without parameters, by their names.
    sources : list of Path
        The files of the package; none for what was written into a notebook.
    faults : list of tuple
        Names of files with tests that cannot be imported, each with what came of trying.
    """

    names: Mapping[str, object]
    spaces: list[dict[str, Any]] = field(default_factory=list)
    tests: dict[str, Callable[[], object]] = field(default_factory=dict)
    sources: list[Path] = field(default_factory=list)
    faults: list[tuple[str, running.Outcome]] = field(default_factory=list)


class _NotReadableError(Exception):
    """Says what is wrong with a path."""


def report(answer: object) -> Report:
    """Grade a package.

    Parameters
    ----------
    answer : str, path, module, mapping or object with attributes
        The folder of the package, or of the project that holds it beside its tests; or the module
        itself; or ``globals()``, all that a notebook has defined.

    Returns
    -------
    Report
        True if all milestones are reached. Whatever the code does, it raises nothing.
    """
    if answer is None or answer is ... or answer is NotImplemented:
        return _not_begun()
    path = _path(answer)
    if path is None:
        return _graded(_offer_of(answer))
    try:
        project, package = _found(path)
    except (_NotReadableError, OSError) as error:
        hint = str(error) if isinstance(error, _NotReadableError) else _no_folder(path)
        return Report(False, NAME, say("Not quite. There is no package."), hint=hint)
    with _importable(project, package):
        modules: list[ModuleType] = []
        outcome = _imported_quietly(lambda: modules.append(importlib.import_module(package)))
        if not modules or outcome.kind != "value":
            return _not_imported(outcome)
        return _graded(_offer_of_files(modules[0], project))


def _imported_quietly(load: Callable[[], object]) -> running.Outcome:
    """Import something within the time; of a line that is no Python, say which it is."""
    lines: list[str] = []

    def loading() -> int:
        try:
            load()
        except SyntaxError as error:
            lines.append((error.text or "").strip())
            raise
        return 0

    (outcome,) = running.run(loading, [()], strict=False)
    return replace(outcome, line="".join(lines) or outcome.line)


def parts(answer: object, names: Iterator[str] | list[str]) -> dict[str, object]:
    """Return what a module, a mapping or an object offers of some exercises."""
    offered = _offer_of(answer).names
    return {name: offered[name] for name in names if name in offered}


# What is handed in ------------------------------------------------------------------------------


def _path(answer: object) -> Path | None:
    if issubclass(type(answer), str | os.PathLike):
        with contextlib.suppress(Exception):
            return Path(answer).expanduser()  # type: ignore[arg-type]
    return None


def _offer_of(answer: object) -> Offer:
    """Look at a module, a mapping, or an object with attributes."""
    space: Any = answer
    if not issubclass(type(answer), Mapping):
        try:
            space = vars(answer)
        except Exception:
            space = {}
    names: dict[str, object] = {}
    with contextlib.suppress(Exception):
        names = {str(key): value for key, value in space.items()}
    spaces = [space] if isinstance(space, dict) else [names]
    file = names.get("__file__") if issubclass(type(answer), ModuleType) else None
    if not isinstance(file, str) or names.get("__name__") == "__main__":
        return Offer(names, spaces, dict(_tests_in(names)))
    folder = Path(file).parent
    project = folder.parent if Path(file).name == "__init__.py" else folder
    with _importable(project, None):
        return _offer_of_files(answer, project)  # type: ignore[arg-type]


def _offer_of_files(module: ModuleType, project: Path) -> Offer:
    """Look at a package that has been imported, with its files and the tests beside it."""
    root = f"{module.__name__}."
    spaces = [vars(m) for name, m in list(sys.modules.items()) if f"{name}.".startswith(root)]
    file = Path(module.__file__ or "")
    sources = sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]
    offer = Offer(vars(module), spaces, {}, sources)
    beside = project.parent if project.name == "src" else project
    for path in sorted((beside / "tests").glob("test_*.py")):
        outcome = _imported_quietly(partial(_add_tests, offer, path))
        if outcome.kind != "value":
            offer.faults.append((path.name, outcome))
    return offer


def _found(path: Path) -> tuple[Path, str]:
    """Find the package in a folder: the folder to import it from, and its name."""
    if path.suffix == ".py" and path.is_file():
        return path.parent.resolve(), path.stem
    if not path.is_dir():
        raise _NotReadableError(_no_folder(path))
    if (path / "__init__.py").exists():
        return path.parent.resolve(), path.resolve().name
    inside = [
        folder
        for top in (path, path / "src")
        for folder in (sorted(top.iterdir()) if top.is_dir() else [])
        if (folder / "__init__.py").exists() and folder.name not in ("tests", "test")
    ]
    inside = [folder for folder in inside if folder.name == "digit_reader"] or inside
    if len(inside) != 1:
        raise _NotReadableError(
            say(
                "In {path} are {count} folders with an `__init__.py`, and the package should be "
                "the only one. Name its own folder.",
                path=f"`{path}`",
                count=len(inside),
            )
        )
    return inside[0].parent.resolve(), inside[0].name


def _no_folder(path: Path) -> str:
    return say(
        "There is no folder {path} here. Hand in the folder of your package, or the module itself, "
        "without quotes.",
        path=f"`{str(path)[:80]}`",
    )


@contextlib.contextmanager
def _importable(project: Path, package: str | None) -> Iterator[None]:
    """Let modules be imported from a folder, a package of it as it is now; then undo all of it."""
    before, path, bytecode = dict(sys.modules), list(sys.path), sys.dont_write_bytecode
    for name in list(sys.modules):
        if package is not None and f"{name}.".startswith(f"{package}."):
            del sys.modules[name]
    sys.path.insert(0, str(project))
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = path, bytecode
        for name in set(sys.modules) - set(before):
            if package is not None and f"{name}.".startswith(f"{package}."):
                del sys.modules[name]
        sys.modules.update({n: m for n, m in before.items() if sys.modules.get(n) is not m})


def _add_tests(offer: Offer, path: Path) -> None:
    """Import a file with tests as a module of its own."""
    spec = importlib.util.spec_from_file_location(f"_capstone_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    offer.spaces.append(vars(module))
    offer.tests.update({f"{path.name}: {n}": t for n, t in _tests_in(vars(module))})


def _tests_in(names: Mapping[str, object]) -> Iterator[tuple[str, Callable[[], object]]]:
    for name, value in names.items():
        if (
            name.startswith("test_")
            and inspect.isfunction(value)
            and not inspect.signature(value).parameters
        ):
            yield name, value


# The milestones ---------------------------------------------------------------------------------


def _exercises() -> list[Exercise]:
    from .engine import catalogue

    return [e for e in catalogue().values() if e.chapter.number == NUMBER]


def _titles() -> dict[str, str]:
    return {
        "which_part": say("the rules"),
        "network_gradient": say("the gradient"),
        "predict_safely": say("bad input"),
        "decide": say("the decision"),
        "report_card": say("the report"),
        "read_digits": say("digits that nobody has seen"),
        "tests": say("tests that can fail"),
        "own_work": say("no library for machine learning"),
    }


def _graded(offer: Offer) -> Report:
    """Try everything that is offered."""
    exercises = _exercises()
    if not any(exercise.name in offer.names for exercise in exercises):
        return _not_begun()
    milestones = [_of_exercise(exercise, offer) for exercise in exercises]
    right = [m.name for m in milestones if m.passed]
    milestones.append(_of_tests(offer, [e for e in exercises if e.name in right]))
    if offer.sources:
        milestones.append(_of_sources(offer, begun=bool(right)))
    reached, count = sum(m.passed for m in milestones), len(milestones)
    verdict = say("{reached} of {count} milestones.", reached=reached, count=count)
    passed = reached == count
    return Report(
        passed, NAME, verdict, status="right" if passed else "wrong", milestones=tuple(milestones)
    )


def _of_exercise(exercise: Exercise, offer: Offer) -> Milestone:
    from .engine import judge, trial

    attempt = running.attempt(offer.names.get(exercise.name, ...), trial(exercise))
    feedback = judge(exercise, attempt)
    note = ""
    if exercise.measure is not None and feedback.passed:
        value = attempt.outcomes[0].value
        assert value is not None
        note = f"{exercise.measure(value)}."
    return Milestone(
        exercise.name,
        _titles()[exercise.name],
        feedback,
        note,
        _section(exercise, feedback.misconception),
    )


def _section(exercise: Exercise, misconception: str | None) -> str:
    """Name what to look at: the section of the mistake, or of most mistakes."""
    sections = [mistake.section for mistake in exercise.mistakes]
    named = [m.section for m in exercise.mistakes if m.name == misconception]
    return named[0] if named else max(sections, key=sections.count)


def _of_tests(offer: Offer, right: list[Exercise]) -> Milestone:
    title = _titles()["tests"]
    for name, outcome in offer.faults:
        return Milestone("tests", title, _red(name, outcome))
    broken = [(e, mistake) for e in right if e.name in TESTED for mistake in e.mistakes]
    written: list[Callable[[], object]] = []
    if not offer.tests or not broken:
        hint = say(
            "Write functions `test_...` without parameters, each with an `assert`, in `tests/` "
            "beside the package or in the notebook. They are run on your functions, and then on "
            "versions that are broken on purpose: of those, each should make a test fail."
        )
        verdict = say("Not attempted yet.")
        return Milestone(
            "tests", title, Feedback(False, "tests", verdict, None, hint, status="not attempted")
        )
    for name, test in offer.tests.items():
        (outcome,) = running.run(_passes(test), [()], strict=False)
        if outcome.kind == "value":
            written.append(test)
        elif outcome.kind != "missing":  # NotImplementedError: it is still to be written
            return Milestone("tests", title, _red(name, outcome))
    unnoticed = [
        f"{exercise.name}: {say(mistake.name)}"
        for exercise, mistake in broken
        if not _notice(written, offer, exercise, mistake)
    ]
    noticed, count = len(broken) - len(unnoticed), len(broken)
    note = say("{noticed} of {count} broken functions are noticed.", noticed=noticed, count=count)
    if noticed >= NOTICED * count:
        return Milestone(
            "tests", title, Feedback(True, "tests", say("Right."), status="right"), note
        )
    hint = say(
        "At least {needed} should be. With these in place of yours, for example, no test fails. "
        "For which input do they answer otherwise?",
        needed=f"{NOTICED * count:.0f}",
    )
    example = Counterexample("", "", "; ".join(unnoticed[:3]))
    verdict = say("Not quite. Too many broken functions pass.")
    return Milestone("tests", title, Feedback(False, "tests", verdict, None, hint, example), note)


def _passes(test: Callable[[], object]) -> Callable[[], int]:
    def run() -> int:
        test()
        return 0

    return run


def _red(name: str, outcome: running.Outcome) -> Feedback:
    late = outcome.kind == "unfinished"
    got = say("no answer in time") if late else say("raises {exception}", exception=outcome.detail)
    return Feedback(
        False,
        "tests",
        say("Not quite. A test fails on your own functions."),
        None,
        say("Either the function is wrong, or the test. Which of them is right by hand?"),
        Counterexample(name, "", got, outcome.line),
    )


def _notice(
    tests: list[Callable[[], object]], offer: Offer, exercise: Exercise, mistake: Mistake
) -> bool:
    """Whether a test fails when a function is replaced by one that makes a mistake."""
    wrong = _called_alike(exercise, mistake)
    with _replaced(offer.spaces, offer.names[exercise.name], wrong):
        for test in tests:
            (outcome,) = running.run(_passes(test), [()], strict=False)
            if outcome.kind != "value":
                return True
    return False


def _called_alike(exercise: Exercise, mistake: Mistake) -> Callable[..., Any]:
    """Let a mistake be called as the right answer is, by position or by name."""
    signature = inspect.signature(exercise.reference)

    def wrong(*arguments: Any, **named: Any) -> Any:
        return mistake.forms[0](*signature.bind(*arguments, **named).args)

    return wrong


@contextlib.contextmanager
def _replaced(spaces: list[dict[str, Any]], right: object, wrong: object) -> Iterator[None]:
    """Put another function in the place of one, wherever it has a name."""
    places = [(space, name) for space in spaces for name, v in list(space.items()) if v is right]
    for space, name in places:
        space[name] = wrong
    try:
        yield
    finally:
        for space, name in places:
            space[name] = right


def _of_sources(offer: Offer, *, begun: bool) -> Milestone:
    title = _titles()["own_work"]
    if not begun:
        hint = say("This is looked at as soon as one of your functions is right.")
        verdict = say("Not attempted yet.")
        nothing = Feedback(False, "own_work", verdict, None, hint, status="not attempted")
        return Milestone("own_work", title, nothing)
    for file in offer.sources:
        for line, library in _imported(file):
            example = Counterexample("", "", say("imports {library}", library=library), line)
            hint = say(
                "In {file}: the task is to do it with NumPy and with what you have learned. Only "
                "data may come from scikit-learn. Which of your own functions takes its place?",
                file=f"`{file.name}`",
            )
            verdict = say("Not quite. It uses a library for machine learning.")
            return Milestone(
                "own_work", title, Feedback(False, "own_work", verdict, None, hint, example)
            )
    return Milestone("own_work", title, Feedback(True, "own_work", say("Right."), status="right"))


def _imported(file: Path) -> Iterator[tuple[str, str]]:
    """Find what a file imports of the libraries that the task forbids."""
    try:
        text = file.read_text("utf-8")
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0, names=names):
                modules = [f"{module}.{alias.name}" for alias in names]
            case _:
                continue
        for module in modules:
            allowed = f"{module}.".startswith(f"{DATA_ONLY}.")
            if module.partition(".")[0] in LIBRARIES and not allowed:
                yield text.splitlines()[node.lineno - 1].strip(), module.partition(".")[0]


# Where there is nothing to grade -----------------------------------------------------------------


def _not_begun() -> Report:
    hint = say(
        "Build a digits classifier that says how sure it is, and asks where that is cheaper. To "
        "begin, hand in what offers your functions: the folder of your package, the module, or "
        "`globals()` in a notebook. The functions are {names}.",
        names=", ".join(f"`{exercise.name}`" for exercise in _exercises()),
    )
    return Report(False, NAME, say("Not attempted yet."), None, hint, status="not attempted")


def _not_imported(outcome: running.Outcome) -> Report:
    if outcome.kind == "unfinished":
        hint = say(
            "An import should define functions, and not train a network. What stands at the top of "
            "a module, outside of every function?"
        )
        got = say("no answer in time")
        status = "no answer in time"
    else:
        hint = say("Import it yourself in a new Python, and look at the whole message.")
        got = say("raises {exception}", exception=outcome.detail)
        status = "wrong"
    verdict = say("Not quite. The package cannot be imported.")
    return Report(
        False, NAME, verdict, None, hint, Counterexample("", "", got, outcome.line), status
    )
