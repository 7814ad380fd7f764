"""What the lesson on layers shows and asks."""

import numpy as np

from engine.data import COURSE
from engine.layers import ACTIVATIONS
from stage.controls import Choice, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.grid import Matrix
from stage.marks import Curve, Path, Points
from stage.sample import brief, number

# --- two_lines_are_a_line --------------------------------------------------------------------------------------


def weight(start):
    return Slider(-3, 3, start=start, step=0.05, role="weight")


BETWEEN = {"nothing": "linear", "ReLU": "relu", "tanh": "tanh"}


@demo(between=Choice(tuple(BETWEEN), start="nothing"), wi1=weight(1.5), wi2=weight(1), wo1=weight(1), wo2=weight(-2))
def two_lines_are_a_line(between, wi1, wi2, wo1, wo2):
    """Two layers, with {between} between them: the slope is {slope at the left} left, {slope at the right} right."""
    bend = ACTIVATIONS[BETWEEN[between]].function

    def first(x):  # the first layer: two neurons
        return bend(wi1 * x + 2), bend(wi2 * x - 2)

    def y(x):  # the second layer: one neuron
        one, two = first(x)
        return wo1 * one + wo2 * two

    def slope(x, step=0.001):
        return (y(x + step) - y(x - step)) / (2 * step)

    return Plot(
        Curve(lambda x: wo1 * first(x)[0], role="path", faint=True, label="neuron 1"),
        Curve(lambda x: wo2 * first(x)[1], role="path", faint=True, label="neuron 2"),
        Curve(y),
        x=(-5, 5),
        y=(-10, 10),
        readouts={"slope at the left": slope(-4.9), "slope at the right": slope(4.9)},
    )


# --- shapes ----------------------------------------------------------------------------------------------------

NUMBERS = np.array([[1, -2, 3, 0, 2], [2, 1, -1, 3, -2], [0, 3, 2, -3, 1], [-1, 2, 0, 1, 3], [3, -1, 1, 2, 0]])


def table(numbers, role, name, **more):
    """The numbers in rows and columns, tinted in the colour of their role, and what they are called."""
    rows = [str(i + 1) for i in range(len(numbers))]
    columns = [str(i + 1) for i in range(len(numbers[0]))]
    return Matrix(numbers, rows, columns, row_label=name, roles=[[role] * len(columns)] * len(rows), **more)


@demo(
    N=Slider(1, 5, start=4, step=1, role="data"),
    M=Slider(1, 5, start=3, step=1, role="data"),
    K=Slider(1, 5, start=3, step=1, role="weight"),
    H=Slider(1, 5, start=2, step=1, role="weight"),
)
def shapes(N, M, K, H):
    """X, the data: {N} rows, one for each sample, and {M} columns, one for each input.

    W, the weights: {K} rows, one for each input, and {H} columns, one for each neuron.

    b, the biases: one for each of the {H} neurons.

    X @ W + b, the output. Do X and W fit? {do they fit?}. What NumPy says: {NumPy says}.
    """
    N, M, K, H = (round(size) for size in (N, M, K, H))
    X = NUMBERS[:N, :M]
    W = NUMBERS.T[:K, :H]
    b = NUMBERS[4, :H]
    try:
        output = X @ W + b
        said = f"the output has the shape {output.shape}"
        output = output.tolist()
    except ValueError as error:
        said = str(error)
        output = [[None] * H] * N

    meet = f"{M} columns of X, {K} rows of W"
    fit = f"yes: {meet}" if M == K else f"no: {meet}, and each column needs a row"
    return (
        table(X.tolist(), "data", f"X {X.shape}"),
        table(W.tolist(), "weight", f"W {W.shape}"),
        table([b.tolist()], "bias", f"b {b.shape}"),
        table(output, "model", "X @ W + b", readouts={"do they fit?": fit, "NumPy says": said}),
    )


@cell()
def a_mismatch(learner):
    """No figure: the code's own output says whether the shapes fit."""


# --- activations -----------------------------------------------------------------------------------------------


