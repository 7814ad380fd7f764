"""What the lesson on data, models and honesty claims, computed."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine.data import COURSE, line_with_noise
from engine.data import split as fair_split
from engine.polynomial import Polynomial
from engine.regression import mean_squared_error, polynomial_fit
from lessons.data import EXPONENTS, KINDS, drawn, fitted, hidden
from stage.session import Session
from tests.conftest import PLACED

BLOCKS = {placed.name: placed for placed in PLACED if placed.lesson == "data"}
SOLUTION = BLOCKS["split"].block.solution if BLOCKS else ""  # type: ignore[attr-defined]
SAMPLES = range(1, 51)


def ask(name: str, do: str = "draw", source: str = "", **values: Any) -> dict[str, Any]:
    code = {"source": source, "code": source} if source else {}
    request = {"do": do, "block": f"data/{name}", "values": values, **code}
    answer: dict[str, Any] = json.loads(Session("lessons").handle(json.dumps(request)))
    return answer


def output(name: str) -> str:
    """What the cell prints."""
    sent: list[str] = []
    request = {"do": "run", "block": f"data/{name}", "source": BLOCKS[name].source}
    assert "error" not in json.loads(Session("lessons", sent.append).handle(json.dumps(request)))
    return "".join(json.loads(message).get("stdout", "") for message in sent)


def losses(answer: dict[str, Any]) -> tuple[float, float]:
    texts = (answer["readouts"][name] for name in ("training loss", "validation loss"))
    return tuple(float(text.replace(",", "")) for text in texts)  # type: ignore[return-value]


# --- overfitting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("degree", "training", "validation"), [(1, 0.264, 0.348), (3, 0.058, 0.098), (12, 0, 318)])
def test_the_losses_of_the_first_sample_are_those_that_the_lesson_names(
    degree: int, training: float, validation: float
) -> None:
    answer = ask("overfitting", degree=degree, sample=1)
    assert losses(answer) == (pytest.approx(training, abs=6e-4), pytest.approx(validation, rel=5e-3))


def test_with_degree_12_the_curve_passes_through_all_thirteen_dots() -> None:
    for sample in SAMPLES:
        model, loss, _ = fitted(sample, 12)
        assert len(model.coefficients) == 13
        assert loss < 1e-12
        assert all(model(x) == pytest.approx(y, abs=1e-5) for x, y in drawn(sample))


def test_the_training_loss_never_rises_with_the_degree() -> None:
    for sample in SAMPLES:
        of_degree = [fitted(sample, degree)[1] for degree in range(13)]
        assert all(after <= before + 1e-12 for before, after in pairwise(of_degree))


def test_degree_12_is_never_better_on_fresh_samples_than_a_straight_line_and_the_best_degree_changes() -> None:
    assert all(fitted(sample, 12)[2] > fitted(sample, 1)[2] for sample in SAMPLES)
    best = [min(range(13), key=lambda degree: fitted(sample, degree)[2]) for sample in SAMPLES]
    assert sum(3 <= degree <= 5 for degree in best) == 41
    assert (min(best), max(best)) == (1, 10)


def test_a_further_degree_lets_the_curve_turn_once_more() -> None:
    for sample in SAMPLES:
        for degree in range(1, 13):
            slopes = np.polynomial.Polynomial(fitted(sample, degree)[0].coefficients).deriv()(np.linspace(-1, 1, 2000))
            assert np.count_nonzero(np.diff(np.sign(slopes))) <= degree - 1
    assert np.polynomial.Polynomial(fitted(1, 1)[0].coefficients).deriv(2).coef == pytest.approx(0)


def test_the_curve_of_degree_12_is_another_one_in_each_sample() -> None:
    assert len({tuple(round(fitted(sample, 12)[0](x), 1) for x in (-0.9, 0, 0.9)) for sample in SAMPLES}) == 50


def test_one_slider_value_is_one_sample_for_ever_with_an_x_in_each_thirteenth() -> None:
    assert ask("overfitting", degree=5, sample=7) == ask("overfitting", degree=5, sample=7)
    assert ask("overfitting", degree=5, sample=7) != ask("overfitting", degree=5, sample=8)
    for sample in SAMPLES:
        assert [int((x + 1) / 2 * 13) for x, _ in drawn(sample)] == list(range(13))


def test_even_the_hidden_curve_has_a_loss_of_about_nine_hundredths() -> None:
    fresh = [each for seed in range(500) for each in drawn(10_000 + seed)]
    assert mean_squared_error(hidden, fresh) == pytest.approx(0.3**2, rel=0.05)


def test_the_dots_on_the_losses_can_be_dragged_and_lie_on_the_axis() -> None:
    for degree, sample in [(0, 1), (12, 1), (12, 50)]:
        _, figure = ask("overfitting", degree=degree, sample=sample)["figures"]
        training, validation = (mark for mark in figure["marks"] if mark["kind"] == "points")
        assert {training["drag"], validation["drag"]} == {"degree"}
        low, high = figure["y"]["domain"]
        assert all(low < y < high for mark in (training, validation) for _, y in mark["points"])


def test_the_mean_of_the_squares_does_not_depend_on_how_many_samples_there_are() -> None:
    line = Polynomial((0.2, 0.6))
    loss = sum((line(x) - y) ** 2 for x, y in COURSE) / len(COURSE)
    assert mean_squared_error(line, COURSE) == pytest.approx(loss)
    assert mean_squared_error(line, COURSE * 3) == pytest.approx(loss)


# --- regularisation --------------------------------------------------------------------------------------------


def penalised(coefficients: list[float], samples: Any, penalty: float) -> float:
    """The formula of the lesson."""
    squares = sum((Polynomial(tuple(coefficients))(x) - y) ** 2 for x, y in samples)
    return squares + penalty * sum(c * c for c in coefficients[1:])


@pytest.mark.parametrize("penalty", [0.001, 0.1, 10])
@pytest.mark.parametrize("degree", [1, 3, 6])
def test_the_fit_is_at_the_bottom_of_the_formula_by_central_differences(degree: int, penalty: float) -> None:
    inner = drawn(3)[1:-1]
    samples = [(-1, 0.2), *inner, (1, -0.1)]  # over all of -1..1, where the engine has nothing to scale
    best = list(polynomial_fit(samples, degree, penalty=penalty).coefficients)
    for k in range(degree + 1):
        up, down = best.copy(), best.copy()
        up[k] += 1e-4
        down[k] -= 1e-4
        slope = (penalised(up, samples, penalty) - penalised(down, samples, penalty)) / 2e-4
        assert slope == pytest.approx(0, abs=1e-7)


def test_the_penalty_does_what_the_lesson_says_of_the_first_sample() -> None:
    start = ask("regularisation", exponent=-12, degree=12, sample=1)
    assert start["readouts"]["largest coefficient"] == "23,940"
    assert losses(start)[1] == pytest.approx(312, abs=0.5)
    middle = ask("regularisation", exponent=-3, degree=12, sample=1)
    assert middle["readouts"]["penalty"] == "0.001"
    assert losses(middle)[1] == pytest.approx(0.098, abs=6e-4)
    on_fresh = {exponent: fitted(1, 12, 10**exponent)[2] for exponent in EXPONENTS}
    assert min(on_fresh, key=lambda exponent: on_fresh[exponent]) == -3
    assert on_fresh[-3] == pytest.approx(fitted(1, 3)[2], abs=1e-3)
    assert on_fresh[2] > 5 * on_fresh[-3]


def test_the_penalty_is_computed_at_the_exponent_that_was_typed() -> None:
    typed, beside = (ask("regularisation", exponent=at, degree=12, sample=1) for at in (-2.3, -2.5))
    assert float(typed["readouts"]["penalty"]) == pytest.approx(10**-2.3, rel=1e-3)
    assert losses(typed) == pytest.approx(fitted(1, 12, 10**-2.3)[1:], rel=1e-3)
    assert losses(typed) != losses(beside)
    dots = [mark["points"][0][0] for mark in typed["figures"][1]["marks"] if mark["kind"] == "points"]
    assert dots == [-2.3, -2.3]


def test_with_a_large_penalty_the_curve_is_nearly_flat() -> None:
    model = fitted(1, 12, 100.0)[0]
    assert max(abs(c) for c in model.coefficients) < 0.1


def test_a_penalty_never_lowers_the_training_loss_so_the_training_would_choose_none() -> None:
    for sample in SAMPLES:
        by_penalty = [fitted(sample, 12, 10**exponent)[1] for exponent in EXPONENTS]
        assert fitted(sample, 12)[1] <= min(by_penalty)
        assert all(after >= before - 1e-9 for before, after in pairwise(by_penalty))


# --- parameters and hyperparameters ----------------------------------------------------------------------------


def test_the_reader_sorts_the_ten_things_that_the_check_knows() -> None:
    names: dict[str, Any] = {}
    exec(BLOCKS["sort_these"].source, names)
    assert names["kinds"] == dict.fromkeys(KINDS, ...)
    assert list(KINDS.values()).count("parameter") == 4


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("kinds = {", "kinds = 3\nold = {"), "`kinds` is 3; it should stay a dictionary"),
        (
            ('"bias of a neuron": p', '"bias of a neuron": 7'),
            "9 of 10 are right so far; “bias of a neuron”",
        ),
        (('    "optimiser": h,\n', ""), "9 of 10 are right so far; “optimiser” has neither"),
        (('"training steps": h', '"training steps": p'), "Look again at “training steps”"),
    ],
)
def test_other_answers_are_told_what_is_left(change: tuple[str, str], says: str) -> None:
    solution = BLOCKS["sort_these"].block.solution  # type: ignore[attr-defined]
    assert change[0] in solution
    verdict = ask("sort_these", "check", solution.replace(*change))["verdict"]
    assert not verdict["pass"]
    assert says in verdict["says"]


def test_a_letter_in_quotes_is_a_letter_too() -> None:
    solution = BLOCKS["sort_these"].block.solution  # type: ignore[attr-defined]
    quoted = solution.replace(": p,", ": 'p',").replace(": h,", ': "H ",')
    assert quoted != solution
    assert ask("sort_these", "check", quoted)["verdict"]["pass"]


def test_a_run_shows_how_many_are_sorted_so_far() -> None:
    def shown(source: str) -> list[str]:
        (figure,) = ask("sort_these", "run", source)["figures"]
        assert figure["notes"] == []
        return [cell["shown"] for cell in figure["cells"][0]]

    starter, solution = BLOCKS["sort_these"].source, BLOCKS["sort_these"].block.solution  # type: ignore[attr-defined]
    assert shown(starter) == ["0", "0", "10"]
    assert shown(starter.replace('"weight of a line": ...', '"weight of a line": "p"')) == ["1", "0", "9"]
    assert shown(solution) == ["4", "6", "0"]
    assert shown("kinds = 3") == ["0", "0", "10"]


# --- three sets ------------------------------------------------------------------------------------------------


def test_the_best_of_a_thousand_coins_is_far_over_a_half_and_falls_back_on_the_test_set() -> None:
    validation, test = (float(line.split()[-1]) for line in output("best_of_many").splitlines())
    assert validation > 0.65
    assert abs(test - 0.5) < 0.15


def test_a_degree_chosen_by_the_validation_loss_does_worse_on_fresh_samples_35_times_out_of_50() -> None:
    worse = 0
    for sample in SAMPLES:
        model, _, validation = min((fitted(sample, degree) for degree in range(13)), key=lambda fit: fit[2])
        fresh = [each for i in range(20) for each in drawn(5000 + 20 * sample + i)]
        worse += mean_squared_error(model, fresh) > validation
    assert worse == 35


def test_the_readers_split_shares_nothing_when_it_is_right_and_everything_at_the_start() -> None:
    def table(source: str) -> list[list[str]]:
        answer = ask("split", "run", source, seed=1)
        assert answer["figures"][0]["notes"] == []
        return [[cell["shown"] for cell in row] for row in answer["figures"][1]["cells"]]

    assert table(SOLUTION) == [["12", "0", "0"], ["0", "4", "0"], ["0", "0", "4"]]
    assert table(BLOCKS["split"].source) == [["20"] * 3] * 3


def test_another_seed_is_another_split_of_the_same_data() -> None:
    plots = [ask("split", source=SOLUTION, seed=seed)["figures"][0]["marks"] for seed in (1, 2)]
    assert plots[0] != plots[1]
    data = sorted(map(list, line_with_noise(20, seed=1)))
    assert [sorted(point for mark in marks for point in mark["points"]) for marks in plots] == [data, data]


@pytest.mark.parametrize(
    ("split", "says"),
    [
        ("return None", "gave None; three lists of samples should come out"),
        ("return data, data", "three lists of samples should come out"),
        ("return [1, 2], [3], [4]", "three lists of samples should come out"),
        ("return [(1, 2)], [(3, 4)], [(5, 6)]", "Some samples are in no set at all"),
        (
            "half = len(data) // 2\n    mixed = Random(seed).sample(data, len(data))\n"
            "    return mixed[:half], mixed[half:half + 3], mixed[half + 3:]",
            "Of 20 samples, the sets have [10, 3, 7]; 60, 20 and 20 per cent would be about 12, 4 and 4",
        ),
        (
            "cut, end = round(0.6 * len(data)), round(0.8 * len(data))\n    first = list(data[:end])\n"
            "    Random(seed).shuffle(first)\n    return first[:cut], first[cut:], data[end:]",
            "sample 16 of 20 never came into the training set",
        ),
        ("return 1 / 0", "Your code stopped with ZeroDivisionError on line 9"),
    ],
)
def test_other_splits_are_told_what_is_wrong(split: str, says: str) -> None:
    head, rest = SOLUTION.split("    shuffled = list(data)")
    tail = rest[rest.index("\ndef mean_of_x") :]
    verdict = ask("split", "check", f"{head}    {split}\n{tail}")["verdict"]
    assert not verdict["pass"]
    assert says in verdict["says"]


def test_other_ways_to_write_it_pass() -> None:
    head, rest = SOLUTION.split("    shuffled = list(data)")
    tail = rest[rest.index("\ndef mean_of_x") :]
    sampled = "mixed = Random(seed).sample(data, len(data))\n    n = len(data)\n"
    cuts = "    a, b = n * 3 // 5, n * 4 // 5\n    return [mixed[:a], mixed[a:b], mixed[b:]]\n"
    engine = "from engine.data import split as cut\n    return cut(data, seed=seed)\n"
    for body in (sampled + cuts, engine):
        assert ask("split", "check", f"{head}    {body}{tail}")["verdict"]["pass"]


def test_a_split_of_a_wrong_kind_leaves_a_sentence_and_one_that_stops_its_line() -> None:
    nothing = SOLUTION.replace("return shuffled[:one], shuffled[one:two], shuffled[two:]", "return 3")
    note = ask("split", "run", nothing, seed=1)["figures"][0]["notes"]
    assert note == ["split(data, seed) should give three lists of samples."]
    stopped = ask("split", "run", SOLUTION.replace("shuffled = list(data)", "shuffled = lst(data)"), seed=1)
    assert stopped["error"]["line"] == 9


def test_the_rule_of_the_exercise_is_that_of_the_engine() -> None:
    data = [(i, i) for i in range(23)]
    names: dict[str, Any] = {}
    exec(SOLUTION, names)
    assert [list(part) for part in fair_split(data, seed=4)] == [list(part) for part in names["split"](data, 4)]


# --- predict, then run -----------------------------------------------------------------------------------------


def test_with_more_data_both_losses_approach_that_of_the_errors() -> None:
    rows = [line.replace(",", "").split() for line in output("more_data").splitlines()]
    training, validation = ([float(row[i]) for row in rows] for i in (3, 5))
    assert validation == sorted(validation, reverse=True)
    assert training[0] < 0.05 < training[-1] < validation[-1] < 0.1
    assert validation[0] > 100
    assert np.mean([training[-1], validation[-1]]) == pytest.approx(0.3**2, rel=0.05)


def test_writing_everything_down_twice_makes_the_validation_loss_look_better_and_nothing_is() -> None:
    once, twice = (float(line.split()[-1]) for line in output("everything_twice").splitlines())
    assert twice < once / 5
