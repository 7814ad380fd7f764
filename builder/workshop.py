"""A process that builds when it is asked to, and remembers between builds what need not be done again."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

PATIENCE = 5.0
"""Seconds that a process has to end by itself."""

Work = Callable[[Connection], None]
"""Takes orders from the connection and answers each with whether the build went well, until nobody orders any more."""


class Workshop:
    """Where the `work` is done: in a process of its own, which imports the builder as it is on the disk then."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._open: tuple[BaseProcess, Connection] | None = None
        self._busy = False

    def build(self) -> bool:
        """Order a build and wait for it; whether it went well. A process is started where there is none."""
        if self._open is None:
            self._open = _opened(self._work)
        _, orders = self._open
        self._busy = True
        try:
            orders.send(True)
            went_well = bool(orders.recv())
        except (EOFError, OSError):  # the process has ended, which has told why
            went_well = False
            self.close()
        self._busy = False
        return went_well

    def close(self) -> None:
        """End the process, and with it all that it remembers: at once if it is building, for whatever thread."""
        if self._open is None:
            return
        process, orders = self._open
        self._open = None
        if self._busy:
            process.terminate()
        else:
            orders.close()
        process.join(PATIENCE)
        process.kill()
        process.join()


def _opened(work: Work) -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    orders, taken = context.Pipe()
    process = context.Process(target=partial(_begin, work), args=(taken,))
    process.start()
    taken.close()  # so that either side notices when the other one ends
    return process, orders


def _begin(work: Work, taken: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then closes this
    work(taken)
