"""Find in a chapter the code that other code of it rests on.

The unit is a statement at the top of a cell. What it reads leads to the last statement before it
that binds the name, and so on. What a function reads, it reads when it is called: there the last
binding before the call counts, and who asks is taken for the caller. What changes an object counts
as a binding of its name: an assignment to an entry or an attribute, and the call of a method whose
value nobody sees, because the cell goes on after it.
"""

import ast
import symtable
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from softmax_course._notebooks import Cell

GIVEN = {"matplotlib", "numpy", "scipy", "sklearn", "softmax_course"}
"""The libraries that every learner has, in the pages as well; Keras and JAX are not among them."""

AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}
"""Scopes whose code runs where it stands, not when it is called."""


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement at the top of a cell, with the comment above it.

    Attributes
    ----------
    cell : Cell
        Where it stands.
    place : int
        Its number in the chapter.
    source : str
        Its lines, with the empty ones before.
    binds, reads, later : frozenset of str
        The names that it binds, reads at once, and reads when its functions are called.
    """

    cell: Cell
    place: int
    source: str
    node: ast.stmt
    binds: frozenset[str]
    reads: frozenset[str]
    later: frozenset[str]

    @property
    def library(self) -> str:
        """The library that it imports, or nothing."""
        match self.node:
            case ast.Import(names=[ast.alias(name=module)]) | ast.ImportFrom(module=str(module)):
                return module.partition(".")[0]
        return ""

    @property
    def missing(self) -> bool:
        """Whether it imports a library that not every learner has."""
        return bool(self.library) and self.library not in GIVEN | sys.stdlib_module_names


class Flow:
    """The statements of a chapter, and what rests on what.

    Parameters
    ----------
    cells : iterable of Cell
        The cells that count, in order; those that are no code do not.
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.statements: list[Statement] = []
        imported: set[str] = set()
        for cell in cells:
            pieces = list(_pieces(cell.source)) if cell.kind == "code" else []
            for source, node in pieces:
                binds, reads, later = _names(node)
                shown = isinstance(node, ast.Expr) and node is pieces[-1][1]
                if isinstance(node, ast.Import | ast.ImportFrom):
                    imported |= binds
                elif not shown:  # what is called in a module is no method
                    binds |= (_changed(node) & reads) - imported
                place = len(self.statements)
                self.statements.append(Statement(cell, place, source, node, binds, reads, later))

    def of(self, cells: Container[Cell]) -> list[Statement]:
        """All statements of some cells, in order."""
        return [s for s in self.statements if s.cell in cells]

    def behind(self, statement: Statement) -> set[Statement] | None:
        """Everything that a statement rests on; None if a library for it is missing."""
        found: set[Statement] = set()
        seen: set[tuple[str, int]] = set()
        asked = {(name, statement.place) for name in statement.reads | statement.later}
        while asked:
            name, before = asked.pop()
            seen.add((name, before))
            binding = self._binding(name, before)
            if binding is None:  # a name of Python's, or one that the reader is to bind
                continue
            if binding.missing:
                return None
            found.add(binding)
            asked |= {(read, binding.place) for read in binding.reads} - seen
            asked |= {(read, before) for read in binding.later} - seen
        return found

    def runs(self, statement: Statement) -> bool:
        """Whether a statement needs no library that a learner may not have."""
        return not statement.missing and self.behind(statement) is not None

    def _binding(self, name: str, before: int) -> Statement | None:
        earlier = reversed(self.statements[:before])
        return next((s for s in earlier if name in s.binds), None)


def imports(statements: Iterable[Statement]) -> str:
    """Write imports as ruff sorts them, each module once."""
    plain: dict[str, set[str]] = {}
    listed: dict[tuple[str, str], set[str]] = {}
    for statement in statements:
        match statement.node:
            case ast.Import():
                plain.setdefault(statement.library, set()).add(statement.source)
            case ast.ImportFrom(module=str(module), names=[alias]):
                listed.setdefault((statement.library, module), set()).add(ast.unparse(alias))
    blocks = []
    for theirs in (_of_python, _of_others, _of_the_course):
        lines = [line for library in sorted(plain) if theirs(library) for line in plain[library]]
        block = sorted(lines, key=lambda line: line.split()[1])
        for (library, module), names in sorted(listed.items()):
            block += [_import_from(module, sorted(names))] if theirs(library) else []
        blocks += ["\n".join(block)] if block else []
    return "\n\n".join(blocks)


def _of_python(library: str) -> bool:
    return library in sys.stdlib_module_names


def _of_the_course(library: str) -> bool:
    return library == "softmax_course"


def _of_others(library: str) -> bool:
    return not _of_python(library) and not _of_the_course(library)


def _import_from(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 76:  # as the chapters' cells
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def _pieces(source: str) -> Iterator[tuple[str, ast.stmt]]:
    """Cut a cell into its statements, and an import into one for each name."""
    lines, done = source.splitlines(), 0
    for node in ast.parse(source).body:
        end = node.end_lineno or node.lineno
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                single = ast.parse(ast.unparse(node)).body[0]
                assert isinstance(single, ast.Import | ast.ImportFrom)
                single.names = [alias]
                yield ast.unparse(single), single
        else:
            yield "\n".join(lines[done:end]), node
        done = end


def _names(node: ast.stmt) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Find what a statement binds, what it reads at once, and what it reads when called."""
    match node:
        case ast.For(target=target, iter=source, body=body):
            return _in_turn([_bind(target, source), *body, *node.orelse])
        case ast.With(items=items, body=body):
            return _in_turn([*(_bind(i.optional_vars, i.context_expr) for i in items), *body])
    table = symtable.symtable(ast.unparse(node), "cell", "exec")
    symbols = table.get_symbols()
    binds = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    reads = {s.get_name() for s in symbols if s.is_referenced()}
    for part in ast.walk(node):  # `a += 1` reads `a`, which its symbol does not say
        if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
            reads |= {part.target.id} & binds
    later: set[str] = set()
    for scope in _scopes(table):
        used = {s.get_name() for s in scope.get_symbols() if s.is_global() and s.is_referenced()}
        (reads if scope.get_name() in AT_ONCE else later).update(used)
    return frozenset(binds), frozenset(reads), frozenset(later - binds)


def _changed(node: ast.stmt) -> set[str]:
    """Find the names whose objects a statement may change."""
    changed: set[str] = set()
    for part in ast.walk(node):
        match part:
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                owner: ast.expr = part
            case ast.Expr(value=ast.Call(func=ast.Attribute() as owner)):
                pass
            case _:
                continue
        while isinstance(owner, ast.Subscript | ast.Attribute):
            owner = owner.value
        changed |= {owner.id} if isinstance(owner, ast.Name) else set()
    return changed


def _in_turn(
    nodes: Iterable[ast.stmt],
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Do the same for statements one after the other: what one binds, the next need not find."""
    bound, read, called = frozenset[str](), frozenset[str](), frozenset[str]()
    for node in nodes:
        binds, reads, later = _names(node)
        read |= reads - bound
        called |= later - bound
        bound |= binds
    return bound, read, called


def _bind(target: ast.expr | None, value: ast.expr) -> ast.stmt:
    """Write the head of a loop or of a `with` as the assignment that it makes."""
    return ast.Expr(value) if target is None else ast.Assign([target], value, lineno=0)


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _scopes(child)
