"""The elements of a sheet's XML: cells found or made where they belong, and the places that a range names."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from backprop.spreadsheet.book import Place
from backprop.spreadsheet.limits import LAST_COLUMN
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.xlsx.markup import tag


def in_order(root: etree._Element, element: etree._Element, before: str) -> None:
    """Put an element behind all its siblings of those names, which are separated by spaces."""
    names = set(before.split())
    last = [index for index, child in enumerate(root) if _local(child) in names]
    root.insert(last[-1] + 1 if last else 0, element)


def find_cells(root: etree._Element, wanted: Iterable[Place]) -> dict[Place, etree._Element]:
    """The sheet's elements of those cells. What is not there is made, in the style of its row or column."""
    by_row: dict[int, set[int]] = defaultdict(set)
    for row, column in wanted:
        by_row[row].add(column)
    data = root.find(tag("sheetData"))
    if data is None:
        raise PartsError("a sheet without cells")
    rows: dict[int, etree._Element] = {}
    number = 0
    for element in data.iterchildren(tag("row")):
        number = int(element.get("r", number + 1))
        rows[number] = element
    styles, known = _column_styles(root), sorted(rows)
    cells = {}
    for number in sorted(by_row):
        if number not in rows:
            rows[number] = etree.Element(tag("row"), r=str(number))
            _insert(data, rows[number], rows, known, number)
        for column, cell in _cells_of(rows[number], number, by_row[number], styles).items():
            cells[number, column] = cell
    return cells


def _insert(
    parent: etree._Element, new: etree._Element, there: dict[int, etree._Element], known: list[int], number: int
) -> None:
    """Put a row or a cell before the next of those known from the start; new ones come in order."""
    index = bisect(known, number)
    if index < len(known):
        there[known[index]].addprevious(new)
    else:
        last = next(parent.iterchildren(reversed=True), None)
        if last is not None and last.tag == tag("extLst"):  # a row may end in one
            last.addprevious(new)
        else:
            parent.append(new)


def _cells_of(row: etree._Element, number: int, wanted: set[int], styles: dict[int, str]) -> dict[int, etree._Element]:
    there: dict[int, etree._Element] = {}
    column = 0
    for cell in row.iterchildren(tag("c")):
        letters = cell.get("r", "").rstrip("0123456789")
        column = column_index_from_string(letters) if letters else column + 1
        there[column] = cell
    known = sorted(there)
    for column in sorted(wanted - there.keys()):
        cell = etree.Element(tag("c"), r=f"{get_column_letter(column)}{number}")
        style = row.get("s") if row.get("customFormat") in ("1", "true") else styles.get(column)
        if style is not None:
            cell.set("s", style)
        _insert(row, cell, there, known, column)
        there[column] = cell
        row.attrib.pop("spans", "")  # a hint that may no longer hold
    return {column: there[column] for column in wanted}


def _column_styles(root: etree._Element) -> dict[int, str]:
    styles = {}
    for column in root.iterfind(f"{tag('cols')}/{tag('col')}"):
        if (style := column.get("style")) is not None:
            first, last = int(column.get("min", "1")), int(column.get("max", "1"))
            styles.update(dict.fromkeys(range(first, min(last, LAST_COLUMN) + 1), style))
    return styles


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
