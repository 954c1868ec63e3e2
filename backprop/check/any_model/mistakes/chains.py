"""Derivatives that no title and no update names, found by what would make them one: an activation's slope left out."""

import numpy as np

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL
from backprop.check.any_model.mistakes.expected import Expected
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.slopes import Match, Slope


def by_chains(analysis: Analysis) -> list[Expected]:
    """Cells that are used as the derivative by a weighted sum and are that by its activation, and what uses them."""
    found: dict[int, Expected] = {}
    evaluation = analysis.evaluation
    if analysis.updates:
        return []  # the updates tell what their derivatives should be
    for node in analysis.cells.nodes:
        if node in analysis.claims or node in analysis.cut or node in analysis.forward:
            continue
        if found and (match := _match(analysis, evaluation, node)) is not None:
            found[node] = Expected(node, match.slope, match.factor)
            evaluation = _with_truth(analysis, found)
            continue
        mistaken = _taken_for_sums(analysis, node)
        if not mistaken:
            continue
        tried = {**found, **mistaken}
        with_truth = _with_truth(analysis, tried)
        match = _match(analysis, with_truth, node)
        if match is not None:
            found = {**tried, node: Expected(node, match.slope, match.factor)}
            evaluation = _with_truth(analysis, found)
    return list(found.values())


def _taken_for_sums(analysis: Analysis, node: int) -> dict[int, Expected]:
    """The derivatives by activations that a cell reads and that no right derivative reads, as those by their sums."""
    cells = analysis.cells
    found = {}
    for read in cells.reads[node]:
        claim = analysis.claims.get(read)
        if claim is None or any(reader in analysis.claims for reader in cells.readers.get(read, ())):
            continue
        by = claim.slope.by
        below = cells.reads.get(by, ())
        if len(below) != 1 or cells.tape.kinds[below[0]] != CELL:
            continue
        slope = Slope(claim.slope.of, below[0])
        if slope in analysis.table.at:
            found[read] = Expected(read, slope, claim.factor)
    return found


def _with_truth(analysis: Analysis, found: dict[int, Expected]) -> Evaluation:
    truth = {}
    for node, item in found.items():
        value = analysis.table.value(item.slope)
        if value is not None:
            truth[node] = value * (item.factor or 1.0)
    return analysis.evaluated(truth)


def _match(analysis: Analysis, evaluation: Evaluation, node: int) -> Match | None:
    values = np.asarray(evaluation.value(analysis.cells.tape.takes[node][0]), dtype=float)
    matches = [match for match in analysis.table.matches(values) if analysis.support[match.slope.of]]
    return max(
        matches, key=lambda match: (match.slope.by in analysis.trained, analysis.support[match.slope.of]), default=None
    )
