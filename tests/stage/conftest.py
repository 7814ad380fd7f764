"""A page that talks to a session, and a course of one lesson, written to a folder, for it to talk about."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from math import inf
from typing import Any

import pytest

from stage.session import Session


class Page:
    """A page that talks to a session, and what it was sent while code ran."""

    def __init__(self, lessons: str) -> None:
        self.lessons = lessons
        self.sent: list[dict[str, str]] = []
        self.restart()

    def restart(self, patience: float = inf, haste: float | None = None) -> None:
        """Python begins anew, and knows nothing of what it was told; below 0 it has no patience at all."""
        haste = patience if haste is None else haste
        self.session = Session(self.lessons, lambda message: self.sent.append(json.loads(message)), patience, haste)

    def ask(self, do: str, block: str, **more: Any) -> dict[str, Any]:
        return self.say(json.dumps({"do": do, "block": f"first/{block}", **more}))

    def say(self, request: str) -> dict[str, Any]:
        told = self.session.handle(request)
        assert isinstance(told, str)
        answer = json.loads(told, parse_constant=pytest.fail)
        assert isinstance(answer, dict)
        return answer

    def run(self, source: str, block: str = "a_cell", **values: Any) -> dict[str, Any]:
        return self.ask("run", block, source=source, values=values)

    def rest(self, block: str, answer: dict[str, Any], turns: int = 1000) -> list[dict[str, Any]]:
        """The answers to "more", until there is no more; a test that comes to so many turns has failed."""
        answers = []
        while answer.get("partial"):
            answer = self.ask("more", block)
            answers.append(answer)
            assert len(answers) < turns, "it never ends"
        return answers

    def text(self, stream: str = "stdout") -> str:
        return "".join(message.get(stream, "") for message in self.sent)


class Form:
    """The controls of a cell that was run: all of them are sent, whichever moved, and show what the answers say."""

    def __init__(self, page: Page, block: str, source: str) -> None:
        self.page = page
        self.block = block
        self.run(source)

    def run(self, source: str) -> dict[str, Any]:
        self.source = source
        answer = self.page.run(source, self.block)
        self.values = dict(answer["values"])
        return answer

    def move(self, **moved: Any) -> dict[str, Any]:
        self.values |= moved
        more = {"source": self.source, "code": self.source, "values": self.values}
        answer = self.page.ask("draw", self.block, **more)
        self.values |= answer.get("values", {})
        return answer


@pytest.fixture(scope="module")
def lessons(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A course whose lesson "first" is the LESSON of the test's module; "broken" is one that cannot be imported."""
    package = "lessons_of_" + request.module.__name__.rpartition(".")[2]
    root = tmp_path_factory.mktemp("lessons")
    (root / package).mkdir()
    (root / package / "__init__.py").touch()
    (root / package / "first.py").write_text(request.module.LESSON, encoding="utf-8")
    (root / package / "broken.py").write_text("1 / 0", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root)
        yield package
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


@pytest.fixture
def page(lessons: str) -> Page:
    return Page(lessons)


def marks(answer: dict[str, Any], figure: int = 0) -> Any:
    """The points of each mark of a figure."""
    return [mark["points"] for mark in answer["figures"][figure]["marks"]]


def curve(answer: dict[str, Any]) -> Any:
    """The points of the first mark of the first figure."""
    return marks(answer)[0]
