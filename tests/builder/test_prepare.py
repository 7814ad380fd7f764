"""What lets Pyodide start fast, made by the real Pyodide under Node: it starts from it, and answers as it should."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from builder import prepare, runtime
from builder.bundle import sources
from builder.prepare import BOOT, SNAPSHOT, compile_wheels, first_use, make_quick, plain_modules
from builder.problems import ROOT
from builder.runtime import CORE, LIBRARY, Runtime

PYODIDE = ROOT / "site" / "node_modules" / "pyodide"
OURS = sources(ROOT, (file for package in ("engine", "stage") for file in (ROOT / package).glob("*.py")))

ANSWERS = """
class Session:
    def __init__(self, lessons):
        {begin}

    def handle(self, request):
        return {answer}
"""


@pytest.fixture(scope="module")
def core() -> Runtime:
    return runtime.collect([], core=PYODIDE)


@pytest.fixture
def with_wheel(core: Runtime, tmp_path: Path) -> Runtime:
    """The same with one package: a module, its test, and a file of data."""
    wheel = tmp_path / "tide-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tide/__init__.py", "'''Of tides.'''\nHIGH = 3\n\ndef rise(x):\n    return x / 0\n")
        archive.writestr("tide/tests/test_tide.py", "assert False")
        archive.writestr("tide/data.txt", "12:00")
    entry = {"file_name": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "depends": []}
    lock = {**json.loads(core.lock), "packages": {"tide": entry}}
    return Runtime({**core.files, wheel.name: wheel}, json.dumps(lock).encode())


def no_node(*_: Any, **__: Any) -> None:
    pytest.fail("Node was started, though all is in the cache")


def test_a_wheel_is_compiled_once_without_what_no_page_needs(
    with_wheel: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = compile_wheels(with_wheel, tmp_path / "cache")
    [entry] = json.loads(made.lock)["packages"].values()
    compiled = made.files[entry["file_name"]]
    assert entry["sha256"] == hashlib.sha256(compiled.read_bytes()).hexdigest()
    with zipfile.ZipFile(compiled) as archive:
        assert archive.namelist() == ["tide/__init__.pyc", "tide/data.txt"]
        assert archive.read("tide/data.txt") == b"12:00"
    monkeypatch.setattr(prepare, "run", no_node)
    assert compile_wheels(with_wheel, tmp_path / "cache") == made


def test_packages_that_no_page_needs_are_left_out(
    with_wheel: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "LEFT_OUT", ("tide",))
    monkeypatch.setattr(prepare, "run", no_node)
    made = compile_wheels(with_wheel, tmp_path / "cache")
    assert json.loads(made.lock)["packages"] == {}
    assert made.files == with_wheel.core.files


def test_what_the_first_use_of_packages_takes_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = compile_wheels(runtime.collect(["numpy", "matplotlib"], core=PYODIDE))
    assert not {"pytz", "fonttools"} & set(json.loads(python.lock)["packages"])
    found = first_use(python, ["numpy", "matplotlib"], OURS, tmp_path)
    assert {"zipfile", "inspect", "logging"} <= set(found)
    assert not {"numpy", "matplotlib", "inside", "stage.backend"} & set(found)
    monkeypatch.setattr(prepare, "run", no_node)
    assert first_use(python, ["numpy", "matplotlib"], OURS, tmp_path) == found


def test_a_course_without_packages_has_no_first_use(core: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "run", no_node)
    assert first_use(core, [], OURS) == []


def test_a_snapshot_holds_the_stage_and_the_engine_and_is_taken_once(
    core: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_quick(core, OURS, cache=tmp_path)
    assert set(made) == {SNAPSHOT, BOOT}
    assert made[SNAPSHOT].read_bytes()[:2] == b"\x1f\x8b"  # gzip
    with zipfile.ZipFile(made[BOOT]) as part, zipfile.ZipFile(core.files[LIBRARY]) as whole:
        assert 100 < len(part.namelist()) < len(whole.namelist()) / 2
        for name in part.namelist():
            assert name.endswith(".py")
            assert part.read(name) == whole.read(name)
    monkeypatch.setattr(prepare, "run", no_node)
    assert make_quick(core, OURS, cache=tmp_path) == made


def test_a_python_that_answers_differently_from_its_snapshot_is_not_used(
    core: Runtime, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    session = ANSWERS.format(begin="import os; self.said = os.urandom(4).hex()", answer="'\"' + self.said + '\"'")
    assert make_quick(core, {"stage/__init__.py": "", "stage/session.py": session}, cache=tmp_path) == {}
    assert "answers differently" in capfd.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_old_snapshots_leave_the_cache(core: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "KEPT", 1)
    for answer in ("'1'", "'2'"):
        session = ANSWERS.format(begin="pass", answer=answer)
        last = make_quick(core, {"stage/__init__.py": "", "stage/session.py": session}, cache=tmp_path)
    assert [folder.name for folder in tmp_path.iterdir()] == [last[SNAPSHOT].parent.name]


def test_what_needs_a_wheel_is_not_in_the_snapshot() -> None:
    plain = plain_modules(OURS)
    assert {"stage.session", "engine", "engine.descent"} <= set(plain)
    assert not {"stage.backend", "engine.layers", "engine.classify"} & set(plain)


def test_the_core_is_what_pyodide_is_without_wheels(with_wheel: Runtime) -> None:
    assert set(with_wheel.core.files) == set(CORE) - {runtime.LOCK}
    assert json.loads(with_wheel.core.lock)["packages"] == {}
