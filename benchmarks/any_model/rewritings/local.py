"""Rewritings of one part of a formula: what it becomes, or None where it does not apply."""

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
    replaced,
    square,
    sub,
    walk,
)  # fmt: skip
from benchmarks.any_model.programs.program import Element, Program

Draw = random.Random
Swap = Callable[[Expr], Expr | None]
FORMULAS = ("forward", "loss", "local", "derivative", "gradient", "memory", "update")


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
