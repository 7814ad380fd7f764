"""The sigmoid and the neuron, against NumPy and against closed forms."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from math import exp, inf, isnan, nan

import numpy as np
import pytest

from engine.line import Line
from engine.neuron import Neuron, sigmoid

SEEDS = range(200)


def test_the_sigmoid_of_0_is_one_half() -> None:
    assert sigmoid(0) == sigmoid(-0.0) == 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sigmoid_is_one_over_one_plus_e_to_the_minus_z(seed: int) -> None:
    z = np.random.default_rng(seed).normal(scale=10)
    assert sigmoid(float(z)) == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sigmoid_is_a_hyperbolic_tangent_halved_and_lifted(seed: int) -> None:
    z = float(np.random.default_rng(seed).normal(scale=5))
    assert sigmoid(z) == pytest.approx((1 + np.tanh(z / 2)) / 2, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sigmoid_of_minus_z_is_what_is_missing_to_1(seed: int) -> None:
    z = float(np.random.default_rng(seed).normal(scale=10))
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slope_of_the_sigmoid_is_s_times_1_minus_s(seed: int) -> None:
    z = float(np.random.default_rng(seed).normal(scale=5))
    h = 1e-5
    s = sigmoid(z)
    assert (sigmoid(z + h) - sigmoid(z - h)) / (2 * h) == pytest.approx(s * (1 - s), rel=1e-6, abs=1e-10)


@pytest.mark.parametrize("z", [710, 1e3, 1e16, 1e308, inf])
def test_far_from_0_the_sigmoid_is_0_or_1_and_never_overflows(z: float) -> None:
    assert (sigmoid(-z), sigmoid(z)) == (pytest.approx(0, abs=1e-308), 1)


@pytest.mark.parametrize("z", [-40.0, -300.0, -700.0])
def test_the_left_tail_keeps_its_digits(z: float) -> None:
    assert sigmoid(z) == pytest.approx(exp(z), rel=1e-12)


def test_the_sigmoid_always_climbs() -> None:
    heights = [sigmoid(z / 10) for z in range(-300, 301)]
    assert heights == sorted(set(heights))
    assert 0 < heights[0] < heights[-1] < 1


def test_the_sigmoid_of_no_number_is_no_number() -> None:
    assert isnan(sigmoid(nan))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_neuron_is_the_sigmoid_of_numpys_dot_product_and_the_bias(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 20))
    inputs, weights, bias = rng.normal(size=n), rng.normal(size=n), float(rng.normal())
    expected = 1 / (1 + np.exp(-(weights @ inputs + bias)))
    assert Neuron(tuple(weights.tolist()), bias)(*inputs.tolist()) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_neuron_of_one_input_is_a_bent_line(seed: int) -> None:
    w, b, x = np.random.default_rng(seed).normal(scale=3, size=3).tolist()
    assert Neuron((w,), b)(x) == sigmoid(Line(w, b)(x))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_neuron_is_at_one_half_where_its_line_crosses_0(seed: int) -> None:
    w, b = np.random.default_rng(seed).normal(scale=3, size=2).tolist()
    root = Line(w, b).root
    assert root is not None
    assert Neuron((w,), b)(root) == pytest.approx(0.5, abs=1e-12)


def test_the_border_of_a_neuron_of_two_inputs_is_straight() -> None:
    neuron = Neuron((1, 2), 0)
    assert [neuron(-2 * x2, x2) for x2 in range(-10, 11)] == [0.5] * 21
    assert neuron(1, 1) > 0.9
    assert neuron(-1, -1) < 0.1


def test_each_input_has_its_own_weight() -> None:
    neuron = Neuron((3, -1), 0)
    assert neuron(1, 0) == sigmoid(3)
    assert neuron(0, 1) == sigmoid(-1)


def test_a_neuron_without_inputs_gives_the_sigmoid_of_its_bias() -> None:
    assert Neuron((), 2)() == sigmoid(2)


@pytest.mark.parametrize("inputs", [(), (1.0,), (1.0, 2.0, 3.0)])
def test_a_neuron_takes_as_many_inputs_as_it_has_weights(inputs: tuple[float, ...]) -> None:
    says = f"got {len(inputs)} inputs and 2 weights; expected as many of each"
    with pytest.raises(ValueError, match=says):
        Neuron((1, 2), 0)(*inputs)


def test_a_neuron_is_a_value() -> None:
    assert Neuron((1, 2), 0) == Neuron((1, 2), 0) != Neuron((2, 1), 0)
    assert repr(Neuron((1, 2), 0)) == "Neuron(weights=(1, 2), bias=0)"
    with pytest.raises(FrozenInstanceError):
        Neuron((1, 2), 0).bias = 3  # type: ignore[misc]
