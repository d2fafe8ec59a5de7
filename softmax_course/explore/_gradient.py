"""The downhill direction in every point of the simplex, for two losses."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from softmax_course import losses
from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.explore._controls import choice, computed, score_sliders, switch
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import dot, each, filled, fixed, line, text, total
from softmax_course.explore._simplex import across, triangle, up
from softmax_course.gradients import cross_entropy_gradient, softmax_vjp


def gradient(
    scores: Sequence[float] = (1.0, 3.0, 2.0), true_class: int = 1, squared_error: bool = False
) -> Explorable:
    """Show the downhill direction in every point of the simplex, for two losses.

    Parameters
    ----------
    scores : sequence of three float, default (1.0, 3.0, 2.0)
        Where the sliders start, from -10 to 10.
    true_class : {0, 1, 2}, default 1
        The class that is right.
    squared_error : bool, default False
        Whether the loss is the squared error of the probabilities instead of cross-entropy.

    Returns
    -------
    Explorable
    """
    controls = [
        *score_sliders(scores, 10),
        choice("true_class", true_class, (0, 1, 2), say("true class")),
        switch("squared_error", squared_error, say("squared error instead of cross-entropy")),
    ]
    return Explorable(
        say("Downhill on the simplex"),
        say(
            "Each point of the triangle is a prediction for three classes; a corner is certainty."
            " The large dot is yours, and its arrow is the negative gradient with respect to the"
            " scores; the small arrows show the same, five times shorter, for other predictions."
            " Move the prediction into a wrong corner, then switch to the squared error."
        ),
        _numbers(scores, true_class, squared_error),
        [*controls, *_results()],
        [*triangle(), *_arrows()],
        height=340,
        colours={f"score{k}": CLASS_COLOURS[1] for k in range(3)},  # the dot
    )


def _numbers(scores: Sequence[float], true_class: int, squared_error: bool) -> list[str]:
    z = np.asarray(scores, dtype=float)
    p, target = softmax(z), np.eye(3)[true_class]
    if squared_error:
        loss, slope = np.sum((p - target) ** 2), softmax_vjp(z, 2 * (p - target))
    else:
        loss, slope = losses.cross_entropy(z, true_class), cross_entropy_gradient(z, target)
    return [
        text(say("prediction"), p),
        text(say("gradient"), slope, decimals=4),
        say(
            "length of the gradient: {length}; loss: {loss}",
            length=f"{np.linalg.norm(slope):.4f}",
            loss=f"{float(loss):z.3f}",
        ),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        line(say("prediction"), "p"),
        line(say("gradient"), "gradient", decimals=4),
        filled(
            say("length of the gradient: {length}; loss: {loss}"),
            length=fixed("steepness", 4),
            loss=fixed("loss"),
        ),
    ]
    squared, entropy = dot("gap", "gap"), f"log({total('e')}) + (largest - z[true_class])"
    return [
        computed("z", each("score#")),
        computed("largest", "max(z[0], z[1], z[2])"),
        computed("e", each("exp(z[#] - largest)")),
        computed("p", each(f"e[#] / {total('e')}")),
        computed("y", each("true_class == # ? 1 : 0")),
        computed("gap", each("p[#] - y[#]")),
        computed("mean", dot("p", "gap")),
        computed("gradient", each("squared_error ? 2 * p[#] * (gap[#] - mean) : gap[#]")),
        computed("loss", f"squared_error ? {squared} : {entropy}"),
        computed("steepness", f"sqrt({dot('gradient', 'gradient')})"),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _arrows() -> list[alt.Chart]:
    grid = [(a / 8, b / 8, (8 - a - b) / 8) for a in range(1, 7) for b in range(1, 8 - a)]
    rows = [{"point": point, "length": 0.2, "yours": False} for point in grid]
    rows.append({"point": grid[0], "length": 1, "yours": True})
    arrows = _downhill(alt.Chart(alt.InlineData(rows, name="points"))).encode(
        color=alt.condition("datum.yours", alt.value(CLASS_COLOURS[1]), alt.value(GREY)),
        strokeWidth=alt.condition("datum.yours", alt.value(3), alt.value(1)),
    )
    heads = arrows.transform_filter("abs(datum.dx) + abs(datum.dy) > 0.002").mark_point(
        shape="triangle", filled=True, opacity=1
    )
    yours = arrows.transform_filter("datum.yours").mark_point(
        shape="circle", filled=True, opacity=1, size=150
    )
    return [
        arrows.mark_rule().encode(x="x:Q", y="y:Q", x2="x2:Q", y2="y2:Q"),
        heads.encode(
            x="x2:Q",
            y="y2:Q",
            size=alt.condition("datum.yours", alt.value(120), alt.value(25)),
            angle=alt.Angle("angle:Q", scale=None),
            strokeWidth=alt.value(0),
        ),
        yours.encode(x="x:Q", y="y:Q"),
    ]


def _downhill(points: alt.Chart) -> alt.Chart:
    """Compute where each point's arrow starts, ends, and points to."""
    slope = "squared_error ? 2 * datum.p[#] * (datum.gap[#] - datum.mean) : datum.gap[#]"
    return (
        points.transform_calculate(p="datum.yours ? p : datum.point")
        .transform_calculate(gap=each("datum.p[#] - y[#]"))
        .transform_calculate(mean=dot("datum.p", "datum.gap"))
        .transform_calculate(g=each(slope))
        .transform_calculate(
            x=across("datum.p"),
            y=up("datum.p"),
            dx=f"-datum.length * {across('datum.g')}",
            dy=f"-datum.length * {up('datum.g')}",
        )
        .transform_calculate(
            x2="datum.x + datum.dx",
            y2="datum.y + datum.dy",
            angle="atan2(datum.dx * width / 1.2, datum.dy * height / 1.1) * 180 / PI",
        )
    )
