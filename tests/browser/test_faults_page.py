"""Whatever happens to the page itself: it is left and come back to, hidden, hurried, or on an odd machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, Worker, expect

from tests.browser.conftest import BOOT, Block, Reader, reading
from tests.chromium import LAUNCH_ARGS, ensure

CELL = "embed/fit/plotting_a_line/"
PLAIN = "w = 1\nb = 0\n\ndef y(x, w, b):\n    return w * x + b\n\n1 + 1"
SLOW = "import time\nend = time.perf_counter() + 1.5\nwhile time.perf_counter() < end: pass\n" + PLAIN


def cell(reader: Reader) -> Block:
    return reader.opens(CELL).block("plotting_a_line")


def slope(block: Block, value: float) -> None:
    said = re.compile(f"slope {value:g},".replace("-", "−"))
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", said, timeout=BOOT)


def works(block: Block) -> None:
    block.run(PLAIN, ends="done")
    expect(block.find("[data-output] .value")).to_have_text("2")
    block.slide("w", -2)
    slope(block, -2)


# --- hurry -----------------------------------------------------------------------------------------------------------


def test_two_runs_at_once_are_both_answered(reader: Reader) -> None:
    reader.opens("fit/")
    one, other = reader.block("remembering"), reader.block("predicting")
    one.write("print('one')")
    other.write("print('other')")
    reader.evaluate(
        """() => { for (const name of ["remembering", "predicting"])
             document.querySelector(`[data-block=${name}] button[data-do=run]`).click(); }"""
    )
    for block, says in ((one, "one"), (other, "other")):
        block.ends("done")
        expect(block.find("[data-output]")).to_have_text(says)


def press(block: Block, *verbs: str) -> None:
    """Press buttons one after the other, without a moment between them."""
    block.element.evaluate(
        "(block, verbs) => { for (const verb of verbs) block.querySelector(`button[data-do=${verb}]`).click(); }",
        list(verbs),
    )


HURRIES = {
    "a run while stopping": (["stop", "run"], "stopped|done"),
    "many stops": (["stop", "stop", "stop"], "stopped"),
    "a stop and a reset": (["stop", "reset"], "ready|waiting"),
    "a reset": (["reset"], "ready|waiting"),
    "a run, again and again": (["stop", "run", "stop", "run", "stop", "run"], "stopped|done"),
    "a run after a reset": (["reset", "run"], "done"),
}


@pytest.mark.parametrize("hurry", HURRIES)
def test_buttons_that_are_pressed_while_code_runs_end_in_what_the_last_one_says(reader: Reader, hurry: str) -> None:
    block = cell(reader)
    block.run(SLOW, ends="running")
    verbs, ends = HURRIES[hurry]
    press(block, *verbs)
    block.ends(ends)
    works(block)


def test_a_slider_that_is_moved_while_code_runs_is_answered_after_it(reader: Reader) -> None:
    block = cell(reader)
    block.run(SLOW, ends="running")
    for value in (2, 5, 3):
        block.slide("w", value)
    block.ends("done")
    slope(block, 3)
    expect(block.find('input[type="range"][name="w"]')).to_have_value("3")


def test_what_is_typed_while_code_runs_stays(reader: Reader) -> None:
    block = cell(reader)
    block.run(SLOW, ends="running")
    block.write("typed = 'meanwhile'")
    block.ends("done")
    assert block.code == "typed = 'meanwhile'"


# --- away and back ---------------------------------------------------------------------------------------------------


@pytest.fixture
def remembering(playwright: Playwright, served: str) -> Iterator[Reader]:
    """A reader whose browser keeps pages that are left alive for a while; Playwright switches that off by itself."""
    browser = playwright.chromium.launch(
        executable_path=ensure(), args=LAUNCH_ARGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield from reading(browser, served, viewport={"width": 1280, "height": 800})
    browser.close()


def away_and_back(reader: Reader) -> None:
    reader.page.goto(reader.served + "glossary/")
    # Not go_back(), which waits for a page to load: this one may only be shown again.
    reader.evaluate("() => history.back()")
    expect(reader.page.locator("[data-block]")).to_have_count(1)


def test_a_page_that_was_left_and_come_back_to_works_on(remembering: Reader) -> None:
    block = cell(remembering)
    block.slide("w", 4)
    slope(block, 4)
    away_and_back(remembering)
    remembering.python("ready")
    works(block)


def test_leaving_while_code_runs_and_coming_back_finds_a_page_that_works(remembering: Reader) -> None:
    block = cell(remembering)
    block.run("while True: pass", ends="running")
    away_and_back(remembering)
    if block.element.get_attribute("data-state") == "running":
        block.button("Stop").click()
    remembering.python("ready")
    works(block)


@pytest.mark.parametrize("does", ["waits", "runs"])
def test_a_tab_that_was_frozen_for_long_goes_on(reader: Reader, does: str) -> None:
    block = cell(reader)
    if does == "runs":
        block.run(SLOW, ends="running")
    lifecycle = reader.page.context.new_cdp_session(reader.page)
    lifecycle.send("Page.setWebLifecycleState", {"state": "frozen"})
    reader.page.wait_for_timeout(3000)
    lifecycle.send("Page.setWebLifecycleState", {"state": "active"})
    if does == "runs":
        block.ends("done")
    works(block)


def test_a_reload_while_python_starts_starts_it_again(reader: Reader) -> None:
    reader.opens(CELL, waits=False)
    for _ in range(3):
        reader.page.reload()
    works(cell(reader))


# --- the machine -----------------------------------------------------------------------------------------------------


LEND = """() => {
  const { clear } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.clear = function (...all) {
    self.card ??= this.getExtension("WEBGL_lose_context");
    clear.apply(this, all);
  };
}"""
"""Has the worker that draws put the graphics card where a test finds it, with its next picture."""


def artist(reader: Reader) -> Worker:
    """The worker that draws in three dimensions."""
    return next(worker for worker in reader.page.workers if worker.evaluate("() => self.onmessage !== null"))


def test_a_landscape_whose_graphics_card_is_lost_is_drawn_as_contours_until_it_is_back(reader: Reader) -> None:
    block = reader.opens("embed/loss/loss_landscape/").block("loss_landscape")
    expect(block.find(".surface")).to_have_attribute("data-view", "3-D")
    worker = artist(reader)
    worker.evaluate(LEND)
    block.find(".surface").press("ArrowLeft")
    reader.page.wait_for_timeout(500)
    worker.evaluate("() => card.loseContext()")
    expect(block.find(".surface")).to_have_attribute("data-view", "contours")
    block.slide("w", 2)
    expect(block.find(".surface")).to_have_attribute("aria-label", re.compile("weight 2,"))
    worker.evaluate("() => card.restoreContext()")
    expect(block.find(".surface")).to_have_attribute("data-view", "3-D")
    reader.page.wait_for_timeout(1000)  # what the browser has to say of it comes late
    reader.console[:] = [said for said in reader.console if "WebGL" not in said and "CONTEXT_LOST" not in said]


@pytest.mark.parametrize("year", [1971, 2099])
def test_a_clock_that_is_set_otherwise_changes_nothing(reader: Reader, year: int) -> None:
    block = cell(reader)
    block.slide("w", 2)
    reader.page.clock.set_system_time(f"{year}-01-01")
    for worker in reader.page.workers:
        worker.evaluate("(year) => { Date.now = () => Date.UTC(year); }", year)
    slope(block, 2)
    works(block)


def test_a_comma_for_decimals_and_a_language_from_right_to_left_change_no_number(
    chromium: Browser, served: str
) -> None:
    for language in ("de-DE", "ar-EG"):
        for reader in reading(chromium, served, locale=language, viewport={"width": 1280, "height": 800}):
            block = cell(reader)
            works(block)
            block.find('input[type="number"]').first.fill("0.5")
            slope(block, 0.5)
            expect(block.find("output").first).to_have_text("0.5")
            assert "w = 0.5\n" in block.code
            block.run("f'{1234567.5:,} {0.25}'")
            expect(block.find("[data-output] .value")).to_have_text("'1,234,567.5 0.25'")


def test_a_page_that_the_browser_translates_or_an_extension_changes_works_on(reader: Reader) -> None:
    block = cell(reader)
    reader.evaluate(
        """() => { for (const text of document.querySelectorAll("p, label, button, summary"))
             text.innerHTML = `<font><font>${text.innerHTML}</font></font>`; }"""
    )
    works(block)
