"""What a cell imports, so that the page can load it first: the worker calls `wanted`."""

import ast
import importlib.util
import json
from pathlib import Path


def wanted(source: str) -> list[str]:
    """List the libraries that a cell imports, also those that the course's modules import."""
    try:
        names = imported(ast.parse(source), "")
    except SyntaxError:  # `run` will say so
        return []
    reached = json.loads(Path(__file__).with_name("page_libraries.json").read_text("utf-8"))
    libraries = {library for name in names for library in reached.get(name, [])}
    return sorted(libraries | {name.partition(".")[0] for name in names})


def imported(tree: ast.AST, package: str) -> set[str]:
    """Collect the full names of what a source imports: modules, or names in them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            origin = importlib.util.resolve_name(origin, package) if node.level else origin
            found.update([origin, *(f"{origin}.{alias.name}" for alias in node.names)])
    return found
