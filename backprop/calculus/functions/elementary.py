"""Functions of single numbers: elementary ones, rounding, payments."""

import math
from collections.abc import Callable
from fractions import Fraction

from backprop.calculus.functions.registry import MANY, Building, Takes, function, of_numbers
from backprop.calculus.terms import Part, Term
from backprop.calculus.values import Operand, UnfollowedError

_PRIMITIVES = {"EXP": "exp", "LN": "ln", "SQRT": "sqrt", "TANH": "tanh", "SIN": "sin", "COS": "cos", "ATAN": "arctan",
               "ERF.PRECISE": "erf", "ABS": "abs", "INT": "floor"}  # fmt: skip
_HALF = Fraction(1, 2)
_MOST_FACTORIAL, _MOST_CHOSEN = 170, 1_000
_NUDGE = 1 + Fraction(1, 2**51)  # spreadsheets round the decimal digits that they show: 2.675 to 2.68


def _primitive(kind: str) -> Callable[[Term], Term]:
    return lambda x: x.apply(kind)


for _name, _kind in _PRIMITIVES.items():
    of_numbers(_name, least=1)(_primitive(_kind))


def pi(x: Term) -> Term:
    """π, on the tape of a term."""
    return Term(x.tape, x.tape.free("π", 3.141592653589793))


@function("PI", least=0)
def _pi(building: Building) -> int:
    return building.tape.free("π", 3.141592653589793)


@of_numbers("POWER", "POW", least=2)
def _power(base: Term, exponent: Term) -> Term:
    return base**exponent


@of_numbers("SIGN", least=1)
def sign(x: Term) -> Term:
    """1, 0 or -1."""
    return x.of(0).apply("<", x) - x.apply("<", 0)


@of_numbers("LOG10", least=1)
def _common_logarithm(x: Term) -> Term:
    return x.apply("ln") / x.of(10).apply("ln")


@of_numbers("LOG", least=1, most=2)
def _logarithm(x: Term, base: Term | None = None) -> Term:
    return x.apply("ln") / (base or x.of(10)).apply("ln")


@of_numbers("ERF", least=1, most=2)
def _error_function(x: Term, to: Term | None = None) -> Term:
    return x.apply("erf") if to is None else to.apply("erf") - x.apply("erf")


@of_numbers("ERFC", "ERFC.PRECISE", least=1)
def _complement(x: Term) -> Term:
    return 1 - x.apply("erf")


@of_numbers("COSH", least=1)
def _cosh(x: Term) -> Term:
    return (x.apply("exp") + (-x).apply("exp")) / 2


@of_numbers("SINH", least=1)
def _sinh(x: Term) -> Term:
    return x.apply("tanh") * _cosh(x)  # no difference of near numbers where x is small


@of_numbers("TAN", least=1)
def _tan(x: Term) -> Term:
    return x.apply("sin") / x.apply("cos")


@of_numbers("ASIN", least=1)
def _asin(x: Term) -> Term:
    return (x / (1 - x * x).apply("sqrt")).apply("arctan")


@of_numbers("ACOS", least=1)
def _acos(x: Term) -> Term:
    return pi(x) / 2 - _asin(x)


@of_numbers("ATAN2", least=2)
def _atan2(x: Term, y: Term) -> Term:
    return 2 * (y / ((x * x + y * y).apply("sqrt") + x)).apply("arctan")


@of_numbers("ASINH", least=1)
def _asinh(x: Term) -> Term:
    size = x.apply("abs")
    return sign(x) * (size + (x * x + 1).apply("sqrt")).apply("ln")


@of_numbers("ACOSH", least=1)
def _acosh(x: Term) -> Term:
    return (x + (x * x - 1).apply("sqrt")).apply("ln")


@of_numbers("ATANH", least=1)
def _atanh(x: Term) -> Term:
    return ((1 + x) / (1 - x)).apply("ln") / 2


@of_numbers("DEGREES", least=1)
def _degrees(x: Term) -> Term:
    return x * 180 / pi(x)


@of_numbers("RADIANS", least=1)
def _radians(x: Term) -> Term:
    return x * pi(x) / 180


@of_numbers("SQRTPI", least=1)
def _root_of_multiple_of_pi(x: Term) -> Term:
    return (x * pi(x)).apply("sqrt")


@of_numbers("MOD", least=2)
def _remainder(x: Term, divisor: Term) -> Term:
    return x - divisor * (x / divisor).apply("floor")


