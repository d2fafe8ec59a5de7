"""Mend what assistive technology stumbles over and no template reaches.

- docutils lists the entries of a bibliography with the role `doc-biblioentry`, which WAI-ARIA has
  deprecated and which a list may not hold: they become plain items of the list.

Private hook: the attribute as docutils 0.21.2 writes it. `tests/site` notices when it changes.
"""

from typing import Any

from sphinx.application import Sphinx


def mend_roles(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Give bibliography entries the role that their list asks for."""
    body = context.get("body", "")
    context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", mend_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
