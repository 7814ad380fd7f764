"""A lesson to take away: as a Jupyter notebook, and as a Python file that the same cells are marked in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pprint import pformat
from textwrap import indent
from urllib.parse import unquote, urlsplit

import nbformat
from nbformat import v4

from builder.check import leads_to
from builder.course import Course
from builder.lesson import Lesson, Placed
from builder.math import COLOURED
from stage.controls import steps_of
from stage.demo import Cell, Exercise

MACROS = re.compile(rf"\\(?:{'|'.join(COLOURED)})(?![a-zA-Z])")
"""The macros that colour a symbol by its role, without which its formula is the same."""

LINE = 88
"""Characters of a call before it goes over several lines."""

PREFACE = """A lesson of *{course}*, to run by yourself, with all the code of its page. Where the page has sliders and
buttons, change the numbers in the code and run the cell again.

It needs NumPy, Matplotlib and the course's own Python: `pip install -e .` in a copy of the course."""


@dataclass(frozen=True)
class Part:
    """A cell: Markdown, or code."""

    text: str
    code: bool = False


def files(course: Course, lessons: Mapping[str, Lesson], slug: str) -> dict[str, str]:
    """The notebook and the Python file of a page with code, but of the home page: path below dist/, and text.

    Of the other `lessons`, those that it links to are needed.
    """
    if slug == course.home or not lessons[slug].lives:
        return {}
    return {
        f"{slug}/{slug}.ipynb": notebook(course, lessons, slug),
        f"{slug}/{slug}.py": script(course, lessons, slug),
    }


def notebook(course: Course, lessons: Mapping[str, Lesson], slug: str) -> str:
    """The lesson as a notebook, as JSON."""
    book = v4.new_notebook(
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "title": lessons[slug].title,
        }
    )
    for i, part in enumerate(_Taken(course, lessons, lessons[slug], ".ipynb").parts()):
        cell = v4.new_code_cell(part.text) if part.code else v4.new_markdown_cell(part.text)
        cell["id"] = f"{slug}-{i}"  # the same in every build; nbformat's own is random
        book.cells.append(cell)
    text: str = nbformat.writes(book)
    return text + "\n"


def script(course: Course, lessons: Mapping[str, Lesson], slug: str) -> str:
    """The lesson as Python, prose in comments, cells marked by `# %%` as editors know them."""
    cells = []
    for part in _Taken(course, lessons, lessons[slug], ".py").parts():
        prose = "\n".join(f"# {line}".rstrip() for line in part.text.split("\n"))
        cells.append(f"# %%\n{part.text}\n" if part.code else f"# %% [markdown]\n{prose}\n")
    return "\n".join(cells)


