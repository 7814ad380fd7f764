"""Runs of the reader's own function can be gone through forwards and back, and begin anew when a variable moves."""

from __future__ import annotations

from math import inf, nan
from time import monotonic
from typing import Any

import pytest

from stage.player import Run
from tests.stage.conftest import Form, Page, curve, marks

LESSON = '''
from stage.controls import Button, Player, Slider
from stage.demo import cell
from stage.figure import Plot
from stage.learner import runs
from stage.marks import Curve, Path, Points


@cell(
    w=Slider(-10, 10),
    b=Slider(-10, 10),
    learning_rate=Slider(0, 1),
    train=Player(records=("w", "b", "iteration_counter"), reads=("loss(w, b)",)),
    reads=("iteration_counter", "calls"),
)
def training(learner):
    """Now at w = {w}, after {train} steps.

    The loss.
    """
    every = runs(learner)
    paths = Plot(*(Path(run.pairs("w", "b")) for run in every), x=(-10, 10), y=(-10, 10))
    losses = Plot(*(Path(run.trace("loss(w, b)")) for run in every), x=(0, 10), y=(0, 10))
    return paths, losses


@cell(w=Slider(-10, 10), update=Button(records=("w",), most=5))
def pressing(learner):
    """After {update} steps w = {w}."""
    (run,) = runs(learner)
    return Plot(Points(enumerate(run.column("w"))), x=(0, 5), y=(-10, 10))


@cell(train=Player(records=("weights",)), reads=("weights",))
def listed(learner):
    """{weights}."""
    (run,) = runs(learner)
    return Plot(*(Path(enumerate(weights)) for weights in run.column("weights")), x=(0, 5), y=(-10, 10))


@cell(train=Player(records=("weights",)), reads=("weights",))
def unseen(learner):
    """No figure."""


@cell(w=Slider(-10, 10), train=Player(records=("w",)))
def a_line(learner):
    """Slope {w}."""
    return Plot(Curve(lambda x: learner.y(x, learner.w), samples=3), x=(-1, 1), y=(-1, 1))
'''

CODE = """
w = 8
b = 0
learning_rate = 0.5
iteration_counter = 0
calls = 0

def loss(w, b):
    return w * w + b * b

def train(iterations):
    global w, b, iteration_counter, calls
    for i in range(iterations):
        w = w - learning_rate * w
        b += 1
        iteration_counter += 1
        calls += 1
"""
"""Each step halves w and adds 1 to b: (8, 0), (4, 1), (2, 2), (1, 3), (0.5, 4), (0.25, 5)."""

WALK = [[8, 0], [4, 1], [2, 2], [1, 3], [0.5, 4], [0.25, 5]]


@pytest.fixture
def form(page: Page) -> Form:
    return Form(page, "training", CODE)


# --- there and back --------------------------------------------------------------------------------------------


def test_a_run_of_the_code_is_at_step_zero(page: Page) -> None:
    answer = page.run(CODE, "training")
    assert answer["values"] == {"w": 8, "b": 0, "learning_rate": 0.5, "train": 0}
    assert answer["recorded"] == 0
    assert curve(answer) == [[8, 0]]


def test_five_steps_are_five_calls_of_the_readers_function(form: Form) -> None:
    answer = form.move(train=5)
    assert answer["values"] == {"w": 0.25, "b": 5, "learning_rate": 0.5, "train": 5}
    assert answer["recorded"] == 5
    assert answer["readouts"] == {"iteration_counter": "5", "calls": "5"}
    assert curve(answer) == WALK
    assert answer["figures"][0]["label"] == "Now at w = 0.25, after 5 steps."
    assert answer["code"] == CODE, "a step is not written into the code"
    assert "error" not in answer


