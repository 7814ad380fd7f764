"""Lessons to take away: what becomes of each part, and that every notebook and Python file of the course runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Any

import nbformat
import pytest

import build
from builder.course import read_course
from builder.lesson import read_lesson
from builder.notebook import LINE, files
from tests.builder.conftest import FRONT, SHOWS, Write
from tests.conftest import COURSE, LESSONS

FILES = {path: text for slug in COURSE.written for path, text in files(COURSE, LESSONS, slug).items()}
NOTEBOOKS = [path for path in FILES if path.endswith(".ipynb")]

MORE = '''
from stage.controls import Button, Choice, DataPoints, Player

LONG = [(i, i / 4) for i in range(30)]

@demo(data=DataPoints(x=(0, 30), y=(0, 9), start=LONG), kind=Choice(("sum", "mean"), start="sum"))
def many(data, kind):
    """It."""
    return Plot(x=(0, 1), y=(0, 1))

@cell()
def quiet(learner):
    """No figure."""

@cell(train=Player(records=("w",)))
def walk(learner):
    """It."""
    return Plot(x=(0, 1), y=(0, 1))

@cell(update=Button(records=("w",)))
def press(learner):
    """It."""
    return Plot(x=(0, 1), y=(0, 1))

@cell(opens=True)
def empty(learner):
    """None."""

@exercise(
    check=lambda learner: None if learner.w == 2 else "It is 2.",
    passes="Yes.",
    hints=("What is $\\\\weight{w}$?", "Two."),
    solution="w = 2",
)
def task(learner):
    """None."""
'''


def taken(write: Write, text: str, slug: str = "wave", **more: str) -> tuple[list[Any], str]:
    """The cells of the notebook and the Python file of a lesson with this text, in a course with `more` lessons."""
    pages = {f"{slug}.md": FRONT + text, f"{slug}.py": SHOWS + MORE}
    course = read_course(write(more=pages | {name.replace("_dot_", "."): file for name, file in more.items()}).folder)
    lessons = {each: read_lesson(course, each) for each in course.written}
    assert [problem for lesson in lessons.values() for problem in lesson.problems] == []
    found = files(course, lessons, slug)
    book = nbformat.reads(found[f"{slug}/{slug}.ipynb"], as_version=4)
    nbformat.validate(book)
    return book.cells, found[f"{slug}/{slug}.py"]


def codes(cells: list[Any]) -> list[str]:
    return [cell.source for cell in cells if cell.cell_type == "code"]


def proses(cells: list[Any]) -> list[str]:
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


CELL = "\n```cell quiet\nw = 1\n```\n"


# --- what becomes of each part ---------------------------------------------------------------------------------


def test_a_notebook_begins_with_title_summary_and_imports(write: Write) -> None:
    cells, _ = taken(write, CELL)
    assert cells[0].source.startswith("# A lesson\n\n*What it is about.*\n\n")
    assert "pip install" in cells[0].source
    assert codes(cells) == ["from stage import still", "w = 1"]


def test_each_section_has_a_cell_of_its_own_and_code_stands_where_it_stood(write: Write) -> None:
    cells, _ = taken(write, f"One.\n\n## Two\n\n```text\nas it is\n```\n\n### Three\n{CELL}\nFour.\n")
    assert [cell.source for cell in cells][2:] == [
        "One.",
        "## Two\n\n```text\nas it is\n```\n\n### Three",
        "w = 1",
        "Four.",
    ]


def test_a_formula_loses_the_colours_of_its_symbols_and_nothing_else(write: Write) -> None:
    colours = r"\weight{w} \bias{b} \model{y} \data{x_i} \loss{L} \gradient{g} \outer{h} \inner{g^{\outer{2}}}"
    cells, _ = taken(write, f"${colours}$ and $\\log \\text{{data}}$.\n{CELL}")
    assert proses(cells)[1] == r"${w} {b} {y} {x_i} {L} {g} {h} {g^{{2}}}$ and $\log \text{data}$."


def test_a_step_is_a_bold_title_and_its_content(write: Write) -> None:
    cells, _ = taken(write, f"Then\n\n::: step The chain rule\nOuter times inner.\n:::\n\nSo.\n{CELL}")
    assert proses(cells)[1] == "Then\n\n**The chain rule**\n\nOuter times inner.\n\nSo."


def test_comments_to_the_build_are_left_out(write: Write) -> None:
    cells, _ = taken(write, f"The weight<!-- in grams --> of a die.\n{CELL}")
    assert proses(cells)[1] == "The weight of a die."


def test_links_lead_to_files_beside_this_one_or_are_words(write: Write) -> None:
    text = (
        "[a lesson](../other/), [its end](../other/#the-end), [my own](#my-end), [home](../), [no code](../plain/),\n"
        "[the\nworld](https://example.org/), `f[i](x)` and [a [range] here](../other/).\n\n## My end\n" + CELL
    )
    other = {"other_dot_md": FRONT + "## The end\n" + CELL, "other_dot_py": SHOWS + MORE}
    plain = {"plain_dot_md": FRONT, "plain_dot_py": '"""Nothing."""'}
    cells, python = taken(write, text, **other, **plain)
    assert proses(cells)[1] == (
        "[a lesson](other.ipynb), [its end](other.ipynb#The-end), [my own](#My-end), home, no code,\n"
        "[the\nworld](https://example.org/), `f[i](x)` and [a [range] here](other.ipynb)."
    )
    assert "[a lesson](other.py), [its end](other.py), my own, home" in python


def test_a_picture_is_what_its_words_say(write: Write) -> None:
    cells, _ = taken(write, f"![A nerve (1)\ncell](cell.svg)\n{CELL}")
    assert proses(cells)[1] == "*On the page there is a picture here: A nerve (1)\ncell*"


def test_a_demo_is_its_code_and_a_call_with_what_its_controls_start_with(write: Write) -> None:
    cells, _ = taken(write, "```demo a_demo\n```\n\n```demo many\n```\n")
    one, many = codes(cells)[1:]
    assert one.startswith("from stage.figure import Plot\nfrom stage.marks import Curve\n\n\ndef a_demo(w):\n")
    assert one.endswith("y=(-1, 1))\n\n\nstill.show(a_demo(w=0.5))")
    call = many.partition("still.show")[2]
    assert call.startswith("(\n    many(\n        data=[(0, 0), (1, 0.25), ")
    assert call.endswith("\n        kind='sum',\n    )\n)")
    assert max(map(len, call.splitlines())) <= LINE


def test_a_cell_is_its_starter_and_its_figure_over_the_names_of_the_notebook(write: Write) -> None:
    cells, _ = taken(write, "```cell a_cell\nw = 1\ndef y(x, w):\n    return x\n```\n")
    imports, starter, figure = codes(cells)
    assert re.fullmatch(r"import course_\d+\.wave as lesson\nfrom stage import still", imports)
    assert starter == "w = 1\ndef y(x, w):\n    return x"
    assert figure == "still.show_cell(lesson.a_cell, globals())"


def test_a_player_and_a_button_can_be_told_to_take_steps(write: Write) -> None:
    cells, _ = taken(write, "```cell walk\nw = 1\n```\n\n```cell press\nw = 1\n```\n")
    assert [code for code in codes(cells) if "still.show" in code] == [
        "# with steps=10, train(1) is called ten times first\nstill.show_cell(lesson.walk, globals(), steps=0)",
        "# with steps=10, update() is called ten times first\nstill.show_cell(lesson.press, globals(), steps=0)",
    ]


def test_a_cell_that_opens_what_it_ends_in_shows_it(write: Write) -> None:
    cells, _ = taken(write, "```cell empty\nfrom stage.figure import Plot\n\nPlot(x=(0, 1),\n     y=(0, 1))\n```\n")
    assert codes(cells)[1] == "from stage.figure import Plot\n\nstill.show(Plot(x=(0, 1), y=(0, 1)))"


def test_a_cell_that_could_open_something_and_ends_in_nothing_stays_as_it_is(write: Write) -> None:
    cells, _ = taken(write, "```cell empty\nw = 1\n```\n")
    assert codes(cells)[1:] == ["w = 1"]


def test_an_exercise_is_followed_by_its_hints_and_its_solution(write: Write) -> None:
    cells, _ = taken(write, "```exercise task\nw = 1\n```\n")
    assert [cell.source for cell in cells][2:] == [
        "w = 1",
        "<details>\n<summary>Hint 1</summary>\n\nWhat is ${w}$?\n\n</details>\n\n"
        "<details>\n<summary>Hint 2</summary>\n\nTwo.\n\n</details>\n\n"
        "<details>\n<summary>Solution</summary>\n\n```python\nw = 2\n```\n\n</details>",
    ]


def test_a_python_file_has_the_same_cells_with_prose_in_comments(write: Write) -> None:
    _, python = taken(write, f"One.\n\nTwo.\n{CELL}")
    assert python.startswith("# %% [markdown]\n# # A lesson\n#\n# *What it is about.*\n")
    assert python.endswith("# %% [markdown]\n# One.\n#\n# Two.\n\n# %%\nw = 1\n")


def test_the_home_page_and_pages_without_code_are_not_taken_away(write: Write) -> None:
    pages = {"plain.md": FRONT, "plain.py": '"""Nothing."""', "tool.md": FRONT + CELL, "tool.py": SHOWS + MORE}
    course = read_course(write("```demo a_demo\n```", more=pages, pages=("plain", "tool")).folder)
    lessons = {each: read_lesson(course, each) for each in course.written}
    found = [path for slug in course.written for path in files(course, lessons, slug)]
    assert found == ["tool/tool.ipynb", "tool/tool.py"]


def test_a_page_with_code_offers_both_files_and_a_page_without_offers_none(write: Write, tmp_path: Path) -> None:
    more = {"wave.md": FRONT + CELL, "wave.py": SHOWS + MORE, "plain.md": FRONT, "plain.py": '"""Nothing."""'}
    build.build(write(more=more).folder, tmp_path / "dist")
    offered = {
        page.parent.name: re.findall(r'href="([^"]*)" download', page.read_text())
        for page in (tmp_path / "dist").glob("*/index.html")
    }
    assert offered == {"wave": ["wave.ipynb", "wave.py"], "plain": [], "gallery": []}
    assert all((tmp_path / "dist" / "wave" / name).is_file() for name in offered["wave"])


# --- the course ------------------------------------------------------------------------------------------------


def surroundings(folder: Path) -> Mapping[str, str]:
    """Those of somebody who has installed the project and sits in another folder."""
    ours = ("MPLBACKEND", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if name not in ours} | {"IPYTHONDIR": str(folder)}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All notebooks as `jupyter execute` leaves them, each run in a kernel of its own; two at a time."""
    folder = tmp_path_factory.mktemp("notebooks")
    files = {path: folder / Path(path).name for path in NOTEBOOKS}
    for path, file in files.items():
        file.write_text(FILES[path])
    execute = "from nbclient.cli import main; main()"
    command = [sys.executable, "-c", execute, "--inplace", "--allow-errors", "--timeout=60"]
    halves = [[*command, *map(str, list(files.values())[i::2])] for i in range(2)]
    around = surroundings(folder)
    running = [subprocess.Popen(half, cwd=folder, env=around, stdout=PIPE, stderr=STDOUT, text=True) for half in halves]
    for half in running:
        said, _ = half.communicate(timeout=240)
        assert half.returncode == 0, said
    return {path: nbformat.read(file, as_version=4) for path, file in files.items()}


