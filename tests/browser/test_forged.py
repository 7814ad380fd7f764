"""Whatever comes from a worker that is not to be trusted: the page shows it, or says why not, and goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Reader, reading

STAND_IN = """window.Worker = class {
  constructor() { window.workers = [...(window.workers ?? []), this]; }
  terminate() {}
  says(data) { setTimeout(() => this.onmessage?.({ data })); }
  postMessage(order) {
    if (order.boot) {
      navigator.locks.request(order.lock, () => new Promise(() => {})); // it lives
      this.says({ ready: true, stops: false });
    }
    if (!order.question) return;
    for (const news of window.before ?? []) this.says(news);
    for (const message of window.messages ?? []) this.says({ id: order.id, message });
    this.says({ id: order.id, answer: window.answer ?? "{}" });
  }
};
for (const name of ["alert", "prompt", "confirm", "print"]) window[name] = () => (window.ran = true);"""
"""A worker that says what the test wants."""


@pytest.fixture(scope="module")
def reader(chromium: Browser, served: str) -> Iterator[Reader]:
    for reader in reading(chromium, served, viewport={"width": 1280, "height": 800}):
        reader.page.add_init_script(STAND_IN)
        reader.opens("playground/")
        yield reader


def say(reader: Reader, **forged: Any) -> str:
    """The state of the block after a Run whose worker says this."""
    reader.evaluate("said => Object.assign(window, { before: [], messages: [], answer: '{}' }, said)", forged)
    block = reader.block("playground")
    block.run()
    return block.element.get_attribute("data-state") or ""


def works(reader: Reader) -> None:
    """The page still shows an answer and a figure, and nothing has run."""
    good = {"kind": "plot", "label": "good", "notes": [], "marks": []} | {
        axis: {"domain": [0, 1], "label": axis, "log": False} for axis in "xy"
    }
    assert say(reader, answer=json.dumps({"value": "42", "controls": {}, "figures": [good]})) == "done"
    expect(reader.block("playground").find("[data-output]")).to_have_text("42")
    expect(reader.block("playground").find("[data-figure]")).to_have_attribute("aria-label", "good")
    assert not reader.evaluate("window.ran")


MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
NO_ANSWERS = {
    "nothing": "",
    "no JSON": "{" + MARKUP,
    "null": "null",
    "a list": "[[]]",
    "a deep list": "[" * 50_000 + "]" * 50_000,
    "figures of no kind": json.dumps({"figures": [{}]}),
    "a figure of a kind with markup": json.dumps({"figures": [{"kind": MARKUP, "label": ""}]}),
    "a plot without axes": json.dumps({"figures": [{"kind": "plot", "label": "", "marks": [], "notes": []}]}),
    "controls of a kind with markup": json.dumps({"controls": {"w": {"kind": MARKUP}}}),
    "values that are objects": json.dumps({"values": {"w": {"html": MARKUP}}}),
    "a verdict that is a text": json.dumps({"verdict": MARKUP}),
    "an error that is a text": json.dumps({"error": MARKUP}),
    "an error on a line that is none": json.dumps({"error": {"kind": "E", "message": "", "text": "", "line": -1}}),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_what_is_no_answer_is_told_as_an_error(reader: Reader, name: str) -> None:
    assert say(reader, answer=NO_ANSWERS[name]) == "error"
    expect(reader.block("playground").find("[role=alert]")).to_contain_text("Its answer cannot be shown here")
    works(reader)


def sliders(*names: str) -> dict[str, Any]:
    return {name: {"kind": "slider", "role": MARKUP, "low": 0, "high": 1, "step": 0.1, "plays": True} for name in names}


OF_FORMS = (
    "querySelectorAll",
    "querySelector",
    "hidden",
    "children",
    "replaceChildren",
    "dispatchEvent",
    "length",
    "elements",
)
ODD = {
    "markup in all words": {
        "value": MARKUP,
        "note": MARKUP,
        "readouts": {MARKUP: MARKUP},
        "error": {"kind": MARKUP, "message": MARKUP, "text": f"{MARKUP}\n{MARKUP}", "line": 1, "advice": MARKUP},
    },
    "controls with the names of a form's own parts": {
        "controls": sliders(*OF_FORMS, "__proto__", "constructor", MARKUP)
    },
    "values of controls that are of another kind": {"controls": sliders("w"), "values": {"w": "x", "__proto__": 5}},
    "points for a slider": {"controls": sliders("w"), "values": {"w": [[1, 2]]}},
    "an error on a line that is not there": {
        "error": {"kind": "E", "message": "", "text": "", "line": 900, "column": 900}
    },
    "more steps than there are": {"recorded": 1_000_000},
    "another code": {"code": MARKUP},
    "a verdict where nothing is checked": {"verdict": {"pass": True, "says": MARKUP}},
}


@pytest.mark.parametrize("name", [name for name in ODD if "verdict" not in name])
def test_what_is_an_odd_answer_breaks_nothing(reader: Reader, name: str) -> None:
    assert say(reader, answer=json.dumps(ODD[name])) in ("done", "error")
    for slider in reader.block("playground").find("form input[type=range]").all():
        slider.fill("0.5")
    works(reader)


def plot(*marks: dict[str, Any]) -> dict[str, Any]:
    axis = {"domain": [0, 1], "label": MARKUP, "log": False}
    return {"kind": "plot", "label": MARKUP, "notes": [MARKUP], "x": axis, "y": axis, "marks": list(marks)}


def graph(nodes: int, edges: int) -> dict[str, Any]:
    names = [f"{MARKUP}{i}" for i in range(nodes)]
    half = nodes // 2
    return {
        "kind": "graph",
        "label": MARKUP,
        "notes": [],
        "nodes": [
            {"name": name, "text": name, "column": i // half, "value": "1", "derivative": "1", "lit": True}
            for i, name in enumerate(names)
        ],
        "edges": [
            {"source": names[i % half], "target": names[half + (i * 7) % half], "local": "1", "lit": False}
            for i in range(edges)
        ],
    }


LARGE = {
    "points": plot({"kind": "points", "role": MARKUP, "points": [[0.5, 0.5]] * 10_000, "drag": MARKUP, "hollow": False}),
    "a curve": plot({"kind": "curve", "role": "model", "label": MARKUP, "points": [[i / 1e5, 0.5] for i in range(100_000)], "draw": MARKUP}),
    "curves with labels": plot(*[{"kind": "curve", "role": "model", "label": MARKUP, "points": [[0.5, 0.5]]}] * 500),
    "bars": plot({"kind": "bars", "role": "model", "label": MARKUP, "bars": [[0, 1, 0, 1]] * 10_000}),
    "shades": plot({"kind": "heat", "role": "model", "columns": 1000, "rows": 1000, "shades": [1, None] * 500_000, "edge": 0.5}),
    "a table": {
        **{"kind": "matrix", "label": MARKUP, "notes": [], "rows": [MARKUP] * 100, "columns": [MARKUP] * 100},
        **{"row_label": MARKUP, "column_label": MARKUP, "cells": [[{"shown": MARKUP, "role": MARKUP, "share": 1}] * 100] * 100},
    },
    "a network": {
        **{"kind": "diagram", "label": MARKUP, "notes": []},
        "layers": [
            [{"name": f"{MARKUP}{i}{j}", "value": 1, "shown": MARKUP, "bias": None, "activation": MARKUP} for j in range(40)]
            for i in range(2)
        ],
        "weights": [
            {"name": f"{i} {j}", "value": 1, "shown": "1", "source": f"{MARKUP}0{i}", "target": f"{MARKUP}1{j}"}
            for i in range(40)
            for j in range(40)
        ],
    },
    "a graph": graph(200, 400),
    "a graph without edges": graph(200, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_the_largest_figure_that_is_taken_is_drawn(reader: Reader, name: str) -> None:
    assert say(reader, answer=json.dumps({"controls": {}, "figures": [LARGE[name]]})) == "done"
    works(reader)


def test_what_is_sent_while_code_runs_is_text_and_pictures(reader: Reader) -> None:
    sent = ["", "null", "5", "[]", '{"stdout": {}}', '{"image": []}', json.dumps({"stdout": MARKUP, "stderr": MARKUP})]
    assert say(reader, messages=[*sent, json.dumps({"image": MARKUP}), json.dumps({"unknown": MARKUP})]) == "done"
    output = reader.block("playground").find("[data-output]")
    expect(output).to_contain_text(MARKUP)
    expect(output).to_contain_text("cannot show")
    assert output.locator("script, img[onerror]").count() == 0
    works(reader)


def test_news_of_no_known_shape_is_no_news(reader: Reader) -> None:
    before = [None, 5, "failed", [], {}, {"failed": {}}, {"stage": {"html": MARKUP}}, {"id": "1", "answer": "{}"}]
    late = [
        {"id": -1, "answer": MARKUP},
        {"id": 10**9, "answer": "{}"},
        {"stage": MARKUP, "share": 1e9},
        {"files": [MARKUP]},
    ]
    assert say(reader, before=[*before, *late]) == "done"
    works(reader)


@pytest.mark.parametrize("news", [{"failed": MARKUP}, {"broken": MARKUP}, {"unsound": True}])
def test_a_worker_that_says_that_it_failed_is_told_of_and_can_be_replaced(
    chromium: Browser, served: str, news: dict[str, Any]
) -> None:
    for reader in reading(chromium, served):
        reader.page.add_init_script(STAND_IN)
        reader.opens("playground/")
        reader.evaluate("news => (window.before = [news])", news)
        block = reader.block("playground")
        block.button("Run").click()
        reader.page.wait_for_timeout(200)
        reader.evaluate("() => (window.before = [])")
        retry = reader.page.locator("[data-status]").get_by_role("button", name="Retry")
        if retry.is_visible():
            retry.click()
        reader.python("ready")
        reader.page.wait_for_timeout(200)
        works(reader)
