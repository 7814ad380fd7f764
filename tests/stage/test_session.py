"""JSON in, JSON out: whatever the page asks and whatever the reader writes, there is one answer."""

from __future__ import annotations

import importlib
import json
import linecache
import os
import re
import sys
import warnings
from typing import Any

import pytest

from stage.output import LIMIT, show_image
from stage.session import VALUE_LIMIT, RequestError, Session
from tests.stage.conftest import Form, Page, curve

LESSON = '''
from functools import partial

from stage.controls import DataPoints, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.learner import Learner
from stage.marks import Curve, Points

not_a_block = 5


@demo(w=Slider(-10, 10, start=1), b=Slider(-10, 10, start=0))
def a_line(w, b):
    """Slope {w}, bias {b}, loss {loss}."""
    print("drawing")
    return Plot(Curve(lambda x: w * x + b, samples=3), x=(-1, 1), y=(-1, 1), readouts={"loss": [w / 3, -b]})


@demo(w=Slider(-10, 10, start=1))
def not_json(w):
    """A figure that JSON has no words for."""
    return Plot(x=(-1, 1), y=(-1, 1), x_label={w})


@cell(w=Slider(-10, 10), b=Slider(-10, 10), reads=("y(2)",))
def a_cell(learner):
    """Slope {w}, y(2) = {y(2)}."""
    return Plot(Curve(learner.y, samples=3), x=(-1, 1), y=(-1, 1))


@cell(data=DataPoints(x=(0, 9), y=(0, 9)))
def a_cell_of_data(learner):
    """{data}."""
    return Plot(Points(learner.data, drag="data"), x=(0, 9), y=(0, 9))


@cell(reads=("w",))
def only_output(learner):
    """Only the output."""


@exercise(
    w=Slider(-10, 10),
    check=lambda learner: None if learner.double(3) == 6 else f"`double(3)` gave {learner.double(3)}.",
    passes="Yes.",
    hints=("Hint.",),
    solution="w = 1\\ndef double(x):\\n    return 2 * x",
    mistakes=(Mistake("", lambda learner: learner.double(3) == 9, "That is the square."),),
)
def an_exercise(learner):
    """Doubling."""
    return Plot(Curve(learner.double, samples=3), x=(-1, 1), y=(-1, 1))


@exercise(check=lambda learner: learner.f(), passes="Yes.", hints=(), solution="def f(): pass")
def a_task_without_figure(learner):
    """None."""


@exercise(check=lambda learner: learner.f(), passes="Yes.", hints=(), solution="def f(): pass")
def a_task_whose_figure_needs_more(learner):
    """{g}."""
    return Plot(Curve(learner.g, samples=3), x=(-1, 1), y=(-1, 1))


def moves(learner):
    learner.update()
    return None if learner.w == 1 else f"w is {learner.w}."


@exercise(
    w=Slider(-10, 10),
    check=moves,
    passes="It moves.",
    hints=(),
    solution="w = 0\\ndef update():\\n    global w\\n    w += 1",
    mistakes=(Mistake("", lambda learner: learner.update() == "no", "No."),),
)
def an_exercise_that_moves(learner):
    """w is {w}."""
    return Plot(Points([(learner.w, 0)]), x=(-1, 1), y=(-1, 1))
'''

CELL = "w = 2\nb = 1\ndef y(x):\n    return w * x + b\n"


# --- demos -----------------------------------------------------------------------------------------------------


def test_a_demo_is_drawn_at_the_values_of_its_controls(page: Page) -> None:
    assert page.ask("draw", "a_line", values={"w": 2, "b": -0.5}) == {
        "values": {"w": 2, "b": -0.5},
        "figures": [
            {
                "kind": "plot",
                "x": {"domain": [-1, 1], "label": "x"},
                "y": {"domain": [-1, 1], "label": "y", "log": False},
                "marks": [
                    {
                        "kind": "curve",
                        "role": "model",
                        "faint": False,
                        "label": "",
                        "points": [[-1, -2.5], [0, -0.5], [1, 1.5]],
                    }
                ],
                "notes": [],
                "label": "Slope 2, bias −0.5, loss (0.6667, 0.5).",
            }
        ],
        "readouts": {"loss": "(0.6667, 0.5)"},
    }
    assert page.sent == [], "what is printed while drawing is left out"


