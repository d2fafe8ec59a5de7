"""Equal gaps between scores become equal ratios of probabilities."""

from collections.abc import Sequence

import altair as alt
import numpy as np
from numpy.typing import NDArray

from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.explore._controls import computed, score_sliders
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import each, line, text, total

_COLOUR = alt.Color(
    "k:N", scale=alt.Scale(domain=[0, 1, 2], range=list(CLASS_COLOURS[:3])), legend=None
)
_UNIT = alt.Scale(domain=[0, 1], nice=False)


def equal_gaps(scores: Sequence[float] = (1.0, 3.0, 2.0)) -> Explorable:
    """Show three scores on a line, and their shares of one bar: gaps above, ratios below.

    Parameters
    ----------
    scores : sequence of three float, default (1.0, 3.0, 2.0)
        Where the sliders start, from -5 to 5.

    Returns
    -------
    Explorable
    """
    return Explorable(
        say("Equal gaps become equal ratios"),
        say(
            "Above, the three scores lie on a line, with the gap from each to the next. Below,"
            " softmax shares one bar among the classes, the lowest score first; a label says how"
            " many times as wide as its left neighbour a share is. Make the gaps equal, and the"
            " ratios are equal; move all three scores alike, and no share changes."
        ),
        _numbers(np.asarray(scores, dtype=float)),
        [*score_sliders(scores, 5), *_results()],
        [alt.layer(*_shares(), *_ratios(), *_gaps(), *_scores()).resolve_axis(x="independent")],
        height=210,
        colours={f"score{k}": CLASS_COLOURS[k] for k in range(3)},
    )


def _numbers(z: NDArray[np.float64]) -> list[str]:
    p = softmax(z)
    return [
        text(say("softmax"), p),
        text(say("gaps"), np.diff(np.sort(z)), decimals=1),
        text(say("ratios"), np.sort(p)[1:] / np.sort(p)[:-1]),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        line(say("softmax"), "p"),
        line(say("gaps"), "gap", 2, decimals=1),
        line(say("ratios"), "ratio", 2),
    ]
    ranks = (
        f"(z[{a}] < z[{k}] || z[{a}] == z[{k}] && {a} < {k} ? 1 : 0)"
        f" + (z[{b}] < z[{k}] || z[{b}] == z[{k}] && {b} < {k} ? 1 : 0)"
        for k, a, b in ((0, 1, 2), (1, 0, 2), (2, 0, 1))
    )
    return [
        computed("z", each("score#")),
        computed("e", each("exp(z[#] - max(z[0], z[1], z[2]))")),
        computed("p", each(f"e[#] / {total('e')}")),
        computed("rank", f"[{', '.join(ranks)}]"),
        computed("k", each("indexof(rank, #)")),  # the classes, the lowest score first
        computed("gap", "[z[k[1]] - z[k[0]], z[k[2]] - z[k[1]]]"),
        computed("ratio", "[p[k[1]] / p[k[0]], p[k[2]] / p[k[1]]]"),
        computed("border", "[0, p[k[0]], p[k[0]] + p[k[1]], 1]"),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _scores() -> list[alt.Chart]:
    """Draw the scores on a line; from -5 to 5 it is as wide as the bar below."""
    axis = alt.Axis(
        title=say("score"),
        orient="top",
        labelExpr="format(datum.value * 10 - 5, '~')",
        values=[i / 10 for i in range(11)],
        grid=False,
    )
    x = alt.X("at:Q", scale=_UNIT, axis=axis)
    base = _rows("scores", 3).transform_calculate(k="k[datum.r]", at="(z[k[datum.r]] + 5) / 10")
    points = base.mark_point(shape="circle", filled=True, size=160, opacity=1)
    return [
        points.encode(x, _height(0.87), _COLOUR),
        base.mark_text(dy=-15).encode(alt.X("at:Q", axis=None), _height(0.87), text="k:N"),
    ]


def _gaps() -> list[alt.Chart]:
    """Draw the gap between each two neighbours on the line."""
    base = (
        _rows("gaps", 2)
        .transform_calculate(at="(z[k[datum.r]] + 5) / 10", to="(z[k[datum.r + 1]] + 5) / 10")
        .transform_calculate(
            middle="(datum.at + datum.to) / 2", label="'+' + format(gap[datum.r], '.1f')"
        )
    )
    label = base.transform_filter("gap[datum.r] > 0.35").mark_text(dy=18)
    return [
        base.mark_rule(strokeWidth=3, color=GREY).encode(
            alt.X("at:Q", scale=_UNIT, axis=None), _height(0.87), x2="to:Q"
        ),
        label.encode(alt.X("middle:Q", axis=None), _height(0.87), text="label:N"),
    ]


def _shares() -> list[alt.Chart]:
    """Draw the bar that the classes share."""
    axis = alt.Axis(title=say("probability"), values=[0, 0.2, 0.4, 0.6, 0.8, 1], grid=False)
    base = (
        _rows("shares", 3)
        .transform_calculate(k="k[datum.r]", left="border[datum.r]", end="border[datum.r + 1]")
        .transform_calculate(
            right="max(datum.left, datum.end - 0.002)", middle="(datum.left + datum.end) / 2"
        )
    )
    label = base.transform_filter("p[datum.k] > 0.03").mark_text()
    return [
        base.mark_rect().encode(
            alt.X("left:Q", scale=_UNIT, axis=axis),
            alt.X2("right:Q"),
            _height(0.14),
            alt.Y2(datum=0.48),
            _COLOUR,
        ),
        label.encode(alt.X("middle:Q", axis=None), _height(0.06), text="k:N"),
    ]


def _ratios() -> list[alt.Chart]:
    """Write the ratio of each two neighbours at their border."""
    label = _rows("ratios", 2).transform_calculate(
        label="'× ' + format(ratio[datum.r], ',.3~r')",
        # A label keeps beside its border, but clear of the edge and of the other label.
        at="max(border[datum.r + 1], datum.r == 0 ? 0.04 : border[1] + 0.13)",
    )
    return [label.mark_text().encode(alt.X("at:Q", axis=None), _height(0.55), text="label:N")]


def _rows(name: str, n: int) -> alt.Chart:
    return alt.Chart(alt.InlineData([{"r": r} for r in range(n)], name=name))


def _height(of: float) -> alt.Y:
    """Say how high something stands in the picture, from 0 to 1."""
    return alt.Y(datum=of, type="quantitative", scale=_UNIT, axis=None)
