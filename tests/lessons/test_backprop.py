"""What the lesson on backpropagation claims, computed: its graph, its counts and its exercises against differences."""

from __future__ import annotations

import json
from math import tanh
from typing import Any

import pytest

from engine.autodiff import Value
from engine.descent import central_difference
from stage.session import Session
from tests.conftest import PLACED
from tests.lessons.test_facts import output

BLOCKS = {placed.name: placed for placed in PLACED if placed.lesson == "backprop"}
VALUE = BLOCKS["value"].block.solution if BLOCKS else ""  # type: ignore[attr-defined]
BACKWARD = BLOCKS["backward"].block.solution if BLOCKS else ""  # type: ignore[attr-defined]


def ask(name: str, do: str = "draw", source: str = "", **values: Any) -> dict[str, Any]:
    """The session's answer for a block, with its values and perhaps other code."""
    source = source or BLOCKS[name].source
    code = {} if BLOCKS[name].block.kind == "demo" else {"source": source, "code": source}
    request = {"do": do, "block": f"backprop/{name}", "values": BLOCKS[name].block.starts | values, **code}
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps(request)))
    assert "error" not in answer
    return answer


def shown(text: str) -> float:
    """A number as a figure shows it."""
    digits, _, power = text.replace("−", "-").replace(",", "").partition(" × 10")
    return float(digits) * 10 ** int((power or "0").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))


def known(figure: dict[str, Any], what: str) -> dict[str, float]:
    """The values or the derivatives that a graph shows, by node."""
    return {node["name"]: shown(node[what]) for node in figure["nodes"] if node[what] is not None}


# --- the graph -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [(0.8, 1.5, -0.4), (-2, 2, -2), (0, -1, 2), (1.3, -0.7, 0.1)])
def test_at_the_end_every_value_and_every_derivative_is_there_and_right(at: tuple[float, float, float]) -> None:
    def y(w: float, x: float, b: float) -> float:
        return w * tanh(w * x + b)

    (figure,) = ask("computational_graph", **dict(zip("wxb", at, strict=True)), step=9)["figures"]
    assert known(figure, "value")["y"] == pytest.approx(y(*at), rel=1e-3, abs=1e-9)
    found = known(figure, "derivative")
    assert [found[name] for name in "wxb"] == pytest.approx(central_difference(y, at), rel=1e-3, abs=1e-6)
    assert found["y"] == 1
    assert all(edge["local"] is not None for edge in figure["edges"])


def test_forward_and_backward_go_node_by_node_and_w_gets_its_derivative_in_two_shares() -> None:
    figures = [ask("computational_graph", step=step)["figures"][0] for step in range(10)]
    values, derivatives = (
        ["".join(sorted(known(figure, what))) for figure in figures] for what in ("value", "derivative")
    )
    assert values[:5] == ["bwx", "bmwx", "bmwxz", "bmtwxz", "bmtwxyz"]
    assert derivatives == ["", "", "", "", "", "y", "twy", "twyz", "bmtwyz", "bmtwxyz"]
    assert ["".join(node["name"] for node in figure["nodes"] if node["lit"]) for figure in figures] == [
        "",
        *"mztyyytzm",
    ]
    shares = [known(figures[step], "derivative")["w"] for step in (6, 8, 9)]
    assert shares[0] == shares[1] != shares[2]
    (from_y,) = [edge for edge in figures[6]["edges"] if edge["source"] == "w" and edge["lit"]]
    (from_m,) = [edge for edge in figures[9]["edges"] if edge["source"] == "w" and edge["lit"]]
    assert (from_y["target"], from_m["target"]) == ("y", "m")
    of_m = known(figures[9], "derivative")["m"]
    assert shares[2] == pytest.approx(shown(from_y["local"]) + of_m * shown(from_m["local"]), rel=1e-3)


@pytest.mark.parametrize("step", range(10))
def test_each_step_says_what_happens(step: int) -> None:
    answer = ask("computational_graph", step=step)
    assert answer["readouts"]["now"].startswith(
        "the inputs" if step == 0 else "forward: " if step < 5 else "backward: "
    )
    assert answer["readouts"]["now"] in answer["figures"][0]["label"]
    assert (" more" in answer["readouts"]["now"]) == (step == 9)


