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
Away = tuple[int, int, int]  # sheets, rows and columns; of a loss that no cell holds its node


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
    for node in (*analysis.cells.nodes, *analysis.cells.free):
        if node not in analysis.cut and node not in analysis.forward:
            for line, place in _lines(analysis.cells.cell_of[node], order):
                lines[line][place] = node
    held = Counter(claim.slope for claim in analysis.claims.values())
    twice = {node for node, claim in analysis.claims.items() if held[claim.slope] > 1}
    found: dict[int, Expected] = {}
    for places in lines.values():
        away = _away_from(analysis, places, order)
        usual = _usual(analysis, places, away)
        for place, node in places.items():
            if node in analysis.agreed and node not in twice:
                continue
            own = usual or _beside(analysis, places, away, place)
            if own is not None and node not in found and own.between[0] - 1 <= place <= own.between[1] + 1:
                expected = _expected(analysis, node, place, own, order, node in twice)
                if expected is not None:
                    found[node] = expected
    return list(found.values())


def _lines(cell: Cell, order: dict[str, int]) -> Iterator[tuple[tuple[object, ...], int]]:
    sheet, row, column = cell
    yield ("column", sheet, column), row
    yield ("row", sheet, row), column
    yield ("sheets", row, column), order[sheet]


def _away_from(analysis: Analysis, places: dict[int, int], order: dict[str, int]) -> dict[int, tuple[Away, Away]]:
    """For each derivative of a line how far away its cell and its loss are."""
    claimed = {place: analysis.claims[node] for place, node in places.items() if node in analysis.claims}
    return {place: _away(analysis, places[place], claim.slope, order) for place, claim in claimed.items()}


def _usual(analysis: Analysis, places: dict[int, int], away: dict[int, tuple[Away, Away]]) -> _Usual | None:
    """Where most of a line are; None where too few are, or all of them."""
    if len(away) < FEW:
        return None
    most, count = Counter(away.values()).most_common(1)[0]
    if count < FEW or count < SHARE * len(places) or count == len(places):
        return None
    return _of(analysis, places, [place for place, at in away.items() if at == most], most)


def _beside(
    analysis: Analysis, places: dict[int, int], away: dict[int, tuple[Away, Away]], place: int
) -> _Usual | None:
    """Where the derivatives before and after a place both are."""
    before, after = away.get(place - 1), away.get(place + 1)
    if before is None or before != after or away.get(place) == before:
        return None
    return _of(analysis, places, [place - 1, place + 1], before)


def _of(analysis: Analysis, places: dict[int, int], own: list[int], most: tuple[Away, Away]) -> _Usual:
    claims = [analysis.claims[places[place]] for place in own]
    factors = {round(claim.factor, 9) for claim in claims}
    trees = frozenset(analysis.cells.tree(places[place]) for place in own)
    factor = factors.pop() if len(factors) == 1 else None
    return _Usual(*most, factor, trees, frozenset(claim.slope for claim in claims), (min(own), max(own)))


def _away(analysis: Analysis, node: int, slope: Slope, order: dict[str, int]) -> tuple[Away, Away]:
    sheet, row, column = analysis.cells.cell_of[node]
    found = []
    for end in (slope.by, slope.of):
        place = analysis.cells.cell_of.get(end)
        if place is None:
            found.append((_largest(analysis, slope), 0, 0))
        else:
            found.append((order[place[0]] - order[sheet], place[1] - row, place[2] - column))
    return found[0], found[1]


def _largest(analysis: Analysis, slope: Slope) -> int:
    """Of the losses of one name that no cell holds, and with the same derivative, the one with most derivatives."""
    words, truth = analysis.losses[slope.of].partition(" of ")[0], analysis.table.value(slope)
    alike = {slope.of}
    for other in analysis.table.by[slope.by]:
        name, value = analysis.losses[other.of], analysis.table.value(other)
        if name and name.partition(" of ")[0] == words and truth is not None and value is not None:
            factor = ratio(value, truth)
            alike |= {other.of} if factor is not None and close(factor, 1.0) else set()
    return max(alike, key=lambda other: (analysis.support[other], -other))


def _expected(
    analysis: Analysis, node: int, place: int, usual: _Usual, order: dict[str, int], elsewhere: bool
) -> Expected | None:
    """What a cell of the line should be, where it is something else.

    `elsewhere`: it is a derivative that another cell holds too.
    """
    names = list(order)
    sheet, row, column = analysis.cells.cell_of[node]
    ends = []
    for sheets, rows, columns in (usual.by, usual.of):
        at = order[sheet] + sheets
        if sheets in analysis.losses and sheets not in analysis.cells.cell_of:
            end: int | None = sheets
        elif 0 <= at < len(names):
            end = analysis.cells.at.get((names[at], row + rows, column + columns))
        else:
            return None
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
    if node in analysis.claims:  # right, but the same once more
        belongs = elsewhere or analysis.claims[node].slope in usual.slopes
    else:
        belongs = usual.between[0] < place < usual.between[1] or _is_filled(analysis, node, usual)
    return Expected(node, slope, usual.factor) if belongs else None


def _is_filled(analysis: Analysis, node: int, usual: _Usual) -> bool:
    return analysis.cells.tree(node) in usual.trees
