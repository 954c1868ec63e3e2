"""A workbook with some of its formulas changed; and changes that only the formulas beside a doubted cell ask for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace

from backprop.check.any_model.mistakes.steps import cells_below
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.findings import Kind
from backprop.check.repair.trees import shape, substitute
from backprop.spreadsheet.book import Book, Cell
from backprop.spreadsheet.formula import Call, Node, Reference, references

NO_SUMS = {"MEDIAN", "MAX", "MIN", "COUNT", "PRODUCT"}


@dataclass(frozen=True, slots=True)
class Change:
    """Other formulas for some cells."""

    trees: Mapping[Cell, Node]
    kind: Kind


def mended(book: Book, changes: Mapping[Cell, Node]) -> Book:
    """The workbook with these formulas in these cells; the stored values are the old ones."""
    sheets = dict(book.sheets)
    new = replace(book, sheets=sheets, trees=list(book.trees))
    numbers: dict[Node, int] = {}
    for sheet, column in {(name, column) for name, _, column in changes}:
        if sheets[sheet] is book.sheets[sheet]:
            sheets[sheet] = replace(book.sheets[sheet], columns=dict(book.sheets[sheet].columns))
        cells = sheets[sheet].columns[column]
        sheets[sheet].columns[column] = replace(cells, trees=copy(cells.trees))
    for (sheet, row, column), tree in changes.items():
        if tree not in numbers:
            numbers[tree] = len(new.trees)
            new.trees.append(tree)
        cells = sheets[sheet].columns[column]
        at = cells.index(row)
        assert at is not None, "a formula is changed where one stands"
        cells.trees[at] = numbers[tree]
    return new


def perhaps(analysis: Analysis, unchecked: Iterable[int]) -> list[Change]:
    """Changes of the doubted formulas, and of those that they read, by what stands elsewhere. The likeliest first.

    A line of doubted cells as the line beside it, of formulas of one shape; the cell that most formulas of a shape
    read; a sum in place of what sums nothing; the formula on both sides of a cell.
    """
    scope = _Scope(analysis, _doubted(analysis, unchecked))
    return [*scope.as_lines_beside(), *scope.as_most_read(), *scope.as_sums(), *scope.as_both_sides()]


def _doubted(analysis: Analysis, unchecked: Iterable[int]) -> set[int]:
    """The unchecked cells, and those between an unchecked update and the derivative that it reads."""
    updates = {update.node: update for update in analysis.updates}
    known = analysis.forward | analysis.claims.keys() | analysis.trained - analysis.cut
    found = set(unchecked)
    for node in list(found & updates.keys()):
        found |= set(cells_below(analysis, updates[node]))
    return {node for node in found & set(analysis.cells.nodes) if node not in known}


class _Scope:
    """Doubted cells by their formulas."""

    def __init__(self, analysis: Analysis, doubted: Iterable[int]) -> None:
        self.graph = analysis.cells.graph
        self.analysis = analysis
        self.cells: dict[Node, list[Cell]] = defaultdict(list)
        for cell in dict.fromkeys(self.graph.anchor(analysis.cells.cell_of[node]) for node in sorted(doubted)):
            if (tree := self.graph.formula(cell)) is not None:
                self.cells[tree].append(cell)
        every = dict.fromkeys(self.graph.anchor(analysis.cells.cell_of[node]) for node in analysis.cells.nodes)
        self.times = Counter(tree for cell in every if (tree := self.graph.formula(cell)) is not None)

    def as_lines_beside(self) -> Iterator[Change]:
        """The doubted cells of a row or column as those of the row or column beside it, the longest line first."""
        lines: dict[tuple[str, int | None, int | None, int, int], list[Cell]] = defaultdict(list)
        for sheet, row, column in (cell for cells in self.cells.values() for cell in cells):
            for by in (-1, 1):
                lines[sheet, None, column, 0, by].append((sheet, row, column))
                lines[sheet, row, None, by, 0].append((sheet, row, column))
        for (*_, down, along), cells in sorted(lines.items(), key=lambda line: -len(line[1])):
            trees: dict[Cell, Node] = {}
            for cell in cells:
                own = self.graph.formula(cell)
                beside = self.graph.formula((cell[0], cell[1] + down, cell[2] + along))
                if own is None or beside is None or shape(own) != shape(beside):
                    break
                if own != beside:
                    trees[cell] = beside
            else:
                if trees:
                    yield Change(trees, Kind.WRONG_REFERENCE)

    def as_most_read(self) -> Iterator[Change]:
        """A formula with the cell that most of its shape read in the place of one that is held by dollar signs.

        In the place of an empty one, any that it holds.
        """
        alike: dict[Node, list[list[Reference]]] = defaultdict(list)
        for tree in self.times:
            alike[shape(tree)].append(list(references(tree)))
        for tree in self._rarest_first():
            empty = self.analysis.cells.empty_settings(self.cells[tree][0])
            held = [read for read in references(tree) if read.fixed_row and read.fixed_column]
            for at, own in enumerate(references(tree)):
                if own not in held:
                    continue
                read: Counter[Reference] = Counter(other[at] for other in alike[shape(tree)])
                usual, count = read.most_common(1)[0]
                meant = [usual] if count > read[own] and usual.fixed_row and usual.fixed_column else []
                for other in dict.fromkeys((*meant, *(held if own in empty else ()))):
                    if other != own:
                        yield self._change(tree, substitute(tree, own, other), Kind.WRONG_REFERENCE)

    def as_sums(self) -> Iterator[Change]:
        """A sum where derivatives are not added up."""
        for tree in self._rarest_first():
            if isinstance(tree, Call) and tree.function.upper() in NO_SUMS:
                yield self._change(tree, replace(tree, function="SUM"), Kind.WRONG_OPERATOR)

    def as_both_sides(self) -> Iterator[Change]:
        """The formula of the cells on both sides, above and below or left and right, which are alike."""
        for tree in self._rarest_first():
            found = [self._on_both_sides(cell) for cell in self.cells[tree]]
            if found[0] is not None and found[0] != tree and len(set(found)) == 1:
                yield self._change(tree, found[0], Kind.WRONG_FORMULA)

    def _on_both_sides(self, cell: Cell) -> Node | None:
        sheet, row, column = cell
        for down, along in ((1, 0), (0, 1)):
            one, two = (self.graph.formula((sheet, row + by * down, column + by * along)) for by in (-1, 1))
            if one is not None and one == two:
                return one
        return None

    def _rarest_first(self) -> list[Node]:
        return sorted(self.cells, key=lambda tree: self.times[tree])

    def _change(self, tree: Node, other: Node, kind: Kind) -> Change:
        return Change(dict.fromkeys(self.cells[tree], other), kind)
