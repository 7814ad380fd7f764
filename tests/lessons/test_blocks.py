"""Every demo and cell of the course at the corners of its controls, and every exercise with all its answers."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

from builder.lesson import Placed
from stage.demo import Exercise, Slider
from stage.session import Session
from tests.conftest import PLACED

EXERCISES = [placed for placed in PLACED if isinstance(placed.block, Exercise)]


def ask(placed: Placed, do: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps({"do": do, "block": placed.path, **more})))
    return answer


def corners(placed: Placed) -> list[dict[str, Any]]:
    """Each slider at its ends and its start, in all combinations."""
    start = placed.answer.get("values", placed.block.starts)
    sliders = {name: control for name, control in placed.block.controls.items() if isinstance(control, Slider)}
    places = [(control.low, start[name], control.high) for name, control in sliders.items()]
    return [dict(zip(sliders, place, strict=True)) for place in product(*places)]


@pytest.mark.parametrize("placed", PLACED, ids=lambda placed: placed.path)
def test_every_block_draws_without_a_note_at_every_corner_of_its_controls(placed: Placed) -> None:
    for values in corners(placed):
        answer = ask(placed, "draw", values=values, source=placed.source, code=placed.source)
        assert "error" not in answer, (values, answer)
        if answer["figure"]:
            assert answer["figure"]["notes"] == []
            assert answer["figure"]["label"]
            for mark in answer["figure"]["marks"]:
                assert mark.get("points") or mark.get("segments")


@pytest.mark.parametrize("placed", EXERCISES, ids=lambda placed: placed.path)
def test_the_solution_of_every_exercise_passes(placed: Placed) -> None:
    assert isinstance(placed.block, Exercise)
    answer = ask(placed, "check", source=placed.block.solution)
    assert answer["verdict"] == {"pass": True, "says": placed.block.passes}


@pytest.mark.parametrize("placed", EXERCISES, ids=lambda placed: placed.path)
def test_the_starter_of_every_exercise_fails_with_advice_and_there_are_hints(placed: Placed) -> None:
    assert isinstance(placed.block, Exercise)
    verdict = ask(placed, "check", source=placed.source)["verdict"]
    assert not verdict["pass"]
    assert len(verdict["says"]) > 40
    assert len(placed.block.hints) >= 2


@pytest.mark.parametrize(
    ("placed", "mistake"),
    [(placed, mistake) for placed in EXERCISES for mistake in placed.block.mistakes],  # type: ignore[attr-defined]
    ids=lambda value: value.path if isinstance(value, Placed) else "",
)
def test_every_anticipated_mistake_gets_its_own_message(placed: Placed, mistake: Any) -> None:
    assert ask(placed, "check", source=mistake.example)["verdict"] == {"pass": False, "says": mistake.says}


def test_no_two_mistakes_of_an_exercise_share_a_message() -> None:
    for placed in EXERCISES:
        says = [mistake.says for mistake in placed.block.mistakes]  # type: ignore[attr-defined]
        assert len(set(says)) == len(says)
