"""An epoch table as data: where it stands, which line is which quantity, what it reads from outside."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from backprop.check.tables.view import View
from backprop.spreadsheet.book import CONSTANT, Cell
from backprop.spreadsheet.formula import Node

Literals = tuple[tuple[str, Fraction], ...]  # numbers typed into formulas: of the learning rate, a bias, a constant


@dataclass(frozen=True)
class Table:
    """Which line is which quantity, between which steps, and where the table's learning rate stands."""

    view: View
    first: int
    last: int
    lines: dict[str, int]  # quantity -> line
    header: int | None = None
    rate_cell: Cell | None = None
    rate_line: int | None = None
    rate: float | None = None  # as used
    parameters: dict[Cell, str] = field(default_factory=dict)  # cells outside: inputs, targets, biases and constants
    literals: Literals = ()

    @cached_property
    def by_line(self) -> dict[int, str]:
        """Line -> quantity."""
        return {line: name for name, line in self.lines.items()}

    def quantity(self, cell: Cell) -> str | None:
        """Which quantity a cell holds: one of the table's lines, its learning rate, or a parameter outside."""
        if cell == self.rate_cell:
            return "eta"
        if cell in self.parameters:
            return self.parameters[cell]
        if cell[0] != self.view.sheet.name:
            return None
        step, line = self.view.position(*cell[1:])
        if not self.first <= step <= self.last:
            return None
        return "eta" if line == self.rate_line else self.by_line.get(line)

    def usual_formula(self, line: int) -> Node | None:
        """The formula that most steps of a line share, two at the least."""
        trees = self.view.trees(line, self.first, self.last)
        counted = Counter(tree for tree in trees if tree is not None and tree != CONSTANT)
        for tree, count in counted.most_common(1):
            node = self.view.book.trees[tree]
            return None if count < 2 or isinstance(node, str) else node
        return None
