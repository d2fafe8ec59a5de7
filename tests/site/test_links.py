"""Every internal link and every fragment of every page leads somewhere."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit


class Anchors(HTMLParser):
    """Collect what a page links to, and the ids that it can be entered by."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses and the id of a tag."""
        for key, value in attrs:
            if key in {"href", "src"} and value is not None and tag != "base":
                self.links.append(value)
            elif key == "id" and value is not None:
                self.ids.append(value)


@cache
def anchors(page: Path) -> Anchors:
    """Read a page once."""
    found = Anchors()
    found.feed(page.read_text("utf-8"))
    return found


def broken(page: Path) -> list[str]:
    """List the internal links of a page that lead nowhere."""
    faults = []
    for link in anchors(page).links:
        address, fragment = urldefrag(link)
        if urlsplit(link).scheme:
            continue
        target = (page.parent / unquote(urlsplit(address).path)).resolve() if address else page
        if not target.is_file() or (
            fragment and target.suffix == ".html" and unquote(fragment) not in anchors(target).ids
        ):
            faults.append(link)
    return faults


def test_internal_links_and_fragments_lead_somewhere(name: str, site_dir: Path) -> None:
    assert broken(site_dir / name) == []


def test_ids_are_unique(name: str, site_dir: Path) -> None:
    ids = anchors(site_dir / name).ids
    assert [one for one in set(ids) if ids.count(one) > 1] == []


def test_a_broken_link_and_a_broken_fragment_are_found(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text('<p id="x"><a href="b.html"></a><a href="#y"></a><a href="#x"></a>', "utf-8")
    assert broken(page) == ["b.html", "#y"]
