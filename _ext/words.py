"""What the site itself says, in the language of the edition that is built.

It stands in the extensions, templates and scripts in English, as ``say("...")``; ``locale/`` has
the other languages, for Sphinx's own machinery: ``site.po`` for what is ours, and ``sphinx.po`` for
what the themes leave in English. Scripts find theirs in ``words.js``.
"""

import json
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation

DOMAIN = "site"
LOCALES = Path(__file__).with_name("locale")
SCRIPT = "words.js"

_said = get_translation(DOMAIN)


def say(text: str, /, **values: object) -> str:
    """Say something in the edition's language, with values in the places of their names."""
    said = str(_said(text))
    return said.format(**values) if values else said


def speak(app: Sphinx, config: Config) -> None:
    """Offer the words to scripts, in a file that comes before all others."""
    catalogue = LOCALES / config.language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not catalogue.exists():
        return
    with catalogue.open("rb") as file:
        messages = read_po(file)
    words = {
        message.id: message.string
        for message in messages
        if any(place.endswith(".js") for place, _ in message.locations)
    }
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    (static / SCRIPT).write_text(f"window.courseWords={text};\n", "utf-8")
    app.add_js_file(SCRIPT, loading_method="defer", priority=100)


def offer(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Let templates say things, too."""
    context["say"] = say


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_message_catalog(DOMAIN, str(LOCALES))
    app.add_message_catalog("sphinx", str(LOCALES))
    app.connect("config-inited", speak)
    app.connect("html-page-context", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
