"""Equivalent rewritings: the same numbers, said otherwise. None of them may raise an alarm.

A kind changes a program and gives whether it found a place; most change one part of the expressions of one quantity.
"""

import random
from collections.abc import Callable
from dataclasses import replace

from benchmarks.any_model.programs.expressions import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Bin,
    Block,
    Call,
    Dot,
    Expr,
    Neg,
    Num,
    Raw,
    Ref,
    Tag,
    Total,
    add,
    bare,
    call,
    div,
    mul,
    over,
    replaced,
    square,
    sub,
    walk,
)  # fmt: skip
from benchmarks.any_model.programs.program import Element, Program, Quantity

Draw = random.Random
Swap = Callable[[Expr], Expr | None]
FORMULAS = ("forward", "loss", "local", "derivative", "gradient", "memory", "update")


def operation(part: Expr, op: str) -> bool:
    return isinstance(part, Bin) and part.op == op


def factors_turned(part: Expr) -> Expr | None:
    return Bin("*", part.right, part.left) if isinstance(part, Bin) and part.op == "*" else None


def terms_turned(part: Expr) -> Expr | None:
    return Bin("+", part.right, part.left) if isinstance(part, Bin) and part.op == "+" else None


def difference_turned(part: Expr) -> Expr | None:
    """a - b as -(b - a)."""
    return Neg(sub(part.right, part.left)) if isinstance(part, Bin) and part.op == "-" else None


def difference_as_sum(part: Expr) -> Expr | None:
    """a - b as -b + a."""
    return add(Neg(part.right), part.left) if isinstance(part, Bin) and part.op == "-" else None


def difference_with_minus_one(part: Expr) -> Expr | None:
    """a - b as a + (-1)*b."""
    return add(part.left, mul(Num("-1"), part.right)) if isinstance(part, Bin) and part.op == "-" else None


def power_as_product(part: Expr) -> Expr | None:
    return mul(part.left, part.left) if isinstance(part, Bin) and part.op == "^" and part.right == TWO else None


def power_as_function(part: Expr) -> Expr | None:
    return call("POWER", part.left, part.right) if isinstance(part, Bin) and part.op == "^" else None


def square_turned(part: Expr) -> Expr | None:
    """(a - b)^2 as (b - a)^2."""
    if (
        isinstance(part, Bin)
        and part.op == "^"
        and part.right == TWO
        and isinstance(part.left, Bin)
        and part.left.op == "-"
    ):
        return square(sub(part.left.right, part.left.left))
    return None


def half_otherwise(part: Expr) -> Expr | None:
    """0.5*x as x/2, x/2 as 0.5*x or 1/2*x."""
    if isinstance(part, Bin) and part.op == "*" and part.left == HALF:
        return div(part.right, TWO)
    if isinstance(part, Bin) and part.op == "/" and part.right == TWO:
        return mul(HALF, part.left)
    return mul(div(ONE, TWO), part.left) if isinstance(part, Bin) and part.op == "*" and part.right == HALF else None


def division_as_product(part: Expr) -> Expr | None:
    """a/b as a*(1/b)."""
    if isinstance(part, Bin) and part.op == "/" and part.left != ONE:
        return mul(part.left, Raw("({0})", (div(ONE, part.right),)))
    return None


def product_as_division(part: Expr) -> Expr | None:
    """1/(1+e) as (1+e)^-1."""
    return Bin("^", part.right, Num("(-1)")) if isinstance(part, Bin) and part.op == "/" and part.left == ONE else None


def exponential_turned(part: Expr) -> Expr | None:
    """EXP(-x) as 1/EXP(x)."""
    if isinstance(part, Call) and part.name == "EXP" and isinstance(part.args[0], Neg):
        return Raw("({0})", (div(ONE, call("EXP", part.args[0].body)),))
    return None


def logistic_by_tanh(part: Expr) -> Expr | None:
    """1/(1+EXP(-x)) as EXP(x)/(1+EXP(x))."""
    if isinstance(part, Bin) and part.op == "/" and part.left == ONE and isinstance(part.right, Bin):
        inside = part.right.right
        if isinstance(inside, Call) and inside.name == "EXP" and isinstance(inside.args[0], Neg):
            up = call("EXP", inside.args[0].body)
            return div(up, add(ONE, up))
    return None


def bracketed(part: Expr) -> Expr | None:
    if isinstance(part, Num | Raw | Block):
        return None
    return Raw("({0})" if isinstance(part, Ref | Call) else "(({0}))", (part,))


def distributed(part: Expr) -> Expr | None:
    """a*(b - c) as a*b - a*c."""
    if isinstance(part, Bin) and part.op == "*":
        inside = bare(part.right)
        if isinstance(inside, Bin) and inside.op in "+-":
            return Bin(inside.op, mul(part.left, inside.left), mul(part.left, inside.right))
    return None


def average_as_quotient(part: Expr) -> Expr | None:
    if isinstance(part, Total) and part.kind == "AVERAGE":
        return div(Total("SUM", part.terms), Num(str(len(part.terms))))
    return None


def sum_as_average(part: Expr) -> Expr | None:
    if isinstance(part, Total) and part.kind == "SUM" and len(part.terms) > 1:
        return mul(Num(str(len(part.terms))), Total("AVERAGE", part.terms))
    return None


