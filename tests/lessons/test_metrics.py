"""What the lesson on metrics claims, computed: by the engine, and by scikit-learn."""

from __future__ import annotations

import json
import math
import warnings
from math import erf, sqrt
from typing import Any

import pytest
from sklearn import metrics as sklearn_metrics

from engine.data import scores
from engine.metrics import at_threshold, average_precision, confusion, precision_recall, roc, roc_area
from lessons.metrics import CASES, JOBS, NAMES, arguments, costs, scored, true_value
from stage.session import Session
from tests.conftest import PLACED

BLOCKS = {placed.name: placed for placed in PLACED if placed.lesson == "metrics"}
SOLUTION = BLOCKS["metrics_from_scratch"].block.solution if BLOCKS else ""  # type: ignore[attr-defined]
START = {"threshold": 0.5, "positives": 0.5, "separation": 2}


def ask(name: str, do: str = "draw", source: str = "", **values: Any) -> dict[str, Any]:
    code = {"source": source, "code": source} if source else {}
    request = {"do": do, "block": f"metrics/{name}", "values": values, **code}
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps(request)))
    assert "error" not in answer
    return answer


def output(name: str) -> str:
    """What the cell prints."""
    sent: list[str] = []
    request = {"do": "run", "block": f"metrics/{name}", "source": BLOCKS[name].source}
    assert "error" not in json.loads(Session("lessons", sent.append).handle(json.dumps(request)))
    return "".join(json.loads(message).get("stdout", "") for message in sent)


def metrics(**values: Any) -> dict[str, float]:
    return {name: float(text) for name, text in ask("threshold", **START | values)["readouts"].items()}


def counts(**values: Any) -> list[list[int]]:
    cells = ask("threshold", **START | values)["figures"][1]["cells"]
    return [[int(cell["shown"]) for cell in row] for row in cells]


# --- threshold -------------------------------------------------------------------------------------------------


def test_precision_and_recall_pull_in_opposite_directions_as_the_lesson_says() -> None:
    high, low = metrics(threshold=0.8), metrics(threshold=0.2)
    assert (high["precision"], high["recall"]) == (pytest.approx(0.958, abs=6e-4), 0.322)
    assert (low["precision"], low["recall"]) == (pytest.approx(0.588, abs=6e-4), 0.994)


def test_a_higher_threshold_calls_fewer_positive_and_misses_more() -> None:
    found = [counts(threshold=at) for at in (0, 0.3, 0.5, 0.7, 1)]
    assert [table[1][0] for table in found] == sorted((table[1][0] for table in found), reverse=True)
    assert [table[0][1] for table in found] == sorted(table[0][1] for table in found)
    assert found[0] == [[500, 0], [500, 0]]
    assert found[-1] == [[0, 500], [0, 500]]


def test_with_one_per_cent_of_positives_accuracy_and_precision_are_those_that_the_lesson_names() -> None:
    rare = metrics(positives=0.01)
    assert (round(rare["accuracy"], 3), round(rare["precision"], 3), rare["recall"]) == (0.845, 0.055, 0.9)
    assert counts(positives=0.01)[0] == [9, 1]
    assert sum(row[0] for row in counts(positives=0.01)) == 163
    assert metrics()["precision"] == pytest.approx(0.860, abs=6e-4)
    never = metrics(positives=0.01, threshold=1)
    assert (never["accuracy"], never["recall"], never["precision"], never["F1"]) == (0.99, 0, 0, 0)


def test_rare_positives_leave_the_roc_area_and_take_the_precision_recall_area() -> None:
    half, rare = metrics(), metrics(positives=0.01)
    assert (round(half["PR area"], 3), round(rare["PR area"], 3)) == (0.915, 0.212)
    assert half["ROC area"] == pytest.approx(0.919, abs=6e-4)
    assert rare["ROC area"] == pytest.approx(0.930, abs=6e-4)
    expected = (1 + erf(2 / 2)) / 2  # two normal distributions whose means are 2 apart: the probability to be in order
    assert half["ROC area"] == pytest.approx(expected, abs=0.015)


def test_a_separation_of_0_is_guessing() -> None:
    for positives in (0.2, 0.5, 0.8):
        guess = metrics(separation=0, positives=positives)
        assert guess["ROC area"] == pytest.approx(0.5, abs=0.05)
        assert guess["PR area"] == pytest.approx(positives, abs=0.05)


