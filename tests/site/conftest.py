"""Fixtures for the tests that open the built site in a real browser.

A test with an argument `name` runs once for every page of the site ("chapters/x.html"), or for
those that its mark `pages` lists. All tests of one page follow each other, so that those that only
look share one visit (`visited`). Built with an address (`SITE_URL`), the site is served in the
folder that it will have there.
"""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from page_log import Log
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from reading import read_to_the_end

SITE = Path(__file__).parents[2] / "_build" / "html"
ADDRESS = os.environ.get("SITE_URL", "")
FOLDER = urlsplit(ADDRESS).path.strip("/")  # "" at the top of its host
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if {"_static", "_sources"}.isdisjoint(path.relative_to(SITE).parts)
)
CHAPTERS = [name for name in PAGES if re.match(r"chapters/\d", name)] or ["chapters/none.html"]
# The Spanish pages have the templates, styles and scripts of the English ones, and other words.
SPANISH = [name for name in PAGES if name.startswith("es/")]
ENGLISH = [name for name in PAGES if name not in SPANISH]
# The system's own browser where there is one; else the one that Playwright has installed.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
]
PATIENCE = 120_000  # milliseconds: a busy machine may be slow, and only what hangs shall fail
expect.set_options(PATIENCE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of `name` on every page; without a built site, let it fail in `site_dir`."""
    if "name" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("pages")
        pages = mark.args[0] if mark else PAGES
        metafunc.parametrize("name", pages or ["index.html"], scope="session")


@pytest.fixture(scope="session")
def site_dir() -> Path:
    """Return the folder of the built site."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"There is no built site in {SITE}: run `make book` first.")
    return SITE


class Handler(SimpleHTTPRequestHandler):
    """Serve a folder as a static host does, its 404 page included, and keep silent."""

    not_found = "404.html"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a test reports what matters."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is missing with the site's own page."""
        page = Path(self.directory, self.not_found)
        if code != 404 or not page.exists():
            return super().send_error(code, message, explain)
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.read_bytes())


class SiteHandler(Handler):
    """Serve the site in its folder of the host."""

    def translate_path(self, path: str) -> str:
        """Find the file for an address."""
        return super().translate_path(path.removeprefix(f"/{FOLDER}") if FOLDER else path)


@contextmanager
def serve(folder: Path, handler: type[Handler] = Handler) -> Iterator[str]:
    """Serve a folder from this machine and yield its address, which ends with a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@contextmanager
def serve_site(site_dir: Path, handler: type[SiteHandler] = SiteHandler) -> Iterator[str]:
    """Serve the site and yield the address of its folder."""
    with serve(site_dir, handler) as address:
        yield f"{address}{FOLDER}/" if FOLDER else address


@pytest.fixture(scope="session")
def base_url(site_dir: Path) -> Iterator[str]:
    """Serve the site and yield its address."""
    with serve_site(site_dir) as address:
        yield address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start what drives browsers: it can be started once."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start a headless Chromium, one for all tests."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield chromium
    chromium.close()


@pytest.fixture
def log() -> Log:
    """Return what `page` asks for and complains about during the test."""
    return Log()


@pytest.fixture
def page(browser: Browser, log: Log) -> Iterator[Page]:
    """Open an empty page, 1280 wide, of a new visitor; `log` watches it."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    log.watch(page)
    yield page
    context.close()


@dataclass(frozen=True)
class Visited:
    """A page, read to its end, light and 1280 wide, and all that it asked for until then."""

    page: Page
    log: Log
    requests: tuple[str, ...]

    @contextmanager
    def seen(self, width: int, theme: Literal["light", "dark"] = "light") -> Iterator[Page]:
        """Look at the page in another window or theme, and put it back."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=theme)
        try:
            yield self.page
        finally:
            self.page.emulate_media(color_scheme="light")
            self.page.set_viewport_size({"width": 1280, "height": 800})


@pytest.fixture(scope="session")
def visited(name: str, browser: Browser, base_url: str) -> Iterator[Visited]:
    """Read a page once for all tests that look at it; each leaves it as it was."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    context.set_default_timeout(PATIENCE)
    page, log = context.new_page(), Log()
    log.watch(page)
    page.goto(base_url + name)
    read_to_the_end(page)
    page.wait_for_load_state("networkidle")
    yield Visited(page, log, tuple(log.requests))
    context.close()
