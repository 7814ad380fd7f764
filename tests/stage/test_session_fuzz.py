"""Any JSON, and any text, into the session: always one JSON answer, never an exception, never without an end."""

from __future__ import annotations

import json
import linecache
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stage.errors import CELL
from stage.session import Session
from tests.fuzz import fuzz

LESSON = '''
from stage.controls import Button, Choice, DataPoints, Player, Slider
from stage.demo import cell, demo, exercise
from stage.figure import Plot
from stage.marks import Curve, Points


@demo(w=Slider(-1, 1, start=0), shape=Choice(("flat", "steep"), start="flat"))
def a_demo(w, shape):
    """Slope {w}, {shape}."""
    return Plot(Curve(lambda x: w * x, samples=3), x=(-1, 1), y=(-1, 1))


@cell(w=Slider(-1, 1), data=DataPoints((0, 9), (0, 9), grows=True), train=Player(records=("w",)), reads=("w + 1",))
def a_cell(learner):
    """{w}."""
    return Plot(Points(learner.data, drag="data"), x=(0, 9), y=(0, 9))


@cell(opens=True)
def a_playground(learner):
    """None."""


@exercise(check=lambda learner: None if learner.f(1) else "no", passes="Yes.", hints=(), solution="", w=Slider(0, 1))
def an_exercise(learner):
    """{w}."""
    return Plot(Curve(learner.f, samples=3), x=(-1, 1), y=(-1, 1))
'''

NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -(10**400), 1e308, 5e-324, 2**63]))
TEXTS = st.one_of(
    st.text(max_size=30), st.sampled_from(["\x00", "\ud800", "𝄞", "{w}", "1,2\n3,4", "w = ", "first/a_cell"])
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
BLOCKS = st.sampled_from(
    [
        *("first/a_demo", "first/a_cell", "first/a_playground", "first/an_exercise", "first/", "/", "..first/a_cell"),
        *("first/__doc__", "first/a_cell/b", "nowhere/a_demo", "broken/a_demo", "__init__/Demo", "first.Demo/kind"),
    ]
)
PIECES = [
    *("w = 1", "data = [(1, 2)]", "w", "data", "def f(x): return x", "f = None", "f(1)", "1 / 0", "exit()", "print(w)"),
    *(
        "def train(n):\n    global w\n    w += n",
        "w = float('nan')",
        "w = 10 ** 400",
        "data = 5",
        "data = [(1, 2)] * 3",
    ),
    *("class w:\n    def __repr__(self): raise SystemExit", "w = w()", "raise SystemExit", "raise KeyboardInterrupt"),
    *(
        "class E(Exception):\n    def __str__(self): raise SystemExit",
        "raise E",
        "del w",
        "w: int = 3",
        "w += 1",
        "(w, b) = 1, 2",
    ),
    *(
        "raise SyntaxError('no', ('<cell 1>', 'one', 1, 5))",
        "raise SyntaxError(E())",
        "def g(): return g()",
        "g()",
        "import nowhere",
    ),
    *(
        "lambda: 0",
        "raise ExceptionGroup('x', [E(), ValueError(1)])",
        "w = '\ud800'",
        "w = '\x00'",
        "\x00",
        "\f",
        "\t",
        "(",
        "'''",
    ),
    *(
        "class R:\n    def __float__(self): raise SystemExit",
        "w = R()",
        "w = []; w.append(w)",
        "w = {}",
        "print('x' * 10 ** 6)",
    ),
    *(
        "class K(str): pass",
        "globals().clear()",
        "__name__ = 5",
        "from __future__ import annotations",
        "w = 1_000",
        "yield",
        "await w",
    ),
    *("from stage.figure import Plot, Surface", "Plot(x=(0, 1), y=(0, 1), x_label={1})", "Plot(x=(0, 1), y=(0, 1))"),
    *("Surface(lambda a, b: a, a=(0, 1), b=(0, 1), size=1)", "Surface(lambda a, b: a, a=(0, 1), b=(0, 1), size=3)"),
    *(
        "from stage.demo import Demo",
        "from stage.controls import Slider",
        "Demo(lambda **k: None, {'<b>': Slider(0, 1, start=0)})",
    ),
    *("Demo(5, {})", "Demo(lambda: 5, None)", "Demo(lambda w: w, {'w': 7})", "type('<b>', (Exception,), {})()"),
]
CODE = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=6).map("\n".join)
VALUES = st.one_of(
    st.dictionaries(st.sampled_from(["w", "data", "shape", "train", "other"]), JSON, max_size=5),
    st.fixed_dictionaries(
        {"w": NUMBERS, "data": st.lists(st.lists(NUMBERS, max_size=4), max_size=4), "train": NUMBERS}
    ),
)
REQUESTS = st.fixed_dictionaries(
    {"do": st.sampled_from(["draw", "more", "run", "check", "look", "", "__init__"]) | JSON, "block": BLOCKS | JSON},
    optional={"source": CODE | JSON, "code": CODE | JSON, "values": VALUES | JSON, "fresh": JSON},
)


