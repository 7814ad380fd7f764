"""Whatever the reader's code does to Python or to the course, the next answer is as if it had not."""

from __future__ import annotations

import sys

import pytest

from tests.stage.conftest import Page, curve

LESSON = '''
from stage.controls import Slider
from stage.demo import cell
from stage.figure import Plot
from stage.marks import Curve


@cell(w=Slider(-10, 10))
def a_cell(learner):
    """Slope {w}."""
    return Plot(Curve(lambda x: abs(learner.w) * x, samples=3), x=(-1, 1), y=(-1, 1))


@cell()
def another(learner):
    """Nothing."""
'''

FAULTS = {
    "a builtin taken away": "import builtins; del builtins.abs, builtins.print",
    "a builtin set otherwise": "import builtins; builtins.abs = builtins.isinstance = None",
    "a builtin added": "import builtins; builtins.stray = 5",
    "all builtins gone": "import builtins; builtins.__dict__.clear()",
    "json broken": "import json; json.dumps = json.loads = None; del json.decoder.JSONDecoder",
    "json's classes broken": "import json; json.encoder.JSONEncoder.encode = json.encoder.JSONEncoder.iterencode = None",
    "the session's class broken": "import stage.session as s; s.Session.handle = s.Session._answer = s.Session._run = None",
    "a class with a new name": "import stage.demo; stage.demo.Demo.__getattribute__ = None",
    "a name over a builtin": "import stage.session; stage.session.isinstance = stage.session.len = None",
    "the guard itself": "import stage.guard as g\nfor name in list(vars(g)): setattr(g, name, None)",
    "the guard's class": "import stage.guard as g; g.Guard.around = g.Guard._put_back = g.Guard._know = None",
    "no modules": "import sys; sys.modules.clear()",
    "other modules": "import sys; sys.modules = {}",
    "a module replaced": "import sys; sys.modules['stage.demo'] = sys.modules['json'] = None",
    "no paths": "import sys; sys.path.clear(); sys.meta_path.clear(); sys.path_hooks.clear()",
    "streams gone": "import sys; sys.stdout = sys.stderr = None",
    "streams closed": "import sys; sys.stdout.close(); sys.stderr.close()",
    "no depth": "import sys; sys.setrecursionlimit(len(__import__('inspect').stack()) + 3)",
    "compile gone": "import builtins; builtins.compile = builtins.exec = builtins.eval = None",
    "a helper of the session": "import linecache, ast, traceback; linecache.cache = ast.parse = traceback.TracebackException = None",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_next_answers_are_as_if_nothing_had_happened(page: Page, fault: str) -> None:
    before = dict(sys.modules)
    page.run(f"w = 2\n{fault}")
    answer = page.run("w = 3\nprint('still here')\nabs(-6) * 7")
    assert "error" not in answer
    assert (answer["value"], page.text()) == ("42", "still here\n")
    assert curve(answer) == [[-1, -3], [0, 0], [1, 3]]
    assert curve(page.ask("draw", "a_cell", source="w = 3", values={"w": -4})) == [[-1, -4], [0, 0], [1, 4]]
    assert "NameError" in page.run("stray", "another")["error"]["kind"]
    assert before.items() <= sys.modules.items()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_figure_of_the_same_run_is_drawn_or_the_fault_is_told(page: Page, fault: str) -> None:
    answer = page.run(f"w = 2\n{fault}")
    assert "error" in answer or curve(answer) == [[-1, -2], [0, 0], [1, 2]]


def test_what_a_figure_breaks_is_put_back_too(page: Page) -> None:
    page.run(
        "class W(float):\n    def __abs__(self):\n        import builtins\n        del builtins.max\n        return 1\n\nw = W(2)"
    )
    assert page.run("max(1, 2)", "another")["value"] == "2"


def test_what_is_imported_stays(page: Page) -> None:
    page.run(
        "import sys, json\nsys.modules.pop('json.tool', 0)\nimport json.tool\nsys.meta_path.append(type('F', (), {'find_spec': None}))"
    )
    try:
        assert page.run("import sys, json\njson.tool.__name__, len(sys.meta_path)", "another")["value"].startswith(
            "('json.tool'"
        )
        assert sys.meta_path[-1].__name__ == "F"  # type: ignore[attr-defined]
    finally:
        sys.meta_path[:] = [each for each in sys.meta_path if getattr(each, "__name__", "") != "F"]


def test_what_repr_prints_goes_to_the_page(page: Page) -> None:
    answer = page.run("class A:\n    def __repr__(self):\n        print('shown')\n        return 'A'\n\nA()", "another")
    assert (answer["value"], page.text()) == ("A", "shown\n")
