"""Each error that beginners meet often is explained, here and in the Python of the page."""

from __future__ import annotations

import json
import linecache
import re
import sys
import warnings
from typing import Any

import pytest

from stage.errors import explain
from stage.spot import near
from tests import pyodide

NUMPY = "import numpy as np\n"

CASES = (
    # --- code that Python cannot read ---
    ("if x == 3\n    x = 1", "A colon is missing"),
    ("def f(x)\n    return x", "A colon is missing"),
    ("for i in range(3)\n    print(i)", "A colon is missing"),
    ("if True:\n    x = 1\nelse\n    x = 2", "After `else` comes `:`"),
    ("if True:\n    x = 1\nelse if False:\n    x = 2", "one word: `elif`"),
    ("x = 3\nif x = 3:\n    x = 1", "To compare two values, as after `if` and `while`, write `==`"),
    ("while x = 3:\n    x = 1", "write `==`"),
    ("x = = 3", "without a space in it"),
    ("if 3 => 2:\n    x = 1", "the `=` comes last"),
    ("x = True && False", "`and` for `&&`"),
    ("x = !True", "in a word: `not`"),
    ("!pip install numpy", "a command of notebooks"),
    ("%matplotlib inline", "a command of notebooks"),
    ("i = 0\ni++", "write `i += 1`"),
    ("// one\nx = 1", "A remark begins with `#`"),
    ("let x = 1", "`x = 1` is enough"),
    ("function f(x) {\n    return x\n}", "begins with `def`"),
    ("import sqrt from math", "the other way round"),
    ("while True {\n    print(1)\n}", "no braces around a block"),
    ("lambda = 0.1", "`lambda` is a word of Python's own"),
    ("def loss(w, lambda):\n    return w", "`lambda` is a word of Python's own"),
    ("fro i in range(3):\n    x = i", "Is it `for`?"),
    ("x = 1\nelse:\n    x = 2", "This `else` has nothing to belong to"),
    ("print 3", "in parentheses: `print(…)`"),
    ("if True:\nx = 1", "belong to the `if` statement on line 1"),
    ("def f(x):\n    # nothing yet\nf(1)", "belong to the function definition on line 1"),
    ("x = 1\n  y = 2", "no `:` asks for that"),
    ("if True:\n    x = 1\n  y = 2", "between two levels"),
    ("if True:\n    x = 1\n\ty = 2", "with tabs, others with spaces"),
    ("x = (1 + 2\ny = 3", "nothing closes it"),
    ("x = {'a': 1\ny = 3", "The bracket `{` is opened here"),
    ("x = (1 + 2]", "`(` was opened, and `]` closes it"),
    ("x = 1 + 2)", "one `)` too many"),
    ("x = 'one", "no quotation mark at its end"),
    ("x = f'one {1}", "no quotation mark at its end"),
    ("x = '''one\ntwo", "three quotation marks never ends"),
    ("x = [1 2]", "most often a comma"),
    ("data = [(1, 2)\n(3, 4) 5]", "most often a comma"),
    ("print(“one”)", 'Write the straight one of the keyboard instead: `"`'),
    ("print(‘one’)", "Write the straight one of the keyboard instead: `'`"),
    ("x = 3 – 2", "a dash from a printed text"),
    ("x = 3 × 2", "Multiplying is `*`"),
    ("x = 3²", "`x ** 2`"),
    ("x = 3 € 2", "The character `€` is no part of Python"),
    ("x\u00a0= 3", "that cannot be seen (U+00A0)"),
    ("x = 2\ny = 2x + 1", "Multiplying needs its sign, `2 * x`"),
    ("x = 007", "cannot begin with `0`"),
    ("f(x) = 3", "On the left of `=` stands what gets the value"),
    ("3 = x", "On the left of `=` stands what gets the value"),
    ("x + 1 = 3", "On the left of `=` stands what gets the value"),
    ("print(x + 1 = 3)", "names an argument"),
    ("x = 1 if True", "`a if x > 0 else b`"),
    ("try:\n    x = 1\nx = 2", "A `try` needs an `except`"),
    ("x = 1\nreturn x", "this line is in none. Indent it"),
    ("x = 1\nbreak", "belongs into a loop"),
    ("x = f'{1'", "each `{` needs its `}`"),
    ("print(sep='', 3)", "come last"),
    ("print(sep='', sep='')", "The argument `sep` is given twice"),
    ("def f(x=1, y):\n    return x", "Change their order"),
    ("def f(x, x):\n    return x", "Two parameters of this function are called `x`"),
    ("x = 1\ndef f():\n    x = 2\n    global x", "`global x` comes first"),
    ("x = 1 \\ 2", "Dividing is `/`"),
    # --- names ---
    ("print(a)\nx = 1\na = 2", "Line 3 gives `a` its value, and Python has not come to it yet"),
    ("f(1)\ndef f(x):\n    return x", "Line 2 gives `f` its value"),
    ("math.sqrt(2)\nfrom math import pi", "write `import math` as the first line"),
    ("x = np.array([1])", "write `import numpy as np`"),
    ("plt.plot([1])", "write `import matplotlib.pyplot as plt`"),
    ("x = sqrt(2)", "write `from math import sqrt`"),
    ("x = true", "Python tells capital letters from small ones: here it is `True`"),
    ("Loss = 1\nprint(loss)", "here it is `Loss`"),
    ("x = null", "In Python it is `None`"),
    ("learning_rate = 1\nprint(learnig_rate)", "Is it `learning_rate`"),
    ("prnt(3)", "Is it `print`"),
    ("x = nobody", "Nothing has given `nobody` a value"),
    ("print(" + "z" * 50 + ")", "Nothing has given"),
    ("total = 0\ndef add(x):\n    total += x\nadd(1)", "begin the function with `global total`"),
    ("def add(x):\n    total += x\nadd(1)", "such as `total = 0`"),
    ("def f():\n    if False:\n        a = 1\n    return a\nf()", "nothing has given `a` a value"),
    # --- attributes, modules ---
    ("[1, 2].lenght", "no `lenght`"),
    ("[1, 2].length", "told by `len`"),
    ("[1, 2].push(3)", "Is it `.append`"),
    ("[1, 2].apend(3)", "Is it `.append`"),
    ("[1, 2].mean()", "make one with `np.array(…)`"),
    ("x = [2, 1].sort()\nx.reverse()", "What stands before `.reverse` is `None`"),
    ("import math\nmath.sqr(2)", "The module `math` has no `sqr`. Is it `.sqrt`"),
    ("x = 3.5\nx.wobble()", "`print(type(x))` says what it is"),
    ("import nunpy", "Is it `numpy`"),
    ("import torch", "The module `torch` is not on this page"),
    ("import json.wobble", "it has no part called `wobble`"),
    ("from math import sqr", "Is it `sqrt`"),
    ("from math import wobble", "lists what it has"),
    # --- entries ---
    ("data = [1, 2, 3]\ndata[3]", "`data` has 3 entries, numbered 0 to 2"),
    ("data = [1]\ndata[1]", "`data` has one entry, numbered 0"),
    ("data = []\ndata[0]", "`data` is empty"),
    ("[][0]", "the first one has the index 0"),
    ("[].pop()", "the list is empty"),
    ("data = [1, 2]\ndata[2] = 3", "`data` has 2 entries"),
    ("ages = {'Ada': 36}\nages['ada']", "Is it `'Ada'`"),
    ("ages = {'Ada': 36, 'Bob': 41}\nages['Chris']", "It has 'Ada', 'Bob'."),
    ("ages = dict.fromkeys(range(9))\nages['Chris']", "It has 0, 1, 2, 3, 4, 5, …."),
    ("ages = {1: 2}\nages['1']", "Is it `1`"),
    ("ages = {}\nages['Ada']", "It is empty"),
    ("{}.popitem()", "gives `None` where there is none"),
    # --- values that do not go together ---
    ("def loss(w):\n    w ** 2\nloss(3) + 1", "`loss` gives `None`, no value, as it has no `return`"),
    ("def f(x):\n    if x > 5:\n        return x\nf(3) + 1", "A value here is `None`"),
    ("x = print(3)\nx + 1", "`x` is `None` here"),
    ("x = None\nif x > 3:\n    pass", "`x` is `None` here"),
    ("x = None\n-x", "`x` is `None` here"),
    ("x = None\nx[0]", "`x` is `None` here"),
    ("x = None\nx()", "`x` is `None` here"),
    ("x = None\nfor i in x:\n    pass", "`x` is `None` here"),
    ("x = None\na, b = x", "is `None`"),
    ("import math\nx = None\nmath.sqrt(x)", "`x` is `None` here"),
    ("2.5 ^ 2", "A power is written `**`"),
    ("from math import sqrt\nsqrt * 2", "Call it with its arguments: `sqrt(…)`"),
    ("(lambda x: x) * 2", "Call it with its arguments: `f(…)`"),
    ("'3' + 4", "`float(x)` makes a number of a text"),
    ("3 + '4'", "`float(x)` makes a number of a text"),
    ("'3' < 4", "`float(x)` makes a number of a text"),
    ("[1, 2] + 1", "do not calculate entry by entry"),
    ("[1, 2] - 1", "do not calculate entry by entry"),
    ("[1, 2] * 0.5", "do not calculate entry by entry"),
    ("-[1, 2]", "do not calculate entry by entry"),
    ("import math\nmath.exp([1, 2])", "do not calculate entry by entry"),
    ("import math\nmath.exp('1')", "what it gets is a text"),
    ("{} + {}", "`+` does not work on a dictionary and a dictionary"),
    ("f'{[1]:.2f}'", "what it gets is a list"),
    ("def loss(w):\n    w ** 2\nprint(f'{loss(3):.2f}')", "`None`"),
    # --- calls ---
    ("x = 3\n2(x + 1)", "To multiply, write `*`"),
    ("w = 3\nw(2)", "To multiply, write `*`"),
    ("sum = 3\nsum([1])", "Python's own `sum` is hidden"),
    ("data = [1]\ndata(0)", "An entry is taken with square brackets"),
    ("[(1, 2) (3, 4)]", "between two pairs stands a comma"),
    ("import random\nrandom()", "`random` is a module"),
    ("'abc'()", "this is a text"),
    ("def y(x, w, b):\n    return w * x + b\ny(1, 2)", "This call leaves out `b`. It is defined as `y(x, w, b)`"),
    ("def y(x, w, b):\n    return w * x + b\ny(1)", "leaves out `w` and `b`"),
    ("def y(x):\n    return x\ny(1, 2)", "more than the function takes. It is defined as `y(x)`"),
    ("class A:\n    def b():\n        pass\nA().b()", "The object itself counts as the first"),
    ("def y(x):\n    return x\ny(z=2)", "no parameter `z`. It is defined as `y(x)`"),
    ("def y(x):\n    return x\ny(1, x=2)", "The argument `x` is given twice"),
    ("len(1, 2)", "`len` gets another number of values"),
    ("max()", "`max` gets another number of values"),
    ("for i in 5:\n    pass", "write `for i in range(n)`"),
    ("sum(5)", "this is a whole number"),
    ("a, b = 5", "gone through or unpacked, and this is a whole number"),
    ("x = 5\nx[0]", "take an entry out of a list, a dictionary or an array, and this is a whole number"),
    ("print['a']", "A function is called with parentheses"),
    ("x = (1, 2)\nx[0] = 3", "a list: `list(x)`"),
    ("[[1]][0, 0]", "`x[0][1]`"),
    ("[1]['a']", "Names as keys are for dictionaries"),
    ("[1, 2][1.0]", "must be a whole number"),
    ("range(2.5)", "must be a whole number"),
    ("len(3)", "a value of the kind `int` has none"),
    ("3 in 5", "a value of the kind `int` is none of them"),
    ("{[1]: 2}", "Make a tuple of it"),
    ("raise 'wrong'", "Only an error can be raised"),
    # --- numbers ---
    ("n = 0\n3 / n", "and `n` is 0 here"),
    ("3 // 0", "what is divided by is 0 here"),
    ("x = []\nsum(x) / len(x)", "`len(x)` is 0 here"),
    ("import math\nmath.exp(1000)", "`exp` passes that at 710"),
    ("w = 1.0\nfor i in range(2000):\n    w = w ** 2 * 3 + 1", "try a smaller `learning_rate`"),
    ("10 ** 400 / 3.0", "larger than any number"),
    ("int(float('inf'))", "The number is infinite"),
    ("int(float('nan'))", "The number is `nan`"),
    ("import math\nmath.log(-1)", "`log` needs a number above 0"),
    ("import math\nmath.sqrt(-1)", "`sqrt` none below 0"),
    ("a, b = 1, 2, 3", "as many names as there are values"),
    ("a, b, c = 1, 2", "as many names as there are values"),
    ("int('3.5')", "cannot be read as a number"),
    ("float('3,5')", "a point, not a comma"),
    ("f'{\"a\":.2f}'", "`.2f` is for numbers"),
    ("max([])", "it is empty"),
    ("[1].remove(2)", "What is looked for is not there"),
    # --- arrays ---
    (NUMPY + "np.ones(3) + np.ones(4)", "their shapes are (3,) and (4,)"),
    (NUMPY + "a = np.ones(3)\na += np.ones((2, 3))", "The result has the shape (2,3)"),
    (NUMPY + "a = np.ones(3)\na[:] = np.ones(4)", "Values of the shape (4,)"),
    (NUMPY + "X = np.ones((3, 2))\nw = np.ones(3)\nX @ w", "`X` has the shape (3, 2), `w` has the shape (3,)"),
    (NUMPY + "X = np.ones((3, 2))\nX.T @ X.T", "`X.T` has the shape (2, 3), `X.T` has the shape (2, 3)"),
    (NUMPY + "X = [np.ones((3, 2))]\nnp.matmul(X[0], X[0])", "`X[0]` has the shape (3, 2), `X[0]`"),
    (NUMPY + "X = np.ones((3, 2))\nX @ (X + 1)", "`print(A.shape, B.shape)` shows both"),
    (NUMPY + "X = np.ones((3, 2))\nX.dot(X)", "The shapes are (3,2) and (3,2)"),
    (NUMPY + "np.ones(6).reshape(4, 2)", "An array of 6 numbers cannot fill the shape (4,2)"),
    (NUMPY + "np.array([[1, 2], [3]])", "The rows of this array are not of one length"),
    (NUMPY + "if np.ones(3) > 0:\n    pass", "`np.all(…)` or `np.any(…)`"),
    (NUMPY + "np.ones(3).sum(axis=1)", "there is no axis 1"),
    (NUMPY + "np.ones(3)[3]", "Along axis 0 the array has 3 entries"),
    (NUMPY + "np.ones(3)[1, 2]", "stand 2 numbers, and this array takes 1"),
    (NUMPY + "np.ones(3)[0.5]", "The index of an array is a whole number"),
    (NUMPY + "import math\nmath.exp(np.ones(3))", "`np.exp` for `math.exp`"),
    (NUMPY + "np.ones(3) ^ 2", "A power is written `**`"),
    (NUMPY + "w = np.array([1, 2])\nw -= 0.1 * w", "`x.astype(float)`"),
    (NUMPY + "np.array(['1', '2']) * 2.0", "something else than numbers"),
    (NUMPY + "np.array([]).max()", "it is empty"),
    (NUMPY + "np.ones(3)()", "An entry is taken with square brackets"),
    # --- what ends a run ---
    ("def f(x):\n    return f(x)\nf(1)", "A function calls itself again and again"),
    ("raise MemoryError", "more memory than there is"),
    ("exit()", "Here the code ends itself"),
    ("x = -1\nassert x > 0", "`assert` says what must be true"),
    ("next(iter([]))", "asks for one more"),
    ("open('data.csv')", "sees none of the computer's files"),
    ("raise NotImplementedError", "still to be written"),
)


