"""What the lesson on logistic regression shows and asks."""

from functools import lru_cache
from itertools import pairwise
from math import ceil, log, prod
from types import SimpleNamespace

import numpy as np

from engine import classify
from engine.classify import cross_entropy, sgd
from engine.data import circles, moons, two_classes, xor
from engine.descent import central_difference
from engine.neuron import sigmoid
from stage.controls import DataPoints, Player, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot, Surface
from stage.grid import Heat, places
from stage.learner import runs
from stage.marks import Arrows, Bars, Classes, Curve, Path, Points
from stage.sample import brief, number

# --- likelihood ------------------------------------------------------------------------------------------------

HOURS = [0.5, 1.2, 1.8, 2.4, 3.0, 3.5, 4.1, 4.6, 5.3, 6.0, 6.7, 7.5]
PASSED = [0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1]
AXES = {"x": (0, 8), "y": (-0.15, 1.15), "x_label": "hours", "y_label": "passed"}


@demo(w=Slider(-4, 4, start=1, step=0.02), b=Slider(-16, 16, start=0, step=0.1))
def likelihood(w, b):
    """Twelve students, failed below and passed above, and between them the sigmoid of weight {w} and bias {b}.

    For each student the probability of what happened; the product of all is {product}, their log-sum {log-sum}.
    """
    passed, failed = [], []  # for each student the hours, and the probability of what happened
    for x, y in zip(HOURS, PASSED, strict=True):
        z = w * x + b
        if y == 1:
            passed.append((x, sigmoid(z)))
        else:
            failed.append((x, sigmoid(-z)))  # which is 1 - sigmoid(z)
    curve = Plot(
        Bars(passed, 0.08, role="positive", faint=True),
        Bars([(x, 1 - p) for x, p in failed], 0.08, base=1, role="negative", faint=True),
        Curve(lambda x: sigmoid(w * x + b)),
        Classes(zip(HOURS, PASSED, PASSED, strict=True)),
        **AXES,
    )
    probabilities = [p for _, p in passed + failed]
    log_sum = sum(log(p) for p in probabilities)
    readouts = {"product": prod(probabilities), "log-sum": log_sum, "cross-entropy": -log_sum / 12}
    bars = Bars(passed, 0.3, role="positive"), Bars(failed, 0.3, role="negative")
    return curve, Plot(*bars, **AXES | {"y_label": "probability"}, readouts=readouts)


# --- descent_contours ------------------------------------------------------------------------------------------

SAMPLES = two_classes(60, apart=3, seed=0)  # of each, the first feature and the class are used
X = np.array([(x, 1) for x, _, _ in SAMPLES])
Y = np.array([label for _, _, label in SAMPLES])
STEPS = 60


@lru_cache(maxsize=10_000)  # the landscape stays as it is
def loss(w, b):
    return cross_entropy((w, b), X, Y)


MAPS = {"GD": loss, "SGD": lambda w, b: loss(w, b)}  # each with its own name: what is computed for one is kept


def walk_on_map(name, walk, step, learning_rate, readouts):
    """The walk so far, and an arrow against the gradient that its next step uses."""
    here = walk[step]
    gradient = (here - walk[step + 1]) / learning_rate
    scale = -1.5 / (np.hypot(*gradient) + 0.3)  # the steeper the longer, but never longer than 1.5
    marks = Path(walk[: step + 1]), Arrows([(*here, *(scale * gradient))]), Points([here], role="weight")
    look = {"view": "contours", "role": "loss", "name": "loss", "z_label": f"L, {name}", "size": 40}
    return Surface(MAPS[name], *marks, w=(-4, 5), b=(-4, 4), readouts=readouts, **look)


