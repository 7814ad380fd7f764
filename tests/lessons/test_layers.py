"""What the lesson on layers claims, computed: shapes, slopes, vanishing gradients and a neuron that dies."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from math import exp, isclose, tanh
from typing import Any

import numpy as np
import pytest

from engine.data import COURSE
from engine.layers import ACTIVATIONS, Layer, Layered
from engine.neuron import sigmoid
from stage.session import Session
from tests.conftest import PLACED
from tests.lessons.test_facts import output

BLOCKS = {placed.name: placed for placed in PLACED if placed.lesson == "layers"}
SOLUTION = BLOCKS["your_layer"].block.solution if BLOCKS else ""  # type: ignore[attr-defined]


def ask(name: str, do: str = "draw", source: str = "", **values: Any) -> dict[str, Any]:
    """The session's answer for a block, with its values and perhaps other code."""
    source = source or BLOCKS[name].source
    code = {} if BLOCKS[name].block.kind == "demo" else {"source": source, "code": source}
    values = BLOCKS[name].block.starts | values
    request = {"do": do, "block": f"layers/{name}", "values": values, **code}
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps(request)))
    assert "error" not in answer
    return answer


def curve(answer: dict[str, Any], index: int = -1) -> dict[float, float]:
    """The heights of a plot's curves, the last one unless said otherwise."""
    return dict([mark for mark in answer["figures"][0]["marks"] if mark["kind"] == "curve"][index]["points"])


def slope(function: Callable[[float], float], at: float, h: float = 1e-5) -> float:
    return (function(at + h) - function(at - h)) / (2 * h)


def shown(text: str) -> float:
    """A number as a readout shows it."""
    digits, _, power = text.replace("−", "-").replace(",", "").partition(" × 10")
    return float(digits) * 10 ** int((power or "0").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))


# --- a stack of lines ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [(1.5, 1, 1, -2), (-3, 3, 3, 2), (0.5, -2, -1, 0.25)])
def test_two_linear_layers_make_a_line_whatever_their_weights(weights: tuple[float, ...]) -> None:
    values = dict(zip(("wi1", "wi2", "wo1", "wo2"), weights, strict=True))
    steps = np.diff(list(curve(ask("two_lines_are_a_line", between="nothing", **values)).values()))
    assert np.allclose(steps, steps[0], atol=1e-4)
    for between in ("ReLU", "tanh"):
        steps = np.diff(list(curve(ask("two_lines_are_a_line", between=between, **values)).values()))
        assert np.ptp(steps) > 0.01


def test_with_a_relu_there_is_a_corner_for_each_neuron_and_nowhere_else() -> None:
    heights = curve(ask("two_lines_are_a_line", between="ReLU"))
    bends = [
        x for x, bend in zip(list(heights)[1:], np.diff(list(heights.values()), 2), strict=False) if abs(bend) > 1e-3
    ]
    corners = (-2 / 1.5, 2)
    assert all(min(abs(x - corner) for corner in corners) < 0.06 for x in bends)
    assert all(min(abs(x - corner) for x in bends) < 0.06 for corner in corners)


def test_the_readouts_say_the_slopes_at_both_ends() -> None:
    straight = ask("two_lines_are_a_line", between="nothing")["readouts"]
    assert set(straight.values()) == {"−0.5"}
    assert ask("two_lines_are_a_line", between="ReLU")["readouts"] == {
        "slope at the left": "0",
        "slope at the right": "−0.5",
    }


def test_two_linear_layers_are_one_whose_weights_are_the_product() -> None:
    numbers = np.random.default_rng(0)
    first = Layer(numbers.normal(size=(3, 4)), numbers.normal(size=4))
    second = Layer(numbers.normal(size=(4, 2)), numbers.normal(size=2))
    one = Layer(first.weights @ second.weights, first.biases @ second.weights + second.biases)
    inputs = numbers.normal(size=(5, 3))
    assert one.weights.shape == (3, 2)
    assert np.allclose(Layered((first, second))(inputs), one(inputs))


# --- shapes ----------------------------------------------------------------------------------------------------


def test_the_output_of_the_figure_is_what_the_sum_says() -> None:
    x, w, b, out = (
        [[float(cell["shown"].replace("−", "-")) for cell in row] for row in figure["cells"]]
        for figure in ask("shapes")["figures"]
    )
    for i, row in enumerate(out):
        for j, got in enumerate(row):
            assert got == sum(x[i][k] * w[k][j] for k in range(3)) + b[0][j]
    assert (len(out), len(out[0])) == (4, 2)


@pytest.mark.parametrize("m", [1, 3, 5])
@pytest.mark.parametrize("k", [1, 3, 5])
def test_they_fit_where_the_columns_of_x_are_as_many_as_the_rows_of_w_and_numpy_agrees(m: int, k: int) -> None:
    for n, h in ((1, 1), (5, 2), (2, 5)):
        answer = ask("shapes", N=n, M=m, K=k, H=h)
        said, fit = answer["readouts"]["NumPy says"], answer["readouts"]["do they fit?"]
        cells = answer["figures"][3]["cells"]
        assert (len(cells), len(cells[0])) == (n, h)
        if m == k:
            assert fit.startswith("yes")
            assert said == f"the output has the shape ({n}, {h})"
        else:
            assert fit.startswith("no")
            assert said.endswith(f"(size {k} is different from {m})")
            assert {cell["shown"] for row in cells for cell in row} == {""}