OF_THE_PAGE = (("x = 1\0", "a null byte"),)
"""What the page's Python says otherwise than the oldest one that the course is built with."""

UNKNOWN = (
    "raise ValueError('of my own')",
    "raise TypeError('of my own')",
    "raise AttributeError('of my own')",
    "class Odd(Exception):\n    pass\nraise Odd('one')",
    "x = 3 4",
    "x = 3 +",
    "def f():\n    x = 1\n    nonlocal x",
)

ODD = """
class Odd:
    def __repr__(self): raise RuntimeError
    __str__ = __hash__ = __eq__ = __len__ = __dir__ = __repr__
    def __getattr__(self, name): raise RuntimeError(name)
odd = Odd()
"""

NAUGHTY = (
    "raise KeyError(odd)",
    "{}[odd]",
    "odd.wobble",
    "raise AttributeError('no', name='wobble', obj=odd)",
    "raise NameError('no', name=odd)",
    "raise ImportError(name=odd)",
    "raise ModuleNotFoundError(name=odd)",
    "raise ModuleNotFoundError('No module named 3', name=3)",
    "raise SyntaxError('invalid syntax', ('<cell 1>', 1, 1, odd))",
    "raise SyntaxError(odd)",
    "raise ValueError(odd)",
    "odd @ odd",
    "odd + None",
    "class Error(ValueError):\n    def __str__(self): raise RuntimeError\nraise Error",
)


