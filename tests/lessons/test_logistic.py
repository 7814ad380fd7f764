"""What the lesson on logistic regression claims, computed; its derivation against central differences."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import exp, hypot, log, prod
from typing import Any

import numpy as np
import pytest

from engine import classify
from engine.descent import central_difference
from engine.neuron import sigmoid
from lessons import logistic
from stage.session import Session
from tests import pyodide
from tests.conftest import PLACED

BLOCKS = {placed.name: placed for placed in PLACED if placed.lesson == "logistic"}
SOLVED = logistic.loss_and_gradient.solution  # type: ignore[attr-defined]
TRAINED = logistic.train_a_classifier.solution  # type: ignore[attr-defined]
STUDENTS = list(zip(logistic.HOURS, logistic.PASSED, strict=True))
X = classify.with_bias([[x] for x, _ in STUDENTS])
Y = np.array(logistic.PASSED)


def ask(name: str, do: str = "draw", source: str = "", session: Session | None = None, **values: Any) -> dict[str, Any]:
    """The session's answer for a block, with its values and perhaps other code."""
    source = source or BLOCKS[name].source
    code = {} if BLOCKS[name].block.kind == "demo" else {"source": source, "code": source}
    request = {"do": do, "block": f"logistic/{name}", "values": values, **code}
    answer: dict[str, Any] = json.loads((session or Session("lessons")).handle(json.dumps(request)))
    assert "error" not in answer, answer
    return answer


def output(name: str, *changes: tuple[str, str]) -> str:
    """What the cell prints, with changes made to its starter."""
    source = BLOCKS[name].source
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    sent: list[str] = []
    request = {"do": "run", "block": f"logistic/{name}", "source": source}
    assert "error" not in json.loads(Session("lessons", sent.append).handle(json.dumps(request)))
    return "".join(json.loads(message).get("stdout", "") for message in sent)


def verdict(name: str, source: str) -> tuple[bool, str]:
    found = ask(name, "check", source)["verdict"]
    return found["pass"], found["says"]


def number(text: str) -> float:
    digits, _, power = text.replace("−", "-").replace(",", "").partition(" × 10")
    return float(digits) * 10.0 ** int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")) or 0)


def slope(function: Callable[[float], float], at: float, h: float = 1e-5) -> float:
    return (function(at + h) - function(at - h)) / (2 * h)


# --- how likely is what happened? ------------------------------------------------------------------------------


def probabilities(w: float, b: float) -> list[float]:
    """What the model grants to each student's own outcome, in the order of their hours."""
    return [s if y else 1 - s for x, y in STUDENTS for s in [1 / (1 + exp(-(w * x + b)))]]


@pytest.mark.parametrize(("w", "b"), [(1, 0), (1, -4), (1.26, -4.8), (-0.5, 2)])
def test_the_bars_are_the_probabilities_in_the_order_of_the_hours_and_the_readouts_follow(w: float, b: float) -> None:
    answer = ask("likelihood", w=w, b=b)
    bars = sorted((bar[0], bar[3], mark["role"]) for mark in answer["figures"][1]["marks"] for bar in mark["bars"])
    assert [height for _, height, _ in bars] == pytest.approx(probabilities(w, b), rel=1e-4)
    assert [role == "positive" for *_, role in bars] == [bool(y) for _, y in STUDENTS]
    thin = sorted(bar for mark in answer["figures"][0]["marks"] if mark["kind"] == "bars" for bar in mark["bars"])
    assert [y1 - y0 for _, _, y0, y1 in thin] == pytest.approx(probabilities(w, b), abs=1e-5)
    readouts = {name: number(text) for name, text in answer["readouts"].items()}
    assert readouts["product"] == pytest.approx(prod(probabilities(w, b)), rel=1e-3)
    assert readouts["log-sum"] == pytest.approx(classify.log_likelihood((w, b), X, Y), rel=1e-3)
    assert readouts["cross-entropy"] == pytest.approx(classify.cross_entropy((w, b), X, Y), rel=1e-3)


