"""What the lesson on backpropagation shows and asks."""

from functools import cache, partial
from math import cos, isclose, sin, tanh
from random import Random

from engine.autodiff import Value, ordered
from engine.descent import central_difference
from stage.controls import Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.diagram import Edge, Graph, Node
from stage.figure import Plot
from stage.marks import Path, Points
from stage.sample import brief, number, show

# --- computational_graph ---------------------------------------------------------------------------------------

FORMULAS = {"m": "w · x", "z": "m + b", "t": "tanh z", "y": "w · t"}


def values_of(w, x, b):
    """Every value of y = w · tanh(w · x + b), inputs first."""
    w, x, b = Value(w, "w"), Value(x, "x"), Value(b, "b")
    m = w * x
    z = m + b
    t = z.tanh()
    y = w * t
    for value, name in zip((m, z, t, y), FORMULAS, strict=True):
        value.label = name
    return [w, x, b, m, z, t, y]


@demo(
    w=Slider(-2, 2, start=0.8),
    x=Slider(-2, 2, start=1.5, role="data"),
    b=Slider(-2, 2, start=-0.4),
    step=Slider(0, 9, start=0, step=1, plays=True),
)
def computational_graph(w, x, b, step):
    """The graph of y = w · tanh(w · x + b). Step {step} of 9, {now}."""
    step = round(step)
    values = values_of(w, x, b)
    known, lit, now = [value.label for value in values[: 3 + step]], "", "the inputs are given"
    if 1 <= step <= 4:  # forward: each value from those before it
        lit = known[-1]
        now = f"forward: {lit} = {FORMULAS[lit]} = {show(values[2 + step].data)}"

    derivatives, passed = {}, []
    if step >= 5:  # backward: from y to all that it is made of
        derivatives["y"], lit, now = 1, "y", "backward: y moves as far as y, so dy/dy = 1"
    for value in values[::-1][: max(0, step - 5)]:
        lit, shares = value.label, []
        passed.append(lit)
        for parent, local in zip(value.parents, value.locals, strict=True):
            more = " more" if parent.label in derivatives else ""
            shares.append(f"{parent.label} gets {show(derivatives[lit])} · {show(local)}{more}")
            derivatives[parent.label] = derivatives.get(parent.label, 0) + derivatives[lit] * local
        now = f"backward: from {lit}, " + " and ".join(shares)

    nodes, edges = [], []
    for value in values:
        name = value.label
        text = f"{name} = {FORMULAS[name]}" if name in FORMULAS else name
        nodes.append(Node(name, text, value.data if name in known else None, derivatives.get(name), name == lit))
        for parent, local in zip(value.parents, value.locals, strict=True):
            edges.append(Edge(parent.label, name, local if name in passed else None, name == lit and step != 5))
    return Graph(nodes, edges, readouts={"now": now})


# --- cost_of_gradients -----------------------------------------------------------------------------------------


@cache
def counted(n):
    """The gradient of the loss of a neuron with n weights, found in two ways, and what was counted on the way."""
    inputs = [sin(i) for i in range(n)]
    weights = [cos(i) / 10 for i in range(n)]
    count = {"evaluations": 0, "multiplications": 0}

    def times(a, b):
        count["multiplications"] += 1
        return a * b

    def forward(weights):
        count["evaluations"] += 1
        return tanh(sum(times(w, x) for w, x in zip(weights, inputs, strict=True)))

    def loss(*weights):
        residual = forward(weights) - 1
        return times(residual, residual)

    measured = central_difference(loss, weights)
    by_differences = dict(count)

    count.update(evaluations=0, multiplications=0)
    t = forward(weights)
    slope = times(times(2, t - 1), 1 - times(t, t))  # backward: through the square, the tanh ...
    exact = [times(slope, x) for x in inputs]  # ... and to each weight
    apart = max(abs(one - other) for one, other in zip(measured, exact, strict=True))
    return by_differences, dict(count), apart


@demo(n=Slider(1, 60, start=20, step=1, plays=True))
def cost_of_gradients(n):
    """Multiplications for a gradient of {n} numbers: by central differences {differences}, backward {backward}."""
    n = round(n)
    counts = {i: counted(i) for i in sorted({n, 1, *range(5, 61, 5)})}
    by_differences = [(i, one["multiplications"]) for i, (one, _, _) in counts.items()]
    backward = [(i, other["multiplications"]) for i, (_, other, _) in counts.items()]
    one, other, apart = counts[n]
    said = "{evaluations} forward, {multiplications:,} multiplications"
    return Plot(
        Path(by_differences, role="loss", label="differences"),
        Path(backward, role="gradient", label="backward"),
        Points([(n, one["multiplications"])], role="loss", drag="n"),
        Points([(n, other["multiplications"])], role="gradient", drag="n"),
        x=(0, 62),
        y=(-400, 8000),
        readouts={"differences": said.format(**one), "backward": said.format(**other), "they differ by": apart},
        x_label="weights",
        y_label="multiplications",
    )


