"""The packages that a reader's code imports, imported before it runs: no Stop can come in between then."""

from __future__ import annotations

import ast
import site
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec


def import_packages(source: str) -> None:
    """Import all modules of installed packages that `source` imports anywhere.

    What fails is left to the reader's own line, which says why. So are files of their own, which may print.
    """
    with suppress(SyntaxError, ValueError):
        for name in dict.fromkeys(_modules(ast.parse(source))):
            with suppress(BaseException):
                if _installed(name.partition(".")[0]):
                    import_module(name)


def _installed(package: str) -> bool:
    found = find_spec(package)
    return bool(found and found.origin and found.origin.startswith(tuple(site.getsitepackages())))


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)  # it may be a module
