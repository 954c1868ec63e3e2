"""A sheet seen with epochs running down: as it stands, or transposed. Positions are (step, line)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from backprop.spreadsheet.book import Book, Cell, Sheet, Value
from backprop.spreadsheet.formula import Node, Reference


@dataclass(frozen=True, slots=True)
class View:
    """Steps are rows and lines are columns; the other way round where `transposed`."""

    book: Book
    sheet: Sheet
    transposed: bool = False

    def position(self, step: int, line: int) -> tuple[int, int]:
        """(row, column) of a place; and, since swapping is its own inverse, (step, line) of a cell."""
        return (line, step) if self.transposed else (step, line)

    def cell(self, step: int, line: int) -> Cell:
        """The cell in a place."""
        return (self.sheet.name, *self.position(step, line))

    def cell_read(self, reference: Reference, row: int, column: int) -> Cell:
        """The cell that a reference means to a formula of this sheet in that row and column."""
        return (reference.sheet or self.sheet.name, *reference.at(row, column))

    def value(self, step: int, line: int) -> Value:
        """What the cell shows."""
        return self.sheet.value(*self.position(step, line))

    def number(self, step: int, line: int) -> float | None:
        """What the cell shows, if that is a number."""
        value = self.value(step, line)
        return value if isinstance(value, float) else None

    def tree(self, step: int, line: int) -> int | None:
        """The number of the cell's formula, CONSTANT, or None where it is empty."""
        return self.sheet.tree(*self.position(step, line))

    def formula(self, step: int, line: int) -> Node | None:
        """The cell's formula, if it has one that can be read."""
        return self.book.formula(self.cell(step, line))

    def lines(self) -> list[int]:
        """Every line that holds anything, in order."""
        if not self.transposed:
            return sorted(self.sheet.columns)
        return sorted({row for column in self.sheet.columns.values() for row in column.rows})

    def trees(self, line: int, first: int, last: int) -> list[int | None]:
        """The formula numbers of a line between two steps, both included."""
        if self.transposed:
            return [self.tree(step, line) for step in range(first, last + 1)]
        column = self.sheet.columns.get(line)
        numbers_by_step: list[int | None] = [None] * (last - first + 1)
        if column is not None:
            rows = np.frombuffer(column.rows, dtype=np.int64)
            start, stop = np.searchsorted(rows, [first, last + 1])
            for index in range(int(start), int(stop)):
                numbers_by_step[column.rows[index] - first] = column.trees[index]
        return numbers_by_step

    def runs(self, line: int, first: int, last: int) -> Iterator[tuple[int | None, int, int]]:
        """(formula number, first step, last step) of every run of one formula between two steps."""
        step = first
        for tree, group in groupby(self.trees(line, first, last)):
            length = len(list(group))
            yield tree, step, step + length - 1
            step += length

    def numbers(self, line: int, first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The numbers of a line between two steps, NaN where there is none."""
        numbers = np.full(last - first + 1, np.nan)
        if self.transposed:
            for step in range(first, last + 1):
                number = self.number(step, line)
                numbers[step - first] = np.nan if number is None else number
        elif (column := self.sheet.columns.get(line)) is not None:
            rows = np.frombuffer(column.rows, dtype=np.int64)
            start, stop = np.searchsorted(rows, [first, last + 1])
            numbers[rows[start:stop] - first] = np.frombuffer(column.numbers)[start:stop]
        return numbers

    def cells(self, wanted: set[int]) -> Iterator[tuple[int, int, int]]:
        """(step, line, tree) of every cell whose formula is one of those."""
        numbers = np.array(sorted(wanted), dtype=np.int64)
        for column, cells in self.sheet.columns.items():
            trees = np.frombuffer(cells.trees, dtype=np.int64)
            for index in np.flatnonzero(np.isin(trees, numbers)).tolist():
                step, line = self.position(cells.rows[index], column)
                yield step, line, cells.trees[index]