def test_going_back_restores_what_was_recorded_and_calls_nothing(form: Form) -> None:
    form.move(train=5)
    answer = form.move(train=2)
    assert answer["values"] == {"w": 2, "b": 2, "learning_rate": 0.5, "train": 2}
    assert answer["recorded"] == 5
    assert answer["readouts"] == {"iteration_counter": "2", "calls": "5"}
    assert curve(answer) == WALK[:3], "the path leads to the step that is shown"


def test_going_on_from_a_step_back_goes_on_from_the_last_step(form: Form) -> None:
    form.move(train=5)
    form.move(train=2)
    answer = form.move(train=7)
    assert answer["values"]["train"] == answer["recorded"] == 7
    assert answer["values"]["w"] == 8 / 2**7
    assert answer["readouts"] == {"iteration_counter": "7", "calls": "7"}
    assert curve(answer)[:6] == WALK


def test_the_figure_is_the_same_whichever_way_a_step_is_come_to(form: Form) -> None:
    there = form.move(train=3)
    form.move(train=5)
    assert form.move(train=3) == there | {"recorded": 5, "readouts": {"iteration_counter": "3", "calls": "5"}}


def test_what_is_read_at_each_step_is_recorded_with_it(form: Form) -> None:
    answer = form.move(train=2)
    assert marks(answer, figure=1) == [[[0, 64], [1, 17], [2, 8]]]


def test_a_step_is_made_once_and_drawn_as_often_as_asked(form: Form) -> None:
    assert form.move(train=3) == form.move(train=3)


def test_there_are_no_more_steps_than_the_control_allows(page: Page) -> None:
    form = Form(page, "pressing", "w = 0\ndef update():\n    global w\n    w += 1\n")
    assert form.move(update=1000)["values"] == {"w": 5, "update": 5}
    assert form.move(update=-3)["values"] == {"w": 0, "update": 0}


def test_after_a_restart_the_steps_of_the_code_can_be_made_again(form: Form) -> None:
    there = form.move(train=5)
    form.page.restart()
    form.values = {"train": 5}
    assert form.move() == there


def test_after_a_restart_the_variables_are_where_they_were_and_a_new_run_begins_there(form: Form) -> None:
    form.move(train=5)
    form.page.restart()
    answer = form.move()
    assert answer["values"] == {"w": 0.25, "b": 5, "learning_rate": 0.5, "train": 0}
    assert marks(answer) == [[[0.25, 5]]]


# --- a new run -------------------------------------------------------------------------------------------------


def test_a_moved_start_begins_a_new_run_from_there_with_the_counter_where_it_began(form: Form) -> None:
    form.move(train=5)
    answer = form.move(w=-3)
    assert answer["values"] == {"w": -3, "b": 5, "learning_rate": 0.5, "train": 0}
    assert (answer["recorded"], answer["readouts"]["iteration_counter"]) == (0, "0")
    assert marks(answer) == [WALK, [[-3, 5]]], "the earlier run, then the present one"
    assert marks(answer, figure=1)[1] == [[0, 34]]
    assert "w = -3\n" in answer["code"]
    assert "b = 0\n" in answer["code"]
    assert marks(form.move(train=1)) == [WALK, [[-3, 5], [-1.5, 6]]]


def test_while_the_start_is_dragged_the_earlier_run_stays(form: Form) -> None:
    form.move(train=5)
    for w in (-1, -2, -3):
        assert marks(form.move(w=w)) == [WALK, [[w, 5]]]


def test_a_moved_learning_rate_begins_a_new_run_from_the_first_place(form: Form) -> None:
    form.move(train=5)
    answer = form.move(learning_rate=0.25)
    assert answer["values"] == {"w": 8, "b": 0, "learning_rate": 0.25, "train": 0}
    assert (answer["recorded"], answer["readouts"]["iteration_counter"]) == (0, "0")
    assert marks(answer) == [WALK, [[8, 0]]]
    assert marks(form.move(train=2)) == [WALK, [[8, 0], [6, 1], [4.5, 2]]]


