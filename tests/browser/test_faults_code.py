"""Whatever the reader types: it ends in a sentence, what they wrote is kept, and the page works on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import BOOT, Block, Reader, reading
from tests.stage.test_guard import FAULTS as SABOTAGE

PLAIN = "w = 1\nb = 0\n\ndef y(x, w, b):\n    return w * x + b\n\n1 + 1"
SLOPES = cycle([2, 3])
ALERT, SAID, VALUE = '[role="alert"]', "[data-output]", "[data-output] .value"


@pytest.fixture(scope="module")
def opened(chromium: Browser, served: str) -> Iterator[tuple[Block, list[str]]]:
    """One cell for all faults: each must leave it as good as new."""
    for reader in reading(chromium, served, viewport={"width": 1280, "height": 800}):
        yield reader.opens("embed/fit/plotting_a_line/").block("plotting_a_line"), reader.console


@pytest.fixture
def block(opened: tuple[Block, list[str]]) -> Iterator[Block]:
    """The cell, which afterwards runs plain code, follows its sliders, and has said nothing on the console."""
    block, console = opened
    console.clear()
    yield block
    works(block)
    assert console == []


def works(block: Block) -> None:
    paste(block, PLAIN)
    block.run(ends="done")
    expect(block.find(VALUE)).to_have_text("2")
    slope = next(SLOPES)
    block.slide("w", slope)
    expect(block.find("[data-figure]")).to_have_attribute("aria-label", re.compile(f"slope {slope},"), timeout=BOOT)


def paste(block: Block, code: str) -> None:
    """Put code into the editor byte for byte, as the clipboard has it."""
    block.find(".cm-content").click()
    block.page.keyboard.press("ControlOrMeta+a")
    block.find(".cm-content").evaluate(
        """(content, text) => {
             const clipboardData = new DataTransfer();
             clipboardData.setData("text/plain", text);
             content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
           }""",
        code,
    )


ENDED = {  # what ends by itself: the code, how it ends, where something is said, and what
    "endless recursion": ("def f():\n    f()\nf()", "error", ALERT, "RecursionError on line 2"),
    "2 GB at once": ("x = [0] * 2**29", "error", ALERT, "MemoryError on line 1"),
    "a million lines": ("for i in range(1_000_000):\n    print(i)", "done", SAID, "more characters, not shown"),
    "a line of 50 MB": ("print('x' * 50_000_000)", "done", SAID, "49,900,001 more characters, not shown"),
    "a value of 50 MB": ("'x' * 50_000_000", "done", VALUE, "xxx…"),
    "a repr that raises": (
        "class A:\n    def __repr__(self):\n        1 / 0\n\nA()",
        "done",
        VALUE,
        "whose repr stopped with ZeroDivisionError",
    ),
    "a repr that exits": (
        "class A:\n    def __repr__(self):\n        raise SystemExit\n\nA()",
        "error",
        ALERT,
        "SystemExit",
    ),
    "a repr that is no text": (
        "class A:\n    def __repr__(self):\n        return 5\n\nA()",
        "done",
        VALUE,
        "TypeError",
    ),
    "sys.exit": ("import sys\nsys.exit()", "error", ALERT, "SystemExit on line 2"),
    "exit and quit": ("print('before')\nexit()", "error", ALERT, "on line 2"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "stopped", "[data-progress]", "Stopped"),
    "an error that cannot be told": (
        "class E(Exception):\n    def __str__(self):\n        raise self\n\nraise E",
        "error",
        ALERT,
        "E on line 5",
    ),
    "print, y and data set otherwise": ("print = y = data = None", "error", ALERT, "y"),
    "an unknown import": ("import no_such_thing", "error", ALERT, "ModuleNotFoundError on line 1"),
    "a package that is not here": ("import pandas", "error", ALERT, "ModuleNotFoundError on line 1"),
    "the browser's page": ("import js\njs.document.title", "error", ALERT, "AttributeError on line 2"),
    "an error of JavaScript": ("from pyodide.code import run_js\nrun_js('null.x')", "error", ALERT, "on line 2"),
    "a thread": ("import threading\nthreading.Thread(target=print).start()", "error", ALERT, "can't start new thread"),
    "another program": ("import subprocess\nsubprocess.run(['ls'])", "error", ALERT, "OSError on line 2"),
    "a file that is not there": ("open('grades.csv')", "error", ALERT, "FileNotFoundError on line 1"),
    "another host": ("from urllib.request import urlopen\nurlopen('https://example.org')", "error", ALERT, "on line 2"),
    "letters of the world": ("größe = 'Ζωή 数 🎲'\nprint(größe)", "done", SAID, "Ζωή 数 🎲"),
    "an emoji as a name": ("🎲 = 6", "error", ALERT, "SyntaxError on line 1"),
    "a null byte": ("x = 1\n'a\0b'", "error", ALERT, "null bytes"),
    "half a character": ("x = '\ud800'\nlen(x)", "done|error", SAID + ", " + ALERT, ""),
    "tabs and spaces": ("if True:\n\tx = 1\n        y = 2", "error", ALERT, "TabError on line 3"),
    "lines that end as on Windows": ("x = '''a\r\nb'''\r\nlen(x)", "done", VALUE, "3"),
    "a form feed": ("x = 1\n\f\nx + 4", "done", VALUE, "5"),
    "1 MB of code": (
        "x = 1  # one of many lines that say much the same as this\n" * 18_000 + "x + 6",
        "done",
        VALUE,
        "7",
    ),
    "a line of 1 MB": ("x = '" + "a" * 1_000_000 + "'\nlen(x)", "done", VALUE, "1000000"),
}


@pytest.mark.parametrize("fault", ENDED)
def test_what_goes_wrong_is_told_and_the_page_works_on(block: Block, fault: str) -> None:
    code, state, place, says = ENDED[fault]
    paste(block, code)
    block.run(ends=state)
    expect(block.find(place).first).to_contain_text(says)


BROKEN = {  # what takes the memory, or Python itself, with it
    "memory bit by bit": "x = []\nwhile True:\n    x.append(bytearray(100_000_000))",
    "recursion without a limit": "import sys\nsys.setrecursionlimit(10**9)\ndef f(x):\n    return sorted([1], key=f)\nf(1)",
    "recursion in a repr": "class A:\n    def __repr__(self):\n        return repr(self)\n\nA()",
    "a list of lists of lists": "deep = []\nfor _ in range(200_000):\n    deep = [deep]\nlen(deep)",
    "the end of the process": "import os\nos._exit(1)",
    "an abort": "import os\nos.abort()",
    "a wrong address": "import ctypes\nctypes.string_at(2**32 - 64, 32)",
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_python_is_started_again_and_says_so_and_the_code_is_kept(
    block: Block, opened: tuple[Block, list[str]], fault: str
) -> None:
    paste(block, BROKEN[fault])
    block.run(ends="error")
    expect(block.find(ALERT)).to_contain_text("Python has been started again; your code is as you left it.")
    assert block.code == BROKEN[fault]
    opened[1].clear()  # Pyodide's last words


DEEP = {"brackets without end": "(" * 100_000, "an expression too deep": "x = " + "-" * 100_000 + "1"}


@pytest.mark.parametrize("fault", DEEP)
def test_code_too_deep_to_be_read_is_told_or_python_is_started_again(
    block: Block, opened: tuple[Block, list[str]], fault: str
) -> None:
    paste(block, DEEP[fault])
    block.run(ends="error")
    # Whether Python still finds that out by itself depends on how the browser has compiled it by then.
    expect(block.find(ALERT)).to_contain_text(re.compile("too many nested|too complex|started again"))
    opened[1].clear()


ENDLESS = {  # what only Stop ends
    "a loop": "while True: pass",
    "a loop that catches all": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "a repr": "class A:\n    def __repr__(self):\n        while True: pass\n\nA()",
    "printing": "while True: print('more')",
    "waiting": "import time\nwhile True: time.sleep(1000)",
    "one long call": "sum(iter(int, 1))",
    "a search": "import re\nre.match('(a+)+$', 'a' * 50 + 'b')",
    "a number": "len(str(7 ** 7 ** 9))",
    "deaf and mute": "import js\njs.self.onmessage = None\nwhile True: pass",
}


@pytest.mark.parametrize("fault", ENDLESS)
def test_stop_ends_whatever_is_endless_and_the_code_is_kept(block: Block, fault: str) -> None:
    paste(block, ENDLESS[fault])
    block.run(ends="running")
    block.button("Stop").click()
    block.ends("stopped")
    assert block.code == ENDLESS[fault]
    expect(block.find("[data-progress]")).to_contain_text("Your code is as you left it")


@pytest.mark.parametrize("fault", SABOTAGE)
def test_what_code_does_to_python_or_the_course_ends_with_its_run(block: Block, fault: str) -> None:
    paste(block, SABOTAGE[fault])
    block.run(ends="done|error")


def test_a_figure_of_a_million_points_comes_and_the_page_stays_quick(block: Block) -> None:
    block.run("import numpy as np, matplotlib.pyplot as plt\nplt.plot(np.random.rand(1_000_000)); plt.show()")
    image = block.find("[data-output] img")
    expect(image).to_have_count(1)
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100


MUCH = {  # more than a page can show: the page, its cell, the code, and what is said
    "data of a million points": (
        "fit",
        "fitting_the_line",
        "w, b = 1, 0\ndata = [(1, 1)] * 1_000_000\n",
        "at most 500",
    ),
    "a figure of a million points": (
        "playground",
        "playground",
        "from stage.figure import Plot\nfrom stage.marks import Points\nPlot(Points([(1, 1)] * 1_000_000), x=(0, 2), y=(0, 2))",
        "so draw fewer points",
    ),
}


@pytest.mark.parametrize("much", MUCH)
def test_more_than_a_page_can_show_is_told_instead(reader: Reader, much: str) -> None:
    lesson, name, code, says = MUCH[much]
    cell = reader.opens(f"embed/{lesson}/{name}/").block(name)
    cell.run(code, ends="error")
    expect(cell.find(ALERT)).to_contain_text(says)
    cell.run("1 + 1", ends="done")


def test_a_worker_that_ends_itself_is_replaced(block: Block) -> None:
    paste(block, "import js\njs.self.close()")
    block.run(ends="done|error|stopped")
