"""The data that the course carries from the line to the trained network."""

from __future__ import annotations

Sample = tuple[float, float]
"""One observation: a feature x and its target y."""

COURSE: tuple[Sample, ...] = (
    (1, 0.85),
    (2, 1.43),
    (3, 1.92),
    (4, 2.59),
    (5, 3.20),
    (6, 3.82),
    (7, 4.38),
    (8, 4.97),
)
"""Eight samples, x in 1..8; nearly, but not quite, on a line (least squares: w = 0.594048, b = 0.221786)."""
