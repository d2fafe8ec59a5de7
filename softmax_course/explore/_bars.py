"""Bars that several explorables draw."""

from collections.abc import Mapping

import altair as alt

from softmax_course.explore._explorable import CLASS_COLOURS


def grouped_bars(groups: Mapping[str, str], lowest: int) -> list[alt.Chart]:
    """Draw three bars per group, each the array parameter of its name; the values are labels."""
    rows = [{"group": label, "of": g, "k": k} for g, label in groups.items() for k in range(3)]
    base = (
        alt.Chart(alt.InlineData(rows, name="bars"))
        .transform_calculate(raw=f"{{{', '.join(f'{g}: {g}' for g in groups)}}}[datum.of][datum.k]")
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
