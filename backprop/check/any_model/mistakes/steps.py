"""Updates held against the derivative by their parameter, directly or through what an optimiser keeps."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mistakes.expected import adds_up_samples, decayed, losses_for, of_some_samples
from backprop.check.any_model.mistakes.other_losses import by_other_losses
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves, terms, within
from backprop.check.any_model.model.changes import change, formula_of, gradient_cell, rates
from backprop.check.any_model.model.slopes import Match, Slope, ratio, stacked
from backprop.check.any_model.model.states import States
from backprop.check.any_model.model.updates import Update, is_difference, read_by

MOST_LOSSES, MOST_FORMULAS = 3, 6  # in which a derivative is looked for
MOST_SETTINGS = 8  # rates, and what optimisers decay by
DEPTH = 5  # cells between an update and the derivative that it uses, at the most


@dataclass(frozen=True, slots=True)
class Step:
    """An update that is a multiple of the negative derivative: which, by which rate, with which factor."""

    update: Update
    slope: Slope
    rate: int | None
    factor: float


@dataclass(frozen=True, slots=True)
class Derivative:
    """What an update takes for the derivative by its parameter: a cell, or parts of its formulas.

    `factor`: how many times the true derivative the cell is.
    """

    slope: Slope
    factor: float = 1.0
    cell: int | None = None


@dataclass(slots=True)
class Steps:
    """The updates of a workbook: proven ones, those through what an optimiser keeps, and the others."""

    proven: dict[int, Step] = field(default_factory=dict)  # by the update's node
    ruled: dict[int, Derivative] = field(default_factory=dict)
    still: set[int] = field(default_factory=set)  # the derivative is 0 in all states, and nothing changes
    other: list[Update] = field(default_factory=list)


def prove_steps(analysis: Analysis) -> Steps:
    """Each update of a parameter against the derivatives by it."""
    steps = Steps()
    tried = [[None, *rates(analysis, update)] for update in analysis.updates]
    times = Counter(node for some in tried for node in some if node is not None)
    often = (node for node, count in times.most_common(MOST_SETTINGS) if count > 1)
    analysis.settings = {node for node in often if analysis.cells.tape.kinds[node] == FREE}
    matches = iter(_matches(analysis, tried))
    for update, some in zip(analysis.updates, tried, strict=True):
        if (step := _descends(analysis, update, list(zip(some, matches, strict=False)))) is not None:
            steps.proven[update.node] = step
        elif (read := derivative_read(analysis, update)) is not None:
            steps.ruled[update.node] = read
        elif (step := _directly(analysis, update) or _decays(analysis, update)) is not None:
            steps.proven[update.node] = step
        elif (read := _derivative_inside(analysis, update)) is not None:
            steps.ruled[update.node] = read
        elif _stays(analysis, update):
            steps.still.add(update.node)
        else:
            steps.other.append(update)
    slopes = {node: step.slope for node, step in steps.proven.items()}
    slopes |= {node: read.slope for node, read in steps.ruled.items()}
    for update in by_other_losses(analysis, slopes):
        steps.proven.pop(update.node, None)
        steps.other.append(update)
        _no_derivative(analysis, update, steps.ruled.pop(update.node, None) or derivative_read(analysis, update))
        del slopes[update.node]
    analysis.settled = {*steps.proven, *steps.ruled}
    analysis.agreed = {read.cell for read in steps.ruled.values() if read.cell is not None}
    for update in analysis.updates:
        if update.node in steps.proven:
            reads = set(analysis.cells.reads.get(update.node, ())) & analysis.claims.keys()
            analysis.agreed |= {node for node in reads if analysis.is_by(analysis.claims[node].slope, update.old)}
    analysis.rates = {step.rate for step in steps.proven.values() if step.rate is not None}
    analysis.descended = Counter(kind for slope in slopes.values() for kind in analysis.kinds(slope))
    _forget_other_losses(analysis)
    return steps


def _forget_other_losses(analysis: Analysis) -> None:
    """Cells that equal a derivative of an implied loss, on a sheet whose updates descend by others: chance."""
    sheets = {analysis.cells.cell_of[update.node][0] for update in analysis.updates}
    names = {kind[0] for kind in analysis.descended if isinstance(kind, tuple)}

    def descends(match: Match) -> bool:
        kinds = analysis.kinds(match.slope)
        return any(analysis.descended[kind] or (isinstance(kind, tuple) and kind[0] in names) for kind in kinds)

    if not analysis.descended:
        return
    for node, claim in list(analysis.claims.items()):
        elsewhere = analysis.cells.cell_of[node][0] not in sheets
        if elsewhere or not analysis.losses.get(claim.slope.of) or node in analysis.read_as or descends(claim):
            continue
        others = [match for match in analysis.matches.get(node, ()) if descends(match)]
        if others:
            analysis.claims[node] = analysis.likeliest(node, others)
        else:
            del analysis.claims[node]


def _no_derivative(analysis: Analysis, update: Update, read: Derivative | None) -> None:
    """Forget that a cell which an update reads is the derivative by its parameter; it may be another one."""
    if read is None or read.cell is None:
        return
    analysis.read_as.discard(read.cell)
    known = analysis.same(update.old) | analysis.trained
    others = [match for match in analysis.matches.get(read.cell, ()) if match.slope.by not in known]
    if others and gradient_cell(analysis, update) != read.cell:
        analysis.claims[read.cell] = analysis.likeliest(read.cell, others)
    else:
        analysis.claims.pop(read.cell, None)


def steps_beside(analysis: Analysis) -> list[Update]:
    """Formulas that add to a parameter something which reads a derivative, but not of it: updates, and wrong ones."""
    cells, tape = analysis.cells, analysis.cells.tape
    by = {claim.slope.by for claim in analysis.claims.values()}
    parameters = analysis.trained | {node for node in by if tape.kinds[node] == FREE}
    found = []
    for node in cells.nodes:
        claim = analysis.claims.get(node)
        if node in analysis.cut:
            continue
        if claim is not None and claim.slope.by in analysis.trained and not analysis.losses.get(claim.slope.of):
            continue  # a derivative, of a loss that a cell holds
        added = terms(tape, tape.takes[node][0])
        old = [term for sign, term in added if sign > 0 and term in parameters]
        if len(added) != 2 or len(old) != 1:
            continue
        change = tuple(term for term in added if term != (1, old[0]))
        if is_difference(tape, old[0], change):
            continue
        known = parameters if analysis.trained else analysis.same(old[0])  # where nothing is trained: its own alone
        read = read_by(tape, change)
        if any(leaf in analysis.claims and analysis.claims[leaf].slope.by in known for leaf in read):
            found.append(Update(node, old[0], change))
    return found


def _directly(analysis: Analysis, update: Update) -> Step | None:
    """A step by a derivative that is 0 in too many states to be found by its numbers."""
    changed = change(analysis, update)
    for slope in losses_for(analysis, update.old)[:MOST_LOSSES]:
        truth = analysis.table.value(slope)
        if truth is None or not np.any(truth):
            continue
        for rate in (None, *rates(analysis, update)):
            factor = ratio(changed if rate is None else changed / analysis.values(rate), truth)
            if factor is not None:
                return Step(update, slope, rate, factor)
    return None


def _decays(analysis: Analysis, update: Update) -> Step | None:
    """A step by the derivative and by a multiple of the parameter itself: weight decay that the loss does not hold."""
    changed, found = change(analysis, update), rates(analysis, update)
    for slope in losses_for(analysis, update.old)[:MOST_LOSSES]:
        for rate in (None, *found):
            values = changed if rate is None else changed / analysis.values(rate)
            factor = decayed(analysis, slope, values, [other for other in found if other != rate])
            if factor is not None:
                return Step(update, slope, rate, factor)
    return None


def _stays(analysis: Analysis, update: Update) -> bool:
    """Whether nothing changes in any state, and no loss depends on the parameter."""
    return not np.any(change(analysis, update)) and no_loss_depends(analysis, update)


def no_loss_depends(analysis: Analysis, update: Update) -> bool:
    """Whether all derivatives by an update's parameter are 0 in all states."""
    truths = (analysis.table.value(slope) for slope in losses_for(analysis, update.old))
    return not any(np.any(truth) for truth in truths)


