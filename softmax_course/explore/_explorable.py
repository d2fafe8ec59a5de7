"""What every explorable is: a picture with controls, and its numbers as text."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import vl_convert
from PIL import Image

from softmax_course.plots import CLASS_COLOURS

__all__ = ["CLASS_COLOURS", "GREY", "MIME_TYPE", "SCHEMA", "VEGALITE_VERSION", "Explorable"]

# JupyterLab renders Vega-Lite 5 by itself, and no later version.
MIME_TYPE = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
VEGALITE_VERSION = "5.8"

GREY = "#777777"  # stands out from a white and from a dark ground, as CLASS_COLOURS do

_LOOK: dict[str, Any] = {
    "axis": alt.AxisConfig(
        labelFontSize=12,
        titleFontSize=12,
        domainColor=GREY,
        gridColor=GREY,
        gridOpacity=0.3,
        tickColor=GREY,
    ),
    "text": alt.MarkConfig(fontSize=12),
    "view": alt.ViewConfig(stroke=None),
}


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
    colours : mapping of str to str, optional
        The colours of sliders, by their names: that of the mark which a slider moves.
    """

    title: str
    description: str
    numbers: list[str]
    params: list[alt.Parameter]
    layers: list[Any]
    height: int
    colours: Mapping[str, str] = field(default_factory=dict)

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
                "colours": dict(self.colours),
                "embedOptions": {"actions": False, "renderer": "svg"},
            },
        )
        chart = chart.add_params(*self.params).configure(**_LOOK)
        spec: dict[str, Any] = chart.to_dict()
        return spec | {"$schema": SCHEMA}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        spec = self.spec
        still = vl_convert.vegalite_to_png(spec, vl_version=VEGALITE_VERSION, scale=1.5)
        small = io.BytesIO()  # a tenth of the bytes: the picture has few colours
        Image.open(io.BytesIO(still)).convert("RGB").quantize(64).save(small, "PNG", optimize=True)
        return {
            MIME_TYPE: spec,
            "image/png": base64.b64encode(small.getvalue()).decode("ascii"),
            "text/plain": "\n".join([self.title, *self.numbers]),
        }