# --- what the exercises draw -----------------------------------------------------------------------------------


def graph_of(result):
    """The reader's own computation, with what it found: values, derivatives, and local derivatives on the edges."""
    values = ordered(result) if hasattr(result, "parents") else []
    if not 0 < len(values) <= 30:  # more would be too small to read
        return Graph([Node("y", "y")], [], note=f"y is {brief(result)}; drawn is a Value with up to 30 behind it.")
    numbers = {id(value): str(i) for i, value in enumerate(values)}
    nodes, edges = [], []
    for value in values:
        name = numbers[id(value)]
        text = value.name if hasattr(value, "name") else value.operation or value.label
        nodes.append(Node(name, text or "number", number(value.data), number(value.grad)))
        found = value.locals if hasattr(value, "locals") else value.shares(1)
        for i, parent in enumerate(value.parents):
            edges.append(Edge(numbers[id(parent)], name, number(found[i]) if found and i < len(found) else None))
    return Graph(nodes, edges)


PLACES = [(0.5, -2.0), (-0.5, 2.0)]


def random_program(seed):
    """Some lines that make y of a and b, in which a value may be used again and again."""
    choose, lines = Random(seed), []
    for i, name in enumerate("cdefy"):
        form = choose.choice(("{} + {}", "{} * {}", "{1} * {0}", "{}.tanh()", "{}.relu()"))
        lines.append(f"{name} = " + form.format("abcdef"[i + 1], choose.choice("abcdef"[: i + 2])))
    return "; ".join(lines)


PROGRAMS = ["y = a * a", *(random_program(seed) for seed in (3, 8, 14, 18, 22, 24, 36, 38))]


def run(program, tape, at):
    """The names that a program makes, with a and b of the class `tape`: the reader's Value, or the engine's."""
    names = {"a": tape(at[0]), "b": tape(at[1])}
    exec(program, names)
    return names


def measured(program, at):
    """The derivatives of y by a and b, by central differences."""
    return central_difference(lambda *at: run(program, Value, at)["y"].data, at)


def near(got, expected):
    if not isinstance(got, list) or len(got) != len(expected):
        return False
    known = [number(each) for each in got]
    return None not in known and all(map(partial(isclose, rel_tol=1e-5, abs_tol=1e-7), known, expected))


def shares(operation):
    """What the operation of a Value class hands back of 3 and of -1."""
    results = lambda tape: [run(f"y = {operation}", tape, at)["y"] for at in PLACES]  # noqa: E731
    return lambda tape: [share for y in results(tape) for grad in (3, -1) for share in y.shares(grad)]


def slopes(tape):
    """The derivatives by a and b that a Value class finds, in all programs."""
    ran = [run(f"{program}; y.backward()", tape, at) for program in PROGRAMS for at in PLACES]
    return [names[name].grad for names in ran for name in "ab"]


def slip(example, answers, says):
    """A mistake: this code. It is told to all whose Value gives the same answers."""

    def same(learner):
        names = {}
        exec(example, names)
        return near(answers(learner.Value), answers(names["Value"]))

    return Mistake(example, same, says)


# --- value -----------------------------------------------------------------------------------------------------

OPERATIONS_CODE = """
import math

class Value:
    def __init__(self, data, name="", parents=(),
                 shares=lambda grad: []):
        self.data = data
        self.grad = 0
        self.name = name
        self.parents = parents
        self.shares = shares

    def __add__(self, other):
        u, v = self.data, other.data
        return Value(
            u + v, "+", (self, other),
            lambda grad: [grad * 1, grad * 1])

    def __mul__(self, other):
        u, v = self.data, other.data
        return Value(
            u * v, "×", (self, other),
            lambda grad: [grad * v, grad * u])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, "tanh", (self,),
                     lambda grad: [grad * (1 - t*t)])

    def relu(self):
        return Value(
            max(0, self.data), "relu", (self,),
            lambda grad: [grad * (self.data > 0)])
"""
EXPRESSION = """
a = Value(0.5, "a")
b = Value(-2, "b")
y = (a * b + a).tanh()
"""


def hands_back(learner):
    for operation in ("a + b", "a * b", "a.tanh()", "a.relu()"):
        for at in PLACES:
            y = run(f"y = {operation}", learner.Value, at)["y"]
            local = measured(f"y = {operation}", at)[: len(y.parents)]
            for grad in (1, 3, -1):
                got, expected = y.shares(grad), [grad * each for each in local]
                if not near(got, expected):
                    wanted = ", ".join(f"{each:.4g}" for each in expected)
                    there = "For `{}` at a = {:g} and b = {:g}".format(operation, *at)
                    return f"{there}, `shares({grad})` gives {brief(got)}; measured, it should be [{wanted}]."
    return None


