"""What the lesson on metrics shows and asks."""

from functools import lru_cache
from math import isclose, isnan

from engine.data import scores
from engine.metrics import at_threshold, average_precision, confusion, precision_recall, roc, roc_area
from stage.controls import Choice, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.grid import Matrix
from stage.marks import Bars, Path, Points
from stage.sample import brief, number

# --- threshold -------------------------------------------------------------------------------------------------

BINS = 50
EDGES = (-0.03, 1.03)  # room for a dot at 0 and at 1


@lru_cache(maxsize=100)
def scored(positives, apart):
    """The classes of 1,000 samples and their scores, and both curves over all thresholds with their areas."""
    found, actual = zip(*scores(1000, positives=positives, apart=apart, seed=2), strict=True)
    curves = roc(actual, found), precision_recall(actual, found)
    return actual, found, *curves, roc_area(actual, found), average_precision(actual, found)


def histogram(found, sign):
    """A bar for each fiftieth of 0..1: how many of the scores lie in it, upwards or downwards."""
    counts = [0] * BINS
    for score in found:
        counts[int(score * BINS + 1e-9)] += 1  # 0.58 * 50 is a trifle below 29
    return [((i + 0.5) / BINS, sign * count) for i, count in enumerate(counts)]


def distributions(actual, found, threshold, **more):
    marks, heights = [], []
    for label, role, sign in ((1, "positive", 1), (0, "negative", -1)):
        of_class = [score for score, each in zip(found, actual, strict=True) if each == label]
        right = histogram([score for score in of_class if (score >= threshold) == label], sign)
        wrong = histogram([score for score in of_class if (score >= threshold) != label], sign)
        marks += [Bars(right, width=1 / BINS, role=role), Bars(wrong, width=1 / BINS, role=role, faint=True)]
        heights += [height for _, height in right + wrong]
    low, high = 1.1 * min(heights), 1.1 * max(heights)
    line = Path([(threshold, low), (threshold, high)], role="weight")
    grip = Points([(threshold, 0)], role="weight", drag="threshold")
    return Plot(*marks, line, grip, x=EDGES, y=(1.2 * low, high), x_label="score", y_label="samples", **more)


def table(counts, names=("positive", "negative")):
    """A confusion matrix; what is predicted wrongly has the colour of a loss."""
    values = [[counts.tp, counts.fn], [counts.fp, counts.tn]]
    roles = [["positive", "loss"], ["loss", "negative"]]
    return Matrix(values, names, names, row_label="actual", column_label="predicted", roles=roles)


@demo(
    threshold=Slider(0, 1, start=0.5, step=0.02, role="weight"),
    positives=Slider(0.01, 0.99, start=0.5, step=0.01, role="positive"),
    separation=Slider(0, 5, start=2, step=0.1),
)
def threshold(threshold, positives, separation):
    """The scores of 1,000 samples, {positives} of them positive: positives upwards, negatives downwards.

    The confusion matrix at a threshold of {threshold}: accuracy {accuracy}, precision {precision}, F1 {F1}.

    The ROC curve, with an area of {ROC area}. At this threshold the recall is {recall}, the fall-out {fall-out}.

    The precision-recall curve, with an area of {PR area}. At this threshold precision is {precision}, recall {recall}.
    """
    actual, found, roc_curve, pr_curve, area, pr_area = scored(positives, separation)
    now = at_threshold(actual, found, threshold)
    metrics = {"accuracy": now.accuracy, "precision": now.precision, "recall": now.recall, "F1": now.f1}
    metrics |= {"fall-out": now.fall_out, "ROC area": area, "PR area": pr_area}
    here = [(now.recall, now.precision)] * (now.tp + now.fp > 0)  # nothing called positive: no place on that curve
    chance = sum(actual) / len(actual)
    roc_plot = Plot(
        Path([(1, 1), (0, 0)], faint=True, label="by chance"),
        Path(roc_curve, role="model"),
        Points([(now.fall_out, now.recall)], role="weight"),
        x=EDGES,
        y=EDGES,
        x_label="fall-out",
        y_label="recall",
    )
    pr_plot = Plot(
        Path([(1, chance), (0, chance)], faint=True, label="by chance" if chance > 0.15 else ""),
        Path(pr_curve, role="model"),
        *[Points([place], role="weight") for place in here],
        x=EDGES,
        y=EDGES,
        x_label="recall",
        y_label="precision",
    )
    return distributions(actual, found, threshold, readouts=metrics), table(now), roc_plot, pr_plot


