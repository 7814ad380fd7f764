"""The Matplotlib backend of a cell: every shown figure goes to the page as SVG, in the page's own style.

Matplotlib loads this file by its name (MPLBACKEND); nothing else may import it.
"""

from __future__ import annotations

import io
from typing import Any

from matplotlib import pyplot, rcParams
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG as FigureCanvas
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stage.output import show_image

__all__ = ["FigureCanvas", "show"]

INK, FAINT, RULE, GRID, CARD = "#1d2026", "#5c6068", "#e2dfd8", "#eeebe4", "#ffffff"
MANY, SHARP = 20_000, 200
"""Points from which a line or a cloud is drawn as an image within the SVG, and the dots per inch of that: a browser
takes minutes for a million shapes."""

CYCLE = ("#2456c8", "#b3440a", "#7a2bb5", "#006d77", "#b81f45", "#7d5600")
"""The light colours of site/styles/tokens.css, which the page knows again and shows in its theme."""

STYLE: Any = {
    "figure.figsize": (6.4, 4.0),
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": "medium",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "text.color": INK,
    "lines.linewidth": 2.0,
    "legend.facecolor": CARD,
    "legend.edgecolor": RULE,
    "patch.edgecolor": CARD,
    "image.cmap": "viridis",
    "agg.path.chunksize": 10_000,  # else a line of a million points cannot be drawn
}

rcParams.update(STYLE)
rcParams["axes.prop_cycle"] = pyplot.cycler(color=CYCLE)  # type: ignore[attr-defined]


def show(*_: Any, **__: Any) -> None:
    """Send every open figure on, in the order of their numbers, and close them."""
    try:
        for n in pyplot.get_fignums():
            show_image.get()(_svg(pyplot.figure(n)))
    finally:  # one that cannot be drawn must not come up again in every later run
        pyplot.close("all")


def _svg(figure: Figure) -> str:
    for artist in figure.findobj(lambda each: points(each) > MANY):
        artist.set_rasterized(True)
    svg = io.StringIO()
    figure.savefig(svg, format="svg", bbox_inches="tight", dpi=SHARP)
    return svg.getvalue()


def points(artist: Artist) -> int:
    """How many points a line, a cloud or a mesh has; 0 for anything else."""
    if isinstance(artist, Line2D):
        return len(artist.get_path())
    if not isinstance(artist, Collection):
        return 0
    values, shapes = artist.get_array(), sum(map(len, artist.get_paths()))
    return max(len(artist.get_offsets()), 0 if values is None else values.size, shapes)  # type: ignore[arg-type]


def warm_up() -> None:
    """Draw a figure that nobody sees, as a cell does, so that the first one of the reader comes at once."""
    figure = pyplot.figure()
    pyplot.plot([0, 1, 4], label="0")
    pyplot.xlabel("x")
    pyplot.ylabel("y")
    pyplot.legend()
    _svg(figure)
    pyplot.close(figure)
