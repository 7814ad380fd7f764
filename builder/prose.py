"""The Markdown of lessons: what it may hold, and its tokens one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from builder.math import Formula
from builder.steps import steps_plugin


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


def front_matter(tokens: Sequence[Token], problem: Callable[[int, str, str], None]) -> dict[str, str]:
    """The title and the summary. `problem` is told the line, got and expected of each fault."""
    first = tokens[0] if tokens else None
    said: object = {}
    if first is not None and first.type == "front_matter":
        try:
            said = yaml.load(first.content, yaml.BaseLoader)  # which takes all that is said for text
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            problem(mark.line + 2 if mark else 1, "front matter that is not YAML", "lines like `title: The line`")
            return {}
    said = said if isinstance(said, dict) else {}
    found = {}
    for key in ("title", "summary"):
        value = said.pop(key, None)
        if not isinstance(value, str) or not value.strip():
            problem(1, f"front matter without a {key}", f"`{key}: …` between two lines of `---` at the top")
        else:
            found[key] = value.strip()
    for key in said:
        problem(1, f"{key!r} in the front matter", "title and summary")
    return found


def first_word(fence: Token) -> str:
    """What a fenced block says that it is; "" if it says nothing."""
    return (fence.info.split() or [""])[0]


def formula_of(token: Token) -> Formula:
    """The formula that a maths token stands for."""
    return Formula(token.content.strip(), display=token.type != "math_inline")


def walk(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Every token with its line; for those inside a paragraph, counted from its first line."""
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        yield token, line
        for child in token.children or ():
            yield child, line
            line += child.type in ("softbreak", "hardbreak") or child.content.count("\n")


def anchors_of(tokens: Sequence[Token]) -> dict[str, str]:
    """The anchors of the headings with their words, and those of the glossary's terms."""
    found = {}
    for token, words in pairwise(tokens):
        if token.type in ("heading_open", "dt_open") and token.attrGet("id"):
            found[str(token.attrGet("id"))] = words.content if token.type == "heading_open" else ""
    return found