@demo(
    step=Slider(0, STEPS, start=0, step=1, role="path", plays=True),
    batch_size=Slider(1, 60, start=4, step=1, role="data"),
    learning_rate=Slider(0.1, 5, start=1, step=0.1, role="gradient"),
    w=Slider(-4, 5, start=-3, step=0.1),
    b=Slider(-4, 4, start=3, step=0.1),
)
def descent_contours(step, batch_size, learning_rate, w, b):
    """Contours of the loss and the walk with all 60 samples: after {step} steps the loss is {loss, GD}.

    The same landscape and the walk with batches of {batch_size}: after {step} steps the loss is {loss, SGD}.
    """
    step, figures = round(step), []
    for name, size in (("GD", 60), ("SGD", round(batch_size))):
        in_an_epoch = ceil(60 / size)
        walk = sgd((w, b), X, Y, learning_rate=learning_rate, batch_size=size, epochs=STEPS // in_an_epoch + 1, seed=0)
        read = 60 * (step // in_an_epoch) + size * (step % in_an_epoch)
        readouts = {f"loss, {name}": loss(*walk[step]), f"samples read, {name}": read}
        figures.append(walk_on_map(name, walk, step, learning_rate, readouts))
    return tuple(figures)


# --- what both exercises check ---------------------------------------------------------------------------------

INPUTS = np.array([[0.5, -1.0, 1], [2.0, 0.3, 1], [-1.5, 0.8, 1], [0.1, 1.7, 1], [1.2, -0.4, 1]])
LABELS = np.array([0, 1, 1, 0, 1])
WEIGHTS = np.array([[0.5, -1.0, 0.3], [-2.0, 0.7, 1.0], [1.0, 1.5, -0.5]])
SOME_Z, FAR_Z = np.array([-2.0, 0.0, 0.5, 3.0]), np.array([-1000.0, 1000.0])
FAR = np.array([1.0]), FAR_Z[[0, 1, 0, 1], None], np.array([0, 1, 1, 0])  # right twice, and twice quite wrong
quiet = np.errstate(all="ignore")  # for questions that put functions to the test: the answer is in our own words


def close(got, expected):
    try:
        return np.shape(got) == np.shape(expected) and np.allclose(got, expected, rtol=1e-4, atol=1e-5)
    except (TypeError, ValueError):  # no numbers
        return False


def tries(learner, name):
    """What the reader's function gives at each trial, and the names that a formula may use."""
    for w in WEIGHTS:
        names = {"np": np, "w": w, "X": INPUTS, "y": LABELS, "s": classify.sigmoid(INPUTS @ w)}
        yield getattr(learner, name)(w.copy(), INPUTS.copy(), LABELS.copy()), names


def gives(name, formula):
    """A question to put to a learner: does the function of this name agree with a formula at every trial?"""
    return quiet(lambda learner: all(close(got, eval(formula, names)) for got, names in tries(learner, name)))


@quiet
def overflows(learner):
    """Is `exp` asked for what no float can hold? (In the page, NumPy overflows without a warning.)"""
    asked = [0]
    with learner.at(np=SimpleNamespace(**vars(np) | {"exp": lambda z: asked.append(np.max(z)) or np.exp(z)})):
        learner.sigmoid(FAR_Z.copy())
        return max(asked) > 709 and close(learner.sigmoid(SOME_Z.copy()), classify.sigmoid(SOME_Z))


ENTROPY = "-np.mean(y * np.log(s) + (1 - y) * np.log(1 - s))"


@quiet
def functions_work(learner):
    """A sentence on the first of the three functions that is not right yet; None if all are."""
    for z in (SOME_Z, FAR_Z):
        got, expected = learner.sigmoid(z.copy()), classify.sigmoid(z)
        if not close(got, expected):
            return f"`sigmoid` of the array {z.tolist()} gave {brief(got)}; it should give {expected.round(4)}."
    for got, names in tries(learner, "loss"):
        given, expected = f"`loss` gave {brief(got)} for w = {names['w'].tolist()}", eval(ENTROPY, names)
        if not close(got, expected):
            return f"Your sigmoid is right. On five samples, {given}; their cross-entropy is {expected:.4f}."
    if number(far := learner.loss(*FAR)) is None:
        return f"For samples with z = -1000 and z = 1000, `loss` gave {brief(far)}; it should be a finite number."
    for got, names in tries(learner, "gradient"):
        given = f"`gradient` gave {brief(got)} for w = {names['w'].tolist()}"
        measured = central_difference(lambda *w: learner.loss(np.array(w), INPUTS, LABELS), names["w"].tolist())
        if not close(got, measured):
            return f"Sigmoid and loss are right. On five samples, {given}; your loss rises by {np.round(measured, 4)}."
    return None


FUNCTIONS = {
    "sigmoid(z)": "small = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, small) / (1 + small)",
    "loss(w, X, y)": "z = X @ w\n    return np.mean(np.logaddexp(0, z) - y * z)",
    "gradient(w, X, y)": "s = sigmoid(X @ w)\n    return X.T @ (s - y) / len(y)",
}


def functions(changed):
    return "\n\n".join(f"def {head}:\n    {body}" for head, body in (FUNCTIONS | changed).items())


# --- loss_and_gradient -----------------------------------------------------------------------------------------


def answer(**changed):
    """The solution, or with other formulas of X, y and s, or of z, as its functions."""
    heads = {head.partition("(")[0]: head for head in FUNCTIONS}
    first = {name: "" if name == "sigmoid" else "s = sigmoid(X @ w)\n    " for name in heads}
    return f"""
import numpy as np

hours = np.array({str(HOURS).replace("3.5, ", "3.5," + chr(10) + 18 * " ")})
y = np.array({PASSED})
X = np.column_stack([hours, np.ones(12)])
w = np.array([1.0, -2.0])   # weight and bias

{functions({heads[name]: f"{first[name]}return {formula}" for name, formula in changed.items()})}
"""


SLIPS = {
    ("loss", "np.mean(y * np.log(s) + (1 - y) * np.log(1 - s))"): "That is the mean of the log-likelihood, which is to "
    "be as large as possible. A loss is to be small: put a minus in front of it.",
    ("loss", "-np.sum(y * np.log(s) + (1 - y) * np.log(1 - s))"): "Your loss is the sum over the samples. The "
    "cross-entropy is their mean: let `np.mean` do it.",
    ("loss", "-np.mean(y * np.log(s) + (1 - y) * (1 - np.log(s)))"): "The 1 has slipped out of the logarithm. The "
    "probability of class 0 is `1 - s`, and its logarithm is `np.log(1 - s)`, not `1 - np.log(s)`.",
    ("loss", "-np.mean(y * np.log(s))"): "Your loss hears only of class 1. Where y = 0, the log of `1 - s` counts.",
    ("gradient", "X.T @ (y - s) / len(y)"): "Your gradient points downhill: the sign is the wrong way round. The "
    "residual is the prediction minus the label, `s - y`.",
    ("gradient", "X.T @ (s - y)"): "Your gradient points the right way and is too long: it is the sum over the "
    "samples. The loss is their mean, so divide by `len(y)`.",
    ("gradient", "np.mean(s - y)"): "That is one number, the mean of the residuals. Along each weight, every residual "
    "counts as much as its input says: `X.T @ (s - y)`.",
}


@exercise(
    reads=("loss(w, X, y)", "gradient(w, X, y)"),
    check=functions_work,
    passes="All three are right, and they stay finite where the sigmoid is sure of itself. Now something can learn.",
    hints=(
        "One after the other: `sigmoid`, `loss`, `gradient`. There is no loop in them, as they take whole arrays.",
        "The stable sigmoid stands in the cell above. For the loss, write $\\log(1 + e^{z}) - y z$ with "
        "`np.logaddexp(0, z)`, and take `np.mean` of it.",
        "The last step of the derivation is a line of code: `X.T @ (s - y) / len(y)`, where `s` is `sigmoid(X @ w)`.",
    ),
    mistakes=(
        Mistake(
            answer(sigmoid="1 / (1 + np.exp(z))"),
            quiet(lambda learner: close(learner.sigmoid(SOME_Z.copy()), classify.sigmoid(-SOME_Z))),
            "Your sigmoid is turned round: it falls from 1 to 0. A minus is missing in the exponent, `-z`.",
        ),
        Mistake(
            answer(sigmoid="1 / (1 + np.exp(-z))"),
            overflows,
            "Your sigmoid is right for moderate `z`, but at -1000 or 1000 it asks `np.exp` for more than a float can "
            "hold. Take the exponential of `-np.abs(z)`, which is never above 1.",
        ),
        *(Mistake(answer(**{name: wrong}), gives(name, wrong), says) for (name, wrong), says in SLIPS.items()),
        Mistake(
            answer(loss=ENTROPY),
            quiet(lambda learner: gives("loss", ENTROPY)(learner) and number(learner.loss(*FAR)) is None),
            "Your loss is right as long as `z` is moderate. At -1000 and 1000 it is not finite: there `s` is 0 or 1, "
            "and the log of 0 is minus infinity (or `np.exp` overflows). Work from `z`: `np.logaddexp(0, z) - y * z`.",
        ),
    ),
    solution=answer(),
)
def loss_and_gradient(learner):
    """The twelve students, and your sigmoid with the weight and bias {w}; the loss is {loss(w, X, y)}."""
    x = np.linspace(0, 8, 201)
    s = np.broadcast_to(learner.sigmoid(x * learner.w[0] + learner.w[1]), x.shape)
    marks = Path(zip(x, s, strict=True), role="model"), Classes(zip(HOURS, PASSED, PASSED, strict=True))
    return Plot(*marks, **AXES)


# --- train_a_classifier ----------------------------------------------------------------------------------------

SIDE = (-4, 4)
PIXELS = np.array([(x1, x2, 1) for x1, x2 in places(SIDE, SIDE)])
DATA = [(round(x1, 1) + 0.0, round(x2, 1) + 0.0, label) for x1, x2, label in two_classes(24, apart=3, seed=1)]
PRESETS = {"two clouds": DATA, "closer": two_classes(40, apart=1.5, seed=1), "moons": moons(40, seed=2)}
PRESETS |= {"circles": circles(40), "crossed": xor(40)}
START, STEP = np.array([0.5, -1.0, 0.3]), "w = w - learning_rate * g"
GUARDED = {"loss(w, X, y)": FUNCTIONS["loss(w, X, y)"] + " if len(y) else 0.0"}  # all samples can be taken away
GUARDED |= {"gradient(w, X, y)": FUNCTIONS["gradient(w, X, y)"].replace("len(y)", "max(len(y), 1)")}


def classifier(step=STEP, sample="g = gradient(w, X[batch], y[batch])", before="", after=""):
    code = f"""
import numpy as np

data = [{("," + chr(10) + 8 * " ").join(str(DATA[i : i + 4])[1:-1] for i in range(0, 24, 4))}]
X = np.array([(x1, x2, 1) for x1, x2, label in data]).reshape(-1, 3)
y = np.array([label for x1, x2, label in data])

w = np.array([1.0, -1.0, 0.0])      # two weights and the bias
learning_rate = 0.5
batch_size = 4
random = np.random.default_rng(0)

{functions(GUARDED)}

def train(steps):
    global w
    {before}
    for i in range(steps):
        batch = random.permutation(len(y))[:batch_size]
        {sample}
        {step}
    {after}
"""
    return "\n".join(line for line in code.split("\n") if line.strip() or not line)


def trained(learner, *calls, X=INPUTS[[1] * 6], y=LABELS[[0] * 6], size=2):
    """The weights at the start and after each call of `train`; on samples that are all alike, so that batches are."""
    walk, random = [START], np.random.default_rng(1)
    with learner.at(X=X, y=y, batch_size=size, w=START.copy(), learning_rate=0.5, random=random):
        for steps in calls:
            learner.train(steps)
            walk.append(np.array(learner.w))
    return walk


def stepped(w, X=INPUTS[[1] * 6], y=LABELS[[0] * 6], formula=STEP):
    """Where the formula of a step leads from w."""
    return eval(formula.partition("= ")[2], {"w": w, "g": classify.gradient(w, X, y), "learning_rate": 0.5})


def leads(formula, steps=1):
    """A question to put to a learner: do so many steps of `train` lead as far as one of this formula?"""
    return quiet(lambda learner: close(trained(learner, steps)[1], stepped(START, formula=formula)))


@quiet
def taken(learner):
    """Which of five samples each of 12 steps with batches of one has taken; None where it was none of them."""
    walk = trained(learner, *[1] * 12, X=INPUTS, y=LABELS, size=1)
    ways = [[close(after, stepped(w, INPUTS[[i]], LABELS[[i]])) for i in range(5)] for w, after in pairwise(walk)]
    return [way.index(True) if any(way) else None for way in ways]


@quiet
def it_learns(learner):
    if unfinished := functions_work(learner):
        return unfinished
    expected = START
    for steps in (1, 2):
        got, expected = trained(learner, steps)[1], stepped(expected)
        if not close(got, expected):
            given = f"`train({steps})` led from w = {START.tolist()} to {brief(got.tolist(), 80)}"
            return f"On samples that are all alike, with a learning rate of 0.5, {given}, not to {expected.round(4)}."
    if None in taken(learner):
        return "With batches of one sample, a step should go against the gradient on that sample alone."
    start, end = (classify.cross_entropy(w, INPUTS, LABELS) for w in trained(learner, 200, X=INPUTS, y=LABELS, size=5))
    return None if end < start else f"200 steps led from a loss of {start:.4f} to one of {end:.4f}; it should fall."


STEP_SLIPS = {
    "w = w": "`train` leaves `w` as it is. Subtract from it the learning rate times the gradient on the batch.",
    "w = w + learning_rate * g": "Your steps lead uphill: the gradient is added, as with `+=`. Subtract it, with `-=`.",
    "w = -learning_rate * g": "The old `w` is lost. `w =- ...` sets it to minus something; `w -= ...` subtracts.",
    "w = w - g": "The learning rate has no say yet. Multiply the gradient by `learning_rate` before you subtract it.",
}


@exercise(
    data=DataPoints(x=SIDE, y=SIDE, step=0.1, classes=True, grows=True, presets=PRESETS, reruns=True),
    learning_rate=Slider(0, 5, step=0.01, role="gradient"),
    batch_size=Slider(1, 24, step=1, role="data"),
    train=Player(records=("w", "random"), reads=("loss(w, X, y)",), most=3000),
    reads=("w", "loss(w, X, y)"),
    check=it_learns,
    passes="It learns. Press Play: the edge turns until it lies between the classes.",
    hints=(
        "`batch` holds the numbers of the samples of this step: `X[batch]` are their inputs, `y[batch]` their labels.",
        "A step is what it has always been: the weights minus the learning rate times the gradient, here of the batch.",
        "Inside the loop: `w = w - learning_rate * gradient(w, X[batch], y[batch])`.",
    ),
    mistakes=(
        *(Mistake(classifier(step), leads(step), says) for step, says in STEP_SLIPS.items()),
        Mistake(
            classifier("", after=STEP),
            leads(STEP, steps=3),
            "`train(3)` makes a single step: the update stands after the loop. Indent it as far as `batch = ...`.",
        ),
        Mistake(
            classifier(sample="g = gradient(w, X, y)"),
            quiet(lambda learner: close(trained(learner, 1, X=INPUTS, y=LABELS)[1], stepped(START, INPUTS, LABELS))),
            "It learns, but each step reads all samples. That is GD; for SGD, take only `X[batch]` and `y[batch]`.",
        ),
        Mistake(
            classifier(before="random = np.random.default_rng(0)"),
            lambda learner: None not in taken(learner) and len(set(taken(learner))) == 1,
            "Every call takes the same batch: inside `train`, the random numbers begin anew each time. Begin outside.",
        ),
    ),
    solution=classifier(),
)
def train_a_classifier(learner):
    """Your samples, and what a model with the weights and the bias {w} gives all over the plot; one half is the edge.

    The loss at each step, now {loss(w, X, y)}.
    """
    everything = runs(learner)
    s = np.broadcast_to(quiet(learner.sigmoid)(PIXELS @ learner.w), len(PIXELS))
    lost = not np.isfinite(s).all()
    empty = "" if len(learner.data) else "There is nothing to learn from: add points with a click, or choose some."
    note = empty or "The weights are no numbers any more. Rewind, and try smaller steps." * lost
    samples = Classes(learner.data, drag="data")
    losses = [Path(run.trace("loss(w, X, y)"), role="loss", faint=run is not everything[-1]) for run in everything]
    x = 0, max([20, *(run.at for run in everything)])
    y = 0, 1.1 * max([0.9, *(min(loss, 1e9) for path in losses for _, loss in path.points)])
    plot = Plot(*[Heat(s, edge=0.5)] * (not lost), samples, x=SIDE, y=SIDE, x_label="x1", y_label="x2", note=note)
    return plot, Plot(*losses, Points(losses[-1].points[-1:], role="loss"), x=x, y=y, x_label="step", y_label="loss")


def silent(learner):
    """No figure: the code's own output is the answer."""


all_at_once = sigmoid_stability = loss_curve = always_one_half = eleven_hundred_coins = ten_times_surer = cell()(silent)
