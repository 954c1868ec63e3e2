"""A file as cells: formulas filled down are one tree, values of every type, shared formulas, names, charts, boxes."""

import math
import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import Reference, ScatterChart, Series

from backprop.spreadsheet.book import CONSTANT, Book, address, span
from backprop.spreadsheet.formula import render
from backprop.spreadsheet.scan import scan_workbook
from backprop.spreadsheet.xlsx.read import read_book
from tests.backprop.check.layouts import LAYOUTS, Layout, build, save
from tests.backprop.check.spellings import GRADIENT
from tests.backprop.conftest import edit_part

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row, values in enumerate([["text", 1.5, True, None], ["=B1*2", "=B1*2", "=$B$1", "=A2+Zzz"]], 1):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column, value)
    hidden = workbook.create_sheet("Hidden one")
    hidden.sheet_state = "hidden"
    hidden["XFD1"] = 7
    chart = ScatterChart()
    chart.title = "Loss"
    chart.series.append(Series(Reference(sheet, min_col=2, min_row=1, max_row=2), Reference(sheet, 1, 1, 1, 2)))
    sheet.add_chart(chart, "E5")
    workbook.defined_names["rate"] = openpyxl.workbook.defined_name.DefinedName("rate", attr_text="Sheet!$B$1")
    file = tmp_path_factory.mktemp("read") / "plain.xlsx"
    workbook.save(file)
    return file


@pytest.fixture(scope="module")
def book(plain: Path) -> Book:
    return read_book(plain)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [((1, 1), "text"), ((1, 2), 1.5), ((1, 3), True), ((1, 4), None), ((2, 1), None), ((9, 9), None)],
)
def test_a_cell_shows_its_stored_value(book: Book, cell: tuple[int, int], expected: object):
    assert book.sheets["Sheet"].value(*cell) == expected


def test_a_cell_holds_a_formula_a_constant_or_nothing(book: Book):
    sheet = book.sheets["Sheet"]
    assert (sheet.tree(1, 2), sheet.tree(1, 4)) == (CONSTANT, None)
    assert render(book.trees[sheet.tree(2, 2)], 2, 2) == "B1*2"  # type: ignore[arg-type, index]


def test_a_formula_that_cannot_be_read_is_kept_as_text(plain: Path, tmp_path: Path):
    edit_part(plain, tmp_path / "x.xlsx", SHEET, lambda text: text.replace("B1*2", "B1*(", 1))
    book = read_book(tmp_path / "x.xlsx")
    assert book.trees[book.sheets["Sheet"].tree(2, 1)] == "=B1*("  # type: ignore[index]


def test_hidden_sheets_and_the_last_column_are_read(book: Book):
    assert not book.sheets["Hidden one"].visible
    assert book.sheets["Hidden one"].value(1, 16_384) == 7


def test_names_and_charts_are_read(book: Book):
    assert book.names == {"RATE": "Sheet!$B$1"}
    (chart,) = book.charts
    assert (chart.sheet, chart.title, chart.series[0].y) == ("Sheet", "Loss", "'Sheet'!$B$1:$B$2")


def test_a_shared_formula_is_the_first_ones_tree(plain: Path, tmp_path: Path):
    shared = '<c r="A2"><f t="shared" ref="A2:A4" si="0">B1*2</f></c>'
    others = "".join(f'<row r="{row}"><c r="A{row}"><f t="shared" si="0"/><v>3</v></c></row>' for row in (3, 4))

    def share(text: str) -> str:
        return re.sub(r'<c r="A2".*?</c>', shared, text).replace("</sheetData>", others + "</sheetData>")

    edit_part(plain, tmp_path / "x.xlsx", SHEET, share)
    sheet = read_book(tmp_path / "x.xlsx").sheets["Sheet"]
    assert sheet.tree(2, 1) == sheet.tree(3, 1) == sheet.tree(4, 1)
    assert sheet.value(4, 1) == 3


def test_a_shared_formula_that_leaves_the_sheet_cannot_be_read(plain: Path, tmp_path: Path):
    first = '<row r="2"><c r="B2"><f t="shared" ref="A2:B3" si="0">SUM(A:A)</f></c></row>'
    rows = first + '<row r="3"><c r="A3"><f t="shared" si="0"/></c></row>'
    edit_part(plain, tmp_path / "x.xlsx", SHEET, lambda text: re.sub(r'<row r="2".*</row>', rows, text))
    book = read_book(tmp_path / "x.xlsx")
    assert book.trees[book.sheets["Sheet"].tree(3, 1)] == "a shared formula that leaves the sheet"


def test_a_column_filled_down_is_one_tree(tmp_path: Path):
    book = read_book(save(build(Layout("x")), tmp_path / "x.xlsx"))
    sheet = book.sheets["Sheet1"]
    assert len({sheet.tree(row, 9) for row in range(33, 45)}) == 1
    assert len(book.trees) < len(GRADIENT) + 19  # and where two columns compute alike, one for both


def test_rows_out_of_order_are_put_in_order(plain: Path, tmp_path: Path):
    def turn(text: str) -> str:
        start, end = text.index("<sheetData>") + len("<sheetData>"), text.index("</sheetData>")
        one, two = text[start:end].split("</row>")[:2]
        return text[:start] + two + "</row>" + one + "</row>" + text[end:]

    edit_part(plain, tmp_path / "x.xlsx", SHEET, turn)
    sheet = read_book(tmp_path / "x.xlsx").sheets["Sheet"]
    assert list(sheet.columns[2].rows) == [1, 2]
    assert sheet.value(1, 2) == 1.5


def test_every_layout_is_read_back_as_it_was_written(tmp_path: Path):
    for layout in LAYOUTS[::6]:
        made = build(layout)
        book = read_book(save(made, tmp_path / "x.xlsx"))
        for (name, row, column), content in made.cells.items():
            tree = book.sheets[name].tree(row, column)
            assert tree is not None
            assert (book.sheets[name].value(row, column) if tree == CONSTANT else book.trees[tree]) == content


def test_an_address_and_a_span():
    assert (address(33, 27), span((1, 1), (1, 1)), span((1, 1), (4, 31))) == ("AA33", "A1", "A1:AE4")


def test_numbers_of_a_column_are_apart_from_its_texts(book: Book):
    column = book.sheets["Sheet"].columns[1]
    assert math.isnan(column.numbers[0])
    assert column.others[1] == "text"


def test_comments_between_relations_are_passed_over(plain: Path, tmp_path: Path):
    for number, part in enumerate(("_rels/.rels", "xl/_rels/workbook.xml.rels")):
        file = tmp_path / f"{number}.xlsx"
        edit_part(plain, file, part, lambda text: text.replace("<Relationship ", "<!-- a note --><Relationship "))
        assert scan_workbook(file) == ()
        assert read_book(file).sheets["Sheet"].value(1, 1) == "text"


@pytest.mark.parametrize("index", ["²", "999", "-1", "one", ""])
def test_a_text_of_no_number_is_one_empty_cell(plain: Path, tmp_path: Path, index: str):
    cell = f'<row r="90"><c r="A90" t="s"><v>{index}</v></c><c r="B90"><v>4</v></c></row></sheetData>'
    edit_part(plain, tmp_path / "x.xlsx", SHEET, lambda text: text.replace("</sheetData>", cell))
    sheet = read_book(tmp_path / "x.xlsx").sheets["Sheet"]
    assert not sheet.value(90, 1)
    assert sheet.value(90, 2) == 4
