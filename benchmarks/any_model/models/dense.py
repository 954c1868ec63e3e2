"""Layers that are weights, biases and an activation: regressions and perceptrons of any depth."""

import numpy as np

from benchmarks.any_model.programs.expressions import ONE, Block, Call, Dot, Expr, Ref, Tag, Total, add, call, mul
from benchmarks.any_model.programs.head import activate, averaged, close, ranged, slope_of
from benchmarks.any_model.programs.program import Program, Quantity, refs
from benchmarks.any_model.programs.wish import Wish


def rounded(values: np.ndarray) -> np.ndarray:
    return np.round(values, 2)


def data(wish: Wish, draw: np.random.Generator, program: Program, width: int, outputs: int) -> None:
    """Inputs and targets; where a step has one sample, each step has its own turn."""
    turns = wish.layout.startswith("sample a")
    count = wish.steps if turns else wish.samples
    x = rounded(draw.uniform(-1.5, 1.5, (count, width)) + 0.3)
    if wish.inputs == "binary":
        x = (x > 0.3).astype(float)
    if wish.augmented:
        x, width = np.hstack([x, np.ones((count, 1))]), width + 1
    t, kind = targets(wish, draw, count, outputs)
    program.samples = 1 if turns else wish.samples
    if turns and wish.data == "once" and wish.steps > 1:
        looked_up(program, wish, x, t, kind)
        return
    if turns:
        x, t = x[:, None, :], t[:, None, :]
    program.add(Quantity("X", program.samples, width, "input", values=x, samples=True, ones=wish.augmented))
    program.add(Quantity("T", program.samples, outputs, "target", values=t, samples=True, kind=kind))


def looked_up(program: Program, wish: Wish, x: np.ndarray, t: np.ndarray, kind: str) -> None:
    """A table of the data; each step reads the row whose turn it is."""
    count = min(len(x), 4)
    turn = (np.arange(wish.steps) % count + 1.0)[:, None, None]
    for name, values, role, of in (("X", x, "input", "real"), ("T", t, "target", kind)):
        width = values.shape[1]
        whole = Quantity(f"{name}_all", count, width, role, values=values[:count], once=True, kind=of)
        whole.ones = wish.augmented and name == "X"
        program.add(whole)
    program.add(Quantity("turn", 1, 1, "input", values=turn, kind="fixed"))
    for name, values, role in (("X", x, "input"), ("T", t, "target")):
        element = lambda r, c, name=name: call("INDEX", Block(f"{name}_all", columns=(c, c)), Ref("turn"))  # noqa: E731
        program.add(Quantity(name, 1, values.shape[1], role, element, samples=True))


def targets(wish: Wish, draw: np.random.Generator, count: int, outputs: int) -> tuple[np.ndarray, str]:
    if wish.loss == "softmax cross-entropy":
        return np.eye(outputs)[draw.integers(0, outputs, count)], "fixed"
    if wish.output in ("sigmoid", "softmax"):
        return (draw.uniform(0, 1, (count, outputs)) > 0.5).astype(float), "unit"
    return rounded(draw.uniform(-2, 2, (count, outputs))), "real"


def dense(wish: Wish, draw: np.random.Generator) -> Program:
    """x -> z1 -> a1 -> ... -> loss, and back."""
    program = Program(facts={"count": wish.count})
    sizes = wish.sizes
    data(wish, draw, program, sizes[0], sizes[-1])
    layers = len(sizes) - 1
    for k in range(1, layers + 1):
        inside = sizes[k - 1] + wish.augmented
        weights = rounded(draw.uniform(-1, 1, (inside, sizes[k])) + 0.05)
        if wish.start == "equal":
            weights[:] = 0.5
        program.add(Quantity(f"W{k}", inside, sizes[k], "parameter", values=weights))
        if wish.bias:
            bias = rounded(draw.uniform(-0.6, 0.6, (1, sizes[k])) + 0.03)
            if wish.start != "random":
                bias[:] = 0
            program.add(Quantity(f"b{k}", 1, sizes[k], "parameter", values=bias))
    below = "X"
    for k in range(1, layers + 1):
        affine(program, wish, below, k)
        if k < layers:
            activate(program, f"Z{k}", f"A{k}", wish.hidden)
            if wish.augmented:
                with_ones(program[f"A{k}"])
            below = f"A{k}"
    close(program, wish, f"Z{layers}", f"A{layers}", "T")
    for k in range(layers, 0, -1):
        below = f"A{k - 1}" if k > 1 else "X"
        gradients(program, wish, below, k)
        if k > 1:
            back(program, wish, k)
    return program


