"""Four ways to the derivatives of a workbook of random formulas, and how far apart they are."""

from pathlib import Path

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.graph import build_graph
from backprop.calculus.tape import Tape
from backprop.gradient.write import write_gradient
from backprop.spreadsheet.arithmetic import MPMATH
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.xlsx.read import read_book
from tests.backprop.conftest import recalculate_with_ironcalc
from tests.backprop.gradient.books import TYPED, answer, shown, stored

CELLS: list[Cell] = [("Sheet", row, 1) for row in range(1, TYPED + 1)]
LARGEST, SMALLEST = 1e6, 1e-6  # of the value that is differentiated, for doubles to hold its derivatives


def smooth(tape: Tape) -> bool:
    """Whether no number lies on a kink or jump, where there is no derivative."""
    at = {"abs": (0.0,), "<": (), "<=": (), "=": (), "max": (), "min": ()}
    pairs = (
        [tape.stored[node] for node in tape.takes[n]] + [*at[kind]] for n, kind in enumerate(tape.kinds) if kind in at
    )
    return all(abs(one - two) > 1e-6 for one, two in pairs)


def worst_difference(file: Path, copy: Path) -> float | None:
    """The largest difference, of a derivative's size where that is above 1, from reverse mode in 40 digits.

    Of the printed formulas, of differences in 40 digits, and of the sheet that IronCalc recalculates. None where the
    formulas have no derivative, or no number of a size that doubles hold.
    """
    graph = build_graph(read_book(file))
    top, nodes = graph.node(("Sheet", 1, 3)), [graph.node(cell) for cell in CELLS]
    if top is None or not SMALLEST < abs(graph.tape.stored[top]) < LARGEST or not smooth(graph.tape):
        return None
    assert not graph.unfollowed
    gradient = answer(file, "C1", "A1:A6")
    by_numbers = Evaluation(graph.tape, {}, MPMATH).derivatives({top: 1})
    expected = [float(by_numbers.get(node, 0)) for node in nodes]
    write_gradient(gradient, copy, force=True)
    engine = shown(recalculate_with_ironcalc(copy), gradient)
    pairs = [
        *zip((row.difference for row in gradient.rows), expected, strict=True),
        *zip(gradient.values.values(), expected, strict=True),
        *((engine[at], value) for at, value in stored(gradient).items()),
    ]
    return max(_apart(one, two) for one, two in pairs)


def _apart(one: object, two: float | None) -> float:
    if not isinstance(one, float | int) or two is None:
        return float("inf")
    return abs(one - two) / max(1.0, abs(two))
