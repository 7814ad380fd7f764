"""Each file that is worth it lies compressed beside itself, and holds the same."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pytest

from builder import compress
from builder.compress import compress_all
from builder.node import node

TEXT = "A sentence that is said often. " * 200


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    files = {
        "index.html": TEXT,
        "assets/main.js": TEXT * 2,
        "assets/small.js": "1",
        "assets/font.woff2": TEXT,
        "runtime/ff/core.mjs": TEXT * 3,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def unpacked(file: Path) -> str:
    if file.suffix == ".gz":
        return gzip.decompress(file.read_bytes()).decode()
    code = f"process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync({str(file)!r})))"
    return subprocess.run([*node(), "-e", code], capture_output=True, text=True, check=True, timeout=60).stdout


def test_what_is_worth_it_is_compressed_and_holds_the_same(dist: Path, tmp_path: Path) -> None:
    compress_all(dist, tmp_path / "cache")
    packed = sorted(file.relative_to(dist).as_posix() for file in dist.rglob("*") if file.suffix in (".br", ".gz"))
    names = ["assets/main.js", "index.html", "runtime/ff/core.mjs"]
    assert packed == sorted(f"{name}{suffix}" for name in names for suffix in (".br", ".gz"))
    for name in packed:
        assert unpacked(dist / name) == (dist / name).with_suffix("").read_text()
        assert (dist / name).stat().st_size < 1000


def test_pyodides_own_files_are_compressed_once_per_machine(
    dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    compress_all(dist, tmp_path / "cache")
    assert "compressing Pyodide" in capfd.readouterr().out
    for file in dist.rglob("*.br"):
        file.unlink()
    monkeypatch.setattr(compress, "HARD", "no level at all")
    compress_all(dist, tmp_path / "cache")
    assert capfd.readouterr().out == ""
    assert unpacked(dist / "runtime" / "ff" / "core.mjs.br") == TEXT * 3
