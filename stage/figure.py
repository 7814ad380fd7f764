"""Figures as plain data in the units of their axes; pixels are the page's affair."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import isfinite
from types import MappingProxyType
from typing import Any, Literal, Protocol

from stage.marks import Mark, Range, Role, SurfaceMark
from stage.sample import FigureError, Function, Place, Sampler, Undrawable, coarse_first, short

Readouts = Mapping[str, object]
"""Numbers to show beside a figure, by name; a text is shown as it is."""

NONE: Readouts = MappingProxyType({})

COARSE = (8, 15)
"""Places along each side of a surface in its first pictures, before the whole is there."""

LINES = 12
"""Contour lines of a surface."""


class Figure(Protocol):
    """What a demo or a cell shows. `readouts` are shown as numbers, `note` as a sentence below it."""

    @property
    def readouts(self) -> Readouts:
        """Numbers to show beside the figure."""

    def data(self, sampler: Sampler) -> dict[str, Any]:
        """The whole figure as JSON-ready data, as far as the sampler had time for it."""


class Plot:
    """Marks over two axes, each range (low, high) in data units; `y_log` makes the vertical one logarithmic.

    Raises FigureError for a range that is not low < high, or not above 0 where it is logarithmic.
    """

    def __init__(
        self,
        *marks: Mark,
        x: Range,
        y: Range,
        x_label: str = "x",
        y_label: str = "y",
        y_log: bool = False,
        note: str = "",
        readouts: Readouts = NONE,
    ) -> None:
        self.marks = marks
        self.x = _range("x", x)
        self.y = _range("y", y)
        if y_log and not y[0] > 0:
            raise FigureError(f"got y={y} with y_log; expected a range above 0, as a logarithm needs it")
        self.labels = (x_label, y_label)
        self.y_log = y_log
        self.note = note
        self.readouts = readouts

    def data(self, sampler: Sampler) -> dict[str, Any]:
        drawn = [mark.data(self.x, sampler) for mark in self.marks]
        x_label, y_label = self.labels
        return {
            "kind": "plot",
            "x": {"domain": list(self.x), "label": x_label},
            "y": {"domain": list(self.y), "label": y_label, "log": self.y_log},
            "marks": [mark for mark, _ in drawn],
            "notes": joined(self.note, *(notes for _, notes in drawn)),
        }


class Surface:
    """A function of two variables over a rectangle, as a landscape and as contours, with marks that lie on it.

    The two variables are the keywords that are left, each with its range: `Surface(loss, w=(-10, 10), b=(-15, 15))`.
    A click on it sets the controls of these names. `z` is the range of heights, from the values if None; `view` how
    it is seen at first; `edge` a height whose contour is drawn bold; `size` the places along each side, at least 2.
    With the role "loss" contour lines are spaced by squares, as squared losses grow. Raises FigureError where there
    are not two ranges, each low < high.
    """

    def __init__(
        self,
        function: Function,
        *marks: SurfaceMark,
        z: Range | None = None,
        z_label: str = "y",
        name: str = "y",
        role: Role = "model",
        view: Literal["3-D", "contours", "top"] = "3-D",
        edge: float | None = None,
        size: int = 50,
        note: str = "",
        readouts: Readouts = NONE,
        **variables: Range,
    ) -> None:
        if len(variables) != 2:
            given = ", ".join(variables) or "none"
            raise FigureError(f"got the variables {given}; expected two with their ranges, like w=(-10, 10)")
        self.function = function
        self.marks = marks
        self.variables = {variable: _range(variable, span) for variable, span in variables.items()}
        self.z = None if z is None else _range("z", z)
        self.words = (name, z_label)
        self.look = {"role": role, "view": view, "edge": edge}
        self.size = size
        self.note = note
        self.readouts = readouts

    def data(self, sampler: Sampler) -> dict[str, Any]:
        grid, notes = self._grid(min(COARSE[0], self.size), sampler)
        for size in (*(coarse for coarse in COARSE[1:] if coarse < self.size), self.size):
            if sampler.partial:
                break
            finer = self._grid(size, sampler)
            if not sampler.partial:
                grid, notes = finer
        marks = [mark.on(lambda places: self._heights(places, sampler)) for mark in self.marks]
        x, y = ({"name": v, "label": v, "domain": list(span)} for v, span in self.variables.items())
        return {
            "kind": "surface",
            "x": x,
            "y": y,
            **grid,
            **self.look,
            "marks": [mark for mark, _ in marks],
            "notes": joined(self.note, notes, *(notes for _, notes in marks)),
        }

    def _grid(self, size: int, sampler: Sampler) -> tuple[dict[str, Any], list[str]]:
        first, second = self.variables.values()

        def compute() -> tuple[dict[str, Any], list[str]]:
            places = _places(first, second, size)
            spread = [places[i] for i in coarse_first(len(places))]
            values, notes = sampler.values(self.function, spread, self.words[0], tuple(self.variables))
            heights = [values.get(place) for place in places]
            z = self.z or _span([height for height in heights if height is not None])
            grid = {
                "z": {"domain": [short(z[0]), short(z[1])], "label": self.words[1]},
                "columns": size,
                "rows": size,
                "heights": [height if height is None else short(height) for height in heights],
                "levels": self._levels(z),
            }
            return grid, notes

        key = ("grid", first, second, size, self.z, self.words, self.look["role"])
        return sampler.once(self.function, key, compute)

    def _levels(self, z: Range) -> list[float]:
        low, high = z
        power = 2 if self.look["role"] == "loss" else 1
        shares = [(i / (LINES + 1)) ** power for i in range(1, LINES + 1)]
        return [short(low * (1 - share) + high * share) for share in shares]  # high - low may be too large for a float

    def _heights(self, places: list[tuple[float, float]], sampler: Sampler) -> list[float | None]:
        try:
            values, _ = sampler.values(self.function, places, self.words[0], tuple(self.variables))
        except Undrawable:
            raise
        except Exception:  # at these few places, as of a walk beyond all bounds; the grid tells of it
            values = {}
        return [values.get(place) for place in places]


def _range(name: str, span: Range) -> Range:
    low, high = span
    if not (isfinite(low) and isfinite(high) and low < high):
        raise FigureError(f"got {name}=({low}, {high}); expected two numbers, the lower one first")
    return span


def _span(heights: list[float]) -> Range:
    low, high = min(heights, default=0), max(heights, default=0)
    if short(low) < short(high):
        return low, high
    room = max(1, abs(low) / 1000)
    return low - room, high + room


@lru_cache(maxsize=16)
def _places(first: Range, second: Range, size: int) -> tuple[Place, ...]:
    """The places of a grid, row by row; those of a coarse one are among those of a finer one, to the last bit."""
    sides = [[low + (high - low) * (i / (size - 1)) for i in range(size)] for low, high in (first, second)]
    return tuple((x, y) for y in sides[1] for x in sides[0])


def joined(note: str, *found: list[str]) -> list[str]:
    """The sentences below a figure, its own `note` first, each once."""
    return list(dict.fromkeys([note] * bool(note) + [each for notes in found for each in notes]))
