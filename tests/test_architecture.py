"""Who may import whom, and how large a thing may grow: read from the sources themselves."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.problems import ROOT

PACKAGES = ("engine", "stage", "lessons", "builder")
PLAIN = (
    *("data", "line", "loss", "neuron", "network", "polynomial", "descent"),  # Part I
    *("metrics", "autodiff", "optimisers"),
)
"""The modules of the engine that run without NumPy: all that Part I uses, and some more."""

SOURCES = [
    ROOT / "build.py",
    *(file for package in (*PACKAGES, "bench") for file in sorted((ROOT / package).glob("*.py"))),
]
SCRIPTS = sorted((ROOT / "site" / "scripts").rglob("*.js"))


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imports(file: Path) -> set[str]:
    """The modules that a Python file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(file)}: imports here are absolute"
            module = node.module or ""
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names if module in PACKAGES}
    return found - {"__future__"}


def tops(file: Path) -> set[str]:
    return {module.partition(".")[0] for module in imports(file)}


def of(package: str) -> Iterator[Path]:
    yield from (file for file in SOURCES if file.parent.name == package)


def test_the_engine_and_the_stage_do_not_know_each_other_nor_the_lessons() -> None:
    for file in of("engine"):
        assert not tops(file) & {"stage", "lessons", "builder"}, name(file)
    for file in of("stage"):
        assert not tops(file) & {"engine", "lessons", "builder"}, name(file)


def test_the_engine_and_the_stage_know_no_browser() -> None:
    for file in (*of("engine"), *of("stage")):
        assert not tops(file) & {"js", "pyodide", "pyodide_js"}, name(file)


def test_what_the_first_part_of_the_engine_needs_is_in_the_standard_library() -> None:
    for module in PLAIN:
        file = ROOT / "engine" / f"{module}.py"
        assert tops(file) - {"engine"} <= sys.stdlib_module_names, name(file)


def test_the_stage_needs_the_standard_library_only_but_where_matplotlib_draws() -> None:
    for file in of("stage"):
        allowed = {"matplotlib"} if file.name in ("backend.py", "still.py", "still_plot.py") else set()
        assert tops(file) - {"stage"} - allowed <= sys.stdlib_module_names, name(file)
    for file in SOURCES:
        assert "stage.backend" not in imports(file), name(file)


def test_lessons_join_the_engine_and_the_stage_and_never_each_other() -> None:
    for file in of("lessons"):
        assert not tops(file) & {"lessons", "builder"}, name(file)


def test_only_the_build_knows_the_builder() -> None:
    for file in SOURCES:
        if "builder" in tops(file):
            assert file.parent.name in ("builder", "bench") or file.name == "build.py", name(file)
    for file in of("builder"):
        assert "engine" not in tops(file), name(file)


def test_no_python_holds_javascript_and_no_javascript_holds_python() -> None:
    script = re.compile(r"<script(?! type=\"module\" src=)|=>|\bfunction\b[^)\n]*\)\s*\{|\bconst\s+\w+\s*=|document\.")
    for file in SOURCES:
        driving = file.parent.name == "bench"  # it asks pages, as tests do
        assert driving or not script.search(file.read_text()), name(file)
    for file in SCRIPTS:
        assert "runPython" not in file.read_text(), name(file)


def statements(file: Path) -> str:
    """A script without its comments. (The // of an address begins none.)"""
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", file.read_text(), flags=re.DOTALL)


def test_only_the_worker_and_how_it_starts_know_pyodide() -> None:
    for file in SCRIPTS:
        if file.name not in ("worker.js", "boot.js", "arrival.js"):
            assert "pyodide" not in statements(file).lower(), name(file)


def test_views_import_drawing_libraries_only() -> None:
    for file in SCRIPTS:
        if file.parent.name == "views":
            modules = re.findall(r'\bfrom "([^"]+)"', statements(file))
            assert all(re.fullmatch(r"d3-\w+|three(/addons/[\w/]+\.js)?|\./\w+\.js", module) for module in modules), (
                name(file),
                modules,
            )


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_a_module_says_what_it_is_for_in_one_sentence(file: Path) -> None:
    said = ast.get_docstring(ast.parse(file.read_text()))
    assert said, name(file)
    assert said.splitlines()[0].endswith((".", "`."))


@pytest.mark.parametrize("file", [*SOURCES, *SCRIPTS], ids=name)
def test_a_file_fits_on_a_few_screens(file: Path) -> None:
    # A lesson's file is long where its exercises know many mistakes.
    assert len(file.read_text().splitlines()) <= (400 if file.parent.name == "lessons" else 310)


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_a_function_fits_on_one_screen(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{name(file)}: {node.name}"


@pytest.mark.parametrize("file", [file for file in SOURCES if file.parent.name in ("engine", "stage")], ids=name)
def test_what_is_public_in_the_engine_and_the_stage_is_documented(file: Path) -> None:
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name(file)}: {node.name}"
