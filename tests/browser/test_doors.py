"""What the reader's code cannot reach from its worker: other hosts, what the browser stores for the site, its pages."""

from __future__ import annotations

import ast
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Block, Reader, reading


@dataclass
class Elsewhere:
    """Another host: it answers nobody, and counts who comes, whatever they speak."""

    door: socket.socket
    visits: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.door.getsockname()[1]}"

    def count(self) -> None:
        while True:
            try:
                visitor, _ = self.door.accept()
            except OSError:  # closed, at the end
                return
            with visitor:
                visitor.settimeout(2)
                self.visits.append(visitor.recv(200))


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        host = Elsewhere(door)
        threading.Thread(target=host.count, daemon=True).start()
        yield host
        door.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def reader(chromium: Browser, served: str) -> Iterator[Reader]:
    yield from reading(chromium, served, viewport={"width": 1280, "height": 800})


@pytest.fixture(scope="module")
def opened(reader: Reader) -> Block:
    """The playground, for all tests of this file: none of them may spoil it for the next."""
    reader.page.add_init_script("localStorage.setItem('secret', 'of the reader')")
    return reader.opens("playground/").block("playground")


@pytest.fixture
def cell(opened: Block, reader: Reader) -> Iterator[Block]:
    yield opened
    # The policy's own words are no fault here; and Python still answers.
    reader.console[:] = [said for said in reader.console if "Content Security Policy" not in said]
    opened.run("6 * 7", ends="done")
    assert opened.find("[data-output]").inner_text().strip() == "42"


def output(cell: Block, code: str) -> str:
    """What the code printed, and the error that it stopped with."""
    cell.run(code)
    return cell.find("[data-output]").inner_text() + cell.find("[data-trouble]").inner_text()


ASKS = {
    "fetch": "js.fetch('http://HOST/')",
    "fetch without an answer": "js.fetch('http://HOST/', to_js({'mode': 'no-cors'}, dict_converter=js.Object.fromEntries))",
    "a request": "js.fetch(js.Request.new('http://HOST/'))",
    "an address that changes": "js.fetch(to_js({'toString': create_proxy(lambda *a: 'http://HOST/')}, dict_converter=js.Object.fromEntries))",
    "XMLHttpRequest": "x = js.XMLHttpRequest.new(); x.open('GET', 'http://HOST/', False); x.send()",
    "WebSocket": "js.WebSocket.new('ws://HOST/')",
    "EventSource": "js.EventSource.new('http://HOST/')",
    "WebTransport": "js.WebTransport.new('https://HOST/')",
    "FontFace": "js.FontFace.new('x', 'url(http://HOST/)').load()",
    "importScripts": "js.importScripts('http://HOST/')",
    "sendBeacon": "js.navigator.sendBeacon('http://HOST/', 'x')",
    "eval": "js.eval('fetch(\"http://HOST/\")')",
    "a text for a timer": "js.setTimeout('fetch(\"http://HOST/\")')",
    "Function": "js.Function.new('return import(\"http://HOST/x.js\")')()",
    "run_js": "from pyodide.code import run_js; run_js('import(\"http://HOST/x.js\")')",
    "another worker": "js.Worker.new(js.URL.createObjectURL(js.Blob.new(['fetch(\"http://HOST/\")'])))",
    "a shared worker": "js.SharedWorker.new('http://HOST/')",
    "what fetch was inherited from": "js.Object.getPrototypeOf(js.Object.getPrototypeOf(js.self)).fetch('http://HOST/')",
    "another startsWith": "old = js.String.prototype.startsWith; js.String.prototype.startsWith = js.Boolean; "
    "js.fetch('http://HOST/'); js.String.prototype.startsWith = old",
    "another URL": "old = js.URL; js.URL = js.Request; js.fetch('http://HOST/'); js.URL = old",
    "open_url": "from pyodide.http import open_url; open_url('http://HOST/')",
    "pyfetch": "import asyncio; from pyodide.http import pyfetch; asyncio.ensure_future(pyfetch('http://HOST/'))",
    "urllib": "import urllib.request; urllib.request.urlopen('http://HOST/', timeout=1)",
    "http.client": "import http.client; http.client.HTTPConnection('HOST', timeout=1).request('GET', '/')",
    "a socket": "import socket; socket.create_connection('HOST'.split(':'), 1)",
    "a package from elsewhere": "import pyodide_js; pyodide_js.loadPackage('http://HOST/x-1-py3-none-any.whl')",
    "micropip": "import micropip; micropip.install('http://HOST/x-1-py3-none-any.whl')",
}
"""Ways to ask another host for something, or to tell it something."""

