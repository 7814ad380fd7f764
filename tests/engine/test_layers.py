"""Layered networks against central differences, scalar autodiff, logistic regression and closed forms."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import log_loss, mean_squared_error

from engine import classify
from engine.autodiff import Value
from engine.data import moons, xor
from engine.descent import central_difference
from engine.layers import ACTIVATIONS, SCHEMES, Layer, Layered, binary_cross_entropy, flat, initialise, squared_loss
from engine.neuron import sigmoid
from engine.optimisers import OPTIMISERS

SEEDS = range(200)
EXACT = {"rel": 1e-12, "abs": 1e-12}

PLAIN: dict[str, Callable[[float], float]] = {
    "linear": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0),
}

Loss = Callable[[Any, Any], tuple[float, np.ndarray]]


def network(rng: np.random.Generator, output: str | None = None) -> Layered:
    """One to four layers of one to five neurons, with any activations and weights of about 1."""
    sizes = rng.integers(1, 6, size=rng.integers(2, 6)).tolist()
    names = rng.choice(list(ACTIVATIONS), size=len(sizes) - 1).tolist()
    names[-1] = output or names[-1]
    return Layered(
        tuple(
            Layer(rng.normal(size=(m, h)), rng.normal(size=h), name)
            for m, h, name in zip(sizes[:-1], sizes[1:], names, strict=True)
        )
    )


def nearest_bend(net: Layered, X: np.ndarray) -> float:
    """How near to 0, where it bends, any relu comes."""
    inputs = zip(net.layers, net.activations(X)[:-1], strict=True)
    sums = [layer.weighted_sums(A) for layer, A in inputs if layer.activation == "relu"]
    return min((float(np.abs(z).min()) for z in sums), default=1.0)


def case(seed: int) -> tuple[Layered, np.ndarray, np.ndarray, Loss]:
    """A network, inputs, targets and a loss; no relu is so near to its bend that central differences step over it."""
    rng = np.random.default_rng(seed)
    while True:
        net = network(rng, "sigmoid" if seed % 2 else None)
        X = rng.normal(size=(int(rng.integers(1, 8)), len(net.layers[0].weights)))
        if nearest_bend(net, X) > 1e-2:
            break
    shape = net(X).shape
    if seed % 2:
        return net, X, rng.integers(0, 2, size=shape).astype(float), binary_cross_entropy
    return net, X, rng.normal(size=shape), squared_loss


# --- activations -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_an_activation_is_the_plain_function_number_by_number_and_so_is_its_derivative(seed: int) -> None:
    z = np.random.default_rng(seed).normal(scale=4, size=6)
    z = z[np.abs(z) > 1e-4]  # the relu bends at 0
    for name, activation in ACTIVATIONS.items():
        assert activation.function(z) == pytest.approx(np.array([PLAIN[name](number) for number in z]), **EXACT)
        measured = [central_difference(PLAIN[name], (number,))[0] for number in z.tolist()]
        assert activation.derivative(z) == pytest.approx(np.array(measured), abs=1e-8)


@pytest.mark.parametrize(
    ("name", "values", "slopes"),
    [
        ("linear", (-1e308, 0, 1e308), (1, 1, 1)),
        ("sigmoid", (0, 0.5, 1), (0, 0.25, 0)),
        ("tanh", (-1, 0, 1), (0, 1, 0)),
        ("relu", (0, 0, 1e308), (0, 0, 1)),
    ],
)
def test_at_0_and_far_from_it_the_activations_are_these(
    name: str, values: tuple[float, ...], slopes: tuple[float, ...]
) -> None:
    for z, value, slope in zip((-1e308, 0, 1e308), values, slopes, strict=True):
        for each in (z, float(z), np.float64(z)):
            assert (ACTIVATIONS[name].function(each), ACTIVATIONS[name].derivative(each)) == (value, slope)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_keep_shapes_and_what_they_are_given(name: str) -> None:
    for z in (np.ones(()), np.arange(-2, 3), np.ones((2, 3, 4)), np.ones((0, 2))):
        before = z.copy()
        for f in (ACTIVATIONS[name].function, ACTIVATIONS[name].derivative):
            assert (np.shape(f(z)), np.asarray(f(z)).dtype) == (z.shape, np.float64)
        assert np.array_equal(z, before)


# --- the pass forward ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_activations_go_from_the_inputs_to_the_output(seed: int) -> None:
    net, X, _, _ = case(seed)
    found = net.activations(X)
    assert np.array_equal(found[0], X)
    assert np.array_equal(found[-1], net(X))
    assert np.array_equal(found[-1], net(X.tolist()))
    for layer, before, after in zip(net.layers, found[:-1], found[1:], strict=True):
        assert np.array_equal(layer(before), after)


@pytest.mark.parametrize("seed", range(50))
def test_linear_layers_make_a_linear_layer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, two = Layer(rng.normal(size=(3, 4)), rng.normal(size=4)), Layer(rng.normal(size=(4, 2)), rng.normal(size=2))
    both = Layer(one.weights @ two.weights, one.biases @ two.weights + two.biases)
    X = rng.normal(size=(5, 3))
    assert Layered((one, two))(X) == pytest.approx(both(X), **EXACT)


def test_no_samples_make_no_output_and_no_gradient() -> None:
    net = initialise((2, 3, 1))
    assert net(np.zeros((0, 2))).shape == (0, 1)
    assert not flat(net.gradients(np.zeros((0, 2)), np.zeros((0, 1)))).any()


# --- the pass backward -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_what_central_differences_measure(seed: int) -> None:
    net, X, target, loss = case(seed)
    found = flat(net.gradients(X, loss(net(X), target)[1]))
    measured = central_difference(lambda *at: loss(net.replaced(at)(X), target)[0], net.parameters.tolist())
    scale = float(np.abs(measured).max())
    assert found == pytest.approx(np.array(measured), rel=1e-5, abs=1e-7 * max(scale, 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_that_of_scalar_autodiff(seed: int) -> None:
    net, X, target, _ = case(seed - seed % 2)  # the squared loss
    parameters = [Value(number) for number in net.parameters]
    left, rows = iter(parameters), [[Value(number) for number in row] for row in X]
    for layer in net.layers:
        (m, h), name = layer.weights.shape, layer.activation
        weights, biases = [[next(left) for _ in range(h)] for _ in range(m)], [next(left) for _ in range(h)]
        sums = [[sum((row[i] * weights[i][j] for i in range(m)), start=biases[j]) for j in range(h)] for row in rows]
        rows = [[z if name == "linear" else getattr(z, name)() for z in row] for row in sums]
    errors = [
        y - t for row, wanted in zip(rows, target.tolist(), strict=True) for y, t in zip(row, wanted, strict=True)
    ]
    total = sum((error**2 for error in errors), start=Value(0)) / (2 * len(X))
    total.backward()
    loss, upstream = squared_loss(net(X), target)
    assert loss == pytest.approx(total.data, rel=1e-10)
    expected = np.array([value.grad for value in parameters])
    assert flat(net.gradients(X, upstream)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_sigmoid_neuron_is_logistic_regression(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, w = rng.normal(size=(int(rng.integers(1, 30)), 3)), rng.normal(scale=1.5, size=4)
    y = rng.integers(0, 2, size=len(X)).astype(float)
    net = Layered((Layer(w[:3, None], w[3:], "sigmoid"),))
    loss, upstream = binary_cross_entropy(net(X), y[:, None])
    inputs = classify.with_bias(X)
    assert loss == pytest.approx(classify.cross_entropy(w, inputs, y), rel=1e-9)
    assert flat(net.gradients(X, upstream)) == pytest.approx(classify.gradient(w, inputs, y), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(50))
def test_the_gradients_have_the_shapes_of_the_layers_and_change_nothing(seed: int) -> None:
    net, X, target, loss = case(seed)
    upstream = loss(net(X), target)[1]
    before = X.copy(), upstream.copy(), net.parameters
    found = net.gradients(X, upstream)
    assert [(dW.shape, db.shape) for dW, db in found] == [(la.weights.shape, la.biases.shape) for la in net.layers]
    assert all(map(np.array_equal, before, (X, upstream, net.parameters)))


# --- parameters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(50))
def test_a_network_with_its_own_parameters_is_the_same_network(seed: int) -> None:
    net, X, _, _ = case(seed)
    again = net.replaced(net.parameters)
    assert np.array_equal(again.parameters, net.parameters)
    assert np.array_equal(again(X), net(X))
    assert [layer.activation for layer in again.layers] == [layer.activation for layer in net.layers]


def test_parameters_go_layer_by_layer_weights_first() -> None:
    net = Layered((Layer(np.array([[1, 2], [3, 4]]), np.array([5, 6])), Layer(np.array([[7], [8]]), np.array([9]))))
    assert net.parameters.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_network_does_not_follow_what_becomes_of_its_parameters() -> None:
    net = initialise((2, 3, 1))
    taken = net.parameters
    other = net.replaced(taken)
    taken += 1
    assert np.array_equal(net.parameters, other.parameters)


def test_a_network_can_be_copied_but_not_changed() -> None:
    net = initialise((2, 3, 1), seed=4)
    assert np.array_equal(deepcopy(net).parameters, net.parameters)
    for thing, name in [(net, "layers"), (net.layers[0], "weights")]:
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, ())
    assert net != deepcopy(net), "networks are told apart by what they are, not by their numbers"


# --- to begin with ---------------------------------------------------------------------------------------------


def test_a_network_begins_with_these_layers() -> None:
    net = initialise((2, 8, 4, 1), activation="relu")
    assert [layer.weights.shape for layer in net.layers] == [(2, 8), (8, 4), (4, 1)]
    assert [layer.activation for layer in net.layers] == ["relu", "relu", "sigmoid"]
    assert not any(layer.biases.any() for layer in net.layers)
    (only,) = initialise([3.0, 2.0], output="linear").layers  # type: ignore[list-item]
    assert (only.weights.shape, only.activation) == ((3, 2), "linear")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_same_seed_gives_the_same_weights(scheme: str) -> None:
    one, same, other = (initialise((3, 5, 2), seed=seed, scheme=scheme).parameters for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert np.array_equal(one, other) == (scheme == "zeros")


@pytest.mark.parametrize(
    ("scheme", "deviation"),
    [("glorot", math.sqrt(2 / (200 + 300))), ("he", math.sqrt(2 / 200)), ("small", 0.01), ("zeros", 0)],
)
def test_the_weights_have_the_deviation_that_their_scheme_says(scheme: str, deviation: float) -> None:
    weights = initialise((200, 300), scheme=scheme).layers[0].weights
    assert float(weights.std()) == pytest.approx(deviation, rel=0.02)
    assert float(weights.mean()) == pytest.approx(0, abs=deviation * 0.02)
    if scheme == "glorot":
        assert np.abs(weights).max() <= math.sqrt(6 / 500)


@pytest.mark.parametrize(("activation", "scheme"), [("tanh", "glorot"), ("relu", "he")])
def test_a_deep_network_hands_on_signals_of_about_the_same_size(activation: str, scheme: str) -> None:
    net = initialise([100] * 9, activation=activation, output=activation, scheme=scheme)
    X = np.random.default_rng(0).normal(size=(200, 100))
    sizes = [float(np.sqrt((A**2).mean())) for A in net.activations(X)]
    assert 0.2 < min(sizes) <= max(sizes) < 2
    small = initialise([100] * 9, activation=activation, output=activation, scheme="small")
    assert float(np.abs(small(X)).max()) < 1e-6


# --- learning --------------------------------------------------------------------------------------------------


def trained(net: Layered, data: Any, optimiser: str, learning_rate: float, steps: int) -> tuple[Layered, float]:
    """The network after so many steps on the binary cross-entropy, and its loss."""
    X, y = np.array(data)[:, :2], np.array(data)[:, 2:]
    rule = OPTIMISERS[optimiser](learning_rate)
    for _ in range(steps):
        _, upstream = binary_cross_entropy(net(X), y)
        net = net.replaced(rule.step(net.parameters, flat(net.gradients(X, upstream))))
    return net, binary_cross_entropy(net(X), y)[0]


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_from_zeros_the_neurons_of_a_layer_stay_equal_for_ever(activation: str, optimiser: str) -> None:
    start = initialise((2, 4, 4, 1), activation=activation, scheme="zeros")
    net, loss = trained(start, moons(61, seed=3), optimiser, 0.05, 200)  # 31 and 30 samples: the last bias moves
    assert not np.array_equal(net.parameters, start.parameters)
    for layer in net.layers[:-1]:
        for of_neurons in (layer.weights.T, layer.biases):
            assert of_neurons == pytest.approx(of_neurons[[0] * 4], rel=1e-9, abs=1e-15)
    assert net.layers[-1].weights == pytest.approx(net.layers[-1].weights[[0] * 4], rel=1e-9, abs=1e-15)
    # Neurons that answer 0 give the weights behind them no gradient; those of the sigmoid answer 0.5.
    assert all(layer.weights.any() for layer in net.layers) == (activation == "sigmoid")
    assert activation == "sigmoid" or loss > 0.69, "a bias alone is no better than a coin"


@pytest.mark.parametrize("seed", range(5))
def test_from_zeros_xor_stays_unlearnt_and_from_random_weights_it_is_learnt(seed: int) -> None:
    data = xor(60, seed=seed)
    assert trained(initialise((2, 8, 1), scheme="zeros"), data, "Adam", 0.05, 300)[1] > 0.69
    assert trained(initialise((2, 8, 1), seed=seed), data, "Adam", 0.05, 300)[1] < 0.2


def test_a_walk_that_diverges_leaves_the_floats_without_a_warning() -> None:
    net = initialise((2, 4, 1), activation="relu", output="linear").replaced(np.full(17, 1e200))
    X, target = np.full((3, 2), 1e200), np.zeros((3, 1))
    loss, upstream = squared_loss(net(X), target)
    assert loss == math.inf
    assert not np.isfinite(flat(net.gradients(X, upstream))).all()
    assert math.isnan(squared_loss([[math.inf]], [[math.inf]])[0])


# --- losses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_losses_are_scikit_learns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(1, 20)), int(rng.integers(1, 4))
    output, target = rng.random(shape), rng.integers(0, 2, size=shape)
    half = mean_squared_error(target, output, multioutput="raw_values").sum() / 2
    assert squared_loss(output, target)[0] == pytest.approx(half, rel=1e-12)
    columns = [log_loss(target[:, k], output[:, k], labels=[0, 1]) for k in range(shape[1])]
    assert binary_cross_entropy(output, target)[0] == pytest.approx(sum(columns), rel=1e-9)


@pytest.mark.parametrize("loss", [squared_loss, binary_cross_entropy])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_derivatives_of_a_loss_are_what_central_differences_measure(loss: Loss, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    output, target = rng.uniform(0.01, 0.99, size=shape), rng.random(shape)
    measured = central_difference(lambda *at: loss(np.reshape(at, shape), target)[0], output.ravel().tolist())
    assert loss(output, target)[1] == pytest.approx(np.reshape(measured, shape), rel=1e-4, abs=1e-7)


def test_the_cross_entropy_is_finite_at_0_and_1_and_right_where_they_are() -> None:
    for output, target, surprise, slope in [
        (0, 0, 0, 1),
        (1, 1, 0, -1),
        (0, 1, -math.log(2.0**-1022), -(2.0**1022)),
        (1, 0, 53 * math.log(2), 2.0**53),
        (1e-300, 1, 300 * math.log(10), -1e300),
        (1e-300, 0, 1e-300, 1),
    ]:
        loss, upstream = binary_cross_entropy([[output]], [[target]])
        assert loss == pytest.approx(surprise, rel=1e-12, abs=1e-15)
        assert upstream.tolist() == [[pytest.approx(slope, rel=1e-12)]]


@pytest.mark.parametrize("z", [-700.0, -40.0, 0.0, 30.0, 36.5])
def test_a_neuron_that_is_sure_and_wrong_still_feels_the_whole_error(z: float) -> None:
    net = Layered((Layer(np.array([[1.0]]), np.zeros(1), "sigmoid"),))
    target = float(z < 0)
    _, upstream = binary_cross_entropy(net([[z]]), [[target]])
    ((_, db),) = net.gradients([[z]], upstream)
    assert db[0] == pytest.approx(sigmoid(z) - target, rel=1e-12)


def test_an_output_that_is_no_number_has_no_loss() -> None:
    for loss in (squared_loss, binary_cross_entropy):
        assert math.isnan(loss([[math.nan]], [[1]])[0])


# --- what does not fit -----------------------------------------------------------------------------------------

ones = np.ones
LAYER = Layer(ones((2, 3)), ones(3))
NET = Layered((LAYER,))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Layer(ones((2, 3)), ones(2)), "weights of shape (2, 3) and biases of shape (2,); expected (M, H)"),
        (lambda: Layer(ones(3), ones(3)), "got weights of shape (3,) and biases of shape (3,); expected (M, H)"),
        (lambda: Layer(ones((1, 1)), ones(1), "tan"), "'tan'; expected one of linear, sigmoid, tanh, relu"),
        (lambda: LAYER(ones((4, 3))), "got inputs of shape (4, 3) for weights of shape (2, 3); expected (N, 2)"),
        (lambda: LAYER(ones(2)), "got inputs of shape (2,) for weights of shape (2, 3); expected (N, 2)"),
        (lambda: Layered(()), "got no layers; expected at least one"),
        (lambda: Layered((LAYER, LAYER)), "got weights of shape (2, 3) and then (2, 3); expected (3, H) there"),
        (lambda: NET(ones((4, 1))), "got inputs of shape (4, 1) for weights of shape (2, 3)"),
        (lambda: NET.gradients(ones((4, 2)), ones((4, 1))), "expected that of the output, (4, 3)"),
        (lambda: NET.replaced(ones(8)), "got parameters of shape (8,); expected (9,)"),
        (lambda: initialise((2,)), "got sizes (2,); expected two or more whole numbers above 0"),
        (lambda: initialise((2, 0, 1)), "got sizes (2, 0, 1); expected two or more"),
        (lambda: initialise((2, 1.5)), "got sizes (2, 1.5); expected two or more"),  # type: ignore[arg-type]
        (lambda: initialise((2, 1), scheme="one"), "'one'; expected one of glorot, he, zeros, small"),
        (lambda: initialise((2, 1), output="one"), "got the activation 'one'; expected one of linear"),
        (lambda: squared_loss([[1], [2]], [1, 2]), "of shape (2, 1) and targets of shape (2,); expected (N, K)"),
        (lambda: squared_loss([1, 2], [1, 2]), "outputs of shape (2,) and targets of shape (2,); expected (N, K)"),
        (lambda: squared_loss(ones((0, 1)), ones((0, 1))), "got no samples; expected at least one"),
        (lambda: binary_cross_entropy([[1.01]], [[1]]), "got an output of 1.01; expected 0 to 1"),
        (lambda: binary_cross_entropy([[0.5]], [[-1]]), "got a target of -1; expected 0 to 1"),
    ],
)
def test_what_does_not_fit_is_told(make: Callable[[], Any], says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        make()
