"""A slow line: a relay in front of the server through which bytes trickle, for every kind of request alike."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from builder.server import HOST, listening

CHUNK = 1460
"""Bytes that are sent at once, those of a packet: connections that are open together share the line evenly."""
AHEAD = 64
"""Chunks read before they are due; more wait at their sender."""


@dataclass
class Line:
    """One direction: `rate` bytes a second in all, each `delay` seconds on its way."""

    rate: float
    delay: float
    _free: float = 0.0
    last: float = field(default_factory=time.monotonic)

    async def pass_through(self) -> float:
        """Wait until a chunk may enter the line; the moment at which it comes out."""
        now = time.monotonic()
        self._free = max(self._free, now) + CHUNK / self.rate
        await asyncio.sleep(self._free - now)
        self.last = time.monotonic()
        return self._free + self.delay


@dataclass
class Link:
    """A line to and a line from the server on `port`; `round_trip` in seconds, `rate` in bytes a second."""

    port: int
    rate: float
    round_trip: float

    def __post_init__(self) -> None:
        self.up = Line(self.rate, self.round_trip / 2)
        self.down = Line(self.rate, self.round_trip / 2)

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a browser's connection to one of the server's, until either ends."""
        await asyncio.sleep(self.round_trip)  # the two sides greet each other
        there, back = await asyncio.open_connection(HOST, self.port)
        ways = [carry(reader, back, self.up), carry(there, writer, self.down)]
        try:
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            for end in (back, writer):
                end.close()

    def quiet(self, *, seconds: float = 2.0, patience: float = 300.0) -> None:
        """Wait until nothing has come for some seconds, as when all is loaded. Raises TimeoutError after `patience`."""
        end = time.monotonic() + patience
        while (now := time.monotonic()) - max(self.down.last, self.up.last) < seconds:
            if now > end:
                raise TimeoutError(f"the page still loads after {patience:g} s")
            time.sleep(0.1)


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
    """Pass on what `reader` gives, at the pace of `line`, until it ends."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(AHEAD)

    async def arrive() -> None:
        while (packet := await under_way.get())[1]:
            await asyncio.sleep(packet[0] - time.monotonic())
            writer.write(packet[1])
            await writer.drain()
        writer.close()

    arriving = asyncio.create_task(arrive())
    with contextlib.suppress(ConnectionError):
        while not arriving.done() and (chunk := await reader.read(CHUNK)):
            await under_way.put((await line.pass_through(), chunk))
    await under_way.put((0, b""))
    with contextlib.suppress(ConnectionError):
        await arriving


@contextlib.contextmanager
def slow_link(port: int, *, rate: float, round_trip: float) -> Iterator[tuple[str, Link]]:
    """The address of a slow line to the server on `port`, and the line."""
    link = Link(port, rate, round_trip)
    begun: queue.Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()

    async def work(door: socket.socket) -> None:
        over = asyncio.Event()
        server = await asyncio.start_server(link.relay, sock=door)
        begun.put((asyncio.get_running_loop(), over))
        await over.wait()
        server.close()

    with listening(0) as door:
        address = f"http://{HOST}:{door.getsockname()[1]}/"
        thread = threading.Thread(target=lambda: asyncio.run(work(door)), name="slow link", daemon=True)
        thread.start()
        loop, over = begun.get(timeout=10)
        try:
            yield address, link
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join(10)
