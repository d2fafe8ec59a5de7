"""One query, three keys, and what the query takes of each key's value."""

import altair as alt
import numpy as np

from softmax_course._language import say
from softmax_course.attention import attention_weights, softmax_one
from softmax_course.explore._controls import choice, computed, slider, switch
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import each, filled, fixed, line, text, total

_LENGTH = 2.0  # of the query and the keys, so that a product of two is 4 times the cosine
_VALUES = np.array([10.0, 20.0, 30.0])
_LEFT, _WIDTH = 3.4, 3.0  # where the bars begin, and how long a weight of 1 is
_COLOUR = alt.Color("k:N", scale=alt.Scale(range=list(CLASS_COLOURS[:3])), legend=None)


def attention(
    angle0: float = 40.0,
    angle1: float = -75.0,
    angle2: float = 160.0,
    scale: float = 0.7,
    hidden: int = 0,
    nobody: bool = False,
) -> Explorable:
    """Turn three keys about one query, and watch the weights and the answer.

    Parameters
    ----------
    angle0, angle1, angle2 : float, defaults 40, -75 and 160
        Degrees between each key and the query, from -180 to 180. All have length 2.
    scale : float, default 0.7
        Factor of the scores, from 0 to 5; ``1 / sqrt(2)`` is 0.7, rounded.
    hidden : int, default 0
        How many keys a mask hides, from the last one: 0 to 3.
    nobody : bool, default False
        Whether the weights may sum to less than one, as those of `softmax_one` do.

    Returns
    -------
    Explorable
    """
    angles = [angle0, angle1, angle2]
    controls = [
        *(
            slider(f"angle{k}", angle, -180, 180, 5, say("angle of key {k}", k=k))
            for k, angle in enumerate(angles)
        ),
        slider("scale", scale, 0, 5, 0.1, say("scale")),
        choice("hidden", hidden, (0, 1, 2, 3), say("keys hidden, from the last")),
        switch("nobody", nobody, say("may choose nobody (softmax₁)")),
    ]
    return Explorable(
        say("One query looks at three keys"),
        say(
            "The dashed line is the query, the solid ones are keys, as thick as their weights are"
            " large. The bars are these weights, and the diamond below them is the answer, the"
            " weighted mean of the values 10, 20 and 30. Turn a key towards the query, raise the"
            " scale, hide keys, then let the query choose nobody."
        ),
        _numbers(angles, scale, hidden, nobody),
        [*controls, *_results()],
        [*_arrows(), *_bars(), *_answer()],
        height=320,
        colours={f"angle{k}": CLASS_COLOURS[k] for k in range(3)},
    )


