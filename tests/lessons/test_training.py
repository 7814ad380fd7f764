"""What the lesson on training claims in numbers, computed."""

from __future__ import annotations

import json
import re
import time
from itertools import pairwise
from math import log
from typing import Any

import numpy as np
import pytest

from builder.lesson import Lesson, Placed, read_course, read_lesson
from builder.problems import ROOT
from engine.data import COURSE
from engine.descent import hessian, largest_stable_rate
from engine.layers import Layer, Layered, binary_cross_entropy
from engine.network import Network
from engine.optimisers import Adam, RAdam
from lessons.training import (
    CLASSES,
    CURVES,
    GRID,
    NAMES,
    RISING,
    SCALES,
    START,
    X,
    Y,
    gradient,
    loss,
    trained,
    training,
    walks,
)
from stage.session import Session

READ: Lesson = read_lesson(read_course(ROOT / "lessons"), "training")
PLACED: dict[str, Placed] = {placed.name: placed for placed in READ.blocks.values()}


def source_of(name: str, **values: object) -> str:
    """The starter of a cell, with other values for its variables."""
    source = PLACED[name].source
    for variable, value in values.items():
        source, found = re.subn(rf"(?m)^{variable} = \S+", f"{variable} = {value!r}", source)
        assert found == 1
    return source


def names_of(name: str, data: Any = None, **values: object) -> dict[str, Any]:
    """What the code of a cell defines."""
    names: dict[str, Any] = {}
    exec(source_of(name, **values), names)
    if data is not None:
        names["data"] = data
    return names


def losses(name: str, epochs: tuple[int, ...], data: Any = None, **values: object) -> list[float]:
    """The loss after so many steps or epochs of the reader's own training."""
    names = names_of(name, data, **values)
    found = []
    for before, after in pairwise((0, *epochs)):
        names["train"](after - before)
        found.append(float(names["loss"]()))
    return found


def ask(name: str, session: Session | None = None, **more: Any) -> dict[str, Any]:
    request = {"block": f"training/{name}", "source": PLACED[name].source, "code": PLACED[name].source, **more}
    if PLACED[name].block.kind == "demo":
        request = {"do": "draw", "block": request["block"], "values": PLACED[name].block.starts | more["values"]}
    answer: dict[str, Any] = json.loads((session or Session("lessons")).handle(json.dumps(request)))
    assert "error" not in answer, answer
    return answer


def printed(name: str) -> str:
    sent: list[str] = []
    ask(name, Session("lessons", sent.append), do="run")
    return "".join(json.loads(message)["stdout"] for message in sent)


def test_the_lesson_has_no_faults_and_all_its_parts() -> None:
    assert READ.problems == []
    assert list(PLACED)[:6] == [
        "optimisers_race",
        "your_adam",
        "train_a_curve",
        "train_a_network",
        "initialisation",
        "batches",
    ]


# --- optimisers ------------------------------------------------------------------------------------------------


def test_the_gradient_of_the_race_agrees_with_central_differences() -> None:
    for w, b in ((0.2, -1.5), (1, 0), (-0.4, 1.7)):
        dw, db = gradient(w, b)
        assert dw == pytest.approx((loss(w + 1e-5, b) - loss(w - 1e-5, b)) / 2e-5, rel=1e-6)
        assert db == pytest.approx((loss(w, b + 1e-5) - loss(w, b - 1e-5)) / 2e-5, rel=1e-6)


def test_the_border_is_eight_times_that_of_the_lesson_on_descent_and_that_of_momentum_nearly_twice_as_far() -> None:
    border = largest_stable_rate(hessian(loss, START))
    assert border == pytest.approx(8 * 0.009506, rel=1e-4) == pytest.approx(0.076, abs=5e-4)
    for share, settles in ((0.98, True), (1.02, False)):
        end = walks(share * 1.9 * border, *START)["momentum"][-1]  # 2 (1 + 0.9) over the curvature
        assert (loss(*end) < 100) is settles


def test_after_a_hundred_steps_momentum_has_less_than_a_fortieth_of_the_loss_of_gradient_descent() -> None:
    left = {name: loss(*walk[-1]) for name, walk in walks(0.05, *START).items()}
    assert left["momentum"] < left["GD"] / 40
    assert max(left, key=left.__getitem__) == "RAdam"