def test_a_value_for_a_control_that_the_block_does_not_have_is_left_out(page: Page) -> None:
    assert "error" not in page.ask("draw", "a_line", values={"w": 2, "b": 0, "who": "?"})


@pytest.mark.parametrize("value", [None, "1", True, [1], {}, float("nan"), float("inf"), 10**400])
def test_a_value_that_the_control_cannot_mean_is_an_error(page: Page, value: object) -> None:
    error = page.ask("draw", "a_line", values={"w": value, "b": 0})["error"]
    assert error["kind"] == "ControlError"
    assert error["message"].endswith("; its slider needs a number")
    assert "line" not in error


def test_a_demo_is_not_drawn_without_its_values(page: Page) -> None:
    assert page.ask("draw", "a_line")["error"]["kind"] == "TypeError"
    assert page.ask("draw", "a_line", values={"w": 1})["error"]["kind"] == "TypeError"


def test_a_figure_that_json_has_no_words_for_is_an_error_too(page: Page) -> None:
    error = page.ask("draw", "not_json", values={"w": 1})["error"]
    assert (error["kind"], error["message"]) == ("TypeError", "Object of type set is not JSON serializable")


# --- demos whose code was edited -------------------------------------------------------------------------------

EDITED = """from stage.figure import Plot
from stage.marks import Curve

SAMPLES = 3


def a_line(w, b):
    '''A parabola of {w}.'''
    print("drawing")
    return Plot(Curve(lambda x: w * x * x + b, samples=SAMPLES), x=(-1, 1), y=(-1, 1))


print("edited")
"""
HERE = {"w": 2, "b": 1}


def test_a_demo_is_drawn_by_the_readers_code_where_it_was_edited(page: Page) -> None:
    answer = page.run(EDITED, "a_line", **HERE)
    assert set(answer) == {"values", "figures", "readouts"}
    assert curve(answer) == [[-1, 3], [0, 1], [1, 3]]
    assert answer["figures"][0]["label"] == "A parabola of 2."
    assert page.text() == "edited\n", "of what the code prints, what it prints while it is drawn is left out"


def test_its_sliders_then_move_what_was_edited_without_running_it_again(page: Page) -> None:
    page.run(EDITED, "a_line", **HERE)
    answer = page.ask("draw", "a_line", source=EDITED, values={"w": -1, "b": 0})
    assert curve(answer) == [[-1, -1], [0, 0], [1, -1]]
    assert page.session._runs == 1
    assert page.text() == "edited\n"


def test_after_a_restart_the_edited_code_is_run_again_in_silence(page: Page) -> None:
    answer = page.ask("draw", "a_line", source=EDITED, values=HERE)
    assert curve(answer) == [[-1, 3], [0, 1], [1, 3]]
    assert page.sent == []


def test_without_its_code_a_demo_is_what_it_was(page: Page) -> None:
    page.run(EDITED, "a_line", **HERE)
    assert curve(page.ask("draw", "a_line", values=HERE)) == [[-1, -1], [0, 1], [1, 3]]


def test_edited_code_may_end_in_a_value(page: Page) -> None:
    assert page.run(EDITED + "a_line(1, 1).x", "a_line", **HERE)["value"] == "(-1, 1)"


def test_the_figure_waits_for_a_function_that_is_missing(page: Page) -> None:
    source = EDITED.replace("def a_line", "def another")
    answer = page.run(source, "a_line", **HERE)
    assert answer == {"note": "The figure needs a_line, which this code does not define: it stays as it was."}
    assert page.text() == "edited\n"
    assert page.ask("draw", "a_line", source=source, values=HERE)["error"]["kind"] == "Missing"


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("def a_line(w, b): return 5", "FigureError", "a_line gave 5; expected a figure, such as a Plot"),
        ("def a_line(w, b): return 'x', 5", "FigureError", "a_line gave 'x'; expected a figure, such as a Plot"),
        ("def a_line(w, b): return [1]", "FigureError", "a_line gave [1]; expected a figure, such as a Plot"),
        ("a_line = lambda w, b: {}", "FigureError", "<lambda> gave {}; expected a figure, such as a Plot"),
        ("def a_line(w): pass", "TypeError", "a_line() got an unexpected keyword argument 'b'"),
        ("a_line = 5", "TypeError", "'int' object is not callable"),
    ],
)
def test_edited_code_that_makes_no_figure_is_told_so(page: Page, code: str, kind: str, says: str) -> None:
    error = page.run(code, "a_line", **HERE)["error"]
    assert (error["kind"], error["message"]) == (kind, says)