def test_the_products_that_the_lesson_names() -> None:
    assert prod(probabilities(1, 0)) == pytest.approx(0.00000028, abs=5e-9)
    assert prod(probabilities(1, -4)) == pytest.approx(0.013, abs=5e-4)
    best = classify.fit(X, Y)
    assert tuple(best) == (pytest.approx(1.26, abs=0.005), pytest.approx(-4.83, abs=0.005))
    assert prod(probabilities(*best)) == pytest.approx(0.01491, abs=5e-6)
    assert prod(probabilities(1.28, -4.9)) == pytest.approx(0.01491, abs=5e-6)  # within reach of the sliders
    assert classify.cross_entropy(best, X, Y) == pytest.approx(0.3505, abs=5e-5)


def test_the_landscape_has_one_valley_as_it_lies_below_every_chord() -> None:
    places = np.random.default_rng(0).uniform(-5, 5, size=(200, 2, 2))
    for one, other in places:
        middle = classify.cross_entropy((one + other) / 2, X, Y)
        assert middle <= (classify.cross_entropy(one, X, Y) + classify.cross_entropy(other, X, Y)) / 2


def test_our_sum_of_logarithms_is_the_logarithm_of_the_product_and_the_misprint_is_not() -> None:
    for w, b in [(1, 0), (1, -4), (-0.5, 2)]:
        s = classify.sigmoid(X @ (w, b))
        ours = np.sum(Y * np.log(s) + (1 - Y) * np.log(1 - s))
        switched = np.prod(s**Y * (1 - s) ** (1 - Y))
        misprint = np.sum(Y * np.log(s) + (1 - Y) * (1 - np.log(s)))
        assert ours == pytest.approx(log(prod(probabilities(w, b)))) == pytest.approx(np.log(switched))
        assert ours == pytest.approx(classify.log_likelihood((w, b), X, Y))
        assert abs(misprint - ours) > 1
    assert log(1 - 0.01) == pytest.approx(-0.01, abs=5e-4)
    assert 1 - log(0.01) == pytest.approx(5.6, abs=0.05)
    assert exp(1 - log(0.01)) > 1  # no probability


def test_twice_the_data_makes_the_same_cross_entropy() -> None:
    twice = classify.cross_entropy((1, -4), np.vstack([X, X]), np.hstack([Y, Y]))
    assert twice == pytest.approx(classify.cross_entropy((1, -4), X, Y))


# --- its gradient ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("z", [-4, -0.7, 0, 1.3, 5])
def test_each_step_of_the_derivation_agrees_with_a_measured_slope(z: float) -> None:
    s = sigmoid(z)
    assert slope(sigmoid, z) == pytest.approx(s * (1 - s), rel=1e-6)
    assert slope(lambda z: log(sigmoid(z)), z) == pytest.approx(1 - s, rel=1e-6)
    assert slope(lambda z: log(1 - sigmoid(z)), z) == pytest.approx(-s, rel=1e-6)
    for y in (0, 1):
        residual = slope(lambda z, y=y: -y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z)), z)
        assert residual == pytest.approx(s - y, rel=1e-6)
        assert slope(lambda z, y=y: log(1 + exp(z)) - y * z, z) == pytest.approx(s - y, rel=1e-6)


def test_the_slope_is_a_quarter_in_the_middle_and_next_to_nothing_at_the_ends() -> None:
    assert slope(sigmoid, 0) == pytest.approx(1 / 4)
    assert max(slope(sigmoid, -10), slope(sigmoid, 10)) < 1e-4


@pytest.mark.parametrize("w", logistic.WEIGHTS)
def test_the_gradient_of_the_lesson_is_the_measured_one(w: Any) -> None:
    inputs, labels = logistic.INPUTS, logistic.LABELS
    formula = inputs.T @ (classify.sigmoid(inputs @ w) - labels) / len(labels)
    measured = central_difference(lambda *w: classify.cross_entropy(w, inputs, labels), w.tolist())
    assert formula == pytest.approx(measured, rel=1e-6, abs=1e-9)
    assert formula == pytest.approx(classify.gradient(w, inputs, labels))


def test_quite_sure_and_quite_wrong_the_squared_loss_has_no_slope_and_the_cross_entropy_has() -> None:
    assert abs(slope(lambda z: (sigmoid(z) - 0) ** 2 / 2, 10)) < 1e-4
    assert slope(lambda z: -log(1 - sigmoid(z)), 10) == pytest.approx(1, abs=1e-4)


# --- all the data, or a handful --------------------------------------------------------------------------------


