"""What the lesson on fitting a model shows and asks."""

from contextlib import redirect_stdout
from io import StringIO
from math import isclose

from engine.data import COURSE
from engine.loss import residuals, squared_loss
from stage.controls import DataPoints, Slider
from stage.demo import Mistake, cell, exercise
from stage.figure import Plot
from stage.marks import Curve, Points, Stems
from stage.sample import brief, number

# --- plotting_a_line -------------------------------------------------------------------------------------------

TRIALS = [(2, 3, 1), (-4, 0.5, 7), (0, 2, -3), (1.5, -2, 0.25)]
"""Values of (x, w, b) at which an answer is tried; no two rules agree on all of them."""


def follows(rule):
    """A question to put to a learner: does your y agree with this rule at every trial?"""
    return lambda learner: all(isclose(learner.y(*trial), rule(*trial), abs_tol=1e-9) for trial in TRIALS)


def ignores(position):
    """A question: does your y stay the same whatever stands at this place of its arguments?"""

    def question(learner):
        for trial in TRIALS:
            other = list(trial)
            other[position] += 5
            if not isclose(learner.y(*trial), learner.y(*other)):
                return False
        return True

    return question


def gives_none(learner):
    return all(learner.y(*trial) is None for trial in TRIALS)


def prints(learner):
    with redirect_stdout(StringIO()) as printed:
        return gives_none(learner) and bool(printed.getvalue())


def draws_the_line(learner):
    for x, w, b in TRIALS:
        got, expected = learner.y(x, w, b), w * x + b
        if number(got) is None:
            return f"`y({x:g}, {w:g}, {b:g})` gave {brief(got)}; a number should come out, {expected:g}."
        if not isclose(got, expected, abs_tol=1e-9):
            return (
                f"`y({x:g}, {w:g}, {b:g})` gave {got:g}; "
                f"the line of weight {w:g} and bias {b:g} is at {expected:g} there."
            )
    return None


def wrong_y(body):
    return f"w = 1\nb = 0\n\ndef y(x, w, b):\n    {body}\n"


@exercise(
    w=Slider(-10, 10),
    b=Slider(-10, 10),
    check=draws_the_line,
    passes="That is the line. The sliders now drive the function that you wrote.",
    hints=(
        "Try numbers first. With $\\weight{w} = 3$ and $\\bias{b} = 1$, which number should come out at $x = 2$?",
        "Two steps: scale `x` by the weight, then shift the result by the bias. "
        "In Python, `*` multiplies and `+` adds.",
        "Only the line after `return` has to change. It needs `w`, `x` and `b`, each of them once.",
    ),
    mistakes=(
        Mistake(
            wrong_y("return x"),
            follows(lambda x, w, b: x),
            "Your `y` hands back `x` as it came, whatever `w` and `b` are. Let both of them take part.",
        ),
        Mistake(
            wrong_y("return w + b * x"),
            follows(lambda x, w, b: w + b * x),
            "Nearly: `w` and `b` have changed places. Here the bias scales `x` and the weight shifts it; "
            "it should be the other way round.",
        ),
        Mistake(
            wrong_y("return w * (x + b)"),
            follows(lambda x, w, b: w * (x + b)),
            "Because of the brackets the bias is scaled by `w` as well. "
            "The bias belongs to no input: add it after the scaling.",
        ),
        Mistake(
            wrong_y("print(w * x + b)"),
            prints,
            "Your `y` shows its result with `print`, but hands nothing back. "
            "Whoever calls a function gets only what it returns: write `return` there.",
        ),
        Mistake(
            wrong_y("w * x + b"),
            gives_none,
            "Your `y` hands nothing back, so every answer is `None`. Does its last line begin with `return`?",
        ),
        Mistake(
            wrong_y("return x + b"),
            ignores(1),
            "Your `y` gives the same answer whatever `w` is: the weight is not read. Scale `x` by it.",
        ),
        Mistake(
            wrong_y("return w * x"),
            ignores(2),
            "Your `y` gives the same answer whatever `b` is: the bias is not read. Every line of yours "
            "goes through the origin.",
        ),
    ),
    solution=wrong_y("return w * x + b"),
)
def plotting_a_line(learner):
    """A line of your own: slope {w}, crosses at {b}."""
    return Plot(
        Curve(lambda x: learner.y(x, learner.w, learner.b)),
        x=(-10, 10),
        y=(-10, 10),
    )


