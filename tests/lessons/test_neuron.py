"""What the lesson on the neuron claims in numbers, computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from builder.lesson import Lesson, Placed, read_course, read_lesson
from builder.problems import ROOT
from engine.neuron import Neuron, sigmoid
from lessons import neuron as lesson
from stage.session import Session

READ: Lesson = read_lesson(read_course(ROOT / "lessons"), "neuron")
PLACED: dict[str, Placed] = {placed.name: placed for placed in READ.blocks.values()}


def output(name: str, *changes: tuple[str, str]) -> str:
    """What the cell prints, with changes made to its starter."""
    source = PLACED[name].source
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    sent: list[str] = []
    request = {"do": "run", "block": f"neuron/{name}", "source": source}
    answer = json.loads(Session("lessons", sent.append).handle(json.dumps(request)))
    assert "error" not in answer
    return "".join(json.loads(message).get("stdout", "") for message in sent)


def drawn(name: str, **values: float) -> dict:
    answer = json.loads(
        Session("lessons").handle(json.dumps({"do": "draw", "block": f"neuron/{name}", "values": values}))
    )
    assert "error" not in answer
    return answer


def slope(function: Callable[[float], float], x: float) -> float:
    return (function(x + 1e-5) - function(x - 1e-5)) / 2e-5


def test_the_lesson_has_no_faults_and_its_blocks_in_order() -> None:
    assert READ.problems == []
    demos = [name for name, placed in PLACED.items() if placed.block.kind == "demo"]
    assert demos == ["the_sigmoid", "sigmoid_of_a_line", "neuron_surface"]
    assert PLACED["your_neuron"].block.kind == "exercise"


def test_the_sigmoid_runs_from_0_to_1_with_the_heights_that_the_prose_names() -> None:
    assert sigmoid(0) == 0.5
    assert sigmoid(2) == pytest.approx(0.88, abs=0.005)
    assert sigmoid(-2) == pytest.approx(0.12, abs=0.005)
    for x in (0.5, 2, 7, 10):
        assert sigmoid(x) + sigmoid(-x) == pytest.approx(1)
    heights = [sigmoid(x / 10) for x in range(-100, 101)]
    assert heights == sorted(heights)
    assert 0 < heights[0] < 1e-4
    assert 1 - 1e-4 < heights[-1] < 1


def test_the_sigmoid_changes_mostly_in_the_middle() -> None:
    assert sigmoid(5) - sigmoid(-5) > 0.98


def test_the_sliders_start_where_the_course_says_and_reach_from_minus_ten_to_ten() -> None:
    assert PLACED["sigmoid_of_a_line"].block.starts == {"w": 1, "b": 0}
    assert PLACED["neuron_surface"].block.starts == {"w1": 1, "w2": 2, "b": 0}
    for name in ("sigmoid_of_a_line", "neuron_surface"):
        for slider in PLACED[name].block.controls.values():
            assert (slider.low, slider.high) == (-10, 10)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("w", "b"), [(1, 0), (1, 3), (10, -4), (-2, 5), (0.5, 1)])
def test_the_switch_is_half_way_up_where_the_line_crosses_0(w: float, b: float) -> None:
    assert sigmoid(w * (-b / w) + b) == pytest.approx(0.5)
    shown = drawn("sigmoid_of_a_line", w=w, b=b)
    [square] = [mark for mark in shown["figures"][0]["marks"] if mark["role"] == "bias"]
    assert square["points"] == [[pytest.approx(-b / w), 0.5]]


def test_a_bias_of_three_puts_the_switch_at_minus_three() -> None:
    assert drawn("sigmoid_of_a_line", w=1, b=3)["readouts"] == {"-b / w": "−3"}


def test_beyond_the_threshold_minus_b_the_switch_is_more_on_than_off() -> None:
    for w, b in [(1, 3), (-4, 2), (0.5, -1)]:
        for x in range(-10, 11):
            if w * x != -b:
                assert (sigmoid(w * x + b) > 0.5) == (w * x > -b)


def test_a_larger_weight_is_a_sharper_switch_and_ten_is_nearly_a_step() -> None:
    assert slope(lambda x: sigmoid(x), 0) == pytest.approx(0.25)
    assert slope(lambda x: sigmoid(10 * x), 0) == pytest.approx(2.5)
    assert sigmoid(10 * -0.5) < 0.01
    assert sigmoid(10 * 0.5) > 0.99
    assert sigmoid(1 * -0.5) > 0.3


def test_a_negative_weight_is_on_at_the_left() -> None:
    assert sigmoid(-2 * -5) > 0.99
    assert sigmoid(-2 * 5) < 0.01


def test_without_a_weight_the_answer_is_the_same_everywhere_and_no_switch_is_marked() -> None:
    shown = drawn("sigmoid_of_a_line", w=0, b=2)
    curve = shown["figures"][0]["marks"][1]
    assert [y for _, y in curve["points"]] == pytest.approx([sigmoid(2)] * len(curve["points"]), abs=1e-5)
    assert shown["figures"][0]["marks"][2]["points"] == []
    assert shown["figures"][0]["notes"] == []


def test_the_misprint_lets_every_bias_push_the_wrong_way() -> None:
    from math import exp

    def misprint(x: float, w: float, b: float) -> float:
        return 1 / (1 + exp(-w * x + b))

    for x, w, b in [(1, 2, 3), (-2, 0.5, 1), (0, 1, -4)]:
        assert misprint(x, w, b) == pytest.approx(sigmoid(w * x - b))


def test_the_edge_is_the_straight_line_where_the_sum_is_0() -> None:
    neuron = Neuron([1, 2], 0)
    for x1 in (-10, -3, 0, 4, 10):
        assert neuron(x1, -x1 / 2) == pytest.approx(0.5)
    assert neuron(10, 10) > 0.99
    assert neuron(-10, -10) < 0.01
    assert drawn("neuron_surface", w1=1, w2=2, b=0)["figures"][0]["edge"] == 0.5


def test_the_bias_moves_the_edge_without_turning_it() -> None:
    crossings = [(-b - 1 * 3) / 2 - (-b - 1 * -3) / 2 for b in (-10, 0, 10)]  # x2 of the edge at x1 = 3 and at -3
    assert crossings == [-3, -3, -3]


def test_without_its_weight_the_first_input_no_longer_counts() -> None:
    neuron = Neuron([0, 2], 1)
    assert neuron(-9, 1.5) == neuron(0, 1.5) == neuron(9, 1.5)


def test_five_times_the_weights_leave_the_edge_and_make_the_step_five_times_as_steep() -> None:
    gentle, steep = Neuron([1, 2], 0), Neuron([5, 10], 0)
    for x1 in (-6, 0, 6):
        assert steep(x1, -x1 / 2) == pytest.approx(0.5)
    assert slope(lambda x: steep(x, 0), 0) == pytest.approx(5 * slope(lambda x: gentle(x, 0), 0))


def test_the_example_input_by_input_adds_up() -> None:
    adds = [x * w for x, w in zip([2, 4, 1], [1.5, -0.5, 2], strict=True)]
    assert adds == [3, -2, 2]
    assert sum(adds) - 1 == 2
    assert Neuron([1.5, -0.5, 2], -1)(2, 4, 1) == pytest.approx(0.88, abs=0.005)
    assert output("a_neuron") == "sum: 2.0\noutput: 0.88\n"


def test_the_example_is_undecided_when_the_second_input_is_eight() -> None:
    assert "output: 0.5" in output("a_neuron", ("[2, 4, 1]", "[2, 8, 1]"))


def test_the_starter_lies_flat_and_the_solution_is_the_surface_from_above() -> None:
    heights = PLACED["your_neuron"].answer["figures"][0]["heights"]
    assert set(heights) == {0}
    exercise = PLACED["your_neuron"].block
    request = {"do": "run", "block": "neuron/your_neuron", "source": exercise.solution}  # type: ignore[attr-defined]
    own = json.loads(Session("lessons").handle(json.dumps(request)))["figures"][0]["heights"]
    assert own == pytest.approx(drawn("neuron_surface", w1=1, w2=2, b=0)["figures"][0]["heights"], abs=1e-5)


def test_the_trials_of_the_exercise_tell_all_anticipated_mistakes_apart() -> None:
    says = [mistake.says for mistake in lesson.your_neuron.mistakes]
    assert len(set(says)) == len(says) >= 8
    for mistake in lesson.your_neuron.mistakes:
        request = {"do": "check", "block": "neuron/your_neuron", "source": mistake.example}
        verdict = json.loads(Session("lessons").handle(json.dumps(request)))["verdict"]
        assert verdict == {"pass": False, "says": mistake.says}


def test_the_neuron_in_one_piece_with_the_misprint_is_told_what_is_wrong() -> None:
    source = (
        "from math import exp\nw1 = 1\nw2 = 2\nb = 0\n"
        "def sigmoid(z):\n    return 1 / (1 + exp(-z))\n"
        "def neuron(inputs, weights, b):\n"
        "    total = sum(w * x for x, w in zip(inputs, weights))\n"
        "    return 1 / (1 + exp(-total + b))\n"
    )
    request = {"do": "check", "block": "neuron/your_neuron", "source": source}
    assert "misprint" in json.loads(Session("lessons").handle(json.dumps(request)))["verdict"]["says"]


def test_the_neuron_of_weight_four_and_bias_minus_twelve_is_undecided_at_three_and_sure_at_four() -> None:
    assert output("one_half", ("guess = 0", "guess = 3")) == "there: 0.5\none step further: 0.982\n"


def answers(bias: float) -> list[str]:
    return [line.split()[-1] for line in output("both_or_either", ("b = 0", f"b = {bias}")).splitlines()]


def test_one_bias_wants_both_inputs_and_another_at_least_one() -> None:
    assert [round(float(answer)) for answer in answers(-15)] == [0, 0, 0, 1]
    assert [round(float(answer)) for answer in answers(-5)] == [0, 1, 1, 1]


def test_no_neuron_is_on_for_exactly_one_of_two_inputs() -> None:
    """On at (0, 1) and (1, 0) means w1 + w2 + 2b > 0; off at (0, 0) and (1, 1) means w1 + w2 + 2b <= 0."""
    steps = range(-10, 11)
    for w1 in steps:
        for w2 in steps:
            for b in steps:
                neuron = Neuron([w1, w2], b)
                on = [neuron(x1, x2) > 0.5 for x1, x2 in [(0, 0), (0, 1), (1, 0), (1, 1)]]
                assert on != [False, True, True, False]


def test_twice_the_parameters_do_not_give_twice_the_answer() -> None:
    assert output("twice_as_sure") == "before: 0.88\nafter: 0.98\n"


def test_the_drawing_is_one_file_by_itself_with_its_own_ground_and_a_dark_side() -> None:
    file = Path(ROOT / "lessons" / "neuron.svg")
    text = file.read_text()
    ElementTree.fromstring(text)
    assert "prefers-color-scheme: dark" in text
    assert 'class="card"' in text
    assert "href" not in text
    assert "<script" not in text
    for part in ("dendrites", "cell body", "axon", "connections", "inputs", "weights", "activation", "output"):
        assert f">{part}<" in text
