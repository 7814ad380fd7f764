"""One file of golden data for each figure of the course: the same on CPython, in Pyodide, and after a change.

`pytest tests/test_golden.py --update-golden` writes them anew; read the diff before you keep it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from builder.lesson import Placed
from builder.problems import ROOT
from stage.session import Session
from tests import pyodide
from tests.conftest import PLACED

GOLDEN = ROOT / "tests" / "golden"
FIGURES = [placed for placed in PLACED if placed.answer["figures"]]


def request(placed: Placed) -> dict[str, Any]:
    """What the page asks when nothing has been moved yet."""
    start = placed.answer.get("values", placed.block.starts)
    asked = {"do": "draw", "block": placed.path, "values": start}
    return asked if placed.block.kind == "demo" else asked | {"source": placed.source, "code": placed.source}


def same(got: Any, expected: Any, where: str = "") -> None:
    """Equal but for the last digit of a number."""
    assert type(got) is type(expected) or {type(got), type(expected)} == {int, float}, where
    if isinstance(expected, dict):
        assert list(got) == list(expected), where
        for key in expected:
            same(got[key], expected[key], f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(got) == len(expected), where
        for i, (one, other) in enumerate(zip(got, expected, strict=True)):
            same(one, other, f"{where}[{i}]")
    elif isinstance(expected, float):
        assert got == pytest.approx(expected, rel=1e-5, abs=1e-9), where
    else:
        assert got == expected, where


@pytest.mark.parametrize("placed", FIGURES, ids=lambda placed: placed.path)
def test_every_figure_is_as_it_was(placed: Placed, pytestconfig: pytest.Config) -> None:
    file = GOLDEN / f"{placed.path.replace('/', '.')}.json"
    answer = json.loads(Session("lessons").handle(json.dumps(request(placed))))
    if pytestconfig.getoption("--update-golden"):
        file.write_text(json.dumps(answer, indent=None) + "\n")
    same(answer, json.loads(file.read_text()))


def test_golden_data_is_kept_for_no_figure_that_is_gone() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == {placed.path.replace("/", ".") for placed in FIGURES}


def test_pyodide_computes_every_figure_as_cpython_does() -> None:
    answers = pyodide.answers([request(placed) for placed in FIGURES])
    assert len(answers) == len(FIGURES)
    for placed, answer in zip(FIGURES, answers, strict=True):
        same(answer, json.loads((GOLDEN / f"{placed.path.replace('/', '.')}.json").read_text()), placed.path)
