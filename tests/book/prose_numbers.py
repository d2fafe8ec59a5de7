"""Compare the numbers in a notebook's prose with the numbers in its outputs.

A decimal or a percentage in the prose is supported if an output under the same heading, rounded
to the digits that the prose shows, is that number. A code span that is only a number may also
stand in the code under that heading; other code spans, links and citations are exempt.
Run as a script, it changes each digit in turn and reports which share would go unnoticed.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

import nbformat
from nbformat import NotebookNode

BARE = re.compile(r"(?<!`)`([-−]?[\d.]+(?:e[-+]?\d+)?(?:\s?%)?)`(?!`)")
EXEMPT = re.compile(
    r"```.*?```"  # code blocks
    r"|`[^`\n]*`"  # code spans, and with them the keys of {cite:t}`...`
    r"|(?<=\])\([^)]*\)"  # where a link leads
    r"|<(?:https?|mailto):[^>]*>",
    re.DOTALL,
)
NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d+(?:\.\d+)?|\.\d+)(?:e(?P<exponent>[+-]?\d+))?"
    r"(?P<percent>\s?%)?(?![\w]|\.\d)"
)
POWER_OF_TEN = re.compile(r"\s*(?:\\times|\\cdot|×|·)\s*10\s*\^\s*\{?\s*(-?\d+)\s*\}?")


@dataclass(frozen=True)
class Number:
    """A number as it is written, with its place in the text."""

    digits: str
    exponent: int
    percent: bool
    start: int

    def __str__(self) -> str:
        """Write it as the reader sees it."""
        power = f"e{self.exponent}" if self.exponent else ""
        return f"{self.digits}{power}{' %' if self.percent else ''}"

    @property
    def value(self) -> Decimal:
        """The number's value, percentages as fractions of one."""
        return Decimal(self.digits).scaleb(self.exponent - 2 * self.percent)

    @property
    def step(self) -> Decimal:
        """One unit of the last digit shown."""
        return (
            Decimal(1)
            .scaleb(Decimal(self.digits).as_tuple().exponent)
            .scaleb(self.exponent - 2 * self.percent)
        )


@dataclass
class Section:
    """What stands under one heading: the prose, and the numbers of outputs and of code."""

    heading: str
    prose: list[str] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    printed: set[Decimal] = field(default_factory=set)
    written: set[Decimal] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Add a piece of prose."""
        self.prose.append(plain(text))
        self.spans += [span.replace("−", "-") for span in BARE.findall(text)]

    def claims(self) -> Iterator[tuple[Number, set[Decimal]]]:
        """Yield the numbers that the prose claims, each with those that may support it."""
        for text in self.prose:
            yield from ((number, self.printed) for number in numbers(text))
        for text in self.spans:
            yield from ((number, self.printed | self.written) for number in numbers(text))


def plain(text: str) -> str:
    """Blank out what is exempt, and write every minus, space and percent in one way."""
    text = EXEMPT.sub(lambda found: " " * len(found.group()), text)
    text = POWER_OF_TEN.sub(lambda found: f"e{found[1]}", text)
    return text.replace("−", "-").replace("\\%", " %").replace("\\,", " ").replace("\u202f", " ")


def numbers(text: str, *, integers: bool = False) -> Iterator[Number]:
    """Yield the decimals and percentages of a text; with `integers`, the whole numbers too."""
    for found in NUMBER.finditer(text):
        number = Number(
            found["digits"], int(found["exponent"] or 0), bool(found["percent"]), found.start()
        )
        if integers or number.percent or "." in number.digits or number.exponent:
            yield number


def sections(nb: NotebookNode) -> Iterator[Section]:
    """Split a notebook at its headings of any level."""
    section = Section("")
    for cell in nb.cells:
        if cell.cell_type == "code":
            figure = cell.metadata.get("mystnb", {})
            section.add(figure.get("figure", {}).get("caption", ""))
            section.add(figure.get("image", {}).get("alt", ""))
            section.written |= {n.value for n in numbers(cell.source, integers=True)}
            for text in _texts(cell):
                section.printed |= {n.value for n in numbers(text, integers=True)}
        elif cell.cell_type == "markdown" and "quoted" not in cell.metadata.get("tags", []):
            pieces = re.split(r"^#{1,6} (.+)$", cell.source, flags=re.MULTILINE)
            section.add(pieces[0])
            for heading, prose in zip(pieces[1::2], pieces[2::2], strict=True):
                yield section
                section = Section(heading)
                section.add(heading)
                section.add(prose)
    yield section


def _texts(cell: NotebookNode) -> Iterator[str]:
    for output in cell.get("outputs", []):
        yield output.get("text", "")
        for kind, data in output.get("data", {}).items():
            if kind in ("text/plain", "text/markdown"):
                yield data


def supported(number: Number, printed: set[Decimal]) -> bool:
    """Whether an output, rounded to the digits shown, is this number."""
    for value in printed:
        # A percentage may be printed as a fraction, or as a number of percent.
        for candidate in [value, value / 100] if number.percent else [value]:
            if number.value == candidate:
                return True
            if abs(candidate - number.value) <= number.step and number.value in (
                candidate.quantize(number.step, ROUND_HALF_UP),
                candidate.quantize(number.step, ROUND_HALF_DOWN),
            ):
                return True
    return False


def unsupported(section: Section) -> Iterator[Number]:
    """Yield the prose's numbers that no output of the section supports."""
    for number, support in section.claims():
        if not supported(number, support):
            yield number


def with_one_digit_changed(number: Number) -> Iterator[Number]:
    """Yield the number with each of its digits replaced by each other digit."""
    for place, old in enumerate(number.digits):
        if old.isdigit():
            for new in set("0123456789") - {old}:
                digits = number.digits[:place] + new + number.digits[place + 1 :]
                yield Number(digits, number.exponent, number.percent, number.start)


def changes(nb: NotebookNode) -> Iterator[tuple[Number, bool]]:
    """Yield every change of one digit in the prose, and whether it would go unnoticed."""
    for section in sections(nb):
        for number, support in section.claims():
            for changed in with_one_digit_changed(number):
                yield changed, supported(changed, support)


def main() -> None:
    """Report the share of changes that go unnoticed, notebook by notebook."""
    total = missed = 0
    for path in map(Path, sys.argv[1:]):
        found = [unnoticed for _, unnoticed in changes(nbformat.read(path, as_version=4))]
        total, missed = total + len(found), missed + sum(found)
        print(f"{path.name}: {sum(found)} of {len(found)} changes of one digit go unnoticed")
    print(f"together: {missed} of {total}, {missed / max(total, 1):.1%}")


if __name__ == "__main__":
    main()
