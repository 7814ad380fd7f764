"""What a lesson's own Python needs: modules of the course, and packages of Pyodide before its readers' code does."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import cache_from_source
from pathlib import Path


def needed(lesson: Path, packages: Sequence[str]) -> list[str]:
    """Those of the `packages` that the lesson's module imports, itself or through the course's own modules."""
    found = {module.partition(".")[0] for file in followed(lesson) for module in _imported(file)}
    return [package for package in packages if package in found]


def followed(module: Path) -> list[Path]:
    """The file of a module and those of all modules beside its package that it imports, directly or not."""
    root = module.parent.parent
    seen = {module: None}
    waiting = [module]
    while waiting:
        for name in _imported(waiting.pop()):
            file = root.joinpath(*name.split(".")).with_suffix(".py")
            if file not in seen and file.is_file():
                seen[file] = None
                waiting.append(file)
    return list(seen)


def fingerprint(lesson: Path) -> str:
    """What is another when the lesson's module is, or one of the course that it imports."""
    files = [lesson.with_name("__init__.py"), *(followed(lesson) if lesson.is_file() else ())]
    found = {file.name: file.read_bytes() for file in files if file.parent == lesson.parent and file.is_file()}
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()


def forget_compiled(lesson: Path) -> None:
    """Have the lesson's module, and those of the course that it imports, compiled again.

    Python knows a changed file by its size and its second, which may be the same after a quick edit.
    """
    for file in followed(lesson) if lesson.is_file() else ():
        if file.parent == lesson.parent:
            Path(cache_from_source(file)).unlink(missing_ok=True)


def imported(source: str, packages: Sequence[str]) -> set[str]:
    """The modules of `packages` that a piece of code imports whole, like "matplotlib.pyplot"."""
    whole = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import))
    return {alias.name for node in whole for alias in node.names if alias.name.partition(".")[0] in packages}


def _imported(file: Path) -> tuple[str, ...]:
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=5000)
def _read(file: Path, _changed: int) -> tuple[str, ...]:
    try:
        return tuple(_modules(ast.parse(file.read_text("utf-8")), file.parent.name))
    except (SyntaxError, ValueError):  # which whoever imports it is told
        return ()


def _modules(tree: ast.Module, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(part for part in (package * (node.level == 1), node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
