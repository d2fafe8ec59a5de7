"""The site is complete: a page asks nothing of other hosts, served or opened as a file."""

from pathlib import Path

from page_log import Log
from playwright.sync_api import Page
from reading import read_to_the_end

from conftest import FOLDER, Visited


def test_a_served_page_asks_only_its_own_host_and_has_no_complaint(
    visited: Visited, base_url: str
) -> None:
    visited.log.assert_complete(base_url)


def test_a_page_opened_as_a_file_asks_only_files_of_the_site_and_has_no_complaint(
    name: str, page: Page, log: Log, site_dir: Path
) -> None:
    if FOLDER and name == "404.html":  # it names its folder on the host, which alone serves it
        return
    page.goto((site_dir / name).as_uri())
    read_to_the_end(page)
    page.wait_for_load_state("networkidle")
    log.assert_complete(site_dir.as_uri())


def test_formulas_are_mathml_in_the_mathematics_font(page: Page, base_url: str) -> None:
    page.goto(base_url + "chapters/notation.html")
    assert page.locator("math").count() > 0
    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('1em \"STIX Two Math\"'))"
    )


def test_search_finds_softmax(page: Page, log: Log, base_url: str) -> None:
    page.goto(base_url + "search.html?q=logsumexp")
    page.locator("#search-results li a").first.wait_for()
    log.assert_complete(base_url)


def test_search_from_a_page_leads_to_the_results(page: Page, base_url: str) -> None:
    page.goto(base_url)
    page.keyboard.press("Control+k")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    page.locator("#search-results li a").first.wait_for()
    assert page.url.startswith(f"{base_url}search.html?")
