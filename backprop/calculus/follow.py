"""One formula, followed into the graph."""

import math
from fractions import Fraction
from typing import Protocol

from backprop.calculus.functions import registry
from backprop.calculus.functions.registry import Takes, lifted, numbers_of, plain_name
from backprop.calculus.tape import Tape
from backprop.calculus.values import Blank, Block, Failure, Lambda, Operand, Scalar, Text, UnfollowedError, as_block
from backprop.spreadsheet.book import Book, Cell, Place
from backprop.spreadsheet.formula import (
    Area,
    Binary,
    Bracket,
    Call,
    FormulaError,
    Literal,
    Name,
    Node,
    Number,
    Reference,
    Unary,
    parse,
)

_COMPARED = {"=": ("=", False, False), "<>": ("=", False, True), "<": ("<", False, False), ">": ("<", True, False),
             "<=": ("<=", False, False), ">=": ("<=", True, False)}  # fmt: skip
MOST_CALLS = 200  # of LAMBDAs and names within each other


class Cells(Protocol):
    """Where formulas find what other cells hold."""

    @property
    def graph(self) -> "HasTape":
        """The graph."""

    @property
    def book(self) -> Book:
        """The workbook."""

    def value(self, cell: Cell) -> Scalar:
        """What a cell holds."""

    def area(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Block:
        """What cells hold."""


class HasTape(Protocol):
    """What has a tape."""

    @property
    def tape(self) -> Tape:
        """The tape."""


class Following:
    """A formula of a cell. `array` where it is entered as an array formula: areas are then blocks everywhere."""

    def __init__(self, cells: Cells, holder: Cell, array: bool) -> None:
        self.cells, self.holder, self.array = cells, holder, array
        self.tape = cells.graph.tape
        self.names: dict[str, Operand] = {}
        self.depth = 0

    def follow(self, formula: Node, names: dict[str, Operand] | None = None) -> Operand:
        """What a formula gives. What leans to the left is followed in a loop: a sum may be thousands of terms deep."""
        if names is None:
            return self._followed(formula)
        before, self.names, self.depth = self.names, {**self.names, **names}, self.depth + 1
        if self.depth > MOST_CALLS:
            raise UnfollowedError(f"functions called within each other more than {MOST_CALLS} times")
        try:
            return self._followed(formula)
        finally:
            self.names, self.depth = before, self.depth - 1

    def _followed(self, formula: Node) -> Operand:
        above: list[Unary | Binary] = []
        node = formula
        while isinstance(node, Unary | Binary | Bracket):
            if isinstance(node, Bracket):
                node = node.inside
                continue
            above.append(node)
            node = node.operand if isinstance(node, Unary) else node.left
        value = self._end(node)
        while above:
            top = above.pop()
            value = self._signed(top, value) if isinstance(top, Unary) else self._joined(top, value)
        return value

    def number(self, value: Operand) -> int:
        """A value as a node: nothing is 0, a text that is a number counts as one."""
        match value:
            case int():
                return value
            case Blank():
                return self.tape.number(0)
            case Text(text):
                try:
                    return self.tape.number(Fraction(text.strip()))
                except (ValueError, ZeroDivisionError) as error:
                    raise UnfollowedError(f"#VALUE!: the text {text[:40]!r} where a number is needed") from error
            case Failure(code):
                raise UnfollowedError(code)
            case Block():
                return self.number(self._here(value))
            case Lambda():
                raise UnfollowedError("#VALUE!: a LAMBDA where a number is needed")

    def stored(self, value: Operand) -> float:
        """The number that the workbook's own numbers give."""
        number = self.tape.stored[self.number(value)]
        if math.isnan(number):
            raise UnfollowedError("a choice by something that has no value")
        return number

    def area(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Block:
        """What cells hold."""
        return self.cells.area(sheet, row, column, rows, columns)

    def _here(self, block: Block) -> Scalar:
        """The value of an area in the formula's own row or column, as formulas that are no arrays take it."""
        if len(block.items) == 1 or block.area is None or self.array:
            return block.items[0]
        _, row, column = self.holder
        _, top, left = block.area
        if block.columns == 1 and top <= row < top + block.rows:
            return block.at(row - top, 0)
        if block.rows == 1 and left <= column < left + block.columns:
            return block.at(0, column - left)
        raise UnfollowedError("#VALUE!: an area where one value is needed")

    def _end(self, node: Node) -> Operand:
        match node:
            case Number():
                return self.tape.number(node.value)
            case Reference():
                return self.cells.value((node.sheet or self.holder[0], *node.at(*self.holder[1:])))
            case Area():
                return self._cells_of(node)
            case Name(text):
                return self._named(text)
            case Call():
                return self._call(node)
            case Literal(text) if text.upper() in ("TRUE", "FALSE"):
                return self.tape.number(int(text.upper() == "TRUE"))
            case Literal(text) if text.startswith('"'):
                return Text(text[1:-1].replace('""', '"'))
            case Literal(text):
                return Failure(text)
        raise UnfollowedError(f"{type(node).__name__} is not followed here")

    def _cells_of(self, area: Area) -> Block:
        (top, left), (bottom, right) = area.first.at(*self.holder[1:]), area.last.at(*self.holder[1:])
        sheet = area.first.sheet or self.holder[0]
        rows, columns = abs(bottom - top) + 1, abs(right - left) + 1
        return self.cells.area(sheet, min(top, bottom), min(left, right), rows, columns)

    def _named(self, text: str) -> Operand:
        plain = text.upper().removeprefix("_XLPM.")
        if plain in self.names:
            return self.names[plain]
        if plain.startswith("@"):
            return self._here(as_block(self._named(text[1:])))
        meaning = self.cells.book.names.get(plain)
        if meaning is None:
            raise UnfollowedError(f"#NAME?: {text[:60]} is not known")
        self.depth += 1
        if self.depth > MOST_CALLS:
            raise UnfollowedError(f"name {text[:60]} leads back to itself")
        try:
            return self._followed(parse(f"={meaning}", *self.holder[1:]))
        except FormulaError as error:
            raise UnfollowedError(f"name {text[:60]}: {error}") from error
        finally:
            self.depth -= 1

    def _signed(self, node: Unary, value: Operand) -> Operand:
        if node.operator == "+":
            return value
        if node.operator == "%":
            return self._lifted(lambda x: self.tape.apply("/", self.number(x), self.tape.number(100)), [value])
        return self._lifted(lambda x: self.tape.apply("neg", self.number(x)), [value])

    def _joined(self, node: Binary, left: Operand) -> Operand:
        right = self.follow(node.right)
        return self._lifted(lambda x, y: self._one(node.operator, x, y), [left, right])

    def _lifted(self, compute: "registry.Compute", values: list[Operand]) -> Operand:
        if not self.array:
            values = [self._here(value) if isinstance(value, Block) and value.area else value for value in values]
        return lifted(compute, values)

    def _one(self, operator: str, left: Scalar, right: Scalar) -> Scalar:
        if operator == "&":
            return Text(self._shown(left) + self._shown(right))
        if operator in _COMPARED:
            kind, swapped, negated = _COMPARED[operator]
            one, two = (right, left) if swapped else (left, right)
            node = self._compared(kind, one, two)
            return self.tape.apply("-", self.tape.number(1), node) if negated else node
        return self.tape.apply(operator, self.number(left), self.number(right))

    def _compared(self, kind: str, one: Scalar, two: Scalar) -> int:
        if isinstance(one, Text) or isinstance(two, Text):
            texts = [value.text.lower() if isinstance(value, Text) else "" for value in (one, two)]
            alike = isinstance(one, Text | Blank) and isinstance(two, Text | Blank)
            if not alike:  # every text is greater than every number
                return self.tape.number(int(kind != "=" and isinstance(two, Text)))
            order = {"=": texts[0] == texts[1], "<": texts[0] < texts[1], "<=": texts[0] <= texts[1]}
            return self.tape.number(int(order[kind]))
        return self.tape.apply(kind, self.number(one), self.number(two))

    def _shown(self, value: Scalar) -> str:
        if isinstance(value, Text):
            return value.text
        return "" if isinstance(value, Blank) else f"{self.stored(value):.15g}"

    def _call(self, node: Call) -> Operand:
        name = plain_name(node.function)
        if name in self.names:
            return self._applied(self.names[name], node.arguments)
        function = registry.FUNCTIONS.get(name)
        if function is None:
            if name in self.cells.book.names:
                return self._applied(self._named(node.function), node.arguments)
            raise UnfollowedError(f"function {name[:40]} is not followed here")
        if not function.least <= len(node.arguments) <= function.most:
            raise UnfollowedError(f"function {name} with {len(node.arguments)} arguments is not followed here")
        match function.takes:
            case Takes.FORMULAS:
                value: Operand = function.compute(self, *node.arguments)
            case Takes.VALUES:
                value = function.compute(self, *self._as_arrays(node.arguments))
            case Takes.FLAT:
                value = function.compute(self, list(numbers_of(self, self._areas(node.arguments))))
            case Takes.NUMBERS:
                values = [self.follow(argument) for argument in node.arguments]
                value = self._lifted(lambda *items: function.compute(self, *map(self.number, items)), values)
        return value

    def _applied(self, value: Operand, arguments: tuple[Node, ...]) -> Operand:
        if not isinstance(value, Lambda):
            raise UnfollowedError("#VALUE!: a call of what is no function")
        return value.call(tuple(self.follow(argument) for argument in arguments))

    def _areas(self, arguments: tuple[Node, ...]) -> list[Operand]:
        """Arguments that may be areas: a cell is an area of one, so that a text in it is passed over."""
        values = []
        for argument in arguments:
            value = self.follow(argument)
            is_cell = isinstance(argument, Reference) and not isinstance(value, Block | Lambda)
            values.append(Block(1, 1, (value,)) if is_cell else value)  # type: ignore[arg-type]
        return values

    def _as_arrays(self, arguments: tuple[Node, ...]) -> list[Operand]:
        before, self.array = self.array, True
        try:
            return [self.follow(argument) for argument in arguments]
        finally:
            self.array = before


def spread(value: Operand, first: Cell, last: Place) -> dict[Cell, Scalar]:
    """What each cell of an array formula shows: a single value everywhere, one row or column repeated."""
    block = as_block(value)
    sheet, top, left = first
    if block.area is not None and (top, left) == last:  # an area as result of a formula that is no array
        block = Block(1, 1, (_in_line(block, first),))
    given = {}
    for row in range(top, last[0] + 1):
        for column in range(left, last[1] + 1):
            down = 0 if block.rows == 1 else row - top
            along = 0 if block.columns == 1 else column - left
            inside = down < block.rows and along < block.columns
            given[sheet, row, column] = block.at(down, along) if inside else Failure("#N/A")
    return given


def _in_line(block: Block, holder: Cell) -> Scalar:
    _, row, column = holder
    _, top, left = block.area or ("", row, column)
    down = row - top if block.columns == 1 and top <= row < top + block.rows else 0
    along = column - left if block.rows == 1 and left <= column < left + block.columns else 0
    return block.at(down, along)
