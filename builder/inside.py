"""What runs in Pyodide, under Node, while the site is built (site/prepare.mjs): no page loads this file."""

from __future__ import annotations

import gc
import importlib
import importlib._bootstrap_external as external
import json
import linecache
import re
import sys
import zipfile
from collections.abc import Iterable

UNUSED = ("/tests/", "/sample_data/", "/fonts/afm/", "/fonts/pdfcorefonts/", "/include/", ".pyi", ".pxd", ".a")
"""Parts of the names of files in wheels that no page needs: for tests, for PDF, for compilers and checkers."""

WHOLE = "/lib/python314.zip"
"""Where Pyodide keeps the standard library."""

OURS = ("stage.", "engine.")
"""Modules whose functions may remember what they were asked."""

LEVEL = 9
"""How hard to compress: it is done once."""


def compile_wheel(source: str, target: str) -> None:
    """Write the wheel `source` anew as `target`, with .pyc for .py; the same bytes for the same wheel."""
    with zipfile.ZipFile(source) as wheel, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in wheel.infolist():
            name, content = entry.filename, wheel.read(entry)
            if any(name.endswith(part) or (part.endswith("/") and part in name) for part in UNUSED):
                continue
            if name.endswith(".py"):
                name, content = name + "c", _compiled(name, content)
            fresh = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            out.writestr(fresh, content, zipfile.ZIP_DEFLATED, LEVEL)


def _compiled(name: str, source: bytes) -> bytes:
    """The content of a .pyc that is never compared with its source, which the page does not have."""
    code = compile(source, f"/lib/python3.14/site-packages/{name}", "exec", dont_inherit=True)
    return bytes(external._code_to_hash_pyc(code, b"\0" * 8, False))  # type: ignore[attr-defined]


def load(modules: Iterable[str]) -> None:
    """Import what a snapshot is to hold."""
    for name in modules:
        importlib.import_module(name)


def first_use(modules: Iterable[str]) -> str:
    """Import `modules`, draw a first figure if Matplotlib is among them, and name what that took of the library."""
    load(modules)
    if "matplotlib" in sys.modules:
        importlib.import_module("stage.backend").warm_up()
    return json.dumps(sorted(_of_library()))


def _of_library() -> dict[str, str]:
    """The modules of the standard library that are loaded now, by name, each with its file in WHOLE."""
    specs = {name: getattr(module, "__spec__", None) for name, module in list(sys.modules.items())}
    origins = {name: str(getattr(spec, "origin", None)) for name, spec in specs.items()}
    return {name: file.removeprefix(WHOLE + "/") for name, file in origins.items() if file.startswith(WHOLE)}


def answers(lessons: str, requests: Iterable[object]) -> str:
    """What a new session of the package `lessons` answers, as JSON. It loads whatever is only loaded when needed."""
    session = importlib.import_module("stage.session").Session(lessons)
    return json.dumps([json.loads(session.handle(json.dumps(request))) for request in requests])


def forget(*packages: str) -> None:
    """Take the `packages` and all that was kept for their sake out of memory."""
    for name in list(sys.modules):
        if name.partition(".")[0] in packages:
            del sys.modules[name]
    for name, module in list(sys.modules.items()):
        for value in list(vars(module).values()) if name.startswith(OURS) else ():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    importlib.invalidate_caches()  # what was read of the library, which the page reads itself
    sys.path_importer_cache.clear()
    linecache.clearcache()
    re.purge()
    gc.collect()


def part(source: str, target: str) -> None:
    """Write as `target` those modules of the standard library `source` that are loaded now.

    Not its folders: one without its modules would be imported as a package with nothing in it.
    """
    loaded = set(_of_library().values())
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as out:
        for entry in whole.infolist():
            if entry.filename in loaded:
                out.writestr(entry, whole.read(entry), entry.compress_type, LEVEL)
