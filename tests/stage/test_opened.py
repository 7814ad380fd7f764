"""A cell that opens shows the figure or the demo that its code ends in, a demo with its controls."""

from __future__ import annotations

import pytest

from tests.stage.conftest import Page, curve

LESSON = """
from stage.demo import cell


@cell(opens=True)
def open_cell(learner):
    '''No figure of its own.'''


@cell()
def closed_cell(learner):
    '''No figure.'''
"""

IMPORTS = """from stage.controls import Choice, DataPoints, Slider
from stage.demo import demo
from stage.figure import Plot
from stage.marks import Curve
plot = Plot(Curve(abs, samples=3), x=(-1, 1), y=(0, 1))
"""

DEMO = (
    IMPORTS
    + """
@demo(w=Slider(0, 9, start=1), kind=Choice(("up", "down"), start="up"), data=DataPoints((0, 1), (0, 1), start=[(1, 1)]))
def mine(w, kind, data):
    '''{w} {kind}'''
    return Plot(Curve(lambda x: w * x if kind == "up" else -w * x, samples=3), x=(-1, 1), y=(-9, 9))

mine
"""
)


def test_a_demo_comes_with_its_controls_and_its_figure(page: Page) -> None:
    answer = page.run(DEMO, "open_cell")
    assert {name: control["kind"] for name, control in answer["controls"].items()} == {
        "w": "slider",
        "kind": "choice",
        "data": "points",
    }
    assert answer["controls"]["kind"]["options"] == ["up", "down"]
    assert answer["values"] == {"w": 1, "kind": "up", "data": [[1, 1]]}
    assert answer["figures"][0]["label"] == "1 'up'"
    assert curve(answer) == [[-1, -1], [0, 0], [1, 1]]
    assert "value" not in answer


def test_its_controls_then_move_it_even_after_a_restart(page: Page) -> None:
    page.run(DEMO, "open_cell")
    moved = {"source": DEMO, "code": DEMO, "values": {"w": 3, "kind": "down"}}
    for _ in range(2):
        answer = page.ask("draw", "open_cell", **moved)
        assert curve(answer) == [[-1, 3], [0, 0], [1, -3]]
        assert answer["values"] == {"w": 3, "kind": "down", "data": [[1, 1]]}
        page.restart()


def test_a_draw_brings_the_controls_with_it_when_the_code_had_to_run_for_it(page: Page) -> None:
    moved = {"source": DEMO, "code": DEMO, "values": {"w": 3}}
    assert [*page.ask("draw", "open_cell", **moved)["controls"]] == ["w", "kind", "data"]
    assert "controls" not in page.ask("draw", "open_cell", **moved), "a form under the reader's hand stays"
    plain = {"source": "w = 1", "code": "w = 1"}
    assert page.ask("draw", "open_cell", **plain)["controls"] == {}
    assert "controls" not in page.ask("draw", "closed_cell", **plain)


@pytest.mark.parametrize(("last", "figures"), [("plot", 1), ("plot, plot", 2)])
def test_a_figure_is_a_demo_without_controls(page: Page, last: str, figures: int) -> None:
    answer = page.run(IMPORTS + last, "open_cell")
    assert answer["controls"] == {}
    assert len(answer["figures"]) == figures
    assert answer["figures"][0]["label"] == "The figure that the code made."


@pytest.mark.parametrize(("last", "value"), [("(1, 2)", "(1, 2)"), ("()", "()"), ("demo", "<function demo at")])
def test_any_other_value_is_shown_as_a_text(page: Page, last: str, value: str) -> None:
    answer = page.run(IMPORTS + last, "open_cell")
    assert answer["value"].startswith(value)
    assert answer["figures"] == []


def test_a_cell_that_does_not_open_shows_a_text(page: Page) -> None:
    answer = page.run(IMPORTS + "plot", "closed_cell")
    assert answer["value"].startswith("<stage.figure.Plot object")
    assert "controls" not in answer


def test_a_figure_that_a_page_could_not_show_is_told_instead(page: Page) -> None:
    answer = page.run(
        "from stage.figure import Plot\nfrom stage.marks import Points\nPlot(Points([(1, 1)] * 400_000), x=(0, 2), y=(0, 2))",
        "open_cell",
    )
    assert list(answer) == ["error"]
    assert "a page can show 2,000,000, so draw fewer points" in answer["error"]["message"]
    assert page.run("1 + 1", "open_cell")["value"] == "2"