def test_no_step_of_adam_is_longer_than_the_learning_rate_and_the_first_of_rmsprop_is_ten_times_as_long() -> None:
    def along_w(name: str) -> list[float]:
        return [abs(after[0] - before[0]) for before, after in pairwise(walks(0.05, *START)[name])]

    assert max(along_w("Adam")) <= 0.05
    assert along_w("RMSProp")[0] == pytest.approx(0.5, rel=1e-6)


def test_radam_trusts_its_root_only_after_hundreds_of_steps() -> None:
    careful, plain = RAdam(0.1), Adam(0.1)
    trust = [-careful.step(0.0, 3.0) / -plain.step(0.0, 3.0) for _ in range(500)]
    assert trust[99] == pytest.approx(0.215, abs=0.005)
    assert trust[499] < 0.5


def test_at_eight_hundredths_gradient_descent_flies_out_and_the_others_do_not() -> None:
    slow, fast = walks(0.05, *START), walks(0.08, *START)
    assert loss(*fast["GD"][-1]) > 1e9
    assert max(loss(*place) for place in fast["SGD"]) > 100
    assert loss(*fast["momentum"][-1]) < 0.001
    assert loss(*fast["Adam"][-1]) < loss(*slow["Adam"][-1]) / 4


def test_the_race_tells_the_loss_of_all_six_and_follows_one() -> None:
    answer = ask("optimisers_race", values={"follow": "Adam", "step": 100})
    assert tuple(answer["readouts"]) == NAMES
    assert float(answer["readouts"]["Adam"]) == pytest.approx(loss(*walks(0.05, *START)["Adam"][100]), rel=1e-3)
    surface, falls = answer["figures"]
    assert [mark["faint"] for mark in surface["marks"] if mark["kind"] == "curve"] == [True] * 5 + [False]
    assert [mark["label"] for mark in falls["marks"] if mark.get("label")] == ["Adam"]


def test_velocity_grows_to_ten_times_a_steady_gradient_and_the_means_are_freed_of_their_zeros() -> None:
    assert sum(0.9**i for i in range(200)) == pytest.approx(10)
    for beta in (0.9, 0.999):
        mean = 0.0
        for t in range(1, 30):
            mean = beta * mean + (1 - beta) * 7
            assert mean / (1 - beta**t) == pytest.approx(7)


def test_the_solution_for_adam_is_the_rule_of_the_engine() -> None:
    names: dict[str, Any] = {}
    exec(PLACED["your_adam"].block.solution, names)  # type: ignore[attr-defined]
    rule, w, m, v, other = Adam(0.05), 1.0, 0.0, 0.0, 1.0
    for t, g in enumerate(RISING, start=1):
        w, m, v = names["adam"](w, g, m, v, t)
        other = rule.step(other, g)
        assert w == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize("body", ["return w", "return None", "return w, m", "return 'w', m, v", "return 1j, 0, 0"])
def test_whatever_adam_returns_there_is_a_verdict(body: str) -> None:
    source = f"learning_rate = 0.05\ndef adam(w, g, m, v, t):\n    {body}\n"
    answer = json.loads(
        Session("lessons").handle(json.dumps({"do": "check", "block": "training/your_adam", "source": source}))
    )
    assert not answer["verdict"]["pass"]


# --- a curve ---------------------------------------------------------------------------------------------------


def test_the_gradients_of_the_curve_agree_with_central_differences() -> None:
    names = names_of("train_a_curve")
    before = {name: names[name] for name in ("wi", "b", "wo")}
    slopes = {}
    for name, numbers in before.items():
        slopes[name] = np.zeros(len(numbers))
        for i in range(len(numbers)):
            tilt = 1e-5 * (np.arange(len(numbers)) == i)
            ends = [names.update({name: numbers + sign * tilt}) or names["loss"]() for sign in (1, -1)]
            slopes[name][i] = (ends[0] - ends[1]) / 2e-5
        names[name] = numbers
    names["train"](1)
    for name, numbers in before.items():
        assert numbers - names[name] == pytest.approx(0.1 * slopes[name], rel=1e-5, abs=1e-9)


def test_the_network_of_the_cell_is_the_network_of_lesson_three() -> None:
    names = names_of("train_a_curve")
    network = Network(tuple(names["wi"]), tuple(names["b"]), tuple(names["wo"]))
    assert [names["forward"](x)[1] for x in (0, 2.5, 9)] == pytest.approx([network(x) for x in (0, 2.5, 9)])
    assert sum(names[part].size for part in ("wi", "b", "wo")) == 18


