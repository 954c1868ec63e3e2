"""From a wrong derivative down to what it is made of: a cell that stands where ∂loss/∂z belongs should be that.

A derivative by w is the sum, over what reads w, of ∂loss/∂z · ∂z/∂w. Where a formula multiplies a cell with ∂z/∂w, that
cell is meant to be ∂loss/∂z, whatever it is called; if it is no derivative at all, it is wrong itself.
"""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL
from backprop.check.any_model.mistakes.expected import Expected, close
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves, terms
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.slopes import Slope, as_states, ratio
from backprop.check.any_model.model.states import States

LEVELS, DOWN = 3, 3  # readers of readers; cells of which a cell is made
MOST_READERS = 200


def aligned(analysis: Analysis, expected: list[Expected]) -> list[Expected]:
    """What else is wrong: the cells below the wrong ones that stand for a derivative and are none."""
    found = {item.node: item for item in expected}
    finder = _Aligner(analysis, found)
    pending = list(expected)
    while pending:
        for item in finder.below(pending.pop(0)):
            if item.node not in found:
                found[item.node] = item
                pending.append(item)
    return list(found.values())


def is_unknown(analysis: Analysis, node: int, wrong: Container[int] = ()) -> bool:
    """Whether a cell may be a wrong derivative: it has to do with the parameters, and nothing right reads it as one.

    What lacks an activation's slope is a derivative too, but not the one for which it is taken. `wrong`: cells that are
    known to be wrong.
    """
    cells, claims = analysis.cells, analysis.claims
    if node in analysis.read_as or not analysis.is_open(node):
        return False
    if any(reader in analysis.agreed and reader not in wrong for reader in cells.readers.get(node, ())):
        return False  # what it is, is right there
    return node not in claims or not any(
        reader in claims and reader not in wrong and claims[reader].slope != claims[node].slope
        for reader in cells.readers.get(node, ())
    )


