"""Scripts, styles and the Python that runs in the page, each under a name made of its content."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from builder.node import node, run


class File(NamedTuple):
    """A file of the site: its path and its size in bytes."""

    path: str
    bytes: int


@dataclass(frozen=True)
class Assets:
    """Where the page finds its parts, below dist/.

    `preload` are the scripts that `main` imports at once, `editor` those of a page with code. `worker` runs Python,
    `artist` draws in three dimensions. `python` holds the stage and the engine, `lessons` what each lesson shows.
    `snapshots` are of Python's memory, for pages without packages and for those with some; `library` is what Python
    boots from without one. `bytes` come in before Python can start in the ordinary way, and so many more for each of
    the `packages` that the page needs.
    """

    main: str
    preload: tuple[str, ...]
    editor: tuple[str, ...]
    early: str
    style: str
    worker: str
    artist: str
    python: str
    lessons: Mapping[str, str]
    snapshots: Sequence[File | None]
    library: File
    runtime: str
    bytes: int
    packages: Mapping[str, int]


ENTRIES = {
    "main": "scripts/main.js",
    "editor": "scripts/editor.js",
    "early": "scripts/early.js",
    "worker": "scripts/worker.js",
    "artist": "scripts/views/artist.js",
    "style": "styles/main.css",
    "offline": "offline/offline.js",
}
OFFLINE = "offline.js"
"""The service worker, which must have one name for good, and lie at the top of what it serves."""


def bundle(site: Path, folder: Path) -> dict[str, tuple[str, ...]]:
    """Bundle the site's scripts and styles into `folder`/assets with esbuild.

    Returns for each entry its path below `folder`, then those of the scripts that it imports at once.
    Raises BuildError with what esbuild says.
    """
    with tempfile.TemporaryDirectory() as scratch:
        meta = Path(scratch) / "meta.json"
        command = [
            *node(),
            "node_modules/esbuild/bin/esbuild",
            *ENTRIES.values(),
            "--bundle",
            "--splitting",
            "--format=esm",
            "--minify",
            "--target=es2022",
            "--loader:.woff2=file",
            # KaTeX names older formats too; every browser that runs Pyodide reads woff2.
            "--loader:.woff=empty",
            "--loader:.ttf=empty",
            "--entry-names=[name]-[hash]",
            "--chunk-names=part-[hash]",
            "--asset-names=[name]-[hash]",
            f"--outdir={folder.resolve() / 'assets'}",
            f"--metafile={meta}",
            "--log-level=warning",
        ]
        run(command, folder=site, patience=120)
        outputs: dict[str, Any] = json.loads(meta.read_text())["outputs"]
    found = {}
    for name, entry in ENTRIES.items():
        path, output = next((p, o) for p, o in outputs.items() if o.get("entryPoint") == entry)
        found[name] = tuple("assets/" + Path(part).name for part in (path, *_imports(outputs, output)))
    return found


def _imports(outputs: dict[str, Any], output: dict[str, Any]) -> list[str]:
    parts: list[str] = []
    for imported in output["imports"]:
        if imported["kind"] == "import-statement" and imported["path"] not in parts:
            parts += [imported["path"], *_imports(outputs, outputs[imported["path"]])]
    return list(dict.fromkeys(parts))


def sources(root: Path, files: Iterable[Path]) -> dict[str, str]:
    """The texts of Python files by their paths below `root`."""
    return {file.relative_to(root).as_posix(): file.read_text("utf-8") for file in sorted(files) if file.is_file()}


def pack(files: Mapping[str, str], stem: str, folder: Path) -> str:
    """Python sources {path: text} as one file of JSON in `folder`/assets; its path."""
    return put(json.dumps(files, sort_keys=True).encode(), stem, ".json", folder)


def put(content: bytes, stem: str, suffix: str, folder: Path) -> str:
    """Write `content` into `folder`/assets under a name made of it; the path below `folder`."""
    path = f"assets/{stem}-{hashlib.sha256(content).hexdigest()[:10]}{suffix}"
    (folder / path).write_bytes(content)
    return path
