"""One course in two languages: each page leads to the same page of the other edition.

The Spanish edition is a site of its own in the folder ``es`` of the English one. A page that the
other edition lacks leads to its start. A link of the Spanish edition to a chapter that is not
translated yet leads to the English page, and says so.
"""

import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from words import say

ROOT = Path(__file__).parents[1]
MAIN = "en"
EDITIONS = {"en": "English", "es": "Español"}
EVERYWHERE = {"genindex", "search"}  # pages without a source that every edition has


@cache
def pages(language: str) -> set[str]:
    """List the pages of an edition."""
    toc = ROOT / ("_toc.yml" if language == MAIN else f"{language}/_toc.yml")
    text = toc.read_text("utf-8")
    return {yaml.safe_load(text)["root"], *re.findall(r"^\s*- file: (\S+)", text, re.MULTILINE)}


def in_edition(app: Sphinx, page: str) -> str:
    """Return the name of a page among those of all editions."""
    return page if app.config.language == MAIN else f"{app.config.language}/{page}"


def to_main(app: Sphinx) -> str:
    """Return the way from the static files of this edition to those of the English one."""
    return "" if app.config.language == MAIN else "../../_static/"


def way(app: Sphinx, page: str, language: str, target: str) -> str:
    """Return the relative address of a page of an edition, seen from a page of this one."""
    up = "../" * (page.count("/") + (app.config.language != MAIN))
    return f"{up}{'' if language == MAIN else language + '/'}{target}.html"


class LeadToMain(SphinxTransform):
    """Lead links to pages that only the English edition has to their built form, and say it."""

    default_priority = 5  # before Sphinx collects what is to be downloaded

    def apply(self, **kwargs: Any) -> None:
        """Visit the links that lead out of the edition's folder."""
        if self.config.language == MAIN:
            return
        folder = PurePosixPath(self.config.language)
        here = (folder / self.env.docname).parent
        for link in [
            *self.document.findall(addnodes.pending_xref),
            *self.document.findall(addnodes.download_reference),
        ]:
            target, _, place = str(link.get("reftarget", "")).partition("#")
            place = str(link.get("reftargetid") or place)
            if "../" not in target:
                continue
            # MyST writes the way to a page from the top of the edition, to another file from here.
            start = folder if isinstance(link, addnodes.pending_xref) else here
            name = str(PurePosixPath(*resolved(start / target)).with_suffix(""))
            if name not in pages(MAIN):
                continue
            address = way(self.app, self.env.docname, MAIN, name) + (place and f"#{place}")
            words = nodes.inline("", "", *link.children)
            reference = nodes.reference("", "", words, internal=False, refuri=address)
            reference["classes"].append("other-edition")
            note = nodes.inline("", " " + say("(in English)"), classes=["edition-note"])
            link.replace_self([reference, note])


def resolved(path: PurePosixPath) -> list[str]:
    """Resolve the dots of a path."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return parts


def offer_editions(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Let each page lead to the other edition, for readers and for search engines."""
    mine = app.config.language
    context["editions"] = [
        {
            "language": language,
            "name": name,
            "url": way(app, pagename, language, pagename if known else "index"),
        }
        for language, name in EDITIONS.items()
        if language != mine
        for known in [pagename in pages(language) | EVERYWHERE]
    ]
    for group in context["header_buttons"]:
        for button in group.get("buttons", []):  # an issue names the page with its edition
            if "issues/new?title=" in button.get("url", ""):
                whole = f"%2F{in_edition(app, pagename)}."
                button["url"] = button["url"].replace(f"%2F{pagename}.", whole)
    address = app.config.html_baseurl
    languages = [name for name in EDITIONS if pagename in pages(name)]
    if not address or len(languages) < 2:
        return
    root = urljoin(address, "." if mine == MAIN else "..")
    listed = [(name, name) for name in languages] + [("x-default", MAIN)]
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n<link rel="alternate" hreflang="{key}" href="{root}{in_language(name, pagename)}">'
        for key, name in listed
    )


def in_language(language: str, page: str) -> str:
    """Return the address of a page below the site's root."""
    return f"{page}.html" if language == MAIN else f"{language}/{page}.html"


def mark_english(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Say of what stays English, in another edition, that it is English."""
    if app.config.language != MAIN and "body" in context:
        body = context["body"]
        for english in ("citation", "english docutils container"):
            body = body.replace(f'<div class="{english}"', f'<div lang="en" class="{english}"')
        context["body"] = body.replace('class="other-edition', 'hreflang="en" class="other-edition')


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_transform(LeadToMain)
    app.connect("html-page-context", offer_editions, priority=700)
    app.connect("html-page-context", mark_english)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
