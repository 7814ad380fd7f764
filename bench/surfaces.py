"""A surface that is turned: frames a second, and the work of the page's main thread for each of them."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

from playwright.sync_api import Page

from bench.browser import until
from bench.lab import Lab
from bench.table import Measured

PAGE, SURFACE = "embed/loss/loss_landscape/", '.surface[data-view="3-D"]'
SECONDS = 3.0
"""How long it is turned in each run."""
CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel"]

Event = dict[str, Any]


@cache
def turned(lab: Lab) -> list[list[float]]:
    """For each run the work of each frame, in milliseconds."""
    found = []
    with lab.reading(PAGE) as page:
        until(page, f"document.querySelector('{SURFACE} canvas')")
        page.locator(SURFACE).scroll_into_view_if_needed()
        turn(page, 1.0)  # the first frames compile shaders
        browser = page.context.browser
        assert browser is not None
        for run in range(lab.runs):
            lab.say(f"surface, run {run + 1}")
            browser.start_tracing(page=page, categories=CATEGORIES)
            turn(page, SECONDS)
            found.append(frames(json.loads(browser.stop_tracing())["traceEvents"]))
    return found


def turn(page: Page, seconds: float) -> None:
    """Drag a surface to and fro, with the mouse where no point lies that it could take hold of."""
    box = page.locator(SURFACE).bounding_box()
    assert box is not None
    left, top = box["x"] + 0.1 * box["width"], box["y"] + 0.12 * box["height"]
    page.mouse.move(left, top)
    page.mouse.down()
    end = time.monotonic() + seconds
    for step in itertools.count():
        page.mouse.move(left + abs(step * 3 % 400 - 200), top + step % 20)
        if time.monotonic() > end:
            break
        time.sleep(0.004)
    page.mouse.up()


def frames(events: Iterable[Event]) -> list[float]:
    """The main thread's work in each frame of a trace, in milliseconds: all tasks from one frame to the next.

    The page is the thread that has animation frames; the first and the last frame are left out, as they are not whole.
    """
    seen = list(events)
    drawn = [event for event in seen if event["name"] == "FireAnimationFrame"]
    if not drawn:
        raise RuntimeError("the surface was not drawn while it was turned")
    thread = (drawn[0]["pid"], drawn[0]["tid"])
    mine = [event for event in seen if (event["pid"], event["tid"]) == thread]
    tasks = sorted((each["ts"], each["dur"]) for each in mine if each["name"] == "RunTask" and "dur" in each)
    moments = {each["ts"] for each in mine if each["name"] == "FireAnimationFrame"}
    work: list[float] = []
    for start, took in tasks:
        if any(start <= moment < start + took for moment in moments):
            work.append(0.0)
        if work:
            work[-1] += took / 1000
    return work[1:-1]


def frames_a_second(lab: Lab) -> Measured:
    return Measured([(len(work) + 2) / SECONDS for work in turned(lab)], note="drawn in software: there is no GPU here")


def longest_frame(lab: Lab) -> Measured:
    usual = sorted(itertools.chain.from_iterable(turned(lab)))
    middle, most = usual[len(usual) // 2], usual[len(usual) * 95 // 100]
    return Measured([max(work) for work in turned(lab)], note=f"median {middle:.1f} ms, 95 of 100 under {most:.1f} ms")
