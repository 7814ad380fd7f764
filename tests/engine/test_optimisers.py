"""The optimisers, step by step against PyTorch's documented rules, and on valleys whose bottom is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import pairwise
from math import hypot, isfinite, sqrt
from typing import Any

import numpy as np
import pytest

from engine.optimisers import OPTIMISERS, Adam, GradientDescent, Momentum, Optimiser, RAdam, RMSProp, walk

SEEDS = range(200)
STEPS = 25
EXACT = {"rel": 1e-9, "abs": 1e-12}

# --- the rules, as PyTorch documents them ----------------------------------------------------------------------
# Each for one number, with the letters of its page, for the gradients g_1, g_2, ...; it gives theta_1, theta_2, ...


def torch_sgd(theta: float, gradients: list[float], lr: float, mu: float = 0.0) -> Iterator[float]:
    """https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html

    With dampening, weight decay and Nesterov off. Momentum: Polyak, "Some methods of speeding up the convergence of
    iteration methods", 1964; in PyTorch's form as in Sutskever et al., "On the importance of initialization and
    momentum in deep learning", 2013.
    """
    b = 0.0
    for t, g in enumerate(gradients, 1):
        if mu != 0:
            b = mu * b + g if t > 1 else g
            g = b
        theta = theta - lr * g
        yield theta


def torch_rmsprop(theta: float, gradients: list[float], lr: float, alpha: float, eps: float) -> Iterator[float]:
    """https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html

    Not centred, and without momentum. Hinton, "Neural Networks for Machine Learning", lecture 6, 2012.
    """
    v = 0.0
    for g in gradients:
        v = alpha * v + (1 - alpha) * g**2
        theta = theta - lr * g / (sqrt(v) + eps)
        yield theta


def torch_adam(
    theta: float, gradients: list[float], lr: float, beta1: float, beta2: float, eps: float
) -> Iterator[float]:
    """https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html

    Without AMSGrad. Kingma and Ba, "Adam: a method for stochastic optimization", 2015 (arXiv 1412.6980), algorithm 1.
    """
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - lr * m_hat / (sqrt(v_hat) + eps)
        yield theta


def torch_radam(
    theta: float, gradients: list[float], lr: float, beta1: float, beta2: float, eps: float
) -> Iterator[float]:
    """https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html

    Liu et al., "On the variance of the adaptive learning rate and beyond", 2020 (arXiv 1908.03265), algorithm 2, whose
    threshold is 4 where PyTorch's is 5, and which has no epsilon.
    """
    m = v = 0.0
    rho_inf = 2 / (1 - beta2) - 1
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        rho_t = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
        if rho_t > 5:
            l_t = sqrt(1 - beta2**t) / (sqrt(v) + eps)
            r_t = sqrt(((rho_t - 4) * (rho_t - 2) * rho_inf) / ((rho_inf - 4) * (rho_inf - 2) * rho_t))
            theta = theta - lr * m_hat * r_t * l_t
        else:
            theta = theta - lr * m_hat
        yield theta


Case = tuple[Optimiser, Callable[[float, list[float]], Iterator[float]]]


def case(name: str, seed: int) -> Case:
    """An optimiser with random settings, its own defaults for one seed in four; and the rule with the same ones."""
    rng = np.random.default_rng(seed)
    lr, epsilon = 10.0 ** rng.uniform(-4, 0), 10.0 ** rng.uniform(-10, -1)
    mu, alpha, beta1, beta2 = (1 - 10.0 ** rng.uniform(-4, 0, size=4)).tolist()
    if seed % 4 == 0:
        epsilon, mu, alpha, beta1, beta2 = 1e-8, 0.9, 0.99, 0.9, 0.999
    moments = (lr,) if seed % 4 == 0 else (lr, beta1, beta2, epsilon)
    cases: dict[str, Case] = {
        "GD": (GradientDescent(lr), lambda x, g: torch_sgd(x, g, lr)),
        "momentum": (
            Momentum(lr) if seed % 4 == 0 else Momentum(lr, mu),
            lambda x, g: torch_sgd(x, g, lr, mu),
        ),
        "RMSProp": (
            RMSProp(lr) if seed % 4 == 0 else RMSProp(lr, alpha, epsilon),
            lambda x, g: torch_rmsprop(x, g, lr, alpha, epsilon),
        ),
        "Adam": (Adam(*moments), lambda x, g: torch_adam(x, g, lr, beta1, beta2, epsilon)),
        "RAdam": (RAdam(*moments), lambda x, g: torch_radam(x, g, lr, beta1, beta2, epsilon)),
    }
    return cases[name]


def gradients(seed: int, *shape: int) -> np.ndarray:
    """Of many sizes, some of them 0."""
    rng = np.random.default_rng([1, seed])
    return 10.0 ** rng.uniform(-3, 3) * rng.normal(size=shape) * (rng.random(shape) < 0.9)


@pytest.mark.parametrize("seed", SEEDS)
def test_floats_take_the_steps_of_pytorch(seed: int) -> None:
    slopes, start = gradients(seed, STEPS).tolist(), float(np.random.default_rng(seed).normal())
    for name in OPTIMISERS:
        optimiser, rule = case(name, seed)
        assert type(optimiser) is OPTIMISERS[name]
        x, found = start, []
        for slope in slopes:
            x = optimiser.step(x, slope)
            found.append(x)
        assert found == pytest.approx(list(rule(start, slopes)), **EXACT), name
        assert {type(number) for number in found} == {float}


@pytest.mark.parametrize("seed", SEEDS)
def test_arrays_take_the_steps_of_pytorch_number_by_number(seed: int) -> None:
    shape = ((5,), (2, 3), ())[seed % 3]
    slopes, start = gradients(seed, STEPS, *shape), np.random.default_rng(seed).normal(size=shape)
    kept = slopes.copy(), start.copy()
    each = list(zip(start.ravel().tolist(), slopes.reshape(STEPS, -1).T.tolist(), strict=True))
    for name in OPTIMISERS:
        optimiser, rule = case(name, seed)
        x, found = start, []
        for slope in slopes:
            x = optimiser.step(x, slope)
            assert np.shape(x) == shape
            found.append(np.ravel(x))
        expected = np.array([list(rule(number, column)) for number, column in each]).T
        assert np.array(found) == pytest.approx(expected, **EXACT), name
    assert np.array_equal(slopes, kept[0]), "the gradients given must stay as they are"
    assert np.array_equal(start, kept[1]), "and so must the parameters"


# --- closed forms ----------------------------------------------------------------------------------------------


def steady(optimiser: Optimiser, slope: float, steps: int) -> list[float]:
    """The lengths of the steps down an even slope."""
    places = walk(optimiser, lambda x: (slope,), (0,), steps)
    return [before[0] - after[0] for before, after in pairwise(places)]


def test_down_an_even_slope_gradient_descent_takes_even_steps() -> None:
    assert steady(GradientDescent(0.1), -3, 10) == pytest.approx([-0.3] * 10)


@pytest.mark.parametrize("momentum", [0, 0.5, 0.9, 0.99])
def test_down_an_even_slope_momentum_gathers_up_to_1_over_1_minus_momentum(momentum: float) -> None:
    expected = [0.1 * 2 * (1 - momentum**t) / (1 - momentum) for t in range(1, 51)]
    assert steady(Momentum(0.1, momentum), 2, 50) == pytest.approx(expected)


@pytest.mark.parametrize("slope", [1e-3, 2, -1e4])
def test_down_an_even_slope_rmsprop_begins_with_leaps_of_10_learning_rates(slope: float) -> None:
    sign = slope / abs(slope)
    expected = [sign * 0.1 / sqrt(1 - 0.99**t) for t in range(1, 51)]
    assert steady(RMSProp(0.1), slope, 50) == pytest.approx(expected, rel=1e-3)
    assert expected[0] == pytest.approx(sign * 10 * 0.1)


@pytest.mark.parametrize("slope", [1e-3, 2, -1e4])
def test_down_an_even_slope_each_step_of_adam_is_the_learning_rate_long_however_steep(slope: float) -> None:
    assert steady(Adam(0.1), slope, 50) == pytest.approx([0.1 * slope / abs(slope)] * 50, rel=1e-4)


def test_the_first_five_steps_of_radam_are_gradient_descent_and_then_it_warms_up_to_adam() -> None:
    steps = steady(RAdam(0.1), 2, 20_000)
    assert steps[:5] == pytest.approx([0.1 * 2] * 5)
    rest = steps[5:]
    assert rest[0] < 0.01 < 0.099 < rest[-1] < 0.1
    assert rest == sorted(rest)


@pytest.mark.parametrize("beta2", [0, 0.3, 0.6])
def test_with_a_short_memory_radam_never_trusts_its_root(beta2: float) -> None:
    slopes = gradients(7, 500).tolist()
    radam, x, m = RAdam(0.01, 0.8, beta2), 0.0, 0.0
    for t, slope in enumerate(slopes, 1):
        m = 0.8 * m + 0.2 * slope
        after = radam.step(x, slope)
        assert after == pytest.approx(x - 0.01 * m / (1 - 0.8**t), rel=1e-12, abs=1e-15)
        x = after


def test_without_memories_the_rules_become_each_other() -> None:
    slopes = gradients(3, STEPS).tolist()

    def ends(optimiser: Optimiser) -> list[float]:
        left = iter(slopes)
        return [place[0] for place in walk(optimiser, lambda x: (next(left),), (1,), STEPS)]

    assert ends(Momentum(0.1, 0)) == ends(GradientDescent(0.1))
    assert ends(Adam(0.1, 0, 0)) == pytest.approx(ends(RMSProp(0.1, 0)), rel=1e-12)
    assert ends(RAdam(0.1, 0, 0)) == pytest.approx(ends(GradientDescent(0.1)), rel=1e-12)


# --- valleys ---------------------------------------------------------------------------------------------------


def bowl(x: float, y: float) -> tuple[float, float]:
    """The gradient of (x - 3)^2 / 2 + 5 (y + 1)^2: curvatures 1 and 10, the bottom at (3, -1)."""
    return x - 3, 10 * (y + 1)


@pytest.mark.parametrize(
    ("optimiser", "steps", "near"),
    [
        (GradientDescent(0.1), 300, 1e-9),
        (Momentum(0.05), 500, 1e-9),
        (RMSProp(0.01), 2000, 0.02),  # its steps never get shorter than about half its learning rate
        (Adam(0.1), 2000, 1e-6),
        (RAdam(0.1), 4000, 1e-6),
    ],
)
def test_each_finds_the_bottom_of_a_quadratic(optimiser: Optimiser, steps: int, near: float) -> None:
    places = walk(optimiser, bowl, (-2, 4), steps)
    assert places[-1] == pytest.approx((3, -1), abs=near)
    assert hypot(*bowl(*places[-1])) < hypot(*bowl(*places[0])) / 100


@pytest.mark.parametrize("curvature", [0.5, 2, 10])
def test_gradient_descent_shrinks_the_distance_by_1_minus_rate_times_curvature(curvature: float) -> None:
    places = walk(GradientDescent(0.15), lambda x: (curvature * x,), (1,), 20)
    assert [place[0] for place in places] == pytest.approx([(1 - 0.15 * curvature) ** t for t in range(21)])


@pytest.mark.parametrize("name", OPTIMISERS)
def test_at_the_bottom_all_stay(name: str) -> None:
    assert walk(OPTIMISERS[name](0.1), bowl, (3, -1), 10) == [(3, -1)] * 11


@pytest.mark.parametrize("name", OPTIMISERS)
def test_two_walks_from_either_side_mirror_each_other(name: str) -> None:
    right = walk(OPTIMISERS[name](0.1), lambda x: (x,), (2,), 50)
    left = walk(OPTIMISERS[name](0.1), lambda x: (x,), (-2,), 50)
    assert left == [(-place[0],) for place in right]


@pytest.mark.parametrize("name", ["RMSProp", "Adam"])
def test_those_that_divide_by_a_root_do_not_mind_the_scale_of_the_loss(name: str) -> None:
    plain, steep = (walk(OPTIMISERS[name](0.1), lambda x, k=k: (k * x,), (2,), 50) for k in (1, 1e4))
    assert np.array(steep) == pytest.approx(np.array(plain), abs=1e-5)


# --- a walk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_walk_on_floats_is_a_walk_on_an_array(name: str) -> None:
    optimiser, x = OPTIMISERS[name](0.1), np.array([-2.0, 4.0])
    expected = [tuple(x.tolist())]
    for _ in range(30):
        x = optimiser.step(x, np.array(bowl(*x.tolist())))
        expected.append(tuple(x.tolist()))
    assert np.array(walk(OPTIMISERS[name](0.1), bowl, (-2, 4), 30)) == pytest.approx(np.array(expected), rel=1e-12)


def test_a_walk_begins_with_the_start_and_has_a_place_for_each_step() -> None:
    places = walk(GradientDescent(0.5), lambda x, y: (x, y), [4, 2], 2)
    assert places == [(4, 2), (2, 1), (1, 0.5)]
    assert {type(number) for place in places for number in place} == {float}
    assert walk(Adam(0.1), bowl, (1, 2), 0) == [(1, 2)]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_walk_leaves_the_optimiser_as_it_was(name: str) -> None:
    optimiser = OPTIMISERS[name](0.1)
    first = walk(optimiser, bowl, (-2, 4), 5)
    assert walk(optimiser, bowl, (-2, 4), 5) == first
    optimiser.step(1.0, 1.0)
    further = walk(optimiser, bowl, (-2, 4), 5)
    assert (further == first) == (name == "GD")  # the others remember that step


def test_a_walk_that_diverges_goes_on_to_the_end() -> None:
    for name in ("GD", "momentum"):
        places = walk(OPTIMISERS[name](30), lambda x, y: np.array(bowl(x, y)), (-2, 4), 3000)
        assert len(places) == 3001
        assert not any(isfinite(number) for number in places[-1])


def test_a_gradient_of_another_length_is_told() -> None:
    with pytest.raises(ValueError, match="got a gradient of 1 numbers; expected 2, as many as the start has"):
        walk(GradientDescent(0.1), lambda x, y: (x,), (1, 2), 1)


# --- the objects -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_copy_goes_on_where_the_optimiser_stood(name: str) -> None:
    optimiser, x = OPTIMISERS[name](0.1), np.ones(3)
    for slope in gradients(1, 10, 3):
        x = optimiser.step(x, slope)
    copy = deepcopy(optimiser)
    for slope in gradients(2, 10, 3):
        assert np.array_equal(copy.step(x, slope), optimiser.step(x, slope))


def test_an_optimiser_tells_its_settings() -> None:
    adam = Adam(0.01, beta2=0.99)
    adam.step(1.0, 1.0)
    assert repr(adam) == "Adam(learning_rate=0.01, beta1=0.9, beta2=0.99, epsilon=1e-08)"
    assert repr(RMSProp(0.01)) == "RMSProp(learning_rate=0.01, decay=0.99, epsilon=1e-08)"
    assert repr(Momentum(0.01)) == "Momentum(learning_rate=0.01, momentum=0.9)"


def test_the_learning_rate_may_change_on_the_way() -> None:
    for make in OPTIMISERS.values():
        optimiser = make(0.1)
        optimiser.learning_rate = 0
        assert optimiser.step(5.0, 1.0) == 5


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: RMSProp(0.1, 1.01), "got a decay of 1.01; expected 0 to 1"),
        (lambda: RMSProp(0.1, -0.01), "got a decay of -0.01; expected 0 to 1"),
        (lambda: Adam(0.1, 1), "got beta1 = 1 and beta2 = 0.999; expected 0 or more, and below 1"),
        (lambda: RAdam(0.1, 0.9, -1), "got beta1 = 0.9 and beta2 = -1; expected 0 or more, and below 1"),
    ],
)
def test_memories_that_would_not_fade_are_told(make: Callable[[], Any], says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        make()
