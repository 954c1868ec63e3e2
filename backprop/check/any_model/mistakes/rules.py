"""Optimisers' rules as functions: what an update makes of the derivative, the old value and the numbers that it keeps.

An update through cells that an optimiser keeps (momentum, RMSprop, Adam) is followed down to the derivative g, the old
value w, the kept numbers m of the step before, and constants. Drawn numbers in these places, the same for all
parameters, give the same new value where the rule is the same, however it is written.
"""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field

import numpy as np

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mistakes.optimisers import (
    Derivative,
    Steps,
    cells_below,
    derivative_read,
    formula_of,
    places_of,
)
from backprop.check.any_model.mistakes.templates import Rule, name_of_rule
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves, shown_by
from backprop.check.any_model.model.slopes import Slope, alike, as_states
from backprop.check.any_model.model.states import States, draw
from backprop.check.any_model.model.updates import Update

SEARCHED = 40  # cells below one that is kept
DEEP = 8  # cells between an update and the derivative


@dataclass(slots=True)
class Followed:
    """An update's way down: its helper cells, the kept numbers that it reads, and what is given in place of all."""

    helpers: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # all else that is read
    kept: list[int] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)  # kept numbers and derivatives of other parameters or steps
    constants: list[int] = field(default_factory=list)  # the free cells below everything else
    given: dict[int, States] = field(default_factory=dict)
    inside: dict[int, tuple[int | None, float]] = field(default_factory=dict)  # parts of formulas that are derivatives


