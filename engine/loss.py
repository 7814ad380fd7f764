"""How wrong a model is: its residuals, and one number made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum

from engine.data import Sample

Model = Callable[[float], float]
"""Any function from a feature to a prediction."""


def residuals(model: Model, data: Sequence[Sample]) -> list[float]:
    """Prediction minus target, one for each sample, in the order of `data`."""
    return [model(x) - y for x, y in data]


def squared_loss(model: Model, data: Sequence[Sample]) -> float:
    """L2: half the sum of the squared residuals, 0 or more. The half makes the derivative come out clean."""
    return fsum(r * r for r in residuals(model, data)) / 2


def absolute_loss(model: Model, data: Sequence[Sample]) -> float:
    """L1: the sum of the absolute residuals, 0 or more."""
    return fsum(map(abs, residuals(model, data)))
