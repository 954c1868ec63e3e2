"""New values for the formulas that depend on changed cells, in the order in which they depend on each other.

Nothing is guessed: a formula that uses what is not computed here, or reads cells that its text does not name, loses its
value.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from backprop.spreadsheet.arithmetic import DOUBLES
from backprop.spreadsheet.book import CONSTANT, Book, Cell, Column, Sheet
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import (
    Area,
    Binary,
    Call,
    FormulaError,
    Name,
    Node,
    NotComputableError,
    Reference,
    transform,
    walk,
)
from backprop.spreadsheet.functions import find_function
from backprop.spreadsheet.names import resolve

Values = dict[str, dict[tuple[int, int], float | None]]  # sheet -> (row, column) -> value

MOST_READ = 50_000_000  # cells of areas, so that running sums over a long column come to an end
NEW, OPEN, CLEAN, COMPUTED, LOST = range(5)


def recalculate(book: Book, changed: set[Cell]) -> Values:
    """The value of every formula cell that has changed, depends on one that has, or has no value stored.

    None where the value is lost. The book's own values are replaced by the new ones.
    """
    return _Recalculation(book, changed).run()


@dataclass(slots=True)
class _Reads:
    """A formula with what its names stand for in their place, and what it reads."""

    node: Node | None = None
    cells: list[Reference] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    unknown: bool = False
    aligned: bool = False


@dataclass(slots=True)
class _Open:
    """A cell whose formula waits for others."""

    cell: Cell
    index: int
    tree: int
    waiting: Iterator[Cell]
    dirty: bool
    lost: bool


class _Recalculation:
    def __init__(self, book: Book, changed: set[Cell]) -> None:
        self.book, self.changed = book, changed
        self.sheets = {name.lower(): sheet for name, sheet in book.sheets.items()}
        self.states = {
            (sheet.name, number): bytearray(len(column.rows))
            for sheet in book.sheets.values()
            for number, column in sheet.columns.items()
        }
        self.reads: dict[tuple[str, int], _Reads] = {}
        self.fills = {anchor: cells for anchor, cells in _arrays(book) if cells}  # array formula -> its other cells
        self.filled = {cell: anchor for anchor, cells in self.fills.items() for cell in cells}
        self.cells_read = 0

    def run(self) -> Values:
        for sheet in self.book.sheets.values():
            for number, column in sheet.columns.items():
                states = self.states[sheet.name, number]
                for index, tree in enumerate(column.trees):
                    if tree != CONSTANT and states[index] == NEW:
                        self._settle((sheet.name, column.rows[index], number), index)
        return {name: dict(self._values(sheet)) for name, sheet in self.book.sheets.items()}

    def _values(self, sheet: Sheet) -> Iterator[tuple[tuple[int, int], float | None]]:
        for number, column in sheet.columns.items():
            for index, state in enumerate(self.states[sheet.name, number]):
                if state in (COMPUTED, LOST):
                    yield (column.rows[index], number), column.numbers[index] if state == COMPUTED else None

    def _settle(self, cell: Cell, index: int) -> None:
        """Compute what the cell waits for, then the cell. No recursion: one epoch waits for all before it."""
        stack = [self._open(cell, index)]
        while stack:
            top = stack[-1]
            for read in top.waiting:
                other = self.filled.get(read, read)
                column = self.book.sheets[other[0]].columns[other[2]]
                at = column.index(other[1])
                if at is None or column.trees[at] == CONSTANT:
                    continue
                state = self.states[other[0], other[2]][at]
                if state == NEW:
                    stack.append(self._open(other, at))
                    break
                top.lost |= state == OPEN  # a circle
                top.dirty |= state in (COMPUTED, LOST)
            else:
                stack.pop()
                if self._close(top) != CLEAN and stack:
                    stack[-1].dirty = True

    def _open(self, cell: Cell, index: int) -> _Open:
        name, row, number = cell
        column = self.book.sheets[name].columns[number]
        self.states[name, number][index] = OPEN
        reads = self._reads(name, column.trees[index])
        empty = row in column.others and column.others[row] is None
        too_much = self.cells_read > MOST_READ and bool(reads.areas)
        waiting = iter(()) if too_much else self._precedents(reads, cell)
        dirty = cell in self.changed or empty
        return _Open(cell, index, column.trees[index], waiting, dirty, reads.unknown or too_much)

    def _close(self, done: _Open) -> int:
        name, row, number = done.cell
        column = self.book.sheets[name].columns[number]
        lost = done.lost or (done.dirty and (row, number) in self.book.sheets[name].arrays)
        value = None if lost else self._compute(done.tree, done.cell) if done.dirty else math.nan
        state = CLEAN
        if value is None:
            state = LOST
            column.numbers[done.index], column.others[row] = math.nan, None
        elif done.dirty:
            state = COMPUTED
            column.numbers[done.index] = value
            column.others.pop(row, None)
        self.states[name, number][done.index] = state
        if state == LOST:
            for at in self.fills.get(done.cell, ()):
                self._lose(at)
        return state

    def _lose(self, cell: Cell) -> None:
        """Take the value of a cell that an array formula elsewhere fills."""
        name, row, number = cell
        column = self.book.sheets[name].columns[number]
        index = bisect_left(column.rows, row)
        column.numbers[index], column.others[row] = math.nan, None
        self.states[name, number][index] = LOST

    def _reads(self, sheet: str, tree: int) -> _Reads:
        if (sheet, tree) not in self.reads:
            reads = self.reads[sheet, tree] = _Reads()
            node = self.book.trees[tree]
            reads.node = None if isinstance(node, str) else self._without_names(node, sheet)
            reads.unknown = reads.node is None
            if reads.node is not None:
                self._collect(reads.node, reads)
        return self.reads[sheet, tree]

    def _collect(self, tree: Node, reads: _Reads) -> None:
        for node in walk(tree):
            match node:
                case Reference():
                    reads.cells.append(node)
                case Area():
                    reads.areas.append(node)
                case Name() | Binary(":"):
                    reads.unknown = True
                case Call(name) if (function := find_function(name)) is not None:
                    reads.unknown |= function.reads_elsewhere
                    reads.aligned |= function.aligned

    def _named(self, name: Name, sheet: str) -> Node | None:
        """What a name stands for, if that is the same wherever on the sheet it is used, or a part of a table."""
        try:
            node = resolve(self.book, name, sheet)
        except NotComputableError:
            return None
        corners = [node.first, node.last] if isinstance(node, Area) else [node]
        fixed = all(isinstance(corner, Reference) and corner.fixed_row and corner.fixed_column for corner in corners)
        return node if fixed or "[" in name.text else None  # a table's own row moves with its holder

    def _without_names(self, tree: Node, sheet: str) -> Node:
        """The formula with what its names stand for in their place."""
        if not any(isinstance(node, Name) for node in walk(tree)):
            return tree
        return transform(tree, lambda node: (self._named(node, sheet) or node) if isinstance(node, Name) else node)

    def _precedents(self, reads: _Reads, cell: Cell) -> Iterator[Cell]:
        name, row, number = cell
        for reference in reads.cells:
            sheet = self.sheets.get((reference.sheet or name).lower())
            at_row, at_column = reference.at(row, number)
            if sheet is not None and at_column in sheet.columns:
                yield sheet.name, at_row, at_column
        for area in reads.areas:
            for sheet, column_number, column, start, stop in self._stretches(area, cell):
                for index in range(start, stop):
                    yield sheet.name, column.rows[index], column_number

    def _stretches(self, area: Area, cell: Cell) -> Iterator[tuple[Sheet, int, Column, int, int]]:
        """The parts of an area's columns that hold anything."""
        name, row, number = cell
        sheet = self.sheets.get((area.first.sheet or name).lower())
        if sheet is None:
            return
        top, bottom, left, right = area.corners(row, number)
        for column_number in sorted(sheet.columns):
            if left <= column_number <= right:
                column = sheet.columns[column_number]
                start, stop = bisect_left(column.rows, top), bisect_right(column.rows, bottom)
                self.cells_read += stop - start
                yield sheet, column_number, column, start, stop

    def _compute(self, tree: int, cell: Cell) -> float | None:
        name, row, number = cell
        reads = self.reads[name, tree]

        def lookup(reference: Reference | Name) -> float:
            if isinstance(reference, Name):
                raise NotComputableError("a name for no cell")
            sheet = self.sheets.get((reference.sheet or name).lower())
            at_row, at_column = reference.at(row, number)
            if sheet is None or at_row < 1 or at_column < 1:
                raise NotComputableError("a cell that does not exist")
            value = sheet.value(at_row, at_column)
            if value is None and sheet.tree(at_row, at_column) is None:
                return 0.0
            if value is None or isinstance(value, str):
                raise NotComputableError("a text, or a cell that has no value")
            return float(value)

        def area(node: Area) -> list[Any]:
            numbers = []
            for sheet, column_number, column, start, stop in self._stretches(node, cell):
                for index in range(start, stop):
                    value = sheet.value(column.rows[index], column_number)
                    if value is None or (isinstance(value, str) and value.startswith("#")):
                        raise NotComputableError("a cell without a value")
                    if isinstance(value, float):
                        numbers.append(value)
            if reads.aligned and len(numbers) != node.size(row, number):
                raise NotComputableError("an area that is not all numbers")
            return numbers

        try:
            value = float(evaluate(reads.node, lookup, area, DOUBLES)) if reads.node is not None else math.nan
        except (FormulaError, TypeError):
            return None
        return value if math.isfinite(value) else None


def _arrays(book: Book) -> Iterator[tuple[Cell, list[Cell]]]:
    """Each array formula with the other cells that it fills, of those that hold anything."""
    for sheet in book.sheets.values():
        for (top, left), (bottom, right) in sheet.arrays.items():
            cells = []
            for number in sorted(sheet.columns):
                if left <= number <= right:
                    rows = sheet.columns[number].rows
                    stretch = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
                    cells += [(sheet.name, row, number) for row in stretch]
            yield (sheet.name, top, left), [cell for cell in cells if cell[1:] != (top, left)]
