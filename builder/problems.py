"""What can be wrong with a build, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a lesson's source: `file` as the author knows it, `line` from 1, what was got, what was expected."""

    file: str
    line: int
    got: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: got {self.got}; expected {self.expected}"


class BuildError(Exception):
    """The build cannot go on; its message is one sentence that says what to do."""


class LessonProblems(BuildError):
    """Faults in the lessons, all of them, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def shown(path: Path) -> str:
    """`path` as an author knows it: relative to the project where it lies inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
