"""What a cell should be by its place in a line of derivatives: each by the cell, of the loss, as far away as the next.

Along a row, a column, or the same place of sheet after sheet.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backprop.check.any_model.mistakes.expected import Expected, close
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.slopes import Match, Slope, ratio
from backprop.spreadsheet.book import Cell

FEW, SHARE = 2, 0.66  # derivatives in a line that are as far from their cells as each other, and of all in it
Away = tuple[int, int, int]  # sheets, rows and columns


@dataclass(frozen=True, slots=True)
class _Usual:
    """How far away the cell and the loss are of most derivatives in a line, and their factor."""

    by: Away
    of: Away
    factor: float | None
    trees: frozenset[object]
    slopes: frozenset[Slope]
    between: tuple[int, int]  # the first and the last place in the line


def by_positions(analysis: Analysis) -> list[Expected]:
    """Cells that are not the derivative that their line tells."""
    order = {name: number for number, name in enumerate(analysis.cells.graph.book.sheets)}
    lines: dict[tuple[object, ...], dict[int, int]] = defaultdict(dict)
    for node in analysis.cells.nodes:
        if node not in analysis.cut and node not in analysis.forward:
            for line, place in _lines(analysis.cells.cell_of[node], order):
                lines[line][place] = node
    found: dict[int, Expected] = {}
    for places in lines.values():
        usual = _usual(analysis, places, order)
        if usual is None:
            continue
        for place, node in places.items():
            if usual.between[0] - 1 <= place <= usual.between[1] + 1 and node not in found:
                expected = _expected(analysis, node, place, usual, order)
                if expected is not None:
                    found[node] = expected
    return list(found.values())


def _lines(cell: Cell, order: dict[str, int]) -> Iterator[tuple[tuple[object, ...], int]]:
    sheet, row, column = cell
    yield ("column", sheet, column), row
    yield ("row", sheet, row), column
    yield ("sheets", row, column), order[sheet]


def _usual(analysis: Analysis, places: dict[int, int], order: dict[str, int]) -> _Usual | None:
    """Where most of a line are; None where too few are, or all of them."""
    away: dict[int, tuple[Away, Away]] = {}
    for place, node in places.items():
        claim = analysis.claims.get(node)
        if claim is not None and (at := _away(analysis, node, claim.slope, order)) is not None:
            away[place] = at
    if len(away) < FEW:
        return None
    most, count = Counter(away.values()).most_common(1)[0]
    if count < FEW or count < SHARE * len(places) or count == len(places):
        return None
    own = [place for place, at in away.items() if at == most]
    factors = {round(analysis.claims[places[place]].factor, 9) for place in own}
    book, cells = analysis.cells.graph.book, analysis.cells
    trees = frozenset(book.tree(cells.graph.anchor(cells.cell_of[places[place]])) for place in own)
    slopes = frozenset(analysis.claims[places[place]].slope for place in own)
    return _Usual(*most, factors.pop() if len(factors) == 1 else None, trees, slopes, (min(own), max(own)))


def _away(analysis: Analysis, node: int, slope: Slope, order: dict[str, int]) -> tuple[Away, Away] | None:
    places = [analysis.cells.cell_of.get(other) for other in (slope.by, slope.of)]
    sheet, row, column = analysis.cells.cell_of[node]
    found = []
    for place in places:
        if place is None:
            return None
        found.append((order[place[0]] - order[sheet], place[1] - row, place[2] - column))
    return found[0], found[1]


def _expected(analysis: Analysis, node: int, place: int, usual: _Usual, order: dict[str, int]) -> Expected | None:
    """What a cell of the line should be, where it is something else."""
    names = list(order)
    sheet, row, column = analysis.cells.cell_of[node]
    ends = []
    for sheets, rows, columns in (usual.by, usual.of):
        at = order[sheet] + sheets
        if not 0 <= at < len(names):
            return None
        end = analysis.cells.at.get((names[at], row + rows, column + columns))
        if end is None:
            return None
        ends.append(end)
    slope = Slope(ends[1], ends[0])
    truth, own = analysis.table.value(slope), analysis.values(node)
    if truth is None or not np.any(truth):
        return None
    factor = ratio(own, truth)
    if factor is not None and (usual.factor is None or close(factor, usual.factor)):
        analysis.claims[node] = Match(slope, factor)
        return None
    inside = usual.between[0] < place < usual.between[1]
    if node in analysis.claims:
        belongs = _is_filled(analysis, node, usual) or (_is_unread(analysis, node) and inside)
        belongs = belongs or analysis.claims[node].slope in usual.slopes  # the same once more
    else:
        belongs = inside or _is_filled(analysis, node, usual)
    return Expected(node, slope, usual.factor) if belongs else None


def _is_filled(analysis: Analysis, node: int, usual: _Usual) -> bool:
    cells = analysis.cells
    return cells.graph.book.tree(cells.graph.anchor(cells.cell_of[node])) in usual.trees


def _is_unread(analysis: Analysis, node: int) -> bool:
    """Whether nothing right reads a cell."""
    readers = analysis.cells.readers.get(node, ())
    return node not in analysis.read_as and not any(reader in analysis.claims for reader in readers)
