"""A new lesson works as it is, and a refused one changes nothing."""

from __future__ import annotations

import pytest

import build
from builder import new
from builder.problems import BuildError
from tests.builder.conftest import FRONT, Write


def test_a_new_lesson_is_in_the_course_and_has_no_faults(write: Write) -> None:
    course = write(more={"second.md": FRONT, "second.py": ""})
    said = new.lesson(course.folder, "third_one")
    assert "third_one.md" in said
    read, lessons, _ = build.read(build.open_course(course.folder))
    assert read.slugs == ["second", "third_one"]
    assert lessons["third_one"].title == "Third one"
    assert [placed.block.kind for placed in lessons["third_one"].blocks.values()] == ["demo", "cell"]


@pytest.mark.parametrize("slug", ["Third", "third-one", "3rd", "../x", "class", "", "é"])
def test_a_slug_that_cannot_be_a_module_is_refused(write: Write, slug: str) -> None:
    course = write()
    before = sorted(course.folder.iterdir())
    with pytest.raises(BuildError, match="expected a Python name in lower case"):
        new.lesson(course.folder, slug)
    assert sorted(course.folder.iterdir()) == before


def test_an_existing_lesson_is_never_overwritten(write: Write) -> None:
    course = write("mine")
    listed = (course.folder / "course.toml").read_text()
    with pytest.raises(BuildError, match="exists already"):
        new.lesson(course.folder, "home")
    assert (course.folder / "home.md").read_text() == FRONT + "mine"
    assert (course.folder / "course.toml").read_text() == listed


@pytest.mark.parametrize("listed", ["['second']", '["second"]', '[\n  "second",\n]', '[ # in order\n  "second"]'])
def test_the_list_of_lessons_stays_as_its_author_wrote_it(write: Write, listed: str) -> None:
    course = write(more={"second.md": FRONT, "second.py": ""})
    file = course.folder / "course.toml"
    file.write_text(before := file.read_text().replace("['second']", listed))
    new.lesson(course.folder, "third")
    assert build.read(build.open_course(course.folder))[0].slugs == ["second", "third"]
    assert file.read_text().startswith(before.rstrip().rstrip("]").rstrip())


def test_a_lesson_that_the_course_names_already_is_not_named_again(write: Write) -> None:
    course = write(more={"second.md": FRONT, "second.py": ""})
    file = course.folder / "course.toml"
    file.write_text(before := file.read_text().replace("['second']", "['third', 'second']"))
    new.lesson(course.folder, "third")
    assert file.read_text() == before
    assert build.read(build.open_course(course.folder))[0].slugs == ["third", "second"]


def test_a_reference_page_that_the_course_names_gets_its_files_and_no_number(write: Write) -> None:
    course = write(pages=["words"])
    new.lesson(course.folder, "words")
    read, lessons, _ = build.read(build.open_course(course.folder))
    assert (read.slugs, read.pages, lessons["words"].title) == ([], ("words",), "Words")


def test_a_list_that_would_swallow_the_slug_is_told_and_nothing_is_written(write: Write) -> None:
    course = write(more={"second.md": FRONT, "second.py": ""})
    file = course.folder / "course.toml"
    file.write_text(before := file.read_text().replace("['second']", "['second', # the last\n]"))
    there = sorted(course.folder.iterdir())
    with pytest.raises(BuildError, match="write 'third' there first"):
        new.lesson(course.folder, "third")
    assert (sorted(course.folder.iterdir()), file.read_text()) == (there, before)


def test_a_course_without_a_list_of_lessons_is_told_and_gets_no_files(write: Write) -> None:
    course = write()
    (course.folder / "course.toml").write_text("title = 'T'")
    with pytest.raises(BuildError, match=r"has no `lessons = \[\.\.\.\]`"):
        new.lesson(course.folder, "third")
    assert not (course.folder / "third.md").exists()