def test_a_run_that_was_moved_and_then_slowed_begins_where_it_was_moved_to(form: Form) -> None:
    form.move(train=5)
    form.move(w=4)
    form.move(train=1)
    answer = form.move(learning_rate=0.25)
    assert marks(answer) == [[[4, 5], [2, 6]], [[4, 5]]], "of the earlier runs the last one is kept"


def test_the_earlier_run_is_shown_in_full_wherever_it_was_scrubbed_to(form: Form) -> None:
    form.move(train=5)
    form.move(train=2)
    assert marks(form.move(learning_rate=0.25)) == [WALK, [[8, 0]]]


def test_a_run_of_changed_code_keeps_the_earlier_run_to_compare_with(form: Form) -> None:
    form.move(train=5)
    assert marks(form.run(CODE.replace("= 0.5", "= 0.75"))) == [WALK, [[8, 0]]]
    assert marks(form.move(train=1)) == [WALK, [[8, 0], [2, 1]]]


def test_a_run_without_a_step_is_no_earlier_run(form: Form) -> None:
    form.move(train=5)
    form.run(CODE)
    assert marks(form.run(CODE)) == [WALK, [[8, 0]]]


def test_a_run_of_code_that_fails_takes_nothing_away(form: Form) -> None:
    form.move(train=5)
    form.page.run("1 / 0", "training")
    assert curve(form.move(train=2)) == WALK[:3]
    assert marks(form.run(CODE)) == [WALK, [[8, 0]]]


def test_fresh_forgets_all_runs(form: Form) -> None:
    form.move(train=5)
    form.move(w=1)
    more = {"source": CODE, "code": CODE, "values": {"train": 0}}
    answer = form.page.ask("draw", "training", fresh=True, **more)
    assert answer["values"] == {"w": 8, "b": 0, "learning_rate": 0.5, "train": 0}
    assert marks(answer) == [[[8, 0]]]
    assert answer["recorded"] == 0


# --- steps that go wrong ---------------------------------------------------------------------------------------

STUMBLING = CODE.replace(
    "        w = w", "        b = 99\n        if iteration_counter == 3: raise ValueError('no more')\n        w = w"
).replace("b += 1", "b = iteration_counter + 1")


def test_a_step_that_raises_is_told_with_its_line_beside_the_last_good_step(page: Page) -> None:
    form = Form(page, "training", STUMBLING)
    for _ in range(2):
        answer = form.move(train=5)
        error = answer["error"]
        assert (error["kind"], error["message"]) == ("ValueError", "no more")
        assert "raise ValueError" in STUMBLING.splitlines()[error["line"] - 1]
        assert answer["values"] == {"w": 1, "b": 3, "learning_rate": 0.5, "train": 3}, "b is not 99"
        assert answer["recorded"] == 3
        assert curve(answer) == WALK[:4]
    assert "error" not in form.move(train=2)


@pytest.mark.parametrize("end", ["SystemExit", "KeyboardInterrupt"])
def test_a_step_that_ends_python_or_is_stopped_leaves_the_last_good_one(page: Page, end: str) -> None:
    form = Form(page, "training", STUMBLING.replace("ValueError('no more')", end))
    answer = form.move(train=5)
    assert "stopped" in answer if end == "KeyboardInterrupt" else answer["error"]["kind"] == end
    assert curve(answer) == WALK[:4]
    assert curve(form.move(train=3)) == WALK[:4]
    assert form.values["b"] == 3


def test_a_function_that_the_code_does_not_define_is_missing_when_it_is_called(page: Page) -> None:
    form = Form(page, "training", CODE.replace("def train", "def other"))
    answer = form.move(train=1)
    assert (answer["error"]["kind"], answer["error"]["message"]) == ("Missing", "your code does not define train")
    assert answer["values"]["train"] == 0
    assert curve(answer) == [[8, 0]]
    assert "error" not in form.move(w=3, train=0), "a slider needs no function"