# --- two_jobs --------------------------------------------------------------------------------------------------

JOBS = {
    # what is looked for and what not, the share of it, and what a miss and a false alarm cost
    "medical test": (("ill", "healthy"), 0.05, 50, 1),
    "spam filter": (("spam", "letter"), 0.4, 1, 20),
}


@lru_cache(maxsize=4)
def costs(job):
    """The confusion matrix and the cost of each threshold from 0 to 1."""
    _, positives, miss, alarm = JOBS[job]
    found, actual = zip(*scores(400, positives=positives, apart=3, seed=2), strict=True)
    places = [i / 50 for i in range(51)]
    counts = [at_threshold(actual, found, place) for place in places]
    return [(place, each, miss * each.fn + alarm * each.fp) for place, each in zip(places, counts, strict=True)]


@demo(
    job=Choice(tuple(JOBS), start="medical test"),
    threshold=Slider(0, 1, start=0.5, step=0.02, role="weight"),
)
def two_jobs(job, threshold):
    """What the mistakes of a {job} cost in all, against its threshold: at {threshold} they cost {cost}.

    Its confusion matrix at a threshold of {threshold}: {missed} missed, {false alarms} false alarms.
    """
    place, counts, cost = min(costs(job), key=lambda each: abs(each[0] - threshold))
    curve = [(place, cost) for place, _, cost in costs(job)]
    plot = Plot(
        Path(curve, role="loss"),
        Points([(place, cost)], role="weight", drag="threshold"),
        x=EDGES,
        y=(0, 1.1 * max(cost for _, cost in curve)),
        x_label="threshold",
        y_label="cost",
        readouts={"cost": cost, "missed": counts.fn, "false alarms": counts.fp},
    )
    return plot, table(counts, JOBS[job][0])


# --- metrics_from_scratch --------------------------------------------------------------------------------------

SCORES = (0.9, 0.8, 0.7, 0.6, 0.6, 0.4, 0.3, 0.3, 0.2, 0.1)
MIXED = (1, 1, 0, 1, 0, 0, 1, 0, 0, 0)
CASES = (
    (MIXED, SCORES, 0.5),
    (MIXED, SCORES, 0.25),
    (MIXED[::-1], SCORES, 0.65),
    ((0, 0, 0, 0, 0, 0, 0, 0, 0, 1), SCORES, 0.85),
    (MIXED, SCORES, 1),  # nothing is predicted positive: no precision
    ((0,) * 10, SCORES, 0.5),  # nothing is positive: no recall, no area
    ((0,) * 10, SCORES, 1),  # neither: no F1
    ((1,) * 10, SCORES, 0.5),  # nothing is negative: no area
    ((0, 1, 1, 0), (0.2, 0.9, 0.6, 0.7), 0.5),  # fewer samples
)
"""Actual classes, scores and a threshold; scikit-learn agrees with the engine on all of them."""

NAMES = ("accuracy", "precision", "recall", "f1", "roc_area")


def predicted_by(found, threshold):
    return [int(score >= threshold) for score in found]


def arguments(name, actual, found, threshold):
    return list(actual), list(found) if name == "roc_area" else predicted_by(found, threshold)


def true_value(name, actual, found, threshold):
    if name == "roc_area":
        return roc_area(actual, found)
    return getattr(confusion(actual, predicted_by(found, threshold)), name)


def same(got, expected):
    if isinstance(expected, float) and isnan(expected):
        return isinstance(got, float) and isnan(got)
    return number(got) is not None and isclose(got, expected, abs_tol=1e-9)


