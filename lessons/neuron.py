"""What the lesson on the neuron shows and asks."""

from contextlib import redirect_stdout
from io import StringIO
from math import isclose

from engine.line import weighted_sum
from engine.neuron import Neuron, sigmoid
from stage.controls import Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot, Surface
from stage.marks import Curve, Path, Points
from stage.sample import brief, number


@demo(x=Slider(-10, 10, start=2))
def the_sigmoid(x):
    """A curve in the shape of an S, from 0 on the left to 1 on the right; at x = {x} its height is {sigmoid(x)}."""
    height = sigmoid(x)
    return Plot(
        Path([(x, 0), (x, height), (-10, height)], faint=True),
        Curve(sigmoid),
        Points([(x, height)], role="model", drag="x"),
        x=(-10, 10),
        y=(-0.25, 1.25),
        readouts={"sigmoid(x)": height},
    )


@demo(w=Slider(-10, 10, start=1), b=Slider(-10, 10, start=0))
def sigmoid_of_a_line(w, b):
    """The sigmoid of a line of weight {w} and bias {b}; its switch sits at -b / w, which is {-b / w}."""

    def line(x):
        return w * x + b

    def bent(x):
        return sigmoid(line(x))

    switch = -b / w if w else None  # where the line crosses 0; a flat line never does
    in_sight = w and -10 <= switch <= 10
    return Plot(
        Curve(line, role="path", faint=True, label="wx + b"),
        Curve(bent),
        Points([(switch, 0.5)] if in_sight else [], role="bias"),
        x=(-10, 10),
        y=(-0.5, 1.5),
        readouts={"-b / w": "nowhere" if switch is None else switch},
    )


@demo(w1=Slider(-10, 10, start=1), w2=Slider(-10, 10, start=2), b=Slider(-10, 10, start=0))
def neuron_surface(w1, w2, b):
    """What a neuron of weights {w1} and {w2} and bias {b} gives for two inputs: a step with a straight edge."""
    neuron = Neuron([w1, w2], b)
    return Surface(neuron, x1=(-10, 10), x2=(-10, 10), z=(0, 1), edge=0.5)


@cell()
def a_neuron(learner):
    """No figure: the code's own output is the answer."""


# --- your_neuron -----------------------------------------------------------------------------------------------

TRIALS = [([2.0], [1.5], -1.0), ([1.0, 3.0], [0.5, -1.0], 2.0), ([2.0, 1.0, -1.0], [1.0, -0.5, 0.25], 0.5)]
"""Inputs, weights and a bias at which an answer is tried; no two rules agree on all of them."""


def true_neuron(inputs, weights, b):
    return sigmoid(weighted_sum(inputs, weights, b))


def gives(rule):
    """A question to put to a learner: does your neuron agree with this rule at every trial?"""
    return lambda learner: all(isclose(learner.neuron(*trial), rule(*trial), abs_tol=1e-9) for trial in TRIALS)


def bends(rule):
    """A question: is your sigmoid this function of z?"""
    return lambda learner: all(isclose(learner.sigmoid(z), rule(z), abs_tol=1e-9) for z in (-2, 0.5, 3))


def gives_none(learner):
    with redirect_stdout(StringIO()):
        return learner.neuron(*TRIALS[0]) is None and learner.sigmoid(2) is not None


def works_as_a_neuron(learner):
    for z in (0, 2, -3):
        got = learner.sigmoid(z)
        if number(got) is None or not isclose(got, sigmoid(z), abs_tol=1e-9):
            return f"`sigmoid({z})` gave {brief(got)}; it should be {sigmoid(z):.4f}. Start with that one."
    for inputs, weights, b in TRIALS:
        got, expected = learner.neuron(inputs, weights, b), true_neuron(inputs, weights, b)
        if number(got) is None or not isclose(got, expected, abs_tol=1e-9):
            return (
                f"Your sigmoid is right. But `neuron({inputs}, {weights}, {b})` gave {brief(got)}; "
                f"the sum with the bias is {weighted_sum(inputs, weights, b):g}, and its sigmoid {expected:.4f}."
            )
    return None


LOOP = "z = b\n    for x, w in zip(inputs, weights):\n        z += w * x\n    return sigmoid(z)"


def answer(neuron=LOOP, sigmoid="1 / (1 + exp(-z))"):
    return f"""
from math import exp

w1 = 1
w2 = 2
b = 0

def sigmoid(z):
    return {sigmoid}

def neuron(inputs, weights, b):
    {neuron}
"""