def test_an_error_of_edited_code_has_its_line(page: Page) -> None:
    error = page.run(EDITED.replace("w * x * x", "nobody"), "a_line", **HERE)["error"]
    assert (error["kind"], error["line"]) == ("NameError", 10)
    error = page.run(EDITED.replace("x=(-1, 1)", "x=(1, -1)"), "a_line", **HERE)["error"]
    assert (error["kind"], error["line"]) == ("FigureError", 10)
    assert error["message"] == "got x=(1, -1); expected two numbers, the lower one first"


def test_edited_code_that_fails_leaves_the_last_good_one(page: Page) -> None:
    page.run(EDITED, "a_line", **HERE)
    page.run(EDITED + "1 / 0", "a_line", **HERE)
    assert curve(page.ask("draw", "a_line", source=EDITED, values=HERE)) == [[-1, 3], [0, 1], [1, 3]]
    assert page.session._runs == 2


def test_edited_code_without_figure_label_or_readouts_is_drawn(page: Page) -> None:
    assert page.run("def a_line(w, b): pass", "a_line", **HERE) == {"values": HERE, "figures": [], "readouts": {}}
    two = "from stage.figure import Plot\ndef a_line(w, b):\n    p = Plot(x=(0, 1), y=(0, 1))\n    return p, p"
    assert [figure["label"] for figure in page.run(two, "a_line", **HERE)["figures"]] == ["", ""]


def test_there_is_no_verdict_on_a_demo(page: Page) -> None:
    assert "verdict" not in page.ask("check", "a_line", source=EDITED, values=HERE)


# --- requests that cannot be met -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_text", "kind"),
    [
        ("", "JSONDecodeError"),
        ("{", "JSONDecodeError"),
        ("[" * 100_000, "RecursionError"),
        ("null", "TypeError"),
        ("[]", "TypeError"),
        ("5", "TypeError"),
        ('"draw"', "TypeError"),
        ("{}", "KeyError"),
        ('{"block": "first/a_line"}', "KeyError"),
        ('{"do": "draw", "block": 5}', "AttributeError"),
        ('{"do": "draw", "block": "first/a_line", "values": []}', "AttributeError"),
        ('{"do": "draw", "block": "first/a_line", "values": null}', "AttributeError"),
        ('{"do": "draw", "block": "first/a_cell"}', "KeyError"),
        ('{"do": "run", "block": "first/a_cell"}', "KeyError"),
        ('{"do": "run", "block": "first/a_cell", "source": 5}', "TypeError"),
        ('{"do": "draw", "block": "second/a_line"}', "ModuleNotFoundError"),
        ('{"do": "draw", "block": "broken/a_line"}', "ZeroDivisionError"),
        ('{"do": "draw", "block": "/a_line"}', "ModuleNotFoundError"),
        ('{"do": "draw", "block": ""}', "ModuleNotFoundError"),
        ('{"do": "run", "block": "first/a_line", "source": 5}', "TypeError"),
        ('{"do": "more", "block": "first/a_line"}', "RequestError"),
    ],
)
def test_a_request_that_makes_no_sense_is_answered_with_an_error(page: Page, request_text: str, kind: str) -> None:
    answer = page.say(request_text)
    assert list(answer) == ["error"]
    assert answer["error"]["kind"] == kind


@pytest.mark.parametrize("name", ["nobody", "not_a_block", "Plot", "Slider", ""])
def test_a_block_that_the_lesson_does_not_have_is_named(page: Page, name: str) -> None:
    error = page.ask("draw", name)["error"]
    assert error["kind"] == "RequestError"
    assert error["message"] == f"got the block 'first/{name}'; expected a demo, cell or exercise of lesson 'first'"


def test_a_block_can_be_asked_for_in_python(page: Page) -> None:
    assert page.session.block("first/an_exercise").kind == "exercise"
    with pytest.raises(RequestError, match="got the block 'first'"):
        page.session.block("first")


@pytest.mark.parametrize(
    ("do", "block", "kind"),
    [
        ("fly", "a_line", "demo"),
        ("run", "a_line", "demo"),
        ("check", "a_line", "demo"),
        (None, "a_cell", "cell"),
        ("more", "a_cell", "cell"),
    ],
)
def test_a_verb_that_the_block_does_not_know_is_named(page: Page, do: Any, block: str, kind: str) -> None:
    error = page.ask(do, block)["error"]
    assert error["kind"] == "RequestError"
    assert error["message"] == f"got the request {do!r} for a {kind}; expected draw, more, run or check"


