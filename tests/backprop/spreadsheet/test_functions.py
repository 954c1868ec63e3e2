"""Every function of the formula language in every arithmetic, against a spreadsheet engine that nobody here wrote."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from backprop.spreadsheet.arithmetic import DOUBLES, MPMATH, NUMPY, Arithmetic
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import Area, NotComputableError, Reference, parse
from backprop.spreadsheet.functions import FUNCTIONS, find_function
from tests.backprop.conftest import recalculate_with_ironcalc

CELLS = {"A1": 2.0, "A2": -4.5, "A3": 0.0, "B1": 3.25, "B2": 5.0, "B3": -0.125}
CASES = {
    "ABS": ["ABS(A2)", "ABS(B1)", "ABS(A3)"],
    "AND": ["AND(A1>1,B2>1)", "AND(A1>1,A2>1)", "AND(A1>2)", "AND(A1-2,TRUE)", "AND(-A1,3)", "AND(FALSE,FALSE)"],
    "AVERAGE": ["AVERAGE(A1:B3)", "AVERAGE(A1,B1:B2,7)"],
    "COS": ["COS(A2)"],
    "EXP": ["EXP(B3)", "EXP(B2)"],
    "IF": ["IF(A2<0,A1,1/0)", "IF(A1,B1,B2)", "IF(A3,B1,B2)", "IF(A1<0,5)+1", "IF(A1>0,5)", "IF(A1,,7)", "IF(A3,7,)+1"],
    "IFERROR": ["IFERROR(1/A3,B1)", "IFERROR(A1,B1)", "IFERROR(LN(A2),B2)"],
    "INT": ["INT(A2)", "INT(B1)", "INT(B3)"],
    "LN": ["LN(B1)", "LN(-B3)"],
    "MAX": ["MAX(A1:B3)", "MAX(A2,-7)", "MAX(A3:B3,B2)", "MAX(D1:D3)"],
    "MIN": ["MIN(A1:B3)", "MIN(A2,-7)", "MIN(B1,B2)", "MIN(D1:D3)"],
    "MOD": ["MOD(A2,A1)", "MOD(B1,A2)", "MOD(B2,A1)"],
    "NOT": ["NOT(A3)", "NOT(A1)", "NOT(A1<0)"],
    "OR": ["OR(A1>1,A2>1)", "OR(A1>2,A2>1)", "OR(A1-2,FALSE)", "OR(A2+0)", "OR(A1>1,B2>1)"],
    "PI": ["PI()"],
    "POWER": ["POWER(A1,B1)", "POWER(A2,3)", "POWER(A1,-1)"],
    "PRODUCT": ["PRODUCT(A1:B2)", "PRODUCT(A2,B1,0.5)", "PRODUCT(D1:D3)"],
    "SIGN": ["SIGN(A2)", "SIGN(A3)", "SIGN(B1)", "SIGN(-B3)", "SIGN(-1E-200)"],
    "SQRT": ["SQRT(B1)", "SQRT(-B3)", "SQRT(A3)"],
    "SUM": ["SUM(A1:B3)", "SUM(A1,B1:B2,-1)", "SUM(D1:D3)"],
    "SUMPRODUCT": ["SUMPRODUCT(A1:A3,B1:B3)", "SUMPRODUCT(A1:B3)", "SUMPRODUCT(A1:A2,B1:B2,A2:A3)"],
    "SUMSQ": ["SUMSQ(A1:B3)", "SUMSQ(A2,3)"],
    "SUMXMY2": ["SUMXMY2(A1:A3,B1:B3)", "SUMXMY2(A1:B1,A2:B2)"],
    "TANH": ["TANH(B3)", "TANH(A2)"],
}
ONE_PROGRAM = {  # what no other program has -> what every program has for it
    "ADD": ("ADD(A1,B1)", "A1+B1"),
    "DIVIDE": ("DIVIDE(A1,B1)", "A1/B1"),
    "EQ": ("EQ(A1,B1)+EQ(A1,B1-1.25)*2", "2"),
    "GT": ("GT(A1,B1)+GT(B1,A1)*2+GT(A1,A1)*4", "2"),
    "GTE": ("GTE(A1,B1)+GTE(B1,A1)*2+GTE(A1,A1)*4", "6"),
    "LT": ("LT(A1,B1)+LT(B1,A1)*2+LT(A1,A1)*4", "1"),
    "LTE": ("LTE(A1,B1)+LTE(B1,A1)*2+LTE(A1,A1)*4", "5"),
    "MINUS": ("MINUS(A1,B1)", "A1-B1"),
    "MULTIPLY": ("MULTIPLY(A1,B1)", "A1*B1"),
    "NE": ("NE(A1,B1)+NE(A1,A1)*2", "1"),
    "POW": ("POW(A2,3)", "POWER(A2,3)"),
    "RAWSUBTRACT": ("RAWSUBTRACT(A1,B1)", "A1-B1"),
    "UMINUS": ("UMINUS(A2)", "-A2"),
    "UNARY_PERCENT": ("UNARY_PERCENT(A1)", "A1/100"),
    "UPLUS": ("UPLUS(A2)", "A2"),
}
MANY = 255  # of Excel
ARGUMENTS = {  # least and most, as Excel's own help has them
    (0, 0): {"PI"},
    (1, 1): {"ABS", "COS", "EXP", "INT", "LN", "NOT", "SIGN", "SQRT", "TANH"},
    (1, 2): {"INDIRECT"},
    (1, MANY): {"AND", "AVERAGE", "MAX", "MIN", "OR", "PRODUCT", "SUM", "SUMPRODUCT", "SUMSQ"},
    (2, 2): {"IFERROR", "MOD", "POWER", "SUMXMY2"},
    (2, 3): {"IF"},
    (3, 5): {"OFFSET"},
}
PLACES = {
    f"{chr(ord('F') + n)}{row}": text for row, each in enumerate(CASES.values(), 1) for n, text in enumerate(each)
}


@pytest.fixture
def by_ironcalc(build: Callable[..., Path]) -> dict[str, object]:
    return recalculate_with_ironcalc(build(CELLS | {cell: f"={text}" for cell, text in PLACES.items()}))["Sheet"]


def compute(text: str, arithmetic: Arithmetic) -> object:
    held = {(int(cell[1:]), ord(cell[0]) - 64): arithmetic.number(Fraction(n)) for cell, n in CELLS.items()}

    def area(wanted: Area) -> list[object]:
        (top, left), (bottom, right) = wanted.first.at(1, 1), wanted.last.at(1, 1)
        cells = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        return [held[cell] for cell in cells if cell in held]

    def lookup(node: object) -> object:
        assert isinstance(node, Reference)
        return held[node.at(1, 1)]

    return evaluate(parse(f"={text}", 1, 1), lookup, area, arithmetic)


def test_every_function_that_is_computed_has_a_case():
    computed = {name for name, row in FUNCTIONS.items() if row.compute is not None}
    assert set(CASES) | ONE_PROGRAM.keys() == computed
    assert {name for name in computed if FUNCTIONS[name].program} == ONE_PROGRAM.keys()


@pytest.mark.parametrize("arithmetic", [DOUBLES, NUMPY, MPMATH], ids=["doubles", "numpy", "exact"])
def test_functions_give_what_ironcalc_gives(by_ironcalc: dict[str, object], arithmetic: Arithmetic):
    ours, theirs = {}, {}
    for cell, text in PLACES.items():
        value = by_ironcalc[cell]
        assert isinstance(value, int | float), (text, value)
        with np.errstate(all="ignore"):
            ours[text], theirs[text] = float(compute(text, arithmetic)), float(value)  # type: ignore[arg-type]
    assert ours == {text: pytest.approx(value, rel=2e-15, abs=2e-15) for text, value in theirs.items()}


@pytest.mark.parametrize("arithmetic", [DOUBLES, NUMPY, MPMATH], ids=["doubles", "numpy", "exact"])
@pytest.mark.parametrize(("own", "everywhere"), ONE_PROGRAM.values())
def test_functions_of_one_program_give_what_others_write_otherwise(own: str, everywhere: str, arithmetic: Arithmetic):
    assert float(compute(own, arithmetic)) == float(compute(everywhere, arithmetic))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SIGN(A1)", [-1, 0, 1]),
        ("NOT(A1)", [0, 1, 0]),
        ("AND(A1>-1,A1<1)", [0, 1, 0]),
        ("OR(A1>0,A1<0)", [1, 0, 1]),
        ("IF(A1>0,A1*2,7)", [7, 7, 6]),
        ("IF(A1,5)", [5, 0, 5]),
        ("IFERROR(6/A1,1)", [-3, 1, 2]),
        ("MAX(A1,1)-MIN(A1,1)", [3, 1, 2]),
    ],
)
def test_functions_take_all_samples_at_once(text: str, expected: list[float]):
    samples = np.array([-2.0, 0.0, 3.0])
    with np.errstate(all="ignore"):
        values = evaluate(parse(f"={text}", 1, 2), lambda _: samples, lambda _: [], NUMPY)
    assert values.tolist() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("AND(A1,TRUE)", "AND over cells"),  # an empty cell or a text is passed over by a spreadsheet
        ("OR(A1:B2)", "OR over cells"),
        ("SUM()", "function SUM with 0 arguments"),
        ("IF(A1)", "function IF with 1 arguments"),
        ("MOD(1,2,3)", "function MOD with 3 arguments"),
        ('INDIRECT("A1")', "function INDIRECT with 1 arguments"),
        ("LN(A2)", "error value"),
        ("SQRT(A2)", "error value"),
        ("LN(A3)", "error value"),
        ("SQRT(B3)", "error value"),
        ("LN(B3)", "error value"),
        ("ROUND(A1,0)", "function ROUND with 2 arguments"),
        ("SUM({1,2})", "an array is not computed"),
        ("SUM(A1,)", "an argument that is left out is not computed"),
        ("LAMBDA(x,x+1)(3)", "a call of a function's result is not computed"),
        ("SUM(A1:A2:B1)", "operator : is not computed"),
        ("SUM(@A1:A3)", "Area is not computed"),
    ],
)
def test_what_no_row_computes_is_refused(text: str, message: str):
    for arithmetic in (DOUBLES, MPMATH):
        with pytest.raises(NotComputableError, match=message):
            compute(text, arithmetic)


def test_functions_take_as_many_arguments_as_in_excel():
    found: dict[tuple[int, int], set[str]] = {}
    for name, row in FUNCTIONS.items():
        if not row.program:
            found.setdefault((row.least, row.most), set()).add(name)
    assert found == ARGUMENTS


def test_at_most_as_many_arguments_as_excel_takes_are_computed():
    assert compute(f"SUM({','.join('2' * MANY)})", DOUBLES) == 2 * MANY
    with pytest.raises(NotComputableError, match="function SUM with 256 arguments"):
        compute(f"SUM({','.join('2' * (MANY + 1))})", DOUBLES)


def test_what_cannot_be_told_from_the_formula_and_what_goes_cell_by_cell_is_marked():
    assert {name for name, row in FUNCTIONS.items() if row.reads_elsewhere} == {"INDIRECT", "OFFSET"}
    assert {name for name, row in FUNCTIONS.items() if row.aligned} == {"SUMPRODUCT", "SUMXMY2"}


def test_a_function_is_found_as_typed_and_as_files_mark_newer_ones():
    assert find_function("sum") is find_function("_xlfn.Sum") is FUNCTIONS["SUM"]
    assert find_function("VLOOKUP") is None
