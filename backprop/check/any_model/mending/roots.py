"""Of cells that are not what they should be: which are wrong themselves, and which only follow from those."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import reached
from backprop.calculus.values import PendingError, UnfollowedError
from backprop.check.any_model.mending.activations import whole
from backprop.check.any_model.mending.helpers import Helpers, Mended, compared_node
from backprop.check.any_model.mending.printed import Derivatives
from backprop.check.any_model.mending.repairs import Budget, Effort, Repaired, find_repair, gives
from backprop.check.any_model.mistakes.alignment import is_unknown
from backprop.check.any_model.mistakes.expected import Expected, close
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.slopes import Slope, as_states
from backprop.check.any_model.model.states import States
from backprop.check.findings import Kind
from backprop.check.repair.tidy import tidied
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Binary, FormulaError, Node, NotComputableError, Number

SAME_FACTOR = 1e-9
MOST_SEARCHED = 40  # wrong cells for which a repair is searched; the others of the same formula follow them


@dataclass(slots=True)
class Root:
    """A wrong cell, what it should be, its repair if one was found, and the cells that inherit its mistake."""

    expected: Expected
    cell: Cell
    repair: Repaired | None
    printed: bool = False  # no small change was found: the derivative is printed
    inherits: list[int] = field(default_factory=list)
    mends: list[Expected] = field(default_factory=list)


def find_roots(analysis: Analysis, expected: list[Expected]) -> list[Root]:
    """The roots, each with what inherits from it."""
    known = [item for item in expected if not item.tentative]
    finder = _Finder(analysis, known, Derivatives(analysis, known))
    for item in expected:
        finder.settle(item)
    finder.settle_filled()
    return finder.roots


class _Finder:
    def __init__(self, analysis: Analysis, expected: list[Expected], derivatives: Derivatives) -> None:
        self.analysis, self.derivatives = analysis, derivatives
        self.by_node = {item.node: item for item in expected}
        self.roots: list[Root] = []
        self.mended: dict[int, Root] = {}  # what a repair of a helper cell puts right
        self.truth: dict[int, States] = {}  # wrong cells, as they should be
        self.by_tree: dict[object, Repaired | None] = {}
        self.firm: set[int] = set()  # wrong cells that a small change makes right, and what only follows from these
        self.budget = Budget.now()
        self.below = Helpers(analysis, self.by_node, self.budget)

    def settle(self, item: Expected) -> None:
        """Whether an item is a root, and its repair."""
        analysis = self.analysis
        if item.tentative:
            if item.node in self.truth:
                return
            self.by_node[item.node] = item
        if item.node in self.mended:
            self.mended[item.node].mends.append(item)
            self._remember(item)
            return
        wrong = self._wrong_below(item.node)
        evaluation = analysis.evaluation
        if wrong:
            evaluation = analysis.evaluated({node: self.truth[node] for node in wrong})
            if item.fits(analysis, self._own(evaluation, item)):
                for root in self.roots:
                    if root.expected.node in wrong:
                        root.inherits.append(item.node)
                if wrong <= self.firm:
                    self.firm.add(item.node)
                self._remember(item)
                return
            if self._follows_from_firm(item, wrong):
                return
        own = analysis.cells.cell_of[item.node]
        cell = analysis.cells.graph.anchor(own)
        key = self._formula_key(cell)
        if key in self.by_tree:
            known = self.by_tree[key]
            if known is not None and self._same_change_fits(known, item, cell, evaluation):
                self._root(item, cell, Repaired(known.kind, cell, known.tree))
                return
        in_helper = [] if item.tentative else self._in_helper(item, evaluation)
        if in_helper:
            self.roots += in_helper
            self._remember(item)
            return
        repair = None
        if self.budget.searched < MOST_SEARCHED:
            self.budget.searched += 1
            effort = Effort.REFERENCES if item.tentative else Effort.ALL
            repair = find_repair(analysis, cell, lambda nodes: self._fits(item, nodes, evaluation), self.budget, effort)
            if repair is not None:
                repair = self._itself(item, repair, evaluation)
        if item.tentative and repair is None:
            self.by_node.pop(item.node)
            return
        if repair is None:
            late = self.below.as_whole(item, evaluation) or self.below.as_slope(item, evaluation, self.derivatives)
            if late is not None:
                self.roots += self._of_helpers(item, late)
                self._remember(item)
                return
        repair = repair or self._scaled(item, cell)
        self.by_tree.setdefault(key, repair)
        if repair is None and item.update is None:
            self._root(item, cell, self._printed(item, cell, evaluation), printed=True)
        else:
            self._root(item, cell, repair)

    def _itself(self, item: Expected, repair: Repaired, evaluation: Evaluation) -> Repaired:
        """Where any multiple of a derivative will do: a change that gives the derivative itself, if there is one."""
        if item.factor is not None or item.update is not None:
            return repair
        cell, graph = repair.cell, self.analysis.cells.graph
        given = {at: node for at, node in graph.follow(cell, repair.tree).items() if isinstance(node, int)}
        formula = given.get(self.analysis.cells.cell_of[item.node])
        values = (
            None if formula is None else as_states(evaluation.value(item.compared(self.analysis.cells.tape, formula)))
        )
        factor = None if values is None else item.found_factor(self.analysis, values)
        if factor is None or abs(abs(factor) - 1) < SAME_FACTOR:
            return repair
        plain = replace(item, factor=math.copysign(1.0, factor))
        better = find_repair(self.analysis, cell, lambda nodes: self._fits(plain, nodes, evaluation), self.budget)
        return better or repair

    def _scaled(self, item: Expected, cell: Cell) -> Repaired | None:
        """Of a cell that is a whole number of times what it should be, or such a part of it: its formula over that."""
        claim, tree = self.analysis.claims.get(item.node), self.analysis.cells.graph.formula(cell)
        if claim is None or tree is None or item.factor is None or claim.slope != item.slope:
            return None
        times = abs(claim.factor / item.factor)
        number = round(max(times, 1 / times))
        if number < 2 or not close(max(times, 1 / times), number) or claim.factor * item.factor < 0:
            return None
        return Repaired(Kind.MISSING_FACTOR, cell, Binary("/" if times > 1 else "*", whole(tree), Number(str(number))))

    def _follows_from_firm(self, item: Expected, wrong: set[int]) -> bool:
        """Whether an item is right once what is surely wrong below it is: what else was doubted there is right then."""
        firm = {node for node in wrong if node in self.firm}
        if not firm or firm == wrong:
            return False
        evaluation = self.analysis.evaluated({node: self.truth[node] for node in firm})
        if not item.fits(self.analysis, self._own(evaluation, item)):
            return False
        for root in self.roots:
            if root.expected.node in firm:
                root.inherits.append(item.node)
        self.roots = [root for root in self.roots if root.expected.node in firm or root.expected.node not in wrong]
        self.firm.add(item.node)
        self._remember(item)
        return True

    def settle_filled(self) -> None:
        """Cells with the formula of a root that nothing reads: its mistake too, where its change is right there."""
        cells = self.analysis.cells
        by_key = {self._formula_key(root.cell): root for root in self.roots if root.repair and not root.printed}
        for node in cells.nodes:
            root = by_key.get(self._formula_key(cells.cell_of[node]))
            known = node in self.by_node or node in self.mended
            if root is None or root.repair is None or known or cells.cell_of[root.expected.node] != root.cell:
                continue
            slope, claim = self._moved(root, node), self.analysis.claims.get(node)
            if slope is None or not self.analysis.is_open(node) or (claim is not None and claim.slope == slope):
                continue
            item = replace(root.expected, node=node, slope=slope)
            cell = cells.cell_of[node]
            evaluation = self.analysis.evaluated({below: self.truth[below] for below in self._wrong_below(node)})
            if item.update is None and self._same_change_fits(root.repair, item, cell, evaluation):
                self._root(item, cell, Repaired(root.repair.kind, cell, root.repair.tree))

    def _moved(self, root: Root, node: int) -> Slope | None:
        """The derivative that is as far from a cell as a root's is from it; None where there is none."""
        cells = self.analysis.cells
        _, row, column = cells.cell_of[node]
        down, along = row - root.cell[1], column - root.cell[2]
        ends = []
        for end in (root.expected.slope.of, root.expected.slope.by):
            at = cells.cell_of.get(end)
            ends.append(None if at is None else cells.at.get((at[0], at[1] + down, at[2] + along)))
        if ends[0] is None and root.expected.slope.of not in cells.cell_of:
            ends[0] = root.expected.slope.of
        if ends[0] is None or ends[1] is None:
            return None
        slope = Slope(ends[0], ends[1])
        return slope if slope in self.analysis.table.at else None

    def _printed(self, item: Expected, cell: Cell, evaluation: Evaluation) -> Repaired | None:
        """The derivative in the workbook's own cells, where one formula stands in one cell."""
        book = self.analysis.cells.graph.book
        if book.sheets[cell[0]].filled_to(cell[1:]) != cell[1:] or self.analysis.cells.graph.anchor(cell) != cell:
            return None
        if any(self._is_doubtful(node) for node in self._reads(item.node)):
            return None  # the mistake may lie there
        tree = self.derivatives.formula(item)
        for printed in (_tidied(tree), tree) if tree is not None else ():
            if gives(self.analysis, cell, printed, lambda nodes: self._fits(item, nodes, evaluation)):
                return Repaired(Kind.WRONG_FORMULA, cell, printed)
        return None

    def _is_doubtful(self, node: int) -> bool:
        """Whether the mistake may lie in a cell that is read: nothing right reads it, and nothing is known of it."""
        analysis = self.analysis
        if node in self.truth or node in analysis.claims or not is_unknown(analysis, node):
            return False
        return analysis.settled.isdisjoint(analysis.cells.readers.get(node, ()))

    def _wrong_below(self, node: int) -> set[int]:
        """The wrong cells on which one stands; none lies before the first of all."""
        first, reads = min(self.truth, default=node), self.analysis.cells.reads
        below = reached([node], lambda top: reads.get(top, ()) if top > first else ())
        return below & self.truth.keys()

    def _own(self, evaluation: Evaluation, item: Expected) -> States:
        return as_states(evaluation.value(compared_node(self.analysis, item)))

    def _reads(self, node: int) -> Iterable[int]:
        return self.analysis.cells.reads.get(node, ())

    def _root(self, item: Expected, cell: Cell, repair: Repaired | None, printed: bool = False) -> None:
        root = Root(item, cell, repair, printed)
        self.roots.append(root)
        if repair is not None and not printed:
            self.firm.add(item.node)
        self._remember(item)
        last = self.analysis.cells.graph.book.sheets[cell[0]].filled_to(cell[1:])
        if last != cell[1:] and repair is not None:  # the other cells of the array are wrong with it
            for node, other in self.by_node.items():
                sheet, row, column = self.analysis.cells.cell_of[node]
                inside = sheet == cell[0] and cell[1] <= row <= last[0] and cell[2] <= column <= last[1]
                if inside and other is not item:
                    self.mended[node] = root

    def _remember(self, item: Expected) -> None:
        truth = self.analysis.table.value(item.slope)
        if item.update is None and truth is not None:
            self.truth[item.node] = truth * (1.0 if item.factor is None else item.factor)

    def _formula_key(self, cell: Cell) -> object:
        return cell[0], self.analysis.cells.graph.book.tree(cell)

    def _same_change_fits(self, known: Repaired, item: Expected, cell: Cell, evaluation: Evaluation) -> bool:
        try:
            given = self.analysis.cells.graph.follow(cell, known.tree)
        except (UnfollowedError, PendingError, FormulaError):
            return False
        return self._fits(item, {at: node for at, node in given.items() if isinstance(node, int)}, evaluation)

    def _fits(self, item: Expected, nodes: dict[Cell, int], evaluation: Evaluation) -> bool:
        """Whether nodes for a formula's cells are what is expected of those cells."""
        cells = self.analysis.cells
        own = cells.cell_of[item.node]
        if own not in nodes:
            return False
        for at, formula in nodes.items():
            node = cells.graph.node(at)
            other = item if at == own else self.by_node.get(node) if node is not None else None
            if other is not None:
                values = as_states(evaluation.value(other.compared(cells.tape, formula)))
                if not other.fits(self.analysis, values):
                    return False
        return True

    def _in_helper(self, item: Expected, evaluation: Evaluation) -> list[Root]:
        """The cells below, of no loss and no derivative themselves, whose repair mends this one."""
        if self.budget.searched >= MOST_SEARCHED:
            return []
        found = self.below.repair(item, evaluation)
        return [] if found is None else self._of_helpers(item, found)

    def _of_helpers(self, item: Expected, found: Mended) -> list[Root]:
        """The cells that are changed to mend an item, with what else is right then."""
        roots = [Root(item, repair.cell, repair) for repair in found.repairs]
        roots[0].mends = found.mends
        for other in found.mends:
            if other is not item:
                self.mended[other.node] = roots[0]
        return roots


def _tidied(tree: Node) -> Node:
    try:
        return tidied(tree)
    except NotComputableError:
        return tree


def grouped(roots: list[Root], analysis: Analysis) -> list[list[Root]]:
    """Roots of one formula and one change, side by side: one mistake."""
    groups: dict[object, list[Root]] = defaultdict(list)
    for root in roots:
        kind = root.repair.kind if root.repair else None
        groups[root.cell[0], analysis.cells.graph.book.tree(root.cell), kind].append(root)
    return list(groups.values())
