"""Pages look as a book does: lines, headings, code, cards; and figures follow the theme."""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from conftest import CHAPTERS, Visited

CHAPTER = "chapters/02_max_argmax_softmax.html"

# How many letters each line holds that a paragraph of plain words fills to its end.
FULL_LINES = """() => {
  const found = [];
  for (const text of document.querySelectorAll(".bd-article section > p")) {
    if (text.querySelector("math, code, b, strong")) continue;
    const words = document.createTreeWalker(text, NodeFilter.SHOW_TEXT), lines = new Map();
    while (words.nextNode()) {
      for (let at = 0; at < words.currentNode.length; at++) {
        const range = document.createRange();
        range.setStart(words.currentNode, at);
        range.setEnd(words.currentNode, at + 1);
        const {bottom, width} = range.getBoundingClientRect(), line = Math.round(bottom / 10);
        if (width) lines.set(line, (lines.get(line) ?? 0) + 1);
      }
    }
    found.push(...[...lines.values()].slice(0, -1));
  }
  return found;
}"""

BROKEN_CODE = """() => [...document.querySelectorAll("main :not(pre) > code")]
  .filter(code => code.textContent.length <= 20)
  .filter(code => {
    const text = document.createRange();
    text.selectNodeContents(code);
    return new Set([...text.getClientRects()].map(box => Math.round(box.top))).size > 1;
  })
  .map(code => code.textContent)"""


# Short code whose point, comma or closing bracket has gone to another line.
PARTED = """() => [...document.querySelectorAll("main :is(p, li) > code.short")]
  .filter(code => !code.closest("dl") && /^[.,;:)]/.test(code.nextSibling?.data ?? ""))
  .filter(code => {
    const after = document.createRange();
    after.setStart(code.nextSibling, 0);
    after.setEnd(code.nextSibling, 1);
    const [one, other] = [code, after].map(part => part.getBoundingClientRect().bottom);
    return Math.abs(one - other) > 10;
  })
  .map(code => code.textContent)"""


