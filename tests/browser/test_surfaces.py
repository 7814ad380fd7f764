"""Surfaces and diagrams: seen from all sides, as contours where there is no WebGL, and taken hold of."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.browser.conftest import Block, Reader, reading
from tests.chromium import LAUNCH_ARGS, ensure

CELL = "embed/loss/loss_landscape/"
NO_WEBGL = ("--disable-gpu", "--disable-software-rasterizer")


def landscape(reader: Reader) -> Block:
    block = reader.opens(CELL).block("loss_landscape")
    expect(block.find(".surface[data-view]").first).to_have_attribute("data-view", "3-D")
    return block


def figure(block: Block) -> dict[str, float]:
    box = block.find(".surface").bounding_box()
    assert box is not None
    return {side: box[side] for side in ("x", "y", "width", "height")}


def picture(block: Block) -> bytes:
    """What is seen of it within the rim, whose rounded corners are not drawn the same each time."""
    x, y, width, height = figure(block).values()
    return block.page.screenshot(clip={"x": x + 9, "y": y + 9, "width": width - 18, "height": height - 18})


def in_the_page(reader: Reader) -> None:
    """Have the browser be one whose workers cannot draw."""

    def without(route: Route) -> None:
        route.fulfill(body="delete self.OffscreenCanvas;\n" + route.fetch().text(), content_type="text/javascript")

    reader.page.route("**/assets/artist-*.js", without)


@pytest.mark.parametrize("workers_draw", [True, False], ids=["in a worker", "in the page"])
def test_three_dimensions_contours_and_the_view_from_the_top_are_a_switch_apart(
    reader: Reader, workers_draw: bool
) -> None:
    if not workers_draw:
        in_the_page(reader)
    block = landscape(reader)
    assert len(reader.page.workers) == 1 + workers_draw
    expect(block.find(".surface canvas")).to_be_visible()
    for button, view in (("Contours", "contours"), ("From the top", "top"), ("3-D", "3-D")):
        block.button(button).click()
        expect(block.find(".surface")).to_have_attribute("data-view", view)
        expect(block.button(button)).to_have_attribute("aria-pressed", "true")
    reader.console[:] = [said for said in reader.console if workers_draw or "GPU stall" not in said]


def test_keys_turn_the_landscape_and_home_brings_it_back(reader: Reader) -> None:
    block = landscape(reader)
    reader.page.wait_for_timeout(300)
    block.find(".surface").focus()
    start = picture(block)
    reader.page.keyboard.press("ArrowLeft")
    reader.page.keyboard.press("+")
    reader.page.wait_for_timeout(200)
    assert picture(block) != start
    reader.page.keyboard.press("Home")
    reader.page.wait_for_timeout(200)
    assert picture(block) == start


def test_a_relief_whose_script_does_not_arrive_comes_when_its_button_is_pressed_again(reader: Reader) -> None:
    reader.page.route("**/assets/artist-*.js", lambda route: route.abort())
    block = reader.opens(CELL).block("loss_landscape")
    expect(block.button("3-D")).to_have_attribute("title", re.compile("did not load"))
    expect(block.find(".surface")).to_have_attribute("data-view", "contours")
    reader.page.unroute("**/assets/artist-*.js")
    block.button("3-D").click()
    expect(block.find(".surface")).to_have_attribute("data-view", "3-D")
    assert block.button("3-D").get_attribute("title") is None
    reader.console[:] = [said for said in reader.console if "ERR_FAILED" not in said]


def test_a_click_sets_both_variables_in_the_form_and_in_the_code(reader: Reader) -> None:
    block = landscape(reader)
    block.button("Contours").click()
    expect(block.find(".surface")).to_have_attribute("data-view", "contours")
    box = figure(block)
    reader.page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    expect(block.find('input[type="range"][name="w"]')).not_to_have_value("1")
    w = float(block.find('input[type="range"][name="w"]').input_value())
    b = float(block.find('input[type="range"][name="b"]').input_value())
    assert -10 < w < 0 < b < 15
    expect(block.find(".cm-content")).to_contain_text(re.compile(rf"w = {w:g}"))
    said = re.compile(f"weight {w:g},".replace("-", "−"))
    expect(block.find(".surface")).to_have_attribute("aria-label", said)


def test_dragging_over_the_contours_goes_on_setting_them(reader: Reader) -> None:
    block = landscape(reader)
    block.button("Contours").click()
    box = figure(block)
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    reader.page.mouse.move(*middle)
    reader.page.mouse.down()
    reader.page.mouse.move(middle[0] + 80, middle[1], steps=8)
    far = float(block.find('input[type="range"][name="w"]').input_value())
    reader.page.mouse.move(middle[0] + 20, middle[1], steps=8)
    reader.page.mouse.up()
    near = float(block.find('input[type="range"][name="w"]').input_value())
    assert far > near > 0


def test_the_landscape_is_the_readers_own_loss(reader: Reader) -> None:
    block = landscape(reader)
    block.button("Contours").click()
    expect(block.find(".surface")).to_have_attribute("data-view", "contours")
    before = block.find(".surface svg").first.inner_html()
    block.run(block.code.replace("return w * x + b", "return w * x * x + b"), ends="done")
    expect(block.find(".surface")).to_have_attribute("data-view", "contours")
    reader.page.wait_for_timeout(300)
    assert block.find(".surface svg").first.inner_html() != before


def test_a_slow_loss_fills_in_bit_by_bit_and_the_next_move_is_answered(reader: Reader) -> None:
    block = landscape(reader)
    block.button("Contours").click()
    slow = "import time\n\n" + block.code.replace(
        "    total = 0\n",
        "    end = time.perf_counter() + 0.02\n    while time.perf_counter() < end:\n        pass\n    total = 0\n",
        1,
    )
    block.run(slow, ends="done")
    expect(block.find("[data-notes]")).to_contain_text("takes its time")
    block.slide("w", 2)
    expect(block.find("[data-figure]").first).to_have_attribute("aria-label", re.compile("weight 2,"))
    block.button("Stop").click()
    block.ends("stopped")


def test_pages_without_a_surface_never_load_what_draws_one(reader: Reader) -> None:
    parts = "() => performance.getEntriesByType('resource').map((e) => e.name).filter((url) => url.includes('/part-'))"
    reader.opens("fit/")
    reader.page.keyboard.press("End")
    reader.page.wait_for_timeout(500)
    without = set(reader.evaluate(parts))
    reader.opens("line/")
    reader.block("the_plane").element.scroll_into_view_if_needed()
    expect(reader.block("the_plane").find("canvas")).to_be_visible()
    assert set(reader.evaluate(parts)) > without


@pytest.mark.parametrize("name", ["line/the_plane", "neuron/neuron_surface", "loss/loss_landscape"])
def test_without_webgl_there_are_contours_and_a_reason(playwright: Playwright, served: str, name: str) -> None:
    flat = playwright.chromium.launch(executable_path=ensure(), args=[*LAUNCH_ARGS, *NO_WEBGL])
    for reader in reading(flat, served, viewport={"width": 1280, "height": 800}):
        block = reader.opens(f"embed/{name}/").block(name.partition("/")[2])
        expect(block.button("3-D")).to_be_disabled()
        assert "WebGL is missing" in (block.button("3-D").get_attribute("title") or "")
        expect(block.find(".surface")).to_have_attribute("data-view", "contours")
        expect(block.find(".surface svg").first).to_be_visible()
    flat.close()


def test_a_finger_sets_and_scrolls(phone: Reader) -> None:
    block = landscape(phone)
    block.button("Contours").click()
    block.find(".surface").scroll_into_view_if_needed()
    box = figure(block)
    phone.page.touchscreen.tap(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3)
    expect(block.find('input[type="range"][name="w"]')).not_to_have_value("1")
    assert float(block.find('input[type="range"][name="w"]').input_value()) > 1


def test_a_parameter_is_picked_on_the_diagram_and_its_slider_is_shown(reader: Reader) -> None:
    block = reader.opens("embed/network/two_neurons/").block("two_neurons")
    expect(block.find('[data-control="wi1"]')).to_be_visible()
    expect(block.find('[data-control="wo2"]')).to_be_hidden()
    expect(block.find('[data-control="x"]')).to_be_visible()
    block.find('.picks input[value="wo2"]').check()
    expect(block.find('[data-control="wo2"]')).to_be_visible()
    expect(block.find('[data-control="wi1"]')).to_be_hidden()
    block.slide("wo2", -5)
    expect(block.find('.edge[data-name="wo2"]')).to_have_attribute("data-sign", "−")
    reader.page.keyboard.press("ArrowUp")
    expect(block.find('[data-control="wo1"]')).to_be_hidden()
    block.find('.edge[data-name="wi2"] .hit').dispatch_event("click")
    expect(block.find('[data-control="wi2"]')).to_be_visible()


def test_the_arrow_keys_go_from_parameter_to_parameter(reader: Reader) -> None:
    block = reader.opens("embed/network/one_neuron/").block("one_neuron")
    block.find('.picks input[value="wi1"]').focus()
    reader.page.keyboard.press("ArrowRight")
    expect(block.find('[data-control="b1"]')).to_be_visible()
    expect(block.find('[data-control="wi1"]')).to_be_hidden()
    reader.page.keyboard.press("ArrowRight")
    expect(block.find('[data-control="wo1"]')).to_be_visible()


def test_a_target_is_drawn_by_the_pointer_or_chosen(reader: Reader) -> None:
    block = reader.opens("embed/network/any_function/").block("any_function")
    box = block.find("svg.drawable").bounding_box()
    assert box is not None
    loss = block.find('.readouts output[name="loss"]')
    before = loss.inner_text()
    reader.page.mouse.move(box["x"] + 100, box["y"] + 60)
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + 300, box["y"] + 80, steps=6)
    reader.page.mouse.up()
    expect(loss).not_to_have_text(before)
    drawn = loss.inner_text()
    block.button("step").click()
    expect(loss).not_to_have_text(drawn)
    block.slide("n", 2)
    expect(loss).to_have_text(re.compile(r"^0$|10⁻|^0\.0"))
