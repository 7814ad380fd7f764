"""An error is told as a learner can use it: their lines only, and the place to mark."""

from __future__ import annotations

import json
import linecache
import warnings
from typing import Any

import numpy as np
import pytest

from stage.errors import explain, look, tell_warning


def run(source: str, file: str = "<cell 1>") -> dict[str, Any]:
    """What is told of the error that the source stops with."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    try:
        exec(compile(source, file, "exec"), {"explain": explain})
    except BaseException as error:
        return explain(error)
    finally:
        del linecache.cache[file]
    raise AssertionError(f"{source!r} stops with no error")


def place(told: dict[str, Any]) -> tuple[int | None, int | None, int | None]:
    return told["line"], told["column"], told["end_column"]


def marked(source: str) -> str:
    """The part of its line that an error is told to be in."""
    line, start, end = place(run(source))
    assert line is not None
    return source.splitlines()[line - 1][start:end]


def test_an_error_is_told_by_its_kind_its_message_and_its_line() -> None:
    told = run("a = 1\nb = 2\nc = a / 0\n")
    assert (told["kind"], told["message"], told["line"]) == ("ZeroDivisionError", "division by zero", 3)
    assert told["text"].startswith('Traceback (most recent call last):\n  File "your code", line 3, in <module>')
    assert told["text"].endswith("ZeroDivisionError: division by zero")
    assert str(__file__) not in told["text"]


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("x = 1 + nobody", "nobody"),
        ("é = 'üß𝄞'; x = nobody + 1  # à", "nobody"),
        ("x = éß", "éß"),
        ("x = len(5) + 1", "len(5)"),
        ("def f():\n    return 1 / 0\n\nf()", "1 / 0"),
        ("if True:\n\tx = nobody", "nobody"),
    ],
)
def test_the_marked_part_is_counted_in_characters(source: str, part: str) -> None:
    assert marked(source) == part


def test_an_expression_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    assert place(run("x = 1\né = max(\n  1,\n  'a',\n)")) == (2, 4, None)


def test_the_place_is_the_readers_last_line_even_if_a_library_raises() -> None:
    told = run("import json\n\ndef f(text):\n    return json.loads(text)\n\nf('{')\n")
    assert told["line"] == 4
    assert [line for line in told["text"].splitlines() if line.startswith("  File")] == [
        '  File "your code", line 6, in <module>',
        '  File "your code", line 4, in f',
    ]


def test_an_error_outside_the_readers_code_has_no_place_and_no_traceback() -> None:
    told = run("1 / 0", file="<somewhere>")
    assert told == {
        "kind": "ZeroDivisionError",
        "message": "division by zero",
        "text": "ZeroDivisionError: division by zero",
    }


def test_an_error_that_was_never_raised_can_be_told() -> None:
    assert explain(ValueError("no")) == {"kind": "ValueError", "message": "no", "text": "ValueError: no"}


def test_a_source_that_is_no_longer_known_still_has_its_line() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile("\n\n1 / 0", "<cell 77>", "exec"))
    assert place(explain(caught.value)) == (3, 0, 0)


def test_an_error_is_placed_where_it_came_up_first_and_not_where_it_was_raised_again() -> None:
    told = run("def f():\n    return nobody\n\ntry:\n    f()\nexcept NameError as error:\n    kept = error\nraise kept")
    assert told["line"] == 2


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("x = (1,\n  2 3)", (2, 2, 5)),
        ("a = 1\nb = = 2", (2, 4, 5)),
        ("é = 'ü'; a b", (1, 11, 12)),
        ("x = 'abc", (1, 4, None)),
        ("x = (1,\n2", (1, 4, None)),
        ("'''\n\nx", (1, 0, None)),
        ("def f():", (1, 8, None)),
        ("return 1", (1, 0, 8)),
    ],
)
def test_a_syntax_error_is_marked_where_python_points(source: str, told: tuple[int, int, int | None]) -> None:
    assert place(run(source)) == told


def test_a_syntax_error_is_told_without_the_lines_of_others() -> None:
    told = run("a = 1\nb = = 2")
    assert (told["kind"], told["message"]) == ("SyntaxError", "invalid syntax")
    assert told["text"] == '  File "your code", line 2\n    b = = 2\n        ^\nSyntaxError: invalid syntax'


def test_an_indentation_error_is_a_syntax_error_with_its_own_name() -> None:
    told = run("if True:\nx = 1")
    assert (told["kind"], told["line"]) == ("IndentationError", 2)


def test_a_syntax_error_in_a_text_that_the_code_evaluates_is_placed_in_the_code() -> None:
    told = run("a = 1\nb = eval('1 +')")
    assert (told["kind"], *place(told)) == ("SyntaxError", 2, 4, 15)
    assert 'File "your code", line 2' in told["text"]


def test_a_syntax_error_of_another_file_has_no_place() -> None:
    assert "line" not in run("a b", file="<string>")


@pytest.mark.parametrize("ending", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
def test_whatever_stops_the_code_is_told(ending: str) -> None:
    told = run(f"x = 1\nraise {ending}(3)")
    assert (told["kind"], told["message"], told["line"]) == (ending, "3", 2)


def test_an_error_while_an_error_was_handled_is_told_with_it_in_the_readers_lines_only() -> None:
    told = run("try:\n    1 / 0\nexcept ZeroDivisionError:\n    import json\n    json.loads('{')")
    assert told["line"] == 5
    assert "During handling of the above exception" in told["text"]
    assert told["text"].count('File "your code"') == told["text"].count("  File ") == 2


def test_a_cause_is_told_with_its_effect() -> None:
    told = run("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('é') from e")
    assert (told["kind"], told["message"], told["line"]) == ("ValueError", "é", 4)
    assert "ZeroDivisionError: division by zero\n\nThe above exception was the direct cause" in told["text"]
    assert told["text"].count('File "your code"') == told["text"].count("  File ") == 2


def test_a_syntax_error_that_was_handled_is_told_as_the_readers_too() -> None:
    told = run("try:\n    exec(compile('a b', '<cell 1>', 'exec'))\nexcept SyntaxError:\n    1 / 0")
    assert told["line"] == 4
    assert told["text"].count('File "your code"') == told["text"].count("  File ") == 3


def test_the_errors_of_a_group_are_told_in_the_readers_lines_only() -> None:
    told = run(
        "import json\nerrors = []\ntry:\n    json.loads('{')\nexcept ValueError as e:\n    errors.append(e)\n"
        "raise ExceptionGroup('two', errors)"
    )
    assert (told["kind"], told["line"]) == ("ExceptionGroup", 7)
    assert told["text"].count('File "your code"') == told["text"].count("File ") == 2
    assert "JSONDecodeError" in told["text"]


def test_recursion_without_end_is_told_in_a_few_lines() -> None:
    told = run("def f(x):\n    return f(x) + 1\n\nf(1)")
    assert (told["kind"], told["line"]) == ("RecursionError", 2)
    assert len(told["text"].splitlines()) < 20


def test_a_chain_of_errors_longer_than_the_stack_is_deep_is_told() -> None:
    told = run(
        "error = None\nfor i in range(3000):\n    e = ValueError(i)\n    e.__cause__ = error\n    error = e\nraise e"
    )
    assert (told["kind"], told["message"], told["line"]) == ("ValueError", "2999", 6)


def test_an_error_that_cannot_say_its_message_is_told_all_the_same() -> None:
    told = run("class Shy(Exception):\n    def __str__(self):\n        raise KeyError\n\nraise Shy")
    assert (told["kind"], told["line"]) == ("Shy", 5)


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "None",
        "object()",
        "'no', ('<cell 1>', 1, 1, 5)",
        "'no', ('<cell 1>', '1', 1, 'a')",
        "'no', ('<cell 1>', object(), 1, 'a')",
        "'no', ('<cell 1>', 1, 'one', 'a')",
        "'no', ('<cell 1>', 0, 0, 'a')",
        "'no', ('<cell 1>', 1, None, 'a')",
        "'no', (5, 1, 1, 'a')",
    ],
)
def test_a_syntax_error_made_by_hand_is_told_whatever_it_holds(arguments: str) -> None:
    told = run(f"raise SyntaxError({arguments})")
    assert told["kind"] == "SyntaxError"
    assert isinstance(told["message"], str)
    assert json.loads(json.dumps(told)) == told


def test_code_that_is_being_typed_is_read_and_never_run() -> None:
    assert look("raise SystemExit\nprint(nobody)") == {}
    told = look("x = 1\nif x\n    x = 2")["error"]
    assert (told["message"], *place(told)) == ("expected ':'", 2, 4, None)
    assert "A colon is missing" in told["advice"]


def test_a_look_at_code_warns_of_nothing() -> None:
    assert look("x = 1 is 1\ny = '\\d'") == {}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "\nnp.exp(np.array([1000.0]))",
            "Line 2: RuntimeWarning: overflow encountered in exp\nA number has grown past",
        ),
        ("np.log(np.array([0.0]))", "Line 1: RuntimeWarning: divide by zero encountered in log\nThe logarithm of 0"),
        ("np.array([1.0]) / 0", "Line 1: RuntimeWarning: divide by zero encountered in divide\nSomething is divided"),
        ("np.sqrt(np.array([-1.0]))", "Line 1: RuntimeWarning: invalid value encountered in sqrt\nA result is nan"),
        ("warnings.warn('`x`')", "Line 1: UserWarning: `x`\n"),
    ],
)
def test_a_warning_names_the_readers_line_and_says_what_it_means(source: str, said: str) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        exec(compile(source, "<cell 12>", "exec"), {"np": np, "warnings": warnings})
    [warning] = seen
    printed = tell_warning(warning.message, warning.category, warning.filename, warning.lineno)
    assert printed.startswith(said)
    assert "cell" not in printed


def test_a_warning_of_other_code_is_as_python_says_it() -> None:
    assert tell_warning("x", UserWarning, "some.py", 3, "y = 1") == "some.py:3: UserWarning: x\n  y = 1\n"
    assert tell_warning("x", UserWarning, "<cell 1>", 3) == "Line 3: UserWarning: x\n"
