"""Explorables: figures whose sliders a reader can move, on the site and in JupyterLab.

Only notebooks import this module; it needs Altair and vl-convert (extra ``learn``).

Each function returns an `Explorable`. The picture computes in the browser, in Vega's expression
language, so that a published page needs no kernel. The same numbers are computed here with
`softmax_course` for the settings that the picture starts with; the tests hold both against
each other at many settings.
"""

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import vl_convert
from numpy.typing import ArrayLike
from PIL import Image

from softmax_course import sampling
from softmax_course.activations import hardmax, linear, naive_softmax, sigmoid, softmax
from softmax_course.gradients import cross_entropy_gradient, softmax_vjp
from softmax_course.losses import cross_entropy as cross_entropy_loss
from softmax_course.plots import CLASS_COLOURS

__all__ = [
    "Explorable",
    "cross_entropy",
    "gradient",
    "rounding",
    "saturation",
    "temperature",
    "truncation",
]

# JupyterLab renders Vega-Lite 5 by itself, and no later version.
MIME_TYPE = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
VEGALITE_VERSION = "5.8"

GREY = "#777777"  # stands out from a white and from a dark ground, as CLASS_COLOURS do


@dataclass(frozen=True)
class Explorable:
    """A figure with controls, and its numbers as text.

    Parameters
    ----------
    title : str
        What the reader explores.
    description : str
        Whole sentences: what the picture shows and what the controls do.
    numbers : list of str
        The numbers at the first setting, one line per result, computed with NumPy.
    params : list of altair parameters
        The controls and what is computed from them; the parameter ``numbers`` is an expression
        for the same lines.
    layers : list of altair charts
        The picture, drawn from back to front.
    height : int
        Its height in pixels; the width follows the page.
    """

    title: str
    description: str
    numbers: list[str]
    params: list[alt.Parameter]
    layers: list[Any]
    height: int

    @property
    def spec(self) -> dict[str, Any]:
        """The picture in Vega-Lite 5, the same on every machine."""
        chart = alt.layer(
            *self.layers,
            description=self.description,
            width=600,
            height=self.height,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            title=alt.Title(
                alt.expr("numbers"), anchor="start", fontWeight="normal", fontSize=12, offset=12
            ),
            usermeta={
                "title": self.title,
                "numbers": self.numbers,
                "embedOptions": {"actions": False, "renderer": "svg"},
            },
        )
        chart = chart.add_params(*self.params).configure(
            axis=alt.AxisConfig(
                labelFontSize=12,
                titleFontSize=12,
                domainColor=GREY,
                gridColor=GREY,
                gridOpacity=0.3,
                tickColor=GREY,
            ),
            text=alt.MarkConfig(fontSize=12),
            view=alt.ViewConfig(stroke=None),
        )
        spec: dict[str, Any] = chart.to_dict()
        return spec | {"$schema": SCHEMA}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        still = vl_convert.vegalite_to_png(self.spec, vl_version=VEGALITE_VERSION, scale=1.5)
        small = io.BytesIO()  # a tenth of the bytes: the picture has few colours
        Image.open(io.BytesIO(still)).convert("RGB").quantize(64).save(small, "PNG", optimize=True)
        return {
            MIME_TYPE: self.spec,
            "image/png": base64.b64encode(small.getvalue()).decode("ascii"),
            "text/plain": "\n".join([self.title, *self.numbers]),
        }


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
    x = score * multiply
    at = sigmoid(x)
    state = {0.0: "exactly 0 in float64", 1.0: "exactly 1 in float64"}.get(
        float(at), "strictly between 0 and 1"
    )
    params = [
        _slider("score", score, -8, 8, 0.1, "score"),
        _choice("multiply", multiply, (1, 10, 100), "multiply the score by"),
        _computed("x", "score * multiply"),
        _computed("e", "exp(-abs(x))"),
        _computed("sigmoid", "x < 0 ? e / (1 + e) : 1 / (1 + e)"),
        _computed(
            "state",
            "sigmoid == 0 ? 'exactly 0 in float64' : sigmoid == 1 ? 'exactly 1 in float64'"
            " : 'strictly between 0 and 1'",
        ),
        _computed(
            "numbers",
            f"['linear: ' + {_fixed('x')}, 'sigmoid: ' + {_fixed('sigmoid')} + ', ' + state]",
        ),
    ]
    x_axis = alt.X(
        "u:Q",
        title="score",
        scale=alt.Scale(domain=[-8, 8], nice=False),
        axis=alt.Axis(labelExpr="format(datum.value * multiply, '~')", tickCount=8),
    )
    output = alt.Y(type="quantitative", title="output", scale=alt.Scale(domain=[-1, 2.5]))
    is_linear, is_sigmoid = alt.value(CLASS_COLOURS[1]), alt.value(CLASS_COLOURS[0])
    base = alt.Chart().encode(x_axis)
    curves = alt.layer(
        base.mark_line(clip=True, strokeDash=[6, 4]).encode(
            output.field("linear"), color=is_linear
        ),
        base.mark_line().encode(output.field("sigmoid"), color=is_sigmoid),
        data=alt.sequence(-8, 8.01, 0.05, as_="u"),
    ).transform_calculate(linear="datum.u * multiply", sigmoid="1 / (1 + exp(-datum.u * multiply))")
    here = alt.layer(
        base.mark_rule(color=GREY),
        base.mark_point(clip=True, shape="diamond", filled=True, size=140, opacity=1).encode(
            output.field("linear"), color=is_linear
        ),
        base.mark_point(shape="circle", filled=True, size=140, opacity=1).encode(
            output.field("sigmoid"), color=is_sigmoid
        ),
        data=alt.InlineData([{}], name="here"),
    ).transform_calculate(u="score", linear="x", sigmoid="sigmoid")
    end = (
        alt.Chart(alt.InlineData([{}], name="end"))
        .transform_calculate(u="log(pow(2, 53)) / multiply")
        .mark_rule(clip=True, strokeDash=[2, 3], color=GREY)
        .encode(x_axis)
    )
    return Explorable(
        "One score through the linear activation and the sigmoid",
        "The solid curve is the sigmoid, with a circle at your score; the dashed line is the linear"
        " activation, with a diamond. Move the score, then multiply it: the dotted vertical line"
        " marks the score from which the sigmoid is exactly 1 in float64.",
        [f"linear: {float(linear(x)):z.4f}", f"sigmoid: {at:.4f}, {state}"],
        params,
        [curves, end, here],
        height=280,
    )


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
    z = np.multiply(scores, multiply) / temperature
    with np.errstate(over="ignore", invalid="ignore"):
        p = softmax(z) if subtract_maximum else naive_softmax(z)
    params = [
        *_score_sliders(scores, 5),
        _slider("temperature", temperature, 0.1, 10, 0.1, "temperature"),
        _choice("multiply", multiply, (1, 10, 100, 1000), "multiply the scores by"),
        _switch("subtract_maximum", subtract_maximum, "subtract the maximum"),
        _computed("z", _each("score# * multiply / temperature")),
        _computed("largest", "max(z[0], z[1], z[2])"),
        _computed("winner", "indexof(z, largest)"),
        _computed("shift", "subtract_maximum ? largest : 0"),
        _computed("e", _each("exp(z[#] - shift)")),
        _computed("hardmax", _each("winner == # ? 1 : 0")),
        _computed("softmax", _each(f"e[#] / {_sum('e')}")),
        _computed("sigmoid", _each("1 / (1 + exp(-z[#]))")),
        _computed(
            "numbers",
            f"[{_line('scores / temperature', 'z')}, {_line('hardmax', 'hardmax', total=True)},"
            f" {_line('softmax', 'softmax', total=True)},"
            f" {_line('sigmoid', 'sigmoid', total=True)}]",
        ),
    ]
    return Explorable(
        "Three scores and a temperature",
        "Three groups of bars, one bar for each of the classes 0, 1 and 2: hardmax, softmax and the"
        " sigmoid of each score by itself, all of the scores divided by the temperature. Move the"
        " sliders and watch the sums; then multiply the scores by 1000 and stop subtracting the"
        " maximum.",
        [
            _text("scores / temperature", z),
            _text("hardmax", hardmax(z), total=True),
            _text("softmax", p, total=True),
            _text("sigmoid", sigmoid(z), total=True),
        ],
        params,
        _grouped_bars(("hardmax", "softmax", "sigmoid"), lowest=0),
        height=280,
    )