# --- the cost --------------------------------------------------------------------------------------------------


def counts(n: int) -> tuple[tuple[int, int], tuple[int, int], float]:
    readouts = ask("cost_of_gradients", n=n)["readouts"]
    pairs = [
        tuple(int(part) for part in readouts[way].replace(",", "").split() if part.isdigit())
        for way in ("differences", "backward")
    ]
    return pairs[0], pairs[1], shown(readouts["they differ by"])  # type: ignore[return-value]


@pytest.mark.parametrize("n", [1, 2, 30, 60])
def test_what_is_counted_is_quadratic_for_differences_and_linear_backward(n: int) -> None:
    differences, backward, apart = counts(n)
    assert differences == (2 * n, 2 * n * (n + 1))
    assert backward == (1, 2 * n + 3)
    assert apart < 1e-8


def test_twice_as_many_weights_cost_nearly_four_times_as_much_and_60_need_7320_against_123() -> None:
    (_, half), (_, half_back), _ = counts(30)
    (_, whole), (_, whole_back), _ = counts(60)
    assert (whole, whole_back) == (7320, 123)
    assert 3.9 < whole / half < 4
    assert whole_back / half_back < 2


def test_the_dots_lie_on_the_curves() -> None:
    for n in (1, 23, 60):
        marks = ask("cost_of_gradients", n=n)["figures"][0]["marks"]
        for path, dots in ((marks[0], marks[2]), (marks[1], marks[3])):
            assert dots["points"][0] in path["points"]


# --- the derivation --------------------------------------------------------------------------------------------


def test_the_derivatives_of_one_neuron_are_those_of_the_formulas() -> None:
    w, x, b, y = 0.7, -1.2, 0.3, 0.9
    a = tanh(w * x + b)
    at_z = (a - y) * (1 - a * a)
    measured = central_difference(lambda w, b: (tanh(w * x + b) - y) ** 2 / 2, (w, b))
    assert (at_z * x, at_z) == (pytest.approx(measured[0]), pytest.approx(measured[1]))


def test_the_local_derivatives_are_those_of_the_table() -> None:
    u, v = Value(1.3), Value(-0.4)
    assert (u + v).locals == (1, 1)
    assert (u * v).locals == (v.data, u.data)
    assert u.tanh().locals == (pytest.approx(1 - tanh(1.3) ** 2),)
    assert (u.relu().locals, v.relu().locals) == ((1,), (0,))


# --- value and backward ----------------------------------------------------------------------------------------


def test_the_figures_show_the_readers_own_numbers() -> None:
    (figure,) = ask("value", "run", VALUE)["figures"]
    locals_ = {(edge["source"], edge["target"]): shown(edge["local"]) for edge in figure["edges"]}
    names = {node["text"]: node["name"] for node in figure["nodes"]}
    assert locals_[names["a"], names["×"]] == -2
    assert locals_[names["b"], names["×"]] == 0.5
    assert {node["derivative"] for node in figure["nodes"]} == {"0"}
    (figure,) = ask("backward", "run", BACKWARD)["figures"]
    derivatives = {node["text"]: shown(node["derivative"]) for node in figure["nodes"]}
    measured = central_difference(lambda a, b: tanh(a * b + a), (0.5, -2))
    assert (derivatives["a"], derivatives["b"]) == (
        pytest.approx(measured[0], rel=1e-3),
        pytest.approx(measured[1], rel=1e-3),
    )


