"""What the documents say, tried: their lessons build, their links lead somewhere, their map is the house."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from builder.course import read_course
from builder.lesson import Lesson, read_lesson
from builder.problems import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def fenced(document: Path, language: str) -> list[str]:
    """The code blocks of a language, without their fences; four backticks hold three."""
    return re.findall(rf"^(````?){language}\n(.*?)^\1$", document.read_text(), re.MULTILINE | re.DOTALL)


def lesson(folder: Path, prose: str, shows: str) -> Lesson:
    """The pair as the build reads it."""
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "course.toml").write_text(
        'title = "T"\ntagline = "T"\nhome = "tide"\npackages = []\n[[parts]]\ntitle = "P"\nlessons = []\n'
    )
    (folder / "tide.md").write_text(prose)
    (folder / "tide.py").write_text(shows)
    return read_lesson(read_course(folder), "tide")


def test_the_readmes_lesson_in_ten_lines_works(tmp_path: Path) -> None:
    [(_, prose)] = fenced(ROOT / "README.md", "markdown")
    [(_, shows)] = fenced(ROOT / "README.md", "python")
    read = lesson(tmp_path / "readme_course", prose, shows)
    assert read.problems == []
    [placed] = read.blocks.values()
    assert placed.answer["figures"][0]["label"] == "A wave 1 high."
    assert len([line for line in shows.splitlines() if line.strip()]) <= 10


def test_the_authors_guides_demo_cell_and_exercise_work(tmp_path: Path) -> None:
    guide = ROOT / "docs" / "authoring.md"
    demo, cell, exercise = (code for _, code in fenced(guide, "python"))
    placed_demo, placed_cell = (code for _, code in fenced(guide, "markdown"))
    front = "---\ntitle: T\nsummary: S\n---\n\n"
    starter = "```exercise double\ndef double(x):\n    return x\n```\n"
    imports = (
        "from math import sin\n"
        "from stage.controls import Slider\n"
        "from stage.demo import Mistake, cell, demo, exercise\n"
        "from stage.figure import Plot\n"
        "from stage.marks import Curve\n\n"
    )
    prose = f"{front}{placed_demo}\n{placed_cell}\n{starter}"
    read = lesson(tmp_path / "guide_course", prose, imports + "\n".join((demo, cell, exercise)))
    assert read.problems == []
    assert [placed.name for placed in read.blocks.values()] == ["tide", "my_tide", "double"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    prose = re.sub(r"^(````?).*?^\1$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]*`", "", prose)
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", prose):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), target


# The tests that the table of faults names: the file, the function, and the case where there are several.
FAULTS = re.findall(r"`([\w/]+\.py)::(test_\w+)(?:\[([^`]+)\])?`", (ROOT / "docs" / "reliability.md").read_text())


@pytest.mark.parametrize("file", sorted({file for file, _, _ in FAULTS}))
def test_every_test_of_a_fault_is_there(file: str) -> None:
    source = (ROOT / "tests" / file).read_text()
    cases = source + (ROOT / "tests" / "stage" / "test_guard.py").read_text() * ("test_guard" in source)
    for _, test, case in (each for each in FAULTS if each[0] == file):
        assert re.search(rf"^def {test}\(", source, re.MULTILINE), test
        assert re.search(rf"[\"\[ ]{re.escape(case)}[\",\]]", cases), f"{test}[{case}]"


def test_the_table_of_faults_names_every_test_of_faults() -> None:
    named = {(file, test) for file, test, _ in FAULTS}
    for file in (ROOT / "tests" / "browser").glob("test_faults_*.py"):
        for test in re.findall(r"^def (test_\w+)\(", file.read_text(), re.MULTILINE):
            assert (f"browser/{file.name}", test) in named


def test_every_place_on_the_readmes_map_exists_and_no_folder_is_missing_from_it() -> None:
    places = re.findall(r"^\| `([\w./]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert all((ROOT / place).exists() for place in places)
    packages = {path.parent.name + "/" for path in ROOT.glob("*/__init__.py")}
    assert packages <= set(places)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    for file, name in re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", document.read_text()):
        assert (ROOT / file).exists(), file
        assert not name or re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE), (
            f"{file}::{name}"
        )


def test_the_security_page_names_tests_for_each_of_its_promises() -> None:
    rows = [line for line in (ROOT / "docs" / "security.md").read_text().splitlines() if line.count("|") == 4]
    promises = [row for row in rows if not row.startswith(("| promise", "|---"))]
    assert len(promises) > 10
    assert [row for row in promises if "`tests/" not in row] == []
