"""The built site and the floor behind the project's own server, without what is for authors only."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from builder.server import HOST, ISOLATION, Site, listening

PATIENCE = 20.0
"""Seconds in which the server must be there, or gone."""


@contextlib.contextmanager
def served(dist: Path, floor: Path, *, isolated: bool | None = None) -> Iterator[int]:
    """The port on which there is the site, with the floor in /floor/.

    With `isolated` it is a host that isolates its pages from other origins, or one that does not; else it is
    whatever the project's own server is.
    """
    site: ASGIApp = Starlette(routes=[Mount("/floor", Site(floor)), Mount("/", Site(dist))])
    if isolated is not None:
        site = with_isolation(site, isolated)
    with hosted(site) as port:
        yield port


@contextlib.contextmanager
def hosted(site: ASGIApp) -> Iterator[int]:
    """The port of a server of `site` in a thread of its own."""
    with listening(0) as door:
        port: int = door.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(site, host=HOST, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, name="server", daemon=True)
        thread.start()
        try:
            _wait(server, thread)
            yield port
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def with_isolation(site: ASGIApp, isolated: bool) -> ASGIApp:
    """`site` with the headers of ISOLATION, or without them."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ISOLATION.items():
                    del headers[name]
                    if isolated:
                        headers[name] = value
            await send(message)

        await site(scope, receive, told)

    return answer


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise TimeoutError("the benchmark's server did not start")
        time.sleep(0.02)


@contextlib.contextmanager
def started(checkout: Path) -> Iterator[str]:
    """`build.py serve` of a checkout, in a process of its own: the address of the course, with a slash at its end."""
    command = [sys.executable, "build.py", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            for line in server.stdout:
                if found := re.search(r"http://\S+/", line):
                    yield found[0]
                    break
            else:
                raise RuntimeError("build.py serve ended before it said where it listens")
        finally:
            server.terminate()
            server.wait(timeout=20)
