"""Derive wrong answers from right ones: `python tests/checks/derived.py` reports how many pass.

Every right answer on file, and every reference, is changed in one place: the largest replaced by
the first, the last, the smallest, the mean or none; another axis; a dropped `keepdims`; an
operator, a comparison, a constant, a function or a statement changed. Around right answers and
known mistakes come wrappers: a narrower type, rounding, nan hidden, the input changed, the order
reversed. Each must be refused, unless `equivalents.py` says why it is right.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import math
import sys
import textwrap
import warnings
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import answers
import numpy as np
from equivalents import reason

from softmax_course.checks import catalogue, running
from softmax_course.checks.engine import _explanation, _reduced, agree, known_mistakes, outcomes
from softmax_course.checks.exercises import Exercise, Mistake


@dataclass(frozen=True)
class Derived:
    """One derived answer: to which exercise, what was changed, its text, and what it does."""

    exercise: str
    change: str
    source: str
    answer: Any
    line: str = ""

    def __str__(self) -> str:
        """Write it so that somebody can look at it."""
        return f"{self.exercise}, {self.change}:\n{textwrap.indent(self.source, '    ')}"


# What stands in for the largest -----------------------------------------------------------------


def _reducing(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def stand_in(x: Any, axis: Any = None, *, keepdims: bool = False, **_: Any) -> Any:
        x = np.asarray(x if isinstance(x, np.ndarray) else list(x))
        if axis is None:
            found = reduce(x.ravel(), 0)
            return np.reshape(found, (1,) * x.ndim) if keepdims else found
        found = reduce(x, axis)
        return np.expand_dims(found, axis) if keepdims else found

    return stand_in


STAND_INS = {
    "first_of": _reducing(lambda x, axis: np.take(x, 0, axis)),
    "last_of": _reducing(lambda x, axis: np.take(x, -1, axis)),
    "least_of": _reducing(lambda x, axis: np.min(x, axis)),
    "mean_of": _reducing(lambda x, axis: np.mean(x, axis)),
    "median_of": _reducing(lambda x, axis: np.median(x, axis)),
    "none_of": _reducing(lambda x, axis: np.zeros_like(np.take(x, 0, axis))),
    "largest_size_of": _reducing(lambda x, axis: np.max(np.abs(x), axis)),
    "largest_or_zero_of": _reducing(lambda x, axis: np.maximum(np.max(x, axis), 0)),
}

LARGEST = {"max", "amax", "nanmax"}
SWAPPED = {
    "exp": ["exp2", "expm1", "sinh"],
    "log": ["log2", "log10", "log1p"],
    "log1p": ["log"],
    "log10": ["log", "log2"],
    "sum": ["mean", "max", "cumsum"],
    "mean": ["sum", "median"],
    "std": ["var"],
    "argmax": ["argmin"],
    "argmin": ["argmax"],
    "minimum": ["maximum"],
    "maximum": ["minimum"],
    "logaddexp": ["maximum", "add"],
    "softmax": ["log_softmax"],
    "log_softmax": ["softmax"],
    "zeros": ["ones"],
    "outer": ["multiply"],
    "min": ["max"],
}
WORDS = {"right": "left", "left": "right", "stable": "quicksort"}
OPERATORS: dict[type, list[type]] = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add, ast.Div],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.Sub, ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}


def _called(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def _changed_calls(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name = _called(call.func)
    arguments = list(call.args)
    library = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in {
        "np",
        "math",
        "scipy.special",
        "np.linalg",
    }
    method = isinstance(call.func, ast.Attribute) and not library
    if name in LARGEST and not any(k.arg in {"default", "key"} for k in call.keywords):
        arguments = [call.func.value, *arguments] if method else arguments  # type: ignore[attr-defined]
        if len(arguments) == 1 or (len(arguments) == 2 and isinstance(call.func, ast.Attribute)):
            for stand_in in STAND_INS:
                new = ast.Call(ast.Name(stand_in, ast.Load()), arguments, call.keywords)
                yield f"the largest is {stand_in}", new
    for other in SWAPPED.get(name, []):
        if not method or hasattr(np.ndarray, other):
            yield (
                f"{name} is {other}",
                ast.Call(_renamed(call.func, other), call.args, call.keywords),
            )
    for i, keyword in enumerate(call.keywords):
        rest = call.keywords[:i] + call.keywords[i + 1 :]
        without = ast.Call(call.func, call.args, rest)
        if keyword.arg in {"axis", "keepdims", "dtype", "side", "kind", "where", "mode"}:
            yield f"no {keyword.arg}", without
        if keyword.arg == "axis":
            for axis in (0, None):
                new = ast.Call(
                    call.func, call.args, [*rest, ast.keyword("axis", ast.Constant(axis))]
                )
                yield f"axis {axis}", new
    if len(call.args) == 1 and (library or name in {"sum", "abs", "float", "int"}):
        yield f"no {name}", call.args[0]
    if method and name not in {"items", "append"}:
        yield f"no {name}", call.func.value  # type: ignore[attr-defined]
    if len(call.args) == 2 and not call.keywords and name not in {"logaddexp", "multiply", "outer"}:
        yield (
            f"arguments of {name} exchanged",
            ast.Call(call.func, call.args[::-1], call.keywords),
        )


def _changed(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """List what could stand in the place of one node."""
    match node:
        case ast.Call():
            yield from _changed_calls(node)
        case ast.BinOp(left=left, op=op, right=right):
            for other in OPERATORS.get(type(op), []):
                yield "another operator", ast.BinOp(left, other(), right)
            if isinstance(op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
                yield "operands exchanged", ast.BinOp(right, op, left)
            yield "left operand only", left
            yield "right operand only", right
        case ast.UnaryOp(operand=operand):
            yield "no sign", operand
        case ast.Compare(left=left, ops=[op], comparators=comparators):
            for other in OPERATORS.get(type(op), []):
                yield "another comparison", ast.Compare(left, [other()], comparators)
        case ast.BoolOp(op=op, values=values):
            yield "first condition only", values[0]
            yield "last condition only", values[-1]
        case ast.IfExp(body=body, orelse=orelse):
            yield "always the first branch", body
            yield "always the second branch", orelse
            yield "branches exchanged", ast.IfExp(node.test, orelse, body)
        case ast.Constant(value=bool() as value):
            yield "constant turned round", ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            for other in (value + 1, value - 1, 2 * value, -value, 0):
                if other != value:
                    yield "another constant", ast.Constant(other)
        case ast.Constant(value=str() as value) if value in WORDS:
            yield "another word", ast.Constant(WORDS[value])
        case ast.Subscript(value=value) if ast.unparse(value) not in {"np.c_", "np.r_"}:
            yield "no index", value
        case ast.Attribute(value=value, attr="T"):
            yield "not transposed", value
        case ast.If(body=body, orelse=orelse):
            yield "condition always true", ast.If(ast.Constant(True), body, orelse)
            yield "condition always false", ast.If(ast.Constant(False), body, orelse)
        case ast.AugAssign(target=target, op=op, value=value):
            for other in OPERATORS.get(type(op), []):
                yield "another operator", ast.AugAssign(target, other(), value)
            yield "assigned", ast.Assign([target], value, lineno=0)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.If | ast.For | ast.Break):
        yield "a statement dropped", ast.Pass()


def _places(tree: ast.AST) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None]]]:
    """List every node below `tree` that may be changed, with what puts another into its place."""
    for name, value in ast.iter_fields(tree):
        if name in {"args", "decorator_list", "returns", "targets"} and not isinstance(
            tree, ast.Call
        ):
            continue
        if isinstance(value, ast.AST):
            yield value, lambda new, name=name: setattr(tree, name, new)
            yield from _places(value)
        elif isinstance(value, list):
            for i, child in enumerate(value):
                if isinstance(child, ast.AST):
                    yield child, lambda new, value=value, i=i: value.__setitem__(i, new)
                    yield from _places(child)


def _versions(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Write `tree` with one change, in every way."""
    for node, put in list(_places(tree)):
        for change, new in _changed(node):
            put(new)
            yield change, ast.unparse(tree)
        put(node)


