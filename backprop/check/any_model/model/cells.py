"""The cells of a graph: what each reads, what reads it, and the texts beside it that name it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from backprop.calculus.graph import Graph
from backprop.calculus.tape import CELL, FREE, NUMBER, Tape
from backprop.spreadsheet.book import Cell, address

LABEL_REACH = 3  # cells to the left, or rows above a block, in which its name may stand
MOST_ABOVE = 400  # rows of numbers between a column's head and a cell


class Cells:
    """The formula cells of a graph by their nodes, and the free cells that they read."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.tape = graph, graph.tape
        self.cell_of = {node: cell for cell, node in graph.formulas.items()}
        self.nodes = sorted(self.cell_of)
        self.reads = {node: self._read_by(self.tape.takes[node][0]) for node in self.nodes}
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
    def readers(self) -> dict[int, list[int]]:
        """Node of a cell -> the formula cells that read it."""
        readers = defaultdict(list)
        for node, reads in self.reads.items():
            for read in reads:
                readers[read].append(node)
        return dict(readers)

    def name(self, node: int) -> str:
        """Sheet!A1."""
        sheet, row, column = self.cell_of[node]
        return f"{sheet}!{address(row, column)}"

    def _read_by(self, formula: int) -> tuple[int, ...]:
        """The cells that a formula's node takes, through the operations within the formula."""
        kinds, takes = self.tape.kinds, self.tape.takes
        seen: set[int] = set()
        pending = [formula]
        while pending:
            node = pending.pop()
            if node not in seen:
                seen.add(node)
                if kinds[node] not in (CELL, FREE):
                    pending += takes[node]
        return tuple(sorted(node for node in seen if kinds[node] in (CELL, FREE)))

    def below(self, nodes: Iterable[int], cut: frozenset[int] | set[int] = frozenset()) -> set[int]:
        """The cells and all that they depend on; nothing below those of `cut`."""
        seen: set[int] = set()
        pending = list(nodes)
        while pending:
            node = pending.pop()
            if node not in seen:
                seen.add(node)
                if node not in cut:
                    pending += self.reads.get(node, ())
        return seen

    def labels(self, node: int) -> Iterator[str]:
        """The texts that may name a cell, the nearest first: to its left, then above its column of numbers."""
        name, row, column = self.cell_of[node]
        sheet = self.graph.book.sheets[name]
        for left in range(column - 1, max(0, column - 1 - LABEL_REACH), -1):
            value = sheet.value(row, left)
            if isinstance(value, str) and not value.startswith("#"):
                yield value
                break
            if value is not None:
                break
        if (above := self.header(node)) is not None:
            yield above

    def header(self, node: int) -> str | None:
        """The nearest text above a cell in its column."""
        name, row, column = self.cell_of[node]
        return self._headers.get((name, column), {}).get(row) or self._find_header(name, row, column)

    @cached_property
    def _headers(self) -> dict[tuple[str, int], dict[int, str | None]]:
        return defaultdict(dict)

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


def is_number(tape: Tape, node: int) -> bool:
    """Whether a node is a number that stands in a formula."""
    return tape.kinds[node] == NUMBER


def place(cell: Cell) -> str:
    """Sheet!A1."""
    return f"{cell[0]}!{address(*cell[1:])}"
