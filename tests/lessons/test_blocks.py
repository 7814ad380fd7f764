"""Every demo and cell of the course at the corners of its controls, and every exercise with all its answers."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

from builder.lesson import Placed
from stage.controls import Slider
from stage.demo import Exercise
from stage.session import Session
from tests.conftest import PLACED

EXERCISES = [placed for placed in PLACED if isinstance(placed.block, Exercise)]


def ask(placed: Placed, do: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps({"do": do, "block": placed.path, **more})))
    return answer


def corners(placed: Placed) -> list[dict[str, Any]]:
    """Each slider at its ends and its start, in all combinations; where there are many sliders, one after the other."""
    start = placed.answer.get("values", placed.block.starts)
    sliders = {name: control for name, control in placed.block.controls.items() if isinstance(control, Slider)}
    places = [(control.low, start[name], control.high) for name, control in sliders.items()]
    if len(sliders) > 4:
        each = [start[name] for name in sliders]
        turned = [[*each[:i], end, *each[i + 1 :]] for i, place in enumerate(places) for end in place]
        ends = [[place[end] for place in places] for end in (0, 2)]
        return [dict(zip(sliders, place, strict=True)) for place in (*turned, *ends)]
    return [dict(zip(sliders, place, strict=True)) for place in product(*places)]


@pytest.mark.parametrize("placed", PLACED, ids=lambda placed: placed.path)
def test_every_block_draws_without_a_note_at_every_corner_of_its_controls(placed: Placed) -> None:
    for values in corners(placed):
        coded = {} if placed.block.kind == "demo" else {"source": placed.source, "code": placed.source}
        start = placed.answer.get("values", placed.block.starts)
        answer = ask(placed, "draw", values=start | values, **coded)
        assert "error" not in answer, (values, answer)
        for figure in answer["figures"]:
            assert figure["notes"] == []
            assert figure["label"]
            assert all(drawn(mark) for mark in figure.get("marks", ()))
            assert None not in figure.get("heights", ())


def drawn(mark: dict[str, Any]) -> bool:
    return any(mark.get(part) for part in ("points", "segments", "arrows", "bars", "shades"))


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
