"""A build from what the last one has left: as from scratch, but that only what has changed is read again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import build
from builder import processes
from builder.problems import BuildError, LessonProblems
from builder.processes import Processes
from builder.workshop import Workshop
from tests.builder.conftest import FRONT, SHOWS, Write

DEMO = "With $x^2$.\n\n```demo a_demo\n```\n\n```cell a_cell\nw = 1\ndef y(x, w): return w * x\n```\n"


def tree(dist: Path) -> dict[str, bytes]:
    return {str(file.relative_to(dist)): file.read_bytes() for file in dist.rglob("*") if file.is_file()}


class Kept:
    """A course that has been built once, each of whose lessons notes it when it is imported."""

    def __init__(self, write: Write, folder: Path) -> None:
        self.log = folder / "log.txt"
        self.dist = folder / "dist"
        more = {
            "one.md": FRONT + DEMO + "[Two](../two/)\n",
            "one.py": self.noting("one") + "from math import sin\n" + SHOWS,
            "two.md": FRONT + "## A heading\n\n" + DEMO,
            "two.py": self.noting("two"),
            "shared.py": SHOWS,
        }
        self.course = write(shows=self.noting("home"), more=more)
        shared = f"from {self.course.folder.name}.shared import a_cell, a_demo\n"
        self.write("two.py", self.noting("two") + shared + SHOWS.replace("def a_cell", "def another"))
        self.edition = build.build(self.course.folder, self.dist)
        self.site = tree(self.dist).keys() - self.edition.files - {"gallery/index.html"}
        self.log.write_text("")
        self.processes = Processes()

    def noting(self, slug: str) -> str:
        return f"with open({str(self.log)!r}, 'a') as log:\n    log.write('{slug} ')\n"

    def write(self, name: str, text: str) -> None:
        (self.course.folder / name).write_text(text)

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.course.folder / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def is_as_from_scratch(self) -> bool:
        """Whether all files but the site's own are those that reading and printing all anew gives."""
        other = self.dist.with_name("other")
        (other / "assets").mkdir(parents=True)
        with Processes() as others:
            read = build.read(build.open_course(self.course.folder), others.map)
        site = replace(self.edition.assets, lessons={})
        build.publish(read, build.repack(read[0], read[0].written, other, site), other, map)
        expected = tree(other)
        shutil.rmtree(other)
        return {path: content for path, content in tree(self.dist).items() if path not in self.site} == expected

    def again(self) -> list[str]:
        """Build again; the lessons that were imported for it."""
        self.log.write_text("")
        try:
            self.edition = build.rebuild(self.edition, self.dist, self.processes)
        finally:
            self.processes.renew([])
        return sorted(self.log.read_text().split())


@pytest.fixture
def kept(write: Write, tmp_path: Path) -> Iterator[Kept]:
    found = Kept(write, tmp_path)
    with found.processes:
        yield found


def test_lessons_read_and_printed_in_other_processes_are_as_in_this_one(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "FEW", 0)
    build.build(kept.course.folder, tmp_path / "other")
    assert kept.log.read_text().split() != []
    assert tree(tmp_path / "other") == tree(kept.dist)


def test_faults_found_in_other_processes_are_told_as_in_this_one(write: Write) -> None:
    more = {
        "one.md": FRONT + "```demo no\n```\n$\\x$",
        "one.py": "import nothing",
        "two.md": "[x](y/)",
        "two.py": "1 +",
    }
    course = write("```cell a_demo\n```\n", more=more)
    with pytest.raises(LessonProblems) as here:
        build.read(build.open_course(course.folder))
    with Processes() as others, pytest.raises(LessonProblems) as there:
        build.read(build.open_course(course.folder), others.map)
    assert len(here.value.problems) > 5
    assert str(there.value) == str(here.value)


def test_what_has_not_changed_is_neither_read_nor_printed_again(kept: Kept) -> None:
    before, written = kept.edition.printed, {file: file.stat().st_ino for file in kept.dist.rglob("*.html")}
    assert kept.again() == []
    assert all(kept.edition.printed[slug] is before[slug] for slug in before)
    assert written == {file: file.stat().st_ino for file in kept.dist.rglob("*.html")}


def test_a_change_of_the_prose_runs_no_code(kept: Kept) -> None:
    before = kept.edition.printed
    kept.change("two.md", "With $x^2$.", "Now with $x^3$,\n\nand more.")
    assert kept.again() == []
    assert [slug for slug in before if kept.edition.printed[slug] is not before[slug]] == ["two"]
    assert "and more." in (kept.dist / "two" / "index.html").read_text()
    assert kept.is_as_from_scratch()


