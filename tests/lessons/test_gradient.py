"""What the lesson on the gradient claims, computed: every formula of its derivation against central differences."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import cos, hypot, pi, sin
from typing import Any

import pytest

from engine.data import COURSE
from engine.descent import central_difference
from engine.line import Line, least_squares
from engine.loss import squared_loss
from engine.polynomial import HILLS
from stage.session import Session
from tests.conftest import PLACED
from tests.lessons.test_facts import output

BLOCKS = {placed.name: placed for placed in PLACED if placed.lesson == "gradient"}
SOLUTION = BLOCKS["your_gradient"].block.solution if BLOCKS else ""  # type: ignore[attr-defined]
PARABOLA = ("w * x + b", "w * x * x + b")
SPOTS = [(1, 0), (0, 0), (-2.5, 15), (2.5, -15), (0.6, 0.2), (1.16, -3)]


def ask(name: str, do: str = "draw", source: str = "", **values: Any) -> dict[str, Any]:
    """The session's answer for a block, with its values and perhaps other code."""
    source = source or BLOCKS[name].source
    code = {} if BLOCKS[name].block.kind == "demo" else {"source": source, "code": source}
    request = {"do": do, "block": f"gradient/{name}", "values": values, **code}
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps(request)))
    assert "error" not in answer
    return answer


def arrows(answer: dict[str, Any], *, faint: bool = False) -> list[list[float]]:
    marks = [mark for mark in answer["figures"][0]["marks"] if mark["kind"] == "arrows" and mark["faint"] == faint]
    return marks[0]["arrows"] if marks else []


def slope(function: Callable[[float], float], at: float, h: float = 1e-5) -> float:
    return (function(at + h) - function(at - h)) / (2 * h)


def loss(w: float, b: float) -> float:
    return squared_loss(Line(w, b), COURSE)


def gradient(w: float, b: float) -> tuple[float, float]:
    """The last step of the derivation."""
    return sum((w * x + b - y) * x for x, y in COURSE), sum(w * x + b - y for x, y in COURSE)


# --- which way is down? ----------------------------------------------------------------------------------------


def walk(x: float) -> float:
    """Where the rule of the lesson ends: small steps against the sign of the slope, until it changes or the figure ends."""
    step = 1e-3
    sign = HILLS.slope(x) > 0
    while (HILLS.slope(x) > 0) == sign and -2.5 <= x <= 2.5:
        x += -step if sign else step
    return x


def test_the_rule_ends_in_one_valley_from_0_in_a_deeper_one_from_1_and_outside_from_the_far_left() -> None:
    left, right = walk(0), walk(1)
    assert (left, HILLS(left)) == (pytest.approx(-0.69, abs=0.005), pytest.approx(-0.31, abs=0.005))
    assert (right, HILLS(right)) == (pytest.approx(1.85, abs=0.005), pytest.approx(-1.09, abs=0.005))
    assert all(HILLS(x / 100) > HILLS(right) for x in range(-250, 251) if abs(x / 100 - right) > 0.01)
    assert walk(-1.97) < -2.5
    assert walk(-1.95) == pytest.approx(left, abs=0.005)


def test_on_the_top_of_a_hill_the_slope_is_0_and_to_either_side_it_is_not() -> None:
    top = next(x / 1000 for x in range(1000) if HILLS.slope(x / 1000) < 0)
    assert HILLS.slope(top) == pytest.approx(0, abs=0.01)
    assert HILLS.slope(top - 0.1) > 0.1
    assert HILLS.slope(top + 0.1) < -0.1


def test_the_tangent_touches_the_curve_and_at_0_its_slope_is_1_3() -> None:
    assert HILLS.slope(0) == pytest.approx(1.3)
    assert ask("tangent", x=0)["readouts"] == {"slope of tangent": "1.3000"}
    assert ask("tangent", x=1)["readouts"] == {"slope of tangent": f"−{-HILLS.slope(1):.4f}"}
    for x in (-2.5, -1, 0, 0.7, 2.5):
        answer = ask("tangent", x=x)
        touching = next(mark for mark in answer["figures"][0]["marks"] if mark["role"] == "gradient")
        (x1, y1), (x2, y2) = touching["points"]
        assert (y2 - y1) / (x2 - x1) == pytest.approx(slope(HILLS, x), abs=1e-4)
        assert (y1 + y2) / 2 == pytest.approx(HILLS(x), abs=1e-4)


