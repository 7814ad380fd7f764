"""A small course of the test's own, written to a folder, and read and built as the real one is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest

import build
from builder.course import read_course
from builder.lesson import Lesson, read_lesson
from builder.problems import LessonProblems

FRONT = "---\ntitle: A lesson\nsummary: What it is about.\n---\n"
"""Four lines; a lesson's own text begins on line 5."""

SHOWS = '''from stage.controls import Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.marks import Curve

@demo(w=Slider(-1, 1, start=0.5))
def a_demo(w):
    """A line of slope {w}."""
    return Plot(Curve(lambda x: w * x), x=(-1, 1), y=(-1, 1))

@cell(w=Slider(-1, 1))
def a_cell(learner):
    """A line of slope {w}."""
    return Plot(Curve(lambda x: learner.y(x, learner.w)), x=(-1, 1), y=(-1, 1))
'''

Write = Callable[..., "Written"]
numbers = count()


class Written:
    """A course in a folder whose name no other test uses, as lessons are imported by it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, slug: str = "home") -> Lesson:
        return read_lesson(read_course(self.folder), slug)

    def faults(self) -> list[str]:
        """What the build complains of, without the folder's name."""
        with pytest.raises(LessonProblems) as refused:
            build.read(build.open_course(self.folder))
        return [str(problem).replace(f"{self.folder}/", "") for problem in refused.value.problems]


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    """Write a course with a home page: `write("the text of home.md", shows="…", more={"name.md": "…"})`.

    What is in `more` are lessons, but for those that `pages` names: they are reference pages.
    """

    def written(
        text: str = "",
        shows: str = SHOWS,
        *,
        front: str = FRONT,
        more: dict[str, str] | None = None,
        pages: Sequence[str] = (),
    ) -> Written:
        folder = tmp_path / f"course_{next(numbers)}"
        folder.mkdir()
        slugs = [slug for slug in (Path(name).stem for name in more or {} if name.endswith(".md")) if slug not in pages]
        files = {
            "__init__.py": "",
            "course.toml": f"title = 'T'\ntagline = 'G'\nhome = 'home'\npackages = []\npages = {list(pages)}\n"
            f"[[parts]]\ntitle = 'P'\nlessons = {slugs}\n",
            "home.md": front + text,
            "home.py": shows,
        }
        for name, content in (files | (more or {})).items():
            (folder / name).write_text(content, encoding="utf-8")
        return Written(folder)

    path = list(sys.path)
    yield written
    sys.path[:] = path