def side_by_side(name, x, y):
    """The activation of this name and its derivative, and the height of both at x."""
    activation = ACTIVATIONS[name.lower()]
    height, slope = activation.function(x), activation.derivative(x)
    return Plot(
        Curve(activation.derivative, name="derivative", role="gradient", label="derivative"),
        Curve(activation.function, name=name, label=name),
        Points([(x, slope)], role="gradient", drag="x"),
        Points([(x, height)], role="model", drag="x"),
        x=(-5, 5),
        y=y,
        readouts={f"{name}(x)": height, f"{name}'(x)": slope},
    )


@demo(x=Slider(-5, 5, start=1))
def activations(x):
    """The sigmoid and its derivative, a low hill. At x = {x} they are {sigmoid(x)} and {sigmoid'(x)}.

    The tanh and its derivative, a hill of height 1. At x = {x} they are {tanh(x)} and {tanh'(x)}.

    The ReLU and its derivative, a step from 0 to 1. At x = {x} they are {ReLU(x)} and {ReLU'(x)}.
    """
    return (
        side_by_side("sigmoid", x, y=(-0.25, 1.25)),
        side_by_side("tanh", x, y=(-1.25, 1.25)),
        side_by_side("ReLU", x, y=(-0.5, 5.5)),
    )


# --- saturation ------------------------------------------------------------------------------------------------

DEEPEST = 20


def through_layers(name, w):
    """How fast the end of 1, 2, ... layers moves with the input, which is 1; each layer is one neuron of weight w."""
    activation = ACTIVATIONS[name.lower()]
    value, gradient = 1, 1
    gradients = []
    for layer in range(1, DEEPEST + 1):
        z = w * value
        value = activation.function(z)
        gradient = gradient * w * activation.derivative(z)  # each layer multiplies
        gradients.append((layer, gradient))
    return gradients


@demo(layers=Slider(1, DEEPEST, start=10, step=1, plays=True), w=Slider(0.1, 2, start=1, step=0.01))
def saturation(layers, w):
    """The gradient through layers of weight {w}. After {layers}: sigmoid {sigmoid}, tanh {tanh}, ReLU {ReLU}."""
    here = round(layers) - 1
    marks, readouts = [], {}
    for name, role in (("sigmoid", "loss"), ("tanh", "gradient"), ("ReLU", "model")):
        gradients = through_layers(name, w)
        marks += [Path(gradients, role=role, label=name), Points([gradients[here]], role=role, drag="layers")]
        readouts[name] = gradients[here][1]
    words = {"x_label": "layers", "y_label": "gradient", "readouts": readouts}
    return Plot(*marks, x=(0, DEEPEST + 1), y=(1e-16, 1e7), y_log=True, **words)


# --- dead_relu -------------------------------------------------------------------------------------------------

STEPS = 200


def gradient(w, b):
    """The slopes of the squared loss of relu(w x + b) along w and b. A point on the flat side adds nothing."""
    dw = db = 0
    for x, target in COURSE:
        if w * x + b > 0:
            residual = w * x + b - target
            dw += residual * x
            db += residual
    return dw, db


def trained(w, b, learning_rate):
    """The weight and the bias before the first step, and after each of them."""
    walk = [(w, b)]
    for _ in range(STEPS):
        dw, db = gradient(w, b)
        w -= learning_rate * dw
        b -= learning_rate * db
        walk.append((w, b))
    return walk


@demo(
    b=Slider(-6, 3, start=-1, step=0.05),
    learning_rate=Slider(0.001, 0.02, start=0.005, step=0.001, role="gradient"),
    step=Slider(0, STEPS, start=0, step=1, plays=True),
)
def dead_relu(b, learning_rate, step):
    """A ReLU neuron over the data after {step} steps of training from a bias of {b}: gradient {gradient}.

    The loss at each step of the training; at step {step} it is {loss}.
    """
    step = round(step)
    walk = trained(0.5, b, learning_rate)
    losses = [sum((max(0, w * x + b) - y) ** 2 for x, y in COURSE) / 2 for w, b in walk]
    w_now, b_now = walk[step]
    alive = sum(w_now * x + b_now > 0 for x, _ in COURSE)
    neuron = Plot(
        Curve(lambda x: max(0, 0.5 * x + b), role="path", faint=True, label="before"),
        Points(COURSE),
        Curve(lambda x: max(0, w_now * x + b_now)),
        x=(0, 9),
        y=(-1, 7),
        readouts={"gradient": gradient(w_now, b_now), "points on its slope": f"{alive} of 8", "loss": losses[step]},
    )
    loss_curve = Plot(
        Path(list(enumerate(losses)), role="loss"),
        Points([(step, losses[step])], role="loss", drag="step"),
        x=(0, STEPS),
        y=(0.001, 1000),
        x_label="step",
        y_label="loss",
        y_log=True,
    )
    return neuron, loss_curve


