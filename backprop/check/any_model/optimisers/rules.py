"""Optimisers' rules as functions: what an update makes of the derivative, the old value and the numbers that it keeps.

An update through cells that an optimiser keeps (momentum, RMSprop, Adam) is followed down to the derivative g, the old
value w, the kept numbers m of the step before, and constants. Drawn numbers in these places, the same for all
parameters, give the same new value where the rule is the same, however it is written.
"""

from dataclasses import replace
from functools import cached_property

import numpy as np

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mistakes.steps import Derivative, Steps, cells_below
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.slopes import Slope, alike, as_states
from backprop.check.any_model.model.states import States, draw
from backprop.check.any_model.model.updates import Update, read_by
from backprop.check.any_model.optimisers.rule import Rule
from backprop.check.any_model.optimisers.templates import name_of_rule
from backprop.check.any_model.optimisers.ways import DEEP, DERIVATIVE, EARLIER, OLD, Followed, Ways

_SHOWN = (CELL, FREE)  # what a cell reads that only repeats another


class Rules(Ways):
    """The rules of a workbook's updates."""

    def __init__(self, analysis: Analysis, steps: Steps) -> None:
        super().__init__(analysis, steps)
        self._texts: dict[str, str] = {}

    def parts(self, update: Update) -> list[int]:
        """The cells in which a mistake of an update's rule may lie and that no right update reads.

        Its own, helper cells, and those that copy what was kept.
        """
        analysis, tape = self.analysis, self.analysis.cells.tape
        followed = self.follow(update)
        oldest = self.oldest(update)
        further = [n for n in followed.ends if tape.kinds[n] == CELL and (n > oldest or self.is_copy(n))]
        known = (analysis.claims, analysis.cut, analysis.forward, analysis.same(update.old))
        own = [node for node in (*followed.helpers, *further) if not any(node in part for part in known)]
        others = [other for other in self.groups[self.step_of(update)] if other.node in analysis.settled]
        shared = {node for other in others if other is not update for node in self._near(other)}
        return list(dict.fromkeys([update.node, *(node for node in own if node not in shared)]))

    def is_copy(self, node: int) -> bool:
        """Whether a cell only repeats another."""
        tape = self.analysis.cells.tape
        return tape.kinds[node] == CELL and tape.kinds[tape.takes[node][0]] in _SHOWN

    def reads_nothing(self, update: Update) -> bool:
        """Whether a formula between an update and its derivative takes an empty cell for a setting."""
        cells = self.analysis.cells
        return any(cells.empty_settings(cells.cell_of[node]) for node in (update.node, *self.follow(update).helpers))

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
        node = self._derivatives_by_parameter.get(self.parameter(update.old))
        return None if node is None else self._claimed_by(node)

    def _claimed_by(self, node: int) -> Derivative:
        claim = self.analysis.claims[node]
        return Derivative(claim.slope, claim.factor, node)

    def meant_derivative(self, update: Update, rule: States) -> int | None:
        """The cell that an update treats as the derivative: with it the update has that rule."""
        cells, analysis = self.analysis.cells, self.analysis
        level, seen = read_by(cells.tape, update.change) - {update.old}, set[int]()
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
        unknown = [node for node in found if node not in analysis.claims]  # above one that it only repeats
        return (unknown or found)[-1] if found else None

    @cached_property
    def _derivatives_by_parameter(self) -> dict[int, int]:
        """The last cell that is the derivative by a parameter."""
        found = {}
        for node, claim in self.analysis.claims.items():
            if claim.slope.by in self.analysis.trained:
                found[self.parameter(claim.slope.by)] = node
        return found

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
            evaluation.values[node] = factor * beside * draw(*DERIVATIVE)
        for helper in reversed(followed.helpers):
            if helper in changed:
                evaluation.values[helper] = evaluation.value(changed[helper])
        return evaluation

    def _new(self, evaluation: Evaluation, update: Update, changed: dict[int, int]) -> States:
        return as_states(evaluation.value(changed.get(update.node, formula_of(self.analysis, update.node))))

    def rule(self, update: Update, drawn: bool, changed: dict[int, int] | None = None) -> Rule:
        """The rule with constants that are the same in all states."""
        changed = changed or {}
        followed = self.follow(update, changed)
        evaluation = self._evaluation(followed, changed, same=drawn)
        new = self._new(evaluation, update, changed)
        values = evaluation.values
        numbers = {float(np.min(value)) for value in values.values() if np.ptp(value) == 0}
        helpers = tuple(as_states(evaluation.value(node)) for node in followed.helpers)
        own, derivative = self.analysis.same(update.old), self.derivatives[update.node]
        others = (leaf for leaf in followed.given if leaf in self.analysis.claims and leaf != derivative.cell)
        zero = {leaf: np.zeros_like(new) if leaf in own else value for leaf, value in followed.given.items()}
        at_zero = self._evaluation(replace(followed, given=zero), changed, same=drawn)
        return Rule(
            draw(*DERIVATIVE), draw(*EARLIER), draw(*OLD), tuple(followed.given[node] for node in followed.kept),
            tuple(followed.given[leaf] for leaf in others), helpers, new, self._new(at_zero, update, changed),
            tuple(numbers), self.origin(update)[1] + 1, derivative.factor < 0,
        )  # fmt: skip

    def texts_of(self, update: Update) -> str:
        """The name of an update's sheet and all that is written on it."""
        sheet = self.analysis.cells.graph.book.sheets[self.analysis.cells.cell_of[update.node][0]]
        if sheet.name not in self._texts:
            self._texts[sheet.name] = " ".join((sheet.name, *(text for *_, text in sheet.texts()))).lower()
        return self._texts[sheet.name]

    def name(self, update: Update, changed: dict[int, int] | None = None) -> str | None:
        """The optimiser whose rule an update has, at the workbook's constants and at drawn ones.

        The drawn ones tell which it is; among the workbook's one may happen to be another's: 0.1 is 1 less 0.9.
        """
        drawn = name_of_rule(self.rule(update, True, changed))
        return drawn if drawn is not None and name_of_rule(self.rule(update, False, changed)) else None


def _constant(analysis: Analysis, node: int) -> States:
    """Numbers like the one that stands there: shares between 0 and 1, counts, or any."""
    stored, name = analysis.cells.tape.stored[node], str(analysis.cells.tape.contents[node])
    numbers = np.abs(draw(name, 1.0, 1.0))
    if 0 < stored < 1:
        return numbers / 2  # up to 0.85
    return np.ceil(3 * numbers) if stored >= 1 and stored % 1 == 0 else numbers
