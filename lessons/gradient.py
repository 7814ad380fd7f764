"""What the lesson on the gradient shows and asks."""

from math import hypot, isclose

from engine.data import COURSE
from engine.descent import central_difference
from engine.line import Line
from engine.loss import squared_loss
from engine.polynomial import HILLS
from stage.controls import Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot, Surface
from stage.marks import Arrows, Curve, Path, Points
from stage.sample import brief, number

# --- tangent ---------------------------------------------------------------------------------------------------


def touching(x, height, slope, reach):
    """A piece of the straight line that touches a curve at x, as far as `reach` to either side."""
    return [(x - reach, height - slope * reach), (x + reach, height + slope * reach)]


@demo(x=Slider(-2.5, 2.5, start=0))
def tangent(x):
    """Hills and valleys, and the tangent at x = {x}: its slope is {slope of tangent}."""
    height = HILLS(x)
    slope = HILLS.slope(x)
    return Plot(
        Curve(HILLS, role="loss"),
        Path(touching(x, height, slope, reach=0.5), role="gradient", label="tangent"),
        Points([(x, height)], role="model", drag="x"),
        x=(-2.5, 2.5),
        y=(-2, 3.5),
        y_label="height",
        readouts={"slope of tangent": f"{slope:.4f}".replace("-", "−")},
    )


# --- partial_derivatives ---------------------------------------------------------------------------------------


def loss(w, b):
    return squared_loss(Line(w, b), COURSE)


@demo(w=Slider(0, 1.2, start=1, step=0.01), b=Slider(-2, 2, start=0, step=0.01))
def partial_derivatives(w, b):
    """The loss along w, with b held at {b}. At w = {w} its slope is {dL/dw}.

    The loss along b, with w held at {w}. At b = {b} its slope is {dL/db}.
    """
    here = loss(w, b)
    dw = sum((w * x + b - y) * x for x, y in COURSE)
    db = sum(w * x + b - y for x, y in COURSE)

    along_w = Plot(
        Curve(lambda other_w: loss(other_w, b), role="loss"),
        Path(touching(w, here, dw, reach=0.2), role="gradient"),
        Points([(w, here)], role="weight", drag="w"),
        x=(0, 1.2),
        y=(-10, 110),
        x_label="w",
        y_label="loss",
        readouts={"dL/dw": dw},
    )
    along_b = Plot(
        Curve(lambda other_b: loss(w, other_b), role="loss"),
        Path(touching(b, here, db, reach=0.6), role="gradient"),
        Points([(b, here)], role="bias", drag="b"),
        x=(-2, 2),
        y=(-10, 110),
        x_label="b",
        y_label="loss",
        readouts={"dL/db": db},
    )
    return along_w, along_b


# --- gradient_vector -------------------------------------------------------------------------------------------

W, B = (-2.5, 2.5), (-15, 15)
"""The ranges of w and b on the map."""

WIDE, HIGH = W[1] - W[0], B[1] - B[0]


def two_numbers(value):
    """A gradient as two finite numbers; None if it is anything else."""
    try:
        dw, db = value
    except (TypeError, ValueError):
        return None
    dw, db = number(dw), number(db)
    return None if dw is None or db is None else (dw, db)


def yours(learner, w, b):
    """What the reader's gradient gives at (w, b); None where that is not two numbers, or where it stops."""
    gradient = learner.gradient
    try:
        with learner.at(w=w, b=b):
            return two_numbers(gradient())
    except Exception:  # the readout of gradient() says so
        return None


def complaint(learner):
    """A sentence on a gradient that cannot be drawn; none if it can be, or if it stops (the readout says so)."""
    try:
        with learner.at():
            got = learner.gradient()
    except Exception:
        return ""
    if two_numbers(got) is None:
        return f"gradient() gave {brief(got)}; an arrow needs two numbers, how far along w and how far along b."
    return ""


def map_of_the_loss(learner, *marks, view):
    return Surface(
        learner.loss,
        *marks,
        Points([(learner.w, learner.b)], role="model"),
        w=W,
        b=B,
        name="loss",
        z_label="loss",
        role="loss",
        view=view,
        note=complaint(learner),
    )