def test_the_mismatch_is_real_and_both_ways_mend_it() -> None:
    assert output("a_mismatch").startswith("NumPy says: matmul: ")
    for change in (("size=(2, 3)", "size=(3, 2)"), ("X @ W", "X @ W.T")):
        assert output("a_mismatch", change) == "the output has the shape (6, 2)\n"


# --- activations -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "ReLU"])
def test_the_derivatives_are_those_that_are_measured_and_those_of_the_table(name: str) -> None:
    activation = ACTIVATIONS[name.lower()]
    of_its_value = {"sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a * a, "ReLU": lambda a: float(a > 0)}[name]
    for x in (-5, -2, -0.3, 0.3, 1, 5):
        found = float(activation.derivative(x))
        assert found == pytest.approx(slope(lambda z: float(activation.function(z)), x), abs=1e-6)
        assert found == pytest.approx(of_its_value(float(activation.function(x))), abs=1e-9)
        readouts = ask("activations", x=x)["readouts"]
        assert shown(readouts[f"{name}(x)"]) == pytest.approx(float(activation.function(x)), rel=1e-3, abs=1e-4)
        assert shown(readouts[f"{name}'(x)"]) == pytest.approx(found, rel=1e-3, abs=1e-4)


def test_where_the_sigmoid_and_the_tanh_saturate() -> None:
    sigmoids, tanhs = ACTIVATIONS["sigmoid"].derivative, ACTIVATIONS["tanh"].derivative
    places = np.linspace(-6, 6, 1201)
    assert max(sigmoids(places)) == pytest.approx(0.25) == sigmoids(0)
    assert max(tanhs(places)) == pytest.approx(1) == tanhs(0)
    assert sigmoids(5) < 0.01
    assert tanhs(3) < 0.01 < tanhs(2.9)


def test_the_tanh_is_a_stretched_sigmoid_and_a_ratio_of_exponentials() -> None:
    for x in (-3, -0.5, 0, 1, 4):
        assert tanh(x) == pytest.approx((exp(2 * x) - 1) / (exp(2 * x) + 1))
        assert tanh(x) == pytest.approx(2 * sigmoid(2 * x) - 1)
        assert tanh(-x) == -tanh(x)


# --- twenty layers deep ----------------------------------------------------------------------------------------

BENDS: dict[str, Callable[[float], float]] = {"sigmoid": sigmoid, "tanh": tanh, "ReLU": lambda z: max(0.0, z)}


def deep(name: str, w: float, layers: int) -> Callable[[float], float]:
    def end(x: float) -> float:
        for _ in range(layers):
            x = BENDS[name](w * x)
        return x

    return end


def gradients(w: float, layers: int) -> dict[str, float]:
    return {name: shown(text) for name, text in ask("saturation", w=w, layers=layers)["readouts"].items()}


@pytest.mark.parametrize("w", [0.4, 1, 1.7])
def test_the_gradient_through_layers_is_the_measured_one(w: float) -> None:
    for layers in (1, 2, 6):
        for name, got in gradients(w, layers).items():
            assert got == pytest.approx(slope(deep(name, w, layers), 1), rel=2e-3, abs=1e-9)


def test_what_is_left_after_twenty_layers() -> None:
    level = gradients(1, 20)
    assert level["ReLU"] == 1
    assert level["tanh"] == pytest.approx(1 / 60, rel=0.05)
    assert level["sigmoid"] == pytest.approx(1e-13, rel=0.2)
    assert gradients(0.5, 20)["ReLU"] == pytest.approx(0.5**20, rel=1e-3)
    assert gradients(2, 20)["ReLU"] == pytest.approx(1e6, rel=0.1)


def test_no_weight_helps_the_sigmoid_and_the_tanh_does_best_close_to_1() -> None:
    best = {}
    for w in (i / 100 for i in range(10, 201)):
        paths = [
            mark["points"]
            for mark in ask("saturation", w=w, layers=20)["figures"][0]["marks"]
            if mark["kind"] == "curve"
        ]
        of_sigmoid = [1.0, *(gradient for _, gradient in paths[0])]
        assert max(after / before for before, after in pairwise(of_sigmoid)) < 0.28
        best[w] = paths[1][-1][1]
    assert max(best, key=lambda w: best[w]) == pytest.approx(1, abs=0.1)
    assert best[0.5] < best[1] / 1000 > best[2]


# --- a neuron that dies ----------------------------------------------------------------------------------------


def loss(w: float, b: float) -> float:
    return sum((max(0.0, w * x + b) - y) ** 2 for x, y in COURSE) / 2


def test_the_gradient_of_the_neuron_is_the_measured_one() -> None:
    for b in (-3.3, -1.2, 0.7, 2.1):
        got = [shown(part) for part in ask("dead_relu", b=b)["readouts"]["gradient"].strip("()").split(", ")]
        assert got == pytest.approx([slope(lambda w, b=b: loss(w, b), 0.5), slope(lambda b: loss(0.5, b), b)], rel=1e-3)


@pytest.mark.parametrize(("b", "points"), [(-1, 6), (-3, 2), (-3.9, 1), (-4, 0), (-6, 0)])
def test_how_many_points_lie_on_the_slope_at_first(b: float, points: int) -> None:
    assert ask("dead_relu", b=b)["readouts"]["points on its slope"] == f"{points} of 8"


def test_from_minus_1_it_settles_from_minus_3_it_comes_back_and_from_minus_4_it_never_moves() -> None:
    ends = {b: ask("dead_relu", b=b, step=200)["readouts"] for b in (-1, -3, -4)}
    assert shown(ends[-1]["loss"]) < 0.1
    assert shown(ends[-3]["loss"]) < loss(0.5, -3) / 10
    assert ends[-4]["gradient"] == "(0, 0)"
    losses = [y for _, y in ask("dead_relu", b=-4)["figures"][1]["marks"][0]["points"]]
    assert losses == pytest.approx([loss(0.5, -4)] * 201, rel=1e-4)


def test_with_a_rate_of_0_015_it_dies_at_its_second_step() -> None:
    steps = [ask("dead_relu", b=-1, learning_rate=0.015, step=step)["readouts"]["gradient"] for step in (0, 1, 2, 200)]
    assert "(0, 0)" not in steps[:2]
    assert steps[2:] == ["(0, 0)", "(0, 0)"]


# --- write a layer ---------------------------------------------------------------------------------------------


def test_the_figure_shows_the_output_of_the_readers_layer() -> None:
    (figure,) = ask("your_layer", "run", SOLUTION)["figures"]
    assert figure["row_label"] == "output (4, 2)"
    assert all(float(cell["shown"]) >= 0 for row in figure["cells"] for cell in row)


@pytest.mark.parametrize(
    ("result", "note"),
    [
        ("None", "layer(X, W, b) gave array(None, dtype=object); a table needs numbers in rows and columns."),
        ("X @ W @ W", "layer(X, W, b) stopped: "),
        ("float('nan') * X", "layer(X, W, b) gave "),
        ("[[1], [2, 3]]", "layer(X, W, b) stopped: "),
    ],
)
def test_an_output_that_is_no_table_is_told_in_a_sentence(result: str, note: str) -> None:
    source = BLOCKS["your_layer"].source.replace("return X @ W", f"return {result}")
    (figure,) = ask("your_layer", "run", source)["figures"]
    assert figure["notes"][0].startswith(note)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("X.shape[1] != W.shape[0]", "X.shape[0] != W.shape[0]"),
            "all shapes fit, but `layer` stopped: X (4, 3) does not fit W (3, 2)",
        ),
        (
            ('f"X {X.shape} does not fit W {W.shape}"', '"no"'),
            "your ValueError says 'no'; let it name the shapes of `X` and `W`",
        ),
        (("np.maximum(0, X @ W + b)", "np.maximum(0.1, X @ W + b)"), "the shape is right, but the first row is"),
        (("np.maximum(0, X @ W + b)", "(X @ W + b)[0]"), "it should have the shape (4, 2), a row for each sample"),
        (("np.maximum(0, X @ W + b)", "'no array'"), "it should have the shape (4, 2)"),
    ],
)
def test_other_answers_are_told_what_was_got_and_what_was_expected(change: tuple[str, str], says: str) -> None:
    verdict = ask("your_layer", "check", SOLUTION.replace(*change))["verdict"]
    assert not verdict["pass"]
    assert says in verdict["says"]


