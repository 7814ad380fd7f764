"""Demos, cells and exercises: Python functions to figures, and the controls that drive them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from stage.controls import Button, Control, ControlError, Values
from stage.figure import Figure
from stage.learner import Learner

Shown = Figure | tuple[Figure, ...] | None
"""What a demo or a cell returns: a figure, several to stand side by side, or none."""


@dataclass(frozen=True)
class Demo:
    """A function from control values to figures.

    Its docstring has a paragraph for each figure: its label in words, with {names} filled in.
    """

    function: Callable[..., Shown]
    controls: Mapping[str, Control]
    kind: ClassVar[str] = "demo"

    @property
    def labels(self) -> list[str]:
        """What each figure shows, in words, with {names} to fill in."""
        return [" ".join(part.split()) for part in (inspect.getdoc(self.function) or "").split("\n\n")]

    @property
    def starts(self) -> Values:
        """The value that each control starts with."""
        return {name: control.start for name, control in self.controls.items()}


@dataclass(frozen=True)
class Cell(Demo):
    """Code that the reader edits, and a figure drawn from the names that it defines.

    `reads` are expressions in the reader's names, shown as numbers under the figure. With `opens`, a figure or a demo
    that the code ends in is shown, a demo with its controls.
    """

    reads: tuple[str, ...] = ()
    opens: bool = False
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


def demo(**controls: Control) -> Callable[[Callable[..., Shown]], Demo]:
    """Make a demo of a function whose parameters are the controls, each with a start.

    Raises ControlError where they are not.
    """

    def decorate(function: Callable[..., Shown]) -> Demo:
        wants = list(inspect.signature(function).parameters)
        if wants != list(controls):
            raise ControlError(f"got controls {_listed(controls)}; expected {_listed(wants)}, as the function says")
        for name, control in controls.items():
            if isinstance(control, Button):
                raise ControlError(f"got {name}=Button or Player; expected one only in a cell, whose code it calls")
            if control.start is None:
                raise ControlError(f"got {name} without start=; expected a value that the demo starts with")
        return Demo(function, controls)

    return decorate


def cell(
    *, reads: tuple[str, ...] = (), opens: bool = False, **controls: Control
) -> Callable[[Callable[..., Shown]], Cell]:
    """Make a cell of a function whose only parameter is the learner.

    Raises ControlError for another signature, or for a control that has a start (the code says it).
    """

    def decorate(function: Callable[..., Shown]) -> Cell:
        _check_cell(function, reads, controls)
        return Cell(function, controls, reads, opens)

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
) -> Callable[[Callable[..., Shown]], Exercise]:
    """Make an exercise of a function whose only parameter is the learner; see Exercise, and cell for errors."""

    def decorate(function: Callable[..., Shown]) -> Exercise:
        _check_cell(function, reads, controls)
        return Exercise(function, controls, reads, False, check, passes, hints, mistakes, solution.strip("\n"))

    return decorate


def _check_cell(function: Callable[..., Shown], reads: tuple[str, ...], controls: Mapping[str, Control]) -> None:
    wants = list(inspect.signature(function).parameters)
    if len(wants) != 1:
        raise ControlError(f"got the parameters {_listed(wants)}; expected one, the learner")
    steps = [control for control in controls.values() if isinstance(control, Button)]
    if len(steps) > 1:
        raise ControlError(f"got {len(steps)} controls that take steps; expected one at the most")
    for name, control in controls.items():
        if control.start is not None:
            raise ControlError(f"got {name} with start={control.start}; expected none: the cell's code says it")
    for expression in (*reads, *(read for control in steps for read in control.reads)):
        try:
            compile(expression, "<reads>", "eval")
        except SyntaxError as error:
            raise ControlError(f"got reads={expression!r}; expected a Python expression ({error.msg})") from None


def _listed(names: Any) -> str:
    return ", ".join(names) or "none"
