"""The spot of an error in the reader's code: the part that is marked, and what the names in it stand for."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from types import FunctionType
from typing import Any, TypeAlias

LONGEST = 40
"""Characters of a name that others are compared with."""

MOST = 1000
"""Names that one is compared with, lines of code, and characters of one: what is longer is not looked through."""

UNKNOWN = object()
"""In the place of a value that cannot be had without running code."""


@dataclass(frozen=True)
class Spot:
    """Where an error came up: all `lines` of the code, the `number` of its line (from 1; 0 for none), the `text` of
    that line, the part of it that is `marked`, and the `names` that are known there, the innermost first."""

    lines: list[str] = field(default_factory=list)
    number: int = 0
    text: str = ""
    marked: str = ""
    names: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The parts of the marked expression, the whole of it first; none where it goes on on other lines."""
        marked = self.marked.strip()
        return _parsed(marked) or _parsed(f"{marked} pass")  # of a loop, the first line

    def value(self, node: object) -> Any:
        """What a name, a constant, or an entry or the transpose of one stands for; UNKNOWN for anything else."""
        match node:
            case ast.Name():
                return self.names.get(node.id, UNKNOWN)
            case ast.Constant():
                return node.value
            case ast.Subscript():
                whole, index = self.value(node.value), self.value(node.slice)
                plain = type(whole) in (list, tuple) and type(index) is int
                return whole[index] if plain and -len(whole) <= index < len(whole) else UNKNOWN
            case ast.Attribute(attr="T"):
                return getattr(self.value(node.value), "T", UNKNOWN)
        return UNKNOWN

    def named(self, fits: Callable[[Any], bool]) -> str:
        """The first name in the marked expression whose value fits; "" where there is none."""
        found = (node.id for node in self.nodes if isinstance(node, ast.Name) and fits(self.value(node)))
        return next(found, "")

    def called(self) -> Iterator[str]:
        """The names of the reader's functions that the marked expression calls."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and isinstance(self.value(node.func), FunctionType):
                yield ast.unparse(node.func)

    def returns(self, name: str) -> bool:
        """Whether the function of that name in the code hands back a value anywhere."""
        whole = (node for node in self._tree if isinstance(node, ast.FunctionDef) and node.name == name)
        inside = (part for function in whole for part in ast.walk(function))
        return any(isinstance(part, ast.Return) and part.value is not None for part in inside)

    def set_later(self, name: str) -> int:
        """The number of a line after this one that gives `name` its value at the top level; 0 for none."""
        for statement in ast.iter_child_nodes(self._tree[0]) if self._tree else ():
            line = getattr(statement, "lineno", 0)
            if line > self.number and name in _given(statement):
                return line
        return 0

    @cached_property
    def _tree(self) -> list[ast.AST]:
        return _parsed("".join(self.lines))


Rule: TypeAlias = tuple[
    type[BaseException] | tuple[type[BaseException], ...], str, str | Callable[[Any, re.Match[str], Spot], str]
]
"""The kinds of an error, a pattern of its message, and the advice, as stage.advice takes it."""


def _parsed(source: str) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []


def _given(statement: ast.AST) -> set[str]:
    """The names that a statement gives a value."""
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return {statement.name}
        case ast.Import() | ast.ImportFrom():
            return {alias.asname or alias.name for alias in statement.names}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def near(name: str, names: Iterable[str]) -> str:
    """The one of `names` most like `name`, the first of equals; "" where more than a third of its letters differ."""
    if len(name) > LONGEST:
        return ""
    most = (len(name) + 1) // 3
    first = islice(names, MOST)
    others = [other for other in first if abs(len(other) - len(name)) <= most and not other.startswith("_")]
    closest = min(others, key=lambda other: _distance(name.lower(), other.lower()), default="")
    return closest if _distance(name.lower(), closest.lower()) <= most else ""


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed to turn one into the other (Levenshtein, 1966).

    Letters in another order count once, however many: they are the commonest slip of the fingers.
    """
    if one != other and sorted(one) == sorted(other):
        return 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
