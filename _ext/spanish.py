"""Find Spanish words whether or not they are typed with their accents.

Sphinx stems the words of its index and those that are searched for; here both lose their accents
first. Private hook: `get_js_stemmer_code` of Sphinx 7.4.7, which takes `js_stemmer_code` as it is
where there is no `js_stemmer_rawcode`.
"""

import unicodedata
from pathlib import Path

from sphinx import search
from sphinx.application import Sphinx
from sphinx.search.es import SearchSpanish

SCRIPTS = Path(search.__file__).parent / "minified-js"
STEMMER = """
Stemmer = class {
  stemmer = new SpanishStemmer();
  stemWord(word) {
    return this.stemmer.stemWord(word.normalize("NFD").replace(/\\p{Mark}/gu, ""));
  }
};
"""


def plain(word: str) -> str:
    """Take the accents off a word."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


class WithoutAccents(SearchSpanish):
    """Sphinx's Spanish, without accents."""

    js_stemmer_rawcode = ""
    js_stemmer_code = (
        (SCRIPTS / "base-stemmer.js").read_text("utf-8")
        + (SCRIPTS / SearchSpanish.js_stemmer_rawcode).read_text("utf-8")
        + STEMMER
    )

    def stem(self, word: str) -> str:
        """Reduce a word to what its forms have in common."""
        return str(super().stem(plain(word)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_search_language(WithoutAccents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
