"""All metrics and curves against scikit-learn and against hand-made counts, zero denominators and ties included."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from math import inf, isnan, nan
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as oracle

from engine.metrics import Confusion, at_threshold, average_precision, confusion, precision_recall, roc, roc_area

SEEDS = range(200)
CURVES = (roc, roc_area, precision_recall, average_precision)
EXACT = {"rel": 1e-12, "abs": 1e-12}


def case(seed: int) -> tuple[list[int], list[float]]:
    """Two to sixty samples with both classes, in all shares; the scores of two seeds in three have ties."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 61))
    actual = (rng.random(n) < rng.uniform(0.02, 0.98)).astype(int)
    actual[rng.permutation(n)[:2]] = 0, 1
    scores = rng.normal(size=n) + actual * rng.uniform(-1, 3)
    return actual.tolist(), (scores, scores.round(1), scores.round())[seed % 3].tolist()


# --- the confusion matrix --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_counts_and_all_their_shares_are_scikit_learns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 40))
    # A share of 0 or 1 leaves a class out: the denominators that are 0 are among these.
    actual, predicted = ((rng.random(n) < rng.choice([0, 0.1, 0.5, 0.9, 1])).astype(int) for _ in range(2))
    found = confusion(actual.tolist(), predicted.tolist())
    tn, fp, fn, tp = oracle.confusion_matrix(actual, predicted, labels=[0, 1]).ravel().tolist()
    assert found == Confusion(tp=tp, fp=fp, fn=fn, tn=tn)
    assert found.total == n
    precision, recall, f1, _ = oracle.precision_recall_fscore_support(
        actual, predicted, labels=[0, 1], average=None, zero_division=0
    )
    shares = (found.accuracy, found.precision, found.recall, found.f1)
    assert shares == pytest.approx(((actual == predicted).mean(), precision[1], recall[1], f1[1]), **EXACT)
    assert found.fall_out == pytest.approx(1 - recall[0] if 0 in actual else 0, **EXACT)


def test_the_shares_of_a_matrix_by_hand() -> None:
    found = Confusion(tp=6, fp=2, fn=4, tn=28)
    assert (found.total, found.accuracy, found.precision, found.recall) == (40, 0.85, 0.75, 0.6)
    assert found.fall_out == pytest.approx(1 / 15)
    assert found.f1 == pytest.approx(2 / (1 / 0.75 + 1 / 0.6))


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    for seed in SEEDS:
        tp, fp, fn, tn = np.random.default_rng(seed).integers(1, 1000, 4).tolist()
        found = Confusion(tp, fp, fn, tn)
        precision, recall = found.precision, found.recall
        assert found.f1 == pytest.approx(2 * precision * recall / (precision + recall), **EXACT)


def test_accuracy_lies_where_positives_are_rare() -> None:
    found = confusion([1] + [0] * 99, [0] * 100)
    assert (found.accuracy, found.recall, found.precision, found.f1) == (0.99, 0, 0, 0)


@pytest.mark.parametrize(
    ("matrix", "accuracy", "precision", "recall", "fall_out", "f1"),
    [
        (Confusion(0, 0, 0, 0), 0, 0, 0, 0, 0),
        (Confusion(0, 0, 0, 5), 1, 0, 0, 0, 0),
        (Confusion(5, 0, 0, 0), 1, 1, 1, 0, 1),
        (Confusion(0, 5, 0, 0), 0, 0, 0, 1, 0),
        (Confusion(0, 0, 5, 0), 0, 0, 0, 0, 0),
    ],
)
def test_where_a_denominator_is_0_the_share_is_0(
    matrix: Confusion, accuracy: float, precision: float, recall: float, fall_out: float, f1: float
) -> None:
    found = (matrix.accuracy, matrix.precision, matrix.recall, matrix.fall_out, matrix.f1)
    assert found == (accuracy, precision, recall, fall_out, f1)
    assert all(isinstance(share, float) for share in found)


def test_a_confusion_matrix_is_a_value() -> None:
    assert Confusion(1, 2, 3, 4) == Confusion(1, 2, 3, 4) != Confusion(1, 2, 4, 3)
    assert repr(Confusion(1, 2, 3, 4)) == "Confusion(tp=1, fp=2, fn=3, tn=4)"
    with pytest.raises(FrozenInstanceError):
        Confusion(1, 2, 3, 4).tp = 0  # type: ignore[misc]


