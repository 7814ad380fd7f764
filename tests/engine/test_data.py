"""The data that the course carries is what its pages say of it, and the seeded samples have the shapes they name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from math import nan, sin

import numpy as np
import pytest

from engine.data import (
    COURSE,
    Labelled,
    circles,
    line_with_noise,
    moons,
    noisy,
    scores,
    spiral,
    split,
    two_classes,
    xor,
)

SEEDS = range(200)
SHAPES = {shape.__name__: shape for shape in (moons, circles, xor, spiral)}
Shape = Callable[..., tuple[Labelled, ...]]

shapes = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
classes = pytest.mark.parametrize("shape", [*SHAPES.values(), two_classes], ids=(*SHAPES, "two_classes"))


# --- the course's own data -------------------------------------------------------------------------------------


def test_there_are_eight_samples_with_x_from_1_to_8() -> None:
    assert [x for x, _ in COURSE] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_data_cannot_be_changed_by_a_page_that_reads_it() -> None:
    assert isinstance(COURSE, tuple)
    assert all(isinstance(sample, tuple) for sample in COURSE)


def test_the_best_line_is_the_one_that_the_docstring_names() -> None:
    x, y = np.array(COURSE).T
    assert np.polyfit(x, y, 1) == pytest.approx([0.594048, 0.221786], abs=5e-7)


def test_the_samples_are_nearly_but_not_quite_on_a_line() -> None:
    x, y = np.array(COURSE).T
    r = np.corrcoef(x, y)[0, 1]
    assert 0.999 < r < 1 - 1e-9


def test_every_target_is_higher_than_the_one_before() -> None:
    targets = [y for _, y in COURSE]
    assert targets == sorted(set(targets))


# --- functions with noise --------------------------------------------------------------------------------------


def test_without_noise_the_samples_are_the_function_to_three_decimals() -> None:
    for seed in SEEDS:
        data = noisy(sin, 30, noise=0, seed=seed, x=(-2, 7))
        assert [y for _, y in data] == [round(sin(x), 3) for x, _ in data]
        assert [x for x, _ in data] == sorted(x for x, _ in data)
        assert all(-2 <= x <= 7 for x, _ in data)


def test_more_noise_moves_the_targets_only_and_in_proportion() -> None:
    for seed in SEEDS:
        little, much = (np.array(line_with_noise(noise=noise, seed=seed, w=2, b=-1)) for noise in (1, 3))
        assert (little[:, 0] == much[:, 0]).all()
        line = 2 * little[:, 0] - 1
        assert much[:, 1] - line == pytest.approx(3 * (little[:, 1] - line), abs=0.003)


def test_the_places_are_uniform_and_the_errors_normal() -> None:
    data = np.array(line_with_noise(20_000, noise=0.3))
    assert np.quantile(data[:, 0], [0, 0.25, 0.5, 0.75, 1]) == pytest.approx([0, 2, 4, 6, 8], abs=0.1)
    errors = data[:, 1] - 0.6 * data[:, 0] - 0.2
    assert (errors.mean(), errors.std()) == pytest.approx((0, 0.3), abs=0.01)
    assert (abs(errors) < 0.3).mean() == pytest.approx(0.683, abs=0.01)


def test_twenty_samples_are_between_0_and_8_unless_more_is_said() -> None:
    data = line_with_noise()
    assert len(data) == 20
    assert 1 < data[0][0] < 3 < 7 < data[-1][0] <= 8
    assert noisy(sin, 50, noise=0.1, seed=1)[-1][0] <= 1


def test_a_range_may_be_a_single_place() -> None:
    assert {x for x, _ in noisy(sin, 5, noise=1, seed=0, x=(2, 2))} == {2}


# --- two classes -----------------------------------------------------------------------------------------------


@classes
@pytest.mark.parametrize("count", [0, 1, 2, 7, 60, 101])
def test_the_classes_take_turns_so_that_they_are_as_many(shape: Shape, count: int) -> None:
    assert [label for *_, label in shape(count)] == [i % 2 for i in range(count)]


@classes
def test_the_same_seed_gives_the_same_samples_and_another_seed_others(shape: Shape) -> None:
    assert shape(40, seed=3) == shape(40, seed=3) != shape(40, seed=4)
    assert shape() == shape(seed=0)


@classes
def test_a_larger_set_begins_with_the_smaller_one(shape: Shape) -> None:
    for seed in range(50):
        assert shape(31, seed=seed)[:12] == shape(12, seed=seed)


@classes
def test_all_numbers_have_three_decimals_and_none_is_minus_0(shape: Shape) -> None:
    for sample in (*shape(2000), *line_with_noise(2000)):
        assert sample == tuple(round(number, 3) for number in sample)
        assert "-0.0" not in map(str, sample)
        assert isinstance(sample, tuple)


@shapes
def test_a_shape_fills_the_plot_from_minus_3_to_3_and_no_more(shape: Shape) -> None:
    for seed in range(50):
        points = np.array(shape(seed=seed))[:, :2]
        assert 2 < abs(points).max() < 3.1


@shapes
def test_a_shape_is_centred(shape: Shape) -> None:
    points = np.array(shape(20_000))[:, :2]
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=0.05)
    assert points.min(axis=0) == pytest.approx(-points.max(axis=0), abs=0.5)


@shapes
def test_noise_moves_the_samples_by_normal_errors_and_leaves_their_places_alone(shape: Shape) -> None:
    calm, wild = (np.array(shape(10_000, noise=noise))[:, :2] for noise in (0, 0.5))
    errors = wild - calm
    assert np.cov(errors.T) == pytest.approx(0.25 * np.eye(2), abs=0.01)
    assert errors.mean(axis=0) == pytest.approx([0, 0], abs=0.02)
    assert (abs(errors) < 0.5).mean() == pytest.approx(0.683, abs=0.01)


def test_moons_are_half_circles_that_reach_into_each_other() -> None:
    for seed in SEEDS:
        for x1, x2, label in moons(20, noise=0, seed=seed):
            side = 1 - 2 * label
            assert np.hypot(x1 + side * 0.85, x2 + side * 0.425) == pytest.approx(1.7, abs=0.002)
            assert side * x2 >= -0.426


def test_one_circle_is_half_as_wide_as_the_other() -> None:
    for seed in SEEDS:
        for x1, x2, label in circles(20, noise=0, seed=seed):
            assert np.hypot(x1, x2) == pytest.approx((2.5, 1.25)[label], abs=0.002)


def test_xor_is_1_where_one_coordinate_is_positive_and_the_other_is_not() -> None:
    for seed in SEEDS:
        data = xor(20, noise=0, seed=seed)
        assert all(label == ((x1 > 0) ^ (x2 > 0)) for x1, x2, label in data)
        assert all(0.3 <= abs(x) <= 2.6 for *place, _ in data for x in place)
        assert set(Counter((x1 > 0, x2 > 0) for x1, x2, _ in data).values()) == {5}


def test_one_arm_of_the_spiral_is_the_other_turned_by_half() -> None:
    for seed in SEEDS:
        for x1, x2, label in spiral(20, noise=0, seed=seed):
            along = np.hypot(x1, x2) / 2.7
            assert 0.099 < along < 1.001
            turned = np.arctan2(x2, x1) - np.pi * (2.5 * along + label)
            assert (turned + np.pi) % (2 * np.pi) == pytest.approx(np.pi, abs=0.02)


def test_no_line_separates_the_shapes_well_and_one_separates_the_clouds() -> None:
    def share(data: tuple[Labelled, ...]) -> float:
        points = np.array(data)
        columns = np.column_stack([points[:, :2], np.ones(len(points))])
        weights = np.linalg.lstsq(columns, 2 * points[:, 2] - 1, rcond=None)[0]
        return float(((columns @ weights > 0) == (points[:, 2] == 1)).mean())

    assert all(share(shape(2000)) < 0.9 for shape in SHAPES.values())
    assert share(two_classes(2000)) > 0.9


def test_two_clouds_stand_apart_on_the_diagonal() -> None:
    data = np.array(two_classes(20_000, apart=4, spread=0.5))
    first, second = (data[data[:, 2] == label, :2] for label in (0, 1))
    assert second.mean(axis=0) == pytest.approx([2**0.5] * 2, abs=0.02)
    assert np.linalg.norm(second.mean(axis=0) - first.mean(axis=0)) == pytest.approx(4, abs=0.03)
    assert np.cov(first.T) == pytest.approx(0.25 * np.eye(2), abs=0.01)


# --- scores ----------------------------------------------------------------------------------------------------


def test_scores_are_strictly_within_0_and_1_and_as_many_are_positive_as_asked_for() -> None:
    for seed in SEEDS:
        share = seed / 199
        data = scores(150, positives=share, apart=seed / 20, seed=seed)
        assert all(0 < score < 1 and round(score, 3) == score for score, _ in data)
        assert sum(label for _, label in data) == round(150 * share)
        assert len(data) == 150


def test_another_share_of_positives_moves_only_the_samples_that_change_class() -> None:
    for seed in range(50):
        few, many = (scores(100, positives=share, seed=seed) for share in (0.1, 0.4))
        assert sum(one != other for one, other in zip(few, many, strict=True)) == 30


def test_the_scores_of_the_classes_overlap_as_far_as_they_are_not_apart() -> None:
    def logits(apart: float, label: int) -> np.ndarray:
        found = np.array([score for score, actual in scores(20_000, apart=apart) if actual == label])
        return np.log(found / (1 - found))

    assert [logits(2, label).mean() for label in (0, 1)] == pytest.approx([-1, 1], abs=0.03)
    assert [logits(2, label).std() for label in (0, 1)] == pytest.approx([1, 1], abs=0.03)
    assert logits(0, 0).mean() == pytest.approx(logits(0, 1).mean(), abs=0.05)
    assert logits(2, 0).max() > logits(2, 1).min()


def test_the_positives_do_not_come_first() -> None:
    labels = [label for _, label in scores(200)]
    assert sum(before != after for before, after in pairwise(labels)) > 60


@pytest.mark.parametrize("apart", [1e4, 1e308])
def test_scores_that_are_far_apart_do_not_overflow(apart: float) -> None:
    assert set(scores(10, apart=apart)) == {(0.001, 0), (0.999, 1)}


# --- training, validation, test --------------------------------------------------------------------------------


def test_a_split_is_whole_and_disjoint_and_has_the_shares_asked_for() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        data = range(int(rng.integers(0, 60)))
        first, second, third = (float(share) for share in rng.dirichlet((1, 1, 1)))
        parts = split(data, seed=seed, shares=(first, second, third))
        assert sorted(sample for part in parts for sample in part) == list(data)
        for part, share in zip(parts, (first, second, third), strict=True):
            assert abs(len(part) - share * len(data)) <= 1 + 1e-9


def test_a_split_is_shuffled_by_its_seed_and_leaves_the_data_alone() -> None:
    data = list(range(50))
    assert split(data, seed=1) == split(data, seed=1) != split(data, seed=2)
    assert [len(part) for part in split(data, seed=1)] == [30, 10, 10]
    assert split(data, seed=1)[0] != tuple(data[:30])
    assert data == list(range(50))


def test_a_part_may_be_empty() -> None:
    assert split([1, 2], seed=0, shares=(0, 1, 0))[::2] == ((), ())
    assert split([], seed=0) == ((), (), ())
    assert [len(part) for part in split(range(8), seed=0, shares=(0.5, 0.5, 0))] == [4, 4, 0]


# --- what cannot be ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (lambda: moons(-1), "got a count of -1; expected 0 or more"),
        (lambda: scores(-3), "got a count of -3; expected 0 or more"),
        (lambda: line_with_noise(-2), "got a count of -2; expected 0 or more"),
        (lambda: spiral(noise=-0.5), "got a standard deviation of -0.5; expected 0 or more"),
        (lambda: two_classes(spread=-1), "got a standard deviation of -1; expected 0 or more"),
        (lambda: xor(noise=nan), "got a standard deviation of nan; expected 0 or more"),
        (lambda: noisy(sin, 3, noise=0, seed=0, x=(2, 1)), "got x from 2 to 1; expected the lower end first"),
        (lambda: noisy(sin, 3, noise=0, seed=0, x=(nan, 1)), "got x from nan to 1; expected the lower end first"),
        (lambda: scores(positives=1.5), "got a share of positives of 1.5; expected 0 to 1"),
        (lambda: scores(positives=nan), "got a share of positives of nan; expected 0 to 1"),
        (lambda: split([1], seed=0, shares=(0.5, 0.2, 0.2)), "got shares (0.5, 0.2, 0.2); expected three, "),
        (lambda: split([1], seed=0, shares=(1.5, -0.5, 0)), "got shares (1.5, -0.5, 0); expected three, "),
        (lambda: split([1], seed=0, shares=(0.5, 0.5)), "got shares (0.5, 0.5); expected three, "),  # type: ignore[arg-type]
        (lambda: split([1], seed=0, shares=(nan, 0.5, 0.5)), "got shares (nan, 0.5, 0.5); expected three, "),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_got_and_what_was_expected(asked: Shape, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        asked()
