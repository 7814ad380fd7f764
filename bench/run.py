"""The whole benchmark: build the site, serve it beside the floor, measure row by row, and say what came out."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

import build
from bench import floor
from bench.lab import NETWORK, Lab
from bench.link import slow_link
from bench.rows import ROWS, Row
from bench.serving import served
from bench.table import Result, table, to_json, write_between
from builder.problems import ROOT, BuildError
from builder.server import HOST

DOCUMENT = ROOT / "docs" / "performance.md"


def bench(*, runs: int, only: str, write: bool, json: Path | None) -> None:
    """Measure the rows whose names match `only`, print them, and keep them as JSON.

    With `write` the table of docs/performance.md is replaced. Raises BuildError where no row matches, or not all are
    measured that are to be written.
    """
    rows = [row for row in ROWS if re.search(only, row.name)]
    if not rows:
        raise BuildError(f"no row is called like {only!r}; expected some of {', '.join(row.name for row in ROWS)}")
    if write and len(rows) < len(ROWS):
        raise BuildError("--write replaces the whole table, so it does not go with --only")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="downhill-bench-") as scratch, laboratory(Path(scratch), runs) as lab:
        about = machine(lab, load)
        results = [measure(lab, row, f"{at}/{len(rows)}") for at, row in enumerate(rows, start=1)]
    shown = f"{about}\n\n{table(results)}"
    print(shown)
    kept = json or Path(tempfile.gettempdir()) / "downhill-bench.json"
    kept.write_text(to_json(results, about), encoding="utf-8")
    print(f"\nall runs: {kept}")
    if write:
        write_between(DOCUMENT, shown)


@contextlib.contextmanager
def laboratory(scratch: Path, runs: int) -> Iterator[Lab]:
    """The site and the floor, built into `scratch` and served in all the ways that the rows ask for."""
    print("building the site and the floor", file=sys.stderr, flush=True)
    dist, ground = scratch / "dist", scratch / "floor"
    build.build(dist=dist, compress=True)
    floor.write(ground)
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(served(dist, ground))
        hosts = {
            isolated: f"http://{HOST}:{stack.enter_context(served(dist, ground, isolated=isolated))}/"
            for isolated in (True, False)
        }
        slow, link = stack.enter_context(slow_link(port, **NETWORK))
        playwright = stack.enter_context(sync_playwright())
        yield Lab(playwright, runs, scratch, f"http://{HOST}:{port}/", slow, link, hosts)


def measure(lab: Lab, row: Row, place: str) -> Result:
    """A row, or why there is none: one that fails does not take the others with it."""
    print(f"{place} {row.name}", file=sys.stderr, flush=True)
    try:
        measured = row.measure(lab)
    except Exception as error:  # whatever a browser, a page or a build may do
        fault = str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__
        return Result(row.name, row.what, row.unit, row.goal, None, fault)
    return Result(row.name, row.what, row.unit, row.goal, measured)


def machine(lab: Lab, load: float) -> str:
    """Where and when this was measured, in a sentence or two."""
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        if found := re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()):
            processor = found[1]
    with lab.browser() as context:
        chromium = context.browser.version if context.browser else "of some kind"
    return (
        f"{time.strftime('%d %B %Y')}, {os.cpu_count()} cores ({processor}), Chromium {chromium} without a GPU, "
        f"Python {platform.python_version()}. Medians of {lab.runs} {'run' if lab.runs == 1 else 'runs'}; "
        f"load before: {load:.1f}."
    )
