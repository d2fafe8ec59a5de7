"""The landing page: first something to try and two ways on; then a true dialogue, and a map."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from playwright.sync_api import Browser, Page, Route, expect

from softmax_course import explore, softmax

ROOT = Path(__file__).parents[2]
SCREENS = [(1440, 900), (390, 844)]
DIALOGUE = ".tag_exercise"
STATED = re.compile(r"^\*\*Time\*\* (\d+) minutes to read and run, (\d+) for the exercises", re.M)


def chapters() -> list[str]:
    """List the chapters in the order of the book, by name."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    files = re.findall(r"'file': '(chapters/\d\w+)'", str(toc))
    assert files
    return files


@pytest.fixture
def landing(page: Page, base_url: str) -> Page:
    """Open the landing page as a new visitor does."""
    page.goto(base_url + "index.html")
    return page


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_the_first_screen_says_what_it_is_and_has_the_sliders_and_two_ways_on(
    width: int, height: int, landing: Page
) -> None:
    landing.set_viewport_size({"width": width, "height": height})
    figure = landing.locator(".explorable")
    parts = [
        landing.get_by_role("heading", level=1),
        landing.locator("main section > p").first,
        landing.get_by_role("link", name="Start chapter 1", exact=True),
        landing.get_by_role("link", name="Download the course", exact=True),
        *figure.get_by_role("slider").all(),
        figure.locator(".chart"),
    ]
    assert len(parts) == 4 + 3 + 1
    for part in parts:
        box = part.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height


def test_the_two_ways_on_lead_there(landing: Page, base_url: str) -> None:
    with landing.expect_download() as download:
        landing.get_by_role("link", name="Download the course", exact=True).click()
    assert download.value.suggested_filename == "softmax-course.zip"
    landing.get_by_role("link", name="Start chapter 1", exact=True).click()
    assert landing.url == f"{base_url}{chapters()[0]}.html"


def test_the_sliders_move_the_picture(landing: Page) -> None:
    figure = landing.locator(".explorable")
    figure.get_by_label("score of class 0").focus()
    for _ in range(20):
        landing.keyboard.press("ArrowRight")
    expected = explore.equal_gaps((3.0, 3.0, 2.0)).numbers
    lines = "\n".join(expected).replace(": ", "\n")  # what, and below it its numbers
    expect(figure.locator("output")).to_have_text(lines, use_inner_text=True)
    shares = ", ".join(f"{share:.3f}" for share in softmax([3.0, 3.0, 2.0]))
    assert expected[0] == f"softmax: {shares}"
    assert landing.evaluate("document.activeElement.name") == "score0"


@pytest.mark.parametrize("width", [1440, 1024, 700, 390])
def test_nothing_moves_when_the_picture_comes_alive(width: int, landing: Page) -> None:
    landing.set_viewport_size({"width": width, "height": 900})
    tops = """() => [...document.querySelectorAll(".explorable *, .explorable ~ *, h2")]
        .filter(part => !part.closest(".chart, .reset"))
        .map(part => part.getBoundingClientRect().top)"""
    before = landing.evaluate(tops)
    assert len(before) > 20
    assert landing.locator(".chart > svg").count() == 0
    landing.mouse.move(5, 5)
    expect(landing.locator(".chart > svg")).to_be_visible()
    assert landing.evaluate(tops) == pytest.approx(before, abs=0.5)


def test_a_control_moved_before_the_figure_arrives_counts(landing: Page) -> None:
    held: list[Route] = []
    landing.route("**/vega.js*", lambda route: held.append(route))
    figure = landing.locator(".explorable")
    with landing.expect_request("**/vega.js*"):
        figure.get_by_label("score of class 1").fill("-2")
    while not held:
        landing.wait_for_timeout(10)
    held[0].continue_()
    expected = explore.equal_gaps((1.0, -2.0, 2.0)).numbers
    lines = "\n".join(expected).replace(": ", "\n")  # what, and below it its numbers
    expect(figure.locator("output")).to_have_text(lines, use_inner_text=True)


def test_the_dialogue_is_what_check_answers(landing: Page) -> None:
    cell = landing.locator(DIALOGUE)
    namespace: dict[str, object] = {}
    *lines, last = cell.locator(".cell_input pre").inner_text().strip().split("\n")
    exec("\n".join(lines), namespace)
    feedback = eval(last, namespace)
    assert not feedback.passed
    assert feedback.misconception

    def words(text: str) -> list[str]:
        return re.sub(r"```text|[`*]", "", text).split()

    shown = cell.locator(".cell_output").inner_text()
    assert words(feedback._repr_markdown_()) == words(shown)
    for part in (feedback.misconception, "input", "expected", "got", "?"):
        assert part in shown


def test_the_map_lists_every_chapter_with_the_minutes_that_it_states(landing: Page) -> None:
    terms = landing.locator(".course-map dt").all()
    names = [term.locator("a").get_attribute("href") or "" for term in terms]
    assert [name.removesuffix(".html") for name in names] == chapters()
    for name, term in zip(chapters(), terms, strict=True):
        opening = nbformat.read(ROOT / f"{name}.ipynb", as_version=4).cells[1].source
        stated = STATED.search(opening)
        assert stated
        assert term.locator(".minutes").inner_text() == f"{stated[1]} + {stated[2]} min"


def test_the_titles_on_the_map_are_those_of_the_chapters(landing: Page) -> None:
    for link in landing.locator(".course-map dt a").all():
        name = (link.get_attribute("href") or "").removesuffix(".html")
        title = nbformat.read(ROOT / f"{name}.ipynb", as_version=4).cells[0].source.split("\n")[0]
        number = re.match(r"chapters/0?([1-9]\w*?)_", name)
        assert number
        assert link.inner_text() == f"{number[1]}. {title.removeprefix('# ')}"


def test_without_javascript_there_are_the_picture_the_dialogue_and_the_map(
    browser: Browser, base_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(base_url + "index.html")
    assert page.locator(".still svg:visible").count() == 1
    assert page.get_by_role("slider").count() == 0  # they would move nothing
    assert page.locator(f"{DIALOGUE} .cell_output").is_visible()
    assert page.locator(".course-map .minutes").count() == len(chapters())
    assert not page.locator(".stored").is_visible()
    context.close()
