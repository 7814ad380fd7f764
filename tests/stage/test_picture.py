"""What the page shows of a block: its figures as far as there is time, their labels, and its readouts."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest

from tests.stage.conftest import Form, Page, curve

LESSON = '''
from stage.controls import Slider
from stage.demo import cell, demo
from stage.figure import Plot, Surface
from stage.marks import Curve, Path, Points, Stems


@demo(w=Slider(-10, 10, start=1))
def two_figures(w):
    """The line of slope {w},
    that gives {y(1)}.

    Its loss is {loss}.
    """
    plot = Plot(Curve(lambda x: w * x, samples=3), x=(-1, 1), y=(-1, 1), readouts={"y(1)": w})
    return plot, Plot(x=(0, 1), y=(0, 1), readouts={"loss": [w / 3, -w]}, note="It is steep." if w > 5 else "")


@demo(w=Slider(-10, 10, start=1))
def more_figures_than_labels(w):
    """One."""
    return Plot(x=(0, 1), y=(0, 1)), Plot(x=(0, 1), y=(0, 1))


@demo(w=Slider(-10, 10, start=1))
def a_label_of_too_much(w):
    """{w} and {b}."""
    return Plot(x=(-1, 1), y=(-1, 1))


@demo(w=Slider(-10, 10, start=1))
def a_number(w):
    """No figure."""
    return w


@demo(w=Slider(-10, 10, start=1))
def a_list(w):
    """Not a tuple of figures."""
    return [Plot(x=(-1, 1), y=(-1, 1))]


@demo(w=Slider(-10, 10, start=1))
def a_mark(w):
    """A figure and something else."""
    return Plot(x=(-1, 1), y=(-1, 1)), Curve(abs)


@demo(w=Slider(-10, 10, start=1))
def no_figure(w):
    """Nothing."""


@cell(w=Slider(-10, 10), reads=("y(2)", "b / 0", "who"))
def a_line(learner):
    """Slope {w}, y(2) = {y(2)}, b = {b}."""
    return Plot(Curve(learner.y, samples=3), x=(-1, 1), y=(-1, 1))


@cell(w=Slider(-10, 10))
def a_curve(learner):
    """Slope {w}."""
    return Plot(Curve(learner.y, samples=3), x=(-1, 1), y=(-1, 1))


@cell(reads=("w",))
def only_read(learner):
    """No figure."""


@cell(w=Slider(-10, 10), b=Slider(-10, 10))
def a_loss(learner):
    """The loss at w = {w}, b = {b}."""
    here = [(learner.w, learner.b)]
    return Surface(learner.loss, Points(here), Path(here), w=(-1, 1), b=(-1, 1), size=10, name="loss", role="loss")


@cell(w=Slider(-10, 10))
def both(learner):
    """A line.

    Its loss.
    """
    line = Plot(Curve(learner.y, samples=9), Stems([(0.3, 1)], to=learner.y), x=(-1, 1), y=(-1, 1))
    return line, Surface(learner.loss, w=(-1, 1), b=(-1, 1), size=9)
'''

LINE = "w = 2\nb = -1\ndef y(x):\n    return w * x + b\n"
LOSS = "w = 0.5\nb = 0\ndef loss(w, b):\n    return w * w + b * b\n"
SLOW = "import time\ncalls = 0\n" + LOSS.replace("    return", "    time.sleep(0.002)\n    return")


# --- figures and labels ----------------------------------------------------------------------------------------


def test_each_figure_has_the_paragraph_of_its_place_as_label(page: Page) -> None:
    answer = page.ask("draw", "two_figures", values={"w": 2})
    assert [figure["label"] for figure in answer["figures"]] == [
        "The line of slope 2, that gives 2.",
        "Its loss is (0.6667, −2).",
    ]
    assert answer["readouts"] == {"y(1)": "2", "loss": "(0.6667, −2)"}
    assert curve(answer) == [[-1, -2], [0, 0], [1, 2]]


def test_the_note_of_a_figure_is_its_own(page: Page) -> None:
    answer = page.ask("draw", "two_figures", values={"w": 6})
    assert [figure["notes"] for figure in answer["figures"]] == [[], ["It is steep."]]


def test_a_figure_without_a_paragraph_has_an_empty_label(page: Page) -> None:
    answer = page.ask("draw", "more_figures_than_labels", values={"w": 2})
    assert [figure["label"] for figure in answer["figures"]] == ["One.", ""]


def test_a_block_may_have_no_figure(page: Page) -> None:
    assert page.ask("draw", "no_figure", values={"w": 1}) == {"values": {"w": 1}, "figures": [], "readouts": {}}


def test_a_label_that_names_what_there_is_not_is_an_error(page: Page) -> None:
    error = page.ask("draw", "a_label_of_too_much", values={"w": 1})["error"]
    assert error["message"] == "the label speaks of {b}; expected a control, a readout or a name of the code"


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ("a_number", "a_number gave 7; expected a figure, such as a Plot"),
        ("a_list", "a_list gave [<stage.figure.Plot object at 0x"),
        ("a_mark", "a_mark gave Curve(function=<built-in function abs>,…; expected a figure, such as a Plot"),
    ],
)
def test_what_is_no_figure_is_named(page: Page, block: str, says: str) -> None:
    error = page.ask("draw", block, values={"w": 7})["error"]
    assert error["kind"] == "FigureError"
    assert error["message"].startswith(says)


# --- readouts --------------------------------------------------------------------------------------------------


def test_expressions_are_read_and_one_sentence_tells_why_the_first_could_not_be(page: Page) -> None:
    answer = page.run(LINE, "a_line")
    assert answer["readouts"] == {"y(2)": "3", "b / 0": "—", "who": "—"}
    assert answer["figures"][0]["label"] == "Slope 2, y(2) = 3, b = −1."
    assert answer["figures"][0]["notes"] == ["b / 0 stopped with ZeroDivisionError: division by zero."]


def test_what_a_figure_says_itself_is_enough(page: Page) -> None:
    (figure,) = page.run(LINE + "def y(x): return x if x else None\n", "a_line")["figures"]
    assert figure["notes"] == [
        "At x = 0, y gave None, which is not a finite number. A function without return gives None."
    ]


def test_a_readout_that_holds_itself_or_cannot_be_had_is_a_dash(page: Page) -> None:
    assert page.run("w = []\nw.append(w)", "only_read")["readouts"] == {"w": "—"}
    assert page.run("", "only_read")["readouts"] == {"w": "—"}
    assert page.run("w = -0.0", "only_read")["readouts"] == {"w": "0"}


# --- functions of the reader's ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "gave"),
    [
        ("w * x", "None"),
        ("return None", "None"),
        ("return float('nan')", "nan"),
        ("return float('-inf')", "-inf"),
        ("return 'é'", "'é'"),
        ("return x > 0", "False"),
        ("return [x]", "[-1.0]"),
        ("return 1j", "1j"),
        ("return 10 ** 400", "1" + "0" * 38 + "…"),
        ("return y", "<function y at 0x"),
        ("import numpy as np; return np.array([x])", "array([-1.])"),
        ("import numpy as np; return np.array([x, x])", "array([-1., -1.])"),
        ("import numpy as np; return np.bool_(x)", "np.True_"),
    ],
)
def test_a_function_that_gives_no_number_draws_a_gap_and_is_told(page: Page, body: str, gave: str) -> None:
    answer = page.run(f"w = b = 1\ndef y(x):\n    {body}\n", "a_line")
    assert curve(answer) == [[-1, None], [0, None], [1, None]]
    (note,) = answer["figures"][0]["notes"]
    assert note.startswith(f"At x = -1, y gave {gave}")
    assert ", which is not a finite number." in note


@pytest.mark.parametrize(
    "body",
    [
        "np.float32(2 * x)",
        "np.float64(2 * x)",
        "np.int64(2 * x)",
        "np.array(2 * x)",
        "np.array([2 * x])[0]",
        "np.dot([2], [x])",
        "Fraction(2 * x)",
        "int(2 * x)",
    ],
)
def test_a_function_that_gives_a_number_of_any_kind_is_drawn(page: Page, body: str) -> None:
    source = f"import numpy as np\nfrom fractions import Fraction\nw = 1\ndef y(x):\n    return {body}\n"
    answer = page.run(source, "a_curve")
    assert curve(answer) == [[-1, -2], [0, 0], [1, 2]]
    assert answer["figures"][0]["notes"] == []


def test_a_function_that_stops_at_some_x_is_drawn_at_the_others(page: Page) -> None:
    answer = page.run("w = b = 1\ndef y(x):\n    return [7, 8][int(x)] / int(x)\n", "a_line")
    assert curve(answer) == [[-1, -8], [0, None], [1, 8]]
    assert answer["figures"][0]["notes"] == ["At x = 0, y stopped with ZeroDivisionError: division by zero."]
    assert "error" not in answer


def test_a_function_that_stops_at_every_x_is_an_error_with_its_line(page: Page) -> None:
    answer = page.run("w = b = 1\ndef y(x):\n    return x + nobody\n1 + 1", "a_line")
    error = answer["error"]
    assert (error["kind"], error["line"], error["column"], error["end_column"]) == ("NameError", 3, 15, 21)
    assert answer["value"] == "2", "what came before the figure is kept"
    assert "figures" not in answer


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ("1e200 * 1e200", "y(2) is inf: it has grown past every number that Python can hold."),
        ("-1e200 * 1e200", "y(2) is -inf: it has grown"),
        ("float('nan')", "y(2) is nan: that is no number, and comes of 0 / 0 or inf − inf"),
        ("(1, float('nan'))", "y(2) is (1, nan): that is no number"),
        ("__import__('numpy').float64('nan')", "y(2) is nan: that is no number"),
    ],
)
def test_a_readout_that_is_no_finite_number_is_explained(page: Page, value: str, note: str) -> None:
    source = f"w = b = 1\nwho = 2\ndef y(x):\n    return {value} if x == 2 else 1\n"
    (said,) = page.run(source, "a_line")["figures"][0]["notes"]
    assert said.startswith(note)
    assert "learning rate" not in said
    (said,) = page.run(source + "learning_rate = 1", "a_line")["figures"][0]["notes"]
    assert said.endswith(" Try a smaller learning rate, and see that each step goes against the gradient.")


def test_a_function_of_other_arguments_is_an_error(page: Page) -> None:
    error = page.run("w = b = 1\ndef y(x, w, b):\n    return x\n", "a_line")["error"]
    assert error["kind"] == "TypeError"
    assert "missing 2 required positional arguments" in error["message"]


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        ("10.0 ** (400 * w) + b", "At w = 0.777778, b = -1, loss stopped with OverflowError: "),
        ("1e308 * 10 ** (10 * w) + b", "At w = 0.111111, b = -1, loss gave inf, which is not a finite number."),
        ("[][0] if w > 0.9 else b", "At w = 1, b = -1, loss stopped with IndexError: list index out of range."),
        ("b if w < 0.9 else 'high'", "At w = 1, b = -1, loss gave 'high', which is not a finite number."),
    ],
)
def test_a_loss_that_fails_at_some_places_has_holes_there(page: Page, loss: str, told: str) -> None:
    answer = page.run(f"w = -1\nb = 0\ndef loss(w, b):\n    return {loss}\n", "a_loss")
    (surface,) = answer["figures"]
    (note,) = surface["notes"]
    assert note.startswith(told)
    assert surface["heights"][0] is not None
    assert surface["heights"][9] is None
    assert surface["marks"][0]["points"][0][2] is not None


def test_a_place_beyond_all_bounds_is_shown_without_its_height(page: Page) -> None:
    form = Form(page, "a_loss", LOSS)
    answer = form.move(w=1e200)
    assert "error" not in answer
    assert [mark["points"] for mark in answer["figures"][0]["marks"]] == [[[1e200, 0, None]]] * 2
    raising = Form(page, "a_loss", LOSS.replace("w * w", "w ** 2.0")).move(w=1e200)
    assert [mark["points"] for mark in raising["figures"][0]["marks"]] == [[[1e200, 0, None]]] * 2


def test_a_flat_loss_lies_in_the_middle(page: Page) -> None:
    (surface,) = page.run("w = b = 0\ndef loss(w, b):\n    return 3\n", "a_loss")["figures"]
    assert set(surface["heights"]) == {3}
    assert surface["z"]["domain"] == [2, 4]


def test_the_lines_of_a_loss_are_spaced_by_squares(page: Page) -> None:
    (surface,) = page.run("w = b = 0\ndef loss(w, b):\n    return 169 * w * w\n", "a_loss")["figures"]
    low, high = surface["z"]["domain"]
    assert surface["levels"] == pytest.approx([low + (high - low) * (i / 13) ** 2 for i in range(1, 13)], rel=1e-5)


# --- as far as there is time -----------------------------------------------------------------------------------


def without_time(page: Page, block: str, source: str) -> list[dict[str, Any]]:
    """The answers to a run and to all that is asked for after it, of a page without patience."""
    page.restart(patience=-1)
    answer = page.run(source, block)
    return [answer, *page.rest(block, answer)]


def test_a_slow_surface_comes_bit_by_bit_and_is_whole_at_last(page: Page) -> None:
    page.restart(patience=0.02)
    begin = monotonic()
    first = page.run(SLOW, "a_loss")
    assert monotonic() - begin < 1
    assert first["partial"] is True
    assert first["figures"][0]["columns"] == 8
    assert None in first["figures"][0]["heights"]
    assert first["figures"][0]["heights"][0] == 2
    rest = page.rest("a_loss", first)
    assert 2 < len(rest) < 100
    sizes = [answer["figures"][0]["columns"] for answer in rest]
    assert sizes == sorted(sizes)
    assert "partial" not in rest[-1]
    page.restart()
    assert rest[-1]["figures"] == page.run(LOSS, "a_loss")["figures"]
    assert sizes[-1] == 10


def test_the_first_picture_after_a_run_comes_in_haste_and_the_next_one_is_whole(page: Page) -> None:
    page.restart(haste=-1)
    first = page.run(LOSS, "a_loss")
    assert (first["partial"], first["figures"][0]["columns"]) == (True, 8)
    (whole,) = page.rest("a_loss", first)
    page.restart()
    assert whole["figures"] == page.run(LOSS, "a_loss")["figures"]


def test_every_turn_makes_progress_and_no_call_is_made_twice(page: Page) -> None:
    source = LOSS.replace("    return", "    print(w, b)\n    calls.append((w, b))\n    return") + "calls = []\n"
    answers = without_time(page, "a_loss", source)
    there = [sum(height is not None for height in answer["figures"][0]["heights"]) for answer in answers[:64]]
    assert there == list(range(1, 65))
    calls = page.session._ran["first/a_loss"].namespace["calls"]
    assert len(calls) == len(set(calls)) == 64 + 100 - 4 + 1, "the corners are of both grids; one is of the marks"
    assert len(answers) <= len(calls)
    notes = [answer["figures"][0]["notes"] for answer in answers]
    assert notes[0] == ["loss takes its time, so the figure fills in bit by bit."]
    assert notes[32:] == [[]] * len(notes[32:])
    assert page.sent == [], "nothing of what is printed meanwhile is shown"


def test_more_says_what_there_is_and_not_what_the_controls_say(page: Page) -> None:
    first, second, *_ = without_time(page, "a_loss", LOSS)
    assert set(first) == {"values", "figures", "readouts", "partial"}
    assert set(second) == {"figures", "readouts", "partial"}


def test_all_figures_of_a_block_make_progress_in_each_turn(page: Page) -> None:
    answers = without_time(page, "both", "w = 0\ndef y(x): return x\ndef loss(w, b): return w\n")
    lines = [answer["figures"][0]["marks"][0]["points"] for answer in answers[:8]]
    assert [len(line) for line in lines] == list(range(1, 9))
    heights = [answer["figures"][1]["heights"] for answer in answers[:8]]
    assert [64 - each.count(None) for each in heights] == list(range(1, 9))
    assert answers[-1]["figures"][1]["columns"] == 9
    assert None not in answers[-1]["figures"][1]["heights"]


def test_a_slider_that_moves_in_between_begins_anew(page: Page) -> None:
    page.restart(patience=-1)
    source = "w = 1\nb = 0\ndef y(x):\n    return w\n"
    form = Form(page, "a_curve", source)
    page.ask("more", "a_curve")
    answer = form.move(w=5)
    assert answer["partial"] is True
    assert curve(answer) == [[-1, 5]]
    assert curve(page.rest("a_curve", answer)[-1]) == [[-1, 5], [0, 5], [1, 5]]


def test_a_redraw_of_what_has_not_moved_goes_on_from_what_is_known(page: Page) -> None:
    page.restart(patience=-1)
    form = Form(page, "a_curve", LINE)
    assert [len(curve(form.move())) for _ in range(3)] == [2, 3, 3]


def test_a_function_that_stops_everywhere_is_an_error_when_all_was_tried(page: Page) -> None:
    answers = without_time(page, "a_curve", "w = 1\ndef y(x):\n    return nobody\n")
    assert [list(answer) for answer in answers] == [
        ["values", "figures", "readouts", "partial"],
        ["figures", "readouts", "partial"],
        ["error"],
    ]
    assert answers[-1]["error"]["line"] == 3


def test_an_error_of_what_only_comes_later_leaves_the_picture_to_be_asked_for_again(page: Page) -> None:
    answers = without_time(page, "a_curve", "w = 1\ndef y(x):\n    if x == 0: raise SystemExit\n    return x\n")
    assert answers[-1]["error"]["kind"] == "SystemExit"
    assert page.run(LINE, "a_curve")["partial"] is True


def test_more_of_a_whole_picture_is_that_picture(page: Page) -> None:
    whole = page.ask("draw", "two_figures", values={"w": 2})
    assert {"values": {"w": 2}, **page.ask("more", "two_figures")} == whole


def test_more_of_nothing_is_an_error(page: Page) -> None:
    assert page.ask("more", "two_figures")["error"]["kind"] == "RequestError"
