"""Demos, cells and exercises are declared once, and a wrong declaration says what was got and what was expected."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from stage.demo import (
    Cell,
    ControlError,
    DataPoints,
    Demo,
    Exercise,
    Learner,
    Missing,
    Mistake,
    Slider,
    cell,
    demo,
    exercise,
    role_of,
)
from stage.figure import Plot

EMPTY = Plot(x=(0, 1), y=(0, 1))


def test_a_slider_steps_through_a_two_hundredth_of_its_range_unless_it_says_otherwise() -> None:
    assert Slider(-10, 10).step == 0.1
    assert Slider(-10, 10, step=0.5).step == 0.5


@pytest.mark.parametrize("ends", [(1, 1), (2, 1), (math.nan, 1), (0, math.nan), (-math.inf, 1), (0, math.inf)])
def test_a_slider_goes_from_a_number_to_a_higher_one(ends: tuple[float, float]) -> None:
    with pytest.raises(ControlError, match=r"got Slider\(.*\); expected two numbers, the lower one first"):
        Slider(*ends)


@pytest.mark.parametrize("start", [-0.1, 1.1, math.nan])
def test_a_slider_starts_in_its_range(start: float) -> None:
    with pytest.raises(ControlError, match=rf"got start={start}; expected a number from 0 to 1"):
        Slider(0, 1, start=start)


@pytest.mark.parametrize("start", [0, 0.5, 1])
def test_a_slider_may_start_at_either_end(start: float) -> None:
    assert Slider(0, 1, start=start).start == start


@pytest.mark.parametrize("step", [0, -1, math.nan])
def test_a_slider_steps_forward(step: float) -> None:
    with pytest.raises(ControlError, match=rf"got step={step}; expected a number above 0"):
        Slider(0, 1, step=step)


@pytest.mark.parametrize(
    ("value", "accepted"),
    [(3, 3), (2.5, 2.5), (-0.0, -0.0), (10**23, 10**23), (np.float64(2.5), 2.5), (np.int64(3), 3.0), (99, 99)],
)
def test_a_slider_accepts_a_number_and_leaves_it_as_it_is(value: object, accepted: float) -> None:
    got = Slider(0, 1).accept("w", value)
    assert got == accepted
    assert type(got) is type(accepted), "an integer stays one, so that the code says 3 and not 3.0"


@pytest.mark.parametrize("value", [None, "3", True, math.nan, math.inf, 10**400, [1], 1j])
def test_a_slider_accepts_nothing_else(value: object) -> None:
    with pytest.raises(ControlError, match=r"^w is .*; its slider needs a number$"):
        Slider(0, 1).accept("w", value)


def test_data_points_accept_pairs_and_whole_numbers_become_integers() -> None:
    accepted = DataPoints(x=(0, 1), y=(0, 1)).accept("data", [[1.0, 0.85], (2, -0.0)])
    assert repr(accepted) == "[(1, 0.85), (2, 0)]"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, r"data is None; expected a list of \(x, y\) pairs"),
        ([(1, 2), (3,)], r"data\[1\] is \(3,\); expected a pair of numbers \(x, y\)"),
    ],
)
def test_data_points_accept_nothing_else(value: object, says: str) -> None:
    with pytest.raises(ControlError, match=says):
        DataPoints(x=(0, 1), y=(0, 1)).accept("data", value)


@pytest.mark.parametrize(
    ("name", "role"),
    [("w", "weight"), ("w1", "weight"), ("w12", "weight"), ("b", "bias"), ("data", "data"), ("who", None), ("7", None)],
)
def test_the_role_of_a_variable_is_that_of_its_name(name: str, role: str | None) -> None:
    assert role_of(name) == role
    assert role_of(name, Slider(0, 1)) == role


def test_a_controls_own_role_comes_first() -> None:
    assert role_of("w", Slider(0, 1, role="gradient")) == "gradient"
    assert role_of("who", DataPoints(x=(0, 1), y=(0, 1), role="data")) == "data"


def test_the_readers_names_are_attributes_of_the_learner() -> None:
    learner = Learner({"w": 3, "y": max, "_hidden": 4})
    assert (learner.w, learner.y(1, 2), learner._hidden) == (3, 2, 4)


def test_a_name_that_the_code_does_not_define_is_missing() -> None:
    with pytest.raises(Missing, match="your code does not define y") as told:
        _ = Learner({"w": 3}).y
    assert told.value.name == "y"


def test_python_may_ask_a_learner_for_what_it_asks_of_any_object() -> None:
    assert not hasattr(Learner({"__len__": 3}), "__len__")


def test_a_demo_is_its_function_its_controls_and_their_starts() -> None:
    @demo(w=Slider(-1, 1, start=0.5), b=Slider(-1, 1, start=0))
    def a_line(w: float, b: float) -> Plot:
        """A line of slope {w}.

        On two lines.
        """
        return EMPTY

    assert isinstance(a_line, Demo)
    assert a_line.kind == "demo"
    assert a_line.label == "A line of slope {w}.\n\nOn two lines."
    assert a_line.starts == {"w": 0.5, "b": 0}
    assert a_line.function(w=1, b=1) is EMPTY


def test_a_function_that_says_nothing_of_itself_has_an_empty_label() -> None:
    assert Demo(lambda: None, {}).label == ""


@pytest.mark.parametrize(
    ("controls", "got"), [({}, "none"), ({"w": Slider(0, 1, 0)}, "w"), ({"b": Slider(0, 1), "w": Slider(0, 1)}, "b, w")]
)
def test_a_demos_controls_are_its_functions_parameters(controls: dict[str, Slider], got: str) -> None:
    with pytest.raises(ControlError, match=f"got controls {got}; expected w, b, as the function says"):
        demo(**controls)(lambda w, b: None)


def test_a_control_of_a_demo_has_a_start() -> None:
    with pytest.raises(ControlError, match="got w without start=; expected a value that the demo starts with"):
        demo(w=Slider(0, 1))(lambda w: None)


def test_a_cell_is_its_function_its_controls_and_what_is_read() -> None:
    @cell(w=Slider(0, 1), reads=("loss(w)",))
    def a_cell(learner: Learner) -> None:
        """A cell."""

    assert isinstance(a_cell, Cell)
    assert not isinstance(a_cell, Exercise)
    assert (a_cell.kind, a_cell.label, a_cell.reads, a_cell.starts) == ("cell", "A cell.", ("loss(w)",), {"w": None})
    assert cell()(lambda learner: None).reads == ()


@pytest.mark.parametrize(("function", "got"), [(lambda: None, "none"), (lambda learner, w: None, "learner, w")])
def test_a_cells_function_has_one_parameter_the_learner(function: Any, got: str) -> None:
    with pytest.raises(ControlError, match=f"got the parameters {got}; expected one, the learner"):
        cell()(function)


def test_a_control_of_a_cell_has_no_start_not_even_zero() -> None:
    with pytest.raises(ControlError, match="got w with start=0; expected none: the cell's code says it"):
        cell(w=Slider(0, 1, start=0))(lambda learner: None)


@pytest.mark.parametrize("expression", ["w = 1", "1 +", "", "return 1"])
def test_what_a_cell_reads_is_an_expression(expression: str) -> None:
    with pytest.raises(ControlError, match=r"got reads='.*'; expected a Python expression \(.+\)"):
        cell(reads=("w", expression))(lambda learner: None)


def doubling(**more: Any) -> Exercise:
    def check(learner: Learner) -> str | None:
        return None if learner.y(3) == 6 else f"`y(3)` gave {learner.y(3)}."

    made = exercise(check=check, passes="Yes.", hints=("a", "b"), solution="\n\ny = 2\n  \n", **more)(
        lambda learner: None
    )
    assert isinstance(made, Exercise)
    return made


def test_an_exercise_keeps_all_that_it_is_given() -> None:
    mistake = Mistake("y = abs", lambda learner: True, "No.")
    made = doubling(mistakes=(mistake,), reads=("y",), w=Slider(0, 1))
    assert made.kind == "exercise"
    assert (made.passes, made.hints, made.mistakes, made.reads) == ("Yes.", ("a", "b"), (mistake,), ("y",))
    assert made.controls == {"w": Slider(0, 1)}
    assert made.solution == "y = 2\n  ", "without the empty lines around it"


def test_an_exercise_is_held_to_the_rules_of_a_cell() -> None:
    with pytest.raises(ControlError, match="got w with start=1"):
        doubling(w=Slider(0, 1, start=1))


def test_an_exercise_without_a_check_passes() -> None:
    assert Exercise(lambda learner: None, {}).verdict(Learner({})) == (True, "")


def test_a_right_answer_passes_and_a_wrong_one_is_told_what_is_wrong() -> None:
    assert doubling().verdict(Learner({"y": lambda x: 2 * x})) == (True, "Yes.")
    assert doubling().verdict(Learner({"y": lambda x: x})) == (False, "`y(3)` gave 3.")


def test_an_anticipated_mistake_has_an_answer_of_its_own_the_first_one_wins() -> None:
    made = doubling(
        mistakes=(
            Mistake("", lambda learner: learner.nothing, "missing"),
            Mistake("", lambda learner: bool(1 / 0), "broken"),
            Mistake("", lambda learner: learner.y(3) < 0, "negative"),
            Mistake("", lambda learner: learner.y(3) < 5, "too small"),
            Mistake("", lambda learner: learner.y(3) < 6, "also true"),
        )
    )
    assert made.verdict(Learner({"y": lambda x: 1})) == (False, "too small")
    assert made.verdict(Learner({"y": lambda x: 2 * x})) == (True, "Yes.")


def test_what_a_check_raises_is_for_the_session_to_tell() -> None:
    with pytest.raises(Missing):
        doubling().verdict(Learner({}))
