"""The packages that the reader's code imports are there before it runs; nothing that goes wrong with them is told twice."""

from __future__ import annotations

import site
import sys
from pathlib import Path

import pytest

from stage.imports import import_packages


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with two modules, one that raises and one that ends Python."""
    empty = dict.fromkeys(("outer/__init__", "outer/inner", "outer/other"), "")
    for name, source in {**empty, "broken": "1 / 0", "ending": "raise SystemExit"}.items():
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(site, "getsitepackages", lambda: [str(tmp_path)])
    monkeypatch.setattr(sys, "modules", dict(sys.modules))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import outer.inner", {"outer", "outer.inner"}),
        ("import outer.inner as i, outer.other", {"outer", "outer.inner", "outer.other"}),
        ("from outer import inner, nothing", {"outer", "outer.inner"}),
        ("def f():\n    from outer.other import *", {"outer", "outer.other"}),
        ("import broken, ending, absent\nimport outer", {"outer"}),
        ("from . import outer", set()),
        ("import outer\nno Python", set()),
        ("import outer\0", set()),
        ("x = 'import outer'", set()),
    ],
)
@pytest.mark.usefixtures("modules")
def test_all_that_can_be_imported_is(source: str, found: set[str]) -> None:
    import_packages(source)
    assert {name for name in sys.modules if name.partition(".")[0] in ("outer", "broken", "ending", "absent")} == found


@pytest.mark.usefixtures("modules")
def test_what_is_not_installed_is_left_to_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "getsitepackages", list)
    monkeypatch.delitem(sys.modules, "this", raising=False)
    import_packages("import this, outer, sys, absent")
    assert not {"this", "outer"} & sys.modules.keys()
