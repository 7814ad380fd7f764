"""Start-up: from the navigation to the first figure, the first output and the first picture, beside the floor."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from playwright.sync_api import BrowserContext

from bench.browser import script, until
from bench.lab import Lab, Setting
from bench.table import Measured

FIGURE, RUN, PICTURE, PRESS = "first-figure", "first-run", "bench-picture", "bench-press"
"""Marks: the first two are the page's own, the others are set by scripts/press.js."""

SETTLES = 3.0
"""Seconds for what a page does after its first output, such as keeping files for the next visit."""
LOOKS = 5000
"""Milliseconds that a reader looks at a page before they run anything."""

Marks = dict[str, float]


@dataclass(frozen=True)
class Visit:
    """A page to open: what to run in it, when (milliseconds after navigation), and the mark to wait for."""

    path: str
    block: str = ""
    waits: str = RUN
    after: int = 0


PLAIN = Visit("line/", "three_inputs")
"""A lesson with a cell in pure Python."""
DRAWS = Visit("logistic/", "loss_curve", PICTURE)
"""A lesson with a cell that draws with Matplotlib."""
FLOOR = Visit("floor/")
FLOOR_DRAWS = Visit("floor/?matplotlib")


@dataclass
class Loads:
    """The marks of each load, in milliseconds since its navigation."""

    ours: list[Marks] = field(default_factory=list)
    floor: list[Marks] = field(default_factory=list)

    def measured(self, mark: str, *, since: str = "", floored: bool = True) -> Measured:
        """When `mark` was set, from the navigation or from another mark; the floor ends with its one line."""
        values = [marks[mark] - marks.get(since, 0.0) for marks in self.ours]
        return Measured(values, [marks[RUN] for marks in self.floor] if floored else ())


def visit(context: BrowserContext, base: str, wanted: Visit, settle: Callable[[], None] = lambda: None) -> Marks:
    """Open a page and read its marks when it is there; `settle` is called before it is closed.

    Raises TimeoutError, and RuntimeError for a failed run.
    """
    page = context.new_page()
    pressed = json.dumps({"block": wanted.block, "after": wanted.after})
    page.add_init_script(f"globalThis.benchPress = {pressed};\n{script('press.js')}")
    page.goto(base + wanted.path, wait_until="commit")
    until(page, f"performance.getEntriesByName('{wanted.waits}').length")
    if wanted.block:
        state = until(page, f"document.querySelector('[data-block={wanted.block}]').dataset.state")
        if state == "error":
            raise RuntimeError(f"{wanted.path}: the cell {wanted.block} ended with an error")
    marks: Marks = page.evaluate(
        "Object.fromEntries(performance.getEntriesByType('mark').map((mark) => [mark.name, mark.startTime]))"
    )
    settle()
    page.close()
    return marks


@cache
def loads(lab: Lab, setting: Setting, ours: Visit = PLAIN, floor: Visit = FLOOR) -> Loads:
    """The loads of a page and of the floor in turns, so that noise falls on both."""
    found = Loads()
    lab.say(f"{ours.path} and {floor.path}: {setting}")
    if setting.cold:
        for _ in range(lab.runs):
            for wanted, kept in ((floor, found.floor), (ours, found.ours)):
                with lab.browser(setting) as context:
                    kept.append(visit(context, lab.base(setting), wanted))
        return found
    with lab.browser(setting) as context:
        for wanted in (floor, ours):
            warm_up(lab, context, setting, wanted)
        for _ in range(lab.runs):
            found.floor.append(visit(context, lab.base(setting), floor))
            found.ours.append(visit(context, lab.base(setting), ours))
    return found


def warm_up(lab: Lab, context: BrowserContext, setting: Setting, wanted: Visit) -> None:
    """Two visits, as the browser keeps compiled code from the second one on; each with time to settle."""

    def settle() -> None:
        time.sleep(SETTLES)
        if setting.slow_network:
            lab.link.quiet()

    for _ in range(2):
        visit(context, lab.base(setting), wanted, settle)


def first_figure_warm(lab: Lab) -> Measured:
    return loads(lab, Setting()).measured(FIGURE)


def first_figure_cold(lab: Lab) -> Measured:
    """The floor is the warm one here as well: no Python is needed for this, cold or warm."""
    cold = loads(lab, Setting(cold=True)).measured(FIGURE)
    return Measured(cold.values, loads(lab, Setting()).measured(FIGURE).floors)


def first_figure_slow_cpu(lab: Lab) -> Measured:
    return loads(lab, Setting(slow_cpu=True)).measured(FIGURE)


def first_figure_slow_network(lab: Lab) -> Measured:
    return loads(lab, Setting(cold=True, slow_network=True)).measured(FIGURE)


def first_output_warm(lab: Lab) -> Measured:
    return loads(lab, Setting()).measured(RUN)


def first_output_cold(lab: Lab) -> Measured:
    return loads(lab, Setting(cold=True)).measured(RUN)


def first_output_cold_slow_network(lab: Lab) -> Measured:
    return loads(lab, Setting(cold=True, slow_network=True)).measured(RUN)


def first_output_warm_slow_network(lab: Lab) -> Measured:
    return loads(lab, Setting(slow_network=True)).measured(RUN)


def first_output_warm_slow_cpu(lab: Lab) -> Measured:
    return loads(lab, Setting(slow_cpu=True)).measured(RUN)


def first_output_cold_slow_cpu(lab: Lab) -> Measured:
    return loads(lab, Setting(cold=True, slow_cpu=True)).measured(RUN)


def first_picture_warm(lab: Lab) -> Measured:
    return loads(lab, Setting(), DRAWS, FLOOR_DRAWS).measured(PICTURE)


def first_picture_after_a_look(lab: Lab) -> Measured:
    """From Run to the picture, when the page has been open for some seconds."""
    looked = Loads()
    wanted = Visit(DRAWS.path, DRAWS.block, PICTURE, after=LOOKS)
    lab.say(f"{wanted.path}: Run after {LOOKS / 1000:g} s")
    with lab.browser() as context:
        warm_up(lab, context, Setting(), DRAWS)
        looked.ours += [visit(context, lab.address, wanted) for _ in range(lab.runs)]
    return looked.measured(PICTURE, since=PRESS, floored=False)
