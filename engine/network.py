"""A network of one layer: neurons side by side, and their weighted sum; and networks that approximate a curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum
from operator import mul

from engine.data import Sample
from engine.neuron import sigmoid

STEEPNESS = (1.5, 5.0, 20.0, 60.0)
"""How sharply the candidates of `approximate` switch, over a range of x that is 10 wide."""

SPAN = 1e-6
"""A candidate with less than this share of its square left is already in the span of the neurons chosen."""

TRIFLE = 1e-12
"""A neuron that lowers the squared error by less than this share of the target's own squares is not worth adding."""

TIE = 1 - 1e-6
"""Of neurons whose gains differ by less than this, as of mirror images, the first is taken, whatever the rounding."""


@dataclass(frozen=True)
class Network:
    """y(x) = wo_1 sigmoid(wi_1 x + b_1) + ... + wo_n sigmoid(wi_n x + b_n): one input, n neurons, a plain sum.

    Raises ValueError where there are not as many input weights as biases and output weights.
    """

    input_weights: tuple[float, ...]
    biases: tuple[float, ...]
    output_weights: tuple[float, ...]

    def __post_init__(self) -> None:
        sizes = [len(self.input_weights), len(self.biases), len(self.output_weights)]
        if len(set(sizes)) > 1:
            raise ValueError(f"got {sizes} input weights, biases and output weights; expected as many of each")

    def __call__(self, x: float) -> float:
        """The output for the input `x`."""
        return fsum(map(mul, self.output_weights, self.activations(x)))

    def activations(self, x: float) -> list[float]:
        """What each neuron answers to `x`, 0 to 1."""
        return [sigmoid(w * x + b) for w, b in zip(self.input_weights, self.biases, strict=True)]

    def contribution(self, i: int) -> Callable[[float], float]:
        """The part of neuron `i`, from 0, in the output: wo_i sigmoid(wi_i x + b_i)."""
        w, b, out = self.input_weights[i], self.biases[i], self.output_weights[i]
        return lambda x: out * sigmoid(w * x + b)


@dataclass
class _Candidate:
    """A neuron that may be chosen, and what of it the chosen ones cannot make."""

    weight: float
    bias: float
    rest: list[float]  # its activations at all samples, less what the chosen neurons make of them
    square: float  # the square of the rest ...
    least: float  # ... which may not fall below this
    pull: float  # the rest times the target
    parts: list[float]  # what was taken from it, along each neuron chosen

    @property
    def gain(self) -> float:
        """By how much the squared error falls with this neuron."""
        return self.pull * self.pull / self.square

    def leave(self, direction: list[float], height: float) -> None:
        """Take away what a chosen neuron, of this direction, makes of it (modified Gram-Schmidt)."""
        part = sum(map(mul, self.rest, direction))
        self.rest = [a - part * d for a, d in zip(self.rest, direction, strict=True)]
        self.square -= part * part
        self.pull -= part * height
        self.parts.append(part)


def approximate(target: Sequence[Sample], count: int) -> list[Network]:
    """Networks of 1, 2, ... up to `count` neurons that follow the `target`, each with one neuron more than the last.

    The neuron that lowers the squared loss most comes next, and all output weights are fitted anew (orthogonal
    matching pursuit: Pati, Rezaiifar, Krishnaprasad, 1993). The loss never grows; where no neuron can lower it any
    more, those that are added stay idle, with an output weight of 0. Raises ValueError for fewer than two different x.
    """
    if len({x for x, _ in target}) < 2:
        raise ValueError(f"got a target of {len(target)} samples; expected at least two with different x")
    ys = [y for _, y in target]
    enough = TRIFLE * sum(map(mul, ys, ys))
    candidates = _candidates([x for x, _ in target], ys)
    chosen: list[_Candidate] = []
    heights: list[float] = []
    networks: list[Network] = []
    while len(chosen) < count:
        candidates = [candidate for candidate in candidates if candidate.square > candidate.least]
        most = max((candidate.gain for candidate in candidates), default=0.0)
        if not most > enough:  # nor where it is not a number
            break
        best = next(candidate for candidate in candidates if candidate.gain >= TIE * most)
        norm = sum(map(mul, best.rest, best.rest)) ** 0.5
        direction = [part / norm for part in best.rest]
        height = sum(map(mul, ys, direction))
        for candidate in candidates:
            candidate.leave(direction, height)
        chosen.append(best)
        heights.append(height)
        networks.append(_network(chosen, heights))
    return networks + [_network(chosen, heights, idle) for idle in range(1, count - len(networks) + 1)]


def _candidates(xs: Sequence[float], ys: Sequence[float]) -> list[_Candidate]:
    low, high = min(xs), max(xs)
    places = [low + (high - low) * (i + 0.5) / 40 for i in range(40)]
    steep = [each * 10 / (high - low) for each in STEEPNESS]
    neurons = [(0.0, 10.0), *((weight, -weight * place) for weight in steep for place in places)]
    found = []
    for weight, bias in neurons:
        rest = [sigmoid(weight * x + bias) for x in xs]
        square = sum(map(mul, rest, rest))
        found.append(_Candidate(weight, bias, rest, square, SPAN * square, sum(map(mul, rest, ys)), []))
    return found


def _network(chosen: list[_Candidate], heights: list[float], idle: int = 0) -> Network:
    """The chosen neurons, with the output weights that fit best (a triangular system), and idle ones."""
    weights = [0.0] * len(chosen)
    for i in reversed(range(len(chosen))):
        above = sum(weights[j] * chosen[j].parts[i] for j in range(i + 1, len(chosen)))
        weights[i] = (heights[i] - above) / chosen[i].parts[i]
    rest = (0.0,) * idle
    return Network(
        tuple(candidate.weight for candidate in chosen) + rest,
        tuple(candidate.bias for candidate in chosen) + rest,
        tuple(weights) + rest,
    )
