"""What the lesson on networks shows: neurons side by side, and what they can be fitted to."""

from functools import lru_cache
from math import exp, sin

from engine.loss import squared_loss
from engine.network import Network, approximate
from stage.controls import DataPoints, Slider
from stage.demo import cell, demo
from stage.diagram import Diagram, Neuron, Weight
from stage.figure import Plot
from stage.marks import Curve, Path, Points


def weight(start):
    return Slider(-10, 10, start=start, role="weight")


def bias(start):
    return Slider(-10, 10, start=start, role="bias")


# --- networks to turn by hand ----------------------------------------------------------------------------------


def diagram(network, x):
    """The network as neurons and weights, with what each neuron gives at x."""
    neurons, weights = [], []
    for i, activation in enumerate(network.activations(x)):
        name = f"neuron {i + 1}"
        neurons.append(Neuron(name, activation, bias=(f"b{i + 1}", network.biases[i]), activation="sigmoid"))
        weights.append(Weight(f"wi{i + 1}", network.input_weights[i], source="x", target=name))
        weights.append(Weight(f"wo{i + 1}", network.output_weights[i], source=name, target="y"))
    return Diagram([[Neuron("x", x)], neurons, [Neuron("y", network(x))]], weights)


def curves(network, x, *more):
    """The curve of the network, and faintly what each neuron adds to it; and `more` marks."""
    parts = []
    for i in range(len(network.biases)):
        parts.append(Curve(network.contribution(i), role="path", faint=True, label=f"neuron {i + 1}"))
    here = (x, network(x))
    return Plot(
        *parts,
        *more,
        Curve(network),
        Points([here], role="model", drag="x"),
        x=(-10, 10),
        y=(-10, 10),
        readouts={"y": network(x)},
    )


@demo(wi1=weight(1), b1=bias(0), wo1=weight(6.28), x=Slider(-10, 10, start=2))
def one_neuron(wi1, b1, wo1, x):
    """A network of one neuron: input weight {wi1}, bias {b1}, output weight {wo1}. At x = {x} it gives {y}.

    The curve of this network, a step between 0 and {wo1}, and faintly the neuron's own step from 0 to 1; at x = {x} the
    height of the curve is {y}.
    """
    network = Network([wi1], [b1], [wo1])
    before = Network([wi1], [b1], [1])  # the neuron as it is, before its output weight
    return diagram(network, x), curves(network, x, Curve(before, role="path", faint=True, label="before wo1"))


@demo(
    wi1=weight(-1.5),
    wi2=weight(1.5),
    b1=bias(-8),
    b2=bias(-8),
    wo1=weight(-5),
    wo2=weight(5),
    x=Slider(-10, 10, start=6),
)
def two_neurons(wi1, wi2, b1, b2, wo1, wo2, x):
    """A network of two neurons: input weights {wi1} and {wi2}, biases {b1} and {b2}, output weights {wo1} and {wo2}.

    The curve of this network, the sum of two steps; at x = {x} its height is {y}.
    """
    network = Network([wi1, wi2], [b1, b2], [wo1, wo2])
    return diagram(network, x), curves(network, x)


@demo(
    wi1=weight(0.2),
    wi2=weight(-0.5),
    wi3=weight(1.9),
    wi4=weight(-0.8),
    b1=bias(1),
    b2=bias(-5.7),
    b3=bias(0),
    b4=bias(7.1),
    wo1=weight(7.2),
    wo2=weight(9.7),
    wo3=weight(-6.3),
    wo4=weight(-6.3),
    x=Slider(-10, 10, start=0),
)
def four_neurons(wi1, wi2, wi3, wi4, b1, b2, b3, b4, wo1, wo2, wo3, wo4, x):
    """A network of four neurons; at x = {x} it gives {y}.

    The curve of this network, the sum of four steps; at x = {x} its height is {y}.
    """
    network = Network([wi1, wi2, wi3, wi4], [b1, b2, b3, b4], [wo1, wo2, wo3, wo4])
    return diagram(network, x), curves(network, x)


# --- any function ----------------------------------------------------------------------------------------------

MOST = 30
PLACES = [i / 4 for i in range(-20, 21)]


def target_of(function):
    return [(x, round(function(x), 2)) for x in PLACES]


TARGETS = {
    "sine": target_of(lambda x: 2 * sin(x)),
    "step": target_of(lambda x: -2 if x < 0 else 2),
    "bump": target_of(lambda x: 2.5 * exp(-x * x)),
    "saw": target_of(lambda x: (2 * x) % 5 - 2.5),
}


@lru_cache(maxsize=20)
def fitted(target):
    """Networks of 1, 2, ... neurons fitted to the target, and the loss that each of them leaves."""
    networks = approximate(target, MOST)
    return networks, [squared_loss(network, target) for network in networks]


def loss_by_neurons(losses, n):
    """The loss that is left against the number of neurons, with a dot, which can be dragged, at n of them."""
    lowest = 0.001  # a logarithmic axis has no 0, so what is smaller lies at the bottom
    fall = [(count, max(loss, lowest)) for count, loss in enumerate(losses, start=1)]
    return Plot(
        Path(fall, role="loss"),
        Points([fall[n - 1]], role="loss", drag="n"),
        x=(0, MOST + 1),
        y=(lowest / 4, 500),
        x_label="neurons",
        y_label="loss",
        y_log=True,
    )


@demo(
    target=DataPoints(x=(-5, 5), y=(-3, 3), start=TARGETS["sine"], presets=TARGETS, role="data"),
    n=Slider(1, MOST, start=1, step=1, plays=True),
)
def any_function(target, n):
    """A target curve and a network of {n} neurons fitted to it, with a leftover loss of {loss}.

    The leftover loss against the number of neurons, on a logarithmic scale; at {n} it is {loss}.
    """
    n = max(1, min(MOST, round(n)))
    networks, losses = fitted(tuple(target))
    network = networks[n - 1]
    parts = [Curve(network.contribution(i), role="path", faint=True, samples=101) for i in range(n)]
    picture = Plot(
        *parts,
        Path(target, name="target", role="data", label="target", draw="target"),
        Curve(network),
        x=(-7, 7),
        y=(-4, 4),
        readouts={"loss": losses[n - 1]},
    )
    return picture, loss_by_neurons(losses, n)


# --- predict, then run -----------------------------------------------------------------------------------------


@cell()
def far_to_the_right(learner):
    """No figure: the code's own output is the answer."""


@cell()
def without_the_bend(learner):
    """No figure: the code's own output is the answer."""


@cell()
def how_many_numbers(learner):
    """No figure: the code's own output is the answer."""
