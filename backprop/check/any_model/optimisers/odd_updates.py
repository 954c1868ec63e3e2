"""Updates whose rule is not that of the others of their step: mended by the change that makes it theirs."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from backprop.check.any_model.mending.repairs import Budget, Effort, Repaired, find_repair, gives
from backprop.check.any_model.mending.roots import Root
from backprop.check.any_model.mistakes.alignment import is_unknown
from backprop.check.any_model.mistakes.expected import Expected
from backprop.check.any_model.mistakes.steps import Steps, no_loss_depends
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.changes import change, gradient_cell, loss_added_up
from backprop.check.any_model.model.slopes import alike
from backprop.check.any_model.model.states import States
from backprop.check.any_model.model.updates import Update
from backprop.check.any_model.optimisers.camps import MANY, Camp, camps_of, elsewhere, usual_of
from backprop.check.any_model.optimisers.rules import Rules
from backprop.check.any_model.optimisers.second_order import name_of_step, turned_in_step
from backprop.check.any_model.optimisers.templates import PLAIN, is_told, names_any
from backprop.check.findings import Kind
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Call, Node, Reference, transform, walk

MOST_UPDATES = 6_000
TOLD_SECONDS = 4.0  # of the processor, for rules that are wrong in every update

Target = Callable[[Update, dict[int, int]], bool]  # whether an update with changed formulas has the rule that is meant


@dataclass(slots=True)
class OddUpdates:
    """Updates that are wrong, those of which nothing is known, and the names of the optimisers that were recognised."""

    roots: list[Root] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)
    names: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # by sheet
    gradients: dict[int, int] = field(default_factory=dict)  # update -> what it takes for its derivative and is none

    def said(self) -> list[str]:
        """The optimisers in words."""
        names = sum(self.names.values(), Counter())
        named = [f"{number:,} by {name}" for name, number in names.most_common() if name != PLAIN]
        return [f"updates whose rule was recognised: {', '.join(named)}"] if named else []


class _Mender:
    """Looks for the smallest change of an update's formula, or of a helper cell's, that gives a rule."""

    def __init__(
        self, analysis: Analysis, rules: Rules, proven: Container[int], budget: Budget, smallest_first: bool = False
    ) -> None:
        self.analysis, self.rules, self.proven = analysis, rules, proven
        self.budget, self.smallest_first = budget, smallest_first
        self.known: dict[object, Repaired | None] = {}

    def mended(self, update: Update, target: Target, beside: bool = False) -> Root | None:
        """The update as a root with its repair; where only `beside` counts, one that a formula beside it asks for."""
        analysis, rules = self.analysis, self.rules
        cells, graph = analysis.cells, analysis.cells.graph
        slope = rules.derivatives[update.node].slope
        expected = Expected(update.node, slope, None, update)
        parts = rules.parts(update)
        copies = sorted(
            parts, key=lambda node: not rules.is_copy(node)
        )  # what is carried wrongly, before what reads it
        efforts = (
            () if beside else (Effort.OPTIMISER, Effort.SMALL, Effort.ALL) if self.smallest_first else (Effort.ALL,)
        )
        tried = [(Effort.NEIGHBOURS, node) for node in parts]
        tried += [(effort, node) for effort in efforts for node in copies]
        for effort, node in tried:
            cell = graph.anchor(cells.cell_of[node])

            def fits(nodes: dict[Cell, int], node: int = node) -> bool:
                at = cells.cell_of[node]
                if at not in nodes:
                    return False
                return target(update, {node: nodes[at]})

            key = effort, cell[0], cells.graph.book.tree(cell), cells.cell_of[update.node][2] == cell[2]
            if key in self.known:
                repair = self.known[key]
                if repair is None:
                    continue
                if gives(analysis, cell, repair.tree, fits):
                    return Root(expected, cell, Repaired(repair.kind, cell, repair.tree))
            repair = find_repair(analysis, cell, fits, self.budget, effort)
            if repair is not None and repair.kind is Kind.EXTRA_FACTOR:
                repair = None  # an optimiser's term taken away proves nothing
            self.known[key] = repair
            if repair is not None:
                return Root(expected, cell, repair)
        return None

    def with_old(self, update: Update, old: int, rule: States) -> Root | None:
        """The update of another parameter: it has the derivative of that one, which has no update."""
        analysis, rules = self.analysis, self.rules
        cells = analysis.cells
        cell, own = cells.cell_of[update.node], analysis.same(old)
        tree = cells.graph.formula(cell)
        if tree is None or any(not own.isdisjoint(analysis.same(other.old)) for other in analysis.updates):
            return None
        there, here = cells.cell_of[old], cells.cell_of[update.old]
        meant = replace(update, old=old)
        if here[0] != there[0] or not alike(rules.new_value(meant), rule):
            changed = transform(tree, lambda node: _moved(node, cell, here, there))
            nodes = cells.graph.follow(cell, changed)
            formula = nodes.get(cell)
            if not isinstance(formula, int) or not alike(rules.new_value(meant, {update.node: formula}), rule):
                return None
            slope = rules.derivatives[update.node].slope
            return Root(Expected(update.node, slope, None, meant), cell, Repaired(Kind.WRONG_REFERENCE, cell, changed))
        return None


def odd_updates(analysis: Analysis, steps: Steps, repairs: bool) -> OddUpdates:
    """Every update through an optimiser: its rule is a known one, or is mended to that of the others of its step.

    Or, where the workbook holds a known optimiser elsewhere, to a rule of that name.
    """
    found = OddUpdates()
    rules = Rules(analysis, steps)
    if len(rules.derivatives) > MOST_UPDATES:
        found.doubtful = set(steps.ruled)
        return found
    _give_back(rules, steps)
    groups = {key: camps_of(analysis, rules, group) for key, group in rules.groups.items() if group}
    for camp in (camp for camps in groups.values() for camp in camps):
        if camp.name:
            sheet, _, _ = analysis.cells.cell_of[camp.updates[0].node]
            found.names[sheet][camp.name] += len(camp.updates)
    mender = _Mender(analysis, rules, steps.proven, Budget.now() if repairs else Budget(0.0, 0))
    _by_second_derivatives(mender, groups, found)
    turned = _turned(rules, groups) | _meant_as_steps(rules, groups, steps)
    found.gradients |= turned
    steps.other += [rules.by_new[node] for node in turned]
    for node in turned:
        steps.ruled.pop(node, None)
        steps.proven.pop(node, None)
    for camps in groups.values():
        usual = usual_of(camps)
        for camp in camps:
            if camp is not usual or not camp.name:
                _settle(mender, found, camp, usual)
    for update in [update for update in steps.other if update.node not in turned]:
        usual = usual_of(groups.get(rules.step_of(update), [])) or elsewhere(groups, rules.step_of(update))
        if usual is None or (usual.name is None and len(usual.updates) < 2):
            continue
        gradient = rules.meant_derivative(update, usual.rule)
        if gradient is not None and not np.any(analysis.values(gradient)) and no_loss_depends(analysis, update):
            steps.still.add(update.node)
        elif gradient is not None and is_unknown(analysis, gradient):
            found.gradients[update.node] = gradient
        elif (root := _mended_to(mender, update, usual)) is not None:
            found.roots.append(root)
    if repairs:
        _as_told(_Mender(analysis, rules, steps.proven, Budget.now(TOLD_SECONDS), smallest_first=True), found)
    found.doubtful |= {node for node in rules.derivatives if rules.reads_nothing(rules.by_new[node])}
    settled = {root.expected.node for root in found.roots} | steps.still
    steps.other = [update for update in steps.other if update.node not in settled]
    return found


def _by_second_derivatives(mender: _Mender, groups: dict[tuple[str, int], list[Camp]], found: OddUpdates) -> None:
    """Take out the steps whose updates have no rule alone and solve the equations of a method together.

    One whose sign alone is another is a mistake.
    """
    analysis, rules = mender.analysis, mender.rules
    for key, camps in list(groups.items()):
        if any(camp.name for camp in camps):
            continue
        group = rules.groups[key]
        if (name := name_of_step(analysis, group, rules.derivatives)) is not None:
            found.names[key[0]][name] += len(group)
            del groups[key]
        elif (turned := turned_in_step(analysis, group, rules.derivatives)) is not None:
            update = group[turned]
            meant = change(analysis, update) * -1

            def is_meant(update: Update, changed: dict[int, int], meant: States = meant) -> bool:
                new = analysis.values(changed.get(update.node, update.node))
                return alike(new - analysis.values(update.old), meant)

            if (root := mender.mended(update, is_meant)) is not None:
                found.roots.append(root)
                del groups[key]


def _mended_to(mender: _Mender, update: Update, usual: Camp) -> Root | None:
    """An update that reads no derivative by its parameter: another old value, else another derivative."""
    rules, analysis = mender.rules, mender.analysis
    if no_loss_depends(analysis, update):
        return None
    if (read := rules.derivative_of_another(update)) is not None:
        rules.derivatives[update.node] = read
        if (root := mender.with_old(update, read.slope.by, usual.rule)) is not None:
            return root
    if (own := rules.derivative_beside(update)) is None:
        return None
    rules.derivatives[update.node] = own
    return mender.mended(update, partial(_is_rule, rules, usual.rule))


def _turned(rules: Rules, groups: Mapping[tuple[str, int], list[Camp]]) -> dict[int, int]:
    """Updates of one rule whose derivatives have both signs, with the cells of those for which the rule goes uphill."""
    found: dict[int, int] = {}
    for camps in groups.values():
        for camp in camps:
            by_sign: dict[bool, list[Update]] = {}
            for update in camp.updates:
                by_sign.setdefault(rules.derivatives[update.node].factor > 0, []).append(update)
            named = {sign: rules.name(updates[0]) for sign, updates in by_sign.items()}
            if len(named) == 2 and sum(name is None for name in named.values()) == 1:
                wrong = next(sign for sign, name in named.items() if name is None)
                read = {update.node: rules.derivatives[update.node].cell for update in by_sign[wrong]}
                found |= {node: cell for node, cell in read.items() if cell is not None}
                camp.name = named[not wrong]
                camp.updates = by_sign[not wrong]
    return found


def _meant_as_steps(rules: Rules, groups: Mapping[tuple[str, int], list[Camp]], steps: Steps) -> dict[int, int]:
    """Updates of no known rule that hold the formula of a plain step, or step by a sum of summands' derivatives.

    What they take for the derivative is none: with each its cell.
    """
    analysis, found = rules.analysis, dict[int, int]()
    tree = analysis.cells.tree
    plain = {tree(node) for node in steps.proven if node not in steps.ruled}
    for camp in (camp for camps in groups.values() for camp in camps if not camp.name):
        for update in list(camp.updates):
            cell, inside = gradient_cell(analysis, update), rules.derivatives[update.node]
            if cell is None or cell == inside.cell or cell in analysis.forward or _goes_on(analysis, cell):
                continue
            if tree(update.node) in plain or loss_added_up(analysis, cell, update.old) is not None:
                found[update.node] = cell
                camp.updates.remove(update)
    return found


def _goes_on(analysis: Analysis, cell: int) -> bool:
    """Whether a cell is a velocity: it reads what an update before has added."""
    readers = analysis.cells.readers
    return any(reader in analysis.cut for read in analysis.cells.reads[cell] for reader in readers.get(read, ()))


def _give_back(rules: Rules, steps: Steps) -> None:
    """Updates with a derivative inside their formula that keep no number and are no known rule: left to be mended."""
    for node, derivative in list(steps.ruled.items()):
        update = rules.by_new[node]
        if derivative.cell is None and not rules.follow(update).kept and rules.name(update) is None:
            del steps.ruled[node], rules.derivatives[node]
            rules.groups[rules.step_of(update)].remove(update)
            steps.other.append(update)


def _settle(mender: _Mender, found: OddUpdates, camp: Camp, usual: Camp | None) -> None:
    """Mend the updates of a rule of their own, or leave them as not understood."""
    if usual is not None and camp is not usual and not _is_its_own(camp, usual):
        target: Target = partial(_is_rule, mender.rules, usual.rule)
    elif camp is not usual and camp.name is None and (likely := _likely(mender.analysis, found, camp)):
        target = partial(_is_named, mender.rules, likely)
    else:
        for update in camp.updates if camp.name is None else ():
            if _is_plain(mender, update):
                continue
            several = len(camp.updates) > 1
            root = mender.mended(update, partial(_is_known, mender.rules), beside=True) if several else None
            if root is not None and _keeps_functions(mender.analysis, root):
                found.roots.append(root)
            else:
                found.doubtful.add(update.node)
        return
    for update in camp.updates:
        if update.node in mender.proven and (usual is None or usual.name in (None, PLAIN)):
            continue  # a plain step, and right
        root = mender.mended(update, target)
        turned = root is not None and root.repair is not None and root.repair.kind is Kind.SIGN
        if root is None or (turned and usual is not None and camp.name == usual.name):  # both go down
            found.doubtful.add(update.node)
        else:
            found.roots.append(root)


def _as_told(mender: _Mender, found: OddUpdates) -> None:
    """Mend doubted updates whose whole rule is none, to one that the sheet's texts name."""
    for node in sorted(found.doubtful):
        update = mender.rules.by_new[node]
        if mender.rules.name(update) is not None or not names_any(mender.rules.texts_of(update)):
            continue
        root = mender.mended(update, partial(_is_told, mender.rules))
        if root is not None and _keeps_functions(mender.analysis, root):
            found.roots.append(root)
            found.doubtful.discard(node)


