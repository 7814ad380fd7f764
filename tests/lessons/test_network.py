"""What the lesson on networks claims in numbers, computed."""

from __future__ import annotations

import json
from itertools import pairwise
from math import sin
from typing import Any

import pytest

from builder.lesson import Lesson, Placed, read_course, read_lesson
from builder.problems import ROOT
from engine.loss import squared_loss
from engine.network import Network
from engine.neuron import sigmoid
from lessons.network import MOST, PLACES, TARGETS, fitted
from stage.session import Session

READ: Lesson = read_lesson(read_course(ROOT / "lessons"), "network")
PLACED: dict[str, Placed] = {placed.name: placed for placed in READ.blocks.values()}

STAIRCASE = Network([-1.5, 1.5], [-8, -8], [-5, 5])
FOUR = Network([0.2, -0.5, 1.9, -0.8], [1, -5.7, 0, 7.1], [7.2, 9.7, -6.3, -6.3])


def output(name: str, *changes: tuple[str, str]) -> str:
    """What the cell prints, with changes made to its starter."""
    source = PLACED[name].source
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    sent: list[str] = []
    request = {"do": "run", "block": f"network/{name}", "source": source}
    answer = json.loads(Session("lessons", sent.append).handle(json.dumps(request)))
    assert "error" not in answer
    return "".join(json.loads(message).get("stdout", "") for message in sent)


def drawn(name: str, **values: Any) -> dict[str, Any]:
    start = PLACED[name].block.starts
    request = {"do": "draw", "block": f"network/{name}", "values": start | values}
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps(request)))
    assert "error" not in answer
    return answer


def test_the_lesson_has_no_faults_and_its_demos_in_order() -> None:
    assert READ.problems == []
    demos = [name for name, placed in PLACED.items() if placed.block.kind == "demo"]
    assert demos == ["one_neuron", "two_neurons", "four_neurons", "any_function"]


@pytest.mark.parametrize(
    ("name", "wi", "b", "wo"),
    [
        ("one_neuron", (1,), (0,), (6.28,)),
        ("two_neurons", (-1.5, 1.5), (-8, -8), (-5, 5)),
        ("four_neurons", (0.2, -0.5, 1.9, -0.8), (1, -5.7, 0, 7.1), (7.2, 9.7, -6.3, -6.3)),
    ],
)
def test_a_network_starts_where_the_course_says(name: str, wi: Any, b: Any, wo: Any) -> None:
    block = PLACED[name].block
    for letters, starts in (("wi", wi), ("b", b), ("wo", wo)):
        for i, start in enumerate(starts, start=1):
            assert block.starts[f"{letters}{i}"] == start
    assert len(block.controls) == 3 * len(wi) + 1
    for control in block.controls.values():
        assert (control.low, control.high) == (-10, 10)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["one_neuron", "two_neurons", "four_neurons"])
def test_the_diagram_and_the_curve_show_the_same_network_at_the_same_x(name: str) -> None:
    answer = drawn(name, x=3)
    diagram, plot = answer["figures"]
    assert [diagram["kind"], plot["kind"]] == ["diagram", "plot"]
    output_neuron = diagram["layers"][-1][0]
    assert output_neuron["activation"] == ""
    assert output_neuron["bias"] is None
    curve = next(mark for mark in plot["marks"] if mark["kind"] == "curve" and not mark["faint"])
    [[x, y]] = next(mark for mark in plot["marks"] if mark["kind"] == "points")["points"]
    assert x == 3
    assert y == output_neuron["value"] == dict(map(tuple, curve["points"]))[3]
    faint = [mark for mark in plot["marks"] if mark.get("label", "").startswith("neuron")]
    assert all(mark["faint"] for mark in faint)
    assert len(faint) == len(diagram["layers"][1])
    assert sum(dict(map(tuple, mark["points"]))[3] for mark in faint) == pytest.approx(y, abs=1e-4)


@pytest.mark.parametrize("name", ["one_neuron", "two_neurons", "four_neurons"])
def test_every_parameter_of_the_diagram_is_a_slider(name: str) -> None:
    diagram = drawn(name)["figures"][0]
    named = {weight["name"] for weight in diagram["weights"]}
    named |= {neuron["bias"]["name"] for layer in diagram["layers"] for neuron in layer if neuron["bias"]}
    assert named | {"x"} == set(PLACED[name].block.controls)


def test_the_faint_curve_of_one_neuron_is_what_it_gives_before_its_output_weight() -> None:
    [mark] = [mark for mark in drawn("one_neuron")["figures"][1]["marks"] if mark.get("label") == "before wo1"]
    assert dict(map(tuple, mark["points"]))[2] == pytest.approx(sigmoid(2), abs=1e-5)


