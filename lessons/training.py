"""What the lesson on training shows and asks: optimisers, networks that learn, first weights, batches and epochs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, isclose, sin
from random import Random

import numpy as np

from engine.data import COURSE, circles, moons, spiral, xor
from engine.layers import binary_cross_entropy, flat, initialise
from engine.network import Network
from engine.optimisers import OPTIMISERS, Adam, GradientDescent, walk
from stage.controls import Choice, DataPoints, Player, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot, Surface
from stage.grid import Heat, Matrix, Tile, Tiles, places
from stage.learner import runs
from stage.marks import Classes, Curve, Path, Points
from stage.sample import brief, number

# --- optimisers_race -------------------------------------------------------------------------------------------

STEPS = 100
NAMES = ("GD", "SGD", "momentum", "RMSProp", "Adam", "RAdam")


def loss(w, b):
    return sum((w * x + b - y) ** 2 for x, y in COURSE) / 2 / len(COURSE)


def gradient(w, b, samples=COURSE):
    residuals = [(w * x + b - y, x) for x, y in samples]
    dw = sum(residual * x for residual, x in residuals)
    db = sum(residual for residual, _ in residuals)
    return dw / len(samples), db / len(samples)


def map_of(*marks, **more):
    """The landscape of the line as contours, with marks on it."""
    look = {"z_label": "loss", "name": "loss", "role": "loss", "view": "contours", "size": 30}
    return Surface(loss, *marks, w=(-0.5, 1.5), b=(-2, 2), **look, **more)


def falling(*marks, x_label, **more):
    """A plot of losses, on a logarithmic axis."""
    return Plot(*marks, x_label=x_label, y_label="loss", y_log=True, **more)


@lru_cache(maxsize=20)
def walks(learning_rate, w, b):
    """Where each optimiser comes by, step by step, from the same start."""
    found = {
        name: walk(optimiser(learning_rate), gradient, (w, b), STEPS)  # each with a memory of its own
        for name, optimiser in OPTIMISERS.items()
    }
    draw = Random(1)  # SGD sees two samples at a time, drawn anew for each step
    two = lambda w, b: gradient(w, b, draw.sample(COURSE, 2))  # noqa: E731
    found["SGD"] = walk(GradientDescent(learning_rate), two, (w, b), STEPS)
    return found


@demo(
    follow=Choice(NAMES, start="momentum"),
    step=Slider(0, STEPS, start=40, step=2, plays=True),
    learning_rate=Slider(0.005, 0.1, start=0.05, step=0.005, role="gradient"),
    w=Slider(-0.5, 1.5, start=0.2, step=0.01),
    b=Slider(-2, 2, start=-1.5, step=0.01),
)
def optimisers_race(follow, step, learning_rate, w, b):
    """The paths of six optimisers on a landscape of loss after {step} steps; {follow} is followed.

    The loss of each of the six, step by step, on a logarithmic axis; that of {follow} is drawn bold.
    """
    step = round(step)
    paths = {name: walk[: step + 1] for name, walk in walks(learning_rate, w, b).items()}
    others = [path for name, path in paths.items() if name != follow]
    losses = {name: [(i, loss(*place)) for i, place in enumerate(paths[name])] for name in NAMES}
    landscape = map_of(
        *(Path(other, faint=True) for other in others),
        Path(paths[follow]),
        Points([(w, b)], role="weight"),
        Points([other[-1] for other in others], role="path"),
        Points(paths[follow][-1:], role="gradient"),
        readouts={name: losses[name][-1][1] for name in NAMES},
    )
    falls = falling(
        *(Path(losses[name], role="loss", faint=True) for name in NAMES if name != follow),
        Path(losses[follow], role="loss", label=follow),
        Points(losses[follow][-1:], role="gradient", drag="step"),
        x=(0, STEPS),
        y=(0.0003, 30),
        x_label="step",
    )
    return landscape, falls


# --- your_adam -------------------------------------------------------------------------------------------------

ADAM = """
from math import sqrt

learning_rate = 0.05
beta1, beta2 = 0.9, 0.999
epsilon = 1e-8

def adam(w, g, m, v, t):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    m_hat = m / (1 - beta1 ** t)
    v_hat = v / (1 - beta2 ** t)
    w = w - learning_rate * m_hat / (sqrt(v_hat) + epsilon)
    return w, m, v
