"""Whatever becomes of the files, the network and the worker: the page says what is missing, and goes on once it is there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.serving import hosted
from builder.problems import ROOT
from builder.server import Site
from tests.browser.conftest import BOOT, Block, Reader, reading

DIST = ROOT / "dist"
CELL = "embed/fit/remembering/"


def works(block: Block) -> None:
    block.run("1 + 1", ends="done")
    expect(block.find("[data-output] .value")).to_have_text("2")


def retry(reader: Reader) -> Block:
    """Press Retry, after which Python starts and the cell works."""
    reader.page.locator("[data-status]").get_by_role("button", name="Retry").click()
    reader.python("ready")
    block = reader.block("remembering")
    works(block)
    return block


def whole(pattern: str) -> bytes:
    [file] = DIST.glob(pattern)
    return file.read_bytes()


def changed(content: bytes) -> bytes:
    """The same length, another content."""
    return content[:-200] + bytes(byte ^ 1 for byte in content[-200:])


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["pyodide.asm.wasm", "pyodide.asm.mjs", "pyodide.mjs", "pyodide-lock.json", "worker-*.js"]
)
def test_a_file_of_pythons_that_is_missing_is_named_and_retry_mends_it(reader: Reader, name: str) -> None:
    reader.page.route(f"**/{name}", lambda route: route.fulfill(status=404))
    reader.opens(CELL, waits=False)
    reader.python("failed")
    expect(reader.page.locator("[data-status]")).to_contain_text("Python did not start")
    reader.page.unroute(f"**/{name}")
    retry(reader)
    reader.console.clear()  # what the browser and Pyodide have to say of it


WHEEL = {
    "missing": lambda route: route.fulfill(status=404),
    "cut short": lambda route: route.fulfill(body=whole("runtime/*/six-*.whl")[:5_000]),
    "with another content": lambda route: route.fulfill(body=changed(whole("runtime/*/six-*.whl"))),
    "never answered": lambda route: route.abort(),
}


@pytest.mark.parametrize("fault", WHEEL)
def test_a_package_that_does_not_arrive_as_it_should_is_told_and_asked_for_again(reader: Reader, fault: str) -> None:
    reader.page.route("**/six-*.whl", WHEEL[fault])
    block = reader.opens(CELL).block("remembering")
    block.run("import six\nsix.PY3", ends="error")
    expect(block.find("[data-output] .stderr")).to_contain_text("six")
    expect(block.find('[role="alert"]')).to_contain_text("ModuleNotFoundError on line 1")
    reader.page.unroute("**/six-*.whl")
    block.run(ends="done")
    expect(block.find("[data-output] .value")).to_have_text("True")
    reader.console.clear()


def test_without_the_editor_the_code_is_typed_into_a_plain_field(reader: Reader) -> None:
    reader.page.route("**/editor-*.js", lambda route: route.abort())
    reader.opens(CELL, waits=False)
    reader.python("ready")
    block = reader.block("remembering")
    block.find("textarea").fill("20 + 1")
    block.run(ends="done")
    expect(block.find("[data-output] .value")).to_have_text("21")
    reader.console.clear()


def test_a_start_that_takes_long_says_so_and_goes_on_by_itself(reader: Reader) -> None:
    held: list[Route] = []
    reader.page.add_init_script(
        "{ const wait = setTimeout; window.setTimeout = (task, ms, ...more) => wait(task, ms === 20_000 ? 300 : ms, ...more); }"
    )
    reader.page.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    reader.opens(CELL, waits=False)
    while not held:
        reader.page.wait_for_timeout(50)
    expect(reader.page.locator("[data-status]")).to_contain_text("This takes long. It goes on by itself")
    held[0].continue_()
    reader.python("ready")
    works(reader.block("remembering"))


def test_offline_in_the_middle_of_loading_is_told_and_retry_goes_on_once_there_is_a_network(reader: Reader) -> None:
    gone: list[str] = []

    def answer(route: Route) -> None:
        if "wasm" in route.request.url:
            gone.append(route.request.url)
        if gone:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    reader.page.route("**/*", answer)
    reader.opens(CELL, waits=False)
    reader.python("failed")
    expect(reader.page.locator("[data-status]")).to_contain_text("did not arrive as it should")
    reader.page.unroute("**/*")
    retry(reader)
    reader.console.clear()


def cutting(site: ASGIApp, ends: str) -> ASGIApp:
    """`site`, which hangs up in the middle of the first file whose name ends so."""
    cut: list[str] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        whether = scope["type"] == "http" and scope["path"].endswith(ends) and not cut

        async def half(message: Message) -> None:
            if message["type"] == "http.response.body":
                cut.append(scope["path"])
                await send({**message, "body": message["body"][:1000], "more_body": True})
                raise ConnectionError("cut off in the middle, as the test wants it")
            await send(message)

        await site(scope, receive, half if whether else send)

    return answer


@contextlib.contextmanager
def read_on(chromium: Browser, site: ASGIApp) -> Iterator[Reader]:
    """A reader of `site` on a host of its own, whose console may say what it likes."""
    with hosted(Starlette(routes=[Mount("/course", site)])) as port:
        reader_on_it = reading(chromium, f"http://127.0.0.1:{port}/course/", viewport={"width": 1280, "height": 800})
        reader = next(reader_on_it)
        try:
            yield reader
        finally:
            reader.console.clear()
            next(reader_on_it, None)


@pytest.mark.parametrize("name", ["pyodide.asm.wasm", "pyodide-lock.json"])
def test_a_connection_that_is_cut_in_the_middle_of_a_file_is_told_and_retry_mends_it(
    served: str, chromium: Browser, name: str
) -> None:
    with read_on(chromium, cutting(Site(DIST), name)) as reader:
        reader.opens(CELL, waits=False)
        reader.python("failed")
        retry(reader)


# --- the worker ------------------------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_is_replaced_and_the_code_and_the_sliders_are_kept(reader: Reader) -> None:
    # The page does not know who ends it.
    reader.page.add_init_script(
        "window.Worker = class extends Worker { constructor(...given) { super(...given); window.killed ??= this; } }"
    )
    block = reader.opens("embed/fit/plotting_a_line/").block("plotting_a_line")
    block.run("w = 1\nb = 0\n\ndef y(x, w, b):\n    return w * x + b", ends="done")
    block.slide("w", 4)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 4,"))
    code = block.code
    reader.evaluate("() => window.killed.terminate()")
    block.slide("w", 5)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 5,"), timeout=BOOT)
    assert block.code == code.replace("w = 4", "w = 5")
    works(block)


# --- the service worker ----------------------------------------------------------------------------------------------

OLDER = """
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(new Response("<h1>An older course</h1>", { headers: { "Content-Type": "text/html" } }));
});
"""


class Renewed:
    """A host that had another service worker at the course's address until it was built anew."""

    def __init__(self) -> None:
        self.older = True
        self._site = Site(DIST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.older and scope["path"].endswith("/offline.js"):
            await Response(OLDER, media_type="text/javascript")(scope, receive, send)
        else:
            await self._site(scope, receive, send)


def opens(page: Page, address: str, says: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(says)


def test_a_service_worker_of_an_older_course_gives_way_to_the_new_one(served: str, chromium: Browser) -> None:
    host = Renewed()
    with read_on(chromium, host) as reader:
        page, address = reader.page, reader.served + "fit/"
        opens(page, address, "A model in code")
        page.evaluate(
            "async () => { await navigator.serviceWorker.register('../offline.js'); await navigator.serviceWorker.ready; }"
        )
        opens(page, address, "An older course")
        host.older = False
        page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
        page.wait_for_function(
            "async () => { const { installing, waiting } = await navigator.serviceWorker.getRegistration(); return !installing && !waiting; }"
        )
        opens(page, address, "A model in code")
        reader.python("ready")
        works(reader.block("remembering"))


@pytest.mark.parametrize("what", ["service workers", "room"])
def test_where_the_browser_refuses_to_keep_the_page_it_works_all_the_same(
    served: str, chromium: Browser, what: str
) -> None:
    with read_on(chromium, Site(DIST)) as reader:
        if what == "room":
            storage = reader.page.context.new_cdp_session(reader.page)
            storage.send(
                "Storage.overrideQuotaForOrigin",
                {"origin": reader.served.partition("/course")[0], "quotaSize": 100_000},
            )
        else:
            reader.page.add_init_script("navigator.serviceWorker.register = () => Promise.reject(new Error('refused'))")
        reader.opens(CELL)
        reader.page.wait_for_timeout(4000)  # by then it would be kept
        works(reader.block("remembering"))
        assert reader.console == []