class Rules:
    """The updates of a workbook with the derivatives that they read, step by step."""

    def __init__(self, analysis: Analysis, steps: Steps) -> None:
        self.analysis = analysis
        self.by_new = {update.node: update for update in analysis.updates}
        self.derivatives: dict[int, Derivative] = {}  # of each update
        self._origins: dict[int, tuple[int, int]] = {}
        self._helpers: dict[int, set[int]] = {}
        self._readers: dict[int, set[int]] = {}
        for node, update in self.by_new.items():
            read = steps.ruled.get(node) or (derivative_read(analysis, update) if node in steps.proven else None)
            if read is not None:
                self.derivatives[node] = read
        self.groups: dict[tuple[str, int], list[Update]] = defaultdict(list)  # updates of one step
        for node in self.derivatives:
            self.groups[self.step_of(self.by_new[node])].append(self.by_new[node])
        self._readers = self._parameters_that_read()
        self.beside = self._derivatives_by_parameter()

    def step_of(self, update: Update) -> tuple[str, int]:
        """The sheet of an update and how many updates of its parameter lie before it."""
        return self.analysis.cells.cell_of[update.node][0], self.origin(update)[1]

    def parts(self, update: Update) -> list[int]:
        """The cells in which a mistake of an update's rule may lie and that no right update reads.

        Its own, helper cells, and those that copy what was kept.
        """
        analysis, tape = self.analysis, self.analysis.cells.tape
        followed = self.follow(update)
        further = [node for node in followed.ends if tape.kinds[node] == CELL and node > self._oldest(update)]
        known = analysis.claims.keys() | analysis.cut | analysis.forward | analysis.same(update.old)
        own = [node for node in (*followed.helpers, *further) if node not in known]
        others = [other for other in self.by_new if other != update.node and other in analysis.settled]
        shared = {node for other in others for node in self._near(self.by_new[other])}
        return list(dict.fromkeys([update.node, *(node for node in own if node not in shared)]))

    def _near(self, update: Update) -> set[int]:
        """The cells that an update reads, at once or through one other."""
        reads = self.analysis.cells.reads
        first = set(reads.get(update.node, ())) - {update.old}
        return first | {node for read in first if read in self.analysis.training for node in reads.get(read, ())}

    def derivative_of_another(self, update: Update) -> Derivative | None:
        """The derivative by another parameter that an update reads, where that is one alone."""
        claims = self.analysis.claims
        read = [node for node in cells_below(self.analysis, update) if node in claims]
        found = {claims[node].slope.by: node for node in read if claims[node].slope.by in self.analysis.trained}
        return self._claimed_by(next(iter(found.values()))) if len(found) == 1 else None

    def derivative_beside(self, update: Update) -> Derivative | None:
        """A cell that is the derivative by an update's parameter, whether it reads it or not."""
        node = self.beside.get(self._parameter(update.old))
        return None if node is None else self._claimed_by(node)

    def _claimed_by(self, node: int) -> Derivative:
        claim = self.analysis.claims[node]
        return Derivative(claim.slope, claim.factor, node)

    def meant_derivative(self, update: Update, rule: States) -> int | None:
        """The cell that an update treats as the derivative: with it the update has that rule."""
        cells, analysis = self.analysis.cells, self.analysis
        level, seen = _read_by(analysis, update) - {update.old}, set[int]()
        found: list[int] = []
        for _ in range(DEEP):
            for node in sorted(level, reverse=True):
                if cells.tape.kinds[node] == CELL and node in analysis.training and node not in analysis.cut:
                    self.derivatives[update.node] = Derivative(Slope(node, update.old), cell=node)
                    if alike(self.new_value(update), rule):
                        found.append(node)
            seen |= level
            below = (read for node in level if node not in analysis.claims for read in cells.reads.get(node, ()))
            level = {read for read in below if read not in analysis.cut and read not in analysis.forward} - seen
        self.derivatives.pop(update.node, None)
        return found[-1] if found else None

    def _derivatives_by_parameter(self) -> dict[int, int]:
        """The last cell that is the derivative by a parameter."""
        found = {}
        for node, claim in self.analysis.claims.items():
            if claim.slope.by in self.analysis.trained:
                found[self._parameter(claim.slope.by)] = node
        return found

    def _parameter(self, node: int) -> int:
        """The cell, or the one that it repeats."""
        tape, cut = self.analysis.cells.tape, self.analysis.cut
        while tape.kinds[node] == CELL and node not in cut and tape.kinds[tape.takes[node][0]] in (CELL, FREE):
            node = tape.takes[node][0]
        return node

    def origin(self, update: Update) -> tuple[int, int]:
        """The cell of a parameter's first value, and how many updates lie before this one."""
        pending = []
        while update.node not in self._origins:
            pending.append(update)
            before = self.by_new.get(self._parameter(update.old))
            if before is None or before.node >= update.node:
                self._origins[update.node] = self._parameter(update.old), 0
                break
            update = before
        for later in reversed(pending):
            if later.node not in self._origins:
                first, count = self._origins[self.by_new[self._parameter(later.old)].node]
                self._origins[later.node] = first, count + 1
        return self._origins[(pending[0] if pending else update).node]

    def _parameters_that_read(self) -> dict[int, set[int]]:
        """Free cell -> the parameters whose updates of a first step read it, at once or through other cells."""
        found: dict[int, set[int]] = defaultdict(set)
        for update in self.analysis.updates:
            first, step = self.origin(update)
            if step == 0:
                for leaf in cells_below(self.analysis, update):
                    if self.analysis.cells.tape.kinds[shown_by(self.analysis.cells.tape, leaf)] == FREE:
                        found[leaf].add(first)
        return found

    def _ways(
        self, update: Update, changed: dict[int, int]
    ) -> tuple[list[int], list[int], dict[int, tuple[int | None, float]]]:
        """The helper cells between an update and its derivative, in the order of the formulas, and what else is read.

        Last, of what is read, the parts of formulas that are the derivative.

        `changed`: formula nodes that stand in cells instead of the workbook's.
        """
        analysis, tape = self.analysis, self.analysis.cells.tape
        looked: dict[int, dict[int, tuple[int | None, float]]] = {}
        derivative, oldest = self.derivatives[update.node], self._oldest(update)
        helpers: list[int] = []
        ends: dict[int, None] = {}
        inside: dict[int, tuple[int | None, float]] = {}
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
                if leaf != derivative.cell and leaf not in inside and stands_on(leaf, depth):
                    helpers.append(leaf)
                    pending.append((leaf, depth + 1))
                else:
                    ends[leaf] = None
        return helpers, list(ends), {node: inside[node] for node in ends if node in inside}

    def follow(self, update: Update, changed: dict[int, int] | None = None) -> Followed:
        """What an update makes its new value of."""
        analysis = self.analysis
        helpers, ends, inside = self._ways(update, changed or {})
        found = Followed(helpers, ends=ends, inside=inside)
        derivative, own = self.derivatives[update.node], analysis.same(update.old)
        for part, _ in inside.values():
            self._add_constants(found, part)
        for leaf in ends:
            if leaf in inside:
                continue
            if leaf == derivative.cell:
                found.given[leaf] = draw(*_DERIVATIVE)
            elif leaf in own:
                found.given[leaf] = draw(*_OLD)
            elif (earlier := self._lagging(update, leaf)) is not None:
                self._add_earlier(found, leaf, earlier)
            elif self._is_kept(update, leaf):
                found.kept.append(leaf)
                found.given[leaf] = np.abs(draw(f"kept {len(found.kept)}", 1.0, 1.0))
            elif leaf in analysis.claims or leaf in analysis.training:
                found.foreign.append(leaf)
                found.given[leaf] = analysis.values(leaf)
            else:
                self._add_constants(found, leaf)
        return found

    def _lagging(self, update: Update, leaf: int) -> Update | None:
        """The step before, where an update reads a number that this step kept and did not use itself."""
        before, tape = self._before(update), self.analysis.cells.tape
        if before is None or before.node not in self.derivatives or tape.kinds[leaf] != CELL:
            return None
        if leaf in self._used(before) or leaf in self.analysis.training - self.analysis.forward - self.analysis.cut:
            own = self.derivatives[before.node].cell
            reads = set(self.analysis.cells.reads.get(leaf, ()))
            if own in reads and leaf not in self._used(before) and leaf not in self.analysis.claims:
                return before
        return None

    def _add_earlier(self, found: Followed, leaf: int, before: Update) -> None:
        """What a number was made of that lags behind by a step: an earlier derivative, and what was kept before it."""
        found.helpers.append(leaf)
        for read in sorted(self.analysis.cells.reads[leaf]):
            if read == self.derivatives[before.node].cell:
                found.given[read] = draw(*_EARLIER)
            elif (
                self.analysis.cells.tape.kinds[shown_by(self.analysis.cells.tape, read)] == FREE
                and read in found.constants
            ):
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
        tape, before = self.analysis.cells.tape, self._before(update)
        if before is None:
            first, _ = self.origin(update)
            return (
                tape.kinds[shown_by(tape, leaf)] == FREE
                and self._readers.get(leaf) == {first}
                and self._several(update)
            )
        while leaf not in self._used(before) and tape.kinds[leaf] == CELL and tape.kinds[tape.takes[leaf][0]] == CELL:
            leaf = tape.takes[leaf][0]
        return leaf in self._used(before) or self._is_about(leaf, self.analysis.same(before.old))

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

    def _several(self, update: Update) -> bool:
        """Whether other parameters have a step with this one: what they do not read is no constant."""
        return len(self.groups.get(self.step_of(update), ())) > 1

    def _before(self, update: Update) -> Update | None:
        """The update that gave an update's old value."""
        before = self.by_new.get(self._parameter(update.old))
        return before if before is not None and before.node < update.node else None

    def _oldest(self, update: Update) -> int:
        """The node after which those come that stand on an update's old value; any where no formula computes it."""
        return update.old if self.analysis.cells.tape.kinds[update.old] == CELL else -1

    def _used(self, update: Update) -> set[int]:
        """The cells that an update reads, at once or through others, of its own step."""
        if update.node not in self._helpers:
            training, old = self.analysis.training, self._oldest(update)
            below = cells_below(self.analysis, update)
            self._helpers[update.node] = {node for node in below if node > old and node in training}
        return self._helpers[update.node]

    def new_value(self, update: Update, changed: dict[int, int] | None = None) -> States:
        """The new value at the drawn numbers: the rule, as numbers."""
        evaluation = self._evaluation(self.follow(update, changed), changed or {})
        return self._new(evaluation, update, changed or {})

    def _evaluation(self, followed: Followed, changed: dict[int, int], same: bool | None = None) -> Evaluation:
        """The helper cells at the drawn numbers; the constants with other numbers in each state, or the `same` in all.

        `same`: True for drawn constants, False for those that the workbook holds.
        """
        tape = self.analysis.cells.tape
        given = dict(followed.given)
        for node in followed.constants:
            drawn = _constant(self.analysis, node)
            if same is not None:
                drawn = np.full_like(drawn, drawn[0] if same else tape.stored[node])
            given[node] = drawn
        evaluation = Evaluation(tape, given)
        for node, (part, factor) in followed.inside.items():
            beside = 1.0 if part is None else evaluation.value(part)
            evaluation.values[node] = factor * beside * draw(*_DERIVATIVE)
        for helper in reversed(followed.helpers):
            if helper in changed:
                evaluation.values[helper] = evaluation.value(changed[helper])
        return evaluation

    def _new(self, evaluation: Evaluation, update: Update, changed: dict[int, int]) -> States:
        return as_states(evaluation.value(changed.get(update.node, formula_of(self.analysis, update.node))))

    def rule(self, update: Update, drawn: bool, changed: dict[int, int] | None = None) -> Rule:
        """The rule with constants that are the same in all states."""
        followed = self.follow(update, changed)
        evaluation = self._evaluation(followed, changed or {}, same=drawn)
        new = self._new(evaluation, update, changed or {})
        values = evaluation.values
        numbers = {float(np.min(value)) for value in values.values() if np.ptp(value) == 0}
        return Rule(
            draw(*_DERIVATIVE), draw(*_EARLIER), draw(*_OLD), tuple(followed.given[node] for node in followed.kept),
            tuple(as_states(evaluation.value(node)) for node in followed.helpers), new, tuple(numbers),
            self.origin(update)[1] + 1, self.derivatives[update.node].factor < 0,
        )  # fmt: skip

    def name(self, update: Update, changed: dict[int, int] | None = None) -> str | None:
        """The optimiser whose rule an update has, at the workbook's constants and at drawn ones."""
        names = {name_of_rule(self.rule(update, drawn, changed)) for drawn in (False, True)}
        return names.pop() if len(names) == 1 else None


_DERIVATIVE, _EARLIER, _OLD = (
    (name, 1.0, 1.0) for name in ("the derivative", "the derivative before", "the old value")
)


def _constant(analysis: Analysis, node: int) -> States:
    """Numbers like the one that stands there: shares between 0 and 1, counts, or any."""
    stored, name = analysis.cells.tape.stored[node], str(analysis.cells.tape.contents[node])
    numbers = np.abs(draw(name, 1.0, 1.0))
    if 0 < stored < 1:
        return numbers / 2  # up to 0.85
    return np.ceil(3 * numbers) if stored >= 1 and stored % 1 == 0 else numbers


def _read_by(analysis: Analysis, update: Update) -> set[int]:
    return {node for _, term in update.change for node in leaves(analysis.cells.tape, term)}


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
