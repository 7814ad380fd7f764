"""A page as the smoke suite sees it, whatever engine shows it: opened, read, clicked, dragged and typed into."""

from __future__ import annotations

import time
from typing import Any, Protocol

from playwright.sync_api import Page as PlaywrightPage

BOOT = 300.0
"""Seconds that Python may take to start in the slowest engine, on a busy machine."""


class Page(Protocol):
    """What each engine can do; clicks, drags and keys are real input, not events made by a script."""

    def open(self, address: str) -> None:
        """Go to an address, or load it again."""

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression is in the page."""

    def click(self, selector: str) -> None:
        """Click on what the selector (CSS, or XPath if it begins with //) finds first."""

    def drag(self, selector: str, across: int) -> None:
        """Press in the middle of an element, and let go so many pixels to the right."""

    def type(self, text: str) -> None:
        """Press a key for each character."""

    def press(self, keys: str) -> None:
        """Press a key by its name, or several together: `Mod+a`."""

    def picture(self) -> bytes:
        """What is on the screen, as a PNG."""


class Played:
    """A page in Chromium, moved by Playwright."""

    def __init__(self, page: PlaywrightPage) -> None:
        self.page = page

    def open(self, address: str) -> None:
        self.page.goto(address)

    def evaluate(self, expression: str) -> Any:
        return self.page.evaluate(f"() => ({expression})")

    def click(self, selector: str) -> None:
        self.page.click(selector)

    def drag(self, selector: str, across: int) -> None:
        place = self.page.locator(selector)
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + across, y, steps=10)
        self.page.mouse.up()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys.replace("Mod", "ControlOrMeta"))

    def picture(self) -> bytes:
        return self.page.screenshot()


def until(page: Page, expression: str, *, seconds: float = 60.0) -> Any:
    """What `expression` is in the page, once it is something. Raises TimeoutError with what it was last."""
    end = time.monotonic() + seconds
    while not (found := page.evaluate(expression)):
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds:g} s, `{expression}` is {found!r}")
        time.sleep(0.1)
    return found
