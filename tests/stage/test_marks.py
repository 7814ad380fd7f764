"""Marks are plain data in the units of their axes, and say what could not be shown."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from stage.marks import LONGEST, Arrows, Bars, Classes, Curve, Path, Points, Squares, Stems
from stage.sample import FigureError, Sampler, Undrawable

WIDE = (-1.0, 1.0)


def drawn(mark: Any, x: tuple[float, float] = WIDE) -> Any:
    """The mark over a range, with all the time in the world."""
    return mark.data(x, Sampler())


def lying(mark: Any) -> Any:
    """The mark on a surface that is as high as the sum of its places, and has a hole at (0, 0)."""
    return mark.on(lambda places: [x + y if (x, y) != (0, 0) else None for x, y in places])


# --- curves ----------------------------------------------------------------------------------------------------


def test_a_curve_is_sampled_evenly_from_end_to_end() -> None:
    mark, notes = drawn(Curve(lambda x: x * x, role="loss"), (-2, 2))
    xs, ys = np.array(mark.pop("points")).T
    assert xs == pytest.approx(np.linspace(-2, 2, 201), abs=1e-6)
    assert ys == pytest.approx(xs**2, abs=1e-5)
    assert mark == {"kind": "curve", "role": "loss", "faint": False, "label": ""}
    assert notes == []


def test_a_curve_says_how_it_looks_and_what_stands_at_its_end() -> None:
    mark, _ = drawn(Curve(abs, faint=True, label="size", samples=2))
    assert mark == {"kind": "curve", "role": "model", "faint": True, "label": "size", "points": [[-1, 1], [1, 1]]}


def test_a_curve_has_gaps_where_it_has_no_value_and_says_so_of_the_first() -> None:
    mark, notes = drawn(Curve(lambda x: 1 // x if x <= 0.5 else None, samples=5, name="f"))
    assert mark["points"] == [[-1, -1], [-0.5, -2], [0, None], [0.5, 2], [1, None]]
    assert len(notes) == 1
    assert notes[0].startswith("At x = 0, f stopped with ZeroDivisionError")


def test_a_curve_that_there_was_not_time_for_goes_through_the_places_that_there_was_time_for() -> None:
    slow = Curve(abs, samples=5)
    sampler = Sampler(-1)
    seen = []
    for _ in range(5):
        seen.append([x for x, _ in slow.data(WIDE, sampler)[0]["points"]])
        sampler.turn(-1)
    assert seen == [[-1], [-1, 1], [-1, 0, 1], [-1, -0.5, 0, 1], [-1, -0.5, 0, 0.5, 1]]


# --- points ----------------------------------------------------------------------------------------------------


def test_a_path_is_a_curve_through_its_points_in_their_order() -> None:
    assert drawn(Path([(1, 2), (0, 0), [1, 2]], role="weight", faint=True, label="here", draw="target")) == (
        {
            "kind": "curve",
            "role": "weight",
            "faint": True,
            "label": "here",
            "points": [[1, 2], [0, 0], [1, 2]],
            "draw": "target",
        },
        [],
    )


def test_a_path_has_the_role_of_a_path_and_is_not_drawn_into_unless_it_says_otherwise() -> None:
    mark, _ = drawn(Path([(1, 2)]))
    assert (mark["role"], mark["draw"]) == ("path", None)


def test_points_say_which_control_a_drag_writes_into() -> None:
    assert drawn(Points([(1, 2)], drag="data", role="bias", hollow=True)) == (
        {"kind": "points", "role": "bias", "points": [[1, 2]], "drag": "data", "hollow": True},
        [],
    )


@pytest.mark.parametrize("mark", [Path, Points, Arrows])
def test_a_mark_of_nothing_is_nothing(mark: Any) -> None:
    shown, notes = drawn(mark([]))
    assert shown.get("points", shown.get("arrows")) == []
    assert notes == []


def test_arrows_go_from_a_place_by_a_difference() -> None:
    assert drawn(Arrows([(1, 2, 1 / 3, -4.0)], faint=True)) == (
        {"kind": "arrows", "role": "gradient", "faint": True, "arrows": [[1, 2, 0.333333, -4]]},
        [],
    )


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        (Points([0]), "data[0] is 0; expected a pair of numbers (x, y)"),
        (Points([(0, 0), (0, math.nan)], name="here"), "here[1] is (0, nan); expected a pair of numbers (x, y)"),
        (Path([0]), "path[0] is 0; expected a pair of numbers (x, y)"),
        (Stems([0], to=abs), "data[0] is 0; expected a pair of numbers (x, y)"),
        (Squares([0], to=abs), "data[0] is 0; expected a pair of numbers (x, y)"),
        (Arrows([(0, 1)]), "arrows[0] is (0, 1); expected four numbers (x, y, dx, dy)"),
        (Arrows(None, name="gradients"), "gradients is None; expected a list, each entry four numbers (x, y, dx, dy)"),
    ],
)
def test_a_mark_says_what_it_could_not_draw_by_its_name(mark: Any, says: str) -> None:
    with pytest.raises(FigureError) as told:
        drawn(mark)
    assert str(told.value) == says


@pytest.mark.parametrize("mark", [Points([0]), Path([0]), Arrows([0])])
def test_so_does_a_mark_on_a_surface(mark: Any) -> None:
    with pytest.raises(FigureError, match=r"\[0\] is 0; expected "):
        lying(mark)


def test_numbers_are_cut_to_the_digits_that_a_screen_shows() -> None:
    assert drawn(Points([(1 / 3, 2.0)]))[0]["points"] == [[0.333333, 2]]
    assert drawn(Path([(1 / 3, 2.0)]))[0]["points"] == [[0.333333, 2]]
    assert drawn(Stems([(1 / 3, 2.0)], to=lambda x: 2 * x))[0]["segments"] == [[0.333333, 2, 0.333333, 0.666667]]


# --- residuals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mark", "kind"), [(Stems, "segments"), (Squares, "squares")])
def test_residuals_go_from_each_point_to_the_function_and_none_where_it_has_no_value(mark: Any, kind: str) -> None:
    shown, notes = drawn(mark([(1, 5), (0, 3), (-2, 1)], to=lambda x: 4 / x))
    assert shown == {"kind": kind, "role": "loss", "segments": [[1, 5, 1, 4], [-2, 1, -2, -2]]}
    assert len(notes) == 1
    assert notes[0].startswith("At x = 0, y stopped with ZeroDivisionError")


def test_two_points_over_the_same_x_have_a_residual_each() -> None:
    assert drawn(Stems([(1, 5), (1, 3)], to=abs, role="gradient"))[0] == {
        "kind": "segments",
        "role": "gradient",
        "segments": [[1, 5, 1, 1], [1, 3, 1, 1]],
    }


def test_residuals_that_there_was_not_time_for_are_left_out() -> None:
    assert Stems([(1, 5), (2, 3)], to=abs).data(WIDE, Sampler(-1))[0]["segments"] == [[1, 5, 1, 1]]


def test_a_curve_and_its_residuals_ask_the_function_once_at_each_place() -> None:
    calls: list[float] = []

    def f(x: float) -> float:
        calls.append(x)
        return x

    sampler = Sampler()
    Curve(f, samples=3).data(WIDE, sampler)
    Stems([(0, 5), (0.5, 3)], to=f).data(WIDE, sampler)
    assert sorted(calls) == [-1, 0, 0.5, 1]


# --- on a surface ----------------------------------------------------------------------------------------------


def test_marks_lie_on_the_surface() -> None:
    places = [(1, 2), (0, 0)]
    assert lying(Points(places, role="bias", hollow=True)) == (
        {"kind": "points", "role": "bias", "points": [[1, 2, 3], [0, 0, None]], "hollow": True},
        [],
    )
    assert lying(Path(places, faint=True, label="walk")) == (
        {"kind": "curve", "role": "path", "faint": True, "label": "walk", "points": [[1, 2, 3], [0, 0, None]]},
        [],
    )
    assert lying(Arrows([(1, 2, 0.5, -0.5), (0, 0, 1, 1)])) == (
        {
            "kind": "arrows",
            "role": "gradient",
            "faint": False,
            "arrows": [[1, 2, 0.5, -0.5, 3], [0, 0, 1, 1, None]],
        },
        [],
    )


# --- long paths ------------------------------------------------------------------------------------------------


def points_of(path: list[tuple[float, float]]) -> list[list[float]]:
    """What is left of a path, the same on a plane and on a surface."""
    kept = drawn(Path(path))[0]["points"]
    assert kept == [point[:2] for point in lying(Path(path))[0]["points"]]
    return kept  # type: ignore[no-any-return]


def test_a_path_of_a_few_hundred_points_keeps_them_all() -> None:
    path = [(math.sin(i), math.cos(i)) for i in range(LONGEST)]
    assert len(points_of(path)) == LONGEST


def test_a_long_path_keeps_the_points_that_differ_and_both_its_ends() -> None:
    path = [(1 - 0.99**i, 0.99**i) for i in range(10_000)]  # fast at first, and ever slower
    kept = points_of(path)
    assert len(kept) < 1.1 * LONGEST
    assert kept[0] == [0, 1]
    assert kept[-1] == [1, pytest.approx(0, abs=1e-9)]
    assert kept[1] == [0.01, 0.99], "where it is fast no step is lost"
    steps = np.abs(np.diff(np.array(kept), axis=0)).sum(axis=1)
    assert steps.max() < 0.03, "no gap that could be seen"


def test_a_path_to_and_fro_is_thinned_too() -> None:
    kept = points_of([((-1) ** i, i / 10_000) for i in range(10_000)])
    assert kept[-1] == [-1, 0.9999]
    assert len(kept) <= 2 * LONGEST + 1
    assert {x for x, _ in kept} == {-1, 1}, "and still goes to and fro"


@pytest.mark.parametrize("place", [(2.0, 3.0), (0.0, 0.0)])
def test_a_path_that_never_leaves_its_place_is_its_two_ends(place: tuple[float, float]) -> None:
    assert points_of([place] * 5000) == [list(place)] * 2


def test_a_path_beyond_all_bounds_can_be_drawn() -> None:
    kept = points_of([((-1.5) ** i, (-1.5) ** (i + 1)) for i in range(1700)])
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in kept)
    assert len(kept) <= 2 * LONGEST + 1


@pytest.mark.parametrize("mark", [Stems, Squares])
def test_residuals_of_a_function_that_fails_at_all_points_are_left_out_and_told_of(mark: type[Stems | Squares]) -> None:
    def y(x: float) -> float:
        return [1.0][int(x)]

    drawn, notes = mark([(1, 0), (2, 0)], to=y).data((0, 9), Sampler())
    assert drawn["segments"] == []
    assert notes == ["At all points, y stopped with IndexError: list index out of range."]


# --- classes and bars ------------------------------------------------------------------------------------------


def test_classes_are_points_with_a_label_each() -> None:
    mark, notes = drawn(Classes(np.array([[1, 2.5, 0], [-1, 0, 1]]), drag="data"))
    assert mark == {
        "kind": "points",
        "role": "data",
        "points": [[1, 2.5], [-1, 0]],
        "labels": [0, 1],
        "drag": "data",
        "hollow": False,
    }
    assert notes == []


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([(1, 2)], r"^data\[0\] is \(1, 2\); expected two numbers and a class \(x, y, 0 or 1\)$"),
        ([(1, 2, 0), (1, 2, 3)], r"^data\[1\] has the class 3; expected two numbers and a class \(x, y, 0 or 1\)$"),
    ],
)
def test_a_class_is_zero_or_one(points: Any, says: str) -> None:
    with pytest.raises(FigureError, match=says):
        drawn(Classes(points))


def test_bars_stand_on_their_base_or_hang_from_it() -> None:
    mark, notes = drawn(Bars([(1, 3), (2, -1.5)], width=0.5, base=1, role="loss", label="count"))
    assert mark == {
        "kind": "bars",
        "role": "loss",
        "faint": False,
        "label": "count",
        "bars": [[0.75, 1.25, 1, 3], [1.75, 2.25, -1.5, 1]],
    }
    assert notes == []


def test_bars_are_pairs() -> None:
    with pytest.raises(FigureError, match=r"^bars\[0\] is 5; expected a pair of numbers \(x, y\)$"):
        drawn(Bars([5], width=1))


def test_where_nothing_can_be_drawn_at_all_the_residuals_say_so() -> None:
    def nowhere(x: float) -> float:
        raise Undrawable

    with pytest.raises(Undrawable):
        drawn(Stems([(1, 2)], to=nowhere))