def is_rule(name, rule):
    """A question to put to a learner: is your function of this name, in every case, what the rule makes of it?"""

    def question(learner):
        function = getattr(learner, name)
        return all(same(function(*arguments(name, *case)), rule(*case)) for case in CASES)

    return question


def is_made_of(name, rule):
    """As `is_rule`, for a rule of the confusion matrix."""
    return is_rule(name, lambda actual, found, at: rule(at_threshold(actual, found, at)))


def divides_by_zero(name):
    """A question to put to a learner: does your function of this name divide by 0 in one of the cases?"""

    def question(learner):
        try:
            for case in CASES:
                getattr(learner, name)(*arguments(name, *case))
        except ZeroDivisionError:
            return True
        return False

    return question


def share_of_pairs(actual, found, wins):
    """The share of the pairs of a positive and a negative that is won."""
    pairs = [(p, n) for p, one in zip(found, actual) for n, other in zip(found, actual) if one > other]  # noqa: B905
    return sum(wins(p, n) for p, n in pairs) / len(pairs) if pairs else float("nan")


def measures(learner):
    for name in NAMES:
        function = getattr(learner, name)
        for case in CASES:
            got, expected = function(*arguments(name, *case)), true_value(name, *case)
            if not same(got, expected):
                first, second = arguments(name, *case)
                other = "scores" if name == "roc_area" else "predicted"
                return (
                    f"For actual = {first} and {other} = {second}, `{name}` gave {brief(got)}; "
                    f"it should be {expected:.6g}."
                )
    return None


RIGHT = {
    "accuracy": "return (tp + tn) / (tp + fp + fn + tn)",
    "precision": "return tp / (tp + fp) if tp + fp else 0.0",
    "recall": "return tp / (tp + fn) if tp + fn else 0.0",
    "f1": "return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0",
    "wins": "won += (p > n) + (p == n) / 2",
    "roc_area": "return won / pairs if pairs else float('nan')",
}


def code(**changes):
    """The cell with its functions filled in, all right but for the changes."""
    lines = RIGHT | changes
    functions = "".join(
        f"def {name}(actual, predicted):\n    tp, fp, fn, tn = counts(actual, predicted)\n    {lines[name]}\n\n"
        for name in NAMES[:4]
    )
    return f"""
actual = [1, 1, 0, 1, 0, 0, 1, 0, 0, 0]
scores = [0.9, 0.8, 0.7, 0.6, 0.6,
          0.4, 0.3, 0.3, 0.2, 0.1]
threshold = 0.5
predicted = [int(s >= threshold) for s in scores]

def counts(actual, predicted):
    pairs = list(zip(actual, predicted))
    return pairs.count((1, 1)), pairs.count((0, 1)), pairs.count((1, 0)), pairs.count((0, 0))

{functions}def roc_area(actual, scores):
    positives = [s for s, a in zip(scores, actual) if a == 1]
    negatives = [s for s, a in zip(scores, actual) if a == 0]
    pairs = len(positives) * len(negatives)
    won = 0
    for p in positives:
        for n in negatives:
            {lines["wins"]}
    {lines["roc_area"]}
"""


UNGUARDED = {
    "precision": ("tp / (tp + fp)", "nothing is predicted positive and `tp + fp` is 0", "0.0"),
    "recall": ("tp / (tp + fn)", "nothing is positive and `tp + fn` is 0", "0.0"),
    "f1": ("2 * tp / (2 * tp + fp + fn)", "nothing is positive and nothing is predicted so", "0.0"),
    "roc_area": ("won / pairs", "one class is missing and `pairs` is 0", "float('nan')"),
}
"""For each function the fraction alone, where it divides by 0, and what is to come out there."""


