"""The one door between the page and Python: a JSON request in, a JSON answer out."""

from __future__ import annotations

import importlib
import json
import linecache
import os
import warnings
from dataclasses import dataclass, field
from math import inf
from typing import Any

from stage.controls import Button, Values, steps_of
from stage.demo import Cell, Demo, Exercise
from stage.errors import CELL, explain, look, tell_warning
from stage.guard import Guard
from stage.learner import Missing
from stage.opened import edited, form_of, opened
from stage.output import Emit, sent, silence
from stage.picture import Picture
from stage.ran import Ran
from stage.rewrite import assign
from stage.sample import FigureError, brief
from stage.waiting import asked

Answer = dict[str, Any]

VALUE_LIMIT = 10_000
"""Characters shown of a cell's last value."""

LARGEST = 2_000_000
"""Characters of an answer. With more, a page would stand still."""

os.environ["MPLBACKEND"] = "module://stage.backend"
warnings.formatwarning = tell_warning


class RequestError(ValueError):
    """The page asked for something that does not exist; says what was got and what was expected."""


@dataclass
class Session:
    """Answers the page. `lessons` is the package of the lessons' modules; `patience` the seconds for one figure, and
    `haste` those for the first one after a run, which shall come at once, however coarse.

    A request is {"do": "draw" | "more" | "run" | "check", "block": "lesson/name", "values": {control: value}} and,
    where code takes part, "source": the code to run ("draw": the code that ran last, run again only where the session
    does not know it, as after a restart, or where "fresh" is true) and for "draw" also "code": what stands in the
    editor. "more" goes on with a figure that there was not time for ("partial" in its answer).

    {"do": "look", "block": "lesson/name", "source": code that is being typed} runs nothing: the answer is empty, or
    has the "error" of code that Python cannot read.

    The answer has, where they apply: "figures" (each with its "label"), "readouts" {expression: text}, "values"
    {control: value}, "recorded": the steps that can be gone back to, "partial", "code" (the editor's code with the
    values written in), "controls" (of a demo that the code ended in, whenever the code has run), "value" (of the last
    expression), "note" (why a run has no figure), "error" (see stage.errors), "stopped" (the line at which Stop ended
    it, or 0) and "verdict" {"pass": bool, "says": text}.
    """

    lessons: str
    emit: Emit = lambda message: None
    patience: float = inf
    haste: float = inf
    _ran: dict[str, Ran] = field(default_factory=dict)
    _pictures: dict[str, Picture] = field(default_factory=dict)
    _runs: int = 0

    def __post_init__(self) -> None:
        self._guard = Guard("stage", "engine", self.lessons)

    def handle(self, request: str) -> str:
        """Answer one request. Whatever goes wrong is told in the answer's "error"; nothing is raised."""
        try:
            answer = json.dumps(self._answer(json.loads(request)), allow_nan=False)
            if len(answer) <= LARGEST:
                return answer
            much = f"got {len(answer):,} characters of figures; a page can show {LARGEST:,}, so draw fewer points"
            return json.dumps({"error": explain(FigureError(much))})
        except KeyboardInterrupt as stop:
            return json.dumps(self._stopped(stop))
        except BaseException as error:  # SystemExit too: the page must get its answer
            return json.dumps({"error": explain(error)})

    def _answer(self, request: dict[str, Any]) -> Answer:
        if request["do"] == "look":
            return look(request["source"])
        path = request["block"]
        block = self.block(path)
        values = _accepted(block, request)
        coded = isinstance(block, Cell) or "source" in request
        match request["do"]:
            case "draw" if coded:
                return self._move(request, block, values)
            case "draw":
                return self._picture(path, block, values)
            case "more" if path in self._pictures:
                with silence():
                    return self._pictures[path].more(self.patience)
            case "run" | "check" if coded:
                return self._guard.around(lambda: self._run(request, block, values))
        raise RequestError(f"got the request {request['do']!r} for a {block.kind}; expected draw, more, run or check")

    def block(self, path: str) -> Demo:
        """The demo, cell or exercise at "lesson/name". Raises RequestError where there is none."""
        lesson, _, name = path.partition("/")
        block = getattr(importlib.import_module(f"{self.lessons}.{lesson}"), name, None)
        if not isinstance(block, Demo):
            raise RequestError(f"got the block {path!r}; expected a demo, cell or exercise of lesson {lesson!r}")
        return block

    def _move(self, request: dict[str, Any], block: Demo, values: Values) -> Answer:
        """The controls of a block with code have moved: set its variables, or go to another step."""
        path = request["block"]
        known = self._ran.get(path)
        ran = self._known(path, block, request["source"], fresh=request.get("fresh", False))
        shown = opened(block, ran)
        form = {} if ran is known else form_of(block, shown)
        if shown:
            return form | self._picture(path, shown, shown.starts | _accepted(shown, request))
        if not isinstance(block, Cell):
            return self._picture(path, edited(block, path, ran), values)
        previous = self._pictures.get(path)
        moved = ran.moved(values)
        answer: Answer = form | {"code": request.get("code", "")}
        try:
            with silence():
                ran.move(moved)
            for name, value in moved.items():  # the others may have been typed anew, and not run yet
                answer["code"] = assign(answer["code"], name, value)
            self._step(ran, values, moved)
        except KeyboardInterrupt as stop:
            answer |= self._stopped(stop)
        except BaseException as error:  # exit() too: the figure shows the last step that worked
            answer["error"] = explain(error)
        try:
            return answer | self._picture(path, block, ran.shown, ran, None if moved else previous)
        except KeyboardInterrupt as stop:  # the variables are set, whatever the figure shows
            return answer | self._stopped(stop)

    def _step(self, ran: Ran, values: Values, moved: Values) -> None:
        steps = steps_of(ran.controls)
        if steps is None or ran.recording is None or moved:
            return
        name, control = steps
        step = values.get(name, ran.recording.run.at)
        if step and name not in ran.namespace:
            raise Missing(name)
        # What one press prints is worth reading; what a thousand steps print is not.
        with sent(self.emit) if type(control) is Button else silence():
            ran.recording.go(step, self.patience)

    def _known(self, path: str, block: Demo, source: str, *, fresh: bool) -> Ran:
        """The run of `source` that the page speaks of, run again in silence after a restart."""
        if fresh or path not in self._ran or self._ran[path].source != source:
            ran = self._start(block, source)
            with silence():
                self._guard.around(ran.execute)
                ran.record()
            self._keep(path, ran)
        return self._ran[path]

    def _run(self, request: dict[str, Any], block: Demo, values: Values) -> Answer:
        ran = self._start(block, request["source"])
        try:
            return self._tell(request, block, values, ran)
        finally:
            if self._ran.get(request["block"]) is not ran:
                linecache.cache.pop(ran.file, None)

    def _tell(self, request: dict[str, Any], block: Demo, values: Values, ran: Ran) -> Answer:
        """Run it, and tell of it; it is kept if there is a figure of it."""
        path = request["block"]
        known = None if request.get("fresh") else self._ran.get(path)
        if known and known.recording:
            ran.before = known.recording.latest
        answer: Answer = {}
        try:
            with sent(self.emit), asked():
                self._guard.around(ran.execute)  # what is drawn of it trusts Python again
                if ran.value is not None and not opened(block, ran):
                    answer["value"] = brief(ran.value, VALUE_LIMIT)  # a __repr__ may print
            answer |= self._first(path, block, values, ran)
            self._keep(path, ran)
        except Missing as missing:  # a reader may try whatever they like; the figure waits
            answer |= {"note": f"The figure needs {missing.name}, which this code does not define: it stays as it was."}
        except KeyboardInterrupt as stop:
            return self._stopped(stop) | self._halted(path, block, values, ran)
        except BaseException as error:
            answer |= {"error": explain(error)}
        if request["do"] == "check" and isinstance(block, Exercise):
            answer["verdict"] = _verdict(block, ran, answer)
        return answer

    def _stopped(self, stop: KeyboardInterrupt) -> Answer:
        """Where Stop found the reader's code; line 0 is elsewhere, as in a figure. The page hears of it at once."""
        self.emit(json.dumps({"stopping": True}))
        return {"stopped": explain(stop).get("line", 0)}

    def _halted(self, path: str, block: Demo, values: Values, ran: Ran) -> Answer:
        """The picture of what code that was stopped had computed, if that is enough for one; then it is kept."""
        try:
            answer = self._first(path, block, values, ran)
            with silence():  # in haste; nobody asks for the rest of it
                answer |= {"partial": False} | self._pictures[path].more(self.patience)
        except BaseException:
            return {}
        self._keep(path, ran)
        return answer

    def _first(self, path: str, block: Demo, values: Values, ran: Ran) -> Answer:
        """The first picture after a run."""
        shown = opened(block, ran)
        form = form_of(block, shown)
        if shown:
            return form | self._picture(path, shown, shown.starts, seconds=self.haste)
        if not isinstance(block, Cell):
            return self._picture(path, edited(block, path, ran), values, seconds=self.haste)
        ran.default(values)  # the code's own values win
        current = ran.values
        with silence():
            ran.record()
        return form | self._picture(path, block, current, ran, seconds=self.haste)

    def _picture(
        self,
        path: str,
        block: Demo,
        values: Values,
        ran: Ran | None = None,
        previous: Picture | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """What the page shows of a demo at `values`, or of a cell that `ran`, after so many seconds.

        What the reader's functions print while they are drawn is left out: they are called hundreds of times.
        """
        with silence():
            picture = Picture(block, values, ran, previous)
            answer = picture.more(self.patience if seconds is None else seconds)
        self._pictures[path] = picture
        recorded = {"recorded": len(ran.recording.run.rows) - 1} if ran and ran.recording else {}
        return {"values": values} | recorded | answer

    def _start(self, block: Demo, source: str) -> Ran:
        self._runs += 1
        return Ran(source, f"{CELL} {self._runs}>", block.controls)

    def _keep(self, path: str, ran: Ran) -> None:
        if path in self._ran:
            linecache.cache.pop(self._ran[path].file, None)
        self._ran[path] = ran


def _accepted(block: Demo, request: dict[str, Any]) -> Values:
    """What the page's form says, as the controls of the block mean it; names of other controls are left out."""
    said = request.get("values", {}).items()
    return {name: block.controls[name].accept(name, value) for name, value in said if name in block.controls}


def _verdict(block: Exercise, ran: Ran, answer: Answer) -> Answer:
    error = answer.get("error")
    if not error:
        try:
            with silence(), ran.learner.at():  # what a check calls must not move the reader's variables
                passed, says = block.verdict(ran.learner)
            return {"pass": passed, "says": says}
        except Missing as missing:
            return {"pass": False, "says": f"It could not be checked: {missing}."}
        except BaseException as stopped:
            error = explain(stopped)
    if "line" not in error:
        return {"pass": False, "says": f"It could not be checked: {error['kind']}, {error['message']}."}
    where = f"{error['kind']} on line {error['line']}"
    advice = "" if "error" in answer else error.get("advice", "")  # else it stands with the error
    return {"pass": False, "says": f"Your code stopped with {where}. {advice or 'Mend that first, then check.'}"}
