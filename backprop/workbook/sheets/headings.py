"""The headings of a table of quantities: a band for each group of columns, the symbols below it."""

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from backprop.epochs.columns import Group
from backprop.printers.text import TextPrinter
from backprop.workbook import style

WIDE, NARROW = 13.5, 10  # of a column, in characters
_TEXT = TextPrinter()


def add_headings(
    sheet: Worksheet, groups: Sequence[Group], row: int, column: int, notes: Mapping[str, str] | None = None
) -> int:
    """The bands in that row and the symbols, with their notes, in the next, from that column on; the column after."""
    for group in groups:
        for offset, name in enumerate(group.names):
            style.heading(sheet.cell(row, column + offset), group.title * (not offset), band=True)
            symbol = sheet.cell(row + 1, column + offset)
            style.heading(symbol, _TEXT.symbol(name), align="right")
            if notes and name in notes:
                style.note(symbol, notes[name])
            wide = style.number_format(name) == style.SMALL
            sheet.column_dimensions[get_column_letter(column + offset)].width = WIDE if wide else NARROW
        if len(group.names) > 1:
            sheet.merge_cells(None, row, column, row, column + len(group.names) - 1)
        column += len(group.names)
    return column
