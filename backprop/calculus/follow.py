"""One formula, followed into the graph."""

import math
from typing import Protocol

from backprop.calculus.comparisons import COMPARED, compared
from backprop.calculus.functions import registry
from backprop.calculus.functions.places import is_range, place
from backprop.calculus.functions.registry import Takes, lifted, numbers_of, plain_name
from backprop.calculus.tape import Tape
from backprop.calculus.values import (
    BLANK,
    Blank,
    Block,
    Failure,
    Lambda,
    Operand,
    Scalar,
    Text,
    UnfollowedError,
    in_line,
)
from backprop.spreadsheet.book import Book, Cell, Place
from backprop.spreadsheet.formula import (
    Apply,
    Area,
    ArrayLiteral,
    Binary,
    Bracket,
    Call,
    FormulaError,
    Literal,
    Missing,
    Name,
    Node,
    Number,
    Reference,
    Unary,
)
from backprop.spreadsheet.names import resolve

MOST_CALLS = 50  # of LAMBDAs and names within each other


class Cells(Protocol):
    """Where formulas find what other cells hold."""

    @property
    def tape(self) -> Tape:
        """The graph."""

    @property
    def book(self) -> Book:
        """The workbook."""

    def value(self, cell: Cell) -> Scalar:
        """What a cell holds."""

    def area(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Block:
        """What cells hold."""


class Following:
    """A formula of a cell. `array` where it is entered as an array formula: areas are then blocks everywhere."""

    def __init__(self, cells: Cells, holder: Cell, array: bool) -> None:
        self.cells, self.holder, self.array = cells, holder, array
        self.tape = cells.tape
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
        while isinstance(node, Unary | Binary | Bracket) and not is_range(node):
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
            case Text(text, cell):
                try:
                    exact = Number(text.strip()).value  # which has limits: 1e99999999 is no number of any cell
                    return self.tape.number(exact) if cell is None else self.tape.free(cell, float(exact))
                except (FormulaError, ValueError, ArithmeticError) as error:
                    raise UnfollowedError(f"#VALUE!: the text {text[:40]!r} where a number is needed") from error
            case Failure(code):
                raise UnfollowedError(code)
            case Block():
                return self.number(self.here(value))
            case Lambda():
                raise UnfollowedError("#VALUE!: a LAMBDA where a number is needed")

    def stored(self, value: Operand) -> float:
        """The number that the workbook's own numbers give."""
        number = self.tape.stored[self.number(value)]
        if not math.isfinite(number):
            raise UnfollowedError("a choice by something that has no value")
        return number

    def area(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Block:
        """What cells hold."""
        return self.cells.area(sheet, row, column, rows, columns)

    def here(self, block: Block) -> Scalar:
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
            case Name():
                return self._named(node)
            case Call():
                return self._call(node)
            case Apply(function, arguments):
                return self._applied(self.follow(function), arguments)
            case Binary():
                where = place(self, node)
                return self.cells.area(where.sheet, where.row, where.column, where.rows, where.columns)
            case ArrayLiteral(rows):
                return registry.block_of([[self._item(item) for item in row] for row in rows])
            case Missing():
                return BLANK
            case Literal(text) if text.upper() in ("TRUE", "FALSE"):
                return self.tape.number(int(text.upper() == "TRUE"))
            case Literal(text) if text.startswith('"'):
                return Text(text[1:-1].replace('""', '"'))
            case Literal(text):
                return Failure(text)
        raise UnfollowedError(f"{type(node).__name__} is not followed here")

    def _cells_of(self, area: Area) -> Block:
        top, bottom, left, right = area.corners(*self.holder[1:])
        return self.cells.area(area.first.sheet or self.holder[0], top, left, bottom - top + 1, right - left + 1)

    def _item(self, node: Node) -> Scalar:
        value = self.follow(node)
        if isinstance(value, Block | Lambda):
            raise UnfollowedError("#VALUE!: an array within an array")
        return value

    def meaning(self, name: Name) -> Node | None:
        """What a defined name stands for; None for one of LET or LAMBDA."""
        if _plain_parameter(name.text) in self.names:
            return None
        try:
            return resolve(self.cells.book, name, self.holder[0])
        except FormulaError as error:
            raise UnfollowedError(f"#NAME?: {error}") from error

    def last_filled(self, cell: Cell) -> Place:
        """The last cell that the array formula in a cell fills; of any other cell itself."""
        sheet = self.cells.book.sheets.get(cell[0])
        return cell[1:] if sheet is None else sheet.filled_to(cell[1:])

    def _named(self, name: Name) -> Operand:
        plain = _plain_parameter(name.text)
        if plain in self.names:
            return self.names[plain]
        if plain.removeprefix("_XLETA.") in registry.FUNCTIONS:
            return self._as_lambda(plain.removeprefix("_XLETA."))
        meaning = self.meaning(name)
        self.depth += 1
        if meaning is None or self.depth > MOST_CALLS:
            raise UnfollowedError(f"name {name.text[:60]} leads back to itself")
        before, self.names = self.names, {}
        try:
            return self._followed(meaning)
        finally:
            self.names, self.depth = before, self.depth - 1

    def _as_lambda(self, name: str) -> Lambda:
        """A function by its name alone, as BYROW(A1:B2,SUM) has it."""
        parameters = [Name(f"_xlpm.{number}") for number in range(registry.MANY)]

        def call(values: tuple[Operand, ...]) -> Operand:
            given = {str(number): value for number, value in enumerate(values)}
            return self.follow(Call(name, tuple(parameters[: len(values)])), given)

        return Lambda(call)

    def _signed(self, node: Unary, value: Operand) -> Operand:
        if node.operator == "+":
            return value
        if node.operator == "@":
            return in_line(value, self.holder) if isinstance(value, Block) else value
        if node.operator == "%":
            return self._lifted(lambda x: self.tape.apply("/", self.number(x), self.tape.number(100)), [value])
        return self._lifted(lambda x: self.tape.apply("neg", self.number(x)), [value])

    def _joined(self, node: Binary, left: Operand) -> Operand:
        right = self.follow(node.right)
        return self._lifted(lambda x, y: self._one(node.operator, x, y), [left, right])

    def _lifted(self, compute: "registry.Compute", values: list[Operand]) -> Operand:
        if not self.array:
            values = [self.here(value) if isinstance(value, Block) and value.area else value for value in values]
        return lifted(compute, values)

    def _one(self, operator: str, left: Scalar, right: Scalar) -> Scalar:
        if operator == "&":
            return Text(self.shown(left) + self.shown(right))
        if operator in COMPARED:
            return self.compared(operator, left, right)
        return self.tape.apply(operator, self.number(left), self.number(right))

    def compared(self, operator: str, one: Scalar, two: Scalar) -> int:
        """Whether =, <>, <, <=, > or >= holds between two values: 1 or 0."""
        return compared(self, operator, one, two)

    def shown(self, value: Scalar) -> str:
        """A value as text."""
        if isinstance(value, Text):
            return value.text
        return "" if isinstance(value, Blank) else f"{self.stored(value):.15g}"

    def _call(self, node: Call) -> Operand:
        name = plain_name(node.function)
        if name in self.names:
            return self._applied(self.names[name], node.arguments)
        function = registry.FUNCTIONS.get(name)
        if function is None:
            try:
                called = self._named(Name(node.function))
            except UnfollowedError as error:
                if not str(error).startswith("#NAME?"):
                    raise
                raise UnfollowedError(f"function {name[:40]} is not followed here") from error
            return self._applied(called, node.arguments)
        if not function.least <= len(node.arguments) <= function.most:
            raise UnfollowedError(f"function {name} with {len(node.arguments)} arguments is not followed here")
        match function.takes:
            case Takes.FORMULAS:
                value: Operand = function.compute(self, *node.arguments)
            case Takes.VALUES:
                value = function.compute(self, *self._as_arrays(node.arguments))
            case Takes.AREAS:
                value = function.compute(self, *self._as_arrays(node.arguments, as_areas=True))
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
            if isinstance(argument, Missing):
                value = self.tape.number(0)
            if isinstance(argument, Reference | Name) and not isinstance(value, Block | Lambda):
                value = Block(1, 1, (value,), self._place(argument))
            values.append(value)
        return values

    def _place(self, node: Reference | Name) -> Cell | None:
        if isinstance(node, Name):
            return None
        return node.sheet or self.holder[0], *node.at(*self.holder[1:])

    def as_array(self, formula: Node) -> Operand:
        """What a formula gives where areas are blocks everywhere, as in array formulas."""
        return self._as_arrays((formula,))[0]

    def _as_arrays(self, arguments: tuple[Node, ...], as_areas: bool = False) -> list[Operand]:
        before, self.array = self.array, True
        try:
            return self._areas(arguments) if as_areas else [self.follow(argument) for argument in arguments]
        finally:
            self.array = before


def _plain_parameter(text: str) -> str:
    return text.upper().removeprefix("_XLPM.")
