"""Cells that are marked and are not there yet: made where the schema has them, in time in proportion."""

import time

from lxml import etree

from backprop.check.copies.places import places
from backprop.check.copies.xlsx.comment_boxes import BEFORE
from backprop.spreadsheet.xlsx.cells import find_cells, in_order
from backprop.spreadsheet.xlsx.markup import MAIN, tag
from tests.speed import slowness


def test_empty_cells_are_made_where_they_belong() -> None:
    sheet = etree.fromstring(
        f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="3" style="7"/></cols><sheetData>'
        '<row r="2" s="5" customFormat="1" spans="2:4"><c r="B2"/><c r="D2"/></row>'
        '<row r="4"><c/><c r="D4"/><extLst/></row></sheetData></worksheet>'
    )
    found = find_cells(sheet, [(1, 1), (2, 3), (2, 9), (3, 2), (4, 1), (4, 2), (4, 5), (5, 1)])
    assert [(row.get("r"), [cell.get("r") for cell in row]) for row in sheet.iter(tag("row"))] == [
        ("1", ["A1"]), ("2", ["B2", "C2", "D2", "I2"]), ("3", ["B3"]), ("4", [None, "B4", "D4", "E4", None]),
        ("5", ["A5"]),
    ]  # fmt: skip
    styles = {place: cell.get("s") for place, cell in found.items()}
    assert styles == {
        (1, 1): None,
        (2, 3): "5",
        (2, 9): "5",
        (3, 2): "7",
        (4, 1): None,
        (4, 2): "7",
        (4, 5): None,
        (5, 1): None,
    }
    assert sheet.find(f".//{tag('row')}[@spans]") is None


def test_an_element_is_put_where_the_schema_has_it() -> None:
    root = etree.fromstring(f'<w xmlns="{MAIN}"><sheetData/><drawing/><tableParts/></w>')
    in_order(root, etree.Element(tag("legacyDrawing")), BEFORE)
    in_order(root, etree.Element(tag("first")), "nothing")
    names = [etree.QName(child).localname for child in root]
    assert names == ["first", "sheetData", "drawing", "legacyDrawing", "tableParts"]


def test_making_many_cells_takes_time_in_proportion() -> None:
    sheet = etree.fromstring(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')
    start = time.process_time()
    assert len(find_cells(sheet, places("A1:B30000"))) == 60_000
    assert time.process_time() - start < 5 * slowness()
