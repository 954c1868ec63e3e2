"""An OpenDocument file as cells: values of every type, what repeats itself, names, charts, text boxes."""

import math
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from backprop.spreadsheet.book import CONSTANT, Book, Series, Value
from backprop.spreadsheet.formula import render
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.scan import scan_workbook
from tests.backprop.check.layouts import LAYOUTS, build, save
from tests.backprop.spreadsheet.crafted import pack
from tests.backprop.spreadsheet.ods.crafted import CHART, cell, document, of_tables, parts, row, table


def formula(book: Book, sheet: str, at_row: int, column: int) -> str | None:
    number = book.sheets[sheet].tree(at_row, column)
    if number is None or number == CONSTANT:
        return None
    tree = book.trees[number]
    return tree if isinstance(tree, str) else render(tree, at_row, column)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Book]:
    """The book of a file with those tables."""

    def make(tables: str, styles: str = "") -> Book:
        of_tables(tables, styles)(tmp_path / "made.ods")
        scan_workbook(tmp_path / "made.ods")
        return read_workbook(tmp_path / "made.ods")

    return make


NOTE = "<office:annotation><text:p>a note</text:p></office:annotation>"


def typed(kind: str, attributes: str = "", text: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {attributes}>{text}</table:table-cell>'


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (typed("float", 'office:value="0.15"'), 0.15),
        (typed("percentage", 'office:value="0.25"'), 0.25),
        (typed("currency", 'office:value="12" office:currency="USD"'), 12.0),
        (typed("float", 'office:value="1E400"'), math.inf),
        (typed("float", 'office:value="NaN"'), "NaN"),
        (typed("float", 'office:value="²"'), "²"),
        (typed("boolean", 'office:boolean-value="true"'), True),
        (typed("boolean", 'office:boolean-value="false"'), False),
        (typed("date", 'office:date-value="2020-01-02"'), 43_832.0),
        (typed("date", 'office:date-value="1899-12-30T06:00:00"'), 0.25),
        (typed("date", 'office:date-value="soon"'), "soon"),
        (typed("time", 'office:time-value="PT06H00M00S"'), 0.25),
        (typed("time", 'office:time-value="-PT30H"'), -1.25),
        (typed("string", "", "<text:p>one</text:p><text:p>two</text:p>"), "one\ntwo"),
        (typed("string", "", "<text:p>a<text:s/>b<text:s text:c='3'/>c<text:tab/>d<text:line-break/>e</text:p>"),
         "a b   c\td\ne"),
        (typed("string", "", "<text:p>a<text:span>b<text:a>c</text:a></text:span><!-- d -->e</text:p>"), "abce"),
        (typed("string", 'office:string-value="kept"', "<text:p>shown</text:p>"), "kept"),
        (typed("string", "", f"{NOTE}<text:p>text</text:p>"), "text"),
        (typed("string", 'office:string-value="" calcext:value-type="error"', "<text:p>#DIV/0!</text:p>"), "#DIV/0!"),
        (typed("string", 'office:string-value="" calcext:value-type="error"', "<text:p>Err:503</text:p>"), "#NUM!"),
        (typed("string", 'office:string-value="" calcext:value-type="error"', "<text:p>Err:522</text:p>"), "#VALUE!"),
        ("<table:table-cell><text:p>no type</text:p></table:table-cell>", "no type"),
        ("<table:covered-table-cell office:value-type='float' office:value='3'/>", 3.0),
        (cell(formula="of:=1"), None),
    ],
)  # fmt: skip
def test_a_cell_shows_its_value(content: str, value: Value, read: Callable[..., Book]) -> None:
    sheet = read(table(row(cell() + content))).sheets["One"]
    assert sheet.value(1, 2) == value
    assert type(sheet.value(1, 2)) is type(value)
    assert sheet.tree(1, 1) is None


