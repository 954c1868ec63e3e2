"""What names mean: of one sheet or of all, whole columns, parts of tables; arrays, tables and data tables as read."""

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table, TableColumn

from backprop.spreadsheet.book import CONSTANT, Book, TableArea, address
from backprop.spreadsheet.contents import cell_number, named
from backprop.spreadsheet.formula import Area, Name, NotComputableError, Reference, render
from backprop.spreadsheet.names import resolve
from backprop.spreadsheet.recalculate import recalculate
from backprop.spreadsheet.scan import scan_workbook
from backprop.spreadsheet.xlsx.read import read_book
from groundfloor.errors import UnreadableError
from tests.backprop.conftest import edit_part, recalculate_with_ironcalc

SHEET, TABLE = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
FORMULAS = {  # on sheet Data, beside the table in A1:C5
    "E2": "=SUM(Table1[w])",
    "E3": "=SUM(Table1[[#Totals],[w]],1)",
    "E4": "=SUM(Table1[[w]:[g x]])",
    "E5": "=SUM(Table1[#All])",
    "E6": "=SUM(Table1)",
    "F2": "=Table1[[#This Row],[w]]*10",
    "F3": "=Table1[[#This Row],[w]]*10",
    "G1": "=rate*2",
    "G2": "=SUM(B:B)",
    "G4": "=Other!rate+1",
    "Other!A1": "=rate*2",
    "Other!A2": "=Data!B2+first",
    "Other!A3": "=SUM(1:2)",
}
UNKNOWN_TO_IRONCALC = {("Data", "E6"): 25.5, ("Data", "G4"): 9.0}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    data, other = workbook.active, workbook.create_sheet("Other")
    data.title = "Data"
    for row in (["name", "w", "g x"], ["a", 1.5, 4], ["b", 2.5, 6], ["c", 3.5, 8], ["total", 100, 200]):
        data.append(row)
    table = Table(displayName="Table1", ref="A1:C5", totalsRowCount=1)
    table.tableColumns = [TableColumn(id=n, name=name) for n, name in enumerate(("name", "w", "g x"), 1)]
    data.add_table(table)
    for place, formula in FORMULAS.items():
        sheet, _, cell = place.rpartition("!")
        workbook[sheet or "Data"][cell] = formula
    other["B1"], other["B2"] = 7, 8
    workbook.defined_names["rate"] = DefinedName("rate", attr_text="Other!$B$1")
    workbook.defined_names["first"] = DefinedName("first", attr_text="Data!$B$2")
    other.defined_names["rate"] = DefinedName("rate", attr_text="Other!$B$2")
    file = tmp_path / "names.xlsx"
    workbook.save(file)
    return file


@pytest.fixture
def book(file: Path) -> Book:
    return read_book(file)


def test_names_of_a_sheet_are_kept_apart_from_those_of_the_workbook(book: Book):
    assert book.names == {"RATE": "Other!$B$1", "FIRST": "Data!$B$2"}
    assert book.sheet_names == {("Other", "RATE"): "Other!$B$2"}


def test_a_table_is_read_with_its_place_its_rows_and_its_columns(book: Book):
    assert book.tables == {"TABLE1": TableArea("Data", 1, 1, 5, 3, 1, 1, ("name", "w", "g x"))}


