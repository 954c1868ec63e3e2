"""The smallest change of a formula that makes a cell what it is meant to be: tried, never guessed."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.primitives import PRIMITIVES
from backprop.calculus.tape import CELL, reached
from backprop.calculus.values import PendingError, UnfollowedError
from backprop.check.any_model.mistakes.shapes import shape_changes
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.slopes import alike, as_states
from backprop.check.any_model.model.states import States
from backprop.check.findings import Kind
from backprop.check.repair.candidates import candidate_changes
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import (
    Area,
    Binary,
    Bracket,
    Call,
    FormulaError,
    Node,
    NotComputableError,
    Number,
    Reference,
    references,
    walk,
)

SECONDS = 15.0  # of the processor, for the changes of a workbook that are tried
MOST_TRIED = 3_000  # changes of one formula
NEAR = 3  # rows and columns around a reference in which another may be meant
SMALL = {Kind.WRONG_REFERENCE, Kind.WRONG_ROW, Kind.SIGN, Kind.WRONG_OPERATOR, Kind.WRONG_NUMBER, Kind.FROZEN_ROW,
         Kind.MISSING_ABSOLUTE}  # changes of one sign, number or reference  # fmt: skip
MOST_IN_ROW = 120  # cells of another row that may be meant
DERIVATIVES = 40  # in a row or column that may be meant
READABLE = 14  # cells from which a missing factor is made


@dataclass(frozen=True, slots=True)
class Repaired:
    """A change that was proven: what kind, and the whole formula."""

    kind: Kind
    cell: Cell
    tree: Node


class Effort(Enum):
    """Which changes are tried."""

    NEIGHBOURS = "the formulas beside it"
    SMALL = "one reference, sign or number too"
    ALL = "factors and brackets too"


@dataclass(slots=True)
class Budget:
    """How many changes may still be tried in a workbook, and until which processor time."""

    until: float
    left: int = 8_000

    @classmethod
    def now(cls) -> "Budget":
        """All that a search may take."""
        return cls(time.process_time() + SECONDS)

    def take(self) -> bool:
        """Whether one more change may be tried."""
        self.left -= 1
        return self.left >= 0 and time.process_time() < self.until


Fits = Callable[[dict[Cell, int]], bool]  # whether the nodes that a formula gives to its cells are right


def find_repair(
    analysis: Analysis, cell: Cell, fits: Fits, budget: Budget, effort: Effort = Effort.ALL
) -> Repaired | None:
    """The first change of the formula in a cell under which its values fit."""
    graph = analysis.cells.graph
    tree = graph.formula(cell)
    if tree is None:
        neighbour = next((other for other in _neighbours(analysis, cell) if gives(analysis, cell, other, fits)), None)
        return None if neighbour is None else Repaired(Kind.HARD_CODED, cell, neighbour)
    for kind, changed in islice(_changes(analysis, cell, tree, effort), MOST_TRIED):
        if not budget.take():
            return None
        if gives(analysis, cell, changed, fits):
            return Repaired(kind, cell, changed)
    return None


def gives(analysis: Analysis, cell: Cell, tree: Node, fits: Fits) -> bool:
    """Whether a formula in a cell gives what fits."""
    try:
        values = analysis.cells.graph.follow(cell, tree)
    except (UnfollowedError, PendingError, FormulaError, NotComputableError):
        return False
    given = {at: node for at, node in values.items() if isinstance(node, int)}
    return len(given) == len(values) and fits(given)


def _changes(analysis: Analysis, cell: Cell, tree: Node, effort: Effort) -> Iterator[tuple[Kind, Node]]:
    """Changes, the likeliest first: the formula of a neighbour, one part of its own, an activation's derivative."""
    for other in _neighbours(analysis, cell):
        if other != tree:
            yield _kind_of_fill(tree, other), other
    if effort is Effort.NEIGHBOURS:
        return
    yield from shape_changes(tree)
    if effort is Effort.ALL:
        for slope in _activation_slopes(analysis, cell, tree):
            yield from slope
    stand_ins = _StandIns(analysis, cell, tree)
    for candidates in candidate_changes(tree, stand_ins, *cell[1:]):
        for index in range(len(candidates.changes)):
            repair = candidates.repair(index)
            if effort is Effort.ALL or repair.kind in SMALL:
                yield repair.kind, repair.tree


def _neighbours(analysis: Analysis, cell: Cell) -> list[Node]:
    return list(dict.fromkeys(tree for _, tree in _beside_it(analysis, cell)))


def _beside_it(analysis: Analysis, cell: Cell) -> Iterator[tuple[Cell, Node]]:
    """The cells beside one that hold a formula."""
    sheet, row, column = cell
    for by_row, by_column in ((-1, 0), (1, 0), (0, -1), (0, 1), (-2, 0), (2, 0)):
        other = sheet, row + by_row, column + by_column
        if min(other[1:]) >= 1 and (tree := analysis.cells.graph.formula(other)) is not None:
            yield other, tree


def _at_the_same_places(analysis: Analysis, cell: Cell) -> list[Reference]:
    """What the formulas beside a cell read, not as seen from there but the very same cells."""
    _, row, column = cell
    found = []
    for (_, other_row, other_column), tree in _beside_it(analysis, cell):
        for reference in references(tree):
            at_row, at_column = reference.at(other_row, other_column)
            by = (0 if reference.fixed_row else at_row - row), (0 if reference.fixed_column else at_column - column)
            if not reference.fixed_row and not reference.fixed_column:
                found.append(Reference(*by, sheet=reference.sheet))
    return list(dict.fromkeys(found))


