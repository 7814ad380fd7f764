"""The course on this machine: what it sends, to whom, what it refuses, and how it follows a change."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from builder import server
from builder.problems import ROOT, BuildError
from builder.workshop import Workshop

PAGE = "<!doctype html><title>T</title><body>Here</body>"


def work(orders: Connection, folder: Path) -> None:
    """Note what the lesson says, and which build of this process it is; a good lesson is built."""
    with contextlib.suppress(EOFError):
        for number in count(1):
            orders.recv()
            text = (folder / "lessons" / "line.md").read_text()
            with (folder / "log.txt").open("a") as log:
                log.write(f"{number} {text}\n")
            orders.send(text == "a good lesson")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A server of a small dist/, beside which lies a secret."""
    dist = tmp_path / "dist"
    for name, text in {
        "index.html": PAGE,
        "line/index.html": PAGE,
        "runtime_errors/index.html": PAGE,
        "assets/a-12345678.js": "1",
        "runtime/0123456789/pyodide.mjs": "2",
        "runtime/0123456789/pyodide.asm.wasm": "3",
    }.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(text)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "lessons").mkdir()
    (tmp_path / "engine").mkdir()
    door = server.listening(0)
    workshop = Workshop(partial(work, folder=tmp_path))
    lessons, builds = tmp_path / "lessons", server.Builds()
    running = server.Server(server.application(dist, workshop, builds, lessons, [lessons, tmp_path / "engine"]), builds)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [door]})
    thread.start()
    yield door.getsockname()
    running.should_exit = True
    thread.join(timeout=20)
    door.close()
    assert not thread.is_alive()


def get(address: tuple[str, int], path: str, **asked: str) -> tuple[int, dict[str, str], str]:
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=20)) as connection:
        connection.request("GET", path, headers={name.replace("_", "-"): said for name, said in asked.items()})
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, response.read().decode()


