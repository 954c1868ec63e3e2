"""Numbers that mean what they are: counts, ones beside inputs, targets of 0 and 1. They are not drawn at random."""

from backprop.calculus.tape import CELL, FREE, NUMBER, Tape
from backprop.check.any_model.model.cells import Cells, difference, leaves, shown_by, terms


def kept_numbers(cells: Cells, trained: set[int]) -> set[int]:
    """Free cells whose number is part of the formulas' meaning."""
    tape = cells.tape
    kept = _divisors_and_exponents(cells) | _labels_of_classes(cells)
    ones = {node for node in cells.free if tape.stored[node] == 1.0}
    for node in ones:
        sheet, row, column = cells.cell_of[node]
        if any(_is_line_of_ones(cells, sheet, row, column, *step) for step in ((0, 1), (1, 0))):
            kept.add(node)
    return kept - trained


def _is_line_of_ones(cells: Cells, sheet: str, row: int, column: int, down: int, along: int) -> bool:
    """Whether all the numbers side by side with a cell are 1, and there is more than one."""
    length = 1
    for direction in (-1, 1):
        at = 1
        while isinstance(
            value := _value(cells, sheet, row + direction * at * down, column + direction * at * along), float
        ):
            if value != 1.0:
                return False
            at += 1
            length += 1
    return length > 1


def _value(cells: Cells, sheet: str, row: int, column: int) -> object:
    return cells.graph.book.sheets[sheet].value(row, column) if row > 0 and column > 0 else None


def _divisors_and_exponents(cells: Cells) -> set[int]:
    tape = cells.tape
    return {
        tape.takes[node][1]
        for node, kind in enumerate(tape.kinds)
        if kind in ("/", "^") and tape.kinds[tape.takes[node][1]] == FREE and tape.stored[tape.takes[node][1]] % 1 == 0
    }


def _labels_of_classes(cells: Cells) -> set[int]:
    """Numbers 0 and 1 that something computed is compared with, or whose logarithm they weigh: targets."""
    tape = cells.tape
    found: set[int] = set()
    for node, operator in enumerate(tape.kinds):
        ends = difference(tape, node)
        kind = operator if ends is None else "-"
        if kind in ("-", "*", "="):
            taken = ends or tape.takes[node]
            for one, other in (taken, taken[::-1]):
                free = shown_by(tape, one)
                if kind == "=" and tape.kinds[free] == FREE and tape.stored[free] % 1 == 0:
                    found.add(free)  # the number of a class or of a row
                if tape.kinds[free] != FREE or tape.stored[free] not in (0.0, 1.0):
                    continue
                if kind == "=" or (kind == "-" and _is_share(cells, other)) or _logarithm(cells, other):
                    found.add(free)
    return found


def either_class(cells: Cells, kept: set[int]) -> set[int]:
    """Of the kept numbers the targets of two classes: both they and 1 less they weigh a logarithm.

    They are 0 or 1, whichever the workbook holds; not where they are compared with anything.
    """
    tape = cells.tape
    weigh: tuple[set[int], set[int]] = set(), set()
    compared: set[int] = set()
    for node, kind in enumerate(tape.kinds):
        taken = tape.takes[node]
        if kind in ("=", "<>", "<", ">", "<=", ">="):
            compared |= {shown_by(tape, side) for side in taken}
        for one, other in (taken, taken[::-1]) if kind == "*" else ():
            free = shown_by(tape, one)
            rest = difference(tape, free)
            if _logarithm(cells, other) and tape.kinds[free] == FREE:
                weigh[0].add(free)
            elif _logarithm(cells, other) and rest is not None and tape.kinds[rest[0]] == NUMBER:
                weigh[1].add(shown_by(tape, rest[1]))
    return (weigh[0] & weigh[1] & kept) - compared


def _is_share(cells: Cells, node: int) -> bool:
    """Whether a cell is one of several that add up to 1, as softmax gives: targets must then add up to 1 too."""
    tape = cells.tape
    parts = _quotient(tape, shown_by(tape, node))
    if parts is None:
        return False
    above, below = parts
    added = [term for _, term in terms(tape, shown_by(tape, below))]
    if len(added) == 1:
        added = [*leaves(tape, added[0])]  # n times their mean
    return len(added) > 1 and above in added and not any(tape.kinds[term] == NUMBER for term in added)


def _quotient(tape: Tape, node: int) -> tuple[int, int] | None:
    """What a node divides by what: a / b, a * (1 / b)."""
    taken = tape.takes[node]
    if tape.kinds[node] == "/":
        return taken[0], taken[1]
    for one, other in (taken, taken[::-1]) if tape.kinds[node] == "*" else ():
        if tape.kinds[other] == "/" and tape.exact(tape.takes[other][0]) == 1:
            return one, tape.takes[other][1]
    return None


def _logarithm(cells: Cells, node: int) -> bool:
    tape = cells.tape
    while tape.kinds[node] in (CELL, "neg"):
        node = tape.takes[node][0]
    return tape.kinds[node] == "ln"