# Right answers, as trees ----------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """A right answer that can be changed: its own tree, those that it calls, and their names."""

    tree: ast.expr | ast.FunctionDef
    helpers: tuple[ast.FunctionDef, ...]
    names: dict[str, Any]


@cache
def _parsed(module: ModuleType) -> list[ast.stmt]:
    body = ast.parse(inspect.getsource(module)).body
    for node in body:
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            del node.body[0]
    return body


def _sources(exercise: Exercise) -> Iterator[Source]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(exercise.reference))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.decorator_list, tree.returns, tree.body = [], None, tree.body[1:]
    for argument in tree.args.args:
        argument.annotation = None
    yield Source(tree, (), vars(inspect.getmodule(exercise.reference)))
    for module in answers.MODULES:
        body = _parsed(module)
        functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
        for node in body:
            match node:
                case ast.Assign(targets=[ast.Name("RIGHT")], value=ast.Dict(keys, values)):
                    listed = dict(zip([ast.unparse(k) for k in keys if k], values, strict=True))
                    for answer in getattr(listed.get(repr(exercise.name)), "elts", []):
                        found = _source(answer, functions, vars(module))
                        if found:
                            yield found


def _source(
    answer: ast.expr, functions: dict[str, ast.FunctionDef], names: dict[str, Any]
) -> Source | None:
    def called(tree: ast.AST) -> tuple[ast.FunctionDef, ...]:
        found = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in functions}
        return tuple(functions[name] for name in sorted(found))

    if isinstance(answer, ast.Name) and answer.id in functions:
        function = functions[answer.id]
        return Source(function, tuple(h for h in called(function) if h is not function), names)
    if isinstance(answer, ast.Lambda):
        return Source(answer, called(answer), names)
    return None


