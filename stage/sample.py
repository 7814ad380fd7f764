"""Values and functions that may be anybody's: numbers read with care, functions called in the time there is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from math import inf, isfinite
from time import monotonic
from typing import Any, TypeVar, cast

Function = Callable[..., object]
"""A function to be sampled. It may be the reader's own, so it may return anything, raise anything and take long."""

Place = tuple[float, ...]
"""The arguments of one call."""

Made = TypeVar("Made")

RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

FEW = 0.1
"""Below this share of the places a figure says that it is still filling in."""


class FigureError(ValueError):
    """A figure was asked to draw what cannot be drawn; says what was got and what was expected."""


class Undrawable(Exception):
    """Raised where nothing can be drawn at all, wherever a function is tried: it is no value that is missing."""


class Sampler:
    """Calls functions until `seconds` are over, and remembers every answer, so that a later turn goes on from there.

    A sampler made from the `previous` one knows what that one knew of the functions that it is asked for again.
    """

    def __init__(self, seconds: float = inf, previous: Sampler | None = None) -> None:
        self._known: dict[int, _Known] = {}  # by id: not every callable can be hashed
        self._previous = previous._known if previous else {}
        self.turn(seconds)

    def turn(self, seconds: float) -> None:
        """Begin another turn of so many seconds."""
        self._deadline = monotonic() + seconds
        self.partial = False

    def values(
        self, function: Function, places: Sequence[Place], name: str, axes: Sequence[str] = ("x",)
    ) -> tuple[dict[Place, float | None], list[str]]:
        """What `function` gives at the places that there was time for, and sentences about what could not be had.

        The places are tried in the order given, at least one new one in each turn. None stands where there is no
        finite number. Sets `partial` when places are left. Raises what the function raises when it raises everywhere.
        """
        known = self._of(function).values
        for place in places:
            if place not in known:
                known[place] = _call(function, place)
                if monotonic() > self._deadline:
                    break
        found = {place: known[place] for place in places if place in known}
        left = len(set(places)) - len(found)
        errors = [value for value in found.values() if isinstance(value, _Raised)]
        if errors and len(errors) == len(found) and not left:
            raise errors[0].error
        self.partial = self.partial or left > 0
        numbers = {place: number(value) for place, value in found.items()}
        odd = min((place for place, value in numbers.items() if value is None), default=None)  # from the left
        notes = [] if odd is None else [_note(found[odd], odd, name, axes)]
        if len(found) < FEW * (left + len(found)):
            notes.append(f"{name} takes its time, so the figure fills in bit by bit.")
        return numbers, notes

    def once(self, function: Function, key: Hashable, compute: Callable[[], Made]) -> Made:
        """What `compute` makes of the values of `function`, kept under `key` once it is made of all of them."""
        made = self._of(function).made
        if key in made:
            return cast(Made, made[key])
        before, self.partial = self.partial, False
        fresh = compute()
        if not self.partial:
            made[key] = fresh
        self.partial = self.partial or before
        return fresh

    def _of(self, function: Function) -> _Known:
        if id(function) not in self._known:
            known = self._previous.get(id(function))
            self._known[id(function)] = known if known and known.holds() else _Known(function)
        return self._known[id(function)]


@dataclass
class _Known:
    """What is known of a function: its values, and what was made of them."""

    function: Function
    values: dict[Place, object] = field(default_factory=dict)
    made: dict[Hashable, object] = field(default_factory=dict)

    def holds(self) -> bool:
        """Whether the function still gives what it gave: it may read variables that have changed since."""
        places = list(self.values)
        return all(_same(self.values[place], _call(self.function, place)) for place in {*places[:1], *places[-1:]})


