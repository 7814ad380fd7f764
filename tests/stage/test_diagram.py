"""Networks and computations are plain data: nodes with their numbers, and what joins them."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from stage.diagram import Diagram, Edge, Graph, Neuron, Node, Weight
from stage.sample import FigureError, Sampler


def drawn(figure: Any) -> dict[str, Any]:
    """The figure as it crosses to the page."""
    found: dict[str, Any] = json.loads(json.dumps(figure.data(Sampler()), allow_nan=False))
    return found


# --- networks --------------------------------------------------------------------------------------------------


def test_a_diagram_is_its_layers_and_its_weights_with_their_live_values() -> None:
    neuron = Neuron("one", 0.123456789, bias=("b1", -0.5), activation="sigmoid")
    layers = [[Neuron("x", 2)], [neuron], [Neuron("y")]]
    weights = [Weight("w1", 1 / 3, source="x", target="one"), Weight("w2", math.nan, source="one", target="y")]
    assert drawn(Diagram(layers, weights, note="A net.")) == {
        "kind": "diagram",
        "layers": [
            [{"name": "x", "value": 2, "shown": "2", "bias": None, "activation": ""}],
            [
                {
                    "name": "one",
                    "value": 0.123457,
                    "shown": "0.1235",
                    "bias": {"name": "b1", "value": -0.5, "shown": "−0.5"},
                    "activation": "sigmoid",
                }
            ],
            [{"name": "y", "value": None, "shown": None, "bias": None, "activation": ""}],
        ],
        "weights": [
            {"name": "w1", "value": 0.333333, "shown": "0.3333", "source": "x", "target": "one"},
            {"name": "w2", "value": None, "shown": "nan", "source": "one", "target": "y"},
        ],
        "notes": ["A net."],
    }


def test_a_diagram_has_no_readouts_and_no_note_unless_it_says_so() -> None:
    assert dict(Diagram([], []).readouts) == {}
    assert drawn(Diagram([], []))["notes"] == []
    assert dict(Diagram([], [], readouts={"y": 3}).readouts) == {"y": 3}


@pytest.mark.parametrize(("source", "target", "missing"), [("x", "z", "z"), ("a", "y", "a"), ("b", "a", "a, b")])
def test_a_weight_is_between_neurons_that_there_are(source: str, target: str, missing: str) -> None:
    with pytest.raises(FigureError, match=rf"got Weight\(.*\); expected neurons of its layers, not {missing}$"):
        Diagram([[Neuron("x")], [Neuron("y")]], [Weight("w", 1, source=source, target=target)])


# --- computations ----------------------------------------------------------------------------------------------

A, B, SUM, SQUARE = (
    Node("a", "a", 1.5),
    Node("b", "b", -2, 6.0),
    Node("s", "+", -0.5, -1.0, lit=True),
    Node("q", "square"),
)


def test_a_graph_is_its_nodes_with_their_numbers_and_its_edges() -> None:
    assert drawn(Graph([A, SUM], [Edge("a", "s", local=1, lit=True)], note="A sum.", readouts={"q": 1})) == {
        "kind": "graph",
        "nodes": [
            {"name": "a", "text": "a", "column": 0, "value": "1.5", "derivative": None, "lit": False},
            {"name": "s", "text": "+", "column": 1, "value": "−0.5", "derivative": "−1", "lit": True},
        ],
        "edges": [{"source": "a", "target": "s", "local": "1", "lit": True}],
        "notes": ["A sum."],
    }


def test_each_node_is_to_the_right_of_all_that_it_is_made_of() -> None:
    edges = [Edge("s", "q"), Edge("a", "s"), Edge("b", "s"), Edge("b", "q")]
    columns = {node["name"]: node["column"] for node in drawn(Graph([SQUARE, A, B, SUM], edges))["nodes"]}
    assert columns == {"a": 0, "b": 0, "s": 1, "q": 2}


def test_a_graph_may_be_empty() -> None:
    assert drawn(Graph([], []))["nodes"] == []
    assert dict(Graph([], []).readouts) == {}


def test_an_edge_is_between_nodes_that_there_are() -> None:
    with pytest.raises(FigureError, match=r"^got Edge\(.*\); expected nodes of its graph, not z$"):
        drawn(Graph([A], [Edge("a", "z")]))


def test_a_graph_has_no_circles() -> None:
    with pytest.raises(FigureError, match=r"^got a graph in which \w depends on itself; expected one without circles$"):
        drawn(Graph([A, SUM], [Edge("a", "s"), Edge("s", "a")]))
    with pytest.raises(FigureError, match="depends on itself"):
        drawn(Graph([A], [Edge("a", "a")]))
