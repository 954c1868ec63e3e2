"""The search for a workbook's parameters, its losses, and the cells that equal a derivative of them."""

from collections import Counter

import numpy as np

from backprop.calculus.graph import Graph
from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.model.analysis import MOST_WORK, Analysis
from backprop.check.any_model.model.cells import Cells, shown_by
from backprop.check.any_model.model.differences import steps_of_differences
from backprop.check.any_model.model.implied import ImpliedLoss, output_pairs, standard_losses, sums_of_losses
from backprop.check.any_model.model.kept import either_class, kept_numbers
from backprop.check.any_model.model.losses import is_named_loss, loss_candidates, named_in_slopes, with_targets
from backprop.check.any_model.model.names import derivative_of, derived_in
from backprop.check.any_model.model.slopes import Slope, SlopeTable, stacked
from backprop.check.any_model.model.states import COUNT, random_states
from backprop.check.any_model.model.updates import find_updates, looked_ahead, possible_updates

MOST_UNNAMED = 60  # cells that may be a loss though neither name nor form tells it


def analyse(graph: Graph) -> Analysis:
    """Find parameters, losses and derivatives."""
    cells = Cells(graph)
    parameters = {shown_by(cells.tape, update.old) for update in possible_updates(cells)}
    no_targets = parameters | steps_of_differences(cells.tape).keys()
    candidates = loss_candidates(cells, no_targets)
    updates = find_updates(cells, with_targets(cells, candidates, no_targets))
    cut = {update.node for update in updates}
    ends = cut | looked_ahead(cells, updates)
    trained = {update.old for update in updates} | cut | _copies(cells, cut)
    sheet_losses = [node for node in candidates if node not in cut]
    kept = kept_numbers(cells, trained) | _zeros_beside(cells, sheet_losses, cut)
    evaluation = random_states(cells, ends, kept, either_class(cells, kept))
    analysis = Analysis(cells, updates, evaluation, cut=cut, ends=ends, trained=trained)
    evaluation.compute(cells.nodes)
    _differentiate(analysis, [ImpliedLoss(node, "") for node in sheet_losses])
    _match(analysis)
    supported = _supported(analysis)
    if not supported and (unnamed := _by_their_derivatives(analysis)):
        sheet_losses += unnamed
        _differentiate(analysis, [ImpliedLoss(node, "") for node in unnamed])
        _match(analysis)
        supported = _supported(analysis)
    _differentiate(analysis, sums_of_losses(cells, sorted(supported) or sheet_losses))
    known = supported | named_in_slopes(cells, sheet_losses)
    below = cells.below(known, ends) if known else set[int]()
    skipped = {node for node in below if cells.tape.kinds[node] == CELL or node in trained}  # no inputs
    for groups in output_pairs(cells, trained, analysis.training, skipped, ends):
        for pairs in groups:
            _differentiate(analysis, standard_losses(cells, pairs, bool(trained)))
        _match(analysis)
        if _supported(analysis) - supported:
            break
    choose_claims(analysis)
    claims = analysis.claims.values()
    used = {claim.slope.of for claim in claims if analysis.may_train(claim.slope)}
    used = used or {claim.slope.of for claim in claims} or supported or _left_alone(cells, sheet_losses, cut)
    kinds = {analysis.loss_kind(of) for of in used}
    for of in (of for of in analysis.losses if of in used or analysis.loss_kind(of) in kinds):
        analysis.forward |= analysis.below_loss(of)
    return analysis


def _by_their_derivatives(analysis: Analysis) -> list[int]:
    """Cells that no update stands on and that are no loss by name or form, but of which updates read the derivatives.

    Of two parameters at the least, where there are so many.
    """
    cells, cut, table = analysis.cells, analysis.cut, SlopeTable()
    used = cells.below({read for node in cut for read in cells.reads.get(node, ())}, cut)
    tops = [node for node in cells.nodes if node in analysis.training and node not in used | cut][-MOST_UNNAMED:]
    for top in tops:
        for by, value in analysis.evaluation.derivatives({top: np.ones(COUNT)}).items():
            if by in analysis.trained:
                table.add(Slope(top, by), value)
    read = {node for update in analysis.updates for node in cells.reads.get(update.node, ()) if node in cells.reads}
    rows = stacked([analysis.values(node) for node in sorted(read - cut)])
    known = {(match.slope.of, match.slope.by) for matches in table.matches_of(rows) for match in matches}
    olds = {update.old for update in analysis.updates}
    found = Counter(of for of, _ in known)
    return [top for top in tops if found[top] >= min(2, len(olds)) and len(olds) > 1]