# --- predict, then run -----------------------------------------------------------------------------------------


def test_the_parameters_are_79510_however_many_pictures() -> None:
    said = output("how_many_parameters")
    assert said == "shapes: (32, 784) (32, 100) (32, 10)\nparameters: 79510\n"
    assert 784 * 100 + 100 + 100 * 10 + 10 == 79510
    assert output("how_many_parameters", ("(32, ", "(1, ")).endswith("parameters: 79510\n")


def climbs(*changes: tuple[str, str]) -> list[float]:
    return [float(part) for part in output("five_in_a_row", *changes).split("[")[1].strip("]\n").split()]


def test_five_linear_layers_climb_evenly_and_with_a_tanh_they_do_not() -> None:
    even, bent = climbs(), climbs(("a = a @ W", "a = np.tanh(a @ W)"))
    assert all(isclose(climb, even[0], abs_tol=0.002) for climb in even)
    assert abs(even[0]) > 0.01
    assert max(bent) - min(bent) > 0.05


def test_a_column_of_biases_is_added_without_a_word() -> None:
    row, column = "[[1. 2. 3.]\n [1. 2. 3.]\n [1. 2. 3.]]\n", "[[1. 1. 1.]\n [2. 2. 2.]\n [3. 3. 3.]]\n"
    assert output("a_column_of_biases") == row + column
