"""What a formula in a table gives on random states of the network.

A state is a whole, consistent epoch: random inputs, targets, weights, learning rate and what the optimiser keeps,
everything else computed from them by the derivation. Three epochs in a row stand around the cell (the previous one, its
own, the next). A reference to a quantity of the table is worth that quantity in its epoch; to any other cell, what that
cell's own formula gives, and so on down to constants.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from backprop.check.proof.model import NEW
from backprop.check.proof.states import State, States
from backprop.check.tables.table import Table
from backprop.derivation.equation import EPOCH_LOSS
from backprop.spreadsheet.book import CONSTANT, Cell
from backprop.spreadsheet.contents import named
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import HOLE, Area, Name, Node, NotComputableError, Reference, references

MAX_CELLS = 20_000  # followed for one formula
MAX_FOLLOWED = 40  # cells from one reference to the next


@dataclass(slots=True)
class Evaluator:
    """Formulas of one table. `replaced` puts another formula in the place of a cell's own, on trial."""

    table: Table
    states: States
    sample: int = 0
    replaced: dict[Cell, Node] = field(default_factory=dict)
    hole: Any = None  # what HOLE is worth
    known: dict[tuple[Cell, int], Any] = field(default_factory=dict)  # cells as an epoch reads them; or why not
    root: Cell | None = None  # whose formula it is
    begins: bool = False  # whether its epoch is the first, before which the optimiser has kept nothing
    _around: list[State] | None = None
    _far: dict[int, State] = field(default_factory=dict)

    def expected(self, name: str) -> Any:
        """The quantity in the cell's own epoch."""
        return self._worth(name, 0)

    @property
    def around(self) -> list[State]:
        """The epochs around the cell."""
        if self._around is None:
            self._around = self.states.around(self.sample, self.table.literals, self.begins)
        return self._around

    def _worth(self, name: str, distance: int) -> Any:
        """A quantity so many epochs after the cell's own."""
        if name.startswith(NEW):
            name, distance = name.removeprefix(NEW), distance + 1
        if -1 <= distance <= 1:
            return self.around[1 + distance][name]
        if distance not in self._far:
            self._far[distance] = self.states.elsewhere(self.sample, distance, self.table.literals)
        return self._far[distance][name]

    def value(self, tree: Node, step: int, line: int) -> Any:
        """What a formula gives that stands in that place; NotComputableError where that cannot be said."""
        view = self.table.view
        return self.value_in(tree, (view.sheet.name, *view.position(step, line)), step)

    def value_in(self, tree: Node, holder: Cell, step: int) -> Any:
        """What it gives in another cell, as one reads it whose epoch is that step."""
        self.root = holder
        model = self.states.model
        self.begins = step == self.table.first and bool(model.states or model.numbers or model.turns)
        return self._formula(tree, holder, step, 0)

    def _formula(self, tree: Node, holder: Cell, own_step: int, depth: int) -> Any:
        if depth > MAX_FOLLOWED:
            raise NotComputableError("a chain of references that does not end")
        sheet, row, column = holder
        table = self.table

        def lookup(node: Reference | Name) -> Any:
            if node is HOLE:
                return self.hole
            reference = named(table.view.book, node, sheet) if isinstance(node, Name) else node
            return self._cell((reference.sheet or sheet, *reference.at(row, column)), own_step, depth)

        def area(node: Area) -> list[Any]:
            name = node.first.sheet or sheet
            if node.size(row, column) > 10_000:
                raise NotComputableError("an area of more than 10,000 cells")
            top, bottom, left, right = node.corners(row, column)
            return [
                self._cell((name, r, c), own_step, depth)
                for r in range(top, bottom + 1)
                for c in range(left, right + 1)
                if not self._is_label((name, r, c))
            ]

        return evaluate(tree, lookup, area, self.states.arithmetic)

    def _is_label(self, cell: Cell) -> bool:
        """Whether functions of areas pass the cell over: a text that is no formula's result."""
        sheet = self.table.view.book.sheets.get(cell[0])
        return sheet is not None and sheet.tree(*cell[1:]) == CONSTANT and isinstance(sheet.value(*cell[1:]), str)

    def _cell(self, cell: Cell, own_step: int, depth: int) -> Any:
        table, view = self.table, self.table.view
        name = table.quantity(cell)
        if cell == self.root:
            raise NotComputableError("a formula that reads its own cell")
        if name == "eta":
            return self.around[1]["eta"]
        model = self.states.model
        if model.turns and name == model.turn and table.quantity(self.root or cell) != EPOCH_LOSS:
            raise NotComputableError("a formula that takes its sample by number; it can read the columns of the data")
        if name is not None:
            step = view.position(*cell[1:])[0]
            return self._worth(name, 0 if cell in table.parameters else step - own_step)
        key = (cell, own_step)
        if key not in self.known:
            self._follow_chain(cell, own_step, depth)
        value = self.known[key]
        if isinstance(value, NotComputableError):
            raise NotComputableError(str(value))
        return value

    def _follow_chain(self, cell: Cell, own_step: int, depth: int) -> None:
        """Compute a cell outside the table, and before it those that it reads, however long the chain: no recursion."""
        stack, opened = [cell], set[Cell]()
        while stack:
            top = stack[-1]
            key = (top, own_step)
            if key in self.known:
                stack.pop()
                continue
            if len(self.known) > MAX_CELLS:
                raise NotComputableError(f"more than {MAX_CELLS:,} cells to follow")
            waiting = [] if top in opened else [other for other in self._formulas_read(top) if other not in opened]
            opened.add(top)
            if waiting:
                stack += waiting
                continue
            stack.pop()
            self.known[key] = NotComputableError("a chain of references that comes back to itself")
            try:
                self.known[key] = self._outside(top, own_step, depth)
            except NotComputableError as error:
                self.known[key] = NotComputableError(str(error))

    def _formulas_read(self, cell: Cell) -> list[Cell]:
        """The single cells outside the table that a cell's formula reads and that hold formulas themselves."""
        book = self.table.view.book
        tree = self.replaced.get(cell) or book.formula(cell)
        if tree is None:
            return []
        read = [(reference.sheet or cell[0], *reference.at(*cell[1:])) for reference in references(tree)]
        return [
            other
            for other in read
            if other != self.root and self.table.quantity(other) is None and book.formula(other) is not None
        ]

    def _outside(self, cell: Cell, own_step: int, depth: int) -> Any:
        """What a cell gives that is no quantity of the table."""
        book = self.table.view.book
        sheet = book.sheets.get(cell[0])
        if sheet is None or min(cell[1:]) < 1:
            raise NotComputableError("a reference to a cell that does not exist")
        tree = self.replaced.get(cell)
        number = sheet.tree(*cell[1:])
        if tree is None and number is not None and number != CONSTANT:
            formula = book.trees[number]
            if isinstance(formula, str):
                raise NotComputableError("a formula that cannot be read")
            tree = formula
        if tree is not None:
            return self._formula(tree, cell, own_step, depth + 1)
        value = sheet.value(*cell[1:])
        if value is None:
            return self.states.arithmetic.number(Fraction(0))
        if isinstance(value, str):
            raise NotComputableError("a reference to a text")
        return self.states.arithmetic.number(
            Fraction(repr(value)) if isinstance(value, float) else Fraction(bool(value))
        )
