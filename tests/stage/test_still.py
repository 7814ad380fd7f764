"""Figures as Matplotlib pictures: what a notebook shows of a demo, of a cell, and of each kind of figure."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

import pytest

from stage import still
from stage.controls import Player, Slider
from stage.demo import cell, demo
from stage.diagram import Diagram, Edge, Graph, Neuron, Node, Weight
from stage.figure import Plot
from stage.grid import Matrix, Tile, Tiles
from stage.learner import Missing, runs
from stage.marks import Curve, Path, Points
from stage.sample import FigureError, Sampler


class Shown:
    """Pyplot without a screen, and the pictures that were shown on it."""

    def __init__(self, pyplot: Any, patch: pytest.MonkeyPatch) -> None:
        self.pyplot = pyplot
        self.pictures: list[Any] = []
        patch.setattr(pyplot, "show", self.take)

    def take(self) -> None:
        for number in self.pyplot.get_fignums():
            picture = self.pyplot.figure(number)
            picture.canvas.draw()
            self.pictures.append(picture)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    yield Shown(pyplot, monkeypatch)
    pyplot.close("all")


def words(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text()]


def below(picture: Any) -> str:
    text: str = picture.get_supxlabel()
    return text


# --- demos and cells -------------------------------------------------------------------------------------------


def dots(*points: tuple[float, float], **more: Any) -> Plot:
    return Plot(Points(points), x=(0, 9), y=(0, 9), **more)


def offsets(axes: Any) -> list[list[float]]:
    """The places of the dots in a plot."""
    return [place for part in axes.collections for place in part.get_offsets().tolist()]


def test_a_figure_is_shown_once_and_nothing_of_it_stays(shown: Shown) -> None:
    from matplotlib import rcParams

    before = dict(rcParams)
    still.show(dots((1, 2), (3, 4)))
    (picture,) = shown.pictures
    assert offsets(picture.axes[0]) == [[1, 2], [3, 4]]
    assert shown.pyplot.get_fignums() == []
    assert dict(rcParams) == before


def test_of_several_figures_two_stand_side_by_side(shown: Shown) -> None:
    still.show((dots((1, 1)), dots((2, 2)), dots((3, 3))))
    (picture,) = shown.pictures
    assert [offsets(axes) for axes in picture.axes] == [[[1, 1]], [[2, 2]], [[3, 3]]]
    places = [axes.get_subplotspec() for axes in picture.axes]
    assert [(place.rowspan.start, place.colspan.start) for place in places] == [(0, 0), (0, 1), (1, 0)]


def test_readouts_and_notes_stand_below_and_are_no_formulas(shown: Shown) -> None:
    still.show(dots((1, 2), note="It costs $2, not $3.", readouts={"loss": 13.7749, "now": "early"}))
    assert below(shown.pictures[0]) == "loss: 13.77    now: early\nIt costs $2, not $3."


def test_a_demo_is_shown_at_its_start(shown: Shown) -> None:
    @demo(w=Slider(0, 9, start=4))
    def a_demo(w: float) -> Plot:
        """It."""
        return dots((1, w))

    still.show(a_demo)
    assert offsets(shown.pictures[0].axes[0]) == [[1, 4]]


def test_what_is_no_figure_is_refused(shown: Shown) -> None:
    with pytest.raises(FigureError, match="gave 42; expected a figure"):
        still.show(42)  # type: ignore[arg-type]


def test_a_cell_is_shown_over_the_names_of_its_code(shown: Shown) -> None:
    @cell(w=Slider(0, 9), reads=("y(2)",))
    def a_cell(learner: Any) -> Plot:
        """It."""
        return Plot(Curve(learner.y, samples=2), x=(0, 2), y=(0, 9))

    names: dict[str, Any] = {}
    exec("w = 3\ndef y(x): return w * x", names)
    still.show_cell(a_cell, names)
    (picture,) = shown.pictures
    assert picture.axes[0].lines[-1].get_ydata().tolist() == [0, 6]
    assert below(picture) == "y(2): 6"
    with pytest.raises(Missing, match="does not define y"):
        still.show_cell(a_cell, {"w": 1})


def test_a_cell_without_figures_shows_its_readouts(shown: Shown) -> None:
    @cell(reads=("w",))
    def a_cell(learner: Any) -> None:
        """None."""

    still.show_cell(a_cell, {"w": 1})
    (picture,) = shown.pictures
    assert picture.axes == []
    assert below(picture) == "w: 1"


def test_the_function_of_a_player_takes_as_many_steps_as_are_wanted(shown: Shown) -> None:
    @cell(train=Player(records=("w",)))
    def a_cell(learner: Any) -> Plot:
        """It."""
        return Plot(Path(runs(learner)[-1].trace("w")), x=(0, 9), y=(0, 9))

    names: dict[str, Any] = {}
    exec("w = 5\ndef train(times):\n    global w\n    w -= times", names)
    still.show_cell(a_cell, names)
    assert names["w"] == 5
    still.show_cell(a_cell, names, steps=3)
    assert names["w"] == 2
    one, other = (picture.axes[0].lines[-1].get_xydata().tolist() for picture in shown.pictures)
    assert one == [[0, 5]]
    assert other == [[0, 5], [1, 4], [2, 3], [3, 2]]


# --- the kinds of figures --------------------------------------------------------------------------------------


def test_a_matrix_has_its_numbers_and_names_and_tints(shown: Shown) -> None:
    names = {"rows": ("cat", "dog"), "columns": ("yes", "no"), "row_label": "was", "column_label": "said"}
    still.show(Matrix([[50, 3], [None, 40]], roles=[["positive", None], [None, "negative"]], **names))  # type: ignore[arg-type]
    (axes,) = shown.pictures[0].axes
    assert words(axes) == ["50", "3", "40"]
    assert [label.get_text() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())] == [
        "yes", "no", "cat", "dog",
    ]  # fmt: skip
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("said", "was")
    deep, none, _, less = (patch.get_facecolor() for patch in axes.patches)
    assert none == (1, 1, 1, 1)
    assert 1 > less[0] > 0.5
    assert deep[2] < 0.7


def test_tiles_are_small_pictures_in_the_columns_of_their_layers(shown: Shown) -> None:
    still.show(Tiles([[Tile("a", [0] * 4, 2)], [Tile("b", [-1, 1] * 2, 2), Tile("c", [0.5] * 4, 2)]]))
    (axes,) = shown.pictures[0].axes
    assert [small.get_title() for small in axes.child_axes] == ["a", "b", "c"]
    assert axes.child_axes[1].images[0].get_array().tolist() == [[0, 254], [0, 254]]
    a, b, c = (small.get_position() for small in axes.child_axes)
    assert a.x1 < b.x0 == c.x0
    assert b.y0 > c.y1


def network(inputs: int) -> Diagram:
    neurons = [Neuron(f"x{i}", i) for i in range(inputs)]
    weights = [Weight(f"w{i}", i - 1, source=f"x{i}", target="y") for i in range(inputs)]
    return Diagram([neurons, [Neuron("y", None, bias=("b", 0.5))]], weights)


def test_a_network_names_its_neurons_weights_and_biases(shown: Shown) -> None:
    still.show(network(3))
    (axes,) = shown.pictures[0].axes
    assert set(words(axes)) == {"w0 = −1", "w1 = 0", "w2 = 1", "0", "1", "2", "x0", "x1", "x2", "y\nb = 0.5"}
    assert [line.get_linestyle() for line in axes.lines[:3]] == ["--", "-", "-"]
    assert axes.lines[1].get_linewidth() < axes.lines[2].get_linewidth()


def test_a_network_of_many_weights_does_not_name_them(shown: Shown) -> None:
    still.show(network(still.FEW + 1))
    assert not any(text.startswith("w") for text in words(shown.pictures[0].axes[0]))


def test_a_neuron_alone_is_a_network_too(shown: Shown) -> None:
    still.show(Diagram([[Neuron("x")]], []))
    assert words(shown.pictures[0].axes[0]) == ["x"]


def test_a_computation_has_values_derivatives_and_arrows(shown: Shown) -> None:
    nodes = [Node("a", "a", 3, derivative=6), Node("b", "b"), Node("c", "·", 9, lit=True), Node("d", "+", 1)]
    edges = [Edge("a", "c", local=2), Edge("b", "d", lit=True), Edge("c", "d")]
    still.show(Graph(nodes, edges))
    (axes,) = shown.pictures[0].axes
    assert set(words(axes)) == {"a\n3", "b\n", "·\n9", "+\n1", "6", "2"}
    assert len([text for text in axes.texts if getattr(text, "arrow_patch", None)]) == len(edges)
    assert len(axes.lines) == 1, "the long edge goes round the node between"


def test_the_nodes_of_a_column_lie_near_those_they_are_joined_to() -> None:
    names = ("top", "bottom", "after bottom", "after top")
    edges = [Edge("bottom", "after bottom"), Edge("top", "after top")]
    heights, ways = still._laid_out(Graph([Node(name, name) for name in names], edges).data(Sampler(inf)))
    assert heights["top"] - heights["bottom"] == heights["after top"] - heights["after bottom"] != 0
    assert ways == [[(0, "bottom"), (1, "after bottom")], [(0, "top"), (1, "after top")]]