class _Raised:
    """In the place of a value: the function raised `error`."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _same(one: object, other: object) -> bool:
    return number(one) == number(other) and isinstance(one, _Raised) == isinstance(other, _Raised)


def _call(function: Function, place: Place) -> object:
    try:
        return function(*place)
    except Undrawable:
        raise
    except Exception as error:
        return _Raised(error)


def _note(value: object, place: Place, name: str, axes: Sequence[str]) -> str:
    """A sentence on a place at which there is no finite number."""
    where = ", ".join(f"{axis} = {at:g}" for axis, at in zip(axes, place, strict=True))
    if isinstance(value, _Raised):
        return f"At {where}, {name} stopped with {type(value.error).__name__}: {value.error}."
    why = " A function without return gives None." if value is None else ""
    return f"At {where}, {name} gave {brief(value)}, which is not a finite number.{why}"


@lru_cache(maxsize=16)
def coarse_first(count: int) -> tuple[int, ...]:
    """The indices 0 to count - 1 in an order whose first few are spread over all of them: 0, 8, 4, 2, 6, 1 ..."""
    strides = [1 << bits for bits in range(count.bit_length(), -1, -1)]
    return tuple(dict.fromkeys(i for stride in strides for i in (*range(0, count, stride), count - 1)))


def pairs(points: object, name: str) -> list[tuple[float, float]]:
    """`points` as (x, y) pairs of finite numbers.

    Raises FigureError naming the first entry that is none.
    """
    return cast(list[tuple[float, float]], tuples(points, name, "a pair of numbers (x, y)", 2))


def labelled(points: object, name: str) -> list[tuple[float, float, int]]:
    """`points` as (x, y, class), class 0 or 1. Raises FigureError naming the first entry that is none."""
    expected = "two numbers and a class (x, y, 0 or 1)"
    found = []
    for i, (x, y, label) in enumerate(tuples(points, name, expected, 3)):
        if label not in (0, 1):
            raise FigureError(f"{name}[{i}] has the class {label:g}; expected {expected}")
        found.append((x, y, int(label)))
    return found


def tuples(points: object, name: str, expected: str, size: int) -> list[tuple[float, ...]]:
    """`points` as tuples of `size` finite numbers. Raises FigureError naming the first entry that is none."""
    if isinstance(points, str) or not isinstance(points, Iterable):
        raise FigureError(f"{name} is {brief(points)}; expected a list, each entry {expected}")
    points = list(points)
    if plain := _plain(points, size):
        return plain
    found = []
    for i, point in enumerate(points):
        try:
            numbers = [number(part) for part in point]
        except TypeError:
            numbers = []
        if len(numbers) != size or None in numbers:
            raise FigureError(f"{name}[{i}] is {brief(point)}; expected {expected}")
        found.append(tuple(part for part in numbers if part is not None))
    return found


def _plain(points: list[Any], size: int) -> list[tuple[float, ...]]:
    """`points` where all are, as mostly, tuples of Python's own finite numbers, read ten times as fast; else []."""
    if set(map(type, points)) != {tuple} or set(map(len, points)) != {size}:
        return []
    flat = [*chain.from_iterable(points)]
    return list(zip(*[map(float, flat)] * size, strict=True)) if plain(flat) else []


def plain(values: Sequence[Any]) -> bool:
    """Whether all are Python's own finite numbers, which is known ten times as fast as by asking each."""
    try:
        return {*map(type, values)} <= {float, int} and all(map(isfinite, values))
    except OverflowError:  # an integer that is too large for a float
        return False


def number(value: Any) -> float | None:
    """`value` as a finite float, NumPy's scalars included; None for anything else, text and booleans too."""
    if type(value) is float:  # as it nearly always is
        return value if isfinite(value) else None
    if type(value) is not int:
        kind = getattr(getattr(value, "dtype", None), "kind", "f")  # NumPy makes floats of booleans and complex numbers
        if isinstance(value, str | bytes | bool) or kind not in "iuf" or not hasattr(value, "__float__"):
            return None
    try:
        as_float = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return as_float if isfinite(as_float) else None


def brief(value: object, limit: int = 40) -> str:
    """`value` as a reader would type it, cut to `limit` characters; never raises."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"a {type(value).__name__} whose repr stopped with {type(error).__name__}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def show(value: object) -> str:
    """A value as people read it: numbers to four significant digits, whole ones in full, vectors as vectors."""
    if isinstance(value, list | tuple) or getattr(value, "ndim", 0) == 1:
        # In a vector the comma stands between the numbers, not in them.
        parts = [show(item) if number(item) is None else show(item).replace(",", "") for item in _items(value)]
        return "(" + ", ".join(parts) + ")"
    as_number = number(value)
    if as_number is None:
        return float.__repr__(value) if isinstance(value, float) else brief(value)
    if isinstance(value, int) and abs(value) < 1e15:
        return f"{value:,}".replace("-", "−")
    text = f"{as_number:z.4g}"
    if 1000 <= abs(float(text)) < 1e7:
        return f"{float(text):,.0f}".replace("-", "−")
    digits, _, power = text.partition("e")
    return (digits + (f" × 10{str(int(power)).translate(RAISED)}" if power else "")).replace("-", "−")


def _items(vector: Any) -> list[object]:
    return list(vector)


def short(value: float) -> float:
    """`value` to the six significant digits that suffice for a screen, and are the same on every platform."""
    rounded = float(f"{value:.6g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e6 else rounded
