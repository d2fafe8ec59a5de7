"""Figures in the course's one style, and a text that says what each of them shows.

Notebooks import this module; the package does not. It needs matplotlib (extra ``learn``).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_course._extras import extra
from softmax_course._language import say

with extra("learn"):
    import matplotlib as mpl
    from cycler import cycler
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

__all__ = [
    "CLASS_COLOURS",
    "CLASS_HATCHES",
    "CLASS_MARKERS",
    "bars",
    "describe",
    "show_digit",
    "use_course_style",
]

# Okabe & Ito's colours, and instead of their sky blue, which is too pale on white, the wine red of
# Tol's: readers with any colour vision tell them apart, and hatches and markers say the same again.
CLASS_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#882255")
CLASS_HATCHES = ("", "///", "...", "xx", "\\\\\\")
CLASS_MARKERS = ("o", "s", "^", "D", "v")

_INK = ".abcdefghijklmnop"  # letters, so that a pixel is not taken for a number of the text

_STYLE: Any = {
    "figure.figsize": (6.4, 3.6),
    "figure.dpi": 144,
    "figure.constrained_layout.use": True,
    # Opaque, so that black text is legible in every notebook; the site's dark theme inverts it.
    "figure.facecolor": "#FFFFFF",
    "axes.prop_cycle": cycler(color=CLASS_COLOURS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "font.size": 11,
    "hatch.color": "#FFFFFF",
    "lines.linewidth": 2.2,
}


def use_course_style() -> None:
    """Draw every later figure in the course's style, and give it a text form.

    In a notebook, the plain-text form of a figure becomes `describe` of it, so that a
    comparison of outputs notices when a figure's data change.
    """
    mpl.rcParams.update(_STYLE)
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None and shell.display_formatter is not None:
        import matplotlib_inline.backend_inline  # noqa: F401  loading it later would reset this

        text = shell.display_formatter.formatters["text/plain"]
        text.for_type(Figure, lambda figure, printer, cycle: printer.text(describe(figure)))


def bars(
    ax: Axes,
    values: ArrayLike,
    labels: Sequence[str] | None = None,
    *,
    title: str = "",
    decimals: int = 2,
) -> BarContainer:
    """Draw one bar per class, each with its value above (or below) it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    values : array_like of shape (K,)
        One number per class.
    labels : sequence of str, optional
        The classes' names; ``class 0``, ``class 1``, … if not given.
    title : str, default ""
        Title of the axes.
    decimals : int, default 2
        Decimals of the written values.

    Returns
    -------
    matplotlib.container.BarContainer
        The bars.
    """
    heights = np.asarray(values, dtype=float)
    if heights.ndim != 1:
        raise ValueError(f"values must have one axis, one number per class; got {heights.shape}")
    names = labels if labels is not None else [say("class {k}", k=k) for k in range(len(heights))]
    cycle = np.arange(len(heights)) % len(CLASS_COLOURS)
    drawn = ax.bar(
        names,
        heights,
        color=[CLASS_COLOURS[k] for k in cycle],
        hatch=[CLASS_HATCHES[k] for k in cycle],
        edgecolor="#FFFFFF",
        linewidth=0,
    )
    ax.bar_label(drawn, fmt=f"%.{decimals}f", padding=2)
    ax.margins(y=0.15)
    ax.axhline(0, color="#333333", linewidth=0.8)
    ax.set_title(title)
    return drawn


def show_digit(ax: Axes, image: ArrayLike, title: str = "") -> AxesImage:
    """Draw a handwritten digit, dark ink on white, without axes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    image : array_like of shape (rows, columns)
        The ink of each pixel, from 0 (white) to 16 (black).
    title : str, default ""
        Title of the axes.

    Returns
    -------
    matplotlib.image.AxesImage
        The picture.
    """
    ink = np.asarray(image, dtype=float)
    if ink.ndim != 2:
        raise ValueError(f"image must have two axes, rows and columns; got {ink.shape}")
    ax.set_axis_off()
    ax.set_title(title)
    return ax.imshow(ink, cmap="gray_r", vmin=0, vmax=16)


def describe(figure: Figure) -> str:
    """Say what a figure shows: titles, labels, and the numbers that were drawn.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Any figure made of bars, lines, points, images and texts.

    Returns
    -------
    str
        One line per drawn thing, numbers to four significant digits. A handwritten digit is
        spelled out, one letter per pixel: ``.`` for no ink, ``a`` for 1, ``b`` for 2, …

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot(title="softmax")
    >>> _ = ax.bar(["a", "b"], [0.25, 0.75])
    >>> print(describe(ax.figure))
    Figure
      axes "softmax"
        bars a, b: 0.25 0.75
    """
    lines = [say("Figure")]
    for ax in figure.axes:
        names = [ax.get_title(), ax.get_xlabel(), ax.get_ylabel()]
        listed = " | ".join(f'"{name}"' for name in names if name)
        lines.append("  " + say("axes {names}", names=listed))
        lines += [f"    {text}" for text in _drawn(ax)]
    return "\n".join(lines)


def _drawn(ax: Axes) -> Iterator[str]:
    for container in ax.containers:
        if isinstance(container, BarContainer):
            sizes = [
                bar.get_height() if container.orientation == "vertical" else bar.get_width()
                for bar in container
            ]
            ticks = ax.get_xticklabels() if container.orientation == "vertical" else []
            names = ", ".join(tick.get_text() for tick in ticks) or container.get_label()
            yield say("bars {names}: {numbers}", names=names, numbers=_numbers(sizes))
    for line in ax.lines:
        x, y = (np.asarray(data, dtype=float) for data in (line.get_xdata(), line.get_ydata()))
        yield say(
            "line {name}({count} points): x {x}; y {y}",
            name=_name(line),
            count=len(y),
            x=_span(x),
            y=_span(y),
        )
    for collection in ax.collections:
        if isinstance(collection, PathCollection):
            x, y = np.ma.filled(np.ma.asarray(collection.get_offsets(), dtype=float), np.nan).T
            yield say(
                "points {name}({count}): x {x}; y {y}",
                name=_name(collection),
                count=len(y),
                x=_span(x),
                y=_span(y),
            )
    for image in ax.images:
        pixels: NDArray[Any] = np.ma.filled(np.ma.asarray(image.get_array(), dtype=float), np.nan)
        yield say("image of shape {shape}: {numbers}", shape=pixels.shape, numbers=_span(pixels))
        yield from _spelled(pixels)
    for text in ax.texts:
        if text.get_text():
            yield say("text {text}", text=" ".join(text.get_text().split()))


def _spelled(pixels: NDArray[Any]) -> Iterator[str]:
    """Write a small picture of whole numbers row by row, so that no change of a pixel is missed."""
    if pixels.shape == (8, 8) and np.isin(pixels, np.arange(len(_INK))).all():
        for row in pixels.astype(int):
            yield "  " + "".join(_INK[pixel] for pixel in row)


def _name(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else f'"{label}" '


def _span(values: NDArray[Any]) -> str:
    """Return a few numbers that no change of the data leaves alone."""
    flat = values.ravel()
    finite = flat[np.isfinite(flat)]
    if len(flat) <= 5 or not len(finite):
        return _numbers(flat)
    mean, low, high = _numbers([finite.mean(), finite.min(), finite.max()]).split()
    ends = _numbers(flat[[0, len(flat) // 4, len(flat) // 2, 3 * len(flat) // 4, -1]])
    return say(
        "{ends} (from {low} to {high}, mean {mean})", ends=ends, low=low, high=high, mean=mean
    )


def _numbers(values: Any) -> str:
    """Write numbers to four significant digits; rounding noise about zero is zero."""
    numbers = np.asarray(values, dtype=float)
    finite = numbers[np.isfinite(numbers)]
    noise = 1e-9 * np.max(np.abs(finite), initial=0.0)
    return " ".join("0" if abs(x) <= noise else f"{x:.4g}" for x in numbers)
