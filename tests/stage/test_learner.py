"""The reader's names are attributes, and a lesson that tries them out leaves them as they were."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from stage.learner import Learner, Missing, runs
from stage.player import Run


def test_the_readers_names_are_attributes_of_the_learner() -> None:
    learner = Learner({"w": 3, "y": max, "_hidden": 4})
    assert (learner.w, learner.y(1, 2), learner._hidden) == (3, 2, 4)


def test_a_name_that_the_code_does_not_define_is_missing() -> None:
    with pytest.raises(Missing, match="your code does not define y") as told:
        _ = Learner({"w": 3}).y
    assert told.value.name == "y"


def test_python_may_ask_a_learner_for_what_it_asks_of_any_object() -> None:
    assert not hasattr(Learner({"__len__": 3}), "__len__")
    assert copy.copy(Learner({"w": 3})).w == 3


def names(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace


def test_for_a_while_a_name_has_another_value_for_the_readers_functions_too() -> None:
    learner = Learner(names("w = 3\ndef y():\n    return 2 * w"))
    with learner.at(w=5):
        assert (learner.w, learner.y()) == (5, 10)
    assert (learner.w, learner.y()) == (3, 6)


def test_afterwards_all_names_are_as_before_whatever_was_called_meanwhile() -> None:
    namespace = names("w = 3\nb = 0\ndef update():\n    global w, b, made\n    w, b, made = w + 1, 7, True")
    before = dict(namespace)
    learner = Learner(namespace)
    with learner.at(w=5, another=1):
        learner.update()
        assert (learner.w, learner.b, learner.made, learner.another) == (6, 7, True, 1)
    assert namespace == before
    with learner.at():
        learner.update()
    assert namespace == before


def test_names_are_as_before_after_an_error_too() -> None:
    learner = Learner({"w": 3})
    with pytest.raises(ZeroDivisionError), learner.at(w=0):
        _ = 1 / learner.w
    assert learner.w == 3


def test_a_while_inside_another_ends_before_it() -> None:
    learner = Learner({"w": 1})
    with learner.at(w=2):
        with learner.at(w=3):
            assert learner.w == 3
        assert learner.w == 2
    assert learner.w == 1


def test_a_learner_of_a_cell_without_steps_has_no_runs() -> None:
    run = Run(("w",))
    assert list(runs(Learner({}))) == []
    assert list(runs(Learner({"_runs": 5}, [run]))) == [run]
