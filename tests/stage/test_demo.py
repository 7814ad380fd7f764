"""Demos, cells and exercises are declared once, and a wrong declaration says what was got and what was expected."""

from __future__ import annotations

from typing import Any

import pytest

from stage.controls import Button, ControlError, Player, Slider
from stage.demo import Cell, Demo, Exercise, Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.learner import Learner, Missing

EMPTY = Plot(x=(0, 1), y=(0, 1))


def test_a_demo_is_its_function_its_controls_and_their_starts() -> None:
    @demo(w=Slider(-1, 1, start=0.5), b=Slider(-1, 1, start=0))
    def a_line(w: float, b: float) -> Plot:
        """A line of slope {w}."""
        return EMPTY

    assert isinstance(a_line, Demo)
    assert a_line.kind == "demo"
    assert a_line.labels == ["A line of slope {w}."]
    assert a_line.starts == {"w": 0.5, "b": 0}
    assert a_line.function(w=1, b=1) is EMPTY


def test_each_paragraph_of_the_docstring_is_the_label_of_a_figure_on_one_line() -> None:
    def two(learner: Learner) -> None:
        """A line of slope {w}
        that crosses at {b}.

        Its loss.
        """

    assert Demo(two, {}).labels == ["A line of slope {w} that crosses at {b}.", "Its loss."]


def test_a_function_that_says_nothing_of_itself_has_an_empty_label() -> None:
    assert Demo(lambda: None, {}).labels == [""]


@pytest.mark.parametrize(
    ("controls", "got"), [({}, "none"), ({"w": Slider(0, 1, 0)}, "w"), ({"b": Slider(0, 1), "w": Slider(0, 1)}, "b, w")]
)
def test_a_demos_controls_are_its_functions_parameters(controls: dict[str, Slider], got: str) -> None:
    with pytest.raises(ControlError, match=f"got controls {got}; expected w, b, as the function says"):
        demo(**controls)(lambda w, b: None)


def test_a_control_of_a_demo_has_a_start() -> None:
    with pytest.raises(ControlError, match="got w without start=; expected a value that the demo starts with"):
        demo(w=Slider(0, 1))(lambda w: None)


@pytest.mark.parametrize("control", [Button(records=()), Player(records=())])
def test_a_demo_has_no_code_that_a_button_could_call(control: Button) -> None:
    with pytest.raises(ControlError, match="got train=Button or Player; expected one only in a cell, whose code it"):
        demo(train=control)(lambda train: None)


def test_a_cell_is_its_function_its_controls_and_what_is_read() -> None:
    @cell(w=Slider(0, 1), update=Button(records=("w",)), reads=("loss(w)",))
    def a_cell(learner: Learner) -> None:
        """A cell."""

    assert isinstance(a_cell, Cell)
    assert not isinstance(a_cell, Exercise)
    assert (a_cell.kind, a_cell.labels, a_cell.reads) == ("cell", ["A cell."], ("loss(w)",))
    assert a_cell.starts == {"w": None, "update": None}
    assert cell()(lambda learner: None).reads == ()


@pytest.mark.parametrize(("function", "got"), [(lambda: None, "none"), (lambda learner, w: None, "learner, w")])
def test_a_cells_function_has_one_parameter_the_learner(function: Any, got: str) -> None:
    with pytest.raises(ControlError, match=f"got the parameters {got}; expected one, the learner"):
        cell()(function)


def test_a_control_of_a_cell_has_no_start_not_even_zero() -> None:
    with pytest.raises(ControlError, match="got w with start=0; expected none: the cell's code says it"):
        cell(w=Slider(0, 1, start=0))(lambda learner: None)


def test_a_cell_has_one_control_that_takes_steps_at_the_most() -> None:
    with pytest.raises(ControlError, match="got 2 controls that take steps; expected one at the most"):
        cell(update=Button(records=()), train=Player(records=()))(lambda learner: None)


@pytest.mark.parametrize("expression", ["w = 1", "1 +", "", "return 1"])
def test_what_a_cell_reads_is_an_expression(expression: str) -> None:
    with pytest.raises(ControlError, match=r"got reads='.*'; expected a Python expression \(.+\)"):
        cell(reads=("w", expression))(lambda learner: None)
    with pytest.raises(ControlError, match=r"got reads='.*'; expected a Python expression \(.+\)"):
        cell(train=Player(records=(), reads=("w", expression)))(lambda learner: None)


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
