"""What the cells of a workbook show, in doubles; nothing of the checker but its formula trees."""

import math
from collections.abc import Callable, Mapping

from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Area, Binary, Bracket, Call, Name, Node, Number, Reference, Unary, parse

Content = Node | float | str  # a formula, a number, a text


class Calculator:
    """What every cell shows, in doubles, as a spreadsheet computes it: a circle gives 0, an error None."""

    def __init__(self, cells: Mapping[Cell, Content], names: Mapping[str, str]) -> None:
        self.cells, self.names = cells, names
        self.known: dict[Cell, float | None] = {}
        self.open: list[Cell] = []
        self.circles: set[Cell] = set()  # cells that read themselves

    def value(self, cell: Cell) -> float | None:
        if cell in self.open:
            self.circles.update(self.open[self.open.index(cell) :])
            return 0.0
        if cell not in self.known:
            self.open.append(cell)
            content = self.cells.get(cell, 0.0)
            self.known[cell] = content if isinstance(content, float) else self.result(content, cell)
            self.open.pop()
        return self.known[cell]

    def result(self, content: Content, holder: Cell) -> float | None:
        """What a content gives in that place."""
        if isinstance(content, float):
            return content
        if isinstance(content, str):
            return None
        try:
            result = self._node(content, holder)
        except (ArithmeticError, KeyError, TypeError, ValueError):
            return None
        return result if isinstance(result, float) and math.isfinite(result) else None

    def _cell(self, node: Reference, holder: Cell) -> Cell:
        return (node.sheet or holder[0], *node.at(*holder[1:]))

    def _node(self, node: Node, holder: Cell) -> float:
        match node:
            case Number(text):
                return float(text)
            case Reference():
                return self.value(self._cell(node, holder))  # type: ignore[return-value]
            case Name(text):
                return self._node(parse(f"={self.names[text.upper()]}", 1, 1), holder)
            case Bracket(inside):
                return self._node(inside, holder)
            case Unary(sign, operand):
                return {"-": -1.0, "+": 1.0, "%": 0.01}[sign] * self._node(operand, holder)
            case Binary(operator, left, right) if operator in _COMPARED:
                return float(_COMPARED[operator](self._node(left, holder), self._node(right, holder)))
            case Binary(operator, left, right):
                return _BINARY[operator](self._node(left, holder), self._node(right, holder))
            case Call(function, arguments):
                return _CALLS[function.upper()](*(self._values(argument, holder) for argument in arguments))
        raise ValueError(node)

    def _values(self, node: Node, holder: Cell) -> list[float]:
        if not isinstance(node, Area):
            return [self._node(node, holder)]
        (sheet, top, left), (_, bottom, right) = self._cell(node.first, holder), self._cell(node.last, holder)
        rows, columns = range(min(top, bottom), max(top, bottom) + 1), range(min(left, right), max(left, right) + 1)
        return [value for r in rows for c in columns if (value := self.value((sheet, r, c))) is not None]


_BINARY: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": math.pow,
}
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}
_CALLS: dict[str, Callable[..., float]] = {
    "EXP": lambda x: math.exp(x[0]),
    "SQRT": lambda x: math.sqrt(x[0]),
    "ABS": lambda x: abs(x[0]),
    "POWER": lambda x, y: math.pow(x[0], y[0]),
    "TANH": lambda x: math.tanh(x[0]),
    "LN": lambda x: math.log(x[0]),
    "MAX": lambda *x: max(v for each in x for v in each),
    "MIN": lambda *x: min(v for each in x for v in each),
    "IF": lambda x, y, z: y[0] if x[0] else z[0],
    "SUMSQ": lambda *x: sum((v * v for each in x for v in each), 0.0),
    "SUM": lambda *x: sum((v for each in x for v in each), 0.0),
    "PRODUCT": lambda *x: math.prod(v for each in x for v in each),
    "SUMPRODUCT": lambda *x: sum(map(math.prod, zip(*x, strict=True))),
    "SUMXMY2": lambda x, y: sum((a - b) ** 2 for a, b in zip(x, y, strict=True)),
}
