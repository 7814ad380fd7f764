"""The network against NumPy, and the fit of its neurons against NumPy's least squares."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from itertools import pairwise
from math import exp, inf, nan, sin

import numpy as np
import pytest

from engine.data import Sample
from engine.loss import squared_loss
from engine.network import Network, approximate
from engine.neuron import sigmoid

SEEDS = range(200)
STAIRCASE = Network((-1.5, 1.5), (-8, -8), (-5, 5))


# --- the network -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_network_gives_what_numpy_says_of_its_vectors(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 20))
    wi, b, wo = rng.normal(scale=3, size=(3, n))
    x = float(rng.uniform(-10, 10))
    hidden = 1 / (1 + np.exp(-(wi * x + b)))
    network = Network(tuple(wi.tolist()), tuple(b.tolist()), tuple(wo.tolist()))
    assert network.activations(x) == pytest.approx(hidden, rel=1e-12)
    assert network(x) == pytest.approx(wo @ hidden, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_contributions_of_all_neurons_add_up_to_the_output(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = Network(*(tuple(row) for row in rng.normal(scale=3, size=(3, int(rng.integers(1, 20)))).tolist()))
    x = float(rng.uniform(-10, 10))
    parts = [network.contribution(i)(x) for i in range(len(network.biases))]
    assert sum(parts) == pytest.approx(network(x), rel=1e-9, abs=1e-12)


def test_the_output_weight_frees_the_curve_from_0_to_1() -> None:
    network = Network((1,), (0,), (6.28,))
    assert network(0) == 3.14
    assert (network(-50), network(50)) == (pytest.approx(0, abs=1e-9), pytest.approx(6.28))


def test_two_neurons_with_opposite_output_weights_make_a_staircase() -> None:
    assert [round(STAIRCASE(x), 2) for x in (-10, 0, 10)] == [-5, 0, 5]
    assert [round(activation) for activation in STAIRCASE.activations(-10)] == [1, 0]
    assert STAIRCASE.contribution(0)(-10) == -5 * sigmoid(15 - 8)


def test_a_contribution_is_its_own_neuron_also_when_many_are_asked_for() -> None:
    first, second = (STAIRCASE.contribution(i) for i in range(2))
    assert first(10) == pytest.approx(0, abs=1e-9)
    assert second(10) == pytest.approx(5, abs=0.01)


def test_a_network_of_no_neurons_gives_0() -> None:
    assert Network((), (), ())(3) == 0
    assert Network((), (), ()).activations(3) == []


def test_far_away_a_network_is_flat_and_nothing_overflows() -> None:
    assert [STAIRCASE(x) for x in (-1e308, 1e308)] == [-5, 5]


@pytest.mark.parametrize("sizes", [(1, 2, 2), (2, 1, 2), (2, 2, 1), (0, 0, 1), (1, 2, 3)])
def test_as_many_input_weights_as_biases_and_output_weights_are_needed(sizes: tuple[int, int, int]) -> None:
    says = re.escape(f"got {list(sizes)} input weights, biases and output weights; expected as many of each")
    with pytest.raises(ValueError, match=says):
        Network(*((1.0,) * size for size in sizes))


def test_a_network_is_a_value() -> None:
    assert Network((1,), (2,), (3,)) == Network((1,), (2,), (3,)) != Network((1,), (3,), (2,))
    assert repr(Network((1,), (2,), (3,))) == "Network(input_weights=(1,), biases=(2,), output_weights=(3,))"
    with pytest.raises(FrozenInstanceError):
        STAIRCASE.biases = (0, 0)  # type: ignore[misc]


# --- neurons that follow a target ------------------------------------------------------------------------------

SHAPES: dict[str, Callable[[float], float]] = {
    "sine": lambda x: 2 * sin(x),
    "step": lambda x: -2 if x < 0 else 2,
    "bump": lambda x: 2.5 * exp(-x * x),
    "saw": lambda x: (2 * x) % 5 - 2.5,
    "line": lambda x: x / 2,
}


def drawn(shape: str, low: float = -5, high: float = 5, height: float = 1) -> list[Sample]:
    """A shape at 41 places of any range, as if it were drawn on -5..5."""
    return [(low + (high - low) * i / 40, height * SHAPES[shape](i / 4 - 5)) for i in range(41)]


def losses(target: list[Sample], count: int = 30) -> list[float]:
    return [squared_loss(network, target) for network in approximate(target, count)]


@pytest.mark.parametrize("shape", SHAPES)
def test_there_is_one_network_for_each_number_of_neurons_and_each_keeps_those_of_the_last(shape: str) -> None:
    networks = approximate(drawn(shape), 30)
    assert [len(network.biases) for network in networks] == list(range(1, 31))
    for fewer, more in pairwise(networks):
        assert more.input_weights[:-1] == fewer.input_weights
        assert more.biases[:-1] == fewer.biases


@pytest.mark.parametrize(
    ("shape", "left"),
    [
        ("sine", {1: 35, 5: 5.5, 10: 0.04, 30: 1e-5}),
        ("step", {1: 41, 2: 1e-5, 5: 1e-10, 30: 1e-10}),
        ("bump", {1: 10, 5: 0.035, 10: 2e-4, 30: 1e-11}),
        ("saw", {1: 43, 5: 25, 10: 0.06, 30: 2e-6}),
        ("line", {1: 33, 5: 0.25, 10: 0.01, 30: 1e-6}),
    ],
)
def test_this_much_loss_is_left_at_most(shape: str, left: dict[int, float]) -> None:
    found = losses(drawn(shape))
    for count, most in left.items():
        assert found[count - 1] < most


@pytest.mark.parametrize("seed", SEEDS)
def test_more_neurons_never_leave_more_loss(seed: int) -> None:
    target = wild(seed)
    nothing = squared_loss(Network((), (), ()), target)
    for fewer, more in pairwise([nothing, *losses(target)]):
        assert more <= fewer + 1e-12 * nothing


@pytest.mark.parametrize("seed", SEEDS)
def test_the_output_weights_leave_no_more_loss_than_numpys(seed: int) -> None:
    target = wild(seed)
    nothing = squared_loss(Network((), (), ()), target)
    for network in approximate(target, 30)[::7]:
        assert squared_loss(network, target) <= best_loss(neurons(network), target) + 1e-10 * nothing


@pytest.mark.parametrize("seed", range(30))
def test_no_neuron_that_comes_later_would_have_helped_more_at_once(seed: int) -> None:
    target = wild(seed)
    stock = neurons(approximate(target, 12)[-1])
    for count in range(len(stock)):
        before = best_loss(stock[:count], target)
        helped = before - best_loss(stock[: count + 1], target)
        for later in stock[count + 1 :]:
            assert before - best_loss([*stock[:count], later], target) <= helped * (1 + 1e-5) + 1e-10 * before


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("low", "high", "height"), [(0, 1, 1), (-1e4, 3e4, 1e3), (1e6, 1e6 + 1, 1e-3)])
def test_a_target_may_stand_anywhere_and_have_any_size(shape: str, low: float, high: float, height: float) -> None:
    expected = [left * height**2 for left in losses(drawn(shape), 10)]
    assert losses(drawn(shape, low, high, height), 10) == pytest.approx(expected, rel=1e-3, abs=1e-9 * height**2)


@pytest.mark.parametrize("height", [2, -0.001, 1e6])
def test_a_flat_target_takes_one_neuron_that_is_always_on(height: float) -> None:
    network = approximate([(x / 4, height) for x in range(-20, 21)], 1)[0]
    assert [network(x) for x in (-100, -5, 0, 5, 100)] == pytest.approx([height] * 5, rel=1e-12)


def test_neurons_that_cannot_help_stay_idle() -> None:
    target = drawn("step")
    networks = approximate(target, 30)
    idle = networks[-1].output_weights.index(0)
    assert idle < 10
    assert set(networks[-1].output_weights[idle:]) == {0}
    assert squared_loss(networks[-1], target) == squared_loss(networks[idle - 1], target)


@pytest.mark.parametrize("height", [0, nan, inf, 1e300])
def test_where_there_is_nothing_to_follow_all_neurons_are_idle(height: float) -> None:
    networks = approximate([(0, height), (1, height), (2, 0)], 3)
    assert [network.output_weights for network in networks] == [(0,), (0, 0), (0, 0, 0)]


def test_two_points_are_met_by_two_neurons() -> None:
    met = approximate([(0, 1), (1, -3)], 2)[-1]
    assert (met(0), met(1)) == pytest.approx((1, -3), abs=1e-5)


def test_two_targets_at_one_place_are_followed_in_between() -> None:
    target = [(0.0, 1.0), (0.0, 3.0), (1.0, 5.0), (1.0, 5.0)]
    networks = approximate(target, 4)
    assert (networks[-1](0), networks[-1](1)) == pytest.approx((2, 5), abs=1e-5)
    assert squared_loss(networks[-1], target) == pytest.approx(1)


def test_no_neurons_make_no_networks() -> None:
    assert approximate(drawn("sine"), 0) == []


def test_more_neurons_than_there_are_to_choose_from_can_be_asked_for() -> None:
    assert len(approximate(drawn("sine"), 200)[-1].biases) == 200


@pytest.mark.parametrize("shape", SHAPES)
def test_neither_the_last_digits_nor_the_order_of_the_samples_choose_the_neurons(shape: str) -> None:
    target = drawn(shape)
    rng = np.random.default_rng(0)
    trembling = [(x, y * (1 + 1e-14 * float(rng.normal()))) for x, y in target]
    shuffled = [target[i] for i in rng.permutation(len(target))]
    chosen = neurons(approximate(target, 10)[-1])
    assert neurons(approximate(target, 10)[-1]) == chosen
    assert neurons(approximate(trembling, 10)[-1]) == chosen
    assert neurons(approximate(shuffled, 10)[-1]) == chosen


@pytest.mark.parametrize("target", [[], [(1, 2)], [(1, 2), (1.0, 3)]])
def test_a_target_needs_two_different_x(target: list[Sample]) -> None:
    says = f"got a target of {len(target)} samples; expected at least two with different x"
    with pytest.raises(ValueError, match=says):
        approximate(target, 3)


def neurons(network: Network) -> list[tuple[float, float]]:
    """The input weight and the bias of each neuron that is not idle."""
    found = zip(network.input_weights, network.biases, network.output_weights, strict=True)
    return [(weight, bias) for weight, bias, height in found if height]


def best_loss(stock: list[tuple[float, float]], target: list[Sample]) -> float:
    """The loss that is left when NumPy chooses the output weights of these neurons."""
    x, y = np.array(target).T
    columns = np.array([[sigmoid(weight * place + bias) for weight, bias in stock] for place in x]).reshape(len(x), -1)
    heights = np.linalg.lstsq(columns, y, rcond=1e-14)[0]
    return float(np.sum((columns @ heights - y) ** 2)) / 2


def wild(seed: int) -> list[Sample]:
    """A target of 2 to 80 samples, somewhere, of some size: noise, a wandering curve, a sine, a step, or nearly flat."""
    rng = np.random.default_rng(seed)
    n, width = int(rng.integers(2, 81)), 10.0 ** rng.uniform(-3, 4)
    place = np.sort(rng.random(n))
    curves = [
        rng.normal(size=n),
        np.cumsum(rng.normal(size=n)),
        np.sin(place * rng.uniform(1, 20)),
        np.sign(place - rng.random()),
        1 + 1e-3 * rng.normal(size=n),
    ]
    x, y = width * (place + rng.normal()), curves[seed % 5] * 10.0 ** rng.uniform(-4, 5)
    return list(zip(x.tolist(), y.tolist(), strict=True))
