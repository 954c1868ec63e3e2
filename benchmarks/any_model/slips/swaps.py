"""One part of a formula for another: each gives, for a case, what a part becomes, or None where it stays."""

from collections.abc import Callable
from dataclasses import replace

from benchmarks.any_model.case import Case
from benchmarks.any_model.programs.expressions import (
    ONE,
    Bin,
    Block,
    Call,
    Dot,
    Expr,
    Neg,
    Num,
    Ref,
    Tag,
    Total,
    div,
    mul,
    over,
    square,
    sub,
    walk,
)  # fmt: skip
from benchmarks.any_model.programs.program import Quantity
from benchmarks.any_model.slips.base import Draw, Swap


def without_slope(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """The activation's derivative left out."""

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Bin) and part.op == "*":
            if isinstance(part.right, Tag) and part.right.kind.startswith("slope"):
                return part.left
            if isinstance(part.left, Tag) and part.left.kind.startswith("slope"):
                return part.right
        return None

    return swap


def slope_of_another(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """Sigmoid's derivative for tanh, tanh's for sigmoid."""
    change = {"sigmoid": lambda a: sub(ONE, square(a)), "tanh": lambda a: mul(a, sub(ONE, a))}

    def swap(part: Expr) -> Expr | None:
        if not isinstance(part, Tag) or part.kind not in ("slope:sigmoid", "slope:tanh"):
            return None
        inside = [each for each in walk(part.body) if isinstance(each, Ref | Block)]
        own = next((each for each in inside if each.name.startswith("A")), None)
        return Tag("slope", change[part.kind.partition(":")[2]](own)) if own else None

    return swap


def neighbour_slope(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """The derivative at a neighbour's value: filled one too far."""
    by = draw.choice([-1, 1])

    def swap(part: Expr) -> Expr | None:
        if not isinstance(part, Tag) or not part.kind.startswith("slope"):
            return None
        refs = [each for each in walk(part.body) if isinstance(each, Ref)]
        if not refs or case.program[refs[0].name].columns < 2:
            return None
        width = case.program[refs[0].name].columns
        return over(part, lambda e: replace(e, column=(e.column + by) % width) if isinstance(e, Ref) else None)

    return swap


def other_element(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """Another element of the quantity that is read."""
    pick = draw.random()

    def swap(part: Expr) -> Expr | None:
        if not isinstance(part, Ref):
            return None
        read = case.program[part.name]
        others = [p for p in read.places() if p != (part.row, part.column)]
        if not others or read.role == "constant":
            return None
        row, column = others[int(pick * len(others))]
        return replace(part, row=row, column=column)

    return swap


def other_quantity(of: Callable[[Quantity], bool], by: Callable[[Case, Quantity, Quantity], bool]) -> Callable[
    [Case, Draw, Quantity], Swap
]:  # fmt: skip
    """A reference to a quantity that `of` likes turned to one that `by` likes in its place (read, candidate)."""

    def make(case: Case, draw: Draw, quantity: Quantity) -> Swap:
        pick = draw.random()

        def swap(part: Expr) -> Expr | None:
            if not isinstance(part, Ref | Block) or not of(case.program[part.name]) or part.step:
                return None
            read = case.program[part.name]
            others = [q for q in case.program.quantities.values()
                      if q.name not in (read.name, quantity.name) and by(case, read, q)]  # fmt: skip
            if isinstance(part, Block):
                others = [q for q in others if (q.rows, q.columns) == (read.rows, read.columns)]
            if not others:
                return None
            other = others[int(pick * len(others))]
            if isinstance(part, Block):
                return replace(part, name=other.name)
            return replace(
                part, name=other.name, row=min(part.row, other.rows - 1), column=min(part.column, other.columns - 1)
            )

        return swap

    return make


def shifted(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """The cell beside the one that is meant."""
    by = draw.choice([(0, 1), (0, -1), (1, 0), (-1, 0)])
    return lambda part: replace(part, shift=by) if isinstance(part, Ref) else None


def empty_cell(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """A cell far from everything, which is empty."""
    by = (draw.choice([60, 200, 500]), draw.choice([0, 40]))

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Ref) and part.name not in case.arrangement.names:
            return replace(part, shift=by)
        return None

    return swap


def other_total(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """AVERAGE, MEDIAN or MAX where SUM belongs, and SUM for AVERAGE."""
    wrong, other = draw.choice(["AVERAGE", "MEDIAN", "MAX"]), draw.choice(["SUM", "MEDIAN"])

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Total) and len(part.terms) > 1:
            return Total(other if part.kind == "AVERAGE" else wrong, part.terms)
        return None

    return swap


def short_range(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """A sum or a product that misses its first or last term."""
    cut = slice(1, None) if draw.random() < 0.3 else slice(None, -1)

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Total) and len(part.terms) > 1:
            return Total(part.kind, part.terms[cut])
        if isinstance(part, Dot) and len(part.left) > 1:
            return Dot(part.left[cut], part.right[cut])
        return None

    return swap


def other_sign(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """+ for -, - for +, a minus too much or left out."""

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Bin) and part.op in "+-":
            return Bin("-" if part.op == "+" else "+", part.left, part.right)
        return part.body if isinstance(part, Neg) else None

    return swap


def other_divisor(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """Another number of samples, or none; a 2 too much."""
    more, none = draw.choice([1, -1, 2]), draw.random() < 0.4

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Bin) and part.op == "/" and isinstance(part.right, Tag) and part.right.kind == "mean":
            if none:
                return part.left
            return div(part.left, Num(str(max(case.program.samples + more, 1))))
        if isinstance(part, Num) and part.text in ("2", "-2", "0.5"):
            return Num({"2": "3", "-2": "-1", "0.5": "0.25"}[part.text])
        return None

    return swap


def output_for_slope(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """(1 - (y - p)) for (1 - p)."""

    def swap(part: Expr) -> Expr | None:
        if isinstance(part, Bin) and part.op == "-" and part.left == ONE:
            read = part.right
            if (
                isinstance(read, Ref | Block)
                and case.program[read.name].role == "forward"
                and "T" in case.program.quantities
            ):
                target = case.program["T"]
                own = case.program[read.name]
                if (target.rows, target.columns) == (own.rows, own.columns):
                    return sub(ONE, sub(replace(read, name="T"), read))
        return None

    return swap


def wrong_turn(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """A TRANSPOSE too much or too little in MMULT, where the sizes still fit."""

    def square_block(part: Expr) -> bool:
        inside = part.args[0] if isinstance(part, Call) and part.name == "TRANSPOSE" else part
        return isinstance(inside, Block) and case.program[inside.name].rows == case.program[inside.name].columns > 1

    def swap(part: Expr) -> Expr | None:
        if not isinstance(part, Call) or part.name != "MMULT":
            return None
        left, right = part.args
        if square_block(right):
            return Call("MMULT", (left, turn(right)))
        return Call("MMULT", (turn(left), right)) if square_block(left) else None

    def turn(part: Expr) -> Expr:
        return part.args[0] if isinstance(part, Call) and part.name == "TRANSPOSE" else Call("TRANSPOSE", (part,))

    return swap


def is_gradient(read: Quantity) -> bool:
    return read.role == "gradient"


def another_gradient(case: Case, read: Quantity, other: Quantity) -> bool:
    return other.role == "gradient"


def is_rate(read: Quantity) -> bool:
    return read.name == "lr"


def no_rate(case: Case, read: Quantity, other: Quantity) -> bool:
    return other.role in ("parameter", "constant", "input") and other.name != "lr"


def is_activation(read: Quantity) -> bool:
    return read.role in ("input", "forward")


def weight(case: Case, read: Quantity, other: Quantity) -> bool:
    return other.role == "parameter"


def is_delta(read: Quantity) -> bool:
    return read.role == "derivative"


def weight_change(case: Case, read: Quantity, other: Quantity) -> bool:
    return other.role == "gradient"


def another_forward(case: Case, read: Quantity, other: Quantity) -> bool:
    return other.role in ("forward", "input") and other.rows == read.rows


def another_delta(case: Case, read: Quantity, other: Quantity) -> bool:
    return other.role in ("derivative", "forward") and other.rows == read.rows


def tagged_activation(case: Case, draw: Draw, quantity: Quantity) -> Swap:
    """The weight in place of the activation."""
    inner = other_quantity(is_activation, weight)(case, draw, quantity)

    def swap(part: Expr) -> Expr | None:
        return inner(part.body) if isinstance(part, Tag) and part.kind == "activation" else None

    return swap
