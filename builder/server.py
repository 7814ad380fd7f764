"""The course on this machine: serves dist/, builds again when a source changes, and reloads open pages."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import uvicorn
import watchfiles
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from builder.problems import ROOT, BuildError

HOST = "127.0.0.1"
PORTS = 50
"""How many ports are tried, from the one that was asked for."""

RELOAD = ROOT / "site" / "scripts" / "reload.js"
MADE = ("node_modules", "__pycache__")
"""Folders among the sources that tools write."""


class Site(StaticFiles):
    """dist/, with headers that let a browser keep what is named by its content and ask again for the rest."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and response.media_type == "text/html":
            html = Path(response.path).read_text(encoding="utf-8")
            script = '<script type="module" src="/-/reload.js"></script></body>'
            response = HTMLResponse(html.replace("</body>", script), response.status_code)
        kept = Path(path).parts[:1] in (("assets",), ("runtime",)) and response.status_code in (200, 206, 304)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class Builds:
    """Tells open pages that there is a new build."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def announce(self) -> None:
        """Wake every page that listens."""
        self._next.set()
        self._next = asyncio.Event()

    async def listen(self, request: Request) -> StreamingResponse:
        """Answer a page with the events, for as long as it listens."""
        return StreamingResponse(self.events(), media_type="text/event-stream")

    async def events(self) -> AsyncIterator[str]:
        """Server-sent events: `built` after each build."""
        yield ": listening\n\n"
        while True:
            await self._next.wait()
            yield "event: built\ndata:\n\n"


async def rebuild(sources: Iterable[Path], builds: Builds) -> None:
    """Build whenever a source changes; a build of its own process, so that it imports the lessons afresh."""
    wanted = watchfiles.DefaultFilter(ignore_dirs=(*watchfiles.DefaultFilter.ignore_dirs, *MADE))
    async for _ in watchfiles.awatch(*sources, watch_filter=wanted):
        build = await asyncio.create_subprocess_exec(sys.executable, str(ROOT / "build.py"), "build", cwd=ROOT)
        if await build.wait() == 0:
            builds.announce()


def application(dist: Path, sources: Iterable[Path]) -> Starlette:
    """The server as an ASGI application."""
    builds = Builds()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(rebuild(sources, builds))
        yield
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching

    return Starlette(
        routes=[
            Route("/-/builds", builds.listen),
            Route("/-/reload.js", lambda request: FileResponse(RELOAD, media_type="text/javascript")),
            Mount("/", Site(directory=dist, html=True, check_dir=False)),
        ],
        lifespan=lifespan,
    )


def listening(port: int) -> socket.socket:
    """A socket on `port`, or on the next free one; 0 takes any. Raises BuildError when there is none."""
    for candidate in range(port, min(port + PORTS, 65536)):
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, candidate))
            taken.listen()
            return taken
        except OSError:
            taken.close()
    raise BuildError(f"no free port from {port} to {port + PORTS - 1}; choose another with --port.")


def serve(dist: Path, port: int, *, sources: Iterable[Path]) -> None:
    """Serve `dist` on this machine only, until Ctrl+C."""
    with contextlib.suppress(KeyboardInterrupt), listening(port) as door:
        got = door.getsockname()[1]
        if port and got != port:
            print(f"port {port} is taken; using {got} instead")
        print(f"http://{HOST}:{got}/  (Ctrl+C ends it)", flush=True)
        config = uvicorn.Config(application(dist, sources), log_level="warning", timeout_graceful_shutdown=1)
        uvicorn.Server(config).run(sockets=[door])
