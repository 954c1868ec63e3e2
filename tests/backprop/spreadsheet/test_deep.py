"""Formulas as long as a spreadsheet allows, and numbers beyond it: one cell's matter, never the workbook's."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop.check.check import check_file
from backprop.derivation.derive import Derivation
from backprop.spreadsheet.arithmetic import DOUBLES, MPMATH, NUMPY, Arithmetic
from backprop.spreadsheet.book import CONSTANT, Book
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import (
    Binary,
    Name,
    Node,
    NotComputableError,
    Number,
    Unary,
    parse,
    references,
    render,
    transform,
    walk,
)
from backprop.spreadsheet.recalculate import recalculate
from backprop.spreadsheet.xlsx.read import read_book
from tests.backprop.conftest import edit_part
from tests.speed import slowness

SUM = "=" + "+".join(f"A{row}" for row in range(1, 1_401))
TEXTS = "=" + "&".join(["A1"] * 1_500)
PERCENTS = "=1" + "%" * 3_000
DEEP = pytest.mark.parametrize("text", [SUM, TEXTS, PERCENTS], ids=["sum", "texts", "percents"])


@DEEP
def test_a_long_chain_is_read_compared_changed_and_printed(text: str):
    tree = parse(text, 1, 2)
    again = parse(text, 1, 2)
    assert tree == again
    assert hash(tree) == hash(again)
    assert tree != parse(text[:-1] + "2" if text[-1].isdigit() else text[:-1], 1, 2)
    assert f"={render(tree, 1, 2)}" == text
    assert transform(tree, lambda node: node) is tree
    assert len(list(references(tree))) == text.count("A")
    assert sum(isinstance(node, Binary | Unary) for node in walk(tree)) == sum(text.count(sign) for sign in "+&%")


def test_a_changed_node_changes_the_tree_above_it_alone():
    def doubled(node: Node) -> Node:
        return Number("2") if node == Number("1") else Name("y") if node == Name("x") else node

    tree = parse("=SUM(1,A1*3)+(x%-EXP(1))", 1, 2)
    changed = transform(tree, doubled)
    assert render(changed, 1, 2) == "SUM(2,A1*3)+(y%-EXP(2))"
    assert render(tree, 1, 2) == "SUM(1,A1*3)+(x%-EXP(1))"


@pytest.mark.parametrize("arithmetic", [DOUBLES, NUMPY, MPMATH], ids=["doubles", "numpy", "exact"])
def test_a_long_sum_is_computed(arithmetic: Arithmetic):
    assert evaluate(parse(SUM, 1, 2), lambda _: arithmetic.number(1), lambda _: [], arithmetic) == 1_400  # type: ignore[arg-type]


def test_a_sum_of_many_cells_is_computed_anew(build: Callable[..., Path]):
    book = read_book(build({"A1": 1, "A2": "=A1*3", "B1": SUM}))
    assert recalculate(book, {("Sheet", 2, 1)})["Sheet"][1, 2] == 4


@pytest.mark.parametrize("number", ["1E309", "1e99999999", "1E-99999999", "1E+10000000", "1E" + "9" * 4_000])
def test_a_number_beyond_doubles_is_not_computable_at_once(number: str):
    started = time.process_time()
    with pytest.raises(NotComputableError, match="exponent is above 308"):
        parse(f"=A1*{number}", 1, 2)
    with pytest.raises(NotComputableError, match="exponent is above 308"):
        Number(number)
    assert time.process_time() - started < 0.1 * slowness()


@pytest.mark.parametrize("text", ["inf", "nan", "-Infinity"])
def test_what_only_python_takes_for_a_number_is_a_name(text: str):
    assert parse(f"={text}+1", 1, 1) != parse("=1+1", 1, 1)
    assert not any(node == Number(text) for node in walk(parse(f"={text}", 1, 1)))


def formula_of(book: Book, row: int, column: int) -> Node | str:
    tree = book.sheets["Sheet"].tree(row, column)
    assert tree is not None
    assert tree != CONSTANT
    return book.trees[tree]


def test_a_formula_that_cannot_be_read_is_one_cell(build: Callable[..., Path]):
    book = read_book(build({"A1": "=B1*1E999999999", "A2": "=B1*2", "A3": "=" + "1+" * 2_500 + "1"}))
    assert formula_of(book, 1, 1) == "=B1*1E999999999"
    assert isinstance(formula_of(book, 2, 1), Binary)
    assert isinstance(formula_of(book, 3, 1), str)


@pytest.mark.parametrize(
    "formula",
    [SUM[1:], TEXTS[1:].replace("&", "&amp;"), PERCENTS[1:], "1E99999999", "A1*1E-99999999"],
    ids=["sum", "texts", "percents", "large", "small"],
)
def test_a_workbook_with_such_a_cell_is_checked(
    formula: str, default_workbook: tuple[Path, object], tmp_path: Path, eight_weight: Derivation
):
    def beside(xml: str) -> str:
        return xml.replace("</sheetData>", f'<row r="900"><c r="A900"><f>{formula}</f><v>1</v></c></row></sheetData>')

    file = tmp_path / "stray.xlsx"
    edit_part(default_workbook[0], file, "xl/worksheets/sheet3.xml", beside)
    report = check_file(file, eight_weight)
    assert (report.verdict, report.message) == ("correct", "")


@pytest.mark.parametrize("formula", [SUM[1:], PERCENTS[1:], "AA7*1E99999999"], ids=["sum", "percents", "large"])
def test_such_a_formula_in_the_table_is_a_finding(
    formula: str, default_workbook: tuple[Path, object], tmp_path: Path, eight_weight: Derivation
):
    def instead(xml: str) -> str:
        return re.sub(r'(<c r="V9"[^>]*>)<f(?:[^>]*/>|[^<]*</f>)', rf"\1<f>{formula}</f>", xml)

    file = tmp_path / "deep.xlsx"
    edit_part(default_workbook[0], file, "xl/worksheets/sheet3.xml", instead)
    report = check_file(file, eight_weight)
    assert report.verdict == "mistakes", report.message
    assert {finding.cell for finding in report.findings} == {"V9"}
