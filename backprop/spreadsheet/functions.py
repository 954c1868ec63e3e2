"""The functions of the formula language that are computed here, a row each: arguments and value.

Adding one is adding a row. Absent on purpose: ROUND, because Excel rounds the decimal digits that it shows, which is
neither the exact number's rounding nor the double's.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import reduce
from typing import Any, Protocol

import numpy as np

from backprop.spreadsheet.arithmetic import ARITHMETIC_ERRORS, EXACT, Arithmetic, truth
from backprop.spreadsheet.formula import Area, Missing, Name, Node, NotComputableError, Reference

MANY = 255  # arguments; Excel's own limit


class Takes(Enum):
    """What a row's function is given after the arithmetic, or for NODES after the evaluation."""

    VALUES = "the value of each argument"
    NUMBERS = "one list of the numbers of all arguments, those in areas too"
    COLUMNS = "for each argument the list of its numbers"
    NODES = "the arguments themselves, computed only where they matter"


class Evaluation(Protocol):
    """What computes a formula's nodes."""

    @property
    def arithmetic(self) -> Arithmetic:
        """The arithmetic in which it computes."""

    def value(self, node: Node) -> Any:
        """The value of a node."""


@dataclass(frozen=True, slots=True)
class Function:
    """A row: `compute` is None for a function that is known and not computed."""

    least: int
    most: int
    takes: Takes
    compute: Callable[..., Any] | None
    aligned: bool = False  # takes areas cell by cell, so none of their cells may be passed over
    reads_elsewhere: bool = False  # from cells that the formula's text does not name
    program: str = ""  # the only one that has it; Excel shows #NAME?
    instead: str = ""  # what to write for it in any program


FUNCTIONS: dict[str, Function] = {
    "INDIRECT": Function(1, 2, Takes.NODES, None, reads_elsewhere=True),
    "OFFSET": Function(3, 5, Takes.NODES, None, reads_elsewhere=True),
}

Compute = Callable[..., Any]


def find_function(name: str) -> Function | None:
    """The row of a function, by its name as typed; _xlfn. is how files mark the functions of newer versions."""
    return FUNCTIONS.get(name.upper().removeprefix("_XLFN."))


def function(
    name: str, least: int, most: int | None = None, takes: Takes = Takes.VALUES, aligned: bool = False
) -> Callable[[Compute], Compute]:
    """Register what is decorated as the function of that name; without `most` it takes exactly `least` arguments."""

    def register(compute: Compute) -> Compute:
        FUNCTIONS[name] = Function(least, least if most is None else most, takes, compute, aligned)
        return compute

    return register


@function("EXP", 1)
def _exp(arithmetic: Arithmetic, number: Any) -> Any:
    return arithmetic.exp(number)


@function("LN", 1)
def _natural_logarithm(arithmetic: Arithmetic, number: Any) -> Any:
    if isinstance(number, EXACT.mpf) and number <= 0:  # mpmath goes on in complex numbers
        raise ValueError("the logarithm of a number that is not positive")
    return arithmetic.log(number)


@function("SQRT", 1)
def _square_root(arithmetic: Arithmetic, number: Any) -> Any:
    if isinstance(number, EXACT.mpf) and number < 0:
        raise ValueError("the square root of a negative number")
    return arithmetic.sqrt(number)


@function("TANH", 1)
def _tanh(arithmetic: Arithmetic, number: Any) -> Any:
    return arithmetic.tanh(number)


@function("ABS", 1)
def _absolute(arithmetic: Arithmetic, number: Any) -> Any:
    return arithmetic.absolute(number)


@function("COS", 1)
def _cosine(arithmetic: Arithmetic, number: Any) -> Any:
    return arithmetic.cos(number)


@function("INT", 1)
def _floor(arithmetic: Arithmetic, number: Any) -> Any:
    return arithmetic.floor(number)


@function("SIGN", 1)
def _sign(arithmetic: Arithmetic, number: Any) -> Any:
    return truth(arithmetic, number > 0) - truth(arithmetic, number < 0)


@function("PI", 0)
def _pi(arithmetic: Arithmetic) -> Any:
    return arithmetic.pi


@function("POWER", 2)
def _power(arithmetic: Arithmetic, base: Any, exponent: Any) -> Any:
    return arithmetic.power(base, exponent)


@function("MOD", 2)
def _remainder(arithmetic: Arithmetic, number: Any, divisor: Any) -> Any:
    return number - divisor * arithmetic.floor(number / divisor)


@function("SUM", 1, MANY, Takes.NUMBERS)
def _sum(arithmetic: Arithmetic, numbers: list[Any]) -> Any:
    return reduce(operator.add, numbers, arithmetic.number(Fraction(0)))


@function("PRODUCT", 1, MANY, Takes.NUMBERS)
def _product(arithmetic: Arithmetic, numbers: list[Any]) -> Any:
    return reduce(operator.mul, numbers) if numbers else arithmetic.number(Fraction(0))


@function("SUMSQ", 1, MANY, Takes.NUMBERS)
def _sum_of_squares(arithmetic: Arithmetic, numbers: list[Any]) -> Any:
    return _sum(arithmetic, [number * number for number in numbers])


@function("AVERAGE", 1, MANY, Takes.NUMBERS)
def _average(arithmetic: Arithmetic, numbers: list[Any]) -> Any:
    return _sum(arithmetic, numbers) / len(numbers)


@function("MAX", 1, MANY, Takes.NUMBERS)
def _largest(arithmetic: Arithmetic, numbers: list[Any]) -> Any:
    return reduce(arithmetic.larger, numbers or [arithmetic.number(Fraction(0))])


