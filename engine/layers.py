"""Networks of linear layers: the pass forward, and the pass backward that finds the gradient of every parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.classify import sigmoid

Array = NDArray[np.float64]
Gradients = list[tuple[Array, Array]]
"""One (dW, db) for each layer, of the shapes of its weights and biases."""

SMALLEST, LARGEST = float(np.finfo(np.float64).tiny), float(np.nextafter(1.0, 0.0))
"""What outputs of 0 and 1 count as in the cross-entropy: the numbers next to them that still have a logarithm."""


@dataclass(frozen=True)
class Activation:
    """What bends the weighted sums z, elementwise: its `function` and the `derivative` of it, both of z."""

    function: Callable[[ArrayLike], Array]
    derivative: Callable[[ArrayLike], Array]


def _sigmoid_slope(z: ArrayLike) -> Array:
    s = sigmoid(z)
    return s * (1 - s)


ACTIVATIONS: Mapping[str, Activation] = {
    "linear": Activation(lambda z: np.add(z, 0.0), lambda z: np.ones(np.shape(z))[()]),
    "sigmoid": Activation(sigmoid, _sigmoid_slope),
    "tanh": Activation(np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": Activation(lambda z: np.maximum(z, 0.0), lambda z: np.heaviside(z, 0.0)),
}
"""By name; each takes a number or an array of any shape. The derivative of "relu" at 0 is taken to be 0."""


@dataclass(frozen=True, eq=False)
class Layer:
    """f(XW + b): `weights` W (M, H), `biases` b (H,) and the name of the `activation` f, one of ACTIVATIONS.

    Raises ValueError for shapes that do not fit each other, or another name.
    """

    weights: Array
    biases: Array
    activation: str = "linear"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", np.asarray(self.weights, dtype=np.float64))
        object.__setattr__(self, "biases", np.asarray(self.biases, dtype=np.float64))
        if self.weights.ndim != 2 or self.biases.shape != self.weights.shape[1:]:
            shapes = f"got weights of shape {self.weights.shape} and biases of shape {self.biases.shape}"
            raise ValueError(f"{shapes}; expected (M, H) and (H,)")
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"got the activation {self.activation!r}; expected one of {', '.join(ACTIVATIONS)}")

    def __call__(self, X: ArrayLike) -> Array:
        """The activations (N, H) for the inputs (N, M). Raises ValueError for inputs of another shape."""
        return ACTIVATIONS[self.activation].function(self.weighted_sums(X))

    def weighted_sums(self, X: ArrayLike) -> Array:
        """z = XW + b, (N, H): what the activation is then applied to. Raises as a call does."""
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.weights):
            shapes = f"got inputs of shape {X.shape} for weights of shape {self.weights.shape}"
            raise ValueError(f"{shapes}; expected (N, {len(self.weights)})")
        with np.errstate(over="ignore", invalid="ignore"):
            z: Array = X @ self.weights
            z += self.biases  # in place: one large array less to find room for
        return z


@dataclass(frozen=True, eq=False)
class Layered:
    """Layers, each fed with what the one before it answers. Raises ValueError for none, or shapes that do not fit."""

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        if not self.layers:
            raise ValueError("got no layers; expected at least one")
        for before, after in pairwise(self.layers):
            if before.weights.shape[1] != after.weights.shape[0]:
                raise ValueError(
                    f"got weights of shape {before.weights.shape} and then {after.weights.shape}; "
                    f"expected ({before.weights.shape[1]}, H) there"
                )

    def __call__(self, X: ArrayLike) -> Array:
        """The output (N, K) for the inputs (N, M). Raises ValueError for inputs of another shape."""
        return self.activations(X)[-1]

    def activations(self, X: ArrayLike) -> list[Array]:
        """The inputs and what each layer makes of them, the output last: arrays (N, M), (N, H1), ..., (N, K)."""
        found = [np.asarray(X, dtype=np.float64)]
        for layer in self.layers:
            found.append(layer(found[-1]))
        return found

    def gradients(self, X: ArrayLike, upstream: ArrayLike) -> Gradients:
        """The gradient (dW, db) of a loss for each layer, given its derivatives by the output: `upstream` (N, K).

        Backpropagation (Rumelhart, Hinton and Williams, 1986). Raises ValueError for inputs or an `upstream` of
        another shape.
        """
        inputs, sums = [np.asarray(X, dtype=np.float64)], []
        upstream = np.asarray(upstream, dtype=np.float64)
        found: Gradients = []
        with np.errstate(over="ignore", invalid="ignore"):
            for layer in self.layers:
                sums.append(layer.weighted_sums(inputs[-1]))
                inputs.append(ACTIVATIONS[layer.activation].function(sums[-1]))
            if upstream.shape != inputs[-1].shape:
                shape = inputs[-1].shape
                raise ValueError(f"got an upstream of shape {upstream.shape}; expected that of the output, {shape}")
            for layer, A, z in reversed(list(zip(self.layers, inputs[:-1], sums, strict=True))):
                delta = upstream * ACTIVATIONS[layer.activation].derivative(z)
                found.append((A.T @ delta, delta.sum(axis=0)))
                upstream = delta @ layer.weights.T
        return found[::-1]

    @property
    def parameters(self) -> Array:
        """All weights and biases in one row: the first layer's weights, row by row, then its biases, and so on."""
        return flat((layer.weights, layer.biases) for layer in self.layers)

    def replaced(self, parameters: ArrayLike) -> Layered:
        """A network of the same shape with other parameters, in the order of `parameters`, which are copied.

        Raises ValueError for another number of them.
        """
        rest, count = np.array(parameters, dtype=np.float64), self.parameters.size
        if rest.shape != (count,):
            raise ValueError(f"got parameters of shape {rest.shape}; expected ({count},)")
        layers = []
        for layer in self.layers:
            weights, biases, rest = np.split(rest, [layer.weights.size, layer.weights.size + layer.biases.size])
            layers.append(Layer(weights.reshape(layer.weights.shape), biases, layer.activation))
        return Layered(tuple(layers))


