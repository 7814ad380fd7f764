"""Plots and surfaces as Matplotlib pictures: all their marks, in the colours and shapes of their roles."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING, Any

from stage.grid import SHADES
from stage.sample import show

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Data = dict[str, Any]
"""A figure or a mark as JSON-ready data; see stage.figure and stage.marks."""

COLOURS = {
    "model": "#2456c8",
    "data": "#b3440a",
    "weight": "#7a2bb5",
    "bias": "#006d77",
    "loss": "#b81f45",
    "gradient": "#7d5600",
    "path": "#5c6068",
    "negative": "#0069b4",
    "positive": "#b05800",
}
INK, FAINT, RULE, GRID, ZERO, CARD = "#1d2026", "#5c6068", "#e2dfd8", "#eeebe4", "#a9a69e", "#ffffff"
"""The light colours of site/styles/tokens.css, whatever the notebook's own theme is."""

SHAPES = {"model": "D", "bias": "s", "gradient": "^"}
"""The shapes of the points of a role; those of the others are round."""

BOX = 0.72
"""How high a plot is for its width."""

SMOOTHING = 300
"""Shades are whole numbers: where they hardly differ, a contour of them has steps. Over it the range is how often."""


def draw_plot(axes: Axes, figure: Data) -> None:
    """The plot with its marks, the later ones over those before."""
    _frame(axes, figure)
    if figure["y"]["log"]:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    for depth, mark in enumerate(figure["marks"], start=2):
        MARKS[mark["kind"]](axes, mark, depth)
    _legend(axes)


def draw_surface(axes: Axes, figure: Data) -> None:
    """The surface from above, as lines of equal height; a scale beside it tells how high they are."""
    _frame(axes, figure)
    colour = COLOURS[figure["role"]]
    columns, label = figure["columns"], figure["z"]["label"]
    heights = [nan if height is None else height for height in figure["heights"]]
    table = [heights[at : at + columns] for at in range(0, len(heights), columns)]
    across, up = (_evenly(figure[axis]["domain"], figure[size]) for axis, size in (("x", "columns"), ("y", "rows")))
    known = [height for height in heights if height == height] or [nan]
    levels = [level for level in figure["levels"] if min(known) < level < max(known)]
    if levels:
        tints = [mixed(colour, 0.4 * i / len(levels)) for i in range(len(levels) + 1)]
        filled = axes.contourf(across, up, table, levels, extend="both", colors=tints, zorder=0)
        lines = axes.contour(across, up, table, levels, colors=colour, linewidths=0.8, zorder=1)
        beside = axes.inset_axes((1.04, 0, 0.04, 1))
        look: Data = {"label": label, "ticks": levels, "format": lambda level, _: f"{level:.3g}"}
        axes.figure.colorbar(filled, cax=beside, **look).add_lines(lines)
    else:
        axes.set_title(f"{label} = {show(known[0])} everywhere", fontsize="medium")
    if figure["edge"] is not None and min(known) < figure["edge"] < max(known):
        axes.contour(across, up, table, [figure["edge"]], colors=INK, linewidths=2, zorder=1)
    for depth, mark in enumerate(figure["marks"], start=2):
        MARKS[mark["kind"]](axes, mark, depth)
    _legend(axes)


def _frame(axes: Axes, figure: Data) -> None:
    """Axes with their ranges and names, and stronger lines at 0."""
    axes.set_box_aspect(BOX)
    axes.set_xlim(*figure["x"]["domain"])
    axes.set_ylim(*figure["y"]["domain"])
    axes.set(xlabel=figure["x"]["label"], ylabel=figure["y"]["label"])
    axes.axvline(0, color=ZERO, linewidth=0.8, zorder=1)
    if not figure["y"].get("log"):
        axes.axhline(0, color=ZERO, linewidth=0.8, zorder=1)


def _legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize="small")


def _evenly(domain: Sequence[float], count: int) -> list[float]:
    low, high = domain
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def mixed(colour: str, share: float) -> tuple[float, ...]:
    """So much of a colour, the rest paper."""
    from matplotlib.colors import to_rgb

    return tuple(share * part + (1 - share) * paper for part, paper in zip(to_rgb(colour), to_rgb(CARD), strict=True))


def _curve(axes: Axes, mark: Data, depth: int) -> None:
    xs = [point[0] for point in mark["points"]]
    ys = [nan if point[1] is None else point[1] for point in mark["points"]]
    look: Data = {"alpha": 0.4, "linewidth": 1.2} if mark["faint"] else {}
    axes.plot(xs, ys, color=COLOURS[mark["role"]], label=mark["label"] or None, zorder=depth, **look)


