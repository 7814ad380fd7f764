"""Advice on what is looked up and not found: names, attributes, modules, keys and entries."""

from __future__ import annotations

import math
import re
import sys
from itertools import islice
from types import ModuleType
from typing import Any

from stage.sample import brief
from stage.spot import MOST, UNKNOWN, Rule, Spot, near

SHORT = {"np": "import numpy as np", "plt": "import matplotlib.pyplot as plt"}
"""Names that everybody gives to a module, and how."""

OTHERS = {"null": "None", "nil": "None", "undefined": "None", "this": "self"}
"""Words of other languages, and Python's."""

INSTEAD = {"push": "append", "push_back": "append", "add": "append", "toUpperCase": "upper", "toLowerCase": "lower"}
"""Methods of other languages, and Python's."""

OF_ARRAYS = (
    "shape",
    "T",
    "dot",
    "mean",
    "sum",
    "std",
    "var",
    "max",
    "min",
    "reshape",
    "size",
    "ndim",
    "astype",
    "flatten",
)
"""What NumPy's arrays have and lists have not."""

NONE = "Often a function has no `return`; and `print`, `append` and `sort` give `None` too."


def _name(error: NameError, found: re.Match[str], spot: Spot) -> str:
    name = found["name"]
    if line := spot.set_later(name):
        return (
            f"Line {line} gives `{name}` its value, and Python has not come to it yet: it reads from top to bottom. "
            "Move that line up."
        )
    if name in SHORT or (name in sys.stdlib_module_names and f"{name}." in spot.text):
        how = SHORT.get(name, f"import {name}")
        return f"`{name}` is a module, and a module must be imported: write `{how}` as the first line."
    if name in OTHERS:
        return f"`{name}` is a word of other languages. In Python it is `{OTHERS[name]}`."
    if hasattr(math, name):
        return f"`{name}` is in the module `math`: write `from math import {name}` as the first line."
    if close := near(name, spot.names):
        if close.lower() == name.lower():
            return f"Python tells capital letters from small ones: here it is `{close}`."
        return f"Python knows no `{name}` here. Is it `{close}` that is meant?"
    return (
        f"Nothing has given `{name}` a value in this code. Set it on a line before this one, `{name} = …`; "
        f'if it is meant as a text, put it in quotation marks: `"{name}"`.'
    )


def _unset(error: NameError, found: re.Match[str], spot: Spot) -> str:
    name = found["name"]
    if name in spot.names:
        return (
            f"This function sets `{name}` itself, so inside it `{name}` is a name of its own, without a value yet. "
            f"To change the one outside, begin the function with `global {name}`."
        )
    return f"On the way to this line nothing has given `{name}` a value. Give it one first, such as `{name} = 0`."


def _attribute(error: AttributeError, found: re.Match[str], spot: Spot) -> str:
    name, obj = error.name, error.obj
    if name is None:  # raised by hand
        return ""
    if obj is None:
        return f"What stands before `.{name}` is `None`, which stands for no value. {NONE}"
    kind = type(obj).__name__
    if name in ("length", "len", "size", "count") and hasattr(obj, "__len__"):
        return f"How many entries there are is told by `len`: `len(x)` in place of `x.{name}`."
    if isinstance(obj, list | tuple) and name in OF_ARRAYS:
        return f"A {kind} has no `.{name}`, but NumPy's arrays have: make one with `np.array(…)`."
    whole = f"The module `{obj.__name__}`" if isinstance(obj, ModuleType) else f"A value of the kind `{kind}`"
    known = dir(obj)
    close = INSTEAD[name] if INSTEAD.get(name) in known else near(name, known)
    if close:
        return f"{whole} has no `{name}`. Is it `.{close}` that is meant?"
    return (
        f"{whole} has no `{name}`. Look at what stands before the dot: `print(type(x))` says what it is, "
        "`dir(x)` what it has."
    )


def _module(error: ModuleNotFoundError, found: re.Match[str], spot: Spot) -> str:
    name = error.name or ""
    top, _, rest = name.partition(".")
    if rest and top in sys.modules:
        return f"`{top}` is here, but it has no part called `{rest}`. Look at how its name is written."
    if close := near(top, ["numpy", "matplotlib", *sorted(sys.stdlib_module_names)]):
        return f"There is no module `{top}`. Is it `{close}` that is meant?"
    return f"The module `{top}` is not on this page. Python's own modules are, and so are `numpy` and `matplotlib`."


def _imported(error: ImportError, found: re.Match[str], spot: Spot) -> str:
    name, module = found["name"], found["module"]
    if close := near(name, dir(sys.modules.get(module))):
        return f"The module `{module}` has no `{name}`. Is it `{close}` that is meant?"
    return f"The module `{module}` has no `{name}`. `import {module}`, then `dir({module})`, lists what it has."


def _key(error: KeyError, found: re.Match[str], spot: Spot) -> str:
    where, whole = _entry(spot)
    if not isinstance(whole, dict) or len(error.args) != 1:
        return (
            "A dictionary has no such key. `print` it to see its keys; `x.get(key)` gives `None` where there is none."
        )
    wanted, keys = error.args[0], {str(known): known for known in islice(whole, MOST)}
    if close := near(str(wanted), keys):
        return f"`{where}` has no key `{brief(wanted)}`. Is it `{brief(keys[close])}` that is meant?"
    known = ", ".join(map(brief, islice(whole, 6))) + ", …" * (len(whole) > 6)
    return f"`{where}` has no key `{brief(wanted)}`. " + (f"It has {known}." if whole else "It is empty.")


def _index(error: IndexError, found: re.Match[str], spot: Spot) -> str:
    where, whole = _entry(spot)
    if not isinstance(whole, list | tuple | str):
        return "There is no entry of that number: the first one has the index 0, the last one `len(x) - 1`, or -1."
    if not whole:
        return f"`{where}` is empty, so it has no entries. Look at what should have filled it."
    last = len(whole) - 1
    count = f"{last + 1} entries, numbered 0 to {last}" if last else "one entry, numbered 0"
    return f"`{where}` has {count}. The index here is beyond its end; the last one is `{where}[-1]`."


def _entry(spot: Spot) -> tuple[str, Any]:
    """The name in `name[...]`, as the marked expression begins, and what it stands for."""
    found = re.match(r"\s*(\w+)\s*\[", spot.marked)
    return (found[1], spot.names.get(found[1], UNKNOWN)) if found else ("", UNKNOWN)


RULES: tuple[Rule, ...] = (
    (NameError, r"(local|free) variable '(?P<name>\w+)'", _unset),
    (NameError, r"name '(?P<name>\w+)' is not defined", _name),
    (AttributeError, "", _attribute),
    (ModuleNotFoundError, "", _module),
    (ImportError, r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'", _imported),
    (KeyError, "", _key),
    (
        IndexError,
        r"^pop from empty",
        "There is nothing left to take out: the list is empty. Ask first, `if x:`, "
        "or look at what should have filled it.",
    ),
    (
        IndexError,
        r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)",
        "Along axis {axis} the array has {size} entries, numbered from 0. The index {index} is beyond its end.",
    ),
    (
        IndexError,
        r"too many indices for array: array is (?P<has>\d+)-dimensional, but (?P<got>\d+) were",
        "In the square brackets stand {got} numbers, and this array takes {has}. "
        "`print(x.shape)` shows how long it is.",
    ),
    (
        IndexError,
        r"only integers, slices",
        "The index of an array is a whole number. Take `int(…)` of it, or divide with `//` in place of `/`.",
    ),
    (IndexError, "index out of range", _index),
)
