"""What the lesson on data, models and honesty shows and asks."""

from functools import lru_cache
from math import pi, sin
from random import Random

from engine.regression import mean_squared_error, polynomial_fit
from stage.controls import Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.grid import Matrix
from stage.marks import Curve, Path, Points
from stage.sample import brief

# --- overfitting and regularisation ----------------------------------------------------------------------------


def hidden(x):
    return sin(pi * x)


def drawn(seed):
    """13 samples: an x from each thirteenth of -1..1, and there the hidden curve with an error."""
    rng = Random(seed)
    places = [2 * (i + rng.random()) / 13 - 1 for i in range(13)]
    return [(x, hidden(x) + rng.gauss(0, 0.3)) for x in places]


def training_and_validation(sample):
    return drawn(sample), drawn(sample + 1000)


@lru_cache(maxsize=10_000)
def fitted(sample, degree, penalty=0.0):
    """A polynomial fitted to the training sample, and its losses on that and on the validation sample."""
    training, validation = training_and_validation(sample)
    model = polynomial_fit(training, degree, penalty=penalty)
    return model, mean_squared_error(model, training), mean_squared_error(model, validation)


def shown(loss):
    """A loss on a logarithmic axis, which has no 0: what is smaller lies at its bottom, what is larger at its top."""
    return min(max(loss, 0.01), 100)


def curve_and_losses(fits, here, control, sample, *more, readouts=(), **axis):
    """The one of the `fits` that is `here` on its samples, and the losses of all; a dot on them moves the control."""
    model, training_loss, validation_loss = fits[here]
    training, validation = training_and_validation(sample)
    curve = Plot(
        *more,
        Curve(model),
        Points(validation, role="path", hollow=True),
        Points(training),
        x=(-1, 1),
        y=(-2.5, 2.5),
        readouts={
            "training loss": round(training_loss, 6),
            "validation loss": round(validation_loss, 6),
            **dict(readouts),
        },
    )
    on_training = [(at, shown(loss)) for at, (_, loss, _) in fits.items()]
    on_validation = [(at, shown(loss)) for at, (_, _, loss) in fits.items()]
    losses = Plot(
        Path(on_training, role="data", label="training"),
        Path(on_validation, role="path", label="validation"),
        Points([(here, shown(training_loss))], drag=control),
        Points([(here, shown(validation_loss))], role="path", drag=control),
        y=(0.003, 200),  # room for the axis's name below the lowest loss
        y_label="loss",
        y_log=True,
        x_label=control,
        **axis,
    )
    return curve, losses


SAMPLE = Slider(1, 50, start=1, step=1, role="data")


@demo(degree=Slider(0, 12, start=1, step=1, role="model", plays=True), sample=SAMPLE)
def overfitting(degree, sample):
    """A polynomial of degree {degree} and the training samples that it is fitted to; rings are validation samples.

    Both losses against the degree: at {degree} the training loss is {training loss}, the validation loss
    {validation loss}.
    """
    sample = round(sample)
    fits = {each: fitted(sample, each) for each in range(13)}
    return curve_and_losses(fits, round(degree), "degree", sample, x=(-0.5, 12.5))


EXPONENTS = [i / 2 for i in range(-24, 5)]  # where the losses are drawn; the curve is that of any between


@demo(
    exponent=Slider(-12, 2, start=-12, step=0.5, role="gradient", plays=True),
    degree=Slider(0, 12, start=12, step=1, role="model"),
    sample=SAMPLE,
)
def regularisation(exponent, degree, sample):
    """A polynomial of degree {degree} fitted with a penalty of {penalty}; largest coefficient {largest coefficient}.

    Both losses against the exponent of the penalty: at {exponent} the training loss is {training loss}, the
    validation loss {validation loss}.
    """
    degree, sample = round(degree), round(sample)
    fits = {each: fitted(sample, degree, 10**each) for each in sorted({*EXPONENTS, exponent})}
    readouts = {"penalty": 10**exponent, "largest coefficient": max(abs(c) for c in fits[exponent][0].coefficients)}
    truth = Curve(hidden, role="data", faint=True, label="hidden")
    return curve_and_losses(fits, exponent, "exponent", sample, truth, readouts=readouts, x=(-12.4, 2.4))


