"""The gallery: every block of the course, one at a time; and symbols, sliders and curves that light up together."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Reader
from tests.conftest import PLACED


def shown(reader: Reader) -> list[str]:
    found: list[str] = reader.evaluate(
        "[...document.querySelectorAll('[data-exhibit]:not([hidden])')].map((e) => e.dataset.exhibit)"
    )
    return found


def test_every_block_is_there_and_the_arrow_keys_turn_round_in_a_circle(reader: Reader) -> None:
    reader.opens("gallery/")
    paths = [placed.path for placed in PLACED]
    assert shown(reader) == paths[:1]
    for path in [*paths[1:], paths[0]]:
        reader.page.keyboard.press("ArrowRight")
        assert shown(reader) == [path]
    reader.page.keyboard.press("ArrowLeft")
    assert shown(reader) == paths[-1:]


def test_an_address_names_its_exhibit_and_it_works_there(reader: Reader) -> None:
    reader.opens("gallery/#line/the_line")
    assert shown(reader) == ["line/the_line"]
    block = reader.block("the_line")
    block.slide("w", 3)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", "A line of slope 3 that crosses the axis at 0.")
    reader.page.keyboard.press("ArrowRight")
    assert shown(reader) == ["line/the_line"], "an arrow key that moves a slider turns no page"


def test_a_symbol_lights_up_its_slider_and_its_curve_and_the_other_way_round(reader: Reader) -> None:
    reader.opens("line/")
    reader.page.locator(".formula .role-weight").first.hover()
    block = reader.block("the_line")
    expect(block.find('[data-control="w"].lit')).to_have_count(1)
    expect(block.find(".mark.role-weight.lit")).to_have_count(1)
    expect(block.find('[data-control="b"].lit')).to_have_count(0)
    block.find('input[type="range"][name="b"]').focus()
    assert reader.page.locator(".formula .role-bias.lit").count() > 0
    assert reader.page.locator(".formula .role-weight.lit").count() == 0


def test_the_steps_of_a_derivation_open_one_after_the_other(reader: Reader) -> None:
    reader.opens("gradient/", waits=False)
    steps = reader.page.locator("details.step")
    count = steps.count()
    assert count >= 3
    expect(steps.nth(0)).to_be_visible()
    expect(steps.nth(1)).to_be_hidden()
    steps.nth(0).locator("summary").click()
    expect(steps.nth(1)).to_be_visible()
    expect(steps.nth(2)).to_be_hidden()
