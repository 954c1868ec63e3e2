"""The cells of a graph: what each reads, what reads it, and the texts beside it that name it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from backprop.calculus.graph import Graph
from backprop.calculus.tape import CELL, FREE, Tape, reached
from backprop.spreadsheet.book import CONSTANT, Cell, Sheet, address
from backprop.spreadsheet.formula import Reference, references

LABEL_REACH = 4  # cells to the left, or rows above a block, in which its name may stand
MOST_ABOVE = 400  # rows of numbers between a column's head and a cell


class Cells:
    """The formula cells of a graph by their nodes, and the free cells that they read."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.tape = graph, graph.tape
        self._headers: dict[tuple[str, int], dict[int, str | None]] = defaultdict(dict)
        self._first: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)  # by row, column
        self.cell_of = {node: cell for cell, node in graph.formulas.items()}
        self.nodes = sorted(self.cell_of)
        self.reads = {node: tuple(sorted(leaves(self.tape, self.tape.takes[node][0]))) for node in self.nodes}
        self.loops = {}  # free node of a cell that leads back to itself -> what its formula gives
        for cell, formula in graph.circular.items():
            node = graph.node(cell)
            if node is not None:
                self.loops[node] = formula
                self.cell_of[node] = cell
        free = {read for reads in self.reads.values() for read in reads if self.tape.kinds[read] == FREE}
        self.free = sorted(node for node in free if isinstance(self.tape.contents[node], tuple))
        for node in self.free:
            self.cell_of[node] = self.tape.contents[node]  # type: ignore[assignment]

    @cached_property
    def at(self) -> dict[Cell, int]:
        """The nodes of the cells by their places."""
        return {cell: node for node, cell in self.cell_of.items()}

    @cached_property
    def readers(self) -> dict[int, list[int]]:
        """Node of a cell -> the formula cells that read it."""
        readers = defaultdict(list)
        for node, reads in self.reads.items():
            for read in reads:
                readers[read].append(node)
        return dict(readers)

    def tree(self, node: int) -> int | None:
        """The number of a cell's formula, the same where it is filled; in an array that of its first cell."""
        return self.graph.book.tree(self.graph.anchor(self.cell_of[node]))

    def name(self, node: int) -> str:
        """Sheet!A1."""
        sheet, row, column = self.cell_of[node]
        return f"{sheet}!{address(row, column)}"

    def below(self, nodes: Iterable[int], cut: frozenset[int] | set[int] = frozenset()) -> set[int]:
        """The cells and all that they depend on; nothing below those of `cut`."""
        return reached(nodes, lambda node: () if node in cut else self.reads.get(node, ()))

    def labels(self, node: int) -> Iterator[str]:
        """The texts that may name a cell, the nearest first: left of its filled row, above its column of numbers."""
        return self.texts_of(self.cell_of[node])

    def texts_of(self, cell: Cell) -> Iterator[str]:
        """The same of a cell that need hold no formula."""
        name, row, column = cell
        sheet = self.graph.book.sheets[name]
        first = self._first_of_run(sheet, row, column)
        for left in range(first - 1, max(0, first - 1 - LABEL_REACH), -1):
            value = sheet.value(row, left)
            if isinstance(value, str) and not value.startswith("#"):
                yield value
                break
            if value is not None:
                break
        if (above := self._header(cell)) is not None:
            yield above

    def _first_of_run(self, sheet: Sheet, row: int, column: int) -> int:
        """The first column of the cells up to this one that hold its formula, filled to the right."""
        known, tree, left = self._first[sheet.name, row], sheet.tree(row, column), column
        while tree != CONSTANT and left not in known and left > 1 and sheet.tree(row, left - 1) == tree:
            left -= 1
        known[column] = known.get(left, left)
        return known[column]

    def empty_settings(self, cell: Cell) -> list[Reference]:
        """What the formula in a cell holds by dollar signs, though nothing stands there."""
        tree = self.graph.formula(cell)
        held = [] if tree is None else [read for read in references(tree) if read.fixed_row and read.fixed_column]
        return [read for read in held if self.graph.book.tree((read.sheet or cell[0], *read.at(*cell[1:]))) is None]

    def header(self, node: int) -> str | None:
        """The nearest text above a cell in its column."""
        return self._header(self.cell_of[node])

    def _header(self, cell: Cell) -> str | None:
        name, row, column = cell
        known = self._headers[name, column]
        return known[row] if row in known else self._find_header(name, row, column)

    def _find_header(self, name: str, row: int, column: int) -> str | None:
        sheet, known = self.graph.book.sheets[name], self._headers[name, column]
        found = None
        for above in range(row - 1, max(0, row - 1 - MOST_ABOVE), -1):
            if above in known:
                found = known[above]
                break
            value = sheet.value(above, column)
            if isinstance(value, str) and not value.startswith("#"):
                found = value
                break
        known[row] = found
        return found


def terms(tape: Tape, node: int) -> list[tuple[int, int]]:
    """(sign, node) of what is added up in a node."""
    found: list[tuple[int, int]] = []
    pending = [(1, node)]
    while pending:
        sign, top = pending.pop()
        match tape.kinds[top], tape.takes[top]:
            case "+", (one, two):
                pending += [(sign, two), (sign, one)]
            case "-", (one, two):
                pending += [(-sign, two), (sign, one)]
            case "neg", (one,):
                pending.append((-sign, one))
            case _:
                found.append((sign, top))
    return found


def difference(tape: Tape, node: int) -> tuple[int, int] | None:
    """What a node subtracts from what, however it is written: a - b, -b + a, a + -1*b."""
    kind, taken = tape.kinds[node], tape.takes[node]
    if kind == "-":
        return taken[0], taken[1]
    for one, other in (taken, taken[::-1]) if kind == "+" else ():
        if (subtracted := _negated(tape, other)) is not None and _negated(tape, one) is None:
            return one, subtracted
    return None


def _negated(tape: Tape, node: int) -> int | None:
    taken = tape.takes[node]
    if tape.kinds[node] == "neg":
        return taken[0]
    if tape.kinds[node] == "*":
        return next((other for one, other in (taken, taken[::-1]) if tape.exact(one) == -1), None)
    return None


def added_up(tape: Tape, added: Iterable[tuple[int, int]]) -> int:
    """The node of a sum of (sign, node)."""
    total = tape.number(0)
    for sign, node in added:
        total = tape.apply("+" if sign > 0 else "-", total, node)
    return total


def within(tape: Tape, node: int) -> set[int]:
    """The nodes of a formula, down to the cells that it reads, those included."""
    return reached([node], lambda top: () if tape.kinds[top] in (CELL, FREE) else tape.takes[top])


def leaves(tape: Tape, node: int) -> set[int]:
    """The cells that a formula's node takes, through the operations within the formula."""
    return {top for top in within(tape, node) if tape.kinds[top] in (CELL, FREE)}


def shown_by(tape: Tape, node: int) -> int:
    """What a cell shows: the node of its formula, through cells that only repeat others."""
    while tape.kinds[node] == CELL:
        node = tape.takes[node][0]
    return node