@pytest.mark.parametrize("positives", [0.01, 0.3, 0.99])
@pytest.mark.parametrize("separation", [0, 2, 5])
def test_the_present_point_is_on_both_curves_at_every_threshold(positives: float, separation: float) -> None:
    _, _, roc_curve, pr_curve, *_ = scored(positives, separation)
    for at in (0, 0.02, 0.5, 0.98, 1):
        answer = ask("threshold", threshold=at, positives=positives, separation=separation)
        anything = sum(int(row[0]["shown"]) for row in answer["figures"][1]["cells"])
        for figure, curve in zip(answer["figures"][2:], (roc_curve, pr_curve), strict=True):
            dots = [mark["points"] for mark in figure["marks"] if mark["kind"] == "points"]
            assert len(dots) == (curve is roc_curve or anything > 0)
            for ((x, y),) in dots:
                assert min(abs(x - a) + abs(y - b) for a, b in curve) < 1e-5


def test_where_nothing_is_called_positive_there_is_no_dot_to_contradict_the_precision_of_0() -> None:
    answer = ask("threshold", **START | {"threshold": 1})
    assert answer["readouts"]["precision"] == answer["readouts"]["recall"] == "0"
    assert all(mark["kind"] != "points" for mark in answer["figures"][3]["marks"])
    assert [figure["notes"] for figure in answer["figures"]] == [[]] * 4


def test_without_mistakes_is_possible_elsewhere_and_not_here() -> None:
    def fewest(separation: float) -> int:
        actual, found, *_ = scored(0.5, separation)
        return min(now.fp + now.fn for at in range(51) for now in [at_threshold(actual, found, at / 50)])

    assert fewest(2) > 100
    assert fewest(5) < 10


@pytest.mark.parametrize("name", ["threshold", "two_jobs"])
def test_the_dot_to_grab_has_room_at_both_ends(name: str) -> None:
    for at in (0, 1):
        values = (START if name == "threshold" else {"job": "spam filter"}) | {"threshold": at}
        figure = ask(name, **values)["figures"][0]
        (dot,) = (mark for mark in figure["marks"] if mark["kind"] == "points")
        assert (dot["points"][0][0], dot["drag"]) == (at, "threshold")
        assert figure["x"]["domain"][0] < at < figure["x"]["domain"][1]


def test_the_bars_hold_every_sample_once_and_the_pale_ones_are_the_mistakes() -> None:
    for values in (START, START | {"threshold": 0.58}, START | {"positives": 0.01, "separation": 5}):
        plot, matrix, *_ = ask("threshold", **values)["figures"]
        bars = [mark for mark in plot["marks"] if mark["kind"] == "bars"]
        high = [round(sum(y1 - y0 for _, _, y0, y1 in mark["bars"])) for mark in bars]
        (tp, fn), (fp, tn) = ([int(cell["shown"]) for cell in row] for row in matrix["cells"])
        assert high == [tp, fn, tn, fp]
        assert [mark["faint"] for mark in bars] == [False, True, False, True]
        for x0, _, y0, y1 in bars[0]["bars"] + bars[3]["bars"]:  # what is called positive
            assert y0 == y1 or x0 >= values["threshold"] - 1e-9


# --- the formulas ----------------------------------------------------------------------------------------------


def test_the_formulas_of_the_lesson_are_those_of_scikit_learn_on_many_samples() -> None:
    for seed in range(200):
        found, actual = zip(*scores(40, positives=0.05 + seed % 10 / 11, apart=seed % 4, seed=seed), strict=True)
        predicted = [int(score >= 0.1 + seed % 7 / 8) for score in found]
        now = confusion(actual, predicted)
        tp, fp, fn, tn = now.tp, now.fp, now.fn, now.tn
        assert (tn, fp, fn, tp) == tuple(sklearn_metrics.confusion_matrix(actual, predicted, labels=[0, 1]).ravel())
        assert (tp + tn) / (tp + fp + fn + tn) == pytest.approx(sklearn_metrics.accuracy_score(actual, predicted))
        precision = sklearn_metrics.precision_score(actual, predicted, zero_division=0)
        recall = sklearn_metrics.recall_score(actual, predicted, zero_division=0)
        f1 = sklearn_metrics.f1_score(actual, predicted, zero_division=0)
        assert (now.precision, now.recall, now.f1) == (
            pytest.approx(precision),
            pytest.approx(recall),
            pytest.approx(f1),
        )
        if tp:
            assert tp / (tp + fp) == pytest.approx(precision)
            assert tp / (tp + fn) == pytest.approx(recall)
            assert 2 * tp / (2 * tp + fp + fn) == pytest.approx(2 / (1 / precision + 1 / recall)) == pytest.approx(f1)
            assert min(precision, recall) <= f1 <= 2 * min(precision, recall)


