"""The generated course: a real one, of the size that was asked for, without faults."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import build
from bench import builds, generated
from builder.course import read_course
from builder.lesson import read_lesson


def test_a_generated_course_has_no_faults_and_every_lesson_all_kinds_of_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generated.write(tmp_path / "course_generated", 3)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    course, lessons, maths = build.read(build.open_course(tmp_path / "course_generated"))
    assert course.slugs == ["lesson_3", "lesson_4", "lesson_5"]
    for slug in course.slugs:
        assert [placed.block.kind for placed in lessons[slug].blocks.values()] == ["demo", "cell", "exercise"]
        assert len(lessons[slug].formulas) == 3
        assert 300 <= len((tmp_path / "course_generated" / f"{slug}.md").read_text().split()) <= 400
    assert len(maths) >= 2 * len(course.slugs)  # hardly any formula is there twice


def test_the_same_size_gives_the_same_course(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generated.write(tmp_path / name, 4)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "two").iterdir())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


def test_parts_hold_some_lessons_each(tmp_path: Path) -> None:
    generated.write(tmp_path / "course_parts", 120)
    assert [len(part.lessons) for part in read_course(tmp_path / "course_parts").parts] == [50, 50, 20]


def test_the_edited_lesson_says_what_is_changed_in_it() -> None:
    course = read_course(build.LESSONS)
    assert builds.EDITED in course.slugs
    assert read_lesson(course, builds.EDITED).blocks


def test_the_processes_of_a_build_are_found_with_their_memory() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert child.pid in builds.family(os.getpid())
        assert builds.resident(os.getpid()) > 1e7
    finally:
        child.communicate(b"\n", timeout=20)
    assert builds.resident(child.pid) == 0
