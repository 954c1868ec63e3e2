"""What every cell of a book gives, in doubles. An error is None; an empty cell is 0, and nothing to SUM or AVERAGE."""

import math
import operator
import sys
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.any_model.sheet.book import Book, Formula, Place
from benchmarks.any_model.sheet.functions import FUNCTIONS, Value, matrix, power
from benchmarks.any_model.sheet.parser import Node, ReadError, corner, parse

sys.setrecursionlimit(20_000)
SKIP = {"SUM", "AVERAGE", "MEDIAN", "MAX", "MIN", "PRODUCT", "SUMSQ", "COUNT"}  # pass over empty cells and texts
ERRORS = (ArithmeticError, KeyError, TypeError, ValueError, IndexError, ReadError, RecursionError)
Function = Callable[..., Value]


def _power(left: Value, right: Value) -> Value:
    return np.vectorize(power, otypes=[float])(left, right) if _wide(left, right) else power(left, right)


def _divide(left: Value, right: Value) -> Value:
    if np.any(np.asarray(right) == 0):
        raise ZeroDivisionError
    return left / right


def _wide(*values: object) -> bool:
    return any(isinstance(value, np.ndarray) for value in values)


def _compared(compare: Callable[[object, object], object]) -> Function:
    return lambda left, right: (
        np.asarray(compare(left, right), dtype=float) if _wide(left, right) else float(bool(compare(left, right)))
    )


OPERATORS: dict[str, Function] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divide, "^": _power,
    "=": _compared(operator.eq), "<>": _compared(operator.ne), "<": _compared(operator.lt),
    ">": _compared(operator.gt), "<=": _compared(operator.le), ">=": _compared(operator.ge),
}  # fmt: skip


