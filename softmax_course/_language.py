"""The language in which the course speaks to its reader: English, or one that has a catalogue.

What is said stands in the code in English, as ``say("Right.")``; ``locale/`` has the other
languages, in the files of GNU gettext. Names, docstrings and exceptions stay English.
"""

import gettext
from pathlib import Path

LOCALES = Path(__file__).with_name("locale")
DOMAIN = "softmax_course"

_spoken: gettext.NullTranslations = gettext.NullTranslations()


def set_language(language: str) -> None:
    """Let the course speak another language from now on: `check`, figures and explorables.

    Parameters
    ----------
    language : {"en", "es"}
        English or Spanish.

    Returns
    -------
    None

    Raises
    ------
    ValueError
        If the course does not speak it; the message names the languages that it speaks.

    Examples
    --------
    >>> from softmax_course import check, set_language
    >>> set_language("es")
    >>> check("odds", 1.5).verdict
    'No del todo: cociente de las puntuaciones.'
    >>> set_language("en")
    """
    global _spoken
    if language not in languages():
        known = ", ".join(languages())
        raise ValueError(f"the course does not speak {language!r}; it speaks: {known}")
    _spoken = (
        gettext.NullTranslations()
        if language == "en"
        else gettext.translation(DOMAIN, LOCALES, [language])
    )


def language() -> str:
    """Return the language that the course speaks now."""
    return str(_spoken.info().get("language", "en"))


def languages() -> list[str]:
    """List the languages that the course speaks."""
    found = LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    return ["en", *sorted(path.parent.parent.name for path in found)]


def say(text: str, /, **values: object) -> str:
    """Say something in the reader's language, with values in the places of their names."""
    said = _spoken.gettext(text) if text else text
    return said.format(**values) if values else said
