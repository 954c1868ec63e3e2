"""What slips are made of: where in a workbook, which cells, which part of a formula."""

import random
from collections.abc import Callable

from benchmarks.any_model.case import Case, Edit
from benchmarks.any_model.programs.expressions import (
    Expr,
    replaced,
    walk,
)  # fmt: skip
from benchmarks.any_model.programs.program import Quantity

Draw = random.Random
Slip = Callable[[Case, Draw], Edit | None]
Find = Callable[[Expr], bool]
Swap = Callable[[Expr], Expr | None]


def judged(case: Case) -> list[Quantity]:
    """Quantities that are proven: derivatives, gradients, memories, updates."""
    return case.program.role("local", "derivative", "gradient", "memory", "update")


def sample(case: Case, quantity: Quantity, step: int = 0) -> Expr:
    """The first cell's expression, or the array's."""
    if case.is_array(quantity, step):
        assert quantity.matrix is not None
        return quantity.matrix
    found = case.expression(quantity, 0, 0, step)
    assert not isinstance(found, float)
    return found


def scope(
    case: Case, quantity: Quantity, draw: Draw
) -> tuple[frozenset[tuple[int, int]] | None, frozenset[int] | None]:
    """Which elements and steps: one cell, one element everywhere, or all of it."""
    places, steps = quantity.places(), range(case.wish.steps)
    if case.is_array(quantity):
        return None, draw.choice([None, frozenset([draw.choice(steps)])])
    element = frozenset([draw.choice(places)])
    step = frozenset([draw.choice(steps)])
    return draw.choice([(None, None), (element, None), (element, step), (None, step)])


def swapping(roles: tuple[str, ...], swap_of: Callable[[Case, Draw, Quantity], Swap]) -> Slip:
    """A slip that changes one part of an expression, the same part in every cell of its scope."""

    def slip(case: Case, draw: Draw) -> Edit | None:
        found = []
        for quantity in case.program.role(*roles):
            swap = swap_of(case, draw, quantity)
            parts = [i for i, part in enumerate(walk(sample(case, quantity))) if swap(part) is not None]
            found += [(quantity, swap, i) for i in parts]
        if not found:
            return None
        quantity, swap, number = draw.choice(found)

        def change(expr: Expr, r: int, c: int, step: int) -> Expr:
            def within(part: Expr) -> Expr:
                other = swap(part)
                return part if other is None else other

            return replaced(expr, number, within)

        return Edit(quantity.name, change, *scope(case, quantity, draw))

    return slip
