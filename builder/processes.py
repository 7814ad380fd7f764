"""Work shared among fresh processes, as many as there are cores: nothing of a course has been imported in them."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Protocol, TypeVar

from builder.problems import BuildError

FEW = 8
"""So many tasks at least are worth the start of other processes."""

Task = TypeVar("Task")
Done = TypeVar("Done")


class Each(Protocol):
    """Does the same with each of several things, in their order: as the built-in map does."""

    def __call__(self, function: Callable[[Task], Done], tasks: Iterable[Task], /) -> Iterator[Done]: ...


class Processes:
    """Processes that start when they are needed, and end with the `with` block."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def renew(self, modules: Sequence[str]) -> None:
        """End them and start one beforehand, in which those of the `modules` that there are have been imported."""
        self._end()
        self._started().submit(_import, modules)

    def map(self, function: Callable[[Task], Done], tasks: Iterable[Task]) -> Iterator[Done]:
        """What `function` makes of each task. Raises BuildError when one of them ends its process."""
        waiting = list(tasks)
        try:
            if waiting:
                yield from self._started().map(function, waiting)
        except BrokenProcessPool:
            raise BuildError("a lesson ended the Python that read it; expected it to leave that to others.") from None

    def share(self, function: Callable[[Task], Done], tasks: Iterable[Task]) -> Iterator[Done]:
        """The same, but in this process when there are few tasks."""
        waiting = list(tasks)
        return map(function, waiting) if len(waiting) < FEW else self.map(function, waiting)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(os.cpu_count(), context, initializer=_begin)
        return self._pool

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
        self._pool = None


def _begin() -> None:
    """Leave Ctrl+C to the process that asked for this one, and end when it ends, however that comes about."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        with suppress(ImportError):
            importlib.import_module(module)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
