"""The smallest change of a formula that makes a cell what it is meant to be: tried, never guessed."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations, islice

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.primitives import PRIMITIVES
from backprop.calculus.tape import CELL, reached
from backprop.calculus.values import PendingError, UnfollowedError
from backprop.check.any_model.mending.activations import activation_slopes
from backprop.check.any_model.mending.optimisers import optimiser_changes
from backprop.check.any_model.mending.shapes import count_changes, shape_changes
from backprop.check.any_model.mending.siblings import Sibling
from backprop.check.any_model.mending.stand_ins import (
    StandIns,
    held_neighbours,
    neighbours,
    old_values,
    same_neighbours,
)
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves
from backprop.check.any_model.model.states import States
from backprop.check.findings import Kind
from backprop.check.repair.candidates import candidate_changes
from backprop.check.repair.trees import negated, positions, shape, substitute, without_let
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import (
    Area,
    Binary,
    Call,
    FormulaError,
    Node,
    NotComputableError,
    Number,
    Reference,
    Unary,
    transform,
    walk,
)

SECONDS = 15.0  # of the processor, for the changes of a workbook that are tried
MOST_TRIED = 3_000  # changes of one formula
REFERENCES = {Kind.WRONG_REFERENCE, Kind.WRONG_ROW, Kind.SIGN, Kind.FROZEN_ROW, Kind.MISSING_ABSOLUTE}
MOST_FOREIGN = 5  # references of a neighbour's formula that another does not have


@dataclass(frozen=True, slots=True)
class Repaired:
    """A change that was proven: what kind, and the whole formula."""

    kind: Kind
    cell: Cell
    tree: Node


class Effort(Enum):
    """Which changes are tried."""

    NEIGHBOURS = "the formulas beside it"
    OPTIMISER = "a root, a square, a power, two numbers exchanged"
    REFERENCES = "one reference or sign too"
    SMALL = "one operator or number too"
    ALL = "factors and brackets too"


@dataclass(slots=True)
class Budget:
    """How many changes may still be tried in a workbook, and until which processor time."""

    until: float
    left: int = 12_000
    searched: int = 0  # cells for which a repair was looked for

    @classmethod
    def now(cls, seconds: float = SECONDS) -> "Budget":
        """All that a search may take."""
        return cls(time.process_time() + seconds)

    def take(self) -> bool:
        """Whether one more change may be tried."""
        self.left -= 1
        return self.left >= 0 and time.process_time() < self.until


ALLOWED = {Effort.REFERENCES: REFERENCES, Effort.SMALL: REFERENCES | {Kind.WRONG_OPERATOR, Kind.WRONG_NUMBER}}
Fits = Callable[[dict[Cell, int]], bool]  # whether the nodes that a formula gives to its cells are right


def find_repair(
    analysis: Analysis,
    cell: Cell,
    fits: Fits,
    budget: Budget,
    effort: Effort = Effort.ALL,
    also: Sequence[Sibling] = (),
) -> Repaired | None:
    """The first change of the formula in a cell, and in those of `also` that hold it too, under which values fit."""
    graph = analysis.cells.graph
    tree = graph.formula(cell)
    if tree is None:
        neighbour = next((other for other in neighbours(analysis, cell) if gives(analysis, cell, other, fits)), None)
        return None if neighbour is None else Repaired(Kind.HARD_CODED, cell, neighbour)
    for kind, changed in islice(_changes(analysis, cell, tree, effort), MOST_TRIED):
        if not budget.take():
            return None
        if gives(analysis, cell, changed, fits, also):
            return Repaired(kind, cell, changed)
    return None


def gives(analysis: Analysis, cell: Cell, tree: Node, fits: Fits, also: Sequence[Sibling] = ()) -> bool:
    """Whether a formula in a cell, and in those of `also`, gives what fits."""
    try:
        values = analysis.cells.graph.follow(cell, tree)
        for other in also:
            values |= analysis.cells.graph.follow(other.cell, other.formula(tree))
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
    if effort is Effort.OPTIMISER:
        yield from optimiser_changes(tree)
        return
    for other in neighbours(analysis, cell):
        if other != tree:
            yield _kind_of_fill(tree, other), other
    for other in (*neighbours(analysis, cell), *held_neighbours(analysis, cell)):
        yield from ((_kind_of_fill(tree, changed), changed) for changed in _with_own_references(tree, other))
    for other in same_neighbours(analysis, cell):
        for changed in _with_own_references(tree, other):
            if (kind := _kind_of_fill(tree, changed)) is Kind.MISSING_FACTOR:
                yield kind, changed
    if effort is Effort.NEIGHBOURS:
        return
    yield from ((Kind.WRONG_REFERENCE, changed) for changed in old_values(analysis, cell, tree))
    yield Kind.SIGN, negated(tree)
    yield from ((Kind.MISSING_ABSOLUTE, changed) for changed in _held(analysis, cell, tree))
    yield from shape_changes(tree)
    if effort is Effort.ALL:
        for slope in activation_slopes(analysis, cell, tree):
            yield from ((_kind_of_slope(kind, tree, changed), changed) for kind, changed in slope)
    yield from _own_changes(analysis, cell, tree, effort)
    if (plain := without_let(tree)) != tree:
        yield from _own_changes(analysis, cell, plain, effort)
    if effort is Effort.ALL:
        yield from count_changes(tree)


def _held(analysis: Analysis, cell: Cell, tree: Node) -> Iterator[Node]:
    """The formula with a range or a reference held where the first cell of its fill has it: $ was forgotten."""
    book, first = analysis.cells.graph.book, cell
    for down, along in ((1, 0), (0, 1)):
        while book.tree((cell[0], first[1] - down, first[2] - along)) == book.tree(cell) and first[1] * first[2] > 1:
            first = (cell[0], first[1] - down, first[2] - along)
        if first == cell:
            continue

        def held(read: Reference, first: Cell = first) -> Reference:
            return Reference(*read.at(*first[1:]), fixed_row=True, fixed_column=True, sheet=read.sheet)

        for node, rebuild in positions(tree):
            if isinstance(node, Area) and not (node.first.fixed_row and node.first.fixed_column):
                yield rebuild(Area(held(node.first), held(node.last)))
            elif isinstance(node, Reference) and not (node.fixed_row and node.fixed_column):
                yield rebuild(held(node))
        return


def _own_changes(analysis: Analysis, cell: Cell, tree: Node, effort: Effort) -> Iterator[tuple[Kind, Node]]:
    """Changes of one part of a formula."""
    stand_ins = StandIns(analysis, cell, tree)
    for candidates in candidate_changes(tree, stand_ins, *cell[1:]):
        for index in range(len(candidates.changes)):
            repair = candidates.repair(index)
            if effort is Effort.ALL or repair.kind in ALLOWED[effort]:
                yield repair.kind, repair.tree


def _with_own_references(tree: Node, other: Node) -> Iterator[Node]:
    """The formula of a neighbour with cells and ranges that only it has exchanged for those that only this has."""
    own, others = _read(tree), _read(other)
    foreign, missing = [old for old in others if old not in own], [new for new in own if new not in others]
    if shape(tree) != shape(other) and len(foreign) <= MOST_FOREIGN:
        for old in foreign:
            yield from (substitute(other, old, new) for new in missing if type(new) is type(old))
        for chosen in combinations(foreign, len(missing)) if len(missing) > 1 else ():
            changed = other
            for old, new in zip(chosen, missing, strict=True):
                changed = substitute(changed, old, new)
            yield changed


def _read(tree: Node) -> list[Node]:
    """The cells and the ranges that a formula reads."""
    return list(dict.fromkeys(node for node in walk(tree) if isinstance(node, Reference | Area)))


def _kind_of_slope(kind: Kind, tree: Node, changed: Node) -> Kind:
    return kind if (fill := _kind_of_fill(tree, changed)) is Kind.EXTRA_FACTOR else fill


def _kind_of_fill(tree: Node, other: Node) -> Kind:
    if negated(tree) == other or _without_signs(tree) == _without_signs(other):
        return Kind.SIGN
    one, two = list(walk(tree)), list(walk(other))
    if len(one) == len(two) and all(type(a) is type(b) for a, b in zip(one, two, strict=True)):
        return _kind_of_change(one, two)
    if len(one) < len(two) and Counter(_names(one)) <= Counter(_names(two)):
        return Kind.MISSING_FACTOR
    return Kind.EXTRA_FACTOR if len(one) > len(two) else Kind.WRONG_FORMULA


def _names(nodes: Iterable[Node]) -> Iterator[object]:
    """What a formula calls and reads."""
    for node in nodes:
        if isinstance(node, Call):
            yield node.function
        elif isinstance(node, Reference | Area):
            yield node


def _without_signs(tree: Node) -> Node:
    """The formula without a minus before any part."""
    return transform(tree, lambda node: node.operand if isinstance(node, Unary) and node.operator == "-" else node)


def _kind_of_change(one: list[Node], two: list[Node]) -> Kind:
    """What differs between formulas of one shape."""
    if [node for node in one if isinstance(node, Reference | Area)] != [
        node for node in two if isinstance(node, Reference | Area)
    ]:
        return Kind.WRONG_REFERENCE
    operators = [
        {a.operator, b.operator}
        for a, b in zip(one, two, strict=True)
        if isinstance(a, Binary | Unary) and isinstance(b, Binary | Unary) and a.operator != b.operator
    ]
    if operators:
        return Kind.SIGN if all(pair == {"+", "-"} for pair in operators) else Kind.WRONG_OPERATOR
    numbers = [node for node in one if isinstance(node, Number)] != [node for node in two if isinstance(node, Number)]
    return Kind.WRONG_NUMBER if numbers else Kind.WRONG_OPERATOR


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
