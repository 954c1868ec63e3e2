"""The search for the smallest change that makes a formula right: candidates, screened in doubles, then proved."""

from collections.abc import Sequence
from dataclasses import replace

from backprop.check.findings import Kind
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.prover import Prover
from backprop.check.proof.stored_values import Steps
from backprop.check.proof.wrong_cells import WrongRun
from backprop.check.repair.candidates import StandIns, candidate_changes
from backprop.check.repair.changes import Repair
from backprop.check.repair.screening import Screening
from backprop.check.repair.trees import substitute
from backprop.derivation.equation import EPOCH
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import (
    HOLE,
    Binary,
    Bracket,
    FormulaError,
    Node,
    Number,
    Reference,
    children,
    parse,
    references,
    render,
)


class RepairSearch:
    """Changes that make the formulas of one table right."""

    def __init__(self, key: AnswerKey, prover: Prover) -> None:
        self.key, self.prover, self.table, self.view = key, prover, key.table, key.table.view
        self._usual: dict[int, Node | None] = {}
        named = {*key.table.by_line, key.table.rate_line}
        self.helper_lines = [line for line in self.view.lines() if line not in named and self.usual(line) is not None]
        model = key.model
        order = [*model.inputs, *model.targets, *map(str, key.model.outline.parameters), EPOCH]
        computed = [name for name, answer in key.computed.items() if not answer.updates]
        self.order = {name: number for number, name in enumerate([*order, *computed])}

    def repair(self, name: str, line: int, steps: Steps, tree: Node) -> Repair | None:
        """The first change under which the cell is its quantity, at both ends and in the middle of its steps."""
        place = self.view.position(steps[0], line)
        screening = Screening(self.key, self.prover, name, steps[0])
        probes = sorted({steps[0], (steps[0] + steps[1]) // 2, steps[1]})
        stand_ins = self._stand_ins(name, *place)
        for candidates in candidate_changes(tree, stand_ins, *place, self.view.transposed, self._biases(*place)):
            for index in screening.fitting(candidates.template, candidates.nodes):
                repair = candidates.repair(index)
                if all(self.prover.holds(self.table, repair.tree, step, line, name, thorough=False) for step in probes):
                    return self._named_kind(repair, *place)
        return None

    def repair_helper(self, items: Sequence[WrongRun], tree: Node, helper: Cell) -> Repair | None:
        """The first change of a helper cell's formula under which all formulas that read it are right."""
        name, step, place = items[0].name, items[0].steps[0], helper[1:]
        screening = Screening(self.key, self.prover, name, step, helper)
        stand_ins = self._stand_ins(name, *place)
        for candidates in candidate_changes(tree, stand_ins, *place, self.view.transposed):
            for index in screening.fitting(candidates.template, candidates.nodes):
                repair = candidates.repair(index)
                if self.all_hold(items, {helper: repair.tree}):
                    return self._named_kind(repair, *place)
        return None

    def replace_helper(self, items: Sequence[WrongRun], helper: Cell) -> Repair | None:
        """A part of a quantity's right formula that makes all formulas right which read the helper cell."""
        step, place = items[0].steps[0], helper[1:]
        screening = Screening(self.key, self.prover, items[0].name, step, helper)
        pieces = list(dict.fromkeys(piece for item in items for piece in self.pieces(item.name, step, place)))
        for index in screening.fitting(HOLE, pieces):
            if self.all_hold(items, {helper: pieces[index]}):
                return Repair(Kind.WRONG_FORMULA, pieces[index])
        return None

    def all_hold(self, items: Sequence[WrongRun], replaced: dict[Cell, Node]) -> bool:
        """Whether the formulas are right once those cells hold other ones."""
        return all(
            item.tree is not None
            and self.prover.holds(self.table, item.tree, item.steps[0], item.line, item.name, replaced, False)
            for item in items
        )

    def right_formula(self, item: WrongRun) -> str | None:
        """What the cell should hold: the formula of the line's other steps where that is right, else the key's."""
        usual = self.usual(item.line)
        if usual not in (None, item.tree):
            right = replace(item, tree=usual)
            if self.all_hold([right, replace(right, steps=item.steps[::-1])], {}):
                return f"={render(usual, *self.view.position(item.steps[0], item.line))}"
        return self.key.formula(item.name, item.steps[0])

    def usual(self, line: int) -> Node | None:
        """The formula that most steps of a line share."""
        if line not in self._usual:
            self._usual[line] = self.table.usual_formula(line)
        return self._usual[line]

    def pieces(self, name: str, step: int, place: tuple[int, int]) -> list[Node]:
        """Every part of the quantity's right formula that a helper cell in that place could compute."""
        text = self.key.formula(name, step)
        try:
            tree = None if text is None else parse(text, *place)
        except FormulaError:
            tree = None
        pieces: dict[Node, None] = {}

        def collect(node: Node) -> None:
            if isinstance(node, Binary) and node.operator == "*":
                factors = _factors(node)
                for start in range(len(factors)):
                    product = factors[start]
                    for factor in factors[start + 1 :]:
                        product = Binary("*", product, factor)
                        pieces[product] = None
                for factor in factors:
                    collect(factor)
                return
            if not isinstance(node, Reference | Number):
                pieces[node.inside if isinstance(node, Bracket) else node] = None
            for child in children(node):
                collect(child)

        if tree is not None:
            collect(tree)
        return list(pieces)

    def _named_kind(self, repair: Repair, row: int, column: int) -> Repair:
        """A reference lacks its `$` only where it began on the right cell, or moves along with the epochs past it."""
        if repair.kind is Kind.MISSING_ABSOLUTE and isinstance(repair.old, Reference):
            old, new = self.table.quantity(self.view.cell_read(repair.old, row, column)), repair.new
            same_line = isinstance(new, Reference) and self._line(repair.old, row, column) == self._line(
                new, row, column
            )
            if old is not None and old != "eta" and not same_line:
                return replace(repair, kind=Kind.WRONG_REFERENCE)
        return repair

    def _line(self, reference: Reference, row: int, column: int) -> int:
        return self.view.position(*reference.at(row, column))[1]

    def _stand_ins(self, name: str, row: int, column: int) -> StandIns:
        """References to what the formula may read: quantities computed before it, helper columns, constants outside."""
        update = self.key.computed[name].updates if name in self.key.computed else True
        usual = -1 if update else 0
        step, _ = self.view.position(row, column)
        before = len(self.order) if update else self.order[name]
        lines = {other: line for other, line in self.table.lines.items() if self.order.get(other, -1) < before}
        if self.table.rate_line is not None:
            lines["eta"] = self.table.rate_line
        helpers = [line for line in self.helper_lines if line != self.view.position(row, column)[1]]
        outside = [cell for cell in (self.table.rate_cell, *self.table.parameters) if cell is not None]

        def make(old: Reference) -> list[Reference]:
            old_step, _ = self.view.position(*old.at(row, column))
            offsets = dict.fromkeys([usual, *([old_step - step] if old_step - step in (-1, 0) else [])])
            made = []
            for offset in offsets:
                allowed = lines.items() if offset or not update else ()
                made += [self._reference(old, step + offset, line, row, column) for _, line in allowed]
                if offset and name in self.key.model.states:
                    made.append(self._reference(old, step + offset, self.table.lines[name], row, column))
            made += [self._reference(old, step + offset, line, row, column) for offset in offsets for line in helpers]
            made += [
                Reference(r, c, True, True, None if sheet == self.view.sheet.name else sheet) for sheet, r, c in outside
            ]
            return made

        return make

    def _biases(self, row: int, column: int) -> list[Node]:
        """The biases as a formula in that cell may write them."""
        step, _ = self.view.position(row, column)
        biases: list[Node] = []
        for name in map(str, self.key.model.outline.biases):
            try:
                biases.append(parse(f"={self.key.locate(name, step)}", row, column))
            except KeyError:
                continue
        return biases

    def _reference(self, old: Reference, step: int, line: int, row: int, column: int) -> Reference:
        """A reference to that place, moving along the epochs; across them as fixed as the old one."""
        at_row, at_column = self.view.position(step, line)
        fixed_row = old.fixed_row and self.view.transposed
        fixed_column = old.fixed_column and not self.view.transposed
        return Reference(
            at_row if fixed_row else at_row - row,
            at_column if fixed_column else at_column - column,
            fixed_row,
            fixed_column,
        )


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Binary) and node.operator == "*":
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def anchored(tree: Node, key: AnswerKey, row: int, column: int) -> Node:
    """The formula with `$` wherever it means the learning rate or a parameter cell."""
    for reference in set(references(tree)):
        at = reference.at(row, column)
        cell: Cell = (reference.sheet or key.table.view.sheet.name, *at)
        if cell == key.table.rate_cell or cell in key.table.parameters:
            tree = substitute(tree, reference, Reference(*at, True, True, reference.sheet))
    return tree