def test_after_40_steps_little_lies_between_the_losses_and_much_between_what_was_read() -> None:
    readouts = ask("descent_contours", step=40, batch_size=4, learning_rate=1, w=-3, b=3)["readouts"]
    assert (readouts["samples read, GD"], readouts["samples read, SGD"]) == ("2,400", "160")
    losses = number(readouts["loss, GD"]), number(readouts["loss, SGD"])
    assert losses == (pytest.approx(0.365, abs=5e-4), pytest.approx(0.376, abs=5e-4))


def test_with_batches_of_everything_sgd_is_gd_and_every_epoch_reads_each_sample_once() -> None:
    values = {"learning_rate": 1, "w": -3, "b": 3}
    left, right = ask("descent_contours", step=60, batch_size=60, **values)["figures"]
    for one, other in zip(left["marks"][0]["points"], right["marks"][0]["points"], strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-4)
    for batch_size, steps in [(1, 60), (7, 9), (45, 2), (60, 1)]:  # the last batch of an epoch is what is left
        readouts = ask("descent_contours", step=steps, batch_size=batch_size, **values)["readouts"]
        assert readouts["samples read, SGD"] == "60"


def test_each_map_says_whose_walk_it_shows() -> None:
    answer = ask("descent_contours", step=5, batch_size=4, learning_rate=1, w=-3, b=3)
    assert [figure["z"]["label"] for figure in answer["figures"]] == ["L, GD", "L, SGD"]


def test_the_arrow_points_against_the_gradient_and_is_never_longer_than_one_and_a_half() -> None:
    for w, b in [(-3, 3), (4, -3), (0, 0)]:
        left, right = ask("descent_contours", step=0, batch_size=4, learning_rate=1, w=w, b=b)["figures"]
        dw, db = classify.gradient((w, b), logistic.X, logistic.Y)
        ((x, y, to_x, to_y, _),) = left["marks"][1]["arrows"]
        assert (x, y) == (w, b)
        assert to_x * db == pytest.approx(to_y * dw, rel=1e-3, abs=1e-5)
        assert to_x * dw + to_y * db < 0
        lengths = [hypot(*figure["marks"][1]["arrows"][0][2:4]) for figure in (left, right)]
        assert max(lengths) < 1.5


def test_batches_are_right_on_average_and_four_times_as_many_samples_are_twice_as_exact() -> None:
    place, rng = (-1.0, 1.0), np.random.default_rng(0)
    single = np.array([classify.gradient(place, logistic.X[[i]], logistic.Y[[i]]) for i in range(60)])
    assert single.mean(axis=0) == pytest.approx(classify.gradient(place, logistic.X, logistic.Y))
    spread = {n: single[rng.integers(0, 60, size=(20_000, n))].mean(axis=1).std(axis=0) for n in (1, 4)}
    assert spread[1] / spread[4] == pytest.approx([2, 2], rel=0.03)


def test_a_large_rate_dances_around_the_lowest_place_and_a_small_one_comes_later_and_keeps_nearer() -> None:
    lowest = classify.fit(logistic.X, logistic.Y)

    def walk(rate: float) -> Any:
        given = {"learning_rate": rate, "batch_size": 4, "epochs": 40, "seed": 0}
        return np.array(classify.sgd((-3, 3), logistic.X, logistic.Y, **given))  # type: ignore[arg-type]

    far = {rate: np.hypot(*(walk(rate) - lowest).T) for rate in (0.3, 3)}
    assert np.flatnonzero(far[0.3] < 1)[0] > np.flatnonzero(far[3] < 1)[0]
    assert far[0.3][-300:].mean() < far[3][-300:].mean() / 2


# --- with whole tables at once ---------------------------------------------------------------------------------


def test_the_products_of_tables_are_what_the_lesson_says() -> None:
    assert output("all_at_once").splitlines()[-1] == "[17. 12.]"
    assert int(1000 * np.log10(np.e)) + 1 == 435
    assert len(str(int(np.finfo(float).max))) == 309


def test_the_plain_formula_stops_at_minus_1000_and_the_stable_one_nowhere() -> None:
    lines = output("sigmoid_stability").splitlines()
    assert lines[:2] == ["-1000 plain:  OverflowError, math range error", "-1000 stable: 0.0"]
    for plain, stable in zip(lines[2::2], lines[3::2], strict=True):
        assert float(plain.split()[-1]) == pytest.approx(float(stable.split()[-1]), rel=1e-12)


