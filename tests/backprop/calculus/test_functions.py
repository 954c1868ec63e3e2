"""Every function of the graph: its value as two spreadsheet engines give it, its slope as central differences do."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.functions.registry import FUNCTIONS
from backprop.calculus.graph import Graph, build_graph
from backprop.spreadsheet.arithmetic import EXACT, MPMATH
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.xlsx.read import read_book
from tests.backprop.calculus.function_cases import BY_HAND, CASES, CELLS
from tests.backprop.conftest import Values, recalculate_with_ironcalc

NEWER = {  # functions that files mark with _xlfn., since Excel 2007 does not know them
    "CEILING.MATH", "CEILING.PRECISE", "CHOOSECOLS", "CHOOSEROWS", "CONCAT", "COVARIANCE.P", "COVARIANCE.S", "DROP",
    "ERF.PRECISE", "ERFC.PRECISE", "EXPAND", "EXPON.DIST", "FILTER", "FLOOR.MATH", "FLOOR.PRECISE",
    "FORECAST.LINEAR", "GAMMA", "GAMMALN.PRECISE",
    "GAUSS", "HSTACK", "IFNA", "IFS", "MAXIFS", "MINIFS", "MUNIT", "NORM.DIST", "NORM.S.DIST",
    "PERCENTILE.INC", "PHI", "POISSON.DIST",
    "QUARTILE.INC", "RANK.EQ", "SEQUENCE", "SORT", "SORTBY", "UNIQUE", "STDEV.P", "STDEV.S",
    "SWITCH", "TAKE",
    "TOCOL", "TOROW", "VAR.P", "VAR.S", "VSTACK", "WRAPCOLS", "WRAPROWS", "XLOOKUP", "XMATCH", "XOR",
}  # fmt: skip
BY_HAND_ALONE = {  # functions of which cases stand in BY_HAND
    "BYCOL", "BYROW", "LAMBDA", "LET", "MAKEARRAY", "MAP", "REDUCE", "SCAN", "SINGLE",
}  # fmt: skip
VOLATILE = {"NOW", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"}
OTHERWISE = {"ANCHORARRAY", "ARRAYFORMULA", "POW", "__XLUDF.DUMMYFUNCTION"}  # of files and of Google Sheets alone
UNKNOWN_TO_IRONCALC = {  # or computed otherwise
    "AVERAGE(A1,,B1)",
    "{=SUM(INDEX(A1:A3,{1;3})*{2;5})}",
    'SUMIF(D1:D3,"*a*",B1)',
    "SUMPRODUCT(EXP(A1:A3)/SUM(EXP(A1:A3)),B1:B3)",
}
UNKNOWN_TO_LIBREOFFICE = {  # functions of Excel 2021 and 365
    "CHOOSECOLS", "CHOOSEROWS", "DROP", "EXPAND", "FILTER", "HSTACK", "SEQUENCE", "SORT", "SORTBY", "UNIQUE",
    "TAKE", "TOCOL", "TOROW",
    "VSTACK", "WRAPCOLS", "WRAPROWS", "XLOOKUP", "XMATCH",
}  # fmt: skip
FORMULAS = {f"L{row}": text for row, text in enumerate((text for each in CASES.values() for text in each), 21)}
OTHERS = {f"M{row}": text for row, text in enumerate(BY_HAND, 21)}
PLAIN = {f"N{row}": text for row, text in enumerate(BY_HAND.values(), 21)}


def as_in_files(text: str) -> str:
    return re.sub(r"[A-Z][A-Z0-9.]*(?=\()", lambda name: f"_xlfn.{name[0]}" if name[0] in NEWER else name[0], text)


def put(sheet: openpyxl.worksheet.worksheet.Worksheet, cell: str, text: str) -> None:
    if text.startswith("{="):
        sheet[cell] = ArrayFormula(cell, f"={as_in_files(text[2:-1])}")
    else:
        sheet[cell] = f"={as_in_files(text)}"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for cell, value in CELLS.items():
        sheet[cell] = value
    for cell, text in (FORMULAS | PLAIN).items():
        put(sheet, cell, text)
    for cell, text in OTHERS.items():
        put(sheet, cell, f"{{={text}}}")
    file = tmp_path_factory.mktemp("functions") / "functions.xlsx"
    workbook.save(file)
    return file


@pytest.fixture(scope="module")
def graph(file: Path) -> Graph:
    return build_graph(read_book(file))


@pytest.fixture(scope="module")
def ironcalc(file: Path) -> dict[str, object]:
    return recalculate_with_ironcalc(file)["Sheet"]


def place(cell: str) -> Cell:
    column, row = openpyxl.utils.cell.coordinate_from_string(cell)
    return "Sheet", row, openpyxl.utils.column_index_from_string(column)


def value(graph: Graph, cell: str) -> float | str:
    at = place(cell)
    if at in graph.unfollowed or at not in graph.formulas:
        return f"not followed: {graph.unfollowed.get(at, graph.cells.get(at))}"
    return graph.tape.stored[graph.formulas[at]]


def near(expected: object) -> object:
    return pytest.approx(expected, rel=2e-12, abs=2e-12) if isinstance(expected, int | float) else expected


def test_every_function_has_a_case():
    assert set(CASES) | BY_HAND_ALONE | VOLATILE | OTHERWISE == set(FUNCTIONS)
    for name in BY_HAND_ALONE:
        assert any(re.search(rf"\b{name}\(", text) for text in BY_HAND), name
    for name, texts in CASES.items():
        assert all(f"{name}(" in text or (name == "POWER" and "^" in text) for text in texts), name


def test_values_are_those_of_ironcalc(graph: Graph, ironcalc: dict[str, object]):
    known = {cell: text for cell, text in FORMULAS.items() if text not in UNKNOWN_TO_IRONCALC}
    assert len(known) == len(FORMULAS) - len(UNKNOWN_TO_IRONCALC)
    ours = {text: value(graph, cell) for cell, text in known.items()}
    assert ours == {text: near(ironcalc[cell]) for cell, text in known.items()}


def test_values_are_those_of_libreoffice(graph: Graph, file: Path, libreoffice: Callable[[Path], Values]):
    theirs = libreoffice(file)["Sheet"]
    unknown = {text for name in UNKNOWN_TO_LIBREOFFICE for text in CASES[name]}
    assert all(theirs[cell] == "#NAME?" for cell, text in FORMULAS.items() if text in unknown)
    known = {cell: text for cell, text in FORMULAS.items() if text not in unknown}
    ours = {text: value(graph, cell) for cell, text in known.items()}
    assert ours == {text: near(theirs[cell]) for cell, text in known.items()}


def test_values_are_those_of_formulas_that_say_the_same(graph: Graph, ironcalc: dict[str, object]):
    ours = {text: value(graph, cell) for cell, text in OTHERS.items()}
    plain = [cell.replace("M", "N") for cell in OTHERS]
    assert ours == {text: near(ironcalc[cell]) for text, cell in zip(OTHERS.values(), plain, strict=True)}


JUMPS = {  # formulas with a number just where they jump: no slope there
    'AVERAGEIFS(B1:B3,A1:A3,"<1",E1:E3,">=3")',
    "MROUND(B1,0.5)*A1",
    "OR(A1>2,A2>1)+A1",
    "ROUND(A2,0)*A1",
    "ROUND(B1,1)*A1",
    'SUMIF(E:E,">=3",A:A)',
    'SUMIFS(B1:B3,A1:A3,">0",E1:E3,"<8")',
}
STEP = EXACT.mpf(10) ** -12


@pytest.mark.parametrize("cells", [FORMULAS, OTHERS], ids=["functions", "by hand"])
def test_slopes_are_those_of_central_differences(cells: dict[str, str], graph: Graph):
    """By every number that a formula reads, in 40 digits: right to 15 of them; and in NumPy to 9."""
    free = numbers_in_cells(graph)
    wrong, jumps = {}, set()
    for cell, text in cells.items():
        node = graph.formulas[place(cell)]
        exact, fast = Evaluation(graph.tape, {}, MPMATH), Evaluation(graph.tape, {})
        derivatives, quick = exact.derivatives({node: EXACT.mpf(1)}), fast.derivatives({node: np.float64(1)})
        for number in exact.below([node]) & free.keys():
            up, down = (
                Evaluation(graph.tape, {number: free[number] + step}, MPMATH).value(node) for step in (STEP, -STEP)
            )
            difference = float((up - down) / (2 * STEP))
            if abs(difference) > 1e9:
                jumps.add(text)
                continue
            found = float(derivatives.get(number, 0)), float(quick.get(number, 0))
            if not all(math.isclose(one, difference, rel_tol=1e-9, abs_tol=1e-9) for one in found):
                wrong[text, graph.tape.contents[number]] = (*found, difference)
    assert jumps == JUMPS & set(cells.values())
    assert not wrong, "\n".join(map(str, wrong.items()))


def numbers_in_cells(graph: Graph) -> dict[int, object]:
    """The nodes of the numbers in cells."""
    cells = {place(cell): number for cell, number in CELLS.items() if isinstance(number, float)}
    return {graph.cells[cell]: EXACT.mpf(number) for cell, number in cells.items()}  # type: ignore[misc]
