"""What a cell that nothing judged may be meant to be: the derivative as far away as those of the cells near it are.

That alone proves nothing. It is a mistake only where a small change makes the cell that very derivative.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from backprop.check.any_model.mistakes.expected import Expected
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import Cells
from backprop.check.any_model.model.slopes import Slope
from backprop.spreadsheet.book import Cell

BESIDE = ((0, -1), (0, 1), (-1, 0), (1, 0))
MOST = 4  # distances, losses, and what a cell may be


def by_neighbours(analysis: Analysis, doubted: Iterable[int]) -> list[Expected]:
    """What cells of which nothing is known may be: derivatives that no other cell holds, the likeliest first."""
    held = {claim.slope for claim in analysis.claims.values()}
    ways = {sheet: _Ways.of(analysis, sheet) for sheet in analysis.cells.graph.book.sheets}
    found = []
    for node in sorted(doubted):
        if any(node in part for part in (analysis.forward, analysis.cut, analysis.trained, analysis.claims)):
            continue
        meant = dict.fromkeys(_meant(analysis, node, ways[analysis.cells.cell_of[node][0]]))
        found += [item for item in meant if item.slope not in held][:MOST]
    return found


@dataclass(frozen=True, slots=True)
class _Ways:
    """Derivatives of a sheet, one of each distance and one of each loss and factor, the most usual first."""

    distances: tuple[int, ...]
    losses: tuple[int, ...]

    @classmethod
    def of(cls, analysis: Analysis, sheet: str) -> "_Ways":
        distances: dict[object, list[int]] = defaultdict(list)
        losses: dict[object, list[int]] = defaultdict(list)
        for node, claim in analysis.claims.items():
            place, by = analysis.cells.cell_of[node], analysis.cells.cell_of[claim.slope.by]
            if place[0] == sheet:
                distances[by[0], by[1] - place[1], by[2] - place[2]].append(node)
                losses[analysis.loss_kind(claim.slope.of), round(claim.factor, 9)].append(node)

        def usual(groups: dict[object, list[int]]) -> tuple[int, ...]:
            ordered = sorted(groups.values(), key=len, reverse=True)
            return tuple(nodes[0] for nodes in ordered[:MOST])

        return cls(usual(distances), usual(losses))


def _meant(analysis: Analysis, node: int, ways: _Ways) -> Iterator[Expected]:
    """What a cell may be: as the derivatives beside it are, else at a usual distance and of a usual loss."""
    cells = analysis.cells
    sheet, row, column = cells.cell_of[node]
    beside = [cells.at.get((sheet, row + down, column + along)) for down, along in BESIDE]
    near = [other for other in beside if other is not None and other in analysis.claims]
    for distance, loss in (*((other, other) for other in near), *product((*near, *ways.distances), ways.losses)):
        parameter = cells.at.get(_as_far(cells, node, distance, analysis.claims[distance].slope.by))
        of, factor = analysis.claims[loss].slope.of, analysis.claims[loss].factor
        own = cells.at.get(_as_far(cells, node, loss, of)) if of in cells.cell_of else None  # of a sample of its own
        for slope in (Slope(end, parameter) for end in (own, of) if end is not None and parameter is not None):
            truth = analysis.table.value(slope)
            if truth is not None and np.any(truth):
                yield Expected(node, slope, factor, tentative=True)


def _as_far(cells: Cells, node: int, other: int, end: int) -> Cell:
    """The cell that is as far away from a node as an end is from another."""
    (_, row, column), (_, *there), (sheet, *to) = cells.cell_of[node], cells.cell_of[other], cells.cell_of[end]
    return sheet, to[0] + row - there[0], to[1] + column - there[1]