@exercise(
    threshold=Slider(0, 1, step=0.05, role="weight", reruns=True),
    reads=tuple(f"{name}(actual, {'scores' if name == 'roc_area' else 'predicted'})" for name in NAMES),
    check=measures,
    passes="All five agree with scikit-learn, also where there is nothing to divide by.",
    hints=(
        "Each of the first four is one fraction of the four counts. For each, ask: of how many, and how many of those?",
        "Precision asks of those that were predicted positive, `tp + fp`. Recall asks of those that are positive, "
        "`tp + fn`. F1 is `2 * tp / (2 * tp + fp + fn)`.",
        "A fraction with a guard: `return tp / (tp + fp) if tp + fp else 0.0`.",
        "For the area, add 1 to `won` where the positive has the higher score `p > n`, and a half where `p == n`. Then "
        "divide by `pairs`, or return `float('nan')` if there are none.",
    ),
    mistakes=(
        *(
            Mistake(
                code(**{name: f"return {fraction}"}),
                divides_by_zero(name),
                f"Your `{name}` divides by 0, as where {where}. Look at the denominator first, and let it return "
                f"`{wanted}` there.",
            )
            for name, (fraction, where, wanted) in UNGUARDED.items()
        ),
        Mistake(
            code(precision=RIGHT["recall"], recall=RIGHT["precision"]),
            lambda learner: (
                is_made_of("precision", lambda c: c.recall)(learner)
                and is_made_of("recall", lambda c: c.precision)(learner)
            ),
            "Precision and recall have changed places. Precision divides by what was predicted positive, `tp + fp`; "
            "recall by what is positive, `tp + fn`.",
        ),
        Mistake(
            code(accuracy="return tp / (tp + fp + fn + tn)"),
            is_made_of("accuracy", lambda c: c.tp / c.total),
            "Your `accuracy` counts only the positives among what is right. The true negatives are right as well: "
            "`tp + tn`.",
        ),
        Mistake(
            code(f1="return (precision(actual, predicted) + recall(actual, predicted)) / 2"),
            is_made_of("f1", lambda c: (c.precision + c.recall) / 2),
            "That is the ordinary mean of precision and recall, which a single good one of the two can lift to a half. "
            "F1 is the harmonic mean, `2 * tp / (2 * tp + fp + fn)`.",
        ),
        Mistake(
            code(wins="won += p > n"),
            is_rule("roc_area", lambda actual, found, at: share_of_pairs(actual, found, lambda p, n: p > n)),
            "In `roc_area` a tie counts nothing. With equal scores it is a toss-up who comes first: count it half.",
        ),
        Mistake(
            code(wins="won += (n > p) + (p == n) / 2"),
            is_rule("roc_area", lambda actual, found, at: 1 - roc_area(actual, found)),
            "Your `roc_area` counts the pairs that the negative wins, so that the best model gets 0. Count those in "
            "which the positive has the higher score.",
        ),
        Mistake(
            code(roc_area="return won / pairs if pairs else 0.0"),
            is_rule(
                "roc_area",
                lambda actual, found, at: 0.0 if isnan(roc_area(actual, found)) else roc_area(actual, found),
            ),
            "With one class only there are no pairs, and `roc_area` says 0, as of the worst model there is. It cannot "
            "know: let it return `float('nan')`, which stands for “not a number”.",
        ),
    ),
    solution=code(),
)
def metrics_from_scratch(learner):
    """The confusion matrix of your counts at a threshold of {threshold}."""
    tp, fp, fn, tn = learner.counts(learner.actual, learner.predicted)
    names = ("positive", "negative")
    roles = [["positive", "loss"], ["loss", "negative"]]
    return Matrix([[tp, fn], [fp, tn]], names, names, row_label="actual", column_label="predicted", roles=roles)


# --- cells whose output is the answer --------------------------------------------------------------------------


@cell()
def always_no(learner):
    """No figure: the code's own output is the answer."""


@cell()
def a_positive_test(learner):
    """No figure: the code's own output is the answer."""


@cell()
def two_means(learner):
    """No figure: the code's own output is the answer."""


@cell()
def rarer_and_rarer(learner):
    """No figure: the code's own output is the answer."""
