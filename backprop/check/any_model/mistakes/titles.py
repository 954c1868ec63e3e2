"""What stands above or beside numbers as their name: dW1 over a block, ∂E/∂w3 over a column; and the block W1 names."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import merge
from itertools import takewhile

from backprop.calculus.tape import CELL
from backprop.check.any_model.mistakes.expected import Expected, adds_up_samples, kind_of, losses_for
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.names import bare_title, derivative_of
from backprop.spreadsheet.book import CONSTANT, Cell, Sheet

MOST_CELLS = 100_000
ENOUGH = 3  # cells that are what such titles say, for one that is not to be surely wrong
_SIGNS = ("d", "∂", "𝜕")  # before a title of the sheet: dquery


@dataclass(frozen=True, slots=True)
class Region:
    """Rows and columns of numbers under or beside a title."""

    sheet: str
    top: int
    left: int
    rows: int
    columns: int

    def at(self, row: int, column: int) -> Cell:
        """The cell in a place, from 0."""
        return self.sheet, self.top + row, self.left + column


def by_titles(analysis: Analysis, usual: dict[object, float]) -> list[Expected]:
    """Cells under a title that promises a derivative, which are none, where the title by which is found too.

    Where no cell is a derivative of anything, those of the loss that a cell holds are meant.
    """
    titles = titled_regions(analysis)
    plain = regions_by_title(titles)
    found: list[Expected] = []
    kept: set[int] = set()
    for text, region in titles:
        name = derivative_of(text)
        named = plain.get((region.sheet, bare_title(name or text.strip()[1:])), [])
        if name is None and not text.strip().startswith(_SIGNS):
            continue
        by = nearest(region, named)
        if by is not None:
            found += _expected(analysis, region, by, usual, _cells_in(analysis, named), kept)
    sure = len(kept) >= max(ENOUGH, len(found))
    return [replace(item, sure=True) for item in found] if sure else found


def regions_by_title(titles: Iterable[tuple[str, Region]]) -> dict[tuple[str, str], list[Region]]:
    """The regions of each sheet and bare title, from the top down."""
    plain: dict[tuple[str, str], list[Region]] = defaultdict(list)
    for text, region in titles:
        plain[region.sheet, bare_title(text)].append(region)
    for regions in plain.values():
        regions.sort(key=lambda region: (region.top, region.left))
    return plain


def titled_regions(analysis: Analysis) -> list[tuple[str, Region]]:
    """Every title that numbers stand under or beside, with those."""
    found = []
    for sheet in analysis.cells.graph.book.sheets.values():
        for row, column, text in sorted(sheet.texts()):
            if len(text) <= 40 and not text.startswith("#") and (region := _region(sheet, row, column)):
                found.append((text, region))
    return found


def _region(sheet: Sheet, row: int, column: int) -> Region | None:
    """The numbers right under a text, else those to its right."""
    for top, left in ((row + 1, column), (row, column + 1)):
        if not _holds_number(sheet, top, left):
            continue
        below = top == row + 1
        columns = 1
        while _holds_number(sheet, top, left + columns) and not (
            below and sheet.value(row, left + columns) is not None
        ):
            columns += 1
        rows = 1
        while rows * columns < MOST_CELLS and all(_holds_number(sheet, top + rows, left + at) for at in range(columns)):
            if not below and sheet.value(top + rows, column) is not None:
                break
            rows += 1
        return Region(sheet.name, top, left, rows, columns)
    return None


def _holds_number(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell shows a number, or holds a formula of which no value is stored."""
    value = sheet.value(row, column)
    return isinstance(value, float) or (value is None and sheet.tree(row, column) not in (None, CONSTANT))


def _fits(one: Region, two: Region) -> bool:
    shape, other = (one.rows, one.columns), (two.rows, two.columns)
    return one != two and (shape in (other, other[::-1]) or (one.columns == two.columns == 1 and _covers(two, one)))


