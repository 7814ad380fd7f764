"""Scripts that esbuild refuses end the build with what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builder.bundle import bundle
from builder.problems import ROOT, BuildError


def test_a_script_that_does_not_parse_ends_the_build_with_its_place(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for part in ("scripts", "styles"):
        shutil.copytree(ROOT / "site" / part, site / part)
    (site / "node_modules").symlink_to(ROOT / "site" / "node_modules")
    (site / "scripts" / "early.js").write_text("let = ;")
    with pytest.raises(BuildError, match=r"(?s)esbuild.*scripts/early\.js:1:"):
        bundle(site, tmp_path / "dist")


def test_the_editor_comes_apart_from_what_draws_the_first_figure(tmp_path: Path) -> None:
    main, *parts = bundle(ROOT / "site", tmp_path)["main"]
    at_once = sum((tmp_path / part).stat().st_size for part in (main, *parts))
    everything = sum(file.stat().st_size for file in (tmp_path / "assets").glob("*.js"))
    assert at_once < everything / 3
