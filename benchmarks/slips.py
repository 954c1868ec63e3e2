"""Single changes to a correct workbook: the slips that people make.

Each takes the workbook, one of its tables and a source of chance, and gives new contents of cells; none where it finds
no place for itself.
"""

import random
from collections.abc import Callable
from dataclasses import replace

from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import FormulaError, Node, parse, render
from benchmarks.edits import (
    Where,
    bracket_dropped,
    bracket_moved,
    doubled,
    dropped,
    exponent,
    neighbour,
    number,
    off_by_a_digit,
    operator,
    other_quantity,
    other_row,
    other_sheet,
    reference_paths,
    sign,
    term_dropped,
)
from benchmarks.trees import Path, put
from tests.backprop.check.calculator import Calculator, Content
from tests.backprop.check.layouts import Cells, Place

Contents = dict[Cell, Content]
Change = Callable[[Cells, Place, random.Random], Contents]

# -- where ------------------------------------------------------------------------------------------------------------


def formulas(made: Cells, place: Place) -> dict[str, list[int]]:
    """Line -> the steps in which it holds a formula; weights from the second step, for their first is given."""
    found = {}
    for name in place.lines:
        if name in place.given or name == "eta":
            continue
        first = place.first + (name in place.updated)
        steps = [
            s for s in range(first, place.last + 1) if not isinstance(made.cells[place.cell(name, s)], float | str)
        ]
        if steps:
            found[name] = steps
    return found


def scope(steps: list[int], draw: random.Random, least: int = 1) -> list[int]:
    """One step, the steps from one on, or all of them."""
    if len(steps) < max(least, 2):
        return steps if len(steps) >= least else []
    start = draw.randrange(1, len(steps) - least + 1) if len(steps) > least else 0
    return [[steps[start]], steps[start:], steps][draw.randrange(1 if least > 1 else 0, 3)]


def edited(edit: Callable[[Node, Where], list[tuple[Path, Node]]]) -> Change:
    """A change of one part of a formula, made alike in every cell of a scope."""

    def change(made: Cells, place: Place, draw: random.Random) -> Contents:
        lines = formulas(made, place)
        if not lines:
            return {}
        name = draw.choice(sorted(lines))
        steps = scope(lines[name], draw)
        holder = place.cell(name, steps[0])
        tree = made.cells[holder]
        choices = edit(tree, Where(made, place, holder))  # type: ignore[arg-type]
        if not choices:
            return {}
        path, new = draw.choice(choices)
        contents: Contents = {}
        for step in steps:
            cell = place.cell(name, step)
            own = made.cells[cell]
            if own == tree:
                contents[cell] = put(own, path, new)  # type: ignore[arg-type]
            else:  # the same place of a formula that is not filled down: the change as the first cell has it
                again = edit(own, Where(made, place, cell))  # type: ignore[arg-type]
                index = choices.index((path, new))
                if len(again) != len(choices) or again[index][0] != path:
                    return {}
                contents[cell] = put(own, *again[index])  # type: ignore[arg-type]
        return contents

    return change


def removed_dollar(made: Cells, place: Place, draw: random.Random) -> Contents:
    """A fixed reference written without `$` and filled down."""

    def choices(tree: Node, where: Where) -> list[tuple[Path, Node]]:
        row, column = where.holder[1:]
        return [(path, replace(node, row=node.row - row, fixed_row=False) if not place.transposed
                 else replace(node, column=node.column - column, fixed_column=False))
                for path, node in reference_paths(tree) if where.fixed(node)]  # fmt: skip

    return _filled(made, place, draw, choices)


def added_dollar(made: Cells, place: Place, draw: random.Random) -> Contents:
    """A moving reference written with `$` and filled down."""

    def choices(tree: Node, where: Where) -> list[tuple[Path, Node]]:
        row, column = where.holder[1:]
        return [(path, replace(node, row=node.row + row, fixed_row=True) if not place.transposed
                 else replace(node, column=node.column + column, fixed_column=True))
                for path, node in reference_paths(tree) if not where.fixed(node)]  # fmt: skip

    return _filled(made, place, draw, choices)


def _filled(
    made: Cells, place: Place, draw: random.Random, choices: Callable[[Node, Where], list[tuple[Path, Node]]]
) -> Contents:
    lines = formulas(made, place)
    name = draw.choice(sorted(lines)) if lines else None
    steps = scope(lines[name], draw, 3) if name is not None else []
    if not steps or name is None:
        return {}
    holder = place.cell(name, steps[0])
    tree: Node = made.cells[holder]  # type: ignore[assignment]
    found = choices(tree, Where(made, place, holder))
    if not found:
        return {}
    new = put(tree, *draw.choice(found))
    return {place.cell(name, step): new for step in steps}


def shifted(made: Cells, place: Place, draw: random.Random) -> Contents:
    """A column whose formulas all stand a row too high or too low."""

    by = draw.choice((-1, 1))

    def choices(tree: Node, where: Where) -> list[tuple[Path, Node]]:
        new = tree
        for path, node in reference_paths(tree):
            if not where.fixed(node):
                new = put(new, path, where.moved(node, by, 0))
        return [((), new)]

    return _filled(made, place, draw, choices)


# -- brackets ---------------------------------------------------------------------------------------------------------


def _retyped(edit: Callable[[str, random.Random], str | None]) -> Change:
    """A change of a formula's text, filled down."""

    def change(made: Cells, place: Place, draw: random.Random) -> Contents:
        lines = formulas(made, place)
        if not lines:
            return {}
        name = draw.choice(sorted(lines))
        steps = scope(lines[name], draw)
        holder = place.cell(name, steps[0])
        text = edit(render(made.cells[holder], *holder[1:]), draw)  # type: ignore[arg-type]
        if text is None:
            return {}
        try:
            new = parse(f"={text}", *holder[1:])
        except FormulaError:
            return {}
        return {place.cell(name, step): new for step in steps} if _steady(made, place, name, steps) else {}

    return change