def test_the_area_is_the_probability_that_the_positive_has_the_higher_score() -> None:
    for seed in range(20):
        found, actual = zip(*scores(60, positives=0.3, apart=1, seed=seed), strict=True)
        ranked = list(zip(found, actual, strict=True))
        pairs = [(p, n) for p, one in ranked for n, other in ranked if one > other]
        won = sum((p > n) + (p == n) / 2 for p, n in pairs) / len(pairs)
        assert (
            roc_area(actual, found) == pytest.approx(won) == pytest.approx(sklearn_metrics.roc_auc_score(actual, found))
        )


def test_the_curves_begin_and_end_where_the_lesson_says() -> None:
    actual, found, *_ = scored(0.3, 2)
    assert (roc(actual, found)[0], roc(actual, found)[-1]) == ((0, 0), (1, 1))
    assert precision_recall(actual, found)[-1] == (1, pytest.approx(0.3))


# --- two_jobs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("job", "best", "least", "at_half"), [("medical test", 0.36, 50, 170), ("spam filter", 0.64, 46, 274)]
)
def test_the_two_jobs_have_opposite_thresholds(job: str, best: float, least: float, at_half: float) -> None:
    (names, _, miss, alarm) = JOBS[job]
    assert (miss / alarm, alarm / miss)[job == "spam filter"] == {"medical test": 50, "spam filter": 20}[job]
    cheapest = min(costs(job), key=lambda each: each[2])
    assert (cheapest[0], cheapest[2]) == (best, least)
    answer = ask("two_jobs", job=job, threshold=0.5)
    assert answer["readouts"]["cost"] == str(at_half)
    assert answer["figures"][1]["rows"] == list(names)
    for place, now, cost in costs(job):
        assert cost == miss * now.fn + alarm * now.fp
        assert ask("two_jobs", job=job, threshold=place)["readouts"]["missed"] == str(now.fn)


def test_the_cheapest_medical_test_misses_nobody_and_half_is_dear_for_both() -> None:
    _, now, _ = min(costs("medical test"), key=lambda each: each[2])
    assert (now.fn, now.fp) == (0, 50)
    assert 170 / 50 > 3
    assert 5.5 < 274 / 46 < 6


# --- metrics_from_scratch --------------------------------------------------------------------------------------


def by_scikit_learn(name: str, actual: Any, second: Any) -> float:
    if name == "roc_area":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it is not defined for one class
            return float(sklearn_metrics.roc_auc_score(actual, second))
    score = getattr(sklearn_metrics, f"{name}_score")
    return float(score(actual, second, **({} if name == "accuracy" else {"zero_division": 0})))


@pytest.mark.parametrize("name", NAMES)
def test_what_the_exercise_expects_is_what_scikit_learn_says_in_all_cases(name: str) -> None:
    assert len(CASES) == 9
    for case in CASES:
        expected = by_scikit_learn(name, *arguments(name, *case))
        assert true_value(name, *case) == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_among_the_cases_are_all_the_zero_denominators() -> None:
    found = [at_threshold(*case) for case in CASES]
    assert any(now.tp + now.fp == 0 and now.fn for now in found)
    assert any(now.tp + now.fn == 0 and now.fp for now in found)
    assert any(now.tp + now.fp + now.fn == 0 for now in found)
    assert sum(math.isnan(true_value("roc_area", *case)) for case in CASES) == 3


def test_the_solution_agrees_with_scikit_learn_on_data_of_other_kinds() -> None:
    names: dict[str, Any] = {}
    exec(SOLUTION, names)
    for seed in range(50):
        found, actual = zip(*scores(30, positives=0.2, apart=seed % 4, seed=seed), strict=True)
        for name in NAMES:
            second = found if name == "roc_area" else [int(score >= 0.6) for score in found]
            assert names[name](actual, second) == pytest.approx(by_scikit_learn(name, actual, second), abs=1e-9)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("return tp / (tp + fp) if tp + fp else 0.0", "return None"), "`precision` gave None; it should be 0.6"),
        (("return (tp + tn) / (tp + fp + fn + tn)", "print(tp)"), "`accuracy` gave None; it should be 0.7"),
        (("return (tp + tn)", "return 100 * (tp + tn)"), "`accuracy` gave 70.0; it should be 0.7"),
        (("return tp / (tp + fn) if tp + fn else 0.0", "return 'x'"), "`recall` gave 'x'; it should be 0.75"),
        (("won / pairs if pairs", "won if pairs"), "`roc_area` gave 19.0; it should be 0.791667"),
    ],
)
def test_other_answers_are_told_what_came_out_and_what_should(change: tuple[str, str], says: str) -> None:
    assert change[0] in SOLUTION
    verdict = ask("metrics_from_scratch", "check", SOLUTION.replace(*change))["verdict"]
    assert not verdict["pass"]
    assert says in verdict["says"]