IMPORTS = "import js\nfrom pyodide.ffi import create_proxy, to_js\n"


@pytest.mark.parametrize("name", ASKS)
def test_no_request_reaches_another_host(cell: Block, reader: Reader, elsewhere: Elsewhere, name: str) -> None:
    reader.asked.clear()
    output(cell, IMPORTS + ASKS[name].replace("HOST", elsewhere.address))
    reader.page.wait_for_timeout(200)
    assert elsewhere.visits == []
    hosts = {urlsplit(url).netloc for url in reader.asked if not url.startswith(("data:", "blob:"))}
    assert hosts <= {urlsplit(reader.served).netloc}


def test_the_other_host_does_count_who_comes(elsewhere: Elsewhere) -> None:
    host, _, port = elsewhere.address.partition(":")
    with socket.create_connection((host, int(port)), 5) as visitor:
        visitor.sendall(b"here")
        visitor.recv(1)
    assert elsewhere.visits.pop() == b"here"


BESIDE = [
    *("", "line/", "offline.js", "assets", "?assets/", "assets/../index.html", "assets/%2e%2e/index.html"),
    *("assets/..%2findex.html/../../line/", "runtime/../line/", "assets\\..\\line/", "assets/./../line/"),
]
"""What is of the same host, and none of the course's assets."""


@pytest.mark.parametrize("path", BESIDE)
def test_other_pages_of_the_same_host_cannot_be_asked_for(cell: Block, reader: Reader, path: str) -> None:
    reader.asked.clear()
    tried = f"js.fetch({reader.served + path!r}).then(lambda a: print('came'), lambda why: print(why))"
    output(cell, IMPORTS + f"import js\n{tried}\nNone")
    reader.page.wait_for_timeout(100)
    asked = [url for url in reader.asked if "/assets/" not in url and "/runtime/" not in url]
    assert asked == []


def test_the_courses_own_files_can_be_fetched_but_not_written_to(cell: Block, reader: Reader) -> None:
    methods: list[str] = []
    reader.page.on("request", lambda request: methods.append(f"{request.method} {urlsplit(request.url).path}"))
    python = json.loads(reader.page.locator("#setup").text_content() or "{}")["python"]
    address = reader.evaluate("path => new URL(path, document.baseURI).href", python)
    options = "{'method': 'POST', 'body': 'x'}"
    code = f"js.Object.prototype.method = 'POST'\njs.fetch({address!r}, to_js({options}, dict_converter=js.Object.fromEntries))\nNone"
    output(cell, IMPORTS + code)
    reader.page.wait_for_timeout(300)
    output(cell, IMPORTS + "js.Reflect.deleteProperty(js.Object.prototype, 'method')\nNone")
    assert {method for method in methods if "python-" in method} == {f"GET {urlsplit(address).path}"}


GONE = [
    *("caches", "indexedDB", "cookieStore", "localStorage", "sessionStorage", "webkitRequestFileSystem"),
    *("webkitRequestFileSystemSync", "webkitResolveLocalFileSystemURL", "webkitResolveLocalFileSystemSyncURL"),
    *("BroadcastChannel", "SharedWorker", "Worker", "Notification", "importScripts", "close", "postMessage"),
    *(
        "EventSource",
        "FontFace",
        "fonts",
        "WebSocket",
        "WebSocketStream",
        "WebTransport",
        "XMLHttpRequest",
        "fetchLater",
    ),
    *("document", "window", "parent", "top", "opener", "frames", "clients", "registration", "RTCPeerConnection"),
]