@cell(
    w=Slider(*W, step=0.01),
    b=Slider(*B, step=0.01),
    reads=("gradient()", "loss(w, b)"),
)
def gradient_vector(learner):
    """The loss landscape, your place in it at weight {w} and bias {b}, and the gradient there: {gradient()}."""
    w, b = learner.w, learner.b
    arrows = []
    if gradient := yours(learner, w, b):
        dw, db = gradient
        scale = 1 / (hypot(dw, db) + 60)  # the steeper the longer, but never longer than 1
        arrows = [(w, b, dw * scale, db * scale)]
    return map_of_the_loss(learner, Arrows(arrows), view="3-D")


# --- your_gradient ---------------------------------------------------------------------------------------------

PLACES = [(-1.5, -8), (-1.1, 10), (-1.6, 5), (0, 3.6), (-0.2, -5), (1, -2), (1.4, 7), (2, -13), (2.2, -9)]
"""Where arrows are compared: on the walls of the valley, and on its floor, where the gradient is mostly along b."""

LENGTH = 0.12
"""How long each true arrow is drawn, as a share of the map."""


def slopes(learner, w, b):
    """The true gradient of the reader's loss at (w, b), measured; None where it cannot be."""
    loss = learner.loss
    try:
        return two_numbers(central_difference(loss, (w, b)))
    except Exception:  # the landscape says so
        return None


def share(dw, db):
    """The length of an arrow as a share of the map."""
    return hypot(dw / WIDE, db / HIGH)


def compared(learner):
    """The true arrows and the reader's, at each place both on one scale, on which the true one has its LENGTH."""
    true_ones, your_ones = [], []
    for w, b in PLACES:
        true, own = slopes(learner, w, b), yours(learner, w, b)
        if not true or not share(*true):
            continue
        scale = LENGTH / share(*true)
        true_ones.append((w, b, true[0] * scale, true[1] * scale))
        if own and share(*own):
            scale = min(scale, 2 * LENGTH / share(*own))  # at most twice as long, to stay on the map
            your_ones.append((w, b, own[0] * scale, own[1] * scale))
    return true_ones, your_ones


TRIALS = [(1, 0), (-2, 5), (0.3, -7)]
"""Values of (w, b) at which an answer is tried."""


def tries(learner):
    """Each trial: what the reader's gradient gives, the true one of their loss, and (x, residual) for each point."""
    for w, b in TRIALS:
        with learner.at(w=w, b=b, data=list(COURSE)):
            got = learner.gradient()
            true = central_difference(learner.loss, (w, b))
            points = [(x, learner.y(x, w, b) - target) for x, target in COURSE]
        yield (w, b), got, true, points


def near(got, expected):
    return all(isclose(a, b, rel_tol=1e-4, abs_tol=1e-6) for a, b in zip(got, expected, strict=True))


def gives(rule):
    """A question to put to a learner: is your gradient at every trial what this rule makes of (x, residual) pairs?"""
    return lambda learner: all(near(two_numbers(got), rule(points)) for _, got, _, points in tries(learner))


def along_w(points):
    return sum(r * x for x, r in points)


def along_b(points):
    return sum(r for _, r in points)


def overwrites(learner):
    """Is one of the two sums, or both, only what the last point adds?"""

    def last_w(points):
        return along_w(points[-1:])

    def last_b(points):
        return along_b(points[-1:])

    pairs = [(last_w, last_b), (last_w, along_b), (along_w, last_b)]
    return any(gives(lambda points, dw=dw, db=db: (dw(points), db(points)))(learner) for dw, db in pairs)


def follows_the_loss(learner):
    for (w, b), got, true, _ in tries(learner):
        pair = two_numbers(got)
        there, expected = f"At w = {w} and b = {b}", "({:.4g}, {:.4g})".format(*true)
        if pair is None:
            return f"{there}, `gradient()` gave {brief(got)}; two numbers should come out, {expected}."
        if not near(pair, true):
            return (
                f"{there}, `gradient()` gave ({pair[0]:.4g}, {pair[1]:.4g}); your loss, measured a little to either "
                f"side, rises by {expected} for one step of `w` and of `b`."
            )
    return None


def code(loop, result="return dw, db"):
    """A cell with these lines in the loop of `gradient`, and this line at its end."""
    return f"""
data = [(1, 0.85), (2, 1.43), (3, 1.92), (4, 2.59),
        (5, 3.20), (6, 3.82), (7, 4.38), (8, 4.97)]

w = 1
b = 0

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
        {loop}
    {result}
"""


RIGHT = "dw += residual * x\n        db += residual"