# --- fitting_the_line ------------------------------------------------------------------------------------------

GOAL = 0.05


def your_line(learner):
    return lambda x: learner.y(x, learner.w, learner.b)


def fits(learner):
    line = your_line(learner)
    loss = squared_loss(line, COURSE)
    if loss < GOAL:
        return None
    errors = residuals(line, COURSE)
    mean = sum(errors) / len(errors)
    if abs(mean) > 0.05:
        where, move = ("above", "Lower") if mean > 0 else ("below", "Raise")
        advice = f"On average your line runs {abs(mean):.2f} {where} the points. {move} `b`, or turn `w`."
    else:
        turn = "steep: lower" if errors[-1] > errors[0] else "flat: raise"
        advice = f"The height is right on average, but the line is too {turn} `w` a little and mend `b` after it."
    return f"On the eight measured points your line has a loss of {loss:.3g}; it should be under {GOAL}. {advice}"


def moved_the_points(learner):
    fits_its_own_data = squared_loss(your_line(learner), learner.data) < GOAL
    return fits_its_own_data and fits(learner) is not None


def changed_the_loss(learner):
    says, true = learner.loss(learner.w, learner.b), squared_loss(your_line(learner), learner.data)
    return not isclose(says, true, rel_tol=1e-6, abs_tol=1e-9)


def cell_with(data, w, b, total="total / 2"):
    return f"""
data = {data}

w = {w}
b = {b}

def y(x, w, b):
    return w * x + b

def loss(w, b):
    total = 0
    for x, target in data:
        residual = y(x, w, b) - target
        total += residual ** 2
    return {total}
"""


ROWS = """[(1, 0.85), (2, 1.43), (3, 1.92), (4, 2.59),
        (5, 3.20), (6, 3.82), (7, 4.38), (8, 4.97)]"""


@exercise(
    w=Slider(-10, 10, step=0.01),
    b=Slider(-15, 15, step=0.01),
    data=DataPoints(x=(0, 9), y=(-1, 7)),
    reads=("loss(w, b)",),
    check=fits,
    passes="That is a fit: all eight points lie close to your line, and you trained it by hand.",
    hints=(
        "Start with the tilt. Turn `w` until the line is as steep as the row of points, even if it lies too high.",
        "From the first point to the last, $x$ grows by 7 and $y$ by about 4.1. How much is that for one step of $x$?",
        "With $\\weight{w}$ at about 0.6, move $\\bias{b}$ until as many points lie above the line as below. "
        "The number fields take exact values.",
    ),
    mistakes=(
        Mistake(
            cell_with("[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8)]", 1, 0),
            moved_the_points,
            "Your line fits the points, but only because the points have moved. In life the data stays and the "
            "model moves: press Reset to get the eight points back, then fit the line to them.",
        ),
        Mistake(
            cell_with(ROWS, 1, 0, "total / 2000"),
            changed_the_loss,
            "The loss is small because `loss` measures something else now. Half the sum of the squared residuals "
            "is what counts here; press Reset to get that back.",
        ),
    ),
    solution=cell_with(ROWS, 0.6, 0.2),
)
def fitting_the_line(learner):
    """A line through the data: slope {w}, crosses at {b}, loss {loss(w, b)}."""
    line = your_line(learner)
    return Plot(
        Stems(learner.data, to=line),
        Curve(line),
        Points(learner.data, drag="data"),
        x=(0, 9),
        y=(-1, 7),
    )


# --- remembering and predicting --------------------------------------------------------------------------------


@cell()
def remembering(learner):
    """The points that the code computed, beside the data that was measured."""
    return Plot(
        Points(COURSE, hollow=True),
        Points(learner.data, role="model"),
        x=(0, 9),
        y=(-1, 7),
    )


@cell()
def predicting(learner):
    """The model's line, the data it was fitted to, and its predictions for inputs never seen."""
    line = your_line(learner)
    return Plot(
        Curve(line),
        Points(COURSE, hollow=True),
        Points([(x, line(x)) for x in learner.x_values], name="the predictions", role="model"),
        x=(-5, 11),
        y=(-3, 8),
    )


@cell()
def one_or_four(learner):
    """No figure: the code's own output is the answer."""


@cell()
def other_units(learner):
    """No figure: the code's own output is the answer."""


@cell()
def all_the_same(learner):
    """No figure: the code's own output is the answer."""
