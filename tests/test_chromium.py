"""Which Chromium the tests find, on machines made of a PATH with nothing but small stand-ins on it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests import chromium
from tests.chromium import LAUNCH_ARGS, ChromiumError, ensure, find, main

Put = Callable[..., str]

REFUSED = "http://127.0.0.1:9"
"""Where nothing listens, so that a download fails at once and asks nobody."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder on the PATH of a machine with no browser, no network and no apt-get."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", REFUSED)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "APPS", ())
    monkeypatch.setattr(chromium, "ROOT_USER", True)
    forget()
    yield programs
    forget()


def forget() -> None:
    """Let nothing be known from one machine on the next."""
    chromium._playwrights.cache_clear()
    chromium._download.cache_clear()


@pytest.fixture
def put(machine: Path) -> Put:
    """Puts a program on the machine, by name or path, that does what its script says; returns its path."""

    def put(name: str, script: str = "exit 0") -> str:
        path = machine / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    return put


@pytest.fixture
def apt(machine: Path, put: Put) -> Path:
    """A machine with an apt-get that installs a chromium beside itself; the file where it notes its arguments."""
    log = machine.parent / "apt.log"
    unpack = f'{shutil.which("cp", path=os.defpath)} "{put("archive/chromium")}" "{machine}"'
    put("apt-get", f'echo "$@" >> "{log}"\n[ "$1" = update ] || {unpack}')
    put("timeout", 'shift; exec "$@"')
    put("true")
    return log


def playwrights() -> Path:
    """Where Playwright would have its own Chromium on this machine."""
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def test_the_environment_has_the_first_word(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("chromium")
    put(str(playwrights()))
    mine = put("mine/chrome")
    monkeypatch.setenv("CHROMIUM", mine)
    assert find() == ensure() == mine


def test_the_environment_may_name_a_program_on_the_path(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = put("chromium-nightly")
    monkeypatch.setenv("CHROMIUM", "chromium-nightly")
    assert find() == mine


@pytest.mark.parametrize("named", ["/no/such/chromium", "broken"])
def test_an_environment_that_names_none_is_an_error_and_not_passed_over(
    named: str, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("chromium")
    put("broken", "exit 127")
    monkeypatch.setenv("CHROMIUM", named)
    with pytest.raises(ChromiumError, match=f"^got CHROMIUM={named}; expected the path"):
        ensure()


def test_playwrights_own_comes_before_the_machines(put: Put) -> None:
    put("chromium")
    own = put(str(playwrights()))
    assert find() == own


def test_playwrights_own_is_found_while_playwright_is_running(put: Put) -> None:
    own = put(str(playwrights()))
    with sync_playwright():
        assert find() == own


def test_the_machines_are_tried_in_order(put: Put) -> None:
    assert find() is None
    for name in ("google-chrome-stable", "google-chrome", "chromium-browser", "chromium"):
        path = put(name)
        assert find() == path


def test_on_a_mac_it_looks_among_the_applications(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    app = put("Google Chrome.app/Contents/MacOS/Google Chrome")
    monkeypatch.setattr(chromium, "APPS", ("/Applications/none", app))
    assert find() == app


def test_one_that_does_not_run_is_passed_over(put: Put) -> None:
    put("chromium", "echo 'install the chromium snap' >&2; exit 1")
    chrome = put("google-chrome")
    assert find() == chrome


def test_where_there_is_none_it_comes_from_apt_once_the_download_failed(
    apt: Path, machine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ensure() == str(machine / "chromium")
    assert apt.read_text().splitlines() == ["update", "install -y chromium"]
    said, complaints = capfd.readouterr()
    assert said.splitlines() == ["downloading Chromium with Playwright", "installing Chromium with apt-get"]
    assert complaints == ""


def test_what_is_there_is_not_installed_again(apt: Path, put: Put) -> None:
    there = put("google-chrome")
    assert ensure() == there
    assert not apt.exists()


def test_a_plain_user_installs_through_sudo(
    apt: Path, machine: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "ROOT_USER", False)
    put("sudo", f'echo "sudo $@" >> "{apt}"\nshift; exec "$@"')
    assert ensure() == str(machine / "chromium")
    assert "sudo -n timeout 600s apt-get install -y chromium\n" in apt.read_text()


@pytest.mark.parametrize("sudo", ["exit 1", None])
def test_a_plain_user_without_sudo_is_not_asked_for_a_password(
    sudo: str | None, apt: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "ROOT_USER", False)
    if sudo:
        put("sudo", sudo)
    with pytest.raises(ChromiumError):
        ensure()
    assert not apt.exists()


def test_with_nothing_to_be_had_it_says_what_to_do(machine: Path) -> None:
    with pytest.raises(SystemExit) as left:
        main()
    said = str(left.value)
    assert "There is no Chromium here" in said
    assert "apt-get install chromium" in said
    assert "make test CHROMIUM=" in said
    assert "\n" not in said


def test_a_failed_download_is_not_tried_again(machine: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        with pytest.raises(ChromiumError):
            ensure()
    assert capfd.readouterr().out == "downloading Chromium with Playwright\n"


def test_what_takes_too_long_is_ended_with_all_that_it_started(put: Put, tmp_path: Path) -> None:
    late = tmp_path / "late"
    sleep = shutil.which("sleep", path=os.defpath)
    slow = put("slow", f'({sleep} 1; echo > "{late}") & wait')
    assert not chromium._succeeds([slow], seconds=0.2)
    time.sleep(1.2)
    assert not late.exists()


def test_the_sandbox_is_left_out_for_root_only() -> None:
    assert ("--no-sandbox" in LAUNCH_ARGS) == (os.geteuid() == 0)
