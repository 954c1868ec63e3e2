"""Whether a workbook's charts show the loss of a table."""

from collections.abc import Iterator

from backprop.check.tables.table import Table
from backprop.derivation.equation import EPOCH_LOSS, TOTAL_LOSS
from backprop.spreadsheet.book import Book, Cell
from backprop.spreadsheet.formula import Area, FormulaError, parse, references

LOSSES = (TOTAL_LOSS, EPOCH_LOSS)
FEWEST = 2  # points of a curve


def charted(book: Book, table: Table) -> bool | None:
    """Whether a chart plots the table's loss; None where one plots what nothing is known of."""
    shown = [cell for chart in book.charts for series in chart.series for cell in _plotted(chart.sheet, series.y)]
    lines = {line: name for name, line in table.lines.items()}

    def quantity(cell: Cell) -> str | None:
        step, line = table.view.position(*cell[1:])
        inside = cell[0] == table.view.sheet.name and table.first <= step <= table.last
        return lines.get(line) if inside else None

    names = [
        next(filter(None, (quantity(each) for cell in curve for each in (cell, *_read(book, cell)))), None)
        for curve in shown
    ]
    if any(name in LOSSES for name in names):
        return True
    return None if None in names or (book.charts and not shown) else False


def _plotted(sheet: str, area: str | None) -> Iterator[tuple[Cell, ...]]:
    """Cells of the curve, if it has points enough: the middle one, the second, the last."""
    try:
        tree = parse(f"={area}", 1, 1) if area else None
    except FormulaError:
        return
    if isinstance(tree, Area):
        (top, left), (bottom, right) = tree.first.at(1, 1), tree.last.at(1, 1)
        if bottom - top + right - left + 1 >= FEWEST:
            name, down, right_on = tree.first.sheet or sheet, int(bottom > top), int(right > left)
            middle = (name, (top + bottom + 1) // 2, (left + right + 1) // 2)
            yield middle, (name, top + down, left + right_on), (name, bottom, right)


def _read(book: Book, cell: Cell) -> list[Cell]:
    """The cells that the one shows again."""
    tree = book.formula(cell)
    return [] if tree is None else [(each.sheet or cell[0], *each.at(*cell[1:])) for each in references(tree)]
