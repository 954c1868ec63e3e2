"""A mistake below a wrong cell: in a helper that is no derivative itself, alone or in all that hold its formula."""

from collections.abc import Sequence
from dataclasses import dataclass

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mending.repairs import Budget, Effort, Repaired, affected, find_repair, recomputed
from backprop.check.any_model.mistakes.expected import Expected
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.slopes import as_states
from backprop.check.any_model.model.states import States
from backprop.spreadsheet.book import Cell

DEPTH = 3  # cells between a wrong one and a helper that is looked at
HELPERS = 12  # cells below a wrong one in which the mistake is looked for
LARGEST = 60  # cells of one formula that are changed together


@dataclass(frozen=True, slots=True)
class Mended:
    """Helper cells, the change that is to be made in each, and what it puts right."""

    cells: tuple[Cell, ...]
    repair: Repaired
    mends: list[Expected]


class Helpers:
    """Looks for mistakes in the cells below those that are not what they should be."""

    def __init__(self, analysis: Analysis, by_node: dict[int, Expected], budget: Budget) -> None:
        self.analysis, self.by_node, self.budget = analysis, by_node, budget
        self._below: dict[int, set[int]] = {}
        self._right: set[object] | None = None

    def repair(self, item: Expected, evaluation: Evaluation) -> Mended | None:
        """The change of helpers that mends an item and at least one more.

        Or this one alone, where its formula is that of others which are right, or where its samples' helpers all hold
        one formula and change together.
        """
        helpers = sorted(self._of(item.node) - {item.node}, reverse=True)[:HELPERS]
        for number in self._numbers(item):  # pasted where its neighbours compute
            if (found := self._mended_by([number], item, [item], evaluation, Effort.NEIGHBOURS)) is not None:
                return found
        for effort in (Effort.NEIGHBOURS, Effort.SMALL):
            for helper in helpers:
                users = [other for other in self.by_node.values() if helper in self._of(other.node)]
                if item not in users:
                    continue
                family = self._family(item, helper) if effort is Effort.SMALL and item.sure else []
                for group in [family, [helper]] if len(family) > 1 else [[helper]]:
                    alone = len(users) < 2 and effort is not Effort.NEIGHBOURS and not self._is_usual(item)
                    if alone and len(group) < 2:
                        continue
                    tried = Effort.ALL if effort is Effort.SMALL and len(users) > 1 else effort
                    if (found := self._mended_by(group, item, users, evaluation, tried)) is not None:
                        return found
        return None

    def _mended_by(
        self, group: Sequence[int], item: Expected, users: list[Expected], evaluation: Evaluation, effort: Effort
    ) -> Mended | None:
        """The change of the helpers of a group, the same in each, that mends an item."""
        cells = [self.analysis.cells.cell_of[node] for node in group]
        orders: dict[int, list[int]] = {}
        self.budget.searched += 1

        def mends(nodes: dict[Cell, int]) -> list[Expected]:
            if any(cell not in nodes for cell in cells):
                return []
            values = {node: as_states(evaluation.value(nodes[cell])) for node, cell in zip(group, cells, strict=True)}
            return self._put_right(values, users, orders, evaluation, item)

        def fits(nodes: dict[Cell, int]) -> bool:
            return bool(mends(nodes))

        repair = find_repair(self.analysis, cells[0], fits, self.budget, effort, cells[1:])
        if repair is None:
            return None
        nodes: dict[Cell, int] = {}
        for cell in cells:
            followed = self.analysis.cells.graph.follow(cell, repair.tree)
            nodes |= {at: node for at, node in followed.items() if isinstance(node, int)}
        return Mended(tuple(cells), repair, mends(nodes))

    def _numbers(self, item: Expected) -> list[int]:
        """The typed numbers that an update reads where a derivative may belong."""
        analysis = self.analysis
        read = analysis.cells.reads.get(item.node, ()) if item.update is not None else ()
        known = (analysis.trained, analysis.rates, analysis.forward)
        free = (node for node in read if analysis.cells.tape.kinds[node] == FREE and node in analysis.cells.cell_of)
        return [node for node in free if not any(node in part for part in known)]

    def _family(self, item: Expected, helper: int) -> list[int]:
        """The helpers of an item with one formula: of each sample one; the helper first."""
        cells = self.analysis.cells
        tree = cells.tree(helper)
        if tree is None or cells.cell_of[helper] in cells.graph.anchors:
            return [helper]
        alike = sorted(node for node in self._of(item.node) - {item.node, helper} if cells.tree(node) == tree)
        return [helper, *alike] if len(alike) < LARGEST else [helper]

    def _is_usual(self, item: Expected) -> bool:
        """Whether a cell that is right has the same formula."""
        if self._right is None:
            right = (node for node in self.analysis.claims if node not in self.by_node)
            self._right = {self._formula(node) for node in right}
        return self._formula(item.node) in self._right

    def _formula(self, node: int) -> object:
        cell = self.analysis.cells.graph.anchor(self.analysis.cells.cell_of[node])
        return cell[0], self.analysis.cells.graph.book.tree(cell)

    def _put_right(
        self, values: dict[int, States], users: list[Expected], orders: dict[int, list[int]], evaluation: Evaluation,
        item: Expected,
    ) -> list[Expected]:  # fmt: skip
        """What other values of helpers put right; nothing where they do not mend the item."""
        found = []
        for other in [item, *(user for user in users if user is not item)]:
            wanted = compared_node(self.analysis, other)
            if other.node not in orders:
                orders[other.node] = affected(self.analysis, wanted, values.keys())
            own = recomputed(self.analysis, evaluation, orders[other.node], values).get(wanted)
            if own is not None and other.fits(self.analysis, as_states(own)):
                found.append(other)
            elif other is item:
                return []
        return found

    def _of(self, node: int) -> set[int]:
        if node not in self._below:
            self._below[node] = self.analysis.helpers(node, DEPTH)
        return self._below[node]


def compared_node(analysis: Analysis, item: Expected) -> int:
    """The node that is held against the derivative, as the workbook has it."""
    cells = analysis.cells
    has_formula = cells.tape.kinds[item.node] == CELL or item.node in cells.loops
    return item.compared(cells.tape, formula_of(analysis, item.node) if has_formula else item.node)
