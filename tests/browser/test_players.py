"""Buttons and players: steps of the reader's own code, recorded, walked through, and laid over each other."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Block, Reader, reading
from tests.conftest import PLACED

SOLUTION = next(placed.block for placed in PLACED if placed.name == "train").solution  # type: ignore[attr-defined]


def readout(block: Block, name: str) -> str:
    return block.find(f'output[name="{name}"]').first.inner_text()


def step(block: Block) -> int:
    return int(block.find('input[type="range"][name="train"]').input_value())


def training(reader: Reader) -> Block:
    block = reader.opens("embed/descent/train/").block("train")
    block.run(SOLUTION)
    return block


def test_a_button_calls_the_readers_function_once_and_can_be_gone_back(reader: Reader) -> None:
    block = reader.opens("embed/descent/learning_rate/").block("learning_rate")
    block.button("update()").click()
    expect(block.find('.readouts output[name="w"]')).to_have_text("0.2517")
    block.button("update()").click()
    expect(block.find('input[name="update"]')).to_have_value("2")
    expect(block.find("[data-notes]")).to_contain_text("above 0.009506")
    block.button("Step back").click()
    expect(block.find('.readouts output[name="w"]')).to_have_text("0.2517")
    assert "w = 1\n" in block.code  # a walk does not rewrite where it started


def test_play_trains_until_pause_and_the_run_can_be_scrubbed(reader: Reader) -> None:
    block = training(reader)
    block.button("Play").click()
    expect(block.find('.readouts output[name="w"]')).not_to_have_text("1")
    block.button("Pause").click()
    reached = step(block)
    assert reached > 1
    block.slide("train", 1)
    expect(block.find('.readouts output[name="w"]')).to_have_text("0.9252")
    expect(block.find('.readouts output[name="b"]')).to_have_text("−0.01284")
    assert int(block.find('input[type="range"][name="train"]').get_attribute("max") or 0) >= reached
    block.button("Rewind").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("0")
    block.button("Step").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("1")


def test_ten_thousand_steps_are_recorded_and_drawn_as_short_paths(reader: Reader) -> None:
    block = training(reader)
    exact = block.find('.steps input[type="number"]')
    exact.fill("10000")
    block.find("[data-speed]").select_option("100")
    block.button("Play").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("10,000", timeout=60_000)
    expect(block.button("Play")).to_be_visible()
    assert (readout(block, "loss(w, b)"), readout(block, "w")) == ("0.004956", "0.594")
    block.slide("train", 9000)
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("9,000")
    # What a browser takes for a picture goes with the length of its paths.
    longest = reader.evaluate(
        "() => Math.max(...[...document.querySelectorAll('path[d]')].map((path) => path.getAttribute('d').length))"
    )
    assert 1_000 < longest < 15_000


def test_two_runs_lie_over_each_other(reader: Reader) -> None:
    block = training(reader)
    for _ in range(3):
        block.button("Step").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("3")
    block.slide("learning_rate", 0.002)
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("0")
    block.button("Step").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("1")
    expect(block.find(".plot .mark.faint path")).to_have_count(1)
    for figure in (".plot", ".surface"):
        expect(block.find(f"{figure} .mark.curve.faint > path").first).to_have_attribute("d", re.compile("M.*L"))
        expect(block.find(f"{figure} .mark.curve:not(.faint) > path").first).to_have_attribute("d", re.compile("M.*L"))
    expect(block.find(".plot .mark.points > path, .surface .mark.points > path")).to_have_count(0)
    block.button("Reset").click()
    block.run(SOLUTION)
    block.button("Step").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("1")
    expect(block.find(".plot .mark.faint path")).to_have_count(0)


def test_a_step_that_fails_says_so_and_keeps_the_last_good_figure(reader: Reader) -> None:
    block = training(reader)
    block.run(
        SOLUTION.replace("        update()", "        if iteration_counter == 5:\n            1 / 0\n        update()")
    )
    block.button("Play").click()
    expect(block.find('[role="alert"]')).to_contain_text("ZeroDivisionError")
    expect(block.button("Play")).to_be_visible()
    assert readout(block, "iteration_counter") == "5"
    block.button("Step back").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("4")
    expect(block.find('[role="alert"]')).to_have_count(0)


def test_stop_ends_a_step_that_never_ends_and_the_play_with_it(reader: Reader) -> None:
    block = training(reader)
    block.run(
        SOLUTION.replace(
            "        update()", "        while iteration_counter == 3:\n            pass\n        update()"
        )
    )
    block.button("Play").click()
    expect(block.button("Stop")).to_be_enabled()
    reader.page.wait_for_timeout(600)
    block.button("Stop").click()
    block.ends("stopped")
    expect(block.button("Play")).to_be_visible()
    reader.python("ready")
    block.run(SOLUTION, ends="done")
    block.button("Step").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("1")


def test_a_run_that_diverges_is_explained_and_never_an_empty_plot(reader: Reader) -> None:
    block = training(reader)
    block.run(SOLUTION.replace("= 0.001", "= 0.02"))
    block.find("[data-speed]").select_option("100")
    block.button("Play").click()
    expect(block.find("[data-notes]")).to_contain_text("every learning rate above 0.009506", timeout=30_000)
    expect(block.button("Play")).to_be_visible(timeout=30_000)  # it stops by itself where the numbers end
    expect(block.find(".plot .points circle").first).to_be_visible()
    block.button("Rewind").click()
    expect(block.find('.readouts output[name="w"]')).to_have_text("1")


def test_the_start_of_a_run_can_be_moved(reader: Reader) -> None:
    block = training(reader)
    block.button("Step").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("1")
    block.slide("w", 0.5)
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("0")
    expect(block.find('.readouts output[name="w"]')).to_have_text("0.5")
    assert "w = 0.5\n" in block.code


def test_who_asks_for_less_motion_gets_two_pictures_a_second(chromium: Browser, served: str) -> None:
    for calm in reading(chromium, served, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"):
        block = training(calm)
        calm.evaluate(
            """() => {
              window.pictures = 0;
              const step = document.querySelector('.readouts output[name="iteration_counter"]');
              const range = document.querySelector('input[type=range][name=train]');
              new MutationObserver(() => (window.pictures += range.value < 60)).observe(step, { childList: true });
            }"""
        )
        block.button("Play").click()
        calm.page.wait_for_function("() => document.querySelector('input[type=range][name=train]').value >= 60")
        block.button("Pause").click()
        # The same pace with fewer pictures: ten steps at the first, then as many as half a second has.
        assert 1 <= calm.evaluate("() => window.pictures") <= 8


def test_a_slider_that_plays_stops_at_its_end(reader: Reader) -> None:
    block = reader.opens("embed/network/any_function/").block("any_function")
    block.slide("n", 28)
    block.button("Play n").click()
    expect(block.find('input[type="range"][name="n"]')).to_have_value("30")
    expect(block.button("Play n")).to_have_text(re.compile("Play"))
