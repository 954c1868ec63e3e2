"""What a cell is called: the text beside it, else the one above it."""

from backprop.spreadsheet.book import Book, Cell, Value

FARTHEST = 1_000  # rows between a heading and a cell below it
LONGEST = 80  # letters


def label(book: Book, cell: Cell) -> str:
    """The text in the cell to the left, else the next text above, no empty cell being between; else nothing."""
    name, row, column = cell
    sheet = book.sheets[name]
    beside = sheet.value(row, column - 1)
    if _is_text(beside):
        return _short(beside)
    for above in range(row - 1, max(0, row - FARTHEST), -1):
        value = sheet.value(above, column)
        if _is_text(value):
            return _short(value)
        if value is None:
            break
    return ""


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and value.strip() != "" and not value.startswith("#")


def _short(value: Value) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
