"""The table: medians, ratios, goals, and its place in the document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.rows import ROWS
from bench.table import Goal, Measured, Result, quantity, table, to_json, write_between


def result(
    values: list[float], floors: list[float] | None = None, goal: Goal | None = None, unit: str = "ms"
) -> Result:
    return Result("a/row", "a row", unit, goal, Measured(values, floors or []))


def test_value_and_floor_are_medians_and_the_ratio_is_theirs() -> None:
    row = result([30, 10, 20], [400, 40, 50])
    assert (row.value, row.floor, row.ratio) == (20, 50, 0.4)
    assert result([5]).floor is None
    assert result([5]).ratio is None


@pytest.mark.parametrize(
    ("goal", "values", "floors", "verdict"),
    [
        (Goal(0.5, "ratio"), [49], [100], "met"),
        (Goal(0.5, "ratio"), [50], [100], "met"),
        (Goal(0.5, "ratio"), [60], [100], "missed by 20%"),
        (Goal(300), [270], [], "met"),
        (Goal(300), [330], [], "missed by 10%"),
        (Goal(60, least=True), [61], [], "met"),
        (Goal(60, least=True), [30], [], "missed by 50%"),
        (Goal(16, "excess"), [19], [3], "met"),
        (Goal(16, "excess"), [27], [3], "missed by 50%"),
        (None, [1], [2], ""),
    ],
)
def test_a_goal_is_met_or_missed_by_a_share_of_it(
    goal: Goal | None, values: list[float], floors: list[float], verdict: str
) -> None:
    assert result(values, floors, goal).verdict == verdict


def test_a_ratio_without_a_floor_is_no_met_goal() -> None:
    assert result([1], [], Goal(0.5, "ratio")).verdict == ""
    assert result([1], [], Goal(0.5, "excess")).verdict == ""


def test_goals_are_said_in_words() -> None:
    assert Goal(0.5, "ratio").words("ms") == "≤ 0.5 of the floor"
    assert Goal(16.7, "excess").words("ms") == "≤ 16.7 ms over the floor"
    assert Goal(5000, least=True).words("steps/s") == "≥ 5,000 steps/s"


@pytest.mark.parametrize(
    ("number", "said"),
    [(0.4, "0.4 s"), (1.234, "1.23 s"), (16.66, "16.7 s"), (100.4, "100 s"), (12345.6, "12,346 s"), (20, "20 s")],
)
def test_numbers_have_three_digits(number: float, said: str) -> None:
    assert quantity(number, "s") == said


def test_the_table_is_aligned_markdown_and_a_failed_row_says_why() -> None:
    failed = Result("b", "another row", "ms", Goal(1), None, fault="no Chromium")
    lines = table([result([20], [50], Goal(0.5, "ratio")), failed]).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        *("a row", "20 ms", "50 ms", "0.40", "≤ 0.5 of the floor", "met")
    ]
    assert "not measured: no Chromium" in lines[3]


def test_the_json_has_every_run() -> None:
    said = json.loads(to_json([result([1, 2, 3], [4, 5, 6], Goal(1))], "here"))
    assert said["machine"] == "here"
    assert said["rows"][0]["values"] == [1, 2, 3]
    assert said["rows"][0]["floors"] == [4, 5, 6]
    assert said["rows"][0]["verdict"] == "missed by 100%"


def test_the_table_goes_between_its_markers_and_nothing_else_changes(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("before\n<!-- table -->\nold\n<!-- /table -->\nafter\n")
    write_between(document, "new")
    assert document.read_text() == "before\n<!-- table -->\n\nnew\n\n<!-- /table -->\nafter\n"
    write_between(document, "newer")
    assert document.read_text() == "before\n<!-- table -->\n\nnewer\n\n<!-- /table -->\nafter\n"


@pytest.mark.parametrize("text", ["", "<!-- table -->", "<!-- /table --> <!-- table -->"])
def test_a_document_without_the_place_is_left_alone(tmp_path: Path, text: str) -> None:
    document = tmp_path / "performance.md"
    document.write_text(text)
    with pytest.raises(ValueError, match="no place for the table"):
        write_between(document, "new")
    assert document.read_text() == text


def test_rows_have_names_of_their_own_and_the_document_has_a_place_for_them() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    document = Path(__file__).parents[2] / "docs" / "performance.md"
    assert document.read_text().count("<!-- table -->") == 1
    assert document.read_text().count("<!-- /table -->") == 1