def flat(pairs: Iterable[tuple[Array, Array]]) -> Array:
    """Weights and biases, or their gradients, of all layers in one row, in the order of `Layered.parameters`."""
    return np.concatenate([part.ravel() for pair in pairs for part in pair])


SCHEMES: Mapping[str, Callable[[np.random.Generator, int, int], Array]] = {
    "glorot": lambda rng, m, h: np.sqrt(6 / (m + h)) * rng.uniform(-1, 1, (m, h)),
    "he": lambda rng, m, h: np.sqrt(2 / m) * rng.normal(size=(m, h)),
    "zeros": lambda rng, m, h: np.zeros((m, h)),
    "small": lambda rng, m, h: 0.01 * rng.normal(size=(m, h)),
}
"""First weights (m, h) of a layer with m inputs and h neurons.

"glorot": uniform, for sigmoid and tanh (Glorot and Bengio, 2010, equation 16). "he": normal, for relu (He et al., 2015,
equation 10). "small": normal with a standard deviation of 0.01. "zeros": all alike, and training keeps them so.
"""


def initialise(
    sizes: Sequence[int],
    *,
    activation: str = "tanh",
    output: str = "sigmoid",
    seed: int = 0,
    scheme: str = "glorot",
) -> Layered:
    """A network to begin with: weights by one of SCHEMES, biases 0. The same seed gives the same network.

    `sizes` are the numbers of inputs, of neurons in each hidden layer, and of outputs: (2, 8, 8, 1). Raises ValueError
    for fewer than two sizes, one that is not a whole number above 0, or a name that does not exist.
    """
    if len(sizes) < 2 or any(size < 1 or size != int(size) for size in sizes):
        raise ValueError(f"got sizes {tuple(sizes)}; expected two or more whole numbers above 0")
    if scheme not in SCHEMES:
        raise ValueError(f"got the scheme {scheme!r}; expected one of {', '.join(SCHEMES)}")
    rng = np.random.default_rng(seed)
    shapes = list(pairwise(map(int, sizes)))
    names = [activation] * (len(shapes) - 1) + [output]
    return Layered(
        tuple(Layer(SCHEMES[scheme](rng, m, h), np.zeros(h), name) for (m, h), name in zip(shapes, names, strict=True))
    )


def squared_loss(output: ArrayLike, target: ArrayLike) -> tuple[float, Array]:
    """Half the mean over the samples of the sum of squared errors, and its derivatives (N, K) by the output.

    Both arguments are (N, K). Raises ValueError for shapes that differ, or no samples.
    """
    output, target = _paired(output, target)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = output - target
        return float((errors**2).sum() / 2 / len(errors)), errors / len(errors)


def binary_cross_entropy(output: ArrayLike, target: ArrayLike) -> tuple[float, Array]:
    """-t log o - (1 - t) log(1 - o), summed over the outputs, its mean over the samples; and its derivatives (N, K).

    Both arguments are (N, K), all numbers 0 to 1. Finite at 0 and 1 too: outputs there count as the floats next to
    them. (A sigmoid of more than 36.7 rounds to 1, and its slope to 0: it learns no more, however wrong it is.) Raises
    ValueError for shapes that differ, no samples, or numbers out of range.
    """
    output, target = _paired(output, target)
    for name, numbers in (("an output", output), ("a target", target)):
        strange = numbers[(numbers < 0) | (numbers > 1)]
        if strange.size:
            raise ValueError(f"got {name} of {strange[0]:g}; expected 0 to 1")
    output = np.clip(output, SMALLEST, LARGEST)
    surprise = -target * np.log(output) - (1 - target) * np.log1p(-output)
    upstream = (1 - target) / (1 - output) - target / output
    return float(surprise.sum() / len(surprise)), upstream / len(surprise)


def _paired(output: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
    output, target = np.asarray(output, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if output.shape != target.shape or output.ndim != 2:
        shapes = f"got outputs of shape {output.shape} and targets of shape {target.shape}"
        raise ValueError(f"{shapes}; expected (N, K) twice")
    if not len(output):
        raise ValueError("got no samples; expected at least one")
    return output, target
