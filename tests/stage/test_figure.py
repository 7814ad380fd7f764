"""Figures are plain data, and say what could not be shown."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from stage.figure import Curve, FigureError, Path, Plot, Points, Range, Stems, brief, evaluate, number, pairs

WIDE = (-1.0, 1.0)


def test_a_plot_is_its_axes_its_marks_and_its_notes() -> None:
    plot = Plot(Curve(lambda x: 2 * x, samples=3), Points([(0, 1)]), x=(-1, 1), y=(0, 2), x_label="time", y_label="m")
    assert plot.data() == {
        "kind": "plot",
        "x": {"domain": [-1, 1], "label": "time"},
        "y": {"domain": [0, 2], "label": "m"},
        "marks": [
            {"kind": "curve", "role": "model", "points": [[-1, -2], [0, 0], [1, 2]]},
            {"kind": "points", "role": "data", "points": [[0, 1]], "drag": None, "hollow": False},
        ],
        "notes": [],
    }


def test_the_axes_are_called_x_and_y_and_there_are_no_readouts_unless_said() -> None:
    plot = Plot(x=(0, 1), y=(0, 1))
    assert (plot.data()["x"]["label"], plot.data()["y"]["label"]) == ("x", "y")
    assert dict(plot.readouts) == {}
    assert dict(Plot(x=(0, 1), y=(0, 1), readouts={"loss": 3}).readouts) == {"loss": 3}


def test_a_note_that_several_marks_make_is_said_once() -> None:
    broken = Curve(lambda x: "?", samples=2)
    assert Plot(broken, broken, x=WIDE, y=WIDE).data()["notes"] == [
        "At x = -1, y gave '?', which is not a finite number."
    ]


@pytest.mark.parametrize("empty", [(1, 1), (2, 1), (math.nan, 1), (0, math.inf), (-math.inf, 0)])
@pytest.mark.parametrize("axis", ["x", "y"])
def test_an_axis_goes_from_a_number_to_a_higher_one(axis: str, empty: Range) -> None:
    ranges: dict[str, Any] = {"x": WIDE, "y": WIDE, axis: empty}
    with pytest.raises(FigureError, match=rf"got {axis}=\(.*\); expected two numbers, the lower one first"):
        Plot(**ranges)


def test_a_curve_is_sampled_evenly_from_end_to_end() -> None:
    mark, notes = Curve(lambda x: x * x, role="loss").data((-2, 2))
    xs, ys = np.array(mark["points"]).T
    assert xs == pytest.approx(np.linspace(-2, 2, 201), abs=1e-6)
    assert ys == pytest.approx(xs**2, abs=1e-5)
    assert (mark["role"], notes) == ("loss", [])


def test_a_curve_has_gaps_where_it_has_no_value_and_says_so_of_the_first() -> None:
    mark, notes = Curve(lambda x: 1 / x if x <= 0.5 else None, samples=5, name="f").data(WIDE)
    assert mark["points"] == [[-1, -1], [-0.5, -2], [0, None], [0.5, 2], [1, None]]
    assert notes == ["At x = 0, f stopped with ZeroDivisionError: float division by zero."] or notes == [
        "At x = 0, f stopped with ZeroDivisionError: division by zero."
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "None"), (math.nan, "nan"), (math.inf, "inf"), ("3", "'3'"), (True, "True"), ([1], "[1]"), (1j, "1j")],
)
def test_what_is_no_finite_number_is_a_gap_and_a_sentence(value: object, shown: str) -> None:
    values, notes = evaluate(lambda x: value, [2.0, 3.0], "y")
    assert values == [None, None]
    assert notes == [f"At x = 2, y gave {shown}, which is not a finite number."]


def test_a_function_that_raises_at_every_x_raises_its_first_error_here() -> None:
    def broken(x: float) -> float:
        raise KeyError(x)

    with pytest.raises(KeyError, match="2"):
        evaluate(broken, [2.0, 3.0], "y")


def test_a_function_that_raises_here_and_gives_none_there_is_a_row_of_gaps() -> None:
    def odd(x: float) -> object:
        return [][0] if x else None

    assert evaluate(odd, [0.0, 1.0], "y") == ([None, None], ["At x = 0, y gave None, which is not a finite number."])


def test_no_x_means_no_values_and_no_error() -> None:
    assert evaluate(lambda x: 1 / 0, [], "y") == ([], [])


def test_what_is_not_an_error_of_the_function_is_not_swallowed() -> None:
    def leave(x: float) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        evaluate(leave, [0.0], "y")


def test_a_path_is_a_curve_through_its_points_in_their_order() -> None:
    assert Path([(1, 2), (0, 0), [1, 2]], role="weight").data(WIDE) == (
        {"kind": "curve", "role": "weight", "points": [[1, 2], [0, 0], [1, 2]]},
        [],
    )


def test_points_say_which_control_a_drag_writes_into() -> None:
    assert Points([(1, 2)], drag="data", role="bias").data(WIDE) == (
        {"kind": "points", "role": "bias", "points": [[1, 2]], "drag": "data", "hollow": False},
        [],
    )


@pytest.mark.parametrize(
    ("mark", "says"),
    [(Points([0]), "data[0] is 0;"), (Path([0]), "path[0] is 0;"), (Stems([0], to=abs), "data[0] is 0;")],
)
def test_a_mark_says_what_it_could_not_draw_by_its_name(mark: Points | Path | Stems, says: str) -> None:
    with pytest.raises(FigureError) as told:
        mark.data(WIDE)
    assert str(told.value).startswith(says)


def test_a_path_has_the_role_of_a_path_unless_it_says_otherwise() -> None:
    assert Path([(1, 2)]).data(WIDE)[0]["role"] == "path"


def test_stems_go_from_each_point_to_the_function_and_none_where_it_has_no_value() -> None:
    mark, notes = Stems([(1, 5), (0, 3), (-2, 1)], to=lambda x: 4 / x).data(WIDE)
    assert mark == {"kind": "segments", "role": "loss", "segments": [[1, 5, 1, 4], [-2, 1, -2, -2]]}
    assert len(notes) == 1
    assert notes[0].startswith("At x = 0, y stopped with ZeroDivisionError")


def test_numbers_are_cut_to_six_digits_and_whole_ones_are_integers() -> None:
    numbers = [(1 / 3, -2 / 3e9), (1.0, -0.0), (1234567.0, 1e300), (999_999.7, 123456.7)]
    shown = Points(numbers).data(WIDE)[0]["points"]
    assert json.dumps(shown) == "[[0.333333, -6.66667e-10], [1, 0], [1234570.0, 1e+300], [1000000.0, 123457]]"


def test_the_largest_float_stays_finite() -> None:
    top = np.finfo(float).max
    ((x, y),) = Points([(top, -top)]).data(WIDE)[0]["points"]
    assert math.isfinite(x)
    assert y == -x


@pytest.mark.parametrize(
    "points",
    [
        [(1, 2), (3, 4)],
        ((1, 2), [3, 4]),
        np.array([[1, 2], [3, 4]]),
        zip([1, 3], [2, 4], strict=True),
        {(1, 2): "a", (3, 4): "b"},
    ],
    ids=["list", "tuple", "array", "zip", "keys"],
)
def test_pairs_come_from_anything_that_has_entries(points: object) -> None:
    assert pairs(points, "data") == [(1.0, 2.0), (3.0, 4.0)]


@pytest.mark.parametrize("points", [None, 5, "12", len])
def test_what_has_no_entries_is_no_list_of_pairs(points: object) -> None:
    with pytest.raises(FigureError) as told:
        pairs(points, "data")
    assert str(told.value) == f"data is {brief(points)}; expected a list of (x, y) pairs"


@pytest.mark.parametrize("entry", [5, "ab", (1,), (1, 2, 3), (1, None), (None, 1), ("1", 2), (1, math.nan), (True, 1)])
def test_the_first_entry_that_is_no_pair_is_named(entry: object) -> None:
    with pytest.raises(FigureError) as told:
        pairs([(0, 0), entry, None], "samples")
    assert str(told.value) == f"samples[1] is {entry!r}; expected a pair of numbers (x, y)"


class Unfloatable:
    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def __float__(self) -> float:
        raise self.error


@pytest.mark.parametrize(
    "value",
    [3, 3.0, Fraction(3), Decimal(3), np.int8(3), np.uint64(3), np.float16(3), np.float64(3), np.array(3)],
    ids=lambda value: type(value).__name__,
)
def test_a_number_of_any_kind_is_a_float(value: object) -> None:
    found = number(value)
    assert found == 3.0
    assert type(found) is float


@pytest.mark.parametrize(
    "value",
    [
        None,
        "3",
        b"3",
        True,
        3j,
        [3],
        math.nan,
        -math.inf,
        10**400,
        Unfloatable(TypeError),
        Unfloatable(ValueError),
        Unfloatable(OverflowError),
        np.True_,
        np.str_("3"),
        np.complex128(3 + 1j),
        np.float64("nan"),
        np.datetime64("2026"),
        np.array([3.0, 4.0]),
    ],
    ids=str,
)
def test_what_is_no_finite_number_is_none(value: object) -> None:
    assert number(value) is None


def test_brief_is_what_the_reader_would_type_cut_to_the_limit() -> None:
    assert brief([1, "a"]) == "[1, 'a']"
    assert brief("a" * 38) == "'" + "a" * 38 + "'"
    assert brief("a" * 39) == "'" + "a" * 38 + "…"
    assert brief([1, 2, 3], limit=4) == "[1,…"


def test_brief_never_raises() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    loop: list[Any] = []
    for _ in range(100_000):
        loop = [loop]
    assert brief(Shy(), limit=100) == "a Shy whose repr stopped with RuntimeError"
    assert brief(10**5000, limit=100) == "a int whose repr stopped with ValueError"
    assert brief(loop, limit=100) == "a list whose repr stopped with RecursionError"
