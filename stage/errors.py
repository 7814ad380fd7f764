"""A traceback as a learner can use it: their lines only, and the place to mark."""

from __future__ import annotations

import linecache
import traceback
from typing import Any

CELL = "<cell"
"""How the file name of a reader's code begins."""


def explain(error: BaseException) -> dict[str, Any]:
    """The error as JSON-ready data.

    `kind` and `message` as Python says them; `text`, the traceback through the reader's code; and where it has
    one, `line` (from 1), `column` and `end_column` (from 0, in characters, the end exclusive or None).
    """
    told = traceback.TracebackException.from_exception(error)
    place = _syntax_place(error) if isinstance(error, SyntaxError) else _frame_place(told)
    _trim(told)
    text = told.format() if told.stack else told.format_exception_only()
    return {
        "kind": type(error).__name__,
        "message": error.msg if isinstance(error, SyntaxError) else str(told),
        "text": "".join(text).rstrip("\n"),
        **place,
    }


def _syntax_place(error: SyntaxError) -> dict[str, Any]:
    if not (error.filename or "").startswith(CELL) or not error.lineno:
        return {}
    start = max((error.offset or 1) - 1, 0)
    end = (error.end_offset or 0) - 1 if error.end_lineno == error.lineno else 0
    return {"line": error.lineno, "column": start, "end_column": end if end > start else None}


def _frame_place(told: traceback.TracebackException) -> dict[str, Any]:
    frames = [frame for frame in told.stack if frame.filename.startswith(CELL)]
    if not frames:
        return {}
    frame = frames[-1]
    # Python counts columns in UTF-8 bytes, the page in characters.
    line = linecache.getline(frame.filename, frame.lineno or 1).encode()
    start, end = (len(line[: column or 0].decode(errors="ignore")) for column in (frame.colno, frame.end_colno))
    return {
        "line": frame.lineno,
        "column": start,
        "end_column": end if frame.end_lineno == frame.lineno else None,
    }


def _trim(told: traceback.TracebackException) -> None:
    told.stack[:] = [frame for frame in told.stack if frame.filename.startswith(CELL)]
    for frame in told.stack:
        frame.filename = "your code"
    if (getattr(told, "filename", None) or "").startswith(CELL):
        told.filename = "your code"
    for earlier in (told.__cause__, told.__context__):
        if earlier is not None:
            _trim(earlier)
