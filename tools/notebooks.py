"""Keep the notebooks' stored form the same on every machine.

refresh    execute notebooks in this environment's own kernel and store the outputs
normalise  strip what differs between machines; exit 1 if a file had to change
Both take notebooks, or none for every notebook of both editions.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py"}  # nbconvert names a script after the second
KEPT = {"tags", "mystnb", "jupyter", "translates"}


def files(toc: Path) -> list[str]:
    """Return the pages that a table of contents lists, in its order, without their endings."""

    def named(entry: Any) -> Iterator[str]:
        if isinstance(entry, dict):
            yield from [entry[key] for key in ("root", "file") if key in entry]
            for value in entry.values():
                yield from named(value)
        elif isinstance(entry, list):
            for item in entry:
                yield from named(item)

    return list(named(yaml.safe_load(toc.read_text(encoding="utf8"))))


def listed(edition: Path = ROOT) -> list[Path]:
    """Return the notebooks of an edition, in the order of its table of contents."""
    found = [(edition / name).with_suffix(".ipynb") for name in files(edition / "_toc.yml")]
    return [path for path in found if path.exists()]


def normalise(nb: NotebookNode) -> None:
    """Drop what depends on the machine, the moment, or the editor."""
    nb.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    nb.nbformat, nb.nbformat_minor = 4, 5
    count = 0
    for cell in nb.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in KEPT})
        if cell.cell_type != "code":
            cell.pop("attachments", None) if not cell.get("attachments") else None
            continue
        if cell.source.strip():
            count += 1
        cell.execution_count = count if cell.source.strip() else None
        cell.outputs = merged(cell.outputs)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def written(nb: NotebookNode) -> str:
    """Write a notebook as it is stored."""
    return f"{nbformat.writes(nb, indent=1, sort_keys=True)}\n"


def merged(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: where a kernel splits them is chance."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def execute(nb: NotebookNode, folder: Path) -> None:
    """Run a notebook in the kernel of this interpreter; an error stops everything."""
    from nbclient import NotebookClient

    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
    NotebookClient(
        nb, kernel_name="python3", record_timing=False, resources={"metadata": {"path": folder}}
    ).execute()


def main() -> int:
    """Run one command; see the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["refresh", "normalise"])
    parser.add_argument("notebooks", nargs="*", type=Path)
    arguments = parser.parse_args()
    everything = [*listed(), *listed(ROOT / "es")]
    changed = 0
    for path in [path.resolve() for path in arguments.notebooks] or everything:
        before = path.read_text(encoding="utf8")
        nb = nbformat.reads(before, as_version=4)
        if arguments.command == "refresh":
            print(f"executing {path.name}", flush=True)
            execute(nb, path.parent)
        normalise(nb)
        after = written(nb)
        if after != before:
            changed += 1
            path.write_text(after, encoding="utf8", newline="\n")
            print(f"changed {path.name}")
    return int(arguments.command == "normalise" and changed > 0)


if __name__ == "__main__":
    sys.exit(main())
