"""What formulas give on the numbers that a workbook stores, in doubles, many steps of a line at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from backprop.check.tables.table import Table
from backprop.errors import BackpropError
from backprop.spreadsheet.arithmetic import NUMPY
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.contents import named
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import Area, FormulaError, Name, Node, NotComputableError, Reference

MOST_CELLS = 1_000  # of an area

Array = NDArray[np.float64]
Steps = tuple[int, int]  # first and last, both included


def on_stored_values(
    table: Table, tree: Node, line: int, steps: Steps, seen: Callable[[Cell, Array], Array] | None = None
) -> Array | None:
    """What the formula gives in each step on the stored values of the cells it reads; None where it gives no number.

    `seen` changes what a reference finds: it is given the cell of the first step, and the values of all.
    """
    view = table.view
    first, last = steps
    row, column = view.position(first, line)

    def numbers(node: Reference | Name) -> Array:
        reference = named(view.book, node, view.sheet.name) if isinstance(node, Name) else node
        values = stored(reference)
        return values if seen is None else seen(view.cell_read(reference, row, column), values)

    def stored(reference: Reference) -> Array:
        sheet = reference.sheet or view.sheet.name
        at_row, at_column = reference.at(row, column)
        fixed_step = reference.fixed_column if view.transposed else reference.fixed_row
        if sheet not in view.book.sheets or min(at_row, at_column) < 1:
            raise NotComputableError("a cell that does not exist")
        other = type(view)(view.book, view.book.sheets[sheet], view.transposed)
        step, at = view.position(at_row, at_column)
        if fixed_step:
            number = 0.0 if other.tree(step, at) is None else other.number(step, at)
            return np.full(last - first + 1, np.nan if number is None else number)
        values = other.numbers(at, step, step + last - first)
        empty = [tree is None for tree in other.trees(at, step, step + last - first)] if np.isnan(values).any() else []
        if empty:
            values[np.array(empty)] = 0.0
        return values

    def area(node: Area) -> list[Array]:
        if node.size(row, column) > 1000:
            raise NotComputableError("a large area")
        top, bottom, left, right = node.corners(row, column)
        return [
            numbers(Reference(r, c, fixed_row=True, fixed_column=True, sheet=node.first.sheet))
            if node.first.fixed_row
            else numbers(Reference(r - row, c - column, sheet=node.first.sheet))
            for r in range(top, bottom + 1)
            for c in range(left, right + 1)
        ]

    try:
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(evaluate(tree, numbers, area, NUMPY), dtype=float), (last - first + 1,))
    except (NotComputableError, FormulaError, BackpropError):
        return None