CHANGES = [
    ("one.py", "start=0.5", "start=0.7", ["one"]),
    ("one.py", "import sin", "import cos", ["one"]),
    ("one.md", "w = 1", "w = 2", ["one"]),
    ("one.md", "```demo a_demo\n```\n", "", ["one"]),
    ("shared.py", "start=0.5", "start=0.7", ["two"]),
    ("__init__.py", "", "A = 1\n", ["home", "one", "two"]),
    ("two.md", "## A heading", "## Another heading", []),
    ("two.md", "title: A lesson", "title: Another lesson", []),
    ("course.toml", "title = 'T'", "title = 'Another'", []),
    ("course.toml", "['one', 'two']", "['two', 'one']", []),
    ("one.md", "[Two](../two/)", "", []),
    ("course.toml", "['two', 'one']", "['one']", []),
    ("course.toml", "['one']", "['one', 'two']", ["two"]),
]


def test_after_each_change_the_site_is_as_from_scratch_and_only_its_lesson_is_run(kept: Kept) -> None:
    for name, old, new, read in CHANGES:
        kept.change(name, old, new)
        assert (name, kept.again()) == (name, read)
        assert kept.is_as_from_scratch(), (name, new)


def test_a_renamed_lesson_leaves_nothing_behind(kept: Kept) -> None:
    for kind in ("md", "py"):
        (kept.course.folder / f"two.{kind}").rename(kept.course.folder / f"three.{kind}")
    kept.change("course.toml", "'two'", "'three'")
    kept.change("one.md", "../two/", "../three/")
    assert kept.again() == ["two"]  # as it calls itself still
    assert not (kept.dist / "two").exists()
    assert not (kept.dist / "embed" / "two").exists()
    assert kept.is_as_from_scratch()


def test_a_picture_that_changes_or_goes_changes_in_the_site(kept: Kept) -> None:
    for content in (b"1", b"2"):
        (kept.course.folder / "dot.png").write_bytes(content)
        kept.write("two.md", f"{FRONT}![A dot](dot.png)\n")
        kept.again()
        assert (kept.dist / "two" / "dot.png").read_bytes() == content
    kept.write("two.md", FRONT)
    kept.again()
    assert kept.is_as_from_scratch()


FAULTS = [
    ("two.md", "```demo a_demo", "```demo no_demo"),
    ("two.md", "With", "```pyhton\n```\n[x](nowhere/) With"),
    ("two.md", "$x^2$", r"$\nothing$"),
    ("two.md", "title:", "titel:"),
    ("one.py", "return Plot", "return Plott"),
    ("shared.py", "import", "imp ort"),
    ("course.toml", "'two'", "'three'"),
]


def test_a_fault_is_told_as_by_a_build_and_changes_nothing_until_it_is_mended(kept: Kept) -> None:
    for name, old, new in FAULTS:
        before, edition = tree(kept.dist), kept.edition
        good = (kept.course.folder / name).read_text()
        kept.change(name, old, new)
        with pytest.raises(LessonProblems) as told:
            kept.again()
        with Processes() as others, pytest.raises(LessonProblems) as expected:
            build.read(build.open_course(kept.course.folder), others.map)
        assert str(told.value) == str(expected.value)
        assert (tree(kept.dist), kept.edition) == (before, edition)
        kept.write(name, good + "\n# And more\n")
        kept.again()
        assert kept.is_as_from_scratch(), name


def test_a_quick_edit_is_read_though_neither_size_nor_second_have_changed(kept: Kept) -> None:
    file = kept.course.folder / "one.py"
    for start in ("0.6", "0.7", "0.8"):
        file.write_text(SHOWS.replace("0.5", start))
        os.utime(file, (1_800_000_000, 1_800_000_000))
        kept.again()
        assert f'data-value="{start}"' in (kept.dist / "one" / "index.html").read_text()


def test_a_lesson_that_ends_its_process_is_one_sentence_and_the_next_is_read(kept: Kept) -> None:
    good = (kept.course.folder / "one.py").read_text()
    kept.write("one.py", "import os\nos._exit(3)\n")
    with pytest.raises(BuildError, match="ended the Python"):
        kept.again()
    kept.write("one.py", good.replace("start=0.5", "start=0.6"))
    assert kept.again() == ["one"]


def test_the_workshop_builds_tells_of_faults_and_goes_on(
    write: Write, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    course, dist = write("```demo no_demo\n```\n"), tmp_path / "dist"
    workshop = Workshop(partial(build.follow, lessons=course.folder, dist=dist))
    try:
        for text, good in ((DEMO, True), ("```demo no\n```\n", False), (DEMO + "More.\n", True)):
            assert not workshop.build() or dist.exists()
            (course.folder / "home.md").write_text(FRONT + text)
            assert workshop.build() == good
        assert "More." in (dist / "index.html").read_text()
    finally:
        workshop.close()
    said = capfd.readouterr().err
    assert "home.md:5: got the demo 'no_demo'" in said
    assert "home.md:5: got the demo 'no'" in said
    assert said.count("1 to mend; dist/ keeps the last good build.") == said.count("home.md:5") == 3
