"""Fitting polynomials, with or without a penalty on large coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

import numpy as np

from engine.data import Sample
from engine.loss import Model, residuals
from engine.polynomial import Polynomial


def polynomial_fit(data: Sequence[Sample], degree: int, *, penalty: float = 0.0) -> Polynomial:
    """The polynomial of this `degree`, 0 or more, with the smallest sum of squared residuals plus a ridge `penalty`.

    The penalty, 0 or more, counts the squares of all coefficients but the constant, for x scaled to -1..1 (Hoerl and
    Kennard, 1970). Where several are equally good, as with fewer samples than coefficients, the penalty that vanishes
    decides: those coefficients are the smallest. The coefficients returned are for x itself. They lose digits where
    the data are far from 0 for their width. Raises ValueError for no samples, samples that are not finite, or a
    degree or penalty out of range.
    """
    if degree < 0 or degree != int(degree):
        raise ValueError(f"got a degree of {degree}; expected a whole number, 0 or more")
    if not 0 <= penalty < np.inf:
        raise ValueError(f"got a penalty of {penalty}; expected a number, 0 or more")
    if not len(data):  # an array, too, may be asked
        raise ValueError("got no samples; expected at least one")
    x, y = np.array(data, dtype=np.float64).T
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("got a sample that is not finite; expected numbers")
    middle = float(x.min() / 2 + x.max() / 2)
    half = float(x.max() / 2 - x.min() / 2) or 1.0
    height = float(np.abs(y).max()) or 1.0
    powers = ((x - middle) / half)[:, None] ** np.arange(1, int(degree) + 1)
    # With both centred, the constant is free of the penalty.
    columns, target = powers - powers.mean(axis=0), y / height - (y / height).mean()
    ridge = np.sqrt(penalty) * np.eye(int(degree))
    stacked = np.vstack([columns, ridge]), np.concatenate([target, np.zeros(int(degree))])
    found = np.linalg.lstsq(*stacked, rcond=None)[0]
    constant = (y / height).mean() - powers.mean(axis=0) @ found
    scaled = [height * float(coefficient) for coefficient in (constant, *found)]
    return Polynomial(_unscaled(scaled, 1 / half, -middle / half))


def mean_squared_error(model: Model, data: Sequence[Sample]) -> float:
    """The mean of the squared residuals, 0 or more. Raises ValueError for no samples."""
    if not len(data):  # an array, too, may be asked
        raise ValueError("got no samples; expected at least one")
    return fsum(r * r / len(data) for r in map(float, residuals(model, data)))


def _unscaled(coefficients: Sequence[float], slope: float, shift: float) -> tuple[float, ...]:
    """The coefficients for x of a polynomial in slope * x + shift, by Horner's rule."""
    found: list[float] = []
    for coefficient in reversed(coefficients):
        raised = [0.0, *(slope * c for c in found)]
        found = [r + shift * c for r, c in zip(raised, [*found, 0.0], strict=True)]
        found[0] += coefficient
    return tuple(found)
