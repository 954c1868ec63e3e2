"""Cells that claim no derivative: classes, errors, norms, differences. None of them may raise an alarm."""

import random

from benchmarks.any_model.programs.expressions import ONE, ZERO, Bin, Call, Expr, Num, Ref, Total, call, mul, sub
from benchmarks.any_model.programs.program import Program, Quantity
from benchmarks.any_model.programs.wish import Wish

HALFWAY = Num("0.5")


def extras(program: Program, wish: Wish) -> None:
    """One to three of them, each where the model has what it needs."""
    draw = random.Random(f"extras {wish.seed}")
    made = [_class, _error, _norm, _root]
    for add in draw.sample(made, draw.randint(1, 3)):
        quantity = add(program, wish)
        if quantity is not None:
            program.add(quantity)


def _output(program: Program) -> Quantity | None:
    found = program.quantities.get(program.facts.get("output", ""))
    target = program.quantities.get("T")
    if found is None or target is None or (found.rows, found.columns) != (target.rows, target.columns):
        return None
    return found


def _class(program: Program, wish: Wish) -> Quantity | None:
    """1 where the output is above a half."""
    output = _output(program)
    if output is None or wish.output != "sigmoid":
        return None
    element = lambda r, c: Call("IF", (Bin(">", Ref(output.name, r, c), HALFWAY), ONE, ZERO))  # noqa: E731
    return Quantity("predicted", output.rows, output.columns, "extra", element, samples=output.samples)


def _error(program: Program, wish: Wish) -> Quantity | None:
    """Target less output, which looks like a derivative and is none."""
    output = _output(program)
    if output is None:
        return None
    element = lambda r, c: sub(Ref("T", r, c), Ref(output.name, r, c))  # noqa: E731
    return Quantity("error", output.rows, output.columns, "extra", element, samples=output.samples)


def _norm(program: Program, wish: Wish) -> Quantity | None:
    """The length of the gradient."""
    parts = tuple(Ref(each.name, *place) for each in program.role("gradient") for place in each.places())
    if not parts:
        return None
    squares: Expr = Total("SUMSQ", parts)
    return Quantity("norm", 1, 1, "extra", lambda r, c: call("SQRT", squares))


def _root(program: Program, wish: Wish) -> Quantity | None:
    """A figure made of the loss: in percent."""
    if not wish.loss_cell:
        return None
    return Quantity("percent", 1, 1, "extra", lambda r, c: mul(Ref(program.loss), Num("100")))
