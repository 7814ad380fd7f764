"""A real Chromium on the real course, served by `build.py serve`. A message on the console fails the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

from bench.serving import started
from builder.problems import ROOT
from tests.chromium import LAUNCH_ARGS, ensure

BOOT = 60_000
"""Milliseconds that Python may take to start, or a package to load, on a busy machine."""

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of the course, with a slash at its end."""
    with started(ROOT) as address:
        yield address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=ensure(), args=LAUNCH_ARGS)
    yield browser
    browser.close()


@dataclass
class Block:
    """A demo, cell or exercise as a reader meets it."""

    page: Page
    name: str

    @property
    def element(self) -> Locator:
        return self.page.locator(f'[data-block="{self.name}"]')

    def find(self, selector: str) -> Locator:
        return self.element.locator(selector)

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    @property
    def label(self) -> str:
        return self.find("[data-figure]").get_attribute("aria-label") or ""

    @property
    def code(self) -> str:
        """What stands in the editor."""
        lines: list[str] = self.find(".cm-line").all_inner_texts()
        return "\n".join(line.rstrip("\n") for line in lines)

    def write(self, code: str) -> None:
        """Put code into the editor, as pasting would."""
        self.find(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code)

    def run(self, code: str | None = None, *, press: str = "Run", ends: str = "done|error") -> None:
        """Run and wait for one of the states in which it may end."""
        if code is not None:
            self.write(code)
        self.button(press).click()
        self.ends(ends)

    def ends(self, states: str) -> None:
        expect(self.element).to_have_attribute("data-state", re.compile(f"^({states})$"), timeout=BOOT)

    def slide(self, name: str, value: float) -> None:
        """Set a slider as a drag to that value would."""
        self.find(f'input[name="{name}"]').fill(str(value))


@dataclass
class Reader:
    """A reader with a page of their own, and what the browser had to say to them."""

    page: Page
    served: str
    console: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def opens(self, path: str, *, waits: bool = True) -> Reader:
        """Open a page, and wait for Python and the editors (if the page has any) unless told otherwise."""
        self.page.goto(self.served + path)
        if waits and self.page.locator("[data-block]").count():
            self.python("ready")
            self.page.wait_for_function("() => !document.querySelector('div.code textarea')")
        return self

    def python(self, state: str) -> None:
        expect(self.page.locator("html")).to_have_attribute("data-runtime", state, timeout=BOOT)

    def block(self, name: str) -> Block:
        return Block(self.page, name)

    def barriers(self) -> list[str]:
        """What an accessibility checker finds on the page, in light and in dark."""
        found: list[str] = []
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)
            self.page.wait_for_timeout(200)  # a surface is drawn anew
            rules = Axe().run(self.page).response["violations"]
            found += [f"{theme}, {rule['id']}: {node['html']}" for rule in rules for node in rule["nodes"]]
        return found

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)


def reading(chromium: Browser, served: str, **context: Any) -> Iterator[Reader]:
    """A reader in a browser window of their own, whose console is empty at the end."""
    window = chromium.new_context(**context)
    page = window.new_page()
    reader = Reader(page, served)
    page.on("console", lambda message: reader.console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: reader.console.append(f"error: {error}"))
    page.on("request", lambda request: reader.asked.append(request.url))
    yield reader
    window.close()
    assert reader.console == []


@pytest.fixture
def reader(chromium: Browser, served: str) -> Iterator[Reader]:
    yield from reading(chromium, served, viewport={"width": 1280, "height": 800})


@pytest.fixture
def phone(chromium: Browser, served: str) -> Iterator[Reader]:
    yield from reading(chromium, served, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
