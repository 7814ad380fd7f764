"""Advice on values that do not suit what is done with them: operands, arguments, what is called or gone through."""

from __future__ import annotations

import ast
import builtins
import re
from types import FunctionType

from stage.advice_names import NONE
from stage.spot import Rule, Spot

KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "list": "a list",
    "tuple": "a tuple",
    "dict": "a dictionary",
    "function": "a function",
    "ndarray": "an array",
}
"""What the kinds of values are called in a sentence."""

FUNCTIONS = {"function", "method", "builtin_function_or_method"}
LISTS = {"list", "tuple"}
TEXT = "A text and a number do not go together: `float(x)` makes a number of a text, `str(x)` a text of a number."
ENTRIES = (
    "Python's lists do not calculate entry by entry. Write `[2 * x for x in data]`, "
    "or make an array of the list: `np.array(data) * 2`."
)
POWER = "`^` works on the bits of whole numbers. A power is written `**`: `x ** 2`."
WHOLE = "This must be a whole number. `int(x)` makes one of a number, and `//` divides into one."


def _operands(error: Exception, found: re.Match[str], spot: Spot) -> str:
    sign = found["sign"]
    kinds = {found["one"], found["other"]}
    if sign[0] == "^":
        return POWER
    if kinds & FUNCTIONS:
        name = spot.named(lambda value: type(value).__name__ in FUNCTIONS) or "f"
        return f"`{name}` alone is the function, not what it gives. Call it with its arguments: `{name}(…)`."
    if "str" in kinds:
        return TEXT
    if kinds & LISTS:
        return ENTRIES
    return (
        f"`{sign}` does not work on {_kind(found['one'])} and {_kind(found['other'])}. "
        "`print(type(x))` says what a value is."
    )


def _operand(error: Exception, found: re.Match[str], spot: Spot) -> str:
    if found["kind"] in LISTS and "format" not in found[0]:
        return ENTRIES
    return f"This needs a number, and what it gets is {_kind(found['kind'])}. `print` it to see what it is."


def _nothing(error: Exception, found: re.Match[str], spot: Spot) -> str:
    """Where a None has come from."""
    if name := spot.named(lambda value: value is None):
        return f"`{name}` is `None` here, which stands for no value. {NONE}"
    for name in spot.called():
        if not spot.returns(name):
            return (
                f"`{name}` gives `None`, no value, as it has no `return`. "
                "Let the function end in `return` and its result."
            )
    return f"A value here is `None`, which stands for no value. {NONE}"


def _called(error: Exception, found: re.Match[str], spot: Spot) -> str:
    """What was called and is no function."""
    kind = found["kind"].rpartition(".")[2]  # numpy.ndarray
    call = next((node for node in spot.nodes if isinstance(node, ast.Call)), None)
    name = call.func.id if call and isinstance(call.func, ast.Name) else "x"
    if hasattr(builtins, name):
        return f"Python's own `{name}` is hidden: this code gives the name another value. Give that value another name."
    if kind in ("int", "float", "complex"):
        return "Parentheses after a number call it like a function. To multiply, write `*`: `2 * (x + 1)`."
    if kind == "module":
        return f"`{name}` is a module. Its functions have names of their own: `dir({name})` lists them."
    if kind in (*LISTS, "ndarray", "dict"):
        return (
            "Parentheses call a function. An entry is taken with square brackets, `x[0]`; "
            "between two pairs stands a comma."
        )
    return f"Parentheses call a function, and this is {_kind(kind)}. `print` it to see what it is."


def _missing(error: Exception, found: re.Match[str], spot: Spot) -> str:
    wanted = found["wanted"].replace("'", "`")
    return f"This call leaves out {wanted}.{_defined(found['function'], spot)} Give every argument a value."


def _surplus(error: Exception, found: re.Match[str], spot: Spot) -> str:
    function = found["function"]
    own = " The object itself counts as the first: `self`." * ("." in function and "<" not in function)
    return f"This call gives more than the function takes.{_defined(function, spot)}{own} Look at the commas, too."


def _unexpected(error: Exception, found: re.Match[str], spot: Spot) -> str:
    return f"The function has no parameter `{found['name']}`.{_defined(found['function'], spot)}"


def _defined(name: str, spot: Spot) -> str:
    """A sentence on how the reader's function is defined; "" where that cannot be known."""
    function = spot.names.get(name)
    if not isinstance(function, FunctionType):
        return ""
    code = function.__code__
    return f" It is defined as `{name}({', '.join(code.co_varnames[: code.co_argcount])})`."