@pytest.mark.parametrize("total", [10, 20, 4])
def test_a_number_of_samples_that_is_written_down_does_not_pass(total: int) -> None:
    assert len({len(actual) for actual, *_ in CASES}) > 1
    source = SOLUTION.replace("(tp + tn) / (tp + fp + fn + tn)", f"(tp + tn) / {total}")
    verdict = ask("metrics_from_scratch", "check", source)["verdict"]
    assert not verdict["pass"]
    assert "`accuracy` gave" in verdict["says"]


@pytest.mark.parametrize(
    ("name", "guarded", "wanted"),
    [
        ("precision", "tp / (tp + fp) if tp + fp else 0.0", "0.0"),
        ("recall", "tp / (tp + fn) if tp + fn else 0.0", "0.0"),
        ("f1", "2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0", "0.0"),
        ("roc_area", "won / pairs if pairs else float('nan')", "float('nan')"),
    ],
)
def test_the_function_that_divides_by_zero_is_named(name: str, guarded: str, wanted: str) -> None:
    assert guarded in SOLUTION
    source = SOLUTION.replace(guarded, guarded.partition(" if ")[0])
    says = ask("metrics_from_scratch", "check", source)["verdict"]["says"]
    assert says.startswith(f"Your `{name}` divides by 0")
    assert says.endswith(f"`{wanted}` there.")


def test_other_ways_to_write_it_pass() -> None:
    harmonic = (
        "p, r = precision(actual, predicted), recall(actual, predicted)\n    return 2 * p * r / (p + r) if p + r else 0"
    )
    source = SOLUTION.replace("return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0", harmonic)
    assert source != SOLUTION
    assert ask("metrics_from_scratch", "check", source)["verdict"]["pass"]


def test_a_moved_threshold_moves_the_first_four_numbers_and_not_the_area() -> None:
    low, high = (ask("metrics_from_scratch", source=SOLUTION, threshold=at) for at in (0.25, 0.75))
    area = "roc_area(actual, scores)"
    assert low["readouts"][area] == high["readouts"][area]
    assert low["readouts"]["recall(actual, predicted)"] == "1"
    assert high["readouts"]["recall(actual, predicted)"] == "0.5"
    assert low["figures"][0]["cells"] != high["figures"][0]["cells"]


# --- cells -----------------------------------------------------------------------------------------------------


def test_always_no_is_right_99_times_out_of_100_and_finds_nobody() -> None:
    assert output("always_no") == "accuracy: 0.99\nrecall:   0.0\n"


def test_a_positive_test_is_right_less_than_one_time_in_six() -> None:
    assert output("a_positive_test") == ("test says ill: 90 are, 495 are not\nprecision: 0.154\n")


def test_the_harmonic_mean_stays_with_the_smaller_one() -> None:
    assert output("two_means") == "ordinary mean: 0.505\nharmonic mean: 0.0198\n"


def test_rare_positives_are_noticed_by_the_precision_recall_area_alone() -> None:
    rows = [line.replace(",", "").split() for line in output("rarer_and_rarer").splitlines()]
    roc_areas, pr_areas = ([float(row[i]) for row in rows] for i in (3, 6))
    assert max(roc_areas) - min(roc_areas) < 0.05
    assert pr_areas == sorted(pr_areas, reverse=True)
    assert pr_areas[0] > 0.9
    assert pr_areas[-1] < 0.3
    assert sqrt(pr_areas[0] * pr_areas[-1]) < 0.6  # not only the last one falls
    found, actual = zip(*scores(20_000, positives=0.01, apart=2, seed=1), strict=True)
    assert average_precision(actual, found) == pytest.approx(sklearn_metrics.average_precision_score(actual, found))
