"""Numbers that remember how they were made, and so can find all their derivatives in one pass backwards."""

from __future__ import annotations

from math import exp, log, tanh

from engine.neuron import sigmoid


class Value:
    """A number in a computation: a leaf, as in Value(2, "x"), or what an operation makes of other values.

    `data` is the number (a float), `label` a name to show and `operation` what made it: "" for a leaf, "+", "*",
    "tanh", "**2" and so on. `parents` are the values that it was made of, and `locals` its derivatives by each of them
    alone. After a `backward()` further on, `grad` is the derivative of that result by this value; before, it is 0.
    A number beside a value becomes a leaf. Operations raise what Python's own do: ZeroDivisionError for a division by
    0, ValueError for the logarithm of a number that is not above 0, OverflowError for one too large.
    """

    def __init__(self, data: float, label: str = "") -> None:
        self.data = float(data)
        self.grad = 0.0
        self.label = label
        self.operation = ""
        self.parents: tuple[Value, ...] = ()
        self.locals: tuple[float, ...] = ()

    def __repr__(self) -> str:
        label = f", {self.label!r}" if self.label else ""
        operation = f", operation={self.operation!r}" if self.operation else ""
        return f"Value({self.data}{label}{operation}, grad={self.grad})"

    def __add__(self, other: Value | float) -> Value:
        other = _value(other)
        return _made(self.data + other.data, "+", (self, other), (1.0, 1.0))

    def __sub__(self, other: Value | float) -> Value:
        other = _value(other)
        return _made(self.data - other.data, "-", (self, other), (1.0, -1.0))

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other)
        return _made(self.data * other.data, "*", (self, other), (other.data, self.data))

    def __truediv__(self, other: Value | float) -> Value:
        other = _value(other)
        ratio = self.data / other.data
        return _made(ratio, "/", (self, other), (1 / other.data, -ratio / other.data))

    def __pow__(self, exponent: float) -> Value:
        """This value to the power of a number. Raises ValueError where that is no real number, as for -1 to the 0.5.

        Raises ZeroDivisionError also where only the derivative is infinite, as for 0 to the 0.5.
        """
        if isinstance(exponent, Value):
            return NotImplemented  # Python tells the reader then, with a TypeError
        n = float(exponent)
        if self.data < 0 and not n.is_integer():
            raise ValueError(f"got {self.data} to the power of {n}; expected a base of 0 or more, or a whole exponent")
        slope = n * self.data ** (n - 1) if n else 0.0
        return _made(self.data**n, f"**{n:g}", (self,), (slope,))

    def __neg__(self) -> Value:
        return _made(-self.data, "-", (self,), (-1.0,))

    def __radd__(self, other: float) -> Value:
        return _value(other) + self

    def __rsub__(self, other: float) -> Value:
        return _value(other) - self

    def __rmul__(self, other: float) -> Value:
        return _value(other) * self

    def __rtruediv__(self, other: float) -> Value:
        return _value(other) / self

    def exp(self) -> Value:
        """e to the power of this value."""
        grown = exp(self.data)
        return _made(grown, "exp", (self,), (grown,))

    def log(self) -> Value:
        """The natural logarithm. Raises ValueError for a value that is not above 0."""
        return _made(log(self.data), "log", (self,), (1 / self.data,))

    def tanh(self) -> Value:
        """The hyperbolic tangent, -1 to 1."""
        t = tanh(self.data)
        return _made(t, "tanh", (self,), (1 - t * t,))

    def sigmoid(self) -> Value:
        """1 / (1 + e^-z), 0 to 1."""
        s = sigmoid(self.data)
        return _made(s, "sigmoid", (self,), (s * (1 - s),))

    def relu(self) -> Value:
        """max(0, z): 0 or more. Its derivative at 0 is taken to be 0."""
        return _made(max(self.data, 0.0), "relu", (self,), (float(self.data > 0),))

    def backward(self) -> None:
        """Fill in `grad`: the derivative of this value by each one that it was made of, itself included.

        What an earlier pass left there is cleared first. From the result to the inputs, each value hands its gradient
        on to its parents, times the local derivative; where paths meet, the gradients add up (Linnainmaa, 1970).
        """
        order = ordered(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, local in zip(value.parents, value.locals, strict=True):
                parent.grad += local * value.grad


def ordered(value: Value) -> list[Value]:
    """All that a value was made of and itself, once each, in topological order: parents first, the value last."""
    order: list[Value] = []
    seen: set[Value] = set()
    waiting = [(value, False)]  # not a recursion: a computation may be deeper than Python's stack
    while waiting:
        value, parents_are_in = waiting.pop()
        if parents_are_in:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            waiting.append((value, True))
            waiting.extend((parent, False) for parent in reversed(value.parents))
    return order


def _value(number: Value | float) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _made(data: float, operation: str, parents: tuple[Value, ...], slopes: tuple[float, ...]) -> Value:
    """The value that an operation makes of its parents, with its derivatives by each of them."""
    value = Value(data)
    value.operation, value.parents, value.locals = operation, parents, slopes
    return value
