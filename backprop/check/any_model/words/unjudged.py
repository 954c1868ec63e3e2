"""What was neither proven nor refuted, though it looks like a derivative: such a workbook is not called correct."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice

import numpy as np

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves, within
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.names import is_derivative, without_index
from backprop.check.any_model.model.slopes import alike, as_states
from backprop.check.any_model.model.states import COUNT, States

_SLOPE = re.compile(
    r"(?i)[∂𝜕∇]|\bgradients?\b(?!\s*(?:descent|boost))|\bderivatives?\b|\bd\w* ?/ ?d\w+|\bd[_ ]?[wbuvz]{1,2}_?\d*\b"
)


def unjudged(analysis: Analysis, wrong: set[int]) -> set[int]:
    """Cells that look like a derivative or an unknown new value. `wrong`: those that are known to be wrong."""
    between = _between_steps(analysis) | _looks_elsewhere(analysis) | _mixed(analysis)
    return between | _titled(analysis, wrong) | _multiplied(analysis, wrong)


def titled_slopes(analysis: Analysis) -> set[int]:
    """Where no cell is a derivative: those whose title says that they are, and on which no loss stands."""
    cells = analysis.cells
    losses = cells.below([loss for loss in analysis.losses if loss in cells.reads])
    left = (node for node in cells.nodes if node not in losses and np.any(analysis.values(node)))
    titled = {node for node in left if any(_SLOPE.search(text) for text in cells.labels(node))}
    return {node for node in titled if not _jumps(analysis, node)}


def _jumps(analysis: Analysis, node: int) -> bool:
    """Whether a cell stands on what is trained, and only through steps: the perceptron's rule, no derivative."""
    below = analysis.cells.below([node], analysis.ends) & analysis.trained
    slopes = analysis.evaluation.derivatives({node: np.ones(COUNT)}) if below else {}
    return bool(below) and not any(np.any(slopes.get(parameter, 0.0)) for parameter in below)


def titled_alike(analysis: Analysis, wrong: set[int]) -> set[int]:
    """Where nothing is updated: cells that are no derivative and are titled as derivatives are, but for their index.

    In any language. That does not tell what they are meant to be, only that they were not judged.
    """
    if analysis.updates:
        return set()
    cells = analysis.cells
    model = (node for node in analysis.forward | analysis.trained if node in cells.cell_of)
    titles = {without_index(text) for node in analysis.claims for text in cells.labels(node)} - {""}
    titles -= {without_index(text) for node in model for text in cells.labels(node)}
    kept = _kept_titles(analysis)
    left = (node for node in (_left(analysis, wrong) if titles else ()) if not _is_beside(analysis, node, kept))
    return {node for node in left if any(without_index(text) in titles for text in cells.labels(node))}


def titled_as_updates(analysis: Analysis) -> set[int]:
    """Cells that change no parameter, whose nearest title is that of twice as many updates and of no derivative."""
    cells, tape = analysis.cells, analysis.cells.tape
    others = analysis.claims.keys() | analysis.losses.keys() & cells.cell_of.keys()
    titles = Counter(text for update in analysis.updates for text in islice(cells.labels(update.node), 1))
    known = {text for node in others for text in cells.labels(node)} if titles else set()
    read = {below for update in analysis.updates for below in cells.reads.get(update.node, ())}
    found: dict[str, set[int]] = defaultdict(set)
    for node in cells.nodes if titles else ():
        computes = tape.kinds[tape.takes[node][0]] not in (CELL, FREE) and bool(cells.reads[node])
        if computes and node not in analysis.cut and node not in read:
            for text in islice(cells.labels(node), 1):
                found[text].add(node)
    few = (alike for text, alike in found.items() if text not in known and 2 * len(alike) <= titles[text])
    return {node for alike in few for node in alike} - analysis.claims.keys()


def _titled(analysis: Analysis, wrong: set[int]) -> set[int]:
    """Where nothing is updated: cells that are no derivative and whose title names one of a loss."""
    kept = _kept_titles(analysis)
    left = (node for node in _left(analysis, wrong) if _titles(analysis, node))
    return {node for node in left if not _is_beside(analysis, node, kept)}


def _is_beside(analysis: Analysis, node: int, kept: set[tuple[str, int, str]]) -> bool:
    """Whether a cell's titles are kept by derivatives in its row, and its column's head names something else."""
    titles, head = _titles(analysis, node), analysis.cells.header(node)
    other = head is not None and not without_index(head) and not is_derivative(head)
    return bool(titles) and titles <= kept and other


def _kept_titles(analysis: Analysis) -> set[tuple[str, int, str]]:
    """The titles under which a derivative stands."""
    return {title for node in analysis.claims for title in _titles(analysis, node)}


def _titles(analysis: Analysis, node: int) -> set[tuple[str, int, str]]:
    """The titles that name a derivative, with the sheet and the row."""
    sheet, row, _ = analysis.cells.cell_of[node]
    return {(sheet, row, text) for text in analysis.cells.labels(node) if is_derivative(text)}


