"""Python in the page: every code cell of a chapter can be changed, run and checked by its reader.

A page gets a loader of 1 KB. The first Run brings the rest from this site alone: Pyodide (CPython
for the browser) with the libraries of the chapters, and the course's package.

`LIVE_DIST` names a folder with the files of the Pyodide release in `live_page/release.json`; empty,
the site goes without Python. Where it is not set, they are fetched once from the release's public
address into the user's cache, and without a network the site goes without. Every file is compared
with its published hash: those of the core stand in `release.json`, those of wheels in its lock.

`live_page/cells.json` says which pages and cells cannot run there, which show something else, and
why.

JupyterLite would need 22 MB before the first cell, and thebe a server; `live_page/` is what a page
needs.
"""

import ast
import base64
import hashlib
import io
import json
import os
import re
import shutil
import sys
import urllib.request
import zipfile
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import nbformat
import platformdirs
from docutils import nodes
from languages import MAIN, in_edition, to_main
from myst_nb.sphinx_ import HideInputCells
from page_imports import imported
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from words import say

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent / "live_page"
RELEASE = json.loads((HERE / "release.json").read_text("utf-8"))
CELLS = json.loads((HERE / "cells.json").read_text("utf-8"))
LOCK = "pyodide-lock.json"
FOLDER = "live"  # in _static
SCRIPTS = ["loader.js", "page.js", "worker.js", "live.css"]
PATIENCE = 5  # seconds for an address that does not answer
# A last line of more characters needs room for the buttons below it: on a phone, and everywhere.
LONG, LONGER = 24, 60

CELL_TO_RUN = re.compile(r'<div class="cell [^"]*\blive\b')


def find_release() -> Path | None:
    """Return the folder with the release's files, or None to go without."""
    folder = os.environ.get("LIVE_DIST")
    if folder is not None:
        return Path(folder) if folder else None
    kept = Path(platformdirs.user_cache_dir("softmax-course"), f"pyodide-{RELEASE['version']}")
    kept.mkdir(parents=True, exist_ok=True)
    try:
        for name in RELEASE["core"]:
            fetch(name, kept)
        for name in wheels(kept):
            fetch(name, kept)
    except OSError as error:
        # No warning, which would stop the build; and a quiet build shows no other message.
        reason = f"{RELEASE['address']} cannot be reached ({error})"
        print(f"The pages go without Python: {reason}.", file=sys.stderr)
        return None
    return kept


def fetch(name: str, folder: Path) -> None:
    """Bring a file of the release into a folder, unless it is there."""
    if not (folder / name).exists():
        with urllib.request.urlopen(RELEASE["address"] + name, timeout=PATIENCE) as answer:
            part = folder / f"{name}.part"
            with part.open("wb") as file:
                shutil.copyfileobj(answer, file)
            part.replace(folder / name)


def wheels(folder: Path) -> dict[str, str]:
    """List the wheels that the chapters need, with their hashes as the release's lock has them."""
    known = json.loads(read(folder, LOCK, RELEASE["core"][LOCK]))["packages"]
    found: dict[str, str] = {}
    todo = list(RELEASE["packages"])
    while todo:
        package = known[todo.pop()]
        found[package["file_name"]] = package["sha256"]
        todo += package["depends"]
    return found


def read(folder: Path, name: str, sha256: str) -> bytes:
    """Read a file of the release; one that is not what was published stops the build."""
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        raise ExtensionError(
            f"{folder} lacks {name} of Pyodide {RELEASE['version']}: set LIVE_DIST to a folder "
            "that has it, or to nothing for a site without Python"
        ) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ExtensionError(
            f"{folder / name} is not the file of Pyodide {RELEASE['version']}: "
            f"its sha256 is not {sha256}. Remove it, and it is fetched again"
        )
    return content


