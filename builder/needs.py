"""Which packages of Pyodide a lesson's own Python needs, before any code of its readers does."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path


def needed(lesson: Path, packages: Sequence[str]) -> list[str]:
    """Those of the `packages` that the lesson's module imports, itself or through the course's own modules."""
    root = lesson.parent.parent
    found: set[str] = set()
    waiting = [lesson]
    seen = set(waiting)
    while waiting:
        for module in _imported(waiting.pop()):
            found.add(module.partition(".")[0])
            file = root.joinpath(*module.split(".")).with_suffix(".py")
            if file.is_file() and file not in seen:
                seen.add(file)
                waiting.append(file)
    return [package for package in packages if package in found]


def _imported(file: Path) -> tuple[str, ...]:
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=200)
def _read(file: Path, _changed: int) -> tuple[str, ...]:
    return tuple(_modules(ast.parse(file.read_text("utf-8"))))


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
