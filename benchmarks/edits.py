"""Wrong forms of one formula: another cell, operator, sign, power or number, parts dropped or doubled, brackets astray.

Edits of a tree give every choice, the way to a part and what to put there; edits of a text draw one.
"""

import random
import re
from dataclasses import replace

from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Binary, Bracket, Call, Node, Number, Reference, Unary
from benchmarks.trees import Path, paths
from tests.backprop.check.layouts import Cells, Place


class Where:
    """The cell that an edit is for."""

    def __init__(self, made: Cells, place: Place, holder: Cell) -> None:
        self.made, self.place, self.holder = made, place, holder

    def moved(self, node: Reference, steps: int, lines: int) -> Reference:
        rows, columns = (lines, steps) if self.place.transposed else (steps, lines)
        return replace(node, row=node.row + rows, column=node.column + columns)

    def fixed(self, node: Reference) -> bool:
        return node.fixed_column if self.place.transposed else node.fixed_row


def reference_paths(tree: Node) -> list[tuple[Path, Reference]]:
    return [(path, node) for path, node in paths(tree) if isinstance(node, Reference)]


def neighbour(tree: Node, where: Where) -> list[tuple[Path, Node]]:
    return [(path, where.moved(node, 0, by)) for path, node in reference_paths(tree) for by in (-1, 1)]


def other_row(tree: Node, where: Where) -> list[tuple[Path, Node]]:
    return [(p, where.moved(n, by, 0)) for p, n in reference_paths(tree) for by in (-2, -1, 1)]


def other_quantity(tree: Node, where: Where) -> list[tuple[Path, Node]]:
    lines = where.place.lines.values()
    row, column = where.holder[1:]
    here = {path: node.at(row, column)[0 if where.place.transposed else 1] for path, node in reference_paths(tree)}
    return [
        (path, where.moved(node, 0, line - here[path]))
        for path, node in reference_paths(tree)
        if not where.fixed(node) and node.sheet is None
        for line in lines
        if line != here[path]
    ]


def other_sheet(tree: Node, where: Where) -> list[tuple[Path, Node]]:
    sheets = sorted({cell[0] for cell in where.made.cells} - {where.holder[0]})
    return [(p, replace(n, sheet=sheet)) for p, n in reference_paths(tree) for sheet in sheets if sheet != n.sheet]


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
        for text in sorted(off_by_a_digit(node.text))
    ]


def off_by_a_digit(text: str) -> set[str]:
    digits = [index for index, letter in enumerate(text) if letter.isdigit()]
    made = {text[:i] + str((int(text[i]) + by) % 10) + text[i + 1 :] for i in digits for by in (1, 9)}
    made |= {text + "1", text.replace(".", ".0", 1)} | ({"1" + text} if text[0].isdigit() else set())
    return {each for each in made if float(each) != float(text)}


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
