"""What the pages tell their readers to run."""

import re

from notebooks import ROOT


def commands(page: str) -> list[str]:
    """List the commands that a page prints: its code blocks that name no language."""
    blocks = re.findall(r"^```(.*?)\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.S | re.M)
    text = "".join(block for language, block in blocks if not language)
    return text.replace("\\\n", " ").strip().splitlines()
