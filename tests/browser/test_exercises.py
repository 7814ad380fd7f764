"""Exercises: a check that helps, hints, a solution after an attempt, and sliders that drive the reader's own code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from lessons.fit import fitting_the_line, plotting_a_line
from tests.browser.conftest import Block, Reader


def verdict(block: Block, passed: bool) -> None:
    expect(block.find('[role="status"]')).to_have_attribute("data-verdict", "pass" if passed else "fail")


def test_the_starter_fails_with_a_sentence_that_helps(reader: Reader) -> None:
    block = reader.opens("fit/").block("plotting_a_line")
    block.run(press="Check")
    verdict(block, False)
    expect(block.find('[role="status"]')).to_contain_text("hands back x as it came")


def test_hints_open_one_by_one_and_hold_typeset_formulas(reader: Reader) -> None:
    block = reader.opens("fit/", waits=False).block("plotting_a_line")
    for shown in range(1, 4):
        block.button("Hint").click()
        expect(block.find(".hints li:visible")).to_have_count(shown)
    expect(block.button("Hint")).to_be_disabled()
    expect(block.find(".hints .katex .role-weight").first).to_be_visible()


def test_the_solution_is_shown_after_an_attempt_and_passes(reader: Reader) -> None:
    block = reader.opens("fit/").block("plotting_a_line")
    expect(block.button("Solution")).to_be_disabled()
    block.run(press="Check")
    block.button("Solution").click()
    block.button("Put it into the editor").click()
    block.run(press="Check")
    verdict(block, True)


def test_after_a_pass_the_sliders_drive_the_readers_own_function(reader: Reader) -> None:
    block = reader.opens("fit/").block("plotting_a_line")
    block.run(plotting_a_line.solution, press="Check")
    verdict(block, True)
    block.slide("w", -2)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", "A line of your own: slope −2, crosses at 0.")
    expect(block.find(".cm-line").first).to_have_text("w = -2")


@pytest.mark.parametrize(
    "mistake", plotting_a_line.mistakes, ids=lambda mistake: mistake.example.split("\n")[4].strip()
)
def test_each_anticipated_mistake_gets_its_own_answer(reader: Reader, mistake: object) -> None:
    block = reader.opens("fit/").block("plotting_a_line")
    block.run(mistake.example, press="Check")  # type: ignore[attr-defined]
    verdict(block, False)
    expect(block.find('[role="status"]')).to_contain_text(mistake.says.replace("`", ""))  # type: ignore[attr-defined]


def test_the_line_can_be_fitted_by_hand_with_the_sliders_alone(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    block.run(press="Check")
    expect(block.find('[role="status"]')).to_contain_text("above the points. Lower b")
    block.slide("w", 0.6)
    block.slide("b", 0.2)
    expect(block.find('output[name="loss(w, b)"]')).to_have_text("0.0058")
    expect(block.find(".cm-line").nth(4)).to_have_text("b = 0.2")
    block.run(press="Check")
    verdict(block, True)


def test_points_that_were_moved_onto_the_line_do_not_count_as_a_fit(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    block.run(fitting_the_line.mistakes[0].example.strip(), press="Check")
    verdict(block, False)
    expect(block.find('[role="status"]')).to_contain_text("the points have moved")


def test_code_that_stops_cannot_pass_and_is_told_its_line(reader: Reader) -> None:
    block = reader.opens("fit/").block("plotting_a_line")
    block.run("w = 1\nb = 0\ndef y(x, w, b):\n    return w * q", press="Check")
    verdict(block, False)
    expect(block.find('[role="status"]')).to_have_text(re.compile("NameError on line 4"))
