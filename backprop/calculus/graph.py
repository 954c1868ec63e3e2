"""From the cells of a workbook to the graph of all its formulas."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from backprop.calculus.follow import Following
from backprop.calculus.functions.registry import by_place
from backprop.calculus.tape import Tape
from backprop.calculus.values import BLANK, Block, Failure, PendingError, Scalar, Text, UnfollowedError, spread
from backprop.spreadsheet.book import CONSTANT, Book, Cell, Place
from backprop.spreadsheet.formula import Area, Call, FormulaError, Node, Reference, children

MOST_READ = 200_000  # cells of one area
AGREES = 1e-6  # of what is stored, for a formula to be read as the program that stored it did


@dataclass(slots=True)
class Graph:
    """The formulas of a workbook as one tape."""

    book: Book
    tape: Tape = field(default_factory=Tape)
    cells: dict[Cell, Scalar] = field(default_factory=dict)  # what each cell that anything reads holds
    formulas: dict[Cell, int] = field(default_factory=dict)  # cell -> its own node, of those that are followed
    unfollowed: dict[Cell, str] = field(default_factory=dict)  # cells with a formula that is not followed, and why
    unread: dict[Cell, str] = field(default_factory=dict)  # cells with a formula that cannot be read, and its text
    circular: dict[Cell, int] = field(default_factory=dict)  # cells that lead back to themselves -> formula's node
    anchors: dict[Cell, Cell] = field(default_factory=dict)  # cells of array formulas -> where the formula stands

    def node(self, cell: Cell) -> int | None:
        """The node of a cell that holds a number."""
        value = self.cells.get(cell)
        return value if isinstance(value, int) else None

    def anchor(self, cell: Cell) -> Cell:
        """The cell in which a cell's formula stands: its own, or the first of its array formula."""
        return self.anchors.get(cell, cell)

    def follow(self, cell: Cell, tree: Node) -> dict[Cell, Scalar]:
        """What a formula would give in a cell, or in the cells of its array; UnfollowedError where that is unknown."""
        return _Builder(self).values(cell, tree)

    def formula(self, cell: Cell) -> Node | None:
        """The formula in a cell, or of the array to which it belongs."""
        return self.book.formula(self.anchor(cell))


def build_graph(book: Book, cells: Iterable[Cell] | None = None, rounds: bool = True) -> Graph:
    """The graph of these cells and what they read; of all formulas without `cells`.

    Without `rounds` numbers that formulas round to some digits behind the point are taken as they are.
    """
    builder = _Builder(Graph(book, Tape(rounds=rounds)))
    builder.place_arrays()
    for cell in formula_cells(book) if cells is None else cells:
        builder.settle(cell)
    builder.close_circles()
    return builder.graph


def formula_cells(book: Book) -> Iterator[Cell]:
    """Every cell with a formula, sheet by sheet, row by row."""
    for name, sheet in book.sheets.items():
        places = [
            (row, number)
            for number, column in sheet.columns.items()
            for row, tree in zip(column.rows, column.trees, strict=True)
            if tree != CONSTANT
        ]
        yield from ((name, *place) for place in sorted(places))