# --- thresholds ------------------------------------------------------------------------------------------------


def test_a_score_at_the_threshold_or_above_is_predicted_1() -> None:
    for seed in SEEDS:
        actual, scores = case(seed)
        for threshold in (-inf, min(scores), sorted(scores)[len(scores) // 2], max(scores), inf):
            expected = confusion(actual, [1 if score >= threshold else 0 for score in scores])
            assert at_threshold(actual, scores, threshold) == expected
        assert at_threshold(actual, scores, min(scores)).recall == 1
        assert at_threshold(actual, scores, inf).fall_out == 0


def test_every_threshold_is_a_point_of_both_curves() -> None:
    for seed in SEEDS:
        actual, scores = case(seed)
        for threshold in np.random.default_rng(seed).choice(scores, 5).tolist():
            found = at_threshold(actual, scores, threshold)
            assert (found.fall_out, found.recall) in roc(actual, scores)
            assert (found.recall, found.precision) in precision_recall(actual, scores)


# --- the curves ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_roc_curve_and_its_area_are_scikit_learns(seed: int) -> None:
    actual, scores = case(seed)
    fall_out, recall, _ = oracle.roc_curve(actual, scores, drop_intermediate=False)
    found = roc(actual, scores)
    assert np.array(found) == pytest.approx(np.column_stack([fall_out, recall]), **EXACT)
    assert (found[0], found[-1]) == ((0, 0), (1, 1))
    assert roc_area(actual, scores) == pytest.approx(oracle.roc_auc_score(actual, scores), **EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_precision_recall_curve_and_its_area_are_scikit_learns(seed: int) -> None:
    actual, scores = case(seed)
    precision, recall, _ = oracle.precision_recall_curve(actual, scores)
    found = precision_recall(actual, scores)
    assert np.array(found) == pytest.approx(np.column_stack([recall, precision])[::-1], **EXACT)
    assert (found[0], found[-1][0]) == ((0, 1), 1)
    expected = oracle.average_precision_score(actual, scores)
    assert average_precision(actual, scores) == pytest.approx(expected, **EXACT)


def test_the_area_is_how_often_a_positive_scores_higher_than_a_negative() -> None:
    for seed in SEEDS:
        actual, scores = case(seed)
        good = [score for label, score in zip(actual, scores, strict=True) if label]
        bad = [score for label, score in zip(actual, scores, strict=True) if not label]
        won = sum((g > b) + (g == b) / 2 for g in good for b in bad)
        assert roc_area(actual, scores) == won / (len(good) * len(bad))


def test_only_the_order_of_the_scores_counts_and_the_order_of_the_samples_does_not() -> None:
    for seed in SEEDS:
        actual, scores = case(seed)
        order = np.random.default_rng(seed).permutation(len(actual))
        shuffled = [actual[i] for i in order], [8 * scores[i] for i in order]
        for curve in CURVES:
            assert curve(actual, scores) == curve(*shuffled)


def test_turning_the_scores_around_turns_the_roc_curve_around() -> None:
    for seed in SEEDS:
        actual, scores = case(seed)
        turned = [-score for score in scores]
        assert roc_area(actual, turned) == pytest.approx(1 - roc_area(actual, scores), **EXACT)
        assert roc(actual, turned) == [
            (pytest.approx(1 - fall_out), pytest.approx(1 - recall))
            for fall_out, recall in reversed(roc(actual, scores))
        ]


def test_curves_by_hand_take_ties_in_one_step() -> None:
    actual, scores = [1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1]
    assert roc(actual, scores) == [(0, 0), (0, 0.5), (0.5, 1), (1, 1)]
    assert roc_area(actual, scores) == 0.875
    assert precision_recall(actual, scores) == [(0, 1), (0.5, 1), (1, 2 / 3), (1, 0.5)]
    assert average_precision(actual, scores) == pytest.approx(0.5 + 0.5 * 2 / 3)


def test_scores_that_are_all_alike_say_nothing() -> None:
    actual, scores = [1, 0, 0, 0], [0.3] * 4
    assert roc(actual, scores) == [(0, 0), (1, 1)]
    assert (roc_area(actual, scores), average_precision(actual, scores)) == (0.5, 0.25)


def test_perfect_scores_have_areas_of_1() -> None:
    actual, scores = [0, 0, 1, 1], [-inf, -1e308, 1e308, inf]
    assert roc_area(actual, scores) == average_precision(actual, scores) == 1
    assert roc_area(actual, scores[::-1]) == 0


def test_without_a_class_its_rate_stays_0_and_the_roc_has_no_area() -> None:
    positives, negatives = ([1, 1], [0.2, 0.7]), ([0, 0], [0.2, 0.7])
    assert roc(*positives) == [(0, 0), (0, 0.5), (0, 1)]
    assert roc(*negatives) == [(0, 0), (0.5, 0), (1, 0)]
    assert isnan(roc_area(*positives))
    assert isnan(roc_area(*negatives))
    assert precision_recall(*positives) == [(0, 1), (0.5, 1), (1, 1)]
    assert precision_recall(*negatives) == [(0, 1), (0, 0), (0, 0)]
    assert (average_precision(*positives), average_precision(*negatives)) == (1, 0)


@pytest.mark.parametrize("kind", [int, bool, float, np.int64, np.float64])
def test_labels_of_any_kind_of_number_give_plain_numbers(kind: Callable[[int], Any]) -> None:
    actual, scores = np.array([kind(label) for label in (1, 0, 1)]), np.array([0.5, 0.4, 0.3])
    assert repr(confusion(actual, actual)) == "Confusion(tp=2, fp=0, fn=0, tn=1)"
    assert repr(roc(actual, scores)) == "[(0.0, 0.0), (0.0, 0.5), (1.0, 0.5), (1.0, 1.0)]"
    assert type(roc_area(actual, scores)) is type(average_precision(actual, scores)) is float
    assert repr(at_threshold(actual, scores, 0.4)) == "Confusion(tp=1, fp=1, fn=1, tn=0)"


# --- what cannot be ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("curve", [*CURVES, lambda actual, scores: at_threshold(actual, scores, 0.5)])
@pytest.mark.parametrize(
    ("actual", "scores", "says"),
    [
        ([1, 0], [0.5], "got 2 actual classes and 1 scores; expected as many of each"),
        ([], [0.5], "got 0 actual classes and 1 scores; expected as many of each"),
        ([], [], "got no samples; expected at least one"),
        ([0, 1, 2], [0.1, 0.2, 0.3], "got 2 as the actual class of sample 2; expected 0 or 1"),
        ([0, -1], [0.1, 0.2], "got -1 as the actual class of sample 1; expected 0 or 1"),
        ([0.5], [0.1], "got 0.5 as the actual class of sample 0; expected 0 or 1"),
        (["1"], [0.1], "got '1' as the actual class of sample 0; expected 0 or 1"),
        ([0, 1], [0.1, nan], "got nan as the score of sample 1; expected a number"),
    ],
)
def test_curves_tell_what_was_got_and_what_was_expected(
    curve: Callable[..., object], actual: list[int], scores: list[float], says: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        curve(actual, scores)


@pytest.mark.parametrize(
    ("actual", "predicted", "says"),
    [
        ([1], [1, 0, 1], "got 1 actual classes and 3 predictions; expected as many of each"),
        ([], [], "got no samples; expected at least one"),
        ([0, 3], [0, 1], "got 3 as the actual class of sample 1; expected 0 or 1"),
        ([0, 1], [0, 0.7], "got 0.7 as the predicted class of sample 1; expected 0 or 1"),
        ([0], [nan], "got nan as the predicted class of sample 0; expected 0 or 1"),
    ],
)
def test_a_confusion_matrix_needs_as_many_classes_of_0_and_1(
    actual: list[int], predicted: list[int], says: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        confusion(actual, predicted)


def test_no_count_is_negative() -> None:
    says = "got Confusion(tp=1, fp=-2, fn=0, tn=0); expected counts of 0 or more"
    with pytest.raises(ValueError, match=re.escape(says)):
        Confusion(1, -2, 0, 0)
