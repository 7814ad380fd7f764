"""The course: `python build.py build | serve | check | new | bench`. Read it from top to bottom: it is the pipeline."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType

from builder import new, node, prepare, runtime
from builder.bundle import OFFLINE, Assets, File, bundle, pack, put, sources
from builder.check import check, pictures
from builder.compress import compress_all
from builder.course import Course, read_course
from builder.files import remove, write
from builder.lesson import Lesson, read_again, read_lesson
from builder.math import Formula, Typeset, typeset
from builder.needs import followed, forget_compiled
from builder.page import Press
from builder.printing import Printed, print_gallery, print_lessons
from builder.problems import ROOT, BuildError, LessonProblems
from builder.processes import Each, Processes

SITE = ROOT / "site"
DIST = ROOT / "dist"
LESSONS = ROOT / "lessons"
QUIET = 1.0
"""Seconds after a build that are left to the pages which show it, before anything is made ready for the next one."""

Read = tuple[Course, dict[str, Lesson], dict[Formula, Typeset]]


@dataclass(frozen=True)
class Edition:
    """A build, from which the next one takes what has stayed the same. `files` are all but those of the site itself."""

    course: Course
    lessons: dict[str, Lesson]
    maths: dict[Formula, Typeset]
    assets: Assets
    printed: dict[str, Printed]
    files: set[str]


def open_course(lessons: Path) -> Course:
    """The course in that folder; what Node needs to make a site of it is installed if it is not there."""
    node.install(SITE)
    return read_course(lessons)


def read(course: Course, each: Each = map, before: Edition | None = None) -> Read:
    """Read the lessons, typeset their formulas and check it all. Raises LessonProblems for faults in the lessons.

    What the edition `before` has of the same sources is not read again. What is, is read by `each`.
    """
    again = {slug: read_again(lesson) for slug, lesson in before.lessons.items()} if before else {}
    found = {slug: lesson for slug, lesson in again.items() if lesson}
    stale = [slug for slug in dict.fromkeys(course.written) if slug not in found]
    for slug in stale if before else ():
        forget_compiled(course.folder / f"{slug}.py")
    found |= zip(stale, each(partial(read_lesson, course), stale), strict=True)
    found = {slug: found[slug] for slug in course.written}
    formulas = (formula for lesson in found.values() for _, formula in lesson.formulas)
    maths = typeset(formulas, SITE, before.maths if before else {})
    check(course, found, maths)
    return course, found, maths


def build(lessons: Path = LESSONS, dist: Path = DIST, *, compress: bool = False) -> Edition:
    """Write the site into `dist`, which keeps the last good build until the new one is whole."""
    course = open_course(lessons)
    with successor(dist) as fresh:
        with Processes() as processes, ThreadPoolExecutor(1) as beside:
            assets = beside.submit(assemble, course, fresh)
            found = read(course, processes.share)
            edition = publish(found, assets.result(), fresh, processes.share)
        if compress:
            compress_all(fresh)
    return edition


def rebuild(before: Edition, dist: Path, processes: Processes) -> Edition:
    """Bring `dist` from the edition `before` to what the lessons are now, file by file, if they have no fault."""
    course, found, maths = read(open_course(before.course.folder), processes.map, before)
    changed = [slug for slug, lesson in found.items() if lesson is not before.lessons.get(slug)]
    if course.packages == before.course.packages:
        stayed = {slug: path for slug, path in before.assets.lessons.items() if slug in found}
        assets = repack(course, changed, dist, replace(before.assets, lessons=stayed))
    else:
        assets = assemble(course, dist)
    edition = publish((course, found, maths), assets, dist, map, before.printed)
    for path in before.files - edition.files:
        remove(path, dist)
    return edition


def publish(
    read: Read, assets: Assets, folder: Path, each: Each, before: Mapping[str, Printed] = MappingProxyType({})
) -> Edition:
    """Write into `folder` all that is made of the lessons, but what was printed `before` and has stayed the same."""
    course, found, maths = read
    press = Press(course, found, maths, assets, SITE / "templates")
    printed = print_lessons(press, each, before)
    for slug, made in printed.items():
        if made is not before.get(slug):
            for path, text in made.files.items():
                write(text.encode(), folder / path)
    for path, text in print_gallery(press, printed).items():
        write(text.encode(), folder / path)
    shown = pictures(course, found)
    for path, source in shown.items():
        write(source.read_bytes(), folder / path)
    files = {*shown, *assets.lessons.values(), *(path for made in printed.values() for path in made.files)}
    return Edition(course, found, maths, assets, printed, files)


def assemble(course: Course, folder: Path) -> Assets:
    """Put scripts, styles, Pyodide and the course's own Python into `folder`."""
    entries = bundle(SITE, folder)
    (folder / entries["offline"][0]).rename(folder / OFFLINE)
    ordinary = runtime.collect(course.packages, core=SITE / "node_modules" / "pyodide")
    files = sources(ROOT, (file for package in ("engine", "stage") for file in (ROOT / package).rglob("*.py")))
    with ThreadPoolExecutor(1) as beside:
        plain = beside.submit(prepare.make_quick, ordinary, files)
        python = prepare.compile_wheels(ordinary)
        used = prepare.first_use(python, course.packages, files)
        full = prepare.make_quick(ordinary, files, used)
    quick = [plain.result(), full]
    home = f"runtime/{python.digest}/"
    runtime.write(python, folder / home)
    snapshots = [made and put_file(made[prepare.SNAPSHOT], folder) for made in quick]
    library = python.files[runtime.LIBRARY]
    size = {name: file.stat().st_size for name, file in python.core.files.items()}
    main, *preload = entries["main"]
    assets = Assets(
        main=main,
        preload=tuple(preload),
        editor=entries["editor"],
        early=entries["early"][0],
        style=entries["style"][0],
        worker=entries["worker"][0],
        artist=entries["artist"][0],
        python=pack(files, "python", folder),
        lessons={},
        snapshots=[snapshot or None for snapshot in snapshots],
        library=put_file(quick[0].get(prepare.BOOT, library), folder),
        runtime=home,
        bytes=sum(size.values()) - size[runtime.LIBRARY],
        packages={package: python.weight(package) for package in course.packages},
    )
    return repack(course, course.written, folder, assets)


