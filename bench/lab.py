"""What all measurements share: the site and the floor, served; browsers; a folder for what they leave behind."""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright

from bench.browser import browser, script, until, without_jspi
from bench.link import Link

CPU = 4.0
"""How many times slower the slow machine is."""
NETWORK = {"rate": 1.6e6 / 8, "round_trip": 0.150}
"""The slow line: bytes a second each way, and seconds to the server and back."""


@dataclass(frozen=True)
class Setting:
    """How a page is opened: with a fresh profile if `cold`, on a slow machine, over a slow line."""

    cold: bool = False
    slow_cpu: bool = False
    slow_network: bool = False


@dataclass(eq=False)
class Lab:
    """`address` is the site's, `slow_address` the same over the slow `link`; `runs` are as many as a median needs.

    `hosts` has two more: one that isolates its pages from other origins, and one that does not.
    """

    playwright: Playwright
    runs: int
    scratch: Path
    address: str
    slow_address: str
    link: Link
    hosts: Mapping[bool, str]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def base(self, setting: Setting) -> str:
        """The address of the site in a setting."""
        return self.slow_address if setting.slow_network else self.address

    def folder(self, name: str) -> Path:
        """A new folder in the scratch folder."""
        made = self.scratch / f"{name}-{next(self._numbers)}"
        made.mkdir()
        return made

    @contextlib.contextmanager
    def browser(self, setting: Setting = Setting()) -> Iterator[BrowserContext]:
        """A Chromium with a profile that is new when it comes and gone when it ends."""
        slowed = CPU if setting.slow_cpu else 1
        with browser(self.playwright, self.folder("profile"), slowed=slowed) as context:
            yield context

    @contextlib.contextmanager
    def reading(self, path: str, *, isolated: bool | None = None, jspi: bool = True) -> Iterator[Page]:
        """A page of the site in use: Python is ready, editors are there, and `bench` (scripts/play.js) too."""
        base = self.address if isolated is None else self.hosts[isolated]
        with self.browser() as context:
            page = context.new_page()
            page.add_init_script(script("play.js"))
            if not jspi:
                without_jspi(page)
            page.goto(base + path)
            until(page, "document.documentElement.dataset.runtime === 'ready'")
            page.wait_for_timeout(1000)
            yield page

    def say(self, words: str) -> None:
        """Tell whoever waits how far it is."""
        print(f"  {words}", file=sys.stderr, flush=True)
