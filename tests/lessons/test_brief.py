"""The figures that the course's brief names, as readers get them: from the code on the pages, on CPython and in Pyodide."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stage.session import Session
from tests import pyodide
from tests.conftest import PLACED

SOURCES = {placed.name: placed.source for placed in PLACED if placed.block.kind != "demo"}


def on_cpython(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    session = Session("lessons")
    return [json.loads(session.handle(json.dumps(request))) for request in requests]


def value(block: str, expression: str) -> dict[str, Any]:
    """What to ask for the value of an expression in a cell's own names."""
    return {"do": "run", "block": block, "source": f"{SOURCES[block.partition('/')[2]]}\n{expression}\n"}


def draw(block: str, **values: Any) -> dict[str, Any]:
    return {"do": "draw", "block": block, "values": values}


@pytest.mark.parametrize("answers", [on_cpython, pyodide.answers], ids=["CPython", "Pyodide"])
def test_every_figure_that_the_brief_names(answers: Any) -> None:
    loop = SOURCES["all_epochs"].partition("plt.semilogy")[0]
    for said, instead in (("import matplotlib.pyplot as plt", ""), ("epochs = 50\n", "epochs = 500\n")):
        assert said in loop
        loop = loop.replace(said, instead)
    loss, best, gradient, hills, network, sigmoid, trained = answers(
        [
            value("loss/loss_landscape", "loss(1, 0)"),
            value("loss/loss_landscape", "loss(0.594048, 0.221786)"),
            value("gradient/gradient_vector", "w, b = 1, 0\ngradient()"),
            draw("gradient/tangent", x=0),
            draw("network/one_neuron", wi1=1, b1=0, wo1=6.28, x=0),
            draw("neuron/sigmoid_of_a_line", w=1, b=0),
            {"do": "run", "block": "two_layers/all_epochs", "source": f"{loop}\nfloat(losses[0]), float(losses[-1])"},
        ]
    )
    assert float(loss["value"]) == pytest.approx(13.7698, abs=5e-5)
    assert float(best["value"]) == pytest.approx(0.004956, abs=5e-7)
    assert [float(part) for part in gradient["value"].strip("([])").split(",")] == pytest.approx([74.83, 12.84])
    assert hills["readouts"]["slope of tangent"] == "1.3000"
    (y,) = network["figures"][0]["layers"][-1]
    assert y["value"] == pytest.approx(3.14, abs=1e-6)
    curves = [dict(mark["points"]) for mark in sigmoid["figures"][0]["marks"] if mark["role"] == "model"]
    assert any(
        curve[0] == 0.5 and 0 <= curve[-10] < 1e-4 and 1 - 1e-4 < curve[10] <= 1 for curve in curves if len(curve) > 100
    )
    first, last = (float(part) for part in trained["value"].strip("()").split(","))
    assert first == pytest.approx(3.54e7, rel=0.005)
    assert last == pytest.approx(5.2e-7, rel=0.02)
