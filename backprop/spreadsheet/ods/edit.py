"""Cells of an OpenDocument spreadsheet, changed in its bytes: rows that change are written anew, all else stays."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from html import escape

from lxml import etree

from backprop.spreadsheet.book import Place
from backprop.spreadsheet.ods.markup import COLUMNS_REPEATED, FORMULAS, ROWS_REPEATED, repeats, tag
from backprop.spreadsheet.ods.places import Places, Row, Span, Table
from backprop.spreadsheet.package.markup import parse_xml
from backprop.spreadsheet.package.parts import PartsError

Change = Callable[[etree._Element, str | None], None]  # of a cell, told the style it has from its row or column
Changes = Mapping[str, Mapping[Place, Change]]  # by sheet

_NUMBERED = re.compile(rb"(\s[A-Za-z0-9_.-]+:(?:start-|end-)?table=[\"'])([0-9]{1,6})(?=[\"'])")  # a sheet, from 0
_CELL, _ROW = tag("table-cell"), tag("table-row")
_CELLS = (_CELL, tag("covered-table-cell"))


class Content:
    """The content of a spreadsheet with cells to change."""

    def __init__(self, content: bytes, changes: Changes) -> None:
        rows: dict[str, dict[int, dict[int, Change]]] = defaultdict(lambda: defaultdict(dict))
        for sheet, cells in changes.items():
            for (row, column), change in cells.items():
                rows[sheet][row][column] = change
        self.content, self.rows = content, rows
        self.added: list[tuple[Span, bytes]] = []
        self.places = Places(content, {sheet: set(numbers) for sheet, numbers in rows.items()})
        missing = next((sheet for sheet in changes if sheet not in self.places.tables), None)
        if missing is not None:
            raise PartsError(f"has no sheet {missing!r}")

    def style(self, name: str) -> etree._Element | None:
        """An automatic style of cells."""
        span = self.places.styles.get(name)
        return None if span is None else self._parse(span)[0]

    def add_behind_tables(self, elements: bytes) -> None:
        """Put elements behind the last sheet; they name their namespaces themselves."""
        self.added.append(((self.places.tables_end,) * 2, elements))

    def put_first(self, table: bytes, instead_of: str | None = None) -> None:
        """Put a sheet before all others, or in place of one; it names its namespaces itself.

        Changes that are kept name sheets by their number: they go on to mean the same.
        """
        tables = self.places.tables
        if instead_of is not None:
            self.added.append((tables[instead_of].span, table))
            return
        first = min((there.span[0] for there in tables.values()), default=self.places.tables_end)
        self.added.append(((first, first), table))
        if self.places.tracked is not None:
            begin, end = self.places.tracked
            moved = _NUMBERED.sub(lambda found: b"%b%d" % (found[1], int(found[2]) + 1), self.content[begin:end])
            self.added.append(((begin, end), moved))

    def changed(self, new_styles: Callable[[], Sequence[etree._Element]]) -> bytes:
        """The content with its cells changed; the styles are asked for when that is done."""
        edits = list(self.added)
        for sheet, rows in self.rows.items():
            edits += self._rows(self.places.tables[sheet], rows)
        if "of" not in self.places.namespaces and any(b'"of:=' in new for _, new in edits):
            edits.append(((self.places.names_end,) * 2, f' xmlns:of="{FORMULAS}"'.encode()))
        styles = new_styles()
        if styles:
            edits.append(self._styles(styles))
        pieces, at = [], 0
        for (first, end), new in sorted(edits, key=lambda edit: edit[0]):
            pieces += [self.content[at:first], new]
            at = end
        return b"".join([*pieces, self.content[at:]])

    def _rows(self, table: Table, rows: Mapping[int, Mapping[int, Change]]) -> Iterator[tuple[Span, bytes]]:
        for row in table.rows:
            root = self._parse(row.span)
            inside = [number for number in rows if row.first <= number < row.first + row.often]
            _change_row(root, row, {number: rows[number] for number in sorted(inside)}, table.default_styles)
            yield row.span, _inside(root)
        end = 1 if table.last is None else table.last.first + table.last.often
        beyond = {number: rows[number] for number in sorted(rows) if number >= end}
        if beyond:
            if table.last is None:
                raise PartsError("a sheet without rows")
            root = self._parse(None)
            etree.SubElement(etree.SubElement(root, _ROW), _CELL)
            missing = Row(end, max(beyond) - end + 1, (0, 0))
            _repeat(root[0], ROWS_REPEATED, missing.often)
            _change_row(root, missing, beyond, table.default_styles)
            yield (table.last.span[1],) * 2, _inside(root)

    def _styles(self, styles: Sequence[etree._Element]) -> tuple[Span, bytes]:
        root = self._parse(None)
        root.extend(styles)
        automatic = self.places.automatic
        if automatic is not None and self.content[: automatic[1]].endswith(b"/>"):
            before = self._parse(automatic)
            before[0].extend(styles)
            return automatic, _inside(before)
        if automatic is None:
            return (self.places.body,) * 2, b"<office:automatic-styles>%b</office:automatic-styles>" % _inside(root)
        closing = self.content.rindex(b"<", 0, automatic[1])
        return (closing,) * 2, _inside(root)

    def _parse(self, span: Span | None) -> etree._Element:
        """An element that holds the bytes, with every namespace that they may use."""
        names = "".join(
            f' xmlns{":" if prefix else ""}{prefix}="{escape(name)}"'
            for prefix, name in self.places.namespaces.items()
            if prefix != "xml"
        )
        inside = b"" if span is None else self.content[span[0] : span[1]]
        return parse_xml(f"<whole{names}>".encode() + inside + b"</whole>")


def _inside(root: etree._Element) -> bytes:
    """The bytes of what an element holds, without its own tags, on which the namespaces stand."""
    content = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    assert isinstance(content, bytes)
    return content[content.index(b">") + 1 : content.rindex(b"</")]


def _change_row(
    root: etree._Element,
    row: Row,
    changes: Mapping[int, Mapping[int, Change]],
    default_styles: Sequence[tuple[int, int, str]],
) -> None:
    """Change cells of a row's element; where it stands for several rows, it is taken apart before and behind each."""
    element = root[0]
    number, end = row.first, row.first + row.often
    for wanted, cells in changes.items():
        if wanted > number:
            before = deepcopy(element)
            _repeat(before, ROWS_REPEATED, wanted - number)
            element.addprevious(before)
            _without_formulas(element)
        behind = deepcopy(element) if wanted + 1 < end else None
        _repeat(element, ROWS_REPEATED, 1)
        for column, change in cells.items():
            cell = _cell(element, column)
            own = element.get(tag("default-cell-style-name"))
            change(cell, own or next((name for first, last, name in default_styles if first <= column <= last), None))
        number = wanted + 1
        if behind is not None:
            _without_formulas(behind)
            _repeat(behind, ROWS_REPEATED, end - number)
            element.addnext(behind)
            element = behind