# --- two numbers to turn ---------------------------------------------------------------------------------------


def test_the_cuts_are_cuts_of_one_landscape_and_show_its_partial_derivatives() -> None:
    assert ask("partial_derivatives", w=1, b=0)["readouts"] == {"dL/dw": "74.83", "dL/db": "12.84"}
    for w, b in [(0, -2), (0.3, 1), (1.2, 2)]:
        along_w, along_b = ask("partial_derivatives", w=w, b=b)["figures"]
        for figure, at, expected in zip((along_w, along_b), (w, b), gradient(w, b), strict=True):
            (x1, y1), (x2, y2) = figure["marks"][1]["points"]
            assert (y2 - y1) / (x2 - x1) == pytest.approx(expected, rel=1e-3)
            assert figure["marks"][2]["points"] == [[at, pytest.approx(loss(w, b), rel=1e-4)]]
            low, high = figure["y"]["domain"]
            assert low <= loss(w, b) <= high


def lowest_w(b: float) -> float:
    return sum((y - b) * x for x, y in COURSE) / sum(x * x for x, _ in COURSE)


def lowest_b(w: float) -> float:
    return sum(y - w * x for x, y in COURSE) / len(COURSE)


def test_at_the_bottom_of_one_cut_the_other_still_slopes() -> None:
    w = lowest_w(-2)
    assert 0 < w < 1.2  # within reach of the slider
    assert gradient(w, -2) == (pytest.approx(0, abs=1e-9), pytest.approx(-3.7, abs=0.05))


def test_left_and_right_in_turn_each_round_covers_a_fifth_of_the_way_that_is_left() -> None:
    best, b = least_squares(COURSE), -2.0
    for _ in range(5):
        left = best.b - b
        b = lowest_b(lowest_w(b))
        assert (best.b - b) / left == pytest.approx(0.8, abs=0.01)


# --- from slope to formula -------------------------------------------------------------------------------------


def test_slopes_of_a_sum_add_up_and_speeds_in_a_chain_multiply() -> None:
    assert slope(lambda x: 3 * x + 4 * x, 1) == pytest.approx(3 + 4)
    assert slope(lambda x: sin(x) + x**3, 1) == pytest.approx(slope(sin, 1) + slope(lambda x: x**3, 1))
    assert slope(lambda x: 2 * (3 * x), 1) == pytest.approx(6)
    g = 1.5 * 1.5  # h(g(x)) = sin(x * x) at x = 1.5
    assert slope(lambda x: sin(x * x), 1.5) == pytest.approx(cos(g) * 2 * 1.5)


def test_a_square_is_as_steep_as_twice_what_is_inside_times_the_inner_slope() -> None:
    assert slope(lambda x: (3 * x - 1) ** 2, 2) == pytest.approx(2 * 5 * 3)
    for g in (-2, 0, 0.5, 3):
        assert slope(lambda g: g**2, g) == pytest.approx(2 * g)
        assert slope(lambda g: g**2 / 2, g) == pytest.approx(g)


@pytest.mark.parametrize(("w", "b"), SPOTS)
def test_the_share_of_one_point_is_as_steep_as_its_residual_times_the_inner_derivative(w: float, b: float) -> None:
    for x, y in COURSE:
        residual = w * x + b - y
        share = central_difference(lambda w, b, x=x, y=y: (w * x + b - y) ** 2 / 2, (w, b))
        assert share == (pytest.approx(residual * x, abs=1e-4), pytest.approx(residual * 1, abs=1e-4))


