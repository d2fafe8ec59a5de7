"""Hardmax, softmax and sigmoid of three scores, with a temperature."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from softmax_course._language import say
from softmax_course.activations import naive_softmax, sigmoid, softmax
from softmax_course.explore._bars import grouped_bars
from softmax_course.explore._controls import choice, computed, score_sliders, slider, switch
from softmax_course.explore._explorable import CLASS_COLOURS, Explorable
from softmax_course.explore._expressions import each, line, text, total


def temperature(
    scores: Sequence[float] = (1.0, 3.0, 2.0),
    temperature: float = 1.0,
    multiply: int = 1,
    subtract_maximum: bool = True,
) -> Explorable:
    """Hardmax, softmax and sigmoid of three scores, with a temperature and the overflow switch.

    Parameters
    ----------
    scores : sequence of three float, default (1.0, 3.0, 2.0)
        Where the sliders start, from -5 to 5.
    temperature : float, default 1.0
        The scores are divided by it, from 0.1 to 10.
    multiply : {1, 10, 100, 1000}, default 1
        The scores are multiplied by it: from 1000 on, the textbook formula overflows.
    subtract_maximum : bool, default True
        Whether softmax subtracts the largest score before it takes exponentials.

    Returns
    -------
    Explorable
    """
    controls = [
        *score_sliders(scores, 5),
        slider("temperature", temperature, 0.1, 10, 0.1, say("temperature")),
        choice("multiply", multiply, (1, 10, 100, 1000), say("multiply the scores by")),
        switch("subtract_maximum", subtract_maximum, say("subtract the maximum")),
    ]
    groups = {"hardmax": say("hardmax"), "softmax": say("softmax"), "sigmoid": say("sigmoid")}
    return Explorable(
        say("Three scores and a temperature"),
        say(
            "Three groups of bars, one bar for each of the classes 0, 1 and 2: hardmax, softmax"
            " and the sigmoid of each score by itself, all of the scores divided by the"
            " temperature. Move the sliders and watch the sums; then multiply the scores by 1000"
            " and stop subtracting the maximum."
        ),
        _numbers(scores, temperature, multiply, subtract_maximum),
        [*controls, *_results()],
        grouped_bars(groups, lowest=0),
        height=280,
        colours={f"score{k}": CLASS_COLOURS[k] for k in range(3)},
    )


def _numbers(
    scores: Sequence[float], temperature: float, multiply: int, subtract_maximum: bool
) -> list[str]:
    z = np.multiply(scores, multiply) / temperature
    with np.errstate(over="ignore", invalid="ignore"):
        p = softmax(z) if subtract_maximum else naive_softmax(z)
    return [
        text(say("scores / temperature"), z, decimals=2),
        text(say("softmax"), p, add_sum=True),
        text(say("sigmoid"), sigmoid(z), add_sum=True),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        line(say("scores / temperature"), "z", decimals=2),
        line(say("softmax"), "softmax", add_sum=True),
        line(say("sigmoid"), "sigmoid", add_sum=True),
    ]
    return [
        computed("z", each("score# * multiply / temperature")),
        computed("largest", "max(z[0], z[1], z[2])"),
        computed("winner", "indexof(z, largest)"),
        computed("shift", "subtract_maximum ? largest : 0"),
        computed("e", each("exp(z[#] - shift)")),
        computed("hardmax", each("winner == # ? 1 : 0")),
        computed("softmax", each(f"e[#] / {total('e')}")),
        computed("sigmoid", each("1 / (1 + exp(-z[#]))")),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]