class _Endless(Exception):
    """A changed loop has no end any more."""


class _Counted(ast.NodeTransformer):
    """Put a counter into every `while`."""

    def visit_While(self, node: ast.While) -> ast.While:
        """Count at the head of the body."""
        node.body.insert(0, ast.parse("_tick()").body[0])
        return node


def _built(source: str, names: dict[str, Any], last: str | None) -> Callable[..., Any]:
    """Compile the text of a function, or of a lambda, among `names`."""
    ticks = [0]

    def tick() -> None:
        ticks[0] += 1
        if ticks[0] > 20_000:
            raise _Endless

    tree = ast.parse(source)
    if "while " in source:
        tree = ast.fix_missing_locations(_Counted().visit(tree))
    space = {**names, **STAND_INS, "_tick": tick}
    *rest, final = tree.body
    if last is not None:
        exec(compile(tree, "<derived>", "exec"), space)
        return space[last]  # type: ignore[no-any-return]
    assert isinstance(final, ast.Expr)
    if rest:
        exec(compile(ast.Module(rest, []), "<derived>", "exec"), space)
    return eval(compile(ast.Expression(final.value), "<derived>", "eval"), space)  # type: ignore[no-any-return]


def _from_sources(exercise: Exercise) -> Iterator[Derived]:
    seen = set()
    for source in _sources(exercise):
        own = ast.unparse(source.tree)
        last = source.tree.name if isinstance(source.tree, ast.FunctionDef) else None
        parts: list[ast.expr | ast.FunctionDef] = [*source.helpers, source.tree]
        for part in parts:
            original = ast.unparse(part)
            for change, text in _versions(part):
                if text == original:
                    continue
                whole = text if part is source.tree else f"{text}\n{own}"
                if whole in seen:
                    continue
                seen.add(whole)
                with contextlib.suppress(SyntaxError):
                    built = _built(whole, source.names, last)
                    new = [n for n in text.splitlines() if n not in original.splitlines()]
                    line = "; ".join(n.strip() for n in new)
                    yield Derived(exercise.name, change, whole, built, line)


# Wrappers -------------------------------------------------------------------------------------


def _numbers(value: Any) -> bool:
    if isinstance(value, list) and any(isinstance(part, list | np.ndarray) for part in value):
        return False  # pieces of several lengths make no array
    return isinstance(value, list | np.ndarray | float) and np.asarray(value).dtype.kind in "fiu"


