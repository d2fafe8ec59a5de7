"""Every rule of the book goes red when it is broken: each row breaks one rule in one way."""

import copy

import links
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import from_dict
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)
from prose_numbers import Number, changes, numbers, plain, sections, supported
from rules import FOR_EVERY_CHAPTER, FOR_EVERY_NOTEBOOK

QUESTION = """**Question.** Which one wins?

<details>
<summary>The first</summary>

**Not quite.** Its score is the smallest of all.

</details>

<details>
<summary>The second, with <code>[0.1, 0.7, 0.2]</code></summary>

**Right.** Its score is the largest of all.

</details>

<details>
<summary>The third</summary>

**Not quite.** One other score is larger still.

</details>"""


HINTS = """<details>
<summary>Hint 1</summary>

Compare the scores of the [winners](#winners).

</details>

<details>
<summary>Hint 2</summary>

Take their difference.

</details>"""


SOFTMAX = "[softmax](glossary.md#term-softmax)"


def code(source, text=None, *, data=None, **metadata):
    outputs = [new_output("execute_result", {"text/plain": text})] if text is not None else []
    outputs += [new_output("display_data", data)] if data else []
    return new_code_cell(source, outputs=outputs, metadata=metadata)


def good():
    """A notebook that keeps every rule."""
    figure = {"caption": "Bars.", "name": "fig-bars"}
    alt = "Three bars for three classes: the second is by far the highest."
    nb = new_notebook(
        cells=[
            new_markdown_cell("# Predict\n\n> **The question.** Why?"),
            new_markdown_cell(
                "**You will be able to**\n\n- name the [winner](#winners).\n\n"
                "**You need** …\n\n**Time** …"
            ),
            new_markdown_cell(f"## Winners\n\nThe winner has 0.665, or 66.5 %, by {SOFTMAX}."),
            code(
                "softmax([1, 3, 2])",
                "array([0.09003, 0.66524, 0.24473])",
                tags=["predict", "hide-output"],
                jupyter={"outputs_hidden": True},
            ),
            code(
                "plt.show()",
                data={"image/png": "iVBO", "text/plain": 'Figure\n  axes "softmax"'},
                mystnb={"figure": figure, "image": {"alt": alt}},
                tags=["hide-input"],
                jupyter={"source_hidden": True},
            ),
            new_markdown_cell(QUESTION, metadata={"tags": ["question"]}),
            new_markdown_cell(QUESTION, metadata={"tags": ["question"]}),
            code(
                "assert np.argmax([0.1, 0.7, 0.2]) == 1",
                tags=["claims", "remove-cell"],
                jupyter={"source_hidden": True},
            ),
            new_markdown_cell("## Mistakes people make"),
            new_markdown_cell("## In practice"),
            new_markdown_cell("Papers say 0.5 {cite:p}`a`.", metadata={"tags": ["quoted"]}),
            new_markdown_cell("## Exercises"),
            code("odds = ...\ncheck('odds', odds)", "Not attempted yet.", tags=["exercise"]),
            new_markdown_cell(HINTS, metadata={"tags": ["hints"]}),
            code(
                "odds = 2.7\ncheck('odds', odds)",
                "Right.",
                tags=["solution", "hide-cell"],
                jupyter={"source_hidden": True},
            ),
            new_markdown_cell("## Summary"),
            new_markdown_cell("## Further reading"),
        ]
    )
    cells = [cell for cell in nb.cells if cell.cell_type == "code"]
    for count, cell in enumerate(cells, start=1):
        cell.execution_count = count
    return nb


def sets(path, value):
    """Return a breakage: set what stands at `path` to `value`."""

    def breakage(nb):
        *parents, last = path
        target = nb
        for key in parents:
            target = target[key]
        target[last] = from_dict(value)

    return breakage


def replaces(cell, old, new):
    """Return a breakage: replace text in the source of a cell."""

    def breakage(nb):
        assert old in nb.cells[cell].source
        nb.cells[cell].source = nb.cells[cell].source.replace(old, new)

    return breakage


def drops(cell):
    """Return a breakage: drop a cell."""
    return lambda nb: nb.cells.pop(cell)


def prints(text):
    """Return a breakage: a cell prints something else."""
    return sets(("cells", 3, "outputs", 0, "data", "text/plain"), text)


