"""The arithmetics in which formulas are computed: mpmath numbers of many digits, NumPy arrays, plain doubles."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from backprop.spreadsheet.formula import NotComputableError

DIGITS = 40  # of the exact arithmetic: two formulas that agree to 30 of them on random states are one function
EXACT = mpmath.mp.clone()
EXACT.dps = DIGITS

ARITHMETIC_ERRORS = (ZeroDivisionError, OverflowError, ValueError)


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
    sin: Callable[[Any], Any]
    arctan: Callable[[Any], Any]
    erf: Callable[[Any], Any]
    floor: Callable[[Any], Any]
    larger: Callable[[Any, Any], Any]
    smaller: Callable[[Any, Any], Any]
    where: Callable[[Any, Any, Any], Any]  # condition, value if it holds, value if not
    pi: Any
    zero: Any
    one: Any


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
    EXACT.sin,
    EXACT.atan,
    EXACT.erf,
    EXACT.floor,
    max,
    min,
    _choose,
    +EXACT.pi,
    EXACT.mpf(0),
    EXACT.mpf(1),
)


def _error_function(numbers: Any) -> Any:
    return np.vectorize(math.erf, otypes=[float])(numbers)


NUMPY = Arithmetic(
    float, np.exp, np.log, np.sqrt, np.tanh, np.abs, np.power, np.cos, np.sin, np.arctan, _error_function, np.floor,
    np.maximum, np.minimum, np.where, np.pi, 0.0, 1.0,
)  # fmt: skip


DOUBLES = Arithmetic(
    float, math.exp, math.log, math.sqrt, math.tanh, abs, math.pow, math.cos, math.sin, math.atan, math.erf, math.floor,
    max, min, _choose, math.pi, 0.0, 1.0,
)  # fmt: skip


def truth(arithmetic: Arithmetic, condition: Any) -> Any:
    """1 where the condition holds, else 0: TRUE and FALSE as numbers."""
    return arithmetic.where(condition, arithmetic.one, arithmetic.zero)
