"""The smallest change of a formula that makes a cell what it is meant to be: tried, never guessed."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.primitives import PRIMITIVES
from backprop.calculus.tape import CELL, reached
from backprop.calculus.values import PendingError, UnfollowedError
from backprop.check.any_model.mending.activations import activation_slopes
from backprop.check.any_model.mending.shapes import shape_changes
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves
from backprop.check.any_model.model.states import States
from backprop.check.findings import Kind
from backprop.check.repair.candidates import candidate_changes
from backprop.check.repair.trees import negated, shape, substitute, without_let
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import (
    FormulaError,
    Node,
    NotComputableError,
    Reference,
    references,
    walk,
)

SECONDS = 15.0  # of the processor, for the changes of a workbook that are tried
MOST_TRIED = 3_000  # changes of one formula
NEAR = 3  # rows and columns around a reference in which another may be meant
REFERENCES = {Kind.WRONG_REFERENCE, Kind.WRONG_ROW, Kind.SIGN, Kind.FROZEN_ROW, Kind.MISSING_ABSOLUTE}
MOST_FOREIGN = 3  # references of a neighbour's formula that another does not have
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
    REFERENCES = "one reference or sign too"
    SMALL = "one operator or number too"
    ALL = "factors and brackets too"


@dataclass(slots=True)
class Budget:
    """How many changes may still be tried in a workbook, and until which processor time."""

    until: float
    left: int = 8_000
    searched: int = 0  # cells for which a repair was looked for

    @classmethod
    def now(cls) -> "Budget":
        """All that a search may take."""
        return cls(time.process_time() + SECONDS)

    def take(self) -> bool:
        """Whether one more change may be tried."""
        self.left -= 1
        return self.left >= 0 and time.process_time() < self.until


ALLOWED = {Effort.REFERENCES: REFERENCES, Effort.SMALL: REFERENCES | {Kind.WRONG_OPERATOR, Kind.WRONG_NUMBER}}
Fits = Callable[[dict[Cell, int]], bool]  # whether the nodes that a formula gives to its cells are right


def find_repair(
    analysis: Analysis, cell: Cell, fits: Fits, budget: Budget, effort: Effort = Effort.ALL, also: Sequence[Cell] = ()
) -> Repaired | None:
    """The first change of the formula in a cell, and in those of `also` that hold it too, under which values fit."""
    graph = analysis.cells.graph
    tree = graph.formula(cell)
    if tree is None:
        neighbour = next((other for other in _neighbours(analysis, cell) if gives(analysis, cell, other, fits)), None)
        return None if neighbour is None else Repaired(Kind.HARD_CODED, cell, neighbour)
    for kind, changed in islice(_changes(analysis, cell, tree, effort), MOST_TRIED):
        if not budget.take():
            return None
        if gives(analysis, cell, changed, fits, also):
            return Repaired(kind, cell, changed)
    return None


def gives(analysis: Analysis, cell: Cell, tree: Node, fits: Fits, also: Sequence[Cell] = ()) -> bool:
    """Whether a formula in a cell, and in those of `also`, gives what fits."""
    try:
        values = analysis.cells.graph.follow(cell, tree)
        for other in also:
            values |= analysis.cells.graph.follow(other, tree)
    except (UnfollowedError, PendingError, FormulaError, NotComputableError):
        return False
    given = {at: node for at, node in values.items() if isinstance(node, int)}
    return len(given) == len(values) and fits(given) and not _leads_back(analysis, given)


def _leads_back(analysis: Analysis, given: dict[Cell, int]) -> bool:
    """Whether a formula would read its own cell, at once or through others."""
    cells = analysis.cells
    for at, formula in given.items():
        own = cells.at.get(at)
        later = [leaf for leaf in leaves(cells.tape, formula) if own is not None and leaf >= own]
        if later and own in cells.below(later):
            return own not in cells.loops
    return False


def _changes(analysis: Analysis, cell: Cell, tree: Node, effort: Effort) -> Iterator[tuple[Kind, Node]]:
    """Changes, the likeliest first: the formula of a neighbour, one part of its own, an activation's derivative."""
    for other in _neighbours(analysis, cell):
        if other != tree:
            yield _kind_of_fill(tree, other), other
    for other in _neighbours(analysis, cell):
        yield from ((_kind_of_fill(tree, changed), changed) for changed in _with_own_references(tree, other))
    if effort is Effort.NEIGHBOURS:
        return
    yield Kind.SIGN, negated(tree)
    yield from shape_changes(tree)
    if effort is Effort.ALL:
        for slope in activation_slopes(analysis, cell, tree):
            yield from slope
    yield from _own_changes(analysis, cell, tree, effort)
    if (plain := without_let(tree)) != tree:
        yield from _own_changes(analysis, cell, plain, effort)


def _own_changes(analysis: Analysis, cell: Cell, tree: Node, effort: Effort) -> Iterator[tuple[Kind, Node]]:
    """Changes of one part of a formula."""
    stand_ins = _StandIns(analysis, cell, tree)
    for candidates in candidate_changes(tree, stand_ins, *cell[1:]):
        for index in range(len(candidates.changes)):
            repair = candidates.repair(index)
            if effort is Effort.ALL or repair.kind in ALLOWED[effort]:
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
    names = list(analysis.cells.graph.book.sheets)
    at = names.index(sheet)
    for name in (*names[max(0, at - 1) : at], *names[at + 1 : at + 2]):  # a sheet a step
        if (tree := analysis.cells.graph.formula((name, row, column))) is not None:
            yield (name, row, column), tree


def _with_own_references(tree: Node, other: Node) -> Iterator[Node]:
    """The formula of a neighbour with one of the references that only it has exchanged for one that only this has."""
    own, others = dict.fromkeys(references(tree)), dict.fromkeys(references(other))
    foreign, missing = [old for old in others if old not in own], [new for new in own if new not in others]
    if shape(tree) != shape(other) and len(foreign) <= MOST_FOREIGN:
        for old in foreign:
            for new in missing:
                yield substitute(other, old, new)


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


def affected(analysis: Analysis, wanted: int, changed: Collection[int]) -> list[int]:
    """The nodes that have to be computed anew for a cell when others change."""
    takes, given = analysis.cells.tape.takes, analysis.evaluation.given
    above, first = set(changed), min(changed)
    between = reached([wanted], lambda node: () if node <= first or node in given else takes[node])
    found = []
    for node in sorted(between):  # what is before the changed ones does not read them
        if node > first and node not in given and node not in changed and any(taken in above for taken in takes[node]):
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