BREAKAGES = {
    "has_the_skeleton": [
        replaces(0, "**The question.**", "A question:"),
        replaces(1, "*Time*", "Duration"),
        drops(9),
        replaces(-1, "Further reading", "Further"),
    ],
    "cells_are_short": [replaces(3, "softmax([1, 3, 2])", "x = 1\n" * 16)],
    "ran_in_order": [sets(("cells", 3, "execution_count"), 7)],
    "figures_keep_the_colours_that_the_text_names": [
        sets(
            ("cells", 4, "metadata", "mystnb", "image", "alt"),
            "Three bars for three classes: the dark one is by far the highest.",
        ),
    ],
    "figures_are_described": [
        sets(("cells", 4, "metadata", "mystnb", "figure", "caption"), ""),
        sets(("cells", 4, "metadata", "mystnb", "figure", "name"), ""),
        sets(("cells", 4, "metadata", "mystnb", "image", "alt"), "A plot."),
        sets(("cells", 4, "metadata", "mystnb"), {}),
        sets(("cells", 4, "outputs", 0, "data", "text/plain"), "<Figure size 1x1 with 1 Axes>"),
    ],
    "figure_code_is_folded": [
        sets(("cells", 4, "metadata", "tags"), []),
        sets(("cells", 4, "metadata", "tags"), ["hide-input", "hide-output"]),
        sets(("cells", 4, "metadata", "jupyter"), {}),
        sets(("cells", 4, "metadata", "jupyter", "outputs_hidden"), True),
    ],
    "predicted_outputs_are_folded": [
        sets(("cells", 3, "metadata", "tags"), ["predict"]),
        sets(("cells", 3, "metadata", "tags"), ["hide-output"]),
        sets(("cells", 3, "metadata", "jupyter"), {}),
    ],
    "claims_are_asserted": [
        sets(("cells", 7, "metadata", "tags"), ["claims"]),
        sets(("cells", 7, "metadata", "jupyter"), {}),
        replaces(7, "assert ", ""),
        sets(("cells", 7, "outputs"), [new_output("stream", name="stdout", text="True")]),
    ],
    "hints_stand_before_solutions": [
        drops(13),
        replaces(13, "<summary>Hint 2</summary>", "Hint 2"),
        lambda nb: nb.cells.insert(15, nb.cells.pop(13)),
    ],
    "is_short_enough": [replaces(2, "The winner", "The winner " * 5500)],
    "first_uses_are_linked": [
        replaces(2, SOFTMAX, "softmax"),
        replaces(2, "#term-softmax", "#term-soft-max"),
        replaces(2, SOFTMAX, f"{SOFTMAX}, by {SOFTMAX}"),
        replaces(8, "make", "make\n\nOdds"),
        replaces(8, "make", "make\n\n`softmax`"),
        replaces(8, "make", "make\n\n[`softmax`](../api.md#softmax_course.softmax)"),
        replaces(8, "make", "make\n\n[Softmax](glossary.md#term-softmax)"),
    ],
    "sections_ask_for_a_prediction": [sets(("cells", 3, "metadata", "tags"), [])],
    "solutions_are_asserted": [
        drops(12),
        drops(14),
        sets(("cells", 12, "outputs"), []),
        sets(("cells", 14, "outputs"), []),
        sets(("cells", 14, "metadata", "tags"), ["solution"]),
        sets(("cells", 14, "metadata", "jupyter"), {}),
        replaces(14, "check('odds', odds)", "odds"),
    ],
    "outputs_are_portable": [
        prints("/home/ada/softmax.py"),
        prints("<function softmax at 0x7f3a2b1c>"),
        prints("took 3.2 ms"),
        prints("on 2026-01-02"),
        prints("RuntimeWarning: overflow"),
        sets(("cells", 3, "outputs"), [new_output("error", ename="E", evalue="", traceback=[])]),
        sets(("cells", 3, "outputs"), [new_output("stream", name="stderr", text="oh")]),
        sets(("cells", 3, "outputs", 0, "data", "text/latex"), "$x$"),
    ],
    "every_output_is_compared": [
        sets(("cells", 3, "metadata", "tags"), ["nbval-ignore-output"]),
        sets(("cells", 3, "metadata", "tags"), ["raises-exception"]),
        replaces(3, "softmax", "# NBVAL_SKIP\nsoftmax"),
    ],
    "prose_numbers_are_printed": [
        replaces(2, "0.665", "0.664"),
        replaces(2, "66.5 %", "66.4 %"),
        prints("array([0.09003, 0.66424, 0.24473])"),
        sets(("cells", 4, "metadata", "mystnb", "figure", "caption"), "The winner has 0.8."),
        sets(
            ("cells", 4, "metadata", "mystnb", "image", "alt"), "One bar of three: 0.91 high, so."
        ),
        replaces(10, "{cite:p}`a`", ""),
        sets(("cells", 10, "metadata", "tags"), []),
        replaces(5, "[0.1, 0.7, 0.2]", "[0.1, 0.7, 0.3]"),
        replaces(7, "[0.1, 0.7, 0.2]", "[0.2, 0.7, 0.1]"),
    ],
    "questions_answer_back": [
        sets(("cells", 5, "metadata", "tags"), []),
        replaces(5, "**Right.**", "**Not quite.**"),
        replaces(5, "**Not quite.** Its", "**Right.** Its"),
        replaces(5, "**Not quite.** Its score is the smallest of all.", "**Not quite.** No."),
        replaces(5, "<summary>The third</summary>", "The third"),
    ],
    "objectives_are_asked_for": [
        replaces(1, "[winner](#winners)", "winner"),
        replaces(1, "#winners", "#losers"),
        replaces(1, "#winners", "#summary"),
        replaces(13, "[winners](#winners)", "winners"),
        replaces(13, "#winners", "#exercises"),
    ],
    "questions_stand_alone": [
        replaces(5, "Which one wins?", "Which row of the table wins?"),
        replaces(5, "smallest of all", "smallest of all, as you have seen"),
        replaces(6, "Its score is the largest", "Its score, in this section, is the largest"),
    ],
    "sections_end_with_questions": [
        drops(5),
        lambda nb: nb.cells.insert(5, nb.cells.pop(4)),
    ],
}
RULES = {rule.__name__: rule for rule in FOR_EVERY_NOTEBOOK + FOR_EVERY_CHAPTER}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_good_notebook_keeps_the_rule(rule):
    assert list(rule(good())) == []


