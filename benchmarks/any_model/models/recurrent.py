"""An unrolled recurrent network: a row a moment, backpropagation through time."""

import numpy as np

from benchmarks.any_model.models.dense import affine, rounded
from benchmarks.any_model.programs.expressions import Dot, Expr, Ref, Tag, Total, add, call, mul
from benchmarks.any_model.programs.head import averaged, close, slope_of
from benchmarks.any_model.programs.program import Program, Quantity, refs
from benchmarks.any_model.programs.wish import Wish


def recurrent(wish: Wish, draw: np.random.Generator) -> Program:
    """h_t = tanh(x_t W + h_(t-1) U + b), y_t = h_t V + c; rows are moments."""
    inputs, hidden, outputs = wish.sizes
    moments = wish.samples
    program = Program(samples=moments, facts={"count": wish.count})
    shape = lambda r, c: rounded(draw.uniform(-0.9, 0.9, (r, c)) + 0.04)  # noqa: E731
    program.add(Quantity("X", moments, inputs, "input", values=shape(moments, inputs), samples=True))
    program.add(Quantity("T", moments, outputs, "target", values=shape(moments, outputs), samples=True))
    for name, r, c in (("W", inputs, hidden), ("U", hidden, hidden), ("b", 1, hidden), ("W2", hidden, outputs)):
        program.add(Quantity(name, r, c, "parameter", values=shape(r, c)))
    if wish.bias:
        program.add(Quantity("b2", 1, outputs, "parameter", values=shape(1, outputs)))

    def state(t: int, j: int) -> Expr:
        found: Expr = Dot(refs("X", t, None, inputs), refs("W", None, j, inputs))
        if t:
            found = add(found, Dot(refs("H", t - 1, None, hidden), refs("U", None, j, hidden)))
        return add(found, Ref("b", 0, j))

    program.add(Quantity("S", moments, hidden, "forward", state, samples=True))
    program.add(Quantity("H", moments, hidden, "forward", lambda t, j: call("TANH", Ref("S", t, j)), samples=True))
    affine(program, wish, "H", 2)
    close(program, wish, "Z2", "A2", "T")
    before = lambda t, j: Dot(refs("W2", j, None, outputs), refs("dZ2", t, None, outputs))  # noqa: E731

    def through(t: int, j: int) -> Expr:
        if t == moments - 1:
            return before(t, j)
        return add(before(t, j), Dot(refs("U", j, None, hidden), refs("dS", t + 1, None, hidden)))

    slope = lambda t, j: slope_of("tanh", wish.slope, Ref("S", t, j), Ref("H", t, j))  # noqa: E731
    if wish.separate:
        program.add(Quantity("dH", moments, hidden, "derivative", through, by="H", samples=True))
        element = lambda t, j: mul(Ref("dH", t, j), slope(t, j))  # noqa: E731
    else:
        element = lambda t, j: mul(through(t, j), slope(t, j))  # noqa: E731
    program.add(Quantity("dS", moments, hidden, "derivative", element, by="S", samples=True))
    active = lambda name, t, i: Tag("activation", Ref(name, t, i))  # noqa: E731

    def gradient(name: str, read: str, delta: str, rows: int, columns: int, lag: int = 0) -> None:
        span = range(lag, moments)
        program.add(Quantity(f"d{name}", rows, columns, "gradient", by=name, element=lambda i, j: averaged(program, Dot(
            tuple(active(read, t - lag, i) for t in span), tuple(Ref(delta, t, j) for t in span)))))  # fmt: skip

    gradient("W", "X", "dS", inputs, hidden)
    gradient("U", "H", "dS", hidden, hidden, 1)
    gradient("W2", "H", "dZ2", hidden, outputs)
    for name, delta, columns in (("b", "dS", hidden), ("b2", "dZ2", outputs)):
        if name in program.quantities:
            summed = lambda r, j, d=delta: averaged(program, Total("SUM", refs(d, None, j, moments)))  # noqa: E731
            program.add(Quantity(f"d{name}", 1, columns, "gradient", by=name, element=summed))
    return program