# --- running a cell --------------------------------------------------------------------------------------------


def test_a_run_answers_with_values_figures_labels_and_readouts(page: Page) -> None:
    answer = page.run(CELL)
    assert answer["values"] == {"w": 2, "b": 1}
    assert curve(answer) == [[-1, -1], [0, 1], [1, 3]]
    assert answer["figures"][0]["label"] == "Slope 2, y(2) = 5."
    assert answer["readouts"] == {"y(2)": "5"}
    assert set(answer) == {"values", "figures", "readouts"}


def test_a_long_value_is_cut(page: Page) -> None:
    assert page.run("'a' * 20000", "only_output")["value"] == "'" + "a" * (VALUE_LIMIT - 2) + "…"


def test_a_cell_may_have_no_figure_and_still_be_read(page: Page) -> None:
    assert page.run("w = -0.0", "only_output") == {"values": {}, "figures": [], "readouts": {"w": "0"}}


# --- values: who wins ------------------------------------------------------------------------------------------


def test_in_a_run_the_values_of_the_code_win(page: Page) -> None:
    answer = page.run(CELL, w=-9, b=-9)
    assert answer["values"] == {"w": 2, "b": 1}
    assert curve(answer)[1] == [0, 1]


def test_in_a_run_a_control_whose_variable_the_code_does_not_define_keeps_its_value(page: Page) -> None:
    answer = page.run("w = 2\ndef y(x):\n    return w * x + b\n", w=-9, b=3)
    assert answer["values"] == {"w": 2, "b": 3}
    assert curve(answer)[1] == [0, 3]


def test_a_variable_that_its_control_cannot_mean_is_an_error(page: Page) -> None:
    answer = page.run(CELL.replace("w = 2", "w = 'two'"), w=1, b=1)
    assert list(answer) == ["error"]
    assert answer["error"]["kind"] == "ControlError"
    assert answer["error"]["message"] == "w is 'two'; its slider needs a number"


def test_numpys_numbers_are_values_like_others(page: Page) -> None:
    source = "import numpy as np\nw, b = np.array([2, 1])\ndef y(x):\n    return np.float32(w * x + b)\n"
    answer = page.run(source)
    assert answer["values"] == {"w": 2, "b": 1}
    assert curve(answer) == [[-1, -1], [0, 1], [1, 3]]


def test_numpys_arrays_are_data_like_others(page: Page) -> None:
    answer = page.run("import numpy as np\ndata = np.array([[1, 2], [3, 4.5]])", "a_cell_of_data")
    assert answer["values"] == {"data": [[1, 2], [3, 4.5]]}
    assert answer["figures"][0]["label"] == "((1, 2), (3, 4.5))."


def test_in_a_draw_the_values_of_the_controls_win(page: Page) -> None:
    page.run(CELL)
    answer = page.ask("draw", "a_cell", source=CELL, code=CELL + "# typed since\n", values={"w": -1, "b": 0.5})
    assert curve(answer) == [[-1, 1.5], [0, 0.5], [1, -0.5]]
    assert answer["figures"][0]["label"] == "Slope −1, y(2) = −1.5."
    assert answer["code"] == CELL.replace("w = 2", "w = -1").replace("b = 1", "b = 0.5") + "# typed since\n"
    assert answer["values"] == {"w": -1, "b": 0.5}
    assert set(answer) == {"code", "values", "figures", "readouts"}


def test_in_a_draw_a_control_that_is_not_told_keeps_its_value(page: Page) -> None:
    page.run(CELL)
    page.ask("draw", "a_cell", source=CELL, values={"b": 5})
    answer = page.ask("draw", "a_cell", source=CELL, values={"w": 0})
    assert answer["code"] == ""
    assert curve(answer) == [[-1, 5], [0, 5], [1, 5]]


def test_a_dragged_point_is_written_into_the_code_and_leaves_the_rest(page: Page) -> None:
    source = "data = [(1, 0.50), (2, 3)]  # measured\r\n"
    page.run(source, "a_cell_of_data")
    answer = page.ask("draw", "a_cell_of_data", source=source, code=source, values={"data": [[1, 0.5], [2.25, 3]]})
    assert answer["code"] == "data = [(1, 0.50), (2.25, 3)]  # measured\r\n"
    assert curve(answer) == [[1, 0.5], [2.25, 3]]


