"""What an update adds to its parameter: the change, the rates in it, and the cell that it takes for its derivative."""

from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import added_up, leaves, shown_by, terms
from backprop.check.any_model.model.slopes import ratio
from backprop.check.any_model.model.states import States
from backprop.check.any_model.model.updates import Update


def change(analysis: Analysis, update: Update) -> States:
    """New less old, as the update's own formula gives it: its other terms, so that no digit is lost."""
    return analysis.values(added_up(analysis.cells.tape, update.change))


def formula_of(analysis: Analysis, node: int) -> int:
    """The node of a cell's formula."""
    takes = analysis.cells.tape.takes[node]
    return takes[0] if takes else analysis.cells.loops[node]


def rates(analysis: Analysis, update: Update) -> list[int]:
    """What may be the learning rate: factors of the change in which neither a parameter has a part nor the model.

    Through a cell or two.
    """
    cells, tape = analysis.cells, analysis.cells.tape
    found: dict[int, None] = {}
    pending = [(term, 0) for _, term in update.change]
    while pending:
        node, depth = pending.pop(0)
        kind = tape.kinds[node]
        model = node in analysis.training or node in analysis.forward or shown_by(tape, node) in analysis.starts
        if kind in (CELL, FREE) and not model:
            found[node] = None
        elif kind == CELL and depth < 3 and node not in analysis.cut:
            pending.append((tape.takes[node][0], depth + 1))
        elif kind in ("*", "/", "neg", "+", "-"):
            pending += [(below, depth) for below in tape.takes[node]]
    return [node for node in found if node in cells.cell_of]


def gradient_cell(analysis: Analysis, update: Update) -> int | None:
    """The cell which an update takes times the rate from the old value."""
    cells, tape = analysis.cells, analysis.cells.tape
    changed = change(analysis, update)
    level = [formula_of(analysis, update.node)]
    found = None
    for _ in range(3):
        read = {node for top in level for node in leaves(tape, top)} - {update.old}
        candidates = [node for node in read if node in analysis.training and tape.kinds[node] == CELL]
        fitting = [node for node in candidates if _times_rate(analysis, update, changed, node)]
        if len(fitting) != 1 or fitting[0] in analysis.cut:
            break
        found = fitting[0]
        if found in analysis.claims:
            break
        level = [tape.takes[found][0]]
        below = [node for node in cells.reads.get(found, ()) if node in analysis.training]
        if len(below) != 1 or not any(tape.kinds[node] == FREE for node in cells.reads.get(found, ())):
            break
        if not set(cells.reads[found]) & set(rates(analysis, update)) or below[0] in analysis.forward:
            break
    return found


def loss_added_up(analysis: Analysis, cell: int, parameter: int) -> int | None:
    """The loss that adds up others, of which a cell adds up the derivatives by a parameter; None where none does."""
    tape, same = analysis.cells.tape, analysis.same(parameter)
    claims = (analysis.claims[node].slope for _, node in _terms_of(analysis, cell) if node in analysis.claims)
    parts = {slope.of for slope in claims if slope.by in same}
    for loss in analysis.losses if parts and tape.kinds[cell] == CELL else ():
        if loss in analysis.cells.reads and not parts.isdisjoint({node for _, node in _terms_of(analysis, loss)}):
            return loss
    return None


def _terms_of(analysis: Analysis, cell: int) -> list[tuple[int, int]]:
    """What the formula of a cell adds up; nothing where it adds up nothing."""
    found = terms(analysis.cells.tape, formula_of(analysis, cell))
    return found if len(found) > 1 else []


def _times_rate(analysis: Analysis, update: Update, changed: States, node: int) -> bool:
    for rate in [None, *rates(analysis, update)]:
        values = changed if rate is None else changed / analysis.values(rate)
        if ratio(values, analysis.values(node)) is not None:
            return True
    return False
