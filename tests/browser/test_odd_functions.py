"""Whatever a learner's function gives or takes: the figure shows what it can, a sentence says what happened where."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Reader

CODE = "w = 1\nb = 0\n\ndef y(x, w, b):\n    {body}\n"


@pytest.mark.parametrize(
    ("body", "says", "drawn"),
    [
        (
            "return 1 / 0 if x < 0 else w * x + b",
            "At x = -10, y stopped with ZeroDivisionError: division by zero.",
            True,
        ),
        ("return float('nan') if x < 0 else w * x + b", "At x = -10, y gave nan, which is not a finite number.", True),
        ("return 'high' if x > 5 else w * x + b", "gave 'high', which is not a finite number.", True),
        ("return None", "At x = -10, y gave None, which is not a finite number.", False),
        ("import numpy as np\n    return np.float64(w * x + b)", "", True),
        ("import numpy as np\n    return np.array([w * x + b, 1.0])", "At x = -10, y gave array(", False),
    ],
)
def test_the_figure_shows_what_can_be_shown_and_a_sentence_says_the_rest(
    reader: Reader, body: str, says: str, drawn: bool
) -> None:
    block = reader.opens("embed/fit/plotting_a_line/").block("plotting_a_line")
    block.run(CODE.format(body=body), ends="done")
    expect(block.find("[data-notes]")).to_contain_text(says)
    path = block.find(".mark.curve path")
    assert ("L" in (path.get_attribute("d") or "")) == drawn
    block.slide("w", 2)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 2,"))


def test_a_function_of_half_a_second_a_call_never_holds_the_page_and_the_next_move_works(reader: Reader) -> None:
    block = reader.opens("embed/fit/plotting_a_line/").block("plotting_a_line")
    wait = "import time\n    end = time.perf_counter() + 0.5\n    while time.perf_counter() < end:\n        pass\n    return w * x + b"
    block.run(CODE.format(body=wait), ends="done")
    expect(block.find("[data-notes]")).to_contain_text("y takes its time")
    assert (
        reader.evaluate(
            "new Promise((done) => { const s = performance.now(); setTimeout(() => done(performance.now() - s)) })"
        )
        < 500
    )
    block.slide("w", 3)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 3,"))
    expect(block.button("Stop")).to_be_enabled()
    block.button("Stop").click()
    block.ends("stopped")
    block.run(CODE.format(body="return w * x + b"), ends="done")
    expect(block.find("[data-notes]")).to_be_hidden()
