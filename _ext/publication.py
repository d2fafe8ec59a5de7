"""How the world finds the book: descriptions, previews, its address and its repository.

The address and the repository are known only to the workflow that publishes the site; its
environment names them (`SITE_URL`, `GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`, `GITHUB_REF_NAME`),
and this is the one place that reads them. Without `SITE_URL` nothing points to either, and
`make book` builds the same site without the buttons for the source, for an edit and for Binder.

Private hooks: the options of sphinx-book-theme 1.3.0 by their names, its sign for a notebook
(`kernelspec`), and the context's `metatags`, which Sphinx 7.4.7 writes into the head.
"""

import os
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from languages import EDITIONS, MAIN, in_language, pages
from sphinx.application import Sphinx
from sphinx.config import Config
from words import say

PREVIEW = "_static/preview.png"  # 1200 by 630, the size that all social networks show whole
LENGTH = 160  # search engines cut a description that is longer


def read_environment(app: Sphinx, config: Config) -> None:
    """Set the address, and with it the buttons that lead to the repository."""
    config.html_additional_pages["404"] = "404.html"
    address = os.environ.get("SITE_URL", "")
    folder = "" if config.language == MAIN else f"{config.language}/"
    config.html_baseurl = address and f"{address.rstrip('/')}/{folder}"
    repository = os.environ.get("GITHUB_REPOSITORY")
    if config.html_baseurl and repository:
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        config.html_theme_options |= {
            "repository_url": f"{server}/{repository}",
            "repository_provider": "github",  # whatever its host is called
            "repository_branch": os.environ.get("GITHUB_REF_NAME", "main"),
            "path_to_docs": folder,
            "use_repository_button": True,
            "use_source_button": True,
            "use_edit_page_button": True,
            "use_issues_button": True,
            "launch_buttons": {
                "binderhub_url": "https://mybinder.org",
                "notebook_interface": "jupyterlab",
            },
        }


def read_pages_as_text(app: Sphinx, doctree: nodes.document) -> None:
    """Let the theme offer no Binder for a Markdown page with code: it would open as its source."""
    if app.env.doc2path(app.env.docname).endswith(".md"):
        app.env.metadata[app.env.docname].pop("kernelspec", None)


def describe(doctree: nodes.document) -> str:
    """Take the first sentences of a page, as many whole words as a search engine shows."""
    text = ""
    for paragraph in doctree.findall(nodes.paragraph):
        sentence = " ".join(paragraph.astext().split())
        in_text = isinstance(paragraph.parent, nodes.section | nodes.block_quote)
        own = "live-note" not in paragraph["classes"]  # it says the same on several pages
        if in_text and own and "\\" not in sentence:  # not a table, and without TeX
            text = f"{text} {sentence}".strip()
        if len(text) > LENGTH / 2:
            break
    if len(text) <= LENGTH:
        return text
    return text[: LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def add_metadata(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the page a description and a preview; name the address of each if it is known."""
    site = app.config.html_title
    others = {"genindex": say("Index"), "search": say("Search"), "404": say("Page not found")}
    title = app.env.titles[pagename].astext() if doctree else others.get(pagename, pagename)
    metatags = context.get("metatags", "")
    description = (doctree and describe(doctree)) or say(
        "{title}: a page of the course “{site}”.", title=title, site=site
    )
    properties = {
        "og:title": title,
        "og:description": description,
        "og:type": "article",
        "og:site_name": site,
    }
    if address := app.config.html_baseurl:
        properties |= {
            "og:url": urljoin(address, app.builder.get_target_uri(pagename)),
            "og:image": urljoin(address, PREVIEW),
            "og:image:alt": say("Three bars: softmax of the scores 1, 3 and 2."),
            "twitter:card": "summary_large_image",
        }
        if pagename == "404":  # it is shown in place of a page at any depth
            metatags += f'\n<base href="{urlsplit(address).path}">'
    lines = [f'<meta name="description" content="{escape(description)}">']
    lines += [f'<meta property="{key}" content="{escape(v)}">' for key, v in properties.items()]
    context["metatags"] = "\n".join([metatags, *lines])


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """List the pages of all editions for search engines, once the address is known."""
    address, mine = app.config.html_baseurl, app.config.language
    if exception or app.builder.name != "html" or not address or mine != MAIN:
        return
    addresses = [
        urljoin(address, in_language(language, name))
        for language in EDITIONS
        for name in sorted(pages(language))
    ]
    Path(app.outdir, "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
        + "</urlset>\n",
        "utf-8",
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", read_environment)
    app.connect("doctree-read", read_pages_as_text)
    app.connect("html-page-context", add_metadata)
    app.connect("build-finished", write_sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
