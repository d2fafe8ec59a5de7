"""Light pages: what a page does not use is not sent.

Each piece stands alone; without it the site works as before, only heavier.  Compressed sizes
before and after, per page:

- style sheets: eight files, 89 KB, become one of 27 KB, without the rules that no page uses;
- icons: a font of 156 KB becomes one of 2 KB, with the icons that pages use;
- words of code without a colour of their own lose their element: a third of all elements and
  more (6,825 become 3,993 in chapter 7), so a phone lays a page out sooner;
- images say their size, so that nothing jumps when they arrive, and are loaded when scrolled to;
- code in closed folds is measured when its fold opens: while chapter 3 is loaded on a processor
  slowed six times, its main thread is blocked for 0.2 s and not 0.4 s;
- figures of some 50 KB are stored with a palette of 192 colours, which takes 15 to 25 KB.

Private hooks: `builder._css_files` of Sphinx 7.4.7, the file names of pydata-sphinx-theme 0.17.1
and how its script measures code, and the HTML that Pygments 2 and docutils 0.21 write.
`tests/site` notices when they change.
"""

import base64
import logging
import posixpath
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import imagesize
from fontTools import subset
from PIL import Image
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it reports each table

SHEET = "styles/book.css"
DARK_SHEET = "styles/dark.css"  # 2 KB, which only readers without JavaScript are sent
DARK = re.compile(r'\[data-theme="?dark"?\]')
THEME_SHEETS = ["basic.css", "styles/pydata-sphinx-theme.css"]  # theme.css only imports basic.css
ICON_FONTS = [
    f"vendor/fontawesome/webfonts/fa-{kind}.woff2" for kind in ("solid-900", "brands-400")
]

# The theme's script lets code that scrolls be reached by keyboard. For that it measures each block,
# again after a change of the window; and to measure one in a closed fold costs a layout each.
SCRIPT = "scripts/pydata-sphinx-theme.js"
MEASURES = re.compile(
    r"const (?P<all>\w)=\(\)=>\{(?P<blocks>document\.querySelectorAll\([^)]*\)\)\.)"
    r"forEach\((?P<one>\w)=>\{(?P<tells>(?P=one)\.tabIndex=(?P=one)\.scrollWidth>.{,80}?\},)"
    r'(?P<later>\w=\w\(\w,300\);)(?=window\.addEventListener\("resize")'
)

# A string (which may hold braces), a brace, or the end of a rule without braces.
TOKEN = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1|[{};]""")
PLAIN_WORD = re.compile(r'<span class="(?:n|p|w|pre)">([^<]*)</span>')
NAMES = re.compile(r"[.#]([a-zA-Z_][\w-]*)")


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield each rule of a style sheet as what stands before its braces and what is in them."""
    depth = start = body = 0
    for token in TOKEN.finditer(css):
        if token[0] == "{":
            depth += 1
            if depth == 1:
                body = token.end()
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                yield css[start : body - 1].strip(), css[body : token.start()].strip()
                start = token.end()
        elif token[0] == ";" and depth == 0:  # @charset
            start = token.end()


def purge(css: str, used: set[str]) -> str:
    """Drop the rules whose classes and ids are not all in `used`."""
    kept = []
    for prelude, body in rules(css):
        if prelude.startswith(("@media", "@supports")):
            body = purge(body, used)
        elif not prelude.startswith("@"):
            selectors = re.split(r",(?![^()]*\))", prelude)
            plain = (re.sub(r"\([^()]*\)", "", selector) for selector in selectors)
            prelude = ",".join(
                selector
                for selector, names in zip(selectors, map(NAMES.findall, plain), strict=True)
                if used.issuperset(names)
            )
        if prelude and body:
            kept.append(f"{prelude}{{{body}}}")
    return "\n".join(kept)


def used_names(site: Path) -> set[str]:
    """Collect the classes and ids of all pages, and all words of the scripts that pages load."""
    used: set[str] = set()
    for page in site.rglob("*.html"):
        for attribute in re.findall(r'\b(?:class|id)="([^"]*)"', page.read_text("utf-8")):
            used.update(attribute.split())
    shared = Path(__file__).with_name("live_page").glob("*.js")  # in the English edition's folder
    for script in [*site.joinpath("_static").rglob("*.js"), *shared]:
        if script.name not in {"fontawesome.js", "bootstrap.js"}:
            used.update(re.findall(r"[\w-]+", script.read_text("utf-8")))
    return used