def cross_entropy(
    scores: Sequence[float] = (1.0, 3.0, 2.0), true_class: int = 1, softmax_twice: bool = False
) -> Explorable:
    """Move the prediction: cross-entropy and its gradient, with softmax once or twice.

    Parameters
    ----------
    scores : sequence of three float, default (1.0, 3.0, 2.0)
        Where the sliders start, from -10 to 10.
    true_class : {0, 1, 2}, default 1
        The class that is right.
    softmax_twice : bool, default False
        Whether softmax is applied to probabilities that are softmaxed already.

    Returns
    -------
    Explorable
    """
    z = np.asarray(scores, dtype=float)
    target = np.eye(3)[true_class]
    inner = softmax(z) if softmax_twice else z
    gradient = cross_entropy_gradient(inner, target)
    if softmax_twice:
        gradient = softmax_vjp(z, gradient)
    params = [
        *_score_sliders(scores, 10),
        _choice("true_class", true_class, (0, 1, 2), "true class"),
        _switch("softmax_twice", softmax_twice, "softmax twice"),
        _computed("z", _each("score#")),
        _computed("e", _each("exp(z[#] - max(z[0], z[1], z[2]))")),
        _computed("p", _each(f"e[#] / {_sum('e')}")),
        _computed("inner", "softmax_twice ? p : z"),
        _computed("largest", "max(inner[0], inner[1], inner[2])"),
        _computed("f", _each("exp(inner[#] - largest)")),
        _computed("prediction", _each(f"f[#] / {_sum('f')}")),
        _computed("target", _each("true_class == # ? 1 : 0")),
        _computed("loss", f"log({_sum('f')}) + (largest - inner[true_class])"),
        _computed("g", _each("prediction[#] - target[#]")),
        _computed("mean", _dot("p", "g")),
        _computed("gradient", _each("softmax_twice ? p[#] * (g[#] - mean) : g[#]")),
        _computed(
            "numbers",
            f"[{_line('prediction', 'prediction', total=True)}, {_line('target', 'target')},"
            f" 'cross-entropy: ' + {_fixed('loss')} + ' nats',"
            f" {_line('gradient', 'gradient', total=True)}]",
        ),
    ]
    return Explorable(
        "Move the prediction, watch the loss and its gradient",
        "Three groups of bars, one bar for each of the classes 0, 1 and 2: the prediction, the"
        " one-hot target, and the gradient of the cross-entropy with respect to the scores. Move"
        " the scores, change the true class, then apply softmax twice.",
        [
            _text("prediction", softmax(inner), total=True),
            _text("target", target),
            f"cross-entropy: {float(cross_entropy_loss(inner, true_class)):z.4f} nats",
            _text("gradient", gradient, total=True),
        ],
        params,
        _grouped_bars(("prediction", "target", "gradient"), lowest=-1),
        height=280,
    )


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
    z = np.asarray(scores, dtype=float)
    p, target = softmax(z), np.eye(3)[true_class]
    if squared_error:
        loss, slope = np.sum((p - target) ** 2), softmax_vjp(z, 2 * (p - target))
    else:
        loss, slope = cross_entropy_loss(z, true_class), cross_entropy_gradient(z, target)
    params = [
        *_score_sliders(scores, 10),
        _choice("true_class", true_class, (0, 1, 2), "true class"),
        _switch("squared_error", squared_error, "squared error instead of cross-entropy"),
        _computed("z", _each("score#")),
        _computed("largest", "max(z[0], z[1], z[2])"),
        _computed("e", _each("exp(z[#] - largest)")),
        _computed("p", _each(f"e[#] / {_sum('e')}")),
        _computed("y", _each("true_class == # ? 1 : 0")),
        _computed("gap", _each("p[#] - y[#]")),
        _computed("mean", _dot("p", "gap")),
        _computed("gradient", _each("squared_error ? 2 * p[#] * (gap[#] - mean) : gap[#]")),
        _computed(
            "loss",
            f"squared_error ? {_dot('gap', 'gap')} : log({_sum('e')}) + (largest - z[true_class])",
        ),
        _computed("steepness", f"sqrt({_dot('gradient', 'gradient')})"),
        _computed(
            "numbers",
            f"[{_line('prediction', 'p')}, 'loss: ' + {_fixed('loss')},"
            f" {_line('gradient', 'gradient')}, 'its length: ' + {_fixed('steepness')}]",
        ),
    ]
    return Explorable(
        "Downhill on the simplex",
        "Each point of the triangle is a prediction for three classes; a corner is certainty. The"
        " large dot is yours, and its arrow is the negative gradient with respect to the scores;"
        " the small arrows show the same, five times shorter, for other predictions. Move the"
        " prediction into a wrong corner, then switch to the squared error.",
        [
            _text("prediction", p),
            f"loss: {float(loss):z.4f}",
            _text("gradient", slope),
            f"its length: {np.linalg.norm(slope):.4f}",
        ],
        params,
        _simplex(),
        height=340,
    )


