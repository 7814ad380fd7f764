"""Cells: typing, running, what comes out, what goes wrong, and stopping it."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import expect

from tests.browser.conftest import BOOT, Block, Reader


def cell(reader: Reader) -> Block:
    """A cell with a figure, sliders, points and a readout."""
    return reader.opens("fit/").block("fitting_the_line")


def test_what_code_prints_and_its_last_value_are_shown(reader: Reader) -> None:
    block = cell(reader)
    block.run("print('hello')\n6 * 7")
    expect(block.find("[data-output] .stdout")).to_have_text("hello")
    expect(block.find("[data-output] .value")).to_have_text("42")


def test_output_comes_while_the_code_is_still_running(reader: Reader) -> None:
    block = cell(reader)
    block.run("print('first', flush=True)\nwhile True: pass", ends="running")
    expect(block.find("[data-output]")).to_have_text("first")
    expect(block.element).to_have_attribute("data-state", "running")
    block.button("Stop").click()


def test_standard_error_is_shown_apart(reader: Reader) -> None:
    block = cell(reader)
    block.run("import sys\nprint('careful', file=sys.stderr)")
    expect(block.find("[data-output] .stderr")).to_have_text("careful")


def test_an_error_names_itself_and_its_line_and_the_editor_marks_it(reader: Reader) -> None:
    block = cell(reader)
    block.run("a = 1\nb = 2\n1/0\n", ends="error")
    alert = block.find('[role="alert"]')
    expect(alert).to_contain_text("ZeroDivisionError on line 3: division by zero")
    expect(alert).to_have_attribute("data-line", "3")
    expect(block.find(".cm-line.trouble-line")).to_have_text("1/0")
    expect(block.find(".trouble-span")).to_have_text("1/0")


def test_after_an_error_the_sliders_keep_the_last_good_figure(reader: Reader) -> None:
    block = cell(reader)
    block.run("1/0", ends="error")
    assert block.label.startswith("A line through the data: slope 1,")
    block.slide("w", 0.5)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 0.5,"))
    expect(block.find('[role="alert"]')).to_contain_text("ZeroDivisionError")  # it has not been mended yet


def test_a_traceback_holds_the_readers_lines_only(reader: Reader) -> None:
    block = cell(reader)
    block.run("def inner():\n    return [][1]\n\ndef outer():\n    inner()\n\nouter()", ends="error")
    block.find('[role="alert"] summary').click()
    text = block.find('[role="alert"] pre').inner_text()
    assert re.findall(r"line (\d+)", text) == ["7", "5", "2"]
    assert "stage/" not in text
    assert "exec(" not in text


def test_a_syntax_error_is_marked_at_its_line(reader: Reader) -> None:
    block = cell(reader)
    block.run("x = 1\nif x\n    x = 2", ends="error")
    expect(block.find('[role="alert"]')).to_have_attribute("data-line", "2")
    expect(block.find(".cm-line.trouble-line")).to_have_text("if x")


def test_the_mark_goes_when_its_line_is_mended(reader: Reader) -> None:
    block = cell(reader)
    block.run("1/0", ends="error")
    block.find(".cm-line").click()
    reader.page.keyboard.press("End")
    reader.page.keyboard.type("1")
    expect(block.find(".trouble-span")).to_have_count(0)


def test_matplotlib_shows_a_figure_and_asks_no_other_host(reader: Reader) -> None:
    block = cell(reader)
    block.run("import numpy as np, matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
    image = block.find("[data-output] img")
    expect(image).to_have_count(1)
    expect(reader.page.locator("[data-status]")).to_have_text(re.compile("Python is ready"))
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    expect(block.find('[role="alert"]')).to_have_count(0)
    assert all(url.startswith((reader.served, "blob:", "data:")) for url in reader.asked)


def test_text_and_figures_come_in_the_order_of_the_code(reader: Reader) -> None:
    block = cell(reader)
    block.run(
        "import matplotlib.pyplot as plt\n"
        "print('one')\nplt.plot([1, 2])\nplt.show()\nprint('two')\nplt.plot([2, 1])\nprint('three')"
    )
    kinds = block.find("[data-output] > *").evaluate_all("(parts) => parts.map((part) => part.tagName)")
    assert kinds == ["PRE", "FIGURE", "PRE", "FIGURE"]


def test_code_without_the_figures_names_runs_and_the_figure_waits(reader: Reader) -> None:
    block = cell(reader)
    block.run("print('just trying')", ends="done")
    expect(block.find("[data-notes]")).to_contain_text("needs y")
    block.slide("w", 0.7)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 0.7,"))


def test_a_function_without_a_value_leaves_a_sentence_not_an_empty_page(reader: Reader) -> None:
    block = reader.opens("fit/").block("plotting_a_line")
    block.run("w = 1\nb = 0\n\ndef y(x, w, b):\n    w * x + b", ends="done")
    expect(block.find("[data-notes]")).to_have_text(
        "At x = -10, y gave None, which is not a finite number. A function without return gives None."
    )


def test_the_readers_own_model_drives_the_figure(reader: Reader) -> None:
    block = cell(reader)
    parabola = block.code.replace("return w * x + b", "return w * x * x + b")
    path = block.find(".curve path")
    straight = path.get_attribute("d")
    block.run(parabola, ends="done")
    assert path.get_attribute("d") != straight
    expect(block.find('output[name="loss(w, b)"]')).not_to_have_text("13.77")


def test_running_moves_the_sliders_to_what_the_code_says(reader: Reader) -> None:
    block = cell(reader)
    block.run(block.code.replace("w = 1", "w = 2.25"), ends="done")
    expect(block.find('input[name="w"]')).to_have_value("2.25")
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 2.25,"))


def test_stop_ends_an_endless_loop_and_the_next_run_works(reader: Reader) -> None:
    block = cell(reader)
    starter = block.code
    block.run("while True: pass", ends="running")
    block.button("Stop").click()
    block.ends("stopped")
    expect(block.find("[data-progress]")).to_contain_text("Your code is as you left it")
    assert block.code == "while True: pass"
    block.run(starter, ends="done")
    block.slide("w", 0.5)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile("slope 0.5,"))


def test_other_blocks_go_on_after_a_stop(reader: Reader) -> None:
    block = cell(reader)
    other = reader.block("plotting_a_line")
    other.run("w = 4\nb = 1\n\ndef y(x, w, b):\n    return w * x + b", ends="done")
    block.run("while True: pass", ends="running")
    block.button("Stop").click()
    block.ends("stopped")
    other.slide("w", -3)  # its names went with the stopped Python; its code runs again by itself
    expect(other.find("[data-figure]")).to_have_attribute(
        "aria-label", "A line of your own: slope −3, crosses at 1.", timeout=BOOT
    )


def test_a_figure_that_never_ends_can_be_stopped(reader: Reader) -> None:
    block = reader.opens("fit/").block("plotting_a_line")
    block.run("w = 1\nb = 0\n\ndef y(x, w, b):\n    while w != 1: pass\n    return x", ends="done")
    block.slide("w", 2)
    expect(block.button("Stop")).to_be_enabled()
    block.button("Stop").click()
    block.ends("stopped")
    expect(block.find("[data-progress]")).to_contain_text("Stopped.")
    reader.python("ready")
    block.slide("w", 1)  # a figure that can be drawn takes it back
    block.ends("ready")
    expect(block.find("[data-progress]")).to_be_empty()
    block.slide("w", 2)
    expect(block.button("Stop")).to_be_enabled()
    block.button("Reset").click()
    reader.python("ready")
    block.ends("ready")


def test_a_note_of_an_earlier_run_goes_with_the_next(reader: Reader) -> None:
    block = cell(reader)
    block.run("print('no y')", ends="done")
    expect(block.find("[data-notes]")).to_contain_text("needs y")
    block.run("y = (", ends="error")
    expect(block.find("[data-notes]")).to_be_empty()


def test_a_second_run_while_one_is_under_way_does_nothing(reader: Reader) -> None:
    block = cell(reader)
    block.run("import time\nprint('once')\ntime.sleep(0.5)", ends="running")
    block.find(".cm-content").press("ControlOrMeta+Enter")
    expect(block.button("Run")).to_be_disabled()
    block.ends("done")
    expect(block.find("[data-output]")).to_have_text("once")


def test_reset_brings_the_start_back_and_undo_brings_the_readers_code_back(reader: Reader) -> None:
    block = cell(reader)
    starter = block.code
    block.run("print('mine')")
    block.button("Reset").click()
    assert block.code == starter
    expect(block.find("[data-output]")).to_be_empty()
    assert block.label.startswith("A line through the data: slope 1,")
    block.find(".cm-content").click()
    reader.page.keyboard.press("ControlOrMeta+z")
    assert block.code == "print('mine')"


def test_the_keyboard_runs_the_cell_and_leaves_the_editor(reader: Reader) -> None:
    block = cell(reader)
    expect(block.find(".keys")).to_contain_text("leaves the editor")
    block.write("print('keys')")
    reader.page.keyboard.press("ControlOrMeta+Enter")
    expect(block.find("[data-output]")).to_have_text("keys")
    block.ends("done")  # its output comes before that, and Run cannot be reached till then
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.textContent") == "Run"


def test_the_editor_colours_python_and_the_symbols_of_the_course(reader: Reader) -> None:
    block = cell(reader)
    expect(block.find(".tok-keyword").first).to_have_text("def")
    expect(block.find(".symbol.role-weight").first).to_have_text("w")
    expect(block.find(".cm-lineNumbers")).to_contain_text("15")


def test_a_flood_of_output_is_cut_and_said_to_be(reader: Reader) -> None:
    block = cell(reader)
    block.run("for i in range(100_000): print('line', i)")
    expect(block.find("[data-output]")).to_contain_text("more characters, not shown")
    assert block.find("[data-output]").evaluate("(output) => output.textContent.length") < 110_000


def test_an_unknown_import_fails_in_the_readers_line(reader: Reader) -> None:
    block = cell(reader)
    block.run("import no_such_package", ends="error")
    expect(block.find('[role="alert"]')).to_contain_text("ModuleNotFoundError on line 1")


def test_exit_and_other_ends_of_the_world_are_only_errors_of_a_cell(reader: Reader) -> None:
    block = cell(reader)
    block.run("import sys\nsys.exit(3)", ends="error")
    expect(block.find('[role="alert"]')).to_contain_text("SystemExit on line 2")
    block.run("print('still here')", ends="done")


def test_text_from_code_is_text_on_the_page(reader: Reader) -> None:
    block = cell(reader)
    block.run("print('<img src=x onerror=document.title=1>')\n'<b>bold</b>'")
    expect(block.find("[data-output] .stdout")).to_have_text("<img src=x onerror=document.title=1>")
    expect(block.find("[data-output] b, [data-output] img")).to_have_count(0)


def test_the_readers_code_cannot_reach_another_host(reader: Reader) -> None:
    """The worker lives under the page's Content-Security-Policy: `connect-src 'self'`."""
    seen: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        serving = threading.Thread(target=elsewhere.serve_forever)
        serving.start()
        try:
            block = cell(reader)
            block.run(
                "import js\nrequest = js.XMLHttpRequest.new()\n"
                f"request.open('GET', 'http://127.0.0.1:{elsewhere.server_port}/secret', False)\nrequest.send()",
                ends="error",
            )
        finally:
            elsewhere.shutdown()
            serving.join(timeout=10)
    assert seen == []
    assert all("Content Security Policy" in message for message in reader.console)
    reader.console.clear()