@exercise(
    w=Slider(*W, step=0.01),
    b=Slider(*B, step=0.01),
    reads=("gradient()", "loss(w, b)"),
    check=follows_the_loss,
    passes="That is the gradient: wherever it was tried, it agrees with the slopes that were measured on your loss.",
    hints=(
        "Each point adds something to both sums. The last step of the derivation says what.",
        "To $\\gradient{\\partial L / \\partial w}$ the point adds its residual times $x_i$, and to "
        "$\\gradient{\\partial L / \\partial b}$ its residual alone.",
        "Two lines are missing in the loop, below `residual = ...`: one begins with `dw +=`, the other with `db +=`.",
    ),
    mistakes=(
        Mistake(
            code("pass"),
            gives(lambda points: (0, 0)),
            "Your gradient is (0, 0) everywhere: `dw` and `db` start at 0, and the loop adds nothing to them. "
            "Add to both, for each point.",
        ),
        Mistake(
            code("dw -= residual * x\n        db -= residual"),
            gives(lambda points: (-along_w(points), -along_b(points))),
            "Your arrows point exactly the wrong way: downhill. The gradient points uphill; we go against it later. "
            "Look at the sign: the residual is the prediction minus the target, and it is added.",
        ),
        Mistake(
            code("dw += residual\n        db += residual"),
            gives(lambda points: (along_b(points), along_b(points))),
            "The second number is right, but the first one equals it: in `dw` the inner derivative is missing. "
            "The weight multiplies `x`, so each residual counts `x` times there.",
        ),
        Mistake(
            code("dw += residual * x\n        db += residual * x"),
            gives(lambda points: (along_w(points), along_w(points))),
            "The first number is right, but the second one equals it. The bias belongs to no input: its inner "
            "derivative is 1, so `db` adds the residual alone.",
        ),
        Mistake(
            code(RIGHT, "return db, dw"),
            gives(lambda points: (along_b(points), along_w(points))),
            "Both numbers are right, but they have changed places. The slope along `w` comes first, "
            "the slope along `b` second.",
        ),
        Mistake(
            code(RIGHT, "return dw / len(data), db / len(data)"),
            gives(lambda points: (along_w(points) / len(points), along_b(points) / len(points))),
            "The arrows point the right way, but they are too short: you divided by the number of points. "
            "Our loss is a sum and not a mean, so its gradient is a sum as well.",
        ),
        Mistake(
            code("dw += 2 * residual * x\n        db += 2 * residual"),
            gives(lambda points: (2 * along_w(points), 2 * along_b(points))),
            "Your arrows point the right way and are twice as long as they should be. The 2 that the square brings "
            "is cancelled by the half in front of the loss.",
        ),
        Mistake(
            code("dw = residual * x\n        db = residual"),
            overwrites,
            "A sum is overwritten in the loop: with `=`, only the last point is left at its end. "
            "`+=` adds to what is there.",
        ),
        Mistake(
            code(RIGHT + "\n        return dw, db", ""),
            gives(lambda points: (along_w(points[:1]), along_b(points[:1]))),
            "Only the first point counts: `return` stands inside the loop and ends it there. "
            "Move it to the left, below `for`.",
        ),
        Mistake(
            code(RIGHT, ""),
            lambda learner: all(got is None for _, got, _, _ in tries(learner)),
            "Your `gradient` hands nothing back, so every answer is `None`. Let its last line be `return dw, db`.",
        ),
        Mistake(
            code(RIGHT, "return dw + db"),
            lambda learner: all(number(got) is not None for _, got, _, _ in tries(learner)),
            "One number comes out, but a gradient has two: the slope along `w` and the slope along `b`. "
            "Let the last line be `return dw, db`.",
        ),
    ),
    solution=code(RIGHT),
)
def your_gradient(learner):
    """Contours of the loss, the true gradients, faint, and yours. Here, at weight {w} and bias {b}: {gradient()}."""
    true_ones, your_ones = compared(learner)
    marks = [Arrows(true_ones, faint=True), Arrows(your_ones)]
    return map_of_the_loss(learner, *[mark for mark in marks if mark.arrows], view="contours")


# --- predict, then run -----------------------------------------------------------------------------------------


@cell()
def at_the_bottom(learner):
    """No figure: the code's own output is the answer."""


@cell()
def twice_the_data(learner):
    """No figure: the code's own output is the answer."""


@cell()
def one_step(learner):
    """No figure: the code's own output is the answer."""