class Calculator:
    """The values of one book; `given` replaces the content of cells."""

    def __init__(self, book: Book, given: Mapping[Place, float] | None = None) -> None:
        self.book, self.given = book, given or {}
        self.known: dict[Place, float | str | None] = {}
        self.inside = book.spilled()
        self.open: set[Place] = set()

    def all(self) -> dict[Place, float | str | None]:
        """Every cell with a content, spilled ones too."""
        return {place: self.value(place) for place in [*self.book.cells, *self.inside]}

    def value(self, place: Place) -> float | str | None:
        if place in self.known:
            return self.known[place]
        content = self.given.get(place, self.book.cells.get(place))
        anchor = self.inside.get(place)
        if anchor is not None and content is None:
            self.value(anchor)
            return self.known.get(place)
        if not isinstance(content, Formula):
            self.known[place] = content
            return content
        if place in self.open:
            return None  # a circle
        self.open.add(place)
        try:
            self._spill(place, content, self.result(content.text, place[0], content.is_array))
        finally:
            self.open.discard(place)
        return self.known[place]

    def _spill(self, place: Place, content: Formula, result: Value | str | None) -> None:
        sheet, row, column = place
        for r in range(content.rows):
            for c in range(content.columns):
                shown: float | str | None = result if not isinstance(result, np.ndarray) else None
                if isinstance(result, np.ndarray):
                    at = (r if result.shape[0] > 1 else 0, c if result.shape[1] > 1 else 0)
                    fits = at[0] < result.shape[0] and at[1] < result.shape[1]
                    number = float(result[at]) if fits else math.nan
                    shown = number if math.isfinite(number) else None
                self.known[sheet, row + r, column + c] = shown

    def result(self, text: str, sheet: str, array: bool = False) -> Value | str | None:
        """What a formula gives on a sheet; None for an error."""
        try:
            found = self._node(parse(text), sheet, {}, array)
        except ERRORS:
            return None
        if isinstance(found, np.ndarray):
            return found if array else (float(found[0, 0]) if found.size == 1 else None)
        if found is None:
            return 0.0
        return found if isinstance(found, str) or math.isfinite(found) else None

    def _node(self, node: Node, sheet: str, local: Mapping[str, object], array: bool) -> object:
        match node[0]:
            case "number" | "text":
                return node[1]
            case "cell":
                found = self.value((node[1] or sheet, node[2], node[3]))
                if found is None and self._holds((node[1] or sheet, node[2], node[3])):
                    raise ValueError("an error is read")
                return 0.0 if found is None else found
            case "area":
                return self._area(node, sheet)
            case "bracket":
                return self._node(node[1], sheet, local, array)
            case "minus":
                return -self._number(node[1], sheet, local, array)
            case "binary":
                left, right = (self._number(part, sheet, local, array) for part in node[2:4])
                if not array and any(isinstance(v, np.ndarray) and v.size > 1 for v in (left, right)):
                    array = True
                return OPERATORS[node[1]](left, right)
            case "literal":
                return np.array([[self._number(part, sheet, local, array) for part in row] for row in node[1:]])
            case "name":
                return self._name(node[1], sheet, local, array)
            case "apply":
                function = self._node(node[1], sheet, local, array)
                return function(*(self._node(part, sheet, local, array) for part in node[2:]))  # type: ignore[operator]
            case _:
                return self._call(node, sheet, local, array)

    def _holds(self, place: Place) -> bool:
        return isinstance(self.book.cells.get(place), Formula) or place in self.inside

    def _number(self, node: Node, sheet: str, local: Mapping[str, object], array: bool) -> Value:
        found = self._node(node, sheet, local, array)
        if isinstance(found, str) or callable(found):
            raise ValueError("a text is no number")
        return found  # type: ignore[return-value]

    def _area(self, node: Node, sheet: str, skip: bool = False) -> np.ndarray:
        _, other, r0, c0, r1, c1 = node
        found = [[self.value((other or sheet, r, c)) for c in range(c0, c1 + 1)] for r in range(r0, r1 + 1)]
        for r, row in enumerate(found):
            for c, value in enumerate(row):
                if value is None and self._holds((other or sheet, r0 + r, c0 + c)):
                    raise ValueError("an error is read")
        if skip:
            return np.array([[value for row in found for value in row if isinstance(value, float)]])
        if any(isinstance(value, str) for row in found for value in row):
            raise ValueError("a text is no number")
        return np.array([[0.0 if value is None else value for value in row] for row in found], dtype=float)

    def _name(self, name: str, sheet: str, local: Mapping[str, object], array: bool) -> object:
        if name in local:
            return local[name]
        for defined, text in self.book.names.items():
            if defined.lower() == name:
                return self._node(parse(text), sheet, {}, array)
        if name.upper() in FUNCTIONS:
            return FUNCTIONS[name.upper()]
        raise KeyError(name)

    def _call(self, node: Node, sheet: str, local: Mapping[str, object], array: bool) -> object:
        name, parts = node[1], node[2:]
        compute = lambda part: self._node(part, sheet, local, array)  # noqa: E731
        if name == "IF":
            return self._if([*parts], sheet, local, array)
        if name == "LET":
            inner = dict(local)
            for variable, part in zip(parts[:-1:2], parts[1:-1:2], strict=True):
                inner[variable[1]] = self._node(part, sheet, inner, array)
            return self._node(parts[-1], sheet, inner, array)
        if name == "LAMBDA":
            names = [part[1] for part in parts[:-1]]
            return lambda *values: self._node(
                parts[-1], sheet, {**local, **dict(zip(names, values, strict=True))}, True
            )
        if name in HIGHER:
            return HIGHER[name](*map(compute, parts))
        if name in local:
            return local[name](*map(compute, parts))  # type: ignore[operator]
        if name.lower() in local:
            return local[name.lower()](*map(compute, parts))  # type: ignore[operator]
        if name in SKIP:
            return FUNCTIONS[name](*(self._area(p, sheet, True) if p[0] == "area" else compute(p) for p in parts))
        if name not in FUNCTIONS and any(defined.upper() == name for defined in self.book.names):
            return self._name(name.lower(), sheet, local, array)(*map(compute, parts))  # type: ignore[operator]
        return FUNCTIONS[name](*map(compute, parts))

    def _if(self, parts: list[Node], sheet: str, local: Mapping[str, object], array: bool) -> object:
        chosen = self._number(parts[0], sheet, local, array)
        if not isinstance(chosen, np.ndarray):
            return self._node(parts[1 if chosen else 2], sheet, local, array) if len(parts) > 2 or chosen else 0.0
        branches = []
        for part in parts[1:3]:
            try:
                branches.append(self._number(part, sheet, local, array))
            except ArithmeticError:
                branches.append(np.full(chosen.shape, math.nan))
        return np.where(chosen != 0, *branches)


def _map(*parts: object) -> np.ndarray:
    *areas, function = parts
    tables = [matrix(area) for area in areas]  # type: ignore[arg-type]
    shape = tables[0].shape
    return np.array([[float(function(*(float(table[r, c]) for table in tables)))  # type: ignore[operator]
                      for c in range(shape[1])] for r in range(shape[0])])  # fmt: skip


def _reduce(start: object, area: object, function: object) -> object:
    for value in np.ravel(matrix(area)):  # type: ignore[arg-type]
        start = function(start, float(value))  # type: ignore[operator]
    return start


def _by_row(area: object, function: object) -> np.ndarray:
    return np.array([[float(np.squeeze(function(row[None, :])))] for row in matrix(area)])  # type: ignore[operator, arg-type]


def _by_column(area: object, function: object) -> np.ndarray:
    return np.array([[float(np.squeeze(function(row[:, None]))) for row in matrix(area).T]])  # type: ignore[operator, arg-type]


def _make_array(rows: float, columns: float, function: object) -> np.ndarray:
    return np.array([[float(function(float(r + 1), float(c + 1)))  # type: ignore[operator]
                      for c in range(int(columns))] for r in range(int(rows))])  # fmt: skip


HIGHER: dict[str, Callable[..., object]] = {
    "MAP": _map, "REDUCE": _reduce, "BYROW": _by_row, "BYCOL": _by_column, "MAKEARRAY": _make_array,
}  # fmt: skip

__all__ = ["Calculator", "corner"]
