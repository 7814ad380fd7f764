"""Which engines are found, and which are installed, on machines made of a PATH with nothing but small stand-ins on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import programs
from tests.engines.found import WEBKIT, Engine, EngineMissing, ensure

FIREFOX = Engine("Firefox", (("firefox-esr", "firefox"),), ("firefox-esr",))

Put = Callable[..., str]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Puts a program on a machine that has no others, to do what its script says; returns its path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "ROOT_USER", True)

    def put(name: str, script: str = "exit 0") -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    return put


def test_the_first_name_that_is_there_is_taken(put: Put) -> None:
    assert FIREFOX.find() is None
    plain = put("firefox")
    assert FIREFOX.find() == [plain]
    esr = put("firefox-esr")
    assert ensure(FIREFOX) == [esr]


def test_one_that_does_not_run_is_as_good_as_none(put: Put) -> None:
    put("firefox", "echo 'install the firefox snap' >&2; exit 1")
    assert FIREFOX.find() is None


def test_all_programs_of_an_engine_are_needed(put: Put) -> None:
    driver = put("WebKitWebDriver")
    assert WEBKIT.find() is None
    screen = put("Xvfb")
    assert WEBKIT.find() == [driver, screen]


def test_what_is_missing_is_installed(put: Put, tmp_path: Path) -> None:
    real, log = shutil.which("cp", path=os.defpath), tmp_path / "log"
    archive = put("archive")
    put("true")
    put("timeout", 'shift; exec "$@"')
    put("apt-get", f'echo "$@" >> "{log}"; {real} "{archive}" "{tmp_path}/firefox-esr"')
    assert ensure(FIREFOX) == [str(tmp_path / "firefox-esr")]
    assert log.read_text().splitlines() == ["update", "install -y --no-install-recommends firefox-esr"]


def test_what_cannot_be_installed_is_told_of_with_the_command_that_would_do_it(put: Put) -> None:
    with pytest.raises(
        EngineMissing, match=r"^there is no WebKitGTK here, .* \(apt-get install webkit2gtk-driver xvfb\)$"
    ):
        ensure(WEBKIT)
