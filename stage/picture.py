"""What the page shows of a block: its figures, drawn in the time there is, their labels, and its readouts."""

from __future__ import annotations

import re
from typing import Any

from stage.controls import Values
from stage.demo import Cell, Demo
from stage.diagram import Diagram, Graph
from stage.figure import Figure, Plot, Surface
from stage.grid import Matrix, Tiles
from stage.ran import Ran
from stage.sample import FigureError, Sampler, brief, show

LOST = {
    "inf": "it has grown past every number that Python can hold.",
    "nan": "that is no number, and comes of 0 / 0 or inf − inf and of all that is calculated with it.",
}
"""What is said of a readout that is no finite number."""

SMALLER = " Try a smaller learning rate, and see that each step goes against the gradient."

FIGURES = (Plot, Surface, Diagram, Graph, Matrix, Tiles)


class Picture:
    """The figures and readouts of a demo at `values`, or of a cell over the names of its code that `ran`.

    What the `previous` picture knew of the reader's functions is taken over; leave it out when a variable has moved.
    Raises what the block's function raises.
    """

    def __init__(self, block: Demo, values: Values, ran: Ran | None = None, previous: Picture | None = None) -> None:
        namespace = ran.namespace if ran else {}
        shown = block.function(ran.learner) if ran else block.function(**values)
        self._figures: tuple[Figure, ...] = () if shown is None else shown if isinstance(shown, tuple) else (shown,)
        for figure in self._figures:
            if not isinstance(figure, FIGURES):
                raise FigureError(f"{block.function.__name__} gave {brief(figure)}; expected a figure, such as a Plot")
        self._labels = block.labels
        self._notes: list[str] = []
        self._learns = "learning_rate" in namespace or "learning_rate" in values
        self._readouts = {
            name: value if isinstance(value, str) else self._shown(name, value)
            for figure in self._figures
            for name, value in figure.readouts.items()
        }
        for expression in block.reads if isinstance(block, Cell) else ():
            self._readouts[expression] = self._read(expression, namespace)
        self._words = _Words(namespace | values, self._readouts)
        self._sampler: Sampler = Sampler(previous=previous._sampler if previous else None)

    def more(self, seconds: float) -> dict[str, Any]:
        """The answer for the page: the figures as far as `seconds` suffice, "partial" where more is to come."""
        self._sampler.turn(seconds)
        labels = [*self._labels, *[""] * len(self._figures)]  # code that a reader changed may have none
        figures = [
            figure.data(self._sampler) | {"label": label.format_map(self._words)}
            for figure, label in zip(self._figures, labels, strict=False)
        ]
        if figures and not any(figure["notes"] for figure in figures):  # one sentence is enough
            figures[0]["notes"] += self._notes[:1]
        partial = {"partial": True} if self._sampler.partial else {}
        return {"figures": figures, "readouts": self._readouts} | partial

    def _read(self, expression: str, namespace: dict[str, Any]) -> str:
        """The value of the expression in words; a dash, and a sentence on why, where there is none."""
        try:
            return self._shown(expression, eval(expression, namespace))
        except Exception as error:
            self._notes.append(f"{expression} stopped with {type(error).__name__}: {error}.")
            return "—"

    def _shown(self, name: str, value: object) -> str:
        """The value in words; and a sentence on what to try, where there is no finite number in it."""
        text = show(value)
        if lost := re.search(r"\b(inf|nan)\b", text):
            self._notes.append(f"{name} is {text}: {LOST[lost[0]]}{SMALLER * self._learns}")
        return text


class _Words(dict[str, str]):
    """What stands for {names} in a label: of the controls' and the reader's names only those that it asks for."""

    def __init__(self, namespace: dict[str, Any], words: dict[str, str]) -> None:
        super().__init__(words)
        self._namespace = namespace

    def __missing__(self, name: str) -> str:
        if name not in self._namespace:
            raise FigureError(f"the label speaks of {{{name}}}; expected a control, a readout or a name of the code")
        return show(self._namespace[name])
