"""Explorables in a real browser: the page computes what the package computes, for everyone."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from explorable_settings import SETTINGS, controls
from page_log import Log
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from softmax_course import explore

EVERY = [name for name in explore.__all__ if name.islower()]


@cache
def explorable_at_start(name: str) -> explore.Explorable:
    """Build an explorable once."""
    made: explore.Explorable = getattr(explore, name)()
    return made


@cache
def controls_of(name: str) -> dict[str, dict[str, Any]]:
    """Describe the controls of an explorable by their names."""
    params = explorable_at_start(name).spec["params"]
    return {param["name"]: param["bind"] for param in params if "bind" in param}


@pytest.fixture(scope="session")
def pages(site_dir: Path) -> dict[str, str]:
    """Find the page of each explorable."""
    found = {}
    for path in site_dir.glob("chapters/*.html"):
        text = path.read_text("utf-8")
        for name in EVERY:
            if f"<figcaption>{explorable_at_start(name).title}</figcaption>" in text:
                found[name] = path.relative_to(site_dir).as_posix()
    return found


def figure_of(page: Page, name: str) -> Locator:
    """Scroll to an explorable on an open page, which draws it, and return its figure."""
    figure = page.locator(".explorable").filter(has_text=explorable_at_start(name).title).first
    figure.scroll_into_view_if_needed()
    return figure


def drawn(page: Page, address: str, name: str) -> Locator:
    """Open a page and return the figure of its explorable, once it is drawn."""
    page.goto(address)
    figure = figure_of(page, name)
    expect(figure.locator(".chart > svg")).to_be_visible()
    return figure


def settings_at_start(figure: Locator, name: str) -> dict[str, Any]:
    """Read from the page at which settings a chapter lets an explorable start."""
    vega = json.loads(figure.locator("script").text_content() or "")
    at = {s["name"]: s["value"] for s in vega["signals"] if s["name"] in controls_of(name)}
    scores = [at.pop(control) for control in list(at) if control.startswith("score")]
    if "score" in controls_of(name):
        return at | {"score": scores[0]}
    return at | ({"scores": scores} if scores else {})


def reset(figure: Locator, name: str) -> None:
    """Put the controls of an explorable to where its function starts, whatever the chapter says."""
    for param in explorable_at_start(name).spec["params"]:
        if "bind" in param:
            move(figure, name, {param["name"]: param["value"]})


def move(figure: Locator, name: str, settings: dict[str, Any]) -> None:
    """Put the controls of an explorable to these settings."""
    for control, value in controls(settings).items():
        element = figure.locator(f"[name={control}]")
        match controls_of(name)[control]["input"]:
            case "checkbox":
                element.set_checked(value)
            case "select":
                element.select_option(str(value))
            case _:
                element.fill(str(value).removesuffix(".0"))  # as the browser writes numbers


def names_and_numbers(lines: list[str]) -> list[str]:
    """List the lines as the page shows them, in two columns."""
    return [part for line in lines for part in line.split(": ", 1)]


@pytest.mark.parametrize("served", [True, False], ids=["served", "as a file"])
@pytest.mark.parametrize("explorable", EVERY)
def test_the_page_shows_the_numbers_that_the_package_computes(
    explorable: str,
    served: bool,
    page: Page,
    log: Log,
    pages: dict[str, str],
    site_dir: Path,
    base_url: str,
) -> None:
    root = base_url if served else site_dir.as_uri() + "/"
    page.goto(root + pages[explorable])
    figure = figure_of(page, explorable)
    reset(figure, explorable)
    settings: dict[str, Any] = {}
    for changed in SETTINGS[explorable]:
        settings |= changed  # a control stays where it was until it is moved
        move(figure, explorable, changed)
        expected = getattr(explore, explorable)(**settings).numbers
        expect(figure.locator("output span")).to_have_text(names_and_numbers(expected))
    log.assert_complete(root)


def test_an_explorable_works_from_the_keyboard(
    page: Page, pages: dict[str, str], base_url: str
) -> None:
    page.goto(base_url + pages["temperature"])
    figure = figure_of(page, "temperature")
    reset(figure, "temperature")
    numbers = figure.locator("output")
    figure.locator("[name=score0]").focus()
    page.keyboard.press("ArrowRight")
    expect(numbers).to_contain_text("1.10, 3.00, 2.00")
    page.keyboard.press("Home")
    expect(numbers).to_contain_text("-5.00, 3.00, 2.00")
    for key in ["Tab", "End", "Tab", "Tab", "Tab", "ArrowDown", "ArrowDown", "ArrowDown"]:
        page.keyboard.press(key)
    expect(numbers).to_contain_text("-5000.00, 5000.00, 2000.00")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(numbers).to_contain_text("0.000, nan, nan; sum nan")
    assert page.evaluate("document.activeElement.matches(':focus-visible')")


@pytest.mark.parametrize("explorable", EVERY)
def test_controls_are_labelled_and_changed_numbers_are_announced(
    explorable: str, page: Page, pages: dict[str, str], base_url: str
) -> None:
    figure = drawn(page, base_url + pages[explorable], explorable)
    for name, control in controls_of(explorable).items():
        labelled = figure.locator(".controls").get_by_label(control["name"])
        assert name in labelled.evaluate_all("all => all.map(one => one.name)")
    expect(figure.get_by_role("status")).to_have_count(1)  # what changes in it is read out


@pytest.mark.parametrize("explorable", EVERY)
def test_without_javascript_the_still_picture_and_the_numbers_remain(
    explorable: str, browser: Browser, pages: dict[str, str], base_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base_url + pages[explorable])
    figure = figure_of(page, explorable)
    picture = figure.locator("img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 500
    assert len((picture.get_attribute("alt") or "").split()) > 20
    numbers = getattr(explore, explorable)(**settings_at_start(figure, explorable)).numbers
    expect(figure.locator("output span")).to_have_text(names_and_numbers(numbers))
    context.close()


@pytest.mark.parametrize("explorable", EVERY)
def test_reset_brings_back_what_the_chapter_starts_with(
    explorable: str, page: Page, pages: dict[str, str], base_url: str
) -> None:
    figure = drawn(page, base_url + pages[explorable], explorable)
    numbers = figure.locator("output")
    published = numbers.inner_text()
    at_start = """controls => controls.map(control =>
      control.type === "checkbox" ? control.checked : control.value)"""
    controls = figure.locator(".controls :is(input, select)")
    values = controls.evaluate_all(at_start)
    for setting in SETTINGS[explorable]:
        move(figure, explorable, setting)
    assert controls.evaluate_all(at_start) != values
    figure.get_by_role("button", name="Reset").click()
    expect(numbers).to_have_text(published, use_inner_text=True)
    assert controls.evaluate_all(at_start) == values


@pytest.mark.parametrize("explorable", EVERY)
def test_a_slider_has_the_colour_of_what_it_moves_and_shows_its_value(
    explorable: str, page: Page, pages: dict[str, str], base_url: str
) -> None:
    figure = drawn(page, base_url + pages[explorable], explorable)
    colours = explorable_at_start(explorable).colours
    for slider in figure.locator("[type=range]").all():
        name = slider.get_attribute("name") or ""
        accent = slider.evaluate("slider => getComputedStyle(slider).accentColor")
        if name in colours:
            shares = [float(channel) for channel in re.findall(r"[\d.]+", accent)]
            bar = [int(colours[name][at : at + 2], 16) / 255 for at in (1, 3, 5)]
            assert shares == pytest.approx([0.92 * channel for channel in bar], abs=0.01)
        else:
            channels = [int(channel) for channel in re.findall(r"\d+", accent)]
            assert max(channels) - min(channels) < 40  # a grey, no bar's colour
        slider.press("ArrowRight")
        value = slider.input_value()
        expect(slider.locator("xpath=following-sibling::span")).to_have_text(value)


def test_on_a_phone_title_controls_and_picture_stand_in_one_screen(
    page: Page, pages: dict[str, str], base_url: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for explorable in EVERY:
        figure = drawn(page, base_url + pages[explorable], explorable)
        top, bottom = figure.evaluate(
            """figure => [figure.getBoundingClientRect().top,
                          figure.querySelector(".chart").getBoundingClientRect().bottom]"""
        )
        assert bottom - top < 700
        about = figure.locator(".about").bounding_box()
        chart = figure.locator(".chart").bounding_box()
        assert about
        assert chart
        assert about["y"] > chart["y"]


@pytest.mark.parametrize("explorable", EVERY)
def test_an_explorable_fits_a_phone_and_stands_out_in_both_themes(
    explorable: str, page: Page, pages: dict[str, str], base_url: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    figure = drawn(page, base_url + pages[explorable], explorable)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert (
        figure.locator(".chart > svg").evaluate("svg => svg.getBoundingClientRect().width") <= 358
    )
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        ground = luminance(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        texts = figure.locator("svg text").evaluate_all(
            "all => all.map(text => getComputedStyle(text).fill)"
        )
        marks = figure.locator("svg .mark-rect path, svg .mark-symbol path").evaluate_all(
            """all => all.map(mark => getComputedStyle(mark))
                  .map(style => style.stroke == 'none' ? style.fill : style.stroke)"""
        )
        assert texts
        assert marks
        assert min(contrast(luminance(text), ground) for text in texts) >= 4.5
        assert min(contrast(luminance(mark), ground) for mark in set(marks)) >= 3


def luminance(colour: str) -> float:
    """Compute the relative luminance of a CSS colour as WCAG 2 defines it."""
    channels = [int(digits) / 255 for digits in re.findall(r"\d+", colour)[:3]]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: float, other: float) -> float:
    """Compute the contrast ratio of two luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def test_the_script_is_one_and_only_where_an_explorable_is(name: str, site_dir: Path) -> None:
    text = (site_dir / name).read_text("utf-8")
    scripts = re.findall(r"<script[^>]*explorables\.js[^>]*>", text)
    assert len(scripts) == ('<figure class="explorable">' in text)
    assert all("defer" in script and "module" not in script for script in scripts)


