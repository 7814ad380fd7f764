"""The reader's names, as the figures and checks of a lesson see them, and the runs that were recorded of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from stage.controls import ControlError
from stage.player import Run
from stage.sample import Undrawable


class Missing(ControlError, Undrawable):
    """A figure or a check needs a name that the reader's code does not define."""

    def __init__(self, name: str) -> None:
        super().__init__(f"your code does not define {name}")
        self.name = name


class Learner:
    """The reader's names after Run, as attributes: `learner.w`, `learner.y(x, w, b)`.

    Raises Missing for a name that the code does not define.
    """

    def __init__(self, namespace: dict[str, Any], runs: Sequence[Run] = ()) -> None:
        self._namespace = namespace
        self._runs = runs

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by Python's own machinery, not by a lesson
            raise AttributeError(name)
        try:
            return self._namespace[name]
        except KeyError:
            raise Missing(name) from None

    @contextmanager
    def at(self, **names: Any) -> Iterator[None]:
        """Give the reader's names other values for a while: `with learner.at(w=2): learner.gradient()`.

        At its end all names are as they were before, those too that the reader's functions changed meanwhile.
        """
        before = dict(self._namespace)
        self._namespace.update(names)
        try:
            yield
        finally:
            self._namespace.clear()
            self._namespace.update(before)


def runs(learner: Learner) -> Sequence[Run]:
    """The recorded runs of the cell's Button or Player: the one before, if there is one, and the present one, last."""
    return learner._runs
