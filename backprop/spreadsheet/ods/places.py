"""Where in the bytes of an OpenDocument spreadsheet things stand: rows of sheets, styles of cells.

One pass of expat. Whoever changes a row replaces its bytes, and every other byte stays.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from xml.parsers import expat

from backprop.spreadsheet.ods.markup import COLUMNS_REPEATED, OFFICE, ROWS_REPEATED, STYLE, repeats, tag
from backprop.spreadsheet.package.parts import PartsError

_TAG = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
# Names as expat gives them.
_TABLE, _ROW, _COLUMN, _NAME = (tag(name)[1:] for name in ("table", "table-row", "table-column", "name"))
_TRACKED = tag("tracked-changes")[1:]
_SPREADSHEET, _BODY, _AUTOMATIC = (tag(name, OFFICE)[1:] for name in ("spreadsheet", "body", "automatic-styles"))
_STYLE, _STYLE_NAME, _FAMILY = (tag(name, STYLE)[1:] for name in ("style", "name", "family"))
_DEFAULT_STYLE = tag("default-cell-style-name")[1:]
_ROWS_REPEATED, _COLUMNS_REPEATED = ROWS_REPEATED[1:], COLUMNS_REPEATED[1:]

Span = tuple[int, int]  # first byte, and the one behind the last


@dataclass(slots=True)
class Row:
    """A row's element, which may stand for several rows."""

    first: int
    often: int
    span: Span


@dataclass(slots=True)
class Table:
    """A sheet."""

    rows: list[Row] = field(default_factory=list)  # those that are wanted
    span: Span = (0, 0)
    last: Row | None = None
    default_styles: list[tuple[int, int, str]] = field(default_factory=list)  # first and last column, style


class Places:
    """What is found in the content of a spreadsheet."""

    def __init__(self, content: bytes, wanted: Mapping[str, Set[int]]) -> None:
        """`wanted` are the rows of each sheet."""
        self.content, self.wanted = content, wanted
        self.tables: dict[str, Table] = {}
        self.namespaces: dict[str, str] = {}  # by prefix
        self.styles: dict[str, Span] = {}  # automatic ones of cells, by name
        self.style_names: set[str] = set()
        self.automatic: Span | None = None
        self.names_end = 0  # where the first tag ends, in which namespaces may be declared
        self.body = 0
        self.tables_end = 0  # behind the last sheet
        self.tracked: Span | None = None  # changes that are kept, which name sheets by their number
        self._path: list[tuple[str, dict[str, str], int]] = []
        self._table: Table | None = None
        self._rows: Set[int] = frozenset()
        self._tables, self._next_row, self._next_column = 0, 1, 1
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartNamespaceDeclHandler = lambda prefix, name: self.namespaces.setdefault(prefix or "", name or "")
        parser.StartElementHandler, parser.EndElementHandler = self._starts, self._ends
        self._parser = parser
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise PartsError(f"the content of the spreadsheet is not XML ({error})") from error
        finally:
            del self._parser  # it holds the handlers, which hold it

    def _starts(self, name: str, attributes: dict[str, str]) -> None:
        if name == _TABLE:
            self._tables += 1
            if self._path and self._path[-1][0] == _SPREADSHEET:
                self._begin(attributes.get(_NAME, ""))
        elif name == _COLUMN and self._table is not None and self._tables == 1:
            self._column(attributes)
        elif name == _BODY:
            self.body = self._parser.CurrentByteIndex
        elif not self._path:
            self.names_end = self._end() - 1
        self._path.append((name, attributes, self._parser.CurrentByteIndex))

    def _ends(self, _: str) -> None:
        name, attributes, at = self._path.pop()
        if name == _TABLE:
            self._tables -= 1
            if self._tables == 0 and self._table is not None:
                self._table.span = (at, self._end())
                self._table, self.tables_end = None, self._end()
        elif name == _ROW and self._table is not None and self._tables == 1:
            self._row(Row(self._next_row, repeats(attributes.get(_ROWS_REPEATED)), (at, self._end())))
        elif name == _TRACKED:
            self.tracked = (at, self._end())
        elif name == _AUTOMATIC:
            self.automatic = (at, self._end())
        elif name == _STYLE:
            style = attributes.get(_STYLE_NAME, "")
            self.style_names.add(style)
            if attributes.get(_FAMILY) == "table-cell":
                self.styles[style] = (at, self._end())

    def _end(self) -> int:
        """The byte behind the element that ends: behind its closing tag, or its only one."""
        found = _TAG.match(self.content, self._parser.CurrentByteIndex)
        if found is None:
            raise PartsError("the content of the spreadsheet is not XML")
        return found.end()

    def _begin(self, name: str) -> None:
        self._table = self.tables[name] = Table()
        self._rows = self.wanted.get(name, frozenset())
        self._next_row, self._next_column = 1, 1

    def _column(self, attributes: dict[str, str]) -> None:
        first, self._next_column = self._next_column, self._next_column + repeats(attributes.get(_COLUMNS_REPEATED))
        if self._table is not None and _DEFAULT_STYLE in attributes:
            self._table.default_styles.append((first, self._next_column - 1, attributes[_DEFAULT_STYLE]))

    def _row(self, row: Row) -> None:
        self._next_row += row.often
        assert self._table is not None
        self._table.last = row
        if row.often == 1:
            wanted = row.first in self._rows
        else:
            wanted = any(row.first <= number < self._next_row for number in self._rows)
        if wanted:
            self._table.rows.append(row)
