"""The one door between the page and Python: a JSON request in, a JSON answer out."""

from __future__ import annotations

import ast
import importlib
import io
import json
import linecache
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from stage.demo import Cell, ControlError, Demo, Exercise, Learner, Missing, Values
from stage.errors import CELL, explain
from stage.figure import brief, number
from stage.output import Emit, Stream, show_image
from stage.rewrite import assign

Answer = dict[str, Any]

VALUE_LIMIT = 10_000
"""Characters shown of a cell's last value."""

os.environ["MPLBACKEND"] = "module://stage.backend"


class RequestError(ValueError):
    """The page asked for something that does not exist; says what was got and what was expected."""


@dataclass
class Session:
    """Answers the page. `lessons` is the package that holds the lessons' modules.

    A request is {"do": "draw" | "run" | "check", "block": "lesson/name", "values": {control: value}} and, for a
    cell, "source": the code to run ("draw": the code that ran last, run again only where the session does not
    know it, as after a restart) and for "draw" also "code": what stands in the editor.

    The answer has, where they apply: "figure" (with its "label"), "readouts" {expression: text}, "values"
    {control: value after the run}, "code" (the editor's code with the values written in), "value" (of the
    last expression), "note" (why a run has no figure), "error" (see stage.errors) and "verdict" {"pass": bool,
    "says": text}.
    """

    lessons: str
    emit: Emit = lambda message: None
    _ran: dict[str, _Ran] = field(default_factory=dict)
    _runs: int = 0

    def handle(self, request: str) -> str:
        """Answer one request. Whatever goes wrong is told in the answer's "error"; nothing is raised."""
        try:
            return json.dumps(self._answer(json.loads(request)), allow_nan=False)
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: the page must get its answer
            return json.dumps({"error": explain(error)})

    def _answer(self, request: dict[str, Any]) -> Answer:
        block = self.block(request["block"])
        values = {
            name: block.controls[name].accept(name, value)
            for name, value in request.get("values", {}).items()
            if name in block.controls
        }
        match request["do"]:
            case "draw" if isinstance(block, Cell):
                ran = self._known(request["block"], request["source"])
                moved = {name: value for name, value in values.items() if value != _read(block, name, ran.namespace)}
                ran.namespace.update(moved)
                code = request.get("code", "")
                for name, value in moved.items():  # the others may have been typed anew, and not run yet
                    code = assign(code, name, value)
                return {"code": code} | picture(block, read(block, ran.namespace), ran.namespace)
            case "draw":
                return picture(block, values, {})
            case "run" | "check" if isinstance(block, Cell):
                return self._run(request, block, values)
        raise RequestError(f"got the request {request['do']!r} for a {block.kind}; expected draw, run or check")

    def block(self, path: str) -> Demo:
        """The demo, cell or exercise at "lesson/name". Raises RequestError where there is none."""
        lesson, _, name = path.partition("/")
        block = getattr(importlib.import_module(f"{self.lessons}.{lesson}"), name, None)
        if not isinstance(block, Demo):
            raise RequestError(f"got the block {path!r}; expected a demo, cell or exercise of lesson {lesson!r}")
        return block

    def _known(self, path: str, source: str) -> _Ran:
        """The run of `source` that the page speaks of, run again in silence after a restart."""
        if path not in self._ran or self._ran[path].source != source:
            ran = self._start(source)
            with _silence():
                ran.execute()
            self._keep(path, ran)
        return self._ran[path]

    def _run(self, request: dict[str, Any], block: Cell, values: Values) -> Answer:
        ran = self._start(request["source"])
        answer: Answer = {}
        try:
            with self._output():
                value = ran.execute()
            answer |= {} if value is None else {"value": brief(value, VALUE_LIMIT)}
            # The code's own values win; a control whose variable the code does not define keeps its own.
            ran.namespace.update({name: value for name, value in values.items() if name not in ran.namespace})
            current = read(block, ran.namespace)
            answer |= {"values": current} | picture(block, current, ran.namespace)
            self._keep(request["block"], ran)
        except Missing as missing:  # a reader may try whatever they like; the figure waits
            answer |= {"note": f"The figure needs {missing.name}, which this code does not define: it stays as it was."}
        except BaseException as error:
            answer |= {"error": explain(error)}
        if request["do"] == "check" and isinstance(block, Exercise):
            answer["verdict"] = _verdict(block, ran, answer)
        return answer

    def _start(self, source: str) -> _Ran:
        self._runs += 1
        return _Ran(source, f"{CELL} {self._runs}>")

    def _keep(self, path: str, ran: _Ran) -> None:
        if path in self._ran:
            linecache.cache.pop(self._ran[path].file, None)
        self._ran[path] = ran

    @contextmanager
    def _output(self) -> Iterator[None]:
        """Send what is printed and drawn to the page; an error inside still lets out what came before it."""
        out, err = Stream("stdout", self.emit), Stream("stderr", self.emit)

        def image(svg: str) -> None:
            out.flush()  # so that text and figures arrive in the order of the code
            err.flush()
            self.emit(json.dumps({"image": svg}))

        token = show_image.set(image)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                try:
                    yield
                finally:
                    if "matplotlib.pyplot" in sys.modules:
                        sys.modules["matplotlib.pyplot"].show()
        finally:
            show_image.reset(token)
            out.finish()
            err.finish()


