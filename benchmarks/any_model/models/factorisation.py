"""Matrix factorisation: a table of ratings as the product of users and items."""

import random

import numpy as np

from benchmarks.any_model.models.dense import rounded
from benchmarks.any_model.programs.activations import LOSSES
from benchmarks.any_model.programs.expressions import (
    TWO,
    Block,
    Call,
    Dot,
    Expr,
    Neg,
    Num,
    Ref,
    Total,
    add,
    call,
    div,
    mul,
    square,
    sub,
)  # fmt: skip
from benchmarks.any_model.programs.program import Program, Quantity, number, refs
from benchmarks.any_model.programs.wish import Wish


def factorisation(wish: Wish, draw: np.random.Generator) -> Program:
    """R is about P Q; E the sum of squares, or half of it, or the mean."""
    users, rank, items = wish.sizes
    style = random.Random(wish.seed)
    program = Program()
    program.add(Quantity("R", users, items, "target", values=draw.integers(1, 6, (users, items)).astype(float)))
    program.add(Quantity("P", users, rank, "parameter", values=rounded(draw.uniform(0.1, 1.2, (users, rank)))))
    program.add(Quantity("Q", rank, items, "parameter", values=rounded(draw.uniform(0.1, 1.2, (rank, items)))))
    product = lambda u, i: Dot(refs("P", u, None, rank), refs("Q", None, i, rank))  # noqa: E731
    program.add(Quantity("F", users, items, "forward", product, call("MMULT", Block("P"), Block("Q"))))
    program.add(Quantity("D", users, items, "forward", lambda u, i: sub(Ref("R", u, i), Ref("F", u, i)),
                         sub(Block("R"), Block("F"))))  # fmt: skip
    _loss(program, wish, style, users, items)
    factor = _factor(program, wish, users * items)
    program.add(
        Quantity("dF", users, items, "derivative", lambda u, i: factor(Ref("D", u, i)), factor(Block("D")), by="F")
    )
    program.facts["last"] = "F"
    rate = Num(style.choice(["0.02", "0.1"])) if wish.bias and wish.loss_cell and wish.convention == "exact" else None
    for name, other, element, matrix in (
        ("P", "Q", lambda u, k: Dot(refs("dF", u, None, items), refs("Q", k, None, items)),
         call("MMULT", Block("dF"), Call("TRANSPOSE", (Block("Q"),)))),
        ("Q", "P", lambda k, i: Dot(refs("P", None, k, users), refs("dF", None, i, users)),
         call("MMULT", Call("TRANSPOSE", (Block("P"),)), Block("dF"))),
    ):  # fmt: skip
        del other
        _gradient(program, name, element, matrix, rate)
    if rate:
        _decay(program, rate)
    return program


def _loss(program: Program, wish: Wish, style: random.Random, users: int, items: int) -> None:
    every = tuple(Ref("D", u, i) for u in range(users) for i in range(items))
    if style.random() < 0.5:
        total: Expr = Total("SUMSQ", every)
    else:
        program.add(Quantity("S", users, items, "loss", lambda u, i: square(Ref("D", u, i)), square(Block("D"))))
        total = Total("SUM", tuple(Ref("S", ref.row, ref.column) for ref in every))
    if wish.loss.startswith("half"):
        total = div(total, TWO)
    if wish.mean:
        total = div(total, number(users * items))
    program.add(Quantity("E", 1, 1, "loss", lambda r, c: total))
    program.loss = "E"


def _factor(program: Program, wish: Wish, count: int):
    """dE/dF by the difference R - F, under the wish's convention."""
    if wish.convention == "two left out":
        program.scale *= 0.5
    if wish.convention == "negative":
        program.scale *= -1
    if wish.convention == "n left to the rate":
        program.scale *= count
    single = wish.loss.startswith("half") or wish.convention == "two left out"
    down = wish.convention != "negative"

    def factor(body: Expr) -> Expr:
        found = (Neg(body) if down else body) if single else mul(Num("-2" if down else "2"), body)
        return div(found, number(count)) if wish.mean and wish.convention != "n left to the rate" else found

    return factor


def _gradient(program: Program, name: str, element, matrix: Expr, rate: Expr | None) -> None:
    """With weight decay where the wish has it."""
    own = program[name]
    if rate is None:
        program.add(Quantity(f"d{name}", own.rows, own.columns, "gradient", element, matrix, by=name))
        return
    program.add(Quantity(
        f"d{name}", own.rows, own.columns, "gradient",
        lambda r, c: add(element(r, c), mul(rate, Ref(name, r, c))), add(matrix, mul(rate, Block(name))), by=name,
    ))  # fmt: skip


def _decay(program: Program, rate: Num) -> None:
    """The loss with rate/2 times all squares of the parameters."""
    loss = program["E"]
    before = loss.element
    assert before is not None
    squares = [Total("SUMSQ", tuple(Ref(name, r, c) for r, c in program[name].places())) for name in ("P", "Q")]
    loss.element = lambda r, c: add(before(r, c), mul(div(rate, TWO), call("SUM", *squares)))


__all__ = ["LOSSES", "factorisation"]