@pytest.mark.parametrize("width", [1024, 1280, 1440, 1920])
def test_a_line_of_text_holds_about_70_letters(width: int, page: Page, base_url: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(base_url + CHAPTER)
    lengths = page.evaluate(FULL_LINES)
    assert len(lengths) > 20
    assert 62 <= np.median(lengths) <= 75
    assert max(lengths) <= 85


@pytest.mark.parametrize("width", [390, 1280])
def test_headings_rank_as_they_look(width: int, page: Page, base_url: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(base_url + CHAPTER)
    look = """level => {
      const style = getComputedStyle(document.querySelector(`.bd-article ${level}`));
      return [parseFloat(style.fontSize), parseFloat(style.fontWeight)];
    }"""
    looks = [page.evaluate(look, level) for level in ("h1", "h2", "h3", "p")]
    for (size, weight), (next_size, next_weight) in pairwise(looks):
        assert size >= 1.15 * next_size
        assert weight >= next_weight


def test_short_code_does_not_break_in_two(visited: Visited) -> None:
    with visited.seen(320) as page:
        assert page.evaluate(BROKEN_CODE) == []
        assert page.evaluate(PARTED) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_three_downloads_are_offered_each_on_one_line(
    width: int, page: Page, base_url: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(base_url + CHAPTER)
    page.locator(".dropdown-download-buttons > summary").click()
    entries = page.locator(".dropdown-download-buttons .dropdown-item")
    expect(entries).to_have_text(
        ["This notebook alone (.ipynb)", "The whole course (.zip)", "Print, or save as PDF"]
    )
    assert (entries.nth(1).get_attribute("href") or "").endswith("softmax-course.zip")
    boxes = [box for entry in entries.all() if (box := entry.bounding_box())]
    assert len(boxes) == 3
    assert len({box["x"] for box in boxes}) == 1
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert all(box["height"] < 45 for box in boxes)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_that_goes_on_beyond_its_edge_shows_it_there_and_not_where_it_ends(
    theme: Any, browser: Browser, base_url: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=theme)
    page = context.new_page()
    page.goto(base_url + CHAPTER)
    code = page.locator(".cell_input pre").first
    assert code.evaluate("pre => pre.scrollWidth - pre.clientWidth") > 20

    def edges() -> tuple[float, float]:
        """Measure how much each edge, below the last line, differs from the ground beside it."""
        row = luminance(pixels(code.screenshot())[-5])
        return abs(row[2] - row[60]), abs(row[-3] - row[-60])

    left, right = edges()
    assert left == 0 < 0.005 < right
    code.evaluate("pre => pre.scrollLeft = pre.scrollWidth")
    left, right = edges()
    assert right == 0 < 0.005 < left
    context.close()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_an_exercise_is_a_card_with_all_that_belongs_to_it(
    chapter: str, page: Page, base_url: str
) -> None:
    page.goto(base_url + chapter)
    cells = page.locator(".tag_exercise").all()
    assert cells
    for cell in cells:
        card = cell.locator("xpath=..")
        width, radius = card.evaluate(
            "card => [getComputedStyle(card).borderLeftWidth, getComputedStyle(card).borderRadius]"
        )
        assert (width, radius) == ("1px", "8px")
        assert card.locator("h3, .tag_solution").count() == 2


FIGURES = ".cell_output figure:not(.explorable) img"
CORNERS = np.ix_([4, -5], [4, -5])  # a pixel may lie across the very edge


@pytest.fixture
def themes(browser: Browser) -> Iterator[dict[str, Page]]:
    """Open an empty page in either theme."""
    contexts = {
        theme: browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=theme)
        for theme in ("light", "dark")
    }
    yield {theme: context.new_page() for theme, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_figures_follow_the_theme_and_what_stands_out_in_one_does_in_the_other(
    chapter: str, themes: dict[str, Page], base_url: str
) -> None:
    drawn: dict[str, list[NDArray[np.float64]]] = {}
    for theme, page in themes.items():
        page.goto(base_url + chapter)
        page.add_style_tag(content=".bd-header-article { display: none !important }")
        drawn[theme] = [picture(image) for image in page.locator(FIGURES).all()]
    grounds = {theme: page_ground(page) for theme, page in themes.items()}
    kept = [image.evaluate("image => image.closest('.tag_own-colours') !== null")
            for image in themes["dark"].locator(FIGURES).all()]  # fmt: skip
    assert len(drawn["light"]) == len(drawn["dark"]) > 0
    for light, dark, own_colours in zip(drawn["light"], drawn["dark"], kept, strict=True):
        assert light.shape == dark.shape
        assert (light[CORNERS] == grounds["light"]).all()
        if own_colours:
            assert np.abs(light - dark)[4:-4, 4:-4].max() <= 2  # the corners are round
            continue
        assert (dark[CORNERS] == grounds["dark"]).all()
        before, after = contrast(light, grounds["light"]), contrast(dark, grounds["dark"])
        for enough in (3, 4.5):
            assert (after[before >= enough] >= enough).all()
        for colour, share in hues(light):
            stands_out = contrast(colour, grounds["light"])
            assert stands_out >= 3 or stands_out < 1.5, (colour, share)  # or is a wash behind marks


def picture(image: Locator) -> NDArray[np.float64]:
    """Read what a figure looks like on its page."""
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", True)
    return pixels(image.screenshot())


def hues(shown: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float64], float]]:
    """Yield the colours, greys excepted, that fill a part of a picture, and how large a part."""
    colours, counts = np.unique(shown.reshape(-1, 3), axis=0, return_counts=True)
    for colour, share in zip(colours, counts / counts.sum(), strict=True):
        if share > 0.005 and np.ptp(colour) > 40:
            yield colour, share


def page_ground(page: Page) -> NDArray[np.float64]:
    """Read the colour of the page's ground."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)")
    return np.array(colour[:3], dtype=float)


def test_figures_follow_the_dark_theme_without_javascript_and_are_light_on_paper(
    browser: Browser, base_url: str
) -> None:
    look = "image => getComputedStyle(image).filter + getComputedStyle(image).mixBlendMode"
    with_scripts, without = (
        browser.new_context(color_scheme="dark", java_script_enabled=on).new_page()
        for on in (True, False)
    )
    for page in (with_scripts, without):
        page.goto(base_url + CHAPTER)
        assert page.locator(FIGURES).first.evaluate(look) == "invert(1) hue-rotate(180deg)screen"
    with_scripts.evaluate("dispatchEvent(new Event('beforeprint'))")
    without.emulate_media(media="print")
    for page in (with_scripts, without):
        assert page.locator(FIGURES).first.evaluate(look) == "nonenormal"
        page.context.close()


def pixels(screenshot: bytes) -> NDArray[np.float64]:
    """Read a picture as rows of pixels, red, green and blue from 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(screenshot)).convert("RGB"), dtype=float)


def luminance(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute relative luminances as WCAG 2 defines them."""
    c = colours / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    weighted: NDArray[np.float64] = linear @ [0.2126, 0.7152, 0.0722]
    return weighted


def contrast(colours: NDArray[np.float64], ground: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the contrast ratio of each colour with the ground."""
    one, other = luminance(colours), luminance(ground)
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)
