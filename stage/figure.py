"""Figures and their marks, as plain data in the units of the axes; pixels are the page's affair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import Any, Literal, Protocol

Role = Literal["model", "data", "weight", "bias", "loss", "gradient", "path"]
"""What a mark stands for; the page gives each role one colour, everywhere."""

Range = tuple[float, float]
Function = Callable[[float], object]
"""A curve to be sampled. It may be the reader's own, so it may return anything and raise anything."""


class FigureError(ValueError):
    """A figure was asked to draw what cannot be drawn; says what was got and what was expected."""


class Mark(Protocol):
    """Something drawn inside a plot."""

    def data(self, x: Range) -> tuple[dict[str, Any], list[str]]:
        """The mark over the x range as JSON-ready data, and sentences about what could not be shown."""


@dataclass(frozen=True)
class Plot:
    """Marks over two linear axes, each range (low, high) in data units.

    `readouts` are numbers to show under the figure, by name. Raises FigureError for a range that is not low < high.
    """

    marks: tuple[Mark, ...]
    x: Range
    y: Range
    x_label: str
    y_label: str
    readouts: Mapping[str, object]

    def __init__(
        self,
        *marks: Mark,
        x: Range,
        y: Range,
        x_label: str = "x",
        y_label: str = "y",
        readouts: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        for axis, (low, high) in (("x", x), ("y", y)):
            if not (isfinite(low) and isfinite(high) and low < high):
                raise FigureError(f"got {axis}=({low}, {high}); expected two numbers, the lower one first")
        given = {"x": x, "y": y, "x_label": x_label, "y_label": y_label, "readouts": readouts}
        for name, value in (given | {"marks": marks}).items():
            object.__setattr__(self, name, value)

    def data(self) -> dict[str, Any]:
        """The whole figure as JSON-ready data."""
        drawn = [mark.data(self.x) for mark in self.marks]
        return {
            "kind": "plot",
            "x": {"domain": list(self.x), "label": self.x_label},
            "y": {"domain": list(self.y), "label": self.y_label},
            "marks": [mark for mark, _ in drawn],
            "notes": list(dict.fromkeys(note for _, notes in drawn for note in notes)),
        }


@dataclass(frozen=True)
class Curve:
    """A function of x, sampled evenly over the plot's whole range; gaps where it has no finite value.

    `samples` is at least 2; `name` is how sentences call the function. A function that raises at every x
    raises here too, so that the error is shown with its line.
    """

    function: Function
    name: str = "y"
    role: Role = "model"
    samples: int = 201

    def data(self, x: Range) -> tuple[dict[str, Any], list[str]]:
        low, high = x
        steps = self.samples - 1
        xs = [low + (high - low) * i / steps for i in range(self.samples)]
        ys, notes = evaluate(self.function, xs, self.name)
        points = [[_short(a), y if y is None else _short(y)] for a, y in zip(xs, ys, strict=True)]
        return {"kind": "curve", "role": self.role, "points": points}, notes


@dataclass(frozen=True)
class Points:
    """A dot for each (x, y), or a ring around it if `hollow`, so that a dot on the same place still shows.

    With `drag`, moving a dot writes into the control of that name.
    """

    points: Iterable[object]
    name: str = "data"
    role: Role = "data"
    drag: str | None = None
    hollow: bool = False

    def data(self, x: Range) -> tuple[dict[str, Any], list[str]]:
        points = [[_short(a), _short(b)] for a, b in pairs(self.points, self.name)]
        look = {"drag": self.drag, "hollow": self.hollow}
        return {"kind": "points", "role": self.role, "points": points, **look}, []


@dataclass(frozen=True)
class Path:
    """A line from point to point, in order."""

    points: Iterable[object]
    name: str = "path"
    role: Role = "path"

    def data(self, x: Range) -> tuple[dict[str, Any], list[str]]:
        points = [[_short(a), _short(b)] for a, b in pairs(self.points, self.name)]
        return {"kind": "curve", "role": self.role, "points": points}, []


@dataclass(frozen=True)
class Stems:
    """A vertical segment from each (x, y) to a function's value at that x: the residuals of a model."""

    points: Iterable[object]
    to: Function
    name: str = "y"
    role: Role = "loss"

    def data(self, x: Range) -> tuple[dict[str, Any], list[str]]:
        feet = pairs(self.points, "data")
        heads, notes = evaluate(self.to, [a for a, _ in feet], self.name)
        segments = [
            [_short(a), _short(b), _short(a), _short(head)]
            for (a, b), head in zip(feet, heads, strict=True)
            if head is not None
        ]
        return {"kind": "segments", "role": self.role, "segments": segments}, notes


def pairs(points: object, name: str) -> list[tuple[float, float]]:
    """`points` as (x, y) pairs of finite numbers.

    Raises FigureError naming the first entry that is none.
    """
    if isinstance(points, str) or not isinstance(points, Iterable):
        raise FigureError(f"{name} is {brief(points)}; expected a list of (x, y) pairs")
    found = []
    for i, point in enumerate(points):
        try:
            a, b = point
            x, y = number(a), number(b)
        except (TypeError, ValueError):
            x = y = None
        if x is None or y is None:
            raise FigureError(f"{name}[{i}] is {brief(point)}; expected a pair of numbers (x, y)")
        found.append((x, y))
    return found


def evaluate(function: Function, xs: list[float], name: str) -> tuple[list[float | None], list[str]]:
    """The function's values at `xs`, None where it has no finite one, and a sentence on the first such x.

    Raises what the function raises when it raises at every x.
    """
    values: list[float | None] = []
    errors: list[Exception] = []
    notes: list[str] = []
    for x in xs:
        try:
            got = function(x)
        except Exception as error:
            errors.append(error)
            values.append(None)
            notes.append(f"At x = {x:g}, {name} stopped with {type(error).__name__}: {error}.")
            continue
        values.append(number(got))
        if values[-1] is None:
            notes.append(f"At x = {x:g}, {name} gave {brief(got)}, which is not a finite number.")
    if errors and len(errors) == len(xs):
        raise errors[0]
    return values, notes[:1]


def number(value: object) -> float | None:
    """`value` as a finite float, NumPy's scalars included; None for anything else, text and booleans too."""
    kind = getattr(getattr(value, "dtype", None), "kind", "f")  # NumPy makes floats of booleans and of complex numbers
    if isinstance(value, str | bytes | bool) or kind not in "iuf" or not hasattr(value, "__float__"):
        return None
    try:
        as_float = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return as_float if isfinite(as_float) else None


def brief(value: object, limit: int = 40) -> str:
    """`value` as a reader would type it, cut to `limit` characters; never raises."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"a {type(value).__name__} whose repr stopped with {type(error).__name__}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _short(value: float) -> float:
    # Six significant digits are more than a screen shows, and make golden data the same on every platform.
    rounded = float(f"{value:.6g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e6 else rounded
