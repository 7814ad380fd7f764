"""Plots and surfaces as Matplotlib pictures: each mark in its place and colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf, isnan
from typing import Any

import pytest

from builder.problems import ROOT
from stage import still_plot
from stage.figure import Plot, Surface
from stage.grid import Heat
from stage.marks import Arrows, Bars, Classes, Curve, Path, Points, Squares, Stems
from stage.sample import Sampler
from stage.still import picture


@pytest.fixture(autouse=True)
def pyplot() -> Iterator[Any]:
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    yield pyplot
    pyplot.close("all")


def drawn(figure: Any) -> Any:
    """The axes of the figure, drawn to its last pixel."""
    canvas = picture([figure.data(Sampler(inf))], {})
    canvas.canvas.draw()
    return canvas.axes[0]


def plot(*marks: Any, **more: Any) -> Any:
    return drawn(Plot(*marks, **{"x": (0, 8), "y": (0, 4)} | more))


def colour(role: str, alpha: float = 1) -> Any:
    from matplotlib.colors import to_rgba

    return pytest.approx(to_rgba(still_plot.COLOURS[role], alpha))


def test_the_colours_are_those_of_the_pages_light_theme() -> None:
    tokens = dict(re.findall(r"--(\w+): light-dark\((#\w+),", (ROOT / "site" / "styles" / "tokens.css").read_text()))
    assert {role: tokens[role] for role in still_plot.COLOURS} == still_plot.COLOURS
    for name in ("INK", "FAINT", "RULE", "GRID", "ZERO", "CARD"):
        assert getattr(still_plot, name) == tokens[name.lower()]


def test_axes_have_their_ranges_and_names() -> None:
    axes = plot(x_label="age", y_label="height")
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 8), (0, 4))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("age", "height")
    assert axes.get_legend() is None


def test_a_logarithmic_axis_has_plain_numbers() -> None:
    axes = plot(y=(0.001, 100), y_log=True)
    assert axes.get_yscale() == "log"
    assert {"0.01", "1", "10"} <= {tick.get_text() for tick in axes.get_yticklabels()}


def test_a_curve_has_gaps_where_there_is_no_number_and_a_legend_with_its_label() -> None:
    axes = plot(Curve(lambda x: 1 if x != 4 else None, samples=3, label="it"), Path([(1, 2), (3, 4)], faint=True))
    curve, path = axes.lines[-2:]
    assert [isnan(y) for y in curve.get_ydata()] == [False, True, False]
    assert path.get_xydata().tolist() == [[1, 2], [3, 4]]
    assert path.get_alpha() == 0.4
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["it"]


def test_points_have_the_colour_and_shape_of_their_role() -> None:
    dots, rings = plot(Points([(1, 2)], role="model"), Points([(3, 3)], hollow=True)).collections
    assert dots.get_facecolor()[0].tolist() == colour("model")
    assert len(rings.get_facecolor()) == 0
    assert rings.get_edgecolor()[0].tolist() == colour("data")
    assert len(dots.get_paths()[0].vertices) < len(rings.get_paths()[0].vertices), "a diamond and a circle"


def test_classes_have_a_colour_each() -> None:
    zero, one = plot(Classes([(1, 2, 0), (2, 2, 1), (3, 2, 0)])).collections
    assert (zero.get_offsets().tolist(), one.get_offsets().tolist()) == ([[1, 2], [3, 2]], [[2, 2]])
    assert zero.get_facecolor()[0].tolist() == colour("negative")
    assert one.get_facecolor()[0].tolist() == colour("positive")


def test_bars_stand_where_they_should() -> None:
    bar, down, _ = plot(Bars([(2, 3), (4, -1)], width=1), Bars([(6, 1)], width=1, faint=True)).patches
    assert bar.get_bbox().bounds == (1.5, 0, 1, 3)
    assert down.get_bbox().bounds == (3.5, -1, 1, 1)


def test_residuals_go_from_points_to_the_curve() -> None:
    stems, _ = plot(Stems([(1, 2)], to=lambda x: 3), Stems([], to=lambda x: 3)).collections
    (segment,) = stems.get_segments()
    assert segment.tolist() == [[1, 2], [1, 3]]


def test_squares_are_as_wide_on_the_screen_as_they_are_high() -> None:
    axes = plot(Squares([(2, 1), (6, 3)], to=lambda x: 2))
    up, down = (axes.transData.transform_bbox(patch.get_bbox()) for patch in axes.patches)
    assert up.width == pytest.approx(up.height, rel=0.01)
    assert down.width == pytest.approx(down.height, rel=0.01)
    assert [patch.get_x() for patch in axes.patches] == [2, pytest.approx(6 - axes.patches[1].get_width())]


def test_arrows_are_as_long_as_they_say() -> None:
    arrows, *none = plot(Arrows([(1, 2, 3, 1)], faint=True), Arrows([])).collections
    assert (arrows.get_offsets().tolist(), arrows.U.tolist(), arrows.V.tolist()) == ([[1, 2]], [3], [1])
    assert (arrows.scale, arrows.scale_units, arrows.angles) == (1, "xy", "xy")
    assert none == []


def test_a_heat_map_fills_its_plot_and_has_its_edge() -> None:
    axes = plot(Heat([0, 0.4, 0.6, 1] * 4, columns=4, edge=0.5))
    (image,) = axes.images
    assert image.get_extent() == [0, 8, 0, 4]
    assert image.get_array().tolist()[0] == [0, 102, 152, 254]
    assert image.to_rgba(0.0)[0] < 0.6 < image.to_rgba(254.0)[0], "from blue to orange"
    (edge,) = axes.collections
    assert all(x == pytest.approx(4, abs=0.1) for path in edge.get_paths() for x, _ in path.vertices)


def test_a_heat_map_has_no_edge_where_none_is_asked_for_or_reached_and_holes_where_nothing_is_known() -> None:
    axes = plot(Heat([0.1, None, 0.2, 0.3], columns=2), Heat([0.1, None, 0.2, 0.3], columns=2, edge=0.5))
    assert len(axes.collections) == 0
    assert axes.images[0].get_array().mask.tolist() == [[False, True], [False, False]]


def test_a_hole_in_a_heat_map_does_not_grow_when_its_edge_is_smoothed() -> None:
    assert [isnan(each) for each in still_plot._softened([1, 2, float("nan"), 4])] == [False, False, True, False]
    assert still_plot._softened([0, 0, 4, 4]) == [0, 1, 3, 4]


def test_a_surface_has_lines_of_equal_height_and_a_scale() -> None:
    axes = drawn(Surface(lambda w, b: w * w + b * b, Points([(1, 2)]), w=(-3, 3), b=(-3, 3), z_label="loss", edge=4))
    *fills_and_lines, edge, points = axes.collections
    assert len(fills_and_lines) == 2
    assert all((x * x + y * y) == pytest.approx(4, abs=0.1) for path in edge.get_paths() for x, y in path.vertices)
    assert points.get_offsets().tolist() == [[1, 2]]
    (scale,) = axes.child_axes
    assert scale.get_ylabel() == "loss"
    assert len(scale.get_yticks()) > 5


def test_a_surface_with_holes_is_drawn_around_them() -> None:
    axes = drawn(Surface(lambda w, b: None if w < 0 else w, w=(-3, 3), b=(-3, 3), edge=7))
    assert len(axes.collections) == 2
    assert min(x for path in axes.collections[1].get_paths() for x, _ in path.vertices) > 0


def test_a_surface_that_is_flat_says_how_high() -> None:
    axes = drawn(Surface(lambda w, b: 2, Path([(0, 0), (1, 1)], label="way"), w=(-3, 3), b=(-3, 3)))
    assert axes.get_title() == "y = 2 everywhere"
    assert axes.get_legend() is not None
