"""Explorables on the site: the figures of `softmax_course.explore` move without a kernel.

An explorable's output carries its Vega-Lite specification. Here it is compiled to Vega while the
book is built, so that a page needs Vega's own code alone (173 KB compressed; with Vega-Lite and
the embedding code it would be 260 KB). That script is bundled from what vl-convert carries. Only
pages that have an explorable load it, when the reader comes near (a phone would else be busy for
a quarter of a second before it answers), and it runs when a page is opened as a file, too. Until
then, and without JavaScript, a reader sees the still picture and its numbers.

Private hooks: the cached list behind `load_mime_renders` of MyST-NB 1.4.0, and the script that
vl-convert-python bundles. `tests/site` notices when they change.
"""

import json
import re
import shutil
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import vl_convert
from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer, load_mime_renders
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator
from words import say

from softmax_course.explore import MIME_TYPE, VEGALITE_VERSION

HERE = Path(__file__).parent
LOADER, SCRIPT = "explorables.js", "vega.js"
WIDTHS = 720, 324  # of a figure's picture on a desktop and on a phone
LICENCE = "/*! Vega, BSD-3-Clause, (c) University of Washington Interactive Data Lab */"


class explorable(nodes.General, nodes.Element):
    """An explorable, with its still picture as its child."""


class Explorables(MimeRenderPlugin):  # type: ignore[misc] # untyped base
    """Read the specification from a notebook's output; other formats take the picture."""

    mime_priority_overrides = (("html", MIME_TYPE, 1),)

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Turn a specification into a node; leave other types alone."""
        if inline or data.mime_type != MIME_TYPE:
            return None
        spec = json.loads(json.dumps(data.content))
        about = spec.pop("usermeta")
        del spec["title"]  # the numbers, which the page shows as text
        vega = vl_convert.vegalite_to_vega(spec, vl_version=VEGALITE_VERSION)
        vega["description"] = about["title"]  # the name of the picture; the rest stands above it
        del vega["background"]  # the page's own, in either theme
        bound = [signal for signal in vega["signals"] if "bind" in signal]
        colours = about.pop("colours")
        controls = [
            control(s["name"], s["value"], s.pop("bind"), colours.get(s["name"])) for s in bound
        ]
        return [explorable(vega=vega, controls=controls, description=spec["description"], **about)]


def control(name: str, value: Any, bind: dict[str, Any], colour: str | None) -> str:
    """Write a control as Vega would, so that it has its place before Vega arrives."""
    attributes = f'name="{name}" autocomplete="off"'
    if bind["input"] == "select":
        marks = {option: " selected" * (option == value) for option in bind["options"]}
        options = "".join(f"<option{mark}>{option}</option>" for option, mark in marks.items())
        element = f"<select {attributes}>{options}</select>"
    elif bind["input"] == "checkbox":
        element = f'<input type="checkbox" {attributes}{" checked" * value}>'
    else:
        # A shade darker than the bars: beside their green itself, Chromium draws a black track.
        shade = f' style="accent-color: color-mix(in srgb, {colour}, black 8%)"' if colour else ""
        limits = " ".join(f'{limit}="{bind[limit]}"' for limit in ("min", "max", "step"))
        element = (
            f'<input type="range" {attributes} {limits} value="{value:g}"{shade}>'
            f"<span>{value:g}</span>"
        )
    label = f'<span class="vega-bind-name">{escape(bind["name"])}</span>'
    kind = "vega-bind slider" if bind["input"] == "range" else "vega-bind"
    return f'<div class="{kind}"><label>{label}{element}</label></div>'


class StillPicture(SphinxPostTransform):
    """Put the output's still picture into the explorable, before one of the two is chosen.

    The landing page shows it first of all, so there it is drawn in the page itself, as large as the
    figure that will take its place on a desktop and on a phone.
    """

    default_priority = 3  # myst_nb chooses at 4
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Move the picture that stands beside the specification, and describe it."""
        for node in list(self.document.findall(explorable)):
            for image in list(node.parent.parent.findall(nodes.image)):
                image.parent.remove(image)
                image["alt"] = node["description"]
                if self.env.docname != self.config.root_doc:
                    node += image
                    continue
                drawn = (picture(node["vega"] | {"width": w}) for w in WIDTHS)
                node += nodes.raw("", f'<div class="still">{"".join(drawn)}</div>', format="html")


def picture(vega: dict[str, Any]) -> str:
    """Draw a still picture; it has one name, and what Vega calls its parts adds nothing."""
    drawn = vl_convert.vega_to_svg(vega)
    return re.sub(r' (?:aria-\w+|role)="[^"]*"', "", drawn)


def visit(self: HTML5Translator, node: explorable) -> None:
    """Open the figure up to where its picture stands."""
    title, name, controls = escape(node["title"]), escape(say("Controls")), node["controls"]
    self.body.append(
        '<figure class="explorable">'
        f"<figcaption>{title}</figcaption>"
        f'<p class="about">{escape(node["description"])}</p>'
        f'<div class="controls" role="group" aria-label="{name}" style="--count: {len(controls)}">'
        f"{''.join(controls)}</div>"
        f'<div class="chart" role="img" aria-label="{title}">'
    )


def depart(self: HTML5Translator, node: explorable) -> None:
    """Close it, with the numbers and the compiled specification."""
    vega = json.dumps(node["vega"], separators=(",", ":")).replace("<", "\\u003c")
    numbers = "".join(
        f"<span>{escape(part)}</span>" for line in node["numbers"] for part in line.split(": ", 1)
    )
    self.body.append(
        f'</div><output>{numbers}</output><script type="application/json">{vega}</script></figure>'
    )


@cache
def script() -> str:
    """Bundle Vega with our few lines into one script that leaves no name behind."""
    ours = (HERE / SCRIPT).read_text("utf-8")
    # The address names a module inside vl-convert: nothing is fetched. (Its ready-made name
    # `vega` is null, unless the embedding code is bundled as well.)
    module = f"https://cdn.jsdelivr.net/npm/vega@{vl_convert.get_vega_version()}/+esm"
    bundle = vl_convert.javascript_bundle(f'import {{ View, parse }} from "{module}";\n{ours}')
    # In a function, its names meet no other script's; as a module it would not run over file://.
    return f"{LICENCE}\n(() => {{{bundle}}})();\n"


def load_where_needed(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let a page that has an explorable, and no other, load the script when it is needed."""
    if doctree is not None and any(doctree.findall(explorable)):
        static = Path(app.outdir, "_static")
        static.mkdir(exist_ok=True)
        shutil.copy(HERE / LOADER, static)
        (static / SCRIPT).write_text(script(), "utf-8")
        app.add_js_file(LOADER, loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    # MyST-NB finds such plug-ins through the entry points of installed packages. Its (cached) list
    # takes ours as well, so that the students' package need not declare what only the site uses.
    load_mime_renders().append(Explorables)
    app.add_node(explorable, html=(visit, depart))
    app.add_post_transform(StillPicture)
    app.add_css_file("explorables.css")
    app.connect("html-page-context", load_where_needed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