"""
PUBLISHED = {"learning_rate": 0.05, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
START = (0.2, -1.5)
RISING = (3, 1, 4, 1, 5, 9, 2, 6)  # all positive, so that a root that is taken too early stays a number
MIXED = (-2, 0.5, 0, 30, -0.01, 7)


@dataclass
class Rule:
    """The reader's function as an optimiser, which keeps m, v and t for it."""

    adam: Callable
    m: float = 0.0
    v: float = 0.0
    t: int = 0

    def step(self, w, g):
        self.t += 1
        w, self.m, self.v = self.adam(w, g, self.m, self.v, self.t)
        return w


def steps_of(optimiser, gradients):
    """Where it goes from w = 1, with these gradients one after the other."""
    left = iter(gradients)
    return [w for (w,) in walk(optimiser, lambda w: [next(left)], [1], len(gradients))]


def follows_the_rule(learner):
    with learner.at(**PUBLISHED):
        first = learner.adam(1.0, 3.0, 0.0, 0.0, 1)
        if not isinstance(first, tuple) or len(first) != 3 or None in map(number, first):
            return f"`adam(1, 3, 0, 0, 1)` gave {brief(first)}; it should return three numbers, `w, m, v`."
        for gradients in (RISING, MIXED):
            both = zip(steps_of(Rule(learner.adam), gradients), steps_of(Adam(**PUBLISHED), gradients), strict=True)
            for t, (got, right) in enumerate(both):
                if not isclose(got, right, rel_tol=1e-9, abs_tol=1e-12):
                    seen = ", ".join(map(str, gradients[:t]))
                    return f"From w = 1, after the gradients {seen}, yours is at {got:.10g}; Adam is at {right:.10g}."
    return None


def slip(change, says):
    """Adam with one change, a mistake; the reader's rule makes it too if it goes where this wrong one goes."""
    example = ADAM.replace(*change.split(" -> "))
    names = {}
    exec(example, names)
    wrong = steps_of(Rule(names["adam"]), RISING)

    def made(learner):
        with learner.at(**PUBLISHED):
            got = steps_of(Rule(learner.adam), RISING)
        return all(isclose(a, b, rel_tol=1e-9) for a, b in zip(got, wrong, strict=True))

    return Mistake(example, made, says)


SLIPS = {
    "m_hat / (sqrt(v_hat) + epsilon) -> g": "Your step uses neither `m` nor `v`: it is still plain gradient descent.",
    "m_hat / (sqrt(v_hat) -> m / (sqrt(v)": "`m` and `v` are too small at first. Use `m_hat` and `v_hat`.",
    "sqrt(v_hat) -> v_hat": "You divide by the mean square itself. Adam divides by its root, `sqrt(v_hat)`.",
    "* g ** 2 -> * g": "`v` is a mean of squares: it grows by `(1 - beta2) * g ** 2`.",
    " ** t -> ": "You divide by `1 - beta`, which is right at the first step only. It is `beta ** t` that fades.",
    "w = w - -> m, v = m_hat, v_hat; w = w -": "You return `m_hat` and `v_hat`, which the next step corrects again.",
    "w = w - -> w = w +": "You add the step. The gradient points uphill; subtract to go down.",
}


@exercise(
    learning_rate=Slider(0, 0.2, step=0.005, role="gradient"),
    check=follows_the_rule,
    passes="That is Adam, by the published rule.",
    hints=(
        "Five lines, in the order of the formulas. The last of them moves `w`.",
        "`m` and `v` are returned as they are; what is divided by `1 - beta ** t` needs names of its own.",
        "`m = beta1 * m + (1 - beta1) * g`, and `v` in the same way with `beta2` and `g ** 2`. "
        "Then `m_hat = m / (1 - beta1 ** t)`.",
    ),
    mistakes=tuple(slip(*each) for each in SLIPS.items()),
    solution=ADAM,
)
def your_adam(learner):
    """The landscape of the line, with the path of Adam, faint, and over it that of your own rule, 80 steps of each."""
    right = walk(Adam(**PUBLISHED | {"learning_rate": learner.learning_rate}), gradient, START, 80)
    path, note = [START], ""
    try:
        path = walk(Rule(learner.adam), gradient, START, 80)
    except (ArithmeticError, TypeError, ValueError) as error:  # the check says more of it
        note = f"adam stopped with {type(error).__name__}: {error}."
    path = [place for place in path if max(map(abs, place)) < 1e6]
    return map_of(Path(right, role="model", faint=True), Path(path), Points(path[-1:], role="weight"), note=note)


