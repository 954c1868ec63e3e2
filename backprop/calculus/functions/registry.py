"""The table of functions. Adding one is adding a function with `@function(...)`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from backprop.calculus.tape import Tape
from backprop.calculus.values import Blank, Block, Failure, Lambda, Operand, Scalar, UnfollowedError, as_block
from backprop.spreadsheet.formula import Node

MANY = 255  # arguments; Excel's own limit


class Takes(Enum):
    """What a function is given after the building formula."""

    NUMBERS = "a node for each argument; over blocks cell by cell"
    VALUES = "each argument's value, blocks as blocks"
    FLAT = "one list of the nodes of all arguments; what areas hold beside numbers is passed over"
    FORMULAS = "the arguments' formulas, to follow only where they matter"


class Building(Protocol):
    """The formula that is being followed."""

    @property
    def tape(self) -> Tape:
        """The graph."""

    def follow(self, formula: Node, names: dict[str, Operand] | None = None) -> Operand:
        """What a formula gives; `names` are further ones of LET and LAMBDA."""

    def number(self, value: Operand) -> int:
        """A value as a node; UnfollowedError where it is no number."""

    def stored(self, value: Operand) -> float:
        """The number that the workbook's own numbers give: for choices that a graph cannot hold, such as keys."""

    def area(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Block:
        """What cells hold."""

    @property
    def holder(self) -> tuple[str, int, int]:
        """The cell in which the formula stands."""


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table."""

    least: int
    most: int
    takes: Takes
    compute: Callable[..., Any]


FUNCTIONS: dict[str, Function] = {}
Compute = Callable[..., Any]


def function(
    *names: str, least: int, most: int | None = None, takes: Takes = Takes.NUMBERS
) -> Callable[[Compute], Compute]:
    """Register what is decorated under these names; without `most` it takes exactly `least` arguments."""

    def register(compute: Compute) -> Compute:
        for name in names:
            FUNCTIONS[name] = Function(least, least if most is None else most, takes, compute)
        return compute

    return register


def plain_name(name: str) -> str:
    """SUM for sum, _xlfn.SUM and _xlfn._xlws.SUM."""
    return name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.").removeprefix("@")


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
    if any(block.rows not in (1, rows) or block.columns not in (1, columns) for block in blocks):
        raise UnfollowedError("#N/A: areas of different sizes")
    items: list[Scalar] = []
    for row in range(rows):
        for column in range(columns):
            single = (block.at(row % block.rows, column % block.columns) for block in blocks)
            items.append(_single(compute(*single)))
    return Block(rows, columns, tuple(items))


def _single(value: Operand) -> Scalar:
    if isinstance(value, Block | Lambda):
        raise UnfollowedError("#CALC!: a block within a block")
    return value


def total(tape: Tape, nodes: Sequence[int]) -> int:
    """The sum of nodes."""
    node = nodes[0] if nodes else tape.number(0)
    for other in nodes[1:]:
        node = tape.apply("+", node, other)
    return node