def with_ones(quantity: Quantity) -> None:
    """A last column of ones, which the biases are multiplied with."""
    inside, element = quantity.columns, quantity.element
    assert element is not None
    quantity.columns, quantity.matrix, quantity.ones = inside + 1, None, True
    quantity.element = lambda r, c: element(r, c) if c < inside else ONE


def affine(program: Program, wish: Wish, below: str, k: int) -> None:
    """z = x W + b."""
    inside, width, rows = program[f"W{k}"].rows, program[f"W{k}"].columns, program[below].rows

    def element(r: int, c: int) -> Expr:
        found: Expr = Dot(refs(below, r, None, inside), refs(f"W{k}", None, c, inside))
        return add(found, Ref(f"b{k}", 0, c)) if wish.bias else found

    matrix: Expr = call("MMULT", Block(below), Block(f"W{k}"))
    if wish.bias:
        matrix = add(matrix, Block(f"b{k}"))
    program.add(Quantity(f"Z{k}", rows, width, "forward", element, matrix, samples=program[below].samples))


def gradients(program: Program, wish: Wish, below: str, k: int) -> None:
    """dE/dW = x' dz, dE/db = the sum of dz over the samples."""
    inside, width, rows = program[f"W{k}"].rows, program[f"W{k}"].columns, program[below].rows
    delta = f"dZ{k}"
    active = lambda s, i: Tag("activation", Ref(below, s, i))  # noqa: E731
    if wish.per_sample and rows > 1:
        program.add(Quantity(f"gW{k}", rows, inside * width, "derivative", by=f"W{k}", samples=True,
                             element=lambda s, q: mul(Ref(delta, s, q % width), active(s, q // width))))  # fmt: skip
        element = lambda i, j: averaged(program, Total("SUM", refs(f"gW{k}", None, i * width + j, rows)))  # noqa: E731
    else:
        element = lambda i, j: averaged(  # noqa: E731
            program, Dot(tuple(active(s, i) for s in range(rows)), refs(delta, None, j, rows))
        )
    matrix = averaged(program, call("MMULT", Call("TRANSPOSE", (Block(below),)), Block(delta)))
    program.add(Quantity(f"dW{k}", inside, width, "gradient", element, None if wish.per_sample else matrix, by=f"W{k}"))
    if wish.bias:
        summed = lambda i, j: averaged(program, Total("SUM", refs(delta, None, j, rows)))  # noqa: E731
        alone = lambda i, j: Ref(delta, 0, j)  # noqa: E731
        program.add(Quantity(f"db{k}", 1, width, "gradient", alone if rows == 1 else summed, by=f"b{k}"))


def back(program: Program, wish: Wish, k: int) -> None:
    """dE/dz of the layer below: W' dz times the activation's slope."""
    inside, width, rows = program[f"W{k}"].rows - wish.augmented, program[f"W{k}"].columns, program[f"Z{k}"].rows
    part = (0, inside - 1) if wish.augmented else None
    z, a, samples = f"Z{k - 1}", f"A{k - 1}", program[f"Z{k}"].samples
    through = lambda s, i: Dot(refs(f"W{k}", i, None, width), refs(f"dZ{k}", s, None, width))  # noqa: E731
    matrix: Expr = call("MMULT", Block(f"dZ{k}"), Call("TRANSPOSE", (Block(f"W{k}", rows=part),)))
    slope = lambda z_, a_: slope_of(wish.hidden, wish.slope, z_, a_)  # noqa: E731
    if wish.separate:
        program.add(Quantity(f"d{a}", rows, inside, "derivative", through, matrix, by=a, samples=samples))
        element = lambda s, i: mul(Ref(f"d{a}", s, i), slope(Ref(z, s, i), Ref(a, s, i)))  # noqa: E731
        matrix = Block(f"d{a}")
    else:
        element = lambda s, i: mul(through(s, i), slope(Ref(z, s, i), Ref(a, s, i)))  # noqa: E731
    whole = ranged(mul(matrix, slope(Block(z), Block(a, columns=part))))
    program.add(Quantity(f"d{z}", rows, inside, "derivative", element, whole, by=z, samples=samples))
