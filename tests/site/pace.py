"""Measure how long pages are, and where the first picture and the first thing to do stand.

Run as a script, it prints a table of all chapters of the built site.
"""

from dataclasses import dataclass

from playwright.sync_api import Page

# A question, a folded prediction or a figure with controls; folded code (above-input) is none.
TO_DO = "main article details:not(.above-input), main article .explorable"
PICTURES = "main article img, main article .explorable"

TOPS = """elements => elements
  .map(element => element.getBoundingClientRect())
  .filter(box => box.width > 0 && box.height > 0)
  .map(box => box.top + window.scrollY)"""


@dataclass(frozen=True)
class Pace:
    """Distances from the top of a page, in CSS pixels; infinite for what is not there."""

    height: int
    first_picture: float
    first_to_do: float


def pace(page: Page, address: str, width: int) -> Pace:
    """Measure a page as it is when it opens, at this width of the window."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.wait_for_load_state("networkidle")

    def first(selector: str) -> float:
        return min(page.locator(selector).evaluate_all(TOPS), default=float("inf"))

    height = page.evaluate("document.documentElement.scrollHeight")
    return Pace(height, first(PICTURES), first(TO_DO))


def main() -> None:
    """Print a row per chapter: heights, and where the first things stand."""
    from playwright.sync_api import sync_playwright

    from conftest import ARGUMENTS, CHAPTERS, CHROMIUM, SITE, serve

    with sync_playwright() as playwright, serve(SITE) as root:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        print(f"{'':30}{'px at 1280':>12}{'at 390':>9}{'picture':>9}{'to do':>9}")
        for name in CHAPTERS:
            wide, narrow = pace(page, root + name, 1280), pace(page, root + name, 390)
            print(
                f"{name[9:-5]:30}{wide.height:12}{narrow.height:9}"
                f"{wide.first_picture:9.0f}{wide.first_to_do:9.0f}"
            )


if __name__ == "__main__":
    main()