# --- draw after a restart --------------------------------------------------------------------------------------


def test_a_draw_runs_the_code_only_where_the_session_does_not_know_it(page: Page) -> None:
    source = CELL + "runs = [1]\nprint('ran')"
    page.run(source)
    page.ask("draw", "a_cell", source=source, values={"w": 1})
    assert page.text() == "ran\n"
    assert page.session._runs == 1


def test_after_a_restart_a_draw_runs_the_code_again_in_silence(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    source = CELL + "import sys\nprint('out')\nprint('err', file=sys.stderr)"
    page.run(source)
    page.sent.clear()
    page.restart()
    answer = page.ask("draw", "a_cell", source=source, code=source, values={"w": 3, "b": 0})
    assert curve(answer) == [[-1, -3], [0, 0], [1, 3]]
    assert page.sent == []
    assert capsys.readouterr() == ("", "")
    page.ask("draw", "a_cell", source=source, values={"w": 4})
    assert page.session._runs == 1, "and not a third time"


def test_a_draw_with_another_source_runs_that_one(page: Page) -> None:
    page.run(CELL)
    other = CELL.replace("w * x", "w * x * x")
    assert curve(page.ask("draw", "a_cell", source=other, values={"w": 1, "b": 0})) == [[-1, 1], [0, 0], [1, 1]]
    assert curve(page.ask("draw", "a_cell", source=CELL, values={"w": 1, "b": 0})) == [[-1, -1], [0, 0], [1, 1]]


def test_code_that_stops_after_a_restart_is_told_with_its_line(page: Page) -> None:
    error = page.ask("draw", "a_cell", source=CELL + "1 / 0", values={"w": 3})["error"]
    assert (error["kind"], error["line"]) == ("ZeroDivisionError", 5)


def test_a_run_that_fails_leaves_the_last_good_one_to_draw_with(page: Page) -> None:
    page.run(CELL)
    page.run("1 / 0")
    assert curve(page.ask("draw", "a_cell", source=CELL, values={"w": 1}))[1] == [0, 1]
    assert page.session._runs == 2


def test_two_cells_do_not_know_each_others_names(page: Page) -> None:
    page.run(CELL)
    page.run("w = 7", "only_output")
    assert page.ask("draw", "only_output", source="w = 7")["readouts"] == {"w": "7"}
    assert page.ask("draw", "a_cell", source=CELL)["figures"][0]["label"] == "Slope 2, y(2) = 5."


def test_the_text_of_a_run_is_forgotten_when_the_next_one_takes_its_place(page: Page) -> None:
    before = set(linecache.cache)
    for i in range(5):
        page.run(CELL + f"# {i}")
        page.run(f"1 / 0  # {i}")
    left = set(linecache.cache) - before
    assert len([name for name in left if name.startswith("<cell")]) <= 1


# --- errors of the reader's code -------------------------------------------------------------------------------


def test_an_error_is_told_with_its_line_and_the_part_to_mark(page: Page) -> None:
    answer = page.run("w = 1\nb = 0\né = 'ü'; x = nobody\n", w=5)
    assert set(answer) == {"error"}
    error = answer["error"]
    assert (error["kind"], error["message"]) == ("NameError", "name 'nobody' is not defined")
    assert (error["line"], error["column"], error["end_column"]) == (3, 13, 19)
    assert 'File "your code", line 3' in error["text"]


def test_an_error_in_the_last_expression_has_its_line(page: Page) -> None:
    error = page.run("a = 1\n\n(a +\n  nobody)")["error"]
    assert (error["line"], error["column"], error["end_column"]) == (4, 2, 8)


def test_a_syntax_error_is_told_with_its_line_and_nothing_is_run(page: Page) -> None:
    error = page.run("print('no')\na = = 1\n")["error"]
    assert (error["kind"], error["message"], error["line"], error["column"]) == ("SyntaxError", "invalid syntax", 2, 4)
    assert page.sent == []


def test_code_that_is_being_typed_is_looked_at_and_not_run(page: Page) -> None:
    page.run(CELL)
    assert page.ask("look", "a_cell", source="w = 7\nprint(w)") == {}
    assert page.ask("look", "a_cell", source="w = 7\nif w\n")["error"]["line"] == 2
    assert page.ask("draw", "a_cell", source=CELL, code=CELL, values={})["code"] == CELL
    assert page.sent == []


@pytest.mark.parametrize(
    "source", ["return 1", "await f()", "x = 1\nbreak", "print('a'", "  x = 1", "def f(a, a): pass"]
)
def test_what_only_the_compiler_finds_has_a_line_too(page: Page, source: str) -> None:
    assert "line" in page.run(source)["error"]


@pytest.mark.parametrize("source", ["w = 1\0", "# \ud800"])
def test_text_that_is_no_code_is_an_error(page: Page, source: str) -> None:
    assert page.run(source)["error"]["kind"] in ("SyntaxError", "ValueError", "UnicodeEncodeError")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import sys\n\nsys.exit()", "SystemExit"),
        ("def f():\n\n    f()\nf()", "RecursionError"),
        ("\n\nraise ExceptionGroup('é', [ValueError()])", "ExceptionGroup"),
        ("class E(BaseException): pass\n\nraise E", "E"),
        ("\n\nraise SyntaxError('no', ('<cell', object(), 1, 5))", "SyntaxError"),
        ("\n\nassert False", "AssertionError"),
    ],
)
def test_whatever_ends_the_code_is_answered(page: Page, source: str, kind: str) -> None:
    error = page.run(source)["error"]
    assert error["kind"] == kind
    assert error.get("line", 3) == 3


