"""The code of a demo that readers see is whole, runs by itself, and shows what the demo shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builder.code import shown_code
from builder.lesson import Placed
from stage.controls import Slider
from stage.session import Session
from tests.builder.conftest import Write
from tests.conftest import PLACED

DEMOS = [placed for placed in PLACED if placed.block.kind == "demo"]

LESSON = '''"""What a lesson shows."""

import json
import os.path
import math as m
from functools import lru_cache, partial
from math import (
    cos,
    exp as e,
    sin,  # the only one of these
)

from stage.controls import Slider
from stage.demo import demo

STEPS = 3
LOW, (HIGH, [_]) = -STEPS, (STEPS, [0])
WIDE: float = HIGH - LOW
UNUSED = 5
TABLE = {
    "one": 1,
    # not two
}


def unused(x):
    return UNUSED


class Base:
    size = STEPS


@partial
class Ball(Base):
    pass


@lru_cache(
    maxsize=20
)
def cached(x):
    """Of a helper all is shown, its decorator too."""
    return even(x)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


def slider(start):
    return Slider(-1, 1, start=start)


@demo(w=slider(1))
def plain(w):
    """It needs nothing."""
    return w  # nothing at all


@demo(
    w=slider(1),
    b=slider(2),
)
def far(w, b):
    """It needs even and odd by way of cached."""
    return cached(w)


@demo()
def constants():
    return WIDE, TABLE


@demo()
def ball():
    return Ball()


@demo()
def imported():
    return sin(m.pi), e(0), os.path.sep


@demo()
def shadowing(odd, unused=cos):
    sin = 1
    return [even for even in (odd, sin)], lambda json: json
'''


def names(code: str) -> dict[str, Any]:
    """What the code defines, run by itself."""
    found: dict[str, Any] = {}
    exec(code, found)
    return {name: value for name, value in found.items() if not name.startswith("__")}


def test_a_function_that_needs_nothing_stands_alone_without_its_decorator() -> None:
    assert shown_code(LESSON, "plain") == ('def plain(w):\n    """It needs nothing."""\n    return w  # nothing at all')


def test_helpers_of_helpers_come_along_in_the_order_of_the_lesson() -> None:
    code = shown_code(LESSON, "far")
    assert code.startswith("from functools import lru_cache\n\n\n@lru_cache(\n    maxsize=20\n)\ndef cached(x):\n")
    assert list(names(code)) == ["lru_cache", "cached", "even", "odd", "far"]
    assert names(code)["far"](4, 0) is True
    assert "slider" not in code, "what only the decorator needs is left out"
    assert "@demo" not in code


def test_a_helper_is_shown_as_it_is_written() -> None:
    assert shown_code(LESSON, "far").endswith('    """It needs even and odd by way of cached."""\n    return cached(w)')
    assert '    """Of a helper all is shown, its decorator too."""\n' in shown_code(LESSON, "far")


def test_constants_come_along_with_what_they_are_made_of() -> None:
    code = shown_code(LESSON, "constants")
    assert list(names(code)) == ["STEPS", "LOW", "HIGH", "_", "WIDE", "TABLE", "constants"]
    assert names(code)["constants"]() == (6, {"one": 1})
    assert "    # not two\n}" in code
    assert "import" not in code


def test_a_class_comes_along_with_its_base_and_its_decorator() -> None:
    code = shown_code(LESSON, "ball")
    assert list(names(code)) == ["partial", "STEPS", "Base", "Ball", "ball"]
    assert names(code)["ball"]().size == 3


def test_of_an_import_only_the_names_are_left_that_are_used() -> None:
    code = shown_code(LESSON, "imported")
    assert code.startswith("import os.path\nimport math as m\nfrom math import exp as e, sin\n\n\ndef imported():")
    assert names(code)["imported"]()[1] == 1


def test_what_a_function_binds_itself_is_not_taken_from_its_lesson() -> None:
    code = shown_code(LESSON, "shadowing")
    assert list(names(code)) == ["cos", "shadowing"]
    assert names(code)["shadowing"](5)[0] == [5, 1]


def test_a_helper_with_annotations_has_the_names_of_its_annotations() -> None:
    source = "from math import pi\nNumber = float\ndef half(x: Number) -> Number:\n    return x / 2\ndef f():\n    return half(pi)\n"
    assert list(names(shown_code(source, "f"))) == ["pi", "Number", "half", "f"]


def test_of_two_definitions_of_a_name_the_last_one_counts() -> None:
    source = "def g(): return 1\ndef g(): return 2\ndef f(): return g()\n"
    assert names(shown_code(source, "f"))["f"]() == 2


@pytest.mark.parametrize("space", ["\f", "'\\x0b' '\x0c\x1c\x85\u2028'", "# \u2029"])
def test_a_line_is_a_line_as_python_counts_them(space: str) -> None:
    source = f"a = 1\n{space}\ndef g():\n    return a\n\ndef f():\n    return g()\n"
    assert shown_code(source, "f") == "a = 1\n\n\ndef g():\n    return a\n\n\ndef f():\n    return g()"


# --- the demos of the course -----------------------------------------------------------------------------------


def ask(placed: Placed, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    request = {"do": "draw", "block": placed.path, "values": values} | more
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps(request)))
    return answer


@pytest.mark.parametrize("placed", DEMOS, ids=lambda placed: placed.path)
def test_the_code_of_every_demo_shows_exactly_what_the_demo_shows(placed: Placed) -> None:
    sliders = {name: c for name, c in placed.block.controls.items() if isinstance(c, Slider)}
    ends = [{name: getattr(slider, end) for name, slider in sliders.items()} for end in ("low", "high")]
    for moved in ({}, *ends):
        values = placed.block.starts | moved
        answer = ask(placed, values, source=placed.source, code=placed.source)
        assert "error" not in answer
        assert answer["figures"]
        assert answer == ask(placed, values)


@pytest.mark.parametrize("placed", DEMOS, ids=lambda placed: placed.path)
def test_the_code_of_every_demo_is_no_more_than_it_needs(placed: Placed) -> None:
    found = names(placed.source)
    for name in set(found) - {placed.name}:
        assert placed.source.count(name) > 1, name
    assert "@demo" not in placed.source
    assert "stage.controls" not in placed.source, "the sliders are not in it"
    assert len(placed.source.splitlines()) <= 100, "readers are to read it"


def test_the_build_finds_the_code_of_a_demo_and_the_starter_of_a_cell(write: Write) -> None:
    lesson = write("```demo a_demo\n```\n\n```cell a_cell\nw = 1\ndef y(x, w): return w\n```\n").read()
    demo, cell = lesson.blocks.values()
    assert demo.source.startswith("from stage.figure import Plot\nfrom stage.marks import Curve\n\n\ndef a_demo(w):\n")
    assert cell.source == "w = 1\ndef y(x, w): return w"
