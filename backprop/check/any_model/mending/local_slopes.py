"""What belongs in a helper that stands for an activation's derivative and is another: the printed derivative itself."""

from collections.abc import Iterator

from backprop.calculus.tape import CELL
from backprop.check.any_model.mending.printed import Derivatives
from backprop.check.any_model.mistakes.expected import Expected
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.slopes import Slope
from backprop.spreadsheet.formula import Node

LEVELS = 2  # of activations above a weighted sum: x·Φ(x) reads Φ(x)
MOST = 12  # pairs of an activation and what it is of


def local_slopes(analysis: Analysis, item: Expected, helper: int, derivatives: Derivatives) -> Iterator[Node]:
    """∂a/∂z as formulas for a helper, of the activations above what an item is the derivative by."""
    cells = analysis.cells
    own = analysis.same(item.slope.by)
    sums = [*own, *(reader for node in own for reader in cells.readers.get(node, ()))]
    pairs: dict[Slope, None] = {}
    for by in (node for node in sums if node in analysis.forward and cells.tape.kinds[node] == CELL):
        level = {by}
        for _ in range(LEVELS):
            level = {reader for node in level for reader in cells.readers.get(node, ()) if reader in analysis.forward}
            pairs |= dict.fromkeys(Slope(of, by) for of in sorted(level) if of < helper)
    for slope in list(pairs)[:MOST]:
        if (tree := derivatives.formula(Expected(helper, slope, 1.0))) is not None:
            yield tree