def test_code_that_is_stopped_keeps_what_it_had_computed(page: Page) -> None:
    code = "w = b = 1\ndef y(x):\n    return w * x\nw = 3\nraise KeyboardInterrupt\nw = 5"
    answer = page.run(code)
    assert answer["stopped"] == 5
    assert answer["values"]["w"] == 3
    assert {"stopping": True} in page.sent
    assert "error" not in page.ask("draw", "a_cell", source=code, code=code, values={"w": 2}), "it runs from there"


def test_code_that_is_stopped_too_soon_for_a_figure_has_none(page: Page) -> None:
    answer = page.run("raise KeyboardInterrupt\ndef y(x):\n    return x")
    assert answer == {"stopped": 1}


def test_code_that_is_run_for_a_figure_and_stopped_is_answered(page: Page) -> None:
    assert page.ask("draw", "a_cell", source="raise KeyboardInterrupt", values={}) == {"stopped": 1}


def test_a_figure_that_is_stopped_is_answered(page: Page) -> None:
    source = "w = 0\nb = 0\ndef y(x):\n    raise KeyboardInterrupt"
    answer = page.ask("draw", "a_cell", source=source, code=source, values={"w": 0.5})
    assert answer == {"stopped": 4, "code": source.replace("w = 0", "w = 0.5")}


def test_a_draw_that_ends_python_is_answered(page: Page) -> None:
    source = "w = b = 0\ndef y(x):\n    raise SystemExit"
    assert page.ask("draw", "a_cell", source=source, values={})["error"]["kind"] == "SystemExit"


# --- names that the figure needs -------------------------------------------------------------------------------


def test_the_figure_waits_for_a_name_that_is_missing(page: Page) -> None:
    answer = page.run("w = b = 1\n'hello'")
    assert answer == {
        "value": "'hello'",
        "note": "The figure needs y, which this code does not define: it stays as it was.",
    }


def test_a_run_whose_figure_waits_leaves_the_last_good_one_to_draw_with(page: Page) -> None:
    page.run(CELL)
    page.run("w = b = 1")
    assert curve(page.ask("draw", "a_cell", source=CELL, values={"w": 0})) == [[-1, 1], [0, 1], [1, 1]]
    assert page.session._runs == 2


# --- what is printed and drawn ---------------------------------------------------------------------------------


def test_printed_text_is_sent_while_the_code_runs_and_errors_do_not_swallow_it(page: Page) -> None:
    answer = page.run("import sys\nprint('é', 1)\nprint('two')\nprint('no', file=sys.stderr)\n1 / 0")
    assert page.text() == "é 1\ntwo\n"
    assert page.text("stderr") == "no\n"
    assert answer["error"]["line"] == 5


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_all_that_is_printed_is_sent_before_the_answer_and_what_is_too_much_is_counted(page: Page, stream: str) -> None:
    page.run(f"import sys\nkept = sys.{stream}\nkept.write('a')\nkept.write('b' * {LIMIT})", "only_output")
    assert page.text(stream) == "a" + "b" * (LIMIT - 1) + "\n… and 1 more characters, not shown.\n"


