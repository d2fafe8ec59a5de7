"""Every notebook of the book keeps every rule of the book."""

import nbformat
import pytest
from notebooks import ROOT, listed
from prose_numbers import changes
from rules import FOR_EVERY_CHAPTER, FOR_EVERY_NOTEBOOK

from softmax_course._notebooks import OPTION

NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in listed()}
CHAPTERS = {name: nb for name, nb in NOTEBOOKS.items() if name[0].isdigit()}
CASES = [(rule, name) for rule in FOR_EVERY_NOTEBOOK for name in NOTEBOOKS] + [
    (rule, name) for rule in FOR_EVERY_CHAPTER for name in CHAPTERS
]


@pytest.mark.parametrize(("rule", "name"), CASES, ids=lambda case: getattr(case, "__name__", case))
def test_notebook_keeps_the_rule(rule, name):
    problems = list(rule(NOTEBOOKS[name]))
    assert not problems, f"{name}: {rule.__doc__}\n" + "\n".join(problems)


def test_chapter_2_is_shorter_still():
    """It was the longest of the core, and readers gave up in it."""
    cells = CHAPTERS["02_max_argmax_softmax"].cells
    assert sum(len(c.source.split()) for c in cells if c.cell_type == "markdown") <= 4500


def test_a_wrong_digit_in_the_prose_is_noticed():
    outcomes = [unnoticed for nb in NOTEBOOKS.values() for _, unnoticed in changes(nb)]
    share = sum(outcomes) / len(outcomes)
    assert share <= 0.005, f"{share:.2%} of {len(outcomes)} changed digits go unnoticed"


def test_the_right_option_is_not_given_away():
    positions, longest, total = [0, 0, 0, 0], 0, 0
    for nb in CHAPTERS.values():
        for cell in nb.cells:
            options = list(OPTION.finditer(cell.source))
            if not options:
                continue
            right = next(i for i, option in enumerate(options) if option["verdict"] == "Right")
            lengths = [len(option["option"]) for option in options]
            positions[right] += 1
            longest += lengths[right] == max(lengths)
            total += 1
    assert max(positions) < total / 2, f"right options by position: {positions}"
    assert longest < 0.6 * total, f"the longest option is right in {longest} of {total} questions"


def test_the_table_of_contents_lists_every_notebook():
    assert sorted(listed()) == sorted((ROOT / "chapters").glob("*.ipynb"))
