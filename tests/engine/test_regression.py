"""Polynomial fits against NumPy's polyfit and scikit-learn's ridge regression."""

from __future__ import annotations

import re
from itertools import pairwise
from math import inf, isnan, nan, sin

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.preprocessing import PolynomialFeatures

from engine.data import COURSE, Sample, noisy
from engine.descent import central_difference
from engine.line import least_squares
from engine.polynomial import Polynomial
from engine.regression import mean_squared_error, polynomial_fit

SEEDS = range(200)


def case(seed: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Samples somewhere near 0, of some height, and a degree for which there are enough of them."""
    rng = np.random.default_rng(seed)
    degree = int(rng.integers(0, 9))
    n = degree + 2 + int(rng.integers(0, 30))
    width, height = 10.0 ** rng.uniform(-2, 2), 10.0 ** rng.uniform(-6, 6)
    x = width * (np.linspace(-1, 1, n) + rng.uniform(-0.4, 0.4, n) / n + rng.uniform(-1, 1))
    return x, height * rng.normal(size=n), degree


def paired(x: np.ndarray, y: np.ndarray) -> list[Sample]:
    return list(zip(x.tolist(), y.tolist(), strict=True))


def scaled(x: np.ndarray) -> np.ndarray:
    return (x - (x.min() + x.max()) / 2) / ((x.max() - x.min()) / 2)


def values(model: Polynomial, x: np.ndarray) -> list[float]:
    return [model(place) for place in x.tolist()]


# --- without a penalty -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fit_without_a_penalty_is_numpys(seed: int) -> None:
    x, y, degree = case(seed)
    found = polynomial_fit(paired(x, y), degree)
    assert len(found.coefficients) == degree + 1
    between = np.linspace(x.min(), x.max(), 50)
    expected = np.polyval(np.polyfit(scaled(x), y, degree), np.linspace(-1, 1, 50))
    assert values(found, between) == pytest.approx(expected, rel=1e-7, abs=1e-7 * float(abs(expected).max()))


def test_data_from_a_polynomial_give_its_coefficients_back() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        target = Polynomial(tuple(rng.normal(size=int(rng.integers(1, 7))).tolist()))
        data = [(x, target(x)) for x in np.linspace(-2, 3, 20).tolist()]
        for more in (0, 3):
            found = polynomial_fit(data, len(target.coefficients) - 1 + more)
            assert found.coefficients == pytest.approx((*target.coefficients, *[0] * more), abs=1e-9)


def test_a_fit_of_degree_1_is_the_line_of_least_squares() -> None:
    line = least_squares(COURSE)
    assert polynomial_fit(COURSE, 1).coefficients == pytest.approx((line.b, line.w), rel=1e-12)


def test_a_fit_of_degree_0_is_the_mean() -> None:
    for penalty in (0, 1e6):
        assert polynomial_fit([(1, 2), (2, 4), (5, 9)], 0, penalty=penalty).coefficients == pytest.approx((5,))


def test_a_higher_degree_never_fits_its_own_data_worse() -> None:
    for seed in range(50):
        data = noisy(lambda x: sin(6 * x), 24, noise=0.2, seed=seed)
        errors = [mean_squared_error(polynomial_fit(data, degree), data) for degree in range(13)]
        assert all(after <= before + 1e-9 for before, after in pairwise(errors))


def test_as_many_coefficients_as_samples_meet_them_all_and_more_do_so_too() -> None:
    for seed in range(50):
        x, y = np.linspace(0, 8, 7), np.random.default_rng(seed).normal(size=7)
        for degree in (6, 9, 12):
            assert values(polynomial_fit(paired(x, y), degree), x) == pytest.approx(y, abs=1e-6)


def test_with_too_few_samples_the_vanishing_penalty_decides() -> None:
    for seed in range(50):
        rng = np.random.default_rng(seed)
        data, between = paired(np.linspace(0, 1, 5), rng.normal(size=5)), np.linspace(0, 1, 20)
        expected = values(polynomial_fit(data, 8, penalty=1e-9), between)
        assert values(polynomial_fit(data, 8), between) == pytest.approx(expected, abs=1e-5)


def test_one_sample_or_one_place_gives_a_flat_curve() -> None:
    for data in ([(3.0, 5.0)], [(3.0, 4.0), (3.0, 6.0)]):
        found = polynomial_fit(data, 4)
        assert [found(x) for x in (-1, 3, 10)] == pytest.approx([5, 5, 5])


# --- with a penalty --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fit_with_a_penalty_is_scikit_learns_ridge_on_scaled_features(seed: int) -> None:
    x, y, degree = case(seed)
    degree += 1
    penalty = 10.0 ** np.random.default_rng(seed).uniform(-4, 3)
    features = PolynomialFeatures(degree, include_bias=False)
    ridge = Ridge(alpha=penalty, solver="svd").fit(features.fit_transform(scaled(x)[:, None]), y)
    between = np.linspace(x.min(), x.max(), 50)
    expected = ridge.predict(features.transform(np.linspace(-1, 1, 50)[:, None]))
    found = values(polynomial_fit(paired(x, y), degree, penalty=penalty), between)
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-7 * float(abs(y).max()))


@pytest.mark.parametrize("seed", SEEDS)
def test_at_the_fit_the_loss_with_its_penalty_is_flat(seed: int) -> None:
    rng = np.random.default_rng(seed)
    degree, penalty = int(rng.integers(1, 6)), float(rng.uniform(0, 5))
    # On -1..1 already, so that the coefficients that are found are those that the penalty counts.
    data = paired(np.array([-1, *rng.uniform(-1, 1, 12), 1]), rng.normal(size=14))

    def loss(*coefficients: float) -> float:
        errors = len(data) * mean_squared_error(Polynomial(coefficients), data)
        return errors + penalty * sum(c * c for c in coefficients[1:])

    found = polynomial_fit(data, degree, penalty=penalty).coefficients
    assert central_difference(loss, found) == pytest.approx([0] * (degree + 1), abs=1e-6)


def test_a_larger_penalty_leaves_more_error_and_a_huge_one_the_mean() -> None:
    for seed in range(50):
        data = noisy(lambda x: sin(6 * x), 15, noise=0.2, seed=seed)
        fits = [polynomial_fit(data, 12, penalty=penalty) for penalty in (0, 1e-6, 1e-3, 1, 1e3, 1e15)]
        errors = [mean_squared_error(fit, data) for fit in fits]
        assert all(before <= after + 1e-9 for before, after in pairwise(errors))
        assert values(fits[-1], np.linspace(0, 1, 9)) == pytest.approx([sum(y for _, y in data) / 15] * 9)


# --- extreme numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", [1e308, 1e-300, 0])
def test_targets_of_any_size_are_fitted_without_a_warning(height: float) -> None:
    found = polynomial_fit([(-1, -height), (0, 0), (1, height), (0.5, height / 2)], 3)
    assert [found(x) for x in (-1, 0.25, 1)] == pytest.approx([-height, height / 4, height], abs=1e-12 * height)


@pytest.mark.parametrize("width", [1e300, 1e-90])
def test_places_of_any_size_are_fitted_without_a_warning(width: float) -> None:
    found = polynomial_fit([(-width, 1), (0, 2), (width, 3)], 1)
    assert [found(x) for x in (-width, 0, width)] == pytest.approx([1, 2, 3])


def test_places_at_both_ends_of_the_floats_are_fitted_without_a_warning() -> None:
    assert polynomial_fit([(-1.7e308, 1), (1.7e308, 3)], 1)(0) == pytest.approx(2)


# --- the error -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mean_squared_error_is_numpys(seed: int) -> None:
    x, y, degree = case(seed)
    model = Polynomial(tuple(np.random.default_rng(seed).normal(size=degree + 1).tolist()))
    expected = np.mean((np.polyval(model.coefficients[::-1], x) - y) ** 2)
    assert mean_squared_error(model, paired(x, y)) == pytest.approx(expected, rel=1e-9)


def test_an_error_that_is_too_large_is_infinite_or_no_number() -> None:
    assert mean_squared_error(lambda x: 1e200, [(0, 0), (1, 0)]) == inf
    assert isnan(mean_squared_error(lambda x: nan, [(0, 0)]))
    assert mean_squared_error(lambda x: np.float64(1e150), [(0, 0), (1, 0)]) == pytest.approx(1e300)


# --- what cannot be ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "degree", "penalty", "says"),
    [
        ([], 1, 0, "got no samples; expected at least one"),
        (COURSE, -1, 0, "got a degree of -1; expected a whole number, 0 or more"),
        (COURSE, 1.5, 0, "got a degree of 1.5; expected a whole number, 0 or more"),
        (COURSE, 1, -0.1, "got a penalty of -0.1; expected a number, 0 or more"),
        (COURSE, 1, nan, "got a penalty of nan; expected a number, 0 or more"),
        (COURSE, 1, inf, "got a penalty of inf; expected a number, 0 or more"),
        ([(0, nan)], 1, 0, "got a sample that is not finite; expected numbers"),
        ([(0, 1), (inf, 1)], 1, 0, "got a sample that is not finite; expected numbers"),
    ],
)
def test_what_cannot_be_fitted_is_told(data: list[Sample], degree: int, penalty: float, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        polynomial_fit(data, degree, penalty=penalty)


def test_there_is_no_mean_error_of_nothing() -> None:
    with pytest.raises(ValueError, match="got no samples; expected at least one"):
        mean_squared_error(lambda x: x, [])


def test_a_whole_degree_may_come_from_a_slider() -> None:
    assert polynomial_fit(COURSE, 2.0) == polynomial_fit(COURSE, 2)  # type: ignore[arg-type]


def test_samples_may_stand_in_an_array() -> None:
    line = polynomial_fit(COURSE, 1)
    assert polynomial_fit(np.array(COURSE), 1) == line  # type: ignore[arg-type]
    assert mean_squared_error(line, np.array(COURSE)) == mean_squared_error(line, COURSE)  # type: ignore[arg-type]