def course(package: Path) -> bytes:
    """Pack what the page's Python needs beside Pyodide: the package, and what shows its outputs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:

        def add(name: str, content: bytes) -> None:
            entry = zipfile.ZipInfo(name)  # of 1980: the same content is the same file
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, content)

        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".po":
                add(path.relative_to(package.parent).as_posix(), path.read_bytes())
        own = distribution("softmax-course")
        add(
            f"softmax_course-{own.version}.dist-info/METADATA",
            (own.read_text("METADATA") or "").encode(),
        )
        add("page_libraries.json", json.dumps(libraries(package)).encode())
        for path in [*sorted(HERE.glob("*.py")), HERE.parent / "page_imports.py"]:
            add(path.name, path.read_bytes())
        for library, chosen in {
            "ipython": "IPython/lib/pretty.py",
            "markdown-it-py": "markdown_it/",
            "mdurl": "mdurl/",
        }.items():
            for file in sorted(distribution(library).files or []):
                name = file.as_posix()
                if name.endswith(".py") and name.startswith(chosen):
                    name = "page_pretty.py" if library == "ipython" else name
                elif "LICENSE" in file.name.upper():
                    name = f"licences/{library}/{file.name}"
                else:
                    continue
                add(name, Path(str(file.locate())).read_bytes())
    return packed.getvalue()


def libraries(package: Path) -> dict[str, list[str]]:
    """Tell for each module of a package which other libraries are imported with it."""
    direct: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        module = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        parent = module.rpartition(".")[0]
        # What stands in a function is imported when it is called.
        tree = ast.parse(path.read_text("utf-8"))
        tree.body = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
        direct[module.removesuffix(".__init__")] = imported(tree, parent)
    reached = {}
    for module in direct:
        names, todo = set(), {module}
        while todo:
            names |= todo
            todo = {name for one in todo for name in direct.get(one, ())} - names
        others = {name.partition(".")[0] for name in names} - {package.name}
        reached[module] = sorted(others - sys.stdlib_module_names)
    return reached


def read_release(app: Sphinx, config: Config) -> None:
    """Read and compare all files before the first page; pages are written again if one changes."""
    folder = find_release()
    app.live_files = {}  # type: ignore[attr-defined]
    if folder is None:
        return
    hashes = RELEASE["core"] | wheels(folder)
    files = {name: read(folder, name, sha256) for name, sha256 in hashes.items()}
    packed = course(ROOT / "softmax_course")
    digest = hashlib.sha256(packed).hexdigest()
    archive = f"course-{digest[:12]}.zip"
    files[archive], hashes[archive] = packed, digest
    listed = {name: [len(content), sri(hashes[name])] for name, content in files.items()}
    first = [name for name in RELEASE["core"] if name != LOCK]
    manifest = {"core": [*first, archive], "files": listed}
    files["manifest.json"] = json.dumps(manifest, separators=(",", ":")).encode()
    files |= {script: (HERE / script).read_bytes() for script in SCRIPTS}
    state = hashlib.sha256()
    for script in ["manifest.json", *SCRIPTS]:
        state.update(files[script])
    config.live_version = state.hexdigest()[:12]
    app.live_files = files  # type: ignore[attr-defined]


def sri(sha256: str) -> str:
    """Write a hash as browsers do."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Put the files beside the pages, and remove what an earlier build has left there."""
    if exception or app.builder.name != "html":
        return
    if app.config.language != MAIN:
        return  # the editions share them
    target = Path(app.outdir, "_static", FOLDER)
    files: dict[str, bytes] = app.live_files  # type: ignore[attr-defined]
    for path in target.glob("*"):
        if path.name not in files:
            path.unlink()
    if files:
        target.mkdir(exist_ok=True)
    for name, content in files.items():
        path = target / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


@cache
def cell_names(notebook: str) -> list[str]:
    """List the ids of a notebook's cells."""
    return [cell.get("id", str(i)) for i, cell in enumerate(nbformat.read(notebook, 4).cells)]


class MarkCells(SphinxPostTransform):
    """Mark the cells that can run, and say beside the others why they cannot."""

    default_priority = HideInputCells.default_priority - 2  # before it folds them
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Visit the code cells of a page."""
        if not self.config.live_version:
            return
        page = self.env.docname
        source = self.env.doc2path(page)
        names = cell_names(source) if source.endswith(".ipynb") else []
        if reason := CELLS["without"].get(page):
            title = next(iter(self.document.findall(nodes.title)))
            title.parent.insert(1, note(reason))
            return
        for code in self.document.findall(nodes.container):
            if code.get("nb_element") == "cell_code_source":
                number = code.parent["cell_index"]
                mark(code.parent, code, page, names[number] if names else str(number))


class KeepAnchors(SphinxPostTransform):
    """Let headings be found by the anchors of notebooks, which `check` and `mistakes` link to.

    The book turns them into its own while it is built; what the page's Python shows has them still.
    """

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Add to each section the anchor that it has in a notebook."""
        taken = set(self.document.ids)
        # MyST-Parser 3.0 keeps them here: (line, id, text) by anchor.
        found = self.env.metadata[self.env.docname].get("myst_slugs", {})
        anchors = {identifier: anchor for anchor, (_, identifier, _) in found.items()}
        for section in self.document.findall(nodes.section):
            anchor = anchors.get(section["ids"][0])
            if anchor and anchor not in taken:
                section["ids"].append(anchor)


def mark(cell: nodes.Element, code: nodes.Element, page: str, name: str) -> None:
    """Mark one cell; notes stand below its code."""
    if "tag_explorable" in cell["classes"]:
        code += note(CELLS["explorable"])
        return
    cell["classes"].append("live")
    cell["ids"].append(f"cell-{name}")
    last_line = len(code.astext().rstrip().rpartition("\n")[2])
    if last_line > LONG:
        cell["classes"].append("live-longer" if last_line > LONGER else "live-long")
    key = f"{page}#{name}"
    if key in CELLS["slow"]:
        seconds = CELLS["slow"][key]
        code += note(say("In the browser this cell takes about {seconds} s.", seconds=seconds))
    if key in CELLS["different"]:
        code += note(CELLS["different"][key]["says"])


def note(text: str) -> nodes.paragraph:
    """Make a line about Python in the page."""
    return nodes.paragraph("", say(text), classes=["live-note"])


def load_on_pages_with_cells(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let a page that has cells to run, and no other, load the loader."""
    if doctree is not None and CELL_TO_RUN.search(context["body"]):
        app.add_js_file(
            f"{to_main(app)}{FOLDER}/loader.js",
            loading_method="defer",
            **{"data-page": in_edition(app, page), "data-version": app.config.live_version},
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("live_version", "", "html", types=(str,))
    app.add_post_transform(MarkCells)
    app.add_post_transform(KeepAnchors)
    app.connect("config-inited", read_release)
    app.connect("html-page-context", load_on_pages_with_cells)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
