"""How code waits: for time, for a line, and what is said where it cannot. Pages do it in tests/browser/test_stopping.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from stage import waiting
from tests.stage.conftest import Page

LESSON = '''
from stage.demo import cell
from stage.figure import Plot
from stage.marks import Curve


@cell()
def a_cell(learner):
    """The reader's y."""
    return Plot(Curve(learner.y), x=(0, 1), y=(0, 1))
'''


class Shared:
    """A page that gives its values at once, as shared memory does; `line` is what its reader types."""

    def __init__(self, line: str | None = "7", stopped: bool = False) -> None:
        self.line = line
        self.stopped = stopped
        self.slept: list[float] = []

    def look(self) -> bool:
        return self.stopped

    def sleep(self, milliseconds: float) -> bool:
        self.slept.append(milliseconds)
        return self.stopped

    def read(self) -> str | None:
        return self.line


class Promising:
    """The same page, but each value is a promise of it: a function that gives it when it is called."""

    def __init__(self, page: Shared) -> None:
        self.page = page

    def look(self) -> Callable[[], bool]:
        return self.page.look

    def sleep(self, milliseconds: float) -> Callable[[], bool]:
        return lambda: self.page.sleep(milliseconds)

    def read(self) -> Callable[[], str | None]:
        return self.page.read


def settled(promise: object) -> object:
    assert callable(promise)
    return promise()


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """Each test begins and ends without a page."""
    own = time.sleep
    yield
    time.sleep = own
    waiting._page = None


@pytest.fixture(params=[False, True], ids=["shared", "promised"])
def opened(request: pytest.FixtureRequest) -> Callable[[Shared], None]:
    def open_page(page: Shared) -> None:
        if request.param:
            waiting.open_page(Promising(page), settled)
        else:
            waiting.open_page(page)

    return open_page


ASKS = 'n = int(input("How many? "))\nprint(n + 1)'


def test_a_run_can_ask_for_a_line_and_shows_it(page: Page, opened: Callable[[Shared], None]) -> None:
    opened(Shared("7"))
    assert "error" not in page.run(ASKS)
    assert page.text() == "How many? 7\n8\n"


def test_what_was_printed_is_seen_before_the_code_waits(page: Page, opened: Callable[[Shared], None]) -> None:
    class Slow(Shared):
        def read(self) -> str | None:
            assert page.text() == "one\ntwo\nHow many? "
            return super().read()

        def sleep(self, milliseconds: float) -> bool:
            assert page.text() == "one\ntwo\n"
            return super().sleep(milliseconds)

    slow = Slow()
    opened(slow)
    answer = page.run(f"import time\nprint('one')\nprint('two')\ntime.sleep(0.5)\n{ASKS}")
    assert "error" not in answer
    assert slow.slept == [500]


@pytest.mark.parametrize("code", [ASKS, "import time\ntime.sleep(1)"])
def test_stop_ends_the_waiting(page: Page, opened: Callable[[Shared], None], code: str) -> None:
    opened(Shared(None, stopped=True))
    assert page.run(code)["stopped"] == code.count("\n") + ("input" not in code)


def test_without_a_page_code_sleeps_as_well(page: Page) -> None:
    waiting.open_page()
    start = time.monotonic()
    assert page.run("import time\ntime.sleep(0.05)\n1")["value"] == "1"
    assert time.monotonic() - start >= 0.05


def test_without_a_page_the_reader_is_told_why_nobody_asks_them(page: Page) -> None:
    error = page.run(ASKS)["error"]
    assert (error["kind"], error["line"]) == ("OSError", 1)
    assert "cannot wait for you in this browser" in error["message"]


def test_a_figure_does_not_ask(page: Page, opened: Callable[[Shared], None]) -> None:
    opened(Shared())
    answer = page.run("def y(x):\n    return float(input())")
    assert "only while a Run is under way" in str(answer)


@pytest.mark.parametrize(
    ("seconds", "error"),
    [("-1", "ValueError"), ("float('nan')", "ValueError"), ("'1'", "TypeError"), ("None", "TypeError")],
)
def test_sleep_refuses_what_pythons_own_refuses(page: Page, seconds: str, error: str) -> None:
    code = f"import time\ntime.sleep({seconds})"
    assert page.run(code)["error"]["kind"] == error
    shared = Shared()
    waiting.open_page(shared)
    assert page.run(code)["error"]["kind"] == error
    assert shared.slept == []
