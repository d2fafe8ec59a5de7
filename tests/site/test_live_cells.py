"""Every cell that can run gives in the page what the book has published.

The exceptions stand in `_ext/live_page/cells.json`: the page says beside the cell why it differs.
"""

import json
from pathlib import Path
from urllib.parse import unquote, urldefrag

import nbformat
import pytest
from live_cells import cells, open_live, published_markdown, run, shown
from page_log import Log
from playwright.sync_api import Locator, Page
from test_links import anchors

from conftest import ENGLISH, SITE

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "_ext" / "live_page" / "cells.json").read_text("utf-8"))


def notebook(page: str) -> Path:
    """Find the notebook of a page: its source, or what the book has executed of a text."""
    source = ROOT / f"{page}.ipynb"
    executed = SITE.parent / ("es/_build" if page.startswith("es/") else "") / "jupyter_execute"
    return source if source.exists() else executed / f"{page.removeprefix('es/')}.ipynb"


def runnable(page: str) -> dict[str, list[nbformat.NotebookNode]]:
    """List the outputs of all cells of a page that must have Run, by the cells' names there."""
    path = notebook(page)
    return {
        cell.id if not path.is_relative_to(SITE.parent) else str(number): cell.outputs
        for number, cell in enumerate(nbformat.read(path, 4).cells)
        if cell.cell_type == "code"
        and not {"remove-cell", "remove-input", "explorable"} & set(cell.metadata.get("tags", []))
        and page.removeprefix("es/") not in CELLS["without"]
    }


# In Spanish one page of each kind: the others run the same code, and nbval compares their outputs.
KINDS = ["es/index", "es/chapters/02_max_argmax_softmax", "es/chapters/mistakes"]
WITH_CELLS = [
    page for page in (name.removesuffix(".html") for name in ENGLISH) if notebook(page).exists()
]


def published(cell: Locator, outputs: list[nbformat.NotebookNode]) -> list[str]:
    """List the outputs of a notebook's cell as `shown` does those of a run."""
    return [
        published_markdown(cell)
        if "text/markdown" in output.get("data", {})
        else output.get("text") or output.data["text/plain"]
        for output in outputs
    ]


@pytest.mark.parametrize("stem", [*WITH_CELLS, *KINDS])
def test_every_cell_gives_in_the_page_what_is_published(
    page: Page, base_url: str, log: Log, stem: str
) -> None:
    open_live(page, base_url, f"{stem}.html")
    outputs = runnable(stem)
    there = {f"{cell.get_attribute('id')}".removeprefix("cell-"): cell for cell in cells(page)}
    assert list(there) == list(outputs)
    got, expected = {}, {}
    for key, cell in there.items():
        run(cell)
        got[key], expected[key] = shown(cell), published(cell, outputs[key])
        if known := CELLS["different"].get(f"{stem}#{key}"):
            assert known["shows"] != expected[key]
            expected[key] = known["shows"]
    assert got == expected
    links = page.locator(".live-output a").evaluate_all("links => links.map(link => link.href)")
    targets = [urldefrag(link.removeprefix(base_url)) for link in links]
    assert [t for t in targets if unquote(t.fragment) not in anchors(SITE / t.url).ids] == []
    assert log.complaints == []


def test_what_is_said_of_pages_and_cells_is_said_of_such_as_there_are() -> None:
    keys = {f"{page}#{cell}" for page in WITH_CELLS for cell in runnable(page)}
    assert set(CELLS["without"]) <= set(WITH_CELLS)
    assert {*CELLS["slow"], *CELLS["different"]} <= keys
