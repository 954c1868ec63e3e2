"""Which cells a text means: Sheet1!B2, 'My sheet'!B2:C9, B2 where there is one sheet, a defined name."""

from collections.abc import Iterator

from backprop.errors import BackpropError
from backprop.spreadsheet.book import Book, Cell
from backprop.spreadsheet.formula import Area, FormulaError, Name, Node, Reference, parse
from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW
from backprop.spreadsheet.names import resolve
from groundfloor.text import did_you_mean, listed, quoted

MOST_CELLS = 20_000  # of one range


def cells_of(book: Book, text: str) -> list[Cell]:
    """The cells, row by row."""
    try:
        tree: Node = parse(f"={_quoted(book, text.strip().removeprefix('='))}", 1, 1)
        sheet = next(iter(book.sheets)) if len(book.sheets) == 1 else None
        if isinstance(tree, Name):
            tree = resolve(book, tree, sheet)
    except FormulaError as error:
        raise BackpropError(f"{quoted(text)} is no cell, range or name of this workbook: {error}") from error
    match tree:
        case Reference():
            return list(_cells(book, tree, tree, text))
        case Area(first, last):
            return list(_cells(book, first, last, text))
    raise BackpropError(f"{quoted(text)} is no cell, range or name of this workbook; write Sheet1!B2 or Sheet1!B2:B9")


def _quoted(book: Book, text: str) -> str:
    """The text with the name of its sheet in quotes: nobody types these around My sheet!B2."""
    name, mark, cells = text.rpartition("!")
    if mark and name.lower() in {sheet.lower() for sheet in book.sheets}:
        doubled = name.replace("'", "''")
        return f"'{doubled}'!{cells}"
    return text


def _cells(book: Book, first: Reference, last: Reference, text: str) -> Iterator[Cell]:
    sheet = _sheet(book, first.sheet, text)
    (top, left), (bottom, right) = first.at(1, 1), last.at(1, 1)
    (top, bottom), (left, right) = sorted((top, bottom)), sorted((left, right))
    if top < 1 or left < 1 or bottom > LAST_ROW or right > LAST_COLUMN:
        raise BackpropError(f"{quoted(text)} lies outside a sheet")
    if (bottom - top + 1) * (right - left + 1) > MOST_CELLS:
        raise BackpropError(f"{quoted(text)} has more than {MOST_CELLS:,} cells")
    return ((sheet, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _sheet(book: Book, name: str | None, text: str) -> str:
    sheets = {sheet.lower(): sheet for sheet in book.sheets}
    if name is not None and name.lower() in sheets:
        return sheets[name.lower()]
    if name is None and len(sheets) == 1:
        return next(iter(book.sheets))
    known = f"the sheets are {listed(book.sheets)}"
    if name is None:
        raise BackpropError(f"{quoted(text)} names no sheet; {known}")
    raise BackpropError(f"{quoted(text)}: there is no sheet {quoted(name)}; {did_you_mean(name, book.sheets)}{known}")
