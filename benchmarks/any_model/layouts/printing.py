"""From an expression and a place to the text of a formula, in one of the arithmetics."""

from collections import Counter
from collections.abc import Callable, Sequence

from benchmarks.any_model.layouts.arrangement import Arrangement
from benchmarks.any_model.programs.expressions import (
    Bin,
    Block,
    Call,
    Dot,
    Expr,
    Neg,
    Num,
    Raw,
    Ref,
    Tag,
    Total,
    bare,
    over,
    transposed,
    walk,
)  # fmt: skip
from benchmarks.any_model.programs.program import Program
from benchmarks.any_model.sheet.book import Formula, Place
from benchmarks.any_model.sheet.parser import column_letters

ARITHMETICS = ("scalar", "mmult", "sumproduct", "lambda")
LEVELS = {"=": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "<>": 1, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
NEW = {"LET", "LAMBDA", "MAP", "REDUCE", "BYROW", "BYCOL", "MAKEARRAY", "NORM.S.DIST"}
ATOM = 9
Shape = tuple[int, int, str]  # rows, columns, and in which order the terms go through them


class Printer:
    """Writes formulas of one program at one arrangement."""

    def __init__(self, program: Program, arrangement: Arrangement, arithmetic: str) -> None:
        self.program, self.arrangement, self.arithmetic = program, arrangement, arithmetic
        self.here: Place = ("", 1, 1)
        self.step = 0
        self.needs_array = False

    def cell(self, expr: Expr, here: Place, step: int) -> Formula:
        """The formula of one cell."""
        self.here, self.step, self.needs_array = here, step, False
        if self.arithmetic == "lambda":
            expr = named_once(expr)
        text = self.text(expr)
        return Formula(f"={text}", is_array=self.needs_array)

    def block(self, matrix: Expr, name: str, step: int) -> Formula:
        """One array formula for a whole quantity; `here` is its first cell."""
        spot, quantity = self.arrangement.spot(name, step), self.program[name]
        self.here, self.step = spot.at(0, 0), step
        if self.arithmetic == "lambda":
            matrix = self.mapped(matrix)
        rows, columns = quantity.rows, quantity.columns
        if self.arrangement.is_turned(name, step):
            matrix, rows, columns = transposed(matrix), columns, rows
        return Formula(f"={self.text(matrix)}", rows, columns, True)

    def text(self, expr: Expr, level: int = 0) -> str:
        found, own = self._text(expr)
        return f"({found})" if own < level else found

    def _text(self, expr: Expr) -> tuple[str, int]:
        match expr:
            case Num(text):
                return text, 2 if text.startswith("-") else ATOM
            case Ref():
                return self.reference(expr), ATOM
            case Block():
                return self.area(expr)
            case Tag("otherwise", body):
                return self._otherwise(body)
            case Tag(_, body):
                return self._text(body)
            case Neg(body):
                return f"-{self.text(body, 4)}" if not is_power(body) else f"-({self.text(body)})", 3
            case Bin(op, left, right):
                return self._binary(op, left, right)
            case Call("TRANSPOSE", (Block() as body,)) if self.is_turned(body):
                return self.plain_area(body), ATOM
            case Call("INDEX", (Block() as body, at)) if body.columns and body.columns[0] == body.columns[1]:
                return f"INDEX({self.plain_area(body)},{self.text(at)})", ATOM
            case Call(name, args):
                if name in {"MMULT", "TRANSPOSE"}:
                    self.needs_array = True
                prefix = "_xlfn." if name in NEW else ""
                return f"{prefix}{name}({','.join(self.text(arg) for arg in args)})", ATOM
            case Raw(text, args):
                return text.format(*(self.text(arg) for arg in args)), ATOM
            case Dot(left, right):
                return self.dot(left, right)
            case Total(kind, terms):
                return self.total(kind, terms)
        raise TypeError(f"{expr!r} is not printed")

    def _binary(self, op: str, left: Expr, right: Expr) -> tuple[str, int]:
        level = LEVELS[op]
        first = self.text(left, level + 1 if op == "^" else level)
        second = self.text(right, level + 1 if op in "-/^" else level)
        return f"{first}{op}{second}", level

    def _otherwise(self, body: Expr) -> tuple[str, int]:
        kept = self.arithmetic
        self.arithmetic = "sumproduct" if kept == "scalar" else "scalar"
        try:
            return self._text(body)
        finally:
            self.arithmetic = kept

    # References

    def where(self, ref: Ref, step: int | None = None) -> Place:
        at = self.step + ref.step if ref.at_step is None else ref.at_step
        sheet, row, column = self.arrangement.place(ref.name, at if step is None else step, ref.row, ref.column)
        return sheet, row + ref.shift[0], column + ref.shift[1]

    def reference(self, ref: Ref) -> str:
        name = self.arrangement.names.get(ref.name)
        if name and ref.shift == (0, 0) and self.program[ref.name].role == "constant":
            return name
        held = ref.name in self.arrangement.once if ref.held is None else ref.held
        return self.sheet(self.where(ref)[0]) + self.corner(self.where(ref), held)

    def sheet(self, sheet: str) -> str:
        if sheet == self.here[0]:
            return ""
        return f"{sheet}!" if sheet.replace("_", "").isalnum() else f"'{sheet}'!"

    @staticmethod
    def corner(place: Place, held: bool) -> str:
        mark = "$" if held else ""
        return f"{mark}{column_letters(place[2])}{mark}{place[1]}"

    def is_turned(self, block: Block) -> bool:
        return self.arrangement.is_turned(block.name, self.step + block.step)

    def area(self, block: Block) -> tuple[str, int]:
        if self.is_turned(block) and self.program[block.name].rows * self.program[block.name].columns > 1:
            return f"TRANSPOSE({self.plain_area(block)})", ATOM
        return self.plain_area(block), ATOM

    def everything(self, name: str) -> str:
        """All of a quantity that stands once, with its sheet."""
        quantity = self.program[name]
        ends = [self.arrangement.place(name, 0, r, c) for r, c in ((0, 0), (quantity.rows - 1, quantity.columns - 1))]
        self.here = ("", 1, 1)
        return self.between(ends[0], ends[1], True)

    def plain_area(self, block: Block) -> str:
        if block.name in self.arrangement.names and block.rows is None and block.columns is None:
            return self.arrangement.names[block.name]
        quantity = self.program[block.name]
        (r0, r1), (c0, c1) = block.rows or (0, quantity.rows - 1), block.columns or (0, quantity.columns - 1)
        ends = [self.where(Ref(block.name, r, c, block.step)) for r, c in ((r0, c0), (r1, c1))]
        return self.between(ends[0], ends[1], block.name in self.arrangement.once)

    def between(self, first: Place, last: Place, held: bool) -> str:
        text = self.corner(first, held)
        if first != last:
            text += f":{self.corner(last, held)}"
        return self.sheet(first[0]) + text

    def stretch(self, terms: Sequence[Expr]) -> tuple[str, Shape] | None:
        """The range in which the terms stand in their order, and its shape; None where they do not."""
        plain = [bare(term) for term in terms]
        if len(plain) < 2 or not all(isinstance(term, Ref) for term in plain):
            return None
        places = [self.where(term) for term in plain]  # type: ignore[arg-type]
        held = {term.name in self.arrangement.once if term.held is None else term.held for term in plain}  # type: ignore[union-attr]
        (sheet, row, column), (_, last, right) = places[0], places[-1]
        rows, columns = last - row + 1, right - column + 1
        if rows < 1 or columns < 1 or rows * columns != len(places) or len(held) != 1:
            return None
        by_rows = [(sheet, row + i, column + j) for i in range(rows) for j in range(columns)]
        by_columns = [(sheet, row + i, column + j) for j in range(columns) for i in range(rows)]
        if places not in (by_rows, by_columns):
            return None
        order = "" if min(rows, columns) == 1 else "rows" if places == by_rows else "columns"
        return self.between(places[0], places[-1], held.pop()), (rows, columns, order)

    # Sums

    def dot(self, left: tuple[Expr, ...], right: tuple[Expr, ...]) -> tuple[str, int]:
        first, second = self.stretch(left), self.stretch(right)
        if self.arithmetic == "scalar" or not first or not second:
            return self.terms(left, right)
        (one, shape), (other, cross) = first, second
        if shape == cross:
            if self.arithmetic == "lambda":
                self.needs_array = True
                return f"SUM(_xlfn.MAP({one},{other},_xlfn.LAMBDA(_xlpm.p,_xlpm.q,_xlpm.p*_xlpm.q)))", ATOM
            return f"SUMPRODUCT({one},{other})", ATOM
        if shape[2] or cross[2]:
            return self.terms(left, right)
        self.needs_array = True
        if self.arithmetic == "mmult":
            return (f"MMULT({one},{other})" if shape[0] == 1 else f"MMULT({other},{one})"), ATOM
        return f"SUMPRODUCT({one},TRANSPOSE({other}))", ATOM

    def terms(self, left: tuple[Expr, ...], right: tuple[Expr, ...]) -> tuple[str, int]:
        found = [f"{self.text(a, 4)}*{self.text(b, 5)}" for a, b in zip(left, right, strict=True)]
        return "+".join(found), 4 if len(found) == 1 else 3

    def total(self, kind: str, terms: tuple[Expr, ...]) -> tuple[str, int]:
        found = self.stretch(terms)
        if found:
            return f"{kind}({found[0]})", ATOM
        if kind == "SUM" and self.arithmetic == "scalar":
            return "+".join(self.text(term, 3) for term in terms), 3 if len(terms) > 1 else 2
        return f"{kind}({','.join(self.text(term) for term in terms)})", ATOM

    # LAMBDA

    def mapped(self, matrix: Expr) -> Expr:
        """MAP over the ranges of an expression that works cell by cell; the expression itself where it does not."""
        parts: list[Expr] = []

        def visit(expr: Expr) -> Expr:
            if isinstance(expr, Block) or (isinstance(expr, Call) and expr.name in ("MMULT", "TRANSPOSE")):
                if expr not in parts:
                    parts.append(expr)
                return Raw(f"_xlpm.{'abcdefgh'[parts.index(expr)]}", ())
            if isinstance(expr, Tag):
                return Tag(expr.kind, visit(expr.body))
            if isinstance(expr, Bin):
                return Bin(expr.op, visit(expr.left), visit(expr.right))
            if isinstance(expr, Neg):
                return Neg(visit(expr.body))
            if isinstance(expr, Raw):
                return Raw(expr.text, tuple(visit(arg) for arg in expr.args))
            if isinstance(expr, Call):
                return Call(expr.name, tuple(visit(arg) for arg in expr.args))
            return expr

        body = visit(matrix)
        if not isinstance(bare(matrix), Bin | Neg | Call) or bare(body) == Raw("_xlpm.a", ()):
            return matrix
        if len({self._shape(part) for part in parts}) != 1:
            return matrix
        variables = "".join(f"_xlpm.{letter}," for letter in "abcdefgh"[: len(parts)])
        slots = ",".join(f"{{{i}}}" for i in range(len(parts)))
        return Mapped(f"_xlfn.MAP({slots},_xlfn.LAMBDA({variables}{{{len(parts)}}}))", (*parts, body))

    def _shape(self, expr: Expr) -> tuple[int, int]:
        match expr:
            case Block(name, _, rows, columns):
                whole = self.program[name]
                tall = rows[1] - rows[0] + 1 if rows else whole.rows
                return tall, columns[1] - columns[0] + 1 if columns else whole.columns
            case Call("TRANSPOSE", (body,)):
                return self._shape(body)[::-1]
            case Call("MMULT", (left, right)):
                return self._shape(left)[0], self._shape(right)[1]
        return (-1, -1)


def Mapped(text: str, args: tuple[Expr, ...]) -> Raw:  # noqa: N802
    return Raw(text, args)


def is_power(expr: Expr) -> bool:
    body = bare(expr)
    return isinstance(body, Bin) and body.op == "^"


def named_once(expr: Expr) -> Expr:
    """LET for the reference that stands most often in an expression, if it stands there twice."""
    seen = Counter(part for part in walk(expr) if isinstance(part, Ref))
    inside_sums = {bare(t) for part in walk(expr) if isinstance(part, Dot | Total) for t in walk(part) if t is not part}
    often = [ref for ref, count in seen.most_common() if count > 1 and ref not in inside_sums]
    if not often:
        return expr
    change: Callable[[Expr], Expr | None] = lambda part: Raw("_xlpm.z", ()) if part == often[0] else None  # noqa: E731
    return Raw("_xlfn.LET(_xlpm.z,{0},{1})", (often[0], over(expr, change)))


__all__ = ["ARITHMETICS", "Printer"]
