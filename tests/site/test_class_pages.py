"""The pages of a graded class are as light, offline and accessible as the site."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request
from test_accessible import LOOKS, violations

from softmax_course.checks import catalogue
from softmax_course.checks.engine import trial
from softmax_course.checks.running import attempt
from softmax_course.grading.records import Received, Stopped
from softmax_course.grading.report import write_pages
from softmax_course.grading.results import Result, assignment, results
from softmax_course.grading.submissions import Submission

ROOT = Path(__file__).parents[2]
KB = 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grade a class in which every known mistake of two chapters was made, and one cell failed."""
    out = tmp_path_factory.mktemp("class")
    given = assignment(ROOT, "2", {})
    learners, graded = list[Submission](), list[Result]()
    for number in range(30):
        learner = Submission(f"Learner {number}", "chapter02.ipynb", (), ("handed in late",))
        found: dict[str, Any] = {}
        for name in given.tasks:
            exercise = catalogue()[name]
            form = exercise.mistakes[number % len(exercise.mistakes)].forms[0]
            answer = form if exercise.parameters else form()
            found[name] = attempt(answer, trial(exercise))
        found["odds"] = Stopped("raised", "NameError: name 'exp' is not defined", "odds = exp(1)")
        learners.append(learner)
        graded += results(learner, given, Received(found, True, True), "")
    write_pages(out, ROOT, given, learners, graded)
    return out


@pytest.fixture
def asked(browser: Browser, folder: Path) -> Iterator[Any]:
    """Open a page from disk, and note every address that it asks for."""
    contexts = []

    def open_page(name: str, theme: Any, width: int) -> tuple[Page, list[str]]:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
        contexts.append(context)
        page, addresses = context.new_page(), list[str]()

        def note(request: Request) -> None:
            addresses.append(request.url)

        page.on("request", note)
        page.goto((folder / name).as_uri())
        return page, addresses

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("theme", "width"), [*LOOKS, ("light", 320)])
@pytest.mark.parametrize("page_name", ["class.html", "feedback/Learner_7.html"])
def test_the_pages_of_a_class_are_accessible_and_ask_for_nothing(
    page_name: str, theme: str, width: int, asked: Any
) -> None:
    page, addresses = asked(page_name, theme, width)
    for details in page.locator("details").all()[:3]:
        details.locator("summary").press("Enter")
        assert details.get_attribute("open") is not None
    assert violations(page) == []
    assert addresses == [page.url]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_pages_of_a_class_are_light(folder: Path) -> None:
    assert (folder / "class.html").stat().st_size < 150 * KB
    assert all(path.stat().st_size < 20 * KB for path in (folder / "feedback").iterdir())
