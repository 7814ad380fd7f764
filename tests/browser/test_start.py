"""How Python starts: from a snapshot where that pays, in parts where it does not, ahead of its use, and without network."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from bench.serving import hosted
from builder.problems import ROOT
from builder.server import Site
from tests.browser.conftest import Reader, reading


def names(reader: Reader) -> list[str]:
    """What was asked for, without hashes."""
    return [re.sub(r"-[0-9a-f]{10}", "", url.rpartition("/")[2]) for url in reader.asked]


def slow_link(reader: Reader) -> None:
    """16 Mbit/s: too slow for the snapshot to pay, and fast enough for a test."""
    network = reader.page.context.new_cdp_session(reader.page)
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": 2_000_000, "uploadThroughput": 2_000_000},
    )


def test_python_starts_from_its_snapshot(reader: Reader) -> None:
    reader.opens("fit/")
    assert "snapshot.bin" in names(reader)
    assert "library.zip" not in names(reader)


def test_two_starts_from_one_snapshot_draw_different_numbers(reader: Reader) -> None:
    drawn = set()
    for _ in range(2):
        cell = reader.opens("line/").block("a_flat_line")
        cell.run("import random\nw = 0.5\nb = 2\ndef y(x, w, b):\n    return w * x + b\nrandom.random()")
        drawn.add(cell.find("[data-output]").inner_text())
    assert len(drawn) == 2


@pytest.mark.parametrize(("fault", "workers"), [("missing", 1), ("cut short", 2)])
def test_without_its_snapshot_python_starts_as_well(reader: Reader, fault: str, workers: int) -> None:
    reader.page.add_init_script("Object.defineProperty(navigator, 'deviceMemory', { value: 1 })")  # no spare
    begun: list[object] = []
    reader.page.on("worker", lambda worker: begun.append(worker))
    snapshot = next((ROOT / "dist" / "assets").glob("snapshot-*.bin"))
    answer: dict[str, Any] = {"status": 404} if fault == "missing" else {"body": snapshot.read_bytes()[:100_000]}
    reader.page.route("**/snapshot-*", lambda route: route.fulfill(**answer))
    cell = reader.opens("fit/").block("remembering")
    cell.run(ends="done")
    assert len(begun) == workers
    reader.console.clear()  # what the browser has to say of it


def test_over_a_slow_link_python_starts_from_a_part_of_its_library_and_fetches_the_rest_later(reader: Reader) -> None:
    slow_link(reader)
    cell = reader.opens("line/").block("a_flat_line")
    assert "snapshot.bin" not in names(reader)
    cell.run("import html\nw = 0.5\nb = 2\ndef y(x, w, b):\n    return w * x + b\nhtml.escape('<')")
    expect(cell.find("[data-output]")).to_have_text("'&lt;'")
    asked = names(reader)
    assert asked.index("library.zip") < asked.index("python_stdlib.zip")


def test_a_lesson_that_does_not_arrive_is_told_of_and_asked_for_again(reader: Reader) -> None:
    reader.page.route("**/assets/fit-*.json", lambda route: route.fulfill(status=503))
    cell = reader.opens("gallery/#fit/remembering").block("remembering")
    cell.run(ends="error")
    expect(cell.find("[data-trouble]")).to_contain_text("the lesson did not arrive")
    reader.page.unroute("**/assets/fit-*.json")
    cell.run(ends="done")
    reader.console.clear()


def test_what_the_cells_import_is_loaded_while_the_reader_reads(reader: Reader) -> None:
    reader.opens("logistic/")
    assert not any(name.startswith("matplotlib") for name in names(reader))
    with reader.page.expect_request("**/matplotlib-*.whl", timeout=20_000):
        pass


def test_a_page_whose_cells_import_nothing_loads_no_package_however_long_it_is_read(reader: Reader) -> None:
    reader.opens("fit/")
    reader.page.wait_for_timeout(4000)
    assert not any(name.endswith(".whl") for name in names(reader))


def test_after_a_stop_the_spare_python_is_there_at_once(reader: Reader) -> None:
    cell = reader.opens("fit/").block("remembering")
    with reader.page.expect_worker(timeout=20_000):  # the spare comes to those who run code, in a quiet moment
        cell.run()
    reader.page.wait_for_timeout(3000)
    reader.evaluate(
        """() => { window.states = [];
           new MutationObserver(() => states.push(document.documentElement.dataset.runtime))
             .observe(document.documentElement, { attributeFilter: ["data-runtime"] }); }"""
    )
    cell.button("Run").click()
    cell.write("while True: pass")
    cell.button("Run").click()
    expect(cell.element).to_have_attribute("data-state", "running")
    cell.button("Stop").click()
    expect(cell.element).to_have_attribute("data-state", "stopped")
    cell.run("1 + 1", ends="done|error")
    assert "loading" not in reader.evaluate("states")


# --- without a network -----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def host() -> Iterator[str]:
    """dist/ on a host of its own, which can go away; not `build.py serve`, for which nothing is kept."""
    with hosted(Starlette(routes=[Mount("/course", Site(ROOT / "dist"))])) as port:
        yield f"http://127.0.0.1:{port}/course/"


KEPT = """async (address) => {
  for (let i = 0; i < 150; i++) {
    for (const name of await caches.keys()) if (await (await caches.open(name)).match(address)) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}"""


@pytest.fixture
def kept(served: str, chromium: Browser) -> Iterator[Reader]:
    """A reader who has read `fit` on a host that is gone now."""
    with host() as address:
        reading_it = reading(chromium, address)
        reader = next(reading_it)
        reader.opens("fit/")
        assert reader.evaluate(KEPT, address + "fit/")
    yield reader
    reader.console.clear()  # what the browser says of a host that does not answer
    next(reading_it, None)


def test_a_page_that_was_read_opens_and_runs_without_a_network(kept: Reader) -> None:
    cell = kept.opens("fit/").block("remembering")
    cell.run(ends="done")
    expect(kept.page.get_by_role("heading", level=1)).to_have_text("A model in code")


def test_a_page_that_was_not_read_says_so_and_names_those_that_were(kept: Reader) -> None:
    kept.opens("line/", waits=False)
    expect(kept.page.get_by_role("heading")).to_have_text("No network")
    kept.page.get_by_role("link", name="fit/").click()
    expect(kept.page.get_by_role("heading", level=1)).to_have_text("A model in code")


def test_who_came_over_a_slow_link_has_the_snapshot_the_next_time(chromium: Browser) -> None:
    with host() as address:
        for reader in reading(chromium, address):
            slow_link(reader)
            reader.opens("fit/")
            assert "snapshot.bin" not in names(reader)
            assert reader.evaluate(KEPT, address + "fit/")
            reader.asked.clear()
            reader.opens("fit/").block("remembering").run(ends="done")
            assert "snapshot.bin" in names(reader)
            assert "library.zip" not in names(reader)


def test_files_that_no_kept_page_needs_are_dropped(served: str, chromium: Browser) -> None:
    with host() as address:
        reading_it = reading(chromium, address)
        reader = next(reading_it)
        reader.opens("fit/")
        assert reader.evaluate(KEPT, address + "fit/")
        [main] = (ROOT / "dist" / "assets").glob("main-*.js")
        needed = f"{address}assets/{main.name}"
        reader.evaluate(
            """async ([page, file]) => {
               (await navigator.serviceWorker.ready).active.postMessage({ page, files: [file] });
               await new Promise((resolve) => setTimeout(resolve, 3000)); }""",
            [address + "fit/", needed],
        )
        stored = reader.evaluate(
            """async () => (await Promise.all((await caches.keys()).map(async (name) =>
               (await (await caches.open(name)).keys()).map(({ url }) => url)))).flat()"""
        )
        assert [url for url in stored if "/assets/" in url or "/runtime/" in url] == [needed]
        reader.console.clear()
        next(reading_it, None)
