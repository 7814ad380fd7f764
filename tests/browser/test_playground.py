"""The playground shows whatever its reader makes: values, figures, and demos with controls of every kind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from builder.problems import ROOT
from tests.browser.conftest import Block, Reader

IMPORTS = """from stage.controls import Choice, DataPoints, Slider
from stage.demo import demo
from stage.figure import Plot, Surface
from stage.marks import Arrows, Bars, Classes, Curve, Path, Points
from stage.grid import Heat, Matrix, Tile, Tiles, places
from stage.diagram import Diagram, Edge, Graph, Neuron, Node, Weight
"""

GROWING = (
    IMPORTS
    + """
@demo(data=DataPoints(x=(-3, 3), y=(-3, 3), start=[(1, 1, 0), (-1, 2, 1)], classes=True, grows=True))
def clouds(data):
    '''{data}'''
    return Plot(Classes(data, drag="data"), x=(-3, 3), y=(-3, 3))

clouds
"""
)


@pytest.fixture
def cell(reader: Reader) -> Block:
    return reader.opens("playground/").block("playground")


def recipes() -> list[str]:
    """The figures that the page itself offers to copy."""
    text = (ROOT / "lessons" / "playground.md").read_text()
    return re.findall(r"\| `((?:Plot|Surface|Matrix|Diagram|Graph)\(.*)` \|$", text, re.MULTILINE)


def test_a_demo_of_the_readers_own_comes_with_its_controls(cell: Block) -> None:
    cell.run(
        IMPORTS
        + """
@demo(a=Slider(0, 4, start=2), shape=Choice(("flat", "steep"), start="flat"), b=Slider(0, 1, start=0, plays=True))
def mine(a, shape, b):
    '''{a} {shape} {b}'''
    return Plot(Curve(lambda x: a * x if shape == "steep" else a), x=(0, 4), y=(0, 4))

mine
"""
    )
    expect(cell.find("[data-figure]")).to_have_attribute("aria-label", "2 'flat' 0")
    assert cell.find("[data-control]").count() == 3
    cell.slide("a", 3.5)
    expect(cell.find("[data-figure]")).to_have_attribute("aria-label", "3.5 'flat' 0")
    cell.find("select").select_option("steep")
    expect(cell.find("[data-figure]")).to_have_attribute("aria-label", "3.5 'steep' 0")
    cell.button("Reset").click()
    expect(cell.find("[data-figure]")).to_have_attribute("aria-label", "A wave 1 high, with a speed of 2.")
    assert cell.find("[data-control]").count() == 2
    cell.slide("height", 2.4)
    expect(cell.find("[data-figure]")).to_have_attribute("aria-label", "A wave 2.4 high, with a speed of 2.")


def test_every_figure_that_the_page_offers_is_drawn(cell: Block) -> None:
    assert len(recipes()) == 8
    for recipe in recipes():
        cell.run(f"{IMPORTS}\n{recipe}\n", ends="done")
        expect(cell.find("[data-figure] > *").first).to_be_attached()
        assert cell.find("form").is_hidden()


def test_a_value_that_is_no_figure_is_printed(cell: Block) -> None:
    cell.run("from engine.line import least_squares\nfrom engine.data import COURSE\nleast_squares(COURSE)\n")
    assert "Line(w=0.594047" in cell.find("[data-output]").inner_text()


def test_the_later_engine_works_too(cell: Block) -> None:
    cell.run("from engine.classify import sigmoid\nfloat(sigmoid(0.0))\n", ends="done")
    assert "0.5" in cell.find("[data-output]").inner_text()


# --- points that grow -------------------------------------------------------------------------------------------


def grown(cell: Block) -> list[str]:
    return cell.find("textarea[aria-label^=data]").input_value().strip().splitlines()


def click_at(cell: Block, x: float, y: float) -> None:
    """Click where (x, y) is on a plot over -3..3 both ways."""
    box = cell.find(".figure svg clipPath rect").evaluate(
        "rect => { const { x, y } = rect.ownerSVGElement.getBoundingClientRect();"
        " const at = name => Number(rect.getAttribute(name));"
        " return [x + at('x'), y + at('y'), at('width'), at('height')]; }"
    )
    left, top, width, height = box
    cell.page.mouse.click(left + width * (x + 3) / 6, top + height * (3 - y) / 6)


def test_a_click_adds_a_point_of_the_chosen_class_and_undo_takes_it_back(cell: Block) -> None:
    cell.run(GROWING, ends="done")
    assert cell.button("Undo").is_disabled()
    cell.element.scroll_into_view_if_needed()
    click_at(cell, 2, -2)
    expect(cell.find(".mark.points > g")).to_have_count(3)
    cell.find("input[type=radio]").nth(1).check()
    click_at(cell, -2, -2)
    expect(cell.find(".mark.points > g")).to_have_count(4)
    third, fourth = grown(cell)[2:]
    assert [round(float(part)) for part in third.split(",")] == [2, -2, 0]
    assert [round(float(part)) for part in fourth.split(",")] == [-2, -2, 1]
    cell.button("Clear").click()
    expect(cell.find(".mark.points > g")).to_have_count(0)
    cell.button("Undo").click()
    expect(cell.find(".mark.points > g")).to_have_count(4)


def test_rows_can_be_pasted_and_bad_ones_are_named_by_their_line(cell: Block) -> None:
    cell.run(GROWING, ends="done")
    cell.find("details summary").last.click()
    rows = cell.find("textarea[aria-label^=data]")
    rows.fill("x,y,class\n1,1,0\n2,two,1\n0.5,9,0\n")
    cell.button("Use these rows").click()
    expect(cell.find("[role=alert]")).to_contain_text("line 3 is '2,two,1', line 4 is '0.5,9,0'")
    expect(cell.find(".mark.points > g")).to_have_count(2)
    assert "2,two,1" in rows.input_value(), "what was typed is still there to be mended"
    rows.fill("x;y;class\n1,5;1;0\n-2;2,5;1\n0;0;1")
    cell.button("Use these rows").click()
    expect(cell.find(".mark.points > g")).to_have_count(3)
    expect(cell.find("[role=alert]")).to_have_count(0)
    assert grown(cell) == ["1.5, 1, 0", "-2, 2.5, 1", "0, 0, 1"]
