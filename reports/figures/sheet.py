"""The first rows of a workbook's sheet as a reader sees them: the cells of the file itself, read back."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from openpyxl import load_workbook
from openpyxl.cell import ReadOnlyCell
from openpyxl.utils import get_column_letter

NUMBER_FORMAT = "0."  # how formats of so many decimals begin


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, with its colours as RRGGBB."""

    row: int
    column: int
    text: str
    is_number: bool
    bold: bool
    ink: str
    fill: str | None
    span: int = 1  # columns over which a heading reaches


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of the first rows that show anything, and the formula of one."""

    name: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    address: str  # of the last cell in the first row of formulas
    formula: str


def read_sheet(workbook: bytes, name: str, first_row: int, rows: int) -> Sheet:
    """The first `rows` of a sheet, and the last formula in `first_row`."""
    shown = load_workbook(io.BytesIO(workbook), read_only=True, data_only=True)[name]
    cells = tuple(
        _cell(cell) for row in shown.iter_rows(max_row=rows) for cell in row if getattr(cell, "value", None) is not None
    )
    columns = max(cell.column for cell in cells)
    cells = tuple(replace(cell, span=_span(cell, cells, columns)) for cell in cells)
    formulas = load_workbook(io.BytesIO(workbook), read_only=True)[name]
    (row,) = formulas.iter_rows(min_row=first_row, max_row=first_row)
    last = max((cell for cell in row if str(cell.value).startswith("=")), key=lambda cell: cell.column)
    return Sheet(
        name,
        max(cell.row for cell in cells),
        columns,
        cells,
        f"{get_column_letter(last.column)}{first_row}",
        str(last.value),
    )


def _span(cell: Cell, cells: Sequence[Cell], columns: int) -> int:
    """A coloured heading reaches to the next cell of its row."""
    if cell.fill is None or cell.is_number:
        return 1
    behind = [other.column for other in cells if other.row == cell.row and other.column > cell.column]
    return min([*behind, columns + 1]) - cell.column


def _cell(cell: ReadOnlyCell) -> Cell:
    is_number = isinstance(cell.value, int | float)
    fill = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type == "solid" else None
    ink = cell.font.color.rgb[2:] if cell.font.color is not None else "000000"
    return Cell(cell.row, cell.column, _text(cell.value, cell.number_format), is_number, bool(cell.font.b), ink, fill)


def _text(value: object, number_format: str) -> str:
    if isinstance(value, int | float) and number_format.startswith(NUMBER_FORMAT):
        return f"{value:.{number_format.removeprefix(NUMBER_FORMAT).count('0')}f}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
