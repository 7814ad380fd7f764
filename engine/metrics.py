"""How good a classifier is: its confusion matrix, what is made of it, and the curves over all thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import fsum, isnan, nan


@dataclass(frozen=True)
class Confusion:
    """How many samples were predicted rightly and wrongly: true and false positives, false and true negatives.

    Each share is 0..1, and 0.0 where its denominator is 0. Raises ValueError for a negative count.
    """

    tp: int
    fp: int
    fn: int
    tn: int

    def __post_init__(self) -> None:
        if min(self.tp, self.fp, self.fn, self.tn) < 0:
            raise ValueError(f"got {self}; expected counts of 0 or more")

    @property
    def total(self) -> int:
        """The number of samples."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def accuracy(self) -> float:
        """The share of all samples that is predicted rightly: (tp + tn) / total."""
        return _share(self.tp + self.tn, self.total)

    @property
    def precision(self) -> float:
        """The share of the predicted positives that is right: tp / (tp + fp)."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        """The share of the actual positives that is found, the true positive rate: tp / (tp + fn)."""
        return _share(self.tp, self.tp + self.fn)

    @property
    def fall_out(self) -> float:
        """The share of the actual negatives that raises a false alarm, the false positive rate: fp / (fp + tn)."""
        return _share(self.fp, self.fp + self.tn)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn) (van Rijsbergen, 1979)."""
        return _share(2 * self.tp, 2 * self.tp + self.fp + self.fn)


def confusion(actual: Sequence[int], predicted: Sequence[int]) -> Confusion:
    """The confusion matrix of `predicted` classes, 0 or 1, against the `actual` ones.

    Raises ValueError for lengths that differ, other labels, or no samples.
    """
    _check_labels("actual", actual, len(predicted), "predictions")
    _check_labels("predicted", predicted, len(predicted), "predictions")
    pairs = [(int(a), int(p)) for a, p in zip(actual, predicted, strict=True)]
    return Confusion(*(pairs.count(pair) for pair in ((1, 1), (0, 1), (1, 0), (0, 0))))


def at_threshold(actual: Sequence[int], scores: Sequence[float], threshold: float) -> Confusion:
    """The confusion matrix where a score of `threshold` or more is predicted 1. Raises as `roc` does."""
    _check_scores(actual, scores)
    return confusion(actual, [int(score >= threshold) for score in scores])


def roc(actual: Sequence[int], scores: Sequence[float]) -> list[tuple[float, float]]:
    """The receiver operating characteristic: (fall-out, recall) by falling threshold, from (0, 0) to (1, 1).

    One point for each different score, after the first. Where a class is missing, its rate stays 0. Raises ValueError
    for lengths that differ, labels other than 0 and 1, no samples, or a score that is not a number.
    """
    return [(each.fall_out, each.recall) for each in _falling(actual, scores)]


def roc_area(actual: Sequence[int], scores: Sequence[float]) -> float:
    """The area under `roc`, 0..1: how often a positive scores higher than a negative, ties counted half.

    Not a number where only one class is there. Raises as `roc` does.
    """
    steps = _falling(actual, scores)
    pairs = steps[-1].tp * steps[-1].fp
    if not pairs:
        return nan
    # In whole numbers, so that the only rounding is in the division.
    return sum((after.fp - before.fp) * (after.tp + before.tp) for before, after in pairwise(steps)) / (2 * pairs)


def precision_recall(actual: Sequence[int], scores: Sequence[float]) -> list[tuple[float, float]]:
    """(recall, precision) by falling threshold, beginning at (0, 1), where nothing is predicted 1 yet.

    One point for each different score, after the first. Raises as `roc` does.
    """
    return [(0.0, 1.0), *((each.recall, each.precision) for each in _falling(actual, scores)[1:])]


def average_precision(actual: Sequence[int], scores: Sequence[float]) -> float:
    """The area under `precision_recall`, 0..1, in steps: each gain in recall times the precision reached with it.

    0.0 without positives. Raises as `roc` does.
    """
    curve = precision_recall(actual, scores)
    return fsum((recall - before) * precision for (before, _), (recall, precision) in pairwise(curve))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _falling(actual: Sequence[int], scores: Sequence[float]) -> list[Confusion]:
    """The confusion matrices of all thresholds, from one above all scores down to the lowest score."""
    _check_scores(actual, scores)
    positives = sum(map(int, actual))
    negatives = len(actual) - positives
    tp = fp = 0
    found = [Confusion(0, 0, positives, negatives)]
    ranked = sorted(((float(score), int(label)) for score, label in zip(scores, actual, strict=True)), reverse=True)
    for _, tied in groupby(ranked, key=lambda pair: pair[0]):
        labels = [label for _, label in tied]
        tp += sum(labels)
        fp += len(labels) - sum(labels)
        found.append(Confusion(tp, fp, positives - tp, negatives - fp))
    return found


def _check_labels(name: str, labels: Sequence[int], count: int, others: str) -> None:
    if len(labels) != count:
        raise ValueError(f"got {len(labels)} {name} classes and {count} {others}; expected as many of each")
    if not count:
        raise ValueError("got no samples; expected at least one")
    for i, label in enumerate(labels):
        if label not in (0, 1):
            raise ValueError(f"got {label!r} as the {name} class of sample {i}; expected 0 or 1")


def _check_scores(actual: Sequence[int], scores: Sequence[float]) -> None:
    _check_labels("actual", actual, len(scores), "scores")
    for i, score in enumerate(scores):
        if isnan(score):
            raise ValueError(f"got {score!r} as the score of sample {i}; expected a number")
