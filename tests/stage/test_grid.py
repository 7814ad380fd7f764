"""Heat maps, tables and small pictures: numbers become shades and tints, and what is no number is told."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from stage.figure import Plot
from stage.grid import SHADES, Heat, Matrix, Tile, Tiles, places
from stage.sample import FigureError, Sampler


def drawn(figure: Any) -> dict[str, Any]:
    """The figure as it crosses to the page."""
    found: dict[str, Any] = json.loads(json.dumps(figure.data(Sampler()), allow_nan=False))
    return found


def heat(values: Any, **more: Any) -> tuple[dict[str, Any], list[str]]:
    return Heat(values, **more).data((0, 1), Sampler())


def test_the_places_of_a_plot_are_the_middles_of_its_cells_row_by_row_from_the_bottom() -> None:
    assert places((0, 4), (-1, 1), columns=2) == [(1, -0.5), (3, -0.5), (1, 0.5), (3, 0.5)]
    assert places((0, 3), (0, 1), columns=3, rows=1) == [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5)]
    assert len(places((0, 1), (0, 1))) == 3600


def test_a_value_becomes_a_shade_from_low_to_high_and_stops_at_the_ends() -> None:
    mark, notes = heat([-9, 0, 0.25, 0.5, 1, 9], columns=3)
    assert mark == {
        "kind": "heat",
        "role": "model",
        "columns": 3,
        "rows": 2,
        "shades": [0, 0, 64, SHADES // 2, SHADES, SHADES],
        "edge": None,
    }
    assert notes == []


def test_an_edge_is_told_in_shades() -> None:
    assert heat([0, 1], columns=2, low=-1, edge=0.0)[0]["edge"] == SHADES / 2


@pytest.mark.parametrize(
    "values",
    [
        [0, 0.5, 1, math.nan],
        [0, 0.5, 1, None],
        [0, 0.5, 1, "x"],
        np.array([[0, 0.5], [1, np.nan]]),
        [0, 0.5, 1, 1j],
    ],
    ids=["nan", "none", "text", "array", "complex"],
)
def test_where_there_is_no_number_there_is_no_shade_and_a_note(values: Any) -> None:
    mark, notes = heat(values, columns=2)
    assert mark["shades"] == [0, 127, 254, None]
    assert notes == ["At 1 of 4 places prediction is no number."]


def test_a_heat_map_that_is_no_numbers_at_all_is_an_error() -> None:
    with pytest.raises(FigureError, match=r"^prediction gave 'x'; expected numbers$"):
        heat(["x", "y"], columns=2)


@pytest.mark.parametrize(("values", "columns"), [([], 2), ([1, 2, 3], 2), ([1], 0)])
def test_a_heat_map_has_full_rows(values: list[float], columns: int) -> None:
    with pytest.raises(FigureError, match=r"^got \d values of prediction; expected full rows of \d$"):
        heat(values, columns=columns)


@pytest.mark.parametrize("ends", [{"low": 1}, {"high": -1}, {"low": math.nan}, {"high": math.inf}])
def test_a_heat_map_goes_from_a_number_to_a_higher_one(ends: dict[str, float]) -> None:
    with pytest.raises(FigureError, match="expected two numbers, the lower one first"):
        heat([1, 2], columns=2, **ends)


def test_a_heat_map_is_a_mark_of_a_plot_and_its_note_the_plots() -> None:
    plot = drawn(Plot(Heat([0, math.nan], columns=2, name="p"), x=(0, 1), y=(0, 1)))
    assert plot["marks"][0]["kind"] == "heat"
    assert plot["notes"] == ["At 1 of 2 places p is no number."]


def test_tiles_are_small_heat_maps_layer_by_layer() -> None:
    tiles = Tiles([[Tile("x1", [-1, 1], columns=2)], [Tile("h1", [0], columns=1, low=0, high=2)]], note="Two layers.")
    assert drawn(tiles) == {
        "kind": "tiles",
        "layers": [
            [{"name": "x1", "columns": 2, "rows": 1, "shades": [0, 254]}],
            [{"name": "h1", "columns": 1, "rows": 1, "shades": [0]}],
        ],
        "notes": ["Two layers."],
    }
    assert dict(tiles.readouts) == {}


def test_a_matrix_is_its_names_and_its_cells_with_their_tint() -> None:
    matrix = Matrix(
        [[40, -10], [None, "x"]],
        rows=("r1", "r2"),
        columns=("c1", "c2"),
        row_label="actual",
        column_label="predicted",
        roles=[["positive", None], [None, "loss"]],
    )
    assert drawn(matrix) == {
        "kind": "matrix",
        "rows": ["r1", "r2"],
        "columns": ["c1", "c2"],
        "row_label": "actual",
        "column_label": "predicted",
        "cells": [
            [{"shown": "40", "role": "positive", "share": 1}, {"shown": "−10", "role": None, "share": 0.25}],
            [{"shown": "", "role": None, "share": 0}, {"shown": "x", "role": "loss", "share": 0}],
        ],
        "notes": [],
    }


def test_a_matrix_of_zeros_has_no_tint() -> None:
    assert drawn(Matrix([[0]], rows=["r"], columns=["c"]))["cells"] == [[{"shown": "0", "role": None, "share": 0}]]


def test_a_matrix_fits_its_names() -> None:
    with pytest.raises(FigureError, match=r"^got values in rows of \[1\]; expected 1 rows of 2$"):
        Matrix([[1]], rows=["r"], columns=["c", "d"])
    with pytest.raises(FigureError, match=r"^got roles in rows of \[\]; expected 1 rows of 1$"):
        Matrix([[1]], rows=["r"], columns=["c"], roles=[])
