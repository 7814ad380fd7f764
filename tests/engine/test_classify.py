"""Logistic regression against scikit-learn, SciPy and central differences."""

from __future__ import annotations

import re
from math import exp, inf, log, log1p, nan, prod

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from engine import neuron
from engine.classify import cross_entropy, fit, gradient, log_likelihood, sgd, sigmoid, with_bias
from engine.data import moons, two_classes
from engine.descent import central_difference

SEEDS = range(200)
Case = tuple[np.ndarray, np.ndarray, np.ndarray]


def case(seed: int) -> Case:
    """Weights, and five to forty samples of one to four features and a bias; both classes, which mostly overlap."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(5, 41)), int(rng.integers(1, 5))
    y = (rng.random(n) < 0.5).astype(int)
    y[:2] = 0, 1
    return rng.normal(size=m + 1), with_bias(rng.normal(size=(n, m)) + 0.5 * y[:, None]), y


def overlapping(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples with a bias that no plane separates: the same place in both classes, in all directions; with any scale."""
    rng = np.random.default_rng(seed)
    m = int(rng.integers(1, 5))
    n = int(rng.integers(3 * m + 5, 80))
    shared = rng.normal(size=(m + 2, m))
    others = rng.normal(size=(n, m))
    y = (rng.random(n) < expit(others @ rng.normal(size=m) + rng.normal())).astype(int)
    X = np.vstack([shared, shared, others]) * 10.0 ** rng.uniform(-1, 1, m)
    return with_bias(X), np.concatenate([np.zeros(m + 2, int), np.ones(m + 2, int), y])


# --- the sigmoid -----------------------------------------------------------------------------------------------


def test_the_sigmoid_is_scipys_and_the_neurons() -> None:
    for seed in SEEDS:
        z = np.random.default_rng(seed).normal(scale=10.0 ** (seed % 4), size=(3, 4))
        assert sigmoid(z) == pytest.approx(expit(z), rel=1e-13)
        assert sigmoid(z[0, 0]) == pytest.approx(neuron.sigmoid(float(z[0, 0])), rel=1e-15)
        assert sigmoid(z.tolist()).shape == (3, 4)


@pytest.mark.parametrize("z", [800, 1e3, 1e16, 1e308, inf])
def test_far_from_0_the_sigmoid_is_0_or_1_without_a_warning(z: float) -> None:
    assert sigmoid([-z, z]).tolist() == [0, 1]
    assert (float(sigmoid(-z)), float(sigmoid(z))) == (0, 1)


def test_the_sigmoid_keeps_the_digits_of_its_left_tail_and_what_is_no_number() -> None:
    assert sigmoid([-40.0, -300.0, -700.0]) == pytest.approx([exp(-40), exp(-300), exp(-700)], rel=1e-13)
    assert np.isnan(sigmoid([nan, 0])).tolist() == [True, False]


def test_the_slope_of_the_sigmoid_is_s_times_1_minus_s() -> None:
    for seed in SEEDS:
        z = float(np.random.default_rng(seed).normal(scale=4))
        s = float(sigmoid(z))
        assert central_difference(lambda z: float(sigmoid(z)), (z,)) == pytest.approx(
            (s * (1 - s),), rel=1e-6, abs=1e-10
        )


def test_the_bias_is_the_weight_of_a_last_column_of_ones() -> None:
    assert with_bias([[2, 3], [4, 5]]).tolist() == [[2, 3, 1], [4, 5, 1]]
    assert with_bias(np.zeros((0, 2))).shape == (0, 3)


# --- the likelihood and the loss -------------------------------------------------------------------------------


def test_the_log_of_the_likelihood_which_is_a_product_is_the_sum() -> None:
    for seed in SEEDS:
        w, X, y = case(seed)
        s = expit(X @ w).tolist()
        likelihood = prod(p if label else 1 - p for p, label in zip(s, y, strict=True))
        assert log_likelihood(w, X, y) == pytest.approx(log(likelihood), rel=1e-9)
        terms = [label * log(p) + (1 - label) * log(1 - p) for p, label in zip(s, y, strict=True)]
        assert log_likelihood(w, X, y) == pytest.approx(sum(terms), rel=1e-9)


