"""What a formula gives while the graph is built: a node, a text, nothing, an error, a block of these, a function."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from backprop.errors import BackpropError
from backprop.spreadsheet.book import Cell, Place


class UnfollowedError(BackpropError):
    """A formula that cannot be followed; the message says why."""


class PendingError(Exception):
    """A cell that has to be built first."""

    def __init__(self, cell: Cell) -> None:
        super().__init__(cell)
        self.cell = cell


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `cell` where one holds it, since arithmetic takes a text that is a number for the number."""

    text: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty cell: 0 to arithmetic, nothing to functions of areas."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error value."""

    code: str


BLANK = Blank()
Scalar = int | Text | Blank | Failure  # an int is a node


@dataclass(frozen=True, slots=True)
class Block:
    """Rows and columns of values, row by row; `area` (sheet, first row, first column) where it is one of cells."""

    rows: int
    columns: int
    items: tuple[Scalar, ...]
    area: tuple[str, int, int] | None = None

    def at(self, row: int, column: int) -> Scalar:
        """The value in a place, from 0."""
        return self.items[row * self.columns + column]

    def part(self, row: int, column: int, rows: int, columns: int) -> "Block":
        """A block of these, from 0."""
        if row < 0 or column < 0 or row + rows > self.rows or column + columns > self.columns:
            raise UnfollowedError("#REF!: outside the area")
        area = self.area and (self.area[0], self.area[1] + row, self.area[2] + column)
        places = product(range(row, row + rows), range(column, column + columns))
        return Block(rows, columns, tuple(self.at(r, c) for r, c in places), area)

    def transposed(self) -> "Block":
        """Rows as columns."""
        places = product(range(self.columns), range(self.rows))
        return Block(self.columns, self.rows, tuple(self.at(r, c) for c, r in places))

    def by_row(self) -> Iterator["Block"]:
        """Each row."""
        return (self.part(row, 0, 1, self.columns) for row in range(self.rows))

    def by_column(self) -> Iterator["Block"]:
        """Each column."""
        return (self.part(0, column, self.rows, 1) for column in range(self.columns))


@dataclass(frozen=True, slots=True)
class Lambda:
    """A function that a formula defines."""

    call: Callable[[tuple["Operand", ...]], "Operand"]


Operand = Scalar | Block | Lambda


def as_block(value: Operand) -> Block:
    """A single value as a block of one."""
    if isinstance(value, Lambda):
        raise UnfollowedError("#VALUE!: a LAMBDA where a value is needed")
    return value if isinstance(value, Block) else Block(1, 1, (value,))


def simplest(block: Block) -> Scalar | Block:
    """The value of a block of one; any other block."""
    return block.items[0] if len(block.items) == 1 else block


def spread(value: Operand, first: Cell, last: Place) -> dict[Cell, Scalar]:
    """What each cell of an array formula shows: a single value everywhere, one row or column repeated."""
    block = as_block(value)
    sheet, top, left = first
    if block.area is not None and (top, left) == last:  # an area as result of a formula that is no array
        block = Block(1, 1, (in_line(block, first),))
    given = {}
    for row in range(top, last[0] + 1):
        for column in range(left, last[1] + 1):
            down = 0 if block.rows == 1 else row - top
            along = 0 if block.columns == 1 else column - left
            inside = down < block.rows and along < block.columns
            given[sheet, row, column] = block.at(down, along) if inside else Failure("#N/A")
    return given


def in_line(block: Block, holder: Cell) -> Scalar:
    """The value of an area in the row or column of a cell; its first where there is none."""
    _, row, column = holder
    _, top, left = block.area or ("", row, column)
    down = row - top if block.columns == 1 and top <= row < top + block.rows else 0
    along = column - left if block.rows == 1 and left <= column < left + block.columns else 0
    return block.at(down, along)
