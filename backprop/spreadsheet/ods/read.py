"""OpenDocument file -> Book, row by row with lxml. It has been scanned before; what is odd but harmless is left out."""

import contextlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from lxml import etree

from backprop.spreadsheet.book import CONSTANT, Book, Sheet, Value
from backprop.spreadsheet.filling import ORIGIN, Filling
from backprop.spreadsheet.ods.charts import read_chart
from backprop.spreadsheet.ods.markup import (
    COLUMNS_REPEATED,
    CONTENT,
    DRAW,
    LINK,
    OFFICE,
    ROWS_REPEATED,
    STYLE,
    TEXT,
    repeats,
    tag,
)
from backprop.spreadsheet.ods.names import read_name
from backprop.spreadsheet.ods.openformula import to_excel
from backprop.spreadsheet.ods.values import paragraphs, stored_value
from backprop.spreadsheet.package.markup import SAFE, parse_xml
from groundfloor.errors import UnreadableError

_SPREADSHEET, _TABLE, _ROW = tag("spreadsheet", OFFICE), tag("table"), tag("table-row")
_CELLS = {tag("table-cell"), tag("covered-table-cell")}
_NAMES = (tag("named-range"), tag("named-expression"))
_OBJECT, _SHAPES = tag("object", DRAW), (tag("text-box", DRAW), tag("custom-shape", DRAW))
_STYLE, _NULL_DATE, _SOURCE = tag("style", STYLE), tag("null-date"), tag("table-source")
_HEARD = (_SPREADSHEET, _TABLE, _ROW, *_NAMES, _OBJECT, *_SHAPES, _STYLE, _NULL_DATE, _SOURCE)
_FORMULA, _TYPE, _PARAGRAPH = tag("formula"), tag("value-type", OFFICE), tag("p", TEXT)
_MATRIX_ROWS, _MATRIX_COLUMNS = (tag(f"number-matrix-{lines}-spanned") for lines in ("rows", "columns"))
# A reference whose row moves when the formula is filled down: letter(s) and row without '$', behind the sheet's dot.
_MOVING_ROW = re.compile(r"(?<=\.)(\$?[A-Za-z]{1,3})([0-9]{1,7})(?=[:\]])")


def read_opendocument(file: Path) -> Book:
    """Every sheet with its formulas and stored values, defined names, charts and text boxes."""
    book = Book()
    with ZipFile(file) as archive:
        with archive.open(CONTENT) as stream:
            reader = _Reader(book)
            reader.read(stream)
        parts = set(archive.namelist())
        for sheet, folder in reader.objects:
            part = f"{folder.removeprefix('./').rstrip('/')}/{CONTENT}"
            if part in parts and (chart := read_chart(parse_xml(archive.read(part)), sheet)) is not None:
                book.charts.append(chart)
    return book


class _Reader:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.filling = Filling(book, _MOVING_ROW, to_excel)
        self.sheet: Sheet | None = None  # that is being read
        self.depth, self.row = 0, 1  # of tables in tables; the next row
        self.origin: date = ORIGIN
        self.hidden: set[str] = set()  # styles of sheets
        self.objects: list[tuple[str, str]] = []  # (sheet, folder) of what is embedded
        self.is_spreadsheet = False

    def read(self, stream: IO[bytes]) -> None:
        for event, element in etree.iterparse(stream, events=("start", "end"), tag=_HEARD, **SAFE):
            (self._starts if event == "start" else self._ends)(element)
        if not self.is_spreadsheet:
            raise UnreadableError("an OpenDocument file that holds no spreadsheet")

    def _starts(self, element: etree._Element) -> None:
        if element.tag == _SPREADSHEET:
            self.is_spreadsheet = True
        if element.tag != _TABLE:
            return
        self.depth += 1
        parent = element.getparent()
        if parent is not None and parent.tag == _SPREADSHEET:
            visible = element.get(tag("style-name"), "") not in self.hidden
            self.sheet, self.row = Sheet(element.get(tag("name"), ""), visible), 1
            self.book.sheets[self.sheet.name] = self.sheet
            self.filling.begin()

    def _ends(self, element: etree._Element) -> None:
        sheet = self.sheet
        if element.tag == _ROW:
            if sheet is not None and self.depth == 1:
                self._read_row(sheet, element)
            _forget(element)
        elif element.tag == _TABLE:
            self.depth -= 1
            if self.depth == 0:
                self.sheet = None
                _forget(element)
        elif element.tag == _STYLE:
            properties = element.find(tag("table-properties", STYLE))
            if properties is not None and properties.get(tag("display")) == "false":
                self.hidden.add(element.get(tag("name", STYLE), ""))
        elif element.tag in _NAMES:
            read_name(element, self.book, sheet.name if sheet else None)
        elif element.tag == _NULL_DATE:
            self._null_date(element.get(tag("date-value"), ""))
        elif sheet is not None:
            if element.tag == _OBJECT:
                self.objects.append((sheet.name, element.get(tag("href", LINK), "")))
            elif element.tag == _SOURCE:  # cells of another file, kept for formulas that read them
                self.book.sheets.pop(sheet.name, None)
                self.sheet = None
            elif text := paragraphs(element):
                self.book.boxes.append((sheet.name, text))

    def _null_date(self, text: str) -> None:
        with contextlib.suppress(ValueError):
            self.origin = date.fromisoformat(text)

    def _read_row(self, sheet: Sheet, row: etree._Element) -> None:
        """The row's cells, in each row for which it stands."""
        first, often = self.row, repeats(row.get(ROWS_REPEATED))
        self.row += often
        held = list(self._cells(sheet, row, first))
        for number in range(first, first + often if held else first):
            for column, last, tree, value in held:
                if tree == CONSTANT:
                    for place in range(column, last + 1):
                        self.filling.put(sheet, number, place, CONSTANT, value)
                elif number == first:  # where a formula says it repeats itself, LibreOffice sees only the first
                    self.filling.put(sheet, number, column, tree, value)

    def _cells(self, sheet: Sheet, row: etree._Element, number: int) -> Iterator[tuple[int, int, int, Value]]:
        """First and last column, tree and value of every cell that holds something."""
        column = 1
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            first, column = column, column + repeats(cell.get(COLUMNS_REPEATED))
            formula, kind = cell.get(_FORMULA), cell.get(_TYPE)
            if formula is not None:
                tree = self.filling.formula(formula, number, first)
                if (down := cell.get(_MATRIX_ROWS)) and (across := cell.get(_MATRIX_COLUMNS)):
                    sheet.arrays[number, first] = (number + repeats(down) - 1, first + repeats(across) - 1)
                yield first, first, tree, stored_value(cell, kind, self.origin)
            elif kind is not None or cell.find(_PARAGRAPH) is not None:
                yield first, column - 1, CONSTANT, stored_value(cell, kind, self.origin)


def _forget(element: etree._Element) -> None:
    """Free what has been read."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
