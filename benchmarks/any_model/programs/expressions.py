"""Expressions over quantities: what a formula says before its cells have places. Immutable; rewritten by `over`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Num:
    """A number as somebody types it."""

    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """One element of a quantity, of this step or of an earlier one; `shift` misses the cell by rows and columns."""

    name: str
    row: int = 0
    column: int = 0
    step: int = 0  # 0 this one, -1 the one before
    shift: tuple[int, int] = (0, 0)
    held: bool | None = None  # a $ where there should be none, or none where there should be one
    at_step: int | None = None  # the step that a wrong $ holds


@dataclass(frozen=True, slots=True)
class Block:
    """A quantity as a matrix, or some of its rows or columns (from, to; both ends included)."""

    name: str
    step: int = 0
    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Two operands; + - * / ^ and comparisons."""

    op: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Neg:
    """The operand with a minus before it."""

    body: "Expr"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the spreadsheet."""

    name: str
    args: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """Sum of products, pair by pair: printed as a*b+c*d, SUMPRODUCT, MMULT or MAP, as the arithmetic likes."""

    left: tuple["Expr", ...]
    right: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Total:
    """SUM, AVERAGE, MEDIAN, MAX of terms; a range where they stand in one."""

    kind: str
    terms: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A part with a meaning: slope, slope:sigmoid, delta, activation, rate, mean; prints as its body."""

    kind: str
    body: "Expr"


@dataclass(frozen=True, slots=True)
class Raw:
    """A text with places for expressions: LET and LAMBDA, brackets that need not be."""

    text: str  # with {0}, {1}, ...
    args: tuple["Expr", ...]


Expr = Num | Ref | Block | Bin | Neg | Call | Dot | Total | Tag | Raw


def children(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Bin(_, left, right):
            return (left, right)
        case Neg(body) | Tag(_, body):
            return (body,)
        case Call(_, args) | Raw(_, args):
            return args
        case Dot(left, right):
            return (*left, *right)
        case Total(_, terms):
            return terms
        case _:
            return ()


def rebuilt(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
    match expr:
        case Bin(op, _, _):
            return Bin(op, *parts)
        case Neg():
            return Neg(*parts)
        case Tag(kind, _):
            return Tag(kind, *parts)
        case Call(name, _):
            return Call(name, parts)
        case Raw(text, _):
            return Raw(text, parts)
        case Dot(left, _):
            return Dot(parts[: len(left)], parts[len(left) :])
        case Total(kind, _):
            return Total(kind, parts)
        case _:
            return expr


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and all its parts, outside first."""
    yield expr
    for part in children(expr):
        yield from walk(part)


def over(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """Every part for which `change` gives another one replaced, inside first."""
    parts = children(expr)
    changed = tuple(over(part, change) for part in parts)
    now = expr if all(a is b for a, b in zip(parts, changed, strict=True)) else rebuilt(expr, changed)
    return now if (other := change(now)) is None else other


def replaced(expr: Expr, number: int, change: Callable[[Expr], Expr]) -> Expr:
    """The number-th part, as `walk` counts, changed; the rest as it was."""
    counter = -1

    def visit(part: Expr) -> Expr:
        nonlocal counter
        counter += 1
        if counter == number:
            counter += sum(1 for _ in walk(part)) - 1
            return change(part)
        return rebuilt(part, tuple(visit(each) for each in children(part))) if children(part) else part

    return visit(expr)


def bare(expr: Expr) -> Expr:
    """Without the tags around it."""
    while isinstance(expr, Tag):
        expr = expr.body
    return expr


def stepped(expr: Expr, step: int, only: Callable[[str], bool] = lambda name: True) -> Expr:
    """The same one or more steps earlier."""

    def change(part: Expr) -> Expr | None:
        if isinstance(part, Ref | Block) and only(part.name):
            return replace(part, step=part.step + step)
        return None

    return over(expr, change)


def transposed(expr: Expr) -> Expr:
    """A matrix expression for the transposed matrix."""
    match expr:
        case Call("MMULT", (left, right)):
            return Call("MMULT", (transposed(right), transposed(left)))
        case Call("TRANSPOSE", (body,)):
            return body
        case Block():
            return Call("TRANSPOSE", (expr,))
        case Num() | Ref() | Total() | Dot():
            return expr
        case _:
            return rebuilt(expr, tuple(transposed(part) for part in children(expr)))


# Shorthands

ONE, TWO, ZERO, HALF = Num("1"), Num("2"), Num("0"), Num("0.5")


def add(left: Expr, right: Expr) -> Expr:
    return Bin("+", left, right)


def sub(left: Expr, right: Expr) -> Expr:
    return Bin("-", left, right)


def mul(*parts: Expr) -> Expr:
    found = parts[0]
    for part in parts[1:]:
        found = Bin("*", found, part)
    return found


def div(left: Expr, right: Expr) -> Expr:
    return Bin("/", left, right)


def square(body: Expr) -> Expr:
    return Bin("^", body, TWO)


def call(name: str, *args: Expr) -> Expr:
    return Call(name, args)


def plus(*terms: Expr) -> Expr:
    found = terms[0]
    for term in terms[1:]:
        found = Bin("+", found, term)
    return found
