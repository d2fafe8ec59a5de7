"""Python in the page, as a place to work: what it loads, keeps, stops, says and survives."""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from live_cells import cell, cells, edited, ended, open_live, press, run, shown, state, watch
from page_log import Log
from playwright.sync_api import Browser, Locator, Page, Playwright, expect
from test_accessible import look, violations  # noqa: F401  look is a fixture
from test_light import compressed

from conftest import ARGUMENTS, CHROMIUM, SITE, SiteHandler, serve_site

CHAPTER = "chapters/02_max_argmax_softmax.html"
FIRST, FIGURE, PREDICT, RULE = "273a27ba", "2960810c", "db4ab609", "4cd576a1"
EXERCISE, SOLUTION = "a02a487c", "e5439a4a"
ALL_AXES = """def softmax_batch(logits):
    e = np.exp(logits - np.max(logits))
    return e / e.sum()


check("softmax_batch", softmax_batch)"""

# Compressed, in thousands of bytes: what a page brings before the first use of a button, what comes
# with the first Edit, and with the first Run of a cell that imports nothing but NumPy.
BEFORE, EDITOR, PYTHON = 4, 10, 9400
ANNOUNCED = """() => {
  window.said = [];
  new MutationObserver(() => said.push(document.querySelector("main > [role=status]").textContent))
    .observe(document.querySelector("main > [role=status]"), { childList: true });
}"""


def live_files(log: Log) -> list[str]:
    """List the files of the pages' Python that were asked for, by name."""
    return [
        unquote(urlsplit(url).path.split("/live/")[1]) for url in log.requests if "/live/" in url
    ]


def kilobytes(names: list[str]) -> float:
    """Sum up what a host sends for these files."""
    return sum(compressed(SITE / "_static" / "live" / name) for name in names) / 1000


def only(page: Page, text: str) -> Locator:
    """Run a text in the page's first cell, above which there is nothing."""
    first = edited(cells(page)[0], text)
    run(first)
    return first


# What it loads


