"""What the reader's code prints and draws, sent on while it runs."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from time import monotonic

Emit = Callable[[str], object]
"""Takes one JSON object on its way to the page: {"stdout": text}, {"stderr": text}, {"image": svg}, a session's own."""

PAUSE = 0.05
"""Seconds between two messages at the most: often enough to look live, seldom enough not to flood the page."""

LIMIT = 100_000
"""Characters that one run may print; what comes after is counted, not shown."""


class Stream(io.TextIOBase):
    """A text stream, `stdout` or `stderr`, that emits what is written in a few large messages."""

    def __init__(self, name: str, emit: Emit) -> None:
        self._name = name
        self._emit = emit
        self._waiting: list[str] = []
        self._sent = 0.0
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Take `text`; emit what has gathered when the last message is long enough ago."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        room = max(LIMIT - self._length, 0)
        self._length += len(text)
        if room:
            self._waiting.append(text[:room])
            if monotonic() - self._sent >= PAUSE:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Emit what has gathered."""
        if self._waiting:
            self._emit(json.dumps({self._name: "".join(self._waiting)}))
            self._waiting.clear()
            self._sent = monotonic()

    def finish(self) -> None:
        """Emit the rest, and say how much was left out."""
        if self._length > LIMIT:
            self._waiting.append(f"\n… and {self._length - LIMIT:,} more characters, not shown.\n")
        self.flush()


show_image: ContextVar[Callable[[str], object]] = ContextVar("show_image", default=lambda svg: None)
"""Where the figure of a drawing library goes, as SVG, while a cell runs; at other times nowhere."""


@contextmanager
def sent(emit: Emit) -> Iterator[None]:
    """Send what is printed and drawn to the page; an error inside still lets out what came before it."""
    out, err = Stream("stdout", emit), Stream("stderr", emit)

    def image(svg: str) -> None:
        out.flush()  # so that text and figures arrive in the order of the code
        err.flush()
        emit(json.dumps({"image": svg}))

    token = show_image.set(image)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            try:
                yield
            finally:
                if "matplotlib.pyplot" in sys.modules:
                    sys.modules["matplotlib.pyplot"].show()
    finally:
        show_image.reset(token)
        out.finish()
        err.finish()


@contextmanager
def silence() -> Iterator[None]:
    """Keep what is printed and drawn from the page."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            yield
        finally:  # a figure left open here would come up in the next run
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")
