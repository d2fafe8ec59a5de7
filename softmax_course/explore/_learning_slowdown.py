"""Two losses of one score: where their slope, and with it learning, comes to a halt."""

from typing import Any

import altair as alt

from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.explore._controls import computed, slider
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import filled, fixed
from softmax_course.gradients import cross_entropy_gradient
from softmax_course.losses import cross_entropy

_SHOWN = (-7, 9)  # wider than the slider, so that the tangents find room


def learning_slowdown(score: float = -4.0) -> Explorable:
    """Show squared error and cross-entropy of a yes-or-no score, with the slope of each.

    Parameters
    ----------
    score : float, default -4.0
        Where the slider starts, from -6 (sure of no) to 6 (sure of yes); yes is true.

    Returns
    -------
    Explorable
    """
    return Explorable(
        say("Where learning slows down"),
        say(
            "The true answer is yes. The solid curve is the cross-entropy of every score for yes,"
            " with a circle at yours; the dashed curve is the squared error of the probability,"
            " with a diamond. The grey lines are their tangents: the flatter, the less a step of"
            " training moves the score. Move it to where the network is sure and wrong, and"
            " compare."
        ),
        _numbers(score),
        [slider("score", score, -6, 6, 0.1, say("score of yes")), *_results()],
        _layers(),
        height=300,
    )


def _numbers(score: float) -> list[str]:
    z = [0.0, score]
    p = float(softmax(z)[1])
    loss, slope = float(cross_entropy(z, 1)), float(cross_entropy_gradient(z, [0, 1])[1])
    return [
        say("probability of yes: {p}", p=f"{p:z.3f}"),
        say(
            "{loss}: {value}, slope {slope}",
            loss=say("cross-entropy"),
            value=f"{loss:z.3f}",
            slope=f"{slope:z.3f}",
        ),
        say(
            "{loss}: {value}, slope {slope}",
            loss=say("squared error"),
            value=f"{(1 - p) ** 2:z.3f}",
            slope=f"{-2 * p * (1 - p) ** 2:z.3f}",
        ),
    ]


def _results() -> list[alt.Parameter]:
    lines = [filled(say("probability of yes: {p}"), p=fixed("p"))]
    for loss, name in (("entropy", say("cross-entropy")), ("squared", say("squared error"))):
        line = say("{loss}: {value}, slope {slope}")
        values = {"value": fixed(loss), "slope": fixed(f"{loss}_slope")}
        lines.append(filled(line, loss=f"'{name}'", **values))
    return [
        computed("p", "1 / (1 + exp(-score))"),
        computed("entropy", "log(1 + exp(-score))"),
        computed("entropy_slope", "p - 1"),
        computed("squared", "pow(1 - p, 2)"),
        computed("squared_slope", "-2 * p * pow(1 - p, 2)"),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _layers() -> list[Any]:
    return [
        *_loss("entropy", say("cross-entropy"), CLASS_COLOURS[0], "circle", [1, 0], 6.8),
        *_loss("squared", say("squared error"), CLASS_COLOURS[1], "diamond", [6, 4], 6.1),
    ]


def _loss(
    loss: str, name: str, colour: str, shape: str, dash: list[float], height: float
) -> list[alt.Chart]:
    """Draw a loss at every score, its tangent at yours, and its slope where no curve comes."""
    formula = {"entropy": "log(1 + exp(-datum.u))", "squared": "pow(1 / (1 + exp(datum.u)), 2)"}
    curve = alt.Chart(alt.sequence(*_SHOWN, 0.1, as_="u")).transform_calculate(loss=formula[loss])
    here = alt.Chart(alt.InlineData([{}], name=f"{loss}_here")).transform_calculate(
        u="score",
        loss=loss,
        left="score - 1.25",
        right="score + 1.25",
        high=f"{loss} - 1.25 * {loss}_slope",
        low=f"{loss} + 1.25 * {loss}_slope",
        edge=f"{_SHOWN[1]}",
        height=f"{height}",
        label=filled(
            say("{loss}, slope {slope}"), loss=f"'{name}'", slope=f"format({loss}_slope, '.3f')"
        ),
    )
    point = here.mark_point(shape=shape, filled=True, size=140, opacity=1, color=colour)
    return [
        curve.mark_line(color=colour, strokeDash=dash, clip=True).encode(_x(), _y("loss")),
        here.mark_rule(color=GREY, strokeWidth=2.5, clip=True).encode(
            _x("left"), _y("high"), x2="right:Q", y2="low:Q"
        ),
        point.encode(_x(), _y("loss")),
        point.copy().encode(_x("edge"), _y("height")),
        here.mark_text(align="right", dx=-12).encode(_x("edge"), _y("height"), text="label:N"),
    ]


def _x(field: str = "u") -> alt.X:
    scale = alt.Scale(domain=list(_SHOWN), nice=False)
    return alt.X(f"{field}:Q", title=say("score of yes"), scale=scale)


def _y(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title=say("loss"), scale=alt.Scale(domain=[0, 7.2], nice=False))
