"""Link the first use of a term or a function to its entry, in plain Markdown.

In each section of a chapter (what stands under one ## heading) the first use of a term of the
glossary and of a function of the package is a link to its entry, and later uses are not. Terms
that most sections use are linked once in a chapter: see `COMMON`. What is folded, headings, code,
formulas and the text of other links do not count.

Run as a script, it writes the links that are missing and takes away those that are too many, in
the notebooks given or in all chapters; the book's tests name both.
"""

import argparse
import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from notebooks import ROOT, listed

import softmax_course

# Words of nearly every section, and plain words of the trade that a look explains for good. Linked
# in each section, they would colour whole pages.
COMMON = {
    "accuracy",
    "activation",
    "argmax",
    "axis",
    "batch",
    "bias",
    "class",
    "cross-entropy",
    "feature",
    "gradient",
    "head",
    "infinity",
    "label",
    "logit",
    "loss",
    "nat",
    "node",
    "one-hot",
    "output layer",
    "probability",
    "sigmoid",
    "softmax",
    "target",
    "temperature",
    "threshold",
    "tie",
    "training",
    "weight",
}

# Other forms in which a chapter may use a term for the first time; plurals follow by rule.
FORMS = {
    "Bernoulli distribution": ["Bernoulli"],
    "calibration": ["calibrated"],
    "Gaussian distribution": ["Gaussian"],
    "Jacobian": ["Jacobian matrix"],
    "precision of a class": ["precision"],
    "recall of a class": ["recall"],
    "saturation": ["saturated", "saturates"],
}

# Phrases in which a term's word says something else.
OTHER_SENSES = re.compile(
    r"\b(?:price or a temperature|vertical axes|logarithmic axis|coin shows heads|tie the number"
    r"|lose accuracy|(?:half|single|double|low) precision)\b".replace(" ", r"\s+"),
    re.IGNORECASE,
)

MODULES = [
    "linear_model",
    "digit",
    "bigram",
    "attention",
    "streaming",
    "alternatives",
    "decisions",
    "plots",
]

EXEMPT = re.compile(
    r"```.*?```"
    r"|<details>.*?</details>"
    r"|^#{1,6} [^\n]*"
    r"|\$\$.*?\$\$|\$(?:[^$\n]|\n(?!\n))+\$"
    r"|\{cite:\w+\}`[^`]*`"
    r"|</?[a-zA-Z!][^>]*>",
    re.DOTALL | re.MULTILINE,
)
CODE = re.compile(r"`([^`\n]+)`")
LINK = r"\[(?P<text>[^\[\]]*)\]\((?P<address>(?:[^()\s]|\([^()\s]*\))*)\)"


@dataclass(frozen=True)
class Entry:
    """The addresses of an entry, one for each of its names, and whether it is common."""

    addresses: frozenset[str]
    common: bool


@dataclass(frozen=True)
class Use:
    """A use or a link that should be otherwise: where it stands, why, and what to write."""

    start: int
    end: int
    said: str
    problem: str
    wanted: str


def glossary(edition: Path = ROOT) -> Iterator[tuple[list[str], str]]:
    """Yield the names and the meaning of each entry of an edition's glossary."""
    text = (edition / "chapters" / "glossary.md").read_text(encoding="utf8")
    for entry in text.split("```{glossary}\n")[1].split("```")[0].split("\n\n"):
        lines = [line for line in entry.splitlines() if not line.startswith(":")]
        names = [line for line in lines if line and not line.startswith(" ")]
        if not names:
            continue
        yield names, "\n".join(line.strip() for line in lines if line.startswith(" "))


def names_of_terms() -> Iterator[list[str]]:
    """Yield the names of each entry of the glossary."""
    return (names for names, _ in glossary())


def functions() -> Iterator[tuple[str, str]]:
    """Yield the public functions and classes by the names that chapters use, with their homes."""
    for name in softmax_course.__all__:
        home = getattr(softmax_course, name).__module__
        yield name, f"{'.'.join(home.split('.')[:2])}.{name}"
    for module in MODULES:
        loaded = importlib.import_module(f"softmax_course.{module}")
        for name, value in vars(loaded).items():
            if getattr(value, "__module__", "") == loaded.__name__ and not name.startswith("_"):
                yield name, f"{loaded.__name__}.{name}"


