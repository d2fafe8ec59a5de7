"""Read an open page as a patient reader does."""

from playwright.sync_api import Page, expect


def read_to_the_end(page: Page) -> None:
    """Open all folds and scroll to all that loads late: explorables and pictures."""
    page.mouse.move(1, 1)  # an explorable waits for a first sign of the reader
    page.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")
    for figure in page.locator(".explorable").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".chart > svg").wait_for()  # not the still ones (one a width)
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
