"""A lesson's Markdown and Python, parsed into prose, formulas, links and placed blocks, with every fault found."""

from __future__ import annotations

import difflib
import importlib
import json
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from builder.code import shown_code
from builder.course import Course
from builder.course import read_course as read_course  # tests read both from here
from builder.exercise import faults
from builder.math import Formula
from builder.problems import Problem, shown
from builder.steps import step_faults, steps_plugin
from builder.terms import GLOSSARY, Term, read_terms
from stage.demo import Demo, Exercise
from stage.errors import CELL
from stage.session import Session

BLOCKS = ("demo", "cell", "exercise")
LISTINGS = ("", "python", "text", "console", "toml", "markdown", "html", "json", "bash", "sh")
"""Words that a fenced block may begin with besides: code that is only shown."""


@dataclass(frozen=True)
class Placed:
    """A demo, cell or exercise at its place: `source` is the starter or the demo's own code, `answer` the session's."""

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
class Link:
    """A link or a picture in the prose: where it stands and where it points."""

    line: int
    href: str
    picture: bool


@dataclass
class Lesson:
    """One lesson, parsed. `problems` are the faults found on the way; the rest is what could be read."""

    slug: str
    file: Path
    title: str = ""
    summary: str = ""
    tokens: list[Token] = field(default_factory=list)
    blocks: dict[int, Placed] = field(default_factory=dict)
    formulas: list[tuple[int, Formula]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    terms: list[Term] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, got: str, expected: str) -> None:
        """Note a fault at a line of the Markdown."""
        self.problems.append(Problem(shown(self.file), line, got, expected))


def markdown() -> MarkdownIt:
    """CommonMark with tables, definitions, front matter, $maths$, anchors on headings, and steps of a derivation."""
    md = MarkdownIt("commonmark").enable("table")
    md.use(front_matter_plugin)
    md.use(deflist_plugin)
    md.use(dollarmath_plugin, double_inline=True, allow_labels=False)
    md.use(anchors_plugin, max_level=3)
    md.use(steps_plugin)
    md.core.ruler.push("hold_punctuation", _hold_punctuation)
    return md


def _hold_punctuation(state: StateCore) -> None:
    """Give a formula the comma that follows it, so that no line begins with one."""
    for token in state.tokens:
        for formula, text in pairwise(token.children or ()):
            if formula.type == "math_inline" and text.type == "text" and text.content[:1] in tuple(".,;:!?)"):
                formula.meta["after"], text.content = text.content[0], text.content[1:]


def read_lesson(course: Course, slug: str) -> Lesson:
    """The pair `slug`.md and `slug`.py of the course, with every fault in it noted."""
    lesson = Lesson(slug, course.folder / f"{slug}.md")
    try:
        text = lesson.file.read_text(encoding="utf-8")
    except FileNotFoundError:
        lesson.problem(1, "no such file", f"the lesson that course.toml calls {slug!r}")
        return lesson
    except UnicodeDecodeError as error:
        lesson.problem(1, f"a byte that is not UTF-8 at {error.start}", "text in UTF-8")
        return lesson
    lesson.tokens = markdown().parse(text)
    _read_front_matter(lesson)
    for fault in step_faults(lesson.tokens, text):
        lesson.problem(*fault)
    if slug == GLOSSARY:
        lesson.terms = read_terms(lesson.tokens, lesson.problem)
    module = _import(course, lesson)
    session = Session(course.folder.name)
    for token, line in _walk(lesson.tokens):
        if token.type == "fence":
            _read_fence(lesson, session, module, token, line)
        elif token.type in ("math_inline", "math_inline_double", "math_block"):
            lesson.formulas.append((line, formula_of(token)))
        elif token.type in ("link_open", "image"):
            picture = token.type == "image"
            lesson.links.append(Link(line, str(token.attrGet("src" if picture else "href")), picture))
        elif token.type in ("heading_open", "dt_open") and token.attrGet("id"):
            lesson.anchors.add(str(token.attrGet("id")))
    return lesson


def formula_of(token: Token) -> Formula:
    """The formula that a maths token stands for."""
    return Formula(token.content.strip(), display=token.type != "math_inline")


def _walk(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """Every token with its line; for those inside a paragraph, counted from its first line."""
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        yield token, line
        for child in token.children or ():
            yield child, line
            line += child.type in ("softbreak", "hardbreak") or child.content.count("\n")


def _read_front_matter(lesson: Lesson) -> None:
    first = lesson.tokens[0] if lesson.tokens else None
    said: object = {}
    if first is not None and first.type == "front_matter":
        try:
            said = yaml.safe_load(first.content)
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            lesson.problem(
                mark.line + 2 if mark else 1, "front matter that is not YAML", "lines like `title: The line`"
            )
            return
    said = said if isinstance(said, dict) else {}
    for key in ("title", "summary"):
        value = said.pop(key, None)
        if not isinstance(value, str) or not value.strip():
            lesson.problem(1, f"front matter without a {key}", f"`{key}: …` between two lines of `---` at the top")
        else:
            setattr(lesson, key, value.strip())
    for key in said:
        lesson.problem(1, f"{key!r} in the front matter", "title and summary")


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


def _read_fence(lesson: Lesson, session: Session, module: ModuleType | None, token: Token, line: int) -> None:
    word, _, name = " ".join(token.info.split()).partition(" ")
    if word not in BLOCKS:
        if word not in LISTINGS:
            near = difflib.get_close_matches(word, BLOCKS + LISTINGS, 1)
            lesson.problem(line, f"a block {word!r}", f"{', '.join(BLOCKS)} or a language" + _perhaps(near))
        return
    if module is None:
        return
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
        _place(lesson, session, block, Placed(lesson.slug, name, line, token.content.rstrip("\n"), block, {}))


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
    for token, _ in (pair for hint in hints for pair in _walk(hint)):
        if "math" in token.type:
            lesson.formulas.append((placed.line, formula_of(token)))
        elif token.type in ("link_open", "image"):
            expected = "none: its embedded page has another address, from which links lead elsewhere"
            lesson.problem(placed.line, f"a link or picture in a hint of {placed.name}", expected)
    lesson.blocks[placed.line] = replace(placed, answer=answer, hints=hints)
