"""The reader's code after a run: the names that it made, and the runs of its functions that were recorded."""

from __future__ import annotations

import ast
import io
import linecache
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose
from typing import Any

from stage.controls import Button, Control, ControlError, Values, steps_of
from stage.learner import Learner
from stage.player import Recording, Run
from stage.rewrite import assign
from stage.waiting import read, watch


@dataclass
class Ran:
    """The reader's code, under the name of a file that tracebacks know it by, and the names that it made."""

    source: str
    file: str
    controls: Mapping[str, Control]
    before: Run | None = None
    namespace: dict[str, Any] = field(default_factory=dict)
    recording: Recording | None = None
    value: object = None
    _last: Values = field(default_factory=dict)
    _moves: Values = field(default_factory=dict)

    def execute(self) -> None:
        """Run the code, and keep the `value` of its last expression, if it ends in one. Raises what the code raises."""
        source = self.source
        for name, value in self._moves.items():
            source = assign(source, name, value)
        lines = list(io.StringIO(source, newline=None))  # not splitlines: Python goes on after a form feed
        linecache.cache[self.file] = (len(source), None, lines, self.file)
        self.namespace |= {"__name__": "__main__", "input": read}
        tree = ast.parse(source, self.file)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        # dont_inherit: the __future__ of this file is not the reader's.
        code = compile(tree, self.file, "exec", dont_inherit=True)
        watch(code)
        exec(code, self.namespace)
        self.value = None
        if isinstance(last, ast.Expr):
            code = compile(ast.Expression(last.value), self.file, "eval", dont_inherit=True)
            watch(code)
            self.value = eval(code, self.namespace)

    def record(self) -> None:
        """Begin to record the function that a Button or Player of the cell calls, if it has one."""
        if steps := steps_of(self.controls):
            self.recording = Recording(*steps, self.namespace, self.before)

    @property
    def variables(self) -> list[str]:
        """The names of the controls that stand for variables."""
        return [name for name, control in self.controls.items() if not isinstance(control, Button)]

    @property
    def learner(self) -> Learner:
        """The names and runs as a lesson's figure or check reads them."""
        return Learner(self.namespace, self.recording.runs if self.recording else ())

    @property
    def values(self) -> Values:
        """What the names say for each control. Raises ControlError where one cannot be meant."""
        values = {name: self.controls[name].accept(name, self.namespace.get(name)) for name in self.variables}
        return values | self._steps()

    @property
    def shown(self) -> Values:
        """As `values`, without the controls whose names say nothing that they can show (a weight that is infinite)."""
        values = {name: self._accepted(name) for name in self.variables}
        return {name: value for name, value in values.items() if value is not None} | self._steps()

    def moved(self, values: Values) -> Values:
        """Those of `values` that say something new of the variables."""
        held = {name: self._held(name) for name in self.variables}
        return {name: values[name] for name in held if name in values and not _same(values[name], held[name])}

    def move(self, moved: Values) -> None:
        """Set the variables to what their controls say now; where one of them asks for it, run the code again with it.

        Raises what the code raises then; all is as it was before.
        """
        if any(self.controls[name].reruns for name in moved):
            self._rerun(moved)
        elif moved and self.recording:
            self.recording.begin(moved, {name: self._held(name) for name in self.variables})
        self._moves |= moved
        self.namespace.update(moved)

    def _rerun(self, moved: Values) -> None:
        moves, names = self._moves, dict(self.namespace)
        self._moves = moves | moved
        self.namespace.clear()
        try:
            self.execute()
        except BaseException:
            self._moves = moves
            self.namespace.clear()
            self.namespace.update(names)
            raise
        if self.recording:
            self.before = self.recording.latest
            self.record()

    def default(self, values: Values) -> None:
        """Give the variables that the code does not define the values of their controls."""
        missing = {name: values[name] for name in self.variables if name in values and name not in self.namespace}
        self.namespace.update(missing)

    def _held(self, name: str) -> object:
        """What the control of `name` shows: while the variable is nothing that it can show, what that was before."""
        accepted = self._accepted(name)
        if accepted is not None:
            self._last[name] = accepted
        return self._last.get(name)

    def _accepted(self, name: str) -> object:
        try:
            return self.controls[name].accept(name, self.namespace.get(name))
        except ControlError:
            return None

    def _steps(self) -> Values:
        steps = steps_of(self.controls)
        return {steps[0]: self.recording.run.at if self.recording else 0} if steps else {}


def _same(one: object, other: object) -> bool:
    """Equal but for the digits that a form does not show."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=1e-11)
    return one == other
