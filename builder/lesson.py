"""A lesson's Markdown and Python, parsed into prose, formulas, links and placed blocks, with every fault found."""

from __future__ import annotations

import difflib
import importlib
import json
import sys
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from markdown_it.token import Token

from builder.code import shown_code
from builder.course import Course
from builder.course import read_course as read_course  # tests read both from here
from builder.exercise import faults
from builder.math import Formula
from builder.needs import fingerprint
from builder.problems import Problem, shown
from builder.prose import anchors_of, first_word, formula_of, front_matter, markdown, walk
from builder.steps import step_faults
from builder.terms import GLOSSARY, Term, read_terms
from stage.controls import DataPoints
from stage.demo import Demo, Exercise
from stage.errors import CELL
from stage.session import Session

BLOCKS = ("demo", "cell", "exercise")
LISTINGS = ("", "python", "text", "console", "toml", "markdown", "html", "json", "bash", "sh")
"""Words that a fenced block may begin with besides: code that is only shown."""


@dataclass(frozen=True)
class Placed:
    """A demo, cell or exercise at its place: `source` is the starter or the demo's own code, `answer` the session's.

    Of a `block` that has been read, the author's functions are left out.
    """

    lesson: str
    name: str
    line: int
    source: str
    block: Demo
    answer: dict[str, Any]
    hints: tuple[list[Token], ...] = ()

    @property
    def path(self) -> str:
        """How the session knows it."""
        return f"{self.lesson}/{self.name}"


@dataclass(frozen=True)
class Fence:
    """What the Markdown says of a block: ```word name, and the lines after it."""

    word: str
    name: str
    source: str


@dataclass(frozen=True)
class Link:
    """A link or a picture in the prose: where it stands and where it points."""

    line: int
    href: str
    picture: bool


