"""Sliders, number fields and points: by pointer, keyboard and touch, and always one figure a frame."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Block, Reader


def labelled(block: Block, words: str) -> None:
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile(re.escape(words)))


def test_a_slider_moves_the_line_and_its_number(reader: Reader) -> None:
    block = reader.opens("line/").block("the_line")
    block.slide("w", 3.5)
    labelled(block, "slope 3.5 ")
    expect(block.find("input[type=number]").first).to_have_value("3.5")
    expect(block.find("output").first).to_have_text("3.5")


def test_a_slider_moves_by_keyboard_one_step_a_press(reader: Reader) -> None:
    block = reader.opens("line/").block("the_line")
    block.find('input[name="b"]').focus()
    for _ in range(3):
        reader.page.keyboard.press("ArrowRight")
    labelled(block, "at 0.3.")
    reader.page.keyboard.press("Home")
    labelled(block, "at −10.")


def test_a_number_field_takes_values_that_the_slider_has_no_step_for(reader: Reader) -> None:
    block = reader.opens("line/").block("the_line")
    block.find("input[type=number]").first.fill("0.5941")
    labelled(block, "slope 0.5941 ")
    expect(block.find("input[type=number]").first).to_have_value("0.5941")


def test_a_number_outside_the_range_stops_at_its_end(reader: Reader) -> None:
    block = reader.opens("line/").block("the_line")
    field = block.find("input[type=number]").first
    field.fill("99")
    labelled(block, "slope 10 ")
    field.blur()
    expect(field).to_have_value("10")


def test_an_empty_number_field_changes_nothing_and_fills_itself_again(reader: Reader) -> None:
    block = reader.opens("line/").block("the_line")
    field = block.find("input[type=number]").first
    field.fill("2")
    labelled(block, "slope 2 ")
    field.fill("")
    field.blur()
    expect(field).to_have_value("2")
    labelled(block, "slope 2 ")


def test_a_slider_follows_a_finger(phone: Reader) -> None:
    block = phone.opens("line/").block("the_line")
    box = block.find('input[name="w"]').bounding_box()
    assert box
    phone.page.touchscreen.tap(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile(r"slope [45]"))


def test_dragging_draws_at_most_one_figure_a_frame_and_the_last_is_for_the_last_value(reader: Reader) -> None:
    block = reader.opens("line/").block("the_line")
    reader.evaluate(
        """() => {
          let frame = 0;
          const count = () => { frame += 1; requestAnimationFrame(count); };
          requestAnimationFrame(count);
          window.drawn = [];
          const figure = document.querySelector('[data-block=the_line] [data-figure]');
          new MutationObserver((changes) => { for (const _ of changes) window.drawn.push(frame); })
            .observe(figure, { attributes: true, attributeFilter: ['aria-label'] });
        }"""
    )
    box = block.find('input[name="w"]').bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    reader.page.mouse.move(box["x"] + box["width"] / 2, y)
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + 4, y, steps=60)
    reader.page.mouse.move(box["x"] + box["width"] - 30, y, steps=120)
    reader.page.mouse.up()
    last = block.find('input[name="w"]').input_value().replace("-", "−")
    labelled(block, f"slope {last} ")
    frames = reader.evaluate("window.drawn")
    assert len(frames) > 10
    assert len(frames) == len(set(frames))


def test_reset_brings_a_demo_back_to_its_start(reader: Reader) -> None:
    block = reader.opens("line/").block("the_line")
    block.slide("w", -7)
    labelled(block, "slope −7 ")
    block.button("Reset").click()
    labelled(block, "slope 1 that crosses the axis at 0.")
    expect(block.find('input[name="w"]')).to_have_value("1")


def test_the_home_page_shows_the_loss_of_the_line_that_is_dragged(reader: Reader) -> None:
    block = reader.opens("").block("eight_points")
    block.slide("w", 0.6)
    block.slide("b", 0.2)
    expect(block.find('output[name="loss"]')).to_have_text("0.0058")


def test_two_sliders_moved_at_once_are_both_written_into_the_code_and_a_run_at_once_keeps_them(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    reader.evaluate(
        """() => {
          const block = document.querySelector('[data-block=fitting_the_line]');
          for (const [name, value] of [['w', 0.3], ['b', 0.1], ['w', 0.6], ['b', 0.2]]) {
            const slider = block.querySelector(`input[name=${name}]`);
            slider.value = value;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
          }
          block.querySelector('button[data-do=check]').click();
        }"""
    )
    block.ends("done")
    assert block.code.splitlines()[3:5] == ["w = 0.6", "b = 0.2"]
    expect(block.find('[role="status"]')).to_have_attribute("data-verdict", "pass")
    labelled(block, "slope 0.6, crosses at 0.2, loss 0.0058")


def test_one_undo_takes_back_a_whole_drag_of_a_slider(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    block.element.scroll_into_view_if_needed()
    box = block.find('input[name="b"]').bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    reader.page.mouse.move(box["x"] + box["width"] / 2, y)
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + box["width"] / 2 + 60, y, steps=15)
    reader.page.mouse.up()
    expect(block.find(".cm-line").nth(4)).to_have_text(f"b = {block.find('input[type=number]').nth(1).input_value()}")
    block.find(".cm-content").click()
    reader.page.keyboard.press("ControlOrMeta+z")
    expect(block.find(".cm-line").nth(4)).to_have_text("b = 0")


def drag(reader: Reader, block: Block, point: int, right: float, down: float) -> None:
    box = block.find(".draggable path").nth(point).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x + right, y + down, steps=8)
    reader.page.mouse.up()


def test_a_dragged_point_is_written_into_the_code_and_nothing_else_there_changes(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    before = block.code
    block.element.scroll_into_view_if_needed()
    drag(reader, block, 0, 0, -120)
    expect(block.find(".cm-line").first).not_to_contain_text("(1, 0.85)")
    assert re.sub(r"\(1, [\d.]+\)", "(1, 0.85)", block.code) == before
    expect(block.find('output[name="loss(w, b)"]')).not_to_have_text("13.77")


def test_a_point_can_be_moved_without_a_pointer(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    block.find(
        "summary",
    ).first.click()
    block.find('input[name="data[7][1]"]').fill("6")
    expect(block.find(".cm-line").nth(1)).to_contain_text("(8, 6)")


def test_a_point_stops_at_the_edge_of_its_figure(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    block.element.scroll_into_view_if_needed()
    drag(reader, block, 3, 0, -700)
    expect(block.find(".cm-line").first).to_contain_text("(4, 7)")


def test_a_finger_drags_a_point_and_the_page_stays_where_it_is(phone: Reader) -> None:
    block = phone.opens("fit/").block("fitting_the_line")
    dot = block.find(".draggable path").nth(4)
    dot.scroll_into_view_if_needed()
    phone.page.wait_for_timeout(200)
    scrolled = phone.evaluate("scrollY")
    box = dot.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touches = phone.page.context.new_cdp_session(phone.page)
    touches.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        touches.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 6 * step}]})
    touches.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(block.find(".cm-line").nth(1)).not_to_contain_text("(5, 3.20)")
    phone.page.wait_for_function(
        "([dot, top]) => Math.abs(dot.getBoundingClientRect().y - top) <= 3",
        arg=[block.find(".draggable path").nth(4).element_handle(), box["y"] - 60],
    )
    assert phone.evaluate("scrollY") == scrolled


def test_moving_one_control_leaves_unrun_edits_of_the_others_alone(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    block.write(block.code.replace("w = 1", "w = 3").replace("(8, 4.97)", "(8, 1)"))
    block.slide("b", 2)
    expect(block.find(".cm-line").nth(4)).to_have_text("b = 2")
    assert "w = 3" in block.code
    assert "(8, 1)" in block.code


def test_a_half_typed_point_leaves_the_data_alone(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    block.find("summary").first.click()
    field = block.find('input[name="data[0][1]"]')
    field.fill("")
    block.slide("w", 0.6)
    labelled(block, "slope 0.6,")
    expect(field).to_have_value("0.85")
    expect(block.find(".cm-line").first).to_contain_text("(1, 0.85)")


def test_the_points_of_the_form_follow_the_data_of_the_code(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    code = block.code
    for data, rows in (("[]", 0), ("[(1, 2)]", 1), (str([(x, x) for x in range(9)]), 9)):
        block.run(re.sub(r"data = \[.*?\]", f"data = {data}", code, flags=re.DOTALL), ends="done")
        expect(block.find("[data-row]:not([hidden])")).to_have_count(rows)
        expect(block.find(".draggable")).to_have_count(rows)
        block.slide("w", 0.5)
        labelled(block, "slope 0.5,")
        assert f"data = {data}" in block.code
        block.slide("w", 1)
        labelled(block, "slope 1,")


def test_a_slider_of_a_cell_writes_its_value_into_the_code_and_undo_takes_it_back(reader: Reader) -> None:
    block = reader.opens("fit/").block("fitting_the_line")
    block.slide("w", 0.6)
    labelled(block, "slope 0.6,")
    expect(block.find(".cm-line").nth(3)).to_have_text("w = 0.6")
    block.find(".cm-content").click()
    reader.page.keyboard.press("ControlOrMeta+z")
    expect(block.find(".cm-line").nth(3)).to_have_text("w = 1")
