"""The figures of Matplotlib arrive as SVG, in their order, once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from builder.problems import ROOT
from stage.output import show_image

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def pyplot() -> Iterator[Any]:
    """Matplotlib as a cell finds it."""
    from matplotlib import pyplot

    pyplot.switch_backend("module://stage.backend")
    yield pyplot
    pyplot.close("all")


@pytest.fixture
def shown() -> Iterator[list[str]]:
    images: list[str] = []
    token = show_image.set(images.append)
    yield images
    show_image.reset(token)


def titled(pyplot: Any, title: str) -> None:
    pyplot.figure()
    pyplot.plot([1, 2, 3])
    pyplot.title(title)


def test_a_shown_figure_arrives_as_svg_and_is_closed(pyplot: Any, shown: list[str]) -> None:
    titled(pyplot, "one")
    pyplot.show()
    (image,) = shown
    root = ElementTree.fromstring(image)
    assert root.tag == SVG + "svg"
    assert root.find(f".//{SVG}path") is not None
    assert "<!-- one -->" in image, "Matplotlib notes each text beside its outlines"
    assert pyplot.get_fignums() == []


def test_several_figures_arrive_in_the_order_of_their_numbers(pyplot: Any, shown: list[str]) -> None:
    for title in ("one", "two", "three"):
        titled(pyplot, title)
    pyplot.figure(1)  # the current one is not the first to go
    pyplot.show(block=False)
    assert [title for image in shown for title in ("one", "two", "three") if f"<!-- {title} -->" in image] == [
        "one",
        "two",
        "three",
    ]


def test_with_no_figure_nothing_is_shown(pyplot: Any, shown: list[str]) -> None:
    pyplot.show()
    assert shown == []


def test_a_figure_is_shown_once(pyplot: Any, shown: list[str]) -> None:
    titled(pyplot, "one")
    pyplot.show()
    pyplot.show()
    assert len(shown) == 1


def test_a_figure_that_cannot_be_drawn_does_not_come_up_again(pyplot: Any, shown: list[str]) -> None:
    titled(pyplot, "$\\nothing_of_the_kind$")
    titled(pyplot, "two")
    with pytest.raises(ValueError, match="nothing_of_the_kind"):
        pyplot.show()
    assert pyplot.get_fignums() == []
    pyplot.show()
    assert shown == []


def test_a_figure_has_the_colours_of_the_pages_light_theme(pyplot: Any, shown: list[str]) -> None:
    from stage import backend

    tokens = dict(re.findall(r"--(\w+): light-dark\((#\w+),", (ROOT / "site" / "styles" / "tokens.css").read_text()))
    named = [tokens[name] for name in ("ink", "faint", "rule", "grid", "card")]
    assert named == [backend.INK, backend.FAINT, backend.RULE, backend.GRID, backend.CARD]
    assert list(backend.CYCLE) == [tokens[name] for name in ("model", "data", "weight", "bias", "loss", "gradient")]
    titled(pyplot, "one")
    pyplot.show()
    assert {tokens["model"], tokens["ink"], tokens["faint"]} <= set(re.findall(r"#[0-9a-f]{6}", shown[0]))


def many_lines(pyplot: Any, numpy: Any) -> None:
    pyplot.plot(numpy.random.default_rng(0).normal(size=50_000))


def a_cloud(pyplot: Any, numpy: Any) -> None:
    pyplot.scatter(numpy.arange(50_000), numpy.arange(50_000))


def a_mesh(pyplot: Any, numpy: Any) -> None:
    pyplot.pcolormesh(numpy.arange(50_000).reshape(250, 200))


def a_filled_shape(pyplot: Any, numpy: Any) -> None:
    pyplot.fill_between(numpy.arange(50_000), numpy.arange(50_000) % 7)


@pytest.mark.parametrize("draw", [many_lines, a_cloud, a_mesh, a_filled_shape])
def test_what_has_very_many_points_arrives_as_an_image_and_the_rest_as_shapes(
    pyplot: Any, shown: list[str], draw: Any
) -> None:
    import numpy

    draw(pyplot, numpy)
    pyplot.title("many")
    pyplot.show()
    assert len(shown[0]) < 1_000_000
    assert "<image" in shown[0]
    assert "<!-- many -->" in shown[0]


def test_what_has_few_points_arrives_as_shapes(pyplot: Any, shown: list[str]) -> None:
    pyplot.scatter([1, 2], [3, 4])
    pyplot.bar([1, 2], [3, 4])
    pyplot.plot([1, 2])
    pyplot.show()
    assert "<image" not in shown[0]


def test_warming_up_shows_nothing_and_leaves_no_figure_behind(pyplot: Any, shown: list[str]) -> None:
    from stage.backend import warm_up

    titled(pyplot, "the reader's own")
    warm_up()
    assert shown == []
    assert pyplot.get_fignums() == [1]