pytestmark = pytest.mark.usefixtures("bounded")


@pytest.fixture(scope="module")
def session(lessons: str) -> Iterator[Session]:
    """One for all requests, as in a page: none of them may spoil it for the next."""
    yield Session(lessons, patience=0.01, haste=0.01)
    for file in [file for file in linecache.cache if file.startswith(CELL)]:
        del linecache.cache[file]


def asked(session: Session, request: str) -> dict[str, Any]:
    told = session.handle(request)
    assert isinstance(told, str)
    answer = json.loads(told, parse_constant=pytest.fail)
    assert isinstance(answer, dict)
    error = answer.get("error", {"kind": "", "message": "", "text": ""})
    assert all(isinstance(error[name], str) for name in ("kind", "message", "text"))
    return answer


@fuzz
@given(text=st.text())
@example("[" * 100_000)
@example('{"do": ' * 100_000)
@example("1" * 5000)
@example("\x00")
@example("\ud800")
@example('"\\ud800"')
@example("NaN")
def test_any_text_is_answered(session: Session, text: str) -> None:
    assert "error" in asked(session, text)


@fuzz
@given(said=JSON)
def test_any_json_is_answered(session: Session, said: object) -> None:
    assert "error" in asked(session, json.dumps(said))


@fuzz
@given(request=REQUESTS)
def test_any_request_is_answered_and_the_next_one_too(session: Session, request: dict[str, Any]) -> None:
    asked(session, json.dumps(request))
    good = {"do": "draw", "block": "first/a_demo", "values": {"w": 0.5, "shape": "flat"}}
    assert asked(session, json.dumps(good))["figures"][0]["label"] == "Slope 0.5, 'flat'."


@fuzz
@given(
    code=CODE, verb=st.sampled_from(["run", "check"]), name=st.sampled_from(["a_cell", "a_playground", "an_exercise"])
)
def test_any_code_is_answered_and_its_sliders_can_be_moved(session: Session, code: str, verb: str, name: str) -> None:
    block = f"first/{name}"
    answer = asked(session, json.dumps({"do": verb, "block": block, "source": code, "values": {"w": 0.5}}))
    moved = {**answer.get("values", {}), "w": 0.25}
    asked(session, json.dumps({"do": "draw", "block": block, "source": code, "code": code, "values": moved}))
    asked(session, json.dumps({"do": "more", "block": block}))


EXITS = "class E(Exception):\n    def __str__(self): raise SystemExit\n"
UNTELLABLE = {
    "a message that exits": EXITS + "raise E",
    "a syntax error whose message exits": EXITS + "raise SyntaxError(E())",
    "a syntax error without a message": "class S(SyntaxError):\n    @property\n    def msg(self): raise SystemExit\nraise S",
    "an error that answers nothing": "class E(Exception):\n    def __getattribute__(self, name): raise SystemExit\nraise E",
    "a class that gives no name": "class M(type):\n    @property\n    def __name__(cls): raise SystemExit\n"
    "class E(Exception, metaclass=M):\n    def __getattribute__(self, name): raise SystemExit\nraise E",
    "a class whose name is a number": "class M(type):\n    __name__ = 5\nclass E(Exception, metaclass=M): pass\nraise E",
    "notes that exit": "class N:\n    def __iter__(self): raise SystemExit\ne = ValueError(1); e.__notes__ = N()\nraise e",
    "a group of them": EXITS + "raise ExceptionGroup('x', [E(), ValueError(1)])",
    "causes in a circle": "a = ValueError(1); b = ValueError(2); a.__cause__ = b; b.__cause__ = a\nraise a",
    "a line that is no number": "e = SyntaxError('x'); e.filename = '<cell 1>'; e.lineno = float('inf')\nraise e",
    "a place that is no number": "e = SyntaxError('x'); e.filename = '<cell 1>'; e.lineno = 1; e.offset = float('nan')\nraise e",
    "a line before the first": "raise SyntaxError('x', ('<cell 1>', -5, -7, 'x'))",
    "half a character": "raise ValueError('\\ud800')",
    "a value that exits": "class R:\n    def __repr__(self): raise SystemExit\nR()",
    "a list in itself": "w = []; w.append(w)\nw",
    "a list without a bottom": "a = []\nfor i in range(100_000): a = [a]\na",
    "an error about it": "a = []\nfor i in range(100_000): a = [a]\nraise ValueError(a)",
    "the end of all": "raise BaseException",
}


@pytest.mark.parametrize("code", UNTELLABLE.values(), ids=UNTELLABLE)
@pytest.mark.parametrize("name", ["a_cell", "a_playground", "an_exercise"])
def test_errors_made_to_break_their_telling_are_told(session: Session, code: str, name: str) -> None:
    asked(
        session,
        json.dumps({"do": "check" if name == "an_exercise" else "run", "block": f"first/{name}", "source": code}),
    )
