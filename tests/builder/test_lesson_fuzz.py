"""Any text as a lesson: pages, or faults with their lines, in bounded time, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build
from builder.check import check
from builder.course import read_course
from builder.lesson import read_lesson
from builder.math import Formula, Typeset
from builder.notebook import notebook
from builder.page import Press
from builder.problems import ROOT, LessonProblems, Problem
from tests.builder.conftest import FRONT, Write, Written
from tests.builder.test_page import ASSETS
from tests.fuzz import fuzz

PIECES = [  # of front matter, of blocks, of Markdown, of maths and links, and what ends a line somewhere
    *(
        "---\n",
        "title: A\n",
        "summary: B\n",
        "title: [\n",
        "title: !!int ''\n",
        "? [a]\n",
        "&a [*a]\n",
        "=\n",
        "x: !!bool no\n",
    ),
    *(
        "!!timestamp x\n",
        "title: 2001-99-99\n",
        "title: 1:99\n",
        "<<: 5\n",
        "\t",
        "title: >\n",
        "\x00",
        "﻿",
        "\ud7ff",
        "𝄞",
    ),
    *("```demo a_demo\n```\n", "```cell a_cell\nw = 1\ndef y(x, w): return w\n```\n", "```cell a_cell\n1 / 0\n```\n"),
    *(
        "```cell a_cell\n\x00\n```\n",
        "```cell a_cell\nexit()\n```\n",
        "```exercise\n```\n",
        "```demo\n",
        "~~~demo a_demo\n~~~\n",
    ),
    *(
        "````\n",
        "```",
        "```python\n",
        "```dmeo x\n```\n",
        "> ```demo a_demo\n> ```\n",
        "- ```demo a_demo\n  ```\n",
        "    code\n",
    ),
    *(
        "# A\n",
        "## A\n",
        "## \n",
        "A\n===\n",
        "* * *\n",
        "1. a\n",
        "> ",
        "- ",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "|---|\n",
    ),
    *(
        "term\n",
        ": meaning\n",
        ": [x](../y/)\n",
        "a | b | c\n",
        "::: step A\n",
        ":::\n",
        "::: step\n",
        ":::: step A\n",
        "::: step $x$\n",
    ),
    *(
        "$x^2$",
        "$$\nx\n$$\n",
        "$$x$$, ",
        "$",
        "$$",
        "\\$",
        "\\",
        "`",
        "`w`",
        "**",
        "_",
        "![",
        "](",
        "[x](../y/)",
        "[x](javascript:1)",
    ),
    *(
        "[x](http://[)",
        "[x](//[a)",
        "[x](#%00)",
        "[x](%)",
        "![x](a%00.png)",
        "![x](../a.png)",
        "![x](/etc/passwd)",
        "[x]: <y>\n",
    ),
    *(
        f"![x]({'y' * 300})",
        f"[x]({'../' * 99})",
        "<!-- a -->",
        "<b>",
        "</script>",
        "<script>",
        "<![CDATA[",
        "&#0;",
        "&lt;",
        "\n",
        "\r\n",
    ),
    *("\r", "\x0c", "\x85", "\u2028", " ", "  \n", "word "),
]
REAL = [file.read_text("utf-8") for file in sorted((ROOT / "lessons").glob("*.md"))]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A part of a real lesson, with something else in it at some places."""
    whole = draw(st.sampled_from(REAL))
    start = draw(st.integers(0, len(whole)))
    text = whole[start : start + draw(st.integers(0, 1500))]
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(PIECES)) + text[at + draw(st.integers(0, 3)) :]
    return text


class Anything(dict[Formula, Typeset]):
    """Every formula is typeset at once; KaTeX has tests of its own."""

    def __missing__(self, formula: Formula) -> Typeset:
        return Typeset(html="x")


@pytest.fixture
def course(write: Write) -> Written:
    """One for all texts: what stands in its home page and in its glossary is written anew for each."""
    more = {"glossary.md": FRONT, "glossary.py": "", "data.md": FRONT, "data.py": ""}
    return write(more=more, pages=["glossary"])


def read(course: Written, text: str, slug: str = "home") -> None:
    """Read the text as a lesson, as the build does, up to its page and its notebook, if it has no fault."""
    for each in ("home", "glossary"):
        (course.folder / f"{each}.md").write_text(text if each == slug else FRONT, encoding="utf-8", newline="")
    said = read_course(course.folder)
    lessons = {each: read_lesson(said, each) for each in said.written}
    maths = Anything()
    problems: list[Problem] = []
    try:
        check(said, lessons, maths)
    except LessonProblems as found:
        problems = found.problems
    last = len(text.splitlines()) + 1
    assert all(1 <= problem.line <= last and problem.got and problem.expected for problem in problems), problems
    if problems:
        return
    for formula in {formula for lesson in lessons.values() for _, formula in lesson.formulas}:
        maths[formula] = Typeset(html="x")
    press = Press(
        said, lessons, maths, replace(ASSETS, lessons=dict.fromkeys(lessons, "l.json")), build.SITE / "templates"
    )
    for path, html in press.pages(slug).items():
        assert html.rstrip().endswith("</html>"), path
        html.encode()
    notebook(said, lessons, slug)


@fuzz
@given(text=st.text(max_size=400))
def test_any_text_is_a_page_or_has_faults(course: Written, bounded: None, text: str) -> None:
    read(course, text)
    read(course, FRONT + text)


@fuzz
@given(
    text=st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join),
    front=st.booleans(),
    slug=st.sampled_from(["home", "glossary"]),
)
def test_any_pieces_of_markdown_are_a_page_or_have_faults(
    course: Written, bounded: None, text: str, front: bool, slug: str
) -> None:
    read(course, FRONT * front + text, slug)


@fuzz
@given(lines=st.lists(st.sampled_from(PIECES), max_size=8))
def test_any_front_matter_is_a_title_or_has_faults(course: Written, bounded: None, lines: list[str]) -> None:
    read(course, "---\n" + "".join(lines) + "\n---\nText.\n")


@fuzz
@given(text=mutated(), slug=st.sampled_from(["home", "glossary"]))
def test_a_real_lesson_that_was_damaged_is_a_page_or_has_faults(
    course: Written, bounded: None, text: str, slug: str
) -> None:
    read(course, FRONT + text, slug)


LONG = [
    *(
        "[",
        "![",
        "(",
        "*",
        "**",
        "_",
        "`",
        "` ",
        "$",
        "$$ ",
        "> ",
        "- ",
        "1. ",
        "<",
        "<!--",
        "&",
        "\\",
        "|",
        "|-",
        ":",
        "#",
    ),
    *("::: step a\n", "\n: ", "a_", "[a](", "[a]: ", "[](", "~~~\n", "```\n", "  ", "\t", "{", "\x00"),
]


@pytest.mark.parametrize("piece", LONG, ids=repr)
def test_a_piece_again_and_again_has_an_end(course: Written, bounded: None, piece: str) -> None:
    for text in (piece * 3000, "a " + piece * 3000 + " b", f"{piece} a " * 1500):
        read(course, FRONT + text)
        read(course, f"---\ntitle: {text}\n---\n")