def _numbers(angles: list[float], scale: float, hidden: int, nobody: bool) -> list[str]:
    turned = np.deg2rad(angles)
    query = np.array([[_LENGTH, 0.0]])
    keys = _LENGTH * np.stack([np.cos(turned), np.sin(turned)], axis=1)
    scores = scale * (query @ keys.T)[0]
    seen = np.arange(3) < 3 - hidden
    weights = attention_weights(query, keys, scale=scale, where=seen)[0]
    if nobody:
        weights = softmax_one(scores, where=seen)
    return [
        text(say("scores"), scores),
        text(say("weights"), weights, add_sum=True),
        say("answer: {answer}", answer=f"{weights @ _VALUES:z.3f}"),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        line(say("scores"), "scores"),
        line(say("weights"), "weights", add_sum=True),
        filled(say("answer: {answer}"), answer=fixed("answer")),
    ]
    largest = "max(nobody ? 0 : -1000, max(most[0], max(most[1], most[2])))"
    answer = " + ".join(f"{value} * weights[{k}]" for k, value in enumerate(_VALUES))
    return [
        computed("turned", each("angle# * PI / 180")),
        computed("scores", each(f"scale * {_LENGTH**2} * cos(turned[#])")),
        computed("seen", each("# < 3 - hidden")),
        computed("most", each("seen[#] ? scores[#] : -1000")),
        computed("largest", largest),
        computed("e", each("seen[#] ? exp(scores[#] - largest) : 0")),
        computed("sum", f"{total('e')} + (nobody ? exp(-largest) : 0)"),
        computed("weights", each("sum > 0 ? e[#] / sum : 0")),
        computed("answer", answer),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _arrows() -> list[alt.Chart]:
    rows = [{"k": k, "name": say("key {k}", k=k)} for k in range(3)]
    keys = alt.Chart(alt.InlineData(rows, name="keys")).transform_calculate(
        x=f"{_LENGTH} * cos(turned[datum.k])",
        y=f"{_LENGTH} * sin(turned[datum.k])",
        labelx=f"{_LENGTH + 0.35} * cos(turned[datum.k])",
        labely=f"{_LENGTH + 0.35} * sin(turned[datum.k])",
        x0="0",
        y0="0",
        width="2 + 10 * weights[datum.k]",
        ink="seen[datum.k] ? 1 : 0.25",
    )
    asked = [{"x": _LENGTH, "y": 0, "x0": 0, "y0": 0, "name": say("query")}]
    query = alt.Chart(alt.InlineData(asked, name="query"))
    ends = alt.X2("x0:Q"), alt.Y2("y0:Q")
    opacity = alt.Opacity("ink:Q", scale=None)
    return [
        query.mark_rule(color=GREY, strokeWidth=2, strokeDash=[6, 4]).encode(_x(), _y(), *ends),
        query.mark_point(filled=True, opacity=1, size=60, color=GREY).encode(_x(), _y()),
        query.mark_text(dy=-12, align="right").encode(_x(), _y(), text="name:N"),
        keys.mark_rule().encode(
            _x(), _y(), *ends, _COLOUR, opacity, strokeWidth=alt.StrokeWidth("width:Q", scale=None)
        ),
        keys.mark_point(filled=True, size=90).encode(_x(), _y(), _COLOUR, opacity),
        keys.mark_text().encode(
            _x("labelx"),
            _y("labely"),
            text="name:N",
        ),
    ]


def _bars() -> list[alt.Chart]:
    rows = [{"k": k, "y": 1.8 - 0.9 * k, "name": say("key {k}", k=k)} for k in range(3)]
    hidden = say("hidden")
    bars = alt.Chart(alt.InlineData(rows, name="bars")).transform_calculate(
        x0=f"{_LEFT}",
        x=f"{_LEFT} + {_WIDTH} * weights[datum.k]",
        label=f"seen[datum.k] ? format(weights[datum.k], '.3f') : '{hidden}'",
    )
    return [
        bars.mark_bar(size=22).encode(_x(), _y(), alt.X2("x0:Q"), _COLOUR),
        bars.mark_text(align="left", dx=6).encode(_x(), _y(), text="label:N"),
        bars.mark_text(align="right", dx=-6).encode(_x("x0"), _y(), text="name:N"),
    ]


def _answer() -> list[alt.Chart]:
    ticks = [{"k": k, "x": _place(v), "y": -1.7, "name": f"{v:.0f}"} for k, v in enumerate(_VALUES)]
    values = alt.Chart(alt.InlineData(ticks, name="values"))
    axis = alt.Chart(
        alt.InlineData([{"x": _place(0), "x0": _place(30), "y": -1.7}], name="values_axis")
    )
    here = alt.Chart(alt.InlineData([{"y": -1.7}], name="answer")).transform_calculate(
        x=f"{_LEFT} + {_WIDTH} * answer / 30"
    )
    return [
        axis.mark_rule(color=GREY).encode(_x(), _y(), alt.X2("x0:Q")),
        values.mark_point(filled=True, opacity=1, size=60).encode(_x(), _y(), _COLOUR),
        values.mark_text(dy=18).encode(_x(), _y(), text="name:N"),
        here.mark_point(shape="diamond", filled=True, opacity=1, size=220, color=GREY).encode(
            _x(), _y()
        ),
    ]


def _x(field: str = "x") -> alt.X:
    return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[-2.6, 7.2], nice=False))


def _y(field: str = "y") -> alt.Y:
    return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[-2.6, 2.6], nice=False))


def _place(value: float) -> float:
    """Say how far to the right a value stands, on the scale that runs from 0 to 30."""
    return float(round(_LEFT + _WIDTH * value / 30, 3))
