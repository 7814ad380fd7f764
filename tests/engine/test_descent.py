"""Gradients, curvature and the walk downhill, against closed forms, NumPy and the numbers that the lessons name."""

from __future__ import annotations

from math import cos, exp, inf, isfinite, sin

import numpy as np
import pytest

from engine.data import COURSE
from engine.descent import (
    central_difference,
    descend,
    hessian,
    largest_eigenvalue,
    largest_stable_rate,
    loss_gradient,
)
from engine.line import Line, least_squares
from engine.loss import squared_loss

SEEDS = range(200)
START = Line(1, 0)
CURVATURE = ((204.0, 36.0), (36.0, 8.0))
"""The Hessian of the squared loss on the course's data: the sums of x^2, x and 1, whatever the targets."""


def course_loss(w: float, b: float) -> float:
    return squared_loss(Line(w, b), COURSE)


# --- the gradient of the squared loss --------------------------------------------------------------------------


def test_the_gradient_at_the_first_line_of_the_course() -> None:
    assert loss_gradient(START, COURSE) == pytest.approx((74.83, 12.84), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_numpys_product_of_inputs_and_residuals(seed: int) -> None:
    w, b, x, y = case(seed)
    expected = np.column_stack([x, np.ones_like(x)]).T @ (w * x + b - y)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    assert loss_gradient(Line(w, b), data) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_what_central_differences_measure(seed: int) -> None:
    w, b, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    measured = central_difference(lambda w, b: squared_loss(Line(w, b), data), (w, b))
    assert loss_gradient(Line(w, b), data) == pytest.approx(measured, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_at_the_line_of_least_squares_the_gradient_is_nothing(seed: int) -> None:
    _, _, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    assert loss_gradient(least_squares(data), data) == pytest.approx((0, 0), abs=1e-7)


def test_without_data_there_is_no_slope() -> None:
    assert loss_gradient(START, []) == (0, 0)


# --- measured slopes -------------------------------------------------------------------------------------------


def test_a_slope_is_measured_along_each_number_in_order() -> None:
    assert central_difference(lambda x, y, z: 2 * x - 3 * y, (5, -7, 1)) == pytest.approx((2, -3, 0), abs=1e-9)
    assert central_difference(sin, [0.5]) == pytest.approx((cos(0.5),), rel=1e-9)
    assert central_difference(lambda: 1, ()) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slopes_of_a_quadratic_are_measured_nearly_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    matrix, vector, at = rng.normal(size=(n, n)), rng.normal(size=n), rng.normal(size=n)
    measured = central_difference(lambda *z: float(np.array(z) @ matrix @ np.array(z) + vector @ np.array(z)), at)
    assert measured == pytest.approx((matrix + matrix.T) @ at + vector, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slopes_of_a_smooth_function_are_measured_to_nine_digits(seed: int) -> None:
    x, y = np.random.default_rng(seed).uniform(-2, 2, 2).tolist()
    expected = (cos(x) * exp(y), sin(x) * exp(y))
    assert central_difference(lambda x, y: sin(x) * exp(y), (x, y)) == pytest.approx(expected, rel=1e-8, abs=1e-8)


def test_half_the_step_leaves_a_quarter_of_the_error() -> None:
    errors = [abs(central_difference(exp, (0.3,), step)[0] - exp(0.3)) for step in (1e-2, 5e-3)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=1e-3)


@pytest.mark.parametrize("x", [1e3, -1e6, 1e9])
def test_far_from_0_the_step_is_wide_enough_to_be_seen(x: float) -> None:
    assert central_difference(lambda x: x * x, (x,)) == pytest.approx((2 * x,), rel=1e-8)


@pytest.mark.parametrize("measure", [central_difference, hessian])
def test_what_the_function_raises_is_not_hidden(measure: object) -> None:
    def refuses(w: float, b: float) -> float:
        raise ZeroDivisionError("said by the function")

    with pytest.raises(ZeroDivisionError, match="said by the function"):
        measure(refuses, (1, 0))  # type: ignore[operator]


@pytest.mark.parametrize("measure", [central_difference, hessian])
def test_an_infinite_function_has_no_finite_slope(measure: object) -> None:
    assert not np.isfinite(measure(lambda w, b: inf, (1, 0))).any()  # type: ignore[operator]


# --- curvature -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [(1, 0), (0.594048, 0.221786), (10, -15), (-10, 15), (-2.5, 15), (100, 100)])
def test_the_curvature_of_the_courses_loss_is_measured_everywhere_to_eight_digits(at: tuple[float, float]) -> None:
    for measured, exact in zip(hessian(course_loss, at), CURVATURE, strict=True):
        assert measured == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_curvature_of_the_squared_loss_does_not_depend_on_the_targets(seed: int) -> None:
    w, b, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    measured = hessian(lambda w, b: squared_loss(Line(w, b), data), (w, b))
    columns = np.column_stack([x, np.ones_like(x)])
    assert np.array(measured) == pytest.approx(columns.T @ columns, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_curvature_of_a_quadratic_of_any_size_is_its_matrix(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, size = int(rng.integers(1, 5)), 10.0 ** int(rng.integers(0, 5))
    half = size * rng.normal(size=(n, n))
    matrix = half + half.T
    measured = hessian(lambda *z: float(np.array(z) @ matrix @ np.array(z)) / 2, rng.normal(size=n).tolist())
    assert np.array(measured) == pytest.approx(matrix, rel=1e-4, abs=1e-8 * size)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_curvature_of_a_smooth_function_is_measured_to_three_digits_and_is_symmetric(seed: int) -> None:
    x, y = np.random.default_rng(seed).uniform(-1, 1, 2).tolist()
    (xx, xy), (yx, yy) = hessian(lambda x, y: sin(x) * exp(y), (x, y))
    assert xy == yx
    assert (xx, xy, yy) == pytest.approx((-sin(x) * exp(y), cos(x) * exp(y), sin(x) * exp(y)), rel=1e-3, abs=1e-6)


def test_the_largest_curvature_of_the_courses_loss() -> None:
    assert largest_eigenvalue(CURVATURE) == pytest.approx(210.403, abs=5e-4)
    assert largest_eigenvalue(hessian(course_loss, (1, 0))) == pytest.approx(210.403, abs=5e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_largest_eigenvalue_is_numpys(seed: int) -> None:
    a, b, d = np.random.default_rng(seed).normal(scale=100, size=3).tolist()
    expected = np.linalg.eigvalsh([[a, b], [b, d]])[-1]
    assert largest_eigenvalue(((a, b), (b, d))) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("matrix", [(), ((1.0,),), ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)), ((1.0, 2.0),)])
def test_only_a_matrix_of_two_rows_of_two_has_its_eigenvalue_told(matrix: tuple[tuple[float, ...], ...]) -> None:
    says = rf"got a matrix with rows of \[{', '.join(str(len(row)) for row in matrix)}\] numbers; expected 2 x 2"
    with pytest.raises(ValueError, match=says):
        largest_eigenvalue(matrix)


# --- the largest stable rate -----------------------------------------------------------------------------------


def test_the_largest_stable_rate_on_the_courses_data() -> None:
    assert largest_stable_rate(hessian(course_loss, (1, 0))) == pytest.approx(0.009506, abs=5e-7)


@pytest.mark.parametrize("matrix", [((0.0, 0.0), (0.0, 0.0)), ((-2.0, 1.0), (1.0, -3.0)), ((float("nan"),) * 2,) * 2])
def test_where_nothing_curves_upward_no_rate_is_the_largest(matrix: tuple[tuple[float, ...], ...]) -> None:
    assert largest_stable_rate(matrix) is None


def test_at_a_saddle_the_direction_that_curves_upward_sets_the_rate() -> None:
    assert largest_stable_rate(((4, 0), (0, -1))) == 0.5


@pytest.mark.parametrize("seed", range(50))
def test_just_below_the_largest_stable_rate_a_walk_comes_nearer_and_just_above_it_leaves(seed: int) -> None:
    w, b, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    rate = largest_stable_rate(hessian(lambda w, b: squared_loss(Line(w, b), data), (w, b)))
    assert rate is not None
    start = squared_loss(Line(w, b), data)
    assert squared_loss(descend(Line(w, b), data, 0.99 * rate, 400), data) < start
    assert squared_loss(descend(Line(w, b), data, 1.01 * rate, 1000), data) > 1e3 * start


# --- the walk --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "w", "b"),
    [
        (0, 1, 0),
        (1, 0.92517, -0.01284),
        (10, 0.677397, -0.052718),
        (100, 0.637247, -0.021097),
        (1_000, 0.604299, 0.164147),
        (10_000, 0.594048, 0.221786),
    ],
)
def test_a_walk_at_0_001_goes_through_the_places_that_the_lessons_name(steps: int, w: float, b: float) -> None:
    line = descend(START, COURSE, learning_rate=0.001, steps=steps)
    assert (round(line.w, 6), round(line.b, 6)) == (w, b)


def test_fifty_steps_at_0_01_reach_a_loss_of_272_125() -> None:
    assert round(squared_loss(descend(START, COURSE, 0.01, 50), COURSE)) == 272_125


def test_a_long_walk_ends_at_the_line_of_least_squares() -> None:
    best, end = least_squares(COURSE), descend(START, COURSE, 0.009, 5_000)
    assert (end.w, end.b) == pytest.approx((best.w, best.b), abs=1e-9)


def test_two_walks_in_a_row_are_one_long_walk() -> None:
    assert descend(descend(START, COURSE, 0.001, 7), COURSE, 0.001, 5) == descend(START, COURSE, 0.001, 12)


@pytest.mark.parametrize("seed", range(50))
def test_a_walk_is_where_the_powers_of_a_matrix_say(seed: int) -> None:
    w, b, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    columns = np.column_stack([x, np.ones_like(x)])
    best = np.linalg.lstsq(columns, y, rcond=None)[0]
    rate = 1 / np.linalg.norm(columns, 2) ** 2
    factor = np.linalg.matrix_power(np.eye(2) - rate * columns.T @ columns, 40)
    end = descend(Line(w, b), data, float(rate), 40)
    assert (end.w, end.b) == pytest.approx(best + factor @ (np.array([w, b]) - best), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_step_downhill_lowers_the_loss(seed: int) -> None:
    w, b, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    assert squared_loss(descend(Line(w, b), data, 1e-5, 1), data) < squared_loss(Line(w, b), data)


@pytest.mark.parametrize("rate", [0.01, 10, 1e150])
def test_a_walk_that_leaves_the_floats_raises_or_ends_where_no_number_is(rate: float) -> None:
    try:
        end = descend(START, COURSE, rate, 20_000)
    except (OverflowError, ValueError):
        return
    assert not isfinite(end.w)


def case(seed: int) -> tuple[float, float, np.ndarray, np.ndarray]:
    """A weight, a bias, and two to twenty samples."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(scale=5, size=2).tolist()
    n = int(rng.integers(2, 21))
    return w, b, rng.uniform(-10, 10, n), rng.normal(scale=5, size=n)
