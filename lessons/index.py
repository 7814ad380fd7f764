"""What the home page shows."""

from engine.data import COURSE
from engine.line import Line
from engine.loss import squared_loss
from stage.controls import Slider
from stage.demo import demo
from stage.figure import Plot
from stage.marks import Curve, Points, Stems


@demo(w=Slider(-2, 2, start=0.15, step=0.01), b=Slider(-5, 5, start=3.4, step=0.01))
def eight_points(w, b):
    """Eight points and a line of slope {w} that crosses the axis at {b}: loss {loss}."""
    line = Line(w, b)
    return Plot(
        Stems(COURSE, to=line),
        Curve(line),
        Points(COURSE),
        x=(0, 9),
        y=(0, 6),
        readouts={"loss": squared_loss(line, COURSE)},
    )
