"""What a reader's code imports, imported before it runs: no Stop can come in between then."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from contextlib import suppress


def import_all(source: str) -> None:
    """Import all modules that `source` imports anywhere, but for Python's own.

    What fails is left to the reader's own line, which says why.
    """
    with suppress(SyntaxError, ValueError):
        for name in dict.fromkeys(_modules(ast.parse(source))):
            if name.partition(".")[0] not in sys.stdlib_module_names:
                with suppress(BaseException):
                    importlib.import_module(name)


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)  # it may be a module
