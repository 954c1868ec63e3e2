"""Other ways to write the same formula, alone and several at once; none may raise an alarm."""

import random
from collections.abc import Callable
from dataclasses import replace

from backprop.spreadsheet.formula import Area, Binary, Bracket, Call, Node, Number, Reference, Unary
from benchmarks.slips import Change, Contents, formulas, scope
from benchmarks.trees import paths, put
from tests.backprop.check.layouts import Cells, Place

Rule = Callable[[Node], Node | None]


def _whole(node: Node) -> Node:
    return Bracket(node) if isinstance(node, Binary | Unary) else node


def commuted(node: Node) -> Node | None:
    if isinstance(node, Binary) and node.operator in "+*":
        return Binary(node.operator, _whole(node.right), _whole(node.left))
    return None


def distributed(node: Node) -> Node | None:
    match node:
        case Binary("*", left, Bracket(Binary("+" | "-" as sign, one, two))):
            return Bracket(Binary(sign, Binary("*", _whole(left), _whole(one)), Binary("*", _whole(left), _whole(two))))
        case Binary("*", Bracket(Binary("+" | "-" as sign, one, two)), right):
            return Bracket(
                Binary(sign, Binary("*", _whole(one), _whole(right)), Binary("*", _whole(two), _whole(right)))
            )
    return None


def power(node: Node) -> Node | None:
    match node:
        case Binary("^", base, Number("2")):
            return Call("POWER", (base, Number("2")))
        case Call("POWER", (base, Number(text))):
            return Binary("^", _whole(base), Number(text))
    return None


def multiplied_out(node: Node) -> Node | None:
    match node:
        case Binary("^", base, Number("2")) | Call("POWER", (base, Number("2"))):
            return Bracket(Binary("*", _whole(base), _whole(base)))
    return None


def halved(node: Node) -> Node | None:
    match node:
        case Binary("*", Number("0.5"), right):
            return Bracket(Binary("/", _whole(right), Number("2")))
        case Number("0.5"):
            return Bracket(Binary("/", Number("1"), Number("2")))
    return None


def bracketed(node: Node) -> Node | None:
    return Bracket(node)


def negated_twice(node: Node) -> Node | None:
    return Bracket(Unary("-", Bracket(Unary("-", _whole(node)))))


def turned(node: Node) -> Node | None:
    match node:
        case Binary("-", left, right):
            return Bracket(Unary("-", Bracket(Binary("-", _whole(right), _whole(left)))))
    return None


def minus_as_plus(node: Node) -> Node | None:
    match node:
        case Binary("-", left, right):
            return Bracket(Binary("+", left, Bracket(Binary("*", Unary("-", Number("1")), _whole(right)))))
    return None


def squared_turned(node: Node) -> Node | None:
    match node:
        case Binary("^", Bracket(Binary("-", left, right)), Number("2") as two):
            return Binary("^", Bracket(Binary("-", _whole(right), _whole(left))), two)
    return None


def sum_called(node: Node) -> Node | None:
    return Call("SUM", (node.left, node.right)) if isinstance(node, Binary) and node.operator == "+" else None


def product_called(node: Node) -> Node | None:
    return Call("PRODUCT", (node.left, node.right)) if isinstance(node, Binary) and node.operator == "*" else None


def divided(node: Node) -> Node | None:
    match node:
        case Binary("/", Number("1"), right):
            return Binary("^", _whole(right), Unary("-", Number("1")))
        case Binary("*", left, right):
            return Bracket(Binary("/", left, Bracket(Binary("/", Number("1"), _whole(right)))))
    return None


def complement(node: Node) -> Node | None:
    match node:
        case Binary("-", Number("1"), right):
            return Bracket(Unary("-", Bracket(Binary("-", _whole(right), Number("1")))))
    return None


def neutral(node: Node) -> Node | None:
    return Bracket(Binary("+", Binary("*", Number("1"), _whole(node)), Number("0")))


def exponential(node: Node) -> Node | None:
    match node:
        case Call("EXP", (Unary("-", inside),)):
            return Bracket(Binary("/", Number("1"), Call("EXP", (inside,))))
    return None


def number_respelled(node: Node) -> Node | None:
    return (
        Number({"0.5": "5E-1", "1": "1.0", "2": "2.00"}.get(node.text, node.text)) if isinstance(node, Number) else None
    )


def percent(node: Node) -> Node | None:
    return Unary("%", Number("50")) if node == Number("0.5") else None


RULES: dict[str, Rule] = {
    rule.__name__.replace("_", " "): rule
    for rule in (
        commuted, distributed, power, multiplied_out, halved, bracketed, negated_twice, turned, minus_as_plus,
        squared_turned, sum_called, product_called, divided, complement, neutral, exponential, number_respelled,
        percent,
    )
}  # fmt: skip


