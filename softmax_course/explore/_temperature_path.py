"""The path of a prediction on the simplex while the temperature goes from hot to cold."""

from collections.abc import Sequence

import altair as alt
import numpy as np
from numpy.typing import NDArray

from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.explore._controls import computed, score_sliders, slider
from softmax_course.explore._explorable import CLASS_COLOURS, Explorable
from softmax_course.explore._expressions import dot, each, filled, fixed, line, text, total
from softmax_course.explore._simplex import X, Y, across, triangle, up
from softmax_course.losses import entropy


def temperature_path(
    scores: Sequence[float] = (1.0, 3.0, 2.0), temperature: float = 1.0
) -> Explorable:
    """Show the path that the temperature draws on the simplex, from the centre to a corner.

    Parameters
    ----------
    scores : sequence of three float, default (1.0, 3.0, 2.0)
        Where the sliders start, from -5 to 5.
    temperature : float, default 1.0
        The scores are divided by it, from 0.1 to 10.

    Returns
    -------
    Explorable
    """
    controls = [
        *score_sliders(scores, 5),
        slider("temperature", temperature, 0.1, 10, 0.1, say("temperature")),
    ]
    return Explorable(
        say("From the centre to a corner"),
        say(
            "Each point of the triangle is a prediction for three classes; a corner is certainty,"
            " and the centre is the even guess. The curve is what softmax makes of your scores at"
            " every temperature, and the large dot is the prediction at yours. Heat the scores,"
            " cool them, then let two of them tie."
        ),
        _numbers(np.divide(scores, temperature)),
        [*controls, *_results()],
        [*triangle(), *_path()],
        height=340,
        colours={
            **{f"score{k}": CLASS_COLOURS[0] for k in range(3)},  # the curve
            "temperature": CLASS_COLOURS[1],  # the dot
        },
    )


def _numbers(z: NDArray[np.float64]) -> list[str]:
    p = softmax(z)
    most, now = f"{np.log(3):.3f}", f"{float(entropy(p)):z.3f}"
    return [
        text(say("softmax"), p),
        say("entropy: {entropy} nats, at most {most}", entropy=now, most=most),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        line(say("softmax"), "p"),
        filled(
            say("entropy: {entropy} nats, at most {most}"),
            entropy=fixed("entropy"),
            most=fixed("log(3)"),
        ),
    ]
    return [
        computed("lead", each("score# - max(score0, score1, score2)")),
        computed("z", each("lead[#] / temperature")),
        computed("e", each("exp(z[#])")),
        computed("p", each(f"e[#] / {total('e')}")),
        computed("entropy", f"log({total('e')}) - {dot('p', 'z')}"),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _path() -> list[alt.Chart]:
    marks = [{"t": t, "label": f"T = {t:g}"} for t in (0.5, 1, 2, 5)]
    curve = _at("pow(10, datum.u)", alt.Chart(alt.sequence(-2, 3.01, 0.05, as_="u")))
    named = _at("datum.t", alt.Chart(alt.InlineData(marks, name="temperatures")))
    yours = _at("temperature", alt.Chart(alt.InlineData([{}], name="yours")))
    return [
        curve.mark_line(color=CLASS_COLOURS[0], strokeWidth=2.5).encode(order="u:Q"),
        named.mark_point(shape="circle", filled=True, opacity=1, size=50, color=CLASS_COLOURS[0]),
        # A label stands only where half the temperature is visibly further on.
        named.transform_filter(f"1 / {dot('datum.e', 'datum.e')} - 1 / {total('datum.e')} > 0.04")
        .mark_text(align="left", dx=12)
        .encode(text="label:N"),
        yours.mark_point(shape="circle", filled=True, opacity=1, size=180, color=CLASS_COLOURS[1]),
    ]


def _at(temperature: str, points: alt.Chart) -> alt.Chart:
    """Compute where the prediction lies at a temperature."""
    return (
        points.transform_calculate(e=each(f"exp(lead[#] / ({temperature}))"))
        .transform_calculate(p=each(f"datum.e[#] / {total('datum.e')}"))
        .transform_calculate(x=across("datum.p"), y=up("datum.p"))
        .encode(X, Y)
    )
