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
    try:
        return _explain(error)
    except BaseException:  # the reader's code can make errors of any shape, whose words end all that reads them
        kind = _kind(error)
        return {"kind": kind, "message": "an error that cannot be told", "text": kind}


def _kind(error: BaseException) -> str:
    """The name of its class; a class of classes can give another answer, or none."""
    name: str = vars(type)["__name__"].__get__(type(error))
    return name


def _explain(error: BaseException) -> dict[str, Any]:
    told = traceback.TracebackException.from_exception(error)
    place = _syntax_place(error) or _frame_place(told)
    _trim(told)
    text = told.format() if told.stack else told.format_exception_only()
    return {
        "kind": _kind(error),
        "message": str(error.msg) if isinstance(error, SyntaxError) else str(told),
        "text": "".join(text).rstrip("\n"),
        **place,
    }


def _syntax_place(error: BaseException) -> dict[str, Any]:
    if not isinstance(error, SyntaxError) or not _is_cell(error.filename) or not error.lineno:
        return {}
    start = max((error.offset or 1) - 1, 0)
    end = (error.end_offset or 0) - 1 if error.end_lineno == error.lineno else 0
    return {"line": int(error.lineno), "column": start, "end_column": end if end > start else None}


def _frame_place(told: traceback.TracebackException) -> dict[str, Any]:
    frames = [frame for frame in told.stack if _is_cell(frame.filename)]
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
    waiting = [told]  # a list, as a chain of errors can be longer than Python's stack is deep
    while waiting:
        told = waiting.pop()
        told.stack[:] = [frame for frame in told.stack if _is_cell(frame.filename)]
        for frame in told.stack:
            frame.filename = "your code"
        if _is_cell(getattr(told, "filename", None)):
            told.filename = "your code"
        related = (told.__cause__, told.__context__, *(told.exceptions or ()))
        waiting += [other for other in related if other is not None]


def _is_cell(filename: object) -> bool:
    return isinstance(filename, str) and filename.startswith(CELL)