def _left_alone(cells: Cells, losses: list[int], cut: set[int]) -> set[int]:
    """The losses that no update stands on: where no derivative is right, these are what is meant to fall."""
    used = cells.below({read for node in cut for read in cells.reads.get(node, ())}, cut)
    left = {node for node in losses if node not in used}
    return {node for node in left if is_named_loss(cells, node)} or left


def _zeros_beside(cells: Cells, losses: list[int], cut: set[int]) -> set[int]:
    """Typed zeros on which no loss stands: the first value of a sum, which nothing multiplies, or titled dT/da."""
    tape, below = cells.tape, cells.below(losses, cut)
    multiplied = {taken for node, kind in enumerate(tape.kinds) if kind == "*" for taken in tape.takes[node]}
    return {
        node
        for node in cells.free
        if losses and node not in below and tape.stored[node] == 0
        if node not in multiplied or any(derived_in(text) for text in cells.labels(node))
    }


def _supported(analysis: Analysis) -> set[int]:
    """The losses that cells hold the derivative of: on a sheet where something is trained, by something trained."""
    matches = (match for matches in analysis.matches.values() for match in matches)
    return {match.slope.of for match in matches if analysis.may_train(match.slope)}


def _copies(cells: Cells, of: set[int]) -> set[int]:
    """The cells that only repeat these."""
    tape, found = cells.tape, set(of)
    for node in cells.nodes:
        if tape.takes[node][0] in found:
            found.add(node)
    return found - of


def _differentiate(analysis: Analysis, losses: list[ImpliedLoss]) -> None:
    """Add the derivatives of losses by every cell below them."""
    cells, evaluation = analysis.cells, analysis.evaluation
    for loss in losses:
        if analysis.work > MOST_WORK:
            return
        analysis.losses[loss.node] = loss.words
        analysis.implied[loss.node] = loss.kind
        derivatives = evaluation.derivatives({loss.node: np.ones(COUNT)})
        analysis.work += len(derivatives)
        for node, value in derivatives.items():
            if node != loss.node and node in cells.cell_of:
                analysis.table.add(Slope(loss.node, node), value)


def _match(analysis: Analysis) -> None:
    """Look up every cell among the derivatives; one below a loss is no derivative of it."""
    cells = analysis.cells
    analysis.support.clear()
    analysis.matches.clear()
    trained: set[int] = set()  # losses with a derivative by something that is trained or computed from it
    shown = [node for node in cells.nodes if cells.tape.kinds[shown_by(cells.tape, node)] == FREE]
    shows_number = {node for node in shown if not any(derivative_of(text) for text in cells.labels(node))}
    nodes = [node for node in cells.nodes if node not in analysis.cut and node not in shows_number]
    rows = stacked([analysis.values(node) for node in nodes])
    for node, matches in zip(nodes, analysis.table.matches_of(rows), strict=True):
        found = []
        for match in matches:
            if node not in analysis.below_loss(match.slope.of) and match.slope.by != node:
                found.append(match)
        if found:
            analysis.matches[node] = found
            trained |= {match.slope.of for match in found if _is_of_training(analysis, match.slope)}
    for node, found in list(analysis.matches.items()):
        kept = [match for match in found if match.slope.of in trained]
        if kept:
            analysis.matches[node] = kept
            analysis.support.update({match.slope.of for match in kept})
        else:
            del analysis.matches[node]


def _is_of_training(analysis: Analysis, slope: Slope) -> bool:
    """Whether a derivative is by something that is trained, or computed from it; not by an optimiser's setting."""
    return analysis.may_train(slope) or slope.by in analysis.training


def choose_claims(analysis: Analysis) -> None:
    """Of the derivatives that a cell equals the likeliest; no two parts of a loss, of which one is the other's slope.

    A standard deviation's derivatives are what is normalised: both are on the way to the loss.
    """
    for node, matches in analysis.matches.items():
        analysis.claims[node] = analysis.likeliest(node, matches)
    times = Counter(analysis.loss_kind(claim.slope.of) for claim in analysis.claims.values())
    above: dict[int, list[set[int]]] = {}
    for node, claim in list(analysis.claims.items()):
        of = claim.slope.of
        if of not in above:
            many = times[analysis.loss_kind(of)]
            larger = (loss for loss, support in analysis.support.items() if support > many and loss != of)
            above[of] = [below for loss in larger if of in (below := analysis.below_loss(loss))]
        if any(node in below for below in above[of]):
            del analysis.claims[node]
