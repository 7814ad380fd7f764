"""What the course is made with is named by its content: a registry, or whoever stands between, cannot give another."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from builder import node, runtime
from builder.problems import ROOT

BASE, TESTS = ROOT / "requirements.lock", ROOT / "requirements-test.lock"
LOCKS = [BASE, TESTS, ROOT / "requirements-node.txt"]


def pinned(lock: Path) -> dict[str, str]:
    """What a lock says of each package: its version, where it applies, and its hashes."""
    lines = [
        line for line in lock.read_text().splitlines() if line and not line.lstrip().startswith(("#", "--only-binary"))
    ]
    entries = re.split(r"\n(?=\S)", "\n".join(lines))
    return {re.split(r"[=\s;@<>\[]", entry, maxsplit=1)[0]: entry for entry in entries}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_python_package_has_one_version_and_its_hashes(lock: Path) -> None:
    entries = pinned(lock)
    assert entries
    for name, entry in entries.items():
        assert re.match(rf"{re.escape(name)}==[\w.+!]+( ; [^\\]+)?( \\)?\n", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), name
    assert not re.search(r"https?://|git\+|--(extra-)?index-url|--find-links|--trusted-host", lock.read_text())


def test_all_that_the_project_asks_for_is_in_its_locks() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, more in (
        (BASE, said["build-system"]["requires"]),
        (TESTS, said["project"]["optional-dependencies"]["test"]),
    ):
        wanted = [*said["project"]["dependencies"], *more]
        names = {re.split(r"[<>=\[ ]", each, maxsplit=1)[0].lower() for each in wanted}
        assert names <= pinned(lock).keys()
    versions = [{entry.split()[0] for entry in pinned(lock).values()} for lock in (BASE, TESTS)]
    names = [pinned(lock).keys() for lock in (BASE, TESTS)]
    assert len(versions[0] & versions[1]) == len(names[0] & names[1])


def test_all_that_the_courses_readers_may_import_is_there_to_try_the_lessons_with() -> None:
    packages = tomllib.loads((ROOT / "lessons" / "course.toml").read_text())["packages"]
    assert set(packages) <= pinned(BASE).keys()


def test_what_has_other_hashes_is_not_installed() -> None:
    for lock in (BASE, TESTS):
        assert f"install --require-hashes -r {lock.name}" in (ROOT / "Makefile").read_text()
    assert '"--require-hashes"' in Path(node.__file__).read_text()


def test_every_package_of_the_page_has_its_hash_and_no_registrys_address() -> None:
    lock = json.loads((ROOT / "site" / "package-lock.json").read_text())
    packages = {path: said for path, said in lock["packages"].items() if path}
    assert packages
    for path, said in packages.items():
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", said["integrity"]), path
        assert "resolved" not in said, path


def test_the_page_asks_for_exact_versions_that_are_in_the_lock_and_whose_scripts_do_not_run() -> None:
    said = json.loads((ROOT / "site" / "package.json").read_text())
    lock = json.loads((ROOT / "site" / "package-lock.json").read_text())["packages"]
    for name, version in (said["dependencies"] | said["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert lock[f"node_modules/{name}"]["version"] == version
    assert "ignore-scripts=true" in (ROOT / "site" / ".npmrc").read_text().splitlines()
    assert '"ci"' in Path(node.__file__).read_text(), "npm ci takes what the lock says, and nothing else"


def test_every_file_of_python_in_the_page_is_known_by_its_sha256() -> None:
    """tests/builder/test_runtime.py tries files that are others: none of them is taken."""
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for sha256 in runtime.CORE.values())
    lock = json.loads((ROOT / "site" / "node_modules" / "pyodide" / runtime.LOCK).read_text())
    assert all(re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]) for entry in lock["packages"].values())