def _cell(row: etree._Element, wanted: int) -> etree._Element:
    """The cell of a column, on its own: where it stands for several, they are taken apart."""
    column = 1
    for cell in row.iterchildren(*_CELLS):
        often = repeats(cell.get(COLUMNS_REPEATED))
        if column + often > wanted:
            _take_apart(cell, wanted - column, column + often - 1 - wanted)
            return cell
        column += often
    if wanted > column:
        _repeat(etree.SubElement(row, _CELL), COLUMNS_REPEATED, wanted - column)
    return etree.SubElement(row, _CELL)


def _take_apart(cell: etree._Element, before: int, behind: int) -> None:
    if behind:
        copy = deepcopy(cell)
        _empty(copy)
        _repeat(copy, COLUMNS_REPEATED, behind)
        cell.addnext(copy)
    if before:
        copy = deepcopy(cell)
        _repeat(copy, COLUMNS_REPEATED, before)
        cell.addprevious(copy)
        _empty(cell)
    _repeat(cell, COLUMNS_REPEATED, 1)


def _without_formulas(row: etree._Element) -> None:
    """A row that repeats itself has its formulas in the first of its places only, as LibreOffice reads it."""
    for cell in row.iterchildren(*_CELLS):
        _empty(cell)


def _empty(cell: etree._Element) -> None:
    """Empty a cell that has a formula: a copy of one that repeats itself."""
    if cell.get(tag("formula")) is not None:
        style = cell.get(tag("style-name"))
        often = cell.get(COLUMNS_REPEATED)
        cell.clear()
        for name, value in ((tag("style-name"), style), (COLUMNS_REPEATED, often)):
            if value is not None:
                cell.set(name, value)


def _repeat(element: etree._Element, attribute: str, often: int) -> None:
    if often > 1:
        element.set(attribute, str(often))
    else:
        element.attrib.pop(attribute, "")
