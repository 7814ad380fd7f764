"""The reader's work: there again after a reload, offered where there are two versions of it, and taken away as a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from lessons.fit import plotting_a_line
from tests.browser.conftest import Block, Reader

FIT = "embed/fit/fitting_the_line/"
EXERCISE = "embed/fit/plotting_a_line/"
KEY = "downhill/work/fit/fitting_the_line"


def cell(reader: Reader, path: str = FIT) -> Block:
    return reader.opens(path).block(path.split("/")[2])


def kept(reader: Reader, key: str = KEY) -> Any:
    """The record in the browser's storage."""
    return json.loads(reader.evaluate("(key) => localStorage.getItem(key)", key) or "null")


def waits_for(reader: Reader, part: str, key: str = KEY) -> None:
    """Until there is a record with this text in it."""
    reader.page.wait_for_function("([key, part]) => localStorage.getItem(key)?.includes(part)", arg=[key, part])


def stores(reader: Reader, text: str, key: str = KEY) -> None:
    reader.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])


def label(block: Block, words: str) -> None:
    expect(block.find("[data-figure]").first).to_have_attribute("aria-label", re.compile(words), timeout=60_000)


def offer(block: Block) -> Locator:
    return block.find(".offer")


def menu(reader: Reader) -> Locator:
    """The dialog, opened."""
    reader.page.get_by_role("button", name="Your work").click()
    return reader.page.get_by_role("dialog", name="Your work")


