"""Derivatives found backwards, against central differences in random computations and against closed forms."""

from __future__ import annotations

import gc
import math
import re
from collections.abc import Callable, Sequence
from math import inf, isnan, nan

import numpy as np
import pytest

from engine.autodiff import Value, ordered
from engine.descent import central_difference
from engine.neuron import Neuron, sigmoid

SEEDS = range(300)

Operation = tuple[int, Callable[..., Value], Callable[..., float]]
OPERATIONS: tuple[Operation, ...] = (
    (2, lambda a, b: a + b, lambda a, b: a + b),
    (2, lambda a, b: a - b, lambda a, b: a - b),
    (2, lambda a, b: a * b, lambda a, b: a * b),
    (2, lambda a, b: a / (b * b + 0.5), lambda a, b: a / (b * b + 0.5)),
    (1, lambda a: -a, lambda a: -a),
    (1, lambda a: a * a, lambda a: a * a),
    (1, lambda a: 2 + a - 0.5, lambda a: a + 1.5),
    (1, lambda a: 1.5 - a / 3, lambda a: 1.5 - a / 3),
    (1, lambda a: 3 * a * 0.25, lambda a: 0.75 * a),
    (1, lambda a: 2 / (1 + a**2), lambda a: 2 / (1 + a * a)),
    (1, lambda a: a**3, lambda a: a * a * a),
    (1, lambda a: (a**2 + 0.3) ** 0.5, lambda a: math.sqrt(a * a + 0.3)),
    (1, lambda a: (a * a + 1) ** -1.5, lambda a: math.pow(a * a + 1, -1.5)),
    (1, lambda a: (a * 0.3).exp(), lambda a: math.exp(0.3 * a)),
    (1, lambda a: (a * a + 0.2).log(), lambda a: math.log(a * a + 0.2)),
    (1, lambda a: a.sigmoid(), sigmoid),
    (1, lambda a: a.tanh(), math.tanh),
    (1, lambda a: a.relu(), lambda a: max(a, 0)),
)
"""How many numbers it takes, and what it makes of them: as values, and as floats."""

TANH, RELU = len(OPERATIONS) - 2, len(OPERATIONS) - 1
Program = list[tuple[int, tuple[int, ...]]]


def program(seed: int) -> tuple[list[float], Program]:
    """Inputs, and twelve steps that each take an operation of earlier numbers, whose size stays below 6.

    No relu stands where it bends, as central differences say nothing there.
    """
    rng = np.random.default_rng(seed)
    numbers = rng.uniform(-2, 2, size=3).tolist()
    steps: Program = []
    for _ in range(12):
        pick = int(rng.integers(len(OPERATIONS)))
        # Half of the numbers that a step takes are new ones; so the computation is deep, and paths meet.
        sources = [len(numbers) - 1 - min(int(rng.exponential(2)), len(numbers) - 1) for _ in range(2)]
        if pick == RELU and abs(numbers[sources[0]]) < 0.01:
            pick = TANH
        taken = tuple(sources[: OPERATIONS[pick][0]])
        if abs(OPERATIONS[pick][2](*(numbers[i] for i in taken))) > 6:
            pick, taken = TANH, taken[:1]
        steps.append((pick, taken))
        numbers.append(OPERATIONS[pick][2](*(numbers[i] for i in taken)))
    return numbers[:3], steps


def as_values(inputs: Sequence[float], steps: Program) -> list[Value]:
    made = [Value(number, "abc"[i]) for i, number in enumerate(inputs)]
    for pick, taken in steps:
        made.append(OPERATIONS[pick][1](*(made[i] for i in taken)))
    return made


def as_floats(inputs: Sequence[float], steps: Program, nudged: int = -1, by: float = 0.0) -> list[float]:
    """The same with floats, where one of the numbers, on its way to all that use it, is changed a little."""
    made: list[float] = []
    for i in range(len(inputs) + len(steps)):
        if i < len(inputs):
            made.append(inputs[i])
        else:
            pick, taken = steps[i - len(inputs)]
            made.append(OPERATIONS[pick][2](*(made[j] for j in taken)))
        made[i] += by * (i == nudged)
    return made


