"""Formulas as MathML, rendered while the book is built: a page needs no script for them.

The browser lays MathML out with a font that has an OpenType MATH table, STIX Two Math, cut down
to the characters that the book's formulas use (1.5 MB becomes some 20 KB).  Pages without a
formula ask for neither.

Private hook: the place of the font inside the wheel of ziamath 0.13.
"""

import html
import json
import re
import unicodedata
from importlib.metadata import version
from logging import getLogger
from pathlib import Path
from typing import Any

import ziamath
from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator
from words import say

LOGGER = logging.getLogger(__name__)
CONVERTER = LatexToMathML(fancy_error=False)
getLogger("fontTools").setLevel("WARNING")  # it reports each table

FONT = Path(ziamath.__file__).with_name("fonts") / "STIXTwoMath-Regular.ttf"
SUBSET = "_static/stix-two-math.woff2"

# Characters that no formula spells out: the root sign and the accents are drawn by the elements
# msqrt and mover, and a hyphen in an operator is shown as a minus sign.
ALWAYS = set("√−-ˆ˜¯ˉ˙¨⃗→^~_‾̲̅")
# A single letter in <mi> is shown as its mathematical italic.
ITALIC = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in [*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)]
} | {"h": "\N{PLANCK CONSTANT}"}

# A preload by <link> in the page itself is refused, with an error, where it is opened as a file.
HEAD = """
<script>
  if (location.protocol !== "file:")
    document.head.append(Object.assign(document.createElement("link"), {{
      rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href: "{font}"}}));
</script>
<style>
  @font-face {{ font-family: "STIX Two Math"; src: url("{font}") format("woff2"); }}
  math {{ font-family: "STIX Two Math", math; font-size: 1.08em; }}
  main div.math {{ display: flex; flex-flow: row; align-items: center; }}
  main div.math {{ margin: 1em 0; overflow: auto hidden; }}
  main div.math > math {{ flex: 1 0 auto; padding: 0.2em 0; }}
  main div.math > .eqno {{ order: 1; padding-left: 1em; }}
</style>
"""


def to_mathml(node: nodes.Element, *, display: bool) -> str:
    """Convert the TeX of `node`; a mistake in it is a warning at its place in the source."""
    tex = node.astext()
    if display and r"\\" in tex and r"\begin" not in tex:
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"  # as Sphinx itself does for MathJax
    tex = re.sub(r"(\\(?:begin|end)\{(?:align|equation|gather))\}", r"\1*}", tex)  # Sphinx numbers
    try:
        return CONVERTER.convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        LOGGER.warning("%s in the formula %s", error, tex, location=node, type="mathml")
        return f"<code>{html.escape(tex)}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate"))
    self.body.append(to_mathml(node, display=False) + "</span>")
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula of its own, with its number and the link to it, if it has one."""
    # The keyboard scrolls a formula that is wider than a phone only if it can take the focus.
    attributes = {"tabindex": "0", "role": "group", "aria-label": say("Formula")}
    attributes["CLASS"] = "math notranslate"
    self.body.append(self.starttag(node, "div", "\n", False, **attributes))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, say("Link to this equation"))
        self.body.append("</span>")
    self.body.append(to_mathml(node, display=True) + "</div>\n")
    raise nodes.SkipNode


def add_font(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Announce the font in the head of a page with formulas, so that it arrives with the text."""
    if "<math" in context.get("body", ""):
        context["metatags"] += HEAD.format(font=context["pathto"](SUBSET, 1))


def write_font(app: Sphinx, exception: Exception | None) -> None:
    """Cut the font down to what the formulas of all built pages use; skip it if that is done."""
    if exception or app.builder.name != "html":
        return
    characters = set(ALWAYS)
    for page in Path(app.outdir).rglob("*.html"):
        for formula in re.findall(r"<math.*?</math>", page.read_text("utf-8"), re.DOTALL):
            characters |= set(html.unescape(re.sub("<.*?>", "", formula)))
    characters |= {ITALIC[c] for c in characters if c in ITALIC}
    target, stamp = Path(app.outdir, SUBSET), Path(app.doctreedir, "mathml-font.json")
    key = json.dumps([version("ziamath"), version("fonttools"), "".join(sorted(characters))])
    if target.exists() and stamp.exists() and stamp.read_text("utf-8") == key:
        return
    # Without the script-size shapes (ssty), which would double the font from 20 to 42 KB.
    options = subset.Options(flavor="woff2", layout_features=["dtls"], hinting=False)
    font = subset.load_font(FONT, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(characters))
    subsetter.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, target, options)
    stamp.write_text(key, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    app.connect("html-page-context", add_font)
    app.connect("build-finished", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