def say(address: tuple[str, int], path: str, host: str = "127.0.0.1", method: str = "GET") -> tuple[int, str]:
    """What comes to a request for exactly this path, which no client has put in order."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    return int(answer.split()[1]), answer.partition("\r\n\r\n")[2]


def test_pages_are_asked_for_again_and_what_is_named_by_content_is_kept(address: tuple[str, int]) -> None:
    assert get(address, "/")[1]["cache-control"] == "no-cache"
    assert get(address, "/line/")[1]["cache-control"] == "no-cache"
    assert get(address, "/runtime_errors/")[1]["cache-control"] == "no-cache"
    for path in ("/assets/a-12345678.js", "/runtime/0123456789/pyodide.mjs"):
        status, headers, _ = get(address, path)
        assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


def test_types_are_those_that_a_browser_insists_on(address: tuple[str, int]) -> None:
    assert get(address, "/runtime/0123456789/pyodide.mjs")[1]["content-type"].startswith("text/javascript")
    assert get(address, "/runtime/0123456789/pyodide.asm.wasm")[1]["content-type"] == "application/wasm"
    assert get(address, "/")[1]["x-content-type-options"] == "nosniff"


def test_a_folder_is_redirected_to_its_page(address: tuple[str, int]) -> None:
    status, headers, _ = get(address, "/line")
    assert status in (302, 307, 308)
    assert headers["location"].endswith("/line/")


def test_a_file_is_sent_compressed_to_whoever_takes_it_so(address: tuple[str, int], tmp_path: Path) -> None:
    plain = tmp_path / "dist" / "assets" / "a-12345678.js"
    for suffix in (".br", ".gz"):
        plain.with_name(plain.name + suffix).write_text(suffix)
    asked = {"": None, "gzip": ".gz", "gzip, br": ".br", "gzip, deflate, br, zstd": ".br", "zstd": None}
    for accept, suffix in asked.items():
        status, headers, body = get(address, "/assets/a-12345678.js", accept_encoding=accept)
        assert (status, body, headers["content-type"].split(";")[0]) == (200, suffix or "1", "text/javascript")
        assert headers.get("content-encoding") == {".gz": "gzip", ".br": "br"}.get(suffix or "")
        assert "immutable" in headers["cache-control"]
        assert not suffix or headers["vary"] == "Accept-Encoding"
    tag = get(address, "/assets/a-12345678.js", accept_encoding="br")[1]["etag"]
    assert get(address, "/assets/a-12345678.js", accept_encoding="br", if_none_match=tag)[0] == 304
    assert get(address, "/assets/a-12345678.js", if_none_match=tag)[0] == 200


def test_what_was_compressed_before_the_file_changed_is_not_sent(address: tuple[str, int], tmp_path: Path) -> None:
    plain = tmp_path / "dist" / "assets" / "a-12345678.js"
    packed = plain.with_name(plain.name + ".br")
    packed.write_text("old")
    os.utime(packed, ns=(1, 1))
    _, headers, body = get(address, "/assets/a-12345678.js", accept_encoding="br")
    assert (body, headers.get("content-encoding")) == ("1", None)


def test_a_part_of_a_file_is_a_part_of_the_plain_one(address: tuple[str, int], tmp_path: Path) -> None:
    (tmp_path / "dist" / "assets" / "a-12345678.js.br").write_text("packed")
    status, headers, body = get(address, "/assets/a-12345678.js", accept_encoding="br", range="bytes=0-0")
    assert (status, body, headers.get("content-encoding")) == (206, "1", None)


def test_a_page_that_listens_for_builds_is_never_the_compressed_one(address: tuple[str, int], tmp_path: Path) -> None:
    (tmp_path / "dist" / "index.html.br").write_text("packed")
    assert "/-/reload.js" in get(address, "/", accept_encoding="br")[2]


def test_the_reload_script_comes_from_the_server_alone(address: tuple[str, int]) -> None:
    assert "/-/reload.js" in get(address, "/")[2]
    assert "EventSource" in get(address, "/-/reload.js")[2]


OUTSIDE = [
    "/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/line/../../secret.txt", "/..%5csecret.txt",
    "/%2e%2e%2fsecret.txt", "//secret.txt", "/assets/%00", "/no-such-page/",
    "/%252e%252e/secret.txt", "/%252e%252e%252fsecret.txt", "/%2e%2e%5csecret.txt", "/..%255csecret.txt", "/..\\secret.txt",
    "/....//secret.txt", "/..;/secret.txt", "/%c0%ae%c0%ae/secret.txt", "/%c0%ae%c0%ae%c0%afsecret.txt",
    "/%e0%80%ae%e0%80%ae/secret.txt", "/%uff0e%uff0e/secret.txt", "/index.html%00/../../secret.txt", "/..%00/secret.txt",
    "/../secret.txt%00.html", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/./.././secret.txt",
    "/.%2e/secret.txt", "/%2e./secret.txt", "/..", "/..%2f", "/../dist/../secret.txt", "{secret}", "/{secret}", "//{secret}",
    "/%2f{secret}", "/file://{secret}", "/~root/secret.txt", "/C:/secret.txt", "/%5c%5chost%5csecret.txt",
    "../secret.txt", "http://127.0.0.1/../secret.txt", "/?path=../secret.txt/../../secret", "/inside/secret.txt", "/inside.txt",
]  # fmt: skip
"""Ways to ask for what lies beside dist/, encoded once, twice or wrongly; {secret} is its whole path."""


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_build_is_ever_sent(address: tuple[str, int], tmp_path: Path, path: str) -> None:
    (tmp_path / "dist" / "inside").symlink_to(tmp_path)
    (tmp_path / "dist" / "inside.txt").symlink_to(tmp_path / "secret.txt")
    status, body = say(address, path.format(secret=tmp_path / "secret.txt"))
    assert status in ((200,) if "?" in path else (400, 404))
    assert "secret" not in body


def test_what_lies_beside_a_compressed_file_is_not_sent_by_a_link_to_it(
    address: tuple[str, int], tmp_path: Path
) -> None:
    (tmp_path / "dist" / "assets" / "a-12345678.js.br").symlink_to(tmp_path / "secret.txt")
    assert get(address, "/assets/a-12345678.js", accept_encoding="br")[2] == "1"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "192.168.0.1", "0.0.0.0", ""]
)
def test_a_name_that_somebody_elses_name_server_led_here_is_refused(address: tuple[str, int], host: str) -> None:
    for path in ("/", "/assets/a-12345678.js", "/-/builds", "/-/reload.js"):
        assert say(address, path, host)[0] == 400
    assert [say(address, "/", own)[0] for own in ("127.0.0.1", "localhost", f"localhost:{address[1]}")] == [200] * 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_nothing_can_be_written(address: tuple[str, int], method: str) -> None:
    assert say(address, "/index.html", method=method)[0] in (400, 404, 405)


def test_the_door_is_open_to_this_machine_only() -> None:
    with server.listening(0) as door:
        assert door.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_gives_the_next_free_one() -> None:
    with server.listening(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with server.listening(port) as other:
            assert port < other.getsockname()[1] <= port + server.PORTS


def test_no_free_port_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PORTS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BuildError, match="choose another with --port"):
            server.listening(taken.getsockname()[1])


def test_open_pages_hear_of_each_build() -> None:
    async def heard() -> list[str]:
        builds = server.Builds()
        events = builds.events()
        first = await anext(events)
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        builds.announce()
        return [first, await asyncio.wait_for(waiting, 5)]

    assert asyncio.run(heard()) == [": listening\n\n", "event: built\ndata:\n\n"]


def test_a_changed_lesson_is_built_and_told_to_open_pages_but_not_when_it_has_a_fault(
    address: tuple[str, int], tmp_path: Path
) -> None:
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=20)) as connection:
        connection.request("GET", "/-/builds")
        response = connection.getresponse()
        assert [response.readline() for _ in range(2)] == [b": listening\n", b"\n"]
        for text, told in (("a fault", False), ("a good lesson", True)):
            save(tmp_path / "lessons" / "line.md", text, tmp_path / "log.txt")
            assert bool(select.select([connection.sock], [], [], 15 if told else 0.5)[0]) == told
        assert response.readline() == b"event: built\n"


def test_one_process_builds_changed_lessons_and_another_one_after_a_change_of_anything_else(
    address: tuple[str, int], tmp_path: Path
) -> None:
    for text in ("a fault", "a good lesson"):
        save(tmp_path / "lessons" / "line.md", text, tmp_path / "log.txt")
    numbers = [int(line.split()[0]) for line in (tmp_path / "log.txt").read_text().splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))
    save(tmp_path / "engine" / "line.py", "1", tmp_path / "log.txt", logged="1 a good lesson")


def save(source: Path, text: str, log: Path, *, logged: str = "") -> None:
    """Write the source until the log ends as it is to, again and again, as the watching may not have begun."""
    end = time.monotonic() + 30
    while not (log.exists() and log.read_text().endswith(f"{logged or text}\n")):
        assert time.monotonic() < end
        source.write_text(text)
        time.sleep(0.3)


def test_the_command_serves_the_course_and_says_when_its_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "build.py", "serve", "--port", str(port)]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as serving:
            try:
                assert serving.stdout
                said = ""
                while "(Ctrl+C ends it)" not in said:  # after what is made for the first time
                    said += (line := serving.stdout.readline())
                    assert line, said
                found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
                assert found, said
                assert f"port {port} is taken; using {found[1]} instead" in said
                assert "<h1>" in get(("127.0.0.1", int(found[1])), "/")[2]
                with contextlib.closing(http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=20)) as page:
                    page.request("GET", "/-/builds")
                    assert page.getresponse().readline() == b": listening\n"
                    serving.send_signal(signal.SIGINT)  # Ctrl+C
                    assert serving.wait(timeout=20) == 0
                assert serving.stdout.read() == ""
            finally:
                serving.kill()
