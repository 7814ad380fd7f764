"""The line, the weighted sum and least squares, against NumPy and against closed forms."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from engine.data import COURSE
from engine.line import Line, least_absolute, least_squares, weighted_sum
from engine.loss import absolute_loss, residuals, squared_loss

SEEDS = range(200)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_line_predicts_what_numpy_says_of_its_polynomial(seed: int) -> None:
    w, b, x = np.random.default_rng(seed).normal(scale=10, size=3).tolist()
    assert Line(w, b)(x) == pytest.approx(np.polyval([w, b], x), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_line_is_zero_at_its_root(seed: int) -> None:
    w, b = np.random.default_rng(seed).normal(scale=10, size=2).tolist()
    root = Line(w, b).root
    assert root is not None
    assert root == pytest.approx(np.roots([w, b])[0], rel=1e-12)
    assert Line(w, b)(root) == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("b", [-3, 0, 0.5])
def test_a_flat_line_has_no_root(b: float) -> None:
    assert Line(0, b).root is None
    assert Line(-0.0, b).root is None


def test_a_line_through_the_origin_has_its_root_there() -> None:
    assert Line(3, 0).root == 0


def test_the_bias_is_the_height_at_0_and_the_weight_is_one_step_to_the_right() -> None:
    line = Line(w=3, b=-6)
    assert (line(0), line(1) - line(0), line.root) == (-6, 3, 2)


def test_a_line_is_a_value() -> None:
    assert Line(1, 2) == Line(1, 2) != Line(2, 1)
    assert repr(Line(1, 2)) == "Line(w=1, b=2)"
    with pytest.raises(FrozenInstanceError):
        Line(1, 2).w = 3  # type: ignore[misc]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_weighted_sum_is_numpys_dot_product_and_the_bias(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 20))
    inputs, weights, bias = rng.normal(size=n), rng.normal(size=n), float(rng.normal())
    expected = np.dot(weights, inputs) + bias
    assert weighted_sum(inputs.tolist(), weights.tolist(), bias) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_weighted_sum_of_nothing_is_the_bias() -> None:
    assert weighted_sum([], [], 4) == 4


def test_a_weighted_sum_of_one_input_is_the_line() -> None:
    assert weighted_sum([2], [3], 1) == Line(3, 1)(2) == 7


def test_a_weighted_sum_loses_nothing_to_the_order_of_its_terms() -> None:
    assert weighted_sum([1e16, 1, -1e16], [1, 1, 1], 0) == 1


@pytest.mark.parametrize(("inputs", "weights"), [([1, 2], [1]), ([1], [1, 2]), ([], [1])])
def test_as_many_weights_as_inputs_are_needed(inputs: list[float], weights: list[float]) -> None:
    says = f"got {len(inputs)} inputs and {len(weights)} weights; expected as many of each"
    with pytest.raises(ValueError, match=says):
        weighted_sum(inputs, weights, 0)


def test_least_squares_on_the_course_data_is_the_line_that_the_lessons_name() -> None:
    best = least_squares(COURSE)
    assert (round(best.w, 6), round(best.b, 6)) == (0.594048, 0.221786)
    assert round(squared_loss(best, COURSE), 6) == 0.004956


@pytest.mark.parametrize("seed", SEEDS)
def test_least_squares_agrees_with_numpy_lstsq(seed: int) -> None:
    x, y = cloud(seed)
    expected, *_ = np.linalg.lstsq(np.column_stack([x, np.ones_like(x)]), y, rcond=None)
    best = least_squares(list(zip(x.tolist(), y.tolist(), strict=True)))
    assert [best.w, best.b] == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_small_step_away_from_least_squares_raises_the_loss(seed: int) -> None:
    x, y = cloud(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    best = least_squares(data)
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    for step in (1e-3, -1e-3, 0.1):
        away = Line(best.w + step * float(np.cos(angle)), best.b + step * float(np.sin(angle)))
        assert squared_loss(away, data) > squared_loss(best, data)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_residuals_of_least_squares_balance_and_do_not_lean(seed: int) -> None:
    x, y = cloud(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    left = np.array(residuals(least_squares(data), data))
    assert left.sum() == pytest.approx(0, abs=1e-9)
    assert left @ x == pytest.approx(0, abs=1e-8)


def test_through_two_points_there_is_one_line() -> None:
    assert least_squares([(1, 1), (3, 5)]) == Line(2, -1)


def test_the_order_of_the_samples_does_not_matter() -> None:
    assert least_squares(COURSE[::-1]) == least_squares(COURSE)


def test_far_from_the_origin_least_squares_is_still_exact() -> None:
    assert least_squares([(1e8 + x, 2 * x) for x in range(5)]).w == pytest.approx(2, rel=1e-12)


@pytest.mark.parametrize("data", [[], [(1, 2)], [(1, 2), (1, 3), (1.0, 4)]])
def test_without_two_different_x_no_single_line_is_best(data: list[tuple[float, float]]) -> None:
    says = f"got {len(data)} samples; expected at least two with different x"
    with pytest.raises(ValueError, match=says):
        least_squares(data)


def cloud(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two to thirty points around some line."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 31))
    x = rng.uniform(-10, 10, n)
    w, b = rng.normal(scale=3, size=2)
    return x, w * x + b + rng.normal(size=n)


@pytest.mark.parametrize("seed", range(60))
def test_no_line_nearby_has_a_smaller_absolute_loss_than_the_least_absolute_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = [(float(x), float(y)) for x, y in rng.normal(size=(7, 2)) * 3]
    best = least_absolute(data)
    least = absolute_loss(best, data)
    assert least <= absolute_loss(least_squares(data), data) + 1e-12
    for dw, db in rng.normal(size=(200, 2)) * rng.choice([1e-3, 0.1, 3], size=(200, 1)):
        assert absolute_loss(Line(best.w + float(dw), best.b + float(db)), data) >= least - 1e-9


def test_one_outlier_leaves_the_least_absolute_line_where_it_was() -> None:
    data = [(x, 2 * x + 1) for x in range(6)]
    assert least_absolute([*data, (6, 40)]) == Line(2, 1)
    assert least_squares([*data, (6, 40)]).w > 3


def test_of_equally_good_lines_the_flattest_is_taken() -> None:
    assert least_absolute([(0, 0), (0, 1), (1, 0), (1, 1)]).w == 0


def test_the_least_absolute_line_needs_two_different_x() -> None:
    with pytest.raises(ValueError, match="got 2 samples; expected at least two with different x"):
        least_absolute([(1, 1), (1, 2)])
