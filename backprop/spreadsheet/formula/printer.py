"""Tree of a formula -> its text in a cell, as it was typed."""

import re
from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from backprop.spreadsheet.formula.tree import (
    Apply,
    Area,
    ArrayLiteral,
    Binary,
    Bracket,
    Call,
    Literal,
    Missing,
    Name,
    Node,
    Number,
    Reference,
    Unary,
)

_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[1-9][0-9]{0,6}|[Rr][0-9]*([Cc][0-9]*)?|[Cc][0-9]*")  # A1, or R1C1


def render(tree: Node, row: int, column: int) -> str:
    """The formula's text, without '=', as it stands in that cell."""
    parts: list[str] = []
    stack: list[Node | str] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
        else:
            stack += reversed(_pieces(item, row, column))
    return "".join(parts)


def _pieces(node: Node, row: int, column: int) -> list[Node | str]:
    """What a node prints, from left to right: texts, and the nodes below it."""
    match node:
        case Number(text) | Name(text) | Literal(text):
            return [text]
        case Reference():
            return [_sheet(node.sheet), _cell(node, row, column)]
        case Area(first, last):
            return [_sheet(first.sheet), _cell(first, row, column), ":", _cell(last, row, column)]
        case Unary("%", operand):
            return [operand, "%"]
        case Unary(operator, operand):
            return [operator, operand]
        case Binary(operator, left, right):
            return [left, operator, right]
        case Bracket(inside):
            return ["(", inside, ")"]
        case Call(function, arguments):
            return [function, "(", *_separated(arguments, ","), ")"]
        case Apply(called, arguments):
            return [called, "(", *_separated(arguments, ","), ")"]
        case ArrayLiteral(rows):
            lines = [_separated(row, ",") for row in rows]
            return ["{", *lines[0], *(piece for line in lines[1:] for piece in (";", *line)), "}"]
        case Missing():
            return []


def _separated(nodes: Sequence[Node], mark: str) -> list[Node | str]:
    return [piece for node in nodes for piece in (mark, node)][1:]


def _cell(reference: Reference, row: int, column: int) -> str:
    at_row, at_column = reference.at(row, column)
    letter = get_column_letter(at_column) if at_column >= 1 else "#REF!"
    return f"{'$' * reference.fixed_column}{letter}{'$' * reference.fixed_row}{at_row}"


def _sheet(name: str | None) -> str:
    if name is None:
        return ""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name) and not _LIKE_A_CELL.fullmatch(name)
    quoted = name.replace("'", "''")
    return f"{name}!" if plain else f"'{quoted}'!"