def truncation(
    temperature: float = 1.0, top_k: int = 8, top_p: float = 1.0, min_p: float = 0.0
) -> Explorable:
    """Eight next words under temperature, top-k, top-p and min-p, applied in this order.

    Parameters
    ----------
    temperature : float, default 1.0
        The scores are divided by it, from 0.1 to 5.
    top_k : int, default 8
        How many of the likeliest words stay, from 1 to 8.
    top_p : float, default 1.0
        The fewest of the words that are left whose probabilities reach this sum stay.
    min_p : float, default 0.0
        Words stay whose probability is at least this share of the largest.

    Returns
    -------
    Explorable
    """
    words = ("blue", "clear", "grey", "dark", "falling", "green", "the", "seven")
    scores = np.array([5.0, 4.2, 3.8, 3.1, 2.3, 1.4, 0.2, -1.0])
    n = len(words)
    z = scores / temperature
    kept = sampling.top_p(sampling.top_k(z, top_k), top_p)
    if min_p > 0:
        kept = sampling.min_p(kept, min_p)
    before, after = softmax(z), softmax(kept)
    params = [
        _slider("temperature", temperature, 0.1, 5, 0.1, "temperature"),
        _slider("top_k", top_k, 1, n, 1, "top-k"),
        _slider("top_p", top_p, 0.05, 1, 0.05, "top-p"),
        _slider("min_p", min_p, 0, 1, 0.05, "min-p"),
        _computed("scores", str(scores.tolist())),
        _computed("e", _each("exp((scores[#] - scores[0]) / temperature)", n)),
        _computed("before", _each(f"e[#] / {_sum('e', n)}", n)),
        _computed("k", _each("# < top_k ? e[#] : 0", n)),
        _computed(
            "p",
            "["
            + ", ".join(
                f"top_p == 1 || {_sum('k', i) if i else 0} < top_p * {_sum('k', n)} ? k[{i}] : 0"
                for i in range(n)
            )
            + "]",
        ),
        _computed("m", _each("e[#] >= min_p ? p[#] : 0", n)),
        _computed("kept", _each("m[#] > 0 ? 1 : 0", n)),
        _computed("after", _each(f"m[#] / {_sum('m', n)}", n)),
        _computed(
            "numbers",
            f"[{_line('softmax', 'before', n)}, {_line('renormalised', 'after', n)},"
            f" 'kept: ' + {_sum('kept', n)} + ' of {n}']",
        ),
    ]
    return Explorable(
        "Which words stay, and what they become",
        "One row for each of eight words that may follow “the sky is”. The outlined bar is softmax"
        " at your temperature; the solid bar is what is left after top-k, then top-p, then min-p,"
        " and sums to one again.",
        [
            _text("softmax", before),
            _text("renormalised", after),
            f"kept: {np.count_nonzero(after)} of {n}",
        ],
        params,
        _two_bars_per_word(words),
        height=260,
    )


