"""The marks of a figure: curves, points, arrows and the like, as plain data in the units of its axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Any, Literal, Protocol

from stage.sample import Function, Sampler, Undrawable, coarse_first, labelled, pairs, short, tuples

Role = Literal["model", "data", "weight", "bias", "loss", "gradient", "path", "negative", "positive"]
"""What a mark stands for; the page gives each role one colour, everywhere. The last two are the classes 0 and 1."""

Range = tuple[float, float]
Drawn = tuple[dict[str, Any], list[str]]
"""A mark as JSON-ready data, and sentences about what could not be shown."""

Height = Callable[[list[tuple[float, float]]], list[float | None]]
"""How high a surface is at each of the places given."""

LONGEST = 600
"""Points of a path that are sent to the page; of a longer one, those that differ most."""


class Mark(Protocol):
    """Something drawn inside a plot."""

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        """The mark over the x range of its plot."""


class SurfaceMark(Mark, Protocol):
    """Something drawn inside a plot, or on a surface."""

    def on(self, height: Height) -> Drawn:
        """The mark as it lies on a surface."""


@dataclass(frozen=True)
class Curve:
    """A function of x, sampled evenly over the plot's whole range; gaps where it has no finite value.

    `samples` is at least 2; `name` is how sentences call the function, `label` is written at the curve's end. A
    function that raises at every x raises here too, so that the error is shown with its line.
    """

    function: Function
    name: str = "y"
    role: Role = "model"
    faint: bool = False
    label: str = ""
    samples: int = 201

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        low, high = x
        steps = self.samples - 1
        places = [(low + (high - low) * i / steps,) for i in coarse_first(self.samples)]
        values, notes = sampler.values(self.function, places, self.name)
        points = [[short(a), y if y is None else short(y)] for (a,), y in sorted(values.items())]
        return _curve(self, points), notes


@dataclass(frozen=True)
class Path:
    """A line from point to point, in order. With `draw`, the pointer draws it anew, into the control of that name."""

    points: Iterable[object]
    name: str = "path"
    role: Role = "path"
    faint: bool = False
    label: str = ""
    draw: str | None = None

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        points = [[short(a), short(b)] for a, b in _thin(pairs(self.points, self.name))]
        return _curve(self, points) | {"draw": self.draw}, []

    def on(self, height: Height) -> Drawn:
        return _curve(self, _lifted(_thin(pairs(self.points, self.name)), height)), []


@dataclass(frozen=True)
class Points:
    """A dot for each (x, y), or a ring around it if `hollow`, so that a dot on the same place still shows.

    With `drag`, moving a dot writes into the control of that name: a list of points, or a slider, which takes its x.
    """

    points: Iterable[object]
    name: str = "data"
    role: Role = "data"
    drag: str | None = None
    hollow: bool = False

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        points = [[short(a), short(b)] for a, b in pairs(self.points, self.name)]
        look = {"drag": self.drag, "hollow": self.hollow}
        return {"kind": "points", "role": self.role, "points": points, **look}, []

    def on(self, height: Height) -> Drawn:
        points = _lifted(pairs(self.points, self.name), height)
        return {"kind": "points", "role": self.role, "points": points, "hollow": self.hollow}, []


@dataclass(frozen=True)
class Classes:
    """A dot for each (x, y, class), where class 0 and class 1 have a colour and a shape each; `drag` as with Points."""

    points: Iterable[object]
    name: str = "data"
    drag: str | None = None

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        samples = labelled(self.points, self.name)
        points = [[short(a), short(b)] for a, b, _ in samples]
        look = {"labels": [label for _, _, label in samples], "drag": self.drag, "hollow": False}
        return {"kind": "points", "role": "data", "points": points, **look}, []


@dataclass(frozen=True)
class Bars:
    """A bar for each (x, height), `width` wide in units of x, from `base` to its height."""

    bars: Iterable[object]
    width: float
    base: float = 0.0
    name: str = "bars"
    role: Role = "data"
    faint: bool = False
    label: str = ""

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        half = self.width / 2
        bars = [
            [short(part) for part in (at - half, at + half, *sorted((self.base, height)))]
            for at, height in pairs(self.bars, self.name)
        ]
        return {"kind": "bars", "role": self.role, "faint": self.faint, "label": self.label, "bars": bars}, []


@dataclass(frozen=True)
class Stems:
    """A vertical segment from each (x, y) to a function's value at that x: the residuals of a model."""

    points: Iterable[object]
    to: Function
    name: str = "y"
    role: Role = "loss"

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        segments, notes = _residuals(self, sampler)
        return {"kind": "segments", "role": self.role, "segments": segments}, notes


@dataclass(frozen=True)
class Squares:
    """A square on each residual, as wide on the screen as the residual is high: squared residuals to look at."""

    points: Iterable[object]
    to: Function
    name: str = "y"
    role: Role = "loss"

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        segments, notes = _residuals(self, sampler)
        return {"kind": "squares", "role": self.role, "segments": segments}, notes


@dataclass(frozen=True)
class Arrows:
    """An arrow from each (x, y), by (dx, dy)."""

    arrows: Iterable[object]
    name: str = "arrows"
    role: Role = "gradient"
    faint: bool = False

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        arrows = [[short(part) for part in arrow] for arrow in self._arrows()]
        return self._drawn(arrows), []

    def on(self, height: Height) -> Drawn:
        arrows = self._arrows()
        feet = _lifted([(x, y) for x, y, _, _ in arrows], height)
        return self._drawn(
            [[*map(short, arrow), foot[2]] for arrow, foot in zip(arrows, feet, strict=True)],
        ), []

    def _arrows(self) -> list[tuple[float, ...]]:
        return tuples(self.arrows, self.name, "four numbers (x, y, dx, dy)", 4)

    def _drawn(self, arrows: list[Any]) -> dict[str, Any]:
        return {"kind": "arrows", "role": self.role, "faint": self.faint, "arrows": arrows}


def _curve(mark: Curve | Path, points: list[Any]) -> dict[str, Any]:
    return {"kind": "curve", "role": mark.role, "faint": mark.faint, "label": mark.label, "points": points}


def _residuals(mark: Stems | Squares, sampler: Sampler) -> tuple[list[list[float]], list[str]]:
    feet = pairs(mark.points, "data")
    try:
        heads, notes = sampler.values(mark.to, [(a,) for a, _ in feet], mark.name)
    except Undrawable:
        raise
    except Exception as error:  # elsewhere the function may well have values
        heads, notes = {}, [f"At all points, {mark.name} stopped with {type(error).__name__}: {error}."]
    found = [(a, b, heads.get((a,))) for a, b in feet]
    return [[short(a), short(b), short(a), short(head)] for a, b, head in found if head is not None], notes


def _lifted(points: list[tuple[float, float]], height: Height) -> list[list[float | None]]:
    heights = height(points)
    return [[short(a), short(b), z if z is None else short(z)] for (a, b), z in zip(points, heights, strict=True)]


def _thin(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most about LONGEST points: those that are far enough, on the path's own scale, from the one before."""
    if len(points) <= LONGEST:
        return points
    wide, high = (2 / LONGEST * (max(column) - min(column) or 1) for column in zip(*points, strict=True))
    kept = []
    left = bottom = inf
    right = top = -inf
    for point in points[:-1]:
        x, y = point
        if x < left or x > right or y < bottom or y > top:
            kept.append(point)
            left, right, bottom, top = x - wide, x + wide, y - high, y + high
    return [*kept[:: 1 + len(kept) // (2 * LONGEST)], points[-1]]  # a path to and fro is far everywhere
