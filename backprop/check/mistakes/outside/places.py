"""Which cells of a workbook are which quantity of its tables, and which formulas outside read them."""

from collections.abc import Iterator
from dataclasses import dataclass

from backprop.check.proof.answer_key import AnswerKey
from backprop.spreadsheet.book import CONSTANT, Book, Cell
from backprop.spreadsheet.contents import named
from backprop.spreadsheet.formula import Area, Bracket, Name, Node, NotComputableError, Reference, Unary, walk

MOST_CELLS = 50_000  # formulas outside the tables that are looked at
MOST_OF_AREA = 64  # cells
DEEPEST = 4  # helper cells between an update and a derivative


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a table in one of its steps; `key` is the number of its table."""

    key: int
    name: str
    step: int


class Places:
    """The cells of a workbook's tables."""

    def __init__(self, book: Book, keys: list[AnswerKey]) -> None:
        self.book, self.keys = book, keys

    def quantity(self, cell: Cell) -> Quantity | None:
        """What a cell is within the lines of a table."""
        for number, key in enumerate(self.keys):
            view = key.table.view
            if cell[0] == view.sheet.name:
                step, line = view.position(*cell[1:])
                if key.table.first <= step <= key.table.last and line in key.table.by_line:
                    return Quantity(number, key.table.by_line[line], step)
        return None

    def outside(self) -> Iterator[tuple[Cell, Node]]:
        """Every formula that stands neither in a line of a table nor beside one in the steps of several epochs."""
        seen = 0
        for sheet in self.book.sheets.values():
            for column, cells in sheet.columns.items():
                for row, tree in zip(cells.rows, cells.trees, strict=True):
                    cell = (sheet.name, row, column)
                    if tree == CONSTANT or self._within(cell) or isinstance(node := self.book.trees[tree], str):
                        continue
                    seen += 1
                    if seen > MOST_CELLS:
                        return
                    yield cell, node

    def _within(self, cell: Cell) -> bool:
        for key in self.keys:
            table = key.table
            if cell[0] == table.view.sheet.name:
                step, line = table.view.position(*cell[1:])
                if table.first <= step <= table.last and (table.first < table.last or line in table.by_line):
                    return True
        return False

    def cells_read(self, tree: Node, holder: Cell) -> Iterator[Cell]:
        """The cells that a formula there reads, those of small areas one by one."""
        for node in walk(tree):
            try:
                at = named(self.book, node, holder[0]) if isinstance(node, Name) else node
            except NotComputableError:
                continue
            if isinstance(at, Reference):
                yield (at.sheet or holder[0], *at.at(*holder[1:]))
            elif isinstance(at, Area):
                top, bottom, left, right = at.corners(*holder[1:])
                if at.size(*holder[1:]) <= MOST_OF_AREA:
                    for row in range(top, bottom + 1):
                        for column in range(left, right + 1):
                            yield at.first.sheet or holder[0], row, column

    def quantities_read(self, tree: Node, holder: Cell, depth: int = 0) -> Iterator[Quantity]:
        """The quantities that a formula there reads, also through helper cells."""
        for cell in dict.fromkeys(self.cells_read(tree, holder)):
            quantity = self.quantity(cell)
            if quantity is not None:
                yield quantity
            elif depth < DEEPEST and (formula := self.book.formula(cell)) is not None:
                yield from self.quantities_read(formula, cell, depth + 1)

    def origin(self, cell: Cell) -> Cell:
        """The cell whose content that cell only repeats, through any number of others; itself where it repeats none."""
        for _ in range(20):
            tree = self.book.formula(cell)
            while isinstance(tree, Bracket) or (isinstance(tree, Unary) and tree.operator == "+"):
                tree = tree.inside if isinstance(tree, Bracket) else tree.operand
            if not isinstance(tree, Reference):
                break
            cell = (tree.sheet or cell[0], *tree.at(*cell[1:]))
        return cell

    def label(self, cell: Cell) -> str | None:
        """The text to the left of a cell, or above it."""
        sheet = self.book.sheets[cell[0]]
        for row, column in ((cell[1], cell[2] - 1), (cell[1], cell[2] - 2), (cell[1] - 1, cell[2])):
            value = sheet.value(row, column)
            if isinstance(value, str):
                return value
        return None