def _left(analysis: Analysis, wrong: set[int]) -> Iterator[int]:
    """Cells that are no derivative, but for those known to be wrong, and the other cells of their array formulas.

    None where something is updated.
    """
    cells, known = analysis.cells, analysis.forward | analysis.claims.keys()
    told = {cells.graph.anchor(cells.cell_of[node]) for node in wrong}
    for node in cells.nodes if not analysis.updates else ():
        if node not in known and cells.graph.anchor(cells.cell_of[node]) not in told and np.any(analysis.values(node)):
            yield node


def _between_steps(analysis: Analysis) -> set[int]:
    """Cells that read a derivative and on which another step's loss stands: unknown new values.

    What a loss reads is not trained by it. Where it reads a derivative all the same, an update lies between. A loss of
    another sheet, whose numbers are the same in its first step, tells nothing.
    """
    cells, forward = analysis.cells, analysis.forward
    found = set()
    for node, claim in analysis.claims.items():
        by, of = claim.slope.by, cells.cell_of.get(claim.slope.of)
        elsewhere = of is not None and of[0] != cells.cell_of[node][0]
        if node in analysis.losses:
            continue  # of an output for a target of 0 or 1 the loss equals a derivative by the target
        given = not analysis.trained and cells.tape.kinds[by] == FREE  # else a target: of a logistic loss by it −z
        if node not in analysis.trained and not elsewhere and (by in analysis.trained or given):
            readers = cells.readers.get(node, ())
            found |= {reader for reader in readers if reader in forward and reader not in analysis.ends}
        elif analysis.cut and node not in forward:
            others = set(cells.readers.get(node, ())) & forward - analysis.ends
            found |= others - analysis.below_loss(claim.slope.of)
    return found - analysis.claims.keys()


def _mixed(analysis: Analysis) -> set[int]:
    """Cells that add a derivative to the very number by which it is one and are no update: −(w − η g)."""
    cells, known = analysis.cells, analysis.forward | analysis.claims.keys() | analysis.cut
    found = set[int]()
    for node, claim in analysis.claims.items():
        for reader in set(cells.readers.get(node, ())) - known:
            if claim.slope.by in cells.reads[reader]:
                share = np.abs(_share_of(analysis, reader, claim.slope.by))
                found |= {reader} if alike(share, np.ones_like(share)) else set()
    return found


def _looks_elsewhere(analysis: Analysis) -> set[int]:
    """Cells that add to a parameter another share of the velocity than that with which the next one begins: w + μ v."""
    cells, found = analysis.cells, set[int]()
    for velocity in analysis.ends - analysis.cut:
        readers = set(cells.readers.get(velocity, ())) - analysis.cut
        later = readers & analysis.ends
        for reader in readers - analysis.ends:
            share = _share_of(analysis, reader, velocity)
            if not any(alike(share, _share_of(analysis, node, velocity)) for node in later):
                found |= {reader} if later and not analysis.trained.isdisjoint(cells.reads[reader]) else set()
    return found


def _share_of(analysis: Analysis, node: int, read: int) -> States:
    """∂node/∂read within the formula of a cell."""
    given = {leaf: analysis.values(leaf) for leaf in analysis.cells.reads[node]}
    derivatives = Evaluation(analysis.cells.tape, given).derivatives({formula_of(analysis, node): 1.0})
    return as_states(derivatives.get(read, 0.0))


def _multiplied(analysis: Analysis, wrong: set[int]) -> set[int]:
    """Cells that multiply a derivative, or a part of one, with something of the model; nothing judged stands on them.

    A step of the chain rule looks so. Formulas that stand in judged cells too are no more than their last step.
    """
    cells = analysis.cells
    judged = analysis.forward | analysis.claims.keys() | analysis.cut | analysis.trained | wrong
    used = cells.below(judged)
    trees = {_formula(analysis, node) for node in used if node in cells.reads}
    parts = cells.below(analysis.claims, analysis.cut) & set(cells.nodes) - analysis.forward | wrong
    found: set[int] = set()
    for node in cells.nodes:
        if node in used or _formula(analysis, node) in trees or not np.any(analysis.values(node)):
            continue
        derivatives = {read for read in cells.reads[node] if read in parts or read in found}
        if derivatives and _multiplies(analysis, node, derivatives):
            found.add(node)
    return found


def _multiplies(analysis: Analysis, node: int, derivatives: set[int]) -> bool:
    """Whether a formula multiplies something with a derivative and something with a part of the model."""
    tape = analysis.cells.tape
    for part in within(tape, formula_of(analysis, node)):
        if tape.kinds[part] not in ("*", "/"):
            continue
        one, two = (leaves(tape, side) for side in tape.takes[part])
        for first, second in ((one, two), (two, one)):
            model = {leaf for leaf in second - derivatives if leaf in analysis.forward or tape.kinds[leaf] == CELL}
            if model and not first.isdisjoint(derivatives):
                return True
    return False


def _formula(analysis: Analysis, node: int) -> object:
    return analysis.cells.cell_of[node][0], analysis.cells.tree(node)
