"""Slips that are no swap of one part: a number pasted, a wrong weight carried, a $ too much or too little."""

from collections.abc import Callable
from dataclasses import replace

from benchmarks.any_model.case import Case, Edit
from benchmarks.any_model.programs.expressions import (
    Expr,
    Neg,
    Ref,
    replaced,
    walk,
)  # fmt: skip
from benchmarks.any_model.slips.base import Draw, Swap, judged, sample, scope
from benchmarks.any_model.slips.swaps import (
    another_gradient,
    is_gradient,
    is_rate,
    no_rate,
    other_element,
    other_quantity,
    other_sign,
    other_total,
    shifted,
    short_range,
    tagged_activation,
    without_slope,
)  # fmt: skip


def whole_sign(case: Case, draw: Draw) -> Edit | None:
    """A minus before all of it."""
    quantity = draw.choice(judged(case) or [None])  # type: ignore[list-item]
    if quantity is None:
        return None
    return Edit(quantity.name, lambda expr, r, c, step: Neg(expr), *scope(case, quantity, draw))


def pasted(case: Case, draw: Draw) -> Edit | None:
    """A number over a formula."""
    quantity = draw.choice([q for q in judged(case) if not case.is_array(q)] or [None])  # type: ignore[list-item]
    if quantity is None or case.wish.steps * quantity.rows * quantity.columns < 3:
        return None
    step = draw.randrange(1 if case.wish.steps > 2 else 0, case.wish.steps)
    return Edit(
        quantity.name, lambda e, r, c, s: e, frozenset([draw.choice(quantity.places())]), frozenset([step]), True
    )


def carried(case: Case, draw: Draw) -> Edit | None:
    """A parameter of a step that is not the new one of the step before: the old one, or another's."""
    taken = [
        q
        for q in case.program.role("parameter", "state")
        if q.carried and not (case.wish.merged and q.role == "parameter")
    ]
    if case.wish.steps < 2 or not taken:
        return None
    quantity = draw.choice(taken)
    old = draw.random() < 0.6

    def change(expr: Expr, r: int, c: int, step: int) -> Expr:
        if old:
            return Ref(quantity.name, r, c, -1)
        assert isinstance(expr, Ref)
        row, column = (r + 1) % quantity.rows, c
        return replace(expr, row=row, column=(c + 1) % quantity.columns if row == r else column)

    step = draw.randrange(1, case.wish.steps)
    one = frozenset([draw.choice(quantity.places())])
    return Edit(quantity.name, change, draw.choice([one, None]), frozenset([step]))


def merged_update(case: Case, draw: Draw) -> Edit | None:
    """In a layout whose next parameter holds the update: another gradient, another rate, the other sign."""
    taken = [q for q in case.program.role("parameter") if q.carried]
    if not case.wish.merged or not taken:
        return None
    quantity = draw.choice(taken)
    makers = (
        other_element,
        other_sign,
        shifted,
        other_quantity(is_gradient, another_gradient),
        other_quantity(is_rate, no_rate),
        without_slope,
        tagged_activation,
        other_total,
        short_range,
    )
    first = case.expression(quantity, 0, 0, 1)
    assert not isinstance(first, float)
    for maker in draw.sample(makers, len(makers)):
        swap = _earlier(maker(case, draw, quantity), case)
        parts = [i for i, part in enumerate(walk(first)) if swap(part) is not None]
        if parts:
            number = draw.choice(parts)
            later = list(range(1, case.wish.steps))
            one = frozenset([draw.choice(quantity.places())])
            steps = draw.choice([frozenset(later), frozenset([draw.choice(later)])])
            return Edit(quantity.name, _part_changed(swap, number), draw.choice([one, None]), steps)
    return None


def _earlier(swap: Swap, case: Case) -> Swap:
    """A swap for formulas that read the step before."""

    def earlier(part: Expr) -> Expr | None:
        if not isinstance(part, Ref):
            return swap(part)
        other = swap(replace(part, step=0))
        return replace(other, step=0 if other.name in case.arrangement.once else -1) if isinstance(other, Ref) else None

    return earlier


def _part_changed(swap: Swap, number: int) -> Callable[[Expr, int, int, int], Expr]:
    def within(part: Expr) -> Expr:
        other = swap(part)
        return part if other is None else other

    return lambda expr, row, column, step: replaced(expr, number, within)


def dollar(case: Case, draw: Draw) -> Edit | None:
    """A $ left out: filled on, the reference runs away. Or one too much: it stays with the first step."""
    if not case.arrangement.filled or case.wish.steps < 3:
        return None
    missing = draw.random() < 0.5
    found = []
    for quantity in [*judged(case), *(q for q in case.program.role("parameter") if case.wish.merged and q.carried)]:
        expr = sample(case, quantity, 1)
        for i, part in enumerate(walk(expr)):
            if (
                isinstance(part, Ref)
                and (part.name in case.arrangement.once) == missing
                and not case.arrangement.names.get(part.name)
            ):
                found.append((quantity, i))
    if not found:
        return None
    quantity, number = draw.choice(found)
    down, along = case.arrangement.fill
    first = 1 if case.wish.merged else 0

    def change(expr: Expr, r: int, c: int, step: int) -> Expr:
        def within(part: Expr) -> Expr:
            if not isinstance(part, Ref):
                return part
            if missing:
                return replace(part, held=False, shift=(down * (step - first), along * (step - first)))
            return replace(part, held=True, at_step=first + part.step)

        return replaced(expr, number, within)

    one = frozenset([draw.choice(quantity.places())])
    return Edit(quantity.name, change, draw.choice([one, None]), frozenset(range(first, case.wish.steps)))
