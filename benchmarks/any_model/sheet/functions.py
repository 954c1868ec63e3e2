"""The functions of a spreadsheet that the generated workbooks use, over numbers and matrices."""

import math
from collections.abc import Callable

import numpy as np

Value = float | np.ndarray


def numbers(values: tuple[Value | None, ...]) -> np.ndarray:
    """All numbers of the arguments, in one row; empty cells (nan with a payload cannot be told: None) are left out."""
    parts = [np.ravel(np.asarray(value, dtype=float)) for value in values if value is not None]
    return np.concatenate(parts) if parts else np.zeros(0)


def over_all(function: Callable[[np.ndarray], float]) -> Callable[..., float]:
    def apply(*values: Value) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            return float(function(numbers(values)))

    return apply


def each(function: Callable[..., float]) -> Callable[..., Value]:
    """A function of numbers, cell by cell where it is given a matrix."""

    def apply(*values: Value) -> Value:
        if any(isinstance(value, np.ndarray) for value in values):
            return np.vectorize(function, otypes=[float])(*values)
        return function(*values)

    return apply


def matrix(value: Value) -> np.ndarray:
    return value if isinstance(value, np.ndarray) else np.array([[value]], dtype=float)


def mmult(left: Value, right: Value) -> np.ndarray:
    left, right = matrix(left), matrix(right)
    if left.shape[1] != right.shape[0]:
        raise ValueError("MMULT: the sizes do not fit")
    return left @ right


def sumproduct(*values: Value) -> float:
    parts = [matrix(value) for value in values]
    if any(part.shape != parts[0].shape for part in parts):
        raise ValueError("SUMPRODUCT: the sizes do not fit")
    return float(np.prod(np.stack(parts), axis=0).sum())


def pairwise(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[Value, Value], float]:
    def apply(left: Value, right: Value) -> float:
        left, right = matrix(left), matrix(right)
        if left.shape != right.shape:
            raise ValueError("the sizes do not fit")
        return float(function(left, right).sum())

    return apply


def index(area: Value, row: float, column: float | None = None) -> Value:
    area = matrix(area)
    if column is None and area.shape[0] == 1:
        row, column = 1, row
    at, beside = int(row), int(column if column is not None else 1)
    if at == 0:
        return area[:, beside - 1 : beside]
    if beside == 0:
        return area[at - 1 : at, :]
    if not (1 <= at <= area.shape[0] and 1 <= beside <= area.shape[1]):
        raise ValueError("INDEX: outside")
    return float(area[at - 1, beside - 1])


def match(key: float, area: Value, kind: float = 1) -> float:
    if kind != 0:
        raise ValueError("MATCH: only exact")
    found = np.flatnonzero(np.ravel(matrix(area)) == key)
    if not len(found):
        raise ValueError("MATCH: not found")
    return float(found[0] + 1)


def sum_if(keys: Value, key: float, area: Value) -> float:
    return float(matrix(area)[matrix(keys) == key].sum())


def choose(number: float, *values: Value) -> Value:
    if not 1 <= number < len(values) + 1:
        raise ValueError("CHOOSE: outside")
    return values[int(number) - 1]


def logarithm(value: float, base: float = 10) -> float:
    return math.log(value) / math.log(base)


def normal(value: float, cumulative: float) -> float:
    if cumulative:
        return 0.5 * math.erfc(-value / math.sqrt(2))
    return math.exp(-value * value / 2) / math.sqrt(2 * math.pi)


def power(base: float, exponent: float) -> float:
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError("a root of a negative number")
    return result


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "SUM": over_all(np.sum), "AVERAGE": over_all(np.mean), "MEDIAN": over_all(np.median), "MAX": over_all(np.max),
    "MIN": over_all(np.min), "PRODUCT": over_all(np.prod), "SUMSQ": over_all(lambda x: np.dot(x, x)),
    "COUNT": over_all(len), "SUMPRODUCT": sumproduct, "MMULT": mmult, "TRANSPOSE": lambda value: matrix(value).T,
    "SUMXMY2": pairwise(lambda x, y: (x - y) ** 2), "SUMX2MY2": pairwise(lambda x, y: x**2 - y**2),
    "SUMIF": sum_if, "CHOOSE": choose, "INDEX": index, "MATCH": match,
    "ROWS": lambda area: float(matrix(area).shape[0]),
    "COLUMNS": lambda area: float(matrix(area).shape[1]), "PI": lambda: math.pi,
    "EXP": each(math.exp), "LN": each(math.log), "SQRT": each(math.sqrt), "ABS": each(abs), "TANH": each(math.tanh),
    "SINH": each(math.sinh), "COSH": each(math.cosh), "SIN": each(math.sin), "COS": each(math.cos),
    "LOG": each(logarithm), "LOG10": each(math.log10), "SIGN": each(lambda x: float((x > 0) - (x < 0))),
    "POWER": each(power), "NORM.S.DIST": each(normal), "NORM.DIST": each(lambda x, m, s, c: normal((x - m) / s, c)),
    "INT": each(lambda x: float(math.floor(x))), "MOD": each(lambda x, y: x - y * math.floor(x / y)),
    "AND": lambda *values: float(bool(np.all(numbers(values)))), "OR": lambda *v: float(bool(np.any(numbers(v)))),
    "NOT": each(lambda x: float(not x)), "N": lambda value: value, "TRUNC": each(lambda x: float(math.trunc(x))),
}  # fmt: skip