@pytest.mark.parametrize(
    ("text", "sheet", "expected"),
    [
        ("rate", "Data", "Other!$B$1"),
        ("RATE", "Other", "Other!$B$2"),
        ("other!rate", "Data", "Other!$B$2"),
        ("Other!first", "Data", "Data!$B$2"),  # the workbook's, where the sheet has none
        ("[0]!rate", "Other", "Other!$B$1"),
        ("B:$A", None, "$A$1:$B$1048576"),
        ("Other!3:4", "Data", "Other!$A$3:$XFD$4"),
        ("Table1", None, "Data!$A$2:$C$4"),
        ("table1[]", None, "Data!$A$2:$C$4"),
        ("Table1[W]", None, "Data!$B$2:$B$4"),
        ("Table1[#All]", None, "Data!$A$1:$C$5"),
        ("Table1[[#Headers],[#Data],[w]]", None, "Data!$B$1:$B$4"),
        ("Table1[[#Totals],[g x]]", None, "Data!$C$5"),
        ("Table1[[w]:[g x]]", None, "Data!$B$2:$C$4"),
        ("Table1[[#This Row],[w]]", None, "Data!$B9"),
        ("Table1[@w]", None, "Data!$B9"),
        ("Table1[@[g x]]", None, "Data!$C9"),
        ("Table1[@[w]:[g x]]", None, "Data!$B9:$C9"),
        ("Table1[@]", None, "Data!$A9:$C9"),
    ],
)
def test_a_name_means_cells(text: str, sheet: str | None, expected: str, book: Book):
    assert render(resolve(book, Name(text), sheet), 9, 9) == expected


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("nothing", "nothing is not known"),
        ("Table1[h]", "no such column"),
        ("Table1[#Odd]", "no such rows"),
        ("Table1[[w],[g x]]", "not one area"),
        ("Table2[w]", "not known"),
        ("[1]Book!rate2", "not known"),
        ("A:XFE", "not known"),
    ],
)
def test_what_means_nothing_is_refused(text: str, match: str, book: Book):
    with pytest.raises(NotComputableError, match=match):
        resolve(book, Name(text), "Data")


def test_a_name_is_a_cell_or_refused(book: Book):
    assert named(book, Name("Table1[[#Totals],[w]]")) == Reference(5, 2, True, True, "Data")
    assert isinstance(resolve(book, Name("Table1[w]")), Area)
    with pytest.raises(NotComputableError, match="is not a cell"):
        named(book, Name("Table1[w]"))


def test_a_cell_reads_the_name_of_its_own_sheet(book: Book):
    assert cell_number(book, ("Data", 1, 7)) == 14
    assert cell_number(book, ("Other", 1, 1)) == 16


def test_formulas_with_names_and_tables_give_what_ironcalc_gives(file: Path, book: Book):
    ours = {
        (name, address(row, column)): value
        for name, cells in recalculate(book, set()).items()
        for (row, column), value in cells.items()
    }
    assert len(ours) == len(FORMULAS)
    theirs = recalculate_with_ironcalc(file)
    for place, value in UNKNOWN_TO_IRONCALC.items():
        assert ours.pop(place) == value
        assert isinstance(theirs[place[0]][place[1]], str)
    assert ours == {place: theirs[place[0]][place[1]] for place in ours}


def edited(file: Path, part: str, old: str, new: str) -> Path:
    target = file.with_name("edited.xlsx")
    edit_part(file, target, part, lambda xml: re.sub(old, new, xml))
    return target


@pytest.mark.parametrize(
    ("old", "new"),
    [('ref="A1:C5"', 'ref="A1:"'), ('ref="A1:C5"', 'ref="A:C"'), ('totalsRowCount="1"', 'totalsRowCount="7"'),
     ('ref="A1:C5"', 'ref="A1:C1"'), ('totalsRowCount="1"', 'totalsRowCount="one"'), ("<table ", "<tables "),
     ("</table>", "</tables>")],
)  # fmt: skip
def test_a_table_that_makes_no_sense_is_left_out(old: str, new: str, file: Path):
    if "table" in old and "<" in old:
        new_file = file.with_name("other.xlsx")
        edit_part(file, new_file, TABLE, lambda xml: xml.replace("<table ", "<list ").replace("</table>", "</list>"))
    else:
        new_file = edited(file, TABLE, old, new)
    assert read_book(new_file).tables == {}


def test_a_name_of_a_sheet_that_is_not_there_is_left_out(file: Path):
    for number in ("9", "-1", "x"):
        book = read_book(edited(file, "xl/workbook.xml", 'localSheetId="1"', f'localSheetId="{number}"'))
        assert book.sheet_names == {}
        assert book.names == {"RATE": "Other!$B$1", "FIRST": "Data!$B$2"}


def test_a_part_of_a_table_is_scanned_whatever_it_begins_with(file: Path):
    bomb = "<!DOCTYPE x [<!ENTITY a 'b'>]>" + " " * 10
    with pytest.raises(UnreadableError, match="DOCTYPE"):
        scan_workbook(edited(file, TABLE, "^", bomb))


