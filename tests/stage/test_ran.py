"""The reader's code is run as Python runs a script, and its names are what the controls set and show."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from stage.controls import Button, Control, ControlError, DataPoints, Player, Slider
from stage.ran import Ran
from tests.stage.conftest import Page

LESSON = '''
from stage.demo import cell


@cell(reads=("w",))
def only_output(learner):
    """Only the output."""
'''

CONTROLS: dict[str, Control] = {"w": Slider(-10, 10), "data": DataPoints(x=(0, 9), y=(0, 9))}


def ran(source: str, **more: Control) -> Ran:
    """The code, run as that of a cell with a slider for w, points for data, and `more` controls."""
    made = Ran(source, "<cell of test_ran>", CONTROLS | more)
    try:
        made.execute()
        made.record()
    finally:
        linecache.cache.pop(made.file)
    return made


# --- running ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 1", "2"),
        ("x = 'é'\nx", "'é'"),
        ("'''only a text'''", "'only a text'"),
        ("from __future__ import annotations\n[1.50, None]", "[1.5, None]"),
        ("'\\ud800'", "'\\ud800'"),
        ("__name__", "'__main__'"),
    ],
)
def test_the_value_of_the_last_expression_is_shown_as_python_writes_it(page: Page, source: str, value: str) -> None:
    assert page.run(source, "only_output")["value"] == value


@pytest.mark.parametrize("source", ["", "# nothing", "x = 1", "None", "1\nx = 2", "print()", "\f"])
def test_without_a_last_expression_there_is_no_value(page: Page, source: str) -> None:
    answer = page.run(source, "only_output")
    assert "value" not in answer
    assert "error" not in answer


def test_every_run_begins_with_a_clean_slate(page: Page) -> None:
    page.run("kept = 1", "only_output")
    assert page.run("kept", "only_output")["error"]["kind"] == "NameError"


def test_two_classes_and_functions_of_the_code_know_each_other(page: Page) -> None:
    source = "def f(): return g() + C.k\ndef g(): return 1\nclass C: k = 2\nf()"
    assert page.run(source, "only_output")["value"] == "3"


def test_the_code_is_compiled_by_its_own_rules_and_not_by_the_sessions(page: Page) -> None:
    source = "def f(x: int): pass\nf.__annotations__['x']"
    assert page.run(source, "only_output")["value"] == "<class 'int'>"
    # Since Python 3.14 annotations wait until they are asked for, and so does this error.
    assert page.run("def g(x: who): pass\ng.__annotations__", "only_output")["error"]["kind"] == "NameError"


@pytest.mark.parametrize("space", ["\f", "'\x0b\x0c\x1c\x85\u2028'", "# \u2029"])
def test_a_line_is_a_line_as_python_counts_them(page: Page, space: str) -> None:
    error = page.run(f"a = 1\n{space}\né = 'é' + nobody\n", "only_output")["error"]
    assert (error["line"], error["column"], error["end_column"]) == (3, 10, 16)
    assert "é = 'é' + nobody" in error["text"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_is_right_whatever_ends_the_lines(page: Page, end: str) -> None:
    error = page.run(end.join(["a = 1", "", "é = 'é' + nobody", ""]), "only_output")["error"]
    assert (error["line"], error["column"], error["end_column"]) == (3, 10, 16)


def test_asking_for_input_is_answered_with_what_to_do(page: Page) -> None:
    error = page.run("name = input('Who? ')", "only_output")["error"]
    assert (error["kind"], error["line"]) == ("OSError", 1)
    assert "write the value into the code" in error["message"]


# --- names and controls ----------------------------------------------------------------------------------------


def test_a_control_shows_what_its_name_says() -> None:
    code = ran("w = 2\ndata = ((1, 2.5), [3.0, 4])")
    assert code.values == code.shown == {"w": 2, "data": [(1, 2.5), (3, 4)]}


def test_numpys_numbers_and_arrays_are_values_like_others() -> None:
    code = ran("import numpy as np\nw = np.float32(0.5)\ndata = np.array([[1, 2], [3, 4.5]])")
    assert repr(code.values) == "{'w': 0.5, 'data': [(1, 2), (3, 4.5)]}"


@pytest.mark.parametrize("w", ["'two'", "float('inf')", "float('nan')", "None", "[1]", "True", "10 ** 400"])
def test_a_name_that_its_control_cannot_mean_is_an_error_in_a_run_and_not_shown_later(w: str) -> None:
    code = ran(f"w = {w}\ndata = []")
    with pytest.raises(ControlError, match=r"^w is .*; its slider needs a number$"):
        _ = code.values
    assert code.shown == {"data": []}


def test_a_control_that_moves_sets_its_name_for_the_functions_of_the_code() -> None:
    code = ran("w = 2\ndata = []\ndef y(): return w")
    moved = code.moved({"w": 3, "data": []})
    assert moved == {"w": 3}
    code.move(moved)
    assert code.learner.y() == 3
    assert code.moved({"w": 3}) == {}


def test_a_number_that_is_equal_has_not_moved_whatever_its_type() -> None:
    code = ran("import numpy as np\nw = np.float64(2)\ndata = np.array([[1, 2]])")
    assert code.moved({"w": 2, "data": [(1.0, 2.0)]}) == {}
    assert isinstance(code.namespace["data"], np.ndarray)


def test_what_a_control_cannot_show_has_moved_when_it_says_something_else_than_it_did() -> None:
    code = ran("w = 2\ndata = []")
    assert code.moved({"w": 2}) == {}
    code.namespace["w"] = float("nan")
    assert code.moved({"w": 2}) == {}, "the slider still stands where it stood"
    assert code.moved({"w": 3}) == {"w": 3}
    assert ran("w = 'two'").moved({"w": 3}) == {"w": 3}


def test_only_names_that_the_code_does_not_define_take_the_values_of_their_controls() -> None:
    code = ran("w = 2")
    code.default({"w": 9, "data": [(1, 2)]})
    assert code.values == {"w": 2, "data": [(1, 2)]}


def test_a_button_is_no_variable_its_value_is_the_step_shown() -> None:
    code = ran("w = 2\ndata = []\ndef update():\n    global w\n    w += 1", update=Button(records=("w",)))
    assert code.variables == ["w", "data"]
    assert code.values == code.shown == {"w": 2, "data": [], "update": 0}
    assert code.recording is not None
    code.recording.go(2, seconds=60)
    assert code.shown == {"w": 4, "data": [], "update": 2}
    assert code.moved({"update": 1}) == {}


def test_before_anything_is_recorded_the_step_is_zero() -> None:
    made: Any = Ran("", "<cell>", {"update": Button(records=())})
    assert made.values == {"update": 0}
    assert list(made.learner._runs) == []


def test_data_of_more_digits_than_a_form_shows_was_not_moved() -> None:
    ran = Ran("data = [(1, 1 / 3)]\nw = 0.1 + 0.2", "<cell 1>", {"w": Slider(0, 1), "data": DataPoints((0, 9), (0, 9))})
    ran.execute()
    assert ran.moved({"data": [(1, 0.333333333333)], "w": 0.3}) == {}
    moved = ran.moved({"data": [(1, 0.34)], "w": 0.3})
    assert moved == {"data": [(1, 0.34)]}
    ran.move(moved)
    assert ran.moved({"data": [(1, 0.34), (2, 1)]}) == {"data": [(1, 0.34), (2, 1)]}


# --- controls that run the code again --------------------------------------------------------------------------

SIZED = """size = 3
w = 1
data = []
weights = [0] * size
def train(n):
    weights[0] += w
