"""The smoke suite: one reader's visit, step after step, in Chromium, in Firefox and in WebKitGTK."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.data import COURSE
from engine.line import Line
from engine.loss import squared_loss
from tests.engines.found import EngineMissing, required
from tests.engines.page import BOOT, Page, Played, until
from tests.engines.started import firefox, webkit

CELL = '[data-block="fitting_the_line"]'
SLIDER = f'{CELL} input[name="w"][type="range"]'
EDITOR = f"{CELL} .cm-scroller"  # what is seen of the text, be its lines ever so long
THEIR_OWN = ("RSLoader", "WebGL creation failed")
"""What Firefox says of experiments that it could not fetch, and of a graphics card that it does not find."""


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page for the whole visit; what its engine says on the console fails the last step."""
    folder = tmp_path_factory.mktemp(request.param)
    with contextlib.ExitStack() as stack:
        if request.param == "chromium":
            opened, said = chromium_page(request.getfixturevalue("chromium"), stack, folder)
        else:
            opened, said = other_page(request.param, stack, folder)
        yield opened
    assert complaints(said.read_text(errors="replace")) == []


def chromium_page(chromium: Browser, stack: contextlib.ExitStack, folder: Path) -> tuple[Page, Path]:
    said = folder / "said"
    heard = stack.enter_context(said.open("w"))
    window = chromium.new_context(viewport={"width": 1280, "height": 900})
    stack.callback(window.close)
    page = window.new_page()
    page.on("console", lambda message: print(f"console.{message.type}: {message.text}", file=heard))
    page.on("pageerror", lambda error: print(f"JavaScript error: {error}", file=heard))
    return Played(page), said


def other_page(name: str, stack: contextlib.ExitStack, folder: Path) -> tuple[Page, Path]:
    try:
        return stack.enter_context({"firefox": firefox, "webkit": webkit}[name](folder))
    except EngineMissing as error:
        if required():
            raise
        pytest.skip(str(error))


def complaints(said: str) -> list[str]:
    """What pages said on the console, in the ways in which the engines print it."""
    lines = re.findall(r"^(?:console\.\w+:|JavaScript (?:error|warning): (?!resource:|chrome:)).*", said, re.MULTILINE)
    return [line for line in lines if not any(words in line for words in THEIR_OWN)]


def ends(page: Page, state: str) -> None:
    until(page, f"document.querySelector('{CELL}').dataset.state === '{state}'", seconds=BOOT)


def says(page: Page, selector: str, words: str) -> None:
    """Wait for words in what the selector finds in the cell; a figure says what its label says."""
    found = f"document.querySelector({json.dumps(f'{CELL} {selector}')})"
    until(page, f"({found}?.getAttribute('aria-label') ?? '' + {found}?.textContent).includes({json.dumps(words)})")


def press(page: Page, button: str) -> None:
    page.click(f"//*[@data-block='fitting_the_line']//button[normalize-space()='{button}']")


def write(page: Page, line: str) -> None:
    """Type a line of code in the place of all that stands in the editor."""
    page.click(EDITOR)
    page.press("Mod+a")
    page.type(line)


def slope(page: Page) -> str:
    """What the slider shows once it rests: a driver may be done with a drag before its page is."""
    shown: list[str] = []
    for _ in range(100):
        shown.append(page.evaluate(f"document.querySelector('{SLIDER} + output').textContent"))
        if shown[-3:] == shown[-1:] * 3:
            return shown[-1]
        time.sleep(0.2)
    raise TimeoutError(f"the slider does not come to rest: {shown}")


# --- the visit -------------------------------------------------------------------------------------------------------


def test_a_lesson_opens_with_its_figures(page: Page, served: str, tmp_path: Path) -> None:
    page.open(served + "line/")
    until(page, "document.querySelector('[data-block=the_line] .curve path')?.getAttribute('d')")
    until(page, "document.querySelector('[data-block=the_plane] [data-figure]').dataset.view")
    (tmp_path / "line.png").write_bytes(page.picture())  # for whoever wants to look: pytest keeps it


def test_a_surface_is_turned_where_the_engine_has_webgl(page: Page, served: str) -> None:
    page.open(served + "embed/line/the_plane/")
    if not page.evaluate("!!document.createElement('canvas').getContext('webgl2')"):
        until(page, "document.querySelector('.ways button:disabled') && document.querySelector('.bands path')")
        return
    box = "document.querySelector('.surface[data-view=\"3-D\"] .sides')?.getAttribute('d')"
    before = until(page, box)
    page.drag(".surface", 60)
    until(page, f"{box} !== {json.dumps(before)}")


def test_python_starts_and_the_editors_open(page: Page, served: str) -> None:
    page.open(served + "fit/")
    until(page, "document.documentElement.dataset.runtime === 'ready'", seconds=BOOT)
    until(page, "!document.querySelector('div.code textarea')")


def test_figure_readout_and_code_follow_a_slider_that_is_dragged(page: Page) -> None:
    press(page, "Reset")
    page.drag(SLIDER, 40)
    value = slope(page)
    assert value != "1"
    says(page, "[data-figure]", f"slope {value},")
    says(page, ".cm-line:nth-child(4)", f"w = {value}")
    says(page, ".readouts output", f"{squared_loss(Line(float(value), 0), COURSE):.4g}")


def test_code_that_is_edited_and_run_moves_slider_figure_and_readout(page: Page) -> None:
    press(page, "Reset")
    page.click(EDITOR)
    for key in ("Mod+Home", *["ArrowDown"] * 3, "End"):
        page.press(key)
    page.type(".5")
    press(page, "Run")
    ends(page, "done")
    assert slope(page) == "1.5"
    says(page, "[data-figure]", "slope 1.5,")
    says(page, ".readouts output", "76.68")


def test_an_error_is_told_and_its_line_is_marked(page: Page) -> None:
    write(page, "1/0")
    page.press("Mod+Enter")
    ends(page, "error")
    says(page, "[role=alert][data-line='1']", "ZeroDivisionError")
    says(page, ".cm-line.trouble-line", "1/0")


def test_an_endless_loop_is_stopped_and_the_next_run_works(page: Page) -> None:
    write(page, "while True: pass")
    press(page, "Run")
    ends(page, "running")
    press(page, "Stop")
    ends(page, "stopped")
    write(page, "6 * 7")
    press(page, "Run")
    ends(page, "done")
    says(page, "[data-output] .value", "42")


def test_matplotlib_draws(page: Page) -> None:
    write(page, "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
    press(page, "Run")
    ends(page, "done")
    until(page, f"document.querySelector('{CELL} [data-output] img')?.naturalWidth > 100")


def test_a_reload_keeps_code_and_slider(page: Page, served: str) -> None:
    press(page, "Reset")
    page.drag(SLIDER, 40)
    moved = slope(page)
    says(page, ".cm-line:nth-child(4)", f"w = {moved}")
    page.click(EDITOR)
    page.press("Mod+End")
    page.type(" # mine")
    page.open(served + "fit/")
    says(page, ".cm-line:last-child", "# mine")
    assert slope(page) == moved
