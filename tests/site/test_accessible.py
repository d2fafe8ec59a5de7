"""Everyone can read every page: WCAG 2.2 A and AA, keyboard, motion, zoom, paper."""

from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from reading import read_to_the_end

from conftest import Visited

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# On every page each theme and each width once; crossed, on a page of each kind.
LOOKS: list[tuple[Literal["light", "dark"], int]] = [("light", 1280), ("dark", 390)]
CROSSED = [("light", 390), ("dark", 1280)]
CHAPTER = "chapters/02_max_argmax_softmax.html"
# One page of each kind: what differs from page to page is text, pictures and code.
KINDS = ["index.html", CHAPTER, "chapters/mistakes.html", "chapters/glossary.html", "teach.html"]


FIND = """async ([kinds, contrast]) => {
  const seen = new Set();
  const under = element => {  // what lies under a text: backgrounds, through all that is around it
    if (!element) return "";
    const {backgroundColor, opacity} = getComputedStyle(element);
    return [backgroundColor, opacity].join() + under(element.parentElement);
  };
  const shown = [...document.body.querySelectorAll("*")].filter(element => {
    const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
    const text = own.map(node => node.data.trim()).join("");
    if (element.matches("input, select, textarea")) return true;
    if (!text || !element.checkVisibility()) return false;
    const {color, fontSize, fontWeight} = getComputedStyle(element);
    const look = [text.length > 1, color, fontSize, fontWeight, under(element)].join();
    return !seen.has(look) && seen.add(look);
  });
  const only = {resultTypes: ["violations"]};
  const runs = [
    await axe.run({runOnly: kinds, rules: {[contrast]: {enabled: false}}, ...only}),
    await axe.run({include: shown}, {runOnly: [contrast], ...only}),
  ];
  const found = runs.flatMap(run => run.violations).flatMap(rule =>
    rule.nodes.map(node => [rule.id, node.html, node.failureSummary]));
  return [runs.map(run => run.passes.length), found];
}"""
"""Contrast takes most of the time and comes out alike for words of one look, such as those of code:
it is measured once for each look. (Single characters are another: axe passes over them.)"""


# The shadows at the edges of what scrolls are pictures, over which axe measures no contrast.
PLAIN = "pre, div { background-image: none !important }"
REMOVE = "style => style.remove()"


def violations(page: Page) -> list[Any]:
    """List what axe-core finds against WCAG 2.2, levels A and AA, in the page as it stands."""
    plain = page.add_style_tag(content=PLAIN)
    page.evaluate(AXE)
    (rules, contrast), found = page.evaluate(FIND, [RULES, "color-contrast"])
    plain.evaluate(REMOVE)
    assert (rules >= 5, contrast) == (True, 1)  # it did look
    return list(found)


@pytest.fixture
def look(browser: Browser, base_url: str) -> Any:
    """Open a page in a given theme and width."""
    contexts = []

    def open_page(name: str, theme: Any, width: int, **options: Any) -> Page:
        viewport = ViewportSize(width=width, height=800)
        context = browser.new_context(viewport=viewport, color_scheme=theme, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(base_url + name)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_no_violation(
    theme: Literal["light", "dark"], width: int, visited: Visited
) -> None:
    with visited.seen(width, theme) as page:
        read_to_the_end(page)
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        assert violations(page) == []


@pytest.mark.parametrize(("theme", "width"), CROSSED)
@pytest.mark.parametrize("crossed", KINDS)
def test_axe_finds_no_violation_where_they_cross(
    crossed: str, theme: str, width: int, look: Any
) -> None:
    page = look(crossed, theme, width)
    read_to_the_end(page)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_opened_menus(theme: str, look: Any) -> None:
    phone, desktop = (look(CHAPTER, theme, width) for width in (390, 1280))
    desktop.locator(".dropdown-download-buttons > summary").click()
    desktop.locator(".dropdown-download-buttons .dropdown-menu").wait_for()
    assert violations(desktop) == []
    desktop.keyboard.press("Control+k")
    assert violations(desktop) == []
    for toggle in ["primary", "secondary"]:
        phone.locator(f".{toggle}-toggle").click()
        phone.locator(f"#pst-{toggle}-sidebar-modal[open]").wait_for()
        assert violations(phone) == []
        phone.keyboard.press("Escape")


def test_the_skip_link_comes_first_and_leads_to_the_text(page: Page, base_url: str) -> None:
    page.goto(base_url + CHAPTER)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_keyboard_reaches_folds_and_formulas_and_its_place_is_visible(look: Any) -> None:
    page = look(CHAPTER, "light", 390)
    seen = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        tag, outline, shadow = page.evaluate(
            """() => {
              const element = document.activeElement, style = getComputedStyle(element);
              const name = element.matches("div.math") ? "formula" : element.localName;
              return [name, style.outlineStyle, style.boxShadow];
            }"""
        )
        if tag == "body":
            break
        seen.add(tag)
        assert outline != "none" or shadow != "none", tag
    assert {"a", "button", "summary", "formula"} <= seen


def test_a_fold_opens_with_the_keyboard_and_without_javascript(look: Any) -> None:
    page = look(CHAPTER, "light", 1280, java_script_enabled=False)
    fold = page.locator("main details").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("open") is not None


@pytest.mark.parametrize(("width", "size"), [(1280, "200%"), (320, "100%")])
def test_large_text_and_narrow_windows_cut_nothing_off(
    width: int, size: str, visited: Visited
) -> None:
    with visited.seen(width) as page:
        large = page.add_style_tag(content=f"html {{ font-size: {size} !important }}")
        read_to_the_end(page)
        parts = page.locator("html, .bd-article-container")
        over = parts.evaluate_all("all => all.map(part => part.scrollWidth - part.clientWidth)")
        large.evaluate(REMOVE)
    assert max(over) <= 1


def test_motion_stops_for_readers_who_ask_for_it(look: Any) -> None:
    page = look(CHAPTER, "light", 1280, reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter(element => {
      const style = getComputedStyle(element);
      return parseFloat(style.transitionDuration) || parseFloat(style.animationDuration);
    }).map(element => element.outerHTML.slice(0, 80))"""
    assert page.evaluate(moving) == []


def test_the_dark_theme_is_there_before_the_first_paint(look: Any, base_url: str) -> None:
    page = look(CHAPTER, "dark", 1280)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(base_url + CHAPTER)
    red, green, blue = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    assert max(red, green, blue) < 60


def test_the_dark_theme_needs_no_javascript(look: Any) -> None:
    with_scripts, without = (
        look(CHAPTER, "dark", 1280, java_script_enabled=on) for on in (True, False)
    )
    colours = """() => ["body", "main p", "main a", "pre .kn"].flatMap(selector => {
      const {color, backgroundColor} = getComputedStyle(document.querySelector(selector));
      return [color, backgroundColor];
    })"""
    assert without.evaluate(colours) == with_scripts.evaluate(colours)


def test_formulas_reach_a_screen_reader_as_mathml(page: Page, base_url: str) -> None:
    page.goto(base_url + "chapters/notation.html")
    page.locator("math").first.wait_for()
    assert page.locator("math annotation, mjx-container, .katex").count() == 0
    assert page.locator("main").get_by_role("math").count() > 0


def test_on_paper_answers_are_open_and_menus_are_gone(page: Page, base_url: str) -> None:
    page.goto(base_url + CHAPTER)
    page.emulate_media(media="print")
    assert page.locator("main details:not([class]) p").last.is_visible()
    assert not page.locator(".bd-sidebar-primary").is_visible()
    assert not page.locator(".bd-header-article").is_visible()