def _points(axes: Axes, mark: Data, depth: int) -> None:
    shapes = {0: ("negative", "o"), 1: ("positive", "^"), None: (mark["role"], SHAPES.get(mark["role"], "o"))}
    labels = mark.get("labels", [None] * len(mark["points"]))
    for label in dict.fromkeys(labels):
        role, shape = shapes[label]
        own = [point for point, of in zip(mark["points"], labels, strict=True) if of == label]
        xs, ys = [point[0] for point in own], [point[1] for point in own]
        if mark["hollow"]:
            axes.scatter(xs, ys, 90, marker=shape, facecolors="none", edgecolors=COLOURS[role], zorder=depth)
        else:
            axes.scatter(xs, ys, 42, marker=shape, color=COLOURS[role], edgecolors=CARD, linewidths=0.8, zorder=depth)


def _bars(axes: Axes, mark: Data, depth: int) -> None:
    alpha = 0.15 if mark["faint"] else 0.38
    look: Data = {"color": (COLOURS[mark["role"]], alpha), "edgecolor": COLOURS[mark["role"]], "linewidth": 1}
    wide, high = ([bar[i + 1] - bar[i] for bar in mark["bars"]] for i in (0, 2))
    left, foot = ([bar[i] for bar in mark["bars"]] for i in (0, 2))
    axes.bar(left, high, wide, foot, align="edge", label=mark["label"] or None, zorder=depth, **look)


def _segments(axes: Axes, mark: Data, depth: int) -> None:
    xs, feet, _, heads = zip(*mark["segments"], strict=True) if mark["segments"] else ((), (), (), ())
    axes.vlines(xs, feet, heads, colors=COLOURS[mark["role"]], linestyles="dotted", zorder=depth)


def _squares(axes: Axes, mark: Data, depth: int) -> None:
    """Squares to the eye, to the left where the residual goes down and to the right where it goes up."""
    from matplotlib.patches import Rectangle

    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    share = BOX * (right - left) / (high - low)
    for x, foot, _, head in mark["segments"]:
        side = share * abs(head - foot)
        colour = COLOURS[mark["role"]]
        place = (x - side * (head <= foot), min(foot, head))
        axes.add_patch(Rectangle(place, side, abs(head - foot), fc=(colour, 0.14), ec=colour, zorder=depth))


def _arrows(axes: Axes, mark: Data, depth: int) -> None:
    look: Data = {"alpha": 0.4 if mark["faint"] else 1, "color": COLOURS[mark["role"]], "width": 0.006}
    if mark["arrows"]:
        xs, ys, across, up, *_ = zip(*mark["arrows"], strict=True)
        axes.quiver(xs, ys, across, up, angles="xy", scale_units="xy", scale=1, zorder=depth, **look)


def _heat(axes: Axes, mark: Data, depth: int) -> None:
    low, high = axes.get_xlim(), axes.get_ylim()
    table = draw_shades(axes, mark, (*low, *high))
    known = [shade for row in table for shade in row if shade == shade]
    if mark["edge"] is not None and min(known) < mark["edge"] < max(known):
        sides = ((low, mark["columns"]), (high, mark["rows"]))
        across, up = ([a + (b - a) * (i + 0.5) / count for i in range(count)] for (a, b), count in sides)
        passes = round(SMOOTHING / (max(known) - min(known)))
        for _ in range(min(max(passes, 1), 20)):
            table = [_softened(list(column)) for column in zip(*map(_softened, table), strict=True)]
            table = [list(row) for row in zip(*table, strict=True)]
        axes.contour(across, up, table, [mark["edge"]], colors=INK, linewidths=2, zorder=1)


def _softened(line: list[float]) -> list[float]:
    """Each value mixed with its neighbours, where they are known."""
    mixed = [(a + 2 * b + c) / 4 for a, b, c in zip(line[:1] + line, line, line[1:] + line[-1:], strict=False)]
    return [new if new == new else old for new, old in zip(mixed, line, strict=True)]


def draw_shades(axes: Axes, shades: Data, extent: tuple[float, float, float, float]) -> list[list[float]]:
    """Draw the shades of a heat map all over `extent`; they are returned in rows, from the bottom."""
    from matplotlib.colors import LinearSegmentedColormap

    ends: Any = [mixed(COLOURS["negative"], 0.5), CARD, mixed(COLOURS["positive"], 0.5)]
    flat = [nan if shade is None else shade for shade in shades["shades"]]
    table = [flat[at : at + shades["columns"]] for at in range(0, len(flat), shades["columns"])]
    look: Data = {"cmap": LinearSegmentedColormap.from_list("classes", ends), "vmin": 0, "vmax": SHADES}
    axes.imshow(table, extent=extent, origin="lower", aspect="auto", zorder=0, **look)
    return table


MARKS = {
    "curve": _curve,
    "points": _points,
    "bars": _bars,
    "segments": _segments,
    "squares": _squares,
    "arrows": _arrows,
    "heat": _heat,
}
