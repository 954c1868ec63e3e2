"""What stands between or beside updates of one formula and is none, or one of another rate."""

from collections.abc import Container, Iterator, Mapping

from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mistakes.steps import Steps, no_loss_depends
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import shown_by
from backprop.check.any_model.model.names import without_index
from backprop.check.any_model.model.updates import Update
from backprop.check.findings import Finding, Kind
from backprop.spreadsheet.book import Cell, address
from backprop.spreadsheet.formula import Node, render

_SAYS = {
    "number": (Kind.HARD_CODED, "is a number where its neighbours compute the new value of a parameter"),
    "rate": (Kind.HARD_CODED, "has a typed rate where its neighbours read theirs from a cell"),
    "unlike": (Kind.WRONG_FORMULA, "is unlike its neighbours, which compute the new value of a parameter"),
    "old": (Kind.WRONG_FORMULA, "keeps the old value where its neighbours compute the new one"),
}


def between_updates(analysis: Analysis, steps: Steps) -> list[Finding]:
    """A number, an old value, or a typed rate, each between two updates of one formula that belongs there too.

    And a number beside two of them that is titled as they are.
    """
    found: dict[Cell, Finding] = {}
    old_of = {update.node: update.old for update in steps.other}
    changed = {update.old for update in analysis.updates}
    for cell, tree, first in (*_between(analysis), *_titled_beside(analysis)):
        what = _what(analysis, steps, cell, first, old_of, changed)
        if what is None or cell in found:
            continue
        (kind, says), formula = _SAYS[what], analysis.cells.graph.formula(cell)
        sheet, row, column = cell
        at = address(row, column)
        found[cell] = Finding(
            sheet, at, at, "new value", kind, "error", None if formula is None else f"={render(formula, row, column)}",
            f"={render(tree, row, column)}", says,
        )  # fmt: skip
    return list(found.values())


def _between(analysis: Analysis) -> Iterator[tuple[Cell, Node, Update]]:
    """The cells between two updates of one formula in a row or a column, that formula, and the first of the two."""
    graph = analysis.cells.graph
    places = {analysis.cells.cell_of[update.node]: update for update in analysis.updates}
    for sheet, row, column in sorted(places):
        for down, along in ((0, 1), (1, 0)):
            between, after = (sheet, row + down, column + along), (sheet, row + 2 * down, column + 2 * along)
            formula = graph.formula((sheet, row, column))
            if formula is None or after not in places or formula != graph.formula(after):
                continue
            if formula != graph.formula(between):
                yield between, formula, places[sheet, row, column]


def _titled_beside(analysis: Analysis) -> Iterator[tuple[Cell, Node, Update]]:
    """Numbers before or after two updates of one formula, under a title that is theirs but for its index."""
    cells, graph = analysis.cells, analysis.cells.graph
    places = {cells.cell_of[update.node]: update for update in analysis.updates}
    for (sheet, row, column), update in places.items():
        for down, along in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            number, other = (sheet, row - down, column - along), (sheet, row + down, column + along)
            formula = graph.formula((sheet, row, column))
            if formula is None or other not in places or formula != graph.formula(other):
                continue
            if min(number[1:]) < 1 or graph.formula(number) is not None:
                continue
            reads = cells.reads.get(update.node, ())
            if graph.node(number) not in reads and _title(analysis, number) & _title(analysis, (sheet, row, column)):
                yield number, formula, update


def _title(analysis: Analysis, cell: Cell) -> set[str]:
    return {without_index(text) for text in analysis.cells.texts_of(cell)} - {""}


def _what(
    analysis: Analysis, steps: Steps, cell: Cell, first: Update, old_of: Mapping[int, int], changed: Container[int]
) -> str | None:
    """What stands in a cell in the place of an update; `first`: the update above it or to its left.

    `old_of`: the parameters of the updates that are not proven; `changed`: those of all.
    """
    cells = analysis.cells
    if cells.graph.formula(cell) is None:
        return "number" if isinstance(cells.graph.book.sheets[cell[0]].value(*cell[1:]), float) else None
    node = cells.at.get(cell)
    old = _as_far_away(analysis, cell, first)
    if node is None or old is None:
        return None
    if old_of.get(node, old) != old:
        return "unlike"
    step, other = steps.proven.get(node), steps.proven.get(first.node)
    if step is not None and other is not None:
        return "rate" if step.rate is None and other.rate is not None and step.update.old == old else None
    if step is None and old in changed:
        return None
    only_repeats = cells.tape.kinds[node] == CELL and cells.tape.takes[node][0] == old
    known = node in analysis.forward or node in analysis.claims or no_loss_depends(analysis, Update(node, old, ()))
    parameter = old in analysis.trained or cells.tape.kinds[shown_by(cells.tape, old)] == FREE
    if known or not parameter or old not in cells.reads.get(node, ()):
        return None
    return "old" if only_repeats else "unlike"


def _as_far_away(analysis: Analysis, cell: Cell, first: Update) -> int | None:
    """The cell that is as far away as the old value of an update is from that update."""
    there, here = analysis.cells.cell_of[first.old], analysis.cells.cell_of[first.node]
    return analysis.cells.graph.node((there[0], cell[1] + there[1] - here[1], cell[2] + there[2] - here[2]))
