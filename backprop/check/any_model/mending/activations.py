"""The derivatives of activations near a cell, as factors that may be missing there, or stand there in another form."""

from collections.abc import Iterator
from functools import reduce
from itertools import combinations

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.slopes import alike, as_states
from backprop.check.findings import Kind
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Area, Binary, Bracket, Call, Node, Number, Reference

MOST_FACTORS = 6  # of a product in which others stand for a slope


def activation_slopes(analysis: Analysis, cell: Cell, tree: Node) -> Iterator[list[tuple[Kind, Node]]]:
    """The formula times an activation's derivative; then without one or two of its factors, and with it for these."""
    cells = analysis.cells
    found: list[tuple[str, Node, Node]] = []
    for node in _activations_near(analysis, cell):
        name = activation_slope(analysis, node)
        if name is not None:
            own = _beside(analysis, cells.cell_of[node], cell)
            found.append((name, own, _beside(analysis, cells.cell_of[cells.reads[node][0]], cell)))
    for slope in found:
        yield [(Kind.MISSING_FACTOR, changed) for changed in _times_slope(whole(tree), *slope)]
    for rest in _less_factors(tree):
        yield [(Kind.EXTRA_FACTOR, rest)]
        for slope in found:
            yield [(Kind.WRONG_FORMULA, changed) for changed in _times_slope(rest, *slope)]


def whole(tree: Node) -> Node:
    """A formula as a factor: in brackets where it is a sum."""
    return tree if not isinstance(tree, Binary) or tree.operator in "*/^" else Bracket(tree)


def _less_factors(tree: Node) -> Iterator[Node]:
    """A product without one of its factors, and without two: σ'(a) is two, a and 1 - a."""
    factors = _factors(tree)
    if 1 < len(factors) <= MOST_FACTORS:
        for many in (1, 2):
            for kept in combinations(factors, len(factors) - many):
                if kept:
                    yield reduce(lambda one, two: Binary("*", one, two), kept)


def _factors(tree: Node) -> list[Node]:
    match tree:
        case Binary("*", left, right):
            return [*_factors(left), *_factors(right)]
    return [tree]


def _times_slope(whole: Node, slope: str, own: Node, below: Node) -> Iterator[Node]:
    one = Number("1")
    if slope == "sigmoid":
        yield Binary("*", Binary("*", whole, own), Bracket(Binary("-", one, own)))
    elif slope == "tanh":
        yield Binary("*", whole, Bracket(Binary("-", one, Binary("^", own, Number("2")))))
    elif slope == "relu":
        yield Call("IF", (Binary(">", below, Number("0")), whole, Number("0")))


def activation_slope(analysis: Analysis, node: int) -> str | None:
    """Which derivative a cell's formula has by the one cell that it reads: that of sigmoid, tanh or relu."""
    cells, evaluation = analysis.cells, analysis.evaluation
    reads = cells.reads.get(node, ())
    if len(reads) != 1:
        return None
    below = reads[0]
    derivative = Evaluation(cells.tape, {below: evaluation.value(below)})
    slope = derivative.derivatives({cells.tape.takes[node][0]: 1.0}).get(below)
    value, argument = analysis.values(node), analysis.values(below)
    if slope is None:
        return None
    for name, known in (("sigmoid", value * (1 - value)), ("tanh", 1 - value**2), ("relu", (argument > 0) * 1.0)):
        if alike(slope, as_states(known)):
            return name
    return None


def _activations_near(analysis: Analysis, cell: Cell) -> list[int]:
    """Activations beside which the cell's references lie: those of the weighted sums and neurons that it deals with."""
    graph_cells = analysis.cells
    node = graph_cells.at.get(cell)
    if node is None:
        return []
    level: dict[int, None] = {}
    for read in graph_cells.reads.get(node, ()):
        claim = analysis.claims.get(read)
        level |= dict.fromkeys(about for about in (read, claim.slope.by if claim else None) if about is not None)
    reach: dict[int, None] = {}
    beside: dict[int, None] = {}  # what a weighted sum multiplies with a weight
    for _ in range(4):
        reach |= dict.fromkeys(near for near in level if _reads_one(analysis, near))
        readers = (reader for near in level for reader in graph_cells.readers.get(near, ()))
        level = dict.fromkeys(reader for reader in readers if reader in analysis.forward)
        beside |= dict.fromkeys(read for top in level for read in graph_cells.reads[top] if _reads_one(analysis, read))
    return list(reach | beside)[:40]


def _reads_one(analysis: Analysis, node: int) -> bool:
    return analysis.cells.tape.kinds[node] == CELL and len(analysis.cells.reads.get(node, ())) == 1


def _beside(analysis: Analysis, target: Cell, holder: Cell) -> Node:
    """A reference to a cell; for an array formula to as many cells as it fills."""
    first = _reference_to(target, holder)
    last = analysis.cells.graph.book.sheets[holder[0]].filled_to(holder[1:])
    if last == holder[1:]:
        return first
    down, along = last[0] - holder[1], last[1] - holder[2]
    return Area(first, Reference(first.row + down, first.column + along, sheet=first.sheet))


def _reference_to(target: Cell, holder: Cell) -> Reference:
    sheet = None if target[0] == holder[0] else target[0]
    return Reference(target[1] - holder[1], target[2] - holder[2], sheet=sheet)