def _covers(one: Region, two: Region) -> bool:
    """Whether a column begins no later than another and ends in its rows, or behind it: h0 stands above h1."""
    return one.top == two.top or (one.top < two.top and one.top + one.rows >= two.top + two.rows)


def nearest(region: Region, others: list[Region]) -> Region | None:
    """The one that fits and is fewest rows away, then fewest columns; `others` stand from the top down."""

    def away(other: Region) -> int:
        return abs(region.top - other.top)

    at = bisect_left(others, region.top, key=lambda other: other.top)
    above, below = (
        (others[index] for index in range(at - 1, -1, -1)),
        (others[index] for index in range(at, len(others))),
    )
    fitting = (other for other in merge(above, below, key=away) if _fits(region, other))
    first = next(fitting, None)
    if first is None:
        return None
    as_near = takewhile(lambda other: away(other) == away(first), fitting)
    return min([first, *as_near], key=lambda other: (abs(region.left - other.left), other.top, other.left))


def _cells_in(analysis: Analysis, regions: Iterable[Region]) -> set[int]:
    places = (
        (region, row, column) for region in regions for row in range(region.rows) for column in range(region.columns)
    )
    return {node for region, *at in places if (node := analysis.cells.graph.node(region.at(*at))) is not None}


def _expected(
    analysis: Analysis, region: Region, by: Region, usual: dict[object, float], named: set[int], kept: set[int]
) -> list[Expected]:
    """Cells under a title that are not the derivative by what it names, and in `kept` those that are.

    `named`: all cells of that name.
    """
    cells = analysis.cells
    if region.columns == by.columns == 1 and by.top < region.top and by.rows != region.rows and _covers(by, region):
        by = Region(by.sheet, region.top, by.left, region.rows, 1)
    near = _losses_by_row(analysis, region.sheet)
    straight = (region.rows, region.columns) == (by.rows, by.columns) or region.columns == by.columns == 1
    found = []
    for row in range(min(region.rows, by.rows if straight else by.columns)):
        for column in range(region.columns):
            node = cells.graph.node(region.at(row, column))
            other = cells.graph.node(by.at(row, column) if straight else by.at(column, row))
            if node is None or other is None or cells.tape.kinds[node] != CELL:
                continue
            if node in analysis.cut or node in analysis.forward or _is_what_it_says(analysis, node, other, named):
                if node in analysis.claims and analysis.claims[node].slope.by in analysis.same(other):
                    kept.add(node)
                continue
            if analysis.trained and node not in analysis.training:
                continue  # of a weighted sum by its weight, not of the loss
            whole = adds_up_samples(analysis, node, other)
            slopes = losses_for(analysis, other, None if whole else near[region.top + row])
            if not slopes:
                continue
            alone = not analysis.claims and not analysis.losses.get(slopes[0].of)
            if whole or alone or analysis.support[slopes[0].of]:
                factor = usual.get(kind_of(analysis, node, slopes[0]))
                found.append(Expected(node, slopes[0], factor))
    return found


def _losses_by_row(analysis: Analysis, sheet: str) -> dict[int, Counter[object]]:
    """For each row the kinds of loss of which its cells are derivatives by something trained."""
    found: dict[int, Counter[object]] = defaultdict(Counter)
    for node, claim in analysis.claims.items():
        name, row, _ = analysis.cells.cell_of[node]
        if name == sheet and claim.slope.by in analysis.trained:
            found[row][analysis.loss_kind(claim.slope.of)] += 1
    return found


def _is_what_it_says(analysis: Analysis, node: int, by: int, named: set[int]) -> bool:
    """Whether a cell is the derivative by what its title says, or by something else that is trained."""
    claim = analysis.claims.get(node)
    return claim is not None and (
        claim.slope.by in named
        or claim.slope.by in analysis.trained
        or claim.slope.by in analysis.same(by)
        or not analysis.trained
    )
