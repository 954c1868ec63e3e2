"""The same derivatives written otherwise: without cells of their own, by differences, with local slopes, and so on."""

from collections.abc import Callable

import numpy as np

from benchmarks.any_model.programs.expressions import Block, Expr, Num, Ref, Tag, add, div, mul, over, sub, walk
from benchmarks.any_model.programs.extras import extras
from benchmarks.any_model.programs.program import Program, Quantity
from benchmarks.any_model.programs.wish import Wish

STEPS = {"forward differences": 0.001, "central differences": 0.01}


def reshape(program: Program, wish: Wish) -> None:
    """Before the optimiser: how gradients are computed."""
    if wish.derivatives != "backpropagation":
        differences(program, wish)
    if wish.local:
        local_slopes(program)
    if wish.closed == "delta":
        for quantity in program.role("derivative", "local"):
            if not quantity.name.startswith("g"):
                program.inline(quantity.name)


def finish(program: Program, wish: Wish) -> None:
    """After the optimiser: gradients in the update, first parameters elsewhere."""
    if wish.forward:
        for quantity in program.role("local", "derivative", "gradient", "memory", "update", "state"):
            del program.quantities[quantity.name]
        for parameter in program.role("parameter"):
            parameter.carried = ""
    if wish.closed == "update":
        for quantity in program.role("gradient"):
            program.inline(quantity.name)
    if wish.extras:
        extras(program, wish)
    if wish.initial:
        for parameter in program.role("parameter"):
            name = f"{parameter.name}_start"
            program.quantities = {
                name: Quantity(name, parameter.rows, parameter.columns, "initial", values=parameter.values, once=True),
                **program.quantities,
            }
            parameter.initial = name
    program.needed()


def expanded(program: Program, expr: Expr) -> Expr:
    """The expression in inputs and parameters alone."""

    def change(part: Expr) -> Expr | None:
        if isinstance(part, Ref) and program[part.name].role in ("forward", "loss"):
            element = program[part.name].element
            assert element is not None
            return expanded(program, element(part.row, part.column))
        return None

    return over(expr, change)


def differences(program: Program, wish: Wish) -> None:
    """(E(w + h) - E(w))/h, or (E(w + h) - E(w - h))/(2h), the loss written out."""
    loss = program[program.loss].element
    assert loss is not None
    whole = expanded(program, loss(0, 0))
    small = Quantity("h", 1, 1, "constant", values=np.array([[STEPS[wish.derivatives]]]), once=True, kind="fixed")
    program.quantities = {"h": small, **program.quantities}
    for quantity in program.role("derivative"):
        del program.quantities[quantity.name]
    central = wish.derivatives.startswith("central")
    for gradient in program.role("gradient"):
        gradient.matrix = None
        gradient.element = _difference(whole, gradient.by, central)


def _difference(whole: Expr, name: str, central: bool) -> Callable[[int, int], Expr]:
    def moved(row: int, column: int, down: bool) -> Expr:
        at, by = Ref(name, row, column), Ref("h")
        return over(whole, lambda part: (sub(at, by) if down else add(at, by)) if part == at else None)

    def element(row: int, column: int) -> Expr:
        if central:
            return div(sub(moved(row, column, False), moved(row, column, True)), mul(Num("2"), Ref("h")))
        return div(sub(moved(row, column, False), Ref("E")), Ref("h"))

    return element


def is_slope(part: Expr) -> bool:
    return isinstance(part, Tag) and part.kind.startswith("slope")


def local_slopes(program: Program) -> None:
    """da/dz in cells of its own."""
    for quantity in program.role("derivative"):
        element = quantity.element
        assert element is not None
        if not any(is_slope(part) for part in walk(element(0, 0))):
            continue
        name = f"s{quantity.by}"

        def slope(row: int, column: int, element: Callable[[int, int], Expr] = element) -> Expr:
            return next(part for part in walk(element(row, column)) if is_slope(part))

        matrix = None
        if quantity.matrix is not None:
            matrix = next((part for part in walk(quantity.matrix) if is_slope(part)), None)
            if matrix is not None:
                quantity.matrix = over(
                    quantity.matrix, lambda e, n=name: Tag("slope", Block(n)) if is_slope(e) else None
                )
        made = Quantity(
            name, quantity.rows, quantity.columns, "local", slope, matrix, by=quantity.by, samples=quantity.samples
        )
        quantity.element = _with_cells(element, name)
        before = {}
        for key, each in program.quantities.items():
            if key == quantity.name:
                before[name] = made
            before[key] = each
        program.quantities = before


def _with_cells(element: Callable[[int, int], Expr], name: str) -> Callable[[int, int], Expr]:
    return lambda r, c: over(element(r, c), lambda e: Tag("slope", Ref(name, r, c)) if is_slope(e) else None)