def test_of_the_doors_of_a_worker_none_is_left(cell: Block) -> None:
    code = f"import js\n[name for name in {GONE} if getattr(js, name, None)]"
    assert output(cell, code).strip() == "[]"


def test_of_the_navigator_words_are_left(cell: Block) -> None:
    code = "import js\nsorted(js.Object.getOwnPropertyNames(js.Object.getPrototypeOf(js.navigator)).to_py())"
    left = set(ast.literal_eval(output(cell, code)))
    assert {"userAgent", "language"} <= left
    assert left <= {
        *("constructor", "deviceMemory", "hardwareConcurrency", "language", "languages", "onLine", "platform"),
        *("userAgent", "vendor"),
    }


@pytest.mark.parametrize("name", ["caches", "fetch", "postMessage", "indexedDB", "Worker"])
def test_a_door_cannot_be_opened_again(cell: Block, name: str) -> None:
    code = (
        f"import js\ntry:\n    js.Reflect.deleteProperty(js.self, {name!r})\n    js.{name} = 5\nexcept Exception:\n    pass\n"
        f"js.{name} == 5, [bool(js.Reflect.has(js.Object.getPrototypeOf(js.self), {name!r}))]"
    )
    assert output(cell, code).strip() == "(False, [False])"


def test_what_is_stored_for_the_site_stays_as_it_was(cell: Block, reader: Reader) -> None:
    before = reader.evaluate("caches.keys()")
    output(cell, "import js\njs.caches.open('downhill').then(lambda cache: cache.put('/', js.Response.new('poison')))")
    output(cell, "import js\njs.indexedDB.open('downhill')")
    output(cell, "import js\njs.navigator.storage.getDirectory()")
    assert reader.evaluate("caches.keys()") == before
    assert reader.evaluate("indexedDB.databases()") == []
    assert reader.evaluate("localStorage.getItem('secret')") == "of the reader"


def test_what_a_timer_fails_with_does_not_end_python(cell: Block, reader: Reader) -> None:
    output(cell, "import js\nfrom pyodide.ffi import create_proxy\njs.setTimeout(create_proxy(lambda: 1 / 0))\nNone")
    output(cell, "import js\njs.reportError('no')\nNone")
    reader.page.wait_for_timeout(100)
    reader.python("ready")
    reader.console[:] = [said for said in reader.console if "ZeroDivisionError" not in said]


def test_the_policy_holds_in_the_page_and_in_its_worker(cell: Block, reader: Reader) -> None:
    """Of the first wall, the policy, in the page; `eval` is behind it in the worker too."""
    assert "EvalError" in output(cell, "import js\njs.eval('1')")
    policy = reader.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert said["default-src"] == "'none'"
    assert said["connect-src"] == "'self'"
    assert said["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert (said["base-uri"], said["form-action"]) == ("'none'", "'none'")
    ran = reader.evaluate(
        """() => new Promise((resolve) => {
             addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective));
             const script = document.createElement("script");
             script.textContent = "window.ran = true";
             document.body.append(script);
             if (window.ran) resolve("ran");
           })"""
    )
    assert ran == "script-src-elem"


def test_a_worker_of_a_blob_has_the_policy_of_its_page(opened: Block, reader: Reader, elsewhere: Elsewhere) -> None:
    """The first wall holds by itself: this worker has all of its doors."""
    said = reader.evaluate(
        """address => new Promise((resolve) => {
             const script = `fetch("${address}", { mode: "no-cors" }).then(() => postMessage("came"), () => postMessage("refused"))`;
             const blob = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
             new Worker(blob, { type: "module" }).onmessage = ({ data }) => resolve(data);
           })""",
        f"http://{elsewhere.address}/",
    )
    assert said == "refused"
    assert elsewhere.visits == []
    reader.console.clear()  # the policy's own words
