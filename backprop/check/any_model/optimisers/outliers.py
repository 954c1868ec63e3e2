"""Among the cells that an optimiser keeps: one formula unlike those above and below it, which are alike."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from backprop.calculus.tape import CELL
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.findings import Finding, Kind
from backprop.spreadsheet.book import Cell, address
from backprop.spreadsheet.formula import Node, Reference, render


def carried_outliers(analysis: Analysis) -> dict[Cell, Node]:
    """Parameters of a next step that take another value than all others of that step do, with what belongs there.

    They take the new value of another parameter, or the old value, though theirs has a new one.
    """
    cells = analysis.cells
    by_node = {update.node: update for update in analysis.updates}
    at_old = {cells.cell_of[update.old]: update for update in analysis.updates}
    steps: dict[object, list[tuple[Cell, Cell]]] = defaultdict(list)
    stale: list[Cell] = []
    for update in analysis.updates:
        carried = update.old
        if cells.tape.kinds[carried] != CELL or carried in analysis.cut:
            continue
        taken, here = cells.tape.takes[carried][0], cells.cell_of[carried]
        if taken in by_node:
            before = cells.cell_of[by_node[taken].old]
            steps[here[0], before[0]].append((here, before))
        elif cells.cell_of.get(taken) in at_old:
            stale.append(here)
    found: dict[Cell, Node] = {}
    for pairs in steps.values():
        moves = Counter((here[1] - before[1], here[2] - before[2]) for here, before in pairs)
        usual, count = moves.most_common(1)[0]
        odd = [here for here, before in pairs if (here[1] - before[1], here[2] - before[2]) != usual]
        if count <= len(pairs) / 2 or count < 3:
            continue
        sheet = pairs[0][1][0]
        for here in [*odd, *(here for here in stale if here[0] == pairs[0][0][0])]:
            meant = at_old.get((sheet, here[1] - usual[0], here[2] - usual[1]))
            target = here if meant is None else cells.cell_of[meant.node]
            if target != here and cells.graph.formula(here) is not None:
                elsewhere = None if target[0] == here[0] else target[0]
                found[here] = Reference(target[1] - here[1], target[2] - here[2], sheet=elsewhere)
    return found


def carried_findings(analysis: Analysis, carried: Mapping[Cell, Node]) -> list[Finding]:
    """A finding for each of them."""
    found = []
    for cell, right in carried.items():
        sheet, *place = cell
        tree, at = analysis.cells.graph.formula(cell), address(*place)
        found.append(
            Finding(
                sheet, at, at, "carried value", Kind.WRONG_REFERENCE, "error",
                None if tree is None else f"={render(tree, *place)}", f"={render(right, *place)}",
                "takes another value than the others of its step do, which take their new ones",
            )
        )  # fmt: skip
    return found
