"""Python in a page, as its reader meets it: press buttons, change a cell, see what comes.

A run is waited for on what the page itself shows: its Stop appears, and goes when all is over.
"""

import pytest
from playwright.sync_api import Locator, Page

from conftest import PATIENCE, SITE

WITHOUT = (
    f"The site in {SITE} is built without Python. Set LIVE_DIST to a folder with the files of the "
    "Pyodide release that _ext/live_page/release.json names, and run `make book` again."
)


def open_live(page: Page, base_url: str, name: str) -> None:
    """Open a page of a site with Python, and all its folds."""
    if not (SITE / "_static" / "live" / "manifest.json").exists():
        pytest.fail(WITHOUT)
    page.set_default_timeout(PATIENCE)
    page.goto(base_url + name)
    page.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")


def cells(page: Page) -> list[Locator]:
    """List the cells that can run, in their order."""
    return page.locator(".live").all()


def cell(page: Page, name: str) -> Locator:
    """Find a cell by its id in the notebook."""
    return page.locator(f"#cell-{name}")


def press(cell: Locator, button: str) -> None:
    """Press one of a cell's buttons: "Run", "Check", "Edit", "Write", "Stop", "Reset", and more."""
    cell.get_by_role("button", name=button).first.click()


def watch(cell: Locator) -> None:
    """Notice the next run that is asked for at a cell, by button or keyboard: see `ended`."""
    cell.evaluate("""cell => {
        let begun = false;
        cell.runEnded = new Promise(resolve => new MutationObserver((changes, observer) => {
            const stop = cell.querySelector(".live-more button");
            if (stop && !stop.hidden) begun = true;
            else if (begun) {
                observer.disconnect();
                resolve();
            }
        }).observe(cell, { attributes: true, childList: true, subtree: true }));
    }""")


def ended(cell: Locator) -> None:
    """Wait until the run has ended that began after `watch`."""
    cell.evaluate("cell => cell.runEnded")


def run(cell: Locator) -> str:
    """Press Run, or Check, wait until the run has ended, and return what the page says of it."""
    watch(cell)
    cell.locator(".live-bar button").last.click()
    ended(cell)
    return state(cell)


def edited(cell: Locator, text: str) -> Locator:
    """Write a text into a cell's editor, in place of what is there."""
    cell.locator(".live-bar button").first.click()
    cell.locator("textarea").fill(text)
    return cell


def state(cell: Locator) -> str:
    """Read the line below a cell's code: what happens, or how the last run ended."""
    return cell.locator(".live-state").inner_text()


def shown(cell: Locator) -> list[str]:
    """List what the last run shows, piece by piece; a picture is read by its text form."""
    output = cell.locator(".live-output")
    assert output.count() == 1, state(cell)
    blocks: list[str] = output.evaluate(f"""output =>
        [...output.children].filter(block => !block.matches(".live-from")).map(block =>
            block.matches("img") ? block.alt
            : block.matches(".live-markdown") ? ({MARKDOWN})(block)
            : block.querySelector("pre").textContent)""")
    return blocks


def published_markdown(cell: Locator) -> str:
    """Read the Markdown of a cell's published output."""
    text: str = cell.locator(".cell_output").evaluate(MARKDOWN)
    return text


# Markdown as a reader has it: paragraphs, lists, folds and code line by line, and the pages that
# links lead to. Outside of code, the end of a line is a space; and which way a single quote curls
# between two signs (activation='softmax'), book and page decide differently.
MARKDOWN = """box => [...box.querySelectorAll("p, li:not(:has(p)), summary, pre, a")]
    .filter(part => !part.closest(".output")).map(part =>
        part.matches("pre") ? part.textContent
        : part.matches("a") ? part.href.split("#")[0]
        : part.textContent.replace(/\\s+/g, " ").replace(/[‘’]/g, "'").trim()).join("\\n")"""
