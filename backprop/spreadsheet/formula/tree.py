"""A formula as a tree: its nodes, and the one walk over them.

References are kept relative to the cell that holds them, so a formula filled down a column is one tree. Numbers keep
their text. Chains of operators lean to the left as deep as they are long, so nothing here recurses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import is_not
from typing import Any, cast

from backprop.errors import BackpropError

MAX_DIGITS = 1_000  # characters of a number; Excel itself keeps 15
MAX_EXPONENT = 308  # of a number in powers of ten; doubles end there


class FormulaError(BackpropError):
    """A formula that is not one, or is larger than Excel takes."""


class NotComputableError(FormulaError):
    """A formula that uses what is not computed here, or that gives an error value."""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; `text` as typed."""

    text: str

    def __post_init__(self) -> None:
        exponent = self.text.upper().partition("E")[2]
        if len(exponent) > 10 or abs(int(exponent or 0)) > MAX_EXPONENT:
            raise NotComputableError(f"number {self.text[:40]} is not computable: its exponent is above {MAX_EXPONENT}")
        if len(self.text) > MAX_DIGITS:
            raise NotComputableError(f"number {self.text[:40]} is not computable: more than {MAX_DIGITS} characters")

    @property
    def value(self) -> Fraction:
        """The exact value of the text."""
        return Fraction(self.text)


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell. `row` and `column` are offsets from the holder, or with `fixed_…` ($) 1-based positions."""

    row: int
    column: int
    fixed_row: bool = False
    fixed_column: bool = False
    sheet: str | None = None

    def at(self, row: int, column: int) -> tuple[int, int]:
        """The cell meant by a holder in that place."""
        return (
            self.row if self.fixed_row else row + self.row,
            self.column if self.fixed_column else column + self.column,
        )


@dataclass(frozen=True, slots=True)
class Area:
    """A range of cells, by two corners."""

    first: Reference
    last: Reference

    def corners(self, row: int, column: int) -> tuple[int, int, int, int]:
        """First and last row, first and last column of the cells meant by a holder in that place."""
        (one, left), (two, right) = self.first.at(row, column), self.last.at(row, column)
        return min(one, two), max(one, two), min(left, right), max(left, right)

    def size(self, row: int, column: int) -> int:
        """How many cells are meant by a holder in that place."""
        top, bottom, left, right = self.corners(row, column)
        return (bottom - top + 1) * (right - left + 1)


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name, or anything else that stands where a reference may: whole columns, structured references."""

    text: str


HOLE = Name("\0")  # stands in a formula for a part that is yet to be chosen; no file can hold it


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a logical value or an error value, as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An argument that is left out between commas. A function without any arguments has none of these."""


class _Inner:
    """A node with others below it. Compared and hashed without recursion: a sum may be thousands of terms deep."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        pairs: list[tuple[Any, Any]] = [(self, other)]
        while pairs:
            one, two = pairs.pop()
            if one is two:
                continue
            if type(one) is not type(two) or _label(one) != _label(two):
                return False
            below, below_other = children(one), children(two)
            if len(below) != len(below_other):
                return False
            pairs += zip(below, below_other, strict=True)
        return True

    def __hash__(self) -> int:
        return hash(tuple(_label(node) for node in walk(cast("Node", self))))


@dataclass(frozen=True, slots=True, eq=False)
class Unary(_Inner):
    """A sign or an @ before its operand, or a percent behind it."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Binary(_Inner):
    """An operator between two operands; : between two areas is the area from one to the other."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Bracket(_Inner):
    """Round brackets, kept so that a formula prints as it was typed."""

    inside: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Call(_Inner):
    """A function with its arguments; the name as typed."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Apply(_Inner):
    """A call of what a formula gives, LAMBDA(x,x+1)(3), with its arguments."""

    function: "Node"
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True, eq=False)
class ArrayLiteral(_Inner):
    """An array as typed, {1,2;3,4}: rows of equal length."""

    rows: tuple[tuple["Node", ...], ...]


Node = Number | Reference | Area | Name | Literal | Missing | Unary | Binary | Bracket | Call | Apply | ArrayLiteral


_BELOW: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    Unary: lambda node: (node.operand,),
    Binary: lambda node: (node.left, node.right),
    Bracket: lambda node: (node.inside,),
    Call: lambda node: node.arguments,
    Apply: lambda node: (node.function, *node.arguments),
    ArrayLiteral: lambda node: tuple(item for row in node.rows for item in row),
}


def children(tree: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    below = _BELOW.get(type(tree))
    return () if below is None else below(tree)


def walk(tree: Node) -> Iterator[Node]:
    """The node and every one below it, each before those below it, from left to right. An area is one node."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(children(node))


def transform(tree: Node, function: Callable[[Node], Node]) -> Node:
    """The tree with each node replaced by what the function makes of it, those below it first."""
    done: list[Node] = []
    stack = [(tree, False)]
    while stack:
        node, below_done = stack.pop()
        below = children(node)
        if not below_done and below:
            stack.append((node, True))
            stack += ((child, False) for child in reversed(below))
            continue
        if below:
            new = tuple(done[-len(below) :])
            del done[-len(below) :]
            node = with_children(node, new) if any(map(is_not, new, below)) else node
        done.append(function(node))
    return done[0]


def with_children(node: Node, new: tuple[Node, ...]) -> Node:
    """The node with others directly below it."""
    match node:
        case Unary(sign, _):
            return Unary(sign, *new)
        case Binary(sign, _, _):
            return Binary(sign, *new)
        case Bracket(_):
            return Bracket(*new)
        case Call(function, _):
            return Call(function, new)
        case Apply():
            return Apply(new[0], new[1:])
        case ArrayLiteral(rows):
            width = len(rows[0])
            return ArrayLiteral(tuple(new[start : start + width] for start in range(0, len(new), width)))
    return node


def references(tree: Node) -> Iterator[Reference]:
    """Every single-cell reference of the tree, and the corners of its areas, from left to right."""
    for node in walk(tree):
        match node:
            case Reference():
                yield node
            case Area(first, last):
                yield first
                yield last


def _label(node: Node) -> object:
    """What a node is without those below it."""
    match node:
        case Unary() | Binary():
            return node.operator
        case Call():
            return node.function
        case Bracket():
            return "()"
        case Apply():
            return "()()"
        case ArrayLiteral(rows):
            return "{}", len(rows)
    return node
