"""The slow line: what it lets through, and that nothing is lost on it."""

from __future__ import annotations

import hashlib
import time
import urllib.request
from pathlib import Path

from bench.link import CHUNK, slow_link
from bench.serving import ISOLATION, served

CONTENT = bytes(range(256)) * 200


def folders(tmp_path: Path) -> tuple[Path, Path]:
    dist, floor = tmp_path / "dist", tmp_path / "floor"
    for folder in (dist, floor):
        folder.mkdir()
        (folder / "index.html").write_text(folder.name)
    (dist / "data.bin").write_bytes(CONTENT)
    return dist, floor


def test_all_bytes_come_through_and_no_faster_than_the_line_is(tmp_path: Path) -> None:
    rate, round_trip = 100_000.0, 0.05
    with served(*folders(tmp_path)) as port, slow_link(port, rate=rate, round_trip=round_trip) as (address, link):
        start = time.monotonic()
        with urllib.request.urlopen(f"{address}data.bin", timeout=30) as response:
            got = response.read()
        took = time.monotonic() - start
        link.quiet(seconds=0.1, patience=30)
    assert hashlib.sha256(got).digest() == hashlib.sha256(CONTENT).digest()
    # The greeting, the way there and back, and the bytes: a lower bound only, as a busy machine takes longer.
    assert took >= 2 * round_trip + (len(CONTENT) - CHUNK) / rate


def test_the_site_and_the_floor_are_on_one_server_with_or_without_isolation(tmp_path: Path) -> None:
    dist, floor = folders(tmp_path)
    for isolated in (True, False):
        with served(dist, floor, isolated=isolated) as port:
            for path, said in (("", "dist"), ("floor/", "floor")):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as response:
                    assert response.read().decode() == said
                    assert [response.headers.get(name) for name in ISOLATION] == [
                        value if isolated else None for value in ISOLATION.values()
                    ]
