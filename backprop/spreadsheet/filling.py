"""A book that is being read: cells are put into its columns, and a formula that is filled down is parsed once."""

import math
import re
from array import array
from collections.abc import Callable
from datetime import date, datetime

from backprop.spreadsheet.book import Book, Column, Sheet, Value
from backprop.spreadsheet.formula import FormulaError, Node, parse

ORIGIN = date(1899, 12, 30)  # day 0


class Filling:
    """The trees of a book by what they are, and the last formula of each column."""

    def __init__(self, book: Book, moving_row: "re.Pattern[str]", to_excel: Callable[[str], str] | None = None) -> None:
        """`moving_row` finds, in a formula's text, a reference whose row moves when it is filled down."""
        self.book, self.moving_row, self.to_excel = book, moving_row, to_excel
        self.known: dict[Node | str, int] = {}
        self.above: dict[int, tuple[str, tuple[int, ...], int]] = {}  # column -> template of the last formula

    def begin(self) -> None:
        """Begin another sheet."""
        self.above = {}

    def put(self, sheet: Sheet, row: int, column: int, tree: int, value: Value) -> None:
        """Put a cell at the end of its column."""
        cells = sheet.columns.get(column)
        if cells is None:
            cells = sheet.columns[column] = Column()
        cells.rows.append(row)
        cells.trees.append(tree)
        if isinstance(value, float):
            cells.numbers.append(value)
        else:
            cells.numbers.append(math.nan)
            cells.others[row] = value

    def finish(self, sheet: Sheet) -> None:
        """Put the rows of each column in order."""
        for number, cells in sheet.columns.items():
            if any(a >= b for a, b in zip(cells.rows, cells.rows[1:], strict=False)):
                sheet.columns[number] = _sorted(cells)

    def formula(self, text: str, row: int, column: int) -> int:
        """The formula's number, without parsing it where it is the one above moved down."""
        above = self.above.get(column)
        if above is not None:
            template, offsets, number = above
            if template % tuple(row + offset for offset in offsets) == text:
                return number
        shown = text
        try:
            shown = text if self.to_excel is None else self.to_excel(text)
            number = self.number(parse(shown, row, column))
        except FormulaError:
            return self.number(shown)
        if "'" not in text and '"' not in text:
            offsets = tuple(int(match[2]) - row for match in self.moving_row.finditer(text))
            self.above[column] = (self.moving_row.sub(r"\1%d", text.replace("%", "%%")), offsets, number)
        return number

    def number(self, tree: Node | str) -> int:
        """The number of a tree, or of the text of a formula that cannot be read."""
        number = self.known.get(tree)
        if number is None:
            number = self.known[tree] = len(self.book.trees)
            self.book.trees.append(tree)
        return number


def number_or_text(text: str) -> float | str:
    """The number that a text is; what is none stays a text."""
    try:
        number = float(text)
    except ValueError:
        return text
    return text if math.isnan(number) else number


def days(text: str, origin: date = ORIGIN) -> float | str:
    """A date as spreadsheets count it, in days; what is no date stays a text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    passed = moment.replace(tzinfo=None) - datetime.combine(origin, datetime.min.time())
    return passed.total_seconds() / 86_400


def _sorted(cells: Column) -> Column:
    """The column with its rows in order, the last of equals kept."""
    order = {row: index for index, row in enumerate(cells.rows)}
    indexes = [order[row] for row in sorted(order)]
    return Column(
        array("q", (cells.rows[i] for i in indexes)),
        array("q", (cells.trees[i] for i in indexes)),
        array("d", (cells.numbers[i] for i in indexes)),
        cells.others,
    )