# --- write it yourself -----------------------------------------------------------------------------------------

STABLE = [
    "return (1 + np.tanh(z / 2)) / 2",
    "return np.exp(-np.logaddexp(0, -z))",
    "s = np.empty(np.shape(z))\n    s[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))\n    e = np.exp(z[z < 0])\n"
    "    s[z < 0] = e / (1 + e)\n    return s",
]
CLIPPED = "s = np.clip(sigmoid(X @ w), 1e-12, 1 - 1e-12)\n    return {}"


@pytest.mark.parametrize("body", STABLE)
def test_every_stable_sigmoid_passes(body: str) -> None:
    assert verdict("loss_and_gradient", SOLVED.replace(logistic.FUNCTIONS["sigmoid(z)"], body))[0]


def test_a_loss_that_is_clipped_passes_and_one_that_asks_for_log_0_does_not() -> None:
    loss = logistic.FUNCTIONS["loss(w, X, y)"]
    assert verdict("loss_and_gradient", SOLVED.replace(loss, CLIPPED.format(logistic.ENTROPY)))[0]
    passed, says = verdict(
        "loss_and_gradient", SOLVED.replace(loss, f"s = sigmoid(X @ w)\n    return {logistic.ENTROPY}")
    )
    assert not passed
    assert "the log of 0 is minus infinity" in says


@pytest.mark.parametrize("name", ["sigmoid(z)", "loss(w, X, y)", "gradient(w, X, y)"])
@pytest.mark.parametrize("gives", ["None", "'text'", "float('nan')", "[1, 2, 3]", "{}", "np.ones((2, 2))"])
def test_whatever_a_function_gives_the_check_has_a_sentence_for_it(name: str, gives: str) -> None:
    source = SOLVED.replace(logistic.FUNCTIONS[name], f"return {gives}")
    request = {"do": "check", "block": "logistic/loss_and_gradient", "source": source}
    found = json.loads(Session("lessons").handle(json.dumps(request)))["verdict"]
    assert not found["pass"]
    assert name.partition("(")[0] in found["says"] or "could not be checked" in found["says"]


def test_both_branches_of_where_overflow_and_the_page_says_so_though_numpy_is_silent_there() -> None:
    plain = "return 1 / (1 + np.exp(-z))"
    both = "return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))"
    sources = [SOLVED.replace(logistic.FUNCTIONS["sigmoid(z)"], body) for body in (plain, both)]
    requests = [{"do": "check", "block": "logistic/loss_and_gradient", "source": s} for s in (*sources, SOLVED)]
    session = Session("lessons")
    for answers in ([json.loads(session.handle(json.dumps(each))) for each in requests], pyodide.answers(requests)):
        verdicts = [answer["verdict"] for answer in answers]
        assert [found["pass"] for found in verdicts] == [False, False, True]
        assert all("more than a float can hold" in found["says"] for found in verdicts[:2])


# --- train a classifier ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step",
    [
        "w -= learning_rate * gradient(w, X[batch], y[batch])",
        "w = w - learning_rate * X[batch].T @ (sigmoid(X[batch] @ w) - y[batch]) / len(batch)",
    ],
)
def test_a_step_may_be_written_in_other_ways(step: str) -> None:
    source = TRAINED.replace("g = gradient(w, X[batch], y[batch])", step).replace(
        "        w = w - learning_rate * g", ""
    )
    assert verdict("train_a_classifier", source)[0]


def test_the_training_turns_the_edge_lowers_the_loss_and_can_be_walked_through_again() -> None:
    session = Session("lessons")
    start, end, back, on = (ask("train_a_classifier", "draw", TRAINED, session, train=at) for at in (0, 300, 10, 300))
    assert number(start["readouts"]["loss(w, X, y)"]) > 0.7
    assert number(end["readouts"]["loss(w, X, y)"]) < 0.2
    heats = [answer["figures"][0]["marks"][0]["shades"] for answer in (start, end, back, on)]
    assert heats[0] != heats[1] != heats[2]
    assert end["figures"] == on["figures"]
    assert (len(end["figures"][1]["marks"][0]["points"]), back["recorded"]) == (301, 300)


