"""What an update makes its new value of: the derivative, the old value, kept numbers, constants, helper cells."""

from collections import Counter, defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mistakes.steps import (
    Derivative,
    Steps,
    cells_below,
    derivative_read,
    places_of,
)
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves, shown_by
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.lineage import Lineage
from backprop.check.any_model.model.states import States, draw
from backprop.check.any_model.model.updates import Update

SEARCHED = 40  # cells below one that is kept
DEEP = 8  # cells between an update and the derivative
DERIVATIVE, EARLIER, OLD = ((name, 1.0, 1.0) for name in ("the derivative", "the derivative before", "the old value"))
Places = dict[int, tuple[int | None, float]]  # parts of formulas that are a derivative: a factor times a constant part


@dataclass(slots=True)
class Followed:
    """An update's way down: its helper cells, the kept numbers that it reads, and what is given in place of all."""

    helpers: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # all else that is read
    kept: list[int] = field(default_factory=list)
    constants: list[int] = field(default_factory=list)  # the free cells below everything else
    given: dict[int, States] = field(default_factory=dict)
    inside: Places = field(default_factory=dict)


class Ways(Lineage):
    """The updates of a workbook with the derivatives that they read, each followed down to what it is made of."""

    def __init__(self, analysis: Analysis, steps: Steps) -> None:
        super().__init__(analysis)
        self.derivatives: dict[int, Derivative] = {}  # of each update
        self._helpers: dict[int, set[int]] = {}
        for node, update in self.by_new.items():
            read = steps.ruled.get(node) or (derivative_read(analysis, update) if node in steps.proven else None)
            if read is not None:
                self.derivatives[node] = read
        self.groups: dict[tuple[str, int], list[Update]] = defaultdict(list)  # updates of one step
        for node in self.derivatives:
            self.groups[self.step_of(self.by_new[node])].append(self.by_new[node])
        self._readers = self._parameters_that_read()

    def _parameters_that_read(self) -> dict[int, set[int]]:
        """Free cell -> the parameters whose updates of a first step read it, at once or through other cells."""
        found: dict[int, dict[int, set[int]]] = defaultdict(dict)
        cells = self.analysis.cells
        for update in self.analysis.updates:
            first, step = self.origin(update)
            if step == 0:
                below = set(cells_below(self.analysis, update))
                for leaf in below:
                    if cells.tape.kinds[shown_by(cells.tape, leaf)] == FREE:
                        found[leaf][first] = {reader for reader in cells.readers.get(leaf, ()) if reader in below}
        return {leaf: self._usual_readers(readers) for leaf, readers in found.items()}

    def _usual_readers(self, readers: dict[int, set[int]]) -> set[int]:
        """The parameters for which a cell is read by a formula that stands in more cells than those of the others."""
        if len(readers) < 2:
            return set(readers)
        tree = self.analysis.cells.tree
        many = {
            first: max((len(self._of_tree[tree(node)]) for node in nodes), default=0)
            for first, nodes in readers.items()
        }
        most = max(many.values())
        return {first for first, count in many.items() if count == most}

    def _ways(self, update: Update, changed: dict[int, int]) -> tuple[list[int], list[int], Places]:
        """The helper cells between an update and its derivative, in the order of the formulas, and what else is read.

        Last, of what is read, the parts of formulas that are the derivative. `changed`: formula nodes that stand in
        cells instead of the workbook's.
        """
        analysis, tape = self.analysis, self.analysis.cells.tape
        looked: dict[int, Places] = {}
        derivative, oldest = self.derivatives[update.node], self.oldest(update)
        helpers: list[int] = []
        ends: dict[int, None] = {}
        inside: Places = {}
        known: dict[int, bool] = {} if derivative.cell is None else {derivative.cell: True}

        def holds(formula: int) -> bool:
            if derivative.cell is None and formula not in looked:
                looked[formula] = places_of(analysis, derivative.slope, formula)
                inside.update(looked[formula])
            return bool(looked.get(formula))

        def stands_on(node: int, depth: int) -> bool:
            if node not in known:
                known[node] = False
                if (
                    (node > oldest or node in changed)
                    and tape.kinds[node] == CELL
                    and node not in analysis.cut
                    and node not in analysis.claims
                    and depth < DEEP
                ):
                    formula = changed.get(node, tape.takes[node][0])
                    known[node] = holds(formula) or any(stands_on(leaf, depth + 1) for leaf in leaves(tape, formula))
            return known[node]

        pending = [(update.node, 0)]
        seen = {update.node}
        while pending:
            cell, depth = pending.pop(0)
            formula = changed.get(cell, formula_of(analysis, cell))
            holds(formula)
            for leaf in _in_order(analysis, formula, inside):
                if leaf in seen:
                    continue
                seen.add(leaf)
                followed = leaf != derivative.cell and leaf not in inside
                if followed and (stands_on(leaf, depth) or self._is_share_of_kept(leaf)):
                    helpers.append(leaf)
                    pending.append((leaf, depth + 1))
                else:
                    ends[leaf] = None
        return helpers, list(ends), {node: inside[node] for node in ends if node in inside}

    def _is_share_of_kept(self, node: int) -> bool:
        """Whether a cell of its own holds a kept number times a constant: beta times the average before."""
        analysis, tape = self.analysis, self.analysis.cells.tape
        if tape.kinds[node] != CELL or any(node in part for part in (analysis.cut, analysis.claims, analysis.forward)):
            return False
        formula = tape.takes[node][0]
        if tape.kinds[formula] != "*" or not all(tape.kinds[side] in (CELL, FREE) for side in tape.takes[formula]):
            return False
        return sum(tape.kinds[side] == FREE for side in tape.takes[formula]) >= 1

    def follow(self, update: Update, changed: dict[int, int] | None = None) -> Followed:
        """What an update makes its new value of."""
        analysis = self.analysis
        helpers, ends, inside = self._ways(update, changed or {})
        found = Followed(helpers, ends=ends, inside=inside)
        derivative, own = self.derivatives[update.node], analysis.same(update.old)
        own_leaves = self._constants_of(update)
        for part, _ in inside.values():
            self._add_constants(found, part)
        for leaf in ends:
            if leaf in inside:
                continue
            if leaf == derivative.cell:
                found.given[leaf] = draw(*DERIVATIVE)
            elif leaf in own:
                found.given[leaf] = draw(*OLD)
            elif (earlier := self._lagging(update, leaf)) is not None:
                self._add_earlier(found, leaf, earlier)
            elif not (helpers and leaf in own_leaves) and self._is_kept(update, (changed or {}).get(leaf, leaf)):
                found.kept.append(leaf)
                found.given[leaf] = np.abs(draw(f"kept {len(found.kept)}", 1.0, 1.0))
            elif leaf in analysis.claims or leaf in analysis.training:
                found.given[leaf] = analysis.values(leaf)  # of another parameter or step
            else:
                self._add_constants(found, leaf)
        return found

    def _constants_of(self, update: Update) -> set[int]:
        """The typed numbers in the formula of a first step: a rate; what is kept is read by helper cells."""
        cells = self.analysis.cells
        if self.before(update) is not None:
            return set()
        return {node for node in cells.reads.get(update.node, ()) if cells.tape.kinds[node] == FREE}

    def _lagging(self, update: Update, leaf: int) -> Update | None:
        """The step before, where an update reads a number that this step kept and did not use itself."""
        before, tape = self.before(update), self.analysis.cells.tape
        if before is None or before.node not in self.derivatives or tape.kinds[leaf] != CELL:
            return None
        analysis = self.analysis
        kept = leaf in analysis.training and not any(
            leaf in part for part in (analysis.forward, analysis.cut, analysis.claims)
        )
        reads_it = self.derivatives[before.node].cell in analysis.cells.reads.get(leaf, ())
        return before if kept and reads_it and leaf not in self._used(before) else None

    def _add_earlier(self, found: Followed, leaf: int, before: Update) -> None:
        """What a number was made of that lags behind by a step: an earlier derivative, and what was kept before it."""
        found.helpers.append(leaf)
        for read in sorted(self.analysis.cells.reads[leaf]):
            if read == self.derivatives[before.node].cell:
                found.given[read] = draw(*EARLIER)
            elif read in found.constants:
                continue
            elif read in self.analysis.training or self._readers.get(read):
                found.kept.append(read)
                found.given[read] = np.abs(draw(f"kept {len(found.kept)}", 1.0, 1.0))
            else:
                self._add_constants(found, read)

    def _add_constants(self, found: Followed, part: int | None) -> None:
        if part is not None:
            tape = self.analysis.cells.tape
            below = self.analysis.cells.below(leaves(tape, part))
            found.constants += [node for node in below if tape.kinds[node] == FREE]

    def _is_kept(self, update: Update, leaf: int) -> bool:
        """Whether a number is what the step before kept for this parameter, or the first such number."""
        tape, before = self.analysis.cells.tape, self.before(update)
        if leaf in self.analysis.rates:
            return False
        if before is None:
            first, _ = self.origin(update)
            return (
                tape.kinds[shown_by(tape, leaf)] == FREE
                and self._readers.get(leaf, {first}) == {first}
                and (self._several(update) or self._is_kept_later(leaf))
            )
        while leaf not in self._used(before) and tape.kinds[leaf] == CELL and tape.kinds[tape.takes[leaf][0]] == CELL:
            leaf = tape.takes[leaf][0]
        derivative = self.derivatives.get(before.node)
        if derivative is not None and derivative.cell is not None and not self._stands_on(leaf, derivative.cell):
            reads = self.analysis.cells.reads
            if any(leaf in reads.get(node, ()) for node in self._used(before)):
                return False  # what the step before started from
        return leaf in self._used(before) or self._is_about(leaf, self.analysis.same(before.old))

    def _stands_on(self, node: int, derivative: int) -> bool:
        """Whether a kept number is made of a derivative, through a few cells."""
        level, seen = {node}, set[int]()
        for _ in range(DEEP):
            if derivative in level:
                return True
            seen |= level
            reads = self.analysis.cells.reads
            level = {read for top in level if top not in self.analysis.cut for read in reads.get(top, ())} - seen
            if len(seen) > SEARCHED:
                break
        return derivative in level

    def _is_about(self, node: int, parameter: frozenset[int]) -> bool:
        """Whether a cell that an optimiser keeps stands on the derivative by a parameter, and on no other."""
        analysis, seen, pending = self.analysis, {node}, [node]
        found: set[int] = set()
        while pending and len(seen) < SEARCHED:
            for read in analysis.cells.reads.get(pending.pop(0), ()):
                if read in analysis.claims:
                    found.add(analysis.claims[read].slope.by)
                elif read not in seen and read not in analysis.cut and read not in analysis.forward:
                    seen.add(read)
                    pending.append(read)
            if found:
                return found <= parameter
        return False

    def _is_kept_later(self, leaf: int) -> bool:
        """Whether a formula that reads a typed number stands in another step too, where it reads a computed one."""
        cells = self.analysis.cells
        if leaf not in cells.cell_of:
            return False
        sheet, row, column = cells.cell_of[leaf]
        for reader in cells.readers.get(leaf, ()):
            _, *here = cells.cell_of[reader]
            for other in self._of_tree[cells.tree(reader)]:
                _, *there = cells.cell_of[other]
                read = cells.at.get((sheet, row + there[0] - here[0], column + there[1] - here[1]))
                if read in cells.reads[other] and read in self.analysis.training:
                    return True
        return False

    @cached_property
    def _of_tree(self) -> dict[object, list[int]]:
        """The cells that hold each formula."""
        found: dict[object, list[int]] = defaultdict(list)
        for node in self.analysis.cells.nodes:
            found[self.analysis.cells.tree(node)].append(node)
        return found

    def _several(self, update: Update) -> bool:
        """Whether other parameters have a step with this one: what they do not read is no constant."""
        return self._in_step[self.step_of(update)] > 1

    @cached_property
    def _in_step(self) -> Counter[tuple[str, int]]:
        return Counter(self.step_of(update) for update in self.analysis.updates)

    def _used(self, update: Update) -> set[int]:
        """The cells that an update reads, at once or through others, of its own step."""
        if update.node not in self._helpers:
            training, old = self.analysis.training, self.oldest(update)
            below = cells_below(self.analysis, update)
            self._helpers[update.node] = {node for node in below if node > old and node in training}
        return self._helpers[update.node]


def _in_order(analysis: Analysis, formula: int, ends: Container[int]) -> list[int]:
    """The cells that a formula reads, in the order in which they stand in it; nothing below those of `ends`."""
    tape, found, seen = analysis.cells.tape, dict[int, None](), set[int]()
    pending = [formula]
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        if tape.kinds[node] in (CELL, FREE) or node in ends:
            found[node] = None
        else:
            pending += reversed(tape.takes[node])
    return list(found)
