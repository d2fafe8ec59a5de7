"""The sigmoid of a gap, and softmax of two scores: one curve."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from softmax_course._language import say
from softmax_course.activations import sigmoid, softmax
from softmax_course.explore._controls import computed, score_sliders
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import filled, fixed, line, text


def two_class(scores: Sequence[float] = (1.0, 3.0)) -> Explorable:
    """Lay softmax of two scores over the sigmoid of their difference.

    Parameters
    ----------
    scores : sequence of two float, default (1.0, 3.0)
        Where the sliders start, from -5 to 5.

    Returns
    -------
    Explorable
    """
    return Explorable(
        say("The sigmoid is softmax for two classes"),
        say(
            "The solid curve is the sigmoid of the gap between the scores. The dashed curve on it"
            " is the probability that softmax gives class 1. The circle is that of your two"
            " scores, and the diamond is what is left for class 0. Move both scores alike: nothing"
            " else moves."
        ),
        _numbers(scores),
        [*score_sliders(scores, 5, 2), *_results()],
        _layers(),
        height=280,
        colours={"score0": CLASS_COLOURS[2], "score1": CLASS_COLOURS[1]},
    )


def _numbers(scores: Sequence[float]) -> list[str]:
    gap = scores[1] - scores[0]
    return [
        say("gap: {gap}", gap=f"{gap:z.1f}"),
        say("sigmoid of the gap: {p}", p=f"{float(sigmoid(gap)):.3f}"),
        text(say("softmax"), softmax(np.asarray(scores, dtype=float))),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        filled(say("gap: {gap}"), gap=fixed("gap", 1)),
        filled(say("sigmoid of the gap: {p}"), p=fixed("sigmoid")),
        line(say("softmax"), "softmax", 2),
    ]
    return [
        computed("gap", "score1 - score0"),
        computed("sigmoid", "1 / (1 + exp(-gap))"),
        computed("e", "[exp(score0), exp(score1)]"),
        computed("softmax", "[e[0] / (e[0] + e[1]), e[1] / (e[0] + e[1])]"),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _layers() -> list[Any]:
    title = say("score of class 1 − score of class 0")
    x = alt.X("u:Q", title=title, scale=alt.Scale(domain=[-10, 10]))
    y = alt.Y(type="quantitative", title=say("probability"), scale=alt.Scale(domain=[0, 1]))
    line = alt.Chart(alt.sequence(-10, 10.01, 0.1, as_="u")).transform_calculate(
        sigmoid="1 / (1 + exp(-datum.u))",
        softmax="exp(score0 + datum.u) / (exp(score0) + exp(score0 + datum.u))",
    )
    here = alt.Chart(alt.InlineData([{}], name="here")).transform_calculate(
        u="gap", p0="softmax[0]", p1="softmax[1]"
    )
    return [
        line.mark_line(color=CLASS_COLOURS[0], strokeWidth=6).encode(x, y.field("sigmoid")),
        line.mark_line(color=CLASS_COLOURS[1], strokeWidth=2.5, strokeDash=[6, 6]).encode(
            x, y.field("softmax")
        ),
        here.mark_rule(color=GREY, strokeDash=[2, 3]).encode(x),
        here.mark_point(
            shape="diamond", filled=True, size=160, opacity=1, color=CLASS_COLOURS[2]
        ).encode(x, y.field("p0")),
        here.mark_point(
            shape="circle", filled=True, size=160, opacity=1, color=CLASS_COLOURS[1]
        ).encode(x, y.field("p1")),
    ]
