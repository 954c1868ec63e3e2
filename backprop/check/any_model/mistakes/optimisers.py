"""Updates held against the derivative by their parameter, directly or through what an optimiser keeps."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import added_up, leaves
from backprop.check.any_model.model.slopes import Match, Slope, stacked
from backprop.check.any_model.model.states import States
from backprop.check.any_model.model.updates import Update

DEPTH = 5  # cells between an update and the derivative that it uses, at the most


@dataclass(frozen=True, slots=True)
class Step:
    """An update that is a multiple of the negative derivative: which, by which rate, with which factor."""

    update: Update
    slope: Slope
    rate: int | None
    factor: float


@dataclass(slots=True)
class Steps:
    """The updates of a workbook: proven ones, those of one rule, and the others."""

    proven: dict[int, Step]  # by the update's node
    ruled: dict[int, int]  # update -> the cell of the derivative that it reads through what an optimiser keeps
    other: list[Update]


def change(analysis: Analysis, update: Update) -> States:
    """New less old, as the update's own formula gives it: its other terms, so that no digit is lost."""
    return analysis.values(added_up(analysis.cells.tape, update.change))


def formula_of(analysis: Analysis, node: int) -> int:
    """The node of a cell's formula."""
    takes = analysis.cells.tape.takes[node]
    return takes[0] if takes else analysis.cells.loops[node]


def rates(analysis: Analysis, update: Update) -> list[int]:
    """What may be the learning rate: factors of the change that no parameter has a part in; through a cell or two."""
    cells, tape = analysis.cells, analysis.cells.tape
    found: dict[int, None] = {}
    pending = [(term, 0) for _, term in update.change]
    while pending:
        node, depth = pending.pop(0)
        kind = tape.kinds[node]
        if kind in (CELL, FREE) and node != update.old and node not in analysis.training:
            found[node] = None
        elif kind == CELL and depth < 3 and node not in analysis.cut:
            pending.append((tape.takes[node][0], depth + 1))
        elif kind in ("*", "/", "neg", "+", "-"):
            pending += [(below, depth) for below in tape.takes[node]]
    return [node for node in found if node in cells.cell_of]


def prove_steps(analysis: Analysis) -> Steps:
    """Each update of a parameter against the derivatives by it."""
    steps = Steps({}, {}, [])
    tried = [[None, *rates(analysis, update)] for update in analysis.updates]
    matches = iter(_matches(analysis, tried))
    for update, some in zip(analysis.updates, tried, strict=True):
        step = _descends(analysis, update, list(zip(some, matches, strict=False)))
        if step is not None:
            steps.proven[update.node] = step
        elif (gradient := derivative_read(analysis, update)) is not None:
            steps.ruled[update.node] = gradient
        else:
            steps.other.append(update)
    return steps


def _matches(analysis: Analysis, tried: list[list[int | None]]) -> list[list[Match]]:
    """The derivatives that each update's change over each of what may be its rate is a multiple of, all in a row."""
    rows: list[States] = []
    with np.errstate(all="ignore"):
        for update, some in zip(analysis.updates, tried, strict=True):
            changed = change(analysis, update)
            rows += [changed if rate is None else changed / analysis.values(rate) for rate in some]
    return analysis.table.matches_of(stacked(rows))


def _descends(analysis: Analysis, update: Update, tried: list[tuple[int | None, list[Match]]]) -> Step | None:
    for rate, matches in tried:
        fitting = [match for match in matches if match.slope.by in analysis.same(update.old)]
        if fitting:
            best = max(fitting, key=lambda match: (analysis.support[match.slope.of], -abs(abs(match.factor) - 1)))
            return Step(update, best.slope, rate, best.factor)
    return None


def derivative_read(analysis: Analysis, update: Update) -> int | None:
    """The cell of the derivative by the parameter that an update reads, at once or through an optimiser's cells."""
    for node in _cells_below(analysis, update):
        claim = analysis.claims.get(node)
        if claim is not None and claim.slope.by in analysis.same(update.old):
            return node
    return None


def _cells_below(analysis: Analysis, update: Update) -> Iterator[int]:
    """The cells that an update reads beside the old value, and those that they read, nearest first."""
    cells = analysis.cells
    level = {node for _, term in update.change for node in leaves(analysis.cells.tape, term)} - {update.old}
    seen: set[int] = set()
    for _ in range(DEPTH):
        yield from sorted(level - seen)
        seen |= level
        level = {
            below
            for node in level
            if node not in analysis.claims and node not in analysis.cut
            for below in cells.reads.get(node, ())
        } - seen
