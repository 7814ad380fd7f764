"""What the lessons claim in numbers, computed."""

from __future__ import annotations

import contextlib
import io
import json

import pytest

from engine.data import COURSE
from engine.line import Line, weighted_sum
from engine.loss import squared_loss
from stage.session import Session
from tests.conftest import PLACED

SOURCES = {placed.name: placed.source for placed in reversed(PLACED)}  # of two of one name, the first


def output(name: str, *changes: tuple[str, str]) -> str:
    """What the cell prints, or its last value, with changes made to its starter."""
    source = SOURCES[name]
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    sent: list[str] = []
    path = next(placed.path for placed in PLACED if placed.name == name)
    answer = json.loads(
        Session("lessons", sent.append).handle(json.dumps({"do": "run", "block": path, "source": source}))
    )
    assert "error" not in answer
    printed = "".join(json.loads(message).get("stdout", "") for message in sent)
    return printed + answer.get("value", "")


def test_line_the_three_inputs_give_eight_and_without_the_middle_weight_nine() -> None:
    assert float(output("three_inputs")) == weighted_sum([3, 1, 4], [2, -1, 0.5], 1) == 8
    assert float(output("three_inputs", ("-1", "0"))) == 9


def test_line_one_line_passes_through_both_points() -> None:
    line = Line(1, -2)
    assert line(4) == 2
    assert line(-4) == -6


def test_line_a_flat_line_answers_the_same_everywhere() -> None:
    assert output("a_flat_line") == "at 5: 4\nat 500: 4\n"


def test_line_the_crossing_is_at_three() -> None:
    assert Line(2, -6).root == 3
    assert output("where_it_crosses", ("crossing = 0", "crossing = 3")) == "the height there is 0\n"


def test_line_a_weight_of_minus_three_lets_the_prediction_fall_by_thirty() -> None:
    assert output("one_weight", ("w1 = 0", "w1 = -3")) == "it changes by -30\n"


def test_fit_the_data_of_the_lesson_is_the_data_of_the_course() -> None:
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(SOURCES["fitting_the_line"], names)
    assert names["data"] == list(COURSE)
    assert names["loss"](1, 0) == pytest.approx(13.7698)  # type: ignore[operator]


def test_fit_the_remembered_points_are_those_of_the_line() -> None:
    assert "(1, 0.8), (2, 1.4), (3, 2.0)" in output("remembering")


def test_fit_the_predictions_inside_and_outside_the_data() -> None:
    assert output("predicting") == "at x = -3 the model says -1.600\nat x = 6.28 the model says 3.968\n"


def test_fit_one_large_residual_costs_more_than_four_small_ones() -> None:
    assert output("one_or_four") == "one of 2: 2.0\nfour of 0.5: 0.5\n"


def test_fit_ten_times_the_units_are_ten_times_the_parameters_and_a_hundred_times_the_loss() -> None:
    assert squared_loss(Line(0.6, 0.2), COURSE) == pytest.approx(0.0058)
    assert "loss is 0.5800" in output("other_units", ("w = 0.6", "w = 6"), ("b = 0.2", "b = 2"))


def test_fit_equal_targets_want_no_weight_and_their_own_value_as_bias() -> None:
    assert float(output("all_the_same", ("w = 1", "w = 0"), ("b = 0", "b = 3"))) == 0


def test_fit_the_steps_from_first_to_last_point_are_as_the_hint_says() -> None:
    (x0, y0), (x1, y1) = COURSE[0], COURSE[-1]
    assert x1 - x0 == 7
    assert y1 - y0 == pytest.approx(4.1, abs=0.05)