def test_a_function_of_other_arguments_is_an_error(page: Page) -> None:
    form = Form(page, "training", CODE.replace("def train(iterations)", "def train()").replace("(iterations)", "(1)"))
    answer = form.move(train=1)
    assert answer["error"]["kind"] == "TypeError"
    assert curve(answer) == [[8, 0]]


def test_a_recorded_variable_that_the_code_does_not_define_is_left_out_of_the_path(page: Page) -> None:
    source = "w = 8\nb = 1\nlearning_rate = 1\ncalls = 0\ndef train(n):\n    global w\n    w -= 1\n"
    form = Form(page, "training", source)
    answer = form.move(train=2)
    assert curve(answer) == [[8, 1], [7, 1], [6, 1]]
    assert marks(answer, figure=1) == [[]], "there is no loss to read"
    assert answer["readouts"] == {"iteration_counter": "—", "calls": "0"}
    assert "error" not in answer
    assert "iteration_counter stopped with NameError" in answer["figures"][0]["notes"][0]


DIVERGING = CODE.replace("w = w - learning_rate * w", "w = w * 1e200 if w < 1e300 else w - w")


def test_a_weight_that_becomes_infinite_does_not_break_the_answer(page: Page) -> None:
    form = Form(page, "training", DIVERGING)
    answer = form.move(train=4)
    assert "error" not in answer
    assert answer["values"] == {"b": 2, "learning_rate": 0.5, "train": 2}, "w says nothing that its slider could show"
    assert curve(answer) == [[8, 0], [8e200, 1]]
    assert answer["figures"][0]["label"] == "Now at w = inf, after 2 steps."


def test_a_run_that_became_infinite_goes_no_further_and_can_be_gone_back_in(page: Page) -> None:
    form = Form(page, "training", DIVERGING)
    form.move(train=2)
    answer = form.move(train=4)
    assert answer["values"]["train"] == answer["recorded"] == 2
    assert answer["readouts"]["calls"] == "2"
    back = form.move(train=1)
    assert back["values"]["w"] == 8e200
    assert back["recorded"] == 2
    assert form.move(w=8e200, b=1)["values"]["train"] == 1, "nothing has moved"


def test_an_infinite_weight_can_be_moved_to_a_number(page: Page) -> None:
    form = Form(page, "training", DIVERGING)
    form.move(train=4)
    answer = form.move(w=3)
    assert answer["values"] == {"w": 3, "b": 2, "learning_rate": 0.5, "train": 0}
    assert marks(answer) == [[[8, 0], [8e200, 1]], [[3, 2]]]


def test_a_bias_that_was_lost_as_well_is_what_its_slider_still_shows(page: Page) -> None:
    form = Form(page, "training", DIVERGING.replace("b += 1", "b = w"))
    form.move(train=1)
    form.move(train=4)
    answer = form.move(w=3)
    assert answer["values"] == {"w": 3, "b": 8e200, "learning_rate": 0.5, "train": 0}
    assert form.move(learning_rate=0.25)["values"]["w"] == 3


# --- the time there is -----------------------------------------------------------------------------------------


def test_without_patience_each_turn_makes_one_step_and_says_so(form: Form) -> None:
    form.page.restart(patience=-1)
    form.run(CODE)
    for step in (1, 2, 3):
        answer = form.move(train=100)
        assert answer["values"]["train"] == answer["recorded"] == step
        assert curve(answer) == WALK[: step + 1]
    assert form.move(train=1)["recorded"] == 3, "going back takes no time"


def test_slow_steps_are_made_as_far_as_patience_goes(page: Page) -> None:
    page.restart(patience=0.05)
    source = CODE.replace("    for i", "    import time\n    time.sleep(0.01)\n    for i")
    form = Form(page, "training", source)
    begin = monotonic()
    answer = form.move(train=200)
    assert monotonic() - begin < 1
    assert 1 <= answer["values"]["train"] == answer["recorded"] < 100
    again = form.move(train=200)["values"]["train"]
    assert answer["values"]["train"] < again < 200