def told(source: str) -> dict[str, Any]:
    """What is told of the error that the source stops with."""
    file = "<cell 1>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    try:
        with warnings.catch_warnings(action="ignore"):
            exec(compile(source, file, "exec"), {"__name__": "__main__", "exit": sys.exit})
    except BaseException as error:
        return explain(error)
    finally:
        del linecache.cache[file]
    raise AssertionError(f"{source!r} stops with no error")


@pytest.mark.parametrize(("source", "part"), CASES)
def test_what_beginners_meet_is_explained(source: str, part: str) -> None:
    assert part in told(source)["advice"]


def test_in_the_page_it_is_explained_too() -> None:
    asked = [{"do": "run", "block": "fit/fitting_the_line", "source": source} for source, _ in CASES + OF_THE_PAGE]
    answers = zip(pyodide.answers(asked), CASES + OF_THE_PAGE, strict=True)
    errors = [(answer.get("error", answer), *case) for answer, case in answers]
    assert [(error, source, part) for error, source, part in errors if part not in error.get("advice", "")] == []


@pytest.mark.parametrize("source", [source for source, _ in CASES])
def test_advice_is_a_sentence_or_two_without_blame(source: str) -> None:
    advice = told(source)["advice"]
    assert advice[-1] in ".?"
    assert advice.count("`") % 2 == 0
    assert len(advice) < 320
    assert not re.search(r"\b(you|your|forgot|wrong|illegal|invalid)\b", re.sub("`.*?`", "", advice))


