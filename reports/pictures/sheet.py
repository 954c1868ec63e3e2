"""A sheet of a workbook as a spreadsheet shows it: its first rows, in bands where it is wide."""

from openpyxl.utils import get_column_letter

from reports.figures.sheet import Cell, Sheet
from reports.pictures.canvas import DIM, GRID, INK, Area, Line, Picture, Shape, Words, box, line

BAND, MOST_BANDS = 11, 3  # columns beside each other, and how often
WIDTH, HEIGHT, HEAD = 80.0, 20.0, 30.0  # of a cell, and of the row numbers
BAR = 22.0  # the height of the formula bar
HEADING, SELECTED = "#F0F1F3", "#107C41"
LETTERS = 10.5  # the height of a cell's
MOST_FORMULA = 120  # letters
EDGE = 1.0


def draw_sheet(sheet: Sheet, first_row: int) -> Picture:
    """The formula of one cell, then the rows of BAND columns in each band, MOST_BANDS at most, the last at the end.

    `first_row` is that of the table's group headings, at which all but the first band begin.
    """
    lefts = list(range(1, sheet.columns + 1, BAND))
    if len(lefts) > MOST_BANDS:
        lefts = [*lefts[: MOST_BANDS - 1], sheet.columns - BAND + 1]
    bands = [
        (left, min(left + BAND - 1, sheet.columns), first_row if number else 1) for number, left in enumerate(lefts)
    ]
    width = HEAD + max(right - left + 1 for left, right, _ in bands) * WIDTH
    shapes, top = _formula_bar(sheet, width), BAR + 8
    for left, right, first in bands:
        shapes += _band(sheet, left, right, first, top)
        top += (sheet.rows - first + 2) * HEIGHT + 10
    return Picture(width + 2 * EDGE, top - 8, tuple(shapes))


def _formula_bar(sheet: Sheet, width: float) -> list[Shape]:
    formula = sheet.formula if len(sheet.formula) <= MOST_FORMULA else f"{sheet.formula[: MOST_FORMULA - 1]}…"
    right, bottom = EDGE + width, EDGE + BAR
    frame = Line(((*box(EDGE, EDGE, right, bottom), (EDGE, EDGE)), ((96, EDGE), (96, bottom))), GRID)
    return [
        frame,
        Words((48, 16), sheet.address, INK, 10.0, "middle"),
        Words((104, 16), formula, INK, 10.0),
    ]


def _band(sheet: Sheet, left: int, right: int, first: int, top: float) -> list[Shape]:
    """Columns `left` to `right` of the rows from `first` on, under their letters and beside their numbers."""
    columns, rows = range(left, right + 1), range(first, sheet.rows + 1)

    def x(column: int) -> float:
        return EDGE + HEAD + (column - left) * WIDTH

    def y(row: int) -> float:
        return top + (row - first + 1) * HEIGHT

    heads = (box(EDGE, top, x(right + 1), y(first)), box(EDGE, y(first), x(left), y(sheet.rows + 1)))
    shapes: list[Shape] = [Area(heads, HEADING)]
    shown = [
        cell for cell in sheet.cells if cell.row >= first and cell.column <= right and cell.column + cell.span > left
    ]
    shapes += [
        Area(
            (box(x(max(cell.column, left)), y(cell.row), x(min(cell.column + cell.span, right + 1)), y(cell.row + 1)),),
            f"#{cell.fill}",
        )
        for cell in shown
        if cell.fill is not None
    ]
    across = [((EDGE, y(row)), (x(right + 1), y(row))) for row in (first - 1, *rows, sheet.rows + 1)]
    down = [((each, top), (each, y(sheet.rows + 1))) for each in (EDGE, *map(x, (*columns, right + 1)))]
    shapes.append(Line((*across, *down), GRID, 0.7))
    names = [((x(column) + WIDTH / 2, top + 14), get_column_letter(column)) for column in columns]
    names += [((EDGE + HEAD / 2, y(row) + 14), str(row)) for row in rows]
    shapes += [Words(place, name, DIM, LETTERS, "middle") for place, name in names]
    for cell in shown:
        if cell.column >= left:
            shapes.append(_text(cell, x(cell.column), y(cell.row) + 14))
        if f"{get_column_letter(cell.column)}{cell.row}" == sheet.address:
            corners = box(x(cell.column), y(cell.row), x(cell.column + 1), y(cell.row + 1))
            shapes.append(line((*corners, corners[0]), SELECTED, 1.6))
    return shapes


def _text(cell: Cell, x: float, base: float) -> Words:
    inside = x + WIDTH - 4 if cell.is_number else x + 4
    return Words(
        (inside, base), cell.text, f"#{cell.ink}", LETTERS, "end" if cell.is_number else "start", bold=cell.bold
    )
