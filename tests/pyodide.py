"""The session under Pyodide, in Node: the Python that readers have, without a browser."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from builder import runtime
from builder.lesson import read_course
from builder.node import node
from builder.problems import ROOT


def answers(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What one session there answers to each of the requests, in order."""
    with tempfile.TemporaryDirectory() as folder:
        packages = read_course(ROOT / "lessons").packages
        runtime.write(runtime.collect(packages, core=ROOT / "site" / "node_modules" / "pyodide"), Path(folder))
        asked = {"runtime": folder, "root": str(ROOT), "packages": ["numpy"], "requests": requests}
        done = subprocess.run(
            [*node(), str(ROOT / "tests" / "parity.mjs")],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=180,
            check=True,
        )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