# --- what both networks draw -----------------------------------------------------------------------------------


def loss_curve(learner, low, high, unit):
    """The loss at each step of the run, and faintly that of the run before; of long runs some 300 steps are enough."""

    def fall(run):
        column = run.column("loss()")
        chosen = {*range(0, len(column), max(1, len(column) // 300)), len(column) - 1}
        return [(i, min(max(column[i], low), high)) for i in sorted(chosen) if number(column[i]) is not None]

    falls = [fall(run) for run in runs(learner)]
    trails = [Path(each, role="loss", faint=each is not falls[-1]) for each in falls]
    x = (0, max([50, *(each[-1][0] for each in falls if each)]))
    return falling(*trails, Points(falls[-1][-1:], role="loss"), x=x, y=(low, high), x_label=unit)


# --- train_a_curve ---------------------------------------------------------------------------------------------

ACROSS = [i * 0.45 for i in range(21)]
CURVES = {
    "course": COURSE,
    "sine": [(round(x, 2), round(3 + 2 * sin(1.2 * x), 2)) for x in ACROSS],
    "jump": [(round(x, 2), 1 if x < 4.4 else 5) for x in ACROSS],
    "bump": [(round(x, 2), round(1 + 4 * exp(-((x - 4.5) ** 2)), 2)) for x in ACROSS],
}


@cell(
    learning_rate=Slider(0, 0.3, step=0.01, role="gradient"),
    neurons=Slider(1, 12, step=1, reruns=True),
    seed=Slider(0, 20, step=1, reruns=True),
    data=DataPoints(x=(0, 9), y=(-1, 7), presets=CURVES, grows=True),
    train=Player(records=("wi", "b", "wo", "step"), reads=("loss()",)),
    reads=("step", "loss()"),
)
def train_a_curve(learner):
    """The curve of the network after {step} steps among the data, and faintly what each neuron adds to it.

    The loss at each step, on a logarithmic axis; now {loss()}.
    """
    network = Network(*(tuple(map(float, part)) for part in (learner.wi, learner.b, learner.wo)))
    picture = Plot(
        *(Curve(network.contribution(i), role="path", faint=True, samples=61) for i in range(len(network.biases))),
        Path(learner.data, role="data", faint=True, draw="data"),
        Curve(lambda x: learner.forward(x)[1], samples=121),
        Points(learner.data, drag="data"),
        x=(0, 9),
        y=(-1, 7),
    )
    return picture, loss_curve(learner, 1e-5, 100, "step")


# --- train_a_network -------------------------------------------------------------------------------------------

SIDE = (-3, 3)
GRID = np.array(places(SIDE, SIDE))  # 60 by 60 places: all that a picture needs is one forward pass


def short(samples):
    return [(round(x1, 2), round(x2, 2), label) for x1, x2, label in samples]


CLASSES = {
    "two moons": short(moons(60)),
    "circles": short(circles(60)),
    "xor": short(xor(60)),
    "spiral": short(spiral(60)),
}


def plane_of(answers, samples, **more):
    """The plane in the colours of the network's answers, the border where it is undecided, and the samples."""
    return Plot(Heat(answers[-1], edge=0.5), samples, x=SIDE, y=SIDE, x_label="x1", y_label="x2", **more)


def pictures(answers):
    """What each neuron answers at 20 by 20 places of the plane: every third of the grid, this way and that."""
    columns = []
    for answer in answers:
        small = answer.reshape(60, 60, -1)[1::3, 1::3].reshape(400, -1).T
        top = max(1, small.max())
        columns.append([Tile(f"{i + 1}", each, low=-top, high=top) for i, each in enumerate(small)])
    columns[0] = [replace(tile, name=f"x{tile.name}") for tile in columns[0]]
    columns[-1] = [replace(tile, name="y", low=0) for tile in columns[-1]]
    return Tiles(columns)


@cell(
    learning_rate=Slider(0, 2, step=0.05, role="gradient"),
    activation=Choice(("tanh", "sigmoid", "relu")),
    neurons=Slider(1, 8, step=1, reruns=True),
    batch_size=Slider(1, 60, step=1),
    seed=Slider(0, 20, step=1, reruns=True),
    data=DataPoints(x=SIDE, y=SIDE, classes=True, grows=True, presets=CLASSES),
    train=Player(records=("layers", "epoch"), reads=("loss()",), most=2000),
    reads=("epoch", "loss()"),
)
def train_a_network(learner):
    """The plane after {epoch} epochs, coloured by what the network says, with the border between the two classes.

    What each neuron answers at every place of the plane: inputs, two hidden layers, output.

    The loss after each epoch, on a logarithmic axis; now {loss()}.
    """
    answers = [np.nan_to_num(answer) for answer in learner.forward(GRID)]
    points = np.reshape(learner.data, (-1, 3))
    right = (learner.forward(points[:, :2])[-1] >= 0.5) == points[:, 2:]
    plane = plane_of(answers, Classes(learner.data, drag="data"), readouts={"right": f"{right.sum()} of {len(points)}"})
    return plane, pictures(answers), loss_curve(learner, 1e-4, 10, "epoch")


# --- initialisation --------------------------------------------------------------------------------------------

X, Y = np.split(np.array(CLASSES["circles"]), [2], axis=1)
SCALES = {"all zeros": 0, "all alike": 0, "too small": 0.01, "Glorot": 1, "too large": 10}


@lru_cache
def training(scheme):
    """A network that begins in this way; what it is after each step comes to the list later."""
    glorot = initialise([2, 8, 8, 1], activation="tanh", output="sigmoid", seed=1)
    alike = 0.3 if scheme == "all alike" else 0
    return [glorot.replaced(SCALES[scheme] * glorot.parameters + alike)]


def trained(networks, step):
    while len(networks) <= step:
        network = networks[-1]
        _, upstream = binary_cross_entropy(network(X), Y)
        networks.append(network.replaced(network.parameters - flat(network.gradients(X, upstream))))  # a rate of 1
    return networks[step]


@demo(weights=Choice(tuple(SCALES), start="all alike"), step=Slider(0, 300, start=60, step=10, plays=True))
def initialisation(weights, step):
    """The plane as a network sees it that began with weights {weights}, after {step} steps; its loss is {loss}.

    What each of its neurons answers at every place of the plane.
    """
    network = trained(training(weights), round(step))
    answers = network.activations(GRID)
    loss, _ = binary_cross_entropy(network(X), Y)
    return plane_of(answers, Classes(CLASSES["circles"]), readouts={"loss": loss}), pictures(answers)


# --- batches ---------------------------------------------------------------------------------------------------


@demo(batch_size=Slider(1, 8, start=3, step=1), epochs=Slider(1, 20, start=20, step=1, plays=True))
def batches(batch_size, epochs):
    """Which of the eight samples are in which batch of {batch_size}, in the first four epochs.

    The loss of the line over {epochs} epochs, {updates} updates; it is {loss} at the end.
    """
    batch_size, epochs = round(batch_size), round(epochs)
    shuffle = Random(0)
    w, b = 1, -1.5
    rows, losses = [], [(0, loss(w, b))]
    for epoch in range(max(4, epochs)):
        order = shuffle.sample(range(8), 8)  # each sample once, in a new order
        rows.append([order.index(sample) // batch_size + 1 for sample in range(8)])
        for first in range(0, 8 if epoch < epochs else 0, batch_size):
            batch = [COURSE[sample] for sample in order[first : first + batch_size]]
            dw, db = gradient(w, b, batch)
            w, b = w - 0.015 * dw, b - 0.015 * db
            losses.append((epoch + min(first + batch_size, 8) / 8, loss(w, b)))
    names = [f"epoch {i + 1}" for i in range(4)], [str(i + 1) for i in range(8)]
    table = Matrix(rows[:4], *names, column_label="sample", roles=[["data"] * 8] * 4)
    said = {"updates": len(losses) - 1, "loss": losses[-1][1]}
    curve = Path(losses, role="loss"), Points(losses[-1:], role="loss", drag="epochs")
    return table, falling(*curve, x=(0, 20), y=(0.05, 2), x_label="epoch", readouts=said)


# --- questions -------------------------------------------------------------------------------------------------


@cell()
def how_many_updates(learner):
    """No figure: the code's own output is the answer."""


@cell()
def twins(learner):
    """No figure: the code's own output is the answer."""


@cell()
def other_units(learner):
    """No figure: the code's own output is the answer."""
