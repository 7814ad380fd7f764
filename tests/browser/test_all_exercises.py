"""Every exercise of the course in the real browser: each anticipated mistake is made, and then it is solved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from builder.lesson import Placed
from stage.demo import Exercise
from tests.browser.conftest import BOOT, Block, Reader
from tests.conftest import PLACED

EXERCISES = [placed for placed in PLACED if isinstance(placed.block, Exercise)]


def told(says: str) -> str:
    """What a verdict says, as it is read: code has no backticks."""
    return says.replace("`", "")


def check(block: Block, code: str, verdict: str, says: str) -> None:
    block.write(code)
    block.button("Check").click()
    block.ends("done|error")
    status = block.find("[role=status]")
    expect(status).to_have_attribute("data-verdict", verdict, timeout=BOOT)
    expect(status).to_contain_text(told(says))


@pytest.mark.parametrize("placed", EXERCISES, ids=lambda placed: placed.path)
def test_an_exercise_knows_its_mistakes_and_its_solution(reader: Reader, placed: Placed) -> None:
    assert isinstance(placed.block, Exercise)
    block = reader.opens(f"embed/{placed.path}/").block(placed.name)
    for mistake in placed.block.mistakes:
        check(block, mistake.example, "fail", mistake.says)
    for _ in placed.block.hints:
        block.button("Hint").click()
    expect(block.find(".hints > li:visible")).to_have_count(len(placed.block.hints))
    block.button("Solution").click()
    block.button("Put it into the editor").click()
    assert block.code.strip() == placed.block.solution.strip()
    check(block, placed.block.solution, "pass", placed.block.passes)
    assert block.element.locator("[role=alert]").count() == 0
