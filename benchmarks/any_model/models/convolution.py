"""A convolution by hand: a kernel moved over a picture, an activation, one output."""

import numpy as np

from benchmarks.any_model.models.dense import rounded, targets
from benchmarks.any_model.programs.expressions import Dot, Expr, Ref, Tag, Total, add, mul
from benchmarks.any_model.programs.head import activate, close, slope_of
from benchmarks.any_model.programs.program import Program, Quantity
from benchmarks.any_model.programs.wish import Wish


def convolution(wish: Wish, draw: np.random.Generator) -> Program:
    """y = k * x + c, a = act(y), z = the sum of v a (+ b)."""
    tall, wide, high, broad = wish.sizes  # picture, kernel
    rows, columns = tall - high + 1, wide - broad + 1
    program = Program()
    t, kind = targets(wish, draw, wish.steps if wish.layout.startswith("sample a") else 1, 1)
    pictures = rounded(draw.uniform(-1, 1, (wish.steps, tall, wide)) + 0.2)
    turns = wish.layout.startswith("sample a")
    program.add(Quantity("X", tall, wide, "input", values=pictures if turns else pictures[0]))
    program.add(Quantity("T", 1, 1, "target", values=t[:, None, :] if turns else t, kind=kind))
    program.add(Quantity("K", high, broad, "parameter", values=rounded(draw.uniform(-1, 1, (high, broad)) + 0.05)))
    program.add(Quantity("c", 1, 1, "parameter", values=np.array([[0.1]])))
    program.add(Quantity("V", rows, columns, "parameter", values=rounded(draw.uniform(-1, 1, (rows, columns)) + 0.05)))
    kernel = tuple(Ref("K", i, j) for i in range(high) for j in range(broad))

    def window(p: int, q: int) -> tuple[Expr, ...]:
        return tuple(Ref("X", p + i, q + j) for i in range(high) for j in range(broad))

    every = [(p, q) for p in range(rows) for q in range(columns)]
    program.add(Quantity("Y", rows, columns, "forward", lambda p, q: add(Dot(window(p, q), kernel), Ref("c"))))
    activate(program, "Y", "A", wish.hidden)
    out = tuple(Ref("V", p, q) for p, q in every)
    program.add(Quantity("Z", 1, 1, "forward", lambda r, s: Dot(tuple(Ref("A", p, q) for p, q in every), out)))
    delta = close(program, wish, "Z", "O", "T")
    program.add(Quantity("dV", rows, columns, "gradient", by="V",
                         element=lambda p, q: mul(Ref(delta), Tag("activation", Ref("A", p, q)))))  # fmt: skip
    through = lambda p, q: mul(Ref(delta), Ref("V", p, q))  # noqa: E731
    slope = lambda p, q: slope_of(wish.hidden, wish.slope, Ref("Y", p, q), Ref("A", p, q))  # noqa: E731
    if wish.separate:
        program.add(Quantity("dA", rows, columns, "derivative", through, by="A"))
        element = lambda p, q: mul(Ref("dA", p, q), slope(p, q))  # noqa: E731
    else:
        element = lambda p, q: mul(through(p, q), slope(p, q))  # noqa: E731
    program.add(Quantity("dY", rows, columns, "derivative", element, by="Y"))
    deltas = tuple(Ref("dY", p, q) for p, q in every)

    def under(i: int, j: int) -> tuple[Expr, ...]:
        return tuple(Tag("activation", Ref("X", p + i, q + j)) for p, q in every)

    program.add(Quantity("dK", high, broad, "gradient", lambda i, j: Dot(deltas, under(i, j)), by="K"))
    program.add(Quantity("dc", 1, 1, "gradient", lambda r, s: Total("SUM", deltas), by="c"))
    return program