@pytest.mark.parametrize(
    ("name", "breakage"),
    [
        pytest.param(name, breakage, id=f"{name}-{row}")
        for name, breakages in BREAKAGES.items()
        for row, breakage in enumerate(breakages)
    ],
)
def test_a_broken_rule_is_noticed(name, breakage):
    nb = copy.deepcopy(good())
    breakage(nb)
    assert list(RULES[name](nb))


def test_every_rule_is_broken_at_least_once():
    assert set(BREAKAGES) == set(RULES)


@pytest.mark.parametrize(
    ("prose", "printed", "is_supported"),
    [
        ("0.665", "0.66524", True),
        ("0.6652", "0.665", False),
        ("0.67", "0.66524", True),
        ("67 %", "0.66524", True),
        ("66.5 %", "66.524", True),
        ("68 %", "0.66524", False),
        ("-0.408", "-0.40760", True),
        (r"$1.2 \times 10^{-7}$", "1.192e-07", True),
        (r"$1.3 \times 10^{-7}$", "1.192e-07", False),
        ("4.2484e-18", "4.248354255291589e-18", True),
        ("0.0000", "1e-9", True),
        ("1.10", "1.0986123", True),
        ("0.125", "0.125", True),
    ],
)
def test_a_number_is_supported_by_an_output_that_rounds_to_it(prose, printed, is_supported):
    (number,) = numbers(plain(prose))
    assert supported(number, {n.value for n in numbers(printed, integers=True)}) is is_supported


@pytest.mark.parametrize(
    "exempt",
    ["`T = 0.5`", "[here](https://example.org/1.25)", "{cite:p}`bishop1995neural`", "v1.2.3"],
)
def test_code_links_and_citations_are_exempt(exempt):
    assert list(numbers(plain(exempt))) == []


def test_a_number_needs_an_output_under_its_own_heading():
    nb = new_notebook(
        cells=[
            code("0.665", "0.665"),
            new_markdown_cell("## Next\n\n0.665"),
            code("1", "1"),
            new_markdown_cell("## Last"),
            code("0.665", "0.665"),
        ]
    )
    assert [len(section.cells) for section in sections(nb)] == [1, 1, 1]
    assert list(RULES["prose_numbers_are_printed"](nb)) != []