# --- random computations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_values_compute_what_floats_do(seed: int) -> None:
    inputs, steps = program(seed)
    assert [value.data for value in as_values(inputs, steps)] == pytest.approx(as_floats(inputs, steps), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_derivative_by_each_number_on_the_way_is_what_central_differences_measure(seed: int) -> None:
    inputs, steps = program(seed)
    values = as_values(inputs, steps)
    values[-1].backward()
    measured = [
        central_difference(lambda by, i=i: as_floats(inputs, steps, i, by)[-1], (0,))[0] for i in range(len(values))
    ]
    assert [value.grad for value in values] == pytest.approx(measured, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_derivative_is_the_sum_over_all_paths_of_the_products_of_their_local_derivatives(seed: int) -> None:
    inputs, steps = program(seed)
    values = as_values(inputs, steps)
    values[-1].backward()

    def along(value: Value, target: Value) -> float:
        """All paths from a value to one that it was made of, walked one by one."""
        if value is target:
            return 1
        return math.fsum(
            local * along(parent, target) for parent, local in zip(value.parents, value.locals, strict=True)
        )

    assert values[0].grad == pytest.approx(along(values[-1], values[0]), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_is_topological_and_has_every_value_once(seed: int) -> None:
    result = as_values(*program(seed))[-1]
    order = ordered(result)
    assert len(order) == len(set(order))
    assert order[-1] is result
    place = {value: i for i, value in enumerate(order)}
    assert all(place[parent] < place[value] for value in order for parent in value.parents)


# --- one operation at a time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "make", "data", "slopes"),
    [
        ("+", lambda a, b: a + b, 1.5, (1, 1)),
        ("-", lambda a, b: a - b, 2.5, (1, -1)),
        ("*", lambda a, b: a * b, -1, (-0.5, 2)),
        ("/", lambda a, b: a / b, -4, (-2, -8)),
        ("**3", lambda a, b: a**3, 8, (12,)),
        ("**-1", lambda a, b: a**-1, 0.5, (-0.25,)),
        ("**0.5", lambda a, b: a**0.5, math.sqrt(2), (0.5 / math.sqrt(2),)),
        ("-", lambda a, b: -a, -2, (-1,)),
        ("exp", lambda a, b: b.exp(), math.exp(-0.5), (math.exp(-0.5),)),
        ("log", lambda a, b: a.log(), math.log(2), (0.5,)),
        ("tanh", lambda a, b: b.tanh(), math.tanh(-0.5), (1 / math.cosh(0.5) ** 2,)),
        ("sigmoid", lambda a, b: b.sigmoid(), sigmoid(-0.5), (0.25 / math.cosh(0.25) ** 2,)),
        ("relu", lambda a, b: a.relu(), 2, (1,)),
        ("relu", lambda a, b: b.relu(), 0, (0,)),
    ],
)
def test_an_operation_keeps_its_name_its_parents_and_its_derivatives(
    operation: str, make: Callable[..., Value], data: float, slopes: tuple[float, ...]
) -> None:
    a, b = Value(2, "a"), Value(-0.5, "b")
    made = make(a, b)
    assert (made.operation, made.label) == (operation, "")
    assert made.data == pytest.approx(data, rel=1e-15)
    assert made.locals == pytest.approx(slopes, rel=1e-15)
    assert set(made.parents) <= {a, b}
    assert len(made.parents) == len(made.locals)
    made.backward()
    assert tuple(parent.grad for parent in made.parents) == made.locals


@pytest.mark.parametrize(
    ("make", "operation", "data", "slope"),
    [
        (lambda a: 4 + a, "+", 6, 1),
        (lambda a: 4 - a, "-", 2, -1),
        (lambda a: 4 * a, "*", 8, 4),
        (lambda a: 4 / a, "/", 2, -1),
        (lambda a: a + 4, "+", 6, 1),
        (lambda a: a - 4, "-", -2, 1),
        (lambda a: a * 4, "*", 8, 4),
        (lambda a: a / 4, "/", 0.5, 0.25),
    ],
)
def test_a_number_may_stand_on_either_side_and_becomes_a_leaf(
    make: Callable[[Value], Value], operation: str, data: float, slope: float
) -> None:
    a = Value(2)
    made = make(a)
    made.backward()
    assert (made.operation, made.data, a.grad) == (operation, data, slope)
    (number,) = (parent for parent in made.parents if parent is not a)
    assert (number.data, number.operation, number.parents) == (4, "", ())


def test_numbers_of_numpy_may_stand_on_either_side_too() -> None:
    a, two = Value(3), np.float64(2)
    for made, expected in [(two + a, 5), (a - two, 1), (two * a, 6), (two / a, 2 / 3), (a**two, 9), (two - a, -1)]:
        assert isinstance(made, Value)
        assert (type(made.data), made.data) == (float, expected)
    with pytest.raises(ZeroDivisionError):
        a / np.float64(0)


def test_a_sum_of_values_begins_with_pythons_0() -> None:
    values = [Value(i) for i in range(5)]
    total = sum(values, start=Value(0))
    total.backward()
    assert (total.data, [value.grad for value in values]) == (10, [1] * 5)
    assert sum(values).data == 10  # type: ignore[union-attr]


# --- the pass backwards ----------------------------------------------------------------------------------------


def test_a_value_used_twice_gathers_both_gradients() -> None:
    a = Value(3)
    for make, slope in [(lambda: a + a, 2), (lambda: a * a, 6), (lambda: a - a, 0), (lambda: a / a, 0)]:
        make().backward()
        assert a.grad == pytest.approx(slope)


def test_gradients_add_up_where_paths_meet_at_any_depth() -> None:
    a, b = Value(-2), Value(3)
    d, e = a * b, a + b
    (d * e).backward()
    assert (a.grad, b.grad, d.grad, e.grad) == (3 * 1 + -6, -2 * 1 + -6, 1, -6)


def test_a_result_has_the_gradient_1_and_what_it_was_not_made_of_none() -> None:
    a, b = Value(2), Value(5)
    result, other = a * 3, a * b
    result.backward()
    assert (result.grad, a.grad, b.grad, other.grad) == (1, 3, 0, 0)


def test_a_leaf_is_its_own_result() -> None:
    a = Value(7)
    assert ordered(a) == [a]
    assert a.grad == 0
    a.backward()
    assert a.grad == 1


def test_a_second_pass_begins_anew() -> None:
    a, b = Value(2), Value(4)
    half = a * b
    result = half * half
    for _ in range(3):
        result.backward()
        assert (a.grad, b.grad, half.grad) == (64, 32, 16)
    half.backward()
    assert (a.grad, b.grad, half.grad) == (4, 2, 1)


def test_inputs_come_from_left_to_right() -> None:
    a, b, c = (Value(i + 1, "abc"[i]) for i in range(3))
    result = a * b + c
    assert ordered(result) == [a, b, result.parents[0], c, result]


def test_a_chain_of_10_000_values_is_followed_to_its_end() -> None:
    a = Value(1, "a")
    value = a
    for _ in range(10_000):
        value = value + 0.5
    value.backward()
    assert (value.data, a.grad, len(ordered(value))) == (5001, 1, 20_001)
    assert repr(value) == "Value(5001.0, operation='+', grad=1.0)"
    del value
    gc.collect()


def test_values_that_are_met_on_2_to_the_60_paths_are_visited_once() -> None:
    a = Value(1)
    value = a
    for _ in range(60):
        value = value + value
    value.backward()
    assert a.grad == value.data == 2.0**60


@pytest.mark.parametrize("seed", range(50))
def test_a_neuron_of_values_is_the_engines_neuron_with_its_derivatives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, inputs, bias = rng.normal(size=4), rng.normal(size=4), float(rng.normal())
    w, b = [Value(weight) for weight in weights], Value(bias)
    output = (sum((one * x for one, x in zip(w, inputs, strict=True)), start=b)).sigmoid()
    output.backward()
    s = Neuron(tuple(weights.tolist()), bias)(*inputs.tolist())
    assert output.data == pytest.approx(s, rel=1e-12)
    assert [one.grad for one in w] == pytest.approx(s * (1 - s) * inputs, rel=1e-12)
    assert b.grad == pytest.approx(s * (1 - s), rel=1e-12)


# --- how it looks ----------------------------------------------------------------------------------------------


def test_a_value_tells_what_it_is() -> None:
    a = Value(2, "a")
    named = a * 3
    named.label = "z"
    named.backward()
    assert repr(a) == "Value(2.0, 'a', grad=3.0)"
    assert repr(named) == "Value(6.0, 'z', operation='*', grad=1.0)"
    assert repr(Value(0.5)) == "Value(0.5, grad=0.0)"


# --- the ends of the numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "plain"),
    [
        (lambda: Value(1) / Value(0), lambda: 1.0 / 0.0),
        (lambda: 1 / Value(0), lambda: 1.0 / 0.0),
        (lambda: Value(1) / 0, lambda: 1.0 / 0.0),
        (lambda: Value(0) ** -1, lambda: 0.0**-1.0),
        (lambda: Value(0).log(), lambda: math.log(0.0)),
        (lambda: Value(-1).log(), lambda: math.log(-1.0)),
        (lambda: Value(1000).exp(), lambda: math.exp(1000.0)),
        (lambda: Value(1e200) ** 2, lambda: 1e200**2.0),
        (lambda: Value("two"), lambda: float("two")),  # type: ignore[arg-type]
        (lambda: Value(1) + None, lambda: float(None)),  # type: ignore[operator, arg-type]
    ],
)
def test_what_python_cannot_do_raises_as_python_does(make: Callable[[], Value], plain: Callable[[], float]) -> None:
    with pytest.raises((ArithmeticError, ValueError, TypeError)) as expected:
        plain()
    with pytest.raises(expected.type, match=f"^{re.escape(str(expected.value))}$"):
        make()


def test_a_root_of_a_negative_number_is_told() -> None:
    with pytest.raises(ValueError, match=re.escape("got -8.0 to the power of 0.5; expected a base of 0 or more, or")):
        Value(-8) ** 0.5


def test_a_root_of_0_has_no_derivative() -> None:
    with pytest.raises(ZeroDivisionError):
        Value(0) ** 0.5


@pytest.mark.parametrize(("n", "data", "slope"), [(0, 1, 0), (1, 0, 1), (2, 0, 0), (1.5, 0, 0)])
def test_the_powers_of_0_have_their_derivatives(n: float, data: float, slope: float) -> None:
    made = Value(0) ** n
    assert (made.data, made.locals) == (data, (slope,))


def test_a_negative_number_has_whole_powers() -> None:
    made = Value(-2) ** 3
    assert (made.data, made.locals) == (-8, (12,))


def test_an_exponent_is_a_number() -> None:
    for make in (lambda: Value(2) ** Value(3), lambda: 2 ** Value(3)):
        with pytest.raises(TypeError, match=re.escape("unsupported operand type(s) for ** or pow()")):
            make()


def test_the_relu_bends_at_0_where_its_derivative_is_0() -> None:
    made = Value(0).relu()
    assert (made.data, made.locals) == (0, (0,))


@pytest.mark.parametrize("z", [1e3, 1e308, inf])
def test_far_from_0_the_bounded_functions_are_flat_and_nothing_overflows(z: float) -> None:
    ends = [(Value(z).tanh(), 1), (Value(-z).tanh(), -1), (Value(z).sigmoid(), 1), (Value(-z).sigmoid(), 0)]
    for made, end in ends:
        assert (made.data, made.locals) == (end, (0,))


def test_a_quotient_of_tiny_numbers_keeps_its_derivative() -> None:
    made = Value(1e-200) / Value(1e-200)
    assert made.data == 1
    assert made.locals == pytest.approx((1e200, -1e200), rel=1e-12)


def test_what_is_no_number_stays_none() -> None:
    for made in (Value(nan).relu(), Value(nan).tanh(), Value(nan).sigmoid(), Value(nan) * 0, Value(inf) - inf):
        assert isnan(made.data)
