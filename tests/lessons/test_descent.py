"""What the lesson on gradient descent claims, computed: on CPython, and in Pyodide as readers have it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.data import COURSE
from engine.descent import hessian, largest_stable_rate
from engine.line import least_squares
from stage.session import Session
from tests import pyodide
from tests.conftest import PLACED

BLOCKS = {placed.name: placed for placed in PLACED if placed.lesson == "descent"}
TRAIN = BLOCKS["train"].block.solution  # type: ignore[attr-defined]
STEPS = {
    1: (0.92517, -0.01284),
    10: (0.677397, -0.052718),
    100: (0.637247, -0.021097),
    1_000: (0.604299, 0.164147),
    10_000: (0.594048, 0.221786),
}


def on_cpython(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    session = Session("lessons")
    return [json.loads(session.handle(json.dumps(request))) for request in requests]


def ask(block: str, source: str, do: str = "draw", **values: Any) -> dict[str, Any]:
    return {"do": do, "block": f"descent/{block}", "source": source, "code": source, "values": values}


PYTHONS = pytest.mark.parametrize("answers", [on_cpython, pyodide.answers], ids=["CPython", "Pyodide"])


@PYTHONS
def test_the_training_goes_through_the_places_that_the_lesson_names(answers: Any) -> None:
    found = answers([ask("train", TRAIN, train=step) for step in STEPS])
    for answer, (step, (w, b)) in zip(found, STEPS.items(), strict=True):
        assert answer["values"]["train"] == answer["recorded"] == step
        assert answer["values"]["w"] == pytest.approx(w, abs=6e-7)
        assert answer["values"]["b"] == pytest.approx(b, abs=6e-7)


@PYTHONS
def test_fifty_steps_with_the_rate_of_the_starter_diverge_and_the_page_says_why(answers: Any) -> None:
    (answer,) = answers([ask("learning_rate", BLOCKS["learning_rate"].source, update=50)])
    assert answer["readouts"]["loss(w, b)"] == "272,100"
    note = " ".join(answer["figures"][0]["notes"])
    assert "The loss has grown from 13.77 to 272,125" in note
    assert "every learning rate above 0.009506" in note


@PYTHONS
def test_a_step_can_be_gone_back_to_and_on_from(answers: Any) -> None:
    there, back, on = answers([ask("train", TRAIN, train=step) for step in (100, 10, 100)])
    assert back["values"]["w"] == pytest.approx(STEPS[10][0], abs=6e-7)
    assert back["recorded"] == 100
    assert on["figures"] == there["figures"]


@PYTHONS
def test_a_changed_model_is_trained_and_shown_in_place_of_the_line(answers: Any) -> None:
    parabola = TRAIN.replace("w * x + b", "w * x * x + b").replace("residual * x\n", "residual * x * x\n")
    parabola = parabola.replace("= 0.001", "= 0.0001")
    start, end = answers([ask("train", parabola, train=step) for step in (0, 10_000)])
    assert start["readouts"]["loss(w, b)"] != "13.77"
    assert start["figures"][1]["heights"] != answers([ask("train", TRAIN, train=0)])[0]["figures"][1]["heights"]
    curve = dict(end["figures"][0]["marks"][1]["points"])
    assert curve[9] - curve[0] == pytest.approx(81 * end["values"]["w"], rel=1e-4)
    assert end["readouts"]["gradient()"].startswith("(")
    assert end["figures"][0]["notes"] == []


def test_the_border_is_two_over_the_largest_eigenvalue_of_the_hessian() -> None:
    assert largest_stable_rate(hessian(lambda w, b: sum((w * x + b - y) ** 2 for x, y in COURSE) / 2, (1, 0))) == (
        pytest.approx(0.009506, abs=5e-7)
    )


def test_the_faster_run_is_behind_at_step_ten_and_ahead_at_step_two_hundred() -> None:
    losses = {}
    for rate in ("0.001", "0.009"):
        source = TRAIN.replace("learning_rate = 0.001", f"learning_rate = {rate}")
        ten, more = on_cpython([ask("train", source, train=step) for step in (10, 200)])
        losses[rate] = [float(answer["readouts"]["loss(w, b)"]) for answer in (ten, more)]
    assert losses["0.009"][0] > losses["0.001"][0]
    assert losses["0.009"][1] < losses["0.001"][1]


def test_two_runs_lie_over_each_other() -> None:
    session = [ask("train", TRAIN, train=200), ask("train", TRAIN, train=200, learning_rate=0.009)]
    first, moved = on_cpython(session)
    assert [mark["kind"] for mark in first["figures"][1]["marks"]] == ["curve", "points"]
    earlier, now, _ = moved["figures"][1]["marks"]
    assert earlier["faint"]
    assert not now["faint"]
    assert earlier["points"] == first["figures"][1]["marks"][0]["points"]
    assert moved["values"]["train"] == 0
    assert "learning_rate = 0.009" in moved["code"]


def test_ten_thousand_steps_end_at_the_line_of_least_squares() -> None:
    line = least_squares(COURSE)
    assert STEPS[10_000] == (pytest.approx(line.w, abs=1e-6), pytest.approx(line.b, abs=1e-6))


def printed(name: str) -> str:
    sent: list[str] = []
    session = Session("lessons", sent.append)
    session.handle(json.dumps({"do": "run", "block": f"descent/{name}", "source": BLOCKS[name].source}))
    return "".join(json.loads(message)["stdout"] for message in sent)


def test_one_update_by_hand() -> None:
    assert printed("one_update") == "w: 0.92517\nb: -0.01284\n"


def test_a_rate_of_one_and_a_half_halves_the_distance_on_the_other_side() -> None:
    assert [float(line) for line in printed("over_the_bottom").split()] == [4, -2, 1, -0.5, 0.25, -0.125]


def test_in_millimetres_the_border_is_about_a_million_times_lower() -> None:
    metres, millimetres = (float(line.split()[-1]) for line in printed("in_millimetres").splitlines())
    assert metres == pytest.approx(0.009506, abs=5e-7)
    assert metres / millimetres == pytest.approx(1e6, rel=0.04)


@pytest.mark.parametrize(("rate", "end"), [(0.3, -3.5 * 0.7**10), (1, 0), (2, -3.5), (2.2, -3.5 * 1.2**10)])
def test_the_ball_is_where_the_factor_says(rate: float, end: float) -> None:
    (answer,) = on_cpython(
        [{"do": "draw", "block": "descent/one_valley", "values": {"learning_rate": rate, "x": -3.5}}]
    )
    assert float(answer["readouts"]["after 10 steps"].replace("−", "-")) == pytest.approx(end, rel=1e-3, abs=1e-9)
