"""Builds: from scratch, of one changed lesson while serving, and of many generated lessons."""

from __future__ import annotations

import contextlib
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench import generated
from bench.browser import until
from bench.lab import Lab
from bench.serving import started
from bench.table import Measured
from builder.problems import ROOT

FEW, MANY = 250, 1000
PATIENCE = 1800.0
"""Seconds that any one build may take."""
LOOKS = 0.25
"""Seconds from one look at the memory of a build to the next: each look costs the build a few milliseconds."""
NOT_COPIED = shutil.ignore_patterns(".*", "node_modules", "dist", "dist.*", "__pycache__", "*.egg-info")
EDITED = "line"
"""The lesson that is changed while its page is open."""


@dataclass(frozen=True)
class Build:
    """What one build took: seconds by the clock, seconds of all cores, and bytes at the worst moment."""

    seconds: float
    busy: float
    memory: float


def build(lessons: Path, dist: Path) -> Build:
    """Build in a fresh process, and watch it. Raises RuntimeError when it fails."""
    before, start = spent(), time.perf_counter()
    command = [sys.executable, "-m", "bench.once", str(lessons), str(dist)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        memory = 0.0
        try:
            while process.poll() is None:
                memory = max(memory, sum(map(resident, family(process.pid))))
                if time.perf_counter() - start > PATIENCE:
                    raise RuntimeError(f"a build takes more than {PATIENCE:g} s")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(LOOKS)
            took = time.perf_counter() - start
        finally:
            process.kill()
        said = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise RuntimeError(f"a build failed: {said.strip().splitlines()[-1:]}")
    return Build(took, spent() - before, memory)


def spent() -> float:
    """Seconds of processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def family(process: int) -> list[int]:
    """A process and all that it started, and they."""
    found = [process]
    for member in found:  # it grows meanwhile
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{member}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def resident(process: int) -> float:
    """Bytes of memory of a process; what it shares with others counts as its share only."""
    with contextlib.suppress(OSError):
        if found := re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE):
            return 1024.0 * int(found[1])
    return 0.0


@cache
def generated_builds(lab: Lab, lessons: int) -> list[Build]:
    """The builds of a generated course of so many lessons, each into a new folder."""
    found = []
    for run in range(lab.runs):
        folder = lab.folder("generated")
        lab.say(f"{lessons} generated lessons, run {run + 1}")
        generated.write(folder / f"course_{lessons}", lessons)
        found.append(build(folder / f"course_{lessons}", folder / "dist"))
        shutil.rmtree(folder)
    return found


def course_from_scratch(lab: Lab) -> Measured:
    """The real course into a new folder, the start of Python included."""
    lab.say("the course from scratch")
    return Measured([build(ROOT / "lessons", lab.folder("course") / "dist").seconds for _ in range(lab.runs)])


def many_seconds(lab: Lab) -> Measured:
    return Measured([each.seconds for each in generated_builds(lab, MANY)])


def many_memory(lab: Lab) -> Measured:
    return Measured([each.memory / 1e6 for each in generated_builds(lab, MANY)])


def many_cores(lab: Lab) -> Measured:
    return Measured([each.busy / each.seconds for each in generated_builds(lab, MANY)])


def many_growth(lab: Lab) -> Measured:
    """Seconds of a lesson among many over seconds of a lesson among few: 1 is linear."""
    few = [each.seconds / FEW for each in generated_builds(lab, FEW)]
    return Measured([each.seconds / MANY / one for each, one in zip(generated_builds(lab, MANY), few, strict=True)])


@contextlib.contextmanager
def served_copy(lab: Lab) -> Iterator[tuple[Path, str]]:
    """A copy of the sources under `build.py serve`: its folder and its address."""
    copy = lab.folder("copy") / "downhill"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    (copy / "site" / "node_modules").symlink_to((ROOT / "site" / "node_modules").resolve())
    for hidden in ("package-lock.json", ".npmrc"):
        if (ROOT / "site" / hidden).exists():
            shutil.copy2(ROOT / "site" / hidden, copy / "site" / hidden)
    with started(copy) as address:
        yield copy, address


def changed_lesson(lab: Lab, suffix: str, old: str, new: str, seen: str) -> Measured:
    """From the moment that a lesson's file is saved until the page that is open shows it.

    `{}` in `new`, which takes the place of `old` in the file, and in `seen`, an expression in the page, is a word that
    is new each time.
    """
    took = []
    with served_copy(lab) as (copy, address), lab.browser() as context:
        file = copy / "lessons" / f"{EDITED}{suffix}"
        source = file.read_text(encoding="utf-8")
        if source.count(old) != 1:
            raise RuntimeError(f"{file.name} says {old!r} {source.count(old)} times; expected once")
        page = context.new_page()
        page.goto(f"{address}{EDITED}/")
        until(page, "document.documentElement.dataset.runtime === 'ready'")
        for run in range(lab.runs):
            lab.say(f"a changed {file.name}, run {run + 1}")
            page.wait_for_timeout(2000)
            word = f"changed{run}times"
            start = time.perf_counter()
            file.write_text(source.replace(old, new.replace("{}", word)), encoding="utf-8")
            until(page, seen.replace("{}", word), seconds=60)
            took.append(time.perf_counter() - start)
    return Measured(took)


def changed_prose(lab: Lab) -> Measured:
    heading = "## A model and its parameters"
    shown = "document.body.innerText.includes('{}')"
    return changed_lesson(lab, ".md", heading, f"A word {{}} here.\n\n{heading}", shown)


def changed_figure(lab: Lab) -> Measured:
    shown = "document.querySelector('[data-block=the_line] [data-figure]').ariaLabel.includes('{}')"
    return changed_lesson(lab, ".py", "A line of slope {w} that", "A line {} of slope {w} that", shown)
