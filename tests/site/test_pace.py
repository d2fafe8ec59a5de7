"""A reader has something to look at and something to do within the first two screens."""

import pytest
from pace import pace
from playwright.sync_api import Page

from conftest import CHAPTERS

TWO_SCREENS = 1800  # pixels, at a width of 1280


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_begins_with_a_picture_and_something_to_do(
    chapter: str, page: Page, base_url: str
) -> None:
    found = pace(page, base_url + chapter, 1280)
    assert found.first_picture < TWO_SCREENS
    assert found.first_to_do < TWO_SCREENS


def test_chapter_2_is_no_longer_than_twenty_five_screens(page: Page, base_url: str) -> None:
    found = pace(page, base_url + "chapters/02_max_argmax_softmax.html", 1280)
    assert found.height <= 22_000