def _is_plain(mender: _Mender, update: Update) -> bool:
    """Whether an update is proven to be a step by the derivative, and keeps nothing."""
    return update.node in mender.proven and not mender.rules.follow(update).kept


def _is_rule(rules: Rules, rule: States, update: Update, changed: dict[int, int]) -> bool:
    return alike(rules.new_value(update, changed), rule)


def _is_named(rules: Rules, name: str, update: Update, changed: dict[int, int]) -> bool:
    return rules.name(update, changed) == name


def _is_known(rules: Rules, update: Update, changed: dict[int, int]) -> bool:
    return rules.name(update, changed) is not None


def _is_told(rules: Rules, update: Update, changed: dict[int, int]) -> bool:
    """Whether the rule is one that the sheet's texts name, and keeps as many numbers as before."""
    name = rules.name(update, changed)
    if name is None or len(rules.follow(update, changed).kept) != len(rules.follow(update).kept):
        return False
    return is_told(name, rules.texts_of(update))


def _keeps_functions(analysis: Analysis, root: Root) -> bool:
    """Whether a repair takes no function away: MAX of earlier ones is a rule of its own."""
    old = analysis.cells.graph.formula(root.cell)
    if old is None or root.repair is None:
        return False
    return _functions(old) <= _functions(root.repair.tree)


def _functions(tree: Node) -> set[str]:
    return {part.function for part in walk(tree) if isinstance(part, Call)}


def _likely(analysis: Analysis, found: OddUpdates, camp: Camp) -> str | None:
    """The optimiser that most other updates of the sheet have."""
    sheet, _, _ = analysis.cells.cell_of[camp.updates[0].node]
    named = found.names[sheet].most_common(1)
    return named[0][0] if named and named[0][0] != PLAIN and named[0][1] > MANY * len(camp.updates) else None


def _is_its_own(camp: Camp, usual: Camp) -> bool:
    """Whether a rule of a known name differs by intent: a rate of its own, or no decay of biases."""
    if camp.name is None:
        return False
    return bool(camp.typed - usual.typed) or (camp.name == PLAIN and usual.name is None)


def _moved(node: Node, cell: Cell, here: Cell, there: Cell) -> Node:
    """A reference to one cell as one to another; every other node as it is."""
    if isinstance(node, Reference) and (node.sheet or cell[0], *node.at(*cell[1:])) == here:
        return replace(node, row=node.row + there[1] - here[1], column=node.column + there[2] - here[2])
    return node
