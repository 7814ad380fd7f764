"""Anybody's values are read with care, and anybody's functions are called in the time there is."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import inf, nan
from time import monotonic, sleep
from typing import Any

import numpy as np
import pytest

from stage.sample import FEW, FigureError, Sampler, brief, coarse_first, number, pairs, short, show, tuples

NO_TIME = -1.0


def counted(function: Callable[..., object]) -> tuple[Callable[..., object], list[tuple[float, ...]]]:
    """The function, and a list of the places at which it is called."""
    calls: list[tuple[float, ...]] = []

    def counting(*place: float) -> object:
        calls.append(place)
        return function(*place)

    return counting, calls


# --- a function is called in the time there is -----------------------------------------------------------------


def test_with_time_enough_every_place_has_its_value() -> None:
    sampler = Sampler()
    assert sampler.values(lambda x: x * x, [(2.0,), (3.0,)], "y") == ({(2.0,): 4.0, (3.0,): 9.0}, [])
    assert not sampler.partial


def test_a_function_of_two_variables_is_asked_at_places_of_two() -> None:
    assert Sampler().values(lambda w, b: w - b, [(3.0, 1.0)], "loss", ("w", "b")) == ({(3.0, 1.0): 2.0}, [])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (nan, "nan"),
        (inf, "inf"),
        ("3", "'3'"),
        (True, "True"),
        ([1], "[1]"),
        (1j, "1j"),
        (np.array([3.0]), "array([3.])"),
        (np.array([[3.0]]), "array([[3.]])"),
        (np.float64("nan"), "np.float64(nan)"),
        (np.True_, "np.True_"),
        (10**400, "1" + "0" * 38 + "…"),
    ],
)
def test_what_is_no_finite_number_is_a_gap_and_a_sentence(value: object, shown: str) -> None:
    values, notes = Sampler().values(lambda x: value, [(2.0,), (3.0,)], "y")
    assert values == {(2.0,): None, (3.0,): None}
    assert notes == [f"At x = 2, y gave {shown}, which is not a finite number."]


@pytest.mark.parametrize(
    "value", [3, np.float32(3), np.int8(3), np.array(3), Fraction(3), Decimal(3)], ids=lambda v: type(v).__name__
)
def test_a_number_of_any_kind_is_a_value(value: object) -> None:
    assert Sampler().values(lambda x: value, [(2.0,)], "y") == ({(2.0,): 3.0}, [])


def test_where_a_function_raises_there_is_a_gap_and_the_sentence_names_the_first_place_from_the_left() -> None:
    values, notes = Sampler().values(lambda x: 1 / 0 if x < 2 else x, [(3.0,), (1.0,), (0.5,)], "f")
    assert values == {(3.0,): 3.0, (1.0,): None, (0.5,): None}
    assert notes == ["At x = 0.5, f stopped with ZeroDivisionError: division by zero."]


def test_the_sentence_on_a_surface_names_both_variables() -> None:
    _, notes = Sampler().values(lambda w, b: None if w else b, [(0.0, 1.0), (2.0, -1.5)], "loss", ("w", "b"))
    assert notes == [
        "At w = 2, b = -1.5, loss gave None, which is not a finite number. A function without return gives None."
    ]


def test_a_function_that_raises_everywhere_raises_its_first_error_here() -> None:
    def broken(x: float) -> float:
        raise KeyError(x)

    with pytest.raises(KeyError, match="2"):
        Sampler().values(broken, [(2.0,), (3.0,)], "y")


def test_a_function_that_raises_here_and_gives_none_there_is_a_row_of_gaps() -> None:
    def odd(x: float) -> object:
        return [][0] if x else None

    assert Sampler().values(odd, [(0.0,), (1.0,)], "y") == (
        {(0.0,): None, (1.0,): None},
        ["At x = 0, y gave None, which is not a finite number. A function without return gives None."],
    )


def test_no_place_means_no_value_and_no_error() -> None:
    sampler = Sampler(NO_TIME)
    assert sampler.values(lambda x: 1 / 0, [], "y") == ({}, [])
    assert not sampler.partial


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
def test_what_is_not_an_error_of_the_function_is_not_swallowed(end: type[BaseException]) -> None:
    def leave(x: float) -> None:
        raise end

    with pytest.raises(end):
        Sampler().values(leave, [(0.0,)], "y")


def test_each_place_is_tried_once_however_often_it_is_asked_for() -> None:
    function, calls = counted(abs)
    sampler = Sampler()
    for _ in range(2):
        assert sampler.values(function, [(1.0,), (-2.0,), (1.0,)], "y")[0] == {(1.0,): 1.0, (-2.0,): 2.0}
    assert calls == [(1.0,), (-2.0,)]


def test_a_turn_without_time_makes_one_call_and_the_next_turns_go_on_from_there() -> None:
    function, calls = counted(abs)
    sampler = Sampler(NO_TIME)
    places = [(1.0,), (2.0,), (3.0,)]
    for turn in (1, 2, 3):
        values, _ = sampler.values(function, places, "y")
        assert list(values) == places[:turn]
        assert sampler.partial is (turn < 3)
        sampler.turn(NO_TIME)
    assert calls == places


def test_a_turn_ends_soon_after_its_time_is_over() -> None:
    function, calls = counted(lambda x: sleep(0.01))
    sampler = Sampler(0.03)
    begin = monotonic()
    sampler.values(function, [(float(i),) for i in range(200)], "y")
    assert monotonic() - begin < 1
    assert sampler.partial
    assert 1 <= len(calls) < 100


def test_that_one_function_was_not_finished_is_not_forgotten_over_the_next() -> None:
    sampler = Sampler(NO_TIME)
    sampler.values(abs, [(1.0,), (2.0,)], "y")
    sampler.values(math.sin, [(1.0,)], "y")
    assert sampler.partial


def test_a_figure_that_has_hardly_begun_says_that_it_takes_its_time() -> None:
    sampler = Sampler(NO_TIME)
    places = [(float(i),) for i in range(100)]
    notes = []
    for _ in places:
        notes.append(sampler.values(abs, places, "y")[1])
        sampler.turn(NO_TIME)
    few = round(FEW * 100) - 1
    assert 1 <= few < 50
    assert notes == [["y takes its time, so the figure fills in bit by bit."]] * few + [[]] * (100 - few)


def test_a_function_that_has_raised_so_far_may_still_give_a_value() -> None:
    function, _ = counted(lambda x: 1 / x)
    sampler = Sampler(NO_TIME)
    values, notes = sampler.values(function, [(0.0,), (1.0,)], "y")
    assert values == {(0.0,): None}
    assert notes[0].startswith("At x = 0, y stopped with ZeroDivisionError")
    assert sampler.values(function, [(0.0,), (1.0,)], "y")[0] == {(0.0,): None, (1.0,): 1.0}


def test_a_function_that_raises_everywhere_raises_when_the_last_place_was_tried() -> None:
    sampler = Sampler(NO_TIME)
    function, _ = counted(lambda x: 1 / 0)
    sampler.values(function, [(0.0,), (1.0,)], "y")
    with pytest.raises(ZeroDivisionError):
        sampler.values(function, [(0.0,), (1.0,)], "y")


def test_a_sampler_knows_what_the_previous_one_knew_of_the_same_function() -> None:
    function, calls = counted(abs)
    first = Sampler()
    first.values(function, [(1.0,), (2.0,), (3.0,)], "y")
    second = Sampler(previous=first)
    assert second.values(function, [(1.0,), (2.0,), (3.0,)], "y")[0] == {(1.0,): 1.0, (2.0,): 2.0, (3.0,): 3.0}
    assert calls.count((2.0,)) == 1  # the first and the last are asked for again, to see whether they still hold


def test_a_function_that_gives_something_else_now_is_asked_anew() -> None:
    b = 0

    def line(x: float) -> float:
        return x + b

    first = Sampler()
    places = [(1.0,), (2.0,), (3.0,)]
    first.values(line, places, "y")
    b = 10
    assert Sampler(previous=first).values(line, places, "y")[0] == {(1.0,): 11.0, (2.0,): 12.0, (3.0,): 13.0}


def test_what_was_known_of_a_function_that_is_no_longer_asked_for_is_let_go() -> None:
    function, calls = counted(abs)
    first = Sampler()
    first.values(function, [(1.0,)], "y")
    second = Sampler(previous=first)
    third = Sampler(previous=second)
    third.values(function, [(1.0,)], "y")
    assert len(calls) == 2


def test_a_callable_that_cannot_be_hashed_can_be_sampled() -> None:
    class Odd(list[float]):
        def __call__(self, x: float) -> float:
            return x + 1

    assert Sampler().values(Odd(), [(1.0,)], "y")[0] == {(1.0,): 2.0}


def test_what_is_made_of_a_function_is_made_once_it_is_known_everywhere_and_then_kept() -> None:
    made = []
    sampler = Sampler(NO_TIME)

    def make() -> int:
        values, _ = sampler.values(abs, [(1.0,), (2.0,)], "y")
        made.append(len(values))
        return len(values)

    for turn in ([1, True], [2, False], [2, False]):
        assert [sampler.once(abs, "key", make), sampler.partial] == turn
        sampler.turn(NO_TIME)
    assert made == [1, 2], "the third time it was there"
    assert Sampler(previous=sampler).once(abs, "key", make) == 2
    assert made == [1, 2]
    assert Sampler(previous=sampler).once(abs, "another key", lambda: "new") == "new"
    assert Sampler(previous=sampler).once(math.sin, "key", lambda: "new") == "new"


def test_a_whole_part_after_an_unfinished_one_is_kept_and_the_figure_stays_unfinished() -> None:
    sampler = Sampler(NO_TIME)
    sampler.values(math.sin, [(1.0,), (2.0,)], "y")
    made: list[int] = []
    for _ in range(2):
        sampler.once(abs, "key", lambda: made.append(1))
    assert sampler.partial
    assert made == [1]


# --- the order of the places -----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 50, 201, 2500])
def test_every_index_comes_once(count: int) -> None:
    assert sorted(coarse_first(count)) == list(range(count))


def test_the_first_few_indices_are_spread_over_all() -> None:
    assert coarse_first(9) == (0, 8, 4, 2, 6, 1, 3, 5, 7)
    for share in (8, 32, 128):
        first = sorted(coarse_first(201)[:share])
        assert first[0] == 0
        assert first[-1] == 200
        assert max(b - a for a, b in pairwise(first)) <= 4 * 201 / share


# --- points ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "points",
    [
        [(1, 2), (3, 4)],
        ((1, 2), [3, 4]),
        np.array([[1, 2], [3, 4]]),
        zip([1, 3], [2, 4], strict=True),
        {(1, 2): "a", (3, 4): "b"},
    ],
    ids=["list", "tuple", "array", "zip", "keys"],
)
def test_pairs_come_from_anything_that_has_entries(points: object) -> None:
    assert pairs(points, "data") == [(1.0, 2.0), (3.0, 4.0)]


@pytest.mark.parametrize("points", [None, 5, "12", len])
def test_what_has_no_entries_is_no_list_of_pairs(points: object) -> None:
    with pytest.raises(FigureError) as told:
        pairs(points, "data")
    assert str(told.value) == f"data is {brief(points)}; expected a list, each entry a pair of numbers (x, y)"


@pytest.mark.parametrize("entry", [5, "ab", (1,), (1, 2, 3), (1, None), (None, 1), ("1", 2), (1, nan), (True, 1)])
def test_the_first_entry_that_is_no_pair_is_named(entry: object) -> None:
    with pytest.raises(FigureError) as told:
        pairs([(0, 0), entry, None], "samples")
    assert str(told.value) == f"samples[1] is {entry!r}; expected a pair of numbers (x, y)"


def test_tuples_may_be_of_any_size() -> None:
    assert tuples([(1, 2, 3)], "places", "three", 3) == [(1.0, 2.0, 3.0)]
    with pytest.raises(FigureError, match=r"^places\[0\] is \(1, 2\); expected three$"):
        tuples([(1, 2)], "places", "three", 3)


# --- numbers ---------------------------------------------------------------------------------------------------


class Unfloatable:
    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def __float__(self) -> float:
        raise self.error


@pytest.mark.parametrize(
    "value",
    [3, 3.0, Fraction(3), Decimal(3), np.int8(3), np.uint64(3), np.float16(3), np.float64(3), np.array(3)],
    ids=lambda value: type(value).__name__,
)
def test_a_number_of_any_kind_is_a_float(value: object) -> None:
    found = number(value)
    assert found == 3.0
    assert type(found) is float


@pytest.mark.parametrize(
    "value",
    [
        None,
        "3",
        b"3",
        True,
        3j,
        [3],
        nan,
        -inf,
        10**400,
        Unfloatable(TypeError),
        Unfloatable(ValueError),
        Unfloatable(OverflowError),
        np.True_,
        np.str_("3"),
        np.complex128(3 + 1j),
        np.float64("nan"),
        np.datetime64("2026"),
        np.array([3.0]),
        np.array([3.0, 4.0]),
    ],
)
def test_what_is_no_finite_number_is_none(value: object) -> None:
    assert number(value) is None


def test_a_number_is_cut_to_six_digits_and_a_whole_one_is_an_integer() -> None:
    numbers = [1 / 3, -2 / 3e9, 1.0, -0.0, 1234567.0, 1e300, 999_999.7, 123456.7]
    shown = [short(value) for value in numbers]
    assert json.dumps(shown) == "[0.333333, -6.66667e-10, 1, 0, 1234570.0, 1e+300, 1000000.0, 123457]"


@pytest.mark.parametrize("top", [np.finfo(float).max, -np.finfo(float).max])
def test_the_largest_float_stays_finite(top: float) -> None:
    assert math.isfinite(short(top))


# --- words -----------------------------------------------------------------------------------------------------


def test_brief_is_what_the_reader_would_type_cut_to_the_limit() -> None:
    assert brief([1, "a"]) == "[1, 'a']"
    assert brief("a" * 38) == "'" + "a" * 38 + "'"
    assert brief("a" * 39) == "'" + "a" * 38 + "…"
    assert brief([1, 2, 3], limit=4) == "[1,…"


def test_brief_never_raises() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    loop: list[Any] = []
    for _ in range(100_000):
        loop = [loop]
    assert brief(Shy(), limit=100) == "a Shy whose repr stopped with RuntimeError"
    assert brief(10**5000, limit=100) == "a int whose repr stopped with ValueError"
    assert brief(loop, limit=100) == "a list whose repr stopped with RecursionError"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0049561, "0.004956"),
        (13.7698, "13.77"),
        (272125.3, "272,100"),
        (3.0, "3"),
        (-2, "−2"),
        (-0.0, "0"),
        (12345678, "12,345,678"),
        (-1234.0, "−1,234"),
        (12345.6, "12,350"),
        (-1234567.8, "−1,235,000"),
        (12345678.9, "1.235 × 10⁷"),
        (1e15, "1 × 10¹⁵"),
        (10**15, "1 × 10¹⁵"),
        (-(10**15 - 1), "−999,999,999,999,999"),
        (-1.5e-9, "−1.5 × 10⁻⁹"),
        (True, "True"),
        (None, "None"),
        ("a-b", "'a-b'"),
        (nan, "nan"),
        (-inf, "-inf"),
        ([], "()"),
        ((1, [-2.5, "x"]), "(1, (−2.5, 'x'))"),
        (np.float32(0.1), "0.1"),
        (np.int64(-7), "−7"),
        (np.array([1.0, -2.0]), "(1, −2)"),
        (np.array(2.5), "2.5"),
        ("a" * 50, "'" + "a" * 38 + "…"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, text: str) -> None:
    assert show(value) == text


def test_in_a_vector_commas_stand_between_numbers_only() -> None:
    assert show((7956.2, -1.5, (1000, 2), "a, b")) == "(7956, −1.5, (1000, 2), 'a, b')"


@pytest.mark.parametrize("wrong", [(1, "2"), (1, True), (1, inf), (1, 10**400), (1, None), (1,), [1, "2"], 3])
def test_one_wrong_point_among_many_good_ones_is_named(wrong: object) -> None:
    with pytest.raises(FigureError, match=r"data\[2\] is "):
        pairs([(1, 2), (3, 4.5), wrong, (5, 6)], "data")


@pytest.mark.parametrize(
    "points", [[], [(1, 2)], [(1, 2.5), (3, 4)], [[1, 2.5], (3, 4)], ((1, 2), (3, 4)), {(1, 2): 3}]
)
def test_good_points_are_read_the_same_however_they_are_held(points: Iterable[Any]) -> None:
    assert pairs(points, "data") == [(float(x), float(y)) for x, y in points]
    assert all(type(part) is float for point in pairs(points, "data") for part in point)
