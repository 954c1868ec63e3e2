"""Stored values that are not what their formulas give: ten digits, INF, texts, given numbers."""

import math

import pytest
from openpyxl.utils import get_column_letter

from backprop.check.check import check_book
from backprop.check.findings import FileReport, Kind
from backprop.derivation.derive import Derivation
from backprop.spreadsheet.book import CONSTANT, Book, Cell
from backprop.spreadsheet.formula import FormulaError, parse
from tests.backprop.check.layouts import Layout, as_book, build

LAYOUT = Layout("class", tables=(("S", 5, 1, 2.0),), targets=(0.5, 0.5), epochs=220)


def found(report: FileReport) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.range) for finding in report.findings]


def place(name: str, step: int = 0) -> Cell:
    return build(Layout("class", tables=LAYOUT.tables)).places[0].cell(name, 6 + step)


def _letters(cell: Cell) -> str:
    return get_column_letter(cell[2])


def store(book: Book, cell: Cell, value: float | str) -> None:
    """What is stored beside the cell's formula."""
    column = book.sheets[cell[0]].columns[cell[2]]
    index = column.index(cell[1])
    assert index is not None
    column.numbers[index] = value if isinstance(value, float) else math.nan
    column.others.pop(cell[1], None)
    if isinstance(value, str) or math.isnan(value):
        column.others[cell[1]] = str(value)


def put(book: Book, cell: Cell, formula: str) -> None:
    """A formula, beside what is stored."""
    try:
        book.trees.append(parse(formula, *cell[1:]))
    except FormulaError:
        book.trees.append(formula)
    column = book.sheets[cell[0]].columns[cell[2]]
    column.trees[column.index(cell[1])] = len(book.trees) - 1  # type: ignore[index]


def shortened(book: Book, digits: int, zero: float) -> Book:
    """As a program stores it that keeps so many digits, and nothing below `zero`."""
    for sheet in book.sheets.values():
        for column in sheet.columns.values():
            for index, number in enumerate(column.numbers):
                if not math.isnan(number):
                    column.numbers[index] = 0.0 if abs(number) < zero else float(f"{number:.{digits}g}")
    return book


def test_ten_digits_and_nothing_below_1e_10_are_not_stale(eight_weight: Derivation) -> None:
    book = shortened(as_book(build(LAYOUT)), 10, 1e-10)
    assert book.sheets["S"].value(*place("dE_dw1", 219)[1:]) == 0
    assert found(check_book(book, eight_weight)) == []


@pytest.mark.parametrize(("name", "factor"), [("E_total", 1.01), ("dE_dw5", 1.001), ("a_o1", 1.00001)])
def test_a_stale_value_among_ten_digits_is_found(name: str, factor: float, eight_weight: Derivation) -> None:
    book = shortened(as_book(build(LAYOUT)), 10, 1e-10)
    cell = place(name, 3)
    value = book.sheets["S"].value(*cell[1:])
    assert isinstance(value, float)
    store(book, cell, float(f"{value * factor:.10g}"))
    kinds = dict(found(check_book(book, eight_weight)))
    assert set(kinds) == {Kind.STALE_VALUE}


def test_zeros_among_long_numbers_are_stale(eight_weight: Derivation) -> None:
    book = as_book(build(LAYOUT))
    store(book, place("E_total"), 0.0)
    assert found(check_book(book, eight_weight)) == [(Kind.STALE_VALUE, "W6")]


@pytest.mark.parametrize("value", [math.inf, math.nan, -math.inf, "hello", 5.0, 1e300], ids=str)
@pytest.mark.parametrize("name", ["E_total", "w7"])
def test_what_is_no_number_is_stale_where_a_formula_gives_one(
    name: str, value: float | str, eight_weight: Derivation
) -> None:
    book = as_book(build(Layout("class", tables=LAYOUT.tables)))
    cell = place(name, 1)
    store(book, cell, value)
    findings = found(check_book(book, eight_weight))
    column = [kind for kind, cells in findings if f"{cells}:".startswith(f"{_letters(cell)}7:")]
    assert column == [Kind.STALE_VALUE]


def test_one_infinite_value_hides_no_other(eight_weight: Derivation) -> None:
    book = as_book(build(Layout("class", tables=LAYOUT.tables)))
    store(book, place("E_total", 1), math.inf)
    value = book.sheets["S"].value(*place("E_total", 5)[1:])
    assert isinstance(value, float)
    store(book, place("E_total", 5), value * 1.1)
    assert found(check_book(book, eight_weight)) == [(Kind.STALE_VALUE, "W7:W11")]


def test_a_book_of_infinite_values_is_not_correct(eight_weight: Derivation) -> None:
    book = as_book(build(Layout("class", tables=LAYOUT.tables)))
    for column in book.sheets["S"].columns.values():
        for index, tree in enumerate(column.trees):
            if tree != CONSTANT:
                column.numbers[index] = math.inf
    assert check_book(book, eight_weight).verdict == "mistakes"


GIVEN = [
    ("t1", "={}*7", [Kind.STALE_VALUE]),
    ("w6", "={}%%", [Kind.STALE_VALUE]),
    ("w6", "=&", [Kind.NOT_COMPUTABLE]),
    ("i2", '="x"', [Kind.NOT_COMPUTABLE]),
    ("i2", '={}&""', [Kind.NOT_COMPUTABLE]),
    ("t1", "={}*1", []),
]


@pytest.mark.parametrize(("name", "formula", "kinds"), GIVEN)
def test_formulas_of_given_numbers_are_held_against_what_is_stored(
    name: str, formula: str, kinds: list[Kind], eight_weight: Derivation
) -> None:
    book = as_book(build(Layout("class", tables=LAYOUT.tables)))
    cell = place(name)
    put(book, cell, formula.format(repr(book.sheets["S"].value(*cell[1:]))))
    report = check_book(book, eight_weight)
    assert [(finding.kind, finding.cell) for finding in report.findings] == [(kind, f"{_letters(cell)}6")
                                                                             for kind in kinds]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("=0.5+RAND()", "is given by RAND, another number whenever the workbook is calculated"),
        ("=ROUND(0.45,2)", "is given by a formula with ROUND, which is not computed here"),
    ],
)
def test_what_changes_at_every_calculation_is_named(formula: str, said: str, eight_weight: Derivation) -> None:
    book = as_book(build(Layout("class", tables=LAYOUT.tables)))
    put(book, place("w6"), formula)
    report = check_book(book, eight_weight)
    assert report.verdict == "correct"
    assert [(note.cell, said in note.text) for note in report.notes] == [(f"{_letters(place('w6'))}6", True)]
