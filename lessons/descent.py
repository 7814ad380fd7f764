"""What the lesson on gradient descent shows and asks."""

from math import ceil, isclose, isfinite, log10

from engine.data import COURSE
from engine.descent import hessian, largest_stable_rate
from stage.controls import Button, DataPoints, Player, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot, Surface
from stage.learner import runs
from stage.marks import Curve, Path, Points, Stems
from stage.sample import number

# --- one_valley ------------------------------------------------------------------------------------------------


@demo(learning_rate=Slider(0, 2.2, start=0.3, step=0.01, role="gradient"), x=Slider(-4, 4, start=-3.5, step=0.05))
def one_valley(learning_rate, x):
    """Ten steps in a valley from {x}, with a learning rate of {learning_rate}: they end at {after 10 steps}."""
    walk = [x]
    for _ in range(10):
        slope = walk[-1]  # of x * x / 2, at x
        walk.append(walk[-1] - learning_rate * slope)
    return Plot(
        Curve(lambda x: x * x / 2),
        Path([(x, x * x / 2) for x in walk]),
        Points([(x, x * x / 2) for x in walk[1:]], role="gradient"),
        Points([(x, x * x / 2)], role="weight", drag="x"),
        x=(-5, 5),
        y=(-1, 12),
        y_label="height",
        readouts={"after 10 steps": walk[-1]},
    )


# --- what both exercises draw ----------------------------------------------------------------------------------

WEIGHTS = (-0.5, 1.5)
BIASES = (-2, 2)


def line_plot(learner):
    line = lambda x: learner.y(x, learner.w, learner.b)  # noqa: E731
    return Plot(
        Stems(learner.data, to=line),
        Curve(line),
        Points(learner.data, drag="data"),
        x=(0, 9),
        y=(-1, 7),
        note=divergence(learner),
    )


def landscape(learner):
    *earlier, run = runs(learner)
    return Surface(
        learner.loss,
        *(Path(other.pairs("w", "b"), faint=True) for other in earlier),
        Path(run.pairs("w", "b")),
        Points(run.pairs("w", "b")[-1:], role="weight"),
        w=WEIGHTS,
        b=BIASES,
        z_label="loss",
        name="loss",
        role="loss",
    )


def divergence(learner):
    """A sentence on a walk that climbs, and on the border that it is beyond."""
    run = runs(learner)[-1]
    first, *_, last = run.column("loss(w, b)") * 2
    if run.at == 0 or number(first) is None or (number(last) is not None and last <= first):
        return ""
    grown = "past every number that Python can hold" if number(last) is None else f"to {large(last)}"
    said = f"The loss has grown from {first:.4g} {grown}: each step overshoots the valley and lands higher up. "
    border = stable_rate(learner, run.pairs("w", "b")[0])
    if border and learner.learning_rate > border:
        said += f"For this data every learning rate above {border:.4g} does that; yours is {learner.learning_rate:g}."
    elif learner.learning_rate < 0:
        said += "The learning rate is negative, so the steps lead uphill."
    else:
        said += (
            "The learning rate would bear it; so look at the signs: gradient() points uphill, update() goes against it."
        )
    return said


def large(value):
    return f"{value:,.0f}" if 1000 <= value < 1e9 else f"{value:.4g}"


def stable_rate(learner, place):
    """2 over the largest eigenvalue of the Hessian of the reader's own loss; None where it cannot be had."""
    try:
        border = largest_stable_rate(hessian(learner.loss, place))
        return border if border is not None and isfinite(border) else None
    except Exception:
        return None


# --- learning_rate ---------------------------------------------------------------------------------------------

STEPS = 500
GOAL = 0.1


