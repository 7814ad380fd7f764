"""The page's JavaScript: its types, checked by TypeScript, and its pure parts, under Node's own test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from builder.node import node
from builder.problems import ROOT

SITE = ROOT / "site"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*node(), *map(str, arguments)]
    return subprocess.run(command, cwd=SITE, capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.mark.parametrize("folder", [SITE, SITE / "offline"], ids=["page", "offline"])
def test_the_scripts_have_no_type_errors(folder: Path) -> None:
    checked = run("node_modules/typescript/bin/tsc", "-p", folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nodes_own_tests_pass() -> None:
    files = sorted((ROOT / "tests" / "scripts").glob("*.test.mjs"))
    assert files
    tested = run("--test", *files)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "# fail 0" in tested.stdout or "ℹ fail 0" in tested.stdout
