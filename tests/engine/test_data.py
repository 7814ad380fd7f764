"""The data that the course carries is what its pages say of it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import COURSE


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
