"""The line y = wx + b, and the line that fits best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from engine.data import Sample


@dataclass(frozen=True)
class Line:
    """The model y = wx + b: a weight `w` (the slope) and a bias `b` (the height at x = 0), any finite numbers."""

    w: float
    b: float

    def __call__(self, x: float) -> float:
        """The prediction for the feature `x`."""
        return self.w * x + self.b

    @property
    def root(self) -> float | None:
        """The x at which the line crosses the horizontal axis; None where it never does (w = 0)."""
        return -self.b / self.w if self.w else None


def weighted_sum(inputs: Sequence[float], weights: Sequence[float], bias: float) -> float:
    """w1 x1 + ... + wn xn + b for `n` inputs and `n` weights.

    Raises ValueError when there are not as many weights as inputs.
    """
    if len(inputs) != len(weights):
        raise ValueError(f"got {len(inputs)} inputs and {len(weights)} weights; expected as many of each")
    return fsum(w * x for w, x in zip(weights, inputs, strict=True)) + bias


def least_squares(data: Sequence[Sample]) -> Line:
    """The line with the smallest squared loss on `data`.

    Closed form: w = cov(x, y) / var(x), b = mean(y) - w mean(x) (Legendre, 1805; Gauss, 1809).
    Raises ValueError for fewer than two different x, where no single line is best.
    """
    if len({x for x, _ in data}) < 2:
        raise ValueError(f"got {len(data)} samples; expected at least two with different x")
    mean_x = fsum(x for x, _ in data) / len(data)
    mean_y = fsum(y for _, y in data) / len(data)
    covariance = fsum((x - mean_x) * (y - mean_y) for x, y in data)
    variance = fsum((x - mean_x) ** 2 for x, _ in data)
    w = covariance / variance
    return Line(w, mean_y - w * mean_x)


def least_absolute(data: Sequence[Sample]) -> Line:
    """A line with the smallest absolute loss on `data`.

    One of them passes through two of the points (Bloomfield & Steiger, 1983), so all pairs are tried; of several
    that are equally good, the flattest is taken. Raises ValueError for fewer than two different x.
    """
    lines = [
        Line(w, y1 - w * x1)
        for i, (x1, y1) in enumerate(data)
        for x2, y2 in data[:i]
        if x1 != x2
        for w in ((y1 - y2) / (x1 - x2),)
    ]
    if not lines:
        raise ValueError(f"got {len(data)} samples; expected at least two with different x")
    losses = [fsum(abs(line(x) - y) for x, y in data) for line in lines]
    least = min(losses) * (1 + 1e-9)  # equally good, whatever the rounding
    good = [line for line, loss in zip(lines, losses, strict=True) if loss <= least]
    return min(good, key=lambda line: abs(line.w))