def test_after_a_run_images_go_nowhere_again(page: Page) -> None:
    before = show_image.get()
    page.run("1", "only_output")
    assert show_image.get() is before


def test_matplotlib_finds_its_backend_in_the_environment() -> None:
    module = os.environ["MPLBACKEND"].removeprefix("module://")
    assert callable(importlib.import_module(module).show)


def test_without_a_page_to_listen_output_goes_nowhere(lessons: str, capsys: pytest.CaptureFixture[str]) -> None:
    request = {"do": "run", "block": "first/only_output", "source": "print('a')\n1"}
    assert json.loads(Session(lessons).handle(json.dumps(request)))["value"] == "1"
    assert capsys.readouterr() == ("", "")


def test_what_a_function_prints_while_it_is_sampled_is_left_out(page: Page) -> None:
    source = "import sys\ndef y(x):\n    print('in y')\n    print('in y', file=sys.stderr)\n    return x\ny(1)"
    answer = page.run(source, w=1, b=1)
    assert curve(answer) == [[-1, -1], [0, 0], [1, 1]]
    assert (page.text(), page.text("stderr")) == ("in y\n", "in y\n"), "once, by the code itself"


PLOTS = """
import sys
from matplotlib import pyplot as plt
print("before")
plt.plot([1, 2])
plt.title("one")
print("also before")
print("a warning", file=sys.stderr)
print("another", file=sys.stderr)
plt.show()
print("between")
plt.figure()
plt.title("two")
print("after")
"""


def test_text_and_images_arrive_in_the_order_of_the_code(page: Page) -> None:
    page.run(PLOTS, "only_output")
    titled = [("image", re.findall("<!-- (one|two) -->", m["image"])) if "image" in m else m for m in page.sent]
    first, second = titled.index(("image", ["one"])), titled.index(("image", ["two"]))

    def text(stream: str, messages: list[Any]) -> str:
        return "".join(m[stream] for m in messages if stream in m)

    assert text("stdout", titled[:first]) == "before\nalso before\n"
    assert text("stderr", titled[:first]) == "a warning\nanother\n"
    assert text("stdout", titled[first + 1 : second]) == "between\nafter\n"
    assert second == len(titled) - 1


