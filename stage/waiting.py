"""How the reader's code waits in a page: for time, for what they type, and in an endless loop for their Stop.

A browser has no signals, and its threads cannot wait as others do. The page lends what it has in their place, to
`open_page`; where it has nothing, or there is no page, `sleep` is Python's own and `read` says why it cannot wait.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import CodeType
from typing import Any, Protocol

PAUSE = 0.05
"""Seconds between two looks whether Stop was pressed, at the least."""
MOST = 64
"""Jumps between two looks at the clock, at the most: each may be a long way from the one before."""


class Page(Protocol):
    """What a page lends. Each call gives a value, or a promise of it that `settle` waits for."""

    def sleep(self, milliseconds: float) -> object:
        """Whether Stop was pressed meanwhile."""

    def read(self) -> object:
        """The line that the reader types, or None if they press Stop instead."""

    def look(self) -> object:
        """Whether Stop was pressed; asked only where `settle` waits."""


Settle = Callable[[object], Any]

_sleep = time.sleep
_page: tuple[Page, Settle] | None = None
_asked: ContextVar[bool] = ContextVar("asked", default=False)


def open_page(page: Page | None = None, settle: Settle | None = None) -> None:
    """Wait with the help of `page` from now on, if it has anything to lend.

    With `settle` the page cannot interrupt Python by itself: the code that is watched looks for a Stop now and then.
    """
    global _page
    _page = (page, settle or (lambda value: value)) if page else None
    time.sleep = sleep  # type: ignore[assignment]  # it takes what time.sleep takes
    if page and settle:
        _fit(page, settle)


@contextmanager
def asked() -> Iterator[None]:
    """While the reader waits for what runs, it may ask them for a line."""
    token = _asked.set(True)
    try:
        yield
    finally:
        _asked.reset(token)


def sleep(seconds: float, /) -> None:
    """As time.sleep, but Stop ends it. Raises what that raises, and KeyboardInterrupt."""
    milliseconds = (0.0 + seconds) * 1000
    if not milliseconds >= 0:
        raise ValueError("sleep length must be non-negative")
    _flush()
    if _page is None:
        _sleep(seconds)
        return
    page, settle = _page
    if settle(page.sleep(milliseconds)):
        raise KeyboardInterrupt


def read(prompt: object = "", /) -> str:
    """As input(): the line that the reader types. Raises OSError where nobody can be asked, and KeyboardInterrupt."""
    if not _asked.get():
        raise OSError("input() can ask you only while a Run is under way; write the value into the code instead")
    if _page is None:
        raise OSError("input() cannot wait for you in this browser; write the value into the code instead")
    page, settle = _page
    print(prompt, end="")
    _flush()
    line = settle(page.read())
    if line is None:
        raise KeyboardInterrupt
    print(line)
    return str(line)


def _flush() -> None:
    """What was printed is to be seen while the code waits."""
    sys.stdout.flush()
    sys.stderr.flush()


if sys.version_info >= (3, 12):  # pragma: no cover - Pyodide's Python: tests/browser/test_stopping.py

    def watch(code: CodeType) -> None:
        """Let `code`, and all functions in it, look for a Stop at each jump, if there is no other way."""
        if sys.monitoring.get_tool(sys.monitoring.PROFILER_ID) != __name__:
            return
        sys.monitoring.set_local_events(sys.monitoring.PROFILER_ID, code, sys.monitoring.events.JUMP)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                watch(constant)

    def _fit(page: Page, settle: Settle) -> None:
        jumps = 0
        every = 1
        clock = looked = time.perf_counter()

        def jumped(code: CodeType, here: int, there: int) -> None:
            nonlocal jumps, every, clock, looked
            jumps += 1
            if jumps < every:
                return
            jumps = 0
            now = time.perf_counter()
            # Far apart: look at the clock each time. Close together: that would cost more than the jumps.
            every = 1 if now - clock > PAUSE / 5 else min(2 * every, MOST)
            clock = now
            if now - looked < PAUSE:
                return
            stopped = settle(page.look())
            clock = looked = time.perf_counter()
            if stopped:
                raise KeyboardInterrupt

        sys.monitoring.use_tool_id(sys.monitoring.PROFILER_ID, __name__)
        sys.monitoring.register_callback(sys.monitoring.PROFILER_ID, sys.monitoring.events.JUMP, jumped)

else:

    def watch(code: CodeType) -> None:
        """Nothing: Python at home has signals."""

    def _fit(page: Page, settle: Settle) -> None:
        """Nothing, likewise."""
