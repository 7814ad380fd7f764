"""A lesson needs what its module imports, itself or through the engine; Part I needs nothing."""

from __future__ import annotations

from pathlib import Path

from builder.needs import needed
from builder.problems import ROOT
from tests.conftest import COURSE


def lesson(folder: Path, code: str, **engine: str) -> Path:
    for name, text in engine.items():
        (folder / "engine").mkdir(exist_ok=True)
        (folder / "engine" / f"{name}.py").write_text(text)
    (folder / "lessons").mkdir()
    file = folder / "lessons" / "tide.py"
    file.write_text(code)
    return file


def test_a_lesson_needs_the_packages_that_it_imports(tmp_path: Path) -> None:
    code = "import math\nimport numpy as np\n\ndef f():\n    from matplotlib import pyplot\n"
    assert needed(lesson(tmp_path, code), ["numpy", "matplotlib", "scipy"]) == ["numpy", "matplotlib"]


def test_a_lesson_needs_what_the_engine_imports_for_it(tmp_path: Path) -> None:
    file = lesson(
        tmp_path, "from engine import one", one="from engine.two import x", two="import numpy\nimport engine.one"
    )
    assert needed(file, ["numpy"]) == ["numpy"]


def test_the_lessons_of_the_first_part_need_nothing() -> None:
    for slug in (COURSE.home, *COURSE.parts[0].lessons):
        assert needed(ROOT / "lessons" / f"{slug}.py", COURSE.packages) == [], slug
