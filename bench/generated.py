"""A course of any size, made by rule: lessons with prose, formulas, a demo, a cell and an exercise each."""

from __future__ import annotations

import random
from pathlib import Path

IN_A_PART = 50
TEXT = (
    "the weight of a feature says how much it counts and the bias what is there without it so a line that is steep "
    "answers small changes with large ones while a flat line hardly answers at all which is why we look at the loss "
    "before we trust any guess and why data that nobody has seen yet decides in the end"
)

PROSE = """---
title: Lesson {number}
summary: What happens when the weight is {number}.
---

{first}

$$\\model{{y}} = \\weight{{w}}\\,x + \\bias{{b}} + {number}$$

```demo turn
```

{second} With $\\weight{{w}} = {number}$ the line is steep, and $x_{{{number}}}$ is far away.

## Try it

{third}

```cell compute
w = {number}
b = 2

def y(x):
    return w * x + b

print(y(3))
```

## Your turn

Write a function `times` that returns {number} times its argument.

```exercise times
def times(x):
    return x
```

{fourth} Before this came [lesson {before}](../{earlier}/).
"""

SHOWS = '''"""What lesson {number} shows and asks."""

from engine.line import Line
from stage.controls import Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.marks import Curve, Points


@demo(w=Slider(-5, 5, start=1), b=Slider(-5, 5, start=0))
def turn(w, b):
    """A line of slope {{w}}, lifted by {{b}}, in lesson {number}."""
    return Plot(Curve(Line(w, b)), Points([(0, b)], role="bias"), x=(-5, 5), y=(-10, 10))


@cell(w=Slider(-5, {high}))
def compute(learner):
    """A line of slope {{w}}."""
    return Plot(Curve(learner.y), x=(-5, 5), y=(-10, 10))


def checks(learner):
    if learner.times(2) != {double}:
        return f"times(2) gave {{learner.times(2)}}; expected {double}."
    return None


@exercise(
    check=checks,
    passes="That is it.",
    hints=("Multiply.",),
    solution="def times(x):\\n    return {number} * x\\n",
    mistakes=(
        Mistake(
            "def times(x):\\n    return {number} + x\\n",
            lambda learner: learner.times(0) == {number},
            "That adds; it should multiply.",
        ),
    ),
)
def times(learner):
    """The function, from 0 to 5."""
    return Plot(Curve(learner.times), x=(0, 5), y=(0, {high}))
'''


def write(folder: Path, lessons: int) -> None:
    """Put a course of so many lessons into `folder`, the same one each time. No two lessons are alike."""
    folder.mkdir(parents=True)
    chance = random.Random(lessons)
    slugs = [f"lesson_{number}" for number in range(3, lessons + 3)]
    (folder / "__init__.py").write_text("", encoding="utf-8")
    parts = [slugs[at : at + IN_A_PART] for at in range(0, lessons, IN_A_PART)]
    listed = "\n".join(f"[[parts]]\ntitle = 'Part {at + 1}'\nlessons = {part}" for at, part in enumerate(parts))
    head = "title = 'Generated'\ntagline = 'Many lessons.'\nhome = 'index'\npackages = []\n"
    (folder / "course.toml").write_text(f"{head}{listed}\n", encoding="utf-8")
    (folder / "index.md").write_text("---\ntitle: Home\nsummary: Many lessons.\n---\n\nWelcome.\n", encoding="utf-8")
    (folder / "index.py").write_text('"""The home page shows nothing."""\n', encoding="utf-8")
    for number, slug in enumerate(slugs, start=3):
        before = max(3, number - 1)
        told = {name: paragraph(chance) for name in ("first", "second", "third", "fourth")}
        prose = PROSE.format(number=number, before=before, earlier=f"lesson_{before}", **told)
        (folder / f"{slug}.md").write_text(prose, encoding="utf-8")
        shows = SHOWS.format(number=number, double=2 * number, high=5 * number)
        (folder / f"{slug}.py").write_text(shows, encoding="utf-8")


def paragraph(chance: random.Random, words: int = 75) -> str:
    """Words at random: four paragraphs have the length of a short lesson."""
    return " ".join(chance.choices(TEXT.split(), k=words)).capitalize() + "."