@dataclass
class Lesson:
    """One lesson, parsed. `problems` are the faults found on the way; the rest is what could be read.

    `code` is the fingerprint of the Python that it was read with, `text` its Markdown. `anchors` are the places that
    links can lead to, each with the words of its heading. `exercises` are the names of those blocks, and `lives` says
    that there are blocks, even if they are left out.
    """

    slug: str
    file: Path
    code: str = ""
    text: str = ""
    title: str = ""
    summary: str = ""
    tokens: list[Token] = field(default_factory=list)
    blocks: dict[int, Placed] = field(default_factory=dict)
    formulas: list[tuple[int, Formula]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    exercises: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lives: bool = False

    @property
    def brief(self) -> Lesson:
        """What the pages of other lessons may say of it."""
        return replace(self, code="", text="", tokens=[], blocks={}, formulas=[], links=[])

    def problem(self, line: int, got: str, expected: str) -> None:
        """Note a fault at a line of the Markdown."""
        self.problems.append(Problem(shown(self.file), line, got, expected))


def read_lesson(course: Course, slug: str) -> Lesson:
    """The pair `slug`.md and `slug`.py of the course, with every fault in it noted."""
    file = course.folder / f"{slug}.md"
    lesson = Lesson(slug, file, code=fingerprint(file.with_suffix(".py")))
    try:
        lesson.text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        lesson.problem(1, "no such file", f"the lesson that course.toml calls {slug!r}")
        return lesson
    except UnicodeDecodeError as error:
        lesson.problem(1, f"a byte that is not UTF-8 at {error.start}", "text in UTF-8")
        return lesson
    _read_prose(lesson)
    module = _import(course, lesson)
    session = Session(course.folder.name)
    if module:
        for line, fence in _fences(lesson).items():
            _read_fence(lesson, session, module, fence, line)
    lesson.lives = bool(lesson.blocks)
    return lesson


def read_again(before: Lesson) -> Lesson | None:
    """A good lesson as it is now, if none of its code is another, which then need not run again; else None."""
    now = Lesson(before.slug, before.file, code=fingerprint(before.file.with_suffix(".py")), lives=before.lives)
    try:
        now.text = now.file.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    if (now.code, now.text) == (before.code, before.text):
        return before
    _read_prose(now)
    fences = _fences(now)
    if now.code != before.code or list(fences.values()) != list(_fences(before).values()):
        return None
    for placed, line in zip(before.blocks.values(), fences, strict=True):
        _keep(now, replace(placed, line=line))
    return now


def _read_prose(lesson: Lesson) -> None:
    """All that is in the Markdown but for what its blocks show."""
    lesson.tokens = markdown().parse(lesson.text)
    said = front_matter(lesson.tokens, lesson.problem)
    lesson.title, lesson.summary = said.get("title", ""), said.get("summary", "")
    for fault in step_faults(lesson.tokens, lesson.text):
        lesson.problem(*fault)
    if lesson.slug == GLOSSARY:
        lesson.terms = read_terms(lesson.tokens, lesson.problem)
    for token, line in walk(lesson.tokens):
        if token.type in ("math_inline", "math_inline_double", "math_block"):
            lesson.formulas.append((line, formula_of(token)))
        elif token.type in ("link_open", "image"):
            picture = token.type == "image"
            lesson.links.append(Link(line, str(token.attrGet("src" if picture else "href")), picture))
        elif token.type == "fence" and (word := first_word(token)) not in BLOCKS + LISTINGS:
            near = difflib.get_close_matches(word, BLOCKS + LISTINGS, 1)
            lesson.problem(line, f"a block {word!r}", f"{', '.join(BLOCKS)} or a language" + _perhaps(near))
    lesson.anchors = anchors_of(lesson.tokens)


def _fences(lesson: Lesson) -> dict[int, Fence]:
    """Where blocks are to be placed, by their lines."""
    found = {}
    for token, line in walk(lesson.tokens):
        if token.type == "fence" and (word := first_word(token)) in BLOCKS:
            name = " ".join(token.info.split()[1:])
            found[line] = Fence(word, name, token.content.rstrip("\n"))
    return found


def _import(course: Course, lesson: Lesson) -> ModuleType | None:
    parent = str(course.folder.resolve().parent)
    if parent not in sys.path:
        sys.path.insert(0, parent)
    try:
        return importlib.import_module(f"{course.folder.name}.{lesson.slug}")
    except Exception as error:
        source = lesson.file.with_suffix(".py")
        if isinstance(error, ModuleNotFoundError) and error.name == f"{course.folder.name}.{lesson.slug}":
            lesson.problems.append(Problem(shown(source), 1, "no such file", "what the lesson shows, in Python"))
            return None
        if isinstance(error, SyntaxError) and error.filename in (None, str(source.resolve())):
            line = error.lineno or 1
        else:
            frames = traceback.extract_tb(error.__traceback__)
            line = next((f.lineno or 1 for f in reversed(frames) if Path(f.filename) == source.resolve()), 1)
        problem = Problem(shown(source), line, f"{type(error).__name__}: {error}", "a module that imports")
        lesson.problems.append(problem)
        return None


def _read_fence(lesson: Lesson, session: Session, module: ModuleType, fence: Fence, line: int) -> None:
    word, name = fence.word, fence.name
    block = getattr(module, name, None)
    if not isinstance(block, Demo):
        known = sorted(key for key, value in vars(module).items() if isinstance(value, Demo))
        near = difflib.get_close_matches(name, known, 1)
        expected = f"a name that {lesson.slug}.py defines with @{word} (it has {', '.join(known) or 'none'})"
        lesson.problem(line, f"the {word} {name!r}", expected + _perhaps(near))
    elif block.kind != word:
        lesson.problem(line, f"a {word} block for {name}", f"a {block.kind} block, as {lesson.slug}.py says")
    elif any(placed.name == name for placed in lesson.blocks.values()):
        lesson.problem(line, f"{name} a second time", "each block once in a lesson")
    else:
        _place(lesson, session, block, Placed(lesson.slug, name, line, fence.source, block, {}))


def _perhaps(near: list[str]) -> str:
    return f"; perhaps {near[0]!r}?" if near else ""


def _place(lesson: Lesson, session: Session, block: Demo, placed: Placed) -> None:
    """Draw the block at its start, as the page will, and keep it if that works."""
    if block.kind == "demo":
        if placed.source.strip():
            lesson.problem(placed.line + 1, "code in a demo block", "an empty block: a demo's code is in the .py")
            return
        placed = replace(placed, source=shown_code(lesson.file.with_suffix(".py").read_text("utf-8"), placed.name))
        request = {"do": "draw", "block": placed.path, "values": block.starts}
    else:
        try:
            compile(placed.source, CELL, "exec")
        except (SyntaxError, ValueError) as error:
            at = placed.line + (getattr(error, "lineno", None) or 1)
            lesson.problem(at, f"a starter that does not compile ({error.args[0]})", "Python that runs")
            return
        request = {"do": "run", "block": placed.path, "source": placed.source}
    answer = json.loads(session.handle(json.dumps(request)))
    if trouble := answer.get("error"):
        at = placed.line + trouble.get("line", 0)
        got = f"{placed.name} stopping with {trouble['kind']}: {trouble['message']}"
        lesson.problem(at, got, "a figure at its starting values")
        return
    if len(answer.get("figures", ())) > len(block.labels):
        got = f"{len(answer['figures'])} figures of {placed.name}, and {len(block.labels)} paragraph in its docstring"
        lesson.problem(placed.line, got, "a paragraph for each figure: its label")
        return
    if note := answer.get("note"):
        lesson.problem(
            placed.line, f"a starter of which {placed.name} says: {note}", "one that its figure can be drawn from"
        )
        return
    # The page shows the figure of the start, not what running the starter would print.
    answer.pop("value", None)
    if isinstance(block, Exercise):
        for got, expected in faults(session, placed.path, block, placed.source):
            lesson.problem(placed.line, f"{placed.name} with {got}", expected)
    hints = tuple(markdown().parse(hint) for hint in block.hints) if isinstance(block, Exercise) else ()
    for token, _ in (pair for hint in hints for pair in walk(hint)):
        if token.type in ("link_open", "image"):
            expected = "none: its embedded page has another address, from which links lead elsewhere"
            lesson.problem(placed.line, f"a link or picture in a hint of {placed.name}", expected)
    _keep(lesson, replace(placed, block=_plain(block), answer=answer, hints=hints))


def _keep(lesson: Lesson, placed: Placed) -> None:
    lesson.blocks[placed.line] = placed
    if placed.block.kind == "exercise":
        lesson.exercises.append(placed.name)
    for token, _ in (pair for hint in placed.hints for pair in walk(hint)):
        if "math" in token.type:
            lesson.formulas.append((placed.line, formula_of(token)))


def _plain(block: Demo) -> Demo:
    """The block as plain data, which can go from process to process: without its author's functions."""
    controls = {
        name: replace(control, presets=dict(control.presets)) if isinstance(control, DataPoints) else control
        for name, control in block.controls.items()
    }
    if isinstance(block, Exercise):
        mistakes = tuple(replace(mistake, when=_left_out) for mistake in block.mistakes)
        block = replace(block, check=_left_out, mistakes=mistakes)
    return replace(block, function=_left_out, controls=controls)


def _left_out(*_: object) -> NoReturn:
    raise TypeError("got a call of a block that has been read; expected one of its module's own")