def test_a_moved_slider_begins_a_second_run_from_the_same_start_and_the_same_batches() -> None:
    session = Session("lessons")
    first = ask("train_a_classifier", "draw", TRAINED, session, train=50)
    ask("train_a_classifier", "draw", TRAINED, session, train=0, learning_rate=1)
    again = ask("train_a_classifier", "draw", TRAINED, session, train=0, learning_rate=0.5)
    again = ask("train_a_classifier", "draw", TRAINED, session, train=50, learning_rate=0.5)
    assert again["figures"][0] == first["figures"][0]
    assert again["figures"][1]["marks"][-2]["points"] == first["figures"][1]["marks"][-2]["points"]


@pytest.mark.parametrize("name", logistic.PRESETS)
def test_on_every_choice_of_samples_it_trains_but_only_some_can_be_parted_by_a_straight_edge(name: str) -> None:
    data = [list(sample) for sample in logistic.PRESETS[name]]
    session = Session("lessons")
    start, end = (ask("train_a_classifier", "draw", TRAINED, session, data=data, train=at) for at in (0, 600))
    assert end["figures"][0]["notes"] == []
    assert number(start["readouts"]["w"].strip("()").split(",")[0]) == 1
    loss = number(end["readouts"]["loss(w, X, y)"])
    assert loss > 0.64 if name in ("circles", "crossed") else loss < 0.64
    w = np.array([number(part) for part in end["readouts"]["w"].strip("()").split(",")])
    wrong = sum((x1 * w[0] + x2 * w[1] + w[2] > 0) != label for x1, x2, label in logistic.PRESETS[name])
    assert name != "moons" or wrong == 3


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_without_samples_or_with_one_class_only_the_figure_is_still_drawn() -> None:
    for at in (0, 20):
        empty = ask("train_a_classifier", "draw", TRAINED, data=[], train=at)
        assert empty["readouts"]["loss(w, X, y)"] == "0"
        assert [figure["notes"] for figure in empty["figures"]] == [
            ["There is nothing to learn from: add points with a click, or choose some."],
            [],
        ]
    lost = TRAINED.replace("max(len(y), 1)", "len(y)")  # the weights are lost, and no points are the reason
    assert lost != TRAINED
    assert "nothing to learn" in ask("train_a_classifier", "draw", lost, data=[], train=5)["figures"][0]["notes"][0]
    one = ask("train_a_classifier", "draw", TRAINED, data=[[1, 1, 1]], train=20)
    assert one["figures"][0]["notes"] == []


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_weights_that_are_no_numbers_leave_the_samples_and_a_sentence() -> None:
    lost = ask("train_a_classifier", "run", TRAINED.replace("[1.0, -1.0, 0.0]", "[np.nan, 0, 0]"))
    assert [mark["kind"] for mark in lost["figures"][0]["marks"]] == ["points"]
    assert lost["figures"][0]["notes"][0].startswith("The weights are no numbers")


def test_the_loss_curve_of_a_loop_of_ones_own_is_drawn_and_falls() -> None:
    sent: list[str] = []
    source = BLOCKS["loss_curve"].source + "\nlosses[0] / losses[-1]\n"
    request = {"do": "run", "block": "logistic/loss_curve", "source": source}
    answer = json.loads(Session("lessons", sent.append).handle(json.dumps(request)))
    assert any("<svg" in json.loads(message).get("image", "") for message in sent)
    assert float(answer["value"].strip("np.float64()")) > 4


# --- predict, then run -----------------------------------------------------------------------------------------


def test_always_one_half_costs_the_logarithm_of_two_whatever_the_data() -> None:
    assert float(output("always_one_half")) == pytest.approx(log(2))
    assert float(output("always_one_half", ("[0, 1, 1, 1, 1, 0]", "[1, 1, 1, 1, 1, 1]"))) == pytest.approx(log(2))


def test_the_product_of_1100_halves_is_nothing_to_python_and_the_sum_is_fine() -> None:
    assert output("eleven_hundred_coins") == "product: 0.0\nlog-sum: -762.46\n"
    assert 0.5**1000 > 0  # 1,000 of them would still be something


def test_ten_times_surer_no_class_changes_and_the_loss_grows() -> None:
    before, after = output("ten_times_surer").splitlines()
    assert before.partition("loss")[0] == after.partition("loss")[0]
    assert float(after.split()[-1]) > float(before.split()[-1])