def test_the_session_does_not_load_a_drawing_library_by_itself(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    assert "error" not in page.run(CELL + "print('a')")
    assert "error" not in page.ask("draw", "a_cell", source=CELL, values={"w": 1})
    assert "matplotlib.pyplot" not in sys.modules


def test_a_figure_drawn_before_an_error_is_shown_as_well(page: Page) -> None:
    answer = page.run("from matplotlib import pyplot as plt\nplt.plot([1, 2])\n1 / 0")
    assert [list(message) for message in page.sent] == [["image"]]
    assert (answer["error"]["kind"], answer["error"]["line"]) == ("ZeroDivisionError", 3)


def test_a_figure_that_cannot_be_drawn_is_an_error_of_this_run_only(page: Page) -> None:
    source = "from matplotlib import pyplot as plt\nplt.title('$\\\\nothing$')"
    assert page.run(source, "only_output")["error"]["kind"] == "ValueError"
    assert "error" not in page.run("w = 1", "only_output")
    assert page.sent == []


def test_figures_of_a_silent_run_are_not_shown_then_or_later(page: Page) -> None:
    source = "from matplotlib import pyplot as plt\nplt.plot([1, 2])\nplt.show()\nplt.plot([2, 1])\nw = 1"
    assert page.ask("draw", "only_output", source=source)["readouts"] == {"w": "1"}
    page.run("w = 2", "only_output")
    assert page.sent == []


def test_figures_of_a_function_that_is_sampled_are_not_shown_then_or_later(page: Page) -> None:
    source = CELL.replace("return", "plt.plot([x])\n    return") + "from matplotlib import pyplot as plt\n"
    assert curve(page.run(source)) == [[-1, -1], [0, 1], [1, 3]]
    page.run("w = 2", "only_output")
    assert page.sent == []


# --- exercises -------------------------------------------------------------------------------------------------


def double(body: str) -> str:
    return f"w = 1\ndef double(x):\n    {body}\n"


@pytest.mark.parametrize(
    ("source", "passed", "says"),
    [
        (double("return 2 * x"), True, "Yes."),
        (double("return x"), False, "`double(3)` gave 3."),
        (double("return x * x"), False, "That is the square."),
        ("w = 1", False, "It could not be checked: your code does not define double."),
        (double("return 2 * x") + "1 / 0", False, "Your code stopped with ZeroDivisionError on line 4. Mend"),
        ("w = (", False, "Your code stopped with SyntaxError on line 1."),
        (double("raise SystemExit"), False, "Your code stopped with SystemExit on line 3."),
        ("w = 'one'", False, "It could not be checked: ControlError, w is 'one'; its slider needs a number."),
        (
            double("return {}[x] if x > 1 else 0"),
            False,
            "Your code stopped with KeyError on line 3. A dictionary has no",
        ),
    ],
)
def test_a_check_gives_a_verdict(page: Page, source: str, passed: bool, says: str) -> None:
    verdict = page.ask("check", "an_exercise", source=source)["verdict"]
    assert verdict["pass"] is passed
    assert verdict["says"].startswith(says)


def test_a_check_is_a_run_as_well(page: Page) -> None:
    answer = page.ask("check", "an_exercise", source=double("print('in')\n    return 2 * x") + "print('out')\n5")
    assert answer["values"] == {"w": 1}
    assert answer["value"] == "5"
    assert curve(answer) == [[-1, -2], [0, 0], [1, 2]]
    assert page.text() == "out\n", "what is printed while it is checked is left out"


def test_a_run_of_an_exercise_gives_no_verdict(page: Page) -> None:
    assert "verdict" not in page.run(double("return 2 * x"), "an_exercise")


def test_a_check_of_a_cell_gives_no_verdict(page: Page) -> None:
    answer = page.ask("check", "a_cell", source=CELL)
    assert "verdict" not in answer
    assert answer["values"] == {"w": 2, "b": 1}


def test_a_check_that_ends_python_or_answers_nonsense_is_answered(page: Page) -> None:
    ended = page.ask("check", "a_task_without_figure", source="def f():\n    raise SystemExit")
    assert ended["verdict"]["says"].startswith("Your code stopped with SystemExit on line 2.")
    odd = page.ask("check", "a_task_without_figure", source="def f():\n    return {1}")
    assert odd["error"]["kind"] == "TypeError"


def test_a_check_without_a_figure_knows_the_line_that_failed(page: Page) -> None:
    source = "zero = 0\ndef f():\n    return 1 / zero"
    answer = page.ask("check", "a_task_whose_figure_needs_more", source=source)
    assert answer["note"].startswith("The figure needs g")
    assert "`zero` is 0 here" in answer["verdict"]["says"]


def test_warnings_are_told_as_of_the_readers_lines(page: Page) -> None:
    assert warnings.formatwarning("x", UserWarning, "<cell 1>", 3) == "Line 3: UserWarning: x\n"


def test_a_check_does_not_move_the_readers_variables(page: Page) -> None:
    source = "w = 0\nseen = []\ndef update():\n    global w, new\n    w += 1\n    new = 1\n"
    form = Form(page, "an_exercise_that_moves", source)
    for _ in range(2):
        answer = page.ask("check", "an_exercise_that_moves", source=source, values=form.values)
        assert answer["verdict"] == {"pass": False, "says": "w is 2."}, "the mistake's question has moved it as well"
        assert answer["values"] == {"w": 0}
        redrawn = form.move()
        assert redrawn["values"] == {"w": 0}
        assert redrawn["figures"] == answer["figures"]
    assert "new" not in page.session._ran["first/an_exercise_that_moves"].namespace


# --- what a control writes into the code -----------------------------------------------------------------------


def test_a_moved_control_is_written_into_the_code_and_what_was_typed_for_the_others_stays(page: Page) -> None:
    page.run(CELL)
    typed = CELL.replace("b = 1", "b = 7")
    assert typed != CELL
    answer = page.ask("draw", "a_cell", values={"w": 3, "b": 1}, source=CELL, code=typed)
    assert answer["code"] == typed.replace("w = 2", "w = 3")


def test_a_name_that_its_control_cannot_mean_counts_as_moved(page: Page) -> None:
    source = CELL.replace("w = 2", "w = 'two'")
    answer = page.ask("draw", "a_cell", values={"w": 3, "b": 1}, source=source, code=source)
    assert answer["code"] == CELL.replace("w = 2", "w = 3")
