"""The Matplotlib backend of a cell: every shown figure goes to the page as SVG.

Matplotlib loads this file by its name (MPLBACKEND); nothing else may import it.
"""

from __future__ import annotations

import io
from typing import Any

from matplotlib import pyplot
from matplotlib.backends.backend_svg import FigureCanvasSVG as FigureCanvas

from stage.output import show_image

__all__ = ["FigureCanvas", "show"]


def show(*_: Any, **__: Any) -> None:
    """Send every open figure on, in the order of their numbers, and close them."""
    try:
        for n in pyplot.get_fignums():
            svg = io.StringIO()
            pyplot.figure(n).savefig(svg, format="svg", bbox_inches="tight")
            show_image.get()(svg.getvalue())
    finally:  # one that cannot be drawn must not come up again in every later run
        pyplot.close("all")
