"""A control's value is written into the reader's code, and nothing else of it changes."""

from __future__ import annotations

import ast
import random
from typing import Any

import pytest

from stage.rewrite import assign

WRITTEN = {
    "a number": ("w = 1", "w = 2.5"),
    "a negative number": ("w = -1", "w = 2.5"),
    "a negative number in brackets": ("w = -(1)", "w = 2.5"),
    "a number in brackets": ("w = (1)", "w = (2.5)"),
    "brackets over lines": ("w = (  # one\n    1\n)\n", "w = (  # one\n    2.5\n)\n"),
    "a continued line": ("w = \\\n  1\n", "w = \\\n  2.5\n"),
    "no spaces, two statements": ("w=1;b=0", "w=2.5;b=0"),
    "a comment": ("w = 1  # the weight\n", "w = 2.5  # the weight\n"),
    "letters beyond ASCII before it": ("é = 'ü𝄞'; w = 1  # à\n", "é = 'ü𝄞'; w = 2.5  # à\n"),
    "Windows line ends": ("b = 0\r\nw = 1\r\n", "b = 0\r\nw = 2.5\r\n"),
    "old Mac line ends": ("b = 0\rw = 1\r", "b = 0\rw = 2.5\r"),
    "mixed line ends in a text": ("t = '''\r\n\r\n'''\nw = 1", "t = '''\r\n\r\n'''\nw = 2.5"),
    "a form feed before it": ("\fb = 0\n\fw = 1\n", "\fb = 0\n\fw = 2.5\n"),
    "a form feed in a text": ("t = '\f'; w = 1\nb = 0", "t = '\f'; w = 2.5\nb = 0"),
    "line ends of other alphabets": ("t = '\x85\u2028\x1c'\nw = 1\n", "t = '\x85\u2028\x1c'\nw = 2.5\n"),
    "no line end at the end": ("b = 0\nw = 1", "b = 0\nw = 2.5"),
    "an infinite number": ("w = 1e400", "w = 2.5"),
    "True": ("w = True", "w = 2.5"),
    "None": ("w = None", "w = 2.5"),
    "a text": ("w = 'one' 'two'", "w = 2.5"),
    "a list": ("w = [1, 2]", "w = 2.5"),
    "a dict": ("w = {1: [2]}", "w = 2.5"),
    "a type": ("w: float = 1", "w: float = 2.5"),
    "a declaration after it": ("w = 1\nw: float", "w = 2.5\nw: float"),
    "the last of two": ("w = 1\nw = 2\n", "w = 1\nw = 2.5\n"),
    "a literal after a computed one": ("w = f()\nw = 2\n", "w = f()\nw = 2.5\n"),
    "a name inside a function of the same name": (
        "w = 1\ndef f():\n    w = 3\n    return w\n",
        "w = 2.5\ndef f():\n    w = 3\n    return w\n",
    ),
    "an argument of the same name": ("w = 1\ny = f(w=1)\n", "w = 2.5\ny = f(w=1)\n"),
    "use as an index": ("w = 1\nxs[w] = 2\nw.real = 3", "w = 2.5\nxs[w] = 2\nw.real = 3"),
    "a loop of comprehension": ("w = 1\nl = [w for w in range(3)]\n", "w = 2.5\nl = [w for w in range(3)]\n"),
}

KEPT = {
    "nothing": "",
    "another name": "b = 1",
    "a name that ends in it": "ww = 1",
    "a computed value": "w = 1 + f()",
    "a computed value after a literal": "w = 1\nw = w * 2",
    "an augmented assignment after a literal": "w = 1\nw += 1",
    "a tuple": "w, b = 1, 0",
    "a tuple after a literal": "w = 1\n(b, [*w]) = 0, [1]",
    "a tuple of one": "w, = 1,",
    "two targets": "a = w = 1",
    "a declaration": "w: float",
    "an attribute": "a.w = 1",
    "an assignment inside a block": "if True:\n    w = 1",
    "code that does not compile": "w = 1\nw = (",
    "a null byte": "w = 1\0",
    "half of a surrogate pair": "w = 1  # \ud800",
    "a byte-order mark": "\ufeffw = 1",
    "a literal that cannot be": "w = {[]: 1}",
    "a set that cannot be": "w = {[1]}",
    "a comprehension": "w = [x for x in (1, 2)]",
    "operators without end": "w = " + "-" * 100_000 + "1",
}


