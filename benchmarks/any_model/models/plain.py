"""A plain function of a few numbers, and its slopes: no network at all."""

import random

import numpy as np

from benchmarks.any_model.programs.expressions import Bin, Expr, Num, Ref, add, call, mul, square, sub
from benchmarks.any_model.programs.program import Program, Quantity
from benchmarks.any_model.programs.wish import Wish


def plain(wish: Wish, draw: np.random.Generator) -> Program:
    """f(x, y) of a kind, dx and dy."""
    style = random.Random(wish.seed)
    a, b = Num(str(style.randint(2, 5))), Num(str(style.choice([0.5, 1.5, 2, 3])))
    x, y = Ref("x"), Ref("y")
    three, two = Num("3"), Num("2")
    sum_of = lambda *parts: parts[0] if len(parts) == 1 else add(sum_of(*parts[:-1]), parts[-1])  # noqa: E731
    kinds: list[tuple[Expr, Expr, Expr]] = [
        (sum_of(square(x), mul(b, square(y))), mul(two, x), mul(two, b, y)),
        (add(sub(square(x), mul(a, x)), square(y)), sub(mul(two, x), a), mul(two, y)),
        (add(square(sub(x, a)), mul(b, square(sub(y, x)))),
         sub(mul(two, sub(x, a)), mul(two, b, sub(y, x))), mul(two, b, sub(y, x))),
        (add(Bin("^", sub(x, b), Num("4")), mul(x, y)), add(mul(Num("4"), Bin("^", sub(x, b), three)), y), x),
        (add(call("EXP", mul(b, x)), square(sub(y, x))),
         sub(mul(b, call("EXP", mul(b, x))), mul(two, sub(y, x))), mul(two, sub(y, x))),
        (add(call("SIN", x), mul(a, square(sub(y, call("COS", x))))),
         add(call("COS", x), mul(two, a, sub(y, call("COS", x)), call("SIN", x))), mul(two, a, sub(y, call("COS", x)))),
    ]  # fmt: skip
    value, by_x, by_y = style.choice(kinds)
    program = Program(loss="E")
    for name in ("x", "y"):
        program.add(Quantity(name, 1, 1, "parameter", values=np.round(draw.uniform(-2, 2, (1, 1)), 1) + 0.05))
    program.add(Quantity("E", 1, 1, "loss", lambda r, c: value))
    program.add(Quantity("dx", 1, 1, "gradient", lambda r, c: by_x, by="x"))
    program.add(Quantity("dy", 1, 1, "gradient", lambda r, c: by_y, by="y"))
    return program
