"""Rewritings of a whole workbook: cells of their own for parts, copies, another unit, a rounded e."""

import random
from dataclasses import replace

from benchmarks.any_model.programs.expressions import (
    Bin,
    Block,
    Call,
    Dot,
    Expr,
    Num,
    Raw,
    Ref,
    Total,
    div,
    mul,
    over,
    replaced,
    walk,
)  # fmt: skip
from benchmarks.any_model.programs.program import Element, Program, Quantity

Draw = random.Random
FORMULAS = ("forward", "loss", "local", "derivative", "gradient", "memory", "update")


def _size(expr: Expr) -> int:
    return sum(1 for _ in walk(expr))


def _is_number(part: Expr) -> bool:
    """Whether it computes a number: no comparison, no single cell."""
    return isinstance(part, Call | Dot | Total) or (isinstance(part, Bin) and part.op in "+-*/^")


def helper(program: Program, draw: Draw) -> bool:
    """A part of a formula in cells of its own."""
    found = []
    for quantity in program.role(*FORMULAS):
        if quantity.element is not None and len({_size(quantity.element(*place)) for place in quantity.places()}) == 1:
            found += [(quantity, i) for i, part in enumerate(walk(quantity.element(0, 0))) if i and _is_number(part)]
    if not found:
        return False
    quantity, number = draw.choice(found)
    element: Element = quantity.element  # type: ignore[assignment]

    def part(row: int, column: int) -> Expr:
        return list(walk(element(row, column)))[number]

    made = Quantity("helper", quantity.rows, quantity.columns, "forward", part, samples=quantity.samples)
    quantity.element = lambda r, c: replaced(element(r, c), number, lambda _: Ref("helper", r, c))
    quantity.matrix = None
    _before(program, quantity.name, made)
    return True


def copied(program: Program, draw: Draw) -> bool:
    """A quantity copied by reference; one that reads it reads the copy."""
    reads = [q for q in program.role("derivative", "gradient", "update") if q.element is not None]
    pairs = []
    for reader in reads:
        for part in walk(reader.element(0, 0)):  # type: ignore[misc]
            if isinstance(part, Ref) and program[part.name].role != "constant" and not part.step:
                pairs.append((reader, part.name))
    if not pairs:
        return False
    reader, name = draw.choice(pairs)
    read, old, matrix = program[name], reader.element, reader.matrix
    made = Quantity(
        "copy", read.rows, read.columns, "forward", lambda r, c: Ref(name, r, c), Block(name), samples=read.samples
    )

    def renamed(e):
        return replace(e, name="copy") if isinstance(e, Ref | Block) and e.name == name and not e.step else None

    reader.element = lambda r, c: over(old(r, c), renamed)  # type: ignore[misc]
    reader.matrix = None if matrix is None else over(matrix, renamed)
    _before(program, reader.name, made)
    return True


def percent(program: Program, draw: Draw) -> bool:
    """The learning rate in percent."""
    if "lr" not in program.quantities:
        return False
    rate = program["lr"]
    assert rate.values is not None
    rate.values, rate.kind = rate.values * 100, "percent"
    small = draw.choice([lambda e: div(e, Num("100")), lambda e: mul(e, Num("1%"))])

    def change(element: Element) -> Element:
        return lambda r, c: over(element(r, c), lambda e: small(e) if e == Ref("lr") else None)

    for quantity in program.quantities.values():
        if quantity.element is not None:
            quantity.element = change(quantity.element)
        if quantity.matrix is not None:
            quantity.matrix = over(quantity.matrix, lambda e: small(e) if e == Ref("lr") else None)
    return True


def rounded_base(program: Program, draw: Draw) -> bool:
    """2.718^x for EXP(x), everywhere: nearly the same, and meant."""
    base = Num(draw.choice(["2.718", "2.71828", "2.718281828"]))
    found = False

    def swap(part: Expr) -> Expr | None:
        nonlocal found
        if not isinstance(part, Call) or part.name != "EXP":
            return None
        found = True
        return Bin("^", base, Raw("({0})", (part.args[0],)))

    def change(element: Element) -> Element:
        return lambda r, c: over(element(r, c), swap)

    for quantity in program.quantities.values():
        if quantity.element is not None:
            over(quantity.element(0, 0), swap)
            quantity.element = change(quantity.element)
        if quantity.matrix is not None:
            quantity.matrix = over(quantity.matrix, swap)
    return found


def _before(program: Program, name: str, made: Quantity) -> None:
    quantities = {}
    for key, quantity in program.quantities.items():
        if key == name:
            quantities[made.name] = made
        quantities[key] = quantity
    program.quantities = quantities