def rounding(gap: float = 100.0) -> Explorable:
    """Show what three formats make of exp(gap) and exp(-gap), and so of the scores [gap, 0].

    Parameters
    ----------
    gap : float, default 100.0
        Difference of the two scores, from 0 to 800.

    Returns
    -------
    Explorable
    """
    rows, numbers, lines = [], [], []
    for dtype in (np.float16, np.float32, np.float64):
        name = np.dtype(dtype).name
        with np.errstate(over="ignore", under="ignore"):
            overflows, vanishes = np.isinf(np.exp(dtype(gap))), np.exp(dtype(-gap)) == 0
        numbers.append(
            f"{name}: exp(gap) {'overflows' if overflows else 'is finite'},"
            f" exp(-gap) {'is 0' if vanishes else 'is above 0'}"
        )
        # A result rounds to inf or to 0 from half a step beyond the last number on either side.
        info = np.finfo(dtype)
        high = math.log(info.max) + math.log1p(float(info.epsneg) / 2)
        low = math.log(info.smallest_subnormal) - math.log(2)
        row = {"format": name, "low": round(low, 4), "high": round(high, 4)}
        rows.append(row)
        lines.append(
            f"'{name}: exp(gap) ' + (gap > {row['high']} ? 'overflows' : 'is finite')"
            f" + ', exp(-gap) ' + (-gap < {row['low']} ? 'is 0' : 'is above 0')"
        )
    params = [
        _slider("gap", gap, 0, 800, 0.5, "gap of the two scores"),
        _computed("numbers", f"[{', '.join(lines)}]"),
    ]
    scale = alt.Scale(type="symlog", constant=10, domain=[-1000, 1000], nice=False)
    axis = alt.Axis(values=[-1000, -100, -10, 0, 10, 100, 1000], format="d")
    base = alt.Chart(alt.InlineData(rows, name="formats")).encode(
        alt.Y("format:N", sort=None, title=None)
    )
    bands = base.mark_bar(color=CLASS_COLOURS[0], height={"band": 0.4}).encode(
        alt.X("low:Q", title="x", scale=scale, axis=axis, stack=None), x2="high:Q"
    )
    layers = [bands]
    for sign, says in ((1, "datum.at > datum.high ? 'inf'"), (-1, "datum.at < datum.low ? '0'")):
        here = base.transform_calculate(at=f"{sign} * gap").transform_calculate(
            label=f"{says} : 'ok'"
        )
        at = alt.X("at:Q", scale=scale)
        layers += [
            here.mark_point(
                shape="diamond", filled=True, size=120, opacity=1, color=CLASS_COLOURS[1]
            ).encode(at),
            here.mark_text(dy=-18).encode(at, text="label:N"),
        ]
    return Explorable(
        "How far apart two scores may be",
        "One row for each floating-point format. The bar reaches over all x for which exp(x) is"
        " neither 0 nor inf; the two diamonds stand at minus and plus the gap. The textbook softmax"
        " of [gap, 0] needs exp(gap); with the maximum subtracted it needs exp(-gap) alone, and a"
        " 0 does no harm there.",
        numbers,
        params,
        layers,
        height=200,
    )


