"""Every page can be found, shared and recognised."""

import os
import zipfile
from html.parser import HTMLParser
from pathlib import Path

from conftest import ADDRESS, CHAPTERS, PAGES


class Head(HTMLParser):
    """Read the title and the properties of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.title = ""
        self.properties: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self._in_title = False
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a property or a link."""
        found = {key: value or "" for key, value in attrs}
        if tag == "meta":
            self.properties[found.get("name") or found.get("property", "")] = found.get(
                "content", ""
            )
        elif tag == "link":
            self.links[found["rel"]] = found["href"]
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        """Note the title."""
        if self._in_title and not self.title:
            self.title = data


def test_a_page_has_a_title_a_description_a_preview_and_an_icon(name: str, site_dir: Path) -> None:
    head = Head(site_dir / name)
    description = head.properties["description"]
    assert head.title
    assert 40 <= len(description) <= 160
    assert head.properties["og:title"]
    assert head.properties["og:description"] == description
    assert head.links["icon"].endswith("favicon.svg")


def test_no_two_pages_have_the_same_title_or_description(site_dir: Path) -> None:
    heads = [Head(site_dir / name) for name in PAGES]
    assert len({head.title for head in heads}) == len(PAGES)
    assert len({head.properties["description"] for head in heads}) == len(PAGES)


def test_pages_point_to_the_address_and_the_repository_only_where_they_are_known(
    name: str, site_dir: Path
) -> None:
    head = Head(site_dir / name)
    html = (site_dir / name).read_text("utf-8")
    pointing = {"canonical", "og:url", "og:image"} & {*head.links, *head.properties}
    assert len(pointing) == (3 if ADDRESS else 0)
    if not (ADDRESS and os.environ.get("GITHUB_REPOSITORY")):
        assert "mybinder.org" not in html
        assert "source-repository-button" not in html


def test_the_zip_holds_the_notebooks_the_wheel_and_how_to_start(site_dir: Path) -> None:
    with zipfile.ZipFile(site_dir / "softmax-course.zip") as bundle:
        names = bundle.namelist()
        (wheel,) = (name for name in names if name.endswith(".whl"))
        requirements = bundle.read("softmax-course/requirements.txt").decode()
    notebooks = {name.replace(".html", ".ipynb") for name in CHAPTERS}
    assert {f"softmax-course/{notebook}" for notebook in notebooks} <= set(names)
    assert f"./{Path(wheel).name}[learn]" in requirements
    assert "softmax-course/README.txt" in names
