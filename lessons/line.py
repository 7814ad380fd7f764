"""What the lesson on the line shows."""

from engine.line import Line
from stage.demo import Slider, cell, demo
from stage.figure import Curve, Path, Plot, Points


@demo(w=Slider(-10, 10, start=1), b=Slider(-10, 10, start=0))
def the_line(w, b):
    """A line of slope {w} that crosses the axis at {b}."""
    step = [(0, b), (1, b), (1, b + w)]  # one to the right, w up
    return Plot(
        Curve(Line(w, b)),
        Path(step, role="weight"),
        Points([(0, b)], role="bias"),
        x=(-10, 10),
        y=(-10, 10),
    )


@cell()
def three_inputs(learner):
    """No figure: the code's own output is the answer."""


@cell()
def a_flat_line(learner):
    """No figure: the code's own output is the answer."""


@cell()
def where_it_crosses(learner):
    """No figure: the code's own output is the answer."""


@cell()
def one_weight(learner):
    """No figure: the code's own output is the answer."""
