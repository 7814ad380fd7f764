"""Lessons to HTML: prose with typeset maths, blocks with their forms, and the pages around them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from builder.bundle import Assets
from builder.lesson import Course, Lesson, Placed, formula_of, markdown
from builder.math import Formula, Typeset
from stage.controls import ROLES, role_of
from stage.sample import show


@dataclass(frozen=True)
class Press:
    """All that turns a course into pages."""

    course: Course
    lessons: Mapping[str, Lesson]
    maths: Mapping[Formula, Typeset]
    assets: Assets
    templates: Environment

    def pages(self) -> dict[str, str]:
        """Every page of the site: its path below dist/ and its HTML."""
        pages = {"index.html": self._page("home.html", "", self.lessons[self.course.home])}
        for slug in self.course.slugs:
            pages[f"{slug}/index.html"] = self._page("lesson.html", "../", self.lessons[slug])
        for lesson in self.lessons.values():
            for placed in lesson.blocks.values():
                page = self._page("embed.html", "../../../", lesson, [placed], placed=placed)
                pages[f"embed/{placed.path}/index.html"] = page
        home = self.lessons[self.course.home]
        shown = [placed for lesson in self.lessons.values() for placed in lesson.blocks.values()]
        pages["gallery/index.html"] = self._page("gallery.html", "../", home, shown, shown=shown)
        return pages

    def _page(
        self, template: str, root: str, lesson: Lesson, blocks: Iterable[Placed] | None = None, **more: Any
    ) -> str:
        """`root` leads from the page to the top of the site, so that the site works under any path."""
        coded = any(placed.block.kind != "demo" for placed in blocks or lesson.blocks.values())
        slugs = self.course.slugs
        at = slugs.index(lesson.slug) if lesson.slug in slugs else -1
        return self.templates.get_template(template).render(
            course=self.course,
            lessons=self.lessons,
            lesson=lesson,
            root=root,
            assets=self.assets,
            preload=self.assets.preload + (self.assets.editor if coded else ()),
            setup=self._setup(root),
            prose=lambda: self._prose(lesson.tokens, lesson),
            render=self.block,
            previous=self.lessons[slugs[at - 1]] if at > 0 else None,
            following=self.lessons[slugs[at + 1]] if at + 1 < len(slugs) else None,
            **more,
        )

    def _setup(self, root: str) -> Markup:
        """What the scripts must know, as JSON that is safe inside a script element."""
        return _json(
            {
                "worker": root + self.assets.worker,
                "python": root + self.assets.python,
                "runtime": root + self.assets.runtime,
                "bytes": self.assets.bytes,
                "lessons": self.course.folder.name,
                "roles": dict(ROLES),
            }
        )

    def _prose(self, tokens: Sequence[Token], lesson: Lesson) -> Markup:
        md = markdown()
        md.add_render_rule("math_inline", _maths)
        md.add_render_rule("math_inline_double", _maths)
        md.add_render_rule("math_block", _maths)
        md.add_render_rule("fence", _fence)
        md.add_render_rule("code_inline", _code)
        return Markup(md.renderer.render(tokens, md.options, {"press": self, "lesson": lesson}))

    def block(self, placed: Placed) -> Markup:
        """A demo, cell or exercise with its form, its figure's place and its start."""
        answer = placed.answer
        values = answer.get("values", placed.block.starts)
        controls = [
            {
                "name": name,
                "kind": control.kind,
                "control": control,
                "value": values[name],
                "shown": show(values[name]),
                "role": role_of(name, control),
            }
            for name, control in placed.block.controls.items()
        ]
        hints = [self._prose(hint, self.lessons[placed.lesson]) for hint in placed.hints]
        html = self.templates.get_template("block.html").render(
            placed=placed,
            block=placed.block,
            controls=controls,
            answer=answer,
            readouts=[(name, text, role_of(name.partition("(")[0])) for name, text in answer["readouts"].items()],
            start=_json(answer),
            hints=hints,
        )
        return Markup(html)


def press(
    course: Course,
    lessons: Mapping[str, Lesson],
    maths: Mapping[Formula, Typeset],
    assets: Assets,
    templates: Path,
) -> Press:
    """A press with the templates in the folder `templates`. A name that a template misspells is an error."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Press(course, lessons, maths, assets, environment)


def _json(value: object) -> Markup:
    # "<" is the only character that could end the script element around it.
    return Markup(json.dumps(value, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c"))


def _maths(_: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[at]
    html = env["press"].maths[formula_of(token)].html
    if token.type == "math_block":
        return f'<div class="formula">{html}</div>\n'
    return f'<span class="formula">{html}{token.meta.get("after", "")}</span>'


def _code(_: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    code = tokens[at].content
    role = role_of(code)
    symbol = f' class="symbol role-{role}"' if role else ""
    return f"<code{symbol}>{escape(code)}</code>"


def _fence(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[at]
    placed = env["lesson"].blocks.get(token.map[0] + 1) if token.map else None
    return env["press"].block(placed) if placed else RendererHTML.fence(self, tokens, at, options, env)