def exported(reader: Reader) -> str:
    dialog = menu(reader)
    with reader.page.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()
    assert re.fullmatch(r"downhill-work-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)
    text = download.value.path().read_text(encoding="utf-8")
    dialog.get_by_role("button", name="Close").click()
    return text


def imports(reader: Reader, text: str, name: str = "work.json") -> Locator:
    """What the dialog says after it was given a file."""
    dialog = menu(reader)
    with reader.page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Import").click()
    chooser.value.set_files({"name": name, "mimeType": "application/json", "buffer": text.encode()})
    return dialog.locator("[data-said]")


@pytest.fixture
def other(reader: Reader) -> Iterator[Reader]:
    """The same reader with another tab."""
    page = reader.page.context.new_page()
    tab = Reader(page, reader.served)
    page.on("console", lambda message: tab.console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: tab.console.append(f"error: {error}"))
    yield tab
    assert tab.console == []


def test_code_sliders_and_figure_are_there_again_after_a_reload(reader: Reader) -> None:
    block = cell(reader)
    block.run(block.code.replace("return w * x + b", "return w * x + b + 0  # mine"))
    block.slide("w", 2.5)
    label(block, "slope 2.5")
    block = cell(reader)
    assert "# mine" in block.code
    assert "w = 2.5" in block.code
    expect(block.find('input[name="w"]')).to_have_value("2.5")
    label(block, "slope 2.5")
    expect(block.find('[role="alert"]')).to_have_count(0)


def test_what_was_typed_and_not_run_is_kept_and_not_run(reader: Reader) -> None:
    block = cell(reader)
    block.write("print('typed')\nw = 9\n")
    waits_for(reader, "typed")
    block = cell(reader)
    assert block.code == "print('typed')\nw = 9\n"
    block.slide("b", 1)  # the figure is that of the code that ran last: the starter
    label(block, "slope 1, crosses at 1")
    expect(block.find("[data-output]")).to_be_empty()


def test_code_that_ran_comes_back_in_silence(reader: Reader) -> None:
    block = cell(reader)
    block.run(f"print('loud')\n{block.code.replace('w = 1', 'w = 3')}", ends="done")
    label(block, "slope 3")
    block = cell(reader)
    label(block, "slope 3")
    expect(block.find("[data-output]")).to_be_empty()
    assert block.code.startswith("print('loud')")


def test_what_it_takes_to_import_is_not_counted_when_code_comes_back(reader: Reader) -> None:
    block = cell(reader)
    block.run(f"import matplotlib.pyplot\n{block.code.replace('w = 1', 'w = 3')}", ends="done")
    block = cell(reader)
    label(block, "slope 3")
    expect(block.button("Let it run")).to_have_count(0)


def test_the_last_word_before_the_page_closes_is_kept(reader: Reader) -> None:
    block = cell(reader)
    block.write("last = 1")
    assert cell(reader).code == "last = 1"  # opened in the same moment


def test_what_is_put_back_by_hand_leaves_no_record(reader: Reader) -> None:
    block = cell(reader)
    block.slide("w", 2)
    waits_for(reader, '"w":2')
    block.slide("w", 1)
    reader.page.wait_for_function("(key) => localStorage.getItem(key) === null", arg=KEY)


def test_a_lesson_and_its_embedded_block_share_their_work(reader: Reader) -> None:
    cell(reader).write("shared = 1")
    assert reader.opens("fit/").block("fitting_the_line").code == "shared = 1"


def test_a_demo_keeps_its_sliders_and_its_changed_code(reader: Reader) -> None:
    path = "embed/line/the_line/"
    block = cell(reader, path)
    block.slide("w", 4)
    label(block, "slope 4 ")
    block.find("summary").click()
    expect(block.find(".cm-line").first).to_be_visible()
    changed = re.sub(r'"""A line', '"""A steep line', block.code)
    block.run(changed, ends="done")
    block = cell(reader, path)
    label(block, "A (steep )?line of slope 4 ")
    block.find("summary").click()
    expect(block.find(".cm-content")).to_contain_text("A steep line")


def test_a_run_comes_back_at_the_step_where_it_was(reader: Reader) -> None:
    path = "embed/descent/train/"
    block = cell(reader, path)
    block.slide("w", 2)
    for _ in range(3):
        block.button("Step").click()
    expect(block.find('.readouts output[name="iteration_counter"]')).to_have_text("3")
    losses = block.find("[data-figure]").last
    before = losses.get_attribute("aria-label") or ""
    waits_for(reader, '"train":3', "downhill/work/descent/train")
    block = cell(reader, path)
    expect(block.find(".steps output")).to_have_text("3", timeout=60_000)
    expect(losses).to_have_attribute("aria-label", before)
    block.button("Step back").click()
    expect(block.find(".steps output")).to_have_text("2")


def test_the_playground_comes_back_with_the_controls_that_its_code_made(reader: Reader) -> None:
    path = "embed/playground/playground/"
    block = cell(reader, path)
    block.run(block.code.replace("height=", "tallness=").replace("height", "tallness"), ends="done")
    expect(block.find('[data-control="tallness"]')).to_have_count(1)
    block.slide("tallness", 2.4)
    label(block, "A wave 2.4 high")
    block = cell(reader, path)
    label(block, "A wave 2.4 high")
    expect(block.find('input[name="tallness"]')).to_have_value("2.4")


def test_a_verdict_its_solution_and_the_open_hints_are_there_again(reader: Reader) -> None:
    block = cell(reader, EXERCISE)
    block.button("Hint").click()
    block.run(plotting_a_line.solution, press="Check")
    says = block.find('[role="status"]').inner_text()
    block = cell(reader, EXERCISE)
    expect(block.find('[role="status"]')).to_have_attribute("data-verdict", "pass")
    expect(block.find('[role="status"]')).to_have_text(says)
    expect(block.button("Solution")).to_be_enabled()
    expect(block.find(".hints li:visible")).to_have_count(1)


def test_the_home_page_says_how_far_the_reader_is(reader: Reader) -> None:
    reader.opens("", waits=False)
    far = reader.page.locator("[data-lesson=fit] [data-far]")
    expect(far).to_be_empty()
    cell(reader, EXERCISE).run(plotting_a_line.solution, press="Check")
    waits_for(reader, "solved", "downhill/work/fit/plotting_a_line")
    reader.opens("", waits=False)
    expect(far).to_have_text(re.compile(r"1 of \d exercises solved"))


def test_a_changed_lesson_offers_both_and_overwrites_neither(reader: Reader) -> None:
    block = cell(reader)
    starter = block.code
    stores(reader, json.dumps({"starter": "older", "at": 1, "code": "mine = 1", "values": {"w": 2}}))
    block = cell(reader)
    assert block.code == starter
    expect(offer(block)).to_contain_text("This lesson has changed since you wrote here.")
    assert kept(reader)["code"] == "mine = 1"
    block.write("newer = 1")
    waits_for(reader, "newer")
    block = cell(reader)
    assert block.code == "newer = 1"
    block.button("Show mine").click()
    assert block.code == "mine = 1"
    expect(block.find('input[name="w"]')).to_have_value("2")
    block = cell(reader)
    assert block.code == "mine = 1"
    block.button("Show it").click()
    assert block.code == "newer = 1"


def test_who_keeps_the_new_starter_can_go_back_until_they_write(reader: Reader) -> None:
    block = cell(reader)
    starter = block.code
    stores(reader, json.dumps({"starter": "older", "at": 1, "code": "mine = 1"}))
    block = cell(reader)
    block.button("Keep the new one").click()
    assert block.code == starter
    expect(block.button("Show it")).to_be_focused()
    block.write("else_ = 1")
    expect(offer(block)).to_be_empty()


def test_two_tabs_do_not_overwrite_each_other(reader: Reader, other: Reader) -> None:
    one, two = cell(reader), cell(other)
    one.write("one = 1")
    expect(offer(two)).to_contain_text("This block was changed in another tab.")
    two.write("two = 2")
    waits_for(other, "two = 2")
    assert (one.code, two.code) == ("one = 1", "two = 2")
    assert kept(reader)["code"] == "one = 1"
    two.button("Take that one").click()
    assert two.code == "one = 1"
    two.button("Show it").click()
    expect(offer(one)).to_contain_text("This block was changed in another tab.")
    one.button("Keep mine").click()
    assert cell(other).code == "one = 1"


def test_a_reset_can_be_undone_and_so_can_the_writing_in_the_editor(reader: Reader) -> None:
    block = cell(reader)
    starter = block.code
    block.run(starter.replace("w = 1", "w = 3") + "\n# mine", ends="done")
    block.button("Reset").click()
    assert block.code == starter
    block.button("Undo reset").click()
    assert "# mine" in block.code
    label(block, "slope 3")
    expect(block.find('input[name="w"]')).to_have_value("3")
    expect(offer(block)).to_be_empty()
    block.button("Reset").click()
    block.find(".cm-content").click()
    reader.page.keyboard.press("ControlOrMeta+z")
    assert "# mine" in block.code
    expect(offer(block)).to_be_empty()


def test_where_storage_is_blocked_the_page_says_so_once_and_works_on(reader: Reader) -> None:
    reader.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    block = cell(reader)
    told = reader.page.locator("[data-unkept]")
    expect(told).to_be_empty()
    block.run(block.code.replace("w = 1", "w = 2"), ends="done")
    expect(told).to_have_text(
        "Your work cannot be kept in this browser: it does not let this page store anything. Export it before you leave."
    )
    assert "w = 2" in json.loads(exported(reader))["work"]["fit/fitting_the_line"]["code"]
    expect(imports(reader, exported_of("x = 1"))).to_have_text(re.compile("Nothing was changed"))


def test_where_storage_is_full_the_page_says_so_and_the_work_can_be_exported(reader: Reader) -> None:
    block = cell(reader)
    reader.evaluate(
        """() => {
            for (let size = 1 << 22; size; size >>= 1) {
                try { while (true) localStorage.setItem(`filler ${size} ${Math.random()}`, 'x'.repeat(size)); } catch {}
            }
        }"""
    )
    block.write("mine = 1")
    told = reader.page.locator("[data-unkept]")
    expect(told).to_contain_text("its storage is full. Export it before you leave.")
    assert json.loads(exported(reader))["work"]["fit/fitting_the_line"]["code"] == "mine = 1"
    reader.evaluate(
        "() => { for (const key of Object.keys(localStorage)) if (key.startsWith('filler')) localStorage.removeItem(key); }"
    )
    block.write("mine = 2")
    expect(told).to_be_empty()
    assert cell(reader).code == "mine = 2"


def test_all_work_goes_into_a_file_is_forgotten_and_comes_back(reader: Reader) -> None:
    cell(reader, EXERCISE).run(plotting_a_line.solution, press="Check")
    block = cell(reader)
    starter = block.code
    block.write("mine = 1")
    text = exported(reader)
    assert list(json.loads(text)["work"]) == ["fit/fitting_the_line", "fit/plotting_a_line"]
    dialog = menu(reader)
    expect(dialog).to_contain_text("There is work on 2 blocks.")
    dialog.get_by_role("button", name="Forget all work here").click()
    dialog.get_by_role("button", name="Keep it").click()
    assert kept(reader)
    dialog.get_by_role("button", name="Forget all work here").click()
    dialog.get_by_role("button", name="Forget it all").click()
    expect(dialog).to_contain_text("There is no work yet.")
    dialog.get_by_role("button", name="Close").click()
    assert block.code == starter
    assert cell(reader).code == starter
    said = imports(reader, text)
    expect(said).to_have_text("Imported the work on 2 blocks.")
    reader.page.keyboard.press("Escape")
    assert block.code == "mine = 1"
    expect(cell(reader, EXERCISE).find('[role="status"]')).to_have_attribute("data-verdict", "pass")


def exported_of(code: str, at: float = 1) -> str:
    """A file with work on one block."""
    work = {"fit/fitting_the_line": {"starter": "older", "at": at, "code": code}}
    return json.dumps({"downhill": "work", "version": 1, "work": work})


@pytest.mark.parametrize(("at", "shown", "button"), [(1, "mine = 1", "Show the older one"), (9e15, "", "Show mine")])
def test_an_import_puts_the_older_of_two_versions_aside(reader: Reader, at: float, shown: str, button: str) -> None:
    block = cell(reader)
    starter = block.code
    block.write("mine = 1")
    expect(imports(reader, exported_of("theirs = 1", at))).to_have_text("Imported the work on 1 block.")
    reader.page.keyboard.press("Escape")
    assert block.code == (shown or starter)  # what comes was made from another starter
    block.button(button).click()
    assert block.code == "theirs = 1"
    assert {version["code"] for version in [kept(reader), *kept(reader)["before"]]} == {"mine = 1", "theirs = 1"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "work.json is not a file of your work: it is not JSON, or only a part of it. Nothing was changed."),
        ('{"downhill": "work", "version": 1, "work', "it is not JSON"),
        ('{"cells": [], "nbformat": 4}', 'what Export has made begins with "downhill": "work"'),
        ('{"downhill": "work", "version": 7, "work": {}}', "work.json has version 7; this page reads version 1."),
        ('{"downhill": "work", "version": 1, "work": {"fit/a": {"code": 1}}}', "where it has the work on fit/a."),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(reader: Reader, text: str, says: str) -> None:
    reader.opens("glossary/", waits=False)
    stores(reader, exported_of("mine = 1"))
    expect(imports(reader, text)).to_contain_text(says)
    assert kept(reader) == json.loads(exported_of("mine = 1"))


def test_malformed_records_never_reach_the_page(reader: Reader) -> None:
    block = cell(reader)
    starter = block.code
    for i, text in enumerate(["{", "null", '{"starter": 1}', '{"starter": "s", "at": 1, "values": {"w": null}}']):
        stores(reader, text)
        assert cell(reader).code == starter
        assert reader.evaluate("(key) => localStorage.getItem(key)", KEY) is None
        found = reader.evaluate(
            "() => Object.entries(localStorage).filter(([key]) => key.includes('/unreadable')).length"
        )
        assert found == i + 1


def test_values_that_fit_no_control_are_left_out(reader: Reader) -> None:
    block = cell(reader)
    block.slide("w", 2)
    waits_for(reader, '"w":2')
    record = kept(reader)
    record["values"] |= {"b": [[1, 2]], "data": "text", "nothing": 3, "__proto__": 9}
    stores(reader, json.dumps(record))
    block = cell(reader)
    label(block, "slope 2")
    expect(block.find('input[name="b"]')).to_have_value("0")


def test_what_a_record_says_is_text(reader: Reader) -> None:
    cell(reader, EXERCISE)
    key = "downhill/work/fit/plotting_a_line"
    bad = "<img src=x onerror=\"document.title='bad'\">"
    stores(reader, json.dumps({"starter": "s", "at": 1, "code": bad, "verdict": {"pass": True, "says": bad}}), key)
    block = cell(reader, EXERCISE)
    block.button("Show mine").click()
    assert block.code == bad
    expect(block.find("[data-verdict-place]")).to_have_text(f"Right. {bad}")
    assert block.find("[data-verdict-place] img").count() == 0


def test_the_menu_fits_on_a_phone_and_its_buttons_on_a_finger(phone: Reader) -> None:
    cell(phone)
    dialog = menu(phone)
    heights = [button.bounding_box() for button in dialog.get_by_role("button").all()]
    assert all(box and box["height"] >= 44 for box in heights)
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    phone.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(phone.page.get_by_role("button", name="Your work")).to_be_focused()


def test_who_only_reads_leaves_nothing_behind(reader: Reader) -> None:
    reader.opens("fit/")
    reader.opens("", waits=False)
    assert reader.evaluate("() => Object.keys(localStorage)") == []
