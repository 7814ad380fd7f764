"""Demos, cells and exercises: Python functions to figures, and the controls that drive them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar, Protocol

from stage.figure import Plot, Range, Role, brief, number, pairs

Values = dict[str, Any]
"""What the controls say: a JSON value for each control's name."""


class ControlError(ValueError):
    """A control was declared or set in a way that cannot work; says what was got and what was expected."""


class Missing(ControlError):
    """A figure or a check needs a name that the reader's code does not define."""

    def __init__(self, name: str) -> None:
        super().__init__(f"your code does not define {name}")
        self.name = name


class Control(Protocol):
    """A part of a block's form. Its `kind` names the template that draws it."""

    kind: ClassVar[str]

    @property
    def start(self) -> Any:
        """The value that the form starts with; None in a cell, whose code says it."""

    def accept(self, name: str, value: object) -> Any:
        """`value` as the control means it. Raises ControlError where that is impossible."""


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high`.

    `start` is needed in a demo, and left out in a cell, where the code says it. `step` is one key press
    (default: a two-hundredth of the range). `role` colours it; None takes the role that its name has.
    Raises ControlError for an empty range, a start outside it, or a step that is not above 0.
    """

    low: float
    high: float
    start: float | None = None
    step: float | None = None
    role: Role | None = None
    kind: ClassVar[str] = "slider"

    def __post_init__(self) -> None:
        if not (isfinite(self.low) and isfinite(self.high) and self.low < self.high):
            raise ControlError(f"got Slider({self.low}, {self.high}); expected two numbers, the lower one first")
        if self.start is not None and not self.low <= self.start <= self.high:
            raise ControlError(f"got start={self.start}; expected a number from {self.low} to {self.high}")
        if self.step is None:
            object.__setattr__(self, "step", (self.high - self.low) / 200)
        elif not self.step > 0:
            raise ControlError(f"got step={self.step}; expected a number above 0")

    def accept(self, name: str, value: object) -> float:
        accepted = number(value)
        if accepted is None:
            raise ControlError(f"{name} is {brief(value)}; its slider needs a number")
        return value if isinstance(value, int) else accepted


@dataclass(frozen=True)
class DataPoints:
    """A list of (x, y) samples, each dragged on the figure or typed, inside the ranges `x` and `y`.

    `start` as with Slider. `step` is one key press (default: 0.01).
    """

    x: Range
    y: Range
    start: tuple[tuple[float, float], ...] | None = None
    step: float = 0.01
    role: Role | None = None
    kind: ClassVar[str] = "points"

    def accept(self, name: str, value: object) -> list[tuple[float, float]]:
        try:
            return [(_tidy(a), _tidy(b)) for a, b in pairs(value, name)]
        except ValueError as error:
            raise ControlError(str(error)) from None


def _tidy(value: float) -> float:
    return int(value) if value.is_integer() else value


ROLES: Mapping[str, Role] = {
    "w": "weight",
    "b": "bias",
    "y": "model",
    "data": "data",
    "loss": "loss",
    "gradient": "gradient",
}
"""The one colour of each symbol, in sliders, code and figures; w1, w2 ... go with w. (Formulas use macros.)"""


def role_of(name: str, control: Control | None = None) -> Role | None:
    """The role of a variable: its control's own, else that of its name."""
    return getattr(control, "role", None) or ROLES.get(name.rstrip("0123456789"))


class Learner:
    """The reader's names after Run, as attributes: `learner.w`, `learner.y(x, w, b)`.

    Raises Missing for a name that the code does not define.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by Python's own machinery, not by a lesson
            raise AttributeError(name)
        try:
            return self._namespace[name]
        except KeyError:
            raise Missing(name) from None


Figure = Plot | None


@dataclass(frozen=True)
class Demo:
    """A function from control values to a figure; its docstring is the figure's label, with {names} filled in."""

    function: Callable[..., Figure]
    controls: Mapping[str, Control]
    kind: ClassVar[str] = "demo"

    @property
    def label(self) -> str:
        """What the figure shows, in words, with {names} to fill in."""
        return inspect.getdoc(self.function) or ""

    @property
    def starts(self) -> Values:
        """The value that each control starts with."""
        return {name: control.start for name, control in self.controls.items()}


@dataclass(frozen=True)
class Cell(Demo):
    """Code that the reader edits, and a figure drawn from the names that it defines.

    `reads` are expressions in the reader's names, shown as numbers under the figure.
    """

    reads: tuple[str, ...] = ()
    kind: ClassVar[str] = "cell"


@dataclass(frozen=True)
class Mistake:
    """A wrong answer worth an answer of its own.

    `example` is code that makes it, `when(learner)` is true of it (raising counts as false), `says` is what
    the reader is told, with `code` in backticks.
    """

    example: str
    when: Callable[[Learner], bool]
    says: str


@dataclass(frozen=True)
class Exercise(Cell):
    """A cell with a task.

    `check(learner)` returns None when the task is done, else a sentence on what is still wrong. `passes` is
    said when it is done; `hints` lead there, the vaguest first; `solution` is code that passes.
    """

    check: Callable[[Learner], str | None] = lambda learner: None
    passes: str = ""
    hints: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    solution: str = ""
    kind: ClassVar[str] = "exercise"

    def verdict(self, learner: Learner) -> tuple[bool, str]:
        """Whether the task is done, and what to tell the reader: of an anticipated mistake if it is one."""
        for mistake in self.mistakes:
            with suppress(Exception):
                if mistake.when(learner):
                    return False, mistake.says
        wrong = self.check(learner)
        return (True, self.passes) if wrong is None else (False, wrong)


def demo(**controls: Control) -> Callable[[Callable[..., Figure]], Demo]:
    """Make a demo of a function whose parameters are the controls, each with a start.

    Raises ControlError where they are not.
    """

    def decorate(function: Callable[..., Figure]) -> Demo:
        wants = list(inspect.signature(function).parameters)
        if wants != list(controls):
            raise ControlError(f"got controls {_listed(controls)}; expected {_listed(wants)}, as the function says")
        for name, control in controls.items():
            if control.start is None:
                raise ControlError(f"got {name} without start=; expected a value that the demo starts with")
        return Demo(function, controls)

    return decorate


def cell(*, reads: tuple[str, ...] = (), **controls: Control) -> Callable[[Callable[..., Figure]], Cell]:
    """Make a cell of a function whose only parameter is the learner.

    Raises ControlError for another signature, or for a control that has a start (the code says it).
    """

    def decorate(function: Callable[..., Figure]) -> Cell:
        _check_cell(function, reads, controls)
        return Cell(function, controls, reads)

    return decorate


def exercise(
    *,
    check: Callable[[Learner], str | None],
    passes: str,
    hints: tuple[str, ...],
    solution: str,
    mistakes: tuple[Mistake, ...] = (),
    reads: tuple[str, ...] = (),
    **controls: Control,
) -> Callable[[Callable[..., Figure]], Exercise]:
    """Make an exercise of a function whose only parameter is the learner; see Exercise, and cell for errors."""

    def decorate(function: Callable[..., Figure]) -> Exercise:
        _check_cell(function, reads, controls)
        return Exercise(function, controls, reads, check, passes, hints, mistakes, solution.strip("\n"))

    return decorate


def _check_cell(function: Callable[..., Figure], reads: tuple[str, ...], controls: Mapping[str, Control]) -> None:
    wants = list(inspect.signature(function).parameters)
    if len(wants) != 1:
        raise ControlError(f"got the parameters {_listed(wants)}; expected one, the learner")
    for name, control in controls.items():
        if control.start is not None:
            raise ControlError(f"got {name} with start={control.start}; expected none: the cell's code says it")
    for expression in reads:
        try:
            compile(expression, "<reads>", "eval")
        except SyntaxError as error:
            raise ControlError(f"got reads={expression!r}; expected a Python expression ({error.msg})") from None


def _listed(names: Any) -> str:
    return ", ".join(names) or "none"
