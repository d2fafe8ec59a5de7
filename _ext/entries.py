"""Make the entries of the glossary and of the package's page places that a plain link can name.

- MyST resolves `[softmax](glossary.md#term-softmax)` if the part after # is a heading. Here the
  glossary's terms and the documented functions count as such places, too, so chapters need no
  roles, which are raw text in JupyterLab. A link to an entry that is not there stops the build.
- A glossary begins with the letters that its entries begin with, each a link to the first of them.

Private hook: the metadata `myst_slugs`, which myst-parser 3.0.1 reads when it resolves a link.
"""

import unicodedata

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx


def name_entries(app: Sphinx, doctree: nodes.document) -> None:
    """Add the ids of a page's entries to the places that links to the page may name."""
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for kind in (nodes.term, addnodes.desc_signature):
        for node in doctree.findall(kind):
            for name in node["ids"]:
                slugs[name] = (node.line, name, node.astext())


def add_letters(app: Sphinx, doctree: nodes.document) -> None:
    """Put the letters in front of a glossary."""
    for glossary in list(doctree.findall(addnodes.glossary)):
        first: dict[str, str] = {}
        for item in glossary.findall(nodes.definition_list_item):
            term = next(iter(item.findall(nodes.term)))
            letter = unicodedata.normalize("NFD", term.astext())[0].upper()
            first.setdefault(letter, term["ids"][0])
        line = nodes.paragraph(classes=["letters"])
        for letter, name in first.items():
            line += [nodes.reference("", letter, refid=name, internal=True), nodes.Text(" ")]
        glossary.parent.insert(glossary.parent.index(glossary), line)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-read", name_entries)
    app.connect("doctree-read", add_letters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
