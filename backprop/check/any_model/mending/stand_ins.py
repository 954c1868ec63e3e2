"""The cells that may be meant where a formula reads another: near it, in its row, read by the formulas beside it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from backprop.check.any_model.model.analysis import Analysis
from backprop.check.repair.trees import positions, substitute
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Area, Node, Reference, references, transform

NEAR = 3  # rows and columns around a reference in which another may be meant
BESIDE = ((-1, 0), (1, 0), (0, -1), (0, 1))
MOST_IN_ROW = 120  # cells of another row that may be meant
DERIVATIVES = 40  # in a row or column that may be meant
LARGEST = 400  # cells of a block
READABLE = 14  # cells from which a missing factor is made


class StandIns:
    """The references that may be meant instead of one: near it, in the formula's row, read by formulas beside it."""

    def __init__(self, analysis: Analysis, cell: Cell, tree: Node) -> None:
        self.analysis, self.cell = analysis, cell
        self.own = list(dict.fromkeys(references(tree)))
        self.places = analysis.cells.at.keys()
        beside = [other for neighbour in neighbours(analysis, cell) for other in references(neighbour)]
        self.beside = list(dict.fromkeys(beside))
        self.same_place = _at_the_same_places(analysis, cell)

    def __call__(self, old: Reference) -> list[Reference]:
        """Those for one reference of the formula; for Reference(0, 0) what a missing factor may be made of."""
        sheet, row, column = self.cell
        if old == Reference(0, 0):
            readable = [*self.own, *self.beside, *self._partners()]
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
            if self._is_empty(old):
                in_column = sorted(place[1] for place in self.places if place[::2] == (sheet, at_column))
                found += [Reference(at - row, at_column - column) for at in in_column[:MOST_IN_ROW]]
        found += [Reference(at[1], at[2], True, True, None if at[0] == sheet else at[0]) for at in self._settings()]
        found += [self._moved(own, *by) for own in self.own for by in BESIDE]
        fixed = Reference(at_row, at_column, True, True, old.sheet)
        return [reference for reference in dict.fromkeys([*found, fixed]) if self._holds(reference)]

    def _partners(self) -> list[Reference]:
        """What the formulas of the model multiply with what is read: the weight beside an activation."""
        cells, (sheet, row, column) = self.analysis.cells, self.cell
        own = (cells.at.get((one.sheet or sheet, *one.at(row, column))) for one in self.own)
        readers = [reader for node in own if node is not None for reader in cells.readers.get(node, ())]
        read = (at for reader in readers if reader in self.analysis.forward for at in cells.reads[reader])
        places = (cells.cell_of[node] for node in dict.fromkeys(read) if node in cells.cell_of)
        return [Reference(at[1] - row, at[2] - column, sheet=None if at[0] == sheet else at[0]) for at in places]

    def _settings(self) -> list[Cell]:
        """The rates of the updates, and the typed numbers that formulas beside read by a fixed address."""
        cells = self.analysis.cells
        found = self.analysis.rates | self.analysis.settings
        return sorted(cells.cell_of[node] for node in found if node in cells.cell_of)

    def _is_empty(self, reference: Reference) -> bool:
        sheet, row, column = self.cell
        named = self.analysis.cells.graph.book.sheets.get(reference.sheet or sheet)
        return named is not None and named.value(*reference.at(row, column)) is None

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


def neighbours(analysis: Analysis, cell: Cell) -> list[Node]:
    """The formulas of the cells beside one, as they would read if filled into it."""
    return list(dict.fromkeys(tree for _, tree in _beside_it(analysis, cell)))


def held_neighbours(analysis: Analysis, cell: Cell) -> list[Node]:
    """The same, with one of the cells that each reads where it is: the step's number, which stands once in a row."""
    _, row, column = cell
    found: dict[Node, None] = {}
    for (_, other_row, other_column), tree in _beside_it(analysis, cell):
        for old in dict.fromkeys(references(tree)):
            down = 0 if old.fixed_row else other_row - row
            along = 0 if old.fixed_column else other_column - column
            if down or along:
                found[substitute(tree, old, replace(old, row=old.row + down, column=old.column + along))] = None
    return list(found)


def same_neighbours(analysis: Analysis, cell: Cell) -> list[Node]:
    """The formulas of the cells beside one, reading the very same cells there: without dollar signs."""
    _, row, column = cell
    found = []
    for (_, other_row, other_column), tree in _beside_it(analysis, cell):
        found.append(transform(tree, partial(_seen, down=other_row - row, along=other_column - column)))
    return list(dict.fromkeys(found))


def _seen(node: Node, down: int, along: int) -> Node:
    """The very cells that a formula reads, from a cell so far away."""
    match node:
        case Area(first, last):
            return Area(*(_moved_to(end, down, along) for end in (first, last)))
        case Reference():
            return _moved_to(node, down, along)
    return node


def _moved_to(read: Reference, down: int, along: int) -> Reference:
    row, column = (0 if read.fixed_row else down), (0 if read.fixed_column else along)
    return replace(read, row=read.row + row, column=read.column + column)


def _beside_it(analysis: Analysis, cell: Cell) -> Iterator[tuple[Cell, Node]]:
    """The cells beside one that hold a formula."""
    sheet, row, column = cell
    for by_row, by_column in ((-1, 0), (1, 0), (0, -1), (0, 1), (-2, 0), (2, 0), (0, -2), (0, 2)):
        other = sheet, row + by_row, column + by_column
        if min(other[1:]) >= 1 and (tree := analysis.cells.graph.formula(other)) is not None:
            yield other, tree
    names = list(analysis.cells.graph.book.sheets)
    at = names.index(sheet)
    for name in (*names[max(0, at - 1) : at], *names[at + 1 : at + 2]):  # a sheet a step
        if (tree := analysis.cells.graph.formula((name, row, column))) is not None:
            yield (name, row, column), tree


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


def old_values(analysis: Analysis, cell: Cell, tree: Node) -> Iterator[Node]:
    """The formula with a block of new values exchanged for the old ones, where all are as far away."""
    old = {update.node: update.old for update in analysis.updates}
    cells = analysis.cells
    for node, rebuild in positions(tree):
        if not isinstance(node, Area):
            continue
        top, bottom, left, right = node.corners(*cell[1:])
        sheet = node.first.sheet or cell[0]
        if (bottom - top + 1) * (right - left + 1) > LARGEST:
            continue
        new = [
            cells.at.get((sheet, row, column)) for row in range(top, bottom + 1) for column in range(left, right + 1)
        ]
        away = {
            _away(cells.cell_of[each], cells.cell_of[old[each]]) for each in new if each is not None and each in old
        }
        if len(away) == 1 and all(each in old for each in new):
            ((there, down, along),) = away
            ends = (
                replace(end, row=end.row + down, column=end.column + along, sheet=None if there == cell[0] else there)
                for end in (node.first, node.last)
            )
            yield rebuild(Area(*ends))


def _away(new: Cell, old: Cell) -> tuple[str, int, int]:
    return old[0], old[1] - new[1], old[2] - new[2]