def _simplex() -> list[alt.Chart]:
    """Draw the triangle of all predictions, with arrows along the negative gradient."""
    grid = [(a / 8, b / 8, (8 - a - b) / 8) for a in range(1, 7) for b in range(1, 8 - a)]
    rows = [{"point": point, "length": 0.2, "yours": False} for point in grid]
    rows.append({"point": grid[0], "length": 1, "yours": True})
    corners = [
        {"x": x, "y": y, "order": i, "label": f"class {i}", "labelled": i < 3}
        for i, (x, y) in enumerate([(0, 0), (0.5, np.sqrt(3) / 2), (1, 0), (0, 0)])
    ]
    triangle = alt.Chart(alt.InlineData(corners, name="corners")).encode(
        alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.1, 1.1], nice=False)),
        alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.12, 0.98], nice=False)),
    )
    arrows = (
        alt.Chart(alt.InlineData(rows, name="points"))
        .transform_calculate(p="datum.yours ? p : datum.point")
        .transform_calculate(gap=_each("datum.p[#] - y[#]"))
        .transform_calculate(mean=_dot("datum.p", "datum.gap"))
        .transform_calculate(
            g=_each("squared_error ? 2 * datum.p[#] * (datum.gap[#] - datum.mean) : datum.gap[#]")
        )
        .transform_calculate(
            x="datum.p[1] / 2 + datum.p[2]",
            y="datum.p[1] * sqrt(3) / 2",
            dx="-datum.length * (datum.g[1] / 2 + datum.g[2])",
            dy="-datum.length * datum.g[1] * sqrt(3) / 2",
        )
        .transform_calculate(
            x2="datum.x + datum.dx",
            y2="datum.y + datum.dy",
            angle="atan2(datum.dx * width / 1.2, datum.dy * height / 1.1) * 180 / PI",
        )
        .encode(
            color=alt.condition("datum.yours", alt.value(CLASS_COLOURS[1]), alt.value(GREY)),
            strokeWidth=alt.condition("datum.yours", alt.value(3), alt.value(1)),
        )
    )
    size = alt.condition("datum.yours", alt.value(120), alt.value(25))
    layers = [
        triangle.mark_line(color=GREY, strokeWidth=1).encode(order="order:Q"),
        triangle.transform_filter("datum.labelled")
        .mark_text(dy={"expr": "datum.y > 0 ? -12 : 14"})
        .encode(text="label:N"),
        arrows.mark_rule().encode(x="x:Q", y="y:Q", x2="x2:Q", y2="y2:Q"),
        arrows.transform_filter("abs(datum.dx) + abs(datum.dy) > 0.002")
        .mark_point(shape="triangle", filled=True, opacity=1)
        .encode(
            x="x2:Q",
            y="y2:Q",
            size=size,
            angle=alt.Angle("angle:Q", scale=None),
            strokeWidth=alt.value(0),
        ),
        arrows.transform_filter("datum.yours")
        .mark_point(shape="circle", filled=True, opacity=1, size=150)
        .encode(x="x:Q", y="y:Q"),
    ]
    return layers


