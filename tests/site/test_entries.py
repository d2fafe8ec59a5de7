"""Entries of the glossary and of the package's page are found: by letter, and from a chapter."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

GLOSSARY = "chapters/glossary.html"
CHAPTER = (
    "chapters/02b_look_closer.html"  # without explorables, which move the text when they arrive
)

# The first name of each entry, with the places that letters lead to.
ENTRIES = """() => [...document.querySelectorAll("dl.glossary > dt")]
  .filter(term => !term.previousElementSibling?.matches("dt"))
  .map(term => [term.firstChild.textContent[0].toUpperCase(), "#" + term.id])"""
LETTERS = """() => [...document.querySelectorAll(".letters a")]
  .map(link => [link.textContent, link.getAttribute("href")])"""


def test_each_letter_leads_to_its_first_entry(page: Page, base_url: str) -> None:
    page.goto(base_url + GLOSSARY)
    first: dict[str, str] = {}
    for letter, address in page.evaluate(ENTRIES):
        first.setdefault(letter, address)
    assert len(first) > 15
    assert [tuple(link) for link in page.evaluate(LETTERS)] == sorted(first.items())


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 800), (320, 300)])
def test_an_entry_is_not_hidden_below_the_letters(
    width: int, height: int, page: Page, base_url: str
) -> None:
    page.set_viewport_size(ViewportSize(width=width, height=height))
    page.goto(base_url + GLOSSARY)
    letter = page.locator(".letters a", has_text="N")
    letter.focus()
    page.keyboard.press("Enter")
    entry = page.locator("dt:target")
    assert entry.inner_text().startswith("naive Bayes")
    shown = """entry => {
      const {left, top} = entry.getBoundingClientRect();
      return document.elementFromPoint(left + 2, top + 2) === entry;
    }"""
    assert entry.evaluate(shown)


def test_letters_stay_in_sight_unless_the_window_is_low(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}{GLOSSARY}#term-temperature")
    letters = page.locator(".letters a").first
    top = "letter => letter.getBoundingClientRect().top"
    assert 0 < letters.evaluate(top) < 100
    page.set_viewport_size(ViewportSize(width=320, height=300))
    assert letters.evaluate(top) < 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["glossary.html#term-", "api.html#softmax_course."])
def test_links_to_entries_are_quiet_and_not_by_colour_alone(
    theme: str, address: str, page: Page, base_url: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(base_url + CHAPTER)
    link = page.locator(f"main p a[href*='{address}']").first
    looks = """link => {
      const {color, textDecorationLine, textDecorationStyle} = getComputedStyle(link);
      const quiet = color === getComputedStyle(link.parentElement).color;
      return [quiet, textDecorationLine, textDecorationStyle];
    }"""
    assert link.evaluate(looks) == [True, "underline", "dotted"]
    link.hover()
    expect(link).to_have_css("text-decoration-style", "solid")
    assert link.evaluate(looks) == [False, "underline", "solid"]
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{address}*")
    assert page.locator("dt:target").is_visible()
