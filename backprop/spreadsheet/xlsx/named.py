"""What has a name in the parts of a workbook -> Book: defined names, of the workbook or of one sheet, and tables."""

import re

from lxml import etree
from openpyxl.utils import range_boundaries

from backprop.spreadsheet.book import Book, TableArea
from backprop.spreadsheet.xlsx.markup import tag

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML cannot hold, such as a line feed


def read_names(root: etree._Element, book: Book) -> None:
    """The defined names of a workbook part."""
    sheets = [element.get("name", "") for element in root.iter(tag("sheet"))]
    for element in root.iter(tag("definedName")):
        name, text, number = element.get("name", "").upper(), (element.text or "").strip(), element.get("localSheetId")
        if number is None:
            book.names[name] = text
        elif re.fullmatch("[0-9]{1,4}", number) and int(number) < len(sheets):
            book.sheet_names[sheets[int(number)], name] = text


def read_table(root: etree._Element, book: Book, sheet: str) -> None:
    """The table of a table part of that sheet; one whose place or rows make no sense is left out."""
    try:
        left, top, right, bottom = range_boundaries(root.get("ref", "").replace("$", ""))
        headers, totals = int(root.get("headerRowCount", "1")), int(root.get("totalsRowCount", "0"))
    except (TypeError, ValueError):
        return
    columns = tuple(_unescaped(column.get("name", "")) for column in root.iter(tag("tableColumn")))
    name = root.get("displayName", root.get("name", ""))
    sensible = None not in (left, top, right, bottom) and 0 <= headers <= 1 and 0 <= totals <= 1
    if root.tag == tag("table") and sensible and bottom - top + 1 >= headers + totals and left <= right:
        book.tables[name.upper()] = TableArea(sheet, top, left, bottom, right, headers, totals, columns)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
