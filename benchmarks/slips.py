"""Single changes to a correct workbook: the slips that people make.

Each takes the workbook, one of its tables and a source of chance, and gives new contents of cells; none where it finds
no place for itself.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace

from backprop.check.formula import Binary, Bracket, Call, FormulaError, Node, Number, Reference, Unary, parse, render
from benchmarks.trees import Path, paths, put
from tests.backprop.check.calculator import Calculator, Cell, Content
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


def edited(edit: Callable[[Node, "Where"], list[tuple[Path, Node]]]) -> Change:
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


class Where:
    """The cell that an edit is for."""

    def __init__(self, made: Cells, place: Place, holder: Cell) -> None:
        self.made, self.place, self.holder = made, place, holder

    def moved(self, node: Reference, steps: int, lines: int) -> Reference:
        rows, columns = (lines, steps) if self.place.transposed else (steps, lines)
        return replace(node, row=node.row + rows, column=node.column + columns)

    def fixed(self, node: Reference) -> bool:
        return node.fixed_column if self.place.transposed else node.fixed_row


def _references(tree: Node) -> list[tuple[Path, Reference]]:
    return [(path, node) for path, node in paths(tree) if isinstance(node, Reference)]


def neighbour(tree: Node, where: Where) -> list[tuple[Path, Node]]:
    return [(path, where.moved(node, 0, by)) for path, node in _references(tree) for by in (-1, 1)]


def other_row(tree: Node, where: Where) -> list[tuple[Path, Node]]:
    return [(p, where.moved(n, by, 0)) for p, n in _references(tree) for by in (-2, -1, 1)]


def other_quantity(tree: Node, where: Where) -> list[tuple[Path, Node]]:
    lines = where.place.lines.values()
    row, column = where.holder[1:]
    here = {path: node.at(row, column)[0 if where.place.transposed else 1] for path, node in _references(tree)}
    return [
        (path, where.moved(node, 0, line - here[path]))
        for path, node in _references(tree)
        if not where.fixed(node) and node.sheet is None
        for line in lines
        if line != here[path]
    ]


def other_sheet(tree: Node, where: Where) -> list[tuple[Path, Node]]:
    sheets = sorted({cell[0] for cell in where.made.cells} - {where.holder[0]})
    return [(p, replace(n, sheet=sheet)) for p, n in _references(tree) for sheet in sheets if sheet != n.sheet]


def operator(tree: Node, _: Where) -> list[tuple[Path, Node]]:
    return [
        (path, Binary(other, node.left, node.right))
        for path, node in paths(tree)
        if isinstance(node, Binary)
        for other in "+-*/^"
        if other != node.operator
    ]


def sign(tree: Node, _: Where) -> list[tuple[Path, Node]]:
    dropped = [(path, node.operand) for path, node in paths(tree) if isinstance(node, Unary) and node.operator == "-"]
    added = [(p, Unary("-", n)) for p, n in paths(tree) if isinstance(n, Reference | Bracket | Call)]
    return dropped * 3 + added


def dropped(tree: Node, _: Where) -> list[tuple[Path, Node]]:
    return [(path, side) for path, node in paths(tree) if isinstance(node, Binary) and node.operator in "*/"
            for side in ([node.left, node.right] if node.operator == "*" else [node.left])]  # fmt: skip


def term_dropped(tree: Node, _: Where) -> list[tuple[Path, Node]]:
    return [(path, side) for path, node in paths(tree) if isinstance(node, Binary) and node.operator in "+-"
            for side in (node.left, node.right)]  # fmt: skip


def doubled(tree: Node, _: Where) -> list[tuple[Path, Node]]:
    found = []
    for path, node in paths(tree):
        if isinstance(node, Binary) and node.operator == "*":
            for side in (node.left, node.right):
                if isinstance(side, Reference | Bracket | Number):
                    found.append((path, Binary("*", node, side)))
    return found


def exponent(tree: Node, _: Where) -> list[tuple[Path, Node]]:
    found: list[tuple[Path, Node]] = []
    for path, node in paths(tree):
        match node:
            case Binary("^", base, Number(text)) | Call("POWER", (base, Number(text))):
                for other in {"1", "2", "3", "4"} - {text}:
                    changed = Binary("^", base, Number(other))
                    found.append((path, changed if isinstance(node, Binary) else Call("POWER", (base, Number(other)))))
    return sorted(found, key=str)


def number(tree: Node, _: Where) -> list[tuple[Path, Node]]:
    return [
        (path, Number(text))
        for path, node in paths(tree)
        if isinstance(node, Number)
        for text in sorted(_off_by_a_digit(node.text))
    ]


def _off_by_a_digit(text: str) -> set[str]:
    digits = [index for index, letter in enumerate(text) if letter.isdigit()]
    made = {text[:i] + str((int(text[i]) + by) % 10) + text[i + 1 :] for i in digits for by in (1, 9)}
    made |= {text + "1", text.replace(".", ".0", 1)} | ({"1" + text} if text[0].isdigit() else set())
    return {each for each in made if float(each) != float(text)}


def removed_dollar(made: Cells, place: Place, draw: random.Random) -> Contents:
    """A fixed reference written without `$` and filled down."""

    def choices(tree: Node, where: Where) -> list[tuple[Path, Node]]:
        row, column = where.holder[1:]
        return [(path, replace(node, row=node.row - row, fixed_row=False) if not place.transposed
                 else replace(node, column=node.column - column, fixed_column=False))
                for path, node in _references(tree) if where.fixed(node)]  # fmt: skip

    return _filled(made, place, draw, choices)


def added_dollar(made: Cells, place: Place, draw: random.Random) -> Contents:
    """A moving reference written with `$` and filled down."""

    def choices(tree: Node, where: Where) -> list[tuple[Path, Node]]:
        row, column = where.holder[1:]
        return [(path, replace(node, row=node.row + row, fixed_row=True) if not place.transposed
                 else replace(node, column=node.column + column, fixed_column=True))
                for path, node in _references(tree) if not where.fixed(node)]  # fmt: skip

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
        for path, node in _references(tree):
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


def bracket_dropped(text: str, draw: random.Random) -> str | None:
    pairs, stack = [], []
    for index, letter in enumerate(text):
        if letter == "(":
            stack.append(index)
        elif letter == ")":
            pairs.append((stack.pop(), index))
    plain = [(a, b) for a, b in pairs if a == 0 or not (text[a - 1].isalnum() or text[a - 1] == "_")]
    if not plain:
        return None
    start, end = draw.choice(plain)
    return text[:start] + text[start + 1 : end] + text[end + 1 :]


def bracket_moved(text: str, draw: random.Random) -> str | None:
    closing = [index for index, letter in enumerate(text) if letter == ")"]
    if not closing:
        return None
    index = draw.choice(closing)
    rest = text[:index] + text[index + 1 :]
    ends = [m.end() for m in re.finditer(r"[A-Z]+\$?[0-9]+|[0-9.]+|\)", rest) if m.end() != index]
    if not ends:
        return None
    new = draw.choice(ends)
    return rest[:new] + ")" + rest[new:]


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
    return {cell: float(draw.choice(sorted(_off_by_a_digit(repr(made.cells[cell])))))}


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
    made_up = [t for t in sorted(_off_by_a_digit(text)) if abs(float(t) / float(text) - 1) > 1e-4]
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
