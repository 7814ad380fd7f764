"""The controls of a demo or cell: what a reader can turn, what they may say, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from stage.marks import Range, Role
from stage.sample import brief, labelled, number, pairs
from stage.table import MOST, read_csv

Samples = Sequence[tuple[float, ...]]

Values = dict[str, Any]
"""What the controls say: a JSON value for each control's name."""


class ControlError(ValueError):
    """A control was declared or set in a way that cannot work; says what was got and what was expected."""


class Control(Protocol):
    """A part of a block's form. Its `kind` names the template that draws it."""

    kind: ClassVar[str]

    @property
    def reruns(self) -> bool:
        """Whether a move runs all of a cell's code again, for what its top level makes of the variable."""

    @property
    def start(self) -> Any:
        """The value that the form starts with; None in a cell, whose code says it."""

    def accept(self, name: str, value: object) -> Any:
        """`value` as the control means it. Raises ControlError where that is impossible."""


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high`.

    `start` is needed in a demo, and left out in a cell, where the code says it. `step` is one key press
    (default: a two-hundredth of the range). `role` colours it; None takes the role that its name has. With `plays`
    there is a Play button, and the slider moves itself.
    Raises ControlError for an empty range, a start outside it, or a step that is not above 0.
    """

    low: float
    high: float
    start: float | None = None
    step: float | None = None
    role: Role | None = None
    plays: bool = False
    reruns: bool = False
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
class Choice:
    """One of several texts, such as the names of activations. `start` as with Slider.

    Raises ControlError for fewer than two options, or a start that is none of them.
    """

    options: tuple[str, ...]
    start: str | None = None
    role: Role | None = None
    reruns: bool = False
    kind: ClassVar[str] = "choice"

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise ControlError(f"got Choice({self.options!r}); expected at least two texts to choose from")
        if self.start is not None and self.start not in self.options:
            raise ControlError(f"got start={self.start!r}; expected {_either(self.options)}")

    def accept(self, name: str, value: object) -> str:
        if isinstance(value, str) and value in self.options:
            return value
        raise ControlError(f"{name} is {brief(value)}; expected {_either(self.options)}")


@dataclass(frozen=True)
class DataPoints:
    """A list of (x, y) samples, each dragged or drawn on the figure, or typed, inside the ranges `x` and `y`.

    `start` as with Slider. `step` is one key press (default: 0.01). `presets` are lists to choose from, by name. With
    `classes`, each sample is (x, y, class), class 0 or 1. With `grows`, a reader adds samples by a click, takes them
    away, and pastes lists of their own: text in rows of comma-separated values.
    """

    x: Range
    y: Range
    start: Samples | None = None
    step: float = 0.01
    role: Role | None = None
    presets: Mapping[str, Samples] = field(default_factory=lambda: MappingProxyType({}))
    classes: bool = False
    grows: bool = False
    reruns: bool = False
    kind: ClassVar[str] = "points"

    def accept(self, name: str, value: object) -> list[tuple[float, ...]]:
        try:
            if isinstance(value, str):
                samples: Sequence[tuple[float, ...]] = read_csv(value, self.x, self.y, classes=self.classes)
            else:
                samples = labelled(value, name) if self.classes else pairs(value, name)
        except ValueError as error:
            raise ControlError(str(error)) from None
        if len(samples) > MOST:
            raise ControlError(f"{name} has {len(samples):,} points; expected at most {MOST}, as each can be moved")
        return [tuple(map(_tidy, sample)) for sample in samples]


@dataclass(frozen=True)
class Button:
    """Calls the reader's function of its name, once for each press, and records what each call made of the variables.

    `records` are the variables, `reads` expressions in the reader's names, each known for every step after that. The
    control's value is the step that is shown, from 0 to `most`: a smaller one goes back, a larger one calls again.
    """

    records: tuple[str, ...]
    reads: tuple[str, ...] = ()
    most: int = 10_000
    kind: ClassVar[str] = "button"
    reruns: ClassVar[bool] = False
    arguments: ClassVar[tuple[int, ...]] = ()

    @property
    def start(self) -> None:
        """None: a run begins at step 0."""

    def accept(self, name: str, value: object) -> int:
        step = number(value)
        if step is None:
            raise ControlError(f"{name} is {brief(value)}; its steps are numbered from 0")
        return min(max(int(step), 0), self.most)


@dataclass(frozen=True)
class Player(Button):
    """A Button that presses itself: Play, Pause, Step and speed. Each step calls the reader's function with 1."""

    kind: ClassVar[str] = "player"
    arguments: ClassVar[tuple[int, ...]] = (1,)


def _tidy(value: float) -> float:
    return int(value) if float(value).is_integer() else value


def _either(options: tuple[str, ...]) -> str:
    return " or ".join(map(repr, options))


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


def steps_of(controls: Mapping[str, Control]) -> tuple[str, Button] | None:
    """The one control that takes steps, with its name, if there is one. The others stand for variables."""
    return next(((name, control) for name, control in controls.items() if isinstance(control, Button)), None)
