"""A neuron: a weighted sum of inputs, bent by the sigmoid."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from engine.line import weighted_sum


def sigmoid(z: float) -> float:
    """1 / (1 + e^-z): from 0 to 1, 0.5 at 0 (Verhulst, 1845). Any finite z; never overflows."""
    if z >= 0:
        return 1 / (1 + exp(-z))
    grown = exp(z)
    return grown / (1 + grown)


@dataclass(frozen=True)
class Neuron:
    """sigmoid(w1 x1 + ... + wn xn + b): n `weights` and a `bias`, any finite numbers."""

    weights: tuple[float, ...]
    bias: float

    def __call__(self, *inputs: float) -> float:
        """The activation, 0 to 1, for as many inputs as weights. Raises ValueError for another number of them."""
        return sigmoid(weighted_sum(inputs, self.weights, self.bias))