@dataclass(frozen=True)
class _Taken:
    """A lesson on its way out, to a place where links lead to files with such an `ending`."""

    course: Course
    lessons: Mapping[str, Lesson]
    lesson: Lesson
    ending: str

    def parts(self) -> Iterator[Part]:
        """The title, the imports, then a cell of prose for each section or stretch between code, and the code."""
        yield Part(f"# {self.lesson.title}\n\n*{self.lesson.summary}*\n\n{PREFACE.format(course=self.course.title)}")
        module = f"import {self.course.folder.name}.{self.lesson.slug} as lesson"
        drawn = any(_is_drawn(placed) for placed in self.lesson.blocks.values())
        yield Part("\n".join([module] * drawn + ["from stage import still"]), code=True)
        lines = self.lesson.text.split("\n")
        text, at = "", 0
        for token in self.lesson.tokens:
            if not token.map:
                continue
            start, end = token.map
            if token.type == "front_matter":
                at = end
            elif token.type == "fence":
                text, at = text + self._prose(lines[at:start]), end
                if placed := self.lesson.blocks.get(start + 1):
                    yield from _prose_part(text)
                    yield from self._placed(placed)
                    text = ""
                else:
                    text += "\n".join([*lines[start:end], ""])
            elif token.type == "heading_open" and token.tag == "h2":
                yield from _prose_part(text + self._prose(lines[at:start]))
                text, at = "", start
        yield from _prose_part(text + self._prose(lines[at:]))

    def _placed(self, placed: Placed) -> Iterator[Part]:
        block = placed.block
        if not isinstance(block, Cell):
            yield Part(f"{placed.source}\n\n\nstill.show({_call(placed)})", code=True)
            return
        yield Part(_opened(placed.source) if block.opens else placed.source, code=True)
        if _is_drawn(placed):
            yield Part(_figure(placed), code=True)
        if isinstance(block, Exercise):
            hints = [(f"Hint {i}", hint) for i, hint in enumerate(block.hints, start=1)]
            folded = [*hints, ("Solution", f"```python\n{block.solution}\n```")]
            yield Part("\n\n".join(_folded(title, self._prose(text.split("\n"))) for title, text in folded))

    def _prose(self, lines: list[str]) -> str:
        """Markdown as notebooks know it."""
        text = "".join(f"{line}\n" for line in lines)
        text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
        text = re.sub(r"^:::[ \t]*step[ \t]+(.*?)[ \t]*$", r"\n**\1**\n", text, flags=re.MULTILINE)
        text = re.sub(r"^:::[ \t]*$", "", text, flags=re.MULTILINE)
        text = MACROS.sub("", text)
        text = re.sub(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)", self._link, text)
        return re.sub(r"\n{3,}", "\n\n", text)

    def _link(self, found: re.Match[str]) -> str:
        """A link to where its page is now: to a file beside this one, or no link where there is none."""
        picture, text, href = found.groups()
        if not any(link.href == href for link in self.lesson.links):
            return found[0]  # it stands in code
        if picture:
            return f"*On the page there is a picture here: {text}*"
        parts = urlsplit(href)
        if parts.scheme:
            return found[0]
        to = leads_to(self.course, self.lesson, href)
        target = self.lessons.get(to)
        if target is None or not target.lives:
            return text
        file = "" if target is self.lesson else f"{to}{self.ending}"
        words = target.anchors.get(unquote(parts.fragment), "")
        # Jupyter calls a heading by its own words.
        anchor = "#" + words.replace(" ", "-") if words and self.ending == ".ipynb" else ""
        return f"[{text}]({file}{anchor})" if file or anchor else text


def _prose_part(text: str) -> Iterator[Part]:
    if text.strip():
        yield Part(text.strip("\n"))


def _folded(title: str, text: str) -> str:
    return f"<details>\n<summary>{title}</summary>\n\n{text.strip()}\n\n</details>"


def _is_drawn(placed: Placed) -> bool:
    """Whether a cell has a figure of its own; a demo shows what its function gives."""
    return isinstance(placed.block, Cell) and not placed.block.opens and bool(placed.answer.get("figures"))


def _figure(placed: Placed) -> str:
    """The code that shows the figures of a cell, over the names that its code made."""
    call = f"still.show_cell(lesson.{placed.name}, globals()"
    steps = steps_of(placed.block.controls)
    if steps is None:
        return f"{call})"
    name, control = steps
    step = f"{name}({', '.join(map(str, control.arguments))})"
    return f"# with steps=10, {step} is called ten times first\n{call}, steps=0)"


def _call(placed: Placed) -> str:
    """A call of a demo's function with what its controls start with."""
    starts = {name: control.accept(name, control.start) for name, control in placed.block.controls.items()}
    line = f"{placed.name}({', '.join(f'{name}={value!r}' for name, value in starts.items())})"
    if len(line) <= LINE:
        return line
    inside = indent("\n".join(_argument(name, value) for name, value in starts.items()), " " * 8)
    return f"\n    {placed.name}(\n{inside}\n    )\n"


def _argument(name: str, value: object) -> str:
    """On lines of its own, its value on several where it is long."""
    text = pformat(value, width=LINE - len(name) - 10, compact=True)
    return f"{name}={text},".replace("\n", "\n" + " " * (len(name) + 1))


def _opened(source: str) -> str:
    """Code that shows the value that it ends in."""
    last = ast.parse(source).body[-1:]
    lines = source.split("\n")
    if last and isinstance(last[0], ast.Expr):
        start, end = last[0].lineno - 1, last[0].end_lineno
        lines[start:end] = [f"still.show({ast.unparse(last[0])})"]
    return "\n".join(lines)