def _steady(made: Cells, place: Place, name: str, steps: list[int]) -> bool:
    return len({made.cells[place.cell(name, step)] for step in steps}) == 1


# -- contents ---------------------------------------------------------------------------------------------------------


def constant(made: Cells, place: Place, draw: random.Random) -> Contents:
    """Numbers typed or pasted over formulas, as they were or rounded."""
    lines = formulas(made, place)
    if not lines:
        return {}
    name = draw.choice(sorted(lines))
    steps = lines[name]
    start = draw.randrange(len(steps))
    steps = steps[start : start + draw.choice((1, 1, 1, 2, 4))]
    numbers, digits = Calculator(made.cells, made.names), draw.choice((3, 6, 17))
    return {c: float(f"{numbers.value(c):.{digits}g}") for c in (place.cell(name, step) for step in steps)}


def given_number(made: Cells, place: Place, draw: random.Random) -> Contents:
    """An input or a target off by a digit in one epoch."""
    cells = [place.cell(n, s) for n in place.lines if n in place.given for s in range(place.first + 1, place.last)]
    cells = [cell for cell in cells if isinstance(made.cells[cell], float)]
    if not cells:
        return {}
    cell = draw.choice(cells)
    return {cell: float(draw.choice(sorted(off_by_a_digit(repr(made.cells[cell])))))}


def given_formula(made: Cells, place: Place, draw: random.Random) -> Contents:
    """An input or a target that reads its neighbour."""
    names = [n for n in place.lines if n in place.given]
    if not names:
        return {}
    name = draw.choice(names)
    steps = list(range(place.first + 1, place.last + 1))
    if any(isinstance(made.cells[place.cell(name, s)], float) for s in steps):
        return {}
    steps = scope(steps, draw)
    tree: Node = made.cells[place.cell(name, steps[0])]  # type: ignore[assignment]
    where = Where(made, place, place.cell(name, steps[0]))
    path, new = draw.choice(neighbour(tree, where) + other_row(tree, where)[2::3])
    return {place.cell(name, step): put(tree, path, new) for step in steps}


def neighbours_formula(made: Cells, place: Place, draw: random.Random) -> Contents:
    """The formula of the column beside it, filled right or typed the same."""
    lines = formulas(made, place)
    if len(lines) < 2:
        return {}
    name = draw.choice(sorted(lines))
    ways = [other for other in lines if abs(place.lines[other] - place.lines[name]) == 1]
    if not ways:
        return {}
    other = draw.choice(ways)
    steps = [step for step in scope(lines[name], draw) if step in lines[other]]
    if not steps:
        return {}
    source, target = place.cell(other, steps[0]), place.cell(name, steps[0])
    tree: Node = made.cells[source]  # type: ignore[assignment]
    if draw.random() < 0.5:
        tree = parse(f"={render(tree, *source[1:])}", *target[1:])
    return {place.cell(name, step): tree for step in steps}


def row_repeated(made: Cells, place: Place, draw: random.Random) -> Contents:
    """An epoch that holds the very formulas of the one before, typed the same, or its numbers."""
    step = draw.randrange(place.first + 1, place.last)
    return _retyped_row(made, place, {step + 1: step})


def rows_swapped(made: Cells, place: Place, draw: random.Random) -> Contents:
    """Two epochs in each other's place, as sorting leaves them."""
    step = draw.randrange(place.first + 1, place.last)
    return _retyped_row(made, place, {step + 1: step, step: step + 1})


def _retyped_row(made: Cells, place: Place, sources: dict[int, int]) -> Contents:
    contents: Contents = {}
    for name in [name for name in place.lines if name != "eta"]:
        for step, source in sources.items():
            old, cell = place.cell(name, source), place.cell(name, step)
            content = made.cells[old]
            if not isinstance(content, float | str):
                content = parse(f"={render(content, *old[1:])}", *cell[1:])
            contents[cell] = content
    return contents


def pasted_number(made: Cells, place: Place, draw: random.Random) -> Contents:
    """A pasted number off by a digit."""
    cells = sorted(c for c in made.pasted if c[0] == place.sheet and c not in {x for g in made.givens for x in g})
    if not cells:
        return {}
    cell = draw.choice(cells)
    text = f"{made.cells[cell]:.12f}"
    made_up = [t for t in sorted(off_by_a_digit(text)) if abs(float(t) / float(text) - 1) > 1e-4]
    return {cell: float(draw.choice(made_up))}


MUTATIONS: dict[str, Change] = {
    "neighbour's cell": edited(neighbour),
    "another quantity": edited(other_quantity),
    "other row": edited(other_row),
    "other sheet": edited(other_sheet),
    "operator": edited(operator),
    "sign": edited(sign),
    "factor dropped": edited(dropped),
    "term dropped": edited(term_dropped),
    "factor doubled": edited(doubled),
    "bracket dropped": _retyped(bracket_dropped),
    "bracket moved": _retyped(bracket_moved),
    "$ removed": removed_dollar,
    "$ added": added_dollar,
    "constant": constant,
    "exponent": edited(exponent),
    "number off by a digit": edited(number),
    "given number off": given_number,
    "given reads neighbour": given_formula,
    "neighbour's formula": neighbours_formula,
    "column shifted": shifted,
    "row repeated": row_repeated,
    "rows swapped": rows_swapped,
    "pasted number off": pasted_number,
}
