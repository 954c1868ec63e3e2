"""An embedding: each sample's key picks a row of a table that is learned."""

import numpy as np

from benchmarks.any_model.models.dense import affine, gradients, rounded, targets
from benchmarks.any_model.programs.expressions import ZERO, Bin, Block, Call, Dot, Expr, Num, Ref, Total, call
from benchmarks.any_model.programs.head import averaged, close
from benchmarks.any_model.programs.program import Program, Quantity, refs
from benchmarks.any_model.programs.wish import Wish


def embedding(wish: Wish, draw: np.random.Generator) -> Program:
    """e = row key of M; z = e W + b."""
    entries, width, outputs = wish.sizes
    turns = wish.layout.startswith("sample a")
    count = wish.steps if turns else wish.samples
    program = Program(samples=1 if turns else count, facts={"count": wish.count})
    keys = (np.arange(count) % entries + 1).astype(float)[:, None]
    t, kind = targets(wish, draw, count, outputs)
    if turns:
        keys, t = keys[:, None, :], t[:, None, :]
    blocks = wish.layout.startswith("blocks")
    matched = blocks and wish.slope == 2
    if matched:
        names = 100.0 + 7 * np.arange(1, entries + 1)[:, None]
        keys = names[keys.astype(int) - 1, 0]
        program.add(Quantity("id", entries, 1, "input", values=names, kind="fixed"))
    program.add(Quantity("key", program.samples, 1, "input", values=keys, samples=True, kind="fixed"))
    program.add(Quantity("T", program.samples, outputs, "target", values=t, samples=True, kind=kind))
    program.add(
        Quantity("M", entries, width, "parameter", values=rounded(draw.uniform(-1, 1, (entries, width)) + 0.05))
    )
    program.add(
        Quantity("W1", width, outputs, "parameter", values=rounded(draw.uniform(-1, 1, (width, outputs)) + 0.05))
    )
    if wish.bias:
        program.add(
            Quantity("b1", 1, outputs, "parameter", values=rounded(draw.uniform(-0.5, 0.5, (1, outputs)) + 0.03))
        )

    def looked_up(s: int, c: int) -> Expr:
        if not blocks:
            return Call("CHOOSE", (Ref("key", s), *refs("M", None, c, entries)))
        if matched:
            found = call("MATCH", Ref("key", s), Block("id"), ZERO)
            return call("INDEX", Block("M"), found, Num(str(c + 1)))
        if wish.slope == 1:
            return call("INDEX", Block("M"), Ref("key", s), Num(str(c + 1)))
        return call("INDEX", Block("M", columns=(c, c)), Ref("key", s))

    program.add(Quantity("V", program.samples, width, "forward", looked_up, samples=True))
    affine(program, wish, "V", 1)
    delta = close(program, wish, "Z1", "A1", "T")
    gradients(program, wish, "V", 1)
    program.add(Quantity("dV", program.samples, width, "derivative", by="V", samples=True,
                         element=lambda s, c: Dot(refs("W1", c, None, outputs), refs(delta, s, None, outputs)),
                         matrix=call("MMULT", Block(delta), Call("TRANSPOSE", (Block("W1"),)))))  # fmt: skip

    def spread(v: int, c: int) -> Expr:
        entry: Expr = Ref("id", v) if matched else Num(str(v + 1))
        chosen = tuple(Call("IF", (Bin("=", Ref("key", s), entry), Ref("dV", s, c), ZERO))
                       for s in range(program.samples))  # fmt: skip
        if blocks and wish.wide and program.samples > 1 and wish.arithmetic in ("sumproduct", "mmult"):
            column = Block("dV", columns=(c, c))
            if wish.slope == 1:
                return averaged(program, call("SUMIF", Block("key"), entry, column))
            return averaged(program, call("SUMPRODUCT", Bin("*", Bin("=", Block("key"), entry), column)))
        return averaged(program, Total("SUM", chosen)) if program.samples > 1 else chosen[0]

    program.add(Quantity("dM", entries, width, "gradient", spread, by="M"))
    return program
