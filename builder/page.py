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
from builder.course import Course
from builder.lesson import Lesson, Placed, formula_of, markdown
from builder.math import Formula, Typeset
from builder.needs import needed
from builder.terms import GLOSSARY, mark
from stage.controls import ROLES, DataPoints, Slider, role_of
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
        home = self.lessons[self.course.home]
        pages = {"index.html": self._page("home.html", "", home, **self._text(home, ""))}
        for slug in (*self.course.slugs, *self.course.pages):
            lesson = self.lessons[slug]
            pages[f"{slug}/index.html"] = self._page("lesson.html", "../", lesson, **self._text(lesson, "../"))
        for lesson in self.lessons.values():
            for placed in lesson.blocks.values():
                page = self._page("embed.html", "../../../", lesson, [placed], placed=placed)
                pages[f"embed/{placed.path}/index.html"] = page
        shown = [placed for lesson in self.lessons.values() for placed in lesson.blocks.values()]
        pages["gallery/index.html"] = self._page("gallery.html", "../", home, shown, shown=shown)
        return pages

    def _page(
        self, template: str, root: str, lesson: Lesson, blocks: Iterable[Placed] | None = None, **more: Any
    ) -> str:
        """`root` leads from the page to the top of the site, so that the site works under any path."""
        blocks = list(blocks or lesson.blocks.values())
        coded = any(placed.block.kind != "demo" for placed in blocks)
        slugs = self.course.slugs
        at = slugs.index(lesson.slug) if lesson.slug in slugs else -1
        return self.templates.get_template(template).render(
            course=self.course,
            lessons=self.lessons,
            lesson=lesson,
            root=root,
            assets=self.assets,
            preload=self.assets.preload + (self.assets.editor if coded else ()),
            setup=self._setup(root, {placed.lesson for placed in blocks}),
            lives=bool(blocks),
            render=self.block,
            previous=self.lessons[slugs[at - 1]] if at > 0 else None,
            following=self.lessons[slugs[at + 1]] if at + 1 < len(slugs) else None,
            **more,
        )

    def _text(self, lesson: Lesson, root: str) -> dict[str, Any]:
        """The prose of a page with its terms marked, and what they mean. The glossary marks none of its own."""
        terms = self.lessons[GLOSSARY].terms if GLOSSARY in self.lessons and lesson.slug != GLOSSARY else []
        tokens, used = mark(lesson.tokens, terms, f"{root}{GLOSSARY}/")
        meanings = {term.slug: self._prose(term.meaning, lesson) for term in used}
        return {"prose": self._prose(tokens, lesson), "meanings": meanings}

    def _setup(self, root: str, shown: Iterable[str]) -> Markup:
        """What the scripts must know of a page with blocks of the lessons `shown`, as JSON for a script element."""
        packages = self.course.packages
        needs = {each for slug in shown for each in needed(self.course.folder / f"{slug}.py", packages)}
        return _json(
            {
                "worker": root + self.assets.worker,
                "python": root + self.assets.python,
                "runtime": root + self.assets.runtime,
                "bytes": self.assets.bytes + sum(self.assets.packages[each] for each in needs),
                "packages": sorted(needs),
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
        opened = answer.get("controls", {}).items()
        controls = [_form(name, control, values[name]) for name, control in (*placed.block.controls.items(), *opened)]
        hints = [self._prose(hint, self.lessons[placed.lesson]) for hint in placed.hints]
        html = self.templates.get_template("block.html").render(
            placed=placed,
            block=placed.block,
            controls=controls,
            patterns=PATTERNS,
            answer=answer,
            readouts=[(name, text, role_of(name.partition("(")[0])) for name, text in answer["readouts"].items()],
            start=_json(answer),
            hints=hints,
        )
        return Markup(html)


def _form(name: str, control: Any, value: Any) -> dict[str, Any]:
    """What a template says of a control, which may be described in words."""
    said = control if isinstance(control, dict) else vars(control) | {"kind": control.kind}
    role = role_of(name, Slider(0, 1, role=said.get("role")))
    return {"name": name, "kind": said["kind"], "control": said, "value": value, "shown": show(value), "role": role}


PATTERNS = {
    "slider": _form("", Slider(0, 1, plays=True), 0),
    "choice": _form("", {"kind": "choice", "options": ()}, ""),
    "points": _form("", DataPoints((0, 1), (0, 1)), [(0, 0)]),
    "points grows": _form("", DataPoints((0, 1), (0, 1), grows=True), []),
    "points classes": _form("", DataPoints((0, 1), (0, 1), grows=True, classes=True), []),
}
"""A form of each kind, for demos that the reader's own code makes."""


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