@pytest.mark.parametrize(("w", "b"), SPOTS)
def test_the_formulas_for_all_points_agree_with_measured_slopes(w: float, b: float) -> None:
    assert gradient(w, b) == pytest.approx(central_difference(loss, (w, b)), rel=1e-6, abs=1e-5)


# --- the gradient ----------------------------------------------------------------------------------------------


def test_at_1_0_the_gradient_is_74_83_and_12_84() -> None:
    assert gradient(1, 0) == (pytest.approx(74.83), pytest.approx(12.84))
    assert ask("gradient_vector")["readouts"] == {"gradient()": "(74.83, 12.84)", "loss(w, b)": "13.77"}
    assert loss(1 - 0.01, 0) < loss(1, 0)
    assert loss(1, 0 - 0.01) < loss(1, 0)
    assert least_squares(COURSE).b > 0


@pytest.mark.parametrize(("w", "b"), SPOTS)
def test_the_loss_climbs_fastest_along_the_gradient_and_falls_fastest_against_it(w: float, b: float) -> None:
    dw, db = gradient(w, b)
    length, step = hypot(dw, db), 1e-6

    def after(to_w: float, to_b: float) -> float:
        return loss(w + step * to_w, b + step * to_b)

    round_about = [after(cos(turn * pi / 180), sin(turn * pi / 180)) for turn in range(360)]
    assert after(dw / length, db / length) >= max(round_about)
    assert after(-dw / length, -db / length) <= min(round_about)
    climb = (after(dw / length, db / length) - after(-dw / length, -db / length)) / (2 * step)
    assert climb == pytest.approx(length, rel=1e-4)  # the length is the steepness
    across = after(-db / length, dw / length) - after(db / length, -dw / length)
    assert across / (2 * step) == pytest.approx(0, abs=1e-3)  # a contour line is at right angles to it


def test_the_arrow_is_drawn_shorter_than_one_unit_and_the_steeper_the_longer() -> None:
    by_steepness = sorted(SPOTS, key=lambda spot: hypot(*gradient(*spot)))
    lengths = []
    for w, b in by_steepness:
        ((x, y, dx, dy, _),) = arrows(ask("gradient_vector", w=w, b=b))
        assert (x, y) == (w, b)
        assert dx * gradient(w, b)[1] == pytest.approx(dy * gradient(w, b)[0], rel=1e-3, abs=1e-4)
        lengths.append(hypot(dx, dy))
    assert lengths == sorted(lengths)
    assert lengths[-1] < 1


def test_the_axis_of_b_is_six_times_as_long_as_that_of_w() -> None:
    (figure,) = ask("gradient_vector")["figures"]
    (w_low, w_high), (b_low, b_high) = figure["x"]["domain"], figure["y"]["domain"]
    assert (figure["x"]["name"], figure["y"]["name"]) == ("w", "b")
    assert b_high - b_low == 6 * (w_high - w_low)


def test_for_the_parabola_the_inner_derivative_along_w_is_the_square_of_x() -> None:
    source = BLOCKS["gradient_vector"].source.replace(*PARABOLA).replace("r * x", "r * x * x")
    answer = ask("gradient_vector", "run", source)
    measured = central_difference(lambda w, b: squared_loss(lambda x: w * x * x + b, COURSE), (1, 0))
    assert answer["readouts"]["gradient()"] == "({:.4g}, {:.4g})".format(*measured).replace("e+03", "")
    assert answer["figures"][0]["heights"] != ask("gradient_vector")["figures"][0]["heights"]


@pytest.mark.parametrize(
    ("gives", "note"),
    [
        ("None", "gradient() gave None; an arrow needs two numbers, how far along w and how far along b."),
        ("dw", "gradient() gave 74.8"),
        ("float('nan'), db", "gradient() gave (nan, 12.8"),
        ("dw, unknown", "gradient() stopped with NameError: name 'unknown' is not defined."),
    ],
)
def test_a_gradient_that_cannot_be_drawn_leaves_the_landscape_and_a_sentence(gives: str, note: str) -> None:
    source = BLOCKS["gradient_vector"].source.replace("return dw, db", f"return {gives}")
    answer = ask("gradient_vector", "run", source)
    assert arrows(answer) == []
    assert answer["figures"][0]["notes"][0].startswith(note)
    assert len(answer["figures"][0]["heights"]) == 2500