def test_the_log_of_the_likelihood_is_not_what_a_common_misprint_says() -> None:
    for seed in SEEDS:
        w, X, y = case(seed)
        s = expit(X @ w)
        misprint = float(np.sum(y * np.log(s) + (1 - y) * (1 - np.log(s))))  # 1 - log s for log(1 - s)
        assert abs(log_likelihood(w, X, y) - misprint) > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cross_entropy_is_scikit_learns_log_loss(seed: int) -> None:
    w, X, y = case(seed)
    s = expit(X @ w)
    assert cross_entropy(w, X, y) == pytest.approx(log_loss(y, s), rel=1e-9)
    assert log_likelihood(w, X, y) == pytest.approx(-len(y) * log_loss(y, s), rel=1e-9)
    assert cross_entropy(w, X, y, 0.3) == pytest.approx(log_loss(y, s) + 0.15 * w @ w, rel=1e-9)


def test_weights_of_0_know_nothing() -> None:
    X, y = [[1, 2], [3, 4], [5, 6]], [0, 1, 1]
    assert log_likelihood([0, 0], X, y) == pytest.approx(3 * log(0.5))
    assert cross_entropy([0, 0], X, y) == pytest.approx(log(2))


@pytest.mark.parametrize("size", [40.0, 800.0, 1e6, 1e16, 1e307])
def test_far_from_0_the_log_likelihood_is_as_exact(size: float) -> None:
    X, right, wrong = [[-1], [1], [2]], [0, 1, 1], [1, 0, 0]
    assert log_likelihood([size], X, wrong) == pytest.approx(-4 * size, rel=1e-15)
    assert log_likelihood([size], X, right) == pytest.approx(-2 * log1p(exp(-size)), rel=1e-12)
    assert cross_entropy([size], X, wrong) == pytest.approx(4 * size / 3, rel=1e-15)
    assert gradient([size], X, wrong) == pytest.approx([4 / 3], rel=1e-15)
    assert gradient([size], X, right) == pytest.approx([-2 / 3 * exp(-size)], abs=1e-16)


def test_weights_up_to_a_million_give_finite_numbers_without_a_warning() -> None:
    for seed in SEEDS:
        w, X, y = case(seed)
        w = w / abs(w).max() * 1e6
        assert np.isfinite([log_likelihood(w, X, y), cross_entropy(w, X, y, 1), *gradient(w, X, y, 1)]).all()
        assert log_likelihood(w, X, y) <= 0


def test_what_is_too_large_for_floats_is_infinite_without_a_warning() -> None:
    assert log_likelihood([1e308], [[10], [1]], [0, 1]) == -inf
    assert cross_entropy([1e308], [[1], [1], [1]], [0, 0, 0]) == inf
    assert cross_entropy([1e200], [[0]], [1], penalty=1) == inf
    assert gradient([1e308], [[10], [1]], [1, 0], penalty=10) == inf


def test_a_loss_of_nothing_is_0_and_not_minus_0() -> None:
    assert [str(f([1e3], [[1]], [1])) for f in (log_likelihood, cross_entropy)] == ["0.0", "0.0"]


# --- the gradient ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_what_central_differences_measure(seed: int) -> None:
    w, X, y = case(seed)
    for penalty in (0, 0.7):
        measured = central_difference(lambda *w, penalty=penalty: cross_entropy(w, X, y, penalty), w.tolist())
        assert gradient(w, X, y, penalty) == pytest.approx(measured, rel=1e-6, abs=1e-9)


def test_the_gradient_is_the_sum_over_samples_that_the_derivation_ends_with() -> None:
    for seed in SEEDS:
        w, X, y = case(seed)
        expected = sum((neuron.sigmoid(float(x @ w)) - label) * x for x, label in zip(X, y, strict=True)) / len(y)
        assert gradient(w, X, y) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert gradient(w, X, y, 2) == pytest.approx(expected + 2 * w, rel=1e-9, abs=1e-12)