def _two_bars_per_word(words: Sequence[str]) -> list[alt.Chart]:
    """Draw two bars per word: outlined before truncation, solid after it."""
    rows = alt.InlineData([{"i": i, "word": w} for i, w in enumerate(words)], name="words")
    base = (
        alt.Chart(rows)
        .transform_calculate(before="before[datum.i]", after="after[datum.i]")
        .transform_calculate(label="datum.after > 0 ? format(datum.after, '.3f') : 'dropped'")
        .encode(alt.Y("word:N", sort=None, title=None, scale=alt.Scale(paddingInner=0.2)))
    )
    probability = alt.Scale(domain=[0, 1.15])
    axis = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    before = base.mark_bar(filled=False, stroke=GREY, strokeWidth=1.5).encode(
        alt.X("before:Q", title="probability", scale=probability, axis=axis)
    )
    after = base.mark_bar(height={"band": 0.6}, color=CLASS_COLOURS[0]).encode(
        alt.X("after:Q", scale=probability)
    )
    label = (
        base.transform_calculate(end="max(datum.before, datum.after)")
        .mark_text(align="left", dx=5)
        .encode(alt.X("end:Q", scale=probability), text="label:N")
    )
    return [before, after, label]


def _grouped_bars(groups: Sequence[str], lowest: int) -> list[alt.Chart]:
    """Draw three bars per group; each group shows the array parameter of its name."""
    rows = [{"group": g, "k": k} for g in groups for k in range(3)]
    base = (
        alt.Chart(alt.InlineData(rows, name="bars"))
        .transform_calculate(
            raw=f"{{{', '.join(f'{g}: {g}' for g in groups)}}}[datum.group][datum.k]"
        )
        .transform_calculate(
            height="isFinite(datum.raw) ? datum.raw : 0",
            label="isNaN(datum.raw) ? 'nan' : format(datum.raw, '.2~f')",
        )
        .encode(
            alt.X("group:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelPadding=20)),
            alt.XOffset("k:N"),
        )
    )
    y = alt.Y("height:Q", title=None, scale=alt.Scale(domain=[lowest, 1.1], nice=False))
    bars = base.mark_bar().encode(
        y, alt.Color("k:N", scale=alt.Scale(range=list(CLASS_COLOURS[:3])), legend=None)
    )
    labels = base.mark_text(fontSize=11, dy={"expr": "datum.raw < 0 ? 9 : -9"}).encode(
        y, text="label:N"
    )
    classes = base.mark_text(baseline="top", dy=6).encode(y=alt.datum(lowest), text="k:N")
    return [bars, labels, classes]


def _slider(
    name: str, value: float, low: float, high: float, step: float, label: str
) -> alt.Parameter:
    if not low <= value <= high:
        raise ValueError(f"{label} must lie between {low} and {high}; got {value}")
    bind = alt.binding_range(min=low, max=high, step=step, name=label)
    return alt.param(name=name, value=value, bind=bind)


def _score_sliders(scores: Sequence[float], limit: float) -> list[alt.Parameter]:
    if len(scores) != 3:
        raise ValueError(f"scores must be three numbers, one per class; got {len(scores)}")
    return [
        _slider(f"score{k}", float(score), -limit, limit, 0.1, f"score of class {k}")
        for k, score in enumerate(scores)
    ]


def _choice(name: str, value: int, options: Sequence[int], label: str) -> alt.Parameter:
    if value not in options:
        raise ValueError(f"{label} must be one of {', '.join(map(str, options))}; got {value}")
    bind = alt.binding_select(options=list(options), name=label)
    return alt.param(name=name, value=value, bind=bind)


def _switch(name: str, value: bool, label: str) -> alt.Parameter:
    return alt.param(name=name, value=value, bind=alt.binding_checkbox(name=label))


def _computed(name: str, expr: str) -> alt.Parameter:
    return alt.param(name=name, expr=expr)


def _each(template: str, n: int = 3) -> str:
    """Write an expression for an array: the template with ``#`` replaced by 0 to n - 1."""
    return f"[{', '.join(template.replace('#', str(k)) for k in range(n))}]"


def _sum(array: str, n: int = 3) -> str:
    return f"({' + '.join(f'{array}[{k}]' for k in range(n))})"


def _fixed(value: str) -> str:
    """Write an expression for the text of a number as Python's ``z.4f`` gives it."""
    return f"(isNaN({value}) ? 'nan' : replace(format({value}, '.4f'), '−', '-'))"


def _line(name: str, array: str, n: int = 3, *, total: bool = False) -> str:
    """Write the expression whose value is `_text` of the same array."""
    numbers = " + ', ' + ".join(_fixed(f"{array}[{k}]") for k in range(n))
    return f"'{name}: ' + {numbers}" + (f" + '; sum ' + {_fixed(_sum(array, n))}" if total else "")


def _text(name: str, values: ArrayLike, *, total: bool = False) -> str:
    array = np.asarray(values, dtype=float)
    numbers = ", ".join(f"{value:z.4f}" for value in array)
    return f"{name}: {numbers}" + (f"; sum {array.sum():z.4f}" if total else "")


def _dot(a: str, b: str) -> str:
    return f"({' + '.join(f'{a}[{k}] * {b}[{k}]' for k in range(3))})"
