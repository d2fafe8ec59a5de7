"""Two pieces of scores, the pair that each is reduced to, and the merged pair of both."""

import altair as alt
import numpy as np
from numpy.typing import NDArray

from softmax_course._language import say
from softmax_course.explore._controls import computed, slider
from softmax_course.explore._explorable import CLASS_COLOURS, Explorable
from softmax_course.explore._expressions import each, filled, fixed, total
from softmax_course.streaming import MaxAndSum, max_and_sum, merge

_SCORES = (1.0, 3.0, 2.0, 0.5, 2.5, 1.5, 3.5, 0.0)
_N = len(_SCORES)


def merging(cut: int = 3, rise: float = 0.0) -> Explorable:
    """Cut eight scores into two pieces, and merge what each piece knows.

    Parameters
    ----------
    cut : int, default 3
        How many scores the first piece has, from 1 to 7.
    rise : float, default 0.0
        What is added to the scores of the second piece, from -6 to 6.

    Returns
    -------
    Explorable
    """
    scores = np.array(_SCORES)
    scores[cut:] += rise
    return Explorable(
        say("Two pieces and their merge"),
        say(
            "Eight scores, cut into a first and a second piece. A bar is the exponential of a"
            " score less a maximum: on the left the maximum of its own piece, on the right that of"
            " both. The sum of a piece's bars is its d. Move the cut, then raise and lower the"
            " second piece."
        ),
        _numbers(scores[:cut], scores[cut:]),
        [
            slider("cut", cut, 1, _N - 1, 1, say("scores in the first piece")),
            slider("rise", rise, -6, 6, 0.1, say("added to the second piece")),
            *_results(),
        ],
        _layers(),
        height=220,
        colours={"cut": CLASS_COLOURS[0], "rise": CLASS_COLOURS[1]},
    )


def _numbers(first: NDArray[np.float64], second: NDArray[np.float64]) -> list[str]:
    def told(pair: MaxAndSum) -> dict[str, str]:
        return {"m": f"{pair.m:z.3f}", "d": f"{pair.d:z.3f}"}

    a, b = max_and_sum(first), max_and_sum(second)
    both = merge(a, b)
    return [
        say("first piece: m {m}, d {d}", **told(a)),
        say("second piece: m {m}, d {d}", **told(b)),
        say(
            "merged: m {m}, d {d}, logsumexp {total}",
            **told(both),
            total=f"{both.m + np.log(both.d):z.3f}",
        ),
    ]


def _results() -> list[alt.Parameter]:
    def largest(condition: str) -> str:
        return f"max({', '.join(f'{k} {condition} ? z[{k}] : -99' for k in range(_N))})"

    def told(m: str, d: str) -> dict[str, str]:
        return {"m": fixed(m), "d": fixed(d)}

    sums = {"m": fixed("max(m1, m2)"), "d": fixed(total("after", _N))}
    lse = fixed(f"max(m1, m2) + log({total('after', _N)})")
    lines = [
        filled(say("first piece: m {m}, d {d}"), **told("m1", total("first", _N))),
        filled(say("second piece: m {m}, d {d}"), **told("m2", total("second", _N))),
        filled(say("merged: m {m}, d {d}, logsumexp {total}"), **sums, total=lse),
    ]
    return [
        computed("scores", str(list(_SCORES))),
        computed("z", each("(# < cut ? scores[#] : scores[#] + rise)", _N)),
        computed("m1", largest("< cut")),
        computed("m2", largest(">= cut")),
        computed("first", each("(# < cut ? exp(z[#] - m1) : 0)", _N)),
        computed("second", each("(# >= cut ? exp(z[#] - m2) : 0)", _N)),
        computed("after", each("exp(z[#] - max(m1, m2))", _N)),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _layers() -> list[alt.Chart]:
    """Draw eight bars before the merge, and eight after it."""
    groups = {"before": say("each piece by itself"), "after": say("merged")}
    rows = [{"group": label, "of": g, "k": k} for g, label in groups.items() for k in range(_N)]
    height = "datum.of == 'after' ? after[datum.k] : first[datum.k] + second[datum.k]"
    base = (
        alt.Chart(alt.InlineData(rows, name="bars"))
        .transform_calculate(height=height, piece="datum.k < cut ? '1' : '2'")
        .encode(
            alt.X("group:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelPadding=20)),
            alt.XOffset("k:N"),
        )
    )
    y = alt.Y("height:Q", title=say("exponential"), scale=alt.Scale(domain=[0, 1.05], nice=False))
    colour = alt.Color(
        "piece:N", scale=alt.Scale(domain=["1", "2"], range=list(CLASS_COLOURS[:2])), legend=None
    )
    bars = base.mark_bar().encode(y, colour)
    names = base.mark_text(baseline="top", dy=6).encode(y=alt.datum(0), text="piece:N")
    return [bars, names]
