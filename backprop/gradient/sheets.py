"""The sheets Gradient and Descent as data, for either format."""

from collections.abc import Iterator

from backprop.gradient.gradient import FIRST_ROW, Descent, Gradient, Row
from backprop.spreadsheet.new_sheet import NewCell, NewSheet
from groundfloor.text import count

WIDTHS = (22.0, 26.0, 16.0, 22.0, 22.0, 16.0)
LETTERS = "ABCDEF"

Rows = Iterator[tuple[int, tuple[NewCell, ...]]]


def gradient_sheet(gradient: Gradient) -> NewSheet:
    """A row a derivative, with its cell, its value and, where that was computed, its central difference."""
    return NewSheet(gradient.sheet, tuple(_gradient(gradient)), WIDTHS)


def descent_sheet(descent: Descent, of: str) -> NewSheet:
    """A row a step: parameters, loss, derivatives, and what they are computed from."""
    return NewSheet(descent.sheet, tuple(_descent(descent, of)), (14.0,) * min(len(descent.columns), 40))


def _gradient(gradient: Gradient) -> Rows:
    slope = f"∂{gradient.of}/∂cell"
    checked = ("central difference", "less that") if gradient.checked else ()
    yield 1, (NewCell(1, f"Gradient of {gradient.of}", look="title"),)
    about = "Live formulas in the cells of this workbook, found by going back through its own formulas (backprop)."
    if gradient.checked:
        about += " Central differences are numbers: of what the cells held when this sheet was written."
    yield 2, (NewCell(1, about),)
    yield from _table(gradient.rows, ("cell", "label", "value", slope, *checked))
    yield from _table(gradient.between, ("cell between", "label", "value", slope))
    yield from _table(gradient.parts, ("parts of formulas", "", "", "value"))


def _table(rows: tuple[Row, ...], headings: tuple[str, ...]) -> Rows:
    if rows:
        yield int(rows[0].at[1:]) - 1, tuple(NewCell(n, text, look="heading") for n, text in enumerate(headings, 1))
    for row in rows:
        cells = [NewCell(1, row.cell), NewCell(2, row.label), NewCell(3, number=row.value, formula=row.cell)]
        cells = [cell for cell in cells if cell.text or cell.formula]
        cells.append(NewCell(1 + LETTERS.index(row.at[0]), number=row.derivative, formula=row.formula))
        number = row.at[1:]
        if row.difference is not None:
            less = None if row.derivative is None else row.derivative - row.difference
            cells += [NewCell(5, number=row.difference), NewCell(6, number=less, formula=f"{row.at}-E{number}")]
        yield int(number), tuple(cells)


def _descent(descent: Descent, of: str) -> Rows:
    steps = count(len(descent.losses) - 1, "step")
    yield 1, (NewCell(1, f"Descent: {steps} of gradient descent on {of}", look="title"),)
    about = (
        "Every row holds the workbook's formulas anew, with its own parameters (backprop); the learning rate is yours."
    )
    yield 2, (NewCell(1, about),)
    yield 3, (NewCell(1, "learning rate η"), NewCell(2, number=descent.eta, look="input"))
    headings = (NewCell(n, column.heading, look="heading") for n, column in enumerate(descent.columns, 1))
    yield FIRST_ROW - 1, tuple(headings)
    for row, numbers in enumerate(descent.numbers, FIRST_ROW):
        yield (
            row,
            tuple(
                NewCell(n, number=number, formula=column.at(row))
                for n, (column, number) in enumerate(zip(descent.columns, numbers, strict=True), 1)
            ),
        )
