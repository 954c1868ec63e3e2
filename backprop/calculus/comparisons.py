"""Comparisons of values: numbers by the graph, texts as they are; every text is greater than every number."""

from collections.abc import Callable
from fractions import Fraction
from operator import eq, le, lt
from typing import Protocol

from backprop.calculus.tape import Tape
from backprop.calculus.values import Blank, Operand, Scalar, Text

COMPARED = {"=": ("=", False, False), "<>": ("=", False, True), "<": ("<", False, False), ">": ("<", True, False),
             "<=": ("<=", False, False), ">=": ("<=", True, False)}  # fmt: skip
_ORDER: dict[str, Callable[[Fraction, Fraction], bool]] = {"=": eq, "<": lt, "<=": le}


class Numbers(Protocol):
    """What makes nodes of values."""

    @property
    def tape(self) -> Tape:
        """The graph."""

    def number(self, value: Operand) -> int:
        """A value as a node."""


def compared(numbers: Numbers, operator: str, one: Scalar, two: Scalar) -> int:
    """The node that is 1 where =, <>, <, <=, > or >= holds between two values, else 0."""
    kind, swapped, negated = COMPARED[operator]
    node = _compared(numbers, kind, *((two, one) if swapped else (one, two)))
    return numbers.tape.apply("-", numbers.tape.number(1), node) if negated else node


def _compared(numbers: Numbers, kind: str, one: Scalar, two: Scalar) -> int:
    tape = numbers.tape
    if isinstance(one, Text) or isinstance(two, Text):
        texts = [value.text.lower() if isinstance(value, Text) else "" for value in (one, two)]
        alike = isinstance(one, Text | Blank) and isinstance(two, Text | Blank)
        if not alike:
            return tape.number(int(kind != "=" and isinstance(two, Text)))
        order = {"=": texts[0] == texts[1], "<": texts[0] < texts[1], "<=": texts[0] <= texts[1]}
        return tape.number(int(order[kind]))
    left, right = numbers.number(one), numbers.number(two)
    first, second = tape.exact(left), tape.exact(right)
    if first is not None and second is not None:
        return tape.number(int(_ORDER[kind](first, second)))
    return tape.apply(kind, left, right)
