"""Writing a control's value into the reader's code: `w = 1` becomes `w = 2.5`, and nothing else changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

Span = tuple[int, int, str]
"""Replace the UTF-8 bytes from start to end by the text."""


def assign(source: str, name: str, value: Any) -> str:
    """`source` with the last top-level `name = literal` saying `value` instead.

    Only the literals that differ are replaced, so layout and comments stay. Code that does not compile, does
    not assign the name, or computes it, is returned as it is.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):  # ValueError: a null byte
        return source
    nodes = [
        statement.value
        for statement in body
        if isinstance(statement, ast.Assign) and [t.id for t in statement.targets if isinstance(t, ast.Name)] == [name]
    ]
    if not nodes or not _is_literal(nodes[-1]):
        return source
    code = source.encode()
    starts = [0]
    for line in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for start, end, text in sorted(_changes(nodes[-1], value, starts), reverse=True):
        code = code[:start] + text.encode() + code[end:]
    return code.decode()


def _changes(node: ast.expr, value: Any, starts: list[int]) -> Iterator[Span]:
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else None
    if items is not None and isinstance(value, list | tuple) and len(items) == len(value):
        for item, part in zip(items, value, strict=True):
            yield from _changes(item, part, starts)
    elif ast.literal_eval(node) != value:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        yield start, starts[node.end_lineno - 1] + node.end_col_offset, repr(value)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
