"""Errors a learner can use: the expression is marked, a sentence helps, and typing is looked at when it pauses."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Block, Reader

PAUSED = 1200
"""Milliseconds after which a look at typed code would have been asked for."""


def cell(reader: Reader) -> Block:
    return reader.opens("embed/fit/fitting_the_line/").block("fitting_the_line")


def looked(block: Block, line: int, says: str) -> None:
    """The quiet mark is on this line, and words that begin with its number say why."""
    expect(block.find("[data-look]")).to_contain_text(f"Line {line}: ")
    expect(block.find("[data-look]")).to_contain_text(says)
    expect(block.find(".cm-line.look-line")).to_have_text(block.code.split("\n")[line - 1])


def unmarked(block: Block) -> None:
    expect(block.find("[data-look]")).to_be_empty()
    expect(block.find(".look-line, .look-span")).to_have_count(0)


@pytest.mark.parametrize(
    ("code", "marked", "advice"),
    [
        ("x = 1 + lenght", "lenght", "Nothing has given lenght a value"),
        ("length = 3\nx = 1 + lenght", "lenght", "Is it length that is meant?"),
        ("x = 3\nif x = 3:\n    x = 1", "x = 3", "write =="),
        ("def f(x):\n    x + 1\n\ny = 2 * f(3)", "2 * f(3)", "f gives None, no value, as it has no return"),
        (
            "def y(x, w, b):\n    return w * x + b\n\nz = 1 + y(1, 2)",
            "y(1, 2)",
            "This call leaves out b. It is defined as",
        ),
        ("data = [1, 2]\nx = 1 + data[2]", "data[2]", "data has 2 entries, numbered 0 to 1"),
        ("x = 2\ny = 3 * 2(x + 1)", "2(x + 1)", "To multiply, write *"),
        ("x = 5 + (3 / (2 - 2))", "3 / (2 - 2)", "2 - 2 is 0 here"),
        ("import numpy as np\nx = 1 + np.ones(3) @ np.ones(4)", "np.ones(3) @ np.ones(4)", "A product A @ B needs"),
        ("ages = {'Ada': 36}\nx = 1 + ages['ada']", "ages['ada']", "Is it 'Ada' that is meant?"),
        ("é = 'ü𝄞'; x = 1 + [].lenght", "[].lenght", "has no lenght"),
    ],
)
def test_the_exact_expression_is_marked_and_a_sentence_helps(
    reader: Reader, code: str, marked: str, advice: str
) -> None:
    block = cell(reader)
    block.run(code, ends="error")
    expect(block.find('[role="alert"] p').nth(1)).to_contain_text(advice)
    expect(block.find(".trouble-span")).to_have_text(marked)


def test_advice_stands_between_the_message_and_what_python_says_and_shows_code_as_code(reader: Reader) -> None:
    block = cell(reader)
    block.run("total = 0\ndef add(x):\n    total += x\n\nadd(1)", ends="error")
    alert = block.find('[role="alert"]')
    assert alert.locator("> *").evaluate_all("(parts) => parts.map((part) => part.tagName)") == ["P", "P", "DETAILS"]
    expect(alert.locator("p").first).to_contain_text("UnboundLocalError on line 3: cannot access local variable")
    assert "global total" in alert.locator("p code").all_inner_texts()


def test_what_nobody_knows_is_shown_as_python_says_it(reader: Reader) -> None:
    block = cell(reader)
    block.run("raise ValueError('my own `words` <b>here</b>')", ends="error")
    expect(block.find('[role="alert"] p')).to_have_text(["ValueError on line 1: my own `words` <b>here</b>"])


def test_values_in_advice_are_text_and_no_html(reader: Reader) -> None:
    block = cell(reader)
    block.run("x = {'<img src=x onerror=alert(1)>': 1}\nx['`<b>']", ends="error")
    expect(block.find('[role="alert"] p').nth(1)).to_contain_text("<img src=x onerror")
    expect(block.find('[role="alert"] :is(img, b)')).to_have_count(0)


def test_a_check_that_stops_in_the_readers_function_helps_too(reader: Reader) -> None:
    block = reader.opens("embed/fit/plotting_a_line/").block("plotting_a_line")
    block.run("w = 1\nb = 0\ndef y(x, w, b):\n    return x if w == 1 else x / (w - w)", press="Check")
    expect(block.find("[data-verdict-place]")).to_contain_text(
        "ZeroDivisionError on line 4. Nothing can be divided by 0"
    )
    expect(block.find("[data-verdict-place] code")).to_have_text("w - w")


def test_code_that_python_cannot_read_is_marked_when_the_typing_pauses(reader: Reader) -> None:
    block = cell(reader)
    block.write("x = 1\n")
    reader.evaluate(
        """() => {
          window.said = [];
          document.querySelector(".cm-content").addEventListener("input", () => (window.typed = performance.now()));
          new MutationObserver(([{ target }]) => window.said.push([target.textContent, performance.now() - window.typed]))
            .observe(document.querySelector("[data-look]"), { childList: true });
        }"""
    )
    reader.page.keyboard.insert_text("if x")
    looked(block, 2, "A colon is missing")
    expect(block.find(".trouble-line")).to_have_count(0)
    expect(block.find('[role="alert"]')).to_have_count(0)
    expect(block.find(".cm-content")).to_be_focused()
    reader.page.keyboard.insert_text(":")
    looked(block, 2, "must stand further to the right")
    reader.page.keyboard.insert_text(" x = 2")
    unmarked(block)
    said = reader.evaluate("() => window.said")
    assert [bool(text) for text, _ in said] == [True, False, True, False], "it goes as soon as anything is typed"
    assert all(after > 590 for text, after in said if text), "and does not come while somebody types"


def test_the_expression_that_cannot_be_read_is_marked(reader: Reader) -> None:
    block = cell(reader)
    block.write("x = 1 + 007")
    looked(block, 1, "cannot begin with 0")
    expect(block.find(".look-span")).to_have_count(1)


def test_a_look_runs_nothing_and_imports_nothing(reader: Reader) -> None:
    block = cell(reader)
    asked = len(reader.asked)
    block.write("import matplotlib.pyplot\nprint('ran')\nimport (")
    looked(block, 3, "")
    expect(block.find("[data-output]")).to_be_empty()
    expect(block.element).to_have_attribute("data-state", "ready")
    assert [url for url in reader.asked[asked:] if ".whl" in url] == []


def test_the_error_of_a_run_takes_the_place_of_the_quiet_mark(reader: Reader) -> None:
    block = cell(reader)
    block.write("x = 1\nif x")
    looked(block, 2, "A colon is missing")
    block.run(ends="error")
    unmarked(block)
    expect(block.find(".cm-line.trouble-line")).to_have_text("if x")
    reader.page.wait_for_timeout(PAUSED)
    unmarked(block)


def test_code_typed_while_a_run_is_under_way_is_left_alone(reader: Reader) -> None:
    block = cell(reader)
    block.run("while True:\n    pass", ends="running")
    block.write("if x")
    reader.page.wait_for_timeout(PAUSED)
    unmarked(block)
    block.button("Stop").click()
    block.ends("stopped")


def test_a_readout_that_is_no_number_is_explained(reader: Reader) -> None:
    block = cell(reader)
    block.run(block.code + "\ndef loss(w, b):\n    return w * 1e200 * 1e200\n\nlearning_rate = 0.1", ends="done")
    expect(block.find("[data-notes]")).to_contain_text("loss(w, b) is inf: it has grown past every number")
    expect(block.find("[data-notes]")).to_contain_text("Try a smaller learning rate")
