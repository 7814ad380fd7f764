"""Gradient descent: the gradient of a loss, the curvature that limits the step, and the walk downhill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum, hypot

from engine.data import Sample
from engine.line import Line
from engine.loss import residuals

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


def loss_gradient(line: Line, data: Sequence[Sample]) -> tuple[float, float]:
    """The gradient (dL/dw, dL/db) of the squared loss of a line: sum (y(x_i) - y_i) x_i and sum (y(x_i) - y_i)."""
    errors = residuals(line, data)
    return fsum(error * x for error, (x, _) in zip(errors, data, strict=True)), fsum(errors)


def central_difference(function: Callable[..., float], at: Sequence[float], step: float = 1e-5) -> Vector:
    """The gradient of a function of n numbers at a place of n numbers, measured: (f(x + h) - f(x - h)) / 2h.

    `step` is h for numbers up to 1, and grows with larger ones. Exact for quadratic functions, but for rounding.
    Raises what the function raises.
    """
    partials = []
    for i, x in enumerate(at):
        h = step * max(1.0, abs(x))
        before, after = ([*at[:i], x + side, *at[i + 1 :]] for side in (-h, h))
        partials.append((function(*after) - function(*before)) / (2 * h))
    return tuple(partials)


def hessian(function: Callable[..., float], at: Sequence[float], step: float = 1e-2) -> Matrix:
    """The second derivatives of a function of n numbers, measured as n x n central differences of differences.

    Exact for quadratic functions, but for rounding. Raises what the function raises.
    """

    def gradient(*place: float) -> Vector:
        return central_difference(function, place, step)

    rows = [central_difference(lambda *place, i=i: gradient(*place)[i], at, step) for i in range(len(at))]
    # Both halves measure the same numbers: their mean is symmetric to the last bit.
    return tuple(tuple((rows[i][j] + rows[j][i]) / 2 for j in range(len(at))) for i in range(len(at)))


def largest_eigenvalue(matrix: Matrix) -> float:
    """The larger eigenvalue of a symmetric 2 x 2 matrix, in closed form. Raises ValueError for another size."""
    if len(matrix) != 2 or any(len(row) != 2 for row in matrix):
        raise ValueError(f"got a matrix with rows of {[len(row) for row in matrix]} numbers; expected 2 x 2")
    (a, b), (_, d) = matrix
    return (a + d) / 2 + hypot((a - d) / 2, b)


def largest_stable_rate(matrix: Matrix) -> float | None:
    """The learning rate above which gradient descent on a quadratic loss with this 2 x 2 Hessian diverges.

    It is 2 over the largest eigenvalue: along that direction each step multiplies the distance from the bottom by
    1 - rate * eigenvalue. None where the loss curves upward in no direction.
    """
    curvature = largest_eigenvalue(matrix)
    return 2 / curvature if curvature > 0 else None


def descend(line: Line, data: Sequence[Sample], learning_rate: float, steps: int) -> Line:
    """The line after so many updates of gradient descent on its squared loss, each over all the data (Cauchy, 1847).

    A walk that diverges for so long that its numbers are too large for floats raises OverflowError or ValueError.
    """
    for _ in range(steps):
        dw, db = loss_gradient(line, data)
        line = Line(line.w - learning_rate * dw, line.b - learning_rate * db)
    return line