def test_the_course_takes_a_few_hundred_steps_and_the_sine_thousands() -> None:
    assert names_of("train_a_curve")["data"] == list(COURSE) == list(CURVES["course"])
    assert losses("train_a_curve", (300,))[0] < 0.003
    early, late = losses("train_a_curve", (1000, 10_000), CURVES["sine"])
    assert early > 0.3
    assert late < 0.005


# --- a network -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_the_backward_pass_of_the_cell_is_that_of_the_engine(activation: str) -> None:
    names = names_of("train_a_network", activation=activation)
    inputs, target = names["samples"]()
    kinds = [activation, activation, "sigmoid"]
    engine = Layered(tuple(Layer(W, b, kind) for (W, b), kind in zip(names["layers"], kinds, strict=True)))
    answers = names["forward"](inputs)
    cost, upstream = binary_cross_entropy(engine(inputs), target)
    assert answers[-1] == pytest.approx(engine(inputs))
    assert names["loss"]() == pytest.approx(cost)
    for mine, theirs in zip(names["backward"](answers, target), engine.gradients(inputs, upstream), strict=True):
        assert mine[0] == pytest.approx(theirs[0], rel=1e-9, abs=1e-12)
        assert mine[1] == pytest.approx(theirs[1], rel=1e-9, abs=1e-12)


def test_the_starter_has_two_hidden_layers_of_eight_and_the_moons() -> None:
    names = names_of("train_a_network")
    assert names["sizes"] == [2, 8, 8, 1]
    assert names["data"] == CLASSES["two moons"]


def test_the_moons_stay_near_a_straight_border_for_two_hundred_epochs_and_are_apart_a_hundred_later() -> None:
    start, plateau, bent = losses("train_a_network", (50, 200, 300))
    assert start == pytest.approx(0.15, abs=0.011)
    assert plateau == pytest.approx(0.15, abs=0.011)
    assert bent == pytest.approx(0.016, abs=0.0005)
    answer = ask("train_a_network", do="draw", values={"train": 300})
    assert answer["readouts"]["right"] == "60 of 60"


def test_eight_neurons_learn_the_spiral_and_two_do_not() -> None:
    assert losses("train_a_network", (600,), CLASSES["spiral"])[0] < 0.01
    assert losses("train_a_network", (2000,), CLASSES["spiral"], neurons=2)[0] > 0.2


def test_the_sigmoid_is_slow_on_the_circles() -> None:
    assert losses("train_a_network", (200,), CLASSES["circles"], activation="sigmoid")[0] == pytest.approx(
        0.62, abs=0.005
    )
    assert losses("train_a_network", (200,), CLASSES["circles"])[0] == pytest.approx(0.003, abs=0.0005)


@pytest.mark.parametrize(("size", "left"), [(60, 0.14), (20, 0.002), (1, 0.0002)])
def test_smaller_batches_get_further_in_four_hundred_epochs(size: int, left: float) -> None:
    assert losses("train_a_network", (400,), batch_size=size)[0] == pytest.approx(left, rel=0.25)


@pytest.mark.parametrize("data", [[], [[1, 1, 0]], [[1, 1, 1], [2, 0, 1]]])
def test_the_network_can_be_trained_on_no_samples_one_or_one_class(data: list[list[float]]) -> None:
    session = Session("lessons")
    moved = ask("train_a_network", session, do="draw", values={"data": data})
    played = ask("train_a_network", session, do="draw", values={"data": data, "train": 20})
    assert played["recorded"] == 20
    for figure in (*moved["figures"], *played["figures"]):
        assert figure["notes"] == []


def test_every_neuron_has_a_picture_and_the_plane_has_sixty_by_sixty_places() -> None:
    plane, tiles, _ = ask("train_a_network", do="draw", values={"train": 2})["figures"]
    assert [len(layer) for layer in tiles["layers"]] == [2, 8, 8, 1]
    assert {len(tile["shades"]) for layer in tiles["layers"] for tile in layer} == {400}
    assert len(plane["marks"][0]["shades"]) == 3600
    assert plane["marks"][0]["edge"] == 127