def written(old="", new=""):
    return OPERATIONS_CODE.replace(old, new) + EXPRESSION


@exercise(
    check=hands_back,
    passes="Each of the four hands back what was measured. Now they have to be called in the right order.",
    hints=(
        "A share for each parent: `grad`, which came back so far, times the local derivative. For a sum that is 1.",
        "The local derivative in a product is the other factor; for the tanh it is `1 - t*t`.",
        "For the ReLU it is 1 where the input was above 0, else 0: `(self.data > 0)` counts as that in a product.",
    ),
    mistakes=(
        slip(
            written("[grad * v, grad * u]", "[grad * u, grad * v]"),
            shares("a * b"),
            "In `__mul__` each factor gets its own value. It should get the other's: a move of `u` counts `v` times.",
        ),
        slip(
            written("1 - t*t", "1 - self.data ** 2"),
            shares("a.tanh()"),
            "Your tanh squares its input. Its derivative is 1 minus the square of its output, `t`.",
        ),
        slip(
            written("grad * (1 - t*t)", "1 - t*t"),
            shares("a.tanh()"),
            "The derivative of your tanh is right, but what came back as far as this is lost: multiply it by `grad`.",
        ),
        slip(
            written("grad * (self.data > 0)", "max(0, grad)"),
            shares("a.relu()"),
            "Your ReLU asks whether what comes back is above 0. It should ask whether its input was: if so, negative "
            "derivatives go back as well, and if not, none do.",
        ),
    ),
    solution=written(),
)
def value(learner):
    """Your y as a graph: the value of each node, and on each edge the local derivative that you hand back."""
    return graph_of(learner.y)


# --- backward --------------------------------------------------------------------------------------------------

VISIT = """order = []

        def visit(value):
            if value not in order:
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1
        for value in reversed(order):
            value.hand_back()"""
RECURSION = """self.grad = 1

        def back(value):
            value.hand_back()
            for parent in value.parents:
                back(parent)

        back(self)"""


def going_back(body, adds="+="):
    return f"""{OPERATIONS_CODE}
    def hand_back(self):
        shares = self.shares(self.grad)
        for parent, share in zip(self.parents, shares):
            parent.grad {adds} share

    def backward(self):
        {body}
{EXPRESSION}y.backward()
"""


def agrees(learner):
    for program in PROGRAMS:
        for at in PLACES:
            names = run(f"{program}; y.backward()", learner.Value, at)
            for name, true in zip("ab", measured(program, at), strict=True):
                if not near([names[name].grad], [true]):
                    there = "With a = {:g} and b = {:g}, after `{}`".format(*at, program)
                    return f"{there}, `{name}.grad` is {brief(names[name].grad)}; measured, it is {true:.6g}."
    return None


@exercise(
    check=agrees,
    passes="From the end to the beginning, each value after all that use it: that is backpropagation.",
    hints=(
        "A value may hand back only when its own `grad` is complete: after every value that was made of it.",
        "Make a list in which each value stands once, after its parents: if a value is not in it yet, `visit(value)` "
        "first visits the parents, then appends it. `for value in reversed(order):` goes through it backwards.",
    ),
    mistakes=(
        slip(
            going_back(VISIT.replace("self.grad = 1", "pass")),
            slopes,
            "All derivatives are 0. They are multiplied on their way, so something has to be there at the start: "
            "y moves as far as itself, `self.grad = 1`.",
        ),
        slip(
            going_back(VISIT, adds="="),
            slopes,
            "Where a value is used twice, the second share overwrites the first. Write `+=`: the shares of all ways to "
            "the end are added up.",
        ),
        slip(
            going_back(RECURSION),
            slopes,
            "Some values hand back before their own `grad` is complete, and then again: a part of it counts twice. "
            "Each may hand back once, after all that were made of it. Bring them into order first.",
        ),
    ),
    solution=going_back(VISIT),
)
def backward(learner):
    """Your y as a graph, with the value of each node, and the derivative of y by it."""
    return graph_of(learner.y)


# --- cells -----------------------------------------------------------------------------------------------------


@cell()
def the_engine(learner):
    """One neuron as a graph: values, derivatives, and the local derivatives on the edges."""
    return graph_of(learner.y)


@cell()
def used_twice(learner):
    """No figure: the code's own output is the answer."""


@cell()
def how_small_a_step(learner):
    """No figure: the code's own output is the answer."""