def _iterated(error: Exception, found: re.Match[str], spot: Spot) -> str:
    kind = found["kind"] or found["other"]
    if kind == "int" and re.match(r"\s*for\b", spot.text):
        return "A number cannot be gone through. To count up to it, write `for i in range(n)`."
    return f"Only what has entries can be gone through or unpacked, and this is {_kind(kind)}."


def _subscripted(error: Exception, found: re.Match[str], spot: Spot) -> str:
    kind = found["kind"]
    if kind in FUNCTIONS:
        return "A function is called with parentheses, `f(x)`; square brackets are for the entries of a list."
    return f"Square brackets take an entry out of a list, a dictionary or an array, and this is {_kind(kind)}."


def _kind(kind: str) -> str:
    kind = kind.rpartition(".")[2]
    return KINDS.get(kind, f"a value of the kind `{kind}`")


RULES: tuple[Rule, ...] = (
    (TypeError, r"\bNoneType\b", _nothing),
    (
        TypeError,
        r"unsupported operand type\(s\) for (?P<sign>\S+?)=?( or pow\(\))?: '(?P<one>[^']+)' and '(?P<other>[^']+)'",
        _operands,
    ),
    (
        TypeError,
        r"'(?P<sign>\S+)' not supported between instances of '(?P<one>[^']+)' and '(?P<other>[^']+)'",
        _operands,
    ),
    (TypeError, r"can only concatenate (?P<one>str) \(not|must be str, not", TEXT),
    (TypeError, r"(?P<sign>concatenate) (?P<one>list|tuple) \(not \"(?P<other>[^\"]+)\"", _operands),
    (TypeError, r"can't multiply sequence by non-int", ENTRIES),
    (TypeError, r"bad operand type for .*: '(?P<kind>[^']+)'", _operand),
    (TypeError, r"must be (a string or a )?real number, not '?(?P<kind>\w+)", _operand),
    (TypeError, r"unsupported format string passed to (?P<kind>\w+)", _operand),
    (TypeError, r"'(?P<kind>[^']+)' object is not callable", _called),
    (TypeError, r"(?P<function>[\w.<>]+)\(\) missing \d+ required .*arguments?: (?P<wanted>.*)", _missing),
    (TypeError, r"(?P<function>[\w.<>]+)\(\) takes .* positional arguments? but", _surplus),
    (TypeError, r"(?P<function>[\w.<>]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'", _unexpected),
    (
        TypeError,
        r"got multiple values for argument '(?P<name>\w+)'",
        "The argument `{name}` is given twice: once by its place and once by its name. Take one of them out.",
    ),
    (
        TypeError,
        r"^(?P<function>[\w.]+?)(\(\))? (takes|expected) .*arguments?",
        "`{function}` gets another number of values than it takes. "
        "Look at the commas and the parentheses of this call.",
    ),
    (TypeError, r"'(?P<kind>[^']+)' object is not (iterable|reversible)|non-iterable (?P<other>\w+) object", _iterated),
    (TypeError, r"'(?P<kind>[^']+)' object is not subscriptable", _subscripted),
    (
        TypeError,
        r"'(?P<kind>\w+)' object does not support item (assignment|deletion)",
        "What a `{kind}` holds cannot be changed in place. Make a new one, or a list: `list(x)`.",
    ),
    (
        TypeError,
        r"list indices must be integers or slices, not tuple",
        "A list of lists takes one index at a time: `x[0][1]`. `x[0, 1]` is for NumPy's arrays.",
    ),
    (
        TypeError,
        r"indices must be integers( or slices)?, not '?str",
        "This takes a number in its square brackets, from 0 on. Names as keys are for dictionaries.",
    ),
    (TypeError, r"indices must be integers|cannot be interpreted as an integer|slice indices must be", WHOLE),
    (
        TypeError,
        r"object of type '(?P<kind>[^']+)' has no len\(\)",
        "`len` counts the entries of a list or a text, and a value of the kind `{kind}` has none. "
        "`print` the value to see what it is.",
    ),
    (
        TypeError,
        r"argument of type '(?P<kind>[^']+)' is not",
        "`in` looks into a list, a text or a dictionary, and a value of the kind `{kind}` is none of them.",
    ),
    (
        TypeError,
        r"unhashable type: '(?P<kind>[^']+)'",
        "What can change, as a `{kind}` can, cannot be a key or an element of a set. Make a tuple of it: `tuple(x)`.",
    ),
    (
        TypeError,
        r"exceptions must derive",
        'Only an error can be raised: `raise ValueError("what is wrong")`.',
    ),
)
