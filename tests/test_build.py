"""The whole pipeline: what it writes, twice the same, and how a fault leaves the last good build alone."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import build
from builder.problems import ROOT, LessonProblems
from stage.session import Session
from tests.builder.conftest import FRONT, SHOWS, Write, write  # noqa: F401  (the fixture)

TEXT = """
With $x^2$ and `w`.

```demo a_demo
```

```cell a_cell
w = 1  # </script><script>alert(1)</script>
def y(x, w): return w
```
"""


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real course, built."""
    folder = tmp_path_factory.mktemp("site") / "dist"
    build.build(dist=folder)
    return folder


def pages(dist: Path) -> list[Path]:
    return sorted(dist.rglob("*.html"))


class Loads(HTMLParser):
    """What a page makes a browser load, and where it links."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.inline_scripts = 0
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in ("script", "img", "iframe", "source") and found.get("src"):
            self.loads.append(str(found["src"]))
        if tag == "link":
            self.loads.append(str(found["href"]))
        if tag == "a":
            self.links.append(str(found["href"]))
        if tag == "script" and not found.get("src") and found.get("type") != "application/json":
            self.inline_scripts += 1


def test_every_page_of_the_course_is_there_and_every_block_can_be_embedded(dist: Path) -> None:
    there = {str(page.relative_to(dist)) for page in pages(dist)}
    assert {"index.html", "line/index.html", "fit/index.html"} <= there
    for page in ("line", "fit"):
        for name in re.findall(r'data-block="(\w+)"', (dist / page / "index.html").read_text()):
            assert f"embed/{page}/{name}/index.html" in there


def test_what_a_page_loads_is_in_the_build_under_a_relative_address(dist: Path) -> None:
    for page in pages(dist):
        for address in Loads(page).loads:
            if not address.startswith("data:"):
                assert not re.match(r"[a-z]+:|/", address), (page, address)
                assert (page.parent / address).is_file(), (page, address)


def test_what_a_page_tells_its_scripts_is_in_the_build(dist: Path) -> None:
    for page in pages(dist):
        found = re.search(r'id="setup">(.*?)</script>', page.read_text())
        assert found
        setup = json.loads(found[1])
        assert (page.parent / setup["worker"]).is_file()
        assert (page.parent / setup["python"]).is_file()
        assert (page.parent / setup["runtime"] / "pyodide.mjs").is_file()


def test_links_inside_the_course_lead_to_pages(dist: Path) -> None:
    for page in pages(dist):
        for link in Loads(page).links:
            if not re.match(r"https?:|#", link):
                path, _, anchor = link.partition("#")
                target = page.parent / path
                target = target if target.suffix else target / "index.html"  # a notebook, or a page
                assert target.is_file(), (page, link)
                assert not anchor or f'id="{anchor}"' in target.read_text(), (page, link)


def test_every_page_has_a_policy_without_inline_scripts_and_none_in_it(dist: Path) -> None:
    for page in pages(dist):
        found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page.read_text())
        assert found, page
        policy = {rule.split()[0]: rule.split()[1:] for rule in found[1].split(";")}
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
        assert policy["connect-src"] == ["'self'"]
        assert Loads(page).inline_scripts == 0
        assert not re.search(r"<[^>]+\son\w+=", page.read_text())


def test_formulas_are_html_and_mathml_and_need_no_script(dist: Path) -> None:
    page = (dist / "line" / "index.html").read_text()
    assert page.count('class="katex-html"') == page.count("<math ") > 10
    assert not any("katex" in script.read_text().lower() for script in (dist / "assets").glob("*.js"))


def test_every_file_that_may_be_kept_for_ever_is_named_by_its_content(dist: Path) -> None:
    for file in (dist / "assets").iterdir():
        assert re.search(r"-[0-9A-Z]{8}\.|-[0-9a-f]{10}\.", file.name), file
    [runtime] = (dist / "runtime").iterdir()
    assert re.fullmatch(r"[0-9a-f]{10}", runtime.name)


def test_the_lock_in_the_build_names_the_wheels_beside_it_and_no_others(dist: Path) -> None:
    [runtime] = (dist / "runtime").iterdir()
    lock = json.loads((runtime / "pyodide-lock.json").read_text())
    assert {entry["file_name"] for entry in lock["packages"].values()} == {file.name for file in runtime.glob("*.whl")}
    assert {"numpy", "matplotlib"} <= set(lock["packages"])


def test_the_python_that_runs_in_the_page_is_the_python_of_the_build(dist: Path) -> None:
    [packed] = (dist / "assets").glob("python-*.json")
    sources = json.loads(packed.read_text("utf-8"))
    assert {name.split("/")[0] for name in sources} == {"engine", "stage"}
    [lesson] = (dist / "assets").glob("fit-*.json")
    sources |= json.loads(lesson.read_text("utf-8"))
    assert "lessons/fit.py" in sources
    for name, source in sources.items():
        assert source == (ROOT / name).read_text("utf-8")


def test_a_lesson_brings_what_it_imports_of_the_course_and_no_more(write: Write, tmp_path: Path) -> None:  # noqa: F811
    lesson = {"two.md": FRONT, "two.py": ""}
    course = write(shows="from .helper import a_demo", more={"helper.py": SHOWS, "other.py": "", **lesson})
    build.build(course.folder, tmp_path / "dist")
    [packed] = (tmp_path / "dist" / "assets").glob("home-*.json")
    named = {Path(path).name for path in json.loads(packed.read_text("utf-8"))}
    assert named == {"__init__.py", "helper.py", "home.py"}


def test_the_same_sources_give_the_same_site(dist: Path, tmp_path: Path) -> None:
    build.build(dist=tmp_path / "dist")
    names = {str(file.relative_to(dist)) for file in dist.rglob("*") if file.is_file()}
    assert names == {
        str(file.relative_to(tmp_path / "dist")) for file in (tmp_path / "dist").rglob("*") if file.is_file()
    }
    for name in names:
        assert (dist / name).read_bytes() == (tmp_path / "dist" / name).read_bytes(), name


def test_the_start_in_the_page_is_the_sessions_answer(dist: Path) -> None:
    page = (dist / "line" / "index.html").read_text()
    found = re.search(r'data-block="the_line".*?data-start>(.*?)</script>', page, re.DOTALL)
    assert found
    request = {"do": "draw", "block": "line/the_line", "values": {"w": 1, "b": 0}}
    assert json.loads(found[1]) == json.loads(Session("lessons").handle(json.dumps(request)))


def test_code_that_looks_like_markup_stays_text(write: Write, tmp_path: Path) -> None:  # noqa: F811
    shows = """