@pytest.mark.parametrize("ends", ["y = 3", "y = None", "for i in range(40):\n    y = y + a"])
def test_what_is_no_graph_or_too_large_a_one_is_told_in_a_sentence(ends: str) -> None:
    (figure,) = ask("backward", "run", f"{BACKWARD}\n{ends}\n")["figures"]
    assert len(figure["nodes"]) == 1
    assert figure["notes"][0].startswith("y is ")
    assert "drawn is a Value with up to 30 behind it" in figure["notes"][0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("grad * (self.data > 0)", "grad"),
            "For `a.relu()` at a = -0.5 and b = 2, `shares(1)` gives [1]; measured, it should be [0].",
        ),
        (
            ("[grad * v, grad * u]", "[grad * v]"),
            "For `a * b` at a = 0.5 and b = -2, `shares(1)` gives [-2.0]; measured, it should be [-2, 0.5].",
        ),
        (("[grad * v, grad * u]", "None"), "`shares(1)` gives None"),
        (("[grad * v, grad * u]", "['a', 'b']"), "`shares(1)` gives ['a', 'b']"),
        (("[grad * (1 - t*t)]", "[0]"), "For `a.tanh()`"),
    ],
)
def test_other_operations_are_told_what_was_got_and_what_was_measured(change: tuple[str, str], says: str) -> None:
    assert change[0] in VALUE
    verdict = ask("value", "check", VALUE.replace(*change))["verdict"]
    assert not verdict["pass"]
    assert says in verdict["says"]


AS_FOUND = """self.grad = 1
        found = [self]
        for value in found:
            value.hand_back()
            for parent in value.parents:
                if parent not in found:
                    found.append(parent)

a = Value(0.5)"""


@pytest.mark.parametrize(
    "body",
    [AS_FOUND, "pass\n\na = Value(0.5)", "self.grad = 1\n        self.hand_back()\n\na = Value(0.5)"],
    ids=["level by level", "nothing", "one step"],
)
def test_another_way_back_is_told_where_it_goes_wrong(body: str) -> None:
    head, _, rest = BACKWARD.partition("order = []")
    _, _, tail = rest.partition("a = Value(0.5")
    source = f"{head}{body.removesuffix(')')}{tail}"
    verdict = ask("backward", "check", source)["verdict"]
    assert not verdict["pass"]
    assert "measured, it is" in verdict["says"] or "All derivatives are 0" in verdict["says"]


def test_any_other_right_way_back_passes() -> None:
    counting = """waiting, users = [self], {}
        while waiting:
            for parent in waiting.pop().parents:
                if parent not in users:
                    waiting.append(parent)
                users[parent] = users.get(parent, 0) + 1
        self.grad = 1
        ready = [self]
        while ready:
            value = ready.pop()
            value.hand_back()
            for parent in value.parents:
                users[parent] -= 1
                if users[parent] == 0:
                    ready.append(parent)

a = Value(0.5"""
    head, _, rest = BACKWARD.partition("order = []")
    assert ask("backward", "check", head + counting + rest.partition("a = Value(0.5")[2])["verdict"]["pass"]


def test_the_random_programs_try_all_operations_and_use_values_twice() -> None:
    from lessons.backprop import PLACES, PROGRAMS, measured

    assert all(part in "; ".join(PROGRAMS) for part in (" + ", " * ", ".tanh()", ".relu()"))
    for program in PROGRAMS:
        assert any(abs(slope) > 0.01 for at in PLACES for slope in measured(program, at))


# --- the engine's own, and the questions -----------------------------------------------------------------------


def test_the_engine_agrees_with_the_difference_that_looks_over_its_shoulder() -> None:
    found = [float(line.split()[-1]) for line in output("the_engine").splitlines()]
    assert found[0] == pytest.approx(found[1], abs=2e-6)
    changed = output("the_engine", ("(w * x + b).sigmoid()", "(w ** 3 * x + b).tanh().tanh()"))
    found = [float(line.split()[-1]) for line in changed.splitlines()]
    assert found[0] == pytest.approx(found[1], abs=2e-6)


def test_a_value_used_in_two_ways_gets_seven_in_all() -> None:
    assert output("used_twice") == "dy/da = 7.0 in the shares 3, 3 and 1\n"


def test_a_step_may_be_too_large_and_too_small() -> None:
    off = {float(line.split()[2]): float(line.split()[-1]) for line in output("how_small_a_step").splitlines()}
    assert min(off, key=lambda h: off[h]) == 1e-5
    assert off[0.1] == pytest.approx(off[0.01] * 100, rel=0.2)  # the error falls with the square of h
    assert off[1e-12] > 1000 * off[1e-5]
