"""Explorables: figures whose sliders a reader can move, on the site and in JupyterLab.

Only notebooks import this module; it needs Altair and vl-convert (extra ``learn``).

Each function returns an `Explorable`. The picture computes in the browser, in Vega's expression
language, so that a published page needs no kernel. The same numbers are computed here with
`softmax_course` for the settings that the picture starts with; the tests hold both against
each other at many settings.
"""

from softmax_course._extras import extra

with extra("learn"):
    from softmax_course.explore._answer_or_ask import answer_or_ask
    from softmax_course.explore._attention import attention
    from softmax_course.explore._cross_entropy import cross_entropy
    from softmax_course.explore._equal_gaps import equal_gaps
    from softmax_course.explore._explorable import MIME_TYPE, VEGALITE_VERSION, Explorable
    from softmax_course.explore._gradient import gradient
    from softmax_course.explore._learning_slowdown import learning_slowdown
    from softmax_course.explore._merging import merging
    from softmax_course.explore._reliability import reliability
    from softmax_course.explore._rounding import rounding
    from softmax_course.explore._saturation import saturation
    from softmax_course.explore._sparse_maps import sparse_maps
    from softmax_course.explore._temperature import temperature
    from softmax_course.explore._temperature_path import temperature_path
    from softmax_course.explore._threshold import threshold
    from softmax_course.explore._truncation import truncation
    from softmax_course.explore._two_class import two_class

__all__ = [
    "MIME_TYPE",
    "VEGALITE_VERSION",
    "Explorable",
    "answer_or_ask",
    "attention",
    "cross_entropy",
    "equal_gaps",
    "gradient",
    "learning_slowdown",
    "merging",
    "reliability",
    "rounding",
    "saturation",
    "sparse_maps",
    "temperature",
    "temperature_path",
    "threshold",
    "truncation",
    "two_class",
]
