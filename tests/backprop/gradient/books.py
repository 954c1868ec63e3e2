"""Workbooks to differentiate: a loan, a network in matrix form, and formulas drawn at random."""

import random
from pathlib import Path

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.formula import ArrayFormula

from backprop.gradient.differentiate import answer as answered
from backprop.gradient.gradient import Gradient, Question
from tests.backprop.conftest import Values

TYPED, COMPUTED = 6, 30  # cells of a workbook of random formulas
SHAPES = (
    "{a}+{b}/3", "{a}-{b}/4", "-{a}*0.9", "TANH({a})*{b}-{c}", "{a}/(2+{b}*{b})", "EXP(-ABS({a}))", "LN(3+{a}*{a})",
    "SQRT(1+{a}^2)", "SIN({a})+COS({b})", "ABS({a}-{b})", "MAX({a},{b})-MIN({a},{b},{c})", "-{a}^2/(1+{b}^2)",
    "IF({a}>{b},SIN({a})*{c},{b}-{c})", "IF({a}>0,SQRT({a}),-{a}/3)", "SUM(A1:A6)*TANH({b})", "SUMPRODUCT(A1:A3,A2:A4)",
    "AVERAGE({a},{b},{c})", "POWER(2+ABS({a}),TANH({b})/3)", "ATAN({a})*2", "1/(1+EXP(-{a}))", "SIGN({a})*{b}/2",
    "PRODUCT(TANH({a}),{b},TANH({c}))", "SUMXMY2(A1:A2,A3:A4)/10", "ERF({a})-1/3*{b}", "STDEV(A1:A6)+{a}",
    "INDEX(A1:A6,3)*TANH({a})", "SUMSQ(A1:A6)*0.1+{a}", "LOG10(2+ABS({a}))", "(({a}-{b})-({b}-{c}))/({a}*{a}+1)",
)  # fmt: skip


def random_book(file: Path, seed: int, computed: int = COMPUTED) -> None:
    """Numbers in A1:A6, formulas from B1 down, each of any of the twelve before it, the sum of the last ten in C1."""
    draw = random.Random(seed)
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    there = []
    for row in range(1, TYPED + 1):
        sheet.cell(row, 1, round(draw.uniform(-2, 2), 3))
        there.append(f"A{row}")
    for row in range(1, computed + 1):
        names = dict(zip("abc", draw.sample(there[-12:], k=3), strict=True))
        sheet.cell(row, 2, "=" + draw.choice(SHAPES).format(**names))
        there.append(f"B{row}")
    sheet["C1"] = f"=SUM(B{computed - 9}:B{computed})"
    workbook.save(file)


def loan(file: Path) -> None:
    """What a loan costs, on a sheet whose name needs quotes; a chart, a name, and a sheet called Gradient."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "The bank's loan"
    rows = [("amount", 10000), ("rate a year", 0.05), ("months", 24), ("payment", "=B1*(B2/12)/(1-(1+B2/12)^-B3)"),
            ("total", "=B4*B3"), ("interest", "=B5-B1"), ("note", '=IF(B6>100,"dear","cheap")')]  # fmt: skip
    for row in rows:
        sheet.append(row)
    chart = BarChart()
    chart.add_data(Reference(sheet, 2, 4, 2, 6))
    sheet.add_chart(chart, "E2")
    workbook.create_sheet("Gradient")["A1"] = "mine"
    workbook.defined_names["interest"] = openpyxl.workbook.defined_name.DefinedName(
        "interest", attr_text="'The bank''s loan'!$B$6"
    )
    workbook.save(file)


def matrix(file: Path) -> None:
    """Two samples through relu and softmax in array formulas, and their loss in B16."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    typed = {"A2": [[2, -1], [1, 1], [1, 1]], "E2": [[1, -1, -0.5], [-1, 1, 0.7]], "E7": [[1, 0, 0.5], [-1, 1, 0]]}
    for corner, rows in typed.items():
        for down, row in enumerate(rows):
            for along, value in enumerate(row):
                sheet.cell(sheet[corner].row + down, sheet[corner].column + along, value)
    arrays = {"I2:J3": "=MMULT(E2:G3,A2:B4)", "L2:M3": "=IF(I2:J3>0,I2:J3,0)", "I7:J8": "=MMULT(E7:F8,L2:M3)+G7:G8"}
    for area, text in arrays.items():
        sheet[area.split(":")[0]] = ArrayFormula(area, text)
    for column in "IJ":
        for row in (7, 8):
            sheet[f"{chr(ord(column) + 3)}{row}"] = f"=EXP({column}{row})/SUM(EXP({column}$7),EXP({column}$8))"
    sheet["B16"] = "=-LN(L7)-LN(M8)"
    workbook.save(file)


def answer(file: Path, of: str, *by: str, check: bool = True, steps: int | None = None, eta: float = 0.1) -> Gradient:
    """A differentiation in this process."""
    return answered(Question(file, of, by, check, steps, eta))


def shown(values: Values, gradient: Gradient) -> dict[str, object]:
    """What a recalculated sheet shows where the gradient has formulas."""
    return {row.at: values[gradient.sheet][row.at] for row in (*gradient.rows, *gradient.between, *gradient.parts)}


def stored(gradient: Gradient) -> dict[str, float | None]:
    """What is stored there."""
    return {row.at: row.derivative for row in (*gradient.rows, *gradient.between, *gradient.parts)}
