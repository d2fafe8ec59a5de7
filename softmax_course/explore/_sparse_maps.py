"""Three maps from scores to the simplex: softmax stays inside, the others reach its edges."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.alternatives import entmax15, sparsemax
from softmax_course.explore._controls import computed, score_sliders, slider
from softmax_course.explore._explorable import CLASS_COLOURS, Explorable
from softmax_course.explore._expressions import each, line, text, total
from softmax_course.explore._simplex import X, Y, across, triangle, up

_DASHES = {"softmax": [1, 0], "entmax": [7, 3], "sparsemax": [2, 3]}
_SHAPES = {"softmax": "circle", "entmax": "square", "sparsemax": "diamond"}


def sparse_maps(scores: Sequence[float] = (0.4, 1.0, 0.7), temperature: float = 1.0) -> Explorable:
    """Show where softmax, entmax and sparsemax put three scores, at every temperature.

    Parameters
    ----------
    scores : sequence of three float, default (0.4, 1.0, 0.7)
        Where the sliders start, from -3 to 3.
    temperature : float, default 1.0
        The scores are divided by it, from 0.1 to 5.

    Returns
    -------
    Explorable
    """
    controls = [
        *score_sliders(scores, 3),
        slider("temperature", temperature, 0.1, 5, 0.1, say("temperature")),
    ]
    return Explorable(
        say("Three ways to the edge"),
        say(
            "Each point of the triangle is a prediction for three classes; on an edge one class has"
            " no share, in a corner two have none. The lines are the ways of the prediction from"
            " the centre, hot, to a corner, cold: solid for softmax, with a circle at your"
            " temperature, dashed for entmax with alpha 1.5, with a square, and dotted for"
            " sparsemax, with a diamond. Cool the scores until the diamond meets an edge, then see"
            " which mark follows, and which never does."
        ),
        _numbers(np.divide(scores, temperature)),
        [*controls, *_results()],
        [*triangle(), *_ways()],
        height=340,
    )


def _numbers(z: np.ndarray) -> list[str]:
    return [
        text(say("softmax"), softmax(z)),
        text(say("entmax 1.5"), entmax15(z)),
        text(say("sparsemax"), sparsemax(z)),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        line(say("softmax"), "p_softmax"),
        line(say("entmax 1.5"), "p_entmax"),
        line(say("sparsemax"), "p_sparsemax"),
    ]
    return [
        # Behind the best score: 0 or less. Only the worst and the one between can lose their share.
        computed("behind", each("score# - max(score0, score1, score2)")),
        computed("worst", "min(behind[0], behind[1], behind[2])"),
        computed("between", f"{total('behind')} - worst"),
        computed("p_softmax", _softmax("temperature")),
        computed("p_entmax", _entmax("temperature")),
        computed("p_sparsemax", _sparsemax("temperature")),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _softmax(temperature: str) -> str:
    """Write the probabilities of softmax at a temperature."""
    e = each(f"exp(behind[#] / ({temperature}))")
    return each(f"({e})[#] / {total(f'({e})')}")


def _sparsemax(temperature: str) -> str:
    """Write those of sparsemax: of the three candidates the largest is the threshold."""
    second, third = (f"{name} / ({temperature})" for name in ("between", "worst"))
    tau = f"max(-1, ({second} - 1) / 2, ({second} + {third} - 1) / 3)"
    return each(f"max(behind[#] / ({temperature}) - {tau}, 0)")


def _entmax(temperature: str) -> str:
    """Write those of entmax 1.5: three classes stay, or two, or one.

    If k stay, the threshold is their mean less a root; it must not lie above the last of them.
    """
    second, third = (f"({name} / (2 * ({temperature})))" for name in ("between", "worst"))
    two, three = f"({second} / 2)", f"(({second} + {third}) / 3)"
    apart_2 = f"(pow({second}, 2) / 2)"
    apart_3 = f"(pow({second}, 2) + pow({third}, 2) - 3 * pow({three}, 2))"
    tau_2 = f"({two} - sqrt(max(1 - {apart_2}, 0) / 2))"
    tau_3 = f"({three} - sqrt(max(1 - {apart_3}, 0) / 3))"
    tau = f"({tau_3} <= {third} ? {tau_3} : {tau_2} <= {second} ? {tau_2} : -1)"
    return each(f"pow(max(behind[#] / (2 * ({temperature})) - {tau}, 0), 2)")


def _ways() -> list[alt.Chart]:
    layers = []
    for (name, map_of), colour in zip(
        {"softmax": _softmax, "entmax": _entmax, "sparsemax": _sparsemax}.items(),
        CLASS_COLOURS,
        strict=False,
    ):
        way = alt.Chart(alt.sequence(-1.3, 2.01, 0.03, as_="u")).transform_calculate(
            p=map_of("pow(10, datum.u)")
        )
        yours = alt.Chart(alt.InlineData([{}], name=name)).transform_calculate(p=f"p_{name}")
        layers += [
            _placed(way)
            .mark_line(color=colour, strokeWidth=2.5, strokeDash=_DASHES[name])
            .encode(order="u:Q"),
            _placed(yours).mark_point(
                shape=_SHAPES[name], filled=True, opacity=1, size=170, color=colour
            ),
        ]
    return layers[::2] + layers[1::2]  # the marks lie above all lines


def _placed(points: alt.Chart) -> alt.Chart:
    return points.transform_calculate(x=across("datum.p"), y=up("datum.p")).encode(X, Y)
