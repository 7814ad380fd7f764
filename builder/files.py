"""The files of a build: written whole or not at all, and only where they have become others."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from builder.runtime import keep


def write(content: bytes, file: Path) -> None:
    """Let `file` hold `content`. Whoever reads it meanwhile gets all of the old or all of the new."""
    if not file.is_file() or file.read_bytes() != content:
        keep(content, file)


def remove(path: str, folder: Path) -> None:
    """Remove the file at `path` below `folder`, and the folders between that it leaves empty."""
    file = folder / path
    file.unlink(missing_ok=True)
    with suppress(OSError):  # the first that is not empty
        for parent in file.parents:
            if parent == folder:
                break
            parent.rmdir()
