"""What a name means where it is used: names of a sheet or of the workbook, whole columns and rows, parts of tables."""

import re

from openpyxl.utils import column_index_from_string

from backprop.spreadsheet.book import Book, TableArea
from backprop.spreadsheet.formula import Area, FormulaError, Name, Node, NotComputableError, Reference, parse
from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW

_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})")
_OF_TABLE = re.compile(r"([^\[\]!]+)\[(.*)\]", re.DOTALL)
_ITEM = re.compile(r"\[((?:[^\[\]']|'.)*)\]", re.DOTALL)  # ' stands before what would end a column's name
_THIS_ROW = "#THIS ROW"


def resolve(book: Book, name: Name, sheet: str | None = None) -> Node:
    """The formula that a name on that sheet stands for, relative to its holder; NotComputableError where it is unknown.

    What it stands for may hold further names.
    """
    of_table = _OF_TABLE.fullmatch(name.text)
    if of_table is not None and of_table[1].upper() in book.tables:
        return _of_table(book.tables[of_table[1].upper()], of_table[2], name.text)
    before, mark, plain = name.text.rpartition("!")
    quoted = before[1:-1].replace("''", "'") if before.startswith("'") else before
    at = _sheet(book, quoted) if mark else sheet  # [0]! is the workbook itself
    whole = _whole(plain, at if mark else None)
    if whole is not None:
        return whole
    text = book.sheet_names.get((at or "", plain.upper())) or book.names.get(plain.upper())
    if text:
        try:
            return parse(f"={text}", 1, 1)
        except FormulaError as error:
            raise NotComputableError(f"name {name.text[:60]}: {error}") from error
    if plain.upper() in book.tables:
        return _of_table(book.tables[plain.upper()], "", name.text)
    raise NotComputableError(f"name {name.text[:60]} is not known")


def _sheet(book: Book, name: str) -> str:
    """The sheet as the workbook spells it."""
    return next((known for known in book.sheets if known.lower() == name.lower()), name)


def _whole(text: str, sheet: str | None) -> Area | None:
    if match := _COLUMNS.fullmatch(text):
        left, right = sorted(column_index_from_string(letters.upper()) for letters in match.groups())
        return _area((1, left), (LAST_ROW, right), sheet) if right <= LAST_COLUMN else None
    if match := _ROWS.fullmatch(text):
        top, bottom = sorted(map(int, match.groups()))
        return _area((top, 1), (bottom, LAST_COLUMN), sheet) if bottom <= LAST_ROW else None
    return None


def _area(first: tuple[int, int], last: tuple[int, int], sheet: str | None) -> Area:
    return Area(Reference(*first, True, True, sheet), Reference(*last, True, True, sheet))


def _of_table(table: TableArea, inside: str, text: str) -> Node:
    """The cells of a structured reference, by what stands in its square brackets; `text` is the whole."""
    this_row = inside.startswith("@")
    inside = inside.removeprefix("@")
    items = _ITEM.findall(inside) if "[" in inside else [inside] if inside else []
    parts = {item.upper() for item in items if item.startswith("#")} | ({_THIS_ROW} if this_row else set())
    columns = [_column(table, item, text) for item in items if not item.startswith("#")]
    if len(columns) > 1 and (len(columns) > 2 or "]:[" not in inside):
        raise NotComputableError(f"name {text[:60]} is not one area")
    left, right = (min(columns), max(columns)) if columns else (table.left, table.right)
    if _THIS_ROW in parts:
        first = Reference(0, left, fixed_column=True, sheet=table.sheet)
        return first if left == right else Area(first, Reference(0, right, fixed_column=True, sheet=table.sheet))
    top, bottom = _rows(table, parts, text)
    area = _area((top, left), (bottom, right), table.sheet)
    return area.first if area.first == area.last else area


def _column(table: TableArea, name: str, text: str) -> int:
    plain = re.sub(r"'(.)", r"\1", name, flags=re.DOTALL).lower()
    for offset, column in enumerate(table.columns):
        if column.lower() == plain:
            return table.left + offset
    raise NotComputableError(f"name {text[:60]}: the table has no such column")


def _rows(table: TableArea, parts: set[str], text: str) -> tuple[int, int]:
    first, last = table.top + table.header_rows, table.bottom - table.totals_rows
    rows = {
        "#ALL": (table.top, table.bottom),
        "#DATA": (first, last),
        "#HEADERS": (table.top, first - 1),
        "#TOTALS": (last + 1, table.bottom),
    }
    chosen = [rows.get(part, (1, 0)) for part in parts or {"#DATA"}]
    if any(top > bottom for top, bottom in chosen):
        raise NotComputableError(f"name {text[:60]}: the table has no such rows")
    return min(top for top, _ in chosen), max(bottom for _, bottom in chosen)
