"""What the table of sizes counts, on a site small enough to count by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from builder import sizes
from builder.sizes import Size, main, measure, over, references, table

LINE = """<!doctype html>
<link rel="stylesheet" href="../assets/main-AB12.css">
<link rel="modulepreload" href="../assets/part-CD34.js">
<link rel="icon" href="../assets/icon-EF56.svg">
<script type="module" src="../assets/main-GH78.js"></script>
<script>"src=../assets/inline.js"</script>
"""


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A site of a course page, a lesson, an embed, and at least one file of each kind, of various lengths."""
    files = {
        "index.html": '<link rel="stylesheet" href="assets/main-AB12.css">',
        "line/index.html": LINE,
        "embed/line/the_line/index.html": '<script src="../../../assets/main-GH78.js"></script>',
        "assets/main-AB12.css": "a" * 1_000,
        "assets/part-CD34.js": "b" * 200,
        "assets/main-GH78.js": "c" * 3_000,
        "assets/icon-EF56.svg": "d" * 40,
        "assets/serif-IJ90.woff2": "e" * 500,
        "runtime/ff00/pyodide.mjs": "f" * 6_000,
        "runtime/ff00/numpy-2.4.3.whl": "g" * 70_000,
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def test_a_page_weighs_its_html_and_the_scripts_and_styles_that_it_asks_for(dist: Path) -> None:
    pages, _ = measure(dist)
    assert pages["/line/"].files == 4
    assert pages["/line/"].raw == len(LINE) + 1_000 + 200 + 3_000
    assert list(pages) == ["/", "/line/"], "the course, then its lessons; embeds are not lesson pages"


def test_a_file_asked_for_twice_counts_once(dist: Path) -> None:
    before = measure(dist)[0]["/line/"]
    again = '<link rel="modulepreload" href="../assets/main-GH78.js?again#here">'
    (dist / "line/index.html").write_text(LINE + again)
    after = measure(dist)[0]["/line/"]
    assert (after.files, after.raw) == (before.files, before.raw + len(again))


def test_gzip_is_what_a_server_would_send_file_by_file(dist: Path) -> None:
    _, kinds = measure(dist)
    assert kinds["scripts"].gzip == len(gzip.compress(b"b" * 200, 6)) + len(gzip.compress(b"c" * 3_000, 6))


def test_every_file_is_of_one_kind_and_the_kinds_make_the_total(dist: Path) -> None:
    _, kinds = measure(dist)
    raw = {kind: size.raw for kind, size in kinds.items()}
    assert raw["scripts"] == 3_200
    assert raw["styles"] == 1_000
    assert raw["fonts"] == 500
    assert raw["runtime core"] == 6_000, "Pyodide's own scripts are the runtime's, not the page's"
    assert raw["wheels"] == 70_000
    assert raw["other"] == 40
    total = kinds.pop("total")
    assert total == sum(kinds.values(), start=Size())
    assert total.files == 10


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("x.js", "line/x.js"),
        ("../assets/x.js", "assets/x.js"),
        ("/assets/x.js", "assets/x.js"),
        ("../../../assets/x.js", "assets/x.js"),
    ],
)
def test_a_reference_is_resolved_as_a_browser_does(reference: str, path: str) -> None:
    assert references(f'<script src="{reference}"></script>', "/line/") == {path}


def test_what_other_sites_serve_is_not_ours_to_weigh() -> None:
    elsewhere = '<script src="https://example.org/x.js"></script><script src="//example.org/y.js"></script>'
    assert references(elsewhere + '<link rel="stylesheet" href="data:text/css,">', "/line/") == set()


def test_a_reference_to_nothing_is_an_error_that_names_both(dist: Path) -> None:
    (dist / "assets/part-CD34.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"line/index\.html refers to assets/part-CD34\.js"):
        measure(dist)


def test_the_table_has_a_line_for_each_page_and_kind(dist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(dist)
    said = capsys.readouterr().out
    assert said == table(*measure(dist)) + "\n"
    assert "  wheels            1         70.0          0.1" in said.splitlines()


def test_without_a_site_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="make build"):
        main(tmp_path)


def test_files_that_lie_compressed_beside_others_are_not_counted_twice(dist: Path) -> None:
    before = measure(dist)
    for suffix in (".br", ".gz"):
        (dist / "assets" / f"main-GH78.js{suffix}").write_bytes(b"x" * 100)
    assert measure(dist) == before


def test_a_site_within_its_budgets_has_nothing_said_of_it(dist: Path) -> None:
    assert over(dist, *measure(dist)) == []


def test_whatever_is_over_its_budget_is_named_with_both_figures(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = {"packages": {"numpy": {"file_name": "numpy-2.4.3.whl", "depends": ["six"]},
                         "six": {"file_name": "six.whl", "depends": []}}}  # fmt: skip
    (dist / "runtime" / "ff00" / "pyodide-lock.json").write_text(json.dumps(lock))
    (dist / "runtime" / "ff00" / "six.whl").write_text("s" * 4_000)
    (dist / "assets" / "snapshot-AB12.bin").write_text("t" * 9_000)
    pages, kinds = measure(dist)
    assert pages["/line/"].gzip < 900
    for name, (budget, got) in {"numpy": (73.9, 74), "snapshot": (8.9, 9), "each page": (0.001, None)}.items():
        monkeypatch.setattr(sizes, "BUDGETS", {"each page": 250, "numpy": 74, "snapshot": 9, name: budget})
        said = over(dist, pages, kinds)
        if got is not None:
            assert said == [f"{name} weighs {got:.1f} kB; its budget is {budget} kB (builder/sizes.py)"]
        else:
            assert [each.split()[0] for each in said] == ["/", "/line/", "scripts"]
    with pytest.raises(SystemExit, match="/line/ weighs"):
        main(dist)