@pytest.fixture
def arrays(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = ArrayFormula("A1:B3", "=TRANSPOSE(D1:F2)")
    sheet["A5"] = ArrayFormula("A5", "=SUM(D1:D3*2)")
    for place, content in {
        "A6": "=A1",
        "D1": "=F1",
        "F1": 1,
        "B2": 6,
        "C2": "=B2+1",
        "C5": "=D1*2",
        "C6": "=D2",
        "D2": 4,
    }.items():
        sheet[place] = content
    workbook.save(tmp_path / "arrays.xlsx")
    values = {"A1": 1, "D1": 1, "A5": 2, "A6": 1, "C2": 7, "C5": 2, "C6": 4}
    return edited_values(tmp_path / "arrays.xlsx", values)


def edited_values(file: Path, values: dict[str, int]) -> Path:
    def edit(xml: str) -> str:
        for cell, value in values.items():
            xml, count = re.subn(rf'(<c r="{cell}"[^>]*><f[^>]*>[^<]*</f>)<v></v>', rf"\g<1><v>{value}</v>", xml)
            assert count == 1, cell
        return xml

    edit_part(file, file.with_name("with-values.xlsx"), SHEET, edit)
    return file.with_name("with-values.xlsx")


def test_arrays_are_read_with_the_last_cell_that_they_fill(arrays: Path):
    assert read_book(arrays).sheets["Sheet"].arrays == {(1, 1): (3, 2), (5, 1): (5, 1)}


@pytest.mark.parametrize("area", ["A1:B", "", "B2:A0", "x"])
def test_an_array_without_a_proper_area_is_one_cell(area: str, arrays: Path):
    file = edited(arrays, SHEET, 'ref="A1:B3"', f'ref="{area}"')
    assert read_book(file).sheets["Sheet"].arrays[1, 1] == (1, 1)


def test_a_changed_array_loses_its_values_and_so_does_what_reads_them(arrays: Path):
    book = read_book(arrays)
    changed = recalculate(book, {("Sheet", 1, 4)})["Sheet"]
    assert changed == {(1, 1): None, (2, 2): None, (2, 3): None, (5, 1): None, (6, 1): None, (5, 3): 2.0, (1, 4): 1.0}
    assert recalculate(read_book(arrays), set())["Sheet"] == {}


@pytest.mark.parametrize(
    "formula", ["SUM({1,2})*D1", "SUM(D1:INDEX(D1:D3,2))", "LAMBDA(x,x+1)(D1)", "SUM(D1,)", "LET(x,D1,x)"]
)
def test_a_formula_with_what_is_not_computed_loses_its_value(formula: str, arrays: Path):
    file = edited(arrays, SHEET, r"D1\*2", formula)
    assert recalculate(read_book(file), {("Sheet", 1, 4)})["Sheet"][5, 3] is None


def test_an_area_up_to_a_place_that_is_computed_loses_its_value_whatever_changes(arrays: Path):
    file = edited(arrays, SHEET, r"D1\*2", "SUM(B1:INDEX(D1:D3,2))")
    assert recalculate(read_book(file), {("Sheet", 2, 3)})["Sheet"][5, 3] is None


def test_whole_columns_and_rows_move_in_a_shared_formula(arrays: Path):
    shared = (
        '<f t="shared" ref="C5:C6" si="0">SUM(A:$B,1:2,$A:$B)+D1</f><v>2</v>',
        '<f t="shared" si="0"/>',
    )
    file = edited(arrays, SHEET, "<f>D1\\*2</f><v>2</v>", shared[0])
    book = read_book(edited(file.rename(file.with_name("first.xlsx")), SHEET, "<f>D2</f>", shared[1]))
    sheet = book.sheets["Sheet"]
    first, second = (book.trees[sheet.tree(row, 3)] for row in (5, 6))  # type: ignore[index]
    assert render(first, 5, 3) == "SUM(A:$B,1:2,$A:$B)+D1"  # type: ignore[arg-type]
    assert render(second, 6, 3) == "SUM(A:$B,2:3,$A:$B)+D2"  # type: ignore[arg-type]


def test_a_data_table_is_no_formula(arrays: Path):
    file = edited(arrays, SHEET, "<f>D2</f>", '<f t="dataTable" ref="C6:C7" dt2D="0" dtr="0" r1="D1">D2</f>')
    sheet = read_book(file).sheets["Sheet"]
    assert (sheet.tree(6, 3), sheet.value(6, 3)) == (CONSTANT, 4)
