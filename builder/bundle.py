"""Scripts, styles and the Python that runs in the page, each under a name made of its content."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.node import node, run


@dataclass(frozen=True)
class Assets:
    """Where the page finds its parts, below dist/.

    `preload` are the scripts that `main` imports at once, `editor` those of a page with code; `bytes` come in before
    Python can start, and so many more for each of the `packages` that the page needs.
    """

    main: str
    preload: tuple[str, ...]
    editor: tuple[str, ...]
    theme: str
    style: str
    worker: str
    python: str
    runtime: str
    bytes: int
    packages: Mapping[str, int]


ENTRIES = {
    "main": "scripts/main.js",
    "editor": "scripts/editor.js",
    "theme": "scripts/theme.js",
    "worker": "scripts/worker.js",
    "style": "styles/main.css",
}


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


def pack(packages: Iterable[Path], folder: Path) -> str:
    """The .py files of `packages` as one zip in `folder`/assets, the same bytes for the same sources; its path."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in packages:
            for source in sorted(package.rglob("*.py")):
                # A fixed date, so that the name made of the content does not change with the clock.
                entry = zipfile.ZipInfo(source.relative_to(package.parent).as_posix(), (2026, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, source.read_bytes())
    digest = hashlib.sha256(packed.getvalue()).hexdigest()[:10]
    path = f"assets/python-{digest}.zip"
    (folder / path).write_bytes(packed.getvalue())
    return path