# --- sort_these ------------------------------------------------------------------------------------------------

P, H = "parameter", "hyperparameter"
KINDS = {
    **dict.fromkeys(("weight of a line", "bias of a neuron"), P),
    **dict.fromkeys(("learning rate", "number of neurons", "degree"), H),
    **dict.fromkeys(("coefficients", "output weights"), P),
    **dict.fromkeys(("penalty", "optimiser", "training steps"), H),
}


def said(learner):
    """What the reader calls each thing: parameter, hyperparameter, or something else; a letter in quotes will do."""
    kinds = learner.kinds if isinstance(learner.kinds, dict) else {}
    words = {thing: str(kinds.get(thing)).strip().lower() for thing in KINDS}
    return {thing: {"p": P, "h": H}.get(word, word) for thing, word in words.items()}


def calls(kind, *things):
    """A question to put to a learner: do you call one of these things that?"""
    return lambda learner: any(said(learner)[thing] == kind for thing in things)


def sorts_all(learner):
    if not isinstance(learner.kinds, dict):
        return f"`kinds` is {brief(learner.kinds)}; it should stay a dictionary, with `p` or `h` for each thing."
    wrong = [thing for thing, kind in KINDS.items() if said(learner)[thing] != kind]
    if not wrong:
        return None
    right = f"{len(KINDS) - len(wrong)} of {len(KINDS)} are right"
    if said(learner)[wrong[0]] not in (P, H):
        return f"{right} so far; “{wrong[0]}” has neither `p` nor `h` yet."
    return f"{right}. Look again at “{wrong[0]}”: does the training find it, or is it settled before the training?"


def answer(letters):
    lines = "".join(f'    "{thing}": {letter},\n' for thing, letter in letters.items())
    return f'p = "{P}"\nh = "{H}"\n\nkinds = {{\n{lines}}}\n'


RIGHT = {thing: kind[0] for thing, kind in KINDS.items()}


@exercise(
    check=sorts_all,
    passes="All ten. What the training finds is a parameter; what it is told beforehand is a hyperparameter.",
    hints=(
        "When the training is over, is this among the numbers that it has found?",
        "In gradient descent a step changes each parameter. What is the same before the first step and after the last?",
        "Four of the ten are parameters: weights, biases and coefficients, whatever they belong to.",
    ),
    mistakes=(
        Mistake(
            answer(dict.fromkeys(KINDS, "p")),
            lambda learner: set(said(learner).values()) == {P},
            "Somebody adjusts each of the ten, but not always the training. It cannot take a step along the number of "
            "neurons: that was settled before it began.",
        ),
        Mistake(
            answer({thing: "hp"[kind == H] for thing, kind in KINDS.items()}),
            lambda learner: all({kind, said(learner)[thing]} == {P, H} for thing, kind in KINDS.items()),
            "You told the two kinds apart, and exchanged the names. Parameters are what the training finds.",
        ),
        Mistake(
            answer(RIGHT | {"learning rate": "p"}),
            calls(P, "learning rate"),
            "The learning rate says how long a step is, and no step changes it. In the last lesson you chose it.",
        ),
        Mistake(
            answer(RIGHT | {"penalty": "p"}),
            calls(P, "penalty"),
            "Could the training choose the penalty, it would choose 0, and have the lower training loss. So somebody "
            "else must choose it, by the validation loss.",
        ),
        Mistake(
            answer(RIGHT | {"degree": "p"}),
            calls(P, "number of neurons", "degree"),
            "The degree, like the number of neurons, says how many parameters there are. That is a model's "
            "architecture, and it stands before the training begins.",
        ),
        Mistake(
            answer(RIGHT | {"bias of a neuron": "h"}),
            calls(H, *(thing for thing, kind in KINDS.items() if kind == P)),
            "A weight, a bias or a coefficient stands under the hyperparameters. These are what the training finds.",
        ),
    ),
    solution=answer(RIGHT),
)
def sort_these(learner):
    """How many of the ten things you call parameters and how many hyperparameters so far."""
    words = list(said(learner).values())
    counts = words.count(P), words.count(H)
    columns, roles = ("p", "h", "not yet"), [["weight", "gradient", None]]
    return Matrix([[*counts, len(KINDS) - sum(counts)]], ("so far",), columns, roles=roles)


