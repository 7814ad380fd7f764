"""The steps of a derivation, `::: step Title` to `:::`, which a reader opens one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import escape
from mdit_py_plugins.container import container_plugin

LIKE_THIS = "`::: step Its title`, in words, and `:::` on a line of its own at its end"


def steps_plugin(md: MarkdownIt) -> None:
    """Let Markdown have steps."""
    md.use(container_plugin, "step", render=_render)


def step_faults(tokens: Sequence[Token], text: str) -> Iterator[tuple[int, str, str]]:
    """Line, got and expected of each step that its author cannot have meant so."""
    lines = text.split("\n")
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        if token.type == "container_step_open":
            title = _title(token)
            end = token.map[1] if token.map else 0
            if not title or "$" in title:
                yield line, f"a step with the title {title!r}", LIKE_THIS
            if ":::" not in (part.strip() for part in lines[end - 1 : end + 1]):
                yield line, "a step without an end", LIKE_THIS
        elif token.type == "inline" and token.content.startswith(":::"):
            yield line, f"the line {token.content.partition(chr(10))[0]!r}", LIKE_THIS


def _title(token: Token) -> str:
    return token.info.strip().removeprefix("step").strip()


def _render(_: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    if tokens[at].nesting == 1:
        return f'<details class="step">\n<summary>{escape(_title(tokens[at]))}</summary>\n'
    return "</details>\n"