def test_the_day_zero_of_a_file_is_its_own(read: Callable[..., Book]) -> None:
    settings = (
        '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    )
    sheet = read(settings + table(row(typed("date", 'office:date-value="1904-01-03"')))).sheets["One"]
    assert sheet.value(1, 1) == 2


def test_cells_and_rows_that_repeat_themselves_stand_in_every_place(read: Callable[..., Book]) -> None:
    rows = row(cell(repeated=2) + cell(7, repeated=3) + cell(8)) + row(cell(repeated=9), repeated=4)
    sheet = read(table(rows + row(cell(9) + cell(repeated=3) + cell(10), repeated=2))).sheets["One"]
    values = {(r, c): sheet.value(r, c) for r in range(1, 9) for c in range(1, 8) if sheet.tree(r, c) is not None}
    assert values == {
        (1, 3): 7, (1, 4): 7, (1, 5): 7, (1, 6): 8,
        (6, 1): 9, (6, 5): 10, (7, 1): 9, (7, 5): 10,
    }  # fmt: skip


def test_comments_are_passed_over_and_one_bad_cell_is_one_bad_cell(read: Callable[..., Book]) -> None:
    bad = cell("²", "of:=", repeated="²") + typed("date") + typed("time") + typed("boolean") + typed("unknown")
    cells = f"<!-- a -->{cell(1)}<?b?>{bad}<!-- c -->{cell(2)}"
    sheet = read(f"<!-- d -->{table(f'<!-- e -->{row(cells)}')}").sheets["One"]
    assert [sheet.value(1, column) for column in (1, 7)] == [1, 2]
    assert (sheet.value(1, 2), sheet.value(1, 5)) == ("²", False)


def test_a_formula_that_repeats_itself_is_the_first_cell_s_as_in_libreoffice(read: Callable[..., Book]) -> None:
    book = read(table(row(cell(1, "of:=[.A1]", repeated=2), repeated=2)))
    assert formula(book, "One", 1, 1) == "A1"
    assert [book.sheets["One"].tree(*place) for place in ((1, 2), (2, 1), (2, 2))] == [None, None, None]


def test_a_column_filled_down_is_one_tree(read: Callable[..., Book]) -> None:
    rows = "".join(row(cell(n) + cell(n, f"of:=[.A{n}]*[.$C$1]+[.A{n}]%")) for n in range(1, 9))
    book = read(table(rows))
    assert len(book.trees) == 1
    assert formula(book, "One", 8, 2) == "A8*$C$1+A8%"


def test_a_formula_that_cannot_be_read_is_kept_as_excel_would_show_it(read: Callable[..., Book]) -> None:
    book = read(table(row(cell(1, "of:=SUM([.A1];") + cell(1, "nothing"))))
    assert [formula(book, "One", 1, column) for column in (1, 2)] == ["=SUM(A1,", "nothing"]


def test_a_matrix_formula_tells_its_last_cell(read: Callable[..., Book]) -> None:
    spans = ' table:number-matrix-columns-spanned="2" table:number-matrix-rows-spanned="3"'
    book = read(table(row(cell()) + row(cell() + cell(1, "of:=TRANSPOSE([.A1:.C2])", more=spans) + cell(2))))
    assert book.sheets["One"].arrays == {(2, 2): (4, 3)}
    assert (formula(book, "One", 2, 2), book.sheets["One"].value(2, 3)) == ("TRANSPOSE(A1:C2)", 2)


def test_names_are_of_the_workbook_or_of_a_sheet_and_seen_from_the_first_cell(read: Callable[..., Book]) -> None:
    def name(name: str, address: str, base: str = "$One.$A$1") -> str:
        places = f'table:base-cell-address="{base}" table:cell-range-address="{address}"'
        return f'<table:named-range table:name="{name}" {places}/>'

    expression = '<table:named-expression table:name="twice" table:expression="2*[$One.$A$1]"/>'
    own = f"<table:named-expressions>{name('rate', '$One.$B$2')}</table:named-expressions>"
    all_ = name("area", "$'T w o'.$A$1:.$B$2") + name("left", "$One.B5", "$One.$C$5") + name("bad", "$One.B$1:")
    book = read(f"{table(row(cell(1)) + own)}<table:named-expressions>{all_}{expression}</table:named-expressions>")
    assert book.names["AREA"] == "'T w o'!$A$1:$B$2"
    assert book.names["TWICE"] == "2*One!$A$1"
    assert book.sheet_names == {("One", "RATE"): "One!$B$2"}


def test_sheets_may_be_hidden_grouped_or_of_another_file(read: Callable[..., Book]) -> None:
    def style(name: str, display: str) -> str:
        properties = f'<style:table-properties table:display="{display}"/>'
        return f'<style:style style:name="{name}" style:family="table">{properties}</style:style>'

    def group(rows: str) -> str:
        return f"<table:table-row-group>{rows}</table:table-row-group>"

    grouped = f"<table:table-header-rows>{row(cell(1))}</table:table-header-rows>"
    grouped += group(row(cell(2)) + group(row(cell(3))))
    inner = row(cell(4, text=table(row(cell(77)) * 5, "In")))
    book = read(
        f'<table:table table:name="A" table:style-name="ta1">{grouped}{inner}{row(cell(5))}</table:table>'
        f'<table:table table:name="B" table:style-name="ta2"/>'
        + table(f"<table:table-source/>{row(cell(1))}", "'file:///x.ods'#$A"),
        style("ta1", "false") + style("ta2", "true"),
    )
    assert [(sheet.name, sheet.visible) for sheet in book.sheets.values()] == [("A", False), ("B", True)]
    assert [book.sheets["A"].value(n, 1) for n in range(1, 7)] == [1, 2, 3, 4, 5, None]


def test_charts_and_text_boxes_are_read(tmp_path: Path) -> None:
    chart = (
        "<chart:chart><chart:title><text:p>Loss</text:p></chart:title><chart:plot-area>"
        '<chart:series chart:values-cell-range-address="One.B1:One.B9">'
        '<chart:domain table:cell-range-address="One.A1:.A9"/></chart:series>'
        """<chart:series chart:values-cell-range-address="'T w o'.B1:.B9"/></chart:plot-area></chart:chart>"""
    )
    shapes = (
        '<table:shapes><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame><draw:frame><draw:text-box>'
        "<text:p>E = 1</text:p><text:p>E = 2</text:p></draw:text-box></draw:frame></table:shapes>"
    )
    inside = parts(document(table(row(cell(1)), before=shapes))) | {CHART: document(chart, part="chart")}
    pack(inside)(tmp_path / "charts.ods")
    book = read_workbook(tmp_path / "charts.ods")
    assert book.boxes == [("One", "E = 1\nE = 2")]
    (found,) = book.charts
    assert (found.sheet, found.title) == ("One", "Loss")
    assert found.series == (Series("One!A1:A9", "One!B1:B9"), Series("One!A1:A9", "'T w o'!B1:B9"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, opendocument: Callable[[list[Path]], list[Path]]) -> list[Path]:
    """A workbook with every kind of thing, and some layouts: as .xlsx, then as .ods."""
    folder = tmp_path_factory.mktemp("both")
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "It's one"
    sheet["A1"], sheet["A2"], sheet["A3"], sheet["A4"] = 1.5, "two  words\nand more", "=1/0", '="x"&A2'
    sheet["B1"] = ArrayFormula("B1:C2", "=MMULT(E1:F2,E1:F2)")
    for place, value in {"E1": 1, "F1": 2, "E2": 3, "F2": 4}.items():
        sheet[place] = value
    sheet["D1"], sheet["D2"], sheet["D3"] = "=rate*2", "=SUM('It''s one'!A1,Other!A:A)", "=_xlfn.STDEV.S(E1:F2)"
    sheet.merge_cells("G1:H3")
    sheet["G1"] = "merged"
    workbook.create_sheet("Other")["A1"] = 7
    workbook.create_sheet("Hidden").sheet_state = "hidden"
    workbook.defined_names["rate"] = openpyxl.workbook.defined_name.DefinedName("rate", attr_text="Other!$A$1")
    workbook.save(folder / "every.xlsx")
    files = [
        folder / "every.xlsx",
        *(save(build(layout), folder / f"{n}.xlsx") for n, layout in enumerate(LAYOUTS[::9])),
    ]
    return [*files, *opendocument(files)]


def test_what_libreoffice_writes_is_read(written: list[Path]) -> None:
    file = next(file for file in written if file.name == "every.ods")
    assert scan_workbook(file) == ()
    book = read_workbook(file)
    one = book.sheets["It's one"]
    assert [one.value(n, 1) for n in range(1, 5)] == [1.5, "two  words\nand more", "#DIV/0!", "xtwo  words\nand more"]
    assert [[one.value(r, c) for c in (2, 3)] for r in (1, 2)] == [[7, 10], [15, 22]]
    assert one.arrays == {(1, 2): (2, 3)}
    assert formula(book, "It's one", 1, 2) == "MMULT(E1:F2,E1:F2)"
    assert formula(book, "It's one", 2, 4) == "SUM('It''s one'!A1,Other!A:A)"
    assert formula(book, "It's one", 3, 4) == "STDEV.S(E1:F2)"
    assert (one.value(1, 4), one.value(1, 7), one.tree(1, 8), one.tree(9, 1)) == (14, "merged", None, None)
    assert book.names == {"RATE": "Other!$A$1"}
    assert [sheet.visible for sheet in book.sheets.values()] == [True, True, False]


def test_a_workbook_is_the_same_in_both_formats(written: list[Path]) -> None:
    files = {file.stem: file for file in written if file.suffix == ".xlsx" and file.stem != "every"}
    assert files
    for name, file in files.items():
        excel, other = read_workbook(file), read_workbook(next(f for f in written if f.name == f"{name}.ods"))
        assert excel.sheets.keys() == other.sheets.keys()
        for title, sheet in excel.sheets.items():
            for column, cells in sheet.columns.items():
                assert list(cells.rows) == list(other.sheets[title].columns[column].rows)
                for at_row in cells.rows:
                    assert formula(excel, title, at_row, column) == formula(other, title, at_row, column)
                    if sheet.tree(at_row, column) == CONSTANT:
                        assert other.sheets[title].value(at_row, column) == sheet.value(at_row, column)
