"""Which Chromium the tests find, on machines made of a PATH with nothing but small stand-ins on it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests import chromium, programs
from tests.chromium import LAUNCH_ARGS, ChromiumError, ensure, find, main

Put = Callable[..., str]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder on the PATH of a machine with no browser and no apt-get, where downloads fail."""
    folder = tmp_path / "bin"
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setattr(programs, "ROOT_USER", True)
    monkeypatch.setattr(chromium, "APPS", ())
    monkeypatch.setattr(chromium, "_playwrights", lambda: str(folder / "playwright/chrome"))
    chromium._download.cache_clear()
    yield folder
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
def log(machine: Path, put: Put) -> Path:
    """A machine where apt-get can install a chromium; the file where each attempt to install one is noted."""
    log = machine.parent / "log"
    put("python", f'echo "python $@" >> "{log}"; exit 1')
    put("apt-get", f'echo "apt-get $@" >> "{log}"\n[ "$1" = update ] || {copying(put, machine)}')
    put("timeout", 'shift; exec "$@"')
    put("true")
    return log


def copying(put: Put, target: Path) -> str:
    """The command that copies a chromium to `target`."""
    return f'{shutil.which("cp", path=os.defpath)} "{put("archive/chromium")}" "{target}"'


def test_the_environment_has_the_first_word(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("playwright/chrome")
    put("chromium")
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
    with pytest.raises(ChromiumError, match=f"^got CHROMIUM={named}; expected the path of a Chromium that runs$"):
        ensure()


def test_playwrights_own_comes_before_the_machines(put: Put) -> None:
    put("chromium")
    own = put("playwright/chrome")
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
    put("playwright/chrome", "echo 'error while loading shared libraries' >&2; exit 127")
    put("chromium", "echo 'install the chromium snap' >&2; exit 1")
    chrome = put("google-chrome")
    assert find() == chrome


def test_what_is_there_is_not_installed_again(log: Path, put: Put) -> None:
    there = put("google-chrome")
    assert ensure() == there
    assert not log.exists()


def test_where_there_is_none_it_is_downloaded(
    log: Path, machine: Path, put: Put, capfd: pytest.CaptureFixture[str]
) -> None:
    own = machine / "playwright/chrome"
    own.parent.mkdir()
    put("python", f'echo "python $@" >> "{log}"\n{copying(put, own)}')
    assert ensure() == str(own)
    assert log.read_text().splitlines() == ["python -m playwright install --no-shell chromium"]
    assert capfd.readouterr() == ("downloading Chromium with Playwright\n", "")


def test_playwright_knows_the_options_of_the_download() -> None:
    assert programs.succeeds([sys.executable, *chromium.DOWNLOAD, "--dry-run"], seconds=30)


def test_where_the_download_fails_it_comes_from_apt(
    log: Path, machine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ensure() == str(machine / "chromium")
    assert log.read_text().splitlines() == [
        "python -m playwright install --no-shell chromium",
        "apt-get update",
        "apt-get install -y chromium",
    ]
    said, complaints = capfd.readouterr()
    assert said.splitlines() == ["downloading Chromium with Playwright", "installing Chromium with apt-get"]
    assert complaints == ""


def test_a_plain_user_installs_through_sudo(
    log: Path, machine: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "ROOT_USER", False)
    put("sudo", f'echo "sudo $@" >> "{log}"\nshift; exec "$@"')
    assert ensure() == str(machine / "chromium")
    assert "sudo -n timeout 600s apt-get install -y chromium\n" in log.read_text()


@pytest.mark.parametrize("sudo", ["exit 1", None])
def test_a_plain_user_without_sudo_is_not_asked_for_a_password(
    sudo: str | None, log: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "ROOT_USER", False)
    if sudo:
        put("sudo", sudo)
    with pytest.raises(ChromiumError):
        ensure()
    assert "apt-get" not in log.read_text()


def test_a_failed_download_is_not_tried_again(log: Path, machine: Path) -> None:
    (machine / "apt-get").unlink()
    for _ in range(2):
        with pytest.raises(ChromiumError):
            ensure()
    assert log.read_text().count("python") == 1


def test_with_nothing_to_be_had_it_says_what_to_do(machine: Path) -> None:
    with pytest.raises(SystemExit) as left:
        main()
    said = str(left.value)
    assert said.startswith("There is no Chromium here")
    assert "apt-get install chromium" in said
    assert "make test CHROMIUM=" in said
    assert "\n" not in said


def test_it_says_which_one_the_tests_will_use(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    path = put("chromium")
    main()
    assert capsys.readouterr().out == f"testing in {path}\n"


def test_playwright_can_be_asked_while_it_is_running(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    chromium._playwrights.cache_clear()
    with sync_playwright() as playwright:
        assert chromium._playwrights() == playwright.chromium.executable_path
    assert chromium._playwrights().startswith(str(tmp_path))
    chromium._playwrights.cache_clear()


def test_what_takes_too_long_is_ended_with_all_that_it_started(put: Put, tmp_path: Path) -> None:
    late = tmp_path / "late"
    slow = put("slow", f'({shutil.which("sleep", path=os.defpath)} 0.5; echo > "{late}") & wait')
    assert not programs.succeeds([slow], seconds=0.1)
    time.sleep(0.8)
    assert not late.exists()


def test_only_root_does_without_the_sandbox() -> None:
    assert ("--no-sandbox" in LAUNCH_ARGS) == (os.geteuid() == 0)
