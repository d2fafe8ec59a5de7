"""Pages are light: budgets on what a page transfers, and nothing jumps while it arrives."""

import gzip
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from conftest import ENGLISH, SiteHandler, Visited, serve_site

# Compressed, in thousands of bytes; explorables bring the script that draws them.
BUDGET, BUDGET_WITH_EXPLORABLE = 152, 460
LONG = {"chapters/mistakes.html": 185}  # all that `check` knows, in one place
REQUESTS = 30
PACKED = {".png", ".woff2", ".zip"}  # a host does not compress these again

SHIFTS = """() => new Promise(resolve => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const shift of list.getEntries()) sum += shift.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 300);
})"""

STYLES = """async () => {
  await document.fonts.ready;
  return [...document.querySelectorAll("body *")].map(element => {
    const style = getComputedStyle(element);
    return element.tagName + "." + element.className + " " +
      [...style].filter(name => !name.startsWith("--"))
        .map(name => name + ": " + style.getPropertyValue(name)).join("; ");
  });
}"""

# The search page adds its results one by one.
SETTLED = """() => {
  const before = window.elements;
  window.elements = document.querySelectorAll("body *").length;
  return window.elements === before;
}"""

SWAP = """async urls => {
  const merged = document.querySelector('link[href$="styles/book.css"]');
  await Promise.all(urls.map(href => new Promise(resolve => {
    const link = document.createElement("link");
    merged.before(Object.assign(link, {rel: "stylesheet", href, onload: resolve}));
  })));
  merged.remove();
}"""


def compressed(path: Path) -> int:
    """Count the bytes that a host sends for a file."""
    content = path.read_bytes()
    return len(content if path.suffix in PACKED else gzip.compress(content, 6))


def test_a_page_stays_within_its_budget(
    name: str, visited: Visited, base_url: str, site_dir: Path
) -> None:
    own = [url.removeprefix(base_url) for url in visited.requests if url.startswith(base_url)]
    files = {urlsplit(url).path for url in own}
    sizes = {file: compressed(site_dir / file) for file in files}
    drawn = visited.page.locator(".explorable").count()
    budget = BUDGET_WITH_EXPLORABLE if drawn else LONG.get(name, BUDGET)
    assert sum(sizes.values()) <= budget * 1000, sizes
    assert len(visited.requests) <= REQUESTS


class Slowly(SiteHandler):
    """Serve a page in pieces, so that the browser shows what it has before the rest arrives."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send the top of a page, where the first screen ends, bit by bit."""
        if self.path.endswith(".html"):
            for _ in range(30):
                outputfile.write(source.read(3000))
                time.sleep(0.02)
        super().copyfile(source, outputfile)


@pytest.fixture(scope="module")
def slow_url(site_dir: Path) -> Iterator[str]:
    """Serve the site over a slow line and yield its address."""
    with serve_site(site_dir, Slowly) as address:
        yield address


def test_nothing_jumps_while_a_page_arrives_on_a_phone(
    name: str, page: Page, slow_url: str
) -> None:
    nothing_jumps(name, 390, page, slow_url)


@pytest.mark.pages(ENGLISH)
def test_nothing_jumps_while_a_page_arrives(name: str, page: Page, slow_url: str) -> None:
    nothing_jumps(name, 1280, page, slow_url)


def nothing_jumps(name: str, width: int, page: Page, slow_url: str) -> None:
    """Open a page over a slow line, and add up what moves."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(slow_url + name)
    assert page.evaluate(SHIFTS) < 0.01
    images = page.locator("main img").all()
    assert [i for i in images if not (i.get_attribute("width") and i.get_attribute("height"))] == []


def test_code_in_a_fold_is_measured_when_it_opens(page: Page, base_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{base_url}chapters/03_softmax_activation.html")
    page.wait_for_function("document.querySelector('pre[tabindex]')")
    folded = page.locator("details:not([open]) pre")
    assert folded.count() > 5
    assert page.locator("details:not([open]) pre[tabindex]").count() == 0
    page.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")
    page.wait_for_function("""[...document.querySelectorAll("details pre")]
        .every(pre => pre.tabIndex === (pre.scrollWidth > pre.clientWidth ? 0 : -1))""")
    assert page.locator("details pre[tabindex='0']").count() > 5


def test_the_merged_style_sheet_shows_pages_as_the_whole_ones_do(
    page: Page, base_url: str, site_dir: Path
) -> None:
    book = (site_dir / "_static/styles/book.css").read_text("utf-8")
    sheets = re.findall(r"/\* (.+?) \*/", book)[0].split()
    page.emulate_media(reduced_motion="reduce")  # compare where styles arrive, not their way there
    for name in ["index.html", "chapters/05c_bound_the_error.html", "search.html?q=austen"]:
        page.goto(base_url + name)
        page.wait_for_load_state("networkidle")
        page.wait_for_function(SETTLED, polling=1500)
        merged = page.evaluate(STYLES)
        page.evaluate(SWAP, [f"{base_url}_static/{sheet}" for sheet in sheets])
        whole = page.evaluate(STYLES)
        assert len(merged) > 100
        assert [pair for pair in zip(merged, whole, strict=True) if pair[0] != pair[1]] == []
