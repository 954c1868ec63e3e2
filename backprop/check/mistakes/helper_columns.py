"""Helper columns: whether a wrong quantity is wrong because of a cell that it reads and that is no quantity itself."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.finding import finding
from backprop.check.mistakes.sentences import Sentences
from backprop.check.proof.equality import same_function
from backprop.check.proof.evaluator import Evaluator
from backprop.check.proof.stored_values import Steps
from backprop.check.proof.wrong_cells import WrongRun
from backprop.check.repair.changes import Repair
from backprop.check.repair.search import RepairSearch
from backprop.check.repair.trees import shape
from backprop.spreadsheet.book import CONSTANT, Cell
from backprop.spreadsheet.formula import Node, NotComputableError, Number, references

MOST_HELPERS = 12  # tried one after the other
DEEPEST = 6  # helpers that read helpers


class HelperColumns:
    """Finds the helper cells that make quantities wrong."""

    def __init__(self, search: RepairSearch, wrong: Sequence[WrongRun]) -> None:
        self.search, self.key, self.prover = search, search.key, search.prover
        self.table, self.view = search.table, search.view
        self.wrong = [item for item in wrong if item.tree is not None]
        self.sentences = Sentences(self.table)
        self.reported: dict[Cell, Finding] = {}
        self.reach: dict[tuple[int, int], list[Cell]] = {}

    def odd(self, item: WrongRun) -> dict[Cell, Node]:
        """Helper cells that the formula reads and that are worth something else than their line's usual formula."""
        odd = {}
        cells = self._reached(item.line, item.steps[0])
        usual = self.search.usual(item.line)
        if usual not in (None, item.tree):
            cells = list(dict.fromkeys([*cells, *self._read(usual, item.steps[0], item.line, 0, True)]))
        as_usual: dict[Cell, Node] = {}
        for cell in cells:
            usual = self.search.usual(self.view.position(*cell[1:])[1])
            if usual is not None:
                as_usual[cell] = usual
        for cell in cells:
            step, line = self.view.position(*cell[1:])
            usual = self.search.usual(line)
            if usual is None or self.view.formula(step, line) == usual:
                continue
            right, stands = (self._worth(cell, tree, item.steps[0], as_usual) for tree in (usual, None))
            if right is not None and (stands is None or not same_function(stands, right)):
                odd[cell] = usual
        return odd

    def odd_finding(self, cell: Cell, usual: Node, item: WrongRun, broken: bool) -> Finding:
        """One of those cells, with the steps that share its content; `item` is wrong because of it.

        In epochs that went wrong as a whole no smaller change is looked for.
        """
        if cell not in self.reported:
            self.reported[cell] = self._odd_finding(cell, usual, item, broken)
        return self.reported[cell]

    def _odd_finding(self, cell: Cell, usual: Node, item: WrongRun, broken: bool) -> Finding:
        step, line = self.view.position(*cell[1:])
        formula = self.view.formula(step, line)
        last = step
        tree = self.view.tree(step, line)
        while last < self.table.last and self.view.tree(last + 1, line) == tree:
            last += 1
        name = self.sentences.helper(line)
        if formula is None:
            value = self.view.value(step, line)
            text = f"{name} is {'empty' if tree is None else f'{value!r}'} where its formula belongs"
            return self._finding(line, (step, last), Kind.HARD_CODED, text, None, usual)
        repair = None if broken else self.search.repair_helper([item], formula, cell)
        if repair is not None and repair.kind is not Kind.WRONG_FORMULA:
            text = f"{name} {self.sentences.sentence(repair, formula, *cell[1:])}"
            return self._finding(line, (step, last), repair.kind, text, formula, usual)
        text = f"{name} is not computed as in its other epochs"
        return self._finding(line, (step, last), Kind.OVERWRITTEN, text, formula, usual)

    def shared(self, item: WrongRun) -> Finding | None:
        """The helper whose mistake explains this quantity and every other wrong one that reads it in these steps."""
        alike = [other for other in self.wrong if other.steps == item.steps]
        cells = [cell for cell in self._reached(item.line, item.steps[0]) if not self._cleared(cell, item)]
        right = {cell for cell in cells if self._is_piece(cell, item)}
        readers = {cell: [o for o in alike if cell in self._reached(o.line, o.steps[0])] for cell in cells}

        def order(cell: Cell) -> tuple[int, bool, int, int]:
            """Those unlike their kind first, then those read by most, of these the ones that read no other suspect."""
            step, line = self.view.position(*cell[1:])
            suspects = set(self._reached(line, step)) & set(cells) - right
            return self._likeness(cell), cell in right, -len(readers[cell]), len(suspects)

        for anew in (False, True):
            for cell in sorted(cells, key=order)[:MOST_HELPERS]:
                formula = self.view.formula(*self.view.position(*cell[1:]))
                if formula is None or cell[0] != self.view.sheet.name:
                    continue
                if anew:
                    repair = self.search.replace_helper(readers[cell], cell)
                else:
                    repair = self.search.repair_helper(readers[cell], formula, cell)
                if repair is not None:
                    return self._repaired(cell, formula, repair, item)
        return None

    def _likeness(self, cell: Cell) -> int:
        """0 where a line of its kind by the header (dao2_do2, dao1_do1) has another shape, 2 where it has the same."""
        step, line = self.view.position(*cell[1:])
        formula, name = self.view.formula(step, line), self._kind(line)
        if formula is None or not name:
            return 1
        kin = [other for other in self.view.lines() if other != line and self._kind(other) == name]
        shapes = {shape(tree) for other in kin if (tree := self.view.formula(step, other)) is not None}
        return 1 if not shapes else 2 if shape(formula) in shapes else 0

    def _kind(self, line: int) -> str:
        header = self.table.header
        text = None if header is None else self.view.value(header, line)
        return re.sub(r"[0-9]", "", text) if isinstance(text, str) else ""

    def read_by_others(self, item: WrongRun) -> bool:
        """Whether another wrong quantity reads, in these steps, a helper that this one reads."""
        reached = set(self._reached(item.line, item.steps[0]))
        return any(
            reached & set(self._reached(other.line, other.steps[0]))
            for other in self.wrong
            if other is not item and other.steps == item.steps
        )

    def _repaired(self, cell: Cell, formula: Node, repair: Repair, item: WrongRun) -> Finding:
        step, line = self.view.position(*cell[1:])
        steps = (step, step + item.steps[1] - item.steps[0])
        text = f"{self.sentences.helper(line)} {self.sentences.sentence(repair, formula, *cell[1:])}"
        return self._finding(line, steps, repair.kind, text, formula, repair.tree)

    def _finding(self, line: int, steps: Steps, kind: Kind, text: str, formula: Node | None, right: Node) -> Finding:
        helper = self.sentences.helper(line)
        return finding(self.view, line, steps, helper, kind, text, formula=formula, should_be=right)

    def _cleared(self, cell: Cell, item: WrongRun) -> bool:
        """Whether a right quantity reads the cell, in the steps concerned or in the cell's own."""
        for step in {item.steps[0], self.view.position(*cell[1:])[0]}:
            wrong = {other.line for other in self.wrong if other.steps[0] <= step <= other.steps[1]}
            right = [
                line for name, line in self.key.checked() if line not in wrong and self.key.first_step(name) <= step
            ]
            if self.table.first <= step <= self.table.last and any(cell in self._reached(line, step) for line in right):
                return True
        return False

    def _is_piece(self, cell: Cell, item: WrongRun) -> bool:
        """Whether the cell is worth a part of the quantity's right formula."""
        stands = self._worth(cell, None, item.steps[0])
        worths = (
            self._worth(cell, piece, item.steps[0]) for piece in self.search.pieces(item.name, item.steps[0], cell[1:])
        )
        return stands is not None and any(worth is not None and same_function(stands, worth) for worth in worths)

    def _worth(self, cell: Cell, tree: Node | None, step: int, others: dict[Cell, Node] | None = None) -> Any:
        """What the cell is worth, or would be with that formula, to one who reads it in that step; None if nothing.

        `others` puts other formulas into other cells.
        """
        if tree is None:
            place = self.view.position(*cell[1:])
            tree = self.view.formula(*place) or Number(repr(self.view.number(*place) or 0.0))
        try:
            with np.errstate(all="ignore"):
                return np.asarray(
                    Evaluator(self.table, self.prover.quick, replaced=others or {}).value_in(tree, cell, step)
                )
        except NotComputableError:
            return None

    def _reached(self, line: int, step: int) -> list[Cell]:
        """Cells of formulas that a quantity's cell reads, directly and through others, and that are no quantity."""
        if (line, step) not in self.reach:
            tree = self.view.formula(step, line)
            self.reach[line, step] = [] if tree is None else list(dict.fromkeys(self._read(tree, step, line, 0)))
        return self.reach[line, step]

    def _read(self, tree: Node, step: int, line: int, depth: int, as_usual: bool = False) -> list[Cell]:
        row, column = self.view.position(step, line)
        cells: list[Cell] = []
        for reference in references(tree):
            cell: Cell = (reference.sheet or self.view.sheet.name, *reference.at(row, column))
            at_step, at_line = self.view.position(*cell[1:])
            here = cell[0] == self.view.sheet.name and min(cell[1:]) > 0
            if (
                not here
                or cell == self.table.rate_cell
                or cell in self.table.parameters
                or depth > DEEPEST
                or cell in cells
            ):
                continue
            inside = self.table.first <= at_step <= self.table.last
            if inside and (at_line in self.table.by_line or at_line == self.table.rate_line):
                continue
            number = self.view.tree(at_step, at_line)
            if (number is not None and number != CONSTANT) or (inside and self.search.usual(at_line) is not None):
                cells.append(cell)
            formula = self.search.usual(at_line) if as_usual and inside else self.view.formula(at_step, at_line)
            if formula is not None:
                cells += self._read(formula, at_step, at_line, depth + 1, as_usual)
        return cells