"""
AGAIN: dict[str, Control] = {"size": Slider(0, 9, reruns=True)}


def test_a_control_that_reruns_runs_all_of_the_code_with_its_value() -> None:
    code = ran(SIZED, **AGAIN)
    code.move({"size": 5})
    assert code.namespace["weights"] == [0] * 5
    assert code.shown == {"w": 1, "data": [], "size": 5}


def test_what_was_moved_before_a_rerun_is_still_moved_after_it() -> None:
    code = ran(SIZED, **AGAIN)
    code.move({"w": 4})
    code.move({"size": 2})
    assert (code.namespace["w"], code.namespace["weights"]) == (4, [0, 0])


def test_a_rerun_that_raises_changes_nothing() -> None:
    code = ran(SIZED.replace("[0] * size", "[0] * size if size else 1 / 0"), **AGAIN)
    with pytest.raises(ZeroDivisionError):
        code.move({"size": 0})
    assert (code.namespace["size"], code.namespace["weights"]) == (3, [0] * 3)
    code.move({"w": 2})
    code.move({"size": 1})
    assert code.namespace["weights"] == [0]


def test_a_rerun_begins_a_new_run_and_keeps_the_one_before() -> None:
    code = ran(SIZED, train=Player(records=("weights",)), **AGAIN)
    assert code.recording is not None
    code.recording.go(2, seconds=60)
    code.move({"size": 1})
    before, now = code.recording.runs
    assert [row[0] for row in before.rows] == [[0, 0, 0], [1, 0, 0], [2, 0, 0]]
    assert [row[0] for row in now.rows] == [[0]]


def test_a_value_that_the_code_does_not_say_is_only_set() -> None:
    code = ran(SIZED.replace("size = 3", "size = 1 + 2"), **AGAIN)
    code.move({"size": 5})
    assert (code.namespace["size"], code.namespace["weights"]) == (5, [0] * 3)
