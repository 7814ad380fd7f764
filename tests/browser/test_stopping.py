"""The three ways of stopping code, each with the better ones taken away; what waits; and what runs without being asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bench.browser import without_jspi
from bench.serving import hosted, with_isolation
from builder.problems import ROOT
from builder.server import Site
from tests.browser.conftest import BOOT, Block, Reader, reading

CELL = "embed/line/three_inputs/"
SHARED, SUSPENDED, ENDED = "shared memory", "suspended", "a new worker"


@pytest.fixture(scope="module", params=[SHARED, SUSPENDED, ENDED])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def host(way: str) -> Iterator[str]:
    """The address of a host that isolates its pages, or of one that does not."""
    with hosted(with_isolation(Site(ROOT / "dist"), way == SHARED)) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def visitor(chromium: Browser, host: str, way: str) -> Iterator[Reader]:
    for reader in reading(chromium, host):
        if way == ENDED:
            without_jspi(reader.page)
        yield reader


def workers(reader: Reader) -> int:
    return len(reader.page.workers)


def cell(reader: Reader) -> Block:
    return reader.opens(CELL).block("three_inputs")


def stop(block: Block) -> None:
    expect(block.button("Stop")).to_be_enabled()
    block.page.wait_for_timeout(300)  # well into the run
    block.button("Stop").click()
    block.ends("stopped")


def kept(block: Block, way: str) -> None:
    """What Python knew is there, unless it had to be ended; and it works."""
    block.run("import sys\nhasattr(sys, 'mine')", ends="done")
    expect(block.find("[data-output]")).to_have_text(str(way != ENDED))


@pytest.mark.parametrize(
    "loop",
    [
        "while True:\n    pass",
        "def f():\n    for i in iter(int, 1):\n        pass\nf()",
        "x = [i for i in iter(int, 1)]",
        "while True:\n    try:\n        n = 1\n        while True:\n            n += 1\n    finally:\n        n = 0",
        "import time\ntime.sleep(1000)",
    ],
    ids=["loop", "function", "comprehension", "finally", "sleep"],
)
def test_stop_ends_what_never_ends_and_keeps_what_python_knew(visitor: Reader, way: str, loop: str) -> None:
    block = cell(visitor)
    block.run(f"import sys\nsys.mine = True\n{loop}", ends="running")
    stop(block)
    expect(block.find("[data-progress]")).to_contain_text("Your code is as you left it")
    kept(block, way)


@pytest.mark.parametrize(
    "loop",
    ["while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass", "sum(iter(int, 1))"],
    ids=["swallowed", "inside"],
)
def test_what_cannot_be_interrupted_is_ended(visitor: Reader, loop: str) -> None:
    block = cell(visitor)
    block.run(loop, ends="running")
    stop(block)
    block.run("1 + 1", ends="done")
    expect(block.find("[data-output]")).to_have_text("2")


SLOW = """import sys, time
first, sys.tried = not hasattr(sys, "tried"), True
end = time.monotonic() + 2
while first and time.monotonic() < end:
    pass
"""


def test_no_half_of_a_module_is_left_by_a_stop(visitor: Reader) -> None:
    block = cell(visitor)
    block.run(
        "import importlib, site, sys\nsys.mine = True\n"
        f"_ = open(f'{{site.getsitepackages()[0]}}/slow.py', 'w').write({SLOW!r})\nimportlib.invalidate_caches()",
        ends="done",
    )
    block.run("import slow", ends="running")
    stop(block)
    kept(block, ENDED)  # rather another Python: NumPy cannot be imported a second time


def test_a_stopped_run_shows_how_far_it_came(visitor: Reader, way: str) -> None:
    block = visitor.opens("embed/fit/plotting_a_line/").block("plotting_a_line")
    code = "w = 1\nb = 0\n\ndef y(x, w, b):\n    return w * x + b\n\nw = 2.5; print('begun')\nwhile True:\n    pass"
    block.run(code, ends="running")
    expect(block.find("[data-output]")).to_contain_text("begun")  # not while packages are imported ahead
    stop(block)
    if way == ENDED:
        expect(block.find('input[name="w"]')).not_to_have_value("2.5")
    else:
        expect(block.find("[data-progress]")).to_contain_text(re.compile(r"Stopped on line [89]\."))
        expect(block.find('input[name="w"]')).to_have_value("2.5")


def test_input_waits_for_the_reader_where_it_can(visitor: Reader, way: str) -> None:
    block = cell(visitor)
    block.run('name = input("Who? ")\nprint(f"Hello {name}!")', ends="running|error")
    if way == ENDED:
        block.ends("error")
        expect(block.find("[role=alert]")).to_contain_text("cannot wait for you in this browser")
        return
    field = block.find(".asked input")
    expect(field).to_be_focused()
    field.fill("Zoë 🎈")
    field.press("Enter")
    block.ends("done")
    expect(block.find("[data-output]")).to_have_text("Who? Zoë 🎈\nHello Zoë 🎈!")
    expect(block.find(".asked")).to_have_count(0)


def test_input_can_be_stopped(visitor: Reader, way: str) -> None:
    block = cell(visitor)
    if way == ENDED:
        pytest.skip("it never waits there")
    block.run("import sys\nsys.mine = True\nx = input()", ends="running")
    expect(block.find(".asked input")).to_be_visible()
    block.button("Stop").click()
    block.ends("stopped")
    expect(block.find(".asked")).to_have_count(0)
    kept(block, way)


def test_sleep_sleeps_and_shows_what_was_printed(visitor: Reader) -> None:
    block = cell(visitor)
    block.run(
        "import time\nstart = time.monotonic()\nprint('first')\nprint('second')\ntime.sleep(1.5)\n"
        "print(time.monotonic() - start >= 1.5)",
        ends="running",
    )
    expect(block.find("[data-output]")).to_have_text("first\nsecond", timeout=BOOT)
    block.ends("done")
    expect(block.find("[data-output]")).to_contain_text("True")


def test_a_figure_that_takes_longer_than_a_second_is_stopped_until_the_reader_lets_it_run(
    visitor: Reader, way: str
) -> None:
    block = visitor.opens("embed/fit/plotting_a_line/").block("plotting_a_line")
    wait = "import time\n\ndef y(x, w, b):\n    if w == 2 and x == -10:\n        time.sleep(3)\n    return w * x + b"
    block.run(f"w = 1\nb = 0\n{wait}", ends="done")
    block.slide("w", 2)
    expect(block.find("[data-notes]")).to_contain_text("longer than a second")
    if way != ENDED:
        expect(block.find(".cm-line").first).to_have_text("w = 2")
    block.slide("w", 3)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 3,"), timeout=BOOT)
    block.slide("w", 2)
    block.button("Let it run").click()
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 2,"), timeout=BOOT)
    expect(block.button("Let it run")).to_have_count(0)
