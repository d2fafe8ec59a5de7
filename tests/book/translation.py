"""What must be the same in a text and its translation, and what must not be left in it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml
from editions import EDITION, ROOT, code_words, localised, strings, term_anchor, terms

CODE = re.compile(r"(?<!`)`[^`]+`(?!`)")
TERM = re.compile(r"\{term\}`([^`]+)`")
LINKED = re.compile(r"\]\(([^()\s]+)\)|href=\"([^\"]+)\"")
NUMBER = re.compile(r"(?<![\w.])[−-]?\d(?:[\d.]*\d)?")
THOUSANDS = re.compile(r"(?<=\d)[,\u00a0](?=\d{3}(?!\d))")
ENGLISH = re.compile(
    r"\b(?:the|and|of|is|are|which|with|that|this|from|not|for|you|your|be|been|what|how|where|when"
    r"|its|has|have|does|into|each|every|all|one|two|three|it|to|by|as|at|on|if|but|or|in an?)\b",
    re.IGNORECASE,
)


def code_spans(text: str) -> list[str]:
    """List the code within lines."""
    return CODE.findall(without_roles(text))


def without_fences(text: str) -> str:
    """Take code blocks out of a text."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def without_roles(text: str) -> str:
    """Take code blocks and roles, such as citations, out of a text."""
    return re.sub(r"\{[\w:]+\}`[^`]+`", " ", without_fences(text))


def prose(text: str) -> str:
    """Take code, formulas, addresses and tags out of a text."""
    text = CODE.sub(" ", without_roles(text))
    text = re.sub(r"\$\$.+?\$\$|\$[^$]+\$", " ", text, flags=re.DOTALL)
    return re.sub(r"<[^>]+>|\{\w+\}", " ", LINKED.sub("]", text))  # tags, and names of values


def facts(text: str, page: str = "", *, english: bool = False) -> dict[str, Counter[str]]:
    """Collect what a translation may not change; of an English text, as the edition has it."""
    words = code_words(page) if page and english else {}
    own = strings(page) if words else ()
    known = {string.strip("\"'"): words[string].strip("\"'") for string in own}

    def code(span: str) -> str:
        return re.sub(r"\w+", lambda word: known.get(word[0], word[0]), span)

    addresses = ["".join(found) for found in LINKED.findall(without_fences(text))]
    if english and page:
        addresses = [localised(address, page) for address in addresses]
    bare = THOUSANDS.sub("", prose(text))
    return {
        "code": Counter(code(span) for span in code_spans(text)),
        "formulas": Counter(re.findall(r"\$\$.+?\$\$|\$[^$]+\$", without_spans(text), re.DOTALL)),
        "links": Counter(addresses),
        "terms": Counter(entry_of(term, english) for term in TERM.findall(text)),
        "citations": Counter(re.findall(r"\{cite:\w+\}`[^`]+`", text)),
        "numbers": Counter(NUMBER.findall(bare)),
        "headings": Counter(re.findall(r"^#+(?= )", without_fences(text), re.MULTILINE)),
        "folds": Counter(re.findall(r"</?(?:details|summary)>", text)),
        "rows": Counter(re.findall(r"^\|", text, re.MULTILINE)),
    }


@cache
def entries(*, english: bool) -> dict[str, int]:
    """Number the entries of a glossary, by each of their terms."""
    path = (ROOT if english else EDITION) / "chapters/glossary.md"
    return {term: i for i, names in enumerate(terms(path)) for term in names}


def entry_of(role: str, english: bool) -> int:
    """Return the entry of the glossary that a role leads to."""
    name = re.sub(r".*<(.+)>", r"\1", role)
    return entries(english=english)[" ".join(name.split())]


def without_spans(text: str) -> str:
    """Take code out of a text, which may have dollars."""
    return CODE.sub(" ", without_roles(text))


def differences(english: str, spanish: str, page: str = "") -> Iterator[str]:
    """Say what a translation has lost or added."""
    expected, got = facts(english, page, english=True), facts(spanish, page)
    for kind, counted in expected.items():
        for item in counted - got[kind]:
            yield f"{kind}: {item!r} is missing"
        for item in got[kind] - counted:
            yield f"{kind}: {item!r} is not in the English"


def english_left(spanish: str) -> Iterator[str]:
    """Name runs of English words in a Spanish text; what is marked as English does not count."""
    text = re.sub(r'<(\w+) lang="en">.*?</\1>', " ", spanish, flags=re.DOTALL)
    text = re.sub(
        r"\*[^*\n]+\*|«[^»]+»|\"[^\"]+\"", " ", prose(text)
    )  # titles, terms and quotations
    for line in re.split(r"[.;:!?\n]", text):
        if len(found := ENGLISH.findall(line)) > 1:
            yield f"{found} in {' '.join(line.split())!r}"


def forbidden(spanish: str) -> Iterator[str]:
    """Name words for which the edition has another one, from `own.yml`."""
    for word, instead in settings()["not_said"].items():
        if re.search(rf"\b{word}\b", prose(spanish), re.IGNORECASE):
            yield f"{word!r}: say {instead!r}"


@cache
def settings() -> dict[str, Any]:
    """Read what the edition says of its own words."""
    return dict(yaml.safe_load((EDITION / "own.yml").read_text("utf-8")))


def other_terms(english: str, spanish: str) -> Iterator[str]:
    """Name the terms of the English for which the Spanish has another word than elsewhere."""
    said, text = prose(english), prose(spanish) + " ".join(code_spans(spanish))
    for term, word in settings()["terms"].items():
        used = re.search(rf"\b({term})\b", said, re.IGNORECASE)
        if used and not re.search(word, text, re.IGNORECASE):
            yield f"{term!r} without {word!r}"


def other_links(spanish: str) -> Iterator[str]:
    """Name the links to the glossary whose words are not those of the entry."""
    for text, place in re.findall(r"\[([^\[\]]+)\]\([\w./]*glossary\.md#([^)]+)\)", spanish):
        names = [name for names in terms(EDITION / "chapters/glossary.md") for name in names]
        (entry,) = (name for name in names if term_anchor(name) == place)
        words = [word for name in siblings(entry) for word in plain(name).split() if len(word) > 2]
        if not any(word[:4] in plain(text) for word in words):
            yield f"{text!r} leads to {entry!r}"


def siblings(term: str) -> list[str]:
    """Return all names of a term's entry."""
    return next(names for names in terms(EDITION / "chapters/glossary.md") if term in names)


def plain(text: str) -> str:
    """Write a text in small letters without accents."""
    return unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
