"""The table of functions. Adding one is adding a function with `@function(...)`."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeVar

from backprop.calculus.tape import Tape
from backprop.calculus.terms import Term
from backprop.calculus.values import BLANK, Blank, Block, Failure, Lambda, Operand, Scalar, UnfollowedError, as_block
from backprop.spreadsheet.book import Cell, Place
from backprop.spreadsheet.formula import Name, Node

MANY = 255  # arguments; Excel's own limit
MOST_ITEMS = 200_000  # of one array


class Takes(Enum):
    """What a function is given after the building formula."""

    NUMBERS = "a node for each argument; over blocks cell by cell"
    VALUES = "each argument's value, blocks as blocks"
    AREAS = "each argument's value, a cell as an area of one"
    FLAT = "one list of the nodes of all arguments; what areas hold beside numbers is passed over"
    FORMULAS = "the arguments' formulas, to follow only where they matter"


class Building(Protocol):
    """The formula that is being followed."""

    @property
    def tape(self) -> Tape:
        """The graph."""

    def follow(self, formula: Node, names: dict[str, Operand] | None = None) -> Operand:
        """What a formula gives; `names` are further ones of LET and LAMBDA."""

    def as_array(self, formula: Node) -> Operand:
        """What a formula gives where areas are blocks everywhere, as in array formulas."""

    def number(self, value: Operand) -> int:
        """A value as a node; UnfollowedError where it is no number."""

    def stored(self, value: Operand) -> float:
        """The number that the workbook's own numbers give: for choices that a graph cannot hold, such as keys."""

    def area(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Block:
        """What cells hold."""

    def compared(self, operator: str, one: Scalar, two: Scalar) -> int:
        """Whether =, <>, <, <=, > or >= holds between two values: 1 or 0."""

    def here(self, block: Block) -> Scalar:
        """The value of an area in the formula's own row or column."""

    def meaning(self, name: Name) -> Node | None:
        """What a defined name stands for; None for one of LET or LAMBDA."""

    def shown(self, value: Scalar) -> str:
        """A value as text."""

    def last_filled(self, cell: Cell) -> Place:
        """The last cell that the array formula in a cell fills; of any other cell itself."""

    @property
    def holder(self) -> Cell:
        """The cell in which the formula stands."""

    @property
    def names(self) -> dict[str, Operand]:
        """What the names of LET and LAMBDA stand for in the part that is being followed."""


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table."""

    least: int
    most: int
    takes: Takes
    compute: Callable[..., Any]
    by_place: bool = False  # the first argument is a place in a sheet; what stands there is not read


FUNCTIONS: dict[str, Function] = {}
Compute = Callable[..., Any]
OfTerms = TypeVar("OfTerms", bound=Callable[..., Term])
OfList = TypeVar("OfList", bound=Callable[[list[Term]], Term])


def function(
    *names: str, least: int, most: int | None = None, takes: Takes = Takes.NUMBERS, by_place: bool = False
) -> Callable[[Compute], Compute]:
    """Register what is decorated under these names; without `most` it takes exactly `least` arguments."""

    def register(compute: Compute) -> Compute:
        for name in names:
            FUNCTIONS[name] = Function(least, least if most is None else most, takes, compute, by_place)
        return compute

    return register


def of_numbers(*names: str, least: int, most: int | None = None) -> Callable[[OfTerms], OfTerms]:
    """Register what is decorated as a function of single numbers: Terms in, a Term out."""

    def register(compute: OfTerms) -> OfTerms:
        @function(*names, least=least, most=most)
        def _(building: Building, *nodes: int) -> int:
            return compute(*(Term(building.tape, node) for node in nodes)).node

        return compute

    return register


def of_list(*names: str, count: int = 1) -> Callable[[OfList], OfList]:
    """Register what is decorated as a function of all numbers of its arguments, at least `count` of them."""

    def register(compute: OfList) -> OfList:
        @function(*names, least=1, most=MANY, takes=Takes.FLAT)
        def _(building: Building, nodes: list[int]) -> int:
            if len(nodes) < count:
                raise UnfollowedError(f"#DIV/0!: {names[0]} of {len(nodes)} numbers")
            return compute([Term(building.tape, node) for node in nodes]).node

        return compute

    return register


def whole(building: Building, value: Operand | None, default: int) -> int:
    """A whole number by the workbook's own numbers; the default where the argument is left out."""
    return default if value is None or value == BLANK else math.floor(building.stored(value))


def block_of(rows: Sequence[Sequence[Scalar]]) -> Block:
    """A block from rows of equal length."""
    if not rows or not rows[0]:
        raise UnfollowedError("#CALC!: an empty array")
    return Block(len(rows), len(rows[0]), tuple(item for row in rows for item in row))


def plain_name(name: str) -> str:
    """SUM for sum, _xlfn.SUM and _xlfn._xlws.SUM."""
    return name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.").removeprefix("@")


def by_place(name: str) -> bool:
    """Whether a function takes its first argument as a place, whose cells it does not read."""
    row = FUNCTIONS.get(plain_name(name))
    return row is not None and row.by_place


def numbers_of(building: Building, values: Sequence[Operand]) -> Iterator[int]:
    """The nodes of all values; of blocks only those of numbers. An error value is an error."""
    for value in values:
        if isinstance(value, Block):
            for item in value.items:
                if isinstance(item, Failure):
                    raise UnfollowedError(item.code)
                if isinstance(item, int):
                    yield item
        elif not isinstance(value, Blank):
            yield building.number(value)


def lifted(compute: Callable[..., Operand], values: Sequence[Operand]) -> Operand:
    """A function of single values over blocks: place by place, rows and columns of one repeated."""
    if not any(isinstance(value, Block) for value in values):
        return compute(*values)
    blocks = [as_block(value) for value in values]
    rows, columns = max(block.rows for block in blocks), max(block.columns for block in blocks)
    if rows * columns > MOST_ITEMS:
        raise UnfollowedError(f"an array of more than {MOST_ITEMS:,} values")
    if any(block.rows not in (1, rows) or block.columns not in (1, columns) for block in blocks):
        raise UnfollowedError("#N/A: areas of different sizes")
    items: list[Scalar] = []
    for row in range(rows):
        for column in range(columns):
            single = (block.at(row % block.rows, column % block.columns) for block in blocks)
            items.append(_single(compute(*single)))
    return Block(rows, columns, tuple(items))


def _single(value: Operand) -> Scalar:
    if isinstance(value, Block) and len(value.items) == 1:
        return value.items[0]
    if isinstance(value, Block | Lambda):
        raise UnfollowedError("#CALC!: a block within a block")
    return value


def total(tape: Tape, nodes: Sequence[int]) -> int:
    """The sum of nodes."""
    node = nodes[0] if nodes else tape.number(0)
    for other in nodes[1:]:
        node = tape.apply("+", node, other)
    return node