def _on_input(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Change what goes in, argument by argument, where it is a list of numbers or an array."""

    def wrap(answer: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: answer(*[change(g) if _numbers(g) else g for g in given])

    return wrap


def _on_output(change: Callable[[Any], Any]) -> Callable[..., Any]:
    def wrap(answer: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: change(np.asarray(answer(*given)))

    return wrap


def _afterwards(spoil: Callable[[Any], Any]) -> Callable[..., Any]:
    """Spoil each argument once the answer is there."""

    def wrap(answer: Callable[..., Any]) -> Callable[..., Any]:
        def spoiling(*given: Any) -> Any:
            result = answer(*given)
            for g in given:
                if _numbers(g):
                    spoil(g)
            return result

        return spoiling

    return wrap


def _narrowed(name: str) -> Callable[[Any], Any]:
    return lambda x: np.asarray(x).astype(name) if np.asarray(x).dtype.kind in "fiu" else x


def _floats_narrowed(name: str) -> Callable[[Any], Any]:
    return lambda x: np.asarray(x).astype(name) if np.asarray(x).dtype.kind == "f" else x


def _set(value: Any, index: Any = ...) -> Callable[[Any], None]:
    def spoil(x: Any) -> None:
        if isinstance(x, float):
            return
        if isinstance(x, list):
            x[:] = [value] * len(x)
        else:
            x[index] = value

    return spoil


WRAPPERS: dict[str, Callable[..., Any]] = {
    **{f"floats in as {n}": _on_input(_floats_narrowed(n)) for n in ("f4", "f2", "i8", "i4")},
    **{
        f"floats in as {n}, float64 out": lambda f, n=n: _on_output(lambda y: y.astype(float))(
            _on_input(_floats_narrowed(n))(f)
        )
        for n in ("f4", "f2")
    },
    **{f"everything in as {n}": _on_input(_narrowed(n)) for n in ("f4", "f2", "i8", "i2", "i1")},
    **{f"out as {n}": _on_output(lambda y, n=n: y.astype(n)) for n in ("f4", "f2", "i8")},
    "out through f4": _on_output(lambda y: y.astype("f4").astype(float)),
    **{f"rounded to {d}": _on_output(lambda y, d=d: np.round(y, d)) for d in range(9)},
    **{
        f"in rounded to {d}": _on_input(lambda x, d=d: np.round(np.asarray(x), d))
        for d in (0, 1, 2, 3)
    },
    **{
        f"in clipped to {m}": _on_input(lambda x, m=m: np.clip(np.asarray(x), -m, m))
        for m in (1, 2, 5, 10, 15, 20, 30, 50, 88, 100, 300, 500, 700, 709)
    },
    **{
        f"in clipped to ±{m} from below": _on_input(lambda x, m=m: np.maximum(np.asarray(x), -m))
        for m in (0, 10, 100, 700)
    },
    **{
        f"out clipped at {e}": _on_output(lambda y, e=e: np.clip(y, e, 1 - e))
        for e in (1e-3, 1e-5, 1e-7, 1e-8)
    },
    **{f"out plus {e}": _on_output(lambda y, e=e: y + e) for e in (1e-3, 1e-5, 1e-7, -1e-7)},
    **{f"out times 1+{e}": _on_output(lambda y, e=e: y * (1 + e)) for e in (1e-3, 1e-6, -1e-6)},
    "nan hidden": _on_output(np.nan_to_num),
    "out negated": _on_output(lambda y: -y),
    "out reversed": _on_output(lambda y: np.flip(y)),
    "out reversed in rows": _on_output(lambda y: y[..., ::-1]),
    "out reversed in columns": _on_output(lambda y: y[::-1]),
    "out transposed": _on_output(lambda y: y.T),
    "out sorted": _on_output(lambda y: np.sort(y, axis=-1)),
    "out flat": _on_output(np.ravel),
    "out with an axis more": _on_output(lambda y: y[None]),
    "out without its axes of one": _on_output(lambda y: y[:, 0] if y.shape[1:] == (1,) else y[0]),
    "size only": _on_output(np.abs),
    "in reversed": _on_input(lambda x: np.flip(np.asarray(x))),
    "in reversed in rows": _on_input(lambda x: np.asarray(x)[..., ::-1]),
    "in reversed in columns": _on_input(lambda x: np.asarray(x)[::-1]),
    "in transposed": _on_input(lambda x: np.asarray(x).T),
    "in sorted": _on_input(lambda x: np.sort(np.asarray(x), axis=-1)),
    "in negated": _on_input(lambda x: -np.asarray(x)),
    "in without signs": _on_input(lambda x: np.abs(x)),
    "in cut after three": _on_input(lambda x: np.asarray(x)[..., :3]),
    "in cut to the first": _on_input(lambda x: np.asarray(x)[:1]),
    "in centred": _on_input(lambda x: np.asarray(x) - np.mean(x)),
    "in set to 0 afterwards": _afterwards(_set(0)),
    "in set to 1 afterwards": _afterwards(_set(1)),
    "in sorted afterwards": _afterwards(lambda x: x.sort()),
    "in reversed afterwards": _afterwards(
        lambda x: x.reverse() if isinstance(x, list) else _set(x[::-1].copy())(x)
    ),
}
HIDING: dict[str, Callable[..., Any]] = {
    **{
        f"nan to {n}, inf to {i}": _on_output(
            lambda y, n=n, i=i: np.nan_to_num(y, nan=n, posinf=i, neginf=-i)
        )
        for n in (0.0, 0.5, 1.0, 1000.0)
        for i in (0.0, 1.0, 709.78, 1000.0, 1e308)
    },
    "nan to an even share": _on_output(
        lambda y: np.where(np.isnan(y), 1 / max(y.shape[-1:], default=1), y)
    ),
    "in clipped to 700": _on_input(lambda x: np.clip(np.asarray(x), -700, 700)),
    "in clipped to 500": _on_input(lambda x: np.clip(np.asarray(x), -500, 500)),
    "in clipped to 100": _on_input(lambda x: np.clip(np.asarray(x), -100, 100)),
    "out clipped": _on_output(lambda y: np.clip(y, 0, 1)),
}


@cache
def _right(exercise: Exercise) -> list[running.Outcome]:
    return outcomes(exercise, exercise.reference)


def _pointless(name: str, exercise: Exercise) -> bool:
    """Whether a wrapper cannot change anything, whatever the probes are."""
    given = [argument for probe in exercise.tried for argument in probe if _numbers(argument)]
    arrays = [np.asarray(g) for g in given if not isinstance(g, float)]
    right = [o.value for o in _right(exercise)]
    numbers = [value for value in right if value is not None and value.dtype.kind in "fiu"]
    most = max((value.ndim for value in right if value is not None), default=0)
    if name.endswith("afterwards") or name.startswith(("in reversed", "in transposed")):
        return max((a.ndim for a in arrays), default=0) < (2 if "transposed" in name else 1)
    if name.startswith(("in ", "everything ")):
        return not given
    if name.startswith("floats "):
        return not any(np.asarray(g).dtype.kind == "f" for g in given)
    if name in {"out transposed", "out flat"}:
        return most < 2
    if name.startswith("out reversed") or name == "out with an axis more":
        return most < 1
    if name == "size only":
        return all((value > -1e-12).all() for value in numbers)  # but for rounding
    if name == "nan hidden":
        return all(np.isfinite(value).all() for value in numbers)
    return False


def _wrapped(exercise: Exercise) -> Iterator[Derived]:
    for name, wrap in WRAPPERS.items():
        if _pointless(name, exercise):
            continue
        yield Derived(exercise.name, name, "the reference", wrap(exercise.reference))
    for mistake in exercise.mistakes:
        for form in mistake.forms:
            broken = [o for o in outcomes(exercise, form) if _not_finite(o)]
            for name, wrap in HIDING.items() if broken else ():
                text = f"the mistake '{mistake.name}'"
                yield Derived(exercise.name, name, text, wrap(form))


def _not_finite(outcome: running.Outcome) -> bool:
    value = outcome.value
    return value is not None and value.dtype.kind == "f" and not np.isfinite(value).all()


# Values and lists -----------------------------------------------------------------------------


def _values(exercise: Exercise) -> Iterator[Derived]:
    right = exercise.reference()
    if exercise.items:
        for i, item in enumerate(right):
            for option in exercise.options:
                if option != item:
                    wrong = [*right[:i], option, *right[i + 1 :]]
                    yield Derived(exercise.name, f"item {i + 1} is {option}", repr(wrong), wrong)
        for wrong in (right[::-1], right[:-1], [*right, right[0]], right[1:] + right[:1]):
            yield Derived(exercise.name, "another list", repr(wrong), wrong)
        return
    step = exercise.tolerance * max(1, abs(right))
    numbers = {
        "negated": -right,
        "reciprocal": 1 / right,
        "squared": right**2,
        "root": math.sqrt(abs(right)),
        "exponential": math.exp(min(right, 700)),
        "logarithm": math.log(abs(right)),
        "one more": right + 1,
        "one less": right - 1,
        "double": 2 * right,
        "half": right / 2,
        "a little above": right + 2.5 * step,
        "a little below": right - 2.5 * step,
        "infinite": math.inf,
        "nan": math.nan,
        "cut off": math.floor(right),
        **{f"rounded to {d}": round(right, d) for d in range(3)},
    }
    for change, number in numbers.items():
        if not math.isclose(number, right, rel_tol=0, abs_tol=2 * step):
            yield Derived(exercise.name, change, repr(number), number)


@cache
def derived(exercise: Exercise) -> list[Derived]:
    """Derive answers to one exercise, each text once.

    None where every answer within bounds is right: what was changed in one may be within them, too.
    """
    if exercise.measure:
        return []
    made = (
        [*_from_sources(exercise), *_wrapped(exercise)]
        if exercise.parameters
        else list(_values(exercise))
    )
    return list(
        {(d.source, d.change if d.source.startswith("the ") else ""): d for d in made}.values()
    )


class Judge:
    """Tries many answers to one exercise as `check` does, once and without a thread for each."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.expected = _right(exercise)
        self.hopes: dict[Hashable, bool] = {}
        self.explained: dict[Hashable, Verdict] = {}

    def passes(self, answer: Any) -> bool:
        """Whether an answer would be told that it is right."""
        return self.verdict(answer, explain=False) is None

    def verdict(self, answer: Any, *, explain: bool = True) -> Verdict | None:
        """Say what a wrong answer is told; None stands for one that is right.

        The answer runs no further than it must: to the first input on which it is wrong and, where
        a known mistake does the same there, to the end.
        """
        exercise = self.exercise
        function = answer if exercise.parameters else lambda: answer
        if isinstance(function, FunctionType) and not hasattr(function, "__signature__"):
            function.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        got: list[running.Outcome] = []
        wrong = False
        with warnings.catch_warnings(), contextlib.redirect_stdout(None):
            warnings.simplefilter("ignore")
            for i, probe in enumerate(exercise.tried):
                new = _reduced(exercise, [running.call(function, probe, strict=exercise.strict)])
                expected = self.expected[i : i + 1] if not exercise.items else self.expected
                got += new
                if not wrong and not (
                    len(new) == len(expected)
                    and all(map(lambda g, e: agree(exercise, g, e), new, expected))
                ):
                    wrong = True
                    if not (explain and exercise.parameters and self._hopeful(got[i], i)):
                        return Verdict()
            if not wrong:
                return None
            key = tuple(map(_key, got))
            if key not in self.explained:
                found = _explanation(exercise, got, self.expected)
                self.explained[key] = Verdict(*found, got) if found else Verdict()
        return self.explained[key]

    def _hopeful(self, got: running.Outcome, index: int) -> bool:
        key = index, _key(got)
        if key not in self.hopes:
            self.hopes[key] = any(
                agree(self.exercise, got, theirs[index], loosely=True)
                for _, theirs in known_mistakes(self.exercise)
            )
        return self.hopes[key]


def _key(got: running.Outcome) -> Hashable:
    """Tell outcomes apart: many derived answers do the same."""
    value = got.value
    seen = None if value is None else (value.dtype.str, value.shape, value.tobytes())
    return got.kind, got.detail, got.changed, got.noisy, seen


@dataclass(frozen=True)
class Verdict:
    """What a wrong answer is told: a known mistake, on which probe, and all that the answer did."""

    mistake: Mistake | None = None
    shown: int = 0
    got: list[running.Outcome] = field(default_factory=list)


@cache
def judged(exercise: Exercise) -> list[tuple[Derived, Verdict | None]]:
    """Judge all answers derived to one exercise, once."""
    judge = Judge(exercise)
    return [(answer, judge.verdict(answer.answer)) for answer in derived(exercise)]


def main() -> None:
    """Report how many answers are derived, how many of the wrong ones pass, and which."""
    rows = []
    passed = []
    for exercise in catalogue().values():
        judge = Judge(exercise)
        made = derived(exercise)
        accepted = [answer for answer in made if judge.passes(answer.answer)]
        wrong = [a for a in accepted if reason(a.exercise, a.change, a.line) is None]
        rows.append((exercise.name, len(made), len(accepted) - len(wrong), len(wrong)))
        passed += wrong
    rows.append(("together", *(sum(row[i] for row in rows) for i in (1, 2, 3))))
    for name, count, right, wrong_count in rows:
        share = 1 - wrong_count / (count - right)
        counts = f"{count:6} derived{right:6} right{wrong_count:6} wrong pass"
        print(f"{name:28}{counts}{share:9.2%} refused")
    for answer in passed if "-v" in sys.argv else ():
        print(answer)


if __name__ == "__main__":
    main()