def settles(learner):
    for _ in range(STEPS):
        learner.update()
        if number(learner.w) is None or number(learner.b) is None or abs(learner.w) > 1e6:
            break
    end = final_loss(learner)
    if end is not None and end < GOAL:
        return None
    return (
        f"After {STEPS} updates the loss is {'out of all bounds' if end is None else f'{end:,.4g}'}; "
        f"in the valley it would be under {GOAL}. With a step that is too large it grows, with one that is too small "
        "it hardly falls: press `update()` and watch which of the two yours does."
    )


def final_loss(learner):
    return number(sum((learner.y(x, learner.w, learner.b) - target) ** 2 for x, target in COURSE) / 2)


def rate(test):
    """A question to put to a learner: is this true of your learning rate?"""
    return lambda learner: test(learner.learning_rate)


def climbs(learner):
    before = final_loss(learner)
    with learner.at(learning_rate=1e-6):
        learner.update()
        return final_loss(learner) > before


BEFORE = """
data = [(1, 0.85), (2, 1.43), (3, 1.92), (4, 2.59),
        (5, 3.20), (6, 3.82), (7, 4.38), (8, 4.97)]

w = 1
b = 0
learning_rate = {rate}
iteration_counter = 0

def y(x, w, b):
    return w * x + b

def loss(w, b):
    total = 0
    for x, target in data:
        total += (y(x, w, b) - target) ** 2
    return total / 2

def gradient():
    dw = 0
    db = 0
    for x, target in data:
        residual = y(x, w, b) - target
        dw += residual * x
        db += residual
    return dw, db

def update():
    global w, b
    dw, db = gradient()
    w = w {sign} learning_rate * dw
    b = b {sign} learning_rate * db
"""


def walk(rate, sign="-"):
    return BEFORE.replace("iteration_counter = 0\n", "").format(rate=rate, sign=sign)


@exercise(
    w=Slider(*WEIGHTS, step=0.01),
    b=Slider(*BIASES, step=0.01),
    learning_rate=Slider(0, 0.012, step=0.0001, role="gradient"),
    data=DataPoints(x=(0, 9), y=(-1, 7)),
    update=Button(records=("w", "b"), reads=("loss(w, b)",)),
    reads=("w", "b", "gradient()", "loss(w, b)"),
    check=settles,
    passes="It settles. A large enough step to get there, a small enough one to stay.",
    hints=(
        "Press `update()` a few times and watch the loss. Does it fall, or does it grow?",
        "It grows because each step leaps over the valley and lands higher on the other side. Make the steps smaller.",
        "Try a tenth of the rate. Then go up again, to see where the border is.",
    ),
    mistakes=(
        Mistake(
            walk(0),
            rate(lambda rate: rate == 0),
            "With a learning rate of 0 every step has length 0: the walk stays where it began.",
        ),
        Mistake(
            walk(-0.001),
            rate(lambda rate: rate < 0),
            "A negative learning rate turns the steps round, so that they lead uphill.",
        ),
        Mistake(
            walk(0.001, "+"),
            climbs,
            "Your `update` adds the gradient. The gradient points uphill; subtract it to go down.",
        ),
        Mistake(
            walk(0.02),
            rate(lambda rate: rate > 2 / 210.403),
            "That rate is still too large: each step leaps over the valley and lands higher on the other side. "
            "On this data everything above 0.009506 does.",
        ),
        Mistake(
            walk(0.000001),
            rate(lambda rate: 0 < rate < 0.00002),
            "It goes down, but so slowly that it would take all day. Take larger steps.",
        ),
    ),
    solution=walk(0.001),
)
def learning_rate(learner):
    """The line after {update} updates: slope {w}, crosses at {b}, loss {loss(w, b)}.

    The loss landscape over w and b, and on it the path of the walk, now at w = {w}, b = {b}.
    """
    return line_plot(learner), landscape(learner)


# --- train -----------------------------------------------------------------------------------------------------


