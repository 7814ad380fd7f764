"""Writing a control's value into the reader's code: `w = 1` becomes `w = 2.5`, and nothing else changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

Span = tuple[int, int, str]
"""Replace the UTF-8 bytes from start to end by the text."""


def assign(source: str, name: str, value: Any) -> str:
    """`source` with its last top-level `name = literal` (or `name: type = literal`) saying `value` instead.

    Only the literals that differ are replaced, so layout and comments stay. Code that does not compile, does
    not assign the name, or assigns it in another way at last (`w += 1`, `w, b = 1, 0`), is returned as it is.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # the last three: null bytes, endless brackets
        return source
    match [statement for statement in body if name in _assigned(statement)][-1:]:
        case [
            ast.Assign(targets=[ast.Name()], value=node) | ast.AnnAssign(target=ast.Name(), value=ast.expr() as node)
        ] if _is_literal(node):
            return _replaced(source, node, value)
    return source


def _assigned(statement: ast.stmt) -> set[str]:
    targets: list[ast.expr] = []
    match statement:
        case ast.Assign():
            targets = statement.targets
        case ast.AugAssign() | ast.AnnAssign(value=ast.expr()):
            targets = [statement.target]
    names = [node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def _replaced(source: str, node: ast.expr, value: Any) -> str:
    code = source.encode()
    starts = [0]
    for line in code.splitlines(keepends=True):  # of bytes: it ends lines where Python does, and not at form feeds
        starts.append(starts[-1] + len(line))
    for start, end, text in sorted(_changes(node, value, starts), reverse=True):
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
    except (TypeError, ValueError):  # TypeError: {[]: 1}
        return False
    return True
