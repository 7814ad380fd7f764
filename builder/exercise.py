"""Every answer to an exercise that its author thought of, given to it: it must judge each as they meant."""

from __future__ import annotations

import json
from collections.abc import Iterator

from stage.demo import Exercise
from stage.session import Session


def faults(session: Session, path: str, exercise: Exercise, starter: str) -> Iterator[tuple[str, str]]:
    """What was got and what was expected, for each answer that the exercise at `path` misjudges."""
    passed, says = _verdict(session, path, exercise.solution)
    if not passed:
        yield f"a solution that does not pass ({says})", "one that does"
    if _verdict(session, path, starter)[0]:
        yield "a starter that passes already", "something left to do"
    for mistake in exercise.mistakes:
        verdict = _verdict(session, path, mistake.example)
        if verdict != (False, mistake.says):
            told = "passing" if verdict[0] else f"told {verdict[1]!r}"
            yield f"the mistake {_last_line(mistake.example)!r} {told}", f"it to be told {mistake.says!r}"


def _verdict(session: Session, path: str, source: str) -> tuple[bool, str]:
    answer = json.loads(session.handle(json.dumps({"do": "check", "block": path, "source": source})))
    return answer["verdict"]["pass"], answer["verdict"]["says"]


def _last_line(source: str) -> str:
    return source.strip().splitlines()[-1].strip() if source.strip() else ""
