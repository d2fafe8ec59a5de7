"""A smoke test in Firefox: every page opens, and the cells of chapter 2 run.

Playwright drives the system's own Firefox over WebDriver BiDi, which needs no geckodriver. In this
module the fixture `browser`, and so `page`, is that Firefox.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from live_cells import cell, edited, open_live, press, run, shown, state
from page_log import Log
from playwright.sync_api import Browser, Page, Playwright, expect
from reading import read_to_the_end

from conftest import ENGLISH

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
MISSING = "There is no Firefox: `apt-get install firefox-esr`, or put a `firefox` into the PATH."
CHAPTER = "chapters/02_max_argmax_softmax.html"
FIRST, FIGURE, MIDDLE, ODDS = "273a27ba", "2960810c", "d7727512", "f52959bc"  # cells of it

# What Firefox itself wants of the network would go to a port where nobody listens; this machine is
# exempt. It wants nothing: Firefox under remote control and Playwright switch off updates,
# telemetry and lists, but for the remote settings, which a release asks for unless this is set.
NOT_EVEN_SETTINGS = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
NOBODY: dict[str, str | float | bool] = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}

# Firefox lays out what it has of a page, and reports a formula of which the end is still to come.
HALF_A_FORMULA = "error: Incorrect number of children for <"
FORMULAS_ARE_WHOLE = """["msub, msup, mfrac, munder, mover, mroot", "msubsup, munderover"].every(
    (names, index) => [...document.querySelectorAll(names)].every(
        formula => formula.children.length === index + 2))"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start a headless Firefox with an empty profile, one for the tests of this module."""
    if FIREFOX is None:
        pytest.fail(MISSING)
    # The channel is not in Playwright's documentation (1.64).
    firefox = playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=FIREFOX,
        firefox_user_prefs=NOBODY,
        env={**os.environ, **NOT_EVEN_SETTINGS},
    )
    yield firefox
    firefox.close()


def assert_complete(page: Page, log: Log, base_url: str) -> None:
    """Check that all formulas are whole, no other host was asked, and there is no complaint."""
    assert page.evaluate(FORMULAS_ARE_WHOLE)
    log.complaints = [text for text in log.complaints if not text.startswith(HALF_A_FORMULA)]
    log.assert_complete(base_url)


@pytest.mark.pages([*ENGLISH, "es/index.html", f"es/{CHAPTER}"])
def test_a_page_opens_draws_and_asks_only_its_own_host(
    name: str, page: Page, log: Log, base_url: str
) -> None:
    page.goto(base_url + name)
    read_to_the_end(page)
    assert_complete(page, log, base_url)


def test_cells_run_with_those_above_and_a_mistake_is_named(
    page: Page, log: Log, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    middle, figure, odds = (cell(page, name) for name in (MIDDLE, FIGURE, ODDS))
    assert run(middle).startswith("Done")
    assert "\n".join(shown(middle)) == middle.locator(".cell_output pre").inner_text().rstrip()
    expect(figure.locator(".live-output img")).to_have_js_property("complete", True)
    assert figure.locator(".live-output img").evaluate("image => image.naturalWidth") > 500
    wrong = edited(odds, 'odds = 3 / 2\n\ncheck("odds", odds)')
    assert run(wrong) == "odds is not right yet."
    assert "ratio of the scores" in "".join(shown(wrong))
    assert_complete(page, log, base_url)


def test_a_loop_can_be_stopped_and_what_was_written_survives_a_reload(
    page: Page, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    first = edited(cell(page, FIRST), 'print("begun", flush=True)\nwhile True: pass')
    press(first, "Run")
    first.locator(".live-output").get_by_text("begun").wait_for(timeout=0)
    press(first, "Stop")
    expect(first.locator(".live-state")).to_contain_text("Stopped.")
    assert run(edited(first, "6 * 7")).startswith("Done")
    assert shown(first) == ["42"]
    page.reload()
    expect(first.locator("textarea")).to_have_value("6 * 7")
    assert state(first) == "As you left it."
