"""The value of a formula tree in any arithmetic: mpmath numbers of many digits for proofs, NumPy arrays for columns.

The caller says what a reference stands for. A function that is not in the table raises: nothing is guessed.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backprop.spreadsheet.arithmetic import ARITHMETIC_ERRORS, Arithmetic, truth
from backprop.spreadsheet.formula import (
    Apply,
    Area,
    ArrayLiteral,
    Binary,
    Bracket,
    Call,
    Literal,
    Missing,
    Name,
    Node,
    NotComputableError,
    Number,
    Reference,
    Unary,
)
from backprop.spreadsheet.functions import Takes, find_function

Lookup = Callable[[Reference | Name], Any]

_INFIX: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_REFUSED = {ArrayLiteral: "an array", Missing: "an argument that is left out", Apply: "a call of a function's result"}
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(tree: Node, lookup: Lookup, area: Callable[[Area], list[Any]], arithmetic: Arithmetic) -> Any:
    """The tree's value; NotComputableError names what cannot be computed."""
    try:
        return _Evaluation(lookup, area, arithmetic).value(tree)
    except ARITHMETIC_ERRORS as error:
        raise NotComputableError(f"the formula gives an error value ({error})") from error


@dataclass(frozen=True, slots=True)
class _Evaluation:
    lookup: Lookup
    area: Callable[[Area], list[Any]]
    arithmetic: Arithmetic

    def value(self, node: Node) -> Any:
        """The node's value. What leans to the left is followed in a loop: a sum may be thousands of terms deep."""
        above: list[Unary | Binary] = []
        while isinstance(node, Unary | Binary | Bracket):
            if isinstance(node, Bracket):
                node = node.inside
                continue
            above.append(node)
            if isinstance(node, Unary):
                node = node.operand
            else:
                if node.operator in ("&", ":"):
                    raise NotComputableError(f"operator {node.operator} is not computed here")
                node = node.left
        value = self._end(node)
        while above:
            top = above.pop()
            value = self._signed(top.operator, value) if isinstance(top, Unary) else self._joined(top, value)
        return value

    def _end(self, node: Node) -> Any:
        match node:
            case Number():
                return self.arithmetic.number(node.value)
            case Reference() | Name():
                return self.lookup(node)
            case Call():
                return self._call(node)
            case Literal(text) if text.upper() in ("TRUE", "FALSE"):
                return self.arithmetic.number(Fraction(text.upper() == "TRUE"))
            case Literal(text) if text.startswith('"'):
                raise NotComputableError(f"text {text} is not computed here")
            case Literal(text):
                raise NotComputableError(f"{text} is not computed here")
        raise NotComputableError(f"{_REFUSED.get(type(node), type(node).__name__)} is not computed here")

    def _signed(self, sign: str, operand: Any) -> Any:
        if sign == "%":
            return operand / 100
        return -operand if sign == "-" else operand

    def _joined(self, node: Binary, left: Any) -> Any:
        right = self.value(node.right)
        if node.operator == "^":
            return self.arithmetic.power(left, right)
        if node.operator in _INFIX:
            return _INFIX[node.operator](left, right)
        return truth(self.arithmetic, _COMPARED[node.operator](left, right))

    def _call(self, node: Call) -> Any:
        function, count = find_function(node.function), len(node.arguments)
        if function is None or function.compute is None or not function.least <= count <= function.most:
            name = node.function.upper().removeprefix("_XLFN.")
            raise NotComputableError(f"function {name} with {count} arguments is not computed here")
        match function.takes:
            case Takes.NODES:
                return function.compute(self, *node.arguments)
            case Takes.VALUES:
                return function.compute(self.arithmetic, *map(self.value, node.arguments))
            case Takes.COLUMNS:
                return function.compute(self.arithmetic, *map(self._numbers, node.arguments))
            case Takes.NUMBERS:
                numbers = [number for argument in node.arguments for number in self._numbers(argument)]
                return function.compute(self.arithmetic, numbers)

    def _numbers(self, node: Node) -> list[Any]:
        return self.area(node) if isinstance(node, Area) else [self.value(node)]
