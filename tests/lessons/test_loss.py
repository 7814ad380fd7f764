"""What the lesson on the loss claims, computed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from math import fsum
from typing import Any

import pytest

from engine.data import COURSE, Sample
from engine.line import Line, least_absolute, least_squares
from engine.loss import residuals, squared_loss
from lessons.loss import ONE_SLIP, half_square
from stage.session import Session
from tests.conftest import PLACED
from tests.lessons.test_facts import output

BLOCKS = {placed.name: placed for placed in PLACED if placed.lesson == "loss"}
MISSES = [r / 10 for r in range(-60, 61)]


def ask(name: str, do: str = "draw", change: tuple[str, str] = ("", ""), **values: Any) -> dict[str, Any]:
    """The session's answer for a block, with its values and perhaps a change to its code."""
    source = BLOCKS[name].source.replace(*change) if change[0] else BLOCKS[name].source
    code = {} if BLOCKS[name].block.kind == "demo" else {"source": source, "code": source}
    request = {"do": do, "block": f"loss/{name}", "values": values, **code}
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps(request)))
    assert "error" not in answer
    return answer


def absolute_loss(model: Callable[[float], float], data: Sequence[Sample]) -> float:
    return fsum(abs(r) for r in residuals(model, data))


def slope(function: Callable[[float], float], at: float, h: float = 1e-6) -> float:
    return (function(at + h) - function(at - h)) / (2 * h)


def test_a_residual_is_positive_where_the_line_runs_too_high() -> None:
    assert residuals(Line(0, 2), [(1, 1), (1, 3)]) == [1, -1]
    assert ask("one_residual", data=[(4, 1)])["readouts"]["residual"] == "1.6"
    assert ask("one_residual", data=[(4, 5)])["readouts"]["residual"] == "−2.4"


def test_half_the_square_is_the_cheaper_one_for_misses_below_two_and_the_dearer_one_beyond() -> None:
    assert half_square(2) == half_square(-2) == 2
    assert all(half_square(r) < abs(r) for r in MISSES if 0 < abs(r) < 2)
    assert all(half_square(r) > abs(r) for r in MISSES if abs(r) > 2)


def test_the_flat_line_misses_every_point_and_its_residuals_add_up_to_nothing() -> None:
    assert ask("your_loss", w=0, b=2.895)["readouts"] == {"loss()": "0"}
    misses = residuals(Line(0, 2.895), COURSE)
    assert all(misses)
    assert all(r > 0 for r in misses[:4])
    assert all(r < 0 for r in misses[4:])


def test_the_size_has_a_corner_where_the_square_is_round() -> None:
    assert slope(abs, -1) == pytest.approx(-1)
    assert slope(abs, 1) == pytest.approx(1)
    assert abs(1e-9) / 1e-9 == 1  # to the right of the corner
    assert abs(-1e-9) / -1e-9 == -1  # to the left
    assert slope(half_square, 0) == 0


def test_the_slope_of_the_square_is_twice_the_residual_and_with_the_half_the_residual_itself() -> None:
    for r in MISSES:
        assert slope(lambda r: r * r, r) == pytest.approx(2 * r, abs=1e-6)
        assert slope(half_square, r) == pytest.approx(r, abs=1e-6)


def test_to_miss_by_twice_as_much_doubles_l1_and_quadruples_l2() -> None:
    line, twice = Line(1, 0), [(x, x - 2 * (x - y)) for x, y in COURSE]
    assert absolute_loss(line, twice) == pytest.approx(2 * absolute_loss(line, COURSE))
    assert squared_loss(line, twice) == pytest.approx(4 * squared_loss(line, COURSE))


def test_l2_would_rather_have_many_small_misses_than_one_large_one() -> None:
    spread, single = [(x, 0.5) for x in range(8)], [(0, 4)]
    assert absolute_loss(Line(0, 0), spread) == absolute_loss(Line(0, 0), single)
    assert squared_loss(Line(0, 0), spread) < squared_loss(Line(0, 0), single)


def test_the_loss_at_the_start_is_13_7698_and_mostly_the_work_of_the_three_points_on_the_right() -> None:
    assert squared_loss(Line(1, 0), COURSE) == pytest.approx(13.7698)
    assert ask("the_loss")["readouts"] == {"loss()": "13.77"}
    assert squared_loss(Line(1, 0), COURSE[-3:]) > 0.75 * squared_loss(Line(1, 0), COURSE)


def test_no_line_does_better_than_the_least_squares_line() -> None:
    best = least_squares(COURSE)
    assert best.w == pytest.approx(0.594048, abs=5e-7)
    assert best.b == pytest.approx(0.221786, abs=5e-7)
    loss = squared_loss(best, COURSE)
    assert loss == pytest.approx(0.004956, abs=5e-7)
    for dw in (-0.1, -0.001, 0, 0.001, 0.1):
        for db in (-0.5, -0.01, 0, 0.01, 0.5):
            assert squared_loss(Line(best.w + dw, best.b + db), COURSE) >= loss
    assert ask("the_loss", w=0.594048, b=0.221786)["readouts"] == {"loss()": "0.004956"}


def test_on_the_points_as_measured_both_lines_nearly_agree() -> None:
    for x in range(10):
        assert least_absolute(COURSE)(x) == pytest.approx(least_squares(COURSE)(x), abs=0.04)


