"""The residuals and the squared loss, against NumPy, against closed forms, and against central differences."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import COURSE
from engine.line import Line
from engine.loss import absolute_loss, residuals, squared_loss

SEEDS = range(200)


def test_a_residual_is_the_prediction_minus_the_target_in_the_order_of_the_data() -> None:
    assert residuals(lambda x: 10 * x, [(1, 4), (2, 25), (0, 0)]) == [6, -5, 0]


def test_no_data_leaves_no_residuals_and_no_loss() -> None:
    assert residuals(Line(1, 0), []) == []
    assert squared_loss(Line(1, 0), []) == 0


def test_the_loss_of_the_first_line_of_the_course() -> None:
    assert squared_loss(Line(1, 0), COURSE) == pytest.approx(13.7698, abs=1e-12)


def test_the_loss_is_half_the_sum_of_the_squares() -> None:
    assert squared_loss(lambda x: 0, [(0, 3), (1, -4)]) == 12.5


def test_a_line_through_all_points_has_no_loss() -> None:
    assert squared_loss(Line(2, 1), [(x, 2 * x + 1) for x in range(-5, 6)]) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_loss_is_numpys_norm_squared_and_halved(seed: int) -> None:
    w, b, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    assert residuals(Line(w, b), data) == pytest.approx(w * x + b - y, rel=1e-12, abs=1e-12)
    assert squared_loss(Line(w, b), data) == pytest.approx(np.linalg.norm(w * x + b - y) ** 2 / 2, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_half_makes_the_derivative_in_the_bias_the_sum_of_the_residuals(seed: int) -> None:
    w, b, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    h = 1e-4
    difference = (squared_loss(Line(w, b + h), data) - squared_loss(Line(w, b - h), data)) / (2 * h)
    assert difference == pytest.approx(sum(residuals(Line(w, b), data)), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_loss_does_not_depend_on_the_order_of_the_data(seed: int) -> None:
    w, b, x, y = case(seed)
    data = list(zip(x.tolist(), y.tolist(), strict=True))
    shuffled = [data[i] for i in np.random.default_rng(seed).permutation(len(data))]
    assert squared_loss(Line(w, b), shuffled) == squared_loss(Line(w, b), data)


def test_a_loss_too_large_for_a_float_is_infinite() -> None:
    assert squared_loss(Line(1e200, 0), COURSE) == float("inf")


def test_what_the_model_raises_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        squared_loss(lambda x: 1 / x, [(1, 1), (0, 0)])


def case(seed: int) -> tuple[float, float, np.ndarray, np.ndarray]:
    """A weight, a bias, and one to twenty samples."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(scale=5, size=2).tolist()
    n = int(rng.integers(1, 21))
    return w, b, rng.uniform(-10, 10, n), rng.normal(scale=5, size=n)


def test_the_absolute_loss_adds_up_the_distances_whatever_their_sign() -> None:
    assert absolute_loss(lambda x: 0, [(0, 3), (1, -4)]) == 7
    assert absolute_loss(Line(1, 0), []) == 0
