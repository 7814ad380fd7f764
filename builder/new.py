"""A new lesson: a pair of files that works, and its place in the course."""

from __future__ import annotations

import keyword
import re
import tomllib
from pathlib import Path

from builder.course import read_course
from builder.problems import BuildError, shown

PROSE = """---
title: {title}
summary: One sentence that says what a reader will see.
---

Drag $\\weight{{w}}$ and watch the curve.

```demo {slug}_demo
```

Now in code. Change it, then press **Run**.

```cell {slug}_cell
w = 2

def y(x, w):
    return w * x * x
```

## Recap

Say in two sentences what to remember.
"""

SHOWN = '''"""What the lesson {title!r} shows."""

from stage.controls import Slider
from stage.demo import cell, demo
from stage.figure import Plot
from stage.marks import Curve


@demo(w=Slider(-2, 2, start=1))
def {slug}_demo(w):
    """A parabola of width {{w}}."""
    return Plot(Curve(lambda x: w * x * x), x=(-5, 5), y=(-5, 5))


@cell(w=Slider(-2, 2))
def {slug}_cell(learner):
    """The reader's curve, for w = {{w}}."""
    return Plot(Curve(lambda x: learner.y(x, learner.w)), x=(-5, 5), y=(-5, 5))
'''


def lesson(folder: Path, slug: str) -> str:
    """Write `slug`.md and `slug`.py into `folder` and the slug into course.toml, unless it is there already.

    Returns a sentence on what comes next.

    Raises BuildError for a slug that is no Python name in lower case, or one that exists already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", slug) or keyword.iskeyword(slug):
        raise BuildError(f"got the slug {slug!r}; expected a Python name in lower case, like my_lesson.")
    prose, shows = folder / f"{slug}.md", folder / f"{slug}.py"
    for file in (prose, shows):
        if file.exists():
            raise BuildError(f"{shown(file)} exists already; choose another slug.")
    course = folder / "course.toml"
    listed = course.read_text(encoding="utf-8")
    # Into the last list of lessons, which a teacher can move; the rest of the file stays as it was written.
    head, mark, tail = listed.rpartition("lessons = [")
    if not mark:
        raise BuildError(f"{shown(course)} has no `lessons = [...]` to put the slug into.")
    inside, rest = tail.split("]", 1)
    names = inside.rstrip()
    comma = ", " if names and not names.endswith(",") else " " * bool(names)
    added = f'{head}{mark}{names}{comma}"{slug}"{inside[len(names) :]}]{rest}'
    if slug in read_course(folder).written:
        added = listed
    elif not any(slug in part["lessons"] for part in tomllib.loads(added)["parts"]):
        # A comment at the end of the list, for example, would swallow it.
        raise BuildError(
            f"{shown(course)} has a last list of lessons that is hard to add to; write {slug!r} there first."
        )
    title = slug.replace("_", " ").capitalize()
    prose.write_text(PROSE.format(title=title, slug=slug), encoding="utf-8")
    shows.write_text(SHOWN.format(title=title, slug=slug), encoding="utf-8")
    course.write_text(added, encoding="utf-8")
    return f"{shown(prose)} and {shown(shows)} are yours; {shown(course)} says where they come. See them: make serve"
