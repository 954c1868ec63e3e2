"""File -> Book, part by part with lxml. The file has been scanned before; what is odd but harmless is left out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from lxml import etree
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils import column_index_from_string

from backprop.spreadsheet.book import CONSTANT, Book, Chart, Place, Series, Sheet, Value, address
from backprop.spreadsheet.filling import Filling, days, number_or_text
from backprop.spreadsheet.package.markup import SAFE, parse_xml
from backprop.spreadsheet.xlsx.markup import CHART, DRAWING, RELATED, tag, transitional
from backprop.spreadsheet.xlsx.named import read_names, read_table
from backprop.spreadsheet.xlsx.relations import related, relations_part
from groundfloor.errors import UnreadableError

_ROW, _CELL, _FORMULA, _VALUE, _INLINE, _TEXT, _PHONETIC = map(tag, ("row", "c", "f", "v", "is", "t", "rPh"))
_TEXT_RUN, _PARAGRAPH = tag("t", DRAWING), tag("p", DRAWING)
_HEAD = 64 * 1024  # bytes in which a part names its namespaces
_POSITION = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# A reference whose row moves when the formula is filled down: letter(s) and row without '$'.
_MOVING_ROW = re.compile(r"(?<![A-Za-z0-9_.])(\$?[A-Za-z]{1,3})([0-9]{1,7})(?![A-Za-z0-9_(.!])")
# Whole columns or rows that move when the formula is filled to the right or down.
_MOVING_LINE = re.compile(r"(?<![A-Za-z0-9_.$:])(?:[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$[A-Za-z]{1,3}:[A-Za-z]{1,3}"
                          r"|[0-9]{1,7}:\$?[0-9]{1,7}|\$[0-9]{1,7}:[0-9]{1,7})(?![A-Za-z0-9_.(:])")  # fmt: skip


def read_book(file: Path) -> Book:
    """Every sheet with its formulas and cached values, defined names, tables, charts and text boxes."""
    book = Book()
    with ZipFile(file) as archive:
        package = _Package(archive)
        workbook = package.workbook()
        root = package.xml(workbook)
        if root.tag != tag("workbook"):
            raise UnreadableError(
                f"its workbook part is of another format ({root.tag[:80]}); save it as .xlsx in Excel"
            )
        related = package.related(workbook)
        strings = next((part for kind, part in related.values() if kind.endswith("/sharedStrings")), None)
        shared = list(_shared_strings(package, strings)) if strings and strings in package.parts else []
        read_names(root, book)
        reader = _SheetReader(book, shared)
        for element in root.iter(tag("sheet")):
            kind, part = related.get(element.get(tag("id", RELATED), ""), ("", ""))
            sheet = Sheet(element.get("name", ""), element.get("state", "visible") == "visible")
            if not kind.endswith("/worksheet") or part not in package.parts:
                continue
            book.sheets[sheet.name] = sheet
            with archive.open(part) as stream:
                reader.read(sheet, _Transitional(stream))
            _drawings(package, book, sheet.name, part)
            for kind, table in package.related(part).values():
                if kind.endswith("/table") and table in package.parts:
                    read_table(package.xml(table), book, sheet.name)
    return book


class _Package:
    """The parts of a workbook and the relations between them."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.parts = set(archive.namelist())

    def workbook(self) -> str:
        """The part that holds the workbook."""
        for kind, part in self.related("").values():
            if kind.endswith("/officeDocument") and part in self.parts:
                return part
        raise UnreadableError("no relation leads to its workbook part")

    def xml(self, part: str) -> etree._Element:
        """The root of a part."""
        return parse_xml(transitional(self.archive.read(part)))

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (type, part)."""
        file = relations_part(part)
        return related(self.xml(file), part) if file in self.parts else {}


def _shared_strings(package: _Package, part: str) -> Iterator[str]:
    for item in package.xml(part).iter(tag("si")):
        yield "".join(text.text or "" for text in item.iter(_TEXT) if _parent(text) != _PHONETIC)


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.tag)


class _Transitional:
    """A sheet's part as bytes; the names of the strict form, which stand where its XML begins, as the usual ones."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._head = stream, transitional(stream.read(_HEAD))

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head, b""
        return head or self._stream.read(size)


