"""Compare the numbers in a notebook's prose with the numbers in its outputs.

A decimal or a percentage in the prose is supported if an output nearby, rounded to the digits
that the prose shows, is that number: nearby are the three code cells before it and the one after
it, under the same heading. A number of one or two digits would find its like by chance, so it is
supported by an output that is just this number, in the two cells before it or the one after it. A
code span that is only a number may also stand in the code there; other code spans, links and
citations are exempt.

A question is held to more. A span with a list or a decimal, as an option may be one, must stand
number by number in an output or in the code under its heading: there a hidden cell, tagged
`claims`, asserts what the question says.

Run as a script, it changes each digit in turn and reports which share would go unnoticed; with
``--weak`` it names the numbers concerned.
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

LISTED = re.compile(r"(?:`|<code>)([^`\n<]*[\[.][^`\n<]*)(?:`|</code>)")
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
    def significant_digits(self) -> int:
        """How many digits say something."""
        return len(self.digits.replace(".", "").lstrip("0"))

    @property
    def step(self) -> Decimal:
        """One unit of the last digit shown."""
        decimals = len(self.digits.partition(".")[2])
        return Decimal(1).scaleb(self.exponent - 2 * self.percent - decimals)


@dataclass
class Cell:
    """A code cell's numbers: those that it prints, and those that it is written with."""

    printed: list[list[Decimal]]
    written: list[Decimal]


@dataclass
class Claim:
    """Numbers that stand together in the prose, and the cells that may support them."""

    numbers: list[Number]
    near: list[Cell] = field(default_factory=list)
    nearest: list[Cell] = field(default_factory=list)
    code_counts: bool = False
    together: bool = False

    @cached_property
    def support(self) -> set[Decimal]:
        """Values that support a number by rounding."""
        return _values(self.near, self.code_counts)

    @cached_property
    def close_support(self) -> set[Decimal]:
        """Values that support a number of one or two digits, by being equal."""
        return _values(self.nearest, self.code_counts)

    @cached_property
    def rows(self) -> list[list[Decimal]]:
        """Rows of numbers in which a list must stand."""
        return [row for cell in self.near for row in [*cell.printed, cell.written]]

    def holds(self, numbers: list[Number]) -> bool:
        """Whether these numbers, in the place of the claim's own, are supported."""
        if not self.together:
            return all(map(self._supported, numbers))
        values = [number.value for number in numbers]
        size = len(values)
        return any(
            row[i : i + size] == values for row in self.rows for i in range(len(row) - size + 1)
        )

    def _supported(self, number: Number) -> bool:
        if number.significant_digits > 2:
            return supported(number, self.support)
        wanted = {number.value, number.value * 100} if number.percent else {number.value}
        return not wanted.isdisjoint(self.close_support)


def _values(cells: list[Cell], code_counts: bool) -> set[Decimal]:
    printed = {value for cell in cells for row in cell.printed for value in row}
    written = {value for cell in cells for value in cell.written} if code_counts else set()
    return printed | written


@dataclass
class Section:
    """What stands under one heading: the claims of its prose, and its code cells."""

    heading: str
    cells: list[Cell] = field(default_factory=list)
    pieces: list[tuple[int, str, bool]] = field(default_factory=list)

    def add(self, text: str, *, question: bool = False) -> None:
        """Add a piece of prose after the code cells that are there already."""
        self.pieces.append((len(self.cells), text, question))

    def claims(self) -> Iterator[Claim]:
        """Yield what the prose claims."""
        for place, text, question in self.pieces:
            near = self.cells if question else self.cells[max(0, place - 3) : place + 1]
            nearest = self.cells if question else self.cells[max(0, place - 2) : place + 1]
            for number in numbers(plain(text)):
                yield Claim([number], near, nearest, code_counts=question)
            for span in BARE.findall(text):
                for number in numbers(span.replace("−", "-")):
                    yield Claim([number], near, nearest, code_counts=True)
            for span in LISTED.findall(text) if question else []:
                found = list(numbers(span.replace("−", "-"), integers=True))
                if len(found) > 1 or any("." in number.digits for number in found):
                    yield Claim(found, near, nearest, code_counts=True, together=True)


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
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code":
            section.cells.append(Cell([_row(text) for text in _texts(cell)], _row(cell.source)))
            figure = cell.metadata.get("mystnb", {})
            section.add(figure.get("figure", {}).get("caption", ""))
            section.add(figure.get("image", {}).get("alt", ""))
        elif cell.cell_type == "markdown" and "quoted" not in tags:
            pieces = re.split(r"^#{1,6} (.+)$", cell.source, flags=re.MULTILINE)
            section.add(pieces[0], question="question" in tags)
            for heading, prose in zip(pieces[1::2], pieces[2::2], strict=True):
                yield section
                section = Section(heading)
                section.add(heading)
                section.add(prose)
    yield section


def _row(text: str) -> list[Decimal]:
    return [number.value for number in numbers(text, integers=True)]


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


def unsupported(section: Section) -> Iterator[str]:
    """Yield the prose's numbers that no output of the section supports."""
    for claim in section.claims():
        if not claim.holds(claim.numbers):
            yield ", ".join(map(str, claim.numbers))


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
        for claim in section.claims():
            for place, number in enumerate(claim.numbers):
                for changed in with_one_digit_changed(number):
                    others = [*claim.numbers[:place], changed, *claim.numbers[place + 1 :]]
                    yield changed, claim.holds(others)


def weak(nb: NotebookNode) -> Iterator[str]:
    """Name the numbers of which a changed digit would go unnoticed, with the changes."""
    for section in sections(nb):
        for claim in section.claims():
            for place, number in enumerate(claim.numbers):
                unnoticed = [
                    str(changed)
                    for changed in with_one_digit_changed(number)
                    if claim.holds([*claim.numbers[:place], changed, *claim.numbers[place + 1 :]])
                ]
                if unnoticed:
                    yield f"{section.heading}: {number} could be {', '.join(sorted(unnoticed))}"


def main() -> None:
    """Report the share of changes that go unnoticed, notebook by notebook."""
    parser = argparse.ArgumentParser(description="Change each digit of the prose in turn.")
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--weak", action="store_true", help="name the numbers concerned")
    arguments = parser.parse_args()
    total = missed = 0
    for path in arguments.notebooks:
        nb = nbformat.read(path, as_version=4)
        found = [unnoticed for _, unnoticed in changes(nb)]
        total, missed = total + len(found), missed + sum(found)
        print(f"{path.name}: {sum(found)} of {len(found)} changes of one digit go unnoticed")
        if arguments.weak:
            print("".join(f"  {line}\n" for line in weak(nb)), end="")
    print(f"together: {missed} of {total}, {missed / max(total, 1):.2%}")


if __name__ == "__main__":
    main()
