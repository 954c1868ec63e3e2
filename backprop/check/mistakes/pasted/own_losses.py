"""The losses that a table's own formulas give at another learning rate, right or wrong as they are."""

import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backprop.check.tables.table import Table
from backprop.derivation.equation import TOTAL_LOSS
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import parse
from backprop.spreadsheet.recalculate import recalculate

Array = NDArray[np.float64]

MOST_CELLS = 100_000  # of a workbook that is recalculated for a curve


def own_losses(table: Table, rate: float) -> Array | None:
    """The losses of the table's epochs once its learning rate is another; None where they cannot be computed."""
    line, book = table.lines.get(TOTAL_LOSS), table.view.book
    cells = _rate_cells(table)
    size = sum(len(column.rows) for sheet in book.sheets.values() for column in sheet.columns.values())
    if line is None or not cells or size > MOST_CELLS:
        return None
    tree = parse(f"={rate!r}", 1, 1)
    trial = replace(book, sheets=copy.deepcopy(book.sheets), trees=[*book.trees, tree])
    for name, row, column in cells:
        holder = trial.sheets[name].columns.get(column)
        index = None if holder is None else holder.index(row)
        if holder is not None and index is not None:
            holder.trees[index] = len(book.trees)
    recalculate(trial, set(cells))
    view = replace(table.view, book=trial, sheet=trial.sheets[table.view.sheet.name])
    losses = view.numbers(line, table.first, table.last)
    return losses if np.isfinite(losses).all() else None


def _rate_cells(table: Table) -> list[Cell]:
    """The cells that hold the table's learning rate; none where it is typed into the formulas."""
    if table.rate_cell is not None:
        return [table.rate_cell]
    if table.rate_line is None:
        return []
    steps = range(table.first, table.last + 1)
    return [table.view.cell(step, table.rate_line) for step in steps]