def test_other_sizes_run_the_code_again_and_other_rates_begin_anew() -> None:
    session = Session("lessons")
    ask("train_a_network", session, do="draw", values={"train": 5})
    fewer = ask("train_a_network", session, do="draw", values={"neurons": 3})
    assert "neurons = 3 " in fewer["code"]
    assert [len(layer) for layer in fewer["figures"][1]["layers"]] == [2, 3, 3, 1]
    assert fewer["values"]["train"] == 0
    first = ask("train_a_network", session, do="draw", values={"neurons": 3, "train": 5})
    again = ask("train_a_network", session, do="draw", values={"neurons": 3, "learning_rate": 0.1})
    assert again["readouts"]["epoch"] == "0"
    assert [mark["faint"] for mark in again["figures"][2]["marks"] if mark["kind"] == "curve"] == [True, False]
    assert first["readouts"]["epoch"] == "5"


def test_an_epoch_can_be_gone_back_to_and_on_from() -> None:
    session = Session("lessons")
    there, back, on = (ask("train_a_network", session, do="draw", values={"train": step}) for step in (30, 10, 30))
    assert back["recorded"] == 30
    assert there["figures"] == on["figures"] != back["figures"]


def test_a_picture_of_the_network_takes_less_than_a_thirtieth_of_a_second() -> None:
    session = Session("lessons")
    taken = []
    for step in range(1, 40):
        begin = time.process_time()
        ask("train_a_network", session, do="draw", values={"train": step})
        taken.append(time.process_time() - begin)
    assert sorted(taken)[len(taken) // 2] < 1 / 30  # 8 ms on a quiet machine


# --- first weights, batches ------------------------------------------------------------------------------------


def left_of(scheme: str, step: int) -> float:
    return binary_cross_entropy(trained(training(scheme), step)(X), Y)[0]


def test_all_zeros_stay_at_the_logarithm_of_two_and_too_small_does_not_move() -> None:
    assert left_of("all zeros", 300) == pytest.approx(log(2), abs=1e-12) == pytest.approx(0.693, abs=5e-4)
    assert left_of("too small", 300) == pytest.approx(left_of("too small", 0), abs=1e-4)
    assert np.ptp(trained(training("too small"), 300).activations(GRID)[1], axis=1).max() > 0.01


@pytest.mark.parametrize("scheme", ["all zeros", "all alike"])
def test_neurons_that_begin_alike_stay_alike(scheme: str) -> None:
    for step in (0, 1, 60, 300):
        for hidden in trained(training(scheme), step).activations(GRID)[1:3]:
            assert np.ptp(hidden, axis=1).max() == 0
    for layer in ask("initialisation", values={"weights": scheme, "step": 300})["figures"][1]["layers"][1:3]:
        assert len({tuple(tile["shades"]) for tile in layer}) == 1
    narrow = left_of("all alike", 300)
    assert narrow == pytest.approx(0.5, abs=0.02)


def test_too_large_begins_with_loud_errors_and_ends_a_hundred_times_above_glorot() -> None:
    assert left_of("too large", 0) == pytest.approx(1.9, abs=0.05)
    first = training("too large")[0].activations(GRID)[1]
    assert (abs(first) > 0.95).mean() == pytest.approx(0.75, abs=0.02)
    assert left_of("too large", 300) / left_of("Glorot", 300) == pytest.approx(100, rel=0.05)
    assert set(SCALES) == {"all zeros", "all alike", "too small", "Glorot", "too large"}


@pytest.mark.parametrize(("size", "updates", "left"), [(1, 160, 0.12), (3, 60, 0.22), (8, 20, 0.28)])
def test_eight_rough_steps_get_further_than_one_exact_one(size: int, updates: int, left: float) -> None:
    answer = ask("batches", values={"batch_size": size, "epochs": 20})
    assert answer["readouts"]["updates"] == str(updates)
    assert float(answer["readouts"]["loss"]) == pytest.approx(left, abs=0.005)
    for row in answer["figures"][0]["cells"]:
        shown = [int(cell["shown"]) for cell in row]
        assert sorted(shown) == [i // size + 1 for i in range(8)]


# --- questions -------------------------------------------------------------------------------------------------


def test_a_thousand_samples_in_batches_of_64_are_160_updates_in_ten_epochs() -> None:
    assert printed("how_many_updates") == "160\n"


def test_twins_learn_and_stay_twins() -> None:
    first, second = ([float(part) for part in found.split()] for found in re.findall(r"\[([^]]+)\]", printed("twins")))
    assert first[0] == first[1] != 0.5
    assert second[0] == second[1] != 0.5


def test_a_thousand_times_the_gradient_is_a_thousand_times_the_step_but_for_adam() -> None:
    assert printed("other_units") == "g = 2:    (0.02, 0.01)\ng = 2000: (20.0, 0.01)\n"
