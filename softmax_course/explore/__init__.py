"""Explorables: figures whose sliders a reader can move, on the site and in JupyterLab.

Only notebooks import this module; it needs Altair and vl-convert (extra ``learn``).

Each function returns an `Explorable`. The picture computes in the browser, in Vega's expression
language, so that a published page needs no kernel. The same numbers are computed here with
`softmax_course` for the settings that the picture starts with; the tests hold both against
each other at many settings.
"""

from softmax_course._extras import needs

with needs("learn"):
    from softmax_course.explore._cross_entropy import cross_entropy
    from softmax_course.explore._explorable import MIME_TYPE, VEGALITE_VERSION, Explorable
    from softmax_course.explore._gradient import gradient
    from softmax_course.explore._rounding import rounding
    from softmax_course.explore._saturation import saturation
    from softmax_course.explore._temperature import temperature
    from softmax_course.explore._truncation import truncation

__all__ = [
    "MIME_TYPE",
    "VEGALITE_VERSION",
    "Explorable",
    "cross_entropy",
    "gradient",
    "rounding",
    "saturation",
    "temperature",
    "truncation",
]
