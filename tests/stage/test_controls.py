"""Controls are declared once, and a wrong declaration says what was got and what was expected."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stage.controls import (
    Button,
    Choice,
    Control,
    ControlError,
    DataPoints,
    Player,
    Slider,
    role_of,
    steps_of,
)


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


def test_a_slider_plays_only_where_it_is_told_to() -> None:
    assert not Slider(0, 1).plays
    assert Slider(0, 1, plays=True).plays


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
        (None, r"data is None; expected a list, each entry a pair of numbers \(x, y\)"),
        ([(1, 2), (3,)], r"data\[1\] is \(3,\); expected a pair of numbers \(x, y\)"),
        ([(0, 1)] * 1001, "data has 1,001 points; expected at most 500, as each can be moved"),
    ],
)
def test_data_points_accept_nothing_else(value: object, says: str) -> None:
    with pytest.raises(ControlError, match=says):
        DataPoints(x=(0, 1), y=(0, 1)).accept("data", value)


def test_data_points_may_be_chosen_from_lists_of_a_name() -> None:
    assert dict(DataPoints(x=(0, 1), y=(0, 1)).presets) == {}
    assert DataPoints(x=(0, 1), y=(0, 1), presets={"one": [(0, 1)]}).presets["one"] == [(0, 1)]


@pytest.mark.parametrize("control", [Button(records=("w",), most=100), Player(records=("w",), most=100)])
@pytest.mark.parametrize(
    ("value", "step"), [(0, 0), (7, 7), (7.9, 7), (-3, 0), (100, 100), (101, 100), (1e300, 100), (np.int64(5), 5)]
)
def test_a_button_and_a_player_accept_the_steps_that_there_can_be(control: Button, value: object, step: int) -> None:
    got = control.accept("update", value)
    assert got == step
    assert type(got) is int


@pytest.mark.parametrize("value", [None, "3", True, math.nan, math.inf, [1]])
def test_a_button_accepts_nothing_else(value: object) -> None:
    with pytest.raises(ControlError, match=r"^update is .*; its steps are numbered from 0$"):
        Button(records=()).accept("update", value)


def test_a_button_calls_with_nothing_and_a_player_with_one() -> None:
    button, player = Button(records=("w",)), Player(records=("w",))
    assert (button.kind, button.arguments, button.start) == ("button", (), None)
    assert (player.kind, player.arguments, player.start) == ("player", (1,), None)


def test_of_the_controls_of_a_block_one_takes_steps_or_none() -> None:
    slider, player = Slider(0, 1), Player(records=("w",))
    assert steps_of({"w": slider, "train": player}) == ("train", player)
    assert steps_of({"w": slider}) is None
    assert steps_of({}) is None


@pytest.mark.parametrize(
    ("name", "role"),
    [("w", "weight"), ("w1", "weight"), ("w12", "weight"), ("b", "bias"), ("data", "data"), ("who", None), ("7", None)],
)
def test_the_role_of_a_variable_is_that_of_its_name(name: str, role: str | None) -> None:
    assert role_of(name) == role
    assert role_of(name, Slider(0, 1)) == role


@pytest.mark.parametrize(
    ("name", "control", "role"),
    [
        ("w", Slider(0, 1, role="gradient"), "gradient"),
        ("who", DataPoints(x=(0, 1), y=(0, 1), role="data"), "data"),
        ("who", Player(records=()), None),
    ],
)
def test_a_controls_own_role_comes_first(name: str, control: Control, role: str | None) -> None:
    assert role_of(name, control) == role


# --- choices, and points with classes --------------------------------------------------------------------------


def test_a_choice_accepts_its_options_and_nothing_else() -> None:
    choice = Choice(("tanh", "relu"), start="relu")
    assert choice.accept("bend", "tanh") == "tanh"
    for value in ("sine", None, 1, ["tanh"]):
        with pytest.raises(ControlError, match=r"^bend is .*; expected 'tanh' or 'relu'$"):
            choice.accept("bend", value)


def test_a_choice_is_between_two_at_least_and_starts_with_one_of_them() -> None:
    with pytest.raises(ControlError, match=r"^got Choice\(\('tanh',\)\); expected at least two texts to choose from$"):
        Choice(("tanh",))
    with pytest.raises(ControlError, match=r"^got start='sine'; expected 'tanh' or 'relu'$"):
        Choice(("tanh", "relu"), start="sine")


def test_points_with_classes_are_triples() -> None:
    points = DataPoints(x=(0, 9), y=(0, 9), classes=True)
    assert points.accept("data", [[1.0, 2.5, 0], (3, 4, 1.0)]) == [(1, 2.5, 0), (3, 4, 1)]
    with pytest.raises(ControlError, match=r"^data\[1\] has the class 2; expected two numbers and a class"):
        points.accept("data", [(1, 2, 0), (1, 2, 2)])
    with pytest.raises(ControlError, match=r"^data\[0\] is \(1, 2\); expected two numbers and a class"):
        points.accept("data", [(1, 2)])


def test_points_are_read_from_a_pasted_table() -> None:
    points = DataPoints(x=(0, 9), y=(0, 9), grows=True)
    assert points.accept("data", "1,2\n3.5,4") == [(1, 2), (3.5, 4)]
    with pytest.raises(ControlError, match=r"^line 1 is '1,99'; expected x from 0 to 9, y from 0 to 9$"):
        points.accept("data", "1,99")
    with pytest.raises(ControlError, match="and a class, 0 or 1"):
        DataPoints(x=(0, 9), y=(0, 9), classes=True).accept("data", "1,2")


def test_a_button_never_runs_all_of_the_code_again() -> None:
    assert not Button(records=()).reruns
    assert Slider(0, 1, reruns=True).reruns
