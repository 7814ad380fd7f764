"""A page in use: sliders, a landscape from the reader's loss, training at 100x, and Stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Any

from playwright.sync_api import Page

from bench.browser import until
from bench.lab import Lab
from bench.table import Measured

MOVES = 40
"""Moves of a slider in each run."""
BOTH_LOSSES = ("return w * x + b", "return w * x * x + b")
"""The model of the landscape as the lesson has it, and another, so that each Run makes another picture."""
LOOP = "x = 0\nprint('begun', flush=True)\nwhile True:\n    x += 1"
LONG_CALL = "import numpy as np\na = np.ones((3000, 3000))\nprint('begun', flush=True)\na @ a"
"""Many seconds inside NumPy, where Python cannot look whether it should stop."""
LOOPS = 500
"""Milliseconds from what code prints before it runs on and on, until it is stopped."""
RESTS = 3000
"""Milliseconds between a run and the next endless one; a reader takes longer."""


def of(name: str) -> str:
    """A block, for a script in the page."""
    return f"document.querySelector('[data-block=\"{name}\"]')"


def write(page: Page, name: str, code: str) -> None:
    """Put code into a block's editor, as pasting would."""
    editor = page.locator(f'[data-block="{name}"] .cm-content')
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)


def slider_to_figure(lab: Lab) -> Measured:
    """From the input event to the painted frame; the floor is a worker that only echoes, asked in turns with it."""
    values, floors = [], []
    with lab.reading("line/") as page:
        for run in range(lab.runs):
            lab.say(f"slider, run {run + 1}")
            low = -9 + run % 2 / 2  # never the value that is there
            moves = [low + i / 4 for i in range(MOVES)]
            took = page.evaluate(f"bench.slides({of('the_line')}, 'w', {moves})")
            values.append(median(took["moves"]))
            floors.append(median(took["echoes"]))
            last = f"{3 + run / 10:g}"  # the slider goes by tenths
            fast = [*(i / 10 for i in range(60)), float(last)]
            said = page.evaluate(f"bench.drag({of('the_line')}, 'w', {fast})")
            if f"slope {last} " not in said:
                raise RuntimeError(f"the last value of a fast drag was dropped: got {said!r}, expected slope {last}")
    return Measured(values, floors, "each fast drag ended with its last value")


@cache
def landscapes(lab: Lab) -> list[dict[str, Any]]:
    """For each run the times after Run at which another picture was painted, and the longest gap between frames."""
    found = []
    name = "loss_landscape"
    with lab.reading(f"embed/loss/{name}/") as page:
        page.get_by_role("button", name="Contours", exact=True).click()
        lines = "\n".join(line.rstrip("\n") for line in page.locator(".cm-line").all_inner_texts())
        for run in range(lab.runs + 1):
            lab.say(f"landscape, run {run}")
            write(page, name, lines.replace(BOTH_LOSSES[0], BOTH_LOSSES[(run + 1) % 2]))
            page.wait_for_timeout(500)
            found.append(page.evaluate(f"bench.pictures({of(name)})"))
            until(page, f"{of(name)}.dataset.state === 'done'", seconds=20)
    return found[1:]  # the first run of all warms up


def landscape_first(lab: Lab) -> Measured:
    return Measured([each["paints"][0] for each in landscapes(lab)])


def landscape_whole(lab: Lab) -> Measured:
    changes = median(len(each["paints"]) for each in landscapes(lab))
    return Measured([each["paints"][-1] for each in landscapes(lab)], note=f"pictures until then: {changes:g}")


def landscape_gap(lab: Lab) -> Measured:
    return Measured([each["gap"] for each in landscapes(lab)])


def train(lab: Lab) -> Measured:
    """Steps a second from the first picture to the last, with all figures and readouts of the cell drawn meanwhile."""
    values, pictures = [], []
    with lab.reading("embed/descent/train/") as page:
        for name in ("Check", "Solution", "Put it into the editor", "Run"):
            page.get_by_role("button", name=name, exact=True).click()
            until(page, f"/done|error/.test({of('train')}.dataset.state)", seconds=20)
        page.locator("[data-speed]").select_option("100")
        for run in range(lab.runs):
            lab.say(f"train, run {run + 1}")
            rate, shown = pace(page.evaluate(f"bench.train({of('train')}, 'iteration_counter')"))
            values.append(rate)
            pictures.append(shown)
            page.get_by_role("button", name="Run", exact=True).click()  # a new run, with nothing recorded
            page.wait_for_timeout(500)
    return Measured(values, note=f"{median(pictures):.0f} pictures a second")


def pace(samples: list[list[float]]) -> tuple[float, float]:
    """Steps and pictures a second, of samples of a time in milliseconds and the step that was shown then."""
    changes = [now for before, now in pairwise(samples) if now[1] != before[1]]
    if len(changes) < 2:
        raise RuntimeError("Play did not train")
    (start, low), (end, high) = changes[0], changes[-1]
    return 1000 * (high - low) / (end - start), 1000 * (len(changes) - 1) / (end - start)


@dataclass(frozen=True)
class Stopping:
    """One way in which Python may have to be stopped: what runs, on which host, in which browser."""

    code: str = LOOP
    isolated: bool | None = None
    jspi: bool = True


SHARED = Stopping(isolated=True)
UNSHARED = Stopping(isolated=False)
BARE = Stopping(isolated=False, jspi=False)
INSIDE = Stopping(LONG_CALL)


@cache
def stops(lab: Lab, way: Stopping) -> list[list[float]]:
    """For each run: from Stop to `stopped`, and from the Run after it to its output, in milliseconds."""
    found: list[list[float]] = []
    name = "three_inputs"
    with lab.reading("line/", isolated=way.isolated, jspi=way.jspi) as page:
        block = page.locator(f'[data-block="{name}"]')
        for run in range(lab.runs):
            lab.say(f"stop, run {run + 1}")
            write(page, name, way.code)
            block.get_by_role("button", name="Run", exact=True).click()
            until(page, f"{of(name)}.querySelector('[data-output]').textContent.includes('begun')", seconds=30)
            page.wait_for_timeout(LOOPS)
            write(page, name, "1 + 1")
            found.append(page.evaluate(f"bench.press({of(name)}, 'Stop', 'stopped', 'Run', 'done')"))
            if (said := block.locator("[data-output]").inner_text().strip()) != "2":
                raise RuntimeError(f"the Run after Stop gave {said!r}; expected 2")
            page.wait_for_timeout(RESTS)
    return found


def stopped(way: Stopping) -> Callable[[Lab], Measured]:
    """Measures from the press of Stop to the state `stopped`."""
    return lambda lab: Measured([to_stop for to_stop, _ in stops(lab, way)])


def run_again(way: Stopping) -> Callable[[Lab], Measured]:
    """Measures from a Run at the moment of `stopped` to its output."""
    return lambda lab: Measured([to_output for _, to_output in stops(lab, way)])