@dataclass
class _Ran:
    """The reader's code and the names that it made."""

    source: str
    file: str
    namespace: dict[str, Any] = field(default_factory=dict)

    def execute(self) -> object:
        """Run the code; the value of its last expression, if it ends in one. Raises what the code raises."""
        lines = list(io.StringIO(self.source, newline=None))  # not splitlines: Python goes on after a form feed
        linecache.cache[self.file] = (len(self.source), None, lines, self.file)
        self.namespace |= {"__name__": "__main__", "input": _no_keyboard}
        tree = ast.parse(self.source, self.file)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        # dont_inherit: the __future__ of this file is not the reader's.
        exec(compile(tree, self.file, "exec", dont_inherit=True), self.namespace)
        if not isinstance(last, ast.Expr):
            return None
        return eval(compile(ast.Expression(last.value), self.file, "eval", dont_inherit=True), self.namespace)


def read(block: Cell, namespace: dict[str, Any]) -> Values:
    """What the reader's names say for each control of the cell. Raises ControlError where one cannot be meant."""
    return {name: control.accept(name, namespace.get(name)) for name, control in block.controls.items()}


def _read(block: Cell, name: str, namespace: dict[str, Any]) -> object:
    try:
        return block.controls[name].accept(name, namespace.get(name))
    except ControlError:
        return None


def picture(block: Demo, values: Values, namespace: dict[str, Any]) -> Answer:
    """The figure and readouts of a demo at `values`, or of a cell over the reader's `namespace`.

    What the reader's functions print while they are drawn is left out: they are called hundreds of times.
    """
    with _silence():
        figure = block.function(Learner(namespace)) if isinstance(block, Cell) else block.function(**values)
        drawn = None if figure is None else figure.data()
        readouts = {} if figure is None else {name: show(value) for name, value in figure.readouts.items()}
        if isinstance(block, Cell):
            for expression in block.reads:
                readouts[expression], note = _readout(expression, namespace)
                if note and drawn is not None and not drawn["notes"]:  # one sentence is enough
                    drawn["notes"].append(note)
    if drawn is not None:
        words = {name: show(value) for name, value in values.items()}
        drawn["label"] = block.label.format_map(words | readouts)
    return {"figure": drawn, "readouts": readouts}


def show(value: object) -> str:
    """A value as people read it: numbers to four significant digits, vectors as vectors."""
    if isinstance(value, list | tuple):
        return "(" + ", ".join(map(show, value)) + ")"
    as_number = number(value)
    return brief(value) if as_number is None else f"{as_number:z.4g}".replace("-", "−")


def _readout(expression: str, namespace: dict[str, Any]) -> tuple[str, str]:
    """The value of the expression in words, and a sentence on why there is none."""
    try:
        return show(eval(expression, namespace)), ""
    except Exception as error:
        return "—", f"{expression} stopped with {type(error).__name__}: {error}."


def _no_keyboard(prompt: object = "") -> str:
    raise OSError("there is no keyboard to read from here; write the value into the code instead")


def _verdict(block: Exercise, ran: _Ran, answer: Answer) -> Answer:
    error = answer.get("error")
    if not error:
        try:
            with _silence():
                passed, says = block.verdict(Learner(ran.namespace))
            return {"pass": passed, "says": says}
        except Missing as missing:
            return {"pass": False, "says": f"It could not be checked: {missing}."}
        except BaseException as stopped:
            error = explain(stopped)
    if "line" not in error:
        return {"pass": False, "says": f"It could not be checked: {error['kind']}, {error['message']}."}
    where = f"{error['kind']} on line {error['line']}"
    return {"pass": False, "says": f"Your code stopped with {where}. Mend that first, then check."}


@contextmanager
def _silence() -> Iterator[None]:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            yield
        finally:  # a figure left open here would come up in the next run
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")