def cut_down(font: Path, characters: set[int]) -> bytes:
    """Keep only these characters of a font."""
    options = subset.Options(flavor="woff2", layout_features=[], hinting=False)
    loaded = subset.load_font(font, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(loaded)
    packed = BytesIO()
    subset.save_font(loaded, packed, options)
    return packed.getvalue()


def merge_stylesheets(app: Sphinx, exception: Exception | None) -> None:
    """Write the one style sheet, with the icons that it still names."""
    if exception or app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    used = used_names(Path(app.outdir))
    parts = []
    for name in sheets(app):
        css = re.sub(r"/\*.*?\*/", "", static.joinpath(name).read_text("utf-8"), flags=re.DOTALL)
        folder = posixpath.relpath(posixpath.dirname(name) or ".", posixpath.dirname(SHEET))
        css = re.sub(r"url\((?!['\"]?(?:data:|#))(['\"]?)", rf"url(\1{folder}/", css)
        parts.append(purge(css, used))
    css = "\n".join(parts)
    icons = {int(code, 16) for code in re.findall(r'content:"\\([ef][0-9a-f]{3})"', css)}
    for name in ICON_FONTS:  # that of the brands has their icons once the repository is known
        # Inside the sheet, so that no icon pushes others aside when a font arrives.
        font = base64.b64encode(cut_down(static / name, icons)).decode()
        file = re.escape(posixpath.basename(name))
        css = re.sub(rf"url\([^)]*{file}\)", f"url(data:font/woff2;base64,{font})", css)
    static.joinpath(SHEET).write_text(f"/* {' '.join(sheets(app))} */\n{css}", "utf-8")
    static.joinpath(DARK_SHEET).write_text(dark_rules(css), "utf-8")


def measure_open_folds(app: Sphinx, exception: Exception | None) -> None:
    """Let the theme's script measure the code in a fold when it opens."""
    if exception or app.builder.name != "html":
        return
    path = Path(app.outdir, "_static", SCRIPT)
    path.write_text(
        MEASURES.sub(
            r"const \g<all>=()=>{\g<blocks>forEach(\g<one>=>{"
            r'if(!\g<one>.closest("details:not([open])"))\g<tells>'
            r'\g<later>document.addEventListener("toggle",\g<all>,true);',
            path.read_text("utf-8"),
        ),
        "utf-8",
    )


def dark_rules(css: str) -> str:
    """Write the dark theme's rules for those who ask their system for it and run no scripts."""
    kept = "\n".join(f"{prelude}{{{body}}}" for prelude, body in rules(css) if DARK.search(prelude))
    rules_without_theme = DARK.sub(":not([data-theme])", kept)
    return f"@media screen and (prefers-color-scheme: dark) {{{rules_without_theme}}}\n"


def sheets(app: Sphinx) -> list[str]:
    """List the style sheets of every page in the order in which they apply."""
    builder = cast(StandaloneHTMLBuilder, app.builder)
    found = sorted(builder._css_files, key=lambda sheet: sheet.priority)
    names = [str(sheet.filename).removeprefix("_static/") for sheet in found]
    return THEME_SHEETS + list(dict.fromkeys(names))


def link_stylesheet(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Let every page link the one style sheet."""
    context["css_files"] = [f"_static/{SHEET}"]
    context["merged_stylesheet"] = True


def unwrap_plain_words(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Unwrap names, punctuation and spaces in code, and each word of code within a line."""
    context["body"] = PLAIN_WORD.sub(r"\1", context.get("body", ""))


def size_images(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Declare the size of the images in the text, and have them loaded when scrolled to."""
    sources = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}

    def sized(tag: re.Match[str]) -> str:
        width, height = imagesize.get(sources[tag["name"]])
        return f'<img width="{width}" height="{height}" loading="lazy" {tag["rest"]}'

    context["body"] = re.sub(
        r'<img (?P<rest>[^>]*src="[^"]*_images/(?P<name>[^"]+)")', sized, context.get("body", "")
    )


def shrink_figures(app: Sphinx, exception: Exception | None) -> None:
    """Give figures a palette; those that have one are done."""
    if exception or app.builder.name != "html":
        return
    for path in Path(app.outdir, "_images").glob("*.png"):
        with Image.open(path) as image:
            if image.mode != "P":
                image.convert("RGB").quantize(192, dither=Image.Dither.NONE).save(
                    path, optimize=True
                )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx, after the theme."""
    app.connect("html-page-context", link_stylesheet, priority=900)
    app.connect("html-page-context", size_images)
    app.connect("html-page-context", unwrap_plain_words)
    app.connect("build-finished", shrink_figures)
    app.connect("build-finished", measure_open_folds)
    app.connect("build-finished", merge_stylesheets, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
