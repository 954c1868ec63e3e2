"""The end of every model: output activation, loss, and the first derivatives, under the wish's convention."""

import numpy as np

from benchmarks.any_model.programs.activations import ACTIVATIONS, LOSSES
from benchmarks.any_model.programs.expressions import (
    ONE,
    TWO,
    ZERO,
    Bin,
    Block,
    Call,
    Expr,
    Neg,
    Ref,
    Tag,
    Total,
    call,
    div,
    mul,
    over,
    plus,
    square,
    sub,
)  # fmt: skip
from benchmarks.any_model.programs.program import Element, Program, Quantity, number, refs
from benchmarks.any_model.programs.wish import Wish


def slope_of(activation: str, which: int, z: Expr, a: Expr) -> Expr:
    slopes = ACTIVATIONS[activation].slopes
    return Tag(f"slope:{activation}", slopes[which % len(slopes)](z, a))


def ranged(expr: Expr) -> Expr | None:
    """The same over ranges, or None where a function takes a range together."""
    wrong = False

    def change(part: Expr) -> Expr | None:
        nonlocal wrong
        if isinstance(part, Call) and part.name in ("MAX", "MIN", "NORM.S.DIST"):
            if part.name == "MAX" and len(part.args) == 2 and part.args[0] == ZERO:
                return Call("IF", (Bin(">", part.args[1], ZERO), part.args[1], ZERO))
            wrong = True
        return None

    found = over(expr, change)
    return None if wrong else found


def activate(program: Program, z: str, a: str, activation: str) -> None:
    """a = act(z), cell by cell and as an array; softmax over the columns of a row."""
    rows, columns, samples = program[z].rows, program[z].columns, program[z].samples
    if activation == "softmax":
        program.add(Quantity(f"e{z}", rows, columns, "forward", lambda r, c: call("EXP", Ref(z, r, c)),
                             call("EXP", Block(z)), samples=samples))  # fmt: skip
        total = lambda r: Total("SUM", tuple(Ref(f"e{z}", r, k) for k in range(columns)))  # noqa: E731
        program.add(Quantity(a, rows, columns, "forward", lambda r, c: div(Ref(f"e{z}", r, c), total(r)),
                             samples=samples))  # fmt: skip
        return
    value = ACTIVATIONS[activation].value
    matrix = ranged(value(Block(z)))
    program.add(Quantity(a, rows, columns, "forward", lambda r, c: value(Ref(z, r, c)), matrix, samples=samples))


def close(program: Program, wish: Wish, z: str, a: str, t: str) -> str:
    """Activation, loss and dE/dz of the output; the name of the quantity that holds dE/dz."""
    rows, columns = program[z].rows, program[z].columns
    output = wish.output
    if output == "identity":
        a = z
    else:
        activate(program, z, a, output)
    loss = LOSSES[wish.loss]
    term = lambda r, k: loss.value(Ref(a, r, k), Ref(t, r, k))  # noqa: E731
    many = program[z].samples and rows > 1
    each = "L" if many else "E"
    program.add(Quantity(each, rows, 1, "loss", lambda r, c: plus(*(term(r, k) for k in range(columns))), samples=many))
    if many:
        kind = "AVERAGE" if wish.mean else "SUM"
        program.add(Quantity("E", 1, 1, "loss", lambda r, c: Total(kind, tuple(Ref(each, s) for s in range(rows)))))
    program.loss = "E"
    factor = _convention(program, wish, rows if many else 1)
    slope = _slope(wish)
    at, block = (lambda r, c: (Ref(a, r, c), Ref(t, r, c))), (Block(a), Block(t))
    fused = loss.fused and not wish.separate
    if fused:
        element: Element = lambda r, c: factor(_difference(wish, *at(r, c)))  # noqa: E731
        matrix = ranged(factor(_difference(wish, *block)))
    elif wish.separate and output != "identity":
        program.add(Quantity(f"d{a}", rows, columns, "derivative", lambda r, c: factor(slope(*at(r, c))),
                             ranged(factor(slope(*block))), by=a, samples=many))  # fmt: skip
        inner = lambda z_, a_: slope_of(output, wish.slope, z_, a_)  # noqa: E731
        element = lambda r, c: mul(Ref(f"d{a}", r, c), inner(Ref(z, r, c), Ref(a, r, c)))  # noqa: E731
        matrix = ranged(mul(Block(f"d{a}"), inner(Block(z), Block(a))))
    elif output == "identity":
        element, matrix = lambda r, c: factor(slope(*at(r, c))), ranged(factor(slope(*block)))
    else:
        inner = lambda z_, a_: slope_of(output, wish.slope, z_, a_)  # noqa: E731
        element = lambda r, c: factor(mul(slope(*at(r, c)), inner(Ref(z, r, c), Ref(a, r, c))))  # noqa: E731
        matrix = ranged(factor(mul(slope(*block), inner(Block(z), Block(a)))))
    name = f"d{z}"
    program.facts |= {"last": z, "output": a}
    program.add(Quantity(name, rows, columns, "derivative", element, matrix, by=z, samples=many))
    return name


def _difference(wish: Wish, a: Expr, t: Expr) -> Expr:
    return sub(t, a) if wish.convention == "negative" else sub(a, t)


def _slope(wish: Wish):
    loss = LOSSES[wish.loss]
    if wish.convention == "negative":
        if wish.loss.startswith("half"):
            return lambda a, t: sub(t, a)
        if wish.loss == "squared":
            return lambda a, t: mul(TWO, sub(t, a))
        return lambda a, t: Neg(loss.slope(a, t))
    if wish.convention == "two left out" and wish.loss == "squared":
        return sub
    return loss.slope


def _convention(program: Program, wish: Wish, samples: int):
    """What a delta is multiplied with; sets the scale of every gradient against the loss."""
    if wish.convention == "two left out" and wish.loss == "squared":
        program.scale *= 0.5
    if wish.convention == "negative":
        program.scale *= -1
    if not wish.mean or samples == 1:
        return lambda expr: expr
    if wish.convention == "n left to the rate":
        program.scale *= samples
        return lambda expr: expr
    if wish.count == "cell":
        values = np.array([[float(samples)]])
        program.add(Quantity("n", 1, 1, "constant", values=values, once=True, kind="fixed"))
    if wish.mean_at == "delta":
        return lambda expr: Bin("/", expr, Tag("mean", divisor(program, samples)))
    program.facts["gradient divisor"] = str(samples)
    return lambda expr: expr


def divisor(program: Program, samples: int) -> Expr:
    """The number of samples: typed, in a cell, or counted."""
    match program.facts.get("count"):
        case "cell":
            return Ref("n")
        case "COUNT":
            return Total("COUNT", refs("T", None, 0, samples))
    return number(samples)


def averaged(program: Program, expr: Expr) -> Expr:
    """A sum over samples, divided by n where the wish puts the division into the gradient."""
    if isinstance(expr, Total):
        return Total("AVERAGE", expr.terms) if "gradient divisor" in program.facts else expr
    if "gradient divisor" in program.facts:
        return div(expr, Tag("mean", divisor(program, int(program.facts["gradient divisor"]))))
    return expr


__all__ = ["ONE", "activate", "averaged", "close", "ranged", "slope_of", "square"]