def test_the_l2_line_runs_after_an_outlier_and_the_l1_line_stays() -> None:
    assert ask("one_outlier", data=COURSE)["readouts"] == {"slope of L1": "0.59", "slope of L2": "0.594"}
    assert ask("one_outlier", data=ONE_SLIP)["readouts"] == {"slope of L1": "0.59", "slope of L2": "0.2607"}
    assert ONE_SLIP[:-1] == list(COURSE[:-1])
    assert ONE_SLIP[-1] == (8, 0.97)
    measured, slip = least_absolute(COURSE), least_absolute(ONE_SLIP)
    assert (slip.w, slip.b) == (pytest.approx(measured.w), pytest.approx(measured.b))
    seven = COURSE[:-1]
    assert squared_loss(least_squares(ONE_SLIP), seven) > 100 * squared_loss(slip, seven)


def test_the_l1_line_cares_on_which_side_a_point_lies_and_not_how_far() -> None:
    lines = [least_absolute([*COURSE[:-1], (8, height)]) for height in (4, 3, 2, 1, 0, -100)]
    assert all((line.w, line.b) == (pytest.approx(0.59), pytest.approx(0.25)) for line in lines)


def test_the_landscape_is_18180_high_in_the_corner_and_0_005_at_the_bottom() -> None:
    assert squared_loss(Line(-10, -15), COURSE) == pytest.approx(18_180, abs=0.5)
    assert ask("loss_landscape", w=-10, b=-15)["readouts"] == {"loss(w, b)": "18,180"}
    assert squared_loss(least_squares(COURSE), COURSE) == pytest.approx(0.005, abs=5e-4)


def test_the_floor_of_the_valley_lies_where_the_lesson_says() -> None:
    best = least_squares(COURSE)

    def climb(dw: float, db: float) -> float:
        return squared_loss(Line(best.w + dw, best.b + db), COURSE) - squared_loss(best, COURSE)

    for steps in (-5, -1, 1, 5):
        here = climb(-0.176 * steps, steps)
        assert here < climb(-0.166 * steps, steps)
        assert here < climb(-0.186 * steps, steps)
    assert climb(0, 1) == pytest.approx(4)
    assert climb(1, 0) == pytest.approx(102)
    assert climb(-0.176, 1) < 0.83


def test_there_is_one_lowest_place_and_no_other_hollow() -> None:
    # The second derivatives of a quadratic are the same everywhere: curved upwards in every direction, it is a bowl.
    ww, wb, bb = fsum(x * x for x, _ in COURSE), fsum(x for x, _ in COURSE), len(COURSE)
    assert (ww, wb, bb) == (204, 36, 8)
    assert ww > 0
    assert ww * bb - wb * wb > 0


def test_another_model_or_another_loss_is_another_landscape() -> None:
    (line, _) = ask("loss_landscape")["figures"]
    (parabola, fit) = ask("loss_landscape", "run", ("return w * x + b", "return w * x * x + b"))["figures"]
    (sizes, _) = ask("loss_landscape", "run", ("(y(x, w, b) - target) ** 2", "abs(y(x, w, b) - target)"))["figures"]
    assert line["kind"] == parabola["kind"] == "surface"
    assert line["heights"] != parabola["heights"] != sizes["heights"] != line["heights"]
    curve = next(mark for mark in fit["marks"] if mark["kind"] == "curve")
    assert curve["points"][-1] == [9, 81]


def test_the_exercise_is_judged_by_the_readers_own_model() -> None:
    solution = BLOCKS["your_loss"].block.solution.replace("w * x + b", "w * x * x + b")  # type: ignore[attr-defined]
    request = {"do": "check", "block": "loss/your_loss", "source": solution}
    assert json.loads(Session("lessons").handle(json.dumps(request)))["verdict"]["pass"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("return total ** 3", "`loss()` gave 2116.87; half the sum of the squared residuals is 13.7698 there."),
        ("return [total]", "`loss()` gave [12.84]; a number should come out, 13.7698."),
    ],
)
def test_an_answer_that_nobody_thought_of_is_told_what_came_out_and_what_should(line: str, says: str) -> None:
    verdict = ask("your_loss", "check", ("return total", line))["verdict"]
    assert not verdict["pass"]
    assert says in verdict["says"]


def test_one_above_everywhere_costs_eight_and_four_and_two_above_costs_twice_and_four_times_that() -> None:
    assert output("too_high") == "1 above: L1 = 8, L2 = 4\n2 above: L1 = 16, L2 = 16\n"


def test_one_number_for_all_is_the_mean_for_l2_and_the_middle_for_l1() -> None:
    rows = [line.replace(",", " ").split() for line in output("one_number_for_all").splitlines()]
    l1, l2 = [float(row[5]) for row in rows], [float(row[8]) for row in rows]
    assert [int(row[2].strip(":")) for row in rows] == list(range(10))
    assert min(range(10), key=l1.__getitem__) == 0
    assert min(range(10), key=l2.__getitem__) == 3


def test_every_point_twice_is_twice_the_loss_and_the_same_best_line() -> None:
    for line in output("everything_twice").splitlines():
        once, twice = map(float, re.findall(r"\d\.\d{4}", line))
        assert twice == pytest.approx(2 * once, abs=1e-4)
    best, same = least_squares(COURSE), least_squares([*COURSE, *COURSE])
    assert (best.w, best.b) == (pytest.approx(same.w), pytest.approx(same.b))
