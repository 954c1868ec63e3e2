"""The value of a formula tree in any arithmetic: mpmath numbers of many digits for proofs, NumPy arrays for columns.

What a reference is worth is the caller's. A function that is not in the table raises: nothing is guessed.
"""

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import mpmath
import numpy as np

from backprop.spreadsheet.formula import (
    Area,
    Binary,
    Bracket,
    Call,
    FormulaError,
    Literal,
    Name,
    Node,
    Number,
    Reference,
    Unary,
)

DIGITS = 40  # of the exact arithmetic: two formulas that agree to 30 of them on random states are one function
EXACT = mpmath.mp.clone()
EXACT.dps = DIGITS

ARITHMETIC_ERRORS = (ZeroDivisionError, OverflowError, ValueError)

Lookup = Callable[[Reference | Name], Any]


class NotComputableError(FormulaError):
    """A formula that uses what the checker does not compute, or that gives an error value."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Numbers and the functions of one variable over them."""

    number: Callable[[Fraction], Any]
    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    tanh: Callable[[Any], Any]
    absolute: Callable[[Any], Any]
    power: Callable[[Any, Any], Any]
    cos: Callable[[Any], Any]
    floor: Callable[[Any], Any]
    larger: Callable[[Any, Any], Any]
    smaller: Callable[[Any, Any], Any]
    where: Callable[[Any, Any, Any], Any]  # condition, value if it holds, value if not
    pi: Any


def _exact_power(base: Any, exponent: Any) -> Any:
    if exponent == int(exponent):
        return base ** int(exponent)
    if base < 0:
        raise NotComputableError("a negative number to a fractional power")
    return EXACT.power(base, exponent)


def _choose(condition: Any, yes: Any, no: Any) -> Any:
    return yes if condition else no


MPMATH = Arithmetic(
    lambda value: EXACT.mpf(value.numerator) / value.denominator,
    EXACT.exp,
    EXACT.log,
    EXACT.sqrt,
    EXACT.tanh,
    abs,
    _exact_power,
    EXACT.cos,
    EXACT.floor,
    max,
    min,
    _choose,
    +EXACT.pi,
)
NUMPY = Arithmetic(
    float, np.exp, np.log, np.sqrt, np.tanh, np.abs, np.power, np.cos, np.floor, np.maximum, np.minimum, np.where, np.pi
)  # fmt: skip


DOUBLES = Arithmetic(
    float, math.exp, math.log, math.sqrt, math.tanh, abs, math.pow, math.cos, math.floor, max, min, _choose,
    math.pi,
)  # fmt: skip


_INFIX: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
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

    def value(node: Node) -> Any:
        match node:
            case Number():
                return arithmetic.number(node.value)
            case Reference() | Name():
                return lookup(node)
            case Bracket(inside):
                return value(inside)
            case Unary(sign, operand):
                inner = value(operand)
                return {"-": lambda: -inner, "+": lambda: inner, "%": lambda: inner / 100}[sign]()
            case Binary("^", left, right):
                return arithmetic.power(value(left), value(right))
            case Binary(sign, left, right) if sign in _INFIX:
                return _INFIX[sign](value(left), value(right))
            case Binary(sign, left, right) if sign in _COMPARED:
                return truth(_COMPARED[sign](value(left), value(right)))
            case Call(function, arguments):
                return call(function.upper().removeprefix("_XLFN."), arguments)
            case Literal(text) if text.upper() in ("TRUE", "FALSE"):
                return arithmetic.number(Fraction(text.upper() == "TRUE"))
        raise NotComputableError(f"{_describe(node)} is not computed here")

    def values(arguments: Sequence[Node]) -> list[Any]:
        return [item for node in arguments for item in (area(node) if isinstance(node, Area) else [value(node)])]

    def truth(condition: Any) -> Any:
        return arithmetic.where(condition, arithmetic.number(Fraction(1)), arithmetic.number(Fraction(0)))

    def choice(condition: Any, yes: Node, no: Node) -> Any:
        if np.ndim(condition):
            return arithmetic.where(condition != 0, value(yes), value(no))
        return value(yes if condition else no)

    def without_error(node: Node, instead: Node) -> Any:
        try:
            found = value(node)
        except ARITHMETIC_ERRORS:
            return value(instead)
        if not isinstance(found, np.ndarray):
            return found
        return found if np.isfinite(found).all() else np.where(np.isfinite(found), found, value(instead))

    def call(function: str, arguments: tuple[Node, ...]) -> Any:
        one = _ONE.get(function)
        if one is not None and len(arguments) == 1:
            return getattr(arithmetic, one)(value(arguments[0]))
        if function == "POWER" and len(arguments) == 2:
            return arithmetic.power(value(arguments[0]), value(arguments[1]))
        if function == "SUM":
            return reduce(operator.add, values(arguments), arithmetic.number(Fraction(0)))
        if function in ("MAX", "MIN") and arguments:
            return reduce(arithmetic.larger if function == "MAX" else arithmetic.smaller, values(arguments))
        if function == "IF" and len(arguments) in (2, 3):
            return choice(value(arguments[0]), arguments[1], arguments[2] if len(arguments) == 3 else Number("0"))
        if function == "IFERROR" and len(arguments) == 2:
            return without_error(*arguments)
        if function == "PI" and not arguments:
            return arithmetic.pi
        if function == "MOD" and len(arguments) == 2:
            number, divisor = value(arguments[0]), value(arguments[1])
            return number - divisor * arithmetic.floor(number / divisor)
        if function == "PRODUCT":
            return reduce(operator.mul, values(arguments), arithmetic.number(Fraction(1)))
        if function == "SUMSQ":
            return reduce(operator.add, [item * item for item in values(arguments)], arithmetic.number(Fraction(0)))
        if function == "AVERAGE" and arguments:
            items = values(arguments)
            return reduce(operator.add, items) / len(items)
        if function == "SUMPRODUCT" and arguments:
            columns = [values([argument]) for argument in arguments]
            if len({len(column) for column in columns}) != 1:
                raise NotComputableError("SUMPRODUCT over areas of different sizes")
            return reduce(operator.add, [reduce(operator.mul, items) for items in zip(*columns, strict=True)])
        if function == "SUMXMY2" and len(arguments) == 2:
            left, right = values(arguments[:1]), values(arguments[1:])
            if len(left) != len(right):
                raise NotComputableError("SUMXMY2 over areas of different sizes")
            return reduce(operator.add, [(a - b) * (a - b) for a, b in zip(left, right, strict=True)])
        raise NotComputableError(f"function {function} with {len(arguments)} arguments is not computed here")

    try:
        return value(tree)
    except ARITHMETIC_ERRORS as error:
        raise NotComputableError(f"the formula gives an error value ({error})") from error


_ONE = {"EXP": "exp", "LN": "log", "SQRT": "sqrt", "TANH": "tanh", "ABS": "absolute", "COS": "cos", "INT": "floor"}


def _describe(node: Node) -> str:
    match node:
        case Literal(text):
            return f"text {text}" if text.startswith('"') else text
        case Binary(sign, _, _):
            return f"operator {sign}"
    return type(node).__name__