# --- your_layer ------------------------------------------------------------------------------------------------

SIZES = [(4, 3, 2), (1, 5, 3), (3, 3, 3), (6, 1, 4)]
"""Samples, inputs and neurons with which an answer is tried."""


def trial(n, m, h):
    """Data, weights and biases of these sizes."""
    numbers = np.random.default_rng(n + 10 * m + 100 * h)
    return tuple(numbers.normal(size=size) for size in ((n, m), (m, h), h))


TRIALS = [trial(*sizes) for sizes in SIZES]
MISFITS = {
    "W": (np.ones((4, 3)), np.ones((2, 3)), np.ones(3)),
    "b": (np.ones((4, 3)), np.ones((3, 4)), np.ones((4, 1))),  # NumPy would add it, down the rows
}
"""Shapes that do not fit, by the name of what is wrong."""


def right(X, W, b):
    return np.maximum(0, X @ W + b)


def same(got, expected):
    return np.shape(got) == np.shape(expected) and np.allclose(np.asarray(got, dtype=float), expected)


def gives(rule):
    """A question to put to a learner: does your layer agree with this rule at every trial?"""
    return lambda learner: all(same(learner.layer(*each), rule(*each)) for each in TRIALS)


def refuses(learner, wrong):
    """Does the reader's layer refuse these shapes, with a ValueError that names both? If not, what it says or None."""
    X, W, b = MISFITS[wrong]
    try:
        learner.layer(X, W, b)
    except ValueError as error:
        named = all(str(each.shape) in str(error) for each in ((X, W) if wrong == "W" else (W, b)))
        return named, str(error)
    return False, None


def is_a_layer(learner):
    for each, sizes in zip(TRIALS, SIZES, strict=True):
        expected = right(*each)
        try:
            got = learner.layer(*each)
        except ValueError as error:
            return f"With N, M, H = {sizes} all shapes fit, but `layer` stopped: {error}"
        if np.shape(got) != expected.shape:
            return (
                f"With N, M, H = {sizes}, `layer(X, W, b)` gave {brief(got)}, of shape {np.shape(got)}; "
                f"it should have the shape {expected.shape}, a row for each sample and a column for each neuron."
            )
        if not same(got, expected):
            row, wanted = (brief(np.round(numbers[0], 2).tolist()) for numbers in (got, expected))
            return f"With N, M, H = {sizes} the shape is right, but the first row is {row}; it should be {wanted}."
    for wrong, names in (("W", "`X` and `W`"), ("b", "`W` and `b`")):
        shapes = "X {}, W {}, b {}".format(*(each.shape for each in MISFITS[wrong]))
        named, said = refuses(learner, wrong)
        if said is None:
            return f"The numbers are right. But {shapes} do not fit, and `layer` let them pass: raise a ValueError."
        if not named:
            return f"For {shapes} your ValueError says {brief(said, 60)}; let it name the shapes of {names}, both."
    return None


CHECK_W = 'if X.shape[1] != W.shape[0]:\n        raise ValueError(f"X {X.shape} does not fit W {W.shape}")\n    '
CHECK_B = 'if b.shape != (W.shape[1],):\n        raise ValueError(f"b {b.shape} does not fit W {W.shape}")\n    '


def answer(result="np.maximum(0, X @ W + b)", checks=CHECK_W + CHECK_B):
    return f"""
import numpy as np

X = np.array([[1.0, 2.0, -1.0], [0.0, 1.0, 3.0],
              [2.0, -2.0, 0.5], [-1.0, 1.0, 1.0]])
W = np.array([[0.5, -1.0], [1.0, 0.5], [-0.5, 1.0]])
b = np.array([0.5, -0.5])

def layer(X, W, b):
    {checks}return {result}
"""


