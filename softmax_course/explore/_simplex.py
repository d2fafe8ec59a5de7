"""The triangle of all predictions for three classes: its corners, and where a prediction lies."""

from math import sqrt

import altair as alt

from softmax_course._language import say
from softmax_course.explore._explorable import GREY

_CORNERS = [(0, 0), (0.5, sqrt(3) / 2), (1, 0)]
X = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.1, 1.1], nice=False))
Y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.12, 0.98], nice=False))


def across(p: str) -> str:
    """Write how far to the right a prediction lies; class 0 is left, class 2 right."""
    return f"({p}[1] / 2 + {p}[2])"


def up(p: str) -> str:
    """Write how high a prediction lies; class 1 is the top."""
    return f"({p}[1] * sqrt(3) / 2)"


def triangle() -> list[alt.Chart]:
    """Draw the triangle, with its corners' names."""
    corners = [
        {"x": x, "y": y, "order": i, "label": say("class {k}", k=i), "labelled": i < 3}
        for i, (x, y) in enumerate([*_CORNERS, _CORNERS[0]])
    ]
    base = alt.Chart(alt.InlineData(corners, name="corners")).encode(X, Y)
    return [
        base.mark_line(color=GREY, strokeWidth=1).encode(order="order:Q"),
        base.transform_filter("datum.labelled")
        .mark_text(dy={"expr": "datum.y > 0 ? -12 : 14"})
        .encode(text="label:N"),
    ]
