"""What the lesson on the loss shows and asks."""

from math import isclose

from engine.data import COURSE
from engine.line import Line, least_absolute, least_squares
from stage.controls import DataPoints, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot, Surface
from stage.marks import Curve, Points, Squares, Stems
from stage.sample import brief, number

# --- one_residual ----------------------------------------------------------------------------------------------


def half_square(residual):
    return residual**2 / 2


@demo(data=DataPoints(x=(0, 9), y=(0, 6), start=((4, 5),)))
def one_residual(data):
    """A line and one point, whose residual is {residual}.

    What a residual costs: {its size} if its size counts, {half its square} if half its square does.
    """
    line = Line(0.6, 0.2)
    x, target = data[0]
    residual = line(x) - target

    point = Plot(
        Stems(data, to=line),
        Curve(line),
        Points(data, drag="data"),
        x=(0, 9),
        y=(0, 6),
        readouts={"residual": residual},
    )
    price = Plot(
        Curve(abs, label="size", role="path"),
        Curve(half_square, label="half the square", role="loss"),
        Points([(residual, abs(residual))], role="path"),
        Points([(residual, half_square(residual))], role="loss"),
        x=(-6, 6),
        y=(0, 20),
        x_label="residual",
        y_label="cost",
        readouts={"its size": abs(residual), "half its square": half_square(residual)},
    )
    return point, price


# --- your_loss -------------------------------------------------------------------------------------------------

TRIALS = [(1, 0), (0, 3), (-2, 7.5), (0.5, -1)]
"""Values of (w, b) at which an answer is tried."""


def your_line(learner):
    return lambda x: learner.y(x, learner.w, learner.b)


def tries(learner):
    """Each trial (w, b): what the reader's loss says there, and the residuals of the reader's own model."""
    for w, b in TRIALS:
        with learner.at(w=w, b=b, data=list(COURSE)):
            got = learner.loss()
            residuals = [learner.y(x, w, b) - target for x, target in COURSE]
        yield (w, b), got, residuals


def says(*rules):
    """A question to put to a learner: is your loss at every trial what one of these rules makes of the residuals?"""

    def question(learner):
        tried = list(tries(learner))
        return any(all(isclose(got, rule(r), abs_tol=1e-9) for _, got, r in tried) for rule in rules)

    return question


def gives_none(learner):
    return all(got is None for _, got, _ in tries(learner))


def adds_half_the_squares(learner):
    for (w, b), got, residuals in tries(learner):
        expected = sum(r**2 for r in residuals) / 2
        if number(got) is None:
            return f"At w = {w} and b = {b}, `loss()` gave {brief(got)}; a number should come out, {expected:.6g}."
        if not isclose(got, expected, rel_tol=1e-6, abs_tol=1e-9):
            return (
                f"At w = {w} and b = {b}, `loss()` gave {got:.6g}; "
                f"half the sum of the squared residuals is {expected:.6g} there."
            )
    return None


def code(loop, result="return total / 2"):
    """A cell with this line in its loop, and this line at the end of `loss`."""
    return f"""
data = [(1, 0.85), (2, 1.43), (3, 1.92), (4, 2.59),
        (5, 3.20), (6, 3.82), (7, 4.38), (8, 4.97)]

w = 1
b = 0

def y(x, w, b):
    return w * x + b

def loss():
    total = 0
    for x, target in data:
        residual = y(x, w, b) - target
        {loop}
    {result}
"""


