"""Say on each fold what is in it.

MyST-NB has one prompt for all folded cells. It reads those of a cell from the attributes
`prompt_show` and `prompt_hide` of its node (`myst_nb.sphinx_.HideInputCells`, read in 1.4.0),
which are set here by what the cell folds.
"""

from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideInputCells
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from words import say


class NamePrompts(SphinxPostTransform):
    """Set the prompts of folded cells, just before MyST-NB reads them."""

    default_priority = HideInputCells.default_priority - 1
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Visit each folded cell of a page."""
        for cell in self.document.findall(nodes.container):
            mode = cell.get("hide_mode")
            if not mode:
                continue
            if "tag_solution" in cell["classes"]:
                prompts = say("Show the solution"), say("Hide the solution")
            elif mode == "output":
                prompts = say("Show the output"), say("Hide the output")
            else:
                prompts = say("Show the code"), say("Hide the code")
            cell["prompt_show"], cell["prompt_hide"] = prompts


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(NamePrompts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
