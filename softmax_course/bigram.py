"""A language model small enough to read: which character follows which."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from softmax_course._validation import Array, as_integer, as_scalar, as_temperature
from softmax_course.encoding import label_encode
from softmax_course.sampling import RNGLike, as_generator, sample

__all__ = ["CharacterBigram", "fit_bigram", "load_text"]


def load_text() -> str:
    """First ten chapters of Jane Austen's *Pride and Prejudice* (1813, public domain).

    One paragraph per line; ``softmax_course/data/README.md`` names the source.

    Examples
    --------
    >>> load_text()[:71]
    'It is a truth universally acknowledged, that a single man in possession'
    """
    return files("softmax_course").joinpath("data/pride_and_prejudice.txt").read_text("ascii")


@dataclass(frozen=True, eq=False)
class CharacterBigram:
    """Scores of the next character given the present one.

    A model is equal to itself alone, and can be a key of a dictionary; to compare two models,
    compare their counts.

    Attributes
    ----------
    alphabet : str
        The characters in sorted order; a character's code is its position.
    counts : numpy.ndarray of shape (K, K)
        How often the character of the column follows the character of the row.
    logits : numpy.ndarray of shape (K, K)
        Logarithm of the smoothed counts: each row's softmax is the distribution of what comes next.
    """

    alphabet: str
    counts: NDArray[np.int64]
    logits: NDArray[np.float64]

    def generate(
        self,
        length: int,
        *,
        start: str = "\n",
        temperature: float = 1.0,
        transform: Callable[[NDArray[np.float64]], Array] | None = None,
        rng: RNGLike = None,
    ) -> str:
        """Draw one character after another, each from the row of the one before it.

        Parameters
        ----------
        length : int
            Number of characters to draw.
        start : str, default newline
            The character that comes before the first one; it is not part of the result.
        temperature : float, default 1.0
            Positive; the logits are divided by it.
        transform : callable, optional
            Applied to the logits, classes on the last axis, after the temperature; for example
            ``lambda logits: top_k(logits, 5)``.
        rng : None, int, numpy.random.SeedSequence, BitGenerator or Generator, optional
            Where the randomness comes from, as for `numpy.random.default_rng`.

        Returns
        -------
        str
            `length` characters.

        Raises
        ------
        ValueError
            If `start` is not one character of the alphabet, temperature or length is out of range,
            a seed is negative, or a character is reached that nothing follows (with
            ``smoothing=0``, one that the text has at its end only).
        TypeError
            If `start` is not a string, length is not an integer, temperature is not a real number,
            or rng is none of the above.

        Examples
        --------
        >>> model = fit_bigram("abracadabra", smoothing=0)
        >>> model.generate(7, start="b", rng=0)
        'rabrada'
        """
        _check_text(start, "start")
        if len(start) != 1 or start not in self.alphabet:
            raise ValueError(f"start must be one character of the alphabet, not {start!r}")
        if as_integer(length, "length") < 0:
            raise ValueError(f"length must be 0 or more, not {length}")
        logits = self.logits / as_temperature(temperature)
        if transform is not None:
            logits = transform(logits)
        generator = as_generator(rng)
        code = self.alphabet.index(start)
        is_dead_end = np.all(self.logits == -np.inf, axis=-1)
        codes: list[int] = []
        for _ in range(length):
            if is_dead_end[code]:
                raise ValueError(
                    f"nothing follows {self.alphabet[code]!r} in the text: "
                    "fit the model with smoothing above 0"
                )
            code = int(sample(logits[code], rng=generator))
            codes.append(code)
        return "".join(self.alphabet[code] for code in codes)


def fit_bigram(text: str, *, smoothing: float = 0.1) -> CharacterBigram:
    """Count which character follows which.

    Parameters
    ----------
    text : str
        At least two characters, none of them the null character.
    smoothing : float, default 0.1
        Added to every count, so that a pair that the text lacks stays possible; with 0 its logit is
        ``-inf``, and `generate` cannot go on from a character that the text has at its end only.

    Returns
    -------
    CharacterBigram
        With the relative frequencies (for ``smoothing=0``) as the softmax of its logits, which is
        the maximum-likelihood estimate.

    Raises
    ------
    ValueError
        If the text has fewer than two characters or a null character, or `smoothing` is negative
        or not finite.
    TypeError
        If the text is not a string, or `smoothing` is not a real number.

    Examples
    --------
    >>> model = fit_bigram("abracadabra")
    >>> model.alphabet
    'abcdr'
    >>> model.counts[0]
    array([0, 2, 1, 1, 0])
    """
    _check_text(text, "text")
    if len(text) < 2:
        raise ValueError(f"text must have at least two characters, not {len(text)}")
    if "\0" in text:  # NumPy drops it from the end of a string
        raise ValueError("text must not contain the null character")
    if not 0 <= as_scalar(smoothing, "smoothing") < np.inf:
        raise ValueError(f"smoothing must be finite and 0 or more, not {smoothing}")
    codes, characters = label_encode(list(text))
    counts = np.zeros((len(characters), len(characters)), dtype=np.int64)
    np.add.at(counts, (codes[:-1], codes[1:]), 1)
    with np.errstate(divide="ignore"):
        logits = np.log(counts + smoothing)
    return CharacterBigram("".join(characters), counts, logits)


def _check_text(text: object, name: str) -> None:
    if not isinstance(text, str):
        found = type(text).__name__
        hint = ": decode it first" if isinstance(text, bytes) else ""
        raise TypeError(f"{name} must be a string (str), not {found}{hint}")