def loops(learner):
    with learner.at():
        learner.train(10)
        got = (learner.w, learner.b)
    with learner.at():
        for _ in range(10):
            learner.update()
        expected = (learner.w, learner.b)
    if all(isclose(a, b, rel_tol=1e-9) for a, b in zip(got, expected, strict=True)):
        return None
    return (
        f"`train(10)` led to w = {got[0]:.6g}, b = {got[1]:.6g}; ten calls of `update()` lead to "
        f"w = {expected[0]:.6g}, b = {expected[1]:.6g}."
    )


def after(calls, of):
    """A question: does train(10) lead where so many calls of update lead?"""

    def question(learner):
        with learner.at():
            of(learner)
            got = (learner.w, learner.b)
        with learner.at():
            for _ in range(calls):
                learner.update()
            return got == (learner.w, learner.b)

    return question


def does_not_count(learner):
    before = learner.iteration_counter
    learner.train(10)
    return learner.iteration_counter != before + 10


def training(loop, rate=0.001):
    return f"""{BEFORE.format(rate=rate, sign="-")}
def train(iterations):
    global iteration_counter
{loop}"""


@exercise(
    w=Slider(*WEIGHTS, step=0.01),
    b=Slider(*BIASES, step=0.01),
    learning_rate=Slider(0, 0.012, step=0.0001, role="gradient"),
    data=DataPoints(x=(0, 9), y=(-1, 7)),
    train=Player(records=("w", "b", "iteration_counter"), reads=("loss(w, b)",)),
    reads=("iteration_counter", "w", "b", "gradient()", "loss(w, b)"),
    check=loops,
    passes="It learns. Press Play: the loop that you wrote is training the line.",
    hints=(
        "The loop runs as often as `iterations` says. What has to happen in each of its turns?",
        "A function is called by its name with brackets. Mind the indentation: what belongs to the loop stands "
        "as far to the right as `iteration_counter += 1`.",
        "Write `update()` on a line of its own, inside the loop.",
    ),
    mistakes=(
        Mistake(
            training("    for i in range(iterations):\n        iteration_counter += 1\n"),
            after(0, lambda learner: learner.train(10)),
            "`train` counts, but `w` and `b` stay as they are. Call `update()` in each turn of the loop.",
        ),
        Mistake(
            training("    for i in range(iterations):\n        iteration_counter += 1\n    update()\n"),
            after(1, lambda learner: learner.train(10)),
            "`train(10)` makes a single update. The call stands after the loop, not in it: indent it as far as the "
            "line above.",
        ),
        Mistake(
            training("    for i in range(iterations):\n        update()\n"),
            does_not_count,
            "It learns, but `iteration_counter` no longer says how many steps were made. Leave that line in the loop.",
        ),
    ),
    solution=training("    for i in range(iterations):\n        update()\n        iteration_counter += 1\n"),
)
def train(learner):
    """The line after {iteration_counter} iterations: slope {w}, crosses at {b}, loss {loss(w, b)}.

    The loss landscape over w and b, and on it the path of the training, now at w = {w}, b = {b}.

    The loss at each step of the training, on a logarithmic axis; now {loss(w, b)}.
    """
    return line_plot(learner), landscape(learner), loss_curve(learner)


def loss_curve(learner):
    everything = runs(learner)
    *earlier, now = [run.trace("loss(w, b)") for run in everything]
    losses = [loss for trace in (*earlier, now) for _, loss in trace if loss > 0]
    top = min(10.0 ** ceil(log10(max(100, *losses))) if losses else 100, 1e12)
    return Plot(
        *(Path(trace, role="loss", faint=True) for trace in earlier),
        Path(now, role="loss"),
        Points(now[-1:], role="loss"),
        x=(0, max(10, *(run.at for run in everything))),
        y=(0.001, top),
        x_label="step",
        y_label="loss",
        y_log=True,
    )


# --- questions -------------------------------------------------------------------------------------------------


@cell()
def one_update(learner):
    """No figure: the code's own output is the answer."""


@cell()
def over_the_bottom(learner):
    """No figure: the code's own output is the answer."""


@cell()
def in_millimetres(learner):
    """No figure: the code's own output is the answer."""
