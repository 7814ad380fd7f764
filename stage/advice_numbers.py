"""Advice on numbers and shapes, and on what ends a run."""

from __future__ import annotations

import ast
import re
from typing import Any

from stage.advice_values import POWER
from stage.spot import Rule, Spot

SMALLER = (
    "Where a loss is to fall step by step, try a smaller `learning_rate`, "
    "and see that each step goes against the gradient: minus, not plus."
)


def _divided(error: ZeroDivisionError, found: re.Match[str], spot: Spot) -> str:
    divisors = (node.right for node in spot.nodes if isinstance(node, ast.BinOp))
    divisor = next((ast.unparse(node) for node in divisors if not isinstance(node, ast.Constant)), "")
    what = f"`{divisor}`" if divisor else "what is divided by"
    return f"Nothing can be divided by 0, and {what} is 0 here. Look at what makes it so, such as a list that is empty."


def _multiplied(error: ValueError, found: re.Match[str], spot: Spot) -> str:
    """The shapes of a matrix product, which NumPy does not tell."""
    factors: list[Any] = []
    for node in spot.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            factors = [node.left, node.right]
        elif isinstance(node, ast.Call) and len(node.args) == 2:
            factors = node.args
    shapes = [str(getattr(spot.value(factor), "shape", "")) for factor in factors]
    rule = "A product `A @ B` needs as many columns in `A` as there are rows in `B`"
    if len(shapes) == 2 and all(shapes):
        one, other = (
            f"`{ast.unparse(factor)}` has the shape {shape}" for factor, shape in zip(factors, shapes, strict=True)
        )
        return f"{rule}: {one}, {other}. Perhaps one of them must be transposed (`.T`) or come first."
    return f"{rule}. `print(A.shape, B.shape)` shows both; perhaps one must be transposed (`.T`) or come first."