# --- split -----------------------------------------------------------------------------------------------------

SETS = {"training": "data", "validation": "path", "test": "gradient"}


def trial(count=20):
    return [(i, 10 * i) for i in range(count)]


def three_sets(got):
    """What a reader's function gave, as lists of (x, y). Raises TypeError or ValueError where it is no such thing."""
    one, two, three = ([(x, y) for x, y in part] for part in got)
    return one, two, three


def parts(learner, count=20, seed=1):
    return three_sets(learner.split(trial(count), seed))


def whole(learner, count=20, seed=1):
    return [sample for part in parts(learner, count, seed) for sample in part]


def prepared_by(learner, middles):
    """A question: does `prepare` take from the x of each of the reader's three sets what `middles` says of them?"""
    sets = parts(learner)
    moved = [sorted((round(x - m, 6), y) for x, y in part) for part, m in zip(sets, middles(*sets), strict=True)]
    try:
        return moved == [sorted((round(x, 6), y) for x, y in part) for part in learner.prepare(trial(), 1)]
    except (TypeError, ValueError):
        return False


def middle(*sets):
    xs = [x for part in sets for x, _ in part]
    return sum(xs) / len(xs)


def moves_the_data(learner):
    given = trial()
    learner.split(given, 1)
    return given != trial()


def splits(learner):
    for count in (20, 23, 50):
        got = learner.split(trial(count), 1)
        try:
            sizes, taken = [len(part) for part in three_sets(got)], sorted(whole(learner, count))
        except (TypeError, ValueError):
            return f"`split(data, seed)` gave {brief(got)}; three lists of samples should come out."
        if taken != trial(count):
            return f"The sets should hold each of {count} samples once; together they hold {brief(taken)}."
        if any(abs(size - share * count) >= 2 for size, share in zip(sizes, (0.6, 0.2, 0.2), strict=True)):
            shares = f"{0.6 * count:g}, {0.2 * count:g} and {0.2 * count:g}"
            return f"Of {count} samples, the sets have {sizes}; 60, 20 and 20 per cent would be about {shares}."
    for i, name in enumerate(SETS):
        if missing := set(trial()).difference(*(parts(learner, seed=seed)[i] for seed in range(100))):
            return (
                f"With a hundred different seeds, sample {min(missing)[0]} of 20 never came into the {name} set. "
                "Shuffle all of the samples before you cut."
            )
    if not prepared_by(learner, lambda *sets: [middle(sets[0])] * 3):
        return (
            "`split` is right. `prepare` should give the same sets, with the mean of the training set's x taken from "
            f"every x; it gave {brief(learner.prepare(trial(), 1), 80)}."
        )
    return None


SHUFFLED = "    shuffled = list(data)\n    Random(seed).shuffle(shuffled)\n"

CUT = """    one = round(0.6 * len(data))
    two = round(0.8 * len(data))
    return shuffled[:one], shuffled[one:two], shuffled[two:]
"""

PREPARE = """    parts = split(data, seed)
    middle = mean_of_x(parts[0])
    return [[(x - middle, y) for x, y in part] for part in parts]
"""


def code(split=SHUFFLED + CUT, prepare=PREPARE):
    return f"""
from random import Random

from engine.data import line_with_noise

data = list(line_with_noise(20, seed=1))
seed = 1

def split(data, seed):
{split}
def mean_of_x(part):
    return sum(x for x, y in part) / len(part)

def prepare(data, seed):
{prepare}"""


