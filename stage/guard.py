"""Python and the course, put back as they were when the reader's code has changed them."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from operator import is_
from types import ModuleType
from typing import Any, TypeVar

PYTHON = {
    "ast",
    "builtins",
    "contextlib",
    "copy",
    "importlib",
    "inspect",
    "io",
    "linecache",
    "math",
    "time",
    "traceback",
}
"""The modules of Python that answers are made with."""

Names = dict[str, Any]
Made = TypeVar("Made")


class Guard:
    """Knows the names of Python's own modules and of the `course`'s packages, with the classes in these."""

    def __init__(self, *course: str) -> None:
        self._course = {*course, "json"}
        self._known: dict[int, tuple[Any, Names]] = {}
        self._count = 0

    def around(self, work: Callable[[], Made]) -> Made:
        """What `work` gives. Whatever it did, what is known is afterwards as it was at first, and `sys` as before."""
        self._meet()
        # What the way back needs before any name can be trusted again lies in local variables.
        own, own_then, names, names_then = globals(), dict(globals()), vars(builtins), dict(vars(builtins))
        system, system_then, modules, modules_then = vars(sys), dict(vars(sys)), sys.modules, dict(sys.modules)
        lists = [(each, list(each)) for each in (sys.path, sys.meta_path, sys.path_hooks)]
        depth, put_back = sys.getrecursionlimit(), self._put_back
        try:
            return work()
        finally:
            own.update(own_then)
            names.update(names_then)
            system.update(system_then)
            modules.update(modules_then)
            sys.setrecursionlimit(depth)
            put_back(lists)

    def _meet(self) -> None:
        """Get to know what has been imported since the last time."""
        if len(sys.modules) == self._count:
            return
        self._count = len(sys.modules)
        for name, module in list(sys.modules.items()):
            package = name.partition(".")[0]
            if package in PYTHON | self._course and id(module) not in self._known:
                self._know(module)
                for each in vars(module).values():
                    if package in self._course and isinstance(each, type) and each.__module__ == name:
                        self._know(each)

    def _know(self, thing: Any) -> None:
        self._known[id(thing)] = thing, dict(vars(thing))

    def _put_back(self, lists: list[tuple[list[Any], list[Any]]]) -> None:
        for now, then in lists:
            if now[: len(then)] != then:
                now[:] = [*then, *(each for each in now if each not in then)]
        for thing, names in list(self._known.values()):
            now = vars(thing)
            # "is", and not "==", which may be the reader's own
            if len(now) != len(names) or not all(map(is_, now.values(), names.values())):
                _restore(thing, names)
                self._know(thing)  # a package may have got a module


def _restore(thing: Any, names: Names) -> None:
    """Set what was set otherwise or taken away, and take away what was added, but for modules in their package."""
    now = dict(vars(thing))
    kind = type if isinstance(thing, type) else ModuleType
    for name in now.keys() - names.keys():
        if sys.modules.get(f"{thing.__name__}.{name}", names) is not now[name]:
            kind.__delattr__(thing, name)
    for name, value in names.items():
        if now.get(name, names) is not value:
            kind.__setattr__(thing, name, value)
