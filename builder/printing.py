"""Every file that is made of lessons: those of each lesson by themselves, and only where they have become others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from builder import notebook
from builder.page import Press
from builder.processes import Each


@dataclass(frozen=True)
class Printed:
    """The files of one lesson: `made_by` that press, by their paths below dist/; and its blocks, for the gallery."""

    made_by: Press
    files: dict[str, str]
    blocks: dict[str, Markup]


def print_lessons(press: Press, each: Each, before: Mapping[str, Printed]) -> dict[str, Printed]:
    """The files of each lesson. What an equal press has printed `before` is kept as it is."""
    presses = {slug: press.only(slug) for slug in press.lessons}
    kept = {slug: printed for slug, printed in before.items() if printed.made_by == presses.get(slug)}
    waiting = [slug for slug in presses if slug not in kept]
    made = zip(waiting, each(_print_lesson, [(slug, presses[slug]) for slug in waiting]), strict=True)
    fresh = {slug: Printed(presses[slug], files, blocks) for slug, (files, blocks) in made}
    return {slug: kept.get(slug) or fresh[slug] for slug in presses}


def print_gallery(press: Press, printed: Mapping[str, Printed]) -> dict[str, str]:
    """The files that are made of all lessons."""
    blocks = {path: block for each in printed.values() for path, block in each.blocks.items()}
    return replace(press, blocks=blocks).gallery()


def _print_lesson(task: tuple[str, Press]) -> tuple[dict[str, str], dict[str, Markup]]:
    slug, press = task
    files = press.pages(slug) | notebook.files(press.course, press.lessons, slug)
    return files, press.blocks
