"""Which words stay under temperature, top-k, top-p and min-p."""

from collections.abc import Sequence

import altair as alt
import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course import sampling
from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.explore._controls import computed, slider
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import each, filled, line, text, total

_SCORES = np.array([5.0, 4.2, 3.8, 3.1, 2.3, 1.4, 0.2, -1.0])


def truncation(
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float = 0.9,
    min_p: float = 0.0,
    *,
    scores: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> Explorable:
    """Eight next words under temperature, top-k, top-p and min-p, applied in this order.

    Parameters
    ----------
    temperature : float, default 1.0
        The scores are divided by it, from 0.1 to 5.
    top_k : int, optional
        How many of the likeliest words stay, from 1 to all; all if not given.
    top_p : float, default 0.9
        The fewest of the words that are left whose probabilities reach this sum stay.
    min_p : float, default 0.0
        Words stay whose probability is at least this share of the largest.
    scores : array_like of shape (K,), optional
        Scores of your own instead of the eight words'; the likeliest is drawn first.
    names : sequence of K str, optional
        What `scores` belong to; ``class 0``, ``class 1``, … if not given.

    Returns
    -------
    Explorable
    """
    z, rows = (_SCORES, _words()) if scores is None else _likeliest_first(scores, names)
    n = len(z)
    k = n if top_k is None else top_k
    controls = [
        slider("temperature", temperature, 0.1, 5, 0.1, say("temperature")),
        slider("top_k", k, 1, n, 1, say("top-k")),
        slider("top_p", top_p, 0.05, 1, 0.05, say("top-p")),
        slider("min_p", min_p, 0, 1, 0.05, say("min-p")),
    ]
    title = say("Which classes stay, and what they become")
    what = say("{n} classes", n=n)
    if scores is None:
        title = say("Which words stay, and what they become")
        what = say("eight words that may follow “the sky is”")
    return Explorable(
        title,
        say(
            "One row for each of {what}, the likeliest first. The outlined bar is softmax at your"
            " temperature; the solid bar is what is left after top-k, then top-p, then min-p, and"
            " sums to one again.",
            what=what,
        ),
        _numbers(z / temperature, k, top_p, min_p),
        [*controls, *_results(z)],
        _layers(rows),
        height=52 + 26 * n,
        colours=dict.fromkeys(("top_k", "top_p", "min_p"), CLASS_COLOURS[0]),
    )


def _words() -> tuple[str, ...]:
    return tuple(say("blue clear grey dark falling green the seven").split())


def _likeliest_first(
    scores: ArrayLike, names: Sequence[str] | None
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    z = np.asarray(scores, dtype=float)
    if names is None:
        names = [say("class {k}", k=k) for k in range(len(z))]
    if len(names) != len(z):
        raise ValueError(f"there are {len(names)} names for {len(z)} scores")
    order = np.argsort(-z, kind="stable")
    return z[order], tuple(names[k] for k in order)


def _numbers(z: NDArray[np.float64], top_k: int, top_p: float, min_p: float) -> list[str]:
    kept = sampling.top_p(sampling.top_k(z, top_k), top_p)
    if min_p > 0:
        kept = sampling.min_p(kept, min_p)
    after = softmax(kept)
    return [
        text(say("softmax"), softmax(z)),
        text(say("renormalised"), after),
        say("kept: {count} of {n}", count=np.count_nonzero(after), n=len(z)),
    ]


def _results(scores: NDArray[np.float64]) -> list[alt.Parameter]:
    n = len(scores)
    below = [total("k", i) if i else "0" for i in range(n)]  # the sums of the likelier words
    enough = [f"top_p == 1 || {below[i]} < top_p * {total('k', n)}" for i in range(n)]
    lines = [
        line(say("softmax"), "before", n),
        line(say("renormalised"), "after", n),
        filled(say("kept: {count} of {n}"), count=total("kept", n), n=f"'{n}'"),
    ]
    return [
        computed("scores", str(scores.tolist())),
        computed("e", each("exp((scores[#] - scores[0]) / temperature)", n)),
        computed("before", each(f"e[#] / {total('e', n)}", n)),
        computed("k", each("# < top_k ? e[#] : 0", n)),
        computed("p", f"[{', '.join(f'{enough[i]} ? k[{i}] : 0' for i in range(n))}]"),
        computed("m", each("e[#] >= min_p ? p[#] : 0", n)),
        computed("kept", each("m[#] > 0 ? 1 : 0", n)),
        computed("after", each(f"m[#] / {total('m', n)}", n)),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _layers(words: Sequence[str]) -> list[alt.Chart]:
    """Draw two bars per word: outlined before truncation, solid after it."""
    rows = alt.InlineData([{"i": i, "word": w} for i, w in enumerate(words)], name="words")
    dropped = say("dropped")
    base = (
        alt.Chart(rows)
        .transform_calculate(before="before[datum.i]", after="after[datum.i]")
        .transform_calculate(label=f"datum.after > 0 ? format(datum.after, '.3f') : '{dropped}'")
        .encode(alt.Y("word:N", sort=None, title=None, scale=alt.Scale(paddingInner=0.2)))
    )
    probability = alt.Scale(domain=[0, 1.15])
    axis = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    before = base.mark_bar(filled=False, stroke=GREY, strokeWidth=1.5).encode(
        alt.X("before:Q", title=say("probability"), scale=probability, axis=axis)
    )
    after = base.mark_bar(height={"band": 0.6}, color=CLASS_COLOURS[0]).encode(
        alt.X("after:Q", scale=probability)
    )
    label = (
        base.transform_calculate(end="max(datum.before, datum.after)")
        .mark_text(align="left", dx=5)
        .encode(alt.X("end:Q", scale=probability), text="label:N")
    )
    return [before, after, label]
