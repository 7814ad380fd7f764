"""Where Firefox and WebKitGTK are on this machine, installed now if need be; without them, their tests are skipped."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

from tests.programs import apt_install, succeeds

REQUIRED = "ENGINES"
"""The environment variable that makes a missing engine an error; `ENGINES=all make test`."""


class EngineMissing(Exception):
    """An engine is not here and cannot be installed."""


@dataclass(frozen=True)
class Engine:
    """A browser to test in, by what it is called on different machines.

    `programs` are all needed, each under one of its names; `packages` are Debian's that bring them.
    """

    name: str
    programs: tuple[tuple[str, ...], ...]
    packages: tuple[str, ...]

    def find(self) -> list[str] | None:
        """The paths of its programs; None unless all are here."""
        found = [next((path for path in map(shutil.which, names) if path), None) for names in self.programs]
        paths = [path for path in found if path]
        # Being there is not enough: Ubuntu's Firefox may be a note about snap. (The driver knows no --version.)
        return paths if len(paths) == len(found) and succeeds([paths[0], "--help"], seconds=60) else None


MAC = "/Applications/Firefox.app/Contents/MacOS/firefox"
FIREFOX = Engine("Firefox", (("firefox-esr", "firefox", MAC),), ("firefox-esr",))
# WebKitGTK opens windows only, so it needs a screen.
WEBKIT = Engine("WebKitGTK", (("WebKitWebDriver",), ("Xvfb",)), ("webkit2gtk-driver", "xvfb"))


def ensure(engine: Engine) -> list[str]:
    """The paths of an engine's programs, installed now if they are missing. Raises EngineMissing."""
    found = engine.find()
    if found is None and apt_install(engine.name, "--no-install-recommends", *engine.packages):
        found = engine.find()
    if found is None:
        packages = " ".join(engine.packages)
        raise EngineMissing(
            f"there is no {engine.name} here, and it could not be installed (apt-get install {packages})"
        )
    return found


def required() -> bool:
    """Whether a missing engine is an error."""
    return os.environ.get(REQUIRED) == "all"
