"""One score through the linear activation and the sigmoid."""

from typing import Any

import altair as alt

from softmax_course._language import say
from softmax_course.activations import linear, sigmoid
from softmax_course.explore._controls import choice, computed, slider
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import filled, fixed, one_of


def saturation(score: float = 2.0, multiply: int = 1) -> Explorable:
    """One score through the linear activation and the sigmoid, out to where the sigmoid ends.

    Parameters
    ----------
    score : float, default 2.0
        Where the slider starts, from -8 to 8.
    multiply : {1, 10, 100}, default 1
        The score and the picture's range are multiplied by this.

    Returns
    -------
    Explorable
    """
    return Explorable(
        say("One score through the linear activation and the sigmoid"),
        say(
            "The solid curve is the sigmoid, with a circle at your score; the dashed line is the"
            " linear activation, with a diamond. Move the score, then multiply it: the dotted"
            " vertical line marks the score from which the sigmoid is exactly 1 in float64."
        ),
        _numbers(score * multiply),
        _params(score, multiply),
        _layers(),
        height=280,
    )


def _numbers(x: float) -> list[str]:
    at = float(sigmoid(x))
    ends = {0.0: say("exactly 0 in float64"), 1.0: say("exactly 1 in float64")}
    state = ends.get(at, say("strictly between 0 and 1"))
    return [
        say("linear: {x}", x=f"{float(linear(x)):z.1f}"),
        say("sigmoid: {p}, {state}", p=f"{at:.3f}", state=state),
    ]


def _params(score: float, multiply: int) -> list[alt.Parameter]:
    lines = [
        filled(say("linear: {x}"), x=fixed("x", 1)),
        filled(say("sigmoid: {p}, {state}"), p=fixed("sigmoid"), state="state"),
    ]
    return [
        slider("score", score, -8, 8, 0.1, say("score")),
        choice("multiply", multiply, (1, 10, 100), say("multiply the score by")),
        computed("x", "score * multiply"),
        computed("e", "exp(-abs(x))"),
        computed("sigmoid", "x < 0 ? e / (1 + e) : 1 / (1 + e)"),
        computed(
            "state",
            one_of(
                ("sigmoid == 0", say("exactly 0 in float64")),
                ("sigmoid == 1", say("exactly 1 in float64")),
                otherwise=say("strictly between 0 and 1"),
            ),
        ),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _layers() -> list[Any]:
    x = alt.X(
        "u:Q",
        title=say("score"),
        scale=alt.Scale(domain=[-8, 8], nice=False),
        axis=alt.Axis(labelExpr="format(datum.value * multiply, '~')", tickCount=8),
    )
    base = alt.Chart().encode(x)
    output = alt.Y(type="quantitative", title=say("output"), scale=alt.Scale(domain=[-1, 2.5]))
    end = (
        alt.Chart(alt.InlineData([{}], name="end"))
        .transform_calculate(u="log(pow(2, 53)) / multiply")
        .mark_rule(clip=True, strokeDash=[2, 3], color=GREY)
        .encode(x)
    )
    return [_curves(base, output), end, _here(base, output)]


def _curves(base: alt.Chart, output: alt.Y) -> Any:
    return alt.layer(
        base.mark_line(clip=True, strokeDash=[6, 4]).encode(
            output.field("linear"), color=alt.value(CLASS_COLOURS[1])
        ),
        base.mark_line().encode(output.field("sigmoid"), color=alt.value(CLASS_COLOURS[0])),
        data=alt.sequence(-8, 8.01, 0.05, as_="u"),
    ).transform_calculate(linear="datum.u * multiply", sigmoid="1 / (1 + exp(-datum.u * multiply))")


def _here(base: alt.Chart, output: alt.Y) -> Any:
    return alt.layer(
        base.mark_rule(color=GREY),
        base.mark_point(clip=True, shape="diamond", filled=True, size=140, opacity=1).encode(
            output.field("linear"), color=alt.value(CLASS_COLOURS[1])
        ),
        base.mark_point(shape="circle", filled=True, size=140, opacity=1).encode(
            output.field("sigmoid"), color=alt.value(CLASS_COLOURS[0])
        ),
        data=alt.InlineData([{}], name="here"),
    ).transform_calculate(u="score", linear="x", sigmoid="sigmoid")
