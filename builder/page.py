"""Lessons to HTML: prose with typeset maths, blocks with their forms, and the pages around them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from builder.bundle import OFFLINE, Assets
from builder.check import leads_to
from builder.course import Course
from builder.lesson import Lesson, Placed
from builder.math import Formula, Typeset
from builder.needs import imported, needed
from builder.prose import formula_of, markdown
from builder.terms import GLOSSARY, mark
from stage.controls import ROLES, DataPoints, Slider, role_of
from stage.sample import show


@dataclass(frozen=True)
class Press:
    """All that turns a course into pages, as plain data: of equal presses, all pages are the same.

    `templates` is their folder; `blocks` are those that have been rendered, by their paths.
    """

    course: Course
    lessons: Mapping[str, Lesson]
    maths: Mapping[Formula, Typeset]
    assets: Assets
    templates: Path
    blocks: dict[str, Markup] = field(default_factory=dict, compare=False)

    def only(self, slug: str) -> Press:
        """The press with no more than the pages of one lesson are made of."""
        course, lesson = self.course, self.lessons[slug]
        slugs = course.written if slug == course.home else [course.home, *self._named(lesson)]
        lessons = {each: self.lessons[each].brief for each in slugs} | {slug: lesson}
        formulas = {formula for _, formula in lesson.formulas}
        if glossary := self.lessons.get(GLOSSARY):
            lessons.setdefault(GLOSSARY, glossary.brief)
            formulas |= {formula for _, formula in glossary.formulas}
        maths = {formula: self.maths[formula] for formula in formulas}
        own = {each: path for each, path in self.assets.lessons.items() if each == slug}
        return Press(course, lessons, maths, replace(self.assets, lessons=own), self.templates)

    def _named(self, lesson: Lesson) -> Iterable[str]:
        """The other lessons that the pages of a lesson name: its neighbours, those at hand, and those it links to."""
        yield from filter(None, self._beside(lesson))
        yield from self.course.pages
        yield from {leads_to(self.course, lesson, link.href) for link in lesson.links} & self.lessons.keys()

    def _beside(self, lesson: Lesson) -> tuple[str | None, str | None]:
        """The lessons before and after it, where there are such."""
        if lesson.slug not in (slugs := self.course.slugs):
            return None, None
        at = slugs.index(lesson.slug)
        return slugs[at - 1] if at else None, slugs[at + 1] if at + 1 < len(slugs) else None

    def pages(self, slug: str) -> dict[str, str]:
        """The page of a lesson, and one for each of its blocks: paths below dist/ and their HTML."""
        lesson = self.lessons[slug]
        if slug == self.course.home:
            pages = {"index.html": self._page("home.html", "", lesson, **self._text(lesson, ""))}
        else:
            pages = {f"{slug}/index.html": self._page("lesson.html", "../", lesson, **self._text(lesson, "../"))}
        for placed in lesson.blocks.values():
            page = self._page("embed.html", "../../../", lesson, [placed], placed=placed)
            pages[f"embed/{placed.path}/index.html"] = page
        return pages

    def gallery(self) -> dict[str, str]:
        """The page that shows every block of the course."""
        shown = [placed for lesson in self.lessons.values() for placed in lesson.blocks.values()]
        home = self.lessons[self.course.home]
        return {"gallery/index.html": self._page("gallery.html", "../", home, shown, shown=shown)}

    def _page(
        self, template: str, root: str, lesson: Lesson, blocks: Iterable[Placed] | None = None, **more: Any
    ) -> str:
        """`root` leads from the page to the top of the site, so that the site works under any path."""
        blocks = list(blocks or lesson.blocks.values())
        coded = any(placed.block.kind != "demo" for placed in blocks)
        previous, following = (slug and self.lessons[slug] for slug in self._beside(lesson))
        return self._template(template).render(
            course=self.course,
            lessons=self.lessons,
            lesson=lesson,
            root=root,
            assets=self.assets,
            preload=self.assets.preload + (self.assets.editor if coded else ()),
            setup=self._setup(root, blocks),
            lives=bool(blocks),
            render=self.block,
            previous=previous,
            following=following,
            **more,
        )

    def _text(self, lesson: Lesson, root: str) -> dict[str, Any]:
        """The prose of a page with its terms marked, and what they mean. The glossary marks none of its own."""
        terms = self.lessons[GLOSSARY].terms if GLOSSARY in self.lessons and lesson.slug != GLOSSARY else []
        tokens, used = mark(lesson.tokens, terms, f"{root}{GLOSSARY}/")
        meanings = {term.slug: self._prose(term.meaning, lesson) for term in used}
        return {"prose": self._prose(tokens, lesson), "meanings": meanings}

    def _setup(self, root: str, blocks: Iterable[Placed]) -> Markup:
        """What the scripts must know of a page with these blocks, as JSON for a script element."""
        packages = self.course.packages
        slugs = {placed.lesson for placed in blocks}
        needs = {each for slug in slugs for each in needed(self.course.folder / f"{slug}.py", packages)}
        ahead = {each for placed in blocks for each in imported(placed.source, packages)} if len(slugs) == 1 else ()
        at = self.assets
        snapshot = at.snapshots[bool(needs or ahead)]
        return _json(
            {
                "worker": root + at.worker,
                "artist": root + at.artist,
                "python": root + at.python,
                "lessons": {slug: root + at.lessons[slug] for slug in sorted(slugs)},
                "snapshot": snapshot and {"address": root + snapshot.path, "bytes": snapshot.bytes},
                "library": {"address": root + at.library.path, "bytes": at.library.bytes},
                "runtime": root + at.runtime,
                "bytes": at.bytes + sum(at.packages[each] for each in needs),
                "packages": sorted(needs),
                "ahead": sorted(ahead),
                "course": self.course.folder.name,
                "offline": f"{root}{OFFLINE}",
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

    def _template(self, name: str) -> Template:
        return _environment(self.templates).get_template(name)

    def block(self, placed: Placed) -> Markup:
        """A demo, cell or exercise with its form, its figure's place and its start. It is rendered once."""
        if placed.path not in self.blocks:
            self.blocks[placed.path] = self._block(placed)
        return self.blocks[placed.path]

    def _block(self, placed: Placed) -> Markup:
        answer = placed.answer
        values = answer.get("values", placed.block.starts)
        opened = answer.get("controls", {}).items()
        controls = [_form(name, control, values[name]) for name, control in (*placed.block.controls.items(), *opened)]
        hints = [self._prose(hint, self.lessons[placed.lesson]) for hint in placed.hints]
        html = self._template("block.html").render(
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


@cache
def _environment(folder: Path) -> Environment:
    """The templates in a folder. A name that one of them misspells is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


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
