"""The site that knows its address: what the workflow publishes, built here with made-up names."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import pytest
from page_log import Log
from playwright.sync_api import Page
from test_links import anchors, broken
from test_metadata import Head

from conftest import PAGES, Handler, serve

ROOT = Path(__file__).parents[2]
ADDRESS = "https://someone.example/softmax/"
REPOSITORY = "https://git.example/someone/softmax"
ENVIRONMENT = {
    "SITE_URL": ADDRESS.rstrip("/"),  # as GitHub Pages names it
    "GITHUB_SERVER_URL": "https://git.example",
    "GITHUB_REPOSITORY": "someone/softmax",
    "GITHUB_REF_NAME": "main",
    "LIVE_DIST": "",  # without Python
}
WITHOUT_SOURCE = {
    f"{folder}{name}.html" for folder in ("", "es/") for name in ("404", "genindex", "search")
}


@pytest.fixture(scope="session")
def published(site_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site with an address, from the outputs of the one that is built already."""
    folder = tmp_path_factory.mktemp("published")
    outputs = site_dir.parent / ".execution_cache"
    shutil.copytree(outputs, folder / "_build" / outputs.name)
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    config = ROOT / "_build" / "es" / "_config.yml"
    for source, target in (([ROOT], folder), ([ROOT / "es", "--config", config], folder / "es")):
        run = subprocess.run(
            [jupyter_book, "build", *source, "--path-output", target, "-W", "-n", "--keep-going"],
            env=os.environ | ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout
    site = folder / "_build" / "html"
    shutil.copytree(folder / "es" / "_build" / "html", site / "es")
    return site


def test_every_page_names_its_address_and_its_preview(published: Path) -> None:
    for name in PAGES:
        head = Head(published / name)
        assert head.links["canonical"] == head.properties["og:url"] == ADDRESS + name
        preview = head.properties["og:image"].removeprefix(ADDRESS)
        assert (published / preview).is_file()
        assert head.properties["og:image:alt"]


def test_without_python_no_page_has_a_button_or_a_script_for_it(published: Path) -> None:
    assert not (published / "_static" / "live").exists()
    for name in PAGES:
        page = (published / name).read_text("utf-8")
        assert not re.search(r'loader\.js|class="[^"]*\blive\b|live-note|id="cell-', page), name


def test_the_sitemap_lists_every_page_that_has_a_source(published: Path) -> None:
    listed = re.findall("<loc>(.+?)</loc>", (published / "sitemap.xml").read_text("utf-8"))
    assert sorted(listed) == [ADDRESS + name for name in PAGES if name not in WITHOUT_SOURCE]


def test_pages_name_the_same_page_in_the_other_language(published: Path) -> None:
    for name in set(PAGES) - WITHOUT_SOURCE:
        other = f"es/{name}" if not name.startswith("es/") else name.removeprefix("es/")
        text = (published / name).read_text("utf-8")
        links = dict(re.findall(r'rel="alternate" hreflang="([\w-]+)" href="(.+?)"', text))
        english, spanish = sorted([name, other], key=lambda one: one.startswith("es/"))
        known = {"en": english, "es": spanish, "x-default": english} if other in PAGES else {}
        assert links == {language: ADDRESS + page for language, page in known.items()}, name


def test_the_buttons_lead_to_files_of_the_repository(published: Path) -> None:
    for name in set(PAGES) - WITHOUT_SOURCE:
        links = {unquote(link) for link in anchors(published / name).links}
        (source,) = ROOT.glob(name.replace(".html", ".[im][pd]*"))
        path = source.relative_to(ROOT).as_posix()
        expected = {f"{REPOSITORY}/blob/main/{path}?plain=1", f"{REPOSITORY}/edit/main/{path}"}
        assert expected <= links
        (issue,) = (link for link in links if link.startswith(f"{REPOSITORY}/issues/new"))
        assert path.removesuffix(source.suffix) in issue
        binder = [urlsplit(link) for link in links if "mybinder.org" in link]
        assert len(binder) == (source.suffix == ".ipynb")
        for address in binder:
            assert parse_qs(address.query)["urlpath"] == [f"lab/tree/{path}"]


def test_internal_links_lead_somewhere(published: Path) -> None:
    for name in set(PAGES) - {"404.html"}:  # its links start at the address: see below
        assert broken(published / name) == []


class PagesHost(Handler):
    """Serve the site in a folder of its host, as GitHub Pages does."""

    not_found = "softmax/404.html"


def test_the_404_page_works_in_place_of_a_page_at_any_depth(
    published: Path, page: Page, log: Log, tmp_path: Path
) -> None:
    (tmp_path / "softmax").symlink_to(published)
    with serve(tmp_path, PagesHost) as host:
        gone = f"{host}softmax/chapters/gone/for/good.html"
        page.goto(gone)
        page.wait_for_load_state("networkidle")
        assert page.get_by_role("heading", name="Page not found").is_visible()
        assert f"{host}softmax/_static/styles/book.css" in log.requests
        assert [one for one in log.complaints if one.startswith("404: ")] == [f"404: {gone}"]
        page.get_by_role("link", name="Start at the first page of the course").click()
        assert page.url == urljoin(host, "softmax/index.html")
