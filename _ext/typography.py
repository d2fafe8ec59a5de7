"""Keep short code within a line on one line: `T = 2` or `-np.inf` would else break in two.

A style sheet cannot ask how long a text is, so short pieces get a class here.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

SHORT = 20  # letters: they fit beside a margin on the narrowest phone


class MarkShortCode(SphinxPostTransform):
    """Give each short piece of code within a line the class `short`."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Visit each piece of a page."""
        for code in self.document.findall(nodes.literal):
            if len(code.astext()) <= SHORT:
                code["classes"].append("short")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(MarkShortCode)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