@exercise(
    seed=Slider(0, 20, step=1, role="data"),
    check=splits,
    passes="Seeded, shuffled, disjoint and whole, and the training set alone says where the middle is.",
    hints=(
        "In `split`, two things have to happen: the samples are mixed, and then the row of them is cut at two places.",
        "`shuffled = list(data)` makes a list of its own; `Random(seed).shuffle(shuffled)` mixes it, in the same way "
        "each time for the same seed.",
        "Cut at `one = round(0.6 * len(data))` and at `two = round(0.8 * len(data))`: the sets are `shuffled[:one]`, "
        "`shuffled[one:two]` and `shuffled[two:]`.",
        "In `prepare`, call `split` first. Then take the mean of `parts[0]` alone from the x of all three parts.",
    ),
    mistakes=(
        Mistake(
            code(f"{SHUFFLED}    return shuffled[:12], shuffled[10:16], shuffled[14:]\n"),
            lambda learner: len(whole(learner)) > len(set(whole(learner))),
            "Some samples are in two sets at once. What a model has been trained on cannot judge it: let each set "
            "begin where the one before it ends.",
        ),
        Mistake(
            code(SHUFFLED + CUT.replace("[two:]", "[two:two + int(0.2 * len(data))]")),
            lambda learner: any(len(set(whole(learner, count))) < count for count in (20, 23, 50)),
            "Some samples are in no set at all. 20 per cent of 23 is no whole number, and what is rounded off gets "
            "lost. Let the last set take all the rest: `shuffled[two:]`.",
        ),
        Mistake(
            code("    shuffled = data\n" + CUT),
            lambda learner: all(whole(learner, seed=seed) == trial() for seed in range(5)),
            "The sets are cut from the data as they lie. Here they lie in the order of x, so that all small x are in "
            "the training set and all large ones in the test set. Shuffle first.",
        ),
        Mistake(
            code(SHUFFLED.replace("(seed)", "()") + CUT),
            lambda learner: any(parts(learner) != parts(learner) for _ in range(5)),
            "Twice the same seed, and two different splits: nobody can repeat your result, and what is tested today "
            "was trained on yesterday. Shuffle with `Random(seed)`.",
        ),
        Mistake(
            code(SHUFFLED.replace("(seed)", "(42)") + CUT),
            lambda learner: all(parts(learner, seed=seed) == parts(learner) for seed in range(20)),
            "The split is the same for every seed. Give `seed` to `Random`, so that another seed draws another split.",
        ),
        Mistake(
            code("    shuffled = data\n    Random(seed).shuffle(shuffled)\n" + CUT),
            moves_the_data,
            "The sets are right, but `shuffle` mixes the caller's own list: afterwards `data` is in another order, and "
            "a second call splits it differently. Shuffle a copy, `list(data)`.",
        ),
        Mistake(
            code(prepare="    middle = mean_of_x(data)\n    return split([(x - middle, y) for x, y in data], seed)\n"),
            lambda learner: prepared_by(learner, lambda *sets: [middle(*sets)] * 3),
            "`split` is right; `prepare` leaks. It takes the mean of all the data, so something of the test set is in "
            "what the model is trained on. Split first, then take the mean of the training set alone.",
        ),
        Mistake(
            code(prepare="    return [[(x - mean_of_x(part), y) for x, y in part] for part in split(data, seed)]\n"),
            lambda learner: prepared_by(learner, lambda *sets: map(middle, sets)),
            "Each set is moved by its own mean: one and the same measurement then becomes three different numbers. "
            "Take the mean of the training set, and move all three by that.",
        ),
    ),
    solution=code(),
)
def split(learner):
    """Which of the three sets your split gives each sample to, with seed {seed}.

    How many samples each set has, and how many it shares with the others.
    """
    got = learner.split(list(learner.data), learner.seed)
    try:
        sets, note = three_sets(got), ""
    except (TypeError, ValueError):
        sets, note = ([], [], []), "split(data, seed) should give three lists of samples."
    named = zip(SETS.items(), sets, strict=True)
    marks = [Points(part, name=name, role=role) for (name, role), part in named]
    shared = [[len({*one} & {*other}) for other in sets] for one in sets]
    roles = [[role if name == other else "loss" for other in SETS] for name, role in SETS.items()]
    table = Matrix(shared, tuple(SETS), tuple(SETS), row_label="samples in", column_label="also in", roles=roles)
    return Plot(*marks, x=(-0.5, 8.5), y=(-1, 6), note=note), table


def silent(learner):
    """No figure: the code's own output is the answer."""


best_of_many = more_data = everything_twice = cell()(silent)
