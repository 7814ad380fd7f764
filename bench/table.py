"""What was measured, beside its floor and its goal: as a table, as JSON, and in docs/performance.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal

OPENS, CLOSES = "<!-- table -->", "<!-- /table -->"
"""The lines of a document that the table stands between."""

HEAD = ("what", "value", "floor", "ratio", "goal", "is it met?")


@dataclass(frozen=True)
class Goal:
    """A limit of a value, of its ratio to the floor, or of its excess over the floor; a lower one if `least`."""

    limit: float
    of: Literal["value", "ratio", "excess"] = "value"
    least: bool = False

    def words(self, unit: str) -> str:
        """The goal for reading, with the unit of what it limits."""
        side = "≥" if self.least else "≤"
        if self.of == "ratio":
            return f"{side} {self.limit:g} of the floor"
        return f"{side} {quantity(self.limit, unit)}{' over the floor' if self.of == 'excess' else ''}"


@dataclass(frozen=True)
class Measured:
    """One number for each run, in the unit of its row; `floors` are as many, or none where there is no floor."""

    values: Sequence[float]
    floors: Sequence[float] = ()
    note: str = ""


@dataclass(frozen=True)
class Result:
    """A row of the table. `fault` says why there is no measurement."""

    name: str
    what: str
    unit: str
    goal: Goal | None
    measured: Measured | None
    fault: str = ""

    @property
    def value(self) -> float | None:
        """The median of the runs."""
        return median(self.measured.values) if self.measured else None

    @property
    def floor(self) -> float | None:
        """The median of the floor's runs."""
        return median(self.measured.floors) if self.measured and self.measured.floors else None

    @property
    def ratio(self) -> float | None:
        """The value as a share of the floor."""
        return self.value / self.floor if self.value is not None and self.floor else None

    @property
    def limited(self) -> float | None:
        """The number that the goal is about; None where it was not measured."""
        if self.goal is None or self.value is None or self.goal.of == "value":
            return self.value
        if self.goal.of == "ratio":
            return self.ratio
        return None if self.floor is None else self.value - self.floor

    @property
    def verdict(self) -> str:
        """`met`, or by how much it is missed; empty without a goal."""
        if self.fault:
            return f"not measured: {self.fault}"
        if self.goal is None or self.limited is None:
            return ""
        over = self.limited - self.goal.limit
        if over == 0 or (over > 0) is self.goal.least:
            return "met"
        return f"missed by {abs(over) / self.goal.limit:.0%}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row for reading, in the order of HEAD."""
        shown = [quantity(number, self.unit) if number is not None else "" for number in (self.value, self.floor)]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        what = f"{self.what} ({self.measured.note})" if self.measured and self.measured.note else self.what
        return (what, *shown, ratio, self.goal.words(self.unit) if self.goal else "", self.verdict)

    def plain(self) -> dict[str, Any]:
        """The row with all of its runs, for JSON."""
        return {
            "name": self.name,
            "what": self.what,
            "unit": self.unit,
            "value": self.value,
            "floor": self.floor,
            "ratio": self.ratio,
            "goal": self.goal.words(self.unit) if self.goal else None,
            "verdict": self.verdict,
            "values": list(self.measured.values) if self.measured else [],
            "floors": list(self.measured.floors) if self.measured else [],
            "note": self.measured.note if self.measured else "",
        }


def quantity(number: float, unit: str) -> str:
    """A number with its unit, three digits of it: `16.7 ms`, `5,210 steps/s`."""
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    text = f"{number:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {unit}".strip()


def table(results: Iterable[Result]) -> str:
    """The rows as a Markdown table whose columns are aligned, so that it can be read as it is."""
    rows = [HEAD, *(result.cells for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def to_json(results: Iterable[Result], machine: str) -> str:
    """All rows with all of their runs."""
    return json.dumps({"machine": machine, "rows": [result.plain() for result in results]}, indent=2) + "\n"


def write_between(document: Path, text: str) -> None:
    """Put `text` between the two markers of `document`. Raises ValueError where they are not there, in order."""
    before, opens, rest = document.read_text(encoding="utf-8").partition(OPENS)
    _, closes, after = rest.partition(CLOSES)
    if not (opens and closes):
        raise ValueError(f"{document}: got no place for the table; expected {OPENS} and after it {CLOSES}")
    document.write_text(f"{before}{OPENS}\n\n{text}\n\n{CLOSES}{after}", encoding="utf-8")
