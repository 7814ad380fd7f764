"""A pasted table becomes samples, and each bad row is named by its line."""

from __future__ import annotations

import re

import pytest

from stage.table import read_csv

X, Y = (-3.0, 3.0), (0.0, 9.0)
WANTS = "expected x from -3 to 3, y from 0 to 9"


@pytest.mark.parametrize(
    "text",
    [
        "1.5,2\n-1,0\n",
        "x,y\n1.5,2\n-1,0",
        " 1.5 , 2 \r\n\r\n-1, 0\r\n",
        "1,5;2\n-1;0",
        "x\ty\n1.5\t2\n-1\t0\n",
        '"1.5","2"\n-1,0',
    ],
)
def test_rows_of_numbers_are_samples_however_they_are_written(text: str) -> None:
    assert read_csv(text, X, Y) == [(1.5, 2), (-1, 0)]


def test_each_row_may_be_written_in_its_own_way_and_a_bad_one_is_quoted_as_it_was_typed() -> None:
    assert read_csv("1, 2\n1,5; 2", X, Y) == [(1, 2), (1.5, 2)]
    with pytest.raises(ValueError, match=r"^line 2 is 'foo', line 3 is '0,5; 99'; expected"):
        read_csv("1, 2\nfoo\n0,5; 99", X, Y)


def test_with_classes_each_row_has_one() -> None:
    assert read_csv("1,2,0\n2,3,1.0", X, Y, classes=True) == [(1, 2, 0), (2, 3, 1)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,2\n1,two", f"line 2 is '1,two'; {WANTS}"),
        ("x,y\n\n1,2,3\n4", f"line 3 is '1,2,3', line 4 is '4'; {WANTS}"),
        (
            "1,2\n4,2\n1,-1\nnan,1\n1,inf\n",
            f"line 2 is '4,2', line 3 is '1,-1', line 4 is 'nan,1', and so are 1 more; {WANTS}",
        ),
        ("", "got 0 rows of numbers; expected 1 to 500, each such as 1.5, 2"),
        ("x,y", "got 0 rows of numbers; expected 1 to 500, each such as 1.5, 2"),
        ("1,1\n" * 501, "got 501 rows of numbers; expected 1 to 500, each such as 1.5, 2"),
        ("1,2\n" + "9" * 200_000, f"line 2 is '{'9' * 38}…; {WANTS}"),
    ],
)
def test_bad_rows_are_named_by_their_line(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        read_csv(text, X, Y)


@pytest.mark.parametrize("row", ["1,2", "1,2,2", "1,2,0.5", "1,2,yes", "1,2,-1"])
def test_a_class_is_zero_or_one(row: str) -> None:
    with pytest.raises(ValueError, match=rf"^line 2 is '{row}'; {WANTS}, and a class, 0 or 1$"):
        read_csv(f"1,1,1\n{row}", X, Y, classes=True)