@exercise(
    w=Slider(-10, 10, step=0.01),
    b=Slider(-15, 15, step=0.01),
    reads=("loss()",),
    check=adds_half_the_squares,
    passes="That is L2. Nothing can cancel any more, and the number is 0 only for a line that meets every point.",
    hints=(
        "What could you do to a residual, so that 2 and $-2$ cost the same, and neither can pay for the other?",
        "In the loop, square each residual before it is added. In Python, `residual ** 2` is the square.",
        "The half can wait until the end: add up all the squares in the loop, and return `total / 2` after it.",
    ),
    mistakes=(
        Mistake(
            code("total += residual", "return total"),
            says(sum, lambda r: sum(r) / 2),
            "The residuals are added with their signs, so those above the points cancel those below: at w = 0 and "
            "b = 2.895 the sum is 0, and the line is bad. Square each residual before you add it.",
        ),
        Mistake(
            code("total += abs(residual)"),
            says(lambda r: sum(map(abs, r)), lambda r: sum(map(abs, r)) / 2),
            "Your loss adds up the sizes of the residuals. That is a good loss as well, L1 (which has no half). "
            "For L2 take the square of each residual in place of its size.",
        ),
        Mistake(
            code("total += residual ** 2", "return total"),
            says(lambda r: sum(e**2 for e in r)),
            "The squares are all there, but not the half: everything comes out twice as large. Divide the total by 2.",
        ),
        Mistake(
            code("total += residual ** 2", "return total / len(data)"),
            says(lambda r: sum(e**2 for e in r) / len(r), lambda r: sum(e**2 for e in r) / len(r) / 2),
            "You took the mean: the total is divided by the number of points. That is a useful loss too, "
            "but L2 as we write it keeps the whole sum, and only halves it.",
        ),
        Mistake(
            code("total += residual", "return total ** 2 / 2"),
            says(lambda r: sum(r) ** 2, lambda r: sum(r) ** 2 / 2),
            "The square comes too late. You add the residuals first, so they have cancelled before anything is "
            "squared. Square each one in the loop.",
        ),
        Mistake(
            code("total = residual ** 2"),
            says(lambda r: r[-1] ** 2, lambda r: r[-1] ** 2 / 2),
            "Only the last point counts: with `=`, each turn of the loop throws away the total so far. "
            "`+=` adds to it.",
        ),
        Mistake(
            code("total += residual ** 2\n        return total / 2", ""),
            says(lambda r: r[0] ** 2, lambda r: r[0] ** 2 / 2),
            "Only the first point counts: `return` stands inside the loop and ends it there. "
            "Move it to the left, below `for`.",
        ),
        Mistake(
            code("total += residual ** 2", "print(total / 2)"),
            gives_none,
            "Your `loss` hands nothing back, so every answer is `None`. Its last line should begin with `return`.",
        ),
    ),
    solution=code("total += residual ** 2"),
)
def your_loss(learner):
    """A line of slope {w} that crosses at {b}, its residuals, and your loss: {loss()}."""
    line = your_line(learner)
    return Plot(
        Stems(learner.data, to=line),
        Curve(line),
        Points(learner.data),
        x=(0, 9),
        y=(-1, 8),
    )


# --- the_loss --------------------------------------------------------------------------------------------------


@cell(
    w=Slider(-10, 10, step=0.01),
    b=Slider(-15, 15, step=0.01),
    reads=("loss()",),
)
def the_loss(learner):
    """A line of slope {w} that crosses at {b}, with a square on each residual: loss {loss()}."""
    line = your_line(learner)
    return Plot(
        Squares(learner.data, to=line),
        Curve(line),
        Points(learner.data),
        x=(0, 11),
        y=(-1, 9),
    )


# --- one_outlier -----------------------------------------------------------------------------------------------

ONE_SLIP = [*COURSE[:-1], (8, 0.97)]


@demo(data=DataPoints(x=(0, 9), y=(0, 7), start=COURSE, presets={"as measured": COURSE, "one slip": ONE_SLIP}))
def one_outlier(data):
    """Eight points and two lines: L1 has slope {slope of L1}, L2 has slope {slope of L2}."""
    l1 = least_absolute(data)
    l2 = least_squares(data)
    return Plot(
        Curve(l1, label="L1", role="path"),
        Curve(l2, label="L2"),
        Points(data, drag="data"),
        x=(0, 9),
        y=(0, 7),
        readouts={"slope of L1": l1.w, "slope of L2": l2.w},
    )


# --- loss_landscape --------------------------------------------------------------------------------------------


@cell(
    w=Slider(-10, 10, step=0.01),
    b=Slider(-15, 15, step=0.01),
    reads=("loss(w, b)",),
)
def loss_landscape(learner):
    """The loss as a landscape over weight and bias, and your place in it: weight {w}, bias {b}, height {loss(w, b)}.

    The line of that place, of slope {w}, crossing at {b}, on the data.
    """
    line = your_line(learner)
    landscape = Surface(
        learner.loss,
        Points([(learner.w, learner.b)], role="model"),
        w=(-10, 10),
        b=(-15, 15),
        name="loss",
        z_label="loss",
        role="loss",
    )
    on_the_data = Plot(
        Stems(learner.data, to=line),
        Curve(line),
        Points(learner.data),
        x=(0, 9),
        y=(-1, 8),
    )
    return landscape, on_the_data


# --- predict, then run -----------------------------------------------------------------------------------------


@cell()
def too_high(learner):
    """No figure: the code's own output is the answer."""


@cell()
def one_number_for_all(learner):
    """No figure: the code's own output is the answer."""


@cell()
def everything_twice(learner):
    """No figure: the code's own output is the answer."""
