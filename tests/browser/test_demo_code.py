"""Show the code: the function that draws a demo, opened, changed and run in place."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Block, Reader


def opened(reader: Reader) -> Block:
    block = reader.opens("line/").block("the_line")
    block.find(
        "summary",
    ).first.click()
    expect(block.find(".cm-content")).to_be_visible()
    return block


def test_the_code_is_the_function_with_what_it_needs(reader: Reader) -> None:
    block = opened(reader)
    assert "def the_line(w, b):" in block.code
    assert "from engine.line import Line" in block.code
    assert "@demo" not in block.code


def test_changed_code_draws_the_figure_and_the_sliders_drive_it(reader: Reader) -> None:
    block = opened(reader)
    before = block.find(".mark.curve path").first.get_attribute("d")
    block.run(block.code.replace("Line(w, b)", "lambda x: w * x * x + b"), ends="done")
    after = block.find(".mark.curve path").first.get_attribute("d")
    assert after != before
    block.slide("w", -2)
    expect(block.find(".mark.curve path").first).not_to_have_attribute("d", after or "")
    assert block.label.startswith("A line of slope −2")
    block.button("Reset").click()
    expect(block.find(".mark.curve path").first).to_have_attribute("d", before or "")
    assert "Line(w, b)" in block.code


def test_a_fault_in_it_is_told_with_its_line_and_the_figure_stays(reader: Reader) -> None:
    block = opened(reader)
    block.run(block.code.replace("return Plot(", "return Plt("), ends="error")
    expect(block.find('[role="alert"]')).to_contain_text("NameError")
    assert block.find(".cm-line.trouble-line").count() == 1
    assert block.find(".mark.curve path").first.get_attribute("d")


def test_what_is_no_figure_is_told_in_words(reader: Reader) -> None:
    block = opened(reader)
    block.run("def the_line(w, b):\n    return 'a line'", ends="error")
    expect(block.find('[role="alert"]')).to_contain_text("expected a figure, such as a Plot")
    block.run("w = 1", ends="done")
    expect(block.find("[data-notes]")).to_contain_text("The figure needs the_line")


def test_changed_code_may_draw_a_figure_of_another_kind(reader: Reader) -> None:
    block = reader.opens("embed/line/the_plane/").block("the_plane")
    block.find("summary").first.click()
    expect(block.find(".cm-content")).to_be_visible()
    expect(block.find(".ways")).to_be_visible()
    plot = "from stage.figure import Plot\nfrom stage.marks import Curve\n\ndef the_plane(w1, w2, b):\n"
    block.run(f"{plot}    return Plot(Curve(lambda x: w1 * x + b), x=(-10, 10), y=(-10, 10))", ends="done")
    expect(block.find(".figure.plot .mark.curve path")).to_have_count(1)
    expect(block.find(".ways")).to_have_count(0)
    twice = "    one = Plot(Curve(abs), x=(-1, 1), y=(-1, 1))\n    return one, one"
    block.run(plot + twice, ends="done")
    expect(block.find(".figure.plot .mark.curve path")).to_have_count(2)
    expect(block.find(".ways")).to_have_count(0)
    block.button("Reset").click()
    expect(block.find(".ways")).to_be_visible()
    expect(block.find(".figure.plot")).to_have_count(0)


def test_a_demos_code_that_never_ends_can_be_stopped(reader: Reader) -> None:
    block = opened(reader)
    assert block.button("Stop").is_hidden()
    block.write("def the_line(w, b):\n    while True:\n        pass")
    block.button("Run").click()
    block.button("Stop").click()
    block.ends("stopped")
    expect(block.button("Stop")).to_be_hidden()
    reader.python("ready")
    block.button("Reset").click()
    block.slide("w", 3)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 3"))
