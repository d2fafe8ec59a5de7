"""matplotlib's backend in the page: pictures as the notebooks have them, with their text form."""

import base64
import io
import sys
from typing import Any

import matplotlib.pyplot as plt
from matplotlib._pylab_helpers import Gcf
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from page_cells import flush, send

FigureCanvas = FigureCanvasAgg


def show(*arguments: Any, **settings: Any) -> None:
    """Send all open figures, and close them."""
    try:
        for manager in Gcf.get_all_fig_managers():
            show_figure(manager.canvas.figure)
    finally:
        plt.close("all")


def show_figure(figure: Figure) -> None:
    """Send a figure after what has been written: cut to what is drawn, as in a notebook."""
    flush()
    plots = sys.modules.get("softmax_course.plots")
    picture = io.BytesIO()
    figure.savefig(picture, dpi="figure", bbox_inches="tight", facecolor=figure.get_facecolor())
    data = base64.b64encode(picture.getvalue()).decode()
    send("image", data=data, text=plots.describe(figure) if plots else repr(figure))
