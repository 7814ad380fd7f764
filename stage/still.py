"""A figure as a Matplotlib picture, for notebooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import inf
from statistics import mean
from textwrap import fill
from typing import TYPE_CHECKING, Any

from stage.demo import Cell, Demo, Shown
from stage.picture import Picture
from stage.ran import Ran
from stage.still_plot import (
    CARD,
    COLOURS,
    FAINT,
    GRID,
    INK,
    RULE,
    ZERO,
    Data,
    draw_plot,
    draw_shades,
    draw_surface,
    mixed,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

STYLE: Any = {
    "figure.facecolor": CARD,
    "axes.facecolor": CARD,
    "axes.edgecolor": RULE,
    "axes.labelcolor": INK,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a name is a dollar
    "font.size": 9.0,
    "legend.edgecolor": RULE,
    "lines.linewidth": 2.0,
}

WIDE, HIGH = 5.2, 3.9
"""Inches for a plot, and for each of several figures side by side."""

FEW = 12
"""Weights that a network's drawing has room to name."""


def show(shown: Shown | Demo) -> None:
    """Show a figure, several as a tuple, or a demo at its starting values. Raises what a demo's function raises."""
    block = shown if isinstance(shown, Demo) else Demo(lambda: shown, {})
    _show(Picture(block, block.starts).more(inf))


def show_cell(block: Cell, names: dict[str, Any], *, steps: int = 0) -> None:
    """Show the figures of a cell over `names`, those that its code made: `globals()` in a notebook.

    A cell with a Button or Player calls its function so many `steps` before, and records them. Raises Missing for a
    name that the figures need and the code has not made, and what the reader's functions raise.
    """
    ran = Ran("", "", block.controls, namespace=names)
    ran.record()
    if ran.recording:
        ran.recording.go(steps, inf)
    _show(Picture(block, ran.shown, ran).more(inf))


def _show(answer: Mapping[str, Any]) -> None:
    from matplotlib import pyplot, rc_context

    with rc_context(STYLE):
        canvas = picture(answer["figures"], answer["readouts"])
        pyplot.show()
        pyplot.close(canvas)