@pytest.mark.parametrize("source", UNKNOWN)
def test_what_is_not_known_is_left_as_python_says_it(source: str) -> None:
    assert "advice" not in told(source)


def test_errors_of_others_code_are_left_as_python_says_them() -> None:
    assert "advice" not in explain(ZeroDivisionError())


@pytest.mark.parametrize("source", NAUGHTY)
def test_errors_and_values_of_any_shape_are_told(source: str) -> None:
    answer = json.loads(json.dumps(told(ODD + source)))
    assert all(isinstance(answer[part], str) for part in ("kind", "message", "text"))


@pytest.mark.parametrize(
    "source",
    [
        "raise TypeError(10**6 * 'a')",
        "raise TypeError(10**6 * '(')",
        "x = {i: i for i in range(10**6)}\nx['1000']",
        "i++" + 10**6 * " " + "x",
        "i = " + 10**5 * " " + "nobody",
        10**5 * "x = 1\n" + "nobody",
        "globals().update({f'name{i}': i for i in range(10**5)})\nname",
        "x = 1\nx" + 10**5 * "a",
        "max(" + 10**5 * "1, " + "'a')",
    ],
)
@pytest.mark.usefixtures("bounded")
def test_code_of_any_size_is_told_soon(source: str) -> None:
    assert told(source)["kind"]  # what takes the square of its length would not come back


def test_an_error_is_told_without_advice_where_code_has_broken_what_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stage.advice", None)
    answer = told("1 / 0")
    assert (answer["message"], "advice" in answer) == ("division by zero", False)


def test_code_whose_source_is_not_known_is_explained() -> None:
    with pytest.raises(NameError) as caught:
        exec(compile("\nx = nobody", "<cell 99>", "exec"), {})
    assert "Nothing has given `nobody` a value" in explain(caught.value)["advice"]


@pytest.mark.parametrize(
    ("name", "names", "most_like"),
    [
        ("lenght", ["width", "length", "len"], "length"),
        ("pritn", ["paint", "print"], "print"),
        ("w1", ["w2", "x1"], "w2"),
        ("x", ["y", "xs"], ""),
        ("loss", ["gradient"], ""),
        ("loss", ["_loss", "Loss"], "Loss"),
        ("loss", [], ""),
        ("x" * 41, ["x" * 41], ""),
    ],
)
def test_the_name_most_like_another(name: str, names: list[str], most_like: str) -> None:
    assert near(name, names) == most_like