def _kind_of_fill(tree: Node, other: Node) -> Kind:
    one, two = list(walk(tree)), list(walk(other))
    if len(one) == len(two) and all(type(a) is type(b) for a, b in zip(one, two, strict=True)):
        return Kind.WRONG_REFERENCE
    if len(one) < len(two):
        return Kind.MISSING_FACTOR
    return Kind.EXTRA_FACTOR if len(one) > len(two) else Kind.WRONG_FORMULA


class _StandIns:
    """The references that may be meant instead of one: near it, in the formula's row, read by formulas beside it."""

    def __init__(self, analysis: Analysis, cell: Cell, tree: Node) -> None:
        self.analysis, self.cell = analysis, cell
        self.own = list(dict.fromkeys(references(tree)))
        self.places = analysis.cells.at.keys()
        beside = [other for neighbour in _neighbours(analysis, cell) for other in references(neighbour)]
        self.beside = list(dict.fromkeys(beside))
        self.same_place = _at_the_same_places(analysis, cell)

    def __call__(self, old: Reference) -> list[Reference]:
        sheet, row, column = self.cell
        if old == Reference(0, 0):  # what a missing factor may be made of
            readable = [*self.own, *self.beside]
            return [reference for reference in dict.fromkeys(readable) if self._holds(reference)][:READABLE]
        found = []
        at_row, at_column = old.at(row, column)
        for by in range(1, NEAR + 1):
            for by_row, by_column in ((-by, 0), (by, 0), (0, -by), (0, by)):
                found.append(self._moved(old, by_row, by_column))
        found += [*self.own, *self.beside, *self._derivatives_like(old)]
        found += self.same_place
        if old.sheet in (None, sheet):
            in_row = sorted(place[2] for place in self.places if place[0] == sheet and place[1] == at_row)
            if at_row == row or len(in_row) <= MOST_IN_ROW:
                found += [Reference(at_row - row, at - column) for at in in_row]
        rates = (
            self.analysis.cells.cell_of[rate] for rate in self.analysis.rates if rate in self.analysis.cells.cell_of
        )
        found += [Reference(at[1], at[2], True, True, None if at[0] == sheet else at[0]) for at in sorted(rates)]
        fixed = Reference(at_row, at_column, True, True, old.sheet)
        return [reference for reference in dict.fromkeys([*found, fixed]) if self._holds(reference)]

    def _derivatives_like(self, old: Reference) -> list[Reference]:
        """The other derivatives in the row or the column of one."""
        analysis, (sheet, row, column) = self.analysis, self.cell
        at = (old.sheet or sheet, *old.at(row, column))
        node = analysis.cells.at.get(at)
        if node not in analysis.claims:
            return []
        places = (analysis.cells.cell_of[other] for other in analysis.claims)
        beside = [to for to in places if to[0] == at[0] and (to[1] == at[1] or to[2] == at[2])]
        return [self._moved(old, to[1] - at[1], to[2] - at[2]) for to in sorted(beside)[:DERIVATIVES]]

    def _moved(self, old: Reference, by_row: int, by_column: int) -> Reference:
        return Reference(old.row + by_row, old.column + by_column, old.fixed_row, old.fixed_column, old.sheet)

    def _holds(self, reference: Reference) -> bool:
        sheet, row, column = self.cell
        return (reference.sheet or sheet, *reference.at(row, column)) in self.places


def _activation_slopes(analysis: Analysis, cell: Cell, tree: Node) -> Iterator[list[tuple[Kind, Node]]]:
    """The formula times the derivative of an activation near what it reads."""
    cells = analysis.cells
    for node in _activations_near(analysis, cell):
        slope = activation_slope(analysis, node)
        if slope is None:
            continue
        whole: Node = tree if not isinstance(tree, Binary) or tree.operator in "*/^" else Bracket(tree)
        own = _beside(analysis, cells.cell_of[node], cell)
        below = _beside(analysis, cells.cell_of[cells.reads[node][0]], cell)
        yield [(Kind.MISSING_FACTOR, changed) for changed in _times_slope(slope, whole, own, below)]


def _times_slope(slope: str, whole: Node, own: Node, below: Node) -> Iterator[Node]:
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
    for _ in range(4):
        reach |= dict.fromkeys(near for near in level if _reads_one(analysis, near))
        readers = (reader for near in level for reader in graph_cells.readers.get(near, ()))
        level = dict.fromkeys(reader for reader in readers if reader in analysis.forward)
    return list(reach)[:40]


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


def affected(analysis: Analysis, wanted: int, changed: int) -> list[int]:
    """The nodes that have to be computed anew for a cell when another changes."""
    takes, given = analysis.cells.tape.takes, analysis.evaluation.given
    above = {changed}
    between = reached([wanted], lambda node: () if node <= changed or node in given else takes[node])
    found = []
    for node in sorted(between):  # what is before the changed one does not read it
        if node > changed and node not in given and any(taken in above for taken in takes[node]):
            above.add(node)
            found.append(node)
    return found


def recomputed(
    analysis: Analysis, evaluation: Evaluation, order: list[int], changed: dict[int, States]
) -> dict[int, States]:
    """The values of these nodes where some have others."""
    tape, values = analysis.cells.tape, dict(changed)
    for node in order:
        takes = [values[taken] if taken in values else evaluation.value(taken) for taken in tape.takes[node]]
        kind = tape.kinds[node]
        values[node] = takes[0] if kind == CELL else PRIMITIVES[kind].value(evaluation.arithmetic, *takes)
    return values
