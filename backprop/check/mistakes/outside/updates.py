"""Updates outside a table: new weights beside the gradients of a single step, or on another sheet. Each is proven."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.finding import finding_between
from backprop.check.mistakes.outside.places import Places, Quantity
from backprop.check.mistakes.sentences import Sentences
from backprop.check.proof.equality import same_function
from backprop.check.proof.evaluator import Evaluator
from backprop.check.proof.model import NEW
from backprop.check.proof.prover import Prover
from backprop.check.repair.candidates import candidate_changes
from backprop.check.repair.changes import Repair
from backprop.check.tables.table import Table
from backprop.printers.quantities import written
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.contents import cell_number, holds_number
from backprop.spreadsheet.formula import Node, NotComputableError, Number, Reference, walk

GRADIENT = "dE_d"
MOST_TRIED = 2_000  # changes of one update


@dataclass(frozen=True, slots=True)
class Update:
    """A formula that reads a weight of a table together with derivatives of the same step."""

    cell: Cell
    tree: Node
    key: int
    step: int
    weight: str | None  # whose new value it is: as proven, else as meant; None where nothing tells
    proven: bool


class Updates:
    """The updates that stand outside one workbook's tables. `carried` says what the cells that the next tables begin
    with are taken for: cell -> weight."""

    def __init__(self, places: Places, prover: Prover, carried: dict[Cell, str]) -> None:
        self.places, self.prover, self.carried = places, prover, carried
        self.candidates = list(self._candidates())

    def _candidates(self) -> Iterator[Update]:
        for cell, tree in [*self.places.outside(), *self._first_weights()]:
            direct = [q for read in self.places.cells_read(tree, cell) if (q := self.places.quantity(read)) is not None]
            weights = [q for q in direct if q.name in self._trained(q)]
            if not weights or self._is_checked(cell):
                continue
            read = set(self.places.quantities_read(tree, cell))
            for weight in dict.fromkeys((q.key, q.step) for q in weights):
                if any((q.key, q.step) == weight and q.name.startswith(GRADIENT) for q in read):
                    yield Update(cell, tree, *weight, None, False)
                    break

    def _first_weights(self) -> Iterator[tuple[Cell, Node]]:
        """Weights that a table is given by a formula."""
        for key in self.places.keys:
            for name in key.model.trained:
                if name in key.table.lines:
                    cell = key.table.view.cell(key.table.first, key.table.lines[name])
                    tree = self.places.book.formula(cell)
                    if tree is not None:
                        yield cell, tree

    def _trained(self, quantity: Quantity) -> tuple[str, ...]:
        return self.places.keys[quantity.key].model.trained

    def _is_checked(self, cell: Cell) -> bool:
        """Whether a table has the cell among those that are proven."""
        quantity = self.places.quantity(cell)
        if quantity is None:
            return False
        key = self.places.keys[quantity.key]
        return quantity.name in key.computed and quantity.step >= key.first_step(quantity.name)

    @cached_property
    def tables(self) -> dict[int, Table]:
        """The tables with the learning rate that their updates outside read."""
        return {key: self._with_rate(key) for key in {update.key for update in self.candidates}}

    def _with_rate(self, number: int) -> Table:
        table = self.places.keys[number].table
        if table.rate_cell is not None or table.rate_line is not None or "eta" in dict(table.literals):
            return table
        cells, numbers = Counter[Cell](), Counter[Fraction]()
        for update in (update for update in self.candidates if update.key == number):
            read = set(self.places.cells_read(update.tree, update.cell))
            cells.update(cell for cell in read if self.places.quantity(cell) is None and self._is_given(cell))
            numbers.update({node.value for node in walk(update.tree) if isinstance(node, Number)})
        if cells:
            cell = max(cells, key=lambda cell: cells[cell])
            return replace(table, rate_cell=cell, rate=cell_number(self.places.book, cell))
        if not numbers:
            return table
        rate = numbers.most_common(1)[0][0]
        return replace(table, rate=float(rate), literals=(*table.literals, ("eta", rate)))

    def _is_given(self, cell: Cell) -> bool:
        tree = self.places.book.formula(cell)
        reads = tree is not None and any(True for _ in self.places.quantities_read(tree, cell))
        return not reads and holds_number(self.places.book, cell)

    @cached_property
    def all(self) -> list[Update]:
        """Every update with the weight that it is the new value of; those that nothing tells left out."""
        updates = []
        for update in self.candidates:
            names = self._meant(update)
            model = self.places.keys[update.key].model
            proven = [name for name in (*names, *model.trained) if self.holds(update, update.tree, name)]
            weight = proven[0] if proven else next(iter(names), None)
            fixed = self.places.quantity(update.cell)
            if fixed is not None and fixed.name != weight:  # a table's own first weight
                weight, proven = fixed.name, []
            if weight is not None:
                updates.append(replace(update, weight=weight, proven=bool(proven)))
        return updates

    def _meant(self, update: Update) -> list[str]:
        """Which weight an update is meant for: what a next table takes it for, what its label says."""
        key = self.places.keys[update.key]
        text = self.places.label(update.cell)
        vocabulary = key.model.vocabulary
        said = None if text is None else vocabulary.next_weight(text) or vocabulary.quantity(text)
        names = dict.fromkeys(name for name in (said, self.carried.get(update.cell)) if name is not None)
        return [name for name in names if name in key.model.trained]

    def holds(self, update: Update, tree: Node, name: str) -> bool:
        """Whether a formula in the update's cell is the new value of that weight."""
        table = self.tables[update.key]
        if not self.places.keys[update.key].model.any_layout:
            return False
        try:
            for states, samples in ((self.prover.quick, 1), (self.prover.exact, 2)):
                for sample in range(samples):
                    evaluator = Evaluator(table, states, sample)
                    with np.errstate(all="ignore"):
                        value = evaluator.value_in(tree, update.cell, update.step)
                    if not same_function(value, evaluator.expected(NEW + name)):
                        return False
        except NotComputableError:
            return False
        return True

    def finding(self, update: Update) -> Finding | None:
        """What is wrong with an update that is not proven; None where no single change makes it right."""
        table, weight = self.tables[update.key], update.weight
        repair = None if weight is None else self._repair(update, weight)
        if repair is None or weight is None:
            return None
        sheet, *place = update.cell
        sentences = Sentences(table)
        text = sentences.sentence(repair, update.tree, *place) if sheet == table.view.sheet.name else "is wrong"
        return finding_between(
            sheet, (place[0], place[1]), (place[0], place[1]), NEW + weight, repair.kind,
            f"the new {written(weight)} {text}", formula=update.tree, should_be=repair.tree,
        )  # fmt: skip

    def _repair(self, update: Update, weight: str) -> Repair | None:
        table, trained = self.tables[update.key], self.places.keys[update.key].model.trained
        read = (line for name, line in table.lines.items() if name in trained or name.startswith(GRADIENT))
        cells = [table.view.cell(update.step, line) for line in read]
        cells += [table.rate_cell] if table.rate_cell is not None else []
        tried = 0
        for candidates in candidate_changes(update.tree, lambda old: self._references(update.cell, old, cells),
                                            *update.cell[1:]):  # fmt: skip
            for index in range(len(candidates.nodes)):
                repair = candidates.repair(index)
                tried += 1
                if tried > MOST_TRIED:
                    return None
                if self.holds(update, repair.tree, weight):
                    moved = repair.kind in (Kind.WRONG_ROW, Kind.FROZEN_ROW, Kind.MISSING_ABSOLUTE)
                    return replace(repair, kind=Kind.WRONG_REFERENCE) if moved else repair
        return None

    def _references(self, holder: Cell, old: Reference, cells: list[Cell]) -> list[Reference]:
        """References to those cells, as fixed as the old one."""
        name, row, column = holder
        return [
            Reference(
                at_row if old.fixed_row else at_row - row,
                at_column if old.fixed_column else at_column - column,
                old.fixed_row, old.fixed_column, None if sheet == name else sheet,
            )
            for sheet, at_row, at_column in cells
        ]  # fmt: skip