@exercise(
    w1=Slider(-10, 10),
    w2=Slider(-10, 10),
    b=Slider(-10, 10),
    check=works_as_a_neuron,
    passes="That is a neuron: it scales, sums, adds its bias and activates, for as many inputs as it is given.",
    hints=(
        "Two functions, one after the other. Begin with `sigmoid`: "
        "write down $\\frac{1}{1 + e^{-z}}$ with $e^{-z}$ as `exp(-z)`, and mind the brackets.",
        "For `neuron`, let `z` start at the bias. Then go through inputs and weights in pairs, as in the cell above: "
        "`for x, w in zip(inputs, weights):`.",
        "Inside the loop stands one line, `z += w * x`. After it, no longer indented, `neuron` returns `sigmoid(z)`.",
    ),
    mistakes=(
        Mistake(
            answer(sigmoid="z"),
            bends(lambda z: z),
            "Your `sigmoid` still hands back `z` as it came. Bend it first: "
            "one divided by one plus `exp` of minus `z`.",
        ),
        Mistake(
            answer(sigmoid="1 / (1 + exp(z))"),
            bends(lambda z: sigmoid(-z)),
            "Your `sigmoid` runs from 1 down to 0: a mirror image. The exponent needs its minus: `exp(-z)`.",
        ),
        Mistake(
            answer(sigmoid="1 / 1 + exp(-z)"),
            bends(lambda z: 1 / sigmoid(z)),
            "Python divides before it adds, so `1 / 1 + exp(-z)` is 1 plus `exp(-z)`. "
            "Put brackets around all that is below the line of the fraction.",
        ),
        Mistake(
            answer("z = -b" + LOOP.removeprefix("z = b")),
            gives(lambda inputs, weights, b: true_neuron(inputs, weights, -b)),
            "Your bias pushes the wrong way. The minus in the exponent belongs to the whole sum: "
            "`-(w * x + b)`, not `-w * x + b`. Many texts misprint it like that.",
        ),
        Mistake(
            answer("z = 0" + LOOP.removeprefix("z = b")),
            gives(lambda inputs, weights, b: true_neuron(inputs, weights, 0)),
            "Your neuron gives the same answer whatever `b` is. Let `z` start at the bias instead of 0.",
        ),
        Mistake(
            answer("z = b\n    return sigmoid(z)"),
            gives(lambda inputs, weights, b: sigmoid(b)),
            "Your neuron looks at its bias only. Each input, scaled by its weight, has to be added to `z`.",
        ),
        Mistake(
            answer("z = 0\n    for x, w in zip(inputs, weights):\n        z += w * x + b\n    return sigmoid(z)"),
            gives(lambda inputs, weights, b: true_neuron(inputs, weights, b * len(inputs))),
            "With one input this is right. With more, your bias is added once for each of them. "
            "It belongs to no input: add it once, outside the loop.",
        ),
        Mistake(
            answer("z = b\n    for x, w in zip(inputs, weights):\n        z += w * x\n        return sigmoid(z)"),
            gives(lambda inputs, weights, b: true_neuron(inputs[:1], weights[:1], b)),
            "Your neuron reads its first input and stops, because `return` stands inside the loop. "
            "Move it to the left, so that it comes after the loop.",
        ),
        Mistake(
            answer(LOOP.replace("sigmoid(z)", "z")),
            gives(weighted_sum),
            "The sum is right, and it is a plane: the activation is missing. Return `sigmoid(z)` instead of `z`.",
        ),
        Mistake(
            answer(LOOP.replace("return sigmoid(z)", "print(sigmoid(z))")),
            gives_none,
            "Your `neuron` hands nothing back, so every answer is `None`. Does its last line begin with `return`?",
        ),
    ),
    solution=answer(),
)
def your_neuron(learner):
    """The output of your neuron over two inputs: weights {w1} and {w2}, bias {b}."""
    return Surface(
        lambda x1, x2: learner.neuron([x1, x2], [learner.w1, learner.w2], learner.b),
        name="your neuron",
        x1=(-10, 10),
        x2=(-10, 10),
        edge=0.5,
    )


# --- predict, then run -----------------------------------------------------------------------------------------


@cell()
def one_half(learner):
    """No figure: the code's own output is the answer."""


@cell()
def both_or_either(learner):
    """No figure: the code's own output is the answer."""


@cell()
def twice_as_sure(learner):
    """No figure: the code's own output is the answer."""