@exercise(
    check=is_a_layer,
    passes="That is a layer, and one that says what is wrong when it is handed shapes that do not fit.",
    hints=(
        "Begin with the numbers: the product is there; the biases and the ReLU are missing. `np.maximum` compares "
        "element by element.",
        "`X.shape` is a pair, such as `(4, 3)`. The last number of `X.shape` must be the first one of `W.shape`, and "
        "`b.shape` must be `(W.shape[1],)`, with the comma.",
        'Before the result: `if X.shape[1] != W.shape[0]:` and below it, indented, `raise ValueError(f"...")` with '
        "`{X.shape}` and `{W.shape}` in the text. Then the same for `b`.",
    ),
    mistakes=(
        Mistake(
            answer("np.max(X @ W + b)"),
            lambda learner: number(learner.layer(*TRIALS[0])) is not None,
            "One number comes out: `np.max` looks for the largest of all. `np.maximum(0, ...)` compares each element "
            "with 0, and keeps the shape.",
        ),
        Mistake(
            answer("X @ W + b"),
            gives(lambda X, W, b: X @ W + b),
            "The linear part is right, biases and all, but numbers below 0 still come out. Put it through the ReLU: "
            "`np.maximum(0, ...)`.",
        ),
        Mistake(
            answer("np.maximum(0, X @ W)"),
            gives(lambda X, W, b: np.maximum(0, X @ W)),
            "The ReLU is there, but the biases are not: add `b` to the product, inside it.",
        ),
        Mistake(
            answer("np.maximum(0, W @ X + b)", ""),
            lambda learner: same(learner.layer(*TRIALS[2]), np.maximum(0, TRIALS[2][1] @ TRIALS[2][0] + TRIALS[2][2])),
            "The factors have changed places. The samples are the rows of `X`, so `X` comes first; `W @ X` fits only "
            "where both happen to be square, and then it is something else.",
        ),
        Mistake(
            answer(checks=(CHECK_W + CHECK_B).replace("raise ValueError(", "return (")),
            lambda learner: isinstance(learner.layer(*MISFITS["W"]), str),
            "Your layer hands the sentence back as if it were its output, and the next layer would try to multiply it. "
            "`raise ValueError(...)` stops there and then.",
        ),
        Mistake(
            answer(checks=""),
            lambda learner: gives(right)(learner) and not refuses(learner, "W")[0] and not refuses(learner, "b")[0],
            "The numbers are right; now the check. NumPy stops by itself where X and W do not fit, but speaks of a "
            "core dimension; and a `b` of the wrong shape it may even add. Compare the shapes before, and raise a "
            "ValueError that names both.",
        ),
        Mistake(
            answer(checks=CHECK_W),
            lambda learner: gives(right)(learner) and refuses(learner, "b") == (False, None),
            "X and W are checked, b is not. With W (3, 4), a `b` of shape (4, 1) should be refused: it has to be (4,). "
            "NumPy would stretch it across the columns and say nothing.",
        ),
    ),
    solution=answer(),
)
def your_layer(learner):
    """What your layer makes of X: a row for each sample, a column for each neuron."""
    try:
        output = np.asarray(learner.layer(learner.X, learner.W, learner.b))
    except Exception as error:  # a layer may refuse; the check has more to say
        return Matrix([[None]], ["1"], ["1"], row_label="output", note=f"layer(X, W, b) stopped: {error}.")
    if output.ndim == 2 and 0 < output.size <= 200 and all(number(each) is not None for each in output.flat):
        return table(output.tolist(), "model", f"output {output.shape}")
    said = f"layer(X, W, b) gave {brief(output)}; a table needs numbers in rows and columns."
    return Matrix([[None]], ["1"], ["1"], row_label="output", note=said)


# --- predict, then run -----------------------------------------------------------------------------------------


@cell()
def how_many_parameters(learner):
    """No figure: the code's own output is the answer."""


@cell()
def a_column_of_biases(learner):
    """No figure: the code's own output is the answer."""


@cell()
def five_in_a_row(learner):
    """No figure: the code's own output is the answer."""
