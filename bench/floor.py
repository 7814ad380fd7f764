"""The floor: a bare page that starts Pyodide in the ordinary way and runs one line."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

from builder import runtime
from builder.problems import ROOT

SCRIPT = Path(__file__).parent / "scripts" / "floor.js"
PACKAGES = ("numpy", "matplotlib")
WORTH = 0.95
"""A file that gzip leaves larger than this share is sent as it is, as a host would do."""

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>The floor</title>
<link rel="icon" href="data:,">
<script type="module" src="floor.js"></script>
"""


def write(folder: Path) -> None:
    """Put the floor into `folder`: its page, the ordinary Pyodide with the ordinary wheels, each file also as gzip."""
    python = runtime.collect(PACKAGES, core=ROOT / "site" / "node_modules" / "pyodide")
    runtime.write(python, folder / "runtime")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    shutil.copyfile(SCRIPT, folder / "floor.js")
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        packed = gzip.compress(file.read_bytes(), 9)
        if len(packed) < WORTH * file.stat().st_size:
            file.with_name(file.name + ".gz").write_bytes(packed)
