"""A reader knows where they are, how long it takes and what is done; it stays in the browser."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect
from test_accessible import LOOKS, violations
from test_landing import STATED, chapters
from test_light import SHIFTS, Slowly

from conftest import Visited, serve_site

ROOT = Path(__file__).parents[2]
CHAPTER = "chapters/02_max_argmax_softmax"
LAST = "chapters/07_temperature_and_sampling"
KEY = "softmax-course:"
CURRENT = '#page-contents [aria-current="true"]'
LONG = [f"{CHAPTER}.html", f"{LAST}.html", "chapters/mistakes.html", "api.html", "index.html"]


def exercises(name: str) -> list[str]:
    """Read the exercises of a chapter from its notebook."""
    cells = nbformat.read(ROOT / f"{name}.ipynb", as_version=4).cells
    work = (cell.source for cell in cells if "exercise" in cell.metadata.get("tags", []))
    found = (re.search(r'check\("(\w+)"', source) for source in work)
    return [match[1] for match in found if match]


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, base_url: str) -> Iterator[Visit]:
    """Open pages as a reader does who has been here before."""
    contexts = []

    def open_page(name: str, stored: dict[str, Any], **options: Any) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{base_url}cite.html")
        for key, value in stored.items():
            page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, value])
        page.goto(base_url + name)
        return page

    yield open_page
    for context in contexts:
        context.close()


def done(*names: str) -> dict[str, str]:
    """Store these exercises as done."""
    return {f"{KEY}done": json.dumps(names)}


PLACE = {
    f"{KEY}place": json.dumps(
        {
            "page": CHAPTER.rpartition("/")[2],
            "id": "turn-the-temperature",
            "title": "Turn the temperature",
        }
    )
}


# Minutes


@pytest.mark.parametrize("chapter", chapters())
def test_the_minutes_of_the_sections_add_up_to_those_of_the_chapter(
    chapter: str, page: Page, base_url: str
) -> None:
    page.goto(f"{base_url}{chapter}.html")
    opening = nbformat.read(ROOT / f"{chapter}.ipynb", as_version=4).cells[1].source
    stated = STATED.search(opening)
    assert stated
    read, solve = map(int, stated.groups())
    entries = page.locator("#page-contents > ul > li").all()
    minutes = {}
    for entry in entries:
        shown = re.fullmatch(r"(\d+) min", entry.locator("> .minutes").inner_text())
        assert shown
        minutes[entry.locator("> a").inner_text()] = int(shown[1])
    assert min(minutes.values()) >= 1
    assert minutes.pop("Exercises") == solve
    # The rest is the chapter's opening, before its first heading.
    assert 0.75 * read <= sum(minutes.values()) < read


# Where am I


@pytest.mark.parametrize("where", LONG)
def test_one_entry_of_the_contents_is_marked_at_every_position(
    where: str, page: Page, base_url: str
) -> None:
    page.goto(base_url + where)
    entries = page.locator("#page-contents a").evaluate_all("all => all.map(one => one.hash)")
    height = page.evaluate("document.documentElement.scrollHeight")
    marked = []
    for top in [*range(0, height, 500), height]:
        page.evaluate("top => scrollTo({top, behavior: 'instant'})", top)
        page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(done)))")
        expect(page.locator(CURRENT)).to_have_count(1)
        marked.append(page.locator(CURRENT).evaluate("link => link.hash"))
        assert page.locator("#page-contents a.active").count() == 1
    at = [entries.index(entry) for entry in marked]
    assert at == sorted(at)
    assert at[0] == 0
    assert at[-1] == len(entries) - 1


@pytest.mark.parametrize("where", [f"{CHAPTER}.html", "teach.html"])
def test_the_entry_that_a_reader_follows_is_marked_wherever_it_stands(
    where: str, page: Page, base_url: str
) -> None:
    page.goto(base_url + where)
    for link in page.locator("#page-contents > ul > li > a").all():
        link.click()
        expect(link).to_have_attribute("aria-current", "true")
        page.wait_for_timeout(150)  # also once the scrolling has been noticed
        expect(link).to_have_attribute("aria-current", "true")
        assert page.locator(CURRENT).count() == 1
    page.mouse.move(640, 400)
    page.mouse.wheel(0, -100_000)  # a move of one's own counts again
    expect(page.locator("#page-contents a").first).to_have_attribute("aria-current", "true")


def test_a_page_opened_at_a_section_marks_it(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}{CHAPTER}.html#further-reading")
    expect(page.locator(CURRENT)).to_have_text("Further reading")


def test_the_current_entry_is_in_sight_in_long_contents(page: Page, base_url: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 300})
    page.goto(f"{base_url}{LAST}.html")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(CURRENT)).to_have_text("Further reading")
    expect(page.locator(CURRENT)).to_be_in_viewport(ratio=1)


def test_the_contents_mark_the_page_that_is_open(name: str, visited: Visited) -> None:
    page = visited.page
    marked = page.locator('.bd-sidenav [aria-current="page"]')
    listed = Path(name).name not in {"404.html", "genindex.html", "search.html"}
    assert marked.count() == listed
    if listed:
        heading = page.locator("main article h1").evaluate("title => title.firstChild.textContent")
        assert heading.strip() in marked.inner_text()


def test_reading_is_measured_without_motion_of_its_own(visit: Visit) -> None:
    page = visit(f"{CHAPTER}.html", {}, reduced_motion="reduce")
    bar = page.locator(".reading-progress")
    width = "bar => bar.getBoundingClientRect().width / document.documentElement.clientWidth"
    for share in (0.0, 0.5, 1.0):
        page.evaluate(
            """share => { const page = document.documentElement;
                          scrollTo(0, share * (page.scrollHeight - page.clientHeight)); }""",
            share,
        )
        page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")
        assert bar.evaluate(width) == pytest.approx(share, abs=0.01)
    assert bar.evaluate("bar => getComputedStyle(bar).transitionDuration") == "0s"


def test_pages_that_are_no_chapter_have_no_bar(page: Page, base_url: str) -> None:
    page.goto(base_url + "index.html")
    assert page.locator(".reading-progress").count() == 0


# Going on


def test_the_landing_page_leads_back_to_where_one_stopped(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}{CHAPTER}.html")
    page.locator("#turn-the-temperature > h2").evaluate("title => title.scrollIntoView()")
    page.wait_for_function(f"localStorage['{KEY}place']?.includes('turn-the-temperature')")
    page.goto(base_url + "index.html")
    way = page.locator(".go-on a")
    expect(way).to_have_text("Go on where you stopped: chapter 2, Turn the temperature")
    way.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base_url}{CHAPTER}.html#turn-the-temperature")
    expect(page.locator(CURRENT)).to_have_text("Turn the temperature")


def test_a_new_visitor_is_shown_nothing_of_this(page: Page, base_url: str) -> None:
    page.goto(base_url + "index.html")
    assert page.locator(".go-on").inner_text() == ""
    assert not page.locator(".stored").is_visible()
    assert page.locator(".done").count() == 0
    assert page.evaluate(f"Object.keys(localStorage).filter(key => key.startsWith('{KEY}'))") == []


@pytest.mark.parametrize(
    "damaged", ["{", "5", "null", '"text"', '{"page": "gone", "id": "x"}', "[5]"]
)
def test_damaged_memory_does_no_harm(damaged: str, visit: Visit) -> None:
    page = visit("index.html", {})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate("text => localStorage['softmax-course:done'] = text", damaged)
    page.evaluate("text => localStorage['softmax-course:place'] = text", damaged)
    page.reload()
    assert page.locator(".go-on a, .done").count() == 0
    expect(page.locator(CURRENT)).to_have_count(1)
    assert errors == []


def test_a_browser_that_stores_nothing_still_says_where_one_is(page: Page, base_url: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.stack or ""))
    page.add_init_script(
        """for (const act of ["getItem", "setItem"])
             Storage.prototype[act] = name => {
               if (name.startsWith("softmax")) throw new DOMException("refused");
               return null;
             };"""
    )
    page.goto(f"{base_url}{CHAPTER}.html")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(CURRENT)).to_have_text("Further reading")
    page.wait_for_timeout(500)
    assert errors == []


# What is done


@pytest.mark.parametrize("chapter", chapters())
def test_each_exercise_that_is_done_is_marked_at_its_heading_and_in_the_contents(
    chapter: str, visit: Visit
) -> None:
    names = exercises(chapter)
    page = visit(f"{chapter}.html", {})
    assert page.locator(".done").count() == 0
    for count, name in enumerate(names, 1):
        page.evaluate(
            """names => { localStorage["softmax-course:done"] = JSON.stringify(names);
                          document.dispatchEvent(new CustomEvent("course:done")); }""",
            names[:count],
        )
        section = page.locator("section").filter(
            has=page.locator(f".tag_exercise:has-text('check(\"{name}\"')")
        )
        for place in (section.last.locator("> h3, > h2"), page.locator("#page-contents")):
            assert place.locator('.done[role="img"][aria-label="done"]').count() >= 1
        assert page.locator("main article .done").count() == count
        assert page.locator("#page-contents .done").count() == count
        shown = page.locator('.bd-sidenav [aria-current="page"] .done')
        assert shown.inner_text() == ("✓" if count == len(names) else f"{count}/{len(names)}")
        label = f"{count} of {len(names)} exercises done"
        assert shown.get_attribute("aria-label") == label


def test_the_map_shows_what_is_done_in_each_chapter(visit: Visit) -> None:
    first, second = exercises(chapters()[0]), exercises(chapters()[1])
    page = visit("index.html", done(*first, second[0], "an_exercise_that_is_gone"))
    marks = page.locator(".course-map .done")
    assert marks.all_inner_texts() == ["✓", f"1/{len(second)}"]
    assert page.locator(".bd-sidenav .done").all_inner_texts()[:2] == marks.all_inner_texts()


def test_every_chapter_can_be_done(visit: Visit) -> None:
    page = visit("index.html", done(*(one for chapter in chapters() for one in exercises(chapter))))
    assert page.locator(".course-map .done").all_inner_texts() == ["✓"] * len(chapters())


def test_what_is_done_in_another_window_shows_here(visit: Visit) -> None:
    page = visit("index.html", {})
    other = page.context.new_page()
    other.goto(page.url)
    other.evaluate("""localStorage["softmax-course:done"] = '["odds"]'""")
    expect(page.locator(".course-map .done")).to_have_count(1)


def test_all_that_is_stored_can_be_forgotten_from_the_keyboard(visit: Visit) -> None:
    kept = {"mode": "dark", "other-site:x": "1"}
    page = visit("index.html", done("odds") | PLACE | {f"{KEY}cells": "{}"} | kept)
    offer = page.locator(".stored")
    expect(offer).to_contain_text("stored in this browser only")
    assert page.locator(".done, .go-on a").count() > 0
    offer.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(offer).to_contain_text("Forgotten")
    assert page.locator(".done, .go-on a").count() == 0
    left = page.evaluate("({...localStorage})")
    assert [key for key in left if key.startswith(KEY)] == []
    assert kept.items() <= left.items()
    page.reload()
    assert not offer.is_visible()


# Neighbours


def test_the_neighbours_are_named_with_what_they_bring(page: Page, base_url: str) -> None:
    page.goto(base_url + "index.html")
    rows = page.locator(".course-map dd").all_inner_texts()
    brings = dict(zip(chapters(), rows, strict=True))
    for before, name, after in zip(chapters(), chapters()[1:], chapters()[2:], strict=False):
        page.goto(f"{base_url}{name}.html")
        for side, neighbour in ((".left-prev", before), (".right-next", after)):
            link = page.locator(side)
            assert link.locator(".prev-next-brings").inner_text() == brings[neighbour]
            assert (link.get_attribute("href") or "") in f"{neighbour}.html"


# For everyone


@pytest.mark.parametrize(("theme", "width"), LOOKS)
@pytest.mark.parametrize("where", ["index.html", f"{CHAPTER}.html"])
def test_axe_finds_no_violation_in_a_page_with_marks(
    where: str, theme: str, width: int, visit: Visit
) -> None:
    names = exercises(CHAPTER)
    options = {"color_scheme": theme, "viewport": {"width": width, "height": 800}}
    page = visit(where, done(*names[:3], *exercises(chapters()[0])) | PLACE, **options)
    assert page.locator(".done").count() > 2
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("where", ["index.html", f"{CHAPTER}.html"])
def test_marks_move_nothing_that_is_in_sight(
    where: str, width: int, browser: Browser, site_dir: Path
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    stored = done(*exercises(chapters()[0]), *exercises(CHAPTER)[:2]) | PLACE
    context.add_init_script(f"Object.assign(localStorage, {json.dumps(stored)})")
    with serve_site(site_dir, Slowly) as slow_url:
        page = context.new_page()
        page.goto(slow_url + where)
        assert page.locator(".done").count() > 0
        assert page.evaluate(SHIFTS) < 0.01
    context.close()


def test_without_javascript_the_contents_have_their_minutes(
    browser: Browser, base_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}{CHAPTER}.html")
    assert page.locator("#page-contents .minutes").first.is_visible()
    assert page.locator(".done, .reading-progress").count() == 0
    context.close()


def test_the_script_is_small_and_on_every_page(name: str, site_dir: Path) -> None:
    assert len(re.findall(r"<script[^>]*progress\.js", (site_dir / name).read_text("utf-8"))) == 1
    script = site_dir / "_static" / "progress.js"
    assert (
        len(gzip.compress(script.read_bytes(), 6)) <= 3400
    )  # the names of all exercises among them
