"""What is made of numbers in rows and columns: a heat map under a plot, a table, and small pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from stage.figure import NONE, Readouts, joined
from stage.marks import Drawn, Range, Role
from stage.sample import FigureError, Place, Sampler, brief, number, show

SHADES = 254
"""The highest shade; an even number, so that the middle between low and high is a shade of its own."""


def places(x: Range, y: Range, columns: int = 60, rows: int | None = None) -> list[Place]:
    """The centres of the cells that divide a plot of these ranges, row by row from the bottom, x fastest.

    `rows` are as many as `columns` if None.
    """
    rows = columns if rows is None else rows
    across, up = (
        [low + (high - low) * (i + 0.5) / count for i in range(count)]
        for (low, high), count in ((x, columns), (y, rows))
    )
    return [(a, b) for b in up for a in across]


@dataclass(frozen=True)
class Heat:
    """A colour for each of the `places` of a plot, from that of class 0 at `low` to that of class 1 at `high`.

    `values` are numbers in the order of `places`, as many as fill rows of `columns`. `edge` is a value whose contour
    is drawn. Raises FigureError for another number of values, or a `high` that is not above `low`.
    """

    values: Iterable[object]
    columns: int = 60
    low: float = 0.0
    high: float = 1.0
    edge: float | None = None
    name: str = "prediction"

    def data(self, x: Range, sampler: Sampler) -> Drawn:
        shades, unknown = _shades(self.values, self.columns, self.low, self.high, self.name)
        edge = None if self.edge is None else SHADES * (self.edge - self.low) / (self.high - self.low)
        rows = len(shades) // self.columns
        drawn = {"kind": "heat", "role": "model", "columns": self.columns, "rows": rows, "shades": shades, "edge": edge}
        return drawn, [f"At {unknown} of {len(shades)} places {self.name} is no number."] * bool(unknown)


@dataclass(frozen=True)
class Tile:
    """A small heat map with a name, such as what one neuron answers all over a plot. Its numbers are as in Heat."""

    name: str
    values: Iterable[object]
    columns: int = 20
    low: float = -1.0
    high: float = 1.0


@dataclass(frozen=True)
class Tiles:
    """Small heat maps in columns: a column for each layer of a network, a picture for each of its neurons."""

    layers: Sequence[Sequence[Tile]]
    note: str = ""
    readouts: Readouts = field(default_factory=lambda: NONE)

    def data(self, sampler: Sampler) -> dict[str, Any]:
        layers = [[_tile(tile) for tile in layer] for layer in self.layers]
        return {"kind": "tiles", "layers": layers, "notes": joined(self.note)}


@dataclass(frozen=True)
class Matrix:
    """A table of numbers whose rows and columns have names: a confusion matrix, or the matrix of a layer.

    A cell that `roles` gives a role is tinted in its colour, the stronger the larger its number is among all. A None
    in `values` is an empty cell. Raises FigureError where values or roles do not fit the names.
    """

    values: Sequence[Sequence[object]]
    rows: Sequence[str]
    columns: Sequence[str]
    row_label: str = ""
    column_label: str = ""
    roles: Sequence[Sequence[Role | None]] | None = None
    note: str = ""
    readouts: Readouts = field(default_factory=lambda: NONE)

    def __post_init__(self) -> None:
        expected = f"{len(self.rows)} rows of {len(self.columns)}"
        for name, table in (("values", self.values), ("roles", self.roles)):
            if table is not None and [len(row) for row in table] != [len(self.columns)] * len(self.rows):
                raise FigureError(f"got {name} in rows of {[len(row) for row in table]}; expected {expected}")

    def data(self, sampler: Sampler) -> dict[str, Any]:
        most = max((abs(number(value) or 0) for row in self.values for value in row), default=0) or 1
        roles = self.roles or [[None] * len(self.columns)] * len(self.rows)
        cells = [
            [
                {
                    "shown": "" if value is None else value if isinstance(value, str) else show(value),
                    "role": role,
                    "share": round(abs(number(value) or 0) / most, 3),
                }
                for value, role in zip(row, tints, strict=True)
            ]
            for row, tints in zip(self.values, roles, strict=True)
        ]
        words = {"row_label": self.row_label, "column_label": self.column_label}
        names = {"rows": list(self.rows), "columns": list(self.columns)}
        return {"kind": "matrix", **names, **words, "cells": cells, "notes": joined(self.note)}


def _tile(tile: Tile) -> dict[str, Any]:
    shades, _ = _shades(tile.values, tile.columns, tile.low, tile.high, tile.name)
    return {"name": tile.name, "columns": tile.columns, "rows": len(shades) // tile.columns, "shades": shades}


def _shades(values: Any, columns: int, low: float, high: float, name: str) -> tuple[list[int | None], int]:
    """Each value as a shade from 0 to SHADES, None where it is no number; and how many those are."""
    if not (isfinite(low) and isfinite(high) and low < high):
        raise FigureError(f"got low={low}, high={high}; expected two numbers, the lower one first")
    factor = SHADES / (high - low)
    flat: Any = values.ravel() if hasattr(values, "ravel") else list(values)
    if not len(flat) or columns < 1 or len(flat) % columns:
        raise FigureError(f"got {len(flat)} values of {name}; expected full rows of {columns}")
    if getattr(getattr(flat, "dtype", None), "kind", "") == "f":  # an array does it many times as fast
        shades = ((flat.clip(low, high) - low) * factor).round()
        if (shades == shades).all():
            return shades.astype("uint8").tolist(), 0
    listed = list(flat)
    try:
        return [0 if v <= low else SHADES if v >= high else round((v - low) * factor) for v in listed], 0
    except (TypeError, ValueError):  # ValueError: nan has no place in the order, and no shade
        known = [number(v) for v in listed]
    shades = [None if v is None else round((min(max(v, low), high) - low) * factor) for v in known]
    if all(shade is None for shade in shades):
        raise FigureError(f"{name} gave {brief(listed[0])}; expected numbers")
    return shades, shades.count(None)
