"""Build the course: `python build.py build | serve | check | new`. Read it from top to bottom: it is the pipeline."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from builder import new, node, notebook, runtime, server
from builder.bundle import Assets, bundle, pack
from builder.check import address, check, picture
from builder.course import Course, read_course
from builder.lesson import Lesson, read_lesson
from builder.math import Formula, Typeset, typeset
from builder.page import press
from builder.problems import ROOT, BuildError, LessonProblems

SITE = ROOT / "site"
DIST = ROOT / "dist"
LESSONS = ROOT / "lessons"

Read = tuple[Course, dict[str, Lesson], dict[Formula, Typeset]]


def read(lessons: Path) -> Read:
    """Read the course, typeset its formulas and check it all. Raises LessonProblems for faults in the lessons."""
    node.install(SITE)
    course = read_course(lessons)
    found = {slug: read_lesson(course, slug) for slug in course.written}
    maths = typeset((formula for lesson in found.values() for _, formula in lesson.formulas), SITE)
    check(course, found, maths)
    return course, found, maths


def build(lessons: Path = LESSONS, dist: Path = DIST) -> None:
    """Write the site into `dist`, which keeps the last good build until the new one is whole."""
    course, found, maths = read(lessons)
    fresh = dist.with_name(dist.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    assets = assemble(course, fresh)
    pages = press(course, found, maths, assets, SITE / "templates").pages()
    for path, text in (pages | notebook.files(course, found)).items():
        file = fresh / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for lesson in found.values():
        for link in lesson.links:
            if link.picture:
                copy = fresh / address(course, lesson) / picture(link)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(course.folder / picture(link), copy)
    replace(dist, fresh)


def assemble(course: Course, folder: Path) -> Assets:
    """Put scripts, styles, Pyodide and the course's own Python into `folder`."""
    entries = bundle(SITE, folder)
    python = runtime.collect(course.packages, core=SITE / "node_modules" / "pyodide")
    home = f"runtime/{python.digest}/"
    runtime.write(python, folder / home)
    main, *preload = entries["main"]
    return Assets(
        main=main,
        preload=tuple(preload),
        editor=entries["editor"],
        theme=entries["theme"][0],
        style=entries["style"][0],
        worker=entries["worker"][0],
        python=pack((ROOT / "engine", ROOT / "stage", course.folder), folder),
        runtime=home,
        bytes=sum((folder / home / name).stat().st_size for name in runtime.CORE),
        packages={package: python.weight(package) for package in course.packages},
    )


def replace(dist: Path, fresh: Path) -> None:
    """Let `fresh` take the place of `dist`."""
    old = dist.with_name(dist.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; 0 when it worked, 1 when the lessons or the surroundings have a fault."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("build", help="write the site into dist/")
    verbs.add_parser("check", help="find every fault in the lessons; write nothing")
    serve = verbs.add_parser("serve", help="build, serve on this machine, and build again when a file changes")
    serve.add_argument("--port", type=int, default=8000, help="where to listen; the next free one if it is taken")
    fresh = verbs.add_parser("new", help="start a lesson: a pair of files that works")
    fresh.add_argument("slug", help="its name in addresses and file names, like my_lesson")
    asked = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        match asked.verb:
            case "build":
                build()
                print(f"dist/ is ready ({time.perf_counter() - started:.1f} s)")
            case "check":
                read(LESSONS)
                print("no faults found")
            case "serve":
                build()
                server.serve(DIST, asked.port, sources=(LESSONS, ROOT / "engine", ROOT / "stage", SITE))
            case "new":
                print(new.lesson(LESSONS, asked.slug))
    except LessonProblems as error:
        print(f"{error}\n{len(error.problems)} to mend; dist/ keeps the last good build.", file=sys.stderr)
        return 1
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