def test_one_neuron_climbs_from_0_to_its_output_weight_and_falls_with_a_negative_one() -> None:
    climbs = Network([1], [0], [6.28])
    assert climbs(-10) == pytest.approx(0, abs=0.001)
    assert climbs(10) == pytest.approx(6.28, abs=0.001)
    assert Network([1], [0], [-3])(10) == pytest.approx(-3, abs=0.001)


def test_the_two_falling_curves_differ() -> None:
    first, second = Network([1], [0], [-6.28]), Network([-1], [0], [6.28])
    assert (first(-10), first(10)) == pytest.approx((0, -6.28), abs=0.001)
    assert (second(-10), second(10)) == pytest.approx((6.28, 0), abs=0.001)


def test_the_two_neurons_start_as_a_staircase_of_minus_five_zero_and_five() -> None:
    assert STAIRCASE(-10) == pytest.approx(-5, abs=0.01)
    assert STAIRCASE(0) == pytest.approx(0, abs=0.01)
    assert STAIRCASE(10) == pytest.approx(5, abs=0.01)
    assert [round(a) for a in STAIRCASE.activations(-10)] == [1, 0]
    assert [round(a) for a in STAIRCASE.activations(0)] == [0, 0]
    assert [round(a) for a in STAIRCASE.activations(10)] == [0, 1]


def test_equal_neurons_with_opposite_output_weights_cancel() -> None:
    flat = Network([1.5, 1.5], [-8, -8], [-5, 5])
    assert [flat(x) for x in range(-10, 11)] == [0] * 21


def test_a_bias_of_eight_makes_a_trough_and_opposite_output_weights_a_bump() -> None:
    switch = -8 / 1.5
    assert switch == pytest.approx(-5.33, abs=0.005)
    trough = Network([1.5, 1.5], [8, -8], [-5, 5])
    bump = Network([1.5, 1.5], [8, -8], [5, -5])
    assert trough(0) == pytest.approx(-5, abs=0.01)
    assert bump(0) == pytest.approx(5, abs=0.01)
    for network in (trough, bump):
        assert network(-10) == pytest.approx(0, abs=0.01)
        assert network(10) == pytest.approx(0, abs=0.01)


def test_moving_one_switch_past_the_other_turns_the_bump_upside_down() -> None:
    def widest(b1: float) -> float:
        network = Network([1.5, 1.5], [b1, -8], [5, -5])
        return max((network(x / 10) for x in range(-100, 101)), key=abs)

    def width(b1: float) -> int:
        network = Network([1.5, 1.5], [b1, -8], [5, -5])
        return sum(network(x / 10) > 2.5 for x in range(-100, 101))

    assert width(8) > width(4) > width(0) > width(-4) > 0
    assert widest(-8) == 0
    assert -3 < widest(-10) < -2


def test_the_fall_in_the_middle_is_the_work_of_neuron_three() -> None:
    falls = [FOUR.contribution(i)(2) - FOUR.contribution(i)(-2) for i in range(4)]
    assert min(falls) == falls[2] < -6
    assert all(abs(fall) < 1.2 for i, fall in enumerate(falls) if i != 2)
    assert max(map(abs, (0.2, -0.5, 1.9, -0.8))) == 1.9


def test_neuron_four_lifts_the_right_end_by_letting_go() -> None:
    rise = FOUR(10) - FOUR(4)
    lifts = [FOUR.contribution(i)(10) - FOUR.contribution(i)(4) for i in range(4)]
    assert max(lifts) == lifts[3] > 0.8 * rise > 0
    assert [FOUR.contribution(3)(x) for x in (-10, 0, 4)] == pytest.approx([-6.3] * 3, abs=0.2)
    switch = 7.1 / 0.8
    assert switch == pytest.approx(9, abs=0.2)


def test_neuron_two_has_its_switch_outside_the_picture() -> None:
    switch = -5.7 / 0.5
    assert switch == pytest.approx(-11.4)
    assert 0 < FOUR.contribution(1)(-3) < 0.2
    assert FOUR.contribution(1)(-10) > 3


def test_neuron_one_climbs_slowly_all_the_way() -> None:
    heights = [FOUR.contribution(0)(x) for x in range(-10, 11)]
    steps = [after - before for before, after in pairwise(heights)]
    assert all(0 < step < 0.4 for step in steps)


def test_four_neurons_can_make_two_hills() -> None:
    hills = Network([2, 2, 2, 2], [10, 4, -4, -10], [6, -6, 9, -9])
    low, high, middle = hills(-3.5), hills(3.5), hills(0)
    assert low > 5 > 1 > abs(middle)
    assert high > 8


