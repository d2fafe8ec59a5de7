"""What three floating-point formats make of exp."""

import math
from typing import Any

import altair as alt
import numpy as np

from softmax_course._language import say
from softmax_course.explore._controls import computed, slider
from softmax_course.explore._explorable import CLASS_COLOURS, Explorable
from softmax_course.explore._expressions import filled, one_of

_FORMATS = (np.float16, np.float32, np.float64)


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
    rows = [_range(dtype) for dtype in _FORMATS]
    return Explorable(
        say("How far apart two scores may be"),
        say(
            "One row for each floating-point format. The bar reaches over all x for which exp(x)"
            " is neither 0 nor inf; the two diamonds stand at minus and plus the gap. The textbook"
            " softmax of [gap, 0] needs exp(gap); with the maximum subtracted it needs exp(-gap)"
            " alone, and a 0 does no harm there."
        ),
        [_number(dtype, gap) for dtype in _FORMATS],
        [
            slider("gap", gap, 0, 800, 0.5, say("gap of the two scores")),
            computed("numbers", f"[{', '.join(_line(row) for row in rows)}]"),
        ],
        _layers(rows),
        height=200,
        colours={"gap": CLASS_COLOURS[1]},
    )


def _number(dtype: type[np.floating[Any]], gap: float) -> str:
    with np.errstate(over="ignore", under="ignore"):
        overflows, vanishes = np.isinf(np.exp(dtype(gap))), np.exp(dtype(-gap)) == 0
    return say(
        "{format}: exp(gap) {up}, exp(-gap) {down}",
        format=np.dtype(dtype).name,
        up=say("overflows") if overflows else say("is finite"),
        down=say("is 0") if vanishes else say("is above 0"),
    )


def _line(row: dict[str, Any]) -> str:
    """Write the expression whose value is `_number` of the row's format."""
    return filled(
        say("{format}: exp(gap) {up}, exp(-gap) {down}"),
        format=f"'{row['format']}'",
        up=one_of((f"gap > {row['high']}", say("overflows")), otherwise=say("is finite")),
        down=one_of((f"-gap < {row['low']}", say("is 0")), otherwise=say("is above 0")),
    )


def _range(dtype: type[np.floating[Any]]) -> dict[str, Any]:
    """Compute between which x the exponential is neither 0 nor inf."""
    # A result rounds to inf or to 0 from half a step beyond the last number on either side.
    info = np.finfo(dtype)
    high = math.log(info.max) + math.log1p(float(info.epsneg) / 2)
    low = math.log(info.smallest_subnormal) - math.log(2)
    return {"format": np.dtype(dtype).name, "low": round(low, 4), "high": round(high, 4)}


def _layers(rows: list[dict[str, Any]]) -> list[alt.Chart]:
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
        diamond = here.mark_point(
            shape="diamond", filled=True, size=120, opacity=1, color=CLASS_COLOURS[1]
        )
        layers += [diamond.encode(at), here.mark_text(dy=-18).encode(at, text="label:N")]
    return layers
