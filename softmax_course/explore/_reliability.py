"""A reliability diagram of the digit's own model, at every temperature."""

from functools import cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.calibration import expected_calibration_error, reliability_curve
from softmax_course.digit import ambiguous_digit
from softmax_course.explore._controls import computed, slider
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import filled, fixed
from softmax_course.losses import cross_entropy

BINS = 10
COLDEST, HOTTEST, STEP = 0.3, 3.0, 0.05


def reliability(temperature: float = 1.0) -> Explorable:
    """Show how a temperature moves the points of a reliability diagram.

    The model is that of `softmax_course.digit`, and the points are those of the 540 digits that it
    was not trained on.

    Parameters
    ----------
    temperature : float, default 1.0
        The scores are divided by it, from 0.3 to 3, in steps of 0.05.

    Returns
    -------
    Explorable
    """
    control = slider("temperature", temperature, COLDEST, HOTTEST, STEP, say("temperature"))
    return Explorable(
        say("Promised and observed"),
        say(
            "Each dot stands for the digits in one bin of confidence: to the right, how likely the"
            " model says its answers are, and upwards, how many of them are right. Large dots hold"
            " many digits. On the diagonal, promises come true; a bar around it is as far as chance"
            " alone may carry a dot of that size, two times in three. Heat the scores and cool"
            " them, and watch where the loss is lowest, and what the accuracy does."
        ),
        _numbers(temperature),
        [control, *_results()],
        _layers(),
        height=340,
        colours={"temperature": CLASS_COLOURS[0]},
    )


class _Table(NamedTuple):
    """What the picture needs at each temperature of the slider, rounded as it is shown."""

    totals: NDArray[np.float64]  #: accuracy, mean confidence, loss, calibration error
    bins: NDArray[np.float64]  #: confidence, frequency and count of each bin; zeros if it is empty


@cache
def _table() -> _Table:
    digits, digit = load_digits(), ambiguous_digit()
    learned, held, _, codes = train_test_split(
        digits.data, digits.target, test_size=0.3, stratify=digits.target, random_state=0
    )
    spread = np.where(np.ptp(learned, axis=0) > 0, learned.std(axis=0), 1)
    scores = (held - learned.mean(axis=0)) / spread @ digit.weights + digit.bias
    totals, bins = [], []
    for temperature in np.arange(COLDEST, HOTTEST + STEP / 2, STEP):
        p = softmax(scores, temperature=temperature)
        totals.append(
            [
                np.mean(p.argmax(axis=1) == codes),
                np.mean(p.max(axis=1)),
                cross_entropy(scores, codes, temperature=temperature),
                expected_calibration_error(p, codes, bins=BINS),
            ]
        )
        points = np.zeros((BINS, 3))
        curve = reliability_curve(p, codes, bins=BINS)
        # A mean lies in its bin, and a border belongs to the bin below it.
        points[np.ceil(curve.confidence * BINS).astype(int) - 1] = np.column_stack(curve)
        bins.append(points)
    return _Table(np.round(totals, 4), np.round(bins, 3))


def _place(temperature: float) -> int:
    return round((temperature - COLDEST) / STEP)


def _numbers(temperature: float) -> list[str]:
    accuracy, confidence, loss, error = _table().totals[_place(temperature)].tolist()
    return [
        say(
            "accuracy: {accuracy}, mean confidence {confidence}",
            accuracy=f"{accuracy:.3f}",
            confidence=f"{confidence:.3f}",
        ),
        say("loss: {loss} nats", loss=f"{loss:.4f}"),
        say("calibration error: {error}", error=f"{error:.3f}"),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        filled(
            say("accuracy: {accuracy}, mean confidence {confidence}"),
            accuracy=fixed("now[0]"),
            confidence=fixed("now[1]"),
        ),
        filled(say("loss: {loss} nats"), loss=fixed("now[2]", 4)),
        filled(say("calibration error: {error}"), error=fixed("now[3]")),
    ]
    table = _table()
    return [
        alt.param(name="totals", value=table.totals.tolist()),
        alt.param(name="bins", value=table.bins.tolist()),
        computed("place", f"round((temperature - {COLDEST}) / {STEP})"),
        computed("now", "totals[place]"),
        computed("points", "bins[place]"),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _layers() -> list[Any]:
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    x = alt.X("confidence:Q", title=say("mean confidence"), scale=scale, axis=axis)
    y = alt.Y("frequency:Q", title=say("share of right answers"), scale=scale, axis=axis)
    corners = [{"confidence": 0, "frequency": 0}, {"confidence": 1, "frequency": 1}]
    diagonal = alt.Chart(alt.InlineData(corners, name="diagonal"))
    each = (
        alt.Chart(alt.InlineData([{"bin": k} for k in range(BINS)], name="each"))
        .transform_calculate(
            confidence="points[datum.bin][0]",
            frequency="points[datum.bin][1]",
            count="points[datum.bin][2]",
        )
        .transform_filter("datum.count > 0")
        .transform_calculate(
            spread="sqrt(datum.confidence * (1 - datum.confidence) / datum.count)",
            low="max(0, datum.confidence - datum.spread)",
            high="min(1, datum.confidence + datum.spread)",
        )
    )
    return [
        diagonal.mark_line(color=GREY, strokeDash=[6, 4]).encode(x, y),
        each.mark_rule(color=GREY, strokeWidth=7, opacity=0.5).encode(
            x, alt.Y("low:Q", scale=scale), alt.Y2("high:Q")
        ),
        each.mark_point(shape="circle", filled=True, opacity=1, color=CLASS_COLOURS[0]).encode(
            x,
            y,
            alt.Size("count:Q", scale=alt.Scale(domain=[0, 540], range=[40, 700]), legend=None),
        ),
    ]