class _Aligner:
    def __init__(self, analysis: Analysis, wrong: Mapping[int, Expected]) -> None:
        self.analysis, self.wrong = analysis, wrong
        self._slopes: dict[int, dict[int, States]] = {}
        self._below: dict[int, set[int]] = {}

    def below(self, item: Expected) -> list[Expected]:
        """The cells that a wrong one multiplies with what belongs beside a derivative, and that are none."""
        analysis, tape = self.analysis, self.analysis.cells.tape
        if tape.kinds[item.node] != CELL and item.node not in analysis.cells.loops:
            return []
        if (addend := self._addend(item)) is not None:
            return [addend]
        readers = self._readers(item.slope)
        level = {formula_of(analysis, item.node): as_states(1.0)}
        found: dict[int, Expected] = {}
        weak: set[int] = set()
        seen = {item.node}
        for _ in range(DOWN):
            parts: dict[int, States] = {}
            for formula, above in level.items():
                for node, slope in self._local(formula).items():
                    if node not in seen and is_unknown(analysis, node, self.wrong):
                        parts[node] = parts.get(node, as_states(0.0)) + above * slope
            seen |= parts.keys()
            level = {}
            for node, slope in parts.items():
                if (meant := self._meant(item, slope, readers)) is None:
                    level[formula_of(analysis, node)] = slope
                elif not self._is(node, meant):
                    found[node] = replace(meant, node=node)
                    if not np.ptp(slope):
                        weak.add(node)
            if len(seen) > MOST_READERS:
                break
        if weak and not self._mends(item, found):
            found = {node: part for node, part in found.items() if node not in weak}
        return list(found.values())

    def _addend(self, item: Expected) -> Expected | None:
        """Of a derivative that adds up those of the loss's summands the one that is none, for the summand that is left.

        Of RSS + L1 + L2 the derivatives of RSS and L2 are right, so the third cell is meant to be that of L1.
        """
        analysis, tape, slope = self.analysis, self.analysis.cells.tape, item.slope
        if slope.of not in analysis.cells.reads or item.update is not None:
            return None
        added, summands = (terms(tape, formula_of(analysis, node)) for node in (item.node, slope.of))
        claims = {node: analysis.claims[node].slope for _, node in added if node in analysis.claims}
        right = {node: own.of for node, own in claims.items() if own.by == slope.by}
        by_summand = (Slope(node, slope.by) for sign, node in summands if sign > 0 and node not in right.values())
        left = [other for other in by_summand if (truth := analysis.table.value(other)) is not None and np.any(truth)]
        others = [node for sign, node in added if sign > 0 and node not in right]
        alone = right and len(left) == len(others) == 1 and is_unknown(analysis, others[0], self.wrong)
        return Expected(others[0], left[0], 1.0, sure=item.sure) if alone else None

    def _mends(self, item: Expected, found: Mapping[int, Expected]) -> bool:
        """Whether an item is right with these cells as they are meant: what stands in a sum says little by itself."""
        analysis, truths = self.analysis, {}
        for node, part in found.items():
            truth = analysis.table.value(part.slope)
            if truth is None or part.factor is None:
                return False
            truths[node] = truth * part.factor
        formula = item.compared(analysis.cells.tape, formula_of(analysis, item.node))
        return item.fits(analysis, as_states(analysis.evaluated(truths).value(formula)))

    def _meant(self, item: Expected, beside: States, readers: Mapping[int, States]) -> Expected | None:
        """The derivative for which a cell stands that is multiplied with these numbers."""
        if item.rate is not None:
            beside = beside / self.analysis.values(item.rate)
        fitting = [(reader, factor) for reader, by in readers.items() if (factor := ratio(beside, by)) is not None]
        if len(fitting) > 1:  # of several samples: the one whose derivative no cell holds yet
            fitting = [(reader, factor) for reader, factor in fitting if Slope(item.slope.of, reader) not in self._held]
        if len(fitting) != 1:
            return None
        (reader, factor), of = fitting[0], item.slope.of
        if Slope(of, reader) not in self.analysis.table.at:
            return None
        whole = None if item.factor is None else item.factor / factor
        return Expected(item.node, Slope(of, reader), whole, sure=item.sure)

    @cached_property
    def _held(self) -> set[Slope]:
        return set(self._times)

    @cached_property
    def _times(self) -> Counter[Slope]:
        """How many cells hold each derivative."""
        return Counter(claim.slope for claim in self.analysis.claims.values())

    def _is(self, node: int, meant: Expected) -> bool:
        """Whether a cell is that derivative, or another one for which it may not be taken by mistake.

        By mistake one takes the derivative by an activation for that by its weighted sum.
        """
        claim = self.analysis.claims.get(node)
        if claim is None:
            return False
        if claim.slope.by in self.analysis.same(meant.slope.by):
            opposite = meant.factor is not None and close(claim.factor, -meant.factor)
            return not opposite
        if claim.slope.by in self.analysis.cells.readers.get(meant.slope.by, ()):
            return False
        return self._times[claim.slope] == 1  # one that another cell holds too only happens to equal it

    def _local(self, formula: int) -> dict[int, States]:
        """∂formula/∂cell of every cell that it reads, in all states."""
        if formula not in self._slopes:
            analysis = self.analysis
            given = {leaf: analysis.values(leaf) for leaf in leaves(analysis.cells.tape, formula)}
            derivatives = Evaluation(analysis.cells.tape, given).derivatives({formula: 1.0})
            self._slopes[formula] = {leaf: as_states(derivatives.get(leaf, 0.0)) for leaf in given}
        return self._slopes[formula]

    def _readers(self, slope: Slope) -> dict[int, States]:
        """The cells of the loss that stand on a cell, a few levels up, with their derivatives by it."""
        analysis = self.analysis
        if slope.of not in self._below:
            cells = analysis.cells
            tops = {slope.of} if slope.of in cells.reads else leaves(cells.tape, slope.of)
            self._below[slope.of] = cells.below(tops, analysis.ends)
        inside = self._below[slope.of]
        total: dict[int, States] = {same: as_states(1.0) for same in analysis.same(slope.by)}
        level = set(total)
        found: dict[int, States] = {}
        for _ in range(LEVELS):
            above = {reader for node in level for reader in analysis.cells.readers.get(node, ())}
            level = (above & inside) - analysis.cut - total.keys()
            if len(found) + len(level) > MOST_READERS:
                break
            for reader in sorted(level):
                local = self._local(formula_of(analysis, reader))
                total[reader] = sum(
                    (local[read] * total[read] for read in analysis.cells.reads[reader] if read in total),
                    as_states(0.0),
                )
                found[reader] = total[reader]
        return found