@function("MIN", 1, MANY, Takes.NUMBERS)
def _smallest(arithmetic: Arithmetic, numbers: list[Any]) -> Any:
    return reduce(arithmetic.smaller, numbers or [arithmetic.number(Fraction(0))])


@function("SUMPRODUCT", 1, MANY, Takes.COLUMNS, aligned=True)
def _sum_of_products(arithmetic: Arithmetic, *columns: list[Any]) -> Any:
    return _sum(arithmetic, [reduce(operator.mul, row) for row in _rows("SUMPRODUCT", columns)])


@function("SUMXMY2", 2, takes=Takes.COLUMNS, aligned=True)
def _sum_of_squared_differences(arithmetic: Arithmetic, *columns: list[Any]) -> Any:
    return _sum(arithmetic, [(x - y) * (x - y) for x, y in _rows("SUMXMY2", columns)])


def _rows(name: str, columns: Sequence[list[Any]]) -> list[tuple[Any, ...]]:
    if len({len(column) for column in columns}) != 1:
        raise NotComputableError(f"{name} over areas of different sizes")
    return list(zip(*columns, strict=True))


@function("IF", 2, 3, Takes.NODES)
def _if(evaluation: Evaluation, condition: Node, yes: Node, no: Node | None = None) -> Any:
    def branch(node: Node | None) -> Any:
        if node is None or isinstance(node, Missing):
            return evaluation.arithmetic.number(Fraction(0))
        return evaluation.value(node)

    decided = evaluation.value(condition)
    if np.ndim(decided):
        return evaluation.arithmetic.where(decided != 0, branch(yes), branch(no))
    return branch(yes) if decided else branch(no)


@function("IFERROR", 2, takes=Takes.NODES)
def _if_error(evaluation: Evaluation, node: Node, instead: Node) -> Any:
    try:
        value = evaluation.value(node)
    except ARITHMETIC_ERRORS:
        return evaluation.value(instead)
    if not isinstance(value, np.ndarray | np.floating) or np.isfinite(value).all():
        return value
    return np.where(np.isfinite(value), value, evaluation.value(instead))


@function("NOT", 1)
def _not(arithmetic: Arithmetic, number: Any) -> Any:
    return truth(arithmetic, number == 0)


@function("AND", 1, MANY, Takes.NODES)
def _and(evaluation: Evaluation, *conditions: Node) -> Any:
    return reduce(operator.mul, _truths("AND", evaluation, conditions))


@function("OR", 1, MANY, Takes.NODES)
def _or(evaluation: Evaluation, *conditions: Node) -> Any:
    return reduce(evaluation.arithmetic.larger, _truths("OR", evaluation, conditions))


def _truths(name: str, evaluation: Evaluation, conditions: Sequence[Node]) -> list[Any]:
    """Each condition as 1 or 0. Cells are refused: a spreadsheet passes over those that are empty or hold a text."""
    if any(isinstance(node, Reference | Area | Name) for node in conditions):
        raise NotComputableError(f"{name} over cells is not computed here")
    return [truth(evaluation.arithmetic, evaluation.value(node) != 0) for node in conditions]


def _of_one_program(program: str, name: str, count: int, instead: str, compute: Compute | None) -> None:
    FUNCTIONS[name] = Function(count, count, Takes.VALUES, compute, program=program, instead=instead)


def _sign_as_function(name: str, sign: str, joined: Compute) -> None:
    _of_one_program("Google Sheets", name, 2, f"the sign {sign}", lambda _, one, two: joined(one, two))


def _comparison_as_function(name: str, sign: str, compared: Compute) -> None:
    def compute(arithmetic: Arithmetic, one: Any, two: Any) -> Any:
        return truth(arithmetic, compared(one, two))

    _of_one_program("Google Sheets", name, 2, f"the sign {sign}", compute)


_sign_as_function("ADD", "+", operator.add)
_sign_as_function("MINUS", "-", operator.sub)
_sign_as_function("MULTIPLY", "*", operator.mul)
_sign_as_function("DIVIDE", "/", operator.truediv)
_comparison_as_function("EQ", "=", operator.eq)
_comparison_as_function("NE", "<>", operator.ne)
_comparison_as_function("GT", ">", operator.gt)
_comparison_as_function("GTE", ">=", operator.ge)
_comparison_as_function("LT", "<", operator.lt)
_comparison_as_function("LTE", "<=", operator.le)
_of_one_program("Google Sheets", "POW", 2, "POWER", _power)
_of_one_program("Google Sheets", "UMINUS", 1, "the sign -", lambda _, number: -number)
_of_one_program("Google Sheets", "UPLUS", 1, "the number alone", lambda _, number: number)
_of_one_program("Google Sheets", "UNARY_PERCENT", 1, "the sign %", lambda _, number: number / 100)
_of_one_program("Google Sheets", "ARRAYFORMULA", 1, "an array formula (Ctrl+Shift+Enter)", None)
_of_one_program("Google Sheets", "AVERAGE.WEIGHTED", 2, "SUMPRODUCT and SUM", None)
_of_one_program("Google Sheets", "FLATTEN", 1, "TOCOL", None)
_of_one_program("LibreOffice", "RAWSUBTRACT", 2, "the sign -", lambda _, one, two: one - two)
_of_one_program("LibreOffice", "ROUNDSIG", 2, "ROUND", None)
_of_one_program("LibreOffice", "RAND.NV", 0, "RAND", None)
