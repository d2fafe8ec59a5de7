"""Where a reader is, how long it takes, and what is done.

The map of the landing page is the one place that says what each chapter lets a reader do; each
chapter states its minutes at its top. From these two come the minutes on the map, the lines beside
the links to neighbouring pages, and the minutes of each section in a page's contents. progress.js
does the rest in the reader's browser, and nothing needs it.

Private hooks: the context's `toc`, from which pydata-sphinx-theme 0.17.1 makes a page's contents,
and the builder's `relations` of Sphinx 7.4.7. `tests/site` notices when they change.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from words import say

SCRIPT = "progress.js"
CHECK = re.compile(r"""check\(["'](\w+)["']""")
WORDS_PER_LINE = 5  # a line of code takes as long as so many words of prose


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Write down what a page says of itself: its minutes, its exercises, the map."""
    env = app.env
    page = env.metadata[env.docname]
    stated = re.compile(say(r"Time (\d+) minutes to read and run, (\d+) for the exercises"))
    if time := next(filter(None, (stated.match(p.astext()) for p in paragraphs(doctree))), None):
        page["minutes"] = [int(minutes) for minutes in time.groups()]
        page["exercises"] = exercises(doctree)
    if env.docname == app.config.root_doc:
        page["map"] = chapters_of(doctree)


def paragraphs(node: nodes.Element) -> Iterable[nodes.paragraph]:
    """Go through the paragraphs of a part of a page."""
    return node.findall(nodes.paragraph)


def code(node: nodes.Element) -> Iterable[nodes.literal_block]:
    """Go through the code of a part of a page."""
    return (
        block
        for cell in node.findall(nodes.container)
        if "cell_input" in cell["classes"]
        for block in cell.findall(nodes.literal_block)
    )


def exercises(part: nodes.Element) -> list[str]:
    """Name the exercises of a page, or of a part: what its work cells hand to `check`."""
    cells = (c for c in part.findall(nodes.container) if "tag_exercise" in c["classes"])
    found = (CHECK.search(block.astext()) for cell in cells for block in code(cell))
    return list(dict.fromkeys(match[1] for match in found if match))


def chapters_of(doctree: nodes.document) -> dict[str, str]:
    """Read the map: a list whose terms link to chapters; mark each, for `show_minutes`."""
    chapters = {}
    for term in doctree.findall(nodes.term):
        for link in term.findall(pending_xref):
            term["chapter"] = link["reftarget"]
            term.parent.parent["classes"] = ["course-map"]
            chapters[term["chapter"]] = term.parent[-1].astext()  # the definition
    return chapters


def prepare(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Write the script, with the exercises of each chapter; name the pages to write again."""
    if app.builder.name != "html":
        return []
    known = {
        name: [page["minutes"], page["exercises"], env.titles[name].astext()]
        for name, page in sorted(env.metadata.items())
        if "minutes" in page
    }
    names = {name.rpartition("/")[2]: " ".join(of) for name, (_, of, _) in known.items()}
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    script = Path(__file__).with_name(SCRIPT).read_text("utf-8")
    script = re.sub(r"^\s*(//.*\n)?", "", script, flags=re.MULTILINE)
    static.joinpath(SCRIPT).write_text(
        script.replace("EXERCISES = {}", f"EXERCISES = {json.dumps(names)}"), "utf-8"
    )
    before = getattr(env, "course_map", None)
    env.course_map = [known, env.metadata[app.config.root_doc].get("map")]  # type: ignore[attr-defined]
    return [] if env.course_map == before else env.found_docs  # type: ignore[attr-defined]


def show_minutes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Add to each chapter on the map the minutes that it states itself."""
    for term in doctree.findall(nodes.term):
        if "chapter" in term:
            read, solve = app.env.metadata[term["chapter"]]["minutes"]
            term += nodes.inline("", f"{read} + {solve} min", classes=["minutes"])


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Share whole minutes by weight, one at least for each; they add up to the total."""
    exact = [(total - len(weights)) * weight / sum(weights) for weight in weights]
    whole = [int(share) for share in exact]
    most = sorted(range(len(exact)), key=lambda i: whole[i] - exact[i])
    for i in most[: total - len(weights) - sum(whole)]:
        whole[i] += 1
    return [1 + share for share in whole]


def weight(part: Iterable[nodes.Node]) -> int:
    """Say how long a part takes: a word of prose counts one, a line of code as five."""
    elements = [node for node in part if isinstance(node, nodes.Element)]
    words = sum(len(p.astext().split()) for node in elements for p in paragraphs(node))
    lines = sum(block.astext().count("\n") + 1 for node in elements for block in code(node))
    return words + WORDS_PER_LINE * lines


def section_minutes(doctree: nodes.document, read: int, solve: int) -> dict[str, int]:
    """Share a chapter's minutes among its sections; those with exercises get the second."""
    (chapter,) = (node for node in doctree.children if isinstance(node, nodes.section))
    sections = [node for node in chapter.children if isinstance(node, nodes.section)]
    solving = [section for section in sections if exercises(section)]
    reading = [section for section in sections if section not in solving]
    opening = weight(node for node in chapter.children if node not in sections)
    reading_minutes = shares(read, [opening, *(weight([section]) for section in reading)])[1:]
    solving_minutes = shares(solve, [weight([section]) for section in solving])
    pairs = zip([*reading, *solving], [*reading_minutes, *solving_minutes], strict=True)
    return {section["ids"][0]: minutes for section, minutes in pairs}


def guide(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Say what the neighbours bring, and how long each section of a chapter takes."""
    bring = app.env.metadata[app.config.root_doc].get("map", {})
    builder = cast(StandaloneHTMLBuilder, app.builder)
    _, before, after = builder.relations.get(pagename, (None, None, None))
    context["prev_brings"], context["next_brings"] = bring.get(before), bring.get(after)
    time = app.env.metadata[pagename].get("minutes") if doctree else None
    if doctree and time:
        for name, minutes in section_minutes(doctree, *time).items():
            context["toc"] = re.sub(
                rf'(<a [^>]*href="#{re.escape(name)}">.*?</a>)',
                rf'\1<span class="minutes">{minutes} min</span>',
                context["toc"],
                count=1,
                flags=re.DOTALL,
            )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-read", note)
    app.connect("env-updated", prepare)
    app.connect("doctree-resolved", show_minutes)
    app.connect("html-page-context", guide)
    app.add_js_file(SCRIPT, loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
