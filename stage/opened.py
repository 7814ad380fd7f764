"""What the reader's code makes of a block: the demo or figure that it ends in, or the demo's function changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stage.controls import Control
from stage.demo import Cell, Demo
from stage.picture import FIGURES
from stage.ran import Ran


def opened(block: Demo, ran: Ran) -> Demo | None:
    """The demo that the code of a cell which opens ended in; a figure is a demo without controls."""
    value = ran.value
    if not (isinstance(block, Cell) and block.opens):
        return None
    if type(value) is Demo:
        return value
    if not isinstance(value, FIGURES) and not (isinstance(value, tuple) and value and isinstance(value[0], FIGURES)):
        return None

    def figure() -> Any:
        """The figure that the code made."""
        return value

    return Demo(figure, {})


def form_of(block: Demo, shown: Demo | None) -> dict[str, Any]:
    """An answer's "controls" after a run of a cell that opens: those of the demo `shown` that it opened, in words."""
    if not (isinstance(block, Cell) and block.opens):
        return {}
    return {"controls": {name: _described(control) for name, control in (shown.controls if shown else {}).items()}}


def edited(block: Demo, path: str, ran: Ran) -> Demo:
    """The demo with the function that the reader's code has in its place."""
    name = path.partition("/")[2]
    return replace(block, function=getattr(ran.learner, name))


def _described(control: Control) -> dict[str, Any]:
    return {name: said for name, said in vars(control).items() if name != "presets"} | {"kind": control.kind}
