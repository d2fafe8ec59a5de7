"""The bigram model counts pairs, and writes text with their frequencies."""

from collections import Counter
from dataclasses import FrozenInstanceError
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
import scipy.stats

from softmax_course import softmax, top_k
from softmax_course.bigram import fit_bigram, load_text


@pytest.fixture(scope="module")
def text():
    return load_text()


def test_counts_are_those_of_all_neighbouring_pairs(text):
    model = fit_bigram(text)
    expected = Counter(pairwise(text))
    for i, first in enumerate(model.alphabet):
        for j, second in enumerate(model.alphabet):
            assert model.counts[i, j] == expected[first, second]


def test_without_smoothing_each_row_is_the_relative_frequencies(text):
    model = fit_bigram(text, smoothing=0)
    frequencies = model.counts / model.counts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softmax(model.logits), frequencies, rtol=1e-12)


def test_smoothing_makes_every_pair_possible():
    model = fit_bigram("aab", smoothing=0.5)
    np.testing.assert_allclose(softmax(model.logits), [[0.5, 0.5], [0.5, 0.5]])
    model = fit_bigram("aaab", smoothing=1)
    np.testing.assert_allclose(softmax(model.logits), [[3 / 5, 2 / 5], [1 / 2, 1 / 2]])


def test_generated_pairs_have_the_temperatures_frequencies():
    model = fit_bigram("aababbbbaa" * 10, smoothing=0)
    written = model.generate(5000, start="a", temperature=2, rng=0)
    counts = Counter(pairwise(written))
    for row, first in enumerate("ab"):
        observed = [counts[first, second] for second in "ab"]
        expected = np.sqrt(model.counts[row])  # p ** (1 / T), not yet normalised
        expected *= sum(observed) / expected.sum()
        assert scipy.stats.chisquare(observed, expected).pvalue > 1e-3


def test_without_smoothing_no_unseen_pair_is_written(text):
    written = fit_bigram(text, smoothing=0).generate(2000, temperature=5, rng=0)
    assert set(pairwise("\n" + written)) <= set(pairwise(text))


def test_transform_is_applied_after_the_temperature():
    model = fit_bigram("abcab")
    seen = []

    def transform(logits):
        seen.append(logits)
        return top_k(logits, 1)

    assert model.generate(6, start="a", temperature=0.5, transform=transform, rng=0) == "bcabca"
    np.testing.assert_array_equal(seen, [model.logits / 0.5])


def test_the_same_seed_writes_the_same_text_and_a_generator_goes_on():
    model, rng = fit_bigram("abracadabra"), np.random.default_rng(0)
    assert model.generate(30, start="a", rng=0) == model.generate(30, start="a", rng=rng)
    assert model.generate(30, start="a", rng=0) != model.generate(30, start="a", rng=rng)


@pytest.mark.parametrize("transform", [None, lambda logits: top_k(logits, 1)])
def test_a_character_that_nothing_follows_is_named_when_it_is_reached(transform):
    model = fit_bigram("abc", smoothing=0)
    assert model.generate(2, start="a", transform=transform) == "bc"
    with pytest.raises(ValueError, match="nothing follows 'c' in the text"):
        model.generate(5, start="a", transform=transform)


def test_length_zero_is_the_empty_text():
    assert fit_bigram("ab").generate(0, start="a") == ""


def test_a_model_is_equal_to_itself_alone_and_can_be_a_key():
    model, twin = fit_bigram("abab"), fit_bigram("abab")
    assert model == model
    assert model != twin
    assert model != "abab"
    assert {model: "first", twin: "second"}[model] == "first"


def test_the_parts_of_a_model_cannot_be_replaced():
    with pytest.raises(FrozenInstanceError):
        fit_bigram("abab").alphabet = "ba"


def test_bundled_text_is_as_its_read_me_says(text):
    read_me = files("softmax_course").joinpath("data/README.md").read_text("utf-8")
    assert f"{len(text):,} characters of {len(set(text))} kinds, all ASCII" in read_me
    assert text.isascii()
    assert "\n\n" not in text
    assert text.endswith(".\n")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: fit_bigram("a"), ValueError, "at least two characters, not 1"),
        (lambda: fit_bigram("ab", smoothing=-1), ValueError, "smoothing must be .* not -1"),
        (lambda: fit_bigram("ab", smoothing=np.inf), ValueError, "smoothing must be .* not inf"),
        (lambda: fit_bigram("ab", smoothing=np.nan), ValueError, "smoothing must be .* not nan"),
        (lambda: fit_bigram("ab").generate(3), ValueError, r"start must be .* not '\\n'"),
        (lambda: fit_bigram("ab").generate(3, start="ab"), ValueError, "start must be .* not 'ab'"),
        (lambda: fit_bigram("ab").generate(-1, start="a"), ValueError, "length must be .* not -1"),
        (lambda: fit_bigram("ab").generate(1.5, start="a"), TypeError, "length must be an integer"),
        (lambda: fit_bigram("ab").generate(3, start="a", temperature=0), ValueError, "not 0"),
        (lambda: fit_bigram("ab").generate(3, start="a", rng="seed"), TypeError, "rng must be"),
        (
            lambda: fit_bigram("ab", smoothing=0).generate(3, start="b"),
            ValueError,
            "nothing follows 'b' in the text: fit the model with smoothing above 0",
        ),
        (lambda: fit_bigram(["a", "b"]), TypeError, r"text must be a string \(str\), not list"),
        (lambda: fit_bigram(b"abc"), TypeError, r"text must be .*, not bytes: decode it first"),
        (lambda: fit_bigram(5), TypeError, r"text must be a string \(str\), not int$"),
        (lambda: fit_bigram("ab").generate(3, start=5), TypeError, "start must be a string"),
        (lambda: fit_bigram("ab", smoothing="1"), TypeError, "smoothing must be a real number"),
        (lambda: fit_bigram("ab\0a"), ValueError, "text must not contain the null character"),
        (lambda: fit_bigram("ab").generate(3, start="a", rng=-1), ValueError, "rng must .* not -1"),
    ],
)
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
