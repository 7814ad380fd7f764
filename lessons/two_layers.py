"""What the lesson on two layers shows and asks: a whole network in NumPy, and a slip in its backward pass."""

import numpy as np

from stage.controls import Player, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.learner import runs
from stage.marks import Curve, Path, Points
from stage.sample import brief, number

# --- small_network ---------------------------------------------------------------------------------------------


def losses_of(learning_rate, hidden):
    """The loss of a small network, before each of 200 updates."""
    np.random.seed(42)
    x = np.random.randn(8, 20)  # 8 samples with 20 inputs
    y = np.random.randn(8, 3)  # and 3 targets
    w1 = np.random.randn(20, hidden)
    w2 = np.random.randn(hidden, 3)
    losses = []
    for _ in range(200):
        h = x @ w1
        r = np.maximum(h, 0)
        y_pred = r @ w2
        losses.append(((y_pred - y) ** 2).sum())
        if losses[-1] > 1e9:
            break  # it has left the valley for good
        grad_y = 2 * (y_pred - y)
        grad_h = grad_y @ w2.T * (h > 0)
        w2 = w2 - learning_rate * r.T @ grad_y
        w1 = w1 - learning_rate * x.T @ grad_h
    return losses


@demo(
    hidden=Slider(1, 40, start=10, step=1, role="model"),
    learning_rate=Slider(0, 0.004, start=0.0005, step=0.0001, role="gradient"),
)
def small_network(hidden, learning_rate):
    """The loss of a network with {hidden} hidden neurons, from {first loss} to {last loss}, on a logarithmic axis."""
    hidden = round(hidden)
    losses = losses_of(learning_rate, hidden)
    fall = [(epoch, max(loss, 1e-12)) for epoch, loss in enumerate(losses)]
    return Plot(
        Path(fall, role="loss"),
        Points(fall[-1:], role="loss"),
        x=(0, 200),
        y=(1e-12, 1e6),
        x_label="epoch",
        y_label="loss",
        y_log=True,
        readouts={"weights": 20 * hidden + hidden * 3, "first loss": losses[0], "last loss": losses[-1]},
    )


# --- two_layers ------------------------------------------------------------------------------------------------

EPOCHS = 500


@cell(
    learning_rate=Slider(1e-7, 3e-6, step=1e-7, role="gradient", reruns=True),
    train=Player(records=("epoch", "loss", "y_pred"), most=EPOCHS),
    reads=("loss",),
)
def two_layers(learner):
    """The loss of each epoch so far, on a logarithmic axis: {epochs done}, and now {loss}.

    The first output of all 64 samples against its target; at the end all points lie on the diagonal.
    """
    everything = runs(learner)
    losses = [[(step, min(loss, 1e12)) for step, loss in run.trace("loss") if loss > 0] for run in everything]
    fall = Plot(
        *(Path(each, role="loss", faint=each is not losses[-1]) for each in losses if each),
        Points(losses[-1][-1:], role="loss"),
        x=(0, EPOCHS),
        y=(1e-8, 1e10),
        x_label="epoch",
        y_label="loss",
        y_log=True,
        readouts={"epochs done": f"{learner.epoch} of {EPOCHS}"},
        note=climbing(learner) or dead(learner),
    )
    pairs = [(float(a), float(b)) for a, b in zip(learner.y[:, 0], learner.y_pred[:, 0], strict=True)]
    pairs = [(a, b) for a, b in pairs if number(b) is not None]
    reach = max([3, *(1.05 * abs(b) for _, b in pairs)])
    outputs = Plot(
        Curve(lambda target: target, role="path", faint=True, label="right", samples=2),
        Points(pairs, role="model"),
        x=(-3, 3),
        y=(-reach, reach),
        x_label="target",
        y_label="output",
    )
    return fall, outputs


def climbing(learner):
    """A sentence on a loss that grows and grows; at the first steps it may rise and come back."""
    losses = [loss for _, loss in runs(learner)[-1].trace("loss")]
    if not losses or losses[-1] < 1000 * losses[0]:
        return ""
    grown = f"The loss has grown from {losses[0]:.3g} to {losses[-1]:.3g}"
    return f"{grown}: each step overshoots the valley. Rewind, and try a smaller learning rate."


def dead(learner):
    """A sentence on neurons that no sample reaches any more; at the newest step only, as the sums h are not kept."""
    run = runs(learner)[-1]
    count = int((learner.h <= 0).all(axis=0).sum()) if run.at == len(run.rows) - 1 else 0
    return f"{count} of {learner.h.shape[1]} hidden neurons are dead: no sample switches them on." if count else ""


# --- spot_the_slip ---------------------------------------------------------------------------------------------

BOTH = """
import numpy as np

def forward(x, w1, w2):
    h = x @ w1                        # (1)
    r = np.maximum(h, 0)              # (2)
    y_pred = r @ w2                   # (3)
    return h, r, y_pred

def backward(x, y, w1, w2):
    h, r, y_pred = forward(x, w1, w2)
    grad_y = 2 * (y_pred - y)         # (4)
    grad_w2 = r.T @ grad_y            # (3)
    grad_r = grad_y @ w2.T            # (3)
    grad_h = grad_r * (h > 0)         # (2)
    grad_w1 = x.T @ grad_h            # (1)
    return grad_w1, grad_w2
"""


def small(seed=5):
    """4 samples with 3 inputs and 2 targets, and the weights of 5 hidden neurons; fresh arrays each time."""
    numbers = np.random.default_rng(seed)
    return [numbers.normal(size=shape) for shape in ((4, 3), (4, 2), (3, 5), (5, 2))]