@pytest.mark.parametrize(
    ("span", "problems"), [("`0.25`", 0), ("`0.665`", 0), ("`0.35`", 1), ("`0.67`", 1)]
)
def test_a_bare_number_in_a_code_span_stands_in_the_code_or_its_output(span, problems):
    nb = new_notebook(cells=[new_markdown_cell(f"It is {span}."), code("share = 0.25", "0.66524")])
    assert len(list(RULES["prose_numbers_are_printed"](nb))) == problems


def test_a_number_needs_an_output_nearby():
    far = [code("0.665", "0.665"), *(code(str(i), str(i)) for i in range(3))]
    nb = new_notebook(cells=[*far, new_markdown_cell("0.665")])
    assert list(RULES["prose_numbers_are_printed"](nb)) != []
    nb.cells.pop(1)
    assert list(RULES["prose_numbers_are_printed"](nb)) == []


def test_a_short_number_is_not_supported_by_rounding():
    nb = new_notebook(cells=[code("p", "0.66524"), new_markdown_cell("0.67 or 67 %")])
    assert len(list(RULES["prose_numbers_are_printed"](nb))) == 2
    nb.cells[0] = code("p", "0.67")
    assert list(RULES["prose_numbers_are_printed"](nb)) == []


def test_every_digit_is_changed_to_every_other():
    nb = new_notebook(cells=[new_markdown_cell("0.665 and 67 %")])
    assert len(list(changes(nb))) == 9 * (4 + 2)
    assert all(isinstance(number, Number) and not missed for number, missed in changes(nb))


def glossary(said, term=None):
    return f"[{said}](glossary.md#term-{term or said})"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("odds", "odds"),  # above the first section
        (
            "## A\n\nodds, odds\n\n## B\n\nodds",
            f"## A\n\n{glossary('odds')}, odds\n\n## B\n\n{glossary('odds')}",
        ),
        ("## A\n\nloss\n\n## B\n\nloss", f"## A\n\n{glossary('loss')}\n\n## B\n\nloss"),
        (
            "## A\n\n*Log-odds* and odds",
            f"## A\n\n*{glossary('Log-odds', 'log-odds')}* and {glossary('odds')}",
        ),
        (
            "## A\n\nthe least\nsquares",
            f"## A\n\nthe {glossary('least' + chr(10) + 'squares', 'least-squares')}",
        ),
        ("## A\n\nentropies", f"## A\n\n{glossary('entropies', 'entropy')}"),
        (
            "## A\n\n`top_k`, `top_k(z, 2)`",
            "## A\n\n[`top_k`](../api.md#softmax_course.sampling.top_k), `top_k(z, 2)`",
        ),
        (
            "## Odds\n\n### Odds\n\n`odds` $odds$ [odds](https://x.org/y_(z))\n\n<details>odds</details>",
            None,
        ),
        ("## A\n\n$\\text{odds} +\n1$ and a non-odds", None),
        ("## A\n\nin single precision a coin shows heads", None),
        ("## A\n\n[`gone`](../api.md#softmax_course.gone) is gone", "## A\n\n`gone` is gone"),
    ],
)
def test_the_first_use_in_a_section_becomes_a_link(before, after):
    nb = new_notebook(cells=[new_markdown_cell(before)])
    links.mend(nb)
    assert nb.cells[0].source == (after or before)
    assert len(nb.cells[0].source.split()) == len(before.split())  # a link is no word
    assert links.mend(nb) == 0


def test_the_lists_of_links_name_what_the_glossary_has():
    names = list(links.names_of_terms())
    assert {entry[0] for entry in names} >= links.COMMON
    assert {name for entry in names for name in entry} >= set(links.FORMS)


@pytest.mark.parametrize(
    "source",
    [
        "import urllib.request\nurllib.request.urlopen('http://192.0.2.1', timeout=1)",
        "open('left-behind.txt', 'w')",
    ],
)
def test_a_notebook_kernel_refuses_the_network_and_files(source, tmp_path):
    nb = new_notebook(cells=[new_code_cell(source)])
    with pytest.raises(CellExecutionError, match="a notebook may"):
        NotebookClient(nb, kernel_name="python3").execute()


def test_a_notebook_kernel_may_write_to_a_temporary_folder():
    source = "import tempfile\nwith tempfile.TemporaryFile('w') as f:\n    f.write('x')"
    NotebookClient(new_notebook(cells=[new_code_cell(source)]), kernel_name="python3").execute()