def test_a_page_draws_only_when_an_explorable_comes_near(
    page: Page, log: Log, pages: dict[str, str], base_url: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(base_url + pages["temperature"])
    page.wait_for_load_state("networkidle")
    assert [url for url in log.requests if "vega" in url] == []
    expect(figure_of(page, "temperature").locator(".chart > svg")).to_be_visible()
    assert [url for url in log.requests if "vega" in url] == [f"{base_url}_static/vega.js"]


def test_the_scripts_leave_no_name_in_the_page(page: Page, base_url: str) -> None:
    names = "Object.getOwnPropertyNames(window)"
    page.goto(base_url + "cite.html")
    before = page.evaluate(names)
    for script in ("explorables.js", "vega.js"):
        page.add_script_tag(url=f"{base_url}_static/{script}")
    assert page.evaluate(names) == before


@pytest.fixture
def notebook_in_jupyterlab(tmp_path: Path) -> Iterator[str]:
    """Start JupyterLab on a notebook that holds each explorable's output; yield its address."""
    cells = [
        nbformat.v4.new_code_cell(
            outputs=[nbformat.v4.new_output("display_data", explorable()._repr_mimebundle_())]
        )
        for explorable in (getattr(explore, name) for name in EVERY)
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.write(notebook, tmp_path / "play.ipynb")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={tmp_path}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=explorables",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    own = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    with subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=os.environ | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        yield f"http://127.0.0.1:{port}/lab/tree/play.ipynb?token=explorables"
        server.terminate()


def patiently(act: Callable[[], object], seconds: int = 60) -> None:
    """Do what cannot be done yet while a server starts, or while JupyterLab replaces its cells."""
    for _ in range(2 * seconds):
        try:
            act()
        except PlaywrightError:
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"This could not be done within {seconds} seconds: {act}")


def test_explorables_work_in_jupyterlab(page: Page, notebook_in_jupyterlab: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    patiently(lambda: page.goto(notebook_in_jupyterlab))
    for cell, name in enumerate(EVERY):
        figure = page.locator(".jp-CodeCell").nth(cell)
        patiently(figure.scroll_into_view_if_needed)
        lines = figure.locator("svg .role-title-text tspan")
        expect(lines).to_have_text(explorable_at_start(name).numbers, timeout=30_000)
        settings = SETTINGS[name][1]
        move(figure, name, settings)
        expect(lines).to_have_text(getattr(explore, name)(**settings).numbers)
    # Vega's own warnings, and the embedding code's about a specification of another version.
    assert [text for text in said if text.startswith("WARN") or "input spec" in text] == []