# --- stochastic gradient descent -------------------------------------------------------------------------------


def test_with_all_samples_in_a_batch_it_is_gradient_descent() -> None:
    for seed in SEEDS:
        w, X, y = case(seed)
        place = w.copy()
        for walked in sgd(w, X, y, learning_rate=0.5, batch_size=len(y) + seed % 2, epochs=12, seed=seed):
            assert walked == pytest.approx(place, rel=1e-9, abs=1e-9)
            place = place - 0.5 * gradient(place, X, y)


def test_each_epoch_takes_each_sample_once_and_shuffles_anew() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        n = int(rng.integers(8, 30))
        size = int(rng.integers(1, n + 1))
        y = rng.integers(0, 2, n)
        # A sample that is 1 in a column of its own moves no weight but that one: the batches can be read from the steps.
        walk = np.array(sgd(np.zeros(n), np.eye(n), y, learning_rate=1e-3, batch_size=size, epochs=2, seed=seed))
        batches = [set(np.flatnonzero(step)) for step in np.diff(walk, axis=0)]
        per_epoch = -(-n // size)
        assert len(batches) == 2 * per_epoch
        first, second = batches[:per_epoch], batches[per_epoch:]
        for epoch in (first, second):
            assert [len(batch) for batch in epoch[:-1]] == [size] * (per_epoch - 1)
            assert sorted(i for batch in epoch for i in batch) == list(range(n))
        assert 3 * size > n or first != second


def test_each_step_is_against_the_gradient_of_its_batch() -> None:
    for seed in SEEDS:
        w, X, y = case(seed)
        before, after, *_ = sgd(w, X, y, learning_rate=0.3, batch_size=1, epochs=1, seed=seed)
        steps = [-0.3 * gradient(before, X[[i]], y[[i]]) for i in range(len(y))]
        assert min(np.abs(after - before - step).max() for step in steps) < 1e-12


def test_a_walk_begins_at_its_start_which_it_leaves_alone_and_repeats_with_its_seed() -> None:
    w, X, y = case(0)
    start = w.copy()
    walks = [sgd(w, X, y, learning_rate=1, batch_size=4, epochs=3, seed=seed) for seed in (5, 5, 6)]
    assert (w == start).all()
    assert (walks[0][0] == start).all()
    assert walks[0][0] is not w
    assert np.array_equal(walks[0], walks[1])
    assert not np.array_equal(walks[0], walks[2])
    assert len(sgd(w, X, y, learning_rate=1, batch_size=4, epochs=0, seed=0)) == 1


def test_a_long_walk_ends_near_the_best_weights() -> None:
    data = np.array(two_classes(200, apart=2))
    X, y = with_bias(data[:, :2]), data[:, 2]
    best = fit(X, y)
    calm = sgd(np.zeros(3), X, y, learning_rate=1, batch_size=200, epochs=1000, seed=0)[-1]
    noisy = sgd(np.zeros(3), X, y, learning_rate=0.05, batch_size=10, epochs=50, seed=0)[-1]
    assert calm == pytest.approx(best, abs=1e-9)
    assert cross_entropy(noisy, X, y) < cross_entropy(best, X, y) + 0.005


@pytest.mark.parametrize("rate", [1e6, 1e200, 1e308, inf])
def test_a_walk_that_diverges_leaves_the_floats_without_a_warning(rate: float) -> None:
    data = np.array(moons(40))
    walk = sgd([0, 0], 1e3 * data[:, :2], data[:, 2], learning_rate=rate, batch_size=7, epochs=30, seed=0)
    assert len(walk) == 181


# --- Newton's method -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_weights_without_a_penalty_are_scikit_learns(seed: int) -> None:
    X, y = overlapping(seed)
    model = LogisticRegression(C=inf, fit_intercept=False, solver="newton-cg", tol=1e-10, max_iter=1000).fit(X, y)
    found = fit(X, y)
    assert X @ found == pytest.approx(X @ model.coef_[0], rel=1e-5, abs=1e-5)
    assert cross_entropy(found, X, y) <= cross_entropy(model.coef_[0], X, y) + 1e-14
    assert gradient(found, X, y) == pytest.approx(np.zeros(len(found)), abs=1e-12 * abs(X).max())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_weights_with_a_penalty_are_scikit_learns(seed: int) -> None:
    _, X, y = case(seed)
    penalty = 10.0 ** np.random.default_rng(seed).uniform(-3, 1)
    options = {"fit_intercept": False, "solver": "newton-cholesky", "tol": 1e-12}
    model = LogisticRegression(C=1 / (penalty * len(y)), **options).fit(X, y)
    found = fit(X, y, penalty)
    assert found == pytest.approx(model.coef_[0], rel=1e-7, abs=1e-9)
    assert gradient(found, X, y, penalty) == pytest.approx(np.zeros(len(found)), abs=1e-12)


def test_no_place_nearby_is_better() -> None:
    for seed in SEEDS:
        X, y = overlapping(seed)
        best = fit(X, y, penalty=0.01)
        for step in np.random.default_rng(seed).normal(scale=1e-3, size=(10, len(best))):
            assert cross_entropy(best + step, X, y, 0.01) > cross_entropy(best, X, y, 0.01)


def test_with_a_bias_only_the_best_weight_is_the_log_of_the_odds() -> None:
    for positives in (1, 3, 50, 99):
        y = [1] * positives + [0] * (100 - positives)
        assert fit(np.ones((100, 1)), y) == pytest.approx([log(positives / (100 - positives))], abs=1e-12)


@pytest.mark.parametrize("scale", [1e-150, 1e-9, 1e9, 1e150])
def test_the_scale_of_a_feature_does_not_matter(scale: float) -> None:
    X, y = overlapping(7)
    assert scale * fit(scale * X, y) == pytest.approx(fit(X, y), rel=1e-9)


def test_where_columns_depend_on_each_other_the_shortest_of_the_best_weights_are_found() -> None:
    for seed in SEEDS:
        X, y = overlapping(seed)
        alone = fit(X, y)
        assert fit(np.hstack([X, X]), y) == pytest.approx(np.tile(alone / 2, 2), rel=1e-7, abs=1e-9)
        assert fit(np.column_stack([X, np.zeros(len(y))]), y) == pytest.approx([*alone, 0], rel=1e-9, abs=1e-12)


def test_without_anything_to_go_by_the_weights_are_0() -> None:
    assert fit(np.zeros((4, 2)), [0, 1, 1, 1]).tolist() == [0, 0]
    assert fit(np.zeros((4, 0)), [0, 1, 1, 1]).tolist() == []
    assert fit([[-1, -1, 1], [1, 1, 1], [-1, 1, 1], [1, -1, 1]], [0, 0, 1, 1]) == pytest.approx([0, 0, 0], abs=1e-12)


def test_one_sample_far_away_does_not_throw_the_steps_off() -> None:
    for far in (1e2, 1e4, 1e6):
        X, y = overlapping(3)
        X[0, 0] = far
        assert gradient(fit(X, y), X, y) == pytest.approx(np.zeros(X.shape[1]), abs=1e-12 * far)


# --- what cannot be ----------------------------------------------------------------------------------------------

GROWS = "got data on which the weights grow without end, as where a line separates the classes; expected classes that overlap, or a larger penalty"


def test_separable_data_without_a_penalty_have_no_best_weights_and_with_one_they_do() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        X = with_bias(rng.normal(size=(20, 2)) * 10.0 ** rng.uniform(-3, 3, 2))
        z = X @ rng.normal(size=3)
        y = (z > np.median(z)).astype(int)
        with pytest.raises(ValueError, match=re.escape(GROWS)):
            fit(X, y)
        found = fit(X, y, 1e-3)
        assert gradient(found, X, y, 1e-3) == pytest.approx([0, 0, 0], abs=1e-11 * abs(X).max())


def test_data_that_are_separable_in_part_are_found_out_too() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        X, y = overlapping(seed)
        sure = (rng.random(len(y)) < 0.4).astype(int)  # a feature that never is 1 where the class is 0
        sure[0] = y[0] = 1
        X = np.column_stack([X, sure])
        if seed % 2:  # and that cannot be told from the others
            X = X @ np.linalg.qr(rng.normal(size=(X.shape[1],) * 2))[0]
        with pytest.raises(ValueError, match=re.escape(GROWS)):
            fit(X, np.maximum(y, sure))


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_alone_is_separable(label: int) -> None:
    with pytest.raises(ValueError, match=re.escape(GROWS)):
        fit([[1, 1], [2, 1], [3, 1]], [label] * 3)
    assert fit([[1, 1], [2, 1], [3, 1]], [label] * 3, 0.1) == pytest.approx(
        (2 * label - 1) * np.array([1, 0.5]), rel=0.9
    )


@pytest.mark.parametrize(
    ("w", "X", "y", "says"),
    [
        ([1], [1, 2], [0, 1], "got samples of shape (2,); expected (N, M)"),
        ([1], [[1, 2], [3, 4]], [0, 1], "got weights of shape (1,) for samples of shape (2, 2); expected (2,)"),
        ([[1]], [[1], [3]], [0, 1], "got weights of shape (1, 1) for samples of shape (2, 1); expected (1,)"),
        ([1], [[1], [3]], [0, 1, 1], "got classes of shape (3,) for samples of shape (2, 1); expected (2,)"),
        ([1], [[1], [3]], [[0], [1]], "got classes of shape (2, 1) for samples of shape (2, 1); expected (2,)"),
        ([1], [[1], [3]], [0, 2], "got the class 2; expected 0 or 1"),
        ([1], [[1], [3]], [-1, 1], "got the class -1; expected 0 or 1"),
        ([1], [[1], [3]], [0.5, 1], "got the class 0.5; expected 0 or 1"),
        ([1], [[1], [3]], [nan, 1], "got the class nan; expected 0 or 1"),
        ([1], np.zeros((0, 1)), [], "got no samples; expected at least one"),
    ],
)
def test_shapes_that_do_not_fit_and_other_classes_are_refused(w: list, X: list, y: list, says: str) -> None:
    for asked in (
        lambda: log_likelihood(w, X, y),
        lambda: cross_entropy(w, X, y),
        lambda: gradient(w, X, y),
        lambda: sgd(w, X, y, learning_rate=1, batch_size=1, epochs=1, seed=0),
        lambda: fit(X, y),
    )[: 4 if "weights" in says else 5]:
        with pytest.raises(ValueError, match=re.escape(says)):
            asked()


@pytest.mark.parametrize("penalty", [-1, nan, inf])
def test_a_penalty_is_a_number_from_0_up(penalty: float) -> None:
    w, X, y = case(0)
    for asked in (cross_entropy, gradient):
        with pytest.raises(ValueError, match=f"got a penalty of {penalty}; expected a number, 0 or more"):
            asked(w, X, y, penalty)
    with pytest.raises(ValueError, match=f"got a penalty of {penalty}; expected a number, 0 or more"):
        fit(X, y, penalty)


def test_other_things_that_cannot_be() -> None:
    w, X, y = case(0)
    with pytest.raises(ValueError, match="got a batch size of 0; expected 1 or more"):
        sgd(w, X, y, learning_rate=1, batch_size=0, epochs=1, seed=0)
    with pytest.raises(ValueError, match="got -1 epochs; expected 0 or more"):
        sgd(w, X, y, learning_rate=1, batch_size=1, epochs=-1, seed=0)
    with pytest.raises(ValueError, match="got samples that are not finite; expected numbers"):
        fit([[1], [inf]], [0, 1])
    with pytest.raises(ValueError, match=re.escape("got samples of shape (3,); expected (N, M)")):
        with_bias([1, 2, 3])
