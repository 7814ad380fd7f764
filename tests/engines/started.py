"""Firefox and WebKitGTK, started with profiles of their own and ended with all that they have started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from tests.engines.found import FIREFOX, WEBKIT, ensure
from tests.engines.webdriver import HOST, Driven, Http, Marionette

Made = TypeVar("Made")

START = 120.0
"""Seconds in which a browser must have started."""
WIDTH, HEIGHT = 1280, 900

PREFERENCES = {
    "marionette.port": "0",  # any that is free; it is told in PORT_FILE
    # What a page says on its console goes to standard output too.
    "devtools.console.stdout.content": "true",
    # Nothing but the pages under test talks to the network.
    "app.update.disabledForTesting": "true",
    "datareporting.policy.dataSubmissionEnabled": "false",
    "network.captive-portal-service.enabled": "false",
    "network.connectivity-service.enabled": "false",
}
PORT_FILE = "MarionetteActivePort"


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[tuple[Driven, Path]]:
    """A page in Firefox, and the file with what it says; its profile is in `folder`. Raises EngineMissing."""
    [program] = ensure(FIREFOX)
    profile, said = folder / "profile", folder / "said"
    profile.mkdir()
    lines = (f'user_pref("{name}", {value});\n' for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    command = [program, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    with running(command, said, HOME=str(folder)):
        port = soon(lambda: number(profile / PORT_FILE))
        with contextlib.closing(Marionette(port)) as wire:
            wire.ask("NewSession")
            wire.ask("SetWindowRect", width=WIDTH, height=HEIGHT)
            yield Driven(wire), said


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[tuple[Driven, Path]]:
    """A page in WebKitGTK on a screen that nobody sees, and the file with what it says. Raises EngineMissing.

    What the page says on its console is not in it: WebKit keeps that to itself where a program drives it.
    """
    driver, xvfb = ensure(WEBKIT)
    said, screen, port = folder / "said", folder / "screen", free_port()
    size = ["-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    with running([xvfb, "-displayfd", "1", *size], screen):
        display = f":{soon(lambda: number(screen))}"
        with running([driver, f"--port={port}"], said, DISPLAY=display, HOME=str(folder), GDK_BACKEND="x11"):
            soon(lambda: socket.create_connection((HOST, port)).close())
            with contextlib.closing(Http(port)) as wire:
                wire.ask("NewSession", capabilities={})
                wire.ask("SetWindowRect", x=0, y=0, width=WIDTH, height=HEIGHT)
                yield Driven(wire), said


@contextlib.contextmanager
def running(command: list[str], said: Path, **environment: str) -> Iterator[None]:
    """A program and all that it starts, until the end; what it says goes into a file."""
    with said.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def soon(ask: Callable[[], Made]) -> Made:
    """What `ask` returns once it raises no OSError or ValueError any more."""
    end = time.monotonic() + START
    while True:
        try:
            return ask()
        except (OSError, ValueError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def number(file: Path) -> int:
    """The number in which a file ends; what comes before it is talk. Raises ValueError or OSError."""
    return int((file.read_text().split() or [""])[-1])


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server((HOST, 0)) as door:
        port: int = door.getsockname()[1]
        return port
