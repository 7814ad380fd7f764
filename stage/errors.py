"""Tracebacks and warnings as a learner can use them: their lines only, and the place to mark."""

from __future__ import annotations

import builtins
import linecache
import traceback
import warnings
from typing import Any

from stage.spot import MOST, Spot

CELL = "<cell"
"""How the file name of a reader's code begins."""


def explain(error: BaseException) -> dict[str, Any]:
    """The error as JSON-ready data.

    `kind` and `message` as Python says them; `text`, the traceback through the reader's code; and where it has
    one, `line` (from 1), `column` and `end_column` (from 0, in characters, the end exclusive or None); and where it is
    known, `advice`: what the error means and what to try, with `code` in backticks.
    """
    try:
        return _explain(error)
    except BaseException:  # the reader's code can make errors of any shape, whose words end all that reads them
        kind = _kind(error)
        return {"kind": kind, "message": "an error that cannot be told", "text": kind}


def look(source: str) -> dict[str, Any]:
    """{"error": what is to be told} where Python cannot read the code, else {}. Runs nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, f"{CELL} being typed>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return {"error": explain(error)}
    return {}


def tell_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """What is printed of a warning, as `warnings.formatwarning`: of the reader's code its line, and what it means."""
    if not _is_cell(filename):
        return _format(message, category, filename, lineno, line)
    advice = _advice(message, str(message), {"line": lineno}) if isinstance(message, Warning) else ""
    return f"Line {lineno}: {category.__name__}: {message}\n" + (f"{advice.replace('`', '')}\n" if advice else "")


_format = warnings.formatwarning


def _kind(error: BaseException) -> str:
    """The name of its class; a class of classes can give another answer, or none."""
    name: str = vars(type)["__name__"].__get__(type(error))
    return name


def _explain(error: BaseException) -> dict[str, Any]:
    told = traceback.TracebackException.from_exception(error)
    place = _syntax_place(error) or _frame_place(told)
    message = str(error.msg) if isinstance(error, SyntaxError) else str(told)
    advice = _advice(error, message, place) if place or isinstance(error, SyntaxError) else ""
    _trim(told)
    text = told.format() if told.stack else told.format_exception_only()
    return {
        "kind": _kind(error),
        "message": message,
        "text": "".join(text).rstrip("\n"),
        **place,
        **({"advice": advice} if advice else {}),
    }


def _advice(error: BaseException, message: str, place: dict[str, Any]) -> str:
    """What is advised; "" where nothing is known, and where the reader's values or changes to Python prevent it."""
    try:
        from stage.advice import advise  # Python is ready without it

        return advise(error, message, _spot(error, place))
    except Exception:
        return ""


def _spot(error: BaseException, place: dict[str, Any]) -> Spot:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if _is_cell(frame.f_code.co_filename)]
    names: dict[str, Any] = {}
    for scope in (frames[-1].f_locals, frames[-1].f_globals, vars(builtins)) if frames else ():
        names |= {name: value for name, value in scope.items() if name not in names}
    number = place.get("line", 0)
    if isinstance(error, SyntaxError):
        lines, text = [], str(error.text or "")
    else:
        lines = linecache.getlines(frames[-1].f_code.co_filename) if frames else []
        text = lines[number - 1] if 0 < number <= len(lines) else ""
    marked = text[place.get("column", 0) : place.get("end_column")]
    return Spot(lines if len(lines) <= MOST else [], number, text[:MOST], marked[:MOST], names)


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
