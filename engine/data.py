"""The data of the course: what it carries from the line to the trained network, and seeded samples of many shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import cos, fsum, pi, sin, sqrt, tanh
from random import Random
from typing import TypeVar

Sample = tuple[float, float]
"""One observation: a feature x and its target y."""

Labelled = tuple[float, float, int]
"""One observation of two features and its class: x1, x2, and 0 or 1."""

T = TypeVar("T")

COURSE: tuple[Sample, ...] = (
    (1, 0.85),
    (2, 1.43),
    (3, 1.92),
    (4, 2.59),
    (5, 3.20),
    (6, 3.82),
    (7, 4.38),
    (8, 4.97),
)
"""Eight samples, x in 1..8; nearly, but not quite, on a line (least squares: w = 0.594048, b = 0.221786)."""


def noisy(
    function: Callable[[float], float], count: int, *, noise: float, seed: int, x: tuple[float, float] = (0.0, 1.0)
) -> tuple[Sample, ...]:
    """`count` samples of a function with errors: x uniform in a range and sorted, y = function(x) + an error.

    The errors are normal with standard deviation `noise`, 0 or more. The same seed gives the same samples; all numbers
    have three decimals. Raises ValueError for a negative count or noise, or a range that ends before it begins.
    """
    low, high = x
    if not low <= high:
        raise ValueError(f"got x from {low} to {high}; expected the lower end first")
    rng = _seeded(seed, count, noise)
    places = sorted(_rounded(rng.uniform(low, high)) for _ in range(count))
    return tuple((place, _rounded(function(place) + rng.gauss(0, noise))) for place in places)


def line_with_noise(
    count: int = 20,
    *,
    w: float = 0.6,
    b: float = 0.2,
    noise: float = 0.3,
    seed: int = 0,
    x: tuple[float, float] = (0, 8),
) -> tuple[Sample, ...]:
    """`count` samples of the line y = wx + b with errors, as of `noisy`, which says what it raises."""
    return noisy(lambda place: w * place + b, count, noise=noise, seed=seed, x=x)


def two_classes(count: int = 60, *, apart: float = 3.0, spread: float = 1.0, seed: int = 0) -> tuple[Labelled, ...]:
    """Two round clouds, whose centres lie on the diagonal, at a distance of `apart`/2 on either side of the origin.

    Each coordinate is normal with standard deviation `spread`. Classes take turns, 0 first, so that they are as many;
    this holds for all that follow. Raises ValueError for a negative count or spread.
    """
    rng = _seeded(seed, count, spread)
    centre = apart / 2 / sqrt(2)
    return _labelled(rng, spread, (((2 * (i % 2) - 1) * centre,) * 2 for i in range(count)))


def moons(count: int = 100, *, noise: float = 0.1, seed: int = 0) -> tuple[Labelled, ...]:
    """Two half circles of radius 1.7 that reach into each other: class 0 above, class 1 below.

    `noise` is the standard deviation of the error in each coordinate. The samples lie in -3..3 and are centred; the
    first ones are the same for every count. Raises ValueError for a negative count or noise.
    """

    def place(label: int) -> tuple[float, float]:
        side, angle = 1 - 2 * label, pi * rng.random()
        return 1.7 * side * (cos(angle) - 0.5), 1.7 * side * (sin(angle) - 0.25)

    rng = _seeded(seed, count, noise)
    return _labelled(rng, noise, (place(i % 2) for i in range(count)))


def circles(count: int = 100, *, noise: float = 0.1, seed: int = 0) -> tuple[Labelled, ...]:
    """Two circles around the origin: class 0 with radius 2.5, class 1 with half of it. The rest is as of `moons`."""

    def place(label: int) -> tuple[float, float]:
        radius, angle = 2.5 / (1 + label), 2 * pi * rng.random()
        return radius * cos(angle), radius * sin(angle)

    rng = _seeded(seed, count, noise)
    return _labelled(rng, noise, (place(i % 2) for i in range(count)))


def xor(count: int = 100, *, noise: float = 0.1, seed: int = 0) -> tuple[Labelled, ...]:
    """Four squares: class 0 where both coordinates have one sign, class 1 where they differ. The rest is as of `moons`.

    Before the noise, no coordinate is nearer to 0 than 0.3 or farther than 2.6.
    """

    def place(i: int) -> tuple[float, float]:
        first = 1 if i // 2 % 2 else -1
        second = -first if i % 2 else first
        return first * rng.uniform(0.3, 2.6), second * rng.uniform(0.3, 2.6)

    rng = _seeded(seed, count, noise)
    return _labelled(rng, noise, (place(i) for i in range(count)))


def spiral(count: int = 100, *, noise: float = 0.1, seed: int = 0) -> tuple[Labelled, ...]:
    """Two arms that wind around each other for a turn and a quarter, out to 2.7. The rest is as of `moons`."""

    def place(label: int) -> tuple[float, float]:
        along = 0.1 + 0.9 * sqrt(rng.random())  # the root, as the arm grows longer towards its end
        angle = pi * (2.5 * along + label)
        return 2.7 * along * cos(angle), 2.7 * along * sin(angle)

    rng = _seeded(seed, count, noise)
    return _labelled(rng, noise, (place(i % 2) for i in range(count)))


def scores(
    count: int = 200, *, positives: float = 0.5, apart: float = 2.0, seed: int = 0
) -> tuple[tuple[float, int], ...]:
    """What a model might answer: (score, actual class), the scores within 0.001..0.999, shuffled.

    A score is the sigmoid of a normal number with standard deviation 1, whose mean is `apart`/2 for class 1 and
    -`apart`/2 for class 0. `positives`, 0..1, is the share of class 1; with one seed, another share only changes the
    class of as many samples as it must. Raises ValueError for a negative count or a share outside 0..1.
    """
    if not 0 <= positives <= 1:
        raise ValueError(f"got a share of positives of {positives}; expected 0 to 1")
    rng = _seeded(seed, count, 1)
    ranks = list(range(count))
    rng.shuffle(ranks)
    actual = [int(rank < round(count * positives)) for rank in ranks]
    halves = [(rng.gauss(0, 1) + (apart if label else -apart) / 2) / 2 for label in actual]
    # The sigmoid, as a hyperbolic tangent of half: this one never overflows.
    return tuple(
        (min(max(_rounded((1 + tanh(half)) / 2), 0.001), 0.999), label)
        for half, label in zip(halves, actual, strict=True)
    )


def split(
    data: Sequence[T], *, seed: int, shares: tuple[float, float, float] = (0.6, 0.2, 0.2)
) -> tuple[tuple[T, ...], tuple[T, ...], tuple[T, ...]]:
    """Training, validation and test data: shuffled, each sample in one of the three, in these shares, to a sample.

    Raises ValueError for shares that are not three, or are negative, or do not add up to 1.
    """
    if len(shares) != 3 or not all(share >= 0 for share in shares) or abs(fsum(shares) - 1) > 1e-9:
        raise ValueError(f"got shares {tuple(shares)}; expected three, 0 or more each, that add up to 1")
    shuffled = list(data)
    Random(seed).shuffle(shuffled)
    one, two = (round(len(shuffled) * fsum(shares[:parts])) for parts in (1, 2))
    return tuple(shuffled[:one]), tuple(shuffled[one:two]), tuple(shuffled[two:])


def _seeded(seed: int, count: int, noise: float) -> Random:
    """The source of all chance in a data set, once the numbers asked for make sense."""
    if count < 0:
        raise ValueError(f"got a count of {count}; expected 0 or more")
    if not noise >= 0:  # nor where it is not a number
        raise ValueError(f"got a standard deviation of {noise}; expected 0 or more")
    return Random(seed)


def _labelled(rng: Random, noise: float, places: Iterator[tuple[float, float]]) -> tuple[Labelled, ...]:
    """Places with errors, and the classes 0 and 1 in turns."""
    return tuple(
        (_rounded(x1 + rng.gauss(0, noise)), _rounded(x2 + rng.gauss(0, noise)), i % 2)
        for i, (x1, x2) in enumerate(places)
    )


def _rounded(number: float) -> float:
    """Three decimals, which read well in code, and no -0.0."""
    return round(number, 3) + 0.0
