"""The search page quotes what it found, and is as accessible as every other page."""

from pathlib import Path
from typing import Any

import pytest
from page_log import Log
from playwright.sync_api import Page
from test_accessible import CHAPTER, LOOKS, violations

# What each result says, and whether its page says so in its text, the contents left out. A formula
# or a cut in a quoted sentence is an ellipsis.
QUOTED = """async () => Promise.all([...document.querySelectorAll(".search .context")].map(
  async quote => {
    const address = quote.parentElement.querySelector("a").href;
    const answer = await fetch(address), parser = new DOMParser();
    const page = parser.parseFromString(await answer.text(), "text/html");
    const squeezed = text => text.replace(/\\s+/g, "");
    const text = squeezed(page.querySelector("article").textContent);
    const marked = [...quote.querySelectorAll("mark")].map(mark => mark.textContent.toLowerCase());
    const pieces = quote.textContent.replace(/^[\\w ,-]+: /, "").split("…").map(squeezed);
    return {marked, missing: pieces.filter(piece => !text.includes(piece)), length:
      quote.textContent.length, said: quote.textContent};
  }))"""


def search(page: Page, address: str, words: str) -> None:
    """Search for words and wait for the last snippet."""
    page.goto(f"{address}search.html?q={words}")
    page.locator(".search-summary", has_text="found").wait_for()
    page.wait_for_load_state("networkidle")


def quotes(page: Page, address: str, words: str) -> list[Any]:
    """Return what the results of a search quote, and which of it their pages do not say."""
    search(page, address, words)
    return list(page.evaluate(QUOTED))


@pytest.mark.parametrize(
    ("words", "beginnings"),
    [
        ("temperature", {"temperature"}),
        ("logsumexp", {"logsumexp"}),
        ("saturation", {"satura"}),
        ("maximum+overflow", {"maxim", "overflow"}),
    ],
)
def test_a_result_quotes_the_sentence_that_was_found(
    words: str, beginnings: set[str], page: Page, base_url: str
) -> None:
    found = quotes(page, base_url, words)
    assert len(found) >= 3
    for quote in found:
        assert quote["missing"] == []
        assert len(quote["said"]) <= 250
        assert quote["marked"], quote
        assert all(any(b in mark for b in beginnings) for mark in quote["marked"])
    everything = {b for quote in found for b in beginnings for m in quote["marked"] if b in m}
    assert everything == beginnings


def test_the_glossary_s_entry_comes_first_with_its_first_sentence(
    page: Page, base_url: str
) -> None:
    search(page, base_url, "temperature")
    first = page.locator(".search li").first
    assert first.locator("a").get_attribute("href") == "chapters/glossary.html#term-temperature"
    assert first.locator(".context").inner_text().startswith("temperature: The number by which")


@pytest.mark.parametrize(
    ("where", "form"),
    [("search.html?q=temperature", "main .bd-search"), (CHAPTER, "dialog .bd-search")],
)
def test_the_field_s_icon_stands_beside_the_text(
    where: str, form: str, page: Page, base_url: str
) -> None:
    page.goto(base_url + where)
    page.keyboard.press("Control+k")
    icon = page.locator(f"{form} i").bounding_box()
    field = page.locator(f"{form} input").bounding_box()
    assert icon
    assert field
    assert icon["x"] + icon["width"] <= field["x"]


def test_a_search_needs_only_the_keyboard(page: Page, base_url: str) -> None:
    page.goto(base_url + "search.html")
    page.keyboard.type("temperature")  # the field has the focus
    page.keyboard.press("Enter")
    page.locator(".search li a").first.wait_for()
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.search a')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/chapters/glossary.html*")


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_no_violation_in_results(
    theme: Any, width: int, page: Page, base_url: str
) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    search(page, base_url, "temperature")
    assert page.locator(".search mark").count() > 3
    assert violations(page) == []


def test_from_a_folder_results_are_titles(page: Page, log: Log, site_dir: Path) -> None:
    search(page, f"{site_dir.as_uri()}/", "temperature")
    assert page.locator(".search li a").count() > 10
    assert page.locator(".search .context").count() == 0
    assert log.complaints == []
