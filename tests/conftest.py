"""What all tests share: the real course, read once, and the switch that renews golden data."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from builder.course import read_course
from builder.lesson import Lesson, Placed, read_lesson
from builder.problems import ROOT


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew; then read the diff")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests, and run them last: the fast ones fail first, and Playwright keeps an event loop running."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: "browser" in item.path.parts)


PATIENCE = 120
"""Seconds for one test of code or text of any kind, on a slow machine."""


@pytest.fixture
def bounded() -> Iterator[None]:
    """Fail where one test has no end."""
    late: list[int] = []

    def ring(number: int, frame: FrameType | None) -> None:
        late.append(number)
        raise TimeoutError(f"no end after {PATIENCE} seconds")  # again each second: what is tested may catch it

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE, 1)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    assert not late, f"no end after {PATIENCE} seconds"


COURSE = read_course(ROOT / "lessons")
LESSONS: dict[str, Lesson] = {slug: read_lesson(COURSE, slug) for slug in COURSE.written}
PLACED: list[Placed] = [placed for lesson in LESSONS.values() for placed in lesson.blocks.values()]
