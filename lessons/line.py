"""What the lesson on the line shows."""

from engine.line import Line, weighted_sum
from stage.controls import Slider
from stage.demo import cell, demo
from stage.figure import Plot, Surface
from stage.marks import Curve, Path, Points


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


@demo(w1=Slider(-10, 10, start=0), w2=Slider(-10, 10, start=0), b=Slider(-10, 10, start=0))
def the_plane(w1, w2, b):
    """A plane that climbs by {w1} for each x1 and by {w2} for each x2, and is at {b} above the origin."""
    return Surface(
        lambda x1, x2: weighted_sum([x1, x2], [w1, w2], b),
        Points([(0, 0)], role="bias"),
        x1=(-10, 10),
        x2=(-10, 10),
        z=(-100, 100),
        size=21,
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
