"""Pyodide made ready to start fast: compiled wheels, a snapshot of its memory, and what it boots from without one.

All of it is made by Pyodide itself, under Node, and kept in the user's cache under the hash of what it was made of.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from builder import new, runtime
from builder.needs import needed
from builder.node import node, run
from builder.problems import ROOT
from builder.runtime import Runtime, keep

CACHE = user_cache_path("downhill") / "made"
KEPT = 8
"""How many snapshots stay in the cache: one for each recent state of stage and engine."""

SCRIPT = ROOT / "site" / "prepare.mjs"
INSIDE = ROOT / "builder" / "inside.py"
SNAPSHOT, BOOT = "snapshot.bin", "library.zip"

LEFT_OUT = ("fonttools", "pytz")
"""Packages that Matplotlib names, but needs only to write PDF, or not at all."""

IMPORTED = {"matplotlib": "matplotlib.pyplot"}
"""What a reader imports of a package, where it is not the package itself."""

WARM = "warm"
"""The lesson that a snapshot is tried with: the one that every new lesson begins as."""

GOOD = "w = 2\n\ndef y(x, w):\n    return w * x * x\n\nprint(w)\nw"
REQUESTS: list[dict[str, Any]] = [
    {"do": "draw", "block": f"{WARM}/{WARM}_demo", "values": {"w": 1.5}},
    {"do": "run", "block": f"{WARM}/{WARM}_cell", "source": GOOD},
    {"do": "draw", "block": f"{WARM}/{WARM}_cell", "source": GOOD, "code": GOOD, "values": {"w": 1}},
    {"do": "run", "block": f"{WARM}/{WARM}_cell", "source": "def y(x, w):\n    return 1 / 0\n\n[y(1, 2)]"},
    {"do": "run", "block": f"{WARM}/{WARM}_cell", "source": "y(1"},
]


def compile_wheels(ordinary: Runtime, cache: Path = CACHE) -> Runtime:
    """The same with .pyc in place of .py in the wheels, without those LEFT_OUT, and a lock that says so.

    Raises BuildError where Node fails.
    """
    lock = json.loads(ordinary.lock)
    script = INSIDE.read_bytes()
    lock["packages"] = {name: entry for name, entry in lock["packages"].items() if name not in LEFT_OUT}
    entries = lock["packages"].values()
    made = {
        entry["file_name"]: cache / f"wheel-{_key(script, entry['sha256'].encode())}" / entry["file_name"]
        for entry in entries
    }
    if missing := [name for name, path in made.items() if not path.is_file()]:
        print(f"compiling {len(missing)} wheels", flush=True)
        with tempfile.TemporaryDirectory(prefix="downhill-") as out:
            unlisted = Runtime(ordinary.files, ordinary.core.lock)
            _node(unlisted, Path(out), todo="wheels", wheels=missing)
            for name in missing:
                keep((Path(out) / name).read_bytes(), made[name])
    for entry in entries:
        entry["sha256"] = hashlib.sha256(made[entry["file_name"]].read_bytes()).hexdigest()
        entry["depends"] = [name for name in entry["depends"] if name not in LEFT_OUT]
    return Runtime({**ordinary.core.files, **made}, json.dumps(lock).encode())


def first_use(python: Runtime, packages: Sequence[str], files: Mapping[str, str], cache: Path = CACHE) -> list[str]:
    """The modules of the standard library that the first use of `packages` loads. `files` are the stage's.

    Raises BuildError where Node fails.
    """
    if not packages:
        return []
    made = cache / f"use-{_key(INSIDE.read_bytes(), python.digest.encode(), repr(packages).encode())}.json"
    if not made.is_file():
        print("importing the packages once", flush=True)
        modules = [IMPORTED.get(package, package) for package in packages]
        with tempfile.TemporaryDirectory(prefix="downhill-") as out:
            given = {"files": files, "packages": packages, "modules": modules}
            keep(json.dumps(_node(python, Path(out), todo="use", **given)).encode(), made)
    found: list[str] = json.loads(made.read_bytes())
    return found


def make_quick(
    ordinary: Runtime, files: Mapping[str, str], more: Sequence[str] = (), cache: Path = CACHE
) -> dict[str, Path]:
    """SNAPSHOT and BOOT; neither, and a sentence, where Python started from them does not answer as it should.

    `files` are the stage and the engine as {path: source}; what of them needs no wheel is in the snapshot, and so are
    `more` modules of the standard library. Raises BuildError where Node fails.
    """
    core = ordinary.core
    trial = new.SHOWN.format(title="Warm", slug=WARM)
    every = {**files, f"{WARM}/__init__.py": "", f"{WARM}/{WARM}.py": trial}
    given = {"files": every, "modules": plain_modules(files), "more": more, "lessons": WARM, "requests": REQUESTS}
    asked = json.dumps(given, sort_keys=True).encode()
    home = cache / f"quick-{_key(SCRIPT.read_bytes(), INSIDE.read_bytes(), core.digest.encode(), asked)}"
    if not (home / SNAPSHOT).is_file():
        print("taking a snapshot of Python", flush=True)
        with tempfile.TemporaryDirectory(prefix="downhill-") as out:
            made, *others = _node(core, Path(out), todo="quick", **given)
            if [other for other in others if other != made]:
                print("Python started from its snapshot answers differently, so pages start without it", flush=True)
                return {}
            for name in (BOOT, SNAPSHOT):
                keep((Path(out) / name).read_bytes(), home / name)
        _prune(cache)
    return {name: home / name for name in (SNAPSHOT, BOOT)}


def plain_modules(files: Mapping[str, str]) -> list[str]:
    """Names of the modules among `files` that need nothing but Python itself."""
    wheels = ["numpy", "matplotlib", "IPython"]
    plain = [path for path in files if not needed(ROOT / path, wheels)]
    return [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in plain]


def _node(base: Runtime, out: Path, **task: Any) -> Any:
    """What site/prepare.mjs says, having done its task with `base` and written its files into `out`."""
    home = out / "runtime"
    runtime.write(base, home)
    asked = {"runtime": str(home), "out": str(out), "inside": INSIDE.read_text("utf-8"), "files": {}, **task}
    return json.loads(run([*node(), str(SCRIPT)], reads=json.dumps(asked), patience=300))


def _key(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def _prune(cache: Path) -> None:
    made: Sequence[Path] = sorted(cache.glob("quick-*"), key=lambda folder: folder.stat().st_mtime)
    for folder in made[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)  # another build may be at it, too