def rewritten(rules: list[Rule], most: int) -> Change:
    """Some of the rules, each at one place of one formula, filled down."""

    def change(made: Cells, place: Place, draw: random.Random) -> Contents:
        lines = formulas(made, place)
        if not lines:
            return {}
        name = draw.choice(sorted(lines))
        steps = scope(lines[name], draw)
        trees = {made.cells[place.cell(name, step)] for step in steps}
        if len(trees) != 1:
            return {}
        tree: Node = trees.pop()  # type: ignore[assignment]
        new = tree
        for _ in range(draw.randint(1, most)):
            choices = [
                (path, changed)
                for rule in rules
                for path, node in paths(new)
                if not isinstance(node, Area) and (changed := rule(node)) is not None and changed != node
            ]
            if choices:
                new = put(new, *draw.choice(choices))
        return {place.cell(name, step): new for step in steps} if new != tree else {}

    return change


def pinned(made: Cells, place: Place, draw: random.Random) -> Contents:
    """`$` before the letter of a column, or its own sheet's name before a reference: the same cells."""
    lines = formulas(made, place)
    if not lines:
        return {}
    name = draw.choice(sorted(lines))
    contents: Contents = {}
    for step in lines[name]:
        cell = place.cell(name, step)
        tree: Node = made.cells[cell]  # type: ignore[assignment]
        for path, node in list(paths(tree)):
            if isinstance(node, Reference) and not (node.fixed_column or node.fixed_row):
                if draw.random() < 0.3:
                    node = replace(node, sheet=place.sheet)  # noqa: PLW2901
                elif place.transposed:
                    node = replace(node, row=node.row + cell[1], fixed_row=True)  # noqa: PLW2901
                else:
                    node = replace(node, column=node.column + cell[2], fixed_column=True)  # noqa: PLW2901
                tree = put(tree, path, node)
        contents[cell] = tree
    return contents


def helper_line(made: Cells, place: Place, draw: random.Random) -> Contents:
    """A part of a formula moved to a line of its own, beside the table."""
    lines = formulas(made, place)
    if not lines:
        return {}
    name = draw.choice(sorted(lines))
    steps = lines[name]
    tree: Node = made.cells[place.cell(name, steps[0])]  # type: ignore[assignment]
    parts = [(path, node) for path, node in paths(tree) if isinstance(node, Bracket | Binary | Call)]
    if not parts or len({made.cells[place.cell(name, step)] for step in steps}) != 1:
        return {}
    path, part = draw.choice(parts)
    line = max(place.lines.values()) + draw.randint(1, 4)
    beside = Place(place.sheet, place.first, place.last, {"_": line}, place.transposed)
    by = line - place.lines[name]
    contents: Contents = {}
    for step in steps:
        contents[beside.cell("_", step)] = _moved(part, place, -by)
        own = Reference(by, 0) if place.transposed else Reference(0, by)
        contents[place.cell(name, step)] = put(tree, path, own)
    if draw.random() < 0.5 and place.first > 1:
        contents[beside.cell("_", place.first - 1)] = "part of it"
    return contents


def _moved(node: Node, place: Place, by: int) -> Node:
    for path, part in list(paths(node)):
        if isinstance(part, Reference):
            node = put(node, path, _reference(part, place, by))
        elif isinstance(part, Area):
            node = put(node, path, Area(_reference(part.first, place, by), _reference(part.last, place, by)))
    return node


def _reference(node: Reference, place: Place, by: int) -> Reference:
    if place.transposed:
        return node if node.fixed_row else replace(node, row=node.row + by)
    return node if node.fixed_column else replace(node, column=node.column + by)


def constant_cell(made: Cells, place: Place, draw: random.Random) -> Contents:
    """A coefficient moved to a cell of its own, referred to with `$`."""
    lines = formulas(made, place)
    if not lines:
        return {}
    name = draw.choice(sorted(lines))
    tree: Node = made.cells[place.cell(name, lines[name][0])]  # type: ignore[assignment]
    numbers = [(path, node) for path, node in paths(tree) if isinstance(node, Number)]
    if not numbers or len({made.cells[place.cell(name, step)] for step in lines[name]}) != 1:
        return {}
    path, node = draw.choice(numbers)
    cell = (place.sheet, max(c[1] for c in made.cells) + 3, max(c[2] for c in made.cells) + 2)
    new = put(tree, path, Reference(cell[1], cell[2], True, True))
    return {cell: float(node.text)} | {place.cell(name, step): new for step in lines[name]}


REWRITES: dict[str, Change] = {name: rewritten([rule], 1) for name, rule in RULES.items()} | {
    "several at once": rewritten(list(RULES.values()), 6),
    "many at once": rewritten(list(RULES.values()), 12),
    "$ before the column": pinned,
    "helper line": helper_line,
    "constant in a cell": constant_cell,
}
