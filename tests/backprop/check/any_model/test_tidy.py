"""Formulas written shorter: as one would by hand, and with the same value."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop.check.repair.tidy import tidied
from backprop.spreadsheet.book import address
from backprop.spreadsheet.formula import (
    Area,
    Binary,
    Bracket,
    Call,
    Node,
    NotComputableError,
    Number,
    Reference,
    Unary,
    parse,
    render,
)

NUMBERS = {
    f"{column}{row}": 0.3 + 0.37 * row + 0.11 * place for place, column in enumerate("ABC") for row in range(1, 5)
}


def short(formula: str) -> str:
    return render(tidied(parse(f"={formula}", 9, 9)), 9, 9)


@pytest.mark.parametrize(
    ("formula", "shorter"),
    [
        ("0.5*A1+0.5*A1", "A1"),
        ("A1*A1/A1^3", "1/A1"),
        ("-(A1*A2)-A1*B1", "-A1*(A2+B1)"),
        ("(A1+A2)*B1+(A1+A2)*B2", "(A1+A2)*(B1+B2)"),
        ("2*(A1-B1)*C1-2*(A1-B1)", "2*(A1-B1)*(C1-1)"),
        ("A1*B1+A2*B2+A3*B3", "SUMPRODUCT(A1:A3*B1:B3)"),
        ("A3+A1+A2-C1", "SUM(A1:A3)-C1"),
        ("A1+B2+A3", "A1+B2+A3"),
        ("IF(A1>0,B1,0)+IF(A1>0,0,C1)", "IF(A1>0,B1,C1)"),
        ("-A1^2*B1", "A1^2*B1"),  # the minus belongs to the square
        ("0-A1^2*B1", "-(A1^2)*B1"),
        ("A1-A1", "0"),
        ("1/(1+EXP(-A1))", "1/(1+EXP(-A1))"),
    ],
)
def test_as_one_would_write_it(formula, shorter):
    assert short(formula) == shorter


def numbers() -> st.SearchStrategy[str]:
    leaf = st.sampled_from([*NUMBERS, "1", "2", "0.5"])
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda part: f"({part[0]}{part[1]}{part[2]})"),
            st.tuples(inner, st.sampled_from(list(NUMBERS))).map(lambda part: f"({part[0]}/{part[1]})"),
            inner.map(lambda part: f"EXP(0-({part})^2)"),
            inner.map(lambda part: f"(-({part}))"),
            inner.map(lambda part: f"({part})^2"),
        ),
        max_leaves=12,
    )


OPERATIONS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}
CALLS = {"EXP": np.exp, "SUM": np.sum, "SUMPRODUCT": np.sum}


def value(tree: Node) -> Any:
    """What a formula gives; of an area the numbers of its cells."""
    match tree:
        case Number(text):
            return float(text)
        case Reference():
            return NUMBERS[address(*tree.at(9, 9))]
        case Area(first, last):
            (top, column), (bottom, _) = first.at(9, 9), last.at(9, 9)
            return np.array([NUMBERS[address(row, column)] for row in range(top, bottom + 1)])
        case Bracket(inside):
            return value(inside)
        case Unary("-", operand):
            return -value(operand)
        case Binary(operator, left, right):
            return OPERATIONS[operator](value(left), value(right))
        case Call(function, (argument,)):
            return CALLS[function](value(argument))
    raise AssertionError(tree)


@given(numbers())
def test_the_value_stays_also_when_it_is_read_again(formula):
    tree = parse(f"={formula}", 9, 9)
    shorter = tidied(tree)
    with np.errstate(all="ignore"):
        one, two, again = map(value, (tree, shorter, parse(f"={render(shorter, 9, 9)}", 9, 9)))
    assume(abs(one) < 1e6)
    assert two == pytest.approx(one, rel=1e-6, abs=1e-6)
    assert again == pytest.approx(two, rel=1e-9)


@pytest.mark.parametrize("formula", ["1E300*1E300*A1", "A1/1E300/1E300", "1E-200*1E-200*A1"])
def test_large_numbers_are_printed_so_that_they_can_be_read(formula):
    assert parse(f"={short(formula)}", 9, 9)


def test_a_number_with_more_digits_than_a_formula_may_have_is_refused():
    with pytest.raises(NotComputableError, match="characters"):
        short("(1E300*A1)^9")