@of_numbers("QUOTIENT", least=2)
def _quotient(x: Term, divisor: Term) -> Term:
    return _truncated(x / divisor)


@of_numbers("ROUND", least=2)
def _round(x: Term, digits: Term) -> Term:
    kept = x.tape.exact(digits.node)
    if not x.tape.rounds and kept is not None and kept >= 1:
        return x
    scale = 10**digits
    return sign(x) * (x.apply("abs") * scale * _NUDGE + _HALF).apply("floor") / scale


@of_numbers("TRUNC", "ROUNDDOWN", least=1, most=2)
def _truncated(x: Term, digits: Term | None = None) -> Term:
    scale = 10 ** (digits or x.of(0))
    return sign(x) * (x.apply("abs") * scale * _NUDGE).apply("floor") / scale


@of_numbers("ROUNDUP", least=2)
def _rounded_up(x: Term, digits: Term) -> Term:
    scale = 10**digits
    return sign(x) * -((-x.apply("abs") * scale / _NUDGE).apply("floor")) / scale


@of_numbers("FLOOR", "FLOOR.MATH", "FLOOR.PRECISE", least=1, most=2)
def _floor(x: Term, step: Term | None = None) -> Term:
    return (x / (step or 1)).apply("floor") * (step or 1)


@of_numbers("CEILING", "CEILING.MATH", "CEILING.PRECISE", least=1, most=2)
def _ceiling(x: Term, step: Term | None = None) -> Term:
    return -((-x / (step or 1)).apply("floor") * (step or 1))


@of_numbers("MROUND", least=2)
def _to_multiple(x: Term, step: Term) -> Term:
    return (x / step * _NUDGE + _HALF).apply("floor") * step


def _growth(rate: Term, periods: Term) -> Term:
    return (1 + rate) ** periods


@of_numbers("PMT", least=3, most=5)
def _payment(rate: Term, periods: Term, present: Term, future: Part = 0, at_start: Part = 0) -> Term:
    growth = _growth(rate, periods)
    return rate.chooses(
        -(present * growth + future) * rate / ((growth - 1) * (1 + rate * at_start)), -(present + future) / periods
    )


@of_numbers("FV", least=3, most=5)
def _future_value(rate: Term, periods: Term, payment: Term, present: Part = 0, at_start: Part = 0) -> Term:
    growth = _growth(rate, periods)
    payments = payment * (1 + rate * at_start) * (growth - 1) / rate
    return rate.chooses(-(payments + growth * present), -(payment * periods + present))


@of_numbers("PV", least=3, most=5)
def _present_value(rate: Term, periods: Term, payment: Term, future: Part = 0, at_start: Part = 0) -> Term:
    growth = _growth(rate, periods)
    payments = payment * (1 + rate * at_start) * (growth - 1) / rate
    return rate.chooses(-(payments + future) / growth, -(payment * periods + future))


@of_numbers("IPMT", least=4)
def _interest(rate: Term, period: Term, periods: Term, present: Term) -> Term:
    return _future_value(rate, period - 1, _payment(rate, periods, present), present) * rate


@of_numbers("PPMT", least=4)
def _repayment(rate: Term, period: Term, periods: Term, present: Term) -> Term:
    return _payment(rate, periods, present) - _interest(rate, period, periods, present)


@function("FACT", least=1)
def _factorial(building: Building, number: int) -> int:
    """Of the workbook's own number."""
    value = int(building.stored(number))
    if not 0 <= value <= _MOST_FACTORIAL:
        raise UnfollowedError("#NUM!: a factorial of a number below 0 or above 170")
    return building.tape.number(math.factorial(value))


@function("COMBIN", least=2)
def _choices(building: Building, number: int, chosen: int) -> int:
    """Of the workbook's own numbers."""
    values = int(building.stored(number)), int(building.stored(chosen))
    if not 0 <= values[1] <= values[0] <= _MOST_CHOSEN:
        raise UnfollowedError("#NUM!: a choice of more than there are")
    return building.tape.number(math.comb(*values))


@function("RAND", "RANDBETWEEN", "RANDARRAY", "NOW", "TODAY", least=0, most=MANY, takes=Takes.FORMULAS)
def _volatile(building: Building, *_: Operand) -> int:
    raise UnfollowedError("a value that changes with every calculation; the stored one is taken")
