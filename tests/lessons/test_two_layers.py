"""What the lesson on two layers claims in numbers, computed by running the lesson's own code."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from builder.lesson import Lesson, Placed, read_course, read_lesson
from builder.problems import ROOT
from lessons.two_layers import BOTH, close, loss_of, losses_of, measured, small
from stage.session import Session

READ: Lesson = read_lesson(read_course(ROOT / "lessons"), "two_layers")
PLACED: dict[str, Placed] = {placed.name: placed for placed in READ.blocks.values()}
RIGHT, SLIP = "grad_r * (h > 0)", "np.maximum(grad_r, 0)"


def changed(source: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert source.count(old) == 1
        source = source.replace(old, new)
    return source


@lru_cache
def losses_of_the_cell(*changes: tuple[str, str]) -> list[float]:
    """The loss at each of 500 steps of the Player, the one before any step first."""
    names: dict[str, Any] = {}
    exec(changed(PLACED["two_layers"].source, *changes), names)
    found = [float(names["loss"])]
    for _ in range(500):
        names["train"](1)
        found.append(float(names["loss"]))
    return found


def ask(name: str, session: Session | None = None, **more: Any) -> dict[str, Any]:
    source = PLACED[name].source
    request = {"block": f"two_layers/{name}", "source": source, "code": source, **more}
    answer: dict[str, Any] = json.loads((session or Session("lessons")).handle(json.dumps(request)))
    assert "error" not in answer, answer
    return answer


def printed(name: str, *changes: tuple[str, str]) -> str:
    sent: list[str] = []
    ask(name, Session("lessons", sent.append), do="run", source=changed(PLACED[name].source, *changes))
    return "".join(json.loads(message).get("stdout", "") for message in sent)


def test_the_lesson_has_no_faults_and_all_its_parts() -> None:
    assert READ.problems == []
    assert list(PLACED)[:4] == ["small_network", "two_layers", "spot_the_slip", "all_epochs"]


# --- the facts -------------------------------------------------------------------------------------------------


def test_the_right_version_goes_from_thirty_five_million_to_half_a_millionth() -> None:
    found = losses_of_the_cell()
    assert found[0] == found[1] == pytest.approx(3.54e7, rel=1e-3)
    assert found[500] == pytest.approx(5.2e-7, rel=0.01)


def test_the_slip_begins_at_the_same_loss_and_ends_a_million_times_higher() -> None:
    found = losses_of_the_cell((RIGHT, SLIP))
    assert found[0] == pytest.approx(3.54e7, rel=1e-3)
    assert found[500] == pytest.approx(0.71, abs=0.005)
    assert found[500] / losses_of_the_cell()[500] > 1e6


def test_twice_the_rate_more_than_quadruples_the_loss_at_first_and_leaves_seventy_neurons_dead() -> None:
    session = Session("lessons")
    rate = {"learning_rate": 2e-6}
    fresh = ask("two_layers", session, do="draw", values=rate)
    assert "learning_rate = 2e-06" in fresh["code"]
    end = ask("two_layers", session, do="draw", values=rate | {"train": 500})
    assert end["readouts"]["loss"] == "604.6"
    assert end["figures"][0]["notes"] == ["70 of 100 hidden neurons are dead: no sample switches them on."]
    losses = [loss for _, loss in end["figures"][0]["marks"][-2]["points"]]
    assert 4 < losses[2] / losses[1] < 5


@pytest.mark.parametrize("version", [RIGHT, SLIP])
def test_the_loop_of_all_epochs_ends_where_the_cell_does(version: str) -> None:
    said = printed("all_epochs", ("epochs = 50\n", "epochs = 500\n"), (RIGHT, version))
    lines = said.splitlines()
    assert [int(line.split(":")[0].split()[1]) for line in lines] == [*range(0, 500, 50), 499]
    changes = () if version == RIGHT else ((RIGHT, version),)
    for line in lines:
        epoch = int(line.split(":")[0].split()[1])
        assert float(line.split()[-1]) == pytest.approx(losses_of_the_cell(*changes)[epoch + 1], rel=0.01)


def test_the_starter_of_the_loop_does_fifty_epochs_and_draws() -> None:
    sent: list[str] = []
    ask("all_epochs", Session("lessons", sent.append), do="run")
    messages = [json.loads(message) for message in sent]
    assert "".join(message.get("stdout", "") for message in messages).count("epoch") == 2
    assert sum("image" in message for message in messages) == 1


# --- the cell --------------------------------------------------------------------------------------------------


def test_the_training_can_be_paused_gone_back_in_and_continued() -> None:
    session = Session("lessons")
    there, back, on = (ask("two_layers", session, do="draw", values={"train": step}) for step in (20, 5, 30))
    assert there["readouts"]["epochs done"] == "20 of 500"
    assert back["readouts"]["epochs done"] == "5 of 500"
    assert back["recorded"] == 20
    assert back["figures"][1] != there["figures"][1]
    curve = on["figures"][0]["marks"][0]["points"]
    assert [loss for _, loss in curve] == pytest.approx(losses_of_the_cell()[:31], rel=1e-4)


def test_a_run_stops_at_five_hundred_epochs() -> None:
    session = Session("lessons")
    end = ask("two_layers", session, do="draw", values={"train": 10_000})
    assert end["values"]["train"] == end["recorded"] == 500
    for target, output in end["figures"][1]["marks"][1]["points"]:
        assert output == pytest.approx(target, abs=0.001)


def test_a_rate_that_diverges_is_told_and_stays_drawable() -> None:
    source = changed(PLACED["two_layers"].source, ("1e-6", "5e-6"))
    with np.errstate(all="ignore"):
        answer = ask("two_layers", do="draw", source=source, values={"train": 12})
    assert len(answer["figures"]) == 2
    (note,) = answer["figures"][0]["notes"]
    assert note.startswith("The loss has grown from 3.54e+07 to ")
    assert note.endswith("try a smaller learning rate.")


def test_equations_and_comments_have_the_same_numbers() -> None:
    text = (ROOT / "lessons/two_layers.md").read_text()
    assert re.findall(r"\\tag\{(\d)\}", text) == ["1", "2", "3", "4", "4", "3", "2", "1"]
    for name in ("two_layers", "spot_the_slip", "all_epochs"):
        assert re.findall(r"# \((\d)\)", PLACED[name].source)[:3] == ["1", "2", "3"]
        assert re.findall(r"# \((\d)\)", PLACED[name].source)[-5:] == ["4", "3", "3", "2", "1"]


# --- the gradients ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_the_backward_pass_agrees_with_central_differences_and_the_slip_does_not(seed: int) -> None:
    right: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    exec(BOTH, right)
    exec(PLACED["spot_the_slip"].source, wrong)
    slopes = measured(*small(seed))
    assert close(right["backward"](*small(seed)), slopes)
    got = wrong["backward"](*small(seed))
    assert close(got[1:], slopes[1:])
    assert not close(got[:1], slopes[:1])


def test_the_gradients_of_the_cell_agree_with_central_differences_at_full_size() -> None:
    names: dict[str, Any] = {}
    exec(PLACED["two_layers"].source, names)
    x, y, w1, w2 = (names[name] for name in ("x", "y", "w1", "w2"))
    grad_w1, grad_w2 = names["backward"](x, y, w2, *names["forward"](x, w1, w2))
    assert (grad_w1.shape, grad_w2.shape) == (w1.shape, w2.shape)
    for weights, gradient, place in ((w1, grad_w1, (17, 3)), (w1, grad_w1, (999, 99)), (w2, grad_w2, (42, 7))):
        kept, ends = weights[place], []
        for side in (1e-4, -1e-4):
            weights[place] = kept + side
            ends.append(loss_of(x, y, w1, w2))
        weights[place] = kept
        assert (ends[0] - ends[1]) / 2e-4 == pytest.approx(gradient[place], rel=1e-3)


@pytest.mark.parametrize("given", ["None", "(1, 2)", "(None, [])", "'text'", "(w1,)", "(w1, w2, w1)"])
def test_whatever_backward_returns_there_is_a_verdict(given: str) -> None:
    source = changed(PLACED["spot_the_slip"].source, ("return grad_w1, grad_w2", f"return {given}"))
    request = {"do": "check", "block": "two_layers/spot_the_slip", "source": source}
    verdict = json.loads(Session("lessons").handle(json.dumps(request)))["verdict"]
    assert not verdict["pass"]
    assert "could not be checked" not in verdict["says"]


def test_when_the_slip_is_mended_all_points_lie_on_the_diagonal() -> None:
    wrong = ask("spot_the_slip", do="run")["figures"][0]["marks"]
    right = ask("spot_the_slip", do="run", source=BOTH)["figures"][0]["marks"]
    assert [len(mark["points"]) for mark in right[1:]] == [15, 10]
    for across, up in (*right[1]["points"], *right[2]["points"], *wrong[2]["points"]):
        assert up == pytest.approx(across, abs=0.001)
        assert max(abs(across), abs(up)) < 30
    assert any(abs(across - up) > 1 for across, up in wrong[1]["points"])


# --- the small network, and the questions ----------------------------------------------------------------------


def test_more_hidden_neurons_leave_less_until_nothing_is_left() -> None:
    assert losses_of(0.0005, 1)[-1] == pytest.approx(21, abs=0.5)
    assert losses_of(0.0005, 10)[-1] == pytest.approx(2.4, abs=0.05)
    assert losses_of(0.0005, 20)[-1] < 1e-9
    assert losses_of(0.004, 20)[-1] > 1e9


def test_the_small_network_of_twenty_has_460_weights_for_24_numbers() -> None:
    values = {"hidden": 20, "learning_rate": 0.0005}
    request = {"do": "draw", "block": "two_layers/small_network", "values": values}
    assert json.loads(Session("lessons").handle(json.dumps(request)))["readouts"]["weights"] == "460"
    assert 8 * 3 == 24


def test_at_a_gentle_rate_the_loss_falls_in_every_epoch() -> None:
    assert all(after < before for before, after in pairwise(losses_of(0.0001, 10)))


def test_the_weights_are_counted() -> None:
    assert [int(line.split()[-1]) for line in printed("how_many_weights").splitlines()] == [101_000, 1_000]


def test_the_loss_before_training_is_about_what_the_estimate_says() -> None:
    output, loss = (float(line.split()[-1]) for line in printed("before_training").splitlines())
    assert output == pytest.approx(224, abs=1)
    assert loss == 3.2e7 == pytest.approx(losses_of_the_cell()[0], rel=0.1)


def test_the_mask_and_the_slip_agree_on_little_more_than_half_of_the_numbers() -> None:
    mask, slip, agree = (float(line.split()[-1]) for line in printed("half_of_them").splitlines())
    assert (mask, slip, agree) == pytest.approx((0.5, 0.58, 0.56), abs=0.005)
    both = (agree - 1 + mask + slip) / 2
    assert both / slip == pytest.approx(0.5, abs=0.1)  # of what the slip lets pass, about half should have passed
