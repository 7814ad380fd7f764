"""Rules for the next step downhill, given the gradient: gradient descent and what was made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

Numbers = TypeVar("Numbers")
"""A float, or a NumPy array: all rules work elementwise, on arrays as on each number alone."""


class Optimiser(Protocol):
    """A rule with a memory: each optimiser follows one walk, and a new walk needs a new one."""

    learning_rate: float

    def step(self, parameters: Numbers, gradient: Numbers) -> Numbers:
        """The next parameters, from these and the gradient of the loss there, of the same shape."""


@dataclass(eq=False)
class GradientDescent:
    """Against the gradient, by the learning rate (Cauchy, 1847). Rule: torch.optim.SGD."""

    learning_rate: float

    def step(self, parameters: Any, gradient: Any) -> Any:
        """The next parameters, from these and the gradient there, of the same shape."""
        return parameters - self.learning_rate * gradient


@dataclass(eq=False)
class Momentum:
    """Along a velocity that each gradient adds to and `momentum` slows (Polyak, 1964). Rule: torch.optim.SGD."""

    learning_rate: float
    momentum: float = 0.9
    velocity: Any = field(default=0.0, init=False, repr=False)

    def step(self, parameters: Any, gradient: Any) -> Any:
        """The next parameters, from these and the gradient there, of the same shape."""
        self.velocity = self.momentum * self.velocity + gradient
        return parameters - self.learning_rate * self.velocity


@dataclass(eq=False)
class RMSProp:
    """Against the gradient over the root of the mean of its recent squares (Hinton, 2012). Rule: torch.optim.RMSprop.

    Raises ValueError for a decay outside 0..1.
    """

    learning_rate: float
    decay: float = 0.99
    epsilon: float = 1e-8
    square: Any = field(default=0.0, init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.decay <= 1:
            raise ValueError(f"got a decay of {self.decay}; expected 0 to 1")

    def step(self, parameters: Any, gradient: Any) -> Any:
        """The next parameters, from these and the gradient there, of the same shape."""
        self.square = self.decay * self.square + (1 - self.decay) * gradient * gradient
        return parameters - self.learning_rate * gradient / (self.square**0.5 + self.epsilon)


@dataclass(eq=False)
class _Moments:
    """What Adam and RAdam remember: the running means of the gradient and of its square."""

    learning_rate: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    steps: int = field(default=0, init=False, repr=False)
    mean: Any = field(default=0.0, init=False, repr=False)
    square: Any = field(default=0.0, init=False, repr=False)

    def __post_init__(self) -> None:
        if not (0 <= self.beta1 < 1 and 0 <= self.beta2 < 1):
            raise ValueError(f"got beta1 = {self.beta1} and beta2 = {self.beta2}; expected 0 or more, and below 1")

    def _remember(self, gradient: Any) -> tuple[Any, Any]:
        """Both means with this gradient in them, freed of the zeros that they began with."""
        self.steps += 1
        self.mean = self.beta1 * self.mean + (1 - self.beta1) * gradient
        self.square = self.beta2 * self.square + (1 - self.beta2) * gradient * gradient
        return self.mean / (1 - self.beta1**self.steps), self.square / (1 - self.beta2**self.steps)


@dataclass(eq=False)
class Adam(_Moments):
    """Along the mean gradient over the root of the mean square (Kingma and Ba, 2015). Rule: torch.optim.Adam.

    Raises ValueError for a beta1 or beta2 that is not in 0..1, or is 1.
    """

    def step(self, parameters: Any, gradient: Any) -> Any:
        """The next parameters, from these and the gradient there, of the same shape."""
        mean, square = self._remember(gradient)
        return parameters - self.learning_rate * mean / (square**0.5 + self.epsilon)


@dataclass(eq=False)
class RAdam(_Moments):
    """Adam, with a root that is trusted as its variance allows (Liu et al., 2020). Rule: torch.optim.RAdam.

    Raises ValueError for a beta1 or beta2 that is not in 0..1, or is 1.
    """

    def step(self, parameters: Any, gradient: Any) -> Any:
        """The next parameters, from these and the gradient there, of the same shape."""
        mean, _ = self._remember(gradient)
        faded = self.beta2**self.steps
        longest = 2 / (1 - self.beta2) - 1
        length = longest - 2 * self.steps * faded / (1 - faded)  # how many gradients the mean square is good for
        if length <= 5:
            return parameters - self.learning_rate * mean
        trust = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
        scale = (trust * (1 - faded)) ** 0.5 / (self.square**0.5 + self.epsilon)  # epsilon as in PyTorch, unlike Adam's
        return parameters - self.learning_rate * mean * scale


OPTIMISERS: Mapping[str, Callable[..., Optimiser]] = {
    "GD": GradientDescent,
    "momentum": Momentum,
    "RMSProp": RMSProp,
    "Adam": Adam,
    "RAdam": RAdam,
}
"""By the names that the lessons show; each is called with a learning rate."""


def walk(
    optimiser: Optimiser, gradient: Callable[..., Sequence[float]], start: Sequence[float], steps: int
) -> list[tuple[float, ...]]:
    """The places, n numbers each, of so many steps from `start`, which comes first.

    `gradient` takes n numbers, one by one, and gives n. The optimiser itself stays as it is, and a fresh one gives a
    fresh walk. A walk that diverges goes on to inf and nan. Raises what the gradient raises, and ValueError where that
    has another length.
    """
    each = [deepcopy(optimiser) for _ in start]  # the rules are elementwise: one memory for each number
    here = tuple(float(x) for x in start)
    places = [here]
    for _ in range(steps):
        slopes = [float(slope) for slope in gradient(*here)]
        if len(slopes) != len(here):
            raise ValueError(f"got a gradient of {len(slopes)} numbers; expected {len(here)}, as many as the start has")
        here = tuple(rule.step(x, slope) for rule, x, slope in zip(each, here, slopes, strict=True))
        places.append(here)
    return places
