"""A mistake below a wrong cell: in a helper that is no derivative itself, alone or in all that hold its formula."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mending.local_slopes import local_slopes
from backprop.check.any_model.mending.printed import Derivatives
from backprop.check.any_model.mending.repairs import Budget, Effort, Repaired, affected, find_repair, gives, recomputed
from backprop.check.any_model.mending.siblings import Sibling, sibling
from backprop.check.any_model.mistakes.expected import Expected
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.names import derived_in
from backprop.check.any_model.model.slopes import as_states
from backprop.check.any_model.model.states import States
from backprop.check.findings import Kind
from backprop.spreadsheet.book import Cell

DEPTH = 3  # cells between a wrong one and a helper that is looked at
HELPERS = 12  # cells below a wrong one in which the mistake is looked for
LARGEST = 60  # cells of one formula that are changed together
Mends = Callable[[dict[Cell, int]], list[Expected]]  # what nodes for formulas in cells put right


@dataclass(frozen=True, slots=True)
class Mended:
    """The change that is to be made in each of some helper cells, and what it puts right."""

    repairs: tuple[Repaired, ...]
    mends: list[Expected]


class Helpers:
    """Looks for mistakes in the cells below those that are not what they should be."""

    def __init__(self, analysis: Analysis, by_node: dict[int, Expected], budget: Budget) -> None:
        self.analysis, self.by_node, self.budget = analysis, by_node, budget
        self._below: dict[int, set[int]] = {}
        self._right: set[object] | None = None
        self._known: dict[object, Repaired] = {}  # by the formula of a helper, what mended it elsewhere

    def repair(self, item: Expected, evaluation: Evaluation) -> Mended | None:
        """The change of helpers that mends an item and at least one more.

        Or this one alone, where its formula is that of others which are right, or where its samples' helpers all hold
        one formula and change together.
        """
        helpers = sorted(self._of(item.node) - {item.node}, reverse=True)[:HELPERS]
        for number in self._numbers(item):  # pasted where its neighbours compute
            if (found := self._mended_by(number, (), item, [item], evaluation, Effort.NEIGHBOURS)) is not None:
                return found
        if (found := self._as_elsewhere(item, helpers, evaluation)) is not None:
            return found
        tried: set[frozenset[Cell]] = set()
        for effort in (Effort.NEIGHBOURS, Effort.SMALL):
            for helper in helpers:
                users = [other for other in self.by_node.values() if helper in self._of(other.node)]
                if item not in users:
                    continue
                family = self._family(item, helper) if effort is Effort.SMALL and item.sure else []
                cells = frozenset(other.cell for other in family)
                for group in [family, []] if family and cells not in tried else [[]]:
                    alone = len(users) < 2 and effort is not Effort.NEIGHBOURS and not self._is_usual(item)
                    if alone and not group:
                        continue
                    several = effort is Effort.SMALL and len(users) > 1
                    for most in (Effort.REFERENCES, Effort.ALL) if several else (effort,):
                        if (found := self._mended_by(helper, group, item, users, evaluation, most)) is not None:
                            return found
                tried.add(cells)
        return None

    def as_whole(self, item: Expected, evaluation: Evaluation) -> Mended | None:
        """A derivative of a sample's loss alone, mended to that of the whole one as those beside it are."""
        for helper in sorted(self._of_parts(item.node), reverse=True)[:HELPERS]:
            users = [other for other in self.by_node.values() if helper in self._of_parts(other.node)]
            found = self._mended_by(helper, (), item, users, evaluation, Effort.NEIGHBOURS)
            if found is not None and len(found.mends) > 1:
                return found
        return None

    def as_slope(self, item: Expected, evaluation: Evaluation, derivatives: Derivatives) -> Mended | None:
        """The derivative of an activation, printed in a helper that is none and mends an item with it."""
        for helper in sorted(self._of(item.node) - {item.node}, reverse=True)[:HELPERS]:
            users = [other for other in self.by_node.values() if helper in self._of(other.node)]
            cell, mends = self._place(helper), self._mends(helper, (), item, users, evaluation)

            def fits(nodes: dict[Cell, int], mends: Mends = mends) -> bool:
                return bool(mends(nodes))

            for tree in local_slopes(self.analysis, item, helper, derivatives):
                if self.budget.take() and gives(self.analysis, cell, tree, fits):
                    repair = Repaired(Kind.WRONG_FORMULA, cell, tree)
                    self._known.setdefault(self._formula(helper), repair)
                    return self._mended((repair,), mends)
        return None

    def _as_elsewhere(self, item: Expected, helpers: Sequence[int], evaluation: Evaluation) -> Mended | None:
        """The change that mended the formula of a helper in another cell."""
        for helper in helpers:
            known = self._known.get(self._formula(helper))
            if known is None:
                continue
            users = [other for other in self.by_node.values() if helper in self._of(other.node)]
            mends, cell = self._mends(helper, (), item, users, evaluation), self._place(helper)

            def fits(nodes: dict[Cell, int], mends: Mends = mends) -> bool:
                return bool(mends(nodes))

            if gives(self.analysis, cell, known.tree, fits):
                return self._mended((Repaired(known.kind, cell, known.tree),), mends)
        return None

    def _mended_by(
        self, helper: int, group: Sequence[Sibling], item: Expected, users: list[Expected], evaluation: Evaluation,
        effort: Effort,
    ) -> Mended | None:  # fmt: skip
        """The change of a helper, and of others that hold its formula, the same in each, that mends an item."""
        cell, mends = self._place(helper), self._mends(helper, group, item, users, evaluation)
        self.budget.searched += 1
        repair = find_repair(self.analysis, cell, lambda nodes: bool(mends(nodes)), self.budget, effort, group)
        if repair is None:
            return None
        self._known.setdefault(self._formula(helper), repair)
        others = (Repaired(repair.kind, other.cell, other.formula(repair.tree)) for other in group)
        return self._mended(tuple(sorted((repair, *others), key=lambda each: each.cell)), mends)

    def _mends(
        self, helper: int, group: Sequence[Sibling], item: Expected, users: list[Expected], evaluation: Evaluation
    ) -> Mends:
        """What nodes for the formulas of a helper and of others put right."""
        at, orders = self.analysis.cells.at, dict[int, list[int]]()
        nodes_of = {**self._filled(helper), **{other.cell: at[other.cell] for other in group}}

        def mends(nodes: dict[Cell, int]) -> list[Expected]:
            if not nodes_of.keys() <= nodes.keys():
                return []
            values: dict[int, States] = {}
            for cell, node in sorted(nodes_of.items(), key=lambda each: each[1]):  # one may stand on those before
                order = affected(self.analysis, nodes[cell], values.keys()) if values else []
                values[node] = as_states(
                    recomputed(self.analysis, evaluation, order, values)[nodes[cell]]
                    if nodes[cell] in order
                    else evaluation.value(nodes[cell])
                )
            return self._put_right(values, users, orders, evaluation, item)

        return mends

    def _place(self, helper: int) -> Cell:
        """Where the formula of a helper stands."""
        return self.analysis.cells.graph.anchor(self.analysis.cells.cell_of[helper])

    def _filled(self, helper: int) -> dict[Cell, int]:
        """The cells that a helper's formula fills: its own, or all of its array."""
        cells = self.analysis.cells
        sheet, row, column = anchor = self._place(helper)
        last = cells.graph.book.sheets[sheet].filled_to((row, column))
        if last == anchor[1:]:
            return {cells.cell_of[helper]: helper}
        places = ((sheet, r, c) for r in range(row, last[0] + 1) for c in range(column, last[1] + 1))
        return {place: cells.at[place] for place in places if place in cells.at}

    def _mended(self, repairs: tuple[Repaired, ...], mends: Mends) -> Mended:
        nodes: dict[Cell, int] = {}
        for each in repairs:
            followed = self.analysis.cells.graph.follow(each.cell, each.tree)
            nodes |= {at: node for at, node in followed.items() if isinstance(node, int)}
        return Mended(repairs, mends(nodes))

    def _numbers(self, item: Expected) -> list[int]:
        """The typed numbers that an update reads where a derivative may belong."""
        analysis = self.analysis
        read = analysis.cells.reads.get(item.node, ()) if item.update is not None else ()
        known = (analysis.trained, analysis.rates, analysis.forward)
        free = (node for node in read if analysis.cells.tape.kinds[node] == FREE and node in analysis.cells.cell_of)
        return [node for node in free if not any(node in part for part in known)]

    def _family(self, item: Expected, helper: int) -> list[Sibling]:
        """The other helpers of an item with the formula of one: of each sample one."""
        cells = self.analysis.cells
        own = cells.cell_of[helper]
        if own in cells.graph.anchors:
            return []
        others = (cells.cell_of[node] for node in self._of(item.node) - {item.node, helper})
        alike = [other for cell in sorted(others) if (other := sibling(cells.graph, own, cell)) is not None]
        return alike if len(alike) < LARGEST else []

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
            read = self.analysis.cells.reads.get(node, ())
            below = self.analysis.helpers(node, DEPTH) - self._used_rightly
            self._below[node] = below | {below for below in read if self._misleads(below)}
        return self._below[node]

    @cached_property
    def _used_rightly(self) -> set[int]:
        """The cells on which a derivative stands that is right, by the parameter that a right update changes by it."""
        right = self.analysis.agreed - self.by_node.keys()
        return self.analysis.cells.below(right, self.analysis.ends) - self.by_node.keys()

    def _of_parts(self, node: int) -> set[int]:
        """The cells near one that are derivatives of a sample's loss alone: of the whole one a term may be missing."""
        claims, parts = self.analysis.claims, self.analysis.parts
        found, level = set[int](), {node}
        for _ in range(DEPTH):
            read = {below for top in level for below in self.analysis.cells.reads.get(top, ())} - found
            level = {below for below in read if below in claims and claims[below].slope.of in parts}
            found |= level
        return found

    def _misleads(self, node: int) -> bool:
        """Whether a cell is a derivative, but no title says by what, and all that reads it is wrong: no slope."""
        cells, claim = self.analysis.cells, self.analysis.claims.get(node)
        if claim is None or claim.slope.by in self.analysis.trained or node in self.by_node:
            return False
        readers = cells.readers.get(node, ())
        named = any(derived_in(text) is not None for text in cells.labels(node))
        return len(readers) > 1 and not named and all(reader in self.by_node for reader in readers)


def compared_node(analysis: Analysis, item: Expected) -> int:
    """The node that is held against the derivative, as the workbook has it."""
    cells = analysis.cells
    has_formula = cells.tape.kinds[item.node] == CELL or item.node in cells.loops
    return item.compared(cells.tape, formula_of(analysis, item.node) if has_formula else item.node)
