"""Figures made of nodes and edges: a network, and the graph of a computation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from stage.figure import NONE, Readouts, joined
from stage.sample import FigureError, Sampler, number, short, show


@dataclass(frozen=True)
class Neuron:
    """A neuron of a diagram: its live `value`, its bias as (control, value), and its activation, "" for a plain sum."""

    name: str
    value: object = None
    bias: tuple[str, float] | None = None
    activation: Literal["", "sigmoid"] = ""


@dataclass(frozen=True)
class Weight:
    """A weight of a diagram, on the edge between two neurons; `name` is its control's."""

    name: str
    value: float
    source: str
    target: str


@dataclass(frozen=True)
class Diagram:
    """A network: layers of neurons from input to output, joined by weights. One of its parameters is picked at a time.

    Raises FigureError for a weight between neurons that the layers do not have.
    """

    layers: Sequence[Sequence[Neuron]]
    weights: Sequence[Weight]
    note: str = ""
    readouts: Readouts = field(default_factory=lambda: NONE)

    def __post_init__(self) -> None:
        names = {neuron.name for layer in self.layers for neuron in layer}
        for weight in self.weights:
            if missing := {weight.source, weight.target} - names:
                raise FigureError(f"got {weight}; expected neurons of its layers, not {', '.join(sorted(missing))}")

    def data(self, sampler: Sampler) -> dict[str, Any]:
        weights = [{"name": w.name, **_live(w.value), "source": w.source, "target": w.target} for w in self.weights]
        layers = [[_neuron(neuron) for neuron in layer] for layer in self.layers]
        return {"kind": "diagram", "layers": layers, "weights": weights, "notes": joined(self.note)}


def _neuron(neuron: Neuron) -> dict[str, Any]:
    bias = None
    if neuron.bias is not None:
        name, value = neuron.bias
        bias = {"name": name, **_live(value)}
    return {"name": neuron.name, **_live(neuron.value), "bias": bias, "activation": neuron.activation}


def _live(value: object) -> dict[str, Any]:
    known = number(value)
    return {"value": known if known is None else short(known), "shown": None if value is None else show(value)}


@dataclass(frozen=True)
class Node:
    """A step of a computation: its `text` (an operation or a name), its value and the result's derivative by it."""

    name: str
    text: str
    value: float | None = None
    derivative: float | None = None
    lit: bool = False


@dataclass(frozen=True)
class Edge:
    """What one node hands on to another, and the `local` derivative of the second by the first."""

    source: str
    target: str
    local: float | None = None
    lit: bool = False


@dataclass(frozen=True)
class Graph:
    """A computation as a graph without circles, each node to the right of all that it is made of.

    Raises FigureError for an edge between nodes that are not there, and for a circle.
    """

    nodes: Sequence[Node]
    edges: Sequence[Edge]
    note: str = ""
    readouts: Readouts = field(default_factory=lambda: NONE)

    def data(self, sampler: Sampler) -> dict[str, Any]:
        columns = self._columns()
        nodes = [
            {
                "name": node.name,
                "text": node.text,
                "column": columns[node.name],
                "value": _shown(node.value),
                "derivative": _shown(node.derivative),
                "lit": node.lit,
            }
            for node in self.nodes
        ]
        edges = [
            {"source": edge.source, "target": edge.target, "local": _shown(edge.local), "lit": edge.lit}
            for edge in self.edges
        ]
        return {"kind": "graph", "nodes": nodes, "edges": edges, "notes": joined(self.note)}

    def _columns(self) -> Mapping[str, int]:
        """How many steps lie before each node, on the longest way to it."""
        columns = {node.name: 0 for node in self.nodes}
        for edge in self.edges:
            if missing := {edge.source, edge.target} - set(columns):
                raise FigureError(f"got {edge}; expected nodes of its graph, not {', '.join(sorted(missing))}")
        for _ in range(len(self.nodes) + 1):
            late = [edge for edge in self.edges if columns[edge.target] <= columns[edge.source]]
            for edge in late:
                columns[edge.target] = max(columns[edge.target], columns[edge.source] + 1)
            if not late:
                return columns
        raise FigureError(f"got a graph in which {late[0].source} depends on itself; expected one without circles")


def _shown(value: float | None) -> str | None:
    return None if value is None else show(value)
