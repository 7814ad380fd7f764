"""A real Chromium with a profile on disk, at full speed or slowed down as a whole."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize
from playwright.sync_api import Error as PlaywrightError

from tests.chromium import LAUNCH_ARGS, ensure

SCRIPTS = Path(__file__).parent / "scripts"
SIZE = ViewportSize(width=1280, height=800)
STARTED = 1.5
"""Seconds that a new browser has for what it does by itself after its start."""
PERIOD = 0.04
"""Seconds from one pause of a slowed browser to the next."""


@contextlib.contextmanager
def browser(playwright: Playwright, profile: Path, *, slowed: float = 1) -> Iterator[BrowserContext]:
    """A Chromium with the profile in the folder `profile`, `slowed` times slower than it could be."""
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=ensure(), args=LAUNCH_ARGS, viewport=SIZE
    )
    try:
        time.sleep(STARTED)
        with slow_down(group_of(profile), slowed) if slowed > 1 else contextlib.nullcontext():
            yield context
    finally:
        context.close()


def group_of(profile: Path) -> int:
    """The process group of the Chromium with that profile, which is its own. Raises LookupError if there is none."""
    wanted = f"--user-data-dir={profile}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            group = os.getpgid(int(process.name))
            if wanted in (process / "cmdline").read_bytes().split(b"\0") and group != os.getpgrp():
                return group
    raise LookupError(f"no Chromium runs with the profile {profile}")


@contextlib.contextmanager
def slow_down(group: int, times: float) -> Iterator[None]:
    """Let the processes of a group run only their share of each period.

    The DevTools protocol slows a page's main thread only and refuses to slow workers, where Python runs; this slows
    all that a slower machine would slow.
    """
    ends = threading.Event()

    def alternate() -> None:
        with contextlib.suppress(ProcessLookupError):
            try:
                while not ends.is_set():
                    begun = time.monotonic()
                    os.killpg(group, signal.SIGCONT)
                    time.sleep(PERIOD / times)
                    os.killpg(group, signal.SIGSTOP)
                    time.sleep(max(0.0, begun + PERIOD - time.monotonic()))
            finally:
                os.killpg(group, signal.SIGCONT)

    thread = threading.Thread(target=alternate, name="slowed browser", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def without_jspi(page: Page) -> None:
    """Take from a page and from its workers what lets WebAssembly wait for promises, as in older browsers."""
    page.add_init_script(script("old.js"))


def script(name: str) -> str:
    """One of the benchmark's own scripts, to be run in a page."""
    return (SCRIPTS / name).read_text(encoding="utf-8")


def until(page: Page, expression: str, *, seconds: float = 120.0) -> Any:
    """What `expression` is in the page, once it is something. Raises TimeoutError.

    It is asked for now and then from outside, so that the page has next to no work with it.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(PlaywrightError):  # the page may be on its way to another
            if found := page.evaluate(expression):
                return found
        page.wait_for_timeout(20)
    raise TimeoutError(f"after {seconds:g} s there is no {expression}")