def loss_of(x, y, w1, w2):
    return ((np.maximum(x @ w1, 0) @ w2 - y) ** 2).sum()


def measured(x, y, w1, w2):
    """Both gradients by central differences."""
    found = []
    for weights in (w1, w2):
        slopes = np.zeros_like(weights)
        for place in np.ndindex(weights.shape):
            kept, ends = weights[place], []
            for side in (1e-6, -1e-6):
                weights[place] = kept + side
                ends.append(loss_of(x, y, w1, w2))
            weights[place] = kept
            slopes[place] = (ends[0] - ends[1]) / 2e-6
        found.append(slopes)
    return found


def close(got, right):
    pairs = zip(got, right, strict=True)
    return all(np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-4, atol=1e-5) for a, b in pairs)


def agrees(learner):
    for seed in (5, 6):
        arrays = small(seed)
        got = learner.backward(*arrays)
        if not isinstance(got, tuple) or len(got) != 2:
            return f"`backward` gave {brief(got)}; it should return two arrays, `grad_w1, grad_w2`."
        right = measured(*small(seed))
        for name, mine, slopes in zip(("grad_w1", "grad_w2"), got, right, strict=True):
            if np.shape(mine) != slopes.shape:
                return f"`{name}` has the shape {np.shape(mine)}; it should be that of the weights, {slopes.shape}."
        fits = [close([mine], [slopes]) for mine, slopes in zip(got, right, strict=True)]
        if not all(fits):
            other = "`grad_w2` is as measured, `grad_w1` is not" if fits[1] else "`grad_w2` is not as measured"
            return f"{other}, by central differences. Go through the lines from (4) to (1), with the equations beside."
    return None


def slip(example, says, also=lambda learner: True):
    """A wrong backward pass; the reader's is the same if it gives the same numbers, and `also` holds."""
    names = {}
    exec(example, names)
    wrong = names["backward"](*small())
    return Mistake(example, lambda learner: close(learner.backward(*small()), wrong) and also(learner), says)


def one_array(learner):
    x, _, w1, w2 = small()
    h, r, _ = learner.forward(x, w1, w2)
    return np.shares_memory(h, r)


def writes_into_its_inputs(learner):
    arrays = small()
    learner.backward(*arrays)
    return not close(arrays, small())


RIGHT = "grad_r * (h > 0)"
SHARED = BOTH.replace("np.maximum(h, 0)", "h\n    r[r < 0] = 0").replace(RIGHT, "grad_r\n    grad_h[h < 0] = 0")
SPENT = BOTH.replace("grad_y = 2 * (y_pred - y)", "y -= y_pred\n    grad_y = -2 * y")
SLIPS = {
    "grad_r * (grad_r > 0)": "Here a gradient passes by its own sign. What did the neuron decide by, going forward?",
    "grad_r": "Now every gradient passes, also to neurons that were off. They had no part in the output.",
    "grad_r * (h < 0)": "Your mask is the wrong way round: it lets the gradient pass where the neuron was off.",
    "grad_r * r": "You multiply by what the neuron answered. ReLU has a slope of 1 where it is on, however high it is.",
    "(h > 0)": "A mask alone is no gradient. Multiply what comes back, `grad_r`, by it.",
}


@exercise(
    check=agrees,
    passes="All points lie on the diagonal. With this line the loss ends at 0.0000005, with the slip at 0.7.",
    hints=(
        "Look at the figure: the gradients of `w2` are right, those of `w1` are not. So the slip is after `grad_w2`.",
        "Compare each line with its equation. In which one does the equation speak of $h$, and the code does not?",
        "The slope of ReLU is 1 where `h > 0`, and 0 elsewhere. `h > 0` is an array of these; multiply by it.",
    ),
    mistakes=(
        slip(
            SHARED, "`r = h` is one array with two names: when `r` loses its negative numbers, so does `h`.", one_array
        ),
        slip(
            SPENT, "The gradients are right, but `y` is overwritten: it is the caller's array.", writes_into_its_inputs
        ),
        *(slip(BOTH.replace(RIGHT, wrong), says) for wrong, says in SLIPS.items()),
        slip(
            BOTH.replace("(y_pred - y)", "(y_pred - y) * (y_pred > 0)"),
            "You mask the gradient at the output. There is no ReLU after (3); the mask belongs to (2).",
        ),
    ),
    solution=BOTH,
)
def spot_the_slip(learner):
    """Each weight as a point: its gradient as measured by central differences, and as your backward pass says."""
    right = measured(*small())
    got = learner.backward(*small())
    got = got if isinstance(got, tuple) else ()
    points = [
        [(float(a), float(b)) for a, b in zip(slopes.ravel(), np.ravel(mine), strict=False) if number(b) is not None]
        for slopes, mine in zip(right, got, strict=False)
    ]
    return Plot(
        Curve(lambda slope: slope, role="path", faint=True, label="right", samples=2),
        *(Points(each, role=role) for each, role in zip(points, ("gradient", "weight"), strict=False)),
        x=(-30, 30),
        y=(-30, 30),
        x_label="measured",
        y_label="yours",
    )


# --- all_epochs, and questions ---------------------------------------------------------------------------------


@cell()
def all_epochs(learner):
    """No figure: the code prints, and draws the loss with Matplotlib."""


@cell()
def how_many_weights(learner):
    """No figure: the code's own output is the answer."""


@cell()
def before_training(learner):
    """No figure: the code's own output is the answer."""


@cell()
def half_of_them(learner):
    """No figure: the code's own output is the answer."""