def put_file(file: Path, folder: Path) -> File:
    """A copy of the file in `folder`/assets, named by its content."""
    return File(put(file.read_bytes(), file.stem, file.suffix, folder), file.stat().st_size)


def repack(course: Course, slugs: Iterable[str], folder: Path, assets: Assets) -> Assets:
    """`assets` with the Python of these lessons, and of what they import of the course, put into `folder` anew."""
    packed = dict(assets.lessons)
    for slug in slugs:
        ours = [file for file in followed(course.folder / f"{slug}.py") if file.parent == course.folder]
        packed[slug] = pack(sources(course.folder.parent, [course.folder / "__init__.py", *ours]), slug, folder)
    return replace(assets, lessons=packed)


@contextmanager
def successor(dist: Path) -> Iterator[Path]:
    """An empty folder that takes the place of `dist` in the end, if all goes well; else nothing is left of it."""
    fresh, old = (dist.with_name(f"{dist.name}.{word}") for word in ("new", "old"))
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        if dist.exists():
            dist.rename(old)
        fresh.rename(dist)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def follow(orders: Connection, lessons: Path = LESSONS, dist: Path = DIST) -> None:
    """Build all of it, then what has changed whenever there is an order; answer each with whether it went well."""
    edition = None
    with Processes() as processes, suppress(EOFError):
        while orders.recv():
            try:
                edition = rebuild(edition, dist, processes) if edition else build(lessons, dist)
            except BuildError as error:
                tell(error)
                if not edition:
                    return  # so that the next order is carried out where no lesson has been imported
                orders.send(False)
            else:
                orders.send(True)
            orders.poll(QUIET)
            processes.renew(edition.course.packages)


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
    bench = verbs.add_parser("bench", help="measure what readers wait for, beside a bare page (docs/performance.md)")
    bench.add_argument("--runs", type=int, default=5, help="of each row; the table shows their medians")
    bench.add_argument("--quick", action="store_const", dest="runs", const=1, help="one run of each row, to try it out")
    bench.add_argument("--only", default="", metavar="REGEX", help="the rows whose names match")
    bench.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    bench.add_argument("--json", type=Path, metavar="FILE", help="where to keep all runs")
    asked = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        match asked.verb:
            case "build":
                build(compress=True)
                print(f"dist/ is ready ({time.perf_counter() - started:.1f} s)")
            case "check":
                read(open_course(LESSONS))
                print("no faults found")
            case "serve":
                from builder import server  # which the processes that read lessons can do without

                sources = (LESSONS, *(ROOT / folder for folder in ("engine", "stage", "builder", "site")))
                return 0 if server.serve(DIST, asked.port, follow, LESSONS, sources) else 1
            case "new":
                print(new.lesson(LESSONS, asked.slug))
            case "bench":
                measure(asked)
    except BuildError as error:
        tell(error)
        return 1
    return 0


def measure(asked: argparse.Namespace) -> None:
    """Run the benchmark, whose browser is there for tests only."""
    try:
        from bench.run import bench
    except ModuleNotFoundError as error:
        raise BuildError(f"the benchmark needs {error.name}: pip install -e .[test]") from None
    bench(runs=asked.runs, only=asked.only, write=asked.write, json=asked.json)


def tell(error: BuildError) -> None:
    """Say what is wrong to whoever started this."""
    print(error, file=sys.stderr)
    if isinstance(error, LessonProblems):
        print(f"{len(error.problems)} to mend; dist/ keeps the last good build.", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
