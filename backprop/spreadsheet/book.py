"""A workbook as data: the cells of each sheet by column, formulas as relative trees. Never recalculated.

Columns are parallel arrays, and a formula that is filled down stands once in `Book.trees`, so two million cells fit in
about a hundred megabytes.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from backprop.spreadsheet.formula import Node

CONSTANT = -1  # in place of a tree's number

Place = tuple[int, int]  # row and column, from 1
Cell = tuple[str, int, int]  # sheet, row, column

Value = float | str | bool | None


@dataclass(slots=True)
class Column:
    """The cells of one column, rows ascending: tree number or CONSTANT, and value (numbers apart, for their size)."""

    rows: "array[int]" = field(default_factory=lambda: array("q"))
    trees: "array[int]" = field(default_factory=lambda: array("q"))
    numbers: "array[float]" = field(default_factory=lambda: array("d"))  # NaN where the value is no number
    others: dict[int, str | bool | None] = field(default_factory=dict)  # by row: texts, errors (#REF!), logicals, none

    def index(self, row: int) -> int | None:
        """Where the row stands in the arrays."""
        rows = self.rows
        guess = row - rows[0]
        if 0 <= guess < len(rows) and rows[guess] == row:
            return guess
        index = bisect_left(rows, row)
        return index if index < len(rows) and rows[index] == row else None


@dataclass(slots=True)
class Sheet:
    """The cells of a sheet that hold anything."""

    name: str
    visible: bool = True
    columns: dict[int, Column] = field(default_factory=dict)
    arrays: dict[Place, Place] = field(default_factory=dict)  # cell of an array formula -> last cell that it fills

    def value(self, row: int, column: int) -> Value:
        """The cached value or constant; None for an empty cell and for a formula without a cached value."""
        index = self._index(row, column)
        if index is None:
            return None
        cells = self.columns[column]
        return cells.others[row] if row in cells.others else cells.numbers[index]

    def tree(self, row: int, column: int) -> int | None:
        """The number of the cell's formula tree, CONSTANT for a value, None for an empty cell."""
        index = self._index(row, column)
        return None if index is None else self.columns[column].trees[index]

    def filled_to(self, place: Place) -> Place:
        """The last cell that the array formula in a place fills; of any other the place itself."""
        return self.arrays.get(place, place)

    def texts(self) -> Iterator[tuple[int, int, str]]:
        """(row, column, text) of every cell whose value is a text."""
        for column, cells in self.columns.items():
            for row, value in cells.others.items():
                if isinstance(value, str):
                    yield row, column, value

    def _index(self, row: int, column: int) -> int | None:
        cells = self.columns.get(column)
        return None if cells is None or not cells.rows else cells.index(row)


@dataclass(frozen=True, slots=True)
class Series:
    """One curve of a chart, by the formulas of its ranges."""

    x: str | None
    y: str | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart on a sheet."""

    sheet: str
    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class TableArea:
    """Where a table of Excel lies, the rows of its headings and totals with it, and how its columns are called."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    header_rows: int
    totals_rows: int
    columns: tuple[str, ...]


@dataclass(slots=True)
class Book:
    """A workbook."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    trees: list[Node | str] = field(default_factory=list)  # a str: the text of a formula that cannot be read
    names: dict[str, str] = field(default_factory=dict)  # defined name in capitals -> formula without '='
    sheet_names: dict[tuple[str, str], str] = field(default_factory=dict)  # (sheet, name) of those of one sheet
    tables: dict[str, TableArea] = field(default_factory=dict)  # by their names in capitals
    charts: list[Chart] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)  # (sheet, text) of each text box

    def tree(self, cell: Cell) -> int | None:
        """The number of a cell's formula tree, CONSTANT for a value, None for a cell that is empty or is none."""
        sheet = self.sheets.get(cell[0])
        return None if sheet is None or min(cell[1:]) < 1 else sheet.tree(*cell[1:])

    def formula(self, cell: Cell) -> Node | None:
        """A cell's formula, if it has one that can be read."""
        tree = self.tree(cell)
        node = None if tree is None or tree == CONSTANT else self.trees[tree]
        return None if isinstance(node, str) else node

    def unread(self, cell: Cell) -> str | None:
        """The text of a cell's formula, if it has one that cannot be read."""
        tree = self.tree(cell)
        node = None if tree is None or tree == CONSTANT else self.trees[tree]
        return node if isinstance(node, str) else None


def address(row: int, column: int) -> str:
    """A1."""
    return f"{get_column_letter(column)}{row}"


def span(first: tuple[int, int], last: tuple[int, int]) -> str:
    """A1:B2, or A1 where both corners are one cell."""
    return address(*first) if first == last else f"{address(*first)}:{address(*last)}"