from stage.controls import Slider
from stage.demo import cell, demo
from stage.figure import Plot
from stage.marks import Curve

@demo(w=Slider(-1, 1, start=0.5))
def a_demo(w):
    '''A line </script><script>alert("{w}")</script>'''
    return Plot(Curve(lambda x: w * x), x=(-1, 1), y=(-1, 1), x_label="<b>")

@cell(w=Slider(-1, 1))
def a_cell(learner):
    '''It.'''
"""
    course = write(TEXT, shows)
    build.build(course.folder, tmp_path / "dist")
    page = (tmp_path / "dist" / "index.html").read_text()
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "w = 1  # &lt;/script&gt;" in page
    assert '<code class="symbol role-weight">w</code>' in page


def test_a_picture_of_a_lesson_comes_along(write: Write, tmp_path: Path) -> None:  # noqa: F811
    course = write("![A dot](dot.png) ![Another](<drawn/one dot.png>)")
    (course.folder / "drawn").mkdir()
    for name in ("dot.png", "drawn/one dot.png"):
        (course.folder / name).write_bytes(name.encode())
    build.build(course.folder, tmp_path / "dist")
    for name in ("dot.png", "drawn/one dot.png"):
        assert (tmp_path / "dist" / name).read_bytes() == name.encode()


def test_a_fault_leaves_the_last_good_build_as_it_was(write: Write, tmp_path: Path) -> None:  # noqa: F811
    course = write(TEXT)
    dist = tmp_path / "dist"
    build.build(course.folder, dist)
    before = {file: file.read_bytes() for file in dist.rglob("*") if file.is_file()}
    (course.folder / "home.md").write_text("```demo nothing\n```")
    with pytest.raises(LessonProblems):
        build.build(course.folder, dist)
    assert {file: file.read_bytes() for file in dist.rglob("*") if file.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("dist")) == ["dist"]


def test_the_command_line_lists_all_faults_and_ends_with_1(
    write: Write,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(build, "LESSONS", write("```demo no\n```\n\n[x](no/)").folder)
    assert build.main(["check"]) == 1
    said = capsys.readouterr().err
    assert "home.md:5: got the demo 'no'" in said
    assert "home.md:8: got the link 'no/'" in said
    assert "2 to mend; dist/ keeps the last good build." in said


def test_the_command_line_says_what_is_wrong_with_a_slug_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["new", "Not A Slug"]) == 1
    assert "expected a Python name" in capsys.readouterr().err


def test_the_real_course_has_no_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["check"]) == 0
    assert capsys.readouterr().out.endswith("no faults found\n")