def _matches(analysis: Analysis, tried: list[list[int | None]]) -> list[list[Match]]:
    """The derivatives that each update's change over each of what may be its rate is a multiple of, all in a row."""
    rows: list[States] = []
    for update, some in zip(analysis.updates, tried, strict=True):
        changed = change(analysis, update)
        rows += [changed if rate is None else changed / analysis.values(rate) for rate in some]
    return analysis.table.matches_of(stacked(rows))


def _descends(analysis: Analysis, update: Update, tried: list[tuple[int | None, list[Match]]]) -> Step | None:
    for rate, matches in tried:
        fitting = [match for match in matches if analysis.is_by(match.slope, update.old)]
        if fitting:
            best = max(
                fitting,
                key=lambda match: (
                    match.factor < 0,
                    not analysis.losses.get(match.slope.of),
                    analysis.support[match.slope.of],
                    -abs(abs(match.factor) - 1),
                ),
            )
            return Step(update, best.slope, rate, best.factor)
    return None


def derivative_read(analysis: Analysis, update: Update) -> Derivative | None:
    """The cell of the derivative by the parameter that an update reads, at once or through an optimiser's cells."""
    for node in cells_below(analysis, update):
        fitting = [match for match in analysis.matches.get(node, ()) if analysis.is_by(match.slope, update.old)]
        fitting = [match for match in fitting if not _is_chance(analysis, match)]
        if node in analysis.claims and fitting and not _is_a_share(analysis, node, update):
            analysis.read_as.add(node)
            if not analysis.is_by(analysis.claims[node].slope, update.old):
                # of two classes one derivative is the other's negative
                analysis.claims[node] = analysis.likeliest(node, fitting)
            read = _corrected(analysis, node)
            if read != node:
                del analysis.claims[node]
            claim = analysis.claims[read]
            return Derivative(claim.slope, claim.factor, read)
    return None


