"""A Chromium for the tests: Playwright's, the machine's own, or one installed now."""

from __future__ import annotations

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.programs import ROOT_USER, apt_install, succeeds

LAUNCH_ARGS = [
    # Chromium refuses to run as root inside its sandbox.
    *(["--no-sandbox"] if ROOT_USER else []),
    # Nothing but the pages under test talks to the network.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Without a GPU, pages are put together by the processor, as for readers who have none: emulating a GPU for that
    # takes 90 ms a picture. Surfaces need the emulation.
    "--disable-gpu-compositing",
    "--use-angle=swiftshader",
]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

DOWNLOAD = ["-m", "playwright", "install", "--no-shell", "chromium"]
DOWNLOAD_SECONDS = 180

ADVICE = (
    "There is no Chromium here to run the tests in, and none could be downloaded. Install one "
    "(Debian: apt-get install chromium; macOS: brew install --cask chromium), "
    "or name yours: make test CHROMIUM=/path/to/chromium"
)


class ChromiumError(Exception):
    """There is no Chromium; the message says what to do."""


def ensure() -> str:
    """The path of a Chromium that runs, installed now if there is none yet.

    Raises ChromiumError when there is none to be had.
    """
    found = find()
    if found is None and _download():
        found = find()
    if found is None and apt_install("Chromium", "chromium"):
        found = find()
    if found is None:
        raise ChromiumError(ADVICE)
    return found


def find() -> str | None:
    """The path of a Chromium that runs: the one that CHROMIUM names, else Playwright's, else the machine's.

    None where there is none; raises ChromiumError when CHROMIUM names none.
    """
    if named := os.environ.get("CHROMIUM"):
        path = shutil.which(named)
        if path is None or not _runs(path):
            raise ChromiumError(f"got CHROMIUM={named}; expected the path of a Chromium that runs")
        return path
    candidates = (_playwrights(), *map(shutil.which, NAMES), *APPS)
    return next((path for path in candidates if path and _runs(path)), None)


def main() -> None:
    """Say which Chromium the tests will use, after installing it if need be."""
    try:
        print(f"testing in {ensure()}")
    except ChromiumError as error:
        sys.exit(str(error))


def _runs(path: str) -> bool:
    # Being there is not enough: Ubuntu's may be a note about snap, and Playwright's may lack a library.
    return Path(path).is_file() and succeeds([path, "--version"], seconds=30)


@cache  # Playwright takes half a second to answer, and the answer stays the same.
def _playwrights() -> str:
    # The path of the whole Chromium, there or not. By itself Playwright runs headless tests in a smaller
    # program, the headless shell; but it takes what it is given, so that one does with a window and without.
    # In a thread of its own, as Playwright refuses to start twice in one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_ask_playwright).result()


def _ask_playwright() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


@cache  # One failure is enough: within a test run the network will not come back.
def _download() -> bool:
    print("downloading Chromium with Playwright", flush=True)
    return succeeds([sys.executable, *DOWNLOAD], seconds=DOWNLOAD_SECONDS)


if __name__ == "__main__":
    main()
