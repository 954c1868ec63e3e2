"""The scalar operations of which every formula is made, a row each: value, and partial derivatives.

Both are written once, over any arithmetic: NumPy arrays of many states, mpmath numbers of many digits, or nodes of the
graph itself, which makes formulas of the derivatives. Source of the derivatives: Abramowitz and Stegun, 3.3, 4.2, 7.1.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backprop.spreadsheet.arithmetic import Arithmetic, truth

Value = Callable[..., Any]  # (arithmetic, *arguments)
Partials = Callable[..., tuple[Any, ...]]  # (arithmetic, value, *arguments); None where the derivative is zero


@dataclass(frozen=True, slots=True)
class Primitive:
    """A row."""

    name: str
    value: Value
    partials: Partials


PRIMITIVES: dict[str, Primitive] = {}


def _primitive(name: str, value: Value, partials: Partials) -> None:
    PRIMITIVES[name] = Primitive(name, value, partials)


def _infix(operation: Callable[[Any, Any], Any]) -> Value:
    return lambda _, left, right: operation(left, right)


def _compared(operation: Callable[[Any, Any], Any]) -> Value:
    return lambda arithmetic, left, right: truth(arithmetic, operation(left, right))


def _flat(count: int) -> Partials:
    """Of what is constant between jumps."""
    return lambda *_: (None,) * count


def _power_partials(arithmetic: Arithmetic, value: Any, base: Any, exponent: Any) -> tuple[Any, ...]:
    by_base = exponent * arithmetic.power(base, exponent - arithmetic.one)
    zero, one = arithmetic.zero, arithmetic.one
    positive = arithmetic.where(base > zero, base, one)
    return by_base, arithmetic.where(base > zero, value * arithmetic.log(positive), zero)


def _chosen(arithmetic: Arithmetic, condition: Any) -> tuple[Any, Any]:
    first = truth(arithmetic, condition)
    return first, arithmetic.one - first


def _error_function_slope(arithmetic: Arithmetic, _: Any, number: Any) -> tuple[Any]:
    two = arithmetic.number(Fraction(2))
    return (two / arithmetic.sqrt(arithmetic.pi) * arithmetic.exp(-(number * number)),)


_primitive("+", _infix(operator.add), lambda a, v, x, y: (a.one, a.one))
_primitive("-", _infix(operator.sub), lambda a, v, x, y: (a.one, -a.one))
_primitive("*", _infix(operator.mul), lambda a, v, x, y: (y, x))
_primitive("/", _infix(operator.truediv), lambda a, v, x, y: (a.one / y, -v / y))
_primitive("neg", lambda a, x: -x, lambda a, v, x: (-a.one,))
_primitive("^", lambda a, x, y: a.power(x, y), _power_partials)
_primitive("exp", lambda a, x: a.exp(x), lambda a, v, x: (v,))
_primitive("ln", lambda a, x: a.log(x), lambda a, v, x: (a.one / x,))
_primitive("sqrt", lambda a, x: a.sqrt(x), lambda a, v, x: (a.one / (v + v),))
_primitive("tanh", lambda a, x: a.tanh(x), lambda a, v, x: (a.one - v * v,))
_primitive("sin", lambda a, x: a.sin(x), lambda a, v, x: (a.cos(x),))
_primitive("cos", lambda a, x: a.cos(x), lambda a, v, x: (-a.sin(x),))
_primitive("arctan", lambda a, x: a.arctan(x), lambda a, v, x: (a.one / (a.one + x * x),))
_primitive("erf", lambda a, x: a.erf(x), _error_function_slope)
_primitive(
    "abs",
    lambda a, x: a.absolute(x),
    lambda a, v, x: (truth(a, x > a.zero) - truth(a, x < a.zero),),
)
_primitive("floor", lambda a, x: a.floor(x), _flat(1))
_primitive("max", lambda a, x, y: a.larger(x, y), lambda a, v, x, y: _chosen(a, x >= y))
_primitive("min", lambda a, x, y: a.smaller(x, y), lambda a, v, x, y: _chosen(a, x <= y))
_primitive("<", _compared(operator.lt), _flat(2))
_primitive("<=", _compared(operator.le), _flat(2))
_primitive("=", _compared(operator.eq), _flat(2))
_primitive(
    "if",
    lambda a, condition, yes, no: a.where(condition != a.zero, yes, no),
    lambda a, v, condition, yes, no: (None, *_chosen(a, condition != a.zero)),
)
_primitive("cell", lambda a, x: x, lambda a, v, x: (a.one,))  # a cell shows what its formula gives
