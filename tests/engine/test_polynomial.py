"""Polynomials against NumPy's, and the landscape that a lesson walks in."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from engine.polynomial import HILLS, Polynomial

SEEDS = range(200)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_polynomial_is_numpys(seed: int) -> None:
    coefficients, x = case(seed)
    expected = np.polynomial.Polynomial(coefficients)(x)
    assert Polynomial(coefficients)(x) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_its_derivative_is_numpys(seed: int) -> None:
    coefficients, x = case(seed)
    expected = np.polynomial.Polynomial(coefficients).deriv()
    if len(coefficients) > 1:
        assert Polynomial(coefficients).derivative.coefficients == pytest.approx(expected.coef)
    assert Polynomial(coefficients).slope(x) == pytest.approx(expected(x), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_its_slope_is_what_central_differences_measure(seed: int) -> None:
    coefficients, x = case(seed)
    polynomial, h = Polynomial(coefficients), 1e-5
    measured = (polynomial(x + h) - polynomial(x - h)) / (2 * h)
    assert polynomial.slope(x) == pytest.approx(measured, rel=1e-5, abs=1e-4)


def test_the_constant_comes_first() -> None:
    assert Polynomial((1, 2, 3))(10) == 321
    assert Polynomial((1, 2, 3)).derivative == Polynomial((2, 6))


def test_a_constant_is_flat_and_no_coefficients_are_0() -> None:
    assert Polynomial((5,)).derivative == Polynomial(())
    assert (Polynomial((5,)).slope(3), Polynomial(())(3)) == (0, 0)


def test_a_polynomial_is_a_value() -> None:
    assert Polynomial((1, 2)) == Polynomial((1, 2)) != Polynomial((2, 1))
    assert repr(Polynomial((1, 2))) == "Polynomial(coefficients=(1, 2))"
    with pytest.raises(FrozenInstanceError):
        Polynomial((1, 2)).coefficients = ()  # type: ignore[misc]


def test_at_0_the_hills_have_a_slope_of_exactly_1_3() -> None:
    assert HILLS.slope(0) == 1.3


def test_the_hills_are_two_and_so_are_the_valleys_and_all_are_well_inside() -> None:
    levels = sorted(np.polynomial.Polynomial(HILLS.derivative.coefficients).roots())
    assert np.isreal(levels).all()
    bends = [HILLS.derivative.slope(float(x.real)) for x in levels]
    assert [bend > 0 for bend in bends] == [False, True, False, True]  # hill, valley, hill, valley
    assert all(-2.1 < x.real < 2.1 for x in levels)


def test_the_deeper_valley_is_on_the_right() -> None:
    _, left, _, right = sorted(np.polynomial.Polynomial(HILLS.derivative.coefficients).roots().real.tolist())
    assert (left, HILLS(left)) == (pytest.approx(-0.690, abs=5e-4), pytest.approx(-0.315, abs=5e-4))
    assert (right, HILLS(right)) == (pytest.approx(1.846, abs=5e-4), pytest.approx(-1.091, abs=5e-4))


def test_the_hills_fit_a_plot() -> None:
    heights = [HILLS(x / 100) for x in range(-250, 251)]
    assert -2 < min(heights) < max(heights) < 3.5


def case(seed: int) -> tuple[tuple[float, ...], float]:
    """One to eight coefficients, and a place."""
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=int(rng.integers(1, 9))).tolist()), float(rng.uniform(-2.5, 2.5))