class _SheetReader:
    def __init__(self, book: Book, shared_strings: list[str]) -> None:
        self.filling, self.strings = Filling(book, _MOVING_ROW), shared_strings

    def read(self, sheet: Sheet, stream: _Transitional) -> None:
        # Number and place of each shared formula, with its text where whole columns or rows in it move.
        self.masters: dict[str, tuple[int, str, int, int]] = {}
        self.filling.begin()
        row_number = 0
        for _, row in etree.iterparse(stream, events=("end",), tag=_ROW, **SAFE):
            row_number = int(row.get("r", row_number + 1))
            column = 0
            for cell in row:
                if cell.tag != _CELL:
                    continue
                match = _POSITION.fullmatch(cell.get("r", ""))
                column = column_index_from_string(match[1]) if match else column + 1
                self._cell(sheet, row_number, column, cell)
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
        self.filling.finish(sheet)

    def _cell(self, sheet: Sheet, row: int, column: int, cell: etree._Element) -> None:
        tree, text, inline = CONSTANT, None, None
        for child in cell:
            if child.tag == _VALUE:
                text = child.text
            elif child.tag == _FORMULA:
                tree = self._formula(sheet, child, row, column)
            elif child.tag == _INLINE:
                inline = "".join(part.text or "" for part in child.iter(_TEXT))
        if tree == CONSTANT and text is None and inline is None:
            return
        kind = cell.get("t", "n")
        value = number_or_text(text) if kind == "n" and text is not None else self._value(kind, text, inline)
        self.filling.put(sheet, row, column, tree, value)

    def _value(self, kind: str, text: str | None, inline: str | None) -> Value:
        if text is None:
            return inline if kind != "b" else False
        match kind:
            case "s":
                return self._shared_string(text)
            case "b":
                return text == "1"
            case "d":
                return days(text)
        return text

    def _shared_string(self, index: str) -> str:
        """The text of that number; empty where there is none, as spreadsheets show it."""
        try:
            number = int(index)
        except ValueError:
            return ""
        return self.strings[number] if 0 <= number < len(self.strings) else ""

    def _formula(self, sheet: Sheet, element: etree._Element, row: int, column: int) -> int:
        text, kind = element.text, element.get("t")
        if kind == "shared" and not text:
            return self._shared(self.masters.get(element.get("si", "")), row, column)
        if not text or kind == "dataTable":  # what another formula gives for many inputs
            return CONSTANT
        number = self.filling.formula(f"={text}", row, column)
        if kind == "array":
            sheet.arrays[row, column] = _last(element.get("ref", ""), (row, column))
        elif kind == "shared":
            moving = text if _MOVING_LINE.search(text) else ""
            self.masters[element.get("si", "")] = number, moving, row, column
        return number

    def _shared(self, master: tuple[int, str, int, int] | None, row: int, column: int) -> int:
        """The formula of a first cell in another; trees are relative, but for whole columns and rows in them."""
        if master is None:
            return self.filling.number("a shared formula whose first cell is missing")
        number, text, *place = master
        if not text:
            return number
        try:
            moved = Translator(f"={text}", address(*place)).translate_formula(address(row, column))
        except TranslatorError:
            return self.filling.number("a shared formula that leaves the sheet")
        return self.filling.formula(moved, row, column)


def _last(area: str, first: Place) -> Place:
    """The last cell of an area that begins there; that cell itself where the area makes no sense."""
    match = re.fullmatch(r"(?:\$?[A-Z]{1,3}\$?[0-9]{1,7}:)?\$?([A-Z]{1,3})\$?([0-9]{1,7})", area)
    last = (int(match[2]), column_index_from_string(match[1])) if match else first
    return last if last[0] >= first[0] and last[1] >= first[1] else first


def _drawings(package: _Package, book: Book, sheet: str, part: str) -> None:
    for kind, drawing in package.related(part).values():
        if not kind.endswith("/drawing") or drawing not in package.parts:
            continue
        for shape in package.xml(drawing).iter("{*}txBody"):
            lines = ("".join(run.text or "" for run in line.iter(_TEXT_RUN)) for line in shape.iter(_PARAGRAPH))
            book.boxes.append((sheet, "\n".join(lines)))
        for chart_kind, chart in package.related(drawing).values():
            if chart_kind.endswith("/chart") and chart in package.parts:
                book.charts.append(_chart(package.xml(chart), sheet))


def _chart(root: etree._Element, sheet: str) -> Chart:
    title = root.find(f"{tag('chart', CHART)}/{tag('title', CHART)}")
    words = "" if title is None else "".join(run.text or "" for run in title.iter(_TEXT_RUN))
    series = []
    for element in root.iter(tag("ser", CHART)):
        ranges = {}
        for name, kinds in (("x", ("xVal", "cat")), ("y", ("yVal", "val"))):
            formulas = (element.find(f"{tag(kind, CHART)}//{tag('f', CHART)}") for kind in kinds)
            ranges[name] = next((formula.text for formula in formulas if formula is not None), None)
        series.append(Series(ranges["x"], ranges["y"]))
    return Chart(sheet, words, tuple(series))