# --- what is recorded stays as it was --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "weights = [1, 2]\ndef train(iterations):\n    weights[0] += 1\n",
        "import numpy as np\nweights = np.array([1, 2])\ndef train(iterations):\n    weights[0] += 1\n",
    ],
    ids=["list", "array"],
)
def test_a_list_that_is_changed_in_place_is_restored_to_what_it_was(page: Page, source: str) -> None:
    form = Form(page, "listed", source)
    there = form.move(train=3)
    assert there["readouts"] == {"weights": "(4, 2)"}
    assert marks(there) == [[[0, first], [1, 2]] for first in (1, 2, 3, 4)]
    back = form.move(train=1)
    assert back["readouts"] == {"weights": "(2, 2)"}
    assert marks(back) == marks(there)[:2]
    assert marks(form.move(train=4)) == [*marks(there), [[0, 5], [1, 2]]], "and back did not change what follows"


def test_a_nested_list_is_restored_whole(page: Page) -> None:
    source = "weights = [[1], [2]]\ndef train(iterations):\n    weights[1][0] += 1\n    weights[0].append(0)\n"
    form = Form(page, "unseen", source)
    assert form.move(train=2)["readouts"] == {"weights": "((1, 0, 0), (4))"}
    assert form.move(train=0)["readouts"] == {"weights": "((1), (2))"}


# --- pictures of the present step ------------------------------------------------------------------------------


def test_the_figure_is_that_of_the_present_step(page: Page) -> None:
    form = Form(page, "a_line", "w = 1\ndef y(x, w):\n    return w * x\ndef train(n):\n    global w\n    w += n\n")
    assert curve(form.move(train=1)) == [[-1, -2], [0, 0], [1, 2]]
    assert curve(form.move(train=4)) == [[-1, -5], [0, 0], [1, 5]]


# --- what is printed -------------------------------------------------------------------------------------------

PRINTING = "w = 0\nprint('run')\ndef {0}(*n):\n    global w\n    w += 1\n    print('step', w, *n)\n"


def test_what_a_press_of_a_button_prints_is_shown(page: Page) -> None:
    form = Form(page, "pressing", PRINTING.format("update"))
    form.move(update=1)
    form.move(update=2)
    form.move(update=1)
    assert page.text() == "run\nstep 1\nstep 2\n"


def test_what_a_player_prints_is_not(page: Page) -> None:
    form = Form(page, "a_line", PRINTING.format("train") + "def y(x, w): return w\n")
    assert curve(form.move(train=2)) == [[-1, 2], [0, 2], [1, 2]]
    assert page.text() == "run\n"


def test_a_figure_that_a_press_of_a_button_draws_is_shown(page: Page) -> None:
    source = "w = 0\ndef update():\n    from matplotlib import pyplot as plt\n    plt.plot([1, 2])\n"
    form = Form(page, "pressing", source)
    form.move(update=1)
    assert [list(message) for message in page.sent] == [["image"]]


# --- a run by itself -------------------------------------------------------------------------------------------


def a_run(*rows: tuple[Any, ...], at: int) -> Run:
    return Run(("w", "b"), list(rows), at)


def test_a_column_goes_from_step_zero_to_the_step_shown() -> None:
    assert a_run((1, 2), (3, 4), (5, 6), at=1).column("b") == [2, 4]
    with pytest.raises(ValueError, match="not in tuple"):
        a_run((1, 2), at=0).column("who")


def test_pairs_and_traces_leave_out_what_is_no_finite_number() -> None:
    run = a_run((1, 2), (nan, 3), (4, None), (5, "6"), (True, 1), (7, 8), (9, inf), at=6)
    assert run.pairs("w", "b") == [(1, 2), (7, 8)]
    assert run.trace("w") == [(0, 1), (2, 4), (3, 5), (5, 7), (6, 9)]
    assert run.trace("b") == [(0, 2), (1, 3), (4, 1), (5, 8)]
