"""A lesson needs what its module imports, itself or through the engine; Part I needs nothing."""

from __future__ import annotations

from pathlib import Path

from builder.needs import followed, imported, needed
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


def test_a_module_beside_the_lesson_is_followed_however_it_is_imported(tmp_path: Path) -> None:
    file = lesson(tmp_path, "from .one import x\nfrom . import two\nimport lessons.three\n")
    for name in ("one", "two", "three", "four"):
        (file.parent / f"{name}.py").write_text("")
    assert sorted(found.stem for found in followed(file)) == ["one", "three", "tide", "two"]


def test_the_modules_that_code_imports_whole_are_named_in_full() -> None:
    code = "import numpy as np\nimport matplotlib.pyplot as plt, math\nfrom numpy import array\n"
    assert imported(code, ["numpy", "matplotlib"]) == {"numpy", "matplotlib.pyplot"}
    assert imported("from numpy import array", ["numpy"]) == set()
