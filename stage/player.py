"""Runs of the reader's own function, step by step, recorded so that they can be walked through again."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import isfinite
from time import monotonic
from types import CodeType
from typing import Any

from stage.controls import Button
from stage.sample import number, plain

Row = tuple[Any, ...]


@dataclass
class Run:
    """What was recorded: a row of values for each step, the first before any step; `at` is the step that is shown."""

    names: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    at: int = 0

    def column(self, name: str) -> list[Any]:
        """The values of one recorded name or expression, from step 0 to the step shown."""
        i = self.names.index(name)
        return [row[i] for row in self.rows[: self.at + 1]]

    def pairs(self, one: str, other: str) -> list[tuple[float, float]]:
        """The values of two, as points of a path; steps at which one of them is no finite number are left out."""
        first, second = self.column(one), self.column(other)
        both = zip(first, second, strict=True)
        if plain(first) and plain(second):
            return list(both)
        return [(a, b) for a, b in both if number(a) is not None and number(b) is not None]

    def trace(self, name: str) -> list[tuple[int, float]]:
        """The values of one against the step; steps at which it is no finite number are left out."""
        steps = enumerate(values := self.column(name))
        return list(steps) if plain(values) else [(step, value) for step, value in steps if number(value) is not None]


class Recording:
    """The present run over the reader's `namespace`, and the one `before` it, to compare with."""

    def __init__(self, name: str, control: Button, namespace: dict[str, Any], before: Run | None = None) -> None:
        self._name = name
        self._control = control
        self._namespace = namespace
        self._reads = [compile(expression, "<reads>", "eval") for expression in control.reads]
        self.before = before
        self.run = self._fresh()

    @property
    def runs(self) -> list[Run]:
        """The run before, where there is one, and the present one."""
        return [self.before, self.run] if self.before else [self.run]

    @property
    def latest(self) -> Run | None:
        """The newest run that has a step in it, in full."""
        return replace(self.run, at=len(self.run.rows) - 1) if len(self.run.rows) > 1 else self.before

    def begin(self, moved: dict[str, Any], held: dict[str, Any]) -> None:
        """Start a new run, as the variables in `moved` were moved by their controls.

        It starts from where the last one began; but when the start itself is moved, from what the controls show
        now: `held`, None where they show nothing yet.
        """
        records = self._control.records
        here = {name: value for name, value in held.items() if name in records and value is not None}
        self.before = self.latest
        self._restore(self.run.rows[0])
        self._namespace.update(here if any(name in records for name in moved) else {})
        self._namespace.update(moved)
        self.run = self._fresh()

    def go(self, step: int, seconds: float) -> None:
        """Show `step`: go back to it, or on to it, as far as there is time. Raises what the reader's code raises.

        A run whose variables have left the finite numbers goes no further: it would never come back.
        """
        deadline = monotonic() + seconds
        run = self.run
        run.at = min(step, len(run.rows) - 1)
        self._restore(run.rows[run.at])
        while run.at < step and all(map(_sound, run.rows[run.at][: len(self._control.records)])):
            try:
                self._namespace[self._name](*self._control.arguments)
            except BaseException:
                self._restore(run.rows[run.at])
                raise
            run.rows.append(self._row())
            run.at += 1
            if monotonic() > deadline:
                break

    def _fresh(self) -> Run:
        run = Run((*self._control.records, *self._control.reads))
        run.rows.append(self._row())
        return run

    def _row(self) -> Row:
        values = [_kept(self._namespace.get(name)) for name in self._control.records]
        return (*values, *map(self._read, self._reads))

    def _read(self, expression: CodeType) -> object:
        try:
            return eval(expression, self._namespace)
        except Exception:  # told by the readouts, at the step that is shown
            return None

    def _restore(self, row: Row) -> None:
        for name, value in zip(self._control.records, row, strict=False):
            if name in self._namespace or value is not None:
                self._namespace[name] = _kept(value)


def _sound(value: Any) -> bool:
    return not isinstance(value, float) or isfinite(value)


def _kept(value: Any) -> Any:
    """The value, safe from later changes in place."""
    return value if isinstance(value, int | float | str) else deepcopy(value)