def test_every_lesson_can_be_taken_away() -> None:
    assert set(NOTEBOOKS) >= {f"{slug}/{slug}.ipynb" for slug in COURSE.slugs}
    assert len(FILES) == 2 * len(NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_notebook_is_valid_and_has_no_trace_of_the_page(path: str) -> None:
    book = nbformat.reads(FILES[path], as_version=4)
    nbformat.validate(book)
    for text in proses(book.cells):
        outside = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        assert not re.search(r"\]\(\.\./|:::|<!--|\\(weight|bias|model|data|loss|gradient|outer|inner)\b", outside)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_notebook_runs_from_top_to_bottom_and_shows_its_figures(path: str, executed: dict[str, Any]) -> None:
    for cell in executed[path].cells:
        if cell.cell_type == "code":
            errors = ["\n".join(output.traceback) for output in cell.outputs if output.output_type == "error"]
            assert errors == [], cell.source
            pictures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
            assert len(pictures) == 1 or "still.show" not in cell.source, cell.source
            assert [output.text for output in cell.outputs if output.get("name") == "stderr"] == []


def test_every_python_file_runs(tmp_path: Path) -> None:
    python = [path for path in FILES if path.endswith(".py")]
    for path in python:
        (tmp_path / Path(path).name).write_text(FILES[path])
    # One process for all of them: importing Matplotlib takes longer than most.
    code = "import runpy, sys\nfor file in sys.argv[1:]: print(file, flush=True); runpy.run_path(file, run_name='__main__')"
    quiet = ["-W", "error", "-W", "ignore:FigureCanvasAgg is non-interactive"]
    command = [sys.executable, *quiet, "-c", code, *(Path(path).name for path in python)]
    around = {**surroundings(tmp_path), "MPLBACKEND": "Agg"}
    done = subprocess.run(command, cwd=tmp_path, env=around, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-1000:]