@pytest.mark.parametrize(("before", "after"), WRITTEN.values(), ids=WRITTEN)
def test_the_value_is_written_in_place_of(before: str, after: str) -> None:
    assert assign(before, "w", 2.5) == after


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT)
def test_the_code_stays_as_it_is_where_the_name_is_given_by(source: str) -> None:
    assert assign(source, "w", 2.5) == source


@pytest.mark.parametrize("literal", ["3.20", "3.2e0", "+3.2", "32e-1", "(3.20)"])
def test_a_number_that_is_right_already_keeps_its_spelling(literal: str) -> None:
    assert assign(f"w = {literal}", "w", 3.2) == f"w = {literal}"


def test_an_integer_and_the_float_of_the_same_value_are_the_same() -> None:
    assert assign("w = 1.0", "w", 1) == "w = 1.0"
    assert assign("w = 0", "w", -0.0) == "w = 0"
    assert assign("w = 1_000", "w", 1000.0) == "w = 1_000"


def test_a_huge_integer_is_written_in_full() -> None:
    assert assign("w = 1", "w", 10**400) == f"w = {10**400}"


DATA = """data = [(1, 0.85), (2, 1.43),  # measured on Monday
        (3, 1.92),
]
"""


def test_of_a_list_only_the_number_that_differs_is_replaced() -> None:
    moved = assign(DATA, "data", [(1, 0.85), (2, 1.43), (3, -2)])
    assert moved == DATA.replace("1.92", "-2")


def test_numbers_before_and_after_one_another_are_replaced_at_once() -> None:
    moved = assign(DATA, "data", [(10.25, 0.85), (2, 100), (-3, 1.5)])
    assert moved == DATA.replace("(1, 0.85)", "(10.25, 0.85)").replace("1.43", "100").replace("(3, 1.92)", "(-3, 1.5)")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("data = [[1, 2], [3, 4]]", "data = [[1, 2], [3, 5]]"),
        ("data = ((1, 2), (3, 4))", "data = ((1, 2), (3, 5))"),
        ("data = (1, 2), (3, 4)", "data = (1, 2), (3, 5)"),
        ("data = [((1), 2), (3, (4))]", "data = [((1), 2), (3, (5))]"),
        ("data = [('é', 2), (3, 4)]", "data = [(1, 2), (3, 5)]"),
        ("data = [1, 2]", "data = [(1, 2), (3, 5)]"),
        ("data = [(1, 2, 3), (3, 4)]", "data = [(1, 2), (3, 5)]"),
        ("data = [\n  (1,\n   2), (3,\n  4)]", "data = [\n  (1,\n   2), (3,\n  5)]"),
    ],
)
def test_lists_and_tuples_stay_what_they_are(before: str, after: str) -> None:
    assert assign(before, "data", [(1, 2), (3, 5)]) == after


@pytest.mark.parametrize("before", ["data = []", "data = (1, 2),", "data = [(1, 2), (3, 5), (6, 7)]", "data = 0"])
def test_data_of_another_length_is_written_as_a_whole(before: str) -> None:
    assert assign(before, "data", [(1, 2), (3, 5)]) == "data = [(1, 2), (3, 5)]"


def test_an_empty_list_stays_empty() -> None:
    assert assign("data = [ ]", "data", []) == "data = [ ]"


@pytest.mark.parametrize("seed", range(200))
def test_the_code_then_means_the_value_and_all_other_lines_are_untouched(seed: int) -> None:
    rng = random.Random(seed)
    end = rng.choice(["\n", "\r\n", "\r"])
    before, value = nested(rng, 3), nested(rng, 3)
    lines = ["é = 'ü𝄞'  # à", f"other = {before!r}", f"w = {before!r}  # ß", "# fin"]
    written = assign(end.join(lines), "w", value)
    kept = written.split(end)
    assert (kept[0], kept[1], kept[3]) == (lines[0], lines[1], lines[3])
    assert as_lists(ast.literal_eval(kept[2].removeprefix("w = "))) == as_lists(value)
    assert kept[2].endswith("  # ß")
    assert assign(written, "w", value) == written, "writing twice changes nothing"


def nested(rng: random.Random, depth: int) -> Any:
    """A number, or a list or tuple of up to three of them, at most `depth` deep."""
    if depth == 0 or rng.random() < 0.4:
        return rng.choice([0, -1, 2.5, -0.125, 1e20, 10**30, rng.random()])
    items = [nested(rng, depth - 1) for _ in range(rng.randrange(4))]
    return rng.choice([list, tuple])(items)


def as_lists(value: Any) -> Any:
    return [as_lists(item) for item in value] if isinstance(value, list | tuple) else value
