"""What a cell of a workbook holds as a number, and which cell a defined name means."""

import math

import numpy as np

from backprop.spreadsheet.arithmetic import NUMPY
from backprop.spreadsheet.book import CONSTANT, Book, Cell
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import Name, NotComputableError, Reference
from backprop.spreadsheet.names import resolve


def named(book: Book, name: Name, sheet: str | None = None) -> Reference:
    """The cell that a name on that sheet means; NotComputableError where it means anything else."""
    tree = resolve(book, name, sheet)
    if not isinstance(tree, Reference):
        raise NotComputableError(f"name {name.text} is not a cell")
    return tree


def cell_number(book: Book, cell: Cell, depth: int = 0) -> float | None:
    """The number in a cell; also one typed as text ('0.5 '), and one that its formula gives where none is stored."""
    if cell[0] not in book.sheets or min(cell[1:]) < 1:
        return None
    sheet = book.sheets[cell[0]]
    value, tree = sheet.value(*cell[1:]), sheet.tree(*cell[1:])
    if isinstance(value, str):
        try:
            return float(value) if value.strip()[:1] in "0123456789.-" else None
        except ValueError:
            return None
    if isinstance(value, float) and not math.isnan(value):
        return value
    node = book.trees[tree] if tree is not None and tree != CONSTANT else None
    if node is None or isinstance(node, str) or depth > 5:
        return None

    def lookup(reference: Reference | Name) -> float:
        at = named(book, reference, cell[0]) if isinstance(reference, Name) else reference
        number = cell_number(book, (at.sheet or cell[0], *at.at(*cell[1:])), depth + 1)
        if number is None:
            raise NotComputableError("no number")
        return number

    try:
        with np.errstate(all="ignore"):
            return float(evaluate(node, lookup, lambda _: [], NUMPY))
    except (NotComputableError, TypeError):
        return None


def holds_number(book: Book, cell: Cell) -> bool:
    """Whether the cell shows a number, or would once it is computed."""
    if cell[0] not in book.sheets or min(cell[1:]) < 1:
        return False
    sheet = book.sheets[cell[0]]
    value, tree = sheet.value(*cell[1:]), sheet.tree(*cell[1:])
    computed = (
        tree is not None and tree != CONSTANT and (value is None or (isinstance(value, float) and math.isnan(value)))
    )
    return computed or cell_number(book, cell) is not None
