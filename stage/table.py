"""Samples from a table that a reader pastes: comma-separated values, each bad row named by its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from math import isfinite

from stage.marks import Range
from stage.sample import brief

MOST = 500
"""Samples that are read; more would make every figure slow."""


def read_csv(text: str, x: Range, y: Range, *, classes: bool = False) -> list[tuple[float, ...]]:
    """The samples (x, y), or (x, y, class) with `classes`, of a table, one in each row, inside the ranges.

    Commas, semicolons or tabs stand between the numbers of a row; a first row of names and empty rows are left out.
    Between semicolons or tabs a number may have a decimal comma. Raises ValueError that names up to three bad lines.
    """
    rows = list(_rows(text))
    if rows and not any(map(_is_number, rows[0][2])):
        del rows[0]
    samples, faults = [], []
    for line, typed, row in rows:
        sample = _sample(row, x, y, classes)
        if sample is None:
            faults.append(f"line {line} is {brief(typed)}")
        else:
            samples.append(sample)
    if len(faults) > 3:
        faults[3:] = [f"and so are {len(faults) - 3} more"]
    if faults:
        wants = f"x from {x[0]:g} to {x[1]:g}, y from {y[0]:g} to {y[1]:g}" + ", and a class, 0 or 1" * classes
        raise ValueError(f"{', '.join(faults)}; expected {wants}")
    if not 0 < len(samples) <= MOST:
        raise ValueError(
            f"got {len(samples)} rows of numbers; expected 1 to {MOST}, each such as 1.5, 2{', 0' * classes}"
        )
    return samples


def _rows(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """The rows that are not empty: the line of each, how it was typed, and its parts."""
    for i, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            mark = next((mark for mark in "\t;" if mark in line), ",")
            parts = [line]
            with suppress(csv.Error):  # a field of more than 131,072 characters
                parts = next(csv.reader([line], delimiter=mark, skipinitialspace=True))
            yield i, line.strip(), [part.strip().replace(",", ".") for part in parts]


def _sample(row: list[str], x: Range, y: Range, classes: bool) -> tuple[float, ...] | None:
    if len(row) != (3 if classes else 2) or not all(map(_is_number, row)):
        return None
    a, b, *label = (float(part) for part in row)
    inside = x[0] <= a <= x[1] and y[0] <= b <= y[1] and all(each in (0, 1) for each in label)
    return (a, b, *map(int, label)) if inside else None


def _is_number(part: str) -> bool:
    try:
        return isfinite(float(part))
    except ValueError:
        return False