def with_plural(form: str) -> list[str]:
    """Return a form and its plurals; those that no one writes do no harm."""
    *_, last = form.split()
    plurals = [f"{form}s", f"{form}es"]
    if last.endswith("y"):
        plurals = [f"{form[:-1]}ies"]
    elif last.endswith(("is", "ix")):
        plurals = [f"{form[:-2]}es", f"{form[:-2]}ices"]
    return [form, *plurals]


@cache
def vocabulary() -> dict[str, tuple[str, Entry]]:
    """Map each form, as it is said, to the link's address and the entry."""
    found: dict[str, tuple[str, Entry]] = {}
    for names in names_of_terms():
        addresses = {
            name: f"glossary.md#term-{re.sub('[^a-zA-Z0-9._-]+', '-', name)}" for name in names
        }
        entry = Entry(frozenset(addresses.values()), names[0] in COMMON)
        for name in names:
            for form in [name, *FORMS.get(name, [])]:
                for said in with_plural(form):
                    found.setdefault(said.lower(), (addresses[name], entry))
    for name, home in functions():
        address = f"../api.md#{home}"
        entry = Entry(frozenset([address]), name in COMMON)
        found[f"`{name}`"] = found[f"`softmax_course.{name}`"] = (address, entry)
    return found


@cache
def entries() -> dict[str, Entry]:
    """Map each address to its entry."""
    return {address: e for _, e in vocabulary().values() for address in e.addresses}


@cache
def pattern() -> re.Pattern[str]:
    """Match a link, or a form of a term or a function; the longest form first."""
    forms = sorted(vocabulary(), key=len, reverse=True)
    words = [r"\s+".join(map(re.escape, form.split())) for form in forms]
    return re.compile(rf"{LINK}|(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)


def prose(source: str) -> str:
    """Blank out all that is no prose, but code spans that name a function."""

    def blank(found: re.Match[str]) -> str:
        return " " * len(found[0])

    text = EXEMPT.sub(blank, source)
    text = CODE.sub(lambda span: span[0] if span[0] in vocabulary() else blank(span), text)
    return OTHER_SENSES.sub(blank, text)


def uses(nb: NotebookNode) -> Iterator[tuple[NotebookNode, Use]]:
    """Yield, with its cell, each use that should be a link and each link that should not be one."""
    in_chapter: set[str] = set()
    in_section: set[str] | None = None  # what stands above the first section is a summary
    for cell in nb.cells:
        if cell.cell_type != "markdown":
            continue
        text = prose(cell.source)
        bounds = [found.start() for found in re.finditer("^## ", cell.source, re.MULTILINE)]
        for start, end in pairwise([0, *bounds, len(text)]):
            if start in bounds:
                in_section = set()
            if in_section is not None:
                for found in pattern().finditer(text, start, end):
                    if use := judge(found, cell.source, in_chapter, in_section):
                        yield cell, use


def judge(
    found: re.Match[str], source: str, in_chapter: set[str], in_section: set[str]
) -> Use | None:
    """Compare a use or a link with those before it, and remember it."""
    address, said = found["address"], found[0]
    linked = address is not None
    text = source[slice(*found.span("text"))]  # `prose` may have blanked it out
    if linked:
        entry = entries().get(address)
        if entry is None:
            ours = address.startswith(("glossary.md#", "../api.md#"))
            return Use(*found.span(), said, "leads to no entry", text) if ours else None
    else:
        words = said if said.startswith("`") else said.lower()
        address, entry = vocabulary()[" ".join(words.split())]
    before = in_chapter if entry.common else in_section
    is_first = before.isdisjoint(entry.addresses)
    before.add(address)
    if linked and not is_first:
        return Use(*found.span(), said, "is a link that stands above already", text)
    if is_first and not linked:
        return Use(*found.span(), said, "is used here first", f"[{said}]({address})")
    return None


def mend(nb: NotebookNode) -> int:
    """Write the links that are missing, and take away the others; return how many changed."""
    changes = list(uses(nb))
    for cell, use in reversed(changes):
        cell.source = cell.source[: use.start] + use.wanted + cell.source[use.end :]
    return len(changes) + mend(nb) if changes else 0  # without a wrong link, a right one is missing


def main() -> int:
    """Mend notebooks; see the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="*", type=Path)
    chapters = [path for path in listed() if path.name[0].isdigit()]
    for path in parser.parse_args().notebooks or chapters:
        nb = nbformat.read(path, as_version=4)
        if changed := mend(nb):
            print(f"{path.name}: {changed} links written or taken away")
            text = nbformat.writes(nb, indent=1, sort_keys=True) + "\n"
            path.write_text(text, encoding="utf8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
