"""Logistic regression: two classes, told apart by the sigmoid of a weighted sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

ITERATIONS = 50
"""Newton's method needs about ten; on separable data the weights would grow for ever."""


def sigmoid(z: ArrayLike) -> Array:
    """1 / (1 + e^-z), elementwise: from 0 to 1, for a number or an array of any shape. Never overflows."""
    z = np.asarray(z, dtype=np.float64)
    shrunk = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, shrunk) / (1 + shrunk))[()]


def with_bias(X: ArrayLike) -> Array:
    """The samples (N, M) with a column of ones last (N, M+1), whose weight is then the bias."""
    X = _samples(X)
    return np.hstack([X, np.ones((len(X), 1))])


def log_likelihood(w: ArrayLike, X: ArrayLike, y: ArrayLike) -> float:
    """The logarithm of the probability of all classes: sum y_i log s_i + (1 - y_i) log(1 - s_i), s = sigmoid(Xw).

    0 or less. Weights (M,), samples (N, M), classes (N,), each 0 or 1. Exact far from 0 too, where s_i rounds to 0 or
    1; -inf only where the sum is too large for floats. Raises ValueError for shapes that do not fit, other classes, or
    no samples.
    """
    return 0.0 - _surprise(*_checked(w, X, y))


def cross_entropy(w: ArrayLike, X: ArrayLike, y: ArrayLike, penalty: float = 0.0) -> float:
    """Minus the mean of the log-likelihood, plus penalty/2 |w|^2: 0 or more. Shapes and errors as there.

    The penalty, 0 or more, counts all weights, that of the bias too. Raises ValueError where it is negative.
    """
    w, X, y = _checked(w, X, y)
    return _loss(w, X, y, _penalty(penalty))


def gradient(w: ArrayLike, X: ArrayLike, y: ArrayLike, penalty: float = 0.0) -> Array:
    """The gradient (M,) of the cross-entropy: X^T (sigmoid(Xw) - y) / N + penalty w. Shapes and errors as there."""
    w, X, y = _checked(w, X, y)
    return _gradient(w, X, y, _penalty(penalty))


def sgd(
    w: ArrayLike,
    X: ArrayLike,
    y: ArrayLike,
    *,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    seed: int,
) -> list[Array]:
    """The weights of each step of stochastic gradient descent on the cross-entropy, the start first (Robbins, 1951).

    In each epoch the samples are shuffled anew and taken `batch_size` at a time, the last batch with what is left;
    with N or more it is gradient descent. A walk that diverges leaves the floats without a warning. Shapes and errors
    as of `log_likelihood`; raises ValueError also for a batch size below 1 or a negative number of epochs.
    """
    w, X, y = _checked(w, X, y)
    if batch_size < 1:
        raise ValueError(f"got a batch size of {batch_size}; expected 1 or more")
    if epochs < 0:
        raise ValueError(f"got {epochs} epochs; expected 0 or more")
    rng = np.random.default_rng(seed)
    walk = [w.copy()]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            slope = _gradient(walk[-1], X[batch], y[batch], 0.0)
            with np.errstate(over="ignore", invalid="ignore"):
                walk.append(walk[-1] - learning_rate * slope)
    return walk


def fit(X: ArrayLike, y: ArrayLike, penalty: float = 0.0) -> Array:
    """The weights (M,) with the smallest cross-entropy, by Newton's method with shorter steps where it overshoots.

    Where several are equally good, as where columns depend on each other, it is the shortest. Shapes and errors as of
    `cross_entropy`; raises ValueError also for samples that are not finite, and where the weights would grow without
    end: without a penalty, on data that a line (a plane, ...) separates.
    """
    X = _samples(X)
    _, X, y = _checked(np.zeros(X.shape[1]), X, y)
    penalty = _penalty(penalty)
    if not np.isfinite(X).all():
        raise ValueError("got samples that are not finite; expected numbers")
    basis = _basis(X)
    columns, ridge = X @ basis, penalty * basis.T @ basis
    signs = 2 * y - 1

    def loss(at: Array) -> float:
        return float(np.logaddexp(0, -signs * (columns @ at)).mean() + at @ ridge @ at / 2)

    at = np.zeros(basis.shape[1])
    for _ in range(ITERATIONS):
        margins = signs * (columns @ at)
        if not penalty and (margins > 1).all():
            break  # these weights separate the classes, and larger ones do so better
        wrong = sigmoid(-margins)
        slope = ridge @ at - (signs * wrong) @ columns / len(X)
        curvature = (columns.T * (wrong * sigmoid(margins))) @ columns / len(X) + ridge
        try:
            step = np.linalg.solve(curvature, slope)
        except np.linalg.LinAlgError:
            break
        if np.abs(columns @ step).max() <= 1e-9 * (1 + np.abs(margins).max()):
            return np.asarray(basis @ (at - step))
        enough = loss(at) + 1e-12  # rounding may make a good short step look a trifle worse
        while loss(at - step) > enough:
            step = step / 2
        at = at - step
    raise ValueError(
        "got data on which the weights grow without end, as where a line separates the classes; "
        "expected classes that overlap, or a larger penalty"
    )


def _basis(X: Array) -> Array:
    """Directions (M, R) in which the samples have columns of one length, at right angles: all scales look alike."""
    _, lengths, directions = np.linalg.svd(X, full_matrices=False)
    kept = lengths > np.finfo(np.float64).eps * max(X.shape) * lengths.max(initial=0.0)
    return np.asarray(directions[kept].T / lengths[kept] * np.sqrt(len(X)))


def _loss(w: Array, X: Array, y: Array, penalty: float) -> float:
    with np.errstate(over="ignore"):
        return _surprise(w, X, y) / len(y) + (float(penalty / 2 * (w @ w)) if penalty else 0.0)


def _surprise(w: Array, X: Array, y: Array) -> float:
    """Minus the log-likelihood."""
    with np.errstate(over="ignore", invalid="ignore"):
        # -log s(z) and -log(1 - s(z)) are both log(1 + e^-z), with the sign of z turned for class 0.
        return float(np.logaddexp(0, (1 - 2 * y) * (X @ w)).sum())


def _gradient(w: Array, X: Array, y: Array, penalty: float) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(X.T @ (sigmoid(X @ w) - y) / len(y) + penalty * w)


def _samples(X: ArrayLike) -> Array:
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"got samples of shape {X.shape}; expected (N, M)")
    return X


def _checked(w: ArrayLike, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array, Array]:
    X = _samples(X)
    w, y = np.asarray(w, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not len(X):
        raise ValueError("got no samples; expected at least one")
    if w.shape != X.shape[1:]:
        raise ValueError(f"got weights of shape {w.shape} for samples of shape {X.shape}; expected {X.shape[1:]}")
    if y.shape != X.shape[:1]:
        raise ValueError(f"got classes of shape {y.shape} for samples of shape {X.shape}; expected {X.shape[:1]}")
    strange = y[(y != 0) & (y != 1)]
    if strange.size:
        raise ValueError(f"got the class {strange[0]:g}; expected 0 or 1")
    return w, X, y


def _penalty(penalty: float) -> float:
    if not 0 <= penalty < np.inf:
        raise ValueError(f"got a penalty of {penalty}; expected a number, 0 or more")
    return penalty
