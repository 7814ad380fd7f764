"""What can be checked only when all lessons are read: links, pictures and formulas."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from builder.course import Course
from builder.lesson import Lesson, Link
from builder.math import Formula, Typeset
from builder.problems import LessonProblems, Problem, shown


def check(course: Course, lessons: Mapping[str, Lesson], maths: Mapping[Formula, Typeset]) -> None:
    """Raise LessonProblems with every fault in every lesson, if there is any."""
    problems: list[Problem] = []
    for slug, times in Counter(course.written).items():
        if times > 1:
            problems.append(
                Problem(shown(course.folder / "course.toml"), 1, f"{slug!r} {times} times", "each lesson once")
            )
    pages = {address(course, lesson): lesson for lesson in lessons.values()}
    for lesson in lessons.values():
        problems += lesson.problems
        for line, formula in lesson.formulas:
            if error := maths[formula].error:
                got = f"the formula {formula.tex!r}, in which KaTeX finds: {error}"
                problems.append(Problem(shown(lesson.file), line, got, "TeX that it can typeset"))
        for link in lesson.links:
            if wrong := _wrong(course, pages, lesson, link):
                problems.append(Problem(shown(lesson.file), link.line, f"the link {link.href!r}", wrong))
    if problems:
        raise LessonProblems(problems)


def address(course: Course, lesson: Lesson) -> str:
    """The folder of a lesson's page below the top of the site: "" for the home page."""
    return "" if lesson.slug == course.home else lesson.slug


def pictures(course: Course, lessons: Mapping[str, Lesson]) -> dict[str, Path]:
    """The pictures of all lessons: path below the top of the site, and file."""
    return {
        (PurePosixPath(address(course, lesson)) / picture(link)).as_posix(): course.folder / picture(link)
        for lesson in lessons.values()
        for link in lesson.links
        if link.picture
    }


def leads_to(course: Course, lesson: Lesson, href: str) -> str:
    """The path below the top of the site that a link of this site leads to, without a slash at its end."""
    to = posixpath.normpath(posixpath.join(address(course, lesson), urlsplit(href).path))
    return "" if to == "." else to


def picture(link: Link) -> PurePosixPath:
    """Where the picture of a link lies below the folder of the lessons, and below that of the page."""
    return PurePosixPath(unquote(urlsplit(link.href).path))


def _wrong(course: Course, pages: Mapping[str, Lesson], lesson: Lesson, link: Link) -> str | None:
    """What was expected of a link; None for one that leads somewhere. Other sites are not asked."""
    parts = urlsplit(link.href)
    if link.picture:
        path = picture(link)
        inside = not parts.scheme and not parts.netloc and not path.is_absolute() and ".." not in path.parts
        found = inside and _is_file(course.folder / path)
        return None if found else f"a picture in {shown(course.folder)}/ (pages ask no other site for anything)"
    if parts.scheme or parts.netloc:
        return None if parts.scheme in ("http", "https", "mailto") else "http, https, mailto or a page of the course"
    # Relative to the top, which need not be that of the host: "/line/" and what climbs higher lead elsewhere.
    to = leads_to(course, lesson, link.href)
    if to == "gallery" and parts.path.endswith("/"):  # which is made of all lessons
        return None
    target = pages.get(to)
    if target is None or (parts.path and not parts.path.endswith("/")):
        here = "" if lesson.slug == course.home else "../"
        return "one of " + ", ".join(here + f"{name}/" if name else here or "./" for name in sorted(pages))
    if parts.fragment and unquote(parts.fragment) not in target.anchors:
        return f"a heading of {target.slug}: " + ", ".join(f"#{anchor}" for anchor in sorted(target.anchors))
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than any file's
        return False
