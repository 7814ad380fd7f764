"""Polynomials, and one with hills and valleys to walk in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Polynomial:
    """c0 + c1 x + c2 x^2 + ...: its `coefficients`, the constant first."""

    coefficients: tuple[float, ...]

    def __call__(self, x: float) -> float:
        """The value at `x`, by Horner's rule."""
        value = 0.0
        for coefficient in reversed(self.coefficients):
            value = value * x + coefficient
        return value

    @property
    def derivative(self) -> Polynomial:
        """The polynomial that gives the slope of this one."""
        return Polynomial(tuple(i * c for i, c in enumerate(self.coefficients) if i))

    def slope(self, x: float) -> float:
        """The slope of the tangent at `x`."""
        return self.derivative(x)


HILLS = Polynomial((0.3, 1.3, -0.2, -1.2, 0.05, 0.18))
"""Two hills and two valleys on -2.5..2.5, the deeper valley on the right, and a slope of 1.3 at x = 0."""