def _is_chance(analysis: Analysis, match: Match) -> bool:
    """Whether one cell alone is the derivative of a loss that no cell holds, where a cell holds one."""
    held = (slope for slope in analysis.table.by.get(match.slope.by, ()) if not analysis.losses.get(slope.of))
    of = match.slope.of
    return bool(analysis.losses.get(of)) and analysis.support[of] == 1 and next(held, None) is not None


def _corrected(analysis: Analysis, node: int) -> int:
    """The derivative of which a cell is the average over one step, corrected for that; any other cell itself.

    Adam's first step: (1 − β) g / (1 − β¹) = g.
    """
    cells, slope = analysis.cells, analysis.claims[node].slope
    kept = [read for read in cells.reads[node] if analysis.is_open(read) and read not in analysis.claims]
    below = {read for average in kept for read in cells.reads[average]}
    same = [read for read in sorted(below & analysis.claims.keys()) if analysis.claims[read].slope == slope]
    return same[-1] if same and cells.tape.kinds[cells.tape.takes[node][0]] == "/" else node


def _is_a_share(analysis: Analysis, node: int, update: Update) -> bool:
    """Whether a cell is added to the derivatives of other samples, or to cells of its formula, and that sum is none."""
    cells = analysis.cells
    readers = [reader for reader in cells.readers.get(node, ()) if reader != update.node]
    for reader in readers if node in cells.reads else ():
        added = [term for _, term in terms(cells.tape, formula_of(analysis, reader)) if term in cells.reads]
        alike = [term for term in added if cells.tree(term) == cells.tree(node)]
        if node in added and len(alike) > 1 and reader not in analysis.claims:
            return True
    return any(adds_up_samples(analysis, reader, update.old) for reader in readers)


def _derivative_inside(analysis: Analysis, update: Update) -> Derivative | None:
    """A derivative that no cell holds, in the formula of an update or of a cell that it reads."""
    formulas = [formula_of(analysis, update.node)]
    for node in cells_below(analysis, update):
        if analysis.is_open(node) and node not in analysis.claims:
            formulas.append(analysis.cells.tape.takes[node][0])
    for slope in losses_for(analysis, update.old)[:MOST_LOSSES]:
        if slope.of in analysis.parts or of_some_samples(analysis, slope):
            continue  # what a sample adds to a sum is no derivative of its own
        if any(places_of(analysis, slope, formula) for formula in formulas[:MOST_FORMULAS]):
            return Derivative(slope)
    return None


def places_of(analysis: Analysis, slope: Slope, formula: int) -> dict[int, tuple[int | None, float]]:
    """The outermost parts of a formula that are a multiple of a derivative: each the factor times a constant part."""
    truth, tape = analysis.table.value(slope), analysis.cells.tape
    if truth is None or not np.any(truth):
        return {}
    inside = within(tape, formula)
    constant = [node for node in sorted(inside) if not _is_trained(analysis, node)]
    found: dict[int, tuple[int | None, float]] = {}
    pending, seen = [formula], set[int]()
    while pending:
        node = pending.pop()
        if node in seen or tape.kinds[node] in (CELL, FREE) or not _is_trained(analysis, node):
            continue
        seen.add(node)
        values = analysis.values(node)
        for part in (None, *constant):
            factor = ratio(values if part is None else values / analysis.values(part), truth)
            if factor is not None:
                found[node] = part, factor
                break
        else:
            pending += tape.takes[node]
    return found


def _is_trained(analysis: Analysis, node: int) -> bool:
    return not analysis.training.isdisjoint(leaves(analysis.cells.tape, node))


def cells_below(analysis: Analysis, update: Update) -> Iterator[int]:
    """The cells that an update reads beside the old value, and those that they read, nearest first."""
    cells = analysis.cells
    level = read_by(cells.tape, update.change) - {update.old}
    seen: set[int] = set()
    for _ in range(DEPTH):
        yield from sorted(level - seen)
        seen |= level
        level = {
            below
            for node in level
            if node not in analysis.claims and node not in analysis.cut
            for below in cells.reads.get(node, ())
        } - seen