def picture(figures: Sequence[Data], readouts: Mapping[str, str]) -> Canvas:
    """The figures of an answer of stage.picture side by side, below them readouts and notes. It is open in pyplot."""
    from matplotlib import pyplot

    columns = min(len(figures), 2) or 1
    sizes = [_size(figure) for figure in figures]
    heights = [max(high for _, high in sizes[at : at + columns]) for at in range(0, len(sizes), columns)] or [1.0]
    wide = columns * max([WIDE, *(wide for wide, _ in sizes)])
    canvas = pyplot.figure(figsize=(wide, sum(heights)), layout="constrained")
    grid = canvas.add_gridspec(len(heights), columns, height_ratios=heights)
    for i, figure in enumerate(figures):
        FIGURES[figure["kind"]](canvas.add_subplot(grid[i // columns, i % columns]), figure)
    lines = ["    ".join(f"{name}: {text}" for name, text in readouts.items())]
    lines += [note for figure in figures for note in figure["notes"]]
    canvas.supxlabel("\n".join(fill(line, round(16 * wide)) for line in lines if line), fontsize="medium")
    return canvas


def _size(figure: Data) -> tuple[float, float]:
    """Inches that a figure takes."""
    match figure:
        case {"kind": "graph", "nodes": nodes}:
            columns = [node["column"] for node in nodes]
            return 1.25 * (max(columns) + 1), 1.0 * max(2, *map(columns.count, columns))
        case {"kind": "matrix", "rows": rows, "columns": columns}:
            return 1.0 * (len(columns) + 1), 0.6 * (len(rows) + 1.5)
        case {"kind": "tiles", "layers": layers}:
            return 1.6 * len(layers), 0.5 + max(map(len, layers))
        case {"kind": "diagram", "layers": layers}:
            return WIDE, max(HIGH, 1.25 * max(map(len, layers)))
    return WIDE, HIGH


# --- tables and small pictures ---------------------------------------------------------------------------------


def _matrix(axes: Axes, figure: Data) -> None:
    from matplotlib.patches import Rectangle

    rows, columns = figure["rows"], figure["columns"]
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.set(xlabel=figure["column_label"], ylabel=figure["row_label"])
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    for i, row in enumerate(figure["cells"]):
        for j, cell in enumerate(row):
            colour = mixed(COLOURS[cell["role"]], 0.04 + 0.36 * cell["share"]) if cell["role"] else CARD
            axes.add_patch(Rectangle((j - 0.47, i - 0.45), 0.94, 0.9, facecolor=colour, edgecolor=RULE))
            axes.text(j, i, cell["shown"], ha="center", va="center", fontsize="large")


def _tiles(axes: Axes, figure: Data) -> None:
    axes.set_axis_off()
    layers = figure["layers"]
    most = max(map(len, layers), default=1)
    for column, layer in enumerate(layers):
        for i, tile in enumerate(layer):
            middle = 1 - (i + 0.5 + (most - len(layer)) / 2) / most
            box = ((column + 0.08) / len(layers), middle - 0.42 / most, 0.84 / len(layers), 0.66 / most)
            small = axes.inset_axes(box, xticks=[], yticks=[], title=tile["name"])
            small.title.set_fontsize("small")
            small.spines[:].set_visible(True)
            draw_shades(small, tile, (0, 1, 0, 1))


# --- networks and computations ---------------------------------------------------------------------------------


def _diagram(axes: Axes, figure: Data) -> None:
    """The network from left to right. A weight is wide where it is large, and dashed where it is negative."""
    layers, weights = figure["layers"], figure["weights"]
    _blank(axes, len(layers), max(map(len, layers)))
    at = {
        neuron["name"]: (column, (len(layer) - 1) / 2 - i)
        for column, layer in enumerate(layers)
        for i, neuron in enumerate(layer)
    }
    largest = max((abs(weight["value"] or 0) for weight in weights), default=0) or 1
    for weight in weights:
        value = weight["value"] or 0
        (x0, y0), (x1, y1) = at[weight["source"]], at[weight["target"]]
        look = {"linestyle": "--" if value < 0 else "-", "linewidth": 0.6 + 2.4 * abs(value) / largest}
        axes.plot((x0, x1), (y0, y1), color=COLOURS["loss" if value < 0 else "weight"], zorder=1, **look)
        if len(weights) <= FEW:
            _word(axes, (0.6 * x0 + 0.4 * x1, 0.6 * y0 + 0.4 * y1), f"{weight['name']} = {weight['shown']}", INK)
    for neuron in (neuron for layer in layers for neuron in layer):
        x, y = at[neuron["name"]]
        axes.plot(x, y, "o", markersize=36, color=CARD, markeredgecolor=INK, markeredgewidth=1.2, zorder=3)
        axes.text(x, y, neuron["shown"] or "", ha="center", va="center", fontsize="small", zorder=4)
        bias = neuron["bias"]
        words = [neuron["name"], *([f"{bias['name']} = {bias['shown']}"] if bias else [])]
        axes.annotate("\n".join(words), (x, y), (0, -20), textcoords="offset points", ha="center", va="top")


def _graph(axes: Axes, figure: Data) -> None:
    """The computation from left to right: in each box its value, below it the derivative; local ones on the edges."""
    heights, ways = _laid_out(figure)
    columns = [node["column"] for node in figure["nodes"]]
    _blank(axes, max(columns) + 1, max(map(columns.count, columns)))
    boxes = {node["name"]: _box(axes, node, (node["column"], heights[node["name"]])) for node in figure["nodes"]}
    for edge, way in zip(figure["edges"], ways, strict=True):
        places = [(column, heights[spot]) for column, spot in way]
        look: Any = {"color": COLOURS["model"] if edge["lit"] else ZERO, "linewidth": 1.2}
        for start, end in pairwise(places[:-1]):
            axes.plot(*zip(start, end, strict=True), zorder=1, **look)
        # Above the boxes, as only those that are drawn already know their size.
        arrow = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 2, "patchB": boxes[edge["target"]], **look}
        arrow["patchA"] = boxes[edge["source"]] if len(places) == 2 else None
        axes.annotate("", places[-1], places[-2], arrowprops=arrow, zorder=4)
        if edge["local"]:
            (x0, y0), (x1, y1) = places[:2]
            _word(axes, ((x0 + x1) / 2, (y0 + y1) / 2), edge["local"], COLOURS["gradient"])


def _box(axes: Axes, node: Data, place: tuple[float, float]) -> Any:
    """A node with its value, and its derivative below it; its outline, for arrows to end at."""
    edge = COLOURS["model"] if node["lit"] else ZERO
    box = {"boxstyle": "round", "facecolor": CARD, "edgecolor": edge}
    words = axes.text(
        *place, "\n".join((node["text"], node["value"] or "")), ha="center", va="center", bbox=box, zorder=3
    )
    look: Any = {"ha": "center", "va": "top", "color": COLOURS["gradient"]}
    axes.annotate(node["derivative"] or "", place, (0, -19), textcoords="offset points", **look)
    return words.get_bbox_patch()


def _laid_out(figure: Data) -> tuple[dict[str, float], list[list[tuple[int, str]]]]:
    """The height of each node, and the way of each edge through the columns, each spot near those it is joined to."""
    columns = {node["name"]: node["column"] for node in figure["nodes"]}
    ways = []
    for i, edge in enumerate(figure["edges"]):
        first, last = columns[edge["source"]], columns[edge["target"]]
        between = [(column, f"{i} in {column}") for column in range(first + 1, last)]
        ways.append([(first, edge["source"]), *between, (last, edge["target"])])
    joined: dict[str, list[str]] = {name: [] for name in columns}
    for (_, one), (_, other) in (pair for way in ways for pair in pairwise(way)):
        joined.setdefault(one, []).append(other)
        joined.setdefault(other, []).append(one)
    spots = dict.fromkeys((column, name) for name, column in columns.items()) | dict.fromkeys(
        s for w in ways for s in w
    )
    heights = dict.fromkeys((name for _, name in spots), 0.0)
    for turn in range(8):
        for column in sorted({column for column, _ in spots}, reverse=bool(turn % 2)):
            own = [name for at, name in spots if at == column]
            own.sort(key=lambda name: mean([heights[each] for each in joined[name]] or [0]))
            heights |= {name: i - (len(own) - 1) / 2 for i, name in enumerate(own)}
    return heights, ways


def _blank(axes: Axes, columns: int, rows: int) -> None:
    axes.set_axis_off()
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(-rows / 2 - 0.1, rows / 2))


def _word(axes: Axes, place: tuple[float, float], text: str, colour: str) -> None:
    box = {"boxstyle": "square,pad=0.1", "facecolor": CARD, "edgecolor": "none"}
    axes.text(*place, text, ha="center", va="center", color=colour, fontsize="small", bbox=box, zorder=5)


FIGURES: Mapping[str, Callable[[Axes, Data], None]] = {
    "plot": draw_plot,
    "surface": draw_surface,
    "matrix": _matrix,
    "tiles": _tiles,
    "diagram": _diagram,
    "graph": _graph,
}