# --- write it yourself -----------------------------------------------------------------------------------------


def test_the_readers_arrows_lie_on_the_true_ones_when_the_gradient_is_right() -> None:
    answer = ask("your_gradient", "run", SOLUTION)
    true, own = arrows(answer, faint=True), arrows(answer)
    assert len(true) == len(own) == 9
    for one, other in zip(true, own, strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-4)
    assert ask("your_gradient")["readouts"]["gradient()"] == "(0, 0)"
    assert arrows(ask("your_gradient")) == []


def test_all_true_arrows_are_equally_long_on_the_map() -> None:
    for x, y, dx, dy, _ in arrows(ask("your_gradient"), faint=True):
        assert -2.5 < x < 2.5
        assert -15 < y < 15
        assert hypot(dx / 5, dy / 30) == pytest.approx(0.12, rel=1e-4)


@pytest.mark.parametrize(
    ("change", "times"),
    [(("+=", "-="), -1), (("return dw, db", "return dw / 8, db / 8"), 1 / 8), (("return", "return 100 * dw, db #"), 2)],
)
def test_a_wrong_gradient_is_drawn_as_it_is_but_never_more_than_twice_as_long(
    change: tuple[str, str], times: float
) -> None:
    head, body = SOLUTION.split("def gradient")
    answer = ask("your_gradient", "run", f"{head}def gradient{body.replace(*change)}")
    for true, own in zip(arrows(answer, faint=True), arrows(answer), strict=True):
        if times == 2:
            assert hypot(own[2] / 5, own[3] / 30) <= 0.24 + 1e-6
        else:
            assert own[2:4] == pytest.approx([times * true[2], times * true[3]], rel=1e-3, abs=1e-4)


def test_the_exercise_is_judged_and_drawn_by_the_readers_own_model_and_loss() -> None:
    parabola = SOLUTION.replace(*PARABOLA)
    verdict = ask("your_gradient", "check", parabola)["verdict"]
    assert not verdict["pass"]
    assert "your loss, measured a little to either side, rises by" in verdict["says"]
    mended = parabola.replace("residual * x", "residual * x * x")
    answer = ask("your_gradient", "check", mended)
    assert answer["verdict"]["pass"]
    for one, other in zip(arrows(answer, faint=True), arrows(answer), strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-4)


def test_a_loss_that_cannot_be_measured_leaves_out_the_true_arrows() -> None:
    broken = SOLUTION.replace("return total / 2", "return total / 2 if b > 0 else None")
    answer = ask("your_gradient", "run", broken)
    assert {b > 0 for _, b, *_ in arrows(answer, faint=True)} == {True}
    assert "which is not a finite number" in answer["figures"][0]["notes"][0]


@pytest.mark.parametrize("one", ["dw += residual * x", "db += residual"])
def test_one_overwritten_sum_is_told_as_both_are(one: str) -> None:
    source = SOLUTION.replace(one, one.replace("+=", "="))
    assert "overwritten" in ask("your_gradient", "check", source)["verdict"]["says"]


# --- predict, then run -----------------------------------------------------------------------------------------


def test_at_the_bottom_the_gradient_is_nothing_but_for_the_rounding() -> None:
    dw, db = (float(part) for part in output("at_the_bottom").strip("()\n").split(","))
    assert hypot(dw, db) < 1e-3


def test_twice_the_data_is_twice_the_gradient_in_the_same_direction() -> None:
    assert output("twice_the_data") == "once:  (74.83, 12.84)\ntwice: (149.66, 25.68)\n"


def test_a_thousandth_of_the_gradient_leads_down_and_a_tenth_far_up() -> None:
    assert output("one_step") == "before: 13.77\nafter:  8.61\n"
    high = float(output("one_step", ("share = 0.001", "share = 0.1")).split()[-1])
    assert high > 100 * loss(1, 0)