def test_the_target_has_41_points_from_minus_five_to_five() -> None:
    assert len(PLACES) == 41
    assert (PLACES[0], PLACES[-1]) == (-5, 5)
    assert set(TARGETS) == {"sine", "step", "bump", "saw"}
    for samples in TARGETS.values():
        assert [x for x, _ in samples] == PLACES
        assert all(-3 <= y <= 3 for _, y in samples)


def test_there_is_a_network_for_every_number_of_neurons_and_its_loss_is_that_of_the_course() -> None:
    target = tuple(TARGETS["sine"])
    networks, losses = fitted(target)
    assert MOST == 30
    assert [len(network.biases) for network in networks] == list(range(1, 31))
    assert losses == [squared_loss(network, target) for network in networks]


@pytest.mark.parametrize("shape", TARGETS)
def test_more_neurons_leave_no_more_loss_and_thirty_follow_every_shape(shape: str) -> None:
    _, losses = fitted(tuple(TARGETS[shape]))
    assert all(after <= before * 1.0001 for before, after in pairwise(losses))
    assert losses[-1] < 0.5


def leftover(shape: str, count: int) -> float:
    loss: float = fitted(tuple(TARGETS[shape]))[1][count - 1]
    return loss


def test_the_step_takes_two_neurons_one_of_them_always_on() -> None:
    assert leftover("step", 1) > 10
    assert leftover("step", 2) < 1e-4
    network = fitted(tuple(TARGETS["step"]))[0][1]
    [(height, lift)] = [sorted(network.output_weights)]
    assert (height, lift) == pytest.approx((-2, 4), abs=0.01)
    held = network.contribution(network.output_weights.index(height))
    assert [held(x) for x in PLACES] == pytest.approx([-2] * 41, abs=0.01)


def test_the_bump_gets_below_a_tenth_with_four_neurons_and_the_sine_with_ten() -> None:
    assert leftover("bump", 3) > 0.1 > leftover("bump", 4)
    assert leftover("sine", 9) > 0.1 > leftover("sine", 10)


def test_the_saw_waits_for_its_tenth_neuron_which_catches_a_missing_tooth() -> None:
    assert leftover("saw", 9) > 4
    assert leftover("saw", 10) == pytest.approx(0.05, abs=0.005)
    nine, ten = fitted(tuple(TARGETS["saw"]))[0][8:10]
    missed = [x for x, y in TARGETS["saw"] if abs(nine(x) - y) > 0.5]
    assert max(missed) <= -2.25  # the tooth at the left end
    assert max(abs(ten(x) - y) for x, y in TARGETS["saw"]) < 0.3


def test_beyond_the_ends_the_network_does_not_follow_the_sine() -> None:
    network = fitted(tuple(TARGETS["sine"]))[0][-1]
    assert abs(network(7) - 2 * sin(7)) > 1


def test_moving_the_number_of_neurons_does_not_fit_anew() -> None:
    drawn("any_function", n=3)
    before = fitted.cache_info().misses
    drawn("any_function", n=17)
    assert fitted.cache_info().misses == before


@pytest.mark.parametrize("n", [1, 2.4, 30, 31])
def test_any_number_of_neurons_can_be_asked_for(n: float) -> None:
    plot, fall = drawn("any_function", n=n)["figures"]
    assert plot["notes"] == fall["notes"] == []
    count = max(1, min(30, round(n)))
    assert len([mark for mark in plot["marks"] if mark.get("faint")]) == count
    [[at, _]] = fall["marks"][1]["points"]
    assert at == count


def test_a_flat_target_can_be_drawn_too() -> None:
    plot, fall = drawn("any_function", target=[[x, 0] for x in PLACES])["figures"]
    assert plot["notes"] == fall["notes"] == []


def test_far_away_every_network_is_flat() -> None:
    for shape in TARGETS.values():
        network = fitted(tuple(shape))[0][-1]
        assert network(10_000) == pytest.approx(network(20_000), abs=1e-6)
        assert network(-10_000) == pytest.approx(network(-20_000), abs=1e-6)


def test_a_sigmoid_at_the_output_could_not_say_two() -> None:
    assert all(0 < sigmoid(z) < 1 for z in (-30, 0, 30))


def test_far_to_the_right_a_network_gives_the_sum_of_its_output_weights() -> None:
    assert output("far_to_the_right") == "at -100 it gives 0.0\nat 0 it gives 5.0\nat 100 it gives 2.0\n"


def test_without_activations_the_curve_climbs_by_the_same_at_every_step() -> None:
    values = [float(line.split()[-1]) for line in output("without_the_bend").splitlines()]
    steps = {after - before for before, after in pairwise(values)}
    assert steps == {-3}


def test_the_numbers_of_a_network_are_counted() -> None:
    assert output("how_many_numbers") == "one input, four neurons: 12\n784 inputs, 1,000 neurons: 786000\n"