RULES: tuple[Rule, ...] = (
    (ZeroDivisionError, "", _divided),
    (
        OverflowError,
        r"cannot convert float infinity",
        "The number is infinite, and no whole number is. " + SMALLER,
    ),
    (
        OverflowError,
        r"math range error",
        "The result is larger than any number that Python can hold, about 10 to the power of 308. "
        "`exp` passes that at 710: see that what goes into it stays small. " + SMALLER,
    ),
    (
        OverflowError,
        r"too large|Numerical result out of range|Result not representable",
        "The result is larger than any number that Python can hold, about 10 to the power of 308. " + SMALLER,
    ),
    (ValueError, r"cannot convert float NaN", "The number is `nan`, which stands for no number. " + SMALLER),
    (
        ValueError,
        r"math domain error|^expected a (positive|nonnegative|finite|number|noninteger)\b",
        "The function has no value there: `log` needs a number above 0, and `sqrt` none below 0. "
        "`print` what goes into it.",
    ),
    (
        ValueError,
        r"not enough values to unpack|too many values to unpack",
        "On the left of `=` there must stand as many names as there are values on the right. "
        "`print` the right side to count them.",
    ),
    (
        ValueError,
        r"invalid literal for int\(\)|could not convert string to float",
        "This text cannot be read as a number. A decimal number has a point, not a comma, and `float` reads it; "
        "`int` reads whole ones.",
    ),
    (
        ValueError,
        r"Unknown format code|Invalid format specifier",
        "What stands after the `:` in the braces does not suit the value. `.2f` is for numbers: "
        "two digits after the point.",
    ),
    (
        ValueError,
        r"arg is an empty sequence|iterable argument is empty|zero-size array to reduction",
        "There is nothing here to take the largest or smallest of: it is empty. Look at what should have filled it.",
    ),
    (
        ValueError,
        r"is not in list|x not in (list|tuple)|substring not found",
        "What is looked for is not there. Ask first: `if x in data:`.",
    ),
    (
        ValueError,
        r"could not be broadcast together with (remapped )?shapes? (?P<one>\(.*?\)) (?:and )?(?P<other>\(.*?\))",
        "The arrays do not match entry by entry: their shapes are {one} and {other}. "
        "`print(x.shape)` each one; what should match must have the same length, or 1.",
    ),
    (
        ValueError,
        r"output operand with shape (?P<one>\(.*?\)) doesn't match the broadcast shape (?P<other>\(.*?\))",
        "The result has the shape {other}, and must fit into an array of the shape {one}. "
        "`print(x.shape)` each part of the line to see which one is too large.",
    ),
    (
        ValueError,
        r"could not broadcast input array from shape (?P<one>\(.*?\)) into shape (?P<other>\(.*?\))",
        "Values of the shape {one} cannot be put where there is room for {other}. The two must be of one shape.",
    ),
    (
        ValueError,
        r"shapes (?P<one>\(.*?\)) and (?P<other>\(.*?\)) not aligned",
        "The shapes are {one} and {other}: a product needs as many columns in the first as there are rows in "
        "the second. "
        "Perhaps one must be transposed (`.T`) or come first.",
    ),
    (ValueError, r"matmul: ", _multiplied),
    (
        ValueError,
        r"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>\(.*?\))",
        "An array of {size} numbers cannot fill the shape {shape}: multiply its sizes to count the places. "
        "One size may be -1, which is then worked out.",
    ),
    (
        ValueError,
        r"must have same first dimension, but have shapes (?P<one>\(.*?\)) and (?P<other>\(.*?\))",
        "For each x there must be one y, and their shapes are {one} and {other}.",
    ),
    (ValueError, r"must be the same size", "For each x there must be one y: the two must be of one length."),
    (
        ValueError,
        r"inhomogeneous shape",
        "The rows of this array are not of one length. Look for a row with a number too few or too many.",
    ),
    (
        ValueError,
        r"truth value of an array",
        "An array is many numbers, and `if` asks one question. "
        "Say whether `np.all(…)` or `np.any(…)` of them is meant; "
        "to choose for each number, use `np.where(…)`.",
    ),
    (
        ValueError,
        r"axis (?P<axis>-?\d+) is out of bounds for array of dimension (?P<has>\d+)",
        "The axes of an array are counted from 0, and this one has {has}: there is no axis {axis}.",
    ),
    (
        TypeError,
        r"can be converted to Python scalars|only integer scalar arrays",
        "One number is expected here, and this is an array of them. NumPy's own functions take arrays: "
        "`np.exp` for `math.exp`.",
    ),
    (TypeError, r"ufunc 'bitwise_xor' not supported", POWER),
    (
        TypeError,
        r"Cannot cast ufunc .* to dtype\('int",
        "The array holds whole numbers and cannot take fractions. Make it of floats: `np.array([1.0, "
        "2.0])` or `x.astype(float)`.",
    ),
    (
        TypeError,
        r"ufunc '\w+' (did not contain a loop|not supported)",
        "The array holds something else than numbers, such as texts or `None`. `print(x.dtype)`, "
        "or the array itself, to see it.",
    ),
    (RuntimeWarning, r"overflow", f"A number has grown past all that can be held: it is inf from here on. {SMALLER}"),
    (
        RuntimeWarning,
        r"divide by zero encountered in log",
        "The logarithm of 0 is -inf. What is 0 here may be a rounded one.",
    ),
    (RuntimeWarning, r"divide by zero", "Something is divided by 0 here, which gives inf, or nan for 0 / 0."),
    (
        RuntimeWarning,
        r"invalid value",
        "A result is nan, which is no number: it comes of 0 / 0, of inf - inf, and of roots and logarithms of "
        "negative numbers. All that is calculated with it is nan, too.",
    ),
    (
        RecursionError,
        "",
        "A function calls itself again and again, without end. "
        "Let it begin with a case in which it returns without that call.",
    ),
    (
        MemoryError,
        "",
        "The code asks for more memory than there is. Make the array smaller, "
        "or look for a list that grows without end.",
    ),
    (
        (SystemExit, GeneratorExit),
        "",
        "Here the code ends itself. On this page it need not: it ends with its last line. To leave a function, "
        "write `return`.",
    ),
    (
        AssertionError,
        "",
        "`assert` says what must be true at this place, and it is not. `print` the values in it, just before it.",
    ),
    (StopIteration, "", "`next` asks for one more, and there is none. `next(x, None)` gives `None` then."),
    (
        FileNotFoundError,
        "",
        "There is no such file. Python runs in the browser here, and sees none of the computer's files.",
    ),
    (NotImplementedError, "", "This part is still to be written: put its code in the place of the line with `raise`."),
)