def test_nothing_is_loaded_before_the_first_use_and_then_only_what_is_imported(
    page: Page, log: Log, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    page.wait_for_load_state("networkidle")
    assert live_files(log) == ["loader.js"]
    assert kilobytes(["loader.js"]) <= BEFORE

    press(cells(page)[0], "Edit")
    expect(page.locator("textarea")).to_be_focused()
    assert sorted(live_files(log)) == ["live.css", "loader.js", "page.js"]
    assert kilobytes(live_files(log)) <= EDITOR

    only(page, "1 + 1")
    wheels = [name for name in live_files(log) if name.endswith(".whl")]
    assert [name.split("-")[0] for name in wheels] == ["numpy"]
    assert kilobytes(live_files(log)) <= PYTHON

    only(page, "import scipy.special")
    brought = [name for name in live_files(log) if name.endswith((".whl", ".zip"))]
    assert {name.split("-")[0] for name in brought} == {
        *["numpy", "python_stdlib.zip", "course", "scipy", "openblas"]
    }
    only(page, "from softmax_course import plots")
    assert any(name.startswith("matplotlib-") for name in live_files(log))
    log.assert_complete(base_url)


def test_files_are_brought_once_for_all_pages(page: Page, log: Log, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    only(page, "1 + 1")
    press(cells(page)[0], "Restart")
    only(page, "1 + 2")
    for name in [CHAPTER, "chapters/02b_look_closer.html"]:
        log.requests.clear()
        open_live(page, base_url, name)
        assert shown(only(page, "20 + 3")) == ["23"]
        assert [one for one in live_files(log) if one.endswith((".whl", ".wasm", ".zip"))] == []


def test_progress_is_shown_in_megabytes(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    page.evaluate("""window.seen = new Set(); new MutationObserver(() =>
        document.querySelectorAll(".live-state, progress:not([hidden])").forEach(part =>
            seen.add(part.textContent || `${part.value} of ${part.max}`)
        )).observe(document.body, { subtree: true, childList: true, attributes: true })""")
    only(page, "1 + 1")
    seen = page.evaluate("[...seen]")
    assert any(
        re.fullmatch(r"Loading Python: \d+\.\d of 1\d\.\d MB, once\.", text) for text in seen
    )
    assert len([text for text in seen if re.fullmatch(r"\d+ of 1\d{7}", text)]) > 5


# What runs


def test_a_run_brings_the_cells_above_up_to_date_but_no_exercise_and_no_solution(
    page: Page, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    asked = cells(page)[-1]
    assert "tag_solution" in (asked.get_attribute("class") or "")
    assert run(asked) == "name_the_tokens is right."
    for one in cells(page)[:-1]:
        about = one.get_attribute("class") or ""
        unasked = "tag_exercise" in about or "tag_solution" in about
        assert one.locator(".live-output").count() == (not unasked)

    edited(cell(page, RULE), "print('again')")  # and no other is run again
    page.evaluate("document.querySelectorAll('.live-output').forEach(one => one.title = 'before')")
    run(asked)
    assert shown(cell(page, RULE)) == ["again\n"]
    assert page.locator(".live-output:not([title])").count() == 2


def test_an_error_above_is_said_and_linked(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    edited(cell(page, RULE), "1 / 0")
    below = cells(page)[4]
    assert run(below) == "A cell above has stopped with an error. Go to it."
    assert below.get_by_role("link", name="Go to it").get_attribute("href") == f"#cell-{RULE}"
    (told,) = shown(cell(page, RULE))
    assert told.splitlines()[0] == "Traceback (most recent call last):"
    assert "    1 / 0" in told.splitlines()
    assert told.splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_outputs_are_those_of_a_notebook(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    first = cells(page)[0]
    for text, expected in {
        "print('a'); print('b')\nimport sys; print('c', file=sys.stderr)\n{1: 'x'}": [
            *["a\nb\n", "c\n", "{1: 'x'}"]
        ],
        "set('ba')": ["{'a', 'b'}"],  # sorted, as IPython does
        "display(1, 'two')": ["1", "'two'"],
        "3;": [],
        "None": [],
        "x = 4": [],
        "def f(:": [
            '  File "<cell 1>", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax'
        ],
    }.items():
        run(edited(first, text))
        assert shown(first) == expected, text
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
    run(edited(first, f"{plot}print('a'); print('b')\nplt.show()\nprint('c'); 1 / 0"))
    assert [piece.split()[-1] for piece in shown(first)] == ["b", "Axes>", "c", "zero"]
    run(edited(first, f"{plot}1 / 0"))
    assert [piece.split()[-1] for piece in shown(first)] == ["zero", "Axes>"]
    run(edited(first, f"{plot}plt.title('$\\\\nowhere$');"))
    assert "nowhere" in shown(first)[0]
    assert shown(only(page, "1 + 1")) == ["2"]  # no figure is left over
    run(edited(first, "for i in range(10 ** 5): print('many lines of output', i)"))
    (cut,) = shown(first)
    assert len(cut) < 210_000
    assert cut.endswith("(the rest is not shown)")


def test_a_run_that_is_asked_for_meanwhile_waits_its_turn(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    one, other = cells(page)[0], cell(page, EXERCISE)
    edited(one, "import time\ntime.sleep(1)\nnp = check = None\n7")
    edited(other, "8")
    watch(one)
    watch(other)
    press(one, "Run")
    press(other, "Check")
    expect(other.locator(".live-state")).to_have_text(re.compile("^Waits until"))
    ended(one)
    assert shown(one) == ["7"]


def test_stop_ends_an_endless_loop_and_the_next_run_starts_afresh(
    page: Page, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    asked = edited(cell(page, PREDICT), "while True: pass")
    watch(asked)
    press(asked, "Run")
    says = asked.locator(".live-state")
    expect(says).to_have_text(
        re.compile(r"^Still running, \d+ s\. A loop that never ends needs Stop")
    )
    press(asked, "Stop")
    ended(asked)
    assert state(asked) == "Stopped. What stood above must run again: the next Run does it."
    press(asked, "Reset")
    run(asked)
    (text,) = shown(asked)
    assert text.startswith("array([0.0001, 0.0006,")


def test_restart_forgets_all_names(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    first = only(page, "kept = 1")
    press(first, "Restart")
    assert "NameError" in shown(only(page, "kept"))[0]


def test_run_all_above_runs_them_again(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    edited(cells(page)[0], "try: n += 1\nexcept NameError: n = 1\nn")
    second = edited(cells(page)[1], "n")
    run(second)
    assert shown(second) == ["1"]
    watch(second)
    press(second, "Run all above")
    ended(second)
    assert (shown(cells(page)[0]), shown(second)) == (["2"], ["1"])
    assert state(second) == "All cells above have run."


# What it keeps


def test_a_run_replaces_the_published_output_which_can_be_put_back(
    page: Page, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    asked = cell(page, PREDICT)
    published = asked.locator("details.below-input")
    run(asked)
    expect(published).to_be_hidden()
    expect(asked.locator(".live-output")).to_contain_text("From your browser.")
    press(asked, "Show the published output")
    expect(published).to_be_visible()
    expect(asked.locator(".live-output")).to_have_count(0)


def test_a_cell_that_is_reset_while_it_runs_stays_as_published(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    first = edited(cells(page)[0], "import time\nprint('begun')\ntime.sleep(2)\nprint('over')")
    watch(first)
    press(first, "Run")
    expect(first.locator(".live-output")).to_contain_text("begun")
    press(first, "Reset")
    ended(first)
    expect(first.locator(".live-state")).to_have_text(re.compile("^(Done|As published)"))
    expect(first.locator(".live-output")).to_have_count(0)
    assert shown(only(page, "1 + 1")) == ["2"]


def test_a_change_survives_a_reload_until_it_is_reset_or_forgotten(
    page: Page, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    page.wait_for_load_state("networkidle")
    for name in (RULE, EXERCISE):
        edited(cell(page, name), f"# {name} is mine\n1 + 1")
    page.reload()
    for name in (RULE, EXERCISE):
        expect(cell(page, name).locator("textarea")).to_have_value(f"# {name} is mine\n1 + 1")
        assert state(cell(page, name)) == "As you left it."
    assert page.locator("textarea").count() == 2

    press(cell(page, RULE), "Reset")
    page.reload()
    expect(page.locator("textarea")).to_have_count(1)
    press(cell(page, EXERCISE), "Forget all changes")
    expect(cell(page, EXERCISE).locator("textarea")).to_have_value(
        re.compile(r"^def softmax_batch")
    )
    expect(page.get_by_role("button", name="Forget all changes")).to_have_count(0)
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator("textarea")).to_have_count(0)


def test_a_reader_is_told_when_the_published_cell_has_changed_since(
    page: Page, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    key = f"softmax-course:cell:{CHAPTER.removesuffix('.html')}#{RULE}"
    change = json.dumps({"text": "mine", "published": "an earlier edition"})
    page.evaluate("([key, change]) => localStorage.setItem(key, change)", [key, change])
    page.reload()
    says = cell(page, RULE).locator(".live-state")
    expect(says).to_have_text(re.compile("^The published cell has changed"))
    expect(cell(page, RULE).locator("textarea")).to_have_value("mine")


def test_a_right_answer_marks_its_exercise_as_done_and_a_solution_does_not(
    page: Page, base_url: str
) -> None:
    open_live(page, base_url, CHAPTER)
    page.evaluate("window.told = 0; document.addEventListener('course:done', () => told++)")
    done = "localStorage.getItem('softmax-course:done')"
    solution = cell(page, SOLUTION)
    assert run(solution) == "softmax_batch is right."
    assert page.evaluate(done) is None
    exercise = edited(cell(page, EXERCISE), ALL_AXES)
    assert run(exercise) == "softmax_batch is not right yet."
    expect(exercise.locator(".live-output")).to_contain_text("Not quite: all axes at once.")
    assert page.evaluate(done) is None
    edited(exercise, solution.locator("pre").first.inner_text())
    assert run(exercise) == "softmax_batch is right."
    assert json.loads(page.evaluate(done)) == ["softmax_batch"]
    assert page.evaluate("told") == 1


# For everyone


def test_a_cell_is_changed_and_run_with_the_keyboard_alone(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    one, two = cells(page)[:2]
    keys = page.keyboard
    one.get_by_role("button", name="Edit cell 1").focus()
    keys.press("Enter")
    area = one.locator("textarea")
    expect(area).to_be_focused()
    keys.press("Control+a")
    keys.type("for i in [1, 2]:")
    keys.press("Enter")
    keys.type("x = i")
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    keys.type("x")
    assert area.input_value() == "for i in [1, 2]:\n    x = i\nx"
    watch(one)
    keys.press("Control+Enter")
    ended(one)
    assert shown(one) == ["2"]
    keys.press("Escape")
    expect(one.get_by_role("button", name="Run cell 1", exact=True)).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Enter")
    watch(one)
    keys.press("Shift+Enter")
    expect(two.locator("textarea")).to_be_focused()
    ended(one)


def test_each_run_is_announced_once_at_its_end(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    press(cell(page, PREDICT), "Edit")
    expect(page.locator("textarea")).to_be_focused()
    page.evaluate(ANNOUNCED)
    run(cell(page, PREDICT))
    edited(cell(page, EXERCISE), ALL_AXES)
    run(cell(page, EXERCISE))
    run(edited(cells(page)[0], "1 / 0"))
    said = [re.sub(r" in \d+\.\d s", "", text) for text in page.evaluate("said")]  # on a slow one
    assert [text.split(": ", 1)[1] for text in said] == [
        *["Done.", "softmax_batch is not right yet.", "Stopped with an error."]
    ]


def test_every_state_is_accessible_and_fits(look: Any, base_url: str) -> None:  # noqa: F811
    page = look(CHAPTER, "light", 1280, reduced_motion="reduce")
    open_live(page, base_url, CHAPTER)
    wide = f"x = '{'long ' * 60}'\nprint(x)\n1 / 0  # {'long ' * 60}"
    run(cell(page, FIGURE))
    run(edited(cell(page, EXERCISE), ALL_AXES))
    run(edited(cell(page, RULE), wide))
    run(cell(page, PREDICT))  # a cell above has failed
    loop = edited(cells(page)[0], "while True: pass")
    press(loop, "Run")
    expect(loop.locator(".live-state")).to_have_text(re.compile("^Still"))
    for theme, width in product(("light", "dark"), (1280, 390, 320)):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 800})
        for part in page.locator("html, .bd-article-container").all():
            assert part.evaluate("part => part.scrollWidth - part.clientWidth") <= 1
        targets = page.locator(".live-bar button, .live-more button, .live-from button")
        for button in targets.all():
            if button.is_visible():
                box = button.bounding_box()
                assert box
                assert box["height"] >= 24
        assert violations(page) == [], (theme, width)


# What it survives


class Damaged(SiteHandler):
    """Serve one byte of NumPy's wheel changed."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Change the last byte but some."""
        content = source.read()
        if "/numpy-" in self.path:
            content = content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]
        outputfile.write(content)


@pytest.fixture
def damaged_url(site_dir: Path) -> Iterator[str]:
    """Serve a site with a damaged file."""
    with serve_site(site_dir, Damaged) as address:
        yield address


def figure_is_drawn(page: Page) -> None:
    """Wait until the page's first explorable is drawn."""
    figure = page.locator(".explorable").first
    figure.scroll_into_view_if_needed()
    expect(figure.locator(".chart > svg")).to_be_visible()


def works_but_for_python(page: Page, told: str) -> None:
    """Check that a run says what is wrong, in words, and that the rest of the page still works."""
    first = cells(page)[0]
    watch(first)
    press(first, "Run")
    expect(first.locator(".live-state")).to_have_text(told)
    figure_is_drawn(page)
    expect(first.locator(".live-more button").first).to_be_hidden()  # nothing to stop


def test_a_damaged_file_is_named(page: Page, damaged_url: str) -> None:
    open_live(page, damaged_url, CHAPTER)
    (wheel,) = (SITE / "_static" / "live").glob("numpy-*")
    told = f"Python has stopped. {wheel.name} is damaged: it is not the file that was published."
    works_but_for_python(page, told)


def test_a_missing_file_is_named_and_may_come_later(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    page.context.route("**/pyodide.asm.wasm*", lambda route: route.fulfill(status=404))
    works_but_for_python(page, "Python has stopped. pyodide.asm.wasm is missing on this server.")
    page.context.unroute("**/pyodide.asm.wasm*")
    assert shown(only(page, "1 + 1")) == ["2"]


def test_a_connection_that_breaks_is_said(page: Page, base_url: str) -> None:
    open_live(page, base_url, CHAPTER)
    press(cells(page)[0], "Edit")
    expect(page.locator("textarea")).to_be_focused()
    figure_is_drawn(page)  # its code has come before the connection breaks
    page.context.set_offline(True)
    works_but_for_python(page, "Python has stopped. manifest.json cannot be loaded.")


@pytest.mark.parametrize("lacking", ["Worker", "WebAssembly"])
def test_an_old_browser_is_told(lacking: str, page: Page, base_url: str) -> None:
    # A worker has its own WebAssembly: what it lacks is taken away in its script.
    page.add_init_script(f"delete window.{lacking}")
    page.context.route(
        "**/worker.js*",
        lambda route: route.fulfill(
            body=f"delete self.{lacking};" + (SITE / "_static/live/worker.js").read_text("utf-8"),
            content_type="text/javascript",
        ),
    )
    open_live(page, base_url, CHAPTER)
    first = cells(page)[0]
    press(first, "Run")
    expect(first.locator(".live-state")).to_have_text(re.compile("^Python has stopped. "))


def test_code_that_does_not_come_is_said(page: Page, base_url: str) -> None:
    page.context.route("**/page.js*", lambda route: route.abort())
    open_live(page, base_url, CHAPTER)
    press(cells(page)[0], "Run")
    told = "This browser or its connection cannot bring the code that runs cells."
    expect(cells(page)[0].get_by_role("alert")).to_have_text(told)
    page.context.unroute("**/page.js*")
    page.reload()
    assert shown(only(page, "1 + 1")) == ["2"]


def test_a_page_that_is_a_file_says_how_to_serve_it(page: Page, site_dir: Path) -> None:
    open_live(page, f"{site_dir.as_uri()}/", CHAPTER)
    press(cells(page)[0], "Run")
    press(cells(page)[0], "Edit")
    told = cells(page)[0].get_by_role("alert")
    expect(told).to_have_text(re.compile("python -m http.server 8000.*http://localhost:8000"))


def test_a_site_without_a_certificate_runs_cells_too(
    site_dir: Path, playwright: Playwright
) -> None:
    with serve_site(site_dir) as address:  # under a name that browsers do not trust
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, "--host-resolver-rules=MAP class.example 127.0.0.1"],
        )
        page = chromium.new_page()
        open_live(page, address.replace("127.0.0.1", "class.example"), CHAPTER)
        assert page.evaluate("isSecureContext") is False
        assert shown(only(page, "1 + 1")) == ["2"]
        chromium.close()


def test_without_javascript_the_page_is_as_it_was(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base_url + CHAPTER)
    assert page.get_by_role("button", name="Run").count() == 0
    assert page.locator(".live-note").all() != []
    assert not any(note.is_visible() for note in page.locator(".live-note").all())
    context.close()


def test_cells_that_cannot_run_say_why(page: Page, base_url: str) -> None:
    open_live(page, base_url, "chapters/03b_softmax_in_keras.html")
    assert cells(page) == []
    why = "No Run on this page: Keras and JAX do not run in browsers."
    assert page.locator("h1 + .live-note").inner_text() == why
    open_live(page, base_url, CHAPTER)
    for figure in page.locator(".tag_explorable").all():
        assert figure.get_by_role("button", name="Run").count() == 0
        expect(figure.locator(".live-note")).to_have_text(
            "No Run here: this figure moves without Python."
        )
