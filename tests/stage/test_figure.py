"""Figures are plain data, as far as there was time for them, and say what could not be shown."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

import pytest

from stage.figure import Plot, Surface
from stage.marks import Arrows, Curve, Path, Points, Range
from stage.sample import FigureError, Sampler, Undrawable

WIDE = (-1.0, 1.0)


def drawn(figure: Any) -> dict[str, Any]:
    """The figure with all the time in the world, as it crosses to the page."""
    found: dict[str, Any] = json.loads(json.dumps(figure.data(Sampler()), allow_nan=False))
    return found


# --- plots -----------------------------------------------------------------------------------------------------


def test_a_plot_is_its_axes_its_marks_and_its_notes() -> None:
    plot = Plot(Curve(lambda x: 2 * x, samples=3), Points([(0, 1)]), x=(-1, 1), y=(0, 2), x_label="time", y_label="m")
    assert drawn(plot) == {
        "kind": "plot",
        "x": {"domain": [-1, 1], "label": "time"},
        "y": {"domain": [0, 2], "label": "m", "log": False},
        "marks": [
            {"kind": "curve", "role": "model", "faint": False, "label": "", "points": [[-1, -2], [0, 0], [1, 2]]},
            {"kind": "points", "role": "data", "points": [[0, 1]], "drag": None, "hollow": False},
        ],
        "notes": [],
    }


def test_the_axes_are_called_x_and_y_and_there_are_no_readouts_unless_said() -> None:
    plot = Plot(x=(0, 1), y=(0, 1))
    assert (drawn(plot)["x"]["label"], drawn(plot)["y"]["label"]) == ("x", "y")
    assert dict(plot.readouts) == {}
    assert dict(Plot(x=(0, 1), y=(0, 1), readouts={"loss": 3}).readouts) == {"loss": 3}


def test_a_plot_draws_all_that_it_has_time_for_in_each_turn() -> None:
    plot = Plot(Curve(abs, samples=3), Curve(math.sin, samples=2), x=WIDE, y=WIDE)
    sampler = Sampler(-1)
    seen = []
    for _ in range(3):
        seen.append([len(mark["points"]) for mark in plot.data(sampler)["marks"]])
        sampler.turn(-1)
    assert seen == [[1, 1], [2, 2], [3, 2]]


def test_a_note_comes_before_what_the_marks_say_and_what_several_say_is_said_once() -> None:
    broken = Curve(lambda x: "?", samples=2)
    says = "At x = -1, y gave '?', which is not a finite number."
    assert drawn(Plot(broken, broken, x=WIDE, y=WIDE))["notes"] == [says]
    assert drawn(Plot(broken, broken, x=WIDE, y=WIDE, note="It grows."))["notes"] == ["It grows.", says]
    assert drawn(Plot(x=WIDE, y=WIDE, note="It grows."))["notes"] == ["It grows."]


@pytest.mark.parametrize("empty", [(1, 1), (2, 1), (math.nan, 1), (0, math.inf), (-math.inf, 0)])
@pytest.mark.parametrize("axis", ["x", "y"])
def test_an_axis_goes_from_a_number_to_a_higher_one(axis: str, empty: Range) -> None:
    ranges: dict[str, Any] = {"x": WIDE, "y": WIDE, axis: empty}
    with pytest.raises(FigureError, match=rf"got {axis}=\(.*\); expected two numbers, the lower one first"):
        Plot(**ranges)


def test_a_logarithmic_axis_says_so_and_is_above_zero() -> None:
    assert drawn(Plot(x=WIDE, y=(0.001, 1), y_log=True))["y"]["log"] is True
    for low in (0, -1):
        with pytest.raises(FigureError, match=rf"got y=\({low}, 1\) with y_log; expected a range above 0"):
            Plot(x=WIDE, y=(low, 1), y_log=True)


# --- surfaces --------------------------------------------------------------------------------------------------


def test_a_surface_is_a_grid_of_heights_row_by_row() -> None:
    surface = Surface(lambda w, b: w + 10 * b, w=(0, 2), b=(-1, 1), size=3)
    assert drawn(surface) == {
        "kind": "surface",
        "x": {"name": "w", "label": "w", "domain": [0, 2]},
        "y": {"name": "b", "label": "b", "domain": [-1, 1]},
        "z": {"domain": [-10, 12], "label": "y"},
        "columns": 3,
        "rows": 3,
        "heights": [-10, -9, -8, 0, 1, 2, 10, 11, 12],
        "levels": [pytest.approx(-10 + 22 * i / 13, rel=1e-5) for i in range(1, 13)],
        "role": "model",
        "view": "3-D",
        "edge": None,
        "marks": [],
        "notes": [],
    }


def test_a_surface_says_how_it_is_seen_and_what_its_axes_are_called() -> None:
    surface = Surface(max, x1=WIDE, x2=WIDE, view="contours", edge=0.5, role="loss", z_label="loss", size=2, note="So.")
    shown = drawn(surface)
    assert (shown["view"], shown["edge"], shown["role"], shown["notes"]) == ("contours", 0.5, "loss", ["So."])
    assert [shown[axis]["label"] for axis in "xyz"] == ["x1", "x2", "loss"]
    assert dict(surface.readouts) == {}
    assert dict(Surface(max, x=WIDE, y=WIDE, readouts={"loss": 3}).readouts) == {"loss": 3}


def test_a_surface_has_fifty_places_along_each_side_unless_it_says_otherwise() -> None:
    shown = drawn(Surface(lambda w, b: w * b, w=WIDE, b=WIDE))
    assert (shown["columns"], shown["rows"], len(shown["heights"])) == (50, 50, 2500)
    assert shown["heights"][0] == shown["heights"][-1] == 1
    assert shown["heights"][49] == shown["heights"][-50] == -1


def test_the_heights_have_the_range_that_they_are_given_or_that_of_their_values() -> None:
    assert drawn(Surface(max, w=WIDE, b=WIDE, size=2, z=(0, 5)))["z"]["domain"] == [0, 5]
    assert drawn(Surface(max, w=WIDE, b=WIDE, size=2))["z"]["domain"] == [-1, 1]


@pytest.mark.parametrize("height", [0, 7, -2.5])
def test_equal_heights_lie_in_the_middle_of_a_range(height: float) -> None:
    shown = drawn(Surface(lambda w, b: height, w=WIDE, b=WIDE, size=3))
    assert shown["z"]["domain"] == [height - 1, height + 1]
    assert len(set(shown["levels"])) == 12


def test_levels_are_evenly_spaced_and_those_of_a_loss_by_squares() -> None:
    even = drawn(Surface(max, w=WIDE, b=WIDE, z=(0, 13), size=2))["levels"]
    assert even == list(range(1, 13))
    squares = drawn(Surface(max, w=WIDE, b=WIDE, z=(0, 169), size=2, role="loss"))["levels"]
    assert squares == pytest.approx([i * i for i in range(1, 13)])
    raised = drawn(Surface(max, w=WIDE, b=WIDE, z=(1, 170), size=2, role="loss"))["levels"]
    assert raised == pytest.approx([1 + i * i for i in range(1, 13)])


@pytest.mark.parametrize(
    ("variables", "given"), [({}, "none"), ({"w": WIDE}, "w"), (dict.fromkeys("abc", WIDE), "a, b, c")]
)
def test_a_surface_is_over_two_variables(variables: dict[str, Any], given: str) -> None:
    with pytest.raises(FigureError, match=rf"got the variables {given}; expected two with their ranges, like w="):
        Surface(max, **variables)


@pytest.mark.parametrize("empty", [{"b": (1, 1)}, {"w": (1, 0)}, {"z": (2, 1)}, {"w": (0, math.inf)}])
def test_a_range_of_a_surface_goes_from_a_number_to_a_higher_one(empty: dict[str, Any]) -> None:
    (name,) = empty
    with pytest.raises(FigureError, match=rf"got {name}=\(.*\); expected two numbers, the lower one first"):
        Surface(max, **({"w": WIDE, "b": WIDE} | empty))


def bumpy(w: float, b: float) -> float:
    """A loss that overflows on one side of the valley, and has no value on its edge."""
    return math.exp(1000 * w) / (b - 1)


def test_a_surface_has_holes_where_its_function_overflows_or_raises_and_says_so_of_the_first() -> None:
    shown = drawn(Surface(bumpy, Points([(1, 0), (0, 0)]), w=(-1, 1), b=(0, 1), size=3, name="loss"))
    assert shown["heights"] == [0, -1, None, 0, -2, None, None, None, None]
    assert shown["z"]["domain"] == [-2, 0]
    assert shown["marks"][0]["points"] == [[1, 0, None], [0, 0, -1]]
    assert len(shown["notes"]) == 1
    assert shown["notes"][0].startswith("At w = -1, b = 1, loss stopped with ZeroDivisionError: ")


def test_a_mark_where_the_surface_raises_has_no_height_and_the_surface_is_there() -> None:
    beyond = [(1.0, 0.0)]
    marks = (Points(beyond), Path(beyond), Arrows([(1, 0, 0, 1)]))
    shown = drawn(Surface(bumpy, *marks, w=(-1, 1), b=(0, 0.5), size=3, name="loss"))
    assert shown["heights"][:2] == [0, -1]
    points, path, arrows = shown["marks"]
    assert points["points"] == path["points"] == [[1, 0, None]]
    assert arrows["arrows"] == [[1, 0, 0, 1, None]]


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "4"])
def test_a_surface_without_a_height_is_all_hole(value: object) -> None:
    shown = drawn(Surface(lambda w, b: value, w=WIDE, b=WIDE, size=3))
    assert shown["heights"] == [None] * 9
    assert shown["z"]["domain"] == [-1, 1]
    assert shown["notes"][0].startswith("At w = -1, b = -1, y gave ")


def test_a_surface_that_raises_everywhere_raises_here() -> None:
    def broken(w: float, b: float) -> float:
        raise KeyError(w)

    with pytest.raises(KeyError):
        drawn(Surface(broken, Points([(0, 0)]), w=WIDE, b=WIDE, size=3))


def test_heights_beyond_all_bounds_still_cross_to_the_page() -> None:
    shown = drawn(Surface(lambda w, b: 1.7e308 * w, w=WIDE, b=WIDE, size=2))
    assert shown["z"]["domain"] == [-1.7e308, 1.7e308]
    assert all(a < b for a, b in pairwise(shown["levels"]))


@pytest.mark.parametrize("base", [1, 1e17, 123456.78])
def test_heights_that_hardly_differ_still_have_a_range_to_lie_in(base: float) -> None:
    shown = drawn(Surface(lambda w, b: base * (1 + 1e-9 * w), w=WIDE, b=WIDE, size=2))
    low, high = shown["z"]["domain"]
    assert low < high
    assert all(low <= height <= high for height in shown["heights"])


def turns(surface: Surface, limit: int) -> list[dict[str, Any]]:
    """What is there of the surface after each turn in which there was no time."""
    sampler = Sampler(-1)
    seen = [surface.data(sampler)]
    while sampler.partial:
        sampler.turn(-1)
        seen.append(surface.data(sampler))
        assert len(seen) <= limit, "it never ends"
    return seen


def test_a_slow_surface_is_coarse_first_with_holes_then_without_and_fine_at_last() -> None:
    calls = []

    def slow(w: float, b: float) -> float:
        calls.append((w, b))
        return w + b

    seen = turns(Surface(slow, Points([(0.5, 0.5)]), w=WIDE, b=WIDE, size=10), limit=200)
    assert len(set(calls)) == len(calls), "no place is tried twice"
    assert [len(seen[i]["heights"]) for i in (0, 63, 64, -2, -1)] == [64, 64, 64, 64, 100]
    holes = [shown["heights"].count(None) for shown in seen]
    assert holes[:64] == list(range(63, -1, -1)), "one more place in each turn"
    assert set(holes[64:]) == {0}, "and no holes again while the fine one is in the making"
    first = [i for i, height in enumerate(seen[7]["heights"]) if height is not None]
    assert max(b - a for a, b in pairwise([*first, 63])) < 16, "the first few places are spread over all"
    assert seen[0]["notes"] == ["y takes its time, so the figure fills in bit by bit."]
    assert seen[0]["heights"][0] == -2
    assert seen[-1]["notes"] == []
    assert seen[-1] == Surface(slow, Points([(0.5, 0.5)]), w=WIDE, b=WIDE, size=10).data(Sampler())


def test_between_coarse_and_fine_a_large_surface_is_in_between() -> None:
    sizes = [shown["columns"] for shown in turns(Surface(max, w=WIDE, b=WIDE, size=16), limit=600)]
    assert sizes == sorted(sizes)
    assert set(sizes) == {8, 15, 16}


def test_a_small_surface_has_no_coarser_one_before_it() -> None:
    seen = turns(Surface(max, w=WIDE, b=WIDE, size=3), limit=20)
    assert [shown["columns"] for shown in seen] == [3] * 9


def test_the_places_of_a_coarse_surface_are_not_tried_again_for_a_finer_one() -> None:
    calls = []

    def slow(w: float, b: float) -> float:
        calls.append((w, b))
        return w + b

    drawn(Surface(slow, w=(-0.7, 1.1), b=(-1 / 3, 10), size=50))
    coarse, middle, both = 8**2, 15**2, 8**2
    assert len(calls) == 50**2 + middle - both
    assert len(calls) > 50**2 + coarse


def test_the_marks_are_there_from_the_first_picture_on() -> None:
    first, *_ = turns(Surface(lambda w, b: w + b, Points([(0.25, 0.5)]), w=WIDE, b=WIDE, size=3), limit=20)
    assert first["marks"][0]["points"] == [[0.25, 0.5, 0.75]]


def test_where_nothing_can_be_drawn_at_all_a_mark_on_the_surface_says_so() -> None:
    def only_on_the_grid(x: float, y: float) -> float:
        if (x, y) == (0.123, 0.456):
            raise Undrawable
        return x + y

    with pytest.raises(Undrawable):
        drawn(Surface(only_on_the_grid, Points([(0.123, 0.456)]), x=WIDE, y=WIDE))
