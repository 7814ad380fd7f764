"""Each file of the site beside itself as .br and .gz, for hosts that send such files as they are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from platformdirs import user_cache_path

from builder.node import node, run
from builder.problems import ROOT
from builder.runtime import link

CACHE = user_cache_path("downhill") / "packed"
SCRIPT = ROOT / "site" / "compress.mjs"
SUFFIXES = (".br", ".gz")
KINDS = (".css", ".html", ".ipynb", ".js", ".json", ".mjs", ".py", ".svg", ".wasm")
"""What is worth it: the rest is compressed already."""

SMALL = 1000
"""Bytes below which a file fits one packet anyway."""

HARD, FAST = 11, 7
"""Brotli's levels: the first takes half a minute for Pyodide, once per machine; the second half a second for all."""


def compress_all(dist: Path, cache: Path = CACHE) -> None:
    """Put the compressed files beside those in `dist`. Pyodide's own come from the cache from the second time on."""
    todo = []
    cached = {}
    for file in sorted(dist.rglob("*")):
        if file.suffix not in KINDS or not file.is_file() or file.stat().st_size < SMALL:
            continue
        if file.relative_to(dist).parts[0] == "runtime":
            kept = cache / hashlib.sha256(file.read_bytes()).hexdigest()
            cached[file] = kept
            if not all(_beside(kept, suffix).is_file() for suffix in SUFFIXES):
                todo.append({"from": str(file), "to": str(kept), "level": HARD})
        else:
            todo.append({"from": str(file), "to": str(file), "level": FAST})
    if any(one["level"] == HARD for one in todo):
        print("compressing Pyodide, once on this machine (half a minute)", flush=True)
        cache.mkdir(parents=True, exist_ok=True)
    run([*node(), str(SCRIPT)], reads=json.dumps(todo), patience=600)
    for file, kept in cached.items():
        for suffix in SUFFIXES:
            link(_beside(kept, suffix), _beside(file, suffix))


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)
