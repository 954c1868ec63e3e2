"""The value of a formula in two arithmetics: what spreadsheets compute, and what is refused."""

import math

import numpy as np
import pytest

from backprop.spreadsheet.arithmetic import DIGITS, EXACT, MPMATH, NUMPY, Arithmetic
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import Area, Name, NotComputableError, Reference, parse

CELLS = {(1, 1): 2.0, (1, 2): 3.0, (2, 1): -4.0, (2, 2): 5.0}


def value(text: str, arithmetic: Arithmetic = NUMPY) -> float:
    def lookup(node: Reference | Name) -> object:
        assert isinstance(node, Reference)
        number = CELLS[node.at(9, 9)]
        return EXACT.mpf(number) if arithmetic is MPMATH else number

    def area(node: Area) -> list[object]:
        (top, left), (bottom, right) = node.first.at(9, 9), node.last.at(9, 9)
        return [lookup(Reference(r - 9, c - 9)) for r in range(top, bottom + 1) for c in range(left, right + 1)]

    return float(evaluate(parse(text, 9, 9), lookup, area, arithmetic))


@pytest.mark.parametrize("arithmetic", [NUMPY, MPMATH], ids=["doubles", "exact"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=A1+B1*A2", -10),
        ("=A1-B1-A2", 3),
        ("=-A1^2", 4),
        ("=B1/A1", 1.5),
        ("=(A1+B1)*50%", 2.5),
        ("=POWER(A1,3)", 8),
        ("=A1^-1", 0.5),
        ("=SUM(A1:B2,10)", 16),
        ("=PRODUCT(A1:B1,2)", 12),
        ("=SUMSQ(A1,B1)", 13),
        ("=AVERAGE(A1:B2)", 1.5),
        ("=SUMPRODUCT(A1:B1,A2:B2)", 7),
        ("=SUMXMY2(A1:B1,A2:B2)", 40),
        ("=1/(1+EXP(-A1))", 1 / (1 + math.exp(-2))),
        ("=SQRT(A1*8)", 4),
        ("=ABS(A2)+LN(EXP(1))", 5),
        ("=tanh(0)", 0),
        ("=_xlfn.SUM(A1,1)", 3),
        ("=TRUE+1", 2),
        ("=MAX(A1:B2,4)-MIN(A2,B1)", 9),
        ("=IF(A2>0,A1,B1)", 3),
        ("=IF(A2<0,1,1/0)+(B1>=3)", 2),
        ("=(A1<>B1)+10*(A1<>2)+100*(A1=2)+1000*(A1<=2)+10000*(A1>2)+100000*(A1<2)", 1101),
        ("=IFERROR(1/(A1-2),7)", 7),
        ("=COS(PI())+INT(-A1/4)+MOD(-1,3)", 0),
    ],
)
def test_a_formula_is_worth_what_a_spreadsheet_computes(text: str, expected: float, arithmetic: Arithmetic):
    assert value(text, arithmetic) == pytest.approx(expected, rel=1e-14)


def test_exact_arithmetic_keeps_literals_exact():
    third = evaluate(parse("=0.1+0.2-0.3", 1, 1), lambda _: 0, lambda _: [], MPMATH)
    assert abs(third) < EXACT.mpf(10) ** (3 - DIGITS)


def test_doubles_are_computed_for_all_samples_at_once():
    samples = np.array([1.0, 2.0, 3.0])
    found = evaluate(parse("=A1^2+1", 1, 2), lambda _: samples, lambda _: [], NUMPY)
    assert found.tolist() == [2, 5, 10]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("=VLOOKUP(A1,A1:B2,2)", "function VLOOKUP with 3 arguments"),
        ("=EXP(1,2)", "function EXP with 2 arguments"),
        ('=A1&"x"', "operator &"),
        ('="text"', 'text "text"'),
        ("=#REF!+1", "#REF!"),
        ("=INDEX(A1:B2,1)", "function INDEX"),
        ("=SUMPRODUCT(A1:B1,A1:B2)", "SUMPRODUCT over areas of different sizes"),
        ("=SUMXMY2(A1:B1,A1)", "SUMXMY2 over areas of different sizes"),
    ],
)
def test_what_is_not_in_the_table_is_refused(text: str, match: str):
    with pytest.raises(NotComputableError, match=match):
        value(text)


@pytest.mark.parametrize(("text", "match"), [("=1/(A1-2)", "error value"), ("=A2^0.5", "negative number")])
def test_an_error_value_is_said(text: str, match: str):
    with pytest.raises(NotComputableError, match=match):
        value(text, MPMATH)
