"""The course on this machine: serves dist/, builds again when a source changes, and reloads open pages."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import uvicorn
import watchfiles
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from builder.problems import ROOT, BuildError
from builder.workshop import Work, Workshop

HOST = "127.0.0.1"
NAMES = [HOST, "localhost"]
"""What a browser of this machine calls it. Any other name was led here by somebody else's name server."""

PORTS = 50
"""How many ports are tried, from the one that was asked for."""

RELOAD = ROOT / "site" / "scripts" / "reload.js"
STEP, DEBOUNCE = 15, 150
"""Milliseconds without a change after which a save is seen, and after which changes that go on are."""

MADE = ("node_modules", "__pycache__")
"""Folders among the sources that tools write."""


ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""What a file may be sent as, the best first, and what the file beside it that holds this ends in."""

ISOLATION = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
"""What gives pages memory that they share with their workers: Stop is at its best with it, and works without."""


class Site(StaticFiles):
    """dist/, with headers that let a browser keep what is named by its content and ask again for the rest.

    Files are sent compressed where they lie so beside themselves. With `reloads`, pages listen for new builds.
    """

    def __init__(self, directory: Path, *, reloads: bool = False) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        self.reloads = reloads

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if self.reloads and isinstance(response, FileResponse) and response.media_type == "text/html":
            html = Path(response.path).read_text(encoding="utf-8")
            script = '<script type="module" src="/-/reload.js"></script></body>'
            response = HTMLResponse(html.replace("</body>", script), response.status_code)
        kept = Path(path).parts[:1] in (("assets",), ("runtime",)) and response.status_code in (200, 206, 304)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.update(ISOLATION)
        return response

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, or what lies compressed beside it and is not older; a page that is to be changed stays plain."""
        asked = Headers(scope=scope)
        plain = (self.reloads and str(full_path).endswith(".html")) or "range" in asked
        for encoding, suffix in {} if plain else ENCODINGS.items():
            packed = Path(f"{full_path}{suffix}")
            if encoding in asked.get("accept-encoding", "") and packed.is_file() and not packed.is_symlink():
                status = packed.stat()
                if status.st_mtime_ns >= stat_result.st_mtime_ns:
                    response = super().file_response(packed, status, scope, status_code)
                    response.headers["Content-Encoding"] = encoding
                    response.headers["Vary"] = "Accept-Encoding"
                    return response
        return super().file_response(full_path, stat_result, scope, status_code)


class Builds:
    """Tells open pages that there is a new build."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self._ended = False

    def announce(self) -> None:
        """Wake every page that listens."""
        self._next.set()
        self._next = asyncio.Event()

    def end(self) -> None:
        """Let nobody listen any more: a server waits for all that it is asked."""
        self._ended = True
        self._next.set()

    async def listen(self, request: Request) -> StreamingResponse:
        """Answer a page with the events, for as long as it listens."""
        return StreamingResponse(self.events(), media_type="text/event-stream")

    async def events(self) -> AsyncIterator[str]:
        """Server-sent events: `built` after each build."""
        yield ": listening\n\n"
        while await self._next.wait() and not self._ended:
            yield "event: built\ndata:\n\n"


async def rebuild(workshop: Workshop, builds: Builds, lessons: Path, sources: Iterable[Path]) -> None:
    """Build whenever a source changes: what has changed, if it is a lesson, and all of it if it is anything else."""
    wanted = watchfiles.DefaultFilter(ignore_dirs=(*watchfiles.DefaultFilter.ignore_dirs, *MADE))
    async for changes in watchfiles.awatch(*sources, watch_filter=wanted, step=STEP, debounce=DEBOUNCE):
        if not all(Path(path).resolve().is_relative_to(lessons.resolve()) for _, path in changes):
            await asyncio.to_thread(workshop.close)
        if await asyncio.to_thread(workshop.build):
            builds.announce()


class Server(uvicorn.Server):
    """Ends what pages listen to before it waits for them."""

    def __init__(self, app: Starlette, builds: Builds) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        self._builds = builds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._builds.end()
        await super().shutdown(sockets)


def application(dist: Path, workshop: Workshop, builds: Builds, lessons: Path, sources: Iterable[Path]) -> Starlette:
    """The server as an ASGI application, which has what changes built in the `workshop`, and tells of it."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(rebuild(workshop, builds, lessons, sources))
        yield
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        workshop.close()

    return Starlette(
        routes=[
            Route("/-/builds", builds.listen),
            Route("/-/reload.js", lambda request: FileResponse(RELOAD, media_type="text/javascript")),
            Mount("/", Site(dist, reloads=True)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=NAMES, www_redirect=False)],
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


def serve(dist: Path, port: int, work: Work, lessons: Path, sources: Iterable[Path]) -> bool:
    """Serve `dist` on this machine only, until Ctrl+C, built by `work` first and whenever one of `sources` changes.

    False if it could not be built, of which `work` has told.
    """
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(Workshop(work)) as workshop:
        if not workshop.build():
            return False
        _serve(dist, port, workshop, lessons, sources)
    return True


def _serve(dist: Path, port: int, workshop: Workshop, lessons: Path, sources: Iterable[Path]) -> None:
    with listening(port) as door:
        got = door.getsockname()[1]
        if port and got != port:
            print(f"port {port} is taken; using {got} instead")
        print(f"http://{HOST}:{got}/  (Ctrl+C ends it)", flush=True)
        builds = Builds()
        Server(application(dist, workshop, builds, lessons, sources), builds).run(sockets=[door])