def sum_with_zero(part: Expr) -> Expr | None:
    """SUM(range) as its terms, one by one."""
    if isinstance(part, Total) and part.kind == "SUM" and len(part.terms) > 1:
        found: Expr = part.terms[-1]
        for term in part.terms[-2::-1]:
            found = add(term, found)
        return found
    return None


def products_otherwise(part: Expr) -> Expr | None:
    """SUMPRODUCT as a sum of products, and a sum of products as SUMPRODUCT."""
    return Tag("otherwise", part) if isinstance(part, Dot) and len(part.left) > 1 else None


def products_turned(part: Expr) -> Expr | None:
    """The two ranges of a sum of products exchanged, or its terms in the other order."""
    return Dot(part.right, part.left) if isinstance(part, Dot) else None


def condition_turned(part: Expr) -> Expr | None:
    """IF(z>0,a,b) as IF(z<=0,b,a)."""
    if isinstance(part, Call) and part.name == "IF" and isinstance(part.args[0], Bin) and part.args[0].op == ">":
        return Call("IF", (replace(part.args[0], op="<="), part.args[2], part.args[1]))
    return None


def condition_as_number(part: Expr) -> Expr | None:
    """IF(z>0,1,0) as (z>0)*1."""
    if isinstance(part, Call) and part.name == "IF" and part.args[1:] == (ONE, ZERO):
        return mul(Raw("({0})", (part.args[0],)), ONE)
    return None


def maximum_as_condition(part: Expr) -> Expr | None:
    if isinstance(part, Call) and part.name == "MAX" and part.args[0] == ZERO:
        return Call("IF", (Bin(">", part.args[1], ZERO), part.args[1], ZERO))
    return None


def times_one(part: Expr) -> Expr | None:
    return mul(ONE, part) if isinstance(part, Ref | Block) else None


LOCAL: dict[str, Swap] = {
    "factors turned": factors_turned, "terms turned": terms_turned, "a-b as -(b-a)": difference_turned,
    "a-b as -b+a": difference_as_sum, "a-b as a+-1*b": difference_with_minus_one, "x^2 as x*x": power_as_product,
    "x^2 as POWER": power_as_function, "(a-b)^2 as (b-a)^2": square_turned, "half": half_otherwise,
    "a/b as a*(1/b)": division_as_product,
    "1/x as x^-1": product_as_division, "EXP(-x) as 1/EXP(x)": exponential_turned,
    "sigmoid by EXP(x)": logistic_by_tanh, "brackets": bracketed, "distributed": distributed,
    "AVERAGE as SUM/n": average_as_quotient, "SUM as n*AVERAGE": sum_as_average, "SUM as a+b+c": sum_with_zero,
    "SUMPRODUCT or sum": products_otherwise, "ranges turned": products_turned, "IF turned": condition_turned,
    "IF as (z>0)*1": condition_as_number, "MAX as IF": maximum_as_condition, "times 1": times_one,
}  # fmt: skip


def locally(swap: Swap) -> Callable[[Program, Draw], bool]:
    """One part of one quantity's expressions changed: in all its cells, or in one."""

    def rewrite(program: Program, draw: Draw) -> bool:
        found = []
        for quantity in program.role(*FORMULAS):
            element = quantity.element
            if element is None:
                continue
            parts = [i for i, part in enumerate(walk(element(0, 0))) if swap(part) is not None]
            found += [(quantity, i) for i in parts]
        if not found:
            return False
        quantity, number = draw.choice(found)
        only = draw.choice([None, None, draw.choice(quantity.places())])
        quantity.element = _changed(quantity.element, number, swap, only)  # type: ignore[arg-type]
        if quantity.matrix is not None:
            places = [i for i, part in enumerate(walk(quantity.matrix)) if swap(part) is not None]
            if places and only is None:
                quantity.matrix = replaced(quantity.matrix, draw.choice(places), lambda part: swap(part) or part)
            else:
                quantity.matrix = None
        return True

    return rewrite


def _changed(element: Element, number: int, swap: Swap, only: tuple[int, int] | None) -> Element:
    def changed(row: int, column: int) -> Expr:
        expr = element(row, column)
        if only is not None and (row, column) != only:
            return expr
        return replaced(expr, number, lambda part: swap(part) or part)

    return changed


def helper(program: Program, draw: Draw) -> bool:
    """A part of a formula in cells of its own."""
    found = []
    for quantity in program.role(*FORMULAS):
        if quantity.element is not None:
            found += [(quantity, i) for i, part in enumerate(walk(quantity.element(0, 0)))
                      if i and isinstance(part, Bin | Call | Dot | Total)]  # fmt: skip
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


def _before(program: Program, name: str, made: Quantity) -> None:
    quantities = {}
    for key, quantity in program.quantities.items():
        if key == name:
            quantities[made.name] = made
        quantities[key] = quantity
    program.quantities = quantities


REWRITINGS: dict[str, Callable[[Program, Draw], bool]] = {
    **{name: locally(swap) for name, swap in LOCAL.items()},
    "helper cells": helper,
    "copies": copied,
    "percent": percent,
}