class _Builder:
    def __init__(self, graph: Graph) -> None:
        self.graph, self.book, self.tape = graph, graph.book, graph.tape
        self.sheets = {name.lower(): sheet for name, sheet in self.book.sheets.items()}
        self.open: set[Cell] = set()
        self.cut: list[Cell] = []  # cells of circles whose formulas are still to be built

    def place_arrays(self) -> None:
        """Tell the graph which cells belong to which array formula."""
        for name, sheet in self.book.sheets.items():
            for anchor, last in sheet.arrays.items():
                for place in _places(anchor, last):
                    self.graph.anchors[name, *place] = (name, *anchor)

    def settle(self, cell: Cell) -> None:
        """Build a cell and all that it reads, without recursion: one epoch waits for all before it."""
        stack = [self.graph.anchor(cell)]
        visited: set[Cell] = set()
        while stack:
            top = stack[-1]
            if top in self.graph.cells and top not in self.open:
                stack.pop()
                continue
            tree = self.graph.formula(top)
            if tree is None:
                self.graph.cells[top] = self._constant(top)
                stack.pop()
                continue
            if top not in visited:
                visited.add(top)
                self.open.add(top)
                waiting = [other for other in self._read(tree, top) if other not in self.graph.cells]
                if self._cut_circles(waiting, stack, visited):
                    continue
                stack += [other for other in waiting if other not in self.open]
                if stack[-1] != top:
                    continue
            try:
                self._build(top, tree)
            except PendingError as pending:
                if not self._cut_circles([pending.cell], stack, visited) and pending.cell not in self.graph.cells:
                    stack.append(pending.cell)
                continue
            self.open.discard(top)
            stack.pop()

    def close_circles(self) -> None:
        """Build the formulas of cells at which circles were cut."""
        for cell in self.cut:
            tree = self.graph.formula(cell)
            if tree is not None:
                for other in self._read(tree, cell):
                    self.settle(other)
                self._build(cell, tree)

    def value(self, cell: Cell) -> Scalar:
        """What a cell holds, while the formula that reads it is followed."""
        known = self.graph.cells.get(cell)
        if known is not None:
            return known
        anchor = self.graph.anchor(cell)
        if self.graph.formula(anchor) is None:
            value = self.graph.cells[cell] = self._constant(cell)
            return value
        raise PendingError(anchor)

    def _cut_circles(self, waiting: list[Cell], stack: list[Cell], visited: set[Cell]) -> bool:
        """A cell that waits for itself is taken with the number that it shows: one step of a loop.

        Where a cell of the circle only repeats another, as a weight does its new value, it is that one, and the cells
        above it on the stack are begun anew: True.
        """
        for other in waiting:
            if other not in self.open:
                continue
            circle = stack[stack.index(other) :]
            repeating = [cell for cell in circle if isinstance(self.graph.formula(cell), Reference | Area)]
            for cell in self._of_array(repeating[-1] if repeating else other):
                self.graph.cells[cell] = self._constant(cell)
            if repeating:
                self.cut.append(repeating[-1])
                for cell in stack[stack.index(repeating[-1]) :]:
                    self.open.discard(cell)
                    visited.discard(cell)
                del stack[stack.index(repeating[-1]) :]
                return True
        return False

    def _read(self, tree: Node, holder: Cell) -> Iterator[Cell]:
        """The formula cells that a formula names."""
        pending = [tree]
        while pending:
            node = pending.pop()
            match node:
                case Reference():
                    yield from self._formulas_in(Area(node, node), holder)
                case Area():
                    yield from self._formulas_in(node, holder)
                case Call(name, arguments) if by_place(name):
                    pending += arguments[1:]
                case _:
                    pending += children(node)

    def _formulas_in(self, area: Area, holder: Cell) -> Iterator[Cell]:
        sheet = self.sheets.get((area.first.sheet or holder[0]).lower())
        if sheet is None:
            return
        top, bottom, left, right = area.corners(*holder[1:])
        for number in range(max(left, 1), right + 1):
            cells = sheet.columns.get(number)
            if cells is None:
                continue
            rows = range(top, bottom + 1)
            for at in rows if len(rows) < len(cells.rows) else [r for r in cells.rows if r in rows]:
                index = cells.index(at)
                if index is not None:
                    cell = (sheet.name, at, number)
                    anchor = self.graph.anchor(cell)
                    if cells.trees[index] != CONSTANT or anchor != cell:
                        yield anchor

    def _constant(self, cell: Cell) -> Scalar:
        """What a cell shows; a number is free, whatever formula may stand there."""
        sheet = self.book.sheets.get(cell[0])
        if sheet is None or min(cell[1:]) < 1:
            return Failure("#REF!")
        text = self.book.unread(cell)
        if text is not None:
            self.graph.unread[cell] = text
        value = sheet.value(*cell[1:])
        if isinstance(value, bool):
            return self.tape.number(int(value))
        if isinstance(value, float):
            return self.tape.free(cell, value)
        if isinstance(value, str):
            return Failure(value) if value.startswith("#") else Text(value, cell)
        is_blank = text is None and self.graph.formula(cell) is None
        return BLANK if is_blank else self.tape.free(cell, math.nan)

    def _build(self, cell: Cell, tree: Node) -> None:
        """Follow the formula of a cell, or of an array, and give its cells their nodes."""
        cells = self._of_array(cell)
        try:
            values = self.values(cell, tree)
        except (UnfollowedError, FormulaError) as error:
            values = {}
            self.graph.unfollowed[cell] = str(error)
        except RecursionError:
            values = {}
            self.graph.unfollowed[cell] = "functions nested too deeply within each other"
        for at in cells:
            value = values.get(at)
            if value is None:
                self.graph.cells.setdefault(at, self._constant(at))
            elif at in self.graph.cells and isinstance(value, int):
                self.graph.circular[at] = value
            elif isinstance(value, int):
                self.graph.cells[at] = self.graph.formulas[at] = self.tape.cell(at, value)
            else:
                self.graph.cells.setdefault(at, value)

    def values(self, cell: Cell, tree: Node) -> dict[Cell, Scalar]:
        """What the formula gives to each of its cells; as array or not, as the stored value tells where it matters."""
        first, last = self._area(cell)
        is_array = cell in self.graph.anchors
        alone = not is_array and first == last
        try:
            given = spread(Following(self, cell, array=is_array).follow(tree), cell, last)
        except UnfollowedError:
            other = self._as_array(cell, tree) if alone else None
            if other is None:
                raise
            return other
        return (self._as_array(cell, tree) if alone and self._differs(given[cell], cell) else None) or given

    def _as_array(self, cell: Cell, tree: Node) -> dict[Cell, Scalar] | None:
        """What a formula gives as an array formula, where that is the number that its cell shows."""
        if not isinstance(self.book.sheets[cell[0]].value(*cell[1:]), float):
            return None
        try:
            given = spread(Following(self, cell, array=True).follow(tree), cell, cell[1:])
        except UnfollowedError:
            return None
        return given if isinstance(given[cell], int) and not self._differs(given[cell], cell) else None

    def _differs(self, value: Scalar, cell: Cell) -> bool:
        stored = self.book.sheets[cell[0]].value(*cell[1:])
        if not isinstance(value, int) or not isinstance(stored, float) or math.isnan(stored):
            return False
        return not abs(self.tape.stored[value] - stored) <= AGREES * max(1.0, abs(stored))

    def _area(self, cell: Cell) -> tuple[Place, Place]:
        return cell[1:], self.book.sheets[cell[0]].filled_to(cell[1:])

    def _of_array(self, cell: Cell) -> list[Cell]:
        return [(cell[0], *place) for place in _places(*self._area(cell))]

    def area(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Block:
        """What cells hold; the used part alone where whole columns are meant."""
        found = self.sheets.get(sheet.lower())
        if found is None:
            raise UnfollowedError(f"#REF!: there is no sheet {sheet}")
        if rows * columns > MOST_READ:
            bottom = max((cells.rows[-1] for cells in found.columns.values() if cells.rows), default=row)
            rows, columns = max(1, min(rows, bottom - row + 1)), min(columns, max(found.columns, default=1))
            if rows * columns > MOST_READ:
                raise UnfollowedError(f"an area of more than {MOST_READ:,} cells")
        if row < 1 or column < 1:
            raise UnfollowedError("#REF!: outside the sheet")
        items = tuple(
            self.value((found.name, at_row, at_column))
            for at_row in range(row, row + rows)
            for at_column in range(column, column + columns)
        )
        return Block(rows, columns, items, (found.name, row, column))


def _places(first: Place, last: Place) -> Iterator[Place]:
    return ((row, column) for row in range(first[0], last[0] + 1) for column in range(first[1], last[1] + 1))
